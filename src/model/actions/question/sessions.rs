//! What a question says of the sessions that end: what the control plane knows of who is at work, and what it tells
//! nobody. Pure.

use super::{Consequence, Row, Told, Weight, is_up, line};
use crate::model::consequences;
use crate::wire::agent::{AgentStatus, WorkspaceAgent};

/// What is known of an agent in which somebody may be at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AgentUse {
    /// Its name.
    pub name: String,
    /// Whether the control plane reaches it.
    pub connected: bool,
    /// The apps that it offers, by the names that people see.
    pub apps: Vec<String>,
}

/// What the agents of a build tell of their use.
pub(crate) fn agent_uses<'a>(agents: impl Iterator<Item = &'a WorkspaceAgent>) -> Vec<AgentUse> {
    let of = |agent: &WorkspaceAgent| AgentUse {
        name: agent.name.clone(),
        connected: agent.status == AgentStatus::Connected,
        apps: agent
            .apps
            .iter()
            .filter(|app| !app.hidden)
            .map(|app| app.display_name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| app.slug.clone()))
            .collect(),
    };
    agents.map(of).collect()
}

/// What the control plane knows of the sessions that end: which agents are connected, and what runs in them. How many
/// sessions are open it tells nobody.
pub(super) fn sessions(row: &Row, agents: &Told<Vec<AgentUse>>) -> Option<Consequence> {
    const UNTOLD: &str = "How many sessions are open cannot be known: the control plane does not tell.";
    if !is_up(row) {
        return None;
    }
    let text = match agents {
        Told::Asked => UNTOLD.to_owned(),
        Told::Unknown(why) => format!("{UNTOLD} Its agents could not be asked for either: {why}."),
        Told::Known(agents) => {
            let there = |agent: &&AgentUse| agent.connected;
            let said = |agent: &AgentUse| match agent.apps.as_slice() {
                [] => agent.name.clone(),
                apps => format!("{} (with {})", agent.name, consequences::listed_as(apps, "app")),
            };
            let names: Vec<String> = agents.iter().filter(there).map(said).collect();
            match (names.len(), agents.len()) {
                (_, 0) => "It has no agent: nobody has a session in it.".to_owned(),
                (0, _) => "None of its agents is connected: nobody reaches it now.".to_owned(),
                (1, _) => format!("Connected: agent {}. {UNTOLD}", names.concat()),
                _ => format!("Connected: agents {}. {UNTOLD}", consequences::listed_as(&names, "agent")),
            }
        }
    };
    Some(line(Weight::Past, text))
}
