//! Builds: what there is of them, cancelling one, its parameters, log and timings. May import everything of this crate.

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::{get, patch};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Action, Caller, query_value};
use super::error::{Answer, ApiError, ok};
use super::session::page;
use super::sockets;
use super::workspaces::view;
use crate::blueprint::{Race, Scenario};
use crate::clock::{parse_rfc3339, rfc3339};
use crate::model::{Build, JobStatus, LogLine, Workspace};
use crate::render::{self, BuildView};
use crate::world::{Event, World};
use crate::{Quota, Shared};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/workspaces/{workspace}/builds", get(list))
        .route("/workspaces/{workspace}/timings", get(latest_timings))
        .route("/users/{user}/workspace/{workspace}/builds/{number}", get(by_number))
        .route("/workspacebuilds/{build}", get(one))
        .route("/workspacebuilds/{build}/cancel", patch(cancel))
        .route("/workspacebuilds/{build}/parameters", get(parameters))
        .route("/workspacebuilds/{build}/logs", get(logs))
        .route("/workspacebuilds/{build}/timings", get(timings))
        .route("/workspacebuilds/{build}/resources", get(resources))
        .route("/workspacebuilds/{build}/state", get(state))
        .route("/organizations/{organization}/members/{user}/workspace-quota", get(quota))
        .route("/workspace-quota/{user}", get(old_quota))
}

/// A build and its workspace, if the caller may see them.
fn visible<'w>(world: &'w World, caller: &Caller, text: &str) -> Result<(&'w Build, &'w Workspace), ApiError> {
    let build = world.build(auth::id(text)?).ok_or_else(ApiError::not_found)?;
    Ok((build, caller.workspace(world, build.workspace_id)?))
}

async fn one(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let (build, workspace) = visible(&world, &caller, &text)?;
    ok(&render::build(view(&app, &world, &caller), build, workspace, BuildView::ById))
}

async fn resources(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let (build, _) = visible(&world, &caller, &text)?;
    if build.job.is_active() {
        return Err(ApiError::bad_request("Job hasn't completed!"));
    }
    ok(&render::resources(build, app.clock.now()).into())
}

/// Terraform's state, for whoever may change the template.
async fn state(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let (build, workspace) = visible(&world, &caller, &text)?;
    if !caller.may_update_templates(workspace.organization_id) {
        return Err(ApiError::not_found());
    }
    let latest = world.latest_build(workspace.id).is_some_and(|latest| latest.id == build.id);
    let resources: Vec<Value> = workspace
        .state
        .iter()
        .filter(|_| latest)
        .map(|(address, id)| json!({"address": address, "instances": [{"attributes": {"id": id}}]}))
        .collect();
    let state = json!({"version": 4, "serial": build.number, "resources": resources});
    Ok(([(header::CONTENT_TYPE, "application/json")], state.to_string()).into_response())
}

async fn by_number(
    State(app): State<Shared>,
    caller: Caller,
    Path((user, name, number)): Path<(String, String, String)>,
) -> Answer {
    let wanted: i32 = number.parse().map_err(|error: std::num::ParseIntError| {
        use std::num::IntErrorKind::{NegOverflow, PosOverflow};
        let why = match error.kind() {
            PosOverflow | NegOverflow => "value out of range",
            _ => "invalid syntax",
        };
        ApiError::bad_request("Failed to parse build number as integer.")
            .detail(format!("strconv.ParseInt: parsing \"{number}\": {why}"))
    })?;
    let wanted = i64::from(wanted);
    let world = app.store.read();
    let owner = super::workspaces::owner(&world, &caller, &user)?.id;
    let workspace = world
        .workspace_named(owner, &name)
        .filter(|workspace| caller.may(Action::Read, workspace))
        .ok_or_else(ApiError::not_found)?;
    let build = world.builds_of(workspace.id).find(|build| build.number == wanted).ok_or_else(|| {
        ApiError::new(StatusCode::NOT_FOUND, format!("Workspace \"{}\" Build {wanted} does not exist.", workspace.name))
    })?;
    ok(&render::build(view(&app, &world, &caller), build, workspace, BuildView::Whole))
}

async fn list(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, uri: Uri) -> Answer {
    let id = auth::id(&text)?;
    let world = app.store.read();
    let workspace = caller.workspace(&world, id)?;
    let (limit, offset) = page(&uri)?;
    let since = match query_value(&uri, "since").filter(|text| !text.is_empty()) {
        None => 0,
        Some(text) => parse_rfc3339(&text).ok_or_else(|| {
            ApiError::bad_request("bad `since` format, must be RFC3339").detail(format!(
                "parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\""
            ))
        })?,
    };
    let after = match query_value(&uri, "after_id").filter(|text| !text.is_empty()) {
        Some(text) => Some(auth::id(&text)?),
        None => None,
    };
    let below = after.and_then(|id| world.build(id)).map_or(i64::MAX, |build| build.number);
    let view = view(&app, &world, &caller);
    let found: Vec<Value> = world
        .builds_of(id)
        .rev()
        .filter(|build| build.created_at >= since && build.number < below)
        .skip(offset)
        .take(limit.unwrap_or(usize::MAX))
        .map(|build| render::build(view, build, workspace, BuildView::Whole))
        .collect();
    ok(&found.into())
}

