//! Each recorded state with its mark, word and reason.

use super::*;
use crate::model::duration::FixedZone;
use crate::model::failure::QuotaRefusal;
use crate::model::progress::{Usual, UsualDuration};
use crate::model::recordings;
use crate::model::status::sentence;
use crate::wire::build::{JobErrorCode, Transition};

const UTC: FixedZone = FixedZone { east_minutes: 0 };

fn at(text: &str) -> i64 {
    text.parse::<crate::wire::Timestamp>().unwrap().millis()
}

fn said(row: &Row, now: &str) -> (Mark, Tone, String, String) {
    let text = describe(row, &Context::new(at(now), &UTC));
    (text.mark, text.tone, text.word, text.why)
}

#[test]
fn every_recorded_state_has_its_mark_word_and_reason() {
    for (name, now, mark, tone, word, why) in [
        ("real/start-workspace", "2026-11-24T14:20:00Z", Mark::Running, Tone::Ok, "Running", ""),
        ("workspace/running-agentless", "2026-11-24T11:00:00Z", Mark::Running, Tone::Ok, "Running", ""),
        (
            "workspace/connecting",
            "2026-11-24T10:51:58Z",
            Mark::Connecting,
            Tone::Ok,
            "Running",
            "agent db connecting, 6 s",
        ),
        (
            "workspace/one-agent-connected",
            "2026-11-24T10:51:58Z",
            Mark::Connecting,
            Tone::Ok,
            "Running",
            "agent db connecting, 6 s",
        ),
        (
            "workspace/rich-running",
            "2026-11-24T10:55:00Z",
            Mark::Unhealthy,
            Tone::Warn,
            "Unhealthy",
            "script Install tools: exit code 3, 1 more failed",
        ),
        (
            "real/script-failed-workspace",
            "2026-11-24T14:25:00Z",
            Mark::Unhealthy,
            Tone::Warn,
            "Unhealthy",
            "script code-server: exit code 1",
        ),
        (
            "workspace/agent-shut-down",
            "2026-11-24T10:55:00Z",
            Mark::Unhealthy,
            Tone::Warn,
            "Unhealthy",
            "agent dev has shut down",
        ),
        ("workspace/starting", "2026-11-24T10:52:00Z", Mark::Starting, Tone::Busy, "Starting", "STARTED"),
        ("workspace/stopping-or-stopped", "2026-11-24T10:52:00Z", Mark::Stopping, Tone::Busy, "Stopping", "STARTED"),
        ("workspace/stopped", "2026-11-24T10:52:00Z", Mark::Stopped, Tone::Idle, "Stopped", ""),
        (
            "workspace/pending-first",
            "CREATED",
            Mark::Pending,
            Tone::Busy,
            "Start pending",
            "position 1 of 2 in queue, waiting 0 s",
        ),
        (
            "workspace/pending-second",
            "CREATED",
            Mark::Pending,
            Tone::Busy,
            "Start pending",
            "position 2 of 2 in queue, waiting 0 s",
        ),
        ("workspace/canceling", "CANCELED", Mark::Canceled, Tone::Busy, "Canceling start", "0 s"),
        ("workspace/canceled", "CANCELED", Mark::Canceled, Tone::Idle, "Start canceled", "now"),
        ("real/canceled-workspace", "CANCELED", Mark::Canceled, Tone::Idle, "Start canceled", "now"),
        ("workspace/canceled-while-pending", "CANCELED", Mark::Canceled, Tone::Idle, "Start canceled", "now"),
        (
            "real/apply-failed-workspace",
            "CREATED",
            Mark::Failed,
            Tone::Bad,
            "Start failed",
            "terraform apply: exit status 1",
        ),
        ("workspace/dormant", "CREATED", Mark::Dormant, Tone::Dormant, "Dormant", "still running"),
        ("real/deleted-workspace", "CREATED", Mark::Deleting, Tone::Idle, "Deleted", ""),
    ] {
        let row = recordings::row(name);
        let build = &row.build;
        let now_ms = match now {
            "CREATED" => build.created_ms,
            "CANCELED" => build.canceled_ms.unwrap(),
            now => at(now),
        };
        let text = describe(&row, &Context::new(now_ms, &UTC));
        let why = if why == "STARTED" { duration::elapsed(now_ms - build.started_ms.unwrap()) } else { why.to_owned() };
        assert_eq!(
            (text.mark, text.tone, text.word.as_str(), text.why.as_str()),
            (mark, tone, word, why.as_str()),
            "{name}"
        );
    }
}

