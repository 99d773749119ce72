//! Builds on their own pages: the build, its log (live while it runs) and its timings (asked for until they are complete), and agents' logs.
//! Everything lives as long as the page holds it. May import `api` and below.

use crate::api::client::{Client, Told, parse_lines};
use crate::api::error::{ApiError, Kind};
use crate::api::socket::{End, Followed, Going, follow};
use crate::api::{agents, builds as calls, workspaces};
use crate::browser::bell::Bell;
use crate::browser::timers::Woken;
use crate::browser::{timers, visibility};
use crate::json;
use crate::model::order;
use crate::model::timeline::from_timings::lack_frames;
use crate::store::logs::Logs;
use crate::wire::agent::{AgentLifecycle, AgentLog, AgentStatus, WorkspaceAgent};
use crate::wire::build::{JobStatus, Transition, WorkspaceBuild};
use crate::wire::id::Id;
use crate::wire::log::ProvisionerJobLog;
use crate::wire::socket::{Frame, WatchFrame};
use crate::wire::time::Timestamp;
use crate::wire::timings::{BuildTimings, TimingStage};
use futures_util::future::{AbortHandle, abortable, select};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// How long lines are collected before the page is told, in milliseconds: a finished log arrives as thousands of frames.
const FLUSH_MS: i64 = 60;

/// The waits between two questions for timings that are not complete, in milliseconds; the last one repeats.
const TIMINGS_WAITS_MS: [i64; 5] = [1_000, 2_000, 4_000, 8_000, 15_000];

/// How long after the build's end, or the last step of an agent, rows that are missing are still expected, in milliseconds.
const TIMINGS_PATIENCE_MS: i64 = 600_000;

/// What is known of something that a page asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Loaded<T> {
    /// Nothing yet.
    #[default]
    Loading,
    /// It.
    Ready(T),
    /// It could not be loaded; asked again by itself.
    Failed(ApiError),
    /// The server says no (403, 404, 410); not asked again.
    Refused(ApiError),
}

impl<T> Loaded<T> {
    /// It, if it is there.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Loaded::Ready(value) => Some(value),
            _ => None,
        }
    }
}

/// How far a log is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LogStatus {
    /// Its lines are being asked for.
    #[default]
    Loading,
    /// Its lines arrive as they are written.
    Live,
    /// All lines are there.
    Complete,
    /// The last answer could not be read; it is asked for again.
    Trouble(ApiError),
    /// It cannot be read further; why.
    Ended(ApiError),
}

/// A line of a log: numbered, rising.
trait Line {
    fn id(&self) -> i64;
}

impl Line for ProvisionerJobLog {
    fn id(&self) -> i64 {
        self.id
    }
}

impl Line for AgentLog {
    fn id(&self) -> i64 {
        self.id
    }
}

/// Lines that arrive one by one and are shown in batches.
struct Lines<T: Send + Sync + 'static> {
    shown: ArcRwSignal<Vec<T>>,
    waiting: RefCell<Vec<T>>,
    flushing: Cell<bool>,
    last: Cell<i64>,
    /// How many lines, or frames of them, could not be read: they are missing.
    unreadable: ArcRwSignal<usize>,
}

