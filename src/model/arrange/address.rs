//! An arrangement as text: in the address, where it is a link, and in storage, where it is remembered. What a text says
//! wrongly counts as not said. Pure.

use super::column::{self, Column};
use super::{GroupBy, Sort};
use crate::paths::query;

/// How a list is arranged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrangement {
    /// `None` is the order of the control plane: favorites, then what runs, then by owner and name.
    pub(crate) sort: Option<Sort>,
    /// `None` for no groups.
    pub(crate) group: Option<GroupBy>,
    /// Which columns, in which order.
    pub(crate) columns: Vec<Column>,
    /// Rows are lower.
    pub(crate) compact: bool,
}

impl Default for Arrangement {
    fn default() -> Self {
        Self { sort: None, group: None, columns: Column::USUAL.to_vec(), compact: false }
    }
}

/// The word of what is not sorted and not grouped: it is said where something else is remembered.
const NONE: &str = "none";

impl Arrangement {
    /// What an address says; where it does not say, what `remembered` says.
    pub(crate) fn read(search: &str, remembered: &Arrangement) -> Arrangement {
        let said = |key| query::value(search, key);
        Arrangement {
            sort: match said("sort").as_deref() {
                Some(NONE) => None,
                Some(word) => Sort::of(word).or(remembered.sort),
                None => remembered.sort,
            },
            group: match said("group").as_deref() {
                Some(NONE) => None,
                Some(word) => GroupBy::of(word).or(remembered.group),
                None => remembered.group,
            },
            columns: said("columns").and_then(|text| column::read(&text)).unwrap_or_else(|| remembered.columns.clone()),
            compact: match said("density").as_deref() {
                Some("compact") => true,
                Some("normal") => false,
                _ => remembered.compact,
            },
        }
    }

    /// The query of an address with all of it: such a link looks the same to everybody.
    pub(crate) fn write(&self, search: &str) -> String {
        let sort = self.sort.map(Sort::word);
        let columns = column::written(&self.columns);
        let usual = self.columns == Column::USUAL;
        let with_sort = query::with(search, "sort", Some(sort.as_deref().unwrap_or(NONE)));
        let with_group = query::with(&with_sort, "group", Some(self.group.map_or(NONE, GroupBy::word)));
        let with_columns = query::with(&with_group, "columns", (!usual).then_some(columns.as_str()));
        query::with(&with_columns, "density", self.compact.then_some("compact"))
    }

    /// As it is remembered: the query of an address without anything else.
    pub(crate) fn remembered(&self) -> String {
        let said = self.write("");
        let columns = column::written(&self.columns);
        query::with(&said, "columns", Some(&columns))
    }

    /// What was remembered.
    pub(crate) fn recall(text: &str) -> Arrangement {
        Arrangement::read(text, &Arrangement::default())
    }

    /// The columns with one more, or one less; the name stays.
    pub(crate) fn toggled(&self, column: Column) -> Arrangement {
        let mut columns = self.columns.clone();
        match columns.iter().position(|known| *known == column) {
            Some(_) if column == Column::Name => {}
            Some(at) => {
                columns.remove(at);
            }
            None => columns.push(column),
        }
        Arrangement { columns, ..self.clone() }
    }

    /// The columns with one of them a place further left or right.
    pub(crate) fn moved(&self, column: Column, right: bool) -> Arrangement {
        let mut columns = self.columns.clone();
        if let Some(at) = columns.iter().position(|known| *known == column) {
            let to = if right { at + 1 } else { at.wrapping_sub(1) };
            if to < columns.len() {
                columns.swap(at, to);
            }
        }
        Arrangement { columns, ..self.clone() }
    }
}
