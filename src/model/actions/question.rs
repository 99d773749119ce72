//! What is asked before a dangerous action: what it does, gravest first. Pure.

use super::action::Action;
use super::conditions::{failed_start, is_up};
use super::offer::asks;
use crate::model::duration::{self, LocalTime};
use crate::model::row::Row;
use crate::wire::build::Transition;
use crate::wire::parameter::{ParameterValue, RichParameter};
use crate::wire::resource::WorkspaceResource;

/// What a stop ends; said while it can be undone.
pub(crate) const STOP_ENDS: &str = "Its processes and sessions end.";

/// What a consequence is marked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    /// Something is lost for good.
    Loss,
    /// Something ends or changes.
    Change,
    /// Good to know.
    Fact,
    /// When it was used and made.
    Past,
}

/// One line of what an action does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consequence {
    /// How grave.
    pub weight: Weight,
    /// A sentence.
    pub text: String,
}

/// What a version asks for and a workspace has no value of, by its name for people. A start with that version is
/// refused without it, after the stop that comes before.
pub(crate) fn unanswered(asked: &[RichParameter], known: &[ParameterValue]) -> Vec<String> {
    let answered = |one: &RichParameter| !one.ephemeral && known.iter().any(|value| value.name == one.name);
    let lacking = asked.iter().filter(|one| one.required && !answered(one));
    let named = |one: &RichParameter| one.display_name.clone().filter(|name| !name.is_empty());
    lacking.map(|one| named(one).unwrap_or_else(|| one.name.clone())).collect()
}

/// What is asked before a dangerous action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Confirmation {
    /// Verb and name: `Delete graph-demo?`.
    pub title: String,
    /// What it does, gravest first.
    pub consequences: Vec<Consequence>,
    /// What must be typed, exactly; `None` if nothing.
    pub type_to_confirm: Option<String>,
    /// The safe button, which says what happens then: `Keep it`, `Let it start`.
    pub safe: String,
    /// The dangerous button: `Delete graph-demo`.
    pub danger: String,
}

impl Confirmation {
    /// Whether what was typed suffices. Case matters, and nothing is trimmed.
    pub(crate) fn is_confirmed_by(&self, typed: &str) -> bool {
        self.type_to_confirm.as_deref().is_none_or(|wanted| wanted == typed)
    }
}

/// What is asked before an action; `None` if it is done at once.
///
/// `resources` are what the latest build has ([`resource_names`]), if the whole workspace is at hand.
pub(crate) fn confirmation(
    row: &Row,
    action: Action,
    resources: Option<&[String]>,
    now_ms: i64,
    local: &dyn LocalTime,
) -> Option<Confirmation> {
    if !asks(row, action) {
        return None;
    }
    let name = &row.name;
    let line = |weight, text: String| Consequence { weight, text };
    let used = match row.last_used_ms {
        None => format!("Never used. Owned by {}.", row.owner_name),
        Some(at) => format!("Last used {}. Owned by {}.", duration::ago(at, now_ms, local), row.owner_name),
    };
    let ends = "Its processes and sessions end.";
    let lost = "Data that the template does not keep over a stop is lost.";
    match action {
        Action::Delete => {
            let mut consequences = vec![line(Weight::Loss, destroyed(row, resources))];
            if is_up(row) {
                consequences.push(line(Weight::Change, ends.into()));
            }
            consequences
                .push(line(Weight::Past, format!("{used} Created {}.", duration::ago(row.created_ms, now_ms, local))));
            if row.daily_cost > 0 {
                let credits = if row.daily_cost == 1 { "credit" } else { "credits" };
                consequences.push(line(
                    Weight::Fact,
                    format!("Frees {} {credits} in {}.", row.daily_cost, row.organization_name),
                ));
            }
            Some(Confirmation {
                title: format!("Delete {name}?"),
                consequences,
                type_to_confirm: Some(name.to_string()),
                safe: "Keep it".into(),
                danger: format!("Delete {name}"),
            })
        }
        Action::Restart => Some(Confirmation {
            title: format!("Restart {name}?"),
            consequences: vec![
                line(Weight::Change, format!("Stops, then starts with the same version. {ends}")),
                line(Weight::Change, lost.into()),
                line(Weight::Past, used),
            ],
            type_to_confirm: None,
            safe: "Keep it running".into(),
            danger: format!("Restart {name}"),
        }),
        Action::Update => {
            let mut consequences = Vec::new();
            if is_up(row) {
                consequences.push(line(Weight::Change, format!("Stops, then starts with the active version. {ends}")));
                consequences.push(line(Weight::Change, lost.into()));
            } else if failed_start(row) {
                consequences.push(line(
                    Weight::Change,
                    "Stops the resources that the failed start left, then starts the active version.".into(),
                ));
            } else {
                consequences.push(line(Weight::Change, "Starts with the template's active version.".into()));
            }
            consequences.push(line(
                Weight::Change,
                "The plan decides which resources are replaced; it has not run yet.".into(),
            ));
            Some(Confirmation {
                title: format!("Update {name}?"),
                consequences,
                type_to_confirm: None,
                safe: "Not now".into(),
                danger: if is_up(row) { "Update and restart".into() } else { "Update and start".into() },
            })
        }
        Action::MakeDormant => {
            let mut consequences = Vec::new();
            if is_up(row) {
                consequences.push(line(Weight::Change, "It keeps running: stop it first if it should not.".into()));
            }
            consequences.push(line(
                Weight::Change,
                "Its schedule does not start it any more, until somebody activates it or starts it by hand.".into(),
            ));
            consequences.push(line(
                Weight::Change,
                "A template may delete what stays dormant for long; the row says when.".into(),
            ));
            consequences.push(line(Weight::Past, used));
            Some(Confirmation {
                title: format!("Make {name} dormant?"),
                consequences,
                type_to_confirm: None,
                safe: "Keep it as it is".into(),
                danger: format!("Make {name} dormant"),
            })
        }
        Action::Cancel => {
            let verb = &row.build.transition;
            let text = format!("The {verb} is interrupted. Resources that it has made by then may stay and may cost.");
            Some(Confirmation {
                title: format!("Cancel the {verb} of {name}?"),
                consequences: vec![line(Weight::Change, text)],
                type_to_confirm: None,
                safe: let_it(verb).into(),
                danger: format!("Cancel the {verb}"),
            })
        }
        _ => None,
    }
}

