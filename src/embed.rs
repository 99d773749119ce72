//! Parts of the console in other pages (docs/embedding.md): a panel, the messages between it and the page around it,
//! and the window in which somebody signs in for it. `panels` have what is shown, `model::embed` says who may show it
//! and what messages mean. May import `panels` and below.

mod actions;
pub(crate) mod chart;
mod frame;
mod handed;
mod host;
mod quota;
mod shown;
mod signed_out;
mod timings;
mod window;
mod workspace;
mod workspaces;

use crate::browser::frame as windows;
use crate::browser::page;
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::config::Config;
use crate::embed::handed::{Tokens, use_tokens};
use crate::embed::host::Host;
use crate::embed::signed_out::{SignedOut, use_own_window};
use crate::model::embed::framing::{Allowed, Around, Framing, framing};
use crate::model::embed::options::Options;
use crate::model::embed::protocol::{ToHost, Trouble};
use crate::panels::brand::title;
use crate::panels::go::use_here;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::waiting::waiting;
use crate::paths::Place;
use crate::paths::embed::EmbedPanel;
use crate::store::session::SessionState;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::sync::Arc;

const SUBJECT: Subject = Subject { noun: "who is signed in", verb: "say who is signed in", missing: MISSING };

const NO_PANEL: &str = "There is no such panel";
const PANELS: &str =
    "The address names none. A panel is workspaces, quota, workspace/@owner/name, or timings/@owner/name (/builds/42).";

/// What stands at an address below `/embed/`.
#[component]
pub(crate) fn EmbedPage() -> impl IntoView {
    let rest = use_here(|place| match place {
        Place::Embed { panel } => Some(panel),
        _ => None,
    });
    let panel = EmbedPanel::of(&rest.get_untracked().unwrap_or_default());
    let mut options = Options::of(&use_location().search.get_untracked());
    let stores = use_stores();
    options.readonly |= !stores.features.panel_actions;
    let origins = use_context::<Arc<Config>>().map(|config| config.embed_origins.clone()).unwrap_or_default();
    let allowed = Allowed::new(&page::origin(), &origins);
    let around =
        Around { framed: windows::parent().is_some(), ancestors: windows::ancestors(), referrer: windows::referrer() };
    let found = framing(&around, &allowed);
    page::set_root_attribute("data-embed", Some(if options.transparent { "transparent" } else { "" }));
    let Some(panel) = panel else {
        if matches!(found, Framing::Allowed(_)) {
            let host = Host::listen(options, allowed, &found);
            host.waits(false);
            host.trouble(Some((Trouble::NotFound, format!("{NO_PANEL}. {PANELS}"))));
        }
        return view! { <StateBlock mark="search" title=NO_PANEL text=PANELS page=true/> }.into_any();
    };
    match (found, panel) {
        (Framing::Alone, EmbedPanel::SignIn) => view! { <window::SignInWindow/> }.into_any(),
        (_, EmbedPanel::SignIn) => view! { <StateBlock mark="info" title="This page signs in for a panel" text="It is a window of its own, and stands in no other page." page=true/> }
            .into_any(),
        (Framing::Foreign(origin), _) => refused(&origin),
        (found, panel) => {
            page::set_title(&title(panel.word()));
            if options.readonly {
                stores.client.look_only();
            }
            let host = Host::listen(options, allowed, &found);
            provide_context(host);
            host.ready(panel.word());
            view! { <Gate host found panel/> }.into_any()
        }
    }
}

/// A page that may not show this one. Nothing was asked for, and nothing is told to it.
fn refused(origin: &str) -> AnyView {
    let text = if origin == "null" {
        "The page around this one is shut off (a sandbox without allow-same-origin, or a file): it has no origin that could be allowed.".to_owned()
    } else {
        format!(
            "Pages of {origin} are not among those that may show panels. Who runs this site adds \"{origin}\" to embed_origins in config.json, and to frame-ancestors in the server’s header."
        )
    };
    view! { <StateBlock mark="canceled" tone="bad" title="This page may not be shown here" text page=true/> }.into_any()
}

