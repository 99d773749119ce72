//! Builds: asking for one, cancelling it, its parameters, log and timings. May import everything of this crate.

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use axum::routing::{get, patch};
use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Action, Caller, may_not, query_value};
use super::error::{Answer, ApiError, Body, Checks, ok, reply};
use super::session::page;
use super::sockets;
use super::workspaces::view;
use crate::blueprint::{self, Blueprint, Scenario};
use crate::clock::{Us, parse_rfc3339, rfc3339};
use crate::model::{Build, Job, JobStatus, LogLine, Transition, Workspace};
use crate::render::{self, BuildView};
use crate::world::{Event, World};
use crate::{Age, Quota, Shared};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/workspaces/{workspace}/builds", get(list).post(create))
        .route("/workspaces/{workspace}/timings", get(latest_timings))
        .route("/users/{user}/workspace/{workspace}/builds/{number}", get(by_number))
        .route("/workspacebuilds/{build}", get(one))
        .route("/workspacebuilds/{build}/cancel", patch(cancel))
        .route("/workspacebuilds/{build}/parameters", get(parameters))
        .route("/workspacebuilds/{build}/logs", get(logs))
        .route("/workspacebuilds/{build}/timings", get(timings))
        .route("/workspacebuilds/{build}/resources", get(resources))
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

// --- asking for a build ----------------------------------------------------------------------------------------------

