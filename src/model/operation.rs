//! What a running action does next: a pure machine, events in, commands out, driven by the store (docs/architecture.md, "An action"). Restart, retry
//! and update are several requests that no server makes atomic: the machine says which is next, ends with a report if one of them fails or somebody
//! else builds in between, and survives a closed tab, because the whole of it can be stored (it holds no parameter values). Pure; may import
//! `wire` and other `model` files.
//!
//! Two promises, held by property tests: no request that changes something is sent twice, and what happened is never lost.

use crate::json::Read;
use crate::json::Reader;
use crate::model::actions;
use crate::model::actions::Action;
use crate::model::duration;
use crate::model::row::Row;
use crate::model::status;
use crate::model::status::Mark;
use crate::model::status::Tone;
use crate::record;
use crate::wire::Id;
use crate::wire::build::BuildStatus;
use crate::wire::build::JobStatus;
use crate::wire::build::Transition;
use crate::wire::error::Validation;
use crate::words;
use serde::Serialize;

mod leaving;

/// After how many milliseconds without news the workspace is asked for.
const ASK_AFTER_MS: i64 = 5_000;
/// For how many milliseconds a request whose answer was lost may still arrive.
const MAY_ARRIVE_MS: i64 = 10_000;
/// For how many milliseconds the stop of something that runs is held back, to be undone (docs/look.md, "Dialog").
pub const HOLD_MS: i64 = 8_000;
/// How late a held stop may be sent: a timer of a hidden tab is late by a minute, a computer that slept by hours; nobody expects it then.
pub const OVERSLEEP_MS: i64 = 120_000;
/// The second click of a double click on Stop is no undo.
const DOUBLE_CLICK_MS: i64 = 400;

/// One request of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A build.
    Build {
        /// What it does.
        transition: Transition,
        /// The version it must have; `None` for that of the build before.
        version: Option<Id>,
    },
    /// The end of a build under way.
    Cancel {
        /// Which.
        build: Id,
        /// Its number.
        number: i64,
        /// Whether it is expected to wait still, which is always allowed.
        expect_pending: bool,
    },
    /// The end of its dormancy.
    Activate,
    /// Whether it is a favourite.
    Favorite {
        /// Whether it is to be one.
        on: bool,
    },
}

impl Read for Step {
    fn read(reader: &mut Reader<'_>) -> Self {
        match reader.word() {
            "build" => {
                let mut fields = reader.fields();
                Step::Build {
                    transition: Read::read(fields.at("transition")),
                    version: Read::read(fields.at("version")),
                }
            }
            "cancel" => {
                let mut fields = reader.fields();
                Step::Cancel {
                    build: Read::read(fields.at("build")),
                    number: Read::read(fields.at("number")),
                    expect_pending: Read::read(fields.at("expect_pending")),
                }
            }
            "favorite" => Step::Favorite { on: Read::read(reader.fields().at("on")) },
            "activate" => Step::Activate,
            _ => {
                reader.expected("a step");
                Step::Activate
            }
        }
    }
}

/// Where the current step is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    /// Nothing was sent yet.
    Ready,
    /// Nothing was sent yet, and nothing will be before this time, so that it can be undone. A closed tab sends nothing.
    Held {
        /// Until when.
        until_ms: i64,
        /// Its time has come, and the control plane cannot be reached: it is sent once that answers, and can be undone until then.
        waits: bool,
    },
    /// The request is on its way.
    Sent,
    /// The answer was lost: it may have arrived or not. Only the workspace itself can tell.
    Uncertain {
        /// Since when.
        since_ms: i64,
        /// What the gateway said instead of the control plane, if anything.
        said: Option<Refusal>,
    },
    /// The server took it.
    Accepted {
        /// The build's number: proof is a row that has it.
        number: i64,
        /// The build.
        build: Id,
        /// Whether a row has shown it.
        proven: bool,
    },
    /// The step before is done, but nobody drove for a while: the user is asked whether to go on.
    Ask,
    /// Over.
    Over(Report),
}

impl Phase {
    fn held_from(now_ms: i64) -> Phase {
        Phase::Held { until_ms: now_ms.saturating_add(HOLD_MS), waits: false }
    }
}

impl Read for Phase {
    fn read(reader: &mut Reader<'_>) -> Self {
        match reader.word() {
            "ready" => Phase::Ready,
            "held" => {
                let mut fields = reader.fields();
                Phase::Held {
                    until_ms: Read::read(fields.at("until_ms")),
                    waits: Read::read_or_default(fields.maybe("waits")),
                }
            }
            "sent" => Phase::Sent,
            "ask" => Phase::Ask,
            "uncertain" => {
                let mut fields = reader.fields();
                Phase::Uncertain { since_ms: Read::read(fields.at("since_ms")), said: Read::read(fields.at("said")) }
            }
            "accepted" => {
                let mut fields = reader.fields();
                Phase::Accepted {
                    number: Read::read(fields.at("number")),
                    build: Read::read(fields.at("build")),
                    proven: Read::read(fields.at("proven")),
                }
            }
            "over" => Phase::Over(Read::read(reader)),
            _ => {
                reader.expected("a phase");
                Phase::Ready
            }
        }
    }
}

