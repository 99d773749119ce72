//! One stage of a log: what was done to which resource, and what was planned (docs/control-plane-api.md, 6.3). Pure.

use super::events::{Deed, Event, event_of};
use super::line::clean;
use super::phases::{Phase, Stage};
use crate::wire::log::ProvisionerJobLog;
use rustc_hash::{FxHashMap, FxHashSet};

/// One stage of a log.
#[derive(Debug)]
pub(super) struct StageLog<'a> {
    pub(super) name: &'a str,
    /// What it is. Of the planning of an older server, whose log has no stage of its own for it, the beginning is init.
    pub(super) stage: Stage,
    pub(super) start: i64,
    pub(super) last: i64,
    pub(super) lines: (i64, i64),
    pub(super) acts: Vec<Act>,
    /// What was to be done, in the order of the plan.
    pub(super) planned: Vec<Planned>,
}

/// What was done to one resource.
#[derive(Debug)]
pub(super) struct Act {
    pub(super) address: String,
    pub(super) deed: Deed,
    pub(super) start: i64,
    pub(super) end: Option<i64>,
    pub(super) errored: bool,
    /// The log does not have its beginning: the start is reckoned from Terraform's rounded seconds.
    pub(super) reckoned: bool,
    pub(super) lines: (i64, i64),
    pub(super) provisions: Vec<Provision>,
}

#[derive(Debug)]
pub(super) struct Provision {
    pub(super) kind: String,
    pub(super) start: i64,
    pub(super) end: Option<i64>,
    pub(super) errored: bool,
    pub(super) lines: (i64, i64),
}

/// What was to be done to a resource.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) address: String,
    pub(super) action: String,
    pub(super) line: i64,
}

impl StageLog<'_> {
    /// Takes one line about a resource.
    #[expect(clippy::too_many_arguments, reason = "one step of the reader, split off for its length")]
    pub(super) fn take(
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

/// Takes a line into a range of lines.
pub(super) fn widen(range: &mut (i64, i64), id: i64) {
    range.0 = range.0.min(id);
    range.1 = range.1.max(id);
}

/// Where the log of an older server, which has no stage of its own for it, tells of init: at the beginning of its
/// planning.
pub(super) struct InitWithin {
    within: bool,
    begun: bool,
}

impl InitWithin {
    pub(super) fn of(lines: &[(i64, &ProvisionerJobLog)]) -> Self {
        // Lines of one stage stand together.
        let names = lines.chunk_by(|(_, one), (_, other)| one.stage == other.stage).filter_map(<[_]>::first);
        let of_its_own = names.into_iter().any(|(_, log)| Stage::of_log(&log.stage).phase == Some(Phase::Init));
        Self { within: !of_its_own, begun: false }
    }

    /// Whether the next line is of init. Terraform's version is the first that its plan says.
    pub(super) fn has(&mut self, log: &ProvisionerJobLog) -> bool {
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

#[cfg(test)]
mod tests;
