//! Fuzzy finding for the palette: letters in their order, not necessarily beside each other; what begins words and what
//! stands together counts more. A few lines of our own: nucleo-matcher 0.3 adds 118 kB of WebAssembly, 36 kB compressed
//! (optimised for size), to the part that follows the first rows. Pure.

use super::arrange::fold;

/// How well a text fits what is sought, greater is better; `None` if it does not. Both are folded here.
pub(crate) fn score(sought: &str, text: &str) -> Option<i32> {
    let sought = fold(sought);
    let text = fold(text);
    let mut total = 0;
    for word in sought.split_whitespace() {
        total += score_word(word, &text)?;
    }
    // Of equals the shorter one is nearer.
    Some(total - i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 2) / 4)
}

fn score_word(word: &str, text: &str) -> Option<i32> {
    if let Some(at) = text.find(word) {
        let begins = at == 0 || !text.get(..at).and_then(|before| before.chars().next_back())?.is_alphanumeric();
        return Some(if at == 0 {
            100
        } else if begins {
            80
        } else {
            60
        });
    }
    // One place after the other, each as early as it can be; a letter that begins a word is worth more.
    let letters: Vec<char> = text.chars().collect();
    let mut from = 0;
    let mut total = 0;
    let mut last = None::<usize>;
    for sought in word.chars() {
        let here = |at: usize| letters.get(at).is_some_and(|letter| *letter == sought);
        let starts = |at: usize| at == 0 || letters.get(at - 1).is_some_and(|before| !before.is_alphanumeric());
        let next = last.map(|last| last + 1).filter(|next| here(*next));
        let start = (from..letters.len()).find(|at| here(*at) && starts(*at));
        let at = next.or(start).or_else(|| (from..letters.len()).find(|at| here(*at)))?;
        total += if last.is_some_and(|last| last + 1 == at) {
            6
        } else if starts(at) {
            5
        } else {
            1
        };
        last = Some(at);
        from = at + 1;
    }
    Some(total)
}

/// The best of many, best first; equals keep their order.
pub(crate) fn best<T>(sought: &str, all: Vec<(String, T)>, most: usize) -> Vec<T> {
    let mut scored: Vec<(i32, T)> =
        all.into_iter().filter_map(|(text, item)| Some((score(sought, &text)?, item))).collect();
    scored.sort_by_key(|(score, _)| -score);
    scored.into_iter().take(most).map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_in_their_order_fit() {
        for (sought, text, fits) in [
            ("gw", "gantry-web", true),
            ("web", "gantry-web", true),
            ("wg", "gantry-web", false),
            ("", "anything", true),
            ("zoe", "Zoë’s lab", true),
            ("stop gan", "Stop gantry-web", true),
            ("x", "", false),
        ] {
            assert_eq!(score(sought, text).is_some(), fits, "{sought:?} in {text:?}");
        }
    }

    #[test]
    fn what_begins_stands_before_what_only_has_it() {
        let all = ["new-web", "web", "awebber", "w-e-b"].map(|name| (name.to_owned(), name));
        assert_eq!(best("web", all.to_vec(), 9), ["web", "new-web", "awebber", "w-e-b"]);
        assert_eq!(best("web", all.to_vec(), 1), ["web"]);
    }

    proptest! {
        #[test]
        fn a_text_finds_itself(text in "\\PC{0,20}") {
            prop_assert!(score(&text, &text).is_some(), "{text:?}");
        }

        #[test]
        fn any_part_in_order_is_found(text in "[a-z0-9-]{1,16}", keep in prop::collection::vec(any::<bool>(), 16)) {
            let part: String = text.chars().zip(keep).filter(|(_, keep)| *keep).map(|(sign, _)| sign).collect();
            // Greedy by beginnings of words may skip what is needed later only where a later letter is missed.
            if text.contains(&part) {
                prop_assert!(score(&part, &text).is_some());
            }
        }
    }
}
