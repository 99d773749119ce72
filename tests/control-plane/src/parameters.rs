//! The values of parameters: what is wrong with one, what a form is told, and what a build runs with. Worded as the
//! real server words it, in both of its ways: all at once (dynamic), or the first that does not fit (classic, of before
//! 2025). May import `blueprint`.

use std::collections::BTreeMap;

use regex::Regex;

use crate::blueprint::{Blueprint, Monotonic, Parameter};

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// In a few words.
    pub summary: String,
    /// Which value, which rule.
    pub detail: String,
    /// `required`, or empty.
    pub code: &'static str,
}

impl Diagnostic {
    fn new(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { summary: summary.into(), detail: detail.into(), code: "" }
    }
}

/// A parameter with the value it has, as a form shows it.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// Its place in the form, from 1.
    pub order: usize,
    /// Its value, if there is one.
    pub value: Option<String>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a form shows when some values are given. Names that the template does not know are left out.
pub fn evaluate<'a>(blueprint: &'a Blueprint, inputs: &BTreeMap<String, String>) -> Vec<Seen<'a>> {
    let value_of = |parameter: &Parameter| {
        inputs.get(parameter.name).cloned().or_else(|| (!parameter.required).then(|| parameter.default.to_owned()))
    };
    let is_there = |parameter: &Parameter| {
        parameter.when.is_none_or(|(name, wanted)| {
            let other = blueprint.parameters.iter().find(|other| other.name == name);
            other.and_then(value_of).is_some_and(|value| value == wanted)
        })
    };
    let parameters = (1..).zip(&blueprint.parameters).filter(|(_, parameter)| is_there(parameter));
    parameters
        .map(|(order, parameter)| {
            let value = value_of(parameter);
            let diagnostics = trouble(parameter, value.as_deref()).into_iter().collect();
            Seen { parameter, order, value, diagnostics }
        })
        .collect()
}

/// What is wrong with a value, if anything: the first rule that it breaks.
fn trouble(parameter: &Parameter, value: Option<&str>) -> Option<Diagnostic> {
    let Some(value) = value else {
        let none = Diagnostic::new("Required parameter not provided", "parameter value is null");
        return Some(Diagnostic { code: "required", ..none });
    };
    choice(parameter, value).or_else(|| rule(parameter, value)).or_else(|| kind(parameter, value))
}

/// Whether it may be chosen.
fn choice(parameter: &Parameter, value: &str) -> Option<Diagnostic> {
    if parameter.options.is_empty() {
        return None;
    }
    let offered = |value: &str| parameter.options.iter().any(|option| option.value == value);
    if parameter.form() == "multi-select" {
        let Some(values) = list(value) else {
            return Some(Diagnostic::new(
                "When using list(string) type, value must be a json encoded list of strings",
                format!("value {} is not a valid list of strings", quoted(value)),
            ));
        };
        let missing: Vec<&str> = values.iter().map(String::as_str).filter(|value| !offered(value)).collect();
        return (!missing.is_empty()).then(|| {
            let (value, missing) = (quoted(value), quoted(&missing.join(", ")));
            Diagnostic::new(
                "Values must be a valid option",
                format!("Value {value} is not a valid option, values {missing} are missing from the options"),
            )
        });
    }
    if offered(value) {
        return None;
    }
    let hint = if value.is_empty() {
        ". The value is empty, did you forget to set it with a default or from user input?"
    } else {
        ""
    };
    Some(Diagnostic::new(
        format!("Value must be a valid option{hint}"),
        format!("the value {} must be defined as one of options", quoted(value)),
    ))
}

/// Whether it keeps the rules that the template sets.
fn rule(parameter: &Parameter, value: &str) -> Option<Diagnostic> {
    broken_rule(parameter, value)
        .map(|detail| Diagnostic::new("Invalid parameter value according to 'validation' block", detail))
}

