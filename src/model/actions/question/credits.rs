//! What a question says of the credits that the next start takes. A warning and never a lock: what a build costs is
//! known once it is planned. Pure.

use super::{Consequence, Row, Weight, line};
use crate::model::consequences::MadeOf;
use crate::model::quota::{Before, Forecast, forecast, forecast_anew};

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
    let (missing, are) =
        if missing == 1 { ("1 credit".to_owned(), "is") } else { (format!("{missing} credits"), "are") };
    let stays = if stops_first { "its stop passes, its start would be refused" } else { "its build would be refused" };
    let text = format!("{missing} {are} missing in {}, as far as the version tells: {stays}.", row.organization_name);
    (fact, Some(line(Weight::Change, text)))
}
