//! Who is signed in, and the facts of the deployment that come with it: organizations, build info, licence, ways of
//! signing in. The one place that begins and ends a session; other stores are told. May import `api` and below.

mod addresses;
mod first_rows;
mod panel;
mod refusal;
mod state;
pub(crate) mod watch;

pub(crate) use addresses::{leads_here, single_sign_on_works};
pub(crate) use refusal::{SignInRefusal, is_suspended, sign_in_refusal};
pub(crate) use state::{Changed, SignedIn};
pub use state::{SessionState, Why};

use crate::api::client::{Access, Client};
use crate::api::error::{ApiError, Kind};
use crate::api::{auth, deployment, users};
use crate::browser::notify::Notify;
use crate::browser::storage::Area;
use crate::browser::{page, storage, timers};
use crate::model::licence::Licence;
use crate::paths::outside::web;
use crate::store::tabs::{Message, Tabs};
use crate::wire::auth::{AuthMethods, CreateFirstUserRequest, LoginRequest};
use crate::wire::deployment::BuildInfo;
use crate::wire::user::{Organization, User};
use first_rows::FirstRows;
use futures_util::future::select;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;

/// Where a pasted token is kept while the tab lives, if its user wants that; `inline.js` looks here as well.
const TOKEN_KEY: &str = "gantry.token";

/// When it is asked again who is signed in, after an answer that does not tell, in milliseconds.
const ASK_AGAIN_MS: i64 = 5_000;

/// What the keys of forms begin with that were left half filled in, as the tab keeps them.
pub(crate) const DRAFTS: &str = "gantry.draft.";

/// What the keys of operations begin with, behind the user's own prefix.
pub(crate) const OPERATIONS: &str = "operation.";

type Listener = Rc<dyn Fn(&Changed)>;

/// The session. A cheap clone is the same session.
#[derive(Clone)]
pub struct Session {
    /// Who is signed in.
    pub state: ArcRwSignal<SessionState>,
    /// Version and addresses; asked for at the start, signed in or not.
    pub build_info: ArcRwSignal<Option<Arc<BuildInfo>>>,
    /// The user's organizations; empty until known.
    pub organizations: ArcRwSignal<Arc<[Organization]>>,
    /// The licence; `None` until known.
    pub licence: ArcRwSignal<Option<Licence>>,
    /// The ways of signing in; asked for by [`Session::load_methods`].
    pub methods: ArcRwSignal<Option<Result<Arc<AuthMethods>, ApiError>>>,
    client: Client,
    tabs: Tabs,
    listeners: SendWrapper<Rc<RefCell<Vec<Listener>>>>,
    first_rows: SendWrapper<Rc<FirstRows>>,
    course: SendWrapper<Rc<Course>>,
}

/// What goes on with the session itself.
#[derive(Default)]
struct Course {
    /// Counts the questions who is signed in: the answer to an earlier one is not taken in.
    asked: Cell<u32>,
    /// Whether it is asked at this moment whether the same person is still signed in.
    looking: Cell<bool>,
    /// Whether it is to be asked once more after that.
    look_again: Cell<bool>,
    /// Rings when the viewer wants it to be asked at once who is signed in.
    again: Notify,
    /// Whether a password was taken and the session's cookie did not come back.
    cookie_was_lost: Cell<bool>,
    /// Whether the viewer is signing out: the refusals that this brings about end nothing.
    leaving: Cell<bool>,
}

impl Session {
    /// A session of which nothing is known. [`Session::begin`] asks.
    pub fn new(client: &Client, tabs: &Tabs) -> Self {
        Self {
            state: ArcRwSignal::default(),
            build_info: ArcRwSignal::new(None),
            organizations: ArcRwSignal::new(Arc::from([])),
            licence: ArcRwSignal::new(None),
            methods: ArcRwSignal::new(None),
            client: client.clone(),
            tabs: tabs.clone(),
            listeners: SendWrapper::new(Rc::default()),
            first_rows: SendWrapper::new(Rc::default()),
            course: SendWrapper::new(Rc::default()),
        }
    }

    /// Tells `listener` whenever somebody signs in or out.
    pub fn on_change(&self, listener: impl Fn(&Changed) + 'static) {
        self.listeners.borrow_mut().push(Rc::new(listener));
    }

    /// The user, without being told of changes.
    pub fn signed_in(&self) -> Option<Arc<SignedIn>> {
        self.state.with_untracked(|state| match state {
            SessionState::SignedIn(signed_in) => Some(Arc::clone(signed_in)),
            _ => None,
        })
    }

