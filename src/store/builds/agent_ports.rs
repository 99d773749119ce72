//! The ports of an agent on which something listens, asked for in a calm rhythm. May import `api` and below.

use super::loaded::{Loaded, is_final};
use super::tasks::Tasks;
use crate::api::agents;
use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::browser::notify::Notify;
use crate::browser::timers;
use crate::wire::id::Id;
use crate::wire::port::ListeningPort;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::rc::Rc;

/// How often they are asked for, in milliseconds: the control plane asks the agent each time.
const RHYTHM_MS: i64 = 20_000;

/// After a failure.
const FAILED_MS: i64 = 60_000;

/// The ports of an agent, as long as a clone of this is held.
#[derive(Clone)]
pub struct AgentPortsPage {
    /// What listens.
    pub ports: ArcRwSignal<Loaded<Vec<ListeningPort>>>,
    again: SendWrapper<Notify>,
    /// Held for its Drop, which ends the asking.
    _tasks: SendWrapper<Rc<Tasks>>,
}

impl AgentPortsPage {
    /// Asks this agent.
    pub(super) fn open(client: &Client, agent: Id) -> Self {
        let (ports, again, tasks) = (ArcRwSignal::default(), Notify::default(), Tasks::default());
        tasks.spawn(ask(client.clone(), agent, ports.clone(), again.clone()));
        Self { ports, again: SendWrapper::new(again), _tasks: SendWrapper::new(Rc::new(tasks)) }
    }

    /// Asks at once.
    pub fn refresh(&self) {
        self.again.notify_waiters();
    }
}

/// Whether no answer can ever be another: the control plane says no, or has no such question.
fn is_no(error: &ApiError) -> bool {
    is_final(error) && error.kind != Kind::Aborted
}

async fn ask(client: Client, agent: Id, ports: ArcRwSignal<Loaded<Vec<ListeningPort>>>, again: Notify) {
    loop {
        let answer = agents::listening_ports(&client, agent).await;
        let (now, wait) = match answer {
            Ok(answer) => (Loaded::Ready(answer.ports.into_vec()), RHYTHM_MS),
            Err(error) if error.kind == Kind::Aborted => (Loaded::Loading, FAILED_MS),
            Err(error) if is_no(&error) => (Loaded::Refused(error), FAILED_MS),
            Err(error) => (Loaded::Failed(error), FAILED_MS),
        };
        let refused = matches!(now, Loaded::Refused(_));
        if ports.with_untracked(|known| *known != now) {
            ports.set(now);
        }
        if refused {
            // Asked again on request alone.
            again.notified().await;
            continue;
        }
        // While nobody looks, or nothing answers, nothing is asked.
        timers::sleep_or(wait, &again).await;
        client.pause(0).await;
    }
}
