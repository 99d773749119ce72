//! What a template lets its users decide of a schedule, and what it decides itself, each with its reason. Pure.

use super::weekly::{DAYS, days_text};
use crate::model::duration;
use crate::wire::template::Template;

/// What a template lets its users decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// On which days a start may be planned, Sunday first; or why none may.
    pub starts: Result<[bool; 7], String>,
    /// Whether the time to live may be set; or why not.
    pub stops: Result<(), String>,
    /// How long a start runs where nobody says anything else; `None` for ever.
    pub default_ttl_ms: Option<i64>,
    /// What the template decides whatever its users want, a sentence each.
    pub notes: Vec<String>,
}

fn days_named(names: &[String]) -> [bool; 7] {
    DAYS.map(|day| names.iter().any(|name| name.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(day))))
}

/// What a template allows. What a control plane does not say is allowed: it decides.
pub(crate) fn limits(template: &Template) -> Limits {
    let length = |ms: Option<i64>| ms.filter(|ms| *ms > 0);
    let default_ttl_ms = length(template.default_ttl_ms);
    let named = template.autostart_requirement.as_ref().map(|days| days_named(&days.days_of_week));
    let starts = if template.allow_user_autostart == Some(false) {
        Err("The template does not let its users plan starts.".to_owned())
    } else {
        // No day at all is no rule.
        Ok(named.filter(|days| days.contains(&true)).unwrap_or([true; 7]))
    };
    let stops = if template.allow_user_autostop == Some(false) {
        Err(match default_ttl_ms {
            Some(ttl) => format!("The template decides it: {} after a start.", duration::setting(ttl)),
            None => "The template decides it: its workspaces run until they are stopped.".to_owned(),
        })
    } else {
        Ok(())
    };
    let mut notes = Vec::new();
    if let Ok(days) = &starts
        && *days != [true; 7]
    {
        notes.push(format!("Starts may be planned on {} alone.", days_text(*days)));
    }
    if let Some(bump) = length(template.activity_bump_ms) {
        notes.push(format!(
            "Whoever is at work in it (SSH, an editor, a terminal) puts its stop off by {}.",
            duration::setting(bump)
        ));
    }
    if let Some(required) = template.autostop_requirement.as_ref() {
        let days = days_named(&required.days_of_week);
        if days.contains(&true) {
            let weeks = required.weeks.filter(|weeks| *weeks > 1);
            let often = weeks.map(|weeks| format!(", every {weeks} weeks")).unwrap_or_default();
            notes.push(format!(
                "The template has it stopped on {}{often} when its owner’s quiet hours begin, whoever is at work in it.",
                days_text(days)
            ));
        }
    }
    if let Some(ttl) = length(template.failure_ttl_ms) {
        notes.push(format!("A start that failed is stopped after {}.", duration::setting(ttl)));
    }
    if let Some(dormant) = length(template.time_til_dormant_ms) {
        let deleted = length(template.time_til_dormant_autodelete_ms)
            .map(|ms| format!(", and deleted {} later", duration::setting(ms)))
            .unwrap_or_default();
        notes.push(format!("Unused for {}, it becomes dormant{deleted}.", duration::setting(dormant)));
    }
    Limits { starts, stops, default_ttl_ms, notes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use serde_json::json;

    fn of(change: serde_json::Value) -> Limits {
        let mut template = json!({"id": "11111111-1111-4111-8111-111111111111"});
        template.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        limits(&recordings::read(template).unwrap())
    }

    #[test]
    fn what_is_not_said_is_allowed() {
        let free = of(json!({}));
        assert_eq!(free, Limits { starts: Ok([true; 7]), stops: Ok(()), default_ttl_ms: None, notes: vec![] });
        let empty = of(
            json!({"autostart_requirement": {"days_of_week": []}, "autostop_requirement": {"days_of_week": [], "weeks": 1}, "default_ttl_ms": 0}),
        );
        assert_eq!(empty, free);
    }

    #[test]
    fn what_the_template_decides_is_said() {
        const HOUR: i64 = 3_600_000;
        let strict = of(json!({
            "allow_user_autostart": true, "allow_user_autostop": false, "default_ttl_ms": 8 * HOUR, "activity_bump_ms": HOUR,
            "autostart_requirement": {"days_of_week": ["monday", "tuesday", "wednesday", "thursday", "friday"]},
            "autostop_requirement": {"days_of_week": ["sunday"], "weeks": 2},
            "failure_ttl_ms": 2 * HOUR, "time_til_dormant_ms": 240 * HOUR, "time_til_dormant_autodelete_ms": 720 * HOUR,
        }));
        assert_eq!(strict.starts.map(days_text), Ok("Mon–Fri".to_owned()));
        assert_eq!(strict.stops, Err("The template decides it: 8 h after a start.".to_owned()));
        assert_eq!(strict.default_ttl_ms, Some(8 * HOUR));
        assert_eq!(
            strict.notes,
            [
                "Starts may be planned on Mon–Fri alone.",
                "Whoever is at work in it (SSH, an editor, a terminal) puts its stop off by 1 h.",
                "The template has it stopped on Sun, every 2 weeks when its owner’s quiet hours begin, whoever is at work in it.",
                "A start that failed is stopped after 2 h.",
                "Unused for 10 d, it becomes dormant, and deleted 30 d later.",
            ]
        );
        assert!(
            of(json!({"allow_user_autostart": false})).starts.unwrap_err().starts_with("The template does not let")
        );
        assert!(of(json!({"allow_user_autostop": false})).stops.unwrap_err().contains("until they are stopped"));
    }
}