fn broken_rule(parameter: &Parameter, value: &str) -> Option<String> {
    if !parameter.has_rules() {
        return None;
    }
    if let Some(pattern) = parameter.pattern {
        let fits = Regex::new(pattern).is_ok_and(|regex| regex.is_match(value));
        let words = parameter.error;
        return (!fits).then(|| format!("{words} (value {} does not match {})", quoted(value), quoted(pattern)));
    }
    let why = match (value.parse::<i64>(), parameter.min, parameter.max) {
        (Err(_), _, _) => format!("value {} is not a number", quoted(value)),
        (Ok(number), Some(min), _) if number < min => format!("value {number} is less than the minimum {min}"),
        (Ok(number), _, Some(max)) if number > max => format!("value {number} is more than the maximum {max}"),
        _ => return None,
    };
    if parameter.error.is_empty() {
        return Some(why);
    }
    let limit = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let words = parameter.error.replace("{min}", &limit(parameter.min)).replace("{max}", &limit(parameter.max));
    Some(words.replace("{value}", value))
}

/// Whether it is of its kind.
fn kind(parameter: &Parameter, value: &str) -> Option<Diagnostic> {
    let detail = match parameter.kind {
        "number" if !is_number(value) => format!("{} is not a number", quoted(value)),
        "bool" if boolean(value).is_none() => format!("{} is not a bool", quoted(value)),
        "list(string)" if list(value).is_none() => format!("value {} is not a valid list of strings", quoted(value)),
        _ => return None,
    };
    Some(Diagnostic::new(format!("Parameter value is not of type \"{}\"", parameter.kind), detail))
}

/// Numbers as Go reads them: also `1e3`, `NaN` and `inf`, nothing that is too great.
fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|number| number.is_finite() || text.to_ascii_lowercase().contains(['i', 'a']))
}

/// Yes and no as Go reads them.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Some(true),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A list as Go reads it: `null` is one without entries, and an entry without letters.
fn list(text: &str) -> Option<Vec<String>> {
    let entries: Option<Vec<Option<String>>> = serde_json::from_str(text).ok()?;
    Some(entries.unwrap_or_default().into_iter().map(Option::unwrap_or_default).collect())
}

/// A text in quotation marks, as Go's `%q` writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

// --- for a build -----------------------------------------------------------------------------------------------------

/// Where the values of a build come from.
#[derive(Debug)]
pub struct Sources<'a> {
    /// Of a preset: they win.
    pub preset: &'a [(&'static str, &'static str)],
    /// What was asked for; of a name that stands there twice the first counts.
    pub given: &'a [(String, String)],
    /// The values of the build before, if there was one.
    pub before: Option<&'a [(String, String)]>,
    /// Whether a value that must be given may be missing all the same: nothing is started.
    pub lenient: bool,
}

impl Sources<'_> {
    fn new_value(&self, parameter: &Parameter) -> Option<String> {
        let of_preset = self.preset.iter().find(|(name, _)| *name == parameter.name);
        let given = self.given.iter().find(|(name, _)| name == parameter.name);
        of_preset.map(|(_, value)| (*value).to_owned()).or_else(|| given.map(|(_, value)| value.clone()))
    }

    fn old_value(&self, parameter: &Parameter) -> Option<&str> {
        self.before?.iter().find(|(name, _)| name == parameter.name).map(|(_, value)| value.as_str())
    }

    /// The value it runs with: the new one, else the old one unless it was for one build only.
    fn value(&self, parameter: &Parameter) -> Option<String> {
        let kept = || self.old_value(parameter).filter(|_| !parameter.ephemeral).map(str::to_owned);
        self.new_value(parameter).or_else(kept)
    }
}

