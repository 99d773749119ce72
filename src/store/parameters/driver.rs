//! Drives a form: the socket that answers what is typed, calls where there is none, and the classic list where the
//! control plane knows neither. A socket lives for 30 minutes and may be refused without a word; after each close a
//! call decides what is so, and a new socket is tried. May import `api` and below.

use super::shared::{Inner, SessionState};
use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::parameters as calls;
use crate::browser::notify::Notify;
use crate::browser::timers;
use crate::model::pace::back_off;
use crate::model::parameters::{Form, Values, from_rich};
use crate::wire::id::Id;
use crate::wire::parameter::{FormAnswer, FormInputs};
use futures_util::future::{Either, pending, select};
use futures_util::{SinkExt as _, StreamExt as _};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};
use leptos::prelude::*;
use std::pin::{Pin, pin};
use std::rc::Weak;

/// How long a socket may take to say what a version asks for, and to answer what was sent, in milliseconds.
const SILENT_MS: i64 = 8_000;

/// A socket that lived this long came to the end of its time, or the way to it broke: it is opened again at once.
const LIVED_MS: i64 = 10_000;

/// The waits before a socket is tried again.
const REOPEN_MS: i64 = 1_000;
const REOPEN_LONGEST_MS: i64 = 60_000;

/// The wait before a version that is being imported is asked about again.
const IMPORTING_MS: i64 = 2_000;

/// The waits after a call that was not answered.
const AGAIN_MS: i64 = 1_000;
const AGAIN_LONGEST_MS: i64 = 10_000;

/// A call under way, with the number of what it holds.
type Question = Pin<Box<dyn Future<Output = (i64, Result<FormAnswer, ApiError>)>>>;

/// What happened.
enum Happened {
    Frame(Option<Result<Message, WebSocketError>>),
    Answer(i64, Result<FormAnswer, ApiError>),
    Time,
    Woken,
}

/// What holds the conversation together.
struct Talk {
    inner: Weak<Inner>,
    client: Client,
    version: Id,
    changed: Notify,
    socket: Option<WebSocket>,
    /// Since when the socket owes a word.
    owes_ms: Option<i64>,
    /// Whether this socket has spoken, and since when it is there.
    spoke: bool,
    opened_ms: i64,
    reopen_ms: i64,
    lost: u32,
    asking: Option<Question>,
    /// No call before this moment.
    ask_ms: i64,
    failed: u32,
}

/// Drives a form until nobody holds it any more, or it is refused.
pub(super) async fn drive(inner: Weak<Inner>) {
    let Some(held) = inner.upgrade() else { return };
    let (client, version, changed) = (held.client.clone(), held.version, held.changed.clone());
    let is_classic = held.form.with_untracked(Form::is_classic);
    drop(held);
    if is_classic {
        return list(&inner, &client, version).await;
    }
    let mut talk = Talk {
        inner,
        client,
        version,
        changed,
        socket: None,
        owes_ms: None,
        spoke: false,
        opened_ms: 0,
        reopen_ms: 0,
        lost: 0,
        asking: None,
        ask_ms: 0,
        failed: 0,
    };
    while talk.turn().await.is_some() {}
}

fn now() -> i64 {
    timers::monotonic_ms() as i64
}

/// The classic way: the list once, and nothing more to ask.
async fn list(inner: &Weak<Inner>, client: &Client, version: Id) {
    loop {
        let answer = calls::classic(client, version).await;
        let Some(inner) = inner.upgrade() else { return };
        match answer {
            Ok(rules) => {
                inner.form.update(|form| form.take_classic(rules.into_iter().map(from_rich).collect()));
                return inner.state.set(SessionState::Ready);
            }
            Err(error) if error.kind == Kind::TooEarly => inner.state.set(SessionState::Waiting(error.message)),
            Err(error) => return inner.state.set(SessionState::Refused(error)),
        }
        drop(inner);
        client.pause(IMPORTING_MS).await;
    }
}

