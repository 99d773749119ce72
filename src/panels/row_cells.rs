//! The cells of a row of workspaces that a list begins with, one function each. Each is made once; what changes in it
//! is a text or an attribute. May import `store` and below.

use crate::browser::clock_text::Viewer;
use crate::components::icon::{icon, icon_with};
use crate::components::status::StatusLine;
use crate::model::licence::Licence;
use crate::model::row::Row;
use crate::model::schedule::{self, NextChange};
use crate::model::status::{self, State, StatusText};
use crate::model::{duration, quota};
use crate::panels::action_button::action_button;
use crate::panels::action_runner::ActionRunner;
use crate::panels::message::action_id;
use crate::panels::row_status;
use crate::paths;
use crate::store::workspaces::Departed;
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use leptos::prelude::*;

/// What the cells of all rows share.
#[derive(Clone, Copy)]
pub(crate) struct Cells {
    pub(crate) stale: Signal<Option<String>>,
    pub(crate) runner: ActionRunner,
    pub(crate) stores: StoredValue<Stores>,
    /// The id of the menu that all rows share, and the row that it is about.
    pub(crate) menu: StoredValue<String>,
    pub(crate) menu_row: RwSignal<Option<Id>>,
    /// Whether the control plane counts credits, as far as is known.
    counted: Memo<bool>,
}

impl Cells {
    /// Call it at the start of a component.
    pub(crate) fn new(stale: Signal<Option<String>>, runner: ActionRunner, menu: String) -> Self {
        let licence = use_stores().session.licence;
        Self {
            stale,
            runner,
            stores: StoredValue::new(use_stores()),
            menu: StoredValue::new(menu),
            menu_row: RwSignal::new(None),
            counted: Memo::new(move |_| licence.with(|licence| licence.as_ref().is_none_or(Licence::counts_credits))),
        }
    }

    /// The row of a workspace as it is now; tracked.
    pub(crate) fn snapshot(&self, id: Id) -> Option<Row> {
        self.stores.with_value(|stores| stores.workspaces.row(id)).map(|row| row.get())
    }

    /// What became of a workspace that went a short while ago; not tracked.
    pub(crate) fn departed(&self, id: Id) -> Option<Departed> {
        self.stores.with_value(|stores| stores.workspaces.departed(id))
    }

    /// The state of a row in words; tracked.
    pub(crate) fn text(&self, row: &Row) -> StatusText {
        self.stores.with_value(|stores| row_status::describe(stores, row))
    }

    /// The class of a row.
    pub(crate) fn class(&self, row: Memo<Option<Row>>) -> impl Fn() -> &'static str + Send + Sync + 'static + use<> {
        let stale = self.stale;
        move || {
            let deleting = row.with(|row| row.as_ref().is_some_and(|row| status::state(row) == State::Deleting));
            if deleting {
                "gone"
            } else if stale.with(Option::is_some) {
                "stale"
            } else {
                ""
            }
        }
    }

    /// What the latest build committed; unknown while a build runs, and on a control plane that commits nothing
    /// (docs/control-plane-api.md, 2.3).
    pub(crate) fn cost_cell(self, row: Memo<Option<Row>>) -> impl IntoView + use<> {
        let counted = self.counted;
        let cost = Memo::new(move |_| {
            let counted = counted.get();
            row.with(|row| row.as_ref().map(|row| quota::credits(row, counted)))
        });
        view! {
            <td class="c-cost num" class:none=move || matches!(cost.get(), None | Some(Err(_))) role="cell">
                {move || cost.get().map(|cost| match cost {
                    Ok(cost) => cost.to_string().into_any(),
                    Err(why) => view! { <span class="muted" title=why>{duration::UNKNOWN}</span> }.into_any(),
                })}
            </td>
        }
    }

    pub(crate) fn status_cell(self, row: Memo<Option<Row>>, text: Memo<Option<StatusText>>) -> impl IntoView + use<> {
        let stale = self.stale;
        let report = Memo::new(move |_| {
            row.with(|row| self.stores.with_value(|stores| row_status::report(stores, row.as_ref()?)))
        });
        let said = move || report.with(|report| report.as_ref().and_then(|report| report.text.clone()));
        let shown = Signal::derive(move || {
            let text = text.get()?;
            Some(match said().or(stale.get()) {
                Some(why) => StatusText { why, progress: None, more: String::new(), left: String::new(), ..text },
                None => text,
            })
        });
        // The page of a build that failed tells all of it.
        let all = Signal::derive(move || {
            row.with(|row| {
                let row = row.as_ref().filter(|row| status::state(row) == State::Failed)?;
                Some(paths::build(&row.owner_name, &row.name, row.build.number))
            })
        });
        let told_in = Memo::new(move |_| report.with(|report| report.as_ref().and_then(|report| report.build.clone())));
        let dismiss = move |_| {
            if let Some(id) = row.with_untracked(|row| row.as_ref().map(|row| row.id)) {
                crate::browser::page::focus(&action_id(id));
                self.stores.with_value(|stores| stores.operations.dismiss(id));
            }
        };
        view! {
            <td class="c-status" role="cell"><div class="line" class:rep=move || report.with(Option::is_some)>
                <StatusLine text=shown all/>
                {move || told_in.get().map(|(path, number)| view! { <a class="nowrap" href=path>{format!("Build {number}")}</a> })}
                <Show when=move || report.with(Option::is_some)>
                    <button class="btn s quiet icon" type="button" aria-label="Dismiss this report" on:click=dismiss>{icon("x")}</button>
                </Show>
            </div></td>
        }
    }

