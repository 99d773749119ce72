//! A build and all that is told of it, held against recordings.

use crate::likeness::Report;
use crate::stand::{Stand, get};
use serde_json::Value;

/// A build and its first agent.
pub(super) struct Old {
    pub(super) build: String,
    pub(super) agent: String,
}

/// Holds the workspace, log, timings and parameters of its latest build, and its agent's log, against recordings of one
/// name.
pub(super) async fn hold_build(
    report: &mut Report,
    stand: &Stand,
    ada: &str,
    name: &str,
    workspace: &Value,
    agent: bool,
) -> Old {
    let id = workspace["id"].as_str().unwrap();
    let build = workspace["latest_build"]["id"].as_str().unwrap().to_owned();
    report.hold(
        &format!("{name}-workspace"),
        &stand.ask(ada, get(&format!("/workspaces/{id}?include_deleted=true"))).await,
    );
    report.hold(&format!("{name}-logs"), &stand.ask(ada, get(&format!("/workspacebuilds/{build}/logs"))).await);
    report.hold(&format!("{name}-timings"), &stand.ask(ada, get(&format!("/workspacebuilds/{build}/timings"))).await);
    report.hold(
        &format!("{name}-parameters"),
        &stand.ask(ada, get(&format!("/workspacebuilds/{build}/parameters"))).await,
    );
    let mut agents = workspace["latest_build"]["resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|resource| resource["agents"][0]["id"].as_str());
    let first = agents.next().unwrap_or_default().to_owned();
    if agent {
        report
            .hold(&format!("{name}-agent-logs"), &stand.ask(ada, get(&format!("/workspaceagents/{first}/logs"))).await);
    }
    Old { build, agent: first }
}
