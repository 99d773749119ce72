//! What a build's page asks for beside the build: the workspace's last builds, its template's figures, what the build
//! was given. May import `panels` and below.

use crate::api::answer::{Asked, Each};
use crate::api::client::Client;
use crate::api::{builds, templates};
use crate::model::progress::UsualDuration;
use crate::model::timeline::slow::Own;
use crate::panels::fetched::{Fetched, fetched};
use crate::store::builds::BuildPage;
use crate::store::workspaces::WorkspaceDetail;
use crate::wire::build::WorkspaceBuild;
use crate::wire::id::Id;
use crate::wire::parameter::ParameterValue;
use crate::wire::template::Template;
use leptos::prelude::*;

/// How many builds a comparison and a trend reach back, and so how many requests a trend takes at most.
pub(super) const LAST: usize = 20;

/// What was asked for. `Copy`, so that every part of the page can hold it.
#[derive(Clone, Copy)]
pub(super) struct Around {
    /// The last builds of the workspace, newest first.
    pub(super) builds: Fetched<Each<WorkspaceBuild>>,
    template: Fetched<Template>,
    /// What this build was given.
    pub(super) parameters: Fetched<Vec<ParameterValue>>,
}

fn last(client: &Client, (workspace, _): (Id, bool)) -> Asked<Each<WorkspaceBuild>> {
    // A stop lies between two starts: twice as many reach as far back.
    builds::list(client, workspace, 2 * LAST + 1, 0)
}

impl Around {
    /// Asks once the build is there; for the list of builds again when this one has ended.
    pub(super) fn of(open: &BuildPage, detail: &WorkspaceDetail) -> Self {
        let build = open.build.clone();
        let known = Memo::new(move |_| {
            build.with(|build| {
                build.ready().map(|build| (build.workspace_id, build.id, build.job.completed_at.is_some()))
            })
        });
        let state = detail.state.clone();
        let template = Memo::new(move |_| state.with(|state| state.workspace().map(|known| known.template_id)));
        Self {
            builds: fetched(Memo::new(move |_| known.get().map(|(workspace, _, over)| (workspace, over))), last),
            template: fetched(template, templates::by_id),
            parameters: fetched(Memo::new(move |_| known.get().map(|(_, build, _)| build)), builds::parameters),
        }
    }

    /// The template's figures for what `build` does. Tracked.
    pub(super) fn usual(self, build: &WorkspaceBuild) -> Option<UsualDuration> {
        self.template
            .map(|template| {
                let stats = template.build_time_stats.as_ref()?;
                let found = stats.iter().find(|(transition, _)| &**transition == build.transition.as_str());
                found.and_then(|(_, stats)| UsualDuration::new(*stats))
            })
            .flatten()
    }

    /// The workspace's own last builds of this kind; None while they are not known. Tracked.
    pub(super) fn own(self, build: &WorkspaceBuild) -> Option<Own> {
        self.builds.map(|builds| Own::of(&builds.items, &build.transition, build.build_number, LAST))
    }
}
