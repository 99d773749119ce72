//! A build as spans: what happened when, as far as the control plane says (docs/architecture.md, "A waterfall"). The types are here;
//! `from_timings`, `from_logs` and `live` make them, `summary` says them in words. Pure; may import `wire` and other `model` files.
//!
//! All times are whole microseconds relative to the timeline's origin, the creation of the build's job. Nothing is invented: what
//! is read off the log is [`Precision::Estimated`], what is not kept or never began has no end and an outcome that says so.

pub mod agents;
pub mod errors;
mod events;
pub mod from_logs;
pub mod from_timings;
pub mod live;
pub mod phases;
mod reason;
pub mod span_key;
pub mod summary;
mod tree;

#[cfg(test)]
mod tests;

pub use errors::FirstError;
pub use phases::Phase;
pub use span_key::SpanKey;

use crate::model::left_out;
use crate::model::order;
use crate::wire::build::{JobStatus, Transition, WorkspaceBuild};
use crate::wire::log::ProvisionerJobLog;
use crate::wire::time::Timestamp;
use crate::wire::timings::BuildTimings;
use from_logs::Book;
use tree::Node;

/// How far a time can be trusted. Ordered from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// A time that the API gives for exactly this.
    Exact,
    /// Read off the time stamps of log lines (milliseconds).
    Estimated,
    /// Still growing: the end is not known yet.
    Live,
}

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// A heading over spans: the provisioner, or one agent. Drawn as a bracket.
    Group,
    /// A stage of the provisioner, or the scripts of an agent.
    Stage,
    /// One action on one resource.
    Resource,
    /// One run of a script.
    Script,
    /// From the end of provisioning to the first connection of an agent.
    Connect,
    /// Waiting for a provisioner.
    Queue,
    /// Anything that this version does not know.
    Other,
}

/// How a span ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SpanOutcome {
    /// It ended, and nothing says that it failed. Also of a span that still grows.
    Ok,
    /// It failed; the words are those of the control plane, Terraform or the script, as short as they come.
    Failed {
        /// What went wrong ("exit code 1", "no machine of 16 CPUs is free in us").
        message: String,
    },
    /// A script that was ended because its time was over.
    TimedOut,
    /// A script that ended but left its output open.
    PipesLeftOpen,
    /// It had begun and was never seen to end (cancelled, or the log breaks off).
    Unfinished,
    /// It was to happen and never began. Has no bar.
    NotStarted,
    /// It happened, but the control plane keeps no times of it. Has no bar, and no duration: never 0.
    NotKept,
    /// A status that this version does not know, as the API says it.
    Unknown(String),
}

impl SpanOutcome {
    /// Whether the span failed in a way that a reader must act on.
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::TimedOut)
    }
}

/// One bar of the waterfall: a thing with a start and, mostly, an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Index in [`Timeline::spans`], which means nothing in another timeline: that is what a [`SpanKey`] is for.
    pub id: u32,
    /// The span that this one lies in.
    pub parent: Option<u32>,
    /// Levels below the top: 0 groups, 1 stages, 2 resources and scripts, 3 what lies in those; a sub-agent's group and its rows
    /// lie one level deeper.
    pub depth: u8,
    /// What it is.
    pub kind: SpanKind,
    /// The phase whose colour it has. None: a stage that is no phase (setting up, commit quota, cleaning up): grey, no swatch.
    pub phase: Option<Phase>,
    /// What a reader calls it: "queue", `docker_image.main`, "dotfiles", "agent main".
    pub label: String,
    /// Which of the siblings with the same label it is, from 1 in display order.
    pub ordinal: u32,
    /// Start, µs after the origin. Means nothing where [`Span::has_bar`] is false (it is then the start of the parent).
    pub start_us: i64,
    /// End, µs after the origin; never below the start. None: still growing (live), not kept, or not started.
    pub end_us: Option<i64>,
    /// How far its times can be trusted.
    pub precision: Precision,
    /// How it ended.
    pub outcome: SpanOutcome,
    /// Terraform's action ("create", "read", "state refresh", "provision", …), or the stage of a script ("start", "stop", "cron").
    pub action: Option<String>,
    /// The provider, as the API says it.
    pub source: Option<String>,
    /// Of scripts alone.
    pub exit_code: Option<i32>,
    /// Its times contradicted those around it (clocks disagree, or the end lay before the start) and were moved: say so.
    pub clamped: bool,
    /// Start and end as the API says them, µs after the origin, where `clamped` moved the bar. The end may lie before the start.
    pub told: Option<(i64, i64)>,
    /// It lies outside the build, maybe years later (stop and cron scripts): it has times for its row, but is kept out of the
    /// scale and has no bar on it.
    pub off_scale: bool,
    /// What must be said beside it ("not kept by the server", "boot, download and connection, not split by Coder").
    pub note: Option<String>,
    /// Ids of the first and the last log line that belong to it.
    pub log: Option<(i64, i64)>,
}

