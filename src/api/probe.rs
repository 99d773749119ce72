//! The questions of the self-test (`model::connection`): asked once each, past the cache, with what came back told as
//! it came, and nobody signed out by it. May import `browser` and below.

use crate::api::abort::AbortOnDrop;
use crate::api::client::{Access, Client};
use crate::browser::{page, timers};
use crate::model::connection::{Answer, Asking, Facts, Seen, Socket, Untried};
use crate::paths;
use crate::paths::embed::EmbedPanel;
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use gloo_events::EventListener;
use gloo_net::http::{Method, RequestBuilder, Response};
use std::pin::Pin;
use web_sys::{RequestCache, RequestCredentials, RequestRedirect};

/// How long an answer is waited for, in milliseconds.
const LIMIT_MS: i64 = 8_000;

/// How long the first word on a socket is waited for that speaks at once.
const FIRST_WORD_MS: i64 = 5_000;

/// How much of a body is looked at.
const BEGINNING: usize = 65_536;

/// A picture that the control plane has, or answers for all the same.
const ICON: &str = "/icon/coder.svg";

/// A file that no release has.
const MISSING: &str = "/assets/missing-0000000000000000.js";

/// A route that no control plane has.
const NO_ROUTE: &str = "/gantry-self-test";

/// A change that changes nothing: no right is asked about.
const NOTHING: &str = r#"{"checks":{}}"#;

/// What this page knows by itself.
pub(crate) struct Known {
    /// This build of Gantry.
    pub version: &'static str,
    /// Whether a password was taken in this tab and nobody was signed in all the same.
    pub cookie_was_lost: bool,
    /// The pages that the configuration lets show panels.
    pub embed_origins: Vec<String>,
}

/// Looks at everything between this page and the control plane.
pub(crate) async fn observe(client: &Client, known: Known) -> Facts {
    let access = client.access();
    let by_token = matches!(access, Access::Token { .. });
    let base = paths::base();
    let wasm = page::link_of("link[type='application/wasm']");
    let get = |url: String| Question { url, ..Question::default() };
    let api = |path: &str| Question { url: client.url(path), of_the_api: true, ..Question::default() };
    let asked: Vec<Pin<Box<dyn Future<Output = Seen>>>> = vec![
        Box::pin(look(client.clone(), api("/buildinfo"))),
        Box::pin(look(client.clone(), get(ICON.to_owned()))),
        Box::pin(look(client.clone(), api("/users/me"))),
        Box::pin(look(client.clone(), api("/entitlements"))),
        Box::pin(look(client.clone(), api(NO_ROUTE))),
        Box::pin(look(client.clone(), get(format!("{base}/")))),
        Box::pin(look(client.clone(), Question { method: Method::HEAD, ..get(wasm.unwrap_or_default()) })),
        Box::pin(look(client.clone(), get(format!("{base}{MISSING}")))),
        Box::pin(look(client.clone(), Question { proof: true, ..change(client) })),
    ];
    let mut seen = join_all(asked).await.into_iter();
    let mut next = || seen.next().unwrap_or_default();
    let mut facts = Facts {
        origin: page::origin(),
        base: base.to_owned(),
        api: client.url(""),
        version: known.version.to_owned(),
        asking: if by_token { Asking::Token } else { Asking::Cookie },
        user: None,
        info: next(),
        icon: next(),
        me: next(),
        licence: next(),
        refused: next(),
        page: next(),
        asset: next(),
        missing: next(),
        proved: next(),
        bare: Seen::Unasked,
        socket: Socket::Untried(Untried::SignedOut),
        socket_plain: Seen::Unasked,
        cookie_is_visible: page::cookies().contains("coder_session_token="),
        cookie_was_lost: known.cookie_was_lost,
        embed_origins: known.embed_origins,
        panel: Seen::Unasked,
        script: Seen::Unasked,
    };
    if !facts.embed_origins.is_empty() {
        facts.panel = look(client.clone(), get(EmbedPanel::Workspaces.address())).await;
        facts.script = look(client.clone(), Question { method: Method::HEAD, ..get(paths::embed_script()) }).await;
    }
    facts.user = facts.me.answer().filter(|me| me.status == 200).and_then(|me| me.text("username"));
    if !facts.proved.answer().is_some_and(Answer::is_of_the_control_plane) && !by_token {
        facts.bare = look(client.clone(), change(client)).await;
    }
    if facts.user.is_some() && facts.api_is_there() {
        (facts.socket, facts.socket_plain) = socket(client, by_token).await;
    }
    facts
}

fn change(client: &Client) -> Question {
    Question {
        url: client.url("/authcheck"),
        method: Method::POST,
        of_the_api: true,
        body: Some(NOTHING),
        ..Question::default()
    }
}

/// A question.
struct Question {
    url: String,
    method: Method,
    /// Whether it goes to the API, as whoever is signed in.
    of_the_api: bool,
    /// Whether it proves that it comes from this page.
    proof: bool,
    body: Option<&'static str>,
}

