//! A row of the form: what is asked for and what is special about it, the control, what it means and what is wrong with
//! it (docs/look.md, "Form row"). May import `store` and below.

use crate::browser::pattern::matches;
use crate::components::controls::{
    Combobox, Control, Dropdown, Fixed, Radios, Slider, Tags, TextArea, TextInput, Toggle,
};
use crate::components::icon::icon_with;
use crate::components::markdown::{Markdown, plain};
use crate::model::parameters::{Form, Parameter, sentence};
use crate::store::parameters::{CheckedBy, ParameterSession};
use crate::wire::parameter::{FormType, Monotonic, ParameterKind};
use leptos::prelude::*;

/// From so many choices on they are looked for rather than looked through.
const MANY: usize = 25;

/// From so many letters on a description is folded.
const LONG: usize = 320;

/// Which control a field has. A field whose kind stays keeps its element, whatever else changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Fixed {
        secret: bool,
    },
    Text {
        numeric: bool,
        secret: bool,
    },
    Area {
        secret: bool,
    },
    Slider {
        min: i64,
        max: i64,
    },
    Switch,
    Check,
    Radios,
    Dropdown,
    Find {
        several: bool,
    },
    Tags,
    /// The template does not say how it is asked for.
    Broken,
}

fn shape(form: &Form, rule: &Parameter) -> Shape {
    let secret = rule.masked;
    if form.why_fixed(rule).is_some() {
        return Shape::Fixed { secret };
    }
    let numeric = rule.kind == ParameterKind::Number;
    let text = Shape::Text { numeric, secret };
    match (&rule.form, rule.options.len()) {
        (FormType::Error, _) => Shape::Broken,
        (FormType::MultiSelect, _) => Shape::Find { several: true },
        (FormType::TagSelect, _) => Shape::Tags,
        (FormType::Radio | FormType::Dropdown, 0) => text,
        (FormType::Radio | FormType::Dropdown, count) if count > MANY => Shape::Find { several: false },
        (FormType::Radio, _) => Shape::Radios,
        (FormType::Dropdown, _) => Shape::Dropdown,
        (FormType::Switch, _) => Shape::Switch,
        (FormType::Checkbox, _) => Shape::Check,
        (FormType::Textarea, _) => Shape::Area { secret },
        (FormType::Slider, _) => match rule.limits() {
            (Some(min), Some(max)) if min < max => Shape::Slider { min, max },
            // Without both ends there is nothing to slide between.
            _ => text,
        },
        (FormType::Input | FormType::Other(_), _) if rule.kind == ParameterKind::List => Shape::Tags,
        (FormType::Input | FormType::Other(_), _) => text,
    }
}

/// What is special about a field, below its name.
fn remarks(form: &Form, rule: &Parameter) -> Vec<String> {
    let mut remarks: Vec<String> = Vec::new();
    match form.why_fixed(rule) {
        Some(why) => remarks.push(why.to_owned()),
        None if !rule.mutable => remarks.push("fixed once created".to_owned()),
        None => {}
    }
    if rule.required && !form.is_locked(rule) {
        remarks.push("required".to_owned());
    }
    if rule.ephemeral {
        remarks.push("this start only".to_owned());
    }
    match rule.monotonic() {
        Some(Monotonic::Increasing) => remarks.push("may only grow later".to_owned()),
        Some(Monotonic::Decreasing) => remarks.push("may only shrink later".to_owned()),
        _ => {}
    }
    remarks.extend(form.mark(&rule.name).map(str::to_owned));
    remarks
}

/// What a field may hold, where its control does not show it.
fn limits(rule: &Parameter) -> Option<String> {
    Some(match rule.limits() {
        (Some(min), Some(max)) => format!("{min} to {max}."),
        (Some(min), None) => format!("At least {min}."),
        (None, Some(max)) => format!("At most {max}."),
        (None, None) => return None,
    })
}