/// How it stands, without who it is: the panel is not built anew for that.
#[derive(Clone, PartialEq)]
enum Stand {
    Unsaid,
    Waiting,
    Unreachable(crate::api::error::ApiError),
    Out(Option<String>),
    In,
}

/// What stands before a panel: who the page around is, what it has to say, who is signed in.
#[component]
fn Gate(host: Host, found: Framing, panel: EmbedPanel) -> impl IntoView {
    let stores = use_stores();
    let wants_sockets = matches!(panel, EmbedPanel::Workspace { .. } | EmbedPanel::Timings { .. });
    let tokens = use_tokens(host, wants_sockets);
    let own = use_own_window(host, tokens);
    let state = stores.session.state.clone();
    let unsaid = found == Framing::Unsaid;
    let stand = Memo::new(move |_| {
        if unsaid && host.heard.with(Option::is_none) {
            return Stand::Unsaid;
        }
        match (tokens.get(), state.get()) {
            (Tokens::Refused(why), _) => Stand::Out(Some(why)),
            (Tokens::Unreachable(error), _) | (Tokens::Settled, SessionState::Unreachable(error)) => {
                Stand::Unreachable(error)
            }
            (Tokens::Waiting, _) | (Tokens::Settled, SessionState::Unknown) => Stand::Waiting,
            (Tokens::Settled, SessionState::SignedOut { .. } | SessionState::SetupNeeded) => Stand::Out(None),
            (Tokens::Settled, SessionState::SignedIn(_)) => Stand::In,
        }
    });
    Effect::new(move |_| {
        // Whoever is signed in waits for what the panel shows.
        host.waits(stand.with(|stand| matches!(stand, Stand::Waiting | Stand::In)));
        stand.with(|stand| match stand {
            Stand::Out(why) => {
                let text = why.clone().unwrap_or_else(|| "Nobody is signed in.".to_owned());
                let code = if why.is_some() { Trouble::Token } else { Trouble::SignedOut };
                host.trouble(Some((code, text)));
            }
            Stand::Unreachable(error) => host.trouble(Some((Trouble::Unreachable, error.sentence()))),
            Stand::Waiting | Stand::Unsaid | Stand::In => host.trouble(None),
        });
    });
    let (net, session) = (stores.net, stores.session);
    let again = Callback::new(move |()| {
        net.try_now();
        session.ask_again();
    });
    let panel = StoredValue::new(panel);
    move || {
        match stand.get() {
        Stand::Unsaid => view! {
            <AfterAMoment><StateBlock mark="canceled" tone="muted" title="Which page shows this one is not known" text="This browser does not say, and no page that may has spoken. Show the panel by embed.js, or give the frame referrerpolicy=\"origin\"." page=true/></AfterAMoment>
        }
        .into_any(),
        Stand::Waiting => waiting("Asking who is signed in"),
        Stand::Unreachable(error) => problem(&error, SUBJECT, true, again, Vec::new()),
        Stand::Out(why) => view! { <SignedOut tokens own why/> }.into_any(),
        Stand::In => match panel.get_value() {
            EmbedPanel::Workspaces => view! { <workspaces::WorkspacesPanel host/> }.into_any(),
            EmbedPanel::Workspace { owner, name } => view! { <workspace::WorkspacePanel host owner name/> }.into_any(),
            EmbedPanel::Timings { owner, name, number } => {
                view! { <timings::TimingsPanel host owner name number/> }.into_any()
            }
            EmbedPanel::Quota | EmbedPanel::SignIn => view! { <quota::QuotaPanel host/> }.into_any(),
        },
    }
    }
}

/// Tells the page around what a person chose.
fn chose(href: String) -> ToHost {
    use crate::browser::address;
    use crate::model::embed::protocol::Named;
    use crate::paths;
    let place =
        address::resolve(&href).and_then(|path| paths::place(path.split(['?', '#']).next().unwrap_or_default()));
    let workspace = match place {
        Some(
            Place::Workspace { owner, name } | Place::Build { owner, name, .. } | Place::Parameters { owner, name },
        ) => Some(Named { owner, name }),
        _ => None,
    };
    ToHost::Select { href, workspace }
}
