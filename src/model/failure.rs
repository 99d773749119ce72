//! Why a build failed, in Terraform's own words: the job's error is the same for every failed apply ("exit status 1"), the log tells
//! (docs/control-plane-api.md, 2.13, 3.1). Pure; may import `wire`.

use crate::wire::log::LogLevel;
use crate::wire::log::ProvisionerJobLog;

/// What the log of a failed build says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Failure {
    /// The first error in one line, the resource named: `null_resource.machine: local-exec provisioner error`.
    pub first_error: Option<String>,
    /// The id of the line where it begins.
    pub line: Option<i64>,
    /// The figures of a quota that refused the build.
    pub refusal: Option<QuotaRefusal>,
}

/// The figures by which a quota refused a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaRefusal {
    /// Credits that the build needs.
    pub cost: i64,
    /// Credits that there are.
    pub budget: i64,
    /// Credits that the other workspaces hold.
    pub consumed: i64,
}

impl QuotaRefusal {
    /// Credits that were free.
    pub fn free(self) -> i64 {
        self.budget.saturating_sub(self.consumed).max(0)
    }

    /// `needs 20, 3 free`.
    pub fn words(self) -> String {
        format!("needs {}, {} free", self.cost, self.free())
    }
}

/// How many lines after `Error: …` may still name the resource and the words of the program that failed.
const ERROR_LINES: usize = 40;

/// Reads a build's log, in order of ids.
pub fn from_logs(lines: &[ProvisionerJobLog]) -> Failure {
    let is_error = |line: &&ProvisionerJobLog| line.log_level == LogLevel::Error && !line.output.trim().is_empty();
    // Terraform prefixes its errors; another provisioner may not.
    let first = lines
        .iter()
        .filter(is_error)
        .find(|line| line.output.trim_start().starts_with("Error:"))
        .or_else(|| lines.iter().find(is_error));
    Failure {
        first_error: first.map(|first| {
            let after: Vec<&str> = lines
                .iter()
                .filter(|line| line.id > first.id && line.log_level == LogLevel::Error)
                .map(|line| line.output.trim())
                .take_while(|text| !text.starts_with("Error:"))
                .take(ERROR_LINES)
                .collect();
            one_line(first.output.trim(), &after)
        }),
        line: first.map(|line| line.id),
        refusal: refusal(lines),
    }
}

fn one_line(first: &str, after: &[&str]) -> String {
    let words = first.lines().next().unwrap_or(first).trim();
    let words = words.strip_prefix("Error:").unwrap_or(words).trim();
    // What the failed program itself said is worth more than "local-exec provisioner error".
    let program = after.iter().find_map(|text| text.split_once("Output: ").map(|(_, said)| said.trim()));
    let words = program.filter(|said| !said.is_empty()).unwrap_or(words);
    match after.iter().find_map(|text| resource(text)) {
        Some(resource) if !words.contains(&resource) => format!("{resource}: {words}"),
        _ => words.to_owned(),
    }
}

/// `null_resource.machine` of `on main.tf line 158, in resource "null_resource" "machine":`, or `data.x.y`.
fn resource(line: &str) -> Option<String> {
    let place = line.split_once(", in ")?.1;
    let mut parts = place.split('"');
    let prefix = match parts.next()?.trim() {
        "resource" => "",
        "data" => "data.",
        _ => return None,
    };
    let kind = parts.next()?;
    let name = parts.nth(1)?;
    Some(format!("{prefix}{kind}.{name}"))
}

/// `Build cost — 20`, `Budget — 55`, `Credits consumed — 52`, then a warning that refuses: the three lines stand on accepted builds too.
fn refusal(lines: &[ProvisionerJobLog]) -> Option<QuotaRefusal> {
    let stage = || lines.iter().filter(|line| line.stage == "Commit quota");
    if !stage().any(|line| line.log_level == LogLevel::Warn && line.output.contains("exceed your quota")) {
        return None;
    }
    let figure = |label: &str| {
        stage()
            .filter_map(|line| line.output.trim().strip_prefix(label))
            .find_map(|rest| rest.trim().strip_prefix('—').and_then(|number| number.trim().parse::<i64>().ok()))
    };
    Some(QuotaRefusal { cost: figure("Build cost")?, budget: figure("Budget")?, consumed: figure("Credits consumed")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Timestamp;
    use crate::wire::log::LogSource;

    fn line(id: i64, level: LogLevel, stage: &str, output: &str) -> ProvisionerJobLog {
        ProvisionerJobLog {
            id,
            created_at: Timestamp::from_millis(id),
            log_source: LogSource::Provisioner,
            log_level: level,
            stage: stage.into(),
            output: output.into(),
        }
    }

    fn recorded(name: &str) -> Vec<ProvisionerJobLog> {
        crate::model::recordings::body(name)
    }

    #[test]
    fn a_failed_apply_says_what_the_program_said() {
        let failure = from_logs(&recorded("real/apply-failed-logs"));
        assert_eq!(failure.first_error.as_deref(), Some("null_resource.machine: no machine of 16 CPUs is free in us"));
        assert_eq!(failure.line, Some(573));
        assert_eq!(failure.refusal, None);
    }

    #[test]
    fn an_error_without_a_place_stands_alone() {
        let failure = from_logs(&recorded("builds/failed-apply-logs"));
        assert_eq!(
            failure.first_error.as_deref(),
            Some("creating EC2 Instance: InsufficientInstanceCapacity: We currently do not have sufficient capacity")
        );
    }

    #[test]
    fn a_canceled_apply_names_the_resource() {
        let failure = from_logs(&recorded("real/canceled-logs"));
        assert_eq!(failure.first_error.as_deref(), Some("time_sleep.image: Create time sleep error"));
    }

    #[test]
    fn a_good_log_says_nothing_though_it_has_the_figures_of_the_quota() {
        assert_eq!(from_logs(&recorded("real/start-logs")), Failure::default());
        assert_eq!(from_logs(&[]), Failure::default());
    }

    #[test]
    fn a_refused_quota_has_its_figures() {
        let quota = |id, output: &str| line(id, LogLevel::Info, "Commit quota", output);
        let failure = from_logs(&[
            quota(1, ""),
            quota(2, "Build cost       —   20"),
            quota(3, "Budget           —   55"),
            quota(4, "Credits consumed —   52"),
            line(5, LogLevel::Warn, "Commit quota", "This build would exceed your quota. Failing."),
        ]);
        let refusal = failure.refusal.unwrap();
        assert_eq!((refusal.cost, refusal.budget, refusal.consumed, refusal.free()), (20, 55, 52, 3));
        assert_eq!(refusal.words(), "needs 20, 3 free");
        assert_eq!(failure.first_error, None);
    }

    #[test]
    fn errors_without_terraforms_prefix_and_of_data_sources_are_read() {
        let failure = from_logs(&[
            line(1, LogLevel::Warn, "Plan", "Warning: nothing"),
            line(2, LogLevel::Error, "Plan", "  "),
            line(3, LogLevel::Error, "Plan", "it broke"),
        ]);
        assert_eq!((failure.first_error.as_deref(), failure.line), (Some("it broke"), Some(3)));
        let failure = from_logs(&[
            line(1, LogLevel::Error, "Plan", "Error: no such image\nmore of it"),
            line(2, LogLevel::Error, "Plan", "on main.tf line 3, in data \"aws_ami\" \"base\":"),
            line(3, LogLevel::Error, "Plan", "Error: second"),
            line(4, LogLevel::Error, "Plan", "Output: of the second"),
        ]);
        assert_eq!(failure.first_error.as_deref(), Some("data.aws_ami.base: no such image"));
    }
}
