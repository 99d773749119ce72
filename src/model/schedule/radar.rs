//! What becomes dormant or is deleted soon, of the workspaces at hand. Pure.

use super::Carried;
use crate::model::duration;
use crate::model::row::Row;
use crate::model::status::{self, State};
use crate::wire::Id;
use crate::wire::build::BuildStatus;

/// How soon is soon, in milliseconds.
pub(crate) const SOON_MS: i64 = 14 * 86_400_000;

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// It is dormant, and is deleted.
    Deleted,
    /// It is dormant, and nothing says when it is deleted, or not soon.
    Sleeps,
    /// It becomes dormant if nobody uses it.
    Dormant,
}

/// A workspace that goes soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Going {
    /// Which.
    pub id: Id,
    /// What happens.
    pub fate: Fate,
    /// When; `None` for one that sleeps on.
    pub at_ms: Option<i64>,
}

/// Whether one goes soon, and how. `until_dormant` says after how long without use the workspaces of a template become
/// dormant, where that is known.
pub(crate) fn going(
    row: &Row,
    until_dormant: impl Fn(Id) -> Option<i64>,
    carried: Carried,
    now_ms: i64,
) -> Option<Going> {
    let soon = now_ms.saturating_add(SOON_MS);
    if status::state(row) == State::Deleted {
        return None;
    }
    let going = |fate, at_ms| Some(Going { id: row.id, fate, at_ms });
    if row.dormant_ms.is_some() {
        return match row.deleting_ms {
            Some(at) if at <= soon && carried.is_on() => going(Fate::Deleted, Some(at)),
            _ => going(Fate::Sleeps, None),
        };
    }
    if !carried.is_on() {
        return None;
    }
    // What runs is used by whoever keeps it running: nobody can say how long.
    let used = row.last_used_ms.filter(|used| *used > 0 && row.build.status != BuildStatus::Running)?;
    let wait = until_dormant(row.template_id).filter(|wait| *wait > 0)?;
    let at = used.saturating_add(wait);
    if at <= soon { going(Fate::Dormant, Some(at)) } else { None }
}

/// What goes soon, the soonest first.
pub(crate) fn radar<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    until_dormant: impl Fn(Id) -> Option<i64>,
    carried: Carried,
    now_ms: i64,
) -> Vec<Going> {
    let rows = rows.into_iter();
    let mut found: Vec<Going> = rows.filter_map(|row| going(row, &until_dormant, carried, now_ms)).collect();
    found.sort_by_key(|one| (one.at_ms.unwrap_or(i64::MAX), one.fate));
    found
}

/// All of it in a sentence: `1 workspace is deleted within 14 days, 2 become dormant.` Empty if nothing goes.
pub(crate) fn summary(all: &[Going]) -> String {
    let count = |fate| all.iter().filter(|one| one.fate == fate).count();
    let several = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 workspace {one}")),
        count => Some(format!("{count} workspaces {many}")),
    };
    let days = SOON_MS / 86_400_000;
    let parts: Vec<String> = [
        several(count(Fate::Deleted), "is deleted", "are deleted").map(|text| format!("{text} within {days} days")),
        several(count(Fate::Dormant), "becomes dormant", "become dormant")
            .map(|text| format!("{text} within {days} days")),
        several(count(Fate::Sleeps), "is dormant", "are dormant"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { String::new() } else { format!("{}.", parts.join(", ")) }
}

/// What happens to one, in words: `deleted in 5 d 3 h, unless it is kept`.
pub(crate) fn said(one: &Going, now_ms: i64) -> String {
    let left = one.at_ms.map(|at| at.saturating_sub(now_ms));
    match (one.fate, left) {
        (Fate::Deleted, Some(left)) if left > 0 => format!("deleted in {}", duration::left(left)),
        (Fate::Deleted, _) => "its deletion is due".to_owned(),
        (Fate::Dormant, Some(left)) if left > 0 => format!("dormant in {}, if nobody uses it", duration::left(left)),
        (Fate::Dormant, _) => "its dormancy is due".to_owned(),
        (Fate::Sleeps, _) => "dormant".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::schedule::fixtures::NOW;
    use proptest::prelude::*;

    const DAY: i64 = 86_400_000;

    fn stopped(id: u128, used: Option<i64>) -> Row {
        let mut row = recordings::row("workspace/stopped");
        (row.id, row.last_used_ms) = (Id::from_u128(id), used.map(|days| NOW - days * DAY));
        row
    }

    fn sleeping(id: u128, deleted_in: Option<i64>) -> Row {
        let mut row = stopped(id, Some(60));
        (row.dormant_ms, row.deleting_ms) = (Some(NOW - DAY), deleted_in.map(|days| NOW + days * DAY));
        row
    }

    #[test]
    fn what_goes_soon_is_told_soonest_first() {
        let mut running = stopped(5, Some(89));
        running.build.status = BuildStatus::Running;
        let rows = [
            sleeping(1, Some(5)),
            sleeping(2, Some(40)),
            sleeping(3, None),
            stopped(4, Some(88)),
            running,
            stopped(6, Some(10)),
            stopped(7, None),
        ];
        let all = radar(&rows, |_| Some(90 * DAY), Carried::Licensed, NOW);
        let told: Vec<_> = all.iter().map(|one| (one.id, said(one, NOW))).collect();
        let id = Id::from_u128;
        assert_eq!(
            told,
            [
                (id(4), "dormant in 2 d 0 h, if nobody uses it".to_owned()),
                (id(1), "deleted in 5 d 0 h".to_owned()),
                (id(2), "dormant".to_owned()),
                (id(3), "dormant".to_owned()),
            ]
        );
        assert_eq!(
            summary(&all),
            "1 workspace is deleted within 14 days, 1 workspace becomes dormant within 14 days, 2 workspaces are dormant."
        );
        assert_eq!(
            radar(&rows[3..], |_| None, Carried::Licensed, NOW),
            [],
            "a template that says nothing puts nobody to sleep"
        );
        // Without the licence nothing goes: what was dormant before sleeps on.
        let kept = radar(&rows, |_| Some(90 * DAY), Carried::NotLicensed, NOW);
        assert_eq!(summary(&kept), "3 workspaces are dormant.");
        assert_eq!(summary(&[]), "");
        let due = Going { id: Id::NIL, fate: Fate::Deleted, at_ms: Some(NOW - 1) };
        assert_eq!(said(&due, NOW), "its deletion is due");
    }

    proptest! {
        #[test]
        fn nobody_is_told_of_twice_and_what_is_told_is_soon(ages in prop::collection::vec((0_i64..200, prop::option::of(-3_i64..60), any::<bool>()), 0..20), wait in 1_i64..120) {
            let rows: Vec<Row> = ages.iter().enumerate().map(|(id, (used, deleted, sleeps))| {
                let id = u128::try_from(id).unwrap();
                if *sleeps { sleeping(id, *deleted) } else { stopped(id, Some(*used)) }
            }).collect();
            let all = radar(&rows, |_| Some(wait * DAY), Carried::Untold, NOW);
            let mut ids: Vec<Id> = all.iter().map(|one| one.id).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), all.len());
            prop_assert!(all.iter().all(|one| one.at_ms.is_none_or(|at| at <= NOW + SOON_MS)));
            // Whatever sleeps is told of.
            prop_assert_eq!(all.iter().filter(|one| one.fate != Fate::Dormant).count(), rows.iter().filter(|row| row.dormant_ms.is_some()).count());
        }
    }
}
