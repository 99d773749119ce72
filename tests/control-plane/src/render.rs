//! Workspaces, builds, agents, templates as the API shows them: the same fields in the same order, the same absences.
//! May import `model`, `world`, `clock`, `engine` (names of provisioners).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::blueprint::{self, Race, Scenario};
use crate::clock::{MINUTE, SECOND, Us, rfc3339};
use crate::import::Rehearsed;
use crate::model::{Agent, Build, Job, JobStatus, Resource, Script, Template, Transition, Version, Workspace};
use crate::schedule::Schedule;
use crate::world::World;

/// What rendering needs to know beside the thing itself.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Everything.
    pub world: &'a World,
    /// Now.
    pub now: Us,
    /// How many provisioners there are.
    pub provisioners: usize,
    /// Who looks.
    pub viewer: Uuid,
    /// Whether workspaces may be renamed.
    pub renames: bool,
}

fn time(at: Option<Us>) -> Value {
    at.map_or(Value::Null, |at| rfc3339(at).into())
}

fn put(out: &mut Map<String, Value>, key: &str, value: impl Into<Value>) {
    out.insert(key.to_owned(), value.into());
}

fn put_time(out: &mut Map<String, Value>, key: &str, at: Option<Us>) {
    if let Some(at) = at {
        put(out, key, rfc3339(at));
    }
}

fn put_text(out: &mut Map<String, Value>, key: &str, text: &str) {
    if !text.is_empty() {
        put(out, key, text);
    }
}

/// Status of an agent by the rules of the API.
pub fn agent_status(agent: &Agent, now: Us) -> &'static str {
    if agent.first_connected_at.is_none() {
        let late = agent.connection_timeout_s > 0 && now - agent.created_at >= agent.connection_timeout_s * SECOND;
        return if late { "timeout" } else { "connecting" };
    }
    if agent.disconnected_at.is_some() { "disconnected" } else { "connected" }
}

/// Why an agent is not healthy, if it is not.
pub fn agent_trouble(agent: &Agent, now: Us) -> Option<&'static str> {
    let status = agent_status(agent, now);
    if status != "connected" && agent.lifecycle == "off" {
        return Some("agent is not running");
    }
    match (status, agent.lifecycle.as_str()) {
        ("connecting", _) => Some("agent has not yet connected"),
        ("timeout", _) => Some("agent is taking too long to connect"),
        ("disconnected", _) => Some("agent has lost connection"),
        (_, "start_error") => Some("agent startup script exited with an error"),
        (_, "shutting_down" | "shutdown_timeout" | "shutdown_error" | "off") => Some("agent is shutting down"),
        _ => None,
    }
}

fn uuid_key<T>(id: &T) -> Value
where
    T: serde::Serialize,
{
    json!(id)
}

fn script(script: &Script) -> Value {
    let mut out = Map::new();
    put(&mut out, "id", uuid_key(&script.id));
    put(&mut out, "log_source_id", uuid_key(&script.source_id));
    put(&mut out, "log_path", format!("{}.log", script.display_name.to_lowercase().replace(' ', "-")));
    put(&mut out, "script", script.script.as_str());
    put(&mut out, "cron", script.cron.as_str());
    put(&mut out, "run_on_start", script.on_start);
    put(&mut out, "run_on_stop", script.on_stop);
    put(&mut out, "start_blocks_login", script.blocks_login);
    put(&mut out, "timeout", script.timeout_s * 1_000_000_000);
    put(&mut out, "display_name", script.display_name.as_str());
    if let Some(code) = script.exit_code {
        put(&mut out, "exit_code", code);
    }
    if let Some(status) = &script.status {
        put(&mut out, "status", status.as_str());
    }
    Value::Object(out)
}