record! {
    /// An action under way. Can be stored as JSON and resumed in another tab.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Operation {
        /// The workspace.
        pub workspace: Id,
        /// Its name, for sentences.
        pub name: String,
        /// Its owner, for links.
        pub owner: String,
        /// What was asked for.
        pub action: Action,
        /// Whether that is who asked for it; then a refusal need not say whose it is.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        pub mine?: bool,
        /// When, in milliseconds of the server's clock.
        pub began_ms: i64,
        steps: Vec<Step>,
        at: usize,
        phase: Phase,
        /// The number of the workspace's latest build before the current step.
        base: i64,
        /// Whether it was taken up from storage and nothing has shown yet that its build still runs.
        resumed: bool,
        /// Whether the user wants it to end.
        cancel_wanted: bool,
        /// Whether the request to cancel is sent and was not refused for a wrong expectation.
        cancel_sent: bool,
        /// How many requests to cancel were sent: a second one only after the first was refused with 412.
        cancels: u8,
        /// Why canceling was refused.
        cancel_refused: Option<Refusal>,
        /// When news of the workspace last came, or were last asked for.
        heard_ms: i64,
    }
}

record! {
    /// Why the server refused a request.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Refusal {
        /// Its kind.
        pub kind: RefusalKind,
        /// The server's sentence.
        pub message: String,
        /// More of it.
        pub detail: Option<String>,
        /// What is wrong with which field.
        pub validations: Vec<Validation>,
    }
}

words! {
    /// The kind of a refusal.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RefusalKind {
        /// 400: what was asked for is not possible.
        Validation = "validation",
        /// 401: the session has ended.
        Unauthorized = "unauthorized",
        /// 403.
        Forbidden = "forbidden",
        /// 404: gone, or hidden from this user.
        NotFound = "not_found",
        /// 409: a build is active.
        Conflict = "conflict",
        /// 410: deleted.
        Gone = "gone",
        /// 412: it is no longer in the expected state.
        Precondition = "precondition",
        /// 429.
        RateLimited = "rate_limited",
        /// 5xx, or an answer that is none of the control plane's: the request may have been carried out.
        Server = "server",
        /// Anything else.
        Other = "other",
    }
}

/// What the machine needs to know of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The number of the latest build.
    pub number: i64,
    /// The latest build.
    pub build: Id,
    /// What it does.
    pub transition: Transition,
    /// How far its job is.
    pub job_status: JobStatus,
    /// Whether it was asked to cancel.
    pub canceled: bool,
    /// Why it failed, in one line.
    pub error: String,
    /// Who asked for it.
    pub initiator: String,
    /// Whether the workspace is dormant.
    pub dormant: bool,
    /// Whether it is a favourite.
    pub favorite: bool,
}

impl Facts {
    /// Of a row.
    pub fn of(row: &Row) -> Facts {
        Facts {
            number: row.build.number,
            build: row.build.id,
            transition: row.build.transition.clone(),
            job_status: row.build.job_status.clone(),
            canceled: row.build.canceled_ms.is_some(),
            error: status::failed_text(row, None),
            initiator: row.build.initiator.to_string(),
            dormant: row.dormant_ms.is_some(),
            favorite: row.favorite,
        }
    }

    fn is_active(&self) -> bool {
        matches!(self.job_status, JobStatus::Pending | JobStatus::Running | JobStatus::Canceling)
    }
}

/// What happens to an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It begins.
    Begin,
    /// It was read from storage, and this tab drives it now.
    Resumed,
    /// News of the workspace that were applied (`model::row::apply`).
    Row(Facts),
    /// The workspace was deleted (410).
    Gone,
    /// The workspace is gone or hidden (404).
    Hidden,
    /// The server took the request for a build.
    BuildCreated {
        /// The build's number.
        number: i64,
        /// The build.
        build: Id,
    },
    /// The server took the request of a step that is no build.
    Done,
    /// The server refused the step's request.
    Refused(Refusal),
    /// No answer came to the step's request.
    Lost,
    /// The server took the request to cancel, sent on [`Event::Cancel`].
    CancelTaken,
    /// It refused that request, or no answer came.
    CancelRefused(Refusal),
    /// The user wants it to end.
    Cancel,
    /// The user takes it back; too late once it was sent.
    Undo,
    /// The user answers [`Operation::question`].
    Answer(bool),
    /// Time passes.
    Tick,
    /// Time passes, and the control plane cannot be reached.
    Offline,
}

/// What the driver has to do, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Store the operation as it is now, before anything else.
    Save,
    /// Take it out of the store: it is over.
    Forget,
    /// `POST /workspaces/{id}/builds`.
    PostBuild {
        /// What to do.
        transition: Transition,
        /// The version; `None` for that of the build before.
        version: Option<Id>,
    },
    /// `PATCH /workspacebuilds/{id}/cancel`.
    CancelBuild {
        /// Which.
        build: Id,
        /// Whether to send `expect_status=pending`.
        expect_pending: bool,
        /// Whether it is the operation's own step (answered by [`Event::Done`], [`Event::Refused`] or [`Event::Lost`]) or the wish to end it (answered by
        /// [`Event::CancelTaken`] or [`Event::CancelRefused`]).
        own_step: bool,
    },
    /// `PUT /workspaces/{id}/dormant` with false.
    Activate,
    /// `PUT` or `DELETE /workspaces/{id}/favorite`.
    SetFavorite {
        /// Whether it is to be one.
        on: bool,
    },
    /// Ask for the workspace now.
    Fetch,
}

