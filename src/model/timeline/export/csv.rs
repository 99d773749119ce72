//! The spans as a table for a spreadsheet: RFC 4180, one row a span, times exact. Pure.

use super::{Mask, kind_word, moment, outcome_word, precision_word};
use crate::model::csv::field;
use crate::model::timeline::{Span, Timeline};

const HEADS: &str = "id,parent,depth,kind,phase,name,start,end,start_us,end_us,duration_us,outcome,action,provider,exit_code,precision,moved,waited_us";

fn row(timeline: &Timeline, span: &Span, mask: &Mask) -> String {
    let figures = span.figures(timeline.now_us).filter(|_| span.has_times());
    let number = |value: Option<i64>| value.map_or_else(String::new, |value| value.to_string());
    let at = |value: Option<i64>| value.map_or_else(String::new, |us| moment(timeline.origin_us.saturating_add(us)));
    let (start, end) = (figures.map(|(start, _)| start), figures.map(|(_, end)| end));
    [
        span.id.to_string(),
        span.parent.map_or_else(String::new, |parent| parent.to_string()),
        span.depth.to_string(),
        kind_word(span.kind).to_owned(),
        span.phase.map_or("", super::super::Phase::as_str).to_owned(),
        field(&mask.name(&timeline.address(span))),
        at(start),
        at(end),
        number(start),
        number(end),
        number(span.duration_us(timeline.now_us).filter(|_| figures.is_some())),
        outcome_word(span).to_owned(),
        field(span.action.as_deref().unwrap_or_default()),
        field(span.source.as_deref().unwrap_or_default()),
        number(span.exit_code.map(i64::from)),
        if span.has_times() { precision_word(span.precision).to_owned() } else { "not known".to_owned() },
        if span.clamped { "yes".to_owned() } else { String::new() },
        number(timeline.waited_from(span).map(|from| span.start_us.saturating_sub(from))),
    ]
    .join(",")
}

/// The spans, in display order.
pub(crate) fn csv(timeline: &Timeline, mask: &Mask) -> String {
    let mut text = format!("{HEADS}\r\n");
    for span in &timeline.spans {
        text.push_str(&row(timeline, span, mask));
        text.push_str("\r\n");
    }
    text
}
