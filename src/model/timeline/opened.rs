//! A build out of a file, without a control plane: its answer about where the time went, as people attach it to
//! tickets, or a Chrome trace that Gantry saved. Of a file that is neither it is said what it is. Pure.

use super::phases::Phase;
use super::span::{Precision, Span, SpanKind, SpanOutcome};
use super::span_key;
use super::whole::{Outcome, Timeline, heads_of};
use super::{Input, build_timeline};
use crate::wire::build::{BuildReason, BuildStatus, JobStatus, ProvisionerJob, Transition, WorkspaceBuild};
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::name::Name;
use crate::wire::time::Timestamp;
use crate::wire::timings::BuildTimings;
use json_tape::{LeftOut, Read};

/// The largest file that is read, bytes.
pub(crate) const LARGEST: f64 = 64.0 * 1024.0 * 1024.0;

/// What of a trace Gantry wrote.
#[derive(Clone, Debug, PartialEq, Read)]
struct Trace {
    #[serde(default, rename = "traceEvents")]
    events: List<Event>,
    #[serde(default, rename = "otherData")]
    about: Option<About>,
}

#[derive(Clone, Debug, PartialEq, Read)]
struct About {
    #[serde(default)]
    producer: String,
    #[serde(default)]
    build_number: i64,
    #[serde(default)]
    transition: Option<Transition>,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    origin: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Read)]
struct Event {
    #[serde(default)]
    name: String,
    #[serde(default)]
    ph: String,
    #[serde(default)]
    ts: Option<i64>,
    #[serde(default)]
    dur: Option<i64>,
    #[serde(default)]
    args: Option<Arguments>,
}

#[derive(Clone, Debug, PartialEq, Read)]
struct Arguments {
    #[serde(default)]
    id: Option<i64>,
    #[serde(default)]
    parent: Option<i64>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    phase: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    precision: String,
    #[serde(default)]
    action: Option<String>,
    #[serde(default)]
    provider: Option<String>,
    #[serde(default)]
    exit_code: Option<i32>,
}

/// The build of a file; else a sentence that says what is wrong with it, and what would do.
pub(crate) fn open(text: &str) -> Result<Timeline, String> {
    const DOES: &str = "Gantry opens the answer of /workspacebuilds/…/timings and its own Chrome traces.";
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(format!("The file is empty. {DOES}"));
    }
    if text.starts_with('<') {
        return Err(format!("The file is a web page, perhaps a sign-in or an error, and no JSON. {DOES}"));
    }
    if text.contains("\"traceEvents\"") {
        let trace: Trace = json_tape::from_slice(text.as_bytes())
            .map_err(|why| format!("The file is no whole Chrome trace ({why}). {DOES}"))?;
        return of_trace(trace).ok_or_else(|| {
            format!("The file is a Chrome trace that Gantry did not save: Perfetto and speedscope open it. {DOES}")
        });
    }
    let timings: BuildTimings = json_tape::from_slice(text.as_bytes())
        .map_err(|why| format!("The file is no JSON of timings ({why}). {DOES}"))?;
    of_timings(&timings).ok_or_else(|| {
        if text.contains("\"message\"") {
            format!("The file is an error of the control plane and has no times. {DOES}")
        } else {
            format!("The file has no times of a build: no row of the provisioner, of an agent or of a script. {DOES}")
        }
    })
}

