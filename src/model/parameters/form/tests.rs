//! Tests of the form: whose value wins, which answers count, what is sent.

use super::*;
use crate::model::parameters::from_rich;
use crate::model::recordings::read;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The engine that stands in for the browser's.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    regex::Regex::new(pattern).ok().map(|pattern| pattern.is_match(text))
}

fn form(purpose: Purpose, held: &[(&str, &str)]) -> Form {
    let held =
        held.iter().map(|(name, value)| ParameterValue { name: (*name).into(), value: (*value).into() }).collect();
    Form::new(&FormFor { version: Id::NIL, owner: Id::NIL, held, classic: false, purpose })
}

/// A parameter as an answer has it, with the value that was asked about.
fn parameter(name: &str, value: &str, more: Value) -> Value {
    let mut one = json!({
        "name": name, "type": "string", "form_type": "input", "mutable": true,
        "default_value": {"value": "d", "valid": true}, "value": {"value": value, "valid": true},
    });
    for (key, value) in more.as_object().unwrap() {
        one[key] = value.clone();
    }
    one
}

fn answer(parameters: &[Value]) -> FormAnswer {
    read(json!({"id": 1, "diagnostics": [], "parameters": parameters})).unwrap()
}

fn value(form: &Form, name: &str) -> Option<String> {
    form.value(form.rule(name).unwrap())
}

