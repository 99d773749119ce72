//! Carries out what the keys ask for on the tree of rows. Imports `browser`.

use super::chart::Chart;
use super::finder;
use super::input::{self, Command};
use crate::browser::dom;
use crate::model::timeline::Span;
use leptos::ev;
use leptos::prelude::*;

/// A key was pressed. `leaves`: with nothing else to leave, Escape leaves the chart, so that the wheel moves the page
/// again.
pub(super) fn on_key(chart: Chart, leaves: bool, event: &ev::KeyboardEvent) {
    let other = event.ctrl_key() || event.alt_key() || event.meta_key();
    let Some(command) = input::command(&event.key(), event.shift_key(), other) else { return };
    let (selection, folding, zooming) = (chart.selection, chart.folding, chart.zooming);
    let rows = folding.rows.get_untracked();
    let id = selection.id.get_untracked();
    let at = id.and_then(|id| rows.iter().position(|row| *row == id));
    let select = |at: usize| selection.select(rows.get(at.min(rows.len().saturating_sub(1))).copied());
    match command {
        Command::Rows(by) => select(match at {
            Some(at) => at.saturating_add_signed(by as isize),
            None if by > 0 => 0,
            None => rows.len(),
        }),
        Command::First => select(0),
        Command::Last => select(rows.len()),
        Command::In => {
            if let (Some(id), Some(at)) = (id, at) {
                if folding.shows_below(id) {
                    select(at + 1);
                } else {
                    folding.fold(id, Some(true));
                }
            }
        }
        Command::Out => {
            if let Some(id) = id {
                let parent = chart.data.with_untracked(|data| data.timeline.span(id).and_then(|span| span.parent));
                if folding.shows_below(id) {
                    folding.fold(id, Some(false));
                } else if parent.is_some() {
                    selection.select(parent);
                }
            }
        }
        Command::ToSpan => match id {
            Some(id) => zooming.to_span(id),
            None => select(0),
        },
        Command::Back => zooming.back(),
        Command::Bar(by) => {
            let is_bar = |at: usize| {
                let row = rows.get(at).copied();
                chart.data.with_untracked(|data| row.and_then(|id| data.timeline.span(id)).is_some_and(Span::has_bar))
            };
            let found = if by > 0 {
                (at.map_or(0, |at| at + 1)..rows.len()).find(|at| is_bar(*at))
            } else {
                (0..at.unwrap_or(rows.len())).rev().find(|at| is_bar(*at))
            };
            if let Some(found) = found {
                select(found);
            }
        }
        Command::Find => {
            if let Some(finder) = chart.finder.get_untracked() {
                let _ = finder.focus();
                finder.select();
            }
        }
        Command::Hit(forwards) => finder::go(chart, forwards),
        // What a button opens stands by it.
        Command::Keys => {
            if let Some(button) = chart.keys.get_untracked() {
                button.click();
            }
        }
        Command::Toggle => match id {
            Some(id) => folding.fold(id, None),
            None => select(0),
        },
        Command::ZoomIn => zooming.zoom_around(1.5, id),
        Command::ZoomOut => zooming.zoom_around(1.0 / 1.5, id),
        Command::Fit => zooming.fit(),
        Command::Gaps => chart.gaps.update(|gaps| *gaps = !*gaps),
        Command::Pan(way) => zooming.pan(f64::from(way) * zooming.width_css() / 5.0),
        // Escape closes the topmost layer alone.
        Command::Clear if dom::is_popover_shown(&chart.keys_id.get_value()) => {
            dom::hide_popover(&chart.keys_id.get_value());
        }
        Command::Clear => {
            if id.is_none() && untrack(|| zooming.is_whole()) {
                if leaves && let Some(tree) = chart.tree.get_untracked() {
                    let _ = tree.blur();
                }
                // Nothing else of ours to leave: a dialog around the chart may want it.
                return;
            }
            selection.select(None);
        }
    }
    event.prevent_default();
}
