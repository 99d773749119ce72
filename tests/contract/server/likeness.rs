//! How like two answers are: status, keys, JSON types, states and messages, with ids, times and tokens normalised.

use crate::stand::Got;
use regex::Regex;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Keys whose value is compared, wherever they stand outside arrays: states, not data.
const STATES: &[&str] = &["status", "transition", "lifecycle_state", "healthy", "favorite"];

/// Keys that depend on who and what, not on the state: they may be there or not, and their arrays empty or not.
const DATA: &[&str] = &[
    "agents",
    "apps",
    "autostart_schedule",
    "avatar_url",
    "command",
    "directory",
    "display_name",
    "group",
    "icon",
    "metadata",
    "name",
    "roles",
    "shared_with",
    "subdomain_name",
    "tooltip",
    "ttl_ms",
    "url",
    "days_of_week",
    "scripts",
    "log_sources",
    "options",
    "validation_error",
    "validation_regex",
    "validation_min",
    "validation_max",
    "validation_monotonic",
    "support_links",
    // Measured after a while.
    "latency",
    // Of a template version, and of what a version was said to be.
    "readme",
];

/// Keys that are `null` or not by what was done before, not by the state.
const NULLABLE: &[&str] = &["P50", "P95", "deleting_at", "max_deadline", "next_start_at", "template_version_preset_id"];

/// Keys that each script has or has not, by when it runs.
const OF_SCRIPTS: &[&str] = &["exit_code", "status"];

/// Answers that may be empty or not.
const ANY_LENGTH: &[&str] = &["session/experiments"];

/// Messages of people, not of the server.
const SAID: &[&str] = &[
    "templates/version",
    "templates/version-failed",
    "templates/versions",
    "2025-07/org/version",
    "2025-07/org/versions",
];

/// What a workspace had to be called so that its name provokes the situation, and what the recorded one was called.
const CALLED: &[(&str, &str)] = &[("no-agent-life", "life"), ("\"natural\"", "\"ok\"")];

/// What comes of states that a list or a watch may show and that were not recorded of the older server: a build that
/// waits, an agent that is gone.
const NOT_SEEN_OF_OLDER: &[&str] = &[
    "agents[].disconnected_at was never recorded",
    "job.started_at is missing",
    "job.worker_id is missing",
    "matched_provisioners.most_recently_seen is",
];

/// Objects whose keys are data.
const MAPS: &[&str] = &["tags", "latency", "features", "build_time_stats", "ssh_config_options"];

/// What was recorded.
pub struct Recorded {
    /// What was sent.
    pub request_body: Value,
    /// What was asked, below `/api/v2`, with its query.
    pub path: String,
    status: u16,
    content_type: String,
    body: Value,
}

/// The recordings of the older server, below a folder of their own: the embedded one is asked to stand in for that age.
pub const OLDER: &str = "2025-07";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contract/recordings")
}

/// The folders of one age.
fn rooms(older: bool) -> impl Iterator<Item = PathBuf> {
    let root = if older { folder().join(OLDER) } else { folder() };
    fs::read_dir(root).unwrap().map(|room| room.unwrap().path()).filter(|room| !room.ends_with(OLDER))
}

/// A recording by its name: `workspace/starting`.
pub fn recorded(name: &str) -> Recorded {
    let text =
        fs::read_to_string(folder().join(format!("{name}.json"))).unwrap_or_else(|error| panic!("{name}: {error}"));
    let file: Value = serde_json::from_str(&text).unwrap();
    let response = &file["response"];
    Recorded {
        request_body: file["request"]["body"].clone(),
        path: file["request"]["path"].as_str().unwrap_or_default().replacen("/api/v2", "", 1),
        status: u16::try_from(response["status"].as_u64().unwrap()).unwrap(),
        content_type: response["headers"]["content-type"].as_str().unwrap_or_default().to_owned(),
        body: response["body"].clone(),
    }
}

/// Every workspace that was ever recorded of an age.
fn workspaces(older: bool) -> &'static Value {
    static ALL: LazyLock<[Value; 2]> = LazyLock::new(|| [collected(false), collected(true)]);
    &ALL[usize::from(older)]
}

