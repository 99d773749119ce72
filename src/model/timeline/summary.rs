//! A timeline in words (docs/look.md, "Say it in a sentence, then draw it"): the headline, where the time went, what a failed build
//! left behind, and the one sentence that describes the chart to whoever cannot see it. Data and ready texts, no views. Pure.

use super::errors::more_errors;
use super::{FirstError, Outcome, Phase, Precision, Span, SpanKind, SpanOutcome, Timeline};
use crate::model::duration;
use crate::model::order;
use crate::wire::build::BuildStatus;
use crate::wire::build::Transition;
use crate::wire::build::WorkspaceBuild;
use crate::wire::workspace::Workspace;

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// As text is.
    Plain,
    /// It went well.
    Good,
    /// Somebody should look.
    Warn,
    /// It failed.
    Bad,
    /// It is under way.
    Busy,
}

/// A piece of a sentence. The pieces join to the sentence as they are, blanks included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The text.
    pub text: String,
    /// What the sentence is about: bold.
    pub strong: bool,
    /// A swatch of this phase stands before it: the legend of the bars below.
    pub swatch: Option<Phase>,
    /// How it is meant.
    pub tone: Tone,
    /// It leads to this line of the log.
    pub log_id: Option<i64>,
}

impl Part {
    /// Text as it is.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), strong: false, swatch: None, tone: Tone::Plain, log_id: None }
    }

    fn strong(text: impl Into<String>) -> Self {
        Self { strong: true, ..Self::plain(text) }
    }

    fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { tone, ..Self::strong(text) }
    }
}

/// The pieces as one text.
pub fn text(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}

/// What a build does, at the beginning of a sentence: "Start", "Stop", "Delete".
fn verb(transition: &Transition) -> &str {
    match transition {
        Transition::Start => "Start",
        Transition::Stop => "Stop",
        Transition::Delete => "Delete",
        Transition::Other(other) => other,
    }
}

fn doing(transition: &Transition) -> &'static str {
    match transition {
        Transition::Start => "Starting",
        Transition::Stop => "Stopping",
        Transition::Delete => "Deleting",
        Transition::Other(_) => "Building",
    }
}

/// The length of a span for its column: `420 ms`, `12.4 s`; `<1 ms` where it is so short that the clock did not move; "—" where
/// nothing is known, which is not 0.
pub fn duration_text(span: &Span, now_us: i64) -> String {
    match span.duration_us(now_us) {
        Some(0) if !span.is_growing() => "<1 ms".to_owned(),
        Some(us) => duration::span_text(us),
        None => duration::UNKNOWN.to_owned(),
    }
}

/// A length in a sentence: whole seconds from ten on, tenths below, milliseconds below one.
fn rough(us: i64) -> String {
    if us < 9_950_000 { duration::span_text(us) } else { duration::about(us.saturating_add(500) / 1_000) }
}

/// What happened, in a sentence or two: `Start succeeded, 1 script failed.`, `Start failed: “no machine of 16 CPUs is free in us”,
/// null_resource.machine[0], main.tf line 158, after 4.6 s.`, `Starting: apply, step 4 of 7. 48 s so far.`
pub fn headline(timeline: &Timeline) -> Vec<Part> {
    let verb = verb(&timeline.transition);
    let so_far = || rough(timeline.now_us);
    match &timeline.outcome {
        Outcome::Succeeded => succeeded(timeline, verb),
        Outcome::Failed { error } => failed(timeline, verb, error),
        Outcome::Canceled => {
            let mut parts = vec![Part::strong(format!("{verb} canceled"))];
            if let Some(us) = timeline.job_us {
                parts.push(Part::plain(format!(" after {}", rough(us))));
            }
            let stage = timeline.spans.iter().find(|span| {
                matches!(span.kind, SpanKind::Stage | SpanKind::Queue) && span.outcome == SpanOutcome::Unfinished
            });
            match stage {
                Some(stage) if stage.kind == SpanKind::Queue => {
                    parts.push(Part::plain(", before a provisioner took it."));
                }
                Some(stage) => parts.push(Part::plain(format!(", during {}.", stage.label))),
                None => parts.push(Part::plain(".")),
            }
            parts
        }
        Outcome::Pending => vec![
            Part::toned(format!("{verb} pending:"), Tone::Busy),
            Part::plain(format!(" waiting for a provisioner, {} so far.", so_far())),
        ],
        Outcome::Running => {
            let canceling = timeline.markers.iter().any(|marker| marker.kind == super::MarkerKind::Canceled);
            let doing = if canceling { "Canceling" } else { doing(&timeline.transition) };
            let step = growing_stage(timeline).map_or_else(String::new, |stage| {
                let steps = if timeline.transition == Transition::Start { 7 } else { 5 };
                let number = stage.phase.and_then(|phase| Phase::ALL.iter().position(|each| *each == phase));
                match number {
                    Some(number) => format!(" {}, step {} of {steps}.", stage.label, number + 1),
                    None => format!(" {}.", stage.label),
                }
            });
            vec![
                Part::toned(format!("{doing}:"), Tone::Busy),
                Part::plain(step),
                Part::plain(format!(" {} so far.", so_far())),
            ]
        }
        Outcome::Unknown(status) => vec![
            Part::toned(format!("{verb}:"), Tone::Warn),
            Part::plain(format!(" its status is “{status}”, which this version of Gantry does not know.")),
        ],
    }
}

