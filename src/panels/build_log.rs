//! The logs of a build: the provisioner's, and those of its agents while the control plane keeps them. Live while
//! something writes. May import `store` and below.

use crate::browser::{clock_text, dom, page};
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::components::log_view::LogView;
use crate::model::log::errors::{next_error, place_of};
use crate::model::log::rows::{agent_rows, build_rows};
use crate::model::log::{Level, LogRow, Times};
use crate::model::timeline::errors;
use crate::panels::log_tools::{Download, Search};
use crate::store::builds::{AgentLogPage, BuildPage, LogStatus};
use crate::store::use_stores;
use crate::wire::build::JobStatus;
use crate::wire::id::Id;
use leptos::prelude::*;
use std::sync::Arc;

mod texts {
    pub(super) const TITLE: &str = "Log";
    pub(super) const BUILD: &str = "Build log";
    pub(super) const FIRST_ERROR: &str = "First error";
    pub(super) const NEXT_ERROR: &str = "Next error";
    pub(super) const BACK: &str = "Back to where you were";
    pub(super) const CLOCK: &str = "Clock times";
    pub(super) const NO_ERROR: &str = "The log has no error line.";
    pub(super) const NO_ERROR_YET: &str = "There is no error line yet.";
    pub(super) const NOT_READ: &str = "The log was not read to its end.";
    pub(super) const OVERFLOWED: &str = "The control plane keeps 1 MiB of a log: what came after it is lost.";
}

/// The id of the element with the lines.
const LINES: &str = "log-lines";

fn clock(unix_ms: i64) -> String {
    clock_text::local(unix_ms).clock_with_seconds()
}

/// Which log is shown: the build's, or that of an agent.
type Which = Option<Id>;

/// The logs of a build.
#[component]
pub(crate) fn BuildLog(
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
    let on_clock = RwSignal::new(false);
    let times = move || if on_clock.get() { Times::Clock(clock) } else { Times::Since(origin_us.get()) };
    let build_lines = Memo::new(move |_| {
        let times = times();
        Shared(lines.with(|lines| Arc::new(build_rows(lines, times))))
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
        let times = times();
        let rows =
            |page: &AgentLogPage| page.lines.with(|lines| about.with(|(sources, _)| agent_rows(lines, sources, times)));
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
    // A line of the build's log was asked for: that log is shown, the page goes there with the focus, and the way back
    // is kept.
    let goto = RwSignal::new(None::<i64>);
    let came_from = StoredValue::new_local(None::<page::Focused>);
    let can_return = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(id) = wanted.get() {
            choose(None);
            go(goto, id);
            came_from.set_value(page::focused().filter(|from| from.id() != LINES));
            can_return.set(came_from.with_value(Option::is_some));
            // Once the way back is there, which makes the head higher.
            dom::after_paint(|| {
                page::focus(LINES);
                dom::bring_to_top("log");
            });
        }
    });
    let back = Callback::new(move |()| {
        can_return.set(false);
        if let Some(from) = came_from.get_value() {
            dom::bring_to_middle(&from);
            let _ = from.focus();
        }
    });
    let sought = RwSignal::new(String::new());
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
    // What is an error of a build, its timeline says too; of an agent's log nothing is known but the level.
    let (told, of_build) = (page.logs.clone(), page.build.clone());
    let build_errors = Memo::new(move |_| {
        let succeeded =
            of_build.with(|build| build.ready().is_some_and(|build| build.job.status == JobStatus::Succeeded));
        let errors = if succeeded { Vec::new() } else { told.with(|lines| errors::errors(lines)) };
        errors.into_iter().map(|error| error.log_id).collect::<Vec<i64>>()
    });
    let all_errors = Memo::new(move |_| match which.get() {
        None => build_errors.get(),
        Some(_) => {
            rows.with(|rows| rows.iter().find(|row| row.level == Level::Error).map(|row| row.id).into_iter().collect())
        }
    });
    let first_error = Memo::new(move |_| all_errors.with(|all| all.first().copied()));
    let jump = Callback::new(move |()| {
        if let Some(id) = first_error.get_untracked() {
            go(goto, id);
        }
    });
    let next = Callback::new(move |()| {
        if let Some(id) = all_errors.with_untracked(|all| next_error(all, goto.get_untracked())) {
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
        let at = goto.get().filter(|_| said.is_empty());
        let place = at.and_then(|id| rows.with(|rows| all_errors.with(|all| place_of(rows, all, id))));
        place.unwrap_or(said)
    };
    view! {
        <section id="log" aria-label=texts::TITLE>
            <div class="loghead">
                <h2>{texts::TITLE}</h2>
                <Tabs page=page.clone() which choose=Callback::new(choose)/>
                <Search rows goto sought/>
                <span class="small muted" role="status">{said}</span>
                <div class="end">
                    <Show when=move || can_return.get()><Button on_click=back>{icon("left")}{texts::BACK}</Button></Show>
                    <Button on_click=jump reason=Signal::derive(move || first_error.get().is_none().then(|| no_error.get().to_owned()))>
                        {icon("failed")}{texts::FIRST_ERROR}
                    </Button>
                    <Show when=move || all_errors.with(|all| all.len() > 1)><Button on_click=next>{texts::NEXT_ERROR}</Button></Show>
                    <button type="button" class="btn" aria-pressed=move || on_clock.get().to_string() on:click=move |_| on_clock.update(|on| *on = !*on)>{texts::CLOCK}</button>
                    <Download rows name/>
                </div>
            </div>
            <LogView rows marked=Signal::derive(move || if which.get().is_none() { marked.get() } else { None }) goto live sought id=LINES label=texts::TITLE/>
        </section>
    }
}

/// Why there is no first error to go to: only of a log that is all there it can be said that it has none.
fn no_error_of(status: &LogStatus) -> &'static str {
    match status {
        LogStatus::Complete => texts::NO_ERROR,
        LogStatus::Loading | LogStatus::Live => texts::NO_ERROR_YET,
        LogStatus::Trouble(_) | LogStatus::Ended(_) => texts::NOT_READ,
    }
}

/// Goes to a line, also when it is the one that was gone to last.
fn go(goto: RwSignal<Option<i64>>, id: i64) {
    goto.set(None);
    goto.set(Some(id));
}

/// The rows of a log, compared by identity: a log only grows.
#[derive(Clone)]
pub(crate) struct Shared(pub(crate) Arc<Vec<LogRow>>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What must be said of a log beside its lines: how far it is, and what of it is missing. `agent`: it is an agent's.
pub(crate) fn said_of(status: &LogStatus, agent: bool, empty: bool, overflowed: bool, unreadable: usize) -> String {
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
        said = format!("{said} {}", texts::OVERFLOWED);
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
    view! {
        <Show when=move || agents.with(|agents| !agents.is_empty())>
            <div class="seg" role="group" aria-label="Which log">
                {tab(None, texts::BUILD.to_owned())}
                <For each=move || agents.get() key=|(id, _)| *id let((id, name))>{tab(Some(id), format!("agent {name}"))}</For>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        let error = crate::api::error::ApiError::local(crate::api::error::Kind::Decode, "Half a JSON.");
        for (status, agent, empty, overflowed, unreadable, said) in [
            (LogStatus::Complete, false, false, false, 0, ""),
            (LogStatus::Complete, false, true, false, 0, "This build wrote no log."),
            (LogStatus::Complete, true, true, false, 0, "It has no lines."),
            (LogStatus::Live, true, false, true, 0, texts::OVERFLOWED),
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
            assert_eq!(no_error_of(&status) == texts::NO_ERROR, status == LogStatus::Complete, "{status:?}");
        }
    }
}
