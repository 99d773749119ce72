//! What a workspace is doing, in a mark, a word and a reason: every row of the table "States of a row" (docs/look.md), the sentence at the head of its
//! page, its agents and apps. Pure; may import `wire` and other `model` files. Never says more than the API does.

use crate::model::duration;
use crate::model::duration::LocalTime;
use crate::model::failure::Failure;
use crate::model::row::Coming;
use crate::model::row::ComingStage;
use crate::model::row::Failing;
use crate::model::row::Row;
use crate::model::row::Trouble;
use crate::model::row::is_changing;
use crate::model::row::is_healthy;
use crate::model::row::is_refused_by_quota;
use crate::model::row::may_have_applied;
use crate::model::timeline::errors::{job_error, more_errors};
use crate::wire::agent::AgentLifecycle;
use crate::wire::agent::AgentStatus;
use crate::wire::agent::AppHealth;
use crate::wire::agent::ScriptStatus;
use crate::wire::agent::WorkspaceAgent;
use crate::wire::agent::WorkspaceApp;
use crate::wire::build::BuildReason;
use crate::wire::build::BuildStatus;
use crate::wire::build::JobStatus;
use crate::wire::build::Transition;
use crate::wire::template::BuildTimeStats;

/// The silhouette beside the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// A disc.
    Running,
    /// A ring with dots.
    Connecting,
    /// A triangle.
    Unhealthy,
    /// A ring with an arc.
    Starting,
    /// A dashed ring.
    Pending,
    /// A ring with a square.
    Stopping,
    /// The outline of a square.
    Stopped,
    /// An octagon with a cross.
    Failed,
    /// A ring with a slash.
    Canceled,
    /// A moon.
    Dormant,
    /// A ring with a cross.
    Deleting,
    /// A tick: a build that succeeded.
    Succeeded,
    /// Nothing this version has a mark for.
    Unknown,
}

impl Mark {
    /// The name of its icon in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Mark::Running => "running",
            Mark::Connecting => "connecting",
            Mark::Unhealthy => "unhealthy",
            Mark::Starting => "starting",
            Mark::Pending => "pending",
            Mark::Stopping => "stopping",
            Mark::Stopped => "stopped",
            Mark::Failed => "failed",
            Mark::Canceled => "canceled",
            Mark::Dormant => "dormant",
            Mark::Deleting => "deleting",
            Mark::Succeeded => "check",
            Mark::Unknown => "info",
        }
    }
}

/// The colour, which is a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Well.
    Ok,
    /// Act on this.
    Warn,
    /// Under way.
    Busy,
    /// At rest.
    Idle,
    /// Failed: act on this.
    Bad,
    /// Dormant.
    Dormant,
}

impl Tone {
    /// The end of its class name: `st-ok`.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Ok => "ok",
            Tone::Warn => "warn",
            Tone::Busy => "busy",
            Tone::Idle => "idle",
            Tone::Bad => "bad",
            Tone::Dormant => "dormant",
        }
    }
}

/// What a workspace is doing, all things considered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Started and well.
    Running,
    /// Started; an agent is still connecting or running its start scripts.
    Connecting,
    /// Started; an agent is not well.
    Unhealthy,
    /// A start is running.
    Starting,
    /// A build waits for a provisioner.
    Pending,
    /// A stop is running.
    Stopping,
    /// Stopped.
    Stopped,
    /// The last build failed.
    Failed,
    /// The last build was canceled, even if its job then failed.
    Canceled,
    /// The build is being canceled.
    Canceling,
    /// Not used for long, and set aside; its last build has ended.
    Dormant,
    /// A delete is running.
    Deleting,
    /// Deleted.
    Deleted,
    /// A status of a newer control plane.
    Unknown(String),
}

/// What a workspace is doing.
pub fn state(row: &Row) -> State {
    let build = &row.build;
    if row.dormant_ms.is_some() && !is_changing(row) && build.status != BuildStatus::Deleted {
        return State::Dormant;
    }
    match &build.status {
        BuildStatus::Pending => State::Pending,
        BuildStatus::Starting => State::Starting,
        BuildStatus::Stopping => State::Stopping,
        BuildStatus::Deleting => State::Deleting,
        BuildStatus::Canceling => State::Canceling,
        BuildStatus::Stopped => State::Stopped,
        BuildStatus::Deleted => State::Deleted,
        BuildStatus::Canceled => State::Canceled,
        BuildStatus::Failed if build.canceled_ms.is_some() => State::Canceled,
        BuildStatus::Failed => State::Failed,
        BuildStatus::Running if row.health.failing.is_some() => State::Unhealthy,
        BuildStatus::Running if row.health.coming.is_some() => State::Connecting,
        BuildStatus::Running => State::Running,
        BuildStatus::Other(text) => State::Unknown(text.clone()),
    }
}

/// How long builds of this kind usually take, in milliseconds: half of them less than `p50`, nineteen of twenty less than `p95`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    /// The median.
    pub p50: i64,
    /// The 95th percentile.
    pub p95: i64,
}

impl Usual {
    /// Of a template's statistics; `None` until there were builds, or if the figures make no sense.
    pub fn new(stats: BuildTimeStats) -> Option<Usual> {
        match (stats.p50, stats.p95) {
            (Some(p50), Some(p95)) if p50 > 0 && p95 >= p50 => Some(Usual { p50, p95 }),
            _ => None,
        }
    }

    /// Whether they vary too much for a band and a time that is left.
    pub fn varies(self) -> bool {
        self.p95 > self.p50.saturating_mul(3).max(self.p50.saturating_add(5_000))
    }
}

/// What is known beside the row, for the words.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The server's time now, in Unix milliseconds.
    pub now_ms: i64,
    /// The reader's calendar.
    pub local: &'a dyn LocalTime,
    /// How long builds of this template and transition take.
    pub usual: Option<Usual>,
    /// The phase that the build is in (`apply`), if its log is followed.
    pub phase: Option<&'a str>,
    /// What the log of the failed build says, if it was read.
    pub failure: Option<&'a Failure>,
    /// When the control plane last answered, while it cannot be reached; `None` while all is well. How long something has been going on is
    /// known up to then, and how long it will still take is not known at all.
    pub held_ms: Option<i64>,
}

