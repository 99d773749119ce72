//! Values that go together: which preset is chosen, and what it sets. May import `panels` and below.

use super::state::FormState;
use crate::components::icon::icon_with;
use crate::model::creation::{Mode, is_held, preset_values};
use crate::model::templates::preset_words;
use crate::store::parameters::ParameterSession;
use crate::wire::id::Id;
use crate::wire::parameter::Preset;
use leptos::prelude::*;

const FIELD: &str = "new-preset";

/// What stands at a field whose value a preset set.
pub(super) const FROM_PRESET: &str = "from the preset";

/// Which preset the form begins with: the one that the link names, else the template's default; none where another
/// workspace is copied, for its values count.
pub(super) fn first(presets: &[Preset], named: Option<&str>, mode: Mode) -> Option<Id> {
    let found = match (mode, named) {
        (Mode::Duplicate, _) => None,
        (_, Some(name)) => presets.iter().find(|preset| preset.name == name),
        (_, None) => presets.iter().find(|preset| preset.default),
    };
    found.map(|preset| preset.id)
}

/// Lays a preset over the form, in place of the one before.
pub(super) fn apply(session: &ParameterSession, preset: Option<&Preset>) {
    session.take_back(FROM_PRESET);
    if let Some(preset) = preset {
        session.apply(&preset_values(preset), FROM_PRESET);
    }
}

/// The preset that is sent: the control plane would lay its values over those of the form, so it is named only while
/// the form holds them. Tracked.
pub(super) fn sent(state: FormState) -> Option<Id> {
    let preset = state.chosen()?;
    let session = state.session.get()?;
    let names =
        session.with(|form| form.rules().unwrap_or_default().iter().map(|rule| rule.name.clone()).collect::<Vec<_>>());
    is_held(&preset, &session.values(), &names).then_some(preset.id)
}

/// The row of the form; nothing where the version has none.
#[component]
pub(super) fn PresetRow(state: FormState) -> impl IntoView {
    let presets = Memo::new(move |_| state.presets.ready().map(|each| each.items.clone()).unwrap_or_default());
    let some = Memo::new(move |_| presets.with(|presets| !presets.is_empty()));
    let chosen = Memo::new(move |_| state.chosen());
    let changed = Memo::new(move |_| chosen.with(Option::is_some) && sent(state).is_none());
    let choose = move |event| {
        let id: Option<Id> = event_target_value(&event).parse().ok();
        let preset = presets.with_untracked(|presets| presets.iter().find(|preset| Some(preset.id) == id).cloned());
        state.preset.set(id);
        state.chose_preset.set(true);
        if let Some(session) = state.session.get_untracked() {
            apply(&session, preset.as_ref());
        }
    };
    let said = move || match (chosen.get(), changed.get()) {
        (None, _) => "Each value as the template or you have it.".to_owned(),
        (Some(preset), false) => format!("Sets {}", preset_words(&preset)),
        (Some(preset), true) => format!("You changed some of what it sets: {}", preset_words(&preset)),
    };
    let described = move || {
        chosen.with(|preset| preset.as_ref().map(|preset| preset.description.clone()).filter(|text| !text.is_empty()))
    };
    let none_id = String::new;
    view! {
        <Show when=move || some.get()>
            <div class="fr">
                <div class="lab"><label for=FIELD>"Preset"</label></div>
                <div class="ctl"><span class="field">
                    <select id=FIELD aria-describedby="new-preset-note" on:change=choose prop:value=move || state.preset.get().map(|id| id.to_string()).unwrap_or_default()>
                        <option value=none_id() selected=move || state.preset.with(Option::is_none)>"None"</option>
                        {move || presets.get().into_iter().map(|preset| {
                            let id = preset.id;
                            let name = if preset.default { format!("{} (default)", preset.name) } else { preset.name };
                            view! { <option value=id.to_string() selected=move || state.preset.get() == Some(id)>{name}</option> }
                        }).collect_view()}
                    </select>
                    {icon_with("down", "tail")}
                </span></div>
                <div class="notes"><p class="note" id="new-preset-note">{said}{move || described().map(|text| format!(" {text}"))}</p></div>
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use json_tape::from_slice;

    #[test]
    fn a_copy_begins_without_the_default_preset() {
        let presets: Vec<Preset> = from_slice(
            br#"[{"ID":"00000000-0000-0000-0000-000000000001","Name":"Small","Default":false},{"ID":"00000000-0000-0000-0000-000000000002","Name":"Big","Default":true}]"#,
        )
        .unwrap();
        let (small, big) = (Some(presets[0].id), Some(presets[1].id));
        for (named, mode, expected) in [
            (None, Mode::Form, big),
            (None, Mode::Auto, big),
            (None, Mode::Duplicate, None),
            (Some("Small"), Mode::Form, small),
            (Some("Small"), Mode::Duplicate, None),
            (Some("small"), Mode::Form, None),
            (Some("gone"), Mode::Auto, None),
        ] {
            assert_eq!(first(&presets, named, mode), expected, "{named:?} {mode:?}");
        }
    }
}
