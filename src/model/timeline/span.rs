//! One bar of the waterfall. All times are whole microseconds after the timeline's origin, the creation of the build's
//! job. Nothing is invented: what is read off the log is [`Precision::Estimated`], what is not kept or never began has
//! no end and an outcome that says so. Pure.

use super::phases::Phase;
use crate::wire::name::Name;

/// How far a time can be trusted. Ordered from the best to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// A time that the API gives for exactly this.
    Exact,
    /// Read off the time stamps of log lines (milliseconds).
    Estimated,
    /// Still growing: the end is not known yet.
    Live,
}

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// A heading over spans: the provisioner, or one agent. Drawn as a bracket.
    Group,
    /// A stage of the provisioner, or the scripts of an agent.
    Stage,
    /// A heading over what lies in one module of a stage. Drawn as a bracket.
    Module,
    /// One action on one resource.
    Resource,
    /// One run of a script.
    Script,
    /// From the end of provisioning to the first connection of an agent.
    Connect,
    /// Waiting for a provisioner.
    Queue,
    /// Anything that this version does not know.
    Other,
}

/// How a span ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SpanOutcome {
    /// It ended, and nothing says that it failed. Also of a span that still grows.
    Ok,
    /// It failed; the words are those of the control plane, Terraform or the script, as short as they come.
    Failed {
        /// What went wrong ("exit code 1", "no machine of 16 CPUs is free in us").
        message: String,
    },
    /// A script that was ended because its time was over.
    TimedOut,
    /// A script that ended but left its output open.
    PipesLeftOpen,
    /// It had begun and was never seen to end (cancelled, or the log breaks off).
    Unfinished,
    /// It was to happen and never began. Has no bar.
    NotStarted,
    /// It happened, but the control plane keeps no times of it. Has no bar, and no duration: never 0.
    NotKept,
    /// A status that this version does not know, as the API says it.
    Unknown(String),
}

impl SpanOutcome {
    /// Whether the span failed in a way that a reader must act on.
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::TimedOut)
    }
}

/// One bar of the waterfall: a thing with a start and, mostly, an end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Index in [`super::Timeline::spans`], which means nothing in another timeline: that is what a
    /// [`SpanKey`](super::SpanKey) is for.
    pub id: u32,
    /// The span that this one lies in.
    pub parent: Option<u32>,
    /// Levels below the top: 0 groups, 1 stages, 2 resources, modules and scripts, 3 what lies in those; a sub-agent's
    /// group and its rows lie one level deeper.
    pub depth: u8,
    /// What it is.
    pub kind: SpanKind,
    /// The phase whose colour it has. None: a stage that is no phase (setting up, commit quota, cleaning up): grey, no
    /// swatch.
    pub phase: Option<Phase>,
    /// What a reader calls it: "queue", `docker_image.main`, "dotfiles", "agent main". Of what lies in a module only
    /// the rest: [`super::Timeline::address`] has all of it.
    pub label: String,
    /// Which of the siblings with the same label it is, from 1 in display order.
    pub ordinal: u32,
    /// Start, µs after the origin. Means nothing where [`Span::has_bar`] is false (it is then the start of the parent).
    pub start_us: i64,
    /// End, µs after the origin; never below the start. None: still growing (live), not kept, or not started.
    pub end_us: Option<i64>,
    /// How far its times can be trusted.
    pub precision: Precision,
    /// How it ended.
    pub outcome: SpanOutcome,
    /// Terraform's action ("create", "read", "state refresh", "provision", …), or the stage of a script ("start",
    /// "stop", "cron").
    pub action: Option<Name>,
    /// The provider, as the API says it.
    pub source: Option<Name>,
    /// Of scripts alone.
    pub exit_code: Option<i32>,
    /// Of start scripts alone: whether nobody can log in before it has ended. None: not told.
    pub blocks_login: Option<bool>,
    /// Its times contradicted those around it (clocks disagree, or the end lay before the start) and were moved: say
    /// so.
    pub clamped: bool,
    /// Start and end as the API says them, µs after the origin, where `clamped` moved the bar. The end may lie before
    /// the start.
    pub told: Option<(i64, i64)>,
    /// It lies outside the build, maybe years later (stop and cron scripts): it has times for its row, but is kept out
    /// of the scale and has no bar on it.
    pub off_scale: bool,
    /// What must be said beside it ("not kept by the server", "boot, download and connection, not split by Coder").
    pub note: Option<String>,
    /// Ids of the first and the last log line that belong to it.
    pub log: Option<(i64, i64)>,
}

impl Span {
    /// Whether its start is a fact: false for what is not kept and what never began.
    pub const fn has_times(&self) -> bool {
        !matches!(self.outcome, SpanOutcome::NotStarted | SpanOutcome::NotKept)
    }

    /// Whether it is still growing: it has a start and no end yet.
    pub fn is_growing(&self) -> bool {
        self.has_times() && self.end_us.is_none() && self.precision == Precision::Live
    }

    /// Whether there is anything to draw on the scale. Not for what is not kept, what never began, what ended nobody
    /// knows when, and what lies off the scale.
    pub fn has_bar(&self) -> bool {
        !self.off_scale && (self.is_growing() || (self.has_times() && self.end_us.is_some()))
    }

    /// Start and end of the bar, µs after the origin, where a growing span ends at `now_us`
    /// ([`super::Timeline::now_us`]). None where there are no times.
    pub fn range(&self, now_us: i64) -> Option<(i64, i64)> {
        if self.is_growing() {
            return Some((self.start_us, now_us.max(self.start_us)));
        }
        let end = self.end_us.filter(|_| self.has_times())?;
        Some((self.start_us, end.max(self.start_us)))
    }

    /// Start and end as figures: what the API says even where the bar was moved, else the bar's. None where there are
    /// no times.
    pub fn figures(&self, now_us: i64) -> Option<(i64, i64)> {
        self.told.or_else(|| self.range(now_us))
    }

    /// Its length in µs as a figure, up to `now_us` if it is still growing; never negative. None where there are no
    /// times: that is not 0.
    pub fn duration_us(&self, now_us: i64) -> Option<i64> {
        self.figures(now_us).map(|(start, end)| end.saturating_sub(start).max(0))
    }
}
