//! The order of a list. Stable: what is equal stays by name, and then in the order of the control plane. Pure.

use super::Column;
use super::Rows;
use super::key::{Key, key, natural_bytes};
use crate::wire::Id;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    /// The column.
    pub(crate) column: Column,
    /// The greatest first.
    pub(crate) down: bool,
}

impl Sort {
    /// What an address says: `name`, `-last_used`; `None` for what is no column.
    pub(crate) fn of(text: &str) -> Option<Sort> {
        let (down, word) = text.strip_prefix('-').map_or((false, text), |word| (true, word));
        let column = Column::of(word).filter(|column| column.is_sortable())?;
        Some(Sort { column, down })
    }

    /// The same, for an address.
    pub(crate) fn word(self) -> String {
        format!("{}{}", if self.down { "-" } else { "" }, self.column.word())
    }

    /// The one that a press on the head of a column leads to: up, then down, then the order of the control plane.
    pub(crate) fn pressed(now: Option<Sort>, column: Column) -> Option<Sort> {
        match now.filter(|sort| sort.column == column) {
            None => Some(Sort { column, down: column == Column::Used || column == Column::Created }),
            Some(sort) if sort.down == (column == Column::Used || column == Column::Created) => {
                Some(Sort { column, down: !sort.down })
            }
            Some(_) => None,
        }
    }
}

/// The order of rows, `None` for the one that they come in: that of the control plane.
pub(crate) fn in_order(ids: &[Id], rows: &Rows<'_>, sort: Option<Sort>) -> Vec<Id> {
    let Some(sort) = sort else { return ids.to_vec() };
    // Owners and templates are few: each text becomes a key once.
    let mut known: HashMap<Arc<str>, Arc<[u8]>> = HashMap::new();
    let mut text = |text: &str| {
        if let Some(bytes) = known.get(text) {
            return Arc::clone(bytes);
        }
        let bytes = natural_bytes(text);
        known.insert(Arc::from(text), Arc::clone(&bytes));
        bytes
    };
    let mut keyed: Vec<(Option<Key>, Arc<[u8]>, Id)> = Vec::with_capacity(ids.len());
    for id in ids {
        let (mut of_column, mut of_name) = (None, None);
        rows(*id, &mut |row| {
            let name = natural_bytes(&row.name);
            of_column = match sort.column {
                Column::Name => Some(Key::Text(Arc::clone(&name))),
                column => key(row, column, &mut text),
            };
            of_name = Some(name);
        });
        keyed.push((of_column, of_name.unwrap_or_else(|| Arc::from([])), *id));
    }
    keyed.sort_by(|(one, its_name, _), (other, other_name, _)| {
        let order = match (one, other) {
            (Some(one), Some(other)) => {
                if sort.down {
                    other.cmp(one)
                } else {
                    one.cmp(other)
                }
            }
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        order.then_with(|| its_name.cmp(other_name))
    });
    keyed.into_iter().map(|(_, _, id)| id).collect()
}

/// How many rows would be elsewhere, new or gone if `now` became `next`: what is offered to be applied. A row that
/// moves counts once, not each of those that it passes.
pub(crate) fn changes(now: &[Id], next: &[Id]) -> usize {
    if now == next {
        return 0;
    }
    let place: HashMap<Id, usize> = next.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let known: Vec<usize> = now.iter().filter_map(|id| place.get(id).copied()).collect();
    let gone = now.len() - known.len();
    let new = next.len() - known.len();
    // What stays in order is the longest rising sequence; all else moved.
    let mut tails: Vec<usize> = Vec::new();
    for place in &known {
        let at = tails.partition_point(|tail| tail < place);
        match tails.get_mut(at) {
            Some(tail) => *tail = *place,
            None => tails.push(*place),
        }
    }
    gone + new + known.len() - tails.len()
}