fn growing_stage(timeline: &Timeline) -> Option<&Span> {
    timeline
        .spans
        .iter()
        .rfind(|span| span.is_growing() && matches!(span.kind, SpanKind::Stage | SpanKind::Queue | SpanKind::Connect))
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn succeeded(timeline: &Timeline, verb: &str) -> Vec<Part> {
    let scripts = || timeline.spans.iter().filter(|span| span.kind == SpanKind::Script && !span.off_scale);
    let number = |wanted: fn(&SpanOutcome) -> bool| scripts().filter(|span| wanted(&span.outcome)).count();
    let failed = number(|outcome| matches!(outcome, SpanOutcome::Failed { .. }));
    let timed_out = number(|outcome| *outcome == SpanOutcome::TimedOut);
    let running = scripts().filter(|span| span.is_growing()).count();
    let connecting = |span: &&Span| span.kind == SpanKind::Connect && span.is_growing() && !span.outcome.is_failure();
    let connecting = timeline.spans.iter().filter(connecting).count();
    let absent = timeline.spans.iter().filter(|span| {
        span.kind == SpanKind::Connect && matches!(span.outcome, SpanOutcome::NotStarted | SpanOutcome::TimedOut)
    });
    let absent = absent.count();

    let mut more = Vec::new();
    if failed > 0 {
        more.push(Part::toned(format!("{} failed", count(failed, "script", "scripts")), Tone::Warn));
    }
    if timed_out > 0 {
        more.push(Part::toned(format!("{} timed out", count(timed_out, "script", "scripts")), Tone::Warn));
    }
    if absent > 0 {
        let verb = if absent == 1 { "has" } else { "have" };
        more.push(Part::toned(format!("{} {verb} not connected", count(absent, "agent", "agents")), Tone::Warn));
    }
    if connecting > 0 {
        let verb = if connecting == 1 { "is" } else { "are" };
        more.push(Part::plain(format!("{} {verb} connecting", count(connecting, "agent", "agents"))));
    }
    if running > 0 {
        let verb = if running == 1 { "is" } else { "are" };
        more.push(Part::plain(format!("{} {verb} running", count(running, "script", "scripts"))));
    }
    let mut parts = vec![Part::toned(format!("{verb} succeeded"), Tone::Good)];
    for part in more {
        parts.push(Part::plain(", "));
        parts.push(part);
    }
    parts.push(Part::plain("."));
    parts
}

fn failed(timeline: &Timeline, verb: &str, error: &str) -> Vec<Part> {
    let mut parts = vec![Part::toned(format!("{verb} failed:"), Tone::Bad), Part::plain(" ")];
    let first = timeline.first_error.as_ref();
    // The place is the link where there is one: the error itself may be a paragraph.
    let log_id = first.map(|first| first.log_id);
    let place = first.and_then(FirstError::place);
    parts.push(Part { log_id: log_id.filter(|_| place.is_none()), ..Part::strong(format!("“{error}”")) });
    if let Some(resource) = first.and_then(|first| first.resource.as_deref()) {
        parts.push(Part::plain(format!(", {resource}")));
    }
    if let Some(place) = place {
        parts.push(Part::plain(", "));
        parts.push(Part { log_id, ..Part::plain(place) });
    }
    let more = more_errors(timeline.more_errors.len());
    if !more.is_empty() {
        parts.push(Part::plain(format!(", {more}")));
    }
    if let Some(us) = timeline.job_us {
        parts.push(Part::plain(format!(", after {}", rough(us))));
    }
    parts.push(Part::plain("."));
    parts
}

/// The errors beside the first, each with its link into the log. Of very many the first ones, then how many there are beside them.
pub fn other_errors(timeline: &Timeline) -> Vec<Vec<Part>> {
    const MOST: usize = 20;
    if !matches!(timeline.outcome, Outcome::Failed { .. }) {
        return Vec::new();
    }
    let mut told: Vec<Vec<Part>> = timeline.more_errors.iter().take(MOST).map(of_error).collect();
    if let Some(next) = timeline.more_errors.get(MOST) {
        let rest = more_errors(timeline.more_errors.len() - MOST);
        told.push(vec![Part { log_id: Some(next.log_id), ..Part::plain(rest) }]);
    }
    told
}

fn of_error(error: &FirstError) -> Vec<Part> {
    let log_id = Some(error.log_id);
    let place = error.place();
    let mut parts =
        vec![Part { log_id: log_id.filter(|_| place.is_none()), ..Part::plain(format!("“{}”", error.message)) }];
    if let Some(resource) = &error.resource {
        parts.push(Part::plain(format!(", {resource}")));
    }
    if let Some(place) = place {
        parts.push(Part::plain(", "));
        parts.push(Part { log_id, ..Part::plain(place) });
    }
    parts
}

/// Something that took time, as it would be named in a sentence.
struct Share<'a> {
    us: i64,
    phase: Option<Phase>,
    words: String,
    label: &'a str,
    id: u32,
}

