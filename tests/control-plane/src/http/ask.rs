//! Asking for a build: what is refused, in the order in which the real server looks, and what goes into the queue. May
//! import everything of this crate.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::routing::post;
use serde::Deserialize;
use uuid::Uuid;

use super::Routes;
use super::auth::{self, Action, Caller, may_not};
use super::error::{Answer, ApiError, Body, Checks, reply};
use super::workspaces::view;
use crate::blueprint::{self, Blueprint, Race, Scenario};
use crate::clock::Us;
use crate::model::{Build, Job, Template, Transition, Version, Workspace};
use crate::parameters::{self, Sources};
use crate::render::{self, BuildView};
use crate::world::{Event, World};
use crate::{Age, Shared};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().route("/workspaces/{workspace}/builds", post(create))
}

/// A parameter's value in a request.
#[derive(Debug, Clone, Deserialize)]
pub struct ParameterValue {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Value.
    #[serde(default)]
    pub value: String,
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

impl NewBuild {
    /// What is wrong with the request itself, whoever asks.
    fn check(&self, age: Age) -> Result<Transition, ApiError> {
        let mut checks = Checks::default();
        let transition = match self.transition.as_str() {
            "start" => Some(Transition::Start),
            "stop" => Some(Transition::Stop),
            "delete" => Some(Transition::Delete),
            other => {
                checks.fail("transition", "oneof", other);
                None
            }
        };
        if let Some(level) = self.log_level.as_deref().filter(|level| !matches!(*level, "" | "debug")) {
            checks.fail("log_level", "oneof", level);
        }
        // Before there was such a field it was passed over.
        let reason = self.reason(age);
        if !reason.is_empty() && !REASONS.contains(&reason) {
            checks.fail("reason", "oneof", reason);
        }
        checks.done()?;
        if let Some(at) = self.state.as_deref().and_then(bad_base64) {
            return Err(ApiError::bad_request("Request body must be valid JSON.")
                .detail(format!("illegal base64 data at input byte {at}")));
        }
        let transition = transition.ok_or_else(|| ApiError::bad_request("Validation failed."))?;
        if self.orphan() && transition != Transition::Delete {
            return Err(ApiError::bad_request("Orphan is only permitted when deleting a workspace."));
        }
        if self.orphan() && self.has_state() {
            return Err(ApiError::bad_request(
                "ProvisionerState cannot be set alongside Orphan since state intent is unclear.",
            ));
        }
        Ok(transition)
    }

    fn reason(&self, age: Age) -> &str {
        self.reason.as_deref().filter(|_| age == Age::Newest).unwrap_or_default()
    }

    fn orphan(&self) -> bool {
        self.orphan.unwrap_or(false)
    }

