//! What is left of each organization's budget, in another page. May import `panels` and below.

use crate::components::gauge::Gauge;
use crate::components::icon::icon_with;
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::embed::frame::PanelFrame;
use crate::embed::host::Host;
use crate::embed::shown::told;
use crate::model::quota::{Level, Standing};
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::quota_strip::{name_of, tone};
use crate::paths;
use crate::store::quota::OfOrganization;
use crate::store::use_stores;
use leptos::prelude::*;

const SUBJECT: Subject = Subject { noun: "this quota", verb: "say what this quota is", missing: MISSING };

/// The panel.
#[component]
pub(super) fn QuotaPanel(host: Host) -> impl IntoView {
    let stores = use_stores();
    stores.session.first_rows_shown();
    stores.quota.refresh();
    let answers = stores.quota.answers.clone();
    let count = {
        let answers = answers.clone();
        Memo::new(move |_| answers.with(|answers| answers.as_ref().map(|answers| answers.len())))
    };
    let failed = {
        let answers = answers.clone();
        Memo::new(move |_| {
            let first =
                |all: &std::sync::Arc<[OfOrganization]>| all.iter().find_map(|one| one.answer.as_ref().err().cloned());
            answers.with(|answers| answers.as_ref().and_then(first))
        })
    };
    Effect::new(move |_| host.trouble(failed.get().map(|error| told(&error))));
    Effect::new(move |_| host.waits(count.with(Option::is_none)));
    let one = move |index: usize| {
        let answers = answers.clone();
        let one = Memo::new(move |_| answers.with(|answers| answers.as_ref()?.get(index).cloned()));
        move || one.with(|one| one.as_ref().map(budget))
    };
    view! {
        <PanelFrame host name="Quota" way="Details" href=paths::quota()>
            {move || match count.get() {
                None => view! { <AfterAMoment><StateBlock mark="clock" title="Asking each organization"/></AfterAMoment> }.into_any(),
                Some(0) => view! { <StateBlock mark="info" title="You belong to no organization" text="Quota is counted per organization."/> }.into_any(),
                Some(count) => (0..count).map(one.clone()).collect_view().into_any(),
            }}
        </PanelFrame>
    }
}

/// One organization's budget.
fn budget(one: &OfOrganization) -> AnyView {
    let name = name_of(&one.organization);
    let answer = match &one.answer {
        Ok(answer) => *answer,
        Err(error) => {
            let quota = use_stores().quota;
            return view! { <h2>{name}</h2>{problem(error, SUBJECT, false, Callback::new(move |()| quota.refresh()), Vec::new())} }.into_any();
        }
    };
    let standing = Standing::of(answer);
    let Some((consumed, budget)) = standing.figures() else {
        return view! { <p class="qline"><b>{name}</b><span class="soft">{standing.short()}</span></p> }.into_any();
    };
    let free = match standing.level() {
        Level::Fine => view! { <span class="soft">{standing.free()}</span> }.into_any(),
        Level::Near | Level::Over => {
            view! { <span class="st st-warn">{icon_with("unhealthy", "warn")}<b>{standing.free()}</b></span> }
                .into_any()
        }
    };
    view! {
        <div class="qbox">
            <p class="qline"><span><b>{name}</b>" "{consumed}" of "{budget}<span class="vh">" credits"</span></span>{free}</p>
            <Gauge used=standing.gauge().unwrap_or_default() tone=tone(standing.level())/>
        </div>
    }
    .into_any()
}
