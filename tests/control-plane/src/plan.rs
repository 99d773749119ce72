//! What a provisioner will do for a build: its log lines, the spans of its resources, its end, all as offsets from the start
//! of the job. Pure: the same order gives the same plan. May import `age`, `clock`, `model`, `blueprint`, `random`.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::age::Age;
use crate::blueprint::{Blueprint, Failure, Scenario, provider_of};
use crate::clock::{Clock, MINUTE, SECOND, Us};
use crate::model::{LogLine, ProvisionerTiming, Transition};
use crate::random::Random;

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

const INIT: &str = "Initializing Terraform Directory";
const PLAN: &str = "Planning Infrastructure";
const CLEAN: &str = "Cleaning Up";
/// The one stage that init and plan were in July 2025.
const INIT_AND_PLAN: &str = "Planning infrastructure";
/// What the rows of init and graph were about then.
const STATE_FILE: &str = "state file";

struct Unit {
    address: String,
    after: Vec<String>,
    create_ms: i64,
    delete_ms: i64,
    persistent: bool,
    provisioned: bool,
    line: u32,
}

/// All that Terraform handles: the template's pieces and coder's own around them.
fn units(blueprint: &Blueprint) -> Vec<Unit> {
    let own = |address: String, after: Vec<String>, persistent: bool, line: u32| Unit {
        address,
        after,
        create_ms: 6,
        delete_ms: 3,
        persistent,
        provisioned: false,
        line,
    };
    let mut all = Vec::new();
    for piece in &blueprint.pieces {
        let mut after = piece.after.clone();
        if let Some(agent) = &piece.agent {
            let address = format!("coder_agent.{}", agent.name);
            all.push(own(address.clone(), Vec::new(), true, 30));
            for script in &agent.scripts {
                let name = script.name.to_lowercase().replace([' ', '-'], "_");
                let address_of = format!("coder_script.{}_{name}", agent.name);
                all.push(own(address_of, vec![address.clone()], true, 52));
            }
            for app in &agent.apps {
                let name = app.slug.replace('-', "_");
                all.push(own(format!("coder_app.{}_{name}", agent.name), vec![address.clone()], true, 68));
            }
            after.push(address);
        }
        all.push(Unit {
            address: piece.address.clone(),
            after,
            create_ms: piece.create_ms,
            delete_ms: piece.delete_ms,
            persistent: piece.persistent,
            provisioned: piece.provisioned,
            line: piece.line,
        });
        if !piece.metadata.is_empty() {
            let rest = piece.address.split_once('.').map_or("", |(_, rest)| rest);
            all.push(own(format!("coder_metadata.{rest}"), vec![piece.address.clone()], piece.persistent, 84));
        }
    }
    all
}

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

/// Then init and plan were one stage of the log, init's lines those of Terraform for people (level debug), and no stage had a row of its own.
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

