//! The rows of a log as they are shown: a heading where a stage or a script goes on, then its lines. Imports `wire` and
//! `model`.

use crate::model::duration;
use crate::model::terminal;
use crate::wire::Timestamp;
use crate::wire::agent::AgentLog;
use crate::wire::agent::AgentLogSource;
use crate::wire::log::LogLevel;
use crate::wire::log::ProvisionerJobLog;

/// The level of a line, by its meaning for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing to say about it (`INFO` and what is not known).
    Info,
    /// Trace and debug.
    Debug,
    /// A warning.
    Warn,
    /// An error.
    Error,
}

/// A line, or the heading of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// The line's id, rising; a heading has the id of its first line.
    pub id: i64,
    /// It is the heading of a stage.
    pub heading: bool,
    /// When, Unix ms.
    pub at_ms: i64,
    /// Time since the start of the build, as text; or what the clock showed.
    pub offset: String,
    /// The level as the server names it, in capitals.
    pub level_word: String,
    /// The level.
    pub level: Level,
    /// The text as a terminal shows it in the end, with its colours.
    pub text: String,
}

fn level(level: &LogLevel) -> Level {
    match level {
        LogLevel::Error => Level::Error,
        LogLevel::Warn => Level::Warn,
        LogLevel::Debug | LogLevel::Trace => Level::Debug,
        LogLevel::Info | LogLevel::Other(_) => Level::Info,
    }
}

/// How long after the origin, where both are told.
fn since(at: Timestamp, origin_us: i64) -> Option<i64> {
    at.known().filter(|_| origin_us > duration::UNSAID_MS * 1_000).map(|at| at.micros() - origin_us)
}

/// The text of a moment of the log; milliseconds show while a build is short enough for them to matter.
fn offset(us: Option<i64>, short: bool) -> String {
    let Some(us) = us else { return duration::UNKNOWN.to_owned() };
    if short && us >= 0 {
        format!("{}.{:03} s", us / 1_000_000, us % 1_000_000 / 1_000)
    } else {
        duration::offset_text(us)
    }
}

fn heading(id: i64, at_ms: i64, offset: String, text: &str) -> LogRow {
    LogRow { id, heading: true, at_ms, offset, level_word: String::new(), level: Level::Info, text: text.to_owned() }
}

fn line_row(id: i64, at_ms: i64, offset: String, of: &LogLevel, text: &str) -> LogRow {
    let level_word = of.as_str().to_ascii_uppercase();
    let text = terminal::settled(text).into_owned();
    LogRow { id, heading: false, at_ms, offset, level_word, level: level(of), text }
}

/// How the moment of a line is told.
#[derive(Clone, Copy, Debug)]
pub enum Times {
    /// As the time since the job's creation, which is so many µs since the Unix epoch.
    Since(i64),
    /// As what a clock shows: its hour, minute and second of a Unix time in milliseconds.
    Clock(fn(i64) -> String),
}

impl Times {
    fn text(self, at: Timestamp, short: bool) -> String {
        match self {
            Self::Since(origin_us) => offset(since(at, origin_us), short),
            Self::Clock(clock) => at.known().map_or_else(|| duration::UNKNOWN.to_owned(), |at| clock(at.millis())),
        }
    }
}

/// The rows of a build's log: a heading where a stage begins, then its lines.
pub fn build_rows(lines: &[ProvisionerJobLog], times: Times) -> Vec<LogRow> {
    let last = |origin_us| lines.last().and_then(|line| since(line.created_at, origin_us));
    let short = matches!(times, Times::Since(origin_us) if last(origin_us).is_none_or(|last| last < 10_000_000));
    let mut rows = Vec::with_capacity(lines.len() + 8);
    let mut stage: Option<&str> = None;
    for line in lines {
        let (at, at_ms) = (times.text(line.created_at, short), line.created_at.millis());
        if stage != Some(line.stage.as_str()) {
            stage = Some(&line.stage);
            if !line.stage.is_empty() {
                rows.push(heading(line.id, at_ms, at.clone(), &line.stage));
            }
            // The empty line that opens a stage is its heading.
            if line.output.is_empty() {
                continue;
            }
        }
        rows.push(line_row(line.id, at_ms, at, &line.log_level, &line.output));
    }
    rows
}

