//! What a build makes or destroys: one resource, or one instance of it.

use crate::blueprint::Blueprint;

pub(super) struct Unit {
    pub(super) address: String,
    pub(super) after: Vec<String>,
    pub(super) create_ms: i64,
    pub(super) delete_ms: i64,
    pub(super) persistent: bool,
    pub(super) provisioned: bool,
    pub(super) line: u32,
}

/// All that Terraform handles: the template's pieces and coder's own around them.
pub(super) fn units(blueprint: &Blueprint) -> Vec<Unit> {
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
