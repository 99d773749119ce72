//! The logs of a build: the provisioner's, and those of its agents while the control plane keeps them. Live while something writes. May
//! import `store` and below.

use crate::browser::dom;
use crate::browser::memo::Effect;
use crate::browser::memo::Memo;
use crate::browser::view::view;
use crate::components::ansi;
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::log_view::Level;
use crate::components::log_view::LogRow;
use crate::components::log_view::LogView;
use crate::model::duration;
use crate::store::builds::AgentLogPage;
use crate::store::builds::BuildPage;
use crate::store::builds::LogStatus;
use crate::store::use_stores;
use crate::wire::agent::AgentLog;
use crate::wire::agent::AgentLogSource;
use crate::wire::build::JobStatus;
use crate::wire::id::Id;
use crate::wire::log::LogLevel;
use crate::wire::log::ProvisionerJobLog;
use leptos::prelude::*;
use std::sync::Arc;

mod words {
    pub const TITLE: &str = "Log";
    pub const BUILD: &str = "Build log";
    pub const FIRST_ERROR: &str = "First error";
    pub const NO_ERROR: &str = "The log has no error line.";
    pub const NO_ERROR_YET: &str = "There is no error line yet.";
    pub const NOT_READ: &str = "The log was not read to its end.";
    pub const DOWNLOAD: &str = "Download";
    pub const OVERFLOWED: &str = "The control plane keeps 1 MiB of a log: what came after it is lost.";
}

fn level(level: &LogLevel) -> Level {
    match level {
        LogLevel::Error => Level::Error,
        LogLevel::Warn => Level::Warn,
        LogLevel::Debug | LogLevel::Trace => Level::Debug,
        LogLevel::Info | LogLevel::Other(_) => Level::Info,
    }
}

/// The text of a moment of the log; milliseconds show while a build is short enough for them to matter.
fn offset(us: i64, short: bool) -> String {
    if short && us >= 0 {
        format!("{}.{:03} s", us / 1_000_000, us % 1_000_000 / 1_000)
    } else {
        duration::offset_text(us)
    }
}

fn heading(id: i64, offset: String, text: &str) -> LogRow {
    LogRow { id, heading: true, offset, level_word: String::new(), level: Level::Info, text: text.to_owned() }
}

fn line_row(id: i64, offset: String, of: &LogLevel, text: &str) -> LogRow {
    let level_word = of.as_str().to_ascii_uppercase();
    LogRow { id, heading: false, offset, level_word, level: level(of), text: text.to_owned() }
}

/// The rows of a build's log: a heading where a stage begins, then its lines. `origin_us` is the job's creation.
pub fn build_rows(lines: &[ProvisionerJobLog], origin_us: i64) -> Vec<LogRow> {
    let last = lines.last().map_or(0, |line| line.created_at.micros() - origin_us);
    let short = last < 10_000_000;
    let mut rows = Vec::with_capacity(lines.len() + 8);
    let mut stage: Option<&str> = None;
    for line in lines {
        let at = offset(line.created_at.micros() - origin_us, short);
        if stage != Some(line.stage.as_str()) {
            stage = Some(&line.stage);
            if !line.stage.is_empty() {
                rows.push(heading(line.id, at.clone(), &line.stage));
            }
            // The empty line that opens a stage is its heading.
            if line.output.is_empty() {
                continue;
            }
        }
        rows.push(line_row(line.id, at, &line.log_level, &line.output));
    }
    rows
}

/// The rows of an agent's log, by the same clock: a heading where another of its sources (a script, the agent itself) goes on.
pub fn agent_rows(lines: &[AgentLog], sources: &[AgentLogSource], origin_us: i64) -> Vec<LogRow> {
    let mut rows = Vec::with_capacity(lines.len() + 8);
    let mut source = None;
    for line in lines {
        let at = offset(line.created_at.micros() - origin_us, false);
        if source.replace(line.source_id) != Some(line.source_id)
            && let Some(known) = sources.iter().find(|source| source.id == line.source_id)
        {
            rows.push(heading(line.id, at.clone(), &known.display_name));
        }
        rows.push(line_row(line.id, at, &line.level, &line.output));
    }
    rows
}

/// The first row that matches and comes after `after`, else the first at all.
pub fn next_match(rows: &[LogRow], wanted: &str, after: Option<i64>) -> Option<i64> {
    let wanted = wanted.to_ascii_lowercase();
    let hits = || rows.iter().filter(|row| !row.heading && row.text.to_ascii_lowercase().contains(&wanted));
    hits().find(|row| after.is_some_and(|after| row.id > after)).or_else(|| hits().next()).map(|row| row.id)
}

/// Which log is shown: the build's, or that of an agent.
type Which = Option<Id>;

