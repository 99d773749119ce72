//! An action on many while it is under way, and its report. It is there on every page. May import `store` and below.

use super::bulk_run;
use crate::browser::{clipboard, dom};
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::model::bulk::{Entry, Meant, Run, State, as_csv, as_text, headline, preview};
use crate::panels::action_runner::use_action_runner;
use crate::paths;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub(super) fn BulkReport() -> impl IntoView {
    let run = bulk_run::run();
    let (has, shown) = (run.clone(), bulk_run::shown());
    let line = Memo::new(move |_| run.with(|run| run.as_ref().map(headline)));
    let over = Memo::new(move |_| has.with(|run| run.as_ref().is_none_or(Run::is_over)));
    let stores = StoredValue::new(use_stores());
    let (open, opens) = (shown.clone(), shown.clone());
    let is_open = Memo::new(move |_| open.get() && line.with(Option::is_some));
    let fraction = move || {
        bulk_run::run().with(|run| {
            run.as_ref().map_or((0, 1), |run| {
                let counts = run.counts();
                (counts.done + counts.failed, run.entries.len() - counts.skipped)
            })
        })
    };
    view! {
        <Show when=move || line.with(Option::is_some) && !is_open.get()>
            <div class="bulk-under-way" role="status" aria-label="Action on many">
                <span>{move || line.get()}</span>
                <progress value=move || fraction().0.to_string() max=move || fraction().1.max(1).to_string()></progress>
                <Button class="s" on_click={ let opens = opens.clone(); move |()| opens.set(true) }>"Report"</Button>
                <Show when=move || over.get() fallback=|| view! { <Button class="s" on_click=|()| bulk_run::stop()>"Stop"</Button> }>
                    <Button class="s quiet" on_click=move |()| stores.with_value(bulk_run::dismiss)>"Dismiss"</Button>
                </Show>
            </div>
        </Show>
        <Show when=move || is_open.get()><Report line over/></Show>
    }
}

#[component]
fn Report(line: Memo<Option<String>>, over: Memo<bool>) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let runner = use_action_runner();
    let run = bulk_run::run();
    let shown = bulk_run::shown();
    let entries = Memo::new(move |_| run.with(|run| run.as_ref().map(|run| run.entries.clone()).unwrap_or_default()));
    let failed = Memo::new(move |_| {
        entries.with(|all| all.iter().filter(|entry| matches!(entry.state, State::Failed(_))).count())
    });
    let copied = RwSignal::new("Copy as text");
    let now = || bulk_run::run().get_untracked();
    let copy = move |()| {
        let Some(text) = now().as_ref().map(as_text) else { return };
        spawn_local(async move {
            let done = clipboard::copy(&text).await;
            copied.try_set(if done { "Copied" } else { "Not copied: save as CSV" });
        });
    };
    let csv = move |()| {
        if let Some(run) = now() {
            dom::save_text("workspaces.csv", &as_csv(&run));
        }
    };
    let again = move |()| {
        let Some(run) = now() else { return };
        let index = stores.with_value(|stores| stores.workspaces.clone());
        spawn_local(async move {
            // The list may be another one by now, or the page: what is not known is asked for.
            let mut rows = Vec::new();
            let mut lost = Vec::new();
            for entry in run.entries.iter().filter(|entry| matches!(entry.state, State::Failed(_))) {
                let why = match index.snapshot(entry.id) {
                    Some(_) => None,
                    None => index.refresh(entry.id).await.err().map(|error| error.sentence()),
                };
                match index.snapshot(entry.id) {
                    Some(row) => rows.push(row),
                    None => lost.push((Meant::from(entry), why.unwrap_or_else(|| bulk_run::GONE.to_owned()))),
                }
            }
            let mut again = untrack(|| preview(&rows, run.action, &|row| runner.viewer(row, false)));
            again.skipped.extend(lost);
            stores.try_with_value(|stores| bulk_run::begin(stores, &again));
        });
    };
    let close = move || {
        shown.set(false);
        if over.get_untracked() {
            stores.with_value(bulk_run::dismiss);
        }
    };
    let close = StoredValue::new(close);
    let row = move |id: crate::wire::id::Id| {
        let entry = Memo::new(move |_| entries.with(|all| all.iter().find(|entry| entry.id == id).cloned()));
        let of = move |of: fn(&Entry) -> String| entry.with(|entry| entry.as_ref().map(of).unwrap_or_default());
        view! {
            <tr>
                <th scope="row"><a href=move || of(|entry| paths::workspace(&entry.owner, &entry.name))>{move || of(|entry| format!("{}/{}", entry.owner, entry.name))}</a></th>
                <td class=move || of(|entry| entry.said().0.replace(' ', "-"))>{move || of(|entry| entry.said().0.to_owned())}</td>
                <td>{move || of(|entry| entry.said().1.to_owned())}</td>
            </tr>
        }
    };
    let stopped = || bulk_run::run().with(|run| run.as_ref().is_some_and(|run| run.stopped));
    view! {
        <Dialog title=Signal::derive(move || line.get().unwrap_or_default()) on_close=move |()| close.with_value(|close| close())>
            <div class="body">
                <p class="small soft" role="status">
                    {move || if over.get() { "It is over." } else if stopped() { "Nothing more is begun; what is under way goes on." } else if bulk_run::held().get() { "The control plane asked for a pause; it goes on by itself." } else { "Four at a time. It goes on while you look at other pages; keep this tab open." }}
                </p>
                <div class="bulk-table" tabindex="0"><table class="dt flush" aria-label="Report">
                    <thead><tr><th scope="col">"Workspace"</th><th scope="col">"Result"</th><th scope="col">"Reason"</th></tr></thead>
                    <tbody><For each=move || entries.with(|all| all.iter().map(|entry| entry.id).collect::<Vec<_>>()) key=|id| *id let(id)>{row(id)}</For></tbody>
                </table></div>
            </div>
            <footer>
                <Button on_click=copy>{move || copied.get()}</Button>
                <Button on_click=csv>"Save as CSV"</Button>
                <Show when=move || !over.get() && !stopped()><Button on_click=|()| bulk_run::stop()>"Stop"</Button></Show>
                <Show when=move || over.get() && failed.with(|count| *count > 0)><Button on_click=again>{move || format!("Retry {} failed", failed.get())}</Button></Show>
                <Button class="fill" on_click=move |()| close.with_value(|close| close())>{move || if over.get() { "Close" } else { "Hide" }}</Button>
            </footer>
        </Dialog>
    }
}
