//! For how long something waited before it began, where that is known: a start script from its agent's connection on.
//! (A queue and a connect are waiting as a whole; what Terraform's resources wait for is told nowhere.) Pure.

use super::{Span, SpanKind, Timeline};

/// Shorter waits are no news, µs.
const LEAST_US: i64 = 1_000;

impl Timeline {
    /// From when on `span` waited until it began, µs after the origin; None where that is not known, or no time at all.
    pub(crate) fn waited_from(&self, span: &Span) -> Option<i64> {
        if span.kind != SpanKind::Script || span.action.as_deref() != Some("start") || !span.has_bar() || span.clamped {
            return None;
        }
        let stage = self.span(span.parent.filter(|parent| *parent < span.id)?)?;
        let agent = stage.parent.filter(|parent| *parent < stage.id)?;
        // The connect stands before the scripts.
        let connect = self.children(agent).find(|child| child.kind == SpanKind::Connect && child.has_bar())?;
        let from = connect.end_us?;
        (span.start_us.saturating_sub(from) >= LEAST_US).then_some(from)
    }
}

#[cfg(test)]
mod tests {
    use crate::model::timeline::fixtures::{find, of, start, whole};

    #[test]
    fn a_script_waits_from_its_agents_connection() {
        let scripts = [
            ("start", "ok", 0, "first", 33.0, 34.0),
            ("start", "ok", 0, "second", 34.5, 35.0),
            ("stop", "ok", 0, "stop", 99.0, 99.5),
        ];
        let timeline = whole(&start(), Some(&of(&[], &scripts)), &[]);
        let connected = find(&timeline, "connect").end_us;
        let waited = |name: &str| timeline.waited_from(find(&timeline, name));
        assert_eq!(waited("second"), connected);
        assert_eq!(waited("stop"), None, "a stop script waits for nobody's connection");
        for other in ["connect", "queue", "scripts", "provisioner"] {
            assert_eq!(waited(other), None, "{other}");
        }
    }

    #[test]
    fn without_a_connection_nothing_is_said_to_have_waited() {
        let mut timings = of(&[], &[("start", "ok", 0, "first", 34.0, 35.0)]);
        timings.agent_connection_timings = Vec::new().into();
        let mut build = start();
        build.resources = Vec::new().into();
        let timeline = whole(&build, Some(&timings), &[]);
        assert_eq!(timeline.waited_from(find(&timeline, "first")), None);
    }
}
