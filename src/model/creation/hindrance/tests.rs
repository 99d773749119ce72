//! Tests of what stands in the way: tables of templates, versions and forms.

use super::*;
use json_tape::from_slice;

fn template(rest: &str) -> Template {
    let text =
        format!(r#"{{"id":"00000000-0000-0000-0000-000000000001","name":"docker","organization_name":"acme"{rest}}}"#);
    from_slice(text.as_bytes()).unwrap()
}

fn version(status: &str, rest: &str, of_job: &str) -> TemplateVersion {
    let text = format!(
        r#"{{"id":"00000000-0000-0000-0000-000000000002","name":"v2"{rest},"job":{{"id":"00000000-0000-0000-0000-000000000003","status":"{status}"{of_job}}}}}"#
    );
    from_slice(text.as_bytes()).unwrap()
}

fn account(id: &str, authenticated: bool, optional: bool) -> ExternalAuth {
    let text =
        format!(r#"{{"id":"{id}","display_name":"Acme {id}","authenticated":{authenticated},"optional":{optional}}}"#);
    from_slice(text.as_bytes()).unwrap()
}

#[test]
fn a_template_says_why_nothing_can_be_made_of_it() {
    for (rest, may, begins) in [
        ("", None, None),
        ("", Some(true), None),
        ("", Some(false), Some("You may not create workspaces in acme.")),
        (r#","organization_display_name":"Acme Ltd""#, Some(false), Some("You may not create workspaces in Acme Ltd.")),
        (r#","deprecated":true"#, Some(true), Some("This template is deprecated. Its workspaces")),
        (
            r#","deprecated":true,"deprecation_message":"use k8s-pod.""#,
            Some(false),
            Some("This template is deprecated: use k8s-pod. Its workspaces"),
        ),
        (r#","deleted":true,"deprecated":true"#, None, Some("This template was deleted.")),
    ] {
        let said = hindrance_of_template(&template(rest), may);
        match (said, begins) {
            (None, None) => {}
            (Some(said), Some(begins)) => assert!(said.starts_with(begins), "{said}"),
            other => panic!("{rest} {may:?}: {other:?}"),
        }
    }
}

#[test]
fn a_version_says_whether_waiting_helps() {
    for (status, rest, of_job, waits, begins) in [
        ("succeeded", "", "", None, ""),
        ("succeeded", r#","archived":true"#, "", Some(false), "Version v2 is archived."),
        (
            "failed",
            "",
            r#","error":"terraform plan: exit status 1.""#,
            Some(false),
            "The import of version v2 failed: terraform plan: exit status 1. Choose",
        ),
        ("failed", "", "", Some(false), "The import of version v2 failed. Choose"),
        ("canceled", "", "", Some(false), "The import of version v2 was cancelled."),
        ("running", "", "", Some(true), "Version v2 is being imported."),
        ("pending", "", "", Some(true), "The import of version v2 has not begun. "),
        (
            "pending",
            r#","matched_provisioners":{"count":0,"available":0}"#,
            "",
            Some(true),
            "The import of version v2 has not begun: no provisioner",
        ),
        ("something", "", "", Some(true), "Version v2 is being imported."),
    ] {
        let said = hindrance_of_version(&version(status, rest, of_job));
        assert_eq!(said.as_ref().map(|said| said.waits), waits, "{status}");
        assert!(said.is_none_or(|said| said.sentence.starts_with(begins)), "{status}");
    }
}

#[test]
fn what_is_missing_is_named_in_the_order_of_the_form() {
    let parameters: Vec<(String, String)> =
        (1..=5).map(|n| (format!("p{n}"), if n == 2 { String::new() } else { format!("P{n}") })).collect();
    let accounts = [account("git", false, false), account("npm", false, true), account("hub", true, false)];
    let texts = |all: Vec<Hindrance>| all.into_iter().map(|one| one.text).collect::<Vec<_>>();
    assert_eq!(texts(hindrances(None, true, &[], &[])), Vec::<String>::new());
    assert_eq!(
        texts(hindrances(Some("A name is needed."), false, &accounts, &parameters)),
        [
            "choose a name",
            "choose who owns it",
            "connect Acme git",
            "mend P1",
            "mend p2",
            "mend P3",
            "2 parameters more"
        ]
    );
    let last = hindrances(None, true, &[], &parameters).pop();
    assert_eq!(last.map(|one| one.place), Some(Place::Parameter("p4".to_owned())));
    assert_eq!(texts(hindrances(None, true, &[], &parameters[..4])).last().unwrap(), "1 parameter more");
}
