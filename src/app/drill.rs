//! Panics for real, at places that a test chooses (tests/e2e/specs/drill.spec.ts). Only in the site that `make drill`
//! builds (feature `drill`): what is served to people has none of it. May import every floor below.
#![allow(clippy::panic, reason = "a panic is what is tested")]

use crate::app::parts;
use crate::browser::timers;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Panics, and says where.
fn panic_in(place: &str) -> ! {
    panic!("drill: in {place}")
}

/// A button for each place.
#[component]
pub fn Drill() -> impl IntoView {
    let in_effect = RwSignal::new(false);
    Effect::new(move |_| {
        if in_effect.get() {
            panic_in("an effect");
        }
    });
    let future = || {
        spawn_local(async {
            timers::sleep(1).await;
            panic_in("a future");
        });
    };
    let part = || {
        spawn_local(async {
            let _never_comes = parts::broken().await;
        });
    };
    // The part that is under way arrives in an application that has stopped.
    let under_way = || {
        spawn_local(async {
            let _arrives_too_late = parts::build().await;
        });
        panic_in("a handler while a part is under way");
    };
    view! {
        <p role="group" aria-label="Drill">
            <button type="button" on:click=|_| panic_in("a handler")>"Panic in a handler"</button>
            <button type="button" on:click=move |_| in_effect.set(true)>"Panic in an effect"</button>
            <button type="button" on:click=move |_| future()>"Panic in a future"</button>
            <button type="button" on:click=move |_| part()>"Panic in a part"</button>
            <button type="button" on:click=move |_| under_way()>"Panic while a part is under way"</button>
        </p>
    }
}
