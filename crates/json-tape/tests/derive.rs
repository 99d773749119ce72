//! Types with serde's attributes, read by the derives and written by serde.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use json_tape::{Error, LeftOut, Read, Word, from_slice, written};
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Serialize, Read)]
struct Sample {
    id: i64,
    r#type: String,
    nullable: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    left_out: Option<f64>,
    #[serde(rename = "otherName")]
    named: Vec<Inner>,
    #[serde(default, rename = "Both", skip_serializing_if = "Option::is_none")]
    both: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Read)]
struct Inner {
    mood: Mood,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Read, Word)]
#[serde(rename_all = "snake_case")]
enum Mood {
    Good,
    Bad,
    SoMuchBetter,
}

const WHOLE: &str =
    r#"{"id":-7,"type":"a","nullable":true,"left_out":0.5,"otherName":[{"mood":"good"},{"mood":"bad"}],"Both":7}"#;

#[test]
fn what_was_read_is_written() {
    for text in [WHOLE, r#"{"id":9223372036854775807,"type":"","nullable":null,"otherName":[]}"#] {
        let sample: Sample = from_slice(text.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&sample).unwrap(), text);
    }
}

#[test]
fn the_order_of_keys_is_free_and_unknown_ones_are_ignored() {
    let turned = r#"{"Both":7,"otherName":[{"x":[{"mood":1}],"mood":"good"},{"mood":"bad"}],"new":{"id":1},
        "left_out":5e-1,"nullable":true,"type":"a","id":-7}"#;
    let sample: Sample = from_slice(turned.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&sample).unwrap(), WHOLE);
}

#[test]
fn the_first_place_that_does_not_fit_is_named() {
    for (from, to, expected) in [
        (WHOLE, "[]", "body: expected an object, got an array of 0"),
        ("-7", "\"x\"", "id: expected an integer, got \"x\""),
        ("-7", "1.0", "id: expected an integer, got a decimal number"),
        ("\"id\":-7,", "", "id: expected a value, got nothing"),
        ("\"a\"", "null", "type: expected a string, got null"),
        ("\"nullable\":true,", "", "nullable: expected a value, got nothing"),
        ("true", "0", "nullable: expected a boolean, got 0"),
        ("[{\"mood\":\"good\"},{\"mood\":\"bad\"}]", "null", "otherName: expected an array, got null"),
        ("\"bad\"", "\"so-so\"", "otherName[1].mood: expected a known word, got \"so-so\""),
        ("{\"mood\":\"bad\"}", "{}", "otherName[1].mood: expected a value, got nothing"),
        ("-7", "92233720368547758070", "id: expected an integer, got a decimal number"),
    ] {
        let text = WHOLE.replace(from, to);
        let error = from_slice::<Sample>(text.as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), expected, "{text}");
    }
    // Of two faults, the first one by the order of the fields.
    let error = from_slice::<Sample>(WHOLE.replace("-7", "null").replace("\"a\"", "[]").as_bytes()).unwrap_err();
    let Error::Misfit { path, .. } = &error else { panic!("{error}") };
    assert_eq!(written(path), "id");
}

