//! A file in place of the build: dropped on the page or chosen, read here and sent nowhere. May import `panels` and
//! below.

use crate::browser::dom;
use crate::components::button::Button;
use crate::model::timeline::Timeline;
use crate::model::timeline::opened::{LARGEST, open};
use crate::store::toasts::{Toasts, Tone};
use crate::store::use_stores;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// The name of a file and what it tells.
pub(super) type Opened = RwSignal<Option<(String, Arc<Timeline>)>>;

fn take(file: web_sys::File, opened: Opened, toasts: Toasts) {
    let name = file.name();
    if file.size() > LARGEST {
        let text = format!("“{name}” is larger than 64 MB and no file of timings.");
        toasts.show(Tone::Bad, text, None, None);
        return;
    }
    spawn_local(async move {
        let Some(text) = dom::text_of(&file).await else {
            toasts.show(Tone::Bad, format!("“{name}” could not be read from the disk."), None, None);
            return;
        };
        match open(&text) {
            Ok(timeline) => {
                opened.try_set(Some((name, Arc::new(timeline))));
            }
            Err(why) => {
                toasts.show(Tone::Bad, format!("“{name}” was not opened."), Some(why), None);
            }
        }
    });
}

/// Listens for files on the whole page, and says which one is shown.
#[component]
pub(super) fn FromFile(opened: Opened) -> impl IntoView {
    let toasts = use_stores().toasts;
    let over = window_event_listener(ev::dragover, move |event| {
        if dom::has_files(&event) {
            event.prevent_default();
        }
    });
    let for_drop = toasts.clone();
    let dropped = window_event_listener(ev::drop, move |event| {
        if dom::has_files(&event) {
            event.prevent_default();
            if let Some(file) = dom::first_file(&event) {
                take(file, opened, for_drop.clone());
            }
        }
    });
    on_cleanup(move || {
        over.remove();
        dropped.remove();
    });
    let name = move || opened.with(|opened| opened.as_ref().map(|(name, _)| name.clone()));
    view! {
        <Show when=move || opened.with(Option::is_some)>
            <div class="build-say from-file" role="status">
                <p>
                    <b>"From the file "{name}"."</b>
                    " It was read here and sent nowhere; the sentences above and the log are of this build. "
                    <Button class="s" on_click=move |()| opened.set(None)>"Back to the build"</Button>
                </p>
            </div>
        </Show>
    }
}

/// The field behind "Open a file"; pressed by its label.
#[component]
pub(super) fn FileField(opened: Opened) -> impl IntoView {
    let toasts = use_stores().toasts;
    let on_change = move |event: ev::Event| {
        if let Some(file) = dom::chosen_file(&event) {
            take(file, opened, toasts.clone());
        }
    };
    view! {
        <label class="btn wf-open" title="A file of timings, or a Chrome trace that Gantry saved; it can be dropped on the page too">
            "Open a file"
            <input class="vh" type="file" accept=".json,application/json" on:change=on_change/>
        </label>
    }
}
