//! A build as its log tells it (docs/control-plane-api.md, 6.3): stages, one bar per resource, and which error is whose (`errors` reads those).
//! For builds without timings (running, failed, canceled, old), and for the lines that belong to a span. The times are those of the
//! lines, in milliseconds, not the rounded ones in their text. Lines may come in any order and twice. Pure.

use super::errors::{self, Block, FirstError, QuotaRefusal, clean, in_order, quota_refusal};
use super::events::{Deed, Event, event_of, plain_address};
use super::from_timings::label_of;
use super::phases::{Phase, Stage};
use super::tree::{self, Node};
use super::{Frame, Outcome, Precision, SpanKind, SpanOutcome, correction};
use crate::model::order;
use crate::wire::build::JobStatus;
use crate::wire::log::ProvisionerJobLog;
use rustc_hash::{FxHashMap, FxHashSet};

/// Puts lines that lie outside the build where the line before them is (by id, in µs after the origin): a clock that was set while the build ran
/// would make a stage longer than all of it. A log that is no longer than its build is left alone: then its whole clock is off, and all of it is
/// moved. Whether anything was put elsewhere.
fn settle(lines: &mut [(i64, &ProvisionerJobLog)], from: i64, until: i64) -> bool {
    let (earliest, latest) =
        lines.iter().fold((i64::MAX, i64::MIN), |(earliest, latest), (at, _)| (earliest.min(*at), latest.max(*at)));
    let inside =
        |at: i64| at.saturating_add(super::TOLERANCE_US) >= from && at.saturating_sub(super::TOLERANCE_US) <= until;
    let fits = latest.saturating_sub(earliest) <= until.saturating_sub(from).saturating_add(2 * super::TOLERANCE_US);
    let Some(mut last) = lines.iter().map(|(at, _)| *at).find(|at| inside(*at)).filter(|_| !fits) else { return false };
    for (at, _) in lines {
        if inside(*at) {
            last = *at;
        } else {
            *at = last;
        }
    }
    true
}

/// What was done to one resource.
#[derive(Debug)]
struct Act {
    address: String,
    deed: Deed,
    start: i64,
    end: Option<i64>,
    errored: bool,
    /// The log does not have its beginning: the start is reckoned from Terraform's rounded seconds.
    reckoned: bool,
    lines: (i64, i64),
    provisions: Vec<Provision>,
}

#[derive(Debug)]
struct Provision {
    kind: String,
    start: i64,
    end: Option<i64>,
    errored: bool,
    lines: (i64, i64),
}

/// One stage of a log.
#[derive(Debug)]
struct StageLog<'a> {
    name: &'a str,
    /// What it is. Of the planning of an older server, whose log has no stage of its own for it, the beginning is init.
    stage: Stage,
    start: i64,
    last: i64,
    lines: (i64, i64),
    acts: Vec<Act>,
    /// What was to be done, in the order of the plan.
    planned: Vec<Planned>,
}

/// Where the log of an older server, which has no stage of its own for it, tells of init: at the beginning of its planning.
struct InitWithin {
    within: bool,
    begun: bool,
}

impl InitWithin {
    fn of(lines: &[(i64, &ProvisionerJobLog)]) -> Self {
        // Lines of one stage stand together.
        let names = lines.chunk_by(|(_, one), (_, other)| one.stage == other.stage).filter_map(<[_]>::first);
        let of_its_own = names.into_iter().any(|(_, log)| Stage::of_log(&log.stage).phase == Some(Phase::Init));
        Self { within: !of_its_own, begun: false }
    }

    /// Whether the next line is of init. Terraform's version is the first that its plan says.
    fn has(&mut self, log: &ProvisionerJobLog) -> bool {
        if !self.within || Stage::of_log(&log.stage).phase != Some(Phase::Plan) {
            return false;
        }
        let text = clean(&log.output);
        let plans = ["Terraform ", "OpenTofu "].iter().any(|name| {
            text.strip_prefix(name)
                .is_some_and(|rest| rest.trim_start_matches('v').starts_with(|char: char| char.is_ascii_digit()))
        });
        let plans = plans || event_of(&text).is_some();
        self.within = !plans && (self.begun || text.starts_with("Initializing ") || text.starts_with("Upgrading "));
        self.begun = true;
        self.within
    }
}