/// Of the control plane's answer alone: when the build was asked for is not in it, so it begins with its first row, and
/// nothing is said of a queue.
fn of_timings(timings: &BuildTimings) -> Option<Timeline> {
    let rows = timings.provisioner_timings.iter().map(|row| (row.started_at, row.ended_at));
    let known = |(start, end): &(Timestamp, Timestamp)| !start.is_zero() && !end.is_zero();
    let provisioner: Vec<(Timestamp, Timestamp)> = rows.filter(known).collect();
    let agents = timings.agent_connection_timings.iter().map(|row| (row.started_at, row.ended_at));
    let scripts = timings.agent_script_timings.iter().map(|row| (row.started_at, row.ended_at));
    let others: Vec<(Timestamp, Timestamp)> = agents.chain(scripts).filter(known).collect();
    let first = provisioner.iter().chain(&others).map(|(start, _)| *start).min()?;
    let last = provisioner.iter().map(|(_, end)| *end).max().unwrap_or(first).max(first);
    let build = WorkspaceBuild {
        id: Id::default(),
        created_at: first,
        workspace_id: Id::default(),
        template_version_id: Id::default(),
        template_version_name: String::new(),
        build_number: 0,
        transition: Transition::Start,
        initiator_name: String::new(),
        job: ProvisionerJob {
            id: Id::default(),
            created_at: first,
            started_at: Some(first),
            completed_at: Some(last),
            canceled_at: None,
            error: None,
            error_code: None,
            status: JobStatus::Succeeded,
            tags: None,
            queue_position: None,
            queue_size: None,
            logs_overflowed: None,
        },
        reason: BuildReason::Initiator,
        resources: List::Absent,
        deadline: None,
        max_deadline: None,
        status: BuildStatus::Running,
        daily_cost: None,
        matched_provisioners: None,
        has_external_agent: None,
        left_out: LeftOut::default(),
    };
    let mut timeline =
        build_timeline(&Input { build: &build, timings: Some(timings), logs: &[], now_ms: last.millis() });
    // The file does not have when it was asked for: a queue of nothing would be invented.
    if let Some(queue) = timeline.spans.iter_mut().find(|span| span.kind == SpanKind::Queue) {
        queue.outcome = SpanOutcome::NotKept;
        queue.note = Some("not in the file".to_owned());
    }
    timeline.notes.push("A file of timings has neither the queue nor the log.".to_owned());
    Some(timeline)
}

fn kind(word: &str) -> SpanKind {
    match word {
        "group" => SpanKind::Group,
        "stage" => SpanKind::Stage,
        "module" => SpanKind::Module,
        "resource" => SpanKind::Resource,
        "script" => SpanKind::Script,
        "connect" => SpanKind::Connect,
        "queue" => SpanKind::Queue,
        _ => SpanKind::Other,
    }
}

fn outcome(word: &str) -> SpanOutcome {
    match word {
        "ok" | "under way" => SpanOutcome::Ok,
        "failed" => SpanOutcome::Failed { message: "failed".to_owned() },
        "timed out" => SpanOutcome::TimedOut,
        "pipes left open" => SpanOutcome::PipesLeftOpen,
        "unfinished" => SpanOutcome::Unfinished,
        other => SpanOutcome::Unknown(other.to_owned()),
    }
}

