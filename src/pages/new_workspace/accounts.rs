//! Accounts elsewhere that the version needs. The control plane looks for a missing one nowhere, a build would run with
//! an empty token: this form is what stops it (docs/control-plane-api.md, 2.7). May import `panels` and below.

use super::device::{Device, DeviceFlow};
use super::state::FormState;
use crate::api::client::Access;
use crate::api::external_auth as calls;
use crate::browser::{page, popup, visibility};
use crate::components::button::Button;
use crate::components::icon::{icon_of, icon_with};
use crate::model::creation::account_name;
use crate::panels::asked::asked;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::paths::{self, outside};
use crate::store::session::single_sign_on_works;
use crate::store::use_stores;
use crate::wire::template_version::ExternalAuth;
use leptos::prelude::*;
use std::time::Duration;

const SUBJECT: Subject =
    Subject { noun: "the accounts that this needs", verb: "list the accounts that this needs", missing: MISSING };

/// How often it is looked whether an account is linked by now, and how often at most.
const LOOK: Duration = Duration::from_secs(2);
const LOOKS: u32 = 300;

/// The id of an account's button.
pub(super) fn button_id(account: &str) -> String {
    format!("account-{}", paths::encode(account).replace('%', "-"))
}

/// The section; nothing where none is needed.
#[component]
pub(super) fn Accounts(state: FormState) -> impl IntoView {
    let answer = state.accounts;
    // Which accounts are waited for, and how often it was looked.
    let waited = RwSignal::new(None::<String>);
    let looks = RwSignal::new(0_u32);
    let known = Memo::new(move |before: Option<&Vec<ExternalAuth>>| {
        answer.ready().map(|each| each.items.clone()).or_else(|| before.cloned()).unwrap_or_default()
    });
    let ids = move || known.with(|known| known.iter().map(|account| account.id.clone()).collect::<Vec<_>>());
    Effect::new(move |_| {
        let Some(id) = waited.get() else { return };
        looks.set(0);
        let stop = move || {
            waited.set(None);
        };
        if known.with_untracked(|known| known.iter().any(|account| account.id == id && account.authenticated)) {
            return stop();
        }
        if let Ok(handle) = set_interval_with_handle(
            move || {
                looks.update(|looks| *looks += 1);
                if looks.get_untracked() > LOOKS { stop() } else { answer.look_again() }
            },
            LOOK,
        ) {
            on_cleanup(move || handle.clear());
        }
    });
    Effect::new(move |_| {
        let linked = known.with(|known| {
            waited.with_untracked(|waited| {
                let id = waited.as_ref()?;
                known
                    .iter()
                    .find(|account| account.id == *id && account.authenticated)
                    .map(|account| account_name(account).to_owned())
            })
        });
        if let Some(name) = linked {
            waited.set(None);
            use_stores().toasts.say(format!("{name} is connected."));
        }
    });
    // Whoever comes back from the other window sees at once what became of it.
    let focused = visibility::on_focus(move || {
        if known.try_with_untracked(|known| known.iter().any(|account| !account.authenticated)).unwrap_or_default() {
            answer.look_again();
        }
    });
    let _until_the_page_is_left = StoredValue::new_local(focused);
    let some = Memo::new(move |_| known.with(|known| !known.is_empty()));
    view! {
        {move || answer.error().filter(|_| !some.get()).map(|error| problem(&error, SUBJECT, false, Callback::new(move |()| answer.again()), Vec::new()))}
        <Show when=move || some.get()>
            <section class="sec">
                <header><h2>"Sign-ins this template needs"</h2></header>
                <ul class="rep flat wide">
                    <For each=ids key=Clone::clone let(id)>
                        {
                            let sought = id.clone();
                            let account = Memo::new(move |_| known.with(|known| known.iter().find(|account| account.id == sought).cloned()));
                            view! { <Account id account waited look=Callback::new(move |()| answer.again())/> }
                        }
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Account(
    id: String,
    account: Memo<Option<ExternalAuth>>,
    waited: RwSignal<Option<String>>,
    look: Callback<()>,
) -> impl IntoView {
    let stores = use_stores();
    let name = Memo::new(move |_| {
        account.with(|account| account.as_ref().map(|account| account_name(account).to_owned())).unwrap_or_default()
    });
    let linked =
        Memo::new(move |_| account.with(|account| account.as_ref().is_some_and(|account| account.authenticated)));
    let optional = Memo::new(move |_| account.with(|account| account.as_ref().is_some_and(|account| account.optional)));
    let (client, provider) = (stores.client.clone(), id.clone());
    // Whether it is linked by a code must be known before the button is pressed: a window may be opened only while a
    // click is being handled.
    let details = asked(move || {
        linked.track();
        Some(calls::account(&client, &provider))
    });
    let by_code = Memo::new(move |_| details.ready().is_some_and(|details| details.device));
    let login = Memo::new(move |_| {
        details
            .ready()
            .and_then(|details| details.user.as_ref().map(|user| user.login.clone()))
            .filter(|login| !login.is_empty())
    });
    let flow = DeviceFlow::new(&stores.client, &id, look);
    let blocked = RwSignal::new(false);
    let back = paths::linked(&name.get_untracked());
    let here = paths::external_auth(&id, &back);
    let (info, client) = (stores.session.build_info.clone(), stores.client.clone());
    let works = Memo::new(move |_| {
        let by_cookie = client.access() == Access::Cookie;
        by_cookie && info.with(|info| info.as_ref().is_none_or(|info| single_sign_on_works(info, &page::host())))
    });
    let info = stores.session.build_info.clone();
    let provider = id.clone();
    let elsewhere = Memo::new(move |_| {
        let address = info.with(|info| info.as_ref().map(|info| info.dashboard_url.clone()))?;
        outside::web(&address).map(|address| paths::external_auth_in_dashboard(address, &provider))
    });
    let mine = id.clone();
    let is_waited = Memo::new(move |_| waited.with(|waited| waited.as_deref() == Some(mine.as_str())));
    let (asked_id, address) = (id.clone(), here.clone());
    let connect = move |()| {
        if by_code.get_untracked() {
            flow.begin();
            return;
        }
        blocked.set(!popup::open(&address));
        waited.set(Some(asked_id.clone()));
    };
    let said = move || match (linked.get(), optional.get()) {
        (true, _) => match login.get() {
            Some(login) => format!("connected as {login}"),
            None => "connected".to_owned(),
        },
        (false, true) => "not connected; optional".to_owned(),
        (false, false) => "The build would run all the same, with an empty token.".to_owned(),
    };
    let mark = move || match (linked.get(), optional.get()) {
        (true, _) => "check",
        (false, true) => "info",
        (false, false) => "failed",
    };
    let tone = move || match (linked.get(), optional.get()) {
        (true, _) => "ok",
        (false, true) => "muted",
        (false, false) => "bad",
    };
    let button = StoredValue::new(button_id(&id));
    let here = StoredValue::new(here);
    let connect = Callback::new(connect);
    let wait_for = StoredValue::new(id);
    let wait = Callback::new(move |()| waited.set(Some(wait_for.get_value())));
    view! {
        <li>
            <span class=move || format!("mk {}", tone())>{icon_of(mark)}</span>
            <b>{move || name.get()}</b>
            <span role="status">
                <Show when=move || !linked.get() && !optional.get()><b class="bad">"Not connected. "</b></Show>
                <span class="soft">{said}</span>
            </span>
            <Show when=move || !linked.get()>
                <Show when=move || works.get() fallback=move || view! { <Elsewhere href=elsewhere name on_click=wait/> }>
                    <Button class="s" id=button.get_value() label=Signal::derive(move || Some(format!("Connect {}", name.get()))) on_click=connect>"Connect…"</Button>
                </Show>
            </Show>
            <div class="more">
                <Show when=move || !linked.get() && blocked.get()>
                    <p class="note">{icon_with("warn", "warn")}<span>
                        "The browser did not open a window. "<a href=here.get_value() target="_blank" rel="external">"Open the sign-in in a new tab"</a>
                    </span></p>
                </Show>
                <Show when=move || is_waited.get() && !linked.get()>
                    <p class="note" role="status">{icon_with("clock", "muted")}<span>
                        "Waiting until you have signed in there. It is noticed by itself. "
                        <button type="button" class="link" on:click=move |_| waited.set(None)>"Stop waiting"</button>
                    </span></p>
                </Show>
                <Show when=move || !linked.get()><Device flow name/></Show>
            </div>
        </li>
    }
}

/// Where signing in there cannot come back to this page: the control plane's own page does it.
#[component]
fn Elsewhere(#[prop(into)] href: Signal<Option<String>>, name: Memo<String>, on_click: Callback<()>) -> impl IntoView {
    view! {
        <Show when=move || href.with(Option::is_some) fallback=|| view! { <span class="soft small">"Connect it in the control plane’s dashboard."</span> }>
            <a class="btn s" href=move || href.get() target="_blank" rel="external" on:click=move |_| on_click.run(())
                >"Connect in the dashboard…"<span class="vh">" "{move || name.get()}</span></a>
        </Show>
    }
}
