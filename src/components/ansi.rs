//! Terminal text as runs of styled text: what a provisioner colours stays coloured, every other control sequence is
//! left out. The state machine is anstyle-parse's. Pure; imports nothing of the crate.

use anstyle_parse::{DefaultCharAccumulator, Params, Parser, Perform};

/// How a run looks, in the sixteen colours' eight hues (a terminal's bright colours are the same hues here).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Bold.
    pub bold: bool,
    /// Faint.
    pub dim: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// The hue, 0 black to 7 white.
    pub hue: Option<u8>,
}

impl Look {
    /// The classes of style/components/log.css; empty for plain text.
    pub(crate) fn classes(self) -> String {
        let mut classes: Vec<String> = Vec::new();
        for (on, name) in
            [(self.bold, "ansi-b"), (self.dim, "ansi-d"), (self.italic, "ansi-i"), (self.underline, "ansi-u")]
        {
            if on {
                classes.push(name.to_owned());
            }
        }
        if let Some(hue) = self.hue {
            classes.push(format!("ansi-{hue}"));
        }
        classes.join(" ")
    }

    fn apply(&mut self, codes: &[u16]) {
        let mut codes = codes.iter().copied();
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underline = true,
                22 => (self.bold, self.dim) = (false, false),
                23 => self.italic = false,
                24 => self.underline = false,
                30..=37 => self.hue = u8::try_from(code - 30).ok(),
                90..=97 => self.hue = u8::try_from(code - 90).ok(),
                39 => self.hue = None,
                // Extended colours have no place in eight hues: their arguments are skipped, the ink stays.
                38 | 48 => match codes.next() {
                    Some(5) => drop(codes.next()),
                    Some(2) => drop(codes.by_ref().take(3).count()),
                    _ => {}
                },
                _ => {}
            }
        }
    }
}

#[derive(Default)]
struct Runs {
    look: Look,
    done: Vec<(Look, String)>,
}

impl Perform for Runs {
    fn print(&mut self, c: char) {
        match self.done.last_mut() {
            Some((look, text)) if *look == self.look => text.push(c),
            _ => self.done.push((self.look, c.to_string())),
        }
    }

    fn execute(&mut self, byte: u8) {
        if byte == b'\t' || byte == b'\n' {
            self.print(char::from(byte));
        }
    }

    fn csi_dispatch(&mut self, params: &Params, _intermediates: &[u8], _ignore: bool, action: u8) {
        if action != b'm' {
            return;
        }
        let codes: Vec<u16> = params.iter().flatten().copied().collect();
        self.look.apply(if codes.is_empty() { &[0] } else { &codes });
    }
}

/// The runs of one line of output.
pub(crate) fn runs(text: &str) -> Vec<(Look, String)> {
    if !text.contains('\u{1b}') {
        return vec![(Look::default(), text.replace('\r', ""))];
    }
    let mut parser = Parser::<DefaultCharAccumulator>::new();
    let mut runs = Runs::default();
    for byte in text.bytes() {
        parser.advance(&mut runs, byte);
    }
    runs.done
}

/// The runs cut where what is sought begins and ends, and whether each is a hit. Capital letters and small ones are the
/// same; `sought` has small ones.
pub(crate) fn marked(runs: &[(Look, String)], sought: &str) -> Vec<(Look, String, bool)> {
    let whole: String = runs.iter().map(|(_, text)| text.to_ascii_lowercase()).collect();
    let mut hits = Vec::new();
    if !sought.is_empty() {
        hits.extend(whole.match_indices(sought).map(|(at, hit)| (at, at + hit.len())));
    }
    let mut hits = hits.into_iter().peekable();
    let mut cut = Vec::with_capacity(runs.len());
    let mut start = 0;
    for (look, text) in runs {
        let end = start + text.len();
        let mut from = start;
        while from < end {
            while hits.next_if(|(_, until)| *until <= from).is_some() {}
            let (until, hit) = match hits.peek() {
                Some((at, until)) if *at <= from => ((*until).min(end), true),
                Some((at, _)) => ((*at).min(end), false),
                None => (end, false),
            };
            cut.push((*look, text.get(from - start..until - start).unwrap_or_default().to_owned(), hit));
            from = until;
        }
        start = end;
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        runs(text).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn sequences_are_rendered_or_left_out() {
        for (text, plain_text) in [
            ("plain", "plain"),
            ("", ""),
            ("\u{1b}[31mred\u{1b}[0m, then ink", "red, then ink"),
            ("\u{1b}[2K\u{1b}[1Gcleared", "cleared"),
            ("\u{1b}]0;a title\u{7}text", "text"),
            ("half \u{1b}[3", "half "),
            ("a\r\nb", "a\nb"),
            ("\u{1b}[1mä€😀", "ä€😀"),
        ] {
            assert_eq!(plain(text), plain_text, "{text:?}");
        }
    }

    #[test]
    fn hits_are_cut_out_of_the_runs() {
        let cut = |text: &str, sought: &str| {
            let cut = marked(&runs(text), sought).into_iter();
            cut.map(|(look, text, hit)| {
                format!("{}{text}{}", if hit { "<" } else { "" }, if look.bold { "!" } else { "" })
            })
            .collect::<Vec<_>>()
        };
        assert_eq!(cut("no Error, error", "error"), ["no ", "<Error", ", ", "<error"]);
        // A hit may go over a change of colour.
        assert_eq!(cut("an er\u{1b}[1mror\u{1b}[0m!", "error"), ["an ", "<er", "<ror!", "!"]);
        assert_eq!(cut("äÄ", "ä"), ["<ä", "Ä"]);
        assert_eq!(cut("", "x"), Vec::<String>::new());
        assert_eq!(cut("x", ""), ["x"]);
    }

    #[test]
    fn looks_are_kept_per_run() {
        let looks: Vec<(String, String)> =
            runs("a\u{1b}[1;31mb\u{1b}[22mc\u{1b}[38;5;12md\u{1b}[39me\u{1b}[mf\u{1b}[94;4mg")
                .into_iter()
                .map(|(look, text)| (text, look.classes()))
                .collect();
        let expected = [("a", ""), ("b", "ansi-b ansi-1"), ("cd", "ansi-1"), ("ef", ""), ("g", "ansi-u ansi-4")];
        assert_eq!(looks, expected.map(|(text, classes)| (text.to_owned(), classes.to_owned())));
    }
}
