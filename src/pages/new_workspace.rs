//! Making a workspace of a template: what it is called, whose it is, of which version, with which values, and what must
//! be linked first. A link fills the form in; what was filled in by hand is kept for the tab. May import `panels` and
//! below.

mod accounts;
mod bar;
mod consent;
mod device;
mod form;
mod kept;
mod name;
mod notices;
mod owner;
mod preset;
mod side;
mod source;
mod state;
mod version;

use self::form::Form;
use self::source::{Source, copied, matched};
use crate::api::templates as calls;
use crate::browser::page;
use crate::components::state::StateBlock;
use crate::model::creation::{Autofill, SWITCHED_OFF, hindrance_of_template};
use crate::model::permission::Right;
use crate::panels::asked::asked;
use crate::panels::brand::title;
use crate::panels::go::use_here;
use crate::panels::problem::{Subject, problem};
use crate::panels::waiting::waiting;
use crate::paths::{self, Place, query};
use crate::store::use_stores;
use crate::wire::template::Template;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::sync::Arc;

const TITLE: &str = "New workspace";
const SUBJECT: Subject =
    Subject { noun: "this template", verb: "show this template", missing: "Template not found, or you have no access" };

/// The page: finds out which template is meant, and what the address fills in.
#[component]
pub(crate) fn NewWorkspacePage() -> impl IntoView {
    let named = use_here(|place| match place {
        Place::NewWorkspace { organization, name } => Some((organization, name)),
        _ => None,
    });
    let search = use_location().search;
    // While the page is being left the address is another one's already: the form keeps its own.
    let here = use_context::<crate::panels::go::Here>();
    let address = Memo::new(move |before: Option<&(Option<(String, String)>, String)>| {
        let is_here = here.is_some_and(|here| matches!(here.0.get(), Some(Place::NewWorkspace { .. })));
        match before {
            Some(before) if !is_here => before.clone(),
            _ => (named.get(), search.get()),
        }
    });
    move || {
        let (named, search) = address.get();
        named.map(|(organization, name)| view! { <NamedTemplate organization name search/> })
    }
}

#[component]
fn NamedTemplate(organization: String, name: String, search: String) -> impl IntoView {
    page::set_title(&title(&format!("{TITLE} · {name}")));
    let stores = use_stores();
    stores.session.first_rows_shown();
    let client = stores.client.clone();
    let found = asked(move || Some(calls::by_name(&client, &organization, &name)));
    let autofill = Arc::new(Autofill::of(&query::all(&search)));
    let source = copied(&autofill);
    let is_matched = matched(Arc::clone(&autofill), found);
    let ready = Memo::new(move |_| found.ready().is_some() && source.is_settled() && is_matched.get());
    let search = StoredValue::new(search);
    let autofill = StoredValue::new(autofill);
    move || {
        if ready.get() {
            let Some(template) = found.ready() else { return ().into_any() };
            let source = untrack(|| source.get());
            return view! { <Gate template autofill=autofill.get_value() source search=search.get_value()/> }
                .into_any();
        }
        match found.error() {
            Some(error) => {
                let ways = vec![("All templates".to_owned(), paths::templates())];
                problem(&error, SUBJECT, true, Callback::new(move |()| found.again()), ways)
            }
            None => waiting("Asking what a new workspace needs"),
        }
    }
}

/// Lets nobody fill in what cannot be sent.
#[component]
fn Gate(template: Arc<Template>, autofill: Arc<Autofill>, source: Source, search: String) -> impl IntoView {
    let stores = use_stores();
    let organization = template.organization_id;
    let off = (!stores.features.create).then(|| SWITCHED_OFF.to_owned());
    let may = Memo::new(move |_| stores.permissions.may(Right::Create { organization }));
    let gated = Arc::clone(&template);
    let hindrance = Memo::new(move |_| off.clone().or_else(|| hindrance_of_template(&gated, may.get())));
    let (own, label) = (
        paths::template(&template.organization_name, &template.name),
        if template.display_name.is_empty() { template.name.clone() } else { template.display_name.clone() },
    );
    let (own, heading) = (StoredValue::new(own), StoredValue::new(format!("No new workspace of {label}")));
    let given = StoredValue::new((template, autofill, source, search));
    move || {
        if let Some(text) = hindrance.get() {
            view! {
                <StateBlock mark="canceled" tone="muted" title=heading.get_value() text page=true>
                    <a class="btn fill" href=paths::templates()>"Choose another template"</a>
                    <a class="btn" href=own.get_value()>"Look at this one"</a>
                </StateBlock>
            }
            .into_any()
        } else {
            let (template, autofill, source, search) = given.get_value();
            view! { <Form template autofill source search/> }.into_any()
        }
    }
}
