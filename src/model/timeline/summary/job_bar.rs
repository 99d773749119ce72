//! The job of a build in one line of bars, for a list of builds: what the figure beside it counts, from the request to
//! the end of the job. Pure.

use super::spent::Stretch;
use crate::model::timeline::{Phase, Precision, SpanKind, Timeline};

/// The queue and the provisioner's stages, in parts of the job's length. What is not told is left open.
pub(crate) fn job_stretches(timeline: &Timeline) -> Vec<Stretch> {
    let Some(whole) = timeline.job_us.filter(|whole| *whole > 0) else { return Vec::new() };
    let of_job = |phase: Option<Phase>| !matches!(phase, Some(Phase::Connect | Phase::Scripts));
    let part = |us: i64| (us as f64 / whole as f64).clamp(0.0, 1.0);
    let bars = timeline
        .heads()
        .filter(|span| matches!(span.kind, SpanKind::Queue | SpanKind::Stage) && of_job(span.phase) && span.has_bar());
    bars.filter_map(|span| {
        let (start, end) = span.range(timeline.now_us)?;
        let (from, to) = (part(start), part(end));
        (to > from).then(|| Stretch {
            phase: span.phase,
            text: span.label.clone(),
            from,
            length: to - from,
            estimated: span.precision != Precision::Exact,
        })
    })
    .collect()
}

/// Which phases took how much of the job, for whoever cannot see the bar: `queue 38 %, apply 36 %`; the longest first.
pub(crate) fn job_text(stretches: &[Stretch]) -> String {
    let mut parts: Vec<(&str, f64)> = Vec::new();
    for one in stretches {
        match parts.iter_mut().find(|(text, _)| *text == one.text) {
            Some((_, length)) => *length += one.length,
            None => parts.push((&one.text, one.length)),
        }
    }
    parts.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let told = parts.iter().filter(|(_, length)| *length >= 0.05);
    told.map(|(text, length)| format!("{text} {:.0} %", length * 100.0)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::timeline::{Input, build_timeline};
    use crate::wire::log::ProvisionerJobLog;
    use crate::wire::timings::BuildTimings;

    fn bar(name: &str) -> Vec<Stretch> {
        let build = recordings::workspace(&format!("{name}-workspace")).latest_build;
        let timings: BuildTimings = recordings::body(&format!("{name}-timings"));
        let input = Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 1_900_000_000_000 };
        job_stretches(&build_timeline(&input))
    }

    #[test]
    fn the_bar_is_of_the_job_alone() {
        for name in ["real/start", "real/stop", "2025-07/real/start"] {
            let all = bar(name);
            let words: Vec<&str> = all.iter().map(|one| one.text.as_str()).collect();
            assert!(words.contains(&"queue") && words.contains(&"apply"), "{name}: {words:?}");
            assert!(all.iter().all(|one| !matches!(one.phase, Some(Phase::Connect | Phase::Scripts))), "{name}");
            assert!(
                all.iter().all(|one| one.from >= 0.0 && one.length > 0.0 && one.from + one.length <= 1.0 + 1e-9),
                "{name}"
            );
            assert!(job_text(&all).contains('%'), "{name}");
        }
        // Of a build that failed nothing is kept but its queue.
        let failed: Vec<Stretch> = bar("real/apply-failed");
        assert!(failed.iter().all(|one| one.phase == Some(Phase::Queue)), "{failed:?}");
    }

    #[test]
    fn of_what_failed_or_was_canceled_the_log_tells_the_phases_that_it_came_to() {
        for name in ["real/apply-failed", "real/canceled", "2025-07/real/apply-failed"] {
            let build = recordings::workspace(&format!("{name}-workspace")).latest_build;
            let logs: Vec<ProvisionerJobLog> = recordings::body(&format!("{name}-logs"));
            let input = Input { build: &build, timings: None, logs: &logs, now_ms: 1_900_000_000_000 };
            let all = job_stretches(&build_timeline(&input));
            let later = all.iter().filter(|one| one.phase != Some(Phase::Queue)).collect::<Vec<_>>();
            assert!(!later.is_empty() && later.iter().all(|one| one.estimated), "{name}: {all:?}");
            assert!(job_text(&all).contains('%'), "{name}");
        }
    }

    #[test]
    fn in_words_the_longest_comes_first_and_what_is_alike_is_one() {
        let one = |text: &str, length| Stretch { phase: None, text: text.into(), from: 0.0, length, estimated: false };
        assert_eq!(
            job_text(&[one("queue", 0.2), one("apply", 0.3), one("graph", 0.01), one("apply", 0.4)]),
            "apply 70 %, queue 20 %"
        );
        assert_eq!(job_text(&[]), "");
    }
}
