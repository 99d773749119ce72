//! What templates describe: resources with their lengths and costs, agents with scripts and apps, parameters; and what
//! the names of workspaces provoke. May import nothing of this crate.

mod company;
mod gallery;
mod parameter;
mod scenario;

pub use gallery::{GALLERY, GallerySeed, GalleryVersion};
pub use parameter::{Choice, Monotonic, Parameter, Preset};
pub use scenario::{AgentFate, Failure, Race, SENTINELS, Scenario};

/// A resource of a template.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Terraform's address.
    pub address: String,
    /// Addresses that must exist first.
    pub after: Vec<String>,
    /// How long it takes to create, in natural milliseconds.
    pub create_ms: i64,
    /// How long it takes to destroy, in natural milliseconds.
    pub delete_ms: i64,
    /// Whether it outlives a stop.
    pub persistent: bool,
    /// Credits a day.
    pub cost: i64,
    /// Icon, may be empty.
    pub icon: &'static str,
    /// Whether a dashboard should leave it out.
    pub hide: bool,
    /// Key, value, sensitive.
    pub metadata: Vec<(&'static str, &'static str, bool)>,
    /// Its agent.
    pub agent: Option<AgentPlan>,
    /// Whether a local-exec provisioner runs while it is created.
    pub provisioned: bool,
    /// Line in main.tf.
    pub line: u32,
}

impl Piece {
    /// Terraform's type.
    pub fn kind(&self) -> &str {
        self.address.split('.').next().unwrap_or_default()
    }

    /// Terraform's name, without an index.
    pub fn name(&self) -> &str {
        self.address.split('.').nth(1).unwrap_or_default().split('[').next().unwrap_or_default()
    }

    fn after(mut self, address: &str) -> Self {
        self.after.push(address.to_owned());
        self
    }

    fn costs(mut self, credits: i64) -> Self {
        self.cost = credits;
        self
    }

    fn icon(mut self, icon: &'static str) -> Self {
        self.icon = icon;
        self
    }

    fn keeps(mut self) -> Self {
        self.persistent = true;
        self
    }

    fn says(mut self, key: &'static str, value: &'static str) -> Self {
        self.metadata.push((key, value, false));
        self
    }

    fn secret(mut self, key: &'static str, value: &'static str) -> Self {
        self.metadata.push((key, value, true));
        self
    }

    fn runs(mut self, agent: AgentPlan) -> Self {
        self.agent = Some(agent);
        self
    }

    fn provisioned(mut self) -> Self {
        self.provisioned = true;
        self
    }

    fn hidden(mut self) -> Self {
        self.hide = true;
        self
    }
}

fn piece(address: &str, create_ms: i64, delete_ms: i64) -> Piece {
    let line = 20 + u32::try_from(address.len() * 7 % 190).unwrap_or(0);
    Piece {
        address: address.to_owned(),
        after: Vec::new(),
        create_ms,
        delete_ms,
        persistent: false,
        cost: 0,
        icon: "",
        hide: false,
        metadata: Vec::new(),
        agent: None,
        provisioned: false,
        line,
    }
}

/// An agent of a template.
#[derive(Debug, Clone)]
pub struct AgentPlan {
    /// Name.
    pub name: &'static str,
    /// Directory it opens.
    pub directory: &'static str,
    /// From the end of the build to the connection, in natural milliseconds.
    pub boot_ms: i64,
    /// Natural seconds after which a missing connection is a timeout.
    pub timeout_s: i64,
    /// Scripts.
    pub scripts: Vec<ScriptPlan>,
    /// Apps.
    pub apps: Vec<AppPlan>,
    /// What it reports of itself while it lives.
    pub metadata: Vec<MetadataPlan>,
}

/// Something that an agent reports of itself again and again.
#[derive(Debug, Clone, Copy)]
pub struct MetadataPlan {
    /// Key, by which the items are ordered.
    pub key: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// What it runs.
    pub script: &'static str,
    /// Seconds from one time to the next.
    pub interval_s: i64,
    /// Seconds after which it is given up.
    pub timeout_s: i64,
}

