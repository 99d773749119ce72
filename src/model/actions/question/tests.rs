//! What is asked before each action, word by word.

use super::*;
use crate::model::actions::{Viewer, asks, offer};
use crate::model::duration::FixedZone;
use crate::model::quota::Source;
use crate::model::recordings;
use crate::wire::build::BuildStatus;

const UTC: FixedZone = FixedZone { east_minutes: 0 };

fn row(name: &str) -> Row {
    recordings::row(name)
}

fn in_lines(consequences: &[Consequence]) -> Vec<String> {
    let weight = |one: &Consequence| match one.weight {
        Weight::Loss => "loss",
        Weight::Change => "change",
        Weight::Fact => "fact",
        Weight::Past => "past",
    };
    consequences.iter().map(|one| format!("{}: {}", weight(one), one.text)).collect()
}

fn of(row: &Row, viewer: &Viewer, action: Action, known: &Known) -> Option<Confirmation> {
    confirmation(row, viewer, action, known, row.created_ms + 60 * 86_400_000, &UTC)
}

fn asked(row: &Row, action: Action, resources: Option<&[String]>) -> (String, Vec<String>, String, String) {
    let known = Known { resources: resources.map(<[String]>::to_vec), ..Known::default() };
    let asked = of(row, &Viewer::default(), action, &known).expect("asks");
    (asked.title, in_lines(&asked.consequences), asked.safe, asked.danger)
}

#[test]
fn a_delete_says_what_is_lost_and_wants_the_name() {
    let mut row = row("real/start-workspace");
    row.daily_cost = 4;
    row.last_used_ms = None;
    let resources =
        ["docker_volume.home".to_owned(), "docker_image.main".to_owned(), "docker_container.main".to_owned()];
    let (title, lines, safe, danger) = asked(&row, Action::Delete, Some(&resources));
    assert_eq!((title.as_str(), safe.as_str(), danger.as_str()), ("Delete ok?", "Keep it", "Delete ok"));
    assert_eq!(
        lines,
        [
            "loss: docker_volume.home, docker_image.main and docker_container.main are destroyed. There is no undo.",
            "change: Its processes and sessions end.",
            "past: Never used. Owned by owner. Created 2 mo ago.",
            "fact: Frees 4 credits in coder.",
        ]
    );
    let first = |row: &Row, resources: Option<&[String]>| asked(row, Action::Delete, resources).1[0].clone();
    assert_eq!(
        first(&row, Some(&resources[..2])),
        "loss: docker_volume.home and docker_image.main are destroyed. There is no undo."
    );
    let many: Vec<String> = (0..5).map(|number| format!("disk.{number}")).collect();
    assert_eq!(
        first(&row, Some(&many)),
        "loss: disk.0, disk.1, disk.2 and 2 more resources are destroyed. There is no undo."
    );
    assert_eq!(
        first(&row, Some(&many[..4])),
        "loss: disk.0, disk.1, disk.2 and 1 more resource are destroyed. There is no undo."
    );
    assert_eq!(first(&row, Some(&resources[..1])), "loss: docker_volume.home is destroyed. There is no undo.");
    row.build.resources = 3;
    assert_eq!(first(&row, None), "loss: 3 resources are destroyed. There is no undo.");
    row.build.resources = 1;
    row.daily_cost = 1;
    let lines = asked(&row, Action::Delete, None).1;
    assert_eq!(lines[0], "loss: 1 resource is destroyed. There is no undo.");
    assert_eq!(lines[3], "fact: Frees 1 credit in coder.");
    row.build.resources = 0;
    row.daily_cost = 0;
    let lines = asked(&row, Action::Delete, None).1;
    assert_eq!((lines[0].as_str(), lines.len()), ("loss: It has no resources. There is no undo.", 3));
    let unlisted = "loss: All resources of its builds are destroyed; the control plane does not list them after a failed build. There is no undo.";
    let failed = recordings::row("real/apply-failed-workspace");
    assert_eq!(first(&failed, None), unlisted);
    let mut failed_stop = failed;
    failed_stop.build.transition = Transition::Stop;
    let lines = asked(&failed_stop, Action::Delete, None).1;
    assert_eq!((lines[0].as_str(), lines.len()), (unlisted, 2), "nothing runs, nothing is held");
}

