//! That the server has another release than this page: an offer to reload, never done by itself. May import `store` and
//! below.

use crate::browser::{page, timers, visibility};
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::store::release::Releases;
use crate::store::use_stores;
use futures_util::future::{Either, select};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::pin;

/// How often it is asked while somebody looks at the page, in milliseconds.
const EVERY_MS: i64 = 300_000;

/// Whoever comes back to the page sooner than this after the last question asks nothing, in milliseconds.
const SOON_MS: f64 = 60_000.0;

/// The offer.
#[component]
pub(crate) fn NewRelease() -> impl IntoView {
    let newer = use_stores().release.newer;
    let shown = newer.clone();
    let later = RwSignal::new(None);
    let offered = Memo::new(move |_| shown.with(|newer| newer.is_some() && *newer != later.get()));
    let title = "A newer Gantry is on this server.";
    let text = "This tab goes on with the one that it has; reload when it suits you.";
    let not_now = StoredValue::new(move || later.set(newer.get_untracked()));
    view! {
        <div role="status">
            <Show when=move || offered.get()>
                <Banner tone=BannerTone::Info title text>
                <Button class="s" on_click=|()| page::reload()>"Reload"</Button>
                <Button class="s quiet" on_click=move |()| not_now.with_value(|not_now| not_now())>"Not now"</Button>
                </Banner>
            </Show>
        </div>
    }
}

/// Asks in a rhythm for the life of the page, and when somebody comes back to it.
pub(crate) fn watch(releases: &Releases) {
    let releases = releases.clone();
    let looked = use_stores().client.looked().clone();
    spawn_local(async move {
        let mut last = timers::monotonic_ms();
        loop {
            let came_back =
                matches!(select(pin!(looked.notified()), pin!(timers::sleep(EVERY_MS))).await, Either::Left(_));
            let soon = timers::monotonic_ms() - last < SOON_MS;
            if !visibility::is_visible() || (came_back && soon) {
                continue;
            }
            last = timers::monotonic_ms();
            releases.ask();
        }
    });
}
