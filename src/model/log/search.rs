//! What is sought in a log, and the way from one hit to the next. Imports the rows.

use crate::model::log::rows::LogRow;
use crate::model::terminal;

/// Where a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the next hit, from the last to the first.
    Next,
    /// To the one before, from the first to the last.
    Previous,
}

/// The rows that have what is sought (in small letters), by id.
pub(crate) fn hits(rows: &[LogRow], sought: &str) -> Vec<i64> {
    if sought.is_empty() {
        return Vec::new();
    }
    let has = |row: &&LogRow| !row.heading && terminal::plain(&row.text).to_ascii_lowercase().contains(sought);
    rows.iter().filter(has).map(|row| row.id).collect()
}

/// The hit to go to from a row, which need not be one.
pub(crate) fn step(hits: &[i64], from: Option<i64>, step: Step) -> Option<i64> {
    let found = match (step, from) {
        (Step::Next, Some(from)) => hits.iter().find(|id| **id > from),
        (Step::Previous, Some(from)) => hits.iter().rfind(|id| **id < from),
        (_, None) => None,
    };
    let round = if step == Step::Next { hits.first() } else { hits.last() };
    found.or(round).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::rows::sample;

    #[test]
    fn searching_goes_round_in_both_directions() {
        let rows = [sample(0, "two"), sample(1, "one"), sample(2, "\u{1b}[1mT\u{1b}[0mwo"), sample(3, "two")];
        let found = hits(&rows, "two");
        assert_eq!(found, [2, 3], "a heading is none, and colours are no letters");
        for (from, next, previous) in [(None, 2, 3), (Some(1), 2, 3), (Some(2), 3, 3), (Some(3), 2, 2)] {
            assert_eq!(
                (step(&found, from, Step::Next), step(&found, from, Step::Previous)),
                (Some(next), Some(previous))
            );
        }
        assert_eq!(step(&[], Some(1), Step::Next), None);
        assert_eq!(hits(&rows, ""), Vec::<i64>::new());
    }
}
