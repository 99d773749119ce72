//! Where the time of a build went: in a sentence, in one line of bars, and the chart in one sentence for whoever cannot
//! see it. Pure.

use super::part::{Part, count, rough, verb};
use crate::model::timeline::{Outcome, Phase, Precision, Span, SpanKind, SpanOutcome, Timeline};
use crate::model::{duration, order};
use std::borrow::Cow;

/// Something that took time, as it would be named in a sentence.
struct Share<'a> {
    us: i64,
    phase: Option<Phase>,
    text: String,
    label: Cow<'a, str>,
    id: u32,
}

/// A share below this part of the whole is not worth a word.
const WORTH_A_WORD: f64 = 0.1;

fn agents(timeline: &Timeline) -> impl Iterator<Item = &Span> {
    timeline.heads().filter(|span| span.kind == SpanKind::Group && span.label.starts_with("agent "))
}

/// The agent that was done last; of two that end together, the first.
fn last_agent(timeline: &Timeline) -> Option<u32> {
    let own_end = |group: &Span| {
        let own = timeline.children(group.id).filter(|span| span.kind != SpanKind::Group && span.has_bar());
        own.filter_map(|span| span.range(timeline.now_us)).map(|(_, end)| end).max()
    };
    let ends = agents(timeline).filter_map(|group| Some((own_end(group)?, std::cmp::Reverse(group.id))));
    ends.max().map(|(_, std::cmp::Reverse(id))| id)
}

/// Whether a span is of an agent, and not of the job.
fn is_agents(span: &Span) -> bool {
    matches!(span.phase, Some(Phase::Connect | Phase::Scripts))
}

/// What took most of the time, the longest first, at most three: the queue, a stage or the resource that makes it long,
/// and of the agent that was done last connect and scripts. Agents work side by side: of two, the parts could be more
/// than the whole.
fn shares(timeline: &Timeline) -> Vec<Share<'_>> {
    let now = timeline.now_us;
    let length = |span: &Span| span.range(now).filter(|_| span.has_bar()).map_or(0, |(start, end)| end - start);
    let several = agents(timeline).count() > 1;
    let last = last_agent(timeline);
    let mut shares: Vec<Share<'_>> = Vec::new();
    for span in timeline.heads().filter(|span| span.has_bar()) {
        if is_agents(span) && span.parent != last {
            continue;
        }
        let us = length(span);
        let group = span.parent.and_then(|parent| timeline.span(parent)).map_or("", |parent| parent.label.as_str());
        let agent = if several { format!(" of {}", group.trim_start_matches("agent ")) } else { String::new() };
        let text = match span.kind {
            SpanKind::Queue => "waiting for a provisioner".to_owned(),
            SpanKind::Connect => format!("connect{agent} (not split by Coder)"),
            SpanKind::Stage | SpanKind::Other => {
                let is_own = |child: &&Span| {
                    child.has_bar()
                        && child.kind != SpanKind::Module
                        && child
                            .parent
                            .and_then(|parent| timeline.span(parent))
                            .is_none_or(|parent| parent.kind != SpanKind::Resource)
                };
                // The length first: of a hundred thousand few are long.
                let long = timeline.below(span.id).filter(|child| length(child) * 10 >= us * 6);
                if let Some(child) = long.filter(is_own).max_by_key(|child| length(child)) {
                    let name = timeline.address(child);
                    shares.push(Share {
                        us: length(child),
                        phase: child.phase,
                        text: name.clone().into_owned(),
                        label: name,
                        id: child.id,
                    });
                    continue;
                }
                if span.phase == Some(Phase::Scripts) { format!("{}{agent}", span.label) } else { span.label.clone() }
            }
            SpanKind::Group | SpanKind::Module | SpanKind::Resource | SpanKind::Script => continue,
        };
        shares.push(Share { us, phase: span.phase, text, label: Cow::Borrowed(&span.label), id: span.id });
    }
    shares.extend(forgotten(timeline, last));
    order::sort_by_key(&mut shares, |share| (std::cmp::Reverse(share.us), share.id));
    let least = (whole(timeline) as f64 * WORTH_A_WORD) as i64;
    shares.retain(|share| share.us > 0 && share.us >= least);
    shares.truncate(3);
    shares
}

