//! The lines of a log as they arrive, one by one or in answers, and are shown in batches. May import `api` and below.

use crate::api::answer::Told;
use crate::browser::timers;
use crate::model::order;
use crate::wire::agent::AgentLog;
use crate::wire::log::ProvisionerJobLog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How long lines are collected before the page is told, in milliseconds: a finished log arrives as thousands of
/// frames.
const FLUSH_MS: i64 = 60;

/// A line of a log: numbered, rising.
pub(super) trait Line {
    fn id(&self) -> i64;
}

impl Line for ProvisionerJobLog {
    fn id(&self) -> i64 {
        self.id
    }
}

impl Line for AgentLog {
    fn id(&self) -> i64 {
        self.id
    }
}

/// Lines that arrive one by one and are shown in batches.
pub(super) struct Lines<T: Send + Sync + 'static> {
    pub(super) shown: ArcRwSignal<Vec<T>>,
    waiting: RefCell<Vec<T>>,
    flushing: Cell<bool>,
    last: Cell<i64>,
    /// How many lines, or frames of them, could not be read: they are missing.
    pub(super) unreadable: ArcRwSignal<usize>,
}

impl<T: Line + Send + Sync + 'static> Lines<T> {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self {
            shown: ArcRwSignal::new(Vec::new()),
            waiting: RefCell::default(),
            flushing: Cell::new(false),
            last: Cell::new(0),
            unreadable: ArcRwSignal::new(0),
        })
    }

    /// Takes in a frame: what of it cannot be read is counted, and said on the page.
    pub(super) fn hear<F: IntoIterator<Item = T>>(self: &Rc<Self>, frame: Result<F, json_tape::Error>) {
        match frame {
            Ok(lines) => self.add(lines),
            Err(why) => self.miss(&why.to_string()),
        }
    }

    /// Takes in a frame of several lines: one that cannot be read costs itself alone.
    pub(super) fn hear_all(self: &Rc<Self>, frame: Result<Told<T>, json_tape::Error>) {
        match frame {
            Ok(told) => self.take(told),
            Err(why) => self.miss(&why.to_string()),
        }
    }

    /// Takes in an answer, in whatever order its lines are: what of it cannot be read is counted as well.
    pub(super) fn take(self: &Rc<Self>, mut told: Told<T>) {
        for why in &told.unreadable {
            self.miss(why);
        }
        order::sort_by_key(&mut told.lines, Line::id);
        self.add(told.lines);
        self.last.set(self.last.get().max(told.past));
    }

    fn miss(&self, why: &str) {
        leptos::logging::warn!("a line of a log could not be read: {why}");
        self.unreadable.update(|count| *count += 1);
    }

    /// The id of the last line; the log goes on after it.
    pub(super) fn last(&self) -> i64 {
        self.last.get()
    }

    /// Takes in lines; those that are known already (a socket that resumed) are left out.
    fn add(self: &Rc<Self>, lines: impl IntoIterator<Item = T>) {
        let mut waiting = self.waiting.borrow_mut();
        for line in lines {
            if line.id() > self.last.get() {
                self.last.set(line.id());
                waiting.push(line);
            }
        }
        if !waiting.is_empty() && !self.flushing.replace(true) {
            let lines = Rc::clone(self);
            spawn_local(async move {
                timers::sleep(FLUSH_MS).await;
                lines.flushing.set(false);
                lines.flush();
            });
        }
    }

    pub(super) fn flush(&self) {
        let batch = std::mem::take(&mut *self.waiting.borrow_mut());
        if !batch.is_empty() {
            self.shown.update(|shown| shown.extend(batch));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::answer::parse_lines;

    fn body(name: &str) -> serde_json::Value {
        let path = format!("{}/tests/contract/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_slice::<serde_json::Value>(&std::fs::read(path).unwrap()).unwrap()["response"]["body"].take()
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_the_rest_shown() {
        let lines: Vec<ProvisionerJobLog> = crate::model::recordings::read(body("real/start-logs")).unwrap();
        let log = Lines::new();
        log.flushing.set(true);
        for frame in ["<html>", "{", "null", &serde_json::to_string(&lines[0]).unwrap(), "[]"] {
            log.hear(json_tape::from_slice::<ProvisionerJobLog>(frame.as_bytes()).map(|line| [line]));
        }
        log.flush();
        assert_eq!((log.shown.get_untracked().len(), log.unreadable.get_untracked()), (1, 4));
    }

    #[test]
    fn a_line_of_a_frame_that_cannot_be_read_costs_itself_alone() {
        let lines: Vec<AgentLog> = crate::model::recordings::read(body("real/start-agent-logs")).unwrap();
        let mut frame = serde_json::to_value(body("real/start-agent-logs")).unwrap();
        frame[1]["output"] = serde_json::json!(5);
        let log: Rc<Lines<AgentLog>> = Lines::new();
        log.flushing.set(true);
        log.hear_all(parse_lines(frame.to_string().as_bytes()));
        for frame in ["<html>", "{", "[]", "null"] {
            log.hear_all(parse_lines(frame.as_bytes()));
        }
        log.flush();
        let shown: Vec<i64> = log.shown.with_untracked(|shown| shown.iter().map(|line| line.id).collect());
        let whole: Vec<i64> =
            lines.iter().map(|line| line.id).enumerate().filter(|(at, _)| *at != 1).map(|(_, id)| id).collect();
        assert_eq!(shown, whole);
        assert_eq!(log.unreadable.get_untracked(), 3);
    }

    #[test]
    fn an_answer_in_another_order_and_with_a_line_of_another_shape_loses_nothing_in_silence() {
        let lines: Vec<ProvisionerJobLog> = crate::model::recordings::read(body("real/start-logs")).unwrap();
        let log = Lines::new();
        log.flushing.set(true);
        let (mut backwards, newest) = (lines.clone(), lines.last().unwrap().id + 7);
        backwards.reverse();
        log.take(Told {
            lines: backwards,
            unreadable: vec!["[3].output: expected a string, got 5".to_owned()],
            past: newest,
        });
        log.flush();
        assert_eq!(log.shown.get_untracked(), lines);
        assert_eq!(log.unreadable.get_untracked(), 1);
        assert_eq!(log.last(), newest, "what could not be read is not asked for again");
    }

    #[test]
    fn a_line_is_shown_once() {
        let lines: Vec<ProvisionerJobLog> = crate::model::recordings::read(body("real/start-logs")).unwrap();
        let log = Lines::new();
        // As if a flush were on its way: there are no timers here.
        log.flushing.set(true);
        log.add(lines[..10].to_vec());
        log.add(lines[5..].to_vec());
        log.add(lines.clone());
        log.flush();
        assert_eq!(log.shown.get_untracked(), lines);
        assert_eq!(log.last(), lines.last().unwrap().id);
    }
}
