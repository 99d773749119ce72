//! What a provisioner will do for a build: its log lines, the spans of its resources, its end, all as offsets from the
//! start of the job. Pure: the same order gives the same plan. May import `age`, `clock`, `model`, `blueprint`,
//! `random`.

mod apply;
mod cut;
mod stages;
#[cfg(test)]
mod tests;
mod unit;

use self::apply::apply;
pub use self::cut::{reaper_error, reaper_lines};
use self::stages::{init, init_line, plan_stage};
use self::unit::{Unit, units};
use crate::age::Age;
use crate::blueprint::{Blueprint, Failure, Scenario, provider_of};
use crate::clock::{Clock, SECOND, Us};
use crate::model::{LogLine, Transition};
use crate::random::Random;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What has to be done.
#[derive(Debug)]
pub struct Order<'a> {
    /// What the template version describes, changed by the scenario.
    pub blueprint: &'a Blueprint,
    /// What the name provokes.
    pub scenario: &'a Scenario,
    /// Start, stop or delete.
    pub transition: Transition,
    /// The build's number.
    pub number: i64,
    /// What exists.
    pub state: &'a BTreeMap<String, String>,
    /// The build: its spread follows from it.
    pub build: Uuid,
    /// Whether to forget instead of to destroy.
    pub orphan: bool,
    /// How fast.
    pub clock: Clock,
    /// Of which age the provisioner is.
    pub age: Age,
}

/// A line of the log, before it has an id. `at` is an offset.
#[derive(Debug, Clone)]
pub struct Line {
    /// Offset from the start of the job.
    pub at: Us,
    /// Whether the daemon speaks.
    pub daemon: bool,
    /// Level.
    pub level: &'static str,
    /// Stage.
    pub stage: &'static str,
    /// Text.
    pub output: String,
}

impl Line {
    /// The line as it is stored, for a job that started at `origin`.
    pub fn stored(&self, origin: Us) -> LogLine {
        LogLine {
            id: 0,
            created_at: origin + self.at,
            daemon: self.daemon,
            level: self.level,
            stage: self.stage.to_owned(),
            output: self.output.clone(),
        }
    }
}

/// Something Terraform does, with its length.
#[derive(Debug, Clone)]
pub struct Span {
    /// `init`, `plan`, `apply`, `graph`.
    pub stage: &'static str,
    /// Provider, or `coder`.
    pub source: String,
    /// `create`, `delete`, ….
    pub action: &'static str,
    /// Address.
    pub resource: String,
    /// Offset of its start.
    pub start: Us,
    /// Offset of its end.
    pub end: Us,
    /// The id of what it makes.
    pub id: String,
    /// Whether it ends with an error.
    pub errored: bool,
    /// Line in main.tf.
    pub line: u32,
}

/// A plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Lines, in order.
    pub lines: Vec<Line>,
    /// Spans; they become timings on success.
    pub spans: Vec<Span>,
    /// When the quota is asked, if it is.
    pub commit_at: Option<Us>,
    /// What the build costs.
    pub cost: i64,
    /// When the job ends.
    pub end: Us,
    /// Why it fails, if it does.
    pub error: Option<String>,
    /// When it applies, if it comes so far.
    pub apply_at: Option<Us>,
    /// Stage name of the apply.
    pub apply_stage: &'static str,
    /// How far the provisioner's clock is ahead.
    pub skew: Us,
    /// Whether everything is forgotten at the end.
    pub forgets: bool,
    /// When the init ends.
    pub init_end: Us,
}

const INIT: &str = "Initializing Terraform Directory";

const PLAN: &str = "Planning Infrastructure";

const CLEAN: &str = "Cleaning Up";

/// The one stage that init and plan were in July 2025.
const INIT_AND_PLAN: &str = "Planning infrastructure";

/// What the rows of init and graph were about then.
const STATE_FILE: &str = "state file";

/// The seconds of a length as Terraform writes them: `5s`, `1m12s`.
fn seconds(length: Us) -> String {
    let whole = (length + SECOND / 2) / SECOND;
    if whole < 60 { format!("{whole}s") } else { format!("{}m{}s", whole / 60, whole % 60) }
}

struct Maker<'a> {
    order: &'a Order<'a>,
    random: Random,
    lines: Vec<Line>,
    spans: Vec<Span>,
}

impl Maker<'_> {
    fn ms(&self, natural: i64) -> Us {
        self.order.clock.scale(natural * 1000)
    }

    fn say(&mut self, at: Us, stage: &'static str, output: impl Into<String>) {
        self.line(at, "info", stage, output);
    }

    fn line(&mut self, at: Us, level: &'static str, stage: &'static str, output: impl Into<String>) {
        self.lines.push(Line { at, daemon: false, level, stage, output: output.into() });
    }

    /// What Terraform says of an error, line by line.
    fn error<T: Into<String>>(&mut self, at: Us, stage: &'static str, lines: impl IntoIterator<Item = T>) {
        for text in lines {
            self.line(at, "error", stage, text);
        }
    }

    fn daemon(&mut self, at: Us, stage: &'static str) {
        self.lines.push(Line { at, daemon: true, level: "info", stage, output: String::new() });
    }

    fn span(&mut self, stage: &'static str, source: &str, action: &'static str, resource: &str, start: Us, end: Us) {
        self.spans.push(Span {
            stage,
            source: source.to_owned(),
            action,
            resource: resource.to_owned(),
            start,
            end,
            id: String::new(),
            errored: false,
            line: 0,
        });
    }

    fn id_for(&mut self, address: &str) -> String {
        if address.starts_with("coder_") {
            return self.random.uuid().to_string();
        }
        match provider_of(address) {
            "aws" => format!("i-{:012x}", self.random.between(1 << 20, 1 << 46)),
            "docker" => self.random.uuid().simple().to_string(),
            _ => self.random.between(1_000_000_000, 9_000_000_000_000_000_000).to_string(),
        }
    }
}

