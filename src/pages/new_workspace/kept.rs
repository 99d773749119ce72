//! What was filled in, as the tab keeps it until the workspace is made: a reload, "back" and another page lose nothing.
//! Secrets are not kept, nor what counts for one build only, nor what a link or a preset says anyway. May import
//! `panels` and below.

use super::state::{FormState, Owner};
use crate::browser::storage::{self, Area};
use crate::model::creation::{Draft, DraftOwner};
use crate::model::parameters::Form;
use crate::model::schedule::KeptSchedule;
use crate::store::session::DRAFTS;
use crate::store::use_stores;
use crate::wire::parameter::ParameterValue;
use leptos::prelude::*;

/// The version of what is kept.
const FORMAT: u32 = 1;

/// Where it is kept: for the user and the template.
pub(super) fn key(organization: &str, template: &str) -> Option<String> {
    let user = use_stores().session.signed_in()?.user.id;
    Some(format!("{DRAFTS}{user}.{organization}/{template}"))
}

/// What was filled in before for this address.
pub(super) fn read(key: Option<&str>, search: &str) -> Option<Draft> {
    storage::load::<Draft>(Area::Session, key?, FORMAT)?.of_address(search)
}

/// Forgets it.
pub(super) fn forget(key: Option<&str>) {
    if let Some(key) = key {
        storage::remove(Area::Session, key);
    }
}

/// What somebody filled in by hand, and another version of the template is to have too.
pub(super) fn by_hand(form: &Form) -> Vec<ParameterValue> {
    let may_be_kept =
        |name: &str| form.mark(name).is_none() && form.rule(name).is_some_and(|rule| !rule.masked && !rule.ephemeral);
    let typed = form.typed().iter().filter(|(name, _)| may_be_kept(name));
    typed.map(|(name, value)| ParameterValue { name: name.clone(), value: value.clone() }).collect()
}

/// What of it may be stored.
fn without_secrets(form: &Form) -> Vec<ParameterValue> {
    let mut values = by_hand(form);
    values.retain(|value| form.rule(&value.name).is_some_and(|rule| !rule.is_secret()));
    values
}

/// Keeps what is filled in, as it changes, until the form is sent.
pub(super) fn keep(state: FormState, key: Option<String>, search: String, me: Option<Owner>) {
    Effect::new(move |_| {
        let Some(key) = key.as_deref() else { return };
        let values = state.session.with(|session| {
            let session = session.as_ref()?;
            session.with(|form| form.rules().is_some().then(|| without_secrets(form)))
        });
        // Until the parameters are known it is not known which of them are secret.
        let Some(values) = values else { return };
        let chose_preset = state.chose_preset.get();
        let active = state.template.with_value(|template| template.active_version_id);
        let wanted =
            state.autofill.with_value(|autofill| autofill.version.clone().and_then(Result::ok)).unwrap_or(active);
        let name = state.name.get();
        let from_link = state.autofill.with_value(|autofill| autofill.name.as_deref() == Some(name.as_str()));
        let draft = Draft {
            search: search.clone(),
            name: Some(name).filter(|name| !state.is_suggested.get() && !from_link && !name.is_empty()),
            owner: state
                .owner
                .get()
                .filter(|owner| Some(owner) != me.as_ref())
                .map(|owner| DraftOwner { id: owner.id, username: owner.username }),
            version: Some(state.version.get()).filter(|version| *version != wanted),
            preset: state.preset.get().filter(|_| chose_preset),
            chose_preset,
            schedule: state.schedule.with(|draft| {
                state.usual_schedule.with_value(|usual| (draft != usual).then(|| KeptSchedule::of(draft)))
            }),
            values,
        };
        if draft.is_worth_keeping() {
            storage::save(Area::Session, key, FORMAT, &draft);
        } else {
            storage::remove(Area::Session, key);
        }
    });
}

/// The mark of what a link says.
pub(super) const FROM_LINK: &str = "from the link";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parameters::{FormFor, Purpose, from_rich};
    use crate::model::recordings::read;
    use crate::wire::id::Id;

    #[test]
    fn a_secret_that_a_classic_template_does_not_mark_is_not_stored() {
        let names = ["region", "db_password", "api_token"];
        let (version, owner) = (Id::NIL, Id::NIL);
        let asked = FormFor { version, owner, held: Vec::new(), classic: true, purpose: Purpose::Create };
        let mut form = Form::new(&asked);
        let rule = |name| from_rich(read(serde_json::json!({ "name": name, "mutable": true })).unwrap());
        form.take_classic(names.into_iter().map(rule).collect());
        for name in names {
            form.set(name, "x".into());
        }
        let kept: Vec<_> = without_secrets(&form).into_iter().map(|value| value.name).collect();
        assert_eq!(kept, ["region"]);
        assert_eq!(by_hand(&form).len(), 3, "another version has them all");
    }
}
