//! The wire types against the recorded answers of a real control plane (tests/contract/README.md): each recording is a
//! round trip, and what an older or a newer server may send is survived. What each key is needed for stands in
//! `lost.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stderr)]

mod endpoints;
#[allow(dead_code)] // the check over other folders uses more of it
mod fit;
mod lost;
mod recording;

use endpoints::{Case, Verdict, judge};
use fit::{Step, at, at_mut, fit, general, written};
use json_tape::LeftOut;
use recording::{Refusal, read};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Recordings of no answer that Gantry reads, each with the reason.
const NOT_READ: &[(&str, &str)] = &[
    ("2025-07/agent/connection", "for a tunnel to the agent, which a browser does not build"),
    ("2025-07/agent/containers", "dev containers are not shown"),
    ("2025-07/org/daemons", "provisioners are for administrators"),
    ("2025-07/org/jobs", "the queue of all provisioners is for administrators"),
    ("2025-07/org/template-acl-available", "who may use a template is for administrators"),
    ("2025-07/org/template-daus", "figures of the deployment are not shown"),
    ("2025-07/org/version-external-auth", "external sign-ins are not shown"),
    ("2025-07/org/version-presets", "`null`: there are none"),
    ("2025-07/org/version-variables", "for administrators"),
    ("2025-07/session/audit", "the audit log is not shown"),
    ("2025-07/session/inbox", "notifications are not shown"),
    ("2025-07/session/me-appearance", "the theme of the other dashboard"),
    ("2025-07/session/me-preferences", "of the other dashboard"),
    ("2025-07/session/me-roles", "the user says the roles too"),
    ("2025-07/session/stats", "figures of the deployment are not shown"),
    ("2025-07/sockets/dynamic-parameters", "held in src/wire/parameter.rs, frame by frame"),
    ("agents/connection", "for a tunnel to the agent, which a browser does not build"),
    ("agents/containers", "dev containers are not shown"),
    ("auth/oidc-sign-in", "redirects, which the browser follows"),
    ("auth/oidc-sign-in-other-host", "redirects, which the browser follows"),
    ("session/api-root", "what `/api/v2/` itself says"),
    ("session/appearance", "the theme of the other dashboard"),
    ("session/autofill-parameters", "values are not filled in"),
    ("session/autofill-parameters-none", "values are not filled in"),
    ("session/deployment-stats", "figures of the deployment are not shown"),
    ("session/experiments-available", "only those that are on matter"),
    ("session/members", "members are not listed"),
    ("session/preferences", "of the other dashboard"),
    ("session/unknown-route", "an endpoint that does not exist"),
];

/// Objects whose keys are data, by the end of their general path.
const MAPS: &[&str] = &[".build_time_stats", ".features", ".latency", ".ssh_config_options", ".tags"];

/// Types of which no key must be there: whatever of them is said is shown.
const NO_KEY_NEEDED: &[&str] =
    &["AuthMethods", "BuildInfo", "BuildTimings", "LoginResponse", "SshConfig", "WorkspaceQuota"];

/// Whether a type is a frame, whose kind decides how the rest of it is read.
fn is_frame(shape: &str) -> bool {
    matches!(shape, "WatchFrame" | "MetadataFrame")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/recordings")
}

/// Every recording, by its name: `real/start-timings`.
fn recordings() -> Vec<(String, Verdict)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut files = Vec::new();
    walk(&folder(), &mut files);
    files.sort();
    let named = |path: PathBuf| {
        let name = path.strip_prefix(folder()).unwrap().with_extension("").to_str().unwrap().replace('\\', "/");
        let recording = read(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|refusal| match refusal {
            Refusal::Foreign => panic!("{name} is no recording"),
            Refusal::Malformed(reason) => panic!("{name}: {reason}"),
        });
        (name, judge(recording))
    };
    files.into_iter().map(named).collect()
}