/// A parameter's value in a request.
#[derive(Debug, Clone, Deserialize)]
pub struct ParameterValue {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct NewBuild {
    #[serde(default)]
    transition: String,
    #[serde(default)]
    template_version_id: Option<Uuid>,
    #[serde(default)]
    rich_parameter_values: Option<Vec<ParameterValue>>,
    #[serde(default)]
    template_version_preset_id: Option<Uuid>,
    #[serde(default)]
    orphan: Option<bool>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    log_level: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

const REASONS: [&str; 6] =
    ["dashboard", "cli", "ssh_connection", "vscode_connection", "jetbrains_connection", "task_manual_pause"];

async fn create(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<NewBuild>,
) -> Answer {
    let id = auth::id(&text)?;
    caller.workspace(&app.store.read(), id)?;
    let mut checks = Checks::default();
    let transition = match body.transition.as_str() {
        "start" => Some(Transition::Start),
        "stop" => Some(Transition::Stop),
        "delete" => Some(Transition::Delete),
        other => {
            checks.fail("transition", "oneof", other);
            None
        }
    };
    if let Some(level) = body.log_level.as_deref().filter(|level| !matches!(*level, "" | "debug")) {
        checks.fail("log_level", "oneof", level);
    }
    let reason = body.reason.as_deref().unwrap_or_default();
    if !reason.is_empty() && !REASONS.contains(&reason) {
        checks.fail("reason", "oneof", reason);
    }
    checks.done()?;
    let Some(transition) = transition else { return Err(ApiError::bad_request("Validation failed.")) };
    let orphan = body.orphan.unwrap_or(false);
    if orphan && transition != Transition::Delete {
        return Err(ApiError::bad_request("Orphan is only permitted when deleting a workspace."));
    }
    if orphan && body.state.as_deref().is_some_and(|state| !state.is_empty()) {
        return Err(ApiError::bad_request("Orphan cannot be set alongside state since state intent is unclear."));
    }
    if body.log_level.as_deref() == Some("debug") {
        let words = "Terraform debug mode is disabled in the deployment configuration.";
        return Err(ApiError::bad_request(words).detail(words));
    }
    let now = app.clock.now();
    let made = app.store.write(|world| {
        let wish = Wish {
            transition,
            version: body.template_version_id,
            given: body.rich_parameter_values.as_deref().unwrap_or_default(),
            preset: body.template_version_preset_id,
            orphan,
            reason: if reason.is_empty() || transition == Transition::Delete { "initiator" } else { reason },
        };
        ask(world, &caller, id, &wish, now)
    })?;
    app.wake.notify_one();
    let world = app.store.read();
    let (build, workspace) = world.build(made).zip(world.workspace(id)).ok_or_else(ApiError::not_found)?;
    let mut asked = build.clone();
    // The reply shows the build as it was asked for, whatever has become of it by now.
    asked.job.started_at = None;
    asked.job.worker_id = None;
    reply(StatusCode::CREATED, &render::build(view(&app, &world, &caller), &asked, workspace, BuildView::Reply))
}

/// What a caller wants of a workspace.
#[derive(Debug)]
pub struct Wish<'a> {
    /// Start, stop, delete.
    pub transition: Transition,
    /// The version; the previous build's without one.
    pub version: Option<Uuid>,
    /// Values of parameters.
    pub given: &'a [ParameterValue],
    /// A preset, whose values win.
    pub preset: Option<Uuid>,
    /// Whether to forget instead of to destroy.
    pub orphan: bool,
    /// Why.
    pub reason: &'a str,
}

/// Refuses a build or puts it into the queue.
pub fn ask(world: &mut World, caller: &Caller, id: Uuid, wish: &Wish<'_>, now: Us) -> Result<Uuid, ApiError> {
    let workspace = caller.workspace(world, id)?.clone();
    let starts = wish.transition == Transition::Start;
    if workspace.deleted && wish.transition != Transition::Delete {
        let words = format!("Cannot {} a deleted workspace!", wish.transition.as_str());
        return Err(ApiError::new(StatusCode::CONFLICT, words)
            .detail("This workspace has been deleted and cannot be modified."));
    }
    let action = match wish.transition {
        Transition::Start => Action::Start,
        Transition::Stop => Action::Stop,
        Transition::Delete => Action::Delete,
    };
    if !caller.may(action, &workspace) {
        return Err(may_not(action));
    }
    // Then a start did not wake: it was refused, whoever asked.
    if starts && workspace.dormant_at.is_some() && world.age == Age::July2025 {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "insert workspace build")
            .detail("authorize context: unauthorized: rbac: forbidden"));
    }
    if starts && workspace.dormant_at.is_some() && !caller.may(Action::Update, &workspace) {
        return Err(may_not(Action::Update));
    }
    let template = world.template(workspace.template_id).ok_or_else(ApiError::not_found)?;
    let admin = caller.may_update_templates(template.organization_id);
    if wish.orphan && !admin {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "Only template managers may provide custom state")
            .detail(super::error::FORBIDDEN_DETAIL));
    }
    let previous = world.latest_build(id).cloned();
    let version_id =
        wish.version.or(previous.as_ref().map(|build| build.version_id)).unwrap_or(template.active_version_id);
    let Some(version) = world.version(version_id).filter(|version| version.template_id == template.id) else {
        return Err(ApiError::bad_request("template version does not exist")
            .detail(format!("get template version {version_id}: sql: no rows in result set")));
    };
    if !version.import_error.is_empty() {
        let words = format!(
            "The provided template version failed to import: \"{}\". You cannot build workspaces with it.",
            version.import_error
        );
        return Err(ApiError::new(StatusCode::NOT_ACCEPTABLE, words.clone()).detail(words));
    }
    if starts && template.require_active_version && version_id != template.active_version_id && !admin {
        return Err(ApiError::forbidden());
    }
    if previous.as_ref().is_some_and(|build| build.job.is_active()) {
        let words = "A workspace build is already active.";
        return Err(ApiError::new(StatusCode::CONFLICT, words).detail(words));
    }
    let blueprint = blueprint::named(&version.blueprint);
    let before: &[(String, String)] = previous.as_ref().map(|build| build.parameters.as_slice()).unwrap_or_default();
    let values = resolve(&blueprint, version.id, wish, before, previous.is_some())?;
    // Values that are those of a preset are taken for it.
    let detected = blueprint.presets.iter().position(|(_, _, wanted)| {
        wanted.iter().all(|(name, value)| values.iter().any(|(key, actual)| key == name && actual == value))
    });
    let preset = wish.preset.or_else(|| detected.map(|index| preset_id(version.id, index)));
    let number = previous.as_ref().map_or(1, |build| build.number + 1);
    let build = Build {
        reason: wish.reason.to_owned(),
        job: Job { unmatched: starts && Scenario::of(&workspace.name).stuck, ..Job::queued(now) },
        parameters: values,
        preset_id: preset,
        orphan: wish.orphan,
        ..Build::queued(id, number, wish.transition, version_id, caller.user.id, now)
    };
    let made = build.id;
    world.put_build(build);
    if starts
        && workspace.dormant_at.is_some()
        && let Some(workspace) = world.workspace_mut(id)
    {
        workspace.dormant_at = None;
        workspace.deleting_at = None;
        workspace.last_used_at = now;
    }
    world.tell(Event::Workspace(id));
    Ok(made)
}

/// The id of a version's preset: made from both, so that it needs no table.
pub fn preset_id(version: Uuid, index: usize) -> Uuid {
    Uuid::from_u128(version.as_u128() ^ (0x9e37_79b9_7f4a_7c15_u128 * (index as u128 + 1)))
}

