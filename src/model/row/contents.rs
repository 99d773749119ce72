//! What a row holds of a workspace. Small strings that many rows share can be interned ([`Interner`]). Pure.

use super::health::{self, RowHealth};
use crate::model::duration;
use crate::wire::build::{BuildReason, BuildStatus, JobErrorCode, JobStatus, Transition, WorkspaceBuild};
use crate::wire::map::Map;
use crate::wire::workspace::{AutomaticUpdates, Workspace};
use crate::wire::{Id, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;

/// A workspace as the list holds it. Times are Unix milliseconds of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The workspace.
    pub id: Id,
    /// Whose it is.
    pub owner_id: Id,
    /// The owner's username.
    pub owner_name: Arc<str>,
    /// The address of the owner's picture, perhaps empty.
    pub owner_picture: Arc<str>,
    /// Its organization.
    pub organization_id: Id,
    /// The organization's name.
    pub organization_name: Arc<str>,
    /// Its name, one of its owner's.
    pub name: Arc<str>,
    /// Its template.
    pub template_id: Id,
    /// The template's name for people: the display name, else the name.
    pub template_name: Arc<str>,
    /// The template's name in paths and queries.
    pub template_slug: Arc<str>,
    /// A path or an address, perhaps empty.
    pub template_icon: Arc<str>,
    /// The name of the version that the latest build has; empty where it is not said.
    pub version_name: Arc<str>,
    /// What its agents offer to open, by name.
    pub apps: Arc<[Arc<str>]>,
    /// The version that new builds should have.
    pub template_active_version_id: Id,
    /// Whether a start needs the active version.
    pub require_active_version: bool,
    /// Whether the template lets its users cancel builds that run.
    pub allow_user_cancel: bool,
    /// Whether the latest build has another version than the active one.
    pub outdated: bool,
    /// Whether it is a favourite of the reader, who is its owner.
    pub favorite: bool,
    /// Whether the schedule starts it with the active version.
    pub always_update: bool,
    /// Whether it may be given another name; `None` where the control plane does not say.
    pub allow_renames: Option<bool>,
    /// Whether it waits, built, for somebody to claim it.
    pub prebuild: bool,
    /// The latest build.
    pub build: RowBuild,
    /// When it was made.
    pub created_ms: i64,
    /// When it stops by itself. Only meaningful while the latest build is a start.
    pub deadline_ms: Option<i64>,
    /// Past which the deadline cannot be moved: a stop that the template requires.
    pub max_deadline_ms: Option<i64>,
    /// When its schedule starts it next.
    pub next_start_ms: Option<i64>,
    /// Its schedule: `CRON_TZ=Europe/Berlin 30 9 * * 1-5`.
    pub autostart: Option<Arc<str>>,
    /// How long a start runs, in milliseconds; `None` for no end.
    pub ttl_ms: Option<i64>,
    /// When it was last used; `None` for never, [`duration::UNSAID_MS`] where it is not said.
    pub last_used_ms: Option<i64>,
    /// Since when it is dormant; `None` if it is not.
    pub dormant_ms: Option<i64>,
    /// When the dormant workspace will be deleted.
    pub deleting_ms: Option<i64>,
    /// Credits that the latest build committed; 0 while a build runs, after one that was refused, and where not known.
    pub daily_cost: i64,
    /// Whether the control plane said what it costs.
    pub cost_known: bool,
    /// How its agents are.
    pub health: RowHealth,
}

