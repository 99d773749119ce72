//! Signing in and out, people, tokens, organizations. May import everything of this crate.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post, put};
use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;

use super::Routes;
use super::auth::{self, COOKIE, Caller};
use super::error::{Answer, ApiError, Body, Checks, json_body, ok, reply};
use crate::Shared;
use crate::clock::{Us, rfc3339};
use crate::model::{Key, Organization, User};

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

static USERNAME: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("^[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*$").ok());
static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$").ok());

/// Whether a text may be a username or the name of a workspace.
pub fn is_name(text: &str) -> bool {
    text.len() <= 32 && USERNAME.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

fn is_email(text: &str) -> bool {
    EMAIL.as_ref().is_some_and(|pattern| pattern.is_match(text))
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

async fn first_user(State(app): State<Shared>) -> Answer {
    if app.store.read().users().next().is_some() {
        ok(&json!({"message": "The initial user has already been created!"}))
    } else {
        Err(ApiError::new(StatusCode::NOT_FOUND, "The initial user has not been created!"))
    }
}

#[derive(Deserialize)]
struct NewUser {
    #[serde(default)]
    email: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    organization_ids: Option<Vec<Uuid>>,
}

impl NewUser {
    /// The fields; `is_strong` is asked of the password apart.
    fn check(&self) -> Result<(), ApiError> {
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

    fn is_strong(&self, words: &str) -> Result<(), ApiError> {
        match password_weakness(&self.password) {
            None => Ok(()),
            Some(detail) => Err(ApiError::bad_request(words).field("password", detail)),
        }
    }
}

async fn create_first_user(State(app): State<Shared>, Body(new): Body<NewUser>) -> Answer {
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

fn make_user(new: &NewUser, password_hash: String, now: Us, organizations: &[Uuid], roles: Vec<String>) -> User {
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
    }
}

async fn create_user(State(app): State<Shared>, caller: Caller, Body(new): Body<NewUser>) -> Answer {
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

/// argon2 with parameters that a development server can afford.
fn hasher() -> argon2::Argon2<'static> {
    let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap_or_default();
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}

/// Hashes a password.
pub fn hash_password_now(password: &str) -> Result<String, String> {
    use argon2::PasswordHasher;
    let salt = argon2::password_hash::SaltString::encode_b64(Uuid::new_v4().as_bytes()).map_err(|e| e.to_string())?;
    hasher().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|e| e.to_string())
}

async fn hash_password(password: String) -> Result<String, ApiError> {
    let internal = |detail: String| {
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error hashing password.").detail(detail)
    };
    tokio::task::spawn_blocking(move || hash_password_now(&password))
        .await
        .map_err(|error| internal(error.to_string()))?
        .map_err(internal)
}

/// The hash of a password that nobody has.
static NOBODYS_HASH: LazyLock<String> =
    LazyLock::new(|| hash_password_now(&Uuid::new_v4().to_string()).unwrap_or_default());

fn password_fits(password: &str, hash: &str) -> bool {
    use argon2::PasswordVerifier;
    argon2::PasswordHash::new(hash).is_ok_and(|parsed| hasher().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// What is wrong with a password: too little entropy by the sizes of the alphabets that it draws from.
fn password_weakness(password: &str) -> Option<&'static str> {
    const LEAST_BITS: f64 = 52.0;
    let sets: [(&str, u32); 3] = [("!@$&*", 5), ("_-., ", 5), ("\"#%'()+/:;<=>?[\\]^{|}~", 22)];
    let mut base: u32 = sets.iter().filter(|(set, _)| password.chars().any(|c| set.contains(c))).map(|(_, n)| n).sum();
    base += 26 * u32::from(password.chars().any(|c| c.is_ascii_lowercase()));
    base += 26 * u32::from(password.chars().any(|c| c.is_ascii_uppercase()));
    base += 10 * u32::from(password.chars().any(|c| c.is_ascii_digit()));
    let bits = f64::from(base.max(1)).log2() * (password.chars().count() as f64);
    (bits < LEAST_BITS).then_some(
        "insecure password, try including more special characters, using lowercase letters, using uppercase letters, using numbers, or using a longer password",
    )
}

#[derive(Deserialize)]
struct Password {
    #[serde(default)]
    password: String,
}

async fn validate_password(Body(body): Body<Password>) -> Answer {
    let weakness = password_weakness(&body.password);
    ok(&json!({"valid": weakness.is_none(), "details": weakness.unwrap_or_default()}))
}

// --- sign-in ---------------------------------------------------------------------------------------------------------

async fn auth_methods(State(app): State<Shared>) -> Answer {
    let words = if app.config.oidc { "Sign in with Acme" } else { "" };
    ok(&json!({
        "password": {"enabled": true},
        "github": {"enabled": app.config.github, "default_provider_configured": false},
        "oidc": {"enabled": app.config.oidc, "signInText": words, "iconUrl": ""},
    }))
}

/// Where the provider of `--oidc` lives, outside the API as any provider.
pub const PROVIDER: &str = "/demo-provider/authorize";

/// The provider: it knows one person, asks nothing, and sends the browser back to the control plane's own address.
pub async fn provider(State(app): State<Shared>, uri: Uri) -> Answer {
    if !app.config.oidc {
        return Err(ApiError::no_route());
    }
    let state = auth::query_value(&uri, "state").unwrap_or_default();
    let back = format!("{}/api/v2/users/oidc/callback?code=code&state={}", app.access_url, plain(&state));
    Ok((StatusCode::FOUND, [(header::LOCATION, back)]).into_response())
}

/// Letters and digits alone, for what goes into a header.
pub fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A path on this host from whatever was asked for.
pub fn own_path(text: &str) -> String {
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => text,
    };
    let path: String =
        path.chars().filter(|letter| letter.is_ascii_graphic() && !matches!(letter, ';' | '"')).collect();
    format!("/{}", path.trim_start_matches('/'))
}

/// The way to a provider: its address, and cookies that say where the browser goes afterwards.
pub fn to_provider(uri: &Uri, provider: &str) -> axum::response::Response {
    let state = Uuid::new_v4().simple().to_string();
    let wanted = own_path(&auth::query_value(uri, "redirect").unwrap_or_default());
    let location = format!("{provider}&response_type=code&state={state}");
    let cookie =
        |name: &str, value: &str| (header::SET_COOKIE, format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax"));
    let cookies = AppendHeaders([cookie("oauth_state", &state), cookie("oauth_redirect", &wanted)]);
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)], cookies).into_response()
}