/// A field.
#[component]
pub(super) fn FieldRow(session: StoredValue<ParameterSession>, name: String) -> impl IntoView {
    let held = session.get_value();
    let (id, label_id) = (held.field_id(&name, ""), held.field_id(&name, "-label"));
    let (note_id, about_id) = (held.field_id(&name, "-note"), held.field_id(&name, "-about"));
    let key = StoredValue::new(name);
    let of = move |session: &ParameterSession| key.with_value(|name| session.rule(name));
    let rule = Memo::new(move |_| session.with_value(of));
    // Looks at the form and at this field's rule; nothing once the field is gone.
    let derived = move |form: &Form| key.with_value(|name| form.rule(name).cloned());
    let value = Memo::new(move |_| {
        session.with_value(|session| {
            session.with(|form| derived(form).and_then(|rule| form.value(&rule)).unwrap_or_default())
        })
    });
    let problem = Memo::new(move |_| {
        session.with_value(|session| {
            session.with(|form| {
                let rule = derived(form).filter(|rule| form.is_shown_wrong(&rule.name))?;
                form.problem(&rule, matches)
            })
        })
    });
    let warning = Memo::new(move |_| rule.with(|rule| rule.as_ref()?.warnings().next().map(sentence)));
    let left = Memo::new(move |_| {
        session.with_value(|session| {
            let is_left = session.with(|form| derived(form).is_some_and(|rule| form.is_left_to_server(&rule, matches)));
            let when = match session.checked_by() {
                CheckedBy::ControlPlane => "as you type",
                CheckedBy::Here => "when it is sent",
            };
            is_left.then(|| {
                format!("Its pattern is one that this browser cannot read: the control plane checks the value {when}.")
            })
        })
    });
    let about =
        Memo::new(move |_| rule.with(|rule| rule.as_ref().map(|rule| rule.description.clone()).unwrap_or_default()));
    let remarked = Memo::new(move |_| {
        session.with_value(|session| {
            session.with(|form| derived(form).map(|rule| remarks(form, &rule)).unwrap_or_default())
        })
    });
    let shape = Memo::new(move |_| {
        session
            .with_value(|session| session.with(|form| derived(form).map_or(Shape::Broken, |rule| shape(form, &rule))))
    });
    let range = Memo::new(move |_| rule.with(|rule| rule.as_ref().and_then(|rule| limits(rule))));
    let label = move || rule.with(|rule| rule.as_ref().map(|rule| rule.label.clone()).unwrap_or_default());
    let placeholder =
        move || rule.with_untracked(|rule| rule.as_ref().map(|rule| rule.placeholder.clone()).unwrap_or_default());
    let is_wrong = Memo::new(move |_| problem.with(Option::is_some));
    let described = {
        let (note_id, about_id) = (note_id.clone(), about_id.clone());
        // A description of pages is not read out with the field; it stands beside it.
        Signal::derive(move || {
            let is_short = about.with(|about| about.len() < LONG);
            if is_short { format!("{note_id} {about_id}") } else { note_id.clone() }
        })
    };
    let control = StoredValue::new(Control {
        id: id.clone(),
        label: label_id.clone(),
        described,
        value,
        set: Callback::new(move |value: String| {
            session.with_value(|session| key.with_value(|name| session.set(name, value)));
        }),
        is_wrong,
        is_required: rule.with_untracked(|rule| rule.as_ref().is_some_and(|rule| rule.required)),
    });
    let drawn = move || {
        let control = control.get_value();
        let beside = rule.with_untracked(|rule| rule.as_ref().map(|rule| rule.beside.clone()).unwrap_or_default());
        match shape.get() {
            Shape::Fixed { secret } => {
                let text = Signal::derive(move || rule.with(|rule| rule.as_ref().map(|rule| rule.said(&value.get())).unwrap_or_default()));
                view! { <Fixed control text secret/> }.into_any()
            }
            Shape::Text { numeric, secret } => view! { <TextInput control numeric secret placeholder=placeholder()/> }.into_any(),
            Shape::Area { secret } => view! { <TextArea control secret placeholder=placeholder()/> }.into_any(),
            Shape::Slider { min, max } => view! { <Slider control min max/> }.into_any(),
            Shape::Switch => view! { <Toggle control switch=true beside/> }.into_any(),
            Shape::Check => view! { <Toggle control switch=false beside/> }.into_any(),
            Shape::Radios => view! { <Radios control rule/> }.into_any(),
            Shape::Dropdown => view! { <Dropdown control rule/> }.into_any(),
            Shape::Find { several } => view! { <Combobox control rule several/> }.into_any(),
            Shape::Tags => view! { <Tags control placeholder=placeholder()/> }.into_any(),
            Shape::Broken => view! { <p class="note" id=control.id tabindex="-1"><b class="bad">"The template does not say how this is asked for."</b></p> }.into_any(),
        }
    };
    let group = move || matches!(shape.get(), Shape::Radios);
    let has_note = Memo::new(move |_| is_wrong.get() || warning.with(Option::is_some));
    let note = move || problem.get().or_else(|| warning.get());
    view! {
        <div class="fr">
            <div class="lab">
                <label id=label_id for=move || (!group()).then(|| id.clone())>{label}</label>
                <For each=move || remarked.get() key=Clone::clone let(words)><small>{words}</small></For>
            </div>
            <div class="ctl">{drawn}</div>
            <div class="notes">
                <p class="note" id=note_id hidden=move || !has_note.get()>
                    <Show when=move || is_wrong.get() fallback=|| icon_with("warn", "warn")>{icon_with("failed", "bad")}</Show>
                    <b class:bad=move || is_wrong.get() class:warn=move || !is_wrong.get()>{note}</b>
                </p>
                {move || left.get().map(|words| view! { <p class="note">{words}</p> })}
                {move || range.get().map(|words| view! { <p class="note">{words}</p> })}
                <div id=about_id><Show when=move || about.with(|about| !about.is_empty())>{move || described_by(&about.get())}</Show></div>
            </div>
        </div>
    }
}