/// The values a build runs with, or what is wrong with them.
fn resolve(
    blueprint: &Blueprint,
    version: Uuid,
    wish: &Wish<'_>,
    before: &[(String, String)],
    exists: bool,
) -> Result<Vec<(String, String)>, ApiError> {
    let preset = wish
        .preset
        .and_then(|id| (0..blueprint.presets.len()).find(|index| preset_id(version, *index) == id))
        .and_then(|index| blueprint.presets.get(index));
    let mut values = Vec::new();
    let mut wrong: Vec<(String, String)> = Vec::new();
    for parameter in &blueprint.parameters {
        let old = before.iter().find(|(name, _)| name == parameter.name).map(|(_, value)| value.clone());
        let given = preset
            .and_then(|(_, _, values)| values.iter().find(|(name, _)| *name == parameter.name))
            .map(|(_, value)| (*value).to_owned())
            .or_else(|| wish.given.iter().find(|value| value.name == parameter.name).map(|value| value.value.clone()));
        let mut fail = |detail: String| wrong.push((parameter.name.to_owned(), detail));
        if exists
            && !parameter.mutable
            && let (Some(given), Some(old)) = (&given, &old)
            && given != old
        {
            fail(format!(
                "Immutable parameter changed; Parameter \"{}\" is not mutable, so it can't be updated after creating a workspace.",
                parameter.name
            ));
        }
        if let (true, Some(given), Some(old)) = (parameter.increasing, &given, &old)
            && given.parse::<i64>().ok().zip(old.parse::<i64>().ok()).is_some_and(|(given, old)| given < old)
        {
            fail(format!(
                "Parameter \"{}\" monotonicity; parameter value '{given}' must be equal or greater than previous value: {old}",
                parameter.name
            ));
        }
        let inherited = old.filter(|_| !parameter.ephemeral);
        let Some(value) = given.or(inherited).or_else(|| (!parameter.required).then(|| parameter.default.to_owned()))
        else {
            if wish.transition == Transition::Start {
                fail("Required parameter not provided; parameter value is null".to_owned());
            }
            continue;
        };
        if !parameter.options.is_empty() && !parameter.options.iter().any(|(_, option)| *option == value) {
            fail(format!("Value must be a valid option; the value \"{value}\" must be defined as one of options"));
        }
        if let Some((pattern, words)) = parameter.pattern
            && !Regex::new(pattern).is_ok_and(|regex| regex.is_match(&value))
        {
            fail(format!(
                "Invalid parameter value according to 'validation' block; {words} (value \"{value}\" does not match \"{pattern}\")"
            ));
        }
        if let Some((low, high)) = parameter.range {
            match value.parse::<i64>() {
                Ok(number) if number < low => fail(format!(
                    "Invalid parameter value according to 'validation' block; value {number} is less than the minimum {low}"
                )),
                Ok(number) if number > high => fail(format!(
                    "Invalid parameter value according to 'validation' block; value {number} is more than the maximum {high}"
                )),
                Ok(_) => {}
                Err(_) => fail(format!(
                    "Invalid parameter value according to 'validation' block; value \"{value}\" is not a number"
                )),
            }
        }
        values.push((parameter.name.to_owned(), value));
    }
    if wrong.is_empty() {
        return Ok(values);
    }
    wrong.sort();
    Err(wrong.into_iter().fold(ApiError::bad_request("Unable to validate parameters"), |error, (field, detail)| {
        error.field(field, detail)
    }))
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
    app.store.write(|world| {
        let workspace = caller.workspace(world, workspace_id)?;
        if !caller.may(Action::Update, workspace) && !caller.may(Action::Stop, workspace) {
            return Err(ApiError::not_found());
        }
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
        let fits = match expected.as_str() {
            "pending" => status == JobStatus::Pending,
            "running" => status == JobStatus::Running,
            _ => true,
        };
        if !fits {
            return Err(ApiError::new(StatusCode::PRECONDITION_FAILED, "Job is not in the expected state."));
        }
        build.job.canceled_at = Some(now);
        if build.job.started_at.is_none() {
            build.job.completed_at = Some(now);
            world.tell(Event::BuildLog(id));
        }
        world.tell(Event::Workspace(workspace_id));
        Ok(())
    })?;
    app.wake.notify_one();
    ok(&json!({"message": "Job has been marked as canceled..."}))
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

/// Reads what is asked of a log. Those of agents take no negative number, not even the −1 that those of builds do, and know no `before`.
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