impl<T: Line + Send + Sync + 'static> Lines<T> {
    fn new() -> Rc<Self> {
        Rc::new(Self {
            shown: ArcRwSignal::new(Vec::new()),
            waiting: RefCell::default(),
            flushing: Cell::new(false),
            last: Cell::new(0),
            unreadable: ArcRwSignal::new(0),
        })
    }

    /// Takes in a frame: what of it cannot be read is counted, and said on the page.
    fn hear<F: IntoIterator<Item = T>>(self: &Rc<Self>, frame: Result<F, json::Error>) {
        match frame {
            Ok(lines) => self.add(lines),
            Err(why) => self.miss(&why.to_string()),
        }
    }

    /// Takes in a frame of several lines: one that cannot be read costs itself alone.
    fn hear_all(self: &Rc<Self>, frame: Result<Told<T>, json::Error>) {
        match frame {
            Ok(told) => self.take(told),
            Err(why) => self.miss(&why.to_string()),
        }
    }

    /// Takes in an answer, in whatever order its lines are: what of it cannot be read is counted as well.
    fn take(self: &Rc<Self>, mut told: Told<T>) {
        for why in &told.unreadable {
            self.miss(why);
        }
        order::sort_by_key(&mut told.lines, Line::id);
        self.add(told.lines);
        self.last.set(self.last.get().max(told.past));
    }

    fn miss(&self, why: &str) {
        leptos::logging::warn!("a line of a log could not be read: {why}");
        self.unreadable.update(|count| *count += 1);
    }

    /// The id of the last line; the log goes on after it.
    fn last(&self) -> i64 {
        self.last.get()
    }

    /// Takes in lines; those that are known already (a socket that resumed) are left out.
    fn add(self: &Rc<Self>, lines: impl IntoIterator<Item = T>) {
        let mut waiting = self.waiting.borrow_mut();
        for line in lines {
            if line.id() > self.last.get() {
                self.last.set(line.id());
                waiting.push(line);
            }
        }
        if !waiting.is_empty() && !self.flushing.replace(true) {
            let lines = Rc::clone(self);
            spawn_local(async move {
                timers::sleep(FLUSH_MS).await;
                lines.flushing.set(false);
                lines.flush();
            });
        }
    }

    fn flush(&self) {
        let batch = std::mem::take(&mut *self.waiting.borrow_mut());
        if !batch.is_empty() {
            self.shown.update(|shown| shown.extend(batch));
        }
    }
}

/// Tasks that end with the page.
#[derive(Default)]
struct Tasks(RefCell<Vec<AbortHandle>>);

impl Tasks {
    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        let (task, handle) = abortable(future);
        self.0.borrow_mut().push(handle);
        spawn_local(async move {
            // Aborted when the page is left.
            let _ = task.await;
        });
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        for task in self.0.borrow().iter() {
            task.abort();
        }
    }
}

struct PageInner {
    client: Client,
    finished: Logs,
    build: ArcRwSignal<Loaded<Arc<WorkspaceBuild>>>,
    logs: Rc<Lines<ProvisionerJobLog>>,
    log_status: ArcRwSignal<LogStatus>,
    timings: ArcRwSignal<Option<Arc<BuildTimings>>>,
    timings_error: ArcRwSignal<Option<ApiError>>,
    timings_settled: ArcRwSignal<bool>,
    changed: Bell,
    /// Rings when the reader wants a build that is not there to be asked for once more.
    again: Bell,
    tasks: Tasks,
    /// The log is asked for only if the timings do not tell all that it would.
    lean: Cell<bool>,
}

/// One build, live as long as a clone of this is held.
#[derive(Clone)]
pub struct BuildPage {
    /// The build.
    pub build: ArcRwSignal<Loaded<Arc<WorkspaceBuild>>>,
    /// The lines of its log, in order.
    pub logs: ArcRwSignal<Vec<ProvisionerJobLog>>,
    /// How far the log is.
    pub log_status: ArcRwSignal<LogStatus>,
    /// How many lines of the log could not be read.
    pub unreadable: ArcRwSignal<usize>,
    /// What the control plane kept of where the time went; `None` while it was not asked (the build runs) or has not answered.
    pub timings: ArcRwSignal<Option<Arc<BuildTimings>>>,
    /// Why the timings could not be asked for.
    pub timings_error: ArcRwSignal<Option<ApiError>>,
    /// Whether the timings are as complete as they will be.
    pub timings_settled: ArcRwSignal<bool>,
    inner: SendWrapper<Rc<PageInner>>,
}

impl BuildPage {
    /// Takes in what was heard of this build elsewhere.
    pub fn hear(&self, build: WorkspaceBuild) {
        self.inner.set(build);
    }

    /// Asks for the timings once more.
    pub fn refresh_timings(&self) {
        let inner = SendWrapper::clone(&self.inner);
        spawn_local(async move { inner.ask_timings().await });
    }

    /// Asks for the build once more: after an own action, or because the reader wants it to be tried again.
    pub fn refresh(&self) {
        let inner = SendWrapper::clone(&self.inner);
        if inner.now().is_none() {
            return inner.again.ring();
        }
        spawn_local(async move {
            // What went wrong shows where the build is followed.
            let _ = inner.ask_build().await;
        });
    }
}

struct AgentInner {
    #[expect(dead_code, reason = "held for its Drop, which ends the task")]
    tasks: Tasks,
}

