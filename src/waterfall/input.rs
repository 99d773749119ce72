//! What the hands do on the chart: pointers into pan, pinch and tap, keys into commands. Pure; imports nothing, so that
//! it is tested without a browser. Coordinates are CSS pixels from the chart's left top.

/// A pointer that moved less than this since it went down is a tap, CSS pixels.
const TAP: f64 = 4.0;

/// What a movement asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Move {
    /// Show what lies `dx` CSS pixels further right.
    Pan {
        /// CSS pixels; positive shows later times.
        dx: f64,
    },
    /// Zoom by `factor` around `x`, then pan by `dx`.
    Pinch {
        /// Above 1: closer.
        factor: f64,
        /// The middle between the fingers.
        x: f64,
        /// How far that middle went.
        dx: f64,
    },
}

#[derive(Clone, Copy, Debug)]
struct Finger {
    id: i32,
    x: f64,
    y: f64,
}

/// The pointers that are down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gesture {
    fingers: Vec<Finger>,
    from: Option<(f64, f64)>,
    dragged: bool,
}

impl Gesture {
    /// A pointer went down.
    pub(crate) fn down(&mut self, id: i32, x: f64, y: f64) {
        self.fingers.retain(|finger| finger.id != id);
        self.fingers.push(Finger { id, x, y });
        if self.fingers.len() == 1 {
            self.from = Some((x, y));
            self.dragged = false;
        } else {
            // Two fingers never tap.
            self.dragged = true;
        }
    }

    /// A pointer moved. None while it may still become a tap, and if it is not down.
    pub(crate) fn moved(&mut self, id: i32, x: f64, y: f64) -> Option<Move> {
        let span = |fingers: &[Finger]| match fingers {
            [a, b, ..] => Some(((a.x - b.x).abs(), f64::midpoint(a.x, b.x))),
            _ => None,
        };
        let before = span(&self.fingers);
        let finger = self.fingers.iter_mut().find(|finger| finger.id == id)?;
        let dx = finger.x - x;
        if self.dragged || before.is_some() {
            (finger.x, finger.y) = (x, y);
        } else {
            let (from_x, from_y) = self.from.unwrap_or((x, y));
            if (x - from_x).abs() < TAP && (y - from_y).abs() < TAP {
                return None;
            }
            self.dragged = true;
            (finger.x, finger.y) = (x, y);
        }
        if let (Some((wide, middle)), Some((now_wide, now_middle))) = (before, span(&self.fingers)) {
            // Fingers above each other say nothing about time.
            let factor = if wide > 8.0 && now_wide > 8.0 { now_wide / wide } else { 1.0 };
            return Some(Move::Pinch { factor, x: now_middle, dx: middle - now_middle });
        }
        Some(Move::Pan { dx })
    }

    /// A pointer went up; where it tapped, if it did.
    pub(crate) fn up(&mut self, id: i32) -> Option<(f64, f64)> {
        let finger = self.fingers.iter().copied().find(|finger| finger.id == id);
        self.fingers.retain(|finger| finger.id != id);
        finger.filter(|_| !self.dragged && self.fingers.is_empty()).map(|finger| (finger.x, finger.y))
    }

    /// A pointer was taken away: the browser scrolls with it, or it left.
    pub(crate) fn cancel(&mut self, id: i32) {
        self.dragged = true;
        self.fingers.retain(|finger| finger.id != id);
    }
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Select the row this many rows further down (negative: up).
    Rows(i32),
    /// Select the first row.
    First,
    /// Select the last row.
    Last,
    /// Unfold, or go to the first row below.
    In,
    /// Fold, or go to the row above in the tree.
    Out,
    /// Fold or unfold the selected row.
    Toggle,
    /// Zoom to the selected span.
    ToSpan,
    /// Show the range before.
    Back,
    /// Select the next bar, or the one before.
    Bar(i32),
    /// Go to the field that finds spans.
    Find,
    /// Select the next of what was found, or the one before.
    Hit(bool),
    /// Show the keys.
    Keys,
    /// Zoom in on the selected span, or the middle.
    ZoomIn,
    /// Zoom out.
    ZoomOut,
    /// Show everything.
    Fit,
    /// Shorten the scale where nothing begins or ends, or not.
    Gaps,
    /// Pan by a fifth of the view; positive: later.
    Pan(i32),
    /// Select nothing.
    Clear,
}

