//! What a row of the list shows: about 600 bytes of a workspace's 4 to 17 kB, and who wins when answers cross (docs/architecture.md, "How data
//! travels"). Pure; may import `wire` and `model::duration`. Small strings that many rows share can be interned ([`Interner`]).

use crate::model::duration;
use crate::wire::Id;
use crate::wire::Timestamp;
use crate::wire::agent::AgentLifecycle;
use crate::wire::agent::AgentStatus;
use crate::wire::agent::ScriptStatus;
use crate::wire::agent::WorkspaceAgent;
use crate::wire::build::BuildReason;
use crate::wire::build::BuildStatus;
use crate::wire::build::JobErrorCode;
use crate::wire::build::JobStatus;
use crate::wire::build::Transition;
use crate::wire::build::WorkspaceBuild;
use crate::wire::workspace::AutomaticUpdates;
use crate::wire::workspace::Workspace;
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
    pub provisioners: Option<Provisioners>,
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
    /// Those heard of lately.
    pub available: i32,
}

/// How the agents of a [`Row`] are, sub-agents left out as the server does.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RowHealth {
    /// What the server says.
    pub healthy: bool,
    /// How many agents the latest build has.
    pub agents: u16,
    /// How many of them are connected.
    pub connected: u16,
    /// The first agent that is not well, worst first, and how many more there are.
    pub failing: Option<Box<Failing>>,
    /// The first agent that is still coming: not yet connected, or running its start scripts. Not an illness.
    pub coming: Option<Box<Coming>>,
}

/// An agent that is not well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Its name.
    pub agent: Arc<str>,
    /// What is wrong.
    pub trouble: Trouble,
    /// How many other agents are not well.
    pub more: u16,
}

/// What is wrong with an agent. The order is that of gravity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It was connected and no longer is.
    Lost {
        /// When it was last heard of.
        since_ms: Option<i64>,
    },
    /// It should have connected by now.
    TimedOut {
        /// When its time began: the end of the build.
        since_ms: i64,
    },
    /// It ended in order, or is about to.
    ShutDown {
        /// Whether it has ended.
        ended: bool,
    },
    /// A start script failed.
    Script {
        /// The script's name.
        script: Arc<str>,
        /// How.
        status: ScriptStatus,
        /// With which code.
        exit_code: Option<i32>,
        /// How many other scripts failed.
        more: u16,
    },
    /// Something else, in the server's words.
    Other(Arc<str>),
}

/// An agent that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// Its name.
    pub agent: Arc<str>,
    /// What it is doing.
    pub stage: ComingStage,
    /// Since when.
    pub since_ms: i64,
}

/// What an agent that is on its way is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComingStage {
    /// Booting, downloading, connecting: the API does not say which.
    Connecting,
    /// Running its start scripts.
    Scripts,
    /// Running its start scripts for longer than they were given.
    SlowScripts,
}

/// Keeps one copy of each small string that many rows share.
#[derive(Debug, Default)]
pub struct Interner {
    words: HashSet<Arc<str>>,
}

impl Interner {
    /// The one copy of `text`.
    pub fn word(&mut self, text: &str) -> Arc<str> {
        if let Some(word) = self.words.get(text) {
            return Arc::clone(word);
        }
        let word: Arc<str> = Arc::from(text);
        self.words.insert(Arc::clone(&word));
        word
    }

    /// [`from_workspace`] with the strings that many rows share held once.
    pub fn row(&mut self, workspace: &Workspace) -> Row {
        row(workspace, &mut |text| self.word(text))
    }

    /// Forgets the strings that no row holds any more.
    pub fn sweep(&mut self) {
        self.words.retain(|word| Arc::strong_count(word) > 1);
    }
}

/// What the list keeps of a workspace.
pub fn from_workspace(workspace: &Workspace) -> Row {
    row(workspace, &mut |text| Arc::from(text))
}

