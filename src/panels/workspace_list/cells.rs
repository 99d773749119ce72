//! The cells of the columns that a list does not begin with, and the pictures. May import `store` and below.

use super::state::ListState;
use crate::browser::clock_text::Viewer;
use crate::components::template_icon::TemplateIcon;
use crate::model::arrange::Column;
use crate::model::duration;
use crate::model::row::{Row, Trouble};
use crate::wire::id::Id;
use leptos::prelude::*;
use std::sync::Arc;

/// The picture of a row's owner; initials where there is none.
pub(super) fn owner_picture(row: Memo<Option<Row>>) -> AnyView {
    let of = Memo::new(move |_| {
        row.with(|row| row.as_ref().map(|row| (Arc::clone(&row.owner_picture), Arc::clone(&row.owner_name))))
    });
    (move || of.get().map(|(icon, name)| view! { <span class="who"><TemplateIcon icon=icon.to_string() name=name.to_string()/></span> })).into_any()
}

/// The icon of a row's template; initials where there is none.
pub(super) fn template_picture(row: Memo<Option<Row>>) -> AnyView {
    let of = Memo::new(move |_| {
        row.with(|row| row.as_ref().map(|row| (Arc::clone(&row.template_icon), Arc::clone(&row.template_name))))
    });
    (move || of.get().map(|(icon, name)| view! { <TemplateIcon icon=icon.to_string() name=name.to_string()/> }))
        .into_any()
}

/// A cell of one of these columns.
pub(super) fn other(state: ListState, row: Memo<Option<Row>>, column: Column) -> AnyView {
    let now = state.stores.with_value(|stores| stores.clock.now_ms.clone());
    if column == Column::Parameters {
        return parameters(state, row);
    }
    let text = Memo::new(move |_| {
        let now = now.get();
        row.with(|row| row.as_ref().map(|row| text_of(row, column, now))).unwrap_or_default()
    });
    view! { <td class=column.class() role="cell" title=move || text.get()>{move || text.get()}</td> }.into_any()
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
fn parameters(state: ListState, row: Memo<Option<Row>>) -> AnyView {
    let build = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.build.id)));
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        let Some(build) = build.get() else { return };
        text.set(super::names::parameters_known(build).unwrap_or_default());
        let client = state.stores.with_value(|stores| stores.client.clone());
        leptos::task::spawn_local(async move {
            let told = super::names::parameters_of(&client, build).await;
            let still: Option<Option<Id>> = build_of(row);
            if still == Some(Some(build)) {
                text.try_set(told);
            }
        });
    });
    view! { <td class=Column::Parameters.class() role="cell" title=move || text.get()>{move || text.get()}</td> }
        .into_any()
}

fn build_of(row: Memo<Option<Row>>) -> Option<Option<Id>> {
    row.try_get_untracked().map(|row| row.map(|row| row.build.id))
}
