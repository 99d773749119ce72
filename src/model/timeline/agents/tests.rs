//! What agents did, in made cases: scripts, clocks, patience.

use crate::model::timeline::fixtures::{
    MAIN, SCRIPTS, STAGES, agents_mut, at, checked, figures, find, of, provisioner_rows, rows, script_rows,
    scripts_and, start, start_without_scripts, timed, us, whole,
};
use crate::model::timeline::{Input, Precision, Span, SpanKind, SpanOutcome, summary};
use crate::wire::build::{Transition, WorkspaceBuild};
use crate::wire::timings::BuildTimings;

#[test]
fn stop_and_cron_scripts_do_not_stretch_the_scale() {
    let year = 365.0 * 86_400.0;
    let cron =
        [("cron", "ok", 0, "Clean up", 3.0 * year, 3.0 * year + 5.0), ("stop", "exit_failure", 2, "Bye", year, year)];
    let timeline = timed(&STAGES, &scripts_and(&cron));
    assert_eq!(timeline.end_us, us(36.0));
    let row = find(&timeline, "Clean up");
    assert!(row.off_scale && !row.has_bar());
    assert_eq!(row.duration_us(0), Some(us(5.0)));
    let lane = find(&timeline, "later scripts");
    assert!(lane.off_scale && !lane.has_bar());
    assert_eq!(timeline.children(lane.id).count(), 2);
    assert_eq!(find(&timeline, "scripts").end_us, Some(us(36.0)));
    assert_eq!(find(&timeline, "agent main").end_us, Some(us(36.0)));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded.");
}

#[test]
fn stages_of_scripts_that_are_not_known_stay_off_the_scale() {
    let timeline = timed(&STAGES, &scripts_and(&[("hibernate", "frozen", 0, "Nap", 99_999.0, 100_000.0)]));
    let row = find(&timeline, "Nap");
    assert!(row.off_scale);
    assert_eq!(row.outcome, SpanOutcome::Unknown("frozen".to_owned()));
    assert_eq!(row.action.as_deref(), Some("hibernate"));
    assert_eq!(timeline.end_us, us(36.0));
}

#[test]
fn an_agent_with_later_scripts_alone_has_no_bar() {
    let timings = rows(serde_json::json!({
        "provisioner_timings": provisioner_rows(&STAGES),
        "agent_script_timings": script_rows(&[("stop", "ok", 0, "Bye", 99_999.0, 100_000.0)]),
        "agent_connection_timings": [],
    }));
    let mut build = start();
    build.resources = Vec::new().into();
    let timeline = whole(&build, Some(&timings), &[]);
    let group = find(&timeline, "agent main");
    assert!(!group.has_bar());
    assert_eq!(timeline.end_us, us(30.0));
    assert_eq!(find(&timeline, "connect").outcome, SpanOutcome::NotKept);
}

#[test]
fn an_agent_whose_clock_is_wrong_keeps_its_lengths() {
    for off in [-3600.0, 7200.0] {
        let moved: Vec<_> = SCRIPTS
            .iter()
            .map(|(stage, status, code, name, start, end)| (*stage, *status, *code, *name, start + off, end + off))
            .collect();
        let timeline = timed(&STAGES, &moved);
        let row = find(&timeline, "Startup Script");
        assert!(row.clamped, "off by {off}");
        assert_eq!(row.duration_us(0), Some(us(2.7)));
        assert_eq!(row.end_us.unwrap() - row.start_us, us(2.7));
        assert!(row.start_us >= us(33.0), "after connect");
        assert!(timeline.end_us < us(200.0));
    }
}

#[test]
fn the_earliest_script_decides_how_far_an_agents_clock_is_off() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.started_at = Some(at(29.9));
    }
    let timings = of(&STAGES, &[("start", "ok", 0, "late", 38.0, 40.0), ("start", "ok", 0, "early", 30.0, 31.0)]);
    let timeline = whole(&build, Some(&timings), &[]);
    let (early, late) = (find(&timeline, "early"), find(&timeline, "late"));
    assert_eq!((early.start_us, early.told), (us(33.0), Some((us(30.0), us(31.0)))));
    assert_eq!((late.start_us, late.end_us), (us(41.0), Some(us(43.0))));
}

