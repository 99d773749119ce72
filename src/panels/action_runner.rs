//! Where actions are asked for: at once, or after a question with its consequences (`model::actions::confirmation`).
//! Driven by `store::operations`. May import `store` and below.

use crate::api::{builds, templates, workspaces as calls};
use crate::browser::clock_text;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use crate::components::menu::MenuItem;
use crate::components::unique_id;
use crate::model::actions::{self, Action, Confirmation, Consequence, Offer, Viewer, Weight};
use crate::model::row::Row;
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Runs the actions of one page; `Copy`, so that every row’s callbacks can hold it.
#[derive(Clone, Copy)]
pub struct ActionRunner {
    stores: StoredValue<Stores>,
    asked: RwSignal<Option<(Row, Action)>>,
    /// What the workspace that is to be deleted has, once it is known.
    resources: RwSignal<Option<Vec<String>>>,
    /// What is known of the values that the active version asks for.
    answers: RwSignal<Answers>,
}

/// Whether an update may be refused for want of a value.
#[derive(Clone, PartialEq)]
enum Answers {
    /// It was not asked, or not answered: the control plane will say.
    Unknown,
    /// It is being asked.
    Asked,
    /// These have no value.
    Lack(Vec<String>),
}

impl Answers {
    /// Why the update cannot be begun. A stop would come first, and what was stopped could not be started with that
    /// version.
    fn hindrance(&self) -> Option<String> {
        match self {
            Answers::Asked => Some("The parameters of the active version are being read.".to_owned()),
            Answers::Lack(names) if !names.is_empty() => Some(format!(
                "The active version asks for {}, which Gantry cannot fill in: update in the control plane’s dashboard.",
                names.join(", ")
            )),
            Answers::Lack(_) | Answers::Unknown => None,
        }
    }
}

/// The runner of one page; put [`Questions`] into its view.
pub fn use_action_runner() -> ActionRunner {
    ActionRunner {
        stores: StoredValue::new(use_stores()),
        asked: RwSignal::new(None),
        resources: RwSignal::new(None),
        answers: RwSignal::new(Answers::Unknown),
    }
}

impl ActionRunner {
    /// Who looks at a row, and how; tracked.
    pub fn viewer(&self, row: &Row, stale: bool) -> Viewer {
        self.stores.with_value(|stores| {
            let user = stores.session.user();
            Viewer {
                user_id: user.as_ref().map(|user| user.user.id).unwrap_or_default(),
                site_owner: user.is_some_and(|user| user.is_owner()),
                offline: stores.net.offline.with(Option::is_some),
                stale,
                busy: stores.operations.busy(row.id),
                held: stores.operations.is_held(row.id),
            }
        })
    }

    /// Does what was asked for, or asks first.
    pub fn ask(&self, row: &Row, action: Action) {
        if actions::asks(row, action) {
            self.resources.set(None);
            self.asked.set(Some((row.clone(), action)));
            self.answers.set(Answers::Unknown);
            match action {
                Action::Delete => self.name_resources(row.id),
                Action::Update => self.look_for_answers(row),
                _ => {}
            }
        } else {
            self.run(row, action);
        }
    }

    /// The row holds how many there are; their names are asked for while the question is being read.
    fn name_resources(&self, id: Id) {
        let runner = *self;
        let client = self.stores.with_value(|stores| stores.client.clone());
        spawn_local(async move {
            let answer = calls::by_id(&client, id).await;
            let same = runner.asked.try_with_untracked(|asked| asked.as_ref().is_some_and(|(row, _)| row.id == id));
            if let (Ok(workspace), Some(true)) = (answer, same) {
                runner.resources.try_set(Some(actions::resource_names(&workspace.latest_build.resources)));
            }
        });
    }

    /// Whether the workspace has a value for all that the active version asks for.
    fn look_for_answers(&self, row: &Row) {
        let runner = *self;
        let client = self.stores.with_value(|stores| stores.client.clone());
        let (id, version, build) = (row.id, row.template_active_version_id, row.build.id);
        self.answers.set(Answers::Asked);
        spawn_local(async move {
            let known = match templates::parameters(&client, version).await {
                Ok(asked) if asked.iter().any(|one| one.required) => {
                    let known = builds::parameters(&client, build).await;
                    known.map_or(Answers::Unknown, |known| Answers::Lack(actions::unanswered(&asked, &known)))
                }
                Ok(_) | Err(_) => Answers::Unknown,
            };
            let same = runner.asked.try_with_untracked(|asked| {
                asked.as_ref().is_some_and(|(row, action)| row.id == id && *action == Action::Update)
            });
            if same == Some(true) {
                runner.answers.try_set(known);
            }
        });
    }

