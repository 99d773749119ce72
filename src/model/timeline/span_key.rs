//! Which span is meant, whichever timeline of its build it is looked for in. A live build puts spans before others with
//! each answer, so an id ([`Span::id`]) means nothing in the next timeline; a [`SpanKey`] does. Selections, folded rows
//! and the address of a page (`?span=`) hold keys, and ask the timeline that is shown for the id. Pure.

use super::span::{Span, SpanKind};
use super::whole::Timeline;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::fmt;

/// The labels from the root to a span, joined by `/`: `provisioner/apply/null_resource.machine[0]`. Of siblings that
/// share a label the later ones end in `~2`, `~3` …. The text is what stands in an address, so it is never read apart:
/// a label may hold `/` and `~` itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SpanKey(String);

impl SpanKey {
    /// The text as it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Any text is a key; whether a timeline has such a span, [`Timeline::find`] says.
impl From<String> for SpanKey {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for SpanKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Timeline {
    /// The key of a span; None for an unknown id. As long as the span lies deep.
    pub fn key(&self, id: u32) -> Option<SpanKey> {
        let mut path = vec![self.span(id)?];
        while let Some(parent) = path.last().and_then(|span| self.parent_of(span)) {
            path.push(parent);
        }
        let mut text = String::new();
        for span in path.into_iter().rev() {
            if !text.is_empty() {
                text.push('/');
            }
            text.push_str(&span.label);
            if span.ordinal > 1 {
                text.push_str(&ending(span.ordinal));
            }
        }
        Some(SpanKey(text))
    }

    /// The span of a key in this timeline; None if it has none such. Goes through all spans, and makes nothing on the
    /// way. An address that was shared before modules were levels of the tree still means its row.
    pub fn find(&self, key: &SpanKey) -> Option<u32> {
        let there = |is: fn(&Self, &Span, &str) -> bool| self.spans.iter().find(|span| is(self, span, &key.0));
        there(Self::is_at).or_else(|| there(Self::was_at)).map(|span| span.id)
    }

    /// Whether `text` is the key of this span.
    fn is_at(&self, span: &Span, text: &str) -> bool {
        let text = if span.ordinal > 1 { text.strip_suffix(ending(span.ordinal).as_str()) } else { Some(text) };
        let Some(above) = text.and_then(|text| text.strip_suffix(span.label.as_str())) else { return false };
        match self.parent_of(span) {
            None => above.is_empty(),
            Some(parent) => above.strip_suffix('/').is_some_and(|above| self.is_at(parent, above)),
        }
    }

    /// Whether `text` was the key of this span while modules were no levels of the tree, but beginnings of names.
    fn was_at(&self, span: &Span, text: &str) -> bool {
        let text = if span.ordinal > 1 { text.strip_suffix(ending(span.ordinal).as_str()) } else { Some(text) };
        let Some(text) = text.filter(|text| text.ends_with(&span.label) && span.kind != SpanKind::Module) else {
            return false;
        };
        let Some(above) = text.strip_suffix(&*self.address(span)) else { return false };
        let mut hosts = std::iter::successors(self.parent_of(span), |host| self.parent_of(host));
        match hosts.find(|host| host.kind != SpanKind::Module) {
            None => above.is_empty(),
            Some(host) => above.strip_suffix('/').is_some_and(|above| self.was_at(host, above)),
        }
    }

