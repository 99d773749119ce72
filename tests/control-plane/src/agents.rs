//! What becomes of an agent after its build: it connects, runs its scripts, fails, is lost. The whole course is laid
//! down when the agent is made and kept with it, so that a restarted server goes on with it. May import `model`,
//! `blueprint`, `world`.

use uuid::Uuid;

use crate::Shared;
use crate::blueprint::{AgentFate, AgentPlan, Scenario, ScriptPlan};
use crate::clock::{Clock, SECOND, Us};
use crate::model::{Agent, AgentEvent, AgentLogLine, AgentStep, App, MetadataItem, Script, ScriptTiming};
use crate::random::Random;
use crate::world::{Event, World};

/// A log longer than this is not kept.
const LONGEST_LOG: i64 = 1 << 20;

/// Makes an agent with everything that will happen to it.
pub fn make(plan: &AgentPlan, scenario: &Scenario, at: Us, random: &mut Random, clock: Clock) -> Agent {
    let fate = scenario.agent;
    let scaled = |natural_ms: i64| clock.scale(natural_ms * 1000);
    let timeout_natural = if fate == AgentFate::Never { 20 } else { plan.timeout_s };
    let timeout_s = (clock.scale(timeout_natural * SECOND) / SECOND).max(1);
    let mut agent = Agent {
        id: random.uuid(),
        name: plan.name.to_owned(),
        created_at: at,
        updated_at: at,
        first_connected_at: None,
        last_connected_at: None,
        disconnected_at: None,
        started_at: None,
        ready_at: None,
        lifecycle: "created".to_owned(),
        connection_timeout_s: timeout_s,
        directory: plan.directory.to_owned(),
        logs_length: 0,
        logs_overflowed: false,
        latency_us: random.between(400, 38_000),
        scripts: plan.scripts.iter().map(|script| make_script(script, random)).collect(),
        apps: plan
            .apps
            .iter()
            .map(|app| App {
                id: random.uuid(),
                slug: app.slug.to_owned(),
                display_name: app.name.to_owned(),
                url: app.url.to_owned(),
                external: app.external,
                command: String::new(),
                icon: app.icon.to_owned(),
                healthcheck: app.checked,
                health: if app.checked { "initializing" } else { "disabled" }.to_owned(),
                sharing: "owner".to_owned(),
            })
            .collect(),
        metadata: plan
            .metadata
            .iter()
            .map(|item| MetadataItem {
                key: item.key.to_owned(),
                display_name: item.name.to_owned(),
                script: item.script.to_owned(),
                interval_s: item.interval_s,
                timeout_s: item.timeout_s,
            })
            .collect(),
        plan: Vec::new(),
        done: 0,
    };
    let mut steps: Vec<AgentStep> = Vec::new();
    let mut step = |at: Us, what: AgentEvent| steps.push(AgentStep { at, what });
    if fate == AgentFate::Never {
        step(at + timeout_s * SECOND, AgentEvent::TimedOut);
        agent.plan = steps;
        return agent;
    }
    let boot = if fate == AgentFate::Slow { 45_000 } else { plan.boot_ms };
    let connected = at + (scaled(boot) as f64 * (0.85 + 0.35 * random.fraction())) as Us;
    if connected > at + timeout_s * SECOND {
        step(at + timeout_s * SECOND, AgentEvent::TimedOut);
    }
    step(connected, AgentEvent::Connect);
    let starting = connected + scaled(48);
    step(starting, AgentEvent::Starting);
    let mut blocked_until = starting + scaled(30);
    let mut latest = blocked_until;
    let mut lifecycle = "ready";
    let first_blocking = plan.scripts.iter().position(|script| script.on_start && script.blocks);
    let last_free = plan.scripts.iter().rposition(|script| script.on_start);
    for (index, script) in plan.scripts.iter().enumerate().filter(|(_, script)| script.on_start) {
        let from = starting + scaled(18) + random.between(0, scaled(12).max(1));
        let usual = (scaled(script.run_ms) as f64 * (0.85 + 0.4 * random.fraction())) as Us;
        let chosen = first_blocking == Some(index);
        let mut lines: Vec<String> = script.lines.iter().map(|line| (*line).to_owned()).collect();
        let (length, status, code) = match fate {
            AgentFate::ScriptFails if chosen => {
                lines.truncate(1);
                lines.push("./install.sh: line 12: pip: command not found".to_owned());
                lifecycle = "start_error";
                (usual * 4 / 10, "exit_failure", 1)
            }
            AgentFate::ScriptTimesOut if chosen => {
                lines.truncate(1);
                lifecycle = "start_timeout";
                if let Some(script) = agent.scripts.get_mut(index) {
                    script.timeout_s = (clock.scale(15 * SECOND) / SECOND).max(1);
                }
                (clock.scale(15 * SECOND).max(SECOND), "timed_out", 255)
            }
            AgentFate::PipesLeftOpen if last_free == Some(index) => (usual, "pipes_left_open", 0),
            AgentFate::NextYear if chosen => {
                lifecycle = "hibernating";
                (usual, "postponed", 0)
            }
            _ => (usual, "ok", 0),
        };
        let to = from + length.max(1);
        let count = i64::try_from(lines.len()).unwrap_or(0).max(1);
        for (number, line) in (0..).zip(lines) {
            step(from + (to - from) * number / count + 1, AgentEvent::Log(index, line));
        }
        if fate == AgentFate::Floods && chosen {
            step(to - 1, AgentEvent::Flood(index, 30_000));
        }
        step(to, AgentEvent::ScriptEnd(index, from, status.to_owned(), code));
        if script.blocks {
            blocked_until = blocked_until.max(to);
        }
        latest = latest.max(to);
    }
    let ready = blocked_until + scaled(9);
    step(ready, AgentEvent::Lifecycle(lifecycle.to_owned()));
    for (index, _) in plan.apps.iter().enumerate().filter(|(_, app)| app.checked) {
        let health = if fate == AgentFate::ScriptFails { "unhealthy" } else { "healthy" };
        step(latest + scaled(900), AgentEvent::AppHealth(index, health.to_owned()));
    }
    if fate == AgentFate::Lost {
        step(ready + scaled(30_000), AgentEvent::Disconnect);
    }
    steps.sort_by_key(|step| step.at);
    agent.plan = steps;
    agent
}