    fn run(&self, row: &Row, action: Action) {
        self.stores.with_value(|stores| {
            stores.operations.start(row.id, action);
        });
    }

    /// The entries of a row's menu; tracked, so that an open menu follows the row.
    pub fn items(&self, row: &Row, stale: bool) -> Vec<MenuItem> {
        let runner = *self;
        let viewer = self.viewer(row, stale);
        actions::menu(row, &viewer)
            .into_iter()
            .map(|offer| {
                let Offer { action, label, .. } = offer.clone();
                let row = row.clone();
                MenuItem {
                    hint: offer.note(),
                    disabled: !offer.is_enabled(),
                    danger: action == Action::Delete,
                    separated: action == Action::Delete,
                    ..MenuItem::new(label, move || runner.ask(&row, action))
                }
            })
            .collect()
    }
}

/// The reason of an offer that is disabled.
pub fn reason(offer: &Offer) -> Option<String> {
    offer.enabled.as_ref().err().map(actions::Reason::text)
}

/// The question that is being asked, if any.
#[component]
pub fn Questions(
    /// What the questions are asked by.
    runner: ActionRunner,
) -> impl IntoView {
    move || {
        let (row, action) = runner.asked.get()?;
        let question = runner
            .stores
            .with_value(|stores| actions::confirmation(&row, action, None, stores.clock.now(), &clock_text::Viewer))?;
        Some(view! { <Question runner row action question/> })
    }
}

fn line(consequence: Consequence) -> impl IntoView {
    let (class, mark) = match consequence.weight {
        Weight::Loss => ("bad", "trash"),
        Weight::Change => ("warn", "warn"),
        Weight::Fact => ("", "info"),
        Weight::Past => ("", "clock"),
    };
    view! { <li class=class>{icon(mark)}<span>{consequence.text}</span></li> }
}

#[component]
fn Question(runner: ActionRunner, row: Row, action: Action, question: Confirmation) -> impl IntoView {
    let Confirmation { title, consequences, type_to_confirm, safe, danger } = question.clone();
    let typed = RwSignal::new(String::new());
    let close = move || runner.asked.set(None);
    let confirmed = question.clone();
    let reason = Signal::derive(move || {
        (!typed.with(|typed| confirmed.is_confirmed_by(typed)))
            .then(|| format!("Type {} first.", confirmed.type_to_confirm.clone().unwrap_or_default()))
            .or_else(|| runner.answers.with(Answers::hindrance))
    });
    let destroys = consequences.iter().any(|consequence| consequence.weight == Weight::Loss);
    let asked = row.clone();
    let lines = move || {
        let named = runner.resources.get();
        let now = runner.stores.with_value(|stores| stores.clock.now());
        let again =
            named.and_then(|names| actions::confirmation(&asked, action, Some(&names), now, &clock_text::Viewer));
        again.map_or_else(|| consequences.clone(), |again| again.consequences).into_iter().map(line).collect_view()
    };
    // Seen, and not only told of the button: what to do instead stands in it.
    let hindrance = move || {
        let lack =
            runner.answers.with(|answers| matches!(answers, Answers::Lack(_)).then(|| answers.hindrance()))??;
        Some(line(Consequence { weight: Weight::Fact, text: lack }))
    };
    let id = unique_id("confirm");
    let field = type_to_confirm.map(|word| {
        view! {
            <label for=id.clone()>
                <span class="small soft">"Type "<b>{word}</b>" to delete it"</span>
                <span class="field">
                    <input id=id.clone() type="text" autocomplete="off" autocapitalize="none" spellcheck="false" autofocus=true
                        prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event))/>
                </span>
            </label>
        }
    });
    let go = move || {
        if reason.with_untracked(Option::is_none) {
            runner.asked.set(None);
            runner.run(&row, action);
        }
    };
    view! {
        <Dialog title on_close=move |()| close()>
            <form on:submit=move |event| { event.prevent_default(); go(); }>
                <div class="body"><ul class="facts-list">{lines}{hindrance}</ul>{field}</div>
                <footer>
                    <Button on_click=move |()| close()>{safe}</Button>
                    <Button class=if destroys { "danger" } else { "fill" } submit=true reason on_click=|()| ()>{danger}</Button>
                </footer>
            </form>
        </Dialog>
    }
}
