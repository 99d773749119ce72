//! The build beside another one of its workspace: which one is chosen in a menu and stands in the address
//! (`?compare=`); what differs in a sentence and a table, and thin bars in the chart. May import `panels` and below.

use super::around::Around;
use super::kept::keep_and_find;
use crate::api::answer::Asked;
use crate::api::builds as calls;
use crate::api::client::Client;
use crate::components::icon::icon;
use crate::components::menu::{Menu, MenuItem};
use crate::components::unique_id;
use crate::model::duration::{about, span_text};
use crate::model::timeline::compare::{Comparison, Pair, changed_parameters, compare, signed};
use crate::model::timeline::slow::job_of;
use crate::model::timeline::{SpanKey, Timeline};
use crate::panels::fetched::fetched;
use crate::panels::problem::Subject;
use crate::panels::times::timeline_with;
use crate::paths;
use crate::store::builds::BuildPage;
use crate::store::use_stores;
use crate::waterfall::{Meaning, Outlines};
use crate::wire::build::WorkspaceBuild;
use leptos::prelude::*;
use std::sync::Arc;

const SUBJECT: Subject = Subject {
    noun: "the other build",
    verb: "read the other build",
    missing: "The workspace has no build of that number, or you have no access to it.",
};

/// The most rows of the table: what differs most comes first.
const MOST: usize = 100;

/// What shows the comparison is told here.
pub(super) type Drawn = RwSignal<Option<Arc<Outlines>>>;

fn by_number(client: &Client, (owner, name, number): (String, String, i64)) -> Asked<WorkspaceBuild> {
    calls::by_number(client, &owner, &name, number)
}

/// The button that chooses the other build.
#[component]
pub(super) fn CompareMenu(
    open: BuildPage,
    around: Around,
    number: i64,
    /// The number of the other build.
    asked: Memo<Option<i64>>,
    set: Callback<Option<i64>>,
) -> impl IntoView {
    let id = unique_id("compare");
    let build = open.build.clone();
    let items = Callback::new(move |()| {
        let Some(transition) = build.with(|build| build.ready().map(|build| build.transition.clone())) else {
            return Vec::new();
        };
        let others = around.builds.map(|builds| {
            let same =
                builds.items.iter().filter(|build| build.transition == transition && build.build_number != number);
            let item = |build: &WorkspaceBuild| {
                let other = build.build_number;
                let chosen = asked.get() == Some(other);
                let mut item = MenuItem::new(format!("Build {other}"), move || set.run((!chosen).then_some(other)));
                let long = job_of(build).map_or_else(|| build.status.as_str().to_owned(), |us| about(us / 1_000));
                item.hint = format!("{long}, version {}", build.template_version_name);
                item.checked = Some(chosen);
                item
            };
            same.take(super::around::LAST).map(item).collect::<Vec<_>>()
        });
        let mut items = others.unwrap_or_default();
        if items.is_empty() {
            let mut none = MenuItem::new("No other build", || ());
            "The workspace has no other build of this kind.".clone_into(&mut none.hint);
            none.disabled = true;
            items.push(none);
        }
        items
    });
    let target = id.clone();
    let text = move || asked.get().map_or_else(|| "Compare".to_owned(), |other| format!("Compare with #{other}"));
    view! {
        <button type="button" class="btn" popovertarget=target aria-haspopup="menu" aria-pressed=move || asked.get().is_some().to_string()>
            {text}{icon("down")}
        </button>
        <Menu id label="Compare with" items/>
        <Show when=move || asked.get().is_some()>
            <button type="button" class="btn icon" aria-label="End the comparison" on:click=move |_| set.run(None)>{icon("x")}</button>
        </Show>
    }
}

/// The comparison, while one is asked for.
#[component]
pub(super) fn Compare(
    timeline: Memo<Option<Arc<Timeline>>>,
    open: BuildPage,
    around: Around,
    owner: String,
    name: String,
    asked: Memo<Option<i64>>,
    drawn: Drawn,
    select: SignalSetter<Option<SpanKey>>,
) -> impl IntoView {
    let key = {
        let (owner, name) = (owner.clone(), name.clone());
        Memo::new(move |_| asked.get().map(|number| (owner.clone(), name.clone(), number)))
    };
    let other = fetched(key, by_number);
    let there = Memo::new(move |_| {
        let asked = asked.get()?;
        other.map(|build| (build.build_number == asked).then(|| Arc::new(build.clone()))).flatten()
    });
    Effect::new(move |_| {
        if asked.get().is_none() {
            drawn.set(None);
        }
    });
    let paths = StoredValue::new((owner, name));
    let open = StoredValue::new(open);
    view! {
        <Show when=move || asked.get().is_some()>
            {move || there.get().map_or_else(
                || other.trouble(SUBJECT).into_any(),
                |there| view! { <Beside timeline open=open.get_value() around there paths drawn select/> }.into_any(),
            )}
        </Show>
    }
}