/// A share below this part of the whole is not worth a word.
const WORTH_A_WORD: f64 = 0.1;

fn agents(timeline: &Timeline) -> impl Iterator<Item = &Span> {
    timeline.spans.iter().filter(|span| span.kind == SpanKind::Group && span.label.starts_with("agent "))
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

/// What took most of the time, the longest first, at most three: the queue, a stage or the resource that makes it long, and of the agent
/// that was done last connect and scripts. Agents work side by side: of two, the parts could be more than the whole.
fn shares(timeline: &Timeline) -> Vec<Share<'_>> {
    let now = timeline.now_us;
    let length = |span: &Span| span.range(now).filter(|_| span.has_bar()).map_or(0, |(start, end)| end - start);
    let several = agents(timeline).count() > 1;
    let last = last_agent(timeline);
    let mut shares: Vec<Share<'_>> = Vec::new();
    for span in timeline.spans.iter().filter(|span| span.has_bar()) {
        if is_agents(span) && span.parent != last {
            continue;
        }
        let us = length(span);
        let group = span.parent.and_then(|parent| timeline.span(parent)).map_or("", |parent| parent.label.as_str());
        let agent = if several { format!(" of {}", group.trim_start_matches("agent ")) } else { String::new() };
        let words = match span.kind {
            SpanKind::Queue => "waiting for a provisioner".to_owned(),
            SpanKind::Connect => format!("connect{agent} (not split by Coder)"),
            SpanKind::Stage | SpanKind::Other => {
                let longest =
                    timeline.children(span.id).filter(|child| child.has_bar()).max_by_key(|child| length(child));
                if let Some(child) = longest.filter(|child| length(child) * 10 >= us * 6) {
                    shares.push(Share {
                        us: length(child),
                        phase: child.phase,
                        words: child.label.clone(),
                        label: &child.label,
                        id: child.id,
                    });
                    continue;
                }
                if span.phase == Some(Phase::Scripts) { format!("{}{agent}", span.label) } else { span.label.clone() }
            }
            SpanKind::Group | SpanKind::Resource | SpanKind::Script => continue,
        };
        shares.push(Share { us, phase: span.phase, words, label: &span.label, id: span.id });
    }
    shares.extend(forgotten(timeline, last));
    order::sort_by_key(&mut shares, |share| (std::cmp::Reverse(share.us), share.id));
    let least = (whole(timeline) as f64 * WORTH_A_WORD) as i64;
    shares.retain(|share| share.us > 0 && share.us >= least);
    shares.truncate(3);
    shares
}

/// The time between the end of the job and the first script, where connect is not kept: connect is in it, nobody knows how much of it
/// it was.
fn forgotten(timeline: &Timeline, agent: Option<u32>) -> Option<Share<'_>> {
    let ended = timeline.job_us?;
    let agent = agent?;
    let own = || timeline.children(agent);
    let connect = own().find(|span| span.kind == SpanKind::Connect && span.outcome == SpanOutcome::NotKept)?;
    let scripts = own().find(|span| span.kind == SpanKind::Stage && span.has_bar())?;
    let words = "until the first script (connect is not kept)".to_owned();
    let us = scripts.start_us.saturating_sub(ended);
    Some(Share { us, phase: None, words, label: "until the first script", id: connect.id })
}

