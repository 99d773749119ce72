//! What the latest build of a workspace made: found, folded where there are many, with what the template shows of each.
//! May import `store` and below.

use crate::components::button::Button;
use crate::components::icon::icon;
use crate::model::consequences::{self, MadeOf};
use crate::model::duration::UNKNOWN;
use crate::model::licence::Licence;
use crate::model::quota;
use crate::model::resources::{self, FOLDED, Fact, Line, Listing, Shown};
use crate::model::row::Row;
use crate::model::wording;
use crate::store::use_stores;
use crate::wire::workspace::Workspace;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// The section.
#[component]
pub(crate) fn Resources(
    /// The workspace.
    workspace: Memo<Option<Arc<Workspace>>>,
    /// Its row.
    row: Memo<Option<Row>>,
    /// Which of them are kept over a stop, or why that cannot be known; `None` while it is being asked for.
    kept: Memo<Option<Result<MadeOf, String>>>,
) -> impl IntoView {
    let licence = use_stores().session.licence;
    let counted = Memo::new(move |_| licence.with(|licence| licence.as_ref().is_none_or(Licence::counts_credits)));
    let credits = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| quota::credits(row, counted.get()))));
    let (find, with_hidden, all) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    // Agents and clocks change all the time, the lines seldom: what can hold the focus is built anew only with them.
    let listing = Memo::new(move |_| {
        let (find, with_hidden) = (find.get(), with_hidden.get());
        workspace.with(|workspace| {
            let resources = workspace.as_ref().map(|known| &known.latest_build.resources);
            resources.map(|resources| resources::listed(resources, &find, with_hidden)).unwrap_or_default()
        })
    });
    let count = Memo::new(move |_| listing.with(|listing| listing.count));
    let hidden = Memo::new(move |_| listing.with(|listing| listing.hidden));
    let found = Memo::new(move |_| listing.with(|listing| listing.lines.len()));
    let nothing =
        Memo::new(move |_| (count.get() == 0).then(|| row.with(|row| row.as_ref().map(resources::none_because))));
    let sum = move || {
        let number = match count.get() {
            0 => String::new(),
            1 => "1 resource, ".to_owned(),
            count => format!("{count} resources, "),
        };
        credits.get().map(|credits| match credits {
            Ok(cost) => format!("{number}{}", wording::credits(cost)).into_any(),
            Err(why) => view! { {number}"credits "<span title=why>{UNKNOWN}</span> }.into_any(),
        })
    };
    let why =
        move || credits.get().and_then(Result::err).map(|why| view! { <p class="say-parts">"Credits: "{why}"."</p> });
    let said = move || {
        let asked = find.with(|find| !find.trim().is_empty());
        asked.then(|| if found.get() == 1 { "1 found".to_owned() } else { format!("{} found", found.get()) })
    };
    view! {
        <section class="sec" aria-label="Resources">
            <header><h2>"Resources"</h2><span class="small muted">{sum}</span></header>
            {why}
            {move || nothing.get().flatten().map(|why| view! { <p class="say-parts">{why}</p> })}
            <Show when=move || { count.get() > FOLDED }>
                <p class="say-parts find">
                    <label class="field">
                        {icon("search")}
                        <span class="vh">"Find a resource"</span>
                        <input type="search" placeholder="Find a resource" prop:value=move || find.get() on:input=move |event| find.set(event_target_value(&event))/>
                    </label>
                    <span class="small muted nowrap" role="status">{said}</span>
                </p>
            </Show>
            {move || kept.with(|kept| kept.as_ref().and_then(|kept| kept.as_ref().err().cloned())).filter(|_| count.get() > 0).map(|why| view! {
                <p class="say-parts small">"Which of them are kept over a stop is not known: "{why}"."</p>
            })}
            <Table listing all kept/>
            <Show when=move || { found.get() > FOLDED }>
                <p class="say-parts">
                    <Button class="s" on_click=move |()| all.update(|all| *all = !*all)>
                        {move || if all.get() { format!("Show only {FOLDED}") } else { format!("Show all {}", found.get()) }}
                    </Button>
                </p>
            </Show>
            <Show when=move || { hidden.get() > 0 }>
                <p class="say-parts small">
                    {move || hidden_text(hidden.get(), with_hidden.get())}" "
                    <button type="button" class="link" aria-pressed=move || with_hidden.get().to_string() on:click=move |_| with_hidden.update(|on| *on = !*on)>
                        {move || if with_hidden.get() { "Hide them" } else { "Show them" }}
                    </button>
                </p>
            </Show>
        </section>
    }
}

