//! Who works at the company of the seed, what its templates are, and what became of its workspaces. May import nothing.

/// People of the company: username, full name, site roles, organizations (index, roles), status.
pub const PEOPLE: [(&str, &str, &[&str], &[(usize, &[&str])], &str); 12] = [
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

/// What a template of the company is.
pub struct TemplateSeed {
    /// Name of its organization.
    pub organization: &'static str,
    /// Name.
    pub name: &'static str,
    /// Name to show.
    pub display: &'static str,
    /// One sentence.
    pub description: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Version names and messages, the oldest first; the last is active.
    pub versions: &'static [(&'static str, &'static str)],
    /// Hours until a workspace stops, 0 for never.
    pub ttl_hours: i64,
    /// Whether a start needs the active version.
    pub require_active: bool,
    /// Whether members may cancel.
    pub cancel: bool,
    /// Whether members may choose when it stops.
    pub autostop: bool,
    /// Days of the required stop.
    pub days: &'static [&'static str],
    /// Days without use after which it is dormant, 0 for never.
    pub dormant_days: i64,
    /// Days after which a dormant one is deleted, 0 for never.
    pub delete_days: i64,
    /// Why it must not be used any more.
    pub deprecated: &'static str,
}

const USUAL: TemplateSeed = TemplateSeed {
    organization: "acme",
    name: "",
    display: "",
    description: "",
    icon: "/icon/docker.svg",
    versions: &[("v1", "First version")],
    ttl_hours: 8,
    require_active: false,
    cancel: true,
    autostop: true,
    days: &[],
    dormant_days: 0,
    delete_days: 0,
    deprecated: "",
};

/// The templates of the company.
pub const TEMPLATES: [TemplateSeed; 8] = [
    TemplateSeed {
        name: "docker",
        display: "Docker",
        description: "A container on the shared host, with a home that stays.",
        versions: &[("v1", "First version"), ("v2", "Ubuntu 24.04"), ("v3", "Warm build cache")],
        ..USUAL
    },
    TemplateSeed {
        name: "go-service",
        display: "Go service",
        description: "A pod beside the staging cluster.",
        icon: "/icon/k8s.svg",
        versions: &[("v1", "First version"), ("v2", "Go 1.25")],
        cancel: false,
        ..USUAL
    },
    TemplateSeed {
        name: "aws-linux",
        display: "AWS Linux",
        description: "A virtual machine with its own disk.",
        icon: "/icon/aws.svg",
        versions: &[("v1", "First version"), ("v2", "m7i"), ("v3", "Encrypted disk")],
        ttl_hours: 10,
        days: &["saturday"],
        dormant_days: 30,
        delete_days: 7,
        ..USUAL
    },
    TemplateSeed {
        name: "static-site",
        display: "Static site",
        description: "A bucket and a distribution; nothing to sign in to.",
        icon: "/icon/aws.svg",
        ttl_hours: 0,
        ..USUAL
    },
    TemplateSeed {
        name: "fleet",
        display: "Fleet",
        description: "Forty shards and a driver, for load tests.",
        autostop: false,
        ttl_hours: 4,
        deprecated: "Use go-service with the load profile.",
        ..USUAL
    },
    TemplateSeed {
        organization: "research",
        name: "gpu-notebook",
        display: "GPU notebook",
        description: "A notebook on a g5.2xlarge.",
        icon: "/icon/jupyter.svg",
        versions: &[("v1", "First version"), ("v2", "CUDA 12.8")],
        require_active: true,
        ..USUAL
    },
    TemplateSeed {
        organization: "research",
        name: "data-stack",
        display: "Data stack",
        description: "A notebook and its database: two agents.",
        icon: "/icon/database.svg",
        ..USUAL
    },
    TemplateSeed {
        organization: "sandbox",
        name: "scratch",
        display: "Scratch",
        description: "A throw-away container. It costs, and the sandbox has no budget.",
        ttl_hours: 2,
        ..USUAL
    },
];

/// What became of a workspace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// Runs: number of builds, hours since the last start.
    Runs(i64, f64),
    /// Stands still: number of builds, hours since the last stop.
    Stopped(i64, f64),
    /// Its last start failed, by its name.
    Failed(f64),
    /// Its last stop failed, by its name.
    StopFailed(f64),
    /// Its start was cancelled after so many seconds.
    Canceled(f64, i64),
    /// Its start was cancelled in the queue.
    CanceledPending(f64),
    /// Is dormant since so many days.
    Dormant(i64),
    /// Is being started since so many seconds.
    Starting(i64),
    /// Is being stopped since so many seconds.
    Stopping(i64),
    /// Is being deleted since so many seconds.
    Deleting(i64),
    /// Waits in the queue.
    Pending,
    /// A cancellation has not reached the provisioner yet.
    Canceling(i64),
    /// Is deleted.
    Deleted,
}

use Fate::{
    Canceled, CanceledPending, Canceling, Deleted, Deleting, Dormant, Failed, Pending, Runs, Starting, StopFailed,
    Stopped, Stopping,
};

