//! What part of a build the chart shows, and at which scale: time to pixel and back, zoom, pan, fit, and the ticks of
//! the axis (docs/architecture.md, "A waterfall"). Pure arithmetic; imports nothing.
//!
//! Times are microseconds after the timeline's origin. They are `f64` here because zooming needs fractions; a timeline
//! of ten years is far below 2^53 µs, so whole microseconds stay exact.

/// The shortest range that can be zoomed to, in µs: below it the log's milliseconds and the API's microseconds are
/// noise.
pub(crate) const MIN_RANGE_US: f64 = 500.0;

/// Share of the timeline's length that is left free after its end when everything is shown, so that the last bar, its
/// marker and its words do not stick to the edge.
const MARGIN: f64 = 0.033;

/// A range of time on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Left edge, µs after the origin.
    pub start_us: f64,
    /// Right edge, µs after the origin; always above the left one.
    pub end_us: f64,
}

impl Viewport {
    /// The whole of a timeline that ends at `end_us`, with a little room after it.
    pub fn fit(end_us: i64) -> Self {
        let end = (end_us.max(1) as f64) * (1.0 + MARGIN);
        Self { start_us: 0.0, end_us: end.max(MIN_RANGE_US) }
    }

    /// From the earlier of two times to the later.
    pub(crate) fn between(one: f64, other: f64) -> Self {
        Self { start_us: one.min(other), end_us: one.max(other) }
    }

    /// Length of the range in µs.
    pub fn range_us(self) -> f64 {
        self.end_us - self.start_us
    }

    /// Where a time lies on a scale `width` pixels wide (of whichever kind), unrounded; outside 0..width when it is not
    /// in view.
    pub fn x(self, at_us: f64, width: f64) -> f64 {
        (at_us - self.start_us) / self.range_us() * width
    }

    /// The time at a place on a scale `width` pixels wide. The left edge if there is no width.
    pub fn time(self, x: f64, width: f64) -> f64 {
        if width > 0.0 { self.start_us + x / width * self.range_us() } else { self.start_us }
    }

    /// Zoomed by `factor` (above 1: closer) around a place `x` on a scale `width` wide: the time under it stays under
    /// it, as far as the ends of the timeline allow.
    #[must_use]
    pub fn zoom(self, factor: f64, x: f64, width: f64, end_us: i64) -> Self {
        if !(factor.is_finite() && factor > 0.0) {
            return self;
        }
        let whole = Self::fit(end_us);
        let range = (self.range_us() / factor).clamp(MIN_RANGE_US.min(whole.range_us()), whole.range_us());
        let share = if width > 0.0 { (x / width).clamp(0.0, 1.0) } else { 0.5 };
        let start = self.time(share, 1.0) - share * range;
        Self { start_us: start, end_us: start + range }.clamp(end_us)
    }

    /// Moved by `dx` pixels of a scale `width` wide; positive shows later times.
    #[must_use]
    pub fn pan(self, dx: f64, width: f64, end_us: i64) -> Self {
        if !(dx.is_finite() && width > 0.0) {
            return self;
        }
        let by = dx / width * self.range_us();
        Self { start_us: self.start_us + by, end_us: self.end_us + by }.clamp(end_us)
    }

    /// Kept inside the timeline: not longer than the whole of it, not before 0, not past its end (and margin).
    #[must_use]
    pub fn clamp(self, end_us: i64) -> Self {
        let whole = Self::fit(end_us);
        let asked = self.range_us();
        if !(asked.is_finite() && self.start_us.is_finite() && asked > 0.0) {
            return whole;
        }
        let range = asked.clamp(MIN_RANGE_US.min(whole.range_us()), whole.range_us());
        let last = whole.end_us - range;
        let start = self.start_us.clamp(0.0, last.max(0.0));
        Self { start_us: start, end_us: start + range }
    }

    /// Moved as little as possible so that `start_us..end_us` can be seen; zoomed out if it is longer than what is
    /// shown.
    #[must_use]
    pub fn reveal(self, start_us: i64, end_us: i64, whole_end_us: i64) -> Self {
        let (from, to) = (start_us as f64, end_us.max(start_us) as f64);
        let range = self.range_us();
        // A tenth of the view stays free around it, so that its words have room.
        let room = range * 0.1;
        if to - from + 2.0 * room > range {
            if from <= self.end_us && to >= self.start_us {
                return self;
            }
            let middle = f64::midpoint(from, to) - range / 2.0;
            return Self { start_us: middle, end_us: middle + range }.clamp(whole_end_us);
        }
        let by = if from < self.start_us {
            from - room - self.start_us
        } else if to > self.end_us {
            to + room - self.end_us
        } else {
            0.0
        };
        if by == 0.0 {
            return self;
        }
        Self { start_us: self.start_us + by, end_us: self.end_us + by }.clamp(whole_end_us)
    }
}

