//! What a workspace is made of: its template and version, whose it is, what it was given, who else may use it, and how
//! it is kept up to date. Each part is asked for after what the page needs first, and says its own trouble. May import
//! `store` and below.

use crate::api::answer::Each;
use crate::api::{builds, parameters, templates, workspaces};
use crate::browser::clock_text::Viewer;
use crate::components::button::Button;
use crate::components::kv::Kv;
use crate::components::picture::Picture;
use crate::components::skeleton::AfterAMoment;
use crate::model::actions::{self, Action};
use crate::model::consequences::{MadeOf as Makeup, made_of};
use crate::model::duration;
use crate::model::held::{self, Held, Known, Shown};
use crate::model::row::Row;
use crate::model::status::{State, state};
use crate::panels::action_runner::{ActionRunner, reason};
use crate::panels::fetched::{Fetched, fetched};
use crate::panels::problem::{MISSING, Subject};
use crate::panels::resources::Secret;
use crate::paths::{self, BuildWish};
use crate::store::builds::Loaded;
use crate::store::use_stores;
use crate::wire::build::BuildStatus;
use crate::wire::id::Id;
use crate::wire::map::Map;
use crate::wire::parameter::{FormAnswer, FormInputs, ParameterKind, ParameterValue, RichParameter};
use crate::wire::sharing::{AclRole, WorkspaceAcl};
use crate::wire::template::Template;
use crate::wire::template_version::{TemplateVersion, VersionResource};
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use std::sync::Arc;

/// What is done so often that it stands beside the name.
pub(crate) const IN_SIGHT: &[Action] = &[Action::Favorite, Action::Unfavorite, Action::Rename];

/// What sets how a workspace is kept up to date.
const UPDATES: &[Action] = &[Action::AlwaysUpdate, Action::NeverUpdate];

const VALUES: Subject = Subject { noun: "these values", verb: "read what the build was given", missing: MISSING };
const SHARED: Subject = Subject { noun: "who may use it", verb: "ask with whom it is shared", missing: MISSING };

/// What is asked for of a workspace beside itself, by the sections of its page together.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    /// Its template.
    pub template: Fetched<Template>,
    /// The version that new builds should have, where its own is another.
    pub newer: Fetched<TemplateVersion>,
    /// With whom it is shared; `None` where the control plane does not have that.
    shared: Fetched<Option<WorkspaceAcl>>,
    values: Fetched<Vec<ParameterValue>>,
    rules: Fetched<Vec<RichParameter>>,
    /// What its version makes.
    resources: Fetched<Each<VersionResource>>,
    form: Fetched<FormAnswer>,
    /// Whether there is a form to ask for: only there it is said what is a secret.
    has_form: Memo<Option<bool>>,
}

impl Parts {
    /// Which of its resources are kept over a stop, or why that cannot be known; `None` while it is being asked for.
    /// Tracked.
    pub(crate) fn kept(&self) -> Option<Result<Makeup, String>> {
        self.resources.state.with(|state| match state {
            Loaded::Loading => None,
            Loaded::Ready(each) => Some(made_of(&each.items).map_err(str::to_owned)),
            Loaded::Failed(error) | Loaded::Refused(error) => {
                Some(Err(format!("“{}”", error.message.trim_end_matches('.'))))
            }
        })
    }
}