/// Where a phase lies in the log, µs after the origin by the provisioner's own clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// Where the stage begins under whose name the log has it, which may hold more than the phase.
    pub(super) from: i64,
    /// Where the phase begins.
    pub(super) start: i64,
    /// Where the next stage begins.
    pub(super) end: i64,
}

/// What was to be done to a resource.
#[derive(Debug)]
struct Planned {
    address: String,
    action: String,
    line: i64,
}

/// A log that was read: its stages with their resources, its errors, and which lines belong to what.
#[derive(Debug, Default)]
pub(super) struct Book<'a> {
    stages: Vec<StageLog<'a>>,
    blocks: Vec<(Block, FirstError)>,
    /// µs after the origin at which the build failed, if the log says so.
    failed_at: Option<i64>,
    quota: Option<QuotaRefusal>,
    /// First and last line of each resource in each phase.
    lines: FxHashMap<Phase, FxHashMap<String, (i64, i64)>>,
    applied: bool,
    overflowed: bool,
    /// The newest line, µs after the origin.
    newest: Option<i64>,
    moved: i64,
    /// Lines have times that cannot be, and stand where the line before them does.
    jumped: bool,
}

/// Whether a build can have errors: what is said on that level in one that succeeded was none.
fn failed_or_not_over(frame: &Frame<'_>) -> bool {
    frame.build.job.status != JobStatus::Succeeded
}

impl<'a> Book<'a> {
    /// Reads a log. Times are µs after the origin, corrected if the provisioner's clock contradicts the control plane's.
    pub(super) fn read(logs: &'a [ProvisionerJobLog], frame: &Frame<'_>) -> Self {
        let mut lines = in_order(logs);
        let mut book = Self {
            quota: quota_refusal(logs),
            overflowed: frame.build.job.logs_overflowed == Some(true),
            ..Self::default()
        };
        if failed_or_not_over(frame) {
            book.blocks = errors::with_addresses(errors::read(&lines), &lines);
        }
        // Ids rise in the order in which the control plane took the lines; when they happened is their own time.
        lines.retain(|line| !line.created_at.is_zero());
        let mut lines: Vec<_> = lines.into_iter().map(|line| (frame.rel(line.created_at), line)).collect();
        if let Some(completed) = frame.completed {
            book.jumped = settle(&mut lines, frame.work_from(), completed);
        }
        order::sort_by_key(&mut lines, |(at, _)| *at);
        let earliest = lines.first().map(|(at, _)| *at);
        let latest = lines.last().map(|(at, _)| *at);
        if let (Some(earliest), Some(latest)) = (earliest, latest) {
            book.moved = match frame.completed {
                Some(completed) => correction(earliest, latest, frame.work_from(), Some(completed)),
                None if earliest > frame.now.saturating_add(super::TOLERANCE_US) => {
                    frame.work_from().saturating_sub(earliest)
                }
                None => correction(earliest, latest, frame.work_from(), None),
            };
            book.newest = Some(latest.saturating_add(book.moved));
        }
        book.read_lines(&lines);
        book.failed_at = book.when_failed(frame);
        book
    }

