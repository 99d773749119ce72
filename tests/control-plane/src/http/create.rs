//! Making a workspace. May import everything of this crate.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Routes;
use super::ask::{ParameterValue, Wish, ask};
use super::auth::{Caller, query_value};
use super::error::{Answer, ApiError, Body, Checks, ok, reply};
use super::session::{is_name, page};
use super::workspaces::{owner, view};
use crate::Shared;
use crate::model::{Transition, User, Workspace};
use crate::render::{self, BuildView};
use crate::schedule::Schedule;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/users/{user}/workspaces", post(create))
        .route("/organizations/{organization}/members/{user}/workspaces", post(create_in_organization))
        .route("/organizations/{organization}/members/{user}/workspaces/available-users", get(available_users))
}

#[derive(Deserialize)]
struct NewWorkspace {
    #[serde(default)]
    template_id: Option<Uuid>,
    #[serde(default)]
    template_version_id: Option<Uuid>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    autostart_schedule: Option<String>,
    #[serde(default)]
    ttl_ms: Option<i64>,
    #[serde(default)]
    rich_parameter_values: Option<Vec<ParameterValue>>,
    #[serde(default)]
    automatic_updates: Option<String>,
    #[serde(default)]
    template_version_preset_id: Option<Uuid>,
}

async fn create(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
    Body(body): Body<NewWorkspace>,
) -> Answer {
    make(&app, &caller, &user, &body)
}

async fn create_in_organization(
    State(app): State<Shared>,
    caller: Caller,
    Path((organization, user)): Path<(String, String)>,
    Body(body): Body<NewWorkspace>,
) -> Answer {
    {
        let world = app.store.read();
        world
            .organization_named(&organization)
            .filter(|organization| caller.sees_organization(organization.id))
            .ok_or_else(ApiError::not_found)?;
    }
    make(&app, &caller, &user, &body)
}

/// For whom the caller may make a workspace.
async fn available_users(
    State(app): State<Shared>,
    caller: Caller,
    Path((organization, _)): Path<(String, String)>,
    uri: Uri,
) -> Answer {
    let world = app.store.read();
    let organization = world
        .organization_named(&organization)
        .filter(|organization| caller.sees_organization(organization.id))
        .ok_or_else(ApiError::not_found)?
        .id;
    if !caller.may_create_for_others(organization) {
        return Err(ApiError::forbidden());
    }
    let (limit, offset) = page(&uri)?;
    let wanted = query_value(&uri, "q").unwrap_or_default().to_lowercase();
    let mut people: Vec<&User> = world
        .users()
        .filter(|user| user.organizations.contains_key(&organization) && user.username.to_lowercase().contains(&wanted))
        .collect();
    people.sort_by_key(|user| user.username.to_lowercase());
    let list = people.into_iter().skip(offset).take(limit.unwrap_or(usize::MAX)).map(brief);
    ok(&list.collect::<Vec<_>>().into())
}

fn brief(user: &User) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(user.id));
    out.insert("username".into(), json!(user.username));
    for (key, text) in [("name", &user.name), ("avatar_url", &user.avatar_url)] {
        if !text.is_empty() {
            out.insert(key.into(), json!(text));
        }
    }
    Value::Object(out)
}

const MAY_NOT_CREATE: &str = "You are unable to create a workspace in this organization. It is possible to have access to the template, but not be able to create a workspace. Please contact an administrator about your permissions if you feel this is an error.";

/// The refusal of a name that another workspace of the same owner has.
pub fn taken(name: &str) -> ApiError {
    ApiError::new(StatusCode::CONFLICT, format!("Workspace \"{name}\" already exists."))
        .field("name", "This value is already in use and should be unique.")
}

/// A name that a workspace may have: two are pages of the dashboard.
pub fn is_workspace_name(text: &str) -> bool {
    is_name(text) && !matches!(text, "new" | "create")
}