fn sent(form: &Form) -> Vec<(String, String)> {
    form.values().into_iter().map(|one| (one.name, one.value)).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

#[test]
fn what_was_typed_is_never_overwritten_by_an_answer() {
    let mut form = form(Purpose::Create, &[]);
    assert!(form.take(-1, answer(&[parameter("a", "d", json!({}))])));
    assert_eq!(value(&form, "a").as_deref(), Some("d"));
    form.set("a", "x".into());
    let (first, _) = form.next_to_send().unwrap();
    form.set("a", "xy".into());
    let (second, _) = form.next_to_send().unwrap();
    assert!(second > first);
    assert!(form.take(second, answer(&[parameter("a", "xy", json!({}))])));
    assert!(form.is_answered());
    // The older answer comes late, and says something else.
    assert!(!form.take(first, answer(&[parameter("a", "x", json!({"required": true}))])));
    assert!(!form.rule("a").unwrap().required);
    form.set("a", "xyz".into());
    assert!(!form.is_answered());
    assert_eq!(value(&form, "a").as_deref(), Some("xyz"));
}

#[test]
fn what_was_refused_is_wrong_until_another_value_is_set() {
    let mut form = form(Purpose::Create, &[]);
    form.take(-1, answer(&[parameter("a", "d", json!({}))]));
    form.set("a", "x".into());
    let wrong = |form: &Form| form.problem(form.rule("a").unwrap(), matches);
    form.refuse(&[("a".to_owned(), "That is closed.".to_owned())]);
    assert_eq!(wrong(&form).as_deref(), Some("That is closed."));
    form.set("a", "x".into());
    assert_eq!(wrong(&form).as_deref(), Some("That is closed."), "the same once more is no other wish");
    form.set("a", "y".into());
    assert_eq!(wrong(&form), None);
    // Typed on purpose: it may be open again.
    form.set("a", "x".into());
    assert_eq!(wrong(&form), None);
}

#[test]
fn an_answer_that_nobody_asked_for_counts_at_the_beginning_alone() {
    let mut form = form(Purpose::Create, &[]);
    assert!(!form.take(7, answer(&[])), "a number that was never sent");
    assert!(form.take(-1, answer(&[parameter("a", "d", json!({}))])));
    form.set("a", "x".into());
    let (id, _) = form.next_to_send().unwrap();
    assert!(form.take(id, answer(&[parameter("a", "x", json!({}))])));
    // A new line begins with what the template asks for, which is no news.
    assert!(!form.take(-1, answer(&[parameter("b", "d", json!({}))])));
    assert!(form.rule("a").is_some());
}

#[test]
fn what_a_lost_line_was_asked_is_asked_again() {
    let mut form = form(Purpose::Create, &[]);
    form.take(-1, answer(&[parameter("a", "d", json!({}))]));
    form.set("a", "x".into());
    let (first, inputs) = form.next_to_send().unwrap();
    assert_eq!(form.next_to_send(), None, "one is under way about just that");
    form.lost();
    let (second, again) = form.next_to_send().unwrap();
    assert!(second > first);
    assert_eq!(inputs, again);
    assert!(!form.take(first, answer(&[])), "nobody waits for it any more");
}

#[test]
fn values_for_one_build_are_not_taken_over_and_fixed_ones_are_not_sent() {
    let mut form = form(Purpose::Change, &[("region", "eu"), ("key", "old"), ("size", "s")]);
    let all = [
        parameter("region", "d", json!({"mutable": false})),
        parameter("key", "d", json!({"ephemeral": true})),
        parameter("size", "d", json!({})),
        parameter("zone", "d", json!({"mutable": false})),
    ];
    form.take(-1, answer(&all));
    assert_eq!(form.inputs().into_iter().collect::<Vec<_>>(), pairs(&[("region", "eu"), ("size", "s")]));
    assert_eq!(value(&form, "key").as_deref(), Some("d"), "asked anew");
    form.set("region", "us".into());
    assert_eq!(value(&form, "region").as_deref(), Some("eu"), "fixed");
    assert_eq!(sent(&form), pairs(&[("size", "s"), ("zone", "d")]));
    form.set("key", "new".into());
    assert_eq!(sent(&form), pairs(&[("key", "new"), ("size", "s"), ("zone", "d")]));
    let mut copy = super::Form::new(&FormFor {
        version: Id::NIL,
        owner: Id::NIL,
        held: vec![ParameterValue { name: "region".into(), value: "eu".into() }],
        classic: false,
        purpose: Purpose::Create,
    });
    copy.take(-1, answer(&all));
    copy.set("region", "us".into());
    assert_eq!(value(&copy, "region").as_deref(), Some("us"), "a new workspace is not fixed yet");
}

#[test]
fn a_field_that_goes_is_not_sent_and_comes_back_as_it_was() {
    let mut form = form(Purpose::Create, &[]);
    let (gpu, model) = (parameter("gpu", "true", json!({})), parameter("model", "l4", json!({})));
    form.take(-1, answer(&[gpu.clone(), model.clone()]));
    form.set("model", "h100".into());
    form.set("gpu", "false".into());
    let (id, _) = form.next_to_send().unwrap();
    form.take(id, answer(std::slice::from_ref(&gpu)));
    assert_eq!(sent(&form), pairs(&[("gpu", "false")]));
    form.set("gpu", "true".into());
    let (id, inputs) = form.next_to_send().unwrap();
    assert_eq!(inputs["model"], "h100");
    form.take(id, answer(&[gpu, model]));
    assert_eq!(value(&form, "model").as_deref(), Some("h100"));
}

#[test]
fn what_must_be_given_and_was_cleared_is_missing() {
    let mut form = form(Purpose::Create, &[]);
    let required = json!({"required": true, "default_value": {"value": "", "valid": false}, "value": {"value": "data.x", "valid": false}});
    form.take(-1, answer(&[parameter("a", "", required)]));
    assert_eq!(form.problems(matches), pairs(&[("a", "A value is needed.")]));
    assert!(!form.is_shown_wrong("a"), "not before somebody was there");
    form.set("a", "x".into());
    assert_eq!(form.problems(matches), []);
    form.set("a", String::new());
    assert_eq!(form.problems(matches), pairs(&[("a", "A value is needed.")]));
    assert_eq!(value(&form, "a"), None);
    assert_eq!(form.inputs().len(), 0);
    assert!(form.is_shown_wrong("a"));
}

#[test]
fn the_control_planes_word_counts_for_the_value_that_it_saw() {
    let mut form = form(Purpose::Create, &[]);
    let fault =
        json!({"diagnostics": [{"severity": "error", "summary": "No such image.", "detail": "It was taken away."}]});
    form.take(-1, answer(&[parameter("image", "d", json!({}))]));
    form.set("image", "old".into());
    let (id, _) = form.next_to_send().unwrap();
    form.take(id, answer(&[parameter("image", "old", fault)]));
    assert_eq!(form.problems(matches), pairs(&[("image", "No such image: It was taken away.")]));
    form.set("image", "new".into());
    assert_eq!(form.problems(matches), [], "not known of this one yet");
    assert!(!form.is_answered());
}

#[test]
fn the_classic_way_needs_no_answer() {
    let mut form = form(Purpose::Change, &[("size", "s"), ("clean", "true")]);
    let rules = read::<Vec<_>>(json!([
        {"name": "size", "type": "string", "mutable": true, "default_value": "s", "options": [{"name": "S", "value": "s"}, {"name": "L", "value": "l"}]},
        {"name": "clean", "type": "bool", "mutable": true, "ephemeral": true, "default_value": "false"},
    ]));
    form.take_classic(rules.unwrap().into_iter().map(from_rich).collect());
    assert!(form.is_answered() && form.is_classic());
    assert_eq!(sent(&form), pairs(&[("size", "s")]));
    form.set("size", "xl".into());
    assert_eq!(form.problems(matches), pairs(&[("size", "“xl” is not offered.")]));
}

#[test]
fn secrets_are_in_no_draft_and_in_no_sentence() {
    let mut form = form(Purpose::Change, &[("key", "before")]);
    let masked = json!({"styling": {"mask_input": true}});
    form.take(
        -1,
        answer(&[
            parameter("key", "d", masked),
            parameter("name", "d", json!({})),
            parameter("db_password", "d", json!({})),
        ]),
    );
    form.set("key", "hunter2".into());
    form.set("db_password", "hunter3".into());
    form.set("name", "blue".into());
    let draft: Vec<_> = form.draft().into_iter().map(|one| one.name).collect();
    assert_eq!(draft, ["name"]);
    let said = form.changes().join(" ");
    assert!(!said.contains("hunter2") && !said.contains("before"), "{said}");
    assert!(said.contains("blue") && said.contains("key"), "{said}");
    assert!(!format!("{:?}", form.values()).contains("hunter"));
}

#[test]
fn nobody_known_keeps_the_fields() {
    let mut form = form(Purpose::Create, &[]);
    form.take(-1, answer(&[parameter("a", "d", json!({}))]));
    form.ask_anew();
    let (id, _) = form.next_to_send().unwrap();
    let nobody = json!({"id": 1, "diagnostics": [{"severity": "error", "summary": "Failed to fetch workspace owner"}], "parameters": null});
    assert!(form.take(id, read(nobody).unwrap()));
    assert!(form.rule("a").is_some());
    assert_eq!(form.general_errors().count(), 1);
}

/// What happens to a form.
#[derive(Clone, Debug)]
enum Happens {
    Typed(u8, String),
    Sent,
    /// An answer to one of those under way, whichever.
    Answered(prop::sample::Index),
    Lost,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (0_u8..3, "[a-c]{0,2}").prop_map(|(field, value)| Happens::Typed(field, value)),
        3 => Just(Happens::Sent),
        3 => any::<prop::sample::Index>().prop_map(Happens::Answered),
        1 => Just(Happens::Lost),
    ]
}

