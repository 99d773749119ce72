//! The button of what a workspace's state calls for, with the reason where it cannot be used: in a row, in a list of
//! another page, in a panel. May import `store` and below.

use crate::components::tip::Tip;
use crate::components::unique_id;
use crate::model::actions::{self, Action, Offer};
use crate::model::row::Row;
use crate::panels::action_runner::{ActionRunner, reason};
use crate::panels::message::action_id;
use leptos::prelude::*;

/// The button; `stale` says why what is shown of the row may be old, if so.
pub(crate) fn action_button(
    row: Memo<Option<Row>>,
    runner: ActionRunner,
    stale: Signal<Option<String>>,
) -> impl IntoView {
    let offer = Memo::new(move |_| {
        let stale = stale.with(Option::is_some);
        row.with(|row| row.as_ref().and_then(|row| actions::primary(row, &runner.viewer(row, stale))))
    });
    let why = move || offer.with(|offer| offer.as_ref().and_then(reason));
    let label = move || {
        let name = row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
        let of = |offer: &Offer| if offer.action == Action::Undo { " the stop of" } else { "" };
        offer.with(|offer| offer.as_ref().map(|offer| format!("{}{} {name}", offer.action.word(), of(offer))))
    };
    let press = move |_| {
        let allowed = offer.get_untracked().filter(Offer::is_enabled);
        if let (Some(offer), Some(row)) = (allowed, row.get_untracked()) {
            runner.ask(&row, offer.action);
        }
    };
    let note = unique_id("why");
    let (tip, described, target) = (note.clone(), note.clone(), note);
    view! {
        <button class="btn s" type="button" hidden=move || offer.with(Option::is_none)
            id=move || row.with(|row| row.as_ref().map(|row| action_id(row.id)))
            aria-label=label
            aria-disabled=move || why().is_some().then_some("true")
            aria-describedby=move || why().is_some().then(|| described.clone())
            popovertarget=move || why().is_some().then(|| target.clone())
            title=why
            on:click=press>
            {move || offer.with(|offer| offer.as_ref().map(|offer| offer.action.word()))}
        </button>
        <Show when=move || why().is_some()><Tip id=tip.clone() why=Signal::derive(move || why().unwrap_or_default())/></Show>
    }
}
