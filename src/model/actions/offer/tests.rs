//! Each state of a row with its button and its menu.

use super::*;
use crate::model::actions::conditions::failed_start;
use crate::model::recordings;
use crate::wire::build::{BuildStatus, JobStatus, Transition};

fn owner(row: &Row) -> Viewer {
    Viewer { user_id: row.owner_id, ..Viewer::default() }
}

fn row(name: &str) -> Row {
    recordings::row(name)
}

/// The primary action and the menu as lines: `Start` if enabled, `Start: already running` if not.
fn offered(row: &Row, viewer: &Viewer) -> (Option<String>, Vec<String>) {
    let line = |offer: Offer| match offer.enabled {
        Ok(()) => offer.label,
        Err(reason) => format!("{}: {}", offer.label, reason.text()),
    };
    // What the table of `capabilities` says alike in all states is left out.
    let apart = [Action::ChangeVersion, Action::Rename, Action::AlwaysUpdate, Action::NeverUpdate];
    let listed = menu(row, viewer).into_iter().filter(|offer| !apart.contains(&offer.action));
    (primary(row, viewer).map(line), listed.map(line).collect())
}

fn check(row: &Row, viewer: &Viewer, primary: Option<&str>, menu: &[&str]) {
    let (first, all) = offered(row, viewer);
    assert_eq!(first.as_deref(), primary);
    assert_eq!(all, menu);
}

#[test]
fn running() {
    let row = row("real/start-workspace");
    check(
        &row,
        &owner(&row),
        Some("Stop"),
        &[
            "Start: already running",
            "Stop",
            "Restart…",
            "Update and restart…: it has the active version already",
            "Cancel start: nothing is running",
            "Add to favorites",
            "Make dormant…",
            "Delete…",
        ],
    );
    assert_eq!(primary(&recordings::row("workspace/connecting"), &Viewer::default()).unwrap().action, Action::Stop);
}

#[test]
fn unhealthy_and_outdated() {
    let mut row = row("real/outdated-workspace");
    let menu = [
        "Start: already running",
        "Stop",
        "Restart…",
        "Update and restart…",
        "Cancel start: nothing is running",
        "Add to favorites",
        "Make dormant…",
        "Delete…",
    ];
    check(&row, &owner(&row), Some("Restart…"), &menu);
    row.require_active_version = true;
    let mut required = menu;
    required[2] = "Restart…: the template requires its active version";
    check(&row, &owner(&row), Some("Update and restart…"), &required);
    row.outdated = false;
    assert_eq!(primary(&row, &owner(&row)).unwrap().label, "Restart…", "it has the version that is required");
}

#[test]
fn stopped() {
    let mut row = row("workspace/stopped");
    row.outdated = false;
    let menu = [
        "Start",
        "Stop: already stopped",
        "Restart: not running",
        "Update and start…: it has the active version already",
        "Cancel stop: nothing is running",
        "Add to favorites",
        "Make dormant…",
        "Delete…",
    ];
    check(&row, &owner(&row), Some("Start"), &menu);
    row.outdated = true;
    let mut outdated = menu;
    outdated[3] = "Update and start…";
    check(&row, &owner(&row), Some("Start"), &outdated);
    row.require_active_version = true;
    outdated[0] = "Start: the template requires its active version";
    check(&row, &owner(&row), Some("Update and start…"), &outdated);
}

#[test]
fn failed() {
    let mut row = row("real/apply-failed-workspace");
    let menu = [
        "Start",
        "Stop",
        "Restart: not running",
        "Retry",
        "Update and start…: it has the active version already",
        "Cancel start: nothing is running",
        "Add to favorites",
        "Make dormant…",
        "Delete…",
    ];
    check(&row, &owner(&row), Some("Retry"), &menu);
    row.outdated = true;
    row.require_active_version = true;
    let mut required = menu;
    required[0] = "Start: the template requires its active version";
    required[3] = "Retry: the template requires its active version";
    required[4] = "Update and start…";
    check(&row, &owner(&row), Some("Update and start…"), &required);
    // A failed stop is stopped again, whatever the version.
    row.build.transition = Transition::Stop;
    required[3] = "Retry";
    required[5] = "Cancel stop: nothing is running";
    check(&row, &owner(&row), Some("Retry"), &required);
}

