//! The embedded control plane: the public API of a Coder control plane over SQLite, for development and tests. It also
//! serves the built app. Written independently of the app's own types, so that the two cannot share a mistake.
//!
//! `serve` starts it in this process; the binary is a thin shell around it. It refuses what the real one refuses.

// Rows of the API carry as many flags as the API gives them, and the parts of a preset are named where they are made.
// Lines of a log are joined where they are written.
#![allow(clippy::type_complexity, clippy::format_collect)]

pub mod age;
pub mod automation;
pub mod blueprint;
pub mod clock;
pub mod db;
pub mod model;
pub mod parameters;
pub mod quota;
pub mod world;

mod agents;
mod engine;
mod guard;
mod http;
mod icons;
mod import;
mod moved;
mod plan;
mod query;
mod random;
mod render;
mod schedule;
mod seed;
mod serving;
mod site;
mod upstream;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

pub use engine::go_on;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

pub use age::Age;

use crate::clock::{Clock, Us};
use crate::db::Db;
use crate::world::Store;

/// What the quota endpoints answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quota {
    /// The open-source server: the route is missing (404), and so are entitlements.
    Absent,
    /// A server without a licence: budget -1, costs are never committed.
    Unlicensed,
    /// Budgets by groups.
    #[default]
    Licensed,
}

/// What there is of advanced template scheduling, where there is a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheduling {
    #[default]
    Licensed,
    /// By a licence for trying out.
    Trial,
    /// By a licence that has expired, in its grace period.
    Expired,
    /// The licence does not have it.
    Absent,
}

/// Which data an empty database begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seed {
    /// A believable company.
    #[default]
    Company,
    /// Nothing: the first user has to be created.
    None,
}

/// Which templates the company has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Templates {
    /// The eight that its workspaces are made of.
    #[default]
    Usual,
    /// Those, and a gallery of templates that ask for much.
    All,
}

/// How to run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen at; port 0 picks one.
    pub listen: String,
    /// Database file, or memory.
    pub db: Option<PathBuf>,
    /// What an empty database begins with.
    pub seed: Seed,
    /// Which templates the company has.
    pub templates: Templates,
    /// Additional workspaces for load.
    pub workspaces: usize,
    /// Builds take their natural length divided by this.
    pub speed: f64,
    /// The time at which the clock stands, if it does.
    pub frozen: Option<Us>,
    /// Which control plane it stands in for.
    pub age: Age,
    /// How long a client may take to send the head of a request.
    pub head_limit: Duration,
    /// The built app.
    pub site: Option<PathBuf>,
    /// Headers of the site, Cloudflare style; by default `_headers` in the site.
    pub headers: Option<PathBuf>,
    /// Path the site is served under, `/` or `/a/b/`.
    pub base: String,
    /// Path of the API, as a proxy in front might have it.
    pub api_path: String,
    /// What the quota endpoints answer.
    pub quota: Quota,
    /// What there is of advanced template scheduling, with a licence.
    pub scheduling: Scheduling,
    /// The address by which it is known; follows from `listen` by default.
    pub access_url: Option<String>,
    /// How many builds run at the same time.
    pub provisioners: usize,
    /// Whether workspaces may be renamed.
    pub renames: bool,
    /// Whether an owner may have a build's log tell all.
    pub debug_builds: bool,
    /// Whether people may sign in by OpenID Connect, with a provider that knows one person and asks nothing.
    pub oidc: bool,
    /// Whether GitHub is offered: the way there alone, for nobody there knows this server.
    pub github: bool,
    /// Requests a minute for each caller and path; none for no limit.
    pub rate_limit: Option<u32>,
    /// A real control plane to put behind the app, instead of this one.
    pub upstream: Option<String>,
    /// File of certificates to trust beside the system's, for the upstream.
    pub ca: Option<String>,
}

impl Config {
    /// Whether what templates say of schedules is carried out.
    pub fn has_scheduling(&self) -> bool {
        self.quota == Quota::Licensed && self.scheduling != Scheduling::Absent
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            db: None,
            seed: Seed::Company,
            templates: Templates::Usual,
            workspaces: 0,
            speed: 1.0,
            frozen: None,
            age: Age::Newest,
            head_limit: Duration::from_secs(20),
            site: None,
            headers: None,
            base: "/".to_owned(),
            api_path: moved::API.to_owned(),
            quota: Quota::Licensed,
            scheduling: Scheduling::Licensed,
            access_url: None,
            provisioners: 3,
            renames: true,
            debug_builds: false,
            oidc: false,
            github: false,
            rate_limit: None,
            upstream: None,
            ca: None,
        }
    }
}

