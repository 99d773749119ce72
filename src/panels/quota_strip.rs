//! What quota is left, in the top bar: of one organization, always the same. Without a limit anywhere there is nothing to show.
//! May import `store` and below.

use crate::components::gauge::Gauge;
use crate::model::quota::Level;
use crate::model::quota::Standing;
use crate::model::quota::Strip;
use crate::model::quota::strip;
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
pub fn name_of(organization: &Organization) -> String {
    if organization.display_name.is_empty() { &organization.name } else { &organization.display_name }.clone()
}

/// The class of the gauge's bar.
pub fn tone(level: Level) -> &'static str {
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

/// The strip.
#[component]
pub fn QuotaStrip() -> impl IntoView {
    let shown = shown();
    move || {
        shown.get().map(|strip| {
            let (consumed, budget) = strip.standing.figures().unwrap_or_default();
            let used = strip.standing.gauge().unwrap_or_default();
            let others = (!strip.others.is_empty()).then(|| view! { <b class="warn">{strip.others.clone()}</b> });
            let title = label(&strip);
            view! {
                <a class="strip" href=paths::quota() title=title>
                    <span class="of">{strip.name}</span>" "<Gauge used=Signal::stored(used) tone=Signal::stored(tone(strip.standing.level()))/>" "
                    <span><b>{consumed}</b>" of "{budget}" credits"</span>{others}
                </a>
            }
        })
    }
}

/// The same in few characters, for narrow windows. Beside the link to the quota page, so it is none itself.
#[component]
pub fn QuotaShort() -> impl IntoView {
    let shown = shown();
    move || {
        shown.get().and_then(|strip| Some((strip.standing.figures()?, strip))).map(|((consumed, budget), strip)| {
            let title = label(&strip);
            view! {
                <span class="strip only-narrow" title=title>
                    <span class="of">{strip.name}</span><span><b>{consumed}</b>" of "{budget}" credits"</span>
                </span>
            }
        })
    }
}