/// An agent.
pub fn agent(agent: &Agent, resource: Uuid, now: Us) -> Value {
    let mut out = Map::new();
    let connected = agent.first_connected_at.is_some();
    let status = agent_status(agent, now);
    // A live agent was seen within the last fifteen seconds.
    let seen = agent.last_connected_at.or_else(|| {
        let first = agent.first_connected_at?;
        Some((now - (now - first).rem_euclid(15 * SECOND)).max(first))
    });
    put(&mut out, "id", uuid_key(&agent.id));
    put(&mut out, "parent_id", Value::Null);
    put(&mut out, "created_at", rfc3339(agent.created_at));
    put(&mut out, "updated_at", rfc3339(agent.updated_at));
    put_time(&mut out, "first_connected_at", agent.first_connected_at);
    put_time(&mut out, "last_connected_at", seen);
    put_time(&mut out, "disconnected_at", agent.disconnected_at);
    put_time(&mut out, "started_at", agent.started_at);
    put_time(&mut out, "ready_at", agent.ready_at);
    put(&mut out, "status", status);
    put(&mut out, "lifecycle_state", agent.lifecycle.as_str());
    put(&mut out, "name", agent.name.as_str());
    put(&mut out, "resource_id", uuid_key(&resource));
    put(&mut out, "architecture", "amd64");
    put(&mut out, "environment_variables", Value::Null);
    put(&mut out, "operating_system", "linux");
    put(&mut out, "logs_length", agent.logs_length);
    put(&mut out, "logs_overflowed", agent.logs_overflowed);
    put_text(&mut out, "directory", &agent.directory);
    if connected {
        put_text(&mut out, "expanded_directory", &agent.directory);
    }
    put(&mut out, "version", if connected { crate::Age::Newest.version() } else { "" });
    put(&mut out, "api_version", if connected { "2.9" } else { "" });
    let apps: Vec<Value> = agent
        .apps
        .iter()
        .map(|app| {
            let mut out = Map::new();
            put(&mut out, "id", uuid_key(&app.id));
            put_text(&mut out, "url", &app.url);
            put(&mut out, "external", app.external);
            put(&mut out, "slug", app.slug.as_str());
            put_text(&mut out, "display_name", &app.display_name);
            put_text(&mut out, "command", &app.command);
            put_text(&mut out, "icon", &app.icon);
            put(&mut out, "subdomain", false);
            put(&mut out, "sharing_level", app.sharing.as_str());
            let check = if app.healthcheck {
                json!({"url": format!("{}/healthz", app.url.split("/?").next().unwrap_or_default()), "interval": 5, "threshold": 3})
            } else {
                json!({"url": "", "interval": 0, "threshold": 0})
            };
            put(&mut out, "healthcheck", check);
            put(&mut out, "health", app.health.as_str());
            put(&mut out, "hidden", false);
            put(&mut out, "open_in", "slim-window");
            put(&mut out, "statuses", json!([]));
            Value::Object(out)
        })
        .collect();
    put(&mut out, "apps", apps);
    if status == "connected" {
        let latency = agent.latency_us as f64 / 1000.0;
        put(&mut out, "latency", json!({"Coder Embedded Relay": {"preferred": true, "latency_ms": latency}}));
    }
    put(&mut out, "connection_timeout_seconds", agent.connection_timeout_s);
    put(&mut out, "troubleshooting_url", "https://coder.com/docs/admin/templates/troubleshooting");
    put(&mut out, "subsystems", json!([]));
    let health = match agent_trouble(agent, now) {
        Some(reason) => json!({"healthy": false, "reason": reason}),
        None => json!({"healthy": true}),
    };
    put(&mut out, "health", health);
    put(&mut out, "display_apps", json!(["vscode", "ssh_helper", "port_forwarding_helper", "web_terminal"]));
    let sources: Vec<Value> = agent
        .scripts
        .iter()
        .map(|script| {
            json!({
                "workspace_agent_id": agent.id,
                "id": script.source_id,
                "created_at": rfc3339(agent.created_at + 3700),
                "display_name": script.display_name,
                "icon": script.icon,
            })
        })
        .collect();
    put(&mut out, "log_sources", sources);
    let mut scripts: Vec<&Script> = agent.scripts.iter().collect();
    scripts.sort_by_key(|script| script.id);
    put(&mut out, "scripts", scripts.into_iter().map(self::script).collect::<Vec<_>>());
    let blocking = agent.scripts.iter().any(|script| script.blocks_login && script.on_start);
    put(&mut out, "startup_script_behavior", if blocking { "blocking" } else { "non-blocking" });
    Value::Object(out)
}