    /// The user, told of changes.
    pub fn user(&self) -> Option<Arc<SignedIn>> {
        self.state.with(|state| match state {
            SessionState::SignedIn(signed_in) => Some(Arc::clone(signed_in)),
            _ => None,
        })
    }

    /// Asks who is signed in, for as long as it takes, or until somebody signs in or out here.
    pub fn begin(&self) {
        let session = self.clone();
        let asked_as = self.course.asked.get().wrapping_add(1);
        self.course.asked.set(asked_as);
        spawn_local(async move {
            let token = storage::get(Area::Session, TOKEN_KEY);
            loop {
                let asked = match &token {
                    Some(token) => auth::open_with_token(&session.client, token).await,
                    None => auth::me(&session.client).await,
                };
                if asked_as != session.course.asked.get() {
                    return;
                }
                match asked {
                    Ok(user) => return session.enter(user),
                    Err(error) if error.kind == Kind::Unauthorized => return session.nobody(&error).await,
                    Err(error) if error.kind == Kind::Aborted => return,
                    Err(error) => session.state.set(SessionState::Unreachable(error)),
                }
                let again = session.course.again.notified();
                select(pin!(timers::sleep_or(ASK_AGAIN_MS, session.client.again())), pin!(again)).await;
                if asked_as != session.course.asked.get() {
                    return;
                }
            }
        });
        self.load_build_info();
    }

    /// Asks at once who is signed in, where that could not be told and is waited with.
    pub fn ask_again(&self) {
        self.course.again.notify_waiters();
    }

    /// Nobody is signed in: is there anybody who could be?
    async fn nobody(&self, error: &ApiError) {
        storage::remove(Area::Session, TOKEN_KEY);
        // No rows will come: the facts that signing in needs are asked for now.
        self.first_rows.painted();
        let asked_as = self.course.asked.get();
        let is_set_up = auth::first_user_exists(&self.client).await;
        // Somebody may have signed in meanwhile.
        if asked_as != self.course.asked.get() {
            return;
        }
        match is_set_up {
            Ok(false) => self.state.set(SessionState::SetupNeeded),
            // Whether it must be set up matters less than that somebody may sign in.
            _ => self.leave(
                if is_suspended(error) || error.detail.as_deref().is_some_and(|detail| detail.contains("expired")) {
                    Why::Ended(error.clone())
                } else {
                    Why::Nobody
                },
            ),
        }
    }

