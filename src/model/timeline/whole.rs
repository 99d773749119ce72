//! All spans of one build, with what is said of the whole. Pure.

use super::errors::LogError;
use super::span::{Precision, Span, SpanKind};
use crate::wire::build::Transition;

/// What a [`Marker`] marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MarkerKind {
    /// The agent said that it is ready.
    Ready,
    /// Where the build failed.
    Failed,
    /// When somebody asked to cancel the build.
    Canceled,
    /// Now; of a live timeline alone.
    Now,
}

/// A vertical line through the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// What it marks.
    pub kind: MarkerKind,
    /// Where, µs after the origin.
    pub at_us: i64,
    /// The words of its chip ("failed, 4.59 s", "now", "ready").
    pub label: String,
}

/// How the whole build ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The job succeeded. Scripts may still have failed: see the spans.
    Succeeded,
    /// The job failed.
    Failed {
        /// The first error in Terraform's words if the log has one, else the job's own error.
        error: String,
    },
    /// Somebody canceled it.
    Canceled,
    /// It is under way.
    Running,
    /// It waits for a provisioner.
    Pending,
    /// A job status that this version does not know, as the API says it.
    Unknown(String),
}

/// All spans of one build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// t = 0 in µs since the Unix epoch: the job's creation.
    pub origin_us: i64,
    /// End of the scale, µs after the origin; at least 1.
    pub end_us: i64,
    /// As far as the control plane can have told, µs after the origin: growing spans reach to here. See
    /// [`super::live::LAG_US`].
    pub now_us: i64,
    /// The number of the build, counted per workspace.
    pub build_number: i64,
    /// What the build does.
    pub transition: Transition,
    /// The spans in display order: parents before their children, siblings by start.
    pub spans: Vec<Span>,
    /// The ids of those that are neither a resource nor a module, in the same order: what sentences name. They stay few
    /// where there are a hundred thousand resources. See [`heads_of`].
    pub heads: Vec<u32>,
    /// End of the last bar, µs after the origin; 0 without one.
    pub last_us: i64,
    /// Lines through the chart.
    pub markers: Vec<Marker>,
    /// The worst precision of the spans.
    pub precision: Precision,
    /// How the build ended.
    pub outcome: Outcome,
    /// The first error of a failed build's log.
    pub first_error: Option<LogError>,
    /// The other errors of the log, in its order.
    pub more_errors: Vec<LogError>,
    /// How long the job took, from its creation to its end, µs. None while it is under way.
    pub job_us: Option<i64>,
    /// Whether something may still grow.
    pub live: bool,
    /// What must be said once about the whole, in ready sentences.
    pub notes: Vec<String>,
}

/// The ids of the spans that are neither a resource nor a module.
pub(super) fn heads_of(spans: &[Span]) -> Vec<u32> {
    let heads = spans.iter().filter(|span| !matches!(span.kind, SpanKind::Resource | SpanKind::Module));
    heads.map(|span| span.id).collect()
}

impl Timeline {
    /// Of a build of which nothing is known yet.
    pub(crate) fn unknown(build_number: i64) -> Self {
        Self {
            origin_us: 0,
            end_us: 1,
            now_us: 0,
            build_number,
            transition: Transition::Start,
            spans: Vec::new(),
            heads: Vec::new(),
            last_us: 0,
            markers: Vec::new(),
            precision: Precision::Exact,
            outcome: Outcome::Pending,
            first_error: None,
            more_errors: Vec::new(),
            job_us: None,
            live: false,
            notes: Vec::new(),
        }
    }

    /// The spans that are neither a resource nor a module, in display order.
    pub(crate) fn heads(&self) -> impl DoubleEndedIterator<Item = &Span> + Clone {
        self.heads.iter().filter_map(move |id| self.span(*id))
    }

    /// The span of this id.
    pub fn span(&self, id: u32) -> Option<&Span> {
        self.spans.get(usize::try_from(id).ok()?)
    }

    /// The spans directly below this one, in display order.
    pub fn children(&self, id: u32) -> impl Iterator<Item = &Span> {
        let from = usize::try_from(id).unwrap_or(usize::MAX).saturating_add(1);
        let depth = self.span(id).map_or(u8::MAX, |span| span.depth);
        self.spans
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |span| span.depth > depth)
            .filter(move |span| span.parent == Some(id))
    }
}
