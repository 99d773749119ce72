//! Which of its resources a workspace keeps over a stop. The API has no flag for it; a template version says what there
//! is after a start and what after a stop (docs/control-plane-api.md, 2.8): what stands in the second list is
//! *persistent*, what stands only in the first is *ephemeral* and made anew by each start. Pure.

use crate::model::order;
use crate::model::wording::all_of;
use crate::wire::build::Transition;
use crate::wire::template_version::VersionResource;
use std::collections::BTreeMap;

/// The resources of a template version, by their addresses (`docker_volume.home`).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct MadeOf {
    /// Those that stay over a stop.
    pub persistent: Vec<String>,
    /// Those that each start makes anew.
    pub ephemeral: Vec<String>,
    /// Credits a day while it is started.
    pub daily_cost: i64,
    /// Credits a day while it is stopped, for what it keeps.
    pub stopped_cost: i64,
}

/// What a version makes, or why that cannot be known.
pub(crate) fn made_of(resources: &[VersionResource]) -> Result<MadeOf, &'static str> {
    // An import that failed, or was made by a server that did not keep it, lists nothing; a template without resources
    // cannot be told from it.
    if resources.is_empty() {
        return Err("the control plane lists no resources of this version");
    }
    let at = |transition: Transition| {
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        for one in resources.iter().filter(|one| one.workspace_transition == transition) {
            *found.entry(format!("{}.{}", one.r#type, one.name)).or_default() += 1;
        }
        found
    };
    let cost = |transition: Transition| {
        let there = resources.iter().filter(|one| one.workspace_transition == transition);
        there.filter_map(|one| one.daily_cost).sum::<i64>()
    };
    let (start, stop) = (at(Transition::Start), at(Transition::Stop));
    let times = |name: &String, count: usize| if count > 1 { format!("{count} × {name}") } else { name.clone() };
    let mut made = MadeOf {
        persistent: stop.iter().map(|(name, count)| times(name, *count)).collect(),
        ephemeral: start
            .iter()
            .filter_map(|(name, count)| {
                let gone = count.saturating_sub(stop.get(name).copied().unwrap_or_default());
                (gone > 0).then(|| times(name, gone))
            })
            .collect(),
        daily_cost: cost(Transition::Start),
        stopped_cost: cost(Transition::Stop),
    };
    order::by_nature(&mut made.persistent, |name| name);
    order::by_nature(&mut made.ephemeral, |name| name);
    Ok(made)
}

/// What becomes of a resource when its workspace is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays.
    Kept,
    /// It is destroyed, and the next start makes it anew.
    MadeAnew,
    /// Of several of that name some stay.
    Partly,
    /// The version does not list it.
    Unknown,
}

impl Fate {
    /// What stands beside it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Fate::Kept => "yes",
            Fate::MadeAnew => "no, made anew",
            Fate::Partly => "some of them",
            Fate::Unknown => "not known",
        }
    }
}

/// What becomes of the resource of this type and name.
pub(crate) fn fate(made: &MadeOf, kind: &str, name: &str) -> Fate {
    let address = format!("{kind}.{name}");
    // Of several the number stands before the address.
    let is_it = |one: &String| one.rsplit(' ').next() == Some(address.as_str());
    match (made.persistent.iter().any(is_it), made.ephemeral.iter().any(is_it)) {
        (true, false) => Fate::Kept,
        (false, true) => Fate::MadeAnew,
        (true, true) => Fate::Partly,
        (false, false) => Fate::Unknown,
    }
}

/// What is kept now and will not be there with another version: it is destroyed, whatever is on it.
pub(crate) fn lost_by_change(now: &MadeOf, then: &MadeOf) -> Vec<String> {
    let is_there = |name: &String| then.persistent.contains(name) || then.ephemeral.contains(name);
    now.persistent.iter().filter(|name| !is_there(name)).cloned().collect()
}

/// Several resources in a sentence.
pub(crate) fn listed(names: &[String]) -> String {
    listed_as(names, "resource")
}

