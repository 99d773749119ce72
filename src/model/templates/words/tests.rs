//! Tests of what the page of a template says.

use super::*;
use json_tape::from_slice;

fn template(rest: &str) -> Template {
    from_slice(format!(r#"{{"id":"00000000-0000-0000-0000-000000000001"{rest}}}"#).as_bytes()).unwrap()
}

#[test]
fn usual_times_are_estimates_of_what_was_counted() {
    for (stats, said) in [
        (
            r#"{"start":{"P50":23400,"P95":38000}}"#,
            "Usually built in 23 s, 95 of 100 within 38 s; queue and agent come on top.",
        ),
        (r#"{"start":{"P50":23400,"P95":null}}"#, "Usually built in 23 s; queue and agent come on top."),
        (r#"{"start":{"P50":0,"P95":0}}"#, "No start of it has succeeded yet, as far as is counted."),
        (r"{}", "No start of it has succeeded yet, as far as is counted."),
    ] {
        assert_eq!(usual_times(&template(&format!(r#","build_time_stats":{stats}"#))), said);
    }
}

#[test]
fn a_preset_says_what_it_sets() {
    let preset = |rest: &str| -> Preset {
        from_slice(format!(r#"{{"ID":"00000000-0000-0000-0000-000000000001","Name":"x"{rest}}}"#).as_bytes()).unwrap()
    };
    for (rest, said) in [
        ("", "Sets nothing."),
        (r#","Parameters":null,"Default":true"#, "Sets nothing. The default."),
        (r#","Parameters":[{"Name":"cpu","Value":"4"},{"Name":"note","Value":""}]"#, "cpu 4, note nothing."),
        (r#","DesiredPrebuildInstances":2"#, "Sets nothing. 2 held ready."),
        (r#","DesiredPrebuildInstances":0"#, "Sets nothing."),
    ] {
        assert_eq!(preset_words(&preset(rest)), said);
    }
    assert_eq!(short(&"x".repeat(41)).chars().count(), 40);
    assert_eq!(short(" a\n b "), "a b");
}

#[test]
fn a_parameter_at_a_glance() {
    let rules: Vec<RichParameter> = from_slice(
        br#"[{"name":"region","display_name":"Region","type":"string","mutable":false,"required":true,"options":[{"name":"A","value":"a"},{"name":"B","value":"b"}]},
            {"name":"disk","type":"number","mutable":true,"validation_min":10,"validation_max":50,"default_value":"20"},
            {"name":"zone","type":"string","mutable":true,"default_value":"b","options":[{"name":"B zone","value":"b"}]},
            {"name":"clear","type":"bool","mutable":true,"ephemeral":true,"default_value":"false"},
            {"name":"tools","type":"list(string)","mutable":true,"default_value":"[]"},
            {"name":"new","type":"something","mutable":true}]"#,
    )
    .unwrap();
    let said: Vec<String> =
        glance(&rules).into_iter().map(|one| format!("{}: {}; {}", one.label, one.words, one.default)).collect();
    assert_eq!(
        said,
        [
            "Region: one of 2, fixed once created; must be given",
            "disk: a number from 10 to 50; 20",
            "zone: one of 1; B zone",
            "clear: yes or no, for one start only; false",
            "tools: a list of words; []",
            "new: text; nothing",
        ]
    );
}

#[test]
fn a_template_decides_what_it_says_and_nothing_more() {
    let said = |rest: &str| {
        decisions(&template(rest)).into_iter().map(|(word, value)| format!("{word}: {value}")).collect::<Vec<_>>()
    };
    assert_eq!(
        said(""),
        ["Updates: when you say so; nothing is forced", "Developers: The control plane does not say."]
    );
    let all = said(
        r#","default_ttl_ms":28800000,"allow_user_autostop":false,"allow_user_autostart":true,"time_til_dormant_ms":5184000000,"time_til_dormant_autodelete_ms":2592000000,"require_active_version":true,"allow_user_cancel_workspace_jobs":false,"created_by_name":"grace","active_user_count":14"#,
    );
    assert_eq!(
        all,
        [
            "Autostop: 8 h after the start, fixed by the template",
            "Autostart: yours to set",
            "Unused: dormant after 60 d, deleted 30 d later",
            "Updates: each start takes the active version",
            "Cancelling: a running build is cancelled by administrators alone",
            "Made by: grace",
            "Developers: 14",
        ]
    );
    assert!(
        said(r#","default_ttl_ms":0,"time_til_dormant_ms":0"#)
            .contains(&"Autostop: never by itself, yours to change".to_owned())
    );
}