/// The values of a build. Errors are what is wrong: by parameter, sorted, each with its first trouble and the number of
/// the others.
pub fn resolve(blueprint: &Blueprint, sources: &Sources<'_>) -> Result<Vec<(String, String)>, Vec<(String, String)>> {
    let inputs: BTreeMap<String, String> = blueprint
        .parameters
        .iter()
        .filter_map(|parameter| Some((parameter.name.to_owned(), sources.value(parameter)?)))
        .collect();
    let mut values = Vec::new();
    let mut wrong: Vec<(String, String)> = Vec::new();
    for seen in evaluate(blueprint, &inputs) {
        let (parameter, name) = (seen.parameter, seen.parameter.name);
        let mut found: Vec<Diagnostic> = changed(parameter, sources).into_iter().collect();
        found.extend(seen.diagnostics.into_iter().filter(|trouble| !(sources.lenient && trouble.code == "required")));
        if let Some(first) = found.first() {
            let others = match found.len() - 1 {
                0 => String::new(),
                others => format!(", and {others} other diagnostic(s)"),
            };
            wrong.push((name.to_owned(), format!("{}; {}{others}", first.summary, first.detail)));
        }
        values.extend(seen.value.map(|value| (name.to_owned(), value)));
    }
    wrong.sort();
    if wrong.is_empty() { Ok(values) } else { Err(wrong) }
}

/// Whether a new value may follow the old one.
fn changed(parameter: &Parameter, sources: &Sources<'_>) -> Option<Diagnostic> {
    let name = parameter.name;
    let (new, old) = (sources.new_value(parameter)?, sources.old_value(parameter)?);
    if !parameter.mutable && new != old {
        return Some(Diagnostic::new("Immutable parameter changed", immutable(name)));
    }
    let detail = backwards(parameter, &new, old)?;
    Some(Diagnostic::new(format!("Parameter \"{name}\" monotonicity"), detail))
}

fn immutable(name: &str) -> String {
    format!("Parameter \"{name}\" is not mutable, so it can't be updated after creating a workspace.")
}

fn backwards(parameter: &Parameter, new: &str, old: &str) -> Option<String> {
    let way = parameter.monotonic?;
    let (Ok(number), Ok(before)) = (new.parse::<i64>(), old.parse::<i64>()) else {
        return Some(format!("value {} is not a number", quoted(new)));
    };
    match way {
        Monotonic::Increasing if number < before => {
            Some(format!("parameter value '{new}' must be equal or greater than previous value: {old}"))
        }
        Monotonic::Decreasing if number > before => {
            Some(format!("parameter value '{new}' must be equal or lower than previous value: {old}"))
        }
        _ => None,
    }
}

/// The same in the classic way. Errors are the first parameter that does not fit, and why.
pub fn resolve_classic(
    blueprint: &Blueprint,
    sources: &Sources<'_>,
) -> Result<Vec<(String, String)>, (String, String)> {
    let mut values = Vec::new();
    for parameter in &blueprint.parameters {
        let name = parameter.name;
        let fail = |detail: String| Err((name.to_owned(), detail));
        let (new, old) = (sources.new_value(parameter), sources.old_value(parameter));
        if let (Some(new), Some(old), false) = (&new, old, parameter.mutable)
            && new != old
        {
            return fail(immutable(name));
        }
        let asked = sources.value(parameter);
        if parameter.required && asked.as_deref() == Some("") {
            return fail(format!("can't validate build parameter \"{name}\": parameter value is required"));
        }
        // An empty value is none: the default takes its place.
        let asked = asked.filter(|value| !value.is_empty());
        let Some(value) = asked.or_else(|| (!parameter.required).then(|| parameter.default.into())) else {
            if sources.lenient {
                continue;
            }
            return fail(format!("Parameter \"{name}\" is required but not provided"));
        };
        let back = old.and_then(|old| backwards(parameter, &value, old));
        let wrong = classic_choice(parameter, &value).or_else(|| broken_rule(parameter, &value));
        if let Some(detail) = wrong.or_else(|| classic_kind(parameter, &value)).or(back) {
            return fail(format!("can't validate build parameter \"{name}\": {detail}"));
        }
        values.push((name.to_owned(), value));
    }
    Ok(values)
}