/// The time between the end of the job and the first script, where connect is not kept: connect is in it, nobody knows
/// how much of it it was.
fn forgotten(timeline: &Timeline, agent: Option<u32>) -> Option<Share<'_>> {
    let ended = timeline.job_us?;
    let agent = agent?;
    let own = || timeline.children(agent);
    let connect = own().find(|span| span.kind == SpanKind::Connect && span.outcome == SpanOutcome::NotKept)?;
    let scripts = own().find(|span| span.kind == SpanKind::Stage && span.has_bar())?;
    let text = "until the first script (connect is not kept)".to_owned();
    let us = scripts.start_us.saturating_sub(ended);
    Some(Share { us, phase: None, text, label: Cow::Borrowed("until the first script"), id: connect.id })
}

/// The whole: from the job's creation to the end of the last bar, or to now.
pub(crate) fn whole(timeline: &Timeline) -> i64 {
    match timeline.outcome {
        Outcome::Failed { .. } | Outcome::Canceled => timeline.job_us.unwrap_or(timeline.end_us),
        _ => timeline.last_us,
    }
}

/// From where to where the whole goes, if that is more than the job, whose length a list of builds shows: to say it
/// beside the figure.
fn reach(timeline: &Timeline) -> &'static str {
    let mut bars = timeline.heads().filter(|span| span.has_bar());
    let has = |phase| move |span: &Span| span.phase == Some(phase);
    if bars.clone().any(has(Phase::Scripts)) {
        " from request to last script"
    } else if bars.any(has(Phase::Connect)) {
        " from request to connection"
    } else {
        ""
    }
}

/// Where the time went: "1 m 22 s from request to last script: 31 s waiting for a provisioner, 28 s
/// `docker_image.main`, 19 s connect (not split by Coder), 4 s everything else." The swatches are the legend of the
/// bars. The figures add up as they stand.
pub(crate) fn time_spent(timeline: &Timeline) -> Vec<Part> {
    let whole = whole(timeline);
    if whole <= 0 || timeline.outcome == Outcome::Pending {
        return Vec::new();
    }
    // All in the unit of the whole, so that they add up.
    let unit = if whole < 1_000_000 {
        1_000
    } else if whole < 9_950_000 {
        100_000
    } else {
        1_000_000
    };
    let rounded = |us: i64| us.saturating_add(unit / 2) / unit * unit;
    let figure = |us: i64| match unit {
        1_000 => format!("{} ms", us / 1_000),
        100_000 => format!("{}.{} s", us / 1_000_000, us / 100_000 % 10),
        _ => duration::about(us / 1_000),
    };
    let mut parts = Vec::new();
    if timeline.live {
        parts.push(Part::plain("So far "));
    }
    let shares = shares(timeline);
    let mut rest = rounded(whole);
    if shares.is_empty() {
        parts.push(Part::strong(figure(rest)));
        parts.push(Part::plain("."));
        return parts;
    }
    let reach = if timeline.live { "" } else { reach(timeline) };
    if reach.is_empty() {
        parts.push(Part::strong(format!("{}:", figure(rest))));
    } else {
        parts.push(Part::strong(figure(rest)));
        parts.push(Part::plain(format!("{reach}:")));
    }
    let mut first = true;
    for share in shares {
        let us = rounded(share.us);
        rest -= us;
        parts.push(Part::plain(if first { " " } else { ", " }));
        parts.push(Part { swatch: share.phase, ..Part::strong(figure(us)) });
        parts.push(Part::plain(format!(" {}", share.text)));
        first = false;
    }
    if rest > 0 {
        parts.push(Part::plain(", "));
        parts.push(Part::strong(figure(rest)));
        parts.push(Part::plain(" everything else"));
    }
    parts.push(Part::plain("."));
    parts
}

