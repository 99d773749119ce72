//! One template: what it makes, what it asks for, what its author says of it, its versions, and who uses it. May import
//! `panels` and below.

mod facts;
mod shown;
mod uses;
mod version;
mod versions;

use self::facts::Decisions;
use self::shown::Shown;
use self::uses::Uses;
use self::version::{Parameters, Presets, Readme, Resources};
use self::versions::Versions;
use crate::api::error::Kind;
use crate::api::templates as calls;
use crate::browser::page;
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::template_icon::TemplateIcon;
use crate::model::creation::{SWITCHED_OFF, VersionHindrance, hindrance_of_template, hindrance_of_version};
use crate::model::permission::Right;
use crate::model::templates::{Line, usual_times};
use crate::panels::asked::{Answered, asked};
use crate::panels::brand::title;
use crate::panels::go::{use_go, use_here, use_param};
use crate::panels::here::looks_at;
use crate::panels::problem::{Subject, problem};
use crate::panels::waiting::waiting;
use crate::paths::{self, Place, query};
use crate::store::use_stores;
use crate::wire::template::Template;
use crate::wire::template_version::TemplateVersion;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::sync::Arc;

const SUBJECT: Subject =
    Subject { noun: "this template", verb: "show this template", missing: "Template not found, or you have no access" };

/// How the control plane calls its first organization, whatever that is named. Links of the other dashboard leave it
/// out: `/templates/docker`, and `/templates/docker/workspace` for the form.
const DEFAULT_ORGANIZATION: &str = "default";

/// The page: finds out which template is meant.
#[component]
pub(crate) fn TemplatePage() -> impl IntoView {
    let named = use_here(|place| match place {
        Place::Template { organization, name } => Some((organization, name)),
        Place::ShortTemplate { name } => Some((DEFAULT_ORGANIZATION.to_owned(), name)),
        _ => None,
    });
    move || named.get().map(|(organization, name)| view! { <NamedTemplate organization name/> })
}

#[component]
fn NamedTemplate(organization: String, name: String) -> impl IntoView {
    page::set_title(&title(&format!("{name} · {organization}")));
    let stores = use_stores();
    stores.session.first_rows_shown();
    let (asked_organization, asked_name, client) = (organization.clone(), name.clone(), stores.client.clone());
    let found = asked(move || Some(calls::by_name(&client, &asked_organization, &asked_name)));
    // Named by an id, or in capital letters: the address becomes that under which a reload finds it.
    let go = use_go();
    let (known_organization, known_name) = (organization.clone(), name.clone());
    Effect::new(move |_| {
        let Some(template) = found.ready().filter(|template| !template.organization_name.is_empty()) else { return };
        if template.organization_name != known_organization || template.name != known_name {
            go.instead(paths::template(&template.organization_name, &template.name));
        }
    });
    // What looks like a template called "workspace" is the form of one in the default organization, unless it is there.
    let is_missing = Memo::new(move |_| found.error().is_some_and(|error| error.kind == Kind::NotFound));
    let may_be_form = name == "workspace";
    let client = stores.client.clone();
    let of_form = asked(move || {
        (may_be_form && is_missing.get()).then(|| calls::by_name(&client, DEFAULT_ORGANIZATION, &organization))
    });
    let (go, search) = (use_go(), use_location().search);
    Effect::new(move |_| {
        let Some(template) = of_form.ready() else { return };
        let form = paths::new_workspace(&template.organization_name, &template.name, &[]);
        go.instead(format!("{form}{}", query::with(&search.get_untracked(), "", None)));
    });
    looks_at(move || found.ready().map(|template| template.organization_id));
    let is_here = Memo::new(move |_| found.ready().is_some());
    move || {
        if is_here.get() {
            return view! { <Page found/> }.into_any();
        }
        match found.error() {
            Some(_) if may_be_form && is_missing.get() && of_form.error().is_none() => {
                waiting("Asking for this template")
            }
            Some(error) => {
                let ways = vec![("All templates".to_owned(), paths::templates())];
                problem(&error, SUBJECT, true, Callback::new(move |()| found.again()), ways)
            }
            None => waiting("Asking for this template"),
        }
    }
}

