//! What the tabs of one browser tell each other: who signed in or out, what was chosen, what was done. May import `api`
//! and below.

use crate::browser::channel::Channel;
use crate::model::operation::Wish;
use crate::wire::id::Id;
use json_tape::Read;
use send_wrapper::SendWrapper;
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;

/// The channel's name; its number changes with the messages.
const NAME: &str = "gantry.1";

/// A message to the other tabs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Message {
    /// Somebody signed in by cookie.
    SignedIn {
        /// Who.
        user: Id,
    },
    /// The cookie's session ended.
    SignedOut,
    /// Preferences changed.
    Prefs,
    /// Something was done to a workspace: what is known of it is old.
    Acted {
        /// Which.
        workspace: Id,
    },
    /// The viewer wants something of an operation that the tab that says so does not drive.
    Wish {
        /// The workspace.
        workspace: Id,
        /// Of which operation on it ([`crate::model::operation::Operation::began_ms`]).
        began_ms: i64,
        /// What.
        wish: Wish,
    },
}

/// The other tabs. A cheap clone is the same.
#[derive(Clone)]
pub struct Tabs(SendWrapper<Rc<RefCell<Option<Channel>>>>);

impl Default for Tabs {
    fn default() -> Self {
        Self(SendWrapper::new(Rc::default()))
    }
}

impl Tabs {
    /// Opens the channel; `heard` gets what other tabs say.
    pub fn start(&self, heard: impl Fn(Message) + 'static) {
        *self.0.borrow_mut() = Some(Channel::open(NAME, move |text| {
            // What another version says in other words is left alone.
            if let Ok(message) = json_tape::from_slice(text.as_bytes()) {
                heard(message);
            }
        }));
    }

    /// Tells the other tabs.
    pub fn tell(&self, message: &Message) {
        if let (Some(channel), Ok(text)) = (self.0.borrow().as_ref(), serde_json::to_string(message)) {
            channel.send(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back() {
        for message in [
            Message::SignedIn { user: Id::from_u128(7) },
            Message::SignedOut,
            Message::Prefs,
            Message::Acted { workspace: Id::from_u128(9) },
            Message::Wish { workspace: Id::from_u128(9), began_ms: 7, wish: Wish::GoOn },
        ] {
            let text = serde_json::to_string(&message).unwrap();
            assert_eq!(json_tape::from_slice::<Message>(text.as_bytes()).unwrap(), message, "{text}");
        }
        assert!(json_tape::from_slice::<Message>(br#"{"is":"news"}"#).is_err());
    }
}
