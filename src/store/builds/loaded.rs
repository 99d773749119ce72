//! What is known of something that a page asked for. May import `api` and below.

use crate::api::error::{ApiError, Kind};

/// What is known of something that a page asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Loaded<T> {
    /// Nothing yet.
    #[default]
    Loading,
    /// It.
    Ready(T),
    /// It could not be loaded; asked again by itself.
    Failed(ApiError),
    /// The server says no (403, 404, 410); not asked again.
    Refused(ApiError),
}

impl<T> Loaded<T> {
    /// What an error makes of it.
    pub(crate) fn of_error(error: ApiError) -> Self {
        if is_final(&error) { Loaded::Refused(error) } else { Loaded::Failed(error) }
    }

    /// It, if it is there.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Loaded::Ready(value) => Some(value),
            _ => None,
        }
    }
}

/// How far a log is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LogStatus {
    /// Its lines are being asked for.
    #[default]
    Loading,
    /// Its lines arrive as they are written.
    Live,
    /// All lines are there.
    Complete,
    /// The last answer could not be read; it is asked for again.
    Trouble(ApiError),
    /// It cannot be read further; why.
    Ended(ApiError),
}

/// Whether asking again can change nothing.
pub(super) fn is_final(error: &ApiError) -> bool {
    matches!(error.kind, Kind::Forbidden | Kind::NotFound | Kind::Gone | Kind::Aborted | Kind::Unauthorized)
}
