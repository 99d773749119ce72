//! One consequence in a question. May import `components` and below.

use crate::components::icon::icon;
use crate::model::actions::{Consequence, Weight};
use leptos::prelude::*;

pub(super) fn line(consequence: Consequence) -> impl IntoView {
    let (class, mark) = match consequence.weight {
        Weight::Loss => ("bad", "trash"),
        Weight::Change => ("warn", "warn"),
        Weight::Fact => ("", "info"),
        Weight::Past => ("", "clock"),
    };
    view! { <li class=class>{icon(mark)}<span>{consequence.text}</span></li> }
}
