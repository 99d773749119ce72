//! Rows of recorded workspaces.

use super::*;
use crate::model::recordings;
use crate::wire::List;

#[test]
fn a_row_is_small() {
    assert!(size_of::<Row>() <= 700, "{}", size_of::<Row>());
}

#[test]
fn a_row_holds_what_the_list_shows() {
    let row = recordings::row("workspace/with-autostart");
    let workspace = recordings::workspace("workspace/with-autostart");
    assert_eq!(row.autostart.as_deref(), Some("CRON_TZ=Europe/Berlin 30 9 * * 1-5"));
    assert_eq!(row.next_start_ms, workspace.next_start_at.map(Timestamp::millis));
    assert_eq!((&*row.name, &*row.owner_name, &*row.organization_name), ("life", "owner", "coder"));
    assert_eq!(row.ttl_ms, None);
    assert_eq!(row.deadline_ms, None);
    assert_eq!(row.created_ms, workspace.created_at.millis());
    assert_eq!(row.template_active_version_id, workspace.template_active_version_id);
    assert!(!row.outdated && !row.favorite && !row.require_active_version && !row.always_update && !row.prebuild);

    let row = recordings::row("workspace/rich-running");
    assert_eq!((&*row.template_name, &*row.template_slug), ("Rich", "rich"));
    assert_eq!(&*row.template_icon, "/icon/docker.png");
    assert_eq!(row.ttl_ms, Some(28_800_000));
    assert_eq!((row.health.agents, row.health.connected, row.health.healthy), (2, 2, false));
    assert_eq!(row.build.resources, 29);
    assert_eq!(row.build.provisioners, None, "only meaningful while it waits");

    assert!(recordings::row("workspace/favorited").favorite);
    assert!(recordings::row("workspace/outdated").outdated);
    assert!(recordings::row("workspace/dormant").dormant_ms.is_some());

    let pending = recordings::row("workspace/pending-second");
    assert_eq!((pending.build.queue_position, pending.build.queue_size), (2, 2));
    let provisioners = pending.build.provisioners.unwrap();
    assert_eq!((provisioners.count, provisioners.available), (3, 3));
    assert!(provisioners.last_seen_ms.is_some());
    assert_eq!(pending.build.tags.as_deref(), Some(""), "that a job is its organization's is usual");

    let failed = recordings::row("real/apply-failed-workspace");
    assert_eq!(failed.build.error.as_deref(), Some("terraform apply: exit status 1"));
    assert_eq!(failed.build.error_code, None);
}

#[test]
fn what_was_never_set_is_never_a_time() {
    let mut workspace = recordings::workspace("workspace/stopped");
    workspace.last_used_at = Some("0001-01-01T00:00:00Z".parse().unwrap());
    workspace.template_display_name = "  ".into();
    workspace.autostart_schedule = Some(" ".into());
    workspace.ttl_ms = Some(0);
    workspace.is_prebuild = Some(true);
    workspace.automatic_updates = AutomaticUpdates::Always;
    workspace.template_allow_user_cancel_workspace_jobs = Some(true);
    workspace.template_require_active_version = true;
    workspace.latest_build.job.error = Some("\n".into());
    let row = from_workspace(&workspace);
    assert_eq!(row.last_used_ms, None);
    assert_eq!(row.template_name, row.template_slug);
    assert_eq!((row.autostart, row.ttl_ms, row.build.error), (None, None, None));
    assert!(row.prebuild && row.always_update && row.allow_user_cancel && row.require_active_version);
}

#[test]
fn what_changes_is_asked_for_often() {
    for (name, changing) in [
        ("workspace/pending-first", true),
        ("workspace/starting", true),
        ("workspace/canceling", true),
        ("workspace/stopping-or-stopped", true),
        ("workspace/stopped", false),
        ("real/start-workspace", false),
        ("real/apply-failed-workspace", false),
        ("workspace/canceled-while-pending", false),
    ] {
        assert_eq!(is_changing(&recordings::row(name)), changing, "{name}");
        assert_eq!(is_lively(&recordings::row(name)), changing, "{name}");
    }
    assert!(is_lively(&recordings::row("workspace/connecting")));
    assert!(!is_changing(&recordings::row("workspace/connecting")));
}

#[test]
fn strings_that_rows_share_are_held_once() {
    #[derive(json_tape::Read)]
    struct Page {
        workspaces: List<Workspace>,
    }
    let answer: Page = recordings::body("list/limit-zero");
    let mut interner = Interner::default();
    let rows: Vec<Row> = answer.workspaces.iter().map(|workspace| interner.row(workspace)).collect();
    let alone: Vec<Row> = answer.workspaces.iter().map(from_workspace).collect();
    assert_eq!(rows, alone);
    assert!(Arc::ptr_eq(&rows[0].owner_name, &rows[1].owner_name));
    let before = interner.strings.len();
    interner.sweep();
    assert_eq!(interner.strings.len(), before, "all are in use");
    drop(rows);
    interner.sweep();
    assert_eq!(interner.strings.len(), 0);
}