/// A line of the init as Terraform writes it without `-json`.
fn init_line(text: &str) -> String {
    if let Some(name) = text.strip_suffix(": Finding latest version...") {
        format!("- Finding latest version of {name}...")
    } else if let Some(rest) = text.strip_prefix("Installing provider version: ") {
        format!("- Installing {rest}")
    } else if let Some(rest) = text.strip_prefix("Installed provider version: ") {
        format!("- Installed {}", rest.replace("signed by a HashiCorp partner", "unauthenticated"))
    } else {
        text.to_owned()
    }
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

/// Returns where it ends and whether it failed.
fn init(maker: &mut Maker<'_>, start: Us, fails: bool) -> (Us, bool) {
    let mut at = start;
    maker.say(at, INIT, "Terraform 1.11.4");
    at += maker.ms(20);
    maker.say(at, INIT, "Initializing the backend...");
    let backend = (start, at);
    at += maker.ms(60);
    maker.say(at, INIT, "Initializing provider plugins...");
    let plugins = at;
    let providers = maker.order.blueprint.providers();
    for provider in &providers {
        maker.say(at, INIT, format!("{}: Finding latest version...", registry(provider)));
    }
    if fails {
        at += maker.ms(2600);
        let first = providers.first().map(String::as_str).unwrap_or_default();
        let name = registry(first);
        maker.error(at, INIT, [
            "Error: Failed to query available provider packages".to_owned(),
            String::new(),
            format!(
                "Could not retrieve the list of available versions for provider {name}: could not connect to registry.terraform.io: failed to request discovery document: Get \"https://registry.terraform.io/.well-known/terraform.json\": dial tcp: lookup registry.terraform.io: no such host"
            ),
            String::new(),
        ]);
        return (at, true);
    }
    for provider in &providers {
        let (name, version) = (registry(provider), version_of(provider));
        at += maker.ms(30);
        maker.say(at, INIT, format!("Installing provider version: {name} v{version}..."));
        at += maker.ms(320) + maker.random.between(0, maker.ms(400).max(1));
        maker.say(at, INIT, format!("Installed provider version: {name} v{version} (signed by a HashiCorp partner)"));
    }
    if maker.order.age == Age::July2025 {
        maker.span("init", "terraform", "initializing terraform", STATE_FILE, start, at);
    } else {
        maker.span("init", "", "load", "backend", backend.0, backend.1);
        maker.span("init", "", "load", "provider plugins", plugins, at);
    }
    at += maker.ms(15);
    maker.say(at, INIT, "Terraform has been successfully initialized!");
    at += maker.ms(12);
    maker.span("init", "coder", "terraform", "coder_stage_init", start, at);
    (at, false)
}

fn registry(provider: &str) -> String {
    match provider {
        "coder" => "coder/coder".to_owned(),
        "docker" => "kreuzwerker/docker".to_owned(),
        other => format!("hashicorp/{other}"),
    }
}

fn version_of(provider: &str) -> &'static str {
    match provider {
        "coder" => "2.18.0",
        "docker" => "3.6.2",
        "aws" => "6.4.0",
        "kubernetes" => "2.38.0",
        _ => "3.3.1",
    }
}

fn plan_stage(
    maker: &mut Maker<'_>,
    start: Us,
    state: &BTreeMap<String, String>,
    wanted: &[&Unit],
    failure: Option<Failure>,
) -> (Us, bool) {
    let order = maker.order;
    maker.say(start + maker.ms(40), PLAN, "Terraform 1.11.4");
    let mut data = vec!["data.coder_workspace_owner.me".to_owned(), "data.coder_workspace.me".to_owned()];
    data.extend(order.blueprint.parameters.iter().map(|parameter| format!("data.coder_parameter.{}", parameter.name)));
    let base = start + maker.ms(620);
    let mut latest = base;
    for address in &data {
        let from = base + maker.random.between(0, maker.ms(25).max(1));
        let to = from + maker.ms(4) + maker.random.between(0, maker.ms(24).max(1));
        maker.say(from, PLAN, format!("{address}: Refreshing..."));
        let id = maker.random.uuid();
        maker.say(to, PLAN, format!("{address}: Refresh complete after 0s [id={id}]"));
        maker.span("plan", "coder", "read", address, from, to);
        latest = latest.max(to);
    }
    let mut at = latest;
    for (address, id) in state {
        at += maker.ms(3);
        let provider = provider_of(address).to_owned();
        let length = if provider == "coder" { 3 } else { 20 + maker.random.between(0, 260) };
        let end = at + maker.ms(length);
        maker.say(at, PLAN, format!("{address}: Refreshing state... [id={id}]"));
        maker.say(end, PLAN, format!("{address}: Refresh complete [id={id}]"));
        maker.span("plan", &provider, "state refresh", address, at, end);
        latest = latest.max(end);
    }
    let at = latest + maker.ms(60);
    if failure == Some(Failure::Plan) {
        maker.error(
            at,
            PLAN,
            [
                "Error: Invalid index",
                "on main.tf line 31, in locals:",
                "  31:   image = local.images[data.coder_parameter.size.value]",
                "",
                "The given key does not identify an element in this collection value.",
                "",
            ],
        );
        return (at, true);
    }
    let verb = verb(order.transition);
    // What the condition guards is left out of the plan, the rest is planned all the same.
    let (guarded, wanted) = match wanted.split_last() {
        Some((guarded, rest)) if failure == Some(Failure::Condition) => (Some(guarded), rest),
        _ => (None, wanted),
    };
    for unit in wanted {
        maker.say(at, PLAN, format!("{}: Plan to {verb}", unit.address));
    }
    let (add, destroy) = match order.transition {
        Transition::Start => (wanted.len(), 0),
        _ => (0, wanted.len()),
    };
    maker.say(at, PLAN, format!("Plan: {add} to add, 0 to change, {destroy} to destroy."));
    if let Some(guarded) = guarded {
        let address = guarded.address.split('[').next().unwrap_or_default();
        let (kind, name) = address.split_once('.').unwrap_or((address, ""));
        maker.error(
            at,
            PLAN,
            [
                "Error: Resource precondition failed",
                &format!("on main.tf line 88, in resource \"{kind}\" \"{name}\":"),
                "  88:       condition     = local.free_machines > 0",
                "    ├────────────────",
                "    │ local.free_machines is 0",
                "",
                "All machines of this zone are taken. Ask the platform team for another zone.",
            ],
        );
        return (at, true);
    }
    let end = at + maker.ms(270);
    maker.span("plan", "coder", "terraform", "coder_stage_plan", start, end);
    (end, false)
}

