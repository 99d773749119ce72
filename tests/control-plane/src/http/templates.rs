//! Templates and their versions. May import everything of this crate.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Caller, query_value};
use super::builds::render_log;
use super::error::{Answer, ApiError, Body, ok};
use super::parameters::NOT_FINISHED;
use super::session::page;
use crate::Shared;
use crate::blueprint;
use crate::clock::{DAY, rfc3339};
use crate::import;
use crate::model::{Template, Version};
use crate::query::{Reader, cut};
use crate::render;
use crate::world::{Event, World};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/templates", get(list))
        .route("/templates/{template}", get(one))
        .route("/templates/{template}/versions", get(versions).patch(activate))
        .route("/organizations/{organization}/templates", get(list_of_organization))
        .route("/organizations/{organization}/templates/{name}", get(by_name))
        .route("/templateversions/{version}", get(version))
        .route("/templateversions/{version}/resources", get(resources))
        .route("/templateversions/{version}/logs", get(logs))
        .route("/templates/{template}/daus", get(daus))
        .route("/templateversions/{version}/variables", get(variables))
}

fn visible<'w>(world: &'w World, caller: &Caller, text: &str) -> Result<&'w Template, ApiError> {
    world
        .template(auth::id(text)?)
        .filter(|template| caller.reads_templates(template.organization_id))
        .ok_or_else(ApiError::not_found)
}

/// A version of a path, if the caller may see it.
pub fn visible_version<'w>(world: &'w World, caller: &Caller, text: &str) -> Result<&'w Version, ApiError> {
    let version = world.version(auth::id(text)?).ok_or_else(ApiError::not_found)?;
    let template = world.template(version.template_id).ok_or_else(ApiError::not_found)?;
    if caller.reads_templates(template.organization_id) { Ok(version) } else { Err(ApiError::not_found()) }
}

async fn list(State(app): State<Shared>, caller: Caller, uri: Uri) -> Answer {
    let world = app.store.read();
    filtered(&world, &caller, &uri, None)
}

async fn list_of_organization(
    State(app): State<Shared>,
    caller: Caller,
    Path(organization): Path<String>,
    uri: Uri,
) -> Answer {
    let world = app.store.read();
    let organization = organization_id(&world, &caller, &organization)?;
    filtered(&world, &caller, &uri, Some(organization))
}

fn organization_id(world: &World, caller: &Caller, text: &str) -> Result<Uuid, ApiError> {
    world
        .organization_named(text)
        .filter(|organization| caller.sees_organization(organization.id))
        .map(|organization| organization.id)
        .ok_or_else(ApiError::not_found)
}

fn filtered(world: &World, caller: &Caller, uri: &Uri, organization: Option<Uuid>) -> Answer {
    let text = query_value(uri, "q").unwrap_or_default();
    let terms =
        cut(&text).map_err(|detail| ApiError::bad_request("Invalid template search query.").field("q", detail))?;
    let mut reader = Reader::new(terms.keys);
    let mut wanted_organization = organization;
    if let Some(name) = reader.one("organization") {
        match organization_id(world, caller, &name) {
            Ok(id) => wanted_organization = Some(id),
            Err(_) => reader.refuse("organization", format!("Query param \"organization\" has invalid value: organization \"{name}\" either does not exist, or you are unauthorized to view it")),
        }
    }
    let exact = reader.one("exact_name");
    let display = reader.one("exact_display_name");
    let ids = reader.ids("id");
    let deprecated = reader.bool("deprecated");
    let author = reader.one("author").map(|name| if name == "me" { caller.user.username.to_lowercase() } else { name });
    let author_id = reader.ids("author_id");
    let nothing = reader.bool("has-ai-task") == Some(true) || reader.bool("has_external_agent") == Some(true);
    reader.bool("deleted");
    reader.done("template")?;
    let mut found: Vec<&Template> = world
        .templates()
        .filter(|template| !nothing && caller.reads_templates(template.organization_id))
        .filter(|template| wanted_organization.is_none_or(|id| template.organization_id == id))
        .filter(|template| exact.as_ref().is_none_or(|name| template.name.eq_ignore_ascii_case(name)))
        .filter(|template| display.as_ref().is_none_or(|name| template.display_name.eq_ignore_ascii_case(name)))
        .filter(|template| ids.as_ref().is_none_or(|ids| ids.contains(&template.id)))
        .filter(|template| deprecated.is_none_or(|wanted| template.deprecation_message.is_empty() != wanted))
        .filter(|template| {
            author.as_ref().is_none_or(|name| {
                world.user(template.created_by).is_some_and(|user| user.username.eq_ignore_ascii_case(name))
            })
        })
        .filter(|template| author_id.as_ref().is_none_or(|ids| ids.contains(&template.created_by)))
        .filter(|template| {
            let shown = if template.display_name.is_empty() { &template.name } else { &template.display_name };
            terms.free.is_empty() || shown.to_lowercase().contains(&terms.free)
        })
        .collect();
    found.sort_by_key(|template| template.name.to_lowercase());
    ok(&found.into_iter().map(|template| render::template(world, template)).collect::<Vec<_>>().into())
}

