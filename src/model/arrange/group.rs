//! The groups of a list, with their counts. Pure.

use super::Rows;
use super::key::{natural_bytes, state_word};
use crate::model::row::Row;
use crate::wire::Id;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// By what a list is grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupBy {
    Organization,
    Owner,
    Template,
    Status,
}

impl GroupBy {
    /// All of them.
    pub(crate) const ALL: [GroupBy; 4] = [GroupBy::Organization, GroupBy::Owner, GroupBy::Template, GroupBy::Status];

    /// Its word in addresses.
    pub(crate) fn word(self) -> &'static str {
        match self {
            GroupBy::Organization => "organization",
            GroupBy::Owner => "owner",
            GroupBy::Template => "template",
            GroupBy::Status => "status",
        }
    }

    /// The one with that word; `org` is short for the longest of them.
    pub(crate) fn of(word: &str) -> Option<GroupBy> {
        let word = if word == "org" { "organization" } else { word };
        GroupBy::ALL.into_iter().find(|by| by.word() == word)
    }

    /// The name of a row's group.
    fn name(self, row: &Row) -> Arc<str> {
        match self {
            GroupBy::Organization => Arc::clone(&row.organization_name),
            GroupBy::Owner => Arc::clone(&row.owner_name),
            GroupBy::Template => Arc::clone(&row.template_name),
            GroupBy::Status => Arc::from(state_word(row)),
        }
    }
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A workspace.
    Row(Id),
    /// The head of a group: its name, and how many workspaces it has.
    Group {
        /// Its name; empty where the control plane says none.
        name: Arc<str>,
        /// How many.
        count: usize,
        /// Whether its workspaces are folded away.
        folded: bool,
    },
}

impl Line {
    /// The workspace, if it is one.
    pub(crate) fn id(&self) -> Option<Id> {
        match self {
            Line::Row(id) => Some(*id),
            Line::Group { .. } => None,
        }
    }
}

/// All lines of a list. A cheap clone is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lines {
    /// In order.
    pub(crate) all: Arc<[Line]>,
    /// Which of them are heads of groups.
    pub(crate) heads: Arc<[usize]>,
}

impl Lines {
    /// The lines, and where the heads stand.
    pub(crate) fn new(all: Vec<Line>) -> Self {
        let heads = all.iter().enumerate().filter(|(_, line)| line.id().is_none()).map(|(at, _)| at).collect();
        Self { all: all.into(), heads }
    }

    /// Rows alone.
    pub(crate) fn of_rows(ids: &[Id]) -> Self {
        Self { all: ids.iter().copied().map(Line::Row).collect(), heads: Arc::from([]) }
    }

    /// The workspaces, without heads of groups.
    pub(crate) fn ids(&self) -> impl Iterator<Item = Id> + '_ {
        self.all.iter().filter_map(Line::id)
    }
}

/// The lines of a list: without groups its rows; with groups a head before each, the groups in natural order of their
/// names, the rows of each in the order that they come in. `rows` reads what is known of a workspace.
pub(crate) fn lines(order: &[Id], by: Option<GroupBy>, folded: &HashSet<Arc<str>>, rows: &Rows<'_>) -> Vec<Line> {
    let Some(by) = by else { return order.iter().copied().map(Line::Row).collect() };
    let mut groups: HashMap<Arc<str>, Vec<Id>> = HashMap::new();
    for id in order {
        let mut name: Arc<str> = Arc::from("");
        rows(*id, &mut |row| name = by.name(row));
        groups.entry(name).or_default().push(*id);
    }
    let mut groups: Vec<(Arc<str>, Vec<Id>)> = groups.into_iter().collect();
    groups.sort_by_cached_key(|(name, _)| (natural_bytes(name), Arc::clone(name)));
    let mut lines = Vec::with_capacity(order.len() + groups.len());
    for (name, ids) in groups {
        let folded = folded.contains(&name);
        lines.push(Line::Group { name, count: ids.len(), folded });
        if !folded {
            lines.extend(ids.into_iter().map(Line::Row));
        }
    }
    lines
}