impl Span {
    /// Whether its start is a fact: false for what is not kept and what never began.
    pub const fn has_times(&self) -> bool {
        !matches!(self.outcome, SpanOutcome::NotStarted | SpanOutcome::NotKept)
    }

    /// Whether it is still growing: it has a start and no end yet.
    pub fn is_growing(&self) -> bool {
        self.has_times() && self.end_us.is_none() && self.precision == Precision::Live
    }

    /// Whether there is anything to draw on the scale. Not for what is not kept, what never began, what ended nobody knows when,
    /// and what lies off the scale.
    pub fn has_bar(&self) -> bool {
        !self.off_scale && (self.is_growing() || (self.has_times() && self.end_us.is_some()))
    }

    /// Start and end of the bar, µs after the origin, where a growing span ends at `now_us` ([`Timeline::now_us`]). None where there
    /// are no times.
    pub fn range(&self, now_us: i64) -> Option<(i64, i64)> {
        if self.is_growing() {
            return Some((self.start_us, now_us.max(self.start_us)));
        }
        let end = self.end_us.filter(|_| self.has_times())?;
        Some((self.start_us, end.max(self.start_us)))
    }

    /// Start and end as figures: what the API says even where the bar was moved, else the bar's. None where there are no times.
    pub fn figures(&self, now_us: i64) -> Option<(i64, i64)> {
        self.told.or_else(|| self.range(now_us))
    }

    /// Its length in µs as a figure, up to `now_us` if it is still growing; never negative. None where there are no times: that is
    /// not 0.
    pub fn duration_us(&self, now_us: i64) -> Option<i64> {
        self.figures(now_us).map(|(start, end)| end.saturating_sub(start).max(0))
    }
}

/// What a [`Marker`] marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkerKind {
    /// The agent said that it is ready.
    Ready,
    /// Where the build failed.
    Failed,
    /// When somebody asked to cancel the build.
    Canceled,
    /// Now; of a live timeline alone.
    Now,
}

/// A vertical line through the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// What it marks.
    pub kind: MarkerKind,
    /// Where, µs after the origin.
    pub at_us: i64,
    /// The words of its chip ("failed, 4.59 s", "now", "ready").
    pub label: String,
}

/// How the whole build ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The job succeeded. Scripts may still have failed: see the spans.
    Succeeded,
    /// The job failed.
    Failed {
        /// The first error in Terraform's words if the log has one, else the job's own error.
        error: String,
    },
    /// Somebody canceled it.
    Canceled,
    /// It is under way.
    Running,
    /// It waits for a provisioner.
    Pending,
    /// A job status that this version does not know, as the API says it.
    Unknown(String),
}

/// All spans of one build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// t = 0 in µs since the Unix epoch: the job's creation.
    pub origin_us: i64,
    /// End of the scale, µs after the origin; at least 1.
    pub end_us: i64,
    /// As far as the control plane can have told, µs after the origin: growing spans reach to here. See [`live::LAG_US`].
    pub now_us: i64,
    /// The number of the build, counted per workspace.
    pub build_number: i64,
    /// What the build does.
    pub transition: Transition,
    /// The spans in display order: parents before their children, siblings by start.
    pub spans: Vec<Span>,
    /// Lines through the chart.
    pub markers: Vec<Marker>,
    /// The worst precision of the spans.
    pub precision: Precision,
    /// How the build ended.
    pub outcome: Outcome,
    /// The first error of a failed build's log.
    pub first_error: Option<FirstError>,
    /// The other errors of the log, in its order.
    pub more_errors: Vec<FirstError>,
    /// How long the job took, from its creation to its end, µs. None while it is under way.
    pub job_us: Option<i64>,
    /// Whether something may still grow.
    pub live: bool,
    /// What must be said once about the whole, in ready sentences.
    pub notes: Vec<String>,
}

impl Timeline {
    /// The span of this id.
    pub fn span(&self, id: u32) -> Option<&Span> {
        self.spans.get(usize::try_from(id).ok()?)
    }

    /// The spans directly below this one, in display order.
    pub fn children(&self, id: u32) -> impl Iterator<Item = &Span> {
        let from = usize::try_from(id).unwrap_or(usize::MAX).saturating_add(1);
        let depth = self.span(id).map_or(u8::MAX, |span| span.depth);
        self.spans
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |span| span.depth > depth)
            .filter(move |span| span.parent == Some(id))
    }
}

