//! What is done with the lines of a log: they are searched and saved. May import `components` and below.

use crate::browser::dom;
use crate::components::ansi;
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::log_view::LogRow;
use crate::wire::Timestamp;
use leptos::prelude::*;
use std::fmt::Write as _;
use std::sync::Arc;

/// Where a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next hit, from the last to the first.
    Next,
    /// To the one before, from the first to the last.
    Previous,
}

/// The rows that have what is sought (in small letters), by id.
fn hits(rows: &[LogRow], sought: &str) -> Vec<i64> {
    if sought.is_empty() {
        return Vec::new();
    }
    let has = |row: &&LogRow| !row.heading && ansi::plain(&row.text).to_ascii_lowercase().contains(sought);
    rows.iter().filter(has).map(|row| row.id).collect()
}

/// The hit to go to from a row, which need not be one.
fn step(hits: &[i64], from: Option<i64>, step: Step) -> Option<i64> {
    let found = match (step, from) {
        (Step::Next, Some(from)) => hits.iter().find(|id| **id > from),
        (Step::Previous, Some(from)) => hits.iter().rfind(|id| **id < from),
        (_, None) => None,
    };
    let round = if step == Step::Next { hits.first() } else { hits.last() };
    found.or(round).copied()
}

/// The field of the search, its hits counted, and a way from one to the next.
#[component]
pub fn Search(
    /// The lines.
    #[prop(into)]
    rows: Signal<Arc<Vec<LogRow>>>,
    /// Told which line to bring into view.
    goto: RwSignal<Option<i64>>,
    /// Told what is sought, in small letters.
    sought: RwSignal<String>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let at = RwSignal::new(None::<i64>);
    let found = Memo::new(move |_| rows.with(|rows| sought.with(|sought| hits(rows, sought))));
    let go = move |to: Step| {
        if let Some(id) = found.with_untracked(|found| step(found, at.get_untracked(), to)) {
            at.set(Some(id));
            goto.set(None);
            goto.set(Some(id));
        }
    };
    let said = move || {
        if sought.with(String::is_empty) {
            return String::new();
        }
        found.with(|found| match at.get().and_then(|at| found.iter().position(|id| *id == at)) {
            Some(index) => format!("{} of {}", index + 1, found.len()),
            None => format!("{} found", found.len()),
        })
    };
    let none = Signal::derive(move || found.with(Vec::is_empty).then(|| "Nothing is found.".to_owned()));
    view! {
        <label class="field">
            {icon("search")}
            <span class="vh">"Search the log"</span>
            <input type="search" placeholder="Search the log" prop:value=move || text.get()
                on:input=move |event| {
                    at.set(None);
                    text.set(event_target_value(&event));
                    sought.set(text.with_untracked(|text| text.trim().to_ascii_lowercase()));
                }
                on:keydown=move |event| if event.key() == "Enter" {
                    event.prevent_default();
                    go(if event.shift_key() { Step::Previous } else { Step::Next });
                }/>
        </label>
        <span class="small muted nowrap" role="status">{said}</span>
        {move || (!sought.with(String::is_empty)).then(|| view! {
            <Button class="icon" label=Some("Previous hit".to_owned()) reason=none on_click=move |()| go(Step::Previous)>{icon("left")}</Button>
            <Button class="icon" label=Some("Next hit".to_owned()) reason=none on_click=move |()| go(Step::Next)>{icon("right")}</Button>
        })}
    }
}

/// The log that is shown, as a text file. Made of the lines that are here, so that it needs no address with a token in it.
#[component]
pub fn Download(
    /// The lines.
    #[prop(into)]
    rows: Signal<Arc<Vec<LogRow>>>,
    /// The name of the file, without its ending.
    #[prop(into)]
    name: Signal<String>,
) -> impl IntoView {
    let empty = Signal::derive(move || rows.with(|rows| rows.is_empty()).then(|| "There is no line yet.".to_owned()));
    let save =
        move |()| dom::save_text(&format!("{}.log", name.get_untracked()), &rows.with_untracked(|rows| as_text(rows)));
    view! { <Button on_click=save reason=empty>{icon("dl")}"Download"</Button> }
}

/// The rows as text: when, by the control plane's calendar and as shown, level, line. Each line of an entry has all of it.
pub fn as_text(rows: &[LogRow]) -> String {
    let mut text = String::new();
    for row in rows {
        let at = Timestamp::from_millis(row.at_ms).to_string();
        if row.heading {
            let _ = writeln!(text, "{at:<24}  {:>12}  --- {}", row.offset, row.text);
            continue;
        }
        for line in ansi::plain(&row.text).split('\n') {
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
    use crate::components::log_view::Level;

    fn row(id: i64, text: &str) -> LogRow {
        LogRow {
            id,
            heading: id == 0,
            at_ms: 1_780_000_000_120,
            offset: "0.120 s".into(),
            level_word: if id == 0 { String::new() } else { "ERROR".into() },
            level: Level::Error,
            text: text.into(),
        }
    }

    #[test]
    fn searching_goes_round_in_both_directions() {
        let rows = [row(0, "two"), row(1, "one"), row(2, "\u{1b}[1mT\u{1b}[0mwo"), row(3, "two")];
        let found = hits(&rows, "two");
        assert_eq!(found, [2, 3], "a heading is none, and colours are no letters");
        for (from, next, previous) in [(None, 2, 3), (Some(1), 2, 3), (Some(2), 3, 3), (Some(3), 2, 2)] {
            assert_eq!(
                (step(&found, from, Step::Next), step(&found, from, Step::Previous)),
                (Some(next), Some(previous))
            );
        }
        assert_eq!(step(&[], Some(1), Step::Next), None);
        assert_eq!(hits(&rows, ""), Vec::<i64>::new());
    }

    #[test]
    fn each_line_of_an_entry_is_saved_with_its_time_and_level() {
        let at = "2026-05-28T20:26:40.12Z   ";
        assert_eq!(
            as_text(&[row(0, "Setting up"), row(1, "Error: no\n\nmore \u{1b}[1mof it\u{1b}[0m")]),
            format!(
                "{at}     0.120 s  --- Setting up\n{at}     0.120 s  ERROR Error: no\n{at}     0.120 s  ERROR\n{at}     0.120 s  ERROR more of it\n"
            )
        );
    }
}
