#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What a node is, in the library's own tree.
fn value(node: Node<'_>) -> Value {
    match node.0 {
        [] => panic!("nothing"),
        [Item::Null, ..] => Value::Null,
        [Item::Bool(it), ..] => json!(it),
        [Item::Integer(it), ..] => json!(it),
        [Item::Float(it), ..] => json!(it),
        [Item::Text(it), ..] => json!(it),
        [Item::Array(count, _), ..] => {
            let items: Vec<Value> = node.array().unwrap().1.map(value).collect();
            assert_eq!(items.len(), *count);
            items.into()
        }
        [Item::Object(count, _), ..] => {
            let all: Vec<Node> = node.object().unwrap().collect();
            assert_eq!(all.len(), *count * 2);
            all.chunks(2).map(|pair| (pair[0].text().unwrap().to_owned(), value(pair[1]))).collect()
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1.0e9_f64..1.0e9).prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..8).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn a_tape_is_what_the_library_reads(expected in any_json()) {
        let text = expected.to_string();
        // Figures with a point are as the library reads them.
        let expected: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(value(Tape::parse(text.as_bytes()).unwrap().root()), expected);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<Vec<u8>>()) {
        let _ = Tape::parse(&text);
    }
}

#[test]
fn a_value_is_found_by_its_key() {
    let tape = Tape::parse(br#"{"a":[1,[2,{"b":3}]],"b":{"a":null},"c":"x\n","d":1.5}"#).unwrap();
    let root = tape.root();
    assert_eq!(root.get("c").text(), Some("x\n"));
    assert!(root.get("b").get("a").is_null());
    assert_eq!(root.get("d").number(), Some(1.5));
    assert_eq!(root.get("d").integer(), None);
    assert!(root.get("e").is_nothing());
    assert!(root.get("c").get("a").is_nothing());
}

#[test]
fn the_values_of_one_array_are_handed_out() {
    let text = br#"{"count":2,"items":[{"items":[1]},[7,8],null],"items2":[1]}"#;
    let mut found = Vec::new();
    let tape = Tape::parse_each(text, "items", &mut |node| found.push(value(node))).unwrap();
    assert_eq!(found, [json!({"items": [1]}), json!([7, 8]), json!(null)]);
    assert_eq!(value(tape.root()), json!({"count": 2, "items": [], "items2": [1]}));
    for text in ["[[1]]", r#"{"items":null}"#, r#"{"items":{"items":[1]}}"#, "1"] {
        let tape = Tape::parse_each(text.as_bytes(), "items", &mut |_| panic!("{text}")).unwrap();
        assert_eq!(value(tape.root()).to_string(), text);
    }
}

#[test]
fn what_is_no_json_is_told_from_half_of_it() {
    for text in ["", "{", "[1,", r#"{"a":"#, r#"{"a":"b"#] {
        assert!(Tape::parse(text.as_bytes()).unwrap_err().is_half(), "{text}");
    }
    for text in ["<html>", "{]", "1 2", "nil", "\"\u{1}\"", "{1:2}"] {
        let error = Tape::parse(text.as_bytes()).unwrap_err();
        assert!(!error.is_half(), "{text}: {error}");
    }
    assert!(!Tape::parse(b"\"\xff\"").unwrap_err().is_half());
}

#[test]
fn a_deep_text_is_refused() {
    let deep = "[".repeat(100_000);
    let error = Tape::parse(deep.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("recursion limit"), "{error}");
}