#[test]
fn a_lost_agent_says_since_when() {
    let row = recordings::row("workspace/agent-disconnected");
    let (mark, tone, word, why) = said(&row, "2026-11-24T12:00:00Z");
    assert_eq!((mark, tone, word.as_str()), (Mark::Unhealthy, Tone::Warn, "Unhealthy"));
    assert_eq!(why, "agent dev lost connection 1 h ago");
    let row = recordings::row("auth/agent-timeout");
    let (_, _, word, why) = said(&row, "2026-11-24T23:00:00Z");
    assert_eq!(word, "Unhealthy");
    assert!(why.starts_with("agent main has not connected in "), "{why}");
}

#[test]
fn a_failed_start_says_why_in_terraforms_words_or_with_numbers() {
    let mut row = recordings::row("real/apply-failed-workspace");
    let failure = crate::model::failure::from_logs(&recordings::body::<Vec<_>>("real/apply-failed-logs"));
    let mut context = Context::new(row.build.created_ms, &UTC);
    context.failure = Some(&failure);
    assert_eq!(describe(&row, &context).why, "no machine of 16 CPUs is free in us · null_resource.machine[0]");

    row.build.error = Some("insufficient quota".into());
    assert_eq!(failed_text(&row, None), "insufficient quota");
    row.build.error_code = Some(JobErrorCode::InsufficientQuota);
    row.build.error = None;
    let refused = Failure { refusal: Some(QuotaRefusal { cost: 20, budget: 55, consumed: 52 }), ..Failure::default() };
    assert_eq!(
        failed_text(&row, Some(&refused)),
        format!("insufficient quota: needs 20, 3 free in {}", row.organization_name)
    );

    row.build.error_code = None;
    assert_eq!(failed_text(&row, None), "the control plane gives no reason");
    row.build.job_status = JobStatus::Unknown;
    assert_eq!(failed_text(&row, None), "the control plane does not know how the job ended");
    row.build.error = Some("\n  first\nsecond".into());
    assert_eq!(failed_text(&row, Some(&Failure::default())), "first, second");

    // What the job says itself comes before what was only said on the level of errors, and after an error.
    let mut said = Failure { first_error: Some("it broke".into()), bare: true, more: 3, ..Failure::default() };
    assert_eq!(failed_text(&row, Some(&said)), "first, second");
    assert_eq!(describe(&row, &Context { failure: Some(&said), ..Context::new(0, &UTC) }).more, "");
    row.build.error = Some("terraform apply: exit status 1".into());
    assert_eq!(failed_text(&row, Some(&said)), "it broke");
    row.build.error = Some("first".into());
    said.bare = false;
    let text = describe(&row, &Context { failure: Some(&said), ..Context::new(0, &UTC) });
    assert_eq!((text.why.as_str(), text.more.as_str()), ("it broke", "and 3 more errors"));
}

#[test]
fn waiting_without_a_provisioner_is_said() {
    use crate::model::row::Provisioners;
    let mut row = recordings::row("workspace/pending-first");
    let mut context = Context::new(row.build.created_ms + 72_000, &UTC);
    context.phase = Some("ignored");
    let heard = context.now_ms - 240_000;
    let mut why = |count, available, position| {
        row.build.provisioners =
            Some(Box::new(Provisioners { count, available, last_seen_ms: (count > 0).then_some(heard) }));
        row.build.queue_position = position;
        describe(&row, &context).why
    };
    assert_eq!(why(3, 3, 3), "position 3 in queue, its 3 provisioners are busy, waiting 1 m 12 s");
    assert_eq!(why(0, 0, 3), "nobody can run this: there is no provisioner for jobs without tags, waiting 1 m 12 s");
    assert_eq!(why(1, 0, 3), "its only provisioner does not answer, waiting 1 m 12 s, last heard of 4 m ago");
    assert_eq!(why(4, 0, 3), "none of its 4 provisioners answers, waiting 1 m 12 s, last heard of 4 m ago");
    assert_eq!(why(1, 1, 0), "its provisioner is busy, waiting 1 m 12 s");
}

