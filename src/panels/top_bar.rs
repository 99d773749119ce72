//! The bar at the top: where one is, what quota is left, how fresh the page is, who is signed in. May import `store`
//! and below.

use crate::components::icon::{icon, icon_of};
use crate::components::menu::{Menu, MenuItem};
use crate::model::duration;
use crate::panels::brand::name;
use crate::panels::late::{late, when_here};
use crate::panels::problem::TEST_THE_CONNECTION;
use crate::panels::sign_out;
use crate::paths;
use crate::store::prefs::Theme;
use crate::store::session::SignedIn;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::sync::Arc;

const USER_MENU: &str = "user-menu";
const THEMES: [(Theme, &str); 3] =
    [(Theme::System, "Theme: as the system"), (Theme::Light, "Theme: light"), (Theme::Dark, "Theme: dark")];

/// The bar. Before sign-in it shows the name alone.
#[component]
pub(crate) fn TopBar() -> impl IntoView {
    let session = use_stores().session;
    let user = Memo::new(move |_| session.user());
    // What signing out would leave under way, while that is asked about.
    let asked = RwSignal::new(None::<Vec<String>>);
    view! {
        <header class="top">
            <a class="mark" href=paths::workspaces(None)>{icon("mark")}{name()}</a>
            <Show when=move || user.with(Option::is_some)>
                <Nav/>
                <div class="end">
                    {when_here(|views| (views.quota_strip)())}
                    <Live/>
                    <UserMenu user asked/>
                </div>
            </Show>
        </header>
        {move || asked.get().filter(|_| user.with(Option::is_some)).map(|under_way| {
            late(move |views| (views.sign_out)(under_way.clone(), Callback::new(move |()| asked.set(None))))
        })}
    }
}

#[component]
fn Nav() -> impl IntoView {
    let location = use_location();
    let here =
        Memo::new(move |_| location.pathname.with(|path| path.strip_prefix(paths::base()).unwrap_or(path).to_owned()));
    let current = move |on: fn(&str) -> bool| here.with(|path| on(path)).then_some("page");
    view! {
        <nav class="nav" aria-label="Main">
            <a href=paths::workspaces(None) aria-current=move || current(|path| path.starts_with("/w") || path.starts_with("/@") || path == "/")>"Workspaces"</a>
            <a href=paths::templates() aria-current=move || current(|path| path.starts_with("/templates"))>"Templates"</a>
            <a href=paths::quota() aria-current=move || current(|path| path.starts_with("/quota"))>"Quota"</a>
            {when_here(|views| (views.quota_short)())}
        </nav>
    }
}

/// How fresh the page is. The text changes every second, so it is no live region: the banner speaks when the connection
/// is lost.
#[component]
fn Live() -> impl IntoView {
    let stores = use_stores();
    let (net, clock) = (stores.net, stores.clock);
    let (offline, last) = (net.offline.clone(), net.last_answer_ms.clone());
    let failing = net.failing.clone();
    let lost = Memo::new(move |_| offline.with(Option::is_some));
    let unread = Memo::new(move |_| failing.get() > 0);
    let off = Memo::new(move |_| lost.get() || unread.get());
    let now = clock.now_ms;
    let ago = Memo::new(move |_| last.get().map(|last| duration::elapsed(now.get() - last)));
    let long = move || match (lost.get(), ago.get()) {
        (false, _) if unread.get() => "not live · this page could not be read".to_owned(),
        (false, None) => "no answer yet".to_owned(),
        (true, None) => "offline".to_owned(),
        (false, Some(ago)) => format!("live · updated {ago} ago"),
        (true, Some(ago)) => format!("offline, {ago} old"),
    };
    let short = move || match ago.get() {
        _ if unread.get() && !lost.get() => "not read".to_owned(),
        ago => ago.map_or_else(|| "—".to_owned(), |ago| format!("{ago} ago")),
    };
    view! {
        <span class="live" class:off=move || off.get()>
            {icon_of(move || if off.get() { "canceled" } else { "running" })}
            <span class="not-narrow">{long}</span>
            <span class="only-narrow">{short}</span>
        </span>
    }
}

#[component]
fn UserMenu(user: Memo<Option<Arc<SignedIn>>>, asked: RwSignal<Option<Vec<String>>>) -> impl IntoView {
    let stores = use_stores();
    let username = move || user.with(|user| user.as_ref().map(|user| user.user.username.clone()).unwrap_or_default());
    let items = Callback::new(move |()| {
        let chosen = stores.prefs.theme.get();
        let mut items: Vec<MenuItem> = THEMES
            .into_iter()
            .map(|(theme, label)| {
                let prefs = stores.prefs.clone();
                MenuItem { checked: Some(theme == chosen), ..MenuItem::new(label, move || prefs.set_theme(theme)) }
            })
            .collect();
        let stores = stores.clone();
        let sign_out = MenuItem::new("Sign out", move || {
            // Whatever is under way is named first, and what becomes of it.
            let under_way: Vec<String> = stores.operations.on_leaving().into_iter().map(|(_, text)| text).collect();
            if under_way.is_empty() {
                sign_out::sign_out(&stores);
            } else {
                asked.set(Some(under_way));
            }
        });
        items.push(MenuItem {
            separated: true,
            href: Some(paths::connection()),
            ..MenuItem::new(TEST_THE_CONNECTION, || ())
        });
        items.push(sign_out);
        items
    });
    view! {
        <button class="me" type="button" aria-haspopup="menu" popovertarget=USER_MENU><span>{username}</span>{icon("down")}</button>
        <Menu id=USER_MENU.to_owned() label="Account" items/>
    }
}
