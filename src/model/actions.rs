//! What may be done to a workspace, and why not: one primary action per row, the rest in its menu, each enabled or with its reason
//! (docs/control-plane-api.md, 2.4; docs/look.md, "States of a row"). Pure; may import `wire` and other `model` files. Permissions are not known
//! here: a refusal by the server is shown in its words.

use crate::model::duration;
use crate::model::duration::LocalTime;
use crate::model::row::Row;
use crate::model::row::may_have_applied;
use crate::model::status::State;
use crate::model::status::state;
use crate::wire::Id;
use crate::wire::build::BuildParameter;
use crate::wire::build::BuildStatus;
use crate::wire::build::Transition;
use crate::wire::resource::WorkspaceResource;
use crate::wire::template::RichParameter;
use crate::words;

words! {
    /// Something that may be done to a workspace.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Action {
        /// Start it, with the version it has.
        Start = "start",
        /// Stop it.
        Stop = "stop",
        /// Stop it, then start it, with the version it has.
        Restart = "restart",
        /// Start it with the template's active version; stop it first if it runs.
        Update = "update",
        /// Do again what failed; a failed start is cleaned up by a stop first.
        Retry = "retry",
        /// Cancel the build under way.
        Cancel = "cancel",
        /// Delete it with all it has.
        Delete = "delete",
        /// End its dormancy; it stays stopped.
        Activate = "activate",
        /// Make it a favourite.
        Favorite = "favorite",
        /// Make it no favourite any more.
        Unfavorite = "unfavorite",
        /// Take back a stop that was not sent yet.
        Undo = "undo",
    }
}

impl Action {
    /// The word on its button.
    pub fn word(self) -> &'static str {
        match self {
            Action::Start => "Start",
            Action::Stop => "Stop",
            Action::Restart => "Restart",
            Action::Update => "Update",
            Action::Retry => "Retry",
            Action::Cancel => "Cancel",
            Action::Delete => "Delete",
            Action::Activate => "Activate",
            Action::Favorite => "Add to favorites",
            Action::Unfavorite => "Remove from favorites",
            Action::Undo => "Undo",
        }
    }

    /// What is under way while it runs: `Starting`.
    pub fn doing(self) -> &'static str {
        match self {
            Action::Start => "Starting",
            Action::Stop => "Stopping",
            Action::Restart => "Restarting",
            Action::Update => "Updating",
            Action::Retry => "Retrying",
            Action::Cancel => "Canceling",
            Action::Delete => "Deleting",
            Action::Activate => "Activating",
            Action::Favorite | Action::Unfavorite => "Changing favorites",
            Action::Undo => "Undoing",
        }
    }
}

/// Why an action is disabled.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The browser has no network.
    Offline,
    /// The row could not be refreshed and may be wrong.
    Stale,
    /// An action of this user is already under way on it.
    Busy(Action),
    /// A build is pending or running.
    BuildActive(Transition),
    /// The build is already being canceled.
    Canceling,
    /// There is no build to cancel, nothing to undo.
    NothingRuns,
    /// It runs already.
    AlreadyRunning,
    /// It is stopped already.
    AlreadyStopped,
    /// It is not running.
    NotRunning,
    /// It has failed and must be retried or stopped.
    NotFailed,
    /// A start needs the active version, and this is another.
    NeedsActiveVersion,
    /// It has the active version.
    UpToDate,
    /// It is not dormant.
    NotDormant,
    /// It is dormant.
    Dormant,
    /// The template does not let its users cancel builds that run.
    CancelForbidden,
    /// It is deleted.
    Deleted,
    /// Its status is not known to this version.
    UnknownStatus,
    /// Only the owner can make it a favourite.
    NotOwner,
    /// It waits to be claimed.
    Prebuild,
}

impl Reason {
    /// The words beside the disabled control.
    pub fn text(&self) -> String {
        match self {
            Reason::Offline => "offline: actions wait until the control plane answers".into(),
            Reason::Stale => "this row is old: refresh it first".into(),
            Reason::Busy(action) => format!("{} is under way", action.doing().to_ascii_lowercase()),
            Reason::BuildActive(transition) => format!("a build is running: {transition}"),
            Reason::Canceling => "the build is already being canceled".into(),
            Reason::NothingRuns => "nothing is running".into(),
            Reason::AlreadyRunning => "already running".into(),
            Reason::AlreadyStopped => "already stopped".into(),
            Reason::NotRunning => "not running".into(),
            Reason::NotFailed => "nothing failed".into(),
            Reason::NeedsActiveVersion => "the template requires its active version".into(),
            Reason::UpToDate => "it has the active version already".into(),
            Reason::NotDormant => "not dormant".into(),
            Reason::Dormant => "dormant: activate it first".into(),
            Reason::CancelForbidden => "the template does not let its users cancel builds".into(),
            Reason::Deleted => "deleted".into(),
            Reason::UnknownStatus => "its status is not known to this version of Gantry".into(),
            Reason::NotOwner => "only its owner can make it a favorite".into(),
            Reason::Prebuild => "it is prebuilt and waits to be claimed".into(),
        }
    }
}

