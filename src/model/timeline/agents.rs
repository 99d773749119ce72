//! What the agents did after the build: connect and scripts, one group per agent (docs/control-plane-api.md, 3.2, 6.2). Agents of
//! earlier builds are forgotten by the control plane: their scripts stay, their connect is "not kept by the server". Pure.

use super::live::{LAG_US, PATIENCE_US};
use super::tree::{self, Node};
use super::{Frame, Marker, MarkerKind, Outcome, Phase, Precision, SpanKind, SpanOutcome, correction, told};
use crate::model::duration;
use crate::model::order;
use crate::wire::agent::{AgentLifecycle, AgentScript, AgentStatus, ScriptStatus, WorkspaceAgent};
use crate::wire::build::Transition;
use crate::wire::id::Id;
use crate::wire::timings::{AgentConnectionTiming, AgentScriptTiming, BuildTimings, TimingStage};
use std::collections::HashMap;

/// What connect is, for a reader.
pub const CONNECT_NOTE: &str = "boot, download and connection, not split by Coder";

/// What stands where the control plane forgot.
pub const NOT_KEPT: &str = "not kept by the server";

/// A sub-agent that is made this long after everything else is no part of the start, µs.
const LATE_US: i64 = 600_000_000;

/// All that is known of one agent.
#[derive(Default)]
struct Known<'a> {
    agent: Option<&'a WorkspaceAgent>,
    name: &'a str,
    connections: Vec<&'a AgentConnectionTiming>,
    scripts: Vec<&'a AgentScriptTiming>,
}

/// Whether a start is so young that its agents are still expected to do something, though nothing grows at the moment (an agent that
/// connected and has not begun its scripts).
pub(super) fn is_awaited(frame: &Frame<'_>, outcome: &Outcome) -> bool {
    let Some(completed) = frame.completed.filter(|_| *outcome == Outcome::Succeeded) else { return false };
    if frame.build.transition != Transition::Start || frame.now.saturating_sub(completed) > PATIENCE_US {
        return false;
    }
    frame.build.agents().any(|agent| {
        matches!(agent.status, AgentStatus::Connecting | AgentStatus::Connected)
            && matches!(agent.lifecycle_state, AgentLifecycle::Created | AgentLifecycle::Starting)
    })
}

/// Adds a group for each agent, by the time at which they began.
pub(super) fn groups(
    frame: &Frame<'_>,
    timings: Option<&BuildTimings>,
    roots: &mut Vec<Node>,
    markers: &mut Vec<Marker>,
    notes: &mut Vec<String>,
) {
    let mut order: Vec<Known<'_>> = Vec::new();
    let mut by_id: HashMap<Id, usize> = HashMap::new();
    let mut with = |id: Id, name| {
        *by_id.entry(id).or_insert_with(|| {
            order.push(Known { name, ..Known::default() });
            order.len() - 1
        })
    };
    let mut places = Vec::new();
    for agent in frame.build.agents() {
        places.push((with(agent.id, agent.name.as_str()), agent));
    }
    let connections = timings.map(|timings| timings.agent_connection_timings.as_slice()).unwrap_or_default();
    let connections: Vec<_> =
        connections.iter().map(|row| (with(row.workspace_agent_id, row.workspace_agent_name.as_str()), row)).collect();
    let scripts = timings.map(|timings| timings.agent_script_timings.as_slice()).unwrap_or_default();
    let scripts: Vec<_> =
        scripts.iter().map(|row| (with(row.workspace_agent_id, row.workspace_agent_name.as_str()), row)).collect();
    for (at, agent) in places {
        if let Some(known) = order.get_mut(at) {
            known.agent.get_or_insert(agent);
        }
    }
    for (at, row) in connections {
        if let Some(known) = order.get_mut(at) {
            known.connections.push(row);
        }
    }
    for (at, row) in scripts {
        if let Some(known) = order.get_mut(at) {
            known.scripts.push(row);
        }
    }
    if order.is_empty() {
        return;
    }
    if order.iter().any(|known| known.agent.is_none() && known.connections.is_empty()) {
        notes.push(
            "Connect is not kept by the server: it forgets the agents of a build once a later build of the workspace succeeds."
                .to_owned(),
        );
    }

    let alone = order.len() == 1;
    let mut tops: Vec<(Option<Id>, Node)> = Vec::new();
    let mut subs: Vec<(Id, Node)> = Vec::new();
    for known in &order {
        let node = group(frame, known, alone, markers);
        let parent = known.agent.and_then(|agent| agent.parent_id).filter(|parent| is_top(&order, &by_id, *parent));
        match parent {
            Some(parent) => subs.push((parent, node)),
            None => tops.push((known.agent.map(|agent| agent.id), node)),
        }
    }
    // Sub-agents (dev containers) may be made days later: then they are no part of this start.
    let ends = roots.iter().chain(tops.iter().map(|(_, node)| node)).filter_map(|node| node.span.end_us);
    let late = ends.max().unwrap_or(0).saturating_add(LATE_US);
    for (parent, mut node) in subs {
        if node.span.start_us > late {
            set_off_scale(&mut node);
            node.span.note = Some("made later, outside this scale".to_owned());
        }
        if let Some((_, top)) = tops.iter_mut().find(|(id, _)| *id == Some(parent)) {
            top.children.push(node);
            cover(top, frame.completed.unwrap_or(0));
        }
    }
    order::sort_by(&mut tops, |(_, one), (_, other)| {
        (one.span.start_us, &one.span.label).cmp(&(other.span.start_us, &other.span.label))
    });
    roots.extend(tops.into_iter().map(|(_, node)| node));
}

