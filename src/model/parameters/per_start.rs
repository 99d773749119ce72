//! What a version asks for anew at each start: values that count for one build and are never kept. Pure.

use super::rule::Parameter;

/// Something that is asked for at each start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PerStart {
    /// Its name for people.
    pub label: String,
    /// Whether a start without it would be refused.
    pub required: bool,
}

/// What of these is asked for at each start, in their order. What nobody can fill in is not asked for.
pub(crate) fn per_start<'a>(rules: impl IntoIterator<Item = &'a Parameter>) -> Vec<PerStart> {
    let asked = rules.into_iter().filter(|rule| rule.ephemeral && !rule.disabled);
    asked.map(|rule| PerStart { label: rule.label.clone(), required: rule.required }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parameters::from_rich;
    use crate::model::recordings::read;
    use serde_json::json;

    #[test]
    fn what_counts_for_one_build_is_asked_for_at_each_start() {
        let rules = json!([
            {"name": "region", "type": "string", "mutable": true, "default_value": "dub"},
            {"name": "clean", "display_name": "Clean first", "type": "bool", "mutable": true, "ephemeral": true, "default_value": "false"},
            {"name": "ticket", "type": "string", "mutable": true, "ephemeral": true, "required": true},
        ]);
        let mut rules: Vec<Parameter> = read::<Vec<_>>(rules).unwrap().into_iter().map(from_rich).collect();
        let asked =
            |rules: &[Parameter]| per_start(rules).into_iter().map(|one| (one.label, one.required)).collect::<Vec<_>>();
        assert_eq!(asked(&rules), [("Clean first".to_owned(), false), ("ticket".to_owned(), true)]);
        for rule in &mut rules {
            rule.disabled = rule.name == "ticket";
        }
        assert_eq!(asked(&rules), [("Clean first".to_owned(), false)]);
    }
}
