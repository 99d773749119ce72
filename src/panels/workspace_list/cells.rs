//! The cells of the columns that a list does not begin with, and the pictures. May import `store` and below.

use super::state::ListState;
use crate::browser::clock_text::Viewer;
use crate::components::template_icon::TemplateIcon;
use crate::model::arrange::Column;
use crate::model::duration;
use crate::model::row::{Row, Trouble};
use crate::panels::list_page::SlotRow;
use leptos::prelude::*;
use std::sync::Arc;

/// The picture of a row's owner; initials where there is none.
pub(super) fn owner_picture(state: ListState, row: SlotRow) -> AnyView {
    let picture = picture(state, row, |row| (Arc::clone(&row.owner_picture), Arc::clone(&row.owner_name)));
    view! { <span class="who">{picture}</span> }.into_any()
}

/// The icon of a row's template; initials where there is none.
pub(super) fn template_picture(state: ListState, row: SlotRow) -> AnyView {
    picture(state, row, |row| (Arc::clone(&row.template_icon), Arc::clone(&row.template_name)))
}

/// Without a network initials stand in for what has not been loaded.
fn picture(state: ListState, row: SlotRow, of: fn(&Row) -> (Arc<str>, Arc<str>)) -> AnyView {
    let of = Memo::new(move |_| row.with(|row| row.as_ref().map(of)));
    let offline = state.stores.with_value(|stores| stores.net.offline.clone());
    let icon = Signal::derive(move || {
        let is_offline = offline.with_untracked(Option::is_some);
        of.with(|of| of.as_ref().filter(|_| !is_offline).map(|(icon, _)| icon.to_string())).unwrap_or_default()
    });
    let name = Signal::derive(move || of.with(|of| of.as_ref().map(|(_, name)| name.to_string())).unwrap_or_default());
    view! { <TemplateIcon icon name eager=true/> }.into_any()
}

/// What stands in a cell of one of these columns.
pub(super) fn other(state: ListState, row: SlotRow, column: Column) -> AnyView {
    let now = state.stores.with_value(|stores| stores.clock.now_ms.clone());
    if column == Column::Parameters {
        return parameters(state, row);
    }
    let text = Memo::new(move |_| {
        let now = now.get();
        row.with(|row| row.as_ref().map(|row| text_of(row, column, now))).unwrap_or_default()
    });
    view! { <span title=move || text.get()>{move || text.get()}</span> }.into_any()
}

fn text_of(row: &Row, column: Column, now_ms: i64) -> String {
    let unknown = || duration::UNKNOWN.to_owned();
    match column {
        Column::Created => duration::date(row.created_ms, now_ms, &Viewer),
        Column::Version if row.version_name.is_empty() => unknown(),
        Column::Version => row.version_name.to_string(),
        Column::Organization => row.organization_name.to_string(),
        Column::Agents if row.health.agents == 0 => unknown(),
        Column::Agents => format!("{} of {} connected", row.health.connected, row.health.agents),
        Column::Health => health(row),
        Column::Apps if row.apps.is_empty() => unknown(),
        Column::Apps => row.apps.iter().map(|app| &**app).collect::<Vec<_>>().join(", "),
        Column::Dormant => match (row.dormant_ms, row.deleting_ms) {
            (None, _) => unknown(),
            (Some(since), None) => format!("since {}", duration::date(since, now_ms, &Viewer)),
            (Some(_), Some(at)) => format!("deleted {}", duration::date(at, now_ms, &Viewer)),
        },
        _ => String::new(),
    }
}

/// What ails a workspace, in a few words.
fn health(row: &Row) -> String {
    let Some(failing) = &row.health.failing else {
        return if row.health.agents == 0 { duration::UNKNOWN.to_owned() } else { "healthy".to_owned() };
    };
    let agent = &failing.agent;
    match &failing.trouble {
        Trouble::Lost { .. } => format!("agent {agent} lost its connection"),
        Trouble::TimedOut { .. } => format!("agent {agent} did not connect"),
        Trouble::ShutDown { .. } => format!("agent {agent} was shut down"),
        Trouble::Script { script, .. } => format!("script {script} failed"),
        Trouble::Other(why) => why.to_string(),
    }
}

/// The values that the latest build was made with. They are asked for one row after the other while they can be seen.
fn parameters(state: ListState, row: SlotRow) -> AnyView {
    let build = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.build.id)));
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        let Some(build) = build.get() else { return };
        text.set(super::names::parameters_known(build).unwrap_or_default());
        let client = state.stores.with_value(|stores| stores.client.clone());
        leptos::task::spawn_local(async move {
            let told = super::names::parameters_of(&client, build).await;
            let is_still = |row: Option<Row>| row.is_some_and(|row| row.build.id == build);
            if row.try_get_untracked().is_some_and(is_still) {
                text.try_set(told);
            }
        });
    });
    view! { <span title=move || text.get()>{move || text.get()}</span> }.into_any()
}