fn verb(transition: Transition) -> &'static str {
    match transition {
        Transition::Start => "create",
        _ => "delete",
    }
}

/// How many resources Terraform handles at a time.
const PARALLEL: usize = 10;

fn apply(maker: &mut Maker<'_>, start: Us, stage: &'static str, wanted: &[&Unit], fails: bool) -> (Us, bool) {
    let order = maker.order;
    let creates = order.transition == Transition::Start;
    maker.say(start + maker.ms(65), stage, "Terraform 1.11.4");
    let planned = start + maker.ms(300);
    for unit in wanted {
        maker.say(planned, stage, format!("{}: Plan to {}", unit.address, verb(order.transition)));
    }
    let base = planned + maker.ms(150);
    // The last resource that is not coder's own is the one that fails: what it needs is there by then.
    let culprit =
        wanted.iter().rposition(|unit| !unit.address.starts_with("coder_")).filter(|_| fails && creates).or_else(
            || wanted.iter().position(|unit| !unit.address.starts_with("coder_")).filter(|_| fails && !creates),
        );
    let mut ends: HashMap<&str, Us> = HashMap::new();
    let mut free = [base; PARALLEL];
    let mut dead: Vec<&str> = Vec::new();
    let mut latest = base;
    let mut finished = 0_usize;
    let mut broken = None;
    for (index, unit) in wanted.iter().enumerate() {
        // What was needed to create stands until its users are gone.
        let before: Vec<&str> = if creates {
            unit.after.iter().map(String::as_str).collect()
        } else {
            wanted
                .iter()
                .filter(|other| other.after.contains(&unit.address))
                .map(|other| other.address.as_str())
                .collect()
        };
        if before.iter().any(|address| dead.contains(address)) {
            dead.push(&unit.address);
            continue;
        }
        let ready = before.iter().filter_map(|address| ends.get(address).copied()).max().unwrap_or(base);
        let Some(slot) = free.iter_mut().min() else { continue };
        let from = ready.max(*slot)
            + maker.random.between(maker.order.clock.scale(3000), maker.order.clock.scale(12_000).max(2));
        let natural = if creates { unit.create_ms } else { unit.delete_ms };
        let spread = if natural < 100 { 1.0 } else { 0.88 + maker.random.fraction() * 0.3 };
        let errored = culprit == Some(index);
        let length = (maker.ms(natural) as f64 * spread * if errored { 0.7 } else { 1.0 }) as Us;
        let to = from + length.max(1);
        *slot = to;
        resource_lines(maker, stage, unit, from, to, errored);
        latest = latest.max(to);
        if errored {
            dead.push(&unit.address);
            broken = Some((*unit, to));
        } else {
            finished += 1;
            ends.insert(&unit.address, to);
        }
    }
    let at = latest + maker.ms(8);
    if let Some((unit, _)) = broken {
        maker.error(at, stage, failure_text(unit));
        return (at, true);
    }
    let (added, destroyed) = if creates { (finished, 0) } else { (0, finished) };
    maker.say(at, stage, format!("Apply complete! Resources: {added} added, 0 changed, {destroyed} destroyed."));
    maker.say(at, stage, "Outputs: 0");
    let end = at + maker.ms(20);
    maker.span("apply", "coder", "terraform", "coder_stage_apply", start, end);
    (end, false)
}

