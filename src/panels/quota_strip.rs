//! What quota is left, in the top bar: of one organization, always the same. Without a limit anywhere there is nothing
//! to show. May import `store` and below.

use crate::components::gauge::Gauge;
use crate::model::quota::{Level, Standing, Strip, strip};
use crate::paths;
use crate::store::use_stores;
use crate::wire::user::Organization;
use leptos::prelude::*;

fn shown() -> Memo<Option<Strip>> {
    let answers = use_stores().quota.answers;
    Memo::new(move |_| {
        answers.with(|answers| {
            let known = answers.as_ref()?.iter().filter_map(|one| {
                let standing = Standing::of(one.answer.as_ref().ok().copied()?);
                Some((name_of(&one.organization), standing))
            });
            strip(&known.collect::<Vec<_>>())
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
    format!("{}{others}", strip.standing.label(&strip.name))
}

/// What `of` says of the strip; the default while there is none.
fn part<T: Default>(shown: Memo<Option<Strip>>, of: impl Fn(&Strip) -> T) -> T {
    shown.with(|strip| strip.as_ref().map(of).unwrap_or_default())
}

/// What the organization is called, and what of its budget is consumed: `2 of 10 credits`.
fn figures(shown: Memo<Option<Strip>>) -> impl IntoView {
    let consumed = move || part(shown, |strip| strip.standing.figures().unwrap_or_default().0);
    let budget = move || part(shown, |strip| strip.standing.figures().unwrap_or_default().1);
    view! { <span><b>{consumed}</b>" of "{budget}<span class="t-min">" credits"</span></span> }
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
                <span class="of">{name}</span>" "<Gauge used tone=bar/>" "{figures(shown)}
                <Show when=move || !others().is_empty()><b class="warn">{others}</b></Show>
            </a>
        </Show>
    }
}

/// The same in few characters, for narrow windows. Beside the link to the quota page, so it is none itself.
#[component]
pub(crate) fn QuotaShort() -> impl IntoView {
    let shown = shown();
    let has_figures = move || part(shown, |strip| strip.standing.figures().is_some());
    view! {
        <Show when=has_figures>
            <span class="strip only-narrow" title=move || part(shown, label)>
                <span class="of">{move || part(shown, |strip| strip.name.clone())}</span>{figures(shown)}
            </span>
        </Show>
    }
}
