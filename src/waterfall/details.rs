//! The details of the selected span, with its whole name. Imports `browser` and `model`.

use super::Shared;
use super::rows::icon;
use super::rows::swatch;
use super::scene;
use super::twin;
use crate::browser::clock_text;
use crate::model::duration;
use crate::model::timeline::Precision;
use crate::model::timeline::Span;
use crate::model::timeline::SpanKind;
use crate::model::timeline::SpanOutcome;
use crate::model::timeline::summary;
use leptos::prelude::*;
use std::sync::Arc;

/// The details of the selected span.
#[component]
pub(super) fn Details(
    data: Memo<Shared>,
    selected: RwSignal<Option<u32>>,
    on_log: Option<Callback<(i64, i64)>>,
) -> impl IntoView {
    move || {
        let data = data.get();
        let timeline = Arc::clone(&data.0.timeline);
        let Some(span) = selected.get().and_then(|id| timeline.span(id).cloned()) else {
            // Where there is room for it beside the chart, the place is kept: what selects something changes no bar's place.
            return view! {
                <aside class="side none" aria-label="Selected span">
                    <p class="small muted">"Select a row or a bar for its whole name and its figures."</p>
                </aside>
            }
            .into_any();
        };
        let now = timeline.now_us;
        let swatch = span.outcome.is_failure().then_some("sw p-fail").or_else(|| {
            let with_phase = Span { kind: SpanKind::Stage, ..span.clone() };
            swatch(&with_phase)
        });
        let mut about: Vec<String> = Vec::new();
        about.extend(span.phase.filter(|phase| phase.as_str() != span.label).map(|phase| phase.as_str().to_owned()));
        about.extend(span.action.clone());
        about.push(format!("{} of {}", span.id + 1, timeline.spans.len()));
        let mut pairs: Vec<(&'static str, AnyView)> = Vec::new();
        let figures = span.figures(now);
        if let Some(us) = span.duration_us(now) {
            let growing = if span.is_growing() { " so far" } else { "" };
            let estimated = if span.precision == Precision::Estimated { ", estimated" } else { "" };
            let whole = timeline.end_us.max(1);
            let share = (us as f64 / whole as f64 * 100.0).round();
            let of = if span.off_scale || share > 100.0 {
                String::new()
            } else if share < 1.0 {
                ", under 1 % of the build".to_owned()
            } else {
                format!(", {share:.0} % of the build")
            };
            let text = summary::duration_text(&span, now);
            pairs.push(("Duration", view! { <b>{text}</b> {format!("{growing}{of}{estimated}")} }.into_any()));
        } else {
            let why = span.note.clone().unwrap_or_else(|| summary::outcome_text(&timeline, &span));
            pairs.push(("Duration", view! { <span class="muted">{format!("— {why}")}</span> }.into_any()));
        }
        if let Some((start, end)) = figures {
            // Tenths would say "13.7 s to 13.7 s" of what is shorter.
            let fine = timeline.end_us < 10_000_000 || (end - start < 1_000_000 && end < 60_000_000);
            let text = |us: i64| if fine { scene::cursor_text(us, 1_000) } else { duration::offset_text(us) };
            let end_text = if span.is_growing() { "now".to_owned() } else { text(end) };
            pairs.push(("Start, end", format!("{} to {end_text}", text(start)).into_any()));
            let clock = |us: i64| clock_text::local(timeline.origin_us.saturating_add(us) / 1_000).clock_with_seconds();
            let zone = clock_text::zone();
            let until = if span.is_growing() { String::new() } else { format!(" to {}", clock(end)) };
            let zone = if zone.is_empty() { zone } else { format!(" ({zone})") };
            pairs.push(("Clock", format!("{}{until}{zone}", clock(start)).into_any()));
        }
        let outcome = match &span.outcome {
            SpanOutcome::Failed { message } => message.clone(),
            _ => summary::outcome_text(&timeline, &span),
        };
        if !outcome.is_empty() {
            let class = if span.outcome.is_failure() { "bad" } else { "" };
            pairs.push(("Status", view! { <span class=class>{outcome}</span> }.into_any()));
        }
        match span.exit_code {
            Some(code) => pairs.push(("Exit code", code.to_string().into_any())),
            None if span.kind == SpanKind::Script => {
                pairs.push(("Exit code", view! { <span class="muted">"— not told yet"</span> }.into_any()));
            }
            None => {}
        }
        if let Some(source) = span.source.clone() {
            pairs.push(("Provider", source.into_any()));
        }
        let precision = twin::precision_word(span.precision);
        if span.has_times() {
            pairs.push(("Precision", precision.into_any()));
        }
        if span.clamped {
            pairs.push(("Moved", "The clocks disagree: its bar was moved, the figures are as told.".into_any()));
        }
        if let Some(note) = span.note.clone().filter(|_| span.duration_us(now).is_some()) {
            pairs.push(("Note", note.into_any()));
        }
        if let (Some(lines), Some(on_log)) = (span.log, on_log) {
            let link = view! {
                <button type="button" class="link" on:click=move |_| on_log.run(lines)>
                    "Show its lines"
                </button>
            };
            pairs.push(("Log", link.into_any()));
        }
        view! {
            <aside class="side" aria-label="Selected span">
                <h2>
                    {swatch.map(|class| view! { <span class=class aria-hidden="true"></span> })}
                    <span class="wf-name">{span.label.clone()}</span>
                    <button
                        class="btn icon s quiet"
                        type="button"
                        aria-label="Close details"
                        on:click=move |_| selected.set(None)
                    >
                        {icon("x")}
                    </button>
                </h2>
                <p class="small muted">{about.join(" · ")}</p>
                <dl class="kv">
                    {pairs.into_iter().map(|(word, value)| view! { <dt>{word}</dt><dd>{value}</dd> }).collect_view()}
                </dl>
            </aside>
        }
        .into_any()
    }
}
