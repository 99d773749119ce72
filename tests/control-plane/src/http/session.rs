//! Signing in and out, people, tokens, organizations. May import everything of this crate.

mod password;
mod people;
mod sign_on;
#[cfg(test)]
mod tests;
mod tokens;

pub use self::password::hash_password_now;
use self::password::{NOBODYS_HASH, password_fits, validate_password};
use self::people::{
    activate, autofill, create_first_user, create_organization, create_user, first_user, is_email, members,
    organization, organizations, suspend, user, user_appearance, user_organizations, user_preferences, users,
};
pub use self::people::{is_name, page};
pub use self::sign_on::{PROVIDER, check_state, own_path, plain, provider, to_provider};
use self::sign_on::{auth_methods, github, oidc};
use self::tokens::{create_session_key, create_token, delete_key, key, token_config, tokens};
use super::auth::{COOKIE, Caller};
use super::error::{Answer, ApiError, Body, Checks, json_body};
use super::{Routes, auth};
use crate::Shared;
use crate::clock::rfc3339;
use crate::model::{Organization, User};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/users/first", get(first_user).post(create_first_user))
        .route("/users/authmethods", get(auth_methods))
        .route("/users/login", post(login))
        .route("/users/logout", post(logout))
        .route("/users/validate-password", post(validate_password))
        .route("/users/oidc/callback", get(oidc))
        .route("/users/oauth2/github/callback", get(github))
        .route("/users", get(users).post(create_user))
        .route("/users/{user}", get(user))
        .route("/users/{user}/status/suspend", put(suspend))
        .route("/users/{user}/status/activate", put(activate))
        .route("/users/{user}/organizations", get(user_organizations))
        .route("/users/{user}/appearance", get(user_appearance))
        .route("/users/{user}/preferences", get(user_preferences))
        .route("/users/{user}/autofill-parameters", get(autofill))
        .route("/users/{user}/keys", post(create_session_key))
        .route("/users/{user}/keys/tokens", get(tokens).post(create_token))
        .route("/users/{user}/keys/tokens/tokenconfig", get(token_config))
        .route("/users/{user}/keys/{key}", get(key).delete(delete_key))
        .route("/organizations", get(organizations).post(create_organization))
        .route("/organizations/{organization}", get(organization))
        .route("/organizations/{organization}/members", get(members))
}

/// A role as the API shows it.
fn role(name: &str) -> Value {
    let display: String = name
        .split('-')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
        })
        .collect::<Vec<_>>()
        .join(" ");
    json!({"name": name, "display_name": display})
}

/// A person as the API shows them.
pub fn render_user(user: &User) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), json!(user.id));
    out.insert("username".into(), json!(user.username));
    if !user.avatar_url.is_empty() {
        out.insert("avatar_url".into(), json!(user.avatar_url));
    }
    if !user.name.is_empty() {
        out.insert("name".into(), json!(user.name));
    }
    out.insert("email".into(), json!(user.email));
    out.insert("created_at".into(), rfc3339(user.created_at).into());
    out.insert("updated_at".into(), rfc3339(user.updated_at).into());
    out.insert("last_seen_at".into(), rfc3339(user.last_seen_at).into());
    out.insert("status".into(), json!(user.status));
    out.insert("login_type".into(), json!(user.login_type));
    out.insert("organization_ids".into(), json!(user.organizations.keys().collect::<Vec<_>>()));
    out.insert("roles".into(), user.roles.iter().map(|name| role(name)).collect::<Vec<_>>().into());
    out.insert("has_ai_seat".into(), json!(false));
    Value::Object(out)
}

/// An organization as the API shows it.
pub fn render_organization(organization: &Organization) -> Value {
    json!({
        "id": organization.id,
        "name": organization.name,
        "display_name": organization.display_name,
        "icon": organization.icon,
        "description": organization.description,
        "created_at": rfc3339(organization.created_at),
        "updated_at": rfc3339(organization.updated_at),
        "is_default": organization.is_default,
        "default_org_member_roles": ["organization-workspace-access"],
    })
}

// --- first user ------------------------------------------------------------------------------------------------------

#[derive(Deserialize)]
struct Login {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

async fn login(State(app): State<Shared>, Body(body): Body<Login>) -> Answer {
    let mut checks = Checks::default();
    if body.email.is_empty() {
        checks.fail("email", "required", "");
    } else if !is_email(&body.email) {
        checks.fail("email", "email", &body.email);
    }
    if body.password.is_empty() {
        checks.fail("password", "required", "");
    }
    checks.done()?;
    let wrong = || ApiError::new(StatusCode::UNAUTHORIZED, "Incorrect email or password.");
    let user = app.store.read().user_by_email(&body.email).cloned();
    // Nobody's password is looked at as long as somebody's: the time to answer does not tell who is known.
    let hash = user.as_ref().map(|user| user.password_hash.clone()).filter(|hash| !hash.is_empty());
    let fits = tokio::task::spawn_blocking(move || {
        let is_known = hash.is_some();
        password_fits(&body.password, hash.as_ref().unwrap_or(&NOBODYS_HASH)) && is_known
    });
    let fits = fits.await.unwrap_or(false);
    let Some(user) = user.filter(|user| fits && user.login_type == "password") else { return Err(wrong()) };
    if user.status == "suspended" {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "Your account is suspended. Contact an admin to reactivate your account.",
        ));
    }
    let now = app.clock.now();
    let (key, token) = auth::new_key(user.id, "", "password", now, None);
    app.store.write(|world| {
        world.put_key(key);
        if let Some(user) = world.user_mut(user.id) {
            "active".clone_into(&mut user.status);
            user.last_seen_at = now;
            user.updated_at = now;
        }
    });
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)], json_body(&json!({"session_token": token})))
        .into_response())
}

async fn logout(State(app): State<Shared>, caller: Caller) -> Answer {
    app.store.write(|world| world.remove_key(&caller.key_id));
    let cookie = format!("{COOKIE}=; Path=/; Max-Age=0; SameSite=Lax");
    Ok(([(header::SET_COOKIE, cookie)], json_body(&json!({"message": "Logged out!"}))).into_response())
}

// --- people ----------------------------------------------------------------------------------------------------------
