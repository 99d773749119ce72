//! The form as a whole: what it begins with, its sections, and sending it. May import `panels` and below.

use super::accounts::Accounts;
use super::bar::{Bar, SCHEDULE, in_the_way, waits_for};
use super::consent::Consent;
use super::kept::{self, FROM_LINK};
use super::name::{Name, suggested};
use super::notices::Notices;
use super::owner::OwnerRow;
use super::preset::{self, PresetRow};
use super::side::Side;
use super::source::Source;
use super::state::{FormState, Owner, Refused};
use super::version::VersionRow;
use crate::api::error::{ApiError, Kind};
use crate::api::{parameters, templates as calls};
use crate::browser::{clock_text, page};
use crate::components::template_icon::TemplateIcon;
use crate::model::creation::{Autofill, Draft, Mode, Said, copy_of, hindrance_of_version, next_free, refusal};
use crate::model::parameters::{FormFor, Purpose};
use crate::model::schedule::{ScheduleDraft, limits};
use crate::panels::asked::asked;
use crate::panels::go::use_go;
use crate::panels::here::looks_at;
use crate::panels::parameter_form::ParameterForm;
use crate::panels::schedule_fields::ScheduleFields;
use crate::paths;
use crate::store::creation::{Attempts, Outcome};
use crate::store::parameters::{ParameterForms, ParameterSession, SessionState};
use crate::store::toasts::Tone;
use crate::store::use_stores;
use crate::wire::id::Id;
use crate::wire::parameter::ParameterValue;
use crate::wire::template::Template;
use crate::wire::template_version::CreateWorkspaceRequest;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use std::time::Duration;

/// How often a version that is being imported is asked for.
const LOOK: Duration = Duration::from_secs(3);

/// The form.
#[component]
pub(super) fn Form(template: Arc<Template>, autofill: Arc<Autofill>, source: Source, search: String) -> impl IntoView {
    let turn = RwSignal::new(0_u32);
    let key = kept::key(&template.organization_name, &template.name);
    let kept_key = key.clone();
    let afresh = Callback::new(move |()| {
        kept::forget(kept_key.as_deref());
        turn.update(|turn| *turn += 1);
    });
    move || {
        turn.track();
        let draft = kept::read(key.as_deref(), &search);
        view! {
            <Fields template=Arc::clone(&template) autofill=Arc::clone(&autofill) source=source.clone() search=search.clone() key=key.clone() draft afresh/>
        }
    }
}

