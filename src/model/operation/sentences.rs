//! What is said of an operation: its question, its refusals, its report. Pure.

use super::facts::Facts;
use super::setting::Setting;
use super::step::Step;
use super::stored::{Operation, Outcome, Phase, Refusal, RefusalKind};
use crate::model::actions::Action;
use crate::model::duration;
use crate::wire::build::Transition;

impl Operation {
    /// What its row says until it is dismissed: a report of what did not go as asked and that the row itself does not
    /// tell. Without the name, which stands beside it.
    pub fn in_row(&self) -> Option<String> {
        let report = self.report()?;
        if matches!(report.result, Outcome::Succeeded | Outcome::Canceled | Outcome::Abandoned) {
            return None;
        }
        let name = self.name.as_str();
        Some(match report.text.strip_prefix(&format!("{name} ")) {
            Some(rest) => format!("It {rest}"),
            None => report.text.replacen(&format!(" of {name}"), "", 1),
        })
    }

    /// What the user has to answer before it goes on.
    pub fn question(&self) -> Option<String> {
        matches!(self.phase, Phase::Ask).then(|| {
            let half = capital(&self.half_way(), &self.name);
            let now = if self.do_the_rest() == Action::Delete { "Delete" } else { "Start" };
            format!(
                "{half}: its {} was interrupted when its page was closed, or signed out. {now} it now?",
                word(self.action)
            )
        })
    }

    /// Why the wish to end it was refused; said at once, the operation goes on to the end of its build.
    pub fn cancel_refusal(&self) -> Option<String> {
        self.cancel_refused
            .as_ref()
            .map(|refusal| format!("{} of {} was not canceled: {}", self.title(), self.name, refusal_text(refusal)))
    }

    /// What to do after that, and what the control plane's log calls the request.
    pub fn after_cancel_refusal(&self) -> Option<String> {
        let refusal = self.cancel_refused.as_ref()?;
        let step = Self::after_refused_cancel(refusal.kind).to_owned();
        let request = refusal.request_id.as_ref().map(|id| format!("Request {id}"));
        Some([Some(step), request].into_iter().flatten().collect::<Vec<_>>().join(" · "))
    }

    /// Whose it is and who could, where that is what a refusal is about. Who may cancel, the server's own words say.
    fn who_can(&self, kind: RefusalKind) -> String {
        let owner = &self.owner;
        match (kind, self.steps.get(self.at)) {
            (_, Some(Step::Cancel { .. })) => String::new(),
            (RefusalKind::Forbidden, Some(Step::Set(setting))) if setting.is_owners_alone() && !self.mine => {
                format!(" It belongs to {owner}.")
            }
            (RefusalKind::Forbidden, _) if self.mine => " An administrator may be able to.".to_owned(),
            (RefusalKind::Forbidden, _) => format!(" It belongs to {owner}, who can, or an administrator."),
            (RefusalKind::NotFound, _) if self.mine => " It is gone, or you have no access.".to_owned(),
            (RefusalKind::NotFound, _) => format!(" It belongs to {owner}, and is gone, or you have no access."),
            _ => String::new(),
        }
    }

    /// What does what is left, once the operation is over half way.
    pub(super) fn do_the_rest(&self) -> Action {
        match self.action {
            Action::Update | Action::ChangeVersion | Action::Delete => self.action,
            _ => Action::Start,
        }
    }

    /// What does not happen any more: ` Nothing was started.`
    fn rest_text(&self) -> String {
        match self.steps.get(self.at + 1) {
            Some(Step::Build(step)) if step.transition == Transition::Delete => " Nothing was deleted.".to_owned(),
            Some(_) => " Nothing was started.".to_owned(),
            None => String::new(),
        }
    }

    /// How things are once its first step is done: `web is stopped`.
    fn half_way(&self) -> String {
        let name = &self.name;
        match self.at.checked_sub(1).and_then(|before| self.steps.get(before)) {
            Some(Step::Cancel { .. }) => format!("what waited of {name} is canceled"),
            _ => format!("{name} is stopped"),
        }
    }

    /// What the answers to [`Operation::question`] do: no, and yes.
    pub fn answers(&self) -> (String, String) {
        match self.do_the_rest() {
            Action::Delete => ("Keep it".to_owned(), format!("Delete {}", self.name)),
            _ => ("Leave it stopped".to_owned(), "Start it".to_owned()),
        }
    }

