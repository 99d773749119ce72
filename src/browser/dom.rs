//! Small steps in the document that views need: focus within a group, popovers, geometry. Imports nothing of the crate.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, HtmlElement};

/// Where the focus goes within a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the first member.
    First,
    /// To the last member.
    Last,
    /// To the next member, from the last to the first.
    Next,
    /// To the previous member, from the first to the last.
    Previous,
}

/// The member that gets the focus: `at` is the one that has it, `count` how many there are.
fn target(step: Step, at: Option<u32>, count: u32) -> Option<u32> {
    let last = count.checked_sub(1)?;
    Some(match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None) => last,
        (Step::Next, Some(at)) => {
            if at >= last {
                0
            } else {
                at + 1
            }
        }
        (Step::Previous, Some(at)) => at.checked_sub(1).unwrap_or(last),
    })
}

/// Moves the focus among the elements of `group` that match `selector`.
pub(crate) fn focus_step(group: &Element, selector: &str, step: Step) {
    let Ok(members) = group.query_selector_all(selector) else { return };
    let active = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    let at = (0..members.length()).find(|index| {
        let member = members.item(*index).and_then(|node| node.dyn_into::<Element>().ok());
        member.is_some() && member == active
    });
    let next = target(step, at, members.length())
        .and_then(|index| members.item(index))
        .and_then(|node| node.dyn_into::<HtmlElement>().ok());
    if let Some(next) = next {
        let _ = next.focus();
    }
}

/// What the elements of `group` that match `selector` say, and which of them has the focus.
pub(crate) fn labels(group: &Element, selector: &str) -> (Vec<String>, Option<usize>) {
    let Ok(members) = group.query_selector_all(selector) else { return (Vec::new(), None) };
    let active = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    let nodes = || (0..members.length()).filter_map(|index| members.item(index));
    let at = nodes().position(|node| active.as_ref().is_some_and(|active| node.is_same_node(Some(active))));
    (nodes().map(|node| node.text_content().unwrap_or_default()).collect(), at)
}

/// Moves the focus to one of the elements of `group` that match `selector`.
pub(crate) fn focus_nth(group: &Element, selector: &str, nth: usize) {
    let members = group.query_selector_all(selector).ok();
    let found = members.and_then(|members| members.item(u32::try_from(nth).ok()?));
    if let Some(found) = found.and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

/// How far the children of an element stand turned: as many of the first ones as `by` stand behind the others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Turned {
    by: usize,
    of: usize,
}

impl Turned {
    /// Turns the children so that the one that was made as number `first` (modulo their number) is on top. Children may
    /// have been appended or the last made ones removed since. What is moved is out of view and loses the focus, so
    /// that a key never acts on another row.
    pub(crate) fn turn(&mut self, parent: &Element, first: usize) {
        let count = parent.child_element_count() as usize;
        if count == 0 {
            return;
        }
        let by = first % count;
        if count != self.of {
            // Back to the order in which they were made; those that came since stand behind.
            let old = count.min(self.of);
            let next = parent.query_selector_all(":scope > *").ok().and_then(|all| all.item(old as u32));
            let end = next.or_else(|| after_children(parent));
            move_first(parent, old.saturating_sub(self.by) % old.max(1), end.as_ref());
            *self = Self { by: 0, of: count };
        }
        let forward = (by + count - self.by) % count;
        if forward <= count / 2 {
            move_first(parent, forward, after_children(parent).as_ref());
        } else {
            for _ in forward..count {
                if let (Some(last), Some(top)) = (parent.last_element_child(), parent.first_element_child()) {
                    let _ = parent.insert_before(&last, Some(&top));
                }
            }
        }
        self.by = by;
    }
}

/// What follows the last child element: the mark that a list of views keeps behind its own.
fn after_children(parent: &Element) -> Option<web_sys::Node> {
    parent.last_element_child().and_then(|last| last.next_sibling())
}

