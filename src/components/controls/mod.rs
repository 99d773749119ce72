//! The controls of a form, one for each way in which a value is asked for (docs/look.md, "Form types"). A value travels
//! as text; what it means is the form's. Imports `model`, `browser`, `components`.

mod choices;
mod combobox;
mod fixed;
mod slider;
mod tags;
mod text;
mod toggle;

pub(crate) use choices::{Dropdown, Radios};
pub(crate) use combobox::Combobox;
pub(crate) use fixed::Fixed;
pub(crate) use slider::Slider;
pub(crate) use tags::Tags;
pub(crate) use text::{TextArea, TextInput};
pub(crate) use toggle::Toggle;

use leptos::prelude::*;

/// What every control has.
#[derive(Clone)]
pub(crate) struct Control {
    /// The id of the element that takes the focus.
    pub id: String,
    /// The id of its label.
    pub label: String,
    /// The ids of what describes it.
    pub described: Signal<String>,
    /// What it holds.
    pub value: Memo<String>,
    /// Takes what a person chose.
    pub set: Callback<String>,
    /// Whether its value is wrong.
    pub is_wrong: Memo<bool>,
    /// Whether a value must be given.
    pub is_required: bool,
}

impl Control {
    fn invalid(&self) -> impl Fn() -> Option<&'static str> + Send + Clone + use<> {
        let wrong = self.is_wrong;
        move || wrong.get().then_some("true")
    }

    fn describedby(&self) -> impl Fn() -> Option<String> + Send + Clone + use<> {
        let described = self.described;
        move || Some(described.get()).filter(|ids| !ids.is_empty())
    }

    fn required(&self) -> Option<&'static str> {
        self.is_required.then_some("true")
    }
}
