//! Patterns of templates are Go's (RE2); a browser has an engine of its own. What both read alike, or can be written so
//! that they do, is run in the browser; anything else is left to the control plane, because a wrong answer here would
//! be worse than none. Pure.

use std::iter::Peekable;
use std::str::Chars;

/// A pattern as the browser's engine reads it, always with its flag for Unicode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BrowserPattern {
    pub source: String,
    /// Whether upper and lower case are the same.
    pub ignores_case: bool,
    /// Whether a repetition stands in a repetition: an engine that goes back may take for ever with a long text, which
    /// Go's never does.
    pub nested: bool,
}

/// The pattern for the browser; `None` where the two would not mean the same.
pub(crate) fn in_browser(pattern: &str) -> Option<BrowserPattern> {
    let (flags, rest) = leading_flags(pattern);
    let mut reader = Reader { rest: rest.chars().peekable(), out: String::new(), dot_is_all: flags.contains('s') };
    let nested = reader.alternatives(0)?;
    if reader.rest.peek().is_some() {
        return None;
    }
    Some(BrowserPattern { source: reader.out, ignores_case: flags.contains('i'), nested: nested.repeats_in_repeat })
}

/// The flags `i` and `s` at the very beginning. Others, and flags within, have no counterpart in every browser.
fn leading_flags(pattern: &str) -> (&str, &str) {
    let Some(rest) = pattern.strip_prefix("(?") else { return ("", pattern) };
    match rest.split_once(')') {
        Some((flags, rest)) if !flags.is_empty() && flags.chars().all(|flag| matches!(flag, 'i' | 's')) => {
            (flags, rest)
        }
        // A group: it is read further below.
        _ => ("", pattern),
    }
}

/// What of a piece matters for its cost.
#[derive(Clone, Copy, Default)]
struct Cost {
    repeats: bool,
    repeats_in_repeat: bool,
}

/// What a brace begins.
enum Count {
    Limited,
    Unlimited,
    /// A count that Go refuses.
    Refused,
    None,
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    dot_is_all: bool,
}

/// Groups within groups, at most.
const DEEPEST: usize = 50;

