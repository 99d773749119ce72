//! What the agents did after the build: connect and scripts, one group per agent (docs/control-plane-api.md, 3.2, 6.2).
//! Agents of earlier builds are forgotten by the control plane: their scripts stay, their connect is "not kept by the
//! server". Pure.

use super::frame::{Frame, TOLERANCE_US, correction, told};
use super::live::{LAG_US, PATIENCE_US};
use super::phases::Phase;
use super::span::{Precision, Span, SpanKind, SpanOutcome};
use super::tree::{self, Node};
use super::whole::{Marker, MarkerKind, Outcome};
use crate::model::{duration, order};
use crate::wire::agent::{AgentLifecycle, AgentScript, AgentStatus, ScriptStatus, WorkspaceAgent};
use crate::wire::build::Transition;
use crate::wire::id::Id;
use crate::wire::time::Timestamp;
use crate::wire::timings::{AgentConnectionTiming, AgentScriptTiming, BuildTimings, TimingStage};
use std::collections::HashMap;

/// What connect is, for a reader.
pub(super) const CONNECT_NOTE: &str = "boot, download and connection, not split by Coder";

/// What stands where the control plane forgot.
pub(super) const NOT_KEPT: &str = "not kept by the server";

/// How long after one script of a start the next one begins at the latest, and a sub-agent is made after its agent said
/// that it is ready, µs: scripts begin together, a dev container's build begins when they have ended.
const AT_ONCE_US: i64 = 60_000_000;

/// All that is known of one agent.
#[derive(Default)]
struct Known<'a> {
    agent: Option<&'a WorkspaceAgent>,
    name: &'a str,
    connections: Vec<&'a AgentConnectionTiming>,
    scripts: Vec<&'a AgentScriptTiming>,
}

/// One agent as spans, and what its own times say.
struct Group<'a> {
    node: Node,
    /// Lines through the chart, if it lies on the scale.
    markers: Vec<Marker>,
    agent: Option<&'a WorkspaceAgent>,
    /// When it said that it is ready, by the server's clock, if it did so in the start of this build.
    ready: Option<i64>,
    /// Its program began again after the start of this build: what it says of itself now is of a later start.
    again: bool,
}

impl Group<'_> {
    /// Whether the agent is expected to do something though nothing grows at the moment: it connected and has not begun
    /// its scripts, or it says that it is starting, for as long as it says so.
    fn is_awaited(&self, frame: &Frame<'_>) -> bool {
        let Some(agent) = self.agent.filter(|_| !self.again && !self.node.span.off_scale) else { return false };
        let patient = frame.now.saturating_sub(frame.completed.unwrap_or(0)) <= PATIENCE_US;
        match (&agent.status, &agent.lifecycle_state) {
            (AgentStatus::Connected, AgentLifecycle::Starting) => true,
            (AgentStatus::Connected | AgentStatus::Connecting, AgentLifecycle::Created)
            | (AgentStatus::Connecting, AgentLifecycle::Starting) => patient,
            _ => false,
        }
    }
}

