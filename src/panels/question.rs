//! The question before an action, with its consequences (`model::actions::confirmation`): what is lost, what is kept,
//! and what still hinders it. In the part that comes right after the first rows. May import `store` and below.

use crate::api::{builds, parameters, workspaces as calls};
use crate::browser::clock_text;
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use crate::components::unique_id;
use crate::model::actions::{self, Action, Confirmation, Consequence, Weight};
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;

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

/// The question before `action` on the workspace of `row`; nothing where none is needed.
pub(crate) fn question(runner: ActionRunner, row: Row, action: Action) -> AnyView {
    let known = runner
        .stores
        .with_value(|stores| actions::confirmation(&row, action, None, stores.clock.now(), &clock_text::Viewer));
    known.map(|question| view! { <Question runner row action question/> }).into_any()
}

/// What the workspace that is to be deleted has: the row holds how many there are; their names are asked for while the
/// question is being read.
fn name_resources(runner: ActionRunner, id: Id) -> RwSignal<Option<Vec<String>>> {
    let names = RwSignal::new(None);
    let client = runner.stores.with_value(|stores| stores.client.clone());
    spawn_local(async move {
        if let Ok(workspace) = calls::by_id(&client, id).await {
            // The question may have been answered meanwhile.
            names.try_set(Some(actions::resource_names(&workspace.latest_build.resources)));
        }
    });
    names
}

/// Whether the workspace has a value for all that the active version asks for.
fn look_for_answers(runner: ActionRunner, row: &Row) -> RwSignal<Answers> {
    let answers = RwSignal::new(Answers::Asked);
    let client = runner.stores.with_value(|stores| stores.client.clone());
    let (version, build) = (row.template_active_version_id, row.build.id);
    spawn_local(async move {
        let known = match parameters::classic(&client, version).await {
            Ok(asked) if asked.iter().any(|one| one.required) => {
                let known = builds::parameters(&client, build).await;
                known.map_or(Answers::Unknown, |known| Answers::Lack(actions::unanswered(&asked, &known)))
            }
            Ok(_) | Err(_) => Answers::Unknown,
        };
        answers.try_set(known);
    });
    answers
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
    let named = match action {
        Action::Delete => name_resources(runner, row.id),
        _ => RwSignal::new(None),
    };
    let answers = match action {
        Action::Update => look_for_answers(runner, &row),
        _ => RwSignal::new(Answers::Unknown),
    };
    let close = move || runner.asked.set(None);
    let confirmed = question.clone();
    let reason = Signal::derive(move || {
        (!typed.with(|typed| confirmed.is_confirmed_by(typed)))
            .then(|| format!("Type {} first.", confirmed.type_to_confirm.clone().unwrap_or_default()))
            .or_else(|| answers.with(Answers::hindrance))
    });
    let destroys = consequences.iter().any(|consequence| consequence.weight == Weight::Loss);
    let asked = row.clone();
    let lines = move || {
        let named = named.get();
        let now = runner.stores.with_value(|stores| stores.clock.now());
        let again =
            named.and_then(|names| actions::confirmation(&asked, action, Some(&names), now, &clock_text::Viewer));
        again.map_or_else(|| consequences.clone(), |again| again.consequences).into_iter().map(line).collect_view()
    };
    // Seen, and not only told of the button: what to do instead stands in it.
    let hindrance = move || {
        let lack = answers.with(|answers| matches!(answers, Answers::Lack(_)).then(|| answers.hindrance()))??;
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