/// The classic way looks at fewer kinds, and more strictly; what is not a number is taken for one where no rule is set.
fn classic_kind(parameter: &Parameter, value: &str) -> Option<String> {
    match parameter.kind {
        "bool" if value != "true" && value != "false" => {
            Some("boolean value can be either \"true\" or \"false\"".to_owned())
        }
        "list(string)" if list(value).is_none() => {
            Some(format!("value {} is not valid list of strings", quoted(value)))
        }
        _ => None,
    }
}

fn classic_choice(parameter: &Parameter, value: &str) -> Option<String> {
    choice(parameter, value)?;
    let offered: Vec<&str> = parameter.options.iter().map(|option| option.value).collect();
    Some(format!("parameter value must match one of options: [{}]", offered.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Parameter {
        let workbench = crate::blueprint::named("workbench").parameters;
        workbench.into_iter().find(|parameter| parameter.name == name).unwrap()
    }

    #[test]
    fn values_are_held_against_every_rule() {
        let odd = crate::blueprint::named("cost-centre").parameters.remove(0);
        let odd_words = "Invalid parameter value according to 'validation' block; A team of 2 to 8 letters, a dash, prod or dev. \
                         (value \"x-PROD\" does not match \"^(?P<team>[[:alpha:]]{2,8})-(?i:prod|dev)\\\\z\")";
        let rules = "Invalid parameter value according to 'validation' block; ";
        for (parameter, value, wrong) in [
            (of("project"), "", String::new()),
            (of("region"), "mars", "Value must be a valid option; the value \"mars\" must be defined as one of options".into()),
            (of("region"), "", "Value must be a valid option. The value is empty, did you forget to set it with a default or from user input?; the value \"\" must be defined as one of options".into()),
            (of("tools"), "[\"git\",\"nope\",\"no\"]", "Values must be a valid option; Value \"[\\\"git\\\",\\\"nope\\\",\\\"no\\\"]\" is not a valid option, values \"nope, no\" are missing from the options".into()),
            (of("tools"), "git", "When using list(string) type, value must be a json encoded list of strings; value \"git\" is not a valid list of strings".into()),
            (of("tools"), "[\"git\",\"git\"]", String::new()),
            (of("labels"), "[\"a\",\"\",\"a\"]", String::new()),
            (of("labels"), "[1]", "Parameter value is not of type \"list(string)\"; value \"[1]\" is not a valid list of strings".into()),
            (of("disk"), "5", format!("{rules}value 5 is less than the minimum 10")),
            (of("disk"), "300", format!("{rules}value 300 is more than the maximum 200")),
            (of("disk"), "12.5", format!("{rules}value \"12.5\" is not a number")),
            (of("cpus"), "99", format!("{rules}Between 1 and 16, not 99.")),
            (of("cpus"), "5.5", format!("{rules}Between 1 and 16, not 5.5.")),
            (of("cpus"), "+3", String::new()),
            (of("cpus"), "007", String::new()),
            (of("replicas"), "3.0", "Value must be a valid option; the value \"3.0\" must be defined as one of options".into()),
            (of("gpu"), "yes", "Parameter value is not of type \"bool\"; \"yes\" is not a bool".into()),
            (of("gpu"), "TRUE", String::new()),
            (Parameter::number("n", "1"), "abc", "Parameter value is not of type \"number\"; \"abc\" is not a number".into()),
            (Parameter::number("n", "1"), " 5 ", "Parameter value is not of type \"number\"; \" 5 \" is not a number".into()),
            (Parameter::number("n", "1"), "1e999", "Parameter value is not of type \"number\"; \"1e999\" is not a number".into()),
            (Parameter::number("n", "1"), "1e1", String::new()),
            (Parameter::number("n", "1"), "NaN", String::new()),
            (odd.clone(), "x-PROD", odd_words.into()),
            (odd, "core-PROD", String::new()),
        ] {
            let found = trouble(&parameter, Some(value));
            let found = found.map(|found| format!("{}; {}", found.summary, found.detail)).unwrap_or_default();
            assert_eq!(found, wrong, "{} = {value:?}", parameter.name);
        }
    }

    #[test]
    fn a_parameter_comes_and_goes_with_another() {
        let workbench = crate::blueprint::named("workbench");
        let names = |inputs: &[(&str, &str)]| -> Vec<&str> {
            let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            evaluate(&workbench, &inputs).into_iter().map(|seen| seen.parameter.name).collect()
        };
        assert!(!names(&[]).contains(&"gpu_model"));
        assert!(names(&[("gpu", "true")]).contains(&"gpu_model"));
        assert_eq!(names(&[("nobody", "asked")]).len(), workbench.parameters.len() - 1);
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_build_takes_the_preset_then_what_is_given_then_what_was() {
        let blueprint = crate::blueprint::named("workbench");
        let before =
            pairs(&[("project", "old"), ("disk", "60"), ("region", "us"), ("key_file", "secret"), ("keep", "9")]);
        let given = pairs(&[("image", "debian"), ("project", "new"), ("project", "twice"), ("nobody", "asked")]);
        let sources = Sources { preset: &[("image", "fedora")], given: &given, before: Some(&before), lenient: false };
        let values: BTreeMap<String, String> = resolve(&blueprint, &sources).unwrap().into_iter().collect();
        for (name, value) in
            [("image", "fedora"), ("project", "new"), ("disk", "60"), ("region", "us"), ("key_file", ""), ("cpus", "4")]
        {
            assert_eq!(values[name], value, "{name}");
        }
        assert!(!values.contains_key("nobody") && !values.contains_key("gpu_model"));

        let given = pairs(&[("region", "eu"), ("disk", "x"), ("keep", "10"), ("cpus", "0")]);
        let sources = Sources { preset: &[], given: &given, before: Some(&before), lenient: false };
        let wrong = resolve(&blueprint, &sources).unwrap_err();
        let expected = pairs(&[
            ("cpus", "Invalid parameter value according to 'validation' block; Between 1 and 16, not 0."),
            ("disk", "Parameter \"disk\" monotonicity; value \"x\" is not a number, and 1 other diagnostic(s)"),
            (
                "keep",
                "Parameter \"keep\" monotonicity; parameter value '10' must be equal or lower than previous value: 9",
            ),
            (
                "region",
                "Immutable parameter changed; Parameter \"region\" is not mutable, so it can't be updated after creating a workspace.",
            ),
        ]);
        assert_eq!(wrong, expected);
    }

    #[test]
    fn nothing_needs_a_value_that_is_not_started() {
        let blueprint = crate::blueprint::named("workbench");
        let with = |lenient| Sources { preset: &[], given: &[], before: Some(&[]), lenient };
        let wrong = resolve(&blueprint, &with(false)).unwrap_err();
        assert_eq!(wrong, pairs(&[("project", "Required parameter not provided; parameter value is null")]));
        assert!(resolve(&blueprint, &with(true)).is_ok());
    }

    #[test]
    fn the_classic_way_names_the_first_alone() {
        let blueprint = crate::blueprint::named("old-forms");
        let asked = |given: &[(&str, &str)], before: Option<&[(String, String)]>| {
            let given = pairs(given);
            resolve_classic(&blueprint, &Sources { preset: &[], given: &given, before, lenient: false }).unwrap_err()
        };
        for (given, name, detail) in [
            (&[][..], "purpose", "Parameter \"purpose\" is required but not provided"),
            (
                &[("purpose", "x"), ("size", "q"), ("cpus", "99")],
                "size",
                "can't validate build parameter \"size\": parameter value must match one of options: [s l]",
            ),
            (
                &[("purpose", "x"), ("cpus", "99")],
                "cpus",
                "can't validate build parameter \"cpus\": value 99 is more than the maximum 8",
            ),
        ] {
            assert_eq!(asked(given, None), (name.to_owned(), detail.to_owned()));
        }
    }
}
