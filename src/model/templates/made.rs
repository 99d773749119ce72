//! What a version makes: its resources, whether each outlives a stop, and what they cost. Pure.

use crate::model::order;
use crate::wire::build::Transition;
use crate::wire::template_version::VersionResource;

/// A resource of a version, as its page lists it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Made {
    /// Terraform's type and name.
    pub kind: String,
    pub name: String,
    pub agents: Vec<String>,
    /// Credits a day while the workspace runs; `None` where it is not there then.
    pub running: Option<i64>,
    /// Credits a day while it is stopped; `None` where it is not there then.
    pub stopped: Option<i64>,
}

/// What all resources cost a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Total {
    pub running: i64,
    pub stopped: i64,
}

/// The resources by name, those that the template hides only with `with_hidden`.
pub(crate) fn made(resources: &[VersionResource], with_hidden: bool) -> Vec<Made> {
    let mut all: Vec<Made> = Vec::new();
    for resource in resources.iter().filter(|resource| with_hidden || !resource.hide) {
        let known = all.iter_mut().find(|made| made.kind == resource.r#type && made.name == resource.name);
        let cost = resource.daily_cost.unwrap_or(0);
        let agents = resource.agents.iter().map(|agent| agent.name.clone());
        let stops = resource.workspace_transition == Transition::Stop;
        match known {
            Some(known) if stops => known.stopped = Some(cost),
            Some(known) => {
                known.running = Some(cost);
                known.agents = agents.collect();
            }
            None => all.push(Made {
                kind: resource.r#type.clone(),
                name: resource.name.clone(),
                agents: agents.collect(),
                running: (!stops).then_some(cost),
                stopped: stops.then_some(cost),
            }),
        }
    }
    order::sort_by(&mut all, |one, other| {
        order::natural(&one.name, &other.name).then_with(|| order::natural(&one.kind, &other.kind))
    });
    all
}

/// What all of them cost, hidden ones included.
pub(crate) fn total(resources: &[VersionResource]) -> Total {
    let all = made(resources, true);
    let sum = |cost: fn(&Made) -> Option<i64>| all.iter().filter_map(cost).fold(0_i64, i64::saturating_add);
    Total { running: sum(|made| made.running), stopped: sum(|made| made.stopped) }
}

impl Made {
    /// What becomes of it at a stop.
    pub(crate) fn at_a_stop(&self) -> &'static str {
        match (self.running, self.stopped) {
            (Some(_), Some(_)) => "kept",
            (Some(_), None) => "removed",
            (None, _) => "only while stopped",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use json_tape::from_slice;

    #[test]
    fn what_is_in_both_is_kept_and_counted_once_in_each() {
        let resources: Vec<VersionResource> = from_slice(
            br#"[{"workspace_transition":"start","type":"docker_container","name":"main","daily_cost":4,"agents":[{"name":"dev"}]},
                {"workspace_transition":"start","type":"docker_volume","name":"home","daily_cost":1},
                {"workspace_transition":"stop","type":"docker_volume","name":"home","daily_cost":1},
                {"workspace_transition":"start","type":"random_id","name":"id","hide":true,"daily_cost":2},
                {"workspace_transition":"stop","type":"snapshot","name":"home"}]"#,
        )
        .unwrap();
        let shown = made(&resources, false);
        let said: Vec<(&str, &str, &str)> =
            shown.iter().map(|one| (one.kind.as_str(), one.name.as_str(), one.at_a_stop())).collect();
        assert_eq!(
            said,
            [
                ("docker_volume", "home", "kept"),
                ("snapshot", "home", "only while stopped"),
                ("docker_container", "main", "removed"),
            ]
        );
        assert_eq!(shown[2].agents, ["dev"]);
        assert_eq!(made(&resources, true).len(), 4);
        assert_eq!(total(&resources), Total { running: 7, stopped: 1 });
        assert_eq!(total(&[]), Total { running: 0, stopped: 0 });
    }
}
