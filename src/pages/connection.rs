//! The self-test: which of all that stands between this page and the control plane is wrong, by its header's name, with
//! the line that mends it (docs/hosting.md). Works signed in and signed out; it is where connection errors lead. May
//! import `panels` and below.

use crate::api::probe::{self, Known};
use crate::browser::{clipboard, clock_text, page, timers};
use crate::components::button::Button;
use crate::components::icon::icon_with;
use crate::components::kv::Kv;
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::config::Config;
use crate::model::connection::{
    Check, Facts, Grade, HeaderRow, Meaning, Snippet, checks, meaning, path, report, summary,
};
use crate::model::duration;
use crate::panels::brand::title;
use crate::store::session::SessionState;
use crate::store::toasts::Tone;
use crate::store::use_stores;
use leptos::prelude::*;
use leptos::task::{spawn_local, spawn_local_scoped_with_cancellation};
use std::sync::Arc;

mod texts {
    pub(super) const TITLE: &str = "Connection";
    pub(super) const LOOKING: &str = "Looking at everything between this page and the control plane";
    pub(super) const AGAIN: &str = "Run again";
    pub(super) const RUNNING: &str = "It is being looked at.";
    pub(super) const COPY: &str = "Copy report";
    pub(super) const COPIED: &str = "The report was copied. It names no person and has no token in it.";
    pub(super) const LINE_COPIED: &str = "The lines were copied.";
    pub(super) const NOT_COPIED: &str = "This browser does not let a page copy here: select the text instead.";
    pub(super) const CHECKS: &str = "Checks";
    pub(super) const MEANS: &str = "What that means";
    pub(super) const PATH: &str = "The path";
}

/// How long it is waited for who is signed in before it is looked all the same, in milliseconds.
const WHO_MS: u64 = 2_000;

/// What a run found.
#[derive(Clone, PartialEq)]
struct Run {
    facts: Arc<Facts>,
    checks: Arc<[Check]>,
    /// When it ended, by this computer's clock: the other one may be what is wrong.
    at: String,
    took_ms: i64,
}

/// The page.
#[component]
pub(crate) fn ConnectionPage() -> impl IntoView {
    page::set_title(&title(texts::TITLE));
    let stores = use_stores();
    // No rows to wait for.
    stores.session.first_rows_shown();
    let (client, session) = (stores.client.clone(), stores.session.clone());
    let toasts = stores.toasts.clone();
    let found = RwSignal::new(None::<Run>);
    let running = RwSignal::new(false);
    let origins =
        StoredValue::new(use_context::<Arc<Config>>().map(|config| config.embed_origins.clone()).unwrap_or_default());
    let run = StoredValue::new_local(move || {
        if running.get_untracked() {
            return;
        }
        running.set(true);
        let (client, session) = (client.clone(), session.clone());
        spawn_local_scoped_with_cancellation(async move {
            let began = timers::monotonic_ms();
            let known = Known {
                version: env!("CARGO_PKG_VERSION"),
                cookie_was_lost: session.cookie_was_lost(),
                embed_origins: origins.get_value(),
            };
            let facts = probe::observe(&client, known).await;
            let checks = checks(&facts);
            let at = clock_text::local(timers::now_ms()).clock_with_seconds();
            let took_ms = (timers::monotonic_ms() - began) as i64;
            found.try_set(Some(Run { facts: Arc::new(facts), checks: checks.into(), at, took_ms }));
            running.try_set(false);
        });
    });
    let again = move |()| run.with_value(|run| run());
    // A session by token begins with a question; what is looked at before its answer would be somebody else's.
    let late = RwSignal::new(false);
    set_timeout(
        move || {
            late.try_set(true);
        },
        std::time::Duration::from_millis(WHO_MS),
    );
    let state = stores.session.state.clone();
    Effect::new(move |ran: Option<bool>| {
        let ready = late.get() || state.with(|state| !matches!(state, SessionState::Unknown));
        if ready && ran != Some(true) {
            again(());
        }
        ready || ran == Some(true)
    });
    let copy = move |text: String, said: &'static str| {
        let toasts = toasts.clone();
        spawn_local(async move {
            let (tone, said) =
                if clipboard::copy(&text).await { (Tone::Good, said) } else { (Tone::Info, texts::NOT_COPIED) };
            toasts.show(tone, said, None, None);
        });
    };
    let copy_lines = {
        let copy = copy.clone();
        Callback::new(move |text: String| copy(text, texts::LINE_COPIED))
    };
    let copy_report = move |()| {
        if let Some(run) = found.get_untracked() {
            copy(report(&run.facts, &run.checks, &run.at), texts::COPIED);
        }
    };
    let reason = Signal::derive(move || running.get().then(|| texts::RUNNING.to_owned()));
    let nothing_yet = Signal::derive(move || found.with(Option::is_none).then(|| texts::RUNNING.to_owned()));
    view! {
        <div class="hero">
            <div class="ttl"><h1 tabindex="-1">{texts::TITLE}</h1></div>
            <p class="say" role="status">{move || found.with(|found| found.as_ref().map(|run| said(&run.checks)))}</p>
            <div class="acts">
                <Button class="grow" reason=nothing_yet on_click=copy_report>{texts::COPY}</Button>
                <Button class="fill grow" reason on_click=again>{texts::AGAIN}</Button>
            </div>
        </div>
        {move || match found.get() {
            None => view! { <AfterAMoment><StateBlock mark="clock" title=texts::LOOKING/></AfterAMoment> }.into_any(),
            Some(run) => results(&run, copy_lines),
        }}
    }
}

