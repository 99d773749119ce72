//! Values under their names, options by their words, secrets masked.

use super::*;
use proptest::prelude::*;

fn value(name: &str, value: &str) -> ParameterValue {
    ParameterValue { name: name.into(), value: value.into() }
}

fn rules(json: &str) -> Vec<RichParameter> {
    json_tape::from_slice(json.as_bytes()).unwrap()
}

fn form(json: &str) -> FormAnswer {
    json_tape::from_slice(json.as_bytes()).unwrap()
}

const RULES: &str = r#"[
    {"name":"region","display_name":"Region","type":"string","mutable":false,"options":[{"name":"Europe","value":"eu"},{"name":"","value":"us"}]},
    {"name":"debug","type":"bool","mutable":true,"ephemeral":true},
    {"name":"tools","display_name":"","type":"list(string)","mutable":true,"options":[{"name":"Go","value":"go"}]},
    {"name":"license","type":"string","mutable":true},
    {"name":"api_token","type":"string","mutable":true}
]"#;

const FORM: &str = r#"{"id":0,"parameters":[
    {"name":"license","display_name":"Licence key","type":"string","styling":{"mask_input":true},"value":{"value":"x","valid":true}},
    {"name":"api_token","type":"string","styling":{},"value":{"value":"x","valid":true}},
    {"name":"region","display_name":"Where","type":"string","options":[{"name":"EU","value":{"value":"eu","valid":true}}]}
]}"#;

#[test]
fn values_are_shown_as_their_version_has_them() {
    let values = [
        value("gone", "1"),
        value("license", "abc"),
        value("tools", r#"["go","rust"]"#),
        value("debug", "true"),
        value("region", "eu"),
        value("api_token", ""),
    ];
    let rules = rules(RULES);
    let all = held(&values, Known { rules: Some(&rules), form: None, untold: false });
    let said: Vec<_> =
        all.iter().map(|one| (one.title.as_str(), format!("{:?}", one.shown), one.notes.join(", "))).collect();
    let said: Vec<_> = said.iter().map(|(title, shown, notes)| (*title, shown.as_str(), notes.as_str())).collect();
    assert_eq!(
        said,
        [
            ("Region", "Europe", "fixed once created"),
            ("debug", "yes", "for this build only"),
            ("tools", "Go, rust", ""),
            ("license", "abc", ""),
            ("api_token", "(empty)", ""),
            ("gone", "1", "not asked for any more"),
        ]
    );
    // Before the list is known nothing is said to be gone.
    assert!(held(&values, Known::default()).iter().all(|one| one.notes.is_empty()));
}

#[test]
fn what_is_a_secret_the_form_says_and_else_the_name() {
    let rules = rules(RULES);
    let form = form(FORM);
    let values = [value("license", "abc"), value("api_token", "t0k"), value("region", "eu")];
    let shown = |known| held(&values, known).into_iter().map(|one| (one.name, one.shown)).collect::<Vec<_>>();
    let with_form = shown(Known { rules: Some(&rules), form: Some(&form), untold: false });
    assert!(with_form.contains(&("license".into(), Shown::Secret("abc".into()))));
    assert!(with_form.contains(&("api_token".into(), Shown::Text("t0k".into()))), "its author lets it be read");
    assert!(with_form.contains(&("region".into(), Shown::Text("EU".into()))));
    let without = shown(Known { rules: Some(&rules), form: None, untold: false });
    assert!(without.contains(&("api_token".into(), Shown::Secret("t0k".into()))));
    assert!(!format!("{without:?}").contains("t0k"));
    // Where the form could not be read, or does not have it, every free text may be one; a choice is none.
    let empty = self::form(r#"{"id":0,"parameters":null}"#);
    for known in [
        Known { rules: Some(&rules), form: None, untold: true },
        Known { rules: Some(&rules), form: Some(&empty), untold: false },
    ] {
        let shown = shown(known);
        assert!(shown.contains(&("license".into(), Shown::Secret("abc".into()))));
        assert!(shown.contains(&("region".into(), Shown::Text("Europe".into()))));
    }
    for name in ["DB_PASSWORD", "api-key", "GitHubToken", "client secret"] {
        assert!(sounds_secret(name), "{name}");
    }
    for name in ["region", "key_pair_name", "image"] {
        assert!(!sounds_secret(name), "{name}");
    }
}

proptest! {
    #[test]
    fn no_value_is_lost(names in prop::collection::vec("[a-z]{1,6}", 0..8), text in any::<String>()) {
        let values: Vec<_> = names.iter().map(|name| value(name, &text)).collect();
        let rules = rules(RULES);
        for known in [Known::default(), Known { rules: Some(&rules), form: None, untold: false }] {
            let all = held(&values, known);
            prop_assert_eq!(all.len(), values.len());
            prop_assert!(all.iter().all(|one| !one.title.trim().is_empty()));
        }
    }
}
