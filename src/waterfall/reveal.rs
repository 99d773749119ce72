//! What is selected is to be seen, whatever selected it: it is unfolded, and the rows, the page and the range of time
//! move as far as it needs. Imports `browser`.

use super::chart::Chart;
use super::scene::{AXIS, MINI, ROW};
use crate::model::timeline::SpanKey;
use leptos::prelude::*;

/// Reveals each selection once, as soon as the timeline has it. A growing build does not move what is shown.
pub(super) fn reveal_selected(chart: Chart) {
    Effect::new(move |revealed: Option<Option<SpanKey>>| {
        let (id, key) = (chart.selection.id.get(), chart.selection.key());
        let (Some(id), Some(key)) = (id, key) else { return None };
        if revealed.flatten().as_ref() != Some(&key) {
            chart.folding.unfold_above(id);
            reveal_row(chart, id);
            if let Some(root) = chart.root.get_untracked() {
                // Once the row and the details stand where they will.
                request_animation_frame(move || reveal_on_page(&root));
            }
            chart.zooming.reveal(id);
        }
        Some(key)
    });
}

/// Scrolls the rows as far as this one needs to be seen.
fn reveal_row(chart: Chart, id: u32) {
    let at = chart.folding.rows.with_untracked(|rows| rows.iter().position(|row| *row == id));
    let (Some(at), Some(scroller)) = (at, chart.scroller.get_untracked()) else { return };
    let (top, high) = (at as f64 * ROW, f64::from(scroller.client_height()) - AXIS - MINI);
    let now = f64::from(scroller.scroll_top());
    if top < now {
        scroller.set_scroll_top(top as i32);
    } else if top + ROW > now + high {
        scroller.set_scroll_top((top + ROW - high) as i32);
    }
}

/// Moves the rows, and where that is not enough the page, as far as the selected row needs to be seen, between the axis
/// above it and the details that may stand below it.
fn reveal_on_page(root: &web_sys::Element) {
    let rect = |selector: &str, within: &web_sys::Element| {
        within.query_selector(selector).ok().flatten().map(|element| element.get_bounding_client_rect())
    };
    let Some(row) = rect("[role=treeitem][aria-selected=true]", root) else { return };
    let Some(window) = web_sys::window() else { return };
    let top = rect(".wf-top", root).map_or(0.0, |axis| axis.bottom());
    let mut bottom = window.inner_height().ok().and_then(|high| high.as_f64()).unwrap_or(f64::INFINITY);
    let side = root.parent_element().and_then(|split| rect(".side", &split));
    if let Some(side) = side.filter(|side| side.left() < row.right()) {
        bottom = bottom.min(side.top());
    }
    let mut by = if row.top() < top { row.top() - top } else { (row.bottom() - bottom).max(0.0) };
    if let Some(scroller) = root.query_selector(".wf-scroll.tall").ok().flatten() {
        let before = scroller.scroll_top();
        scroller.set_scroll_top(before.saturating_add(by.round() as i32));
        by -= f64::from(scroller.scroll_top() - before);
    }
    if by.abs() >= 1.0 {
        window.scroll_by_with_x_and_y(0.0, by);
    }
}