/// A piece of the bar that shows a whole build in one line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stretch {
    /// The phase whose colour it has; None: grey.
    pub phase: Option<Phase>,
    /// What it is called, and its length: "apply 29 s".
    pub text: String,
    /// Where it begins, in parts of the whole (0 to 1).
    pub from: f64,
    /// Its length, in parts of the whole.
    pub length: f64,
    /// Read off the log, or still growing: it looks different.
    pub estimated: bool,
}

/// The build in one line: the queue and the provisioner's stages, then the phases of the agent that was ready last
/// (agents work side by side). What is not kept is left open.
pub(crate) fn stretches(timeline: &Timeline) -> Vec<Stretch> {
    let (now, whole) = (timeline.now_us, whole(timeline));
    if whole <= 0 {
        return Vec::new();
    }
    let bars = timeline.heads().filter_map(|span| {
        let stage = matches!(span.kind, SpanKind::Queue | SpanKind::Stage | SpanKind::Connect | SpanKind::Other);
        let (start, end) = span.range(now).filter(|_| stage && span.has_bar())?;
        Some((span, start, end))
    });
    let last = last_agent(timeline);
    bars.filter(|(span, ..)| !is_agents(span) || span.parent == last)
        .map(|(span, start, end)| Stretch {
            phase: span.phase,
            text: format!("{} {}", span.label, rough(end - start)),
            from: start as f64 / whole as f64,
            length: (end - start) as f64 / whole as f64,
            estimated: span.precision != Precision::Exact,
        })
        .collect()
}

/// The chart in one sentence, for whoever cannot see it: "Waterfall of build 42: start succeeded, 1 m 22 s; longest:
/// queue, 31 s, `docker_image.main`, 28 s, connect, 19 s."
pub fn sentence(timeline: &Timeline) -> String {
    let logged = |span: &Span| span.precision == Precision::Estimated && span.log.is_some();
    let timed = |span: &Span| {
        let work = matches!(span.phase, Some(Phase::Init | Phase::Plan | Phase::Apply | Phase::Graph));
        work && span.precision == Precision::Exact && span.has_times()
    };
    let precision = match timeline.precision {
        Precision::Exact => "",
        Precision::Estimated if timeline.spans.iter().any(logged) && !timeline.spans.iter().any(timed) => {
            ", estimated from the log"
        }
        // A script whose end is not told, a stage that has no row of its own.
        Precision::Estimated => ", estimated in part",
        Precision::Live => ", still growing",
    };
    let verb = verb(&timeline.transition).to_ascii_lowercase();
    let whole = rough(whole(timeline));
    let how = match &timeline.outcome {
        Outcome::Succeeded if timeline.live => format!("{verb} succeeded, {whole} so far"),
        Outcome::Succeeded => format!("{verb} succeeded, {whole}{}", reach(timeline)),
        Outcome::Failed { .. } => match timeline.first_error.as_ref().and_then(|first| first.resource.as_deref()) {
            Some(resource) => format!("{verb} failed after {whole} at {resource}"),
            None => format!("{verb} failed after {whole}"),
        },
        Outcome::Canceled => format!("{verb} canceled after {whole}"),
        Outcome::Running => format!("{verb} under way, {whole} so far"),
        Outcome::Pending => format!("{verb} waiting for a provisioner, {whole} so far"),
        Outcome::Unknown(status) => format!("{verb} with status {status}, {whole}"),
    };
    let scripts = timeline.heads().filter(|span| span.kind == SpanKind::Script && !span.off_scale);
    let failed = match scripts.filter(|span| span.outcome.is_failure()).count() {
        0 => String::new(),
        failed => format!(", {} failed", count(failed, "script", "scripts")),
    };
    let named: Vec<String> =
        shares(timeline).iter().map(|share| format!("{}, {}", share.label, rough(share.us))).collect();
    let longest = if named.is_empty() { String::new() } else { format!("; longest: {}", named.join(", ")) };
    format!("Waterfall of build {}{precision}: {how}{failed}{longest}.", timeline.build_number)
}

#[cfg(test)]
mod tests;
