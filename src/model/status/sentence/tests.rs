//! The first sentence of a page, for each state.

use super::*;
use crate::model::duration::FixedZone;
use crate::model::recordings;

const UTC: FixedZone = FixedZone { east_minutes: 0 };

fn at(text: &str) -> i64 {
    text.parse::<crate::wire::Timestamp>().unwrap().millis()
}

#[test]
fn the_page_begins_with_a_sentence() {
    let sentence = |name: &str, now: &str, change: &dyn Fn(&mut Row)| {
        let mut row = recordings::row(name);
        change(&mut row);
        sentence(&row, &Context::new(at(now), &UTC))
    };
    let keep = &|_: &mut Row| {};
    assert_eq!(
        sentence("workspace/rich-running", "2026-11-24T16:41:51.8Z", keep),
        "Unhealthy: script Install tools of agent dev exited with code 3. Running since today at 10:51 (5 h 50 m), \
         both agents connected, last used 5 h ago."
    );
    assert_eq!(
        sentence("workspace/connecting", "2026-11-24T10:51:58Z", keep),
        "Running since today at 10:51 (6 s), 0 of 2 agents connected, last used now; agent db connecting, 6 s."
    );
    assert_eq!(
        sentence("workspace/running-agentless", "2026-11-25T11:00:00Z", &|row| {
            row.last_used_ms = None;
            row.build.completed_ms = Some(at("2026-11-25T09:00:00Z"));
        }),
        "Running since today at 09:00 (2 h 00 m), no agents, never used."
    );
    assert_eq!(
        sentence("workspace/stopped", "2026-11-24T12:00:00Z", &|row| {
            row.build.completed_ms = Some(at("2026-11-24T11:00:00Z"));
            row.last_used_ms = Some(at("2026-11-24T10:00:00Z"));
        }),
        "Stopped since today at 11:00 (1 h 00 m), by owner, last used 2 h ago."
    );
    assert_eq!(
        sentence("real/apply-failed-workspace", "2026-11-24T14:20:00Z", &|row| {
            row.build.completed_ms = Some(at("2026-11-24T14:10:00Z"));
        }),
        "Start failed 10 m ago: terraform apply: exit status 1. Resources that it made may still exist; a \
         retry cleans up first."
    );
    let failed = |error: &str, canceled: Option<i64>| {
        sentence("real/apply-failed-workspace", "2026-11-24T14:20:00Z", &|row| {
            row.build.completed_ms = Some(at("2026-11-24T14:10:00Z"));
            row.build.canceled_ms = canceled;
            row.build.error = Some(error.into());
        })
    };
    // Before the apply nothing was made.
    for error in ["terraform plan: exit status 1", "initialize terraform: terraform init: exit status 1"] {
        let said = format!("Start failed 10 m ago: {error}. It changed nothing.");
        assert_eq!(failed(error, None), said);
    }
    assert_eq!(failed("insufficient quota", None), "Start failed 10 m ago: insufficient quota. It changed nothing.");
    let asked = Some(at("2026-11-24T14:10:00Z"));
    assert_eq!(failed("terraform plan: exit status 1", asked), "Start canceled 10 m ago. It changed nothing.");
    assert_eq!(
        failed("terraform apply: exit status 1", asked),
        "Start canceled 10 m ago. Resources that it made may still exist."
    );
    assert_eq!(
        sentence("workspace/canceled-while-pending", "2026-11-24T12:20:00Z", &|row| {
            row.build.canceled_ms = Some(at("2026-11-24T12:00:00Z"));
        }),
        "Start canceled 20 m ago. It did not begin."
    );
    assert_eq!(
        sentence("workspace/pending-first", "2026-11-24T12:20:00Z", &|row| {
            row.build.created_ms = at("2026-11-24T12:19:50Z");
        }),
        "Start pending: position 1 of 2 in queue, its 3 provisioners are busy, waiting 10 s."
    );
    assert_eq!(
        sentence("workspace/starting", "2026-11-24T12:20:00Z", &|row| {
            row.build.started_ms = Some(at("2026-11-24T12:19:50Z"));
        }),
        "Starting for 10 s."
    );
}
