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

impl Read for Phase {
    fn read(reader: &mut Reader<'_>) -> Self {
        match reader.word() {
            "ready" => Phase::Ready,
            "held" => Phase::Held { until_ms: Read::read(reader.fields().at("until_ms")) },
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
        phase: if held { Phase::Held { until_ms: now_ms.saturating_add(HOLD_MS) } } else { Phase::Ready },
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
            Phase::Held { until_ms } => Some(until_ms),
            _ => None,
        }
    }

    /// What the user has to answer before it goes on.
    pub fn question(&self) -> Option<String> {
        matches!(self.phase, Phase::Ask).then(|| {
            format!(
                "{} is stopped: its {} was interrupted when its page was closed. Start it now?",
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
        if let Phase::Held { until_ms } = self.phase {
            return Some(Overlay {
                mark: Mark::Running,
                tone: Tone::Ok,
                word: "Running".to_owned(),
                why: format!("your stop begins in {}", seconds_left(until_ms, now_ms)),
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
                    self.phase = Phase::Held { until_ms: now_ms.saturating_add(HOLD_MS) };
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
                if let Phase::Held { until_ms } = self.phase
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
                if let Phase::Held { until_ms } = self.phase {
                    if now_ms >= until_ms.saturating_add(OVERSLEEP_MS) {
                        self.not_begun("this page was asleep when it was due", commands);
                    } else if now_ms >= until_ms {
                        self.send(now_ms, commands);
                    }
                    return;
                }
                let waits = matches!(self.phase, Phase::Uncertain { .. } | Phase::Accepted { .. });
                if waits && now_ms.saturating_sub(self.heard_ms) >= ASK_AFTER_MS {
                    self.heard_ms = now_ms;
                    commands.push(Command::Fetch);
                }
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
                self.not_begun("its page was closed while it could still be undone", commands);
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
mod tests {
    use super::*;
    use crate::model::recordings;
    use proptest::prelude::*;

    const T0: i64 = 1_795_451_520_000;

    fn row(name: &str) -> Row {
        recordings::row(name)
    }

    fn facts(number: i64, transition: Transition, job_status: JobStatus) -> Facts {
        Facts {
            number,
            build: Id::from_u128(number.unsigned_abs().into()),
            transition,
            job_status,
            canceled: false,
            error: "terraform apply: exit status 1".into(),
            initiator: "ada".into(),
            dormant: false,
            favorite: false,
        }
    }

    fn refusal(kind: RefusalKind, message: &str) -> Refusal {
        Refusal { kind, message: message.into(), detail: None, validations: Vec::new() }
    }

    /// Drives an operation through events, a second apart, and collects the commands.
    struct Drive {
        operation: Operation,
        now_ms: i64,
        all: Vec<Command>,
    }

    impl Drive {
        fn of(row: &Row, action: Action) -> Drive {
            let mut drive = Drive { operation: plan(row, action, T0).unwrap(), now_ms: T0, all: Vec::new() };
            drive.tell(Event::Begin);
            drive
        }

        fn tell(&mut self, event: Event) -> Vec<Command> {
            self.now_ms += 1_000;
            let (operation, commands) = next(self.operation.clone(), &event, self.now_ms);
            self.operation = operation;
            self.all.extend(commands.iter().cloned());
            commands
        }

        fn created(&mut self, number: i64) -> Vec<Command> {
            self.tell(Event::BuildCreated { number, build: Id::from_u128(number.unsigned_abs().into()) })
        }

        fn row(&mut self, number: i64, transition: Transition, status: JobStatus) -> Vec<Command> {
            self.tell(Event::Row(facts(number, transition, status)))
        }

        /// What a new tab reads from storage.
        fn reopen(&mut self) -> Vec<Command> {
            let stored = serde_json::to_string(&self.operation).unwrap();
            self.operation = crate::json::from_slice(stored.as_bytes()).unwrap();
            self.tell(Event::Resumed)
        }

        fn report(&self) -> (Outcome, &str, Option<Action>) {
            let report = self.operation.report().expect("over");
            (report.result, report.text.as_str(), report.next)
        }

        fn why(&self) -> String {
            let overlay = self.operation.overlay(self.now_ms);
            overlay.map(|overlay| format!("{}: {}", overlay.word, overlay.why)).unwrap_or_default()
        }
    }

    fn post(transition: Transition) -> Command {
        Command::PostBuild { transition, version: None }
    }

    use Transition::{Delete, Start, Stop};

    #[test]
    fn a_start_is_overlaid_until_the_build_number_proves_it() {
        let row = row("workspace/stopped");
        let number = row.build.number;
        let mut drive = Drive::of(&row, Action::Start);
        assert_eq!(drive.all, [Command::Save, post(Start)]);
        assert_eq!(drive.why(), "Starting: asking the control plane");
        // A row of the time before proves nothing.
        assert_eq!(drive.row(number, Stop, JobStatus::Succeeded), []);
        assert_eq!(drive.created(number + 1), [Command::Save]);
        assert_eq!(drive.why(), "Starting: accepted, its build is not listed yet");
        assert_eq!(drive.row(number, Stop, JobStatus::Succeeded), []);
        assert!(!drive.operation.is_over());
        drive.row(number + 1, Start, JobStatus::Pending);
        assert_eq!(drive.operation.overlay(T0), None, "the row itself tells it now");
        assert_eq!(drive.row(number + 1, Start, JobStatus::Succeeded), [Command::Forget]);
        assert_eq!(drive.report(), (Outcome::Succeeded, "Start of life succeeded after 6 s.", None));
    }

    #[test]
    fn a_refusal_rolls_back_with_the_servers_reason() {
        let row = row("workspace/stopped");
        for (kind, message, text) in [
            (
                RefusalKind::Conflict,
                "A workspace build is already active.",
                "Start of life was refused: A workspace build is already active.",
            ),
            (
                RefusalKind::Forbidden,
                "You do not have permission to start this workspace.",
                "Start of life was refused: You do not have permission to start this workspace. It belongs to owner, who can, or an administrator.",
            ),
            (
                RefusalKind::NotFound,
                "Resource not found",
                "Start of life was refused: Resource not found. It belongs to owner, and is gone, or you have no access.",
            ),
            (RefusalKind::RateLimited, "", "Start of life was refused: the control plane gave no reason."),
        ] {
            let mut drive = Drive::of(&row, Action::Start);
            assert_eq!(drive.tell(Event::Refused(refusal(kind, message))), [Command::Forget]);
            assert_eq!(drive.report(), (Outcome::Refused, text, None));
            assert_eq!(drive.operation.overlay(T0), None);
        }
        let mut drive = Drive::of(&row, Action::Start);
        drive.tell(Event::Refused(Refusal {
            kind: RefusalKind::Validation,
            message: "Unable to validate parameters".into(),
            detail: Some("more".into()),
            validations: vec![Validation { field: "disk".into(), detail: "too small".into() }],
        }));
        assert_eq!(drive.operation.report().unwrap().lines, ["more", "disk: too small"]);
        assert_eq!(drive.operation.report().unwrap().tone(), Tone::Bad);
    }

    #[test]
    fn a_restart_is_a_stop_then_a_start_and_shows_both() {
        let row = row("real/start-workspace");
        let number = row.build.number;
        let mut drive = Drive::of(&row, Action::Restart);
        assert_eq!(drive.all, [Command::Save, post(Stop)]);
        assert_eq!(drive.why(), "Restarting: 1 of 2: stopping, asking the control plane");
        drive.created(number + 1);
        drive.row(number + 1, Stop, JobStatus::Running);
        assert_eq!(drive.why(), "Restarting: 1 of 2: stopping");
        assert_eq!(drive.row(number + 1, Stop, JobStatus::Succeeded), [Command::Save, post(Start)]);
        assert_eq!(drive.why(), "Restarting: 2 of 2: starting, asking the control plane");
        drive.created(number + 2);
        // An answer from before: the stop.
        assert_eq!(drive.row(number + 1, Stop, JobStatus::Succeeded), []);
        drive.row(number + 2, Start, JobStatus::Running);
        assert_eq!(drive.why(), "Restarting: 2 of 2: starting");
        drive.row(number + 2, Start, JobStatus::Succeeded);
        assert_eq!(drive.report().0, Outcome::Succeeded);
    }

    #[test]
    fn a_restart_ends_if_its_stop_fails_or_is_canceled_or_somebody_builds_in_between() {
        let row = row("real/start-workspace");
        let number = row.build.number;
        let begun = || {
            let mut drive = Drive::of(&row, Action::Restart);
            drive.created(number + 1);
            drive
        };
        let mut drive = begun();
        drive.row(number + 1, Stop, JobStatus::Failed);
        assert_eq!(
            drive.report(),
            (
                Outcome::Failed,
                "The stop of ok failed: terraform apply: exit status 1. Nothing was started.",
                Some(Action::Retry)
            )
        );
        let mut drive = begun();
        drive.tell(Event::Row(Facts { canceled: true, ..facts(number + 1, Stop, JobStatus::Failed) }));
        assert_eq!(drive.report(), (Outcome::Canceled, "The stop of ok was canceled. Nothing was started.", None));
        let mut drive = begun();
        drive.row(number + 2, Start, JobStatus::Running);
        let text = format!("Restart of ok ended: a start came in between (build {}, by ada).", number + 2);
        assert_eq!(drive.report(), (Outcome::Interrupted, text.as_str(), None));
        let mut drive = begun();
        drive.row(number + 1, Stop, JobStatus::Succeeded);
        drive.tell(Event::Refused(refusal(RefusalKind::Conflict, "A workspace build is already active.")));
        assert_eq!(
            drive.report(),
            (
                Outcome::Refused,
                "ok was stopped, but its start was refused: A workspace build is already active. It stays stopped.",
                Some(Action::Start)
            )
        );
    }

    #[test]
    fn retry_cleans_up_a_failed_start_first() {
        let transitions = |name: &str, action| -> Vec<Transition> {
            plan(&row(name), action, T0)
                .unwrap()
                .steps
                .into_iter()
                .map(|step| match step {
                    Step::Build { transition, .. } => transition,
                    other => panic!("{other:?}"),
                })
                .collect()
        };
        assert_eq!(transitions("real/apply-failed-workspace", Action::Retry), [Stop, Start]);
        assert_eq!(transitions("real/canceled-workspace", Action::Retry), [Stop, Start]);
        assert_eq!(transitions("workspace/canceled-while-pending", Action::Retry), [Start], "nothing had begun");
        let mut planned = row("real/apply-failed-workspace");
        planned.build.error = Some("terraform plan: exit status 1".into());
        assert_eq!(plan(&planned, Action::Retry, T0).unwrap().steps.len(), 1, "nothing was applied");
        assert_eq!(transitions("real/apply-failed-workspace", Action::Update), [Stop, Start]);
        assert_eq!(transitions("real/outdated-workspace", Action::Update), [Stop, Start]);
        assert_eq!(transitions("workspace/stopped", Action::Update), [Start]);
        assert_eq!(transitions("workspace/stopped", Action::Delete), [Delete]);
        let mut failed = row("real/apply-failed-workspace");
        failed.build.transition = Stop;
        assert_eq!(plan(&failed, Action::Retry, T0).unwrap().steps.len(), 1);
        failed.build.transition = Delete;
        assert_eq!(
            plan(&failed, Action::Retry, T0).unwrap().steps,
            [Step::Build { transition: Delete, version: None }]
        );
        failed.build.transition = Transition::Other("freeze".into());
        assert_eq!(plan(&failed, Action::Retry, T0), None);
    }

    #[test]
    fn a_version_changes_only_if_asked_for_or_required() {
        let mut outdated = row("real/outdated-workspace");
        let version = |row: &Row, action| match plan(row, action, T0).unwrap().steps.last().unwrap() {
            Step::Build { version, .. } => *version,
            other => panic!("{other:?}"),
        };
        let active = outdated.template_active_version_id;
        assert_eq!(version(&outdated, Action::Restart), None);
        assert_eq!(version(&outdated, Action::Update), Some(active));
        assert_eq!(version(&outdated, Action::Stop), None);
        outdated.require_active_version = true;
        assert_eq!(version(&outdated, Action::Start), Some(active));
        assert_eq!(version(&outdated, Action::Restart), Some(active));
        assert_eq!(version(&outdated, Action::Stop), None);
    }

    #[test]
    fn a_lost_answer_is_looked_up_and_never_sent_again() {
        let row = row("workspace/stopped");
        let number = row.build.number;
        let lost = || {
            let mut drive = Drive::of(&row, Action::Start);
            assert_eq!(drive.tell(Event::Lost), [Command::Save, Command::Fetch]);
            assert_eq!(drive.why(), "Starting: no answer came; Gantry asks whether it arrived");
            drive
        };
        // It had arrived.
        let mut drive = lost();
        drive.row(number + 1, Start, JobStatus::Running);
        assert_eq!(drive.operation.build_number(), Some(number + 1));
        drive.row(number + 1, Start, JobStatus::Succeeded);
        assert_eq!(drive.report().0, Outcome::Succeeded);
        // It had not; but it may still be on its way.
        let mut drive = lost();
        drive.row(number, Stop, JobStatus::Succeeded);
        assert!(!drive.operation.is_over());
        drive.now_ms += MAY_ARRIVE_MS;
        assert_eq!(drive.tell(Event::Tick), [Command::Fetch]);
        drive.row(number, Stop, JobStatus::Succeeded);
        assert_eq!(
            drive.report(),
            (Outcome::NotSent, "Start of life did not reach the control plane. Nothing changed.", Some(Action::Start))
        );
        // Somebody else did something else.
        let mut drive = lost();
        drive.row(number + 1, Delete, JobStatus::Running);
        assert_eq!(drive.report().0, Outcome::Interrupted);
        // A gateway's 502 says as little as no answer.
        let mut drive = Drive::of(&row, Action::Start);
        drive.tell(Event::Refused(refusal(RefusalKind::Server, "502 Bad Gateway")));
        assert_eq!(drive.why(), "Starting: the answer was an error; Gantry asks whether it was done");
        drive.now_ms += MAY_ARRIVE_MS;
        drive.row(number, Stop, JobStatus::Succeeded);
        assert_eq!(drive.report().1, "Start of life was not carried out: 502 Bad Gateway. Nothing changed.");
        assert_eq!(drive.all.iter().filter(|command| matches!(command, Command::PostBuild { .. })).count(), 1);
    }

    #[test]
    fn a_closed_tab_loses_nothing() {
        let row = row("real/start-workspace");
        let number = row.build.number;
        // Closed while the stop was running, opened before it ended: it goes on by itself.
        let mut drive = Drive::of(&row, Action::Restart);
        drive.created(number + 1);
        assert_eq!(drive.reopen(), [Command::Fetch]);
        drive.row(number + 1, Stop, JobStatus::Running);
        assert!(drive.row(number + 1, Stop, JobStatus::Succeeded).contains(&post(Start)));

        // Opened after it ended: nobody watched, the user is asked.
        let stopped = || {
            let mut drive = Drive::of(&row, Action::Restart);
            drive.created(number + 1);
            drive.reopen();
            drive.row(number + 1, Stop, JobStatus::Succeeded);
            drive
        };
        let mut drive = stopped();
        assert_eq!(
            drive.operation.question().as_deref(),
            Some("ok is stopped: its restart was interrupted when its page was closed. Start it now?")
        );
        assert!(!drive.all.contains(&post(Start)));
        assert!(drive.operation.is_asking());
        assert_eq!(drive.why(), "Stopped: its restart was interrupted; start it now?");
        // The question itself survives a closed tab.
        assert_eq!(drive.reopen(), []);
        assert!(drive.operation.question().is_some());
        assert_eq!(drive.tell(Event::Answer(true)), [Command::Save, post(Start)]);
        drive.created(number + 2);
        drive.row(number + 2, Start, JobStatus::Succeeded);
        assert_eq!(drive.report().0, Outcome::Succeeded);
        let mut drive = stopped();
        drive.tell(Event::Answer(false));
        assert_eq!(drive.report(), (Outcome::Abandoned, "ok stays stopped.", Some(Action::Start)));
        let mut drive = stopped();
        drive.row(number + 2, Start, JobStatus::Running);
        assert_eq!(drive.report().0, Outcome::Interrupted, "somebody started it meanwhile");

        // Closed between the request and the answer.
        let sent = || {
            let mut drive = Drive::of(&row, Action::Stop);
            drive.now_ms += HOLD_MS;
            assert_eq!(drive.tell(Event::Tick), [Command::Save, post(Stop)]);
            drive
        };
        let mut drive = sent();
        assert_eq!(drive.reopen(), [Command::Save, Command::Fetch]);
        drive.row(number + 1, Stop, JobStatus::Succeeded);
        assert_eq!(drive.report(), (Outcome::Succeeded, "Stop of ok succeeded.", None));
        // Done long ago, and more happened since.
        let mut drive = sent();
        drive.created(number + 1);
        drive.reopen();
        drive.row(number + 3, Start, JobStatus::Succeeded);
        assert_eq!(drive.report().0, Outcome::Unknown);
    }

    #[test]
    fn a_report_stands_in_the_row_with_the_build_that_tells_more() {
        let row = row("real/start-workspace");
        let number = row.build.number;
        let said = |drive: &Drive| (drive.operation.in_row(), drive.operation.report().unwrap().build);
        let begun = || {
            let mut drive = Drive::of(&row, Action::Restart);
            drive.created(number + 1);
            drive
        };
        let mut drive = begun();
        assert_eq!(drive.operation.in_row(), None, "under way");
        drive.row(number + 1, Stop, JobStatus::Failed);
        let text = "The stop failed: terraform apply: exit status 1. Nothing was started.";
        assert_eq!(said(&drive), (Some(text.into()), Some(number + 1)));
        // The stop went well, the start was refused: the build that there is.
        let mut drive = begun();
        drive.operation.mine = true;
        drive.row(number + 1, Stop, JobStatus::Succeeded);
        drive.tell(Event::Refused(refusal(RefusalKind::Forbidden, "No.")));
        let text = "It was stopped, but its start was refused: No. An administrator may be able to. It stays stopped.";
        assert_eq!(said(&drive), (Some(text.into()), Some(number + 1)));
        // Somebody else's build.
        let mut drive = begun();
        drive.row(number + 2, Start, JobStatus::Running);
        assert_eq!(said(&drive).1, Some(number + 2));
        // Refused at once: there is no build of it.
        let mut drive = Drive::of(&row, Action::Restart);
        drive.tell(Event::Refused(refusal(RefusalKind::Conflict, "A workspace build is already active.")));
        let text = "Restart was refused: A workspace build is already active.";
        assert_eq!(said(&drive), (Some(text.into()), None));
        // What the row tells itself needs no report.
        let mut drive = begun();
        drive.tell(Event::Row(Facts { canceled: true, ..facts(number + 1, Stop, JobStatus::Failed) }));
        assert_eq!(said(&drive), (None, Some(number + 1)));
    }

    #[test]
    fn a_stop_of_what_runs_is_held_back_and_can_be_undone() {
        let row = row("real/start-workspace");
        let number = row.build.number;
        let held = || {
            let drive = Drive::of(&row, Action::Stop);
            assert_eq!(drive.all, [Command::Save], "stored, not sent");
            drive
        };
        // Its time is over.
        let mut drive = held();
        assert_eq!(drive.why(), "Running: your stop begins in 8 s");
        assert_eq!(drive.tell(Event::Tick), []);
        assert_eq!(drive.why(), "Running: your stop begins in 7 s");
        drive.now_ms += HOLD_MS - 2_000;
        assert_eq!(drive.tell(Event::Tick), [Command::Save, post(Stop)]);
        assert_eq!(drive.why(), "Stopping: asking the control plane");
        // Too late: the request is on its way, and the stop goes on.
        assert_eq!(drive.tell(Event::Undo), []);
        drive.created(number + 1);
        drive.row(number + 1, Stop, JobStatus::Succeeded);
        assert_eq!(drive.report().0, Outcome::Succeeded);
        // Undone, by either word.
        for event in [Event::Undo, Event::Cancel] {
            let mut drive = held();
            assert_eq!(drive.tell(event), [Command::Forget]);
            assert_eq!(drive.report(), (Outcome::Abandoned, "ok keeps running: nothing was sent.", None));
        }
        // The second click of a double click is no undo.
        let mut drive = held();
        for (later_ms, held) in [(0, true), (399, true), (400, false)] {
            let (after, _) = next(drive.operation.clone(), &Event::Undo, drive.now_ms + later_ms);
            assert_eq!(after.held_until_ms().is_some(), held, "{later_ms} ms later");
        }
        // A closed tab has sent nothing, and never will.
        drive.reopen();
        assert_eq!(
            drive.report(),
            (
                Outcome::NotSent,
                "Stop of ok was not sent: its page was closed while it could still be undone. Nothing changed.",
                Some(Action::Stop)
            )
        );
        // Somebody was faster.
        let mut drive = held();
        assert_eq!(drive.row(number, Start, JobStatus::Succeeded), []);
        drive.row(number + 1, Stop, JobStatus::Pending);
        assert_eq!(drive.report().0, Outcome::Interrupted);
        // The computer slept.
        let mut drive = held();
        drive.now_ms += HOLD_MS + OVERSLEEP_MS;
        assert_eq!(drive.tell(Event::Tick), [Command::Forget]);
        assert_eq!(drive.report().1, "Stop of ok was not sent: this page was asleep when it was due. Nothing changed.");
        // What does not run has nothing to lose.
        let failed = Drive::of(&self::row("real/apply-failed-workspace"), Action::Stop);
        assert_eq!(failed.all, [Command::Save, post(Stop)]);
        assert_eq!(plan(&row, Action::Undo, T0), None);
    }

    #[test]
    fn what_is_stored_holds_no_parameter_value_and_no_token() {
        let drive = Drive::of(&row("real/outdated-workspace"), Action::Update);
        let stored = serde_json::to_value(&drive.operation).unwrap();
        let mut keys: Vec<&str> = stored.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(
            keys,
            [
                "action",
                "at",
                "base",
                "began_ms",
                "cancel_refused",
                "cancel_sent",
                "cancel_wanted",
                "cancels",
                "heard_ms",
                "mine",
                "name",
                "owner",
                "phase",
                "resumed",
                "steps",
                "workspace"
            ]
        );
        assert!(crate::json::from_slice::<Operation>(b"{}").is_err());
    }

    #[test]
    fn deleting_ends_well_when_the_workspace_is_gone() {
        let row = row("workspace/stopped");
        let number = row.build.number;
        let mut drive = Drive::of(&row, Action::Delete);
        drive.created(number + 1);
        drive.row(number + 1, Delete, JobStatus::Running);
        drive.tell(Event::Gone);
        assert_eq!(drive.report(), (Outcome::Succeeded, "life was deleted.", None));
        let mut drive = Drive::of(&row, Action::Start);
        drive.tell(Event::Gone);
        assert_eq!(drive.report().0, Outcome::Interrupted);
        let mut drive = Drive::of(&row, Action::Delete);
        drive.tell(Event::Hidden);
        assert_eq!(drive.report().0, Outcome::Interrupted);
    }

    #[test]
    fn an_operation_can_be_canceled_at_every_point() {
        let row = row("real/start-workspace");
        let number = row.build.number;
        let cancel = |expect_pending| Command::CancelBuild {
            build: Id::from_u128((number + 1).unsigned_abs().into()),
            expect_pending,
            own_step: false,
        };
        // On its way: as soon as its number is known.
        let mut drive = Drive::of(&row, Action::Restart);
        assert_eq!(drive.tell(Event::Cancel), [Command::Save]);
        assert!(drive.why().starts_with("Canceling: "));
        assert!(drive.created(number + 1).contains(&cancel(true)));
        // It has begun meanwhile (412): again, with the right expectation.
        drive.tell(Event::CancelRefused(refusal(RefusalKind::Precondition, "Job is not in the expected state.")));
        assert!(drive.row(number + 1, Stop, JobStatus::Running).contains(&cancel(false)));
        drive.tell(Event::CancelTaken);
        drive.row(number + 1, Stop, JobStatus::Canceling);
        drive.tell(Event::Row(Facts { canceled: true, ..facts(number + 1, Stop, JobStatus::Failed) }));
        assert_eq!(drive.report().0, Outcome::Canceled);
        // Refused: it is said, and the restart still does not start again.
        let mut drive = Drive::of(&row, Action::Restart);
        drive.created(number + 1);
        drive.row(number + 1, Stop, JobStatus::Running);
        assert_eq!(drive.tell(Event::Cancel), [Command::Save, Command::Fetch]);
        assert!(drive.row(number + 1, Stop, JobStatus::Running).contains(&cancel(false)));
        let owner = "User is not allowed to cancel workspace builds. Owner role is required.";
        drive.tell(Event::CancelRefused(refusal(RefusalKind::Forbidden, owner)));
        assert_eq!(drive.operation.cancel_refusal(), Some(format!("Restart of ok was not canceled: {owner}")));
        drive.row(number + 1, Stop, JobStatus::Succeeded);
        assert_eq!(
            drive.report().1,
            format!("The stop of ok succeeded before it could be canceled ({owner}). Nothing was started.")
        );
        assert!(!drive.all.contains(&post(Start)));
        // While it asks.
        let mut drive = Drive::of(&row, Action::Restart);
        drive.created(number + 1);
        drive.reopen();
        drive.row(number + 1, Stop, JobStatus::Succeeded);
        drive.tell(Event::Cancel);
        assert_eq!(drive.report().0, Outcome::Abandoned);
    }

    #[test]
    fn a_cancel_of_its_own_expects_pending_only_of_what_waits() {
        let pending = row("workspace/pending-first");
        let mut drive = Drive::of(&pending, Action::Cancel);
        assert_eq!(
            drive.all,
            [Command::Save, Command::CancelBuild { build: pending.build.id, expect_pending: true, own_step: true }]
        );
        drive.tell(Event::Refused(refusal(RefusalKind::Precondition, "Job is not in the expected state.")));
        assert_eq!(drive.report().1, "queued-one was not canceled: the build has left the queue meanwhile.");
        // A server that refuses by a 500 of its own (docs/control-plane-api.md, 2.4) has answered: its words are told.
        for (event, why) in [
            (Event::Refused(refusal(RefusalKind::Server, "Internal error.")), "Internal error."),
            (Event::Lost, "no answer came."),
        ] {
            let mut drive = Drive::of(&pending, Action::Cancel);
            drive.tell(event);
            drive.tell(Event::Row(Facts::of(&pending)));
            assert!(!drive.operation.is_over());
            drive.now_ms += MAY_ARRIVE_MS;
            drive.tell(Event::Row(Facts::of(&pending)));
            assert_eq!(drive.report().1, format!("queued-one was not canceled: {why}"));
        }

        let starting = row("workspace/starting");
        let number = starting.build.number;
        let mut drive = Drive::of(&starting, Action::Cancel);
        assert!(drive.all.contains(&Command::CancelBuild {
            build: starting.build.id,
            expect_pending: false,
            own_step: true
        }));
        assert_eq!(drive.tell(Event::Done), [Command::Save, Command::Fetch]);
        assert_eq!(drive.why(), "Canceling: accepted, its build is not listed yet");
        drive.tell(Event::Row(Facts { canceled: true, ..facts(number, Start, JobStatus::Canceling) }));
        assert_eq!(drive.operation.overlay(T0), None);
        drive.tell(Event::Row(Facts { canceled: true, ..facts(number, Start, JobStatus::Failed) }));
        assert_eq!(drive.report(), (Outcome::Succeeded, "The start of stuck-one was canceled.", None));
        let mut drive = Drive::of(&starting, Action::Cancel);
        drive.tell(Event::Done);
        drive.row(number, Start, JobStatus::Succeeded);
        assert_eq!(drive.report().1, "The start of stuck-one ended before it could be canceled.");
        let mut drive = Drive::of(&starting, Action::Cancel);
        drive.tell(Event::Refused(refusal(RefusalKind::Validation, "Job has already completed!")));
        assert_eq!(drive.report().1, "stuck-one was not canceled: Job has already completed!");
    }

    #[test]
    fn switches_are_done_when_the_server_says_so_or_the_row_shows_it() {
        let dormant = row("workspace/dormant");
        let mut drive = Drive::of(&dormant, Action::Activate);
        assert_eq!(drive.all, [Command::Save, Command::Activate]);
        drive.tell(Event::Done);
        assert_eq!(drive.report(), (Outcome::Succeeded, "life-renamed is no longer dormant.", None));
        let mut drive = Drive::of(&dormant, Action::Activate);
        drive.tell(Event::Lost);
        drive.tell(Event::Row(Facts { dormant: true, ..Facts::of(&dormant) }));
        assert!(!drive.operation.is_over());
        drive.tell(Event::Row(Facts { dormant: false, ..Facts::of(&dormant) }));
        assert_eq!(drive.report().0, Outcome::Succeeded);
        let mut drive = Drive::of(&dormant, Action::Favorite);
        assert_eq!(drive.all, [Command::Save, Command::SetFavorite { on: true }]);
        drive.tell(Event::Lost);
        drive.now_ms += MAY_ARRIVE_MS;
        drive.tell(Event::Row(Facts::of(&dormant)));
        assert_eq!(drive.report().0, Outcome::NotSent);
    }

    #[test]
    fn silence_is_broken_by_asking() {
        let mut drive = Drive::of(&row("workspace/stopped"), Action::Start);
        assert_eq!(drive.tell(Event::Tick), [], "the request itself is waited for");
        drive.created(9);
        assert_eq!(drive.tell(Event::Tick), []);
        drive.now_ms += ASK_AFTER_MS;
        assert_eq!(drive.tell(Event::Tick), [Command::Fetch]);
        assert_eq!(drive.tell(Event::Tick), [], "asked just now");
    }

    fn any_status() -> impl Strategy<Value = JobStatus> {
        prop_oneof![
            Just(JobStatus::Pending),
            Just(JobStatus::Running),
            Just(JobStatus::Succeeded),
            Just(JobStatus::Failed),
            Just(JobStatus::Canceled),
            Just(JobStatus::Canceling),
            Just(JobStatus::Unknown),
            Just(JobStatus::Other("paused".into())),
        ]
    }

    fn any_event(base: i64) -> impl Strategy<Value = Event> {
        let transition = prop_oneof![Just(Start), Just(Stop), Just(Delete)];
        let kind = prop_oneof![
            Just(RefusalKind::Conflict),
            Just(RefusalKind::Server),
            Just(RefusalKind::Gone),
            Just(RefusalKind::Precondition),
            Just(RefusalKind::Forbidden),
        ];
        let row = (0..4_i64, transition, any_status(), any::<[bool; 3]>());
        prop_oneof![
            6 => row.prop_map(move |(ahead, transition, status, [canceled, dormant, favorite])| {
                Event::Row(Facts { canceled, dormant, favorite, ..facts(base + ahead, transition, status) })
            }),
            3 => (1..4_i64).prop_map(move |ahead| Event::BuildCreated { number: base + ahead, build: Id::from_u128(7) }),
            1 => Just(Event::Begin),
            2 => Just(Event::Resumed),
            1 => Just(Event::Gone),
            1 => Just(Event::Hidden),
            2 => Just(Event::Done),
            2 => Just(Event::Lost),
            2 => Just(Event::Cancel),
            1 => Just(Event::Undo),
            1 => Just(Event::CancelTaken),
            2 => kind.clone().prop_map(|kind| Event::CancelRefused(refusal(kind, "no"))),
            2 => kind.prop_map(|kind| Event::Refused(refusal(kind, "no"))),
            2 => any::<bool>().prop_map(Event::Answer),
            3 => Just(Event::Tick),
        ]
    }

    fn any_plan() -> impl Strategy<Value = (&'static str, Action)> {
        prop_oneof![
            Just(("workspace/stopped", Action::Start)),
            Just(("real/start-workspace", Action::Stop)),
            Just(("real/start-workspace", Action::Restart)),
            Just(("real/outdated-workspace", Action::Update)),
            Just(("real/apply-failed-workspace", Action::Retry)),
            Just(("workspace/stopped", Action::Delete)),
            Just(("workspace/starting", Action::Cancel)),
            Just(("workspace/dormant", Action::Activate)),
            Just(("workspace/stopped", Action::Favorite)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn no_sequence_sends_a_request_twice_acts_after_the_end_or_loses_the_report(
            (name, action) in any_plan(),
            events in prop::collection::vec((any_event(0), 0..20_000_i64), 0..40),
        ) {
            let mut row = row(name);
            row.build.number = 0;
            let mut now_ms = T0;
            let mut operation = plan(&row, action, T0).unwrap();
            let planned = operation.steps.len();
            let mut sent: Vec<Command> = Vec::new();
            let mut cancels = 0;
            let mut report: Option<Report> = None;
            for (event, later) in std::iter::once((Event::Begin, 0)).chain(events) {
                now_ms += later;
                // A tab may be closed between any two events.
                let stored = serde_json::to_string(&operation).unwrap();
                operation = crate::json::from_slice(stored.as_bytes()).unwrap();
                let before = operation.clone();
                let (after, commands) = next(operation, &event, now_ms);
                if let Some(known) = &report {
                    prop_assert!(commands.is_empty());
                    prop_assert_eq!(after.report(), Some(known));
                }
                for (index, command) in commands.iter().enumerate() {
                    match command {
                        Command::Save | Command::Fetch | Command::Forget => {}
                        Command::CancelBuild { own_step: false, .. } => {
                            cancels += 1;
                            prop_assert!(after.cancel_wanted);
                            prop_assert!(index > 0 && commands[index - 1] == Command::Save);
                        }
                        _ => {
                            let held = before.held_until_ms();
                            prop_assert!(held.is_none_or(|until| now_ms >= until), "sent while it can be undone");
                            prop_assert!(held.is_none() || event == Event::Tick, "a held stop is sent by time alone");
                            prop_assert!(!sent.contains(command), "{:?} sent twice", command);
                            prop_assert!(index > 0 && commands[index - 1] == Command::Save, "stored before it is sent");
                            prop_assert!(!before.cancel_wanted, "nothing new once the user wants it to end");
                            sent.push(command.clone());
                        }
                    }
                }
                prop_assert!(sent.len() <= planned);
                prop_assert!(cancels <= 2);
                prop_assert_eq!(commands.contains(&Command::Forget), report.is_none() && after.is_over());
                if let Some(new) = after.report() {
                    prop_assert!(!new.text.is_empty());
                    report = Some(new.clone());
                }
                prop_assert!(!(after.is_over() && after.overlay(now_ms).is_some()));
                operation = after;
            }
        }
    }
}