proptest! {
    /// Whatever the order in which things are typed, sent, answered and lost: a field holds what was typed last, and
    /// once nothing changes any more the control plane has seen all of it.
    #[test]
    fn a_form_holds_what_was_typed_last(all in prop::collection::vec(happens(), 1..40)) {
        let names = ["a", "b", "c"];
        let seen = |inputs: &Values| {
            let each = names.map(|name| parameter(name, inputs.get(name).map_or("d", String::as_str), json!({})));
            answer(&each)
        };
        let mut form = form(Purpose::Create, &[]);
        form.take(-1, seen(&Values::new()));
        let mut typed = Values::new();
        let mut under_way: Vec<(i64, Values)> = Vec::new();
        for one in all {
            match one {
                Happens::Typed(field, value) => {
                    let name = names[usize::from(field)];
                    form.set(name, value.clone());
                    typed.insert(name.to_owned(), value);
                }
                Happens::Sent => under_way.extend(form.next_to_send()),
                Happens::Answered(which) if !under_way.is_empty() => {
                    let (id, inputs) = under_way.remove(which.index(under_way.len()));
                    form.take(id, seen(&inputs));
                }
                Happens::Answered(_) => {}
                Happens::Lost => { form.lost(); under_way.clear(); }
            }
            for (name, value) in &typed {
                let shown = form.value(form.rule(name).unwrap());
                prop_assert_eq!(shown.as_ref(), Some(value));
            }
        }
        while let Some((id, inputs)) = form.next_to_send() {
            form.take(id, seen(&inputs));
        }
        for (id, inputs) in under_way {
            form.take(id, seen(&inputs));
        }
        if let Some((id, inputs)) = form.next_to_send() {
            form.take(id, seen(&inputs));
        }
        prop_assert!(form.is_answered());
    }
}
