//! The templates that the viewer may see: found by a query, with what says whether one is worth a try. The query is in
//! the address. May import `panels` and below.

use crate::api::error::Kind;
use crate::api::templates as calls;
use crate::browser::clock_text::Viewer;
use crate::browser::{dom, page, popup};
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::Button;
use crate::components::icon::{icon, icon_with};
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::components::template_icon::TemplateIcon;
use crate::model::creation::{SWITCHED_OFF, hindrance_of_creating_in};
use crate::model::permission::Right;
use crate::model::templates::{Figure, Filter, Line, Preset, lines};
use crate::model::{duration, left_out};
use crate::panels::asked::asked;
use crate::panels::brand::title;
use crate::panels::go::{use_go, use_param};
use crate::panels::left_out::LeftOutBanner;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::paths;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;
use std::collections::HashMap;

const TITLE: &str = "Templates";
const PLACEHOLDER: &str = "name, description, organization:, author:, deprecated:";
const NOUN: (&str, &str) = ("template", "templates");
const SUBJECT: Subject = Subject { noun: "templates", verb: "list the templates", missing: MISSING };

/// The page.
#[component]
pub(crate) fn TemplatesPage() -> impl IntoView {
    page::set_title(&title(TITLE));
    let stores = use_stores();
    stores.session.first_rows_shown();
    let (asked_for, set_asked_for) = use_param("q");
    let query = Memo::new(move |_| asked_for.get().unwrap_or_default());
    let filter = Memo::new(move |_| query.with(|query| Filter::of(query)));
    // Typing a word asks for nothing: only keys go to the control plane.
    let wish = Memo::new(move |_| filter.with(|filter| (filter.asked.clone(), filter.asked_for_deprecated())));
    let client = stores.client.clone();
    let found = asked(move || Some(calls::list(&client, &wish.get().0)));
    let client = stores.client.clone();
    let deprecated = asked(move || wish.get().1.map(|query| calls::list(&client, &query)));
    let mine = StoredValue::new(stores.workspaces.list("owner:me"));
    let workspaces = stores.workspaces.clone();
    let counts = Memo::new(move |_| {
        let mut counts: HashMap<Id, usize> = HashMap::new();
        for row in mine.with_value(|list| list.order.get()).iter().filter_map(|id| workspaces.row(*id)) {
            *counts.entry(row.with(|row| row.template_id)).or_default() += 1;
        }
        counts
    });
    let listed = Memo::new(move |_| {
        let mut all = found.ready()?.items.clone();
        if wish.with(|wish| wish.1.is_some())
            && let Some(more) = deprecated.ready()
        {
            all.extend(more.items.iter().cloned());
        }
        let of = |id| counts.with(|counts| counts.get(&id).copied().unwrap_or_default());
        Some(filter.with(|filter| lines(&all, filter, of)))
    });
    let go = use_go();
    let choose = Callback::new(move |preset: Preset| {
        let query = preset.query();
        go.to(paths::templates_found(Some(query).filter(|query| !query.is_empty())));
    });
    let typed = Callback::new(move |text: String| set_asked_for.set(Some(text).filter(|text| !text.is_empty())));
    let left =
        Memo::new(move |_| found.ready().map(|each| left_out::missing(NOUN, &each.left_out)).unwrap_or_default());
    let (back_from, _) = use_param("linked");
    if back_from.with_untracked(Option::is_some) {
        popup::close_own();
    }
    let back = Signal::derive(move || {
        back_from.get().map(|account| format!("You are back from the sign-in to {account}.")).unwrap_or_default()
    });
    view! {
        <Show when=move || back_from.with(Option::is_some)>
            <Banner tone=BannerTone::Info title=back text="This window can be closed: the form from which it was opened notices by itself."/>
        </Show>
        <div class="page-head">
            <h1 tabindex="-1">{TITLE}</h1>
            <div class="chips" role="group" aria-label="Presets">
                {Preset::ALL.into_iter().map(|preset| view! {
                    <button class="chip" type="button" aria-pressed=move || query.with(|query| preset.is_pressed(query)).to_string()
                        on:click=move |_| choose.run(preset)>{preset.label()}</button>
                }).collect_view()}
            </div>
        </div>
        <Search query typed listed refused=Signal::derive(move || found.error().filter(|error| error.kind == Kind::Validation).map(|error| {
            let said = error.validations.first().map(|one| one.detail.clone());
            said.unwrap_or_else(|| error.sentence())
        }))/>
        <LeftOutBanner said=left/>
        {move || match (found.error(), listed.with(|lines| lines.as_ref().map(Vec::is_empty))) {
            (Some(error), _) if error.kind == Kind::Validation => ().into_any(),
            (Some(error), _) => problem(&error, SUBJECT, false, Callback::new(move |()| found.again()), Vec::new()),
            (None, None) => view! { <AfterAMoment><StateBlock mark="clock" title="Asking for the templates"/></AfterAMoment> }.into_any(),
            (None, Some(true)) => nothing(query, choose),
            (None, Some(false)) => view! { <Table listed/> }.into_any(),
        }}
    }
}

