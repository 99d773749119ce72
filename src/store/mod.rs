//! State that outlives a page. Every signal here is reference-counted and made once, under no view's owner, so that a
//! page may come and go while an answer is under way. May import `api` and below.

pub(crate) mod after_rows;

pub(crate) mod builds;

pub(crate) mod clock;

pub(crate) mod creation;

pub(crate) mod deferred;

pub(crate) mod durations;

pub(crate) mod failures;

pub(crate) mod logs;

pub(crate) mod net;

pub(crate) mod operations;

pub(crate) mod parameters;

pub(crate) mod permissions;

pub(crate) mod poll;

pub(crate) mod prefs;

pub(crate) mod quota;

pub(crate) mod release;

pub(crate) mod semaphore;

pub(crate) mod session;

pub(crate) mod stages;
// What a start costs before it is planned.
pub(crate) mod start_price;

pub(crate) mod tabs;

pub(crate) mod toasts;

pub(crate) mod wants;

pub(crate) mod workspaces;

use crate::api::client::{Client, Noticed};
use crate::browser::page;
use crate::config::{Config, Features};
use crate::model::row::is_changing;
use crate::store::after_rows::AfterRows;
use crate::store::deferred::{Deferred, Fetch};
use leptos::prelude::*;
use std::cell::Cell;

/// All stores, provided by context once. A cheap clone is the same.
#[derive(Clone)]
pub struct Stores {
    /// What this site lets people do.
    pub features: Features,
    /// The client that every call goes through.
    pub client: Client,
    /// Now.
    pub clock: clock::Clock,
    /// Whether the control plane can be reached.
    pub net: net::Net,
    /// Whether the server of this page has another release of Gantry.
    pub release: release::Releases,
    /// Who is signed in.
    pub session: session::Session,
    /// What the user may do.
    pub permissions: permissions::Permissions,
    /// What the viewer chose.
    pub prefs: prefs::Prefs,
    /// What is said beside the page.
    pub toasts: toasts::Toasts,
    /// The other tabs.
    pub tabs: tabs::Tabs,
    /// The workspaces: rows, lists, whole ones.
    pub workspaces: workspaces::Workspaces,
    /// Builds on their own pages, and agents' logs.
    pub builds: builds::Builds,
    /// The logs of builds that are over.
    pub logs: logs::Logs,
    /// Why builds failed.
    pub failures: failures::Failures,
    /// Actions under way.
    pub operations: operations::Operations,
    /// In which stage the builds are that are shown.
    pub stages: stages::BuildStages,
    /// How long builds usually take.
    pub durations: durations::BuildDurations,
    /// What views want to know, and the one queue that asks for it.
    pub wants: wants::Wants,
    /// What the user may spend.
    pub quota: quota::Quota,
}

