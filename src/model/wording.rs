//! Words that sentences share: several names in a row, and amounts of credits. Pure.

/// Several names in a sentence: `a, b and c`.
pub(crate) fn all_of<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [all @ .., last] => {
            let all: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", all.join(", "), last.as_ref())
        }
    }
}

/// `1 credit`, `12 credits`.
pub(crate) fn credits(count: i64) -> String {
    if count == 1 { "1 credit".to_owned() } else { format!("{count} credits") }
}

/// `1 credit is`, `12 credits are`.
pub(crate) fn credits_are(count: i64) -> String {
    format!("{} {}", credits(count), if count == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        for (names, expected) in
            [(&[][..], ""), (&["a"], "a"), (&["a", "b"], "a and b"), (&["a", "b", "c"], "a, b and c")]
        {
            assert_eq!(all_of(names), expected);
        }
        assert_eq!((credits(1), credits_are(1)), ("1 credit".to_owned(), "1 credit is".to_owned()));
        assert_eq!((credits(0), credits_are(12)), ("0 credits".to_owned(), "12 credits are".to_owned()));
    }
}
