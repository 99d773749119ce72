//! What quota is left, in the top bar: the organization that is nearest to its limit. Without a limit anywhere there is nothing to show.
//! May import `store` and below.

use crate::browser::memo::Memo;
use crate::browser::view::view;
use crate::components::gauge::Gauge;
use crate::model::quota::Level;
use crate::model::quota::Standing;
use crate::paths;
use crate::store::use_stores;
use leptos::prelude::*;

/// The organization's name and how it stands.
type Shown = Option<(String, Standing)>;

fn nearest() -> Memo<Shown> {
    let answers = use_stores().quota.answers;
    Memo::new(move |_| {
        answers.with(|answers| {
            let answers = answers.as_ref()?;
            let limited = answers.iter().filter_map(|one| {
                let standing = Standing::of(one.answer.as_ref().ok().copied()?);
                let fullness = standing.gauge()?;
                let name = if one.organization.display_name.is_empty() {
                    &one.organization.name
                } else {
                    &one.organization.display_name
                };
                Some((name.clone(), standing, fullness))
            });
            limited.max_by(|a, b| a.2.total_cmp(&b.2)).map(|(name, standing, _)| (name, standing))
        })
    })
}

/// The class of the gauge's bar.
pub fn tone(level: Level) -> &'static str {
    match level {
        Level::Fine => "used",
        Level::Near => "near",
        Level::Over => "over",
    }
}

/// The strip.
#[component]
pub fn QuotaStrip() -> impl IntoView {
    let shown = nearest();
    move || {
        shown.get().map(|(name, standing)| {
            let (consumed, budget) = standing.figures().unwrap_or_default();
            let label = standing.label(&name);
            let used = standing.gauge().unwrap_or_default();
            view! {
                <a class="strip" href=paths::quota() title=label>
                    <span class="of">{name}</span>" "<Gauge used=Signal::stored(used) tone=Signal::stored(tone(standing.level()))/>" "
                    <span><b>{consumed}</b>" of "{budget}" credits"</span>
                </a>
            }
        })
    }
}

/// The same in few characters, for narrow windows.
#[component]
pub fn QuotaShort() -> impl IntoView {
    let shown = nearest();
    move || {
        shown.get().and_then(|(_, standing)| standing.figures()).map(|(consumed, budget)| {
            view! { <span class="strip only-narrow"><b>{consumed}</b>" of "{budget}<span class="t-min">" credits"</span></span> }
        })
    }
}
