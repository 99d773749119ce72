//! What becomes of a plan that is cut short: cancelled, or found hung by the reaper.

use super::{CLEAN, INIT, INIT_AND_PLAN, Line, PLAN, Plan, Span, seconds};
use crate::clock::{Clock, MINUTE, Us};
use crate::model::{LogLine, ProvisionerTiming};
use std::collections::BTreeMap;

/// What remains of a plan that was cancelled.
#[derive(Debug)]
pub struct Cancelled {
    /// The last lines.
    pub lines: Vec<Line>,
    /// When the job ends.
    pub end: Us,
    /// What the job's error says.
    pub error: String,
}

impl Plan {
    /// What exists once the job stands at the offset `at`: what was created by then, without what was destroyed.
    pub fn state_at(&self, before: &BTreeMap<String, String>, at: Us) -> BTreeMap<String, String> {
        if self.forgets {
            return BTreeMap::new();
        }
        let mut state = before.clone();
        for span in self.spans.iter().filter(|span| span.stage == "apply" && span.end <= at && !span.errored) {
            match span.action {
                "create" => {
                    state.insert(span.resource.clone(), span.id.clone());
                }
                "delete" => {
                    state.remove(&span.resource);
                }
                _ => {}
            }
        }
        state
    }

    /// Lets the log say what Terraform and its providers say to each other.
    pub fn tell_all(&mut self) {
        let spans: Vec<Line> = self
            .spans
            .iter()
            .filter(|span| span.stage == "apply" && span.source != "coder")
            .map(|span| Line {
                at: span.start,
                daemon: false,
                level: "debug",
                stage: self.apply_stage,
                output: format!(
                    "provider.terraform-provider-{}: Calling provider defined Resource Create: tf_resource={}",
                    span.source, span.resource
                ),
            })
            .collect();
        self.lines.extend(spans);
        self.lines.sort_by_key(|line| line.at);
    }

    /// What remains when a cancellation reaches the provisioner at the offset `at`.
    pub fn cancelled(&self, at: Us, clock: Clock) -> Cancelled {
        let step = clock.scale(15_000);
        let stage = self.lines.iter().rev().find(|line| line.at <= at).map_or("Setting up", |line| line.stage);
        let word = match stage {
            INIT => Some("initialize terraform: terraform init"),
            INIT_AND_PLAN if at < self.init_end => Some("initialize terraform: terraform init"),
            PLAN | INIT_AND_PLAN => Some("terraform plan"),
            stage if stage == self.apply_stage => Some("terraform apply"),
            _ => None,
        };
        let Some(word) = word else {
            let line = Line { at: at + step, daemon: true, level: "info", stage: CLEAN, output: String::new() };
            return Cancelled { lines: vec![line], end: at + 2 * step, error: "canceled".to_owned() };
        };
        let say = |at: Us, level: &'static str, output: String| Line { at, daemon: false, level, stage, output };
        let mut lines = vec![
            say(
                at,
                "info",
                "\nInterrupt received.\nPlease wait for Terraform to exit or data loss may occur.\nGracefully shutting down...\n"
                    .to_owned(),
            ),
            say(at, "info", "Stopping operation...".to_owned()),
        ];
        let mut now = at + step;
        let interrupted: Vec<&Span> = self
            .spans
            .iter()
            .filter(|span| matches!(span.action, "create" | "delete") && span.start <= at && span.end > at)
            .collect();
        for span in &interrupted {
            let done = if span.action == "create" { "Creation" } else { "Destruction" };
            let text = format!("{}: {done} errored after {}", span.resource, seconds(now - span.start));
            lines.push(say(now, "info", text));
        }
        for span in &interrupted {
            now += step / 2;
            let kind = span.resource.split('.').next().unwrap_or_default();
            let name = span.resource.split('.').nth(1).unwrap_or_default().split('[').next().unwrap_or_default();
            for text in [
                format!("Error: {} {kind} error", if span.action == "create" { "Create" } else { "Delete" }),
                format!("on main.tf line {}, in resource \"{kind}\" \"{name}\":", span.line),
                format!("  {}: resource \"{kind}\" \"{name}\" {{", span.line),
                String::new(),
                "Original Error: context canceled".to_owned(),
            ] {
                lines.push(say(now, "error", text));
            }
        }
        now += step / 2;
        lines.push(say(now, "error", "Error: execution halted".to_owned()));
        lines.push(say(now, "error", String::new()));
        now += step;
        lines.push(Line { at: now, daemon: true, level: "info", stage: CLEAN, output: String::new() });
        Cancelled { lines, end: now + step, error: format!("{word}: exit status 1") }
    }

    /// The rows that a successful job stores.
    pub fn timings(&self, origin: Us) -> Vec<ProvisionerTiming> {
        let origin = origin + self.skew;
        let mut rows: Vec<ProvisionerTiming> = self
            .spans
            .iter()
            .map(|span| ProvisionerTiming {
                stage: span.stage.to_owned(),
                source: span.source.clone(),
                action: span.action.to_owned(),
                resource: span.resource.clone(),
                started_at: origin + span.start,
                ended_at: origin + span.end,
            })
            .collect();
        rows.sort_by_key(|row| row.started_at);
        rows
    }
}

/// What the reaper writes into the log of a build that nobody works on any more.
pub fn reaper_lines(kind: &str, threshold: Us, stage: &str, at: Us) -> Vec<LogLine> {
    let minutes = threshold / MINUTE;
    [
        String::new(),
        "====================".to_owned(),
        format!("Coder: Build has been detected as {kind} for {minutes} minutes and will be terminated."),
        "====================".to_owned(),
        String::new(),
    ]
    .into_iter()
    .zip(0..)
    .map(|(output, index)| LogLine {
        id: 0,
        created_at: at + index * 1000,
        daemon: true,
        level: "error",
        stage: stage.to_owned(),
        output,
    })
    .collect()
}

/// What the reaper leaves as the job's error.
pub fn reaper_error(kind: &str, threshold: Us) -> String {
    format!(
        "Coder: Build has been detected as {kind} for {} minutes and has been terminated by the reaper.",
        threshold / MINUTE
    )
}
