//! What a link says that the template does not know, in sentences. Pure.

use super::autofill::{Autofill, Mode};

/// Names in a sentence.
fn named(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("“{one}”"),
        [all @ .., last] => {
            let all: Vec<String> = all.iter().map(|name| format!("“{name}”")).collect();
            format!("{} and “{last}”", all.join(", "))
        }
    }
}

/// What of a link has no effect, and why. `presets` and `parameters` are the names that the version has, once they are
/// known.
pub(crate) fn link_notes(link: &Autofill, presets: Option<&[String]>, parameters: Option<&[String]>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(Err(text)) = &link.version {
        notes.push(format!("The link names the version “{text}”, which is no version’s id: the active one is used."));
    }
    if let (Some(name), Some(presets)) = (&link.preset, presets)
        && !presets.contains(name)
    {
        notes.push(format!("The link names the preset “{name}”, which this version does not have."));
    }
    if link.leaves_values_out() {
        notes.push(
            "The link names a preset and values: the preset counts, and its values alone are filled in.".to_owned(),
        );
    }
    if let Some(parameters) = parameters {
        let unknown: Vec<&str> = link
            .values
            .iter()
            .map(|value| value.name.as_str())
            .filter(|name| !parameters.iter().any(|known| known == name))
            .collect();
        if !unknown.is_empty() && !link.leaves_values_out() {
            let it = if unknown.len() == 1 { "it is" } else { "they are" };
            notes.push(format!(
                "The link fills in {}, which this version does not ask for: {it} left out.",
                named(&unknown)
            ));
        }
    }
    if link.mode == Mode::Duplicate && link.copied.is_none() && link.values.is_empty() {
        notes.push(
            "The link copies a workspace and brings no values: the form begins with what the template says.".to_owned(),
        );
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(pairs: &[(&str, &str)]) -> Autofill {
        let pairs: Vec<(String, String)> = pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        Autofill::of(&pairs)
    }

    #[test]
    fn what_has_no_effect_is_said() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let (presets, parameters) = (names(&["Big"]), names(&["cpu"]));
        let notes = |pairs: &[(&str, &str)]| link_notes(&link(pairs), Some(&presets), Some(&parameters));
        assert_eq!(notes(&[]), Vec::<String>::new());
        assert_eq!(notes(&[("preset", "Big"), ("name", "x")]), Vec::<String>::new());
        assert_eq!(notes(&[("param.cpu", "4")]), Vec::<String>::new());
        for (pairs, begins) in [
            (&[("version", "v7")][..], "The link names the version “v7”"),
            (&[("preset", "big")], "The link names the preset “big”"),
            (&[("preset", "Big"), ("param.cpu", "4")], "The link names a preset and values"),
            (&[("param.a", "4"), ("param.b", "4"), ("param.c", "4")], "The link fills in “a”, “b” and “c”"),
            (&[("mode", "duplicate")], "The link copies a workspace"),
        ] {
            let said = notes(pairs);
            assert!(said.len() == 1 && said[0].starts_with(begins), "{said:?}");
        }
        assert_eq!(link_notes(&link(&[("preset", "x"), ("param.y", "1")]), None, None).len(), 1);
    }
}