/// A line of the axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Where, µs after the origin.
    pub at_us: i64,
    /// What is written there ("0 s", "10 s", "1:10").
    pub label: String,
}

const MS: i64 = 1_000;
const S: i64 = 1_000_000;
const MIN: i64 = 60 * S;
const H: i64 = 60 * MIN;
const DAY: i64 = 24 * H;

/// The steps that a clock or a stopwatch would have, in µs.
const STEPS: [i64; 39] = [
    10,
    20,
    50,
    100,
    200,
    500,
    MS,
    2 * MS,
    5 * MS,
    10 * MS,
    20 * MS,
    50 * MS,
    100 * MS,
    200 * MS,
    500 * MS,
    S,
    2 * S,
    5 * S,
    10 * S,
    20 * S,
    30 * S,
    MIN,
    2 * MIN,
    5 * MIN,
    10 * MIN,
    15 * MIN,
    30 * MIN,
    H,
    3 * H,
    6 * H,
    12 * H,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
    3_650 * DAY,
];

/// How many lines an axis of this many CSS pixels should have at most: 6 on a phone, 10 on a desk.
fn most(width_css: f64) -> f64 {
    (width_css / 64.0).floor().clamp(6.0, 10.0)
}

/// The step between two ticks, in µs.
pub(crate) fn step_us(view: Viewport, width_css: f64) -> i64 {
    let wanted = view.range_us() / most(width_css);
    STEPS.iter().copied().find(|step| (*step as f64) >= wanted).unwrap_or_else(|| {
        let last = 3_650 * DAY;
        let times = (wanted / last as f64).ceil().max(1.0) as i64;
        last.saturating_mul(times)
    })
}

/// The ticks in view, from left to right: at most ten, six on a narrow chart, at times that a clock would show.
#[cfg(test)]
pub(crate) fn ticks(view: Viewport, width_css: f64) -> Vec<Tick> {
    ticks_between(view.start_us, view.end_us, step_us(view, width_css))
}

/// The ticks of a stretch of time with this step, at most twelve.
pub(crate) fn ticks_between(from_us: f64, until_us: f64, step: i64) -> Vec<Tick> {
    let first = (from_us / step as f64).ceil() as i64;
    (0..12)
        .map(|n| first.saturating_add(n).saturating_mul(step))
        .take_while(|at| (*at as f64) <= until_us)
        .map(|at| Tick { at_us: at, label: label(at, step) })
        .collect()
}

/// A time on the axis, with as many decimals as the step needs.
fn label(at_us: i64, step_us: i64) -> String {
    if at_us == 0 {
        return "0 s".to_owned();
    }
    if step_us >= DAY {
        return format!("{} d", at_us / DAY);
    }
    if at_us >= DAY {
        let (days, rest) = (at_us / DAY, at_us % DAY);
        if step_us >= H {
            return format!("{days} d {} h", rest / H);
        }
        let (h, m, s) = (rest / H, rest % H / MIN, rest % MIN / S);
        // Whole minutes keep the label short; where the step is finer, two ticks of one minute have to differ.
        return if step_us >= MIN {
            format!("{days} d {h}:{m:02}")
        } else {
            format!("{days} d {h}:{m:02}:{s:02}{}", fraction(at_us, step_us))
        };
    }
    if step_us >= H {
        return format!("{} h", at_us / H);
    }
    let decimals = decimals(step_us);
    if at_us < S && step_us < S {
        // Below a second the figures are shorter in milliseconds.
        let ms = at_us as f64 / MS as f64;
        return if step_us < MS { format!("{ms:.*} ms", decimals.saturating_sub(3)) } else { format!("{ms:.0} ms") };
    }
    let fraction = fraction(at_us, step_us);
    let seconds = at_us / S;
    if seconds < 60 {
        return format!("{seconds}{fraction} s");
    }
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if h == 0 { format!("{m}:{s:02}{fraction}") } else { format!("{h}:{m:02}:{s:02}{fraction}") }
}