impl<'a> Context<'a> {
    /// Nothing known but the time.
    pub fn new(now_ms: i64, local: &'a dyn LocalTime) -> Context<'a> {
        Context { now_ms, local, usual: None, phase: None, failure: None, held_ms: None }
    }
}

/// The progress of a running build on a bar; fractions of the bar's width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// How far time is.
    pub done: f64,
    /// From where to where builds of this kind usually end; `None` if they vary too much.
    pub band: Option<(f64, f64)>,
    /// Whether it takes longer than nineteen of twenty did.
    pub overdue: bool,
}

/// A state in words.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusText {
    /// The silhouette.
    pub mark: Mark,
    /// The colour.
    pub tone: Tone,
    /// The word: `Start failed`.
    pub word: String,
    /// The reason; empty if there is none to say.
    pub why: String,
    /// The bar of a running build, if it is known how long such builds take.
    pub progress: Option<Progress>,
    /// What is said behind the bar: `about 20–45 s left`; empty if nothing honest can be said.
    pub left: String,
    /// What is said behind the reason, whatever the room: `and 3 more errors`.
    pub more: String,
}

impl StatusText {
    fn new(mark: Mark, tone: Tone, word: impl Into<String>, why: impl Into<String>) -> StatusText {
        StatusText {
            mark,
            tone,
            word: word.into(),
            why: why.into(),
            progress: None,
            left: String::new(),
            more: String::new(),
        }
    }

