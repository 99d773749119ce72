//! Which view loses what: each key of each recorded answer, of both ages, is taken away in turn, and what the views
//! then say is compared. The table stands in `lost.txt`; "nothing is shown" may stand there only for ids, names and
//! states, and for what holds them.

use crate::endpoints::{Case, WorkspacesResponse};
use crate::fit::{Step, at, at_mut, general};
use crate::{cases, paths, place};
use gantry::testing::model::actions::{self, Viewer};
use gantry::testing::model::duration::FixedZone;
use gantry::testing::model::log::Times;
use gantry::testing::model::log::rows::{agent_rows, build_rows};
use gantry::testing::model::progress::UsualDuration;
use gantry::testing::model::quota::Standing;
use gantry::testing::model::row::from_workspace;
use gantry::testing::model::schedule;
use gantry::testing::model::status::{self, Context};
use gantry::testing::model::timeline::{Input, build_timeline, summary};
use gantry::testing::panels::apps::{self, AgentLocation};
use gantry::testing::wire::List;
use gantry::testing::wire::agent::{AgentLog, WorkspaceAgent};
use gantry::testing::wire::build::WorkspaceBuild;
use gantry::testing::wire::log::ProvisionerJobLog;
use gantry::testing::wire::quota::WorkspaceQuota;
use gantry::testing::wire::template::Template;
use gantry::testing::wire::timings::BuildTimings;
use gantry::testing::wire::workspace::Workspace;
use json_tape::{Read, from_slice};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How many recordings of each age are asked about one key.
const TRIED: usize = 3;

const UTC: FixedZone = FixedZone { east_minutes: 0 };

/// What a view says; the same text, the same view.
type Views = Vec<(&'static str, String)>;

/// The last keys that must be there: ids, names and states.
const NEEDED: &[&str] = &[
    "build_number",
    "has_license",
    "id",
    "name",
    "owner_name",
    "port",
    "session_token",
    "slug",
    "stage",
    "status",
    "transition",
    "type",
    "username",
    "workspace_agent_id",
];

/// What holds them, and is nothing without them; the sentence of an answer that is only a sentence.
const HOLDERS: &[&str] =
    &["data", "job", "latest_build", "message", "ports", "regions", "shares", "users", "workspaces"];

fn of_agents<'a>(agents: impl Iterator<Item = &'a WorkspaceAgent>, now_ms: i64) -> String {
    let context = Context::new(now_ms, &UTC);
    let location = AgentLocation {
        owner: "ada".into(),
        workspace: "dev".into(),
        address: Some("https://coder.test".into()),
        ..AgentLocation::default()
    };
    let mut text = String::new();
    for agent in agents {
        let openers = apps::openers(agent, &location);
        let ssh = apps::ssh_command(agent, &location, None);
        let about = (&agent.name, &agent.operating_system, &agent.architecture, &agent.troubleshooting_url);
        let logs = (&agent.log_sources, agent.logs_overflowed, agent.parent_id.is_some());
        let said = status::describe_agent(agent, &context);
        let _written = writeln!(text, "{about:?} {said:?} {openers:?} {ssh:?} {logs:?}");
    }
    text
}

