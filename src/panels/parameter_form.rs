//! The form of a version's parameters: the same for creating, updating and changing a workspace. Whoever shows it holds
//! the session and sends what it holds. May import `store` and below.

mod bar;
mod row;

pub(crate) use bar::{NotYet, focus_field};

use self::row::FieldRow;
use crate::api::error::{ApiError, Kind};
use crate::components::banner::{Banner, BannerTone};
use crate::components::skeleton::AfterAMoment;
use crate::components::state::StateBlock;
use crate::model::left_out;
use crate::model::parameters::{Form, sentence};
use crate::panels::left_out::LeftOutBanner;
use crate::panels::problem::{Subject, problem};
use crate::store::parameters::{CheckedBy, ParameterSession, SessionState};
use crate::wire::parameter::{Diagnostic, Severity};
use leptos::prelude::*;

const SUBJECT: Subject = Subject {
    noun: "the parameters of this version",
    verb: "list the parameters",
    missing: "Version not found, or you have no access",
};

/// What the section shows.
#[derive(Clone, PartialEq)]
enum Shows {
    Loading,
    Waiting(String),
    Refused(ApiError),
    Nothing,
    Fields,
}

/// The section "Parameters": the fields in the template's order, and what stands in their place until they are known.
#[component]
pub(crate) fn ParameterForm(
    /// The form.
    session: ParameterSession,
) -> impl IntoView {
    let session = StoredValue::new(session);
    let shows = Memo::new(move |_| {
        session.with_value(|session| {
            let is_known = session.with(|form| form.rules().map(<[_]>::is_empty));
            match (session.state(), is_known) {
                (SessionState::Refused(error), _) => Shows::Refused(error),
                (SessionState::Waiting(said), _) => Shows::Waiting(said),
                (SessionState::Loading, _) | (SessionState::Ready, None) => Shows::Loading,
                (SessionState::Ready, Some(true)) => Shows::Nothing,
                (SessionState::Ready, Some(false)) => Shows::Fields,
            }
        })
    });
    let again = Callback::new(move |()| session.with_value(ParameterSession::retry));
    let said = Memo::new(move |_| {
        if shows.get() != Shows::Fields {
            return String::new();
        }
        session.with_value(|session| {
            let count = session.with(|form| form.rules().map_or(0, <[_]>::len));
            let by = match session.checked_by() {
                CheckedBy::ControlPlane => "checked by the control plane as you type",
                CheckedBy::Here => "checked here, and by the control plane when they are sent",
            };
            let fields = if count == 1 { "field" } else { "fields" };
            format!("{count} {fields}; {by}")
        })
    });
    view! {
        <section class="sec form">
            <header><h2>"Parameters"</h2><span class="small muted">{move || said.get()}</span></header>
            <Remarks session/>
            {move || match shows.get() {
                Shows::Loading => view! { <AfterAMoment><p class="say-parts" role="status">"Asking what this version asks for"</p></AfterAMoment> }.into_any(),
                Shows::Waiting(said) => view! { <Importing said/> }.into_any(),
                Shows::Refused(error) if error.kind == Kind::Aborted => ().into_any(),
                Shows::Refused(error) => problem(&error, SUBJECT, false, again, Vec::new()),
                Shows::Nothing => view! { <p class="say-parts">"This version asks for nothing."</p> }.into_any(),
                Shows::Fields => view! { <Fields session/> }.into_any(),
            }}
        </section>
    }
}

/// The version is being imported: what the control plane says, and that it is asked again by itself.
#[component]
fn Importing(said: String) -> impl IntoView {
    let text = format!(
        "“{}.” Gantry asks again by itself; the fields appear once it has been imported.",
        said.trim_end_matches('.')
    );
    view! { <div role="status"><StateBlock mark="clock" title="This version is being imported still" text/></div> }
}

/// What the control plane says of the form as a whole.
#[component]
fn Remarks(session: StoredValue<ParameterSession>) -> impl IntoView {
    let remarks = Memo::new(move |_| {
        session.with_value(|session| {
            session.with(|form| {
                let each = |one: &Diagnostic| (one.severity == Severity::Error, sentence(one));
                form.general().iter().map(each).collect::<Vec<_>>()
            })
        })
    });
    let missing = Memo::new(move |_| {
        session.with_value(|session| session.with(|form| left_out::without("this form", form.left_out())))
    });
    view! {
        <LeftOutBanner said=missing/>
        <For each=move || remarks.get() key=Clone::clone let((is_error, text))>
            <Banner
                tone=if is_error { BannerTone::Bad } else { BannerTone::Warn }
                title=if is_error { "The control plane cannot take this form." } else { "The control plane remarks:" }
                text/>
        </For>
    }
}

#[component]
fn Fields(session: StoredValue<ParameterSession>) -> impl IntoView {
    let names = Memo::new(move |_| {
        session.with_value(|session| {
            session.with(|form: &Form| {
                form.rules().unwrap_or_default().iter().map(|rule| rule.name.clone()).collect::<Vec<_>>()
            })
        })
    });
    view! { <div><For each=move || names.get() key=Clone::clone let(name)><FieldRow session name/></For></div> }
}