#[test]
fn what_keeps_data_is_named_first_with_its_size() {
    let mut workspace: crate::wire::workspace::Workspace = recordings::body("real/start-workspace");
    let one = workspace.latest_build.resources.first().unwrap().clone();
    let of = |r#type: &str, name: &str, facts: &[(&str, &str, bool)]| WorkspaceResource {
        r#type: r#type.into(),
        name: name.into(),
        metadata: facts
            .iter()
            .map(|(key, value, sensitive)| crate::wire::resource::ResourceMetadata {
                key: (*key).into(),
                value: (*value).into(),
                sensitive: *sensitive,
            })
            .collect::<Vec<_>>()
            .into(),
        ..one.clone()
    };
    workspace.latest_build.resources = vec![
        of("docker_container", "main", &[("image", "debian", false)]),
        of("docker_volume", "home", &[("note", "x", false), ("Size", "50 GB", false)]),
        of("aws_ebs_volume", "data", &[("size", "9", true)]),
    ]
    .into();
    assert_eq!(
        resource_names(&workspace.latest_build.resources),
        ["docker_volume.home (50 GB)", "aws_ebs_volume.data", "docker_container.main"]
    );
}

#[test]
fn what_must_be_typed_is_the_name_exactly() {
    let row = row("workspace/stopped");
    let confirmation = |action| of(&row, &Viewer::default(), action, &Known::default());
    let delete = confirmation(Action::Delete).unwrap();
    assert!(delete.is_confirmed_by("life"));
    for typed in ["", "Life", " life", "life ", "lif"] {
        assert!(!delete.is_confirmed_by(typed), "{typed:?}");
    }
    assert!(confirmation(Action::Update).unwrap().is_confirmed_by(""), "it asks, but for no name");
    for action in [Action::Activate, Action::Favorite] {
        assert_eq!(confirmation(action), None, "{action:?} of a stopped one needs no question");
    }
}

#[test]
fn a_question_comes_where_there_is_no_way_back() {
    let running = row("real/start-workspace");
    // A stop is held back and can be undone; what waits or is down has nothing to lose.
    for (row, action) in [
        (&running, Action::Stop),
        (&row("workspace/pending-first"), Action::Cancel),
        (&row("workspace/stopped"), Action::Restart),
    ] {
        assert!(!asks(row, &Viewer::default(), action), "{action:?}");
    }
    for (row, action) in [
        (&running, Action::Restart),
        (&running, Action::Update),
        (&running, Action::Delete),
        (&running, Action::MakeDormant),
        (&row("workspace/starting"), Action::Cancel),
    ] {
        assert!(
            offer(row, &Viewer::default(), action).label.ends_with('…'),
            "three dots where a dialog follows: {action:?}"
        );
        assert!(of(row, &Viewer::default(), action, &Known::default()).is_some(), "{action:?}");
    }
}

