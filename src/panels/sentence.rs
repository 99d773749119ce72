//! A sentence of a timeline: its swatches are the legend of the bars below, its links lead into the log (docs/look.md,
//! "Say it in a sentence"). Imports `model` and `components`.

use crate::components::icon::icon_of;
use crate::model::timeline::summary::{Part, Tone};
use crate::model::timeline::{Outcome, Phase, Timeline};
use crate::wire::build::Transition;
use leptos::prelude::*;
use std::sync::Arc;

/// The class that paints something in the colour of a phase; a stage that is no phase is grey.
pub(crate) fn paint(phase: Option<Phase>) -> &'static str {
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

/// What of a part makes its elements; its text alone may change while they stand.
fn kind(part: &Part) -> (Option<Phase>, Tone, bool, Option<i64>) {
    (part.swatch, part.tone, part.strong, part.log_id)
}

/// The sentence. What a running build says grows each second: the parts keep their elements, and a link in them the
/// focus.
#[component]
pub(crate) fn Sentence(
    /// Its parts.
    #[prop(into)]
    parts: Signal<Vec<Part>>,
    /// Asked for the line of the log that a part names.
    on_log: Callback<i64>,
) -> impl IntoView {
    let parts = Memo::new(move |_| parts.get());
    let kinds = move || parts.with(|parts| parts.iter().map(kind).enumerate().collect::<Vec<_>>());
    view! {
        <For each=kinds key=|kind| *kind let((index, (swatch, tone, strong, log_id)))>
            {swatch.map(|phase| view! { <span class=format!("sw {}", paint(Some(phase))) aria-hidden="true"></span> })}
            {
                let text = move || parts.with(|parts| parts.get(index).map(|part| part.text.clone()));
                let tone = match tone {
                    Tone::Plain => "",
                    Tone::Good => "ok",
                    Tone::Warn => "warn",
                    Tone::Bad => "bad",
                    Tone::Busy => "busy",
                };
                if let Some(id) = log_id {
                    view! { <button type="button" class="link" on:click=move |_| on_log.run(id)>{text}</button> }.into_any()
                } else if strong || !tone.is_empty() {
                    view! { <b class=tone>{text}</b> }.into_any()
                } else {
                    text.into_any()
                }
            }
        </For>
    }
}

/// The mark of a build that is under way.
pub(crate) fn running_mark(transition: &Transition) -> &'static str {
    match transition {
        Transition::Stop => "stopping",
        Transition::Delete => "deleting",
        _ => "starting",
    }
}

/// The mark of an outcome, and the class of its colour.
fn mark_of(outcome: &Outcome, transition_mark: &'static str) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Succeeded => ("check", "st st-ok"),
        Outcome::Failed { .. } => ("failed", "st st-bad"),
        Outcome::Canceled => ("canceled", "st st-idle"),
        Outcome::Running => (transition_mark, "st st-busy"),
        Outcome::Pending => ("pending", "st st-busy"),
        Outcome::Unknown(_) => ("info", "st st-idle"),
    }
}

/// The mark of how a build stands; `running` is the one of a build under way.
#[component]
pub(crate) fn OutcomeMark(
    /// The build.
    #[prop(into)]
    timeline: Signal<Option<Arc<Timeline>>>,
    /// The mark while it is under way.
    #[prop(into)]
    running: Signal<&'static str>,
) -> impl IntoView {
    let shown = Memo::new(move |_| {
        timeline.with(|timeline| timeline.as_ref().map(|timeline| mark_of(&timeline.outcome, running.get())))
    });
    let (mark, class) =
        (move || shown.get().map_or("info", |(mark, _)| mark), move || shown.get().map(|(_, class)| class));
    view! { <span class=class>{icon_of(mark)}</span> }
}