fn resource(resource: &Resource, job: Uuid, transition: Transition, now: Us) -> Value {
    let mut out = Map::new();
    put(&mut out, "id", uuid_key(&resource.id));
    put(&mut out, "created_at", rfc3339(resource.created_at));
    put(&mut out, "job_id", uuid_key(&job));
    put(&mut out, "workspace_transition", transition.as_str());
    put(&mut out, "type", resource.kind.as_str());
    put(&mut out, "name", resource.name.as_str());
    put(&mut out, "hide", resource.hide);
    put(&mut out, "icon", resource.icon.as_str());
    if !resource.agents.is_empty() {
        let agents: Vec<Value> = resource.agents.iter().map(|agent| self::agent(agent, resource.id, now)).collect();
        put(&mut out, "agents", agents);
    }
    if !resource.metadata.is_empty() {
        let entries: Vec<Value> = resource
            .metadata
            .iter()
            .map(|(key, value, sensitive)| json!({"key": key, "value": value, "sensitive": sensitive}))
            .collect();
        put(&mut out, "metadata", entries);
    }
    put(&mut out, "daily_cost", resource.daily_cost);
    Value::Object(out)
}

/// The resources of a build.
pub fn resources(build: &Build, now: Us) -> Vec<Value> {
    build.resources.iter().map(|one| resource(one, build.job.id, build.transition, now)).collect()
}

/// A resource that the import of a template version found.
pub fn rehearsed(found: &Rehearsed, now: Us) -> Value {
    resource(&found.resource, found.job, found.transition, now)
}

/// What distinguishes the jobs of builds from those of template versions.
struct JobOf<'a> {
    job: &'a Job,
    file_id: Uuid,
    organization: Uuid,
    initiator: Uuid,
    input: Value,
    kind: &'static str,
    queue: (usize, usize),
    /// Tags beyond the usual ones.
    tags: Option<&'a BTreeMap<String, String>>,
}

fn job(of: &JobOf<'_>) -> Value {
    let job = of.job;
    let mut out = Map::new();
    put(&mut out, "id", uuid_key(&job.id));
    put(&mut out, "created_at", rfc3339(job.created_at));
    put_time(&mut out, "started_at", job.started_at);
    put_time(&mut out, "completed_at", job.completed_at);
    put_time(&mut out, "canceled_at", job.canceled_at);
    if let Some(error) = &job.error {
        put(&mut out, "error", error.as_str());
    }
    if let Some(code) = &job.error_code {
        put(&mut out, "error_code", code.as_str());
    }
    put(&mut out, "status", job.status().as_str());
    if let Some(worker) = job.worker_id {
        put(&mut out, "worker_id", uuid_key(&worker));
    }
    put(&mut out, "file_id", uuid_key(&of.file_id));
    let mut tags = Map::new();
    put(&mut tags, "owner", "");
    put(&mut tags, "scope", "organization");
    for (key, value) in of.tags.into_iter().flatten() {
        put(&mut tags, key, value.as_str());
    }
    put(&mut out, "tags", tags);
    put(&mut out, "queue_position", of.queue.0);
    put(&mut out, "queue_size", of.queue.1);
    put(&mut out, "organization_id", uuid_key(&of.organization));
    put(&mut out, "initiator_id", uuid_key(&of.initiator));
    put(&mut out, "input", of.input.clone());
    put(&mut out, "type", of.kind);
    put(
        &mut out,
        "metadata",
        json!({
            "template_version_name": "",
            "template_id": Uuid::nil(),
            "template_name": "",
            "template_display_name": "",
            "template_icon": "",
        }),
    );
    put(&mut out, "logs_overflowed", false);
    Value::Object(out)
}

/// How a build is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildView {
    /// In a workspace, a list, by number.
    Whole,
    /// By its id: this route says nothing about provisioners.
    ById,
    /// In the reply to its request: no version name, no queue yet.
    Reply,
}

