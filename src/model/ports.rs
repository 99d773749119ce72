//! The ports of an agent: which processes listen, who else may reach them, and what may be allowed
//! (docs/control-plane-api.md, 2.5, 2.6). Pure; imports `wire` and `model`.

use crate::model::app_address::{self, Refusal};
use crate::wire::deployment::Region;
use crate::wire::port::{ListeningPort, PortProtocol, PortShare, ShareLevel};

/// Who may reach a port, from nobody else to everybody.
pub(crate) const LEVELS: [ShareLevel; 4] =
    [ShareLevel::Owner, ShareLevel::Organization, ShareLevel::Authenticated, ShareLevel::Public];

/// A port as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Port {
    pub number: i64,
    /// The process that listens; empty where it is not told. None: nobody listens now, but it is shared.
    pub process: Option<String>,
    /// Who may reach it.
    pub level: ShareLevel,
    /// What it speaks.
    pub protocol: PortProtocol,
    /// Where it is reached.
    pub address: Result<String, Refusal>,
}

/// Where an agent is, for the addresses of its ports.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Where<'w> {
    pub owner: &'w str,
    pub workspace: &'w str,
    pub agent: &'w str,
    pub regions: Option<&'w [Region]>,
}

/// The ports of an agent by number: those on which something listens, and those that are shared though nothing does.
pub(crate) fn ports(listening: &[ListeningPort], shares: &[PortShare], place: Where<'_>) -> Vec<Port> {
    let own = |share: &&PortShare| share.agent_name == place.agent;
    let mut all: Vec<Port> = Vec::new();
    let processes = listening.iter().map(|one| (one.port, Some(one.process_name.trim().to_owned())));
    let silent = shares.iter().filter(own).map(|share| (share.port, None));
    for (number, process) in processes.chain(silent) {
        if all.iter().any(|known| known.number == number) {
            continue;
        }
        let share = shares.iter().filter(own).find(|share| share.port == number);
        let protocol = share.map_or(PortProtocol::Http, |share| share.protocol.clone());
        all.push(Port {
            number,
            process,
            level: share.map_or(ShareLevel::Owner, |share| share.share_level.clone()),
            address: address(number, &protocol, place),
            protocol,
        });
    }
    all.sort_by_key(|port| port.number);
    all
}

/// Where a port is reached: under a host of its own, which begins with its number.
fn address(number: i64, protocol: &PortProtocol, place: Where<'_>) -> Result<String, Refusal> {
    let secure = if *protocol == PortProtocol::Https { "s" } else { "" };
    let Where { owner, workspace, agent, regions } = place;
    app_address::subdomain(&format!("{number}{secure}--{agent}--{workspace}--{owner}"), regions)
}

/// Who may reach something, in words.
pub(crate) fn level_text(level: &ShareLevel) -> String {
    match level {
        ShareLevel::Owner => "only its owner".to_owned(),
        ShareLevel::Organization => "everyone in the organization".to_owned(),
        ShareLevel::Authenticated => "everyone who is signed in".to_owned(),
        ShareLevel::Public => "everyone, without signing in".to_owned(),
        ShareLevel::Other(level) if level.is_empty() => "not told".to_owned(),
        ShareLevel::Other(level) => level.clone(),
    }
}

/// The levels that a port may be set to: up to what its template allows, and the one that it has. Where the template's
/// limit is not known all are offered, and the control plane decides.
pub(crate) fn allowed(limit: Option<&ShareLevel>, now: &ShareLevel) -> Vec<ShareLevel> {
    let rank = |level: &ShareLevel| LEVELS.iter().position(|known| known == level);
    let most = limit.and_then(rank).unwrap_or(LEVELS.len() - 1);
    let mut all: Vec<ShareLevel> = LEVELS.into_iter().take(most + 1).collect();
    if !all.contains(now) {
        all.push(now.clone());
    }
    all
}

/// What the template's limit means for who reads the ports; `None` where nothing is forbidden or known.
pub(crate) fn limit_text(limit: Option<&ShareLevel>) -> Option<String> {
    match limit? {
        ShareLevel::Owner => Some("The template lets nobody else reach its ports.".to_owned()),
        ShareLevel::Organization => {
            Some("The template lets ports be shared within the organization at most.".to_owned())
        }
        ShareLevel::Authenticated => {
            Some("The template lets ports be shared with everyone who is signed in, at most.".to_owned())
        }
        ShareLevel::Public | ShareLevel::Other(_) => None,
    }
}

#[cfg(test)]
mod tests;
