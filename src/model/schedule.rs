//! When a workspace stops or starts by itself, in words (docs/control-plane-api.md, 3.7; docs/look.md, "Words"). Pure;
//! may import other `model` files.

mod carried;
mod deadline;
mod draft;
#[cfg(test)]
mod fixtures;
mod limits;
mod radar;
mod ttl;
mod week;
mod weekly;
mod zoned;

pub(crate) use carried::Carried;
pub(crate) use deadline::{fixed, moved_by, why_not_at};
pub(crate) use draft::{KeptSchedule, ScheduleDraft};
pub(crate) use limits::{Limits, limits};
pub(crate) use radar::{Fate, Going, going, radar, said, summary};
pub(crate) use week::{Around, Happening, Spent, Week, Zones, week};
pub(crate) use weekly::{DAYS as WEEK, Weekly};
pub(crate) use zoned::{Zoned, here, other_zone, there};

use crate::model::duration;
use crate::model::duration::LocalTime;
use crate::model::row::Row;
use crate::model::row::is_changing;
use crate::wire::build::BuildStatus;
use crate::wire::build::Transition;

/// Within this, a countdown says more than a date.
const COUNTDOWN_MS: i64 = 48 * 3_600_000;

/// What the list's column "next stop or start" shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextChange {
    /// `stops in 2 h 10 m`, `starts Mon 30 Nov 09:00`, `no autostop`, `—`.
    pub text: String,
    /// The clock time in grey behind a countdown: `18:42`; empty if the text has it.
    pub clock: String,
    /// Why, on hover and focus; empty if the text says it all.
    pub why: String,
}

impl NextChange {
    fn none(why: impl Into<String>) -> NextChange {
        NextChange { text: duration::UNKNOWN.to_owned(), clock: String::new(), why: why.into() }
    }
}

/// What stands there while an action of the reader's is under way: the schedule's own stop beside "your stop begins in
/// 5 s" would be a second meaning of the same words.
pub(crate) fn under_way() -> NextChange {
    NextChange::none("An action is under way; the schedule counts again when it has ended")
}

/// Whether it has been started and nothing is under way: then a deadline counts.
fn is_up(row: &Row) -> bool {
    row.build.status == BuildStatus::Running
}

/// The next thing that the schedule does to it. `countdown` is false while offline: clock times, because counting down
/// would be a guess.
pub fn next(row: &Row, now_ms: i64, countdown: bool, local: &dyn LocalTime) -> NextChange {
    if is_changing(row) {
        return NextChange::none("A build is running; the schedule counts again when it has ended");
    }
    if row.build.status == BuildStatus::Deleted {
        return NextChange::none("Deleted");
    }
    if is_up(row) {
        return next_stop(row, now_ms, countdown, local);
    }
    match row.next_start_ms {
        _ if row.dormant_ms.is_some() => match row.deleting_ms {
            Some(at) if at > now_ms => {
                moment("deleted", at, now_ms, countdown, local, "Dormant: activating it keeps it")
            }
            _ => NextChange::none("Dormant workspaces are not started by a schedule"),
        },
        None if row.autostart.is_some() => {
            NextChange::none("It has a schedule, but the control plane names no next start")
        }
        None => NextChange::none("Nothing is scheduled"),
        Some(at) if row.build.status == BuildStatus::Failed => NextChange::none(format!(
            "A start is scheduled for {}, but the control plane does not start a workspace whose last build failed",
            duration::at(at, now_ms, local)
        )),
        Some(at) if at <= now_ms => NextChange {
            text: "start is due".to_owned(),
            clock: duration::at(at, now_ms, local),
            why: "The control plane checks once a minute".to_owned(),
        },
        Some(at) => moment("starts", at, now_ms, countdown, local, ""),
    }
}

fn next_stop(row: &Row, now_ms: i64, countdown: bool, local: &dyn LocalTime) -> NextChange {
    let Some(at) = row.deadline_ms else {
        return NextChange { text: "no autostop".to_owned(), clock: String::new(), why: String::new() };
    };
    if at <= now_ms {
        return NextChange {
            text: "stop is due".to_owned(),
            clock: duration::at(at, now_ms, local),
            why: "The control plane checks once a minute".to_owned(),
        };
    }
    let why = if is_required(row) { "Required by the template: no extension" } else { "" };
    moment("stops", at, now_ms, countdown, local, why)
}