/// The latest build of a [`Row`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowBuild {
    /// Its id.
    pub id: Id,
    /// Counted per workspace, from 1.
    pub number: i64,
    /// Start, stop or delete.
    pub transition: Transition,
    /// The transition and the job's status in one word.
    pub status: BuildStatus,
    /// How far its job is.
    pub job_status: JobStatus,
    /// When its job was queued.
    pub created_ms: i64,
    /// When a provisioner took it.
    pub started_ms: Option<i64>,
    /// When it ended, however.
    pub completed_ms: Option<i64>,
    /// When it was asked to cancel: said to be cancelled even if the job then failed.
    pub canceled_ms: Option<i64>,
    /// What the job failed with.
    pub error: Option<Arc<str>>,
    /// The failure's kind, where it has one.
    pub error_code: Option<JobErrorCode>,
    /// From 1 while it waits; 0 where not known.
    pub queue_position: i32,
    /// How many wait; 0 where not known.
    pub queue_size: i32,
    /// Which provisioners could take it; only while it waits.
    pub provisioners: Option<Box<Provisioners>>,
    /// The tags that a provisioner must have to take it, as text (`os=linux, zone=eu`); only while it waits.
    pub tags: Option<Arc<str>>,
    /// The username of who asked for it.
    pub initiator: Arc<str>,
    /// Why it was made.
    pub reason: BuildReason,
    /// The version built.
    pub template_version_id: Id,
    /// Whether an agent is started by hand outside.
    pub has_external_agent: bool,
    /// How many resources it has; 0 until it succeeded.
    pub resources: u32,
}

/// How many provisioners carry the tags of a waiting job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provisioners {
    /// All of them.
    pub count: i32,
    /// Those heard of lately, whether they are busy or not.
    pub available: i32,
    /// When the last of them was heard of.
    pub last_seen_ms: Option<i64>,
}

/// Keeps one copy of each small string that many rows share.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    strings: HashSet<Arc<str>>,
}

impl Interner {
    /// The one copy of `text`.
    pub(crate) fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(string) = self.strings.get(text) {
            return Arc::clone(string);
        }
        let string: Arc<str> = Arc::from(text);
        self.strings.insert(Arc::clone(&string));
        string
    }

    /// [`from_workspace`] with the strings that many rows share held once.
    pub(crate) fn row(&mut self, workspace: &Workspace) -> Row {
        row(workspace, &mut |text| self.shared(text))
    }

    /// Forgets the strings that no row holds any more.
    pub(crate) fn sweep(&mut self) {
        self.strings.retain(|string| Arc::strong_count(string) > 1);
    }
}

/// What the list keeps of a workspace.
pub fn from_workspace(workspace: &Workspace) -> Row {
    row(workspace, &mut |text| Arc::from(text))
}

/// Whether a build that is over, and did not succeed, may have changed anything: its apply had begun, as far as its
/// job's error tells. Terraform's failures are named after what failed, a quota refuses between plan and apply
/// (docs/control-plane-api.md, 2.13, 6.3).
pub(crate) fn may_have_applied(build: &RowBuild) -> bool {
    let error = build.error.as_deref().unwrap_or_default();
    let before = ["initialize terraform:", "terraform init:", "terraform plan:"];
    build.started_ms.is_some() && !is_refused_by_quota(build) && !before.iter().any(|prefix| error.starts_with(prefix))
}

/// Whether a quota refused the build. Older servers send no code.
pub(crate) fn is_refused_by_quota(build: &RowBuild) -> bool {
    build.error_code == Some(JobErrorCode::InsufficientQuota)
        || build.error.as_deref().is_some_and(|error| error.contains("insufficient quota"))
}

/// Whether a build is under way: its row is asked for often.
pub(crate) fn is_changing(row: &Row) -> bool {
    matches!(row.build.job_status, JobStatus::Pending | JobStatus::Running | JobStatus::Canceling)
}

/// Whether anything about the row is expected to change soon: a build, or agents on their way.
pub(crate) fn is_lively(row: &Row) -> bool {
    is_changing(row) || row.health.coming.is_some()
}