// --- cancelling ------------------------------------------------------------------------------------------------------

async fn cancel(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, uri: Uri) -> Answer {
    let expected = query_value(&uri, "expect_status").unwrap_or_default();
    let (id, workspace_id) = {
        let world = app.store.read();
        let (build, workspace) = visible(&world, &caller, &text)?;
        (build.id, workspace.id)
    };
    if !matches!(expected.as_str(), "" | "running" | "pending") {
        return Err(ApiError::bad_request(format!(
            "Invalid expect_status \"{expected}\". Only 'running' or 'pending' are allowed."
        )));
    }
    let now = app.clock.now();
    let marked = app.store.write(|world| {
        let workspace = caller.workspace(world, workspace_id)?;
        if !caller.may(Action::Update, workspace) && !caller.may(Action::Stop, workspace) {
            return Err(ApiError::not_found());
        }
        let race = Scenario::of(&workspace.name).race;
        let allowed = world.template(workspace.template_id).is_some_and(|template| template.allow_user_cancel);
        if !(expected == "pending" || allowed || caller.is_owner()) {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "User is not allowed to cancel workspace builds. Owner role is required.",
            ));
        }
        let build = world.build_mut(id).ok_or_else(ApiError::not_found)?;
        if build.job.completed_at.is_some() {
            return Err(ApiError::bad_request("Job has already completed!"));
        }
        if build.job.canceled_at.is_some() {
            return Err(ApiError::bad_request("Job has already been marked as canceled!"));
        }
        let status = build.job.status();
        if race == Race::Taken && status == JobStatus::Pending && build.job.unmatched {
            // A provisioner takes it a moment before.
            build.job.unmatched = false;
            return Err(not_as_expected());
        }
        let fits = match expected.as_str() {
            "pending" => status == JobStatus::Pending,
            "running" => status == JobStatus::Running,
            _ => true,
        };
        if !fits {
            return Err(not_as_expected());
        }
        // Whoever is let through by what is expected alone is held up here, as the real server does it.
        if !allowed && !caller.is_owner() {
            return Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error updating provisioner job.")
                .detail("only owners can cancel workspace builds"));
        }
        build.job.canceled_at = Some(now);
        if build.job.started_at.is_none() {
            build.job.completed_at = Some(now);
            world.tell(Event::BuildLog(id));
        }
        world.tell(Event::Workspace(workspace_id));
        Ok(())
    });
    app.wake.notify_one();
    marked?;
    ok(&json!({"message": "Job has been marked as canceled..."}))
}

fn not_as_expected() -> ApiError {
    ApiError::new(StatusCode::PRECONDITION_FAILED, "Job is not in the expected state.")
}

// --- parameters, logs, timings ---------------------------------------------------------------------------------------

async fn parameters(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let (build, _) = visible(&world, &caller, &text)?;
    let list: Vec<Value> = build.parameters.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    ok(&list.into())
}

/// A line of a build's log.
pub fn render_log(line: &LogLine) -> Value {
    json!({
        "id": line.id,
        "created_at": rfc3339(line.created_at),
        "log_source": if line.daemon { "provisioner_daemon" } else { "provisioner" },
        "log_level": line.level,
        "stage": line.stage,
        "output": line.output,
    })
}

/// What is asked of a log.
#[derive(Debug)]
pub struct LogQuery {
    /// Only lines with a greater id.
    pub after: i64,
    /// Only lines with a lesser id.
    pub before: i64,
    /// Whether to follow: the parameter's presence counts, whatever its value.
    pub follow: bool,
    /// Whether to answer in plain text.
    pub text: bool,
}

/// Reads what is asked of a log. Those of agents take no negative number, not even the −1 that those of builds do, and
/// know no `before`.
pub fn log_query(uri: &Uri, of_build: bool) -> Result<LogQuery, ApiError> {
    let must = if of_build { "an integer" } else { "an integer greater than or equal to zero" };
    let number = |name: &str| match query_value(uri, name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse::<i64>().ok().filter(|number| of_build || *number >= 0).map(Some).ok_or_else(|| {
            ApiError::bad_request(format!("Query param \"{name}\" must be {must}."))
                .field(name, format!("Must be {must}"))
        }),
    };
    let follow = query_value(uri, "follow").is_some();
    let after = number("after")?.unwrap_or(-1);
    let before = if of_build { number("before")? } else { None };
    let before = before.filter(|before| *before > 0 && !follow).unwrap_or(i64::MAX);
    let text = match query_value(uri, "format").as_deref() {
        None | Some("" | "json") => false,
        Some("text") if follow => {
            return Err(ApiError::bad_request("Text format is not supported with follow mode.")
                .detail("Use format=json or omit the follow parameter."));
        }
        Some("text") => true,
        Some(_) => {
            return Err(
                ApiError::bad_request("Invalid format parameter.").detail("Allowed values are \"json\" and \"text\".")
            );
        }
    };
    Ok(LogQuery { after, before, follow, text })
}

