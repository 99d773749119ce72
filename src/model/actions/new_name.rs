//! Whether a workspace can be given another name. Pure; imports `model::creation`, which has the rule.

use crate::model::creation;

/// Why not, as far as it can be told without the control plane; `None` if it can be asked.
pub(crate) fn why_no_name(now: &str, name: &str) -> Option<String> {
    if name == now {
        return Some("This is the name that it has.".to_owned());
    }
    creation::why_not(name)
}

#[cfg(test)]
mod tests {
    use super::why_no_name;

    #[test]
    fn a_name_keeps_the_rule_and_is_another_one() {
        for (name, fits) in [
            ("web-2", true),
            ("Web", true),
            ("a", true),
            ("", false),
            ("web", false),
            ("my web", false),
            ("wéb", false),
            ("-web", false),
            ("web-", false),
            ("we--b", false),
            ("new", false),
            ("create", false),
            ("a2345678901234567890123456789012", true),
            ("a23456789012345678901234567890123", false),
        ] {
            assert_eq!(why_no_name("web", name).is_none(), fits, "{name:?}");
        }
    }
}