#[test]
fn a_script_that_ends_after_now_has_a_clock_that_is_ahead() {
    let timeline =
        timed(&STAGES, &[("start", "ok", 0, "short", 34.0, 35.0), ("start", "ok", 0, "long", 34.5, 7_000.0)]);
    assert_eq!(find(&timeline, "short").start_us, us(33.0), "as far back as it can have been");
    assert_eq!(find(&timeline, "long").told, Some((us(34.5), us(7_000.0))));
}

#[test]
fn what_lies_off_the_scale_does_not_move_now() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Starting;
        agent.ready_at = None;
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                script.status = None;
            }
        }
    }
    let timings = of(&STAGES, &[("cron", "ok", 0, "Clean up", 99_999.0, 100_000.0)]);
    let timeline = checked(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: at(40.0).millis() });
    assert!(timeline.live);
    assert_eq!((timeline.now_us, timeline.end_us), (us(39.0), us(39.0)));
}

#[test]
fn scripts_of_one_name_are_rows_of_their_own() {
    let more =
        [("start", "exit_failure", 7, "Dotfiles", 33.2, 35.5), ("start", "pipes_left_open", 0, "Dotfiles", 33.2, 35.0)];
    let timeline = timed(&STAGES, &scripts_and(&more));
    let rows = timeline.spans.iter().filter(|span| span.label == "Dotfiles");
    assert_eq!(rows.count(), 3);
    assert_eq!(find(&timeline, "scripts").outcome, SpanOutcome::Failed { message: "1 of 5 failed".to_owned() });
}

#[test]
fn scripts_that_run_grow_also_if_two_have_one_name() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.ready_at = None;
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Starting;
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for (index, script) in scripts.iter_mut().enumerate() {
                script.display_name = "Same".to_owned();
                script.status = (index == 1).then_some(crate::wire::agent::ScriptStatus::Ok);
                script.exit_code = (index == 1).then_some(0);
            }
        }
    }
    let timings = of(&STAGES, &[("start", "ok", 0, "Same", 33.2, 34.0)]);
    let timeline = checked(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: at(40.0).millis() });
    let rows: Vec<_> = timeline.spans.iter().filter(|span| span.label == "Same").collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.iter().filter(|row| row.is_growing()).count(), 2);
    assert!(timeline.live);
    assert_eq!(rows[0].range(timeline.now_us), Some((us(33.1), us(39.0))));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 2 scripts are running.");
    // They run for as long as their agent says that it is starting, a day if need be.
    let day = Input { build: &build, timings: Some(&timings), logs: &[], now_ms: at(90_000.0).millis() };
    let timeline = checked(&day);
    assert!(timeline.live);
    assert_eq!(timeline.end_us, us(89_999.0));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 2 scripts are running.");
    // Of an agent that is gone, or says nothing of the kind, nobody believes it.
    for (status, lifecycle) in [("disconnected", "starting"), ("connected", "start_timeout"), ("connected", "created")]
    {
        let mut build = build.clone();
        for agent in agents_mut(&mut build) {
            (agent.status, agent.lifecycle_state) = (status.into(), lifecycle.into());
        }
        let timeline = checked(&Input { build: &build, ..day });
        assert!(!timeline.live, "{status}, {lifecycle}");
        assert_eq!(timeline.end_us, us(34.0));
        let unknown = |span: &&Span| span.outcome == SpanOutcome::Unfinished && span.end_us.is_none();
        assert_eq!(timeline.spans.iter().filter(unknown).count(), 2);
    }
}