fn hidden_text(hidden: usize, shown: bool) -> String {
    let what = if hidden == 1 { "1 resource is".to_owned() } else { format!("{hidden} resources are") };
    let so = if shown { "shown here though the template hides" } else { "not shown: the template hides" };
    format!("{what} {so} {}.", if hidden == 1 { "it" } else { "them" })
}

/// The lines as they match, as many as are asked for. A line that stays keeps its elements, and what of it was made
/// visible.
#[component]
fn Table(listing: Memo<Listing>, all: RwSignal<bool>, kept: Memo<Option<Result<MadeOf, String>>>) -> impl IntoView {
    let lines = move || {
        let limit = if all.get() { usize::MAX } else { FOLDED };
        listing.with(|listing| told_apart(listing.lines.iter().take(limit)))
    };
    view! {
        <Show when=move || listing.with(|listing| !listing.lines.is_empty())>
            <table class="dt plain flush compact res">
                <thead><tr><th scope="col">"Resource"</th><th class="c-ty" scope="col">"Type"</th><th class="c-kp" scope="col">"Kept when stopped"</th><th class="c-cr num" scope="col">"Credits"</th></tr></thead>
                <tbody><For each=lines key=Clone::clone let((_, of))>{line(&of, kept)}</For></tbody>
            </table>
        </Show>
    }
}

/// The lines, those that are alike in all numbered.
fn told_apart<'l>(lines: impl Iterator<Item = &'l Line>) -> Vec<(usize, Line)> {
    let mut seen = HashMap::<&Line, usize>::new();
    let mut apart = Vec::new();
    for line in lines {
        let number = seen.entry(line).or_default();
        apart.push((*number, line.clone()));
        *number += 1;
    }
    apart
}

fn line(line: &Line, kept: Memo<Option<Result<MadeOf, String>>>) -> AnyView {
    let (kind, name) = (line.kind.clone(), line.name.clone());
    let fate = move || {
        kept.with(|kept| match kept {
            Some(Ok(made)) => consequences::fate(made, &kind, &name).text(),
            Some(Err(_)) => UNKNOWN,
            None => "",
        })
    };
    let facts = (!line.facts.is_empty()).then(|| view! { <dl>{line.facts.iter().map(fact).collect_view()}</dl> });
    view! {
        <tr>
            <td class="wrap">{line.name.clone()}{facts}</td>
            <td class="soft c-ty">{line.kind.clone()}</td>
            <td class="soft c-kp">{fate}</td>
            <td class="num">{line.credits.map_or_else(|| UNKNOWN.to_owned(), |credits| credits.to_string())}</td>
        </tr>
    }
    .into_any()
}

fn fact(fact: &Fact) -> AnyView {
    let value = match &fact.value {
        Shown::Text(text) => text.clone().into_any(),
        Shown::Secret(text) => view! { <Secret value=text.clone() name=fact.key.clone()/> }.into_any(),
        Shown::Link(text, address) => {
            view! { <a href=address.clone() rel="external noreferrer" target="_blank">{text.clone()}</a> }.into_any()
        }
    };
    view! { <div><dt>{fact.key.clone()}</dt><dd>{value}</dd></div> }.into_any()
}

/// A value that the template calls sensitive: shown on request.
#[component]
pub(crate) fn Secret(value: String, name: String) -> impl IntoView {
    let shown = RwSignal::new(false);
    view! {
        <span class="mono">{move || if shown.get() { value.clone() } else { "••••••".to_owned() }}</span>" "
        <button class="link" type="button" aria-label=move || format!("{} {name}", if shown.get() { "Hide" } else { "Show" }) on:click=move |_| shown.update(|on| *on = !*on)>
            {move || if shown.get() { "Hide" } else { "Show" }}
        </button>
    }
}
