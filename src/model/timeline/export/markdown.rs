//! A build in words and two small tables, for a ticket or a chat. What Terraform said of an error is left out: it may
//! name values. Pure.

use super::{About, Mask, build_word, moment, outcome_word};
use crate::model::timeline::{Outcome, Timeline, slow, summary};

/// A cell of a table: nothing in it ends the cell, or begins an element.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '#' | '~' => {
                cell.push('\\');
                cell.push(letter);
            }
            '\n' | '\r' => cell.push(' '),
            other => cell.push(other),
        }
    }
    cell
}

fn percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent > 0.0 && percent < 1.0 { "<1 %".to_owned() } else { format!("{percent:.0} %") }
}

/// The summary.
pub(crate) fn markdown(timeline: &Timeline, about: &About, mask: &Mask) -> String {
    let whole = summary::whole(timeline);
    let length = |us: i64| crate::model::duration::span_text(us);
    let mut lines = vec![
        format!(
            "### {}: build {}, {} {}",
            cell(&about.workspace),
            timeline.build_number,
            cell(timeline.transition.as_str()),
            build_word(&timeline.outcome)
        ),
        String::new(),
        format!(
            "{} in all, requested {}{}.",
            length(whole),
            moment(timeline.origin_us),
            if about.version.is_empty() { String::new() } else { format!(", version {}", cell(&about.version)) }
        ),
    ];
    if let (Outcome::Failed { .. }, Some(first)) = (&timeline.outcome, timeline.first_error.as_ref()) {
        let at: Vec<String> = [first.resource.clone(), first.place()].into_iter().flatten().collect();
        if !at.is_empty() {
            lines.push(String::new());
            lines.push(format!("Failed at {}.", cell(&mask.name(&at.join(", ")))));
        }
    }
    lines.extend([String::new(), "| Phase | Time | Share |".to_owned(), "|---|---:|---:|".to_owned()]);
    for share in slow::phases(timeline) {
        let estimated = if share.estimated { " (estimated)" } else { "" };
        lines.push(format!("| {}{estimated} | {} | {} |", cell(&share.label), length(share.us), percent(share.part)));
    }
    lines.extend([String::new(), "| Longest | Time | Share | Outcome |".to_owned(), "|---|---:|---:|---|".to_owned()]);
    for id in slow::longest(timeline, 5) {
        let Some(span) = timeline.span(id) else { continue };
        let us = span.duration_us(timeline.now_us).unwrap_or(0);
        lines.push(format!(
            "| {} | {} | {} | {} |",
            cell(&mask.name(&timeline.address(span))),
            length(us),
            percent(us as f64 / whole.max(1) as f64),
            outcome_word(span)
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_ends_it() {
        assert_eq!(cell("a|b`c`\n<img>"), "a\\|b\\`c\\` \\<img\\>");
        assert_eq!(percent(0.004), "<1 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.346), "35 %");
    }
}
