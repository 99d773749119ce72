//! Agents in words.

use super::*;
use crate::model::duration::FixedZone;
use crate::model::recordings;
use crate::wire::workspace::Workspace;

const UTC: FixedZone = FixedZone { east_minutes: 0 };

fn at(text: &str) -> i64 {
    text.parse::<crate::wire::Timestamp>().unwrap().millis()
}

#[test]
fn agents_have_a_line_each() {
    let workspace: Workspace = recordings::workspace("workspace/rich-running");
    let context = Context::new(at("2026-11-24T10:55:00Z"), &UTC);
    let lines: Vec<(Tone, String, String)> = workspace
        .latest_build
        .resources
        .iter()
        .flat_map(|resource| resource.agents.iter())
        .map(|agent| describe_agent(agent, &context))
        .map(|text| (text.tone, text.word, text.why))
        .collect();
    assert_eq!(
        lines,
        [
            (Tone::Ok, "connected, <1 ms".to_owned(), String::new()),
            (Tone::Warn, "connected, <1 ms".to_owned(), "Install tools: exit code 3, Too slow: timed out".to_owned()),
        ]
    );
    let mut agent =
        workspace.latest_build.resources.iter().find_map(|resource| resource.agents.first()).unwrap().clone();
    let mut line = |status, lifecycle| {
        agent.status = status;
        agent.lifecycle_state = lifecycle;
        agent.scripts = Vec::new().into();
        let text = describe_agent(&agent, &context);
        (text.mark, text.word, text.why)
    };
    let own = |mark, word: &str, why: &str| (mark, word.to_owned(), why.to_owned());
    assert_eq!(line(AgentStatus::Connecting, AgentLifecycle::Created), own(Mark::Connecting, "connecting", "3 m 08 s"));
    assert_eq!(
        line(AgentStatus::Timeout, AgentLifecycle::Created),
        own(Mark::Unhealthy, "not connected", "has not connected in 3 m 08 s")
    );
    assert_eq!(line(AgentStatus::Disconnected, AgentLifecycle::Off), own(Mark::Stopped, "shut down", ""));
    assert_eq!(
        line(AgentStatus::Connected, AgentLifecycle::Starting),
        own(Mark::Connecting, "connected, <1 ms", "start scripts running, 3 m 07 s")
    );
    assert_eq!(
        line(AgentStatus::Connected, AgentLifecycle::StartError),
        own(Mark::Unhealthy, "connected, <1 ms", "a start script failed")
    );
    assert_eq!(line(AgentStatus::Other("asleep".into()), AgentLifecycle::Ready), own(Mark::Unknown, "asleep", ""));
}