record! {
    /// What happened, once it is over. Stays until the user has seen it.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Report {
        /// How it went.
        pub result: Outcome,
        /// A sentence or two.
        pub text: String,
        /// The server's detail and validations, a line each.
        pub lines: Vec<String>,
        /// What may be done now.
        pub next: Option<Action>,
        /// The number of the build that tells more, if there is one.
        pub build?: Option<i64>,
    }
}

impl Report {
    /// The colour of the message.
    pub fn tone(&self) -> Tone {
        match self.result {
            Outcome::Succeeded => Tone::Ok,
            Outcome::Canceled | Outcome::Abandoned => Tone::Idle,
            Outcome::Interrupted | Outcome::Unknown => Tone::Warn,
            Outcome::Refused | Outcome::Failed | Outcome::NotSent => Tone::Bad,
        }
    }
}

words! {
    /// How an operation went.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Outcome {
        /// All of it.
        Succeeded = "succeeded",
        /// The server refused a request.
        Refused = "refused",
        /// A build failed.
        Failed = "failed",
        /// A build was canceled, or the user ended it.
        Canceled = "canceled",
        /// Somebody else built in between, or the workspace went away.
        Interrupted = "interrupted",
        /// A request did not reach the server.
        NotSent = "not_sent",
        /// The user did not want it to go on.
        Abandoned = "abandoned",
        /// It is over, and how cannot be known any more.
        Unknown = "unknown",
    }
}

/// What the row shows while an operation is under way and unproven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// The silhouette.
    pub mark: Mark,
    /// The colour.
    pub tone: Tone,
    /// The word: `Restarting`.
    pub word: String,
    /// Where it is: `1 of 2: stopping`.
    pub why: String,
    /// Whether the server has shown the build: then the row's own reason may follow.
    pub proven: bool,
}

/// Plans an action on a workspace. `None` for what no button offers in this state ([`actions::offer`] says why).
pub fn plan(row: &Row, action: Action, now_ms: i64) -> Option<Operation> {
    let build = |transition| Step::Build { transition, version: None };
    let start = |update| Step::Build { transition: Transition::Start, version: actions::start_version(row, update) };
    let running = row.build.status == BuildStatus::Running;
    let steps = match action {
        Action::Start => vec![start(false)],
        Action::Stop => vec![build(Transition::Stop)],
        Action::Delete => vec![build(Transition::Delete)],
        Action::Restart => vec![build(Transition::Stop), start(false)],
        // A stop first: what the failed start left is cleaned up.
        Action::Update if running || actions::failed_start(row) => vec![build(Transition::Stop), start(true)],
        Action::Update => vec![start(true)],
        Action::Retry => match row.build.transition {
            Transition::Start if actions::failed_start(row) => vec![build(Transition::Stop), start(false)],
            Transition::Start => vec![start(false)],
            Transition::Stop => vec![build(Transition::Stop)],
            Transition::Delete => vec![build(Transition::Delete)],
            Transition::Other(_) => return None,
        },
        Action::Cancel => vec![Step::Cancel {
            build: row.build.id,
            number: row.build.number,
            expect_pending: row.build.job_status == JobStatus::Pending,
        }],
        Action::Activate => vec![Step::Activate],
        Action::Favorite => vec![Step::Favorite { on: true }],
        Action::Unfavorite => vec![Step::Favorite { on: false }],
        // An event of the operation that is held, no operation of its own.
        Action::Undo => return None,
    };
    let held = action == Action::Stop && running;
    Some(Operation {
        workspace: row.id,
        name: row.name.to_string(),
        owner: row.owner_name.to_string(),
        mine: false,
        action,
        began_ms: now_ms,
        steps,
        at: 0,
        phase: if held { Phase::held_from(now_ms) } else { Phase::Ready },
        base: row.build.number,
        resumed: false,
        cancel_wanted: false,
        cancel_sent: false,
        cancels: 0,
        cancel_refused: None,
        heard_ms: now_ms,
    })
}

/// The machine: what becomes of an operation, and what has to be done.
pub fn next(operation: Operation, event: &Event, now_ms: i64) -> (Operation, Vec<Command>) {
    let mut operation = operation;
    let mut commands = Vec::new();
    if !operation.is_over() {
        operation.step(event, now_ms, &mut commands);
    }
    (operation, commands)
}

impl Operation {
    /// What happened, once it is over.
    pub fn report(&self) -> Option<&Report> {
        match &self.phase {
            Phase::Over(report) => Some(report),
            _ => None,
        }
    }

    /// What its row says until it is dismissed: a report of what did not go as asked and that the row itself does not tell. Without the name, which
    /// stands beside it.
    pub fn in_row(&self) -> Option<String> {
        let report = self.report()?;
        if matches!(report.result, Outcome::Succeeded | Outcome::Canceled | Outcome::Abandoned) {
            return None;
        }
        let name = self.name.as_str();
        Some(match report.text.strip_prefix(&format!("{name} ")) {
            Some(rest) => format!("It {rest}"),
            None => report.text.replacen(&format!(" of {name}"), "", 1),
        })
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.report().is_some()
    }

