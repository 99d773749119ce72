//! What is asked before a dangerous action: what it does, gravest first. Pure.

mod credits;
mod per_start;
mod sessions;

pub(crate) use sessions::{AgentUse, agent_uses};

use self::credits::{credits, stop_refused};
use self::per_start::{asks_per_start, misfit_lines, per_start_lines, start};
use self::sessions::sessions;
use super::action::Action;
use super::conditions::{failed_start, is_up, may_be_orphaned, waits_for_a_build};
use super::table::stops_first;
use super::viewer::Viewer;
use crate::model::consequences::{self, MadeOf};
use crate::model::duration::{self, LocalTime};
use crate::model::parameters::{Misfit, PerStart};
use crate::model::quota::Price;
use crate::model::row::Row;
use crate::wire::build::Transition;
use crate::wire::resource::WorkspaceResource;
use crate::wire::template_version::TemplateVersion;

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

/// Something that is asked for while the question is being read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum Told<T> {
    /// No answer has come yet.
    #[default]
    Asked,
    /// The answer.
    Known(T),
    /// It cannot be known, and why.
    Unknown(String),
}

impl<T> Told<T> {
    /// The same of something else.
    pub(crate) fn map<U>(self, of: impl FnOnce(T) -> U) -> Told<U> {
        match self {
            Told::Asked => Told::Asked,
            Told::Known(known) => Told::Known(of(known)),
            Told::Unknown(why) => Told::Unknown(why),
        }
    }

    fn known(&self) -> Option<&T> {
        match self {
            Told::Known(known) => Some(known),
            Told::Asked | Told::Unknown(_) => None,
        }
    }
}

/// What is known of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VersionFacts {
    /// Its name.
    pub name: String,
    /// The first line of what its author says of it, perhaps empty.
    pub message: String,
    /// Who made it, perhaps empty.
    pub by: String,
    /// When.
    pub created_ms: i64,
}

impl VersionFacts {
    /// Of a version.
    pub(crate) fn of(version: &TemplateVersion) -> Self {
        const LONGEST: usize = 200;
        let line = version.message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let short = line.char_indices().nth(LONGEST).and_then(|(end, _)| line.get(..end));
        Self {
            name: version.name.clone(),
            message: short.map_or_else(|| line.to_owned(), |short| format!("{short}…")),
            by: version.created_by.as_ref().map(|author| author.username.clone()).unwrap_or_default(),
            created_ms: version.created_at.millis(),
        }
    }
}

/// What is asked for beside the row while the question is being read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Known {
    /// What the latest build has ([`resource_names`]).
    pub resources: Option<Vec<String>>,
    /// What it keeps over a stop with the version that it has.
    pub now: Told<MadeOf>,
    /// What it will keep with the version that it gets.
    pub then: Told<MadeOf>,
    /// The version that it has.
    pub from: Told<VersionFacts>,
    /// The version that it gets.
    pub to: Told<VersionFacts>,
    /// The stored values that the version would refuse, or lacks.
    pub misfits: Told<Vec<Misfit>>,
    /// What the version asks for at each start.
    pub per_start: Told<Vec<PerStart>>,
    /// What is known of who is at work in it.
    pub agents: Told<Vec<AgentUse>>,
    /// What is consumed and allowed in its organization, where credits are limited and the workspace is the viewer's.
    pub quota: Option<(i64, i64)>,
    /// What its last start with the version that it gets cost, if there was one.
    pub price: Option<Price>,
    /// Whether its resources are to be left behind.
    pub orphan: bool,
}

/// Why an action cannot be begun from its question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hindrance {
    /// Something is being asked; a sentence.
    Reading(String),
    /// Values do not fit: they are given in the form first.
    Misfits,
}

