//! What a template version asks for: its parameters as a list, its presets, and the form that is answered over a
//! socket. May import everything of this crate.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Routes;
use super::ask::preset_id;
use super::auth::{Caller, query_value};
use super::error::{Answer, ApiError, Body, ok};
use super::sockets::{self, HEARTBEAT};
use super::templates::visible_version;
use crate::Shared;
use crate::blueprint::{self, Blueprint, Parameter};
use crate::clock::{MINUTE, Us};
use crate::model::Version;
use crate::parameters::{Diagnostic, Seen, evaluate};

/// How long the socket of a form lives.
const FORM: Us = 30 * MINUTE;

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/templateversions/{version}/rich-parameters", get(rich_parameters))
        .route("/templateversions/{version}/presets", get(presets))
        .route("/templateversions/{version}/dynamic-parameters", get(form))
        .route("/templateversions/{version}/dynamic-parameters/evaluate", post(evaluated))
}

/// What the version asks for; nothing of one whose import failed, and too early for one that is being imported.
fn imported(version: &Version) -> Result<Option<Blueprint>, ApiError> {
    if version.importing {
        return Err(ApiError::new(StatusCode::TOO_EARLY, NOT_FINISHED));
    }
    Ok(version.import_error.is_empty().then(|| blueprint::named(&version.blueprint)))
}

/// What is said of a version that is being imported.
pub const NOT_FINISHED: &str = "Template version job has not finished";

async fn rich_parameters(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let blueprint = imported(visible_version(&world, &caller, &text)?)?.unwrap_or_default();
    let seen = evaluate(&blueprint, &BTreeMap::new());
    ok(&seen.iter().map(|seen| rich_parameter(seen.parameter)).collect::<Vec<_>>().into())
}

/// What a list offers; `value` spells a value as the answer has it.
fn options(parameter: &Parameter, value: fn(&str) -> Value) -> Value {
    let offered = parameter.options.iter().map(|option| {
        json!({
            "name": option.name,
            "description": option.description,
            "value": value(option.value),
            "icon": option.icon,
        })
    });
    offered.collect()
}

fn rich_parameter(parameter: &Parameter) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    put("name", json!(parameter.name));
    if !parameter.display.is_empty() {
        put("display_name", json!(parameter.display));
    }
    put("description", json!(parameter.description));
    put("description_plaintext", json!(parameter.description.replace("**", "")));
    put("type", json!(parameter.kind));
    put("form_type", json!(parameter.form()));
    put("mutable", json!(parameter.mutable));
    put("default_value", json!(parameter.default));
    put("icon", json!(parameter.icon));
    put("options", options(parameter, |value| json!(value)));
    if !parameter.error.is_empty() {
        put("validation_error", json!(parameter.error));
    }
    if let Some(pattern) = parameter.pattern {
        put("validation_regex", json!(pattern));
    }
    if let Some(min) = parameter.min {
        put("validation_min", json!(min));
    }
    if let Some(max) = parameter.max {
        put("validation_max", json!(max));
    }
    if let Some(way) = parameter.monotonic {
        put("validation_monotonic", json!(way.as_str()));
    }
    put("required", json!(parameter.required));
    put("ephemeral", json!(parameter.ephemeral));
    Value::Object(out)
}

async fn presets(State(app): State<Shared>, caller: Caller, Path(text): Path<String>) -> Answer {
    let world = app.store.read();
    let version = visible_version(&world, &caller, &text)?;
    let presets = blueprint::named(&version.blueprint).presets;
    if presets.is_empty() || version.importing {
        return ok(&Value::Null);
    }
    let list: Vec<Value> = presets
        .iter()
        .enumerate()
        .map(|(index, preset)| {
            let values: Vec<Value> =
                preset.values.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
            json!({
                "ID": preset_id(version.id, index),
                "Name": preset.name,
                "Parameters": values,
                "Default": preset.default,
                "DesiredPrebuildInstances": 0,
                "Description": preset.description,
                "Icon": preset.icon,
            })
        })
        .collect();
    ok(&list.into())
}

// --- the form --------------------------------------------------------------------------------------------------------

/// What a form holds.
#[derive(Debug, Deserialize)]
struct Filled {
    #[serde(default)]
    id: i64,
    #[serde(default)]
    inputs: Option<BTreeMap<String, String>>,
    #[serde(default)]
    owner_id: Option<Uuid>,
}

/// Whom the workspace would belong to; nobody is nobody the caller may know.
fn is_known(app: &Shared, caller: &Caller, owner: Uuid) -> bool {
    caller.person(&app.store.read(), &owner.to_string()).is_ok()
}

/// The answer to what a form holds.
fn answer(
    app: &Shared,
    caller: &Caller,
    blueprint: Option<&Blueprint>,
    owner: Uuid,
    id: i64,
    inputs: &BTreeMap<String, String>,
) -> Value {
    let Some(blueprint) = blueprint else {
        let old = json!({
            "severity": "warning",
            "summary": "This template version is missing required metadata to support dynamic parameters.",
            "detail": "To restore full functionality, please re-import the terraform as a new template version.",
            "extra": {"code": ""},
        });
        return json!({"id": id, "diagnostics": [old], "parameters": []});
    };
    if !is_known(app, caller, owner) {
        let nobody = json!({
            "severity": "error",
            "summary": "Failed to fetch workspace owner",
            "detail": "Please check your permissions or the user may not exist.",
            "extra": {"code": "owner_not_found"},
        });
        return json!({"id": id, "diagnostics": [nobody], "parameters": null});
    }
    let parameters: Vec<Value> = evaluate(blueprint, inputs).iter().map(shown).collect();
    json!({"id": id, "diagnostics": [], "parameters": parameters})
}