    /// Whether asking for this action while the question stands says yes to it.
    pub(crate) fn is_answered_by(&self, action: Action) -> bool {
        action == self.action || action == self.do_the_rest()
    }

    fn was_half_way(&self) -> String {
        let name = &self.name;
        match self.do_the_rest() {
            Action::Delete => format!("What waited of {name} was canceled"),
            _ => format!("{name} was stopped"),
        }
    }

    fn stays(&self) -> &'static str {
        match self.do_the_rest() {
            Action::Delete => "It is not deleted.",
            _ => "It stays stopped.",
        }
    }

    fn title(&self) -> &'static str {
        self.action.noun()
    }
}

/// What its report says, one function for each way in which it can end.
impl Operation {
    pub(super) fn hidden_text(&self) -> String {
        format!("{} of {} ended: the workspace is gone, or you have no access.", self.title(), self.name)
    }

    pub(super) fn gone_text(&self) -> String {
        format!("{} of {} ended: it was deleted meanwhile.", self.title(), self.name)
    }

    /// Somebody else's build came in between.
    pub(super) fn interrupted_text(&self, facts: &Facts) -> String {
        let by = if facts.initiator.is_empty() { String::new() } else { format!(", by {}", facts.initiator) };
        format!(
            "{} of {} ended: a {} came in between (build {}{by}).",
            self.title(),
            self.name,
            facts.transition,
            facts.number
        )
    }

    pub(super) fn refused_text(&self, refusal: &Refusal) -> String {
        let why = refusal_text(refusal);
        let who = self.who_can(refusal.kind);
        let name = &self.name;
        match self.steps.get(self.at) {
            Some(Step::Cancel { .. }) if refusal.kind == RefusalKind::Precondition => {
                format!("{name} was not canceled: the build has left the queue meanwhile.{}", self.rest_text())
            }
            Some(Step::Cancel { .. }) => format!("{name} was not canceled: {why}{}", self.rest_text()),
            Some(Step::Build(step)) if self.at > 0 => {
                let verb = &step.transition;
                format!("{}, but its {verb} was refused: {why}{who} {}", self.was_half_way(), self.stays())
            }
            _ => format!("{} of {name} was refused: {why}{who}", self.title()),
        }
    }

    /// Its build succeeded, failed or neither: another one stands in the row already.
    pub(super) fn followed_text(&self, transition: &Transition, facts: &Facts) -> String {
        format!(
            "It is not known here how the {transition} of {} ended: a {} followed it (build {}, by {}).",
            self.name, facts.transition, facts.number, facts.initiator
        )
    }

    /// Its build ended with a status that this version does not know.
    pub(super) fn ended_as_text(&self, transition: &Transition, status: &str) -> String {
        format!("The {transition} of {} ended as “{status}”.", self.name)
    }

    pub(super) fn canceled_text(&self, transition: &Transition) -> String {
        format!("The {transition} of {} was canceled.{}", self.name, self.rest_text())
    }

    pub(super) fn failed_text(&self, transition: &Transition, error: &str) -> String {
        format!("The {transition} of {} failed: {}.{}", self.name, error.trim_end_matches('.'), self.rest_text())
    }

    /// The build that was to be canceled is over, and another one followed it.
    pub(super) fn cancel_followed_text(&self, facts: &Facts) -> String {
        format!("The build of {} is over; build {} followed it.{}", self.name, facts.number, self.rest_text())
    }

    pub(super) fn cancel_ended_text(&self, facts: &Facts, canceled: bool) -> String {
        let how = if canceled { "was canceled" } else { "ended before it could be canceled" };
        format!("The {} of {} {how}.{}", facts.transition, self.name, self.rest_text())
    }

    /// The request to cancel left no trace.
    pub(super) fn cancel_lost_text(&self, said: Option<&Refusal>) -> String {
        let why = said.map_or_else(|| "no answer came.".to_owned(), refusal_text);
        format!("{} was not canceled: {why}{}", self.name, self.rest_text())
    }

    /// The request of a setting left no trace.
    pub(super) fn setting_lost_text(&self, said: Option<&Refusal>) -> String {
        format!("{} of {} {}", self.title(), self.name, not_done(said))
    }