    /// Whether it waits for the user's answer: nothing of it is under way then, and any action of the user's is an answer.
    pub fn is_asking(&self) -> bool {
        self.phase == Phase::Ask
    }

    /// Until when it is held back and can be undone, by the server's clock.
    pub fn held_until_ms(&self) -> Option<i64> {
        match self.phase {
            Phase::Held { until_ms, .. } => Some(until_ms),
            _ => None,
        }
    }

    /// Whether it is held back beyond its time, because the control plane cannot be reached.
    pub fn waits_for_answer(&self) -> bool {
        matches!(self.phase, Phase::Held { waits: true, .. })
    }

    /// What the user has to answer before it goes on.
    pub fn question(&self) -> Option<String> {
        matches!(self.phase, Phase::Ask).then(|| {
            format!(
                "{} is stopped: its {} was interrupted when its page was closed, or signed out. Start it now?",
                self.name,
                word(self.action)
            )
        })
    }

    /// Why the wish to end it was refused; said at once, the operation goes on to the end of its build.
    pub fn cancel_refusal(&self) -> Option<String> {
        self.cancel_refused
            .as_ref()
            .map(|refusal| format!("{} of {} was not canceled: {}", self.title(), self.name, refusal_text(refusal)))
    }

    /// The build that this operation made last, as far as it is known.
    pub fn build_number(&self) -> Option<i64> {
        match self.phase {
            Phase::Accepted { number, .. } => Some(number),
            _ => None,
        }
    }

    /// What the row shows; `None` once the row itself tells the truth.
    pub fn overlay(&self, now_ms: i64) -> Option<Overlay> {
        if let Phase::Held { until_ms, waits } = self.phase {
            let why = if waits {
                "your stop begins once the control plane answers".to_owned()
            } else {
                format!("your stop begins in {}", seconds_left(until_ms, now_ms))
            };
            return Some(Overlay {
                mark: Mark::Running,
                tone: Tone::Ok,
                word: "Running".to_owned(),
                why,
                proven: false,
            });
        }
        if self.is_asking() {
            let why = format!("its {} was interrupted; start it now?", word(self.action));
            return Some(Overlay {
                mark: Mark::Stopped,
                tone: Tone::Warn,
                word: "Stopped".to_owned(),
                why,
                proven: false,
            });
        }
        let step = self.steps.get(self.at)?;
        let (mark, doing) = match step {
            Step::Build { transition: Transition::Start, .. } => (Mark::Starting, "starting"),
            Step::Build { transition: Transition::Stop, .. } => (Mark::Stopping, "stopping"),
            Step::Build { transition: Transition::Delete, .. } => (Mark::Deleting, "deleting"),
            Step::Build { .. } => (Mark::Pending, "building"),
            Step::Cancel { .. } => (Mark::Canceled, "canceling"),
            Step::Activate => (Mark::Dormant, "activating"),
            Step::Favorite { .. } => return None,
        };
        let many = self.steps.len() > 1;
        let place = if many { format!("{} of {}: {doing}", self.at + 1, self.steps.len()) } else { String::new() };
        let with = |what: &str| if place.is_empty() { what.to_owned() } else { format!("{place}, {what}") };
        let (why, proven) = match &self.phase {
            Phase::Ready | Phase::Sent => (with("asking the control plane"), false),
            Phase::Uncertain { said: None, .. } => (with("no answer came; Gantry asks whether it arrived"), false),
            Phase::Uncertain { said: Some(_), .. } => {
                (with("the answer was an error; Gantry asks whether it was done"), false)
            }
            Phase::Accepted { proven: false, .. } => (with("accepted, its build is not listed yet"), false),
            Phase::Accepted { proven: true, .. } if many => (place, true),
            Phase::Held { .. } | Phase::Ask | Phase::Accepted { .. } | Phase::Over(_) => return None,
        };
        let canceling = self.cancel_wanted && self.cancel_refused.is_none();
        let word = if canceling { "Canceling" } else { self.action.doing() };
        Some(Overlay { mark, tone: Tone::Busy, word: word.to_owned(), why, proven })
    }

