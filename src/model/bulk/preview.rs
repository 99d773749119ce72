//! What an action on many would do: to whom it applies, and who is skipped why. Pure.

use crate::model::actions::{Action, Viewer, offer};
use crate::model::row::Row;
use crate::wire::Id;

/// The actions that are offered for many, in order.
pub(crate) const ACTIONS: [Action; 10] = [
    Action::Start,
    Action::Stop,
    Action::Restart,
    Action::Retry,
    Action::Update,
    Action::Cancel,
    Action::Activate,
    Action::Favorite,
    Action::Unfavorite,
    Action::Delete,
];

/// A workspace in a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meant {
    pub(crate) id: Id,
    pub(crate) owner: String,
    pub(crate) name: String,
}

impl Meant {
    fn of(row: &Row) -> Meant {
        Meant { id: row.id, owner: row.owner_name.to_string(), name: row.name.to_string() }
    }

    /// As it is named in lists.
    pub(crate) fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }
}

/// What an action on many would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Preview {
    pub(crate) action: Action,
    /// To whom it applies.
    pub(crate) applies: Vec<Meant>,
    /// Who is skipped, and why.
    pub(crate) skipped: Vec<(Meant, String)>,
}

/// What an action would do to these rows; `viewer` says who looks at a row.
pub(crate) fn preview(rows: &[Row], action: Action, viewer: &dyn Fn(&Row) -> Viewer) -> Preview {
    let mut preview = Preview { action, applies: Vec::new(), skipped: Vec::new() };
    for row in rows {
        // A favorite is not made one again.
        let so_already = match action {
            Action::Favorite => row.favorite.then_some("already a favorite"),
            Action::Unfavorite => (!row.favorite).then_some("no favorite"),
            _ => None,
        };
        match (so_already, offer(row, &viewer(row), action).enabled) {
            (Some(why), _) => preview.skipped.push((Meant::of(row), why.to_owned())),
            (None, Err(reason)) => preview.skipped.push((Meant::of(row), reason.text())),
            (None, Ok(())) => preview.applies.push(Meant::of(row)),
        }
    }
    preview
}

impl Preview {
    /// Whether it asks before it begins: what ends sessions or destroys something does.
    pub(crate) fn is_dangerous(&self) -> bool {
        matches!(self.action, Action::Stop | Action::Restart | Action::Update | Action::Delete | Action::Cancel)
    }

    /// The title: `Stop 3 workspaces?`
    pub(crate) fn title(&self) -> String {
        format!("{}?", self.button())
    }

    /// The button that begins it: `Stop 3 workspaces`.
    pub(crate) fn button(&self) -> String {
        let count = self.applies.len();
        let noun = if count == 1 { "workspace" } else { "workspaces" };
        match self.action {
            Action::Favorite => format!("Add {count} {noun} to favorites"),
            Action::Unfavorite => format!("Remove {count} {noun} from favorites"),
            action => format!("{} {count} {noun}", action.word()),
        }
    }

    /// What it does to all of them, in a sentence.
    pub(crate) fn consequence(&self) -> &'static str {
        match self.action {
            Action::Start => "Each starts with the version it has.",
            Action::Stop => "Their processes and sessions end. What is on persistent disks stays.",
            Action::Restart => "Each is stopped, then started: processes and sessions end.",
            Action::Retry => "What failed is done again; a failed start is cleaned up by a stop first.",
            Action::Update => {
                "Each starts with the active version of its template; what runs is stopped first, and what is on no persistent disk may be lost."
            }
            Action::Cancel => "The builds under way end; what they made by then may be left behind.",
            Action::Activate => "Their dormancy ends; they stay stopped.",
            Action::Delete => "They are deleted with all they have. This cannot be undone.",
            _ => "",
        }
    }

    /// Who is skipped, in a sentence: by reason, the first few by name; empty if nobody is.
    pub(crate) fn skips(&self) -> String {
        let Some((first, why)) = self.skipped.first() else { return String::new() };
        let reasons: Vec<&String> = self.skipped.iter().map(|(_, why)| why).collect();
        let word = self.action.word();
        if self.skipped.len() == 1 {
            return format!("{word} skips {}: {why}.", first.name);
        }
        if reasons.iter().all(|reason| *reason == why) {
            return format!("{word} skips {}: {why}.", self.skipped.len());
        }
        format!("{word} skips {}: {} {why}, and others.", self.skipped.len(), first.name)
    }
}
