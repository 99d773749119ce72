//! The name of a workspace: the control plane's rule, and names that keep it. Pure.

/// How long a name may be.
const LONGEST: usize = 32;

/// Names of pages of the control plane's own dashboard.
const TAKEN_BY_PAGES: [&str; 2] = ["new", "create"];

/// Words that suggested names are made of: short, plain, in no order of worth.
const COLOURS: [&str; 24] = [
    "amber", "azure", "beige", "black", "blue", "bronze", "coral", "cyan", "green", "grey", "indigo", "ivory", "jade",
    "lilac", "lime", "olive", "orange", "pink", "plum", "red", "sand", "silver", "teal", "white",
];
const BIRDS: [&str; 32] = [
    "auk", "avocet", "bittern", "crane", "curlew", "dipper", "dove", "dunlin", "eider", "falcon", "finch", "gannet",
    "goose", "grebe", "heron", "hoopoe", "ibis", "jay", "kestrel", "kite", "lark", "linnet", "martin", "osprey", "owl",
    "plover", "raven", "robin", "siskin", "stork", "swift", "wren",
];

/// Why the control plane would refuse a name; `None` if it keeps the rule.
pub(crate) fn why_not(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("A name is needed.".to_owned());
    }
    if let Some(odd) = name.chars().find(|one| !one.is_ascii_alphanumeric() && *one != '-') {
        let odd = if odd.is_whitespace() { "spaces".to_owned() } else { format!("“{odd}”") };
        return Some(format!("Letters from a to z, digits and hyphens alone: no {odd}."));
    }
    if name.starts_with('-') || name.ends_with('-') {
        return Some("A hyphen may not be first or last.".to_owned());
    }
    if name.contains("--") {
        return Some("One hyphen at a time.".to_owned());
    }
    let length = name.chars().count();
    if length > LONGEST {
        return Some(format!("At most {LONGEST} characters: this has {length}."));
    }
    if TAKEN_BY_PAGES.contains(&name) {
        return Some(format!("“{name}” is an address of the control plane’s own pages."));
    }
    None
}

/// A name of three random figures from 0 to 1: `teal-heron-7`.
pub(crate) fn suggestion(random: [f64; 3]) -> String {
    let pick = |words: &'static [&'static str], random: f64| {
        let at = (random.clamp(0.0, 1.0) * words.len() as f64) as usize;
        words.get(at.min(words.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    let [colour, bird, number] = random;
    format!("{}-{}-{}", pick(&COLOURS, colour), pick(&BIRDS, bird), 1 + (number.clamp(0.0, 0.999) * 99.0) as u32)
}

/// A name cut so that `after` still fits behind it.
fn before(name: &str, after: &str) -> String {
    let room = LONGEST.saturating_sub(after.chars().count());
    name.chars().take(room).collect::<String>().trim_end_matches('-').to_owned()
}

/// The name of a copy.
pub(crate) fn copy_of(name: &str) -> String {
    format!("{}-copy", before(name, "-copy"))
}

/// The next name of the same kind that is not among `taken`: `api-2` after `api`, `teal-heron-8` after `teal-heron-7`.
/// Names differ by more than case.
pub(crate) fn next_free(name: &str, taken: &[String]) -> String {
    let is_taken = |name: &str| taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    let numbered = name.rsplit_once('-').and_then(|(stem, number)| {
        let plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        Some((stem, number.parse::<u32>().ok().filter(|_| plain && !stem.is_empty())?))
    });
    let (stem, first) = numbered.map_or((name, 2), |(stem, number)| (stem, number.saturating_add(1)));
    let names = (first..first.saturating_add(10_000)).map(|number| {
        let after = format!("-{number}");
        format!("{}{after}", before(stem, &after))
    });
    names.filter(|name| !is_taken(name)).find(|name| why_not(name).is_none()).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    #[test]
    fn the_rule_is_the_control_planes() {
        for (name, why) in [
            ("api", None),
            ("Api-2", None),
            ("0", None),
            ("a-b-c-d", None),
            ("abcdefghijklmnopqrstuvwxyz012345", None),
            ("New", None),
            ("", Some("A name is needed.")),
            ("new", Some("“new” is an address of the control plane’s own pages.")),
            ("create", Some("“create” is an address of the control plane’s own pages.")),
            ("abcdefghijklmnopqrstuvwxyz0123456", Some("At most 32 characters: this has 33.")),
            ("a b", Some("Letters from a to z, digits and hyphens alone: no spaces.")),
            ("a_b", Some("Letters from a to z, digits and hyphens alone: no “_”.")),
            ("é", Some("Letters from a to z, digits and hyphens alone: no “é”.")),
            ("-a", Some("A hyphen may not be first or last.")),
            ("a-", Some("A hyphen may not be first or last.")),
            ("-", Some("A hyphen may not be first or last.")),
            ("a--b", Some("One hyphen at a time.")),
        ] {
            assert_eq!(why_not(name).as_deref(), why, "{name:?}");
        }
    }

    #[test]
    fn other_names_of_the_same_kind() {
        let taken = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        for (name, others, next) in [
            ("api", &["api"][..], "api-2"),
            ("api", &["API-2", "api-3"], "api-4"),
            ("teal-heron-7", &[], "teal-heron-8"),
            ("api-007", &[], "api-007-2"),
            ("7", &[], "7-2"),
            ("abcdefghijklmnopqrstuvwxyz012345", &[], "abcdefghijklmnopqrstuvwxyz0123-2"),
            ("abcdefghijklmnopqrstuvwxyz012-45", &[], "abcdefghijklmnopqrstuvwxyz012-46"),
            ("abcdefghijklmnopqrstuvwxyz0123-9", &[], "abcdefghijklmnopqrstuvwxyz012-10"),
        ] {
            assert_eq!(next_free(name, &taken(others)), next, "{name}");
        }
        assert_eq!(copy_of("api"), "api-copy");
        assert_eq!(copy_of("abcdefghijklmnopqrstuvwxyz-12345"), "abcdefghijklmnopqrstuvwxyz-copy");
    }

    proptest! {
        #[test]
        fn the_rule_agrees_with_the_servers_expression(name in "[a-zA-Z0-9-]{0,40}") {
            let rule = Regex::new("^[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*$").unwrap();
            let good = rule.is_match(&name) && name.len() <= 32 && name != "new" && name != "create";
            prop_assert_eq!(why_not(&name).is_none(), good);
        }

        #[test]
        fn what_is_suggested_keeps_the_rule(random in prop::array::uniform3(any::<f64>()), name in "[a-z0-9]{1,32}", taken in prop::collection::vec("[a-z]{1,3}-[0-9]", 0..9)) {
            prop_assert_eq!(why_not(&suggestion(random)), None);
            prop_assert_eq!(why_not(&copy_of(&name)), None);
            let next = next_free(&name, &taken);
            prop_assert_eq!(why_not(&next), None);
            prop_assert!(!taken.contains(&next) && next != name);
        }
    }
}
