//! The parameters and presets of a template. May import nothing.

/// A choice of a parameter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Name to show.
    pub name: &'static str,
    /// Value.
    pub value: &'static str,
    /// Markdown.
    pub description: &'static str,
    /// Icon, may be empty.
    pub icon: &'static str,
}

/// Which way a number may go from build to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monotonic {
    /// It may only grow.
    Increasing,
    /// It may only shrink.
    Decreasing,
}

impl Monotonic {
    /// The API's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Increasing => "increasing",
            Self::Decreasing => "decreasing",
        }
    }
}

/// A parameter of a template.
#[derive(Debug, Clone, Default)]
pub struct Parameter {
    /// Name.
    pub name: &'static str,
    /// Name to show.
    pub display: &'static str,
    /// Markdown.
    pub description: &'static str,
    /// `string`, `number`, `bool`, `list(string)`.
    pub kind: &'static str,
    /// How it is asked for; what Terraform's provider takes for the kind if empty.
    pub form: &'static str,
    /// Whether it may change later.
    pub mutable: bool,
    /// Default; what is `required` has none.
    pub default: &'static str,
    /// Whether a value must be given.
    pub required: bool,
    /// Whether it is for one build only.
    pub ephemeral: bool,
    /// Icon, may be empty.
    pub icon: &'static str,
    /// What may be chosen; anything if there is nothing.
    pub options: Vec<Choice>,
    /// The pattern of a text (Go's, RE2).
    pub pattern: Option<&'static str>,
    /// What to say if the value does not fit; `{min}`, `{max}` and `{value}` stand for numbers.
    pub error: &'static str,
    /// Least number.
    pub min: Option<i64>,
    /// Greatest number.
    pub max: Option<i64>,
    /// Which way it may go.
    pub monotonic: Option<Monotonic>,
    /// What stands in an empty field.
    pub placeholder: &'static str,
    /// What stands beside a checkbox.
    pub label: &'static str,
    /// Whether it is not to be read on the screen.
    pub masked: bool,
    /// Whether the field is shown and cannot be changed.
    pub disabled: bool,
    /// It is only there while another parameter has this value.
    pub when: Option<(&'static str, &'static str)>,
}

impl Parameter {
    /// A text that may change later and is empty by default.
    pub fn text(name: &'static str) -> Self {
        Self { name, kind: "string", mutable: true, ..Self::default() }
    }

    /// A number that may change later.
    pub fn number(name: &'static str, default: &'static str) -> Self {
        Self { kind: "number", default, ..Self::text(name) }
    }

    /// A yes or no that may change later.
    pub fn flag(name: &'static str, default: &'static str) -> Self {
        Self { kind: "bool", default, ..Self::text(name) }
    }

    /// A list of texts that may change later.
    pub fn list(name: &'static str, default: &'static str) -> Self {
        Self { kind: "list(string)", default, ..Self::text(name) }
    }

    /// One of several, by name and value.
    #[must_use]
    pub fn choices(mut self, options: &[(&'static str, &'static str)]) -> Self {
        self.options = options.iter().map(|(name, value)| Choice { name, value, ..Choice::default() }).collect();
        self
    }

    /// How it is asked for.
    pub fn form(&self) -> &'static str {
        match (self.form, self.kind, self.options.is_empty()) {
            ("", "bool", true) => "checkbox",
            ("", "list(string)", true) => "tag-select",
            ("", _, true) => "input",
            ("", _, false) => "radio",
            (form, _, _) => form,
        }
    }

    /// Whether its value is held against rules beyond its kind and choices.
    pub fn has_rules(&self) -> bool {
        self.pattern.is_some() || self.min.is_some() || self.max.is_some() || self.monotonic.is_some()
    }
}

/// Values under a name.
#[derive(Debug, Clone, Default)]
pub struct Preset {
    /// Name.
    pub name: &'static str,
    /// Whether it is the one to begin with.
    pub default: bool,
    /// Markdown.
    pub description: &'static str,
    /// Icon, may be empty.
    pub icon: &'static str,
    /// Name and value.
    pub values: Vec<(&'static str, &'static str)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_for_a_value_follows_from_its_kind() {
        for (parameter, form) in [
            (Parameter::text("a"), "input"),
            (Parameter::text("a").choices(&[("A", "a")]), "radio"),
            (Parameter::number("a", "1"), "input"),
            (Parameter::flag("a", "true"), "checkbox"),
            (Parameter::list("a", "[]"), "tag-select"),
            (Parameter { form: "textarea", ..Parameter::text("a") }, "textarea"),
        ] {
            assert_eq!(parameter.form(), form, "{}", parameter.kind);
        }
    }
}
