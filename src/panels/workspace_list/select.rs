//! The box that selects a row. May import `store` and below.

use super::state::ListState;
use crate::panels::list_page::SlotRow;
use crate::wire::id::Id;
use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

/// The box; with Shift it selects all from the last one on.
pub(super) fn select_box(state: ListState, row: SlotRow) -> AnyView {
    let id = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.id)));
    let selected = move || id.get().is_some_and(|id| state.selection.with(|selection| selection.has(id)));
    let name = move || row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
    let press = move |event: leptos::ev::MouseEvent| {
        let Some(id) = id.get_untracked() else { return };
        choose(state, id, event.shift_key());
        // The browser has turned it already, also where a range keeps it chosen.
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = target {
            input.set_checked(state.selection.with_untracked(|selection| selection.has(id)));
        }
    };
    // The row itself was there before this.
    let input = NodeRef::<Input>::new();
    Effect::new(move |_| {
        let chosen = selected();
        if let Some(row) = input.get().and_then(|input| input.closest("tr").ok().flatten()) {
            let _ =
                if chosen { row.set_attribute("aria-selected", "true") } else { row.remove_attribute("aria-selected") };
        }
    });
    view! { <input class="sel" node_ref=input type="checkbox" aria-label=move || format!("Select {}", name()) prop:checked=selected on:click=press/> }.into_any()
}

/// Selects or leaves a row; `range` from the last one on.
pub(super) fn choose(state: ListState, id: Id, range: bool) {
    let ids = state.ids();
    state.selection.update(|selection| if range { selection.extend_to(id, &ids) } else { selection.toggle(id) });
}
