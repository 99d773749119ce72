//! A log as a text file. Imports the rows.

use crate::model::log::rows::LogRow;
use crate::model::terminal;
use crate::wire::Timestamp;
use std::fmt::Write as _;

/// The rows as text: when, by the control plane's calendar and as shown, level, line. Each line of an entry has all of
/// it.
pub(crate) fn as_text(rows: &[LogRow]) -> String {
    let mut text = String::new();
    for row in rows {
        let at = Timestamp::from_millis(row.at_ms).to_string();
        if row.heading {
            let _ = writeln!(text, "{at:<24}  {:>12}  --- {}", row.offset, row.text);
            continue;
        }
        for line in terminal::plain(&row.text).split('\n') {
            let whole = format!("{at:<24}  {:>12}  {:<5} {line}", row.offset, row.level_word);
            text.push_str(whole.trim_end());
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::rows::sample;

    #[test]
    fn each_line_of_an_entry_is_saved_with_its_time_and_level() {
        let at = "2026-05-28T20:26:40.12Z   ";
        assert_eq!(
            as_text(&[sample(0, "Setting up"), sample(1, "Error: no\n\nmore \u{1b}[1mof it\u{1b}[0m")]),
            format!(
                "{at}     0.120 s  --- Setting up\n{at}     0.120 s  ERROR Error: no\n{at}     0.120 s  ERROR\n{at}     0.120 s  ERROR more of it\n"
            )
        );
    }
}
