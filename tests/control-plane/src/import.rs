//! What the import of a template version found: the resources that a start and a stop would leave, and its log. Made
//! from the version alone, so that it needs no table. May import `blueprint`, `clock`, `engine`, `model`, `random`.

use uuid::Uuid;

use crate::blueprint::{self, Scenario};
use crate::clock::{Clock, MILLISECOND, SECOND};
use crate::engine;
use crate::model::{LogLine, Resource, Transition, Version};

/// A resource that a start or a stop would leave there, found by the job of the import.
#[derive(Debug)]
pub struct Rehearsed {
    /// Start or stop.
    pub transition: Transition,
    /// The import's job.
    pub job: Uuid,
    /// The resource; its agents have never connected.
    pub resource: Resource,
}

/// What a start and a stop would leave there, by type and name.
pub fn rehearsal(version: &Version, clock: Clock) -> Vec<Rehearsed> {
    let blueprint = blueprint::named(&version.blueprint);
    let found = version.created_at + 3 * SECOND;
    let of = |transition: Transition, turn: u128| {
        let seed = Uuid::from_u128(version.id.as_u128().wrapping_add(turn));
        engine::resources(&blueprint, &Scenario::default(), seed, transition, found, clock)
            .into_iter()
            .map(move |resource| Rehearsed { transition, job: version.job_id, resource })
    };
    let mut all: Vec<Rehearsed> = of(Transition::Start, 1).chain(of(Transition::Stop, 2)).collect();
    all.sort_by_key(|one| (one.resource.kind.clone(), one.resource.name.clone(), one.transition));
    all
}

/// The log of the import.
pub fn log(version: &Version) -> Vec<LogLine> {
    const PERSISTENT: &str = "Detecting persistent resources";
    const EPHEMERAL: &str = "Detecting ephemeral resources";
    let mut lines = vec![(true, "info", "Setting up", ""), (true, "info", "Parsing template parameters", "")];
    if !version.importing {
        lines.push((true, "info", PERSISTENT, ""));
        lines.push((false, "info", PERSISTENT, "Terraform 1.11.4"));
        if version.import_error.is_empty() {
            lines.push((true, "info", EPHEMERAL, ""));
            lines.push((false, "info", EPHEMERAL, "Terraform 1.11.4"));
        } else {
            lines.push((false, "error", PERSISTENT, "Error: Reference to undeclared resource"));
            lines.push((
                false,
                "error",
                PERSISTENT,
                "on main.tf line 12, in resource \"docker_container\" \"workspace\":",
            ));
        }
        lines.push((true, "info", "Cleaning Up", ""));
    }
    (1..)
        .zip(lines)
        .map(|(number, (daemon, level, stage, output))| LogLine {
            id: number,
            created_at: version.created_at + number * 130 * MILLISECOND,
            daemon,
            level,
            stage: stage.to_owned(),
            output: output.to_owned(),
        })
        .collect()
}
