//! Queries as people type them, and anything at all.

use super::*;
use proptest::prelude::*;

fn tokens(text: &str) -> Vec<String> {
    parse(text).tokens.iter().map(|token| format!("{}={}", token.key, token.value)).collect()
}

#[test]
fn text_is_taken_apart_as_the_server_does() {
    for (text, expected) in [
        ("", vec![]),
        ("   ", vec![]),
        ("rich", vec!["=rich"]),
        ("two words", vec!["=two", "=words"]),
        ("Owner:Me status:running", vec!["owner=Me", "status=running"]),
        ("name:\"life renamed\"", vec!["name=life renamed"]),
        ("\"two words\" x", vec!["=two words", "=x"]),
        ("last_used_after:\"2026-06-01T00:00:00Z\"", vec!["last_used_after=2026-06-01T00:00:00Z"]),
        ("param:region=eu param:\"x=a b\"", vec!["param=region=eu", "param=x=a b"]),
        ("has-agent:connected,timeout", vec!["has-agent=connected,timeout"]),
        ("a::b", vec!["a=b"]),
        ("\"a:b\"", vec!["=a:b"]),
        ("ada/web", vec!["=ada/web"]),
    ] {
        assert_eq!(tokens(text), expected, "{text}");
    }
}

#[test]
fn parts_are_removed() {
    assert_eq!(parse("a b c").without(1).to_string(), "a c");
    assert_eq!(parse("a b c").without(9).to_string(), "a b c");
}

#[test]
fn what_is_no_query_is_left_out() {
    assert_eq!(tokens(":a b"), ["=b"]);
    assert_eq!(tokens("a: nonsense:1"), ["nonsense=1"]);
    assert_eq!(tokens("a:b:c web"), ["=web"]);
}

fn any_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zA-Z0-9_=,./-]{1,8}",
        Just("owner:me".to_owned()),
        Just("status:running".to_owned()),
        Just("name:\"a b\"".to_owned()),
        Just("\"q:r s\"".to_owned()),
        "[ :\"a-c]{0,6}",
        "\\PC{0,5}",
    ];
    prop::collection::vec(word, 0..7).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn text_to_tokens_to_text_is_a_round_trip(text in any_text()) {
        // Parts whose quotes enclose nothing are the only ones that have no text of their own.
        let query = parse(&text);
        let written = query.to_string();
        let again = parse(&written);
        prop_assert_eq!(&again, &query, "{:?}", written);
        prop_assert_eq!(again.to_string(), written);
    }
}
