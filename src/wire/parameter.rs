//! Parameters of a template version: what is asked for, as a list (classic) and as a form that the control plane
//! answers (dynamic), what a build was given, and presets (docs/control-plane-api.md, 2.8). Pure.

use crate::wire::Id;
use crate::wire::list::List;
use crate::wire::map::Map;
use json_tape::{LeftOut, Read, Word};
use serde::Serialize;

/// The value of a parameter: of `GET /workspacebuilds/{id}/parameters`, and in requests. It shows itself without its
/// value: that may be a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Read)]
pub struct ParameterValue {
    pub name: String,
    /// Its value; lists as a JSON array in text, booleans as `true` and `false`.
    pub value: String,
}

impl std::fmt::Debug for ParameterValue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ParameterValue").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A parameter of a template version: `GET /templateversions/{id}/rich-parameters`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct RichParameter {
    pub name: String,
    #[serde(default)]
    pub display_name: Option<String>,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    #[serde(default, rename = "type")]
    pub kind: ParameterKind,
    /// Empty where the version was imported by a server that knew no forms.
    #[serde(default)]
    pub form_type: FormType,
    #[serde(default)]
    pub mutable: bool,
    #[serde(default)]
    pub default_value: String,
    #[serde(default)]
    pub icon: String,
    #[serde(default)]
    pub options: List<RichOption>,
    /// What is said of a value that does not fit; `{min}`, `{max}` and `{value}` stand for figures.
    #[serde(default)]
    pub validation_error: Option<String>,
    /// Go's (RE2).
    #[serde(default)]
    pub validation_regex: Option<String>,
    #[serde(default)]
    pub validation_min: Option<i64>,
    #[serde(default)]
    pub validation_max: Option<i64>,
    #[serde(default)]
    pub validation_monotonic: Option<Monotonic>,
    #[serde(default)]
    pub required: bool,
    /// Whether its value counts for one build only.
    #[serde(default)]
    pub ephemeral: bool,
}

/// A choice of the classic list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct RichOption {
    pub name: String,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    pub value: String,
    #[serde(default)]
    pub icon: String,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "lowercase")]
pub enum ParameterKind {
    String,
    Number,
    Bool,
    #[serde(rename = "list(string)")]
    List,
    #[serde(untagged)]
    Other(String),
}

/// How a value is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "kebab-case")]
pub enum FormType {
    Radio,
    Slider,
    Input,
    Dropdown,
    Checkbox,
    Switch,
    MultiSelect,
    TagSelect,
    Textarea,
    /// The template does not say how: its author made a mistake, which stands in the diagnostics.
    Error,
    #[serde(untagged)]
    Other(String),
}

/// Which way a number may go from build to build.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "lowercase")]
pub enum Monotonic {
    Increasing,
    Decreasing,
    #[serde(untagged)]
    Other(String),
}

/// An answer of a form: a frame of the socket `…/dynamic-parameters`, and of `POST …/dynamic-parameters/evaluate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct FormAnswer {
    /// What it answers: −1 before anything was sent, 0 of `evaluate`.
    pub id: i64,
    /// What is wrong with the form as a whole.
    #[serde(default)]
    pub diagnostics: List<Diagnostic>,
    #[serde(default)]
    pub parameters: List<PreviewParameter>,
    #[serde(skip)]
    #[read(left_out)]
    pub left_out: LeftOut,
}

/// A parameter with the value that it has, as the control plane sees the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct PreviewParameter {
    pub name: String,
    #[serde(default)]
    pub display_name: String,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    #[serde(default, rename = "type")]
    pub kind: ParameterKind,
    #[serde(default)]
    pub form_type: FormType,
    #[serde(default)]
    pub styling: Styling,
    #[serde(default)]
    pub mutable: bool,
    #[serde(default)]
    pub default_value: PreviewValue,
    #[serde(default)]
    pub icon: String,
    #[serde(default)]
    pub options: List<PreviewOption>,
    #[serde(default)]
    pub validations: List<PreviewRule>,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub order: Option<i64>,
    /// Whether its value counts for one build only.
    #[serde(default)]
    pub ephemeral: bool,
    #[serde(default)]
    pub value: PreviewValue,
    #[serde(default)]
    pub diagnostics: List<Diagnostic>,
}

/// A value, or the name that Terraform has for one that is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Read)]
pub struct PreviewValue {
    #[serde(default)]
    pub value: String,
    #[serde(default)]
    pub valid: bool,
}

