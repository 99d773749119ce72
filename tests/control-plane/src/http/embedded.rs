//! What only the embedded control plane has: a clock that tests move, and allowances that they cut. May import
//! everything of this crate.

use axum::extract::State;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;

use super::Routes;
use super::error::{Answer, ApiError, Body, ok};
use crate::clock::{MILLISECOND, rfc3339};
use crate::{Shared, automation};

/// The routes of this file; they stand beside the API.
pub fn routes() -> Routes {
    Routes::new().route("/embedded/clock", post(advance)).route("/embedded/allowance", post(allow))
}

#[derive(Deserialize)]
struct Advance {
    #[serde(default)]
    ahead_ms: i64,
}

/// Moves the clock ahead and carries out what is due then.
async fn advance(State(app): State<Shared>, Body(body): Body<Advance>) -> Answer {
    app.clock.advance(body.ahead_ms.saturating_mul(MILLISECOND));
    let now = app.clock.now();
    if app.store.write(|world| automation::act(world, now)) {
        app.wake.notify_one();
    }
    ok(&json!({"now": rfc3339(now)}))
}

#[derive(Deserialize)]
struct Allowance {
    /// The organization, by name.
    #[serde(default)]
    organization: String,
    /// Credits for each of its members, whatever their groups.
    #[serde(default)]
    credits: i64,
}

/// Sets what the members of an organization may use, as somebody who cuts or raises the allowances of its groups does.
async fn allow(State(app): State<Shared>, Body(body): Body<Allowance>) -> Answer {
    app.store.write(|world| {
        let found = world.organizations().find(|one| one.name == body.organization).map(|one| one.id);
        let organization = found.ok_or_else(ApiError::not_found)?;
        let groups: Vec<_> =
            world.groups().filter(|group| group.organization_id == organization).map(|group| group.id).collect();
        for id in groups {
            if let Some(group) = world.group_mut(id) {
                // Everyone is in the group that has the organization's id.
                group.quota_allowance = if id == organization { body.credits } else { 0 };
            }
        }
        Ok::<_, ApiError>(())
    })?;
    ok(&json!({"budget": body.credits}))
}
