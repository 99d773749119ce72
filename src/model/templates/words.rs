//! What the page of a template says: how long it usually takes, what a preset sets, what a parameter is, what it
//! decides, who uses it. Pure.

use super::line::{build_time, developers};
use crate::model::duration::{about, setting};
use crate::model::row::Row;
use crate::wire::parameter::{FormType, ParameterKind, Preset, RichParameter};
use crate::wire::template::Template;
use std::collections::BTreeMap;

/// How long a start takes in the middle of the last hundred, in milliseconds.
pub(crate) fn usual_start(template: &Template) -> Option<i64> {
    template.build_time_stats.as_ref()?.get("start")?.p50.filter(|ms| *ms > 0)
}

/// How long a start usually takes, in a sentence.
pub(crate) fn usual_times(template: &Template) -> String {
    let stats = template.build_time_stats.as_ref().and_then(|stats| stats.get("start"));
    let Some((p50, p95)) = stats.and_then(|stats| Some((stats.p50.filter(|ms| *ms > 0)?, stats.p95))) else {
        return build_time(template).why.unwrap_or_default().to_owned();
    };
    let slow = p95.filter(|p95| *p95 > p50).map(|p95| format!(", 95 of 100 within {}", about(p95))).unwrap_or_default();
    format!("Usually built in {}{slow}; queue and agent come on top.", about(p50))
}

/// The value of a preset or a parameter, short enough for a line.
fn short(value: &str) -> String {
    const LONGEST: usize = 40;
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if value.is_empty() {
        return "nothing".to_owned();
    }
    if value.chars().count() <= LONGEST {
        return value;
    }
    format!("{}…", value.chars().take(LONGEST - 1).collect::<String>())
}

/// What a preset sets, and whether it is the one to begin with. A value may be a secret for all that is known: names
/// alone where it is long.
pub(crate) fn preset_words(preset: &Preset) -> String {
    let values = preset.parameters.iter().map(|one| format!("{} {}", one.name, short(&one.value)));
    let values = values.collect::<Vec<_>>().join(", ");
    let mut words = if values.is_empty() { "Sets nothing.".to_owned() } else { format!("{values}.") };
    if preset.default {
        words.push_str(" The default.");
    }
    if let Some(ready) = preset.desired_prebuild_instances.filter(|ready| *ready > 0) {
        words.extend([" ", &ready.to_string(), " held ready."]);
    }
    words
}

/// A parameter at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Glance {
    pub label: String,
    /// What it is.
    pub words: String,
    /// What it is without a value.
    pub default: String,
}

fn kind(parameter: &RichParameter) -> String {
    let options = parameter.options.len();
    match (&parameter.kind, &parameter.form_type) {
        (ParameterKind::List, _) | (_, FormType::MultiSelect) if options > 0 => format!("any of {options}"),
        _ if options > 0 => format!("one of {options}"),
        (ParameterKind::List, _) => "a list of words".to_owned(),
        (ParameterKind::Bool, _) => "yes or no".to_owned(),
        (ParameterKind::Number, _) => match (parameter.validation_min, parameter.validation_max) {
            (Some(min), Some(max)) => format!("a number from {min} to {max}"),
            (Some(min), None) => format!("a number from {min}"),
            (None, Some(max)) => format!("a number up to {max}"),
            (None, None) => "a number".to_owned(),
        },
        _ => "text".to_owned(),
    }
}

/// The parameters of a version, in its order.
pub(crate) fn glance(parameters: &[RichParameter]) -> Vec<Glance> {
    let of = |parameter: &RichParameter| {
        let mut words = kind(parameter);
        if !parameter.mutable {
            words.push_str(", fixed once created");
        }
        if parameter.ephemeral {
            words.push_str(", for one start only");
        }
        let label = parameter.display_name.clone().filter(|name| !name.is_empty());
        let name_of = |value: &str| {
            let option = parameter.options.iter().find(|option| option.value == value);
            option.map_or_else(|| short(value), |option| option.name.clone())
        };
        Glance {
            label: label.unwrap_or_else(|| parameter.name.clone()),
            words,
            default: if parameter.required { "must be given".to_owned() } else { name_of(&parameter.default_value) },
        }
    };
    parameters.iter().map(of).collect()
}

/// What a template decides for its workspaces, as pairs.
pub(crate) fn decisions(template: &Template) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    let yours = |may: Option<bool>| match may {
        Some(false) => ", fixed by the template",
        _ => ", yours to change",
    };
    if let Some(ttl) = template.default_ttl_ms {
        let stop = if ttl > 0 { format!("{} after the start", setting(ttl)) } else { "never by itself".to_owned() };
        pairs.push(("Autostop", format!("{stop}{}", yours(template.allow_user_autostop))));
    }
    if let Some(may) = template.allow_user_autostart {
        pairs.push(("Autostart", if may { "yours to set" } else { "not allowed" }.to_owned()));
    }
    if let Some(dormant) = template.time_til_dormant_ms {
        let deleted = template.time_til_dormant_autodelete_ms.filter(|ms| *ms > 0 && dormant > 0);
        let deleted = deleted.map(|ms| format!(", deleted {} later", setting(ms))).unwrap_or_default();
        let unused = if dormant > 0 {
            format!("dormant after {}{deleted}", setting(dormant))
        } else {
            "nothing happens".to_owned()
        };
        pairs.push(("Unused", unused));
    }
    let updates = if template.require_active_version {
        "each start takes the active version"
    } else {
        "when you say so; nothing is forced"
    };
    pairs.push(("Updates", updates.to_owned()));
    if let Some(may) = template.allow_user_cancel_workspace_jobs {
        pairs.push((
            "Cancelling",
            if may { "you may cancel a build" } else { "a running build is cancelled by administrators alone" }
                .to_owned(),
        ));
    }
    if !template.created_by_name.is_empty() {
        pairs.push(("Made by", template.created_by_name.clone()));
    }
    let figure = developers(template.active_user_count);
    pairs.push(("Developers", figure.why.map_or(figure.text, str::to_owned)));
    pairs
}

/// Who uses a template, of the workspaces that were looked at: yours, and whose else. `count` is how many match in all.
pub(crate) fn users(rows: &[Row], count: Option<i64>, me: &str) -> String {
    const NAMED: usize = 8;
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    let mut yours = 0_usize;
    for row in rows {
        if *row.owner_name == *me {
            yours += 1;
        } else {
            *others.entry(row.owner_name.to_string()).or_default() += 1;
        }
    }
    let own = match yours {
        0 => "You have none of its workspaces.".to_owned(),
        1 => "One workspace is yours.".to_owned(),
        yours => format!("{yours} workspaces are yours."),
    };
    if others.is_empty() {
        return format!("{own} You may see no others.");
    }
    let named: Vec<String> = others
        .iter()
        .take(NAMED)
        .map(|(name, count)| if *count == 1 { name.clone() } else { format!("{name} ({count})") })
        .collect();
    let left = others.len().saturating_sub(NAMED);
    let more = if left > 0 { format!(" and {left} more") } else { String::new() };
    let part = count.is_some_and(|count| usize::try_from(count).is_ok_and(|count| count > rows.len()));
    let part = if part { ", of those that were looked at" } else { "" };
    format!("{own} Others’: {}{more}{part}.", named.join(", "))
}

#[cfg(test)]
mod tests;
