//! What a preset sets, and whether a form still holds it. Pure.

use crate::wire::parameter::{ParameterValue, Preset};

/// The values that a preset sets.
pub(crate) fn preset_values(preset: &Preset) -> Vec<ParameterValue> {
    let values = preset.parameters.iter();
    values.map(|one| ParameterValue { name: one.name.clone(), value: one.value.clone() }).collect()
}

/// Whether what is about to be sent holds all that a preset sets; what the version does not ask for (`asked` has the
/// names) does not count. The control plane lays the preset over what is sent, so one that is not held any more must
/// not be named.
pub(crate) fn is_held(preset: &Preset, values: &[ParameterValue], asked: &[String]) -> bool {
    preset
        .parameters
        .iter()
        .filter(|one| asked.contains(&one.name))
        .all(|one| values.iter().find(|value| value.name == one.name).is_some_and(|value| value.value == one.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use json_tape::from_slice;

    #[test]
    fn a_preset_is_held_while_nothing_of_it_was_changed() {
        let preset: Preset = from_slice(
            br#"{"ID":"00000000-0000-0000-0000-000000000001","Name":"x","Parameters":[{"Name":"cpu","Value":"4"},{"Name":"gone","Value":"1"}]}"#,
        )
        .unwrap();
        let values = |pairs: &[(&str, &str)]| {
            let value = |(name, value): &(&str, &str)| ParameterValue { name: (*name).into(), value: (*value).into() };
            pairs.iter().map(value).collect::<Vec<_>>()
        };
        let asked = ["cpu".to_owned(), "note".to_owned()];
        for (held, expected) in [
            (values(&[("cpu", "4")]), true),
            (values(&[("cpu", "4"), ("note", "x")]), true),
            (values(&[("cpu", "8")]), false),
            (values(&[]), false),
        ] {
            assert_eq!(is_held(&preset, &held, &asked), expected, "{held:?}");
        }
        assert!(is_held(&preset, &[], &[]), "what is not asked for is not sent");
        assert_eq!(preset_values(&preset).len(), 2);
    }
}
