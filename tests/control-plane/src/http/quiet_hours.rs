//! When a person's quiet hours begin: the stops that templates require come then. May import everything of this crate.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Routes;
use super::auth::Caller;
use super::error::{Answer, ApiError, Body, ok};
use crate::clock::{Us, rfc3339};
use crate::model::User;
use crate::schedule::{QUIET, Schedule};
use crate::{Quota, Shared};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new().route("/users/{user}/quiet-hours", get(read).put(write))
}

/// The open-source server has no such route; without a licence it is refused.
fn licensed(app: &Shared) -> Result<(), ApiError> {
    match app.config.quota {
        Quota::Absent => Err(ApiError::no_route()),
        Quota::Unlicensed | Quota::Licensed if !app.config.has_scheduling() => {
            Err(ApiError::new(StatusCode::FORBIDDEN, "Quiet hours are not in the licence.".to_owned()))
        }
        Quota::Unlicensed | Quota::Licensed => Ok(()),
    }
}

fn told(user: &User, now: Us) -> Result<Value, ApiError> {
    let raw = user.quiet_hours.as_deref().unwrap_or(QUIET);
    let schedule = Schedule::parse(raw).map_err(ApiError::bad_request)?;
    Ok(json!({
        "raw_schedule": raw,
        "user_set": user.quiet_hours.is_some(),
        "user_can_set": true,
        "time": schedule.clock(),
        "timezone": schedule.zone(),
        "next": schedule.next(now).map(rfc3339),
    }))
}

async fn read(State(app): State<Shared>, caller: Caller, Path(user): Path<String>) -> Answer {
    licensed(&app)?;
    let world = app.store.read();
    let person = caller.person(&world, &user)?;
    ok(&told(person, app.clock.now())?)
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    schedule: String,
}

async fn write(
    State(app): State<Shared>,
    caller: Caller,
    Path(user): Path<String>,
    Body(wanted): Body<Wanted>,
) -> Answer {
    licensed(&app)?;
    let id = caller.person(&app.store.read(), &user)?.id;
    if id != caller.user.id && !caller.is_owner() {
        return Err(ApiError::forbidden());
    }
    let refused =
        |detail: String| ApiError::bad_request("Failed to update user's quiet hours schedule.").detail(detail);
    let schedule = Schedule::parse(&wanted.schedule).map_err(refused)?;
    if !schedule.is_daily() {
        return Err(refused("the schedule names one time of every day".to_owned()));
    }
    let now = app.clock.now();
    let mut person = app.store.read().user(id).cloned().ok_or_else(ApiError::not_found)?;
    person.quiet_hours = Some(wanted.schedule);
    person.updated_at = now;
    let answer = told(&person, now)?;
    app.store.write(|world| {
        world.put_user(person);
        Ok::<_, ApiError>(())
    })?;
    ok(&answer)
}