/// Whether this is an agent that can hold sub-agents: known, and no sub-agent itself.
fn is_top(order: &[Known<'_>], by_id: &HashMap<Id, usize>, id: Id) -> bool {
    let known = by_id.get(&id).and_then(|at| order.get(*at));
    known.and_then(|known| known.agent).is_some_and(|agent| agent.parent_id.is_none())
}

fn set_off_scale(node: &mut Node) {
    node.span.off_scale = true;
    for child in &mut node.children {
        set_off_scale(child);
    }
}

/// One agent: connect, its scripts, and the lane of what happened later.
fn group(frame: &Frame<'_>, known: &Known<'_>, alone: bool, markers: &mut Vec<Marker>) -> Node {
    let base = frame.completed.unwrap_or(0);
    let name = if known.name.is_empty() { "without a name" } else { known.name };
    let mut node = Node::new(SpanKind::Group, None, format!("agent {name}"), base);

    let mut connects = connects(frame, known);
    let connected = connects.iter().filter(|node| node.span.has_times()).filter_map(|node| node.span.end_us).min();
    // The agent's own clock: nothing of its scripts can have begun before it connected, nor ended after now.
    let (start, later): (Vec<&AgentScriptTiming>, Vec<_>) =
        known.scripts.iter().partition(|row| row.stage == TimingStage::Start);
    let mut rows: Vec<Node> = start.iter().map(|row| script_node(row, frame)).collect();
    let from = connected.unwrap_or(base);
    let timed = || rows.iter().filter(|row| row.span.has_times());
    let earliest = timed().map(|row| row.span.start_us).min();
    let latest = timed().filter_map(|row| row.span.end_us).max();
    let by = match (earliest, latest) {
        (Some(earliest), Some(latest)) => correction(earliest, latest, from, Some(frame.now)),
        _ => 0,
    };
    for row in &mut rows {
        row.shift(by);
    }
    if let Some(agent) = known.agent {
        rows.extend(open_scripts(frame, agent, &start, from));
        ready(frame, agent, &rows, by, alone, markers);
    }
    tree::sort(&mut rows);
    node.children.append(&mut connects);
    if !rows.is_empty() {
        node.children.push(over(rows, "scripts", base));
    }
    if !later.is_empty() {
        let mut rows: Vec<Node> = later.iter().map(|row| script_node(row, frame)).collect();
        tree::sort(&mut rows);
        let mut lane = over(rows, "later scripts", base);
        lane.span.note = Some("stop and cron scripts, outside this scale".to_owned());
        set_off_scale(&mut lane);
        node.children.push(lane);
    }
    cover(&mut node, base);
    node
}

/// The agent's connect: from its row, from the agent itself, growing while it is awaited, or what must be said instead.
fn connects(frame: &Frame<'_>, known: &Known<'_>) -> Vec<Node> {
    let base = frame.completed.unwrap_or(0);
    let phase = Some(Phase::Connect);
    let label = || "connect".to_owned();
    let mut nodes: Vec<Node> = Vec::new();
    for row in &known.connections {
        let mut node = if row.started_at.is_zero() || row.ended_at.is_zero() {
            let mut node = Node::new(SpanKind::Connect, phase, label(), base);
            node.span.outcome = SpanOutcome::NotKept;
            node.span.note = Some("its times are not kept by the server".to_owned());
            node
        } else {
            let mut node =
                Node::between(SpanKind::Connect, phase, label(), frame.rel(row.started_at), frame.rel(row.ended_at));
            node.span.note = Some(CONNECT_NOTE.to_owned());
            node
        };
        if node.span.start_us < 0 {
            node.shift(base.saturating_sub(node.span.start_us));
        }
        nodes.push(node);
    }
    if nodes.is_empty() {
        nodes.push(known.agent.map_or_else(
            || {
                let mut node = Node::new(SpanKind::Connect, phase, label(), base);
                node.span.outcome = SpanOutcome::NotKept;
                node.span.note = Some(NOT_KEPT.to_owned());
                node
            },
            |agent| connect_of(frame, agent),
        ));
    }
    tree::sort(&mut nodes);
    nodes
}

/// The connect of an agent that has no row: it may just not have been told yet.
fn connect_of(frame: &Frame<'_>, agent: &WorkspaceAgent) -> Node {
    let start = frame.rel(agent.created_at).max(0);
    let label = "connect".to_owned();
    if let Some(first) = told(agent.first_connected_at) {
        let mut node = Node::between(SpanKind::Connect, Some(Phase::Connect), label, start, frame.rel(first));
        node.span.note = Some(CONNECT_NOTE.to_owned());
        return node;
    }
    let mut node = Node::new(SpanKind::Connect, Some(Phase::Connect), label, start);
    let waited = frame.now.saturating_sub(start).max(0);
    let limit = agent.connection_timeout_seconds.saturating_mul(1_000_000);
    let span = &mut node.span;
    if agent.status == AgentStatus::Timeout && limit > 0 {
        // That it had not connected by then is known; nothing is known of later.
        span.end_us = Some(start.saturating_add(limit));
        span.outcome = SpanOutcome::TimedOut;
        span.note = Some(format!("no connection within {}, nor since", duration::span_text(limit)));
    } else if waited > PATIENCE_US
        || frame.build.transition != Transition::Start
        || !matches!(agent.status, AgentStatus::Connecting | AgentStatus::Timeout)
    {
        span.outcome = SpanOutcome::NotStarted;
        span.note = Some("has not connected".to_owned());
    } else {
        span.precision = Precision::Live;
        span.note = Some(CONNECT_NOTE.to_owned());
    }
    node
}

/// A row of a script. Every row stays, also of statuses and stages that this version does not know.
fn script_node(row: &AgentScriptTiming, frame: &Frame<'_>) -> Node {
    let phase = Some(Phase::Scripts);
    let label = script_label(&row.display_name);
    let mut node = if row.started_at.is_zero() || row.ended_at.is_zero() {
        let mut node = Node::new(SpanKind::Script, phase, label, frame.completed.unwrap_or(0));
        node.span.outcome = SpanOutcome::NotKept;
        node.span.note = Some("its times are not kept by the server".to_owned());
        node
    } else {
        let (start, end) = (frame.rel(row.started_at), frame.rel(row.ended_at));
        let mut node = Node::between(SpanKind::Script, phase, label, start, end);
        node.span.outcome = script_outcome(&row.status, Some(row.exit_code));
        node
    };
    node.span.action = Some(row.stage.as_str().to_owned());
    node.span.exit_code = Some(row.exit_code);
    node
}

fn script_label(name: &str) -> String {
    if name.is_empty() { "(script without a name)".to_owned() } else { name.to_owned() }
}

fn script_outcome(status: &ScriptStatus, exit_code: Option<i32>) -> SpanOutcome {
    match status {
        ScriptStatus::Ok => SpanOutcome::Ok,
        ScriptStatus::ExitFailure => SpanOutcome::Failed {
            message: exit_code.map_or_else(|| "exit code not told".to_owned(), |code| format!("exit code {code}")),
        },
        ScriptStatus::TimedOut => SpanOutcome::TimedOut,
        ScriptStatus::PipesLeftOpen => SpanOutcome::PipesLeftOpen,
        ScriptStatus::Other(status) => SpanOutcome::Unknown(status.clone()),
    }
}

/// The start scripts of an agent that have no row: they run, or their row was not told yet. Two scripts of one name are told apart
/// by their number alone, since rows carry no id.
fn open_scripts(frame: &Frame<'_>, agent: &WorkspaceAgent, rows: &[&AgentScriptTiming], from: i64) -> Vec<Node> {
    let Some(started) = told(agent.started_at) else { return Vec::new() };
    let started = frame.rel(started).max(from);
    let ready = told(agent.ready_at).map(|ready| frame.rel(ready).max(started));
    let mut rowed: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        *rowed.entry(row.display_name.as_str()).or_default() += 1;
    }
    let mut scripts: Vec<&AgentScript> = agent.scripts.iter().filter(|script| script.run_on_start).collect();
    // Rows exist of scripts that ended: give them to those that have a status first.
    order::sort_by_key(&mut scripts, |script| script.status.is_none());
    let mut nodes = Vec::new();
    for script in scripts {
        if let Some(count) = rowed.get_mut(script.display_name.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            continue;
        }
        let phase = Some(Phase::Scripts);
        let mut node = Node::new(SpanKind::Script, phase, script_label(&script.display_name), started);
        let span = &mut node.span;
        span.action = Some("start".to_owned());
        let running = matches!(agent.status, AgentStatus::Connected | AgentStatus::Connecting)
            && frame.now.saturating_sub(started) <= PATIENCE_US
            && matches!(
                agent.lifecycle_state,
                AgentLifecycle::Created
                    | AgentLifecycle::Starting
                    | AgentLifecycle::StartTimeout
                    | AgentLifecycle::StartError
                    | AgentLifecycle::Ready
            );
        if let Some(status) = &script.status {
            span.exit_code = script.exit_code;
            span.outcome = script_outcome(status, script.exit_code);
            span.precision = Precision::Estimated;
            span.note = Some("it has ended; its own times are not told yet".to_owned());
            // It had ended by the time at which that was told: no later than when the agent was ready, or than now.
            let told = frame.now.saturating_sub(LAG_US).max(started);
            span.end_us = ready.or_else(|| running.then_some(told));
        } else if running {
            span.precision = Precision::Live;
        } else {
            span.precision = Precision::Estimated;
            span.outcome = SpanOutcome::Unfinished;
            span.note = Some("its end was never told".to_owned());
        }
        nodes.push(node);
    }
    nodes
}

