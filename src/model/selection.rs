//! What is selected in a list: workspaces by their ids, wherever they stand, and whether all that match are meant. It
//! outlives sorting, grouping, narrowing and pages. Pure.

use crate::wire::Id;
use std::collections::HashSet;

/// A selection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    chosen: HashSet<Id>,
    /// Where a range begins: what was chosen or left last.
    anchor: Option<Id>,
}

impl Selection {
    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Whether nothing is selected.
    pub(crate) fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether a workspace is selected.
    pub(crate) fn has(&self, id: Id) -> bool {
        self.chosen.contains(&id)
    }

    /// Chooses a workspace, or leaves it.
    pub(crate) fn toggle(&mut self, id: Id) {
        if !self.chosen.remove(&id) {
            self.chosen.insert(id);
        }
        self.anchor = Some(id);
    }

    /// Chooses all from where the last choice was made up to here, in the order in which they stand; where there is no
    /// such place, this one.
    pub(crate) fn extend_to(&mut self, id: Id, order: &[Id]) {
        let place = |sought: Id| order.iter().position(|id| *id == sought);
        if let (Some(from), Some(to)) = (self.anchor.and_then(place), place(id)) {
            let (from, to) = (from.min(to), from.max(to));
            self.chosen.extend(order.iter().skip(from).take(to - from + 1));
        } else {
            self.chosen.insert(id);
            self.anchor = Some(id);
        }
    }

    /// Chooses all of these beside what is chosen.
    pub(crate) fn add(&mut self, ids: &[Id]) {
        self.chosen.extend(ids);
    }

    /// Leaves all of these.
    pub(crate) fn leave(&mut self, ids: &[Id]) {
        for id in ids {
            self.chosen.remove(id);
        }
    }

    /// Keeps those that fit; true if that is fewer.
    pub(crate) fn retain(&mut self, fits: impl Fn(Id) -> bool) -> bool {
        let before = self.chosen.len();
        self.chosen.retain(|id| fits(*id));
        self.chosen.len() < before
    }

    /// Nothing any more.
    pub(crate) fn clear(&mut self) {
        *self = Selection::default();
    }

    /// How many of these are selected.
    pub(crate) fn count_of(&self, ids: &[Id]) -> usize {
        ids.iter().filter(|id| self.chosen.contains(id)).count()
    }

    /// What is selected: first what stands in the list, in its order, then what does not.
    pub(crate) fn in_order(&self, order: &[Id]) -> Vec<Id> {
        let mut all: Vec<Id> = order.iter().copied().filter(|id| self.chosen.contains(id)).collect();
        let seen: HashSet<Id> = all.iter().copied().collect();
        let mut rest: Vec<Id> = self.chosen.iter().copied().filter(|id| !seen.contains(id)).collect();
        rest.sort_unstable();
        all.extend(rest);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: u8) -> Id {
        format!("00000000-0000-0000-0000-0000000000{number:02x}").parse().unwrap_or_default()
    }

    #[test]
    fn a_range_reaches_from_the_last_choice() {
        let order: Vec<Id> = (1..=9).map(id).collect();
        for (first, second, count) in [(2, 5, 4), (5, 2, 4), (3, 3, 1)] {
            let mut selection = Selection::default();
            selection.toggle(id(first));
            selection.extend_to(id(second), &order);
            assert_eq!(selection.len(), count, "{first} to {second}");
            assert!(selection.has(id(first)) && selection.has(id(second)));
        }
        let mut none = Selection::default();
        none.extend_to(id(4), &order);
        assert_eq!(none.in_order(&order), [id(4)], "without a beginning it is the one");
    }

    proptest! {
        #[test]
        fn choosing_twice_changes_nothing(steps in prop::collection::vec(1_u8..20, 0..30), one in 1_u8..20) {
            let mut selection = Selection::default();
            for step in steps {
                selection.toggle(id(step));
            }
            let before = selection.clone().in_order(&[]);
            selection.toggle(id(one));
            selection.toggle(id(one));
            prop_assert_eq!(selection.in_order(&[]), before);
        }

        #[test]
        fn the_order_of_the_list_decides_and_nothing_is_lost(
            chosen in prop::collection::hash_set(1_u8..40, 0..20), shown in prop::collection::vec(1_u8..40, 0..20),
        ) {
            let mut selection = Selection::default();
            selection.add(&chosen.iter().copied().map(id).collect::<Vec<_>>());
            let mut order: Vec<Id> = shown.into_iter().map(id).collect();
            order.dedup();
            order.sort_unstable();
            order.dedup();
            let all = selection.in_order(&order);
            prop_assert_eq!(all.len(), chosen.len());
            let places: Vec<usize> = all.iter().filter_map(|id| order.iter().position(|other| other == id)).collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn a_range_is_one_piece_and_keeps_what_was_chosen(from in 0_usize..30, to in 0_usize..30, other in 0_usize..30) {
            let order: Vec<Id> = (1..=30).map(id).collect();
            let mut selection = Selection::default();
            selection.toggle(order[other]);
            selection.clear();
            selection.add(&[order[other]]);
            selection.toggle(order[from]);
            if !selection.has(order[from]) {
                selection.toggle(order[from]);
            }
            selection.extend_to(order[to], &order);
            prop_assert!(selection.has(order[other]));
            prop_assert!((from.min(to)..=from.max(to)).all(|at| selection.has(order[at])));
        }
    }
}