    /// The span in which this one lies. A parent comes before its children and has the smaller id, so that going up
    /// ends.
    fn parent_of(&self, span: &Span) -> Option<&Span> {
        span.parent.filter(|parent| *parent < span.id).and_then(|parent| self.span(parent))
    }
}

/// By what a span is told from the siblings before it that have its label.
fn ending(ordinal: u32) -> String {
    format!("~{ordinal}")
}

/// Says of each span which of its siblings with the same label it is. `spans` are in display order, parents before
/// their children.
pub(crate) fn number(spans: &mut [Span]) {
    let mut counts: FxHashMap<(Option<u32>, &str), u32> =
        FxHashMap::with_capacity_and_hasher(spans.len(), FxBuildHasher);
    let mut ordinals = Vec::with_capacity(spans.len());
    for span in spans.iter() {
        let count = counts.entry((span.parent, span.label.as_str())).or_default();
        *count = count.saturating_add(1);
        ordinals.push(*count);
    }
    for (span, ordinal) in spans.iter_mut().zip(ordinals) {
        span.ordinal = ordinal;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::timeline::{Input, build_timeline};

    fn recorded(name: &str) -> serde_json::Value {
        let file = format!("{}/tests/contract/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let recording: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        recording.get("response").and_then(|response| response.get("body")).unwrap().clone()
    }

    fn rich() -> Timeline {
        let build = crate::model::recordings::read(recorded("timings/rich-build")).unwrap();
        let timings = crate::model::recordings::read(recorded("timings/rich")).unwrap();
        build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 0 })
    }

    fn find(timeline: &Timeline, text: &str) -> Option<u32> {
        timeline.find(&SpanKey::from(text.to_owned()))
    }

    #[test]
    fn every_span_is_found_by_its_key() {
        let timeline = rich();
        assert!(timeline.spans.len() > 10);
        for span in &timeline.spans {
            let key = timeline.key(span.id).unwrap();
            assert_eq!(timeline.find(&key), Some(span.id), "{key}");
        }
        // Twins, and what only looks like them: siblings count, whoever has the same label elsewhere does not.
        let mut twins = timeline.clone();
        for span in &mut twins.spans {
            if span.kind == SpanKind::Resource {
                "x".clone_into(&mut span.label);
            }
        }
        number(&mut twins.spans);
        for span in &twins.spans {
            let key = twins.key(span.id).unwrap();
            assert_eq!(twins.find(&key), Some(span.id), "{key}");
            let siblings = |other: &&Span| other.parent == span.parent && other.id <= span.id;
            match twins.spans.iter().filter(siblings).filter(|other| other.label == span.label).count() {
                1 => assert!(key.as_str().ends_with(&span.label), "{key}"),
                number => assert!(key.as_str().ends_with(&format!("/x~{number}")), "{key}"),
            }
        }
        assert!(find(&twins, "provisioner/apply/x~2").is_some() && find(&twins, "provisioner/plan/x~2").is_some());
        // A span that lies in itself, which no timeline has, is no endless loop.
        if let Some(span) = twins.spans.first_mut() {
            span.parent = Some(0);
        }
        assert_eq!(twins.key(0).as_ref().map(SpanKey::as_str), Some("provisioner"));
        assert_eq!(find(&twins, "provisioner"), Some(0));
        assert_eq!(find(&timeline, "nobody/here"), None);
        assert_eq!(find(&timeline, ""), None);
        assert_eq!(timeline.key(9_999), None);
    }

    #[test]
    fn a_label_may_hold_what_keys_are_joined_by() {
        let mut timeline = rich();
        let at = timeline.spans.iter().position(|span| span.kind == SpanKind::Resource).unwrap();
        for label in ["a/b", "x~2", "/", "~2", "provisioner/apply"] {
            label.clone_into(&mut timeline.spans[at].label);
            number(&mut timeline.spans);
            let id = timeline.spans[at].id;
            let key = timeline.key(id).unwrap();
            assert!(key.as_str().ends_with(&format!("/{label}")), "{key}");
            assert_eq!(timeline.find(&key), Some(id), "{key}");
        }
    }

    #[test]
    fn a_key_outlives_the_spans_that_come_before() {
        let before = rich();
        let mut grown = before.clone();
        let mut queue = grown.spans[1].clone();
        "a new stage".clone_into(&mut queue.label);
        grown.spans.insert(1, queue);
        for (at, span) in grown.spans.iter_mut().enumerate() {
            span.id = at as u32;
            span.parent = span.parent.map(|parent| if parent == 0 { 0 } else { parent + 1 });
        }
        number(&mut grown.spans);
        for span in &before.spans {
            let key = before.key(span.id).unwrap();
            let now = if span.id == 0 { 0 } else { span.id + 1 };
            assert_eq!(grown.find(&key), Some(now), "{key}");
        }
    }
}
