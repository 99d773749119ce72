//! A parameter of a version as forms and checks know it, whichever way the control plane told of it. Pure.

use super::list::list_of;
use super::secret::sounds_secret;
use crate::wire::parameter::{
    Diagnostic, FormType, Monotonic, ParameterKind, PreviewParameter, RichParameter, Severity,
};

/// A parameter, and what its value must keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// Markdown.
    pub description: String,
    pub kind: ParameterKind,
    /// How it is asked for, one that is known.
    pub form: FormType,
    pub icon: String,
    /// What stands in an empty field.
    pub placeholder: String,
    /// What stands beside a check box.
    pub beside: String,
    /// Shown, and not to be changed.
    pub disabled: bool,
    /// A secret: not to be read on the screen.
    pub masked: bool,
    pub options: Vec<Choice>,
    pub rules: Vec<Rule>,
    /// What it is without a value; nothing where one must be given.
    pub default: Option<String>,
    pub required: bool,
    /// Whether it can be changed after the first build.
    pub mutable: bool,
    /// Whether its value counts for one build only.
    pub ephemeral: bool,
    /// What the control plane says it is, as far as it was asked.
    pub value: Option<String>,
    /// What the control plane says of that.
    pub diagnostics: Vec<Diagnostic>,
}

/// What may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub name: String,
    /// Markdown.
    pub description: String,
    pub value: String,
    pub icon: String,
}

/// What a value must keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// What the template says to a value that does not; `{min}`, `{max}` and `{value}` stand for figures.
    pub words: String,
    /// Go's (RE2).
    pub pattern: Option<String>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub monotonic: Option<Monotonic>,
}

impl Parameter {
    /// Whether its value may be a secret, which is never stored: it is masked, or its name says so, because what
    /// classic templates ask for is never marked.
    pub(crate) fn is_secret(&self) -> bool {
        self.masked || sounds_secret(&self.name)
    }

    /// What the control plane finds fault with.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|one| one.severity == Severity::Error)
    }

    /// What the control plane only remarks.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|one| one.severity != Severity::Error)
    }

    /// What a value is called: a list by its entries, a choice by its name.
    pub(crate) fn said(&self, value: &str) -> String {
        let name = |value: &str| {
            let choice = self.options.iter().find(|choice| choice.value == value);
            choice.map_or_else(|| value.to_owned(), |choice| choice.name.clone())
        };
        match (&self.kind, value) {
            (ParameterKind::Bool, "true") if self.options.is_empty() => "Yes".to_owned(),
            (ParameterKind::Bool, "false") if self.options.is_empty() => "No".to_owned(),
            (ParameterKind::List, value) => match list_of(value) {
                Some(entries) if entries.is_empty() => "none".to_owned(),
                Some(entries) => entries.iter().map(|entry| name(entry)).collect::<Vec<_>>().join(", "),
                None => value.to_owned(),
            },
            (_, "") => "empty".to_owned(),
            (_, value) => name(value),
        }
    }

    /// The limits of its figure, as far as there are any.
    pub(crate) fn limits(&self) -> (Option<i64>, Option<i64>) {
        let min = self.rules.iter().filter_map(|rule| rule.min).max();
        let max = self.rules.iter().filter_map(|rule| rule.max).min();
        (min, max)
    }

    /// Which way its figure may go, if not both.
    pub(crate) fn monotonic(&self) -> Option<&Monotonic> {
        self.rules.iter().find_map(|rule| rule.monotonic.as_ref())
    }
}

/// How a value is asked for: as the template says, if that is known, else as the control plane takes it for its kind.
fn form_of(form: FormType, kind: &ParameterKind, has_options: bool) -> FormType {
    match (form, kind, has_options) {
        (FormType::Other(_), ParameterKind::Bool, false) => FormType::Checkbox,
        (FormType::Other(_), ParameterKind::List, false) => FormType::TagSelect,
        (FormType::Other(_), _, true) => FormType::Radio,
        (FormType::Other(_), _, false) => FormType::Input,
        (known, _, _) => known,
    }
}

fn label(display: &str, name: &str) -> String {
    if display.trim().is_empty() { name.to_owned() } else { display.to_owned() }
}

