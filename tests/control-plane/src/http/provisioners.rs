//! The provisioners of an organization and their jobs, for whoever may see them. May import everything of this crate.

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Caller, query_value};
use super::error::{Answer, ApiError, ok};
use super::session::page;
use super::workspaces::view;
use crate::clock::{DAY, SECOND, rfc3339};
use crate::model::{Build, JobStatus};
use crate::render;
use crate::world::World;
use crate::{Shared, engine};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/organizations/{organization}/provisionerdaemons", get(daemons))
        .route("/organizations/{organization}/provisionerjobs", get(jobs))
        .route("/organizations/{organization}/provisionerjobs/{job}", get(job))
}

/// The organization of a path, if the caller may see its provisioners: whoever may change its templates.
fn seen(world: &World, caller: &Caller, text: &str) -> Result<Uuid, ApiError> {
    let organization = world.organization_named(text).map(|organization| organization.id);
    organization.filter(|id| caller.may_update_templates(*id)).ok_or_else(ApiError::not_found)
}

/// A query may have these keys alone, the token's key not among them.
fn strict(uri: &Uri, keys: &[&str]) -> Result<(), ApiError> {
    let strange: Vec<String> = auth::pairs(uri.query().unwrap_or_default())
        .into_iter()
        .map(|(key, _)| key)
        .filter(|key| !keys.contains(&key.as_str()))
        .collect();
    if strange.is_empty() {
        return Ok(());
    }
    Err(strange.into_iter().fold(ApiError::bad_request("Invalid query parameters."), |error, key| {
        let detail = format!("\"{key}\" is not a valid query param");
        error.field(key, detail)
    }))
}

/// The builds of an organization, the newest first.
fn builds_of(world: &World, organization: Uuid) -> Vec<&Build> {
    let is_there = |build: &&Build| {
        world.workspace(build.workspace_id).is_some_and(|workspace| workspace.organization_id == organization)
    };
    let mut builds: Vec<&Build> = world.builds().filter(is_there).collect();
    builds.sort_by_key(|build| std::cmp::Reverse((build.job.created_at, build.id)));
    builds
}

async fn daemons(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, uri: Uri) -> Answer {
    strict(&uri, &["limit", "ids", "status", "max_age", "offline", "tags"])?;
    let world = app.store.read();
    let organization = seen(&world, &caller, &text)?;
    let now = app.clock.now();
    let builds = builds_of(&world, organization);
    let brief = |build: &Build| {
        let template = world.workspace(build.workspace_id).and_then(|w| world.template(w.template_id));
        json!({
            "id": build.job.id,
            "status": build.job.status().as_str(),
            "template_name": template.map(|t| t.name.as_str()).unwrap_or_default(),
            "template_icon": template.map(|t| t.icon.as_str()).unwrap_or_default(),
            "template_display_name": template.map(|t| t.display_name.as_str()).unwrap_or_default(),
        })
    };
    let list: Vec<Value> = engine::provisioners(&app)
        .into_iter()
        .map(|(id, name)| {
            let mut mine = builds.iter().filter(|build| build.job.worker_id == Some(id));
            let current = mine.clone().find(|build| build.job.is_active());
            // Who has done nothing yet is the successor of one that did.
            let previous = mine
                .find(|build| !build.job.is_active())
                .or_else(|| builds.iter().find(|build| build.job.started_at.is_some() && !build.job.is_active()));
            json!({
                "id": id,
                "organization_id": organization,
                "key_id": "00000000-0000-0000-0000-000000000001",
                "created_at": rfc3339(now - DAY),
                "last_seen_at": rfc3339(now - now.rem_euclid(10 * SECOND)),
                "name": name,
                "version": app.config.age.version(),
                "api_version": app.config.age.provisioner_api(),
                "provisioners": ["terraform"],
                "tags": {"owner": "", "scope": "organization"},
                "key_name": "built-in",
                "status": if current.is_some() { "busy" } else { "idle" },
                "current_job": current.map(|build| brief(build)),
                "previous_job": previous.map(|build| brief(build)),
            })
        })
        .collect();
    ok(&list.into())
}

async fn jobs(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, uri: Uri) -> Answer {
    const USUAL: usize = 50;
    const STATUS: [&str; 7] = ["pending", "running", "succeeded", "canceling", "canceled", "failed", "unknown"];
    strict(&uri, &["limit", "status", "ids", "tags", "initiator"])?;
    let world = app.store.read();
    let organization = seen(&world, &caller, &text)?;
    let (limit, _) = page(&uri)?;
    let wanted = query_value(&uri, "status").filter(|text| !text.is_empty());
    if let Some(text) = wanted.as_deref().filter(|text| text.split(',').any(|one| !STATUS.contains(&one))) {
        let words = "Internal error fetching provisioner jobs.";
        let detail = format!("fetch object: pq: invalid input value for enum provisioner_job_status: \"{text}\"");
        return Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, words).detail(detail));
    }
    let fits =
        |status: JobStatus| wanted.as_deref().is_none_or(|text| text.split(',').any(|one| one == status.as_str()));
    let list: Vec<Value> = builds_of(&world, organization)
        .into_iter()
        .filter(|build| fits(build.job.status()))
        .take(limit.unwrap_or(USUAL))
        .filter_map(|build| render::queued_job(view(&app, &world, &caller), build, &engine::provisioners(&app)))
        .collect();
    ok(&list.into())
}

async fn job(State(app): State<Shared>, caller: Caller, Path((text, job)): Path<(String, String)>) -> Answer {
    let id = auth::id(&job)?;
    let world = app.store.read();
    let organization = seen(&world, &caller, &text)?;
    let build = builds_of(&world, organization).into_iter().find(|build| build.job.id == id);
    let build = build.ok_or_else(ApiError::not_found)?;
    let job = render::queued_job(view(&app, &world, &caller), build, &engine::provisioners(&app));
    ok(&job.ok_or_else(ApiError::not_found)?)
}
