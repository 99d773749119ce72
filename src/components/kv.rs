//! Pairs of a word and its value. Imports nothing.

use leptos::prelude::*;

/// A list of pairs.
#[component]
pub(crate) fn Kv(
    /// Word and value.
    pairs: Vec<(String, AnyView)>,
    /// Smaller text.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    view! {
        <dl class=if small { "kv small" } else { "kv" }>
            {pairs.into_iter().map(|(word, value)| view! { <dt>{word}</dt><dd>{value}</dd> }).collect_view()}
        </dl>
    }
}
