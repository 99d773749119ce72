//! The logs of builds that are over. A row that says why, a page that draws it and the report of an action want the
//! same log: it is asked for once, and the last few are kept, because a finished log does not change. May import `api`
//! and below.

use crate::api::answer::Told;
use crate::api::builds;
use crate::api::client::Client;
use crate::api::error::ApiError;
use crate::browser::notify::Notify;
use crate::wire::id::Id;
use crate::wire::log::ProvisionerJobLog;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

/// How many logs are kept.
const MOST_KEPT: usize = 4;

/// The longest log that is kept, in lines; a longer one is shared by those who wait for it alone.
const LONGEST: usize = 4_000;

/// All that was told of a log.
pub(crate) type Log = Arc<Told<ProvisionerJobLog>>;

/// A log that was asked for.
#[derive(Default)]
struct Asked {
    answer: RefCell<Option<Result<Log, ApiError>>>,
    answered: Notify,
}

type Known = VecDeque<(Id, Rc<Asked>)>;

/// The logs. A cheap clone is the same.
#[derive(Clone)]
pub struct Logs {
    client: Client,
    /// Newest last.
    known: SendWrapper<Rc<RefCell<Known>>>,
}

impl Logs {
    /// Nothing known yet.
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone(), known: SendWrapper::new(Rc::default()) }
    }

    /// The log of a build that is over.
    pub async fn of(&self, build: Id) -> Result<Log, ApiError> {
        let asked = self.ask(build);
        loop {
            let answered = asked.answered.notified();
            if let Some(answer) = asked.answer.borrow().clone() {
                return answer;
            }
            answered.await;
        }
    }

    fn ask(&self, build: Id) -> Rc<Asked> {
        let (asked, new) = entry(&mut self.known.borrow_mut(), build);
        if new {
            // Whoever asked first may be gone before the answer comes.
            let (logs, own) = (self.clone(), Rc::clone(&asked));
            spawn_local(async move {
                let answer = builds::logs_once(&logs.client, build, 0).await.map(Arc::new);
                if !is_worth_keeping(&answer) {
                    logs.known.borrow_mut().retain(|(_, other)| !Rc::ptr_eq(other, &own));
                }
                *own.answer.borrow_mut() = Some(answer);
                own.answered.notify_waiters();
            });
        }
        asked
    }

    /// Forgets everything: somebody else is signed in.
    pub fn clear(&self) {
        self.known.borrow_mut().clear();
    }
}

/// The entry of a build, and whether it is new. The oldest makes way.
fn entry(known: &mut Known, build: Id) -> (Rc<Asked>, bool) {
    if let Some((_, asked)) = known.iter().find(|(other, _)| *other == build) {
        return (Rc::clone(asked), false);
    }
    let asked = Rc::new(Asked::default());
    known.push_back((build, Rc::clone(&asked)));
    if known.len() > MOST_KEPT {
        known.pop_front();
    }
    (asked, true)
}

/// What failed is asked for again when it is wanted again.
fn is_worth_keeping(answer: &Result<Log, ApiError>) -> bool {
    answer.as_ref().is_ok_and(|log| log.lines.len() <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::Kind;

    #[test]
    fn one_entry_for_all_who_want_it_and_few_in_all() {
        let mut known = Known::new();
        let first = entry(&mut known, Id::from_u128(0));
        assert!(first.1);
        let again = entry(&mut known, Id::from_u128(0));
        assert!(!again.1 && Rc::ptr_eq(&first.0, &again.0));
        for number in 1..=MOST_KEPT as u128 {
            assert!(entry(&mut known, Id::from_u128(number)).1);
        }
        assert_eq!(known.len(), MOST_KEPT);
        assert!(!entry(&mut known, Id::from_u128(1)).1, "still there");
        assert!(entry(&mut known, Id::from_u128(0)).1, "the oldest made way");
    }

    #[test]
    fn what_failed_and_what_is_very_long_is_not_kept() {
        let lines: Vec<ProvisionerJobLog> = crate::model::recordings::body("real/apply-failed-logs");
        let long = |count: usize| {
            let lines = lines.iter().cycle().take(count).cloned().collect();
            Ok(Arc::new(Told { lines, unreadable: Vec::new(), past: 0 }))
        };
        assert!(is_worth_keeping(&long(LONGEST)));
        assert!(!is_worth_keeping(&long(LONGEST + 1)));
        assert!(!is_worth_keeping(&Err(ApiError::local(Kind::Network, "gone"))));
    }
}
