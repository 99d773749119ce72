//! The embedded control plane against the recorded answers of a real one (tests/contract/README.md): each situation is
//! made through its API, then status, keys, JSON types, states and messages are compared with the recording. Ids, times
//! and tokens are normalised; nothing is replayed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod agents;
mod beginning;
mod hold;
mod life;
mod likeness;
mod older;
mod reading;
mod stand;

use control_plane::{Age, Config, Quota, Seed};
use likeness::Report;
use serde_json::{Value, json};
use stand::Stand;

/// Recordings of situations that the embedded control plane does not make, each with the reason.
const NOT_MADE: &[(&str, &str)] = &[
    ("agents/connection", "for a tunnel to the agent, which a browser does not build"),
    ("agents/containers", "dev containers are not shown"),
    ("auth/auth-methods-oidc", "it has no OIDC provider"),
    ("auth/built-without-link", "a build looks like any other"),
    ("auth/built-without-link-logs", "a build looks like any other"),
    ("auth/login-password-of-oidc-user", "it has no OIDC provider"),
    ("auth/me-oidc", "it has no OIDC provider"),
    ("auth/oidc-sign-in", "it has no OIDC provider"),
    ("auth/oidc-sign-in-other-host", "it has no OIDC provider"),
    ("session/autofill-parameters", "values are not filled in"),
    ("session/autofill-parameters-none", "values are not filled in"),
    ("session/deployment-stats", "figures of the deployment are not shown"),
    (
        "timings/agentless",
        "its provisioner stored no timings of a success; real/start-timings is what a natural one stores",
    ),
    (
        "timings/delete",
        "its provisioner stored no timings of a success; real/deleted-timings is what a natural one stores",
    ),
    ("timings/stop", "its provisioner stored no timings of a success; real/stop-timings is what a natural one stores"),
    ("timings/scripts-run-twice", "its agents do not restart"),
    ("workspace/agent-shut-down", "its agents do not end by themselves"),
];

/// What the template of virtual machines asks for.
fn region() -> Value {
    json!([{"name": "region", "value": "eu"}])
}

const PASSWORD: &str = "SomeSecurePassword!";

/// The whole contract of this side, in one run: situations build on each other.
#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_control_plane_answers_as_a_real_one() {
    let mut report = Report::default();
    beginning::first_steps(&mut report).await;
    beginning::without_a_licence(&mut report).await;
    life::queueing(&mut report).await;
    beginning::gallery(&mut report).await;
    let stand = Stand::start(Seed::Company, Quota::Absent, 20.0).await;
    let ada = stand.sign_in("ada@acme.test", control_plane::DEMO_PASSWORD).await;
    let ken = stand.sign_in("ken@acme.test", control_plane::DEMO_PASSWORD).await;
    beginning::templates(&mut report, &stand, &ada).await;
    life::a_life(&mut report, &stand, &ada, &ken).await;
    life::parameters(&mut report, &stand, &ada).await;
    life::cancelling(&mut report, &stand, &ada, &ken).await;
    agents::with_agents(&mut report, &stand, &ada, &ken).await;
    agents::natural(&mut report, &stand, &ada).await;
    reading::the_list(&mut report, &stand, &ada, &ken).await;
    Box::pin(reading::sockets(&mut report, &stand, &ada)).await;
    report.finish(NOT_MADE);
}

/// Recordings of the older server that the embedded one does not make, each with the reason.
const NOT_MADE_OF_OLDER: &[(&str, &str)] = &[
    ("2025-07/agent/connection", "for a tunnel to the agent, which a browser does not build"),
    ("2025-07/agent/containers", "dev containers are not shown"),
    ("2025-07/org/template-acl-available", "who may use a template is for administrators"),
    (
        "2025-07/real/version-resources",
        "its versions were imported long ago: org/version-resources is what an agent is by then",
    ),
    ("2025-07/session/audit", "the audit log is empty"),
    ("2025-07/session/me-roles", "the user says the roles too"),
    ("2025-07/session/stats", "figures of the deployment are not shown"),
    ("2025-07/write/start-bad-parameter", "it looks at parameters itself and refuses them"),
];

/// The contract with the recordings of July 2025.
#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_control_plane_stands_in_for_july_2025() {
    let mut report = Report::of_older();
    let config = Config { age: Age::July2025, quota: Quota::Unlicensed, speed: 20.0, ..Config::default() };
    let stand = Stand::start_with(config).await;
    let ada = stand.sign_in("ada@acme.test", control_plane::DEMO_PASSWORD).await;
    older::older_facts(&mut report, &stand, &ada).await;
    older::older_gallery(&mut report).await;
    Box::pin(older::older_builds(&mut report, &stand, &ada)).await;
    report.finish(NOT_MADE_OF_OLDER);
}
