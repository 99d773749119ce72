//! The details of the selected span, with its whole name. Imports `browser` and `model`.

use super::chart::Chart;
use super::rows::{icon, swatch};
use super::scene::cursor_text;
use super::table_rows::precision_word;
use crate::browser::clock_text;
use crate::model::duration;
use crate::model::timeline::{Precision, Span, SpanKind, SpanOutcome, Timeline, summary};
use leptos::prelude::*;
use std::sync::Arc;

/// What a fact about a span says.
#[derive(Clone, Debug, PartialEq)]
enum Fact {
    Text(String),
    /// A figure, and what is said of it.
    Figure(String, String),
    /// Nothing is known of it.
    Unknown(String),
    Failure(String),
    /// It leads to these lines of the log.
    Lines((i64, i64)),
    /// It leads to another page.
    Page(Link),
}

/// Where a span leads to beside its log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is: "Template".
    pub word: &'static str,
    /// What it is called.
    pub text: String,
    /// Its address.
    pub href: String,
    /// Spans of this kind alone; None: all.
    pub of: Option<SpanKind>,
}

/// What is said of a span.
#[derive(Clone, Debug, PartialEq)]
struct About {
    name: String,
    swatch: Option<&'static str>,
    /// Its phase, its action, its number.
    line: String,
    /// Words and what they say; no word stands twice.
    facts: Vec<(&'static str, Fact)>,
}

/// How long a span took, or why that is not known.
fn length(timeline: &Timeline, span: &Span) -> Fact {
    let now = timeline.now_us;
    let Some(us) = span.duration_us(now) else {
        let why = span.note.clone().unwrap_or_else(|| summary::outcome_text(timeline, span));
        return Fact::Unknown(format!("— {why}"));
    };
    let growing = if span.is_growing() { " so far" } else { "" };
    let estimated = if span.precision == Precision::Estimated { ", estimated" } else { "" };
    let share = (us as f64 / timeline.end_us.max(1) as f64 * 100.0).round();
    let of = if span.off_scale || share > 100.0 {
        String::new()
    } else if share < 1.0 {
        ", under 1 % of the build".to_owned()
    } else {
        format!(", {share:.0} % of the build")
    };
    Fact::Figure(summary::duration_text(span, now), format!("{growing}{of}{estimated}"))
}

/// What is said of a span; whether its lines can be shown.
fn about(timeline: &Timeline, span: &Span, shows_log: bool, links: &[Link]) -> About {
    let now = timeline.now_us;
    let swatch = span.outcome.is_failure().then_some("sw p-fail").or_else(|| {
        let with_phase = Span { kind: SpanKind::Stage, ..span.clone() };
        swatch(&with_phase)
    });
    let mut line: Vec<String> = Vec::new();
    line.extend(span.phase.filter(|phase| phase.as_str() != span.label).map(|phase| phase.as_str().to_owned()));
    line.extend(span.action.as_deref().map(str::to_owned));
    line.push(format!("{} of {}", span.id + 1, timeline.spans.len()));
    let mut facts = vec![("Duration", length(timeline, span))];
    if let Some((start, end)) = span.figures(now) {
        // Tenths would say "13.7 s to 13.7 s" of what is shorter.
        let fine = timeline.end_us < 10_000_000 || (end - start < 1_000_000 && end < 60_000_000);
        let text = |us: i64| if fine { cursor_text(us, 1_000) } else { duration::offset_text(us) };
        let end_text = if span.is_growing() { "now".to_owned() } else { text(end) };
        facts.push(("Start, end", Fact::Text(format!("{} to {end_text}", text(start)))));
        let clock = |us: i64| clock_text::local(timeline.origin_us.saturating_add(us) / 1_000).clock_with_seconds();
        let zone = clock_text::zone();
        let until = if span.is_growing() { String::new() } else { format!(" to {}", clock(end)) };
        let zone = if zone.is_empty() { zone } else { format!(" ({zone})") };
        facts.push(("Clock", Fact::Text(format!("{}{until}{zone}", clock(start)))));
    }
    if let Some(from) = timeline.waited_from(span) {
        let waited = duration::span_text(span.start_us.saturating_sub(from));
        facts.push(("Waited", Fact::Text(format!("{waited}, from its agent's connection to its start"))));
    }
    let outcome = match &span.outcome {
        SpanOutcome::Failed { message } => message.clone(),
        _ => summary::outcome_text(timeline, span),
    };
    if !outcome.is_empty() {
        facts.push(("Status", if span.outcome.is_failure() { Fact::Failure(outcome) } else { Fact::Text(outcome) }));
    }
    match span.exit_code {
        Some(code) => facts.push(("Exit code", Fact::Text(code.to_string()))),
        None if span.kind == SpanKind::Script => facts.push(("Exit code", Fact::Unknown("— not told yet".to_owned()))),
        None => {}
    }
    if let Some(blocks) = span.blocks_login {
        let text = if blocks { "waits until it has ended" } else { "does not wait for it" };
        facts.push(("Login", Fact::Text(text.to_owned())));
    }
    facts.extend(span.source.as_deref().map(|source| ("Provider", Fact::Text(source.to_owned()))));
    if span.has_times() {
        facts.push(("Precision", Fact::Text(precision_word(span.precision).to_owned())));
    }
    if span.clamped {
        let moved = "The clocks disagree: its bar was moved, the figures are as told.";
        facts.push(("Moved", Fact::Text(moved.to_owned())));
    }
    if let Some(note) = span.note.clone().filter(|_| span.duration_us(now).is_some()) {
        facts.push(("Note", Fact::Text(note)));
    }
    facts.extend(span.log.filter(|_| shows_log).map(|lines| ("Log", Fact::Lines(lines))));
    // A script is of an agent, a resource of the workspace, all of them of the template.
    let has_place = |link: &&Link| link.of.is_none_or(|kind| kind == span.kind);
    facts.extend(links.iter().filter(has_place).map(|link| (link.word, Fact::Page(link.clone()))));
    About { name: timeline.address(span).into_owned(), swatch, line: line.join(" · "), facts }
}

/// The details of the selected span. What of them has the focus keeps it while a live build grows.
#[component]
pub(super) fn Details(chart: Chart, on_log: Option<Callback<(i64, i64)>>, links: Signal<Vec<Link>>) -> impl IntoView {
    let selection = chart.selection;
    let shown = Memo::new(move |_| {
        let timeline = Arc::clone(&chart.data.get().timeline);
        selection.id.get().and_then(|id| {
            timeline.span(id).map(|span| links.with(|links| about(&timeline, span, on_log.is_some(), links)))
        })
    });
    let some = Memo::new(move |_| shown.with(Option::is_some));
    let swatch = Memo::new(move |_| shown.with(|about| about.as_ref().and_then(|about| about.swatch)));
    let name = move || shown.with(|about| about.as_ref().map(|about| about.name.clone()));
    let line = move || shown.with(|about| about.as_ref().map(|about| about.line.clone()));
    let words = move || {
        shown.with(|about| {
            about
                .as_ref()
                .map(|about| about.facts.iter().map(|(word, _)| *word).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    };
    let pair = move |word: &'static str| {
        let fact = Memo::new(move |_| {
            shown.with(|about| {
                about.as_ref()?.facts.iter().find(|(other, _)| *other == word).map(|(_, fact)| fact.clone())
            })
        });
        view! { <dt>{word}</dt><dd>{move || fact.get().map(|fact| fact_view(fact, on_log))}</dd> }
    };
    move || {
        if some.get() {
            view! {
                <aside class="side" aria-label="Selected span">
                    <h2>
                        {move || swatch.get().map(|class| view! { <span class=class aria-hidden="true"></span> })}
                        <span class="wf-name">{name}</span>
                        <button
                            class="btn icon s quiet"
                            type="button"
                            aria-label="Close details"
                            on:click=move |_| selection.select(None)
                        >
                            {icon("x")}
                        </button>
                    </h2>
                    <p class="small muted">{line}</p>
                    <dl class="kv"><For each=words key=|word| *word children=pair /></dl>
                </aside>
            }
            .into_any()
        } else {
            // Where there is room for it beside the chart, the place is kept: what selects something changes no bar's
            // place.
            view! {
                <aside class="side none" aria-label="Selected span">
                    <p class="small muted">"Select a row or a bar for its whole name and its figures."</p>
                </aside>
            }
            .into_any()
        }
    }
}

fn fact_view(fact: Fact, on_log: Option<Callback<(i64, i64)>>) -> AnyView {
    match fact {
        Fact::Text(text) => text.into_any(),
        Fact::Figure(figure, text) => view! { <b>{figure}</b>{text} }.into_any(),
        Fact::Page(link) => view! { <a href=link.href>{link.text}</a> }.into_any(),
        Fact::Unknown(text) => view! { <span class="muted">{text}</span> }.into_any(),
        Fact::Failure(text) => view! { <span class="bad">{text}</span> }.into_any(),
        Fact::Lines(lines) => view! {
            <button type="button" class="link" on:click=move |_| on_log.into_iter().for_each(|on_log| on_log.run(lines))>
                "Show its lines"
            </button>
        }
        .into_any(),
    }
}