impl Default for Question {
    fn default() -> Self {
        Self { url: String::new(), method: Method::GET, of_the_api: false, proof: false, body: None }
    }
}

async fn look(client: Client, question: Question) -> Seen {
    let abort = AbortOnDrop::new();
    let mut builder = RequestBuilder::new(&question.url)
        .method(question.method)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Manual)
        .header("Accept", if question.of_the_api { "application/json" } else { "*/*" })
        .abort_signal(abort.signal().as_ref());
    builder = match client.access() {
        Access::Token { token, .. } if question.of_the_api => {
            builder.credentials(RequestCredentials::Omit).header("Coder-Session-Token", &token)
        }
        _ => builder.credentials(RequestCredentials::SameOrigin),
    };
    if question.proof && client.access() == Access::Cookie {
        builder = builder.header("Authorization", "Bearer gantry");
    }
    let request = match question.body {
        Some(body) => builder.header("Content-Type", "application/json").body(body),
        None => builder.build(),
    };
    let Ok(request) = request else { return Seen::Nothing };
    let (began, asked) = (timers::monotonic_ms(), timers::now_ms());
    let answered = timers::within(LIMIT_MS, async {
        let response = request.send().await.ok()?;
        let took = timers::monotonic_ms() - began;
        let body = response.text().await.unwrap_or_default();
        Some((response, took, body))
    });
    let answered = answered.await;
    if answered.is_some() {
        abort.finished();
    }
    match answered {
        None => Seen::Silence,
        Some(None) => Seen::Nothing,
        Some(Some((response, _, _))) if response.status() == 0 => Seen::Redirected,
        Some(Some((response, took, body))) => Seen::Answer(told(&response, asked, took as i64, &body)),
    }
}

fn told(response: &Response, asked_ms: i64, took_ms: i64, body: &str) -> Answer {
    Answer {
        status: response.status(),
        headers: response.headers().entries().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect(),
        body: body.chars().take(BEGINNING).collect(),
        middle_ms: asked_ms + took_ms / 2,
        took_ms,
    }
}

/// Opens the socket of a workspace, which speaks at once; where nobody has one, that of the inbox, which does not.
async fn socket(client: &Client, by_token: bool) -> (Socket, Seen) {
    let workspaces = look(
        client.clone(),
        Question { url: client.url("/workspaces?limit=1"), of_the_api: true, ..Question::default() },
    );
    let id = workspaces.await.answer().and_then(first_id);
    let path = match &id {
        Some(id) => format!("/workspaces/{id}/watch-ws"),
        None if by_token => return (Socket::Untried(Untried::NoWorkspace), Seen::Unasked),
        None => "/notifications/inbox/watch".to_owned(),
    };
    let Some(url) = client.socket_url(&path) else { return (Socket::Untried(Untried::ByToken), Seen::Unasked) };
    let opened = open(&url, id.is_some()).await;
    if matches!(opened, Socket::Opened { .. }) {
        return (opened, Seen::Unasked);
    }
    let plain =
        look(client.clone(), Question { url: client.url(&path), of_the_api: true, ..Question::default() }).await;
    // A server without an inbox has nothing here that could be tried.
    if id.is_none() && plain.answer().is_some_and(|answer| answer.status == 404 && answer.is_of_the_control_plane()) {
        return (Socket::Untried(Untried::NoWorkspace), plain);
    }
    (opened, plain)
}

fn first_id(answer: &Answer) -> Option<String> {
    let tape = json_tape::Tape::parse(answer.body.as_bytes()).ok()?;
    let (_, mut items) = tape.root().get("workspaces").array()?;
    items.next()?.get("id").text().map(crate::paths::encode)
}

/// Opens a socket, waits for its first word where one comes at once, and closes it.
async fn open(url: &str, speaks: bool) -> Socket {
    let began = timers::monotonic_ms();
    let took = || (timers::monotonic_ms() - began) as i64;
    let Ok(socket) = web_sys::WebSocket::new(url) else { return Socket::Refused { took_ms: 0 } };
    let (tell, mut told) = mpsc::unbounded();
    let _heard = ["open", "message", "close"].map(|name| {
        let tell = tell.clone();
        EventListener::new(&socket, name, move |_| {
            // Nobody listens any more once it is closed here.
            let _ = tell.unbounded_send(name);
        })
    });
    let first = timers::within(LIMIT_MS, told.next()).await;
    let found = match first {
        None => Socket::Silent,
        Some(Some("open")) => {
            let took_ms = took();
            let spoke = if speaks {
                Some(timers::within(FIRST_WORD_MS, told.next()).await == Some(Some("message")))
            } else {
                None
            };
            Socket::Opened { spoke, took_ms }
        }
        Some(_) => Socket::Refused { took_ms: took() },
    };
    let _ = socket.close();
    found
}
