//! In which stage the builds are that somebody watches in a list: the stage of the newest line of each build's log. Driven by who asks: a row
//! that is shown asks once a second, so that a row scrolled away, a hidden page and a finished build ask nothing. May import `api` and below.

use crate::api::builds;
use crate::api::client::Client;
use crate::model::row::Row;
use crate::model::timeline::phases::Stage;
use crate::wire::build::JobStatus;
use crate::wire::id::Id;
use crate::wire::log::ProvisionerJobLog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How often a log is asked for its new lines, in milliseconds: the rhythm of a changing row.
const EVERY_MS: i64 = 5_000;

/// After this time without an answer the stage is not known any more, in milliseconds.
const KNOWN_MS: i64 = 3 * EVERY_MS;

/// How many builds are followed at once; further ones show no stage.
const MOST: usize = 6;

/// What is known of one build's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Followed {
    /// The stage of the newest line, in a reader's words.
    stage: Option<String>,
    /// The id of the newest line.
    after: i64,
    /// When it was last asked for.
    asked_ms: i64,
    /// When the last answer came.
    heard_ms: i64,
    /// Whether an answer is waited for.
    waiting: bool,
}

impl Followed {
    /// Whether it is time to ask.
    fn is_due(&self, now_ms: i64) -> bool {
        !self.waiting && now_ms - self.asked_ms >= EVERY_MS
    }

    /// The stage, unless it is too long ago that anything was heard.
    fn stage(&self, now_ms: i64) -> Option<&str> {
        self.stage.as_deref().filter(|_| now_ms - self.heard_ms < KNOWN_MS)
    }

    /// New lines arrived, perhaps none; `None` if no answer came.
    fn learn(&mut self, lines: Option<&[ProvisionerJobLog]>, now_ms: i64) {
        self.waiting = false;
        let Some(lines) = lines else { return };
        self.heard_ms = now_ms;
        if let Some(newest) = lines.iter().max_by_key(|line| line.id).filter(|line| line.id > self.after) {
            self.after = newest.id;
            if !newest.stage.is_empty() {
                self.stage = Some(Stage::of_log(&newest.stage).label);
            }
        }
    }
}

/// Takes a build in, if there is room: those that nobody has asked for lately make way.
fn take_in(known: &mut HashMap<Id, Followed>, build: Id, now_ms: i64) -> bool {
    if !known.contains_key(&build) {
        known.retain(|_, followed| followed.waiting || now_ms - followed.asked_ms < KNOWN_MS);
        if known.len() >= MOST {
            return false;
        }
        known.insert(build, Followed { asked_ms: now_ms - EVERY_MS, ..Followed::default() });
    }
    true
}

/// The stages. A cheap clone is the same.
#[derive(Clone)]
pub struct Phases {
    client: Client,
    known: SendWrapper<Rc<RefCell<HashMap<Id, Followed>>>>,
    /// Counts the answers.
    heard: ArcRwSignal<u32>,
}

impl Phases {
    /// Nothing known yet.
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone(), known: SendWrapper::new(Rc::default()), heard: ArcRwSignal::new(0) }
    }

    /// The stage of a row's running build (`apply`), as its log said last; `None` while that is not known. Call it for rows that are shown, each
    /// time their words are made; tracked.
    pub fn of(&self, row: &Row, now_ms: i64) -> Option<String> {
        if row.build.job_status != JobStatus::Running {
            return None;
        }
        self.heard.track();
        let build = row.build.id;
        let mut known = self.known.borrow_mut();
        if !take_in(&mut known, build, now_ms) {
            return None;
        }
        let followed = known.get_mut(&build)?;
        if followed.is_due(now_ms) {
            followed.asked_ms = now_ms;
            followed.waiting = true;
            let (phases, after) = (self.clone(), followed.after);
            spawn_local(async move {
                let answer = builds::logs(&phases.client, build, after).await.ok();
                phases.learn(build, answer.as_ref().map(|told| told.lines.as_slice()));
            });
        }
        followed.stage(now_ms).map(str::to_owned)
    }

    fn learn(&self, build: Id, lines: Option<&[ProvisionerJobLog]>) {
        if let Some(followed) = self.known.borrow_mut().get_mut(&build) {
            followed.learn(lines, self.client.now_ms());
        }
        self.heard.update(|heard| *heard = heard.wrapping_add(1));
    }

    /// Forgets everything: somebody else is signed in.
    pub fn clear(&self) {
        self.known.borrow_mut().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Timestamp;
    use crate::wire::log::{LogLevel, LogSource};

    fn line(id: i64, stage: &str) -> ProvisionerJobLog {
        ProvisionerJobLog {
            id,
            created_at: Timestamp::from_millis(id),
            log_source: LogSource::Provisioner,
            log_level: LogLevel::Info,
            stage: stage.into(),
            output: String::new(),
        }
    }

    #[test]
    fn the_stage_is_that_of_the_newest_line_and_only_while_it_is_fresh() {
        let mut followed = Followed::default();
        assert_eq!(followed.stage(0), None, "not known is not invented");
        followed.learn(Some(&[]), 1_000);
        assert_eq!(followed.stage(1_000), None);
        followed.learn(Some(&[line(8, "Planning Infrastructure"), line(7, "Initializing Terraform Directory")]), 2_000);
        assert_eq!((followed.stage(2_000), followed.after), (Some("plan"), 8));
        // No news are news of the same stage; no answer is none.
        followed.learn(Some(&[]), 10_000);
        assert_eq!(followed.stage(10_000 + KNOWN_MS - 1), Some("plan"));
        followed.learn(None, 24_000);
        assert_eq!(followed.stage(10_000 + KNOWN_MS), None, "too long ago");
        followed.learn(Some(&[line(9, "Starting workspace")]), 30_000);
        assert_eq!(followed.stage(30_000), Some("apply"));
        followed.learn(Some(&[line(10, ""), line(11, "Baking")]), 31_000);
        assert_eq!(followed.stage(31_000), Some("Baking"), "a stage of a newer server, in its words");
        // An answer that was overtaken.
        followed.learn(Some(&[line(9, "Starting workspace")]), 32_000);
        assert_eq!(followed.stage(32_000), Some("Baking"));
    }

    #[test]
    fn few_are_followed_and_asked_for_in_a_rhythm() {
        let mut known = HashMap::new();
        for number in 0..MOST as u128 {
            assert!(take_in(&mut known, Id::from_u128(number), 100_000));
        }
        assert!(!take_in(&mut known, Id::from_u128(99), 100_000), "no room");
        assert!(take_in(&mut known, Id::from_u128(0), 100_000), "known already");
        let first = known.get_mut(&Id::from_u128(0)).unwrap();
        assert!(first.is_due(100_000), "at once");
        (first.waiting, first.asked_ms) = (true, 100_000);
        assert!(!first.is_due(200_000), "one at a time");
        first.waiting = false;
        assert!(!first.is_due(100_000 + EVERY_MS - 1));
        assert!(first.is_due(100_000 + EVERY_MS));
        // Who is asked for no more makes way.
        first.asked_ms = 110_000;
        assert!(take_in(&mut known, Id::from_u128(99), 111_000));
        let mut left: Vec<Id> = known.into_keys().collect();
        left.sort();
        assert_eq!(left, [Id::from_u128(0), Id::from_u128(99)]);
    }
}
