//! What a question says of the values that the next build takes: those that do not fit, and those that are asked for at
//! each start. Pure.

use super::credits::credits;
use super::{Action, Confirmation, Consequence, Hindrance, Known, Row, Told, Weight, line};
use crate::model::consequences;
use crate::model::parameters::{Misfit, PerStart};

/// What does not fit, a line each.
pub(super) fn misfit_lines(misfits: &Told<Vec<Misfit>>) -> Vec<Consequence> {
    let misfits = misfits.known().map(Vec::as_slice).unwrap_or_default();
    misfits.iter().map(|one| line(Weight::Change, format!("{}: {}", one.label, one.why))).collect()
}

/// Whether values can be given for the next start alone.
pub(super) fn asks_per_start(known: &Known) -> bool {
    known.per_start.known().is_some_and(|asked| !asked.is_empty())
}

/// What is asked for at each start, and what happens without it.
pub(super) fn per_start_lines(asked: &Told<Vec<PerStart>>, starts: &str) -> Vec<Consequence> {
    let asked = match asked {
        Told::Asked => return Vec::new(),
        Told::Unknown(why) => {
            let text = format!("Whether it asks for values at each start cannot be known: {why}.");
            return vec![line(Weight::Fact, text)];
        }
        Told::Known(asked) => asked,
    };
    let names: Vec<String> = asked.iter().map(|one| one.label.clone()).collect();
    let lacks: Vec<String> = asked.iter().filter(|one| one.required).map(|one| one.label.clone()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let it = |names: &[String]| if names.len() == 1 { "it" } else { "them" };
    let mut lines = vec![line(
        Weight::Fact,
        format!(
            "Asked for at each start, and kept for that start alone: {}.",
            consequences::listed_as(&names, "value")
        ),
    )];
    lines.push(if lacks.is_empty() {
        line(Weight::Fact, format!("Without {}, it {starts} with what the template says.", it(&names)))
    } else {
        let needed = consequences::listed_as(&lacks, "value");
        line(Weight::Change, format!("It cannot start without {needed}."))
    });
    lines
}

/// A start of what asks for values each time, or of what the quota would refuse.
pub(super) fn start(row: &Row, action: Action, known: &Known, plain: Confirmation) -> Confirmation {
    let lacks = known.per_start.known().is_some_and(|asked| asked.iter().any(|one| one.required));
    let hindrance = match &known.per_start {
        Told::Asked => Some(Hindrance::Reading("What it asks for at each start is being read.".to_owned())),
        _ if lacks => Some(Hindrance::Misfits),
        _ => None,
    };
    let (cost, would) = known.now.known().map(|now| credits(row, now, known, None)).unwrap_or_default();
    let facts = cost.filter(|_| would.is_some()).into_iter().collect();
    let starts = if action == Action::Start { "starts" } else { "is tried again" };
    Confirmation {
        facts,
        consequences: would.into_iter().chain(per_start_lines(&known.per_start, starts)).collect(),
        hindrance,
        fills_in: asks_per_start(known),
        ..plain
    }
}
