//! Who holds the credits of an organization, from the workspaces that the reader may list. Pure.

use super::credits;
use crate::model::order;
use crate::model::row::Row;
use crate::model::status::{self, State};
use crate::wire::Id;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A member who has workspaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Who.
    pub id: Id,
    /// Their username.
    pub name: Arc<str>,
    /// How many workspaces.
    pub workspaces: usize,
    /// The credits that these hold.
    pub credits: i64,
    /// How many of the workspaces do not say what they hold: a build runs, or ended before it was counted.
    pub untold: usize,
}

/// The members of an organization who have workspaces among the rows, those who hold most first.
pub(crate) fn members<'a>(rows: impl IntoIterator<Item = &'a Row>, organization: Id) -> Vec<Member> {
    let mut found: BTreeMap<Id, Member> = BTreeMap::new();
    for row in rows {
        if row.organization_id != organization || status::state(row) == State::Deleted {
            continue;
        }
        let member = found.entry(row.owner_id).or_insert_with(|| Member {
            id: row.owner_id,
            name: Arc::clone(&row.owner_name),
            workspaces: 0,
            credits: 0,
            untold: 0,
        });
        member.workspaces += 1;
        match credits(row, true) {
            Ok(held) => member.credits = member.credits.saturating_add(held),
            Err(_) => member.untold += 1,
        }
    }
    let mut members: Vec<Member> = found.into_values().collect();
    order::sort_by(&mut members, |one, other| {
        other.credits.cmp(&one.credits).then_with(|| order::natural(&one.name, &other.name))
    });
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::wire::build::{BuildStatus, JobStatus};

    #[test]
    fn who_holds_most_comes_first_and_what_is_not_told_is_said() {
        let row = |owner: u128, name: &str, cost: i64| {
            let mut row = recordings::row("real/start-workspace");
            (row.owner_id, row.owner_name, row.daily_cost) = (Id::from_u128(owner), name.into(), cost);
            row
        };
        let mut building = row(2, "ken", 0);
        (building.build.status, building.build.job_status) = (BuildStatus::Starting, JobStatus::Running);
        let mut elsewhere = row(1, "ada", 50);
        elsewhere.organization_id = Id::NIL;
        let rows = [row(1, "ada", 4), row(2, "ken", 7), building, row(1, "ada", 2), elsewhere, row(3, "jo", 6)];
        let organization = rows[0].organization_id;
        let told: Vec<_> = members(&rows, organization)
            .into_iter()
            .map(|one| (one.name.to_string(), one.workspaces, one.credits, one.untold))
            .collect();
        assert_eq!(told, [("ken".to_owned(), 2, 7, 1), ("ada".to_owned(), 2, 6, 0), ("jo".to_owned(), 1, 6, 0)]);
    }
}