    /// The request for a build left no trace.
    pub(super) fn build_lost_text(&self, transition: &Transition, said: Option<&Refusal>) -> String {
        let why = not_done(said);
        if self.at == 0 {
            format!("{} of {} {why} Nothing changed.", self.title(), self.name)
        } else {
            format!("{}, but its {transition} {why} {}", self.was_half_way(), self.stays())
        }
    }

    /// Its values are gone with the page that had them: nothing stores them.
    pub(super) fn without_values_text(&self) -> String {
        let (title, name) = (self.title(), &self.name);
        let was = if self.at > 0 { format!("{}: its", self.half_way()) } else { "The".to_owned() };
        let of = if self.at > 0 { String::new() } else { format!(" of {name}") };
        format!(
            "{was} {}{of} was interrupted, and the values that it was asked for with are kept nowhere. Give them once more.",
            title.to_ascii_lowercase()
        )
    }

    /// What was held back will not be sent.
    pub(super) fn not_begun_text(&self, why: &str) -> String {
        format!("{} of {} was not sent: {why}. Nothing changed.", self.title(), self.name)
    }

    /// The user did not want it to go on.
    pub(super) fn abandoned_text(&self) -> String {
        if self.held_until_ms().is_some() {
            format!("{} keeps running: nothing was sent.", self.name)
        } else if self.at == 0 {
            format!("{} of {} was not sent.", self.title(), self.name)
        } else {
            match self.do_the_rest() {
                Action::Delete => format!("{} is not deleted.", self.name),
                _ => format!("{} stays stopped.", self.name),
            }
        }
    }

    /// The user wanted it to end, and the build was faster.
    pub(super) fn ended_by_user_text(&self, transition: &Transition) -> String {
        let refused = self.cancel_refused.as_ref().map(|refusal| format!(" ({})", refusal.message)).unwrap_or_default();
        format!("The {transition} of {} succeeded before it could be canceled{refused}.{}", self.name, self.rest_text())
    }

    pub(super) fn succeeded_text(&self) -> String {
        // Nobody watched: when it ended is not known here.
        let took = if self.resumed {
            String::new()
        } else {
            format!(" after {}", duration::elapsed(self.heard_ms.saturating_sub(self.began_ms)))
        };
        if let Some(Step::Set(Setting::Rename { to })) = self.steps.get(self.at) {
            return format!("{} is called {to} now.", self.name);
        }
        match self.action.done() {
            Some(done) => format!("{} {done}.", self.name),
            None => format!("{} of {} succeeded{took}.", self.title(), self.name),
        }
    }
}

/// A sentence with its first letter large, unless a name stands there.
fn capital(sentence: &str, name: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) if !sentence.starts_with(name) => first.to_uppercase().chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}

/// `5 s`: whole seconds, the one that has begun included.
pub(crate) fn seconds_left(until_ms: i64, now_ms: i64) -> String {
    format!("{} s", until_ms.saturating_sub(now_ms).max(0).saturating_add(999) / 1_000)
}

/// The action within a sentence: `restart`.
pub(super) fn word(action: Action) -> String {
    action.noun().to_ascii_lowercase()
}

/// Of a request that left no trace: whether it was lost on its way, or answered by an error that need not be the
/// control plane's own.
fn not_done(said: Option<&Refusal>) -> String {
    said.map_or_else(
        || "did not reach the control plane.".to_owned(),
        |said| format!("was not carried out: {}", refusal_text(said)),
    )
}

fn refusal_text(refusal: &Refusal) -> String {
    let message = refusal.message.trim();
    if message.is_empty() {
        "the control plane gave no reason.".to_owned()
    } else if message.ends_with(['.', '!', '?']) {
        message.to_owned()
    } else {
        format!("{message}.")
    }
}

/// The server's detail, what is wrong with which field, and what its log calls the request, a line each.
pub(super) fn refusal_lines(refusal: &Refusal) -> Vec<String> {
    let detail = refusal.detail.iter().filter(|detail| **detail != refusal.message).cloned();
    let fields = refusal.validations.iter().map(|it| format!("{}: {}", it.field, it.detail));
    detail.chain(fields).chain(refusal.request_id.iter().map(|id| format!("Request {id}"))).collect()
}