fn resource_lines(maker: &mut Maker<'_>, stage: &'static str, unit: &Unit, from: Us, to: Us, errored: bool) {
    let order = maker.order;
    let address = &unit.address;
    let creates = order.transition == Transition::Start;
    let id = match order.state.get(address) {
        Some(id) if !creates => id.clone(),
        _ => maker.id_for(address),
    };
    let (doing, done, action) =
        if creates { ("Creating", "Creation", "create") } else { ("Destroying", "Destruction", "delete") };
    let suffix = if creates { String::new() } else { format!(" [id={id}]") };
    maker.say(from, stage, format!("{address}: {doing}...{suffix}"));
    let mut mark = from + 10 * SECOND;
    while mark < to {
        let elapsed = seconds(mark - from);
        let what = if creates { format!("[{elapsed} elapsed]") } else { format!("[id={id}, {elapsed} elapsed]") };
        maker.say(mark, stage, format!("{address}: Still {}... {what}", doing.to_lowercase()));
        mark += 10 * SECOND;
    }
    let flood = if creates && address.contains("container") { order.scenario.flood } else { 0 };
    if unit.provisioned || flood > 0 {
        let begin = from + (to - from) / 8;
        maker.say(begin, stage, format!("{address}: Provisioning with 'local-exec'..."));
        maker.say(begin, stage, format!("{address}: (local-exec): Executing: [\"/bin/sh\" \"-c\" \"./prepare.sh\"]"));
        for index in 0..flood {
            let at =
                begin + (to - begin) * i64::try_from(index).unwrap_or(0) / i64::try_from(flood.max(1)).unwrap_or(1);
            maker.say(at, stage, format!("{address}: (local-exec): layer {index} of {flood}: verifying checksum sha256:{:016x}{:016x}, extracting, a line that somebody has to read", index * 2_654_435_761, index * 40_503));
        }
        maker.say(
            to,
            stage,
            format!("{address}: (local-exec) Provisioning {}", if errored { "errored" } else { "complete" }),
        );
        maker.span("apply", provider_of(address), "provision", address, begin, to);
    }
    let after = seconds(to - from);
    let ending = match (errored, creates) {
        (true, _) => format!("{address}: {done} errored after {after}"),
        (false, true) => format!("{address}: {done} complete after {after} [id={id}]"),
        (false, false) => format!("{address}: {done} complete after {after}"),
    };
    maker.say(to, stage, ending);
    maker.spans.push(Span {
        stage: "apply",
        source: provider_of(address).to_owned(),
        action,
        resource: address.clone(),
        start: from,
        end: to,
        id,
        errored,
        line: unit.line,
    });
}