/// The logs of a build.
#[component]
pub fn BuildLog(
    /// The build.
    page: BuildPage,
    /// The job's creation, µs since the Unix epoch.
    #[prop(into)]
    origin_us: Signal<i64>,
    /// Name of the file when it is saved, without its ending.
    #[prop(into)]
    name: Signal<String>,
    /// The lines of the selected span, and its phase's class.
    #[prop(into)]
    marked: Signal<Option<(i64, i64, &'static str)>>,
    /// A line of the build's log to bring into view.
    wanted: RwSignal<Option<i64>>,
) -> impl IntoView {
    let which = RwSignal::new(None::<Id>);
    let stores = use_stores();
    let lines = page.logs.clone();
    let build_lines = Memo::new(move |_| {
        let origin = origin_us.get();
        Shared(lines.with(|lines| Arc::new(build_rows(lines, origin))))
    });
    let agent_page = StoredValue::new_local(None::<AgentLogPage>);
    let build = page.build.clone();
    // Of the agent that is chosen: its sources, and whether its log was cut off; of the build: whether its own was.
    let about = Memo::new(move |_| {
        build
            .with(|build| {
                let build = build.ready()?;
                let Some(id) = which.get() else { return Some((Vec::new(), build.job.logs_overflowed == Some(true))) };
                let mut agents = build.agents();
                agents.find(|agent| agent.id == id).map(|agent| (agent.log_sources.to_vec(), agent.logs_overflowed))
            })
            .unwrap_or_default()
    });
    let agent_lines = Memo::new(move |_| {
        let _chosen = which.get();
        let origin = origin_us.get();
        let rows = |page: &AgentLogPage| {
            page.lines.with(|lines| about.with(|(sources, _)| agent_rows(lines, sources, origin)))
        };
        Shared(Arc::new(agent_page.with_value(|page| page.as_ref().map(rows)).unwrap_or_default()))
    });
    let rows = Signal::derive(move || if which.get().is_none() { build_lines.get().0 } else { agent_lines.get().0 });
    let builds = StoredValue::new(stores.builds);
    let choose = move |id: Which| {
        if which.get_untracked() != id {
            agent_page.set_value(id.map(|id| builds.with_value(|builds| builds.agent_log(id))));
            which.set(id);
        }
    };
    // A line of the build's log was asked for: that log is shown.
    let goto = RwSignal::new(None::<i64>);
    Effect::new(move |_| {
        if let Some(id) = wanted.get() {
            choose(None);
            go(goto, id);
        }
    });
    let status = page.log_status.clone();
    let how_far = {
        let status = status.clone();
        move || match which.get() {
            None => status.get(),
            Some(_) => agent_page.with_value(|page| page.as_ref().map_or(LogStatus::Loading, |page| page.status.get())),
        }
    };
    let live = {
        let how_far = how_far.clone();
        Signal::derive(move || how_far() == LogStatus::Live)
    };
    let no_error = Signal::derive(move || no_error_of(&how_far()));
    let first_error =
        Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.level == Level::Error).map(|row| row.id)));
    let jump = Callback::new(move |()| {
        if let Some(id) = first_error.get_untracked() {
            go(goto, id);
        }
    });
    // A failed build's log opens at its first error.
    let failed = page.build.clone();
    let (log_status, unreadable) = (page.log_status.clone(), page.unreadable.clone());
    Effect::new(move |done: Option<bool>| {
        let first = first_error.get();
        let ready = log_status.get() == LogStatus::Complete && which.get_untracked().is_none();
        let failed = failed.with(|build| build.ready().is_some_and(|build| build.job.status == JobStatus::Failed));
        if done == Some(true) || !ready || !failed {
            return done == Some(true);
        }
        if let Some(id) = first.filter(|_| goto.get_untracked().is_none()) {
            go(goto, id);
        }
        true
    });
    let said = move || {
        let empty = rows.with(|rows| rows.is_empty());
        let (agent, overflowed) = (which.get().is_some(), about.with(|about| about.1));
        let (status, unreadable) = if agent {
            let of = |page: &AgentLogPage| (page.status.get(), page.unreadable.get());
            agent_page.with_value(|page| page.as_ref().map(of)).unwrap_or_default()
        } else {
            (status.get(), unreadable.get())
        };
        let said = said_of(&status, agent, empty, overflowed, unreadable);
        let first = first_error.get().filter(|first| goto.get() == Some(*first));
        match first {
            Some(first) if said.is_empty() => rows.with(|rows| place_of(rows, first)),
            _ => said,
        }
    };
    view! {
        <section id="log" aria-label=words::TITLE>
            <div class="loghead">
                <h2>{words::TITLE}</h2>
                <Tabs page=page.clone() which choose=Callback::new(choose)/>
                <Search rows goto/>
                <span class="small muted" role="status">{said}</span>
                <div class="end">
                    <Button on_click=jump reason=Signal::derive(move || first_error.get().is_none().then(|| no_error.get().to_owned()))>
                        {icon("failed")}{words::FIRST_ERROR}
                    </Button>
                    <Download rows name/>
                </div>
            </div>
            <LogView rows marked=Signal::derive(move || if which.get().is_none() { marked.get() } else { None }) goto live label=words::TITLE/>
        </section>
    }
}

