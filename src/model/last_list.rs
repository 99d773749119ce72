//! The last list, as it is kept in the browser for a start without the control plane: whose it is, what was asked,
//! when, and of each workspace what a person reads. Nothing can be done with it, and it says how old it is. Pure.

use super::arrange::fold;
use super::row::Row;
use super::status::{self, Context, Mark};
use json_tape::Read;
use serde::Serialize;

/// How many workspaces are kept at most: more is no list to read.
pub(crate) const MOST: usize = 2_000;

/// The last list.
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
pub(crate) struct LastList {
    /// The user's name.
    pub(crate) username: String,
    /// The query.
    pub(crate) query: String,
    /// When the control plane said this, by its own clock.
    pub(crate) at_ms: i64,
    /// How many matched.
    pub(crate) count: usize,
    pub(crate) rows: Vec<LastRow>,
}

/// A workspace in it.
#[derive(Clone, Debug, PartialEq, Serialize, Read)]
pub(crate) struct LastRow {
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) template: String,
    /// Its state: mark, tone, word and reason.
    pub(crate) mark: String,
    pub(crate) tone: String,
    pub(crate) word: String,
    pub(crate) why: String,
    pub(crate) used_ms: Option<i64>,
}

impl LastRow {
    /// What is kept of a row.
    pub(crate) fn of(row: &Row, context: &Context<'_>) -> Self {
        let text = status::describe(row, context);
        Self {
            owner: row.owner_name.to_string(),
            name: row.name.to_string(),
            template: row.template_name.to_string(),
            mark: text.mark.icon().to_owned(),
            tone: text.tone.name().to_owned(),
            word: text.word,
            // What counts seconds would be wrong at once.
            why: if text.progress.is_some() || super::row::is_lively(row) { String::new() } else { text.why },
            used_ms: row.last_used_ms,
        }
    }

    /// The icon of its state, if this version has it.
    pub(crate) fn icon(&self) -> &'static str {
        let known = Mark::ALL.into_iter().map(Mark::icon).find(|icon| *icon == self.mark);
        known.unwrap_or(Mark::Unknown.icon())
    }

    /// Whether its name, its owner or its template has this in it, accents aside.
    pub(crate) fn has(&self, sought: &str) -> bool {
        let sought = fold(sought.trim());
        [&self.name, &self.owner, &self.template].into_iter().any(|text| fold(text).contains(&*sought))
    }
}

/// Of marks with their times, as they are stored, the one of the newest list.
pub(crate) fn newest(marks: impl Iterator<Item = (String, String)>) -> Option<String> {
    let timed = marks.filter_map(|(mark, at)| Some((at.parse::<i64>().ok()?, mark)));
    timed.max().map(|(_, mark)| mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::duration::FixedZone;
    use crate::model::recordings;
    use json_tape::Tape;

    fn kept(recording: &str) -> LastRow {
        let row = recordings::row(recording);
        LastRow::of(&row, &Context::new(row.created_ms + 60_000, &FixedZone { east_minutes: 0 }))
    }

    #[test]
    fn what_is_kept_comes_back() {
        let list = LastList {
            username: "ada".to_owned(),
            query: "owner:me name:\"a b\"".to_owned(),
            at_ms: 1_795_000_000_000,
            count: 577,
            rows: vec![kept("workspace/stopped"), kept("workspace/pending-first")],
        };
        let text = serde_json::to_string(&list).unwrap();
        let tape = Tape::parse(text.as_bytes()).unwrap();
        assert_eq!(json_tape::from_node::<LastList>(tape.root()).unwrap(), list);
    }

    #[test]
    fn the_newest_is_shown_and_what_is_no_time_is_none() {
        let marks = |all: &[(&str, &str)]| newest(all.iter().map(|(mark, at)| ((*mark).to_owned(), (*at).to_owned())));
        assert_eq!(marks(&[("a", "9"), ("b", "10"), ("c", "later")]).as_deref(), Some("b"));
        assert_eq!(marks(&[("c", "")]), None);
        assert_eq!(marks(&[]), None);
    }

    #[test]
    fn a_row_says_its_state_and_nothing_that_goes_on() {
        let stopped = kept("workspace/stopped");
        assert_eq!((stopped.word.as_str(), stopped.icon()), ("Stopped", "stopped"));
        let pending = kept("workspace/pending-first");
        assert_eq!(
            (pending.icon(), pending.why.as_str()),
            ("pending", ""),
            "seconds of waiting would be wrong at once"
        );
        assert_eq!(LastRow { mark: "of a later version".to_owned(), ..stopped }.icon(), Mark::Unknown.icon());
    }

    #[test]
    fn it_is_found_by_name_owner_and_template() {
        let row = LastRow {
            name: "zoë-1".to_owned(),
            owner: "Ada".to_owned(),
            template: "Go".to_owned(),
            ..kept("workspace/stopped")
        };
        for (sought, found) in [("", true), ("zoe", true), (" ADA ", true), ("go", true), ("ken", false)] {
            assert_eq!(row.has(sought), found, "{sought}");
        }
    }
}
