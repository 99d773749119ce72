//! Carries out what `model::operation` commands: requests, a few at once, and their answers as events. May import `api`
//! and below.

use super::answers::{cancel_failed, failed};
use super::shared::Shared;
use super::stored::VERSION;
use crate::api::error::{ApiError, Kind};
use crate::api::{builds, workspaces as calls};
use crate::browser::storage::Area;
use crate::browser::{storage, timers};
use crate::model::operation;
use crate::model::operation::{BuildStep, Command, Event, Facts, Operation};
use crate::model::row::is_changing;
use crate::store::semaphore::Permit;
use crate::store::toasts::Tone;
use crate::wire::build::{BuildReason, CreateBuildRequest, JobStatus, LogLevel, Transition};
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// How long a request waits before it looks anew whether the control plane can be reached, in milliseconds.
const LOOK_MS: i64 = 2_000;

impl Shared {
    pub(super) fn carry_out(self: &Rc<Self>, operation: &Operation, command: Command) {
        let workspace = operation.workspace;
        let inner = Rc::clone(self);
        // Where it is stored, while somebody is signed in.
        let key = self.key(workspace);
        match command {
            Command::Save => self.save(operation),
            Command::Forget => self.forget(workspace),
            Command::PostBuild(step) => {
                let base = operation.base_number();
                spawn_local(async move { inner.post(workspace, step, base, key).await });
            }
            Command::CancelBuild { build, expect_pending, own_step } => {
                self.workspaces.touch(workspace);
                spawn_local(async move {
                    let Some(_permit) = inner.permit().await else { return };
                    let answer = builds::cancel(&inner.client, build, expect_pending.then_some("pending")).await;
                    inner.workspaces.touch(workspace);
                    inner.tell(workspace, || match (&answer, own_step) {
                        (Ok(()), true) => Event::Done,
                        (Ok(()), false) => Event::CancelTaken,
                        (Err(error), true) => failed(error),
                        (Err(error), false) => cancel_failed(error),
                    });
                    if own_step {
                        inner.turned_away(workspace, key, answer.as_ref().err());
                    } else {
                        inner.doubt_after(workspace, answer.as_ref().err());
                    }
                    // Not everything is pushed or polled at once.
                    inner.fetch_soon(workspace);
                });
            }
            Command::Set(setting) => {
                self.workspaces.touch(workspace);
                spawn_local(async move {
                    let Some(_permit) = inner.permit().await else { return };
                    let answer = calls::set(&inner.client, workspace, setting).await;
                    inner.workspaces.touch(workspace);
                    inner.tell(workspace, || answer.as_ref().map_or_else(failed, |_| Event::Done));
                    inner.turned_away(workspace, key, answer.as_ref().err());
                    inner.fetch_soon(workspace);
                });
            }
            Command::Fetch => self.fetch_soon(workspace),
        }
    }

    /// Cancels the build of an operation that another tab drives: its driver sees what became of it. False if there is
    /// none.
    pub(super) fn cancel_directly(self: &Rc<Self>, workspace: Id) -> bool {
        let Some(row) = self.workspaces.snapshot(workspace).filter(is_changing) else { return false };
        let expect = (row.build.job_status == JobStatus::Pending).then_some("pending");
        let inner = Rc::clone(self);
        spawn_local(async move {
            let Some(_permit) = inner.permit().await else { return };
            if let Err(error) = builds::cancel(&inner.client, row.build.id, expect).await {
                inner.toasts.failed(&format!("{} was not canceled.", row.name), &error);
                inner.doubt_after(workspace, Some(&error));
            }
            inner.workspaces.touch(workspace);
            inner.fetch_soon(workspace);
        });
        true
    }

