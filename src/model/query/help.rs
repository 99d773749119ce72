//! Help while a query is typed: what stands at the cursor, what may come there, and the text with it. Pure.

use super::keys::{KEYS, QueryKey, Values, key_of};
use super::moment;
use super::parse::{Token, parse};

/// What is typed at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// Where it begins, in bytes.
    pub(crate) from: usize,
    /// Where it ends, in bytes.
    pub(crate) to: usize,
    /// The key before its colon; empty while there is none.
    pub(crate) key: String,
    /// What stands there, up to the cursor, without quotes.
    pub(crate) word: String,
}

/// What stands at the cursor, which is at this byte: the part of the text between spaces outside quotes.
pub(crate) fn typed_at(text: &str, cursor: usize) -> Typed {
    let cursor = floor(text, cursor);
    let mut quoted = false;
    let mut from = 0;
    let mut to = text.len();
    for (at, sign) in text.char_indices() {
        if sign == '"' {
            quoted = !quoted;
        }
        if sign == ' ' && !quoted {
            if at >= cursor {
                to = at;
                break;
            }
            from = at + 1;
        }
    }
    let part = text.get(from..cursor.max(from)).unwrap_or_default();
    let (key, word) = part.split_once(':').unwrap_or(("", part));
    Typed { from, to, key: key.replace('"', "").to_lowercase(), word: word.replace('"', "") }
}

/// The nearest place of a character at or before that byte.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Something that may come at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// What is shown.
    pub(crate) label: String,
    /// What it means.
    pub(crate) hint: String,
    /// What stands in the text then.
    pub(crate) insert: String,
    /// Whether a value is to follow.
    pub(crate) goes_on: bool,
}

/// What is known of values: names of users, templates, organizations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) users: Vec<String>,
    pub(crate) templates: Vec<String>,
    pub(crate) organizations: Vec<String>,
}