#[test]
fn what_ends_or_is_lost_is_said_before() {
    let running = row("real/outdated-workspace");
    let ends = "Its processes and sessions end.";
    let lost = "change: Data that the template does not keep over a stop is lost.";
    let (title, lines, safe, danger) = asked(&running, Action::Restart, None);
    assert_eq!((title.as_str(), safe.as_str(), danger.as_str()), ("Restart ok?", "Keep it running", "Restart ok"));
    assert_eq!(lines[..2], [format!("change: Stops, then starts with the same version. {ends}"), lost.to_owned()]);
    assert!(lines[2].starts_with("past: Last used "), "{}", lines[2]);
    let unknown = "fact: Which resources are replaced is not known before the plan runs.";
    let (title, lines, safe, danger) = asked(&running, Action::Update, None);
    assert_eq!((title.as_str(), safe.as_str(), danger.as_str()), ("Update ok?", "Not now", "Update and restart"));
    assert_eq!(
        lines[..3],
        [format!("change: Stops, then starts with the active version. {ends}"), lost.to_owned(), unknown.to_owned()]
    );
    assert!(lines[3].starts_with("past: Last used "), "{}", lines[3]);
    let (_, lines, _, danger) = asked(&row("workspace/stopped"), Action::Update, None);
    assert_eq!(danger, "Update and start");
    assert_eq!(lines, ["change: Starts with the active version.", unknown]);
    let (_, lines, ..) = asked(&row("real/apply-failed-workspace"), Action::Update, None);
    assert_eq!(lines[0], "change: Stops the resources that the failed start left, then starts the active version.");
    let (title, lines, safe, danger) = asked(&row("workspace/starting"), Action::Cancel, None);
    assert_eq!(
        (title.as_str(), safe.as_str(), danger.as_str()),
        ("Cancel the start of stuck-one?", "Let it start", "Cancel the start")
    );
    assert_eq!(lines, ["change: The start is interrupted. Resources that it has made by then may stay and may cost."]);
    for (transition, safe) in [
        (Transition::Stop, "Let it stop"),
        (Transition::Delete, "Let it be deleted"),
        (Transition::Other("pause".into()), "Let it go on"),
    ] {
        let mut row = row("workspace/starting");
        row.build.transition = transition;
        assert_eq!(asked(&row, Action::Cancel, None).2, safe);
    }
}

#[test]
fn dormancy_says_what_it_means() {
    let mut row = row("real/start-workspace");
    let (title, lines, safe, danger) = asked(&row, Action::MakeDormant, None);
    assert_eq!(
        (title.as_str(), safe.as_str(), danger.as_str()),
        ("Make ok dormant?", "Keep it as it is", "Make ok dormant")
    );
    assert_eq!(
        lines[..3],
        [
            "change: It keeps running: stop it first if it should not.",
            "change: Its schedule does not start it any more, until somebody activates it or starts it by hand.",
            "change: A template may delete what stays dormant for long; the row says when.",
        ]
    );
    assert!(lines[3].starts_with("past: Last used"), "{lines:?}");
    row.build.status = BuildStatus::Stopped;
    assert_eq!(asked(&row, Action::MakeDormant, None).1.len(), 3);
}

fn made(persistent: &[&str], ephemeral: &[&str], daily_cost: i64) -> Told<MadeOf> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Told::Known(MadeOf { persistent: names(persistent), ephemeral: names(ephemeral), daily_cost, stopped_cost: 0 })
}

fn version(name: &str, message: &str) -> Told<VersionFacts> {
    Told::Known(VersionFacts { name: name.into(), message: message.into(), by: "grace".into(), created_ms: 0 })
}

#[test]
fn what_a_restart_keeps_and_what_it_makes_anew_is_named() {
    let row = row("real/start-workspace");
    let lines = |now: Told<MadeOf>| {
        let known = Known { now, ..Known::default() };
        in_lines(&of(&row, &Viewer::default(), Action::Restart, &known).unwrap().consequences)
    };
    let all = lines(made(&["docker_volume.home"], &["docker_container.main"], 0));
    assert_eq!(
        all[1..3],
        [
            "change: Made anew, and what is in there lost: docker_container.main.",
            "fact: Kept over the stop: docker_volume.home.",
        ]
    );
    let none = "loss: Nothing is kept over the stop: a.b is made anew, and what is in there is lost.";
    assert_eq!(lines(made(&[], &["a.b"], 0))[1], none);
    assert_eq!(lines(made(&["a.b"], &[], 0))[1], "fact: Kept over the stop: a.b. Nothing else is there.");
    assert_eq!(
        lines(Told::Unknown("resource not found".into()))[1],
        "change: What is kept over a stop cannot be known: resource not found. Data that the template does not keep is lost."
    );
    assert_eq!(lines(Told::Asked)[1], "change: Data that the template does not keep over a stop is lost.");
}

