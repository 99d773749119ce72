//! What may be done in every combination of status, dormancy, versions, settings and permissions, held against a table
//! that was written from docs/control-plane-api.md, 2.4 and 3.4, and not from the code. Where the control plane's own
//! dashboard offers less than its API, the API counts: a delete is canceled, what failed or was canceled is stopped,
//! what has an external agent is started, what waits is deleted by canceling first.

use super::*;
use crate::model::permission::Rights;
use crate::model::recordings;
use crate::wire::Id;
use crate::wire::build::{BuildStatus, JobStatus, Transition};
use std::collections::BTreeSet;

/// Which actions, when, and what holds then: `yes`, or the reason. Of the lines with the action, the first counts whose
/// words all hold ([`words`]); `!` is "not".
const EXPECTED: &str = "
start stop restart retry debug update version cancel delete activate sleep favor rename auto | deleted | deleted

start stop restart retry debug update version sleep rename delete | canceling | the build is already being canceled
delete                                                       | pending !deleting | yes if delete
start stop restart retry debug update version sleep rename delete | building | a build is running: {verb}
start stop restart retry debug update version sleep rename   | unknown     | its status is not known to this version of Gantry
start stop restart retry debug update version sleep rename   | prebuild    | it is prebuilt and waits to be claimed

start   | running          | already running
start   | held             | the template requires its active version
start   |                  | yes if start

stop    | stopped          | already stopped
stop    |                  | yes if stop

restart | !running         | not running
restart | dormant          | dormant: activate it first
restart | held             | the template requires its active version
restart |                  | yes if stop start

retry   | !failed          | nothing failed
retry   | held up          | the template requires its active version
retry   | left             | yes if stop start
retry   | up               | yes if start
retry   | down             | yes if stop
retry   | going            | yes if delete

debug   | !failed          | nothing failed
debug   | held up          | the template requires its active version
debug   | !debug           | builds that log all are switched off on this control plane
debug   | left             | yes if stop start
debug   | up               | yes if start
debug   | down             | yes if stop
debug   | going            | yes if delete

update  | !outdated        | it has the active version already
update  | dormant          | dormant: activate it first
update  | running          | yes if stop start
update  | left             | yes if stop start
update  |                  | yes if start

version | dormant          | dormant: activate it first
version | require foreign  | the template requires its active version, and you have no permission to change the template
version | running          | yes if stop start
version | left             | yes if stop start
version |                  | yes if start

cancel  | pending          | yes
cancel  | canceling        | the build is already being canceled
cancel  | building barred  | the template does not let its users cancel builds
cancel  | building         | yes
cancel  |                  | nothing is running

delete  |                  | yes if delete

activate | !dormant        | not dormant
activate |                 | yes if update

sleep   | dormant          | dormant: activate it first
sleep   |                  | yes if update

favor   | others           | only its owner can make it a favorite
favor   |                  | yes

rename  | fixed            | renaming is switched off on this control plane
rename  |                  | yes if update

auto    | prebuild         | it is prebuilt and waits to be claimed
auto    | require          | the template requires its active version: every start updates it
auto    |                  | yes if update
";

/// The one button of the row, by the same words.
const PRIMARY: &str = "
deleted                | -
dormant !building !canceling | activate
deleting !pending !canceling | -
pending                | cancel
building               | cancel
canceling              | cancel
unhealthy held         | update
unhealthy              | restart
running                | stop
stopped held           | update
stopped outdated always | update
stopped                | start
canceled held          | update
canceled outdated always | update
canceled               | start
failed held up         | update
failed                 | retry
unknown                | -
";

/// A line of a table: which actions, the words that must hold, what holds then.
type Rule = (Vec<&'static str>, Vec<&'static str>, &'static str);

fn rules(table: &'static str) -> Vec<Rule> {
    let lines = table.lines().filter(|line| !line.trim().is_empty());
    let rule = |line: &'static str| {
        let columns: Vec<&'static str> = line.split('|').map(str::trim).collect();
        let words = |text: &'static str| text.split_whitespace().collect();
        match columns[..] {
            [actions, when, then] => (words(actions), words(when), then),
            [when, then] => (Vec::new(), words(when), then),
            _ => panic!("{line}"),
        }
    };
    lines.map(rule).collect()
}

const NAMES: [(&str, &[Action]); 14] = [
    ("start", &[Action::Start]),
    ("stop", &[Action::Stop]),
    ("restart", &[Action::Restart]),
    ("retry", &[Action::Retry]),
    ("debug", &[Action::DebugRetry]),
    ("update", &[Action::Update]),
    ("version", &[Action::ChangeVersion]),
    ("cancel", &[Action::Cancel]),
    ("delete", &[Action::Delete]),
    ("activate", &[Action::Activate]),
    ("sleep", &[Action::MakeDormant]),
    ("favor", &[Action::Favorite, Action::Unfavorite]),
    ("rename", &[Action::Rename]),
    ("auto", &[Action::AlwaysUpdate, Action::NeverUpdate]),
];