#[test]
fn canceled_is_started_or_stopped() {
    for name in ["real/canceled-workspace", "workspace/canceled-while-pending"] {
        let mut row = row(name);
        row.outdated = false;
        check(
            &row,
            &owner(&row),
            Some("Start"),
            &[
                "Start",
                "Stop",
                "Restart: not running",
                "Update and start…: it has the active version already",
                "Cancel start: nothing is running",
                "Add to favorites",
                "Make dormant…",
                "Delete…",
            ],
        );
    }
}

#[test]
fn pending_can_always_be_canceled() {
    let mut row = row("workspace/pending-first");
    row.allow_user_cancel = false;
    row.outdated = false;
    check(
        &row,
        &owner(&row),
        Some("Cancel start"),
        &[
            "Start: a build is running: start",
            "Stop: a build is running: start",
            "Restart: a build is running: start",
            "Update and start…: a build is running: start",
            "Cancel start",
            "Add to favorites",
            "Make dormant…: a build is running: start",
            "Delete…",
        ],
    );
}

#[test]
fn a_running_build_is_canceled_where_the_template_lets_users_or_by_the_sites_owner() {
    for name in ["workspace/starting", "workspace/stopping-or-stopped"] {
        let mut row = row(name);
        row.allow_user_cancel = false;
        let cancel = |row: &Row, viewer: &Viewer| primary(row, viewer).unwrap();
        let user = owner(&row);
        assert_eq!(cancel(&row, &user).enabled, Err(Reason::CancelForbidden));
        assert_eq!(cancel(&row, &user).note(), "the template does not let its users cancel builds");
        assert_eq!(cancel(&row, &Viewer { site_owner: true, ..user }).enabled, Ok(()));
        row.allow_user_cancel = true;
        assert_eq!(cancel(&row, &user).enabled, Ok(()));
    }
}

#[test]
fn canceling_waits() {
    let row = row("workspace/canceling");
    let (first, all) = offered(&row, &owner(&row));
    assert_eq!(first.as_deref(), Some("Cancel start: the build is already being canceled"));
    assert_eq!(all[0], "Start: the build is already being canceled");
    assert_eq!(all[7], "Delete…: the build is already being canceled");
}

#[test]
fn dormant_is_activated() {
    let mut row = row("workspace/dormant");
    row.build.status = BuildStatus::Stopped;
    row.build.transition = Transition::Stop;
    row.outdated = true;
    check(
        &row,
        &owner(&row),
        Some("Activate"),
        &[
            "Start",
            "Stop: already stopped",
            "Restart: not running",
            "Update and start…: dormant: activate it first",
            "Cancel stop: nothing is running",
            "Activate",
            "Add to favorites",
            "Delete…",
        ],
    );
    assert_eq!(offer(&row, &owner(&row), Action::Start).note(), "also ends its dormancy");
    assert_eq!(offer(&row, &owner(&row), Action::Activate).note(), "stays as it is until started");
    // Recorded: dormant and still running.
    let row = recordings::row("workspace/dormant");
    assert_eq!(offer(&row, &owner(&row), Action::Stop).enabled, Ok(()));
    assert_eq!(offer(&row, &owner(&row), Action::Restart).enabled, Err(Reason::Dormant));
    assert_eq!(
        offer(&recordings::row("workspace/stopped"), &owner(&row), Action::Activate).enabled,
        Err(Reason::NotDormant)
    );
    assert_eq!(offer(&row, &owner(&row), Action::MakeDormant).enabled, Err(Reason::Dormant));
}