impl PreviewValue {
    /// The value, if it is one.
    pub fn known(&self) -> Option<&str> {
        self.valid.then_some(self.value.as_str())
    }
}

/// A choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct PreviewOption {
    pub name: String,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    pub value: PreviewValue,
    #[serde(default)]
    pub icon: String,
}

/// What a value must keep.
#[expect(clippy::struct_field_names, reason = "the fields are named as they travel")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct PreviewRule {
    #[serde(default)]
    pub validation_error: String,
    #[serde(default)]
    pub validation_regex: Option<String>,
    #[serde(default)]
    pub validation_min: Option<i64>,
    #[serde(default)]
    pub validation_max: Option<i64>,
    #[serde(default)]
    pub validation_monotonic: Option<Monotonic>,
}

/// How a field is to look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Read)]
pub struct Styling {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
    /// Shown, and not to be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    /// What stands beside a check box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A secret: not to be read on the screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_input: Option<bool>,
}

/// What the control plane says of a form or of one of its values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Diagnostic {
    #[serde(default)]
    pub severity: Severity,
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub detail: String,
    #[serde(default)]
    pub extra: DiagnosticExtra,
}

/// How grave it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Read, Word)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    #[serde(untagged)]
    Other(String),
}

/// A word for programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Read)]
pub struct DiagnosticExtra {
    /// `required`, `owner_not_found`, or empty.
    #[serde(default)]
    pub code: String,
}

/// What a form holds, as it is sent. Lists travel as a JSON array in text, booleans as `true` and `false`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FormInputs {
    pub id: i64,
    pub inputs: Map<String>,
    /// Whom the workspace belongs to.
    pub owner_id: Id,
}

/// Values under a name: of `GET /templateversions/{id}/presets`, the one answer with Go's own spelling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Preset {
    #[serde(rename = "ID")]
    pub id: Id,
    pub name: String,
    #[serde(default)]
    pub parameters: List<PresetValue>,
    /// Whether it is the one to begin with.
    #[serde(default)]
    pub default: bool,
    /// How many workspaces wait, built, to be claimed; `None` where nothing is said.
    #[serde(default)]
    pub desired_prebuild_instances: Option<i64>,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub icon: String,
}

/// A value of a preset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PresetValue {
    pub name: String,
    pub value: String,
}

impl FormAnswer {
    /// Reads a frame of the socket.
    ///
    /// # Errors
    /// It is no such frame.
    pub(crate) fn parse(text: &str) -> Result<Self, json_tape::Error> {
        json_tape::from_slice(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use json_tape::from_slice;
    use serde_json::Value;

    fn recording(name: &str) -> Value {
        let path = format!("{}/tests/contract/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn recorded_frames_of_a_form_are_read_whole() {
        let recording = recording("2025-07/sockets/dynamic-parameters");
        let frames: Vec<FormAnswer> = recording["frames"]
            .as_array()
            .unwrap()
            .iter()
            .map(|frame| FormAnswer::parse(&frame.to_string()).unwrap())
            .collect();
        assert_eq!(frames.iter().map(|frame| frame.id).collect::<Vec<_>>(), [-1, 1]);
        for (frame, said) in frames.iter().zip(recording["frames"].as_array().unwrap()) {
            assert!(frame.left_out.is_empty());
            assert_eq!(serde_json::to_value(&frame.parameters).unwrap(), said["parameters"]);
        }
        assert_eq!(frames[1].parameters[0].value.known(), Some("us"));
    }

    #[test]
    fn presets_are_spelled_as_go_does_and_may_be_null() {
        let text = br#"[{"ID": "5bfed139-e34b-42f4-8eca-ec9e85c05c15", "Name": "Small", "Parameters": [{"Name": "size", "Value": "s"}], "Default": true,
            "DesiredPrebuildInstances": null, "Description": "", "Icon": ""}]"#;
        let presets: List<Preset> = from_slice(text).unwrap();
        assert_eq!((presets[0].name.as_str(), presets[0].default), ("Small", true));
        assert_eq!(presets[0].parameters[0].value, "s");
        assert_eq!(from_slice::<List<Preset>>(b"null").unwrap().as_slice(), []);
    }

    #[test]
    fn a_value_is_not_shown_by_accident() {
        let value = ParameterValue { name: "api_key".into(), value: "hunter2".into() };
        assert_eq!(format!("{value:?}"), "ParameterValue { name: \"api_key\", .. }");
    }
}