async fn one(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    ok(&render::template(&world, visible(&world, &caller, &text)?))
}

async fn by_name(
    State(app): State<Shared>,
    caller: Caller,
    Path((organization, name)): Path<(String, String)>,
) -> Answer {
    let world = app.store.read();
    let organization = organization_id(&world, &caller, &organization)?;
    let template = world
        .templates()
        .find(|template| template.organization_id == organization && template.name.eq_ignore_ascii_case(&name))
        .filter(|template| caller.reads_templates(template.organization_id))
        .ok_or_else(ApiError::not_found)?;
    ok(&render::template(&world, template))
}

async fn versions(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, uri: Uri) -> Answer {
    let world = app.store.read();
    let template = visible(&world, &caller, &text)?;
    let (limit, offset) = page(&uri)?;
    let mut found: Vec<&Version> = world.versions().filter(|version| version.template_id == template.id).collect();
    found.sort_by_key(|version| version.created_at);
    let list: Vec<Value> = found
        .into_iter()
        .skip(offset)
        .take(limit.unwrap_or(usize::MAX))
        .map(|version| render::version(&world, version))
        .collect();
    ok(&list.into())
}

#[derive(Deserialize)]
struct Activate {
    id: Uuid,
}

async fn activate(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<Activate>,
) -> Answer {
    let (id, organization) = {
        let world = app.store.read();
        let template = visible(&world, &caller, &text)?;
        (template.id, template.organization_id)
    };
    if !caller.may_update_templates(organization) {
        return Err(ApiError::forbidden());
    }
    let now = app.clock.now();
    app.store.write(|world| {
        let version = world.version(body.id).filter(|version| version.template_id == id);
        let Some(version) = version else {
            return Err(ApiError::not_found());
        };
        if version.importing || !version.import_error.is_empty() {
            let how = if version.importing { "pending" } else { "failed" };
            let words = "Only versions that have been built successfully can be promoted.";
            return Err(ApiError::new(StatusCode::FORBIDDEN, words)
                .detail(format!("Attempted to promote a version with a {how} build")));
        }
        if let Some(template) = world.template_mut(id) {
            template.active_version_id = body.id;
            template.updated_at = now;
        }
        let affected: Vec<Uuid> = world
            .workspaces()
            .filter(|workspace| workspace.template_id == id && !workspace.deleted)
            .map(|workspace| workspace.id)
            .collect();
        for workspace in affected {
            world.tell(Event::Workspace(workspace));
        }
        Ok(())
    })?;
    ok(&json!({"message": "Updated the active template version!"}))
}

async fn version(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    ok(&render::version(&world, visible_version(&world, &caller, &text)?))
}

async fn variables(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let version = visible_version(&world, &caller, &text)?;
    let organization = world.template(version.template_id).map(|template| template.organization_id).unwrap_or_default();
    if !caller.may_update_templates(organization) {
        return Err(ApiError::forbidden());
    }
    if version.importing {
        return Err(ApiError::new(StatusCode::FORBIDDEN, NOT_FINISHED));
    }
    let list: Vec<Value> = blueprint::named(&version.blueprint)
        .variables
        .iter()
        .map(|(name, value)| {
            json!({
                "name": name,
                "description": "",
                "type": "string",
                "value": value,
                "default_value": "",
                "required": true,
                "sensitive": false,
            })
        })
        .collect();
    ok(&list.into())
}

/// What a start and a stop would leave there: rows of both, by name.
async fn resources(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let version = visible_version(&world, &caller, &text)?;
    if version.importing {
        return Err(ApiError::bad_request("Job hasn't completed!"));
    }
    if !version.import_error.is_empty() {
        return ok(&json!([]));
    }
    let now = app.clock.now();
    let found = import::rehearsal(version, app.clock);
    ok(&found.iter().map(|one| render::rehearsed(one, now)).collect::<Vec<_>>().into())
}

/// What was said while it was imported.
async fn logs(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let version = visible_version(&world, &caller, &text)?;
    let lines = import::log(version);
    ok(&lines.iter().map(render_log).collect::<Vec<_>>().into())
}

/// How many people used it on each of the last sixty days. Nobody counts here, so it is who built that day.
async fn daus(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let template = visible(&world, &caller, &text)?;
    let today = app.clock.now() / DAY;
    let mut people: BTreeMap<i64, BTreeSet<Uuid>> = (today - 60..=today).map(|day| (day, BTreeSet::new())).collect();
    for workspace in world.workspaces().filter(|workspace| workspace.template_id == template.id) {
        for build in world.builds_of(workspace.id) {
            if let Some(people) = people.get_mut(&(build.created_at / DAY)) {
                people.insert(workspace.owner_id);
            }
        }
    }
    let entries: Vec<Value> = people
        .into_iter()
        .map(|(day, people)| json!({"date": rfc3339(day * DAY).get(..10), "amount": people.len()}))
        .collect();
    ok(&json!({"tz_hour_offset": 0, "entries": entries}))
}
