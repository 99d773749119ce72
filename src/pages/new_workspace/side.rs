//! What the new workspace will hold and when it stops, as far as the template tells. May import `panels` and below.

use super::state::FormState;
use crate::api::templates as calls;
use crate::components::icon::icon_with;
use crate::components::kv::Kv;
use crate::model::creation::{Estimate, estimate};
use crate::model::quota::Standing;
use crate::model::templates::{decisions, total};
use crate::panels::asked::asked;
use crate::store::use_stores;
use leptos::prelude::*;

/// The column beside the form.
#[component]
pub(super) fn Side(state: FormState) -> impl IntoView {
    let stores = use_stores();
    let client = stores.client.clone();
    let usable = Memo::new(move |_| {
        state.known_version().filter(|_| state.hindrance.with(Option::is_none)).map(|version| version.id)
    });
    let answer = asked(move || usable.get().map(|version| calls::resources(&client, version)));
    let organization = state.template.with_value(|template| template.organization_id);
    stores.quota.refresh();
    let answers = stores.quota.answers.clone();
    let standing = Memo::new(move |_| {
        answers.with(|answers| {
            let one = answers.as_ref()?.iter().find(|one| one.organization.id == organization)?;
            Some(Standing::of(one.answer.clone().ok()?))
        })
    });
    let session = stores.session.clone();
    let is_mine = Memo::new(move |_| {
        let me = session.user().map(|user| user.user.id);
        state.owner.with(|owner| owner.as_ref().is_none_or(|owner| Some(owner.id) == me))
    });
    let said = Memo::new(move |_| {
        let standing = standing.get().filter(|_| is_mine.get())?;
        estimate(standing, total(&answer.ready()?.items).running)
    });
    let pairs = state.template.with_value(|template| decisions(template));
    let pairs = pairs.into_iter().map(|(word, value)| (word.to_owned(), value.into_any())).collect::<Vec<_>>();
    view! {
        <Show when=move || said.with(Option::is_some)>
            <section class="sec">
                <header><h2>"Quota"</h2><span class="small muted">"estimate by the version’s resources"</span></header>
                <div>
                    {move || said.get().map(|Estimate { fits, text }| {
                        let (mark, tone) = if fits { ("check", "ok") } else { ("failed", "bad") };
                        view! { <p class="verdict say-parts">{icon_with(mark, tone)}<b>{text}</b></p> }
                    })}
                    <p class="say-parts small muted">"The control plane decides inside the build."</p>
                </div>
            </section>
        </Show>
        <section class="sec"><header><h2>"What the template decides"</h2></header><Kv pairs/></section>
    }
}
