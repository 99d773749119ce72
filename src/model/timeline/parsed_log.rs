//! A log that was read: its stages with their resources, its errors, and which lines belong to what. The times are
//! those of the lines, in milliseconds, not the rounded ones in their text. Lines may come in any order and twice.
//! Pure.

use super::errors::{self, Block, LogError};
use super::events::{Deed, Event, event_of};
use super::frame::{Frame, TOLERANCE_US, correction};
use super::line::{clean, in_order};
use super::phases::{Phase, Stage};
use super::quota::{ToldRefusal, told_refusal};
use super::stage_log::{InitWithin, StageLog, widen};
use crate::model::order;
use crate::wire::build::JobStatus;
use crate::wire::log::ProvisionerJobLog;
use rustc_hash::{FxHashMap, FxHashSet};

/// Whether a build can have errors: what is said on that level in one that succeeded was none.
fn failed_or_not_over(frame: &Frame<'_>) -> bool {
    frame.build.job.status != JobStatus::Succeeded
}

/// Puts lines that lie outside the build where the line before them is (by id, in µs after the origin): a clock that
/// was set while the build ran would make a stage longer than all of it. A log that is no longer than its build is left
/// alone: then its whole clock is off, and all of it is moved. Whether anything was put elsewhere.
fn settle(lines: &mut [(i64, &ProvisionerJobLog)], from: i64, until: i64) -> bool {
    let (earliest, latest) =
        lines.iter().fold((i64::MAX, i64::MIN), |(earliest, latest), (at, _)| (earliest.min(*at), latest.max(*at)));
    let inside = |at: i64| at.saturating_add(TOLERANCE_US) >= from && at.saturating_sub(TOLERANCE_US) <= until;
    let fits = latest.saturating_sub(earliest) <= until.saturating_sub(from).saturating_add(2 * TOLERANCE_US);
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

/// A log that was read: its stages with their resources, its errors, and which lines belong to what.
#[derive(Debug, Default)]
pub(super) struct ParsedLog<'a> {
    pub(super) stages: Vec<StageLog<'a>>,
    pub(super) blocks: Vec<(Block, LogError)>,
    /// µs after the origin at which the build failed, if the log says so.
    failed_at: Option<i64>,
    pub(super) quota: Option<ToldRefusal>,
    /// First and last line of each resource in each phase.
    lines: FxHashMap<Phase, FxHashMap<String, (i64, i64)>>,
    pub(super) applied: bool,
    pub(super) overflowed: bool,
    /// The newest line, µs after the origin.
    pub(super) newest: Option<i64>,
    moved: i64,
    /// Lines have times that cannot be, and stand where the line before them does.
    jumped: bool,
}

impl<'a> ParsedLog<'a> {
    /// Reads a log. Times are µs after the origin, corrected if the provisioner's clock contradicts the control
    /// plane's.
    pub(super) fn read(logs: &'a [ProvisionerJobLog], frame: &Frame<'_>) -> Self {
        let mut lines = in_order(logs);
        let mut log = Self {
            quota: told_refusal(logs),
            overflowed: frame.build.job.logs_overflowed == Some(true),
            ..Self::default()
        };
        if failed_or_not_over(frame) {
            log.blocks = errors::with_addresses(errors::read(&lines), &lines);
        }
        // Ids rise in the order in which the control plane took the lines; when they happened is their own time.
        lines.retain(|line| !line.created_at.is_zero());
        let mut lines: Vec<_> = lines.into_iter().map(|line| (frame.rel(line.created_at), line)).collect();
        if let Some(completed) = frame.completed {
            log.jumped = settle(&mut lines, frame.work_from(), completed);
        }
        order::sort_by_key(&mut lines, |(at, _)| *at);
        let earliest = lines.first().map(|(at, _)| *at);
        let latest = lines.last().map(|(at, _)| *at);
        if let (Some(earliest), Some(latest)) = (earliest, latest) {
            log.moved = match frame.completed {
                Some(completed) => correction(earliest, latest, frame.work_from(), Some(completed)),
                None if earliest > frame.now.saturating_add(TOLERANCE_US) => frame.work_from().saturating_sub(earliest),
                None => correction(earliest, latest, frame.work_from(), None),
            };
            log.newest = Some(latest.saturating_add(log.moved));
        }
        log.read_lines(&lines);
        log.failed_at = log.when_failed(frame);
        log
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
    pub(super) fn told_error(&self) -> Option<&(Block, LogError)> {
        self.blocks.first().filter(|(_, error)| !error.bare)
    }

    /// The errors, the one to tell first at their head; a refusal by quota where there is none.
    pub(super) fn errors(&self) -> Vec<LogError> {
        if self.told_error().is_none()
            && let Some(quota) = &self.quota
        {
            return vec![LogError::of_quota(quota)];
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

    /// Where a phase begins and ends by the provisioner's own clock. None where the log does not tell, or not to its
    /// end.
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
    pub(super) fn stage_of(&self, name: &str, line: i64) -> Option<usize> {
        let has = |stage: &StageLog<'_>| stage.name == name && stage.lines.0 <= line && line <= stage.lines.1;
        self.stages.iter().position(has).or_else(|| self.stages.iter().position(|stage| stage.name == name))
    }

    /// Ids of the first and last line about a resource in a phase.
    pub(super) fn lines_of_resource(&self, phase: Phase, address: &str) -> Option<(i64, i64)> {
        self.lines.get(&phase)?.get(address).copied()
    }

    /// What a resource failed with.
    pub(super) fn error_of(&self, address: &str) -> Option<&(Block, LogError)> {
        self.blocks.iter().find(|(_, error)| error.resource.as_deref() == Some(address))
    }
}

#[cfg(test)]
mod tests;
