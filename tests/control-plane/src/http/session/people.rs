//! People and organizations.

use super::password::{hash_password, password_weakness};
use super::{render_organization, render_user, role};
use crate::Shared;
use crate::clock::{Us, rfc3339};
use crate::http::auth;
use crate::http::auth::Caller;
use crate::http::error::{Answer, ApiError, Body, Checks, ok, reply};
use crate::model::{Organization, User};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;

pub(super) static USERNAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("^[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*$").ok());

pub(super) static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$").ok());

/// Whether a text may be a username or the name of a workspace.
pub fn is_name(text: &str) -> bool {
    text.len() <= 32 && USERNAME.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

pub(super) fn is_email(text: &str) -> bool {
    EMAIL.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

pub(super) async fn first_user(State(app): State<Shared>) -> Answer {
    if app.store.read().users().next().is_some() {
        ok(&json!({"message": "The initial user has already been created!"}))
    } else {
        Err(ApiError::new(StatusCode::NOT_FOUND, "The initial user has not been created!"))
    }
}

#[derive(Deserialize)]
pub(super) struct NewUser {
    #[serde(default)]
    pub(super) email: String,
    #[serde(default)]
    pub(super) username: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) password: String,
    #[serde(default)]
    pub(super) organization_ids: Option<Vec<Uuid>>,
}

impl NewUser {
    /// The fields; `is_strong` is asked of the password apart.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        let mut checks = Checks::default();
        if self.email.is_empty() {
            checks.fail("email", "required", "");
        } else if !is_email(&self.email) {
            checks.fail("email", "email", &self.email);
        }
        if self.username.is_empty() {
            checks.fail("username", "required", "");
        } else if !is_name(&self.username) {
            checks.fail("username", "username", &self.username);
        }
        if self.password.is_empty() {
            checks.fail("password", "required", "");
        }
        checks.done()
    }

    pub(super) fn is_strong(&self, words: &str) -> Result<(), ApiError> {
        match password_weakness(&self.password) {
            None => Ok(()),
            Some(detail) => Err(ApiError::bad_request(words).field("password", detail)),
        }
    }
}

pub(super) async fn create_first_user(State(app): State<Shared>, Body(new): Body<NewUser>) -> Answer {
    let taken = || ApiError::new(StatusCode::CONFLICT, "The initial user has already been created.");
    new.check()?;
    if app.store.read().users().next().is_some() {
        return Err(taken());
    }
    new.is_strong("Password is invalid")?;
    let password_hash = hash_password(new.password.clone()).await?;
    let now = app.clock.now();
    let made = app.store.write(|world| {
        if world.users().next().is_some() {
            return None;
        }
        let organization = world.organizations().find(|organization| organization.is_default)?.id;
        let user = make_user(&new, password_hash, now, &[organization], vec!["owner".to_owned()]);
        let id = user.id;
        world.put_user(user);
        Some((id, organization))
    });
    let (user_id, organization_id) = made.ok_or_else(taken)?;
    reply(StatusCode::CREATED, &json!({"user_id": user_id, "organization_id": organization_id}))
}

pub(super) fn make_user(
    new: &NewUser,
    password_hash: String,
    now: Us,
    organizations: &[Uuid],
    roles: Vec<String>,
) -> User {
    User {
        id: Uuid::new_v4(),
        username: new.username.clone(),
        name: new.name.clone(),
        email: new.email.clone(),
        avatar_url: String::new(),
        password_hash,
        login_type: "password".to_owned(),
        status: "dormant".to_owned(),
        roles,
        organizations: organizations.iter().map(|id| (*id, Vec::new())).collect(),
        created_at: now,
        updated_at: now,
        last_seen_at: 0,
        links: BTreeMap::new(),
        quiet_hours: None,
    }
}