/// An agent's log, live as long as a clone of this is held.
#[derive(Clone)]
pub struct AgentLogPage {
    /// Its lines, in order.
    pub lines: ArcRwSignal<Vec<AgentLog>>,
    /// How far it is.
    pub status: ArcRwSignal<LogStatus>,
    /// How many of its lines could not be read.
    pub unreadable: ArcRwSignal<usize>,
    _inner: SendWrapper<Rc<AgentInner>>,
}

/// Opens builds and agents' logs. A cheap clone is the same.
#[derive(Clone)]
pub struct Builds {
    client: Client,
    finished: Logs,
}

impl Builds {
    /// Asks through `client`, for the logs of builds that are over through `finished`.
    pub fn new(client: &Client, finished: &Logs) -> Self {
        Self { client: client.clone(), finished: finished.clone() }
    }

    /// The build of that number.
    pub fn open(&self, owner: &str, workspace: &str, number: i64) -> BuildPage {
        let inner = self.page(false);
        inner.tasks.spawn(PageInner::live(Rc::downgrade(&inner), owner.to_owned(), workspace.to_owned(), number));
        hand(inner)
    }

    /// A build that a page knows already and follows itself ([`BuildPage::hear`]): its timings, and its log where those tell less.
    pub fn glance(&self, build: WorkspaceBuild) -> BuildPage {
        let over = is_over(&build);
        let inner = self.page(over);
        inner.set(build);
        inner.tasks.spawn(PageInner::follow_timings(Rc::downgrade(&inner)));
        if !over {
            inner.tasks.spawn(PageInner::follow_log(Rc::downgrade(&inner)));
        }
        hand(inner)
    }

    fn page(&self, lean: bool) -> Rc<PageInner> {
        Rc::new(PageInner {
            client: self.client.clone(),
            finished: self.finished.clone(),
            build: ArcRwSignal::default(),
            logs: Lines::new(),
            log_status: ArcRwSignal::default(),
            timings: ArcRwSignal::new(None),
            timings_error: ArcRwSignal::new(None),
            timings_settled: ArcRwSignal::new(false),
            changed: Bell::default(),
            again: Bell::default(),
            tasks: Tasks::default(),
            lean: Cell::new(lean),
        })
    }

    /// The log of an agent of a workspace's latest build.
    pub fn agent_log(&self, agent: Id) -> AgentLogPage {
        let lines = Lines::new();
        let status = ArcRwSignal::new(LogStatus::Loading);
        let tasks = Tasks::default();
        let (page_lines, unreadable) = (lines.shown.clone(), lines.unreadable.clone());
        tasks.spawn(agent_log(self.client.clone(), agent, lines, status.clone()));
        AgentLogPage { lines: page_lines, status, unreadable, _inner: SendWrapper::new(Rc::new(AgentInner { tasks })) }
    }
}

fn hand(inner: Rc<PageInner>) -> BuildPage {
    BuildPage {
        build: inner.build.clone(),
        logs: inner.logs.shown.clone(),
        log_status: inner.log_status.clone(),
        unreadable: inner.logs.unreadable.clone(),
        timings: inner.timings.clone(),
        timings_error: inner.timings_error.clone(),
        timings_settled: inner.timings_settled.clone(),
        inner: SendWrapper::new(inner),
    }
}

async fn agent_log(client: Client, agent: Id, lines: Rc<Lines<AgentLog>>, status: ArcRwSignal<LogStatus>) {
    let mut wait = 500;
    loop {
        match agents::logs(&client, agent, lines.last()).await {
            Ok(known) => break lines.take(known),
            Err(error) if is_final(&error) => return status.set(LogStatus::Ended(error)),
            Err(error) => status.set(LogStatus::Trouble(error)),
        }
        client.pause(wait).await;
        wait = (wait * 2).min(5_000);
    }
    status.set(LogStatus::Live);
    let lively = Cell::new(false);
    let mut frame = |text: &str| {
        lines.hear_all(parse_lines(text.as_bytes()));
        Going::On
    };
    let ask = async || {
        let known = agents::by_id(&client, agent).await?;
        lively.set(agent_is_on_its_way(&known));
        let before = lines.last();
        lines.take(agents::logs(&client, agent, before).await?);
        let over = known.lifecycle_state == AgentLifecycle::Off && known.status == AgentStatus::Disconnected;
        Ok(match (over, lines.last() > before) {
            (true, _) => Going::Finished,
            (false, true) => Going::News,
            (false, false) => Going::On,
        })
    };
    let followed = Followed {
        path: &|| agents::follow_path(agent, lines.last()),
        frame: &mut frame,
        probe: &|| Box::pin(ask()),
        lively: &|| lively.get(),
        live: &|_| (),
    };
    match follow(&client, followed).await {
        End::Refused(error) => status.set(LogStatus::Ended(error)),
        End::Finished | End::SignedOut => status.set(LogStatus::Complete),
    }
}

