//! How long builds of each template usually take, for the progress of builds under way: asked for by the queue of
//! wishes (`store::wants`) once something is under way, then every ten minutes. May import `api` and below.

use crate::api::client::Client;
use crate::api::retry::limit_ms;
use crate::api::templates;
use crate::model::progress::{Usual, UsualDuration};
use crate::model::row::Row;
use crate::model::row::is_changing;
use crate::model::wants::Answer;
use crate::wire::id::Id;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// How long the figures are good, in milliseconds.
const GOOD_MS: i64 = 600_000;

/// By template and transition ("start", "stop", "delete").
type Figures = HashMap<(Id, String), UsualDuration>;

/// The figures. A cheap clone is the same.
#[derive(Clone)]
pub struct BuildDurations {
    figures: ArcRwSignal<Option<Arc<Figures>>>,
    client: Client,
}

impl BuildDurations {
    /// Nothing known yet.
    pub fn new(client: &Client) -> Self {
        Self { figures: ArcRwSignal::new(None), client: client.clone() }
    }

    /// How long the build of this row usually takes; nothing of a row at rest. Asks for nothing; tracked.
    pub fn of(&self, row: &Row) -> Usual {
        if !is_changing(row) {
            return Usual::NotAsked;
        }
        let key = (row.template_id, row.build.transition.as_str().to_owned());
        self.figures.with(|figures| match figures {
            None => Usual::NotAsked,
            Some(figures) => figures.get(&key).map_or(Usual::Unknown, |usual| Usual::Known(*usual)),
        })
    }

    /// Forgets everything: somebody else is signed in.
    pub fn clear(&self) {
        self.figures.set(None);
    }

    /// Asks for the figures.
    pub async fn ask(&self) -> Answer {
        match templates::list_once(&self.client).await {
            Ok(templates) => {
                let mut figures = Figures::new();
                for template in templates.items {
                    for (transition, stats) in template.build_time_stats.unwrap_or_default() {
                        if let Some(times) = UsualDuration::new(stats) {
                            figures.insert((template.id, transition), times);
                        }
                    }
                }
                self.figures.set(Some(Arc::new(figures)));
                Answer::Again(GOOD_MS)
            }
            Err(error) => Answer::Failed(limit_ms(&error)),
        }
    }
}