    /// Signs in with a password. The state changes only on success.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<(), ApiError> {
        if self.client.access() == Access::Cookie {
            self.client.forget_early();
        } else {
            self.client.set_access(Access::Cookie);
        }
        let request = LoginRequest { email: email.trim().to_owned(), password: password.to_owned() };
        let reply = auth::login(&self.client, &request).await?;
        // The cookie is another one now, whoever asked before.
        self.client.turn();
        self.client.keep_own_token(reply.session_token);
        let user = match auth::me(&self.client).await {
            Err(error) if error.kind == Kind::Unauthorized => {
                self.course.cookie_was_lost.set(true);
                return Err(refusal::lost_cookie(&error, &page::origin()));
            }
            answer => answer?,
        };
        self.course.cookie_was_lost.set(false);
        self.tabs.tell(&Message::SignedIn { user: user.id });
        self.enter(user);
        Ok(())
    }

    /// Whether a password was taken in this page and the session's cookie did not come back.
    pub(crate) fn cookie_was_lost(&self) -> bool {
        self.course.cookie_was_lost.get()
    }

    /// Signs in with a pasted token; with `keep` it survives a reload of this tab. Whoever was signed in by cookie is
    /// signed out first.
    pub async fn sign_in_with_token(&self, token: &str, keep: bool) -> Result<(), ApiError> {
        let token = token.trim();
        let user = auth::open_with_token(&self.client, token).await?;
        if keep {
            storage::set(Area::Session, TOKEN_KEY, token);
        }
        self.enter(user);
        Ok(())
    }

    /// Creates the first user of a new control plane and signs in as them.
    pub async fn set_up(&self, request: &CreateFirstUserRequest) -> Result<(), ApiError> {
        auth::create_first_user(&self.client, request).await?;
        self.sign_in(&request.email, &request.password).await
    }

    /// Signs out. What is stored for the user is wiped even if the server cannot be told, which is then returned. Only
    /// what was under way is kept ([`Session::wipe`]).
    pub async fn sign_out(&self) -> Result<(), ApiError> {
        self.course.leaving.set(true);
        let told = auth::logout(&self.client).await;
        self.course.leaving.set(false);
        let by_cookie = self.client.access() == Access::Cookie;
        self.wipe();
        self.leave(Why::Here);
        if by_cookie {
            self.tabs.tell(&Message::SignedOut);
        }
        match told {
            // Signed out already.
            Err(error) if error.kind == Kind::Unauthorized => Ok(()),
            told => told,
        }
    }

    /// A call was answered with 401 although somebody was taken to be signed in.
    pub fn ended(&self, error: &ApiError) {
        if self.signed_in().is_some() && !self.course.leaving.get() {
            self.leave(Why::Ended(error.clone()));
        }
    }

    /// Another tab says something.
    pub fn heard(&self, message: &Message) {
        // A session by token belongs to its tab.
        if self.client.access() != Access::Cookie {
            return;
        }
        match message {
            Message::SignedIn { user } => {
                if self.signed_in().is_none_or(|signed_in| signed_in.user.id != *user) {
                    self.somebody_else();
                } else {
                    // The same person by another session, whose token this page does not know.
                    self.client.keep_own_token(String::new());
                }
            }
            Message::SignedOut => {
                if self.signed_in().is_some() {
                    self.leave(Why::Elsewhere);
                }
            }
            Message::Prefs | Message::Acted { .. } | Message::Wish { .. } => {}
        }
    }

    /// Asks whether the same person is still signed in: somebody else may have signed in outside of Gantry, and the
    /// cookie is the browser's. Then everything of the first is dropped at once.
    pub fn look(&self) {
        let Some(before) = self.signed_in() else { return };
        if self.course.leaving.get() {
            return;
        }
        if self.course.looking.replace(true) {
            // The cookie may have become another person's after that question was sent.
            self.course.look_again.set(true);
            return;
        }
        let session = self.clone();
        spawn_local(async move {
            let answer = auth::me_now(&session.client).await;
            session.course.looking.set(false);
            if session.course.look_again.take() {
                return session.look();
            }
            // Whoever signed in or out meanwhile knows better.
            if session.course.leaving.get() || session.signed_in().as_ref() != Some(&before) {
                return;
            }
            match answer {
                Ok(user) if user.id != before.user.id => session.somebody_else(),
                Ok(user) if user != before.user => {
                    session.state.set(SessionState::SignedIn(Arc::new(SignedIn { user })));
                }
                Err(error) if error.kind == Kind::Unauthorized => session.leave(Why::Ended(error)),
                // Without an answer nothing is known.
                Ok(_) | Err(_) => {}
            }
        });
    }

    /// The browser's cookie is another person's now, or may be: answers under way are dropped, and it is asked who.
    fn somebody_else(&self) {
        self.client.turn();
        self.tell(&Changed::Out);
        self.organizations.set(Arc::from([]));
        self.licence.set(None);
        self.state.set(SessionState::Unknown);
        self.begin();
    }

    /// The list's first rows (or what else the page is about) are in the page: what waited for them may begin once they
    /// have been painted.
    pub fn first_rows_shown(&self) {
        self.first_rows.shown();
    }

    /// What the page is about comes after the workspace: nothing else begins before it is painted, until `held` is
    /// false again.
    pub(crate) fn hold_first_rows(&self, held: bool) {
        self.first_rows.hold(held);
        if !held {
            self.first_rows_shown();
        }
    }

    /// Resolves once the first rows have been painted, or were waited for long enough: nothing may stand in their way.
    pub async fn after_first_rows(&self) {
        self.first_rows.after().await;
    }

    /// What everything stored for the signed-in user is keyed by; `None` until user and deployment are known.
    pub fn storage_prefix(&self) -> Option<String> {
        let user = self.signed_in()?.user.id;
        let deployment = self.build_info.with_untracked(|info| info.as_ref().map(|info| info.deployment_id.clone()))?;
        Some(storage_prefix(&deployment, &user.to_string()))
    }

    /// The name of the database of timelines that were seen ([`crate::browser::database`]). None while nobody is signed
    /// in, or the deployment is not known yet, which is asked for late. Tracked.
    pub(crate) fn timelines(&self) -> Option<String> {
        self.build_info.track();
        self.storage_prefix().map(|prefix| timelines(&prefix))
    }

    /// Asks for the ways of signing in.
    pub fn load_methods(&self) {
        let session = self.clone();
        spawn_local(async move {
            let methods = loop {
                match auth::methods(&session.client).await {
                    // That nobody is signed in became known meanwhile; the ways of signing in are the same for all.
                    Err(error) if error.kind == Kind::Aborted => {}
                    answer => break answer.map(Arc::new),
                }
            };
            session.methods.set(Some(methods));
        });
    }

    fn load_build_info(&self) {
        if self.build_info.with_untracked(Option::is_some) {
            return;
        }
        let session = self.clone();
        spawn_local(async move {
            session.after_first_rows().await;
            while let Err(error) = session.ask_build_info().await {
                match error.kind {
                    // Somebody signed in or out meanwhile; the facts are the same for all.
                    Kind::Aborted => {}
                    _ if error.is_unreachable() => {
                        timers::sleep_or(30_000, session.client.again()).await;
                    }
                    _ => break,
                }
            }
        });
    }

    /// Waits until the deployment is known by its id, or cannot be: what is stored is keyed by it.
    pub async fn know_deployment(&self) {
        if self.build_info.with_untracked(Option::is_none) {
            // Without it nothing is stored, and everything else works.
            let _ = self.ask_build_info().await;
        }
    }

    async fn ask_build_info(&self) -> Result<(), ApiError> {
        let mut info = deployment::build_info(&self.client).await?;
        // They become links: what is no address of the web is not known.
        for address in [&mut info.dashboard_url, &mut info.external_url] {
            if web(address).is_none() {
                address.clear();
            }
        }
        self.build_info.set(Some(Arc::new(info)));
        Ok(())
    }

    fn enter(&self, user: User) {
        self.course.asked.set(self.course.asked.get().wrapping_add(1));
        let signed_in = Arc::new(SignedIn { user });
        let before = self.signed_in();
        if before.as_ref().is_some_and(|before| before.user.id != signed_in.user.id) {
            self.client.turn();
            self.tell(&Changed::Out);
        }
        self.state.set(SessionState::SignedIn(Arc::clone(&signed_in)));
        self.tell(&Changed::In(signed_in));
        self.load_facts();
    }

    /// What is asked for once somebody is signed in: organizations first (quota needs them), then the licence.
    fn load_facts(&self) {
        let session = self.clone();
        spawn_local(async move {
            session.after_first_rows().await;
            if let Ok(organizations) = users::my_organizations(&session.client).await {
                session.organizations.set(Arc::from(organizations.items));
                session.tell(&Changed::Organizations);
            }
            let licence = match deployment::entitlements(&session.client).await {
                Ok(Some(known)) => Licence::Known(Arc::new(known)),
                Ok(None) => Licence::OpenSource,
                Err(_) => Licence::Untold,
            };
            session.licence.set(Some(licence));
        });
    }

    fn leave(&self, why: Why) {
        self.course.asked.set(self.course.asked.get().wrapping_add(1));
        storage::remove(Area::Session, TOKEN_KEY);
        self.client.set_access(Access::Cookie);
        self.tell(&Changed::Out);
        self.organizations.set(Arc::from([]));
        self.state.set(SessionState::SignedOut { why, back: page::path_and_query() });
    }

    /// Forgets what is stored for the user, except what was under way: after the next sign-in of the same person it is
    /// said what became of it, and a workspace that a restart had stopped is not left so without a word. (Which
    /// workspace, what was asked for, how far it is; no values.)
    fn wipe(&self) {
        storage::remove_all(Area::Session, DRAFTS);
        let Some(prefix) = self.storage_prefix() else { return };
        storage::forget_database(&timelines(&prefix));
        let kept = format!("{prefix}{OPERATIONS}");
        for key in storage::keys(Area::Local, &prefix) {
            if !key.starts_with(&kept) {
                storage::remove(Area::Local, &key);
            }
        }
    }

    fn tell(&self, changed: &Changed) {
        let listeners: Vec<_> = self.listeners.borrow().clone();
        for listener in listeners {
            listener(changed);
        }
    }
}

/// The database of timelines of whoever's storage has this prefix.
pub(crate) fn timelines(prefix: &str) -> String {
    format!("{prefix}timelines")
}

/// What is stored for one user of one deployment begins with this.
fn storage_prefix(deployment: &str, user: &str) -> String {
    format!("{}user.{deployment}.{user}.", storage::PREFIX)
}