/// A description; a long one is folded, and begins with its first words.
fn described_by(text: &str) -> AnyView {
    let whole = text.to_owned();
    let words = plain(text);
    if words.chars().count() < LONG {
        return view! { <Markdown text=whole/> }.into_any();
    }
    let first: String = words.chars().take(120).collect();
    view! { <details class="md-fold"><summary>{format!("{}…", first.trim_end())}</summary><Markdown text=whole/></details> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parameters::{FormFor, Purpose, from_rich};
    use crate::model::recordings::read;
    use crate::wire::id::Id;
    use serde_json::{Value, json};

    fn empty() -> Form {
        Form::new(&FormFor {
            version: Id::NIL,
            owner: Id::NIL,
            held: Vec::new(),
            classic: true,
            purpose: Purpose::Create,
        })
    }

    #[test]
    fn each_kind_of_field_has_its_control() {
        let options = |count: usize| {
            (0..count).map(|at| json!({"name": format!("{at}"), "value": format!("{at}")})).collect::<Value>()
        };
        let text = Shape::Text { numeric: false, secret: false };
        for (rule, control) in [
            (json!({"name": "x", "type": "string", "form_type": "input"}), text),
            (json!({"name": "x", "type": "string", "form_type": ""}), text),
            (json!({"name": "x", "type": "string", "form_type": "of-next-year"}), text),
            (json!({"name": "x", "type": "number"}), Shape::Text { numeric: true, secret: false }),
            (json!({"name": "x", "type": "bool"}), Shape::Check),
            (json!({"name": "x", "type": "bool", "form_type": "switch"}), Shape::Switch),
            (json!({"name": "x", "type": "list(string)"}), Shape::Tags),
            (json!({"name": "x", "type": "list(string)", "form_type": "input"}), Shape::Tags),
            (json!({"name": "x", "type": "string", "form_type": "textarea"}), Shape::Area { secret: false }),
            (
                json!({"name": "x", "type": "number", "form_type": "slider", "validation_min": 1, "validation_max": 9}),
                Shape::Slider { min: 1, max: 9 },
            ),
            (
                json!({"name": "x", "type": "number", "form_type": "slider", "validation_min": 1}),
                Shape::Text { numeric: true, secret: false },
            ),
            (json!({"name": "x", "type": "string", "options": options(2)}), Shape::Radios),
            (json!({"name": "x", "type": "string", "form_type": "dropdown", "options": options(25)}), Shape::Dropdown),
            (
                json!({"name": "x", "type": "string", "form_type": "dropdown", "options": options(26)}),
                Shape::Find { several: false },
            ),
            (
                json!({"name": "x", "type": "string", "form_type": "radio", "options": options(2000)}),
                Shape::Find { several: false },
            ),
            (
                json!({"name": "x", "type": "list(string)", "form_type": "multi-select", "options": options(2)}),
                Shape::Find { several: true },
            ),
            (json!({"name": "x", "type": "string", "form_type": "error"}), Shape::Broken),
        ] {
            let parameter = from_rich(read(rule.clone()).unwrap());
            assert!(shape(&empty(), &parameter) == control, "{rule}");
        }
    }
}
