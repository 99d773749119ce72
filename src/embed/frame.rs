//! What stands around every panel: its name, how fresh it is, the way into the console, and that it is read only where
//! it is. May import `panels` and below.

use crate::components::icon::icon_of;
use crate::embed::host::Host;
use crate::model::duration;
use crate::store::use_stores;
use leptos::prelude::*;

/// The frame of a panel.
#[component]
pub(super) fn PanelFrame(
    host: Host,
    /// What it shows.
    #[prop(into)]
    name: Signal<String>,
    /// A few words beside it.
    #[prop(optional, into)]
    note: Signal<String>,
    /// The words of the way into the console.
    way: &'static str,
    /// And where that leads.
    #[prop(into)]
    href: Signal<String>,
    /// Why what is shown is old, if it is.
    #[prop(optional, into)]
    stale: Signal<Option<String>>,
    /// What is shown.
    children: Children,
) -> impl IntoView {
    let readonly = host.options.with_value(|options| options.readonly);
    let by = if use_stores().features.panel_actions { "dashboard" } else { "site" };
    view! {
        <section class="sec embed" aria-label=move || name.get()>
            <header>
                <h1 tabindex="-1">{move || name.get()}</h1><span class="small muted cut">{move || note.get()}</span>
                <div class="end"><Live stale/><a class="small" href=move || href.get()>{way}</a></div>
            </header>
            <div class="body">{children()}</div>
            {readonly.then(|| view! { <p class="foot small soft">{format!("Read only: set by this {by}")}</p> })}
        </section>
    }
}

/// How old what is shown is.
#[component]
fn Live(stale: Signal<Option<String>>) -> impl IntoView {
    let stores = use_stores();
    let (offline, last, now) = (stores.net.offline.clone(), stores.net.last_answer_ms.clone(), stores.clock.now_ms);
    let off = Memo::new(move |_| offline.with(Option::is_some) || stale.with(Option::is_some));
    let ago = Memo::new(move |_| last.get().map(|last| duration::elapsed(now.get() - last)));
    let text = move || match (off.get(), stale.get(), ago.get()) {
        (_, Some(why), _) => why,
        (true, None, Some(ago)) => format!("offline, {ago} old"),
        (true, None, None) => "offline".to_owned(),
        (false, None, Some(ago)) => format!("{ago} ago"),
        (false, None, None) => String::new(),
    };
    view! {
        <span class="live" class:off=move || off.get()>
            {icon_of(move || if off.get() { "canceled" } else { "running" })}<span>{text}</span>
        </span>
    }
}