/// Asks for the parts of a workspace.
pub(crate) fn use_parts(workspace: Memo<Option<Arc<Workspace>>>) -> Parts {
    let of = move |of: fn(&Workspace) -> Option<Id>| {
        Memo::new(move |_| workspace.with(|known| known.as_deref().and_then(of)))
    };
    let version = of(|known| Some(known.latest_build.template_version_id).filter(|id| *id != Id::NIL));
    let template = fetched(of(|known| Some(known.template_id)), templates::by_id);
    let newer = of(|known| known.outdated.then_some(known.template_active_version_id));
    let newer = fetched(newer, templates::version);
    let shared = fetched(of(|known| Some(known.id)), workspaces::acl);
    let values = fetched(of(|known| Some(known.latest_build.id)), builds::parameters);
    let rules = fetched(version, parameters::classic);
    let resources = fetched(version, templates::resources);
    // Only a text can be a secret.
    let has_form = Memo::new(move |_| {
        let values = values.map(Clone::clone)?;
        let is_text = |rule: &RichParameter| rule.kind == ParameterKind::String && rule.options.is_empty();
        let holds =
            |rule: &RichParameter| values.iter().any(|value| value.name == rule.name && !value.value.is_empty());
        rules.map(|rules| rules.iter().any(|rule| is_text(rule) && holds(rule)))
    });
    let inputs = Memo::new(move |_| {
        let owner_id = workspace.with(|known| known.as_deref().map(|known| known.owner_id))?;
        let version = version.get().filter(|_| has_form.get() == Some(true))?;
        let inputs: Map<String> =
            values.map(|values| values.iter().map(|value| (value.name.clone(), value.value.clone())).collect())?;
        Some((version, FormInputs { id: 1, inputs, owner_id }))
    });
    let form =
        fetched(inputs, |client, (version, inputs): (Id, FormInputs)| parameters::evaluate(client, version, &inputs));
    Parts { template, newer, shared, values, rules, resources, form, has_form }
}

/// The section.
#[component]
pub(crate) fn MadeOf(
    /// The workspace.
    workspace: Memo<Option<Arc<Workspace>>>,
    /// Its row.
    row: Memo<Option<Row>>,
    /// What is asked for beside it.
    parts: Parts,
    /// What its actions are asked by.
    runner: ActionRunner,
) -> impl IntoView {
    let now = use_stores().clock.now_ms;
    let text = move |of: fn(&Workspace) -> String| {
        Memo::new(move |_| workspace.with(|known| known.as_deref().map(of).unwrap_or_default()))
    };
    let (owner, organization) = (text(|known| known.owner_name.clone()), text(|known| known.organization_name.clone()));
    let (slug, version) = (
        text(|known| known.template_name.clone()),
        text(|known| match known.latest_build.template_version_name.as_str() {
            "" => "not told".to_owned(),
            name => name.to_owned(),
        }),
    );
    let name = text(|known| match known.template_display_name.trim() {
        "" => known.template_name.clone(),
        name => name.to_owned(),
    });
    let icon = text(|known| known.template_icon.clone());
    let deprecated = Memo::new(move |_| {
        parts
            .template
            .map(|template| {
                template.deprecated.then(|| match template.deprecation_message.trim() {
                    "" => "Deprecated: no new workspaces are made of it.".to_owned(),
                    message => format!("Deprecated: {message}"),
                })
            })
            .flatten()
    });
    let template = view! {
        <span class="named"><Picture address=icon/><a href=move || paths::template(&organization.get(), &slug.get())>{move || name.get()}</a></span>
        {move || deprecated.get().map(|text| view! { <span class="note warn-say">{text}</span> })}
    };
    let newer = Memo::new(move |_| {
        let outdated = workspace.with(|known| known.as_deref().is_some_and(|known| known.outdated));
        (!outdated, parts.newer.map(|version| (version.name.clone(), version.message.trim().to_owned())))
    });
    let version = view! {
        {move || version.get()}
        <span class="note muted">{move || match newer.get() {
            (true, _) => "the active version".to_owned(),
            (false, None) => "a newer version is active".to_owned(),
            (false, Some((name, message))) if message.is_empty() => format!("{name} is newer; it has no message"),
            (false, Some((name, message))) => format!("{name} is newer: “{message}”"),
        }}</span>
    };
    let owned =
        view! { <a href=move || paths::workspaces(Some(&format!("owner:{}", owner.get())))>{move || owner.get()}</a> };
    let clock = now.clone();
    let created = Memo::new(move |_| {
        let now = clock.get();
        workspace.with(|known| known.as_deref().map(|known| when(known.created_at.millis(), now)))
    });
    let used = Memo::new(move |_| {
        let now = now.get();
        row.with(|row| row.as_ref().map(|row| row.last_used_ms.map_or_else(|| "never".to_owned(), |at| when(at, now))))
    });
    let health = Memo::new(move |_| row.with(|row| row.as_ref().map(health_text)));
    let pairs = vec![
        ("Template".to_owned(), template.into_any()),
        ("Version".to_owned(), version.into_any()),
        ("Updates".to_owned(), view! { <Updates row runner/> }.into_any()),
        ("Owner".to_owned(), owned.into_any()),
        ("Shared with".to_owned(), view! { <SharedWith parts/> }.into_any()),
        ("Created".to_owned(), (move || created.get()).into_any()),
        ("Last used".to_owned(), (move || used.get()).into_any()),
        ("Health".to_owned(), (move || health.get()).into_any()),
    ];
    view! {
        <section class="sec" aria-label="Made of">
            <header><h2>"Made of"</h2></header>
            <Kv pairs/>
            {parts.shared.trouble(SHARED)}
        </section>
        <Values workspace parts/>
    }
}

