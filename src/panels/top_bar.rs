//! The bar at the top: where one is, what quota is left, how fresh the page is, who is signed in. May import `store` and below.

use crate::browser::memo::Memo;
use crate::browser::view::Show;
use crate::browser::view::view;
use crate::components::icon::icon;
use crate::components::icon::icon_of;
use crate::components::menu::Menu;
use crate::components::menu::MenuItem;
use crate::model::duration;
use crate::panels::brand::name;
use crate::paths;
use crate::store::prefs::Theme;
use crate::store::session::SignedIn;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use std::sync::Arc;

const USER_MENU: &str = "user-menu";
const THEMES: [(Theme, &str); 3] =
    [(Theme::System, "Theme: as the system"), (Theme::Light, "Theme: light"), (Theme::Dark, "Theme: dark")];

/// The bar. Before sign-in it shows the name alone.
#[component]
pub fn TopBar() -> impl IntoView {
    let session = use_stores().session;
    let user = Memo::new(move |_| session.user());
    view! {
        <header class="top">
            <a class="mark" href=paths::workspaces(None)>{icon("mark")}{name()}</a>
            <Show when=move || user.with(Option::is_some)>
                <Nav/>
                <div class="end">
                    <crate::panels::quota_strip::QuotaStrip/>
                    <Live/>
                    <UserMenu user/>
                </div>
            </Show>
        </header>
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
            <a href=paths::quota() aria-current=move || current(|path| path.starts_with("/quota"))>"Quota"</a>
            <crate::panels::quota_strip::QuotaShort/>
        </nav>
    }
}

/// How fresh the page is. The text changes every second, so it is no live region: the banner speaks when the connection is lost.
#[component]
fn Live() -> impl IntoView {
    let stores = use_stores();
    let (net, clock) = (stores.net, stores.clock);
    let (offline, last) = (net.offline.clone(), net.last_answer_ms.clone());
    let off = Memo::new(move |_| offline.with(Option::is_some));
    let now = clock.now_ms;
    let ago = Memo::new(move |_| last.get().map(|last| duration::elapsed(now.get() - last)));
    let long = move || match (off.get(), ago.get()) {
        (false, None) => "no answer yet".to_owned(),
        (true, None) => "offline".to_owned(),
        (false, Some(ago)) => format!("live · updated {ago} ago"),
        (true, Some(ago)) => format!("offline, {ago} old"),
    };
    let short = move || ago.get().map_or_else(|| "—".to_owned(), |ago| format!("{ago} ago"));
    view! {
        <span class="live" class:off=move || off.get()>
            {icon_of(move || if off.get() { "canceled" } else { "running" })}
            <span class="not-narrow">{long}</span>
            <span class="only-narrow">{short}</span>
        </span>
    }
}

#[component]
fn UserMenu(user: Memo<Option<Arc<SignedIn>>>) -> impl IntoView {
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
        let (session, toasts) = (stores.session.clone(), stores.toasts.clone());
        let sign_out = MenuItem::new("Sign out", move || {
            let (session, toasts) = (session.clone(), toasts.clone());
            spawn_local(async move {
                if let Err(error) = session.sign_out().await {
                    toasts.failed("Signed out here, but the control plane was not told.", &error);
                }
            });
        });
        items.push(MenuItem { separated: true, ..sign_out });
        items
    });
    view! {
        <button class="me" type="button" aria-haspopup="menu" popovertarget=USER_MENU><span>{username}</span>{icon("down")}</button>
        <Menu id=USER_MENU.to_owned() label="Account" items/>
    }
}