fn row(workspace: &Workspace, share: &mut dyn FnMut(&str) -> Arc<str>) -> Row {
    let build = &workspace.latest_build;
    let display = workspace.template_display_name.trim();
    Row {
        id: workspace.id,
        owner_id: workspace.owner_id,
        owner_name: share(&workspace.owner_name),
        owner_picture: share(&workspace.owner_avatar_url),
        organization_id: workspace.organization_id,
        organization_name: share(&workspace.organization_name),
        name: Arc::from(workspace.name.as_str()),
        template_id: workspace.template_id,
        template_name: share(if display.is_empty() { &workspace.template_name } else { display }),
        template_slug: share(&workspace.template_name),
        template_icon: share(&workspace.template_icon),
        version_name: share(&build.template_version_name),
        apps: app_names(build, share),
        template_active_version_id: workspace.template_active_version_id,
        require_active_version: workspace.template_require_active_version,
        // Where it is not said, the control plane decides.
        allow_user_cancel: workspace.template_allow_user_cancel_workspace_jobs.unwrap_or(true),
        outdated: workspace.outdated,
        favorite: workspace.favorite,
        always_update: workspace.automatic_updates == AutomaticUpdates::Always,
        allow_renames: workspace.allow_renames,
        prebuild: workspace.is_prebuild.unwrap_or(false),
        build: row_build(build, share),
        created_ms: workspace.created_at.millis(),
        deadline_ms: opt_millis(build.deadline),
        max_deadline_ms: opt_millis(build.max_deadline),
        next_start_ms: opt_millis(workspace.next_start_at),
        autostart: workspace.autostart_schedule.as_deref().filter(|cron| !cron.trim().is_empty()).map(&mut *share),
        ttl_ms: workspace.ttl_ms.filter(|&ttl| ttl > 0),
        last_used_ms: workspace.last_used_at.map_or(Some(duration::UNSAID_MS), millis),
        dormant_ms: opt_millis(workspace.dormant_at),
        deleting_ms: opt_millis(workspace.deleting_at),
        daily_cost: build.daily_cost.unwrap_or(0),
        cost_known: build.daily_cost.is_some(),
        health: health::of(workspace, share),
    }
}

/// The names of the apps that are shown, agent by agent.
fn app_names(build: &WorkspaceBuild, share: &mut dyn FnMut(&str) -> Arc<str>) -> Arc<[Arc<str>]> {
    let mut names = Vec::new();
    for agent in build.resources.iter().flat_map(|resource| resource.agents.iter()) {
        for app in agent.apps.iter().filter(|app| !app.hidden) {
            let name = app.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&app.slug);
            names.push(share(name));
        }
    }
    names.into()
}

pub(super) fn row_build(build: &WorkspaceBuild, share: &mut dyn FnMut(&str) -> Arc<str>) -> RowBuild {
    let job = &build.job;
    let waiting = job.status == JobStatus::Pending;
    RowBuild {
        id: build.id,
        number: build.build_number,
        transition: build.transition.clone(),
        status: build.status.clone(),
        job_status: job.status.clone(),
        created_ms: build.asked_at().millis(),
        started_ms: opt_millis(job.started_at),
        completed_ms: opt_millis(job.completed_at),
        canceled_ms: opt_millis(job.canceled_at),
        error: job.error.as_deref().filter(|error| !error.trim().is_empty()).map(&mut *share),
        error_code: job.error_code.clone(),
        queue_position: job.queue_position.filter(|_| waiting).unwrap_or(0) as i32,
        queue_size: job.queue_size.filter(|_| waiting).unwrap_or(0) as i32,
        provisioners: build.matched_provisioners.as_ref().filter(|_| waiting).map(|matched| {
            Box::new(Provisioners {
                count: matched.count as i32,
                available: matched.available as i32,
                last_seen_ms: opt_millis(matched.most_recently_seen),
            })
        }),
        tags: job.tags.as_ref().filter(|_| waiting).map(|tags| share(&tags_text(tags))),
        initiator: share(&build.initiator_name),
        reason: build.reason.clone(),
        template_version_id: build.template_version_id,
        has_external_agent: build.has_external_agent.unwrap_or(false),
        resources: u32::try_from(build.resources.len()).unwrap_or(u32::MAX),
    }
}

/// The tags of a job that say something: `os=linux, zone=eu`. That it is its organization's, and nobody's own, is
/// usual.
fn tags_text(tags: &Map<String>) -> String {
    let usual = |(key, value): &(&str, &String)| {
        matches!((*key, value.as_str()), ("owner", "") | ("scope", "organization" | ""))
    };
    let mut said: Vec<String> =
        tags.iter().filter(|tag| !usual(tag)).map(|(key, value)| format!("{key}={value}")).collect();
    said.sort_unstable();
    said.join(", ")
}

fn millis(at: Timestamp) -> Option<i64> {
    (!at.is_zero()).then(|| at.millis())
}

fn opt_millis(at: Option<Timestamp>) -> Option<i64> {
    at.and_then(millis)
}

#[cfg(test)]
mod tests;
