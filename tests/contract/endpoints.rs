//! Which type reads which answer, by method, path and status.

use crate::fit::{Donors, Fit, Misfit, Shape, fit, left_out, misfits, reader, short, watch_frame};
use crate::recording::{Answer, Frame, Recording, as_text};
use gantry::testing::wire::agent::{AgentLog, WorkspaceAgent};
use gantry::testing::wire::auth::{AuthMethods, LoginResponse};
use gantry::testing::wire::build::WorkspaceBuild;
use gantry::testing::wire::deployment::{BuildInfo, Entitlements, Regions, SshConfig};
use gantry::testing::wire::error::ErrorBody;
use gantry::testing::wire::list::List;
use gantry::testing::wire::log::ProvisionerJobLog;
use gantry::testing::wire::parameter::{ParameterValue, RichParameter};
use gantry::testing::wire::port::{ListeningPorts, PortShare, PortShares};
use gantry::testing::wire::quota::WorkspaceQuota;
use gantry::testing::wire::resource::WorkspaceResource;
use gantry::testing::wire::sharing::WorkspaceAcl;
use gantry::testing::wire::socket::{MetadataFrame, WatchFrame};
use gantry::testing::wire::template::Template;
use gantry::testing::wire::template_version::{TemplateVersion, VersionResource};
use gantry::testing::wire::timings::BuildTimings;
use gantry::testing::wire::user::{Organization, User};
use gantry::testing::wire::workspace::{ResolvedAutostart, Workspace};
use json_tape::{LeftOut, Read};
use serde::Serialize;
use serde_json::Value;

/// `GET /workspaces`: a page of the list, which the application reads row by row (`api::workspaces`).
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
pub struct WorkspacesResponse {
    /// The page, in the server's order. Rows whose template the reader may not see are left out, though `count` holds
    /// them.
    pub workspaces: List<Workspace>,
    /// How many match the query, whatever the page.
    #[serde(default)]
    pub count: Option<i64>,
}

/// A 2xx answer that only says something: cancel, extend, sign out, the first user's existence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub struct Message {
    pub message: String,
    #[serde(default)]
    pub detail: Option<String>,
}

/// What an endpoint answers when all is well.
#[derive(Clone, Copy)]
enum Body {
    /// JSON.
    Json(Shape),
    /// JSON, or an empty 304 where nothing had to change.
    JsonOr304(Shape),
    /// JSON, or text where `format=text` was asked for.
    JsonOrText(Shape),
    /// Nothing that is read: only whether it went well, or not asked yet.
    Nothing,
}

macro_rules! shape {
    ([$type:ty]) => {
        Shape { name: concat!(stringify!($type), "[]"), read: reader::<List<$type>>, left_out: left_out::<List<$type>> }
    };
    ($type:ty) => {
        Shape { name: stringify!($type), read: reader::<$type>, left_out: left_out::<$type> }
    };
}

/// The envelope of every refusal.
pub const ERROR: Shape = shape!(ErrorBody);