#[component]
fn Page(found: Answered<Template>) -> impl IntoView {
    let stores = use_stores();
    let template =
        Memo::new(move |before: Option<&Option<Arc<Template>>>| found.ready().or_else(|| before.cloned().flatten()));
    let (wanted, _) = use_param("version");
    let id = Memo::new(move |_| {
        let active = template.with(|template| template.as_ref().map(|template| template.active_version_id));
        wanted.get().and_then(|wanted| wanted.parse().ok()).or(active).unwrap_or_default()
    });
    let client = stores.client.clone();
    let version = asked(move || Some(calls::version(&client, id.get())));
    let name = Memo::new(move |_| version.ready().map(|version| version.name.clone()).unwrap_or_default());
    let hindrance = Memo::new(move |_| version.ready().and_then(|version| hindrance_of_version(&version)));
    let is_usable = Memo::new(move |_| version.ready().is_some() && hindrance.with(Option::is_none));
    let shown = Shown { id, version, name, is_usable };
    keep_asking(hindrance, version);
    view! {
        <Hero template shown hindrance/>
        <div class="cols">
            <div><Presets template shown/><Parameters shown/><Resources shown/><Readme shown/></div>
            <div><Versions template shown/><Decisions template/><Uses template/></div>
        </div>
    }
}

/// A version that is being imported is asked for again and again.
fn keep_asking(hindrance: Memo<Option<VersionHindrance>>, version: Answered<TemplateVersion>) {
    const EVERY: std::time::Duration = std::time::Duration::from_secs(3);
    Effect::new(move |_| {
        if !hindrance.with(|hindrance| hindrance.as_ref().is_some_and(|hindrance| hindrance.waits)) {
            return;
        }
        if let Ok(handle) = set_interval_with_handle(move || version.look_again(), EVERY) {
            on_cleanup(move || handle.clear());
        }
    });
}

#[component]
fn Hero(
    template: Memo<Option<Arc<Template>>>,
    shown: Shown,
    hindrance: Memo<Option<VersionHindrance>>,
) -> impl IntoView {
    let stores = use_stores();
    let line = Memo::new(move |_| template.with(|template| template.as_ref().map(|template| Line::of(template, 0))));
    let of = move |of: fn(&Line) -> String| line.with(|line| line.as_ref().map(of).unwrap_or_default());
    let picture = Memo::new(move |_| (of(|line| line.icon.clone()), of(|line| line.label.clone())));
    let creates = stores.features.create;
    let may = Memo::new(move |_| {
        let organization = line.with(|line| line.as_ref().map(|line| line.organization_id))?;
        stores.permissions.may(Right::Create { organization })
    });
    let reason = Signal::derive(move || {
        if !creates {
            return Some(SWITCHED_OFF.to_owned());
        }
        let of_template =
            template.with(|template| template.as_ref().and_then(|template| hindrance_of_template(template, may.get())));
        of_template.or_else(|| hindrance.get().map(|hindrance| hindrance.sentence))
    });
    let create = Memo::new(move |_| {
        let id = shown.id.get().to_string();
        let is_active = template
            .with(|template| template.as_ref().is_some_and(|template| template.active_version_id == shown.id.get()));
        let filled = [("version", id.as_str())];
        let filled: &[(&str, &str)] = if is_active { &[] } else { &filled };
        line.with(|line| line.as_ref().map(|line| paths::new_workspace(&line.organization, &line.name, filled)))
    });
    let deprecated = Memo::new(move |_| line.with(|line| line.as_ref().and_then(|line| line.deprecated.clone())));
    let said = move || template.with(|template| template.as_ref().map(|template| usual_times(template)));
    let text = Signal::derive(move || deprecated.get().unwrap_or_default());
    view! {
        <div class="hero">
            <div class="ttl">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <a href=paths::templates()>"Templates"</a>"/"
                    <a href=move || paths::templates_found(Some(&format!("organization:{}", of(|line| line.organization.clone()))))>{move || of(|line| line.organization_label.clone())}</a>"/"
                </nav>
                {move || picture.with(|(icon, name)| view! { <TemplateIcon icon=icon.clone() name=name.clone()/> })}
                <h1 tabindex="-1">{move || of(|line| line.label.clone())}</h1>
            </div>
            <p class="say">{move || of(|line| line.description.clone())}" "{said}</p>
            <div class="acts">
                <Show when=move || reason.with(Option::is_none) fallback=move || view! {
                    <Button class="grow" reason on_click=|()| ()>{icon("plus")}"New workspace"</Button>
                }>
                    <a class="btn fill grow" href=move || create.get()>{icon("plus")}"New workspace"</a>
                </Show>
            </div>
        </div>
        <Show when=move || deprecated.with(Option::is_some)>
            <div class="stack"><Banner tone=BannerTone::Warn title="This template is deprecated." text/></div>
        </Show>
        <Show when=move || deprecated.with(Option::is_none) && reason.with(Option::is_some)>
            <div class="stack"><p class="note">{icon("info")}<span>{move || reason.get()}</span></p></div>
        </Show>
    }
}
