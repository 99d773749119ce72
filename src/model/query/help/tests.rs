//! What comes at the cursor of queries as people type them, and of anything at all.

use super::*;
use proptest::prelude::*;

/// 2026-11-29T15:00:00Z.
const NOW_MS: i64 = 1_795_964_400_000;

fn names() -> Names {
    Names {
        users: vec!["ada".into(), "grace".into()],
        templates: vec!["docker-dev".into(), "gpu large".into(), "my-docker".into()],
        organizations: vec!["acme".into()],
    }
}

fn labels(text: &str, refused: &[&str]) -> Vec<String> {
    let refused: Vec<String> = refused.iter().map(|name| (*name).to_owned()).collect();
    let typed = typed_at(text, text.len());
    suggest(text, &typed, &names(), &refused, NOW_MS).into_iter().map(|suggestion| suggestion.label).collect()
}

#[test]
fn keys_come_first_and_then_values() {
    for (text, expected) in [
        ("stat", vec!["status:"]),
        ("status:runn", vec!["running"]),
        ("status:st", vec!["stopped", "starting", "stopping"]),
        ("owner:", vec!["me", "ada", "grace"]),
        ("owner:ra", vec!["grace"]),
        ("template:doc", vec!["docker-dev", "my-docker"]),
        ("web template:\"gpu", vec!["gpu large"]),
        ("owner:me own", vec![]),
        ("param:a=b par", vec!["param:"]),
        ("has-agent:connected,time", vec!["timeout"]),
        ("nonsense:x", vec![]),
        ("shared_with_user:", vec!["ada", "grace"]),
        ("last_used_before:2026-11-2", vec!["2026-11-29T00:00:00Z", "2026-11-28T00:00:00Z", "2026-11-22T00:00:00Z"]),
        ("last_used_after:2025-01-31", vec!["2025-01-31T00:00:00Z"]),
    ] {
        assert_eq!(labels(text, &[]), expected, "{text}");
    }
    assert_eq!(
        labels("has", &["has-ai-task"]),
        ["has-agent:", "has_external_agent:"],
        "what is refused is not offered"
    );
}

#[test]
fn what_is_taken_stands_in_the_text_with_its_quotes() {
    for (text, expected) in [
        ("owner:me stat", "owner:me status:"),
        ("template:gpu", "template:\"gpu large\" "),
        ("has-agent:connected,ti", "has-agent:connected,timeout "),
        ("last_used_before:week", "last_used_before:\"2026-11-22T00:00:00Z\" "),
    ] {
        let typed = typed_at(text, text.len());
        let first = suggest(text, &typed, &names(), &[], NOW_MS).remove(0);
        let (now, cursor) = taken(text, &typed, &first);
        assert_eq!((now.as_str(), cursor), (expected, expected.len()));
    }
    let text = "stat owner:me";
    let typed = typed_at(text, 4);
    let (now, cursor) = taken(text, &typed, &suggest(text, &typed, &names(), &[], NOW_MS)[0]);
    assert_eq!((now.as_str(), cursor), ("status: owner:me", 7));
}

#[test]
fn an_unfinished_part_is_not_sent() {
    for (text, done) in [
        ("", true),
        ("web", true),
        ("stat", false),
        ("status", false),
        ("status:", false),
        ("status:runn", false),
        ("status:running", true),
        ("status:running ", true),
        ("owner:", false),
        ("owner:a", true),
        ("name:\"a b", false),
        ("name:\"a b\"", true),
        ("st", true),
        ("colour:red", true),
        ("last_used_before:2026-11-01", false),
        ("last_used_before:2026-11-01T00:00:00Z", true),
        ("last_used_before:\"2026-11-01T00:00:00Z\"", true),
    ] {
        assert_eq!(is_done(text, text.len()), done, "{text:?}");
    }
}

#[test]
fn keys_without_values_are_left_out_of_what_is_sent() {
    for (text, expected) in [
        ("owner:me status:", "owner:me"),
        ("status: owner:me", "owner:me"),
        ("name:\"a b", "name:\"a b\""),
        ("name:\"", ""),
        ("  web   x ", "web x"),
        ("colour:red", "colour:red"),
        ("last_used_before:2026-11-01T00:00:00Z web", "last_used_before:\"2026-11-01T00:00:00Z\" web"),
        ("param:\"url\"=a:b", "param:\"url=a:b\""),
        ("name:\"a:b\"", "name:\"a:b\""),
        ("owner::me", "owner::me"),
        (":a:b", ":a:b"),
    ] {
        assert_eq!(sendable(text), expected, "{text:?}");
    }
}

#[test]
fn what_a_control_plane_refuses_is_named() {
    let details = [("shared".to_owned(), "\"shared\" is not a valid query param".to_owned())];
    assert_eq!(crate::model::query::unknown_in(&details), ["shared"]);
    let other = [("status".to_owned(), "\"colour\" is not a valid workspace status".to_owned())];
    assert!(crate::model::query::unknown_in(&other).is_empty());
}

proptest! {
    #[test]
    fn any_text_can_be_typed(text in "\\PC{0,24}|[a-z\" :,é]{0,24}", at in 0_usize..30) {
        let typed = typed_at(&text, at);
        prop_assert!(typed.from <= typed.to && typed.to <= text.len());
        let _ = is_done(&text, at);
        for suggestion in suggest(&text, &typed, &names(), &[], NOW_MS) {
            let (now, cursor) = taken(&text, &typed, &suggestion);
            prop_assert!(now.is_char_boundary(cursor) && now.contains(&suggestion.insert));
        }
    }

    #[test]
    fn what_is_sent_has_no_open_quotes_and_stays_as_it_is(text in "[a-z\" :,]{0,24}") {
        let sent = sendable(&text);
        prop_assert_eq!(sent.matches('"').count() % 2, 0, "{:?}", sent);
        prop_assert_eq!(sendable(&sent), sent);
    }

    #[test]
    fn a_value_of_any_letters_comes_back(value in "[a-zA-Z0-9 :éß/-]{1,12}") {
        let query = parse("owner:me").with("template", &value);
        let again = parse(&query.to_string());
        prop_assert_eq!(again.value("template"), Some(value.as_str()));
        prop_assert_eq!(again.with("template", "").to_string(), "owner:me");
    }
}
