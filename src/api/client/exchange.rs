//! A call on its way: attempts, what is believed of a refusal, time limits, and the request itself. gloo-net does the
//! fetching; it panics on a rejection that is no `Error`, so `abort()` is only ever called without a reason, and bodies
//! are read as bytes because its JSON goes through a JavaScript string.

use super::{Access, Client, Noticed};
use crate::api::abort::AbortOnDrop;
use crate::api::answer::{Answer, Outcome};
use crate::api::call::{Call, On401};
use crate::api::doubt::{Proof, Sent, goes_without_header, judge, went_through, with_next_step};
use crate::api::early::take_early;
use crate::api::error::{ApiError, Head, Kind, classify};
use crate::api::retry::wait_before_retry;
use crate::browser::page::property;
use crate::browser::timers;
use crate::wire::time::http_date_ms;
use futures_util::future::{Either, select};
use gloo_net::http::{Method, RequestBuilder, Response};
use std::cell::Cell;
use std::pin::pin;
use wasm_bindgen::JsCast as _;
use web_sys::{RequestCache, RequestCredentials};

/// From here on a read is slow: whether the control plane can be reached at all is asked, and the read is asked for a
/// second time beside the first.
const SLOW_MS: i64 = 5_000;

/// What is said of a change where the site is for looking only.
const SWITCHED_OFF: &str = "Nothing was sent: actions are switched off on this site.";

/// How long the question may take whether a session lives.
const ME_LIMIT_MS: i64 = 10_000;

impl Client {
    /// Sends a call, again if that is safe, and tells the listener what was noticed.
    pub(super) async fn exchange(&self, call: Call) -> Outcome {
        if call.changes && self.looks_only() {
            return Err(ApiError::local(Kind::Forbidden, SWITCHED_OFF));
        }
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

    /// One attempt, and what is to be believed of a refusal (`doubt`): a 401 once the session itself says so; a change
    /// that something in between refused is sent in the other way, if there is one.
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
        let answered = self.0.me_answered.notified();
        if !self.0.asking_me.replace(true) {
            let client = self.clone();
            // A task of its own: who waits may be dropped, and others wait for the same answer.
            wasm_bindgen_futures::spawn_local(async move {
                let call = Call::get("/users/me").within(ME_LIMIT_MS);
                *client.0.me.borrow_mut() = client.attempt(&call, Proof::None).await.map(drop);
                client.0.asking_me.set(false);
                client.0.me_answered.notify_waiters();
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
        if (!call.by_cookie || *self.0.access.borrow() == Access::Cookie)
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

    /// The answer that the page asked for before the application was here; its time says nothing about the clocks. One
    /// that does not come soon is asked for in the usual way: nothing may wait for ever for a request that nobody can
    /// end.
    async fn early(&self, url: &str) -> Option<Answer> {
        let promise = take_early(url)?;
        let taken = timers::within(SLOW_MS, async {
            let early = wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
            // `null` when the early request found no network: then it is asked again in the usual way.
            let response = Response::from(property(&early, "answer").dyn_into::<web_sys::Response>().ok()?);
            let body = property(&early, "body").dyn_into::<js_sys::Uint8Array>().ok()?.to_vec();
            Some(Answer { head: head_of(&response), body })
        });
        taken.await.unwrap_or_else(|| {
            self.notice(Noticed::Slow);
            None
        })
    }

    /// A read, from its beginning to its answer or its limit; `None` when it is to be asked anew, because the control
    /// plane came back meanwhile or the reader wants it. A connection may have been accepted by something that never
    /// answers: a slow read is asked for a second time, and given up when the control plane turns out to be gone,
    /// unless its answer has begun to arrive.
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
        let (lost, again) = (self.0.lost.notified(), self.0.again.notified());
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
            // A browser lets the second of two equal reads wait for the first, which may write its answer to the cache:
            // past the cache it does not, and what is shown is never old.
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
            // Any word will do: a foreign page cannot send this header, and it exempts from the CSRF token that only
            // the control plane's own pages carry (docs/control-plane-api.md, 1.4).
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
        if let Some(date) = head.date.as_deref().and_then(http_date_ms) {
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