    async fn post(self: Rc<Self>, workspace: Id, step: BuildStep, base: i64, key: Option<String>) {
        // A deletion takes no reason.
        let reason = (step.transition != Transition::Delete).then_some(BuildReason::Dashboard);
        let request = CreateBuildRequest {
            transition: step.transition,
            template_version_id: step.version,
            rich_parameter_values: step.values,
            template_version_preset_id: step.preset,
            orphan: step.orphan,
            log_level: step.debug.then_some(LogLevel::Debug),
            reason,
        };
        let Some((_permit, waited)) = self.permit_after_a_wait().await else { return };
        // Whatever came while it waited is not built over.
        if waited {
            let _news = self.workspaces.refresh(workspace).await;
        }
        if let Some(row) = self.workspaces.snapshot(workspace).filter(|row| row.build.number > base) {
            return self.tell(workspace, || Event::Overtaken(Facts::of(&row)));
        }
        self.workspaces.touch(workspace);
        match builds::create(&self.client, workspace, &request).await {
            Ok(reply) => {
                self.tell(workspace, || Event::BuildCreated { number: reply.build_number, build: reply.id });
                self.workspaces.apply_build_reply(&reply);
            }
            Err(error) => {
                self.tell(workspace, || failed(&error));
                self.turned_away(workspace, key, Some(&error));
                self.fetch_soon(workspace);
            }
        }
    }

    /// What was believed of this workspace is asked again, if the control plane refused for want of permission.
    fn doubt_after(&self, workspace: Id, error: Option<&ApiError>) {
        if error.is_some_and(|error| error.kind == Kind::Forbidden)
            && let Some(listener) = self.on_forbidden.borrow().as_ref()
        {
            listener(workspace);
        }
    }

    /// The session ended with this very request: who drove the operation is gone with it, but the control plane did say
    /// that the request was not carried out. Said now, and not to be looked for after the next sign-in.
    fn turned_away(&self, workspace: Id, key: Option<String>, error: Option<&ApiError>) {
        self.doubt_after(workspace, error);
        let Some(error) = error.filter(|error| error.kind == Kind::Unauthorized) else { return };
        let Some(key) = key else { return };
        let Some(operation) = storage::load::<Operation>(Area::Local, &key, VERSION) else { return };
        let (over, _) = operation::next(operation, &failed(error), self.client.now_ms());
        if let Some(report) = over.report() {
            storage::remove(Area::Local, &key);
            // It is over, and not left half way.
            self.left.update(|left| left.retain(|(id, _)| *id != over.workspace));
            self.toasts.show(Tone::Bad, report.text.clone(), None, None);
        }
    }

    /// Waits for its turn, and until the control plane can be reached: what is sent when a network goes does not storm
    /// it when it is back. `None` if somebody else is signed in by then.
    async fn permit(&self) -> Option<Permit> {
        self.permit_after_a_wait().await.map(|(permit, _)| permit)
    }

    /// The same, and whether the control plane had to be waited for.
    async fn permit_after_a_wait(&self) -> Option<(Permit, bool)> {
        let epoch = self.epoch.get();
        let mut waited = false;
        loop {
            let permit = self.requests.acquire().await;
            if epoch != self.epoch.get() {
                return None;
            }
            if self.net.is_settled() {
                return Some((permit, waited));
            }
            drop(permit);
            waited = true;
            timers::sleep_or(LOOK_MS, self.client.again()).await;
        }
    }

    /// Asks for the workspace and tells the machine what is so, changed or not. A workspace that is gone is told by the
    /// index.
    fn fetch_soon(self: &Rc<Self>, workspace: Id) {
        if !self.fetching.borrow_mut().insert(workspace) {
            return;
        }
        let inner = Rc::clone(self);
        spawn_local(async move {
            let Some(_permit) = inner.permit().await else { return };
            inner.fetching.borrow_mut().remove(&workspace);
            if inner.workspaces.refresh(workspace).await.is_ok()
                && let Some(row) = inner.workspaces.snapshot(workspace)
            {
                inner.tell(workspace, || Event::Row(Facts::of(&row)));
            }
        });
    }
}