/// An action as it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What it does.
    pub action: Action,
    /// The label: `Update and restart…`. Three dots only if a dialog follows.
    pub label: String,
    /// A few words beside it: `stop, then start`; empty if the label says it all.
    pub hint: &'static str,
    /// Enabled, or why not.
    pub enabled: Result<(), Reason>,
}

impl Offer {
    /// Whether it can be chosen.
    pub fn is_enabled(&self) -> bool {
        self.enabled.is_ok()
    }

    /// What stands beside the label: the reason if disabled, else the hint.
    pub fn note(&self) -> String {
        match &self.enabled {
            Ok(()) => self.hint.to_owned(),
            Err(reason) => reason.text(),
        }
    }
}

/// Who looks, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Viewer {
    /// The user.
    pub user_id: Id,
    /// Whether they have the site-wide role `owner`.
    pub site_owner: bool,
    /// Whether there is no network.
    pub offline: bool,
    /// Whether the row could not be refreshed.
    pub stale: bool,
    /// An action of this user on this workspace that is not over.
    pub busy: Option<Action>,
    /// Whether that action was not sent yet and can be undone.
    pub held: bool,
}

/// The one action of the row's button; `None` where there is none (deleting, deleted).
pub fn primary(row: &Row, viewer: &Viewer) -> Option<Offer> {
    let action = match state(row) {
        _ if viewer.held => Action::Undo,
        State::Running | State::Connecting => Action::Stop,
        State::Unhealthy => first_allowed(row, Action::Restart),
        State::Pending | State::Starting | State::Stopping | State::Canceling => Action::Cancel,
        State::Stopped | State::Canceled => first_allowed(row, Action::Start),
        State::Failed => first_allowed(row, Action::Retry),
        State::Dormant => Action::Activate,
        State::Deleting | State::Deleted | State::Unknown(_) => return None,
    };
    Some(offer(row, viewer, action))
}

/// A start that the template would refuse is an update instead, and says so.
fn first_allowed(row: &Row, action: Action) -> Action {
    if needs_update(row) && starts(row, action) { Action::Update } else { action }
}

fn needs_update(row: &Row) -> bool {
    row.require_active_version && row.outdated
}

/// Whether an action ends in a start with the version the workspace has.
fn starts(row: &Row, action: Action) -> bool {
    match action {
        Action::Start | Action::Restart => true,
        Action::Retry => row.build.transition == Transition::Start,
        _ => false,
    }
}

/// All that is in the menu, in order; the primary action included, so that the menu is the same list in every state.
pub fn menu(row: &Row, viewer: &Viewer) -> Vec<Offer> {
    let mut actions = Vec::with_capacity(9);
    actions.extend([Action::Start, Action::Stop, Action::Restart]);
    if matches!(state(row), State::Failed) {
        actions.push(Action::Retry);
    }
    actions.push(Action::Update);
    actions.push(Action::Cancel);
    if row.dormant_ms.is_some() {
        actions.push(Action::Activate);
    }
    if row.favorite {
        actions.push(Action::Unfavorite);
    } else {
        actions.push(Action::Favorite);
    }
    actions.push(Action::Delete);
    actions.into_iter().map(|action| offer(row, viewer, action)).collect()
}

/// One action, enabled or with the reason.
pub fn offer(row: &Row, viewer: &Viewer, action: Action) -> Offer {
    Offer { action, label: label(row, action), hint: hint(row, action), enabled: check(row, viewer, action) }
}

fn label(row: &Row, action: Action) -> String {
    let words = match action {
        Action::Update if is_up(row) => "Update and restart".into(),
        Action::Update => "Update and start".into(),
        Action::Cancel => format!("Cancel {}", row.build.transition),
        _ => action.word().into(),
    };
    if asks(row, action) { words + "…" } else { words }
}

/// Whether a question comes first ([`confirmation`]): before what destroys, what changes the version, and what interrupts something without a
/// way back. A stop is held back instead and can be undone ([`crate::model::operation::HOLD_MS`]); a build that still waits has made nothing.
pub fn asks(row: &Row, action: Action) -> bool {
    match action {
        Action::Delete | Action::Update => true,
        Action::Restart => is_up(row),
        Action::Cancel => matches!(state(row), State::Starting | State::Stopping | State::Deleting),
        _ => false,
    }
}

fn hint(row: &Row, action: Action) -> &'static str {
    match action {
        Action::Restart => "stop, then start",
        Action::Retry if failed_start(row) => "cleans up first: stop, then start",
        Action::Update if is_up(row) => "stop, then start with the active version",
        Action::Update if failed_start(row) => "cleans up first, then starts the active version",
        Action::Update => "start with the active version",
        Action::Start if row.dormant_ms.is_some() => "also ends its dormancy",
        Action::Start if row.build.has_external_agent => "its agent is started by hand, outside",
        Action::Activate => "stays as it is until started",
        _ => "",
    }
}

