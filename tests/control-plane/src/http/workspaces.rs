//! Workspaces: the list, one, creation, settings. May import everything of this crate.

use std::collections::BTreeMap;

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Action, Caller, query_value};
use super::create::{check_ttl, is_workspace_name, taken};
use super::error::{Answer, ApiError, Body, empty, ok};
use super::session::page;
use super::sockets;
use crate::Shared;
use crate::automation;
use crate::blueprint;
use crate::clock::{MINUTE, Us, parse_rfc3339, rfc3339};
use crate::model::{JobStatus, Transition, User, Workspace};
use crate::parameters::{self, Sources};
use crate::query;
use crate::render::{self, BuildView, EXTEND_FLOOR, View};
use crate::schedule::Schedule;
use crate::world::{Event, World};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/workspaces", get(list))
        .route("/workspaces/{workspace}", get(one).patch(rename))
        .route("/workspaces/{workspace}/watch-ws", get(watch))
        .route("/workspaces/{workspace}/autostart", put(autostart))
        .route("/workspaces/{workspace}/ttl", put(ttl))
        .route("/workspaces/{workspace}/extend", put(extend))
        .route("/workspaces/{workspace}/dormant", put(dormant))
        .route("/workspaces/{workspace}/favorite", put(favorite).delete(unfavorite))
        .route("/workspaces/{workspace}/autoupdates", put(autoupdates))
        .route("/workspaces/{workspace}/resolve-autostart", get(resolve_autostart))
        .route("/workspaces/{workspace}/usage", post(usage))
        .route("/workspaces/{workspace}/acl", get(acl).patch(set_acl).delete(clear_acl))
        .route("/users/{user}/workspace/{workspace}", get(by_name))
}

/// What rendering needs.
pub fn view<'a>(app: &Shared, world: &'a World, caller: &Caller) -> View<'a> {
    let (provisioners, renames) = (app.config.provisioners, app.config.renames);
    View { world, now: app.clock.now(), provisioners, viewer: caller.user.id, renames }
}

async fn list(State(app): State<Shared>, caller: Caller, uri: Uri) -> Answer {
    let (limit, offset) = page(&uri)?;
    let text = query_value(&uri, "q").unwrap_or_default();
    let world = app.store.read();
    let filter = query::workspaces(&text, &world, &caller.user.username, |id| caller.sees_organization(id))?;
    let now = app.clock.now();
    let mut found: Vec<&Workspace> = world
        .workspaces()
        .filter(|workspace| caller.may(Action::Read, workspace) && filter.wants(&world, workspace, now))
        .filter(|workspace| !auth::is_hidden(&world, workspace))
        .collect();
    let count = found.len();
    found.sort_by_cached_key(|workspace| {
        let favorite = workspace.favorite && workspace.owner_id == caller.user.id;
        let running = world.latest_build(workspace.id).is_some_and(|build| build.status() == "running");
        let owner = world.user(workspace.owner_id).map(|user| user.username.to_lowercase()).unwrap_or_default();
        (!favorite, !running, owner, workspace.name.to_lowercase())
    });
    let view = view(&app, &world, &caller);
    // Written row by row: ten thousand rows as one tree of values would take a gigabyte.
    let mut text = String::from("{\"workspaces\":[");
    for (index, workspace) in found.into_iter().skip(offset).take(limit.unwrap_or(usize::MAX)).enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&render::workspace(view, workspace, BuildView::Whole).to_string());
    }
    text.push_str("],\"count\":");
    text.push_str(&count.to_string());
    text.push('}');
    Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], text).into_response())
}

/// A workspace as a caller sees it.
pub fn one_for(app: &Shared, caller: &Caller, id: Uuid) -> Result<Value, ApiError> {
    let world = app.store.read();
    // The caller's rights may have changed since they came.
    let user = world.user(caller.user.id).filter(|user| user.status != "suspended").ok_or_else(ApiError::not_found)?;
    let caller = Caller { user: user.clone(), key_id: caller.key_id.clone() };
    let workspace = caller.workspace(&world, id)?;
    Ok(render::workspace(view(app, &world, &caller), workspace, BuildView::Whole))
}

/// Whether deleted workspaces are asked for; `field` is what the refusal calls the key, which is not the same
/// everywhere.
fn include_deleted(uri: &Uri, field: &str) -> Result<bool, ApiError> {
    match query_value(uri, "include_deleted").as_deref() {
        Some("1" | "t" | "T" | "true" | "True" | "TRUE") => Ok(true),
        None | Some("" | "0" | "f" | "F" | "false" | "False" | "FALSE") => Ok(false),
        Some(other) => Err(ApiError::bad_request(format!(
            "Invalid boolean value \"{other}\" for \"include_deleted\" query param."
        ))
        .field(field, "Must be a valid boolean")),
    }
}