fn of_build(build: &WorkspaceBuild, timings: Option<&BuildTimings>, logs: &[ProvisionerJobLog], now_ms: i64) -> Views {
    let timeline = build_timeline(&Input { build, timings, logs, now_ms });
    let history = (
        status::describe_build(&build.status, &build.transition, build.job.canceled_at.is_some()),
        status::by(&build.reason, &build.initiator_name),
        gantry::testing::panels::history::length(build, now_ms),
        build.asked_at(),
        build.build_number,
        &build.template_version_name,
    );
    vec![
        ("history", format!("{history:?}")),
        ("waterfall", format!("{:?} {:?} {:?}", summary::sentence(&timeline), timeline.spans, timeline.markers)),
        ("log", format!("{:?}", build.job.logs_overflowed)),
        (
            "resources",
            format!(
                "{:?}",
                build
                    .resources
                    .iter()
                    .map(|one| (&one.name, &one.r#type, one.daily_cost, &one.metadata))
                    .collect::<Vec<_>>()
            ),
        ),
        ("agents", of_agents(build.agents(), now_ms)),
    ]
}

fn of_workspace(workspace: &Workspace) -> Views {
    let row = from_workspace(workspace);
    let ended = row.build.completed_ms.unwrap_or(0);
    // Well after everything that was recorded, and the same whatever is missing.
    let now_ms = ended.max(1_795_900_000_000);
    let context = Context::new(now_ms, &UTC);
    let viewer = Viewer { user_id: row.owner_id, ..Viewer::default() };
    let list = (
        (
            &row.id,
            &row.name,
            &row.owner_name,
            &row.template_name,
            &row.template_icon,
            row.outdated,
            row.favorite,
            row.prebuild,
        ),
        (
            status::describe(&row, &context),
            schedule::next(&row, now_ms, true, &UTC),
            row.last_used_ms,
            row.cost_known.then_some(row.daily_cost),
        ),
        status::sentence(&row, &context),
    );
    let offers = (
        actions::primary(&row, &viewer),
        actions::menu(&row, &viewer),
        actions::start_version(&row, false),
        actions::start_version(&row, true),
        row.organization_name.clone(),
        row.created_ms,
        row.always_update,
    );
    let schedule = (
        schedule::stop_sentence(&row, None, now_ms, true, &UTC),
        schedule::start_sentence(&row, now_ms, true, &UTC),
        row.autostart.as_deref().map(schedule::autostart_text),
        row.ttl_ms,
    );
    let quota = (row.owner_id, row.organization_id, row.cost_known.then_some(row.daily_cost));
    let mut views = vec![
        ("list", format!("{list:?}")),
        ("actions", format!("{offers:?}")),
        ("schedule", format!("{schedule:?}")),
        ("quota", format!("{quota:?}")),
        ("usual times", format!("{:?}", row.template_id)),
    ];
    views.extend(of_build(&workspace.latest_build, None, &[], now_ms));
    views
}

fn read<T: Read>(text: &str) -> Option<T> {
    from_slice(text.as_bytes()).ok()
}

/// The views of an answer; none if it cannot be read.
fn views(case: &Case, body: &Value) -> Option<Views> {
    let text = body.to_string();
    let written = || (case.shape.read)(&text).ok().map(|value| vec![("", value.to_string())]);
    Some(match case.shape.name {
        "Workspace" => of_workspace(&read(&text)?),
        "WorkspacesResponse" => {
            let page: WorkspacesResponse = read(&text)?;
            let mut all: BTreeMap<&str, String> = BTreeMap::new();
            for (view, said) in page.workspaces.iter().flat_map(of_workspace) {
                all.entry(view).or_default().push_str(&said);
            }
            let count = format!("{:?}", page.count);
            all.entry("count").or_default().push_str(&count);
            all.into_iter().collect()
        }
        "WatchFrame" => match body.get("data").filter(|data| !data.is_null()) {
            Some(data) if body["type"] == "data" => of_workspace(&read(&data.to_string())?),
            _ => written()?,
        },
        "WorkspaceBuild" => of_build(&read(&text)?, None, &[], 1_795_900_000_000),
        "WorkspaceBuild[]" => {
            let builds: List<WorkspaceBuild> = read(&text)?;
            vec![(
                "history",
                builds.iter().map(|build| of_build(build, None, &[], 1_795_900_000_000)[0].1.clone()).collect(),
            )]
        }
        "BuildTimings" => {
            let timings: BuildTimings = read(&text)?;
            let build: WorkspaceBuild = of_no_interest();
            let mut views = of_build(&build, Some(&timings), &[], 1_795_900_000_000);
            views.retain(|(view, _)| *view == "waterfall");
            views
        }
        "ProvisionerJobLog[]" | "ProvisionerJobLog" => {
            let lines: Vec<ProvisionerJobLog> = match case.shape.name {
                "ProvisionerJobLog" => vec![read(&text)?],
                _ => read::<List<ProvisionerJobLog>>(&text)?.into_vec(),
            };
            let build: WorkspaceBuild = of_no_interest();
            let waterfall = of_build(&build, None, &lines, 1_795_900_000_000).swap_remove(1);
            vec![("log", format!("{:?}", build_rows(&lines, Times::Since(1_795_000_000_000_000)))), waterfall]
        }
        "AgentLog[]" => {
            let lines: List<AgentLog> = read(&text)?;
            vec![(
                "log",
                format!(
                    "{:?} {:?}",
                    agent_rows(&lines, &[], Times::Since(1_795_000_000_000_000)),
                    lines.iter().map(|line| line.source_id).collect::<Vec<_>>()
                ),
            )]
        }
        "WorkspaceAgent" => vec![("agents", of_agents([read(&text)?].iter(), 1_795_900_000_000))],
        "WorkspaceQuota" => vec![("quota", Standing::of(Some(read::<WorkspaceQuota>(&text)?)).label("acme"))],
        "Template" | "Template[]" => {
            let templates: Vec<Template> = match case.shape.name {
                "Template" => vec![read(&text)?],
                _ => read::<List<Template>>(&text)?.into_vec(),
            };
            let times = |one: &Template| {
                format!(
                    "{:?} {:?}",
                    one.id,
                    one.build_time_stats.clone().map(|stats| stats
                        .into_iter()
                        .map(|(word, stats)| (word, UsualDuration::new(stats)))
                        .collect::<Vec<_>>())
                )
            };
            vec![("usual times", templates.iter().map(times).collect()), ("templates", written()?.swap_remove(0).1)]
        }
        "LoginResponse" | "AuthMethods" => vec![("sign-in", written()?.swap_remove(0).1)],
        "User" => vec![("everything after signing in", written()?.swap_remove(0).1)],
        "Organization[]" => vec![("quota", written()?.swap_remove(0).1)],
        "BuildInfo" => vec![("links to the dashboard", written()?.swap_remove(0).1)],
        "Entitlements" => vec![("cost", written()?.swap_remove(0).1)],
        "Regions" => vec![("apps with a subdomain", written()?.swap_remove(0).1)],
        "SshConfig" => vec![("SSH command", written()?.swap_remove(0).1)],
        "RichParameter[]" | "ParameterValue[]" => vec![("update", written()?.swap_remove(0).1)],
        "MetadataFrame" => vec![("live values", written()?.swap_remove(0).1)],
        "ListeningPorts" | "PortShares" | "PortShare" => vec![("ports", written()?.swap_remove(0).1)],
        "WorkspaceAcl" => vec![("shared with", written()?.swap_remove(0).1)],
        "ResolvedAutostart" => vec![("whether it will start", written()?.swap_remove(0).1)],
        "ErrorBody" | "Message" => vec![("the sentence", written()?.swap_remove(0).1)],
        "WorkspaceResource[]" => vec![("resources", written()?.swap_remove(0).1)],
        "TemplateVersion" | "TemplateVersion[]" | "VersionResource[]" => {
            vec![("a template", written()?.swap_remove(0).1)]
        }
        other => panic!("{other} has no view: add it"),
    })
}

/// A build of which only the times matter.
fn of_no_interest() -> WorkspaceBuild {
    let build = serde_json::json!({
        "id": "00000000-0000-0000-0000-000000000001", "build_number": 1, "transition": "start", "status": "running",
        "job": {"id": "00000000-0000-0000-0000-000000000002", "status": "succeeded", "created_at": "2026-11-23T00:00:00Z",
            "started_at": "2026-11-23T00:00:01Z", "completed_at": "2026-11-29T00:00:00Z"},
    });
    read(&build.to_string()).unwrap()
}

/// Where a key stands in the API's types, whichever endpoint sent it.
fn home(place: &str) -> String {
    let mut place = place.to_owned();
    for (from, to) in [
        ("WorkspacesResponse.workspaces[]", "Workspace"),
        ("WatchFrame.data", "Workspace"),
        ("Workspace.latest_build", "WorkspaceBuild"),
        ("WorkspaceBuild[]", "WorkspaceBuild"),
        ("WorkspaceBuild.resources[]", "WorkspaceResource"),
        ("WorkspaceResource[]", "WorkspaceResource"),
        ("WorkspaceResource.agents[]", "WorkspaceAgent"),
        ("ProvisionerJobLog[]", "ProvisionerJobLog"),
        ("Template[]", "Template"),
        ("TemplateVersion[]", "TemplateVersion"),
        ("VersionResource[]", "VersionResource"),
        ("PortShares.shares[]", "PortShare"),
    ] {
        if place.len() > from.len() && place.starts_with(from) && place[from.len()..].starts_with('.') {
            place = format!("{to}{}", &place[from.len()..]);
        }
    }
    place
}

#[test]
fn what_each_view_loses_without_each_key() {
    let mut asked: BTreeMap<(bool, &str, String), usize> = BTreeMap::new();
    let mut lost: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut refused: BTreeSet<String> = BTreeSet::new();
    for (name, case) in cases() {
        let Some(whole) = views(&case, &case.body) else { panic!("{name} cannot be read") };
        let whole: BTreeMap<&str, String> = whole.into_iter().collect();
        for path in paths(&case.body) {
            let Some((Step::Key(key), parent)) = path.split_last() else { continue };
            let place = place(case.shape.name, &path);
            if general(case.shape.name, &path) != place {
                continue;
            }
            // What says nothing is as good as missing already.
            let value = at(&case.body, &path).unwrap();
            if value.is_null() || [json!(false), json!(""), json!([]), json!({})].contains(value) {
                continue;
            }
            let times = asked.entry((name.starts_with("2025-07/"), case.shape.name, place.clone())).or_default();
            *times += 1;
            if *times > TRIED {
                continue;
            }
            let mut body = case.body.clone();
            at_mut(&mut body, parent).unwrap().as_object_mut().unwrap().remove(key);
            let place = home(&place);
            match views(&case, &body) {
                None => drop(refused.insert(place)),
                Some(left) => {
                    for (view, said) in left {
                        if whole.get(view) != Some(&said) {
                            lost.entry(place.clone()).or_default().insert(view);
                        }
                    }
                }
            }
        }
    }
    let mut table = String::new();
    for place in lost.keys().chain(&refused).collect::<BTreeSet<_>>() {
        let views: Vec<&str> = lost.get(place).into_iter().flatten().copied().collect();
        let said = match (views.is_empty(), refused.contains(place)) {
            (true, _) => "nothing is shown".to_owned(),
            (false, true) => format!("{} (alone: nothing is shown)", views.join(", ")),
            (false, false) => views.join(", "),
        };
        let _written = writeln!(table, "{place}: {said}");
    }
    for place in &refused {
        let last = place.rsplit('.').next().unwrap();
        assert!(NEEDED.contains(&last) || HOLDERS.contains(&last), "without {place} nothing is shown");
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/lost.txt");
    let known = std::fs::read_to_string(&file).unwrap_or_default();
    if known != table {
        let new = file.with_file_name("lost.txt.new");
        std::fs::write(&new, &table).unwrap();
        panic!("the table changed: hold tests/contract/lost.txt against lost.txt.new, and take it over if it is right");
    }
}

/// What another age may do to one place of an answer.
#[derive(Clone, Copy, Debug)]
enum Change {
    Missing,
    Null,
    NewWord,
    NewKeys,
    EmptyList,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => Just(Change::Missing),
        2 => Just(Change::Null),
        1 => Just(Change::NewWord),
        1 => Just(Change::NewKeys),
        1 => Just(Change::EmptyList),
    ]
}

/// Changes a place, unless that would take away what every server has.
fn apply(body: &mut Value, path: &[Step], change: Change) {
    let Some((Step::Key(key), parent)) = path.split_last() else { return };
    let needed = NEEDED.contains(&key.as_str()) || HOLDERS.contains(&key.as_str());
    let Some(map) = at_mut(body, parent).and_then(Value::as_object_mut) else { return };
    let Some(value) = map.get_mut(key) else { return };
    match change {
        Change::Missing if !needed => drop(map.remove(key)),
        Change::Null if !needed => *value = Value::Null,
        Change::NewWord if value.is_string() && !value.as_str().is_some_and(is_id_or_time) => {
            *value = json!("of-next-year");
        }
        Change::NewKeys if value.is_object() => {
            if let Some(object) = value.as_object_mut() {
                object.insert("of_next_year".into(), json!({"nested": [1, {"deep": null}]}));
            }
        }
        Change::EmptyList if value.is_array() => *value = json!([]),
        _ => {}
    }
}

fn is_id_or_time(text: &str) -> bool {
    text.parse::<gantry::testing::wire::Id>().is_ok() || text.parse::<gantry::testing::wire::Timestamp>().is_ok()
}

/// The answers of the kinds that pages are made of, not the longest.
fn answers() -> &'static [(String, Case)] {
    static ANSWERS: std::sync::LazyLock<Vec<(String, Case)>> = std::sync::LazyLock::new(|| {
        let kinds = [
            "Workspace",
            "WorkspacesResponse",
            "WorkspaceBuild",
            "BuildTimings",
            "ProvisionerJobLog[]",
            "WorkspaceAgent",
            "Template[]",
        ];
        let mut all = cases();
        all.retain(|(_, case)| kinds.contains(&case.shape.name) && case.body.to_string().len() < 60_000);
        all
    });
    &ANSWERS
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever other ages leave out, null, or add, all at once: something is shown, and nothing panics.
    #[test]
    fn answers_of_other_ages_are_shown(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..40),
    ) {
        let (name, case) = which.get(answers());
        let mut body = case.body.clone();
        for (place, change) in changes {
            let all = paths(&body);
            if all.is_empty() {
                break;
            }
            apply(&mut body, &all[place.index(all.len())], change);
        }
        prop_assert!(views(case, &body).is_some(), "{}: {}", name, body);
    }
}