/// Whether a build that is over, and did not succeed, may have changed anything: its apply had begun, as far as its job's error tells. Terraform's
/// failures are named after what failed, a quota refuses between plan and apply (docs/control-plane-api.md, 2.13, 6.3).
pub fn may_have_applied(build: &RowBuild) -> bool {
    let error = build.error.as_deref().unwrap_or_default();
    let before = ["initialize terraform:", "terraform init:", "terraform plan:"];
    build.started_ms.is_some() && !is_refused_by_quota(build) && !before.iter().any(|prefix| error.starts_with(prefix))
}

/// Whether a quota refused the build. Older servers send no code.
pub fn is_refused_by_quota(build: &RowBuild) -> bool {
    build.error_code == Some(JobErrorCode::InsufficientQuota)
        || build.error.as_deref().is_some_and(|error| error.contains("insufficient quota"))
}

fn millis(at: Timestamp) -> Option<i64> {
    (!at.is_zero()).then(|| at.millis())
}

fn opt_millis(at: Option<Timestamp>) -> Option<i64> {
    at.and_then(millis)
}

fn row(workspace: &Workspace, word: &mut dyn FnMut(&str) -> Arc<str>) -> Row {
    let build = &workspace.latest_build;
    let display = workspace.template_display_name.trim();
    Row {
        id: workspace.id,
        owner_id: workspace.owner_id,
        owner_name: word(&workspace.owner_name),
        organization_id: workspace.organization_id,
        organization_name: word(&workspace.organization_name),
        name: Arc::from(workspace.name.as_str()),
        template_id: workspace.template_id,
        template_name: word(if display.is_empty() { &workspace.template_name } else { display }),
        template_slug: word(&workspace.template_name),
        template_icon: word(&workspace.template_icon),
        template_active_version_id: workspace.template_active_version_id,
        require_active_version: workspace.template_require_active_version,
        // Where it is not said, the control plane decides.
        allow_user_cancel: workspace.template_allow_user_cancel_workspace_jobs.unwrap_or(true),
        outdated: workspace.outdated,
        favorite: workspace.favorite,
        always_update: workspace.automatic_updates == AutomaticUpdates::Always,
        prebuild: workspace.is_prebuild.unwrap_or(false),
        build: row_build(build, word),
        created_ms: workspace.created_at.millis(),
        deadline_ms: opt_millis(build.deadline),
        max_deadline_ms: opt_millis(build.max_deadline),
        next_start_ms: opt_millis(workspace.next_start_at),
        autostart: workspace.autostart_schedule.as_deref().filter(|cron| !cron.trim().is_empty()).map(&mut *word),
        ttl_ms: workspace.ttl_ms.filter(|&ttl| ttl > 0),
        last_used_ms: workspace.last_used_at.map_or(Some(duration::UNSAID_MS), millis),
        dormant_ms: opt_millis(workspace.dormant_at),
        deleting_ms: opt_millis(workspace.deleting_at),
        daily_cost: build.daily_cost.unwrap_or(0),
        cost_known: build.daily_cost.is_some(),
        health: health(workspace, word),
    }
}

fn row_build(build: &WorkspaceBuild, word: &mut dyn FnMut(&str) -> Arc<str>) -> RowBuild {
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
        error: job.error.as_deref().filter(|error| !error.trim().is_empty()).map(&mut *word),
        error_code: job.error_code.clone(),
        queue_position: job.queue_position.filter(|_| waiting).unwrap_or(0) as i32,
        queue_size: job.queue_size.filter(|_| waiting).unwrap_or(0) as i32,
        provisioners: build
            .matched_provisioners
            .as_ref()
            .filter(|_| waiting)
            .map(|matched| Provisioners { count: matched.count as i32, available: matched.available as i32 }),
        initiator: word(&build.initiator_name),
        reason: build.reason.clone(),
        template_version_id: build.template_version_id,
        has_external_agent: build.has_external_agent.unwrap_or(false),
        resources: u32::try_from(build.resources.len()).unwrap_or(u32::MAX),
    }
}

