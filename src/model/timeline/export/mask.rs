//! What of a name must not leave: values of parameters, and keys of instances where the values are not known. Pure.

/// What stands in place of a masked value.
const MASKED: &str = "•••";

/// A value shorter than this is masked only where it is a whole key of an instance: "2" or "eu" elsewhere is part of
/// many words.
const TELLING: usize = 4;

/// Masks values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mask {
    /// The values of the build's parameters, the longest first; None: they are not known, so every key in words is one.
    values: Option<Vec<String>>,
}

impl Mask {
    /// Of a build with these values of parameters. A list counts with each of its entries.
    pub(crate) fn of(values: impl IntoIterator<Item = String>) -> Self {
        let mut all = Vec::new();
        for value in values {
            if let Ok(entries) = json_tape::from_slice::<Vec<String>>(value.as_bytes()) {
                all.extend(entries);
            }
            all.push(value);
        }
        // Neither is a value that anybody would call one.
        all.retain(|value| !value.trim().is_empty() && !matches!(value.as_str(), "true" | "false"));
        crate::model::order::sort_by_key(&mut all, |value| (std::cmp::Reverse(value.len()), value.clone()));
        all.dedup();
        Self { values: Some(all) }
    }

    /// Of a build whose values are not known.
    pub(crate) const fn unknown() -> Self {
        Self { values: None }
    }

    /// A name without what must not leave.
    pub(crate) fn name(&self, name: &str) -> String {
        let mut text = self.keys(name);
        for value in self.values.iter().flatten().filter(|value| value.chars().count() >= TELLING) {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), MASKED);
            }
        }
        text
    }

    /// A name whose keys of instances (`["…"]`, `[2]`) are masked where they are a value.
    fn keys(&self, name: &str) -> String {
        let mut text = String::with_capacity(name.len());
        let mut rest = name;
        while let Some(at) = rest.find('[') {
            let (before, from) = rest.split_at(at);
            text.push_str(before);
            let Some(end) = closing(from) else {
                text.push_str(from);
                return text;
            };
            let (key, after) = from.split_at(end + 1);
            let inner = key.trim_start_matches('[').trim_end_matches(']');
            let quoted = inner.starts_with('"');
            let said = inner.trim_matches('"');
            let is_secret = match &self.values {
                None => quoted,
                Some(values) => quoted && values.iter().any(|value| value == said),
            };
            if is_secret {
                text.push_str("[\"");
                text.push_str(MASKED);
                text.push_str("\"]");
            } else {
                text.push_str(key);
            }
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

/// Where the bracket at the beginning of `text` closes; brackets in quotes do not count.
fn closing(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_parameters_are_masked_wherever_they_stand() {
        let mask =
            Mask::of(["hunter2".to_owned(), "eu".to_owned(), "[\"web\",\"db-9\"]".to_owned(), "true".to_owned()]);
        for (name, expected) in [
            ("docker_image.main", "docker_image.main"),
            ("x.y[\"hunter2\"]", "x.y[\"•••\"]"),
            ("x.y[\"a-hunter2-b\"]", "x.y[\"a-•••-b\"]"),
            ("x.y[\"eu\"]", "x.y[\"•••\"]"),
            // Two letters are part of many words.
            ("module.neutral.x[0]", "module.neutral.x[0]"),
            ("module.pods[\"web\"].x.y[2]", "module.pods[\"•••\"].x.y[2]"),
            ("x.y[\"db-9\"] (create)", "x.y[\"•••\"] (create)"),
            ("x.y[\"true\"]", "x.y[\"true\"]"),
            ("x.y[\"a]b\"].z", "x.y[\"a]b\"].z"),
            ("x.y[", "x.y["),
            ("start hunter2", "start •••"),
        ] {
            assert_eq!(mask.name(name), expected, "{name}");
        }
    }

    #[test]
    fn where_the_values_are_not_known_every_key_in_words_may_be_one() {
        let mask = Mask::unknown();
        for (name, expected) in [
            ("x.y[0]", "x.y[0]"),
            ("module.pods[\"web\"].x.y[2]", "module.pods[\"•••\"].x.y[2]"),
            ("x.y[\"a\\\"]b\"]", "x.y[\"•••\"]"),
        ] {
            assert_eq!(mask.name(name), expected, "{name}");
        }
        assert_eq!(Mask::of([]).name("x.y[\"web\"]"), "x.y[\"web\"]", "a build without parameters has no values");
    }
}