#[test]
fn deleting_deleted_and_unknown() {
    let mut row = row("real/deleted-workspace");
    let (first, all) = offered(&row, &owner(&row));
    assert_eq!(first, None);
    assert!(all.iter().all(|line| line.ends_with(": deleted")), "{all:?}");
    row.build.status = BuildStatus::Deleting;
    row.build.job_status = JobStatus::Running;
    row.allow_user_cancel = true;
    let (first, all) = offered(&row, &owner(&row));
    assert_eq!(first, None);
    assert_eq!((all[0].as_str(), all[4].as_str()), ("Start: a build is running: delete", "Cancel delete…"));
    row.build.status = BuildStatus::Other("hibernating".into());
    row.build.job_status = JobStatus::Succeeded;
    let (first, all) = offered(&row, &owner(&row));
    assert_eq!(first, None);
    assert_eq!(all[0], "Start: its status is not known to this version of Gantry");
    assert_eq!(all[7], "Delete…");
}

#[test]
fn nothing_is_offered_offline_on_a_stale_row_or_while_an_own_action_runs() {
    let row = row("workspace/stopped");
    let viewer = owner(&row);
    let all = |viewer: Viewer| -> Vec<Result<(), Reason>> {
        menu(&row, &viewer).into_iter().map(|offer| offer.enabled).collect()
    };
    let switched_off = all(Viewer { looks_only: true, offline: true, ..viewer });
    assert!(switched_off.iter().all(|one| *one == Err(Reason::SwitchedOff)));
    assert!(all(Viewer { offline: true, ..viewer }).iter().all(|one| *one == Err(Reason::Offline)));
    assert!(all(Viewer { stale: true, ..viewer }).iter().all(|one| *one == Err(Reason::Stale)));
    let busy = all(Viewer { busy: Some(Action::Start), ..viewer });
    assert_eq!(busy[0], Err(Reason::Busy(Action::Start)));
    assert_eq!(busy[5], Err(Reason::NothingRuns), "its build may be canceled once there is one");
    let starting = recordings::row("workspace/pending-first");
    let busy = |action| offer(&starting, &Viewer { busy: Some(action), ..viewer }, Action::Cancel).enabled;
    assert_eq!(busy(Action::Start), Ok(()));
    assert_eq!(busy(Action::Cancel), Err(Reason::Busy(Action::Cancel)));
    assert_eq!(Reason::Busy(Action::Restart).text(), "restarting is under way");
}

#[test]
fn a_favorite_is_its_owners_alone() {
    let mut row = row("workspace/stopped");
    assert_eq!(offer(&row, &owner(&row), Action::Favorite).enabled, Ok(()));
    assert_eq!(offer(&row, &Viewer::default(), Action::Favorite).enabled, Err(Reason::NotOwner));
    row.favorite = true;
    assert!(offered(&row, &owner(&row)).1.contains(&"Remove from favorites".to_owned()));
    // While a build runs, too.
    let pending = recordings::row("workspace/pending-first");
    assert_eq!(offer(&pending, &owner(&pending), Action::Favorite).enabled, Ok(()));
}

#[test]
fn a_prebuild_is_left_alone() {
    let mut row = row("workspace/stopped");
    row.prebuild = true;
    assert_eq!(offer(&row, &owner(&row), Action::Start).enabled, Err(Reason::Prebuild));
    assert_eq!(offer(&row, &owner(&row), Action::Delete).enabled, Ok(()));
}

