//! What a row is sorted and grouped by, made once per row so that comparing is cheap. Pure.

use super::Column;
use crate::model::row::Row;
use crate::model::status::{self, State};
use std::sync::Arc;

/// A key. Where nothing is known the row stands last, whichever way the list is sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A text, as people count: see [`natural_bytes`].
    Text(Arc<[u8]>),
    /// A number, or a moment.
    Number(i64),
}

/// A text as bytes whose order is the natural one: `r2` before `r10`, capital letters beside small ones.
pub(super) fn natural_bytes(text: &str) -> Arc<[u8]> {
    let mut bytes = Vec::with_capacity(text.len() + 4);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let end = rest.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(rest.len());
            let (number, after) = rest.split_at(end);
            let digits = number.trim_start_matches('0');
            // A number stands where digits stand; the longer one is the greater one.
            bytes.push(b'0');
            let length = u16::try_from(digits.len()).unwrap_or(u16::MAX);
            bytes.extend(length.to_be_bytes());
            bytes.extend(digits.as_bytes());
            rest = after;
        } else if first.is_ascii() {
            // Names are; a sort of 10,000 makes as many keys.
            bytes.push(first.to_ascii_lowercase() as u8);
            rest = rest.get(1..).unwrap_or("");
        } else {
            let mut buffer = [0; 4];
            for small in first.to_lowercase() {
                bytes.extend(small.encode_utf8(&mut buffer).as_bytes());
            }
            rest = rest.get(first.len_utf8()..).unwrap_or("");
        }
    }
    Arc::from(bytes)
}

/// How grave a state is: what needs somebody comes first.
fn gravity(state: &State) -> i64 {
    match state {
        State::Failed => 0,
        State::Unhealthy => 1,
        State::Starting => 2,
        State::Stopping => 3,
        State::Canceling => 4,
        State::Deleting => 5,
        State::Pending => 6,
        State::Connecting => 7,
        State::Running => 8,
        State::Canceled => 9,
        State::Stopped => 10,
        State::Dormant => 11,
        State::Unknown(_) => 12,
        State::Deleted => 13,
    }
}

/// The key of a row for a column; `None` where nothing is known.
pub(super) fn key(row: &Row, column: Column, text: &mut dyn FnMut(&str) -> Arc<[u8]>) -> Option<Key> {
    let number = |number: i64| Some(Key::Number(number));
    let running = matches!(status::state(row), State::Running | State::Unhealthy | State::Connecting);
    match column {
        Column::Name | Column::Parameters => Some(Key::Text(text(&row.name))),
        Column::Owner => Some(Key::Text(text(&row.owner_name))),
        Column::Template => Some(Key::Text(text(&row.template_name))),
        Column::Organization => Some(Key::Text(text(&row.organization_name))),
        Column::Version => Some(Key::Text(text(&row.version_name))).filter(|_| !row.version_name.is_empty()),
        Column::Status | Column::Health => number(gravity(&status::state(row))),
        // What stops by itself, soonest first; then what starts by itself.
        Column::Next => {
            let stop = row.deadline_ms.filter(|_| running);
            stop.or(row.next_start_ms.filter(|_| !running)).map(Key::Number)
        }
        Column::Used => row.last_used_ms.filter(|at| *at != crate::model::duration::UNSAID_MS).map(Key::Number),
        Column::Cost => Some(Key::Number(row.daily_cost)).filter(|_| row.cost_known),
        Column::Created => number(row.created_ms),
        Column::Agents => number(i64::from(row.health.agents)),
        Column::Apps => row.apps.first().map(|app| Key::Text(text(app))),
        Column::Dormant => row.deleting_ms.or(row.dormant_ms).map(Key::Number),
    }
}

/// The word of the group that a row stands in, by its state.
pub(super) fn state_word(row: &Row) -> &'static str {
    match status::state(row) {
        State::Running | State::Connecting => "Running",
        State::Unhealthy => "Unhealthy",
        State::Starting => "Starting",
        State::Pending => "Pending",
        State::Stopping => "Stopping",
        State::Stopped => "Stopped",
        State::Failed => "Failed",
        State::Canceled => "Canceled",
        State::Canceling => "Canceling",
        State::Dormant => "Dormant",
        State::Deleting => "Deleting",
        State::Deleted => "Deleted",
        State::Unknown(_) => "Unknown",
    }
}

/// Whether the control plane would say that a row has this status: that of its latest build, dormant or not.
pub(super) fn is_of_status(row: &Row, status: &str) -> bool {
    row.build.status.as_str() == status
}
