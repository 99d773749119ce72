//! Who uses a template, as far as the viewer may see their workspaces. May import `panels` and below.

use crate::api::workspaces as calls;
use crate::model::templates::{developers, users};
use crate::panels::asked::asked;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::paths;
use crate::store::use_stores;
use crate::wire::template::Template;
use leptos::prelude::*;
use std::sync::Arc;

/// How many workspaces are looked at; the page leads to all of them.
const LOOKED_AT: usize = 50;

const SUBJECT: Subject = Subject { noun: "its workspaces", verb: "list its workspaces", missing: MISSING };

/// The section.
#[component]
pub(super) fn Uses(template: Memo<Option<Arc<Template>>>) -> impl IntoView {
    let stores = use_stores();
    let (client, session) = (stores.client, stores.session);
    let query = Memo::new(move |_| {
        template.with(|template| {
            let template = template.as_ref()?;
            Some(format!("template:{} organization:{}", template.name, template.organization_name))
        })
    });
    let answer = asked(move || query.get().map(|query| calls::list(&client, &query, LOOKED_AT, 0, true)));
    let counted = Memo::new(move |_| {
        template.with(|template| template.as_ref().map(|template| developers(template.active_user_count)))
    });
    let me = move || session.user().map(|user| user.user.username.clone()).unwrap_or_default();
    let said = Memo::new(move |_| answer.ready().map(|page| users(&page.rows, page.count, &me())));
    view! {
        <section class="sec">
            <header><h2>"Who uses it"</h2></header>
            <div>
                <p class="say-parts">
                    {move || counted.get().map(|figure| match figure.why {
                        None if figure.text == "1" => "1 developer. ".to_owned(),
                        None => format!("{} developers. ", figure.text),
                        Some(why) => format!("How many developers: {why} "),
                    })}
                    {move || said.get()}
                </p>
                {move || answer.error().map(|error| problem(&error, SUBJECT, false, Callback::new(move |()| answer.again()), Vec::new()))}
                <p class="say-parts"><a href=move || query.get().map(|query| paths::workspaces(Some(&query)))>"Its workspaces that you may see"</a></p>
            </div>
        </section>
    }
}