    /// All of it in one line, for a label or a title: `Starting, apply, 42 s, about 20–45 s left`.
    pub fn spoken(&self) -> String {
        [self.word.as_str(), self.why.as_str(), self.more.as_str(), self.left.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// A row's state in words.
pub fn describe(row: &Row, context: &Context) -> StatusText {
    let build = &row.build;
    let verb = build.transition.as_str();
    let noun = capital(verb);
    match state(row) {
        State::Running => StatusText::new(Mark::Running, Tone::Ok, "Running", required_stop(row)),
        State::Connecting => {
            let why = row.health.coming.as_deref().map(|coming| coming_text(coming, row, context)).unwrap_or_default();
            StatusText::new(Mark::Connecting, Tone::Ok, "Running", why)
        }
        State::Unhealthy => {
            let why = row.health.failing.as_deref().map(|failing| failing_text(failing, context)).unwrap_or_default();
            StatusText::new(Mark::Unhealthy, Tone::Warn, "Unhealthy", why)
        }
        State::Pending => {
            StatusText::new(Mark::Pending, Tone::Busy, format!("{noun} pending"), pending_text(row, context))
        }
        State::Starting => running_build(row, context, Mark::Starting, Tone::Busy, "Starting"),
        State::Stopping => running_build(row, context, Mark::Stopping, Tone::Busy, "Stopping"),
        State::Deleting => running_build(row, context, Mark::Deleting, Tone::Idle, "Deleting"),
        State::Canceling => {
            let why = build.canceled_ms.map(|since| since_text(since, context)).unwrap_or_default();
            StatusText::new(Mark::Canceled, Tone::Busy, format!("Canceling {verb}"), why)
        }
        State::Stopped => StatusText::new(Mark::Stopped, Tone::Idle, "Stopped", ""),
        State::Failed => {
            let why = failed_text(row, context.failure);
            // What is beside an error is told where that is.
            let told = context.failure.filter(|failure| failure.first_error.as_ref() == Some(&why));
            let more = told.map(|failure| more_errors(usize::try_from(failure.more).unwrap_or_default()));
            let text = StatusText::new(Mark::Failed, Tone::Bad, format!("{noun} failed"), why);
            StatusText { more: more.unwrap_or_default(), ..text }
        }
        State::Canceled => {
            let when = build.canceled_ms.or(build.completed_ms);
            let why = when.map(|at| duration::ago(at, context.now_ms, context.local)).unwrap_or_default();
            // The API says who asked for the build, not who canceled it.
            StatusText::new(Mark::Canceled, Tone::Idle, format!("{noun} canceled"), why)
        }
        State::Dormant => StatusText::new(Mark::Dormant, Tone::Dormant, "Dormant", dormant_text(row, context)),
        State::Deleted => StatusText::new(Mark::Deleting, Tone::Idle, "Deleted", ""),
        State::Unknown(status) => {
            StatusText::new(Mark::Unknown, Tone::Idle, status, "a status that this version of Gantry does not know")
        }
    }
}

/// What a build does as the first word of a text: `Start`.
fn capital(verb: &str) -> String {
    let mut letters = verb.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn required_stop(row: &Row) -> &'static str {
    match (row.deadline_ms, row.max_deadline_ms) {
        (Some(deadline), Some(max)) if deadline >= max => "required stop, no extension",
        _ => "",
    }
}

/// Until when what goes on is known to go on.
fn known_ms(context: &Context) -> i64 {
    context.held_ms.unwrap_or(context.now_ms)
}

fn since_text(since_ms: i64, context: &Context) -> String {
    if since_ms <= duration::UNSAID_MS {
        return "an unknown time".to_owned();
    }
    duration::elapsed(known_ms(context).saturating_sub(since_ms))
}

fn coming_text(coming: &Coming, row: &Row, context: &Context) -> String {
    let agent = &coming.agent;
    let time = since_text(coming.since_ms, context);
    match coming.stage {
        ComingStage::Connecting if row.build.has_external_agent => {
            format!("agent {agent} waits to be started by hand, {time}")
        }
        ComingStage::Connecting => format!("agent {agent} connecting, {time}"),
        ComingStage::Scripts => format!("agent {agent} running its start scripts, {time}"),
        ComingStage::SlowScripts => format!("agent {agent} still running its start scripts, {time}"),
    }
}

fn failing_text(failing: &Failing, context: &Context) -> String {
    let agent = &failing.agent;
    let text = match &failing.trouble {
        Trouble::Lost { since_ms: Some(since) } => {
            format!("agent {agent} lost connection {}", duration::ago(*since, context.now_ms, context.local))
        }
        Trouble::Lost { since_ms: None } => format!("agent {agent} lost connection"),
        Trouble::TimedOut { since_ms } => {
            format!("agent {agent} has not connected in {}", since_text(*since_ms, context))
        }
        Trouble::ShutDown { ended: true } => format!("agent {agent} has shut down"),
        Trouble::ShutDown { ended: false } => format!("agent {agent} is shutting down"),
        Trouble::Script { script, status, exit_code, more } => {
            let text = format!("script {script}: {}", script_outcome(status, *exit_code));
            if *more > 0 { format!("{text}, {more} more failed") } else { text }
        }
        Trouble::Other(reason) if agent.is_empty() => reason.to_string(),
        Trouble::Other(reason) => format!("agent {agent}: {reason}"),
    };
    match failing.more {
        0 => text,
        1 => format!("{text}, and 1 more agent"),
        more => format!("{text}, and {more} more agents"),
    }
}

/// How a script ended: `exit code 1`, `timed out`, `left its output open`.
pub fn script_outcome(status: &ScriptStatus, exit_code: Option<i32>) -> String {
    match (status, exit_code) {
        (ScriptStatus::Ok, _) => "ok".to_owned(),
        (ScriptStatus::ExitFailure, Some(code)) => format!("exit code {code}"),
        (ScriptStatus::ExitFailure, None) => "failed".to_owned(),
        (ScriptStatus::TimedOut, _) => "timed out".to_owned(),
        (ScriptStatus::PipesLeftOpen, _) => "left its output open".to_owned(),
        (ScriptStatus::Other(text), _) => text.clone(),
    }
}

fn pending_text(row: &Row, context: &Context) -> String {
    let waiting = format!("waiting {}", since_text(row.build.created_ms, context));
    match row.build.provisioners {
        Some(provisioners) if provisioners.count == 0 => format!("no provisioner takes its tags, {waiting}"),
        Some(provisioners) if provisioners.available == 0 => {
            let none = match provisioners.count {
                1 => "its only provisioner is not available".to_owned(),
                count => format!("none of its {count} provisioners is available"),
            };
            format!("{none}, {waiting}")
        }
        _ if row.build.queue_position > 0 => format!("position {} in queue, {waiting}", row.build.queue_position),
        _ => waiting,
    }
}

fn running_build(row: &Row, context: &Context, mark: Mark, tone: Tone, word: &str) -> StatusText {
    // Queue time is no part of the statistics, nor of what is shown as elapsed.
    let elapsed = row.build.started_ms.map(|since| known_ms(context).saturating_sub(since).max(0));
    let time = elapsed.map(duration::elapsed);
    let why = match (context.phase, time) {
        (Some(phase), Some(time)) => format!("{phase}, {time}"),
        (Some(phase), None) => phase.to_owned(),
        (None, Some(time)) => time,
        (None, None) => String::new(),
    };
    let mut text = StatusText::new(mark, tone, word, why);
    if let (Some(elapsed), Some(usual), None) = (elapsed, context.usual, context.held_ms) {
        text.progress = Some(progress(elapsed, usual));
        text.left = left(elapsed, usual);
    }
    text
}

fn progress(elapsed: i64, usual: Usual) -> Progress {
    let overdue = elapsed > usual.p95;
    let width = usual.p95.max(1) as f64;
    Progress {
        done: (elapsed as f64 / width).clamp(0.0, 1.0),
        band: (!usual.varies() && !overdue).then(|| (usual.p50 as f64 / width, 1.0)),
        overdue,
    }
}

fn left(elapsed: i64, usual: Usual) -> String {
    if elapsed > usual.p95 {
        return "longer than usual".to_owned();
    }
    if usual.varies() {
        return String::new();
    }
    let (from, to) = (usual.p50.saturating_sub(elapsed), usual.p95.saturating_sub(elapsed));
    if from < 1_000 && to < 1_000 {
        return "about to end".to_owned();
    }
    if from < 1_000 {
        return format!("{} left", duration::range(0, to).replace("up to ", "up to about "));
    }
    format!("about {} left", duration::range(from, to))
}

/// Why the last build failed: the quota's figures, else the first error of its log, else the job's error.
pub fn failed_text(row: &Row, failure: Option<&Failure>) -> String {
    let build = &row.build;
    let error = build.error.as_deref().unwrap_or_default();
    if is_refused_by_quota(build) {
        return match failure.and_then(|failure| failure.refusal) {
            Some(refusal) => format!("insufficient quota: {} in {}", refusal.words(), row.organization_name),
            None => "insufficient quota".to_owned(),
        };
    }
    // What was only said on the level of errors is less than what the job says itself.
    let own = job_error(error);
    if let Some(failure) = failure.filter(|failure| !failure.bare || own.is_none())
        && let Some(first) = &failure.first_error
    {
        return first.clone();
    }
    if let Some(own) = own {
        return own;
    }
    match error.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => line.to_owned(),
        None if build.job_status == JobStatus::Unknown => {
            "the control plane does not know how the job ended".to_owned()
        }
        None => "the control plane gives no reason".to_owned(),
    }
}

fn dormant_text(row: &Row, context: &Context) -> String {
    let build = &row.build;
    let before = match build.status {
        BuildStatus::Running => "still running".to_owned(),
        BuildStatus::Failed if build.canceled_ms.is_some() => format!("its last {} was canceled", build.transition),
        BuildStatus::Canceled => format!("its last {} was canceled", build.transition),
        BuildStatus::Failed => format!("its last {} failed", build.transition),
        _ => String::new(),
    };
    let fate = row.deleting_ms.map(|at| deletion_text(at, context)).unwrap_or_default();
    match (before.is_empty(), fate.is_empty()) {
        (false, false) => format!("{before}, {fate}"),
        _ => before + &fate,
    }
}

fn deletion_text(at_ms: i64, context: &Context) -> String {
    if at_ms <= context.now_ms {
        return format!("its deletion has been due since {}", duration::at(at_ms, context.now_ms, context.local));
    }
    let days = context.local.day(at_ms).saturating_sub(context.local.day(context.now_ms));
    let away = at_ms.saturating_sub(context.now_ms);
    let left = if days >= 2 { format!("{days} d") } else { duration::left(away) };
    format!("deletes in {left}, on {}", duration::date(at_ms, context.now_ms, context.local))
}

/// Of a build that ended before its apply.
const UNCHANGED: &str = "It changed nothing.";

/// The sentence at the head of a workspace's page.
pub fn sentence(row: &Row, context: &Context) -> String {
    let build = &row.build;
    let verb = &build.transition;
    let text = describe(row, context);
    let ended = build.completed_ms;
    match state(row) {
        State::Running => format!("{}.", running_since(row, context)),
        State::Connecting => format!("{}; {}.", running_since(row, context), text.why),
        State::Unhealthy => {
            let why =
                row.health.failing.as_deref().map(|failing| failing_sentence(failing, context)).unwrap_or_default();
            format!("Unhealthy: {why}. {}.", running_since(row, context))
        }
        State::Starting | State::Stopping | State::Deleting => {
            let time = build.started_ms.map(|since| format!(" for {}", since_text(since, context)));
            let phase = context.phase.map(|phase| format!(", now {phase}"));
            let parts = [text.word, time.unwrap_or_default(), phase.unwrap_or_default(), join("; ", &text.left)];
            format!("{}.", parts.concat())
        }
        State::Pending => format!("{}: {}.", text.word, text.why),
        State::Canceling => format!("{}{}.", text.word, join(", ", &text.why)),
        State::Stopped => {
            let by = stop_reason(&build.reason, &build.initiator);
            let since = ended.map(|at| moment(at, context)).unwrap_or_default();
            format!("Stopped{since}, {by}, {}.", last_used(row, context))
        }
        State::Failed => {
            let when = ended.map(|at| format!(" {}", duration::ago(at, context.now_ms, context.local)));
            let what = match verb {
                Transition::Start if may_have_applied(build) => {
                    " Resources that it made may still exist; a retry cleans up first.".to_owned()
                }
                Transition::Start => format!(" {UNCHANGED}"),
                _ => String::new(),
            };
            let (why, more) = (text.why.trim_end_matches('.'), join(", ", &text.more));
            format!("{}{}: {why}{more}.{what}", text.word, when.unwrap_or_default())
        }
        State::Canceled => {
            let when = join(" ", &text.why);
            let left = match build.started_ms {
                None => "It did not begin.",
                Some(_) if may_have_applied(build) => "Resources that it made may still exist.",
                Some(_) => UNCHANGED,
            };
            format!("{}{when}. {left}", text.word)
        }
        State::Dormant => {
            let since = row.dormant_ms.map(|at| moment(at, context)).unwrap_or_default();
            format!("Dormant{since}{}. It starts by hand only, after it is activated.", join(", ", &text.why))
        }
        State::Deleted => {
            format!(
                "Deleted{}.",
                ended
                    .map(|at| format!(" {}", duration::at_in_sentence(at, context.now_ms, context.local)))
                    .unwrap_or_default()
            )
        }
        State::Unknown(status) => {
            format!("The control plane says “{status}”, which this version of Gantry does not know.")
        }
    }
}

fn join(glue: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{glue}{text}") }
}

/// ` since today at 10:42 (5 h 50 m)`.
fn moment(since_ms: i64, context: &Context) -> String {
    let at = duration::at_in_sentence(since_ms, context.now_ms, context.local);
    format!(" since {at} ({})", since_text(since_ms, context))
}

fn running_since(row: &Row, context: &Context) -> String {
    let since = row.build.completed_ms.map(|at| moment(at, context)).unwrap_or_default();
    let agents = match (row.health.connected, row.health.agents) {
        (_, 0) => "no agents".to_owned(),
        (1, 1) => "its agent connected".to_owned(),
        (0, 1) => "its agent not connected".to_owned(),
        (2, 2) => "both agents connected".to_owned(),
        (connected, all) if connected == all => format!("all {all} agents connected"),
        (connected, all) => format!("{connected} of {all} agents connected"),
    };
    format!("Running{since}, {agents}, {}", last_used(row, context))
}

fn last_used(row: &Row, context: &Context) -> String {
    match row.last_used_ms {
        None => "never used".to_owned(),
        Some(at) => format!("last used {}", duration::ago(at, context.now_ms, context.local)),
    }
}

fn failing_sentence(failing: &Failing, context: &Context) -> String {
    match &failing.trouble {
        Trouble::Script { script, status, exit_code, .. } => {
            let how = match (status, exit_code) {
                (ScriptStatus::ExitFailure, Some(code)) => format!("exited with code {code}"),
                (ScriptStatus::TimedOut, _) => "timed out".to_owned(),
                _ => format!("ended: {}", script_outcome(status, *exit_code)),
            };
            format!("script {script} of agent {} {how}", failing.agent)
        }
        _ => failing_text(failing, context),
    }
}

fn stop_reason(reason: &BuildReason, initiator: &str) -> String {
    match reason {
        BuildReason::Autostop => "by its schedule".to_owned(),
        BuildReason::Dormancy => "for dormancy".to_owned(),
        BuildReason::Failedstop => "after a failed start".to_owned(),
        _ => by(reason, initiator),
    }
}

/// Who a build is of: `by ada`, `by its schedule`, `by the control plane, for dormancy`.
pub fn by(reason: &BuildReason, initiator: &str) -> String {
    match reason {
        BuildReason::Autostart | BuildReason::Autostop => "by its schedule".to_owned(),
        BuildReason::Dormancy => "by the control plane, for dormancy".to_owned(),
        BuildReason::Autodelete => "by the control plane, dormant for too long".to_owned(),
        BuildReason::Failedstop => "by the control plane, after a failed start".to_owned(),
        _ if initiator.is_empty() => "by somebody whom the control plane does not name".to_owned(),
        _ => format!("by {initiator}"),
    }
}

/// How a build ended, for a line of the history: mark, tone and word (`start`, `start failed`, `stop canceled`).
pub fn describe_build(status: &BuildStatus, transition: &Transition, canceled: bool) -> StatusText {
    let verb = transition.as_str();
    let (mark, tone, word) = match status {
        BuildStatus::Running | BuildStatus::Stopped | BuildStatus::Deleted => {
            (Mark::Succeeded, Tone::Ok, verb.to_owned())
        }
        BuildStatus::Pending => (Mark::Pending, Tone::Busy, format!("{verb} pending")),
        BuildStatus::Starting => (Mark::Starting, Tone::Busy, format!("{verb} under way")),
        BuildStatus::Stopping => (Mark::Stopping, Tone::Busy, format!("{verb} under way")),
        BuildStatus::Deleting => (Mark::Deleting, Tone::Busy, format!("{verb} under way")),
        BuildStatus::Canceling => (Mark::Canceled, Tone::Busy, format!("canceling {verb}")),
        BuildStatus::Canceled => (Mark::Canceled, Tone::Idle, format!("{verb} canceled")),
        BuildStatus::Failed if canceled => (Mark::Canceled, Tone::Idle, format!("{verb} canceled")),
        BuildStatus::Failed => (Mark::Failed, Tone::Bad, format!("{verb} failed")),
        BuildStatus::Other(text) => (Mark::Unknown, Tone::Idle, format!("{verb}: {text}")),
    };
    StatusText::new(mark, tone, word, "")
}

/// An agent in words: `connected`, and what is wrong with it.
pub fn describe_agent(agent: &WorkspaceAgent, context: &Context) -> StatusText {
    let since = |at: Option<crate::wire::Timestamp>| since_text(at.unwrap_or(agent.created_at).millis(), context);
    let (mark, tone, word, why) = match (&agent.status, &agent.lifecycle_state) {
        (_, AgentLifecycle::Off) => (Mark::Stopped, Tone::Idle, "shut down".to_owned(), String::new()),
        (_, AgentLifecycle::ShuttingDown | AgentLifecycle::ShutdownTimeout) => {
            (Mark::Stopping, Tone::Busy, "shutting down".to_owned(), String::new())
        }
        (_, AgentLifecycle::ShutdownError) => {
            (Mark::Unhealthy, Tone::Warn, "shut down".to_owned(), "a stop script failed".to_owned())
        }
        (AgentStatus::Connecting, _) => (Mark::Connecting, Tone::Ok, "connecting".to_owned(), since(None)),
        (AgentStatus::Timeout, _) => {
            (Mark::Unhealthy, Tone::Warn, "not connected".to_owned(), format!("has not connected in {}", since(None)))
        }
        (AgentStatus::Disconnected, _) => {
            let why = agent.disconnected_at.or(agent.last_connected_at).map_or_else(
                || "lost connection".to_owned(),
                |at| format!("lost connection {}", duration::ago(at.millis(), context.now_ms, context.local)),
            );
            (Mark::Unhealthy, Tone::Warn, "disconnected".to_owned(), why)
        }
        (AgentStatus::Connected, lifecycle) => {
            let word = match latency_ms(agent) {
                Some(latency) => format!("connected, {latency}"),
                None => "connected".to_owned(),
            };
            let failed = failed_scripts(agent);
            match lifecycle {
                AgentLifecycle::Created | AgentLifecycle::Starting => {
                    (Mark::Connecting, Tone::Ok, word, format!("start scripts running, {}", since(agent.started_at)))
                }
                AgentLifecycle::StartTimeout => (
                    Mark::Connecting,
                    Tone::Warn,
                    word,
                    format!("start scripts still running, {}", since(agent.started_at)),
                ),
                AgentLifecycle::StartError if failed.is_empty() => {
                    (Mark::Unhealthy, Tone::Warn, word, "a start script failed".to_owned())
                }
                AgentLifecycle::Other(text) if text.is_empty() => {
                    (Mark::Unknown, Tone::Idle, word, "what its scripts do is not told".to_owned())
                }
                AgentLifecycle::Other(text) => (Mark::Unknown, Tone::Idle, word, text.clone()),
                _ if !failed.is_empty() => (Mark::Unhealthy, Tone::Warn, word, failed.join(", ")),
                _ if !is_healthy(agent) => {
                    let reason = agent.health.as_ref().and_then(|health| health.reason.clone());
                    (Mark::Unhealthy, Tone::Warn, word, reason.unwrap_or_default())
                }
                _ => (Mark::Running, Tone::Ok, word, String::new()),
            }
        }
        (AgentStatus::Other(text), _) => (Mark::Unknown, Tone::Idle, text.clone(), String::new()),
    };
    StatusText::new(mark, tone, word, why)
}

/// Milliseconds to the preferred relay: `18 ms`, `<1 ms`.
fn latency_ms(agent: &WorkspaceAgent) -> Option<String> {
    let regions = agent.latency.as_ref()?;
    let preferred = regions.values().find(|region| region.preferred)?;
    Some(if preferred.latency_ms < 1.0 { "<1 ms".to_owned() } else { format!("{:.0} ms", preferred.latency_ms) })
}

fn failed_scripts(agent: &WorkspaceAgent) -> Vec<String> {
    agent
        .scripts
        .iter()
        .filter_map(|script| match &script.status {
            Some(status) if *status != ScriptStatus::Ok => {
                Some(format!("{}: {}", script.display_name, script_outcome(status, script.exit_code)))
            }
            _ => None,
        })
        .collect()
}

/// An app in words: nothing beside its name if all is well or nothing is known.
pub fn describe_app(app: &WorkspaceApp) -> StatusText {
    match &app.health {
        AppHealth::Healthy => StatusText::new(Mark::Running, Tone::Ok, "healthy", ""),
        AppHealth::Disabled => StatusText::new(Mark::Running, Tone::Idle, "", "its health is not checked"),
        AppHealth::Initializing => {
            StatusText::new(Mark::Connecting, Tone::Busy, "initializing", "has not answered its health check yet")
        }
        AppHealth::Unhealthy => {
            StatusText::new(Mark::Unhealthy, Tone::Warn, "unhealthy", "does not answer its health check")
        }
        AppHealth::Other(text) if text.is_empty() => {
            StatusText::new(Mark::Running, Tone::Idle, "", "its health is not told")
        }
        AppHealth::Other(text) => StatusText::new(Mark::Unknown, Tone::Idle, text.clone(), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::duration::FixedZone;
    use crate::model::failure::QuotaRefusal;
    use crate::model::recordings;
    use crate::wire::build::JobErrorCode;
    use crate::wire::workspace::Workspace;

    const UTC: FixedZone = FixedZone { east_minutes: 0 };

    fn at(text: &str) -> i64 {
        text.parse::<crate::wire::Timestamp>().unwrap().millis()
    }

    fn said(row: &Row, now: &str) -> (Mark, Tone, String, String) {
        let text = describe(row, &Context::new(at(now), &UTC));
        (text.mark, text.tone, text.word, text.why)
    }

    #[test]
    fn every_recorded_state_has_its_mark_word_and_reason() {
        for (name, now, mark, tone, word, why) in [
            ("real/start-workspace", "2026-11-24T14:20:00Z", Mark::Running, Tone::Ok, "Running", ""),
            ("workspace/running-agentless", "2026-11-24T11:00:00Z", Mark::Running, Tone::Ok, "Running", ""),
            (
                "workspace/connecting",
                "2026-11-24T10:51:58Z",
                Mark::Connecting,
                Tone::Ok,
                "Running",
                "agent db connecting, 6 s",
            ),
            (
                "workspace/one-agent-connected",
                "2026-11-24T10:51:58Z",
                Mark::Connecting,
                Tone::Ok,
                "Running",
                "agent db connecting, 6 s",
            ),
            (
                "workspace/rich-running",
                "2026-11-24T10:55:00Z",
                Mark::Unhealthy,
                Tone::Warn,
                "Unhealthy",
                "script Install tools: exit code 3, 1 more failed",
            ),
            (
                "real/script-failed-workspace",
                "2026-11-24T14:25:00Z",
                Mark::Unhealthy,
                Tone::Warn,
                "Unhealthy",
                "script code-server: exit code 1",
            ),
            (
                "workspace/agent-shut-down",
                "2026-11-24T10:55:00Z",
                Mark::Unhealthy,
                Tone::Warn,
                "Unhealthy",
                "agent dev has shut down",
            ),
            ("workspace/starting", "2026-11-24T10:52:00Z", Mark::Starting, Tone::Busy, "Starting", "STARTED"),
            (
                "workspace/stopping-or-stopped",
                "2026-11-24T10:52:00Z",
                Mark::Stopping,
                Tone::Busy,
                "Stopping",
                "STARTED",
            ),
            ("workspace/stopped", "2026-11-24T10:52:00Z", Mark::Stopped, Tone::Idle, "Stopped", ""),
            (
                "workspace/pending-first",
                "CREATED",
                Mark::Pending,
                Tone::Busy,
                "Start pending",
                "position 1 in queue, waiting 0 s",
            ),
            (
                "workspace/pending-second",
                "CREATED",
                Mark::Pending,
                Tone::Busy,
                "Start pending",
                "position 2 in queue, waiting 0 s",
            ),
            ("workspace/canceling", "CANCELED", Mark::Canceled, Tone::Busy, "Canceling start", "0 s"),
            ("workspace/canceled", "CANCELED", Mark::Canceled, Tone::Idle, "Start canceled", "now"),
            ("real/canceled-workspace", "CANCELED", Mark::Canceled, Tone::Idle, "Start canceled", "now"),
            ("workspace/canceled-while-pending", "CANCELED", Mark::Canceled, Tone::Idle, "Start canceled", "now"),
            (
                "real/apply-failed-workspace",
                "CREATED",
                Mark::Failed,
                Tone::Bad,
                "Start failed",
                "terraform apply: exit status 1",
            ),
            ("workspace/dormant", "CREATED", Mark::Dormant, Tone::Dormant, "Dormant", "still running"),
            ("real/deleted-workspace", "CREATED", Mark::Deleting, Tone::Idle, "Deleted", ""),
        ] {
            let row = recordings::row(name);
            let build = &row.build;
            let now_ms = match now {
                "CREATED" => build.created_ms,
                "CANCELED" => build.canceled_ms.unwrap(),
                now => at(now),
            };
            let text = describe(&row, &Context::new(now_ms, &UTC));
            let why =
                if why == "STARTED" { duration::elapsed(now_ms - build.started_ms.unwrap()) } else { why.to_owned() };
            assert_eq!(
                (text.mark, text.tone, text.word.as_str(), text.why.as_str()),
                (mark, tone, word, why.as_str()),
                "{name}"
            );
        }
    }

    #[test]
    fn a_lost_agent_says_since_when() {
        let row = recordings::row("workspace/agent-disconnected");
        let (mark, tone, word, why) = said(&row, "2026-11-24T12:00:00Z");
        assert_eq!((mark, tone, word.as_str()), (Mark::Unhealthy, Tone::Warn, "Unhealthy"));
        assert_eq!(why, "agent dev lost connection 1 h ago");
        let row = recordings::row("auth/agent-timeout");
        let (_, _, word, why) = said(&row, "2026-11-24T23:00:00Z");
        assert_eq!(word, "Unhealthy");
        assert!(why.starts_with("agent main has not connected in "), "{why}");
    }

    #[test]
    fn a_failed_start_says_why_in_terraforms_words_or_with_numbers() {
        let mut row = recordings::row("real/apply-failed-workspace");
        let failure = crate::model::failure::from_logs(&recordings::body::<Vec<_>>("real/apply-failed-logs"));
        let mut context = Context::new(row.build.created_ms, &UTC);
        context.failure = Some(&failure);
        assert_eq!(describe(&row, &context).why, "no machine of 16 CPUs is free in us · null_resource.machine[0]");

        row.build.error = Some("insufficient quota".into());
        assert_eq!(failed_text(&row, None), "insufficient quota");
        row.build.error_code = Some(JobErrorCode::InsufficientQuota);
        row.build.error = None;
        let refused =
            Failure { refusal: Some(QuotaRefusal { cost: 20, budget: 55, consumed: 52 }), ..Failure::default() };
        assert_eq!(
            failed_text(&row, Some(&refused)),
            format!("insufficient quota: needs 20, 3 free in {}", row.organization_name)
        );

        row.build.error_code = None;
        assert_eq!(failed_text(&row, None), "the control plane gives no reason");
        row.build.job_status = JobStatus::Unknown;
        assert_eq!(failed_text(&row, None), "the control plane does not know how the job ended");
        row.build.error = Some("\n  first\nsecond".into());
        assert_eq!(failed_text(&row, Some(&Failure::default())), "first, second");

        // What the job says itself comes before what was only said on the level of errors, and after an error.
        let mut said = Failure { first_error: Some("it broke".into()), bare: true, more: 3, ..Failure::default() };
        assert_eq!(failed_text(&row, Some(&said)), "first, second");
        assert_eq!(describe(&row, &Context { failure: Some(&said), ..Context::new(0, &UTC) }).more, "");
        row.build.error = Some("terraform apply: exit status 1".into());
        assert_eq!(failed_text(&row, Some(&said)), "it broke");
        row.build.error = Some("first".into());
        said.bare = false;
        let text = describe(&row, &Context { failure: Some(&said), ..Context::new(0, &UTC) });
        assert_eq!((text.why.as_str(), text.more.as_str()), ("it broke", "and 3 more errors"));
    }

    #[test]
    fn waiting_without_a_provisioner_is_said() {
        use crate::model::row::Provisioners;
        let mut row = recordings::row("workspace/pending-first");
        let mut context = Context::new(row.build.created_ms + 72_000, &UTC);
        context.phase = Some("ignored");
        let mut why = |count, available, position| {
            row.build.provisioners = Some(Provisioners { count, available });
            row.build.queue_position = position;
            describe(&row, &context).why
        };
        assert_eq!(why(3, 3, 3), "position 3 in queue, waiting 1 m 12 s");
        assert_eq!(why(0, 0, 3), "no provisioner takes its tags, waiting 1 m 12 s");
        assert_eq!(why(1, 0, 3), "its only provisioner is not available, waiting 1 m 12 s");
        assert_eq!(why(4, 0, 3), "none of its 4 provisioners is available, waiting 1 m 12 s");
        assert_eq!(why(3, 3, 0), "waiting 1 m 12 s");
    }

    #[test]
    fn dormant_says_when_it_is_deleted() {
        let mut row = recordings::row("workspace/dormant");
        row.build.status = BuildStatus::Stopped;
        row.deleting_ms = Some(at("2026-11-28T09:00:00Z"));
        assert_eq!(said(&row, "2026-11-23T16:32:00Z").3, "deletes in 5 d, on Sat 28 Nov");
        assert_eq!(said(&row, "2025-11-23T16:32:00Z").3, "deletes in 370 d, on Sat 28 Nov 2026");
        assert_eq!(said(&row, "2026-11-28T07:50:00Z").3, "deletes in 1 h 10 m, on Sat 28 Nov");
        assert_eq!(said(&row, "2026-11-28T10:00:00Z").3, "its deletion has been due since 09:00");
        row.build.status = BuildStatus::Failed;
        row.build.transition = Transition::Stop;
        assert_eq!(said(&row, "2026-11-23T16:32:00Z").3, "its last stop failed, deletes in 5 d, on Sat 28 Nov");
        row.deleting_ms = None;
        assert_eq!(said(&row, "2026-11-23T16:32:00Z").3, "its last stop failed");
        // A build under way is what matters first.
        row.build.status = BuildStatus::Starting;
        row.build.job_status = JobStatus::Running;
        assert_eq!(said(&row, "2026-11-23T16:32:00Z").2, "Starting");
    }

    #[test]
    fn a_status_of_next_year_is_shown_as_it_is() {
        let mut row = recordings::row("real/start-workspace");
        row.build.status = BuildStatus::Other("hibernating".into());
        let (mark, tone, word, why) = said(&row, "2026-11-24T14:20:00Z");
        assert_eq!((mark, tone, word.as_str()), (Mark::Unknown, Tone::Idle, "hibernating"));
        assert_eq!(why, "a status that this version of Gantry does not know");
        assert!(sentence(&row, &Context::new(0, &UTC)).contains("“hibernating”"));
    }

    #[test]
    fn the_last_extension_is_said() {
        let mut row = recordings::row("real/start-workspace");
        row.max_deadline_ms = row.deadline_ms;
        assert_eq!(said(&row, "2026-11-24T14:20:00Z").3, "required stop, no extension");
        row.max_deadline_ms = row.deadline_ms.map(|ms| ms + 1);
        assert_eq!(said(&row, "2026-11-24T14:20:00Z").3, "");
    }

    #[test]
    fn an_external_agent_is_not_said_to_connect_by_itself() {
        let mut row = recordings::row("workspace/connecting");
        row.build.has_external_agent = true;
        assert_eq!(said(&row, "2026-11-24T10:51:58Z").3, "agent db waits to be started by hand, 6 s");
    }

    fn starting(elapsed_ms: i64, usual: Option<Usual>, phase: Option<&str>) -> StatusText {
        let row = recordings::row("workspace/starting");
        let now_ms = row.build.started_ms.unwrap() + elapsed_ms;
        describe(&row, &Context { usual, phase, ..Context::new(now_ms, &UTC) })
    }

    #[test]
    fn progress_never_pretends() {
        let usual = Some(Usual { p50: 62_000, p95: 87_000 });
        let text = starting(42_000, usual, Some("apply"));
        assert_eq!((text.why.as_str(), text.left.as_str()), ("apply, 42 s", "about 20–45 s left"));
        let progress = text.progress.unwrap();
        assert!((progress.done - 42.0 / 87.0).abs() < 1e-9 && !progress.overdue);
        assert_eq!(progress.band, Some((62.0 / 87.0, 1.0)));
        assert_eq!(text.spoken(), "Starting, apply, 42 s, about 20–45 s left");

        // Past the median, the lower bound is open.
        assert_eq!(starting(70_000, usual, None).left, "up to about 17 s left");
        // Past the 95th percentile nothing is promised.
        let late = starting(90_000, usual, None);
        assert_eq!(late.left, "longer than usual");
        assert_eq!(late.progress.unwrap(), Progress { done: 1.0, band: None, overdue: true });
        // Builds that vary too much have no band and no time that is left.
        let wild = starting(42_000, Some(Usual { p50: 30_000, p95: 200_000 }), None);
        assert_eq!((wild.left.as_str(), wild.progress.unwrap().band), ("", None));
        // Unknown: no bar at all.
        let unknown = starting(42_000, None, None);
        assert_eq!((unknown.left.as_str(), unknown.progress), ("", None));
        // A skewed clock: no negative time.
        let early = starting(-9_000, usual, None);
        assert_eq!((early.why.as_str(), early.progress.unwrap().done), ("0 s", 0.0));
        assert_eq!(starting(86_900, usual, None).left, "about to end");
    }

    #[test]
    fn nothing_goes_on_counting_while_the_control_plane_cannot_be_reached() {
        let said = |name: &str, from: &dyn Fn(&Row) -> i64, held: bool| {
            let row = recordings::row(name);
            let last = from(&row) + 42_000;
            let held_ms = held.then_some(last);
            let now_ms = last + if held { 600_000 } else { 0 };
            let usual = Some(Usual { p50: 62_000, p95: 87_000 });
            let context = Context { usual, phase: Some("apply"), held_ms, ..Context::new(now_ms, &UTC) };
            (describe(&row, &context), sentence(&row, &context))
        };
        let started = |row: &Row| row.build.started_ms.unwrap();
        let (text, sentence) = said("workspace/starting", &started, true);
        assert_eq!((text.why.as_str(), text.left.as_str(), text.progress), ("apply, 42 s", "", None));
        assert_eq!(sentence, "Starting for 42 s, now apply.");
        let (text, sentence) = said("workspace/starting", &started, false);
        assert_eq!((text.why.as_str(), text.left.as_str()), ("apply, 42 s", "about 20–45 s left"));
        assert_eq!(sentence, "Starting for 42 s, now apply; about 20–45 s left.");
        // What waits, and what comes.
        let waits = said("workspace/pending-first", &|row| row.build.created_ms, true);
        assert_eq!(waits.0.why, "position 1 in queue, waiting 42 s");
        let comes = said("workspace/connecting", &|row| row.health.coming.as_ref().unwrap().since_ms, true);
        assert_eq!(comes.0.why, "agent db connecting, 42 s");
    }

    #[test]
    fn statistics_that_make_no_sense_are_not_used() {
        let stats = |p50, p95| Usual::new(BuildTimeStats { p50, p95 });
        assert_eq!(stats(None, None), None);
        assert_eq!(stats(Some(0), Some(10)), None);
        assert_eq!(stats(Some(10), Some(9)), None);
        assert_eq!(stats(Some(10), None), None);
        assert_eq!(stats(Some(9), Some(9)), Some(Usual { p50: 9, p95: 9 }));
        assert!(!Usual { p50: 1_000, p95: 6_000 }.varies(), "a few seconds are no variance to speak of");
        assert!(Usual { p50: 1_000, p95: 6_001 }.varies());
        assert!(!Usual { p50: 60_000, p95: 180_000 }.varies());
        assert!(Usual { p50: 60_000, p95: 180_001 }.varies());
    }

    #[test]
    fn the_page_begins_with_a_sentence() {
        let sentence = |name: &str, now: &str, change: &dyn Fn(&mut Row)| {
            let mut row = recordings::row(name);
            change(&mut row);
            sentence(&row, &Context::new(at(now), &UTC))
        };
        let keep = &|_: &mut Row| {};
        assert_eq!(
            sentence("workspace/rich-running", "2026-11-24T16:41:51.8Z", keep),
            "Unhealthy: script Install tools of agent dev exited with code 3. Running since today at 10:51 (5 h 50 m), \
             both agents connected, last used 5 h ago."
        );
        assert_eq!(
            sentence("workspace/connecting", "2026-11-24T10:51:58Z", keep),
            "Running since today at 10:51 (6 s), 0 of 2 agents connected, last used now; agent db connecting, 6 s."
        );
        assert_eq!(
            sentence("workspace/running-agentless", "2026-11-25T11:00:00Z", &|row| {
                row.last_used_ms = None;
                row.build.completed_ms = Some(at("2026-11-25T09:00:00Z"));
            }),
            "Running since today at 09:00 (2 h 00 m), no agents, never used."
        );
        assert_eq!(
            sentence("workspace/stopped", "2026-11-24T12:00:00Z", &|row| {
                row.build.completed_ms = Some(at("2026-11-24T11:00:00Z"));
                row.last_used_ms = Some(at("2026-11-24T10:00:00Z"));
            }),
            "Stopped since today at 11:00 (1 h 00 m), by owner, last used 2 h ago."
        );
        assert_eq!(
            sentence("real/apply-failed-workspace", "2026-11-24T14:20:00Z", &|row| {
                row.build.completed_ms = Some(at("2026-11-24T14:10:00Z"));
            }),
            "Start failed 10 m ago: terraform apply: exit status 1. Resources that it made may still exist; a \
             retry cleans up first."
        );
        let failed = |error: &str, canceled: Option<i64>| {
            sentence("real/apply-failed-workspace", "2026-11-24T14:20:00Z", &|row| {
                row.build.completed_ms = Some(at("2026-11-24T14:10:00Z"));
                row.build.canceled_ms = canceled;
                row.build.error = Some(error.into());
            })
        };
        // Before the apply nothing was made.
        for error in ["terraform plan: exit status 1", "initialize terraform: terraform init: exit status 1"] {
            let said = format!("Start failed 10 m ago: {error}. It changed nothing.");
            assert_eq!(failed(error, None), said);
        }
        assert_eq!(
            failed("insufficient quota", None),
            "Start failed 10 m ago: insufficient quota. It changed nothing."
        );
        let asked = Some(at("2026-11-24T14:10:00Z"));
        assert_eq!(failed("terraform plan: exit status 1", asked), "Start canceled 10 m ago. It changed nothing.");
        assert_eq!(
            failed("terraform apply: exit status 1", asked),
            "Start canceled 10 m ago. Resources that it made may still exist."
        );
        assert_eq!(
            sentence("workspace/canceled-while-pending", "2026-11-24T12:20:00Z", &|row| {
                row.build.canceled_ms = Some(at("2026-11-24T12:00:00Z"));
            }),
            "Start canceled 20 m ago. It did not begin."
        );
        assert_eq!(
            sentence("workspace/pending-first", "2026-11-24T12:20:00Z", &|row| {
                row.build.created_ms = at("2026-11-24T12:19:50Z");
            }),
            "Start pending: position 1 in queue, waiting 10 s."
        );
        assert_eq!(
            sentence("workspace/starting", "2026-11-24T12:20:00Z", &|row| {
                row.build.started_ms = Some(at("2026-11-24T12:19:50Z"));
            }),
            "Starting for 10 s."
        );
    }

    #[test]
    fn agents_have_a_line_each() {
        let workspace: Workspace = recordings::workspace("workspace/rich-running");
        let context = Context::new(at("2026-11-24T10:55:00Z"), &UTC);
        let lines: Vec<(Tone, String, String)> = workspace
            .latest_build
            .resources
            .iter()
            .flat_map(|resource| resource.agents.iter())
            .map(|agent| describe_agent(agent, &context))
            .map(|text| (text.tone, text.word, text.why))
            .collect();
        assert_eq!(
            lines,
            [
                (Tone::Ok, "connected, <1 ms".to_owned(), String::new()),
                (
                    Tone::Warn,
                    "connected, <1 ms".to_owned(),
                    "Install tools: exit code 3, Too slow: timed out".to_owned()
                ),
            ]
        );
        let mut agent =
            workspace.latest_build.resources.iter().find_map(|resource| resource.agents.first()).unwrap().clone();
        let mut line = |status, lifecycle| {
            agent.status = status;
            agent.lifecycle_state = lifecycle;
            agent.scripts = Vec::new().into();
            let text = describe_agent(&agent, &context);
            (text.mark, text.word, text.why)
        };
        let own = |mark, word: &str, why: &str| (mark, word.to_owned(), why.to_owned());
        assert_eq!(
            line(AgentStatus::Connecting, AgentLifecycle::Created),
            own(Mark::Connecting, "connecting", "3 m 08 s")
        );
        assert_eq!(
            line(AgentStatus::Timeout, AgentLifecycle::Created),
            own(Mark::Unhealthy, "not connected", "has not connected in 3 m 08 s")
        );
        assert_eq!(line(AgentStatus::Disconnected, AgentLifecycle::Off), own(Mark::Stopped, "shut down", ""));
        assert_eq!(
            line(AgentStatus::Connected, AgentLifecycle::Starting),
            own(Mark::Connecting, "connected, <1 ms", "start scripts running, 3 m 07 s")
        );
        assert_eq!(
            line(AgentStatus::Connected, AgentLifecycle::StartError),
            own(Mark::Unhealthy, "connected, <1 ms", "a start script failed")
        );
        assert_eq!(line(AgentStatus::Other("asleep".into()), AgentLifecycle::Ready), own(Mark::Unknown, "asleep", ""));
    }
}
