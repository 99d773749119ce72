//! Help for the box of the filter (`panels::filter_field`) while one types, what the control plane says of the query,
//! and the query on its way to the address. What is unfinished is not sent; what is loaded is narrowed meanwhile. May
//! import `store` and below.

use super::names::Known;
use super::refused_keys;
use crate::api::error::ApiError;
use crate::components::icon::icon_with;
use crate::components::unique_id;
use crate::model::query::{
    QueryKey, Suggestion, Values, is_done, key_of, sendable, suggest, taken, typed_at, unknown_in,
};
use crate::panels::go::SetParam;
use crate::panels::list_page::ListPage;
use crate::store::workspaces::ListStatus;
use crate::wire::id::Id;
use gloo_events::{EventListener, EventListenerOptions};
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast as _;

/// How long typing pauses before the control plane is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// Help for the box of one page.
#[derive(Clone, Copy)]
pub(super) struct FilterHelp {
    /// What stands in the box, and the box.
    text: RwSignal<String>,
    filter: NodeRef<Input>,
    set_query: SetParam,
    order: Memo<Arc<[Id]>>,
    names: Known,
    suggestions: RwSignal<Vec<Suggestion>>,
    marked: RwSignal<Option<usize>>,
    /// Whether help is wanted, be there any or not: what it would say may be on its way.
    wanted: StoredValue<bool>,
    /// What is typed and not sent yet.
    waiting: StoredValue<Option<TimeoutHandle>>,
    refused: Memo<Option<ApiError>>,
    list: StoredValue<String>,
}

impl FilterHelp {
    /// Call it under the owner of the page.
    pub(super) fn new(page: ListPage, names: Known) -> Self {
        let refused = Memo::new(move |_| match page.status.get() {
            ListStatus::Refused(error) => Some(error),
            _ => None,
        });
        let help = Self {
            text: page.typed,
            filter: page.filter,
            set_query: page.set_query,
            order: page.order,
            names,
            suggestions: RwSignal::new(Vec::new()),
            marked: RwSignal::new(None),
            wanted: StoredValue::new(false),
            waiting: StoredValue::new(None),
            refused,
            list: StoredValue::new(unique_id("help")),
        };
        on_cleanup(move || help.still());
        // The address changed by other means (a preset, back): the box follows, but never while it is ahead of the
        // address. What was typed before this was here is taken up.
        Effect::new(move |before: Option<()>| {
            let query = page.query.get();
            if page.typed.with_untracked(|text| sendable(text) == sendable(&query)) {
                return;
            }
            if before.is_none() {
                help.typed();
            } else if help.waiting.with_value(Option::is_none) {
                page.typed.set(query);
            }
        });
        // What was asked for while one types comes in.
        Effect::new(move |before: Option<()>| {
            names.names.track();
            if before.is_some() && help.wanted.get_value() {
                help.look();
            }
        });
        // Which control plane it is may become known after what it refuses.
        let build_info = names.stores.with_value(|stores| stores.session.build_info.clone());
        Effect::new(move |_| {
            build_info.track();
            refused.with(|error| {
                let details = error
                    .iter()
                    .flat_map(|error| error.validations.iter().map(|one| (one.field.clone(), one.detail.clone())));
                let unknown = unknown_in(&details.collect::<Vec<_>>());
                names.stores.with_value(|stores| refused_keys::remember(stores, &unknown));
                // What is wrong is said below the box.
                if error.is_some() {
                    help.shut();
                }
            });
        });
        help.listen();
        help
    }

