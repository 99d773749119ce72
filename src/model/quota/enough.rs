//! What has to be stopped or deleted for a build that a quota refused to fit: the smallest ways. Pure.

use crate::model::order;
use crate::wire::Id;

/// How a workspace gives its credits back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// What it makes for each run is destroyed, what it keeps stays and costs.
    Stop,
    /// All of it is destroyed.
    Delete,
}

/// A workspace that holds credits, and what of them it would give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The workspace.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// How.
    pub by: By,
    /// How many credits.
    pub frees: i64,
}

/// What is enough together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enough {
    /// Which, the one that frees most first.
    pub who: Vec<Candidate>,
    /// How many credits together.
    pub frees: i64,
}

/// How many ways of one workspace alone are named.
const MOST_ALONE: usize = 3;

/// The ways to free so many credits: each workspace whose stop alone is enough, the one that frees least first; where
/// no stop is, the fewest stops together; and where all of them are not, deletes as well. Empty if nothing is enough.
pub(crate) fn enough(missing: i64, candidates: &[Candidate]) -> Vec<Enough> {
    if missing <= 0 {
        return Vec::new();
    }
    let giving = |by: &[By]| {
        let mut found: Vec<Candidate> =
            candidates.iter().filter(|one| one.frees > 0 && by.contains(&one.by)).cloned().collect();
        order::sort_by(&mut found, |one, other| {
            other.frees.cmp(&one.frees).then_with(|| order::natural(&one.name, &other.name))
        });
        found
    };
    for by in [&[By::Stop][..], &[By::Stop, By::Delete]] {
        let found = giving(by);
        let mut alone: Vec<Enough> = found
            .iter()
            .filter(|one| one.frees >= missing)
            .map(|one| Enough { who: vec![one.clone()], frees: one.frees })
            .collect();
        alone.reverse();
        alone.truncate(MOST_ALONE);
        if !alone.is_empty() {
            return alone;
        }
        if let Some(together) = together(missing, found) {
            return vec![together];
        }
    }
    Vec::new()
}

/// The fewest that are enough: those that free most. A workspace is stopped or deleted, not both.
fn together(missing: i64, found: Vec<Candidate>) -> Option<Enough> {
    let mut all = Enough { who: Vec::new(), frees: 0 };
    for one in found {
        if all.frees >= missing {
            break;
        }
        // Its delete frees more than its stop, and came first.
        if all.who.iter().any(|other| other.id == one.id) {
            continue;
        }
        all.frees = all.frees.saturating_add(one.frees);
        all.who.push(one);
    }
    (all.frees >= missing).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(name: &str, by: By, frees: i64) -> Candidate {
        let id = name.bytes().fold(0_u128, |id, byte| id * 256 + u128::from(byte));
        Candidate { id: Id::from_u128(id), name: name.into(), by, frees }
    }

    fn told(missing: i64, candidates: &[Candidate]) -> Vec<(String, i64)> {
        let ways = enough(missing, candidates);
        let names = |way: &Enough| {
            way.who.iter().map(|one| format!("{:?} {}", one.by, one.name)).collect::<Vec<_>>().join(" + ")
        };
        ways.iter().map(|way| (names(way), way.frees)).collect()
    }

    #[test]
    fn the_smallest_ways_are_named() {
        let lab = [
            one("tensor-lab", By::Stop, 18),
            one("sim-runner", By::Stop, 16),
            one("spark-lab", By::Stop, 10),
            one("notes", By::Delete, 2),
            one("tensor-lab", By::Delete, 20),
        ];
        assert_eq!(told(17, &lab), [("Stop tensor-lab".to_owned(), 18)]);
        assert_eq!(
            told(9, &lab).first(),
            Some(&("Stop spark-lab".to_owned(), 10)),
            "that which frees least comes first"
        );
        assert_eq!(told(9, &lab).len(), 3);
        assert_eq!(told(30, &lab), [("Stop tensor-lab + Stop sim-runner".to_owned(), 34)]);
        // All stops together are 44: deletes as well, and nothing is counted twice.
        assert_eq!(
            told(47, &lab),
            [("Delete tensor-lab + Stop sim-runner + Stop spark-lab + Delete notes".to_owned(), 48)]
        );
        assert_eq!(told(49, &lab), []);
        assert_eq!(told(0, &lab), []);
        assert_eq!(told(1, &[one("free", By::Stop, 0)]), []);
    }

    proptest! {
        #[test]
        fn what_is_named_is_enough_and_nobody_twice(missing in 1_i64..60, frees in prop::collection::vec((0_u128..6, any::<bool>(), 0_i64..20), 0..12)) {
            let candidates: Vec<Candidate> = frees
                .iter()
                .map(|(id, stop, frees)| Candidate { id: Id::from_u128(*id), name: format!("w{id}"), by: if *stop { By::Stop } else { By::Delete }, frees: *frees })
                .collect();
            for way in enough(missing, &candidates) {
                prop_assert!(way.frees >= missing);
                prop_assert_eq!(way.frees, way.who.iter().map(|one| one.frees).sum::<i64>());
                let mut ids: Vec<Id> = way.who.iter().map(|one| one.id).collect();
                ids.sort_unstable();
                ids.dedup();
                prop_assert_eq!(ids.len(), way.who.len());
            }
        }
    }
}
