//! Live channels: one web socket followed until there is nothing more to hear (docs/architecture.md, "Live updates"). A browser cannot see why a
//! handshake was refused, so after every close the resource itself is asked for, and that answer decides. gloo-net's socket has no open event
//! and reports even a clean close as an error; both are dealt with here. Nothing is ever sent: these channels are one-way, and the
//! control plane closes them at the first word from a client. May import `browser` and below.

use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::retry::back_off;
use crate::browser::{timers, visibility};
use futures_util::StreamExt as _;
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message, WebSocketError};
use std::pin::Pin;

/// How often the resource is asked for where sockets must not be used, in milliseconds.
const POLL_MS: i64 = 5_000;

/// A socket that lived this long starts again with the shortest wait.
const LIVED_MS: f64 = 10_000.0;

/// The longest wait before a socket is opened again: what a person may have to wait for the truth after the control plane came back.
const LONGEST_WAIT_MS: i64 = 5_000;

/// The shortest wait while nobody can see the page.
const HIDDEN_WAIT_MS: i64 = 30_000;

/// How a socket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Close {
    /// The close code; 1006 when the browser saw none (a refused handshake, a broken connection).
    pub code: u16,
    /// Whether any frame arrived.
    pub heard: bool,
}

/// What asking for the resource itself said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    /// There is more to hear.
    On,
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

/// What to do after a close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Stop.
    Stop(End),
    /// Open it again after this many milliseconds.
    Again(i64),
}

/// What to do after a close (or after a poll), by what the resource itself said. `attempt` counts the closes since the last socket that lived;
/// `chance` is in `[0, 1)`.
pub fn decide(answer: &Result<Going, ApiError>, attempt: u32, chance: f64) -> Verdict {
    match answer {
        Ok(Going::Finished) => Verdict::Stop(End::Finished),
        Ok(Going::On) => Verdict::Again(back_off(attempt, 500, LONGEST_WAIT_MS, chance)),
        Err(error) => match error.kind {
            Kind::Unauthorized | Kind::Aborted => Verdict::Stop(End::SignedOut),
            Kind::Forbidden | Kind::NotFound | Kind::Gone => Verdict::Stop(End::Refused(error.clone())),
            _ => {
                let wait = back_off(attempt + 1, 500, LONGEST_WAIT_MS, chance);
                Verdict::Again(error.retry_after_ms.unwrap_or(0).clamp(wait, 60_000.max(wait)))
            }
        },
    }
}

/// Follows one channel: opens the socket at `path` (asked anew for each opening: it may resume after the last line), hands each text frame to
/// `frame`, which says whether there is more to hear, and after every close asks `probe`, which fetches the resource, applies it and says the
/// same. Where sockets must not be used, only `probe` is asked, in a rhythm, while somebody is looking. Ends by itself, or by being dropped,
/// which closes the socket.
pub async fn follow(
    client: &Client,
    path: impl Fn() -> String,
    mut frame: impl FnMut(&str) -> Going,
    probe: impl AsyncFn(Option<Close>) -> Result<Going, ApiError>,
) -> End {
    let probe: &Probe<'_> = &|close| Box::pin(probe(close));
    let following: Pin<Box<dyn Future<Output = End> + '_>> = Box::pin(follow_any(client, &path, &mut frame, probe));
    following.await
}

/// Asks for the resource.
type Probe<'a> = dyn Fn(Option<Close>) -> Pin<Box<dyn Future<Output = Result<Going, ApiError>> + 'a>> + 'a;