/// The moment at which the agent said that it is ready, unless that was after a later start of its own.
fn ready(frame: &Frame<'_>, agent: &WorkspaceAgent, rows: &[Node], by: i64, alone: bool, markers: &mut Vec<Marker>) {
    let Some(ready) = told(agent.ready_at) else { return };
    let at_us = frame.rel(ready).saturating_add(by);
    let ended = rows.iter().filter_map(|row| row.span.end_us.filter(|_| row.span.has_times())).max();
    let ended = ended.unwrap_or_else(|| frame.rel(agent.created_at));
    if at_us < 0 || (agent.lifecycle_state != AgentLifecycle::StartError && at_us.saturating_sub(ended) > 60_000_000) {
        return;
    }
    let who = if alone { String::new() } else { format!("{} ", agent.name) };
    let how = if agent.lifecycle_state == AgentLifecycle::StartError { "ready, with errors" } else { "ready" };
    markers.push(Marker { kind: MarkerKind::Ready, at_us, label: format!("{who}{how}") });
}

/// A stage over scripts: from the first to the last of them.
fn over(rows: Vec<Node>, label: &str, base: i64) -> Node {
    let mut node = Node::new(SpanKind::Stage, Some(Phase::Scripts), label.to_owned(), base);
    node.children = rows;
    cover(&mut node, base);
    let failed = node.children.iter().filter(|row| row.span.outcome.is_failure()).count();
    if failed > 0 {
        let message = format!("{failed} of {} failed", node.children.len());
        node.span.outcome = SpanOutcome::Failed { message };
    }
    node
}

