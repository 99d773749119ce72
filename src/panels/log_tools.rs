//! What is done with the lines of a log: they are searched and saved. May import `components` and below.

use crate::browser::dom;
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::model::log::LogRow;
use crate::model::log::search::{Step, hits, step};
use crate::model::log::text::as_text;
use leptos::prelude::*;
use std::sync::Arc;

/// The field of the search, its hits counted, and a way from one to the next.
#[component]
pub(crate) fn Search(
    /// The lines.
    #[prop(into)]
    rows: Signal<Arc<Vec<LogRow>>>,
    /// Told which line to bring into view.
    goto: RwSignal<Option<i64>>,
    /// Told what is sought, in small letters.
    sought: RwSignal<String>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let at = RwSignal::new(None::<i64>);
    let found = Memo::new(move |_| rows.with(|rows| sought.with(|sought| hits(rows, sought))));
    let go = move |to: Step| {
        if let Some(id) = found.with_untracked(|found| step(found, at.get_untracked(), to)) {
            at.set(Some(id));
            goto.set(None);
            goto.set(Some(id));
        }
    };
    let said = move || {
        if sought.with(String::is_empty) {
            return String::new();
        }
        found.with(|found| match at.get().and_then(|at| found.iter().position(|id| *id == at)) {
            Some(index) => format!("{} of {}", index + 1, found.len()),
            None => format!("{} found", found.len()),
        })
    };
    let none = Signal::derive(move || found.with(Vec::is_empty).then(|| "Nothing is found.".to_owned()));
    view! {
        <label class="field">
            {icon("search")}
            <span class="vh">"Search the log"</span>
            <input type="search" placeholder="Search the log" prop:value=move || text.get()
                on:input=move |event| {
                    at.set(None);
                    text.set(event_target_value(&event));
                    sought.set(text.with_untracked(|text| text.trim().to_ascii_lowercase()));
                }
                on:keydown=move |event| if event.key() == "Enter" {
                    event.prevent_default();
                    go(if event.shift_key() { Step::Previous } else { Step::Next });
                }/>
        </label>
        <span class="small muted nowrap" role="status">{said}</span>
        <Show when=move || !sought.with(String::is_empty)>
            <Button class="icon" label=Some("Previous hit".to_owned()) reason=none on_click=move |()| go(Step::Previous)>{icon("left")}</Button>
            <Button class="icon" label=Some("Next hit".to_owned()) reason=none on_click=move |()| go(Step::Next)>{icon("right")}</Button>
        </Show>
    }
}

/// The log that is shown, as a text file. Made of the lines that are here, so that it needs no address with a token in
/// it.
#[component]
pub(crate) fn Download(
    /// The lines.
    #[prop(into)]
    rows: Signal<Arc<Vec<LogRow>>>,
    /// The name of the file, without its ending.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let empty = Signal::derive(move || rows.with(|rows| rows.is_empty()).then(|| "There is no line yet.".to_owned()));
    let save =
        move |()| dom::save_text(&format!("{}.log", name.get_untracked()), &rows.with_untracked(|rows| as_text(rows)));
    view! { <Button on_click=save reason=empty>{icon("dl")}"Download"</Button> }
}
