//! The fields of a schedule: after what time it stops, and when it starts, on which days, in which zone; the same for a
//! new workspace and for one that is there. What the template forbids is there and says why. May import `store` and
//! below.

use crate::browser::zones::BrowserZones;
use crate::browser::{clock_text, zones};
use crate::components::icon::icon_with;
use crate::components::unique_id;
use crate::model::duration;
use crate::model::schedule::{self, Limits, ScheduleDraft, WEEK, Weekly};
use crate::store::use_stores;
use leptos::prelude::*;

/// The days in the order of a calendar: cron begins on Sunday, people on Monday.
const ORDER: [usize; 7] = [1, 2, 3, 4, 5, 6, 0];

/// The fields.
#[component]
pub(crate) fn ScheduleFields(
    /// What is filled in.
    draft: RwSignal<ScheduleDraft>,
    /// What the template allows.
    #[prop(into)]
    limits: Signal<Limits>,
) -> impl IntoView {
    view! { <Autostop draft limits/><Autostart draft limits/> }
}

/// What is said below a field: its rule, or what is wrong with it.
#[component]
fn Note<B, S>(id: String, is_bad: B, said: S) -> impl IntoView
where
    B: Fn() -> bool + Copy + Send + Sync + 'static,
    S: Fn() -> String + Send + Sync + 'static,
{
    view! {
        <div class="notes"><p class="note" id=id class:bad=is_bad>
            <Show when=is_bad>{icon_with("failed", "bad")}</Show>
            <span>{said}</span>
        </p></div>
    }
}

#[component]
fn Autostop(draft: RwSignal<ScheduleDraft>, limits: Signal<Limits>) -> impl IntoView {
    let (toggle, field) = (unique_id("autostop"), unique_id("ttl"));
    let note = StoredValue::new(unique_id("ttl-note"));
    let refused = Memo::new(move |_| limits.with(|limits| limits.stops.clone().err()));
    let wrong = Memo::new(move |_| draft.with(|draft| draft.ttl_ms().err()));
    let stops = Memo::new(move |_| draft.with(|draft| draft.stops));
    let said = move || {
        if let Some(why) = refused.get() {
            return why;
        }
        if let Some(why) = wrong.get() {
            return why;
        }
        let usual = limits.with(|limits| limits.default_ttl_ms);
        let usual = usual.map_or_else(
            || "the template has none".to_owned(),
            |ttl| format!("the template has {}", duration::setting(ttl)),
        );
        if stops.get() { format!("1 m to 30 d; {usual}.") } else { format!("It runs until it is stopped; {usual}.") }
    };
    let is_bad = move || refused.with(Option::is_none) && wrong.with(Option::is_some);
    view! {
        <div class="fr">
            <div class="lab"><label for=toggle.clone()>"Autostop"</label></div>
            <div class="ctl"><div class="line-up">
                <input id=toggle.clone() type="checkbox" role="switch" aria-describedby=note.get_value()
                    disabled=move || refused.with(Option::is_some)
                    prop:checked=move || stops.get()
                    on:change=move |event| draft.update(|draft| draft.stops = event_target_checked(&event))/>
                <Show when=move || stops.get() && refused.with(Option::is_none)>
                    <label class="soft" for=field.clone()>"after"<span class="vh">" how long"</span></label>
                    <span class="field" class:bad-value=move || wrong.with(Option::is_some)>
                        <input id=field.clone() type="text" autocomplete="off" spellcheck="false"
                            aria-invalid=move || wrong.with(Option::is_some).then_some("true") aria-describedby=note.get_value()
                            prop:value=move || draft.with(|draft| draft.ttl.clone())
                            on:input=move |event| draft.update(|draft| draft.ttl = event_target_value(&event))/>
                    </span>
                </Show>
            </div></div>
            <Note id=note.get_value() is_bad said/>
        </div>
    }
}