#[test]
fn an_update_says_from_what_to_what_what_is_lost_for_good_and_what_it_costs() {
    let mut row = row("real/start-workspace");
    row.outdated = true;
    row.daily_cost = 4;
    let known = Known {
        now: made(&["v.home", "v.cache"], &["c.main"], 4),
        then: made(&["v.home"], &["c.main"], 6),
        from: version("v12", ""),
        to: version("v14", "Go 1.26, smaller image"),
        misfits: Told::Known(Vec::new()),
        quota: Some((37, 60)),
        ..Known::default()
    };
    let viewer = Viewer::default();
    let all = of(&row, &viewer, Action::Update, &known).unwrap();
    assert_eq!(all.title, "Update ok to v14?");
    assert_eq!(all.hindrance, None);
    let facts: Vec<String> = all.facts.iter().map(|(label, text)| format!("{label}: {text}")).collect();
    assert_eq!(facts[0], "Version: v12 to v14, “Go 1.26, smaller image”");
    assert!(facts[1].starts_with("Made by: grace, "), "{facts:?}");
    assert_eq!(facts[2..], ["Parameters: all are kept, and fit", "Credits: 4 now, about 6 then, fits (21 left then)"]);
    assert_eq!(in_lines(&all.consequences)[0], "loss: v.cache is not in v14: destroyed, with its data.");
    let poor = Known { quota: Some((59, 60)), ..known.clone() };
    let lines = in_lines(&of(&row, &viewer, Action::Update, &poor).unwrap().consequences);
    assert!(
        lines.contains(&"change: 1 credit is missing in coder, as far as the version tells: its stop passes, its start would be refused.".to_owned()),
        "{lines:?}"
    );

    // While it is not known whether the values fit, nothing is begun.
    let reading = Known { misfits: Told::Asked, ..known.clone() };
    let asked = of(&row, &viewer, Action::Update, &reading).unwrap();
    assert_eq!(asked.hindrance, Some(Hindrance::Reading("The parameters of v14 are being read.".into())));
    // Where it cannot be known it is said, and the control plane decides.
    let unknown = Known { misfits: Told::Unknown("no answer".into()), ..known.clone() };
    let asked = of(&row, &viewer, Action::Update, &unknown).unwrap();
    assert_eq!((asked.hindrance, asked.facts[2].1.as_str()), (None, "not known whether they fit: no answer"));
    let misfit =
        Misfit { name: "region".into(), label: "Region".into(), why: "“eu” is not offered.".into(), locked: false };
    let misfits = Known { misfits: Told::Known(vec![misfit]), ..known };
    let asked = of(&row, &viewer, Action::ChangeVersion, &misfits).unwrap();
    assert_eq!((asked.hindrance, asked.title.as_str()), (Some(Hindrance::Misfits), "Change ok to v14?"));
    assert_eq!(asked.facts[2].1, "1 does not fit");
    let lines = in_lines(&asked.consequences);
    assert!(lines.contains(&"change: Region: “eu” is not offered.".to_owned()));
    assert!(lines.contains(&"fact: Nothing is stopped before v14 has values that fit.".to_owned()));
    assert_eq!(asked.danger, "Change version and restart");
}

#[test]
fn resources_are_left_behind_only_where_that_is_allowed() {
    let failed = row("real/apply-failed-workspace");
    let orphan = |row: &Row, template: Option<bool>| {
        let may = crate::model::permission::Rights { template, ..Default::default() };
        let viewer = Viewer { may, ..Viewer::default() };
        of(row, &viewer, Action::Delete, &Known::default()).unwrap().orphan.unwrap()
    };
    assert_eq!(orphan(&failed, Some(true)), Ok(()));
    assert_eq!(orphan(&failed, None), Ok(()), "the control plane decides");
    let state = "It is allowed only after a failed or canceled build.";
    let right = "It needs permission to change the template.";
    assert_eq!(orphan(&failed, Some(false)), Err(right.to_owned()));
    let running = row("real/start-workspace");
    assert_eq!(orphan(&running, Some(true)), Err(state.to_owned()));
    assert_eq!(orphan(&running, Some(false)), Err(format!("{right} {state}")));
    let known = Known { orphan: true, resources: Some(vec!["v.home".into()]), ..Known::default() };
    let asked = of(&failed, &Viewer::default(), Action::Delete, &known).unwrap();
    assert_eq!(
        in_lines(&asked.consequences)[..2],
        [
            "loss: The workspace is forgotten. There is no undo.",
            "loss: v.home stays where it is: nobody destroys it, and it may go on costing.",
        ]
    );
    let name = &failed.name;
    assert_eq!(asked.danger, format!("Delete {name}, leave its resources"));
}

