//! The versions of a template, the newest first. May import `panels` and below.

use super::shown::Shown;
use crate::api::templates as calls;
use crate::browser::clock_text::Viewer;
use crate::components::button::Button;
use crate::components::icon::icon;
use crate::model::duration;
use crate::model::templates::{VersionLine, version_lines};
use crate::panels::asked::asked;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::paths;
use crate::store::use_stores;
use crate::wire::id::Id;
use crate::wire::template::Template;
use leptos::prelude::*;
use std::sync::Arc;

/// How many are listed before somebody asks for all.
const FOLDED: usize = 8;

const SUBJECT: Subject = Subject { noun: "these versions", verb: "list the versions", missing: MISSING };

/// The section.
#[component]
pub(super) fn Versions(template: Memo<Option<Arc<Template>>>, shown: Shown) -> impl IntoView {
    let stores = use_stores();
    let client = stores.client.clone();
    let now = stores.clock.now_ms.clone();
    let (id, active) = (
        Memo::new(move |_| template.with(|template| template.as_ref().map(|template| template.id))),
        Memo::new(move |_| {
            template.with(|template| template.as_ref().map(|template| template.active_version_id)).unwrap_or_default()
        }),
    );
    let answer = asked(move || id.get().map(|id| calls::versions(&client, id)));
    let lines =
        Memo::new(move |_| answer.ready().map(|each| version_lines(&each.items, active.get())).unwrap_or_default());
    let all = RwSignal::new(false);
    let count = Memo::new(move |_| lines.with(Vec::len));
    let ids = move || {
        let most = if all.get() { usize::MAX } else { FOLDED };
        lines.with(|lines| lines.iter().take(most).map(|line| line.id).collect::<Vec<_>>())
    };
    let active_name = move || {
        lines.with(|lines| lines.iter().find(|line| line.active).map(|line| format!("{} is active", line.name)))
    };
    let names = Memo::new(move |_| {
        template.with(|template| {
            template.as_ref().map(|template| (template.organization_name.clone(), template.name.clone()))
        })
    });
    let row = move |id: Id| {
        let line = Memo::new(move |_| lines.with(|lines| lines.iter().find(|line| line.id == id).cloned()));
        let of = move |of: fn(&VersionLine) -> String| line.with(|line| line.as_ref().map(of).unwrap_or_default());
        let now = now.clone();
        let when = Memo::new(move |_| {
            line.with(|line| line.as_ref()?.created_ms.map(|at| duration::ago(at, now.get(), &Viewer)))
        });
        let href = move || {
            names.get().map(|(organization, name)| paths::template_version(&organization, &name, &id.to_string()))
        };
        let is_shown = move || (shown.id.get() == id).then_some("true");
        let mark = line.with_untracked(|line| line.as_ref().map_or("info", |line| line.mark));
        view! {
            <li>
                <a href=href aria-current=is_shown>{move || of(|line| line.name.clone())}</a>
                <span class=move || format!("st {}", of(|line| line.tone.to_owned()))>
                    {icon(mark)}<b class="cut" title=move || of(|line| line.text.clone())>{move || of(|line| line.text.clone())}</b>
                </span>
                <span class="muted">{move || when.get()}" "{move || of(|line| line.author.clone())}</span>
                <span class="muted">{move || line.with(|line| line.as_ref().is_some_and(|line| line.active)).then_some("active")}</span>
            </li>
        }
    };
    view! {
        <section class="sec">
            <header>
                <h2>"Versions"</h2><span class="small muted">{active_name}</span>
                <div class="end">
                    <Show when=move || !all.get() && { count.get() > FOLDED }>
                        <Button class="s" on_click=move |()| all.set(true)>{move || format!("All {}", count.get())}</Button>
                    </Show>
                </div>
            </header>
            {move || answer.error().map(|error| problem(&error, SUBJECT, false, Callback::new(move |()| answer.again()), Vec::new()))}
            <ul class="hist vers"><For each=ids key=|id| *id children=row/></ul>
        </section>
    }
}
