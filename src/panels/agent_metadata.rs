//! What an agent tells of itself, live: each value with its name, how old it is and what is wrong with it. May import
//! `store` and below.

use crate::components::icon::icon_with;
use crate::components::unique_id;
use crate::model::metadata::{self, Heard, Item, Standing};
use crate::store::builds::Hearing;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;

mod texts {
    pub(super) const NO_SOCKETS: &str =
        "This session uses no web sockets, and the agent’s live values come by nothing else.";
    pub(super) const SILENT: &str =
        "The live values do not arrive at this moment; they are asked for again by themselves.";
}

/// The values of an agent that is connected.
#[component]
pub(crate) fn AgentMetadata(
    /// The agent.
    agent: Id,
    /// Its name.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let stores = use_stores();
    let page = stores.builds.agent_metadata(agent);
    let (told, hearing) = (page.told.clone(), page.hearing.clone());
    // Listened to for as long as this is shown.
    let _held = StoredValue::new_local(page);
    let items = Memo::new(move |_| {
        // Ages go on to the last moment at which the control plane answered.
        let now_ms = stores.known_ms();
        told.with(|told| metadata::items(&told.items, Heard { at_ms: told.at_ms, now_ms }))
    });
    let hearing = Memo::new(move |_| hearing.get());
    let keys = Memo::new(move |_| items.with(|items| items.iter().map(|item| item.key.clone()).collect::<Vec<_>>()));
    let waits = Memo::new(move |_| keys.with(Vec::is_empty) && hearing.with(|hearing| *hearing == Hearing::Waiting));
    let trouble = Memo::new(move |_| {
        hearing.with(|hearing| match hearing {
            Hearing::Waiting | Hearing::Live | Hearing::Nothing => None,
            Hearing::Silent => Some(texts::SILENT.to_owned()),
            Hearing::NoSockets => Some(texts::NO_SOCKETS.to_owned()),
            Hearing::Trouble(error) => Some(format!("The live values could not be read: {}", error.sentence())),
            Hearing::Ended(error) => Some(format!("The live values have ended: {}", error.sentence())),
        })
    });
    let unwell = Memo::new(move |_| items.with(|items| metadata::unwell(items)));
    view! {
        <Show when=move || waits.get()>
            // The room that the values will take, so that what is below does not move.
            <dl class="meta waits" aria-hidden="true"><div><dt>" "</dt><dd>" "</dd></div></dl>
        </Show>
        <Show when=move || !keys.with(Vec::is_empty)>
            <div role="group" aria-label=move || format!("Live values of agent {}", name.get())>
                <dl class="meta">
                    <For each=move || keys.get() key=Clone::clone let(key)>
                        {value(Memo::new(move |_| items.with(|items| items.iter().find(|item| item.key == key).cloned())))}
                    </For>
                </dl>
            </div>
        </Show>
        {move || unwell.get().map(|text| view! { <p class="small warn-say">{text}</p> })}
        {move || trouble.get().map(|text| view! { <p class="small muted" role="status">{text}</p> })}
    }
}

fn value(item: Memo<Option<Item>>) -> impl IntoView {
    let of = move |of: fn(&Item) -> String| item.with(|item| item.as_ref().map(of).unwrap_or_default());
    let standing = Memo::new(move |_| item.with(|item| item.as_ref().map_or(Standing::Waiting, |item| item.standing)));
    let class = move || if standing.get() == Standing::Stale { "stale" } else { "" };
    let age = move || {
        let age = of(|item| item.age.clone());
        if age.is_empty() { age } else { format!(" · {age}") }
    };
    let about = unique_id("value");
    let text = move || {
        let value = of(|item| item.value.clone());
        match (standing.get(), value.is_empty()) {
            (Standing::Waiting, _) => "not collected yet".to_owned(),
            (Standing::Good | Standing::Stale, true) => "nothing".to_owned(),
            (Standing::Failed, _) | (_, false) => value,
        }
    };
    let plain = move || standing.get() == Standing::Waiting || of(|item| item.value.clone()).is_empty();
    let error = move || of(|item| item.error.clone());
    view! {
        <div class=class title=move || of(|item| item.about.clone())>
            <dt>{move || of(|item| item.name.clone())}<span class="nowrap">{age}</span></dt>
            <dd class=move || if plain() { "muted" } else { "" }>
                {text}
                <Show when=move || !error().is_empty()>
                    <span class="failed" id=about.clone()>{icon_with("warn", "warn")}<span class="vh">"failed: "</span>{error}</span>
                </Show>
                <Show when=move || standing.get() == Standing::Stale><span class="vh">", stale"</span></Show>
            </dd>
        </div>
    }
}
