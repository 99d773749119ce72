//! Live channels: one web socket followed until there is nothing more to hear (docs/architecture.md, "Live updates"). A
//! browser cannot see why a handshake was refused, and does not tell a silent socket from a calm one: `model::channel`
//! says when the resource itself is asked for, and that answer decides. gloo-net's socket has no open event and reports
//! even a clean close as an error; both are dealt with here. Nothing is ever sent: these channels are one-way, and the
//! control plane closes them at the first word from a client. May import `browser` and below.

use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::retry::limit_ms;
use crate::browser::{timers, visibility};
use crate::model::channel::{Channel, Situation, Step};
use futures_util::FutureExt as _;
use futures_util::StreamExt as _;
use futures_util::future::{Either, pending, select};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, State, WebSocketError};
use std::pin::{Pin, pin};

/// How often it is looked whether a socket that is being opened is open, in milliseconds: there is no event for it.
const LOOK_MS: i64 = 1_000;

/// What is known of a channel after a frame, or after its resource was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    /// There is more to hear.
    On,
    /// There is more to hear, and the socket should have told by itself what this answer told.
    News,
    /// It has come to its end (a finished job whose log is complete).
    Finished,
}

/// Why following ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything was heard.
    Finished,
    /// 401: the session store has been told already.
    SignedOut,
    /// The resource says no: forbidden, hidden or deleted.
    Refused(ApiError),
}

/// Whether an answer ends the channel; what else failed may pass, and is asked again.
pub(crate) fn end_of(answer: &Result<Going, ApiError>) -> Option<End> {
    match answer {
        Ok(Going::Finished) => Some(End::Finished),
        Ok(Going::On | Going::News) => None,
        Err(error) => match error.kind {
            Kind::Unauthorized | Kind::Aborted => Some(End::SignedOut),
            Kind::Forbidden | Kind::NotFound | Kind::Gone => Some(End::Refused(error.clone())),
            _ => None,
        },
    }
}

/// One channel, for [`follow`].
pub struct Followed<'a> {
    /// The path of the socket, asked anew for each opening: it may resume after the last line.
    pub path: &'a dyn Fn() -> String,
    /// Takes in a text frame and says whether there is more to hear.
    pub frame: &'a mut dyn FnMut(&str) -> Going,
    /// Asks for the resource, applies what it says, and says the same.
    pub probe: &'a Probe<'a>,
    /// Whether the resource is changing: its silence is doubted sooner.
    pub lively: &'a dyn Fn() -> bool,
    /// Told whether the socket speaks: false from its close on.
    pub live: &'a dyn Fn(bool),
}

/// Asks for the resource.
pub(crate) type Probe<'a> = dyn Fn() -> Pin<Box<dyn Future<Output = Result<Going, ApiError>> + 'a>> + 'a;

/// Follows one channel about a resource that was just asked for, until it ends by itself or the future is dropped,
/// which closes the socket.
pub fn follow<'a>(client: &'a Client, followed: Followed<'a>) -> Pin<Box<dyn Future<Output = End> + 'a>> {
    Box::pin(run(client, followed))
}

/// What happened.
enum Happened {
    Frame(Option<Result<Message, WebSocketError>>),
    Answer(Result<Going, ApiError>),
    Time,
    Woken,
}

/// A question about the resource that is under way.
type Question<'a> = Pin<Box<dyn Future<Output = Result<Going, ApiError>> + 'a>>;

