//! A page whose part of the application is fetched when it is opened: waits for it quietly, and says what to do when it
//! does not come. May import every floor below.

use crate::app::parts::Page;
use crate::browser::{network, page};
use crate::components::button::Button;
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::model::release::Release;
use crate::store::deferred::Fetch;
use crate::store::release::Releases;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far the part is.
#[derive(Clone, Copy)]
enum Part {
    Coming,
    Here(Page),
    Missing,
}

/// The page that `part` brings, once it is here.
pub(super) fn later(part: Fetch<Page>) -> AnyView {
    let state = RwSignal::new(Part::Coming);
    let release = use_stores().release;
    let newer = release.newer.clone();
    let release = StoredValue::new(release);
    let fetch = move || {
        spawn_local(async move {
            // The page may have been left meanwhile: nobody waits for it then.
            let come = part().await.map_or(Part::Missing, Part::Here);
            if matches!(come, Part::Missing) {
                // It may be gone with its release.
                release.try_with_value(Releases::ask);
            }
            state.try_set(come);
        });
    };
    fetch();
    // What did not come is asked for again by itself: when the browser says that the network is back, and when the
    // control plane answers again.
    let again = move || match state.try_get_untracked() {
        Some(Part::Missing) => {
            fetch();
            true
        }
        Some(_) => true,
        None => false,
    };
    let listeners = network::on_change(move |online| {
        if online {
            again();
        }
    });
    let _until_the_page_is_left = StoredValue::new_local(listeners);
    let answers = use_stores().client.again().clone();
    spawn_local(async move {
        loop {
            answers.notified().await;
            if !again() {
                break;
            }
        }
    });
    let asked = move || {
        state.set(Part::Coming);
        fetch();
    };
    shown(state, newer, Callback::new(move |()| asked()))
}

fn shown(state: RwSignal<Part>, newer: ArcRwSignal<Option<Release>>, again: Callback<()>) -> AnyView {
    (move || match state.get() {
        Part::Coming => {
            view! { <AfterAMoment><StateBlock mark="clock" title="Loading this page"/></AfterAMoment> }.into_any()
        }
        Part::Here(page) => page(),
        Part::Missing if newer.with(Option::is_some) => view! {
            <StateBlock
                mark="info"
                title="A newer Gantry is on this server"
                text="This page is a part of the release before, which is not there any more. Reload to open it in the new one; nothing is lost."
                page=true
            >
                <Button class="fill" on_click=|()| page::reload()>"Reload"</Button>
            </StateBlock>
        }
        .into_any(),
        Part::Missing => view! {
            <StateBlock
                mark="failed"
                tone="bad"
                title="This page did not arrive"
                text="Its part of Gantry could not be loaded from this server: the network was interrupted, or the release on the server is incomplete. Nothing is lost. It is asked for again when the network is back; if that does not help, reload."
                page=true
            >
                <Button on_click=move |()| again.run(())>"Try again"</Button>
            </StateBlock>
        }
        .into_any(),
    })
    .into_any()
}
