//! A mark of the sprite (`style/icons.svg`), always decorative: the word beside it carries the meaning. Imports
//! `paths`.

use leptos::prelude::*;

/// A mark that does not change.
pub(crate) fn icon(name: &'static str) -> impl IntoView {
    view! { <svg class="i" aria-hidden="true"><use_ href=crate::paths::icon(name)></use_></svg> }
}

/// A mark with further classes (`bad`, `tail`, `muted`).
pub(crate) fn icon_with(name: &'static str, class: &'static str) -> impl IntoView {
    view! { <svg class=format!("i {class}") aria-hidden="true"><use_ href=crate::paths::icon(name)></use_></svg> }
}

/// A mark that follows a state.
pub(crate) fn icon_of(name: impl Fn() -> &'static str + Send + 'static) -> impl IntoView {
    view! { <svg class="i" aria-hidden="true"><use_ href=move || crate::paths::icon(name())></use_></svg> }
}