/// All that is known of a build. `logs` may be in any order and hold lines twice.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The build, with its resources and agents where the control plane still has them.
    pub build: &'a WorkspaceBuild,
    /// Its timings; None while they were not asked for.
    pub timings: Option<&'a BuildTimings>,
    /// The lines of its log so far.
    pub logs: &'a [ProvisionerJobLog],
    /// Now by the server's clock, Unix milliseconds.
    pub now_ms: i64,
}

/// What the parts of a timeline share: the build's own times, µs after the origin.
#[derive(Clone, Copy, Debug)]
struct Frame<'a> {
    build: &'a WorkspaceBuild,
    origin: i64,
    /// Now by the server's clock.
    now: i64,
    started: Option<i64>,
    completed: Option<i64>,
    canceled: Option<i64>,
}

impl Frame<'_> {
    fn rel(&self, time: Timestamp) -> i64 {
        time.micros().saturating_sub(self.origin)
    }

    /// Where the provisioner's work can have begun at the earliest.
    fn work_from(&self) -> i64 {
        self.started.unwrap_or(0)
    }
}

/// A time that is told: a zero one is none.
fn told(time: Option<Timestamp>) -> Option<Timestamp> {
    time.filter(|time| !time.is_zero())
}

/// How far two clocks may differ before times are moved for it.
const TOLERANCE_US: i64 = 1_000_000;

/// By how much all times of a foreign clock must be moved so that they do not contradict the control plane's: nothing can have begun
/// before `from`, nor before the timeline, nor ended after `until`. Lengths are kept. 0 where it is no contradiction.
fn correction(earliest: i64, latest: i64, from: i64, until: Option<i64>) -> i64 {
    let early = from.saturating_sub(earliest);
    if earliest < 0 || early > TOLERANCE_US {
        return early.max(earliest.saturating_neg());
    }
    match until {
        Some(until) if latest.saturating_sub(until) > TOLERANCE_US => until.saturating_sub(latest).max(early).min(0),
        _ => 0,
    }
}

/// The timeline of a build, from the best that is known of each of its parts: timings where the control plane keeps them, else the
/// log, and what still grows.
pub fn build_timeline(input: &Input<'_>) -> Timeline {
    let build = input.build;
    let job = &build.job;
    // Where no time is told at all, the picture begins now.
    let origin = build.asked_at().known().map_or(input.now_ms.saturating_mul(1_000), Timestamp::micros);
    let rel = |time: Timestamp| time.micros().saturating_sub(origin);
    let frame = Frame {
        build,
        origin,
        now: input.now_ms.saturating_mul(1_000).saturating_sub(origin),
        started: told(job.started_at).map(|time| rel(time).max(0)),
        completed: told(job.completed_at).map(|time| rel(time).max(0)),
        canceled: told(job.canceled_at).map(|time| rel(time).max(0)),
    };
    let book = Book::read(input.logs, &frame);
    let outcome = outcome_of(&frame, &book);
    let mut notes = Vec::new();
    let mut markers = Vec::new();
    let unread =
        input.timings.and_then(|timings| left_out::missing(("row of times", "rows of times"), &timings.left_out));
    notes.extend(unread.map(|(title, text)| format!("{title} {text}")));

    let mut roots = vec![provisioner(&frame, input, &book, &outcome, &mut notes)];
    let mut awaited = false;
    if frame.completed.is_some() {
        awaited = agents::groups(&frame, input.timings, &outcome, &mut roots, &mut markers, &mut notes);
    }

    let mut spans = tree::flatten(roots);
    let live = frame.completed.is_none() || awaited || spans.iter().any(Span::is_growing);
    let now_us = live::horizon(&frame, &spans, live);
    let mut end_us = frame.completed.unwrap_or(0).max(1);
    for span in &spans {
        if let Some((_, end)) = span.range(now_us).filter(|_| span.has_bar()) {
            end_us = end_us.max(end);
        }
    }
    mark(&frame, &outcome, &book, now_us, live, &mut markers);
    // What lies far beyond the last bar is no part of the picture, unless an agent says it of this start.
    let far = end_us.saturating_add(60 * TOLERANCE_US);
    markers.retain(|marker| marker.kind == MarkerKind::Ready || marker.at_us <= far);
    for marker in &markers {
        end_us = end_us.max(marker.at_us);
    }
    if spans.iter().any(|span| span.clamped) {
        notes.push(
            "The server's times contradict each other. Some bars are placed by guess; the figures are the server's."
                .to_owned(),
        );
    }
    let precision = spans.iter().filter(|span| span.has_times()).map(|span| span.precision).max();
    let mut errors = match outcome {
        Outcome::Failed { .. } | Outcome::Canceled => book.errors(),
        _ => Vec::new(),
    };
    let first_error = (!errors.is_empty()).then(|| errors.remove(0));
    spans.shrink_to_fit();
    Timeline {
        origin_us: origin,
        end_us,
        now_us,
        build_number: build.build_number,
        transition: build.transition.clone(),
        spans,
        markers,
        precision: precision.unwrap_or(Precision::Exact),
        outcome,
        first_error,
        more_errors: errors,
        job_us: frame.completed,
        live,
        notes,
    }
}