/// Where a log stands after it went to its first error.
fn place_of(rows: &[LogRow], id: i64) -> String {
    let lines = || rows.iter().filter(|row| !row.heading);
    let at = lines().position(|row| row.id == id).unwrap_or_default() + 1;
    format!("at the first error, line {at} of {}", lines().count())
}

/// Why there is no first error to go to: only of a log that is all there it can be said that it has none.
fn no_error_of(status: &LogStatus) -> &'static str {
    match status {
        LogStatus::Complete => words::NO_ERROR,
        LogStatus::Loading | LogStatus::Live => words::NO_ERROR_YET,
        LogStatus::Trouble(_) | LogStatus::Ended(_) => words::NOT_READ,
    }
}

/// Goes to a line, also when it is the one that was gone to last.
fn go(goto: RwSignal<Option<i64>>, id: i64) {
    goto.set(None);
    goto.set(Some(id));
}

/// The rows of a log, compared by identity: a log only grows.
#[derive(Clone)]
pub struct Shared(pub Arc<Vec<LogRow>>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What must be said of a log beside its lines: how far it is, and what of it is missing. `agent`: it is an agent's.
pub fn said_of(status: &LogStatus, agent: bool, empty: bool, overflowed: bool, unreadable: usize) -> String {
    let mut said = match status {
        LogStatus::Ended(error) => format!("The rest of the log could not be read: {}", error.message),
        LogStatus::Trouble(error) => format!("The log could not be read: {} It is asked for again.", error.message),
        _ if !empty => String::new(),
        LogStatus::Loading => "Reading the log".to_owned(),
        LogStatus::Live => "No line yet.".to_owned(),
        LogStatus::Complete if agent => "It has no lines.".to_owned(),
        LogStatus::Complete => "This build wrote no log.".to_owned(),
    };
    if overflowed {
        said = format!("{said} {}", words::OVERFLOWED);
    }
    said = match unreadable {
        0 => said,
        1 => format!("{said} One line could not be read and is missing."),
        more => format!("{said} {more} lines could not be read and are missing."),
    };
    said.trim_start().to_owned()
}

#[component]
fn Tabs(page: BuildPage, which: RwSignal<Which>, choose: Callback<Which>) -> impl IntoView {
    let build = page.build.clone();
    let agents = Memo::new(move |_| {
        build.with(|build| {
            build
                .ready()
                .map_or_else(Vec::new, |build| build.agents().map(|agent| (agent.id, agent.name.clone())).collect())
        })
    });
    let tab = move |id: Which, label: String| {
        view! {
            <button type="button" aria-pressed=move || (which.get() == id).to_string() on:click=move |_| choose.run(id)>{label}</button>
        }
    };
    move || {
        let agents = agents.get();
        (!agents.is_empty()).then(|| {
            view! {
                <div class="seg" role="group" aria-label="Which log">
                    {tab(None, words::BUILD.to_owned())}
                    {agents.into_iter().map(|(id, name)| tab(Some(id), format!("agent {name}"))).collect_view()}
                </div>
            }
        })
    }
}

#[component]
fn Search(#[prop(into)] rows: Signal<Arc<Vec<LogRow>>>, goto: RwSignal<Option<i64>>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let at = RwSignal::new(None::<i64>);
    let hits = Memo::new(move |_| {
        let wanted = text.with(|text| text.trim().to_ascii_lowercase());
        if wanted.is_empty() {
            return Vec::new();
        }
        rows.with(|rows| {
            rows.iter()
                .filter(|row| !row.heading && row.text.to_ascii_lowercase().contains(&wanted))
                .map(|row| row.id)
                .collect()
        })
    });
    let step = move || {
        let found = rows.with_untracked(|rows| next_match(rows, text.get_untracked().trim(), at.get_untracked()));
        if let Some(id) = found.filter(|_| !text.with_untracked(|text| text.trim().is_empty())) {
            at.set(Some(id));
            go(goto, id);
        }
    };
    let said = move || {
        if text.with(|text| text.trim().is_empty()) {
            return String::new();
        }
        hits.with(|hits| match at.get().and_then(|at| hits.iter().position(|id| *id == at)) {
            Some(index) => format!("{} of {}", index + 1, hits.len()),
            None => format!("{} found", hits.len()),
        })
    };
    view! {
        <label class="field">
            {icon("search")}
            <span class="vh">"Search the log"</span>
            <input type="search" placeholder="Search the log" prop:value=move || text.get()
                on:input=move |event| { at.set(None); text.set(event_target_value(&event)); }
                on:keydown=move |event| if event.key() == "Enter" { event.prevent_default(); step(); }/>
        </label>
        <span class="small muted nowrap" role="status">{said}</span>
    }
}

/// The log that is shown, as a text file. Made of the lines that are here, so that it needs no address with a token in it.
#[component]
fn Download(#[prop(into)] rows: Signal<Arc<Vec<LogRow>>>, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let empty = Signal::derive(move || rows.with(|rows| rows.is_empty()).then(|| "There is no line yet.".to_owned()));
    let save =
        move |()| dom::save_text(&format!("{}.log", name.get_untracked()), &rows.with_untracked(|rows| as_text(rows)));
    view! { <Button on_click=save reason=empty>{icon("dl")}{words::DOWNLOAD}</Button> }
}

/// The rows as text: offset, level, line.
pub fn as_text(rows: &[LogRow]) -> String {
    let mut text = String::new();
    for row in rows {
        let line = if row.heading {
            format!("{:>12}  --- {}\n", row.offset, row.text)
        } else {
            format!("{:>12}  {:<5} {}\n", row.offset, row.level_word, ansi::plain(&row.text))
        };
        text.push_str(&line);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::log::LogSource;

    fn line(id: i64, ms: i64, stage: &str, output: &str) -> ProvisionerJobLog {
        let text = format!("\"2026-06-01T10:00:0{}.{:03}Z\"", ms / 1_000, ms % 1_000);
        ProvisionerJobLog {
            id,
            created_at: crate::json::from_slice(text.as_bytes()).unwrap(),
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
        let rows = build_rows(&lines, origin);
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
            crate::json::from_slice(format!("\"00000000-0000-0000-0000-0000000000{n:02}\"").as_bytes()).unwrap()
        };
        let line = |line_id: i64, source: u8| AgentLog {
            id: line_id,
            created_at: crate::json::from_slice(b"\"2026-06-01T10:00:01Z\"").unwrap(),
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
        let rows = agent_rows(&[line(1, 1), line(2, 1), line(3, 2), line(4, 1), line(5, 3)], &sources, 0);
        let text: Vec<String> =
            rows.iter().map(|row| format!("{}{}", if row.heading { "# " } else { "" }, row.text)).collect();
        assert_eq!(
            text,
            ["# dotfiles", "line 1", "line 2", "# code-server", "line 3", "# dotfiles", "line 4", "line 5"]
        );
        assert_eq!(place_of(&rows, 4), "at the first error, line 4 of 5");
    }

    #[test]
    fn what_is_missing_is_said() {
        let error = crate::api::error::ApiError::local(crate::api::error::Kind::Decode, "Half a JSON.");
        for (status, agent, empty, overflowed, unreadable, said) in [
            (LogStatus::Complete, false, false, false, 0, ""),
            (LogStatus::Complete, false, true, false, 0, "This build wrote no log."),
            (LogStatus::Complete, true, true, false, 0, "It has no lines."),
            (LogStatus::Live, true, false, true, 0, words::OVERFLOWED),
            (LogStatus::Live, false, false, false, 1, "One line could not be read and is missing."),
            (LogStatus::Live, false, true, false, 3, "No line yet. 3 lines could not be read and are missing."),
            (
                LogStatus::Trouble(error.clone()),
                false,
                true,
                false,
                0,
                "The log could not be read: Half a JSON. It is asked for again.",
            ),
            (LogStatus::Ended(error), false, false, false, 0, "The rest of the log could not be read: Half a JSON."),
        ] {
            assert_eq!(said_of(&status, agent, empty, overflowed, unreadable), said);
            // That there is no error is said of a whole log alone.
            assert_eq!(no_error_of(&status) == words::NO_ERROR, status == LogStatus::Complete, "{status:?}");
        }
    }

    #[test]
    fn searching_goes_round() {
        let lines = [line(1, 0, "a", "one"), line(2, 0, "a", "Two"), line(3, 0, "a", "two")];
        let rows = build_rows(&lines, 0);
        assert_eq!(next_match(&rows, "two", None), Some(2));
        assert_eq!(next_match(&rows, "two", Some(2)), Some(3));
        assert_eq!(next_match(&rows, "two", Some(3)), Some(2));
        assert_eq!(next_match(&rows, "three", None), None);
    }
}
