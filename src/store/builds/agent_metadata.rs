//! What an agent tells of itself, live. May import `api` and below.

use super::tasks::Tasks;
use crate::api::agents;
use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::socket::{End, Followed, Going, follow};
use crate::browser::timers;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::metadata::AgentMetadata;
use crate::wire::socket::{Frame, MetadataFrame};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::rc::Rc;

/// For how long an agent that was seen is taken to be there, in milliseconds.
const THERE_MS: f64 = 60_000.0;

/// What an agent told last, and when that was heard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Its items, in the order in which they came.
    pub items: Vec<AgentMetadata>,
    /// The server's time when they came, Unix milliseconds.
    pub at_ms: i64,
}

/// How far the channel is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Hearing {
    /// Nothing was heard yet.
    #[default]
    Waiting,
    /// Frames arrive.
    Live,
    /// They do not arrive at this moment; what was heard gets older.
    Silent,
    /// The agent tells nothing: its template asks for nothing.
    Nothing,
    /// The control plane could not read what the agent tells.
    Trouble(ApiError),
    /// It is not told any more; why.
    Ended(ApiError),
    /// This session must not use web sockets, and it is told in no other way.
    NoSockets,
}

/// What an agent tells of itself, live as long as a clone of this is held.
#[derive(Clone)]
pub struct AgentMetadataPage {
    /// What it told last.
    pub told: ArcRwSignal<Told>,
    /// How far the channel is.
    pub hearing: ArcRwSignal<Hearing>,
    /// Held for its Drop, which ends the following.
    _tasks: SendWrapper<Rc<Tasks>>,
}

impl AgentMetadataPage {
    /// Listens to this agent.
    pub(super) fn open(client: &Client, agent: Id) -> Self {
        let (told, hearing) = (ArcRwSignal::new(Told::default()), ArcRwSignal::new(Hearing::Waiting));
        let tasks = Tasks::default();
        tasks.spawn(listen(client.clone(), agent, told.clone(), hearing.clone()));
        Self { told, hearing, _tasks: SendWrapper::new(Rc::new(tasks)) }
    }
}

async fn listen(client: Client, agent: Id, told: ArcRwSignal<Told>, hearing: ArcRwSignal<Hearing>) {
    let path = agents::metadata_path(agent);
    if client.socket_url(&path).is_none() {
        return hearing.set(Hearing::NoSockets);
    }
    let become_ = |now: Hearing| {
        if hearing.with_untracked(|known| *known != now) {
            hearing.set(now);
        }
    };
    let mut frame = |text: &str| {
        match json_tape::from_slice::<MetadataFrame>(text.as_bytes()) {
            Ok(Frame::Data(items)) if items.is_empty() => {
                told.set(Told::default());
                become_(Hearing::Nothing);
                return Going::Finished;
            }
            Ok(Frame::Data(items)) => {
                told.set(Told { items: List::into_vec(*items), at_ms: client.now_ms() });
                become_(Hearing::Live);
            }
            Ok(Frame::Error(error)) => become_(Hearing::Trouble(ApiError::local(Kind::Server, &error.message))),
            Ok(Frame::Ping | Frame::Other) => {}
            Err(why) => become_(Hearing::Trouble(ApiError::local(Kind::Decode, &why.to_string()))),
        }
        Going::On
    };
    // What the agent tells of itself comes by the socket alone, and that there is such an agent was just said by its
    // workspace, which is followed beside this: to hear so once more a minute is enough, however often the socket
    // fails.
    let seen_ms = Cell::new(timers::monotonic_ms());
    let ask = async || {
        if timers::monotonic_ms() - seen_ms.get() >= THERE_MS {
            agents::by_id(&client, agent).await?;
            seen_ms.set(timers::monotonic_ms());
        }
        Ok(Going::On)
    };
    let followed = Followed {
        path: &|| path.clone(),
        frame: &mut frame,
        probe: &|| Box::pin(ask()),
        lively: &|| false,
        live: &|on| {
            if !on && hearing.with_untracked(|known| *known == Hearing::Live) {
                hearing.set(Hearing::Silent);
            }
        },
    };
    if let End::Refused(error) = follow(&client, followed).await {
        hearing.set(Hearing::Ended(error));
    }
}
