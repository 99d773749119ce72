//! The logs of every script of every agent of a workspace, in one file. May import `store` and below.

use crate::api::agents;
use crate::browser::dom;
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::model::log::all::{OfAgent, all_logs};
use crate::store::toasts::Tone;
use crate::store::use_stores;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use std::sync::Arc;

/// The button that asks for them and saves them.
#[component]
pub(crate) fn AllLogs(
    /// The workspace.
    workspace: Memo<Option<Arc<Workspace>>>,
) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let busy = RwSignal::new(false);
    let has_agents = Memo::new(move |_| {
        workspace.with(|known| known.as_deref().is_some_and(|known| known.latest_build.agents().next().is_some()))
    });
    let save = move |()| {
        let Some(known) = workspace.get_untracked() else { return };
        let (client, toasts) = stores.with_value(|stores| (stores.client.clone(), stores.toasts.clone()));
        busy.set(true);
        spawn_local_scoped_with_cancellation(async move {
            let mut logs = Vec::new();
            for agent in known.latest_build.agents() {
                let told = agents::logs(&client, agent.id, 0).await;
                let unreadable = told.as_ref().map_or(0, |told| told.unreadable.len());
                logs.push(OfAgent {
                    name: agent.name.clone(),
                    sources: agent.log_sources.to_vec(),
                    lines: told.map(|told| told.lines).map_err(|error| error.sentence()),
                    unreadable,
                    overflowed: agent.logs_overflowed,
                });
            }
            busy.try_set(false);
            let (owner, name, number) = (&known.owner_name, &known.name, known.latest_build.build_number);
            let failed: Vec<&str> = logs.iter().filter(|log| log.lines.is_err()).map(|log| log.name.as_str()).collect();
            if failed.len() == logs.len() {
                let why = logs.iter().find_map(|log| log.lines.as_ref().err()).cloned().unwrap_or_default();
                let text = format!("No log of {name} could be read, and no file was saved: {why}");
                toasts.show(Tone::Bad, text, None, None);
                return;
            }
            if !failed.is_empty() {
                let text = format!("The file lacks the log of {}, which could not be read.", failed.join(", "));
                toasts.show(Tone::Bad, text, None, None);
            }
            let title = format!("Logs of the agents of {owner}/{name}, build {number}");
            dom::save_text(&format!("{name}-build-{number}-agents.log"), &all_logs(&title, &logs));
        });
    };
    let wait = Signal::derive(move || busy.get().then(|| "The logs are being read.".to_owned()));
    view! {
        <Show when=move || has_agents.get()>
            <Button class="s" on_click=save reason=wait>{icon("dl")}"Download all logs"</Button>
        </Show>
    }
}
