//! The command palette: workspaces, templates, actions and pages by a few letters. May import `store` and below.

use crate::api::client::Client;
use crate::api::{templates, workspaces as calls};
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use crate::components::unique_id;
use crate::model::actions::{self, Action};
use crate::model::fuzzy;
use crate::model::query::elsewhere;
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::panels::go::use_go;
use crate::paths;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::ev::KeyboardEvent;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How many are shown.
const MOST: usize = 12;

/// Of how many workspaces that a name finds it is looked whether an action may be done.
const TRIED: usize = 40;

/// How long typing pauses before the control plane is asked for what no list has loaded.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Clone)]
enum Doing {
    Go(String),
    Act(Id, Action),
}

#[derive(Clone)]
struct Item {
    kind: &'static str,
    label: String,
    hint: String,
    doing: Doing,
}

thread_local! {
    static TEMPLATES: std::cell::RefCell<Option<Vec<Item>>> = const { std::cell::RefCell::new(None) };
}

/// Forgets the templates: they were another person's.
pub(super) fn forget() {
    TEMPLATES.set(None);
}

/// Workspaces that no list has loaded: the control plane is asked for them by the letters.
#[derive(Clone, Copy)]
struct Others {
    client: StoredValue<Client>,
    found: StoredValue<Vec<Row>>,
    waiting: StoredValue<Option<TimeoutHandle>>,
    came: RwSignal<u32>,
}

impl Others {
    /// Call it under the owner of the palette; `came` is told when some have come.
    fn new(came: RwSignal<u32>) -> Self {
        let others = Self {
            client: StoredValue::new(use_stores().client),
            found: StoredValue::new(Vec::new()),
            waiting: StoredValue::new(None),
            came,
        };
        on_cleanup(move || others.still());
        others
    }

    fn still(self) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    fn look_for(self, text: &str) {
        self.still();
        let Some(query) = elsewhere(text) else { return };
        let ask = move || {
            let Some(client) = self.client.try_get_value() else { return };
            spawn_local(async move {
                let Ok(page) = calls::list(&client, &query, MOST, 0, true).await else { return };
                self.found.try_update_value(|found| {
                    let new = page.rows.into_iter().filter(|row| found.iter().all(|known| known.id != row.id));
                    let new: Vec<Row> = new.collect();
                    found.extend(new);
                });
                self.came.try_update(|came| *came += 1);
            });
        };
        self.waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    }

    fn rows(self) -> impl Iterator<Item = Row> {
        self.found.get_value().into_iter()
    }
}