    fn step(&mut self, event: &Event, now_ms: i64, commands: &mut Vec<Command>) {
        match event {
            Event::Begin => match self.phase {
                Phase::Ready => self.send(now_ms, commands),
                // Its time runs from here: the lock may have been waited for.
                Phase::Held { .. } => {
                    self.phase = Phase::held_from(now_ms);
                    commands.push(Command::Save);
                }
                _ => {}
            },
            Event::Resumed => self.resume(now_ms, commands),
            Event::Row(facts) => {
                self.heard_ms = now_ms;
                self.row(facts, now_ms, commands);
            }
            Event::Gone => self.gone(commands),
            Event::Hidden => {
                let text =
                    format!("{} of {} ended: the workspace is gone, or you have no access.", self.title(), self.name);
                self.over(Outcome::Interrupted, text, None, None, commands);
            }
            Event::BuildCreated { number, build } => self.created(*number, *build, now_ms, commands),
            Event::Done => self.done(commands),
            Event::Refused(refusal) => self.refused(refusal, now_ms, commands),
            Event::Lost => {
                if self.phase == Phase::Sent {
                    self.uncertain(None, now_ms, commands);
                }
            }
            Event::CancelTaken => {}
            Event::CancelRefused(refusal) => {
                if self.cancel_sent && self.cancel_refused.is_none() {
                    if refusal.kind == RefusalKind::Precondition && self.cancels < 2 {
                        // It has left the queue meanwhile: the next row says so, and the next request expects it.
                        self.cancel_sent = false;
                        commands.push(Command::Save);
                        commands.push(Command::Fetch);
                    } else {
                        self.cancel_refused = Some(refusal.clone());
                        commands.push(Command::Save);
                    }
                }
            }
            Event::Cancel => self.cancel(commands),
            Event::Undo => {
                if let Phase::Held { until_ms, .. } = self.phase
                    && now_ms >= until_ms.saturating_sub(HOLD_MS - DOUBLE_CLICK_MS)
                {
                    self.abandon(commands);
                }
            }
            Event::Answer(go_on) => {
                if self.phase == Phase::Ask {
                    if *go_on {
                        self.resumed = false;
                        self.send(now_ms, commands);
                    } else {
                        self.abandon(commands);
                    }
                }
            }
            Event::Tick => {
                if let Phase::Held { until_ms, .. } = self.phase {
                    if now_ms >= until_ms {
                        self.hold_ends(until_ms, now_ms, commands);
                    }
                    return;
                }
                let waits = matches!(self.phase, Phase::Uncertain { .. } | Phase::Accepted { .. });
                if waits && now_ms.saturating_sub(self.heard_ms) >= ASK_AFTER_MS {
                    self.heard_ms = now_ms;
                    commands.push(Command::Fetch);
                }
            }
            Event::Offline => self.offline(now_ms, commands),
        }
    }

    /// The time to undo it is over: it is sent, unless the page slept past it.
    fn hold_ends(&mut self, until_ms: i64, now_ms: i64, commands: &mut Vec<Command>) {
        if now_ms >= until_ms.saturating_add(OVERSLEEP_MS) {
            self.not_begun("this page was asleep when it was due", commands);
        } else {
            self.send(now_ms, commands);
        }
    }

    /// What is held waits for the control plane, and can be undone meanwhile. Its time moves along, so that a sleep is told from waiting.
    fn offline(&mut self, now_ms: i64, commands: &mut Vec<Command>) {
        let Phase::Held { until_ms, waits } = self.phase else { return };
        if now_ms >= until_ms.saturating_add(OVERSLEEP_MS) {
            self.hold_ends(until_ms, now_ms, commands);
        } else if now_ms >= until_ms {
            self.phase = Phase::Held { until_ms: now_ms, waits: true };
            if !waits {
                commands.push(Command::Save);
            }
        }
    }

    /// Sends the current step's request. Called only from a phase in which it was not sent.
    fn send(&mut self, now_ms: i64, commands: &mut Vec<Command>) {
        let Some(step) = self.steps.get(self.at).cloned() else {
            return;
        };
        self.phase = Phase::Sent;
        self.heard_ms = now_ms;
        commands.push(Command::Save);
        commands.push(match step {
            Step::Build { transition, version } => Command::PostBuild { transition, version },
            Step::Cancel { build, expect_pending, .. } => {
                Command::CancelBuild { build, expect_pending, own_step: true }
            }
            Step::Activate => Command::Activate,
            Step::Favorite { on } => Command::SetFavorite { on },
        });
    }

    fn uncertain(&mut self, said: Option<Refusal>, now_ms: i64, commands: &mut Vec<Command>) {
        self.phase = Phase::Uncertain { since_ms: now_ms, said };
        self.heard_ms = now_ms;
        commands.push(Command::Save);
        commands.push(Command::Fetch);
    }

    fn resume(&mut self, now_ms: i64, commands: &mut Vec<Command>) {
        match self.phase {
            // Its tab is gone, and sends nothing any more.
            Phase::Held { .. } => {
                self.not_begun("its page was closed, or signed out, while it could still be undone", commands);
            }
            // Nothing is stored before it is sent: the request may be on its way.
            Phase::Ready | Phase::Sent => {
                self.resumed = true;
                self.uncertain(None, now_ms, commands);
            }
            Phase::Uncertain { .. } | Phase::Accepted { .. } => {
                self.resumed = true;
                self.heard_ms = now_ms;
                commands.push(Command::Fetch);
            }
            Phase::Ask | Phase::Over(_) => {}
        }
    }

    fn created(&mut self, number: i64, build: Id, now_ms: i64, commands: &mut Vec<Command>) {
        if !matches!(self.phase, Phase::Sent | Phase::Uncertain { .. })
            || !matches!(self.steps.get(self.at), Some(Step::Build { .. }))
        {
            return;
        }
        self.phase = Phase::Accepted { number, build, proven: false };
        self.heard_ms = now_ms;
        commands.push(Command::Save);
        if self.cancel_wanted {
            self.send_cancel(build, true, commands);
        }
    }