async fn logs(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, request: Request) -> Answer {
    let id = {
        let world = app.store.read();
        visible(&world, &caller, &text)?.0.id
    };
    let query = log_query(request.uri(), true)?;
    if query.follow {
        return match sockets::open(request, sockets::PLAIN).await {
            Ok(upgrade) => {
                Ok(upgrade.on_upgrade(move |socket| sockets::follow_build_log(socket, app, id, query.after)))
            }
            Err(response) => Ok(*response),
        };
    }
    let lines = app
        .store
        .db()
        .logs(id, query.after, query.before)
        .map_err(|error| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    if query.text {
        let text: String = lines
            .iter()
            .map(|line| {
                let at = rfc3339(line.created_at - line.created_at.rem_euclid(1_000_000));
                format!("{at} [{}] [provisioner|{}] {}\n", line.level, line.stage, line.output)
            })
            .collect();
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response());
    }
    ok(&lines.iter().map(render_log).collect::<Vec<_>>().into())
}

async fn timings(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let (build, _) = visible(&world, &caller, &text)?;
    ok(&render_timings(build))
}

async fn latest_timings(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let id = auth::id(&text)?;
    let world = app.store.read();
    caller.workspace(&world, id)?;
    ok(&render_timings(world.latest_build(id).ok_or_else(ApiError::not_found)?))
}

fn render_timings(build: &Build) -> Value {
    let provisioner: Vec<Value> = build
        .timings
        .iter()
        .map(|row| {
            json!({
                "job_id": build.job.id,
                "started_at": rfc3339(row.started_at),
                "ended_at": rfc3339(row.ended_at),
                "stage": row.stage,
                "source": row.source,
                "action": row.action,
                "resource": row.resource,
            })
        })
        .collect();
    let scripts: Vec<Value> = build
        .script_timings
        .iter()
        .map(|row| {
            json!({
                "started_at": rfc3339(row.started_at),
                "ended_at": rfc3339(row.ended_at),
                "exit_code": row.exit_code,
                "stage": row.stage,
                "status": row.status,
                "display_name": row.display_name,
                "workspace_agent_id": row.agent_id.to_string(),
                "workspace_agent_name": row.agent_name,
            })
        })
        .collect();
    let connections: Vec<Value> = build
        .agents()
        .filter_map(|agent| {
            let connected = agent.first_connected_at?;
            Some(json!({
                "started_at": rfc3339(agent.created_at),
                "ended_at": rfc3339(connected),
                "stage": "connect",
                "workspace_agent_id": agent.id.to_string(),
                "workspace_agent_name": agent.name,
            }))
        })
        .collect();
    json!({
        "provisioner_timings": provisioner,
        "agent_script_timings": scripts,
        "agent_connection_timings": connections,
    })
}

// --- quota -----------------------------------------------------------------------------------------------------------

async fn quota(
    State(app): State<Shared>,
    caller: Caller,
    Path((organization, user)): Path<(String, String)>,
) -> Answer {
    if app.config.quota == Quota::Absent {
        return Err(ApiError::no_route());
    }
    let world = app.store.read();
    let organization = world
        .organization_named(&organization)
        .filter(|organization| caller.sees_organization(organization.id))
        .ok_or_else(ApiError::not_found)?
        .id;
    let person = caller.person(&world, &user)?;
    if !person.organizations.contains_key(&organization) {
        return Err(ApiError::not_found());
    }
    ok(&quota_of(&app, &world, person.id, organization))
}

async fn old_quota(State(app): State<Shared>, caller: Caller, Path(user): Path<String>) -> Answer {
    if app.config.quota == Quota::Absent {
        return Err(ApiError::no_route());
    }
    let world = app.store.read();
    let person = caller.person(&world, &user)?;
    let organization = world.organization_named("default").ok_or_else(ApiError::not_found)?.id;
    ok(&quota_of(&app, &world, person.id, organization))
}

fn quota_of(app: &Shared, world: &World, user: Uuid, organization: Uuid) -> Value {
    if app.config.quota == Quota::Unlicensed {
        return json!({"credits_consumed": 0, "budget": -1});
    }
    json!({
        "credits_consumed": world.credits_consumed(user, organization),
        "budget": world.budget(user, organization),
    })
}