/// The palette, while it is open.
#[component]
pub(super) fn Palette(open: RwSignal<bool>, runner: ActionRunner) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let text = RwSignal::new(String::new());
    let marked = RwSignal::new(0_usize);
    let came = RwSignal::new(0_u32);
    let others = Others::new(came);
    if TEMPLATES.with_borrow(Option::is_none) {
        let client = stores.with_value(|stores| stores.client.clone());
        spawn_local(async move {
            if let Ok(found) = templates::list_once(&client).await {
                let item = |template: &crate::wire::template::Template| Item {
                    kind: "Template",
                    label: if template.display_name.is_empty() {
                        template.name.clone()
                    } else {
                        template.display_name.clone()
                    },
                    hint: template.organization_name.clone(),
                    doing: Doing::Go(paths::template(&template.organization_name, &template.name)),
                };
                TEMPLATES.set(Some(found.items.iter().map(item).collect()));
                came.try_update(|came| *came += 1);
            }
        });
    }
    let creates = stores.with_value(|stores| stores.features.create);
    let page = |label: &str, path: String| Item {
        kind: "Page",
        label: label.to_owned(),
        hint: String::new(),
        doing: Doing::Go(path),
    };
    let items = Memo::new_with_compare(
        move |_| {
            came.track();
            let sought = text.get();
            let mut all = vec![
                page("Workspaces", paths::workspaces(None)),
                page("All workspaces", paths::workspaces(Some(""))),
                page(if creates { "Templates: new workspace" } else { "Templates" }, paths::templates()),
                page("Quota", paths::quota()),
                page("Test the connection", paths::connection()),
            ];
            TEMPLATES.with_borrow(|known| all.extend(known.iter().flatten().cloned()));
            let mut rows = stores.with_value(|stores| stores.workspaces.known());
            // An action by its word and a name: of the rows that the name finds, not of all.
            let mut words = sought.split_whitespace();
            let verb = words.next().unwrap_or_default().to_lowercase();
            let rest = words.collect::<Vec<_>>().join(" ");
            let named = |rows: &[Row]| {
                rows.iter().map(|row| (format!("{}/{}", row.owner_name, row.name), row.clone())).collect::<Vec<_>>()
            };
            let meant = [
                Action::Start,
                Action::Stop,
                Action::Restart,
                Action::Update,
                Action::Retry,
                Action::Cancel,
                Action::Activate,
                Action::Favorite,
                Action::Unfavorite,
                Action::Delete,
            ]
            .into_iter()
            .filter(|action| verb.len() > 1 && action.word().to_lowercase().starts_with(&verb))
            .collect::<Vec<_>>();
            let meant_for = if meant.is_empty() { Vec::new() } else { fuzzy::best(&rest, named(&rows), TRIED) };
            let may = |row: &Row, action: Action| {
                let viewer = untrack(|| runner.viewer(row, false));
                actions::menu(row, &viewer).iter().any(|offer| offer.action == action && offer.is_enabled())
            };
            let act = |row: &Row, action: Action| Item {
                kind: "Action",
                label: format!("{} {}", action.word(), row.name),
                hint: row.owner_name.to_string(),
                doing: Doing::Act(row.id, action),
            };
            let (may, act) = (&may, &act);
            let acts = meant.into_iter().flat_map(|action| {
                meant_for.iter().filter(move |row| may(row, action)).take(5).map(move |row| act(row, action))
            });
            let acts = acts.collect::<Vec<_>>();
            stores.with_value(|stores| {
                rows.extend(others.rows().filter(|row| stores.workspaces.row(row.id).is_none()));
            });
            let workspaces = fuzzy::best(&sought, named(&rows), MOST).into_iter().map(|row| Item {
                kind: "Workspace",
                label: row.name.to_string(),
                hint: row.owner_name.to_string(),
                doing: Doing::Go(paths::workspace(&row.owner_name, &row.name)),
            });
            let pages = fuzzy::best(&sought, all.into_iter().map(|item| (item.label.clone(), item)).collect(), 6);
            acts.into_iter()
                .take(MOST)
                .chain(workspaces.take(MOST - 4))
                .chain(pages)
                .take(MOST + 4)
                .collect::<Vec<Item>>()
        },
        |_, _| true,
    );
    let go = use_go();
    let take = move |at: usize| {
        let Some(item) = items.with_untracked(|items| items.get(at).cloned()) else { return };
        open.set(false);
        match item.doing {
            Doing::Go(path) => go.to(path),
            Doing::Act(id, action) => {
                if let Some(row) = stores.with_value(|stores| stores.workspaces.snapshot(id)) {
                    runner.ask(&row, action);
                }
            }
        }
    };
    let key = move |event: KeyboardEvent| {
        let count = items.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" => marked.update(|at| *at = if *at + 1 < count { *at + 1 } else { 0 }),
            "ArrowUp" => marked.update(|at| *at = at.checked_sub(1).unwrap_or(count.saturating_sub(1))),
            "Enter" => take(marked.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let list = unique_id("palette");
    let owned = list.clone();
    let option_id = move |at: usize| format!("{owned}-{at}");
    let named = option_id.clone();
    view! {
        <Dialog title="Search or run" on_close=move |()| open.set(false)>
            <div class="body palette">
                <label class="field">{icon("search")}<span class="vh">"Workspace, template, action or page"</span>
                    <input type="text" role="combobox" aria-expanded="true" aria-controls=list.clone() aria-activedescendant=move || named(marked.get()) autocomplete="off" spellcheck="false" autofocus=true
                        placeholder="Workspace, template, action or page" prop:value=move || text.get()
                        on:input=move |event| {
                            text.set(event_target_value(&event));
                            marked.set(0);
                            text.with_untracked(|text| others.look_for(text));
                        } on:keydown=key/>
                </label>
                <ul class="help" id=list role="listbox" aria-label="Found">
                    {move || items.get().into_iter().enumerate().map(|(at, item)| view! {
                        <li id=option_id(at) role="option" aria-selected=move || (marked.get() == at).to_string() on:click=move |_| take(at)>
                            <b>{item.label}</b><span class="soft">{item.kind}" "{item.hint}</span>
                        </li>
                    }).collect_view()}
                </ul>
                <p class="small soft" role="status">{move || items.with(Vec::is_empty).then_some("Nothing is found by these letters.")}</p>
            </div>
        </Dialog>
    }
}