#[test]
fn an_agent_that_never_connects_does_not_grow_for_ever() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.status = crate::wire::agent::AgentStatus::Connecting;
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Created;
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (None, None, None);
    }
    let mut timings = of(&STAGES, &[]);
    timings.agent_connection_timings = Vec::new().into();
    let view = |build: &WorkspaceBuild, now: f64| {
        checked(&Input { build, timings: Some(&timings), logs: &[], now_ms: at(now).millis() })
    };
    let timeline = view(&build, 50.0);
    assert!(timeline.live && find(&timeline, "connect").is_growing());
    assert_eq!(timeline.end_us, us(49.0));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 1 agent is connecting.");
    let timeline = view(&build, 300_000.0);
    assert!(!timeline.live);
    assert_eq!(timeline.end_us, us(30.0));
    assert_eq!(find(&timeline, "connect").outcome, SpanOutcome::NotStarted);
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 1 agent has not connected.");
    assert_eq!(summary::outcome_text(&timeline, find(&timeline, "connect")), "not connected");
    // With a timeout it is known until when it had not.
    for agent in agents_mut(&mut build) {
        agent.status = crate::wire::agent::AgentStatus::Timeout;
        agent.connection_timeout_seconds = Some(120);
    }
    let timeline = view(&build, 300_000.0);
    let connect = find(&timeline, "connect");
    assert_eq!((connect.end_us, &connect.outcome), (Some(us(150.01)), &SpanOutcome::TimedOut));
    assert_eq!(connect.note.as_deref(), Some("no connection within 2 m 00 s, nor since"));
    assert!(!timeline.live);
    // It may connect all the same: for an hour after that it is awaited, and it is not said that it never came.
    let timeline = view(&build, 500.0);
    let connect = find(&timeline, "connect");
    assert!(timeline.live && connect.is_growing());
    assert_eq!(
        (connect.outcome.clone(), connect.range(timeline.now_us)),
        (SpanOutcome::TimedOut, Some((us(30.01), us(499.0))))
    );
    assert_eq!(connect.note.as_deref(), Some("no connection within 2 m 00 s; it is still awaited"));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 1 agent has not connected.");
    assert!(view(&build, 3_750.01).live && !view(&build, 3_750.02).live);
    // And when it has, nothing of that is left.
    for agent in agents_mut(&mut build) {
        (agent.status, agent.lifecycle_state) = ("connected".into(), "starting".into());
        (agent.first_connected_at, agent.started_at) = (Some(at(510.0)), Some(at(510.1)));
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                script.status = None;
            }
        }
    }
    let timeline = view(&build, 520.0);
    let connect = find(&timeline, "connect");
    assert_eq!((connect.range(0), &connect.outcome), (Some((us(30.01), us(510.0))), &SpanOutcome::Ok));
    assert_eq!(summary::text(&summary::headline(&timeline)), "Start succeeded, 3 scripts are running.");
}

#[test]
fn sub_agents_stand_below_their_agent() {
    let mut build = start();
    let main: crate::wire::Id = MAIN.parse().unwrap();
    let mut sub = agents_mut(&mut build)[0].clone();
    sub.id = crate::wire::Id::from_u128(7);
    sub.parent_id = Some(main);
    sub.name = "devcontainer".to_owned();
    sub.created_at = at(34.0);
    sub.first_connected_at = Some(at(40.0));
    (sub.started_at, sub.ready_at) = (None, None);
    let mut lost = sub.clone();
    lost.id = crate::wire::Id::from_u128(8);
    lost.parent_id = Some(crate::wire::Id::from_u128(99));
    lost.name = "orphan".to_owned();
    let mut late = sub.clone();
    late.id = crate::wire::Id::from_u128(9);
    late.name = "late".to_owned();
    late.created_at = at(500_000.0);
    late.first_connected_at = Some(at(500_005.0));
    // A circle, which no server should send.
    let mut ring = sub.clone();
    ring.id = crate::wire::Id::from_u128(10);
    ring.parent_id = Some(ring.id);
    ring.name = "ring".to_owned();
    if let crate::wire::List::Items(resources) = &mut build.resources {
        for resource in resources {
            if let crate::wire::List::Items(agents) = &mut resource.agents {
                agents.extend([sub.clone(), lost.clone(), late.clone(), ring.clone()]);
            }
        }
    }
    let timings = of(&STAGES, &SCRIPTS);
    let timeline = whole(&build, Some(&timings), &[]);
    let main = find(&timeline, "agent main").id;
    let group = find(&timeline, "agent devcontainer");
    assert_eq!((group.parent, group.depth), (Some(main), 1));
    assert_eq!(find(&timeline, "agent orphan").depth, 0);
    assert_eq!(find(&timeline, "agent ring").depth, 0);
    let late = find(&timeline, "agent late");
    assert!(late.off_scale && late.parent == Some(main));
    assert_eq!(timeline.end_us, us(40.0));
}

