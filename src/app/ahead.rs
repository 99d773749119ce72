//! The parts that no page has asked for yet are fetched while the browser has nothing else to do, so that a page opens
//! at once and without a network (docs/decisions/0010-parts.md). May import every floor below.

use crate::app::parts;
use crate::app::parts::Page;
use crate::browser::notify::Notify;
use crate::browser::{frame, page, timers};
use crate::store::Stores;
use crate::store::deferred::Fetch;
use leptos::task::spawn_local;

/// How long the page is left alone after its first rows: their facts are asked for then.
const AFTER_MS: i64 = 3_000;

/// One page of each part brings the whole part.
const PARTS: [Fetch<Page>; 6] =
    [parts::workspace, parts::build, parts::templates, parts::sign_in, parts::connection, parts::parameters];

/// Fetches them, one by one. Who saves data fetches a page when it is opened; a panel in another page opens none.
pub(super) fn fetch_while_idle(stores: &Stores) {
    let (session, net, answers) = (stores.session.clone(), stores.net.clone(), stores.client.again().clone());
    spawn_local(async move {
        session.after_first_rows().await;
        timers::sleep(AFTER_MS).await;
        if page::saves_data() || frame::parent().is_some() {
            return;
        }
        for fetch in PARTS {
            if !net.is_online() {
                answers.notified().await;
            }
            timers::idle().await;
            fetch_until_here(fetch, &answers).await;
        }
    });
}

/// What fails is asked for again when the control plane answers after a time without: a part that the server does not
/// have is not asked for in a row.
async fn fetch_until_here(fetch: Fetch<Page>, answers: &Notify) {
    while fetch().await.is_none() {
        answers.notified().await;
    }
}
