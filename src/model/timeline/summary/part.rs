//! The pieces of sentences, and the words that several of them share. Pure.

use crate::model::duration;
use crate::model::timeline::{Phase, Span};
use crate::wire::build::Transition;

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Tone {
    /// As text is.
    Plain,
    /// It went well.
    Good,
    /// Somebody should look.
    Warn,
    /// It failed.
    Bad,
    /// It is under way.
    Busy,
}

/// A piece of a sentence. The pieces join to the sentence as they are, blanks included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The text.
    pub text: String,
    /// What the sentence is about: bold.
    pub strong: bool,
    /// A swatch of this phase stands before it: the legend of the bars below.
    pub swatch: Option<Phase>,
    /// How it is meant.
    pub tone: Tone,
    /// It leads to this line of the log.
    pub log_id: Option<i64>,
}

impl Part {
    /// Text as it is.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), strong: false, swatch: None, tone: Tone::Plain, log_id: None }
    }

    pub(super) fn strong(text: impl Into<String>) -> Self {
        Self { strong: true, ..Self::plain(text) }
    }

    pub(super) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { tone, ..Self::strong(text) }
    }
}

/// The pieces as one text.
#[cfg(test)]
pub(crate) fn text(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}

/// What a build does, at the beginning of a sentence: "Start", "Stop", "Delete".
pub(super) fn verb(transition: &Transition) -> &str {
    match transition {
        Transition::Start => "Start",
        Transition::Stop => "Stop",
        Transition::Delete => "Delete",
        Transition::Other(other) => other,
    }
}

/// What is under way while it does so.
pub(super) fn doing(transition: &Transition) -> &'static str {
    match transition {
        Transition::Start => "Starting",
        Transition::Stop => "Stopping",
        Transition::Delete => "Deleting",
        Transition::Other(_) => "Building",
    }
}

/// The length of a span for its column: `420 ms`, `12.4 s`; `<1 ms` where it is so short that the clock did not move;
/// "—" where nothing is known, which is not 0.
pub(crate) fn duration_text(span: &Span, now_us: i64) -> String {
    match span.duration_us(now_us) {
        Some(0) if !span.is_growing() => "<1 ms".to_owned(),
        Some(us) => duration::span_text(us),
        None => duration::UNKNOWN.to_owned(),
    }
}

/// A length in a sentence: whole seconds from ten on, tenths below, milliseconds below one.
pub(super) fn rough(us: i64) -> String {
    if us < 9_950_000 { duration::span_text(us) } else { duration::about(us.saturating_add(500) / 1_000) }
}

/// `1 script`, `2 scripts`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