/// The same for every channel, so that there is one of it in the artefact.
async fn follow_any(
    client: &Client,
    path: &dyn Fn() -> String,
    frame: &mut dyn FnMut(&str) -> Going,
    probe: &Probe<'_>,
) -> End {
    let mut attempt: u32 = 0;
    loop {
        let mut close = None;
        let mut wait_at_least = POLL_MS;
        if let Some(url) = client.socket_url(&path()) {
            let opened = timers::monotonic_ms();
            let Some(closed) = listen(&url, frame).await else { return End::Finished };
            if closed.heard && timers::monotonic_ms() - opened > LIVED_MS {
                attempt = 0;
            }
            close = Some(closed);
            wait_at_least = 0;
        } else {
            while !visibility::is_visible() {
                timers::sleep_or(POLL_MS, client.again()).await;
            }
        }
        match decide(&probe(close).await, attempt, timers::random()) {
            Verdict::Stop(end) => return end,
            Verdict::Again(wait) => {
                attempt += 1;
                let hidden = if visibility::is_visible() { 0 } else { HIDDEN_WAIT_MS };
                timers::sleep_or(wait.max(wait_at_least).max(hidden), client.again()).await;
            }
        }
    }
}

/// One socket, from its opening to its close; `None` when there is nothing more to hear.
async fn listen(url: &str, frame: &mut dyn FnMut(&str) -> Going) -> Option<Close> {
    let mut heard = false;
    let Ok(mut socket) = WebSocket::open(url) else { return Some(Close { code: 1006, heard }) };
    while let Some(message) = socket.next().await {
        match message {
            Ok(Message::Text(text)) => {
                heard = true;
                if frame(&text) == Going::Finished {
                    return None;
                }
            }
            Ok(Message::Bytes(bytes)) => {
                heard = true;
                if frame(&String::from_utf8_lossy(&bytes)) == Going::Finished {
                    return None;
                }
            }
            Err(WebSocketError::ConnectionClose(close)) => return Some(Close { code: close.code, heard }),
            // The close follows.
            Err(_) => {}
        }
    }
    Some(Close { code: 1006, heard })
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
        assert_eq!(decide(&Ok(Going::Finished), 7, 0.0), Verdict::Stop(End::Finished));
        for attempt in 0..20 {
            let Verdict::Again(wait) = decide(&Ok(Going::On), attempt, 0.0) else { panic!("there is more to hear") };
            assert_eq!(wait, (500 << attempt.min(4)).min(5_000));
        }
        for (kind, status) in [(Kind::Forbidden, 403), (Kind::NotFound, 404), (Kind::Gone, 410)] {
            let error = error(kind, Some(status));
            assert_eq!(decide(&Err(error.clone()), 0, 0.0), Verdict::Stop(End::Refused(error)), "{kind:?}");
        }
        assert_eq!(decide(&Err(error(Kind::Unauthorized, Some(401))), 0, 0.0), Verdict::Stop(End::SignedOut));
    }

    #[test]
    fn a_silent_control_plane_is_asked_again_within_five_seconds_for_ever() {
        for (kind, status) in [
            (Kind::Network, None),
            (Kind::Timeout, None),
            (Kind::Server, Some(502)),
            (Kind::Server, Some(500)),
            (Kind::NotJson, Some(502)),
            (Kind::NotJson, Some(200)),
            (Kind::Decode, Some(200)),
        ] {
            for attempt in [0, 1, 5, 1_000] {
                let Verdict::Again(wait) = decide(&Err(error(kind, status)), attempt, 0.5) else {
                    panic!("{kind:?} passes")
                };
                assert!((250..=5_000).contains(&wait), "{kind:?} {attempt} {wait}");
            }
        }
    }

    #[test]
    fn a_rate_limit_is_respected_but_not_for_ever() {
        let limited = ApiError { retry_after_ms: Some(9_000), ..error(Kind::RateLimited, Some(429)) };
        assert_eq!(decide(&Err(limited), 0, 0.0), Verdict::Again(9_000));
        let absurd = ApiError { retry_after_ms: Some(86_400_000), ..error(Kind::RateLimited, Some(429)) };
        assert_eq!(decide(&Err(absurd), 0, 0.0), Verdict::Again(60_000));
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
            let _ = crate::json::from_slice::<ProvisionerJobLog>(text.as_bytes());
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
