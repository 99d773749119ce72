//! An agent, its scripts and its apps in words. Pure.

use super::context::{Context, since_text};
use super::mark::{Mark, StatusText, Tone};
use crate::model::duration;
use crate::model::row::is_healthy;
use crate::wire::agent::{AgentLifecycle, AgentStatus, AppHealth, ScriptStatus, WorkspaceAgent, WorkspaceApp};

/// An agent in words: `connected`, and what is wrong with it.
pub fn describe_agent(agent: &WorkspaceAgent, context: &Context) -> StatusText {
    let since = |at: Option<crate::wire::Timestamp>| since_text(at.unwrap_or(agent.created_at).millis(), context);
    let (mark, tone, word, why) = match (&agent.status, &agent.lifecycle_state) {
        (_, AgentLifecycle::Off) => (Mark::Stopped, Tone::Idle, "shut down".to_owned(), String::new()),
        (_, AgentLifecycle::ShuttingDown | AgentLifecycle::ShutdownTimeout) => {
            (Mark::Stopping, Tone::Busy, "shutting down".to_owned(), String::new())
        }
        (_, AgentLifecycle::ShutdownError) => {
            (Mark::Unhealthy, Tone::Warn, "shut down".to_owned(), "a stop script failed".to_owned())
        }
        (AgentStatus::Connecting, _) => (Mark::Connecting, Tone::Ok, "connecting".to_owned(), since(None)),
        (AgentStatus::Timeout, _) => {
            (Mark::Unhealthy, Tone::Warn, "not connected".to_owned(), format!("has not connected in {}", since(None)))
        }
        (AgentStatus::Disconnected, _) => {
            let why = agent.disconnected_at.or(agent.last_connected_at).map_or_else(
                || "lost connection".to_owned(),
                |at| format!("lost connection {}", duration::ago(at.millis(), context.now_ms, context.local)),
            );
            (Mark::Unhealthy, Tone::Warn, "disconnected".to_owned(), why)
        }
        (AgentStatus::Connected, lifecycle) => {
            let word = match latency_ms(agent) {
                Some(latency) => format!("connected, {latency}"),
                None => "connected".to_owned(),
            };
            let failed = failed_scripts(agent);
            match lifecycle {
                AgentLifecycle::Created | AgentLifecycle::Starting => {
                    (Mark::Connecting, Tone::Ok, word, format!("start scripts running, {}", since(agent.started_at)))
                }
                AgentLifecycle::StartTimeout => (
                    Mark::Connecting,
                    Tone::Warn,
                    word,
                    format!("start scripts still running, {}", since(agent.started_at)),
                ),
                AgentLifecycle::StartError if failed.is_empty() => {
                    (Mark::Unhealthy, Tone::Warn, word, "a start script failed".to_owned())
                }
                AgentLifecycle::Other(text) if text.is_empty() => {
                    (Mark::Unknown, Tone::Idle, word, "what its scripts do is not told".to_owned())
                }
                AgentLifecycle::Other(text) => (Mark::Unknown, Tone::Idle, word, text.clone()),
                _ if !failed.is_empty() => (Mark::Unhealthy, Tone::Warn, word, failed.join(", ")),
                _ if !is_healthy(agent) => {
                    let reason = agent.health.as_ref().and_then(|health| health.reason.clone());
                    (Mark::Unhealthy, Tone::Warn, word, reason.unwrap_or_default())
                }
                _ => (Mark::Running, Tone::Ok, word, String::new()),
            }
        }
        (AgentStatus::Other(text), _) => (Mark::Unknown, Tone::Idle, text.clone(), String::new()),
    };
    StatusText::new(mark, tone, word, why)
}

/// How a script ended: `exit code 1`, `timed out`, `left its output open`.
pub(super) fn script_outcome(status: &ScriptStatus, exit_code: Option<i32>) -> String {
    match (status, exit_code) {
        (ScriptStatus::Ok, _) => "ok".to_owned(),
        (ScriptStatus::ExitFailure, Some(code)) => format!("exit code {code}"),
        (ScriptStatus::ExitFailure, None) => "failed".to_owned(),
        (ScriptStatus::TimedOut, _) => "timed out".to_owned(),
        (ScriptStatus::PipesLeftOpen, _) => "left its output open".to_owned(),
        (ScriptStatus::Other(text), _) => text.clone(),
    }
}

/// Milliseconds to the preferred relay: `18 ms`, `<1 ms`.
fn latency_ms(agent: &WorkspaceAgent) -> Option<String> {
    let regions = agent.latency.as_ref()?;
    let preferred = regions.values().find(|region| region.preferred)?;
    Some(if preferred.latency_ms < 1.0 { "<1 ms".to_owned() } else { format!("{:.0} ms", preferred.latency_ms) })
}

fn failed_scripts(agent: &WorkspaceAgent) -> Vec<String> {
    agent
        .scripts
        .iter()
        .filter_map(|script| match &script.status {
            Some(status) if *status != ScriptStatus::Ok => {
                Some(format!("{}: {}", script.display_name, script_outcome(status, script.exit_code)))
            }
            _ => None,
        })
        .collect()
}

/// An app in words: nothing beside its name if all is well or nothing is known.
pub(crate) fn describe_app(app: &WorkspaceApp) -> StatusText {
    match &app.health {
        AppHealth::Healthy => StatusText::new(Mark::Running, Tone::Ok, "healthy", ""),
        AppHealth::Disabled => StatusText::new(Mark::Running, Tone::Idle, "", "its health is not checked"),
        AppHealth::Initializing => {
            StatusText::new(Mark::Connecting, Tone::Busy, "initializing", "has not answered its health check yet")
        }
        AppHealth::Unhealthy => {
            StatusText::new(Mark::Unhealthy, Tone::Warn, "unhealthy", "does not answer its health check")
        }
        AppHealth::Other(text) if text.is_empty() => {
            StatusText::new(Mark::Running, Tone::Idle, "", "its health is not told")
        }
        AppHealth::Other(text) => StatusText::new(Mark::Unknown, Tone::Idle, text.clone(), ""),
    }
}

#[cfg(test)]
mod tests;
