//! Which of a workspace's stored values a version would refuse. Asked before an update, because a refusal would come
//! after the stop. Pure.

use super::check::{Given, Matches, refusal};
use super::rule::Parameter;
use crate::wire::parameter::ParameterValue;

/// A parameter for which a build without new values would be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// A sentence.
    pub why: String,
    /// Whether nothing can be done about it: it was fixed when the workspace was created.
    pub locked: bool,
}

/// The stored values that do not fit, and those that are missing. At a first build nothing is fixed, and nothing has to
/// follow what was.
pub(crate) fn misfits(
    rules: &[Parameter],
    held: &[ParameterValue],
    first_build: bool,
    matches: Matches,
) -> Vec<Misfit> {
    let misfit = |parameter: &Parameter| {
        let stored = held.iter().find(|value| value.name == parameter.name).map(|value| value.value.as_str());
        let default = parameter.default.as_deref();
        let (new, before) = if first_build { (stored, None) } else { (None, stored) };
        let given = Given { new, before, default, classic: false };
        let why = refusal(parameter, given, matches)?;
        let locked = !first_build && !parameter.mutable && stored.is_some();
        Some(Misfit { name: parameter.name.clone(), label: parameter.label.clone(), why, locked })
    };
    rules.iter().filter_map(misfit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parameters::rule::from_rich;
    use crate::model::recordings::{body, read};
    use serde_json::json;

    /// The engine that stands in for the browser's.
    fn matches(pattern: &str, text: &str) -> Option<bool> {
        regex::Regex::new(pattern).ok().map(|pattern| pattern.is_match(text))
    }

    fn rules(value: serde_json::Value) -> Vec<Parameter> {
        read::<Vec<_>>(value).unwrap().into_iter().map(from_rich).collect()
    }

    fn held(values: &[(&str, &str)]) -> Vec<ParameterValue> {
        values.iter().map(|(name, value)| ParameterValue { name: (*name).into(), value: (*value).into() }).collect()
    }

    #[test]
    fn recorded_values_fit_their_recorded_rules() {
        let rules: Vec<Parameter> = body::<Vec<_>>("real/rich-parameters").into_iter().map(from_rich).collect();
        let held: Vec<ParameterValue> = body("real/start-parameters");
        assert_eq!(misfits(&rules, &held, false, matches), []);
    }

    #[test]
    fn every_rule_of_the_new_version_is_held_against_what_is_stored() {
        let rules = rules(json!([
            {"name": "region", "type": "string", "options": [{"name": "Dublin", "value": "dub"}], "default_value": "dub"},
            {"name": "memory", "display_name": "Memory (GB)", "type": "number", "mutable": true, "default_value": "16", "validation_min": 4, "validation_max": 64},
            {"name": "checks", "type": "list(string)", "form_type": "multi-select", "mutable": true, "default_value": "[]", "options": [{"name": "PCI", "value": "pci"}]},
            {"name": "branch", "type": "string", "mutable": true, "default_value": "main", "validation_regex": "^[a-z]+$", "validation_error": "Letters only."},
            {"name": "cost_centre", "display_name": "Cost centre", "type": "string", "mutable": true, "required": true},
            {"name": "rebuild", "type": "bool", "mutable": true, "ephemeral": true, "default_value": "false"},
            {"name": "ticket", "type": "string", "mutable": true, "ephemeral": true, "required": true},
        ]));
        let stored = held(&[
            ("region", "fra"),
            ("memory", "128"),
            ("checks", "[\"pci\",\"sox\"]"),
            ("branch", "Main"),
            ("rebuild", "perhaps"),
            ("ticket", "T-1"),
            ("gone", "x"),
        ]);
        let found = misfits(&rules, &stored, false, matches);
        let found: Vec<_> = found.iter().map(|one| (one.label.as_str(), one.why.as_str(), one.locked)).collect();
        assert_eq!(
            found,
            [
                ("region", "“fra” is not offered.", true),
                ("Memory (GB)", "At most 64.", false),
                ("checks", "“sox” is not offered.", false),
                ("branch", "Letters only.", false),
                ("Cost centre", "A value is needed.", false),
                ("ticket", "A value is needed.", false),
            ]
        );
        let first: Vec<_> =
            misfits(&rules, &stored, true, matches).into_iter().map(|one| (one.name, one.locked)).collect();
        let names = ["region", "memory", "checks", "branch", "cost_centre", "rebuild"];
        assert_eq!(first, names.map(|name| (name.to_owned(), false)));
    }
}
