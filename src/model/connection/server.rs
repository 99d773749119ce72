//! What the control plane itself is: its clock, its version, its licence. Pure.

use super::check::{Check, Topic};
use super::facts::{Answer, Facts};
use crate::model::duration;
use crate::model::wording::all_of;
use crate::wire::time::http_date_ms;
use json_tape::Tape;

/// An offset of the clocks beyond this is worth saying, in milliseconds.
const WORTH_SAYING_MS: i64 = 30_000;

/// The oldest and the newest server that Gantry is tested with.
const OLDEST: (u32, u32) = (2, 24);
const NEWEST: (u32, u32) = (2, 34);

/// How far this computer's clock is behind the server's, by each answer that has a date.
fn offset_ms(facts: &Facts) -> Option<i64> {
    let of = |answer: &Answer| {
        // A date has whole seconds, cut off.
        Some(http_date_ms(answer.header("date")?)? + 500 - answer.middle_ms)
    };
    let seen = [&facts.info, &facts.me, &facts.licence, &facts.proved];
    let mut offsets: Vec<i64> = seen.iter().filter_map(|seen| of(seen.answer()?)).collect();
    offsets.sort_unstable();
    offsets.get(offsets.len() / 2).copied()
}

pub(super) fn clock(facts: &Facts) -> Check {
    const TOPIC: Topic = Topic::Clock;
    match offset_ms(facts) {
        None => Check::unknown(TOPIC, "No answer had a Date."),
        Some(offset) if offset.abs() < WORTH_SAYING_MS => {
            Check::good(TOPIC, "this computer’s and the control plane’s agree, within a second or so")
        }
        Some(offset) => {
            let way = if offset < 0 { "ahead" } else { "behind" };
            Check::warn(
                TOPIC,
                &format!("This computer is {} {way}.", duration::elapsed(offset.abs())),
                "Times on these pages are corrected by that. Set the clock of the one that is wrong.",
            )
            .of_header(
                "Date",
                &[("Arrives", facts.info.answer().and_then(|answer| answer.header("date")).unwrap_or("— none"))],
            )
        }
    }
}

/// Major and minor number of `v2.29.1+abc`.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches('v').split(['.', '-', '+']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

pub(super) fn version(facts: &Facts) -> Check {
    const TOPIC: Topic = Topic::Version;
    let Some(version) = facts.info.answer().and_then(|answer| answer.text("version")) else {
        return Check::unknown(TOPIC, "The control plane is not reached.");
    };
    let tested =
        format!("Gantry {} is tested with {}.{} to {}.{}", facts.version, OLDEST.0, OLDEST.1, NEWEST.0, NEWEST.1);
    match numbers(&version) {
        Some((0, _)) => Check::good(TOPIC, format!("coder {version}, a build of a developer; {tested}")),
        Some(own) if own < OLDEST => Check::warn(
            TOPIC,
            &format!("coder {version} is older than what Gantry knows."),
            format!("{tested}. What an older server lacks may be missing without a word."),
        ),
        Some(own) if own > NEWEST => {
            Check::good(TOPIC, format!("coder {version}, newer than what this release was tried with; {tested}"))
        }
        Some(_) => Check::good(TOPIC, format!("coder {version}; {tested}")),
        None => Check::unknown(TOPIC, format!("The control plane calls itself “{version}”. {tested}.")),
    }
}

pub(super) fn licence(facts: &Facts) -> Check {
    const TOPIC: Topic = Topic::Licence;
    if !facts.api_is_there() {
        return Check::unknown(TOPIC, "The control plane is not reached.");
    }
    let Some(answer) = facts.licence.answer() else {
        return Check::unknown(TOPIC, "It was asked for and not told.");
    };
    let check = match answer.status {
        404 => Check::good(TOPIC, "the open-source build, which needs none: no quota, no dormancy, no required stops"),
        200 => told(&answer.body),
        status => Check::unknown(TOPIC, format!("The control plane answers {status} where it tells of it.")),
    };
    check.took(answer.took_ms)
}

fn told(body: &str) -> Check {
    const TOPIC: Topic = Topic::Licence;
    let Ok(tape) = Tape::parse(body.as_bytes()) else {
        return Check::unknown(TOPIC, "What the control plane tells of it could not be read.");
    };
    let root = tape.root();
    let texts = |key: &str| -> Vec<String> {
        let items = root.get(key).array().map(|(_, items)| items).into_iter().flatten();
        items.filter_map(|item| item.text().map(str::to_owned)).collect()
    };
    let errors = texts("errors");
    if !errors.is_empty() {
        return Check::bad(TOPIC, "The licence is not valid.", errors.join(" ")).because("the licence is not valid");
    }
    let limit = root.get("features").get("user_limit");
    let seats = match (limit.get("actual").integer(), limit.get("limit").integer()) {
        (Some(actual), Some(limit)) => format!(", {actual} of {limit} seats"),
        _ => String::new(),
    };
    let kind = match (root.get("has_license").bool(), root.get("trial").bool()) {
        (Some(true), Some(true)) => "a trial",
        (Some(true), _) => "licensed",
        _ => "none: quota, dormancy and required stops are off",
    };
    let is_on = |feature: &str| root.get("features").get(feature).get("enabled").bool() == Some(true);
    let features = [
        ("template_rbac", "quota"),
        ("advanced_template_scheduling", "dormancy"),
        ("advanced_template_scheduling", "required stops"),
    ];
    let on: Vec<&str> = features.into_iter().filter_map(|(feature, word)| is_on(feature).then_some(word)).collect();
    let on = match on.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} is on"),
        several => format!("; {} are on", all_of(several)),
    };
    let text = format!("{kind}{seats}{on}");
    let warnings = texts("warnings");
    if warnings.is_empty() { Check::good(TOPIC, text) } else { Check::warn(TOPIC, &warnings.join(" "), text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        for (version, expected) in [
            ("v2.29.1+4f1a", Some((2, 29))),
            ("v2.34.0-gantry", Some((2, 34))),
            ("v0.0.0-devel", Some((0, 0))),
            ("3.1", Some((3, 1))),
            ("dev", None),
            ("", None),
        ] {
            assert_eq!(numbers(version), expected, "{version}");
        }
    }
}