impl Talk {
    /// One turn; `None` once there is nothing more to do.
    async fn turn(&mut self) -> Option<()> {
        if !self.client.is_reachable() && self.asking.is_none() {
            // What was sent may not have arrived: it is sent again.
            self.drop_socket();
            let again = self.client.again().notified();
            again.await;
        }
        self.open();
        let wait = self.send().await?;
        let happened = self.wait_for(wait).await;
        self.take(happened).await
    }

    fn open(&mut self) {
        if self.socket.is_some() || self.asking.is_some() || now() < self.reopen_ms {
            return;
        }
        let Some(inner) = self.inner.upgrade() else { return };
        let path = calls::form_path(self.version, inner.owner.get());
        self.socket = self.client.socket_url(&path).and_then(|url| WebSocket::open(&url).ok());
        self.spoke = false;
        self.opened_ms = now();
        if self.socket.is_some() {
            self.owes_ms = Some(now());
        } else {
            self.reopen_ms = now() + REOPEN_LONGEST_MS;
        }
    }

    fn drop_socket(&mut self) {
        if self.socket.take().is_none() {
            return;
        }
        let lived = self.spoke && now() - self.opened_ms >= LIVED_MS;
        let wait = if lived { 0 } else { back_off(self.lost, REOPEN_MS, REOPEN_LONGEST_MS, timers::random()) };
        self.lost = if lived { 0 } else { self.lost.saturating_add(1) };
        self.reopen_ms = now() + wait;
        self.owes_ms = None;
        self.ask_ms = 0;
        if let Some(inner) = self.inner.upgrade() {
            inner.form.update_untracked(Form::lost);
        }
    }

    /// Sends what is due. Returns how long nothing will be; `None` of the outside if nobody holds the form.
    async fn send(&mut self) -> Option<Option<i64>> {
        let inner = self.inner.upgrade()?;
        let is_known = inner.form.with_untracked(|form| form.rules().is_some());
        let wait = inner.due_ms.get() - now();
        if is_known && wait > 0 {
            return Some(Some(wait));
        }
        // The first socket is waited for; while a later one opens, what is typed goes call by call.
        if self.socket.is_some() && !self.spoke && self.lost == 0 {
            return Some(Some(SILENT_MS));
        }
        if let Some(socket) = self.socket.as_mut().filter(|_| self.spoke) {
            let Some((id, values)) = inner.form.try_update_untracked(Form::next_to_send).flatten() else {
                return Some(self.owes_ms.map(|_| SILENT_MS));
            };
            let text = serde_json::to_string(&inputs(id, values, inner.owner.get())).unwrap_or_default();
            self.owes_ms = self.owes_ms.or(Some(now()));
            if socket.send(Message::Text(text)).await.is_err() {
                self.drop_socket();
            }
            return Some(Some(SILENT_MS));
        }
        if self.asking.is_some() {
            return Some(None);
        }
        if now() < self.ask_ms {
            return Some(Some(self.ask_ms - now()));
        }
        if let Some((id, values)) = inner.form.try_update_untracked(Form::next_to_send).flatten() {
            let (client, version) = (self.client.clone(), self.version);
            let inputs = inputs(id, values, inner.owner.get());
            self.asking = Some(Box::pin(async move { (id, calls::evaluate(&client, version, &inputs).await) }));
            return Some(None);
        }
        Some(Some(if self.socket.is_some() { SILENT_MS } else { (self.reopen_ms - now()).max(0) }))
    }