/// The password of all people of the seed.
pub const DEMO_PASSWORD: &str = "gantry-demo-1";

/// Who may sign in to the seeded company, and as what.
pub const DEMO_SIGN_INS: [(&str, &str); 3] =
    [("ada@acme.test", "owner"), ("grace@acme.test", "template admin"), ("ken@acme.test", "member")];

/// The running control plane's state, shared by all requests.
#[derive(Debug)]
pub struct App {
    /// State and database.
    pub store: Store,
    /// Time.
    pub clock: Clock,
    /// How it was started.
    pub config: Config,
    /// The address by which it is known.
    pub access_url: String,
    /// Where the providers of `--oidc` and of accounts elsewhere live: sites of their own, which happen to be this
    /// server.
    pub provider_url: String,
    /// Id of the deployment.
    pub deployment_id: Uuid,
    /// Wakes the provisioners.
    pub wake: Notify,
    /// When held builds were last told to go on (0: never).
    pub go_on: AtomicI64,
    /// Counts requests.
    pub limits: http::limits::Limits,
}

/// The state as handlers get it.
pub type Shared = Arc<App>;

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The address by which it is known.
    pub access_url: String,
    /// Its state, for tests in the same process.
    pub app: Option<Shared>,
    /// What is doubtful about the upstream: a sentence for whoever started this.
    pub doubts: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Running {
    /// Stops accepting and waits until the server has ended. Running builds are left as a kill would leave them.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        if let Some(task) = self.task.take() {
            task.abort();
            let _ = task.await;
        }
    }

    /// Waits until the server ends by itself.
    pub async fn ended(&mut self) {
        if let Some(task) = self.task.as_mut() {
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// Starts a control plane. Returns once it listens.
///
/// Errors are one sentence that names what is wrong and what could be done.
pub async fn serve(config: Config) -> Result<Running, String> {
    let listener = TcpListener::bind(&config.listen)
        .await
        .map_err(|error| format!("cannot listen at {}: {error} (choose another with --listen)", config.listen))?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;
    let access_url = config.access_url.clone().unwrap_or_else(|| own_address(addr));
    let site = site::Site::open(&config)?;
    let head_limit = config.head_limit;
    if let Some(address) = &config.upstream {
        let behind = Arc::new(upstream::Upstream::reach(address, config.ca.as_deref()).await?);
        let doubts = behind.doubts.clone();
        let router = moved::moved(upstream::router(behind, site), &config.api_path);
        let mut running = run(listener, router, addr, access_url, None, head_limit);
        running.doubts = doubts;
        return Ok(running);
    }
    let db = Db::open(config.db.as_deref()).map_err(|error| error.to_string())?;
    let known = db.meta("deployment_id").map_err(|error| error.to_string())?;
    let deployment_id = known.as_deref().and_then(|text| Uuid::parse_str(text).ok()).unwrap_or_else(Uuid::new_v4);
    db.set_meta("deployment_id", &deployment_id.to_string()).map_err(|error| error.to_string())?;
    let store = Store::open(db, config.age, config.has_scheduling()).map_err(|error| error.to_string())?;
    let clock = Clock::new(config.frozen, config.speed);
    let app = Arc::new(App {
        store,
        clock,
        config,
        access_url: access_url.clone(),
        provider_url: own_address(addr),
        deployment_id,
        wake: Notify::new(),
        go_on: AtomicI64::new(0),
        limits: http::limits::Limits::default(),
    });
    let adopted = seed::fill(&app)?;
    engine::start(&app, &adopted);
    let router = moved::moved(http::router(app.clone(), site), &app.config.api_path);
    Ok(run(listener, router, addr, access_url, Some(app), head_limit))
}

/// The address of what listens at `addr`, as a browser on this machine reaches it.
fn own_address(addr: SocketAddr) -> String {
    if addr.ip().is_loopback() || addr.ip().is_unspecified() {
        format!("http://localhost:{}", addr.port())
    } else {
        format!("http://{addr}")
    }
}

fn run(
    listener: TcpListener,
    router: axum::Router,
    addr: SocketAddr,
    access_url: String,
    app: Option<Shared>,
    head_limit: Duration,
) -> Running {
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(serving::serve(listener, guard::guarded(router), head_limit, stopped));
    Running { addr, access_url, app, doubts: None, stop: Some(stop), task: Some(task) }
}