fn collected(older: bool) -> Value {
    fn collect(value: &Value, found: &mut Vec<Value>) {
        match value {
            Value::Object(map) if map.contains_key("latest_build") => found.push(value.clone()),
            Value::Object(map) => map.values().for_each(|value| collect(value, found)),
            Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for room in rooms(older) {
        for file in fs::read_dir(room).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            collect(&serde_json::from_str(&text).unwrap(), &mut found);
        }
    }
    Value::Array(found)
}

/// The recorded frames of a socket, the close left out; of several sockets all that came.
fn recorded_frames(name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let frames = file["frames"].as_array().unwrap().iter();
    frames
        .map(|frame| frame.get("frame").unwrap_or(frame))
        .filter(|frame| frame.get("$closed").is_none())
        .cloned()
        .collect()
}

/// What was held against each other so far.
#[derive(Default)]
pub struct Report {
    held: BTreeSet<String>,
    unlike: Vec<String>,
    older: bool,
}

impl Report {
    /// Of the older server's recordings, whose names begin with its folder.
    pub fn of_older() -> Report {
        Report { older: true, ..Report::default() }
    }

    /// Holds an answer against a recording.
    pub fn hold(&mut self, name: &str, got: &Got) {
        let recorded = recorded(name);
        self.held.insert(name.to_owned());
        if recorded.status != got.status {
            self.unlike.push(format!("{name}: status {}, recorded {}: {}", got.status, recorded.status, got.body));
            return;
        }
        if recorded.content_type != got.content_type {
            self.unlike
                .push(format!("{name}: content type {:?}, recorded {:?}", got.content_type, recorded.content_type));
        }
        self.compare(name, &recorded.body, &got.body);
    }

    /// Like something that was recorded; how many of it is chance.
    fn compare_any(&mut self, name: &str, recorded: &Value, got: &Value) {
        let before = self.unlike.len();
        self.compare(name, recorded, got);
        let found = self.unlike.split_off(before);
        let not_recorded = |what: &str| self.older && NOT_SEEN_OF_OLDER.iter().any(|state| what.contains(state));
        let found = found.into_iter().filter(|what| !what.contains(" is empty, recorded ") && !not_recorded(what));
        self.unlike.extend(found.collect::<Vec<_>>());
    }

    fn compare(&mut self, name: &str, recorded: &Value, got: &Value) {
        let (mut one, mut other) = (Kind::default(), Kind::default());
        one.add(recorded);
        other.add(got);
        let mut found = Vec::new();
        compare(&one, &other, "", false, &mut found);
        found.retain(|what| !(SAID.contains(&name) && what.contains("message says")));
        found.retain(|what| !(ANY_LENGTH.contains(&name) && what.contains("is empty")));
        self.unlike.extend(found.into_iter().map(|what| format!("{name}: {what}")));
    }

    /// Holds a page of the list against the recorded pages: whose workspaces, in which states, is data here.
    pub fn hold_list(&mut self, name: &str, got: &Got) {
        let recorded = recorded(name);
        let empty = |page: &Value| page["workspaces"].as_array().is_some_and(Vec::is_empty);
        if got.status == 200 && empty(&recorded.body) == empty(&got.body) {
            self.held.insert(name.to_owned());
            let all = if empty(&got.body) { json!([]) } else { workspaces(self.older).clone() };
            self.compare_any(name, &json!({"workspaces": all, "count": 0}), &got.body);
        } else {
            self.hold(name, got);
        }
    }

    /// Holds what a socket brought against the recorded frames, those of one kind together.
    pub fn hold_frames(&mut self, name: &str, got: &[Value]) {
        self.held.insert(name.to_owned());
        let kind = |frame: &Value| frame["type"].as_str().map(str::to_owned);
        let recorded = recorded_frames(name);
        let kinds: BTreeSet<Option<String>> = recorded.iter().chain(got).map(kind).collect();
        for wanted in kinds {
            let of = |frames: &[Value]| -> Vec<Value> {
                frames.iter().filter(|frame| kind(frame) == wanted).cloned().collect()
            };
            let (recorded, got) = (of(&recorded), of(got));
            if recorded.is_empty() != got.is_empty() {
                self.unlike.push(format!("{name}: {} frames of {wanted:?}, recorded {}", got.len(), recorded.len()));
            } else if wanted.as_deref() == Some("data") {
                // Which states a watch happens to show is chance.
                let shown = got.iter().map(|frame| frame["data"].clone()).collect();
                self.compare_any(
                    name,
                    &json!({"workspaces": workspaces(self.older)}),
                    &json!({"workspaces": Value::Array(shown)}),
                );
            } else {
                self.compare(name, &Value::Array(recorded), &Value::Array(got));
            }
        }
    }

    /// Holds the items that the frames of a socket bring against the recorded ones, all together.
    pub fn hold_items(&mut self, name: &str, got: &[Value]) {
        self.held.insert(name.to_owned());
        let all = |frames: &[Value]| -> Value {
            frames.iter().filter_map(|frame| frame["data"].as_array()).flatten().cloned().collect()
        };
        self.compare(name, &all(&recorded_frames(name)), &all(got));
    }

    /// Notes that a recording was held by a comparison of its own.
    pub fn hold_that(&mut self, name: &str, like: bool, what: &str) {
        self.held.insert(name.to_owned());
        if !like {
            self.unlike.push(format!("{name}: {what}"));
        }
    }

    /// Fails with everything that was unlike, and with every recording that was neither held nor listed.
    pub fn finish(self, not_made: &[(&str, &str)]) {
        let mut forgotten = Vec::new();
        for room in rooms(self.older) {
            for file in fs::read_dir(room).unwrap() {
                let path = file.unwrap().path();
                let name = path.strip_prefix(folder()).unwrap().with_extension("").to_str().unwrap().to_owned();
                let listed = not_made.iter().any(|(listed, _)| *listed == name);
                assert!(!(listed && self.held.contains(&name)), "{name} is made, and listed as not made");
                if !listed && !self.held.contains(&name) {
                    forgotten.push(name);
                }
            }
        }
        forgotten.sort();
        let count = self.unlike.len();
        assert!(
            self.unlike.is_empty() && forgotten.is_empty(),
            "{} recordings held, {count} unlike:\n{}\nneither made nor listed: {forgotten:?}",
            self.held.len(),
            self.unlike.join("\n")
        );
    }
}

/// What was seen at one place of one or several values.
#[derive(Default)]
struct Kind {
    /// How many values.
    count: usize,
    /// How many of them were objects.
    objects: usize,
    types: BTreeSet<&'static str>,
    words: BTreeSet<String>,
    keys: BTreeMap<String, Kind>,
    items: Option<Box<Kind>>,
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(text) if is_id(text) => "id",
        Value::String(text) if is_time(text) => "time",
        Value::String(_) => "text",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 36 && text.parse::<uuid::Uuid>().is_ok()
}

fn is_time(text: &str) -> bool {
    text.len() >= 20 && chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

impl Kind {
    fn add(&mut self, value: &Value) {
        self.count += 1;
        self.types.insert(type_of(value));
        match value {
            Value::Object(map) => {
                self.objects += 1;
                for (key, value) in map {
                    self.keys.entry(key.clone()).or_default().add(value);
                }
            }
            Value::Array(items) => {
                let kind = self.items.get_or_insert_default();
                for item in items {
                    kind.add(item);
                }
            }
            Value::String(text) => {
                self.words.insert(normalised(text));
            }
            Value::Bool(flag) => {
                self.words.insert(flag.to_string());
            }
            _ => {}
        }
    }
}

/// A text without its ids and times.
fn normalised(text: &str) -> String {
    static CHANGING: LazyLock<Regex> = LazyLock::new(|| {
        let id = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
        let time = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z| \+0000 UTC)";
        Regex::new(&format!("{id}|{time}")).unwrap()
    });
    let text = CALLED.iter().fold(text.to_owned(), |text, (here, there)| text.replace(here, there));
    CHANGING.replace_all(&text, "<…>").into_owned()
}

/// Whether everything seen of `got` may be seen of `recorded`, and the other way round where the state decides.
fn compare(recorded: &Kind, got: &Kind, path: &str, in_array: bool, found: &mut Vec<String>) {
    let key = path.rsplit('.').next().unwrap_or_default();
    let may = |kind: &str| NULLABLE.contains(&key) && matches!(kind, "null" | "number" | "time" | "id");
    let strange = got.types.iter().any(|kind| !recorded.types.contains(kind) && !may(kind));
    if strange {
        found.push(format!("{path} is {:?}, recorded {:?}", got.types, recorded.types));
        return;
    }
    let is_message = matches!(key, "message" | "detail" | "field" | "$text");
    if (is_message || (STATES.contains(&key) && !in_array)) && recorded.words != got.words {
        found.push(format!("{path} says {:?}, recorded {:?}", got.words, recorded.words));
    }
    if !MAPS.contains(&key) {
        for (key, kind) in &recorded.keys {
            let always = kind.count == recorded.objects;
            let here = got.keys.get(key);
            let of_a_script = path.ends_with(".scripts[]") && OF_SCRIPTS.contains(&key.as_str());
            let needed = always && got.objects > 0 && !DATA.contains(&key.as_str()) && !of_a_script;
            if needed && here.is_none_or(|here| here.count < got.objects) {
                found.push(format!("{path}.{key} is missing"));
            }
        }
        for key in got.keys.keys() {
            if !recorded.keys.contains_key(key) && !DATA.contains(&key.as_str()) {
                found.push(format!("{path}.{key} was never recorded"));
            }
        }
    }
    for (key, kind) in &got.keys {
        if let Some(recorded) = recorded.keys.get(key) {
            compare(recorded, kind, &format!("{path}.{key}"), in_array, found);
        }
    }
    if let (Some(one), Some(other)) = (&recorded.items, &got.items) {
        if one.count > 0 && other.count == 0 && !DATA.contains(&key) {
            found.push(format!("{path} is empty, recorded {}", one.count));
        }
        if one.count == 0 && other.count > 0 && !DATA.contains(&key) {
            found.push(format!("{path} has {}, recorded none", other.count));
        }
        if one.count > 0 && other.count > 0 {
            compare(one, other, &format!("{path}[]"), true, found);
        }
    }
}
