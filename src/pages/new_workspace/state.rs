//! What the form holds, and what is known for it; each section reads and writes its own part. May import `panels` and
//! below.

use crate::api::answer::Each;
use crate::model::creation::{Autofill, Refusal, VersionHindrance, why_not};
use crate::model::schedule::{Limits, ScheduleDraft};
use crate::panels::asked::Answered;
use crate::store::parameters::ParameterSession;
use crate::wire::id::Id;
use crate::wire::parameter::Preset;
use crate::wire::template::Template;
use crate::wire::template_version::{ExternalAuth, TemplateVersion};
use leptos::prelude::*;
use std::sync::Arc;

/// Who is to own the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub id: Id,
    pub username: String,
}

/// A refusal, with what a report needs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    pub refusal: Refusal,
    /// The name that it was about.
    pub name: String,
    pub request_id: Option<String>,
    /// Whether it is not even known that nothing was made.
    pub is_unsure: bool,
}

/// The form.
#[derive(Clone, Copy)]
pub(super) struct FormState {
    pub template: StoredValue<Arc<Template>>,
    pub autofill: StoredValue<Arc<Autofill>>,
    pub name: RwSignal<String>,
    /// Whether the name is one that was suggested, and by nobody chosen.
    pub is_suggested: RwSignal<bool>,
    /// Nobody while what is typed is nobody's name.
    pub owner: RwSignal<Option<Owner>>,
    pub version: RwSignal<Id>,
    pub answer: Answered<TemplateVersion>,
    pub hindrance: Memo<Option<VersionHindrance>>,
    pub presets: Answered<Each<Preset>>,
    pub preset: RwSignal<Option<Id>>,
    /// Whether somebody chose the preset, or none, by hand.
    pub chose_preset: RwSignal<bool>,
    pub accounts: Answered<Each<ExternalAuth>>,
    pub session: RwSignal<Option<ParameterSession>>,
    /// Of which version the parameters are.
    pub session_of: RwSignal<Option<Id>>,
    /// When it is to stop and start, and what that was before anybody touched it.
    pub schedule: RwSignal<ScheduleDraft>,
    pub usual_schedule: StoredValue<ScheduleDraft>,
    pub limits: StoredValue<Limits>,
    pub is_sending: RwSignal<bool>,
    pub refused: RwSignal<Option<Refused>>,
}

impl FormState {
    /// What is wrong with the name. Tracked.
    pub(super) fn name_problem(self) -> Option<String> {
        self.name.with(|name| {
            why_not(name).or_else(|| {
                let refused = self.refused.get()?;
                refused.refusal.name.filter(|_| refused.name == *name)
            })
        })
    }

    /// What is wrong with its schedule. Tracked.
    pub(super) fn schedule_problem(self) -> Option<String> {
        self.schedule.with(|draft| {
            let starts = self.limits.with_value(|limits| draft.autostart(limits).err());
            starts.or_else(|| draft.ttl_ms().err())
        })
    }

    /// What is sent of its schedule: when it starts, and how long a start runs where that is not what the template
    /// says.
    pub(super) fn sent_schedule(self) -> (Option<String>, Option<i64>) {
        self.schedule.with_untracked(|draft| {
            let starts = self.limits.with_value(|limits| draft.autostart(limits).ok().flatten());
            let own = |draft: &ScheduleDraft| draft.ttl_ms().ok().flatten();
            let usual = self.usual_schedule.with_value(own);
            // Nothing said is what the template says; 0 is for ever.
            let ttl = (own(draft) != usual).then(|| own(draft).unwrap_or(0));
            (starts, ttl)
        })
    }

    /// The version, once it is known. Tracked.
    pub(super) fn known_version(self) -> Option<Arc<TemplateVersion>> {
        self.answer.ready().filter(|version| version.id == self.version.get())
    }

    /// Whether the version is the active one. Tracked.
    pub(super) fn is_active(self) -> bool {
        self.template.with_value(|template| template.active_version_id) == self.version.get()
    }

    /// The preset that is chosen. Tracked.
    pub(super) fn chosen(self) -> Option<Preset> {
        let id = self.preset.get()?;
        self.presets.ready()?.items.iter().find(|preset| preset.id == id).cloned()
    }
}