async fn one(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, uri: Uri) -> Answer {
    let id = auth::id(&text)?;
    let deleted = {
        let world = app.store.read();
        caller.workspace(&world, id)?.deleted
    };
    if !include_deleted(&uri, "deleted")? && deleted {
        return Err(ApiError::new(
            StatusCode::GONE,
            format!(
                "Workspace \"{id}\" was deleted, you can view this workspace by specifying '?include_deleted=true' and trying again."
            ),
        ));
    }
    ok(&one_for(&app, &caller, id)?)
}

/// The owner that a path means. Unlike the other routes of people, one may name anybody whose workspace one may see.
pub fn owner<'w>(world: &'w World, caller: &Caller, text: &str) -> Result<&'w User, ApiError> {
    let found = if text == "me" {
        world.user(caller.user.id)
    } else {
        Uuid::parse_str(text).ok().and_then(|id| world.user(id)).or_else(|| world.user_named(text))
    };
    found.ok_or_else(ApiError::not_found)
}

/// The workspace of a name that was deleted last.
fn deleted_named<'w>(world: &'w World, owner: Uuid, name: &str) -> Option<&'w Workspace> {
    world
        .workspaces()
        .filter(|workspace| {
            workspace.deleted && workspace.owner_id == owner && workspace.name.eq_ignore_ascii_case(name)
        })
        .max_by_key(|workspace| workspace.created_at)
}

async fn by_name(
    State(app): State<Shared>,
    caller: Caller,
    Path((user, name)): Path<(String, String)>,
    uri: Uri,
) -> Answer {
    let deleted = include_deleted(&uri, "include_deleted")?;
    let world = app.store.read();
    let owner = owner(&world, &caller, &user)?.id;
    let workspace = world
        .workspace_named(owner, &name)
        .or_else(|| deleted.then(|| deleted_named(&world, owner, &name)).flatten())
        .filter(|workspace| caller.may(Action::Read, workspace) && !auth::is_hidden(&world, workspace))
        .ok_or_else(ApiError::not_found)?;
    ok(&render::workspace(view(&app, &world, &caller), workspace, BuildView::Whole))
}

async fn watch(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, request: Request) -> Answer {
    let id = auth::id(&text)?;
    caller.workspace(&app.store.read(), id)?;
    match sockets::open(request, sockets::ONE_WAY).await {
        Ok(upgrade) => Ok(upgrade.on_upgrade(move |socket| sockets::watch_workspace(socket, app, caller, id))),
        Err(response) => Ok(*response),
    }
}

// --- settings --------------------------------------------------------------------------------------------------------

/// The workspace's id, if the caller may see it and change it.
fn changeable(app: &Shared, caller: &Caller, text: &str) -> Result<Uuid, ApiError> {
    let id = auth::id(text)?;
    let world = app.store.read();
    let workspace = caller.workspace(&world, id)?;
    if caller.may(Action::Update, workspace) { Ok(id) } else { Err(ApiError::forbidden()) }
}

#[derive(Deserialize)]
struct Name {
    #[serde(default)]
    name: String,
}

