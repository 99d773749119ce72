//! What quota is left, in the top bar: in the organization of what one looks at, which is said, else always in the
//! same. Without a limit anywhere there is nothing to show. May import `store` and below.

use crate::components::gauge::Gauge;
use crate::model::quota::{Level, Standing, Strip, strip};
use crate::panels::uncounted::steady;
use crate::paths;
use crate::store::use_stores;
use crate::wire::user::Organization;
use leptos::prelude::*;

fn shown() -> Memo<Option<Strip>> {
    let stores = use_stores();
    Memo::new(move |_| {
        let here = stores.quota.here.get();
        stores.quota.answers.with(|answers| {
            let known = answers.as_ref()?.iter().filter_map(|one| {
                let standing = Standing::of(one.answer.as_ref().ok().copied()?);
                let standing = steady(&stores, one.organization.id, standing);
                Some((one.organization.id, (name_of(&one.organization), standing)))
            });
            let (ids, all): (Vec<_>, Vec<_>) = known.unzip();
            strip(&all, here.and_then(|here| ids.iter().position(|id| *id == here)))
        })
    })
}

/// An organization's name for people.
pub(crate) fn name_of(organization: &Organization) -> String {
    if organization.display_name.is_empty() { &organization.name } else { &organization.display_name }.clone()
}

/// The class of the gauge's bar.
pub(crate) fn tone(level: Level) -> &'static str {
    match level {
        Level::Fine => "used",
        Level::Near => "near",
        Level::Over => "over",
    }
}

/// What a pointer that rests on it is told, and a screen reader.
fn label(strip: &Strip) -> String {
    let others = if strip.others.is_empty() { String::new() } else { format!("; {}", strip.others) };
    let why = if strip.is_of_page { "; the organization of what you look at" } else { "" };
    format!("{}{others}{why}", strip.standing.label(&strip.name))
}

/// What `of` says of the strip; the default while there is none.
fn part<T: Default>(shown: Memo<Option<Strip>>, of: impl Fn(&Strip) -> T) -> T {
    shown.with(|strip| strip.as_ref().map(of).unwrap_or_default())
}

/// What of a budget is consumed: `2 of 10 credits`; or that there is none.
fn figures(shown: Memo<Option<Strip>>) -> impl IntoView {
    let is_limited = move || part(shown, |strip| strip.standing.figures().is_some());
    let consumed = move || part(shown, |strip| strip.standing.figures().unwrap_or_default().0);
    let budget = move || part(shown, |strip| strip.standing.figures().unwrap_or_default().1);
    view! {
        <Show when=is_limited fallback=move || view! { <span>{move || part(shown, |strip| strip.standing.short())}</span> }>
            <span><b>{consumed}</b>" of "{budget}<span class="t-min">" credits"</span></span>
        </Show>
    }
}

/// The strip.
#[component]
pub(crate) fn QuotaStrip() -> impl IntoView {
    let shown = shown();
    let name = move || part(shown, |strip| strip.name.clone());
    let others = move || part(shown, |strip| strip.others.clone());
    let used = Signal::derive(move || part(shown, |strip| strip.standing.gauge().unwrap_or_default()));
    let bar = Signal::derive(move || {
        tone(shown.with(|strip| strip.as_ref().map_or(Level::Fine, |strip| strip.standing.level())))
    });
    view! {
        <Show when=move || shown.with(Option::is_some)>
            <a class="strip" href=paths::quota() title=move || part(shown, label)>
                <span class="of">{name}</span>" "<Show when=move || part(shown, |strip| strip.is_of_page)><span class="t-min">"(this page) "</span></Show><Gauge used tone=bar/>" "{figures(shown)}
                <Show when=move || !others().is_empty()><b class="warn">{others}</b></Show>
            </a>
        </Show>
    }
}

/// The same in few characters, for narrow windows. Beside the link to the quota page, so it is none itself.
#[component]
pub(crate) fn QuotaShort() -> impl IntoView {
    let shown = shown();
    view! {
        <Show when=move || shown.with(Option::is_some)>
            <span class="strip only-narrow" title=move || part(shown, label)>
                <span class="of">{move || part(shown, |strip| strip.name.clone())}</span>{figures(shown)}
            </span>
        </Show>
    }
}