#[test]
fn dormant_says_when_it_is_deleted() {
    let mut row = recordings::row("workspace/dormant");
    row.build.status = BuildStatus::Stopped;
    row.deleting_ms = Some(at("2026-11-28T09:00:00Z"));
    assert_eq!(said(&row, "2026-11-23T16:32:00Z").3, "deletes in 5 d, on Sat 28 Nov");
    assert_eq!(said(&row, "2025-11-23T16:32:00Z").3, "deletes in 370 d, on Sat 28 Nov 2026");
    assert_eq!(said(&row, "2026-11-28T07:50:00Z").3, "deletes in 1 h 10 m, on Sat 28 Nov");
    assert_eq!(said(&row, "2026-11-28T10:00:00Z").3, "its deletion has been due since 09:00");
    row.build.status = BuildStatus::Failed;
    row.build.transition = Transition::Stop;
    assert_eq!(said(&row, "2026-11-23T16:32:00Z").3, "its last stop failed, deletes in 5 d, on Sat 28 Nov");
    row.deleting_ms = None;
    assert_eq!(said(&row, "2026-11-23T16:32:00Z").3, "its last stop failed");
    // A build under way is what matters first.
    row.build.status = BuildStatus::Starting;
    row.build.job_status = JobStatus::Running;
    assert_eq!(said(&row, "2026-11-23T16:32:00Z").2, "Starting");
}

#[test]
fn a_status_of_next_year_is_shown_as_it_is() {
    let mut row = recordings::row("real/start-workspace");
    row.build.status = BuildStatus::Other("hibernating".into());
    let (mark, tone, word, why) = said(&row, "2026-11-24T14:20:00Z");
    assert_eq!((mark, tone, word.as_str()), (Mark::Unknown, Tone::Idle, "hibernating"));
    assert_eq!(why, "a status that this version of Gantry does not know");
    assert!(sentence(&row, &Context::new(0, &UTC)).contains("“hibernating”"));
}

#[test]
fn the_last_extension_is_said() {
    let mut row = recordings::row("real/start-workspace");
    row.max_deadline_ms = row.deadline_ms;
    assert_eq!(said(&row, "2026-11-24T14:20:00Z").3, "required stop, no extension");
    row.max_deadline_ms = row.deadline_ms.map(|ms| ms + 1);
    assert_eq!(said(&row, "2026-11-24T14:20:00Z").3, "");
}

#[test]
fn an_external_agent_is_not_said_to_connect_by_itself() {
    let mut row = recordings::row("workspace/connecting");
    row.build.has_external_agent = true;
    assert_eq!(said(&row, "2026-11-24T10:51:58Z").3, "agent db waits to be started by hand, 6 s");
}

#[test]
fn nothing_goes_on_counting_while_the_control_plane_cannot_be_reached() {
    let said = |name: &str, from: &dyn Fn(&Row) -> i64, held: bool| {
        let row = recordings::row(name);
        let last = from(&row) + 42_000;
        let held_ms = held.then_some(last);
        let now_ms = last + if held { 600_000 } else { 0 };
        let usual = Usual::Known(UsualDuration { p50: 62_000, p95: 87_000 });
        let context = Context { usual, phase: Some("apply"), held_ms, ..Context::new(now_ms, &UTC) };
        (describe(&row, &context), sentence(&row, &context))
    };
    let started = |row: &Row| row.build.started_ms.unwrap();
    let (text, sentence) = said("workspace/starting", &started, true);
    assert_eq!((text.why.as_str(), text.left.as_str(), text.progress), ("apply, 42 s", "", None));
    assert_eq!(sentence, "Starting for 42 s, now apply.");
    let (text, sentence) = said("workspace/starting", &started, false);
    assert_eq!((text.why.as_str(), text.left.as_str()), ("apply, 42 s", "about 48 %, 20–45 s left"));
    assert_eq!(sentence, "Starting for 42 s, now apply; about 48 %, 20–45 s left.");
    // What waits, and what comes.
    let waits = said("workspace/pending-first", &|row| row.build.created_ms, true);
    assert_eq!(waits.0.why, "position 1 of 2 in queue, its 3 provisioners are busy, waiting 42 s");
    let comes = said("workspace/connecting", &|row| row.health.coming.as_ref().unwrap().since_ms, true);
    assert_eq!(comes.0.why, "agent db connecting, 42 s");
}