/// The mark of a grade, its colour, and the word for who does not see either.
fn mark(grade: Grade) -> (&'static str, &'static str, &'static str) {
    match grade {
        Grade::Good => ("check", "ok", "Passes: "),
        Grade::Warn => ("unhealthy", "warn", "Warns: "),
        Grade::Bad => ("failed", "bad", "Fails: "),
        Grade::Unknown => ("info", "muted", "Not known: "),
    }
}

fn said(checks: &[Check]) -> AnyView {
    let said = summary(checks);
    let (name, class, _) = mark(said.grade);
    let status = match said.grade {
        Grade::Bad => "st st-bad",
        Grade::Warn => "st st-warn",
        Grade::Good => "st st-ok",
        Grade::Unknown => "st st-idle",
    };
    view! {
        <span class=status>{icon_with(name, class)}<b>{said.count}</b></span>
        {(!said.reasons.is_empty()).then(|| view! { " "<b>{said.reasons}</b> })}
        {(!said.text.is_empty()).then(|| format!(" {}", said.text))}
    }
    .into_any()
}

fn results(run: &Run, copy: Callback<String>) -> AnyView {
    let when = format!("today {}, in {}, from this browser", run.at, duration::span_text(run.took_ms * 1_000));
    let rows = run.checks.iter().map(|check| row(check, copy)).collect_view();
    let means = meaning(&run.checks).into_iter().map(means).collect_view();
    let pairs =
        path(&run.facts).into_iter().map(|(word, value)| (word.to_owned(), value.into_any())).collect::<Vec<_>>();
    view! {
        <div class="cols">
            <div>
                <section class="sec"><header><h2>{texts::CHECKS}</h2><span class="small muted">{when}</span></header><ul class="checks wide">{rows}</ul></section>
            </div>
            <div>
                <section class="sec"><header><h2>{texts::MEANS}</h2></header><ul class="checks">{means}</ul></section>
                <section class="sec"><header><h2>{texts::PATH}</h2></header><Kv pairs/></section>
            </div>
        </div>
    }
    .into_any()
}

fn row(check: &Check, copy: Callback<String>) -> AnyView {
    let (name, class, word) = mark(check.grade);
    let topic = check.topic.name();
    let finding = (!check.finding.is_empty()).then(|| view! { <b class=class>{check.finding.clone()}</b>" " });
    let took = check.took_ms.map(|ms| view! { <span class="num">{duration::span_text(ms * 1_000)}</span> });
    let has_more = !check.header.is_empty() || !check.snippets.is_empty();
    let header = header(&check.header);
    let snippets = check.snippets.iter().map(|one| snippet(one, topic, copy)).collect_view();
    view! {
        <li>
            {icon_with(name, class)}
            <b><span class="vh">{word}</span><span>{topic}</span></b>
            <span>{finding}<span class="soft">{check.text.clone()}</span></span>
            {took}
            {has_more.then(|| view! { <div class="more">{header}<div class="pair">{snippets}</div></div> })}
        </li>
    }
    .into_any()
}

fn header(rows: &[HeaderRow]) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let pairs = rows
        .iter()
        .map(|row| {
            let class = if row.is_literal { "mono" } else { "muted" };
            (row.word.to_owned(), view! { <span class=class>{row.value.clone()}</span> }.into_any())
        })
        .collect::<Vec<_>>();
    Some(view! { <Kv pairs/> }.into_any())
}

fn snippet(one: &Snippet, topic: &'static str, copy: Callback<String>) -> AnyView {
    let line = one.line.clone();
    let label = format!("Copy lines for {}: {topic}", one.server);
    let taken = line.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    view! {
        <div class="code">
            <header>{one.server}<Button class="s" label=Some(label) on_click=move |()| copy.run(taken.clone())>"Copy lines"</Button></header>
            <pre>{one.before}<mark>{line.trim_end_matches('\n').to_owned()}</mark>{one.after}</pre>
        </div>
    }
    .into_any()
}

fn means(meaning: Meaning) -> AnyView {
    let (name, class, word) = mark(meaning.grade);
    view! {
        <li>{icon_with(name, class)}<span><span class="vh">{word}</span>{meaning.what}</span><span class="soft">{meaning.text}</span></li>
    }
    .into_any()
}