/// Every JSON body, with the name of its recording.
fn cases() -> Vec<(String, Case)> {
    let mut found = Vec::new();
    for (name, verdict) in recordings() {
        if let Verdict::Cases(cases) = verdict {
            found.extend(cases.into_iter().map(|case| (name.clone(), case)));
        }
    }
    found
}

/// Every path of a value, parents before children, the root left out.
fn paths(value: &Value) -> Vec<Vec<Step>> {
    fn walk(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
        let steps: Vec<(Step, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
            Value::Array(items) => items.iter().enumerate().map(|(index, value)| (Step::Index(index), value)).collect(),
            _ => return,
        };
        for (step, value) in steps {
            path.push(step);
            found.push(path.clone());
            walk(value, path, found);
            path.pop();
        }
    }
    let mut found = Vec::new();
    walk(value, &mut Vec::new(), &mut found);
    found
}

fn is_map(general: &str) -> bool {
    MAPS.iter().any(|map| general.ends_with(map))
}

/// A general path with the keys of maps as `*`.
fn place(shape: &str, body_path: &[Step]) -> String {
    let mut place = general(shape, body_path.get(..1).unwrap_or_default());
    if is_map(shape) && !body_path.is_empty() {
        place = format!("{shape}.*");
    }
    for step in body_path.iter().skip(1) {
        match step {
            Step::Key(_) if is_map(&place) => place.push_str(".*"),
            Step::Key(key) => place = format!("{place}.{key}"),
            Step::Index(_) => place.push_str("[]"),
        }
    }
    place
}

fn is_id_or_time(value: &Value) -> bool {
    let text = value.as_str().unwrap();
    text.parse::<gantry::testing::wire::Id>().is_ok() || text.parse::<gantry::testing::wire::Timestamp>().is_ok()
}

fn replaced(body: &Value, path: &[Step], value: Value) -> Value {
    let mut body = body.clone();
    *at_mut(&mut body, path).unwrap() = value;
    body
}

#[test]
fn every_recording_has_a_type_or_a_reason() {
    let mut not_read: BTreeMap<&str, &str> = NOT_READ.iter().copied().collect();
    let mut bodies = 0;
    for (name, verdict) in recordings() {
        let listed = not_read.remove(name.as_str());
        match verdict {
            Verdict::Cases(cases) => {
                bodies += cases.len();
                assert!(listed.is_none(), "{name} has a type and stands in NOT_READ too");
            }
            Verdict::Skipped => assert!(listed.is_some(), "{name}: no type reads it; add one, or a line to NOT_READ"),
            Verdict::Misfit(reason) => panic!("{name}: {reason}"),
        }
    }
    assert!(not_read.is_empty(), "no such recordings: {not_read:?}");
    assert!(bodies > 350, "only {bodies} bodies were read");
}

#[test]
fn what_a_type_writes_is_what_was_recorded() {
    for (name, case) in cases() {
        if let Err(misfits) = case.fit() {
            panic!("{name}: {}{}", case.place, misfits[0]);
        }
        assert_eq!(case.left_out(), LeftOut::default(), "{name}");
    }
}

#[test]
fn wrong_types_are_refused_or_left_out_and_named_either_way() {
    let mut seen = BTreeSet::new();
    for (name, case) in cases() {
        let declared = case.fit().ok().unwrap().written;
        for path in paths(&declared) {
            if !seen.insert(place(case.shape.name, &path)) || at(&declared, &path).unwrap().is_null() {
                continue;
            }
            let wrong = match at(&declared, &path).unwrap() {
                Value::String(_) => json!(17),
                _ => json!("text"),
            };
            let body = replaced(&case.body, &path, wrong);
            // A frame's kind decides how the rest is read.
            if is_frame(case.shape.name) && path.len() == 1 {
                continue;
            }
            match (case.shape.read)(&body.to_string()) {
                Ok(_) => {
                    let said = noticed(case.shape, &body);
                    assert!(said.starts_with(&format!("{}: expected ", written(&path))), "{name}: {said}");
                }
                Err(misfit) => assert_eq!(misfit.path, path, "{name}: {misfit}"),
            }
        }
    }
}