    /// A step that is no build was taken by the server.
    fn done(&mut self, commands: &mut Vec<Command>) {
        if !matches!(self.phase, Phase::Sent | Phase::Uncertain { .. }) {
            return;
        }
        match self.steps.get(self.at) {
            Some(Step::Cancel { build, number, .. }) => {
                self.phase = Phase::Accepted { number: *number, build: *build, proven: false };
                commands.push(Command::Save);
                commands.push(Command::Fetch);
            }
            Some(Step::Activate | Step::Favorite { .. }) => self.succeed(commands),
            Some(Step::Build { .. }) | None => {}
        }
    }

    fn refused(&mut self, refusal: &Refusal, now_ms: i64, commands: &mut Vec<Command>) {
        if self.phase != Phase::Sent {
            return;
        }
        if refusal.kind == RefusalKind::Server {
            // A gateway's error does not say whether the control plane got the request.
            self.uncertain(Some(refusal.clone()), now_ms, commands);
            return;
        }
        if refusal.kind == RefusalKind::Gone && self.is_delete() {
            self.succeed(commands);
            return;
        }
        let why = refusal_text(refusal);
        let who = self.who_can(refusal.kind);
        let name = &self.name;
        let text = match self.steps.get(self.at) {
            Some(Step::Cancel { .. }) if refusal.kind == RefusalKind::Precondition => {
                format!("{name} was not canceled: the build has left the queue meanwhile.")
            }
            Some(Step::Cancel { .. }) => format!("{name} was not canceled: {why}"),
            Some(Step::Build { transition, .. }) if self.at > 0 => {
                format!("{name} was stopped, but its {transition} was refused: {why}{who} It stays stopped.")
            }
            _ => format!("{} of {name} was refused: {why}{who}", self.title()),
        };
        let next = (self.at > 0).then_some(self.start_again());
        self.over(Outcome::Refused, text, Some(refusal), next, commands);
    }

    /// Whose it is and who could, where that is what a refusal is about. Who may cancel, the server's own words say.
    fn who_can(&self, kind: RefusalKind) -> String {
        let owner = &self.owner;
        match (kind, self.steps.get(self.at)) {
            (_, Some(Step::Cancel { .. })) => String::new(),
            (RefusalKind::Forbidden, Some(Step::Favorite { .. })) if !self.mine => format!(" It belongs to {owner}."),
            (RefusalKind::Forbidden, _) if self.mine => " An administrator may be able to.".to_owned(),
            (RefusalKind::Forbidden, _) => format!(" It belongs to {owner}, who can, or an administrator."),
            (RefusalKind::NotFound, _) if self.mine => " It is gone, or you have no access.".to_owned(),
            (RefusalKind::NotFound, _) => format!(" It belongs to {owner}, and is gone, or you have no access."),
            _ => String::new(),
        }
    }

    fn gone(&mut self, commands: &mut Vec<Command>) {
        if self.is_delete() && !matches!(self.phase, Phase::Ready) {
            self.succeed(commands);
        } else {
            let text = format!("{} of {} ended: it was deleted meanwhile.", self.title(), self.name);
            self.over(Outcome::Interrupted, text, None, None, commands);
        }
    }

    fn row(&mut self, facts: &Facts, now_ms: i64, commands: &mut Vec<Command>) {
        match self.steps.get(self.at).cloned() {
            Some(Step::Build { transition, .. }) => self.row_of_build(&transition, facts, now_ms, commands),
            Some(Step::Cancel { build, number, .. }) => {
                self.row_of_cancel(build, number, facts, now_ms, commands);
            }
            Some(Step::Activate) => self.row_of_switch(!facts.dormant, now_ms, commands),
            Some(Step::Favorite { on }) => self.row_of_switch(facts.favorite == on, now_ms, commands),
            None => {}
        }
    }

    fn row_of_build(&mut self, transition: &Transition, facts: &Facts, now_ms: i64, commands: &mut Vec<Command>) {
        match self.phase.clone() {
            Phase::Uncertain { since_ms, said } => {
                if facts.number > self.base {
                    if facts.number == self.base + 1 && facts.transition == *transition {
                        self.phase = Phase::Accepted { number: facts.number, build: facts.build, proven: false };
                        self.row_of_build(transition, facts, now_ms, commands);
                    } else {
                        self.interrupted(facts, commands);
                    }
                } else if now_ms.saturating_sub(since_ms) >= MAY_ARRIVE_MS {
                    self.not_sent(transition, said.as_ref(), commands);
                }
            }
            Phase::Accepted { number, .. } if facts.number < number => {}
            Phase::Accepted { number, .. } if facts.number > number => {
                if self.has_more() {
                    self.interrupted(facts, commands);
                } else {
                    let text = format!(
                        "It is not known here how the {transition} of {} ended: a {} followed it (build {}, by {}).",
                        self.name, facts.transition, facts.number, facts.initiator
                    );
                    self.over(Outcome::Unknown, text, None, None, commands);
                }
            }
            Phase::Accepted { number, build, proven } => {
                if !proven {
                    self.phase = Phase::Accepted { number, build, proven: true };
                    commands.push(Command::Save);
                }
                if facts.is_active() {
                    self.resumed = false;
                    if self.cancel_wanted && !self.cancel_sent {
                        self.send_cancel(build, facts.job_status == JobStatus::Pending, commands);
                    }
                } else {
                    self.build_ended(transition, facts, now_ms, commands);
                }
            }
            // Before the answer comes, a row proves nothing: the build may be somebody else's. While nothing was sent, it is.
            Phase::Ask | Phase::Held { .. } => {
                if facts.number > self.base {
                    self.interrupted(facts, commands);
                }
            }
            Phase::Ready | Phase::Sent | Phase::Over(_) => {}
        }
    }