#[test]
fn hints_say_what_a_word_hides() {
    let running = row("real/outdated-workspace");
    let failed = row("real/apply-failed-workspace");
    let mut stopped = row("workspace/stopped");
    let hint = |row: &Row, action| offer(row, &owner(row), action).hint;
    assert_eq!(hint(&running, Action::Restart), "stop, then start");
    assert_eq!(hint(&failed, Action::Retry), "cleans up first: stop, then start");
    assert_eq!(hint(&running, Action::Update), "stop, then start with the active version");
    assert_eq!(hint(&failed, Action::Update), "cleans up first, then starts the active version");
    assert_eq!(hint(&stopped, Action::Update), "start with the active version");
    assert_eq!(hint(&stopped, Action::Start), "");
    stopped.build.has_external_agent = true;
    assert_eq!(hint(&stopped, Action::Start), "its agent is started by hand, outside");
    let mut failed_stop = failed.clone();
    failed_stop.build.transition = Transition::Stop;
    assert_eq!(hint(&failed_stop, Action::Retry), "");
    assert_eq!(hint(&stopped, Action::Delete), "");
    assert!(offer(&stopped, &owner(&stopped), Action::Start).is_enabled());
    assert!(!offer(&stopped, &owner(&stopped), Action::Stop).is_enabled());
}

#[test]
fn a_failed_start_leaves_things_only_if_its_apply_had_begun() {
    assert!(failed_start(&row("real/apply-failed-workspace")));
    assert!(failed_start(&row("real/canceled-workspace")));
    assert!(!failed_start(&row("workspace/canceled-while-pending")));
    assert!(!failed_start(&row("real/start-workspace")));
    for (error, applied) in [
        ("terraform apply: exit status 1", true),
        ("template: something of a newer server", true),
        ("terraform plan: exit status 1", false),
        ("terraform init: exit status 1", false),
        ("initialize terraform: terraform init: exit status 1", false),
        ("insufficient quota", false),
    ] {
        let mut failed = row("real/apply-failed-workspace");
        failed.build.error = Some(error.into());
        assert_eq!(failed_start(&failed), applied, "{error}");
        let said = if applied { "cleans up first: stop, then start" } else { "" };
        assert_eq!(offer(&failed, &owner(&failed), Action::Retry).hint, said, "{error}");
    }
    let pending = row("workspace/canceled-while-pending");
    assert_eq!(offer(&pending, &owner(&pending), Action::Retry).hint, "");
    let mut stop = row("real/apply-failed-workspace");
    stop.build.transition = Transition::Stop;
    assert!(!failed_start(&stop));
}

#[test]
fn every_action_and_reason_has_its_words() {
    let all = [
        (Action::Start, "Start", "Starting"),
        (Action::Stop, "Stop", "Stopping"),
        (Action::Restart, "Restart", "Restarting"),
        (Action::Update, "Update", "Updating"),
        (Action::Retry, "Retry", "Retrying"),
        (Action::Cancel, "Cancel", "Canceling"),
        (Action::Delete, "Delete", "Deleting"),
        (Action::Activate, "Activate", "Activating"),
        (Action::MakeDormant, "Make dormant", "Making dormant"),
        (Action::Favorite, "Add to favorites", "Changing favorites"),
        (Action::Unfavorite, "Remove from favorites", "Changing favorites"),
        (Action::DebugRetry, "Retry with a full log", "Retrying"),
        (Action::ChangeVersion, "Change version", "Changing version"),
        (Action::Rename, "Rename", "Renaming"),
        (Action::AlwaysUpdate, "Update automatically", "Changing automatic updates"),
        (Action::NeverUpdate, "Stop updating automatically", "Changing automatic updates"),
        (Action::Undo, "Undo", "Undoing"),
    ];
    for (action, word, doing) in all {
        assert_eq!((action.word(), action.doing()), (word, doing));
    }
    assert_eq!(Reason::NotFailed.text(), "nothing failed");
    let running = row("real/start-workspace");
    assert_eq!(offer(&running, &owner(&running), Action::Retry).enabled, Err(Reason::NotFailed));
}

#[test]
fn what_is_held_can_be_undone_even_offline() {
    let row = row("real/start-workspace");
    let viewer = Viewer { held: true, busy: Some(Action::Stop), offline: true, ..owner(&row) };
    let undo = primary(&row, &viewer).unwrap();
    assert_eq!((undo.action, undo.enabled), (Action::Undo, Ok(())));
    assert_eq!(offer(&row, &owner(&row), Action::Undo).enabled, Err(Reason::NothingRuns));
}
