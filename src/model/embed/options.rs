//! What the address of a panel asks for: how it looks, what it lets a person do, what it shows. A page around it may
//! change the look later by a message. Imports `paths`.

use crate::paths::query;

/// Light, dark, or as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// What a word means; `None` for one that means nothing.
    pub(crate) fn of(word: &str) -> Option<Self> {
        match word {
            "auto" => Some(Self::Auto),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }

    /// What the page's own attribute says; `None` is the system's.
    pub(crate) fn word(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// How much room a row has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Density {
    #[default]
    Compact,
    Comfortable,
}

impl Density {
    /// What a word means; `None` for one that means nothing.
    pub(crate) fn of(word: &str) -> Option<Self> {
        match word {
            "compact" => Some(Self::Compact),
            "comfortable" => Some(Self::Comfortable),
            _ => None,
        }
    }

    /// Its word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Comfortable => "comfortable",
        }
    }
}

/// How the panel looks. What is `None` stays as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    pub theme: Option<Theme>,
    pub density: Option<Density>,
}

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How it looks.
    pub look: Look,
    /// Whether the page around shows through.
    pub transparent: bool,
    /// Whether nothing can be done in it.
    pub readonly: bool,
    /// Whether a link is only told to the page around, which decides, and not opened in a tab.
    pub asks: bool,
    /// Whether a script of the page around answers: it is waited for before anything is asked.
    pub host: bool,
    /// Which workspaces are listed.
    pub query: String,
    /// How many of them.
    pub limit: usize,
}

/// What a list shows unless it is told.
const LIMIT: usize = 10;
/// More is what the console itself is for.
const MOST: usize = 100;

impl Options {
    /// Reads them; what is wrong or missing is as usual.
    pub(crate) fn of(search: &str) -> Self {
        let word = |key| query::value(search, key).unwrap_or_default();
        let is_set =
            |key| query::value(search, key).is_some_and(|value| !matches!(value.as_str(), "0" | "false" | "no"));
        let asked = query::value(search, "q").or_else(|| query::value(search, "filter"));
        Self {
            look: Look { theme: Theme::of(&word("theme")), density: Density::of(&word("density")) },
            transparent: word("background") == "transparent",
            readonly: is_set("readonly"),
            asks: word("links") == "ask",
            host: is_set("host"),
            query: asked.map_or_else(|| "owner:me".to_owned(), |asked| asked.trim().to_owned()),
            limit: word("limit").parse().map_or(LIMIT, |limit: usize| limit.clamp(1, MOST)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_says_how_it_is_shown() {
        let usual = Options::of("");
        assert_eq!(usual.query, "owner:me");
        assert!(!usual.readonly && !usual.host && !usual.asks && !usual.transparent && usual.limit == LIMIT);
        let all = Options::of(
            "?theme=dark&density=comfortable&background=transparent&readonly=1&links=ask&host=1&q=team%3Aa%20b&limit=6",
        );
        assert_eq!(
            all,
            Options {
                look: Look { theme: Some(Theme::Dark), density: Some(Density::Comfortable) },
                transparent: true,
                readonly: true,
                asks: true,
                host: true,
                query: "team:a b".into(),
                limit: 6,
            }
        );
        for (search, readonly) in [
            ("readonly", true),
            ("readonly=", true),
            ("readonly=true", true),
            ("readonly=0", false),
            ("readonly=false", false),
        ] {
            assert_eq!(Options::of(search).readonly, readonly, "{search}");
        }
        for (search, limit) in [
            ("limit=0", 1),
            ("limit=1000", MOST),
            ("limit=-1", LIMIT),
            ("limit=x", LIMIT),
            ("limit=99999999999999999999", LIMIT),
        ] {
            assert_eq!(Options::of(search).limit, limit, "{search}");
        }
        assert_eq!(Options::of("theme=auto").look.theme, Some(Theme::Auto));
        assert_eq!(Options::of("theme=%22%3E").look.theme, None);
        assert_eq!(Options::of("filter=status:failed").query, "status:failed");
        assert_eq!(Options::of("q=").query, "");
    }

    proptest! {
        #[test]
        fn any_query_is_read(search in any::<String>()) {
            let options = Options::of(&search);
            prop_assert!((1..=MOST).contains(&options.limit));
        }
    }
}