/// Whether asking again can change nothing.
fn is_final(error: &ApiError) -> bool {
    matches!(error.kind, Kind::Forbidden | Kind::NotFound | Kind::Gone | Kind::Aborted | Kind::Unauthorized)
}

/// The agents of a build that the server counts: sub-agents are left out.
fn agents_of(build: &WorkspaceBuild) -> impl Iterator<Item = &WorkspaceAgent> {
    build.agents().filter(|agent| agent.parent_id.is_none())
}

/// Whether the job is over.
fn is_over(build: &WorkspaceBuild) -> bool {
    build.job.completed_at.is_some()
}

/// Whether agents of a build that succeeded, their sub-agents too, are still on their way: what the page shows of them will change. One
/// whose time to connect is over may connect all the same.
fn agents_on_their_way(build: &WorkspaceBuild) -> bool {
    build.transition == Transition::Start && build.agents().any(agent_is_on_its_way)
}

fn agent_is_on_its_way(agent: &WorkspaceAgent) -> bool {
    match agent.status {
        AgentStatus::Connecting | AgentStatus::Timeout => true,
        AgentStatus::Connected => matches!(
            agent.lifecycle_state,
            AgentLifecycle::Created | AgentLifecycle::Starting | AgentLifecycle::StartTimeout
        ),
        _ => false,
    }
}

/// How many rows the timings still lack: start scripts and connections of agents that are connected.
fn missing_rows(build: &WorkspaceBuild, timings: &BuildTimings) -> usize {
    agents_of(build)
        .filter(|agent| agent.status == AgentStatus::Connected && agent.lifecycle_state != AgentLifecycle::Off)
        .map(|agent| {
            let scripts = agent.scripts.iter().filter(|script| script.run_on_start).count();
            let rows = timings
                .agent_script_timings
                .iter()
                .filter(|row| row.workspace_agent_id == agent.id && row.stage == TimingStage::Start)
                .count();
            let connected = timings.agent_connection_timings.iter().any(|row| row.workspace_agent_id == agent.id);
            scripts.saturating_sub(rows) + usize::from(!connected)
        })
        .sum()
}

/// When the timings are asked for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextTimings {
    /// Now.
    Now,
    /// After this many milliseconds, or when the build changes.
    In(i64),
    /// When the build changes.
    OnChange,
    /// Never: they are as complete as they will be.
    Never,
}

/// When the agents of a build were last heard to get on, Unix milliseconds; at the earliest the end of the build.
fn last_step(build: &WorkspaceBuild, completed: Timestamp) -> i64 {
    let steps = build.agents().flat_map(|agent| [agent.first_connected_at, agent.started_at, agent.ready_at]);
    steps.flatten().fold(completed, Timestamp::max).millis()
}

/// The policy: nothing while the build runs; once when it is over; then, for a start that succeeded, while rows of connected agents are missing, in a
/// growing rhythm for ten minutes after the last thing they did, and whenever agents changed (`asked_of` is what the last question knew of them).
pub fn next_timings(
    build: &WorkspaceBuild,
    timings: Option<&BuildTimings>,
    asked: usize,
    agents_changed: bool,
    now_ms: i64,
) -> NextTimings {
    let Some(completed) = build.job.completed_at else { return NextTimings::OnChange };
    let Some(timings) = timings else {
        // The first question; its failure is followed by a pause.
        return match asked.checked_sub(1) {
            None => NextTimings::Now,
            Some(failures) => NextTimings::In(wait_of(failures)),
        };
    };
    if build.job.status != JobStatus::Succeeded || build.transition != Transition::Start {
        return NextTimings::Never;
    }
    if agents_changed {
        return NextTimings::Now;
    }
    if now_ms - last_step(build, completed) > TIMINGS_PATIENCE_MS {
        return NextTimings::Never;
    }
    if missing_rows(build, timings) > 0 {
        NextTimings::In(wait_of(asked.saturating_sub(1)))
    } else if agents_on_their_way(build) {
        NextTimings::OnChange
    } else {
        NextTimings::Never
    }
}