    pub(crate) fn when_cell(self, row: Memo<Option<Row>>) -> impl IntoView + use<> {
        let now = self.stores.with_value(|stores| stores.clock.now_ms.clone());
        let offline = self.stores.with_value(|stores| stores.net.offline.clone());
        let next = Memo::new(move |_| {
            let frozen = offline.with(Option::is_some);
            row.with(|row| {
                let row = row.as_ref()?;
                let acting = self.stores.with_value(|stores| row_status::is_acted_on(stores, row.id));
                Some(if acting { schedule::under_way() } else { schedule::next(row, now.get(), !frozen, &Viewer) })
            })
        });
        let of =
            move |of: fn(&NextChange) -> &String| next.with(|next| next.as_ref().map(of).cloned().unwrap_or_default());
        let why = move || Some(of(|next| &next.why)).filter(|why| !why.is_empty());
        let unknown =
            Memo::new(move |_| next.with(|next| next.as_ref().is_none_or(|next| next.text == duration::UNKNOWN)));
        view! {
            <td class="c-when" class:none=move || unknown.get() role="cell">
                <span class=move || if unknown.get() { "muted" } else { "" } title=why>{move || of(|next| &next.text)}</span>
                " "
                <span class="muted">{move || of(|next| &next.clock)}</span>
            </td>
        }
    }

    pub(crate) fn used_cell(self, row: Memo<Option<Row>>) -> impl IntoView + use<> {
        let now = self.stores.with_value(|stores| stores.clock.now_ms.clone());
        let used = Memo::new(move |_| {
            row.with(|row| row.as_ref().map(|row| duration::last_used(row.last_used_ms, now.get(), &Viewer)))
        });
        view! { <td class="c-used" role="cell">{move || used.get()}</td> }
    }

    pub(crate) fn action_cell(self, row: Memo<Option<Row>>) -> impl IntoView + use<> {
        let name = move || row.with(|row| row.as_ref().map(|row| row.name.to_string()).unwrap_or_default());
        let menu = self.menu.get_value();
        view! {
            <td class="c-act" role="cell">
                <div class="acts">
                    {action_button(row, self.runner, self.stale)}
                    <button class="btn s icon quiet" type="button" aria-haspopup="menu" aria-label=move || format!("More actions for {}", name())
                        popovertarget=menu on:click=move |_| self.menu_row.set(row.with_untracked(|row| row.as_ref().map(|row| row.id)))>
                        {icon("more")}
                    </button>
                </div>
            </td>
        }
    }
}

/// The name, which opens the workspace, and what selects the row: that is seen before the name, and comes after it by
/// keys.
pub(crate) fn name_cell(row: Memo<Option<Row>>, index: Memo<usize>, selects: AnyView) -> impl IntoView + use<> {
    let href = move || row.with(|row| row.as_ref().map(|row| paths::workspace(&row.owner_name, &row.name)));
    let favorite = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.favorite)));
    view! {
        <td class="c-name" role="cell">
            <div>
                <a class="name cut" id=move || format!("row-{}", index.get()) href=href>{move || row.with(|row| row.as_ref().map(|row| row.name.to_string()))}</a>
                {move || favorite.get().then(|| view! { {icon_with("star", "star")}<span class="vh">"favorite"</span> })}
                {selects}
            </div>
        </td>
    }
}

/// Whose it is.
pub(crate) fn owner_cell(row: Memo<Option<Row>>, before: AnyView) -> impl IntoView + use<> {
    view! { <td class="c-owner" role="cell">{before}{move || row.with(|row| row.as_ref().map(|row| row.owner_name.to_string()))}</td> }
}

pub(crate) fn template_cell(row: Memo<Option<Row>>, before: AnyView) -> impl IntoView + use<> {
    let outdated = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.outdated)));
    view! {
        <td class="c-tpl" role="cell">
            {before}{move || row.with(|row| row.as_ref().map(|row| row.template_name.to_string()))}
            {move || outdated.get().then(|| view! { <span class="out" title="The template has a newer active version than this workspace">{icon("up")}"outdated"</span> })}
        </td>
    }
}
