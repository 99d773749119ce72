//! The box of the filter: help while one types, what the control plane says of the query, and the query on its way to the
//! address. What is unfinished is not sent; what is loaded is narrowed meanwhile. May import `store` and below.

use super::state::ListState;
use crate::api::error::ApiError;
use crate::browser::storage::{self, Area, LAST_FILTER};
use crate::components::icon::{icon, icon_with};
use crate::components::unique_id;
use crate::model::query::{Names, Suggestion, is_done, sendable, suggest, taken, typed_at, unknown_in};
use crate::panels::go::use_param;
use crate::panels::late::late;
use crate::panels::late_list::ListPage;
use crate::store::workspaces::ListStatus;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;

const PLACEHOLDER: &str = "name, owner:, status:, template:, outdated:";

/// How long typing pauses before the control plane is asked.
const PAUSE: Duration = Duration::from_millis(250);

thread_local! {
    /// The keys that this control plane refused: it is too old for them.
    static REFUSED: std::cell::RefCell<Vec<String>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[component]
pub(super) fn FilterBox(page: ListPage, state: ListState, names: RwSignal<Names>, ask: Callback<()>) -> impl IntoView {
    let text = state.typed;
    let filter = NodeRef::<Input>::new();
    let (_, set_asked) = use_param("q");
    let keys = RwSignal::new(false);
    super::keys::found(FilterKeys { filter, keys });
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let still = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(still);
    // The address changed by other means (a preset, back): the box follows, but never while it is ahead of the address.
    Effect::new(move |_| {
        let query = page.query.get();
        storage::set(Area::Local, LAST_FILTER, &query);
        let same = text.with_untracked(|text| sendable(text) == sendable(&query));
        if !same && waiting.with_value(Option::is_none) {
            text.set(query);
        }
    });
    let send = move |text: &str| {
        still();
        set_asked.set(Some(sendable(text)));
    };
    let cursor_of = move || {
        let place =
            filter.get_untracked().and_then(|filter| filter.selection_start().ok().flatten()).unwrap_or_default();
        text.with_untracked(|text| byte_of(text, place as usize))
    };
    let suggestions = RwSignal::new(Vec::<Suggestion>::new());
    let marked = RwSignal::new(None::<usize>);
    let look = move || {
        ask.run(());
        let cursor = cursor_of();
        let found = text.with_untracked(|text| {
            let typed = typed_at(text, cursor);
            names.with_untracked(|names| REFUSED.with_borrow(|refused| suggest(text, &typed, names, refused)))
        });
        marked.set(None);
        suggestions.set(found);
    };
    // What was asked for while one types comes in.
    Effect::new(move |before: Option<()>| {
        names.track();
        if before.is_some() && suggestions.with_untracked(|shown| !shown.is_empty()) {
            look();
        }
    });
    let shut = move || suggestions.set(Vec::new());
    let typed = move |event| {
        text.set(event_target_value(&event));
        still();
        look();
        let cursor = cursor_of();
        if !text.with_untracked(|text| is_done(text, cursor)) {
            return;
        }
        let handle = set_timeout_with_handle(
            move || {
                waiting.try_update_value(Option::take);
                if let Some(text) = text.try_get_untracked() {
                    set_asked.set(Some(sendable(&text)));
                }
            },
            PAUSE,
        );
        waiting.set_value(handle.ok());
    };
    let take = move |at: usize| {
        let Some(suggestion) = suggestions.with_untracked(|all| all.get(at).cloned()) else { return };
        let cursor = cursor_of();
        let (now, cursor) = text.with_untracked(|text| taken(text, &typed_at(text, cursor), &suggestion));
        let place = units(&now, cursor);
        text.set(now.clone());
        if let Some(filter) = filter.get_untracked() {
            filter.set_value(&now);
            let _focused = filter.focus();
            let _set = filter.set_selection_range(place, place);
        }
        if suggestion.goes_on {
            look();
        } else {
            shut();
            send(&now);
        }
    };
    let key = move |event: KeyboardEvent| {
        let count = suggestions.with_untracked(Vec::len);
        let step = |down: bool| {
            marked.update(|marked| {
                *marked = match (*marked, down) {
                    (None, true) => Some(0),
                    (None, false) => Some(count - 1),
                    (Some(at), true) => (at + 1 < count).then_some(at + 1),
                    (Some(at), false) => at.checked_sub(1),
                };
            });
        };
        match event.key().as_str() {
            "ArrowDown" if count > 0 => step(true),
            "ArrowUp" if count > 0 => step(false),
            "Enter" if marked.with_untracked(Option::is_some) => {
                if let Some(at) = marked.get_untracked() {
                    take(at);
                }
            }
            "Escape" if count > 0 => shut(),
            "Escape" => {
                if let Some(filter) = filter.get_untracked() {
                    let _left = filter.blur();
                }
                return;
            }
            _ => return,
        }
        event.prevent_default();
    };
    let refused = Memo::new(move |_| match page.status.get() {
        ListStatus::Refused(error) => Some(error),
        _ => None,
    });
    Effect::new(move |_| {
        refused.with(|error| {
            let details = error
                .iter()
                .flat_map(|error| error.validations.iter().map(|one| (one.field.clone(), one.detail.clone())));
            let unknown = unknown_in(&details.collect::<Vec<_>>());
            REFUSED.with_borrow_mut(|known| known.extend(unknown));
        });
    });
    let wrong = move || refused.with(Option::is_some);
    let list = unique_id("help");
    let (controls, owned) = (list.clone(), list.clone());
    let option_id = move |at: usize| format!("{owned}-{at}");
    let named = option_id.clone();
    let active = move || marked.get().map(&named);
    let shown = move || suggestions.with(|all| !all.is_empty());
    view! {
        <form class="filter" role="search" on:submit=move |event| { event.prevent_default(); shut(); send(&text.get_untracked()); }>
            <div class="field-with-help">
                <label class="field" class:bad-value=wrong>
                    {icon("search")}
                    <span class="vh">"Filter"</span>
                    <input type="search" node_ref=filter placeholder=PLACEHOLDER autocomplete="off" autocapitalize="none" spellcheck="false"
                        role="combobox" aria-autocomplete="list" aria-expanded=move || shown().to_string() aria-controls=controls aria-activedescendant=active
                        aria-invalid=move || wrong().then_some("true") aria-describedby="filter-note"
                        prop:value=move || text.get() on:input=typed on:keydown=key on:focus=move |_| ask.run(()) on:blur=move |_| shut()/>
                    <kbd class="not-narrow" aria-hidden="true">"/"</kbd>
                </label>
                <ul class="help" id=list role="listbox" aria-label="What may come here" hidden=move || !shown()>
                    {move || suggestions.get().into_iter().enumerate().map(|(at, one)| view! {
                        <li id=option_id(at) role="option" aria-selected=move || (marked.get() == Some(at)).to_string()
                            on:mousedown=move |event| { event.prevent_default(); take(at); }>
                            <b>{one.label}</b><span class="soft">{one.hint}</span>
                        </li>
                    }).collect_view()}
                </ul>
            </div>
            <div class="end">
                <button class="btn quiet s not-narrow" type="button" on:click=move |_| keys.set(true)>"Keys"<kbd>"?"</kbd></button>
            </div>
        </form>
        <div class="filter-note" id="filter-note" role="status" hidden=move || !wrong()>
            {move || refused.get().map(|error| refusal(&error, page.order.with(|order| !order.is_empty())))}
        </div>
        <Show when=move || keys.get()>{late(move |views| (views.keys)(keys))}</Show>
    }
}

/// Where the keys of the page find the box, and show themselves.
#[derive(Clone, Copy)]
pub(super) struct FilterKeys {
    pub(super) filter: NodeRef<Input>,
    pub(super) keys: RwSignal<bool>,
}

/// The byte at which a place of the browser's (in units of UTF-16) stands.
fn byte_of(text: &str, units: usize) -> usize {
    let mut left = units;
    for (at, sign) in text.char_indices() {
        if left < sign.len_utf16() {
            return at;
        }
        left -= sign.len_utf16();
    }
    text.len()
}

/// The place of the browser's at which a byte stands.
fn units(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// What the control plane says about the query, under the box.
fn refusal(error: &ApiError, rows: bool) -> AnyView {
    let below = if rows { " The rows below match the filter before." } else { "" };
    let mut lines: Vec<String> = error.validations.iter().map(|validation| validation.detail.clone()).collect();
    if lines.is_empty() {
        lines.push(error.sentence());
    }
    lines
        .into_iter()
        .map(|line| view! { <p class="note">{icon_with("failed", "bad")}<span><b class="bad">{line}</b>{below}</span></p> })
        .collect_view()
        .into_any()
}
