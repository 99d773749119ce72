//! A panel in which nobody is signed in: the way to sign in is a window of this site's own, because a page inside
//! another one gets no cookie of its own site. May import `panels` and below.

use crate::browser::frame as windows;
use crate::browser::page;
use crate::components::button::Button;
use crate::components::state::StateBlock;
use crate::embed::handed::Handed;
use crate::embed::host::Host;
use crate::model::embed::handover::Handover;
use crate::model::embed::protocol::Why;
use crate::paths::embed::EmbedPanel;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

mod texts {
    pub(super) const TITLE: &str = "Nobody is signed in here";
    pub(super) const TEXT: &str =
        "Sign in opens a window of this site; the panel gets a token from it, which it forgets with this page.";
    pub(super) const ASKED: &str = "Go on in the window that has opened. If it is not there, the browser or the page around this panel holds windows back: allow them for this address.";
    pub(super) const BLOCKED: &str = "The browser, or the page around this panel, did not let a window open. Allow windows for this address, or open Gantry in a tab of its own.";
}

/// How far the window is.
#[derive(Clone, Copy, PartialEq)]
enum Window {
    Unasked,
    Open,
    Blocked,
}

/// The window that this panel opened. It outlives the state that offers it: what happens in it (a sign-in by cookie) is
/// heard here too, and asked about.
#[derive(Clone, Copy)]
pub(super) struct OwnWindow {
    stand: RwSignal<Window>,
    window: StoredValue<SendWrapper<Option<windows::OtherWindow>>>,
}

/// No window yet; whatever one says is heard from here on. Call it once, in the component that stands before the panel.
pub(super) fn use_own_window(host: Host, tokens: Handed) -> OwnWindow {
    let window = StoredValue::new(SendWrapper::new(None::<windows::OtherWindow>));
    let own = page::origin();
    windows::on_message(move |message| {
        let is_it = |window: &windows::OtherWindow| window.sent(&message);
        let Some(asked) = window.try_get_value().and_then(|window| (*window).clone()).filter(is_it) else { return };
        let origin = message.origin();
        if origin != own {
            return;
        }
        match message.json().and_then(|text| Handover::hear(&origin, &own, true, &text)) {
            Some(Handover::WindowReady) => {
                asked.send(&Handover::Asked { host: untrack(|| host.name()) }.text(), &own);
            }
            Some(Handover::Handed { token }) => tokens.take(token),
            Some(Handover::Asked { .. }) | None => {}
        }
    });
    OwnWindow { stand: RwSignal::new(Window::Unasked), window }
}

impl OwnWindow {
    /// Opens it, unless it is there.
    fn open(self) {
        let before = self.window.try_get_value().and_then(|window| (*window).clone());
        if before.is_some_and(|window| !window.is_closed()) {
            return;
        }
        let opened = windows::open(&EmbedPanel::SignIn.address());
        self.stand.set(if opened.is_some() { Window::Open } else { Window::Blocked });
        self.window.set_value(SendWrapper::new(opened));
    }
}

/// The state.
#[component]
pub(super) fn SignedOut(
    tokens: Handed,
    own: OwnWindow,
    /// Why the token of the page around does not count, if it gave one or should have.
    why: Option<String>,
) -> impl IntoView {
    let text = why.unwrap_or_else(|| texts::TEXT.to_owned());
    view! {
        <StateBlock mark="info" title=texts::TITLE text page=true>
            <Button class="fill" on_click=move |()| own.open()>"Sign in"</Button>
            <Show when=move || tokens.are_there()>
                <Button on_click=move |()| tokens.ask(Why::First)>"Ask the page around again"</Button>
            </Show>
            <p class="soft" role="status">
                {move || match own.stand.get() {
                    Window::Unasked => "",
                    Window::Open => texts::ASKED,
                    Window::Blocked => texts::BLOCKED,
                }}
            </p>
        </StateBlock>
    }
}
