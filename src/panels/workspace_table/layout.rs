//! Which lines the slots of the table show, and where they stand: rows are of one height, heads of groups of another.
//! Pure.

use std::sync::Arc;

/// Height of a row, of a compact row and of a card in CSS pixels (style/pages/list.css).
pub(super) const ROW: f64 = 40.0;
pub(super) const COMPACT: f64 = 32.0;
pub(super) const CARD: f64 = 101.0;
/// Height of the head of a group.
pub(super) const GROUP: f64 = 32.0;
/// Lines kept above and below the window.
const OVERSCAN: usize = 8;
/// The first slot moves by this many lines at once, so that most frames of a scroll change nothing.
const STRIDE: usize = 4;

/// Where lines stand.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout {
    /// How many lines.
    pub(super) count: usize,
    /// How high a row is.
    pub(super) row: f64,
    /// Which lines are heads of groups.
    pub(super) heads: Arc<[usize]>,
}

/// Which lines the slots show: from `first`, `pool` of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    pub(super) first: usize,
    pub(super) pool: usize,
}

impl View {
    /// The line that a slot shows: the one of the window that leaves the slot's number when divided by the size of the
    /// pool.
    pub(super) fn line_of(self, slot: usize) -> usize {
        let pool = self.pool.max(1);
        self.first + (slot + pool - self.first % pool) % pool
    }
}

impl Layout {
    /// How far below the first line a line stands; the number of lines gives the height of all.
    pub(super) fn offset(&self, line: usize) -> f64 {
        let heads = self.heads.partition_point(|head| *head < line);
        (line - heads.min(line)) as f64 * self.row + heads as f64 * GROUP
    }

    /// The line that stands this far below the first one.
    pub(super) fn line_at(&self, offset: f64) -> usize {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low.midpoint(high);
            if self.offset(middle + 1) <= offset { low = middle + 1 } else { high = middle }
        }
        low.min(self.count.saturating_sub(1))
    }

    /// What to show when the first line is at `top` in a window of `height`, by `made` slots that are there already:
    /// none of them is taken away, or a filter that leaves few rows would make all of them anew with its next letter.
    pub(super) fn view(&self, top: f64, height: f64, made: usize) -> View {
        let above = self.line_at((-top).max(0.0));
        let lowest = if self.heads.is_empty() { self.row } else { GROUP.min(self.row) };
        let wanted = (height / lowest).ceil() as usize + 2 * OVERSCAN + STRIDE;
        let pool = wanted.min(self.count.max(1)).max(made);
        let first = above.saturating_sub(OVERSCAN) / STRIDE * STRIDE;
        View { first: first.min(self.count.saturating_sub(pool)), pool }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layout(count: usize, row: f64, heads: &[usize]) -> Layout {
        Layout { count, row, heads: Arc::from(heads) }
    }

    #[test]
    fn slots_cover_the_window() {
        for (top, height, row, count) in [
            (180.0, 900.0, ROW, 10_000),
            (-4_000.0, 900.0, COMPACT, 10_000),
            (-399_000.0, 900.0, ROW, 10_000),
            (200.0, 640.0, CARD, 12),
            (0.0, 900.0, ROW, 0),
        ] {
            let view = layout(count, row, &[]).view(top, height, 0);
            let first_seen = (-top / row).max(0.0) as usize;
            let last_seen = (((height - top) / row).ceil() as usize).min(count);
            assert!(view.first <= first_seen.min(count), "{view:?}");
            assert!(view.first + view.pool >= last_seen.min(count), "{view:?} {last_seen}");
            assert!(view.pool <= 60, "{view:?}");
        }
    }

    #[test]
    fn slots_stay_where_fewer_rows_are_left() {
        let full = layout(10_000, ROW, &[]).view(180.0, 900.0, 0);
        for count in [0, 3, 10_000] {
            let narrowed = layout(count, ROW, &[]).view(180.0, 900.0, full.pool);
            assert_eq!(narrowed, View { first: 0, pool: full.pool }, "{count}");
        }
        // A list of few makes no more slots than it has rows.
        assert_eq!(layout(3, ROW, &[]).view(180.0, 900.0, 0).pool, 3);
    }

    #[test]
    fn a_step_gives_new_lines_to_few_slots() {
        let lines = |first| (0..43).map(|slot| View { first, pool: 43 }.line_of(slot)).collect::<Vec<_>>();
        for first in [0, 4, 40, 44, 956] {
            let (now, mut sorted) = (lines(first), lines(first));
            sorted.sort_unstable();
            assert_eq!(sorted, (first..first + 43).collect::<Vec<_>>(), "all lines of the window, each once");
            let moved = now.iter().zip(lines(first + STRIDE)).filter(|(before, after)| *before != after).count();
            assert_eq!(moved, STRIDE);
        }
    }

    proptest! {
        #[test]
        fn a_line_is_found_where_it_stands(count in 1_usize..300, heads in prop::collection::btree_set(0_usize..300, 0..20), line in 0_usize..300) {
            let heads: Vec<usize> = heads.into_iter().filter(|head| *head < count).collect();
            let layout = layout(count, ROW, &heads);
            let line = line.min(count - 1);
            prop_assert_eq!(layout.line_at(layout.offset(line)), line);
            prop_assert_eq!(layout.line_at(layout.offset(line) + 5.0), line);
        }
    }
}