    /// Listens to the box, which was there before, and says beside it what is marked and what is wrong.
    fn listen(self) {
        let listeners = StoredValue::new_local(Vec::new());
        on_cleanup(move || {
            listeners.try_update_value(Vec::clear);
        });
        Effect::new(move |_| {
            let Some(filter) = self.filter.get() else { return };
            let _ = filter.set_attribute("aria-autocomplete", "list");
            let _ = filter.set_attribute("aria-controls", &self.list.get_value());
            let form = filter.form();
            // Whatever the box does, its own listeners have heard of it by then.
            let mut all = vec![
                EventListener::new(&filter, "input", move |_| self.typed()),
                EventListener::new(&filter, "focus", move |_| self.names.ask(false)),
                EventListener::new(&filter, "blur", move |_| self.shut()),
                EventListener::new_with_options(
                    &filter,
                    "keydown",
                    EventListenerOptions::enable_prevent_default(),
                    move |event| {
                        if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                            self.key(event);
                        }
                    },
                ),
            ];
            all.extend(form.map(|form| {
                EventListener::new(&form, "submit", move |_| {
                    self.still();
                    self.shut();
                })
            }));
            listeners.set_value(all);
        });
        Effect::new(move |_| {
            let Some(filter) = self.filter.get() else { return };
            let marked = self.marked.get().map(|at| format!("{}-{at}", self.list.get_value()));
            let wrong = self.refused.with(Option::is_some);
            let set = |name: &str, value: Option<&str>| {
                let _ = match value {
                    Some(value) => filter.set_attribute(name, value),
                    None => filter.remove_attribute(name),
                };
            };
            set("aria-activedescendant", marked.as_deref());
            set("aria-invalid", wrong.then_some("true"));
        });
    }

    /// Nothing is sent in a while any more.
    fn still(self) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    fn send(self, text: &str) {
        self.still();
        self.set_query.set(Some(sendable(text)));
    }

    /// Where the cursor stands, in bytes.
    fn cursor(self) -> usize {
        let filter = self.filter.get_untracked();
        let place = filter.and_then(|filter| filter.selection_start().ok().flatten()).unwrap_or_default();
        self.text.with_untracked(|text| byte_of(text, place as usize))
    }

    fn look(self) {
        self.wanted.set_value(true);
        let cursor = self.cursor();
        let found = self.text.with_untracked(|text| {
            let typed = typed_at(text, cursor);
            let of_users = |key: &QueryKey| matches!(key.values, Values::Owners | Values::Users);
            self.names.ask(key_of(&typed.key).is_some_and(of_users));
            let (refused, now_ms) =
                self.names.stores.with_value(|stores| (refused_keys::known(stores), stores.client.now_ms()));
            self.names.names.with_untracked(|names| suggest(text, &typed, names, &refused, now_ms))
        });
        self.marked.set(None);
        self.suggestions.set(found);
    }

    fn shut(self) {
        self.wanted.set_value(false);
        self.suggestions.set(Vec::new());
        self.marked.set(None);
    }

    fn typed(self) {
        self.still();
        self.look();
        let cursor = self.cursor();
        if !self.text.with_untracked(|text| is_done(text, cursor)) {
            return;
        }
        let handle = set_timeout_with_handle(
            move || {
                self.waiting.try_update_value(Option::take);
                if let Some(text) = self.text.try_get_untracked() {
                    self.set_query.set(Some(sendable(&text)));
                }
            },
            PAUSE,
        );
        self.waiting.set_value(handle.ok());
    }

    fn take(self, at: usize) {
        let Some(suggestion) = self.suggestions.with_untracked(|all| all.get(at).cloned()) else { return };
        let cursor = self.cursor();
        let text = self.text;
        let (now, cursor) = text.with_untracked(|text| taken(text, &typed_at(text, cursor), &suggestion));
        let place = units(&now, cursor);
        text.set(now.clone());
        if let Some(filter) = self.filter.get_untracked() {
            filter.set_value(&now);
            let _focused = filter.focus();
            let _set = filter.set_selection_range(place, place);
        }
        if suggestion.goes_on {
            self.look();
        } else {
            self.shut();
            self.send(&now);
        }
    }

    fn key(self, event: &KeyboardEvent) {
        let count = self.suggestions.with_untracked(Vec::len);
        let step = |down: bool| {
            self.marked.update(|marked| {
                *marked = match (*marked, down) {
                    (None, true) => Some(0),
                    (None, false) => Some(count - 1),
                    (Some(at), true) => (at + 1 < count).then_some(at + 1),
                    (Some(at), false) => at.checked_sub(1),
                };
            });
        };
        match event.key().as_str() {
            // On an empty box the arrow down shows what may come.
            "ArrowDown" if count == 0 => self.look(),
            "ArrowDown" => step(true),
            "ArrowUp" if count > 0 => step(false),
            "Enter" if self.marked.with_untracked(Option::is_some) => {
                if let Some(at) = self.marked.get_untracked() {
                    self.take(at);
                }
            }
            "Escape" if count > 0 => self.shut(),
            "Escape" => {
                if let Some(filter) = self.filter.get_untracked() {
                    let _left = filter.blur();
                }
                return;
            }
            _ => return,
        }
        event.prevent_default();
    }

    /// The suggestions, under the box.
    pub(super) fn view(self) -> AnyView {
        let list = self.list.get_value();
        let owned = list.clone();
        let shown = move || self.suggestions.with(|all| !all.is_empty());
        view! {
            <ul class="help" id=list role="listbox" aria-label="What may come here" hidden=move || !shown()>
                {move || self.suggestions.get().into_iter().enumerate().map(|(at, one)| view! {
                    <li id=format!("{owned}-{at}") role="option" aria-selected=move || (self.marked.get() == Some(at)).to_string()
                        on:mousedown=move |event| { event.prevent_default(); self.take(at); }>
                        <b>{one.label}</b><span class="soft">{one.hint}</span>
                    </li>
                }).collect_view()}
            </ul>
        }
        .into_any()
    }

    /// What the control plane says of the query.
    pub(super) fn refusal(self) -> AnyView {
        let (refused, order) = (self.refused, self.order);
        view! {
            <div class="filter-note" id="filter-note" role="status" hidden=move || refused.with(Option::is_none)>
                {move || refused.get().map(|error| refusal(&error, order.with(|order| !order.is_empty())))}
            </div>
        }
        .into_any()
    }
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