#[test]
fn a_young_start_is_live_though_nothing_grows() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Created;
        (agent.started_at, agent.ready_at) = (None, None);
    }
    let timings = of(&STAGES, &[]);
    let live = |build: &WorkspaceBuild, now: f64| {
        let timeline = checked(&Input { build, timings: Some(&timings), logs: &[], now_ms: at(now).millis() });
        assert!(timeline.spans.iter().all(|span| !span.is_growing()));
        timeline.live
    };
    assert!(live(&build, 40.0));
    assert!(!live(&build, 4_000.0));
    build.transition = Transition::Stop;
    assert!(!live(&build, 40.0));
    build.transition = Transition::Start;
    for agent in agents_mut(&mut build) {
        agent.status = crate::wire::agent::AgentStatus::Disconnected;
    }
    assert!(!live(&build, 40.0));
}

#[test]
fn patience_counts_from_what_is_awaited_not_from_the_beginning() {
    let mut build = start();
    build.job.started_at = Some(at(3_990.0));
    build.job.completed_at = Some(at(4_000.0));
    for agent in agents_mut(&mut build) {
        agent.created_at = at(4_000.0);
        agent.lifecycle_state = crate::wire::agent::AgentLifecycle::Ready;
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (Some(at(4_001.0)), Some(at(4_002.0)), None);
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                script.status = None;
            }
        }
    }
    let view =
        |build: &WorkspaceBuild| checked(&Input { build, timings: None, logs: &[], now_ms: at(4_040.0).millis() });
    let timeline = view(&build);
    assert!(timeline.live, "a script that blocks nobody may run on after ready");
    assert_eq!(figures(&timeline, "Dotfiles"), (us(4_002.0), us(4_039.0)));
    for agent in agents_mut(&mut build) {
        (agent.first_connected_at, agent.started_at) = (None, None);
        agent.status = crate::wire::agent::AgentStatus::Connecting;
    }
    assert_eq!(figures(&view(&build), "connect"), (us(4_000.0), us(4_039.0)));
    for agent in agents_mut(&mut build) {
        agent.status = crate::wire::agent::AgentStatus::Other("asleep".to_owned());
    }
    assert_eq!(find(&view(&build), "connect").outcome, SpanOutcome::NotStarted);
}

/// A dev container that was made and connected so many seconds after the build's creation.
fn with_dev_container(build: &mut WorkspaceBuild, made: f64) {
    let mut sub = agents_mut(build)[0].clone();
    sub.id = crate::wire::Id::from_u128(7);
    sub.parent_id = Some(MAIN.parse().unwrap());
    sub.name = "devcontainer".to_owned();
    (sub.created_at, sub.first_connected_at) = (at(made), Some(at(made + 2.0)));
    (sub.started_at, sub.ready_at) = (Some(at(made + 2.1)), Some(at(made + 2.2)));
    sub.scripts = Vec::new().into();
    if let crate::wire::List::Items(resources) = &mut build.resources {
        for resource in resources {
            if let crate::wire::List::Items(agents) = &mut resource.agents {
                agents.push(sub.clone());
            }
        }
    }
}