#[component]
fn Autostart(draft: RwSignal<ScheduleDraft>, limits: Signal<Limits>) -> impl IntoView {
    let (toggle, days) = (unique_id("autostart"), unique_id("days"));
    let note = StoredValue::new(unique_id("start-note"));
    let (time, zone) = (unique_id("time"), unique_id("zone"));
    let refused = Memo::new(move |_| limits.with(|limits| limits.starts.clone().err()));
    let allowed = Memo::new(move |_| limits.with(|limits| limits.starts.clone().unwrap_or([true; 7])));
    let wrong = Memo::new(move |_| draft.with(|draft| limits.with(|limits| draft.autostart(limits).err())));
    let starts = Memo::new(move |_| draft.with(|draft| draft.starts));
    let other = Memo::new(move |_| draft.with(|draft| draft.other.clone()));
    let now = use_stores().clock.now();
    let here = clock_text::zone();
    let names = StoredValue::new(zones::zone_names(&[&here, &draft.with_untracked(|draft| draft.zone.clone())]));
    let said = move || {
        if let Some(why) = refused.get().or_else(|| wrong.get()) {
            return why;
        }
        if !starts.get() {
            return "It starts when somebody starts it.".to_owned();
        }
        if let Some(cron) = other.get() {
            return format!("Its schedule is “{cron}”, which these fields cannot hold: it stays as it is.");
        }
        let within = "It is started within a minute of that time.";
        // As far as it is filled in well; what is wrong was said above.
        let cron = draft.with(|draft| limits.with(|limits| draft.autostart(limits))).ok().flatten();
        let weekly = cron.as_deref().and_then(Weekly::read);
        let here = weekly.and_then(|weekly| schedule::here(&weekly, &clock_text::zone(), now, &BrowserZones));
        here.map_or_else(|| within.to_owned(), |here| format!("{here} {within}"))
    };
    let is_bad = move || refused.with(Option::is_none) && wrong.with(Option::is_some);
    let day = move |place: usize| {
        let name = WEEK.get(place).copied().unwrap_or_default();
        let of = move |days: &[bool; 7]| days.get(place).copied().unwrap_or_default();
        let may = Memo::new(move |_| allowed.with(of));
        let on = Memo::new(move |_| draft.with(|draft| of(&draft.days)));
        let press = move |_| {
            // A day that is not allowed any more can be taken away still.
            if may.get_untracked() || on.get_untracked() {
                draft.update(|draft| {
                    if let Some(day) = draft.days.get_mut(place) {
                        *day = !*day;
                    }
                });
            }
        };
        view! {
            <button type="button" aria-pressed=move || on.get().to_string() aria-disabled=move || (!may.get()).then_some("true")
                title=move || (!may.get()).then_some("The template does not allow it.") on:click=press>{name}</button>
        }
    };
    let edits = move || starts.get() && refused.with(Option::is_none) && other.with(Option::is_none);
    view! {
        <div class="fr">
            <div class="lab"><label for=toggle.clone()>"Autostart"</label></div>
            <div class="ctl"><div class="line-up">
                <input id=toggle.clone() type="checkbox" role="switch" aria-describedby=note.get_value()
                    disabled=move || refused.with(Option::is_some) && !starts.get()
                    prop:checked=move || starts.get()
                    on:change=move |event| draft.update(|draft| draft.starts = event_target_checked(&event))/>
                <Show when=edits>
                    <label class="soft" for=time.clone()>"at"<span class="vh">" what time"</span></label>
                    <span class="field w">
                        <input id=time.clone() type="time" aria-describedby=note.get_value()
                            prop:value=move || draft.with(|draft| draft.time.clone())
                            on:input=move |event| draft.update(|draft| draft.time = event_target_value(&event))/>
                    </span>
                    <span class="field">
                        <select id=zone.clone() aria-label="Time zone"
                            on:change=move |event| draft.update(|draft| draft.zone = event_target_value(&event))>
                            {names.with_value(|names| names.iter().map(|name| {
                                let (value, text) = (name.clone(), name.clone());
                                let chosen = name.clone();
                                view! { <option value=value selected=move || draft.with(|draft| draft.zone == chosen)>{text}</option> }
                            }).collect_view())}
                        </select>
                        {icon_with("down", "tail")}
                    </span>
                </Show>
                <Show when=move || starts.get() && other.with(Option::is_some)>
                    <button type="button" class="btn s" on:click=move |_| draft.update(|draft| draft.other = None)>"Replace it"</button>
                </Show>
            </div></div>
            <Note id=note.get_value() is_bad said/>
        </div>
        <Show when=edits>
            <div class="fr">
                <div class="lab"><span id=days.clone()>"Days"</span></div>
                <div class="ctl"><div class="seg week" role="group" aria-labelledby=days.clone()>{ORDER.map(day).collect_view()}</div></div>
                <div class="notes"></div>
            </div>
        </Show>
    }
}
