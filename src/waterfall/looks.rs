//! How the reader has set the chart: the range of time, what is folded, what is sought, what colours mean. All of it
//! can be written as text for an address, and read back; what cannot be read is left out. Pure; imports `model` and the
//! viewport.

use super::viewport::Viewport;
use crate::model::timeline::SpanKey;

/// What colours mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ColorBy {
    /// The phase.
    #[default]
    Phase,
    /// What was done with a resource.
    Action,
    /// How it ended.
    Status,
}

impl ColorBy {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Phase, Self::Action, Self::Status];

    /// Its word, also in an address.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::Action => "action",
            Self::Status => "status",
        }
    }

    /// By its word; what is none is the usual one.
    pub(crate) fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.word() == word).unwrap_or_default()
    }
}

/// How the chart is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looks {
    /// The range of time; None: all of it.
    pub range: Option<Viewport>,
    /// What is folded (false) and unfolded (true) by hand.
    pub folds: Vec<(SpanKey, bool)>,
    /// What is sought.
    pub find: String,
    /// What colours mean.
    pub color: ColorBy,
    /// Whether the scale is shortened where nothing begins or ends.
    pub gaps: bool,
}

fn seconds(us: f64) -> String {
    let text = format!("{:.6}", us / 1e6);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A range as text: seconds after the request, `12.5-30`.
pub(crate) fn range_text(range: Viewport) -> String {
    format!("{}-{}", seconds(range.start_us.max(0.0)), seconds(range.end_us.max(0.0)))
}

/// A range of a text; None for anything that is none.
pub(crate) fn parse_range(text: &str) -> Option<Viewport> {
    let (from, to) = text.split_once('-')?;
    let us = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0 && *value < 1e12);
    let (start, end) = (us(from)? * 1e6, us(to)? * 1e6);
    (end > start).then_some(Viewport { start_us: start, end_us: end })
}

/// Folds as text: a line each, `+` unfolded, `-` folded.
pub(crate) fn folds_text(folds: &[(SpanKey, bool)]) -> String {
    let line = |(key, open): &(SpanKey, bool)| format!("{}{}", if *open { '+' } else { '-' }, key.as_str());
    folds.iter().filter(|(key, _)| !key.as_str().contains('\n')).map(line).collect::<Vec<_>>().join("\n")
}

/// Folds of a text.
pub(crate) fn parse_folds(text: &str) -> Vec<(SpanKey, bool)> {
    let line = |line: &str| {
        let open = line.strip_prefix('+');
        let key = open.or_else(|| line.strip_prefix('-')).filter(|key| !key.is_empty())?;
        Some((SpanKey::from(key.to_owned()), open.is_some()))
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_range_is_written_in_seconds_and_read_back() {
        let range = Viewport { start_us: 12_500_000.0, end_us: 30_000_001.0 };
        assert_eq!(range_text(range), "12.5-30.000001");
        assert_eq!(parse_range("12.5-30.000001"), Some(range));
        for nonsense in ["", "5", "a-b", "5-5", "9-3", "-1-4", "NaN-3", "1-inf", "1e300-2e300", "1-2-3"] {
            assert_eq!(parse_range(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn folds_are_written_and_read_back() {
        let folds = vec![
            (SpanKey::from("provisioner/plan".to_owned()), false),
            (SpanKey::from("a/x[\"+b\"]".to_owned()), true),
        ];
        assert_eq!(parse_folds(&folds_text(&folds)), folds);
        assert_eq!(parse_folds("nonsense\n+\n-\n\n+a"), [(SpanKey::from("a".to_owned()), true)]);
    }

    #[test]
    fn a_colour_is_read_by_its_word() {
        for one in ColorBy::ALL {
            assert_eq!(ColorBy::of_word(one.word()), one);
        }
        assert_eq!(ColorBy::of_word("rainbow"), ColorBy::Phase);
    }

    proptest! {
        #[test]
        fn whatever_stands_in_an_address_is_a_range_or_nothing(text in ".{0,40}") {
            if let Some(range) = parse_range(&text) {
                prop_assert!(range.end_us > range.start_us && range.start_us >= 0.0);
            }
            let _ = parse_folds(&text);
        }

        #[test]
        fn ranges_survive_to_the_microsecond(start in 0_i64..10_i64.pow(12), long in 1_i64..10_i64.pow(12)) {
            let range = Viewport { start_us: start as f64, end_us: (start + long) as f64 };
            let back = parse_range(&range_text(range)).unwrap();
            prop_assert!((back.start_us - range.start_us).abs() < 1.0 && (back.end_us - range.end_us).abs() < 1.0);
        }
    }
}