/// Stretches a span over its children: what grows makes it grow, what lies off the scale does not count unless there is nothing else.
fn cover(node: &mut Node, base: i64) {
    let on_scale = node.children.iter().any(|child| child.span.has_bar());
    if !on_scale && node.children.iter().any(|child| child.span.off_scale) {
        node.span.off_scale = true;
    }
    let counted = || node.children.iter().map(|child| &child.span).filter(|span| !on_scale || span.has_bar());
    let start = counted().filter(|span| span.has_times()).map(|span| span.start_us).min();
    let end = counted().filter(|span| span.has_times()).filter_map(|span| span.end_us).max();
    let growing = counted().any(super::Span::is_growing);
    let estimated = counted().any(|span| span.precision == Precision::Estimated);
    let span = &mut node.span;
    span.start_us = start.unwrap_or(base);
    span.end_us = if growing { None } else { end };
    span.precision = match (growing, estimated) {
        (true, _) => Precision::Live,
        (_, true) => Precision::Estimated,
        _ => Precision::Exact,
    };
    if start.is_none() {
        let all_forgotten = node.children.iter().all(|child| child.span.outcome == SpanOutcome::NotKept);
        span.outcome = if all_forgotten { SpanOutcome::NotKept } else { SpanOutcome::NotStarted };
    } else if span.end_us.is_none() && !growing {
        span.precision = Precision::Estimated;
        span.outcome = SpanOutcome::Unfinished;
    }
}
