//! What the rows of labels beside the chart say. Imports `browser` and `model`.

use super::data::Prepared;
use super::index::Folds;
use super::name_cut::cut;
use super::scene::cursor_text;
use crate::model::duration;
use crate::model::timeline::{Precision, Span, SpanKind, Timeline, summary};
use crate::paths;
use leptos::prelude::*;

/// A name that the column cuts in its middle.
pub(super) fn name(text: &str) -> impl IntoView + use<> {
    let (start, end) = cut(text);
    view! { <span class="from">{start.to_owned()}</span><span class="to">{end.to_owned()}</span> }
}

/// What a row of labels says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowText {
    pub(super) id: u32,
    pub(super) label: String,
    /// The whole name, where the label is a part of it.
    pub(super) whole: String,
    pub(super) class: String,
    pub(super) level: u8,
    pub(super) swatch: Option<&'static str>,
    pub(super) failed: bool,
    pub(super) open: Option<bool>,
    pub(super) below: usize,
    pub(super) start: String,
    pub(super) duration: String,
    pub(super) outcome: String,
    pub(super) bad: bool,
    pub(super) said: String,
}

/// The swatch of a stage.
pub(super) fn swatch(span: &Span) -> Option<&'static str> {
    use crate::model::timeline::Phase;
    // Resources and scripts have the colour of the stage above them: only the stage carries the swatch.
    if !matches!(span.kind, SpanKind::Stage | SpanKind::Queue | SpanKind::Connect | SpanKind::Other) {
        return None;
    }
    span.phase.map(|phase| match phase {
        Phase::Queue => "sw p-queue",
        Phase::Init => "sw p-init",
        Phase::Plan => "sw p-plan",
        Phase::Apply => "sw p-apply",
        Phase::Graph => "sw p-graph",
        Phase::Connect => "sw p-connect",
        Phase::Scripts => "sw p-scripts",
    })
}

/// When a span began, for its column. "—" where it is not known; nothing for a group, as in a timetable.
pub(super) fn start_text(timeline: &Timeline, span: &Span) -> String {
    if span.kind == SpanKind::Group {
        return String::new();
    }
    // Short builds are read in milliseconds.
    span.figures(timeline.now_us).map_or_else(
        || duration::UNKNOWN.to_owned(),
        |(start, _)| {
            if timeline.end_us < 10_000_000 { cursor_text(start, 1_000) } else { duration::offset_text(start) }
        },
    )
}

/// The row of a span.
pub(super) fn row_text(data: &Prepared, folds: &Folds, id: u32) -> Option<RowText> {
    let timeline = &*data.timeline;
    let span = timeline.span(id)?;
    let below = data.index.below(id);
    let start = start_text(timeline, span);
    let duration = summary::duration_text(span, timeline.now_us);
    let outcome = summary::outcome_text(timeline, span);
    let mut said = span.label.clone();
    let mut say = |text: &str| {
        if !text.is_empty() {
            said.push_str(", ");
            said.push_str(text);
        }
    };
    if let Some(phase) = span.phase.filter(|phase| phase.as_str() != span.label) {
        say(phase.as_str());
    }
    if span.has_times() {
        if !start.is_empty() {
            say(&format!("starts at {start}"));
        }
        say(&if span.is_growing() { format!("{duration} so far") } else { format!("takes {duration}") });
    }
    if let Some(from) = timeline.waited_from(span) {
        say(&format!("after waiting {} for its turn", duration::span_text(span.start_us.saturating_sub(from))));
    }
    say(&outcome);
    if let Some(us) = span.duration_us(timeline.now_us).filter(|_| !span.off_scale) {
        say(&format!("{:.0} % of the build", (us as f64 / timeline.end_us.max(1) as f64 * 100.0).min(100.0)));
    }
    say(&format!("{} of {}", id + 1, timeline.spans.len()));
    if span.has_times() && span.precision == Precision::Estimated {
        say("estimated");
    }
    if let Some(note) = &span.note {
        say(note);
    }
    let group = span.kind == SpanKind::Group;
    Some(RowText {
        id,
        label: span.label.clone(),
        whole: timeline.address(span).into_owned(),
        class: format!("l{}{}", span.depth.min(8), if group { " g" } else { "" }),
        level: span.depth.saturating_add(1),
        swatch: swatch(span),
        failed: span.outcome.is_failure() && !matches!(span.kind, SpanKind::Group | SpanKind::Module | SpanKind::Stage),
        open: (below > 0).then(|| data.index.is_open(id, folds)),
        below,
        start,
        duration,
        bad: span.outcome.is_failure(),
        outcome,
        said,
    })
}

/// An icon of the sprite.
pub(super) fn icon(name: &'static str) -> impl IntoView {
    view! { <svg class="i" aria-hidden="true"><use_ href=paths::icon(name)></use_></svg> }
}