/// What the key does on the chart; None: it is not ours, let it pass.
pub(crate) fn command(key: &str, shift: bool, other_modifier: bool) -> Option<Command> {
    if other_modifier && key.eq_ignore_ascii_case("f") {
        return Some(Command::Find);
    }
    if other_modifier {
        return None;
    }
    Some(match key {
        "ArrowDown" => Command::Rows(1),
        "ArrowUp" => Command::Rows(-1),
        "PageDown" => Command::Rows(20),
        "PageUp" => Command::Rows(-20),
        "Home" => Command::First,
        "End" => Command::Last,
        "ArrowRight" if shift => Command::Pan(1),
        "ArrowLeft" if shift => Command::Pan(-1),
        "ArrowRight" => Command::In,
        "ArrowLeft" => Command::Out,
        "Enter" => Command::ToSpan,
        " " => Command::Toggle,
        "Backspace" => Command::Back,
        "f" => Command::Bar(1),
        "b" => Command::Bar(-1),
        "/" => Command::Find,
        "n" => Command::Hit(true),
        "N" => Command::Hit(false),
        "?" => Command::Keys,
        "+" | "=" | "w" | "W" => Command::ZoomIn,
        "-" | "_" | "s" | "S" => Command::ZoomOut,
        "d" | "D" => Command::Pan(if shift { 3 } else { 1 }),
        "a" | "A" => Command::Pan(if shift { -3 } else { -1 }),
        "0" => Command::Fit,
        "c" => Command::Gaps,
        "Escape" => Command::Clear,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_that_stays_taps() {
        let mut gesture = Gesture::default();
        gesture.down(1, 100.0, 50.0);
        assert_eq!(gesture.moved(1, 102.0, 51.0), None);
        assert_eq!(gesture.up(1), Some((100.0, 50.0)));
        assert_eq!(gesture.up(1), None);
    }

    #[test]
    fn a_pointer_that_moves_pans_and_does_not_tap() {
        let mut gesture = Gesture::default();
        gesture.down(1, 100.0, 50.0);
        assert_eq!(gesture.moved(1, 90.0, 50.0), Some(Move::Pan { dx: 10.0 }));
        assert_eq!(gesture.moved(1, 91.0, 50.0), Some(Move::Pan { dx: -1.0 }));
        assert_eq!(gesture.up(1), None);
        assert_eq!(gesture.moved(1, 80.0, 50.0), None);
    }

    #[test]
    fn two_fingers_pinch_around_their_middle() {
        let mut gesture = Gesture::default();
        gesture.down(1, 100.0, 50.0);
        gesture.down(2, 200.0, 60.0);
        assert_eq!(gesture.moved(2, 300.0, 60.0), Some(Move::Pinch { factor: 2.0, x: 200.0, dx: -50.0 }));
        assert_eq!(gesture.up(2), None);
        // What is left of a pinch pans on, and does not tap when it goes.
        assert_eq!(gesture.moved(1, 90.0, 50.0), Some(Move::Pan { dx: 10.0 }));
        assert_eq!(gesture.up(1), None);
    }

    #[test]
    fn fingers_above_each_other_do_not_zoom() {
        let mut gesture = Gesture::default();
        gesture.down(1, 100.0, 50.0);
        gesture.down(2, 101.0, 90.0);
        assert!(matches!(gesture.moved(2, 106.0, 90.0), Some(Move::Pinch { factor: 1.0, .. })));
    }

    #[test]
    fn a_canceled_pointer_neither_taps_nor_moves() {
        let mut gesture = Gesture::default();
        gesture.down(1, 100.0, 50.0);
        gesture.cancel(1);
        assert_eq!(gesture.up(1), None);
        assert_eq!(gesture.moved(1, 0.0, 0.0), None);
    }

    #[test]
    fn keys() {
        assert_eq!(command("ArrowDown", false, false), Some(Command::Rows(1)));
        assert_eq!(command("ArrowLeft", true, false), Some(Command::Pan(-1)));
        assert_eq!(command("ArrowLeft", false, false), Some(Command::Out));
        assert_eq!(command(" ", false, false), Some(Command::Toggle));
        assert_eq!(command("+", true, false), Some(Command::ZoomIn));
        assert_eq!(command("+", false, true), None, "the browser's own zoom");
        assert_eq!(command("Enter", false, false), Some(Command::ToSpan));
        assert_eq!(command("f", false, true), Some(Command::Find), "Ctrl and F, within the chart alone");
        assert_eq!(command("f", false, false), Some(Command::Bar(1)));
        assert_eq!(command("N", true, false), Some(Command::Hit(false)));
        assert_eq!(command("A", true, false), Some(Command::Pan(-3)));
        assert_eq!(command("d", false, true), None, "the browser's own");
        assert_eq!(command("x", false, false), None);
        assert_eq!(command("Tab", false, false), None);
    }
}
