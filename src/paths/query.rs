//! The query of an address. A value is decoded once, as the browser's own `URLSearchParams` does it, and written so
//! that it comes back as it was: the router's map decodes it a second time, which makes `AB` of a typed `%41%42`.
//! Imports `paths`.

use super::encode;
use percent_encoding::percent_decode_str;

/// The pairs of a query as they stand in it, with or without its `?`.
fn pairs(search: &str) -> impl Iterator<Item = &str> {
    search.strip_prefix('?').unwrap_or(search).split('&').filter(|pair| !pair.is_empty())
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn is_of(pair: &str, key: &str) -> bool {
    decoded(pair.split('=').next().unwrap_or_default()) == key
}

/// All pairs, decoded, in their order.
pub(crate) fn all(search: &str) -> Vec<(String, String)> {
    let split = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(key), decoded(value))
    };
    pairs(search).map(split).collect()
}

/// The value of a key: the first one, where there are several.
pub(crate) fn value(search: &str, key: &str) -> Option<String> {
    let pair = pairs(search).find(|pair| is_of(pair, key))?;
    Some(decoded(pair.split_once('=').map_or("", |(_, value)| value)))
}

/// The query with another value for a key, or without the key; all other pairs stay as they are. Begins with `?` unless
/// it is empty.
pub(crate) fn with(search: &str, key: &str, value: Option<&str>) -> String {
    let mut new = value.map(|value| format!("{}={}", encode(key), encode(value)));
    let mut all: Vec<String> = Vec::new();
    for pair in pairs(search) {
        if is_of(pair, key) {
            all.extend(new.take());
        } else {
            all.push(pair.to_owned());
        }
    }
    all.extend(new);
    if all.is_empty() { String::new() } else { format!("?{}", all.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_decoded_once() {
        for (search, value_of_q) in [
            ("?q=name%3Aa%26b%3Dc", Some("name:a&b=c")),
            ("q=%2541%2542", Some("%41%42")),
            ("?q=a+b", Some("a b")),
            ("?q=a%2Bb", Some("a+b")),
            ("?q", Some("")),
            ("?q=", Some("")),
            ("?q=a=b", Some("a=b")),
            ("?q=1&q=2", Some("1")),
            ("?%71=x", Some("x")),
            ("?q=%", Some("%")),
            ("?q=%zz", Some("%zz")),
            ("?q=%ff", Some("\u{fffd}")),
            ("?q=%ed%a0%80", Some("\u{fffd}\u{fffd}\u{fffd}")),
            ("?q=%00", Some("\0")),
            ("?Q=x", None),
            ("?qq=x", None),
            ("?a;q=x", None),
            ("", None),
            ("?", None),
            ("?&&=&", None),
        ] {
            assert_eq!(value(search, "q").as_deref(), value_of_q, "{search}");
        }
    }

    #[test]
    fn the_other_pairs_stay() {
        for (search, new, result) in [
            ("", Some("x y"), "?q=x%20y"),
            ("?view=table", Some("%41"), "?view=table&q=%2541"),
            ("q=1&view=t%20able&q=2", Some("3"), "?q=3&view=t%20able"),
            ("?q=1&view=table", None, "?view=table"),
            ("?q=1", None, ""),
            ("?%zz&a=%41", Some(""), "?%zz&a=%41&q="),
        ] {
            assert_eq!(with(search, "q", new), result, "{search}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(search in any::<String>(), key in "\\PC{1,8}", text in any::<String>()) {
            let written = with(&search, &key, Some(&text));
            prop_assert_eq!(value(&written, &key), Some(text));
            prop_assert_eq!(value(&with(&written, &key, None), &key), None);
        }

        #[test]
        fn another_key_is_left_alone(search in "[a-z0-9%=&+;]{0,60}", text in any::<String>()) {
            prop_assert_eq!(value(&with(&search, "span", Some(&text)), "view"), value(&search, "view"));
        }
    }
}