/// The first line is the reason; then where.
fn failure_text(unit: &Unit) -> Vec<String> {
    let kind = unit.address.split('.').next().unwrap_or_default();
    let name = unit.address.split('.').nth(1).unwrap_or_default().split('[').next().unwrap_or_default();
    let (reason, more): (String, &[&str]) = match provider_of(&unit.address) {
        "aws" => (
            "Error: creating EC2 Instance: InsufficientInstanceCapacity: We currently do not have sufficient m7i.large capacity in eu-west-1a.".to_owned(),
            &[],
        ),
        "docker" => (
            "Error: Unable to create container: Error response from daemon: failed to set up container networking: address already in use".to_owned(),
            &[],
        ),
        "kubernetes" => (
            "Error: Waiting for rollout to finish: 1 replicas wanted; 0 replicas Ready".to_owned(),
            &["0/6 nodes are available: 6 Insufficient memory."],
        ),
        _ => ("Error: local-exec provisioner error".to_owned(), &["Error running command './prepare.sh': exit status 1. Output: no space left on device"]),
    };
    let mut lines = vec![
        reason,
        format!("on main.tf line {}, in resource \"{kind}\" \"{name}\":", unit.line),
        format!("  {}: resource \"{kind}\" \"{name}\" {{", unit.line),
        String::new(),
    ];
    lines.extend(more.iter().map(|line| (*line).to_owned()));
    lines
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint;

    fn of(name: &str, transition: Transition, state: &BTreeMap<String, String>) -> Plan {
        of_age(name, transition, state, Age::Newest)
    }

    fn of_age(name: &str, transition: Transition, state: &BTreeMap<String, String>, age: Age) -> Plan {
        let scenario = Scenario::of(name);
        let blueprint = scenario.change(blueprint::named("go-service"), transition == Transition::Stop);
        plan(&Order {
            blueprint: &blueprint,
            scenario: &scenario,
            transition,
            number: 1,
            state,
            build: Uuid::from_u128(7),
            orphan: false,
            clock: Clock::new(None, 1.0),
            age,
        })
    }

    #[test]
    fn in_july_2025_init_and_plan_were_one_stage_and_the_graph_came_before_the_apply() {
        let plan = of_age("usual", Transition::Start, &BTreeMap::new(), Age::July2025);
        let mut stages: Vec<&str> = plan.lines.iter().map(|line| line.stage).collect();
        stages.dedup();
        assert_eq!(stages, ["Setting up", INIT_AND_PLAN, "Starting workspace", CLEAN]);
        assert!(plan.lines.iter().any(|line| line.output == "- Finding latest version of coder/coder..."));
        let rows = plan.timings(0);
        assert!(rows.iter().all(|row| !row.resource.starts_with("coder_stage_")));
        let of_stage = |stage: &str| rows.iter().filter(|row| row.stage == stage).collect::<Vec<_>>();
        for stage in ["init", "graph"] {
            assert_eq!(of_stage(stage).iter().map(|row| row.resource.as_str()).collect::<Vec<_>>(), [STATE_FILE]);
        }
        let (plan_end, graph) = (of_stage("plan").iter().map(|row| row.ended_at).max().unwrap(), of_stage("graph")[0]);
        let apply = of_stage("apply").iter().map(|row| row.started_at).min().unwrap();
        assert!(plan_end <= graph.started_at && graph.ended_at <= apply);
        let early = plan.cancelled(plan.init_end / 2, Clock::new(None, 1.0));
        assert_eq!(early.error, "initialize terraform: terraform init: exit status 1");
    }

    fn start(name: &str) -> Plan {
        of(name, Transition::Start, &BTreeMap::new())
    }

    #[test]
    fn lines_are_in_order_and_within_the_job() {
        for name in ["usual", "fail-init", "fail-plan", "fail-condition", "fail-apply", "many-resources"] {
            let plan = start(name);
            assert!(plan.lines.windows(2).all(|pair| pair[0].at <= pair[1].at), "{name}");
            assert!(plan.lines.iter().all(|line| line.at <= plan.end), "{name}");
            assert_eq!(plan.lines[0].stage, "Setting up");
            assert_eq!(plan.lines.last().unwrap().stage, CLEAN);
        }
    }

    #[test]
    fn spans_lie_in_their_stage_and_what_is_needed_comes_first() {
        let plan = start("usual");
        let boundary = |stage: &str| plan.spans.iter().find(|s| s.resource == format!("coder_stage_{stage}")).unwrap();
        for span in &plan.spans {
            let stage = boundary(span.stage);
            assert!(stage.start <= span.start && span.end <= stage.end, "{span:?} in {stage:?}");
        }
        let created =
            |address: &str| plan.spans.iter().find(|s| s.resource == address && s.action == "create").unwrap();
        assert!(created("kubernetes_namespace.team").end <= created("kubernetes_secret.registry[0]").start);
        assert!(
            created("kubernetes_persistent_volume_claim.home").end <= created("kubernetes_deployment.main[0]").start
        );
        assert!(boundary("init").end <= boundary("plan").start && boundary("plan").end <= boundary("apply").start);
        assert_eq!(plan.timings(0).len(), plan.spans.len());
    }

    #[test]
    fn a_stop_destroys_what_does_not_stay_and_a_delete_the_rest() {
        let plan = start("usual");
        let running = plan.state_at(&BTreeMap::new(), plan.end);
        assert!(running.contains_key("kubernetes_deployment.main[0]"));
        let stop = of("usual", Transition::Stop, &running);
        let stopped = stop.state_at(&running, stop.end);
        assert!(stopped.contains_key("kubernetes_persistent_volume_claim.home"));
        assert!(!stopped.contains_key("kubernetes_deployment.main[0]"));
        assert!(stop.lines.iter().any(|line| line.output.contains("Destruction complete after")));
        let again = of("usual", Transition::Start, &stopped);
        assert!(!again.lines.iter().any(|line| line.output == "kubernetes_namespace.team: Creating..."));
        assert!(
            again
                .lines
                .iter()
                .any(|line| line.output.starts_with("kubernetes_namespace.team: Refreshing state... [id="))
        );
        let delete = of("usual", Transition::Delete, &stopped);
        assert!(delete.state_at(&stopped, delete.end).is_empty());
        assert_eq!((delete.cost, delete.commit_at), (0, None), "a delete is never asked for its cost");
    }

    #[test]
    fn long_work_is_reported_every_ten_seconds() {
        let plan = start("slow-build");
        let still: Vec<&str> = plan
            .lines
            .iter()
            .map(|line| line.output.as_str())
            .filter(|text| text.starts_with("kubernetes_deployment.main[0]: Still creating..."))
            .collect();
        assert_eq!(still[0], "kubernetes_deployment.main[0]: Still creating... [10s elapsed]");
        assert!(still.contains(&"kubernetes_deployment.main[0]: Still creating... [1m10s elapsed]"), "{still:?}");
    }

    #[test]
    fn a_cancellation_errs_what_is_under_way_and_keeps_what_is_there() {
        let plan = start("slow-build");
        let span =
            plan.spans.iter().find(|s| s.resource == "kubernetes_deployment.main[0]" && s.action == "create").unwrap();
        let at = span.start + 20 * SECOND;
        let rest = plan.cancelled(at, Clock::new(None, 1.0));
        assert_eq!(rest.error, "terraform apply: exit status 1");
        assert!(rest.lines[0].output.contains("Interrupt received."));
        assert!(
            rest.lines.iter().any(|line| line.output == "kubernetes_deployment.main[0]: Creation errored after 20s")
        );
        assert!(rest.end > at && rest.lines.last().unwrap().stage == CLEAN);
        let state = plan.state_at(&BTreeMap::new(), at);
        assert!(
            state.contains_key("kubernetes_namespace.team") && !state.contains_key("kubernetes_deployment.main[0]")
        );
        let early = plan.cancelled(1000, Clock::new(None, 1.0));
        assert_eq!(early.error, "canceled");
    }

    #[test]
    fn lengths_are_written_as_terraform_writes_them() {
        assert_eq!(
            (seconds(400_000), seconds(12 * SECOND), seconds(72 * SECOND)),
            ("0s".into(), "12s".into(), "1m12s".into())
        );
    }
}
