//! What a state looks like and is called: silhouette, colour, word and reason (docs/look.md, "States of a row"). Pure.

use crate::model::progress::Progress;

/// The silhouette beside the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    /// A disc.
    Running,
    /// A ring with dots.
    Connecting,
    /// A triangle.
    Unhealthy,
    /// A ring with an arc.
    Starting,
    /// A dashed ring.
    Pending,
    /// A ring with a square.
    Stopping,
    /// The outline of a square.
    Stopped,
    /// An octagon with a cross.
    Failed,
    /// A ring with a slash.
    Canceled,
    /// A moon.
    Dormant,
    /// A ring with a cross.
    Deleting,
    /// A tick: a build that succeeded.
    Succeeded,
    /// Nothing this version has a mark for.
    Unknown,
}

impl Mark {
    /// All of them.
    pub(crate) const ALL: [Mark; 13] = [
        Mark::Running,
        Mark::Connecting,
        Mark::Unhealthy,
        Mark::Starting,
        Mark::Pending,
        Mark::Stopping,
        Mark::Stopped,
        Mark::Failed,
        Mark::Canceled,
        Mark::Dormant,
        Mark::Deleting,
        Mark::Succeeded,
        Mark::Unknown,
    ];

    /// The name of its icon in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Mark::Running => "running",
            Mark::Connecting => "connecting",
            Mark::Unhealthy => "unhealthy",
            Mark::Starting => "starting",
            Mark::Pending => "pending",
            Mark::Stopping => "stopping",
            Mark::Stopped => "stopped",
            Mark::Failed => "failed",
            Mark::Canceled => "canceled",
            Mark::Dormant => "dormant",
            Mark::Deleting => "deleting",
            Mark::Succeeded => "check",
            Mark::Unknown => "info",
        }
    }
}

/// The colour, which is a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Well.
    Ok,
    /// Act on this.
    Warn,
    /// Under way.
    Busy,
    /// At rest.
    Idle,
    /// Failed: act on this.
    Bad,
    /// Dormant.
    Dormant,
}

impl Tone {
    /// The end of its class name: `st-ok`.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Ok => "ok",
            Tone::Warn => "warn",
            Tone::Busy => "busy",
            Tone::Idle => "idle",
            Tone::Bad => "bad",
            Tone::Dormant => "dormant",
        }
    }
}

/// A state in words.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusText {
    /// The silhouette.
    pub mark: Mark,
    /// The colour.
    pub tone: Tone,
    /// The word: `Start failed`.
    pub word: String,
    /// The reason; empty if there is none to say.
    pub why: String,
    /// The bar of a running build, if it is known how long such builds take.
    pub progress: Option<Progress>,
    /// What is said behind the bar: `about 20–45 s left`; empty if nothing honest can be said.
    pub left: String,
    /// What is said behind the reason, whatever the room: `and 3 more errors`.
    pub more: String,
}

impl StatusText {
    pub(super) fn new(mark: Mark, tone: Tone, word: impl Into<String>, why: impl Into<String>) -> StatusText {
        StatusText {
            mark,
            tone,
            word: word.into(),
            why: why.into(),
            progress: None,
            left: String::new(),
            more: String::new(),
        }
    }

    /// All of it in one line, for a label or a title: `Starting, apply, 42 s, about 20–45 s left`.
    pub fn spoken(&self) -> String {
        [self.word.as_str(), self.why.as_str(), self.more.as_str(), self.left.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }
}
