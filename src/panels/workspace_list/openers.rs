//! The apps, editors and the terminal of a row, one key away: the workspace is asked for, and what its agents offer is
//! shown. May import `store` and below.

use crate::api::workspaces as calls;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::panels::apps::{AgentLocation, openers};
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;

thread_local! {
    static ASKED: ArcRwSignal<Option<Id>> = ArcRwSignal::new(None);
}

/// Shows what a workspace offers to open.
pub(super) fn ask_for(id: Id) {
    ASKED.with(|asked| asked.set(Some(id)));
}

/// What the agents of the workspace that is asked for offer.
#[component]
pub(super) fn Openers() -> impl IntoView {
    let asked = ASKED.with(Clone::clone);
    move || asked.get().map(|id| view! { <Shown id/> })
}

fn location(stores: &Stores, workspace: &Workspace) -> AgentLocation {
    let dashboard =
        stores.session.build_info.get().map(|info| info.dashboard_url.clone()).filter(|url| !url.is_empty());
    AgentLocation {
        owner: workspace.owner_name.clone(),
        workspace: workspace.name.clone(),
        regions: None,
        in_its_place: dashboard.is_some() && stores.dashboard().is_none(),
        address: dashboard,
    }
}

#[component]
fn Shown(id: Id) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let found = RwSignal::new(None::<Result<Workspace, String>>);
    let client = stores.with_value(|stores| stores.client.clone());
    spawn_local(async move {
        let answer = calls::by_id(&client, id).await.map_err(|error| error.sentence());
        found.try_set(Some(answer));
    });
    let close = || ASKED.with(|asked| asked.set(None));
    let name = move || {
        stores.with_value(|stores| stores.workspaces.snapshot(id)).map(|row| row.name.to_string()).unwrap_or_default()
    };
    let list = move || {
        found.with(|found| match found {
            None => view! { <p class="soft" role="status">"Asking what it offers…"</p> }.into_any(),
            Some(Err(why)) => view! { <p class="bad" role="alert">{why.clone()}</p> }.into_any(),
            Some(Ok(workspace)) => {
                let location = stores.with_value(|stores| location(stores, workspace));
                let agents = workspace.latest_build.resources.iter().flat_map(|resource| resource.agents.iter());
                let all: Vec<_> = agents.flat_map(|agent| openers(agent, &location)).collect();
                if all.is_empty() {
                    return view! { <p class="soft">"It offers nothing to open: it is stopped, or its template has no apps."</p> }.into_any();
                }
                let one = |opener: crate::panels::apps::Opener| match opener.address {
                    Ok(address) => view! { <li><a class="btn" href=address rel="external noopener" target="_blank" title=opener.title>{opener.name}</a></li> }.into_any(),
                    Err(why) => view! { <li><Button reason=Signal::stored(Some(why.text().to_owned())) on_click=|()| ()>{opener.name}</Button></li> }.into_any(),
                };
                view! { <ul class="openers">{all.into_iter().map(one).collect_view()}</ul> }.into_any()
            }
        })
    };
    view! {
        <Dialog title=format!("Open {}", name()) on_close=move |()| close()>
            <div class="body">{list}</div>
            <footer><Button on_click=move |()| close()>"Close"</Button></footer>
        </Dialog>
    }
}
