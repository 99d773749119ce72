//! The language of the list's query, as the control plane reads it (docs/control-plane-api.md, 2.1), the queries that
//! many ask, and what is said where nothing matches. What the server refuses it says itself. Pure.

mod elsewhere;
mod help;
mod keys;
mod moment;
mod nothing;
mod parse;
mod preset;
mod refused_keys;

pub(crate) use elsewhere::elsewhere;
pub(crate) use help::{Names, Suggestion, begins_a_key, is_done, sendable, suggest, taken, typed_at};
pub(crate) use keys::{QueryKey, Values, key_of, unknown_in};
pub(crate) use nothing::{nothing_in_words, what_to_drop};
pub(crate) use parse::{Query, Token, parse};
pub(crate) use preset::Preset;
pub(crate) use refused_keys::RefusedKeys;
