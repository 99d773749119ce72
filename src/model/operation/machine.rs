//! The machine: what becomes of an operation with each event, and what has to be done. Pure.
//!
//! Two promises, held by property tests: no request that changes something is sent twice, and what happened is never
//! lost.

use super::facts::Facts;
use super::next_step::Advice;
use super::sentences::refusal_lines;
use super::setting::Setting;
use super::step::{BuildStep, Step};
use super::stored::{HOLD_MS, Operation, Outcome, Phase, Refusal, RefusalKind, Report};
use crate::model::actions::Action;
use crate::wire::Id;
use crate::wire::build::{JobStatus, Transition};

/// After how many milliseconds without news the workspace is asked for.
pub(super) const ASK_AFTER_MS: i64 = 5_000;

/// For how many milliseconds a request whose answer was lost may still arrive.
pub(super) const MAY_ARRIVE_MS: i64 = 10_000;

/// How late a held stop may be sent: a timer of a hidden tab is late by a minute, a computer that slept by hours;
/// nobody expects it then.
pub(crate) const OVERSLEEP_MS: i64 = 120_000;

/// What happens to an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
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
    /// The step's request was not sent: a build that is not its own came in between while it waited for its turn.
    Overtaken(Facts),
    /// Another tab was faster, and nothing of it was sent.
    BegunElsewhere,
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
pub(crate) enum Command {
    /// Store the operation as it is now, before anything else.
    Save,
    /// Take it out of the store: it is over.
    Forget,
    /// `POST /workspaces/{id}/builds`.
    PostBuild(BuildStep),
    /// `PATCH /workspacebuilds/{id}/cancel`.
    CancelBuild {
        /// Which.
        build: Id,
        /// Whether to send `expect_status=pending`.
        expect_pending: bool,
        /// Whether it is the operation's own step (answered by [`Event::Done`], [`Event::Refused`] or [`Event::Lost`])
        /// or the wish to end it (answered by [`Event::CancelTaken`] or [`Event::CancelRefused`]).
        own_step: bool,
    },
    /// Set what needs no build: `api::workspaces::set`.
    Set(Setting),
    /// Ask for the workspace now.
    Fetch,
}

/// The machine: what becomes of an operation, and what has to be done.
pub(crate) fn next(operation: Operation, event: &Event, now_ms: i64) -> (Operation, Vec<Command>) {
    let mut operation = operation;
    let mut commands = Vec::new();
    if !operation.is_over() {
        operation.follow_clock(now_ms);
        operation.step(event, now_ms, &mut commands);
    }
    (operation, commands)
}

