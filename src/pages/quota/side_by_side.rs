//! The organizations of the reader side by side: what is consumed, allowed and free in each. May import `panels` and
//! below.

use crate::components::gauge::Gauge;
use crate::model::duration::UNKNOWN;
use crate::model::quota::{Level, Standing};
use crate::panels::quota_strip::{name_of, tone};
use crate::panels::uncounted::steady;
use crate::store::quota::OfOrganization;
use crate::store::use_stores;
use leptos::prelude::*;
use std::sync::Arc;

/// The table; it is there where there are several.
#[component]
pub(super) fn SideBySide(answers: Memo<Option<Arc<[OfOrganization]>>>) -> impl IntoView {
    let several = move || answers.with(|answers| answers.as_ref().is_some_and(|answers| answers.len() > 1));
    let stores = StoredValue::new(use_stores());
    let lines = move || {
        let all = answers.get();
        let line = |one: &OfOrganization| {
            let standing = one.answer.as_ref().ok().map(|answer| Standing::of(*answer));
            let steady = |standing| stores.with_value(|stores| steady(stores, one.organization.id, standing));
            line(name_of(&one.organization), standing.map(steady))
        };
        let lines = all.iter().flat_map(|all| all.iter()).map(line);
        lines.collect_view()
    };
    view! {
        <Show when=several>
            <section class="sec" aria-label="All organizations">
                <header><h2>"All organizations"</h2></header>
                <table class="dt plain flush compact">
                    <thead><tr>
                        <th scope="col">"Organization"</th><th scope="col"><span class="vh">"How full"</span></th>
                        <th class="num" scope="col">"Consumed"</th><th class="num" scope="col">"Budget"</th><th class="num" scope="col">"Free"</th>
                    </tr></thead>
                    <tbody>{lines}</tbody>
                </table>
            </section>
        </Show>
    }
}

fn line(name: String, standing: Option<Standing>) -> impl IntoView {
    let figures = standing.and_then(Standing::figures);
    let number = |number: Option<i64>| number.map_or_else(|| UNKNOWN.to_owned(), |number| number.to_string());
    let why = match standing {
        None => Some("not read".to_owned()),
        Some(standing) if figures.is_none() => Some(standing.short()),
        Some(_) => None,
    };
    let free = figures.map(|(consumed, budget)| budget.saturating_sub(consumed));
    let level = standing.map_or(Level::Fine, Standing::level);
    let class = if level == Level::Fine { "num" } else { "num warn strong" };
    let used = standing.and_then(Standing::gauge);
    view! {
        <tr>
            <td>{name}{why.map(|why| view! { <span class="muted small">" "{why}</span> })}</td>
            <td>{used.map(|used| view! { <Gauge used=Signal::stored(used) tone=Signal::stored(tone(level))/> })}</td>
            <td class="num">{number(figures.map(|(consumed, _)| consumed))}</td>
            <td class="num">{number(figures.map(|(_, budget)| budget))}</td>
            <td class=class>{number(free)}</td>
        </tr>
    }
}
