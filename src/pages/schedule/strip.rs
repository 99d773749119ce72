//! The next seven days as a strip, and the same in words. May import `panels` and below.

use crate::browser::clock_text::{self, Viewer};
use crate::browser::zones::BrowserZones;
use crate::model::duration::{self, LocalTime as _};
use crate::model::row::Row;
use crate::model::schedule::{Happening, Spent, Week, Zoned, other_zone};
use leptos::prelude::*;

const DAY_MS: i64 = 86_400_000;

/// What is shown of a stretch: its class in the picture.
fn class_of(spent: Spent) -> &'static str {
    match spent {
        Spent::Running => "d-run",
        Spent::Planned => "p-est",
        Spent::Skipped => "d-skip",
        Spent::Dormant => "d-dorm",
    }
}

/// What happens, in a few words.
fn words(what: Happening) -> &'static str {
    match what {
        Happening::Start => "starts by its schedule",
        Happening::Skipped => "would start, and will not",
        Happening::Stop => "stops",
        Happening::RequiredStop => "stops, required by the template",
        Happening::Dormant => "becomes dormant, if nobody uses it",
        Happening::Deleted => "is deleted, if it is dormant still",
    }
}

/// All that happens, in a line.
fn in_a_line(week: &Week, now: i64) -> String {
    let told = week.events.iter().map(|(at, what)| format!("{} {}", duration::at(*at, now, &Viewer), words(*what)));
    let told = told.collect::<Vec<_>>().join("; ");
    if told.is_empty() { "Nothing is planned.".to_owned() } else { format!("{told}.") }
}

/// What follows the day of the week in a date: ` 29 Nov`.
fn rest_of_date(at: i64) -> String {
    Viewer.date(at).split_once(' ').map(|(_, rest)| format!(" {rest}")).unwrap_or_default()
}