/// What stands in place of the table: who may see no template, and a filter that finds none, need different steps.
fn nothing(query: Memo<String>, choose: Callback<Preset>) -> AnyView {
    if query.with(|query| query.trim().is_empty()) {
        let text = "There is none yet, or none is shared with you. Whoever runs the control plane can share one with you or with one of your groups.";
        return view! { <StateBlock mark="info" title="You may see no templates" text/> }.into_any();
    }
    view! {
        <StateBlock mark="filter" title="No template matches">
            <Button on_click=move |()| choose.run(Preset::All)>"Show all templates"</Button>
        </StateBlock>
    }
    .into_any()
}

fn how_many(count: usize) -> String {
    if count == 1 { "1 template".to_owned() } else { format!("{count} templates") }
}

#[component]
fn Search(
    query: Memo<String>,
    typed: Callback<String>,
    listed: Memo<Option<Vec<Line>>>,
    #[prop(into)] refused: Signal<Option<String>>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let shortcut = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "/" && !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !dom::is_typing(&event) {
            event.prevent_default();
            if let Some(input) = input.get_untracked() {
                let _focused = input.focus();
                input.select();
            }
        }
    });
    on_cleanup(move || shortcut.remove());
    let wrong = move || refused.with(Option::is_some);
    let count = move || {
        listed.with(|lines| {
            let lines = lines.as_ref()?;
            let mut organizations: Vec<&str> = lines.iter().map(|line| line.organization.as_str()).collect();
            organizations.sort_unstable();
            organizations.dedup();
            let places = if organizations.len() > 1 {
                format!(" in {} organizations", organizations.len())
            } else {
                String::new()
            };
            Some(format!("{}{places}", how_many(lines.len())))
        })
    };
    view! {
        <form class="filter" role="search" on:submit=|event| event.prevent_default()>
            <label class="field" class:bad-value=wrong>
                {icon("search")}
                <span class="vh">"Filter"</span>
                <input type="search" node_ref=input placeholder=PLACEHOLDER autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-invalid=move || wrong().then_some("true") aria-describedby="filter-note"
                    prop:value=move || query.get() on:input=move |event| typed.run(event_target_value(&event))
                    on:keydown=move |event: KeyboardEvent| if event.key() == "Escape" && let Some(input) = input.get_untracked() { let _left = input.blur(); }/>
                <kbd class="not-narrow" aria-hidden="true">"/"</kbd>
            </label>
            <div class="end"><span class="small soft nowrap" role="status">{count}</span></div>
        </form>
        <div class="filter-note" id="filter-note" role="status" hidden=move || !wrong()>
            {move || refused.get().map(|line| view! { <p class="note">{icon_with("failed", "bad")}<span><b class="bad">{line}</b></span></p> })}
        </div>
    }
}