fn wait_of(index: usize) -> i64 {
    TIMINGS_WAITS_MS.get(index).or(TIMINGS_WAITS_MS.last()).copied().unwrap_or(15_000)
}

/// What of a build's agents decides about its timings.
fn agents_mark(build: &WorkspaceBuild) -> String {
    let mut mark = String::new();
    for agent in build.agents() {
        mark.push_str(agent.status.as_str());
        mark.push_str(agent.lifecycle_state.as_str());
        for script in &agent.scripts {
            mark.push_str(script.status.as_ref().map_or("-", |status| status.as_str()));
        }
        mark.push(';');
    }
    mark
}

impl PageInner {
    fn now(&self) -> Option<Arc<WorkspaceBuild>> {
        self.build.with_untracked(|build| build.ready().cloned())
    }

    fn set(&self, build: WorkspaceBuild) {
        let build = Arc::new(build);
        if self.now().as_ref() != Some(&build) {
            self.build.set(Loaded::Ready(build));
            self.changed.ring();
        }
    }

    /// Asks for the build, applies the answer, and says whether the job goes on.
    async fn ask_build(&self) -> Result<Going, ApiError> {
        let Some(id) = self.now().map(|build| build.id) else { return Ok(Going::On) };
        let build = calls::by_id(&self.client, id).await?;
        let over = is_over(&build);
        self.set(build);
        Ok(if over { Going::Finished } else { Going::On })
    }

    async fn ask_timings(&self) {
        let Some(id) = self.now().map(|build| build.id) else { return };
        match calls::timings(&self.client, id).await {
            Ok(timings) => {
                let timings = Arc::new(timings);
                if self.timings.with_untracked(|known| known.as_ref() != Some(&timings)) {
                    self.timings.set(Some(timings));
                }
                self.timings_error.set(None);
            }
            Err(error) if error.kind == Kind::Aborted => {}
            Err(error) => self.timings_error.set(Some(error)),
        }
    }

    /// Finds the build, then follows it, its log and its timings.
    async fn live(weak: Weak<Self>, owner: String, workspace: String, number: i64) {
        let Some(client) = weak.upgrade().map(|page| page.client.clone()) else { return };
        let mut wait = 500;
        loop {
            let mut found = calls::by_number(&client, &owner, &workspace, number).await;
            if found.as_ref().is_err_and(|error| error.kind == Kind::NotFound)
                && let Ok(deleted) = workspaces::deleted_by_name(&client, &owner, &workspace).await
                && let Some(build) = calls::of_deleted(&client, &deleted, number).await
            {
                found = Ok(build);
            }
            let Some(page) = weak.upgrade() else { return };
            let again = page.again.heard();
            match found {
                Ok(build) => {
                    page.set(build);
                    page.tasks.spawn(Self::follow_log(weak.clone()));
                    page.tasks.spawn(Self::follow_build(weak.clone()));
                    page.tasks.spawn(Self::follow_timings(weak.clone()));
                    return;
                }
                Err(error) if is_final(&error) => {
                    page.build.set(Loaded::Refused(error));
                    drop(page);
                    // Asked again on request alone.
                    again.await;
                    continue;
                }
                Err(error) => page.build.set(Loaded::Failed(error)),
            }
            drop(page);
            select(pin!(client.pause(wait)), pin!(again)).await;
            wait = (wait * 2).min(5_000);
        }
    }