/// What the type leaves out of a body, in words.
fn noticed(shape: fit::Shape, body: &Value) -> String {
    (shape.left_out)(&body.to_string()).first.unwrap_or_default().into()
}

#[test]
fn null_is_as_good_as_missing() {
    let mut seen = BTreeSet::new();
    for (name, case) in cases() {
        let declared = case.fit().ok().unwrap().written;
        for path in paths(&declared) {
            let Some((Step::Key(key), parent)) = path.split_last() else { continue };
            if is_map(&place(case.shape.name, parent)) || !seen.insert(place(case.shape.name, &path)) {
                continue;
            }
            let mut missing = case.body.clone();
            at_mut(&mut missing, parent).unwrap().as_object_mut().unwrap().remove(key);
            let null = (case.shape.read)(&replaced(&case.body, &path, Value::Null).to_string());
            let missing = (case.shape.read)(&missing.to_string());
            match (null, missing) {
                (Ok(null), Ok(missing)) => assert_eq!(null, missing, "{name}: {}", written(&path)),
                (Err(null), Err(_)) => assert_eq!(null.path, path, "{name}"),
                // A list that must be there may be null.
                (Ok(_), Err(_)) if at(&declared, &path).unwrap().is_array() => {}
                (null, missing) => panic!("{name}: {}: {null:?} {missing:?}", written(&path)),
            }
        }
    }
}

#[test]
fn unknown_words_are_kept() {
    let mut seen = BTreeSet::new();
    for (name, case) in cases() {
        let declared = case.fit().ok().unwrap().written;
        let mut all = case.body.clone();
        for path in paths(&declared) {
            let value = at(&declared, &path).unwrap();
            if !value.is_string() || is_id_or_time(value) {
                continue;
            }
            // A frame of a new kind is kept without its data.
            if is_frame(case.shape.name) && path.len() == 1 {
                continue;
            }
            *at_mut(&mut all, &path).unwrap() = json!("something-new");
            if !seen.insert(place(case.shape.name, &path)) {
                continue;
            }
            let body = replaced(&case.body, &path, json!("something-new"));
            let fit = fit(case.shape, &body).unwrap_or_else(|misfits| panic!("{name}: {}", misfits[0]));
            assert_eq!(at(&fit.written, &path), Some(&json!("something-new")), "{name}");
        }
        fit(case.shape, &all).unwrap_or_else(|misfits| panic!("{name}: all at once: {}", misfits[0]));
    }
    // The words that matter most are among them.
    for place in [
        "Workspace.latest_build.status",
        "Workspace.latest_build.job.status",
        "Workspace.latest_build.resources[].agents[].lifecycle_state",
        "BuildTimings.provisioner_timings[].stage",
        "BuildTimings.agent_script_timings[].status",
        "ProvisionerJobLog.log_level",
        "WatchFrame.data.latest_build.transition",
    ] {
        assert!(seen.contains(place), "{place}");
    }
}

#[test]
fn every_array_may_be_null() {
    let mut seen = BTreeSet::new();
    for (name, case) in cases() {
        let declared = case.fit().ok().unwrap().written;
        if declared.is_array() {
            let fit = fit(case.shape, &Value::Null).unwrap_or_else(|misfits| panic!("{name}: {}", misfits[0]));
            assert!(fit.written.is_null());
        }
        for path in paths(&declared) {
            if at(&declared, &path).unwrap().is_array() && seen.insert(place(case.shape.name, &path)) {
                let body = replaced(&case.body, &path, Value::Null);
                let fit = fit(case.shape, &body).unwrap_or_else(|misfits| panic!("{name}: {}", misfits[0]));
                let read = at(&fit.written, &path);
                assert!(read.is_none_or(Value::is_null), "{name}: {} is not empty", written(&path));
                let body = replaced(&case.body, &path, json!([]));
                let fit = self::fit(case.shape, &body).unwrap_or_else(|misfits| panic!("{name}: {}", misfits[0]));
                assert_eq!(at(&fit.written, &path), Some(&json!([])), "{name}: {} stays empty", written(&path));
            }
        }
    }
    assert!(seen.len() > 25, "only {} arrays", seen.len());
}