/// How the build ended. Who cancels a running build gets status "failed" from the control plane: that somebody asked decides.
fn outcome_of(frame: &Frame<'_>, book: &Book<'_>) -> Outcome {
    let job = &frame.build.job;
    match &job.status {
        JobStatus::Pending => Outcome::Pending,
        JobStatus::Running | JobStatus::Canceling => Outcome::Running,
        JobStatus::Canceled => Outcome::Canceled,
        JobStatus::Failed if frame.canceled.is_some() => Outcome::Canceled,
        JobStatus::Failed => {
            let told = book.errors().into_iter().next();
            // What was only said on the level of errors is less than what the job says itself.
            let own =
                job.error.as_deref().and_then(reason::of_job).filter(|_| told.as_ref().is_none_or(|told| told.bare));
            let error = own.map(|words| words.message).or_else(|| told.map(|error| error.message));
            let error = error.or_else(|| job.error.clone()).filter(|error| !error.is_empty());
            Outcome::Failed { error: error.unwrap_or_else(|| "no reason is given".to_owned()) }
        }
        JobStatus::Succeeded => Outcome::Succeeded,
        JobStatus::Unknown | JobStatus::Other(_) => Outcome::Unknown(job.status.as_str().to_owned()),
    }
}

/// The provisioner's group: the queue, then the stages from the best source there is.
fn provisioner(
    frame: &Frame<'_>,
    input: &Input<'_>,
    book: &Book<'_>,
    outcome: &Outcome,
    notes: &mut Vec<String>,
) -> Node {
    let timed = input.timings.map(|timings| timings.provisioner_timings.as_slice()).filter(|rows| !rows.is_empty());
    let stages = if let Some(rows) = timed {
        from_timings::stages(rows, frame, book, notes)
    } else {
        let stages = from_logs::stages(book, frame, outcome);
        if !stages.is_empty() {
            notes.push(estimate_note(frame, input, outcome));
        }
        if book.has_jumped() {
            notes.push(
                "Some lines of the log have times outside the build: they are taken to be of the moment of the line before them."
                    .to_owned(),
            );
        }
        if book.is_cut_off() {
            notes.push("The log was cut off: what came after its last line is not known.".to_owned());
        }
        if book.applied() && *outcome == Outcome::Canceled {
            notes.push("The apply had ended when the cancel took hold: what it made is there.".to_owned());
        }
        stages
    };
    let mut node = Node::new(SpanKind::Group, None, "provisioner".to_owned(), 0);
    node.children.push(live::queue(frame, outcome));
    if stages.is_empty()
        && let Some(started) = frame.started
    {
        node.children.push(live::unsplit_work(frame, started, outcome));
    }
    node.children.extend(stages);
    let end = node.children.iter().filter_map(|child| child.span.end_us).max().unwrap_or(0);
    match frame.completed {
        Some(completed) => node.span.end_us = Some(completed.max(end)),
        None => node.span.precision = Precision::Live,
    }
    node
}

/// Why the bars are estimates, in a sentence.
fn estimate_note(frame: &Frame<'_>, input: &Input<'_>, outcome: &Outcome) -> String {
    let so = "Estimated from the log, except the queue";
    match outcome {
        // Of a build that fails or is canceled no timings are kept.
        _ if frame.completed.is_none() && frame.canceled.is_none() => {
            format!("{so}, until the build succeeds and its exact times are there.")
        }
        Outcome::Succeeded if input.timings.is_some() => format!("{so}: the server keeps no times of this build."),
        _ => format!("{so}."),
    }
}

/// The lines through the chart that belong to the job; those of the agents are there already.
fn mark(frame: &Frame<'_>, outcome: &Outcome, book: &Book<'_>, now_us: i64, live: bool, markers: &mut Vec<Marker>) {
    if let Some(at_us) = frame.canceled {
        markers.push(Marker { kind: MarkerKind::Canceled, at_us, label: "cancel asked".to_owned() });
    }
    if let (Outcome::Failed { .. }, Some(completed)) = (outcome, frame.completed) {
        let at_us = book.failed_at().unwrap_or(completed).min(completed).max(0);
        let label = format!("failed, {}", crate::model::duration::span_text(at_us));
        markers.push(Marker { kind: MarkerKind::Failed, at_us, label });
    }
    if live {
        markers.push(Marker { kind: MarkerKind::Now, at_us: now_us, label: "now".to_owned() });
    }
    order::sort_by_key(markers, |marker| marker.at_us);
}