impl Operation {
    /// Moves what lies in the future of a clock that was set back: the server's time is known better with each answer,
    /// and nothing may wait for as long as the clock was wrong.
    fn follow_clock(&mut self, now_ms: i64) {
        self.heard_ms = self.heard_ms.min(now_ms);
        match &mut self.phase {
            Phase::Held { until_ms, waits } => {
                let longest = if *waits { now_ms } else { now_ms.saturating_add(HOLD_MS) };
                *until_ms = (*until_ms).min(longest);
            }
            Phase::Uncertain { since_ms, .. } => *since_ms = (*since_ms).min(now_ms),
            _ => {}
        }
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
            Event::Hidden => self.over(Outcome::Interrupted, self.hidden_text(), None, None, commands),
            Event::BuildCreated { number, build } => self.created(*number, *build, now_ms, commands),
            Event::Done => self.done(commands),
            Event::Refused(refusal) => self.refused(refusal, now_ms, commands),
            Event::Overtaken(facts) => {
                if self.phase == Phase::Sent {
                    self.interrupted(facts, commands);
                }
            }
            Event::BegunElsewhere => {
                if matches!(self.phase, Phase::Ready | Phase::Held { .. }) {
                    let text = self.not_begun_text("another tab of this browser began something with it first");
                    self.over(Outcome::NotSent, text, None, None, commands);
                }
            }
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
                if let Phase::Held { .. } = self.phase {
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

    /// What is held waits for the control plane, and can be undone meanwhile. Its time moves along, so that a sleep is
    /// told from waiting.
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
        if matches!(&step, Step::Build(build) if build.lacks_its_values()) {
            self.without_values(commands);
            return;
        }
        self.phase = Phase::Sent;
        self.heard_ms = now_ms;
        commands.push(Command::Save);
        commands.push(match step {
            Step::Build(step) => Command::PostBuild(step),
            Step::Cancel { build, expect_pending, .. } => {
                Command::CancelBuild { build, expect_pending, own_step: true }
            }
            Step::Set(setting) => Command::Set(setting),
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
            || !matches!(self.steps.get(self.at), Some(Step::Build(_)))
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
            Some(Step::Set(_)) => self.succeed(commands),
            Some(Step::Build(_)) | None => {}
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
        let next = (self.at > 0).then_some(self.do_the_rest());
        self.over(Outcome::Refused, self.refused_text(refusal), Some(refusal), next, commands);
    }

    fn gone(&mut self, commands: &mut Vec<Command>) {
        if self.is_delete() && !matches!(self.phase, Phase::Ready) {
            self.succeed(commands);
        } else {
            self.over(Outcome::Interrupted, self.gone_text(), None, None, commands);
        }
    }

    fn row(&mut self, facts: &Facts, now_ms: i64, commands: &mut Vec<Command>) {
        match self.steps.get(self.at).cloned() {
            Some(Step::Build(step)) => self.row_of_build(&step.transition, facts, now_ms, commands),
            Some(Step::Cancel { build, number, .. }) => {
                self.row_of_cancel((build, number), facts, now_ms, commands);
            }
            Some(Step::Set(setting)) => self.row_of_setting(setting.is_shown_by(facts), now_ms, commands),
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
                    self.over(Outcome::Unknown, self.followed_text(transition, facts), None, None, commands);
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
            // Before the answer comes, a row proves nothing: the build may be somebody else's. While nothing was sent,
            // it is.
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
                self.goes_on(facts.number, now_ms, commands);
            }
            JobStatus::Succeeded => self.succeed(commands),
            JobStatus::Other(text) => {
                self.over(Outcome::Unknown, self.ended_as_text(transition, text), None, None, commands);
            }
            status if *status == JobStatus::Canceled || facts.canceled => {
                self.over(Outcome::Canceled, self.canceled_text(transition), None, None, commands);
            }
            _ => {
                let text = self.failed_text(transition, &facts.error);
                let advice = Some(Self::after_failure(transition, facts));
                self.over(Outcome::Failed, text, None, Some(Action::Retry), commands);
                self.advise(advice);
            }
        }
    }

    /// The step is done, and build `number` was the last one: the next step is sent, or asked about if nobody watched.
    fn goes_on(&mut self, number: i64, now_ms: i64, commands: &mut Vec<Command>) {
        self.base = number;
        self.at += 1;
        if matches!(self.steps.get(self.at), Some(Step::Build(step)) if step.lacks_its_values()) {
            self.without_values(commands);
        } else if self.resumed {
            self.phase = Phase::Ask;
            commands.push(Command::Save);
        } else {
            self.send(now_ms, commands);
        }
    }

    fn row_of_cancel(&mut self, (build, number): (Id, i64), facts: &Facts, now_ms: i64, commands: &mut Vec<Command>) {
        match self.phase.clone() {
            Phase::Accepted { .. } | Phase::Uncertain { .. } if facts.number > number => {
                self.over(Outcome::Unknown, self.cancel_followed_text(facts), None, None, commands);
            }
            Phase::Accepted { .. } | Phase::Uncertain { .. } if facts.number == number && !facts.is_active() => {
                let canceled = facts.canceled || facts.job_status == JobStatus::Canceled;
                if canceled && self.has_more() && !self.cancel_wanted {
                    self.goes_on(number, now_ms, commands);
                    return;
                }
                let result = match (canceled, self.has_more()) {
                    (true, true) => Outcome::Abandoned,
                    (true, false) => Outcome::Succeeded,
                    (false, true) => Outcome::Interrupted,
                    (false, false) => Outcome::Unknown,
                };
                let next = (!canceled && self.has_more() && !self.cancel_wanted).then_some(self.action);
                self.over(result, self.cancel_ended_text(facts, canceled), None, next, commands);
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
                    let text = self.cancel_lost_text(said.as_ref());
                    self.over(Outcome::NotSent, text, said.as_ref(), Some(Action::Cancel), commands);
                }
            }
            _ => {}
        }
    }

    /// A row during a step that sets something without a build.
    fn row_of_setting(&mut self, is_set: bool, now_ms: i64, commands: &mut Vec<Command>) {
        if let Phase::Uncertain { since_ms, said } = self.phase.clone() {
            if is_set {
                self.succeed(commands);
            } else if now_ms.saturating_sub(since_ms) >= MAY_ARRIVE_MS {
                let text = self.setting_lost_text(said.as_ref());
                self.over(Outcome::NotSent, text, said.as_ref(), Some(self.action), commands);
            }
        }
    }

    /// The next build was asked for with values, and the page that had them is closed.
    fn without_values(&mut self, commands: &mut Vec<Command>) {
        let advice = Some(self.after_lost_values());
        self.over(Outcome::NotSent, self.without_values_text(), None, None, commands);
        self.advise(advice);
    }

    /// Says what to do next, beside the report.
    fn advise(&mut self, advice: Option<Advice>) {
        if let Phase::Over(report) = &mut self.phase {
            report.advice = advice;
        }
    }

    /// A held request that will not be sent.
    fn not_begun(&mut self, why: &str, commands: &mut Vec<Command>) {
        self.over(Outcome::NotSent, self.not_begun_text(why), None, Some(self.action), commands);
    }

    fn not_sent(&mut self, transition: &Transition, said: Option<&Refusal>, commands: &mut Vec<Command>) {
        // It is not asked for again without the values that it had.
        let lacks = matches!(self.steps.get(self.at), Some(Step::Build(step)) if step.lacks_its_values());
        if lacks {
            self.without_values(commands);
            return;
        }
        let next = if self.at == 0 { self.action } else { self.do_the_rest() };
        self.over(Outcome::NotSent, self.build_lost_text(transition, said), said, Some(next), commands);
    }

    fn interrupted(&mut self, facts: &Facts, commands: &mut Vec<Command>) {
        let text = self.interrupted_text(facts);
        // Their build tells more.
        self.phase = Phase::Accepted { number: facts.number, build: facts.build, proven: true };
        self.over(Outcome::Interrupted, text, None, None, commands);
    }

    /// Whether the wish to end it can be fulfilled.
    pub(super) fn can_be_ended(&self) -> bool {
        match self.steps.get(self.at) {
            Some(Step::Build(_)) => true,
            // What it cancels is what the user wants to end; the rest does not follow.
            Some(Step::Cancel { .. }) => self.has_more(),
            Some(Step::Set(_)) | None => false,
        }
    }

    fn cancel(&mut self, commands: &mut Vec<Command>) {
        if !self.can_be_ended() || self.cancel_wanted {
            return;
        }
        if matches!(self.steps.get(self.at), Some(Step::Cancel { .. })) && self.phase != Phase::Ready {
            self.cancel_wanted = true;
            commands.push(Command::Save);
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
        let next = (self.at > 0).then_some(self.do_the_rest());
        self.over(Outcome::Abandoned, self.abandoned_text(), None, next, commands);
    }

    fn ended_by_user(&mut self, transition: &Transition, commands: &mut Vec<Command>) {
        self.over(Outcome::Canceled, self.ended_by_user_text(transition), None, None, commands);
    }

    fn succeed(&mut self, commands: &mut Vec<Command>) {
        self.over(Outcome::Succeeded, self.succeeded_text(), None, None, commands);
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
        let advice = refusal.map(|refusal| self.after_refusal(refusal));
        let limited = refusal.filter(|refusal| refusal.kind == RefusalKind::RateLimited);
        let again_in_ms = limited.map(|refusal| refusal.retry_after_ms.unwrap_or(1_000));
        self.phase = Phase::Over(Report { result, text, lines, next, advice, build, again_in_ms });
        commands.push(Command::Forget);
    }
}