/// A parameter of the classic list.
pub fn from_rich(rich: RichParameter) -> Parameter {
    let rule = Rule {
        words: rich.validation_error.unwrap_or_default(),
        pattern: rich.validation_regex.filter(|pattern| !pattern.is_empty()),
        min: rich.validation_min,
        max: rich.validation_max,
        monotonic: rich.validation_monotonic.filter(|way| !way.as_str().is_empty()),
    };
    let is_rule = rule.pattern.is_some() || rule.min.is_some() || rule.max.is_some() || rule.monotonic.is_some();
    let options: Vec<Choice> = rich
        .options
        .into_iter()
        .map(|option| Choice {
            name: option.name,
            description: option.description,
            value: option.value,
            icon: option.icon,
        })
        .collect();
    Parameter {
        label: label(rich.display_name.as_deref().unwrap_or_default(), &rich.name),
        name: rich.name,
        description: rich.description,
        form: form_of(rich.form_type, &rich.kind, !options.is_empty()),
        kind: rich.kind,
        icon: rich.icon,
        placeholder: String::new(),
        beside: String::new(),
        disabled: false,
        masked: false,
        options,
        rules: if is_rule { vec![rule] } else { Vec::new() },
        default: (!rich.required).then_some(rich.default_value),
        required: rich.required,
        mutable: rich.mutable,
        ephemeral: rich.ephemeral,
        value: None,
        diagnostics: Vec::new(),
    }
}

/// A parameter of the form that the control plane answers.
pub fn from_preview(preview: PreviewParameter) -> Parameter {
    let options: Vec<Choice> = preview
        .options
        .into_iter()
        .map(|option| Choice {
            name: option.name,
            description: option.description,
            value: option.value.value,
            icon: option.icon,
        })
        .collect();
    let rules = preview.validations.into_iter().map(|rule| Rule {
        words: rule.validation_error,
        pattern: rule.validation_regex.filter(|pattern| !pattern.is_empty()),
        min: rule.validation_min,
        max: rule.validation_max,
        monotonic: rule.validation_monotonic.filter(|way| !way.as_str().is_empty()),
    });
    Parameter {
        label: label(&preview.display_name, &preview.name),
        name: preview.name,
        description: preview.description,
        form: form_of(preview.form_type, &preview.kind, !options.is_empty()),
        kind: preview.kind,
        icon: preview.icon,
        placeholder: preview.styling.placeholder.unwrap_or_default(),
        beside: preview.styling.label.unwrap_or_default(),
        disabled: preview.styling.disabled.unwrap_or_default(),
        masked: preview.styling.mask_input.unwrap_or_default(),
        options,
        rules: rules.collect(),
        default: if preview.required { None } else { preview.default_value.known().map(str::to_owned) },
        required: preview.required,
        mutable: preview.mutable,
        ephemeral: preview.ephemeral,
        value: preview.value.known().map(str::to_owned),
        diagnostics: preview.diagnostics.into_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings::{body, read};
    use serde_json::json;

    #[test]
    fn a_value_is_said_as_people_say_it() {
        let options = json!([{"name": "Git", "value": "git"}, {"name": "jq", "value": "jq"}]);
        for (rule, value, words) in [
            (json!({"name": "x", "type": "bool"}), "true", "Yes"),
            (json!({"name": "x", "type": "list(string)", "options": options}), "[\"git\",\"nope\"]", "Git, nope"),
            (json!({"name": "x", "type": "list(string)"}), "[]", "none"),
            (json!({"name": "x", "type": "string", "options": options}), "git", "Git"),
            (json!({"name": "x", "type": "string"}), "", "empty"),
        ] {
            assert_eq!(from_rich(read(rule).unwrap()).said(value), words);
        }
    }

    #[test]
    fn both_lists_of_a_version_say_the_same() {
        let rich: Vec<Parameter> = body::<Vec<_>>("real/rich-parameters").into_iter().map(from_rich).collect();
        let names: Vec<&str> = rich.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["region", "cpus", "image_pull_seconds", "fail_at"]);
        let region = &rich[0];
        assert_eq!((region.label.as_str(), &region.form, region.mutable), ("Region", &FormType::Radio, false));
        assert_eq!(rich[1].limits(), (Some(1), Some(16)));
        assert!(rich[2].ephemeral && rich[2].default.as_deref() == Some("3"));
    }
}