/// A build.
pub fn build(view: View<'_>, build: &Build, workspace: &Workspace, how: BuildView) -> Value {
    let world = view.world;
    let name_of = |id: Uuid| world.user(id).map(|user| user.username.clone()).unwrap_or_default();
    let version = world.version(build.version_id);
    let pending = build.job.status() == JobStatus::Pending;
    let mut out = Map::new();
    put(&mut out, "id", uuid_key(&build.id));
    put(&mut out, "created_at", rfc3339(build.created_at));
    put(&mut out, "updated_at", rfc3339(build.updated_at));
    put(&mut out, "workspace_id", uuid_key(&build.workspace_id));
    put(&mut out, "workspace_name", workspace.name.as_str());
    put(&mut out, "workspace_owner_id", uuid_key(&workspace.owner_id));
    put(&mut out, "workspace_owner_name", name_of(workspace.owner_id));
    let avatar = world.user(workspace.owner_id).map(|user| user.avatar_url.as_str()).unwrap_or_default();
    put_text(&mut out, "workspace_owner_avatar_url", avatar);
    put(&mut out, "template_version_id", uuid_key(&build.version_id));
    let version_name =
        version.filter(|_| how != BuildView::Reply).map(|version| version.name.as_str()).unwrap_or_default();
    put(&mut out, "template_version_name", version_name);
    put(&mut out, "build_number", build.number);
    put(&mut out, "transition", build.transition.as_str());
    put(&mut out, "initiator_id", uuid_key(&build.initiator_id));
    put(&mut out, "initiator_name", name_of(build.initiator_id));
    put(
        &mut out,
        "job",
        job(&JobOf {
            job: &build.job,
            file_id: version.map(|version| version.file_id).unwrap_or_default(),
            organization: workspace.organization_id,
            initiator: build.initiator_id,
            input: json!({"workspace_build_id": build.id}),
            kind: "workspace_build",
            queue: if how == BuildView::Reply { (0, 0) } else { world.queue(build) },
            tags: version.map(|version| &version.tags),
        }),
    );
    put(&mut out, "reason", build.reason.as_str());
    put(&mut out, "resources", resources(build, view.now));
    put(&mut out, "deadline", time(build.deadline));
    put(&mut out, "max_deadline", time(build.max_deadline));
    put(&mut out, "status", build.status());
    put(&mut out, "daily_cost", build.daily_cost);
    // One that waits for a race to be lost waits for nobody.
    let nobody = build.job.unmatched && Scenario::of(&workspace.name).race != Race::Taken;
    let matched = if pending && how != BuildView::ById && !nobody {
        let seen = view.now - (view.now - workspace.created_at).rem_euclid(10 * SECOND);
        json!({"count": view.provisioners, "available": view.provisioners, "most_recently_seen": rfc3339(seen)})
    } else {
        json!({"count": 0, "available": 0, "most_recently_seen": null})
    };
    put(&mut out, "matched_provisioners", matched);
    put(&mut out, "template_version_preset_id", build.preset_id.map_or(Value::Null, |id| json!(id)));
    if build.job.status() == JobStatus::Succeeded {
        put(&mut out, "has_ai_task", false);
        put(&mut out, "has_external_agent", false);
    }
    Value::Object(out)
}

