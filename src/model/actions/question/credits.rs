//! What a question says of the credits that the next start takes. A warning and never a lock: what a build costs is
//! known once it is planned. Pure.

use super::{Consequence, Row, Weight, line};
use crate::model::consequences::MadeOf;
use crate::model::quota::{Before, Forecast, forecast, forecast_anew};
use crate::model::wording::credits_are;

/// What it costs then, beside what it costs now; and what the quota would say to that. `quota` is what is consumed and
/// allowed.
pub(super) fn credits(
    row: &Row,
    then: &MadeOf,
    quota: Option<(i64, i64)>,
    stops_first: bool,
) -> (Option<(&'static str, String)>, Option<Consequence>) {
    let (cost, now) = (then.daily_cost, row.daily_cost);
    if cost == 0 && now == 0 {
        return (None, None);
    }
    let said = quota.map(|(consumed, budget)| {
        let before = Before { consumed, budget, held: now };
        if stops_first { forecast_anew(before, cost) } else { forecast(before, cost) }
    });
    let fits = match said {
        Some(Forecast::Fits { left }) => format!(", fits ({left} left then)"),
        Some(Forecast::Cheaper { .. }) => ", passes: it costs less than before".to_owned(),
        _ => String::new(),
    };
    let fact = Some(("Credits", format!("{now} now, {cost} then{fits}")));
    let Some(Forecast::Refused { missing }) = said else { return (fact, None) };
    let stays = if stops_first { "its stop passes, its start would be refused" } else { "its build would be refused" };
    let (missing, place) = (credits_are(missing), &row.organization_name);
    let text = format!("{missing} missing in {place}, as far as the version tells: {stays}.");
    (fact, Some(line(Weight::Change, text)))
}
