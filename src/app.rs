//! The app: its start, providers, routes and the shell. May import every floor.

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use std::sync::atomic::{AtomicBool, Ordering};
use wasm_bindgen::prelude::*;

/// Installs the hook that turns a panic into the crash page (docs/architecture.md, "Panics"). The page itself stands hidden in index.html,
/// because nothing may be created once memory is gone; `boot.js` shows it and freezes the app.
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
    mount_to(root, move || view! { <App/> }).forget();
    Ok(())
}

#[component]
fn App() -> impl IntoView {
    view! {
        <Router base=crate::paths::base()>
            <Routes fallback=|| view! { <main><h1>"There is no page at this address"</h1></main> }>
                <Route path=path!("/") view=|| view! { <main><h1>"Workspaces"</h1></main> }/>
                <Route path=path!("/workspaces") view=|| view! { <main><h1>"Workspaces"</h1></main> }/>
            </Routes>
        </Router>
    }
}
