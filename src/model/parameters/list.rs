//! Lists as values travel: a JSON array of strings, in text. Pure.

/// The entries of a list; `None` for what is none. As Go reads it, `null` is a list without entries, and an entry
/// without words.
pub(crate) fn list_of(text: &str) -> Option<Vec<String>> {
    let entries = json_tape::from_slice::<Option<Vec<Option<String>>>>(text.as_bytes()).ok()?;
    Some(entries.unwrap_or_default().into_iter().map(Option::unwrap_or_default).collect())
}

/// A list as it travels.
pub(crate) fn list_text(entries: &[String]) -> String {
    serde_json::to_string(entries).unwrap_or_else(|_| "[]".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_an_array_of_strings_is_a_list() {
        for (text, list) in [
            ("[]", Some(vec![])),
            ("[\"a\",\"\"]", Some(vec!["a", ""])),
            (" [\"a\"] ", Some(vec!["a"])),
            ("", None),
            ("a", None),
            ("null", Some(vec![])),
            ("[1]", None),
            ("[null]", Some(vec![""])),
            ("[\"a\"", None),
            ("{}", None),
        ] {
            let list = list.map(|list| list.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(list_of(text), list, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_list_comes_back(entries in prop::collection::vec(any::<String>(), 0..6)) {
            prop_assert_eq!(list_of(&list_text(&entries)), Some(entries));
        }
    }
}