/// A workspace with its latest build, looked at in a way.
pub fn workspace(view: View<'_>, workspace: &Workspace, how: BuildView) -> Value {
    let world = view.world;
    let template = world.template(workspace.template_id);
    let owner = world.user(workspace.owner_id);
    let latest = world.latest_build(workspace.id);
    let mut out = Map::new();
    put(&mut out, "id", uuid_key(&workspace.id));
    put(&mut out, "created_at", rfc3339(workspace.created_at));
    put(&mut out, "updated_at", rfc3339(workspace.updated_at));
    put(&mut out, "owner_id", uuid_key(&workspace.owner_id));
    put(&mut out, "owner_name", owner.map(|user| user.username.as_str()).unwrap_or_default());
    put(&mut out, "owner_avatar_url", owner.map(|user| user.avatar_url.as_str()).unwrap_or_default());
    put(&mut out, "organization_id", uuid_key(&workspace.organization_id));
    let organization = world.organization(workspace.organization_id);
    put(&mut out, "organization_name", organization.map(|o| o.name.as_str()).unwrap_or_default());
    put(&mut out, "template_id", uuid_key(&workspace.template_id));
    if let Some(template) = template {
        put(&mut out, "template_name", template.name.as_str());
        put(&mut out, "template_display_name", template.display_name.as_str());
        put(&mut out, "template_icon", template.icon.as_str());
        put(&mut out, "template_allow_user_cancel_workspace_jobs", template.allow_user_cancel);
        put(&mut out, "template_active_version_id", uuid_key(&template.active_version_id));
        put(&mut out, "template_require_active_version", template.require_active_version);
        put(&mut out, "template_use_classic_parameter_flow", template.classic);
    }
    let mut failing = Vec::new();
    let mut outdated = false;
    if let Some(latest) = latest {
        put(&mut out, "latest_build", build(view, latest, workspace, how));
        failing = latest
            .agents()
            .filter(|agent| agent_trouble(agent, view.now).is_some())
            .map(|agent| json!(agent.id))
            .collect();
        outdated = template.is_some_and(|template| template.active_version_id != latest.version_id);
    }
    put(&mut out, "latest_app_status", Value::Null);
    put(&mut out, "outdated", outdated);
    put(&mut out, "name", workspace.name.as_str());
    if let Some(schedule) = &workspace.autostart {
        put(&mut out, "autostart_schedule", schedule.as_str());
    }
    let ttl = match template {
        Some(template) if !template.allow_user_autostop => Some(template.default_ttl_ms),
        _ => workspace.ttl_ms,
    };
    if let Some(ttl) = ttl {
        put(&mut out, "ttl_ms", ttl);
    }
    put(&mut out, "last_used_at", rfc3339(workspace.last_used_at));
    put(&mut out, "deleting_at", time(workspace.deleting_at));
    put(&mut out, "dormant_at", time(workspace.dormant_at));
    put(&mut out, "health", json!({"healthy": failing.is_empty(), "failing_agents": failing}));
    put(&mut out, "automatic_updates", workspace.automatic_updates.as_str());
    put(&mut out, "allow_renames", view.renames);
    put(&mut out, "favorite", workspace.favorite && workspace.owner_id == view.viewer);
    let next = workspace
        .autostart
        .as_deref()
        .filter(|_| workspace.dormant_at.is_none())
        .and_then(|cron| Schedule::parse(cron).ok()?.next(view.now));
    put(&mut out, "next_start_at", time(next));
    put(&mut out, "is_prebuild", false);
    put(&mut out, "task_id", Value::Null);
    if !workspace.acl.is_empty() {
        let actors: Vec<Value> = workspace
            .acl
            .iter()
            .map(|(id, role)| {
                let name = world.user(*id).map(|user| user.name.clone()).unwrap_or_default();
                json!({"id": id, "actor_type": "user", "name": name, "roles": [role]})
            })
            .collect();
        put(&mut out, "shared_with", actors);
    }
    Value::Object(out)
}

/// A template.
pub fn template(world: &World, template: &Template) -> Value {
    let organization = world.organization(template.organization_id);
    let stats = |transition: Transition| {
        let times = world.build_time(template.id, transition);
        let ms = |us: Us| json!(us / 1000);
        json!({
            "P50": times.map_or(Value::Null, |(p50, _)| ms(p50)),
            "P95": times.map_or(Value::Null, |(_, p95)| ms(p95)),
        })
    };
    let users: std::collections::BTreeSet<Uuid> = world
        .workspaces()
        .filter(|workspace| workspace.template_id == template.id && !workspace.deleted)
        .map(|workspace| workspace.owner_id)
        .collect();
    json!({
        "id": template.id,
        "created_at": rfc3339(template.created_at),
        "updated_at": rfc3339(template.updated_at),
        "organization_id": template.organization_id,
        "organization_name": organization.map(|o| o.name.as_str()).unwrap_or_default(),
        "organization_display_name": organization.map(|o| o.display_name.as_str()).unwrap_or_default(),
        "organization_icon": organization.map(|o| o.icon.as_str()).unwrap_or_default(),
        "name": template.name,
        "display_name": template.display_name,
        "provisioner": "terraform",
        "active_version_id": template.active_version_id,
        "active_user_count": users.len(),
        "build_time_stats": {
            "delete": stats(Transition::Delete),
            "start": stats(Transition::Start),
            "stop": stats(Transition::Stop),
        },
        "description": template.description,
        "deprecated": !template.deprecation_message.is_empty(),
        "deprecation_message": template.deprecation_message,
        "deleted": false,
        "icon": template.icon,
        "default_ttl_ms": template.default_ttl_ms,
        "activity_bump_ms": template.activity_bump_ms,
        "autostop_requirement": {"days_of_week": template.autostop_days, "weeks": 1},
        "autostart_requirement": {
            "days_of_week": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        },
        "created_by_id": template.created_by,
        "created_by_name": world.user(template.created_by).map(|user| user.username.as_str()).unwrap_or_default(),
        "allow_user_autostart": template.allow_user_autostart,
        "allow_user_autostop": template.allow_user_autostop,
        "allow_user_cancel_workspace_jobs": template.allow_user_cancel,
        "failure_ttl_ms": template.failure_ttl_ms,
        "time_til_dormant_ms": template.dormant_after_ms,
        "time_til_dormant_autodelete_ms": template.delete_after_ms,
        "require_active_version": template.require_active_version,
        "max_port_share_level": "public",
        "cors_behavior": "simple",
        "use_classic_parameter_flow": template.classic,
        "disable_module_cache": false,
    })
}

