//! How a list is arranged: its columns, its order, its groups, and what is narrowed while somebody types. All of it
//! works on rows that are here already; which workspaces match is the control plane's to say. Pure.

mod address;
mod column;
mod group;
mod key;
mod narrow;
mod sort;

use crate::model::row::Row;
use crate::wire::Id;

/// Reads what is known of a workspace, without copying it: calls back if it is known.
pub(crate) type Rows<'r> = dyn Fn(Id, &mut dyn FnMut(&Row)) + 'r;

pub(crate) use address::Arrangement;
pub(crate) use column::Column;
pub(crate) use group::{GroupBy, Line, Lines, lines};
pub(crate) use narrow::{Narrowing, fold};
pub(crate) use sort::{Sort, changes, in_order};

#[cfg(test)]
mod tests;