/// Of a trace of ours: every bar as it was saved. What had no bar is not in it.
fn of_trace(trace: Trace) -> Option<Timeline> {
    let about = trace.about.filter(|about| about.producer == "Gantry")?;
    let mut saved: Vec<(i64, Event, Arguments)> = trace
        .events
        .into_vec()
        .into_iter()
        .filter(|event| event.ph == "X")
        .filter_map(|mut event| {
            let arguments = event.args.take()?;
            Some((arguments.id?, event, arguments))
        })
        .collect();
    crate::model::order::sort_by_key(&mut saved, |(id, ..)| *id);
    saved.dedup_by_key(|(id, ..)| *id);
    let ids: Vec<i64> = saved.iter().map(|(id, ..)| *id).collect();
    let new_id = |old: i64| ids.binary_search(&old).ok().and_then(|at| u32::try_from(at).ok());
    let mut spans: Vec<Span> = Vec::with_capacity(saved.len());
    for (old, event, arguments) in saved {
        let Some(id) = new_id(old) else { continue };
        let parent = arguments.parent.and_then(new_id).filter(|parent| *parent < id);
        let depth =
            parent.and_then(|parent| spans.get(parent as usize)).map_or(0, |above| above.depth.saturating_add(1));
        let start = event.ts.unwrap_or(0);
        let end = start.saturating_add(event.dur.unwrap_or(0).max(0));
        spans.push(Span {
            id,
            parent,
            depth,
            kind: kind(&arguments.kind),
            phase: Phase::ALL.into_iter().find(|phase| phase.as_str() == arguments.phase),
            label: event.name,
            ordinal: 1,
            start_us: start,
            end_us: Some(end),
            precision: if arguments.precision == "exact" { Precision::Exact } else { Precision::Estimated },
            outcome: outcome(&arguments.outcome),
            action: arguments.action.map(Name::from),
            source: arguments.provider.map(Name::from),
            exit_code: arguments.exit_code,
            blocks_login: None,
            clamped: false,
            told: None,
            off_scale: false,
            note: None,
            log: None,
        });
    }
    if spans.is_empty() {
        return None;
    }
    span_key::number(&mut spans);
    let end_us = spans.iter().filter_map(|span| span.end_us).max().unwrap_or(1).max(1);
    let job_us = spans.iter().find(|span| span.kind == SpanKind::Group).and_then(|span| span.end_us);
    let precision = spans.iter().map(|span| span.precision).max().unwrap_or(Precision::Exact);
    Some(Timeline {
        origin_us: about.origin.micros(),
        end_us,
        now_us: end_us,
        build_number: about.build_number,
        transition: about.transition.unwrap_or(Transition::Start),
        heads: heads_of(&spans),
        last_us: spans.iter().filter_map(|span| span.end_us).max().unwrap_or(0).max(0),
        spans,
        markers: Vec::new(),
        precision,
        outcome: match about.outcome.as_str() {
            "succeeded" => Outcome::Succeeded,
            "canceled" => Outcome::Canceled,
            "failed" => Outcome::Failed { error: "the file does not say why".to_owned() },
            other => Outcome::Unknown(other.to_owned()),
        },
        first_error: None,
        more_errors: Vec::new(),
        job_us,
        live: false,
        notes: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::export::{self, Mask, chrome_trace};
    use proptest::prelude::*;

    fn recorded(name: &str) -> Timeline {
        let build = recordings::workspace(&format!("{name}-workspace")).latest_build;
        let timings: BuildTimings = recordings::body(&format!("{name}-timings"));
        build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 })
    }

    #[test]
    fn a_trace_of_ours_is_opened_with_the_same_bars() {
        for name in ["real/start", "2025-07/real/start", "real/stop"] {
            let timeline = recorded(name);
            let about = export::About { workspace: "w".to_owned(), build: Id::default(), version: String::new() };
            let opened = open(&chrome_trace(&timeline, &about, &Mask::of([]))).unwrap();
            let bars = |timeline: &Timeline| {
                let bars = timeline.spans.iter().filter(|span| span.has_bar());
                bars.map(|span| (timeline.key(span.id), span.range(timeline.now_us), span.phase, span.kind))
                    .collect::<Vec<_>>()
            };
            assert_eq!(bars(&opened), bars(&timeline), "{name}");
            assert_eq!((opened.origin_us, opened.build_number), (timeline.origin_us, timeline.build_number), "{name}");
        }
    }

    #[test]
    fn an_answer_of_the_control_plane_is_opened_alone() {
        for name in ["real/start-timings", "2025-07/real/start-timings", "real/old-start-timings", "timings/rich"] {
            let body = recordings::recording(name)["response"]["body"].to_string();
            let timeline = open(&body).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(timeline.spans.iter().filter(|span| span.has_bar()).count() > 3, "{name}");
            let queue = timeline.spans.iter().find(|span| span.kind == SpanKind::Queue).unwrap();
            assert!(!queue.has_bar() && queue.duration_us(0).is_none(), "{name}: a queue is invented");
        }
    }

    #[test]
    fn what_is_no_file_of_timings_says_what_it_is() {
        for (text, word) in [
            ("", "empty"),
            ("  \n", "empty"),
            ("<html>sign in</html>", "web page"),
            ("{", "no JSON"),
            ("hello", "no JSON"),
            ("[1,2]", "no JSON"),
            ("{}", "no times"),
            ("{\"message\":\"Resource not found\"}", "error of the control plane"),
            ("{\"provisioner_timings\":[],\"agent_script_timings\":[],\"agent_connection_timings\":[]}", "no times"),
            ("{\"traceEvents\":[]}", "did not save"),
            ("{\"traceEvents\":[", "no whole Chrome trace"),
            ("{\"traceEvents\":[],\"otherData\":{\"producer\":\"Gantry\"}}", "did not save"),
        ] {
            let said = open(text).unwrap_err();
            assert!(said.contains(word) && said.contains("Gantry opens"), "{text}: {said}");
        }
    }

    proptest! {
        #[test]
        fn no_file_ends_in_a_panic(text in ".{0,200}", at in any::<prop::sample::Index>(), other in any::<char>()) {
            let _ = open(&text);
            // A file of ours in which one letter is another.
            let about = export::About { workspace: "w".to_owned(), build: Id::default(), version: String::new() };
            let whole = chrome_trace(&recorded("real/stop"), &about, &Mask::of([]));
            let mut letters: Vec<char> = whole.chars().collect();
            let at = at.index(letters.len());
            letters[at] = other;
            if let Ok(timeline) = open(&letters.into_iter().collect::<String>()) {
                for (at, span) in timeline.spans.iter().enumerate() {
                    prop_assert_eq!(span.id as usize, at);
                    prop_assert!(span.parent.is_none_or(|parent| parent < span.id));
                    prop_assert!(span.end_us.unwrap() >= span.start_us);
                }
            }
        }
    }
}
