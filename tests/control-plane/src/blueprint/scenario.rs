//! What the names of workspaces provoke. May import the types of a blueprint.

use super::company::db_agent;
use super::{Blueprint, piece};

/// Where a build is made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// While Terraform initialises.
    Init,
    /// While it plans.
    Plan,
    /// While it plans: a condition that the template sets does not hold.
    Condition,
    /// While it applies.
    Apply,
    /// When the finished job is stored.
    Complete,
}

/// What an agent is made to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AgentFate {
    /// Nothing special.
    #[default]
    Usual,
    /// Takes long to connect.
    Slow,
    /// Never connects.
    Never,
    /// Connects, then is lost.
    Lost,
    /// A blocking script ends with an error.
    ScriptFails,
    /// A script runs into its timeout.
    ScriptTimesOut,
    /// A script leaves its pipes open.
    PipesLeftOpen,
    /// Prints more than is kept.
    Floods,
    /// Says things nobody has heard of yet.
    NextYear,
}

/// What gets in the way of a wish for a build, once the workspace has had one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Race {
    /// Nothing.
    #[default]
    None,
    /// Somebody else asks for one a moment before; 409.
    Build,
    /// Somebody else has it deleted a moment before; 409, and 410 from then on.
    Delete,
    /// The right to it is taken away; 403.
    Forbidden,
    /// The right to see it is taken away; 404.
    Hidden,
    /// The version is being imported again; 406.
    Version,
    /// A provisioner takes it a moment before it is cancelled; 412.
    Taken,
    /// Too many have asked; 429.
    TooMany,
}

/// What the name of a workspace provokes.
#[derive(Debug, Clone, Default)]
pub struct Scenario {
    /// A start that fails.
    pub start_fails: Option<Failure>,
    /// Whether only every other start fails.
    pub every_other: bool,
    /// A stop that fails while applying.
    pub stop_fails: bool,
    /// A delete that fails while applying.
    pub delete_fails: bool,
    /// What becomes of the agents.
    pub agent: AgentFate,
    /// Whether there is no agent.
    pub no_agent: bool,
    /// Whether there is a second agent.
    pub two_agents: bool,
    /// Credits on top.
    pub extra_cost: i64,
    /// How long the last resource takes to create, in milliseconds, if not as long as it says itself.
    pub create_ms: Option<i64>,
    /// How long it takes to destroy at a stop.
    pub stop_ms: Option<i64>,
    /// Whether it is under way until somebody lets it go on ([`crate::engine::go_on`]).
    pub held: bool,
    /// Whether no provisioner takes the job.
    pub stuck: bool,
    /// Whether the provisioner ignores a cancellation.
    pub ignores_cancel: bool,
    /// Whether the provisioner of a start is gone in the middle of it.
    pub abandoned: bool,
    /// What gets in the way of the next build.
    pub race: Race,
    /// How many lines a resource prints.
    pub flood: usize,
    /// Resources on top.
    pub more: usize,
    /// How far the provisioner's clock is ahead, in milliseconds.
    pub skew_ms: i64,
}

/// How long a slow resource takes.
const SLOW_MS: i64 = 90_000;
/// How long a held resource takes where nobody lets it go on.
const HELD_MS: i64 = 3_600_000;

/// The names that provoke something; README.md has what they do. A name may go on after a dash: `fail-apply-2`.
pub const SENTINELS: [&str; 34] = [
    "fail-init",
    "fail-plan",
    "fail-condition",
    "fail-apply",
    "fail-complete",
    "fail-stop",
    "fail-delete",
    "flaky",
    "slow-build",
    "held-build",
    "held-stop",
    "stuck-pending",
    "cancel-fails",
    "quota-hog",
    "no-agent",
    "two-agents",
    "slow-agent",
    "agent-timeout",
    "agent-lost",
    "script-fails",
    "script-times-out",
    "pipes-left-open",
    "log-flood",
    "many-resources",
    "skewed-clock",
    "next-year",
    "provisioner-gone",
    "raced",
    "deleted-meanwhile",
    "not-allowed",
    "vanishes",
    "still-importing",
    "taken-meanwhile",
    "rate-limited",
];

