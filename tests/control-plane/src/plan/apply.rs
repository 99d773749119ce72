//! The apply: which resources are made or destroyed beside each other, what their lines say, and how one fails.

use super::unit::Unit;
use super::{Maker, Span, seconds};
use crate::blueprint::provider_of;
use crate::clock::{SECOND, Us};
use crate::model::Transition;
use std::collections::HashMap;

pub(super) fn verb(transition: Transition) -> &'static str {
    match transition {
        Transition::Start => "create",
        _ => "delete",
    }
}

/// How many resources Terraform handles at a time.
pub(super) const PARALLEL: usize = 10;

pub(super) fn apply(
    maker: &mut Maker<'_>,
    start: Us,
    stage: &'static str,
    wanted: &[&Unit],
    fails: bool,
) -> (Us, bool) {
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

pub(super) fn resource_lines(maker: &mut Maker<'_>, stage: &'static str, unit: &Unit, from: Us, to: Us, errored: bool) {
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
pub(super) fn failure_text(unit: &Unit) -> Vec<String> {
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
