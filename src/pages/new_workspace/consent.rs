//! A link may ask for a workspace at once (`mode=auto`). Whoever follows it agrees first: links come from elsewhere.
//! May import `panels` and below.

use super::bar::{in_the_way, waits_for};
use super::state::FormState;
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::components::dialog::Dialog;
use crate::components::icon::icon;
use leptos::prelude::*;

/// What became of the link's wish.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// The form is being read.
    Open,
    /// Something is missing: the form is to be filled in.
    Hindered,
    /// It is asked.
    Asked,
    /// It was answered.
    Answered,
}

/// The question, once the form is known; what hinders it otherwise.
#[component]
pub(super) fn Consent(state: FormState, on_send: Callback<()>) -> impl IntoView {
    let wish = RwSignal::new(Wish::Open);
    Effect::new(move |_| {
        if wish.get() != Wish::Open {
            return;
        }
        let waits = waits_for(state);
        let is_being_checked = state.session.get().is_none_or(|session| session.is_being_checked());
        let missing = in_the_way(state);
        let may_come = state.hindrance.with(|hindrance| hindrance.as_ref().is_none_or(|hindrance| hindrance.waits));
        if !may_come || (waits.is_none() && !is_being_checked && !missing.is_empty()) {
            wish.set(Wish::Hindered);
        } else if waits.is_none() && !is_being_checked && state.presets.get().is_some() {
            wish.set(Wish::Asked);
        }
    });
    let label = state.template.with_value(|template| {
        if template.display_name.is_empty() { template.name.clone() } else { template.display_name.clone() }
    });
    let values = move || {
        state.session.get().map(|session| {
            session.with(|form| {
                let rules = form.rules().unwrap_or_default();
                rules
                    .iter()
                    .filter_map(|rule| {
                        let value = if rule.masked { "a secret".to_owned() } else { form.value(rule)? };
                        let from = form.mark(&rule.name).map(|mark| format!(", {mark}")).unwrap_or_default();
                        Some(format!("{}: {value}{from}", rule.label))
                    })
                    .collect::<Vec<_>>()
            })
        })
    };
    let close = move || wish.set(Wish::Answered);
    view! {
        <Show when=move || wish.get() == Wish::Hindered>
            <div class="stack"><Banner tone=BannerTone::Warn title="The link asks for a workspace at once, which cannot be done yet." text="Fill in what is missing, then create it."/></div>
        </Show>
        <Show when=move || wish.get() == Wish::Asked>
            <Dialog title=format!("Create a workspace of {label}?") on_close=move |()| close()>
                <form on:submit=move |event| { event.prevent_default(); close(); on_send.run(()); }>
                    <div class="body">
                        <p>"A link asks for it. Create it only if you trust where the link came from."</p>
                        <ul class="facts-list">
                            <li>{icon("info")}<span>"Name: "<b>{move || state.name.get()}</b></span></li>
                            {move || state.known_version().map(|version| view! { <li>{icon("info")}<span>"Version: "{version.name.clone()}</span></li> })}
                            {move || state.chosen().map(|preset| view! { <li>{icon("info")}<span>"Preset: "{preset.name}</span></li> })}
                            {move || values().into_iter().flatten().map(|line| view! { <li>{icon("info")}<span>{line}</span></li> }).collect_view()}
                        </ul>
                    </div>
                    <footer>
                        <Button on_click=move |()| close()>"Look at the form first"</Button>
                        <Button class="fill" submit=true on_click=|()| ()>"Create workspace"</Button>
                    </footer>
                </form>
            </Dialog>
        </Show>
    }
}
