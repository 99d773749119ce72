//! Why a build failed, in Terraform's own words: the job's error is the same for every failed apply ("exit status 1"),
//! the log tells (docs/control-plane-api.md, 2.13, 3.1). Pure; may import `wire` and `model::timeline`.

use crate::model::timeline::errors::{LogError, errors};
use crate::wire::log::ProvisionerJobLog;

pub(crate) use crate::model::timeline::QuotaRefusal;

/// What the log of a failed build says.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Failure {
    /// The first error in one line, its cause first, then the resource, then all of it where the cause is not all: `no
    /// machine is free · null_resource.machine[0]`.
    pub first_error: Option<String>,
    /// How many errors there are beside it.
    pub more: i64,
    /// It is only what was said on the level of errors: what the job says itself comes before it.
    pub bare: bool,
    /// The id of the line where it begins.
    pub line: Option<i64>,
    /// The figures of a quota that refused the build.
    pub refusal: Option<QuotaRefusal>,
}

/// Reads a build's log. The first error is that of the build's page ([`crate::model::timeline::errors::errors`]): both
/// must say the same of one build. A refusal by quota has figures instead.
pub(crate) fn from_logs(lines: &[ProvisionerJobLog]) -> Failure {
    let refusal = QuotaRefusal::of_log(lines);
    let errors = if refusal.is_none() { errors(lines) } else { Vec::new() };
    let more = i64::try_from(errors.len().saturating_sub(1)).unwrap_or(i64::MAX);
    let first = errors.into_iter().next();
    Failure {
        line: first.as_ref().map(|first| first.log_id),
        bare: first.as_ref().is_some_and(|first| first.bare),
        first_error: first.map(in_a_row),
        more,
        refusal,
    }
}

/// The first error of a log where there is room for all of it, as [`from_logs`] reads it: `null_resource.machine[0]: no
/// machine is free`.
pub(crate) fn in_full(lines: &[ProvisionerJobLog]) -> Option<String> {
    let first = errors(lines).into_iter().next().filter(|_| QuotaRefusal::of_log(lines).is_none())?;
    Some(match first.resource {
        Some(resource) if !first.message.contains(&resource) => format!("{resource}: {}", first.message),
        _ => first.message,
    })
}

/// An error in one line, as a row tells it: its cause, its resource, and all of it where the cause is not all. The line
/// may be cut off at its end.
fn in_a_row(error: LogError) -> String {
    let resource = error.resource.filter(|resource| !error.lead.contains(resource));
    let whole = Some(error.message).filter(|message| *message != error.lead);
    [Some(error.lead), resource, whole].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Timestamp;
    use crate::wire::log::{LogLevel, LogSource};

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
    fn a_build_that_the_reaper_ended_says_so_and_not_its_rule() {
        let ended = "Coder: Build has been detected as pending for 30 minutes and will be terminated.";
        let rule = "====================";
        let lines: Vec<_> = ["", rule, ended, rule, ""]
            .into_iter()
            .zip(1..)
            .map(|(output, id)| line(id, LogLevel::Error, "Setting up", output))
            .collect();
        let failure = from_logs(&lines);
        assert_eq!((failure.first_error.as_deref(), failure.line), (Some(ended), Some(3)));
    }

    #[test]
    fn a_failed_apply_says_what_the_program_said() {
        let failure = from_logs(&recorded("real/apply-failed-logs"));
        assert_eq!(
            failure.first_error.as_deref(),
            Some("no machine of 16 CPUs is free in us · null_resource.machine[0]")
        );
        assert_eq!(failure.line, Some(573));
        let full = in_full(&recorded("real/apply-failed-logs"));
        assert_eq!(full.as_deref(), Some("null_resource.machine[0]: no machine of 16 CPUs is free in us"));
        assert_eq!(failure.refusal, None);
    }

    #[test]
    fn an_error_without_a_place_stands_alone() {
        let failure = from_logs(&recorded("builds/failed-apply-logs"));
        assert_eq!(
            failure.first_error.as_deref(),
            Some(
                "InsufficientInstanceCapacity: We currently do not have sufficient capacity · creating EC2 Instance: \
                 InsufficientInstanceCapacity: We currently do not have sufficient capacity"
            )
        );
    }

    #[test]
    fn a_canceled_apply_names_the_resource() {
        let failure = from_logs(&recorded("real/canceled-logs"));
        assert_eq!(
            failure.first_error.as_deref(),
            Some("Create time sleep error: context canceled · time_sleep.image[0]")
        );
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
        assert_eq!(refusal.in_short(), "needs 20, 3 free");
        assert_eq!(failure.first_error, None);
        assert_eq!(QuotaRefusal { cost: 1, budget: 3, consumed: 5 }.free(), 0, "less than nothing is nothing");
        // The figures are in every log, and the words may be.
        let words = quota(5, "This build would not exceed your quota.");
        let figures = [quota(2, "Build cost — 20"), quota(3, "Budget — 55"), quota(4, "Credits consumed — 2"), words];
        assert_eq!(from_logs(&figures).refusal, None);
    }

    #[test]
    fn errors_without_terraforms_prefix_and_of_data_sources_are_read() {
        let failure = from_logs(&[
            line(1, LogLevel::Warn, "Plan", "Warning: nothing"),
            line(2, LogLevel::Error, "Plan", "  "),
            line(3, LogLevel::Error, "Plan", "it broke"),
        ]);
        assert_eq!((failure.first_error.as_deref(), failure.line, failure.bare), (Some("it broke"), Some(3), true));
        let failure = from_logs(&[
            line(1, LogLevel::Error, "Plan", "Error: no such image\nmore of it"),
            line(2, LogLevel::Error, "Plan", "on main.tf line 3, in data \"aws_ami\" \"base\":"),
            line(3, LogLevel::Error, "Plan", "Error: second"),
            line(4, LogLevel::Error, "Plan", "Output: of the second"),
        ]);
        assert_eq!(failure.first_error.as_deref(), Some("no such image, more of it · data.aws_ami.base"));
        assert_eq!((failure.more, failure.bare), (1, false));
    }
}