fn moment(verb: &str, at: i64, now_ms: i64, countdown: bool, local: &dyn LocalTime, why: &str) -> NextChange {
    let clock = duration::at(at, now_ms, local);
    let away = at.saturating_sub(now_ms);
    if countdown && away < COUNTDOWN_MS {
        NextChange { text: format!("{verb} in {}", duration::left(away)), clock, why: why.to_owned() }
    } else {
        NextChange { text: format!("{verb} {clock}"), clock: String::new(), why: why.to_owned() }
    }
}

/// Whether the next stop is one that the template requires and nothing can move.
pub(crate) fn is_required(row: &Row) -> bool {
    matches!((row.deadline_ms, row.max_deadline_ms), (Some(deadline), Some(max)) if deadline >= max)
}

/// `today at 18:42` or `Tue 09:00`, with how far it is unless that would be a guess: `today at 18:42 (in 2 h 10 m)`.
fn when(at: i64, now_ms: i64, countdown: bool, local: &dyn LocalTime) -> String {
    let clock = duration::at_in_sentence(at, now_ms, local);
    let away = if countdown { format!(" (in {})", duration::left(at.saturating_sub(now_ms))) } else { String::new() };
    format!("{clock}{away}")
}

/// The sentence of the workspace's page on its next stop: `Stops today at 18:42 (in 2 h 10 m): 8 h after its start;
/// activity extends it by 1 h; never later than Fri 00:00.` `None` unless it runs. `activity_bump_ms` is the
/// template's, if it is known; `countdown` as in [`next`].
pub fn stop_sentence(
    row: &Row,
    activity_bump_ms: Option<i64>,
    now_ms: i64,
    countdown: bool,
    local: &dyn LocalTime,
) -> Option<String> {
    if !is_up(row) {
        return None;
    }
    let Some(at) = row.deadline_ms else {
        return Some("Does not stop by itself.".to_owned());
    };
    if at <= now_ms {
        return Some(format!(
            "Its stop has been due since {}; the control plane checks once a minute.",
            duration::at(at, now_ms, local)
        ));
    }
    if is_required(row) {
        return Some(format!(
            "Stops {}: required by the template, and nothing extends it.",
            when(at, now_ms, countdown, local)
        ));
    }
    let mut reasons = Vec::new();
    if let (Some(ttl), Some(started)) = (row.ttl_ms, row.build.completed_ms) {
        // Only if the deadline is what the time to live makes it; it may have been moved since.
        if at.saturating_sub(started).saturating_sub(ttl).abs() < 60_000 {
            reasons.push(format!("{} after its start", duration::setting(ttl)));
        }
    }
    if let Some(bump) = activity_bump_ms.filter(|&bump| bump > 0) {
        reasons.push(format!("activity extends it by {}", duration::setting(bump)));
    }
    if let Some(max) = row.max_deadline_ms {
        reasons.push(format!("never later than {}", duration::at(max, now_ms, local)));
    }
    let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
    Some(format!("Stops {}{reasons}.", when(at, now_ms, countdown, local)))
}

