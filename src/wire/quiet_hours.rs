//! When a person's quiet hours begin (docs/control-plane-api.md, 2.9). Pure.

use json_tape::Read;
use serde::Serialize;

/// `GET /users/{user}/quiet-hours`: 404 on the open-source build, 403 without the licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct QuietHours {
    /// `CRON_TZ=Europe/Berlin 0 22 * * *`
    pub raw_schedule: String,
    /// Whether it is their own, and not the deployment's.
    #[serde(default)]
    pub user_set: bool,
    /// Whether the deployment lets its users set their own.
    #[serde(default)]
    pub user_can_set: bool,
}

/// Body of `PUT /users/{user}/quiet-hours`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SetQuietHours {
    pub schedule: String,
}