fn health(workspace: &Workspace, word: &mut dyn FnMut(&str) -> Arc<str>) -> RowHealth {
    let agents = || workspace.latest_build.agents().filter(|agent| agent.parent_id.is_none());
    // Where the workspace does not say, its agents do (docs/control-plane-api.md, 3.3).
    let healthy = workspace.health.as_ref().map(|health| health.healthy);
    let healthy = healthy.unwrap_or_else(|| agents().all(is_healthy));
    let mut health = RowHealth { healthy, ..RowHealth::default() };
    for agent in agents() {
        health.agents = health.agents.saturating_add(1);
        if agent.status == AgentStatus::Connected {
            health.connected = health.connected.saturating_add(1);
        }
        if let Some(trouble) = trouble(agent, word) {
            health.failing = Some(Box::new(match health.failing.take() {
                None => Failing { agent: word(&agent.name), trouble, more: 0 },
                Some(known) if trouble < known.trouble => {
                    Failing { agent: word(&agent.name), trouble, more: known.more.saturating_add(1) }
                }
                Some(known) => Failing { more: known.more.saturating_add(1), ..*known },
            }));
        } else if let Some((stage, since_ms)) = coming(agent) {
            // The least advanced agent is the one that is waited for.
            if health.coming.as_ref().is_none_or(|known| stage_rank(stage) < stage_rank(known.stage)) {
                health.coming = Some(Box::new(Coming { agent: word(&agent.name), stage, since_ms }));
            }
        }
    }
    // The server says that something is wrong which none of the agents shows: said, never hidden.
    if !health.healthy && health.failing.is_none() && health.coming.is_none() {
        health.failing = Some(Box::new(Failing {
            agent: word(""),
            trouble: Trouble::Other(word("the control plane does not say why")),
            more: 0,
        }));
    }
    health
}

fn stage_rank(stage: ComingStage) -> u8 {
    match stage {
        ComingStage::Connecting => 0,
        ComingStage::SlowScripts => 1,
        ComingStage::Scripts => 2,
    }
}

/// Whether an agent is well: what it says, else what its states mean (docs/control-plane-api.md, 3.3).
pub fn is_healthy(agent: &WorkspaceAgent) -> bool {
    let by_state = || {
        agent.status == AgentStatus::Connected
            && !matches!(
                agent.lifecycle_state,
                AgentLifecycle::StartError
                    | AgentLifecycle::ShuttingDown
                    | AgentLifecycle::ShutdownTimeout
                    | AgentLifecycle::ShutdownError
                    | AgentLifecycle::Off
            )
    };
    agent.health.as_ref().map_or_else(by_state, |health| health.healthy)
}

/// What is wrong with an agent; `None` if nothing is, or if it is only on its way.
fn trouble(agent: &WorkspaceAgent, word: &mut dyn FnMut(&str) -> Arc<str>) -> Option<Trouble> {
    if is_healthy(agent) || agent.status == AgentStatus::Connecting {
        return None;
    }
    let shut_down = match agent.lifecycle_state {
        AgentLifecycle::Off => Some(true),
        AgentLifecycle::ShuttingDown | AgentLifecycle::ShutdownTimeout | AgentLifecycle::ShutdownError => Some(false),
        _ => None,
    };
    Some(match (&agent.status, shut_down) {
        (_, Some(ended)) => Trouble::ShutDown { ended },
        (AgentStatus::Disconnected, _) => {
            Trouble::Lost { since_ms: opt_millis(agent.disconnected_at.or(agent.last_connected_at)) }
        }
        (AgentStatus::Timeout, _) => Trouble::TimedOut { since_ms: agent.created_at.millis() },
        _ => {
            let failed = || {
                agent.scripts.iter().filter(|script| {
                    script.run_on_start
                        && matches!(script.status, Some(ScriptStatus::ExitFailure | ScriptStatus::TimedOut))
                })
            };
            if let Some(script) = failed().next() {
                Trouble::Script {
                    script: word(&script.display_name),
                    status: script.status.clone().unwrap_or(ScriptStatus::ExitFailure),
                    exit_code: script.exit_code,
                    more: u16::try_from(failed().skip(1).count()).unwrap_or(u16::MAX),
                }
            } else {
                let reason = agent.health.as_ref().and_then(|health| health.reason.as_deref());
                Trouble::Other(word(reason.unwrap_or("unhealthy")))
            }
        }
    })
}