impl Stores {
    /// Makes the stores and starts them for the life of the page: asks who is signed in, listens to the browser and to
    /// other tabs. Call it once, in the root component (the executor must be running).
    pub fn start(config: &Config, after_rows: Fetch<AfterRows>) -> Self {
        let client = Client::new(&config.api);
        if !config.features.actions {
            client.look_only();
        }
        let after_rows = Deferred::new(after_rows, client.again());
        let tabs = tabs::Tabs::default();
        let net = net::Net::new(&client);
        let session = session::Session::new(&client, &tabs);
        let workspaces = workspaces::Workspaces::new(&client, &net, &session);
        let toasts = toasts::Toasts::default();
        let logs = logs::Logs::new(&client);
        let failures = failures::Failures::new(&logs, &session);
        let stages = stages::BuildStages::new(&client);
        let durations = durations::BuildDurations::new(&client);
        let quota = quota::Quota::new(&client, &session);
        let stores = Self {
            features: config.features,
            clock: clock::Clock::new(&client),
            operations: operations::Operations::new(
                &client,
                &after_rows.piece(|code| code.operations),
                &net,
                &session,
                &workspaces,
                &quota,
                &logs,
                &toasts,
                &tabs,
            ),
            workspaces,
            builds: builds::Builds::new(&client, &logs),
            wants: wants::Wants::new(
                &client,
                &after_rows.piece(|code| code.wants),
                &session,
                &failures,
                &stages,
                &durations,
            ),
            failures,
            quota,
            permissions: permissions::Permissions::new(&client, &after_rows.piece(|code| code.permissions), &session),
            stages,
            durations,
            logs,
            net,
            release: release::Releases::new(),
            session,
            prefs: prefs::Prefs::new(&tabs),
            toasts,
            tabs,
            client,
        };
        let (net, session, clock) = (stores.net.clone(), stores.session.clone(), stores.clock.clone());
        stores.client.listen(move |noticed| {
            clock.answered();
            net.noticed(&noticed);
            if let Noticed::SignedOut(error) = &noticed {
                session.ended(error);
            }
        });
        let others = stores.clone();
        stores.tabs.start(move |message| {
            others.session.heard(&message);
            match message {
                tabs::Message::Prefs => others.prefs.reload(),
                tabs::Message::Acted { workspace } => {
                    others.operations.acted_elsewhere(workspace);
                    others.workspaces.acted_elsewhere(workspace);
                }
                tabs::Message::Wish { workspace, began_ms, wish } => {
                    others.operations.heard_wish(workspace, began_ms, wish);
                }
                tabs::Message::SignedIn { .. } | tabs::Message::SignedOut => {}
            }
        });
        let of_user = stores.clone();
        let last = Cell::new(None);
        stores.session.on_change(move |changed| match changed {
            session::Changed::Out => {
                of_user.operations.clear();
                of_user.workspaces.clear();
                of_user.failures.clear();
                of_user.logs.clear();
                of_user.quota.clear();
                of_user.stages.clear();
                of_user.durations.clear();
                of_user.wants.clear();
                parameters::forget_drafts();
                of_user.permissions.clear();
            }
            session::Changed::In(signed_in) => {
                // What was said to one person is not for the next.
                if last.replace(Some(signed_in.user.id)).is_some_and(|before| before != signed_in.user.id) {
                    of_user.toasts.clear();
                }
                of_user.wants.look_again();
                of_user.workspaces.restart_lists();
                of_user.operations.resume();
            }
            session::Changed::Organizations => of_user.quota.begin(),
        });
        let quota = stores.quota.clone();
        stores.workspaces.on_news(move |news| {
            if let workspaces::News::Row { before: Some(before), now } = news
                && is_changing(before)
                && !is_changing(now)
            {
                quota.settled();
            }
        });
        stores.clock.start();
        stores.net.start();
        stores.workspaces.start();
        stores.quota.start();
        stores.wants.start();
        stores.permissions.start();
        stores.operations.start_listening();
        let permissions = stores.permissions.clone();
        stores.operations.on_forbidden(move |workspace| permissions.doubt(Some(workspace)));
        stores.session.begin();
        session::watch::keep_looking(&stores.client, &stores.session, &stores.net);
        stores
    }

    /// The moment that what is shown is of: now, or the last answer while the control plane cannot be reached. What is
    /// under way is known up to here. Tracked.
    pub fn known_ms(&self) -> i64 {
        self.net.held_ms().unwrap_or_else(|| self.clock.now_ms.get())
    }

    /// The address of the control plane's own dashboard, where that is another place than this page; `None` until it is
    /// known. Tracked.
    pub fn dashboard(&self) -> Option<String> {
        let address = self.session.build_info.get().map(|info| info.dashboard_url.clone());
        address.filter(|address| !address.is_empty() && !session::leads_here(address, &page::host()))
    }
}

/// The stores, from the context of a component. Call it at the component's start, never after an `await`.
pub(crate) fn use_stores() -> Stores {
    expect_context()
}