fn short_readme(template: Option<&Template>) -> String {
    let (title, text) = template.map_or(("", ""), |template| (&template.display_name, &template.description));
    format!("# {title}\n\n{text}\n")
}

/// The job of a build as the list of jobs shows it: with its provisioner's name and what it is about.
pub fn queued_job(view: View<'_>, build: &Build, provisioners: &[(Uuid, String)]) -> Option<Value> {
    let world = view.world;
    let workspace = world.workspace(build.workspace_id)?;
    let (version, template) = (world.version(build.version_id)?, world.template(workspace.template_id)?);
    let mut found = self::build(view, build, workspace, BuildView::Whole).get("job")?.clone();
    let out = found.as_object_mut()?;
    if let Some(worker) = build.job.worker_id {
        // A provisioner that is gone had a name too.
        let name = provisioners.iter().find(|(id, _)| *id == worker).map_or("builder-0", |(_, name)| name.as_str());
        put(out, "worker_name", name);
    }
    if build.job.status() == JobStatus::Pending {
        let able: Vec<Uuid> = provisioners.iter().filter(|_| !build.job.unmatched).map(|(id, _)| *id).collect();
        put(out, "available_workers", json!(able));
    }
    put(
        out,
        "metadata",
        json!({
            "template_version_name": version.name,
            "template_id": template.id,
            "template_name": template.name,
            "template_display_name": template.display_name,
            "template_icon": template.icon,
            "workspace_id": workspace.id,
            "workspace_name": workspace.name,
            "workspace_build_transition": build.transition.as_str(),
        }),
    );
    Some(found)
}

/// A template version.
pub fn version(world: &World, version: &Version) -> Value {
    let template = world.template(version.template_id);
    let failed = !version.import_error.is_empty();
    let import = Job {
        id: version.job_id,
        created_at: version.created_at - 1_358,
        started_at: Some(version.created_at + 3_057),
        completed_at: (!version.importing).then_some(version.created_at + 19_733 * 100),
        canceled_at: None,
        error: failed.then(|| version.import_error.clone()),
        error_code: None,
        worker_id: Some(Uuid::from_u128(version.job_id.as_u128() ^ version.file_id.as_u128())),
        unmatched: false,
    };
    let readme = blueprint::named(&version.blueprint).readme;
    let organization = template.map(|template| template.organization_id).unwrap_or_default();
    let author = world.user(version.created_by);
    let mut created_by = Map::new();
    put(&mut created_by, "id", uuid_key(&version.created_by));
    put(&mut created_by, "username", author.map(|user| user.username.as_str()).unwrap_or_default());
    put_text(&mut created_by, "name", author.map(|user| user.name.as_str()).unwrap_or_default());
    json!({
        "id": version.id,
        "template_id": version.template_id,
        "organization_id": organization,
        "created_at": rfc3339(version.created_at),
        "updated_at": rfc3339(version.updated_at),
        "name": version.name,
        "message": version.message,
        "job": job(&JobOf {
            job: &import,
            file_id: version.file_id,
            organization,
            initiator: version.created_by,
            input: json!({"template_version_id": version.id}),
            kind: "template_version_import",
            queue: (0, 0),
            tags: Some(&version.tags),
        }),
        "readme": if readme.is_empty() { short_readme(template) } else { readme.to_owned() },
        "created_by": created_by,
        "archived": false,
        "has_external_agent": false,
    })
}

/// A wish to extend may not be nearer than this.
pub const EXTEND_FLOOR: Us = 29 * MINUTE;
