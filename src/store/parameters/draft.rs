//! What was filled in and not sent, kept for the life of the tab: a reload or a step back by accident loses nothing.
//! Secrets are not kept. May import `api` and below.

use super::session::ParameterSession;
use crate::browser::storage;
use crate::browser::storage::Area;
use crate::wire::build::Transition;
use crate::wire::id::Id;
use crate::wire::parameter::ParameterValue;
use leptos::prelude::*;

/// What is stored has this shape.
const VERSION: u32 = 1;

/// What the keys begin with.
const DRAFTS: &str = "gantry.draft.";

/// Where the draft of a form is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft(String);

impl Draft {
    /// Of a person, about a thing (a workspace, a template), for a version.
    pub(crate) fn of(user: Id, about: Id, version: Id) -> Self {
        Self(format!("{DRAFTS}{user}.{about}.{version}"))
    }

    /// Fills a form with what was kept of it. Whether there was something. What was sent is there still only if no
    /// start followed: the build that it was sent for was refused, and the values are nowhere else.
    pub(crate) fn restore(&self, session: &ParameterSession, latest: (i64, &Transition)) -> bool {
        let (number, transition) = latest;
        let sent = storage::load::<i64>(Area::Session, &self.sent_key(), VERSION);
        storage::remove(Area::Session, &self.sent_key());
        let followed = |base: i64| number > base + 1 || (number > base && *transition != Transition::Stop);
        if sent.is_some_and(followed) {
            self.forget();
        }
        let Some(values) = storage::load::<Vec<ParameterValue>>(Area::Session, &self.0, VERSION) else { return false };
        session.apply(&values, "");
        !values.is_empty()
    }

    /// Keeps what is filled in from now on, as long as the view lives that calls this. Call it once the form is known.
    pub(crate) fn keep(&self, session: &ParameterSession) {
        let (key, session) = (self.0.clone(), session.clone());
        Effect::new(move |before: Option<Vec<ParameterValue>>| {
            let Some(values) = session.with(|form| form.rules().map(|_| form.draft())) else {
                return before.unwrap_or_default();
            };
            if before.as_ref() != Some(&values) {
                if values.is_empty() {
                    storage::remove(Area::Session, &key);
                } else {
                    storage::save(Area::Session, &key, VERSION, &values);
                }
            }
            values
        });
    }

    /// It was sent for a start that comes after something else, which the control plane may refuse still; the latest
    /// build had this number.
    pub(crate) fn sent_after(&self, number: i64) {
        storage::save(Area::Session, &self.sent_key(), VERSION, &number);
    }

    fn sent_key(&self) -> String {
        format!("{}.sent", self.0)
    }

    /// Forgets it: it was taken, or is not wanted any more.
    pub(crate) fn forget(&self) {
        storage::remove(Area::Session, &self.0);
        storage::remove(Area::Session, &self.sent_key());
    }
}

/// Forgets all of them: nobody is signed in any more.
pub(crate) fn forget_drafts() {
    storage::remove_all(Area::Session, DRAFTS);
}
