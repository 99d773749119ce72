//! One build on its own page: the build, its log (live while it runs) and its timings (asked for until they are
//! complete). May import `api` and below.

use super::lines::Lines;
use super::loaded::{Loaded, LogStatus, is_final};
use super::tasks::Tasks;
use crate::api::answer::Told;
use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::socket::{End, Followed, Going, follow};
use crate::api::{builds as calls, workspaces};
use crate::browser::notify::Notify;
use crate::browser::timers::Woken;
use crate::browser::{timers, visibility};
use crate::model::timeline::lack_frames;
use crate::model::timings::{NextTimings, agents_mark, agents_on_their_way, is_over, next_timings, wait_ms};
use crate::store::logs::Logs;
use crate::store::workspaces::{DetailState, WorkspaceDetail};
use crate::wire::build::WorkspaceBuild;
use crate::wire::log::ProvisionerJobLog;
use crate::wire::timings::BuildTimings;
use futures_util::future::{Either, select};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;

/// How often a build is asked for whose workspace does not tell of it, in milliseconds.
const ALONE_MS: i64 = 5_000;

pub(super) struct PageInner {
    client: Client,
    finished: Logs,
    build: ArcRwSignal<Loaded<Arc<WorkspaceBuild>>>,
    logs: Rc<Lines<ProvisionerJobLog>>,
    log_status: ArcRwSignal<LogStatus>,
    timings: ArcRwSignal<Option<Arc<BuildTimings>>>,
    timings_error: ArcRwSignal<Option<ApiError>>,
    timings_settled: ArcRwSignal<bool>,
    changed: Notify,
    /// Rings when the reader wants a build that is not there to be asked for once more.
    again: Notify,
    pub(super) tasks: Tasks,
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
    /// What the control plane kept of where the time went; `None` while it was not asked (the build runs) or has not
    /// answered.
    pub timings: ArcRwSignal<Option<Arc<BuildTimings>>>,
    /// Why the timings could not be asked for.
    pub timings_error: ArcRwSignal<Option<ApiError>>,
    /// Whether the timings are as complete as they will be.
    pub timings_settled: ArcRwSignal<bool>,
    inner: SendWrapper<Rc<PageInner>>,
}

impl BuildPage {
    pub(super) fn of(inner: Rc<PageInner>) -> Self {
        Self {
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
            return inner.again.notify_waiters();
        }
        spawn_local(async move {
            // What went wrong shows where the build is followed.
            let _ = inner.ask_build().await;
        });
    }
}

/// What a workspace tells of its latest build.
enum Latest {
    This(Box<WorkspaceBuild>),
    /// Nothing at this moment.
    Unknown,
    /// Nothing any more.
    Gone,
}

fn latest_of(workspace: &WorkspaceDetail) -> Latest {
    let unreadable = workspace.unreadable.get_untracked();
    workspace.state.with_untracked(|state| match state {
        DetailState::Ready(workspace) if !unreadable => Latest::This(Box::new(workspace.latest_build.clone())),
        DetailState::Loading | DetailState::Failed(_) | DetailState::Ready(_) => Latest::Unknown,
        DetailState::Refused(_) | DetailState::Deleted(_) | DetailState::Past(_) => Latest::Gone,
    })
}

impl PageInner {
    /// A page that knows nothing yet. `lean`: its log is asked for only if the timings tell less.
    pub(super) fn new(client: &Client, finished: &Logs, lean: bool) -> Rc<Self> {
        Rc::new(Self {
            client: client.clone(),
            finished: finished.clone(),
            build: ArcRwSignal::default(),
            logs: Lines::new(),
            log_status: ArcRwSignal::default(),
            timings: ArcRwSignal::new(None),
            timings_error: ArcRwSignal::new(None),
            timings_settled: ArcRwSignal::new(false),
            changed: Notify::default(),
            again: Notify::default(),
            tasks: Tasks::default(),
            lean: Cell::new(lean),
        })
    }

    fn now(&self) -> Option<Arc<WorkspaceBuild>> {
        self.build.with_untracked(|build| build.ready().cloned())
    }