fn make(app: &Shared, caller: &Caller, user: &str, body: &NewWorkspace) -> Answer {
    let owner = {
        let world = app.store.read();
        owner(&world, caller, user)?.clone()
    };
    let mut checks = Checks::default();
    let nil = Uuid::nil().to_string();
    match (body.template_id, body.template_version_id) {
        (Some(template), Some(version)) => {
            checks.fail("template_id", "excluded_with", &template.to_string());
            checks.fail("template_version_id", "excluded_with", &version.to_string());
        }
        (None, None) => {
            checks.fail("template_id", "required_without", &nil);
            checks.fail("template_version_id", "required_without", &nil);
        }
        _ => {}
    }
    if !is_workspace_name(&body.name) {
        checks.fail("name", "workspace_name", &body.name);
    }
    checks.done()?;
    let schedule = body.autostart_schedule.as_deref().filter(|text| !text.is_empty());
    if let Some(text) = schedule {
        Schedule::parse(text)
            .map_err(|detail| ApiError::bad_request("Invalid Autostart Schedule.").field("schedule", detail))?;
    }
    let ttl = match check_ttl(body.ttl_ms) {
        Ok(ttl) => ttl,
        Err(detail) => {
            return Err(ApiError::bad_request("Invalid Workspace Time to Shutdown.").field("ttl_ms", detail));
        }
    };
    if body.automatic_updates.as_deref().is_some_and(|updates| !matches!(updates, "" | "always" | "never")) {
        return Err(ApiError::bad_request("Invalid Workspace Automatic Updates setting.")
            .field("automatic_updates", "Automatic updates must be always or never"));
    }
    let now = app.clock.now();
    let id = app.store.write(|world| {
        let template_id =
            body.template_id.or_else(|| world.version(body.template_version_id?).map(|version| version.template_id));
        let template = template_id.and_then(|id| world.template(id)).filter(|template| {
            caller.reads_templates(template.organization_id)
                && owner.organizations.contains_key(&template.organization_id)
        });
        let Some(template) = template.cloned() else {
            let (what, field, named) = match body.template_version_id {
                Some(version) => ("Template version", "template_version_id", version),
                None => ("Template", "template_id", body.template_id.unwrap_or_default()),
            };
            return Err(
                ApiError::bad_request(format!("{what} \"{named}\" doesn't exist.")).field(field, "template not found")
            );
        };
        if owner.id != caller.user.id && !caller.is_owner() {
            return Err(
                ApiError::new(StatusCode::FORBIDDEN, "Unauthorized to create workspace.").detail(MAY_NOT_CREATE)
            );
        }
        if !template.deprecation_message.is_empty() {
            return Err(ApiError::bad_request(format!(
                "Template \"{}\" has been deprecated, and cannot be used to create a new workspace.",
                template.name
            ))
            .detail(template.deprecation_message));
        }
        if world.workspace_named(owner.id, &body.name).is_some() {
            return Err(taken(&body.name));
        }
        let workspace = Workspace {
            id: Uuid::new_v4(),
            owner_id: owner.id,
            organization_id: template.organization_id,
            template_id: template.id,
            name: body.name.clone(),
            autostart: schedule.map(str::to_owned),
            ttl_ms: ttl
                .or_else(|| (body.ttl_ms.is_none() && template.default_ttl_ms > 0).then_some(template.default_ttl_ms)),
            automatic_updates: body
                .automatic_updates
                .clone()
                .filter(|updates| !updates.is_empty())
                .unwrap_or_else(|| "never".to_owned()),
            favorite: false,
            dormant_at: None,
            deleting_at: None,
            last_used_at: now,
            deleted: false,
            acl: BTreeMap::new(),
            state: BTreeMap::new(),
            shares: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        let id = workspace.id;
        let wish = Wish {
            transition: Transition::Start,
            version: Some(body.template_version_id.unwrap_or(template.active_version_id)),
            given: body.rich_parameter_values.as_deref().unwrap_or_default(),
            preset: body.template_version_preset_id,
            orphan: false,
            own_state: false,
            debug: false,
            debug_allowed: false,
            reason: "initiator",
        };
        world.put_workspace(workspace);
        match ask(world, caller, id, &wish, now) {
            Ok(_) => Ok(id),
            Err(error) => {
                world.discard_workspace(id);
                Err(error)
            }
        }
    })?;
    app.wake.notify_one();
    let world = app.store.read();
    let workspace = world.workspace(id).ok_or_else(ApiError::not_found)?;
    reply(StatusCode::CREATED, &render::workspace(view(app, &world, caller), workspace, BuildView::Reply))
}

/// A time until stop in milliseconds, cut to whole minutes; none for none or 0.
pub fn check_ttl(ttl_ms: Option<i64>) -> Result<Option<i64>, &'static str> {
    const MINUTE_MS: i64 = 60_000;
    let asked = ttl_ms.unwrap_or(0);
    // The real server counts in nanoseconds and does not notice when they overflow.
    let asked_ns = asked.wrapping_mul(1_000_000);
    let ttl = asked_ns / 1_000_000 / MINUTE_MS * MINUTE_MS;
    match ttl {
        _ if asked == 0 => Ok(None),
        ttl if ttl < MINUTE_MS => Err("time until shutdown must be at least one minute"),
        ttl if ttl > 30 * 24 * 60 * MINUTE_MS => Err("time until shutdown must be less than 30 days"),
        ttl => Ok(Some(ttl)),
    }
}
