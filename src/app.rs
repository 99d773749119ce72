//! The app: its start, providers, routes and the shell. May import every floor.

use crate::browser::clock_text::Viewer;
use crate::browser::{dom, route_focus, scroll_restoration};
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::components::toast::Toasts;
use crate::config::Config;
use crate::model::duration::{self, LocalTime as _};
use crate::pages::guard::Guarded;
use crate::pages::not_found::NotFound;
use crate::pages::workspaces::WorkspacesPage;
use crate::panels::early_keys;
use crate::panels::go::{Here, use_go};
use crate::panels::late::{self, when_here};
use crate::panels::new_release::NewRelease;
use crate::panels::problem::TEST_THE_CONNECTION;
use crate::panels::top_bar::TopBar;
use crate::paths::{self, Place};
use crate::store::{Stores, use_stores};
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::hooks::use_location;
use std::mem::discriminant;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use wasm_bindgen::prelude::*;

mod ahead;
#[cfg(all(feature = "drill", feature = "parts"))]
mod drill;
mod later;
mod links;
mod parts;

use self::later::later;

/// Installs the hook that turns a panic into the crash page (docs/architecture.md, "Panics"). The page itself stands
/// hidden in index.html, because nothing may be created once memory is gone; `boot.js` shows it and freezes the app.
pub fn install_panic_hook() {
    static REPORTED: AtomicBool = AtomicBool::new(false);
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if REPORTED.swap(true, Ordering::Relaxed) {
            return;
        }
        let init = web_sys::CustomEventInit::new();
        init.set_detail(&JsValue::from_str(&info.to_string()));
        if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("gantry:crash", &init)
            && let Some(window) = web_sys::window()
        {
            window.dispatch_event(&event).ok();
        }
    }));
}

/// Starts the console in `root` with the text of `config.json` (empty if the site has none).
///
/// # Errors
/// A title and a sentence, separated by a line break, for the page that says why nothing starts.
#[wasm_bindgen]
pub fn start(root: web_sys::HtmlElement, config: &str) -> Result<(), String> {
    let config =
        crate::config::Config::parse(config).map_err(|error| format!("config.json cannot be used\n{}", error.text))?;
    for warning in &config.warnings {
        leptos::logging::warn!("{warning}");
    }
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or("This is not a web page\nGantry needs a document to draw in.")?;
    let base = document
        .base_uri()
        .ok()
        .flatten()
        .and_then(|uri| web_sys::Url::new(&uri).ok())
        .map_or_else(|| "/".to_owned(), |url| url.pathname());
    crate::paths::set_base(&base);
    mount_to(root, move || view! { <App config=config.clone()/> }).forget();
    Ok(())
}

#[component]
fn App(config: Config) -> impl IntoView {
    // Under the root owner: nothing here ends with a page.
    scroll_restoration::start();
    let stores = Stores::start(&config, parts::after_rows);
    late::provide(&stores, parts::late_views);
    ahead::fetch_while_idle(&stores);
    provide_context(stores);
    provide_context(Arc::new(config));
    view! {
        <Router base=paths::base()>
            <SkipLink/>
            <TopBar/>
            <OfflineBanner/>
            <NewRelease/>
            {when_here(|views| {
                (views.watch_release)();
                ().into_any()
            })}
            <RouteFocus/>
            <main id="main" tabindex="-1">
                <Pages/>
            </main>
            {when_here(|views| (views.everywhere)())}
            <Messages/>
            {drill()}
        </Router>
    }
}

#[cfg(all(feature = "drill", feature = "parts"))]
fn drill() -> impl IntoView {
    view! { <drill::Drill/> }
}

/// Nothing in what is served to people.
#[cfg(not(all(feature = "drill", feature = "parts")))]
fn drill() -> impl IntoView {}

/// The page that the address names. The addresses are few and typed (`paths::place`); of the router only history and
/// links are used, its table of nested routes is as large as a page (docs/decisions/0010-parts.md).
#[component]
fn Pages() -> impl IntoView {
    let path = use_location().pathname;
    let here = Memo::new(move |_| path.with(|path| paths::place(path)));
    provide_context(Here(here));
    early_keys::keep(here);
    // A page stays while only what it shows changes; an address that no page has is named on the page.
    let page = Memo::new(move |_| here.with(|place| place.as_ref().map(discriminant).ok_or_else(|| path.get())));
    links::follow(use_go());
    move || {
        page.with(|_| ());
        match here.get_untracked() {
            None => view! { <NotFound/> }.into_any(),
            Some(Place::Home) => view! { <Home/> }.into_any(),
            Some(Place::Workspaces) => view! { <Guarded><WorkspacesPage/></Guarded> }.into_any(),
            Some(Place::Workspace { .. }) => view! { <Guarded>{later(parts::workspace)}</Guarded> }.into_any(),
            Some(Place::Build { .. }) => view! { <Guarded>{later(parts::build)}</Guarded> }.into_any(),
            Some(Place::Parameters { .. }) => view! { <Guarded>{later(parts::parameters)}</Guarded> }.into_any(),
            Some(Place::Schedule { .. }) => view! { <Guarded>{later(parts::schedule)}</Guarded> }.into_any(),
            Some(Place::Quota) => view! { <Guarded>{later(parts::quota)}</Guarded> }.into_any(),
            Some(Place::Templates) => view! { <Guarded>{later(parts::templates)}</Guarded> }.into_any(),
            Some(Place::Template { .. } | Place::ShortTemplate { .. }) => {
                view! { <Guarded>{later(parts::template)}</Guarded> }.into_any()
            }
            Some(Place::NewWorkspace { .. }) => view! { <Guarded>{later(parts::new_workspace)}</Guarded> }.into_any(),
            Some(Place::SignIn) => later(parts::sign_in),
            Some(Place::Setup) => later(parts::setup),
            Some(Place::Connection) => later(parts::connection),
            Some(Place::Embed { .. }) => later(parts::embed),
        }
    }
}