fn make_script(plan: &ScriptPlan, random: &mut Random) -> Script {
    Script {
        id: random.uuid(),
        source_id: random.uuid(),
        display_name: plan.name.to_owned(),
        icon: plan.icon.to_owned(),
        script: plan.script.to_owned(),
        cron: plan.cron.to_owned(),
        on_start: plan.on_start,
        on_stop: plan.on_stop,
        blocks_login: plan.blocks,
        timeout_s: 0,
        status: None,
        exit_code: None,
    }
}

/// Lets everything happen to an agent that is due at `now`. Returns when the next thing is due.
pub fn advance(world: &mut World, agent_id: Uuid, now: Us) -> Option<Us> {
    let (build_id, workspace_id) = {
        let (agent, build) = world.agent(agent_id)?;
        let next = agent.plan.get(agent.done)?.at;
        if next > now {
            return Some(next);
        }
        (build.id, build.workspace_id)
    };
    let mut logs: Vec<AgentLogLine> = Vec::new();
    let mut rows: Vec<ScriptTiming> = Vec::new();
    let mut visible = false;
    let build = world.build_mut(build_id)?;
    let agent = build.agent_mut(agent_id)?;
    while let Some(step) = agent.plan.get(agent.done).filter(|step| step.at <= now).cloned() {
        agent.done += 1;
        visible |= happen(agent, &step, &mut logs, &mut rows);
    }
    let next = agent.plan.get(agent.done).map(|step| step.at);
    for row in rows {
        // A script that runs again is listed with its first run.
        if !build.script_timings.iter().any(|old| old.script_id == row.script_id) {
            build.script_timings.push(row);
        }
    }
    build.script_timings.sort_by_key(|row| row.script_id);
    if !logs.is_empty() {
        world.agent_log(agent_id, logs);
    }
    if visible {
        world.tell(Event::Workspace(workspace_id));
    }
    next
}