/// The decimals of a time's seconds that a step of the axis needs, with their point; nothing where whole seconds do.
fn fraction(at_us: i64, step_us: i64) -> String {
    let decimals = decimals(step_us);
    if decimals == 0 {
        return String::new();
    }
    let shown = (at_us % S) / 10_i64.pow(6_u32.saturating_sub(u32::try_from(decimals).unwrap_or(0)));
    format!(".{shown:0decimals$}")
}

/// Decimals of a second that a step of the axis needs.
fn decimals(step_us: i64) -> usize {
    let mut decimals = 0;
    let mut unit = S;
    while unit > 1 && step_us % unit != 0 {
        unit /= 10;
        decimals += 1;
    }
    decimals
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(start_us: f64, end_us: f64, width: f64) -> Vec<String> {
        ticks(Viewport { start_us, end_us }, width).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_as_a_clock_would_have_them() {
        assert_eq!(labels(0.0, 85e6, 622.0), ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s", "1:00", "1:10", "1:20"]);
        assert_eq!(
            labels(0.0, 4.75e6, 671.0),
            ["0 s", "500 ms", "1.0 s", "1.5 s", "2.0 s", "2.5 s", "3.0 s", "3.5 s", "4.0 s", "4.5 s"]
        );
        assert_eq!(labels(0.0, 4.75e6, 190.0), ["0 s", "1 s", "2 s", "3 s", "4 s"]);
        assert_eq!(labels(10e6, 83e6, 300.0), ["20 s", "40 s", "1:00", "1:20"]);
        assert_eq!(
            labels(61e6, 61.05e6, 640.0),
            [
                "1:01.000", "1:01.005", "1:01.010", "1:01.015", "1:01.020", "1:01.025", "1:01.030", "1:01.035",
                "1:01.040", "1:01.045", "1:01.050"
            ]
        );
        assert_eq!(
            labels(0.0, 1000.0, 640.0),
            ["0 s", "0.1 ms", "0.2 ms", "0.3 ms", "0.4 ms", "0.5 ms", "0.6 ms", "0.7 ms", "0.8 ms", "0.9 ms", "1.0 ms"]
        );
    }

    #[test]
    fn long_builds_have_minutes_hours_days() {
        assert_eq!(
            labels(0.0, 40.0 * 60e6, 800.0),
            ["0 s", "5:00", "10:00", "15:00", "20:00", "25:00", "30:00", "35:00", "40:00"]
        );
        assert_eq!(
            labels(0.0, 100.0 * 60e6, 800.0),
            ["0 s", "10:00", "20:00", "30:00", "40:00", "50:00", "1:00:00", "1:10:00", "1:20:00", "1:30:00", "1:40:00"]
        );
        assert_eq!(labels(0.0, 8.0 * 3600e6, 800.0), ["0 s", "1 h", "2 h", "3 h", "4 h", "5 h", "6 h", "7 h", "8 h"]);
        assert_eq!(
            labels(0.0, 30.0 * 3600e6, 700.0),
            ["0 s", "3 h", "6 h", "9 h", "12 h", "15 h", "18 h", "21 h", "1 d 0 h", "1 d 3 h", "1 d 6 h"]
        );
        assert_eq!(labels(0.0, 3.0 * 365.0 * 86400e6, 700.0)[1], "365 d");
        // Around and after a day, at every fineness.
        let day = 86_400e6;
        assert_eq!(
            labels(86_398_153_236.515_73, 86_400_500_000.562_15, 40.0),
            ["23:59:58.5", "23:59:59.0", "23:59:59.5", "1 d 0:00:00.0", "1 d 0:00:00.5"]
        );
        assert_eq!(
            labels(day, day + 40e6, 256.0),
            ["1 d 0:00:00", "1 d 0:00:10", "1 d 0:00:20", "1 d 0:00:30", "1 d 0:00:40"]
        );
        assert_eq!(
            labels(day, day + 300e6, 256.0),
            ["1 d 0:00", "1 d 0:01", "1 d 0:02", "1 d 0:03", "1 d 0:04", "1 d 0:05"]
        );
    }

    #[test]
    fn fit_shows_everything_and_a_margin() {
        let view = Viewport::fit(82_200_000);
        assert_eq!(view.start_us, 0.0);
        assert!(view.end_us > 82_200_000.0 && view.end_us < 86_000_000.0);
        assert_eq!(Viewport::fit(0), Viewport::fit(1));
        assert_eq!(Viewport::fit(-5).range_us(), MIN_RANGE_US);
    }

    #[test]
    fn reveal_moves_only_when_needed() {
        let view = Viewport { start_us: 1_000_000.0, end_us: 2_000_000.0 };
        assert_eq!(view.reveal(1_200_000, 1_300_000, 10_000_000), view);
        let later = view.reveal(5_000_000, 5_100_000, 10_000_000);
        assert!(later.start_us < 5_000_000.0 && later.end_us > 5_100_000.0);
        assert!((later.range_us() - view.range_us()).abs() < 1e-3);
        // Longer than the view: its middle, but only if nothing of it can be seen.
        assert_eq!(view.reveal(0, 9_000_000, 10_000_000), view);
        let middle = view.reveal(4_000_000, 9_000_000, 10_000_000);
        assert!(middle.start_us > 4_000_000.0 && middle.end_us < 9_000_000.0);
    }

    #[test]
    fn nonsense_is_refused() {
        let view = Viewport::fit(1_000_000);
        assert_eq!(view.zoom(0.0, 1.0, 100.0, 1_000_000), view);
        assert_eq!(view.zoom(f64::NAN, 1.0, 100.0, 1_000_000), view);
        assert_eq!(view.pan(f64::INFINITY, 100.0, 1_000_000), view);
        assert_eq!(view.pan(5.0, 0.0, 1_000_000), view);
        let broken = Viewport { start_us: f64::NAN, end_us: 3.0 };
        assert_eq!(broken.clamp(1_000_000), view);
        let backwards = Viewport { start_us: 9.0, end_us: 3.0 };
        assert_eq!(backwards.clamp(1_000_000), view);
    }

    prop_compose! {
        fn views()(end in 1_i64..10_i64.pow(14), a in 0.0_f64..1.0, b in 0.0_f64..1.0) -> (i64, Viewport) {
            let whole = Viewport::fit(end);
            let (a, b) = if a < b { (a, b) } else { (b, a) };
            (end, Viewport { start_us: a * whole.end_us, end_us: b * whole.end_us + 1.0 }.clamp(end))
        }
    }

    proptest! {
        #[test]
        fn a_pixel_is_a_time_is_a_pixel((_, view) in views(), x in 0.0_f64..4_000.0, width in 1.0_f64..4_000.0) {
            let back = view.x(view.time(x, width), width);
            // The error of a µs far from the origin, seen through the zoom.
            let slack = 1e-6 + view.end_us * 1e-12 / view.range_us() * width * 10.0;
            prop_assert!((back - x).abs() <= slack, "{x} became {back}");
        }

        #[test]
        fn zoom_keeps_what_is_under_the_pointer((end, view) in views(), share in 0.0_f64..=1.0, factor in 0.1_f64..10.0) {
            let width = 800.0;
            let x = share * width;
            let before = view.time(x, width);
            let after = view.zoom(factor, x, width, end);
            let whole = Viewport::fit(end);
            prop_assert!(after.start_us >= 0.0 && after.end_us <= whole.end_us + 1.0);
            let free = after.start_us > 0.0 && after.end_us < whole.end_us - whole.end_us * 1e-9;
            if free {
                let slack = view.end_us * 1e-9 + 1e-3;
                prop_assert!((after.time(x, width) - before).abs() <= slack);
            } else {
                // At an end of the timeline the pointer may slide, but never out of view.
                prop_assert!(before >= after.start_us - 1.0 && before <= after.end_us + 1.0);
            }
        }

        #[test]
        fn pan_keeps_the_scale((end, view) in views(), dx in -9_000.0_f64..9_000.0) {
            let after = view.pan(dx, 800.0, end);
            prop_assert!((after.range_us() - view.range_us()).abs() <= view.end_us * 1e-9 + 1e-3);
            prop_assert!(after.start_us >= 0.0);
            prop_assert!(after.end_us <= Viewport::fit(end).end_us * (1.0 + 1e-9) + 1.0);
        }

        #[test]
        fn ticks_are_few_even_and_in_view((_, view) in views(), width in 40.0_f64..4_000.0) {
            let ticks = ticks(view, width);
            prop_assert!(ticks.len() <= 11, "{} ticks", ticks.len());
            for tick in &ticks {
                prop_assert!(tick.at_us as f64 >= view.start_us - 1e-3 * view.range_us() && tick.at_us as f64 <= view.end_us);
            }
            for pair in ticks.windows(2) {
                prop_assert_eq!(pair[1].at_us - pair[0].at_us, step_us(view, width));
                prop_assert_ne!(&pair[1].label, &pair[0].label);
            }
            // No range is so odd that the axis stays empty.
            prop_assert!(!ticks.is_empty());
        }
    }
}