#[test]
fn what_waits_is_canceled_before_a_delete_and_that_is_said() {
    let pending = row("workspace/pending-first");
    let (_, lines, ..) = asked(&pending, Action::Delete, None);
    assert!(lines.contains(&"change: The start that waits is canceled first.".to_owned()), "{lines:?}");
}

#[test]
fn a_stop_asks_where_somebody_else_is_in_there() {
    let row = row("real/start-workspace");
    let mine = Viewer { user_id: row.owner_id, in_use: true, ..Viewer::default() };
    assert!(!asks(&row, &mine, Action::Stop), "one's own is held back, and can be undone");
    assert!(!asks(&row, &Viewer { in_use: false, ..Viewer::default() }, Action::Stop), "nobody is in there");
    let other = Viewer { in_use: true, ..Viewer::default() };
    assert!(asks(&row, &other, Action::Stop));
    let asked = of(&row, &other, Action::Stop, &Known::default()).unwrap();
    assert_eq!((asked.safe.as_str(), asked.danger.as_str()), ("Let it run", "Stop ok"));
    let lines = in_lines(&asked.consequences);
    assert!(lines[2].starts_with("past: In use now: last used "), "{lines:?}");
    let agent = |name: &str, connected, apps: &[&str]| AgentUse {
        name: name.into(),
        connected,
        apps: apps.iter().map(|app| (*app).to_owned()).collect(),
    };
    let untold = "How many sessions are open cannot be known: the control plane does not tell.";
    for (agents, said) in [
        (Told::Asked, untold.to_owned()),
        (Told::Unknown("no answer".into()), format!("{untold} Its agents could not be asked for either: no answer.")),
        (Told::Known(vec![]), "It has no agent: nobody has a session in it.".to_owned()),
        (
            Told::Known(vec![agent("main", false, &["code-server"])]),
            "None of its agents is connected: nobody reaches it now.".to_owned(),
        ),
        (
            Told::Known(vec![agent("main", true, &["code-server", "JupyterLab"]), agent("db", false, &[])]),
            format!("Connected: agent main (with code-server and JupyterLab). {untold}"),
        ),
        (
            Told::Known(vec![agent("main", true, &[]), agent("db", true, &[])]),
            format!("Connected: agents main and db. {untold}"),
        ),
    ] {
        for action in [Action::Stop, Action::Restart] {
            let known = Known { agents: agents.clone(), ..Known::default() };
            let lines = in_lines(&of(&row, &other, action, &known).unwrap().consequences);
            assert_eq!(lines.last().unwrap(), &format!("past: {said}"));
        }
    }
}