#[component]
fn Fields(
    template: Arc<Template>,
    autofill: Arc<Autofill>,
    source: Source,
    search: String,
    key: Option<String>,
    draft: Option<Draft>,
    afresh: Callback<()>,
) -> impl IntoView {
    let organization_id = template.organization_id;
    looks_at(move || Some(organization_id));
    let stores = use_stores();
    let me = stores
        .session
        .signed_in()
        .map(|signed_in| Owner { id: signed_in.user.id, username: signed_in.user.username.clone() });
    // The version of what is copied, where a new workspace may have another than the active one.
    let copied_version =
        source.version.filter(|_| source.template == Some(template.id) && !template.require_active_version);
    let wanted = autofill.version.clone().and_then(Result::ok);
    let first_version = draft.as_ref().and_then(|draft| draft.version).or(wanted).or(copied_version);
    let version = RwSignal::new(first_version.unwrap_or(template.active_version_id));
    let client = stores.client.clone();
    let answer = asked(move || Some(calls::version(&client, version.get())));
    let hindrance = Memo::new(move |_| answer.ready().and_then(|version| hindrance_of_version(&version)));
    // What can be asked of: nothing comes of a version that is not imported.
    let usable = Memo::new(move |_| {
        let known = answer.ready().filter(|_| hindrance.with(Option::is_none))?;
        (known.id == version.get()).then_some(known.id)
    });
    let client = stores.client.clone();
    let presets = asked(move || usable.get().map(|version| parameters::presets(&client, version)));
    let client = stores.client.clone();
    let accounts = asked(move || usable.get().map(|version| calls::external_auth(&client, version)));
    let named = draft.as_ref().and_then(|draft| draft.name.clone()).or_else(|| autofill.name.clone());
    let copy = source.name.as_deref().filter(|_| source.trouble.is_none()).map(copy_of);
    let chosen_name = named.or(copy);
    let limits = limits(&template);
    let usual = ScheduleDraft::of(None, limits.default_ttl_ms, &limits, &clock_text::zone());
    let schedule = draft
        .as_ref()
        .and_then(|draft| draft.schedule.clone())
        .map_or_else(|| usual.clone(), |kept| kept.over(usual.clone()));
    let state = FormState {
        template: StoredValue::new(Arc::clone(&template)),
        autofill: StoredValue::new(Arc::clone(&autofill)),
        is_suggested: RwSignal::new(chosen_name.is_none()),
        name: RwSignal::new(chosen_name.unwrap_or_else(suggested)),
        owner: RwSignal::new(
            draft
                .as_ref()
                .and_then(|draft| draft.owner.clone())
                .map(|owner| Owner { id: owner.id, username: owner.username })
                .or_else(|| me.clone()),
        ),
        version,
        answer,
        hindrance,
        presets,
        preset: RwSignal::new(None),
        chose_preset: RwSignal::new(draft.as_ref().is_some_and(|draft| draft.chose_preset)),
        accounts,
        session: RwSignal::new(None),
        session_of: RwSignal::new(None),
        schedule: RwSignal::new(schedule),
        usual_schedule: StoredValue::new(usual),
        limits: StoredValue::new(limits),
        is_sending: RwSignal::new(false),
        refused: RwSignal::new(None),
    };
    Effect::new(move |_| {
        if hindrance.with(|hindrance| hindrance.as_ref().is_some_and(|hindrance| hindrance.waits))
            && let Ok(handle) = set_interval_with_handle(move || answer.look_again(), LOOK)
        {
            on_cleanup(move || handle.clear());
        }
    });
    let restored = RwSignal::new(draft.is_some());
    open_session(state, usable, source.values.clone(), draft);
    kept::keep(state, key.clone(), search, me);
    // Whatever is changed after a refusal is another wish.
    Effect::new(move |before: Option<()>| {
        state.name.track();
        state.owner.track();
        state.version.track();
        if before.is_some() && !state.is_sending.get_untracked() {
            state.refused.set(None);
        }
    });
    let send = sender(state, key);
    let read_anew = Callback::new(move |()| {
        state.refused.set(None);
        state.answer.again();
        state.presets.again();
        state.accounts.again();
        if let Some(session) = state.session.get_untracked() {
            session.retry();
        }
    });
    let another_name = Callback::new(move |()| {
        let taken = [state.name.get_untracked()];
        state.name.update(|name| *name = next_free(name, &taken));
        state.is_suggested.set(false);
        page::focus(super::name::FIELD);
    });
    let label = if template.display_name.is_empty() { template.name.clone() } else { template.display_name.clone() };
    let organization_label = if template.organization_display_name.is_empty() {
        template.organization_name.clone()
    } else {
        template.organization_display_name.clone()
    };
    let (organization, name) = (template.organization_name.clone(), template.name.clone());
    let is_auto = autofill.mode == Mode::Auto;
    let owner_name = move || state.owner.get().map(|owner| owner.username);
    view! {
        <div class="hero">
            <div class="ttl">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <a href=paths::templates()>"Templates"</a>"/"
                    <a href=paths::templates_found(Some(&format!("organization:{organization}")))>{organization_label}</a>"/"
                    <a href=paths::template(&organization, &name)>{label.clone()}</a>"/"
                </nav>
                <TemplateIcon icon=template.icon.clone() name=label/>
                <h1 tabindex="-1">"New workspace"</h1>
            </div>
            <p class="say">{move || state.known_version().map(|version| view! { "Version "<b>{version.name.clone()}</b>". " })}{move || owner_name().map(|name| view! { "For "<b>{name}</b>"." })}</p>
        </div>
        <Notices state source restored afresh/>
        {is_auto.then(|| view! { <Consent state on_send=send/> })}
        <form class="new" on:submit=move |event| { event.prevent_default(); send.run(()); }>
            <div class="cols">
                <div class="form">
                    <section class="sec"><header><h2>"Workspace"</h2></header><div>
                        <Name state/><OwnerRow state/><VersionRow state/><PresetRow state/>
                    </div></section>
                    <Accounts state/>
                    {move || state.session.get().map(|session| view! { <ParameterForm session/> })}
                    <section class="sec form">
                        <header><h2 id=SCHEDULE tabindex="-1">"Schedule"</h2><span class="small muted">"can be changed later"</span></header>
                        <div>
                            <ScheduleFields draft=state.schedule limits=state.limits.get_value()/>
                            {state.limits.with_value(|limits| limits.notes.iter().map(|note| view! { <p class="say-parts small muted">{note.clone()}</p> }).collect_view())}
                        </div>
                    </section>
                </div>
                <div><Side state/></div>
            </div>
            <Bar state on_send=send on_read_anew=read_anew on_another_name=another_name/>
        </form>
    }
}

