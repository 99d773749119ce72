//! One line of a log without what a terminal and Terraform's boxes draw around it, and the lines of a log in their
//! order. Pure.

use crate::model::{order, terminal};
use crate::wire::log::ProvisionerJobLog;
use std::borrow::Cow;

/// Takes colours and the bars that Terraform draws around a message off a line, and what is blank at its ends.
pub(super) fn clean(line: &str) -> Cow<'_, str> {
    match terminal::plain(line) {
        Cow::Borrowed(plain) => Cow::Borrowed(unframe(plain)),
        Cow::Owned(plain) => Cow::Owned(unframe(&plain).to_owned()),
    }
}

/// The bars of a box. Also a plain one, as some terminals have it.
pub(super) const BARS: [char; 4] = ['│', '╷', '╵', '|'];

/// The frame stands at the very beginning: a bar further in belongs to what is told of the template's values.
fn unframe(line: &str) -> &str {
    line.strip_prefix(BARS).unwrap_or(line).trim()
}

/// The lines by id, each once.
pub(super) fn in_order(logs: &[ProvisionerJobLog]) -> Vec<&ProvisionerJobLog> {
    let mut lines: Vec<&ProvisionerJobLog> = logs.iter().collect();
    if !lines.is_sorted_by(|one, other| one.id < other.id) {
        order::sort_by_key(&mut lines, |line| line.id);
        lines.dedup_by(|one, other| one.id == other.id && one.output == other.output && one.stage == other.stage);
    }
    lines
}
