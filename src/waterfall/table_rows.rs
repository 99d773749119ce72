//! What the table of a build says: the rows of the chart with exact figures. Each time carries its exact value: the
//! moment (UTC, µs) of a start and the ISO 8601 length (µs) of a duration. Pure; imports `model`.

use crate::model::order;
use crate::model::timeline::{Precision, Span, SpanKind, Timeline, summary};

/// Rows that are shown at once.
pub(crate) const PAGE: usize = 1_000;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableRow {
    /// The span.
    pub(crate) id: u32,
    /// Levels below the top.
    pub(crate) depth: u8,
    /// What it is called.
    pub(crate) label: String,
    /// Its phase, or what it is.
    pub(crate) phase: String,
    /// When it began: exact (RFC 3339, UTC, µs) and in words.
    pub(crate) start: Option<(String, String)>,
    /// How long it took: exact (ISO 8601, µs) and in words.
    pub(crate) duration: Option<(String, String)>,
    /// How it ended.
    pub(crate) outcome: String,
    /// exact, estimated, still growing; and what else must be said.
    pub(crate) precision: String,
}

/// A moment as RFC 3339 in UTC with six decimals; from µs since the Unix epoch.
pub(crate) fn moment(unix_us: i64) -> String {
    chrono::DateTime::from_timestamp_micros(unix_us)
        .map_or_else(String::new, |at| at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
}

/// A length as ISO 8601 with six decimals; from µs.
pub(crate) fn length(us: i64) -> String {
    let us = us.unsigned_abs();
    format!("PT{}.{:06}S", us / 1_000_000, us % 1_000_000)
}

/// A length to the millisecond: `0.004 s`, `28.003 s`, `1 m 22.195 s`.
fn exact_text(us: i64) -> String {
    let (sign, us) = (if us < 0 { "−" } else { "" }, us.unsigned_abs().saturating_add(500));
    let (seconds, ms) = (us / 1_000_000, us % 1_000_000 / 1_000);
    if seconds < 60 {
        format!("{sign}{seconds}.{ms:03} s")
    } else if seconds < 3_600 {
        format!("{sign}{} m {:02}.{ms:03} s", seconds / 60, seconds % 60)
    } else {
        format!("{sign}{} h {:02} m {:02}.{ms:03} s", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }
}

/// How far the times can be trusted, in words.
pub(crate) const fn precision_word(precision: Precision) -> &'static str {
    match precision {
        Precision::Exact => "exact",
        Precision::Estimated => "estimated",
        Precision::Live => "still growing",
    }
}

/// What the column "Phase" says of a span.
pub(crate) fn phase_word(span: &Span) -> &'static str {
    match (span.phase, span.kind) {
        (Some(phase), _) => phase.as_str(),
        (None, SpanKind::Group) => "group",
        (None, _) => "none",
    }
}

/// The row of a span.
pub(crate) fn row(timeline: &Timeline, span: &Span) -> TableRow {
    let figures = span.figures(timeline.now_us);
    // A group has no time of its own on the wire: it is as exact as what lies in it.
    let start = figures.map(|(start, _)| start).or_else(|| (span.has_times()).then_some(span.start_us));
    let mut precision =
        if span.has_times() { precision_word(span.precision).to_owned() } else { "not known".to_owned() };
    if span.clamped {
        precision.push_str(", moved in the chart: the clocks disagree");
    }
    if let Some((start, end)) = span.told.filter(|(start, end)| end < start) {
        precision.push_str(", its end is told ");
        precision.push_str(&exact_text(start.saturating_sub(end)));
        precision.push_str(" before its start");
    }
    if let Some(from) = timeline.waited_from(span) {
        precision.push_str(", began ");
        precision.push_str(&exact_text(span.start_us.saturating_sub(from)));
        precision.push_str(" after its agent had connected");
    }
    if let Some(note) = &span.note {
        precision.push_str(", ");
        precision.push_str(note);
    }
    TableRow {
        id: span.id,
        depth: span.depth,
        label: span.label.clone(),
        phase: phase_word(span).to_owned(),
        start: start.map(|start| (moment(timeline.origin_us.saturating_add(start)), exact_text(start))),
        duration: span.duration_us(timeline.now_us).map(|us| (length(us), exact_text(us))),
        outcome: summary::outcome_text(timeline, span),
        precision,
    }
}

/// By what the table is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SortBy {
    /// As the chart is: parents before what lies in them.
    #[default]
    Order,
    /// By name.
    Name,
    /// By phase, in the order in which phases happen.
    Phase,
    /// By start.
    Start,
    /// By duration.
    Duration,
    /// By outcome.
    Outcome,
}

