//! What a failed start leaves.

use crate::model::timeline::fixtures::{self, applied, build, logged, logs, whole};
use crate::model::timeline::summary;

#[test]
fn what_became_of_a_workspace_after_one_of_its_builds() {
    use crate::model::recordings;
    use crate::wire::build::BuildStatus;
    use summary::Since;
    let failed = recordings::workspace("real/apply-failed-workspace");
    let build = failed.latest_build.clone();
    let mut followed = failed.clone();
    followed.latest_build.build_number += 1;
    let mut deleted = followed.clone();
    deleted.latest_build.status = BuildStatus::Deleted;
    // The name was given to another workspace.
    let mut another = failed.clone();
    another.id = crate::wire::Id::NIL;
    for (known, gone, since) in [
        (Some(&failed), false, Since::Latest),
        (Some(&followed), false, Since::Followed),
        (Some(&deleted), false, Since::Deleted),
        (Some(&followed), true, Since::Deleted),
        (Some(&another), false, Since::Unknown),
        (None, true, Since::Deleted),
        (None, false, Since::Unknown),
    ] {
        assert_eq!(Since::of(&build, known, gone), since, "{gone}");
    }
}

/// The machine was made, its provisioner failed: Terraform keeps it, and the delete that followed in the recordings
/// destroyed it.
#[test]
fn what_a_failure_left_is_what_the_delete_after_it_found() {
    let failed = whole(&build("real/apply-failed-workspace"), None, &logs("real/apply-failed-logs"));
    let destroyed = whole(&build("real/deleted-workspace"), None, &logs("real/deleted-logs"));
    let destroyed = destroyed.spans.iter().filter(|span| span.action.as_deref() == Some("delete")).count();
    let left = summary::left_behind(&failed, summary::Since::Latest).unwrap();
    assert!(left.starts_with(&format!("{destroyed} resources were made before the start failed")), "{left}");
    assert!(left.contains("null_resource.machine[0]"), "{left}");
    assert!(left.contains("stay until the next build"), "{left}");
    // What stays, and costs, is said of the latest build alone.
    for (since, end) in [
        (summary::Since::Followed, "; later builds may have changed or removed them."),
        (summary::Since::Deleted, "; the workspace was deleted later."),
        (summary::Since::Unknown, " before the start failed."),
    ] {
        let said = summary::left_behind(&failed, since).unwrap();
        assert!(said.ends_with(end) && !said.contains("cost") && !said.contains("stay"), "{since:?}: {said}");
    }
    // What failed before there was anything leaves nothing.
    let logs = applied(&[
        (7.0, "info", "a.b: Creating..."),
        (8.0, "info", "a.b: Creation errored after 1s"),
        (8.0, "error", "Error: no capacity"),
        (8.0, "error", "on main.tf line 1, in resource \"a\" \"b\":"),
    ]);
    let nothing = logged(&fixtures::failed("terraform apply: exit status 1"), &logs);
    assert_eq!(summary::left_behind(&nothing, summary::Since::Latest), None);
}
