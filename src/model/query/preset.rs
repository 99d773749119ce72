//! The queries that many ask, each behind a button. Pure.

use super::parse::{Query, Token};

/// A query that many ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Preset {
    /// Those of the reader.
    Mine,
    /// All that the reader may see.
    All,
    /// Those that run.
    Running,
    /// Those whose last build failed.
    Failed,
    /// Those not on their template's active version.
    Outdated,
    /// Those set aside.
    Dormant,
}

impl Preset {
    /// All of them, in order.
    pub(crate) const ALL: [Preset; 6] =
        [Preset::Mine, Preset::All, Preset::Running, Preset::Failed, Preset::Outdated, Preset::Dormant];

    /// The label.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Preset::Mine => "Mine",
            Preset::All => "All",
            Preset::Running => "Running",
            Preset::Failed => "Failed",
            Preset::Outdated => "Outdated",
            Preset::Dormant => "Dormant",
        }
    }

    /// The query.
    pub(crate) fn query(self) -> Query {
        let tokens = match self {
            Preset::All => vec![],
            Preset::Mine => vec![Token::new("owner", "me")],
            Preset::Running => vec![Token::new("status", "running")],
            Preset::Failed => vec![Token::new("status", "failed")],
            Preset::Outdated => vec![Token::new("outdated", "true")],
            Preset::Dormant => vec![Token::new("dormant", "true")],
        };
        Query { tokens }
    }

    /// Whether a query is this one.
    pub(crate) fn is_pressed(self, query: &Query) -> bool {
        query.same(&self.query())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::query::parse;

    #[test]
    fn a_preset_is_pressed_if_the_query_is_its_own() {
        for preset in Preset::ALL {
            let query = preset.query();
            assert_eq!(parse(&query.to_string()), query);
            for other in Preset::ALL {
                assert_eq!(other.is_pressed(&query), other == preset, "{} {}", other.label(), preset.label());
            }
        }
        assert!(Preset::Running.is_pressed(&parse(" STATUS:Running ")));
        assert!(!Preset::Running.is_pressed(&parse("status:running owner:me")));
        assert!(Preset::All.is_pressed(&parse("")));
    }
}
