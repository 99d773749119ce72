//! Builds on their own pages, and agents' logs. Everything lives as long as the page holds it. May import `api` and
//! below.

mod agent_log;
mod agent_metadata;
mod agent_ports;
mod lines;
mod loaded;
mod page;
mod phases;
mod tasks;

pub(crate) use agent_log::AgentLogPage;
pub(crate) use agent_metadata::{AgentMetadataPage, Hearing};
pub(crate) use agent_ports::AgentPortsPage;
pub(crate) use loaded::{Loaded, LogStatus};
pub(crate) use page::BuildPage;

use crate::api::client::Client;
use crate::model::timeline::summary::Stretch;
use crate::model::timings::is_over;
use crate::store::logs::Logs;
use crate::store::workspaces::WorkspaceDetail;
use crate::wire::build::WorkspaceBuild;
use crate::wire::id::Id;
use leptos::prelude::ArcRwSignal;
use page::PageInner;
use phases::Phases;
use std::rc::Rc;
use std::sync::Arc;

/// Opens builds and agents' logs. A cheap clone is the same.
#[derive(Clone)]
pub struct Builds {
    client: Client,
    finished: Logs,
    phases: Phases,
}

impl Builds {
    /// Asks through `client`, for the logs of builds that are over through `finished`.
    pub fn new(client: &Client, finished: &Logs) -> Self {
        Self { client: client.clone(), finished: finished.clone(), phases: Phases::new(client, finished) }
    }

    /// The build of that number. `workspace` is the one that it is of, followed by the same page: one socket tells of
    /// both.
    pub fn open(&self, workspace: &WorkspaceDetail, owner: &str, name: &str, number: i64) -> BuildPage {
        let inner = PageInner::new(&self.client, &self.finished, false);
        let (weak, owner, name) = (Rc::downgrade(&inner), owner.to_owned(), name.to_owned());
        inner.tasks.spawn(PageInner::live(weak, workspace.clone(), owner, name, number));
        BuildPage::of(inner)
    }

    /// A build that a page knows already and follows itself ([`BuildPage::hear`]): its timings, and its log where those
    /// tell less.
    pub fn glance(&self, build: WorkspaceBuild) -> BuildPage {
        let over = is_over(&build);
        let inner = PageInner::new(&self.client, &self.finished, over);
        inner.set(build);
        inner.tasks.spawn(PageInner::follow_timings(Rc::downgrade(&inner)));
        if !over {
            inner.tasks.spawn(PageInner::follow_log(Rc::downgrade(&inner)));
        }
        BuildPage::of(inner)
    }

    /// Where the time of a build's job went, in parts of its length; `None` while that is not known. Asks for nothing.
    pub(crate) fn phases(&self, build: Id) -> ArcRwSignal<Option<Arc<Vec<Stretch>>>> {
        self.phases.of(build)
    }

    /// Asks where the time of a build went that is over, unless it is known.
    pub async fn ask_phases(&self, build: Arc<WorkspaceBuild>) {
        self.phases.ask(build).await;
    }

    /// What an agent of a workspace's latest build tells of itself.
    pub fn agent_metadata(&self, agent: Id) -> AgentMetadataPage {
        AgentMetadataPage::open(&self.client, agent)
    }

    /// The ports of such an agent.
    pub fn agent_ports(&self, agent: Id) -> AgentPortsPage {
        AgentPortsPage::open(&self.client, agent)
    }

    /// The log of an agent of a workspace's latest build.
    pub fn agent_log(&self, agent: Id) -> AgentLogPage {
        AgentLogPage::open(&self.client, agent)
    }
}