/// Whether something of it runs that a stop would end.
fn is_up(row: &Row) -> bool {
    matches!(row.build.status, BuildStatus::Running)
}

/// Whether the last build is a start that failed or was canceled after its apply had begun: what it made may still be there.
pub fn failed_start(row: &Row) -> bool {
    matches!(row.build.status, BuildStatus::Failed | BuildStatus::Canceled)
        && row.build.transition == Transition::Start
        && may_have_applied(&row.build)
}

fn check(row: &Row, viewer: &Viewer, action: Action) -> Result<(), Reason> {
    if action == Action::Undo {
        // Nothing was sent: neither network nor news are needed.
        return if viewer.held { Ok(()) } else { Err(Reason::NothingRuns) };
    }
    if viewer.offline {
        return Err(Reason::Offline);
    }
    if viewer.stale {
        return Err(Reason::Stale);
    }
    let state = state(row);
    if state == State::Deleted {
        return Err(Reason::Deleted);
    }
    if let Some(busy) = viewer.busy {
        // Its own cancel is how an action under way is ended.
        if action != Action::Cancel || busy == Action::Cancel {
            return Err(Reason::Busy(busy));
        }
    }
    match action {
        Action::Cancel => return check_cancel(row, viewer, &state),
        Action::Favorite | Action::Unfavorite => {
            return if row.owner_id == viewer.user_id { Ok(()) } else { Err(Reason::NotOwner) };
        }
        Action::Activate => return if row.dormant_ms.is_some() { Ok(()) } else { Err(Reason::NotDormant) },
        _ => {}
    }
    match &state {
        State::Canceling => return Err(Reason::Canceling),
        State::Pending | State::Starting | State::Stopping | State::Deleting => {
            return Err(Reason::BuildActive(row.build.transition.clone()));
        }
        State::Unknown(_) if action != Action::Delete => return Err(Reason::UnknownStatus),
        _ => {}
    }
    if row.prebuild && action != Action::Delete {
        return Err(Reason::Prebuild);
    }
    let status = &row.build.status;
    match action {
        Action::Start => match status {
            BuildStatus::Running => Err(Reason::AlreadyRunning),
            _ if needs_update(row) => Err(Reason::NeedsActiveVersion),
            _ => Ok(()),
        },
        // A failed start may have left things that run, and a failed stop must be stopped again.
        Action::Stop => match status {
            BuildStatus::Stopped => Err(Reason::AlreadyStopped),
            _ => Ok(()),
        },
        Action::Restart => match status {
            BuildStatus::Running if row.dormant_ms.is_some() => Err(Reason::Dormant),
            BuildStatus::Running if needs_update(row) => Err(Reason::NeedsActiveVersion),
            BuildStatus::Running => Ok(()),
            _ => Err(Reason::NotRunning),
        },
        Action::Retry => match status {
            BuildStatus::Failed | BuildStatus::Canceled if needs_update(row) && starts(row, action) => {
                Err(Reason::NeedsActiveVersion)
            }
            BuildStatus::Failed | BuildStatus::Canceled => Ok(()),
            _ => Err(Reason::NotFailed),
        },
        Action::Update => {
            if !row.outdated {
                Err(Reason::UpToDate)
            } else if row.dormant_ms.is_some() {
                Err(Reason::Dormant)
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

fn check_cancel(row: &Row, viewer: &Viewer, state: &State) -> Result<(), Reason> {
    match state {
        // Always allowed while pending, if the request says that pending is what it expects.
        State::Pending => Ok(()),
        State::Starting | State::Stopping | State::Deleting => {
            if row.allow_user_cancel || viewer.site_owner {
                Ok(())
            } else {
                Err(Reason::CancelForbidden)
            }
        }
        State::Canceling => Err(Reason::Canceling),
        _ => Err(Reason::NothingRuns),
    }
}

/// The version that a start must name: the active one where the template requires it or where it is asked for, else none (the
/// version of the build before).
pub fn start_version(row: &Row, update: bool) -> Option<Id> {
    (update || row.require_active_version).then_some(row.template_active_version_id)
}

/// What a stop ends; said while it can be undone.
pub const STOP_ENDS: &str = "Its processes and sessions end.";

/// What a consequence is marked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
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
pub struct Consequence {
    /// How grave.
    pub weight: Weight,
    /// A sentence.
    pub text: String,
}

/// What a version asks for and a workspace has no value of, by its name for people. A start with that version is refused without it, after
/// the stop that comes before.
pub fn unanswered(asked: &[RichParameter], known: &[BuildParameter]) -> Vec<String> {
    let answered = |one: &RichParameter| !one.ephemeral && known.iter().any(|value| value.name == one.name);
    let lacking = asked.iter().filter(|one| one.required && !answered(one));
    let named = |one: &RichParameter| one.display_name.clone().filter(|name| !name.is_empty());
    lacking.map(|one| named(one).unwrap_or_else(|| one.name.clone())).collect()
}

/// What is asked before a dangerous action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
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
    pub fn is_confirmed_by(&self, typed: &str) -> bool {
        self.type_to_confirm.as_deref().is_none_or(|wanted| wanted == typed)
    }
}

/// What is asked before an action; `None` if it is done at once.
///
/// `resources` are what the latest build has ([`resource_names`]), if the whole workspace is at hand.
pub fn confirmation(
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

/// What a build has, by address, with the size that the template shows of it: `docker_volume.home (50 GB)`. What keeps data by its type comes
/// first.
pub fn resource_names(resources: &[WorkspaceResource]) -> Vec<String> {
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
mod tests {
    use super::*;
    use crate::model::duration::FixedZone;
    use crate::model::recordings;
    use crate::wire::build::JobStatus;

    const UTC: FixedZone = FixedZone { east_minutes: 0 };

    fn owner(row: &Row) -> Viewer {
        Viewer { user_id: row.owner_id, ..Viewer::default() }
    }

    fn row(name: &str) -> Row {
        recordings::row(name)
    }

    /// The primary action and the menu as lines: `Start` if enabled, `Start: already running` if not.
    fn offered(row: &Row, viewer: &Viewer) -> (Option<String>, Vec<String>) {
        let line = |offer: Offer| match offer.enabled {
            Ok(()) => offer.label,
            Err(reason) => format!("{}: {}", offer.label, reason.text()),
        };
        (primary(row, viewer).map(line), menu(row, viewer).into_iter().map(line).collect())
    }

    fn check(row: &Row, viewer: &Viewer, primary: Option<&str>, menu: &[&str]) {
        let (first, all) = offered(row, viewer);
        assert_eq!(first.as_deref(), primary);
        assert_eq!(all, menu);
    }

    #[test]
    fn what_a_new_version_asks_for_and_nobody_answered() {
        let asked: Vec<RichParameter> = recordings::body("real/rich-parameters");
        let known: Vec<BuildParameter> = recordings::body("real/start-parameters");
        assert_eq!(unanswered(&asked, &known), Vec::<String>::new(), "nothing is required");
        let required: Vec<_> = asked.into_iter().map(|one| RichParameter { required: true, ..one }).collect();
        // An ephemeral value counts for one build only, whether there was one or not.
        assert_eq!(unanswered(&required, &known), ["Image pull, seconds", "fail_at"]);
        assert_eq!(unanswered(&required, &known[..2]), ["CPUs", "Image pull, seconds", "fail_at"]);
    }

    #[test]
    fn running() {
        let row = row("real/start-workspace");
        check(
            &row,
            &owner(&row),
            Some("Stop"),
            &[
                "Start: already running",
                "Stop",
                "Restart…",
                "Update and restart…: it has the active version already",
                "Cancel start: nothing is running",
                "Add to favorites",
                "Delete…",
            ],
        );
        assert_eq!(primary(&recordings::row("workspace/connecting"), &Viewer::default()).unwrap().action, Action::Stop);
    }

    #[test]
    fn unhealthy_and_outdated() {
        let mut row = row("real/outdated-workspace");
        let menu = [
            "Start: already running",
            "Stop",
            "Restart…",
            "Update and restart…",
            "Cancel start: nothing is running",
            "Add to favorites",
            "Delete…",
        ];
        check(&row, &owner(&row), Some("Restart…"), &menu);
        row.require_active_version = true;
        let mut required = menu;
        required[2] = "Restart…: the template requires its active version";
        check(&row, &owner(&row), Some("Update and restart…"), &required);
        row.outdated = false;
        assert_eq!(primary(&row, &owner(&row)).unwrap().label, "Restart…", "it has the version that is required");
    }

    #[test]
    fn stopped() {
        let mut row = row("workspace/stopped");
        row.outdated = false;
        let menu = [
            "Start",
            "Stop: already stopped",
            "Restart: not running",
            "Update and start…: it has the active version already",
            "Cancel stop: nothing is running",
            "Add to favorites",
            "Delete…",
        ];
        check(&row, &owner(&row), Some("Start"), &menu);
        row.outdated = true;
        let mut outdated = menu;
        outdated[3] = "Update and start…";
        check(&row, &owner(&row), Some("Start"), &outdated);
        row.require_active_version = true;
        outdated[0] = "Start: the template requires its active version";
        check(&row, &owner(&row), Some("Update and start…"), &outdated);
    }

    #[test]
    fn failed() {
        let mut row = row("real/apply-failed-workspace");
        let menu = [
            "Start",
            "Stop",
            "Restart: not running",
            "Retry",
            "Update and start…: it has the active version already",
            "Cancel start: nothing is running",
            "Add to favorites",
            "Delete…",
        ];
        check(&row, &owner(&row), Some("Retry"), &menu);
        row.outdated = true;
        row.require_active_version = true;
        let mut required = menu;
        required[0] = "Start: the template requires its active version";
        required[3] = "Retry: the template requires its active version";
        required[4] = "Update and start…";
        check(&row, &owner(&row), Some("Update and start…"), &required);
        // A failed stop is stopped again, whatever the version.
        row.build.transition = Transition::Stop;
        required[3] = "Retry";
        required[5] = "Cancel stop: nothing is running";
        check(&row, &owner(&row), Some("Retry"), &required);
    }

    #[test]
    fn canceled_is_started_or_stopped() {
        for name in ["real/canceled-workspace", "workspace/canceled-while-pending"] {
            let mut row = row(name);
            row.outdated = false;
            check(
                &row,
                &owner(&row),
                Some("Start"),
                &[
                    "Start",
                    "Stop",
                    "Restart: not running",
                    "Update and start…: it has the active version already",
                    "Cancel start: nothing is running",
                    "Add to favorites",
                    "Delete…",
                ],
            );
        }
    }

    #[test]
    fn pending_can_always_be_canceled() {
        let mut row = row("workspace/pending-first");
        row.allow_user_cancel = false;
        row.outdated = false;
        check(
            &row,
            &owner(&row),
            Some("Cancel start"),
            &[
                "Start: a build is running: start",
                "Stop: a build is running: start",
                "Restart: a build is running: start",
                "Update and start…: a build is running: start",
                "Cancel start",
                "Add to favorites",
                "Delete…: a build is running: start",
            ],
        );
    }

    #[test]
    fn a_running_build_is_canceled_where_the_template_lets_users_or_by_the_sites_owner() {
        for name in ["workspace/starting", "workspace/stopping-or-stopped"] {
            let mut row = row(name);
            row.allow_user_cancel = false;
            let cancel = |row: &Row, viewer: &Viewer| primary(row, viewer).unwrap();
            let user = owner(&row);
            assert_eq!(cancel(&row, &user).enabled, Err(Reason::CancelForbidden));
            assert_eq!(cancel(&row, &user).note(), "the template does not let its users cancel builds");
            assert_eq!(cancel(&row, &Viewer { site_owner: true, ..user }).enabled, Ok(()));
            row.allow_user_cancel = true;
            assert_eq!(cancel(&row, &user).enabled, Ok(()));
        }
    }

    #[test]
    fn canceling_waits() {
        let row = row("workspace/canceling");
        let (first, all) = offered(&row, &owner(&row));
        assert_eq!(first.as_deref(), Some("Cancel start: the build is already being canceled"));
        assert_eq!(all[0], "Start: the build is already being canceled");
        assert_eq!(all[6], "Delete…: the build is already being canceled");
    }

    #[test]
    fn dormant_is_activated() {
        let mut row = row("workspace/dormant");
        row.build.status = BuildStatus::Stopped;
        row.build.transition = Transition::Stop;
        row.outdated = true;
        check(
            &row,
            &owner(&row),
            Some("Activate"),
            &[
                "Start",
                "Stop: already stopped",
                "Restart: not running",
                "Update and start…: dormant: activate it first",
                "Cancel stop: nothing is running",
                "Activate",
                "Add to favorites",
                "Delete…",
            ],
        );
        assert_eq!(offer(&row, &owner(&row), Action::Start).note(), "also ends its dormancy");
        assert_eq!(offer(&row, &owner(&row), Action::Activate).note(), "stays as it is until started");
        // Recorded: dormant and still running.
        let row = recordings::row("workspace/dormant");
        assert_eq!(offer(&row, &owner(&row), Action::Stop).enabled, Ok(()));
        assert_eq!(offer(&row, &owner(&row), Action::Restart).enabled, Err(Reason::Dormant));
        assert_eq!(
            offer(&recordings::row("workspace/stopped"), &owner(&row), Action::Activate).enabled,
            Err(Reason::NotDormant)
        );
    }

    #[test]
    fn deleting_deleted_and_unknown() {
        let mut row = row("real/deleted-workspace");
        let (first, all) = offered(&row, &owner(&row));
        assert_eq!(first, None);
        assert!(all.iter().all(|line| line.ends_with(": deleted")), "{all:?}");
        row.build.status = BuildStatus::Deleting;
        row.build.job_status = JobStatus::Running;
        row.allow_user_cancel = true;
        let (first, all) = offered(&row, &owner(&row));
        assert_eq!(first, None);
        assert_eq!((all[0].as_str(), all[4].as_str()), ("Start: a build is running: delete", "Cancel delete…"));
        row.build.status = BuildStatus::Other("hibernating".into());
        row.build.job_status = JobStatus::Succeeded;
        let (first, all) = offered(&row, &owner(&row));
        assert_eq!(first, None);
        assert_eq!(all[0], "Start: its status is not known to this version of Gantry");
        assert_eq!(all[6], "Delete…");
    }

    #[test]
    fn nothing_is_offered_offline_on_a_stale_row_or_while_an_own_action_runs() {
        let row = row("workspace/stopped");
        let viewer = owner(&row);
        let all = |viewer: Viewer| -> Vec<Result<(), Reason>> {
            menu(&row, &viewer).into_iter().map(|offer| offer.enabled).collect()
        };
        assert!(all(Viewer { offline: true, ..viewer }).iter().all(|one| *one == Err(Reason::Offline)));
        assert!(all(Viewer { stale: true, ..viewer }).iter().all(|one| *one == Err(Reason::Stale)));
        let busy = all(Viewer { busy: Some(Action::Start), ..viewer });
        assert_eq!(busy[0], Err(Reason::Busy(Action::Start)));
        assert_eq!(busy[4], Err(Reason::NothingRuns), "its build may be canceled once there is one");
        let starting = recordings::row("workspace/pending-first");
        let busy = |action| offer(&starting, &Viewer { busy: Some(action), ..viewer }, Action::Cancel).enabled;
        assert_eq!(busy(Action::Start), Ok(()));
        assert_eq!(busy(Action::Cancel), Err(Reason::Busy(Action::Cancel)));
        assert_eq!(Reason::Busy(Action::Restart).text(), "restarting is under way");
    }

    #[test]
    fn a_favorite_is_its_owners_alone() {
        let mut row = row("workspace/stopped");
        assert_eq!(offer(&row, &owner(&row), Action::Favorite).enabled, Ok(()));
        assert_eq!(offer(&row, &Viewer::default(), Action::Favorite).enabled, Err(Reason::NotOwner));
        row.favorite = true;
        assert!(offered(&row, &owner(&row)).1.contains(&"Remove from favorites".to_owned()));
        // While a build runs, too.
        let pending = recordings::row("workspace/pending-first");
        assert_eq!(offer(&pending, &owner(&pending), Action::Favorite).enabled, Ok(()));
    }

    #[test]
    fn a_prebuild_is_left_alone() {
        let mut row = row("workspace/stopped");
        row.prebuild = true;
        assert_eq!(offer(&row, &owner(&row), Action::Start).enabled, Err(Reason::Prebuild));
        assert_eq!(offer(&row, &owner(&row), Action::Delete).enabled, Ok(()));
    }

    #[test]
    fn hints_say_what_a_word_hides() {
        let running = row("real/outdated-workspace");
        let failed = row("real/apply-failed-workspace");
        let mut stopped = row("workspace/stopped");
        let hint = |row: &Row, action| offer(row, &owner(row), action).hint;
        assert_eq!(hint(&running, Action::Restart), "stop, then start");
        assert_eq!(hint(&failed, Action::Retry), "cleans up first: stop, then start");
        assert_eq!(hint(&running, Action::Update), "stop, then start with the active version");
        assert_eq!(hint(&failed, Action::Update), "cleans up first, then starts the active version");
        assert_eq!(hint(&stopped, Action::Update), "start with the active version");
        assert_eq!(hint(&stopped, Action::Start), "");
        stopped.build.has_external_agent = true;
        assert_eq!(hint(&stopped, Action::Start), "its agent is started by hand, outside");
        let mut failed_stop = failed.clone();
        failed_stop.build.transition = Transition::Stop;
        assert_eq!(hint(&failed_stop, Action::Retry), "");
        assert_eq!(hint(&stopped, Action::Delete), "");
        assert!(offer(&stopped, &owner(&stopped), Action::Start).is_enabled());
        assert!(!offer(&stopped, &owner(&stopped), Action::Stop).is_enabled());
    }

    #[test]
    fn a_failed_start_leaves_things_only_if_its_apply_had_begun() {
        assert!(failed_start(&row("real/apply-failed-workspace")));
        assert!(failed_start(&row("real/canceled-workspace")));
        assert!(!failed_start(&row("workspace/canceled-while-pending")));
        assert!(!failed_start(&row("real/start-workspace")));
        for (error, applied) in [
            ("terraform apply: exit status 1", true),
            ("template: something of a newer server", true),
            ("terraform plan: exit status 1", false),
            ("terraform init: exit status 1", false),
            ("initialize terraform: terraform init: exit status 1", false),
            ("insufficient quota", false),
        ] {
            let mut failed = row("real/apply-failed-workspace");
            failed.build.error = Some(error.into());
            assert_eq!(failed_start(&failed), applied, "{error}");
            let said = if applied { "cleans up first: stop, then start" } else { "" };
            assert_eq!(offer(&failed, &owner(&failed), Action::Retry).hint, said, "{error}");
        }
        let pending = row("workspace/canceled-while-pending");
        assert_eq!(offer(&pending, &owner(&pending), Action::Retry).hint, "");
        let mut stop = row("real/apply-failed-workspace");
        stop.build.transition = Transition::Stop;
        assert!(!failed_start(&stop));
    }

    #[test]
    fn a_start_names_a_version_only_if_it_must() {
        let mut row = row("workspace/stopped");
        let active = Some(row.template_active_version_id);
        assert_eq!(start_version(&row, false), None);
        assert_eq!(start_version(&row, true), active);
        row.require_active_version = true;
        assert_eq!(start_version(&row, false), active);
        assert_eq!(start_version(&row, true), active);
    }

    #[test]
    fn every_action_and_reason_has_its_words() {
        let all = [
            (Action::Start, "Start", "Starting"),
            (Action::Stop, "Stop", "Stopping"),
            (Action::Restart, "Restart", "Restarting"),
            (Action::Update, "Update", "Updating"),
            (Action::Retry, "Retry", "Retrying"),
            (Action::Cancel, "Cancel", "Canceling"),
            (Action::Delete, "Delete", "Deleting"),
            (Action::Activate, "Activate", "Activating"),
            (Action::Favorite, "Add to favorites", "Changing favorites"),
            (Action::Unfavorite, "Remove from favorites", "Changing favorites"),
            (Action::Undo, "Undo", "Undoing"),
        ];
        for (action, word, doing) in all {
            assert_eq!((action.word(), action.doing()), (word, doing));
        }
        assert_eq!(Reason::NotFailed.text(), "nothing failed");
        let running = row("real/start-workspace");
        assert_eq!(offer(&running, &owner(&running), Action::Retry).enabled, Err(Reason::NotFailed));
    }

    fn asked(row: &Row, action: Action, resources: Option<&[String]>) -> (String, Vec<String>, String, String) {
        let now_ms = row.created_ms + 60 * 86_400_000;
        let asked = confirmation(row, action, resources, now_ms, &UTC).expect("asks");
        let weight = |one: &Consequence| match one.weight {
            Weight::Loss => "loss",
            Weight::Change => "change",
            Weight::Fact => "fact",
            Weight::Past => "past",
        };
        let lines = asked.consequences.iter().map(|one| format!("{}: {}", weight(one), one.text)).collect();
        (asked.title, lines, asked.safe, asked.danger)
    }

    #[test]
    fn a_delete_says_what_is_lost_and_wants_the_name() {
        let mut row = row("real/start-workspace");
        row.daily_cost = 4;
        row.last_used_ms = None;
        let resources =
            ["docker_volume.home".to_owned(), "docker_image.main".to_owned(), "docker_container.main".to_owned()];
        let (title, lines, safe, danger) = asked(&row, Action::Delete, Some(&resources));
        assert_eq!((title.as_str(), safe.as_str(), danger.as_str()), ("Delete ok?", "Keep it", "Delete ok"));
        assert_eq!(
            lines,
            [
                "loss: docker_volume.home, docker_image.main and docker_container.main are destroyed. There is no undo.",
                "change: Its processes and sessions end.",
                "past: Never used. Owned by owner. Created 2 mo ago.",
                "fact: Frees 4 credits in coder.",
            ]
        );
        let first = |row: &Row, resources: Option<&[String]>| asked(row, Action::Delete, resources).1[0].clone();
        assert_eq!(
            first(&row, Some(&resources[..2])),
            "loss: docker_volume.home and docker_image.main are destroyed. There is no undo."
        );
        let many: Vec<String> = (0..5).map(|number| format!("disk.{number}")).collect();
        assert_eq!(
            first(&row, Some(&many)),
            "loss: disk.0, disk.1, disk.2 and 2 more resources are destroyed. There is no undo."
        );
        assert_eq!(
            first(&row, Some(&many[..4])),
            "loss: disk.0, disk.1, disk.2 and 1 more resource are destroyed. There is no undo."
        );
        assert_eq!(first(&row, Some(&resources[..1])), "loss: docker_volume.home is destroyed. There is no undo.");
        row.build.resources = 3;
        assert_eq!(first(&row, None), "loss: 3 resources are destroyed. There is no undo.");
        row.build.resources = 1;
        row.daily_cost = 1;
        let lines = asked(&row, Action::Delete, None).1;
        assert_eq!(lines[0], "loss: 1 resource is destroyed. There is no undo.");
        assert_eq!(lines[3], "fact: Frees 1 credit in coder.");
        row.build.resources = 0;
        row.daily_cost = 0;
        let lines = asked(&row, Action::Delete, None).1;
        assert_eq!((lines[0].as_str(), lines.len()), ("loss: It has no resources. There is no undo.", 3));
        let unlisted = "loss: All resources of its builds are destroyed; the control plane does not list them after a failed build. There is no undo.";
        let failed = recordings::row("real/apply-failed-workspace");
        assert_eq!(first(&failed, None), unlisted);
        let mut failed_stop = failed;
        failed_stop.build.transition = Transition::Stop;
        let lines = asked(&failed_stop, Action::Delete, None).1;
        assert_eq!((lines[0].as_str(), lines.len()), (unlisted, 2), "nothing runs, nothing is held");
    }

    #[test]
    fn what_keeps_data_is_named_first_with_its_size() {
        let mut workspace: crate::wire::workspace::Workspace = recordings::body("real/start-workspace");
        let one = workspace.latest_build.resources.first().unwrap().clone();
        let of = |r#type: &str, name: &str, facts: &[(&str, &str, bool)]| WorkspaceResource {
            r#type: r#type.into(),
            name: name.into(),
            metadata: facts
                .iter()
                .map(|(key, value, sensitive)| crate::wire::resource::ResourceMetadata {
                    key: (*key).into(),
                    value: (*value).into(),
                    sensitive: *sensitive,
                })
                .collect::<Vec<_>>()
                .into(),
            ..one.clone()
        };
        workspace.latest_build.resources = vec![
            of("docker_container", "main", &[("image", "debian", false)]),
            of("docker_volume", "home", &[("note", "x", false), ("Size", "50 GB", false)]),
            of("aws_ebs_volume", "data", &[("size", "9", true)]),
        ]
        .into();
        assert_eq!(
            resource_names(&workspace.latest_build.resources),
            ["docker_volume.home (50 GB)", "aws_ebs_volume.data", "docker_container.main"]
        );
    }

    #[test]
    fn what_must_be_typed_is_the_name_exactly() {
        let row = row("workspace/stopped");
        let confirmation = |action| confirmation(&row, action, None, row.created_ms, &UTC);
        let delete = confirmation(Action::Delete).unwrap();
        assert!(delete.is_confirmed_by("life"));
        for typed in ["", "Life", " life", "life ", "lif"] {
            assert!(!delete.is_confirmed_by(typed), "{typed:?}");
        }
        assert!(confirmation(Action::Update).unwrap().is_confirmed_by(""), "it asks, but for no name");
        for action in [Action::Start, Action::Stop, Action::Activate, Action::Favorite, Action::Retry] {
            assert_eq!(confirmation(action), None, "{action:?} of a stopped one needs no question");
        }
    }

    #[test]
    fn a_question_comes_where_there_is_no_way_back() {
        let running = row("real/start-workspace");
        // A stop is held back and can be undone; what waits or is down has nothing to lose.
        for (row, action) in [
            (&running, Action::Stop),
            (&row("workspace/pending-first"), Action::Cancel),
            (&row("workspace/stopped"), Action::Restart),
        ] {
            assert!(!asks(row, action), "{action:?}");
            assert_eq!(confirmation(row, action, None, row.created_ms, &UTC), None, "{action:?}");
        }
        for (row, action) in [
            (&running, Action::Restart),
            (&running, Action::Update),
            (&running, Action::Delete),
            (&row("workspace/starting"), Action::Cancel),
        ] {
            assert!(label(row, action).ends_with('…'), "three dots where a dialog follows: {action:?}");
            assert!(confirmation(row, action, None, row.created_ms, &UTC).is_some(), "{action:?}");
        }
    }

    #[test]
    fn what_is_held_can_be_undone_even_offline() {
        let row = row("real/start-workspace");
        let viewer = Viewer { held: true, busy: Some(Action::Stop), offline: true, ..owner(&row) };
        let undo = primary(&row, &viewer).unwrap();
        assert_eq!((undo.action, undo.enabled), (Action::Undo, Ok(())));
        assert_eq!(offer(&row, &owner(&row), Action::Undo).enabled, Err(Reason::NothingRuns));
    }

    #[test]
    fn what_ends_or_is_lost_is_said_before() {
        let running = row("real/outdated-workspace");
        let ends = "Its processes and sessions end.";
        let lost = "change: Data that the template does not keep over a stop is lost.";
        let (title, lines, safe, danger) = asked(&running, Action::Restart, None);
        assert_eq!((title.as_str(), safe.as_str(), danger.as_str()), ("Restart ok?", "Keep it running", "Restart ok"));
        assert_eq!(lines[..2], [format!("change: Stops, then starts with the same version. {ends}"), lost.to_owned()]);
        assert!(lines[2].starts_with("past: Last used "), "{}", lines[2]);
        let unknown = "change: The plan decides which resources are replaced; it has not run yet.";
        let (title, lines, safe, danger) = asked(&running, Action::Update, None);
        assert_eq!((title.as_str(), safe.as_str(), danger.as_str()), ("Update ok?", "Not now", "Update and restart"));
        assert_eq!(
            lines,
            [
                format!("change: Stops, then starts with the active version. {ends}"),
                lost.to_owned(),
                unknown.to_owned()
            ]
        );
        let (_, lines, _, danger) = asked(&row("workspace/stopped"), Action::Update, None);
        assert_eq!(danger, "Update and start");
        assert_eq!(lines, ["change: Starts with the template's active version.", unknown]);
        let (_, lines, ..) = asked(&row("real/apply-failed-workspace"), Action::Update, None);
        assert_eq!(lines[0], "change: Stops the resources that the failed start left, then starts the active version.");
        let (title, lines, safe, danger) = asked(&row("workspace/starting"), Action::Cancel, None);
        assert_eq!(
            (title.as_str(), safe.as_str(), danger.as_str()),
            ("Cancel the start of stuck-one?", "Let it start", "Cancel the start")
        );
        assert_eq!(
            lines,
            ["change: The start is interrupted. Resources that it has made by then may stay and may cost."]
        );
        for (transition, safe) in [
            (Transition::Stop, "Let it stop"),
            (Transition::Delete, "Let it be deleted"),
            (Transition::Other("pause".into()), "Let it go on"),
        ] {
            let mut row = row("workspace/starting");
            row.build.transition = transition;
            assert_eq!(asked(&row, Action::Cancel, None).2, safe);
        }
    }
}