impl Names {
    /// The values that a key takes, as far as they are known.
    pub(crate) fn of(&self, values: Values) -> Vec<String> {
        match values {
            Values::Words(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            Values::Owners => std::iter::once("me".to_owned()).chain(self.users.iter().cloned()).collect(),
            Values::Users => self.users.clone(),
            Values::Templates => self.templates.clone(),
            Values::Organizations => self.organizations.clone(),
            Values::Moment | Values::Text => Vec::new(),
        }
    }
}

/// How many are shown at most.
const MOST: usize = 8;

/// What may come at the cursor: values after a key and a colon, else keys; `refused` are the keys that this control
/// plane does not know. Keys that stand in the text already, and may stand there once, are not offered again.
pub(crate) fn suggest(text: &str, typed: &Typed, names: &Names, refused: &[String], now_ms: i64) -> Vec<Suggestion> {
    let word = typed.word.to_lowercase();
    if typed.key.is_empty() {
        let there = parse(&format!("{} {}", &text[..typed.from], text.get(typed.to..).unwrap_or_default()));
        let is_free = |key: &&QueryKey| {
            !refused.iter().any(|name| name == key.name)
                && (key.repeats || !there.tokens.iter().any(|token| token.key == key.name))
        };
        return KEYS
            .iter()
            .filter(is_free)
            .filter(|key| key.name.starts_with(&word))
            .take(MOST)
            .map(|key| Suggestion {
                label: format!("{}:", key.name),
                hint: key.what.to_owned(),
                insert: format!("{}:", key.name),
                goes_on: true,
            })
            .collect();
    }
    let Some(key) = key_of(&typed.key) else { return Vec::new() };
    if key.values == Values::Moment {
        let offer = |(label, hint): (String, String)| Suggestion {
            insert: Token::new(key.name, &label).to_string(),
            label,
            hint,
            goes_on: false,
        };
        return moment::offered(&typed.word, now_ms).into_iter().map(offer).collect();
    }
    // Some keys take several values with commas between them: the last one is being typed.
    let (before, last) = match word.rsplit_once(',') {
        Some((before, last)) if key.name == "has-agent" => (format!("{before},"), last.to_owned()),
        _ => (String::new(), word.clone()),
    };
    let values = names.of(key.values);
    let begins = values.iter().filter(|value| value.to_lowercase().starts_with(&last));
    let has = values.iter().filter(|value| {
        let value = value.to_lowercase();
        !value.starts_with(&last) && value.contains(&last)
    });
    begins
        .chain(has)
        .take(MOST)
        .map(|value| Suggestion {
            label: value.clone(),
            hint: String::new(),
            insert: Token::new(key.name, &format!("{before}{value}")).to_string(),
            goes_on: false,
        })
        .collect()
}

/// The text with a suggestion in place of what was typed, and where the cursor is then.
pub(crate) fn taken(text: &str, typed: &Typed, suggestion: &Suggestion) -> (String, usize) {
    let before = text.get(..typed.from).unwrap_or_default();
    let after = text.get(typed.to..).unwrap_or_default();
    let space = if suggestion.goes_on || after.starts_with(' ') { "" } else { " " };
    let head = format!("{before}{}{space}", suggestion.insert);
    let cursor = head.len() + usize::from(!suggestion.goes_on && after.starts_with(' '));
    (format!("{head}{after}"), cursor)
}

/// Whether a word may be on its way to become a key.
pub(crate) fn begins_a_key(word: &str) -> bool {
    let word = word.to_lowercase();
    word.len() >= 3 && KEYS.iter().any(|key| key.name.starts_with(&word))
}

/// What of the text is sent while somebody types on: not a `key:` without its value, not quotes that are open, not the
/// beginning of a word that a key begins with (`stat`), not the beginning of a value that the key does not take
/// (`status:runn`). `None` if the part at the cursor is not done and so nothing is sent yet.
pub(crate) fn is_done(text: &str, cursor: usize) -> bool {
    if text.matches('"').count() % 2 == 1 {
        return false;
    }
    let typed = typed_at(text, cursor);
    // A cursor behind a space has left what stands before it.
    if typed.key.is_empty() {
        let whole = text.get(typed.from..typed.to).unwrap_or_default();
        return whole.contains(':') || !begins_a_key(&typed.word);
    }
    match key_of(&typed.key).map(|key| key.values) {
        Some(Values::Words(words)) => {
            let last = typed.word.rsplit(',').next().unwrap_or_default().to_lowercase();
            words.contains(&last.as_str())
        }
        Some(Values::Moment) => moment::is_whole(&typed.word),
        _ => !typed.word.is_empty(),
    }
}

/// The query without what the control plane would not read at all: keys without a value; and with quotes around a value
/// that has a colon, which it takes for another key.
pub(crate) fn sendable(text: &str) -> String {
    let mut kept = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    for sign in text.chars().chain(std::iter::once(' ')) {
        if sign == '"' {
            quoted = !quoted;
        }
        if sign == ' ' && !quoted {
            if !part.is_empty() && !part.ends_with(':') {
                kept.push(whole(std::mem::take(&mut part)));
            }
            part.clear();
        } else {
            part.push(sign);
        }
    }
    if !part.is_empty() {
        // Quotes that were not closed.
        let closed = part.trim_end();
        if !closed.ends_with(':') && !closed.ends_with(":\"") {
            kept.push(whole(format!("{closed}\"")));
        }
    }
    kept.join(" ")
}

/// A part with its value in quotes, if the value has a colon outside of any.
fn whole(part: String) -> String {
    let mut quoted = false;
    let bare = part.char_indices().filter(|(_, sign)| {
        quoted ^= *sign == '"';
        *sign == ':' && !quoted
    });
    let colons: Vec<usize> = bare.map(|(at, _)| at).collect();
    match colons[..] {
        [first, .., last] => {
            let (key, value) = part.split_at(first);
            let value = value.trim_start_matches(':');
            if key.is_empty() || part.len() - value.len() > last {
                return part;
            }
            format!("{key}:\"{}\"", value.replace('"', ""))
        }
        _ => part,
    }
}

#[cfg(test)]
mod tests;
