//! The form's own check against the embedded control plane's: two hands, one decision. 10,000 random rules and values,
//! in each of the two ways in which parameters are asked for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use control_plane::blueprint::{Blueprint, Choice, Monotonic, Parameter};
use control_plane::parameters::{Sources, resolve, resolve_classic};
use gantry::testing::model::parameters::{Given, from_preview, from_rich, refusal};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

/// How many rules and values are tried in each way.
const CASES: u32 = 10_000;

const KINDS: [&str; 4] = ["string", "number", "bool", "list(string)"];

const FORMS: [&str; 11] = [
    "",
    "radio",
    "slider",
    "input",
    "dropdown",
    "checkbox",
    "switch",
    "multi-select",
    "tag-select",
    "textarea",
    "error",
];

/// Values at the edges of what a rule may let through.
const VALUES: [&str; 44] = [
    "",
    " ",
    "a",
    "b",
    "A",
    "ab",
    "a b",
    "a\nb",
    "é",
    "0",
    "1",
    "5",
    "-5",
    "+3",
    "007",
    "10",
    "11",
    "12.5",
    "1e3",
    ".5",
    "5.",
    "1_000",
    "NaN",
    "nan",
    "inf",
    "-Inf",
    "infinity",
    "1e999",
    "0x10",
    "9223372036854775807",
    "9223372036854775808",
    " 5 ",
    "true",
    "TRUE",
    "t",
    "yes",
    "false",
    "[]",
    "[\"a\"]",
    "[\"a\",\"b\",\"a\"]",
    "[\"a\",1]",
    "[null]",
    "null",
    "[\"a\"",
];

/// Patterns of Go's, some of which no browser reads.
const PATTERNS: [&str; 12] = [
    "^a+$",
    "^[a-z0-9/-]+$",
    "",
    ".",
    "^(?P<x>a|b)$",
    "^(?i:a)\\z",
    "[[:alpha:]]",
    "^\\d{1,2}$",
    "^$",
    "a{2,}",
    "^[^b]*$",
    "(?s)^a.b$",
];

/// A parameter, before either side has its own of it.
#[derive(Clone, Debug)]
struct Spec {
    kind: &'static str,
    form: &'static str,
    options: Vec<&'static str>,
    pattern: Option<&'static str>,
    min: Option<i64>,
    max: Option<i64>,
    monotonic: Option<Monotonic>,
    error: &'static str,
    default: &'static str,
    required: bool,
    mutable: bool,
    ephemeral: bool,
}

fn spec() -> impl Strategy<Value = Spec> {
    let limit = |range: std::ops::Range<i64>| prop::option::weighted(0.4, range);
    let choices =
        prop_oneof![3 => Just(Vec::new()), 2 => prop::collection::vec(prop::sample::select(&VALUES[..]), 1..5)];
    let monotonic =
        prop_oneof![4 => Just(None), 1 => Just(Some(Monotonic::Increasing)), 1 => Just(Some(Monotonic::Decreasing))];
    let pattern = prop_oneof![3 => Just(None), 1 => prop::sample::select(&PATTERNS[..]).prop_map(Some)];
    let looks = (prop::sample::select(&KINDS[..]), prop::sample::select(&FORMS[..]), choices);
    let rules = (
        pattern,
        limit(-6..4),
        limit(2..12),
        monotonic,
        prop::sample::select(&["", "Between {min} and {max}, not {value}."][..]),
    );
    let rest = (prop::sample::select(&VALUES[..]), any::<bool>(), prop::bool::weighted(0.8), prop::bool::weighted(0.2));
    (looks, rules, rest).prop_map(
        |((kind, form, options), (pattern, min, max, monotonic, error), (default, required, mutable, ephemeral))| {
            // A template has either a pattern or limits.
            let (min, max, monotonic) = if pattern.is_some() { (None, None, None) } else { (min, max, monotonic) };
            Spec { kind, form, options, pattern, min, max, monotonic, error, default, required, mutable, ephemeral }
        },
    )
}

/// A value for a parameter: half of the time one that has a chance to fit.
fn value(spec: &Spec) -> BoxedStrategy<String> {
    let likely: Vec<&str> = match spec.kind {
        _ if spec.form == "multi-select" => vec!["[]", "[\"a\"]", "[\"a\",\"b\",\"a\"]"],
        _ if !spec.options.is_empty() => spec.options.clone(),
        "bool" => vec!["true", "false", "TRUE", "t", "0"],
        "list(string)" if !spec.has_rules() => vec!["[]", "[\"a\"]"],
        _ if spec.pattern.is_some() => vec!["a", "aa", "b", "5", ""],
        _ => vec!["0", "1", "2", "3", "4", "5"],
    };
    prop_oneof![
        6 => prop::sample::select(likely).prop_map(str::to_owned),
        3 => prop::sample::select(&VALUES[..]).prop_map(str::to_owned),
        2 => (-10_i64..15).prop_map(|number| number.to_string()),
        1 => any::<String>(),
    ]
    .boxed()
}

