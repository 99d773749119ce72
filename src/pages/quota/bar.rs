//! The bar of a budget: segments per workspace on the scale of the budget, or of what is consumed if that is more.
//! May import `panels` and below.

use crate::model::quota::Breakdown;
use crate::panels::holdings::ELSEWHERE;
use leptos::prelude::*;

/// The bar.
pub(super) fn bar(breakdown: &Breakdown, consumed: i64, budget: i64, name: &str) -> AnyView {
    if consumed <= 0 && budget <= 0 {
        return ().into_any();
    }
    let scale = consumed.max(budget).max(1) as f64;
    let wide_budget = budget as f64 / scale > 0.15;
    let budget_class = if wide_budget { "q-k r" } else { "q-k" };
    let percent = |credits: i64| format!("{:.3}%", credits.max(0) as f64 / scale * 100.0);
    let mut at = 0_i64;
    let mut parts: Vec<(String, i64)> = breakdown
        .holdings
        .iter()
        .filter_map(|holding| Some((holding.name.to_string(), holding.shown().filter(|credits| *credits > 0)?)))
        .collect();
    if breakdown.elsewhere > 0 {
        parts.push((ELSEWHERE.to_owned(), breakdown.elsewhere));
    }
    let label = format!(
        "{name}: {}; budget {budget}",
        if parts.is_empty() {
            "nothing held".to_owned()
        } else {
            parts.iter().map(|(name, credits)| format!("{name} {credits}")).collect::<Vec<_>>().join(", ")
        }
    );
    let segments = parts
        .into_iter()
        .enumerate()
        .map(|(index, (name, credits))| {
            let (x, width) = (percent(at), percent(credits));
            let wide = credits as f64 / scale > 0.12;
            at += credits;
            view! {
                <rect class=if index % 2 == 0 { "q-a" } else { "q-b" } x=x.clone() width=width y="0" height="24"></rect>
                {wide.then(|| view! { <text class="q-t" x=x dx="6" y="16">{format!("{name} {credits}")}</text> })}
            }
        })
        .collect_view();
    view! {
        <div class="budget">
            <svg role="img" aria-label=label>
                {(budget > consumed).then(|| view! { <rect class="q-free" x=percent(consumed) width=percent(budget - consumed) y=".5" height="23"></rect> })}
                {segments}
                {(consumed > budget).then(|| view! { <rect class="q-over" x=percent(budget) width=percent(consumed - budget) y=".5" height="23"></rect> })}
                <line class="q-lim" x1=percent(budget) x2=percent(budget) y1="-3" y2="27"></line>
                {wide_budget.then(|| view! { <text class="q-k" x="0" y="41">"0"</text> })}
                <text class=budget_class x=percent(budget) y="41">{format!("budget {budget}")}</text>
            </svg>
        </div>
    }
    .into_any()
}
