//! Builds on their own pages, and agents' logs. Everything lives as long as the page holds it. May import `api` and below.

mod agent_log;
mod lines;
mod loaded;
mod page;
mod tasks;

pub(crate) use agent_log::AgentLogPage;
pub(crate) use loaded::{Loaded, LogStatus};
pub(crate) use page::BuildPage;

use crate::api::client::Client;
use crate::model::timings::is_over;
use crate::store::logs::Logs;
use crate::store::workspaces::WorkspaceDetail;
use crate::wire::build::WorkspaceBuild;
use crate::wire::id::Id;
use page::PageInner;
use std::rc::Rc;

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

    /// The build of that number. `workspace` is the one that it is of, followed by the same page: one socket tells of both.
    pub fn open(&self, workspace: &WorkspaceDetail, owner: &str, name: &str, number: i64) -> BuildPage {
        let inner = PageInner::new(&self.client, &self.finished, false);
        let (weak, owner, name) = (Rc::downgrade(&inner), owner.to_owned(), name.to_owned());
        inner.tasks.spawn(PageInner::live(weak, workspace.clone(), owner, name, number));
        BuildPage::of(inner)
    }

    /// A build that a page knows already and follows itself ([`BuildPage::hear`]): its timings, and its log where those tell less.
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

    /// The log of an agent of a workspace's latest build.
    pub fn agent_log(&self, agent: Id) -> AgentLogPage {
        AgentLogPage::open(&self.client, agent)
    }
}