#[component]
fn Beside(
    timeline: Memo<Option<Arc<Timeline>>>,
    open: BuildPage,
    around: Around,
    there: Arc<WorkspaceBuild>,
    paths: StoredValue<(String, String)>,
    drawn: Drawn,
    select: SignalSetter<Option<SpanKey>>,
) -> impl IntoView {
    let stores = use_stores();
    let number = there.build_number;
    let page = stores.builds.glance((*there).clone());
    let other = timeline_with(&page, Signal::derive(move || stores.known_ms()), keep_and_find(&page).into());
    let held = StoredValue::new(page);
    on_cleanup(move || held.dispose());
    let compared = Memo::new(move |_| {
        let (here, there) = (timeline.get()?, other.get()?);
        Some(Arc::new(compare(&here, &there)))
    });
    Effect::new(move |_| {
        let outlines = timeline.get().zip(other.get()).map(|(here, there)| {
            let ranges = there
                .spans
                .iter()
                .filter(|span| span.has_bar())
                .filter_map(|span| Some((here.find(&there.key(span.id)?)?, span.range(there.now_us)?)));
            let title = Some(format!("Δ to #{number}"));
            Arc::new(Outlines { meaning: Meaning::Compared, ranges: ranges.collect(), title })
        });
        drawn.set(outlines);
    });
    on_cleanup(move || {
        drawn.try_set(None);
    });
    let id = there.id;
    let values = fetched(Memo::new(move |_| Some(id)), calls::parameters);
    let build = open.build.clone();
    let version = there.template_version_name.clone();
    let changes = Memo::new(move |_| {
        let here =
            build.with(|build| build.ready().map(|build| build.template_version_name.clone())).unwrap_or_default();
        let mut said = Vec::new();
        if !here.is_empty() && !version.is_empty() && here != version {
            said.push(format!("Version {here} here, {version} in build {number}."));
        }
        let names = around.parameters.map(|here| values.map(|there| changed_parameters(here, there))).flatten();
        match names {
            Some(names) if !names.is_empty() => {
                said.push(format!("Parameters with another value: {}.", names.join(", ")));
            }
            Some(_) => said.push("The values of all parameters are the same.".to_owned()),
            None => {}
        }
        said.join(" ")
    });
    let sentence = move || compared.with(|compared| compared.as_ref().map(|compared| compared.sentence(number)));
    let list = move |of: fn(&Comparison) -> &[Pair]| {
        Signal::derive(move || {
            compared.with(|compared| {
                compared
                    .as_ref()
                    .map(|compared| of(compared).iter().take(MOST).cloned().collect::<Vec<_>>())
                    .unwrap_or_default()
            })
        })
    };
    let href = paths.with_value(|(owner, name)| paths::build(owner, name, number));
    view! {
        <section class="build-say compare" aria-label=format!("Compared with build {number}")>
            <p><b>"Compared with "<a href=href>{format!("build {number}")}</a>": "</b>{sentence}</p>
            <p class="small muted">{move || changes.get()}</p>
            <Show when=move || compared.with(Option::is_some)>
                <details open>
                    <summary>{icon("right")}"What differs"</summary>
                    <div class="wf-table">
                        <table>
                            <caption class="vh">{format!("Spans of both builds, what differs most first: here, in build {number}, and the difference")}</caption>
                            <thead><tr>
                                <th scope="col">"Span"</th><th scope="col">"Phase"</th><th scope="col" class="num">"Here"</th>
                                <th scope="col" class="num">{format!("Build {number}")}</th><th scope="col" class="num">"Difference"</th>
                            </tr></thead>
                            <tbody>
                                <Pairs pairs=list(|compared| &compared.both) select note=""/>
                                <Pairs pairs=list(|compared| &compared.only_here) select note="only here"/>
                                <Pairs pairs=list(|compared| &compared.only_there) select note="only there"/>
                            </tbody>
                        </table>
                    </div>
                </details>
            </Show>
        </section>
    }
}

#[component]
fn Pairs(pairs: Signal<Vec<Pair>>, select: SignalSetter<Option<SpanKey>>, note: &'static str) -> impl IntoView {
    let pairs = Memo::new(move |_| pairs.get());
    let figure = |us: Option<i64>| us.map_or_else(|| "—".to_owned(), span_text);
    let row = move |index: usize| {
        let of = move |of: &dyn Fn(&Pair) -> String| pairs.with(|pairs| pairs.get(index).map(of).unwrap_or_default());
        let choose = move |_| select.set(pairs.with_untracked(|pairs| pairs.get(index).map(|pair| pair.key.clone())));
        let name = move || of(&|pair| pair.label.clone());
        view! {
            <tr>
                <th scope="row">
                    {if note == "only there" {
                        view! { <span>{name}</span> }.into_any()
                    } else {
                        view! { <button type="button" class="link" on:click=choose>{name}</button> }.into_any()
                    }}
                </th>
                <td>{move || of(&|pair| pair.phase.map_or("none", crate::model::timeline::Phase::as_str).to_owned())}</td>
                <td class="num">{move || of(&|pair| figure(pair.here_us))}</td>
                <td class="num">{move || of(&|pair| figure(pair.there_us))}</td>
                <td class="num">{move || of(&|pair| match pair.more_us() {
                    Some(more) => signed(more),
                    None if note.is_empty() => "—".to_owned(),
                    None => note.to_owned(),
                })}</td>
            </tr>
        }
    };
    view! { <For each=move || 0..pairs.with(Vec::len) key=|index| *index children=row/> }
}