    async fn follow_log(weak: Weak<Self>) {
        let Some((client, finished, id, lines, status)) = weak.upgrade().and_then(|page| {
            let (client, finished) = (page.client.clone(), page.finished.clone());
            Some((client, finished, page.now()?.id, Rc::clone(&page.logs), page.log_status.clone()))
        }) else {
            return;
        };
        // What there is already in one answer; a socket would send it line by line.
        let mut wait = 500;
        loop {
            let over = weak.upgrade().and_then(|page| page.now()).is_some_and(|build| is_over(&build));
            let known = if over {
                finished.of(id).await.map(|told| Told::clone(&told))
            } else {
                calls::logs(&client, id, lines.last()).await
            };
            match known {
                Ok(known) => {
                    lines.take(known);
                    lines.flush();
                    if over {
                        return status.set(LogStatus::Complete);
                    }
                    break;
                }
                Err(error) if is_final(&error) => return status.set(LogStatus::Ended(error)),
                Err(error) => status.set(LogStatus::Trouble(error)),
            }
            client.pause(wait).await;
            wait = (wait * 2).min(5_000);
        }
        status.set(LogStatus::Live);
        let mut frame = |text: &str| {
            lines.hear(json::from_slice::<ProvisionerJobLog>(text.as_bytes()).map(|line| [line]));
            Going::On
        };
        let ask = async || {
            let Some(page) = weak.upgrade() else { return Ok(Going::Finished) };
            let going = page.ask_build().await?;
            // Also after a clean end: what a broken connection swallowed, and all lines where the socket does not tell.
            let before = lines.last();
            lines.take(calls::logs(&client, id, before).await?);
            Ok(if going == Going::On && lines.last() > before { Going::News } else { going })
        };
        let followed = Followed {
            path: &|| calls::follow_path(id, lines.last()),
            frame: &mut frame,
            probe: &|| Box::pin(ask()),
            lively: &|| true,
            live: &|_| (),
        };
        match follow(&client, followed).await {
            End::Refused(error) => status.set(LogStatus::Ended(error)),
            End::Finished | End::SignedOut => {
                lines.flush();
                status.set(LogStatus::Complete);
            }
        }
    }

    /// Keeps the build fresh until nothing about it changes any more, by the watch of its workspace while it is the latest one.
    async fn follow_build(weak: Weak<Self>) {
        let Some((client, id, workspace)) = weak.upgrade().and_then(|page| {
            let build = page.now()?;
            Some((page.client.clone(), build.id, build.workspace_id))
        }) else {
            return;
        };
        let going = |build: &WorkspaceBuild| {
            if is_over(build) && !agents_on_their_way(build) { Going::Finished } else { Going::On }
        };
        if weak.upgrade().and_then(|page| page.now()).is_none_or(|build| going(&build) == Going::Finished) {
            return;
        }
        let mut frame = |text: &str| {
            let Some(page) = weak.upgrade() else { return Going::Finished };
            match WatchFrame::parse(text) {
                Ok(Frame::Data(data)) if data.latest_build.id == id => {
                    let going = going(&data.latest_build);
                    page.set(data.latest_build);
                    going
                }
                // A later build: what becomes of this one's agents is asked for once more.
                Ok(Frame::Data(_)) => {
                    spawn_local(async move {
                        let _ = page.ask_build().await;
                    });
                    Going::Finished
                }
                Ok(Frame::Ping | Frame::Error(_) | Frame::Other(_)) => Going::On,
                // Perhaps the build alone can be read.
                Err(why) => {
                    leptos::logging::warn!("a frame could not be read: {why}");
                    spawn_local(async move {
                        let _ = page.ask_build().await;
                    });
                    Going::On
                }
            }
        };
        let ask = async || {
            let Some(page) = weak.upgrade() else { return Ok(Going::Finished) };
            let mark = || page.now().map(|build| (build.status.clone(), build.job.status.clone()));
            let before = mark();
            page.ask_build().await?;
            let going = page.now().map_or(Going::Finished, |build| going(&build));
            Ok(if going == Going::On && mark() != before { Going::News } else { going })
        };
        let followed = Followed {
            path: &|| workspaces::watch_path(workspace),
            frame: &mut frame,
            probe: &|| Box::pin(ask()),
            lively: &|| true,
            live: &|_| (),
        };
        // However it ended: the log's own end asks for the build as well.
        let _ = follow(&client, followed).await;
    }

