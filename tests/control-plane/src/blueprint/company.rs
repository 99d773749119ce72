//! The templates of the company of the seed. May import the types of a blueprint.

use super::{AgentPlan, AppPlan, Blueprint, MetadataPlan, Monotonic, Parameter, Preset, ScriptPlan, piece};

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

pub(super) fn main_agent() -> AgentPlan {
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
        metadata: vec![
            metadata("cpu", "CPU usage", "coder stat cpu", 10),
            metadata("disk", "Home disk", "coder stat disk --path $HOME", 60),
            metadata("mem", "Memory", "coder stat mem", 10),
        ],
    }
}

fn metadata(key: &'static str, name: &'static str, script: &'static str, interval_s: i64) -> MetadataPlan {
    MetadataPlan { key, name, script, interval_s, timeout_s: 2 }
}

pub(super) fn db_agent() -> AgentPlan {
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
        metadata: vec![
            metadata("replica", "Replication lag", "pg_lag", 5),
            metadata("rows", "Rows", "psql -tc 'select count(*) from orders'", 30),
            metadata("version", "Version", "psql --version", 300),
        ],
    }
}

pub(super) fn quick_agent() -> AgentPlan {
    AgentPlan {
        boot_ms: 2100,
        scripts: vec![blocking(script("Startup Script", "/emojis/25b6-fe0f.png", "echo ready", 900, &["ready"]))],
        apps: Vec::new(),
        metadata: Vec::new(),
        ..main_agent()
    }
}

fn machine_parameters() -> Vec<Parameter> {
    let text = Parameter::text;
    vec![
        Parameter {
            display: "Region",
            description: "Where it **runs**.",
            mutable: false,
            required: true,
            ..text("region").choices(&[("Europe", "eu"), ("America", "us")])
        },
        Parameter { form: "dropdown", default: "s", ..text("size").choices(&[("Small", "s"), ("Large", "l")]) },
        Parameter {
            form: "slider",
            min: Some(10),
            max: Some(500),
            monotonic: Some(Monotonic::Increasing),
            ..Parameter::number("disk", "30")
        },
        Parameter {
            default: "main",
            pattern: Some("^[a-z0-9/-]+$"),
            error: "Letters, digits, - and / only.",
            ..text("branch")
        },
        Parameter { ephemeral: true, masked: true, ..text("secret") },
    ]
}

/// The blueprint of a name, if it is one of the company's.
pub fn named(name: &str) -> Option<Blueprint> {
    let plain = Blueprint::plain;
    let found = match name {
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
                display: "Ticket",
                description: "The ticket that pays for it.",
                required: true,
                ..Parameter::text("ticket")
            }],
            ..named("docker").unwrap_or_default()
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
                Preset {
                    name: "Small in Europe",
                    default: true,
                    description: "What most people take.",
                    icon: "/icon/aws.svg",
                    values: vec![("region", "eu"), ("size", "s")],
                },
                Preset { name: "Big in America", values: vec![("region", "us"), ("size", "l")], ..Preset::default() },
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
            ..Blueprint::default()
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
        _ => return None,
    };
    Some(found)
}