#[component]
fn Table(listed: Memo<Option<Vec<Line>>>) -> impl IntoView {
    let ids = move || listed.with(|lines| lines.iter().flatten().map(|line| line.id).collect::<Vec<_>>());
    let caption = move || format!("Templates, {}", listed.with(|lines| lines.as_ref().map_or(0, Vec::len)));
    view! {
        <div class="list-wrap">
            <table class="dt list tpl" role="table">
                <caption class="vh">{caption}</caption>
                <thead role="rowgroup"><tr role="row">
                    <th class="c-name" scope="col" role="columnheader">"Name"</th><th class="c-owner" scope="col" role="columnheader">"Organization"</th>
                    <th class="c-status" scope="col" role="columnheader">"Description"</th><th class="c-used" scope="col" role="columnheader">"Last updated"</th>
                    <th class="c-dev num" scope="col" role="columnheader">"Developers"</th><th class="c-p50 num" scope="col" role="columnheader">"Build, median"</th>
                    <th class="c-act" scope="col" role="columnheader"><span class="vh">"Create"</span></th>
                </tr></thead>
                <tbody role="rowgroup" on:click=move |event| dom::follow_link(&event, "tr") on:auxclick=move |event| dom::follow_link(&event, "tr")>
                    <For each=ids key=|id| *id let(id)>
                        {
                            let line = Memo::new(move |before: Option<&Option<Line>>| {
                                let found = listed.with(|lines| lines.iter().flatten().find(|line| line.id == id).cloned());
                                found.or_else(|| before.cloned().flatten())
                            });
                            view! { <Row line/> }
                        }
                    </For>
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(line: Memo<Option<Line>>) -> impl IntoView {
    let stores = use_stores();
    let now = stores.clock.now_ms.clone();
    let of = move |of: fn(&Line) -> String| line.with(|line| line.as_ref().map(of).unwrap_or_default());
    let href = move || of(|line| paths::template(&line.organization, &line.name));
    let deprecated = Memo::new(move |_| line.with(|line| line.as_ref().and_then(|line| line.deprecated.clone())));
    let gone = move || deprecated.with(Option::is_some);
    let picture = Memo::new(move |_| {
        line.with(|line| line.as_ref().map(|line| (line.icon.clone(), line.label.clone())).unwrap_or_default())
    });
    let updated =
        Memo::new(move |_| line.with(|line| line.as_ref()?.updated_ms.map(|at| duration::ago(at, now.get(), &Viewer))));
    let organization = line.with_untracked(|line| line.as_ref().map(|line| line.organization_id)).unwrap_or_default();
    let creates = stores.features.create;
    let may = Memo::new(move |_| stores.permissions.may(Right::Create { organization }));
    let reason = Signal::derive(move || {
        if !creates {
            return Some(SWITCHED_OFF.to_owned());
        }
        line.with(|line| line.as_ref().and_then(|line| hindrance_of_creating_in(&line.organization_label, may.get())))
    });
    let create = move || of(|line| paths::new_workspace(&line.organization, &line.name, &[]));
    let figure = move |of: fn(&Line) -> &Figure| {
        let figure = Memo::new(move |_| line.with(|line| line.as_ref().map(|line| of(line).clone())));
        view! { <span title=move || figure.with(|figure| figure.as_ref().and_then(|figure| figure.why))>{move || figure.with(|figure| figure.as_ref().map(|figure| figure.text.clone()))}</span> }
    };
    view! {
        <tr role="row" class:gone=gone>
            <td role="cell" class="c-name"><div>
                {move || picture.with(|(icon, name)| view! { <TemplateIcon icon=icon.clone() name=name.clone()/> })}
                <a class="name cut" href=href>{move || of(|line| line.label.clone())}</a>
            </div></td>
            <td role="cell" class="c-owner">{move || of(|line| line.organization_label.clone())}</td>
            <td role="cell" class="c-status"><div class="line">
                <Show when=gone fallback=move || view! { <span class="why">{of(|line| line.description.clone())}</span> }>
                    <span class="st st-idle">{icon("canceled")}<b>"Deprecated"</b></span>
                    <span class="why">{move || deprecated.get()}</span>
                </Show>
                <span class="muted nowrap">{move || of(|line| match line.yours { 0 => String::new(), yours => format!("{yours} of your workspaces") })}</span>
            </div></td>
            <td role="cell" class="c-used">{move || updated.get()}</td>
            <td role="cell" class="c-dev num">{figure(|line| &line.developers)}</td>
            <td role="cell" class="c-p50 num">{figure(|line| &line.build_time)}</td>
            <td role="cell" class="c-act"><div class="acts">
                <Show when=move || !gone()>
                    <Show when=move || reason.with(Option::is_none) fallback=move || view! { <Button class="s" reason on_click=|()| ()>"Create"</Button> }>
                        <a class="btn s" href=create aria-label=move || format!("Create a workspace of {}", of(|line| line.label.clone()))>"Create"</a>
                    </Show>
                </Show>
            </div></td>
        </tr>
    }
}