    fn build_ended(&mut self, transition: &Transition, facts: &Facts, now_ms: i64, commands: &mut Vec<Command>) {
        match &facts.job_status {
            JobStatus::Succeeded if self.cancel_wanted => self.ended_by_user(transition, commands),
            JobStatus::Succeeded if self.has_more() => {
                self.base = facts.number;
                self.at += 1;
                if self.resumed {
                    self.phase = Phase::Ask;
                    commands.push(Command::Save);
                } else {
                    self.send(now_ms, commands);
                }
            }
            JobStatus::Succeeded => self.succeed(commands),
            JobStatus::Other(text) => {
                let text = format!("The {transition} of {} ended as “{text}”.", self.name);
                self.over(Outcome::Unknown, text, None, None, commands);
            }
            status if *status == JobStatus::Canceled || facts.canceled => {
                let rest = self.rest_text();
                let text = format!("The {transition} of {} was canceled.{rest}", self.name);
                self.over(Outcome::Canceled, text, None, None, commands);
            }
            _ => {
                let rest = self.rest_text();
                let why = facts.error.trim_end_matches('.');
                let text = format!("The {transition} of {} failed: {why}.{rest}", self.name);
                self.over(Outcome::Failed, text, None, Some(Action::Retry), commands);
            }
        }
    }

    fn row_of_cancel(&mut self, build: Id, number: i64, facts: &Facts, now_ms: i64, commands: &mut Vec<Command>) {
        match self.phase.clone() {
            Phase::Accepted { .. } | Phase::Uncertain { .. } if facts.number > number => {
                let text = format!("The build of {} is over; build {} followed it.", self.name, facts.number);
                self.over(Outcome::Unknown, text, None, None, commands);
            }
            Phase::Accepted { .. } | Phase::Uncertain { .. } if facts.number == number && !facts.is_active() => {
                let (result, text) = if facts.canceled || facts.job_status == JobStatus::Canceled {
                    (Outcome::Succeeded, format!("The {} of {} was canceled.", facts.transition, self.name))
                } else {
                    (
                        Outcome::Unknown,
                        format!("The {} of {} ended before it could be canceled.", facts.transition, self.name),
                    )
                };
                self.over(result, text, None, None, commands);
            }
            Phase::Accepted { proven: false, .. } if facts.number == number && facts.canceled => {
                self.phase = Phase::Accepted { number, build, proven: true };
                commands.push(Command::Save);
            }
            Phase::Uncertain { since_ms, said } => {
                if facts.canceled {
                    self.phase = Phase::Accepted { number, build, proven: true };
                    commands.push(Command::Save);
                } else if now_ms.saturating_sub(since_ms) >= MAY_ARRIVE_MS {
                    let why = said.as_ref().map_or_else(|| "no answer came.".to_owned(), refusal_text);
                    let text = format!("{} was not canceled: {why}", self.name);
                    self.over(Outcome::NotSent, text, said.as_ref(), Some(Action::Cancel), commands);
                }
            }
            _ => {}
        }
    }

    /// A row during a step that only switches something: `on` is whether the row shows what was wanted.
    fn row_of_switch(&mut self, on: bool, now_ms: i64, commands: &mut Vec<Command>) {
        if let Phase::Uncertain { since_ms, said } = self.phase.clone() {
            if on {
                self.succeed(commands);
            } else if now_ms.saturating_sub(since_ms) >= MAY_ARRIVE_MS {
                let text = format!("{} of {} {}", self.title(), self.name, not_done(said.as_ref()));
                self.over(Outcome::NotSent, text, said.as_ref(), Some(self.action), commands);
            }
        }
    }

    /// A held request that will not be sent.
    fn not_begun(&mut self, why: &str, commands: &mut Vec<Command>) {
        let text = format!("{} of {} was not sent: {why}. Nothing changed.", self.title(), self.name);
        self.over(Outcome::NotSent, text, None, Some(self.action), commands);
    }

    fn not_sent(&mut self, transition: &Transition, said: Option<&Refusal>, commands: &mut Vec<Command>) {
        let why = not_done(said);
        let (text, next) = if self.at == 0 {
            (format!("{} of {} {why} Nothing changed.", self.title(), self.name), self.action)
        } else {
            (format!("{} was stopped, but its {transition} {why} It stays stopped.", self.name), self.start_again())
        };
        self.over(Outcome::NotSent, text, said, Some(next), commands);
    }

    fn interrupted(&mut self, facts: &Facts, commands: &mut Vec<Command>) {
        let by = if facts.initiator.is_empty() { String::new() } else { format!(", by {}", facts.initiator) };
        let text = format!(
            "{} of {} ended: a {} came in between (build {}{by}).",
            self.title(),
            self.name,
            facts.transition,
            facts.number
        );
        // Their build tells more.
        self.phase = Phase::Accepted { number: facts.number, build: facts.build, proven: true };
        self.over(Outcome::Interrupted, text, None, None, commands);
    }