impl Reader<'_> {
    fn alternatives(&mut self, depth: usize) -> Option<Cost> {
        if depth > DEEPEST {
            return None;
        }
        let mut cost = Cost::default();
        loop {
            match self.rest.peek().copied() {
                None | Some(')') => return Some(cost),
                Some('|') => {
                    self.rest.next();
                    self.out.push('|');
                }
                Some(_) => {
                    let piece = self.piece(depth)?;
                    cost.repeats |= piece.repeats;
                    cost.repeats_in_repeat |= piece.repeats_in_repeat;
                }
            }
        }
    }

    /// One thing to match, and how often.
    fn piece(&mut self, depth: usize) -> Option<Cost> {
        let mut cost = Cost::default();
        let first = self.rest.next()?;
        let may_repeat = !matches!(first, '^' | '$');
        match first {
            '^' => self.out.push('^'),
            '$' => self.out.push('$'),
            '.' => self.out.push_str(if self.dot_is_all { "[^]" } else { "[^\\n]" }),
            '(' => {
                self.group_head()?;
                cost = self.alternatives(depth + 1)?;
                (self.rest.next() == Some(')')).then(|| self.out.push(')'))?;
            }
            '[' => self.class()?,
            '\\' => return self.escape(cost),
            '*' | '+' | '?' => return None,
            '{' => self.out.push_str("\\{"),
            '}' | ']' => {
                self.out.push('\\');
                self.out.push(first);
            }
            other => self.out.push(other),
        }
        if may_repeat { self.repetition(cost) } else { self.no_repetition(cost) }
    }

    /// After `(`.
    fn group_head(&mut self) -> Option<()> {
        self.out.push('(');
        if self.rest.peek() != Some(&'?') {
            return Some(());
        }
        self.rest.next();
        match self.rest.next()? {
            ':' => self.out.push_str("?:"),
            'P' => {
                (self.rest.next()? == '<').then_some(())?;
                self.group_name()?;
            }
            '<' => self.group_name()?,
            _ => return None,
        }
        Some(())
    }

    fn group_name(&mut self) -> Option<()> {
        self.out.push_str("?<");
        let mut is_first = true;
        loop {
            match self.rest.next()? {
                '>' if !is_first => break,
                letter if letter == '_' || letter.is_ascii_alphabetic() || (!is_first && letter.is_ascii_digit()) => {
                    self.out.push(letter);
                }
                _ => return None,
            }
            is_first = false;
        }
        self.out.push('>');
        Some(())
    }

    /// After a backslash, outside a class.
    fn escape(&mut self, cost: Cost) -> Option<Cost> {
        match self.rest.next()? {
            letter @ ('d' | 'D' | 'w' | 'W') => {
                self.out.push('\\');
                self.out.push(letter);
            }
            's' => self.out.push_str("[\\t\\n\\f\\r ]"),
            'S' => self.out.push_str("[^\\t\\n\\f\\r ]"),
            letter @ ('b' | 'B') => {
                self.out.push('\\');
                self.out.push(letter);
                return self.no_repetition(cost);
            }
            'A' => {
                self.out.push('^');
                return self.no_repetition(cost);
            }
            'z' => {
                self.out.push('$');
                return self.no_repetition(cost);
            }
            other => self.literal(other)?,
        }
        self.repetition(cost)
    }

    /// An escaped sign that stands for itself or for a control character.
    fn literal(&mut self, escaped: char) -> Option<()> {
        match escaped {
            't' | 'n' | 'r' | 'f' | 'v' => {
                self.out.push('\\');
                self.out.push(escaped);
            }
            'x' => {
                let mut digits = String::new();
                if self.rest.peek() == Some(&'{') {
                    self.rest.next();
                    loop {
                        match self.rest.next()? {
                            '}' if !digits.is_empty() => break,
                            digit if digit.is_ascii_hexdigit() && digits.len() < 6 => digits.push(digit),
                            _ => return None,
                        }
                    }
                } else {
                    for _ in 0..2 {
                        digits.push(self.rest.next().filter(char::is_ascii_hexdigit)?);
                    }
                }
                let letter = char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?;
                self.out.extend(["\\u{", &format!("{:x}", u32::from(letter)), "}"]);
            }
            sign if sign.is_ascii_punctuation() => {
                if "^$\\.*+?()[]{}|/-".contains(sign) {
                    // The engine knows a hyphen's backslash within a class alone.
                    if sign != '-' {
                        self.out.push('\\');
                    }
                }
                self.out.push(sign);
            }
            _ => return None,
        }
        Some(())
    }

    /// After `[`.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.rest.peek() == Some(&'^') {
            self.rest.next();
            self.out.push('^');
        }
        let mut is_first = true;
        loop {
            match self.rest.next()? {
                ']' if !is_first => break,
                '[' => {
                    if self.rest.peek() == Some(&':') {
                        self.named_class()?;
                    } else {
                        self.out.push_str("\\[");
                    }
                }
                '\\' => match self.rest.next()? {
                    letter @ ('d' | 'D' | 'w' | 'W') => {
                        self.out.push('\\');
                        self.out.push(letter);
                    }
                    's' => self.out.push_str("\\t\\n\\f\\r "),
                    '-' => self.out.push_str("\\-"),
                    'S' => return None,
                    other => self.literal(other)?,
                },
                // Only at an edge, or between two that make a range; what else it may mean differs.
                '-' => {
                    let is_last = self.rest.peek() == Some(&']');
                    self.out.push_str(if is_first || is_last { "\\-" } else { "-" });
                }
                sign @ (']' | '(' | ')' | '{' | '}' | '/' | '|' | '^') => {
                    self.out.push('\\');
                    self.out.push(sign);
                }
                other => self.out.push(other),
            }
            is_first = false;
        }
        self.out.push(']');
        Some(())
    }

    /// After `[` before a colon, within a class.
    fn named_class(&mut self) -> Option<()> {
        self.rest.next();
        let mut name = String::new();
        loop {
            match self.rest.next()? {
                ':' => break,
                letter if letter.is_ascii_lowercase() && name.len() < 8 => name.push(letter),
                _ => return None,
            }
        }
        (self.rest.next()? == ']').then_some(())?;
        self.out.push_str(match name.as_str() {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => "\\u{0}-\\u{7f}",
            "blank" => "\\t ",
            "cntrl" => "\\u{0}-\\u{1f}\\u{7f}",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => "!-\\/:-@\\[-`\\{-~",
            "space" => "\\t\\n\\v\\f\\r ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => return None,
        });
        Some(())
    }

    /// How often what was read before is repeated.
    fn repetition(&mut self, before: Cost) -> Option<Cost> {
        let unlimited = match self.rest.peek().copied() {
            Some(sign @ ('*' | '+' | '?')) => {
                self.rest.next();
                self.out.push(sign);
                sign != '?'
            }
            Some('{') => match self.counted() {
                Count::Limited => false,
                Count::Unlimited => true,
                Count::Refused => return None,
                // A brace that begins no count stands for itself; it is read as the next piece.
                Count::None => return Some(before),
            },
            _ => return Some(before),
        };
        if self.rest.peek() == Some(&'?') {
            self.rest.next();
            self.out.push('?');
        }
        // Go knows no repetition of a repetition without a group.
        if matches!(self.rest.peek(), Some('*' | '+' | '?')) {
            return None;
        }
        Some(Cost {
            repeats: before.repeats || unlimited,
            repeats_in_repeat: before.repeats_in_repeat || (before.repeats && unlimited),
        })
    }

    fn no_repetition(&mut self, cost: Cost) -> Option<Cost> {
        (!matches!(self.rest.peek(), Some('*' | '+' | '?'))).then_some(cost)
    }

    /// `{n}`, `{n,}`, `{n,m}`: how often that is.
    fn counted(&mut self) -> Count {
        let text: String = self.rest.clone().skip(1).take_while(|letter| *letter != '}').take(12).collect();
        let ends = self.rest.clone().nth(text.chars().count() + 1) == Some('}');
        let (least, most) = text.split_once(',').unwrap_or((&text, &text));
        let is_figure = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !ends || !is_figure(least) || !(most.is_empty() || is_figure(most)) {
            return Count::None;
        }
        let (Ok(low), Ok(high)) =
            (least.parse::<u32>(), most.parse::<u32>().or(if most.is_empty() { Ok(1000) } else { Err(()) }))
        else {
            return Count::Refused;
        };
        if low > 1000 || high > 1000 || low > high {
            return Count::Refused;
        }
        for _ in 0..text.chars().count() + 2 {
            self.out.extend(self.rest.next());
        }
        if most.is_empty() || high > 10 { Count::Unlimited } else { Count::Limited }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(pattern: &str) -> Option<String> {
        in_browser(pattern).map(|pattern| pattern.source)
    }

    #[test]
    fn what_both_read_alike_is_run() {
        for (pattern, browser) in [
            ("^[a-z0-9/-]+$", "^[a-z0-9\\/\\-]+$"),
            ("", ""),
            ("a.b", "a[^\\n]b"),
            ("(?s)a.b", "a[^]b"),
            ("(?i)^prod$", "^prod$"),
            ("(?P<team>[[:alpha:]]{2,8})\\z", "(?<team>[A-Za-z]{2,8})$"),
            ("\\A\\d+(?:\\.\\d+)?\\z", "^\\d+(?:\\.\\d+)?$"),
            ("\\s\\S", "[\\t\\n\\f\\r ][^\\t\\n\\f\\r ]"),
            ("[\\s\\d\\-_]", "[\\t\\n\\f\\r \\d\\-_]"),
            ("[]a]", "[\\]a]"),
            ("[^]a]", "[^\\]a]"),
            ("[a-]", "[a\\-]"),
            ("[-a]", "[\\-a]"),
            ("a{2}b{3,}c{4,5}?", "a{2}b{3,}c{4,5}?"),
            ("a{,5}", "a\\{,5\\}"),
            ("{}", "\\{\\}"),
            ("x{y}", "x\\{y\\}"),
            ("\\x41\\x{1F600}", "\\u{41}\\u{1f600}"),
            ("\\-\\_\\@\\/", "-_@\\/"),
            ("ü|€", "ü|€"),
        ] {
            assert_eq!(source(pattern).as_deref(), Some(browser), "{pattern}");
        }
        assert!(in_browser("(?i)a").unwrap().ignores_case);
    }

    #[test]
    fn what_they_would_read_differently_is_left_to_the_server() {
        for pattern in [
            "^(?P<team>[[:alpha:]]{2,8})-(?i:prod|dev)\\z",
            "(?m)^a$",
            "(?U)a+",
            "a(?i)b",
            "(?=a)",
            "(?!a)",
            "(?<=a)b",
            "\\1",
            "\\pL",
            "\\p{Greek}",
            "\\Qa.b\\E",
            "\\C",
            "\\a",
            "\\07",
            "[[:nope:]]",
            "[\\S]",
            "a**",
            "*a",
            "^*",
            "\\b+",
            "a{1001}",
            "a{3,2}",
            "(a",
            "a)",
            "[a",
            "a\\",
            "(?P<1>a)",
        ] {
            assert_eq!(source(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_repetition_of_repetitions_is_known() {
        for (pattern, nested) in [
            ("(a+)+$", true),
            ("^([a-z]+-)*[a-z]+$", true),
            ("(a|b)+", false),
            ("(a{2})+", false),
            ("a+b+", false),
            ("((a*)b)*", true),
            ("(a+)?", false),
        ] {
            assert_eq!(in_browser(pattern).unwrap().nested, nested, "{pattern}");
        }
    }
}