/// Adds a group for each agent, by the time at which they began. Whether any of them is still awaited.
pub(super) fn groups(
    frame: &Frame<'_>,
    timings: Option<&BuildTimings>,
    outcome: &Outcome,
    roots: &mut Vec<Node>,
    markers: &mut Vec<Marker>,
    notes: &mut Vec<String>,
) -> bool {
    let (order, by_id) = known_agents(frame, timings);
    if order.iter().any(|known| known.agent.is_none() && known.connections.is_empty()) {
        notes.push("The server no longer has this build's connect times (a later build succeeded).".to_owned());
    }
    let alone = order.len() == 1;
    let mut tops: Vec<Group<'_>> = Vec::new();
    let mut subs: Vec<(Id, Group<'_>)> = Vec::new();
    for known in &order {
        let group = group(frame, known, alone);
        let parent = known.agent.and_then(|agent| agent.parent_id).filter(|parent| is_top(&order, &by_id, *parent));
        match parent {
            Some(parent) => subs.push((parent, group)),
            None => tops.push(group),
        }
    }
    let ends = roots.iter().chain(tops.iter().map(|group| &group.node)).filter_map(|node| node.span.end_us);
    let end = ends.max().unwrap_or(0);
    let mut awaited = false;
    for (parent, mut sub) in subs {
        let Some(top) = tops.iter_mut().find(|top| top.agent.is_some_and(|agent| agent.id == parent)) else { continue };
        place(frame, top, &mut sub, end);
        awaited |= sub.is_awaited(frame);
        if !sub.node.span.off_scale {
            markers.append(&mut sub.markers);
        }
        top.node.children.push(sub.node);
        cover(&mut top.node, frame.completed.unwrap_or(0));
    }
    order::sort_by(&mut tops, |one, other| {
        let (one, other) = (&one.node.span, &other.node.span);
        (one.start_us, &one.label).cmp(&(other.start_us, &other.label))
    });
    for mut top in tops {
        awaited |= top.is_awaited(frame);
        markers.append(&mut top.markers);
        roots.push(top.node);
    }
    awaited && *outcome == Outcome::Succeeded && frame.build.transition == Transition::Start
}

/// The agents of the build and of the timings' rows, in the order in which they are named, each with its rows.
fn known_agents<'a>(frame: &Frame<'a>, timings: Option<&'a BuildTimings>) -> (Vec<Known<'a>>, HashMap<Id, usize>) {
    let mut order: Vec<Known<'a>> = Vec::new();
    let mut by_id: HashMap<Id, usize> = HashMap::new();
    let mut with = |id: Id, name: &'a str, add: &mut dyn FnMut(&mut Known<'a>)| {
        let at = *by_id.entry(id).or_insert_with(|| {
            order.push(Known { name, ..Known::default() });
            order.len() - 1
        });
        if let Some(known) = order.get_mut(at) {
            add(known);
        }
    };
    for agent in frame.build.agents() {
        with(agent.id, &agent.name, &mut |known| {
            known.agent.get_or_insert(agent);
        });
    }
    let connections = timings.map(|timings| timings.agent_connection_timings.as_slice()).unwrap_or_default();
    for row in connections {
        with(row.workspace_agent_id, &row.workspace_agent_name, &mut |known| known.connections.push(row));
    }
    let scripts = timings.map(|timings| timings.agent_script_timings.as_slice()).unwrap_or_default();
    for row in scripts {
        with(row.workspace_agent_id, &row.workspace_agent_name, &mut |known| known.scripts.push(row));
    }
    (order, by_id)
}

/// Whether a sub-agent (a dev container) belongs to this start, and puts it off the scale if it does not. Its agent
/// tells: it says that it is ready once the dev containers of its start are built, however long that takes, and a later
/// start of its own makes them anew. Where it does not tell (it was ready before), what comes within the time in which
/// anything is awaited belongs, and that is said.
fn place(frame: &Frame<'_>, top: &Group<'_>, sub: &mut Group<'_>, end: i64) {
    let made = sub.agent.map_or(sub.node.span.start_us, |agent| frame.rel(agent.created_at));
    let starting = top.agent.is_some_and(|agent| {
        told(agent.ready_at).is_none()
            && matches!(agent.lifecycle_state, AgentLifecycle::Created | AgentLifecycle::Starting)
    });
    let anew = top.agent.filter(|_| top.again).and_then(|agent| told(agent.started_at));
    if anew.is_some_and(|anew| made.saturating_add(TOLERANCE_US) >= frame.rel(anew)) {
        put_off(sub, "made by a later start of its agent, outside this scale".to_owned());
    } else if (starting && !top.again) || top.ready.is_some_and(|ready| made <= ready.saturating_add(AT_ONCE_US)) {
        // It is of this start.
    } else if made.saturating_sub(end) > PATIENCE_US {
        let later = duration::span_text(made.saturating_sub(end));
        put_off(sub, format!("made {later} later, outside this scale"));
    } else if let Some(ready) = top.ready {
        let after = duration::span_text(made.saturating_sub(ready));
        sub.node.span.note = Some(format!("made {after} after its agent was ready"));
    }
}