/// Every endpoint that Gantry asks or will, the first that matches counts; `*` stands for one segment.
const ENDPOINTS: &[(&str, &str, Body)] = &[
    ("GET", "workspaces", Body::Json(shape!(WorkspacesResponse))),
    ("GET", "workspaces/*", Body::Json(shape!(Workspace))),
    ("PATCH", "workspaces/*", Body::Nothing),
    ("GET", "users/*/workspace/*", Body::Json(shape!(Workspace))),
    ("GET", "users/*/workspace/*/builds/*", Body::Json(shape!(WorkspaceBuild))),
    ("POST", "users/*/workspaces", Body::Json(shape!(Workspace))),
    ("PUT", "workspaces/*/dormant", Body::JsonOr304(shape!(Workspace))),
    ("PUT", "workspaces/*/extend", Body::Json(shape!(Message))),
    ("PUT", "workspaces/*/favorite", Body::Nothing),
    ("DELETE", "workspaces/*/favorite", Body::Nothing),
    ("PUT", "workspaces/*/autostart", Body::Nothing),
    ("PUT", "workspaces/*/ttl", Body::Nothing),
    ("GET", "workspaces/*/resolve-autostart", Body::Json(shape!(ResolvedAutostart))),
    ("PUT", "workspaces/*/autoupdates", Body::Nothing),
    ("POST", "workspaces/*/usage", Body::Nothing),
    ("GET", "workspaces/*/acl", Body::Json(shape!(WorkspaceAcl))),
    ("PATCH", "workspaces/*/acl", Body::Nothing),
    ("GET", "workspaces/*/port-share", Body::Json(shape!(PortShares))),
    ("POST", "workspaces/*/port-share", Body::Json(shape!(PortShare))),
    ("GET", "workspaces/*/builds", Body::Json(shape!([WorkspaceBuild]))),
    ("POST", "workspaces/*/builds", Body::Json(shape!(WorkspaceBuild))),
    ("GET", "workspaces/*/timings", Body::Json(shape!(BuildTimings))),
    ("GET", "workspacebuilds/*", Body::Json(shape!(WorkspaceBuild))),
    ("PATCH", "workspacebuilds/*/cancel", Body::Json(shape!(Message))),
    ("GET", "workspacebuilds/*/parameters", Body::Json(shape!([ParameterValue]))),
    ("GET", "workspacebuilds/*/logs", Body::JsonOrText(shape!([ProvisionerJobLog]))),
    ("GET", "workspacebuilds/*/resources", Body::Json(shape!([WorkspaceResource]))),
    ("GET", "workspacebuilds/*/timings", Body::Json(shape!(BuildTimings))),
    ("GET", "workspaceagents/*", Body::Json(shape!(WorkspaceAgent))),
    ("GET", "workspaceagents/*/logs", Body::JsonOrText(shape!([AgentLog]))),
    ("GET", "workspaceagents/*/listening-ports", Body::Json(shape!(ListeningPorts))),
    ("GET", "templates", Body::Json(shape!([Template]))),
    ("GET", "templates/examples", Body::Nothing),
    ("GET", "templates/*", Body::Json(shape!(Template))),
    ("GET", "templates/*/versions", Body::Json(shape!([TemplateVersion]))),
    ("GET", "organizations/*/templates", Body::Json(shape!([Template]))),
    ("GET", "organizations/*/templates/*", Body::Json(shape!(Template))),
    ("GET", "templateversions/*", Body::Json(shape!(TemplateVersion))),
    ("GET", "templateversions/*/logs", Body::JsonOrText(shape!([ProvisionerJobLog]))),
    ("GET", "templateversions/*/resources", Body::Json(shape!([VersionResource]))),
    ("GET", "templateversions/*/rich-parameters", Body::Json(shape!([RichParameter]))),
    ("GET", "users/first", Body::Json(shape!(Message))),
    ("POST", "users/first", Body::Nothing),
    ("GET", "users/authmethods", Body::Json(shape!(AuthMethods))),
    ("POST", "users/login", Body::Json(shape!(LoginResponse))),
    ("POST", "users/logout", Body::Json(shape!(Message))),
    ("POST", "users/*/keys/tokens", Body::Nothing),
    ("GET", "users", Body::Nothing),
    ("GET", "users/*", Body::Json(shape!(User))),
    ("GET", "users/*/organizations", Body::Json(shape!([Organization]))),
    ("GET", "organizations", Body::Json(shape!([Organization]))),
    ("GET", "organizations/*", Body::Json(shape!(Organization))),
    ("GET", "organizations/*/members/*/workspace-quota", Body::Json(shape!(WorkspaceQuota))),
    ("GET", "workspace-quota/*", Body::Json(shape!(WorkspaceQuota))),
    ("GET", "buildinfo", Body::Json(shape!(BuildInfo))),
    ("GET", "entitlements", Body::Json(shape!(Entitlements))),
    ("GET", "appearance", Body::Nothing),
    ("GET", "regions", Body::Json(shape!(Regions))),
    ("GET", "deployment/ssh", Body::Json(shape!(SshConfig))),
    ("GET", "updatecheck", Body::Nothing),
    ("GET", "experiments", Body::Nothing),
    ("POST", "authcheck", Body::Nothing),
];

/// Every socket that Gantry listens to.
const SOCKETS: &[(&str, Shape)] = &[
    ("workspaces/*/watch-ws", Shape { name: "WatchFrame", read: watch_frame, left_out: left_out::<WatchFrame> }),
    ("workspacebuilds/*/logs", shape!(ProvisionerJobLog)),
    ("templateversions/*/logs", shape!(ProvisionerJobLog)),
    ("workspaceagents/*/logs", shape!([AgentLog])),
    ("workspaceagents/*/watch-metadata-ws", shape!(MetadataFrame)),
];

/// One JSON body of a recording, with the type that must read it.
pub struct Case {
    /// The type.
    pub shape: Shape,
    /// The body.
    pub body: Value,
    /// Before the path of a misfit: empty for an answer.
    pub place: String,
}