/// Opens the parameters of the version, and lays over them what is known beforehand: the preset, the link, what was
/// kept. Another version keeps what was filled in by hand.
fn open_session(state: FormState, usable: Memo<Option<Id>>, copied: Vec<ParameterValue>, draft: Option<Draft>) {
    let forms = ParameterForms::new(&use_stores().client);
    let draft = StoredValue::new(draft);
    let copied = StoredValue::new(copied);
    let is_copy = state.autofill.with_value(|autofill| autofill.mode == Mode::Duplicate);
    Effect::new(move |_| {
        let (Some(version), Some(presets)) = (usable.get(), state.presets.get()) else { return };
        if state.session_of.get_untracked() == Some(version) {
            return;
        }
        let before = state.session.get_untracked();
        let by_hand = before.as_ref().map(|session| untrack(|| session.with(kept::by_hand))).unwrap_or_default();
        let chosen = untrack(|| state.chosen()).map(|preset| preset.name);
        let session = forms.open(FormFor {
            version,
            owner: state.owner.get_untracked().map(|owner| owner.id).unwrap_or_default(),
            held: copied.get_value(),
            classic: state.template.with_value(|template| template.use_classic_parameter_flow),
            purpose: Purpose::Create,
        });
        let presets = presets.map(|each| each.items.clone()).unwrap_or_default();
        let draft = draft.try_update_value(Option::take).flatten();
        let preset = match (&draft, chosen) {
            (Some(draft), _) if draft.chose_preset => draft.preset,
            (_, Some(name)) => presets.iter().find(|preset| preset.name == name).map(|preset| preset.id),
            (_, None) if before.is_some() => None,
            _ => {
                state.autofill.with_value(|autofill| preset::first(&presets, autofill.preset.as_deref(), autofill.mode))
            }
        };
        state.preset.set(preset);
        preset::apply(&session, presets.iter().find(|one| Some(one.id) == preset));
        state.autofill.with_value(|autofill| {
            if !autofill.leaves_values_out() {
                session.apply(&autofill.values, FROM_LINK);
            }
        });
        if let Some(draft) = draft {
            session.apply(&draft.values, "");
        }
        session.apply(&by_hand, "");
        state.session.set(Some(session));
        state.session_of.set(Some(version));
    });
    // What the link fixes is known once the parameters are.
    Effect::new(move |_| {
        let Some(session) = state.session.get() else { return };
        let names = session
            .with(|form| form.rules().map(|rules| rules.iter().map(|rule| rule.name.clone()).collect::<Vec<_>>()));
        let Some(names) = names else { return };
        state.autofill.with_value(|autofill| {
            let fixed = autofill.fixed(names.iter().map(String::as_str));
            if !fixed.is_empty() && session.with_untracked(|form| form.frozen().len()) != fixed.len() {
                session.freeze(fixed);
            }
        });
    });
    if is_copy {
        leave_secrets_out(state, usable, copied);
    }
}

