//! When the owner's quiet hours begin, which is when the stops come that the template requires; where the deployment
//! has them, and lets its users set their own. May import `panels` and below.

use crate::api::error::{ApiError, Kind};
use crate::api::users as calls;
use crate::browser::{clock_text, zones};
use crate::components::button::Button;
use crate::components::icon::icon_with;
use crate::components::unique_id;
use crate::model::row::Row;
use crate::model::schedule::Weekly;
use crate::panels::asked::asked;
use crate::panels::problem::{MISSING, Subject, problem};
use crate::panels::refusal::refusal;
use crate::store::toasts::Tone;
use crate::store::use_stores;
use crate::wire::id::Id;
use leptos::prelude::*;
use leptos::task::spawn_local;

const SUBJECT: Subject = Subject { noun: "the quiet hours", verb: "say the quiet hours", missing: MISSING };

/// The section; nothing where the control plane knows no quiet hours.
#[component]
pub(super) fn Quiet(row: Memo<Option<Row>>) -> impl IntoView {
    let stores = use_stores();
    let owner = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.owner_id)));
    let client = stores.client.clone();
    let known = asked(move || owner.get().map(|owner| calls::quiet_hours(&client, owner)));
    let session = stores.session.clone();
    let mine = Memo::new(move |_| session.user().map(|user| user.user.id) == owner.get());
    let again = Callback::new(move |()| known.again());
    let weekly =
        Memo::new(move |_| known.ready().and_then(|hours| Weekly::read(&hours.as_ref().as_ref()?.raw_schedule)));
    let said = move || {
        let hours = known.ready()?;
        let hours = hours.as_ref().as_ref()?;
        let name = row.with(|row| row.as_ref().map(|row| row.owner_name.to_string()).unwrap_or_default());
        let whose = if mine.get() { "Yours".to_owned() } else { format!("Those of {name}") };
        let when = weekly
            .get()
            .map_or_else(|| hours.raw_schedule.clone(), |weekly| format!("{}, {}", weekly.clock(), weekly.zone));
        let by = if hours.user_set { "" } else { ", as the deployment has it" };
        let fixed = if mine.get() && !hours.user_can_set { " The deployment sets them for everybody." } else { "" };
        Some(format!("{whose} begin at {when}{by}. A stop that a template requires comes then.{fixed}"))
    };
    let is_there = move || known.ready().is_some_and(|hours| hours.is_some());
    let may_set = move || {
        mine.get() && known.ready().is_some_and(|hours| hours.as_ref().as_ref().is_some_and(|hours| hours.user_can_set))
    };
    // Without the licence there is nothing to say.
    let failed = move || known.error().filter(|error| error.kind != Kind::Forbidden);
    view! {
        {move || failed().map(|error| problem(&error, SUBJECT, false, again, Vec::new()))}
        <Show when=is_there>
            <section class="sec form" aria-label="Quiet hours">
                <header><h2>"Quiet hours"</h2></header>
                <div>
                    <p class="say-parts">{said}</p>
                    {move || may_set().then(|| weekly.get().zip(owner.get())).flatten().map(|(weekly, owner)| view! { <Edit weekly owner again/> })}
                </div>
            </section>
        </Show>
    }
}

/// The fields, and what sends them.
#[component]
fn Edit(weekly: Weekly, owner: Id, again: Callback<()>) -> impl IntoView {
    let stores = StoredValue::new(use_stores());
    let (time, zone) = (RwSignal::new(weekly.clock()), RwSignal::new(weekly.zone.clone()));
    let (busy, refused) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let names = zones::zone_names(&[&clock_text::zone(), &weekly.zone]);
    let before = weekly.clone();
    let wanted = Memo::new(move |_| {
        let typed = time.get();
        let (hour, minute) = typed.split_once(':')?;
        let (hour, minute) = (hour.parse::<u8>().ok()?, minute.parse::<u8>().ok()?);
        (hour < 24 && minute < 60).then(|| Weekly { zone: zone.get(), hour, minute, days: [true; 7] })
    });
    let reason = Signal::derive(move || {
        if busy.get() {
            return Some("The control plane is being asked.".to_owned());
        }
        match wanted.get() {
            None => Some("Say a time of day.".to_owned()),
            Some(wanted) if wanted == before => Some("Nothing is changed.".to_owned()),
            Some(_) => None,
        }
    });
    let save = move || {
        let Some(wanted) = wanted.get_untracked().filter(|_| reason.with_untracked(Option::is_none)) else { return };
        busy.set(true);
        refused.set(None);
        let (client, toasts) = stores.with_value(|stores| (stores.client.clone(), stores.toasts.clone()));
        spawn_local(async move {
            let answer = calls::set_quiet_hours(&client, owner, wanted.cron()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    toasts.show(
                        Tone::Good,
                        "Your quiet hours are saved; they count from the next start on.".to_owned(),
                        None,
                        None,
                    );
                    again.run(());
                }
                Err(error) => drop(refused.try_set(Some(error))),
            }
        });
    };
    let (at, place) = (unique_id("quiet"), unique_id("quiet-zone"));
    view! {
        <form on:submit=move |event| { event.prevent_default(); save(); }>
            <div class="line-up">
                <label class="soft" for=at.clone()>"Begin at"</label>
                <span class="field w"><input id=at type="time" prop:value=move || time.get() on:input=move |event| time.set(event_target_value(&event))/></span>
                <span class="field">
                    <select id=place aria-label="Zone of the quiet hours" on:change=move |event| zone.set(event_target_value(&event))>
                        {names.into_iter().map(|name| {
                            let (value, chosen) = (name.clone(), name.clone());
                            view! { <option value=value selected=move || zone.with(|zone| *zone == chosen)>{name}</option> }
                        }).collect_view()}
                    </select>
                    {icon_with("down", "tail")}
                </span>
                <Button class="s" submit=true reason on_click=|()| ()>"Save quiet hours"</Button>
            </div>
            {move || refused.get().map(|error| refusal("The quiet hours stay as they were.", &error))}
        </form>
    }
}
