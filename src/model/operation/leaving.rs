//! What becomes of an operation when whoever asked for it signs out: what the control plane has goes on, what was still
//! to be sent is not. It is stored, so that the same person is asked after the next sign-in; nothing is left stopped
//! without a word. Pure.

use super::sentences::word;
use super::step::Step;
use super::stored::{Operation, Phase};
use crate::model::actions::Action;

impl Operation {
    /// One sentence on what becomes of it, true before and after signing out; `None` if it is over, or nothing that
    /// anybody waits for.
    pub fn on_leaving(&self) -> Option<String> {
        let name = &self.name;
        let step = self.steps.get(self.at)?;
        let left = match (&self.phase, step) {
            (Phase::Over(_), _) => return None,
            (_, Step::Set(setting)) if setting.on_its_way().is_none() => return None,
            (Phase::Held { .. }, _) => format!("{name} keeps running: its stop is not sent."),
            (Phase::Ready, _) if self.at == 0 => format!("{} of {name} is not sent.", self.action.noun()),
            (Phase::Ask, _) if self.do_the_rest() == Action::Delete => {
                format!("{name} is not deleted: you are asked whether to delete it once you have signed in again.")
            }
            (Phase::Ask, _) => {
                format!("{name} stays stopped: you are asked whether to start it once you have signed in again.")
            }
            (_, Step::Build(_)) if self.has_more() && !self.cancel_wanted => {
                format!(
                    "The {} of {name} is left half way: {name} is stopped, and not started before you have signed in again and said so.",
                    word(self.action)
                )
            }
            (_, Step::Build(step)) => format!("The {} of {name} goes on without this page.", step.transition),
            (_, Step::Cancel { .. }) if self.has_more() && !self.cancel_wanted => {
                format!(
                    "The {} of {name} is left half way: what waits is canceled, and nothing is deleted before you have signed in again and said so.",
                    word(self.action)
                )
            }
            (_, Step::Cancel { .. }) => format!("{name} is still being canceled, without this page."),
            (_, Step::Set(setting)) => {
                format!("{name} is still being {}, without this page.", setting.on_its_way()?.being)
            }
        };
        Some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::operation::{BuildInput, Command, Event, Facts, next, plan};
    use crate::model::recordings;
    use crate::wire::build::{JobStatus, Transition};
    use crate::wire::id::Id;

    const T0: i64 = 1_795_451_520_000;

    fn begun(row: &str, action: Action) -> Operation {
        let planned = plan(&recordings::row(row), action, BuildInput::default(), T0).unwrap();
        next(planned, &Event::Begin, T0).0
    }

    fn then(operation: Operation, events: &[Event]) -> Operation {
        events.iter().fold(operation, |operation, event| next(operation, event, T0 + 1_000).0)
    }

    fn row(number: i64, transition: Transition, job_status: JobStatus) -> Event {
        Event::Row(Facts {
            number,
            build: Id::from_u128(9),
            transition,
            job_status,
            canceled: false,
            error: String::new(),
            by_quota: false,
            initiator: "ada".into(),
            dormant: false,
            favorite: false,
            name: "ok".into(),
            always_update: false,
        })
    }

    #[test]
    fn each_operation_says_what_becomes_of_it() {
        let restart = || begun("real/start-workspace", Action::Restart);
        let number = recordings::row("real/start-workspace").build.number;
        let created = |number| Event::BuildCreated { number, build: Id::from_u128(9) };
        let stopped = row(number + 1, Transition::Stop, JobStatus::Succeeded);
        let half = "The restart of ok is left half way: ok is stopped, and not started before you have signed in again and said so.";
        for (name, operation, said) in [
            (
                "a held stop",
                begun("real/start-workspace", Action::Stop),
                Some("ok keeps running: its stop is not sent."),
            ),
            ("a restart, sent", restart(), Some(half)),
            ("a restart, stopping", then(restart(), &[created(number + 1)]), Some(half)),
            (
                "a restart, starting",
                then(restart(), &[created(number + 1), stopped.clone(), created(number + 2)]),
                Some("The start of ok goes on without this page."),
            ),
            (
                "a restart whose end is wanted",
                then(restart(), &[created(number + 1), Event::Cancel]),
                Some("The stop of ok goes on without this page."),
            ),
            (
                "a restart that nobody watched",
                then(restart(), &[created(number + 1), Event::Resumed, stopped]),
                Some("ok stays stopped: you are asked whether to start it once you have signed in again."),
            ),
            (
                "a retry that cleans up",
                Operation { name: "web".into(), ..begun("real/apply-failed-workspace", Action::Retry) },
                Some(
                    "The retry of web is left half way: web is stopped, and not started before you have signed in again and said so.",
                ),
            ),
            (
                "a start",
                begun("workspace/stopped", Action::Start),
                Some("The start of life goes on without this page."),
            ),
            (
                "a start, not begun",
                plan(&recordings::row("workspace/stopped"), Action::Start, BuildInput::default(), T0).unwrap(),
                Some("Start of life is not sent."),
            ),
            (
                "a delete",
                begun("workspace/stopped", Action::Delete),
                Some("The delete of life goes on without this page."),
            ),
            (
                "a cancel",
                begun("workspace/starting", Action::Cancel),
                Some("stuck-one is still being canceled, without this page."),
            ),
            (
                "a dormancy",
                begun("workspace/stopped", Action::MakeDormant),
                Some("life is still being made dormant, without this page."),
            ),
            ("a favourite", begun("workspace/stopped", Action::Favorite), None),
            ("an end", then(begun("workspace/stopped", Action::Start), &[Event::Gone]), None),
        ] {
            assert_eq!(operation.on_leaving().as_deref(), said, "{name}");
        }
    }

    #[test]
    fn what_is_left_half_way_asks_after_the_next_sign_in() {
        let number = recordings::row("real/start-workspace").build.number;
        let left = then(
            begun("real/start-workspace", Action::Restart),
            &[Event::BuildCreated { number: number + 1, build: Id::from_u128(9) }],
        );
        let stored = serde_json::to_string(&left).unwrap();
        let found: Operation = json_tape::from_slice(stored.as_bytes()).unwrap();
        let back = then(found, &[Event::Resumed, row(number + 1, Transition::Stop, JobStatus::Succeeded)]);
        assert!(back.question().is_some_and(|question| question.ends_with("Start it now?")));
        let (_, commands) = next(back, &Event::Answer(true), T0 + 2_000);
        assert!(
            commands
                .iter()
                .any(|command| matches!(command, Command::PostBuild(step) if step.transition == Transition::Start))
        );
    }
}
