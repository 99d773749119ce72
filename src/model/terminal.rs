//! What a terminal shows of a text once all of it was written: a carriage return goes back to the line's beginning, and
//! what is written next takes the place of what stood there, so of a progress bar only its last state is left. Linear,
//! whatever the number of states. anstyle-parse tells the sequences from the text. Pure; imports nothing of the crate.

use anstyle_parse::{DefaultCharAccumulator, Params, Parser, Perform};
use std::borrow::Cow;
use std::fmt::Write as _;

/// The text as it stands in the end, with the sequences that colour it and without all others.
pub(crate) fn settled(text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\u{8}', '\u{1b}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Screen::of(text, true))
}

/// The text as it stands in the end, without colours.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\u{8}', '\u{1b}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Screen::of(text, false))
}

#[derive(Default)]
struct Screen {
    /// Whether colours are kept.
    coloured: bool,
    done: String,
    /// Colours that were set by what is no longer seen and still hold.
    held: String,
    /// The line that is being written.
    line: String,
    /// The colours that the line sets, from its last reset on.
    set: String,
    /// Whether one of them is a reset.
    resets: bool,
    /// The cursor is at the beginning of a line that has been written already.
    rewinds: bool,
    /// So many characters were gone back over.
    back: usize,
}

impl Perform for Screen {
    fn print(&mut self, char: char) {
        if self.rewinds {
            self.wipe();
        }
        for _ in 0..std::mem::take(&mut self.back) {
            // A colour within what is gone back over stays as it is.
            if self.line.ends_with('m') && self.line.contains('\u{1b}') {
                break;
            }
            self.line.pop();
        }
        self.line.push(char);
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' => {
                self.end();
                self.done.push('\n');
            }
            b'\r' => (self.rewinds, self.back) = (true, 0),
            b'\x08' => self.back += usize::from(!self.rewinds),
            byte => self.print(char::from(byte)),
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], _ignore: bool, action: u8) {
        if !intermediates.is_empty() {
            return;
        }
        let first = params.iter().next().and_then(|param| param.first()).copied().unwrap_or(0);
        match action {
            b'm' if self.coloured => self.colour(params),
            // Erases the line: all of it, or what follows the cursor.
            b'K' if first == 2 || (self.rewinds && first == 0) => {
                let rewinds = self.rewinds;
                self.wipe();
                self.rewinds = rewinds;
            }
            b'G' if first <= 1 => self.rewinds = true,
            _ => {}
        }
    }
}

impl Screen {
    fn of(text: &str, coloured: bool) -> String {
        let mut screen = Self { coloured, ..Self::default() };
        let mut parser = Parser::<DefaultCharAccumulator>::new();
        for byte in text.bytes() {
            parser.advance(&mut screen, byte);
        }
        screen.end();
        screen.done
    }

    /// Writes a colour into the line as it came.
    fn colour(&mut self, params: &Params) {
        let mut sequence = "\u{1b}[".to_owned();
        for (index, param) in params.iter().enumerate() {
            for (place, code) in param.iter().enumerate() {
                let before = match (index, place) {
                    (0, 0) => "",
                    (_, 0) => ";",
                    _ => ":",
                };
                let _ = write!(sequence, "{before}{code}");
            }
        }
        sequence.push('m');
        if sequence == "\u{1b}[0m" {
            self.set.clear();
            self.resets = true;
        }
        self.set.push_str(&sequence);
        self.line.push_str(&sequence);
    }

    /// Takes the line away, but for the colours that it set.
    fn wipe(&mut self) {
        self.rewinds = false;
        self.line.clear();
        if std::mem::take(&mut self.resets) {
            self.held.clear();
        }
        self.held.push_str(&std::mem::take(&mut self.set));
    }

    fn end(&mut self) {
        self.done.push_str(&self.held);
        self.done.push_str(&self.line);
        self.held.clear();
        self.line.clear();
        self.set.clear();
        (self.rewinds, self.back, self.resets) = (false, 0, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_last_is_seen() {
        for (text, seen) in [
            ("plain", "plain"),
            ("", ""),
            ("10%\r50%\r100%\rError: no space left on device", "Error: no space left on device"),
            // A carriage return at the end changes nothing, and neither does one before a line's end.
            ("done\r", "done"),
            ("done\r\r\r", "done"),
            ("a\r\nb\r\n", "a\nb\n"),
            ("10%\r20%\nnext\r", "20%\nnext"),
            ("a long state\rshort", "short"),
            ("\rfirst", "first"),
            ("\r", ""),
            ("\u{1b}[2K\u{1b}[1Gcleared", "cleared"),
            ("10%\u{1b}[2K\r20%\r", "20%"),
            ("10%\r\u{1b}[K", ""),
            ("10%\u{1b}[K", "10%"),
            ("10%\r\u{1b}[0m", "10%"),
            ("10%\u{1b}[1G20%", "20%"),
            ("-\u{8}\\\u{8}|\u{8}/ done", "/ done"),
            ("done\u{8}", "done"),
            ("\u{1b}]0;a title\u{7}text", "text"),
            ("\u{1b}]8;;https://x.test\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("half \u{1b}[3", "half "),
            ("half \u{1b}", "half "),
            ("\u{1b}(Bset", "set"),
            ("ä\r€😀", "€😀"),
        ] {
            assert_eq!(plain(text), seen, "{text:?}");
            assert_eq!(settled(text).replace("\u{1b}[0m", ""), seen, "{text:?}");
        }
    }

    #[test]
    fn colours_outlive_what_they_coloured() {
        assert_eq!(settled("\u{1b}[31m10%\r100%\u{1b}[0m"), "\u{1b}[31m100%\u{1b}[0m");
        assert_eq!(settled("\u{1b}[31m10%\u{1b}[0m\r100%"), "\u{1b}[0m100%");
        assert_eq!(settled("\u{1b}[1mä\nb"), "\u{1b}[1mä\nb");
        assert_eq!(plain("\u{1b}[31m10%\r100%\u{1b}[0m"), "100%");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a native test has a clock")]
    fn the_number_of_states_does_not_matter() {
        let states = |count: usize, state: &str| (0..count).map(|_| state).collect::<String>();
        for state in
            ["\u{1b}[32m[====>    ] 50 %\u{1b}[0m\r", "50 %\r", "\u{1b}[1mx\r", "x\u{8}", "\u{1b}[2K\u{1b}[1Gx"]
        {
            let text = states(20_000, state) + "the end";
            let began = std::time::Instant::now();
            assert!(plain(&text).ends_with("the end"));
            assert!(settled(&text).ends_with("the end"));
            assert!(began.elapsed().as_secs() < 5, "{state:?}: {:?}", began.elapsed());
        }
    }
}
