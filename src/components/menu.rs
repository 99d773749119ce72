//! A menu on the browser's own popover: light dismissal, Esc, focus back to its button and the place beside it (CSS
//! anchor positioning) are the browser's. Its entries exist only while it is open; Tab closes it and goes on from its
//! button, letters go to the entry that begins with them. Imports `browser` and `components`.

use crate::browser::dom;
use crate::components::icon::icon;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// One entry of a menu.
#[derive(Clone)]
pub(crate) struct MenuItem {
    /// What it does: a verb, three dots if a dialog follows.
    pub label: String,
    /// What happens then, or why it cannot be done.
    pub hint: String,
    /// It cannot be done; the hint says why.
    pub disabled: bool,
    /// It destroys something.
    pub danger: bool,
    /// A rule stands above it.
    pub separated: bool,
    /// It is one of several choices, and whether it is the chosen one.
    pub checked: Option<bool>,
    /// It is a link.
    pub href: Option<String>,
    /// What it does otherwise.
    pub run: Callback<()>,
}

impl MenuItem {
    /// An entry that runs something.
    pub(crate) fn new(label: impl Into<String>, run: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            label: label.into(),
            hint: String::new(),
            disabled: false,
            danger: false,
            separated: false,
            checked: None,
            href: None,
            run: Callback::new(move |()| run()),
        }
    }
}

/// Letters that come no later than this after each other are one word, in milliseconds.
const PAUSE_MS: f64 = 700.0;

/// What was typed in an open menu, to find an entry by its first letters.
#[derive(Clone, Default)]
struct Typed {
    word: String,
    at_ms: f64,
}

impl Typed {
    /// Takes in a key; the entry that it leads to, if any begins with what was typed. `at` is the entry that has the
    /// focus. The same letter again goes on to the next entry with it.
    fn step(&mut self, key: &str, now_ms: f64, labels: &[String], at: Option<usize>) -> Option<usize> {
        if now_ms - self.at_ms > PAUSE_MS {
            self.word.clear();
        }
        self.at_ms = now_ms;
        self.word.push_str(&key.to_lowercase());
        let mut letters = self.word.chars();
        let first = letters.next()?;
        let same = letters.all(|letter| letter == first);
        let sought = if same { first.to_string() } else { self.word.clone() };
        // A word that grows may stay where it is; the same letter goes on.
        let from = at.map_or(0, |at| if same { at + 1 } else { at });
        let begins = |label: &String| label.trim_start().to_lowercase().starts_with(&sought);
        let found = |(index, label): (usize, &String)| begins(label).then_some(index);
        let all = || labels.iter().enumerate();
        all().skip(from).find_map(found).or_else(|| all().take(from).find_map(found))
    }
}

