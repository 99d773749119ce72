//! How long builds of each template usually take, for the progress of builds under way: asked for once something is under way, then every ten
//! minutes. May import `api` and below.

use crate::api::client::Client;
use crate::api::templates;
use crate::model::row::Row;
use crate::model::row::is_changing;
use crate::model::status::Usual;
use crate::store::session::Session;
use crate::wire::build::Transition;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// How long the figures are good, in milliseconds.
const GOOD_MS: i64 = 600_000;

/// By template and transition ("start", "stop", "delete").
type Figures = HashMap<(Id, String), Usual>;

/// The figures. A cheap clone is the same.
#[derive(Clone)]
pub struct UsualTimes {
    figures: ArcRwSignal<Arc<Figures>>,
    client: Client,
    session: Session,
    asked_ms: SendWrapper<Rc<Cell<Option<i64>>>>,
}

impl UsualTimes {
    /// Nothing known yet.
    pub fn new(client: &Client, session: &Session) -> Self {
        Self {
            figures: ArcRwSignal::new(Arc::default()),
            client: client.clone(),
            session: session.clone(),
            asked_ms: SendWrapper::new(Rc::new(Cell::new(None))),
        }
    }

    /// How long the build of this row usually takes; `None` for a row at rest, and while nothing is known. Tracked.
    pub fn of(&self, row: &Row) -> Option<Usual> {
        if !is_changing(row) {
            return None;
        }
        self.of_build(row.template_id, &row.build.transition)
    }

    /// How long a build of this template usually takes. Tracked.
    pub fn of_build(&self, template: Id, transition: &Transition) -> Option<Usual> {
        self.ask();
        self.figures.with(|figures| figures.get(&(template, transition.as_str().to_owned())).copied())
    }

    /// Forgets everything: somebody else is signed in.
    pub fn clear(&self) {
        self.asked_ms.set(None);
        self.figures.set(Arc::default());
    }

    fn ask(&self) {
        let now = self.client.now_ms();
        if self.session.signed_in().is_none() || self.asked_ms.get().is_some_and(|asked| now - asked < GOOD_MS) {
            return;
        }
        self.asked_ms.set(Some(now));
        let usual = self.clone();
        spawn_local(async move {
            usual.session.after_first_rows().await;
            // Without an answer there is no bar; it is asked again in ten minutes.
            if let Ok(templates) = templates::list(&usual.client).await {
                let mut figures = Figures::new();
                for template in templates {
                    for (transition, stats) in template.build_time_stats.unwrap_or_default() {
                        if let Some(times) = Usual::new(stats) {
                            figures.insert((template.id, transition), times);
                        }
                    }
                }
                usual.figures.set(Arc::new(figures));
            }
        });
    }
}