/// The sentence of the workspace's page on its next start by schedule; `None` if it has no schedule. `countdown` as in
/// [`next`].
pub fn start_sentence(row: &Row, now_ms: i64, countdown: bool, local: &dyn LocalTime) -> Option<String> {
    let cron = row.autostart.as_deref()?;
    let schedule = autostart_text(cron);
    if row.dormant_ms.is_some() {
        return Some(format!("Its schedule ({schedule}) is not followed while it is dormant."));
    }
    let failed = row.build.status == BuildStatus::Failed;
    Some(match row.next_start_ms {
        Some(at) if failed => format!(
            "A start is scheduled for {}, but the control plane does not start a workspace whose last {} failed. {schedule}.",
            duration::at(at, now_ms, local),
            row.build.transition
        ),
        Some(at) if at > now_ms => format!("Starts {}. {schedule}.", when(at, now_ms, countdown, local)),
        Some(_) => format!("Its start is due. {schedule}."),
        None if is_up(row) || row.build.transition == Transition::Start => format!("Scheduled: {schedule}."),
        None => format!("Scheduled: {schedule}; the control plane names no next start."),
    })
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A weekly schedule in words: `09:30 Mon–Fri, Europe/Berlin`. What is not of that form is shown as it is.
pub fn autostart_text(cron: &str) -> String {
    in_words(cron).unwrap_or_else(|| cron.trim().to_owned())
}

fn in_words(cron: &str) -> Option<String> {
    let cron = cron.trim();
    let (zone, fields) = match cron.strip_prefix("CRON_TZ=") {
        Some(rest) => {
            let (zone, fields) = rest.split_once(' ')?;
            (zone, fields)
        }
        None => ("UTC", cron),
    };
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let [minute, hour, "*", "*", days] = fields.as_slice() else {
        return None;
    };
    let (minute, hour) = (minute.parse::<u8>().ok()?, hour.parse::<u8>().ok()?);
    if minute > 59 || hour > 23 {
        return None;
    }
    let day = |text: &str| -> Option<&'static str> {
        let number = text.parse::<usize>().ok();
        let named = || DAYS.iter().position(|name| name.eq_ignore_ascii_case(text));
        DAYS.get(number.or_else(named)? % 7).copied()
    };
    let days = if matches!(*days, "*" | "0-6" | "1-7") {
        "every day".to_owned()
    } else {
        days.split(',')
            .map(|part| match part.split_once('-') {
                Some((from, to)) => Some(format!("{}–{}", day(from)?, day(to)?)),
                None => day(part).map(str::to_owned),
            })
            .collect::<Option<Vec<_>>>()?
            .join(", ")
    };
    Some(format!("{hour:02}:{minute:02} {days}, {zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::schedule::fixtures::{self, HOUR, MIN, NOW, UTC};
    use crate::wire::build::JobStatus;

    fn running(deadline: Option<i64>) -> Row {
        fixtures::running(deadline, None)
    }

    fn stopped(next: Option<i64>) -> Row {
        let mut row = recordings::row("workspace/stopped");
        row.next_start_ms = next.map(|ms| NOW + ms);
        row
    }

    fn shown(row: &Row) -> (String, String, String) {
        let next = next(row, NOW, true, &UTC);
        (next.text, next.clock, next.why)
    }

    fn three(text: &str, clock: &str, why: &str) -> (String, String, String) {
        (text.into(), clock.into(), why.into())
    }

    #[test]
    fn a_running_one_stops_or_does_not() {
        assert_eq!(shown(&running(Some(2 * HOUR + 10 * MIN))), three("stops in 2 h 10 m", "18:42", ""));
        assert_eq!(shown(&running(Some(8 * HOUR))), three("stops in 8 h 00 m", "Tue 00:32", ""));
        // Two days ahead a moment is easier to grasp than what is left until then.
        assert_eq!(shown(&running(Some(48 * HOUR - 1))).0, "stops in 1 d 23 h");
        assert_eq!(shown(&running(Some(48 * HOUR))).0, "stops Wed 16:32");
        assert_eq!(shown(&running(Some(72 * HOUR))), three("stops Thu 16:32", "", ""));
        assert_eq!(
            shown(&running(Some(-MIN))),
            three("stop is due", "16:31", "The control plane checks once a minute")
        );
        assert_eq!(shown(&running(None)), three("no autostop", "", ""));
        let mut row = running(Some(HOUR));
        row.max_deadline_ms = row.deadline_ms;
        assert_eq!(shown(&row), three("stops in 1 h 00 m", "17:32", "Required by the template: no extension"));
        row.max_deadline_ms = row.deadline_ms.map(|ms| ms + 1);
        assert_eq!(shown(&row).2, "");
        let offline = next(&running(Some(48 * MIN)), NOW, false, &UTC);
        assert_eq!((offline.text.as_str(), offline.clock.as_str()), ("stops 17:20", ""));
    }

    #[test]
    fn a_stopped_one_starts_or_does_not_whatever_deadline_its_last_build_kept() {
        let row = stopped(None);
        assert!(row.deadline_ms.is_some(), "the recorded stop has one");
        assert_eq!(shown(&row), three("—", "", "Nothing is scheduled"));
        assert_eq!(shown(&stopped(Some(16 * HOUR + 28 * MIN))), three("starts in 16 h 28 m", "Tue 09:00", ""));
        assert_eq!(shown(&stopped(Some(7 * 24 * HOUR))), three("starts Mon 30 Nov 16:32", "", ""));
        assert_eq!(shown(&stopped(Some(0))).0, "start is due");
        let mut row = stopped(Some(HOUR));
        row.dormant_ms = Some(NOW);
        assert_eq!(shown(&row), three("—", "", "Dormant workspaces are not started by a schedule"));
        row.deleting_ms = Some(NOW + 5 * 24 * HOUR);
        assert_eq!(shown(&row), three("deleted Sat 16:32", "", "Dormant: activating it keeps it"));
        row.deleting_ms = Some(NOW + 90 * MIN);
        assert_eq!(shown(&row).0, "deleted in 1 h 30 m");
        let mut row = stopped(None);
        row.autostart = Some("CRON_TZ=UTC 0 8 * * 1-5".into());
        assert_eq!(shown(&row).2, "It has a schedule, but the control plane names no next start");
    }

    #[test]
    fn a_failed_or_changing_one_promises_nothing() {
        let mut row = recordings::row("real/apply-failed-workspace");
        row.next_start_ms = Some(NOW + HOUR);
        assert_eq!(
            shown(&row),
            three(
                "—",
                "",
                "A start is scheduled for 17:32, but the control plane does not start a workspace whose last build failed"
            )
        );
        let mut row = running(Some(HOUR));
        row.build.status = BuildStatus::Stopping;
        row.build.job_status = JobStatus::Running;
        assert_eq!(shown(&row).0, "—");
        assert_eq!(shown(&recordings::row("real/deleted-workspace")), three("—", "", "Deleted"));
    }

    #[test]
    fn the_page_says_why() {
        let mut row = running(Some(2 * HOUR + 10 * MIN));
        row.ttl_ms = Some(8 * HOUR);
        row.build.completed_ms = Some(NOW + 2 * HOUR + 10 * MIN - 8 * HOUR);
        row.max_deadline_ms = Some(NOW + 79 * HOUR + 28 * MIN);
        assert_eq!(
            stop_sentence(&row, Some(HOUR), NOW, true, &UTC).unwrap(),
            "Stops today at 18:42 (in 2 h 10 m): 8 h after its start; activity extends it by 1 h; never later than Fri 00:00."
        );
        // Offline: clock times.
        let offline = stop_sentence(&row, None, NOW, false, &UTC).unwrap();
        assert_eq!(offline, "Stops today at 18:42: 8 h after its start; never later than Fri 00:00.");
        // Moved since: not said to be so long after its start.
        row.deadline_ms = row.deadline_ms.map(|ms| ms + HOUR);
        assert_eq!(
            stop_sentence(&row, None, NOW, true, &UTC).unwrap(),
            "Stops today at 19:42 (in 3 h 10 m): never later than Fri 00:00."
        );
        row.max_deadline_ms = row.deadline_ms;
        assert_eq!(
            stop_sentence(&row, Some(HOUR), NOW, true, &UTC).unwrap(),
            "Stops today at 19:42 (in 3 h 10 m): required by the template, and nothing extends it."
        );
        assert_eq!(stop_sentence(&running(None), None, NOW, true, &UTC).unwrap(), "Does not stop by itself.");
        assert!(
            stop_sentence(&running(Some(-MIN)), None, NOW, true, &UTC).unwrap().contains("has been due since 16:31")
        );
        assert_eq!(stop_sentence(&stopped(None), None, NOW, true, &UTC), None);
    }

    #[test]
    fn the_page_says_when_it_starts() {
        let with = |next: Option<i64>| {
            let mut row = stopped(next);
            row.autostart = Some("CRON_TZ=Europe/Berlin 30 9 * * 1-5".into());
            row
        };
        let said = |row: &Row| start_sentence(row, NOW, true, &UTC).unwrap();
        assert_eq!(start_sentence(&stopped(None), NOW, true, &UTC), None);
        assert_eq!(
            said(&with(Some(16 * HOUR + 28 * MIN))),
            "Starts Tue 09:00 (in 16 h 28 m). 09:30 Mon–Fri, Europe/Berlin."
        );
        assert_eq!(said(&with(Some(-MIN))), "Its start is due. 09:30 Mon–Fri, Europe/Berlin.");
        assert!(said(&with(None)).ends_with("the control plane names no next start."));
        let mut row = with(Some(HOUR));
        row.dormant_ms = Some(NOW);
        assert_eq!(said(&row), "Its schedule (09:30 Mon–Fri, Europe/Berlin) is not followed while it is dormant.");
        row.dormant_ms = None;
        row.build.status = BuildStatus::Failed;
        assert!(said(&row).contains("but the control plane does not start a workspace whose last stop failed"));
    }

    #[test]
    fn schedules_are_read_or_shown_as_they_are() {
        for (cron, text) in [
            ("CRON_TZ=Europe/Berlin 30 9 * * 1-5", "09:30 Mon–Fri, Europe/Berlin"),
            ("0 8 * * *", "08:00 every day, UTC"),
            ("CRON_TZ=UTC 5 18 * * 0,3,SAT", "18:05 Sun, Wed, Sat, UTC"),
            ("CRON_TZ=UTC 5 18 * * 7", "18:05 Sun, UTC"),
            ("*/5 8 * * 1", "*/5 8 * * 1"),
            ("0 8 1 * 1", "0 8 1 * 1"),
            ("0 25 * * 1", "0 25 * * 1"),
            ("0 8 * * MOON", "0 8 * * MOON"),
            ("CRON_TZ=UTC", "CRON_TZ=UTC"),
            ("", ""),
        ] {
            assert_eq!(autostart_text(cron), text, "{cron}");
        }
    }
}
