//! The stages of a build that begins: init, and the plan.

use super::apply::verb;
use super::unit::Unit;
use super::{INIT, Maker, PLAN, STATE_FILE};
use crate::age::Age;
use crate::blueprint::{Failure, provider_of};
use crate::clock::Us;
use crate::model::Transition;
use std::collections::BTreeMap;

/// A line of the init as Terraform writes it without `-json`.
pub(super) fn init_line(text: &str) -> String {
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

/// Returns where it ends and whether it failed.
pub(super) fn init(maker: &mut Maker<'_>, start: Us, fails: bool) -> (Us, bool) {
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

pub(super) fn registry(provider: &str) -> String {
    match provider {
        "coder" => "coder/coder".to_owned(),
        "docker" => "kreuzwerker/docker".to_owned(),
        other => format!("hashicorp/{other}"),
    }
}

pub(super) fn version_of(provider: &str) -> &'static str {
    match provider {
        "coder" => "2.18.0",
        "docker" => "3.6.2",
        "aws" => "6.4.0",
        "kubernetes" => "2.38.0",
        _ => "3.3.1",
    }
}

pub(super) fn plan_stage(
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