/// Secrets of a workspace that is copied are not copied; which of its values are secret is known once the parameters
/// are.
fn leave_secrets_out(state: FormState, usable: Memo<Option<Id>>, copied: StoredValue<Vec<ParameterValue>>) {
    let looked_at = StoredValue::new(None::<Id>);
    Effect::new(move |_| {
        let Some(session) = state.session.get() else { return };
        if session.state() != SessionState::Ready || looked_at.get_value() == usable.get_untracked() {
            return;
        }
        let secret = session.with(|form| {
            let rules = form.rules().unwrap_or_default();
            rules.iter().filter(|rule| rule.is_secret()).map(|rule| rule.name.clone()).collect::<Vec<_>>()
        });
        looked_at.set_value(usable.get_untracked());
        session.forget_held(&secret);
        copied.update_value(|copied| copied.retain(|value| !secret.contains(&value.name)));
        // What no longer fits is shown at once: nobody filled it in here.
        let _may_be_sent = session.try_it();
    });
}

/// What sends the form: once at a time, and only when nothing stands in the way.
fn sender(state: FormState, key: Option<String>) -> Callback<()> {
    let stores = use_stores();
    let go = use_go();
    let (client, clock, toasts) = (stores.client.clone(), stores.clock.clone(), stores.toasts.clone());
    let permissions = stores.permissions.clone();
    let attempts = StoredValue::new_local(Attempts::default());
    Callback::new(move |()| {
        if state.is_sending.get_untracked() {
            return;
        }
        let Some(session) = state.session.get_untracked() else { return };
        let may = session.try_it();
        let hindered = untrack(|| waits_for(state).is_some() || !in_the_way(state).is_empty());
        let Some(owner) = state.owner.get_untracked().filter(|_| may && !hindered) else { return };
        let (autostart_schedule, ttl_ms) = state.sent_schedule();
        let request = CreateWorkspaceRequest {
            template_version_id: state.version.get_untracked(),
            name: state.name.get_untracked(),
            template_version_preset_id: untrack(|| preset::sent(state)),
            rich_parameter_values: untrack(|| session.values()),
            autostart_schedule,
            ttl_ms,
        };
        state.is_sending.set(true);
        state.refused.set(None);
        let (client, key, toasts, now) = (client.clone(), key.clone(), toasts.clone(), clock.now());
        let permissions = permissions.clone();
        spawn_local(async move {
            // It goes on although the page is left: what was made is told then.
            let mut tried = attempts.try_get_value().unwrap_or_default();
            let outcome = tried.ask(&client, &owner.username, &request, now).await;
            attempts.try_set_value(tried);
            let is_here = state.is_sending.try_set(false).is_none();
            match outcome {
                Outcome::Made { owner, name } => {
                    kept::forget(key.as_deref());
                    if is_here {
                        go.instead(paths::workspace(&owner, &name));
                    } else {
                        let link = ("Open it".to_owned(), paths::workspace(&owner, &name));
                        toasts.show(Tone::Good, format!("{name} was made and is being built."), None, Some(link));
                    }
                }
                Outcome::Refused(error) => {
                    if error.kind == Kind::Forbidden {
                        permissions.doubt(None);
                    }
                    refuse(state, &session, &request.name, &error, false);
                }
                Outcome::Unknown(error) => refuse(state, &session, &request.name, &error, true),
            }
        });
    })
}

/// Shows a refusal where it belongs.
fn refuse(state: FormState, session: &ParameterSession, name: &str, error: &ApiError, is_unsure: bool) {
    let names = session.with_untracked(|form| {
        form.rules().unwrap_or_default().iter().map(|rule| rule.name.clone()).collect::<Vec<_>>()
    });
    let validations: Vec<(String, String)> =
        error.validations.iter().map(|one| (one.field.clone(), one.detail.clone())).collect();
    let said = Said {
        status: error.status,
        message: &error.message,
        detail: error.detail.as_deref().unwrap_or_default(),
        validations: &validations,
        retry_after_ms: error.retry_after_ms,
    };
    let refusal = refusal(said, &names);
    session.refuse(&refusal.parameters);
    let at_name = refusal.name.is_some();
    let first = refusal.parameters.first().map(|(name, _)| session.field_id(name, ""));
    let refused = Refused { refusal, name: name.to_owned(), request_id: error.request_id.clone(), is_unsure };
    if state.refused.try_set(Some(refused)).is_some() {
        return;
    }
    request_animation_frame(move || {
        if at_name {
            page::focus(super::name::FIELD);
        } else if let Some(first) = first {
            page::focus(&first);
        }
    });
}
