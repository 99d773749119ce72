//! What is shown of a workspace that is asked for by its names, or why not, and what the page around is told of it. May
//! import `panels` and below.

use crate::api::error::{ApiError, Kind};
use crate::embed::host::Host;
use crate::model::embed::protocol::Trouble;
use crate::panels::problem::{MISSING, Subject};
use crate::store::use_stores;
use crate::store::workspaces::{DetailState, WorkspaceDetail};
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) const SUBJECT: Subject = Subject { noun: "this workspace", verb: "read the workspace", missing: MISSING };

/// What the panel shows, so that it is not built anew with each frame.
#[derive(Clone, PartialEq)]
pub(super) enum Shows {
    Waiting,
    Failed(ApiError),
    Panel,
}

/// A workspace that is asked for by its names: what is known of it, and what is shown.
pub(super) fn shown(detail: &WorkspaceDetail) -> (Memo<Option<Arc<Workspace>>>, Memo<Shows>) {
    let known = detail.state.clone();
    let workspace = Memo::new(move |_| known.with(|state| state.workspace().cloned()));
    let known = detail.state.clone();
    let shows = Memo::new(move |_| {
        if workspace.with(Option::is_some) {
            return Shows::Panel;
        }
        known.with(|state| match state {
            DetailState::Failed(error) | DetailState::Refused(error) => Shows::Failed(error.clone()),
            DetailState::Deleted(_) | DetailState::Past(_) => {
                Shows::Failed(ApiError::local(Kind::Gone, "This workspace was deleted."))
            }
            DetailState::Loading | DetailState::Ready(_) => Shows::Waiting,
        })
    });
    (workspace, shows)
}

/// Tells the page around whether it can be shown.
pub(super) fn tell_trouble(host: Host, shows: Memo<Shows>) {
    let session = use_stores().session;
    Effect::new(move |_| {
        let trouble = shows.with(|shows| match shows {
            Shows::Failed(error) => Some(told(error)),
            Shows::Waiting | Shows::Panel => None,
        });
        host.trouble(trouble);
        let waits = shows.with(|shows| *shows == Shows::Waiting);
        host.waits(waits);
        if !waits {
            session.first_rows_shown();
        }
    });
}

/// What a panel tells of a failed answer to the page around it.
pub(super) fn told(error: &ApiError) -> (Trouble, String) {
    let code = match error.kind {
        Kind::NotFound | Kind::Gone => Trouble::NotFound,
        _ if error.is_unreachable() => Trouble::Unreachable,
        _ => Trouble::Refused,
    };
    (code, error.sentence())
}