/// Whether a dev container is of this start is told by its agent, however long its first build takes.
#[test]
fn a_dev_container_belongs_to_the_start_that_made_it() {
    const DAY: f64 = 86_400.0;
    // (lifecycle, started, ready, made) → on the scale, the note on its group.
    type Case = (&'static str, f64, Option<f64>, f64, bool, Option<&'static str>);
    let cases: [Case; 12] = [
        ("starting", 33.1, None, 40.0, true, None),
        ("starting", 33.1, None, 800.0, true, None),
        ("starting", 33.1, None, 3.0 * 3_600.0, true, None),
        // The agent is ready once the dev containers are built.
        ("ready", 33.1, Some(800.0), 799.0, true, None),
        ("ready", 33.1, Some(800.0), 820.0, true, None),
        ("start_error", 33.1, Some(9_000.0), 8_990.0, true, None),
        // It was ready before: nothing tells, but that it came soon.
        ("ready", 33.1, Some(36.0), 800.0, true, Some("made 12 m 44 s after its agent was ready")),
        ("ready", 33.1, Some(36.0), 36.0 + 3_600.0, true, Some("made 1 h 00 m after its agent was ready")),
        ("ready", 33.1, Some(36.0), 37.0 + 3_600.0, false, Some("made 1 h 00 m later, outside this scale")),
        ("ready", 33.1, Some(36.0), 2.0 * DAY, false, Some("made 2 d 0 h later, outside this scale")),
        // A later start of the agent makes its dev containers anew.
        ("ready", 500.0, Some(900.0), 890.0, false, Some("made by a later start of its agent, outside this scale")),
        (
            "starting",
            2.0 * DAY,
            None,
            2.0 * DAY + 60.0,
            false,
            Some("made by a later start of its agent, outside this scale"),
        ),
    ];
    for (lifecycle, started, ready, made, on_scale, note) in cases {
        let mut build = start();
        for agent in agents_mut(&mut build) {
            agent.lifecycle_state = lifecycle.into();
            (agent.started_at, agent.ready_at) = (Some(at(started)), ready.map(at));
        }
        with_dev_container(&mut build, made);
        let timings = of(&STAGES, &SCRIPTS);
        let now_ms = at(made + 100.0).millis();
        let timeline = checked(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms });
        let group = find(&timeline, "agent devcontainer");
        let case = format!("{lifecycle} at {started}, ready {ready:?}, made {made}");
        assert_eq!(!group.off_scale, on_scale, "{case}");
        assert_eq!(group.note.as_deref(), note, "{case}");
        let ready_marks = timeline.markers.iter().any(|marker| marker.label.starts_with("devcontainer ready"));
        assert_eq!(ready_marks, on_scale, "{case}: a line stands only on its scale");
        if !on_scale {
            assert!(timeline.end_us <= us(36.0), "{case}: the scale ends at {}", timeline.end_us);
            assert!(!timeline.live, "{case}: what lies outside does not make it grow");
        }
    }
}

#[test]
fn what_is_forgotten_is_named_as_such() {
    let mut build = start();
    build.resources = Vec::new().into();
    let mut timings = of(&STAGES, &[("start", "ok", 0, "Dotfiles", 70.0, 72.0)]);
    timings.agent_connection_timings = Vec::new().into();
    let timeline = whole(&build, Some(&timings), &[]);
    assert_eq!(
        summary::text(&summary::time_spent(&timeline)),
        "1 m 12 s from request to last script: 40 s until the first script (connect is not kept), 22 s apply, 10 s everything else."
    );
    assert_eq!(
        summary::sentence(&timeline),
        "Waterfall of build 1: start succeeded, 1 m 12 s from request to last script; longest: until the first script, 40 s, apply, 22 s."
    );
}

