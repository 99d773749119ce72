//! The machine is driven event by event, and what it says and sends is looked at.

use super::machine::{ASK_AFTER_MS, MAY_ARRIVE_MS};
use super::step::Step;
use super::stored::{Phase, Report};
use super::*;
use crate::model::actions::Action;
use crate::model::recordings;
use crate::model::row::Row;
use crate::model::status::Tone;
use crate::wire::Id;
use crate::wire::build::{JobStatus, Transition};
use crate::wire::error::Validation;
use crate::wire::parameter::ParameterValue;
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
        by_quota: false,
        initiator: "ada".into(),
        dormant: false,
        favorite: false,
        name: "ok".into(),
        always_update: false,
    }
}

fn refusal(kind: RefusalKind, message: &str) -> Refusal {
    Refusal {
        kind,
        message: message.into(),
        detail: None,
        validations: Vec::new(),
        request_id: None,
        retry_after_ms: None,
    }
}

/// Drives an operation through events, a second apart, and collects the commands.
struct Drive {
    operation: Operation,
    now_ms: i64,
    all: Vec<Command>,
}

impl Drive {
    fn of(row: &Row, action: Action) -> Drive {
        let mut drive =
            Drive { operation: plan(row, action, BuildInput::default(), T0).unwrap(), now_ms: T0, all: Vec::new() };
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
        self.operation = json_tape::from_slice(stored.as_bytes()).unwrap();
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
    Command::PostBuild(BuildStep::of(transition))
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
        request_id: Some("7f3a".into()),
        retry_after_ms: None,
    }));
    assert_eq!(drive.operation.report().unwrap().lines, ["more", "disk: too small", "Request 7f3a"]);
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
    // Between the two, while its own request waits for the network.
    let mut drive = begun();
    drive.row(number + 1, Stop, JobStatus::Succeeded);
    assert_eq!(drive.operation.base_number(), number + 1);
    drive.tell(Event::Overtaken(facts(number + 2, Start, JobStatus::Succeeded)));
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
        plan(&row(name), action, BuildInput::default(), T0)
            .unwrap()
            .steps
            .into_iter()
            .map(|step| match step {
                Step::Build(step) => step.transition,
                other => panic!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(transitions("real/apply-failed-workspace", Action::Retry), [Stop, Start]);
    assert_eq!(transitions("real/canceled-workspace", Action::Retry), [Stop, Start]);
    assert_eq!(transitions("workspace/canceled-while-pending", Action::Retry), [Start], "nothing had begun");
    let mut planned = row("real/apply-failed-workspace");
    planned.build.error = Some("terraform plan: exit status 1".into());
    assert_eq!(plan(&planned, Action::Retry, BuildInput::default(), T0).unwrap().steps.len(), 1, "nothing was applied");
    assert_eq!(transitions("real/apply-failed-workspace", Action::Update), [Stop, Start]);
    assert_eq!(transitions("real/outdated-workspace", Action::Update), [Stop, Start]);
    assert_eq!(transitions("workspace/stopped", Action::Update), [Start]);
    assert_eq!(transitions("workspace/stopped", Action::Delete), [Delete]);
    let mut failed = row("real/apply-failed-workspace");
    failed.build.transition = Stop;
    assert_eq!(plan(&failed, Action::Retry, BuildInput::default(), T0).unwrap().steps.len(), 1);
    failed.build.transition = Delete;
    assert_eq!(
        plan(&failed, Action::Retry, BuildInput::default(), T0).unwrap().steps,
        [Step::Build(BuildStep::of(Delete))]
    );
    failed.build.transition = Transition::Other("freeze".into());
    assert_eq!(plan(&failed, Action::Retry, BuildInput::default(), T0), None);
}

#[test]
fn a_version_changes_only_if_asked_for_or_required() {
    let mut outdated = row("real/outdated-workspace");
    let version = |row: &Row, action| match plan(row, action, BuildInput::default(), T0).unwrap().steps.last().unwrap()
    {
        Step::Build(step) => step.version,
        other => panic!("{other:?}"),
    };
    let active = outdated.template_active_version_id;
    assert_eq!(version(&outdated, Action::Restart), None);
    assert_eq!(version(&outdated, Action::Update), Some(active));
    assert_eq!(version(&outdated, Action::Stop), None);
    // Who may change the template may start another version than the required one: then it stays what it is.
    outdated.require_active_version = true;
    assert_eq!(version(&outdated, Action::Start), None);
    assert_eq!(version(&outdated, Action::Restart), None);
    assert_eq!(version(&outdated, Action::Stop), None);
    outdated.outdated = false;
    assert_eq!(version(&outdated, Action::Restart), Some(active), "the one it has");
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
    assert_eq!(drive.all.iter().filter(|command| matches!(command, Command::PostBuild(_))).count(), 1);
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
        Some("ok is stopped: its restart was interrupted when its page was closed, or signed out. Start it now?")
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
    // The second click of a double click is no undo, but one in another tab is, and one before it was begun.
    let mut drive = held();
    for (later_ms, is_double) in [(-1, false), (0, true), (399, true), (400, false)] {
        assert_eq!(drive.operation.is_double_click(T0 + later_ms), is_double, "{later_ms} ms later");
    }
    let planned = plan(&row, Action::Stop, BuildInput::default(), T0).unwrap();
    for operation in [planned, drive.operation.clone()] {
        assert!(next(operation, &Event::Undo, T0).0.is_over());
    }
    // A closed tab has sent nothing, and never will.
    drive.reopen();
    assert_eq!(
        drive.report(),
        (
            Outcome::NotSent,
            "Stop of ok was not sent: its page was closed, or signed out, while it could still be undone. Nothing changed.",
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
    assert_eq!(plan(&row, Action::Undo, BuildInput::default(), T0), None);
}

#[test]
fn a_held_stop_waits_while_the_control_plane_cannot_be_reached() {
    let row = row("real/start-workspace");
    let waiting = || {
        let mut drive = Drive::of(&row, Action::Stop);
        assert_eq!(drive.tell(Event::Offline), [], "its time has not come");
        assert_eq!(drive.why(), "Running: your stop begins in 7 s");
        drive.now_ms += HOLD_MS;
        assert_eq!(drive.tell(Event::Offline), [Command::Save], "nothing is sent");
        assert_eq!(drive.why(), "Running: your stop begins once the control plane answers");
        assert!(drive.operation.waits_for_answer());
        // However long that takes, as long as the page is awake.
        for _ in 0..OVERSLEEP_MS / 1_000 * 3 {
            assert_eq!(drive.tell(Event::Offline), []);
        }
        drive
    };
    let mut drive = waiting();
    assert_eq!(drive.tell(Event::Tick), [Command::Save, post(Stop)], "sent once it is back");
    let mut drive = waiting();
    assert_eq!(drive.tell(Event::Undo), [Command::Forget]);
    assert_eq!(drive.report().1, "ok keeps running: nothing was sent.");
    for event in [Event::Tick, Event::Offline] {
        let mut drive = waiting();
        drive.now_ms += OVERSLEEP_MS;
        assert_eq!(drive.tell(event), [Command::Forget]);
        assert_eq!(drive.report().1, "Stop of ok was not sent: this page was asleep when it was due. Nothing changed.");
    }
    // Whatever else is under way only waits for news.
    let mut drive = Drive::of(&self::row("workspace/stopped"), Action::Start);
    drive.created(9);
    drive.now_ms += ASK_AFTER_MS;
    assert_eq!(drive.tell(Event::Offline), []);
    // A page of an earlier version knew nothing of waiting.
    let mut old = serde_json::to_value(&Drive::of(&row, Action::Stop).operation).unwrap();
    old["phase"]["held"].as_object_mut().unwrap().remove("waits").unwrap();
    let read: Operation = json_tape::from_slice(old.to_string().as_bytes()).unwrap();
    assert!(read.held_until_ms().is_some() && !read.waits_for_answer());
}

#[test]
fn a_clock_that_is_set_back_makes_nothing_wait() {
    const BACK_MS: i64 = 3 * 60_000;
    let row = row("real/start-workspace");
    // It has waited for the control plane, whose first answers say that it is earlier than was thought.
    let mut drive = Drive::of(&row, Action::Stop);
    drive.now_ms += HOLD_MS;
    drive.tell(Event::Offline);
    drive.now_ms -= BACK_MS;
    assert_eq!(drive.tell(Event::Tick), [Command::Save, post(Stop)]);
    // It can be undone still, for no longer than it is said to be.
    let mut drive = Drive::of(&row, Action::Stop);
    drive.now_ms -= BACK_MS;
    assert_eq!(drive.tell(Event::Tick), []);
    assert_eq!(drive.why(), "Running: your stop begins in 8 s");
    drive.now_ms += HOLD_MS;
    assert_eq!(drive.tell(Event::Tick), [Command::Save, post(Stop)]);
    // What is heard of is asked after as soon as ever.
    drive.created(9);
    drive.now_ms -= BACK_MS;
    assert_eq!(drive.tell(Event::Tick), []);
    drive.now_ms += ASK_AFTER_MS;
    assert_eq!(drive.tell(Event::Tick), [Command::Fetch]);
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
            "name",
            "owner",
            "phase",
            "resumed",
            "steps",
            "workspace"
        ]
    );
    assert!(json_tape::from_slice::<Operation>(b"{}").is_err());
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
    assert_eq!(drive.all, [Command::Save, Command::Set(Setting::Activate)]);
    drive.tell(Event::Done);
    assert_eq!(drive.report(), (Outcome::Succeeded, "life-renamed is no longer dormant.", None));
    let mut drive = Drive::of(&dormant, Action::Activate);
    drive.tell(Event::Lost);
    drive.tell(Event::Row(Facts { dormant: true, ..Facts::of(&dormant) }));
    assert!(!drive.operation.is_over());
    drive.tell(Event::Row(Facts { dormant: false, ..Facts::of(&dormant) }));
    assert_eq!(drive.report().0, Outcome::Succeeded);
    let stopped = row("workspace/stopped");
    let mut drive = Drive::of(&stopped, Action::MakeDormant);
    assert_eq!(drive.all, [Command::Save, Command::Set(Setting::MakeDormant)]);
    drive.tell(Event::Lost);
    drive.tell(Event::Row(Facts { dormant: false, ..Facts::of(&stopped) }));
    assert!(!drive.operation.is_over());
    drive.tell(Event::Row(Facts { dormant: true, ..Facts::of(&stopped) }));
    assert_eq!(drive.report(), (Outcome::Succeeded, "life is dormant now.", None));
    let mut drive = Drive::of(&stopped, Action::MakeDormant);
    drive.tell(Event::Refused(refusal(RefusalKind::Forbidden, "no")));
    assert!(drive.report().1.starts_with("Dormancy of life was refused: no."), "{}", drive.report().1);
    let mut drive = Drive::of(&dormant, Action::Favorite);
    assert_eq!(drive.all, [Command::Save, Command::Set(Setting::Favorite { on: true })]);
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

#[test]
fn what_waits_is_deleted_by_canceling_it_first() {
    let pending = row("workspace/pending-first");
    let number = pending.build.number;
    let cancel = Command::CancelBuild { build: pending.build.id, expect_pending: true, own_step: true };
    let begun = || {
        let drive = Drive::of(&pending, Action::Delete);
        assert_eq!(drive.all, [Command::Save, cancel.clone()]);
        drive
    };
    let canceled = || Event::Row(Facts { canceled: true, ..facts(number, Start, JobStatus::Canceled) });
    let mut drive = begun();
    assert_eq!(drive.why(), "Deleting: 1 of 2: canceling, asking the control plane");
    drive.tell(Event::Done);
    assert_eq!(drive.tell(canceled()), [Command::Save, post(Delete)]);
    drive.created(number + 1);
    drive.row(number + 1, Delete, JobStatus::Running);
    drive.tell(Event::Gone);
    assert_eq!(drive.report(), (Outcome::Succeeded, "queued-one was deleted.", None));
    // It has begun meanwhile: nothing is deleted that somebody may be using.
    let mut drive = begun();
    drive.tell(Event::Refused(refusal(RefusalKind::Precondition, "Job is not in the expected state.")));
    assert_eq!(
        drive.report().1,
        "queued-one was not canceled: the build has left the queue meanwhile. Nothing was deleted."
    );
    let mut drive = begun();
    drive.tell(Event::Done);
    drive.row(number, Start, JobStatus::Succeeded);
    assert_eq!(
        drive.report(),
        (
            Outcome::Interrupted,
            "The start of queued-one ended before it could be canceled. Nothing was deleted.",
            Some(Action::Delete)
        )
    );
    // The tab was closed in between: it is asked before anything is deleted.
    let mut drive = begun();
    drive.tell(Event::Done);
    drive.reopen();
    drive.tell(canceled());
    let question = drive.operation.question().unwrap();
    assert!(question.ends_with("Delete it now?"), "{question}");
    assert_eq!(drive.operation.answers(), ("Keep it".to_owned(), "Delete queued-one".to_owned()));
    assert!(drive.operation.is_answered_by(Action::Delete) && !drive.operation.is_answered_by(Action::Start));
    assert_eq!(drive.tell(Event::Answer(true)), [Command::Save, post(Delete)]);
    let mut drive = begun();
    drive.tell(Event::Done);
    drive.reopen();
    drive.tell(canceled());
    drive.tell(Event::Answer(false));
    assert_eq!(drive.report(), (Outcome::Abandoned, "queued-one is not deleted.", Some(Action::Delete)));
    // The user thinks better of it.
    let mut drive = begun();
    assert_eq!(drive.tell(Event::Cancel), [Command::Save]);
    drive.tell(Event::Done);
    drive.tell(canceled());
    assert_eq!(drive.report().0, Outcome::Abandoned);
    assert!(!drive.all.contains(&post(Delete)));
    // Refused after the cancel.
    let mut drive = begun();
    drive.tell(Event::Done);
    drive.tell(canceled());
    drive.tell(Event::Refused(refusal(RefusalKind::Forbidden, "No.")));
    assert_eq!(
        drive.report().1,
        "What waited of queued-one was canceled, but its delete was refused: No. It belongs to owner, who can, or an administrator. It is not deleted."
    );
}

#[test]
fn a_version_is_changed_to_the_one_that_was_chosen_and_to_no_other() {
    let running = row("real/start-workspace");
    assert_eq!(plan(&running, Action::ChangeVersion, BuildInput::default(), T0), None);
    let version = Some(Id::from_u128(5));
    let input = BuildInput { version, ..BuildInput::default() };
    let planned = plan(&running, Action::ChangeVersion, input.clone(), T0).unwrap();
    let start = BuildStep { version, ..BuildStep::of(Start) };
    assert_eq!(planned.steps, [Step::Build(BuildStep::of(Stop)), Step::Build(start.clone())]);
    assert_eq!(plan(&row("workspace/stopped"), Action::ChangeVersion, input, T0).unwrap().steps, [Step::Build(start)]);
}

#[test]
fn a_retry_that_tells_all_says_so_of_what_failed() {
    let planned = plan(&row("real/apply-failed-workspace"), Action::DebugRetry, BuildInput::default(), T0).unwrap();
    let start = BuildStep { debug: true, ..BuildStep::of(Start) };
    assert_eq!(planned.steps, [Step::Build(BuildStep::of(Stop)), Step::Build(start)]);
    let mut failed = row("real/apply-failed-workspace");
    failed.build.transition = Delete;
    let planned = plan(&failed, Action::DebugRetry, BuildInput::default(), T0).unwrap();
    assert_eq!(planned.steps, [Step::Build(BuildStep { debug: true, ..BuildStep::of(Delete) })]);
}

#[test]
fn values_are_kept_nowhere_and_asked_for_anew() {
    let running = row("real/start-workspace");
    let number = running.build.number;
    let value = ParameterValue { name: "key".into(), value: "hunter2".into() };
    let input = BuildInput { values: vec![value], ..BuildInput::default() };
    let begun = |action| {
        let mut drive =
            Drive { operation: plan(&running, action, input.clone(), T0).unwrap(), now_ms: T0, all: Vec::new() };
        drive.tell(Event::Begin);
        drive
    };
    let mut drive = begun(Action::Restart);
    assert_eq!(drive.all, [Command::Save, post(Stop)], "the stop has no values");
    drive.created(number + 1);
    let commands = drive.row(number + 1, Stop, JobStatus::Succeeded);
    assert!(matches!(commands.last(), Some(Command::PostBuild(step)) if step.values.len() == 1), "{commands:?}");
    assert!(!serde_json::to_string(&drive.operation).unwrap().contains("hunter2"));
    // The page is closed in between: it is not started with other values than it was asked for with.
    let mut drive = begun(Action::Restart);
    drive.created(number + 1);
    drive.reopen();
    drive.row(number + 1, Stop, JobStatus::Succeeded);
    assert_eq!(
        drive.report().1,
        "ok is stopped: its restart was interrupted, and the values that it was asked for with are kept nowhere. Give them once more."
    );
    let advice = drive.operation.report().unwrap().advice.clone().unwrap();
    assert_eq!(advice.way, Some(Way::Form { action: Action::Start, version: None }), "what is left of it is a start");
    assert!(!drive.all.iter().any(|command| matches!(command, Command::PostBuild(step) if step.transition == Start)));
    // The request was on its way: if it arrived, all is well, else the form is where it goes on.
    let stopped = row("workspace/stopped");
    let mut drive =
        Drive { operation: plan(&stopped, Action::Start, input.clone(), T0).unwrap(), now_ms: T0, all: Vec::new() };
    drive.tell(Event::Begin);
    drive.reopen();
    drive.now_ms += MAY_ARRIVE_MS;
    drive.row(stopped.build.number, Stop, JobStatus::Succeeded);
    assert_eq!(
        drive.operation.report().unwrap().advice.clone().unwrap().way,
        Some(Way::Form { action: Action::Start, version: None })
    );
}

#[test]
fn a_name_and_automatic_updates_are_proven_by_the_row() {
    let stopped = row("workspace/stopped");
    let renaming = || {
        let to = Setting::Rename { to: "death".into() };
        let operation = plan_setting(&stopped, Action::Rename, to, T0);
        let mut drive = Drive { operation, now_ms: T0, all: Vec::new() };
        drive.tell(Event::Begin);
        drive
    };
    let mut drive = renaming();
    assert_eq!(drive.all, [Command::Save, Command::Set(Setting::Rename { to: "death".into() })]);
    drive.tell(Event::Done);
    assert_eq!(drive.report(), (Outcome::Succeeded, "life is called death now.", None));
    let mut drive = renaming();
    drive.tell(Event::Lost);
    drive.tell(Event::Row(Facts::of(&stopped)));
    assert!(!drive.operation.is_over());
    drive.tell(Event::Row(Facts { name: "death".into(), ..Facts::of(&stopped) }));
    assert_eq!(drive.report().0, Outcome::Succeeded);
    let mut drive = renaming();
    drive.tell(Event::Refused(refusal(RefusalKind::Conflict, "A workspace with this name already exists.")));
    assert_eq!(drive.operation.report().unwrap().advice.clone().unwrap().text, "Choose another name.");
    let mut drive = Drive::of(&stopped, Action::AlwaysUpdate);
    assert_eq!(drive.all, [Command::Save, Command::Set(Setting::AutomaticUpdates { on: true })]);
    drive.tell(Event::Lost);
    drive.tell(Event::Row(Facts { always_update: true, ..Facts::of(&stopped) }));
    assert_eq!(drive.report(), (Outcome::Succeeded, "life is updated by its schedule now.", None));
}

#[test]
fn every_refusal_and_failure_says_one_next_step_and_the_request() {
    let stopped = row("workspace/stopped");
    for (kind, text, way) in [
        (RefusalKind::Conflict, "Wait until the build that is under way is over, or cancel it.", Some(Way::Workspace)),
        (
            RefusalKind::NotReady,
            "Try again once the import of the version is over, or choose another version.",
            Some(Way::Workspace),
        ),
        (RefusalKind::NotFound, "Look for it in the list.", Some(Way::List)),
        (RefusalKind::Gone, "Create another one if it is needed.", Some(Way::Templates)),
        (RefusalKind::Precondition, "Look at how it is now, then ask again.", Some(Way::Workspace)),
        (RefusalKind::RateLimited, "Try again in 30 s.", None),
        (RefusalKind::Validation, "Look at how it is now.", Some(Way::Workspace)),
        (RefusalKind::Unauthorized, "Sign in again, then ask once more.", None),
        (RefusalKind::Forbidden, "", None),
    ] {
        let mut drive = Drive::of(&stopped, Action::Start);
        let said = Refusal { request_id: Some("r-1".into()), retry_after_ms: Some(30_000), ..refusal(kind, "No.") };
        drive.tell(Event::Refused(said));
        let report = drive.operation.report().unwrap();
        let advice = report.advice.clone().unwrap();
        assert_eq!((advice.text.as_str(), advice.way), (text, way), "{kind:?}");
        assert_eq!(report.lines, ["Request r-1"]);
    }
    let mut drive = Drive::of(&stopped, Action::Start);
    let validations = vec![Validation { field: "region".into(), detail: "required".into() }];
    drive.tell(Event::Refused(Refusal { validations, ..refusal(RefusalKind::Validation, "No.") }));
    let advice = drive.operation.report().unwrap().advice.clone().unwrap();
    assert_eq!(advice.way, Some(Way::Form { action: Action::Start, version: None }));
    for (action, transition, by_quota, text, way) in [
        (
            Action::Start,
            Start,
            true,
            "Delete or stop what is not needed, or have an administrator raise the budget.",
            Some(Way::Quota),
        ),
        (Action::Start, Start, false, "Retry it: what it left is cleaned up first.", None),
        (
            Action::Delete,
            Delete,
            false,
            "Retry it; if it cannot be destroyed, delete it once more and leave its resources behind.",
            None,
        ),
    ] {
        let number = stopped.build.number + 1;
        let mut drive = Drive::of(&stopped, action);
        drive.created(number);
        drive.tell(Event::Row(Facts { by_quota, ..facts(number, transition, JobStatus::Failed) }));
        let advice = drive.operation.report().unwrap().advice.clone().unwrap();
        assert_eq!((advice.text.as_str(), advice.way), (text, way));
    }
}

#[test]
fn whatever_is_refused_says_the_servers_words_the_request_and_a_step() {
    const KINDS: [RefusalKind; 11] = [
        RefusalKind::Conflict,
        RefusalKind::NotReady,
        RefusalKind::NotFound,
        RefusalKind::Gone,
        RefusalKind::Precondition,
        RefusalKind::RateLimited,
        RefusalKind::Validation,
        RefusalKind::Unauthorized,
        RefusalKind::Forbidden,
        RefusalKind::Server,
        RefusalKind::Other,
    ];
    let planned = [
        ("workspace/stopped", Action::Start),
        ("real/start-workspace", Action::Stop),
        ("real/start-workspace", Action::Restart),
        ("real/outdated-workspace", Action::Update),
        ("real/apply-failed-workspace", Action::Retry),
        ("real/apply-failed-workspace", Action::DebugRetry),
        ("workspace/stopped", Action::Delete),
        ("workspace/pending-first", Action::Delete),
        ("workspace/starting", Action::Cancel),
        ("workspace/dormant", Action::Activate),
        ("workspace/stopped", Action::MakeDormant),
        ("workspace/stopped", Action::Favorite),
        ("workspace/stopped", Action::Unfavorite),
        ("workspace/stopped", Action::AlwaysUpdate),
        ("workspace/stopped", Action::NeverUpdate),
        ("workspace/stopped", Action::Rename),
        ("workspace/stopped", Action::ChangeVersion),
    ];
    for (name, action) in planned {
        let row = row(name);
        for kind in KINDS {
            let operation = match action {
                Action::Rename => plan_setting(&row, action, Setting::Rename { to: "new".into() }, T0),
                Action::ChangeVersion => {
                    let input = BuildInput { version: Some(Id::from_u128(7)), ..BuildInput::default() };
                    plan(&row, action, input, T0).unwrap()
                }
                _ => plan(&row, action, BuildInput::default(), T0).unwrap(),
            };
            let mut drive = Drive { operation, now_ms: T0, all: Vec::new() };
            drive.tell(Event::Begin);
            // A stop of what runs is held back first.
            drive.now_ms += HOLD_MS;
            drive.tell(Event::Tick);
            let said = Refusal { request_id: Some("r-1".into()), ..refusal(kind, "The control plane says no.") };
            drive.tell(Event::Refused(said));
            let case = format!("{action:?} of {name}, {kind:?}");
            let Some(report) = drive.operation.report() else {
                // A gateway's answer is not believed: it is looked whether the request arrived.
                assert_eq!(kind, RefusalKind::Server, "{case} is over");
                continue;
            };
            if report.result == Outcome::Succeeded {
                // What is gone need not be deleted.
                assert!(
                    matches!(kind, RefusalKind::Gone | RefusalKind::NotFound | RefusalKind::Precondition),
                    "{case}"
                );
                continue;
            }
            // A 412 is explained: what it means of a queue, the server does not say.
            let explained = kind == RefusalKind::Precondition && report.text.contains("has left the queue meanwhile");
            assert!(explained || report.text.contains("The control plane says no."), "{case}: {}", report.text);
            assert_eq!(report.lines, ["Request r-1"], "{case}");
            let step = report.advice.as_ref().map(|advice| advice.text.clone()).unwrap_or_default();
            let whose = ["An administrator may be able to.", "It belongs to owner", "Nothing was"];
            let says_who = whose.iter().any(|words| report.text.contains(words));
            assert!(!step.is_empty() || says_who || kind == RefusalKind::Other, "{case}: {} {step}", report.text);
        }
    }
    let mut drive = Drive::of(&row("workspace/stopped"), Action::Start);
    drive.created(row("workspace/stopped").build.number + 1);
    drive.tell(Event::Cancel);
    for kind in KINDS {
        let said = Refusal { request_id: Some("r-2".into()), ..refusal(kind, "Not now.") };
        drive.operation.cancel_refused = Some(said);
        assert!(drive.operation.cancel_refusal().unwrap().contains("Not now."), "{kind:?}");
        let after = drive.operation.after_cancel_refusal().unwrap();
        assert!(after.ends_with("· Request r-2") && !after.starts_with('·'), "{kind:?}: {after}");
    }
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
        1 => (1..4_i64).prop_map(move |ahead| Event::Overtaken(facts(base + ahead, Start, JobStatus::Running))),
        2 => Just(Event::Cancel),
        1 => Just(Event::Undo),
        1 => Just(Event::BegunElsewhere),
        1 => Just(Event::CancelTaken),
        2 => kind.clone().prop_map(|kind| Event::CancelRefused(refusal(kind, "no"))),
        2 => kind.prop_map(|kind| Event::Refused(refusal(kind, "no"))),
        2 => any::<bool>().prop_map(Event::Answer),
        3 => Just(Event::Tick),
        2 => Just(Event::Offline),
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
        Just(("workspace/stopped", Action::MakeDormant)),
        Just(("workspace/stopped", Action::Favorite)),
        Just(("workspace/pending-first", Action::Delete)),
        Just(("real/apply-failed-workspace", Action::DebugRetry)),
        Just(("workspace/stopped", Action::AlwaysUpdate)),
    ]
}

#[test]
fn what_another_tab_began_first_ends_what_was_not_sent_and_is_said() {
    let stop = || plan(&row("real/start-workspace"), Action::Stop, BuildInput::default(), T0).unwrap();
    for operation in [stop(), plan(&row("workspace/stopped"), Action::Start, BuildInput::default(), T0).unwrap()] {
        let (noun, name) = (operation.action.noun(), operation.name.clone());
        let (over, commands) = next(operation, &Event::BegunElsewhere, T0);
        let report = over.report().unwrap();
        assert_eq!(report.result, Outcome::NotSent);
        let why = "another tab of this browser began something with it first";
        assert_eq!(report.text, format!("{noun} of {name} was not sent: {why}. Nothing changed."));
        assert_eq!(commands, [Command::Forget]);
    }
    // The same in both tabs is no loss; what was filled in for one of them is.
    assert!(stop().is_done_by(&stop()));
    let start = |values: &[(&str, &str)]| {
        let values = values.iter().map(|(name, value)| ParameterValue { name: (*name).into(), value: (*value).into() });
        let input = BuildInput { values: values.collect(), ..BuildInput::default() };
        plan(&row("workspace/stopped"), Action::Start, input, T0).unwrap()
    };
    let stored = |operation: Operation| -> Operation {
        json_tape::from_slice(serde_json::to_string(&operation).unwrap().as_bytes()).unwrap()
    };
    assert!(start(&[]).is_done_by(&stored(start(&[]))));
    assert!(!start(&[("a", "b")]).is_done_by(&stored(start(&[("a", "b")]))));
    assert!(!start(&[]).is_done_by(&stop()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn a_wish_is_heard_in_every_state_also_by_the_tab_that_takes_over(
        (name, action) in any_plan(),
        events in prop::collection::vec((any_event(0), 0..20_000_i64), 0..12),
        wish in prop_oneof![Just(Wish::Undo), Just(Wish::Cancel), Just(Wish::GoOn), Just(Wish::LetGo)],
        takes_over in any::<bool>(),
    ) {
        let mut row = row(name);
        row.build.number = 0;
        let mut now_ms = T0;
        let mut operation = plan(&row, action, BuildInput::default(), T0).unwrap();
        let resumed = takes_over.then_some((Event::Resumed, 0));
        for (event, later) in std::iter::once((Event::Begin, 0)).chain(events).chain(resumed) {
            now_ms += later;
            operation = next(operation, &event, now_ms).0;
        }
        let text = wish.unheard_text(&operation);
        let (after, _) = next(operation, &wish.event(), now_ms);
        prop_assert!(wish.is_heard_in(&after), "{:?}: {}", after, text);
    }

    #[test]
    fn no_sequence_sends_a_request_twice_acts_after_the_end_or_loses_the_report(
        (name, action) in any_plan(),
        events in prop::collection::vec((any_event(0), 0..20_000_i64), 0..40),
    ) {
        let mut row = row(name);
        row.build.number = 0;
        let mut now_ms = T0;
        let mut operation = plan(&row, action, BuildInput::default(), T0).unwrap();
        let planned = operation.steps.len();
        let mut sent: Vec<Command> = Vec::new();
        let mut cancels = 0;
        let mut report: Option<Report> = None;
        for (event, later) in std::iter::once((Event::Begin, 0)).chain(events) {
            now_ms += later;
            // A tab may be closed between any two events.
            let stored = serde_json::to_string(&operation).unwrap();
            operation = json_tape::from_slice(stored.as_bytes()).unwrap();
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

    /// Whatever happened, an operation comes to an end, or asks, once the control plane tells how things are: nothing
    /// of it stays on a row for ever.
    #[test]
    fn no_sequence_of_answers_leaves_an_operation_stuck(
        (name, action) in any_plan(),
        events in prop::collection::vec((any_event(0), 0..20_000_i64), 0..40),
    ) {
        let mut row = row(name);
        row.build.number = 0;
        let mut now_ms = T0;
        let mut operation = plan(&row, action, BuildInput::default(), T0).unwrap();
        for (event, later) in std::iter::once((Event::Begin, 0)).chain(events) {
            now_ms += later;
            operation = next(operation, &event, now_ms).0;
        }
        // From here on the truth is told, every few seconds: the requests that are on their way get no answer, and
        // each build that was made ends.
        let mut latest = facts(0, Stop, JobStatus::Succeeded);
        for _ in 0..20 {
            if operation.is_over() || operation.is_asking() {
                break;
            }
            now_ms += MAY_ARRIVE_MS;
            let (after, commands) = next(operation, &Event::Tick, now_ms);
            operation = after;
            if commands.iter().any(|command| !matches!(command, Command::Save | Command::Fetch | Command::Forget)) {
                operation = next(operation, &Event::Lost, now_ms).0;
            }
            if operation.phase == Phase::Sent {
                operation = next(operation, &Event::Lost, now_ms).0;
            }
            if let Some(number) = operation.build_number() {
                latest = facts(number, Stop, JobStatus::Succeeded);
            }
            now_ms += MAY_ARRIVE_MS;
            operation = next(operation, &Event::Row(latest.clone()), now_ms).0;
        }
        prop_assert!(operation.is_over() || operation.is_asking(), "{:?}", operation);
        prop_assert!(operation.overlay(now_ms).is_none() || operation.is_asking());
    }
}
