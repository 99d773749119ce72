//! How far the build of a workspace is: a bar with an honest end, the words that the list has too, and what a screen
//! reader hears at thresholds. May import `store` and below.

use crate::components::gauge::Eta;
use crate::components::status::StatusLine;
use crate::model::progress;
use crate::model::row::{Row, is_changing};
use crate::model::status::StatusText;
use crate::panels::row_status;
use crate::store::use_stores;
use leptos::prelude::*;

/// What to do about a build that nobody can run.
const STUCK: &str = "It waits until such a provisioner is there, and ends by itself after half an hour. Whoever runs the control plane can start one; it can be canceled here.";

/// The progress of the latest build, while it is under way.
#[component]
pub(crate) fn BuildProgress(
    /// The workspace; None where its latest build is not what the page is about.
    row: Memo<Option<Row>>,
    /// Whether the words stand beside the bar: not where the page's first sentence has them.
    #[prop(optional)]
    with_words: bool,
) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    row_status::want(move || row.get().into_iter().filter(is_changing).collect());
    let changing = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(is_changing)));
    let text = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref().filter(|row| is_changing(row))?;
            Some(stores.with_value(|stores| row_status::describe(stores, row)))
        })
    });
    let of = move |of: &dyn Fn(&StatusText) -> Option<f64>| text.with(|text| of(text.as_ref()?));
    let done = Memo::new(move |_| of(&|text| Some(text.progress?.done)));
    let band = Memo::new(move |_| text.with(|text| text.as_ref()?.progress?.band));
    let percent = move || text.with(|text| text.as_ref()?.progress?.percent()).map(|percent| percent.to_string());
    let left = move || text.with(|text| text.as_ref().map(|text| text.left.clone()).filter(|left| !left.is_empty()));
    let has_bar = Memo::new(move |_| done.with(Option::is_some));
    let stuck =
        Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| progress::stuck(&row.build).is_some())));
    view! {
        <Show when=move || changing.get()>
            <div class="under-way">
                <Show when=move || with_words>
                    <p class="line"><StatusLine text all=None/></p>
                </Show>
                <Show when=move || has_bar.get() && !with_words>
                    <div class="whole" role="progressbar" aria-label="Progress of the build" aria-valuemin="0" aria-valuemax="100" aria-valuenow=percent aria-valuetext=left>
                        <Eta done=Signal::derive(move || done.get().unwrap_or_default()) band/>
                    </div>
                </Show>
                <Show when=move || stuck.get()><p class="small soft">{STUCK}</p></Show>
            </div>
        </Show>
        <Announced row/>
    }
}

/// What a screen reader hears of the build: at thresholds, and once how it ended, unless an own action tells that.
#[component]
fn Announced(row: Memo<Option<Row>>) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let said = Memo::new(move |before: Option<&(String, bool, bool)>| {
        row.with(|row| {
            let Some(row) = row else { return Default::default() };
            stores.with_value(|stores| {
                let text = row_status::describe(stores, row);
                let own = row_status::is_acted_on(stores, row.id);
                if is_changing(row) {
                    let usual = stores.durations.of(row);
                    let elapsed = row.build.started_ms.map(|since| (stores.known_ms() - since).max(0));
                    return (progress::announced(&text.word, &row.build, elapsed, usual), true, own);
                }
                match before {
                    Some((_, true, false)) => (format!("{}.", text.word), false, own),
                    Some((said, false, _)) => (said.clone(), false, own),
                    _ => Default::default(),
                }
            })
        })
    });
    view! { <p class="vh" role="status" aria-live="polite">{move || said.with(|(text, _, _)| text.clone())}</p> }
}