fn coming(agent: &WorkspaceAgent) -> Option<(ComingStage, i64)> {
    let since = |at: Option<Timestamp>| at.unwrap_or(agent.created_at).millis();
    match (&agent.status, &agent.lifecycle_state) {
        (AgentStatus::Connecting, _) => Some((ComingStage::Connecting, agent.created_at.millis())),
        (AgentStatus::Connected, AgentLifecycle::Created | AgentLifecycle::Starting) => {
            Some((ComingStage::Scripts, since(agent.started_at.or(agent.first_connected_at))))
        }
        (AgentStatus::Connected, AgentLifecycle::StartTimeout) => {
            Some((ComingStage::SlowScripts, since(agent.started_at.or(agent.first_connected_at))))
        }
        _ => None,
    }
}

/// Whether a build is under way: its row is asked for often.
pub fn is_changing(row: &Row) -> bool {
    matches!(row.build.job_status, JobStatus::Pending | JobStatus::Running | JobStatus::Canceling)
}

/// Whether anything about the row is expected to change soon: a build, or agents on their way.
pub fn is_lively(row: &Row) -> bool {
    is_changing(row) || row.health.coming.is_some()
}

/// A moment of this page's own, never the server's: milliseconds of a clock that only moves forward.
pub type Tick = i64;

/// When what is known of one workspace was last applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LastApplied {
    /// The last socket frame, or the last own action (its sending and its reply).
    pub touched: Option<Tick>,
    /// The beginning of the request whose answer was last applied.
    pub asked: Option<Tick>,
}

impl LastApplied {
    /// Notes a socket frame or an own action at `now`.
    #[must_use]
    pub fn touched_at(self, now: Tick) -> LastApplied {
        LastApplied { touched: Some(self.touched.map_or(now, |before| before.max(now))), ..self }
    }
}

/// Where news of a workspace comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An answer to a request that began then.
    Answer {
        /// When the request began.
        began: Tick,
    },
    /// A frame of a socket that arrived then.
    Frame {
        /// When it arrived.
        at: Tick,
    },
}

/// What becomes of news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It says what is known already; it counts as applied.
    Same(LastApplied),
    /// It is the row now.
    Changed(Box<Row>, LastApplied),
    /// It is older than what is known: nothing changes.
    Stale(Staleness),
}

/// Why news was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staleness {
    /// Its request began before the last socket frame or own action.
    BeganBeforeTouch,
    /// Its request began before that of the answer already applied.
    BeganBeforeAnswer,
    /// It tells of an earlier build.
    OlderBuild,
}

/// Who wins when answers cross: news is dropped if its request began before what was applied last, or if its build number is lower.
/// `updated_at` decides nothing, for it does not move with the build.
pub fn apply(current: Option<&Row>, incoming: Row, source: Source, last: LastApplied) -> Verdict {
    if let Source::Answer { began } = source {
        if last.touched.is_some_and(|touched| began < touched) {
            return Verdict::Stale(Staleness::BeganBeforeTouch);
        }
        if last.asked.is_some_and(|asked| began < asked) {
            return Verdict::Stale(Staleness::BeganBeforeAnswer);
        }
    }
    if current.is_some_and(|current| incoming.build.number < current.build.number) {
        return Verdict::Stale(Staleness::OlderBuild);
    }
    let applied = match source {
        Source::Answer { began } => LastApplied { asked: Some(began), ..last },
        Source::Frame { at } => last.touched_at(at),
    };
    if current == Some(&incoming) { Verdict::Same(applied) } else { Verdict::Changed(Box::new(incoming), applied) }
}