/// The whole: from the job's creation to the end of the last bar, or to now.
fn whole(timeline: &Timeline) -> i64 {
    match timeline.outcome {
        Outcome::Failed { .. } | Outcome::Canceled => timeline.job_us.unwrap_or(timeline.end_us),
        _ => {
            let ends =
                timeline.spans.iter().filter(|span| span.has_bar()).filter_map(|span| span.range(timeline.now_us));
            ends.map(|(_, end)| end).max().unwrap_or(0)
        }
    }
}

/// From where to where the whole goes, if that is more than the job, whose length a list of builds shows: to say it beside the figure.
fn reach(timeline: &Timeline) -> &'static str {
    let mut bars = timeline.spans.iter().filter(|span| span.has_bar());
    let has = |phase| move |span: &Span| span.phase == Some(phase);
    if bars.clone().any(has(Phase::Scripts)) {
        " from request to last script"
    } else if bars.any(has(Phase::Connect)) {
        " from request to connection"
    } else {
        ""
    }
}

/// Where the time went: "1 m 22 s from request to last script: 31 s waiting for a provisioner, 28 s `docker_image.main`, 19 s connect (not split by Coder), 4 s
/// everything else." The swatches are the legend of the bars. The figures add up as they stand.
pub fn time_spent(timeline: &Timeline) -> Vec<Part> {
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
        parts.push(Part::plain(format!(" {}", share.words)));
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
pub struct Stretch {
    /// The phase whose colour it has; None: grey.
    pub phase: Option<Phase>,
    /// What it is called, and its length: "apply 29 s".
    pub words: String,
    /// Where it begins, in parts of the whole (0 to 1).
    pub from: f64,
    /// Its length, in parts of the whole.
    pub length: f64,
    /// Read off the log, or still growing: it looks different.
    pub estimated: bool,
}

/// The build in one line: the queue and the provisioner's stages, then the phases of the agent that was ready last (agents work side by
/// side). What is not kept is left open.
pub fn stretches(timeline: &Timeline) -> Vec<Stretch> {
    let (now, whole) = (timeline.now_us, whole(timeline));
    if whole <= 0 {
        return Vec::new();
    }
    let bars = timeline.spans.iter().filter_map(|span| {
        let stage = matches!(span.kind, SpanKind::Queue | SpanKind::Stage | SpanKind::Connect | SpanKind::Other);
        let (start, end) = span.range(now).filter(|_| stage && span.has_bar())?;
        Some((span, start, end))
    });
    let last = last_agent(timeline);
    bars.filter(|(span, ..)| !is_agents(span) || span.parent == last)
        .map(|(span, start, end)| Stretch {
            phase: span.phase,
            words: format!("{} {}", span.label, rough(end - start)),
            from: start as f64 / whole as f64,
            length: (end - start) as f64 / whole as f64,
            estimated: span.precision != Precision::Exact,
        })
        .collect()
}

/// [`time_spent`], then what must be said once about the whole (estimates, what is not kept).
pub fn paragraph(timeline: &Timeline) -> Vec<Part> {
    let mut parts = time_spent(timeline);
    for note in &timeline.notes {
        let blank = if parts.is_empty() { "" } else { " " };
        parts.push(Part::plain(format!("{blank}{note}")));
    }
    parts
}

/// The chart in one sentence, for whoever cannot see it: "Waterfall of build 42: start succeeded, 1 m 22 s; longest: queue, 31 s,
/// `docker_image.main`, 28 s, connect, 19 s."
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
    let scripts = timeline.spans.iter().filter(|span| span.kind == SpanKind::Script && !span.off_scale);
    let failed = match scripts.filter(|span| span.outcome.is_failure()).count() {
        0 => String::new(),
        failed => format!(", {} failed", count(failed, "script", "scripts")),
    };
    let named: Vec<String> =
        shares(timeline).iter().map(|share| format!("{}, {}", share.label, rough(share.us))).collect();
    let longest = if named.is_empty() { String::new() } else { format!("; longest: {}", named.join(", ")) };
    format!("Waterfall of build {}{precision}: {how}{failed}{longest}.", timeline.build_number)
}

/// What became of a workspace after one of its builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Nothing: it is the latest build.
    Latest,
    /// Other builds followed.
    Followed,
    /// It was deleted.
    Deleted,
    /// The workspace is not known (yet).
    Unknown,
}

