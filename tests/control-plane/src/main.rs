//! The embedded control plane as a program: reads the command line, prints where it listens and who may sign in.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use control_plane::{Age, Config, Quota, Scheduling, Seed, Templates, clock, go_on};

/// A control plane for development and tests: the public API of a Coder control plane over SQLite.
#[derive(Debug, Parser)]
#[command(name = "control-plane")]
struct Arguments {
    /// Address to listen at; port 0 picks one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Database file (without it and without --memory: control-plane.db in the target folder of the working directory).
    #[arg(long, conflicts_with = "memory")]
    db: Option<PathBuf>,
    /// Keep the database in memory.
    #[arg(long)]
    memory: bool,
    /// What an empty database begins with.
    #[arg(long, value_enum, default_value = "company")]
    seed: SeedArgument,
    /// Which templates the company has: the eight of its workspaces, or a gallery beside them of such that ask for
    /// much.
    #[arg(long, value_enum, default_value = "usual")]
    templates: TemplatesArgument,
    /// Additional workspaces for load.
    #[arg(long, default_value_t = 0)]
    workspaces: usize,
    /// How many times faster builds run.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Let time stand still (at the given RFC 3339 time), and all builds with it.
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "2026-11-24T10:00:00Z", require_equals = true)]
    freeze: Option<String>,
    /// Which control plane to stand in for: the newest that is known (June 2026), or 2.24 (July 2025).
    #[arg(long = "as", value_enum, default_value = "newest")]
    age: AgeArgument,
    /// Folder of the built app.
    #[arg(long)]
    site: Option<PathBuf>,
    /// Path of the API, as a proxy in front might have it; for a site whose config.json says so.
    #[arg(long, value_name = "PATH", default_value = "/api/v2")]
    api_path: String,
    /// Path to serve the app under; the API stays at the origin's root.
    #[arg(long, default_value = "/")]
    base: String,
    /// Headers of the site (Cloudflare's format); without it `_headers` in the site's folder.
    #[arg(long)]
    headers: Option<PathBuf>,
    /// Quota: the route is missing, no licence (budget -1), or budgets by groups.
    #[arg(long, value_enum, default_value = "licensed")]
    quota: QuotaArgument,
    /// Advanced template scheduling, where there is a licence: licensed, by a trial, by one that has expired, or not in
    /// it.
    #[arg(long, value_enum, default_value = "licensed")]
    scheduling: SchedulingArgument,
    /// The address by which the control plane is known (`dashboard_url`).
    #[arg(long)]
    access_url: Option<String>,
    /// How many builds run at the same time.
    #[arg(long, default_value_t = 3)]
    provisioners: usize,
    /// Refuse to rename workspaces, as a control plane does unless it is told otherwise.
    #[arg(long)]
    no_renames: bool,
    /// Let an owner ask for builds whose log tells all.
    #[arg(long)]
    debug_builds: bool,
    /// Offer sign-in by OpenID Connect, with a provider that knows one person (nadia) and asks nothing.
    #[arg(long)]
    oidc: bool,
    /// Offer sign-in by GitHub: the button and the way to github.com, where nobody knows this server.
    #[arg(long)]
    github: bool,
    /// Requests a minute for each caller and path (the real server: 512); without it there is no limit.
    #[arg(long, value_name = "N")]
    rate_limit: Option<u32>,
    /// Put a real control plane behind the app, instead of this one.
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// File of certificates to trust beside the system's, for the upstream.
    #[arg(long, env = "CODER_CA", value_name = "FILE")]
    ca: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SeedArgument {
    Company,
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TemplatesArgument {
    Usual,
    All,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AgeArgument {
    Newest,
    #[value(name = "2.24")]
    July2025,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum QuotaArgument {
    Absent,
    Unlicensed,
    Licensed,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchedulingArgument {
    Licensed,
    Trial,
    Expired,
    Absent,
}

fn config(arguments: Arguments) -> Result<Config, String> {
    let frozen = match &arguments.freeze {
        None => None,
        Some(text) => Some(
            clock::parse_rfc3339(text)
                .ok_or_else(|| format!("--freeze: {text} is no time such as 2026-11-24T10:00:00Z"))?,
        ),
    };
    let db = if arguments.memory {
        None
    } else {
        let path = arguments.db.unwrap_or_else(|| PathBuf::from("target/control-plane.db"));
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        }
        Some(path)
    };
    Ok(Config {
        listen: arguments.listen,
        db,
        seed: match arguments.seed {
            SeedArgument::Company => Seed::Company,
            SeedArgument::None => Seed::None,
        },
        templates: match arguments.templates {
            TemplatesArgument::Usual => Templates::Usual,
            TemplatesArgument::All => Templates::All,
        },
        workspaces: arguments.workspaces,
        speed: arguments.speed,
        frozen,
        age: match arguments.age {
            AgeArgument::Newest => Age::Newest,
            AgeArgument::July2025 => Age::July2025,
        },
        site: arguments.site,
        headers: arguments.headers,
        base: arguments.base,
        api_path: arguments.api_path,
        quota: match arguments.quota {
            QuotaArgument::Absent => Quota::Absent,
            QuotaArgument::Unlicensed => Quota::Unlicensed,
            QuotaArgument::Licensed => Quota::Licensed,
        },
        scheduling: match arguments.scheduling {
            SchedulingArgument::Licensed => Scheduling::Licensed,
            SchedulingArgument::Trial => Scheduling::Trial,
            SchedulingArgument::Expired => Scheduling::Expired,
            SchedulingArgument::Absent => Scheduling::Absent,
        },
        access_url: arguments.access_url,
        provisioners: arguments.provisioners,
        renames: !arguments.no_renames,
        debug_builds: arguments.debug_builds,
        oidc: arguments.oidc,
        github: arguments.github,
        rate_limit: arguments.rate_limit,
        upstream: arguments.upstream,
        ca: arguments.ca.filter(|file| !file.is_empty()),
        ..Config::default()
    })
}

async fn run(config: Config) -> Result<(), String> {
    let upstream = config.upstream.clone();
    let seeded = config.seed == Seed::Company && upstream.is_none();
    let base = config.base.clone();
    let has_site = config.site.is_some();
    let mut running = control_plane::serve(config).await?;
    if let Some(app) = running.app.clone() {
        let mut told = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::user_defined1())
            .map_err(|error| format!("cannot wait for SIGUSR1: {error}"))?;
        tokio::spawn(async move {
            while told.recv().await.is_some() {
                go_on(&app);
            }
        });
    }
    println!("listening on http://{}", running.addr);
    if has_site {
        println!("open {}/{}", running.access_url, base.trim_matches('/'));
    }
    if let Some(doubts) = &running.doubts {
        eprintln!("control-plane: {doubts}");
    }
    if let Some(upstream) = upstream {
        println!("in front of {upstream}: sign in as you do there");
    }
    if seeded {
        println!("demo sign-ins (password {}):", control_plane::DEMO_PASSWORD);
        for (email, what) in control_plane::DEMO_SIGN_INS {
            println!("  {email:<18} {what}");
        }
    }
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .map_err(|error| format!("cannot wait for SIGTERM: {error}"))?;
    tokio::select! {
        () = running.ended() => Ok(()),
        _ = terminate.recv() => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let outcome = match config(Arguments::parse()) {
        Ok(config) => run(config).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("control-plane: {error}");
            ExitCode::FAILURE
        }
    }
}