/// The state was left with the host where the browser began; on any other host it is missing.
pub fn check_state(headers: &HeaderMap, uri: &Uri) -> Result<(), ApiError> {
    let state = auth::query_value(uri, "state").unwrap_or_default();
    if state.is_empty() {
        return Err(ApiError::bad_request("State must be provided."));
    }
    match auth::cookie(headers, "oauth_state").filter(|expected| !expected.is_empty()) {
        None => Err(ApiError::new(StatusCode::UNAUTHORIZED, "Cookie \"oauth_state\" must be provided.")),
        Some(expected) if state != expected => Err(ApiError::new(StatusCode::UNAUTHORIZED, "State mismatched.")),
        Some(_) => Ok(()),
    }
}

fn not_configured() -> ApiError {
    ApiError::bad_request("The oauth2 method requested is not configured!")
}

/// Both ends of signing in by GitHub. The second fails as on a server that cannot reach it.
async fn github(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Answer {
    if !app.config.github {
        return Err(not_configured());
    }
    if auth::query_value(&uri, "code").is_none() {
        let back = format!("{}/api/v2/users/oauth2/github/callback", app.access_url);
        let provider = format!("https://github.com/login/oauth/authorize?client_id=gantry-demo&redirect_uri={back}");
        return Ok(to_provider(&uri, &provider));
    }
    check_state(&headers, &uri)?;
    Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Failed exchanging Oauth code."))
}

/// Both ends of signing in by `OpenID` Connect: without a code the way to the provider, with one the way back.
async fn oidc(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Answer {
    if !app.config.oidc {
        return Err(not_configured());
    }
    if auth::query_value(&uri, "code").is_none() {
        return Ok(to_provider(&uri, &format!("{}{PROVIDER}?client_id=coder", app.provider_url)));
    }
    check_state(&headers, &uri)?;
    let wanted = own_path(auth::cookie(&headers, "oauth_redirect").unwrap_or_default());
    let now = app.clock.now();
    let token = app.store.write(|world| {
        let known = world.user_by_email("nadia@acme.test").map(|user| user.id);
        let id = known.unwrap_or_else(|| {
            let organizations: Vec<Uuid> =
                world.organizations().filter(|organization| organization.is_default).map(|found| found.id).collect();
            let new = NewUser {
                email: "nadia@acme.test".to_owned(),
                username: "nadia".to_owned(),
                name: "Nadia Rossi".to_owned(),
                password: String::new(),
                organization_ids: None,
            };
            let mut user = make_user(&new, String::new(), now, &organizations, Vec::new());
            "oidc".clone_into(&mut user.login_type);
            "active".clone_into(&mut user.status);
            user.last_seen_at = now;
            let id = user.id;
            world.put_user(user);
            id
        });
        let (key, token) = auth::new_key(id, "", "password", now, None);
        world.put_key(key);
        token
    });
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
    Ok((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, wanted), (header::SET_COOKIE, cookie)]).into_response())
}

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

async fn user(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    ok(&render_user(caller.person(&world, &text)?))
}

