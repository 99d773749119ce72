//! The bars as a trace in Chrome's format, for Perfetto and speedscope: complete events in µs after the request. Such
//! viewers nest the events of one thread and cannot draw two that overlap in part, so each group is a process, and what
//! runs side by side lies on lanes of its own. What is needed to show it in Gantry again travels in the arguments.
//! Pure.

use super::{About, Mask, build_word, json, kind_word, moment, outcome_word, precision_word};
use crate::model::order;
use crate::model::timeline::{Span, Timeline};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write as _;

/// A bar with the lane that it lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Placed {
    span: u32,
    start: i64,
    end: i64,
    lane: usize,
}

/// The lanes of one group: on each, what is open at a moment lies within what was opened before.
#[derive(Default)]
struct Lanes {
    /// For each lane, the ends of what is open on it.
    open: Vec<Vec<i64>>,
    /// The lanes by when their outermost bar ends.
    free: BinaryHeap<Reverse<(i64, usize)>>,
}

impl Lanes {
    /// Opens a bar: on the lane of what it lies in if it is within that, else on one that is free, else on a new one.
    fn place(&mut self, start: i64, end: i64, beside: Option<usize>) -> usize {
        if let Some((lane, open)) = beside.and_then(|lane| Some((lane, self.open.get_mut(lane)?))) {
            while open.len() > 1 && open.last().is_some_and(|until| *until <= start) {
                open.pop();
            }
            if open.last().is_some_and(|until| *until >= end && *until > start) {
                open.push(end);
                return lane;
            }
        }
        let free = self.free.peek().filter(|Reverse((until, _))| *until <= start).map(|Reverse((_, lane))| *lane);
        if let Some((lane, open)) = free.and_then(|lane| Some((lane, self.open.get_mut(lane)?))) {
            self.free.pop();
            *open = vec![end];
            self.free.push(Reverse((end, lane)));
            return lane;
        }
        let lane = self.open.len();
        self.open.push(vec![end]);
        self.free.push(Reverse((end, lane)));
        lane
    }
}

/// The group that a span lies in: the topmost one.
fn group_of(timeline: &Timeline, span: &Span) -> u32 {
    let above = std::iter::successors(Some(span), |span| {
        span.parent.filter(|parent| *parent < span.id).and_then(|parent| timeline.span(parent))
    });
    above.last().map_or(span.id, |span| span.id)
}

/// The start, the end and the number of a span, in the order in which bars are placed: what begins together, the
/// longest first.
type Bar = (i64, Reverse<i64>, u32);

/// All bars on their lanes, by group, in the order of their beginning.
fn placed(timeline: &Timeline) -> Vec<(u32, Vec<Placed>)> {
    let mut groups: Vec<(u32, Vec<Bar>)> = Vec::new();
    for span in timeline.spans.iter().filter(|span| span.has_bar()) {
        let Some((start, end)) = span.range(timeline.now_us) else { continue };
        let group = group_of(timeline, span);
        let bar = (start, Reverse(end), span.id);
        match groups.last_mut() {
            Some((last, bars)) if *last == group => bars.push(bar),
            _ => groups.push((group, vec![bar])),
        }
    }
    let mut lane_of: Vec<Option<usize>> = vec![None; timeline.spans.len()];
    groups
        .into_iter()
        .map(|(group, mut bars)| {
            order::sort_by_key(&mut bars, |bar| *bar);
            let mut lanes = Lanes::default();
            let bars = bars.into_iter().map(|(start, Reverse(end), id)| {
                let parent = timeline.span(id).and_then(|span| span.parent);
                let beside = parent.and_then(|parent| lane_of.get(parent as usize).copied().flatten());
                let lane = lanes.place(start, end, beside);
                if let Some(own) = lane_of.get_mut(id as usize) {
                    *own = Some(lane);
                }
                Placed { span: id, start, end, lane }
            });
            (group, bars.collect())
        })
        .collect()
}

fn arguments(span: &Span) -> String {
    let mut text = format!(
        "{{\"id\":{},\"kind\":{},\"outcome\":{},\"precision\":{}",
        span.id,
        json(kind_word(span.kind)),
        json(outcome_word(span)),
        json(precision_word(span.precision))
    );
    if let Some(parent) = span.parent {
        let _ = write!(text, ",\"parent\":{parent}");
    }
    if let Some(phase) = span.phase {
        let _ = write!(text, ",\"phase\":{}", json(phase.as_str()));
    }
    if let Some(action) = &span.action {
        let _ = write!(text, ",\"action\":{}", json(action));
    }
    if let Some(source) = &span.source {
        let _ = write!(text, ",\"provider\":{}", json(source));
    }
    if let Some(code) = span.exit_code {
        let _ = write!(text, ",\"exit_code\":{code}");
    }
    text.push('}');
    text
}

/// The trace.
pub(crate) fn chrome_trace(timeline: &Timeline, about: &About, mask: &Mask) -> String {
    let mut events = Vec::new();
    for (at, (group, bars)) in placed(timeline).into_iter().enumerate() {
        let pid = at + 1;
        let name = timeline.span(group).map_or_else(String::new, |span| mask.name(&span.label));
        let meta = |what: &str, tid: usize, value: &str| {
            format!(
                "{{\"name\":\"{what}\",\"ph\":\"M\",\"pid\":{pid},\"tid\":{tid},\"args\":{{\"name\":{}}}}}",
                json(value)
            )
        };
        events.push(meta("process_name", 0, &name));
        let lanes = bars.iter().map(|bar| bar.lane + 1).max().unwrap_or(0);
        for lane in 1..=lanes {
            events.push(meta(
                "thread_name",
                lane,
                &if lane == 1 { name.clone() } else { format!("{name}, lane {lane}") },
            ));
        }
        for bar in bars {
            let Some(span) = timeline.span(bar.span) else { continue };
            events.push(format!(
                "{{\"name\":{},\"cat\":{},\"ph\":\"X\",\"ts\":{},\"dur\":{},\"pid\":{pid},\"tid\":{},\"args\":{}}}",
                json(&mask.name(&span.label)),
                json(span.phase.map_or("none", crate::model::timeline::Phase::as_str)),
                bar.start,
                bar.end.saturating_sub(bar.start),
                bar.lane + 1,
                arguments(span)
            ));
        }
    }
    format!(
        "{{\"traceEvents\":[\n{}\n],\n\"displayTimeUnit\":\"ms\",\n\"otherData\":{{\"producer\":\"Gantry\",\"workspace\":{},\"build\":{},\"build_number\":{},\"transition\":{},\"outcome\":{},\"version\":{},\"origin\":{}}}}}\n",
        events.join(",\n"),
        json(&about.workspace),
        json(&about.build.to_string()),
        timeline.build_number,
        json(timeline.transition.as_str()),
        json(build_word(&timeline.outcome)),
        json(&about.version),
        json(&moment(timeline.origin_us)),
    )
}
