//! What the verdicts come to: one sentence, what works and what does not, and a report to send to whoever runs the
//! server. Pure.

use super::check::{Check, Grade, Topic};
use super::facts::{Asking, Facts};
use crate::model::duration;

/// The sentence at the top, in pieces that are set apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// The worst of all verdicts.
    pub grade: Grade,
    /// "2 of 10 checks fail,"
    pub count: String,
    /// "for one reason:"
    pub reasons: &'static str,
    /// The rest.
    pub text: String,
}

fn grade(checks: &[Check], topic: Topic) -> Grade {
    checks.iter().find(|check| check.topic == topic).map_or(Grade::Unknown, |check| check.grade)
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

pub(crate) fn summary(checks: &[Check]) -> Summary {
    let of = |grade| checks.iter().filter(|check| check.grade == grade).count();
    let (bad, warn, unknown) = (of(Grade::Bad), of(Grade::Warn), of(Grade::Unknown));
    let all = checks.len();
    let reasons: Vec<&str> =
        checks.iter().map(|check| check.reason.as_str()).filter(|reason| !reason.is_empty()).collect();
    let left = match unknown {
        0 => String::new(),
        1 => " 1 check could not be made.".to_owned(),
        many => format!(" {many} checks could not be made."),
    };
    if bad == 0 {
        let is_less = grade(checks, Topic::Reachable) == Grade::Warn;
        let rest = if is_less { "All else works." } else { "Everything works all the same." };
        let (grade, count) = if warn > 0 {
            (Grade::Warn, format!("{} of {all} checks {}.", warn, if warn == 1 { "warns" } else { "warn" }))
        } else {
            (
                Grade::Good,
                format!(
                    "{} pass.",
                    if unknown == 0 { format!("All {all} checks") } else { plural(all - unknown, "check", "checks") }
                ),
            )
        };
        let text = if warn > 0 { format!("{rest}{left}") } else { left.trim().to_owned() };
        return Summary { grade, count, reasons: "", text };
    }
    let works = if grade(checks, Topic::Reachable) == Grade::Bad {
        "Nothing works until that is mended."
    } else if grade(checks, Topic::Cookie) == Grade::Bad {
        "Nobody can sign in with a password."
    } else {
        match (grade(checks, Topic::Forgery) == Grade::Bad, grade(checks, Topic::Socket) == Grade::Bad) {
            (true, true) => "Lists work; every change is refused, and nothing is live.",
            (true, false) => "Lists work; every change is refused.",
            (false, true) => "Lists and actions work; nothing is live.",
            (false, false) => "",
        }
    };
    let more = match warn {
        0 => String::new(),
        1 => " 1 more check warns.".to_owned(),
        many => format!(" {many} more checks warn."),
    };
    let why = match reasons.as_slice() {
        [] => String::new(),
        reasons => format!("{}. ", reasons.join("; ")),
    };
    Summary {
        grade: Grade::Bad,
        count: format!(
            "{bad} of {all} checks {}{}",
            if bad == 1 { "fails" } else { "fail" },
            if reasons.is_empty() { "." } else { "," }
        ),
        reasons: match reasons.len() {
            0 => "",
            1 if bad > 1 => "for one reason:",
            1 => "because",
            _ => "for these reasons:",
        },
        text: format!("{why}{works}{more}{left}"),
    }
}

/// What a feature comes to under these verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The feature.
    pub what: &'static str,
    /// How it is.
    pub grade: Grade,
    /// What that means.
    pub text: &'static str,
}

