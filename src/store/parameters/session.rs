//! A form as views hold it: what it asks for, what it holds, what is wrong with it. May import `api` and below.

use super::driver::drive;
use super::shared::{Inner, SessionState};
use crate::api::client::Client;
use crate::browser::notify::Notify;
use crate::browser::pattern::matches;
use crate::browser::timers;
use crate::model::parameters::{Form, FormFor, Misfit, Parameter, sentence};
use crate::wire::id::Id;
use crate::wire::parameter::{FormType, ParameterValue};
use futures_util::future::abortable;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How long typing rests before the control plane looks at it, in milliseconds.
const TYPING_MS: i64 = 350;

/// Counts the forms of a page: several may stand in it one after the other.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Who looks at what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckedBy {
    /// The control plane, as one types.
    ControlPlane,
    /// This page alone; the control plane decides once it is sent.
    Here,
}

/// Opens forms. A cheap clone is the same.
#[derive(Clone)]
pub(crate) struct ParameterForms {
    client: Client,
}

impl ParameterForms {
    /// Asks through `client`.
    pub(crate) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Opens a form.
    pub(crate) fn open(&self, asked: FormFor) -> ParameterSession {
        let inner = Rc::new(Inner {
            client: self.client.clone(),
            version: asked.version,
            owner: Cell::new(asked.owner),
            form: ArcRwSignal::new(Form::new(&asked)),
            state: ArcRwSignal::new(SessionState::Loading),
            changed: Notify::default(),
            due_ms: Cell::new(0),
            id: format!("parameters-{}", NEXT.fetch_add(1, Ordering::Relaxed)),
            task: RefCell::new(None),
        });
        let session = ParameterSession { inner: SendWrapper::new(inner) };
        session.begin();
        session
    }
}

/// A form, live as long as a clone of this is held.
#[derive(Clone)]
pub(crate) struct ParameterSession {
    inner: SendWrapper<Rc<Inner>>,
}

impl ParameterSession {
    fn begin(&self) {
        self.inner.state.set(SessionState::Loading);
        let (task, handle) = abortable(drive(Rc::downgrade(&self.inner)));
        if let Some(before) = self.inner.task.borrow_mut().replace(handle) {
            before.abort();
        }
        spawn_local(async move {
            // Aborted when nobody holds the form any more.
            let _ = task.await;
        });
    }

    /// Asks again after a refusal. What was typed stays.
    pub(crate) fn retry(&self) {
        self.inner.form.update(Form::ask_anew);
        self.begin();
    }

    /// How far it is. Tracked.
    pub(crate) fn state(&self) -> SessionState {
        self.inner.state.get()
    }

