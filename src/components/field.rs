//! A labelled text field with the place for its error (docs/look.md, "Form row"). Imports `components`.

use crate::components::icon::icon_with;
use crate::components::unique_id;
use leptos::prelude::*;

/// What a field is for, which decides its keyboard, its masking and its autocompletion.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// An e-mail address.
    Email,
    /// The password of an account that exists.
    Password,
    /// A password that is being chosen.
    NewPassword,
    /// A session token: secret, but no password to be remembered.
    Token,
    /// A user name.
    Username,
}

impl FieldKind {
    fn secret(self) -> bool {
        matches!(self, Self::Password | Self::NewPassword | Self::Token)
    }
    fn autocomplete(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Username => "username",
            Self::Password => "current-password",
            Self::NewPassword => "new-password",
            Self::Token => "off",
        }
    }
}

/// A field. `error` is what is wrong with its value, shown under it and read with it.
#[component]
pub(crate) fn Field(
    /// The label above it.
    #[prop(into)]
    label: String,
    /// Its value.
    value: RwSignal<String>,
    /// What it is for.
    kind: FieldKind,
    /// What is wrong with it: the first sentence is bold.
    #[prop(optional, into)]
    error: Signal<Option<(String, String)>>,
    /// An example.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// Its node, to move the focus to it.
    #[prop(optional)]
    node: NodeRef<leptos::html::Input>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    // The attribute works only while a document loads.
    Effect::new(move |_| {
        if autofocus && let Some(input) = node.get() {
            request_animation_frame(move || {
                let _focused = input.focus();
            });
        }
    });
    let id = unique_id("field");
    let note = unique_id("error");
    let described = note.clone();
    let has_error = Memo::new(move |_| error.with(Option::is_some));
    let input_type = move || match kind {
        FieldKind::Email => "email",
        _ if kind.secret() && !shown.get() => "password",
        _ => "text",
    };
    view! {
        <div class="lf">
            <label for=id.clone()>{label}</label>
            <span class="field" class:bad-value=move || has_error.get()>
                <input
                    id=id
                    type=input_type
                    class:mono=kind == FieldKind::Token
                    autocomplete=kind.autocomplete()
                    autocapitalize="none"
                    spellcheck="false"
                    placeholder=move || placeholder.get()
                    autofocus=autofocus
                    node_ref=node
                    aria-invalid=move || has_error.get().then_some("true")
                    aria-describedby=move || has_error.get().then(|| described.clone())
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
                {kind.secret().then(|| view! {
                    <button type="button" aria-pressed=move || shown.get().to_string() on:click=move |_| shown.update(|on| *on = !*on)>"Show"</button>
                })}
            </span>
            <p class="note" id=note hidden=move || !has_error.get()>
                {icon_with("failed", "bad")}
                <span>
                    <b class="bad">{move || error.get().map(|(first, _)| first)}</b>
                    " "
                    {move || error.get().map(|(_, rest)| rest)}
                </span>
            </p>
        </div>
    }
}