/// The rows of an agent's log, by the same clock: a heading where another of its sources (a script, the agent itself)
/// goes on.
pub fn agent_rows(lines: &[AgentLog], sources: &[AgentLogSource], times: Times) -> Vec<LogRow> {
    let mut rows = Vec::with_capacity(lines.len() + 8);
    let mut source = None;
    for line in lines {
        let (at, at_ms) = (times.text(line.created_at, false), line.created_at.millis());
        if source.replace(line.source_id) != Some(line.source_id)
            && let Some(known) = sources.iter().find(|source| source.id == line.source_id)
        {
            rows.push(heading(line.id, at_ms, at.clone(), &known.display_name));
        }
        rows.push(line_row(line.id, at_ms, at, &line.level, &line.output));
    }
    rows
}

/// A row for tests; number 0 is a heading.
#[cfg(test)]
pub(super) fn sample(id: i64, text: &str) -> LogRow {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::id::Id;
    use crate::wire::log::LogSource;

    fn line(id: i64, ms: i64, stage: &str, output: &str) -> ProvisionerJobLog {
        let text = format!("\"2026-06-01T10:00:0{}.{:03}Z\"", ms / 1_000, ms % 1_000);
        ProvisionerJobLog {
            id,
            created_at: json_tape::from_slice(text.as_bytes()).unwrap(),
            log_source: LogSource::Provisioner,
            log_level: if output.starts_with("Error") { LogLevel::Error } else { LogLevel::Info },
            stage: stage.to_owned(),
            output: output.to_owned(),
        }
    }

    #[test]
    fn stages_are_headings_and_blank_lines_of_a_text_stay() {
        let lines = [
            line(1, 0, "Setting up", ""),
            line(2, 120, "Planning", "x: Reading..."),
            line(3, 1_500, "Planning", ""),
            line(4, 1_600, "Planning", "Error: no"),
        ];
        let origin = lines[0].created_at.micros();
        let rows = build_rows(&lines, Times::Since(origin));
        let text: Vec<String> = rows
            .iter()
            .map(|row| format!("{}{} {} {}", if row.heading { "# " } else { "" }, row.offset, row.level_word, row.text))
            .collect();
        assert_eq!(
            text,
            [
                "# 0.000 s  Setting up",
                "# 0.120 s  Planning",
                "0.120 s INFO x: Reading...",
                "1.500 s INFO ",
                "1.600 s ERROR Error: no"
            ]
        );
    }

    #[test]
    fn each_source_of_an_agents_log_is_named_where_it_goes_on() {
        let id = |n: u8| -> Id {
            json_tape::from_slice(format!("\"00000000-0000-0000-0000-0000000000{n:02}\"").as_bytes()).unwrap()
        };
        let line = |line_id: i64, source: u8| AgentLog {
            id: line_id,
            created_at: json_tape::from_slice(b"\"2026-06-01T10:00:01Z\"").unwrap(),
            output: format!("line {line_id}"),
            level: LogLevel::Info,
            source_id: id(source),
        };
        let sources: Vec<AgentLogSource> = crate::model::recordings::read(serde_json::json!([
            {"workspace_agent_id": id(9), "id": id(1), "created_at": "2026-06-01T10:00:00Z", "display_name": "dotfiles", "icon": ""},
            {"workspace_agent_id": id(9), "id": id(2), "created_at": "2026-06-01T10:00:00Z", "display_name": "code-server", "icon": ""},
        ]))
        .unwrap();
        // Source 3 is none that the agent names: its lines are shown all the same.
        let rows = agent_rows(&[line(1, 1), line(2, 1), line(3, 2), line(4, 1), line(5, 3)], &sources, Times::Since(0));
        let text: Vec<String> =
            rows.iter().map(|row| format!("{}{}", if row.heading { "# " } else { "" }, row.text)).collect();
        assert_eq!(
            text,
            ["# dotfiles", "line 1", "line 2", "# code-server", "line 3", "# dotfiles", "line 4", "line 5"]
        );
    }

    #[test]
    fn a_row_is_what_a_terminal_shows_at_the_time_of_its_line_or_of_the_clock() {
        let lines = [line(1, 0, "a", "10%\r\u{1b}[1m100%\u{1b}[0m\r"), line(2, 1_000, "a", "done\r")];
        let rows = build_rows(&lines, Times::Clock(|ms| format!("{}", ms % 10_000)));
        let text: Vec<_> = rows.iter().skip(1).map(|row| (row.offset.as_str(), row.text.as_str())).collect();
        assert_eq!(text, [("0", "\u{1b}[1m100%\u{1b}[0m"), ("1000", "done")]);
    }
}