#[derive(Clone, Debug, PartialEq, Serialize, Read)]
struct Rich {
    name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    nick: String,
    #[serde(default, skip_serializing_if = "is_not")]
    shy: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    age: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inner: Option<Inner>,
    #[serde(skip)]
    #[read(left_out)]
    left_out: LeftOut,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's shape
fn is_not(flag: &bool) -> bool {
    !flag
}

#[test]
fn what_may_lack_is_left_out_and_said() {
    let whole = r#"{"name":"a","nick":"b","shy":true,"age":7,"inner":{"mood":"good"}}"#;
    let rich: Rich = from_slice(whole.as_bytes()).unwrap();
    assert!(rich.left_out.is_empty());
    assert_eq!(serde_json::to_string(&rich).unwrap(), whole);
    let bare: Rich = from_slice(br#"{"name":"a"}"#).unwrap();
    assert!(bare.left_out.is_empty(), "what is missing is no fault");
    assert_eq!(serde_json::to_string(&bare).unwrap(), r#"{"name":"a"}"#);
    let nulls: Rich = from_slice(br#"{"name":"a","nick":null,"shy":null,"age":null,"inner":null}"#).unwrap();
    assert_eq!(nulls, bare);
    for (from, to, count, first) in [
        ("\"b\"", "7", 1, "nick: expected a string, got 7"),
        ("true", "\"yes\"", 1, "shy: expected a boolean, got \"yes\""),
        (":7", ":-1", 1, "age: expected an integer, got -1"),
        (":7", ":4294967296", 1, "age: expected an integer, got 4294967296"),
        (":7", ":{}", 1, "age: expected an integer, got an object"),
        ("\"good\"", "7", 1, "inner.mood: expected a known word, got 7"),
        ("{\"mood\":\"good\"}", "{}", 1, "inner.mood: expected a value, got nothing"),
    ] {
        let text = whole.replace(from, to);
        let rich: Rich = from_slice(text.as_bytes()).unwrap();
        assert_eq!((rich.left_out.count, rich.left_out.first.as_deref()), (count, Some(first)), "{text}");
        assert_eq!(rich.name, "a");
    }
    assert!(from_slice::<Rich>(whole.replace("\"a\"", "7").as_bytes()).is_err(), "what must be there still must");
}

/// What a type makes of a text, as serde writes it.
fn again<T: Read + Serialize>(text: &str) -> Result<String, String> {
    let value: T = from_slice(text.as_bytes()).map_err(|misfit| misfit.to_string())?;
    Ok(serde_json::to_string(&value).unwrap())
}

fn is_read_as_it_is_written<T: Read + Serialize>(texts: &[&str]) {
    for text in texts {
        assert_eq!(again::<T>(text).as_deref(), Ok(*text));
    }
}

fn is_refused<T: Read + Serialize>(cases: &[(&str, &str)]) {
    for (text, misfit) in cases {
        assert_eq!(again::<T>(text), Err((*misfit).to_owned()), "{text}");
    }
}

#[derive(Debug, PartialEq, Serialize, Read)]
#[serde(rename_all = "snake_case")]
enum Phase {
    Held {
        until_ms: i64,
        #[serde(default)]
        waits: bool,
    },
    Sent,
    TakenBy(Inner),
}

#[test]
fn an_enum_with_data_is_a_word_or_one_key() {
    is_read_as_it_is_written::<Phase>(&[
        r#"{"held":{"until_ms":7,"waits":true}}"#,
        r#""sent""#,
        r#"{"taken_by":{"mood":"good"}}"#,
    ]);
    assert_eq!(again::<Phase>(r#"{"held":{"until_ms":7}}"#).unwrap(), r#"{"held":{"until_ms":7,"waits":false}}"#);
    is_refused::<Phase>(&[
        ("{}", "body: expected a word, got an object"),
        (r#"{"sent":1,"held":2}"#, "body: expected a word, got an object"),
        ("7", "body: expected a word, got 7"),
        ("null", "body: expected a word, got null"),
        (r#""gone""#, "body: expected a known word, got \"gone\""),
        (r#""held""#, "body: expected an object, got nothing"),
        (r#"{"held":{"waits":true}}"#, "held.until_ms: expected a value, got nothing"),
        (r#"{"taken_by":{"mood":7}}"#, "taken_by.mood: expected a known word, got 7"),
    ]);
}

#[test]
fn what_follows_an_enum_with_data_is_named_by_its_own_path() {
    #[derive(Serialize, Read)]
    struct Two {
        phase: Phase,
        name: String,
    }
    is_refused::<Two>(&[(r#"{"phase":{"held":{"until_ms":7}},"name":1}"#, "name: expected a string, got 1")]);
}

#[derive(Debug, PartialEq, Serialize, Read)]
#[serde(tag = "is", rename_all = "snake_case")]
enum Message {
    SignedIn { user: i64 },
    SignedOut,
}

#[test]
fn a_tag_may_stand_inside() {
    is_read_as_it_is_written::<Message>(&[r#"{"is":"signed_in","user":7}"#, r#"{"is":"signed_out"}"#]);
    assert_eq!(again::<Message>(r#"{"user":7,"is":"signed_in"}"#).unwrap(), r#"{"is":"signed_in","user":7}"#);
    is_refused::<Message>(&[
        (r#"{"is":"news"}"#, "is: expected a known word, got \"news\""),
        (r#"{"is":7}"#, "is: expected a word, got 7"),
        (r#"{"user":7}"#, "is: expected a value, got nothing"),
        (r#"{"is":"signed_in"}"#, "user: expected a value, got nothing"),
        ("[]", "body: expected an object, got an array of 0"),
    ]);
}

#[derive(Debug, PartialEq, Serialize, Read)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
enum Frame<T> {
    Ping,
    Data(T),
    #[serde(other)]
    Other,
}

#[test]
fn a_tag_may_stand_beside_and_other_tags_be_data() {
    is_read_as_it_is_written::<Frame<Inner>>(&[r#"{"type":"data","data":{"mood":"good"}}"#, r#"{"type":"ping"}"#]);
    for (text, frame) in [
        (r#"{"data":{"mood":"bad"},"type":"data"}"#, Frame::Data(Inner { mood: Mood::Bad })),
        (r#"{"type":"ping","data":null}"#, Frame::Ping),
        (r#"{"type":"news","data":[1]}"#, Frame::Other),
    ] {
        assert_eq!(from_slice::<Frame<Inner>>(text.as_bytes()), Ok(frame), "{text}");
    }
    is_refused::<Frame<Inner>>(&[
        (r#"{"data":{"mood":"bad"}}"#, "type: expected a value, got nothing"),
        (r#"{"type":7}"#, "type: expected a word, got 7"),
        (r#"{"type":"data"}"#, "data: expected a value, got nothing"),
        (r#"{"type":"data","data":{"mood":"none"}}"#, "data.mood: expected a known word, got \"none\""),
    ]);
}

#[derive(Clone, Debug, PartialEq, Serialize, Read, Word)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Signal {
    Red,
    #[serde(rename = "green")]
    Green,
    AsGreenAsGrass,
    #[serde(untagged)]
    Other(String),
}

#[test]
fn words_that_are_not_known_are_kept() {
    is_read_as_it_is_written::<Signal>(&[
        "\"RED\"",
        "\"green\"",
        "\"AS_GREEN_AS_GRASS\"",
        "\"mauve\"",
        "\"\"",
        "\"Red\"",
    ]);
    for text in ["1", "null", "true", "[]", "{}"] {
        assert!(from_slice::<Signal>(text.as_bytes()).unwrap_err().to_string().starts_with("body: expected a string"));
    }
    assert_eq!(Signal::WORDS, ["RED", "green", "AS_GREEN_AS_GRASS"]);
    for word in ["RED", "green", "AS_GREEN_AS_GRASS", "mauve", ""] {
        assert_eq!((Signal::from(word).as_str(), Signal::from(word).to_string().as_str()), (word, word));
    }
    assert_eq!((Signal::from("RED"), Signal::default()), (Signal::Red, Signal::Other(String::new())));
    assert_eq!(Mood::SoMuchBetter.as_str(), "so_much_better");
}

#[test]
fn fields_follow_the_rule_of_their_type() {
    #[derive(Serialize, Read)]
    #[serde(rename_all = "camelCase")]
    struct Camel {
        sign_in_text: String,
        r#type: i64,
        #[serde(rename = "As_It_Is")]
        other: bool,
        #[serde(skip)]
        _own: i64,
    }
    is_read_as_it_is_written::<Camel>(&[r#"{"signInText":"x","type":7,"As_It_Is":true}"#]);
}
