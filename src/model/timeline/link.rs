//! Which span is meant, in words that stay true while a build grows: the place of a span in its tree, for the address of a page and for a
//! selection that outlives a new timeline. Pure.

use super::Timeline;

/// The key of a span: the labels from the root, joined by `/`; where siblings share a label, `~2`, `~3` … follow the later ones. None for an
/// unknown id.
pub fn key(timeline: &Timeline, id: u32) -> Option<String> {
    let span = timeline.span(id)?;
    // Twins stand side by side under one parent: how many of the same label come before.
    let before = timeline
        .spans
        .iter()
        .take_while(|other| other.id < id)
        .filter(|other| other.parent == span.parent && other.label == span.label)
        .count();
    let own = if before == 0 { span.label.clone() } else { format!("{}~{}", span.label, before + 1) };
    match span.parent {
        // A parent has the smaller id (it comes first), so this ends.
        Some(parent) if parent < id => Some(format!("{}/{own}", key(timeline, parent)?)),
        _ => Some(own),
    }
}

/// The span of a key, in this timeline; None if it has none such.
pub fn find(timeline: &Timeline, wanted: &str) -> Option<u32> {
    // The last part narrows the search: only spans whose label can end the key are asked for theirs.
    timeline
        .spans
        .iter()
        .filter(|span| wanted.contains(span.label.as_str()))
        .find(|span| key(timeline, span.id).as_deref() == Some(wanted))
        .map(|span| span.id)
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

    #[test]
    fn every_span_is_found_by_its_key() {
        let build = crate::model::recordings::read(recorded("timings/rich-build")).unwrap();
        let timings = crate::model::recordings::read(recorded("timings/rich")).unwrap();
        let timeline = build_timeline(&Input { build: &build, timings: Some(&timings), logs: &[], now_ms: 0 });
        assert!(timeline.spans.len() > 10);
        for span in &timeline.spans {
            let key = key(&timeline, span.id).unwrap();
            assert_eq!(find(&timeline, &key), Some(span.id), "{key}");
        }
        // Twins, and what only looks like them: siblings count, whoever has the same label elsewhere does not.
        let mut twins = timeline.clone();
        for span in &mut twins.spans {
            if span.kind == crate::model::timeline::SpanKind::Resource {
                "x".clone_into(&mut span.label);
            }
        }
        for span in &twins.spans {
            let key = key(&twins, span.id).unwrap();
            assert_eq!(find(&twins, &key), Some(span.id), "{key}");
            let siblings = |other: &&crate::model::timeline::Span| other.parent == span.parent && other.id <= span.id;
            match twins.spans.iter().filter(siblings).filter(|other| other.label == span.label).count() {
                1 => assert!(key.ends_with(&span.label), "{key}"),
                number => assert!(key.ends_with(&format!("/x~{number}")), "{key}"),
            }
        }
        assert!(find(&twins, "provisioner/apply/x~2").is_some() && find(&twins, "provisioner/plan/x~2").is_some());
        // A span that lies in itself, which no timeline has, is no endless loop.
        if let Some(span) = twins.spans.first_mut() {
            span.parent = Some(0);
        }
        assert_eq!(key(&twins, 0).as_deref(), Some("provisioner"));
        assert_eq!(find(&timeline, "nobody/here"), None);
        assert_eq!(key(&timeline, 9_999), None);
    }
}
