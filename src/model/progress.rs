//! How far a build is, by how long builds of its kind take, and what it waits for before it begins. Never pretends:
//! what varies has no band and no time that is left, what is not known is said, and no figure passes its end. The same
//! words stand in the list, on a workspace's page and on a build's. Pure.

use crate::model::duration;
use crate::model::row::{Provisioners, RowBuild};
use crate::wire::template::BuildTimeStats;

/// A build that has waited for less than this has been asked for just now: nothing is said of who is busy.
const JUST_NOW_MS: i64 = 3_000;

/// How long builds of this kind usually take, in milliseconds: half of them less than `p50`, nineteen of twenty less
/// than `p95`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualDuration {
    /// The median.
    pub p50: i64,
    /// The 95th percentile.
    pub p95: i64,
}

/// What is known of how long builds of this kind take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Usual {
    /// It was not asked for, or not answered yet.
    #[default]
    NotAsked,
    /// The control plane has no figure: no such build of the template succeeded yet, or it was not counted yet.
    Unknown,
    /// The figures.
    Known(UsualDuration),
}

impl UsualDuration {
    /// Of a template's statistics; `None` until there were builds, or if the figures make no sense.
    pub fn new(stats: BuildTimeStats) -> Option<UsualDuration> {
        match (stats.p50, stats.p95) {
            (Some(p50), Some(p95)) if p50 > 0 && p95 >= p50 => Some(UsualDuration { p50, p95 }),
            _ => None,
        }
    }

    /// Whether they vary too much for a band and a time that is left.
    pub fn varies(self) -> bool {
        self.p95 > self.p50.saturating_mul(3).max(self.p50.saturating_add(5_000))
    }
}

/// The progress of a running build on a bar; fractions of the bar's width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// How far time is.
    pub done: f64,
    /// From where to where builds of this kind usually end; `None` if they vary too much.
    pub band: Option<(f64, f64)>,
    /// Whether it takes longer than nineteen of twenty did.
    pub overdue: bool,
}

impl Progress {
    /// How far it is in whole percent of the time in which nineteen of twenty ended; 99 at most, for a build is done
    /// when the control plane says so. `None` where the bar has no band: a figure would promise what is not known.
    pub fn percent(&self) -> Option<u8> {
        self.band.map(|_| (self.done * 100.0).floor().clamp(0.0, 99.0) as u8)
    }
}

/// How far a build is after `elapsed` milliseconds.
pub(crate) fn progress(elapsed: i64, usual: UsualDuration) -> Progress {
    let overdue = elapsed > usual.p95;
    let width = usual.p95.max(1) as f64;
    Progress {
        done: (elapsed as f64 / width).clamp(0.0, 1.0),
        band: (!usual.varies() && !overdue).then(|| (usual.p50 as f64 / width, 1.0)),
        overdue,
    }
}

/// What is said of how far it is and of the time that is left; empty while nothing was asked.
pub(crate) fn left(elapsed: i64, usual: Usual) -> String {
    let usual = match usual {
        Usual::NotAsked => return String::new(),
        Usual::Unknown => return "usual time not known yet".to_owned(),
        Usual::Known(usual) => usual,
    };
    if elapsed > usual.p95 {
        return "longer than usual".to_owned();
    }
    if usual.varies() {
        return format!("usually {}", duration::range(usual.p50, usual.p95));
    }
    let (from, to) = (usual.p50.saturating_sub(elapsed), usual.p95.saturating_sub(elapsed));
    if from < 1_000 && to < 1_000 {
        return "about to end".to_owned();
    }
    let percent = progress(elapsed, usual).percent().map(|percent| format!("{percent} %, ")).unwrap_or_default();
    if from < 1_000 {
        return format!("about {percent}up to {} left", duration::range(0, to).trim_start_matches("up to "));
    }
    format!("about {percent}{} left", duration::range(from, to))
}

/// What a build waits for that nobody has begun: who could run it, and its place in the queue.
pub(crate) fn waiting(build: &RowBuild, waited_ms: Option<i64>) -> String {
    let time = match waited_ms {
        Some(waited) => format!("waiting {}", duration::elapsed(waited)),
        None => "waiting for an unknown time".to_owned(),
    };
    if let Some(why) = stuck(build) {
        return format!("{why}, {time}");
    }
    let parts = [place(build), busy(build, waited_ms), Some(time)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Why nobody will run a waiting build as things are; `None` if somebody can.
pub(crate) fn stuck(build: &RowBuild) -> Option<String> {
    let Provisioners { count, available, .. } = **build.provisioners.as_ref()?;
    if count <= 0 {
        return Some(match build.tags.as_deref() {
            Some("") => "nobody can run this: there is no provisioner for jobs without tags".to_owned(),
            Some(tags) => format!("nobody can run this: no provisioner has the tags {tags}"),
            None => "nobody can run this: no provisioner has its tags".to_owned(),
        });
    }
    (available <= 0).then(|| match count {
        1 => "its only provisioner does not answer".to_owned(),
        count => format!("none of its {count} provisioners answers"),
    })
}

/// When a provisioner that could run a waiting build was last heard of, where none is now.
pub(crate) fn last_heard_ms(build: &RowBuild) -> Option<i64> {
    build.provisioners.as_ref().filter(|known| known.count > 0 && known.available <= 0)?.last_seen_ms
}

/// The place in the queue: `position 3 of 5 in queue`.
fn place(build: &RowBuild) -> Option<String> {
    let (position, size) = (build.queue_position, build.queue_size);
    (position > 0).then(|| {
        if size >= position {
            format!("position {position} of {size} in queue")
        } else {
            format!("position {position} in queue")
        }
    })
}

/// Who is busy with other builds, if it has waited long enough for that to be the reason.
fn busy(build: &RowBuild, waited_ms: Option<i64>) -> Option<String> {
    let known = build.provisioners.as_ref().filter(|_| waited_ms.is_none_or(|waited| waited >= JUST_NOW_MS))?;
    Some(match known.available {
        1 => "its provisioner is busy".to_owned(),
        many => format!("its {many} provisioners are busy"),
    })
}

/// What a screen reader is told of a build under way, each time this text is another one: where it waits and who could
/// run it, then each quarter of its time, and that it takes longer than usual. Nothing that changes each second.
pub(crate) fn announced(word: &str, build: &RowBuild, elapsed: Option<i64>, usual: Usual) -> String {
    let Some(elapsed) = elapsed else {
        return match stuck(build).or_else(|| place(build)) {
            Some(why) => format!("{word}: {why}."),
            None => format!("{word}."),
        };
    };
    let Usual::Known(usual) = usual else { return format!("{word}.") };
    let now = progress(elapsed, usual);
    match now.percent() {
        _ if now.overdue => format!("{word} takes longer than usual."),
        Some(percent @ 25..) => format!("{word}: about {} %.", percent / 25 * 25),
        _ => format!("{word}."),
    }
}

#[cfg(test)]
mod tests;