/// Returns whether those who watch the workspace are told.
fn happen(agent: &mut Agent, step: &AgentStep, logs: &mut Vec<AgentLogLine>, rows: &mut Vec<ScriptTiming>) -> bool {
    let at = step.at;
    agent.updated_at = at;
    match &step.what {
        AgentEvent::Connect => agent.first_connected_at = Some(at),
        AgentEvent::Starting => {
            agent.started_at = Some(at);
            "starting".clone_into(&mut agent.lifecycle);
        }
        AgentEvent::Log(index, text) => {
            let first = agent.logs_length == 0;
            log(agent, *index, at, text.clone(), logs);
            return first;
        }
        AgentEvent::Flood(index, count) => {
            for number in 0..*count {
                let text = format!(
                    "line {number} of a log that is much too long to keep, with a tail so that it grows quickly"
                );
                if !log(agent, *index, at, text, logs) {
                    break;
                }
            }
        }
        AgentEvent::ScriptEnd(index, start, status, code) => {
            let (agent_id, agent_name) = (agent.id, agent.name.clone());
            if let Some(script) = agent.scripts.get_mut(*index) {
                script.status = Some(status.clone());
                script.exit_code = Some(*code);
                rows.push(ScriptTiming {
                    script_id: script.id,
                    agent_id,
                    agent_name,
                    display_name: script.display_name.clone(),
                    stage: if script.on_start { "start" } else { "stop" }.to_owned(),
                    status: status.clone(),
                    exit_code: *code,
                    started_at: *start,
                    ended_at: at,
                });
            }
            return false;
        }
        AgentEvent::Lifecycle(state) => {
            if !matches!(state.as_str(), "shutting_down" | "off") {
                agent.ready_at = Some(at);
            }
            state.clone_into(&mut agent.lifecycle);
        }
        AgentEvent::AppHealth(index, health) => {
            if let Some(app) = agent.apps.get_mut(*index) {
                health.clone_into(&mut app.health);
            }
        }
        AgentEvent::TimedOut => {}
        AgentEvent::Disconnect => {
            agent.last_connected_at = Some(at);
            agent.disconnected_at = Some(at);
        }
    }
    true
}

/// Returns whether the line was kept.
fn log(agent: &mut Agent, index: usize, at: Us, output: String, logs: &mut Vec<AgentLogLine>) -> bool {
    let Some(source_id) = agent.scripts.get(index).map(|script| script.source_id) else { return false };
    let length = i64::try_from(output.len()).unwrap_or(i64::MAX);
    if agent.logs_overflowed || agent.logs_length + length > LONGEST_LOG {
        agent.logs_overflowed = true;
        return false;
    }
    agent.logs_length += length;
    logs.push(AgentLogLine { id: 0, created_at: at, level: "info", output, source_id });
    true
}

/// Ends the agents of a workspace in order, because its machine is about to be destroyed: stop scripts run.
pub fn shut_down(world: &mut World, workspace: Uuid, before: i64, at: Us, clock: Clock) {
    let ids: Vec<Uuid> = world
        .builds_of(workspace)
        .filter(|build| build.number < before)
        .flat_map(|build| {
            build.agents().filter(|agent| agent.first_connected_at.is_some() && agent.disconnected_at.is_none())
        })
        .map(|agent| agent.id)
        .collect();
    for id in ids {
        let Some(build_id) = world.agent(id).map(|(_, build)| build.id) else { continue };
        let Some(agent) = world.build_mut(build_id).and_then(|build| build.agent_mut(id)) else { continue };
        agent.plan.truncate(agent.done);
        let mut now = at;
        let mut step = |at: Us, what: AgentEvent| agent.plan.push(AgentStep { at, what });
        step(now, AgentEvent::Lifecycle("shutting_down".to_owned()));
        for (index, _) in agent.scripts.iter().enumerate().filter(|(_, script)| script.on_stop) {
            let from = now + clock.scale(20_000);
            now = from + clock.scale(700_000);
            step(now, AgentEvent::ScriptEnd(index, from, "ok".to_owned(), 0));
        }
        step(now, AgentEvent::Lifecycle("off".to_owned()));
        step(now, AgentEvent::Disconnect);
        advance(world, id, now);
    }
}

/// Follows an agent until nothing more will happen to it, or until it is forgotten.
pub async fn follow(app: Shared, agent: Uuid) {
    if app.clock.is_frozen() {
        return;
    }
    loop {
        let next = app.store.read().agent(agent).and_then(|(agent, _)| agent.plan.get(agent.done).map(|step| step.at));
        let Some(next) = next else { return };
        crate::engine::sleep_until(&app, next).await;
        let now = app.clock.now();
        if app.store.write(|world| advance(world, agent, now)).is_none() {
            return;
        }
    }
}