/// The reply to a build request is sparse: of it only the build's number, transition and job are taken, and only if it is newer than what is
/// known. `None` if it is not.
pub fn apply_build_reply(current: &Row, reply: &WorkspaceBuild) -> Option<Row> {
    if reply.build_number <= current.build.number {
        return None;
    }
    let mut row = current.clone();
    let fresh = row_build(reply, &mut |text| Arc::from(text));
    row.build = RowBuild {
        // Not in the reply, or not to be believed there.
        queue_position: 0,
        queue_size: 0,
        has_external_agent: current.build.has_external_agent,
        resources: 0,
        ..fresh
    };
    Some(row)
}

/// The ids that were asked for and are not in the answer: each is then asked for alone (410 deleted, 404 hidden).
pub fn missing(asked: &[Id], answered: &[Row]) -> Vec<Id> {
    let got: HashSet<Id> = answered.iter().map(|row| row.id).collect();
    asked.iter().copied().filter(|id| !got.contains(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::wire::agent::AgentHealth;
    use crate::wire::workspace::{WorkspaceHealth, WorkspacesResponse};
    use AgentLifecycle::{Created, Ready, StartTimeout, Starting};

    #[test]
    fn a_row_is_small() {
        assert!(size_of::<Row>() <= 700, "{}", size_of::<Row>());
    }

    #[test]
    fn a_row_holds_what_the_list_shows() {
        let row = recordings::row("workspace/with-autostart");
        let workspace = recordings::workspace("workspace/with-autostart");
        assert_eq!(row.autostart.as_deref(), Some("CRON_TZ=Europe/Berlin 30 9 * * 1-5"));
        assert_eq!(row.next_start_ms, workspace.next_start_at.map(Timestamp::millis));
        assert_eq!((&*row.name, &*row.owner_name, &*row.organization_name), ("life", "owner", "coder"));
        assert_eq!(row.ttl_ms, None);
        assert_eq!(row.deadline_ms, None);
        assert_eq!(row.created_ms, workspace.created_at.millis());
        assert_eq!(row.template_active_version_id, workspace.template_active_version_id);
        assert!(!row.outdated && !row.favorite && !row.require_active_version && !row.always_update && !row.prebuild);

        let row = recordings::row("workspace/rich-running");
        assert_eq!((&*row.template_name, &*row.template_slug), ("Rich", "rich"));
        assert_eq!(&*row.template_icon, "/icon/docker.png");
        assert_eq!(row.ttl_ms, Some(28_800_000));
        assert_eq!((row.health.agents, row.health.connected, row.health.healthy), (2, 2, false));
        assert_eq!(row.build.resources, 29);
        assert_eq!(row.build.provisioners, None, "only meaningful while it waits");

        assert!(recordings::row("workspace/favorited").favorite);
        assert!(recordings::row("workspace/outdated").outdated);
        assert!(recordings::row("workspace/dormant").dormant_ms.is_some());

        let pending = recordings::row("workspace/pending-second");
        assert_eq!((pending.build.queue_position, pending.build.queue_size), (2, 2));
        assert_eq!(pending.build.provisioners, Some(Provisioners { count: 3, available: 3 }));

        let failed = recordings::row("real/apply-failed-workspace");
        assert_eq!(failed.build.error.as_deref(), Some("terraform apply: exit status 1"));
        assert_eq!(failed.build.error_code, None);
    }

    #[test]
    fn what_was_never_set_is_never_a_time() {
        let mut workspace = recordings::workspace("workspace/stopped");
        workspace.last_used_at = Some("0001-01-01T00:00:00Z".parse().unwrap());
        workspace.template_display_name = "  ".into();
        workspace.autostart_schedule = Some(" ".into());
        workspace.ttl_ms = Some(0);
        workspace.is_prebuild = Some(true);
        workspace.automatic_updates = AutomaticUpdates::Always;
        workspace.template_allow_user_cancel_workspace_jobs = Some(true);
        workspace.template_require_active_version = true;
        workspace.latest_build.job.error = Some("\n".into());
        let row = from_workspace(&workspace);
        assert_eq!(row.last_used_ms, None);
        assert_eq!(row.template_name, row.template_slug);
        assert_eq!((row.autostart, row.ttl_ms, row.build.error), (None, None, None));
        assert!(row.prebuild && row.always_update && row.allow_user_cancel && row.require_active_version);
    }

    fn agent_of(workspace: &mut Workspace, index: usize) -> &mut WorkspaceAgent {
        let crate::wire::List::Items(resources) = &mut workspace.latest_build.resources else {
            panic!("no resources");
        };
        resources
            .iter_mut()
            .flat_map(|resource| match &mut resource.agents {
                crate::wire::List::Items(agents) => agents.iter_mut(),
                _ => [].iter_mut(),
            })
            .nth(index)
            .unwrap()
    }

    #[test]
    fn the_gravest_trouble_is_shown_and_the_others_counted() {
        let mut workspace = recordings::workspace("workspace/rich-running");
        let failing = |workspace: &Workspace| *from_workspace(workspace).health.failing.unwrap();
        let seen = failing(&workspace);
        assert_eq!((&*seen.agent, seen.more), ("dev", 0));
        assert!(
            matches!(&seen.trouble, Trouble::Script { script, exit_code: Some(3), more: 1, .. } if &**script == "Install tools")
        );

        let db = agent_of(&mut workspace, 0);
        db.health = Some(AgentHealth { healthy: false, reason: None });
        db.status = AgentStatus::Disconnected;
        let since = db.last_connected_at.map(Timestamp::millis);
        let seen = failing(&workspace);
        assert_eq!((&*seen.agent, seen.more, &seen.trouble), ("db", 1, &Trouble::Lost { since_ms: since }));

        // Of two with the same trouble the first is named.
        let dev = agent_of(&mut workspace, 1);
        dev.status = AgentStatus::Disconnected;
        dev.last_connected_at = since.map(Timestamp::from_millis);
        agent_of(&mut workspace, 0).last_connected_at = since.map(Timestamp::from_millis);
        assert_eq!((&*failing(&workspace).agent, failing(&workspace).more), ("db", 1));
        // The graver one is named, wherever it stands.
        let db = agent_of(&mut workspace, 0);
        db.status = AgentStatus::Connected;
        db.health = Some(AgentHealth { healthy: false, reason: Some("of another kind".into()) });
        assert_eq!((&*failing(&workspace).agent, failing(&workspace).more), ("dev", 1));
        agent_of(&mut workspace, 1).status = AgentStatus::Connected;
        agent_of(&mut workspace, 0).status = AgentStatus::Disconnected;

        // On its way down is neither lost nor a failure of its scripts.
        for state in [AgentLifecycle::ShuttingDown, AgentLifecycle::ShutdownTimeout, AgentLifecycle::ShutdownError] {
            agent_of(&mut workspace, 0).lifecycle_state = state;
            assert_eq!(failing(&workspace).trouble, Trouble::ShutDown { ended: false });
        }
        // An orderly end is not a lost connection.
        agent_of(&mut workspace, 0).lifecycle_state = AgentLifecycle::Off;
        let seen = failing(&workspace);
        assert_eq!((&*seen.agent, seen.more, seen.trouble), ("db", 1, Trouble::ShutDown { ended: true }));

        // A sub-agent is the parent's business.
        let parent = agent_of(&mut workspace, 1).id;
        agent_of(&mut workspace, 0).parent_id = Some(parent);
        let row = from_workspace(&workspace);
        assert_eq!((row.health.agents, &*row.health.failing.unwrap().agent), (1, "dev"));
    }

    #[test]
    fn what_the_server_finds_unhealthy_without_a_reason_is_not_hidden() {
        let mut workspace = recordings::workspace("real/start-workspace");
        assert_eq!(from_workspace(&workspace).health.failing, None);
        workspace.health = Some(WorkspaceHealth { healthy: false });
        let failing = from_workspace(&workspace).health.failing.unwrap();
        assert_eq!(failing.trouble, Trouble::Other("the control plane does not say why".into()));

        let mut workspace = recordings::workspace("real/start-workspace");
        let agent = agent_of(&mut workspace, 0);
        agent.health = Some(AgentHealth { healthy: false, reason: Some("a reason of next year".into()) });
        let failing = from_workspace(&workspace).health.failing.unwrap();
        assert_eq!((&*failing.agent, failing.trouble), ("main", Trouble::Other("a reason of next year".into())));
    }

    #[test]
    fn an_agent_on_its_way_is_no_trouble() {
        let coming = |status, lifecycle| {
            let mut workspace = recordings::workspace("real/start-workspace");
            let agent = agent_of(&mut workspace, 0);
            agent.status = status;
            agent.lifecycle_state = lifecycle;
            let row = from_workspace(&workspace);
            assert_eq!(row.health.failing, None);
            (row.health.coming.as_ref().map(|coming| coming.stage), is_lively(&row))
        };
        assert_eq!(coming(AgentStatus::Connecting, Created), (Some(ComingStage::Connecting), true));
        assert_eq!(coming(AgentStatus::Connected, Created), (Some(ComingStage::Scripts), true));
        assert_eq!(coming(AgentStatus::Connected, Starting), (Some(ComingStage::Scripts), true));
        assert_eq!(coming(AgentStatus::Connected, StartTimeout), (Some(ComingStage::SlowScripts), true));
        assert_eq!(coming(AgentStatus::Connected, Ready), (None, false));
        // The one that is least far is the one that is waited for.
        let row = recordings::row("workspace/one-agent-connected");
        let coming = row.health.coming.unwrap();
        assert_eq!((&*coming.agent, coming.stage), ("db", ComingStage::Connecting));
        let mut workspace = recordings::workspace("workspace/connecting");
        let db = agent_of(&mut workspace, 0);
        db.status = AgentStatus::Connected;
        db.lifecycle_state = Starting;
        assert_eq!(&*from_workspace(&workspace).health.coming.unwrap().agent, "dev");
    }

    #[test]
    fn what_changes_is_asked_for_often() {
        for (name, changing) in [
            ("workspace/pending-first", true),
            ("workspace/starting", true),
            ("workspace/canceling", true),
            ("workspace/stopping-or-stopped", true),
            ("workspace/stopped", false),
            ("real/start-workspace", false),
            ("real/apply-failed-workspace", false),
            ("workspace/canceled-while-pending", false),
        ] {
            assert_eq!(is_changing(&recordings::row(name)), changing, "{name}");
            assert_eq!(is_lively(&recordings::row(name)), changing, "{name}");
        }
        assert!(is_lively(&recordings::row("workspace/connecting")));
        assert!(!is_changing(&recordings::row("workspace/connecting")));
    }

    #[test]
    fn strings_that_rows_share_are_held_once() {
        let answer: WorkspacesResponse = recordings::body("list/limit-zero");
        let mut words = Interner::default();
        let rows: Vec<Row> = answer.workspaces.iter().map(|workspace| words.row(workspace)).collect();
        let alone: Vec<Row> = answer.workspaces.iter().map(from_workspace).collect();
        assert_eq!(rows, alone);
        assert!(Arc::ptr_eq(&rows[0].owner_name, &rows[1].owner_name));
        let before = words.words.len();
        words.sweep();
        assert_eq!(words.words.len(), before, "all are in use");
        drop(rows);
        words.sweep();
        assert_eq!(words.words.len(), 0);
    }

    fn number(row: &Row, number: i64) -> Row {
        let mut row = row.clone();
        row.build.number = number;
        row
    }

    #[test]
    fn who_wins_when_answers_cross() {
        let row = recordings::row("workspace/stopped");
        let five = number(&row, 5);
        let renamed = Row { name: "renamed".into(), ..five.clone() };
        let last = LastApplied { touched: Some(100), asked: Some(90) };
        let answer = |began| Source::Answer { began };
        for (what, incoming, source, expected) in [
            ("began before an own action", &renamed, answer(99), Err(Staleness::BeganBeforeTouch)),
            ("began with it", &renamed, answer(100), Ok(LastApplied { touched: Some(100), asked: Some(100) })),
            ("began after it", &renamed, answer(101), Ok(LastApplied { touched: Some(100), asked: Some(101) })),
            ("of an earlier build", &number(&renamed, 4), answer(200), Err(Staleness::OlderBuild)),
            (
                "of a later build",
                &number(&renamed, 6),
                answer(200),
                Ok(LastApplied { touched: Some(100), asked: Some(200) }),
            ),
            ("a frame", &renamed, Source::Frame { at: 120 }, Ok(LastApplied { touched: Some(120), asked: Some(90) })),
            ("a frame of an earlier build", &number(&row, 4), Source::Frame { at: 120 }, Err(Staleness::OlderBuild)),
        ] {
            let verdict = apply(Some(&five), incoming.clone(), source, last);
            match expected {
                Ok(applied) => assert_eq!(verdict, Verdict::Changed(Box::new(incoming.clone()), applied), "{what}"),
                Err(staleness) => assert_eq!(verdict, Verdict::Stale(staleness), "{what}"),
            }
        }
        assert_eq!(
            apply(Some(&five), five.clone(), answer(150), last),
            Verdict::Same(LastApplied { touched: Some(100), asked: Some(150) })
        );
        // Two answers that cross: the one that was asked for first is older, though it comes last.
        let crossed = LastApplied { touched: None, asked: Some(50) };
        assert_eq!(
            apply(Some(&five), renamed.clone(), answer(40), crossed),
            Verdict::Stale(Staleness::BeganBeforeAnswer)
        );
        assert!(matches!(apply(Some(&five), renamed.clone(), answer(50), crossed), Verdict::Changed(..)));
        // Nothing known yet: anything is news.
        assert!(matches!(apply(None, number(&row, 1), answer(0), LastApplied::default()), Verdict::Changed(..)));
        // An own action never moves the mark back.
        assert_eq!(last.touched_at(80), last);
        assert_eq!(LastApplied::default().touched_at(7).touched, Some(7));
    }

    #[test]
    fn the_sparse_reply_only_advances_number_transition_and_job() {
        let mut current = recordings::row("real/start-workspace");
        current.build.number = 2;
        current.build.has_external_agent = true;
        let reply: WorkspaceBuild = recordings::body("builds/start-with-reason");
        assert_eq!(reply.build_number, 3);
        let row = apply_build_reply(&current, &reply).unwrap();
        assert_eq!((row.build.number, row.build.id), (3, reply.id));
        assert_eq!((&row.build.status, &row.build.job_status), (&BuildStatus::Pending, &JobStatus::Pending));
        assert_eq!((row.build.queue_position, row.build.queue_size), (0, 0), "not known, and not said to be 0");
        assert!(row.build.has_external_agent);
        assert_eq!(Row { build: current.build.clone(), ..row }, current, "nothing else");
        // It may come after a newer answer.
        current.build.number = 3;
        assert_eq!(apply_build_reply(&current, &reply), None);
        current.build.number = 4;
        assert_eq!(apply_build_reply(&current, &reply), None);
    }

    #[test]
    fn ids_without_an_answer_are_named() {
        let row = recordings::row("workspace/stopped");
        let (a, b) = (Id::from_u128(1), Id::from_u128(2));
        assert_eq!(missing(&[a, row.id, b], std::slice::from_ref(&row)), [a, b]);
        assert_eq!(missing(&[row.id], &[row]), []);
    }
}