    async fn follow_timings(weak: Weak<Self>) {
        let (mut asked, mut mark) = (0_usize, String::new());
        loop {
            let Some(page) = weak.upgrade() else { return };
            let Some(build) = page.now() else { return };
            let known = page.timings.get_untracked();
            let now_mark = agents_mark(&build);
            let next =
                next_timings(&build, known.as_deref(), asked, asked > 0 && now_mark != mark, page.client.now_ms());
            let heard = page.changed.heard();
            let (client, changed) = (page.client.clone(), page.changed.clone());
            page.timings_settled.update(|settled| *settled = next == NextTimings::Never);
            match next {
                NextTimings::Now => {
                    asked += 1;
                    mark = now_mark;
                    page.ask_timings().await;
                    let whole = page.timings.with_untracked(|timings| {
                        timings.as_ref().is_some_and(|timings| !lack_frames(&timings.provisioner_timings))
                    });
                    if !whole && page.lean.replace(false) {
                        page.tasks.spawn(Self::follow_log(weak.clone()));
                    }
                    // A failure is followed by a pause whatever the agents do.
                    if page.timings_error.with_untracked(Option::is_some) {
                        drop(page);
                        client.pause(wait_of(asked - 1)).await;
                    }
                }
                NextTimings::In(wait) => {
                    drop(page);
                    let woken = timers::sleep_or(wait, &changed).await;
                    let Some(page) = weak.upgrade() else { return };
                    // A change is judged anew; while nobody looks, or nothing answers, nothing is asked.
                    if woken == Woken::ByBell || !visibility::is_visible() || !client.is_reachable() {
                        continue;
                    }
                    asked += 1;
                    mark = page.now().map(|build| agents_mark(&build)).unwrap_or_default();
                    page.ask_timings().await;
                }
                NextTimings::OnChange => {
                    drop(page);
                    heard.await;
                }
                NextTimings::Never => {
                    // A page that stays open may see its agents come back.
                    drop(page);
                    heard.await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::workspace::Workspace;

    fn body(name: &str) -> serde_json::Value {
        let path = format!("{}/tests/contract/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_slice::<serde_json::Value>(&std::fs::read(path).unwrap()).unwrap()["response"]["body"].take()
    }

    fn build(name: &str) -> WorkspaceBuild {
        crate::model::recordings::read::<Workspace>(body(name)).unwrap().latest_build
    }

    fn timings(name: &str) -> BuildTimings {
        crate::model::recordings::read(body(name)).unwrap()
    }

    fn ended(build: &WorkspaceBuild) -> i64 {
        build.job.completed_at.unwrap().millis()
    }

    #[test]
    fn a_running_build_is_not_asked() {
        let build = build("workspace/starting");
        assert_eq!(next_timings(&build, None, 0, false, 0), NextTimings::OnChange);
    }

    #[test]
    fn a_finished_build_is_asked_once() {
        let build = build("real/start-workspace");
        let now = ended(&build) + 1_000;
        assert_eq!(next_timings(&build, None, 0, false, now), NextTimings::Now);
        let complete = timings("real/start-timings");
        assert_eq!(missing_rows(&build, &complete), 0);
        assert_eq!(next_timings(&build, Some(&complete), 1, false, now), NextTimings::Never);
    }

    #[test]
    fn missing_rows_are_asked_for_ever_more_slowly_and_not_for_ever() {
        let build = build("real/start-workspace");
        let mut partial = timings("real/start-timings");
        partial.agent_script_timings = Vec::new().into();
        assert!(missing_rows(&build, &partial) > 0);
        let now = ended(&build) + 1_000;
        for (asked, wait) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000), (5, 15_000), (50, 15_000)] {
            assert_eq!(next_timings(&build, Some(&partial), asked, false, now), NextTimings::In(wait));
        }
        assert_eq!(next_timings(&build, Some(&partial), 1, true, now), NextTimings::Now, "agents changed");
        let last = last_step(&build, build.job.completed_at.unwrap());
        assert!(last > ended(&build), "its agent connected and got ready after the build");
        assert_eq!(next_timings(&build, Some(&partial), 9, false, last + TIMINGS_PATIENCE_MS), NextTimings::In(15_000));
        assert_eq!(next_timings(&build, Some(&partial), 9, false, last + TIMINGS_PATIENCE_MS + 1), NextTimings::Never);
    }

    #[test]
    fn agents_that_may_still_get_on_are_followed() {
        let change = |status: &str, lifecycle: &str, sub: bool| {
            let mut build = build("real/start-workspace");
            if let crate::wire::List::Items(resources) = &mut build.resources {
                for agent in resources.iter_mut().flat_map(|resource| match &mut resource.agents {
                    crate::wire::List::Items(agents) => agents.iter_mut(),
                    _ => [].iter_mut(),
                }) {
                    (agent.status, agent.lifecycle_state) = (status.into(), lifecycle.into());
                    agent.parent_id = sub.then(|| Id::from_u128(1));
                }
            }
            agents_on_their_way(&build)
        };
        for (status, lifecycle, followed) in [
            ("connecting", "created", true),
            // Its time is over, and it may connect all the same.
            ("timeout", "created", true),
            ("connected", "created", true),
            ("connected", "starting", true),
            ("connected", "start_timeout", true),
            ("connected", "ready", false),
            ("connected", "start_error", false),
            ("disconnected", "starting", false),
            ("asleep", "starting", false),
        ] {
            assert_eq!(change(status, lifecycle, false), followed, "{status}, {lifecycle}");
            assert_eq!(change(status, lifecycle, true), followed, "a sub-agent: {status}, {lifecycle}");
        }
    }

    #[test]
    fn failed_and_stopped_builds_have_what_they_have() {
        for (workspace, rows) in
            [("real/apply-failed-workspace", "real/apply-failed-timings"), ("real/stop-workspace", "real/stop-timings")]
        {
            let build = build(workspace);
            assert_eq!(
                next_timings(&build, Some(&timings(rows)), 1, true, ended(&build)),
                NextTimings::Never,
                "{workspace}"
            );
        }
    }

    #[test]
    fn a_question_that_failed_is_asked_again_after_a_pause() {
        let build = build("real/stop-workspace");
        assert_eq!(next_timings(&build, None, 1, false, ended(&build)), NextTimings::In(1_000));
        assert_eq!(next_timings(&build, None, 3, false, ended(&build)), NextTimings::In(4_000));
    }

    #[test]
    fn what_cannot_be_read_is_counted_and_the_rest_shown() {
        let lines: Vec<ProvisionerJobLog> = crate::model::recordings::read(body("real/start-logs")).unwrap();
        let log = Lines::new();
        log.flushing.set(true);
        for frame in ["<html>", "{", "null", &serde_json::to_string(&lines[0]).unwrap(), "[]"] {
            log.hear(json::from_slice::<ProvisionerJobLog>(frame.as_bytes()).map(|line| [line]));
        }
        log.flush();
        assert_eq!((log.shown.get_untracked().len(), log.unreadable.get_untracked()), (1, 4));
    }

    #[test]
    fn a_line_of_a_frame_that_cannot_be_read_costs_itself_alone() {
        let lines: Vec<AgentLog> = crate::model::recordings::read(body("real/start-agent-logs")).unwrap();
        let mut frame = serde_json::to_value(body("real/start-agent-logs")).unwrap();
        frame[1]["output"] = serde_json::json!(5);
        let log: Rc<Lines<AgentLog>> = Lines::new();
        log.flushing.set(true);
        log.hear_all(parse_lines(frame.to_string().as_bytes()));
        for frame in ["<html>", "{", "[]", "null"] {
            log.hear_all(parse_lines(frame.as_bytes()));
        }
        log.flush();
        let shown: Vec<i64> = log.shown.with_untracked(|shown| shown.iter().map(|line| line.id).collect());
        let whole: Vec<i64> =
            lines.iter().map(|line| line.id).enumerate().filter(|(at, _)| *at != 1).map(|(_, id)| id).collect();
        assert_eq!(shown, whole);
        assert_eq!(log.unreadable.get_untracked(), 3);
    }

    #[test]
    fn an_answer_in_another_order_and_with_a_line_of_another_shape_loses_nothing_in_silence() {
        let lines: Vec<ProvisionerJobLog> = crate::model::recordings::read(body("real/start-logs")).unwrap();
        let log = Lines::new();
        log.flushing.set(true);
        let (mut backwards, newest) = (lines.clone(), lines.last().unwrap().id + 7);
        backwards.reverse();
        log.take(Told {
            lines: backwards,
            unreadable: vec!["[3].output: expected a string, got 5".to_owned()],
            past: newest,
        });
        log.flush();
        assert_eq!(log.shown.get_untracked(), lines);
        assert_eq!(log.unreadable.get_untracked(), 1);
        assert_eq!(log.last(), newest, "what could not be read is not asked for again");
    }

    #[test]
    fn a_line_is_shown_once() {
        let lines: Vec<ProvisionerJobLog> = crate::model::recordings::read(body("real/start-logs")).unwrap();
        let log = Lines::new();
        // As if a flush were on its way: there are no timers here.
        log.flushing.set(true);
        log.add(lines[..10].to_vec());
        log.add(lines[5..].to_vec());
        log.add(lines.clone());
        log.flush();
        assert_eq!(log.shown.get_untracked(), lines);
        assert_eq!(log.last(), lines.last().unwrap().id);
    }
}
