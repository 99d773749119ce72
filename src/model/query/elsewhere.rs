//! The query by which the palette asks for workspaces that no list has loaded. Pure.

use super::parse::{Query, Token};

/// How many letters are asked about at least.
const FEWEST: usize = 2;

/// What finds them by these letters: `owner/name` by both, several words by the longest (the others are looked for in
/// what it finds). `None` where the letters are too few to ask about.
pub(crate) fn elsewhere(sought: &str) -> Option<String> {
    let word = sought.split_whitespace().max_by_key(|word| word.chars().count())?;
    let (owner, name) = word.split_once('/').unwrap_or(("", word));
    if owner.chars().count() + name.chars().count() < FEWEST {
        return None;
    }
    let parts = [("owner", owner), ("name", name)].into_iter().filter(|(_, value)| !value.is_empty());
    Some(Query { tokens: parts.map(|(key, value)| Token::new(key, value)).collect() }.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::query::parse;
    use proptest::prelude::*;

    #[test]
    fn letters_become_a_query_by_name_and_owner() {
        for (sought, expected) in [
            ("", None),
            ("w", None),
            ("we", Some("name:we")),
            ("ada/web", Some("owner:ada name:web")),
            ("ada/", Some("owner:ada")),
            (" my  gantry ", Some("name:gantry")),
            ("a:b", Some("name:\"a:b\"")),
            ("/", None),
        ] {
            assert_eq!(elsewhere(sought).as_deref(), expected, "{sought:?}");
        }
    }

    proptest! {
        #[test]
        fn any_letters_make_a_query_of_whole_parts(sought in "\\PC{0,24}") {
            if let Some(query) = elsewhere(&sought) {
                prop_assert!(!parse(&query).is_empty(), "{:?} of {:?}", query, sought);
                prop_assert_eq!(query.matches('"').count() % 2, 0);
            }
        }
    }
}