    async fn wait_for(&mut self, wait: Option<i64>) -> Happened {
        let wait = match (wait, self.owes_ms) {
            (wait, Some(since)) => Some(wait.unwrap_or(SILENT_MS).min(since + SILENT_MS - now()).max(0)),
            (wait, None) => wait,
        };
        let frame = async {
            match &mut self.socket {
                Some(socket) => Happened::Frame(socket.next().await),
                None => pending().await,
            }
        };
        let answer = async {
            match &mut self.asking {
                Some(asking) => {
                    let (id, answer) = asking.await;
                    Happened::Answer(id, answer)
                }
                None => pending().await,
            }
        };
        let time = async {
            match wait {
                Some(wait) => timers::sleep(wait).await,
                None => pending().await,
            }
            Happened::Time
        };
        let (changed, again) = (self.changed.notified(), self.client.again().notified());
        let woken = async {
            select(changed, again).await;
            Happened::Woken
        };
        let (mut frame, mut answer, mut time, mut woken) = (pin!(frame), pin!(answer), pin!(time), pin!(woken));
        let heard = select(frame.as_mut(), answer.as_mut());
        let other = select(time.as_mut(), woken.as_mut());
        match select(heard, other).await {
            Either::Left((Either::Left((happened, _)) | Either::Right((happened, _)), _))
            | Either::Right((Either::Left((happened, _)) | Either::Right((happened, _)), _)) => happened,
        }
    }

    async fn take(&mut self, happened: Happened) -> Option<()> {
        match happened {
            Happened::Frame(Some(Ok(Message::Text(text)))) => match FormAnswer::parse(&text) {
                Ok(answer) => self.hear(answer.id, answer),
                Err(why) => {
                    leptos::logging::warn!("a frame of the form could not be read: {why}");
                    self.drop_socket();
                    // The next one would not be read either: what is typed goes call by call.
                    self.reopen_ms = now() + REOPEN_LONGEST_MS;
                }
            },
            Happened::Frame(Some(Ok(Message::Bytes(_)))) | Happened::Woken => {}
            Happened::Frame(_) => self.drop_socket(),
            Happened::Time => {
                if self.owes_ms.is_some_and(|since| now() - since >= SILENT_MS) {
                    self.spoke = false;
                    self.drop_socket();
                }
            }
            Happened::Answer(id, answer) => {
                self.asking = None;
                return self.answered(id, answer).await;
            }
        }
        Some(())
    }

    /// The control plane looked at what the form holds.
    fn hear(&mut self, id: i64, answer: FormAnswer) {
        self.spoke = self.socket.is_some();
        let Some(inner) = self.inner.upgrade() else { return };
        let taken = inner.form.try_update(|form| form.take(id, answer)).unwrap_or_default();
        if taken || id < 0 {
            self.owes_ms = None;
        }
        // It may be filled in once what it held is known: a field that changes under the hand is none.
        if inner.form.with_untracked(Form::is_answered) {
            inner.state.set(SessionState::Ready);
        }
    }

    async fn answered(&mut self, id: i64, answer: Result<FormAnswer, ApiError>) -> Option<()> {
        let error = match answer {
            Ok(answer) => {
                self.failed = 0;
                self.hear(id, answer);
                return Some(());
            }
            Err(error) => error,
        };
        let inner = self.inner.upgrade()?;
        inner.form.update_untracked(Form::lost);
        let is_known = inner.form.with_untracked(|form| form.rules().is_some());
        match error.kind {
            Kind::TooEarly => {
                inner.state.set(SessionState::Waiting(error.message));
                self.ask_ms = now() + IMPORTING_MS;
                self.reopen_ms = self.ask_ms + 1;
            }
            // A control plane that does not have the route, or a version that is hidden: the list tells them apart.
            Kind::NotFound if !is_known => {
                list(&self.inner, &self.client, self.version).await;
                return None;
            }
            Kind::Unauthorized | Kind::Aborted | Kind::Forbidden | Kind::Gone | Kind::NotFound | Kind::Validation => {
                inner.state.set(SessionState::Refused(error));
                return None;
            }
            _ if !is_known && self.failed > 0 => {
                inner.state.set(SessionState::Refused(error));
                return None;
            }
            _ => {
                let wait = back_off(self.failed, AGAIN_MS, AGAIN_LONGEST_MS, timers::random());
                self.failed = self.failed.saturating_add(1);
                self.ask_ms = now() + error.retry_after_ms.unwrap_or(0).max(wait);
            }
        }
        Some(())
    }
}

fn inputs(id: i64, values: Values, owner: Id) -> FormInputs {
    FormInputs { id, inputs: values.into_iter().collect(), owner_id: owner }
}
