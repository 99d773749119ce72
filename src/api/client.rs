//! One client for every call: who is asking (cookie or token), what may be asked again, what an answer means, and what the server's clock
//! says. gloo-net does the fetching; it panics on a rejection that is no `Error`, so `abort()` is only ever called without a reason, and bodies
//! are read as bytes because its JSON goes through a JavaScript string. May import `browser` and below.

use crate::api::call::On401;
use crate::api::clock::Offset;
use crate::api::doubt::{Proof, Sent, goes_without_header, judge, went_through, with_next_step};
use crate::api::early::{forget_early, take_early};
use crate::api::error::{ApiError, Head, Kind, classify, parse_http_date};
use crate::api::retry::wait_before_retry;
use crate::browser::bell::Bell;
use crate::browser::{page, timers, visibility};
use crate::json;
use crate::json::{LeftOut, Read};
use futures_util::future::{Either, select};
use gloo_net::http::{Method, RequestBuilder, Response};
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use wasm_bindgen::JsCast as _;
use web_sys::{RequestCache, RequestCredentials};

/// From here on a read is slow: whether the control plane can be reached at all is asked, and the read is asked for a second time beside the first.
const SLOW_MS: i64 = 5_000;

/// How long the question may take whether a session lives.
const ME_LIMIT_MS: i64 = 10_000;

pub use crate::api::call::Call;

/// Who is asking.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// The browser's `HttpOnly` cookie, if it has one. Unsafe requests prove by a header that they are ours.
    Cookie,
    /// A pasted token, sent as a header; the cookie stays at home.
    Token {
        /// The token itself.
        token: String,
        /// Whether sockets would show this token's user: a cookie that could not be removed outranks the token in a socket's address.
        sockets: bool,
    },
}

impl std::fmt::Debug for Access {
    /// Without the token: it must not reach a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Access::Cookie => formatter.write_str("Cookie"),
            Access::Token { sockets, .. } => write!(formatter, "Token {{ sockets: {sockets} }}"),
        }
    }
}

/// What the client noticed beside its answers; the session and the network store listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noticed {
    /// The control plane answered.
    Answered,
    /// It could not be reached.
    Unreachable(ApiError),
    /// It takes longer than usual to answer: it may have gone.
    Slow,
    /// It says that nobody is signed in: a 401 on a call that expects somebody, and `GET /users/me` says so too.
    SignedOut(ApiError),
}

/// An answer that means what was asked for: its body is JSON, or empty.
pub struct Answer {
    /// What it says before its body.
    pub head: Head,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body, read as JSON.
    pub fn decode<T: Read>(self) -> Result<T, ApiError> {
        json::from_slice(&self.body).map_err(|why| ApiError::decode(&self.head, &why))
    }
}

/// The items of an array that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each<T> {
    /// They, in the order of the answer.
    pub items: Vec<T>,
    /// The others, and what of the items could not be read: never dropped in silence.
    pub left_out: LeftOut,
}

/// Reads an array, one item after the other.
fn parse_each<T: Read>(body: &[u8]) -> Result<Each<T>, json::Error> {
    let tape = json::Tape::parse(body)?;
    let mut reader = json::Reader::new(tape.root());
    let items = if reader.is_none() { Vec::new() } else { reader.fitting() };
    let left_out = reader.end()?;
    if let Some(why) = &left_out.first {
        leptos::logging::warn!("{} places of an answer could not be read; the first: {why}", left_out.count);
    }
    Ok(Each { items, left_out })
}

/// What an answer tells of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<T> {
    /// Its lines, in the order of the answer.
    pub lines: Vec<T>,
    /// Why each of the others could not be read: never dropped in silence.
    pub unreadable: Vec<String>,
    /// The highest number of those, as far as they have one: they are not asked for again.
    pub past: i64,
}