    pub(super) fn set(&self, build: WorkspaceBuild) {
        let build = Arc::new(build);
        if self.now().as_ref() != Some(&build) {
            self.build.set(Loaded::Ready(build));
            self.changed.notify_waiters();
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
    pub(super) async fn live(weak: Weak<Self>, workspace: WorkspaceDetail, owner: String, name: String, number: i64) {
        let Some(client) = weak.upgrade().map(|page| page.client.clone()) else { return };
        let mut wait = 500;
        loop {
            let mut found = calls::by_number(&client, &owner, &name, number).await;
            if found.as_ref().is_err_and(|error| error.kind == Kind::NotFound)
                && let Ok(deleted) = workspaces::deleted_by_name(&client, &owner, &name).await
                && let Some(build) = calls::of_deleted(&client, &deleted, number).await
            {
                found = Ok(build);
            }
            let Some(page) = weak.upgrade() else { return };
            let again = page.again.notified();
            match found {
                Ok(build) => {
                    page.set(build);
                    page.tasks.spawn(Self::follow_log(weak.clone()));
                    page.tasks.spawn(Self::follow_build(weak.clone(), workspace));
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

    pub(super) async fn follow_log(weak: Weak<Self>) {
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
            lines.hear(json_tape::from_slice::<ProvisionerJobLog>(text.as_bytes()).map(|line| [line]));
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

    /// Keeps the build fresh until nothing about it changes any more. While it is the latest one its workspace, which
    /// is followed anyway, brings it; where the workspace cannot be told, the build is asked for itself.
    async fn follow_build(weak: Weak<Self>, workspace: WorkspaceDetail) {
        loop {
            let changed = workspace.changed();
            let Some((page, build)) = weak.upgrade().and_then(|page| page.now().map(|build| (page, build))) else {
                return;
            };
            if is_over(&build) && !agents_on_their_way(&build) {
                return;
            }
            match latest_of(&workspace) {
                Latest::This(told) if told.id == build.id => {
                    // What was asked for before the build ended may be told after it.
                    if is_over(&told) || !is_over(&build) {
                        page.set(*told);
                    }
                    drop(page);
                    changed.await;
                }
                // A later build: what becomes of this one's agents is asked for once more.
                Latest::This(told) if told.build_number > build.build_number => {
                    let _ = page.ask_build().await;
                    return;
                }
                Latest::Gone => return,
                Latest::This(_) | Latest::Unknown => {
                    let client = page.client.clone();
                    drop(page);
                    let told = matches!(select(pin!(client.pause(ALONE_MS)), pin!(changed)).await, Either::Right(_));
                    if let Some(page) = weak.upgrade().filter(|_| !told) {
                        let _ = page.ask_build().await;
                    }
                }
            }
        }
    }

    pub(super) async fn follow_timings(weak: Weak<Self>) {
        let (mut asked, mut mark) = (0_usize, String::new());
        loop {
            let Some(page) = weak.upgrade() else { return };
            let Some(build) = page.now() else { return };
            let known = page.timings.get_untracked();
            let now_mark = agents_mark(&build);
            let next =
                next_timings(&build, known.as_deref(), asked, asked > 0 && now_mark != mark, page.client.now_ms());
            let notified = page.changed.notified();
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
                        client.pause(wait_ms(asked - 1)).await;
                    }
                }
                NextTimings::In(wait) => {
                    drop(page);
                    let woken = timers::sleep_or(wait, &changed).await;
                    let Some(page) = weak.upgrade() else { return };
                    // A change is judged anew; while nobody looks, or nothing answers, nothing is asked.
                    if woken == Woken::ByNotify || !visibility::is_visible() || !client.is_reachable() {
                        continue;
                    }
                    asked += 1;
                    mark = page.now().map(|build| agents_mark(&build)).unwrap_or_default();
                    page.ask_timings().await;
                }
                NextTimings::OnChange => {
                    drop(page);
                    notified.await;
                }
                NextTimings::Never => {
                    // A page that stays open may see its agents come back.
                    drop(page);
                    notified.await;
                }
            }
        }
    }
}