/// The picture.
#[component]
pub(super) fn Strip(
    plan: Memo<Week>,
    /// The same if what is filled in is saved, where it would be another.
    if_saved: Memo<Option<Week>>,
    minute: Memo<i64>,
) -> impl IntoView {
    // The picture begins with the day that it is where the reader is.
    let begin = Memo::new(move |_| {
        let now = minute.get();
        let today = Viewer.day(now);
        let mut at = now / 3_600_000 * 3_600_000;
        // Half an hour at a time: not every zone is a whole hour from the others.
        while Viewer.day(at - 1_800_000) == today {
            at -= 1_800_000;
        }
        at
    });
    let percent = move |at: i64| {
        let part = (at - begin.get()) as f64 / (7 * DAY_MS) as f64;
        part.clamp(0.0, 1.0) * 100.0
    };
    let days = move || {
        (0..7_i64)
            .map(|day| {
                let at = begin.get() + day * DAY_MS;
                let x = format!("{:.3}%", percent(at));
                let class = if day == 0 { "c-txt strong" } else { "c-txt" };
                view! {
                    <line class="c-grid" x1=x.clone() x2=x.clone() y1="0" y2="76"></line>
                    <text class=class x=x dx="6" y="16">{Viewer.weekday(at + DAY_MS / 2)}<tspan class="wide">{rest_of_date(at + DAY_MS / 2)}</tspan></text>
                }
            })
            .collect_view()
    };
    let runs = move || {
        let drawn = plan.with(|plan| plan.runs.clone()).into_iter().filter_map(|(from, to, spent)| {
            let (from, to) = (percent(from), percent(to));
            (to > from).then(|| view! { <rect class=class_of(spent) x=format!("{from:.3}%") width=format!("{:.3}%", to - from) y="28" height="24"></rect> })
        });
        drawn.collect_view()
    };
    // What saving would add or move, over what is planned.
    let changed = move || {
        let saved = if_saved.get().map(|week| week.runs).unwrap_or_default();
        let planned = plan.with(|plan| plan.runs.clone());
        let drawn = saved.into_iter().filter(|run| run.2 == Spent::Planned && !planned.contains(run)).filter_map(|(from, to, _)| {
            let (from, to) = (percent(from), percent(to));
            (to > from).then(|| view! { <rect class="d-new" x=format!("{from:.3}%") width=format!("{:.3}%", to - from) y="24.5" height="31"></rect> })
        });
        drawn.collect_view()
    };
    let times = move || {
        let drawn = plan.with(Week::spans).into_iter().map(|(from, to)| {
            let x = format!("{:.3}%", percent(from));
            view! { <text class="c-txt wide" x=x y="70">{format!("{} to {}", Viewer.clock(from), Viewer.clock(to))}</text> }
        });
        drawn.collect_view()
    };
    let limits = move || {
        let all = plan.with(|plan| plan.events.clone());
        all.into_iter()
            .filter(|(at, what)| {
                matches!(what, Happening::RequiredStop | Happening::Deleted | Happening::Dormant)
                    && *at < begin.get() + 7 * DAY_MS
            })
            .map(|(at, _)| {
                let x = format!("{:.3}%", percent(at));
                view! { <line class="q-lim" x1=x.clone() x2=x y1="24" y2="56"></line> }
            })
            .collect_view()
    };
    let now = move || format!("{:.3}%", percent(minute.get()));
    let label = move || {
        let now = minute.get();
        let saved = if_saved.with(|week| week.as_ref().map(|week| in_a_line(week, now)));
        let saved = saved.map(|saved| format!(" If it is saved: {saved}")).unwrap_or_default();
        let told = plan.with(|plan| in_a_line(plan, now));
        format!("{told}{saved}")
    };
    view! {
        <p class="say-parts small">
            <svg class="sw" aria-hidden="true"><rect class="d-run" width="100%" height="100%"></rect></svg>"running, "
            <svg class="sw" aria-hidden="true"><rect class="p-est" width="100%" height="100%"></rect></svg>"planned, "
            <svg class="sw" aria-hidden="true"><rect class="d-skip" width="100%" height="100%"></rect></svg>"will not start, "
            <svg class="sw" aria-hidden="true"><rect class="d-dorm" width="100%" height="100%"></rect></svg>"dormant, "
            <svg class="sw" aria-hidden="true"><line class="q-lim" x1="5" x2="5" y1="0" y2="10"></line></svg>"required stop, dormancy or deletion"
            <Show when=move || if_saved.with(Option::is_some)>
                ", "<svg class="sw" aria-hidden="true"><rect class="d-new" width="100%" height="100%"></rect></svg>"if it is saved"
            </Show>
        </p>
        <svg class="days" height="76" role="img" aria-label=label>
            {days}{runs}{changed}{times}{limits}
            <line class="c-now" x1=now x2=now y1="20" y2="60"></line>
        </svg>
    }
}

/// The same as a table.
#[component]
pub(super) fn InWords(row: Memo<Option<Row>>, plan: Memo<Week>, minute: Memo<i64>) -> impl IntoView {
    let here = clock_text::zone();
    // The zone of its schedule, where one of these moments has other clocks there.
    let there = Memo::new(move |_| {
        row.with(|row| {
            let cron = row.as_ref()?.autostart.clone()?;
            plan.with(|plan| plan.events.iter().find_map(|(at, _)| other_zone(Some(&cron), &here, *at, &BrowserZones)))
        })
    });
    let lines = move || {
        let now = minute.get();
        plan.with(|plan| plan.events.clone())
            .into_iter()
            .map(|(at, what)| {
                view! {
                    <tr>
                        <td>
                            {duration::at_in_sentence(at, now, &Viewer)}
                            {there.get().map(|zone| {
                                let clock = duration::at(at, now, &Zoned { name: &zone, zones: &BrowserZones });
                                view! { <span class="small muted there">{format!("{clock} there")}</span> }
                            })}
                        </td>
                        <td class="muted">{duration::left(at - now)}</td>
                        <td>{words(what)}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <Show
            when=move || plan.with(|plan| !plan.events.is_empty())
            fallback=|| view! { <p class="say-parts">"Nothing is planned."</p> }
        >
            <table class="dt plain flush compact plan">
                <thead><tr><th class="c-at" scope="col">"When"</th><th class="c-in" scope="col">"In"</th><th scope="col">"What"</th></tr></thead>
                <tbody>{lines}</tbody>
            </table>
            {move || there.get().map(|zone| view! { <p class="say-parts small muted">{format!("There: in {zone}, the zone of its schedule.")}</p> })}
        </Show>
    }
}