pub(crate) fn meaning(checks: &[Check]) -> Vec<Meaning> {
    let read = grade(checks, Topic::Reachable);
    let change = worse(grade(checks, Topic::Forgery), read);
    let live = worse(grade(checks, Topic::Socket), read);
    let pick = |grade: Grade, good: &'static str, unsure: &'static str, bad: &'static str| match grade {
        Grade::Good => good,
        Grade::Warn | Grade::Unknown => unsure,
        Grade::Bad => bad,
    };
    let there = read != Grade::Bad;
    let softened = |grade: Grade| if grade == Grade::Bad && there { Grade::Warn } else { grade };
    vec![
        Meaning { what: "Lists", grade: read, text: pick(read, "every 5 to 30 s", "not known", "no") },
        Meaning { what: "Actions", grade: change, text: pick(change, "yes", "not known", "no, each is refused") },
        Meaning {
            what: "Waterfall",
            grade: if there { softened(live) } else { Grade::Bad },
            text: if there { pick(live, "as the build runs", "when a build ends", "when a build ends") } else { "no" },
        },
        Meaning {
            what: "Creating",
            grade: softened(worse(change, live)),
            text: if change == Grade::Bad {
                "no"
            } else {
                pick(
                    live,
                    "parameters are checked as one types",
                    "not known",
                    "parameters are checked on leaving a field",
                )
            },
        },
        Meaning {
            what: "Live builds",
            grade: live,
            text: pick(live, "yes", "not known", "no, asked every few seconds"),
        },
        Meaning {
            what: "Following logs",
            grade: live,
            text: pick(live, "yes", "not known", "no, asked every few seconds"),
        },
        Meaning { what: "Terminal", grade: live, text: pick(live, "yes", "not known", "no") },
    ]
}

/// The worse of two; what is not known is worse than good.
fn worse(one: Grade, other: Grade) -> Grade {
    let rank = |grade| match grade {
        Grade::Good => 0,
        Grade::Warn => 1,
        Grade::Unknown => 2,
        Grade::Bad => 3,
    };
    if rank(one) >= rank(other) { one } else { other }
}

/// Where things are: word and value.
pub(crate) fn path(facts: &Facts) -> Vec<(&'static str, String)> {
    let info = facts.info.answer();
    let access = info.and_then(|answer| answer.text("dashboard_url")).filter(|url| !url.is_empty());
    let access = access.map_or_else(
        || "—".to_owned(),
        |url| {
            let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest).trim_end_matches('/');
            if host == facts.host() {
                format!("{url}, the same host: single sign-on comes back here")
            } else {
                format!("{url}, another host: single sign-on would not come back here")
            }
        },
    );
    let server =
        [&facts.page, &facts.info].into_iter().find_map(|seen| seen.answer()?.header("server")).unwrap_or("— none");
    let via = info.and_then(|answer| answer.header("via"));
    let signed_in = match (&facts.user, facts.asking) {
        (None, _) => "nobody".to_owned(),
        (Some(name), Asking::Cookie) => format!("{name}, with a cookie"),
        (Some(name), Asking::Token) => format!("{name}, with a token"),
    };
    let deployment = info.and_then(|answer| answer.text("deployment_id")).unwrap_or_else(|| "—".to_owned());
    let mut rows = vec![
        ("This page", format!("{}{}/", facts.origin, facts.base)),
        ("Its API", format!("{}{}", facts.origin, facts.api)),
        ("Access URL", access),
        ("Server header", via.map_or_else(|| server.to_owned(), |via| format!("{server}, by way of {via}"))),
        ("Signed in", signed_in),
        ("Deployment", deployment),
        ("Gantry", facts.version.clone()),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    rows
}

fn word(grade: Grade) -> &'static str {
    match grade {
        Grade::Good => "ok     ",
        Grade::Warn => "warns  ",
        Grade::Bad => "FAILS  ",
        Grade::Unknown => "unknown",
    }
}

/// All of it as text, for whoever runs the server. It has no name of a person, no cookie and no token in it.
pub(crate) fn report(facts: &Facts, checks: &[Check], at: &str) -> String {
    let said = summary(checks);
    let mut lines = vec![
        format!("Connection of Gantry, {at}"),
        format!("{} {} {}", said.count, said.reasons, said.text).trim().to_owned(),
        String::new(),
    ];
    for check in checks {
        let took = check.took_ms.map(|ms| format!(" ({})", duration::span_text(ms * 1_000))).unwrap_or_default();
        let text = format!("{} {}", check.finding, check.text);
        lines.push(format!("{}  {}: {}{took}", word(check.grade), check.topic.name(), text.trim()));
        lines.extend(check.header.iter().map(|row| format!("           {}: {}", row.word, row.value)));
        for snippet in &check.snippets {
            lines.push(format!("           {}:", snippet.server));
            lines.extend(snippet.line.lines().map(|line| format!("             {}", line.trim_start())));
        }
    }
    lines.push(String::new());
    lines.extend(
        path(facts)
            .into_iter()
            .filter(|(what, _)| *what != "Signed in")
            .map(|(what, value)| format!("{what}: {value}")),
    );
    lines.join("\n")
}