/// The latest builds that there are: what the API says of them, and the words for it.
fn builds() -> Vec<(BuildStatus, JobStatus, Transition, &'static str, &'static str)> {
    use {BuildStatus as B, JobStatus as J, Transition as T};
    let failed = "terraform apply: exit status 1";
    let mut all = vec![
        (B::Running, J::Succeeded, T::Start, "", "running"),
        (B::Running, J::Succeeded, T::Start, "unhealthy", "running unhealthy"),
        (B::Stopped, J::Succeeded, T::Stop, "", "stopped"),
        (B::Deleted, J::Succeeded, T::Delete, "", "deleted"),
        (B::Starting, J::Running, T::Start, "", "building"),
        (B::Stopping, J::Running, T::Stop, "", "building"),
        (B::Deleting, J::Running, T::Delete, "", "building deleting"),
        (B::Failed, J::Failed, T::Start, failed, "failed up left"),
        (B::Failed, J::Failed, T::Start, "terraform plan: exit status 1", "failed up"),
        (B::Failed, J::Failed, T::Stop, failed, "failed down"),
        (B::Failed, J::Failed, T::Delete, failed, "failed going"),
        // A build that was canceled while it ran fails, and is called what it is all the same.
        (B::Failed, J::Failed, T::Start, "canceled", "canceled failed up left"),
        (B::Canceled, J::Canceled, T::Start, "", "canceled failed up left"),
        (B::Canceled, J::Canceled, T::Stop, "", "canceled failed down"),
        (B::Canceled, J::Canceled, T::Delete, "", "canceled failed going"),
        (B::Other("hibernating".into()), J::Succeeded, T::Stop, "", "unknown"),
    ];
    for transition in [T::Start, T::Stop, T::Delete] {
        let deleting = transition == T::Delete;
        let pending = if deleting { "pending building deleting" } else { "pending building" };
        all.push((B::Pending, J::Pending, transition.clone(), "", pending));
        let canceling = if deleting { "canceling deleting" } else { "canceling" };
        all.push((B::Canceling, J::Canceling, transition, "", canceling));
    }
    all
}

/// Who looks: what is known of what they may do, and the words for it.
fn viewers() -> Vec<(Rights, bool, &'static str)> {
    let (yes, no) = (Some(true), Some(false));
    let all = Rights { start: yes, stop: yes, delete: yes, update: yes, template: no, debug: None };
    vec![
        (Rights::default(), false, ""),
        (all, false, "foreign"),
        (Rights { template: yes, debug: yes, ..all }, true, "admin debug owner"),
        (Rights { template: yes, debug: no, ..all }, true, "admin owner"),
        // Shared with them, to use.
        (Rights { delete: no, update: no, ..all }, false, "foreign no-delete no-update"),
        (
            Rights { start: no, stop: no, delete: no, update: no, template: no, debug: None },
            false,
            "foreign no-start no-stop no-delete no-update",
        ),
        (Rights { start: no, ..all }, false, "foreign no-start"),
    ]
}

/// One combination.
struct Case {
    row: Row,
    viewer: Viewer,
    words: BTreeSet<&'static str>,
}

fn cases() -> Vec<Case> {
    let running = recordings::row("real/start-workspace");
    let unhealthy = recordings::row("real/script-failed-workspace");
    let mut cases = Vec::new();
    for (status, job, transition, extra, of_build) in builds() {
        for (may, site_owner, of_viewer) in viewers() {
            for flags in 0..512_u32 {
                let flag = |place: u32| flags & (1 << place) != 0;
                let mut row = if extra == "unhealthy" { unhealthy.clone() } else { running.clone() };
                row.build.status = status.clone();
                row.build.job_status = job.clone();
                row.build.transition = transition.clone();
                row.build.error = (!extra.is_empty() && extra != "unhealthy").then(|| extra.into());
                row.build.canceled_ms = of_build.contains("cancel").then_some(row.created_ms);
                row.dormant_ms = flag(0).then_some(row.created_ms);
                row.outdated = flag(1);
                row.require_active_version = flag(2);
                row.always_update = flag(3);
                row.build.has_external_agent = flag(4);
                row.prebuild = flag(5);
                row.allow_renames = Some(!flag(6));
                row.allow_user_cancel = !flag(7);
                let user_id = if flag(8) { Id::from_u128(77) } else { row.owner_id };
                let mut words: BTreeSet<&str> =
                    of_build.split_whitespace().chain(of_viewer.split_whitespace()).collect();
                for (on, word) in [
                    (flag(0), "dormant"),
                    (flag(1), "outdated"),
                    (flag(2), "require"),
                    (flag(1) && flag(2) && !of_viewer.contains("admin"), "held"),
                    (flag(3), "always"),
                    (flag(5), "prebuild"),
                    (flag(6), "fixed"),
                    (flag(7) && !site_owner, "barred"),
                    (flag(8), "others"),
                ] {
                    if on {
                        words.insert(word);
                    }
                }
                cases.push(Case { row, viewer: Viewer { user_id, site_owner, may, ..Viewer::default() }, words });
            }
        }
    }
    cases
}