fn put_off(sub: &mut Group<'_>, why: String) {
    set_off_scale(&mut sub.node);
    sub.node.span.note = Some(why);
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
fn group<'a>(frame: &Frame<'_>, known: &Known<'a>, alone: bool) -> Group<'a> {
    let base = frame.completed.unwrap_or(0);
    let name = if known.name.is_empty() { "without a name" } else { known.name };
    let mut node = Node::new(SpanKind::Group, None, format!("agent {name}"), base);

    let mut connects = connects(frame, known);
    let connected = connects.iter().filter(|node| node.span.has_times()).filter_map(|node| node.span.end_us).min();
    let from = connected.unwrap_or(base);
    let (start, mut later): (Vec<&AgentScriptTiming>, Vec<_>) =
        known.scripts.iter().partition(|row| row.stage == TimingStage::Start);
    let again = began_again(known.agent, &start);
    let (start, of_later_starts) = first_run(frame, start, known.agent.filter(|_| again), from);
    // The agent's own clock: nothing of its scripts can have begun before it connected, nor ended after now.
    let mut rows: Vec<Node> = start.iter().map(|row| script_node(row, frame)).collect();
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
    // Rows have no id of their script: of two with one name it is only told where both do the same.
    let scripts = known.agent.map(|agent| agent.scripts.as_slice()).unwrap_or_default();
    for row in &mut rows {
        let mut named =
            scripts.iter().filter(|script| script.run_on_start && script_label(&script.display_name) == row.span.label);
        let first = named.next().and_then(|script| script.start_blocks_login);
        row.span.blocks_login = first.filter(|first| named.all(|other| other.start_blocks_login == Some(*first)));
    }
    let mut markers = Vec::new();
    let mut said_ready = None;
    if let Some(agent) = known.agent {
        // Without a row it is the clocks alone that differ: what runs is not said to be cut off.
        let cut_off = again && !rows.is_empty();
        rows.extend(open_scripts(frame, agent, &known.scripts, from, cut_off));
        said_ready = told(agent.ready_at).filter(|_| !again).map(|ready| frame.rel(ready).saturating_add(by));
        if let Some(at_us) = said_ready.filter(|at| *at >= 0) {
            let who = if alone { String::new() } else { format!("{} ", agent.name) };
            let how = match agent.lifecycle_state {
                AgentLifecycle::StartError => "ready, with errors",
                AgentLifecycle::StartTimeout => "ready, after a timeout",
                _ => "ready",
            };
            markers.push(Marker { kind: MarkerKind::Ready, at_us, label: format!("{who}{how}") });
        }
    }
    tree::sort(&mut rows);
    node.children.append(&mut connects);
    if !rows.is_empty() {
        node.children.push(over(rows, "scripts", base));
    }
    let note = match (later.is_empty(), of_later_starts.is_empty()) {
        (_, true) => "stop and cron scripts, outside this scale",
        (true, false) => "scripts of a later start of the agent, outside this scale",
        (false, false) => "stop and cron scripts and those of a later start of the agent, outside this scale",
    };
    later.extend(of_later_starts);
    if !later.is_empty() {
        let mut rows: Vec<Node> = later.iter().map(|row| script_node(row, frame)).collect();
        tree::sort(&mut rows);
        let mut lane = over(rows, "later scripts", base);
        lane.span.note = Some(note.to_owned());
        set_off_scale(&mut lane);
        node.children.push(lane);
    }
    cover(&mut node, base);
    Group { node, markers, agent: known.agent, ready: said_ready, again }
}

/// Whether the agent's program began again after the start of this build. Its `started_at` is of its latest start, the
/// row of a script of its first run, and both are of one clock: a start after such a row is a later one. Without a row
/// there is the time of the first connection, which is of another clock.
fn began_again(agent: Option<&WorkspaceAgent>, rows: &[&AgentScriptTiming]) -> bool {
    let Some(agent) = agent else { return false };
    let Some(started) = told(agent.started_at) else { return false };
    let first = rows.iter().map(|row| row.started_at).filter(|at| !at.is_zero()).min();
    let since = |at: Timestamp| started.micros().saturating_sub(at.micros());
    match (first, told(agent.first_connected_at)) {
        (Some(first), _) => since(first) > TOLERANCE_US,
        (None, Some(connected)) => since(connected) > AT_ONCE_US,
        (None, None) => false,
    }
}

/// Splits the start scripts' rows into those of the agent's first start and those of later ones: a script that did not
/// end in the first has its first row in a later one. `again` is the agent that began again.
fn first_run<'a>(
    frame: &Frame<'_>,
    mut rows: Vec<&'a AgentScriptTiming>,
    again: Option<&WorkspaceAgent>,
    from: i64,
) -> (Vec<&'a AgentScriptTiming>, Vec<&'a AgentScriptTiming>) {
    order::sort_by_key(&mut rows, |row| row.started_at);
    let anew = again.and_then(|agent| told(agent.started_at)).map(|anew| frame.rel(anew).saturating_sub(TOLERANCE_US));
    let (mut reach, mut patience) = (from, PATIENCE_US);
    rows.into_iter().partition(|row| {
        if row.started_at.is_zero() || row.ended_at.is_zero() {
            return true;
        }
        let (start, end) = (frame.rel(row.started_at), frame.rel(row.ended_at));
        // What ends after now is of a clock that is ahead, and is moved.
        let near = start.saturating_sub(reach) <= patience || end > frame.now;
        let own = near && anew.is_none_or(|anew| start < anew);
        if own {
            reach = if patience == PATIENCE_US { end } else { reach.max(end) };
            patience = AT_ONCE_US;
        }
        own
    })
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
    let start = agent.created_at.known().map_or(frame.completed.unwrap_or(0), |made| frame.rel(made)).max(0);
    let label = "connect".to_owned();
    if let Some(first) = told(agent.first_connected_at) {
        let mut node = Node::between(SpanKind::Connect, Some(Phase::Connect), label, start, frame.rel(first));
        node.span.note = Some(CONNECT_NOTE.to_owned());
        return node;
    }
    let mut node = Node::new(SpanKind::Connect, Some(Phase::Connect), label, start);
    let waited = frame.now.saturating_sub(start).max(0);
    let limit = agent.connection_timeout_seconds.unwrap_or(0).saturating_mul(1_000_000);
    let span = &mut node.span;
    if agent.status == AgentStatus::Timeout && limit > 0 {
        let within = duration::span_text(limit);
        span.outcome = SpanOutcome::TimedOut;
        if waited.saturating_sub(limit) <= PATIENCE_US && frame.build.transition == Transition::Start {
            // An agent that is late (a large image on a new machine) connects all the same.
            span.precision = Precision::Live;
            span.note = Some(format!("no connection within {within}; it is still awaited"));
        } else {
            // That it had not connected by then is known; nothing is known of later.
            span.end_us = Some(start.saturating_add(limit));
            span.note = Some(format!("no connection within {within}, nor since"));
        }
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
        node.span.outcome = script_outcome(&row.status, row.exit_code);
        node
    };
    node.span.action = Some(row.stage.as_str().into());
    node.span.exit_code = row.exit_code;
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

/// The start scripts of an agent that have no row: they run, or their row was not told yet, or they were `cut_off` when
/// the agent's program began again. Two scripts of one name are told apart by their number alone, since rows carry no
/// id.
fn open_scripts(
    frame: &Frame<'_>,
    agent: &WorkspaceAgent,
    rows: &[&AgentScriptTiming],
    from: i64,
    cut_off: bool,
) -> Vec<Node> {
    let Some(started) = told(agent.started_at) else { return Vec::new() };
    let started = if cut_off { from } else { frame.rel(started).max(from) };
    let ready = told(agent.ready_at).map(|ready| frame.rel(ready).max(started));
    let mut rowed: HashMap<&str, usize> = HashMap::new();
    for row in rows.iter().filter(|row| row.stage == TimingStage::Start) {
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
        span.action = Some("start".into());
        span.blocks_login = script.start_blocks_login;
        // An agent that says it is starting runs them, however long that takes.
        let running = matches!(agent.status, AgentStatus::Connected | AgentStatus::Connecting)
            && match agent.lifecycle_state {
                AgentLifecycle::Starting => true,
                AgentLifecycle::Created
                | AgentLifecycle::StartTimeout
                | AgentLifecycle::StartError
                | AgentLifecycle::Ready => frame.now.saturating_sub(started) <= PATIENCE_US,
                _ => false,
            };
        if cut_off {
            span.precision = Precision::Estimated;
            span.outcome = SpanOutcome::Unfinished;
            span.note = Some("its agent began again before it had ended".to_owned());
        } else if let Some(status) = &script.status {
            span.exit_code = script.exit_code;
            span.outcome = script_outcome(status, script.exit_code);
            span.precision = Precision::Estimated;
            span.note = Some("it has ended; its own times are not told yet".to_owned());
            // It had ended by the time at which that was told: no later than when the agent was ready, or than now.
            let told = frame.now.saturating_sub(LAG_US).max(started);
            span.end_us = ready.or_else(|| running.then_some(told));
        } else if let Some(ready) = ready {
            // An agent is ready, for better or worse, when all of its start scripts have ended.
            span.precision = Precision::Estimated;
            span.end_us = Some(ready);
            span.note = Some("it had ended when the agent was ready; its own times are not told".to_owned());
            if agent.lifecycle_state != AgentLifecycle::Ready {
                span.outcome = SpanOutcome::Unknown("how it ended is not told".to_owned());
            }
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

/// Stretches a span over its children: what grows makes it grow, what lies off the scale does not count unless there is
/// nothing else.
fn cover(node: &mut Node, base: i64) {
    let on_scale = node.children.iter().any(|child| child.span.has_bar());
    if !on_scale && node.children.iter().any(|child| child.span.off_scale) {
        node.span.off_scale = true;
    }
    let counted = || node.children.iter().map(|child| &child.span).filter(|span| !on_scale || span.has_bar());
    let start = counted().filter(|span| span.has_times()).map(|span| span.start_us).min();
    let end = counted().filter(|span| span.has_times()).filter_map(|span| span.end_us).max();
    let growing = counted().any(Span::is_growing);
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

#[cfg(test)]
mod tests;
