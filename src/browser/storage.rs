//! `localStorage` and `sessionStorage` as small versioned records. Every call of the browser's storage may throw
//! (forbidden, full, private window): then nothing is kept and nothing fails. What an older version of Gantry wrote, or
//! a person edited, reads as absent.

use json_tape::{Read, Tape};
use serde::Serialize;

/// Every key of ours begins with this.
pub const PREFIX: &str = "gantry.";

/// Which storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Kept, and shared by all tabs of the origin.
    Local,
    /// Lives as long as the tab.
    Session,
}

/// Where the filter that was asked last is kept; `inline.js` asks for it before the application is here.
pub(crate) const LAST_FILTER: &str = "gantry.filter";

/// The filter that was asked last; one's own workspaces on a first visit.
pub(crate) fn last_filter() -> String {
    get(Area::Local, LAST_FILTER).unwrap_or_else(|| "owner:me".to_owned())
}

/// Where it is kept how the list was arranged last.
pub(crate) const ARRANGEMENT: &str = "gantry.list";

const NO_LETTER_KEYS: &str = "gantry.no-letter-keys";

/// Whether single letters are keys: on until somebody switches them off.
pub(crate) fn letters_are_keys() -> bool {
    get(Area::Local, NO_LETTER_KEYS).is_none()
}

/// Switches them on or off.
pub(crate) fn set_letters_are_keys(on: bool) {
    if on {
        remove(Area::Local, NO_LETTER_KEYS);
    } else {
        set(Area::Local, NO_LETTER_KEYS, "1");
    }
}

fn open(area: Area) -> Option<web_sys::Storage> {
    let window = web_sys::window()?;
    match area {
        Area::Local => window.local_storage(),
        Area::Session => window.session_storage(),
    }
    .ok()
    .flatten()
}

/// The text under `key`.
pub fn get(area: Area, key: &str) -> Option<String> {
    open(area)?.get_item(key).ok().flatten()
}

/// Keeps `text` under `key`; false when the browser refused.
pub fn set(area: Area, key: &str, text: &str) -> bool {
    open(area).is_some_and(|storage| storage.set_item(key, text).is_ok())
}

/// Forgets `key`.
pub fn remove(area: Area, key: &str) {
    if let Some(storage) = open(area) {
        let _ = storage.remove_item(key);
    }
}

/// All keys that begin with `prefix`.
pub fn keys(area: Area, prefix: &str) -> Vec<String> {
    let Some(storage) = open(area) else { return Vec::new() };
    let length = storage.length().unwrap_or(0);
    (0..length).filter_map(|index| storage.key(index).ok().flatten()).filter(|key| key.starts_with(prefix)).collect()
}

/// Forgets a database of the browser ([`super::database`]), without waiting for it.
pub(crate) fn forget_database(name: &str) {
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten());
    if let Some(factory) = factory {
        let _ = factory.delete_database(name);
    }
}

/// Forgets every key that begins with `prefix`.
pub fn remove_all(area: Area, prefix: &str) {
    for key in keys(area, prefix) {
        remove(area, &key);
    }
}

#[derive(Serialize)]
struct Written<'a, T> {
    v: u32,
    d: &'a T,
}

/// A record as it is stored: its version beside it.
pub(crate) fn encode<T: Serialize>(version: u32, value: &T) -> Option<String> {
    serde_json::to_string(&Written { v: version, d: value }).ok()
}

/// The record again, if it is of this version and still has this shape.
pub(crate) fn decode<T: Read>(version: u32, text: &str) -> Option<T> {
    let tape = Tape::parse(text.as_bytes()).ok()?;
    // The version first: another version's data may have another shape.
    if tape.root().get("v").integer() != Some(version.into()) {
        return None;
    }
    json_tape::from_node(tape.root().get("d")).ok()
}

/// Keeps a record; false when the browser refused.
pub(crate) fn save<T: Serialize>(area: Area, key: &str, version: u32, value: &T) -> bool {
    encode(version, value).is_some_and(|text| set(area, key, &text))
}

/// Reads a record; `None` when it is missing, of another version or damaged.
pub(crate) fn load<T: Read>(area: Area, key: &str, version: u32) -> Option<T> {
    decode(version, &get(area, key)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_this_version_comes_back() {
        let text = encode(2, &vec!["a".to_owned(), "b".to_owned()]).unwrap();
        assert_eq!(decode::<Vec<String>>(2, &text), Some(vec!["a".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn everything_else_is_absent() {
        for text in
            ["", "null", "{", "[]", r#"{"v":1,"d":["a"]}"#, r#"{"v":2,"d":{"a":1}}"#, r#"{"v":2}"#, r#"{"d":["a"]}"#]
        {
            assert_eq!(decode::<Vec<String>>(2, text), None, "{text}");
        }
    }
}
