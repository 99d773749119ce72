//! A menu on the browser's own popover: light dismissal, Esc, focus back to its button and the place beside it (CSS anchor positioning)
//! are the browser's. Its entries exist only while it is open. Imports `browser` and `components`.

use crate::browser::dom;
use crate::browser::view::view;
use crate::components::icon::icon;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// One entry of a menu.
#[derive(Clone)]
pub struct MenuItem {
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
    pub fn new(label: impl Into<String>, run: impl Fn() + Send + Sync + 'static) -> Self {
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

/// The menu itself; its button elsewhere carries `popovertarget=id`.
#[component]
pub fn Menu(
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
    let entries = move || {
        if !open.get() {
            return Vec::new();
        }
        items.run(()).into_iter().map(|item| entry(item, popover_id.clone())).collect::<Vec<_>>()
    };
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
    let on_key = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
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
            {entries}
        </div>
    }
}

fn entry(item: MenuItem, popover: String) -> AnyView {
    let MenuItem { label, hint, disabled, danger, separated, checked, href, run } = item;
    let class = if danger && !disabled { "danger" } else { "" };
    let end = (!hint.is_empty()).then(|| view! { <span class="end">{hint}</span> });
    let tick = checked.map(|on| on.then(|| icon("check")));
    let role = if checked.is_some() { "menuitemradio" } else { "menuitem" };
    let separator = if separated { "sepr" } else { "" };
    if let Some(href) = href {
        return view! {
            <div class=separator role="none"><a role="menuitem" tabindex="-1" href=href class=class on:click=move |_| dom::hide_popover(&popover)>{label}{end}</a></div>
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
                aria-checked=checked.map(|on| if on { "true" } else { "false" })
                aria-disabled=disabled.then_some("true")
                on:click=move |_| {
                    if !disabled {
                        dom::hide_popover(&popover);
                        run.run(());
                    }
                }
            >
                {label}
                {tick}
                {end}
            </button>
        </div>
    }
    .into_any()
}
