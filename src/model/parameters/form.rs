//! A form that is being filled in: what was typed, what the workspace held, what the control plane said of it. What a
//! person typed is never overwritten by an answer, and an answer that was overtaken is dropped. A pure state machine:
//! whoever drives it sends and brings the answers.

use super::check::{Given, Matches, left_to_server, refusal};
use super::misfit::Misfit;
use super::rule::{Parameter, from_preview};
use crate::model::order;
use crate::wire::Id;
use crate::wire::parameter::{Diagnostic, FormAnswer, ParameterValue, Severity};
use json_tape::LeftOut;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A new workspace: nothing is fixed yet.
    Create,
    /// Another build of the version that the workspace has.
    Change,
    /// A build of another version.
    Update,
}

/// Which form is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormFor {
    /// The version whose parameters are asked for.
    pub version: Id,
    /// Whom the workspace belongs to: the template may ask them for something else.
    pub owner: Id,
    /// The values to begin with: those of the workspace, or none.
    pub held: Vec<ParameterValue>,
    /// Whether the template has its parameters asked for in the way of before 2025.
    pub classic: bool,
    pub purpose: Purpose,
}

/// Values by name.
pub(crate) type Values = BTreeMap<String, String>;

/// The form.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    purpose: Purpose,
    held: Values,
    classic: bool,
    rules: Option<Vec<Arc<Parameter>>>,
    general: Vec<Diagnostic>,
    /// What of the last answer could not be read.
    left_out: LeftOut,
    typed: Values,
    /// Where a value came from that no person typed, by name, in words: a preset, an address.
    marks: Values,
    /// Fields that an address keeps from being changed.
    frozen: BTreeSet<String>,
    /// Whether a person wanted to send it as it is: every fault is shown from then on.
    tried: bool,
    /// What the control plane refused when the form was sent: the value, and its words.
    refused: BTreeMap<String, (Option<String>, String)>,
    /// The number that was sent last.
    sent: i64,
    /// What was sent and not answered yet, by number.
    under_way: Vec<(i64, Values)>,
    /// The number that was answered last, and what it held.
    answered: Option<(i64, Values)>,
}

impl Form {
    /// A form of which nothing is known but the values to begin with.
    pub(crate) fn new(asked: &FormFor) -> Self {
        let held = asked.held.iter().map(|one| (one.name.clone(), one.value.clone())).collect();
        Self {
            purpose: asked.purpose,
            held,
            classic: asked.classic,
            rules: None,
            general: Vec::new(),
            left_out: LeftOut::default(),
            typed: Values::new(),
            marks: Values::new(),
            frozen: BTreeSet::new(),
            tried: false,
            refused: BTreeMap::new(),
            sent: 0,
            under_way: Vec::new(),
            answered: None,
        }
    }

    /// The parameters in their order; `None` until they are known.
    pub(crate) fn rules(&self) -> Option<&[Arc<Parameter>]> {
        self.rules.as_deref()
    }

    /// One of them.
    pub(crate) fn rule(&self, name: &str) -> Option<&Arc<Parameter>> {
        self.rules.as_ref()?.iter().find(|rule| rule.name == name)
    }

    /// What is said of the form as a whole.
    pub(crate) fn general(&self) -> &[Diagnostic] {
        &self.general
    }

    /// What of the last answer could not be read: a field may be missing.
    pub(crate) fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// The classic list came: this form is checked here alone.
    pub(crate) fn take_classic(&mut self, rules: Vec<Parameter>) {
        self.classic = true;
        self.rules = Some(self.shared(rules));
    }

    /// The rules, those that are as they were being the same ones: whoever shows one is told of changes alone.
    fn shared(&self, rules: Vec<Parameter>) -> Vec<Arc<Parameter>> {
        let known = |rule: &Parameter| self.rule(&rule.name).filter(|known| ***known == *rule).cloned();
        rules.into_iter().map(|rule| known(&rule).unwrap_or_else(|| Arc::new(rule))).collect()
    }

    /// Whether it is checked here alone, before it is sent.
    pub(crate) fn is_classic(&self) -> bool {
        self.classic
    }

