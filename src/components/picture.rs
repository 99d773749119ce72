//! The picture of a template or an app, from an address that its author wrote: shown if it may be and can be loaded,
//! and left away otherwise. Imports nothing.

use leptos::prelude::*;

/// Whether a picture may come from there: this origin, another one by https, or the address itself. The page's policy
/// refuses all else.
fn may_be_shown(address: &str) -> bool {
    let here = address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
    here || address.starts_with("https://") || address.starts_with("data:image/")
}

/// The picture, beside a name that says what it is.
#[component]
pub(crate) fn Picture(
    /// Its address, perhaps empty.
    #[prop(into)]
    address: Signal<String>,
) -> impl IntoView {
    let broken = RwSignal::new(None::<String>);
    let shown = Memo::new(move |_| {
        let address = address.get();
        let is_broken = broken.with(|broken| broken.as_ref() == Some(&address));
        (may_be_shown(&address) && !is_broken).then_some(address)
    });
    let src = move || shown.get().unwrap_or_default();
    view! {
        <Show when=move || shown.with(Option::is_some)>
            <img class="picture" alt="" width="16" height="16" loading="lazy" decoding="async" src=src on:error=move |_| broken.set(shown.get_untracked())/>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::may_be_shown;

    #[test]
    fn pictures_come_from_where_the_policy_lets_them() {
        for (address, shown) in [
            ("/icon/docker.svg", true),
            ("/emojis/1f4bb.png", true),
            ("https://example.com/a.png", true),
            ("data:image/png;base64,AAAA", true),
            ("", false),
            ("//evil.test/a.png", false),
            ("/\\evil.test/a.png", false),
            ("http://example.com/a.png", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("icon.png", false),
        ] {
            assert_eq!(may_be_shown(address), shown, "{address}");
        }
    }
}