/// What an agent says of itself now is of its latest start: lines and bars of a later one stand on no earlier scale.
#[test]
fn an_agent_that_began_again_leaves_its_first_start_as_it_was() {
    let view = |timings: &BuildTimings, started: f64, ready: Option<f64>, state: &str, scripts: bool| {
        let mut build = if scripts { start() } else { start_without_scripts() };
        for agent in agents_mut(&mut build) {
            (agent.started_at, agent.ready_at) = (Some(at(started)), ready.map(at));
            agent.lifecycle_state = state.into();
        }
        checked(&Input { build: &build, timings: Some(timings), logs: &[], now_ms: at(90_000.0).millis() })
    };
    let all = of(&STAGES, &SCRIPTS);
    let none = of(&STAGES, &[]);
    // (rows, started, ready, state) → the lines, the end of the scale.
    for (timings, started, ready, state, expected, end) in [
        (&all, 33.1, Some(36.0), "ready", "ready", 36.0),
        (&all, 33.1, Some(40.0), "ready", "ready", 40.0),
        // A dev container's build takes its time, and is of this start.
        (&all, 33.1, Some(900.0), "ready", "ready", 900.0),
        (&all, 33.1, Some(900.0), "start_error", "ready, with errors", 900.0),
        (&all, 33.1, Some(-0.000_001), "ready", "", 36.0),
        // Its rows are of the first start, what it says of the later one: however soon that came.
        (&all, 40.0, Some(42.0), "ready", "", 36.0),
        (&all, 40.0, Some(42.0), "start_error", "", 36.0),
        (&all, 80.0, Some(90.0), "ready", "", 36.0),
        (&all, 80_000.0, Some(80_003.0), "ready", "", 36.0),
        (&all, 80_000.0, None, "starting", "", 36.0),
        // Without scripts there is the time of the connection.
        (&none, 33.1, Some(33.2), "ready", "ready", 33.2),
        (&none, 33.1, Some(900.0), "ready", "ready", 900.0),
        (&none, 80_000.0, Some(80_003.0), "ready", "", 33.0),
        (&none, 80_000.0, None, "starting", "", 33.0),
    ] {
        let timeline = view(timings, started, ready, state, !timings.agent_script_timings.is_empty());
        let labels: Vec<&str> = timeline.markers.iter().map(|marker| marker.label.as_str()).collect();
        let case = format!("{} rows, started {started}, ready {ready:?}, {state}", timings.agent_script_timings.len());
        assert_eq!((labels.join(", ").as_str(), timeline.end_us), (expected, us(end)), "{case}");
        assert!(!timeline.live, "{case}");
    }
    // A script that was cut off in the first start has its first row in a later one, if any.
    for (rows, lane) in [
        (&[("start", "ok", 0, "Dotfiles", 33.2, 35.0)][..], false),
        (
            &[("start", "ok", 0, "Dotfiles", 33.2, 35.0), ("start", "ok", 0, "code-server", 80_000.1, 80_002.0)][..],
            true,
        ),
    ] {
        let timeline = view(&of(&STAGES, rows), 80_000.0, Some(80_003.0), "ready", true);
        assert_eq!(timeline.end_us, us(35.0));
        let cut_off = find(&timeline, "Startup Script");
        assert_eq!((cut_off.outcome.clone(), cut_off.end_us), (SpanOutcome::Unfinished, None));
        assert_eq!(cut_off.note.as_deref(), Some("its agent began again before it had ended"));
        assert_eq!(find(&timeline, "code-server").off_scale, lane);
        assert_eq!(timeline.spans.iter().any(|span| span.label == "later scripts"), lane);
    }
}

/// An hour after it began to wait is the last moment at which something is awaited.
#[test]
fn patience_ends_after_an_hour() {
    let hour = 3_600.0;
    let live = |build: &WorkspaceBuild, now: f64| {
        let mut timings = of(&STAGES, &[]);
        timings.agent_connection_timings = Vec::new().into();
        // The clock of the page has milliseconds.
        let now_ms = at(now).millis();
        checked(&Input { build, timings: Some(&timings), logs: &[], now_ms }).live
    };
    let edit = |change: fn(&mut crate::wire::agent::WorkspaceAgent)| {
        let mut build = start();
        agents_mut(&mut build).into_iter().for_each(change);
        build
    };
    // An agent that connected and has not begun.
    let idle = edit(|agent| {
        agent.lifecycle_state = "created".into();
        (agent.started_at, agent.ready_at) = (None, None);
    });
    assert!(live(&idle, 30.0 + hour) && !live(&idle, 30.001 + hour));
    // An agent that does not connect.
    let lost = edit(|agent| {
        agent.created_at = at(30.0);
        agent.status = "connecting".into();
        agent.lifecycle_state = "ready".into();
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (None, None, None);
    });
    assert!(live(&lost, 30.0 + hour) && !live(&lost, 30.001 + hour));
    // A script that runs on.
    let script = edit(|agent| {
        agent.lifecycle_state = "ready".into();
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (Some(at(33.0)), Some(at(34.0)), None);
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                script.status = None;
            }
        }
    });
    assert!(live(&script, 34.0 + hour) && !live(&script, 34.001 + hour));
}

#[test]
fn a_timeout_of_nothing_is_no_timeout() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.status = "timeout".into();
        agent.connection_timeout_seconds = Some(0);
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (None, None, None);
    }
    let mut timings = of(&STAGES, &[]);
    timings.agent_connection_timings = Vec::new().into();
    let timeline = checked(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: at(50.0).millis() });
    assert!(find(&timeline, "connect").is_growing());
}