impl Scenario {
    /// What a name provokes.
    pub fn of(name: &str) -> Self {
        let sentinel = SENTINELS.iter().find(|sentinel| {
            name.strip_prefix(**sentinel).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        });
        let usual = Self::default();
        match sentinel.copied().unwrap_or_default() {
            "fail-init" => Self { start_fails: Some(Failure::Init), ..usual },
            "fail-plan" => Self { start_fails: Some(Failure::Plan), ..usual },
            "fail-condition" => Self { start_fails: Some(Failure::Condition), ..usual },
            "fail-apply" => Self { start_fails: Some(Failure::Apply), ..usual },
            "fail-complete" => Self { start_fails: Some(Failure::Complete), ..usual },
            "flaky" => Self { start_fails: Some(Failure::Apply), every_other: true, ..usual },
            "fail-stop" => Self { stop_fails: true, ..usual },
            "fail-delete" => Self { delete_fails: true, ..usual },
            "slow-build" => Self { create_ms: Some(SLOW_MS), ..usual },
            "held-build" => Self { create_ms: Some(HELD_MS), held: true, ..usual },
            "held-stop" => Self { stop_ms: Some(HELD_MS), held: true, ..usual },
            "stuck-pending" => Self { stuck: true, ..usual },
            "cancel-fails" => Self { create_ms: Some(SLOW_MS), ignores_cancel: true, ..usual },
            "quota-hog" => Self { extra_cost: 5000, ..usual },
            "no-agent" => Self { no_agent: true, ..usual },
            "two-agents" => Self { two_agents: true, ..usual },
            "slow-agent" => Self { agent: AgentFate::Slow, ..usual },
            "agent-timeout" => Self { agent: AgentFate::Never, ..usual },
            "agent-lost" => Self { agent: AgentFate::Lost, ..usual },
            "script-fails" => Self { agent: AgentFate::ScriptFails, ..usual },
            "script-times-out" => Self { agent: AgentFate::ScriptTimesOut, ..usual },
            "pipes-left-open" => Self { agent: AgentFate::PipesLeftOpen, ..usual },
            "log-flood" => Self { agent: AgentFate::Floods, flood: 20_000, ..usual },
            "many-resources" => Self { more: 1000, ..usual },
            "skewed-clock" => Self { skew_ms: 37_000, ..usual },
            "next-year" => Self { agent: AgentFate::NextYear, ..usual },
            "provisioner-gone" => Self { abandoned: true, ..usual },
            "raced" => Self { race: Race::Build, ..usual },
            "deleted-meanwhile" => Self { race: Race::Delete, ..usual },
            "not-allowed" => Self { race: Race::Forbidden, ..usual },
            "vanishes" => Self { race: Race::Hidden, ..usual },
            "still-importing" => Self { race: Race::Version, ..usual },
            "taken-meanwhile" => Self { race: Race::Taken, ..usual },
            "rate-limited" => Self { race: Race::TooMany, ..usual },
            _ => usual,
        }
    }

    /// Changes a blueprint as the scenario asks; `stops` says whether the build is a stop.
    pub fn change(&self, mut blueprint: Blueprint, stops: bool) -> Blueprint {
        if self.no_agent {
            for piece in &mut blueprint.pieces {
                piece.agent = None;
            }
        }
        if self.two_agents && blueprint.pieces.iter().filter(|piece| piece.agent.is_some()).count() < 2 {
            blueprint.pieces.push(piece("docker_container.db[0]", 1300, 900).costs(3).runs(db_agent()));
        }
        if let Some(last) = blueprint.pieces.last_mut() {
            last.cost += self.extra_cost;
            last.create_ms = self.create_ms.unwrap_or(last.create_ms);
            last.delete_ms = self.stop_ms.filter(|_| stops).unwrap_or(last.delete_ms);
        }
        for index in 0..self.more {
            let spread = i64::try_from(index).unwrap_or(0) * 31 % 900;
            blueprint.pieces.push(piece(&format!("null_resource.shard[{index}]"), 150 + spread, 60));
        }
        blueprint
    }
}
