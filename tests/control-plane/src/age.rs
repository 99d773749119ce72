//! Of which age the control plane is: what an older one did not have yet is taken out of the answers of the newest
//! (fields, routes, keys of the list's language), and its provisioner went another way (`plan`). Learned from the
//! recordings of both. May import nothing of this crate.

use serde_json::{Map, Value};

/// Which control plane this one stands in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Age {
    /// June 2026.
    #[default]
    Newest,
    /// July 2025.
    July2025,
}

/// Keys that came after July 2025, wherever they stand.
const LATER: &[&str] = &[
    "code_challenge_methods_supported",
    "cors_behavior",
    "count_cap",
    "default_org_member_roles",
    "disable_module_cache",
    "has_ai_seat",
    "has_external_agent",
    "is_prebuild",
    "shared_with",
    "supports_revocation",
    "task_id",
    "theme_dark",
    "theme_light",
    "theme_mode",
    "webpush_public_key",
];

/// Keys that came later in one kind of object alone, each with a key that tells that kind.
const LATER_IN: &[(&str, &str)] = &[
    ("initiator_id", "queue_position"),
    ("logs_overflowed", "queue_position"),
    ("deleted", "active_user_count"),
    ("workspace_build_transition", "workspace_name"),
    ("DesiredPrebuildInstances", "Parameters"),
    ("Description", "Parameters"),
    ("Icon", "Parameters"),
    ("exit_code", "log_source_id"),
    ("status", "log_source_id"),
];

/// Features of the licence that came later.
const LATER_FEATURES: &[&str] = &[
    "ai_governance_user_limit",
    "aibridge",
    "boundary",
    "connection_log",
    "managed_agent_limit",
    "service_accounts",
    "task_batch_actions",
    "workspace_external_agent",
];

/// Keys of the list's language that came later.
const LATER_QUERY: &[&str] = &["has_external_agent", "healthy", "shared", "shared_with_group", "shared_with_user"];

impl Age {
    /// The version that the server says it is.
    pub fn version(self) -> &'static str {
        match self {
            Age::Newest => "v2.34.0-gantry",
            Age::July2025 => "v2.24.2-gantry",
        }
    }

    /// The version of the provisioners' API.
    pub fn provisioner_api(self) -> &'static str {
        match self {
            Age::Newest => "1.18",
            Age::July2025 => "1.7",
        }
    }

    /// Whether the server has a path below `/api/v2`.
    pub fn has_route(self, path: &str) -> bool {
        let mut parts = path.trim_matches('/').split('/');
        let (first, third) = (parts.next(), parts.nth(1));
        self == Age::Newest
            || !(matches!((first, third), (Some("workspaces"), Some("acl")) | (Some("users"), Some("preferences")))
                || path.ends_with("/workspaces/available-users"))
    }

    /// Whether the list's language has a key.
    pub fn has_query(self, key: &str) -> bool {
        self == Age::Newest || !LATER_QUERY.contains(&key)
    }

    /// Takes out of an answer what came later.
    pub fn without_later(self, value: &mut Value) {
        if self == Age::Newest {
            return;
        }
        match value {
            Value::Object(map) => {
                clean(map);
                map.values_mut().for_each(|value| self.without_later(value));
            }
            Value::Array(items) => items.iter_mut().for_each(|value| self.without_later(value)),
            _ => {}
        }
    }
}

fn clean(map: &mut Map<String, Value>) {
    if let Some(version) = map.get_mut("version").filter(|version| **version == *Age::Newest.version()) {
        *version = Age::July2025.version().into();
    }
    for key in LATER {
        map.remove(*key);
    }
    for (key, sign) in LATER_IN {
        if map.contains_key(*sign) {
            map.remove(*key);
        }
    }
    wait_in_health(map);
    if let Some(Value::Object(features)) = map.get_mut("features") {
        features.retain(|name, _| !LATER_FEATURES.contains(&name.as_str()));
    }
}

/// What was said later of an agent that has not connected yet. Then it was healthy as long as its time was not over.
const NOT_YET: &str = "agent has not yet connected";

fn waits(agent: &Value) -> bool {
    agent.pointer("/health/reason").is_some_and(|reason| reason == NOT_YET)
}

/// Calls agents healthy that have not connected yet, and the workspaces where nothing else is wrong.
fn wait_in_health(map: &mut Map<String, Value>) {
    let resources = map.get("latest_build").and_then(|build| build.get("resources")).and_then(Value::as_array);
    let agents = resources.into_iter().flatten().filter_map(|resource| resource.get("agents")?.as_array()).flatten();
    let waiting: Vec<Value> =
        agents.filter(|agent| waits(agent)).filter_map(|agent| agent.get("id").cloned()).collect();
    let Some(Value::Object(health)) = map.get_mut("health") else { return };
    if health.get("reason").is_some_and(|reason| reason == NOT_YET) {
        health.remove("reason");
        health.insert("healthy".into(), true.into());
    }
    if let Some(Value::Array(failing)) = health.get_mut("failing_agents") {
        failing.retain(|id| !waiting.contains(id));
        let healthy = failing.is_empty();
        health.insert("healthy".into(), healthy.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_came_later_is_taken_out_and_the_rest_stays() {
        let newest = json!({"latest_build": {"job": {"queue_position": 0, "initiator_id": 1, "logs_overflowed": false},
            "initiator_id": 2, "has_external_agent": false, "resources": [{"agents": [{"logs_overflowed": true}]}]},
            "is_prebuild": false, "features": {"aibridge": {}, "audit_log": {}}});
        let mut older = newest.clone();
        Age::July2025.without_later(&mut older);
        let expected = json!({"latest_build": {"job": {"queue_position": 0}, "initiator_id": 2,
            "resources": [{"agents": [{"logs_overflowed": true}]}]}, "features": {"audit_log": {}}});
        assert_eq!(older, expected);
        let mut same = newest.clone();
        Age::Newest.without_later(&mut same);
        assert_eq!(same, newest);
    }

    #[test]
    fn an_agent_that_has_not_connected_yet_was_healthy() {
        let agent = |id: u8, reason: &str| json!({"id": id, "health": {"healthy": false, "reason": reason}});
        let workspace = |agents: Value, failing: Value| json!({"latest_build": {"resources": [{"agents": agents}]}, "health": {"healthy": false, "failing_agents": failing}});
        let late = "agent is taking too long to connect";
        for (agents, failing, healthy, left) in [
            (json!([agent(1, NOT_YET)]), json!([1]), true, json!([])),
            (json!([agent(1, NOT_YET), agent(2, late)]), json!([1, 2]), false, json!([2])),
        ] {
            let mut found = workspace(agents, failing);
            Age::July2025.without_later(&mut found);
            assert_eq!(found["health"], json!({"healthy": healthy, "failing_agents": left}));
            assert_eq!(found["latest_build"]["resources"][0]["agents"][0]["health"], json!({"healthy": true}));
        }
    }

    #[test]
    fn routes_that_came_later_are_not_there() {
        assert!(!Age::July2025.has_route("/organizations/x/members/me/workspaces/available-users"));
        assert!(!Age::July2025.has_route("/workspaces/x/acl") && !Age::July2025.has_route("/users/me/preferences"));
        assert!(Age::July2025.has_route("/workspaces/x/builds") && Age::Newest.has_route("/workspaces/x/acl"));
    }
}