fn move_first(parent: &Element, count: usize, before: Option<&web_sys::Node>) {
    for _ in 0..count {
        if let Some(top) = parent.first_element_child() {
            let _ = parent.insert_before(&top, before);
        }
    }
}

/// Runs once what stands in the page now has been painted: the second frame begins after the first was.
pub(crate) fn after_paint(run: impl FnOnce() + 'static) {
    leptos::prelude::request_animation_frame(move || leptos::prelude::request_animation_frame(run));
}

/// Whether a `toggle` event says that its popover opened. (`ToggleEvent` is not in web-sys.)
pub(crate) fn popover_opened(event: &Event) -> bool {
    js_sys::Reflect::get(event, &JsValue::from_str("newState"))
        .ok()
        .and_then(|state| state.as_string())
        .is_some_and(|state| state == "open")
}

/// Whether the viewer asked the system for less motion.
pub(crate) fn wants_less_motion() -> bool {
    web_sys::window()
        .and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
        .is_some_and(|query| query.matches())
}

/// Whether the popover with this id is shown.
pub(crate) fn is_popover_shown(id: &str) -> bool {
    by_id(id).is_some_and(|element| element.matches(":popover-open").unwrap_or(false))
}

/// Hides the popover with this id.
pub(crate) fn hide_popover(id: &str) {
    if let Some(popover) = by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = popover.hide_popover();
    }
}

/// The element with this id.
pub(crate) fn by_id(id: &str) -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// Whether the event happened on the element that listens, not inside it (a click on a dialog's backdrop).
pub(crate) fn is_own_target(event: &Event) -> bool {
    event.target().is_some() && event.target() == event.current_target()
}

/// Whether the keys of this event are being typed into something.
pub(crate) fn is_typing(event: &Event) -> bool {
    event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.closest("[contenteditable], dialog, [popover]").ok().flatten().is_some()
    })
}

/// A click on something that stands for a page (a row, a card) follows the first link in it, as if the link itself had
/// been clicked: in place, or beside with Ctrl, the middle button and the like. `selector` names what stands for the
/// page. Links, buttons and fields inside keep their own clicks, and whoever has just selected a text wants to copy it.
pub(crate) fn follow_link(event: &web_sys::MouseEvent, selector: &str) {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let own = target.closest("a, button, input, label, summary, [popover], dialog").ok().flatten().is_some();
    if event.default_prevented() || own || event.button() > 1 || (event.button() == 0 && has_selection()) {
        return;
    }
    let whole = target.closest(selector).ok().flatten();
    let link = whole.and_then(|whole| whole.query_selector("a[href]").ok().flatten());
    let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok()) else { return };
    if event.button() == 1 || event.ctrl_key() || event.meta_key() || event.shift_key() {
        if let Some(window) = web_sys::window() {
            let _ = window.open_with_url_and_target_and_features(&link.href(), "_blank", "noopener");
        }
    } else if !event.alt_key() {
        // Its click passes by who called this: only once that has returned.
        leptos::task::spawn_local(async move { link.click() });
    }
}

/// Whether a text is selected.
fn has_selection() -> bool {
    web_sys::window()
        .and_then(|window| window.get_selection().ok().flatten())
        .is_some_and(|selection| !selection.is_collapsed())
}

/// The row of a table that has the focus, or something in it: its number from 0, as `aria-rowindex` tells it below the
/// heads.
pub(crate) fn focused_row() -> Option<usize> {
    let active = web_sys::window()?.document()?.active_element()?;
    let row = active.closest("tr[aria-rowindex]").ok().flatten()?;
    row.get_attribute("aria-rowindex")?.parse::<usize>().ok()?.checked_sub(2)
}

/// How far down the bar at the top covers the window; 0 where it has scrolled away.
pub(crate) fn bar_bottom() -> f64 {
    let bar = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector("header.top").ok().flatten());
    bar.map_or(0.0, |bar| bar.get_bounding_client_rect().bottom().max(0.0))
}

