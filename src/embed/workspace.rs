//! One workspace in another page: how it stands, when it stops, what may be done, and where the time of its latest
//! build went. May import `panels` and below.

use crate::browser::clock_text::Viewer;
use crate::components::icon::icon;
use crate::components::menu::Menu;
use crate::components::status::Status;
use crate::components::unique_id;
use crate::embed::actions::tell_actions;
use crate::embed::frame::PanelFrame;
use crate::embed::host::Host;
use crate::embed::shown::{SUBJECT, Shows, shown, tell_trouble};
use crate::embed::timings::LatestTimes;
use crate::model::row::{self, Row};
use crate::model::schedule;
use crate::panels::action_button::action_button;
use crate::panels::action_runner::use_action_runner;
use crate::panels::build_progress::BuildProgress;
use crate::panels::problem::problem;
use crate::panels::questions::Questions;
use crate::panels::row_status;
use crate::panels::waiting::waiting;
use crate::paths;
use crate::store::use_stores;
use crate::store::workspaces::WorkspaceDetail;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use std::sync::Arc;

/// The panel.
#[component]
pub(super) fn WorkspacePanel(host: Host, owner: String, name: String) -> impl IntoView {
    let detail = use_stores().workspaces.detail(&owner, &name);
    let (workspace, shows) = shown(&detail);
    tell_trouble(host, shows);
    let row = Memo::new(move |_| workspace.with(|workspace| workspace.as_ref().map(|one| row::from_workspace(one))));
    tell_actions(host, move || row.with(|row| row.as_ref().map(|row| row.id)).into_iter().collect());
    let detail = StoredValue::new(detail);
    let again = Callback::new(move |()| detail.with_value(WorkspaceDetail::refresh));
    let asked = (owner.clone(), name.clone());
    let href = Signal::derive(move || {
        let known = row.with(|row| row.as_ref().map(|row| paths::workspace(&row.owner_name, &row.name)));
        known.unwrap_or_else(|| paths::workspace(&asked.0, &asked.1))
    });
    let title =
        Signal::derive(move || row.with(|row| row.as_ref().map_or_else(|| name.clone(), |row| row.name.to_string())));
    let note = Signal::derive(move || {
        row.with(|row| {
            row.as_ref().map_or_else(|| owner.clone(), |row| format!("{}, {}", row.owner_name, row.template_name))
        })
    });
    view! {
        <PanelFrame host name=title note way="Open in Gantry" href>
            {move || match shows.get() {
                Shows::Waiting => waiting("Asking for this workspace"),
                Shows::Failed(error) => problem(&error, SUBJECT, false, again, Vec::new()),
                Shows::Panel => view! { <Body host row workspace/> }.into_any(),
            }}
        </PanelFrame>
    }
}

#[component]
fn Body(host: Host, row: Memo<Option<Row>>, workspace: Memo<Option<Arc<Workspace>>>) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let runner = use_action_runner();
    let readonly = host.options.with_value(|options| options.readonly);
    row_status::want(move || row.get().into_iter().collect());
    let text = Signal::derive(move || {
        row.with(|row| row.as_ref().map(|row| stores.with_value(|stores| row_status::describe(stores, row))))
    });
    let sentence = Memo::new(move |_| {
        row.with(|row| row.as_ref().map(|row| stores.with_value(|stores| row_status::sentence(stores, row))))
    });
    let stop = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            stores.with_value(|stores| {
                let acting = row_status::is_acted_on(stores, row.id);
                let now = stores.clock.now_ms.get();
                schedule::stop_sentence(row, None, now, stores.net.held_ms().is_none(), &Viewer).filter(|_| !acting)
            })
        })
    });
    let menu = unique_id("panel-menu");
    let target = menu.clone();
    let fresh = Signal::derive(|| None);
    view! {
        <div class="stand">
            <Status text/><p class="soft">{move || sentence.get()}" "{move || stop.get()}</p>
            {(!readonly).then(|| view! {
                <div class="acts">
                    {action_button(row, runner, fresh)}
                    <button class="btn s icon" type="button" aria-haspopup="menu" aria-label="More actions" popovertarget=target>{icon("more")}</button>
                    <Menu id=menu label="More actions" items=Callback::new(move |()| row.get().map(|row| runner.items(&row, false)).unwrap_or_default())/>
                </div>
            })}
        </div>
        <BuildProgress row/>
        <LatestTimes host workspace/>
        <Questions runner/>
    }
}