/// The same for every channel, so that there is one of it in the artefact.
async fn run(client: &Client, followed: Followed<'_>) -> End {
    let Followed { path, frame, probe, lively, live } = followed;
    let now = || timers::monotonic_ms() as i64;
    let mut channel = Channel::new(now());
    let mut socket: Option<WebSocket> = None;
    let mut asking: Option<Question<'_>> = None;
    loop {
        if socket.as_ref().is_some_and(|socket| matches!(socket.state(), State::Open)) {
            channel.opened();
        }
        let (again, looked) = (client.again().notified(), client.looked().notified());
        let situation = Situation {
            now_ms: now(),
            seen: visibility::is_visible(),
            online: client.is_reachable(),
            sockets: client.socket_url("").is_some(),
            lively: lively(),
        };
        let mut wait = match channel.next(situation) {
            Step::Open => {
                socket = client.socket_url(&path()).and_then(|url| WebSocket::open(&url).ok());
                if socket.is_none() {
                    channel.closed(now(), timers::random());
                }
                continue;
            }
            Step::Leave => {
                // Closed by being dropped.
                socket = None;
                live(false);
                continue;
            }
            Step::Ask => {
                asking = Some(probe());
                continue;
            }
            Step::Wait(wait) => Some(wait),
            Step::Sleep => None,
        };
        if socket.as_ref().is_some_and(|socket| matches!(socket.state(), State::Connecting)) {
            wait = Some(wait.unwrap_or(LOOK_MS).min(LOOK_MS));
        }
        match next(&mut socket, &mut asking, wait, select(again, looked)).await {
            Happened::Frame(mut message) => loop {
                match message {
                    Some(Ok(message)) => {
                        channel.heard(now());
                        live(true);
                        let going = match message {
                            Message::Text(text) => frame(&text),
                            Message::Bytes(bytes) => frame(&String::from_utf8_lossy(&bytes)),
                        };
                        if going == Going::Finished {
                            return End::Finished;
                        }
                    }
                    Some(Err(WebSocketError::ConnectionClose(_))) | None => {
                        socket = None;
                        channel.closed(now(), timers::random());
                        live(false);
                    }
                    // The close follows.
                    Some(Err(_)) => {}
                }
                // A log arrives as thousands of frames: those that are here already need no timer each.
                match socket.as_mut().and_then(|socket| socket.next().now_or_never()) {
                    Some(next) => message = next,
                    None => break,
                }
            },
            Happened::Time => {}
            Happened::Answer(answer) => {
                asking = None;
                if let Some(end) = end_of(&answer) {
                    return end;
                }
                match answer {
                    Ok(going) => channel.answered(now(), going == Going::News),
                    Err(error) => channel.failed(now(), limit_ms(&error), timers::random()),
                }
            }
            Happened::Woken => channel.woken(now()),
        }
    }
}

/// Waits for whatever happens first. A question under way goes on.
async fn next(
    socket: &mut Option<WebSocket>,
    asking: &mut Option<Question<'_>>,
    wait: Option<i64>,
    woken: impl Future,
) -> Happened {
    let frame = async {
        match socket {
            Some(socket) => Happened::Frame(socket.next().await),
            None => pending().await,
        }
    };
    let answer = async {
        match asking {
            Some(asking) => Happened::Answer(asking.await),
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
    let woken = async {
        woken.await;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::log::ProvisionerJobLog;
    use crate::wire::socket::WatchFrame;
    use proptest::prelude::*;

    fn error(kind: Kind, status: Option<u16>) -> ApiError {
        ApiError { status, ..ApiError::local(kind, "x") }
    }

    #[test]
    fn the_resource_decides() {
        assert_eq!(end_of(&Ok(Going::Finished)), Some(End::Finished));
        assert_eq!(end_of(&Ok(Going::On)), None);
        assert_eq!(end_of(&Ok(Going::News)), None);
        for (kind, status) in [(Kind::Forbidden, 403), (Kind::NotFound, 404), (Kind::Gone, 410)] {
            let error = error(kind, Some(status));
            assert_eq!(end_of(&Err(error.clone())), Some(End::Refused(error)), "{kind:?}");
        }
        assert_eq!(end_of(&Err(error(Kind::Unauthorized, Some(401)))), Some(End::SignedOut));
        for (kind, status) in [
            (Kind::Network, None),
            (Kind::Timeout, None),
            (Kind::Server, Some(502)),
            (Kind::Server, Some(500)),
            (Kind::NotJson, Some(502)),
            (Kind::NotJson, Some(200)),
            (Kind::Decode, Some(200)),
            (Kind::RateLimited, Some(429)),
        ] {
            assert_eq!(end_of(&Err(error(kind, status))), None, "{kind:?} passes");
        }
    }

    fn recorded_frames() -> Vec<String> {
        let path = format!("{}/tests/contract/recordings/sockets/watch-workspace.json", env!("CARGO_MANIFEST_DIR"));
        let recording: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        recording["frames"].as_array().unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn recorded_frames_are_a_ping_and_then_the_workspace() {
        let frames: Vec<WatchFrame> = recorded_frames().iter().map(|text| WatchFrame::parse(text).unwrap()).collect();
        assert_eq!(frames[0], WatchFrame::Ping);
        assert!(frames[1..].iter().all(|frame| matches!(frame, WatchFrame::Data(_))));
    }

    proptest! {
        // A frame is some 10 kB, and read to its end each time.
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn no_text_makes_a_frame_panic(text in any::<String>()) {
            let _ = WatchFrame::parse(&text);
            let _ = json_tape::from_slice::<ProvisionerJobLog>(text.as_bytes());
        }

        #[test]
        fn a_frame_that_was_cut_is_an_error(which in 1_usize..8, cut in any::<prop::sample::Index>()) {
            let frames = recorded_frames();
            let text = &frames[which % frames.len()];
            let cut: String = text.chars().take(cut.index(text.chars().count())).collect();
            prop_assert!(WatchFrame::parse(&cut).is_err());
        }
    }
}