    /// The form itself, for what is derived from it. Tracked.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&Form) -> T) -> T {
        self.inner.form.with(read)
    }

    /// The same, not tracked.
    pub(crate) fn with_untracked<T>(&self, read: impl FnOnce(&Form) -> T) -> T {
        self.inner.form.with_untracked(read)
    }

    /// One of the parameters; `None` if it is not there. Tracked.
    pub(crate) fn rule(&self, name: &str) -> Option<Arc<Parameter>> {
        self.with(|form| form.rule(name).cloned())
    }

    /// What is wrong, by name, in the order of the form. Tracked.
    pub(crate) fn problems(&self) -> Vec<(String, String)> {
        self.with(|form| form.problems(matches))
    }

    /// What stands against a build with what the form holds. Tracked.
    pub(crate) fn misfits(&self) -> Vec<Misfit> {
        self.with(|form| form.misfits(matches))
    }

    /// What is wrong with the form as a whole, in the control plane's words. Tracked.
    pub(crate) fn general(&self) -> Vec<String> {
        self.with(|form| form.general_errors().map(sentence).collect())
    }

    /// Who looks at what is typed. Tracked.
    pub(crate) fn checked_by(&self) -> CheckedBy {
        if self.with(Form::is_classic) { CheckedBy::Here } else { CheckedBy::ControlPlane }
    }

    /// The values for a build. Tracked.
    pub(crate) fn values(&self) -> Vec<ParameterValue> {
        self.with(Form::values)
    }

    /// Whether a build may be asked for: everything is known, nothing is wrong, and the control plane has looked at it.
    /// Tracked.
    pub(crate) fn is_ready(&self) -> bool {
        self.state() == SessionState::Ready
            && self.with(|form| {
                form.is_answered() && form.general_errors().next().is_none() && form.problems(matches).is_empty()
            })
    }

    /// Whether nothing is known to be wrong; the control plane may still be looking at what was typed last. Tracked.
    pub(crate) fn looks_ready(&self) -> bool {
        self.state() == SessionState::Ready
            && self.with(|form| form.general_errors().next().is_none() && form.problems(matches).is_empty())
    }

    /// Whether the control plane is looking at what was typed last. Tracked.
    pub(crate) fn is_being_checked(&self) -> bool {
        self.state() == SessionState::Ready && !self.with(Form::is_answered)
    }

    /// A person chose a value.
    pub(crate) fn set(&self, name: &str, value: String) {
        let is_typed = self.inner.form.with_untracked(|form| {
            form.rule(name).is_none_or(|rule| {
                matches!(rule.form, FormType::Input | FormType::Textarea | FormType::Slider | FormType::TagSelect)
            })
        });
        self.inner.form.update(|form| form.set(name, value));
        self.look(if is_typed { TYPING_MS } else { 0 });
    }

    /// Takes over values: of a preset, of an address, of another workspace. They count as chosen; `mark` says at the
    /// fields where they came from ("from the preset"), and is empty where that goes without saying.
    pub(crate) fn apply(&self, values: &[ParameterValue], mark: &str) {
        self.inner.form.update(|form| {
            for value in values {
                form.set_from(&value.name, value.value.clone(), mark);
            }
        });
        self.look(0);
    }

    /// Takes back what came from there and was not changed since.
    pub(crate) fn take_back(&self, mark: &str) {
        self.inner.form.update(|form| {
            for name in form.marked(mark) {
                form.reset(&name);
            }
        });
        self.look(0);
    }

    /// These fields keep what they hold.
    pub(crate) fn freeze(&self, names: Vec<String>) {
        self.inner.form.update(|form| form.freeze(names));
    }

    /// A person wants to send it as it is: from now on every fault is shown. Whether it may be sent.
    pub(crate) fn try_it(&self) -> bool {
        self.inner.form.update(Form::try_it);
        untrack(|| self.is_ready())
    }

    /// The control plane refused these when the form was sent: names, and its words.
    pub(crate) fn refuse(&self, faults: &[(String, String)]) {
        self.inner.form.update(|form| form.refuse(faults));
    }

    /// The workspace that the values came from keeps these to itself.
    pub(crate) fn forget_held(&self, names: &[String]) {
        self.inner.form.update(|form| form.forget_held(names));
        self.look(0);
    }

    /// The id of the element of a field, and with another `part` of what stands beside it.
    pub(crate) fn field_id(&self, name: &str, part: &str) -> String {
        // Names may hold anything; what is no letter or digit stands as its number.
        let plain: String =
            name.chars()
                .map(|letter| {
                    if letter.is_ascii_alphanumeric() {
                        letter.to_string()
                    } else {
                        format!("-{:x}", u32::from(letter))
                    }
                })
                .collect();
        format!("{}-{plain}{part}", self.inner.id)
    }

    /// Somebody else is to own the workspace: the template may ask them for something else.
    pub(crate) fn set_owner(&self, owner: Id) {
        if self.inner.owner.replace(owner) != owner {
            self.inner.form.update(Form::ask_anew);
            self.look(0);
        }
    }

    /// Has the control plane look at what the form holds, once that has rested.
    fn look(&self, after_ms: i64) {
        self.inner.due_ms.set(timers::monotonic_ms() as i64 + after_ms);
        self.inner.changed.notify_waiters();
    }
}