async fn rename(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, Body(body): Body<Name>) -> Answer {
    let id = changeable(&app, &caller, &text)?;
    if !is_workspace_name(&body.name) {
        return Err(ApiError::invalid("name", "username", &body.name));
    }
    app.store.write(|world| {
        let workspace = world.workspace(id).ok_or_else(ApiError::not_found)?;
        if body.name == workspace.name {
            return Ok(());
        }
        if !app.config.renames {
            return Err(ApiError::bad_request("Workspace renames are not allowed."));
        }
        if workspace.deleted {
            return Err(ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("Workspace \"{}\" is deleted and cannot be updated.", workspace.name),
            ));
        }
        let owner = workspace.owner_id;
        if world.workspace_named(owner, &body.name).is_some_and(|other| other.id != id) {
            return Err(taken(&body.name));
        }
        world.rename(id, &body.name);
        world.tell(Event::Workspace(id));
        Ok(())
    })?;
    empty(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Autostart {
    #[serde(default)]
    schedule: Option<String>,
}

async fn autostart(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<Autostart>,
) -> Answer {
    let id = changeable(&app, &caller, &text)?;
    let schedule = body.schedule.filter(|text| !text.is_empty());
    if let Some(text) = &schedule {
        Schedule::parse(text)
            .map_err(|detail| ApiError::bad_request("Invalid autostart schedule.").field("schedule", detail))?;
        let world = app.store.read();
        let template = world.workspace(id).and_then(|workspace| world.rules(workspace.template_id));
        if template.is_some_and(|template| !template.allow_user_autostart) {
            return Err(ApiError::bad_request("Autostart is not allowed for workspaces using this template."));
        }
    }
    app.store.write(|world| {
        if let Some(workspace) = world.workspace_mut(id) {
            workspace.autostart = schedule;
        }
    });
    empty(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Ttl {
    #[serde(default)]
    ttl_ms: Option<i64>,
}

async fn ttl(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, Body(body): Body<Ttl>) -> Answer {
    const WORDS: &str = "Error updating workspace time until shutdown.";
    let id = auth::id(&text)?;
    let may = {
        let world = app.store.read();
        caller.may(Action::Update, caller.workspace(&world, id)?)
    };
    let ttl = check_ttl(body.ttl_ms).map_err(|detail| ApiError::bad_request(WORDS).field("ttl_ms", detail))?;
    if !may {
        return Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, WORDS)
            .detail("execute transaction: update workspace time until shutdown: unauthorized: rbac: forbidden"));
    }
    app.store.write(|world| {
        let workspace = world.workspace(id).ok_or_else(ApiError::not_found)?;
        let fixed = world.rules(workspace.template_id).is_some_and(|template| !template.allow_user_autostop);
        if fixed {
            return Err(ApiError::bad_request(WORDS)
                .field("ttl_ms", "Custom autostop TTL is not allowed for workspaces using this template."));
        }
        if let Some(workspace) = world.workspace_mut(id) {
            workspace.ttl_ms = ttl;
        }
        // Switching it off holds at once, anything else from the next start.
        let latest = world.latest_build(id).filter(|build| build.status() == "running").map(|build| build.id);
        if let (None, Some(build)) = (ttl, latest.and_then(|build| world.build_mut(build))) {
            build.deadline = build.max_deadline;
            build.updated_at = app.clock.now();
        }
        Ok(())
    })?;
    empty(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Extend {
    #[serde(default)]
    deadline: Option<String>,
}

async fn extend(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<Extend>,
) -> Answer {
    let id = changeable(&app, &caller, &text)?;
    let deadline =
        body.deadline.ok_or_else(|| ApiError::invalid("deadline", "required", "0001-01-01 00:00:00 +0000 UTC"))?;
    let wanted = parse_rfc3339(&deadline).ok_or_else(|| {
        ApiError::bad_request("Request body must be valid JSON.").detail(format!(
            "parsing time \"{deadline}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{deadline}\" as \"2006\""
        ))
    })?;
    let now = app.clock.now();
    let conflict = |words: String| Err(ApiError::new(StatusCode::CONFLICT, words));
    app.store.write(|world| {
        let latest = world.latest_build(id).ok_or_else(ApiError::not_found)?;
        let (build, transition, status) = (latest.id, latest.transition, latest.job.status());
        if transition != Transition::Start {
            return conflict(format!("Workspace must be started, current status: {}", transition.as_str()));
        }
        if status == JobStatus::Pending || status == JobStatus::Running || status == JobStatus::Canceling {
            return conflict("Workspace is still building!".to_owned());
        }
        if latest.deadline.is_none() {
            return conflict("Workspace shutdown is manual.".to_owned());
        }
        if wanted < now + EXTEND_FLOOR {
            return Err(ApiError::bad_request(
                "Cannot extend workspace: new deadline must be at least 30 minutes in the future",
            ));
        }
        if latest.max_deadline.is_some_and(|max| wanted > max) {
            return Err(ApiError::bad_request("Cannot extend workspace: new deadline is greater than max deadline"));
        }
        if let Some(build) = world.build_mut(build) {
            build.deadline = Some(wanted);
            build.updated_at = now;
        }
        world.tell(Event::Workspace(id));
        Ok(())
    })?;
    ok(&json!({"message": format!("Deadline updated to {}.", rfc3339(wanted - wanted.rem_euclid(1_000_000)))}))
}

#[derive(Deserialize)]
struct Dormant {
    #[serde(default)]
    dormant: bool,
}

async fn dormant(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<Dormant>,
) -> Answer {
    let id = changeable(&app, &caller, &text)?;
    let now = app.clock.now();
    let changed = app.store.write(|world| {
        let template = world.workspace(id).and_then(|workspace| world.rules(workspace.template_id));
        let delete_after = template.map_or(0, |template| template.delete_after_ms) * 1000;
        let Some(workspace) = world.workspace_mut(id) else { return false };
        if workspace.dormant_at.is_some() == body.dormant {
            return false;
        }
        workspace.dormant_at = body.dormant.then_some(now);
        workspace.deleting_at = (body.dormant && delete_after > 0).then_some(now + delete_after);
        if !body.dormant {
            workspace.last_used_at = now;
        }
        true
    });
    if changed { ok(&one_for(&app, &caller, id)?) } else { empty(StatusCode::NOT_MODIFIED) }
}

async fn favorite(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    set_favorite(&app, &caller, &text, true)
}

async fn unfavorite(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    set_favorite(&app, &caller, &text, false)
}

fn set_favorite(app: &Shared, caller: &Caller, text: &str, favorite: bool) -> Answer {
    let id = auth::id(text)?;
    if caller.workspace(&app.store.read(), id)?.owner_id != caller.user.id {
        let verb = if favorite { "favorite" } else { "un-favorite" };
        return Err(ApiError::new(StatusCode::FORBIDDEN, format!("You can only {verb} workspaces that you own.")));
    }
    app.store.write(|world| {
        if let Some(workspace) = world.workspace_mut(id) {
            workspace.favorite = favorite;
        }
    });
    empty(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Updates {
    #[serde(default)]
    automatic_updates: String,
}

async fn autoupdates(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<Updates>,
) -> Answer {
    let id = changeable(&app, &caller, &text)?;
    if !matches!(body.automatic_updates.as_str(), "always" | "never") {
        return Err(ApiError::bad_request("Invalid request").field("automatic_updates", "must be always or never"));
    }
    app.store.write(|world| {
        if let Some(workspace) = world.workspace_mut(id) {
            workspace.automatic_updates.clone_from(&body.automatic_updates);
        }
    });
    empty(StatusCode::NO_CONTENT)
}

/// Whether an automatic start would be refused: it would be an update, and the new version asks for what is not there.
async fn resolve_autostart(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let workspace = caller.workspace(&world, auth::id(&text)?)?;
    let mismatch = world.template(workspace.template_id).zip(world.latest_build(workspace.id)).is_some_and(
        |(template, latest)| {
            let forced = template.require_active_version || workspace.automatic_updates == "always";
            let active = world.version(template.active_version_id);
            let blueprint = active.map(|version| blueprint::named(&version.blueprint)).unwrap_or_default();
            let before = Some(latest.parameters.as_slice());
            let sources = Sources { preset: &[], given: &[], before, lenient: false };
            let differs = latest.version_id != template.active_version_id;
            forced && differs && parameters::resolve(&blueprint, &sources).is_err()
        },
    );
    ok(&json!({"parameter_mismatch": mismatch}))
}

async fn usage(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let id = auth::id(&text)?;
    caller.workspace(&app.store.read(), id)?;
    let now: Us = app.clock.now();
    app.store.write(|world| {
        if let Some(workspace) = world.workspace_mut(id).filter(|workspace| now - workspace.last_used_at > MINUTE) {
            workspace.last_used_at = now;
        }
        let bumped = world.workspace(id).and_then(|workspace| automation::bumped(world, workspace, now));
        let build = world.latest_build(id).map(|build| build.id);
        if let (Some(deadline), Some(build)) = (bumped, build.and_then(|build| world.build_mut(build))) {
            build.deadline = Some(deadline);
            build.updated_at = now;
            world.tell(Event::Workspace(id));
        }
    });
    empty(StatusCode::NO_CONTENT)
}

// --- sharing ---------------------------------------------------------------------------------------------------------

async fn acl(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let workspace = caller.workspace(&world, auth::id(&text)?)?;
    let users: Vec<Value> = workspace
        .acl
        .iter()
        .filter_map(|(id, role)| {
            let user = world.user(*id)?;
            Some(json!({"id": id, "username": user.username, "name": user.name, "role": role}))
        })
        .collect();
    ok(&json!({"users": users, "group": []}))
}

#[derive(Deserialize)]
struct Roles {
    #[serde(default)]
    user_roles: BTreeMap<String, String>,
}

async fn set_acl(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<Roles>,
) -> Answer {
    let id = changeable(&app, &caller, &text)?;
    app.store.write(|world| {
        let mut changes = Vec::new();
        for (user, role) in &body.user_roles {
            let known = Uuid::parse_str(user).ok().filter(|id| world.user(*id).is_some());
            match (known, role.as_str()) {
                (Some(user), "use" | "admin" | "") => changes.push((user, role.clone())),
                (Some(_), other) => {
                    return Err(ApiError::bad_request("Invalid request to update workspace sharing permissions")
                        .field("user_roles", format!("role \"{other}\" is not a valid workspace role")));
                }
                (None, _) => {
                    return Err(ApiError::bad_request("Invalid request to update workspace sharing permissions")
                        .field("user_roles", format!("user with ID {user} does not exist")));
                }
            }
        }
        let workspace = world.workspace_mut(id).ok_or_else(ApiError::not_found)?;
        for (user, role) in changes {
            if role.is_empty() {
                workspace.acl.remove(&user);
            } else {
                workspace.acl.insert(user, role);
            }
        }
        Ok(())
    })?;
    empty(StatusCode::NO_CONTENT)
}

async fn clear_acl(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let id = changeable(&app, &caller, &text)?;
    app.store.write(|world| {
        if let Some(workspace) = world.workspace_mut(id) {
            workspace.acl.clear();
        }
    });
    empty(StatusCode::NO_CONTENT)
}
