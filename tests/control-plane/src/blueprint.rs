//! What templates describe: resources with their lengths and costs, agents with scripts and apps, parameters; and what the
//! names of workspaces provoke. May import nothing of this crate.

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

/// A parameter of a template.
#[derive(Debug, Clone, Default)]
pub struct Parameter {
    /// Name.
    pub name: &'static str,
    /// Name to show.
    pub display: &'static str,
    /// Markdown.
    pub description: &'static str,
    /// `string`, `number`, `bool`.
    pub kind: &'static str,
    /// Whether it may change later.
    pub mutable: bool,
    /// Default.
    pub default: &'static str,
    /// Whether a value must be given.
    pub required: bool,
    /// Whether it is for one build only.
    pub ephemeral: bool,
    /// Name and value.
    pub options: Vec<(&'static str, &'static str)>,
    /// Pattern and what to say if it does not fit.
    pub pattern: Option<(&'static str, &'static str)>,
    /// Least and greatest number.
    pub range: Option<(i64, i64)>,
    /// Whether a number may only grow.
    pub increasing: bool,
}

/// What a version of a template describes.
#[derive(Debug, Clone)]
pub struct Blueprint {
    /// Resources.
    pub pieces: Vec<Piece>,
    /// Parameters.
    pub parameters: Vec<Parameter>,
    /// Presets: name, default, values.
    pub presets: Vec<(&'static str, bool, Vec<(&'static str, &'static str)>)>,
}

impl Blueprint {
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

fn script(
    name: &'static str,
    icon: &'static str,
    script: &'static str,
    run_ms: i64,
    lines: &[&'static str],
) -> ScriptPlan {
    ScriptPlan {
        name,
        icon,
        script,
        run_ms,
        lines: lines.to_vec(),
        blocks: false,
        on_start: true,
        on_stop: false,
        cron: "",
    }
}

fn blocking(mut plan: ScriptPlan) -> ScriptPlan {
    plan.blocks = true;
    plan
}

fn main_agent() -> AgentPlan {
    AgentPlan {
        name: "main",
        directory: "/home/coder",
        boot_ms: 4200,
        timeout_s: 120,
        scripts: vec![
            blocking(script(
                "Dotfiles",
                "/icon/dotfiles.svg",
                "coder dotfiles -y \"$DOTFILES_URI\"",
                3400,
                &[
                    "Cloning into '/home/coder/dotfiles'...",
                    "Running install.sh",
                    "Linked 14 files",
                    "Dotfiles installed.",
                ],
            )),
            blocking(script(
                "Startup Script",
                "/emojis/25b6-fe0f.png",
                "make deps && make warm",
                6100,
                &["resolving modules", "downloaded 218 modules", "build cache: 92 % warm", "ready"],
            )),
            script(
                "code-server",
                "/icon/code.svg",
                "code-server --auth none --port 13337",
                1900,
                &["code-server 4.96.4", "HTTP server listening on http://127.0.0.1:13337/"],
            ),
            ScriptPlan {
                on_start: false,
                on_stop: true,
                ..script("Shut down", "", "docker compose down", 700, &["stopping containers", "done"])
            },
        ],
        apps: vec![
            AppPlan {
                slug: "code-server",
                name: "VS Code Web",
                url: "http://localhost:13337/?folder=/home/coder",
                icon: "/icon/code.svg",
                external: false,
                checked: true,
            },
            AppPlan {
                slug: "preview",
                name: "Preview",
                url: "http://localhost:3000",
                icon: "",
                external: false,
                checked: false,
            },
        ],
    }
}

fn db_agent() -> AgentPlan {
    AgentPlan {
        name: "db",
        directory: "/var/lib/postgresql",
        boot_ms: 7300,
        timeout_s: 120,
        scripts: vec![
            blocking(script(
                "Seed database",
                "/icon/database.svg",
                "psql -f /seed/schema.sql && psql -f /seed/rows.sql",
                8800,
                &["CREATE TABLE", "CREATE INDEX", "COPY 48211", "ANALYZE"],
            )),
            ScriptPlan {
                on_start: false,
                cron: "0 3 * * *",
                ..script("Nightly dump", "", "pg_dump > /dumps/nightly", 0, &[])
            },
        ],
        apps: vec![AppPlan {
            slug: "docs",
            name: "Runbook",
            url: "https://example.com/runbook",
            icon: "/icon/widgets.svg",
            external: true,
            checked: false,
        }],
    }
}

fn quick_agent() -> AgentPlan {
    AgentPlan {
        boot_ms: 2100,
        scripts: vec![blocking(script("Startup Script", "/emojis/25b6-fe0f.png", "echo ready", 900, &["ready"]))],
        apps: Vec::new(),
        ..main_agent()
    }
}

fn machine_parameters() -> Vec<Parameter> {
    vec![
        Parameter {
            name: "region",
            display: "Region",
            description: "Where it **runs**.",
            kind: "string",
            required: true,
            options: vec![("Europe", "eu"), ("America", "us")],
            ..Parameter::default()
        },
        Parameter {
            name: "size",
            kind: "string",
            mutable: true,
            default: "s",
            options: vec![("Small", "s"), ("Large", "l")],
            ..Parameter::default()
        },
        Parameter {
            name: "disk",
            kind: "number",
            mutable: true,
            default: "30",
            range: Some((10, 500)),
            increasing: true,
            ..Parameter::default()
        },
        Parameter {
            name: "branch",
            kind: "string",
            mutable: true,
            default: "main",
            pattern: Some(("^[a-z0-9/-]+$", "Letters, digits, - and / only.")),
            ..Parameter::default()
        },
        Parameter { name: "secret", kind: "string", mutable: true, ephemeral: true, ..Parameter::default() },
    ]
}

/// The blueprint of a name; an unknown one is empty.
pub fn named(name: &str) -> Blueprint {
    let plain = |pieces: Vec<Piece>| Blueprint { pieces, parameters: Vec::new(), presets: Vec::new() };
    match name {
        "docker" => plain(vec![
            piece("docker_volume.home", 300, 400).keeps().costs(2).icon("/icon/database.svg").says("size", "20 GiB"),
            piece("docker_image.main", 9800, 600),
            piece("docker_container.workspace[0]", 1700, 2400)
                .after("docker_volume.home")
                .after("docker_image.main")
                .costs(10)
                .icon("/icon/docker.svg")
                .says("image", "codercom/enterprise-base:ubuntu")
                .secret("console password", "correct horse")
                .runs(main_agent()),
        ]),
        // The same, and it asks for something that nobody has answered yet.
        "docker-ticket" => Blueprint {
            parameters: vec![Parameter {
                name: "ticket",
                display: "Ticket",
                description: "The ticket that pays for it.",
                kind: "string",
                mutable: true,
                required: true,
                ..Parameter::default()
            }],
            ..named("docker")
        },
        "go-service" => plain(vec![
            piece("kubernetes_namespace.team", 500, 900).keeps().hidden(),
            piece("kubernetes_persistent_volume_claim.home", 2300, 3100)
                .after("kubernetes_namespace.team")
                .keeps()
                .costs(4)
                .icon("/icon/database.svg"),
            piece("kubernetes_secret.registry[0]", 250, 150).after("kubernetes_namespace.team"),
            piece("kubernetes_deployment.main[0]", 13_600, 5200)
                .after("kubernetes_persistent_volume_claim.home")
                .after("kubernetes_secret.registry[0]")
                .costs(14)
                .icon("/icon/k8s.svg")
                .says("node pool", "n2-standard-8")
                .runs(main_agent()),
        ]),
        "aws-linux" => Blueprint {
            parameters: machine_parameters(),
            presets: vec![
                ("Small in Europe", true, vec![("region", "eu"), ("size", "s")]),
                ("Big in America", false, vec![("region", "us"), ("size", "l")]),
            ],
            pieces: vec![
                piece("aws_ebs_volume.home", 11_400, 4100)
                    .keeps()
                    .costs(6)
                    .icon("/icon/database.svg")
                    .says("size", "80 GiB"),
                piece("aws_security_group.dev[0]", 2300, 1800),
                piece("aws_instance.dev[0]", 32_800, 21_000)
                    .after("aws_security_group.dev[0]")
                    .costs(25)
                    .icon("/icon/aws.svg")
                    .says("type", "m7i.large")
                    .says("region", "eu-west-1")
                    .runs(AgentPlan { boot_ms: 19_500, ..main_agent() }),
                piece("aws_volume_attachment.home[0]", 10_300, 10_200)
                    .after("aws_instance.dev[0]")
                    .after("aws_ebs_volume.home"),
            ],
        },
        "gpu-notebook" => plain(vec![
            piece("aws_ebs_volume.datasets", 12_000, 6000).keeps().costs(18).icon("/icon/database.svg"),
            piece("aws_instance.gpu[0]", 64_000, 31_000)
                .after("aws_ebs_volume.datasets")
                .costs(80)
                .icon("/icon/aws.svg")
                .says("type", "g5.2xlarge")
                .runs(AgentPlan { boot_ms: 38_000, timeout_s: 300, ..main_agent() }),
        ]),
        "data-stack" => plain(vec![
            piece("docker_network.stack", 800, 700),
            piece("docker_volume.pg", 300, 300).keeps().costs(3),
            piece("docker_image.notebook", 14_200, 500),
            piece("docker_image.postgres", 5100, 500),
            piece("docker_container.db[0]", 1200, 3000)
                .after("docker_network.stack")
                .after("docker_volume.pg")
                .after("docker_image.postgres")
                .costs(8)
                .icon("/icon/database.svg")
                .runs(db_agent()),
            piece("docker_container.notebook[0]", 1500, 2000)
                .after("docker_container.db[0]")
                .after("docker_image.notebook")
                .costs(12)
                .icon("/icon/docker.svg")
                .says("kernel", "python 3.13")
                .runs(main_agent()),
        ]),
        "static-site" => plain(vec![
            piece("aws_s3_bucket.site", 2600, 1900).keeps().costs(3).icon("/icon/aws.svg").says("region", "eu-west-1"),
            piece("aws_cloudfront_distribution.site[0]", 7800, 6900).after("aws_s3_bucket.site").costs(4),
        ]),
        "fleet" => plain(
            (0..40)
                .map(|index| {
                    let shard = piece(&format!("null_resource.shard[{index}]"), 700 + (index * 137) % 3100, 200);
                    if index % 5 == 0 { shard.provisioned() } else { shard }
                })
                .chain([piece("docker_container.driver[0]", 1500, 1200)
                    .after("null_resource.shard[0]")
                    .costs(9)
                    .icon("/icon/docker.svg")
                    .runs(quick_agent())])
                .collect(),
        ),
        "scratch" => plain(vec![
            piece("docker_image.alpine", 1900, 200),
            piece("docker_container.scratch[0]", 700, 500)
                .after("docker_image.alpine")
                .costs(5)
                .icon("/icon/docker.svg")
                .runs(quick_agent()),
        ]),
        _ => plain(Vec::new()),
    }
}

/// Where a build is made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// While Terraform initialises.
    Init,
    /// While it plans.
    Plan,
    /// While it plans: a condition that the template sets does not hold.
    Condition,
    /// While it applies.
    Apply,
    /// When the finished job is stored.
    Complete,
}

/// What an agent is made to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AgentFate {
    /// Nothing special.
    #[default]
    Usual,
    /// Takes long to connect.
    Slow,
    /// Never connects.
    Never,
    /// Connects, then is lost.
    Lost,
    /// A blocking script ends with an error.
    ScriptFails,
    /// A script runs into its timeout.
    ScriptTimesOut,
    /// A script leaves its pipes open.
    PipesLeftOpen,
    /// Prints more than is kept.
    Floods,
    /// Says things nobody has heard of yet.
    NextYear,
}

/// What the name of a workspace provokes.
#[derive(Debug, Clone, Default)]
pub struct Scenario {
    /// A start that fails.
    pub start_fails: Option<Failure>,
    /// Whether only every other start fails.
    pub every_other: bool,
    /// A stop that fails while applying.
    pub stop_fails: bool,
    /// A delete that fails while applying.
    pub delete_fails: bool,
    /// What becomes of the agents.
    pub agent: AgentFate,
    /// Whether there is no agent.
    pub no_agent: bool,
    /// Whether there is a second agent.
    pub two_agents: bool,
    /// Credits on top.
    pub extra_cost: i64,
    /// How long the last resource takes to create, in milliseconds, if not as long as it says itself.
    pub create_ms: Option<i64>,
    /// How long it takes to destroy at a stop.
    pub stop_ms: Option<i64>,
    /// Whether it is under way until somebody lets it go on ([`crate::engine::go_on`]).
    pub held: bool,
    /// Whether no provisioner takes the job.
    pub stuck: bool,
    /// Whether the provisioner ignores a cancellation.
    pub ignores_cancel: bool,
    /// How many lines a resource prints.
    pub flood: usize,
    /// Resources on top.
    pub more: usize,
    /// How far the provisioner's clock is ahead, in milliseconds.
    pub skew_ms: i64,
}

/// How long a slow resource takes.
const SLOW_MS: i64 = 90_000;
/// How long a held resource takes where nobody lets it go on.
const HELD_MS: i64 = 3_600_000;

/// The names that provoke something; README.md has what they do. A name may go on after a dash: `fail-apply-2`.
pub const SENTINELS: [&str; 26] = [
    "fail-init",
    "fail-plan",
    "fail-condition",
    "fail-apply",
    "fail-complete",
    "fail-stop",
    "fail-delete",
    "flaky",
    "slow-build",
    "held-build",
    "held-stop",
    "stuck-pending",
    "cancel-fails",
    "quota-hog",
    "no-agent",
    "two-agents",
    "slow-agent",
    "agent-timeout",
    "agent-lost",
    "script-fails",
    "script-times-out",
    "pipes-left-open",
    "log-flood",
    "many-resources",
    "skewed-clock",
    "next-year",
];

impl Scenario {
    /// What a name provokes.
    pub fn of(name: &str) -> Self {
        let sentinel = SENTINELS.iter().find(|sentinel| {
            name.strip_prefix(**sentinel).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        });
        let usual = Self::default();
        match sentinel.copied().unwrap_or_default() {
            "fail-init" => Self { start_fails: Some(Failure::Init), ..usual },
            "fail-plan" => Self { start_fails: Some(Failure::Plan), ..usual },
            "fail-condition" => Self { start_fails: Some(Failure::Condition), ..usual },
            "fail-apply" => Self { start_fails: Some(Failure::Apply), ..usual },
            "fail-complete" => Self { start_fails: Some(Failure::Complete), ..usual },
            "flaky" => Self { start_fails: Some(Failure::Apply), every_other: true, ..usual },
            "fail-stop" => Self { stop_fails: true, ..usual },
            "fail-delete" => Self { delete_fails: true, ..usual },
            "slow-build" => Self { create_ms: Some(SLOW_MS), ..usual },
            "held-build" => Self { create_ms: Some(HELD_MS), held: true, ..usual },
            "held-stop" => Self { stop_ms: Some(HELD_MS), held: true, ..usual },
            "stuck-pending" => Self { stuck: true, ..usual },
            "cancel-fails" => Self { create_ms: Some(SLOW_MS), ignores_cancel: true, ..usual },
            "quota-hog" => Self { extra_cost: 5000, ..usual },
            "no-agent" => Self { no_agent: true, ..usual },
            "two-agents" => Self { two_agents: true, ..usual },
            "slow-agent" => Self { agent: AgentFate::Slow, ..usual },
            "agent-timeout" => Self { agent: AgentFate::Never, ..usual },
            "agent-lost" => Self { agent: AgentFate::Lost, ..usual },
            "script-fails" => Self { agent: AgentFate::ScriptFails, ..usual },
            "script-times-out" => Self { agent: AgentFate::ScriptTimesOut, ..usual },
            "pipes-left-open" => Self { agent: AgentFate::PipesLeftOpen, ..usual },
            "log-flood" => Self { agent: AgentFate::Floods, flood: 20_000, ..usual },
            "many-resources" => Self { more: 1000, ..usual },
            "skewed-clock" => Self { skew_ms: 37_000, ..usual },
            "next-year" => Self { agent: AgentFate::NextYear, ..usual },
            _ => usual,
        }
    }

    /// Changes a blueprint as the scenario asks; `stops` says whether the build is a stop.
    pub fn change(&self, mut blueprint: Blueprint, stops: bool) -> Blueprint {
        if self.no_agent {
            for piece in &mut blueprint.pieces {
                piece.agent = None;
            }
        }
        if self.two_agents && blueprint.pieces.iter().filter(|piece| piece.agent.is_some()).count() < 2 {
            blueprint.pieces.push(piece("docker_container.db[0]", 1300, 900).costs(3).runs(db_agent()));
        }
        if let Some(last) = blueprint.pieces.last_mut() {
            last.cost += self.extra_cost;
            last.create_ms = self.create_ms.unwrap_or(last.create_ms);
            last.delete_ms = self.stop_ms.filter(|_| stops).unwrap_or(last.delete_ms);
        }
        for index in 0..self.more {
            let spread = i64::try_from(index).unwrap_or(0) * 31 % 900;
            blueprint.pieces.push(piece(&format!("null_resource.shard[{index}]"), 150 + spread, 60));
        }
        blueprint
    }
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
            let readme = include_str!("../README.md");
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