pub(super) async fn create_user(State(app): State<Shared>, caller: Caller, Body(new): Body<NewUser>) -> Answer {
    if !caller.is_owner() && !caller.has_role("user-admin") {
        return Err(ApiError::forbidden());
    }
    new.check()?;
    new.is_strong("Password not strong enough!")?;
    let password_hash = hash_password(new.password.clone()).await?;
    let now = app.clock.now();
    let made = app.store.write(|world| {
        if world.user_named(&new.username).is_some() || world.user_by_email(&new.email).is_some() {
            return Err(ApiError::new(StatusCode::CONFLICT, "User already exists."));
        }
        let organizations = match new.organization_ids.clone().filter(|ids| !ids.is_empty()) {
            Some(ids) => ids,
            None => world.organizations().filter(|organization| organization.is_default).map(|o| o.id).collect(),
        };
        let user = make_user(&new, password_hash, now, &organizations, Vec::new());
        world.put_user(user.clone());
        Ok(user)
    })?;
    reply(StatusCode::CREATED, &render_user(&made))
}

// --- passwords -------------------------------------------------------------------------------------------------------

pub(super) async fn user(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    ok(&render_user(caller.person(&world, &text)?))
}

pub(super) async fn users(State(app): State<Shared>, caller: Caller, uri: Uri) -> Answer {
    if !caller.reads_users() {
        return Err(ApiError::forbidden());
    }
    let (limit, offset) = page(&uri)?;
    let search = auth::query_value(&uri, "q").unwrap_or_default().to_lowercase();
    let world = app.store.read();
    let mut found: Vec<&User> = world
        .users()
        .filter(|user| {
            search.split_whitespace().all(|word| match word.split_once(':') {
                Some(("status", status)) => user.status == status,
                Some(_) => true,
                None => user.username.to_lowercase().contains(word) || user.email.to_lowercase().contains(word),
            })
        })
        .collect();
    found.sort_by_key(|user| user.username.to_lowercase());
    let count = found.len();
    let list: Vec<Value> = found.into_iter().skip(offset).take(limit.unwrap_or(usize::MAX)).map(render_user).collect();
    ok(&json!({"users": list, "count": count}))
}

/// `limit` (none or 0: no limit) and `offset` of a list.
pub fn page(uri: &Uri) -> Result<(Option<usize>, usize), ApiError> {
    let mut error = ApiError::bad_request("Query parameters have invalid values.");
    let mut wrong = false;
    let mut number = |name: &str| {
        let text = auth::query_value(uri, name).unwrap_or_default();
        if text.is_empty() {
            return 0;
        }
        let must = format!("Query param \"{name}\" must be a valid 32-bit positive integer");
        let detail = match text.parse::<i32>() {
            Ok(value) => match usize::try_from(value) {
                Ok(value) => return value,
                Err(_) => format!("{must}: value is negative"),
            },
            Err(cause) => {
                let why = if matches!(
                    cause.kind(),
                    std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow
                ) {
                    "value out of range"
                } else {
                    "invalid syntax"
                };
                format!("{must}: strconv.ParseInt: parsing \"{text}\": {why}")
            }
        };
        wrong = true;
        let so_far = std::mem::replace(&mut error, ApiError::bad_request(""));
        error = so_far.field(name, detail);
        0
    };
    let limit = number("limit");
    let offset = number("offset");
    if wrong { Err(error) } else { Ok(((limit > 0).then_some(limit), offset)) }
}

pub(super) async fn suspend(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    set_status(&app, &caller, &text, "suspended")
}

pub(super) async fn activate(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    set_status(&app, &caller, &text, "active")
}

pub(super) fn set_status(app: &Shared, caller: &Caller, text: &str, status: &str) -> Answer {
    let id = caller.person(&app.store.read(), text)?.id;
    if !caller.is_owner() && !caller.has_role("user-admin") {
        return Err(ApiError::forbidden());
    }
    if status == "suspended" && id == caller.user.id {
        return Err(ApiError::bad_request("You cannot suspend yourself."));
    }
    let now = app.clock.now();
    let changed = app.store.write(|world| {
        let user = world.user_mut(id)?;
        status.clone_into(&mut user.status);
        user.updated_at = now;
        Some(render_user(user))
    });
    ok(&changed.ok_or_else(ApiError::not_found)?)
}

pub(super) async fn user_organizations(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let user = caller.person(&world, &text)?;
    let mut list: Vec<&Organization> = user.organizations.keys().filter_map(|id| world.organization(*id)).collect();
    list.sort_by_key(|organization| (!organization.is_default, organization.name.clone()));
    ok(&list.into_iter().map(render_organization).collect::<Vec<_>>().into())
}