/// Name, owner, template, age of the version (0 the active one), fate.
pub const WORKSPACES: [(&str, &str, &str, usize, Fate); 60] = [
    ("gantry-web", "ada", "docker", 0, Runs(30, 2.4)),
    ("billing-api", "ada", "go-service", 0, Runs(5, 1.1)),
    ("release-train", "ada", "docker", 1, Runs(4, 7.6)),
    ("ledger", "ada", "go-service", 0, Stopped(30, 15.2)),
    ("docs-site", "ada", "static-site", 0, Runs(1, 190.0)),
    ("fail-apply", "ada", "docker", 0, Failed(0.6)),
    ("load-lab", "ada", "fleet", 0, Stopped(2, 80.0)),
    ("agent-lost", "ada", "docker", 0, Runs(1, 3.3)),
    ("notebook", "ada", "gpu-notebook", 0, Runs(1, 0.7)),
    ("stuck-pending", "ada", "docker", 0, Pending),
    ("payments", "grace", "go-service", 0, Runs(30, 4.2)),
    ("template-lab", "grace", "docker", 0, Starting(6)),
    ("fail-plan", "grace", "docker", 0, Failed(5.0)),
    ("edge-cache", "grace", "docker", 0, Stopped(3, 40.0)),
    ("eval-runner", "grace", "data-stack", 0, Runs(2, 5.1)),
    ("old-portal", "grace", "aws-linux", 2, Dormant(4)),
    ("script-fails", "grace", "docker", 0, Runs(1, 1.9)),
    ("mailer", "ken", "docker", 0, Runs(30, 6.9)),
    ("search-index", "ken", "aws-linux", 0, Runs(3, 3.0)),
    ("mobile-api", "ken", "go-service", 1, Stopped(6, 18.0)),
    ("quota-hog", "ken", "docker", 0, Failed(2.0)),
    ("hotfix", "ken", "docker", 0, Canceled(1.2, 9)),
    ("playground", "ken", "scratch", 0, Failed(26.0)),
    ("agent-timeout", "ken", "docker", 0, Runs(1, 0.9)),
    ("web-shop", "mira", "docker", 0, Runs(9, 1.5)),
    ("checkout", "mira", "go-service", 0, Runs(4, 2.2)),
    ("two-agents", "mira", "docker", 0, Runs(2, 0.4)),
    ("fail-init", "mira", "docker", 0, Failed(9.0)),
    ("styleguide", "mira", "static-site", 0, Stopped(2, 300.0)),
    ("experiments", "mira", "docker", 2, Stopped(4, 700.0)),
    ("a11y-audit", "mira", "docker", 0, Stopping(3)),
    ("inventory", "jonas", "go-service", 0, Runs(30, 0.2)),
    ("warehouse", "jonas", "aws-linux", 1, Stopped(5, 60.0)),
    ("script-times-out", "jonas", "docker", 0, Runs(1, 2.7)),
    ("slow-build", "jonas", "docker", 0, Starting(41)),
    ("archive-2025", "jonas", "aws-linux", 2, Dormant(6)),
    ("spike", "jonas", "docker", 0, CanceledPending(30.0)),
    ("pricing", "lucia", "docker", 0, Runs(7, 5.5)),
    ("forecast", "lucia", "data-stack", 0, Runs(3, 2.8)),
    ("fail-complete", "lucia", "docker", 0, Failed(13.0)),
    ("slow-agent", "lucia", "docker", 0, Runs(2, 3.8)),
    ("scratchpad", "lucia", "docker", 0, Deleting(1)),
    ("features", "lucia", "gpu-notebook", 1, Stopped(3, 33.0)),
    ("ranker", "tomasz", "gpu-notebook", 0, Runs(4, 4.4)),
    ("corpus", "tomasz", "data-stack", 0, Stopped(8, 21.0)),
    ("many-resources", "tomasz", "data-stack", 0, Stopped(2, 50.0)),
    ("embeddings", "priya", "gpu-notebook", 0, Stopped(5, 12.0)),
    ("labelling", "priya", "data-stack", 0, Runs(2, 6.1)),
    ("pipes-left-open", "priya", "data-stack", 0, Runs(1, 1.4)),
    ("cancel-fails", "priya", "data-stack", 0, Canceling(20)),
    ("metrics", "elena", "docker", 0, Runs(3, 3.6)),
    ("dashboards", "elena", "docker", 0, Stopped(2, 90.0)),
    ("skewed-clock", "elena", "docker", 0, Runs(2, 4.9)),
    ("onboarding", "sam", "docker", 0, Runs(2, 0.1)),
    ("fail-stop", "sam", "docker", 0, StopFailed(6.0)),
    ("helpdesk", "sam", "go-service", 0, Stopped(3, 26.0)),
    ("no-agent", "sam", "docker", 0, Runs(1, 2.0)),
    ("next-year", "sam", "docker", 0, Runs(1, 2.1)),
    ("last-words", "vera", "docker", 0, Stopped(3, 1500.0)),
    ("retired", "vera", "docker", 0, Deleted),
];
