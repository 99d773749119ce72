//! How the agents of a workspace are, for its row: the gravest trouble and how many others there are, and who is waited
//! for (docs/control-plane-api.md, 3.3). Pure; imports `wire` alone.

use crate::wire::Timestamp;
use crate::wire::agent::{AgentLifecycle, AgentStatus, ScriptStatus, WorkspaceAgent};
use crate::wire::workspace::Workspace;
use std::sync::Arc;

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

/// Of the agents of the latest build. `share` makes the strings that many rows share.
pub(super) fn of(workspace: &Workspace, share: &mut dyn FnMut(&str) -> Arc<str>) -> RowHealth {
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
        if let Some(trouble) = trouble(agent, share) {
            health.failing = Some(Box::new(match health.failing.take() {
                None => Failing { agent: share(&agent.name), trouble, more: 0 },
                Some(known) if trouble < known.trouble => {
                    Failing { agent: share(&agent.name), trouble, more: known.more.saturating_add(1) }
                }
                Some(known) => Failing { more: known.more.saturating_add(1), ..*known },
            }));
        } else if let Some((stage, since_ms)) = coming(agent) {
            // The least advanced agent is the one that is waited for.
            if health.coming.as_ref().is_none_or(|known| stage_rank(stage) < stage_rank(known.stage)) {
                health.coming = Some(Box::new(Coming { agent: share(&agent.name), stage, since_ms }));
            }
        }
    }
    // The server says that something is wrong which none of the agents shows: said, never hidden.
    if !health.healthy && health.failing.is_none() && health.coming.is_none() {
        health.failing = Some(Box::new(Failing {
            agent: share(""),
            trouble: Trouble::Other(share("the control plane does not say why")),
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
pub(crate) fn is_healthy(agent: &WorkspaceAgent) -> bool {
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
fn trouble(agent: &WorkspaceAgent, share: &mut dyn FnMut(&str) -> Arc<str>) -> Option<Trouble> {
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
        (AgentStatus::Disconnected, _) => Trouble::Lost {
            since_ms: agent
                .disconnected_at
                .or(agent.last_connected_at)
                .and_then(Timestamp::known)
                .map(Timestamp::millis),
        },
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
                    script: share(&script.display_name),
                    status: script.status.clone().unwrap_or(ScriptStatus::ExitFailure),
                    exit_code: script.exit_code,
                    more: u16::try_from(failed().skip(1).count()).unwrap_or(u16::MAX),
                }
            } else {
                let reason = agent.health.as_ref().and_then(|health| health.reason.as_deref());
                Trouble::Other(share(reason.unwrap_or("unhealthy")))
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

#[cfg(test)]
mod tests;
