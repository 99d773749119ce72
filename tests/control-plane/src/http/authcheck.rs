//! What the caller may do, asked for many things at once. May import everything of this crate.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Action, Caller};
use super::error::{Answer, ApiError, Body, ok};
use crate::Shared;
use crate::blueprint::{Race, Scenario};
use crate::model::Workspace;
use crate::world::World;

/// How many checks of one request may name a resource.
const MOST: usize = 10;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().route("/authcheck", post(authcheck))
}

#[derive(Deserialize)]
struct Checks {
    #[serde(default)]
    checks: BTreeMap<String, Check>,
}

#[derive(Deserialize)]
struct Check {
    #[serde(default)]
    object: Object,
    #[serde(default)]
    action: String,
}

#[derive(Deserialize, Default)]
struct Object {
    #[serde(default)]
    resource_type: String,
    #[serde(default)]
    owner_id: String,
    #[serde(default)]
    organization_id: String,
    #[serde(default)]
    resource_id: String,
}

impl Check {
    /// What is wrong with the question, if anything.
    fn check(&self, key: &str) -> Result<(), ApiError> {
        let object = &self.object;
        if object.resource_type.is_empty() {
            return Err(ApiError::bad_request(format!(
                "Object's \"resource_type\" field must be defined for key \"{key}\"."
            )));
        }
        if object.resource_id.is_empty() {
            return Ok(());
        }
        if let Err(error) = Uuid::parse_str(&object.resource_id) {
            let detail = match object.resource_id.len() {
                32 | 36 | 38 | 45 => error.to_string(),
                length => format!("invalid UUID length: {length}"),
            };
            return Err(ApiError::bad_request(format!("Object \"{}\" id is not a valid uuid.", object.resource_id))
                .field("resource_id", detail));
        }
        if !matches!(object.resource_type.as_str(), "workspace" | "workspace_dormant" | "template" | "user" | "group") {
            let words = format!("Object type \"{}\" does not support \"resource_id\" field.", object.resource_type);
            return Err(ApiError::bad_request(words.clone()).field("resource_type", words));
        }
        Ok(())
    }
}

async fn authcheck(State(app): State<Shared>, caller: Caller, Body(body): Body<Checks>) -> Answer {
    let named = body.checks.values().filter(|check| !check.object.resource_id.is_empty()).count();
    if named > MOST {
        return Err(ApiError::bad_request(format!(
            "Endpoint only supports using \"resource_id\" field {MOST} times, found {named} usages. Remove {} objects with this field set.",
            named - MOST
        )));
    }
    for (key, check) in &body.checks {
        check.check(key)?;
    }
    let world = app.store.read();
    let answers: Map<String, Value> =
        body.checks.iter().map(|(key, check)| (key.clone(), allowed(&world, &caller, check).into())).collect();
    ok(&Value::Object(answers))
}

fn allowed(world: &World, caller: &Caller, check: &Check) -> bool {
    let object = &check.object;
    let organization = Uuid::parse_str(&object.organization_id).ok();
    let resource = Uuid::parse_str(&object.resource_id).ok();
    let reads = check.action == "read";
    match object.resource_type.as_str() {
        "workspace" | "workspace_dormant" => {
            if let Some(id) = resource {
                let workspace = world.workspace(id);
                return workspace.is_some_and(|workspace| of_workspace(world, caller, workspace, &check.action));
            }
            let mine = object.owner_id == "me" || object.owner_id == caller.user.id.to_string();
            let rules = organization.is_some_and(|id| caller.has_organization_role(id, "organization-admin"));
            // Of one's own dormant ones too, by these words nobody starts one.
            if object.resource_type == "workspace_dormant"
                && matches!(check.action.as_str(), "start" | "ssh" | "application_connect" | "share" | "create_agent")
            {
                return false;
            }
            caller.is_owner()
                || rules
                || (mine && organization.is_none_or(|id| caller.user.organizations.contains_key(&id)))
                || (reads && caller.has_role("template-admin"))
        }
        "template" => {
            let organization =
                resource.and_then(|id| world.template(id)).map(|template| template.organization_id).or(organization);
            match organization {
                Some(id) if matches!(check.action.as_str(), "read" | "use") => caller.reads_templates(id),
                Some(id) => caller.may_update_templates(id),
                None => reads || caller.is_owner() || caller.has_role("template-admin"),
            }
        }
        "user" => {
            let mine = object.owner_id == "me" || resource == Some(caller.user.id);
            caller.is_owner() || caller.has_role("user-admin") || (reads && (mine || caller.reads_users()))
        }
        "audit_log" => caller.is_owner() || (reads && caller.has_role("auditor")),
        _ => caller.is_owner(),
    }
}

/// What may be done to one workspace: less while it is dormant.
fn of_workspace(world: &World, caller: &Caller, workspace: &Workspace, action: &str) -> bool {
    if auth::is_hidden(world, workspace) {
        return false;
    }
    let acted_on = match action {
        "read" => Action::Read,
        // Whoever may start it may go in.
        "start" | "ssh" | "application_connect" => Action::Start,
        "stop" => Action::Stop,
        "delete" => Action::Delete,
        "update" | "share" | "create" | "create_agent" | "delete_agent" | "update_agent" => Action::Update,
        _ => return false,
    };
    let asleep = workspace.dormant_at.is_some()
        && matches!(action, "start" | "ssh" | "application_connect" | "share" | "create_agent");
    let taken_away = Scenario::of(&workspace.name).race == Race::Forbidden
        && matches!(acted_on, Action::Start | Action::Stop | Action::Delete);
    !asleep && !taken_away && caller.may(acted_on, workspace)
}