impl Since {
    /// What became of the workspace of `build`: `known` is the workspace as it is now, if anything is known of it.
    pub fn of(build: &WorkspaceBuild, known: Option<&Workspace>, deleted: bool) -> Since {
        // Another workspace may have its name by now.
        match known.filter(|known| known.id == build.workspace_id) {
            Some(_) | None if deleted => Since::Deleted,
            Some(known) if known.latest_build.status == BuildStatus::Deleted => Since::Deleted,
            Some(known) if known.latest_build.build_number > build.build_number => Since::Followed,
            Some(_) => Since::Latest,
            None => Since::Unknown,
        }
    }
}

/// What a failed or canceled start made before it ended, and whether that is still there: what stays until the next build is said of the latest
/// build alone. None if the log tells of nothing.
pub fn left_behind(timeline: &Timeline, since: Since) -> Option<String> {
    if timeline.transition != Transition::Start {
        return None;
    }
    let what = match timeline.outcome {
        Outcome::Failed { .. } => "failed",
        Outcome::Canceled => "was canceled",
        _ => return None,
    };
    // What was made and then failed to be set up stays, too: Terraform keeps it as tainted.
    let is_made = |span: &Span| span.outcome == SpanOutcome::Ok || timeline.children(span.id).next().is_some();
    let made = timeline
        .spans
        .iter()
        .filter(|span| span.kind == SpanKind::Resource && span.action.as_deref() == Some("create") && is_made(span));
    let made: Vec<&str> = made.map(|span| span.label.as_str()).collect();
    if made.is_empty() {
        return None;
    }
    let made_count = made.len();
    let (were, stay, them) = if made_count == 1 { ("was", "stays", "it") } else { ("were", "stay", "them") };
    let made_text = count(made_count, "resource", "resources");
    let said = format!("{made_text} {were} made before the start {what}");
    match since {
        Since::Latest => {}
        Since::Followed => return Some(format!("{said}; later builds may have changed or removed {them}.")),
        Since::Deleted => return Some(format!("{said}; the workspace was deleted later.")),
        Since::Unknown => return Some(format!("{said}.")),
    }
    let said = format!("{said} and {stay} until the next build");
    // Coder's own resources exist in its state alone.
    let costly: Vec<&str> = made.into_iter().filter(|label| !is_coders_own(label)).collect();
    if costly.is_empty() {
        return Some(format!("{said}."));
    }
    let which = if made_count == 1 { "it may cost".to_owned() } else { format!("{} of them may cost", costly.len()) };
    let named = costly.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    let more = match costly.len().saturating_sub(5) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("{said}; {which}: {named}{more}."))
}

/// Whether an address is that of one of Coder's own resources (`module.x["a.b"].coder_app.main[0]`).
fn is_coders_own(address: &str) -> bool {
    super::events::plain_address(address).starts_with("coder_")
}

/// How a span ended, for the column "Outcome": "created", "errored", "exit code 1", "not started", "6 read".
pub fn outcome_text(timeline: &Timeline, span: &Span) -> String {
    match &span.outcome {
        SpanOutcome::Ok if span.is_growing() => "under way".to_owned(),
        SpanOutcome::Ok => match span.kind {
            SpanKind::Resource => done(span.action.as_deref().unwrap_or_default()),
            SpanKind::Script => "ok".to_owned(),
            SpanKind::Stage if span.phase == Some(Phase::Plan) => {
                let read = timeline.children(span.id).filter(|child| child.action.as_deref() == Some("read")).count();
                if read > 0 { format!("{read} read") } else { String::new() }
            }
            _ => String::new(),
        },
        SpanOutcome::Failed { message } => match span.kind {
            SpanKind::Resource => "errored".to_owned(),
            SpanKind::Script => message.clone(),
            SpanKind::Stage if span.phase == Some(Phase::Scripts) => message.clone(),
            _ => "failed".to_owned(),
        },
        SpanOutcome::TimedOut => "timed out".to_owned(),
        SpanOutcome::PipesLeftOpen => "pipes left open".to_owned(),
        SpanOutcome::Unfinished => "unfinished".to_owned(),
        SpanOutcome::NotStarted if span.kind == SpanKind::Connect => "not connected".to_owned(),
        SpanOutcome::NotStarted => "not started".to_owned(),
        SpanOutcome::NotKept => super::agents::NOT_KEPT.to_owned(),
        SpanOutcome::Unknown(status) => status.clone(),
    }
}

/// An action that is over.
fn done(action: &str) -> String {
    match action {
        "create" => "created",
        "delete" => "deleted",
        "update" => "updated",
        "replace" => "replaced",
        "read" => "read",
        "state refresh" => "refreshed",
        "provision" => "provisioned",
        "load" => "loaded",
        "install" => "installed",
        other => other,
    }
    .to_owned()
}
