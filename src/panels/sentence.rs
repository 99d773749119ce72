//! A sentence of a timeline: its swatches are the legend of the bars below, its links lead into the log (docs/look.md, "Say it in a sentence").
//! Imports `model` and `components`.

use crate::components::icon::icon;
use crate::model::timeline::Outcome;
use crate::model::timeline::Phase;
use crate::model::timeline::summary::Part;
use crate::model::timeline::summary::Tone;
use crate::wire::build::Transition;
use leptos::prelude::*;

/// The class that paints something in the colour of a phase; a stage that is no phase is grey.
pub fn paint(phase: Option<Phase>) -> &'static str {
    match phase {
        Some(Phase::Queue) => "p-queue",
        Some(Phase::Init) => "p-init",
        Some(Phase::Plan) => "p-plan",
        Some(Phase::Apply) => "p-apply",
        Some(Phase::Graph) => "p-graph",
        Some(Phase::Connect) => "p-connect",
        Some(Phase::Scripts) => "p-scripts",
        None => "p-other",
    }
}

/// The sentence; `on_log` is asked for the line that a part names.
pub fn sentence(parts: Vec<Part>, on_log: Callback<i64>) -> AnyView {
    parts
        .into_iter()
        .map(|part| {
            let swatch = part.swatch.map(|phase| {
                view! { <span class=format!("sw {}", paint(Some(phase))) aria-hidden="true"></span> }
            });
            let tone = match part.tone {
                Tone::Plain => "",
                Tone::Good => "ok",
                Tone::Warn => "warn",
                Tone::Bad => "bad",
                Tone::Busy => "busy",
            };
            let text = if let Some(id) = part.log_id {
                view! { <button type="button" class="link" on:click=move |_| on_log.run(id)>{part.text}</button> }
                    .into_any()
            } else if part.strong || !tone.is_empty() {
                view! { <b class=tone>{part.text}</b> }.into_any()
            } else {
                part.text.into_any()
            };
            view! { {swatch}{text} }
        })
        .collect_view()
        .into_any()
}

/// The mark of a build that is under way.
pub fn running_mark(transition: &Transition) -> &'static str {
    match transition {
        Transition::Stop => "stopping",
        Transition::Delete => "deleting",
        _ => "starting",
    }
}

/// The mark of an outcome, with the class of its colour.
pub fn mark(outcome: &Outcome, transition_mark: &'static str) -> AnyView {
    let (name, tone) = match outcome {
        Outcome::Succeeded => ("check", "st st-ok"),
        Outcome::Failed { .. } => ("failed", "st st-bad"),
        Outcome::Canceled => ("canceled", "st st-idle"),
        Outcome::Running => (transition_mark, "st st-busy"),
        Outcome::Pending => ("pending", "st st-busy"),
        Outcome::Unknown(_) => ("info", "st st-idle"),
    };
    view! { <span class=tone>{icon(name)}</span> }.into_any()
}
