//! What could not be read, in a sentence: how much, and one example, however many there are. Pure; may import `json`.

use json_tape::LeftOut;
/// What a sentence calls one of them, and several.
pub(crate) type Noun = (&'static str, &'static str);

fn counted(noun: Noun, left: &LeftOut) -> String {
    if left.count == 1 { format!("One {}", noun.0) } else { format!("{} {}", left.count, noun.1) }
}

/// The first of them, as the example that it is.
fn example(left: &LeftOut) -> String {
    let first = left.first.as_deref().unwrap_or_default();
    if left.count == 1 { format!("{first}.") } else { format!("The first: {first}.") }
}

/// Title and text where whole things are missing; none if nothing is.
pub(crate) fn missing(noun: Noun, left: &LeftOut) -> Option<(String, String)> {
    (!left.is_empty()).then(|| {
        let are = if left.count == 1 { "is" } else { "are" };
        (format!("{} could not be read and {are} not shown.", counted(noun, left)), example(left))
    })
}

/// Title and text where things are shown without something of theirs; none if nothing is.
pub(crate) fn partly(noun: Noun, left: &LeftOut) -> Option<(String, String)> {
    (!left.is_empty()).then(|| {
        let are = if left.count == 1 { "is" } else { "are" };
        (format!("{} {are} shown without something that could not be read.", counted(noun, left)), example(left))
    })
}

/// Title and text where one thing is shown without something of it; none if nothing is.
pub(crate) fn without(name: &str, left: &LeftOut) -> Option<(String, String)> {
    (!left.is_empty()).then(|| {
        let what = if left.count == 1 { "Something".to_owned() } else { format!("{} things", left.count) };
        (
            format!("{what} of {name} could not be read and {} left out.", if left.count == 1 { "is" } else { "are" }),
            example(left),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACES: Noun = ("workspace", "workspaces");

    fn left(count: u32) -> LeftOut {
        let mut left = LeftOut::default();
        for index in 0..count {
            left.note(|| format!("ada/w{index}: id: expected a value, got nothing"));
        }
        left
    }

    #[test]
    fn however_many_there_are_it_is_one_sentence_with_one_example() {
        let said = |told: Option<(String, String)>| told.map(|(title, text)| format!("{title} {text}"));
        for (count, expected) in [
            (0, None),
            (1, Some("One workspace could not be read and is not shown. ada/w0: id: expected a value, got nothing.")),
            (
                213,
                Some(
                    "213 workspaces could not be read and are not shown. The first: ada/w0: id: expected a value, got nothing.",
                ),
            ),
        ] {
            assert_eq!(said(missing(WORKSPACES, &left(count))).as_deref(), expected);
        }
        assert_eq!(
            said(partly(WORKSPACES, &left(2))).unwrap(),
            "2 workspaces are shown without something that could not be read. The first: ada/w0: id: expected a value, got nothing."
        );
        assert_eq!(
            said(without("this workspace", &left(1))).unwrap(),
            "Something of this workspace could not be read and is left out. ada/w0: id: expected a value, got nothing."
        );
        assert!(
            said(without("this build", &left(2)))
                .unwrap()
                .starts_with("2 things of this build could not be read and are left out. The first: ")
        );
        assert_eq!((partly(WORKSPACES, &left(0)), without("x", &left(0))), (None, None));
    }
}
