//! How a token comes from the window of this site, in which somebody signed in, to the panel that opened it. Both are
//! pages of this origin, and each hears the other's window alone. Pure.

use json_tape::Tape;
use serde::Serialize;

/// What the two say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Handover {
    /// The window listens.
    WindowReady,
    /// The panel says for whose page it asks; `None` where it stands alone.
    Asked { host: Option<String> },
    /// The window hands the token over.
    Handed { token: String },
}

impl Handover {
    /// As JSON.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what was said by the other window (`is_it`) from `origin`, of a page at `own`; `None` for whatever is
    /// somebody else's.
    pub(crate) fn hear(origin: &str, own: &str, is_it: bool, text: &str) -> Option<Self> {
        if !is_it || origin != own || own == "null" || own.is_empty() {
            return None;
        }
        let tape = Tape::parse(text.as_bytes()).ok()?;
        let root = tape.root();
        Some(match root.get("type").text()? {
            "window_ready" => Self::WindowReady,
            "asked" => Self::Asked { host: root.get("host").text().map(str::to_owned) },
            "handed" => Self::Handed { token: root.get("token").text()?.to_owned() },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OWN: &str = "https://gantry.example.com";

    #[test]
    fn what_is_said_is_heard_by_this_site_alone() {
        for said in [
            Handover::WindowReady,
            Handover::Asked { host: Some("portal.example.com".into()) },
            Handover::Asked { host: None },
            Handover::Handed { token: "abc".into() },
        ] {
            let text = said.text();
            assert_eq!(Handover::hear(OWN, OWN, true, &text), Some(said), "{text}");
            assert_eq!(Handover::hear(OWN, OWN, false, &text), None);
            assert_eq!(Handover::hear("https://portal.example.com", OWN, true, &text), None);
            assert_eq!(Handover::hear("null", "null", true, &text), None);
            assert_eq!(Handover::hear("", "", true, &text), None);
        }
        for text in ["", "{}", "5", r#"{"type":"handed"}"#, r#"{"type":"handed","token":5}"#, r#"{"type":"hello"}"#] {
            assert_eq!(Handover::hear(OWN, OWN, true, text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_heard_or_not(origin in any::<String>(), text in any::<String>()) {
            prop_assert_eq!(Handover::hear(&origin, OWN, true, &text).filter(|_| origin != OWN), None);
        }
    }
}