fn known(value: &str) -> Value {
    json!({"value": value, "valid": true})
}

fn shown(seen: &Seen<'_>) -> Value {
    let parameter = seen.parameter;
    let mut rules = Vec::new();
    if parameter.has_rules() {
        rules.push(json!({
            "validation_error": parameter.error,
            "validation_regex": parameter.pattern,
            "validation_min": parameter.min,
            "validation_max": parameter.max,
            "validation_monotonic": parameter.monotonic.map(blueprint::Monotonic::as_str),
        }));
    }
    // Terraform's own name of it stands where a value is missing.
    let nothing = || json!({"value": format!("data.coder_parameter.{}.value", parameter.name), "valid": false});
    json!({
        "name": parameter.name,
        "display_name": parameter.display,
        "description": parameter.description,
        "type": parameter.kind,
        "form_type": parameter.form(),
        "styling": styling(parameter),
        "mutable": parameter.mutable,
        "default_value": {"value": parameter.default, "valid": !parameter.required},
        "icon": parameter.icon,
        "options": options(parameter, known),
        "validations": rules,
        "required": parameter.required,
        "order": seen.order,
        "ephemeral": parameter.ephemeral,
        "value": seen.value.as_deref().map_or_else(nothing, known),
        "diagnostics": seen.diagnostics.iter().map(trouble).collect::<Vec<_>>(),
    })
}

fn styling(parameter: &Parameter) -> Value {
    let mut out = Map::new();
    if !parameter.placeholder.is_empty() {
        out.insert("placeholder".into(), parameter.placeholder.into());
    }
    if parameter.disabled {
        out.insert("disabled".into(), true.into());
    }
    if !parameter.label.is_empty() {
        out.insert("label".into(), parameter.label.into());
    }
    if parameter.masked {
        out.insert("mask_input".into(), true.into());
    }
    Value::Object(out)
}

fn trouble(found: &Diagnostic) -> Value {
    json!({
        "severity": "error",
        "summary": found.summary,
        "detail": found.detail,
        "extra": {"code": found.code},
    })
}

async fn evaluated(
    State(app): State<Shared>,
    caller: Caller,
    Path(text): Path<String>,
    Body(filled): Body<Filled>,
) -> Answer {
    let blueprint = imported(visible_version(&app.store.read(), &caller, &text)?)?;
    let inputs = filled.inputs.unwrap_or_default();
    ok(&answer(&app, &caller, blueprint.as_ref(), filled.owner_id.unwrap_or_default(), 0, &inputs))
}

async fn form(State(app): State<Shared>, caller: Caller, Path(text): Path<String>, request: Request) -> Answer {
    let blueprint = imported(visible_version(&app.store.read(), &caller, &text)?)?;
    let owner = match query_value(request.uri(), "user_id").filter(|text| !text.is_empty()) {
        None => caller.user.id,
        Some(text) => Uuid::parse_str(&text).map_err(|_| {
            ApiError::bad_request("Invalid user_id query parameter")
                .detail(format!("invalid UUID length: {}", text.len()))
        })?,
    };
    match sockets::open(request, sockets::FORM).await {
        Ok(upgrade) => Ok(upgrade.on_upgrade(move |socket| talk(socket, app, caller, blueprint, owner))),
        Err(response) => Ok(*response),
    }
}

/// Going away: the end of a form's socket, however it comes.
const GOING_AWAY: u16 = 1001;

/// Answers each thing that a form sends, whatever its number, until its time is over or it sends what is no form.
async fn talk(mut socket: WebSocket, app: Shared, caller: Caller, blueprint: Option<Blueprint>, mut owner: Uuid) {
    let first = answer(&app, &caller, blueprint.as_ref(), owner, -1, &BTreeMap::new());
    if !sockets::send(&mut socket, &first).await {
        return;
    }
    let lifetime = u64::try_from(app.clock.scale(FORM)).unwrap_or_default();
    let over = tokio::time::sleep(Duration::from_micros(lifetime));
    tokio::pin!(over);
    let mut beat = tokio::time::interval(HEARTBEAT);
    loop {
        let message = tokio::select! {
            message = socket.recv() => message,
            _ = beat.tick() => {
                if !sockets::ping(&mut socket).await {
                    return;
                }
                continue;
            }
            () = &mut over, if !app.clock.is_frozen() => return sockets::close(&mut socket, GOING_AWAY, "").await,
        };
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Binary(_))) => return sockets::close(&mut socket, GOING_AWAY, "").await,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return,
        };
        let Ok(filled) = serde_json::from_str::<Filled>(&text) else {
            return sockets::close(&mut socket, GOING_AWAY, "").await;
        };
        owner = filled.owner_id.filter(|id| !id.is_nil()).unwrap_or(owner);
        let inputs = filled.inputs.unwrap_or_default();
        let reply = answer(&app, &caller, blueprint.as_ref(), owner, filled.id, &inputs);
        if !sockets::send(&mut socket, &reply).await {
            return;
        }
    }
}
