//! Grey bars where text will be: real heads and real row heights, still (docs/look.md, "Loading"). Imports nothing.

use leptos::prelude::*;

/// A bar of `width` pixels.
pub(crate) fn bar(width: u32) -> impl IntoView {
    view! { <svg class="sk" width=width aria-hidden="true"></svg> }
}

/// The place of a mark.
pub(crate) fn dot() -> impl IntoView {
    view! { <svg class="sk dot" width="12" aria-hidden="true"></svg> }
}

/// The place of a button.
pub(crate) fn button() -> impl IntoView {
    view! { <svg class="sk tall" width="80" aria-hidden="true"></svg> }
}

/// Shows its content only when it has been waited for: a quick answer does not flicker.
#[component]
pub(crate) fn AfterAMoment(
    /// How long, in milliseconds.
    #[prop(default = 300)]
    ms: u64,
    /// What is shown then.
    children: ChildrenFn,
) -> impl IntoView {
    let late = RwSignal::new(false);
    let handle = set_timeout_with_handle(
        move || {
            late.try_set(true);
        },
        std::time::Duration::from_millis(ms),
    );
    on_cleanup(move || {
        if let Ok(handle) = handle {
            handle.clear();
        }
    });
    view! { <Show when=move || late.get()>{children()}</Show> }
}
