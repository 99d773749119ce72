//! The picture of a template, an account or a choice: what the control plane names, else the first letters of its name.
//! Imports `paths`.

use crate::paths::outside;
use leptos::prelude::*;

/// What a picture is loaded from, if it is a path of this host or an address of the web.
fn source(icon: &str) -> Option<&str> {
    let own = icon.starts_with('/') && !icon.starts_with("//") && !icon.contains('\\');
    if own { Some(icon) } else { outside::web(icon) }
}

/// The first letters of up to two words of a name.
fn initials(name: &str) -> String {
    let words = name.split(|one: char| !one.is_alphanumeric()).filter_map(|word| word.chars().next());
    words.take(2).flat_map(char::to_uppercase).collect()
}

/// The picture, decorative: the name stands beside it.
#[component]
pub(crate) fn TemplateIcon(
    /// A path or an address, perhaps empty.
    #[prop(into)]
    icon: Signal<String>,
    /// Whose it is.
    #[prop(into)]
    name: Signal<String>,
    /// Loaded at once, and not when it comes into sight.
    #[prop(optional)]
    eager: bool,
) -> impl IntoView {
    let failed = RwSignal::new(None::<String>);
    let from = Memo::new(move |_| {
        let could_be = |from: &&str| failed.with(|failed| failed.as_deref() != Some(*from));
        icon.with(|icon| source(icon).filter(could_be).map(str::to_owned))
    });
    let is_picture = Memo::new(move |_| from.with(Option::is_some));
    let letters = move || name.with(|name| initials(name));
    move || {
        if is_picture.get() {
            view! { <img class="pic" src=move || from.get() alt="" width="20" height="20" loading=if eager { "eager" } else { "lazy" } referrerpolicy="no-referrer" on:error=move |_| failed.set(from.get_untracked())/> }.into_any()
        } else {
            view! { <span class="pic" aria-hidden="true">{letters}</span> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_of_this_host_or_of_the_web() {
        for (icon, from) in [
            ("/icon/docker.svg", true),
            ("/emojis/1f1ea.png", true),
            ("https://example.com/a.png", true),
            ("", false),
            ("//example.com/a.png", false),
            ("/\\example.com/a.png", false),
            ("javascript:alert(1)", false),
            ("data:image/svg+xml,<svg/>", false),
            ("docker.svg", false),
        ] {
            assert_eq!(source(icon), from.then_some(icon), "{icon}");
        }
    }

    #[test]
    fn letters_are_those_of_the_words() {
        for (name, letters) in
            [("docker-dev", "DD"), ("k8s", "K"), ("", ""), ("--", ""), ("Data science lab", "DS"), ("éa ß", "ÉSS")]
        {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
