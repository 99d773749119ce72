//! Builds, their logs and timings (docs/control-plane-api.md, 2.4, 6.1). May import `browser` and below.

use crate::api::answer::{Asked, Each, Told};
use crate::api::call::Call;
use crate::api::client::Client;
use crate::api::error::ApiError;
use crate::paths::encode;
use crate::wire::build::{CreateBuildRequest, WorkspaceBuild};
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::log::ProvisionerJobLog;
use crate::wire::name::Names;
use crate::wire::parameter::ParameterValue;
use crate::wire::timings::{BuildTimings, ProvisionerTiming};
use crate::wire::workspace::Workspace;
use gloo_net::http::Method;
use json_tape::{LeftOut, Read as _, Reader, Tape};

/// The builds of a workspace, newest first.
pub(crate) fn list(client: &Client, workspace: Id, limit: usize, offset: usize) -> Asked<Each<WorkspaceBuild>> {
    let path = format!("/workspaces/{workspace}/builds?limit={limit}&offset={offset}");
    client.read_each(Call::get(path))
}

/// One build by id. Which provisioners could run it is not looked up for this answer, which says that there are none.
pub(crate) fn by_id(client: &Client, build: Id) -> Asked<WorkspaceBuild> {
    client.ask(Call::get(format!("/workspacebuilds/{build}")), |outcome| {
        let build = outcome?.decode::<WorkspaceBuild>()?;
        Ok(WorkspaceBuild { matched_provisioners: None, ..build })
    })
}

/// One build by its number.
pub(crate) fn by_number(client: &Client, owner: &str, workspace: &str, number: i64) -> Asked<WorkspaceBuild> {
    let path = format!("/users/{}/workspace/{}/builds/{number}", encode(owner), encode(workspace));
    client.read(Call::get(path))
}

/// One build by its number, of a workspace that was deleted: by the place it has in the history, for a number finds it
/// no more (docs/control-plane-api.md, 2.2).
pub(crate) async fn of_deleted(client: &Client, workspace: &Workspace, number: i64) -> Option<WorkspaceBuild> {
    let newer = usize::try_from(workspace.latest_build.build_number.checked_sub(number)?).ok()?;
    let builds = list(client, workspace.id, 1, newer).await.ok()?;
    builds.items.into_iter().find(|build| build.build_number == number)
}

/// Asks for a build. The answer is sparse: only number, transition and job may be believed. 409: another one is going
/// on.
pub(crate) fn create(client: &Client, workspace: Id, request: &CreateBuildRequest) -> Asked<WorkspaceBuild> {
    client.read(Call::post(format!("/workspaces/{workspace}/builds"), request))
}

/// Asks for a build to be cancelled. With `expect` ("pending", "running") the server refuses (412) when it is in
/// another state; a pending one may then be cancelled by everybody who may see it.
pub(crate) fn cancel(client: &Client, build: Id, expect: Option<&str>) -> Asked<()> {
    let expected = expect.map(|status| format!("?expect_status={status}")).unwrap_or_default();
    client.done(Call::write(Method::PATCH, format!("/workspacebuilds/{build}/cancel{expected}")))
}

/// The values that a build was given.
pub(crate) fn parameters(client: &Client, build: Id) -> Asked<Vec<ParameterValue>> {
    client.read_list(Call::get(format!("/workspacebuilds/{build}/parameters")))
}

/// The lines of a build's log with an id above `after` (0: all).
pub(crate) fn logs(client: &Client, build: Id, after: i64) -> Asked<Told<ProvisionerJobLog>> {
    let rest = if after > 0 { format!("?after={after}") } else { String::new() };
    let path = format!("/workspacebuilds/{build}/logs{rest}");
    client.read_lines(Call::get(path))
}

/// The same, not asked again on failure: for who asks in a rhythm or from a queue.
pub(crate) fn logs_once(client: &Client, build: Id, after: i64) -> Asked<Told<ProvisionerJobLog>> {
    let rest = if after > 0 { format!("?after={after}") } else { String::new() };
    client.read_lines(Call::get(format!("/workspacebuilds/{build}/logs{rest}")).once())
}

/// The path of the socket that sends the lines above `after`, those to come included, and closes with 1000 after the
/// last.
pub(crate) fn follow_path(build: Id, after: i64) -> String {
    format!("/workspacebuilds/{build}/logs?follow=true&after={after}")
}

/// Where the time went, as far as the control plane kept it. Empty for failed, cancelled and running builds.
pub(crate) fn timings(client: &Client, build: Id) -> Asked<BuildTimings> {
    client.ask(Call::get(format!("/workspacebuilds/{build}/timings")), |outcome| {
        let answer = outcome?;
        parse_timings(&answer.body).map_err(|why| ApiError::decode(&answer.head, &why))
    })
}

/// Reads it row by row, and what many rows have in common once: laid out as a whole, a hundred thousand rows take
/// several times the room that they need.
pub(crate) fn parse_timings(body: &[u8]) -> Result<BuildTimings, json_tape::Error> {
    const KEY: &str = "provisioner_timings";
    let (mut rows, mut names, mut left_out) = (Vec::new(), Names::default(), LeftOut::default());
    let tape = Tape::parse_each(body, KEY, &mut |node| {
        let mut reader = Reader::new(node);
        let mut row = ProvisionerTiming::read(&mut reader);
        names.share(&mut row.source);
        names.share(&mut row.action);
        match reader.end() {
            Ok(less) => {
                rows.push(row);
                left_out.extend(less);
            }
            Err(why) => left_out.note(|| format!("{KEY}: {why}")),
        }
    })?;
    let mut timings: BuildTimings = json_tape::from_node(tape.root())?;
    if let List::Items(items) = &mut timings.provisioner_timings {
        rows.shrink_to_fit();
        *items = rows;
    }
    timings.left_out.extend(left_out);
    Ok(timings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timings_read_row_by_row_are_the_same() {
        for name in ["rich", "thousand-resources", "stop", "agentless"] {
            let file = format!("{}/tests/contract/recordings/timings/{name}.json", env!("CARGO_MANIFEST_DIR"));
            let recording: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            let body = recording["response"]["body"].to_string();
            let whole: BuildTimings = json_tape::from_slice(body.as_bytes()).unwrap();
            assert_eq!(parse_timings(body.as_bytes()).unwrap(), whole, "{name}");
        }
    }

    #[test]
    fn a_row_that_cannot_be_read_hides_no_other_and_is_said() {
        let row = r#"{"stage":"plan","action":"read","resource":"a.b"}"#;
        let body = format!(r#"{{"provisioner_timings":[{row},7,{{"stage":5}},{row}],"agent_script_timings":null}}"#);
        let timings = parse_timings(body.as_bytes()).unwrap();
        assert_eq!(timings.provisioner_timings.len(), 2);
        assert_eq!(timings.left_out.count, 2);
        assert!(timings.left_out.first.unwrap().starts_with(KEY_OF_ROWS));
        for body in ["", "{", "[]", "7", "<html>"] {
            assert!(parse_timings(body.as_bytes()).is_err(), "{body}");
        }
        assert!(parse_timings(b"{}").unwrap().provisioner_timings.is_empty());
    }

    const KEY_OF_ROWS: &str = "provisioner_timings";
}
