//! The gallery of templates in an empty database, for `--templates all`. Its ids come from a generator of its own, so
//! that all others stay what they are without it.

use uuid::Uuid;

use super::{Fate, Historian};
use crate::App;
use crate::blueprint::{GALLERY, GallerySeed};
use crate::clock::{DAY, HOUR, MINUTE, Us};
use crate::model::{Template, Version};
use crate::random::Random;
use crate::world::World;

/// Adds the templates and their workspaces.
pub fn fill(world: &mut World, app: &App, now: Us) {
    let mut random = Random::new(0x0067_616c_6c65_7279);
    for seed in &GALLERY {
        template(world, seed, &mut random, now);
    }
    let mut historian = Historian { world, random: &mut random, app, now, adopted: Vec::new() };
    for seed in &GALLERY {
        for (name, owner, version, runs, values) in seed.workspaces {
            let fate = if *runs { Fate::Runs(2, 3.5) } else { Fate::Stopped(2, 31.0) };
            historian.workspace(name, owner, seed.name, seed.versions.len() - 1 - version, fate);
            set(historian.world, name, values);
        }
    }
}

/// The values that the builds of a workspace ran with.
fn set(world: &mut World, workspace: &str, values: &[(&str, &str)]) {
    let Some(id) = world.workspaces().find(|found| found.name == workspace).map(|found| found.id) else { return };
    let builds: Vec<Uuid> = world.builds_of(id).map(|build| build.id).collect();
    for build in builds {
        for (name, value) in world.build_mut(build).into_iter().flat_map(|build| &mut build.parameters) {
            if let Some((_, wanted)) = values.iter().find(|(wanted, _)| wanted == name) {
                (*wanted).clone_into(value);
            }
        }
    }
}

fn template(world: &mut World, seed: &GallerySeed, random: &mut Random, now: Us) {
    let Some(organization) = world.organization_named("acme").map(|organization| organization.id) else { return };
    let grace = world.user_named("grace").map(|user| user.id).unwrap_or_default();
    let id = random.uuid();
    let made = now - 90 * DAY + random.between(0, 20) * DAY;
    let mut active = Uuid::nil();
    for (index, version) in (0_i64..).zip(seed.versions) {
        let version_id = random.uuid();
        if usize::try_from(index) == Ok(seed.active) {
            active = version_id;
        }
        let at =
            if version.importing { now - 2 * MINUTE } else { made + index * 20 * DAY + random.between(0, 9) * HOUR };
        world.put_version(Version {
            id: version_id,
            template_id: id,
            name: version.name.to_owned(),
            message: version.message.to_owned(),
            blueprint: version.blueprint.to_owned(),
            created_by: grace,
            job_id: random.uuid(),
            file_id: random.uuid(),
            import_error: version.import_error.to_owned(),
            importing: version.importing,
            tags: seed.tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            created_at: at,
            updated_at: at,
        });
    }
    world.put_template(Template {
        name: seed.name.to_owned(),
        display_name: seed.display.to_owned(),
        description: seed.description.to_owned(),
        icon: seed.icon.to_owned(),
        active_version_id: active,
        // The older server had no other way unless a template's administrator chose it, as this one's did for the
        // first.
        classic: seed.classic || (world.is_older() && seed.name != "workbench"),
        ..super::unnamed(id, organization, grace, made)
    });
}