/// A script of an agent.
#[derive(Debug, Clone)]
pub struct ScriptPlan {
    /// Name.
    pub name: &'static str,
    /// Icon of its log source.
    pub icon: &'static str,
    /// What it runs.
    pub script: &'static str,
    /// Natural length in milliseconds.
    pub run_ms: i64,
    /// What it prints.
    pub lines: Vec<&'static str>,
    /// Whether one has to wait for it.
    pub blocks: bool,
    /// Whether it runs at the start.
    pub on_start: bool,
    /// Whether it runs at the stop.
    pub on_stop: bool,
    /// Cron line, may be empty.
    pub cron: &'static str,
}

/// An app of an agent.
#[derive(Debug, Clone)]
pub struct AppPlan {
    /// Name in URLs.
    pub slug: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// Address.
    pub url: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Whether the address leads away.
    pub external: bool,
    /// Whether its health is checked.
    pub checked: bool,
}

/// What a version of a template describes.
#[derive(Debug, Clone, Default)]
pub struct Blueprint {
    /// Resources.
    pub pieces: Vec<Piece>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Presets.
    pub presets: Vec<Preset>,
    /// Accounts elsewhere that it needs: id of the provider, whether one can do without.
    pub accounts: Vec<(&'static str, bool)>,
    /// Markdown; what the template says of itself if empty.
    pub readme: &'static str,
    /// What the administrator has to say when it is imported: name and value.
    pub variables: Vec<(&'static str, &'static str)>,
}

impl Blueprint {
    /// Resources alone.
    fn plain(pieces: Vec<Piece>) -> Self {
        Self { pieces, ..Self::default() }
    }

    /// The sources of its providers, coder last as Terraform finds it.
    pub fn providers(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for piece in &self.pieces {
            let provider = provider_of(&piece.address).to_owned();
            if !found.contains(&provider) {
                found.push(provider);
            }
        }
        found.push("coder".to_owned());
        found
    }

    /// Credits a day while it runs, or stands still.
    pub fn cost(&self, running: bool) -> i64 {
        self.pieces.iter().filter(|piece| running || piece.persistent).map(|piece| piece.cost).sum()
    }
}

/// The provider of an address: what stands before the first underscore of the type.
pub fn provider_of(address: &str) -> &str {
    let kind = address.strip_prefix("data.").unwrap_or(address);
    kind.split(['_', '.']).next().unwrap_or_default()
}

/// The blueprint of a name; an unknown one is empty.
pub fn named(name: &str) -> Blueprint {
    company::named(name).or_else(|| gallery::named(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_provoke_what_they_say() {
        assert_eq!(Scenario::of("fail-apply").start_fails, Some(Failure::Apply));
        assert_eq!(Scenario::of("fail-apply-2").start_fails, Some(Failure::Apply));
        assert_eq!(Scenario::of("fail-applying").start_fails, None);
        assert!(Scenario::of("stuck-pending").stuck && !Scenario::of("gantry-web").stuck);
        for name in SENTINELS {
            let readme = include_str!("../../README.md");
            assert!(readme.contains(&format!("`{name}`")), "README.md does not explain {name}");
        }
    }

    #[test]
    fn every_dependency_is_a_piece() {
        for name in
            ["docker", "go-service", "aws-linux", "gpu-notebook", "data-stack", "static-site", "fleet", "scratch"]
        {
            let blueprint = named(name);
            for piece in &blueprint.pieces {
                for wanted in &piece.after {
                    assert!(blueprint.pieces.iter().any(|other| other.address == *wanted), "{name}: {wanted}");
                }
            }
            assert!(blueprint.cost(true) >= blueprint.cost(false));
        }
        assert_eq!(named("docker").providers(), ["docker", "coder"]);
        assert_eq!((piece("a_b.c[0]", 1, 1).kind(), piece("a_b.c[0]", 1, 1).name()), ("a_b", "c"));
    }
}
