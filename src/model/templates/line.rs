//! A line of the list of templates. Pure.

use super::filter::Filter;
use crate::model::duration::{UNKNOWN, span_text};
use crate::model::order;
use crate::wire::Id;
use crate::wire::template::{BuildTimeStats, Template};

/// A figure, and why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    pub text: String,
    /// Where it is not known.
    pub why: Option<&'static str>,
}

/// A template as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub id: Id,
    /// Its name in addresses.
    pub name: String,
    /// Its name for people, where it has another one.
    pub label: String,
    pub organization: String,
    pub organization_label: String,
    pub organization_id: Id,
    pub description: String,
    pub icon: String,
    /// Why it should not be used any more; perhaps empty.
    pub deprecated: Option<String>,
    /// In Unix milliseconds.
    pub updated_ms: Option<i64>,
    /// How many people use it.
    pub developers: Figure,
    /// How long a start takes in the middle of the last hundred.
    pub build_time: Figure,
    /// How many workspaces of it the viewer has.
    pub yours: usize,
}

/// How many people use a template; below 0 the control plane has not counted yet.
pub(crate) fn developers(count: Option<i64>) -> Figure {
    match count {
        Some(count @ 0..) => Figure { text: count.to_string(), why: None },
        Some(_) => Figure { text: UNKNOWN.to_owned(), why: Some("The control plane is still counting.") },
        None => Figure { text: UNKNOWN.to_owned(), why: Some("The control plane does not say.") },
    }
}

/// How long a start takes.
pub(crate) fn build_time(template: &Template) -> Figure {
    let stats: Option<&BuildTimeStats> = template.build_time_stats.as_ref().and_then(|stats| stats.get("start"));
    match stats.and_then(|stats| stats.p50).filter(|ms| *ms > 0) {
        Some(ms) => Figure { text: span_text(ms.saturating_mul(1_000)), why: None },
        None => {
            Figure { text: UNKNOWN.to_owned(), why: Some("No start of it has succeeded yet, as far as is counted.") }
        }
    }
}

impl Line {
    /// Of a template, of which the viewer has so many workspaces.
    pub(crate) fn of(template: &Template, yours: usize) -> Self {
        let or = |one: &String, other: &String| if one.is_empty() { other.clone() } else { one.clone() };
        Self {
            id: template.id,
            name: template.name.clone(),
            label: or(&template.display_name, &template.name),
            organization: template.organization_name.clone(),
            organization_label: or(&template.organization_display_name, &template.organization_name),
            organization_id: template.organization_id,
            description: template.description.clone(),
            icon: template.icon.clone(),
            deprecated: (template.deprecated || !template.deprecation_message.is_empty())
                .then(|| template.deprecation_message.clone()),
            updated_ms: template.updated_at.known().map(crate::wire::time::Timestamp::millis),
            developers: developers(template.active_user_count),
            build_time: build_time(template),
            yours,
        }
    }
}

/// The lines that a filter finds: each template once, by name, deprecated ones last. `yours` counts the viewer's
/// workspaces of a template.
pub(crate) fn lines(templates: &[Template], filter: &Filter, yours: impl Fn(Id) -> usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for template in templates {
        let count = yours(template.id);
        if filter.finds(template, count) && !lines.iter().any(|line| line.id == template.id) {
            lines.push(Line::of(template, count));
        }
    }
    order::sort_by(&mut lines, |one, other| {
        let last = one.deprecated.is_some().cmp(&other.deprecated.is_some());
        last.then_with(|| order::natural(&one.label, &other.label))
            .then_with(|| order::natural(&one.organization, &other.organization))
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use json_tape::from_slice;

    fn template(id: u8, name: &str, rest: &str) -> Template {
        let text = format!(r#"{{"id":"00000000-0000-0000-0000-0000000000{id:02}","name":"{name}"{rest}}}"#);
        from_slice(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_is_not_known_has_a_reason_and_is_no_nought() {
        assert_eq!(developers(Some(0)), Figure { text: "0".to_owned(), why: None });
        for count in [Some(-1), Some(i64::MIN), None] {
            let figure = developers(count);
            assert!(figure.text == UNKNOWN && figure.why.is_some(), "{count:?}");
        }
        for (stats, text) in [
            (r#","build_time_stats":{"start":{"P50":23400,"P95":38000}}"#, "23.4 s"),
            (r#","build_time_stats":{"start":{"P50":161000,"P95":null}}"#, "2 m 41 s"),
            (r#","build_time_stats":{"start":{"P50":null,"P95":null},"stop":{"P50":5,"P95":5}}"#, UNKNOWN),
            (r#","build_time_stats":{"start":{"P50":-5,"P95":5}}"#, UNKNOWN),
            (r#","build_time_stats":{}"#, UNKNOWN),
            (r#","build_time_stats":null"#, UNKNOWN),
            ("", UNKNOWN),
        ] {
            let figure = build_time(&template(1, "a", stats));
            assert_eq!(figure.text, text, "{stats}");
            assert_eq!(figure.why.is_some(), text == UNKNOWN, "{stats}");
        }
    }

    #[test]
    fn each_is_listed_once_by_name_and_deprecated_ones_last() {
        let all = [
            template(1, "b", ""),
            template(2, "a10", ""),
            template(3, "a2", r#","deprecated":true,"deprecation_message":"use b""#),
            template(4, "x", r#","display_name":"A 9""#),
            template(1, "b", ""),
        ];
        let names = |filter: &str, yours: fn(Id) -> usize| {
            lines(&all, &Filter::of(filter), yours).into_iter().map(|line| line.name).collect::<Vec<_>>()
        };
        assert_eq!(names("", |_| 0), ["x", "a10", "b", "a2"]);
        assert_eq!(names("a", |_| 0), ["x", "a10", "a2"]);
        assert_eq!(names("used:me", |id| usize::from(id == all_first())), ["b"]);
        assert_eq!(lines(&all, &Filter::of(""), |_| 0).pop().unwrap().deprecated.as_deref(), Some("use b"));
    }

    fn all_first() -> Id {
        "00000000-0000-0000-0000-000000000001".parse().unwrap()
    }
}
