//! What is asked before each action, word by word.

use super::*;
use crate::model::actions::{Viewer, offer};
use crate::model::duration::FixedZone;
use crate::model::recordings;
use crate::wire::build::BuildStatus;

const UTC: FixedZone = FixedZone { east_minutes: 0 };

fn row(name: &str) -> Row {
    recordings::row(name)
}

#[test]
fn what_a_new_version_asks_for_and_nobody_answered() {
    let asked: Vec<RichParameter> = recordings::body("real/rich-parameters");
    let known: Vec<ParameterValue> = recordings::body("real/start-parameters");
    assert_eq!(unanswered(&asked, &known), Vec::<String>::new(), "nothing is required");
    let required: Vec<_> = asked.into_iter().map(|one| RichParameter { required: true, ..one }).collect();
    // An ephemeral value counts for one build only, whether there was one or not.
    assert_eq!(unanswered(&required, &known), ["Image pull, seconds", "fail_at"]);
    assert_eq!(unanswered(&required, &known[..2]), ["CPUs", "Image pull, seconds", "fail_at"]);
}

fn asked(row: &Row, action: Action, resources: Option<&[String]>) -> (String, Vec<String>, String, String) {
    let now_ms = row.created_ms + 60 * 86_400_000;
    let asked = confirmation(row, action, resources, now_ms, &UTC).expect("asks");
    let weight = |one: &Consequence| match one.weight {
        Weight::Loss => "loss",
        Weight::Change => "change",
        Weight::Fact => "fact",
        Weight::Past => "past",
    };
    let lines = asked.consequences.iter().map(|one| format!("{}: {}", weight(one), one.text)).collect();
    (asked.title, lines, asked.safe, asked.danger)
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
    let confirmation = |action| confirmation(&row, action, None, row.created_ms, &UTC);
    let delete = confirmation(Action::Delete).unwrap();
    assert!(delete.is_confirmed_by("life"));
    for typed in ["", "Life", " life", "life ", "lif"] {
        assert!(!delete.is_confirmed_by(typed), "{typed:?}");
    }
    assert!(confirmation(Action::Update).unwrap().is_confirmed_by(""), "it asks, but for no name");
    for action in [Action::Start, Action::Stop, Action::Activate, Action::Favorite, Action::Retry] {
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
        assert!(!asks(row, action), "{action:?}");
        assert_eq!(confirmation(row, action, None, row.created_ms, &UTC), None, "{action:?}");
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
        assert!(confirmation(row, action, None, row.created_ms, &UTC).is_some(), "{action:?}");
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
    let unknown = "change: The plan decides which resources are replaced; it has not run yet.";
    let (title, lines, safe, danger) = asked(&running, Action::Update, None);
    assert_eq!((title.as_str(), safe.as_str(), danger.as_str()), ("Update ok?", "Not now", "Update and restart"));
    assert_eq!(
        lines,
        [format!("change: Stops, then starts with the active version. {ends}"), lost.to_owned(), unknown.to_owned()]
    );
    let (_, lines, _, danger) = asked(&row("workspace/stopped"), Action::Update, None);
    assert_eq!(danger, "Update and start");
    assert_eq!(lines, ["change: Starts with the template's active version.", unknown]);
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
