//! Tokens.

use crate::Shared;
use crate::clock::{Us, rfc3339};
use crate::http::auth;
use crate::http::auth::Caller;
use crate::http::error::{Answer, ApiError, Body, ok, reply};
use crate::model::{Key, User};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) fn render_key(key: &Key, user: &User) -> Value {
    json!({
        "id": key.id,
        "user_id": key.user_id,
        "last_used": if key.last_used == 0 { "1970-01-01T00:00:00Z".to_owned() } else { rfc3339(key.last_used) },
        "expires_at": rfc3339(key.expires_at),
        "created_at": rfc3339(key.created_at),
        "updated_at": rfc3339(key.created_at),
        "login_type": key.login_type,
        "scope": "all",
        "scopes": ["coder:all"],
        "token_name": key.token_name,
        "lifetime_seconds": key.lifetime_seconds,
        "allow_list": ["*:*"],
        "username": user.username,
    })
}

/// The person of a path, if the caller may handle their keys.
pub(super) fn key_holder(app: &Shared, caller: &Caller, text: &str) -> Result<User, ApiError> {
    let user = caller.person(&app.store.read(), text)?.clone();
    if user.id == caller.user.id || caller.is_owner() { Ok(user) } else { Err(ApiError::not_found()) }
}

pub(super) async fn tokens(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let user = key_holder(&app, &caller, &text)?;
    let world = app.store.read();
    let mut keys: Vec<&Key> = world.keys().filter(|key| key.user_id == user.id && key.login_type == "token").collect();
    keys.sort_by_key(|key| key.created_at);
    if keys.is_empty() {
        return ok(&Value::Null);
    }
    ok(&keys.into_iter().map(|key| render_key(key, &user)).collect::<Vec<_>>().into())
}

#[derive(Deserialize)]
pub(super) struct NewToken {
    #[serde(default)]
    lifetime: i64,
    #[serde(default)]
    token_name: String,
}

pub(super) async fn create_token(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(body): Body<NewToken>,
) -> Answer {
    const LONGEST: Us = 7 * 24 * 3_600_000_000;
    let user = key_holder(&app, &caller, &text)?;
    // Nanoseconds come, microseconds are kept.
    let lifetime = body.lifetime / 1000;
    if lifetime > LONGEST {
        return Err(ApiError::bad_request("Failed to validate create API key request.")
            .detail(format!("lifetime must be less than {}h0m0s", LONGEST / 3_600_000_000)));
    }
    let name = if body.token_name.is_empty() { Uuid::new_v4().simple().to_string() } else { body.token_name.clone() };
    let lifetime = if lifetime <= 0 { LONGEST } else { lifetime };
    let now = app.clock.now();
    let (key, token) = auth::new_key(user.id, &name, "token", now, Some(lifetime));
    app.store.write(|world| {
        if world.keys().any(|key| key.user_id == user.id && key.login_type == "token" && key.token_name == name) {
            return Err(ApiError::new(StatusCode::CONFLICT, format!("A token with name \"{name}\" already exists."))
                .field("name", "This value is already in use and should be unique."));
        }
        world.put_key(key);
        Ok(())
    })?;
    reply(StatusCode::CREATED, &json!({"key": token}))
}

pub(super) async fn create_session_key(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let user = key_holder(&app, &caller, &text)?;
    let (key, token) = auth::new_key(user.id, "", "password", app.clock.now(), None);
    app.store.write(|world| world.put_key(key));
    reply(StatusCode::CREATED, &json!({"key": token}))
}

pub(super) async fn token_config(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    key_holder(&app, &caller, &text)?;
    ok(&json!({"max_token_lifetime": 604_800_000_000_000_i64}))
}

pub(super) async fn key(State(app): State<Shared>, caller: Caller, Path((text, id)): Path<(String, String)>) -> Answer {
    let user = key_holder(&app, &caller, &text)?;
    let world = app.store.read();
    let key = world.key(&id).filter(|key| key.user_id == user.id).ok_or_else(ApiError::not_found)?;
    ok(&render_key(key, &user))
}

pub(super) async fn delete_key(
    State(app): State<Shared>,
    caller: Caller,
    Path((text, id)): Path<(String, String)>,
) -> Answer {
    let user = key_holder(&app, &caller, &text)?;
    let removed = app.store.write(|world| {
        let mine = world.key(&id).is_some_and(|key| key.user_id == user.id);
        mine && world.remove_key(&id)
    });
    if removed { crate::http::error::empty(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
}

// --- organizations ---------------------------------------------------------------------------------------------------
