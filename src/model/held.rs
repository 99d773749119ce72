//! The values that a workspace's build was given, for people: under the names that its version has for them, options by
//! their words, secrets masked, and what is special about each said. Pure; imports `wire` and `model`.

use crate::model::parameters::sounds_secret;
use crate::wire::parameter::{FormAnswer, ParameterKind, ParameterValue, PreviewParameter, RichParameter};

/// How a value is shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As it is.
    Text(String),
    /// Masked until somebody asks for it.
    Secret(String),
    /// There is none.
    Empty,
}

/// A secret must not come into a log by the way.
impl std::fmt::Debug for Shown {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Shown::Text(text) => text,
            Shown::Secret(_) => "(secret)",
            Shown::Empty => "(empty)",
        })
    }
}

/// A value that a build was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// Its name in requests.
    pub name: String,
    /// Its name for people.
    pub title: String,
    pub shown: Shown,
    /// What is special about it: `fixed once created`.
    pub notes: Vec<&'static str>,
}

/// What is known of the version's parameters beside the values.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known<'k> {
    /// The list of them.
    pub rules: Option<&'k [RichParameter]>,
    /// The form, where the control plane has forms: it alone says what is a secret.
    pub form: Option<&'k FormAnswer>,
    /// Whether there is a form that could not be read: a text may be a secret then.
    pub untold: bool,
}

/// The values as they are shown: in the order of the version's list, then those that it does not ask for any more.
pub(crate) fn held(values: &[ParameterValue], known: Known<'_>) -> Vec<Held> {
    let rules = known.rules.unwrap_or_default();
    let place = |value: &ParameterValue| rules.iter().position(|rule| rule.name == value.name).unwrap_or(rules.len());
    let mut all: Vec<&ParameterValue> = values.iter().collect();
    all.sort_by_key(|value| place(value));
    all.into_iter().map(|value| one(value, known)).collect()
}

fn one(value: &ParameterValue, known: Known<'_>) -> Held {
    let rule = known.rules.and_then(|rules| rules.iter().find(|rule| rule.name == value.name));
    let field = known.form.and_then(|form| form.parameters.iter().find(|field| field.name == value.name));
    let mut notes = Vec::new();
    if let Some(rule) = rule {
        if rule.ephemeral {
            notes.push("for this build only");
        }
        if !rule.mutable && !rule.ephemeral {
            notes.push("fixed once created");
        }
    } else if known.rules.is_some() && field.is_none() {
        notes.push("not asked for any more");
    }
    let named = field.map(|field| field.display_name.as_str()).into_iter();
    let mut named = named.chain(rule.and_then(|rule| rule.display_name.as_deref()));
    let title = named.find(|name| !name.trim().is_empty()).unwrap_or(&value.name).to_owned();
    // A form that does not have the value, because its owner may not be seen, has not said that it is none.
    let untold = known.untold || (known.form.is_some() && field.is_none());
    let is_text = rule.is_none_or(|rule| rule.kind == ParameterKind::String && rule.options.is_empty());
    Held { name: value.name.clone(), title, shown: shown(value, rule, field, untold && is_text), notes }
}

fn shown(
    value: &ParameterValue,
    rule: Option<&RichParameter>,
    field: Option<&PreviewParameter>,
    may_be_secret: bool,
) -> Shown {
    if value.value.is_empty() {
        return Shown::Empty;
    }
    // Where the control plane does not say what is a secret, its name may.
    let secret = field
        .map_or_else(|| may_be_secret || sounds_secret(&value.name), |field| field.styling.mask_input == Some(true));
    if secret {
        return Shown::Secret(value.value.clone());
    }
    let word = |one: &str| {
        let of_field = field.and_then(|field| {
            field.options.iter().find(|option| option.value.known() == Some(one)).map(|option| option.name.clone())
        });
        let of_rule = || {
            let options = rule.map(|rule| rule.options.as_slice()).unwrap_or_default();
            options.iter().find(|option| option.value == one).map(|option| option.name.clone())
        };
        of_field.or_else(of_rule).filter(|name| !name.is_empty()).unwrap_or_else(|| one.to_owned())
    };
    let kind = field.map(|field| &field.kind).or(rule.map(|rule| &rule.kind));
    match kind {
        Some(ParameterKind::List) => match list(&value.value) {
            Some(items) if items.is_empty() => Shown::Empty,
            Some(items) => Shown::Text(items.iter().map(|item| word(item)).collect::<Vec<_>>().join(", ")),
            None => Shown::Text(value.value.clone()),
        },
        Some(ParameterKind::Bool) => Shown::Text(match value.value.as_str() {
            "true" => "yes".to_owned(),
            "false" => "no".to_owned(),
            other => other.to_owned(),
        }),
        _ => Shown::Text(word(&value.value)),
    }
}

/// The items of a list, which travels as a JSON array in text.
fn list(text: &str) -> Option<Vec<String>> {
    json_tape::from_slice::<Vec<String>>(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests;