    fn cancel(&mut self, commands: &mut Vec<Command>) {
        if !matches!(self.steps.get(self.at), Some(Step::Build { .. })) || self.cancel_wanted {
            return;
        }
        match self.phase.clone() {
            Phase::Ready | Phase::Held { .. } | Phase::Ask => self.abandon(commands),
            Phase::Sent | Phase::Uncertain { .. } => {
                self.cancel_wanted = true;
                commands.push(Command::Save);
            }
            Phase::Accepted { build, proven, .. } => {
                self.cancel_wanted = true;
                if proven {
                    // Whether it still waits is known by the next row at the latest; a wrong guess is refused with 412.
                    commands.push(Command::Save);
                    commands.push(Command::Fetch);
                } else {
                    self.send_cancel(build, true, commands);
                }
            }
            Phase::Over(_) => {}
        }
    }

    fn send_cancel(&mut self, build: Id, expect_pending: bool, commands: &mut Vec<Command>) {
        if !self.cancel_sent && self.cancels < 2 {
            self.cancel_sent = true;
            self.cancels += 1;
            commands.push(Command::Save);
            commands.push(Command::CancelBuild { build, expect_pending, own_step: false });
        }
    }

    fn abandon(&mut self, commands: &mut Vec<Command>) {
        let text = if self.held_until_ms().is_some() {
            format!("{} keeps running: nothing was sent.", self.name)
        } else if self.at == 0 {
            format!("{} of {} was not sent.", self.title(), self.name)
        } else {
            format!("{} stays stopped.", self.name)
        };
        let next = (self.at > 0).then_some(self.start_again());
        self.over(Outcome::Abandoned, text, None, next, commands);
    }

    fn ended_by_user(&mut self, transition: &Transition, commands: &mut Vec<Command>) {
        let refused = self.cancel_refused.as_ref().map(|refusal| format!(" ({})", refusal.message)).unwrap_or_default();
        let text = format!(
            "The {transition} of {} succeeded before it could be canceled{refused}.{}",
            self.name,
            self.rest_text()
        );
        self.over(Outcome::Canceled, text, None, None, commands);
    }

    fn succeed(&mut self, commands: &mut Vec<Command>) {
        // Nobody watched: when it ended is not known here.
        let took = if self.resumed {
            String::new()
        } else {
            format!(" after {}", duration::elapsed(self.heard_ms.saturating_sub(self.began_ms)))
        };
        let text = match self.action {
            Action::Activate => format!("{} is no longer dormant.", self.name),
            Action::Favorite => format!("{} is a favorite now.", self.name),
            Action::Unfavorite => format!("{} is no longer a favorite.", self.name),
            Action::Delete => format!("{} was deleted.", self.name),
            Action::Cancel => format!("{} was canceled.", self.name),
            _ => format!("{} of {} succeeded{took}.", self.title(), self.name),
        };
        self.over(Outcome::Succeeded, text, None, None, commands);
    }

    fn over(
        &mut self,
        result: Outcome,
        text: String,
        refusal: Option<&Refusal>,
        next: Option<Action>,
        commands: &mut Vec<Command>,
    ) {
        // The build of this step, else the one before it, which went well.
        let build = self.build_number().or((self.at > 0).then_some(self.base));
        let lines = refusal.map(refusal_lines).unwrap_or_default();
        self.phase = Phase::Over(Report { result, text, lines, next, build });
        commands.push(Command::Forget);
    }

    /// What brings a workspace up that was stopped on the way.
    fn start_again(&self) -> Action {
        if self.action == Action::Update { Action::Update } else { Action::Start }
    }

    fn has_more(&self) -> bool {
        self.at + 1 < self.steps.len()
    }

    /// What does not happen any more: ` Nothing was started.`
    fn rest_text(&self) -> String {
        if self.has_more() { " Nothing was started.".to_owned() } else { String::new() }
    }

    fn is_delete(&self) -> bool {
        matches!(self.steps.get(self.at), Some(Step::Build { transition: Transition::Delete, .. }))
    }

    fn title(&self) -> &'static str {
        self.action.word()
    }
}

/// `5 s`: whole seconds, the one that has begun included.
pub fn seconds_left(until_ms: i64, now_ms: i64) -> String {
    format!("{} s", until_ms.saturating_sub(now_ms).max(0).saturating_add(999) / 1_000)
}

fn word(action: Action) -> String {
    action.word().to_ascii_lowercase()
}

/// Of a request that left no trace: whether it was lost on its way, or answered by an error that need not be the control plane's own.
fn not_done(said: Option<&Refusal>) -> String {
    said.map_or_else(
        || "did not reach the control plane.".to_owned(),
        |said| format!("was not carried out: {}", refusal_text(said)),
    )
}

fn refusal_text(refusal: &Refusal) -> String {
    let message = refusal.message.trim();
    if message.is_empty() {
        "the control plane gave no reason.".to_owned()
    } else if message.ends_with(['.', '!', '?']) {
        message.to_owned()
    } else {
        format!("{message}.")
    }
}

fn refusal_lines(refusal: &Refusal) -> Vec<String> {
    let detail = refusal.detail.iter().filter(|detail| **detail != refusal.message).cloned();
    detail.chain(refusal.validations.iter().map(|it| format!("{}: {}", it.field, it.detail))).collect()
}

#[cfg(test)]
mod tests;
