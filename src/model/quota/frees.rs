//! What a workspace gives back when it is stopped or deleted. What a stop keeps is what its template version says of a
//! stop: an estimate, for a build may make something else. Pure.

use super::credits;
use super::enough::{By, Candidate};
use crate::model::consequences::MadeOf;
use crate::model::row::{Row, is_changing};
use crate::wire::Id;
use crate::wire::build::Transition;

/// What a stop gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frees {
    /// So many, and so many stay.
    Some { frees: i64, stays: i64 },
    /// Nothing: it is stopped, or holds nothing.
    Nothing,
    /// Why that is not known.
    Unknown(&'static str),
}

impl Frees {
    /// In a cell of a table: `18 of 20; 2 stay`.
    pub(crate) fn text(self) -> String {
        match self {
            Frees::Some { frees, stays: 0 } => format!("all {frees}"),
            Frees::Some { frees, stays: 1 } => format!("{frees} of {}; 1 stays", frees.saturating_add(1)),
            Frees::Some { frees, stays } => format!("{frees} of {}; {stays} stay", frees.saturating_add(stays)),
            Frees::Nothing => "nothing".to_owned(),
            Frees::Unknown(why) => format!("— {why}"),
        }
    }
}

/// What stopping a workspace gives back; `made` is what its version makes: `None` while that is asked for, or not told.
pub(crate) fn frees(row: &Row, made: Option<&MadeOf>) -> Frees {
    if is_changing(row) {
        return Frees::Unknown("not counted until its build has counted them");
    }
    let Ok(held) = credits(row, true) else { return Frees::Unknown("not known what it holds") };
    if held == 0 || row.build.transition != Transition::Start {
        return Frees::Nothing;
    }
    let Some(made) = made else { return Frees::Unknown("not known what a stop keeps") };
    let stays = made.stopped_cost.clamp(0, held);
    match held.saturating_sub(stays) {
        0 => Frees::Nothing,
        frees => Frees::Some { frees, stays },
    }
}

/// Who could give credits back, and how, without the workspace that needs them.
pub(crate) fn candidates<'a, 'm>(
    rows: impl IntoIterator<Item = &'a Row>,
    without: Id,
    made: impl Fn(Id) -> Option<&'m MadeOf>,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for row in rows.into_iter().filter(|row| row.id != without && !is_changing(row)) {
        let candidate = |by, frees| Candidate { id: row.id, name: row.name.to_string(), by, frees };
        if let Frees::Some { frees, .. } = frees(row, made(row.build.template_version_id)) {
            found.push(candidate(By::Stop, frees));
        }
        if let Ok(held @ 1..) = credits(row, true) {
            found.push(candidate(By::Delete, held));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::wire::build::{BuildStatus, JobStatus};

    fn made(stopped_cost: i64) -> MadeOf {
        MadeOf { stopped_cost, ..MadeOf::default() }
    }

    #[test]
    fn a_stop_gives_back_what_it_does_not_keep() {
        let mut row = recordings::row("real/start-workspace");
        row.daily_cost = 20;
        assert_eq!(frees(&row, Some(&made(2))), Frees::Some { frees: 18, stays: 2 });
        assert_eq!(frees(&row, Some(&made(20))), Frees::Nothing);
        assert_eq!(frees(&row, Some(&made(30))), Frees::Nothing, "a version that keeps more than it makes");
        assert!(matches!(frees(&row, None), Frees::Unknown(_)));
        assert_eq!(frees(&row, Some(&made(2))).text(), "18 of 20; 2 stay");
        assert_eq!(frees(&row, Some(&made(1))).text(), "19 of 20; 1 stays");
        assert_eq!(frees(&row, Some(&made(0))).text(), "all 20");
        let all = candidates([&row], Id::NIL, |_| None);
        assert_eq!(all.iter().map(|one| (one.by, one.frees)).collect::<Vec<_>>(), [(By::Delete, 20)]);
        assert_eq!(candidates([&row], row.id, |_| None), []);
        row.build.transition = Transition::Stop;
        assert_eq!(frees(&row, Some(&made(2))), Frees::Nothing);
        (row.build.status, row.build.job_status) = (BuildStatus::Stopping, JobStatus::Running);
        assert!(matches!(frees(&row, Some(&made(2))), Frees::Unknown(_)));
        assert_eq!(candidates([&row], Id::NIL, |_| None), []);
    }
}