impl Case {
    fn holds(&self, condition: &[&str]) -> bool {
        condition.iter().all(|word| match word.strip_prefix('!') {
            Some(word) => !self.words.contains(word),
            None => self.words.contains(*word),
        })
    }

    /// What the table says of an action: nothing, or why not.
    fn expected(&self, rules: &[Rule], name: &str) -> Option<String> {
        let rule = rules.iter().find(|(actions, when, _)| actions.contains(&name) && self.holds(when));
        let (_, _, then) = rule.unwrap_or_else(|| panic!("no line for {name} with {:?}", self.words));
        let Some(rights) = then.strip_prefix("yes") else {
            return Some(then.replace("{verb}", self.row.build.transition.as_str()));
        };
        let needed = rights.trim().trim_start_matches("if ").split_whitespace();
        let mut needed = needed;
        let lacking = needed.find(|right| self.words.iter().any(|word| word.strip_prefix("no-") == Some(right)))?;
        let verb = if lacking == "update" { "change" } else { lacking };
        Some(format!("you have no permission to {verb} it"))
    }

    fn expected_primary(&self, rules: &[Rule]) -> &'static str {
        let rule = rules.iter().find(|(_, when, _)| self.holds(when));
        rule.unwrap_or_else(|| panic!("no primary with {:?}", self.words)).2
    }
}

#[test]
fn every_combination_is_as_the_table_says() {
    let all = cases();
    assert!(all.len() > 70_000, "{}", all.len());
    let rules = rules(EXPECTED);
    let mut seen = BTreeSet::new();
    for case in &all {
        for (name, actions) in NAMES {
            for action in actions {
                let offered = offer(&case.row, &case.viewer, *action);
                let why = offered.enabled.as_ref().err().map(Reason::text);
                let expected = case.expected(&rules, name);
                assert_eq!(why, expected, "{name} with {:?}", case.words);
                seen.insert((name, expected.unwrap_or_default()));
            }
        }
    }
    // No line of the table is idle: each of these was met.
    assert!(seen.len() > 60, "{seen:?}");
}

#[test]
fn every_combination_has_the_primary_action_of_the_table() {
    let rules = rules(PRIMARY);
    for case in &cases() {
        let offered = primary(&case.row, &case.viewer).map(|offer| offer.action);
        let name = |action: Action| NAMES.iter().find(|(_, actions)| actions.contains(&action)).map(|(name, _)| *name);
        let found = offered.map_or("-", |action| name(action).unwrap_or("?"));
        // Without a newer version there is nothing to update to, and the word that is refused says why.
        assert_eq!(found, case.expected_primary(&rules), "{:?}", case.words);
    }
}

#[test]
fn what_is_offered_has_requests_and_what_has_none_is_not_offered() {
    for case in &cases() {
        for offer in menu(&case.row, &case.viewer) {
            // These say in their question what is asked for.
            let says_more = matches!(offer.action, Action::Rename | Action::Undo);
            if offer.is_enabled() && !says_more {
                assert!(!offer.action.steps(&case.row).is_empty(), "{:?} with {:?}", offer.action, case.words);
            }
        }
    }
}

#[test]
fn the_menu_is_in_one_order_and_names_each_action_once() {
    for case in &cases() {
        let listed: Vec<usize> = menu(&case.row, &case.viewer)
            .iter()
            .map(|offer| MENU.iter().position(|action| *action == offer.action).unwrap())
            .collect();
        assert!(listed.is_sorted_by(|one, next| one < next), "{listed:?}");
        // What is one or the other stands there as one of them.
        let has = |action| listed.iter().any(|place| MENU[*place] == action);
        assert!(has(Action::Favorite) != has(Action::Unfavorite));
        assert!(has(Action::AlwaysUpdate) != has(Action::NeverUpdate));
        assert!(has(Action::Activate) != has(Action::MakeDormant));
        assert!(has(Action::Delete) && has(Action::Stop) && has(Action::Cancel));
    }
}
