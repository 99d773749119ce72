//! What a terminal shows of a text once all of it was written: a carriage return goes back to the line's beginning, and what is written next takes the
//! place of what stood there, so of a progress bar only its last state is left. Linear, whatever the number of states. Pure; imports nothing.

use std::borrow::Cow;

/// The text as it stands in the end, with the sequences that colour it and without all others.
pub fn settled(text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\u{8}', '\u{1b}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Screen::of(text, true))
}

/// The text as it stands in the end, without colours.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\u{8}', '\u{1b}']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(Screen::of(text, false))
}

#[derive(Default)]
struct Screen {
    done: String,
    /// Colours that were set by what is no longer seen and still hold.
    held: String,
    /// The line that is being written.
    line: String,
    /// The cursor is at the beginning of a line that has been written already.
    rewinds: bool,
    /// So many characters were gone back over.
    back: usize,
}

impl Screen {
    fn of(text: &str, coloured: bool) -> String {
        let mut screen = Self::default();
        let mut rest = text;
        while let Some(char) = rest.chars().next() {
            let after = rest.get(char.len_utf8()..).unwrap_or_default();
            match char {
                '\n' => screen.end_line(),
                '\r' => (screen.rewinds, screen.back) = (true, 0),
                '\u{8}' => screen.back += usize::from(!screen.rewinds),
                '\u{1b}' => {
                    let (sequence, after) = sequence(rest);
                    screen.obey(sequence, coloured);
                    rest = after;
                    continue;
                }
                char => screen.write(char),
            }
            rest = after;
        }
        screen.end();
        screen.done
    }

    fn write(&mut self, char: char) {
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

    /// Takes the line away, but for the colours that it set.
    fn wipe(&mut self) {
        self.rewinds = false;
        let line = std::mem::take(&mut self.line);
        let mut rest = line.as_str();
        while let Some(at) = rest.find('\u{1b}') {
            let (colour, after) = sequence(rest.get(at..).unwrap_or_default());
            if matches!(colour, "\u{1b}[m" | "\u{1b}[0m") {
                self.held.clear();
            }
            self.held.push_str(colour);
            rest = after;
        }
    }

    fn obey(&mut self, sequence: &str, coloured: bool) {
        let Some(body) = sequence.strip_prefix("\u{1b}[") else { return };
        match body.as_bytes().last() {
            Some(b'm') if coloured => self.line.push_str(sequence),
            // Erases the line: all of it, or what follows the cursor.
            Some(b'K') if body == "2K" || (self.rewinds && matches!(body, "K" | "0K")) => {
                let rewinds = self.rewinds;
                self.wipe();
                self.rewinds = rewinds;
            }
            Some(b'G') if matches!(body, "G" | "0G" | "1G") => self.rewinds = true,
            _ => {}
        }
    }

    fn end(&mut self) {
        self.done.push_str(&self.held);
        self.done.push_str(&self.line);
        self.held.clear();
        self.line.clear();
        (self.rewinds, self.back) = (false, 0);
    }

    fn end_line(&mut self) {
        self.end();
        self.done.push('\n');
    }
}

/// The escape sequence with which a text begins, and what follows it. One that is cut off is all there is.
fn sequence(text: &str) -> (&str, &str) {
    let body = text.get(1..).unwrap_or_default();
    let length = match body.as_bytes().first() {
        // A control sequence ends at its first byte from @ to ~.
        Some(b'[') => body.bytes().skip(1).position(|byte| (b'@'..=b'~').contains(&byte)).map(|at| at + 3),
        // A title or a link ends at a bell or at a string terminator.
        Some(b']' | b'P' | b'_' | b'^' | b'X') => body.find(['\u{7}', '\u{1b}']).map(|at| {
            let rest = body.get(at..).unwrap_or_default();
            1 + at + if rest.starts_with("\u{1b}\\") { 2 } else { usize::from(rest.starts_with('\u{7}')) }
        }),
        // The choice of a character set has one more byte.
        Some(b'(' | b')' | b'#') => Some(3),
        Some(_) => body.chars().next().map(|char| 1 + char.len_utf8()),
        None => None,
    };
    text.split_at_checked(length.unwrap_or(text.len())).unwrap_or((text, ""))
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
