//! The messages between a panel and the page around it (docs/embedding.md, "Messages"): version 1. Each is an object
//! with the version under `gantry` and its kind under `type`. A message counts only if it comes from the window that
//! shows the panel, and from an origin that `config.json` names; whatever else is heard does nothing. Imports `embed`
//! files.

use super::framing::Allowed;
use super::options::{Density, Look, Theme};
use json_tape::{Node, Tape};
use serde::Serialize;

/// The version of the messages.
pub(crate) const VERSION: u32 = 1;

/// More than any message of ours has.
const LONGEST: usize = 65_536;

/// What the page around says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FromHost {
    /// `hello`, the answer to `ready`: whether it has tokens to give, and how the panel is to look.
    Hello { tokens: bool, look: Look },
    /// `token`: the answer to the request with this number; `None` where it has none.
    Token { id: u32, token: Option<String> },
    /// `theme`: how the panel is to look from now on.
    Theme(Look),
    /// `filter`: which workspaces are to be listed.
    Filter { query: String },
    /// `select`: which workspace is marked; `None` for none.
    Select { workspace: Option<(String, String)> },
}

/// Who sent a message, as the browser says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender<'a> {
    /// The origin.
    pub origin: &'a str,
    /// Whether it was sent by the window that shows this one.
    pub is_parent: bool,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// One of ours.
    Message(FromHost),
    /// One in another version, of a page that may talk with us: it is told so.
    OtherVersion,
    /// None of ours, or of somebody who has nothing to say here.
    Nothing,
}

/// Judges a message; `text` is its JSON.
pub(crate) fn hear(sender: Sender<'_>, allowed: &Allowed, text: &str) -> Heard {
    if !sender.is_parent || !allowed.has(sender.origin) || text.len() > LONGEST {
        return Heard::Nothing;
    }
    let Ok(tape) = Tape::parse(text.as_bytes()) else { return Heard::Nothing };
    let root = tape.root();
    match root.get("gantry").number() {
        None => Heard::Nothing,
        Some(version) if version != f64::from(VERSION) => Heard::OtherVersion,
        Some(_) => read(root).map_or(Heard::Nothing, Heard::Message),
    }
}

fn read(root: Node<'_>) -> Option<FromHost> {
    Some(match root.get("type").text()? {
        "hello" => FromHost::Hello { tokens: root.get("tokens").bool().unwrap_or_default(), look: look(root) },
        "token" => FromHost::Token { id: number(root.get("id"))?, token: token(root.get("token")) },
        "theme" => FromHost::Theme(look(root)),
        "filter" => FromHost::Filter { query: root.get("query").text()?.trim().to_owned() },
        "select" => FromHost::Select { workspace: named(root.get("workspace")) },
        _ => return None,
    })
}

fn look(root: Node<'_>) -> Look {
    Look {
        theme: root.get("theme").text().and_then(Theme::of),
        density: root.get("density").text().and_then(Density::of),
    }
}

fn number(node: Node<'_>) -> Option<u32> {
    let number = node.number()?;
    (number >= 0.0 && number <= f64::from(u32::MAX) && number.fract() == 0.0).then_some(number as u32)
}

/// A token is letters, digits and a few signs: whatever else is none, and reaches no header.
fn token(node: Node<'_>) -> Option<String> {
    let token = node.text()?.trim();
    let plain = !token.is_empty() && token.len() <= 512 && token.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| token.to_owned())
}

fn named(node: Node<'_>) -> Option<(String, String)> {
    let of = |key| node.get(key).text().filter(|name| !name.is_empty()).map(str::to_owned);
    Some((of("owner")?, of("name")?))
}

/// A workspace by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Named {
    pub owner: String,
    pub name: String,
}

/// Why a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Why {
    /// The panel begins.
    First,
    /// The last one is worth nothing any more.
    Ended,
}

/// How far an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Began,
    Done,
    Failed,
    /// It was taken back or canceled.
    Canceled,
}

/// What keeps a panel from showing what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Trouble {
    /// The message before was in a version that this panel does not speak.
    Version,
    /// Nobody is signed in, and no token came.
    SignedOut,
    /// The token was not taken.
    Token,
    /// The control plane does not answer.
    Unreachable,
    /// What is to be shown is not there, or may not be seen.
    NotFound,
    /// The filter is not understood.
    Filter,
    /// Anything else that the control plane says.
    Refused,
}

/// What the panel says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ToHost {
    /// It listens.
    Ready { panel: &'static str },
    /// It asks for a token.
    Token { id: u32, reason: Why },
    /// What is listed now.
    Filter { query: String, count: usize },
    /// A person chose something: its address in the console, and the workspace if it is one.
    Select {
        href: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        workspace: Option<Named>,
    },
    /// An action on a workspace that was begun in this panel.
    Action { action: String, workspace: Named, state: Stage },
    /// What keeps it from showing what it is for; `None` once it shows it again.
    Error { code: Option<Trouble>, text: String },
    /// How high it would like to be, in CSS pixels.
    Resize { height: u32 },
}

#[derive(Serialize)]
struct Envelope<'a> {
    gantry: u32,
    #[serde(flatten)]
    message: &'a ToHost,
}

impl ToHost {
    /// As JSON.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(&Envelope { gantry: VERSION, message: self }).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
