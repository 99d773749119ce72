//! The versions of a template as its page lists them, the newest first. Pure.

use crate::model::order;
use crate::wire::Id;
use crate::wire::build::JobStatus;
use crate::wire::template_version::TemplateVersion;
use std::cmp::Reverse;

/// A version.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct VersionLine {
    pub id: Id,
    pub name: String,
    /// Whether a new workspace has it unless another one is asked for.
    pub active: bool,
    pub mark: &'static str,
    /// The class of the mark's colour.
    pub tone: &'static str,
    /// What its author says of it, or how its import stands.
    pub text: String,
    /// Whether the text says how its import stands.
    pub is_standing: bool,
    /// Whether a workspace can be made of it.
    pub is_usable: bool,
    /// In Unix milliseconds.
    pub created_ms: Option<i64>,
    pub author: String,
}

fn line(version: &TemplateVersion, active: Id) -> VersionLine {
    let active = version.id == active;
    let error = version.job.error.as_deref().unwrap_or_default().trim();
    let (mark, tone, standing) = match version.job.status {
        JobStatus::Succeeded => ("check", if active { "st-ok" } else { "st-idle" }, None),
        JobStatus::Failed if error.is_empty() => ("failed", "st-bad", Some("import failed".to_owned())),
        JobStatus::Failed => ("failed", "st-bad", Some(format!("import failed: {error}"))),
        JobStatus::Canceled => ("canceled", "st-idle", Some("import cancelled".to_owned())),
        JobStatus::Pending => ("pending", "st-busy", Some("waits for its import".to_owned())),
        JobStatus::Canceling => ("canceled", "st-busy", Some("its import is being cancelled".to_owned())),
        JobStatus::Running => ("starting", "st-busy", Some("is being imported".to_owned())),
        JobStatus::Unknown | JobStatus::Other(_) => {
            ("info", "st-idle", Some("its import is in an unknown state".to_owned()))
        }
    };
    // What an author writes may be Markdown of any length; a line has the first line of it.
    let message = version.message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let is_standing = standing.is_some();
    VersionLine {
        id: version.id,
        name: version.name.clone(),
        active,
        mark,
        tone,
        text: standing.unwrap_or_else(|| message.to_owned()),
        is_standing,
        is_usable: !is_standing && !version.archived,
        created_ms: version.created_at.known().map(crate::wire::time::Timestamp::millis),
        author: version.created_by.as_ref().map(|author| author.username.clone()).unwrap_or_default(),
    }
}

/// The versions, the newest first.
pub(crate) fn version_lines(versions: &[TemplateVersion], active: Id) -> Vec<VersionLine> {
    let mut lines: Vec<VersionLine> = versions.iter().rev().map(|version| line(version, active)).collect();
    order::sort_by_key(&mut lines, |line| Reverse(line.created_ms));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use json_tape::from_slice;

    fn version(id: u8, status: &str, rest: &str) -> TemplateVersion {
        let text = format!(
            r#"{{"id":"00000000-0000-0000-0000-0000000000{id:02}","name":"v{id}","created_at":"2026-01-{id:02}T00:00:00Z","job":{{"id":"00000000-0000-0000-0000-000000000099","status":"{status}","error":"plan: exit status 1"}}{rest}}}"#
        );
        from_slice(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_newest_is_first_and_each_says_how_it_stands() {
        let all = [
            version(1, "succeeded", r#","message":"\n First line\nsecond""#),
            version(2, "failed", r#","message":"never shown""#),
            version(3, "running", ""),
            version(4, "succeeded", r#","archived":true,"created_by":{"username":"ada"}"#),
            version(5, "something", ""),
        ];
        let active = all[0].id;
        let lines = version_lines(&all, active);
        let said: Vec<(&str, &str, bool)> =
            lines.iter().map(|line| (line.name.as_str(), line.text.as_str(), line.is_usable)).collect();
        assert_eq!(
            said,
            [
                ("v5", "its import is in an unknown state", false),
                ("v4", "", false),
                ("v3", "is being imported", false),
                ("v2", "import failed: plan: exit status 1", false),
                ("v1", "First line", true),
            ]
        );
        assert_eq!(lines.iter().filter(|line| line.active).map(|line| line.name.as_str()).collect::<Vec<_>>(), ["v1"]);
        assert_eq!(lines[1].author, "ada");
    }
}