/// The menu itself; its button elsewhere carries `popovertarget=id`.
#[component]
pub(crate) fn Menu(
    /// The id that its buttons name.
    id: String,
    /// Its accessible name.
    #[prop(into)]
    label: Signal<String>,
    /// The entries, asked for each time it opens and while it is open.
    #[prop(into)]
    items: Callback<(), Vec<MenuItem>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let node = NodeRef::<leptos::html::Div>::new();
    let popover_id = id.clone();
    // An open menu follows what it is about: an entry that stays keeps its element, which may have the focus.
    let shown = RwSignal::new(Vec::<MenuItem>::new());
    Effect::new(move |_| shown.set(if open.get() { items.run(()) } else { Vec::new() }));
    let labels = move || shown.with(|shown| shown.iter().map(|item| item.label.clone()).collect::<Vec<_>>());
    let on_toggle = move |event: leptos::ev::Event| {
        let opened = dom::popover_opened(&event);
        open.set(opened);
        if opened {
            // The entries are rendered before the next frame; then the first one takes the focus.
            request_animation_frame(move || {
                if let Some(node) = node.try_get_untracked().flatten() {
                    dom::focus_step(&node, "[role^=menuitem]", dom::Step::First);
                }
            });
        }
    };
    let typed = StoredValue::new(Typed::default());
    let key_id = id.clone();
    let on_key = move |event: KeyboardEvent| {
        let key = event.key();
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if key == "Tab" {
            // The focus is back at the button before the key moves it on.
            dom::hide_popover(&key_id);
            return;
        }
        if plain && key != " " && key.chars().count() == 1 {
            event.prevent_default();
            event.stop_propagation();
            if let Some(node) = node.try_get_untracked().flatten() {
                let (labels, at) = dom::labels(&node, "[role^=menuitem]");
                let next = typed.try_update_value(|typed| typed.step(&key, event.time_stamp(), &labels, at)).flatten();
                if let Some(next) = next {
                    dom::focus_nth(&node, "[role^=menuitem]", next);
                }
            }
            return;
        }
        let step = match key.as_str() {
            "ArrowDown" => dom::Step::Next,
            "ArrowUp" => dom::Step::Previous,
            "Home" => dom::Step::First,
            "End" => dom::Step::Last,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(node) = node.try_get_untracked().flatten() {
            dom::focus_step(&node, "[role^=menuitem]", step);
        }
    };
    view! {
        <div class="menu" id=id popover="auto" role="menu" aria-label=move || label.get() node_ref=node on:toggle=on_toggle on:keydown=on_key>
            <For each=labels key=String::clone let(label)>{entry(label, shown, popover_id.clone())}</For>
        </div>
    }
}

/// The entry with this label. Whether it can be chosen, and why not, may change while the menu is open.
fn entry(label: String, shown: RwSignal<Vec<MenuItem>>, popover: String) -> AnyView {
    let label = StoredValue::new(label);
    let item =
        move || shown.with(|shown| shown.iter().find(|item| label.with_value(|label| item.label == *label)).cloned());
    let Some(MenuItem { danger, separated, checked, href, .. }) = untrack(item) else { return ().into_any() };
    let disabled = Memo::new(move |_| item().is_some_and(|item| item.disabled));
    let hint = Memo::new(move |_| item().map(|item| item.hint).unwrap_or_default());
    let ticked = Memo::new(move |_| item().and_then(|item| item.checked));
    let class = move || if danger && !disabled.get() { "danger" } else { "" };
    let end = move || {
        view! { <Show when=move || hint.with(|hint| !hint.is_empty())><span class="end">{move || hint.get()}</span></Show> }
    };
    let role = if checked.is_some() { "menuitemradio" } else { "menuitem" };
    let separator = if separated { "sepr" } else { "" };
    if let Some(href) = href {
        return view! {
            <div class=separator role="none">
                <a role="menuitem" tabindex="-1" href=href class=class on:click=move |_| dom::hide_popover(&popover)>{label.get_value()}{end()}</a>
            </div>
        }
        .into_any();
    }
    view! {
        <div class=separator role="none">
            <button
                type="button"
                role=role
                tabindex="-1"
                class=class
                aria-checked=move || ticked.get().map(|on| if on { "true" } else { "false" })
                aria-disabled=move || disabled.get().then_some("true")
                on:click=move |_| {
                    if let Some(item) = untrack(item).filter(|item| !item.disabled) {
                        dom::hide_popover(&popover);
                        item.run.run(());
                    }
                }
            >
                {label.get_value()}
                <Show when=move || ticked.get() == Some(true)>{icon("check")}</Show>
                {end()}
            </button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_lead_to_the_entry_that_begins_with_them() {
        let labels: Vec<String> =
            ["Start", "Restart…", "Sign out", "Settings", "Über uns", "Delete…"].map(str::to_owned).into();
        for (keys, at, expected) in [
            ("r", None, Some(1)),
            ("R", Some(1), Some(1)),
            ("s", None, Some(0)),
            ("s", Some(0), Some(2)),
            ("ss", Some(0), Some(3)),
            ("sss", Some(0), Some(0)),
            ("se", Some(0), Some(3)),
            ("sig", None, Some(2)),
            ("d", Some(5), Some(5)),
            ("ü", None, Some(4)),
            ("x", Some(2), None),
            ("sx", Some(2), None),
        ] {
            let mut typed = Typed::default();
            let mut now_ms = 10_000.0;
            let mut focused = at;
            let mut last = None;
            for key in keys.chars() {
                last = typed.step(&key.to_string(), now_ms, &labels, focused);
                focused = last.or(focused);
                now_ms += 100.0;
            }
            assert_eq!(last, expected, "{keys:?} from {at:?}");
        }
    }

    #[test]
    fn after_a_pause_a_new_word_begins() {
        let labels = ["Alpha".to_owned(), "Beta".to_owned()];
        let mut typed = Typed::default();
        assert_eq!(typed.step("a", 1_000.0, &labels, None), Some(0));
        assert_eq!(typed.step("b", 1_000.0 + PAUSE_MS + 1.0, &labels, Some(0)), Some(1));
    }
}