/// Several names in a sentence: `a, b and c`, of many the first three and how many more of what they name.
pub(crate) fn listed_as(names: &[String], noun: &str) -> String {
    const NAMED: usize = 3;
    match names {
        few if few.len() <= NAMED => all_of(few),
        _ => {
            let first = names.get(..NAMED).unwrap_or_default().join(", ");
            match names.len().saturating_sub(NAMED) {
                1 => format!("{first} and 1 more {noun}"),
                rest => format!("{first} and {rest} more {noun}s"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;

    fn of(list: &[(&str, &str, Transition, i64)]) -> Vec<VersionResource> {
        let resource = |(kind, name, transition, cost): &(&str, &str, Transition, i64)| VersionResource {
            workspace_transition: transition.clone(),
            r#type: (*kind).into(),
            name: (*name).into(),
            hide: false,
            daily_cost: Some(*cost),
            agents: Vec::new().into(),
        };
        list.iter().map(resource).collect()
    }

    use Transition::{Start, Stop};

    #[test]
    fn what_is_there_after_a_stop_is_kept_and_the_rest_is_made_anew() {
        let made = made_of(&of(&[
            ("docker_container", "workspace", Start, 3),
            ("docker_volume", "home", Start, 1),
            ("docker_volume", "home", Stop, 1),
        ]));
        assert_eq!(
            made,
            Ok(MadeOf {
                persistent: vec!["docker_volume.home".into()],
                ephemeral: vec!["docker_container.workspace".into()],
                daily_cost: 4,
                stopped_cost: 1
            })
        );
        let all = made_of(&of(&[("docker_container", "main", Start, 0)])).unwrap();
        assert_eq!((all.persistent, all.ephemeral), (vec![], vec!["docker_container.main".to_owned()]));
        assert!(made_of(&[]).is_err(), "nothing listed is nothing known");
    }

    #[test]
    fn one_of_several_that_stays_is_told_from_those_that_go() {
        let made = made_of(&of(&[
            ("disk", "data", Start, 0),
            ("disk", "data", Start, 0),
            ("disk", "data", Start, 0),
            ("disk", "data", Stop, 0),
        ]))
        .unwrap();
        assert_eq!((made.persistent, made.ephemeral), (vec!["disk.data".to_owned()], vec!["2 × disk.data".to_owned()]));
    }

    #[test]
    fn each_resource_has_its_fate() {
        let made = made_of(&of(&[
            ("disk", "data", Start, 0),
            ("disk", "data", Start, 0),
            ("disk", "data", Stop, 0),
            ("disk", "home", Stop, 0),
            ("vm", "main", Start, 0),
            ("vm", "side", Start, 0),
            ("vm", "side", Start, 0),
        ]))
        .unwrap();
        for (kind, name, expected) in [
            ("disk", "data", Fate::Partly),
            ("disk", "home", Fate::Kept),
            ("vm", "main", Fate::MadeAnew),
            ("vm", "side", Fate::MadeAnew),
            ("vm", "home", Fate::Unknown),
            ("disk", "dat", Fate::Unknown),
        ] {
            assert_eq!(fate(&made, kind, name), expected, "{kind}.{name}");
        }
    }

    #[test]
    fn a_recorded_version_of_a_real_server_keeps_its_home() {
        let made = made_of(&recordings::body::<Vec<VersionResource>>("real/version-resources")).unwrap();
        assert_eq!(made.persistent, ["null_resource.home"]);
        assert_eq!(made.ephemeral, ["null_resource.machine", "time_sleep.image", "time_sleep.network"]);
        assert_eq!(made.daily_cost, 10);
    }

    #[test]
    fn what_another_version_does_not_have_is_destroyed() {
        let now = made_of(&of(&[("v", "home", Stop, 0), ("v", "cache", Stop, 0), ("v", "x", Start, 0)])).unwrap();
        let then = made_of(&of(&[("v", "home", Stop, 0), ("v", "cache", Start, 0)])).unwrap();
        assert_eq!(lost_by_change(&now, &then), Vec::<String>::new());
        assert_eq!(lost_by_change(&now, &made_of(&of(&[("v", "home", Stop, 0)])).unwrap()), ["v.cache"]);
    }

    #[test]
    fn many_names_are_counted() {
        let names: Vec<String> = (1..=6).map(|number| format!("disk.{number}")).collect();
        for (count, said) in [
            (0, ""),
            (1, "disk.1"),
            (2, "disk.1 and disk.2"),
            (3, "disk.1, disk.2 and disk.3"),
            (4, "disk.1, disk.2, disk.3 and 1 more resource"),
            (6, "disk.1, disk.2, disk.3 and 3 more resources"),
        ] {
            assert_eq!(listed(&names[..count]), said);
        }
    }
}