/// Makes the plan of an order.
pub fn plan(order: &Order<'_>) -> Plan {
    let mut maker = Maker { order, random: Random::of(order.build), lines: Vec::new(), spans: Vec::new() };
    let failure = match order.transition {
        Transition::Start if order.scenario.every_other && order.number % 2 == 0 => None,
        Transition::Start => order.scenario.start_fails,
        Transition::Stop => order.scenario.stop_fails.then_some(Failure::Apply),
        Transition::Delete => (order.scenario.delete_fails && !order.orphan).then_some(Failure::Apply),
    };
    let (apply_stage, running) = match order.transition {
        Transition::Start => ("Starting workspace", true),
        Transition::Stop => ("Stopping workspace", false),
        Transition::Delete => ("Destroying workspace", false),
    };
    let cost = match order.transition {
        Transition::Delete => 0,
        _ => order.blueprint.cost(running),
    };
    let mut done = Plan {
        lines: Vec::new(),
        spans: Vec::new(),
        commit_at: None,
        cost,
        end: 0,
        error: None,
        apply_at: None,
        apply_stage,
        skew: order.clock.scale(order.scenario.skew_ms * 1000),
        forgets: order.orphan,
        init_end: 0,
    };
    done.end = work(&mut maker, &mut done, failure);
    let mut lines = maker.lines;
    lines.sort_by_key(|line| line.at);
    done.lines = lines;
    done.spans = maker.spans;
    if order.age == Age::July2025 {
        as_in_july_2025(&mut done);
    }
    done
}

/// Then init and plan were one stage of the log, init's lines those of Terraform for people (level debug), and no stage
/// had a row of its own.
fn as_in_july_2025(plan: &mut Plan) {
    plan.lines.retain(|line| line.stage != INIT || !line.output.starts_with("Terraform 1."));
    for line in &mut plan.lines {
        if line.stage == INIT {
            line.level = if line.level == "info" { "debug" } else { line.level };
            line.output = init_line(&line.output);
        }
        if matches!(line.stage, INIT | PLAN) {
            line.stage = INIT_AND_PLAN;
        }
    }
    plan.spans.retain(|span| !span.resource.starts_with("coder_stage_"));
}

/// Everything up to the end of the job, whose offset is returned.
fn work(maker: &mut Maker<'_>, done: &mut Plan, failure: Option<Failure>) -> Us {
    let order = maker.order;
    let clean = |maker: &mut Maker<'_>, at: Us| {
        let at = at + maker.ms(40);
        maker.daemon(at, CLEAN);
        at + maker.ms(25)
    };
    let at = maker.ms(70);
    maker.daemon(at, "Setting up");
    let at = at + maker.ms(110);
    let (at, failed) = init(maker, at, failure == Some(Failure::Init));
    done.init_end = at;
    if failed {
        done.error = Some("initialize terraform: terraform init: exit status 1".to_owned());
        return clean(maker, at);
    }
    let all = units(order.blueprint);
    let empty = BTreeMap::new();
    let state = if order.orphan { &empty } else { order.state };
    let wanted: Vec<&Unit> = match order.transition {
        Transition::Start => all.iter().filter(|unit| !state.contains_key(&unit.address)).collect(),
        Transition::Stop => {
            all.iter().rev().filter(|unit| !unit.persistent && state.contains_key(&unit.address)).collect()
        }
        Transition::Delete => all.iter().rev().filter(|unit| state.contains_key(&unit.address)).collect(),
    };
    let at = at + maker.ms(45);
    let (at, failed) = plan_stage(maker, at, state, &wanted, failure);
    if failed {
        done.error = Some("terraform plan: exit status 1".to_owned());
        return clean(maker, at);
    }
    let mut at = at + maker.ms(30);
    if order.age == Age::July2025 {
        // The graph came before the quota and the apply.
        let end = at + maker.ms(430) + maker.random.between(0, maker.ms(200).max(1));
        maker.span("graph", "terraform", "building terraform dependency graph", STATE_FILE, at, end);
        at = end + maker.ms(4);
    }
    if done.cost > 0 {
        done.commit_at = Some(at);
    }
    at += maker.ms(12);
    maker.daemon(at, done.apply_stage);
    done.apply_at = Some(at);
    let (at, failed) = apply(maker, at, done.apply_stage, &wanted, failure == Some(Failure::Apply));
    if failed {
        done.error = Some("terraform apply: exit status 1".to_owned());
        return clean(maker, at);
    }
    let end = if order.age == Age::July2025 {
        at
    } else {
        let start = at + maker.ms(60);
        let end = start + maker.ms(430) + maker.random.between(0, maker.ms(200).max(1));
        maker.span("graph", "coder", "terraform", "coder_stage_graph", start, end);
        end
    };
    let at = clean(maker, end);
    if failure == Some(Failure::Complete) {
        done.error = Some(
            "internal provisionerserver error: complete job: insert provisioner job: connection reset by peer"
                .to_owned(),
        );
    }
    at
}