#[test]
fn a_connection_from_before_the_build_is_moved_to_its_end() {
    let connect = |start: f64| {
        let mut timings = of(&STAGES, &[]);
        if let crate::wire::List::Items(rows) = &mut timings.agent_connection_timings {
            (rows[0].started_at, rows[0].ended_at) = (at(start), at(start + 3.0));
        }
        let timeline = whole(&start_without_scripts(), Some(&timings), &[]);
        let connect = find(&timeline, "connect").clone();
        assert_eq!(connect.figures(0), Some((us(start), us(start + 3.0))), "its figures are as told");
        (connect.start_us, connect.end_us, connect.clamped)
    };
    assert_eq!(connect(-0.000_001), (us(30.0), Some(us(33.0)), true));
    assert_eq!(connect(0.0), (0, Some(us(3.0)), false));
}

#[test]
fn a_script_that_ended_is_not_under_way() {
    let mut build = start();
    for agent in agents_mut(&mut build) {
        agent.ready_at = None;
        agent.lifecycle_state = "starting".into();
        if let crate::wire::List::Items(scripts) = &mut agent.scripts {
            for script in scripts {
                let status = (script.display_name == "Dotfiles").then(|| "exit_failure".into());
                (script.exit_code, script.status) = (status.as_ref().map(|_| 3), status);
            }
        }
    }
    let mut timings = of(&STAGES, &[]);
    let view = |build: &WorkspaceBuild, timings: &BuildTimings| {
        checked(&Input { build, timings: Some(timings), logs: &[], now_ms: at(40.0).millis() })
    };
    // The agent's word that it ended is there before its times are: it had ended by now.
    let timeline = view(&build, &timings);
    let row = find(&timeline, "Dotfiles");
    assert_eq!((row.start_us, row.end_us, row.precision), (us(33.1), Some(us(39.0)), Precision::Estimated));
    assert_eq!(summary::outcome_text(&timeline, row), "exit code 3");
    let others = build.resources.iter().flat_map(|resource| resource.agents.iter()).map(|agent| agent.scripts.len());
    let running = others.sum::<usize>() - 1;
    assert!(running > 0);
    assert_eq!(
        timeline.spans.iter().filter(|span| span.kind == SpanKind::Script && span.is_growing()).count(),
        running
    );
    assert!(summary::text(&summary::headline(&timeline)).starts_with("Start succeeded, 1 script failed, "));
    // Once the agent is ready, it had ended by then.
    for agent in agents_mut(&mut build) {
        agent.ready_at = Some(at(36.0));
        agent.lifecycle_state = "start_error".into();
    }
    assert_eq!(find(&view(&build, &timings), "Dotfiles").end_us, Some(us(36.0)));
    // Of an agent that is gone nobody knows when.
    for agent in agents_mut(&mut build) {
        agent.ready_at = None;
        agent.status = "disconnected".into();
    }
    let timeline = view(&build, &timings);
    assert!(
        summary::sentence(&timeline)
            .starts_with("Waterfall of build 1, estimated in part: start succeeded, 33 s from request to connection, ")
    );
    assert_eq!(find(&timeline, "Dotfiles").end_us, None);
    assert_eq!(summary::duration_text(find(&timeline, "Dotfiles"), timeline.now_us), "—");
    // Its row, when it comes, is the truth.
    timings.agent_script_timings =
        of(&STAGES, &[("start", "exit_failure", 3, "Dotfiles", 33.2, 35.0)]).agent_script_timings;
    assert_eq!(find(&view(&build, &timings), "Dotfiles").end_us, Some(us(35.0)));
}

#[test]
fn a_group_without_times_says_whether_they_are_forgotten_or_never_were() {
    let mut timings = of(&STAGES, &[]);
    timings.agent_connection_timings = Vec::new().into();
    let mut build = start_without_scripts();
    for agent in agents_mut(&mut build) {
        (agent.first_connected_at, agent.started_at, agent.ready_at) = (None, None, None);
        agent.status = "disconnected".into();
    }
    assert_eq!(find(&whole(&build, Some(&timings), &[]), "agent main").outcome, SpanOutcome::NotStarted);
    build.resources = Vec::new().into();
    timings.agent_connection_timings = of(&STAGES, &[]).agent_connection_timings;
    if let crate::wire::List::Items(rows) = &mut timings.agent_connection_timings {
        rows[0].ended_at = "0001-01-01T00:00:00Z".parse().unwrap();
    }
    assert_eq!(find(&whole(&build, Some(&timings), &[]), "agent main").outcome, SpanOutcome::NotKept);
}