/// What must hold of a recording.
pub enum Verdict {
    /// Not of an endpoint that Gantry asks.
    Skipped,
    /// These bodies must fit; perhaps none.
    Cases(Vec<Case>),
    /// It cannot fit: `path: expected …, got …`.
    Misfit(String),
}

/// The segments of a path below `/api/v2/`, without its query.
fn segments(path: &str) -> Option<Vec<&str>> {
    let path = path.split(['?', '#']).next()?;
    let (_, inside) = path.split_once("/api/v2/")?;
    Some(inside.trim_end_matches('/').split('/').collect())
}

fn matches(pattern: &str, segments: &[&str]) -> bool {
    pattern.split('/').count() == segments.len()
        && pattern.split('/').zip(segments).all(|(want, have)| want == *have || (want == "*" && !have.is_empty()))
}

/// `users/first` and `users/authmethods` are no users: where a pattern has no wildcard, it goes first.
fn endpoint(method: &str, path: &str) -> Option<Body> {
    let segments = segments(path)?;
    let all = || {
        ENDPOINTS.iter().filter(|(known, pattern, _)| known.eq_ignore_ascii_case(method) && matches(pattern, &segments))
    };
    all().find(|(_, pattern, _)| !pattern.contains('*')).or_else(|| all().next()).map(|(_, _, body)| *body)
}

fn socket(path: &str) -> Option<Shape> {
    let segments = segments(path)?;
    SOCKETS.iter().find(|(pattern, _)| matches(pattern, &segments)).map(|(_, shape)| *shape)
}

/// What must hold of a recording.
pub fn judge(recording: Recording) -> Verdict {
    match recording {
        Recording::Redirects => Verdict::Skipped,
        Recording::Answer(answer) => judge_answer(answer),
        Recording::Frames(frames) => judge_frames(frames),
    }
}

fn judge_answer(answer: Answer) -> Verdict {
    let Some(expected) = endpoint(&answer.method, &answer.path) else { return Verdict::Skipped };
    let case = |shape| Verdict::Cases(vec![Case { shape, body: answer.body.clone(), place: String::new() }]);
    let instead =
        |expected: &str| Verdict::Misfit(format!("body: expected {expected}, got {}", short(Some(&answer.body))));
    let text = as_text(&answer.body).is_some();
    match (answer.status, expected) {
        // A refusal in plain text is one too: a wrong CSRF token, a proxy.
        (400.., _) if text => Verdict::Cases(Vec::new()),
        (400.., _) => case(ERROR),
        (304, Body::JsonOr304(_)) | (204, Body::Nothing) if answer.body.is_null() => Verdict::Cases(Vec::new()),
        (204 | 304, _) => instead("no such status from this endpoint"),
        (200..=299, Body::Nothing) => Verdict::Cases(Vec::new()),
        (200..=299, Body::JsonOrText(_)) if text && answer.path.contains("format=text") => Verdict::Cases(Vec::new()),
        (200..=299, Body::Json(shape) | Body::JsonOr304(shape) | Body::JsonOrText(shape)) => {
            if text {
                instead("JSON")
            } else {
                case(shape)
            }
        }
        _ => Verdict::Skipped,
    }
}

fn judge_frames(frames: Vec<Frame>) -> Verdict {
    let mut cases = Vec::new();
    let mut known = false;
    for frame in frames {
        let Some(shape) = socket(&frame.socket) else { continue };
        known = true;
        if let Some(body) = frame.message {
            cases.push(Case { shape, body, place: frame.place });
        }
    }
    if known { Verdict::Cases(cases) } else { Verdict::Skipped }
}

impl Case {
    /// What the type makes of the body.
    pub fn fit(&self) -> Result<Fit, Vec<Misfit>> {
        fit(self.shape, &self.body)
    }

    /// What of the body is left out because it does not fit.
    pub fn left_out(&self) -> LeftOut {
        (self.shape.left_out)(&self.body.to_string())
    }

    /// Every place that does not fit, for people; of those that are left out the first.
    pub fn misfits(&self, donors: &Donors) -> Vec<String> {
        let misfits = misfits(self.shape, &self.body, donors);
        let left_out = self.left_out().first.map(String::from);
        let separator = if self.place.is_empty() { "" } else { "." };
        let all = misfits.iter().map(ToString::to_string).chain(left_out);
        all.map(|misfit| format!("{}{separator}{misfit}", self.place)).collect()
    }
}
