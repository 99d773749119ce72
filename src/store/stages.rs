//! In which stage the builds are that somebody watches in a list: the stage of the newest line of each build's log.
//! Asked for by the queue of wishes (`store::wants`), so that a row scrolled away, a hidden page and a finished build
//! ask nothing. May import `api` and below.

use crate::api::builds;
use crate::api::client::Client;
use crate::api::error::Kind;
use crate::api::retry::limit_ms;
use crate::model::row::Row;
use crate::model::timeline::phases::Stage;
use crate::model::wants::Answer;
use crate::wire::build::JobStatus;
use crate::wire::id::Id;
use crate::wire::log::ProvisionerJobLog;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// How often a log is asked for its new lines, in milliseconds: the rhythm of a changing row.
const EVERY_MS: i64 = 5_000;

/// After this time without an answer the stage is not known any more, in milliseconds.
const KNOWN_MS: i64 = 3 * EVERY_MS;

/// How many logs are remembered before those go that nobody has asked for lately.
const MOST_KEPT: usize = 12;

/// What is known of one build's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Followed {
    /// The stage of the newest line, in a reader's words.
    stage: Option<String>,
    /// The id of the newest line.
    after: i64,
    /// When the last answer came.
    heard_ms: i64,
}

impl Followed {
    /// The stage, unless it is too long ago that anything was heard.
    fn stage(&self, now_ms: i64) -> Option<&str> {
        self.stage.as_deref().filter(|_| now_ms - self.heard_ms < KNOWN_MS)
    }

    /// New lines arrived, perhaps none.
    fn learn(&mut self, lines: &[ProvisionerJobLog], now_ms: i64) {
        self.heard_ms = now_ms;
        if let Some(newest) = lines.iter().max_by_key(|line| line.id).filter(|line| line.id > self.after) {
            self.after = newest.id;
            if !newest.stage.is_empty() {
                self.stage = Some(Stage::of_log(&newest.stage).label);
            }
        }
    }
}

/// The stages. A cheap clone is the same.
#[derive(Clone)]
pub struct BuildStages {
    client: Client,
    known: SendWrapper<Rc<RefCell<HashMap<Id, Followed>>>>,
    /// Counts the answers.
    heard: ArcRwSignal<u32>,
}

impl BuildStages {
    /// Nothing known yet.
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone(), known: SendWrapper::new(Rc::default()), heard: ArcRwSignal::new(0) }
    }

    /// The stage of a row's running build (`apply`), as its log said last; `None` while that is not known. Asks for
    /// nothing; tracked.
    pub fn of(&self, row: &Row, now_ms: i64) -> Option<String> {
        if row.build.job_status != JobStatus::Running {
            return None;
        }
        self.heard.track();
        self.known.borrow().get(&row.build.id)?.stage(now_ms).map(str::to_owned)
    }

    /// Reads the new lines of a build's log.
    pub async fn ask(&self, build: Id) -> Answer {
        let after = self.known.borrow().get(&build).map_or(0, |followed| followed.after);
        match builds::logs_once(&self.client, build, after).await {
            Ok(told) => {
                self.hear(build, &told.lines);
                Answer::Again(EVERY_MS)
            }
            Err(error) if matches!(error.kind, Kind::Forbidden | Kind::NotFound | Kind::Gone) => Answer::Done,
            Err(error) => Answer::Failed(limit_ms(&error)),
        }
    }

    /// Takes in lines of a build's log, also those that were heard elsewhere.
    pub fn hear(&self, build: Id, lines: &[ProvisionerJobLog]) {
        let now_ms = self.client.now_ms();
        {
            let mut known = self.known.borrow_mut();
            if known.len() >= MOST_KEPT {
                known.retain(|_, followed| now_ms - followed.heard_ms < KNOWN_MS);
            }
            known.entry(build).or_default().learn(lines, now_ms);
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
        followed.learn(&[], 1_000);
        assert_eq!(followed.stage(1_000), None);
        followed.learn(&[line(8, "Planning Infrastructure"), line(7, "Initializing Terraform Directory")], 2_000);
        assert_eq!((followed.stage(2_000), followed.after), (Some("plan"), 8));
        // No news are news of the same stage; no answer is none.
        followed.learn(&[], 10_000);
        assert_eq!(followed.stage(10_000 + KNOWN_MS - 1), Some("plan"));
        assert_eq!(followed.stage(10_000 + KNOWN_MS), None, "too long ago");
        followed.learn(&[line(9, "Starting workspace")], 30_000);
        assert_eq!(followed.stage(30_000), Some("apply"));
        followed.learn(&[line(10, ""), line(11, "Baking")], 31_000);
        assert_eq!(followed.stage(31_000), Some("Baking"), "a stage of a newer server, in its words");
        // An answer that was overtaken.
        followed.learn(&[line(9, "Starting workspace")], 32_000);
        assert_eq!(followed.stage(32_000), Some("Baking"));
    }
}