pub(super) async fn user_appearance(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    caller.person(&app.store.read(), &text)?;
    ok(&json!({"theme_preference": "", "theme_mode": "", "theme_light": "", "theme_dark": "", "terminal_font": ""}))
}

pub(super) async fn user_preferences(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    caller.person(&app.store.read(), &text)?;
    ok(&json!({
        "task_notification_alert_dismissed": false,
        "thinking_display_mode": "auto",
        "shell_tool_display_mode": "always_collapsed",
        "code_diff_display_mode": "",
        "agent_chat_send_shortcut": "enter",
    }))
}

/// The values of a person's last build of a template; they are proposed for the next workspace.
pub(super) async fn autofill(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, uri: Uri) -> Answer {
    let world = app.store.read();
    let user = caller.person(&world, &text)?;
    let template = auth::id(&auth::query_value(&uri, "template_id").unwrap_or_default())?;
    let latest = world
        .workspaces()
        .filter(|workspace| workspace.owner_id == user.id && workspace.template_id == template)
        .filter_map(|workspace| world.latest_build(workspace.id))
        .max_by_key(|build| build.created_at);
    let mut values: Vec<(String, String)> = latest.map(|build| build.parameters.clone()).unwrap_or_default();
    values.retain(|(_, value)| !value.is_empty());
    values.sort();
    let list: Vec<Value> = values.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    ok(&list.into())
}

// --- tokens ----------------------------------------------------------------------------------------------------------

pub(super) async fn organizations(State(app): State<Shared>, caller: Caller) -> Answer {
    let world = app.store.read();
    let mut list: Vec<&Organization> =
        world.organizations().filter(|organization| caller.sees_organization(organization.id)).collect();
    list.sort_by_key(|organization| (!organization.is_default, organization.name.clone()));
    ok(&list.into_iter().map(render_organization).collect::<Vec<_>>().into())
}

pub(super) async fn create_organization(State(app): State<Shared>, caller: Caller) -> Answer {
    let _ = caller;
    match app.config.quota {
        crate::Quota::Absent => Err(ApiError::no_route()),
        _ => Err(ApiError::new(StatusCode::FORBIDDEN, "Multiple Organizations is a Premium feature. Contact sales!")),
    }
}

pub(super) async fn organization(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let found = world
        .organization_named(&text)
        .filter(|organization| caller.sees_organization(organization.id))
        .ok_or_else(ApiError::not_found)?;
    ok(&render_organization(found))
}

pub(super) async fn members(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let organization = world
        .organization_named(&text)
        .filter(|organization| caller.sees_organization(organization.id))
        .ok_or_else(ApiError::not_found)?;
    let all = caller.reads_users();
    let mut people: Vec<(&User, &Vec<String>)> = world
        .users()
        .filter(|user| all || user.id == caller.user.id)
        .filter_map(|user| user.organizations.get(&organization.id).map(|roles| (user, roles)))
        .collect();
    people.sort_by_key(|(user, _)| user.created_at);
    let list: Vec<Value> = people
        .into_iter()
        .map(|(user, roles)| {
            let mut out = Map::new();
            out.insert("username".into(), json!(user.username));
            if !user.name.is_empty() {
                out.insert("name".into(), json!(user.name));
            }
            out.insert("email".into(), json!(user.email));
            out.insert("status".into(), json!(user.status));
            out.insert("login_type".into(), json!(user.login_type));
            out.insert("last_seen_at".into(), rfc3339(user.last_seen_at).into());
            out.insert("user_created_at".into(), rfc3339(user.created_at).into());
            out.insert("user_updated_at".into(), rfc3339(user.updated_at).into());
            out.insert("global_roles".into(), user.roles.iter().map(|name| role(name)).collect::<Vec<_>>().into());
            out.insert("has_ai_seat".into(), json!(false));
            out.insert("user_id".into(), json!(user.id));
            out.insert("organization_id".into(), json!(organization.id));
            out.insert("created_at".into(), rfc3339(user.created_at).into());
            out.insert("updated_at".into(), rfc3339(user.updated_at).into());
            out.insert("roles".into(), roles.iter().map(|name| role(name)).collect::<Vec<_>>().into());
            Value::Object(out)
        })
        .collect();
    ok(&list.into())
}
