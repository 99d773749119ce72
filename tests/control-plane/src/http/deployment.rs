//! What the deployment is and can do. May import everything of this crate.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use super::Routes;
use super::auth::{self, Caller};
use super::error::{Answer, ApiError, ok};
use crate::clock::rfc3339;
use crate::{Quota, Scheduling, Shared};

/// The routes of this file.
pub fn routes() -> Routes {
    Routes::new()
        .route("/buildinfo", get(build_info))
        .route("/entitlements", get(entitlements))
        .route("/appearance", get(appearance))
        .route("/experiments", get(experiments))
        .route("/experiments/available", get(experiments_available))
        .route("/updatecheck", get(update_check))
        .route("/regions", get(regions))
        .route("/applications/host", get(applications_host))
        .route("/deployment/ssh", get(ssh))
        .route("/deployment/config", get(config))
        .route("/notifications/inbox", get(inbox))
        .route("/audit", get(audit))
        .route("/csp/reports", post(csp_report))
}

async fn build_info(State(app): State<Shared>) -> Answer {
    ok(&json!({
        "external_url": "https://github.com/coder/coder",
        "version": app.config.age.version(),
        "dashboard_url": app.access_url,
        "telemetry": false,
        "workspace_proxy": false,
        "agent_api_version": "1.0",
        "provisioner_api_version": app.config.age.provisioner_api(),
        "upgrade_message": "",
        "deployment_id": app.deployment_id,
        // Nobody subscribes to it here: a key in form only.
        "webpush_public_key": format!("BO{}", app.deployment_id.simple().to_string().repeat(3).get(..85).unwrap_or_default()),
    }))
}

const FEATURES: &[&str] = &[
    "access_control",
    "advanced_template_scheduling",
    "ai_governance_user_limit",
    "aibridge",
    "appearance",
    "audit_log",
    "boundary",
    "browser_only",
    "connection_log",
    "control_shared_ports",
    "custom_roles",
    "external_provisioner_daemons",
    "external_token_encryption",
    "high_availability",
    "managed_agent_limit",
    "multiple_external_auth",
    "multiple_organizations",
    "scim",
    "service_accounts",
    "task_batch_actions",
    "template_rbac",
    "user_limit",
    "user_role_management",
    "workspace_batch_actions",
    "workspace_external_agent",
    "workspace_prebuilds",
    "workspace_proxy",
];

async fn entitlements(State(app): State<Shared>) -> Answer {
    let licensed = match app.config.quota {
        Quota::Absent => return Err(ApiError::no_route()),
        Quota::Unlicensed => false,
        Quota::Licensed => true,
    };
    let users = app.store.read().users().filter(|user| user.status == "active").count();
    let features: Map<String, Value> = FEATURES
        .iter()
        .map(|name| {
            let mut feature = Map::new();
            let is_scheduling = *name == "advanced_template_scheduling";
            let has = licensed && (!is_scheduling || app.config.has_scheduling());
            let entitlement = match app.config.scheduling {
                _ if !has => "not_entitled",
                Scheduling::Expired if is_scheduling => "grace_period",
                _ => "entitled",
            };
            feature.insert("entitlement".into(), json!(entitlement));
            feature.insert("enabled".into(), json!(has));
            if *name == "user_limit" {
                if licensed {
                    feature.insert("limit".into(), json!(100));
                }
                feature.insert("actual".into(), json!(users));
            }
            ((*name).to_owned(), Value::Object(feature))
        })
        .collect();
    ok(&json!({
        "features": features,
        "warnings": [],
        "errors": [],
        "has_license": licensed,
        "trial": licensed && app.config.scheduling == Scheduling::Trial,
        "require_telemetry": false,
        "refreshed_at": rfc3339(app.clock.now()),
    }))
}

async fn appearance(State(app): State<Shared>, headers: HeaderMap, uri: Uri) -> Answer {
    if app.config.quota == Quota::Absent {
        return Err(ApiError::no_route());
    }
    if auth::token(&headers, &uri).is_none() {
        let words = "API key or workspace agent token required, but none provided";
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, words));
    }
    auth::authenticate(&app, &headers, &uri)?;
    ok(&json!({
        "application_name": "",
        "logo_url": "",
        "docs_url": "https://coder.com/docs",
        "service_banner": {"enabled": false},
        "announcement_banners": [],
        "support_links": [{"name": "Documentation", "target": "https://coder.com/docs", "icon": "docs"}],
    }))
}

async fn experiments(_caller: Caller) -> Answer {
    ok(&json!([]))
}

async fn experiments_available(_caller: Caller) -> Answer {
    ok(&json!({"safe": []}))
}

async fn update_check(State(app): State<Shared>) -> Answer {
    ok(&json!({"current": true, "version": app.config.age.version(), "url": "https://github.com/coder/coder"}))
}

async fn regions(State(app): State<Shared>, _caller: Caller) -> Answer {
    ok(&json!({"regions": [{
        "id": app.deployment_id,
        "name": "primary",
        "display_name": "Default",
        "icon_url": "/emojis/1f3e1.png",
        "healthy": true,
        "path_app_url": app.access_url,
        "wildcard_hostname": "",
    }]}))
}

async fn applications_host(_caller: Caller) -> Answer {
    ok(&json!({"host": ""}))
}

async fn ssh(_caller: Caller) -> Answer {
    ok(&json!({"hostname_prefix": "coder.", "hostname_suffix": "coder", "ssh_config_options": {}}))
}

/// What the deployment was started with, as far as somebody here asks: what is off is left out.
async fn config(State(app): State<Shared>, caller: Caller) -> Answer {
    if !caller.is_owner() {
        return Err(ApiError::forbidden());
    }
    let mut config = Map::new();
    config.insert("access_url".into(), json!(app.access_url));
    if app.config.debug_builds {
        config.insert("enable_terraform_debug_mode".into(), json!(true));
    }
    if app.config.renames {
        config.insert("allow_workspace_renames".into(), json!(true));
    }
    ok(&json!({"config": config, "options": []}))
}

async fn inbox(_caller: Caller) -> Answer {
    ok(&json!({"notifications": [], "unread_count": 0}))
}

async fn audit(caller: Caller) -> Answer {
    if !caller.is_owner() && !caller.has_role("auditor") {
        return Err(ApiError::forbidden());
    }
    ok(&json!({"audit_logs": [], "count": 0, "count_cap": 2000}))
}

async fn csp_report(body: String) -> StatusCode {
    tracing::warn!("content security policy report: {body}");
    StatusCode::OK
}