/// Distance in CSS pixels from the top of the window to the top of the element; negative when it is scrolled out above.
pub(crate) fn top_of(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

/// Brings the element with this id to the top of the window (below what stays there: `scroll-margin` in the style).
pub(crate) fn bring_to_top(id: &str) {
    if let Some(element) = by_id(id) {
        element.scroll_into_view();
    }
}

/// Brings the element with this id into sight, if it is not: no further than it must.
pub(crate) fn into_sight(id: &str) {
    if let Some(element) = by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Brings an element to the middle of the window.
pub(crate) fn bring_to_middle(element: &Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Center);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Height of the window in CSS pixels.
pub(crate) fn window_height() -> f64 {
    web_sys::window().and_then(|window| window.inner_height().ok()).and_then(|height| height.as_f64()).unwrap_or(800.0)
}

/// Scrolls the window by a number of CSS pixels.
pub(crate) fn scroll_by(pixels: f64) {
    if let Some(window) = web_sys::window() {
        window.scroll_by_with_x_and_y(0.0, pixels);
    }
}

/// Hands a text to the reader as a file to save.
pub(crate) fn save_text(name: &str, text: &str) {
    save_file(name, "text/plain;charset=utf-8", text);
}

/// Hands a text to the reader as a file of this media type.
pub(crate) fn save_file(name: &str, media_type: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) {
        save_blob(name, &blob);
    }
}

fn save_blob(name: &str, blob: &web_sys::Blob) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(blob) else { return };
    if let Some(link) =
        document.create_element("a").ok().and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok())
    {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The browser has taken the file by the time the click returns.
    let _ = web_sys::Url::revoke_object_url(&url);
}

/// Hands a canvas to the reader as a PNG file, once the browser has made one of it. False if it will not.
pub(crate) fn save_canvas(name: &str, canvas: &web_sys::HtmlCanvasElement) -> bool {
    let name = name.to_owned();
    let made = wasm_bindgen::closure::Closure::once_into_js(move |blob: Option<web_sys::Blob>| {
        if let Some(blob) = blob {
            save_blob(&name, &blob);
        }
    });
    canvas.to_blob(made.unchecked_ref()).is_ok()
}

/// Whether files are drawn over, or dropped on, what listens.
pub(crate) fn has_files(event: &web_sys::DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&JsValue::from_str("Files"), 0))
}

/// The first of the files that were dropped.
pub(crate) fn first_file(event: &web_sys::DragEvent) -> Option<web_sys::File> {
    event.data_transfer()?.files()?.get(0)
}

/// The file that was chosen in a field; the field forgets it, so that the same one can be chosen again.
pub(crate) fn chosen_file(event: &Event) -> Option<web_sys::File> {
    let field = event.target()?.dyn_into::<web_sys::HtmlInputElement>().ok()?;
    let file = field.files()?.get(0);
    field.set_value("");
    file
}

/// What stands in a file; None if it cannot be read.
pub(crate) async fn text_of(file: &web_sys::File) -> Option<String> {
    wasm_bindgen_futures::JsFuture::from(file.text()).await.ok()?.as_string()
}

/// Marks a moment for whoever measures (`performance.mark`).
pub(crate) fn mark(name: &str) {
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        let _ = performance.mark(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_goes_round() {
        for (step, at, count, expected) in [
            (Step::First, Some(2), 3, Some(0)),
            (Step::Last, None, 3, Some(2)),
            (Step::Next, Some(2), 3, Some(0)),
            (Step::Next, Some(0), 3, Some(1)),
            (Step::Next, None, 3, Some(0)),
            (Step::Previous, Some(0), 3, Some(2)),
            (Step::Previous, None, 3, Some(2)),
            (Step::Next, None, 0, None),
        ] {
            assert_eq!(target(step, at, count), expected, "{step:?} {at:?} {count}");
        }
    }
}