/// The rows of a timeline, sorted, at most `limit`. What has no figure comes last, whichever way.
pub(crate) fn rows(timeline: &Timeline, limit: usize, by: SortBy, down: bool) -> Vec<TableRow> {
    if by == SortBy::Order {
        return timeline.spans.iter().take(limit).map(|span| row(timeline, span)).collect();
    }
    let mut ids: Vec<&Span> = timeline.spans.iter().collect();
    let start = |span: &Span| span.figures(timeline.now_us).map(|(start, _)| start);
    let length = |span: &Span| span.duration_us(timeline.now_us);
    let figure = |one: Option<i64>, other: Option<i64>| match (one, other) {
        (Some(one), Some(other)) if down => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    };
    let word = |ordering: std::cmp::Ordering| if down { ordering.reverse() } else { ordering };
    order::sort_by(&mut ids, |one, other| match by {
        SortBy::Order => std::cmp::Ordering::Equal,
        SortBy::Name => word(order::natural(&timeline.address(one), &timeline.address(other))),
        SortBy::Phase => word(one.phase.cmp(&other.phase)),
        SortBy::Start => figure(start(one), start(other)),
        SortBy::Duration => figure(length(one), length(other)),
        SortBy::Outcome => word(summary::outcome_text(timeline, one).cmp(&summary::outcome_text(timeline, other))),
    });
    // Away from the rows of its modules a name has to say them.
    let whole = |span: &Span| TableRow { label: timeline.address(span).into_owned(), ..row(timeline, span) };
    ids.into_iter().take(limit).map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_values_keep_every_microsecond() {
        assert_eq!(moment(1_795_514_472_000_001), "2026-11-24T10:01:12.000001Z");
        assert_eq!(length(28_003_211), "PT28.003211S");
        assert_eq!(length(0), "PT0.000000S");
        assert_eq!(length(3_600_000_004), "PT3600.000004S");
    }

    #[test]
    fn what_is_not_known_is_not_nothing() {
        let build = crate::model::recordings::body("real/old-start-build");
        let timings = crate::model::recordings::body("real/old-start-timings");
        let input = crate::model::timeline::Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 0 };
        let timeline = crate::model::timeline::build_timeline(&input);
        let rows = rows(&timeline, PAGE, SortBy::Order, false);
        let row = |label: &str| rows.iter().find(|row| row.label == label).unwrap();
        let connect = row("connect");
        assert_eq!((&connect.start, &connect.duration), (&None, &None));
        assert_eq!(connect.precision, "not known, not kept by the server");
        assert_eq!((row("queue").precision.as_str(), row("queue").phase.as_str()), ("exact", "queue"));
        assert_eq!(row("queue").duration, Some(("PT0.016378S".to_owned(), "0.016 s".to_owned())));
        assert_eq!(row("provisioner").phase, "group");
        assert_eq!(super::rows(&timeline, 3, SortBy::Order, false).len(), 3);
        // Sorted, every row is there, and what has no figure comes last both ways.
        for (by, down) in [
            (SortBy::Duration, false),
            (SortBy::Duration, true),
            (SortBy::Start, true),
            (SortBy::Name, false),
            (SortBy::Phase, true),
            (SortBy::Outcome, false),
        ] {
            let sorted = super::rows(&timeline, PAGE, by, down);
            assert_eq!(sorted.len(), rows.len(), "{by:?}");
            if by == SortBy::Duration {
                assert_eq!(sorted.last().unwrap().duration, None, "{down}");
                let known: Vec<i64> = sorted
                    .iter()
                    .map_while(|row| timeline.span(row.id).unwrap().duration_us(timeline.now_us))
                    .collect();
                assert!(known.windows(2).all(|pair| if down { pair[0] >= pair[1] } else { pair[0] <= pair[1] }));
            }
        }
    }

    #[test]
    fn an_end_before_its_start_is_told() {
        let build = crate::model::recordings::workspace("real/start-workspace").latest_build;
        let mut timings: crate::wire::timings::BuildTimings = crate::model::recordings::body("real/start-timings");
        let mut stages = timings.provisioner_timings.to_vec();
        let init = stages.iter_mut().find(|row| row.stage.as_str() == "init").unwrap();
        std::mem::swap(&mut init.started_at, &mut init.ended_at);
        timings.provisioner_timings = stages.into();
        let input = crate::model::timeline::Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 0 };
        let timeline = crate::model::timeline::build_timeline(&input);
        let rows = rows(&timeline, PAGE, SortBy::Order, false);
        let row = rows.iter().find(|row| row.label == "init").unwrap();
        assert!(row.precision.contains(", its end is told 0."), "{}", row.precision);
        assert!(row.precision.contains(" s before its start"), "{}", row.precision);
        assert_eq!(row.duration.as_ref().unwrap().1, "0.000 s");
    }

    #[test]
    fn words_keep_the_millisecond() {
        assert_eq!(exact_text(4_000), "0.004 s");
        assert_eq!(exact_text(28_003_911), "28.004 s");
        assert_eq!(exact_text(82_195_000), "1 m 22.195 s");
        assert_eq!(exact_text(3_725_000_000), "1 h 02 m 05.000 s");
        assert_eq!(exact_text(-4_000), "−0.004 s");
    }
}