    fn read_lines(&mut self, lines: &[(i64, &'a ProvisionerJobLog)]) {
        let mut by_name: FxHashMap<(&str, bool), usize> = FxHashMap::default();
        let mut init = InitWithin::of(lines);
        // What is open: per stage, address and deed the index of the act.
        let mut open: FxHashMap<(usize, String, Deed), usize> = FxHashMap::default();
        let mut planned: FxHashSet<(usize, String)> = FxHashSet::default();
        for (at, log) in lines {
            let at = at.saturating_add(self.moved);
            let is_init = init.has(log);
            let index = *by_name.entry((log.stage.as_str(), is_init)).or_insert_with(|| {
                let stage = if is_init {
                    Stage { phase: Some(Phase::Init), label: Phase::Init.as_str().to_owned() }
                } else {
                    Stage::of_log(&log.stage)
                };
                self.stages.push(StageLog {
                    name: &log.stage,
                    stage,
                    start: at,
                    last: at,
                    lines: (log.id, log.id),
                    acts: Vec::new(),
                    planned: Vec::new(),
                });
                self.stages.len() - 1
            });
            let Some(stage) = self.stages.get_mut(index) else { continue };
            stage.last = stage.last.max(at);
            widen(&mut stage.lines, log.id);
            let phase = stage.stage.phase;
            for text in log.output.split('\n') {
                let text = clean(text);
                self.applied |= text.starts_with("Apply complete!");
                let Some((address, event)) = event_of(&text) else { continue };
                if let Some(phase) = phase.filter(|_| !matches!(event, Event::Planned(_))) {
                    let ranges = self.lines.entry(phase).or_default();
                    match ranges.get_mut(address) {
                        Some(range) => widen(range, log.id),
                        None => {
                            ranges.insert(address.to_owned(), (log.id, log.id));
                        }
                    }
                }
                stage.take(index, address, event, at, log.id, &mut open, &mut planned);
            }
        }
        order::sort_by_key(&mut self.stages, |stage| (stage.start, stage.lines.0));
    }

    /// When the build failed: when a resource errored for the first error, else the line of the first error.
    fn when_failed(&self, frame: &Frame<'_>) -> Option<i64> {
        let Some((block, error)) = self.told_error() else {
            let refused = self.quota?;
            let stage =
                self.stages.iter().find(|stage| stage.lines.0 <= refused.log_id && refused.log_id <= stage.lines.1)?;
            return Some(stage.last);
        };
        let acts = || self.stages.iter().flat_map(|stage| &stage.acts).filter(|act| act.errored);
        let errored = error.resource.as_ref().and_then(|resource| acts().find(|act| act.address == *resource));
        errored.and_then(|act| act.end).or_else(|| {
            let at = block.at.saturating_sub(frame.origin).saturating_add(self.moved);
            // What jumped is not believed: it failed within its build.
            Some(frame.completed.filter(|_| self.jumped).map_or(at, |completed| at.clamp(0, completed)))
        })
    }

    /// The error to tell first, where the log has one: what was only said on that level may be of any stage.
    fn told_error(&self) -> Option<&(Block, FirstError)> {
        self.blocks.first().filter(|(_, error)| !error.bare)
    }

    /// The errors, the one to tell first at their head; a refusal by quota where there is none.
    pub(super) fn errors(&self) -> Vec<FirstError> {
        if self.told_error().is_none()
            && let Some(quota) = &self.quota
        {
            return vec![FirstError::of_quota(quota)];
        }
        self.blocks.iter().map(|(_, error)| error.clone()).collect()
    }

    /// µs after the origin at which the build failed, if the log says so.
    pub(super) fn failed_at(&self) -> Option<i64> {
        self.failed_at
    }

    /// Whether some lines have times that cannot be.
    pub(super) fn has_jumped(&self) -> bool {
        self.jumped
    }

    /// Whether the control plane cut the log off.
    pub(super) fn is_cut_off(&self) -> bool {
        self.overflowed && !self.stages.is_empty()
    }

    /// Whether the apply ran to its end.
    pub(super) fn applied(&self) -> bool {
        self.applied
    }

    /// Ids of the first and last line of a phase.
    pub(super) fn lines_of_phase(&self, phase: Phase) -> Option<(i64, i64)> {
        self.stages.iter().find(|stage| stage.stage.phase == Some(phase)).map(|stage| stage.lines)
    }

    /// Where a phase begins and ends by the provisioner's own clock. None where the log does not tell, or not to its end.
    pub(super) fn told(&self, phase: Phase) -> Option<Told> {
        if self.jumped || self.overflowed {
            return None;
        }
        let at = self.stages.iter().position(|stage| stage.stage.phase == Some(phase))?;
        let stage = self.stages.get(at)?;
        let named = self.stages.iter().filter(|other| other.name == stage.name).map(|other| other.start).min();
        let end = self.stages.get(at + 1).map_or(stage.last, |next| next.start.max(stage.last));
        let raw = |at: i64| at.saturating_sub(self.moved);
        Some(Told { from: raw(named.unwrap_or(stage.start)), start: raw(stage.start), end: raw(end) })
    }

    /// The stage to which a line belongs.
    fn stage_of(&self, name: &str, line: i64) -> Option<usize> {
        let has = |stage: &StageLog<'_>| stage.name == name && stage.lines.0 <= line && line <= stage.lines.1;
        self.stages.iter().position(has).or_else(|| self.stages.iter().position(|stage| stage.name == name))
    }

    /// Ids of the first and last line about a resource in a phase.
    pub(super) fn lines_of_resource(&self, phase: Phase, address: &str) -> Option<(i64, i64)> {
        self.lines.get(&phase)?.get(address).copied()
    }

    /// What a resource failed with.
    fn error_of(&self, address: &str) -> Option<&(Block, FirstError)> {
        self.blocks.iter().find(|(_, error)| error.resource.as_deref() == Some(address))
    }
}

/// The lines of a resource with those of its error.
fn joined(lines: (i64, i64), block: &Block) -> (i64, i64) {
    (lines.0.min(block.first), lines.1.max(block.last))
}

fn widen(range: &mut (i64, i64), id: i64) {
    range.0 = range.0.min(id);
    range.1 = range.1.max(id);
}

impl StageLog<'_> {
    /// Takes one line about a resource.
    #[expect(clippy::too_many_arguments, reason = "one step of the reader, split off for its length")]
    fn take(
        &mut self,
        index: usize,
        address: &str,
        event: Event,
        at: i64,
        id: i64,
        open: &mut FxHashMap<(usize, String, Deed), usize>,
        planned: &mut FxHashSet<(usize, String)>,
    ) {
        let key = |deed| (index, address.to_owned(), deed);
        let act = |deed, start, reckoned| Act {
            address: address.to_owned(),
            deed,
            start,
            end: None,
            errored: false,
            reckoned,
            lines: (id, id),
            provisions: Vec::new(),
        };
        match event {
            Event::Begin(deed) => {
                let known = open.get(&key(deed)).and_then(|at| self.acts.get_mut(*at));
                if let Some(known) = known {
                    widen(&mut known.lines, id);
                } else {
                    open.insert(key(deed), self.acts.len());
                    self.acts.push(act(deed, at, false));
                }
            }
            Event::Still(deed, elapsed) => {
                if let Some(known) = open.get(&key(deed)).and_then(|at| self.acts.get_mut(*at)) {
                    widen(&mut known.lines, id);
                } else {
                    let start = at.saturating_sub(elapsed.unwrap_or(0)).max(self.start);
                    open.insert(key(deed), self.acts.len());
                    self.acts.push(act(deed, start, true));
                }
            }
            Event::End(deed, after) | Event::Error(deed, after) => {
                let errored = matches!(event, Event::Error(..));
                let index = open.remove(&key(deed)).unwrap_or_else(|| {
                    let start = at.saturating_sub(after.unwrap_or(0)).max(self.start);
                    self.acts.push(act(deed, start, true));
                    self.acts.len() - 1
                });
                if let Some(known) = self.acts.get_mut(index) {
                    known.end = Some(at);
                    known.errored = errored;
                    widen(&mut known.lines, id);
                }
            }
            Event::Provision(_) | Event::Provisioned(_) | Event::Says => {
                // The deeds within which provisioners run.
                let deeds = [Deed::Create, Deed::Delete, Deed::Update, Deed::Replace];
                let Some(index) = deeds.into_iter().find_map(|deed| open.get(&key(deed))) else { return };
                let Some(known) = self.acts.get_mut(*index) else { return };
                widen(&mut known.lines, id);
                match event {
                    Event::Provision(kind) => {
                        known.provisions.push(Provision {
                            kind,
                            start: at,
                            end: None,
                            errored: false,
                            lines: (id, id),
                        });
                    }
                    Event::Provisioned(well) => {
                        if let Some(last) = known.provisions.last_mut().filter(|last| last.end.is_none()) {
                            last.end = Some(at);
                            last.errored = !well;
                            widen(&mut last.lines, id);
                        }
                    }
                    _ => {
                        if let Some(last) = known.provisions.last_mut().filter(|last| last.end.is_none()) {
                            widen(&mut last.lines, id);
                        }
                    }
                }
            }
            Event::Planned(action) => {
                if planned.insert((index, address.to_owned())) {
                    self.planned.push(Planned { address: address.to_owned(), action, line: id });
                }
            }
        }
    }
}

/// The stages of a log as spans, each with its resources: one ends where the next begins, the last where the job does.
pub(super) fn stages(book: &Book<'_>, frame: &Frame<'_>, outcome: &Outcome) -> Vec<Node> {
    let failing = failing_stage(book, frame, outcome);
    let mut nodes = Vec::with_capacity(book.stages.len());
    for (index, stage) in book.stages.iter().enumerate() {
        let next = book.stages.get(index + 1).map(|next| next.start);
        let end = next.or_else(|| frame.completed.map(|completed| completed.max(stage.last)));
        let phase = stage.stage.phase;
        let mut node = Node::new(SpanKind::Stage, phase, stage.stage.label.clone(), stage.start);
        node.span.log = Some(stage.lines);
        node.span.precision = if end.is_some() { Precision::Estimated } else { Precision::Live };
        node.span.end_us = end;
        if failing == Some(index) {
            node.span.outcome = match outcome {
                Outcome::Failed { error } => SpanOutcome::Failed { message: error.clone() },
                _ => SpanOutcome::Unfinished,
            };
        }
        node.children = resources(book, frame, outcome, stage, end);
        for child in &mut node.children {
            child.span.phase = phase;
            for nested in &mut child.children {
                nested.span.phase = phase;
            }
            child.clamp(stage.start, end);
        }
        tree::sort(&mut node.children);
        if phase == Some(Phase::Apply) && matches!(outcome, Outcome::Failed { .. } | Outcome::Canceled) {
            node.children.extend(not_started(book, stage, phase));
        }
        nodes.push(node);
    }
    nodes
}

/// The stage in which a build failed or was canceled: that of the first error, else what the job's own error names ("terraform
/// plan: …"), else the last one that is no cleaning up. None where all of Terraform's work went well.
fn failing_stage(book: &Book<'_>, frame: &Frame<'_>, outcome: &Outcome) -> Option<usize> {
    if !matches!(outcome, Outcome::Failed { .. } | Outcome::Canceled) {
        return None;
    }
    if let Some((block, _)) = book.told_error() {
        return book.stage_of(&block.stage, block.first);
    }
    if let Some(refused) = book.quota {
        return book.stages.iter().position(|stage| stage.lines.0 <= refused.log_id && refused.log_id <= stage.lines.1);
    }
    if book.applied {
        return None;
    }
    let phase = frame.build.job.error.as_deref().and_then(|error| {
        let word = error.strip_prefix("terraform ")?.split(':').next()?;
        Phase::ALL.into_iter().find(|phase| phase.as_str() == word)
    });
    let named = phase.and_then(|phase| book.stages.iter().position(|stage| stage.stage.phase == Some(phase)));
    named.or_else(|| book.stages.iter().rposition(|stage| stage.stage.label != "cleaning up"))
}

fn resources(
    book: &Book<'_>,
    frame: &Frame<'_>,
    outcome: &Outcome,
    stage: &StageLog<'_>,
    end: Option<i64>,
) -> Vec<Node> {
    let mut deeds: FxHashMap<&str, (Deed, bool)> = FxHashMap::default();
    for act in &stage.acts {
        let seen = deeds.entry(act.address.as_str()).or_insert((act.deed, false));
        seen.1 |= seen.0 != act.deed;
    }
    let open = || stage.acts.iter().filter(|act| act.end.is_none());
    let errored = stage.acts.iter().any(|act| act.errored);
    // Of what had not ended when its stage failed, the error is that of the one that it names (no line says of a data source that it
    // errored); if it names none, and one alone was left, it is that one's, and why that is thought is said.
    let blame = |act: &Act| {
        let mine = |(_, error): &&(Block, FirstError)| match error.resource.as_deref() {
            Some(resource) => {
                let named = |act: &&Act| act.address == resource || plain_address(&act.address) == resource;
                named(&act) && open().filter(named).count() == 1
            }
            None => !errored && open().count() == 1,
        };
        let failed = matches!(outcome, Outcome::Failed { .. }) && act.end.is_none();
        book.blocks.iter().filter(|(block, _)| failed && block.stage == stage.name).find(mine)
    };
    stage
        .acts
        .iter()
        .map(|act| {
            let several = deeds.get(act.address.as_str()).is_some_and(|(_, several)| *several);
            let action = act.deed.action(&act.address);
            let label = label_of(&act.address, action, several);
            let mut node = Node::new(SpanKind::Resource, None, label, act.start);
            node.span.action = Some(action.to_owned());
            node.span.log = Some(act.lines);
            if act.reckoned {
                node.span.note =
                    Some("the log does not have its beginning: reckoned from Terraform's whole seconds".to_owned());
            }
            close(&mut node, act.end, end, book, outcome);
            if act.errored {
                let found = book.error_of(&act.address);
                let message = found.map_or_else(|| "errored".to_owned(), |(_, error)| error.message.clone());
                node.span.log = found.map(|(block, _)| joined(act.lines, block)).or(node.span.log);
                let interrupted = frame.canceled.is_some_and(|canceled| act.end.is_some_and(|end| end >= canceled));
                if interrupted && is_interrupt(&message) {
                    node.span.outcome = SpanOutcome::Unfinished;
                    node.span.note = Some(format!("interrupted by the cancel: {message}"));
                } else {
                    node.span.outcome = SpanOutcome::Failed { message };
                }
            }
            if let Some((block, error)) = blame(act) {
                node.span.outcome = SpanOutcome::Failed { message: error.message.clone() };
                node.span.log = Some(joined(act.lines, block));
                if error.resource.is_none() {
                    node.span.note =
                        Some("the error names no resource; this is the only one that had not ended".to_owned());
                }
            }
            for provision in &act.provisions {
                let label = label_of(&act.address, "provision", false);
                let mut nested = Node::new(SpanKind::Resource, None, label, provision.start);
                nested.span.action = Some("provision".to_owned());
                nested.span.log = Some(provision.lines);
                if !provision.kind.is_empty() {
                    nested.span.note = Some(format!("by {}", provision.kind));
                }
                close(&mut nested, provision.end, act.end.or(end), book, outcome);
                if provision.errored {
                    let message = match &node.span.outcome {
                        SpanOutcome::Failed { message } => message.clone(),
                        _ => "errored".to_owned(),
                    };
                    nested.span.outcome = SpanOutcome::Failed { message };
                }
                node.children.push(nested);
            }
            node
        })
        .collect()
}

/// Ends a span: where the log says, or at the end of what it lies in, unfinished; or it grows.
fn close(node: &mut Node, end: Option<i64>, until: Option<i64>, book: &Book<'_>, outcome: &Outcome) {
    let span = &mut node.span;
    span.precision = Precision::Estimated;
    if let Some(end) = end {
        span.end_us = Some(end.max(span.start_us));
    } else if let Some(until) = until {
        span.outcome = SpanOutcome::Unfinished;
        span.end_us = Some(until.max(span.start_us));
        if book.overflowed && *outcome != Outcome::Running {
            span.end_us = Some(book.newest.unwrap_or(until).min(until).max(span.start_us));
            span.note = Some("the log was cut off before its end".to_owned());
        }
    } else {
        span.precision = Precision::Live;
    }
}

/// Whether an error is that of being interrupted.
fn is_interrupt(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["cancel", "interrupt", "halted", "signal: killed", "errored"].iter().any(|word| message.contains(word))
}

/// What was planned and never began. Not said where the log was cut off: then it is not known.
fn not_started(book: &Book<'_>, stage: &StageLog<'_>, phase: Option<Phase>) -> Vec<Node> {
    if book.overflowed {
        return Vec::new();
    }
    let begun: FxHashSet<&str> = stage.acts.iter().map(|act| act.address.as_str()).collect();
    let plan = book.stages.iter().filter(|other| other.stage.phase == Some(Phase::Plan));
    let planned = stage.planned.iter().chain(plan.flat_map(|plan| &plan.planned));
    let mut seen = FxHashSet::default();
    let mut nodes = Vec::new();
    for Planned { address, action, line } in planned {
        let idle = matches!(action.as_str(), "no-op" | "noop" | "forget" | "remove" | "move" | "read");
        if idle || begun.contains(address.as_str()) || !seen.insert(address.as_str()) {
            continue;
        }
        let mut node = Node::new(SpanKind::Resource, phase, label_of(address, action, false), stage.start);
        node.span.precision = Precision::Estimated;
        node.span.outcome = SpanOutcome::NotStarted;
        node.span.action = Some(action.clone());
        node.span.log = Some((*line, *line));
        nodes.push(node);
    }
    nodes
}
