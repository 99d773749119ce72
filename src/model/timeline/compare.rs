//! Two builds beside each other: spans aligned by stage and address, what took longer or shorter, what only one of them
//! has. Where the control plane forgot a connect, it counts on neither side. Pure.

use super::summary::whole;
use super::{Phase, Span, SpanKey, SpanKind, SpanOutcome, Timeline};
use crate::model::duration::{about, span_text};
use crate::model::order;
use crate::wire::parameter::ParameterValue;
use std::collections::{HashMap, HashSet};

/// A span of one or both builds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Names it in both.
    pub(crate) key: SpanKey,
    /// What it is called.
    pub(crate) label: String,
    /// The phase that it is of.
    pub(crate) phase: Option<Phase>,
    /// What it is.
    pub(crate) kind: SpanKind,
    /// How long it took here, µs; None: not here, or not known.
    pub(crate) here_us: Option<i64>,
    /// How long it took there.
    pub(crate) there_us: Option<i64>,
}

impl Pair {
    /// How much longer it took here, µs.
    pub(crate) fn more_us(&self) -> Option<i64> {
        Some(self.here_us?.saturating_sub(self.there_us?))
    }
}

/// Two builds beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// What both have, what differs most first.
    pub(crate) both: Vec<Pair>,
    /// What only this build has, in its order.
    pub(crate) only_here: Vec<Pair>,
    /// What only the other has.
    pub(crate) only_there: Vec<Pair>,
    /// What is compared as a whole, µs: here, there.
    pub(crate) totals: (i64, i64),
    /// Whether connect is left out of that, because one side does not have it.
    pub(crate) without_connect: bool,
}

fn connects(timeline: &Timeline) -> impl Iterator<Item = &Span> {
    timeline.spans.iter().filter(|span| span.kind == SpanKind::Connect)
}

/// Whether a connect of a build is not known any more.
fn lacks_connect(timeline: &Timeline) -> bool {
    connects(timeline).any(|span| span.outcome == SpanOutcome::NotKept)
}

/// How long the connects took that hold the whole up: until the first script, at most.
fn total(timeline: &Timeline, without_connect: bool) -> i64 {
    if !without_connect {
        return whole(timeline);
    }
    let job = timeline.job_us.unwrap_or(0);
    let scripts = timeline
        .spans
        .iter()
        .filter(|span| span.kind == SpanKind::Stage && span.phase == Some(Phase::Scripts) && span.has_bar())
        .filter_map(|span| span.duration_us(timeline.now_us))
        .max();
    job.saturating_add(scripts.unwrap_or(0))
}

fn keyed(timeline: &Timeline) -> Vec<(SpanKey, &Span)> {
    let shown = timeline
        .spans
        .iter()
        .filter(|span| !span.off_scale && !matches!(span.kind, SpanKind::Group | SpanKind::Module));
    shown.filter_map(|span| Some((timeline.key(span.id)?, span))).collect()
}

fn pair(timeline: &Timeline, key: SpanKey, span: &Span, here_us: Option<i64>, there_us: Option<i64>) -> Pair {
    Pair { key, label: timeline.address(span).into_owned(), phase: span.phase, kind: span.kind, here_us, there_us }
}

/// Compares a build with another.
pub(crate) fn compare(here: &Timeline, there: &Timeline) -> Comparison {
    let others: HashMap<SpanKey, &Span> = keyed(there).into_iter().collect();
    let (mut both, mut only_here) = (Vec::new(), Vec::new());
    let mut seen: HashSet<SpanKey> = HashSet::new();
    for (key, span) in keyed(here) {
        let here_us = span.duration_us(here.now_us);
        match others.get(&key) {
            Some(other) => {
                seen.insert(key.clone());
                both.push(pair(here, key, span, here_us, other.duration_us(there.now_us)));
            }
            None => only_here.push(pair(here, key, span, here_us, None)),
        }
    }
    let only_there = keyed(there)
        .into_iter()
        .filter(|(key, _)| !seen.contains(key))
        .map(|(key, span)| {
            let us = span.duration_us(there.now_us);
            pair(there, key, span, None, us)
        })
        .collect();
    order::sort_by_key(&mut both, |pair| std::cmp::Reverse(pair.more_us().map(i64::unsigned_abs)));
    let without_connect = lacks_connect(here) || lacks_connect(there);
    let totals = (total(here, without_connect), total(there, without_connect));
    Comparison { both, only_here, only_there, totals, without_connect }
}

/// A length with its sign: `+7.7 s`, `−0.2 s`, `0 ms`.
pub(crate) fn signed(us: i64) -> String {
    if us > 0 { format!("+{}", span_text(us)) } else { span_text(us) }
}

impl Comparison {
    /// The whole in a sentence: "1 m 22 s, 9 s longer than build 40 (1 m 13 s): `docker_image.main` +7.7 s, queue +3.0
    /// s."
    pub(crate) fn sentence(&self, other: i64) -> String {
        let (here, there) = self.totals;
        let apart = here.saturating_sub(there);
        let near = apart.unsigned_abs() < 500_000;
        let by = if near {
            format!("about as long as build {other}")
        } else {
            let word = if apart > 0 { "longer" } else { "shorter" };
            format!("{} {word} than build {other}", about(apart.saturating_abs().saturating_add(500) / 1_000))
        };
        // What is a heading of others says nothing that they do not.
        let telling = self.both.iter().filter(|pair| pair.kind != SpanKind::Stage || pair.phase != Some(Phase::Apply));
        let named: Vec<String> = telling
            .filter_map(|pair| Some((pair, pair.more_us()?)))
            .filter(|(_, more)| more.unsigned_abs() >= 500_000 && more.signum() == apart.signum())
            .take(3)
            .map(|(pair, more)| format!("{} {}", pair.label, signed(more)))
            .collect();
        let because = if named.is_empty() || near { String::new() } else { format!(": {}", named.join(", ")) };
        let without =
            if self.without_connect { " Connect is left out: the server no longer has it of one of them." } else { "" };
        // Two that hardly differ may lie on both sides of a whole second.
        let rough = |us: i64| if near { span_text(us) } else { about(us.saturating_add(500) / 1_000) };
        format!("{}, {by} ({}){because}.{without}", rough(here), rough(there))
    }
}

/// The names of the parameters whose values differ, or that one build alone has.
pub(crate) fn changed_parameters(here: &[ParameterValue], there: &[ParameterValue]) -> Vec<String> {
    let of = |values: &[ParameterValue], name: &str| {
        values.iter().find(|value| value.name == name).map(|value| value.value.clone())
    };
    let mut names: Vec<&str> = here.iter().chain(there).map(|value| value.name.as_str()).collect();
    order::sort_by_key(&mut names, |name| *name);
    names.dedup();
    names.into_iter().filter(|name| of(here, name) != of(there, name)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
