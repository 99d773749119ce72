//! Where the time of finished builds went, for a list of them: each is asked for once, few at the same time, for what
//! is over does not change. May import `api` and below.

use crate::api::builds as calls;
use crate::api::client::Client;
use crate::model::timeline::summary::{Stretch, job_stretches};
use crate::model::timeline::{Input, build_timeline};
use crate::model::timings::is_over;
use crate::store::logs::Logs;
use crate::store::semaphore::Semaphore;
use crate::wire::build::{JobStatus, WorkspaceBuild};
use crate::wire::id::Id;
use crate::wire::log::ProvisionerJobLog;
use crate::wire::timings::BuildTimings;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How many are asked for at the same time: the rest of the page comes first.
const AT_ONCE: usize = 2;

/// How often a build is asked for that does not answer.
const TRIES: usize = 3;

/// The first pause after an answer that did not come, in milliseconds.
const PAUSE_MS: i64 = 4_000;

/// How many builds are remembered.
const MOST: usize = 600;

/// The bar of a build; `None` while it is not known.
type Bar = ArcRwSignal<Option<Arc<Vec<Stretch>>>>;

/// The bars of builds that are over. A cheap clone is the same.
#[derive(Clone)]
pub(super) struct Phases {
    client: Client,
    logs: Logs,
    known: SendWrapper<Rc<RefCell<HashMap<Id, Bar>>>>,
    places: SendWrapper<Semaphore>,
}

impl Phases {
    /// None known.
    pub(super) fn new(client: &Client, logs: &Logs) -> Self {
        Self {
            client: client.clone(),
            logs: logs.clone(),
            known: SendWrapper::new(Rc::default()),
            places: SendWrapper::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The bar of a build. Asks for nothing.
    pub(super) fn of(&self, build: Id) -> Bar {
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST && !known.contains_key(&build) {
            // Whoever shows one of them holds it.
            known.clear();
        }
        known.entry(build).or_insert_with(|| ArcRwSignal::new(None)).clone()
    }

    /// Asks for the bar of a build that is over, unless it is known. Of one that did not succeed the control plane
    /// keeps no timings: its log says when each stage began, as far as it came.
    pub(super) async fn ask(&self, build: Arc<WorkspaceBuild>) {
        let bar = self.of(build.id);
        if !is_over(&build) || bar.with_untracked(Option::is_some) {
            return;
        }
        let (mut timings, mut log) = (None, None);
        if build.job.status == JobStatus::Succeeded {
            for turn in 0..TRIES {
                let _place = self.places.acquire().await;
                // Nothing is asked while nobody looks, or nothing answers.
                self.client.pause(if turn == 0 { 0 } else { PAUSE_MS << turn }).await;
                if bar.with_untracked(Option::is_some) {
                    return;
                }
                if let Ok(answer) = calls::timings(&self.client, build.id).await {
                    timings = Some(answer);
                    break;
                }
            }
            if timings.is_none() {
                return;
            }
        } else {
            let _place = self.places.acquire().await;
            self.client.pause(0).await;
            log = self.logs.of(build.id).await.ok();
        }
        let lines = log.as_ref().map(|log| log.lines.as_slice()).unwrap_or_default();
        bar.set(Some(Arc::new(drawn(&build, timings.as_ref(), lines, self.client.now_ms()))));
    }
}

fn drawn(
    build: &WorkspaceBuild,
    timings: Option<&BuildTimings>,
    logs: &[ProvisionerJobLog],
    now_ms: i64,
) -> Vec<Stretch> {
    job_stretches(&build_timeline(&Input { build, timings, logs, now_ms }))
}
