//! What must be known of the form before it is filled in: what a link says that does not fit, what is copied, what was
//! kept. May import `panels` and below.

use super::source::Source;
use super::state::FormState;
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::model::creation::{Mode, link_notes};
use crate::store::parameters::ParameterSession;
use leptos::prelude::*;

/// The notices, above the form.
#[component]
pub(super) fn Notices(
    state: FormState,
    source: Source,
    /// Whether something was kept from before.
    restored: RwSignal<bool>,
    /// Begins anew.
    afresh: Callback<()>,
) -> impl IntoView {
    let presets = Memo::new(move |_| {
        state.presets.ready().map(|each| each.items.iter().map(|preset| preset.name.clone()).collect::<Vec<_>>())
    });
    let rules = Memo::new(move |_| {
        state.session.get().and_then(|session: ParameterSession| {
            session
                .with(|form| form.rules().map(|rules| rules.iter().map(|rule| rule.name.clone()).collect::<Vec<_>>()))
        })
    });
    let notes = Memo::new(move |_| {
        state.autofill.with_value(|autofill| {
            presets.with(|presets| rules.with(|rules| link_notes(autofill, presets.as_deref(), rules.as_deref())))
        })
    });
    let active = state.template.with_value(|template| template.active_version_id);
    let is_copy = state.autofill.with_value(|autofill| autofill.mode == Mode::Duplicate);
    let name = source.name.clone().unwrap_or_default();
    let other = source.template.is_some_and(|template| template != state.template.with_value(|known| known.id));
    let copy = (is_copy && source.trouble.is_none() && source.name.is_some()).then(|| {
        let other = if other { " It is of another template: what this one does not ask for is left out." } else { "" };
        format!(
            "Secrets, and what counted for one build only, are not copied, nor anything that is stored in it.{other}"
        )
    });
    view! {
        <div class="stack">
            {source.trouble.clone().map(|text| view! { <Banner tone=BannerTone::Warn title="Nothing is copied." text=text/> })}
            {copy.map(|text| view! { <Banner tone=BannerTone::Info title=format!("The values of {name} are filled in.") text=text/> })}
            <For each=move || notes.get() key=Clone::clone let(note)>
                <Banner tone=BannerTone::Info title=note.clone()/>
            </For>
            <Show when=move || restored.get()>
                <Banner tone=BannerTone::Info title="What you had filled in before is back." text="Secrets are not kept.">
                    <Button class="s" on_click=afresh>"Start afresh"</Button>
                </Banner>
            </Show>
            {move || state.hindrance.get().map(|hindrance| {
                let tone = if hindrance.waits { BannerTone::Info } else { BannerTone::Bad };
                view! {
                    <Banner tone title=hindrance.sentence>
                        <Show when=move || !state.is_active()>
                            <Button class="s" on_click=move |()| state.version.set(active)>"The active version"</Button>
                        </Show>
                    </Banner>
                }
            })}
        </div>
    }
}