    /// A person chose a value.
    pub(crate) fn set(&mut self, name: &str, value: String) {
        // Another value, and the refused one after it: it is meant, and the control plane is asked about it once more.
        if self.refused.get(name).is_some_and(|(refused, _)| refused.as_ref() != Some(&value)) {
            self.refused.remove(name);
        }
        self.typed.insert(name.to_owned(), value);
        self.marks.remove(name);
    }

    /// A value came from elsewhere; `mark` says from where. It counts as chosen.
    pub(crate) fn set_from(&mut self, name: &str, value: String, mark: &str) {
        self.set(name, value);
        if !mark.is_empty() {
            self.marks.insert(name.to_owned(), mark.to_owned());
        }
    }

    /// Where a field's value came from, if no person typed it.
    pub(crate) fn mark(&self, name: &str) -> Option<&str> {
        self.marks.get(name).map(String::as_str)
    }

    /// The names of the fields whose value came from there.
    pub(crate) fn marked(&self, mark: &str) -> Vec<String> {
        self.marks.iter().filter(|(_, known)| *known == mark).map(|(name, _)| name.clone()).collect()
    }

    /// These fields keep what they hold.
    pub(crate) fn freeze(&mut self, names: impl IntoIterator<Item = String>) {
        self.frozen = names.into_iter().collect();
    }

