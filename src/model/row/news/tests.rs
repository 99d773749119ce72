//! Answers that cross.

use super::*;
use crate::model::recordings;
use crate::wire::build::{BuildStatus, JobStatus};

fn number(row: &Row, number: i64) -> Row {
    let mut row = row.clone();
    row.build.number = number;
    row
}

#[test]
fn who_wins_when_answers_cross() {
    let row = recordings::row("workspace/stopped");
    let five = number(&row, 5);
    let renamed = Row { name: "renamed".into(), ..five.clone() };
    let last = LastApplied { touched: Some(100), asked: Some(90) };
    let answer = |began| Source::Answer { began };
    for (what, incoming, source, expected) in [
        ("began before an own action", &renamed, answer(99), Err(Staleness::BeganBeforeTouch)),
        ("began with it", &renamed, answer(100), Ok(LastApplied { touched: Some(100), asked: Some(100) })),
        ("began after it", &renamed, answer(101), Ok(LastApplied { touched: Some(100), asked: Some(101) })),
        ("of an earlier build", &number(&renamed, 4), answer(200), Err(Staleness::OlderBuild)),
        (
            "of a later build",
            &number(&renamed, 6),
            answer(200),
            Ok(LastApplied { touched: Some(100), asked: Some(200) }),
        ),
        ("a frame", &renamed, Source::Frame { at: 120 }, Ok(LastApplied { touched: Some(120), asked: Some(90) })),
        ("a frame of an earlier build", &number(&row, 4), Source::Frame { at: 120 }, Err(Staleness::OlderBuild)),
    ] {
        let verdict = apply(Some(&five), incoming.clone(), source, last);
        match expected {
            Ok(applied) => assert_eq!(verdict, Verdict::Changed(Box::new(incoming.clone()), applied), "{what}"),
            Err(staleness) => assert_eq!(verdict, Verdict::Stale(staleness), "{what}"),
        }
    }
    assert_eq!(
        apply(Some(&five), five.clone(), answer(150), last),
        Verdict::Same(LastApplied { touched: Some(100), asked: Some(150) })
    );
    // Two answers that cross: the one that was asked for first is older, though it comes last.
    let crossed = LastApplied { touched: None, asked: Some(50) };
    assert_eq!(apply(Some(&five), renamed.clone(), answer(40), crossed), Verdict::Stale(Staleness::BeganBeforeAnswer));
    assert!(matches!(apply(Some(&five), renamed.clone(), answer(50), crossed), Verdict::Changed(..)));
    // Nothing known yet: anything is news.
    assert!(matches!(apply(None, number(&row, 1), answer(0), LastApplied::default()), Verdict::Changed(..)));
    // An own action never moves the mark back.
    assert_eq!(last.touched_at(80), last);
    assert_eq!(LastApplied::default().touched_at(7).touched, Some(7));
}

#[test]
fn the_sparse_reply_only_advances_number_transition_and_job() {
    let mut current = recordings::row("real/start-workspace");
    current.build.number = 2;
    current.build.has_external_agent = true;
    let reply: WorkspaceBuild = recordings::body("builds/start-with-reason");
    assert_eq!(reply.build_number, 3);
    let row = apply_build_reply(&current, &reply).unwrap();
    assert_eq!((row.build.number, row.build.id), (3, reply.id));
    assert_eq!((&row.build.status, &row.build.job_status), (&BuildStatus::Pending, &JobStatus::Pending));
    assert_eq!((row.build.queue_position, row.build.queue_size), (0, 0), "not known, and not said to be 0");
    assert!(row.build.has_external_agent);
    assert_eq!(Row { build: current.build.clone(), ..row }, current, "nothing else");
    // It may come after a newer answer.
    current.build.number = 3;
    assert_eq!(apply_build_reply(&current, &reply), None);
    current.build.number = 4;
    assert_eq!(apply_build_reply(&current, &reply), None);
}

#[test]
fn ids_without_an_answer_are_named() {
    let row = recordings::row("workspace/stopped");
    let (a, b) = (Id::from_u128(1), Id::from_u128(2));
    assert_eq!(missing(&[a, row.id, b], std::slice::from_ref(&row)), [a, b]);
    assert_eq!(missing(&[row.id], &[row]), []);
}