#[test]
fn what_is_asked_for_at_each_start_is_asked_for_before_it() {
    let stopped = row("workspace/stopped");
    let one = |label: &str, required| PerStart { label: label.into(), required };
    let asked = |action, per_start| {
        let known = Known { per_start, ..Known::default() };
        let asked = of(&stopped, &Viewer::default(), action, &known).unwrap();
        (in_lines(&asked.consequences), asked.hindrance, asked.fills_in, asked.danger)
    };
    let (lines, hindrance, fills_in, danger) = asked(Action::Start, Told::Known(vec![one("Clean first", false)]));
    assert_eq!(
        lines,
        [
            "fact: Asked for at each start, and kept for that start alone: Clean first.",
            "fact: Without it, it starts with what the template says.",
        ]
    );
    assert_eq!((hindrance, fills_in, danger.as_str()), (None, true, "Start life"));
    let both = Told::Known(vec![one("Clean first", false), one("Ticket", true)]);
    let (lines, hindrance, fills_in, _) = asked(Action::Retry, both);
    assert_eq!(lines[0], "fact: Asked for at each start, and kept for that start alone: Clean first and Ticket.");
    assert_eq!(lines[1], "change: It cannot start without Ticket.");
    assert_eq!((hindrance, fills_in), (Some(Hindrance::Misfits), true));
    let (lines, hindrance, fills_in, _) = asked(Action::Start, Told::Unknown("no answer".into()));
    assert_eq!(lines, ["fact: Whether it asks for values at each start cannot be known: no answer."]);
    assert_eq!((hindrance, fills_in), (None, false));
    assert!(matches!(asked(Action::Start, Told::Asked).1, Some(Hindrance::Reading(_))));

    // What the quota would refuse is said before it is begun, and can be begun all the same.
    let made = MadeOf { daily_cost: 8, ..MadeOf::default() };
    let poor =
        Known { now: Told::Known(made), per_start: Told::Known(vec![]), quota: Some((57, 60)), ..Known::default() };
    let mut cheap = row("workspace/stopped");
    cheap.daily_cost = 2;
    let asked_first = of(&cheap, &Viewer::default(), Action::Start, &poor).unwrap();
    let lines = in_lines(&asked_first.consequences);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("change: 3 credits are missing in "), "{lines:?}");
    assert_eq!((asked_first.hindrance, asked_first.fills_in), (None, false));
    assert_eq!(asked_first.facts, [("Credits", "2 now, about 8 then".to_owned())]);

    // What its last start cost counts more than what the version says.
    let dear = Known { price: Some(Price { credits: 11, source: Source::LastStart }), ..poor.clone() };
    let lines = in_lines(&of(&cheap, &Viewer::default(), Action::Start, &dear).unwrap().consequences);
    assert!(lines[0].starts_with("change: 6 credits are missing in "), "{lines:?}");
    assert!(lines[0].contains("as far as its last start tells"), "{lines:?}");

    // A stop is checked too: over the budget one that keeps all of it is refused.
    let kept = |stopped_cost| {
        let made = MadeOf { daily_cost: 20, stopped_cost, ..MadeOf::default() };
        let mut over = row("real/start-workspace");
        over.daily_cost = 20;
        let known = Known { now: Told::Known(made), quota: Some((70, 60)), ..Known::default() };
        let question = |action| in_lines(&of(&over, &Viewer::default(), action, &known).unwrap().consequences);
        (question(Action::Stop), question(Action::Restart))
    };
    let has = |lines: &[String], text: &str| lines.iter().any(|line| line.contains(text));
    let (stop, restart) = kept(20);
    assert!(has(&stop, "10 credits are missing in") && has(&stop, "its stop would be refused"), "{stop:?}");
    assert!(has(&restart, "its stop would be refused, and nothing is started"), "{restart:?}");
    let (stop, restart) = kept(2);
    assert!(!has(&stop, "refused"), "{stop:?}");
    assert!(has(&restart, "its stop passes, its start would be refused"), "{restart:?}");

    // A restart, an update and another version say so among the rest; what lacks a value stops nothing.
    let running = row("real/start-workspace");
    let per_start = Told::Known(vec![one("Ticket", true)]);
    let lacks =
        Misfit { name: "ticket".into(), label: "Ticket".into(), why: "A value is needed.".into(), locked: false };
    let known = Known { per_start, misfits: Told::Known(vec![lacks]), ..Known::default() };
    for action in [Action::Restart, Action::Update, Action::ChangeVersion] {
        let asked = of(&running, &Viewer::default(), action, &known).unwrap();
        assert_eq!((asked.hindrance, asked.fills_in), (Some(Hindrance::Misfits), true), "{action:?}");
        let lines = in_lines(&asked.consequences);
        assert!(lines.contains(&"change: Ticket: A value is needed.".to_owned()), "{lines:?}");
        assert!(lines.contains(&"change: It cannot start without Ticket.".to_owned()), "{lines:?}");
    }
}
