//! Whether a control plane would take a value: choices, rules, kind, and what may follow the value of the build before.
//! The order of the questions is the server's, so that both name the same fault. Pure; patterns are run by whoever is
//! passed in.

use super::list::list_of;
use super::rule::{Parameter, Rule};
use crate::wire::parameter::{FormType, Monotonic, ParameterKind};

/// Whether a text fits a pattern of Go's (RE2); `None` where that cannot be told here, and the control plane decides.
pub(crate) type Matches = fn(pattern: &str, text: &str) -> Option<bool>;

/// A value on its way into a build.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// What is asked for.
    pub new: Option<&'a str>,
    /// What the build before had.
    pub before: Option<&'a str>,
    /// What it is without either.
    pub default: Option<&'a str>,
    /// Whether it is held against the rules in the way of before 2025, which looks at fewer kinds, and takes what is
    /// empty for nothing.
    pub classic: bool,
}

/// Why the control plane would refuse it; `None` if it would not, as far as can be told here ([`left_to_server`]).
pub fn refusal(parameter: &Parameter, given: Given<'_>, matches: Matches) -> Option<String> {
    let Given { new, before, default, classic } = given;
    if let (Some(new), Some(before)) = (new, before) {
        if !parameter.mutable && new != before {
            return Some("It was fixed when the workspace was created.".to_owned());
        }
        if !classic && let Some(why) = backwards(parameter, new, before) {
            return Some(why);
        }
    }
    let kept = before.filter(|_| !parameter.ephemeral);
    // In the classic way an empty value is none.
    let asked = new.or(kept).filter(|value| !(classic && value.is_empty()));
    let Some(value) = asked.or(default) else {
        return Some("A value is needed.".to_owned());
    };
    choice(parameter, value).or_else(|| rule(parameter, value, matches)).or_else(|| {
        if classic {
            classic_kind(parameter, value).or_else(|| before.and_then(|before| backwards(parameter, value, before)))
        } else {
            kind(parameter, value)
        }
    })
}

/// Whether the value is held against a pattern that cannot be run here.
pub(crate) fn left_to_server(parameter: &Parameter, value: &str, matches: Matches) -> bool {
    parameter.rules.iter().filter_map(|rule| rule.pattern.as_deref()).any(|pattern| matches(pattern, value).is_none())
}

/// A value as a sentence shows it: not that of a secret.
fn quoted(parameter: &Parameter, value: &str) -> String {
    if parameter.masked { "This value".to_owned() } else { format!("“{value}”") }
}

fn choice(parameter: &Parameter, value: &str) -> Option<String> {
    if parameter.options.is_empty() {
        return None;
    }
    let offered = |value: &str| parameter.options.iter().any(|option| option.value == value);
    if parameter.form == FormType::MultiSelect {
        let Some(values) = list_of(value) else { return Some(NO_LIST.to_owned()) };
        let missing: Vec<&str> = values.iter().map(String::as_str).filter(|value| !offered(value)).collect();
        return match missing.as_slice() {
            [] => None,
            [one] => Some(format!("{} is not offered.", quoted(parameter, one))),
            _ if parameter.masked => Some("Some of these are not offered.".to_owned()),
            several => {
                let names: Vec<String> = several.iter().map(|name| quoted(parameter, name)).collect();
                Some(format!("{} are not offered.", names.join(", ")))
            }
        };
    }
    match value {
        _ if offered(value) => None,
        "" => Some("One of the choices is needed.".to_owned()),
        _ => Some(format!("{} is not offered.", quoted(parameter, value))),
    }
}

const NO_LIST: &str = "This is no list of texts.";

fn rule(parameter: &Parameter, value: &str, matches: Matches) -> Option<String> {
    parameter.rules.iter().find_map(|rule| broken(parameter, rule, value, matches))
}

fn broken(parameter: &Parameter, rule: &Rule, value: &str, matches: Matches) -> Option<String> {
    if let Some(pattern) = &rule.pattern {
        return (matches(pattern, value) == Some(false)).then(|| match rule.words.trim() {
            "" => format!("{} does not match {pattern}.", quoted(parameter, value)),
            words => words.to_owned(),
        });
    }
    if rule.min.is_none() && rule.max.is_none() && rule.monotonic.is_none() {
        return None;
    }
    let why = match (whole(value), rule.min, rule.max) {
        (None, _, _) => "A whole number is needed.".to_owned(),
        (Some(number), Some(min), _) if number < min => format!("At least {min}."),
        (Some(number), _, Some(max)) if number > max => format!("At most {max}."),
        _ => return None,
    };
    if rule.words.trim().is_empty() {
        return Some(why);
    }
    let figure = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let words = rule.words.replace("{min}", &figure(rule.min)).replace("{max}", &figure(rule.max));
    Some(words.replace("{value}", if parameter.masked { "this" } else { value }))
}

fn kind(parameter: &Parameter, value: &str) -> Option<String> {
    match parameter.kind {
        ParameterKind::Number if !is_number(value) => Some("A number is needed.".to_owned()),
        ParameterKind::Bool if !is_boolean(value) => Some("Yes or no is needed.".to_owned()),
        ParameterKind::List if list_of(value).is_none() => Some(NO_LIST.to_owned()),
        _ => None,
    }
}

/// The classic way looks at fewer kinds, and more strictly.
fn classic_kind(parameter: &Parameter, value: &str) -> Option<String> {
    match parameter.kind {
        ParameterKind::Bool if value != "true" && value != "false" => Some("Yes or no is needed.".to_owned()),
        ParameterKind::List if list_of(value).is_none() => Some(NO_LIST.to_owned()),
        _ => None,
    }
}

/// A whole number as Go reads it.
fn whole(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A number as Go reads it: also `1e3`, `NaN` and `inf`, nothing that is too great.
fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|number| number.is_finite() || text.to_ascii_lowercase().contains(['i', 'a']))
}

/// Yes or no as Go reads it.
fn is_boolean(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "true" | "True" | "TRUE" | "0" | "f" | "F" | "false" | "False" | "FALSE")
}

fn backwards(parameter: &Parameter, new: &str, before: &str) -> Option<String> {
    let way = parameter.monotonic()?;
    let (Some(number), Some(old)) = (whole(new), whole(before)) else {
        return Some("A whole number is needed.".to_owned());
    };
    match way {
        Monotonic::Increasing if number < old => Some(format!("It may only grow: at least {old}.")),
        Monotonic::Decreasing if number > old => Some(format!("It may only shrink: at most {old}.")),
        _ => None,
    }
}
