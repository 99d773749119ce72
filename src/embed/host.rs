//! The page around a panel: what it said last, and the way to tell it something. May import `panels` and below.

use crate::browser::frame::{self as windows, Begun};
use crate::browser::{page, timers};
use crate::model::embed::framing::{Allowed, Framing};
use crate::model::embed::options::{Density, Look, Options, Theme};
use crate::model::embed::protocol::{FromHost, Heard, Sender, ToHost, Trouble, hear};
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Not more often than this is the height told, in milliseconds: the page around moves its own things for it.
const HEIGHT_MS: i64 = 100;

/// The page around; `Copy`, so that callbacks can hold it.
#[derive(Clone, Copy)]
pub(super) struct Host {
    pub options: StoredValue<Options>,
    allowed: StoredValue<Allowed>,
    /// The origin that is spoken to; `None` where the panel stands alone, or nobody is known yet.
    parent: RwSignal<Option<String>>,
    look: RwSignal<Look>,
    /// Whether it has tokens to give, once it has said so.
    pub heard: RwSignal<Option<bool>>,
    /// Which workspaces it wants listed.
    pub query: RwSignal<String>,
    /// Which workspace it wants marked.
    pub selected: RwSignal<Option<(String, String)>>,
    /// The last token that it gave, or said it has not, for the request with this number.
    pub token: RwSignal<Option<(u32, Option<String>)>>,
    said: StoredValue<Option<(Trouble, String)>>,
    /// What was said to it before the application was here (public/embed-start.js).
    pub begun: Begun,
    /// Whether something is still waited for: how high that is, is nobody's business.
    waits: StoredValue<bool>,
}

impl Host {
    /// Begins to listen, and shows the panel as the address asks. Call it once.
    pub(super) fn listen(options: Options, allowed: Allowed, found: &Framing) -> Self {
        let parent = match found {
            Framing::Allowed(origin) => Some(origin.clone()),
            Framing::Alone | Framing::Foreign(_) | Framing::Unsaid => None,
        };
        let (begun, heard) = windows::begun();
        let host = Self {
            look: RwSignal::new(options.look),
            query: RwSignal::new(options.query.clone()),
            options: StoredValue::new(options),
            allowed: StoredValue::new(allowed),
            parent: RwSignal::new(parent),
            heard: RwSignal::new(None),
            selected: RwSignal::new(None),
            token: RwSignal::new(None),
            said: StoredValue::new(None),
            begun,
            waits: StoredValue::new(true),
        };
        windows::on_message(move |message| host.take(&message));
        for message in &heard {
            host.take(message);
        }
        let theme = use_stores().prefs.theme;
        Effect::new(move |_| {
            // What the viewer chose for the console itself is not for here.
            theme.track();
            let Look { theme, density } = host.look.get();
            page::set_root_attribute("data-theme", theme.unwrap_or(Theme::Auto).word());
            page::set_root_attribute("data-density", Some(density.unwrap_or(Density::Compact).word()));
        });
        windows::on_link(move |address| host.follow(address));
        host.tell_height();
        host
    }

    /// Tells the page around that the panel listens. Where it is not known which one that is, the browser finds the one
    /// that may hear it.
    pub(super) fn ready(self, panel: &'static str) {
        if self.begun.greeted {
            return;
        }
        let ready = ToHost::Ready { panel };
        if self.parent.with_untracked(Option::is_some) {
            self.tell(&ready);
        } else if let Some(parent) = windows::parent() {
            self.allowed.with_value(|allowed| {
                for origin in allowed.all() {
                    parent.send(&ready.text(), origin);
                }
            });
        }
    }

    /// Tells the page around something; nobody where there is none that may hear it.
    pub(super) fn tell(self, message: &ToHost) {
        let parent = self.parent.try_get_untracked().flatten();
        if let (Some(origin), Some(parent)) = (parent, windows::parent()) {
            parent.send(&message.text(), &origin);
        }
    }

    /// Tells it what is wrong, or that nothing is any more.
    pub(super) fn trouble(self, now: Option<(Trouble, String)>) {
        let before = self.said.try_get_value().flatten();
        if before != now {
            let (code, text) = now.clone().map_or((None, String::new()), |(code, text)| (Some(code), text));
            self.tell(&ToHost::Error { code, text });
            self.said.set_value(now);
        }
    }

    /// Something is shown, or is waited for: what is there while one waits is not worth that the page around moves for
    /// it.
    pub(super) fn waits(self, waits: bool) {
        self.waits.set_value(waits);
    }

    /// The page around, as people call it.
    pub(super) fn name(self) -> Option<String> {
        let origin = self.parent.get()?;
        Some(origin.split_once("://").map_or(origin.clone(), |(_, host)| host.to_owned()))
    }

    fn take(self, message: &windows::Message) {
        let Some(parent) = windows::parent().filter(|parent| parent.sent(message)) else { return };
        let origin = message.origin();
        // What others send is not even read.
        if !self.allowed.with_value(|allowed| allowed.has(&origin)) {
            return;
        }
        let Some(text) = message.json() else { return };
        let heard =
            self.allowed.with_value(|allowed| hear(Sender { origin: &origin, is_parent: true }, allowed, &text));
        match heard {
            Heard::Nothing => {}
            Heard::OtherVersion => {
                let text = "This panel speaks version 1 of the messages.".to_owned();
                parent.send(&ToHost::Error { code: Some(Trouble::Version), text }.text(), &origin);
            }
            Heard::Message(message) => {
                if self.parent.with_untracked(Option::is_none) {
                    self.parent.set(Some(origin));
                }
                self.apply(message);
            }
        }
    }

    fn apply(self, message: FromHost) {
        match message {
            FromHost::Hello { tokens, look } => {
                self.change(look);
                self.heard.set(Some(tokens));
            }
            FromHost::Token { id, token } => self.token.set(Some((id, token))),
            FromHost::Theme(look) => self.change(look),
            FromHost::Filter { query } => self.query.set(query),
            FromHost::Select { workspace } => self.selected.set(workspace),
        }
    }

    fn change(self, look: Look) {
        self.look.update(|now| {
            now.theme = look.theme.or(now.theme);
            now.density = look.density.or(now.density);
        });
    }

    /// A link leads nowhere in the panel: it is told, and opened in a tab of its own unless the page around wants to
    /// decide.
    pub(super) fn follow(self, address: &str) -> bool {
        self.tell(&super::chose(address.to_owned()));
        let asks = self.options.try_with_value(|options| options.asks).unwrap_or_default();
        if !(asks && self.parent.try_with_untracked(Option::is_some).unwrap_or_default()) {
            windows::open_tab(address);
        }
        true
    }

    fn tell_height(self) {
        let (last, comes) = (StoredValue::new(0_u32), StoredValue::new(false));
        windows::on_height(move |height| {
            if self.waits.try_get_value() != Some(false) {
                return;
            }
            let before = last.try_update_value(|last| std::mem::replace(last, height));
            if before.is_none_or(|before| before == height)
                || comes.try_update_value(|comes| std::mem::replace(comes, true)) == Some(true)
            {
                return;
            }
            spawn_local(async move {
                timers::sleep(HEIGHT_MS).await;
                comes.set_value(false);
                if let Some(height) = last.try_get_value() {
                    self.tell(&ToHost::Resize { height });
                }
            });
        });
    }
}
