//! What an empty database begins with: the default organization alone, or a believable company. Ids come from a fixed
//! generator, so that they are the same in every run. May import `model`, `world`, `clock`, `random`, `http::session` (hashing).

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::clock::{DAY, HOUR, MINUTE, Us};
use crate::model::{Group, Organization, User};
use crate::random::Random;
use crate::world::World;
use crate::{App, DEMO_PASSWORD, Seed, http};

/// People of the company: username, full name, site roles, organizations (index, roles), status.
const PEOPLE: [(&str, &str, &[&str], &[(usize, &[&str])], &str); 12] = [
    ("ada", "Ada Okafor", &["owner"], &[(0, &[]), (1, &[]), (2, &[])], "active"),
    ("grace", "Grace Lindqvist", &["template-admin"], &[(0, &[]), (1, &[])], "active"),
    ("ken", "Ken Abe", &[], &[(0, &[]), (2, &[])], "active"),
    ("mira", "Mira Haddad", &[], &[(0, &[])], "active"),
    ("jonas", "Jonas Weber", &[], &[(0, &[])], "active"),
    ("lucia", "Lucia Ferreira", &[], &[(0, &[]), (1, &[])], "active"),
    ("tomasz", "Tomasz Nowak", &[], &[(1, &["organization-admin"])], "active"),
    ("priya", "Priya Raman", &[], &[(1, &[])], "active"),
    ("elena", "Elena Petrova", &["auditor"], &[(0, &[])], "active"),
    ("sam", "Sam O'Neill", &["user-admin"], &[(0, &[])], "active"),
    ("nils", "Nils Berg", &[], &[(2, &[])], "dormant"),
    ("vera", "Vera Moreau", &[], &[(0, &[])], "suspended"),
];

/// Fills an empty database.
pub fn fill(app: &App) -> Result<(), String> {
    if app.store.read().organizations().next().is_some() {
        return Ok(());
    }
    let mut random = Random::new(0x6761_6e74_7279);
    let now = app.clock.now();
    match app.config.seed {
        Seed::None => app.store.write(|world| {
            let id = random.uuid();
            organization(world, id, "coder", "Coder", "Builtin default organization.", true, now);
            everyone(world, id, 0);
        }),
        Seed::Company => {
            let hash = http::hash_password_now(DEMO_PASSWORD)?;
            app.store.write(|world| company(world, &mut random, &hash, now));
        }
    }
    Ok(())
}

fn organization(world: &mut World, id: Uuid, name: &str, display: &str, description: &str, is_default: bool, at: Us) {
    world.put_organization(Organization {
        id,
        name: name.to_owned(),
        display_name: display.to_owned(),
        icon: String::new(),
        description: description.to_owned(),
        is_default,
        created_at: at,
        updated_at: at,
    });
}

fn everyone(world: &mut World, organization: Uuid, allowance: i64) {
    world.put_group(Group {
        id: organization,
        organization_id: organization,
        name: "Everyone".to_owned(),
        quota_allowance: allowance,
        members: Vec::new(),
    });
}

fn company(world: &mut World, random: &mut Random, hash: &str, now: Us) {
    let founded = now - 400 * DAY;
    let organizations = [random.uuid(), random.uuid(), random.uuid()];
    for (id, (name, display, description, allowance)) in organizations.iter().zip([
        ("acme", "Acme", "Product development.", 60),
        ("research", "Research", "Models and data.", 200),
        ("sandbox", "Sandbox", "To try things out: nothing that costs.", 0),
    ]) {
        organization(world, *id, name, display, description, name == "acme", founded);
        everyone(world, *id, allowance);
    }
    let mut ids = Vec::new();
    for (index, (username, name, roles, places, status)) in PEOPLE.iter().enumerate() {
        let id = random.uuid();
        ids.push(id);
        let joined = founded + i64::try_from(index).unwrap_or(0) * 9 * DAY;
        let seen = if *status == "dormant" { 0 } else { now - random.between(2, 50) * HOUR - 7 * MINUTE };
        world.put_user(User {
            id,
            username: (*username).to_owned(),
            name: (*name).to_owned(),
            email: format!("{username}@acme.test"),
            avatar_url: String::new(),
            password_hash: hash.to_owned(),
            login_type: "password".to_owned(),
            status: (*status).to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            organizations: places
                .iter()
                .filter_map(|(place, roles)| {
                    let id = organizations.get(*place)?;
                    Some((*id, roles.iter().map(|role| (*role).to_owned()).collect()))
                })
                .collect::<BTreeMap<_, _>>(),
            created_at: joined,
            updated_at: joined,
            last_seen_at: seen,
        });
    }
    // A group that adds to the budget of some.
    if let (Some(acme), Some(ada), Some(grace)) = (organizations.first(), ids.first(), ids.get(1)) {
        world.put_group(Group {
            id: random.uuid(),
            organization_id: *acme,
            name: "platform".to_owned(),
            quota_allowance: 90,
            members: vec![*ada, *grace],
        });
    }
}