#[test]
fn unknown_fields_are_ignored() {
    let mut added = 0;
    for (name, case) in cases() {
        let declared = case.fit().ok().unwrap().written;
        let mut body = case.body.clone();
        let mut all = paths(&declared);
        all.push(Vec::new());
        for path in all {
            let place = place(case.shape.name, &path);
            if let Some(Value::Object(map)) = at_mut(&mut body, &path)
                && !is_map(&place)
            {
                map.insert("of_next_year".into(), json!({"status": [1, "two", null]}));
                added += 1;
            }
        }
        let fit = fit(case.shape, &body).unwrap_or_else(|misfits| panic!("{name}: {}", misfits[0]));
        assert_eq!(fit.written, declared, "{name}");
    }
    assert!(added > 5_000, "only {added} objects");
}

#[test]
fn foreign_json_is_refused() {
    let all = cases();
    let mut shapes: BTreeMap<&str, fit::Shape> = BTreeMap::new();
    for (_, case) in &all {
        shapes.insert(case.shape.name, case.shape);
    }
    // An id, a name or a sentence is all that some need, and others carry them.
    let may = |reader: &str, case: &Case| {
        reader == case.shape.name
            || (reader == "Workspace" && case.shape.name == "WatchFrame")
            // Frames without data are the same on every socket.
            || (is_frame(reader) && is_frame(case.shape.name))
            || (["Message", "ErrorBody"].contains(&reader) && case.body.get("message").is_some())
            || (reader == "WorkspaceAgent" && case.shape.name == "User")
            || (reader.trim_end_matches("[]") == "Template" && case.shape.name != "Entitlements")
            || ([
                "Organization[]",
                "RichParameter[]",
                "AgentLog[]",
                "ProvisionerJobLog[]",
                "WorkspaceResource[]",
                "VersionResource[]",
                "ProvisionerJobLog",
            ]
            .contains(&reader))
    };
    for (name, shape) in &shapes {
        for body in [
            json!(1),
            json!("text"),
            json!(true),
            json!({"html": "<html>"}),
            json!({}),
            json!([1]),
            json!([{}]),
            json!({"$text": "x"}),
        ] {
            if NO_KEY_NEEDED.contains(name) && body.is_object() {
                continue;
            }
            // An array of what does not fit is one that leaves everything out, and says so.
            if name.ends_with("[]") && body.is_array() {
                assert!(!(shape.left_out)(&body.to_string()).is_empty(), "{name} reads {body}");
                continue;
            }
            assert!((shape.read)(&body.to_string()).is_err(), "{name} reads {body}");
        }
        if !name.ends_with("[]") {
            assert!((shape.read)("null").is_err(), "{name} reads null");
        }
        for (recording, case) in &all {
            let empty =
                case.body.as_array().is_some_and(Vec::is_empty) || case.body.is_null() || case.body == json!({});
            let array = case.body.is_array() == name.ends_with("[]");
            if empty || !array || may(name, case) || NO_KEY_NEEDED.contains(name) {
                continue;
            }
            let text = case.body.to_string();
            let fits = (shape.read)(&text).is_ok() && (!array || (shape.left_out)(&text).is_empty());
            assert!(!fits, "{name} reads {recording}, which is {}", case.shape.name);
        }
    }
}