async fn users(State(app): State<Shared>, caller: Caller, uri: Uri) -> Answer {
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

async fn suspend(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    set_status(&app, &caller, &text, "suspended")
}

async fn activate(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    set_status(&app, &caller, &text, "active")
}

fn set_status(app: &Shared, caller: &Caller, text: &str, status: &str) -> Answer {
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

async fn user_organizations(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let user = caller.person(&world, &text)?;
    let mut list: Vec<&Organization> = user.organizations.keys().filter_map(|id| world.organization(*id)).collect();
    list.sort_by_key(|organization| (!organization.is_default, organization.name.clone()));
    ok(&list.into_iter().map(render_organization).collect::<Vec<_>>().into())
}

async fn user_appearance(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    caller.person(&app.store.read(), &text)?;
    ok(&json!({"theme_preference": "", "theme_mode": "", "theme_light": "", "theme_dark": "", "terminal_font": ""}))
}

async fn user_preferences(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
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
async fn autofill(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, uri: Uri) -> Answer {
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

fn render_key(key: &Key, user: &User) -> Value {
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
fn key_holder(app: &Shared, caller: &Caller, text: &str) -> Result<User, ApiError> {
    let user = caller.person(&app.store.read(), text)?.clone();
    if user.id == caller.user.id || caller.is_owner() { Ok(user) } else { Err(ApiError::not_found()) }
}

async fn tokens(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
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
struct NewToken {
    #[serde(default)]
    lifetime: i64,
    #[serde(default)]
    token_name: String,
}

async fn create_token(
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

async fn create_session_key(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let user = key_holder(&app, &caller, &text)?;
    let (key, token) = auth::new_key(user.id, "", "password", app.clock.now(), None);
    app.store.write(|world| world.put_key(key));
    reply(StatusCode::CREATED, &json!({"key": token}))
}

async fn token_config(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    key_holder(&app, &caller, &text)?;
    ok(&json!({"max_token_lifetime": 604_800_000_000_000_i64}))
}

async fn key(State(app): State<Shared>, caller: Caller, Path((text, id)): Path<(String, String)>) -> Answer {
    let user = key_holder(&app, &caller, &text)?;
    let world = app.store.read();
    let key = world.key(&id).filter(|key| key.user_id == user.id).ok_or_else(ApiError::not_found)?;
    ok(&render_key(key, &user))
}

async fn delete_key(State(app): State<Shared>, caller: Caller, Path((text, id)): Path<(String, String)>) -> Answer {
    let user = key_holder(&app, &caller, &text)?;
    let removed = app.store.write(|world| {
        let mine = world.key(&id).is_some_and(|key| key.user_id == user.id);
        mine && world.remove_key(&id)
    });
    if removed { super::error::empty(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
}

// --- organizations ---------------------------------------------------------------------------------------------------

async fn organizations(State(app): State<Shared>, caller: Caller) -> Answer {
    let world = app.store.read();
    let mut list: Vec<&Organization> =
        world.organizations().filter(|organization| caller.sees_organization(organization.id)).collect();
    list.sort_by_key(|organization| (!organization.is_default, organization.name.clone()));
    ok(&list.into_iter().map(render_organization).collect::<Vec<_>>().into())
}

async fn create_organization(State(app): State<Shared>, caller: Caller) -> Answer {
    let _ = caller;
    match app.config.quota {
        crate::Quota::Absent => Err(ApiError::no_route()),
        _ => Err(ApiError::new(StatusCode::FORBIDDEN, "Multiple Organizations is a Premium feature. Contact sales!")),
    }
}

async fn organization(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let found = world
        .organization_named(&text)
        .filter(|organization| caller.sees_organization(organization.id))
        .ok_or_else(ApiError::not_found)?;
    ok(&render_organization(found))
}

async fn members(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_judged_as_the_server_judges_them() {
        assert!(is_name("rich-one") && is_name("a") && !is_name("Bad Name") && !is_name("-a") && !is_name("a--b"));
        assert!(!is_name(&"a".repeat(33)));
        assert!(password_weakness("1").is_some());
        assert!(password_weakness("gantry-demo-1").is_none());
        assert!(is_email("owner@example.com") && !is_email("not an email") && !is_email("x"));
    }

    #[test]
    fn a_password_fits_its_hash_alone() {
        let hash = hash_password_now("gantry-demo-1").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_fits("gantry-demo-1", &hash));
        assert!(!password_fits("gantry-demo-2", &hash));
        assert!(!password_fits("", ""));
    }

    #[test]
    fn pages_are_read_and_refused() {
        let of = |query: &str| page(&format!("/x?{query}").parse::<Uri>().unwrap());
        assert_eq!(of("limit=25&offset=50").unwrap(), (Some(25), 50));
        assert_eq!(of("limit=0").unwrap(), (None, 0));
        let body = of("limit=ten&offset=-1").unwrap_err().body();
        assert_eq!(
            body["validations"][0]["detail"],
            "Query param \"limit\" must be a valid 32-bit positive integer: strconv.ParseInt: parsing \"ten\": invalid syntax"
        );
        assert_eq!(
            body["validations"][1]["detail"],
            "Query param \"offset\" must be a valid 32-bit positive integer: value is negative"
        );
    }

    #[test]
    fn roles_have_names_to_show() {
        assert_eq!(role("template-admin"), json!({"name": "template-admin", "display_name": "Template Admin"}));
    }
}
