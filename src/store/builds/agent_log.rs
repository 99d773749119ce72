//! The log of an agent, live while it writes. May import `api` and below.

use super::lines::Lines;
use super::loaded::{LogStatus, is_final};
use super::tasks::Tasks;
use crate::api::agents;
use crate::api::answer::parse_lines;
use crate::api::client::Client;
use crate::api::socket::{End, Followed, Going, follow};
use crate::model::timings::agent_is_on_its_way;
use crate::wire::agent::{AgentLifecycle, AgentLog, AgentStatus};
use crate::wire::id::Id;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::rc::Rc;

/// An agent's log, live as long as a clone of this is held.
#[derive(Clone)]
pub struct AgentLogPage {
    /// Its lines, in order.
    pub lines: ArcRwSignal<Vec<AgentLog>>,
    /// How far it is.
    pub status: ArcRwSignal<LogStatus>,
    /// How many of its lines could not be read.
    pub unreadable: ArcRwSignal<usize>,
    /// Held for its Drop, which ends the following.
    _tasks: SendWrapper<Rc<Tasks>>,
}

impl AgentLogPage {
    /// Follows the log of this agent.
    pub(super) fn open(client: &Client, agent: Id) -> Self {
        let lines = Lines::new();
        let status = ArcRwSignal::new(LogStatus::Loading);
        let tasks = Tasks::default();
        let (shown, unreadable) = (lines.shown.clone(), lines.unreadable.clone());
        tasks.spawn(follow_log(client.clone(), agent, lines, status.clone()));
        Self { lines: shown, status, unreadable, _tasks: SendWrapper::new(Rc::new(tasks)) }
    }
}

async fn follow_log(client: Client, agent: Id, lines: Rc<Lines<AgentLog>>, status: ArcRwSignal<LogStatus>) {
    let mut wait = 500;
    loop {
        match agents::logs(&client, agent, lines.last()).await {
            Ok(known) => break lines.take(known),
            Err(error) if is_final(&error) => return status.set(LogStatus::Ended(error)),
            Err(error) => status.set(LogStatus::Trouble(error)),
        }
        client.pause(wait).await;
        wait = (wait * 2).min(5_000);
    }
    status.set(LogStatus::Live);
    let lively = Cell::new(false);
    let mut frame = |text: &str| {
        lines.hear_all(parse_lines(text.as_bytes()));
        Going::On
    };
    let ask = async || {
        let known = agents::by_id(&client, agent).await?;
        lively.set(agent_is_on_its_way(&known));
        let before = lines.last();
        lines.take(agents::logs(&client, agent, before).await?);
        let over = known.lifecycle_state == AgentLifecycle::Off && known.status == AgentStatus::Disconnected;
        Ok(match (over, lines.last() > before) {
            (true, _) => Going::Finished,
            (false, true) => Going::News,
            (false, false) => Going::On,
        })
    };
    let followed = Followed {
        path: &|| agents::follow_path(agent, lines.last()),
        frame: &mut frame,
        probe: &|| Box::pin(ask()),
        lively: &|| lively.get(),
        live: &|_| (),
    };
    match follow(&client, followed).await {
        End::Refused(error) => status.set(LogStatus::Ended(error)),
        End::Finished | End::SignedOut => status.set(LogStatus::Complete),
    }
}