/// The safe answer to a question whether to cancel a build: what happens then.
fn let_it(transition: &Transition) -> &'static str {
    match transition {
        Transition::Start => "Let it start",
        Transition::Stop => "Let it stop",
        Transition::Delete => "Let it be deleted",
        Transition::Other(_) => "Let it go on",
    }
}

/// How many resources a question names; the rest are counted.
const NAMED: usize = 3;

/// Words in the types of resources that keep data: these are named first.
const KEEPS_DATA: [&str; 8] = ["volume", "disk", "storage", "bucket", "database", "db_", "filesystem", "snapshot"];

/// What a build has, by address, with the size that the template shows of it: `docker_volume.home (50 GB)`. What keeps
/// data by its type comes first.
pub(crate) fn resource_names(resources: &[WorkspaceResource]) -> Vec<String> {
    let name = |resource: &WorkspaceResource| {
        let mut facts = resource.metadata.iter().filter(|fact| !fact.sensitive && !fact.value.is_empty());
        let size = facts.find(|fact| fact.key.to_ascii_lowercase().contains("size"));
        let size = size.map(|fact| format!(" ({})", fact.value)).unwrap_or_default();
        format!("{}.{}{size}", resource.r#type, resource.name)
    };
    let keeps = |resource: &&WorkspaceResource| KEEPS_DATA.iter().any(|word| resource.r#type.contains(word));
    let (data, rest): (Vec<_>, Vec<_>) = resources.iter().partition(keeps);
    data.into_iter().chain(rest).map(name).collect()
}

fn destroyed(row: &Row, resources: Option<&[String]>) -> String {
    let count = resources.map_or(row.build.resources as usize, <[String]>::len);
    let names = resources.unwrap_or_default();
    match (names, count) {
        ([one], _) => format!("{one} is destroyed. There is no undo."),
        ([all @ .., last], ..=NAMED) => format!("{} and {last} are destroyed. There is no undo.", all.join(", ")),
        ([first, second, third, ..], _) => {
            let rest = count - NAMED;
            let more = if rest == 1 { "1 more resource".to_owned() } else { format!("{rest} more resources") };
            format!("{first}, {second}, {third} and {more} are destroyed. There is no undo.")
        }
        // A build that failed lists none, though it may have made some.
        (_, 0) if failed_start(row) || row.build.error.is_some() => {
            "All resources of its builds are destroyed; the control plane does not list them after a failed build. There is no undo."
                .into()
        }
        (_, 0) => "It has no resources. There is no undo.".into(),
        (_, 1) => "1 resource is destroyed. There is no undo.".into(),
        (_, count) => format!("{count} resources are destroyed. There is no undo."),
    }
}

#[cfg(test)]
mod tests;