/// What is asked before a dangerous action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Confirmation {
    /// Verb and name: `Delete graph-demo?`.
    pub title: String,
    /// What changes, from and to: a label and a text each.
    pub facts: Vec<(&'static str, String)>,
    /// What it does, gravest first.
    pub consequences: Vec<Consequence>,
    /// What must be typed, exactly; `None` if nothing.
    pub type_to_confirm: Option<String>,
    /// Whether its resources can be left behind, and why not; `None` where nothing is deleted.
    pub orphan: Option<Result<(), String>>,
    /// Why it cannot be begun yet.
    pub hindrance: Option<Hindrance>,
    /// Whether values can be given for this start alone, in the form.
    pub fills_in: bool,
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

fn line(weight: Weight, text: impl Into<String>) -> Consequence {
    Consequence { weight, text: text.into() }
}

const ENDS: &str = "Its processes and sessions end.";

/// What is asked before an action; `None` for those that need no question, or ask in a way of their own.
pub(crate) fn confirmation(
    row: &Row,
    viewer: &Viewer,
    action: Action,
    known: &Known,
    now_ms: i64,
    local: &dyn LocalTime,
) -> Option<Confirmation> {
    let name = &row.name;
    let used = used(row, viewer, now_ms, local);
    let plain = Confirmation {
        title: format!("{} {name}?", action.word()),
        facts: Vec::new(),
        consequences: Vec::new(),
        type_to_confirm: None,
        orphan: None,
        hindrance: None,
        fills_in: false,
        safe: "Not now".into(),
        danger: format!("{} {name}", action.word()),
    };
    match action {
        Action::Delete => Some(delete(row, viewer, known, plain, &used, now_ms, local)),
        Action::Stop => Some(Confirmation {
            consequences: [line(Weight::Change, ENDS)]
                .into_iter()
                .chain(over_a_stop(&known.now))
                .chain(stop_refused(row, known))
                .chain([line(Weight::Past, used)])
                .chain(sessions(row, &known.agents))
                .collect(),
            safe: "Let it run".into(),
            ..plain
        }),
        Action::Restart => {
            let mut consequences =
                vec![line(Weight::Change, format!("Stops, then starts with the same version. {ENDS}"))];
            consequences.extend(over_a_stop(&known.now));
            consequences.extend(misfit_lines(&known.misfits));
            // An update says what it costs with a fact of its own; a restart only where it would be refused.
            consequences.extend(known.now.known().and_then(|now| credits(row, now, known, Some(now.stopped_cost)).1));
            consequences.extend(per_start_lines(&known.per_start, "starts"));
            consequences.push(line(Weight::Past, used));
            consequences.extend(sessions(row, &known.agents));
            Some(Confirmation {
                consequences,
                hindrance: known.misfits.known().is_some_and(|all| !all.is_empty()).then_some(Hindrance::Misfits),
                fills_in: asks_per_start(known),
                safe: "Keep it running".into(),
                ..plain
            })
        }
        Action::Start | Action::Retry | Action::DebugRetry => Some(start(row, action, known, plain)),
        Action::Update | Action::ChangeVersion => Some(change(row, action, known, plain, used, now_ms, local)),
        Action::MakeDormant => {
            let mut consequences = Vec::new();
            if is_up(row) {
                consequences.push(line(Weight::Change, "It keeps running: stop it first if it should not."));
            }
            consequences.push(line(
                Weight::Change,
                "Its schedule does not start it any more, until somebody activates it or starts it by hand.",
            ));
            consequences
                .push(line(Weight::Change, "A template may delete what stays dormant for long; the row says when."));
            consequences.push(line(Weight::Past, used));
            Some(Confirmation {
                title: format!("Make {name} dormant?"),
                consequences,
                safe: "Keep it as it is".into(),
                danger: format!("Make {name} dormant"),
                ..plain
            })
        }
        Action::Cancel => {
            let verb = &row.build.transition;
            let text = format!("The {verb} is interrupted. Resources that it has made by then may stay and may cost.");
            Some(Confirmation {
                title: format!("Cancel the {verb} of {name}?"),
                consequences: vec![line(Weight::Change, text)],
                safe: let_it(verb).into(),
                danger: format!("Cancel the {verb}"),
                ..plain
            })
        }
        _ => None,
    }
}

/// Who uses it, and when somebody did last.
fn used(row: &Row, viewer: &Viewer, now_ms: i64, local: &dyn LocalTime) -> String {
    let owner = &row.owner_name;
    match row.last_used_ms {
        None => format!("Never used. Owned by {owner}."),
        Some(at) if viewer.in_use && is_up(row) => {
            format!("In use now: last used {}. Owned by {owner}.", duration::ago(at, now_ms, local))
        }
        Some(at) => format!("Last used {}. Owned by {owner}.", duration::ago(at, now_ms, local)),
    }
}

/// What a stop, and the start after it, leave of what is there.
fn over_a_stop(now: &Told<MadeOf>) -> Vec<Consequence> {
    let made = match now {
        Told::Asked => return vec![line(Weight::Change, "Data that the template does not keep over a stop is lost.")],
        Told::Unknown(why) => {
            return vec![line(
                Weight::Change,
                format!(
                    "What is kept over a stop cannot be known: {why}. Data that the template does not keep is lost."
                ),
            )];
        }
        Told::Known(made) => made,
    };
    let (anew, kept) = (consequences::listed(&made.ephemeral), consequences::listed(&made.persistent));
    let are = |names: &[String]| if names.len() == 1 { "is" } else { "are" };
    match (made.ephemeral.is_empty(), made.persistent.is_empty()) {
        (true, true) => Vec::new(),
        (true, false) => vec![line(Weight::Fact, format!("Kept over the stop: {kept}. Nothing else is there."))],
        (false, true) => vec![line(
            Weight::Loss,
            format!(
                "Nothing is kept over the stop: {anew} {} made anew, and what is in there is lost.",
                are(&made.ephemeral)
            ),
        )],
        (false, false) => vec![
            line(Weight::Change, format!("Made anew, and what is in there lost: {anew}.")),
            line(Weight::Fact, format!("Kept over the stop: {kept}.")),
        ],
    }
}

fn delete(
    row: &Row,
    viewer: &Viewer,
    known: &Known,
    plain: Confirmation,
    used: &str,
    now_ms: i64,
    local: &dyn LocalTime,
) -> Confirmation {
    let name = &row.name;
    let mut consequences = Vec::new();
    if known.orphan {
        consequences.push(line(Weight::Loss, "The workspace is forgotten. There is no undo."));
        consequences.push(line(Weight::Loss, left_behind(row, known.resources.as_deref())));
    } else {
        consequences.push(line(Weight::Loss, destroyed(row, known.resources.as_deref())));
    }
    if waits_for_a_build(row) {
        consequences.push(line(Weight::Change, format!("The {} that waits is canceled first.", row.build.transition)));
    }
    if is_up(row) {
        consequences.push(line(Weight::Change, ENDS));
    }
    consequences.push(line(Weight::Past, format!("{used} Created {}.", duration::ago(row.created_ms, now_ms, local))));
    if row.daily_cost > 0 && !known.orphan {
        let credits = if row.daily_cost == 1 { "credit" } else { "credits" };
        consequences
            .push(line(Weight::Fact, format!("Frees {} {credits} in {}.", row.daily_cost, row.organization_name)));
    }
    let mut lacks = Vec::new();
    if viewer.may.template == Some(false) {
        lacks.push("It needs permission to change the template.");
    }
    if !may_be_orphaned(row) {
        lacks.push("It is allowed only after a failed or canceled build.");
    }
    Confirmation {
        consequences,
        type_to_confirm: Some(name.to_string()),
        orphan: Some(if lacks.is_empty() { Ok(()) } else { Err(lacks.join(" ")) }),
        safe: "Keep it".into(),
        danger: if known.orphan { format!("Delete {name}, leave its resources") } else { format!("Delete {name}") },
        ..plain
    }
}

/// What nobody destroys once the workspace is forgotten.
fn left_behind(row: &Row, resources: Option<&[String]>) -> String {
    let named = consequences::listed(resources.unwrap_or_default());
    if named.is_empty() {
        let by = if row.build.resources == 0 { " that its builds made" } else { "" };
        return format!("All resources{by} stay where they are: nobody destroys them, and they may go on costing.");
    }
    let one = resources.is_some_and(|resources| resources.len() == 1);
    if one {
        return format!("{named} stays where it is: nobody destroys it, and it may go on costing.");
    }
    format!("{named} stay where they are: nobody destroys them, and they may go on costing.")
}

/// An update to the active version, or a change to one that was chosen.
fn change(
    row: &Row,
    action: Action,
    known: &Known,
    plain: Confirmation,
    used: String,
    now_ms: i64,
    local: &dyn LocalTime,
) -> Confirmation {
    let (from, to) = (known.from.known(), known.to.known());
    let which = match (to, action) {
        (Some(to), _) => to.name.clone(),
        (None, Action::Update) => "the active version".to_owned(),
        (None, _) => "that version".to_owned(),
    };
    let mut facts = Vec::new();
    if let Some(to) = to {
        let from = from.map_or_else(String::new, |from| format!("{} to ", from.name));
        let message = if to.message.is_empty() { String::new() } else { format!(", “{}”", to.message) };
        facts.push(("Version", format!("{from}{}{message}", to.name)));
        let by = if to.by.is_empty() { String::new() } else { format!("{}, ", to.by) };
        facts.push(("Made by", format!("{by}{}", duration::ago(to.created_ms, now_ms, local))));
    }
    let mut hindrance = None;
    match &known.misfits {
        Told::Asked if action == Action::ChangeVersion && to.is_none() && known.then == Told::Asked => {}
        Told::Asked => hindrance = Some(Hindrance::Reading(format!("The parameters of {which} are being read."))),
        Told::Known(misfits) if misfits.is_empty() => facts.push(("Parameters", "all are kept, and fit".into())),
        Told::Known(misfits) => {
            hindrance = Some(Hindrance::Misfits);
            let count = misfits.len();
            facts
                .push(("Parameters", if count == 1 { "1 does not fit".into() } else { format!("{count} do not fit") }));
        }
        Told::Unknown(why) => {
            facts.push(("Parameters", format!("not known whether they fit: {why}")));
        }
    }
    let mut consequences = Vec::new();
    if let (Some(now), Some(then)) = (known.now.known(), known.then.known()) {
        let gone = consequences::lost_by_change(now, then);
        if !gone.is_empty() {
            let (is, its) = if gone.len() == 1 { ("is", "its") } else { ("are", "their") };
            let named = consequences::listed(&gone);
            consequences.push(line(Weight::Loss, format!("{named} {is} not in {which}: destroyed, with {its} data.")));
        }
    }
    if let Some(then) = known.then.known() {
        // What the version that it has keeps over the stop; until that is known, what the next one keeps.
        let kept = known.now.known().unwrap_or(then).stopped_cost;
        let (cost, would) = credits(row, then, known, stops_first(row).then_some(kept));
        facts.extend(cost);
        consequences.extend(would);
    }
    consequences.extend(misfit_lines(&known.misfits));
    if let Told::Known(misfits) = &known.misfits
        && !misfits.is_empty()
    {
        let text = format!("Nothing is stopped before {which} has values that fit.");
        consequences.push(line(Weight::Fact, text));
    }
    if is_up(row) {
        consequences.push(line(Weight::Change, format!("Stops, then starts with {which}. {ENDS}")));
        consequences.extend(over_a_stop(&known.now));
    } else if failed_start(row) {
        let text = format!("Stops the resources that the failed start left, then starts {which}.");
        consequences.push(line(Weight::Change, text));
    } else {
        consequences.push(line(Weight::Change, format!("Starts with {which}.")));
    }
    consequences.extend(per_start_lines(&known.per_start, "starts"));
    consequences.push(line(Weight::Fact, "Which resources are replaced is not known before the plan runs."));
    if is_up(row) {
        consequences.push(line(Weight::Past, used));
        consequences.extend(sessions(row, &known.agents));
    }
    let verb = if action == Action::Update { "Update" } else { "Change version" };
    let title = match to {
        Some(to) if action == Action::Update => format!("Update {} to {}?", row.name, to.name),
        Some(to) => format!("Change {} to {}?", row.name, to.name),
        None if action == Action::ChangeVersion => format!("Change the version of {}?", row.name),
        None => plain.title.clone(),
    };
    Confirmation {
        title,
        facts,
        consequences,
        hindrance,
        fills_in: asks_per_start(known),
        danger: if is_up(row) { format!("{verb} and restart") } else { format!("{verb} and start") },
        ..plain
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