#[test]
fn text_bodies_and_empty_ones_are_judged_by_status() {
    let answer = |method: &str, path: &str, status: u16, body: Value| {
        let file = json!({"request": {"method": method, "path": path}, "response": {"status": status, "body": body}});
        judge(read(&file.to_string()).unwrap())
    };
    let html = json!({"$text": "<!doctype html>"});
    let logs = "/api/v2/workspacebuilds/x/logs";
    assert!(
        matches!(answer("POST", "/api/v2/authcheck", 400, html.clone()), Verdict::Cases(cases) if cases.is_empty())
    );
    assert!(matches!(answer("GET", "/api/v2/users/me", 200, html.clone()), Verdict::Misfit(_)));
    assert!(matches!(answer("GET", logs, 200, html.clone()), Verdict::Misfit(_)));
    assert!(
        matches!(answer("GET", &format!("{logs}?format=text"), 200, html), Verdict::Cases(cases) if cases.is_empty())
    );
    assert!(
        matches!(answer("PUT", "/api/v2/workspaces/x/dormant", 304, Value::Null), Verdict::Cases(cases) if cases.is_empty())
    );
    assert!(matches!(answer("GET", "/api/v2/workspaces/x", 304, Value::Null), Verdict::Misfit(_)));
    assert!(
        matches!(answer("PUT", "/api/v2/workspaces/x/ttl", 204, Value::Null), Verdict::Cases(cases) if cases.is_empty())
    );
    assert!(matches!(answer("GET", "/api/v2/nothing/known", 200, Value::Null), Verdict::Skipped));
    assert!(
        matches!(answer("GET", "/api/v2/users/first", 200, json!({"message": "x"})), Verdict::Cases(cases) if cases[0].shape.name == "Message")
    );
    assert!(
        matches!(answer("GET", "https://c.example/api/v2/users/ada?x=1", 200, json!({})), Verdict::Cases(cases) if cases[0].shape.name == "User")
    );
    assert!(
        matches!(answer("GET", "/api/v2/users/ada", 404, json!({"message": "x"})), Verdict::Cases(cases) if cases[0].shape.name == "ErrorBody")
    );
}

#[test]
fn files_that_are_no_recordings_are_told_apart() {
    for text in ["[]", "1", "{}", r#"{"name":"x"}"#] {
        assert!(matches!(read(text), Err(Refusal::Foreign)), "{text}");
    }
    for text in [
        "",
        "{",
        r#"{"request":{"method":"GET","path":"/x"}}"#,
        r#"{"request":{"method":"GET"},"response":{"status":200}}"#,
        r#"{"request":{"method":"GET","path":"/x"},"response":{"status":"200"}}"#,
        r#"{"request":{"method":"GET","path":"/x"},"response":7}"#,
        r#"{"response":{"status":200}}"#,
        r#"{"request":{"socket":"/x"},"frames":{}}"#,
        r#"{"request":{"sockets":{"a":"/x"}},"frames":[{"socket":"b","frame":1}]}"#,
    ] {
        assert!(matches!(read(text), Err(Refusal::Malformed(_))), "{text}");
    }
}

#[test]
fn every_fault_of_a_body_is_named() {
    let all = cases();
    let mut donors = fit::Donors::new();
    for (_, case) in &all {
        fit::remember(&mut donors, case.shape.name, &case.fit().ok().unwrap().written);
    }
    let (_, case) = all.iter().find(|(name, _)| name == "workspace/rich-running").unwrap();
    let mut body = case.body.clone();
    body["name"] = json!(7);
    body["latest_build"]["job"].as_object_mut().unwrap().remove("status");
    body["latest_build"]["created_at"] = json!("yesterday");
    body["id"] = json!("nobody");
    let found = Case { shape: case.shape, body, place: "frames[2].frame".into() }.misfits(&donors);
    let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "frames[2].frame.id: expected a UUID, got \"nobody\"",
            "frames[2].frame.latest_build.created_at: expected an RFC 3339 time, got \"yesterday\"",
            "frames[2].frame.latest_build.job.status: expected a value, got nothing",
            "frames[2].frame.name: expected a string, got 7",
        ]
    );
}