/// A moment, and how long ago that was.
fn when(at_ms: i64, now_ms: i64) -> String {
    if at_ms <= duration::UNSAID_MS {
        return "not told".to_owned();
    }
    format!("{} ({})", duration::at(at_ms, now_ms, &Viewer), duration::ago(at_ms, now_ms, &Viewer))
}

/// Whether its agents are well, as far as that can be said of a workspace in this state.
fn health_text(row: &Row) -> String {
    match state(row) {
        State::Running => "healthy".to_owned(),
        State::Connecting => "not known yet: an agent is on its way".to_owned(),
        State::Unhealthy => "not healthy: what is wrong stands at the head of this page".to_owned(),
        State::Dormant if row.build.status == BuildStatus::Running => "not checked while it is dormant".to_owned(),
        _ => "not checked while it does not run".to_owned(),
    }
}

/// Whether a start takes the active version by itself.
#[component]
fn Updates(row: Memo<Option<Row>>, runner: ActionRunner) -> impl IntoView {
    let always = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.always_update)));
    let required = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.require_active_version)));
    view! {
        {move || if always.get() { "Automatic: a start by its schedule takes the active version" } else { "By hand: its version never changes by itself" }}
        <Show when=move || required.get()><span class="note muted">"The template requires the active version at each start."</span></Show>
        <span class="note"><Offered row runner of=UPDATES/></span>
    }
}

/// The buttons of these actions, of those that its menu has now.
#[component]
pub(crate) fn Offered(row: Memo<Option<Row>>, runner: ActionRunner, of: &'static [Action]) -> impl IntoView {
    let offers = Memo::new(move |_| {
        row.with(|row| {
            let row = row.as_ref()?;
            let viewer = runner.viewer(row, false);
            Some(actions::menu(row, &viewer).into_iter().filter(|offer| of.contains(&offer.action)).collect::<Vec<_>>())
        })
        .unwrap_or_default()
    });
    let shown = move || offers.with(|offers| offers.iter().map(|offer| offer.action).collect::<Vec<_>>());
    let find = move |action: Action| offers.with(|offers| offers.iter().find(|offer| offer.action == action).cloned());
    let press = move |action: Action| {
        if let Some(row) = row.get_untracked() {
            runner.ask(&row, action);
        }
    };
    view! {
        <For each=shown key=|action| *action let(action)>
            <Button class="s" reason=Signal::derive(move || find(action).as_ref().and_then(reason)) on_click=move |()| press(action)>
                {move || find(action).map(|offer| offer.label)}
            </Button>
        </For>
    }
}

#[component]
fn SharedWith(parts: Parts) -> impl IntoView {
    let shared = parts.shared;
    let said = Memo::new(move |_| shared.map(|acl| acl.as_ref().map(people)));
    move || {
        match said.get() {
        None if shared.state.with(|state| matches!(state, Loaded::Loading)) => {
            view! { <AfterAMoment><span class="muted">"asking"</span></AfterAMoment> }.into_any()
        }
        None => view! { <span class="muted">"not known"</span> }.into_any(),
        Some(None) => {
            view! { <span class="muted">"not known: this control plane cannot share workspaces yet"</span> }.into_any()
        }
        Some(Some(people)) if people.is_empty() => "nobody".into_any(),
        Some(Some(people)) => view! {
            <ul>{people.into_iter().map(|(name, role)| view! { <li>{name}" "<span class="muted">{role}</span></li> }).collect_view()}</ul>
        }
        .into_any(),
    }
    }
}

