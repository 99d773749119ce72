//! State that outlives a page. Every signal here is reference-counted and made once, under no view's owner, so that a page may come and go
//! while an answer is under way. May import `api` and below.

pub mod clock;

pub mod net;

pub mod prefs;

pub mod session;

pub mod tabs;

pub mod toasts;

use crate::api::client::{Client, Noticed};
use crate::browser::page;
use crate::config::Config;
use leptos::prelude::*;

/// All stores, provided by context once. A cheap clone is the same.
#[derive(Clone)]
pub struct Stores {
    /// The client that every call goes through.
    pub client: Client,
    /// Now.
    pub clock: clock::Clock,
    /// Whether the control plane can be reached.
    pub net: net::Net,
    /// Who is signed in.
    pub session: session::Session,
    /// What the viewer chose.
    pub prefs: prefs::Prefs,
    /// What is said beside the page.
    pub toasts: toasts::Toasts,
    /// The other tabs.
    pub tabs: tabs::Tabs,
}

impl Stores {
    /// Makes the stores and starts them for the life of the page: asks who is signed in, listens to the browser and to other tabs.
    pub fn start(config: &Config) -> Self {
        let client = Client::new(&config.api);
        let tabs = tabs::Tabs::default();
        let stores = Self {
            clock: clock::Clock::new(&client),
            net: net::Net::new(&client),
            session: session::Session::new(&client, &tabs),
            prefs: prefs::Prefs::default(),
            toasts: toasts::Toasts::default(),
            tabs,
            client,
        };
        let (net, session) = (stores.net.clone(), stores.session.clone());
        stores.client.listen(move |noticed| {
            net.noticed(&noticed);
            if let Noticed::SignedOut(error) = &noticed {
                session.ended(error);
            }
        });
        let (session, prefs) = (stores.session.clone(), stores.prefs.clone());
        stores.tabs.start(move |message| {
            session.heard(&message);
            if message == tabs::Message::Prefs {
                prefs.reload();
            }
        });
        stores.clock.start();
        stores.net.start();
        stores.session.begin();
        stores
    }

    /// Whether single sign-on can work under the page's host; `None` until the deployment's address is known.
    pub fn single_sign_on_works(&self) -> Option<bool> {
        self.session.build_info.get().map(|info| session::single_sign_on_works(&info, &page::host()))
    }
}

/// The stores, from the context of a component. Call it at the component's start, never after an `await`.
pub fn use_stores() -> Stores {
    expect_context()
}
