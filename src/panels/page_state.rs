//! What a page about one workspace shows, by what is known of the workspace and of what else the page needs. May import
//! `store` and below.

use crate::api::error::{ApiError, Kind};
use crate::store::workspaces::DetailState;

/// What the page shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PageState {
    /// That it waits.
    Waiting,
    /// Why there is nothing to show.
    Failed(ApiError),
    /// The page.
    Ready,
}

/// What the page of a workspace shows; `rest` is asked once the workspace is there.
pub(crate) fn page_state(workspace: &DetailState, rest: impl FnOnce() -> PageState) -> PageState {
    match workspace {
        known if known.workspace().is_some() => rest(),
        DetailState::Failed(error) | DetailState::Refused(error) => PageState::Failed(error.clone()),
        DetailState::Deleted(_) | DetailState::Past(_) => PageState::Failed(ApiError::local(Kind::Gone, "")),
        DetailState::Loading | DetailState::Ready(_) => PageState::Waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_needs_its_workspace_first() {
        let never = || -> PageState { panic!("the workspace is not there yet") };
        assert_eq!(page_state(&DetailState::Loading, never), PageState::Waiting);
        let error = ApiError::local(Kind::NotFound, "Not here.");
        assert_eq!(page_state(&DetailState::Refused(error.clone()), never), PageState::Failed(error));
        let PageState::Failed(gone) = page_state(&DetailState::Deleted(None), never) else { panic!("it is gone") };
        assert_eq!(gone.kind, Kind::Gone);
        let known = crate::model::recordings::body("real/start-workspace");
        let ready = DetailState::Ready(std::sync::Arc::new(known));
        assert_eq!(page_state(&ready, || PageState::Ready), PageState::Ready);
    }
}
