//! Parts of the time, and lengths in words.

use crate::model::timeline::fixtures::{SCRIPTS, STAGES, at, lines, of, start, start_without_scripts, timed, whole};
use crate::model::timeline::{Phase, Timeline, summary};
use crate::wire::timings::BuildTimings;

#[test]
fn until_the_first_script_is_until_a_script_of_the_start() {
    let mut timings = of(&STAGES, &[("stop", "ok", 0, "Bye", 99_999.0, 100_000.0)]);
    let mut rows = timings.agent_connection_timings.iter().cloned().collect::<Vec<_>>();
    let mut known = rows[0].clone();
    (known.started_at, known.ended_at) = (at(50.0), at(60.0));
    rows[0].ended_at = "0001-01-01T00:00:00Z".parse().unwrap();
    rows.push(known);
    timings.agent_connection_timings = rows.into();
    assert_eq!(
        summary::text(&summary::time_spent(&whole(&start_without_scripts(), Some(&timings), &[]))),
        "1 m 00 s from request to connection: 22 s apply, 10 s connect (not split by Coder), 28 s everything else."
    );
}

#[test]
fn the_bar_shows_the_whole_build_in_one_line() {
    let timeline = timed(&STAGES, &SCRIPTS);
    let of = |timeline: &Timeline| summary::stretches(timeline);
    let all = of(&timeline);
    assert_eq!(all.first().map(|one| one.from), Some(0.0));
    let end = all.iter().map(|one| one.from + one.length).fold(0.0, f64::max);
    assert!((end - 1.0).abs() < 1e-9, "{end}");
    let apply = all.iter().find(|one| one.phase == Some(Phase::Apply)).unwrap();
    assert!(
        apply.text.starts_with("apply ") && !apply.estimated && (apply.length - 22.0 / 36.0).abs() < 0.02,
        "{apply:?}"
    );
    // Agents work side by side: one line shows the one that was ready last.
    let last = all.iter().filter(|one| one.phase == Some(Phase::Connect)).count();
    assert!(last <= 1);
    let from_log =
        whole(&start(), None, &lines(&[(2.0, "info", "Setting up", ""), (3.0, "info", "Starting workspace", "")]));
    let stages = of(&from_log);
    assert!(stages.iter().any(|one| one.estimated), "{stages:?}");
    assert!(stages.iter().find(|one| one.phase == Some(Phase::Queue)).is_some_and(|one| !one.estimated));
}

#[test]
fn lengths_in_sentences_are_as_exact_as_they_are_long() {
    let spent = |seconds: f64| {
        let mut build = start_without_scripts();
        build.resources = Vec::new().into();
        (build.job.started_at, build.job.completed_at) = (Some(at(0.0)), Some(at(seconds)));
        let timeline = whole(&build, None, &[]);
        (summary::text(&summary::time_spent(&timeline)), summary::sentence(&timeline))
    };
    let work = "provisioner's work";
    for (seconds, text) in
        [(0.42, "420 ms"), (0.999, "999 ms"), (1.0, "1.0 s"), (9.949_999, "9.9 s"), (9.95, "10 s"), (83.0, "1 m 23 s")]
    {
        let (spent, sentence) = spent(seconds);
        assert_eq!(spent, format!("{text}: {text} {work}."));
        assert_eq!(sentence, format!("Waterfall of build 1: start succeeded, {text}; longest: {work}, {text}."));
    }
    assert_eq!(spent(0.0), (String::new(), "Waterfall of build 1: start succeeded, 0 ms.".to_owned()));
}

#[test]
fn the_parts_of_the_time_are_those_of_one_agent() {
    let mut timings = of(&STAGES, &[("start", "ok", 0, "Dotfiles", 60.0, 61.0)]);
    let other = crate::wire::Id::from_u128(7);
    let mut rows = timings.agent_connection_timings.iter().cloned().collect::<Vec<_>>();
    rows[0].ended_at = at(60.0);
    let mut second = rows[0].clone();
    (second.workspace_agent_id, second.workspace_agent_name, second.ended_at) = (other, "gpu".to_owned(), at(33.0));
    rows.push(second);
    timings.agent_connection_timings = rows.into();
    let mut rows = timings.agent_script_timings.iter().cloned().collect::<Vec<_>>();
    let mut second = rows[0].clone();
    (second.workspace_agent_id, second.workspace_agent_name) = (other, "gpu".to_owned());
    (second.started_at, second.ended_at) = (at(33.0), at(65.0));
    // What happened later is no part of it.
    let mut later = second.clone();
    (later.stage, later.started_at, later.ended_at) = ("stop".into(), at(99_999.0), at(100_000.0));
    rows.extend([second, later]);
    timings.agent_script_timings = rows.into();
    let spent = |timings: &BuildTimings| {
        let timeline = whole(&start_without_scripts(), Some(timings), &[]);
        summary::text(&summary::time_spent(&timeline))
    };
    // 30 s of one agent's connect and 32 s of the other's scripts ran side by side.
    assert_eq!(
        spent(&timings),
        "1 m 05 s from request to last script: 32 s Dotfiles, 22 s apply, 11 s everything else."
    );
    // The other's, once it is later; of two that end together, the one that stands first.
    if let crate::wire::List::Items(rows) = &mut timings.agent_script_timings {
        rows[1].ended_at = at(60.5);
    }
    assert_eq!(
        spent(&timings),
        "1 m 01 s from request to last script: 30 s connect of main (not split by Coder), 22 s apply, 9 s everything else."
    );
    if let crate::wire::List::Items(rows) = &mut timings.agent_script_timings {
        rows[1].ended_at = at(61.0);
    }
    assert_eq!(
        spent(&timings),
        "1 m 01 s from request to last script: 28 s Dotfiles, 22 s apply, 11 s everything else.",
        "agent gpu stands first"
    );
}