    fn has_state(&self) -> bool {
        self.state.as_deref().is_some_and(|state| !state.is_empty())
    }
}

/// Where a text stops being base64, if it does.
fn bad_base64(text: &str) -> Option<usize> {
    let plain = text.trim_end_matches('=');
    let strange = plain.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')));
    strange.or((!text.len().is_multiple_of(4)).then_some(text.len()))
}

async fn create(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<NewBuild>,
) -> Answer {
    let id = auth::id(&text)?;
    let name = caller.workspace(&app.store.read(), id)?.name.clone();
    let transition = body.check(app.config.age)?;
    let reason = body.reason(app.config.age);
    let now = app.clock.now();
    let race = Scenario::of(&name).race;
    if race == Race::TooMany && app.limits.every_other(id) {
        let words = "You've been rate limited for sending more than 512 requests in 1m0s.";
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, words).header(header::RETRY_AFTER, "1"));
    }
    let made = app.store.write(|world| {
        lose_the_race(world, id, race, now);
        let wish = Wish {
            transition,
            version: body.template_version_id,
            given: body.rich_parameter_values.as_deref().unwrap_or_default(),
            preset: body.template_version_preset_id,
            orphan: body.orphan(),
            own_state: body.has_state(),
            debug: body.log_level.as_deref() == Some("debug"),
            debug_allowed: app.config.debug_builds,
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
    asked.job.completed_at = None;
    reply(StatusCode::CREATED, &render::build(view(&app, &world, &caller), &asked, workspace, BuildView::Reply))
}

/// Somebody else was a moment faster.
fn lose_the_race(world: &mut World, id: Uuid, race: Race, now: Us) {
    let Some(last) = world.latest_build(id).filter(|last| !last.job.is_active()).cloned() else { return };
    let Some(workspace) = world.workspace(id).filter(|workspace| !workspace.deleted).cloned() else { return };
    let Some(other) = world.user_named("grace").map(|user| user.id) else { return };
    let queued = |transition| Build {
        parameters: last.parameters.clone(),
        preset_id: last.preset_id,
        ..Build::queued(id, last.number + 1, transition, last.version_id, other, now)
    };
    match race {
        Race::Build if last.initiator_id == workspace.owner_id => {
            let other_way = if last.transition == Transition::Start { Transition::Stop } else { Transition::Start };
            world.put_build(queued(other_way));
        }
        Race::Delete => {
            let mut build = queued(Transition::Delete);
            build.job.started_at = Some(now);
            build.job.completed_at = Some(now);
            world.put_build(build);
            world.mark_deleted(id);
        }
        _ => return,
    }
    world.tell(Event::Workspace(id));
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
    /// Whether the caller brings a state of their own; it is looked at and passed over.
    pub own_state: bool,
    /// Whether the log is to tell all.
    pub debug: bool,
    /// Whether the deployment lets a log tell all.
    pub debug_allowed: bool,
    /// Why.
    pub reason: &'a str,
}

/// Refuses a build or puts it into the queue.
pub fn ask(world: &mut World, caller: &Caller, id: Uuid, wish: &Wish<'_>, now: Us) -> Result<Uuid, ApiError> {
    let workspace = caller.workspace(world, id)?.clone();
    let scenario = Scenario::of(&workspace.name);
    let starts = wish.transition == Transition::Start;
    may_ask(world, caller, &workspace, wish)?;
    let template = world.template(workspace.template_id).ok_or_else(ApiError::not_found)?.clone();
    let admin = caller.may_update_templates(template.organization_id);
    if (wish.orphan || wish.own_state) && !admin {
        return Err(said_twice(StatusCode::FORBIDDEN, "Only template managers may provide custom state"));
    }
    if wish.debug && !caller.is_owner() {
        let words = "Workspace builds with a custom log level are restricted to administrators only.";
        return Err(said_twice(StatusCode::BAD_REQUEST, words));
    }
    if wish.debug && !wish.debug_allowed {
        let words = "Terraform debug mode is disabled in the deployment configuration.";
        return Err(said_twice(StatusCode::BAD_REQUEST, words));
    }
    let previous = world.latest_build(id).cloned();
    let version = version(world, &template, wish, previous.as_ref())?;
    if starts && template.require_active_version && version.id != template.active_version_id && !admin {
        return Err(ApiError::forbidden());
    }
    if scenario.race == Race::Version && previous.is_some() {
        return Err(still_importing("running"));
    }
    if previous.as_ref().is_some_and(|build| build.job.is_active()) {
        return Err(said_twice(StatusCode::CONFLICT, "A workspace build is already active."));
    }
    let blueprint = blueprint::named(&version.blueprint);
    let before = previous.as_ref().map(|build| build.parameters.as_slice());
    let values = resolve(&blueprint, &template, version.id, wish, before)?;
    let number = previous.as_ref().map_or(1, |build| build.number + 1);
    let unmatched = !version.tags.is_empty() || (starts && (scenario.stuck || scenario.race == Race::Taken));
    let build = Build {
        reason: wish.reason.to_owned(),
        job: Job { unmatched, ..Job::queued(now) },
        // Values that are those of a preset are taken for it, since there is more than the older server's way.
        preset_id: wish.preset.or_else(|| detected(&blueprint, version.id, &values).filter(|_| !world.is_older())),
        parameters: values,
        orphan: wish.orphan,
        debug: wish.debug,
        ..Build::queued(id, number, wish.transition, version.id, caller.user.id, now)
    };
    let made = build.id;
    world.put_build(build);
    // Nobody is needed to forget a workspace, where nobody could take the job.
    if wish.orphan && unmatched {
        if let Some(build) = world.build_mut(made) {
            build.job.started_at = Some(now);
            build.job.completed_at = Some(now);
        }
        world.mark_deleted(id);
    }
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

/// A refusal whose detail says what the message says.
fn said_twice(status: StatusCode, words: &str) -> ApiError {
    ApiError::new(status, words).detail(words)
}

fn still_importing(status: &str) -> ApiError {
    let words = format!("The provided template version is {status}. Wait for it to complete importing!");
    said_twice(StatusCode::NOT_ACCEPTABLE, &words)
}

/// Whether the caller may do it, as the workspace is.
fn may_ask(world: &World, caller: &Caller, workspace: &Workspace, wish: &Wish<'_>) -> Result<(), ApiError> {
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
    if !caller.may(action, workspace) {
        return Err(may_not(action));
    }
    let first = world.latest_build(workspace.id).is_none();
    if Scenario::of(&workspace.name).race == Race::Forbidden && !first {
        return Err(may_not(action));
    }
    if starts && workspace.dormant_at.is_some() {
        // Then a start did not wake: it was refused, whoever asked.
        if world.is_older() {
            return Err(ApiError::new(StatusCode::FORBIDDEN, "insert workspace build")
                .detail("authorize context: unauthorized: rbac: forbidden"));
        }
        if !caller.may(Action::Update, workspace) {
            return Err(may_not(Action::Update));
        }
    }
    Ok(())
}

/// The version that is meant, if workspaces can be built with it.
fn version(world: &World, template: &Template, wish: &Wish<'_>, previous: Option<&Build>) -> Result<Version, ApiError> {
    let id = wish.version.or(previous.map(|build| build.version_id)).unwrap_or(template.active_version_id);
    let Some(version) = world.version(id).filter(|version| version.template_id == template.id) else {
        return Err(ApiError::bad_request("template version does not exist")
            .detail(format!("get template version {id}: sql: no rows in result set")));
    };
    if version.importing {
        return Err(still_importing("running"));
    }
    if !version.import_error.is_empty() {
        let words = format!(
            "The provided template version \"{}\" has failed to import: \"{}\". You cannot build workspaces with it!",
            version.name, version.import_error
        );
        return Err(said_twice(StatusCode::BAD_REQUEST, &words));
    }
    Ok(version.clone())
}

/// The id of a version's preset: made from both, so that it needs no table.
pub fn preset_id(version: Uuid, index: usize) -> Uuid {
    Uuid::from_u128(version.as_u128() ^ (0x9e37_79b9_7f4a_7c15_u128 * (index as u128 + 1)))
}

fn detected(blueprint: &Blueprint, version: Uuid, values: &[(String, String)]) -> Option<Uuid> {
    let is = |name: &str, value: &str| values.iter().any(|(key, actual)| key == name && actual == value);
    let of_all = |values: &[(&str, &str)]| values.iter().all(|(name, value)| is(name, value));
    blueprint.presets.iter().position(|preset| of_all(&preset.values)).map(|index| preset_id(version, index))
}

/// The values a build runs with, or what is wrong with them.
fn resolve(
    blueprint: &Blueprint,
    template: &Template,
    version: Uuid,
    wish: &Wish<'_>,
    before: Option<&[(String, String)]>,
) -> Result<Vec<(String, String)>, ApiError> {
    let preset = match wish.preset {
        None => &[][..],
        Some(id) => {
            let index = (0..blueprint.presets.len()).find(|index| preset_id(version, *index) == id);
            let preset = index.and_then(|index| blueprint.presets.get(index)).ok_or_else(|| {
                ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "failed to fetch preset parameter values")
                    .detail("failed to get preset parameters: sql: no rows in result set")
            })?;
            &preset.values
        }
    };
    let given: Vec<(String, String)> =
        wish.given.iter().map(|value| (value.name.clone(), value.value.clone())).collect();
    let sources = Sources { preset, given: &given, before, lenient: wish.transition != Transition::Start };
    if template.classic {
        return parameters::resolve_classic(blueprint, &sources).map_err(|(name, detail)| {
            ApiError::bad_request(format!("Unable to validate parameter \"{name}\"")).detail(detail)
        });
    }
    parameters::resolve(blueprint, &sources).map_err(|wrong| {
        let refused = ApiError::bad_request("Unable to validate parameters");
        wrong.into_iter().fold(refused, |error, (field, detail)| error.field(field, detail))
    })
}