    /// Whether a field keeps what it holds, and why.
    pub(crate) fn why_fixed(&self, rule: &Parameter) -> Option<&'static str> {
        if self.is_locked(rule) {
            Some("fixed when the workspace was created")
        } else if rule.disabled {
            Some("set by the template")
        } else if self.frozen.contains(&rule.name) {
            Some("set by the link")
        } else {
            None
        }
    }

    /// A person wants to send it as it is.
    pub(crate) fn try_it(&mut self) {
        self.tried = true;
    }

    /// Whether what is wrong with a field is shown: not before somebody was there, unless the workspace brought it.
    pub(crate) fn is_shown_wrong(&self, name: &str) -> bool {
        self.tried || self.purpose == Purpose::Update || self.typed.contains_key(name) || self.before(name).is_some()
    }

    /// The control plane refused these when the form was sent; each is wrong until another value is set.
    pub(crate) fn refuse(&mut self, faults: &[(String, String)]) {
        self.tried = true;
        self.refused = faults
            .iter()
            .map(|(name, why)| (name.clone(), (self.new_value(name).map(str::to_owned), why.clone())))
            .collect();
    }

    /// The workspace that the values came from keeps these to itself: they are not taken over.
    pub(crate) fn forget_held(&mut self, names: &[String]) {
        self.held.retain(|name, _| !names.contains(name));
    }

    /// Which fields keep what they hold.
    pub(crate) fn frozen(&self) -> &BTreeSet<String> {
        &self.frozen
    }

    /// Forgets what a person chose: the field is as the template has it.
    pub(crate) fn reset(&mut self, name: &str) {
        self.typed.remove(name);
        self.marks.remove(name);
    }

    /// What a person chose so far, by name.
    pub(crate) fn typed(&self) -> &Values {
        &self.typed
    }

    /// The value of the workspace's last build, if the next one takes it over.
    fn kept(&self, name: &str) -> Option<&str> {
        let is_for_one_build = self.rule(name).is_some_and(|rule| rule.ephemeral);
        self.held.get(name).filter(|_| !is_for_one_build).map(String::as_str)
    }

    /// The value that the workspace has, whatever becomes of it: what a new one is held against.
    pub(crate) fn before(&self, name: &str) -> Option<&str> {
        if self.purpose == Purpose::Create { None } else { self.held.get(name).map(String::as_str) }
    }

    /// Whether a value was fixed when the workspace was created.
    pub(crate) fn is_locked(&self, rule: &Parameter) -> bool {
        !rule.mutable && self.before(&rule.name).is_some()
    }

    /// What is asked for: what a person chose, else what is kept. What must be given and was cleared is not given.
    fn new_value(&self, name: &str) -> Option<&str> {
        let rule = self.rule(name);
        let is_fixed = rule.is_some_and(|rule| self.is_locked(rule) || rule.disabled);
        let typed = self.typed.get(name).filter(|_| !is_fixed).map(String::as_str);
        let value = typed.or_else(|| self.kept(name))?;
        (!(value.is_empty() && typed.is_some() && rule.is_some_and(|rule| rule.required))).then_some(value)
    }

    /// What the field of a parameter holds.
    pub(crate) fn value(&self, rule: &Parameter) -> Option<String> {
        let new = self.new_value(&rule.name).map(str::to_owned);
        if new.is_some() || self.typed.contains_key(&rule.name) && !self.is_locked(rule) && !rule.disabled {
            return new;
        }
        rule.value.clone().or_else(|| rule.default.clone())
    }

    /// What the control plane is to look at: all that is chosen or kept, also for fields that are not there at this
    /// moment.
    pub(crate) fn inputs(&self) -> Values {
        if self.rules.is_none() {
            // Which of the values were for one build only is not known yet.
            return Values::new();
        }
        let names = self.held.keys().chain(self.typed.keys());
        names.filter_map(|name| Some((name.clone(), self.new_value(name)?.to_owned()))).collect()
    }

    /// What is to be sent now, under its number; `None` where the last answer, or one that is under way, is about just
    /// that.
    pub(crate) fn next_to_send(&mut self) -> Option<(i64, Values)> {
        let inputs = self.inputs();
        let last = self.under_way.last().map(|(_, sent)| sent).or(self.answered.as_ref().map(|(_, known)| known));
        if last == Some(&inputs) {
            return None;
        }
        self.sent += 1;
        self.under_way.push((self.sent, inputs.clone()));
        Some((self.sent, inputs))
    }

    /// What was sent through a line that is gone will not be answered.
    pub(crate) fn lost(&mut self) {
        self.under_way.clear();
    }

    /// An answer came. False if it was overtaken, or answers nothing: it changes nothing then.
    pub(crate) fn take(&mut self, id: i64, answer: FormAnswer) -> bool {
        let asked = if id < 0 {
            // Unasked, at the beginning of each line: news only where nothing is known.
            if self.answered.is_some() {
                return false;
            }
            Values::new()
        } else {
            if self.answered.as_ref().is_some_and(|(known, _)| *known >= id) {
                return false;
            }
            let Some(at) = self.under_way.iter().position(|(sent, _)| *sent == id) else { return false };
            let (_, inputs) = self.under_way.remove(at);
            self.under_way.retain(|(sent, _)| *sent > id);
            inputs
        };
        self.general = answer.diagnostics.into_vec();
        self.left_out = answer.left_out;
        let mut parameters = answer.parameters.into_vec();
        order::sort_by_key(&mut parameters, |parameter| parameter.order.unwrap_or(i64::MAX));
        let is_nobody_known = parameters.is_empty() && self.general.iter().any(|one| one.severity == Severity::Error);
        if !is_nobody_known || self.rules.is_none() {
            self.rules = Some(self.shared(parameters.into_iter().map(from_preview).collect()));
        }
        self.answered = Some((id.max(0), asked));
        true
    }

    /// Somebody else is to own the workspace: the control plane is asked anew.
    pub(crate) fn ask_anew(&mut self) {
        self.under_way.clear();
        self.answered = None;
        self.refused.clear();
    }

    /// What stands against a build with what the form holds, for whoever asks before anything stops.
    pub(crate) fn misfits(&self, matches: Matches) -> Vec<Misfit> {
        let rules = self.rules.as_deref().unwrap_or_default();
        let misfit = |rule: &Arc<Parameter>| {
            let why = self.problem(rule, matches)?;
            Some(Misfit { name: rule.name.clone(), label: rule.label.clone(), why, locked: self.is_locked(rule) })
        };
        rules.iter().filter_map(misfit).collect()
    }

    /// Whether the control plane has looked at just what the form holds.
    pub(crate) fn is_answered(&self) -> bool {
        self.classic || self.answered.as_ref().is_some_and(|(_, known)| *known == self.inputs())
    }

    /// What is wrong with a value: found here at once, else what the control plane said of this very value.
    pub(crate) fn problem(&self, rule: &Parameter, matches: Matches) -> Option<String> {
        let new = self.new_value(&rule.name).filter(|_| !self.is_locked(rule));
        let before = self.before(&rule.name).filter(|_| !(rule.ephemeral && new.is_none()));
        // What the template works out for a field that nobody touched is its default now.
        let computed = rule.value.as_deref().filter(|_| !rule.required);
        let given = Given { new, before, default: computed.or(rule.default.as_deref()), classic: self.classic };
        let why = refusal(rule, given, matches).or_else(|| {
            let said = self.is_answered().then(|| rule.errors().next())??;
            Some(sentence(said))
        });
        let why = why.or_else(|| {
            let (value, why) = self.refused.get(&rule.name)?;
            (value.as_deref() == self.new_value(&rule.name)).then(|| why.clone())
        })?;
        Some(if self.is_locked(rule) { format!("{why} It cannot be changed any more.") } else { why })
    }

    /// All that is wrong, by name, in the order of the form.
    pub(crate) fn problems(&self, matches: Matches) -> Vec<(String, String)> {
        let rules = self.rules.as_deref().unwrap_or_default();
        rules.iter().filter_map(|rule| Some((rule.name.clone(), self.problem(rule, matches)?))).collect()
    }

    /// Whether a field's value is held against a pattern that cannot be run here.
    pub(crate) fn is_left_to_server(&self, rule: &Parameter, matches: Matches) -> bool {
        self.value(rule).is_some_and(|value| left_to_server(rule, &value, matches))
    }

    /// What is wrong with the form as a whole.
    pub(crate) fn general_errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.general.iter().filter(|one| one.severity == Severity::Error)
    }

    /// What was chosen and differs from what the workspace or the template has: what is kept in case it is not sent. No
    /// secrets.
    pub(crate) fn draft(&self) -> Vec<ParameterValue> {
        let chosen = self.typed.iter().filter(|(name, value)| {
            let rule = self.rule(name).filter(|rule| !rule.is_secret() && self.why_fixed(rule).is_none());
            rule.is_some_and(|rule| self.as_it_was(rule) != Some(value.as_str()))
        });
        chosen.map(|(name, value)| ParameterValue { name: name.clone(), value: value.clone() }).collect()
    }

    /// What a field holds without anybody's doing.
    fn as_it_was<'a>(&'a self, rule: &'a Parameter) -> Option<&'a str> {
        self.kept(&rule.name).or(rule.default.as_deref())
    }

    /// What is different from the build before, a sentence for each; of a secret only that it is.
    pub(crate) fn changes(&self) -> Vec<String> {
        let rules = self.rules.as_deref().unwrap_or_default();
        let change = |rule: &Arc<Parameter>| {
            let (before, now) = (self.as_it_was(rule), self.value(rule)?);
            if before == Some(now.as_str()) || self.why_fixed(rule).is_some() || !self.typed.contains_key(&rule.name) {
                return None;
            }
            let label = &rule.label;
            Some(match before {
                _ if rule.is_secret() => format!("{label}: changed"),
                Some(before) => format!("{label}: {} → {}", rule.said(before), rule.said(&now)),
                None => format!("{label}: {}", rule.said(&now)),
            })
        };
        rules.iter().filter_map(change).collect()
    }

    /// The values for a build: of every field that is there. What is fixed is not sent again, and what is for one build
    /// only if it was chosen.
    pub(crate) fn values(&self) -> Vec<ParameterValue> {
        let rules = self.rules.as_deref().unwrap_or_default();
        let asked_for = rules
            .iter()
            .filter(|rule| !self.is_locked(rule) && (!rule.ephemeral || self.typed.contains_key(&rule.name)));
        asked_for
            .filter_map(|rule| Some(ParameterValue { name: rule.name.clone(), value: self.value(rule)? }))
            .collect()
    }
}

/// A remark of the control plane in one sentence.
pub(crate) fn sentence(said: &Diagnostic) -> String {
    match (said.summary.trim(), said.detail.trim()) {
        (summary, "") => summary.to_owned(),
        ("", detail) => detail.to_owned(),
        (summary, detail) => format!("{}: {detail}", summary.trim_end_matches(['.', ':'])),
    }
}

#[cfg(test)]
mod tests;
