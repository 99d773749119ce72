//! What only the embedded control plane has: a clock that tests move. May import everything of this crate.

use axum::extract::State;
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;

use super::Routes;
use super::error::{Answer, Body, ok};
use crate::clock::{MILLISECOND, rfc3339};
use crate::{Shared, automation};

/// The routes of this file; they stand beside the API.
pub fn routes() -> Routes {
    Routes::new().route("/embedded/clock", post(advance))
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