impl Spec {
    fn of_server(&self) -> Parameter {
        let choice = |value: &&'static str| Choice { name: value, value, ..Choice::default() };
        Parameter {
            name: "x",
            kind: self.kind,
            form: self.form,
            options: self.options.iter().map(choice).collect(),
            pattern: self.pattern,
            min: self.min,
            max: self.max,
            monotonic: self.monotonic,
            error: self.error,
            default: self.default,
            required: self.required,
            mutable: self.mutable,
            ephemeral: self.ephemeral,
            ..Parameter::default()
        }
    }

    fn has_rules(&self) -> bool {
        self.pattern.is_some() || self.min.is_some() || self.max.is_some() || self.monotonic.is_some()
    }

    fn form(&self) -> &'static str {
        match (self.form, self.kind, self.options.is_empty()) {
            ("", "bool", true) => "checkbox",
            ("", "list(string)", true) => "tag-select",
            ("", _, true) => "input",
            ("", _, false) => "radio",
            (form, _, _) => form,
        }
    }

    /// As the form is answered.
    fn preview(&self) -> Value {
        let choice = |value: &&str| json!({"name": value, "description": "", "value": {"value": value, "valid": true}, "icon": ""});
        let rule = json!({
            "validation_error": self.error, "validation_regex": self.pattern, "validation_min": self.min, "validation_max": self.max,
            "validation_monotonic": self.monotonic.map(Monotonic::as_str),
        });
        json!({
            "name": "x", "display_name": "", "description": "", "type": self.kind, "form_type": self.form(), "styling": {}, "mutable": self.mutable,
            "default_value": {"value": self.default, "valid": !self.required}, "icon": "",
            "options": self.options.iter().map(choice).collect::<Vec<_>>(),
            "validations": if self.has_rules() { vec![rule] } else { Vec::new() },
            "required": self.required, "order": 1, "ephemeral": self.ephemeral, "value": {"value": "", "valid": false}, "diagnostics": [],
        })
    }

    /// As the list has it.
    fn rich(&self) -> Value {
        let choice = |value: &&str| json!({"name": value, "description": "", "value": value, "icon": ""});
        let mut out = json!({
            "name": "x", "description": "", "type": self.kind, "form_type": self.form(), "mutable": self.mutable, "default_value": self.default, "icon": "",
            "options": self.options.iter().map(choice).collect::<Vec<_>>(), "required": self.required, "ephemeral": self.ephemeral,
        });
        for (key, value) in [
            ("validation_error", json!(self.error)),
            ("validation_regex", json!(self.pattern)),
            ("validation_min", json!(self.min)),
            ("validation_max", json!(self.max)),
            ("validation_monotonic", json!(self.monotonic.map(Monotonic::as_str))),
        ] {
            // What says nothing is left out, as Go does it.
            if !value.is_null() && value != "" {
                out[key] = value;
            }
        }
        out
    }
}

/// The engine that stands in for the browser's: it reads every pattern that the other side reads.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    regex::Regex::new(pattern).ok().map(|pattern| pattern.is_match(text))
}

fn read<T: json_tape::Read>(value: &Value) -> T {
    json_tape::from_slice(value.to_string().as_bytes()).unwrap_or_else(|why| panic!("{why}: {value}"))
}

#[test]
fn the_forms_own_check_refuses_exactly_what_the_control_plane_refuses() {
    for classic in [false, true] {
        let cases = spec().prop_flat_map(|spec| {
            let (new, before) = (prop::option::weighted(0.8, value(&spec)), prop::option::of(value(&spec)));
            (Just(spec), new, before)
        });
        let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
        let counted = std::cell::Cell::new((0_u32, 0_u32));
        runner
            .run(&cases, |(spec, new, before)| {
                let blueprint = Blueprint { parameters: vec![spec.of_server()], ..Blueprint::default() };
                let pairs = |value: &Option<String>| -> Vec<(String, String)> {
                    value.iter().map(|value| ("x".to_owned(), value.clone())).collect()
                };
                let (given, old) = (pairs(&new), pairs(&before));
                let sources = Sources { preset: &[], given: &given, before: Some(&old), lenient: false };
                let servers = if classic {
                    resolve_classic(&blueprint, &sources).err().map(|(_, why)| why)
                } else {
                    resolve(&blueprint, &sources).err().map(|why| format!("{why:?}"))
                };
                let rule = if classic { from_rich(read(&spec.rich())) } else { from_preview(read(&spec.preview())) };
                let asked =
                    Given { new: new.as_deref(), before: before.as_deref(), default: rule.default.as_deref(), classic };
                let ours = refusal(&rule, asked, matches);
                prop_assert_eq!(ours.is_some(), servers.is_some(), "here {:?}, there {:?}", ours, servers);
                let (no, yes) = counted.get();
                counted.set(if ours.is_some() { (no + 1, yes) } else { (no, yes + 1) });
                Ok(())
            })
            .unwrap_or_else(|why| panic!("classic: {classic}: {why}"));
        let (refused, taken) = counted.get();
        // A check that always says the same would be found out.
        assert!(refused > CASES / 10 && taken > CASES / 10, "{refused} refused, {taken} taken");
    }
}