/// Everybody with whom it is shared, and what they may do.
fn people(acl: &WorkspaceAcl) -> Vec<(String, String)> {
    let role = |role: &AclRole| match role {
        AclRole::Use => "may use it".to_owned(),
        AclRole::Admin => "may use and change it".to_owned(),
        AclRole::Other(word) if word.is_empty() => "role not told".to_owned(),
        AclRole::Other(word) => format!("role {word}"),
    };
    let users = acl.users.iter().map(|user| (user.username.clone(), role(&user.role)));
    let groups = acl.group.iter().map(|group| {
        let name = if group.display_name.trim().is_empty() { &group.name } else { &group.display_name };
        (format!("group {name}"), role(&group.role))
    });
    users.chain(groups).collect()
}

/// What the latest build was given.
#[component]
fn Values(workspace: Memo<Option<Arc<Workspace>>>, parts: Parts) -> impl IntoView {
    let shown = Memo::new(move |_| {
        // A secret is never shown for a moment: first it is known what is one.
        let settled = match parts.has_form.get() {
            Some(true) => parts.form.state.with(|state| !matches!(state, Loaded::Loading)),
            Some(false) => true,
            None => parts.rules.state.with(|state| matches!(state, Loaded::Failed(_) | Loaded::Refused(_))),
        };
        if !settled {
            return None;
        }
        parts.values.map(|values| {
            parts.rules.state.with(|rules| {
                parts.form.state.with(|form| {
                    // A server without forms has no secrets in them.
                    let untold = match form {
                        Loaded::Failed(error) | Loaded::Refused(error) => !error.is_no_route(),
                        Loaded::Loading | Loaded::Ready(_) => false,
                    };
                    let known = Known { rules: rules.ready().map(Vec::as_slice), form: form.ready(), untold };
                    held::held(values, known)
                })
            })
        })
    });
    let href = Memo::new(move |_| {
        workspace.with(|known| known.as_deref().map(|known| (known.owner_name.clone(), known.name.clone())))
    });
    let failed = move || parts.values.state.with(|state| matches!(state, Loaded::Failed(_) | Loaded::Refused(_)));
    let is_none = move || shown.with(|shown| shown.as_ref().is_some_and(Vec::is_empty));
    let lines = move || shown.get().unwrap_or_default();
    view! {
        <section class="sec" aria-label="Parameters">
            <header>
                <h2>"Parameters"</h2>
                <div class="end">
                    {move || href.get().map(|(owner, name)| view! { <a class="btn s" href=paths::parameters(&owner, &name, BuildWish::Any, None)>"Change…"</a> })}
                </div>
            </header>
            <Show when=is_none><p class="say-parts">"Its template asks for nothing."</p></Show>
            <Show when=move || shown.with(Option::is_none) && !failed()>
                // The room that the values will take, so that what is below does not move.
                <div class="held-room"><AfterAMoment><p class="say-parts">"Asking what its build was given"</p></AfterAMoment></div>
            </Show>
            <Show when=move || shown.with(|shown| shown.as_ref().is_some_and(|shown| !shown.is_empty()))>
                <dl class="kv held"><For each=lines key=|one| format!("{one:?}") let(one)>{line(one)}</For></dl>
            </Show>
            {parts.values.trouble(VALUES)}
        </section>
    }
}

fn line(held: Held) -> impl IntoView {
    let value = match held.shown {
        Shown::Text(text) => text.into_any(),
        Shown::Secret(value) => view! { <Secret value name=held.title.clone()/> }.into_any(),
        Shown::Empty => view! { <span class="muted">"empty"</span> }.into_any(),
    };
    let notes = (!held.notes.is_empty()).then(|| view! { <span class="note muted">{held.notes.join(", ")}</span> });
    view! { <dt title=held.name>{held.title}</dt><dd>{value}{notes}</dd> }
}
