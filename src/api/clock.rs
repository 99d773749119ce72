//! What the server's clock says: the offset of its `Date` headers from the browser's clock, the median of the last nine
//! (docs/architecture.md, "Clock"). Pure; imports `model::order`.

use crate::model::order;
use std::collections::VecDeque;

/// How many answers are remembered.
const KEPT: usize = 9;

/// An offset beyond this is worth telling the viewer, once.
pub(crate) const WORTH_SAYING_MS: i64 = 30_000;

/// The offset of the server's clock from the browser's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset {
    samples: VecDeque<i64>,
}

impl Offset {
    /// Takes in one answer: the browser's clock when it was asked and when it was answered, and its `Date`, all in Unix
    /// milliseconds. `Date` has whole seconds, cut off: half a second is added. Answers that took long say little and
    /// are left out, as long as there are others.
    pub(crate) fn observe(&mut self, asked_ms: i64, answered_ms: i64, date_ms: i64) {
        let took = answered_ms - asked_ms;
        if took < 0 || (took > 5_000 && !self.samples.is_empty()) {
            return;
        }
        let middle = asked_ms + took / 2;
        if self.samples.len() == KEPT {
            self.samples.pop_front();
        }
        self.samples.push_back(date_ms + 500 - middle);
    }

    /// Forgets everything: the machine slept, its clock may have been set.
    pub(crate) fn reset(&mut self) {
        self.samples.clear();
    }

    /// Milliseconds to add to the browser's clock; 0 while nothing is known. Below one second it is 0 as well: `Date`
    /// is not finer, and two clocks that agree should not be made to differ.
    pub(crate) fn ms(&self) -> i64 {
        let mut sorted: Vec<i64> = self.samples.iter().copied().collect();
        order::sort_by(&mut sorted, Ord::cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
        if median.abs() < 1_000 { 0 } else { median }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_known_is_no_offset() {
        assert_eq!(Offset::default().ms(), 0);
    }

    #[test]
    fn an_hour_off_is_found_at_once() {
        let mut offset = Offset::default();
        offset.observe(10_000, 10_200, 3_609_000);
        assert_eq!(offset.ms(), 3_609_500 - 10_100);
    }

    #[test]
    fn one_strange_answer_changes_nothing() {
        let mut offset = Offset::default();
        for round in 0..8 {
            let asked = round * 1_000;
            offset.observe(asked, asked + 100, asked + 60_000);
        }
        offset.observe(9_000, 9_100, 9_000_000);
        assert_eq!(offset.ms(), 60_450);
    }

    #[test]
    fn only_the_last_nine_count() {
        // Rising and falling, so that neither eight nor ten have the same median.
        for step in [1_000, -1_000] {
            let mut offset = Offset::default();
            for round in 0..14 {
                offset.observe(0, 0, 100_000 + round * step);
            }
            assert_eq!(offset.ms(), 100_500 + 9 * step);
        }
    }

    #[test]
    fn slow_answers_and_clocks_that_jump_are_left_out() {
        let mut offset = Offset::default();
        offset.observe(0, 100, 50_000);
        offset.observe(0, 20_000, 90_000);
        offset.observe(5_000, 4_000, 90_000);
        assert_eq!(offset.ms(), 50_450);
        offset.reset();
        assert_eq!(offset.ms(), 0);
    }

    #[test]
    fn clocks_that_agree_within_a_second_agree() {
        // The header has whole seconds: half of one is added.
        for (date_ms, expected) in [(10_000, 0), (10_999, 0), (9_001, 0), (11_000, 1_000), (9_000, -1_000)] {
            let mut offset = Offset::default();
            offset.observe(10_400, 10_600, date_ms);
            assert_eq!(offset.ms(), expected, "{date_ms}");
        }
    }
}