/// Reads an array of numbered lines, one by one.
pub fn parse_lines<T: Read>(body: &[u8]) -> Result<Told<T>, json::Error> {
    let mut told = Told { lines: Vec::new(), unreadable: Vec::new(), past: 0 };
    let tape = json::Tape::parse(body)?;
    let Some((_, nodes)) = tape.root().array() else {
        // `null` is a log without lines, anything else is none.
        json::from_node::<Option<Vec<T>>>(tape.root())?;
        return Ok(told);
    };
    for node in nodes {
        let mut reader = json::Reader::new(node);
        let line = T::read(&mut reader);
        // A line without something of it would be another line: it is left out as a whole.
        match reader.end().map(|left_out| left_out.first) {
            Ok(None) => told.lines.push(line),
            why => {
                told.unreadable.push(why.map_or_else(|why| why.to_string(), |why| why.unwrap_or_default().into()));
                told.past = told.past.max(node.get("id").integer().unwrap_or(0));
            }
        }
    }
    Ok(told)
}

/// How a call went.
pub type Outcome = Result<Answer, ApiError>;

/// A call under way.
#[must_use]
pub struct Asked<T> {
    outcome: Pin<Box<dyn Future<Output = Outcome>>>,
    finish: fn(Outcome) -> Result<T, ApiError>,
}

impl<T> Future for Asked<T> {
    type Output = Result<T, ApiError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.outcome.as_mut().poll(context).map(self.finish)
    }
}

struct Inner {
    /// The API's root: a path such as `/api/v2`.
    api: String,
    access: RefCell<Access>,
    offset: RefCell<Offset>,
    listener: RefCell<Rc<dyn Fn(Noticed)>>,
    /// Rings when the control plane answers again, and when the page wakes: who waits to try again tries at once.
    again: Bell,
    /// Rings when the reader comes back to the page: what may be old is asked for.
    looked: Bell,
    /// Rings when the control plane turns out to be gone: what waits for it without a sign of an answer gives up.
    lost: Bell,
    /// Whether the control plane can be reached, as far as is known.
    reachable: Cell<bool>,
    /// Counts changes of who is asking: an answer to somebody else is dropped.
    epoch: Cell<u32>,
    /// The token of the session that this page began with a password, equal to the cookie that no script can read. In memory alone.
    own_token: RefCell<Option<String>>,
    /// Whether something on the way wants the `Authorization` header for itself: changes go without it then.
    header_is_taken: Cell<bool>,
    /// What `GET /users/me` said when a 401 was doubted last, whether it is being asked, and the bell that tells of its answer.
    me: RefCell<Result<(), ApiError>>,
    asking_me: Cell<bool>,
    me_answered: Bell,
}

/// The client. A cheap clone is the same client.
#[derive(Clone)]
pub struct Client(SendWrapper<Rc<Inner>>);

/// Aborts its request when it is dropped, and with it the future that waits for the answer.
struct AbortOnDrop(Option<web_sys::AbortController>);

impl AbortOnDrop {
    fn new() -> Self {
        Self(web_sys::AbortController::new().ok())
    }

    fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.0.as_ref().map(web_sys::AbortController::signal)
    }

    fn finished(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

impl Client {
    /// A client for the API at `api` (`/api/v2`), asking by cookie.
    pub fn new(api: &str) -> Self {
        Self(SendWrapper::new(Rc::new(Inner {
            api: api.trim_end_matches('/').to_owned(),
            access: RefCell::new(Access::Cookie),
            offset: RefCell::default(),
            listener: RefCell::new(Rc::new(|_| ())),
            again: Bell::default(),
            looked: Bell::default(),
            lost: Bell::default(),
            reachable: Cell::new(true),
            epoch: Cell::new(0),
            own_token: RefCell::default(),
            header_is_taken: Cell::new(false),
            me: RefCell::new(Ok(())),
            asking_me: Cell::new(false),
            me_answered: Bell::default(),
        })))
    }

    /// Who is asking.
    pub fn access(&self) -> Access {
        self.0.access.borrow().clone()
    }

    /// Changes who is asking. Answers that are under way for somebody else become [`Kind::Aborted`], and what was asked for before the application was
    /// here is forgotten.
    pub fn set_access(&self, access: Access) {
        *self.0.access.borrow_mut() = access;
        self.turn();
    }

    /// Somebody else is asking from here on, in whatever way: answers that are under way become [`Kind::Aborted`], what was asked for before the
    /// application was here is forgotten, and so is the token of the session before.
    pub fn turn(&self) {
        forget_early();
        *self.0.own_token.borrow_mut() = None;
        self.0.epoch.set(self.0.epoch.get().wrapping_add(1));
    }

    /// Keeps the token of the session that began in this page, for changes on whose way something wants the `Authorization` header.
    pub fn keep_own_token(&self, token: String) {
        *self.0.own_token.borrow_mut() = (!token.is_empty()).then_some(token);
    }

    /// Forgets the answers that the page asked for: they were for whoever was signed in then.
    pub fn forget_early(&self) {
        forget_early();
    }

    /// Tells `listener` what the client notices; replaces the listener before it.
    pub fn listen(&self, listener: impl Fn(Noticed) + 'static) {
        *self.0.listener.borrow_mut() = Rc::new(listener);
    }

    /// The bell that rings when whoever waits should try again at once.
    pub fn again(&self) -> &Bell {
        &self.0.again
    }

    /// The bell that rings when the reader comes back to the page.
    pub fn looked(&self) -> &Bell {
        &self.0.looked
    }

    /// Whether the control plane can be reached, as far as is known.
    pub fn is_reachable(&self) -> bool {
        self.0.reachable.get()
    }

    /// It became known that the control plane can be reached, or that it cannot. Who waits for it is told.
    pub fn set_reachable(&self, reachable: bool) {
        let before = self.0.reachable.replace(reachable);
        if reachable && !before {
            self.0.again.ring();
        } else if before && !reachable {
            self.0.lost.ring();
        }
    }

    /// Waits before something is asked for again: that long, or until it is worth trying at once; then until somebody looks at the page and the
    /// control plane can be reached.
    pub async fn pause(&self, ms: i64) {
        timers::sleep_or(ms, &self.0.again).await;
        while !self.is_reachable() || !visibility::is_visible() {
            let bell = if self.is_reachable() { &self.0.looked } else { &self.0.again };
            bell.heard().await;
        }
    }

    /// Milliseconds from the browser's clock to the server's.
    pub fn offset_ms(&self) -> i64 {
        self.0.offset.borrow().ms()
    }

    /// Forgets what is known of the clocks: the machine slept.
    pub fn forget_clock(&self) {
        self.0.offset.borrow_mut().reset();
    }

    /// The server's clock now, in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        timers::now_ms() + self.offset_ms()
    }

    /// The address of a socket below the API's root; `None` when sockets must not be used.
    pub fn socket_url(&self, path: &str) -> Option<String> {
        let origin = page::origin();
        let origin = origin.strip_prefix("http").map(|rest| format!("ws{rest}"))?;
        let url = format!("{origin}{}{path}", self.0.api);
        match &*self.0.access.borrow() {
            Access::Cookie => Some(url),
            Access::Token { sockets: false, .. } => None,
            Access::Token { token, sockets: true } => {
                let joint = if path.contains('?') { '&' } else { '?' };
                Some(format!("{url}{joint}coder_session_token={}", crate::paths::encode(token)))
            }
        }
    }

    /// The address of a download or a navigation below the API's root.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.api)
    }

    /// Sends a call; `finish` makes of the answer what the caller wants. The work is one boxed future whatever that is, so a type of answer costs
    /// its reader and nothing else. Dropping it aborts the request.
    pub fn ask<T>(&self, call: Call, finish: fn(Outcome) -> Result<T, ApiError>) -> Asked<T> {
        let client = self.clone();
        Asked { outcome: Box::pin(async move { client.exchange(call).await }), finish }
    }

    /// The answer, read as JSON.
    pub fn read<T: Read>(&self, call: Call) -> Asked<T> {
        self.ask(call, |outcome| outcome?.decode())
    }

    /// The answer, an array that may be `null`.
    pub fn read_list<T: Read>(&self, call: Call) -> Asked<Vec<T>> {
        self.ask(call, |outcome| Ok(outcome?.decode::<Option<Vec<T>>>()?.unwrap_or_default()))
    }

    /// The answer, an array that may be `null`: an item that cannot be read does not hide the others.
    pub fn read_each<T: Read>(&self, call: Call) -> Asked<Each<T>> {
        self.ask(call, |outcome| {
            let answer = outcome?;
            parse_each(&answer.body).map_err(|why| ApiError::decode(&answer.head, &why))
        })
    }

    /// The answer, an array of numbered lines that may be `null`: a line that cannot be read does not hide the others.
    pub fn read_lines<T: Read>(&self, call: Call) -> Asked<Told<T>> {
        self.ask(call, |outcome| {
            let answer = outcome?;
            parse_lines(&answer.body).map_err(|why| ApiError::decode(&answer.head, &why))
        })
    }

    /// The answer, read as JSON; `None` for an empty one (204, 304).
    pub fn read_if_any<T: Read>(&self, call: Call) -> Asked<Option<T>> {
        self.ask(call, |outcome| {
            let answer = outcome?;
            if answer.body.is_empty() { Ok(None) } else { answer.decode().map(Some) }
        })
    }

    /// The answer, read as JSON; `None` where this control plane does not have the route (404).
    pub fn read_if_there<T: Read>(&self, call: Call) -> Asked<Option<T>> {
        self.ask(call, |outcome| match outcome {
            Err(error) if error.kind == Kind::NotFound => Ok(None),
            outcome => outcome?.decode().map(Some),
        })
    }

    /// Only whether it went well.
    pub fn done(&self, call: Call) -> Asked<()> {
        self.ask(call, |outcome| outcome.map(drop))
    }

    /// Sends a call, again if that is safe, and tells the listener what was noticed.
    async fn exchange(&self, call: Call) -> Outcome {
        let mut attempt = 0;
        let epoch = self.0.epoch.get();
        let same = || {
            let same = epoch == self.0.epoch.get();
            same.then_some(()).ok_or_else(|| ApiError::local(Kind::Aborted, "Somebody else is signed in now."))
        };
        loop {
            let outcome = self.believed(&call).await;
            same()?;
            let error = match outcome {
                Ok(answer) => {
                    self.notice(Noticed::Answered);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if call.retried
                && let Some(wait) = wait_before_retry(&error, attempt, timers::random())
            {
                attempt += 1;
                timers::sleep_or(wait, &self.0.again).await;
                same()?;
                continue;
            }
            if error.kind == Kind::Unauthorized && call.on_401 == On401::Ask {
                self.notice(Noticed::SignedOut(error.clone()));
            } else if error.is_unreachable() {
                self.notice(Noticed::Unreachable(error.clone()));
            } else if !matches!(error.kind, Kind::Aborted | Kind::Between | Kind::NotJson) {
                self.notice(Noticed::Answered);
            }
            return Err(error);
        }
    }

    /// One attempt, and what is to be believed of a refusal (`doubt`): a 401 once the session itself says so; a change that something in between
    /// refused is sent in the other way, if there is one.
    async fn believed(&self, call: &Call) -> Outcome {
        let proof = self.proof(call);
        let mut error = match self.attempt(call, proof).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if error.kind == Kind::Unauthorized && matches!(call.on_401, On401::Ask | On401::AskOnly) {
            let me = self.ask_me().await;
            error = judge(error, me.as_ref().copied());
        }
        let sent =
            Sent { proof, knows_token: self.0.own_token.borrow().is_some(), signs_in: call.on_401 == On401::Refusal };
        if goes_without_header(&error, sent) {
            let second = self.attempt(call, Proof::Token).await;
            if went_through(second.as_ref().map(|_| ())) {
                self.0.header_is_taken.set(true);
                return second;
            }
        }
        Err(with_next_step(error, sent))
    }

    /// What a call is proved with to come from this page.
    fn proof(&self, call: &Call) -> Proof {
        let by_token = !call.by_cookie && matches!(*self.0.access.borrow(), Access::Token { .. });
        if call.method == Method::GET || by_token || call.unproved {
            Proof::None
        } else if self.0.header_is_taken.get() && (self.0.own_token.borrow().is_some() || call.on_401 == On401::Refusal)
        {
            Proof::Token
        } else {
            Proof::Bearer
        }
    }

    /// Asks whether the session lives; one question for all who want to know at the same time.
    async fn ask_me(&self) -> Result<(), ApiError> {
        let answered = self.0.me_answered.heard();
        if !self.0.asking_me.replace(true) {
            let client = self.clone();
            // A task of its own: who waits may be dropped, and others wait for the same answer.
            wasm_bindgen_futures::spawn_local(async move {
                let call = Call::get("/users/me").within(ME_LIMIT_MS);
                *client.0.me.borrow_mut() = client.attempt(&call, Proof::None).await.map(drop);
                client.0.asking_me.set(false);
                client.0.me_answered.ring();
            });
        }
        answered.await;
        self.0.me.borrow().clone()
    }

    fn notice(&self, noticed: Noticed) {
        let listener = self.0.listener.borrow().clone();
        listener(noticed);
    }

    /// One attempt: the answer, or what went wrong.
    async fn attempt(&self, call: &Call, proof: Proof) -> Outcome {
        let url = self.url(&call.path);
        if call.method != Method::GET {
            return self.write(&url, call, proof).await;
        }
        if *self.0.access.borrow() == Access::Cookie
            && let Some(answer) = self.early(&url).await
        {
            classify(&answer.head, &answer.body, timers::now_ms())?;
            return Ok(answer);
        }
        loop {
            if let Some(outcome) = self.read_once(&url, call).await {
                return outcome;
            }
        }
    }

    /// A write is sent once. That it takes long is told.
    async fn write(&self, url: &str, call: &Call, proof: Proof) -> Outcome {
        let headed = Cell::new(false);
        let mut sent = pin!(self.fetch(url, call, proof, &headed));
        if let Some(outcome) = timers::within(SLOW_MS.min(call.limit_ms), sent.as_mut()).await {
            return outcome;
        }
        self.notice(Noticed::Slow);
        let rest = (call.limit_ms - SLOW_MS).max(0);
        timers::within(rest, sent).await.unwrap_or_else(|| Err(ApiError::timeout(call.limit_ms)))
    }

    /// The answer that the page asked for before the application was here; its time says nothing about the clocks. One that does not come soon is
    /// asked for in the usual way: nothing may wait for ever for a request that nobody can end.
    async fn early(&self, url: &str) -> Option<Answer> {
        let promise = take_early(url)?;
        let taken = timers::within(SLOW_MS, async {
            let response = wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
            // `null` when the early request found no network: then it is asked again in the usual way.
            let response = Response::from(response.dyn_into::<web_sys::Response>().ok()?);
            let head = head_of(&response);
            let body = response.binary().await.ok()?;
            Some(Answer { head, body })
        });
        taken.await.unwrap_or_else(|| {
            self.notice(Noticed::Slow);
            None
        })
    }

    /// A read, from its beginning to its answer or its limit; `None` when it is to be asked anew, because the control plane came back meanwhile or
    /// the reader wants it. A connection may have been accepted by something that never answers: a slow read is asked for a second time, and given
    /// up when the control plane turns out to be gone, unless its answer has begun to arrive.
    async fn read_once(&self, url: &str, call: &Call) -> Option<Outcome> {
        let late = || Some(Err(ApiError::timeout(call.limit_ms)));
        let headed = Cell::new(false);
        let mut first = pin!(self.fetch(url, call, Proof::None, &headed));
        let patience = if call.alone { call.limit_ms } else { SLOW_MS.min(call.limit_ms) };
        if let Some(outcome) = timers::within(patience, first.as_mut()).await {
            return Some(outcome);
        }
        let rest = call.limit_ms - patience;
        if rest <= 0 {
            return late();
        }
        if headed.get() {
            return timers::within(rest, first).await.or_else(late);
        }
        let (lost, again) = (self.0.lost.heard(), self.0.again.heard());
        self.notice(Noticed::Slow);
        if !self.is_reachable() {
            return Some(Err(ApiError::timeout(SLOW_MS)));
        }
        let answered = async {
            let second = pin!(self.fetch(url, call, Proof::None, &headed));
            Happened::Answered(select(first, second).await.factor_first().0)
        };
        let told = async {
            match select(lost, again).await {
                Either::Left(_) => Happened::Lost,
                Either::Right(_) => Happened::Again,
            }
        };
        let mut answered = pin!(answered);
        let happened = timers::within(rest, async {
            match select(answered.as_mut(), pin!(told)).await {
                Either::Right((_, answered)) if headed.get() => answered.await,
                Either::Left((happened, _)) | Either::Right((happened, _)) => happened,
            }
        });
        match happened.await {
            Some(Happened::Answered(outcome)) => Some(outcome),
            Some(Happened::Lost) => Some(Err(ApiError::timeout(SLOW_MS))),
            Some(Happened::Again) => None,
            None => late(),
        }
    }

    /// Sends one request; `headed` is set when its answer begins to arrive.
    async fn fetch(&self, url: &str, call: &Call, proof: Proof, headed: &Cell<bool>) -> Outcome {
        let abort = AbortOnDrop::new();
        let mut builder = RequestBuilder::new(url)
            .method(call.method.clone())
            // A browser lets the second of two equal reads wait for the first, which may write its answer to the cache: past the cache it does not,
            // and what is shown is never old.
            .cache(RequestCache::NoStore)
            .header("Accept", "application/json")
            .abort_signal(abort.signal().as_ref());
        let token = match &*self.0.access.borrow() {
            Access::Token { token, .. } if !call.by_cookie => Some(token.clone()),
            _ => None,
        };
        builder = match &token {
            Some(token) => builder.credentials(RequestCredentials::Omit).header("Coder-Session-Token", token),
            None => builder.credentials(RequestCredentials::SameOrigin),
        };
        builder = match (proof, &*self.0.own_token.borrow()) {
            // Any word will do: a foreign page cannot send this header, and it exempts from the CSRF token that only the control plane's own
            // pages carry (docs/control-plane-api.md, 1.4).
            (Proof::Bearer, _) => builder.header("Authorization", "Bearer gantry"),
            (Proof::Token, Some(own)) => builder.header("Coder-Session-Token", own),
            (Proof::Token, None) | (Proof::None, _) => builder,
        };
        let request = match &call.body {
            Some(body) => builder.header("Content-Type", "application/json").body(body.as_str()),
            None => builder.build(),
        }
        .map_err(|error| network(&error))?;
        let asked = timers::now_ms();
        let response = request.send().await.map_err(|error| network(&error))?;
        headed.set(true);
        let head = head_of(&response);
        if let Some(date) = head.date.as_deref().and_then(parse_http_date) {
            self.0.offset.borrow_mut().observe(asked, timers::now_ms(), date);
        }
        let body = response.binary().await.map_err(|error| network(&error))?;
        abort.finished();
        classify(&head, &body, timers::now_ms())?;
        Ok(Answer { head, body })
    }
}

/// What became of a slow read.
enum Happened {
    Answered(Outcome),
    Lost,
    Again,
}

fn head_of(response: &Response) -> Head {
    let headers = response.headers();
    Head {
        status: response.status(),
        content_type: headers.get("content-type"),
        request_id: headers.get("x-coder-request-id"),
        retry_after: headers.get("retry-after"),
        date: headers.get("date"),
    }
}

/// A rejected fetch: aborted by us, or no network.
fn network(error: &gloo_net::Error) -> ApiError {
    match error {
        gloo_net::Error::JsError(error) if error.name == "AbortError" => {
            ApiError::local(Kind::Aborted, "Not needed any more.")
        }
        error => ApiError::network(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::log::ProvisionerJobLog;

    #[test]
    fn a_line_that_cannot_be_read_does_not_hide_the_others() {
        let line = |id: &str, output: &str| {
            format!(
                r#"{{"id":{id},"created_at":"2026-06-01T10:00:00Z","log_source":"provisioner","log_level":"info","stage":"","output":{output}}}"#
            )
        };
        let body = format!("[{},null,{},{}]", line("1", r#""a""#), line("9", "5"), line("3", r#""b""#));
        let told = parse_lines::<ProvisionerJobLog>(body.as_bytes()).unwrap();
        assert_eq!(told.lines.iter().map(|line| line.id).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(told.unreadable, ["body: expected an object, got null", "output: expected a string, got 5"]);
        assert_eq!(told.past, 9);
        assert_eq!(parse_lines::<ProvisionerJobLog>(b"null").unwrap().lines, []);
        for body in ["{}", "7", r#"[{"id":1"#, "<html>"] {
            assert!(parse_lines::<ProvisionerJobLog>(body.as_bytes()).is_err(), "{body}");
        }
    }
}
