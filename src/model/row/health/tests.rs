//! Agents in every state.

use super::*;
use crate::model::recordings;
use crate::model::row::{from_workspace, is_lively};
use crate::wire::agent::AgentHealth;
use crate::wire::workspace::WorkspaceHealth;
use AgentLifecycle::{Created, Ready, StartTimeout, Starting};

fn agent_of(workspace: &mut Workspace, index: usize) -> &mut WorkspaceAgent {
    let crate::wire::List::Items(resources) = &mut workspace.latest_build.resources else {
        panic!("no resources");
    };
    resources
        .iter_mut()
        .flat_map(|resource| match &mut resource.agents {
            crate::wire::List::Items(agents) => agents.iter_mut(),
            crate::wire::List::Absent => [].iter_mut(),
        })
        .nth(index)
        .unwrap()
}

#[test]
fn the_gravest_trouble_is_shown_and_the_others_counted() {
    let mut workspace = recordings::workspace("workspace/rich-running");
    let failing = |workspace: &Workspace| *from_workspace(workspace).health.failing.unwrap();
    let seen = failing(&workspace);
    assert_eq!((&*seen.agent, seen.more), ("dev", 0));
    assert!(
        matches!(&seen.trouble, Trouble::Script { script, exit_code: Some(3), more: 1, .. } if &**script == "Install tools")
    );

    let db = agent_of(&mut workspace, 0);
    db.health = Some(AgentHealth { healthy: false, reason: None });
    db.status = AgentStatus::Disconnected;
    let since = db.last_connected_at.map(Timestamp::millis);
    let seen = failing(&workspace);
    assert_eq!((&*seen.agent, seen.more, &seen.trouble), ("db", 1, &Trouble::Lost { since_ms: since }));

    // Of two with the same trouble the first is named.
    let dev = agent_of(&mut workspace, 1);
    dev.status = AgentStatus::Disconnected;
    dev.last_connected_at = since.map(Timestamp::from_millis);
    agent_of(&mut workspace, 0).last_connected_at = since.map(Timestamp::from_millis);
    assert_eq!((&*failing(&workspace).agent, failing(&workspace).more), ("db", 1));
    // The graver one is named, wherever it stands.
    let db = agent_of(&mut workspace, 0);
    db.status = AgentStatus::Connected;
    db.health = Some(AgentHealth { healthy: false, reason: Some("of another kind".into()) });
    assert_eq!((&*failing(&workspace).agent, failing(&workspace).more), ("dev", 1));
    agent_of(&mut workspace, 1).status = AgentStatus::Connected;
    agent_of(&mut workspace, 0).status = AgentStatus::Disconnected;

    // On its way down is neither lost nor a failure of its scripts.
    for state in [AgentLifecycle::ShuttingDown, AgentLifecycle::ShutdownTimeout, AgentLifecycle::ShutdownError] {
        agent_of(&mut workspace, 0).lifecycle_state = state;
        assert_eq!(failing(&workspace).trouble, Trouble::ShutDown { ended: false });
    }
    // An orderly end is not a lost connection.
    agent_of(&mut workspace, 0).lifecycle_state = AgentLifecycle::Off;
    let seen = failing(&workspace);
    assert_eq!((&*seen.agent, seen.more, seen.trouble), ("db", 1, Trouble::ShutDown { ended: true }));

    // A sub-agent is the parent's business.
    let parent = agent_of(&mut workspace, 1).id;
    agent_of(&mut workspace, 0).parent_id = Some(parent);
    let row = from_workspace(&workspace);
    assert_eq!((row.health.agents, &*row.health.failing.unwrap().agent), (1, "dev"));
}

#[test]
fn what_the_server_finds_unhealthy_without_a_reason_is_not_hidden() {
    let mut workspace = recordings::workspace("real/start-workspace");
    assert_eq!(from_workspace(&workspace).health.failing, None);
    workspace.health = Some(WorkspaceHealth { healthy: false });
    let failing = from_workspace(&workspace).health.failing.unwrap();
    assert_eq!(failing.trouble, Trouble::Other("the control plane does not say why".into()));

    let mut workspace = recordings::workspace("real/start-workspace");
    let agent = agent_of(&mut workspace, 0);
    agent.health = Some(AgentHealth { healthy: false, reason: Some("a reason of next year".into()) });
    let failing = from_workspace(&workspace).health.failing.unwrap();
    assert_eq!((&*failing.agent, failing.trouble), ("main", Trouble::Other("a reason of next year".into())));
}

#[test]
fn an_agent_on_its_way_is_no_trouble() {
    let coming = |status, lifecycle| {
        let mut workspace = recordings::workspace("real/start-workspace");
        let agent = agent_of(&mut workspace, 0);
        agent.status = status;
        agent.lifecycle_state = lifecycle;
        let row = from_workspace(&workspace);
        assert_eq!(row.health.failing, None);
        (row.health.coming.as_ref().map(|coming| coming.stage), is_lively(&row))
    };
    assert_eq!(coming(AgentStatus::Connecting, Created), (Some(ComingStage::Connecting), true));
    assert_eq!(coming(AgentStatus::Connected, Created), (Some(ComingStage::Scripts), true));
    assert_eq!(coming(AgentStatus::Connected, Starting), (Some(ComingStage::Scripts), true));
    assert_eq!(coming(AgentStatus::Connected, StartTimeout), (Some(ComingStage::SlowScripts), true));
    assert_eq!(coming(AgentStatus::Connected, Ready), (None, false));
    // The one that is least far is the one that is waited for.
    let row = recordings::row("workspace/one-agent-connected");
    let coming = row.health.coming.unwrap();
    assert_eq!((&*coming.agent, coming.stage), ("db", ComingStage::Connecting));
    let mut workspace = recordings::workspace("workspace/connecting");
    let db = agent_of(&mut workspace, 0);
    db.status = AgentStatus::Connected;
    db.lifecycle_state = Starting;
    assert_eq!(&*from_workspace(&workspace).health.coming.unwrap().agent, "dev");
}
