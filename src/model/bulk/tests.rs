//! Mixed selections, runs and reports.

use super::*;
use crate::model::actions::{Action, Viewer};
use crate::model::recordings;
use crate::model::row::Row;
use crate::wire::Id;
use proptest::prelude::*;

fn id(number: usize) -> Id {
    format!("00000000-0000-0000-0000-{number:012x}").parse().unwrap_or_default()
}

fn running(number: usize, name: &str) -> Row {
    Row { id: id(number), name: name.into(), ..recordings::row("real/start-workspace") }
}

fn stopped(number: usize, name: &str) -> Row {
    let mut row = running(number, name);
    row.build.transition = crate::wire::build::Transition::Stop;
    row.build.status = crate::wire::build::BuildStatus::Stopped;
    row
}

fn run_of(count: usize) -> Run {
    let rows: Vec<Row> = (0..count).map(|number| running(number, &format!("w{number}"))).collect();
    Run::of(&preview(&rows, Action::Stop, &|_| Viewer::default()), 0)
}

#[test]
fn a_mixed_selection_says_who_is_skipped_and_why() {
    let rows = [running(1, "web"), stopped(2, "lab"), running(3, "api")];
    let stop = preview(&rows, Action::Stop, &|_| Viewer::default());
    assert_eq!(stop.applies.iter().map(|meant| meant.name.as_str()).collect::<Vec<_>>(), ["web", "api"]);
    assert_eq!(stop.title(), "Stop 2 workspaces?");
    assert_eq!(stop.skips(), "Stop skips lab: already stopped.");
    assert!(stop.is_dangerous());
    let start = preview(&rows, Action::Start, &|_| Viewer::default());
    assert_eq!(start.skips(), "Start skips 2: already running.");
    assert_eq!(start.button(), "Start 1 workspace");
    let offline = preview(&rows, Action::Stop, &|_| Viewer { offline: true, ..Viewer::default() });
    assert_eq!((offline.applies.len(), offline.skipped.len()), (0, 3));
}

#[test]
fn at_most_four_are_under_way_and_a_stop_leaves_the_rest_undone() {
    let mut run = run_of(6);
    assert_eq!(run.begin_next().len(), AT_ONCE);
    assert_eq!(run.begin_next().len(), 0);
    assert!(run.is_running(id(0)) && !run.is_running(id(5)));
    run.settle(id(0), State::Done);
    run.settle(id(1), State::Failed("Forbidden.".into()));
    assert_eq!(headline(&run), "Stop: 1 of 6 done, 2 under way, 2 waiting, 1 failed");
    run.stop();
    assert_eq!(run.begin_next().len(), 0);
    assert!(!run.is_over(), "what is under way goes on");
    run.settle(id(2), State::Done);
    run.settle(id(3), State::Done);
    assert!(run.is_over());
    assert_eq!(headline(&run), "Stop: 3 of 4 done, 1 failed, 2 skipped");
    assert_eq!(Meant::from(&run.entries[1]).id, id(1));
}

#[test]
fn a_closed_page_says_what_was_done_and_what_was_not() {
    let mut run = run_of(6);
    run.begin_next();
    run.settle(id(0), State::Done);
    let text = storage_round(&run);
    let after = text.after_closing();
    assert!(after.is_over() && after.stopped);
    assert_eq!(after.counts().done, 1);
    assert_eq!(after.counts().skipped, 5);
}

fn storage_round(run: &Run) -> Run {
    json_tape::from_slice(serde_json::to_string(run).unwrap().as_bytes()).unwrap()
}

#[test]
fn a_report_is_text_and_a_table() {
    let mut run = run_of(3);
    run.begin_next();
    run.settle(id(0), State::Done);
    run.settle(id(1), State::Failed("insufficient \"quota\",\nask".into()));
    run.settle(id(2), State::Skipped("=1+1".into()));
    let text = as_text(&run);
    assert!(text.starts_with("Stop: 1 of 2 done, 1 failed, 1 skipped\n"), "{text}");
    assert!(text.contains("/w1: failed: insufficient \"quota\", ask\n"), "{text}");
    let csv = as_csv(&run);
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!(lines[0], "owner,workspace,action,result,reason");
    assert!(lines[1].ends_with(",w0,Stop,done,"), "{csv}");
    assert!(lines[2].ends_with(",w1,Stop,failed,\"insufficient \"\"quota\"\",\nask\""), "{csv}");
    assert!(lines[3].ends_with(",w2,Stop,skipped,'=1+1"), "{csv}");
}

proptest! {
    #[test]
    fn every_workspace_ends_once_and_never_more_than_four_run(
        count in 0_usize..30, outcomes in prop::collection::vec(0_u8..3, 30), stop_after in 0_usize..40,
    ) {
        let mut run = run_of(count);
        let mut open: Vec<Id> = Vec::new();
        let mut settled = 0;
        loop {
            open.extend(run.begin_next());
            prop_assert!(open.len() <= AT_ONCE);
            prop_assert_eq!(run.counts().running, open.len());
            if settled == stop_after {
                run.stop();
            }
            let Some(id) = open.pop() else { break };
            let state = match outcomes.get(settled).copied().unwrap_or(0) {
                0 => State::Done,
                1 => State::Failed("no".into()),
                _ => State::Skipped("no".into()),
            };
            run.settle(id, state);
            settled += 1;
        }
        prop_assert!(run.is_over() || run.entries.is_empty());
        let counts = run.counts();
        prop_assert_eq!(counts.done + counts.failed + counts.skipped, count);
        prop_assert_eq!(storage_round(&run), run);
    }
}