/// The root of the app is the list.
#[component]
fn Home() -> impl IntoView {
    let go = use_go();
    Effect::new(move |_| go.instead(paths::workspaces(None)));
}

/// A link that is a button: with a `<base>` in the page a bare fragment would lead to the base.
#[component]
fn SkipLink() -> impl IntoView {
    view! {
        <button class="skip btn" type="button" on:click=move |_| { crate::browser::page::focus("main"); }>"Skip to the content"</button>
    }
}

/// After a change of page: the focus goes to its heading, and its title is said. Whoever comes back finds the place
/// they left.
#[component]
fn RouteFocus() -> impl IntoView {
    let location = use_location();
    let toasts = use_stores().toasts;
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        if before.is_some_and(|before| before != path) {
            let toasts = toasts.clone();
            if scroll_restoration::is_restoring() {
                dom::after_paint(move || toasts.say(document().title()));
            } else {
                route_focus::focus_heading(move || toasts.say(document().title()));
            }
            scroll_restoration::moved_to(&path);
        }
        path
    });
}

/// One banner while the control plane cannot be reached: since when, how old what is shown is, when it is tried again.
#[component]
fn OfflineBanner() -> impl IntoView {
    let stores = use_stores();
    let (offline, now) = (stores.net.offline.clone(), stores.clock.now_ms.clone());
    let signed_in = {
        let session = stores.session.clone();
        Memo::new(move |_| session.user().is_some())
    };
    let off = Memo::new(move |_| offline.get());
    let title = Signal::derive(move || {
        off.with(|off| match off.as_ref().and_then(|off| off.last_answer_ms) {
            Some(last) => format!("Offline since {}.", Viewer.clock(last)),
            None => "Offline.".to_owned(),
        })
    });
    let text = Signal::derive(move || {
        let now = now.get();
        off.with(|off| {
            let Some(off) = off else { return String::new() };
            let age = off.last_answer_ms.map_or_else(String::new, |last| {
                format!("Everything below is {} old. ", duration::elapsed(now - last))
            });
            let why =
                if off.no_network { "This computer has no network." } else { "The control plane does not answer." };
            let next = match off.next_try_ms {
                Some(next) if next > now => format!("Gantry tries again in {};", duration::elapsed(next - now)),
                _ if off.no_network => "Gantry tries again when it is back;".to_owned(),
                _ => "Gantry is trying again;".to_owned(),
            };
            format!("{age}{why} {next} actions wait until then.")
        })
    });
    let net = StoredValue::new(stores.net);
    view! {
        <Show when=move || signed_in.get() && off.with(Option::is_some)>
            <Banner tone=BannerTone::Warn title text>
                <Button class="s" on_click=move |()| { net.with_value(crate::store::net::Net::try_now); }>"Try now"</Button>
                <a class="btn s" href=paths::connection()>{TEST_THE_CONNECTION}</a>
            </Banner>
        </Show>
    }
}

/// Messages of what happened, and what screen readers alone are told.
#[component]
fn Messages() -> impl IntoView {
    let stores = use_stores();
    let undoable = crate::panels::message::undoable(&stores);
    let (toasts, skew) = (stores.toasts, stores.clock.skew_ms);
    let say = toasts.clone();
    Effect::new(move |_| {
        if let Some(skew) = skew.get() {
            // The offset leads from here to there: it is negative where this clock is ahead.
            let way = if skew < 0 { "ahead of" } else { "behind" };
            let text = format!(
                "This computer’s clock is {} {way} the control plane’s. Times are shown by the control plane’s.",
                duration::elapsed(skew.abs())
            );
            say.show(crate::store::toasts::Tone::Info, text, None, None);
        }
    });
    let (shown, spoken) = (toasts.shown.clone(), toasts.spoken.clone());
    view! {
        <p class="vh" role="status" aria-live="polite">{move || spoken.get()}</p>
        <Toasts toasts=Signal::derive(move || shown.get().into_iter().map(crate::panels::message::toast).collect()) on_close=move |id| toasts.dismiss(id)>{undoable}</Toasts>
    }
}
