//! Whether the page around this one may show it. The headers of the server say it to the browser; this says it once
//! more, because a server may send none, and because messages are heard of nobody else. Imports `config`.

use crate::config::origin_of;

/// Whose pages may show this one, and talk with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    own: String,
    origins: Vec<String>,
}

impl Allowed {
    /// Pages of `own` origin, and of those that `config.json` names.
    pub(crate) fn new(own: &str, origins: &[String]) -> Self {
        Self { own: own.to_owned(), origins: origins.to_vec() }
    }

    /// Whether pages of an origin are among them. `null`, which a browser says of a page without an origin, never is.
    pub(crate) fn has(&self, origin: &str) -> bool {
        !origin.is_empty() && origin != "null" && (origin == self.own || self.origins.iter().any(|one| one == origin))
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.own.as_str()).chain(self.origins.iter().map(String::as_str))
    }
}

/// What the browser says of the pages around this one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// Whether there are any.
    pub framed: bool,
    /// The origins of all of them, the nearest first; `None` where the browser does not say (Firefox).
    pub ancestors: Option<Vec<String>>,
    /// The address that led here, as far as that is told: of the page that shows this one.
    pub referrer: String,
}

/// What is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// The page stands alone, in a tab of its own.
    Alone,
    /// The pages around it may show it; the origin of the nearest.
    Allowed(String),
    /// A page of this origin may not.
    Foreign(String),
    /// The browser does not say which page it is: nothing is shown until an allowed one has spoken.
    Unsaid,
}

/// Judges what is around.
pub(crate) fn framing(around: &Around, allowed: &Allowed) -> Framing {
    if !around.framed {
        return Framing::Alone;
    }
    if let Some(ancestors) = around.ancestors.as_ref().filter(|ancestors| !ancestors.is_empty()) {
        let foreign = ancestors.iter().find(|origin| !allowed.has(origin));
        return match (foreign, ancestors.first()) {
            (None, Some(parent)) => Framing::Allowed(parent.clone()),
            (Some(foreign), _) => Framing::Foreign(foreign.clone()),
            (None, None) => Framing::Unsaid,
        };
    }
    match origin_of_address(&around.referrer) {
        None => Framing::Unsaid,
        Some(origin) if allowed.has(&origin) => Framing::Allowed(origin),
        Some(origin) => Framing::Foreign(origin),
    }
}

/// The origin of an address of the web.
fn origin_of_address(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    origin_of(&format!("{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OWN: &str = "https://gantry.example.com";
    const PORTAL: &str = "https://portal.example.com";
    const EVIL: &str = "https://evil.example";

    fn allowed() -> Allowed {
        Allowed::new(OWN, &[PORTAL.to_owned()])
    }

    #[test]
    fn all_pages_around_must_be_allowed() {
        let around = |ancestors: Option<&[&str]>, referrer: &str| Around {
            framed: true,
            ancestors: ancestors.map(|all| all.iter().map(|one| (*one).to_owned()).collect()),
            referrer: referrer.to_owned(),
        };
        for (around, judged) in [
            (Around::default(), Framing::Alone),
            (Around { referrer: EVIL.into(), ..Around::default() }, Framing::Alone),
            (around(Some(&[PORTAL]), ""), Framing::Allowed(PORTAL.into())),
            (around(Some(&[OWN]), ""), Framing::Allowed(OWN.into())),
            (around(Some(&[PORTAL, OWN]), EVIL), Framing::Allowed(PORTAL.into())),
            (around(Some(&[EVIL]), PORTAL), Framing::Foreign(EVIL.into())),
            (around(Some(&[PORTAL, EVIL]), PORTAL), Framing::Foreign(EVIL.into())),
            (around(Some(&[OWN, PORTAL, EVIL]), ""), Framing::Foreign(EVIL.into())),
            (around(Some(&["null"]), PORTAL), Framing::Foreign("null".into())),
            (
                around(Some(&["https://portal.example.com.evil.example"]), ""),
                Framing::Foreign("https://portal.example.com.evil.example".into()),
            ),
            (around(Some(&["http://portal.example.com"]), ""), Framing::Foreign("http://portal.example.com".into())),
            (
                around(Some(&["https://portal.example.com:8443"]), ""),
                Framing::Foreign("https://portal.example.com:8443".into()),
            ),
            (around(Some(&[]), ""), Framing::Unsaid),
            (around(None, ""), Framing::Unsaid),
            (around(None, "about:blank"), Framing::Unsaid),
            (around(None, "https://portal.example.com/catalog?x"), Framing::Allowed(PORTAL.into())),
            (around(None, "https://Portal.example.com:443"), Framing::Allowed(PORTAL.into())),
            (around(None, "https://evil.example/?https://portal.example.com/"), Framing::Foreign(EVIL.into())),
            (around(None, "https://portal.example.com@evil.example/"), Framing::Unsaid),
        ] {
            assert_eq!(framing(&around, &allowed()), judged, "{around:?}");
        }
    }

    #[test]
    fn a_page_without_an_origin_is_none_that_was_named() {
        let allowed = Allowed::new("null", &["null".to_owned()]);
        assert!(!allowed.has("null") && !allowed.has(""));
    }

    proptest! {
        #[test]
        fn nothing_but_what_is_named_is_allowed(ancestors in proptest::option::of(proptest::collection::vec(any::<String>(), 0..4)), referrer in any::<String>()) {
            let judged = framing(&Around { framed: true, ancestors, referrer }, &allowed());
            if let Framing::Allowed(origin) = judged {
                prop_assert!(origin == OWN || origin == PORTAL);
            }
        }
    }
}
