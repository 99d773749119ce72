//! One client for every call: who is asking (cookie or token), where the API is, what the server's clock says, and
//! whether it can be reached. May import `browser` and below.

use crate::api::answer::{Asked, Each, Outcome, Told, parse_each, parse_lines};
use crate::api::call::Call;
use crate::api::clock::Offset;
use crate::api::early::forget_early;
use crate::api::error::{ApiError, Kind};
use crate::browser::notify::Notify;
use crate::browser::{page, timers, visibility};
use json_tape::Read;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

mod exchange;

/// Who is asking.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// The browser's `HttpOnly` cookie, if it has one. Unsafe requests prove by a header that they are ours.
    Cookie,
    /// A pasted token, sent as a header; the cookie stays at home.
    Token {
        /// The token itself.
        token: String,
        /// Whether sockets would show this token's user: a cookie that could not be removed outranks the token in a
        /// socket's address.
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

struct Inner {
    /// The API's root: a path such as `/api/v2`.
    api: String,
    access: RefCell<Access>,
    offset: RefCell<Offset>,
    listener: RefCell<Rc<dyn Fn(Noticed)>>,
    /// Rings when the control plane answers again, and when the page wakes: who waits to try again tries at once.
    again: Notify,
    /// Rings when the reader comes back to the page: what may be old is asked for.
    looked: Notify,
    /// Rings when the control plane turns out to be gone: what waits for it without a sign of an answer gives up.
    lost: Notify,
    /// Whether the control plane can be reached, as far as is known.
    reachable: Cell<bool>,
    /// Counts changes of who is asking: an answer to somebody else is dropped.
    epoch: Cell<u32>,
    /// The token of the session that this page began with a password, equal to the cookie that no script can read. In
    /// memory alone.
    own_token: RefCell<Option<String>>,
    /// Whether something on the way wants the `Authorization` header for itself: changes go without it then.
    header_is_taken: Cell<bool>,
    /// Whether nothing is changed from here: the site is for looking only.
    looks_only: Cell<bool>,
    /// What `GET /users/me` said when a 401 was doubted last, whether it is being asked, and who waits for its answer.
    me: RefCell<Result<(), ApiError>>,
    asking_me: Cell<bool>,
    me_answered: Notify,
    /// What this control plane does not have, by the names of routes, and how it said so.
    lacking: RefCell<Vec<(&'static str, ApiError)>>,
}

/// The client. A cheap clone is the same client.
#[derive(Clone)]
pub struct Client(SendWrapper<Rc<Inner>>);

impl Client {
    /// A client for the API at `api` (`/api/v2`), asking by cookie.
    pub fn new(api: &str) -> Self {
        Self(SendWrapper::new(Rc::new(Inner {
            api: api.trim_end_matches('/').to_owned(),
            access: RefCell::new(Access::Cookie),
            offset: RefCell::default(),
            listener: RefCell::new(Rc::new(|_| ())),
            again: Notify::default(),
            looked: Notify::default(),
            lost: Notify::default(),
            reachable: Cell::new(true),
            epoch: Cell::new(0),
            own_token: RefCell::default(),
            header_is_taken: Cell::new(false),
            looks_only: Cell::new(false),
            me: RefCell::new(Ok(())),
            asking_me: Cell::new(false),
            me_answered: Notify::default(),
            lacking: RefCell::default(),
        })))
    }

    /// From here on nothing is sent that changes something, whoever asks for it.
    pub(crate) fn look_only(&self) {
        self.0.looks_only.set(true);
    }

    /// Whether nothing is changed from here.
    pub(crate) fn looks_only(&self) -> bool {
        self.0.looks_only.get()
    }

    /// Who is asking.
    pub fn access(&self) -> Access {
        self.0.access.borrow().clone()
    }

    /// Changes who is asking. Answers that are under way for somebody else become [`Kind::Aborted`], and what was asked
    /// for before the application was here is forgotten.
    pub fn set_access(&self, access: Access) {
        *self.0.access.borrow_mut() = access;
        self.turn();
    }

    /// Whether sockets show who is asking by token, once that is known.
    pub(crate) fn let_sockets(&self, let_them: bool) {
        if let Access::Token { sockets, .. } = &mut *self.0.access.borrow_mut() {
            *sockets = let_them;
        }
    }

    /// Somebody else is asking from here on, in whatever way: answers that are under way become [`Kind::Aborted`], what
    /// was asked for before the application was here is forgotten, and so is the token of the session before.
    pub fn turn(&self) {
        forget_early();
        *self.0.own_token.borrow_mut() = None;
        self.0.epoch.set(self.0.epoch.get().wrapping_add(1));
    }

    /// Keeps the token of the session that began in this page, for changes on whose way something wants the
    /// `Authorization` header.
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

    /// Notifies when whoever waits should try again at once.
    pub fn again(&self) -> &Notify {
        &self.0.again
    }

    /// Notifies when the reader comes back to the page.
    pub fn looked(&self) -> &Notify {
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
            self.0.again.notify_waiters();
        } else if before && !reachable {
            self.0.lost.notify_waiters();
        }
    }

    /// Waits before something is asked for again: that long, or until it is worth trying at once; then until somebody
    /// looks at the page and the control plane can be reached.
    pub async fn pause(&self, ms: i64) {
        timers::sleep_or(ms, &self.0.again).await;
        while !self.is_reachable() || !visibility::is_visible() {
            let back = if self.is_reachable() { &self.0.looked } else { &self.0.again };
            back.notified().await;
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

    /// Sends a call; `finish` makes of the answer what the caller wants. The work is one boxed future whatever that is,
    /// so a type of answer costs its reader and nothing else. Dropping it aborts the request.
    pub fn ask<T>(&self, call: Call, finish: fn(Outcome) -> Result<T, ApiError>) -> Asked<T> {
        let client = self.clone();
        Asked { outcome: Box::pin(async move { client.exchange(call).await }), finish }
    }

    /// The same, of a route that older control planes do not have: once one has said so, it is not asked again for as
    /// long as the page is open.
    pub fn ask_if_there<T>(
        &self,
        route: &'static str,
        call: Call,
        finish: fn(Outcome) -> Result<T, ApiError>,
    ) -> Asked<T> {
        let client = self.clone();
        let outcome = async move {
            let said =
                client.0.lacking.borrow().iter().find(|(known, _)| *known == route).map(|(_, said)| said.clone());
            if let Some(said) = said {
                return Err(said);
            }
            let outcome = client.exchange(call).await;
            if let Err(error) = &outcome
                && error.is_no_route()
            {
                client.0.lacking.borrow_mut().push((route, error.clone()));
            }
            outcome
        };
        Asked { outcome: Box::pin(outcome), finish }
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
}
