//! What a question says of the credits that a build takes. A warning and never a lock: what a build costs is known once
//! it is planned. Pure.

use super::{Consequence, Known, Row, Weight, line};
use crate::model::consequences::MadeOf;
use crate::model::quota::{Anew, Before, Forecast, Price, forecast, forecast_anew};
use crate::model::wording::credits_are;

/// What its start costs then, beside what it holds now; and what the quota would say to that. `then` is what the
/// version makes that it gets; `stops_first` with what the stop before the start keeps.
pub(super) fn credits(
    row: &Row,
    then: &MadeOf,
    known: &Known,
    stops_first: Option<i64>,
) -> (Option<(&'static str, String)>, Option<Consequence>) {
    let Price { credits: cost, source } = known.price.unwrap_or_else(|| Price::of_version(then));
    let now = row.daily_cost;
    if cost == 0 && now == 0 {
        return (None, None);
    }
    let said = known.quota.map(|(consumed, budget)| {
        let before = Before { consumed, budget, held: now };
        stops_first.map_or_else(|| Anew::Start(forecast(before, cost)), |kept| forecast_anew(before, kept, cost))
    });
    let fits = match said {
        Some(Anew::Start(Forecast::Fits { left })) => format!(", fits ({left} left then)"),
        Some(Anew::Start(Forecast::Cheaper { .. })) => ", passes: it costs less than before".to_owned(),
        _ => String::new(),
    };
    let fact = Some(("Credits", format!("{now} now, about {cost} then{fits}")));
    let (missing, stays) = match said {
        Some(Anew::StopRefused { missing }) => (missing, "its stop would be refused, and nothing is started"),
        Some(Anew::Start(Forecast::Refused { missing })) if stops_first.is_some() => {
            (missing, "its stop passes, its start would be refused")
        }
        Some(Anew::Start(Forecast::Refused { missing })) => (missing, "its build would be refused"),
        _ => return (fact, None),
    };
    let place = &row.organization_name;
    let text = format!("{} missing in {place}, as far as {} tells: {stays}.", credits_are(missing), source.by());
    (fact, Some(line(Weight::Change, text)))
}

/// What the quota would say to its stop, where that is refused: a stop is checked as a start is, a delete never.
pub(super) fn stop_refused(row: &Row, known: &Known) -> Option<Consequence> {
    let (consumed, budget) = known.quota?;
    let kept = known.now.known()?.stopped_cost;
    let Forecast::Refused { missing } = forecast(Before { consumed, budget, held: row.daily_cost }, kept) else {
        return None;
    };
    let (missing, place) = (credits_are(missing), &row.organization_name);
    let text = format!(
        "{missing} missing in {place}, as far as the version tells: its stop would be refused, for it keeps as much as it \
         holds. A delete is never refused."
    );
    Some(line(Weight::Change, text))
}
