//! Logs as real control planes have them: what a row says of each, where it is, how many errors there are.

use super::*;
use crate::model::timeline::fixtures::{UP, applied, lines, logs};
use crate::wire::Timestamp;
use crate::wire::log::LogSource;

/// Rows of level error; one of another level begins with it: "info|text", "warn|text", "debug|text".
fn log(rows: &[&str]) -> Vec<ProvisionerJobLog> {
    (1..)
        .zip(rows)
        .map(|(id, row)| {
            let level = ["info", "warn", "debug"].into_iter().find(|level| row.starts_with(&format!("{level}|")));
            ProvisionerJobLog {
                id,
                created_at: Timestamp::from_millis(1_000 + id),
                log_source: LogSource::Provisioner,
                log_level: level.unwrap_or("error").into(),
                stage: "Starting workspace".into(),
                output: row.get(level.map_or(0, |level| level.len() + 1)..).unwrap_or_default().to_owned(),
            }
        })
        .collect()
}

/// A log, the reason as a row tells it, the place, how many errors there are.
type Case<'a> = (&'a [&'a str], &'a str, &'a str, usize);

fn holds(cases: &[Case<'_>]) {
    let mut wrong = Vec::new();
    for (rows, lead, place, count) in cases {
        let errors = errors(&log(rows));
        let told = errors.first().map(|first| (first.lead.as_str(), first.place().unwrap_or_default(), errors.len()));
        if told != Some((*lead, (*place).to_owned(), *count)) {
            wrong.push(format!("{rows:#?}\ntold:   {told:?}\nwanted: {:?}", (lead, place, count)));
        }
        assert!(errors.iter().all(|error| error.message.chars().count() <= 301), "{rows:#?}");
        // What a terminal does with the end of a line changes nothing.
        let returns: Vec<String> = rows.iter().map(|row| format!("{row}\r")).collect();
        let returns = super::errors(&log(&returns.iter().map(String::as_str).collect::<Vec<_>>()));
        assert_eq!(returns, errors);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_summary_of_several_lines_is_told_by_its_cause() {
    holds(&[
        (
            &[
                "Error: error reading from Vault: Error making API request.\n\nNamespace: admin\nURL: GET https://vault.example.com/v1/sys/auth\nCode: 403. Errors:\n\n* 1 error occurred:\n\t* permission denied\n\n",
                "on main.tf line 12, in data \"vault_auth_backend\" \"x\":",
                "  12: data \"vault_auth_backend\" \"x\" {",
                "",
                "",
            ],
            "error reading from Vault: permission denied",
            "main.tf line 12",
            1,
        ),
        (
            &[
                "Error: creating Linux Virtual Machine Scale Set (Subscription: \"00000000-1111-2222-3333-444444444444\"\nResource Group Name: \"rg-dev\"\nVirtual Machine Scale Set Name: \"dev\"): performing CreateOrUpdate: unexpected status 409 (409 Conflict) with error: SkuNotAvailable: The requested VM size is not available in location 'eastus'.",
                "on main.tf line 33, in resource \"azurerm_linux_virtual_machine_scale_set\" \"main\":",
                "  33: resource \"azurerm_linux_virtual_machine_scale_set\" \"main\" {",
                "",
                "",
            ],
            "SkuNotAvailable: The requested VM size is not available in location 'eastus'.",
            "main.tf line 33",
            1,
        ),
        (
            &[
                "Error: Error creating instance: googleapi: Error 403: Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1.\nDetails:\n[\n  {\n    \"@type\": \"type.googleapis.com/google.rpc.QuotaFailure\",\n    \"limit\": 24\n  }\n]\n, quotaExceeded",
                "on gce.tf line 7, in resource \"google_compute_instance\" \"dev\":",
            ],
            "googleapi: Error 403: Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1., quotaExceeded",
            "gce.tf line 7",
            1,
        ),
        (
            &[
                "Error: Failed to get existing workspaces: S3 bucket does not exist.\n\nThe referenced S3 bucket must have been previously created. If the S3 bucket\nwas created within the last minute, please wait for a minute or two and try\nagain.\n\nError: NoSuchBucket: The specified bucket does not exist\n\tstatus code: 404, request id: ABC, host id: xyz",
            ],
            "Error: NoSuchBucket: The specified bucket does not exist",
            "",
            1,
        ),
        (
            &["Error: 2 errors occurred:\n\t* no free address\n\t* disk quota exceeded\n\n"],
            "no free address, disk quota exceeded",
            "",
            1,
        ),
    ]);
}

#[test]
fn of_a_chain_the_end_is_told() {
    holds(&[
        (
            &[
                "Error: creating EC2 Instance: operation error EC2: RunInstances, https response error StatusCode: 400, RequestID: 7f0f6d5e-1111-2222-3333-444444444444, api error InsufficientInstanceCapacity: We currently do not have sufficient m7i.large capacity in the Availability Zone you requested (eu-west-1a).",
                "on ec2.tf line 70, in resource \"aws_instance\" \"dev\":",
            ],
            "We currently do not have sufficient m7i.large capacity in the Availability Zone you requested (eu-west-1a).",
            "ec2.tf line 70",
            1,
        ),
        (
            &[
                "Error: creating EC2 Instance: operation error EC2: RunInstances, https response error StatusCode: 403, RequestID: 7f0f6d5e-1111-2222-3333-444444444444, api error UnauthorizedOperation: You are not authorized to perform this operation.",
            ],
            "You are not authorized to perform this operation.",
            "",
            1,
        ),
        (
            &["Error: Unable to create container: Error response from daemon: address already in use"],
            "Unable to create container: Error response from daemon: address already in use",
            "",
            1,
        ),
        (
            &[
                "Error: Unable to read Docker image into resource: unable to pull image codercom/enterprise-base:ubuntu: error pulling image codercom/enterprise-base:ubuntu: Error response from daemon: toomanyrequests: You have reached your pull rate limit.",
            ],
            "toomanyrequests: You have reached your pull rate limit.",
            "",
            1,
        ),
        (
            &[
                "Error: Get \"https://10.0.0.1/api/v1/namespaces/coder\": dial tcp 10.0.0.1:443: connect: connection refused",
            ],
            "dial tcp 10.0.0.1:443: connect: connection refused",
            "",
            1,
        ),
        (
            &[
                "Error: pods \"coder-ada-dev\" is forbidden: exceeded quota: coder, requested: limits.cpu=8, used: limits.cpu=30, limited: limits.cpu=32",
            ],
            "exceeded quota: coder, requested: limits.cpu=8, used: limits.cpu=30, limited: limits.cpu=32",
            "",
            1,
        ),
        (
            &["Error: persistentvolumeclaims \"home\" already exists"],
            "persistentvolumeclaims \"home\" already exists",
            "",
            1,
        ),
        (
            &[
                "Error: Waiting for rollout to finish: 1 replicas wanted; 0 replicas Ready",
                "on k8s.tf line 90, in resource \"kubernetes_deployment\" \"main\":",
                "  90: resource \"kubernetes_deployment\" \"main\" {",
                "",
                "0/6 nodes are available: 6 Insufficient memory.",
            ],
            "Waiting for rollout to finish: 1 replicas wanted; 0 replicas Ready",
            "k8s.tf line 90",
            1,
        ),
        (
            &["Error: client rate limiter Wait returned an error: context deadline exceeded"],
            "client rate limiter Wait returned an error: context deadline exceeded",
            "",
            1,
        ),
        (
            &["Error: timeout while waiting for state to become 'success' (timeout: 5m0s)"],
            "timeout while waiting for state to become 'success' (timeout: 5m0s)",
            "",
            1,
        ),
    ]);
}

#[test]
fn where_the_summary_says_nothing_the_detail_is_told() {
    holds(&[
        (
            &[
                "Error: Client Error",
                "on main.tf line 4, in resource \"coderd_template\" \"x\":",
                "   4: resource \"coderd_template\" \"x\" {",
                "",
                "failed to wait for job: template import failed: terraform plan: exit status 1",
            ],
            "failed to wait for job: template import failed: terraform plan: exit status 1",
            "main.tf line 4",
            1,
        ),
        (
            &[
                "Error: External Program Execution Failed",
                "on main.tf line 9, in data \"external\" \"x\":",
                "   9:   program = [\"/opt/x\"]",
                "",
                "The data source received an unexpected error while attempting to execute the",
                "program.",
                "",
                "Program: /opt/x",
                "Error: fork/exec /opt/x: no such file or directory",
            ],
            "External Program Execution Failed: fork/exec /opt/x: no such file or directory",
            "main.tf line 9",
            1,
        ),
        (
            &[
                "Error: External Program Lookup Failed",
                "on main.tf line 9, in data \"external\" \"x\":",
                "   9:   program = [\"jqq\"]",
                "",
                "The data source received an unexpected error while attempting to find the program.",
                "",
                "The program must be accessible according to the platform where Terraform is running.",
                "",
                "Platform: linux",
                "Program: jqq",
                "Error: exec: \"jqq\": executable file not found in $PATH",
            ],
            "External Program Lookup Failed: exec: \"jqq\": executable file not found in $PATH",
            "main.tf line 9",
            1,
        ),
        (
            &[
                "Error: External Program Execution Failed",
                "on main.tf line 9, in data \"external\" \"x\":",
                "",
                "The data source received an unexpected error while attempting to execute the program.",
                "",
                "Program: /bin/sh",
                "Error Message: looking for a zone",
                "curl: (6) Could not resolve host: zones.example.com",
                "",
                "State: exit status 6",
            ],
            "curl: (6) Could not resolve host: zones.example.com",
            "main.tf line 9",
            1,
        ),
        (
            &[
                "╷",
                "│ Error: Failed to download module",
                "│ ",
                "│   on main.tf line 20:",
                "│   20: module \"code-server\" {",
                "│ ",
                "│ Could not download module \"code-server\" (main.tf:20) source code from",
                "│ \"git::https://github.com/acme/modules.git\": error downloading",
                "│ 'https://github.com/acme/modules.git': /usr/bin/git exited with 128: Cloning",
                "│ into '.terraform/modules/code-server'...",
                "│ fatal: could not read Username for 'https://github.com': terminal prompts",
                "│ disabled",
                "│ ",
                "╵",
            ],
            "could not read Username for 'https://github.com': terminal prompts disabled",
            "main.tf line 20",
            1,
        ),
        (
            &[
                "Error: Error acquiring the state lock",
                "Error message: state already locked",
                "Lock Info:",
                "  ID:        1f0c",
                "  Path:      default.tfstate",
                "  Operation: OperationTypeApply",
                "  Who:       ada@build-7",
                "  Version:   1.11.4",
                "  Created:   2026-11-24 09:58:12.1 +0000 UTC",
                "  Info:      ",
                "",
                "Terraform acquires a state lock to protect the state from being written",
            ],
            "the lock is held by ada@build-7 since 2026-11-24 09:58:12.1 +0000 UTC (OperationTypeApply)",
            "",
            1,
        ),
        (
            &[
                "Error: Error acquiring the state lock",
                "Error message: operation error DynamoDB: PutItem, AccessDeniedException: not authorized",
                "",
                "Terraform acquires a state lock",
            ],
            "operation error DynamoDB: PutItem, AccessDeniedException: not authorized",
            "",
            1,
        ),
        (
            &[
                "Error: Unsupported argument",
                "on main.tf line 3, in resource \"docker_container\" \"x\":",
                "   3:   imag = \"x\"",
                "",
                "An argument named \"imag\" is not expected here. Did you mean \"image\"?",
            ],
            "An argument named \"imag\" is not expected here. Did you mean \"image\"?",
            "main.tf line 3",
            1,
        ),
        (
            &[
                "Error: Invalid index",
                "on main.tf line 31, in locals:",
                "  31:   image = local.images[var.x]",
                "    ├────────────────",
                "    │ local.images is object with 2 attributes",
                "    │ var.x is \"c\"",
                "",
                "The given key does not identify an element in this collection value.",
            ],
            "The given key does not identify an element in this collection value.",
            "main.tf line 31",
            1,
        ),
        (
            &[
                "Error: Plugin did not respond",
                "on main.tf line 1, in resource \"docker_image\" \"x\":",
                "  (source code not available)",
                "",
                "The plugin encountered an error, and failed to respond to the plugin6.(*GRPCProvider).PlanResourceChange call. The plugin logs may contain more details.",
            ],
            "The plugin encountered an error, and failed to respond to the plugin6.(*GRPCProvider).PlanResourceChange call. The plugin logs may contain more details.",
            "main.tf line 1",
            1,
        ),
        (
            &[
                "╷",
                "│ Error: Inconsistent dependency lock file",
                "│ ",
                "│ The following dependency selections recorded in the lock file are",
                "│ inconsistent with the current configuration:",
                "│   - provider registry.terraform.io/hashicorp/null: required by this configuration but no version is selected",
                "╵",
            ],
            "required by this configuration but no version is selected",
            "",
            1,
        ),
        (
            &[
                "╷",
                "│ Error: Failed to query available provider packages",
                "│ ",
                "│ Could not retrieve the list of available versions for provider",
                "│ hashicorp/aws: could not connect to registry.terraform.io: failed to request",
                "│ discovery document: Get",
                "│ \"https://registry.terraform.io/.well-known/terraform.json\": dial tcp: lookup",
                "│ registry.terraform.io: no such host",
                "╵",
            ],
            "dial tcp: lookup registry.terraform.io: no such host",
            "",
            1,
        ),
        (
            &[
                "Error: Resource precondition failed",
                "on main.tf line 88, in resource \"a\" \"b\":",
                "  88: condition = false",
                "",
                "All machines of this zone are taken.",
                "Ask for another zone.",
            ],
            "All machines of this zone are taken. Ask for another zone.",
            "main.tf line 88",
            1,
        ),
        (
            &[
                "Error: Create time sleep error",
                "on main.tf line 138, in resource \"time_sleep\" \"image\":",
                "",
                "Original Error: context canceled",
                "Error: execution halted",
                "",
                "Error: execution halted",
                "",
            ],
            "Create time sleep error: context canceled",
            "main.tf line 138",
            3,
        ),
        (
            &[
                "Error: Invalid provider configuration",
                "",
                "Provider \"registry.terraform.io/hashicorp/aws\" requires explicit configuration. Add a provider block to the root module and configure the provider's required arguments as described in the provider documentation.",
            ],
            "Provider \"registry.terraform.io/hashicorp/aws\" requires explicit configuration. Add a provider block to the root module and configure the provider's required ar…",
            "",
            1,
        ),
    ]);
}

const SCRIPT: [&str; 5] = [
    "Error: local-exec provisioner error",
    "on main.tf line 33, in resource \"null_resource\" \"zip\":",
    "  33:   provisioner \"local-exec\" {",
    "",
    "Error running command './make.sh': exit status 1. Output: step 1",
];

#[test]
fn of_a_script_the_end_is_told() {
    let script = |more: &[&str], lead: &str, count: usize| {
        let rows: Vec<&str> = SCRIPT.iter().chain(more).copied().collect();
        holds(&[(&rows, lead, "main.tf line 33", count)]);
    };
    script(
        &[
            "zip: creating 'a.zip' archive",
            "> docker run --rm builder",
            "docker: no matching manifest for linux/arm64/v8 in the manifest list entries.",
            "See 'docker run --help'.",
            "",
        ],
        "docker: no matching manifest for linux/arm64/v8 in the manifest list entries.",
        1,
    );
    script(&["no machine is free in us"], "no machine is free in us", 1);
    script(
        &["+ docker start x", "Error: No such container: x", "Error: failed to start containers: x", ""],
        "Error: failed to start containers: x",
        1,
    );
    script(
        &["E: Unable to locate package foo", "make: *** [Makefile:3: all] Error 100", ""],
        "E: Unable to locate package foo",
        1,
    );
    script(
        &[
            "#8 1.2 E: Unable to locate package foo",
            "ERROR: failed to solve: process \"/bin/sh -c apt-get install foo\" did not complete successfully: exit code: 100",
        ],
        "#8 1.2 E: Unable to locate package foo",
        1,
    );
    script(
        &[
            "npm ERR! code E404",
            "npm ERR! 404 Not Found - GET https://registry.example.com/x",
            "npm ERR! A complete log of this run can be found in: /home/coder/.npm/_logs/x.log",
        ],
        "npm ERR! 404 Not Found - GET https://registry.example.com/x",
        1,
    );
    script(
        &[
            "Error: unknown flag: --nme",
            "Usage:",
            "  helm install [NAME] [CHART] [flags]",
            "Flags:",
            "  -h, --help   help for install, required",
        ],
        "Error: unknown flag: --nme",
        1,
    );
    script(
        &[
            "Traceback (most recent call last):",
            "File \"x.py\", line 3, in <module>",
            "import yaml",
            "ModuleNotFoundError: No module named 'yaml'",
        ],
        "ModuleNotFoundError: No module named 'yaml'",
        1,
    );
    script(
        &[
            "panic: runtime error: index out of range [3] with length 3",
            "goroutine 1 [running]:",
            "/src/main.go:12 +0x1d",
            "exit status 2",
        ],
        "panic: runtime error: index out of range [3] with length 3",
        1,
    );
    script(&["10%\r50%\r100%\rError: no space left on device"], "Error: no space left on device", 1);
    script(
        &["curl: (22) The requested URL returned error: 404", ""],
        "curl: (22) The requested URL returned error: 404",
        1,
    );
    // What comes after it is another error where Terraform says its place, or that it stopped.
    script(
        &["it is full", "", "Error: second", "on main.tf line 50, in resource \"a\" \"b\":", "", "more"],
        "it is full",
        2,
    );
    script(&["it is full", "", "Error: execution halted", ""], "it is full", 2);
    script(&["it is full", "warn|Warning: x", "Error: second", "more"], "it is full", 2);
    // The command may be long, have the word itself, and be killed before it says anything.
    holds(&[
        (
            &[
                "Error: local-exec provisioner error",
                "Error running command 'echo Output: x",
                "sleep 25': signal: killed. Output: ",
            ],
            "Error running command 'echo Output: x sleep 25': signal: killed",
            "",
            1,
        ),
        (
            &["Error: local-exec provisioner error", "Error running command 'x': exit status 2. Output: "],
            "Error running command 'x': exit status 2",
            "",
            1,
        ),
        (
            &[
                "Error: local-exec provisioner error",
                "Error running command 'echo Output: a; false': exit status 1. Output: a",
            ],
            "a",
            "",
            1,
        ),
        // What ran on a machine was printed before.
        (
            &[
                "info|null_resource.vm[0]: Provisioning with 'remote-exec'...",
                "info|null_resource.vm[0]: (remote-exec): Reading package lists...",
                "info|null_resource.other: (remote-exec): fatal: of another",
                "info|null_resource.vm[0]: (remote-exec): E: Unable to locate package foo",
                "info|null_resource.vm[0]: Creation errored after 3s",
                "Error: remote-exec provisioner error",
                "on main.tf line 5, in resource \"null_resource\" \"vm\":",
                "",
                "error executing \"/tmp/terraform_1.sh\": Process exited with status 100",
            ],
            "E: Unable to locate package foo",
            "main.tf line 5",
            1,
        ),
        (
            &[
                "Error: remote-exec provisioner error",
                "on main.tf line 5, in resource \"null_resource\" \"vm\":",
                "",
                "timeout - last error: SSH authentication failed (root@10.0.0.5:22): ssh: handshake failed: ssh: unable to authenticate",
            ],
            "handshake failed: ssh: unable to authenticate",
            "main.tf line 5",
            1,
        ),
    ]);
}

#[test]
fn noise_is_no_error_beside_one() {
    holds(&[
        (
            &[
                "AttachSchemaTransformer: No provider config schema available for provider[\"registry.terraform.io/coder/coder\"]",
                "Response contains error diagnostic",
                "debug|Error: of a debug line",
                "anything that is said before it",
                "Error: no capacity",
                "on main.tf line 7, in resource \"a\" \"b\":",
                "2026-11-24T10:00:00.000Z [ERROR] vertex \"a.b\" error: no capacity",
                "",
            ],
            "no capacity",
            "main.tf line 7",
            1,
        ),
        (
            &[
                "Stack trace from the terraform-provider-docker plugin:",
                "",
                "panic: runtime error: invalid memory address",
                "goroutine 1 [running]:",
                "Error: The terraform-provider-docker plugin crashed!",
                "",
                "This is always indicative of a bug within the plugin.",
            ],
            "The terraform-provider-docker plugin crashed!",
            "",
            1,
        ),
        // Where no row of level error is one, whatever begins as one is.
        (&["something on that level", "info|Error: told on another level"], "told on another level", "", 1),
        (&["template is deprecated", "Error: "], "template is deprecated", "", 1),
        (&["Response contains error diagnostic", "signal: killed"], "signal: killed", "", 1),
    ]);
    assert_eq!(errors(&log(&["Response contains error diagnostic", "", "====", "info|all is well"])), []);
    // A refusal by quota is told before what was only said on that level.
    let mut refused = log(&[
        "it broke",
        "info|Build cost — 20",
        "info|Budget — 55",
        "info|Credits consumed — 52",
        "warn|This build would exceed your quota. Failing.",
    ]);
    for line in &mut refused {
        line.stage = "Commit quota".into();
    }
    let told = errors(&refused);
    assert_eq!((told.len(), told[0].log_id, told[0].bare), (1, 5, false));
}

#[test]
fn several_errors_are_counted_and_each_has_its_place() {
    let rows = [
        "Error: execution halted",
        "",
        "Error: no capacity",
        "on main.tf line 7, in resource \"a\" \"one\":",
        "   7: resource \"a\" \"one\" {",
        "",
        "",
        "warn|Warning: deprecated",
        "Error: Invalid value",
        "on main.tf line 9, in resource \"a\" \"two\":",
        "",
        "It is 3.",
        "Error: third",
        "on mod/x.tf line 1, in module \"m\":",
    ];
    let errors = errors(&log(&rows));
    let told: Vec<_> =
        errors.iter().map(|error| (error.message.as_str(), error.place().unwrap_or_default(), error.log_id)).collect();
    assert_eq!(
        told,
        [
            ("no capacity", "main.tf line 7".to_owned(), 3),
            ("execution halted", String::new(), 1),
            ("Invalid value: It is 3.", "main.tf line 9".to_owned(), 9),
            ("third", "mod/x.tf line 1".to_owned(), 13),
        ]
    );
    assert_eq!([0, 1, 2].map(more_errors), ["", "and 1 more error", "and 2 more errors"]);
}

#[test]
fn both_ages_of_servers_are_read() {
    for (age, count, lead) in
        [("real", 1, "no machine of 16 CPUs is free in us"), ("2025-07/real", 1, "no machine of 16 CPUs is free in us")]
    {
        let errors = errors(&crate::model::recordings::body::<Vec<_>>(&format!("{age}/apply-failed-logs")));
        assert_eq!(
            (errors.len(), errors[0].lead.as_str(), errors[0].place().as_deref()),
            (count, lead, Some("main.tf line 158"))
        );
        let errors = super::errors(&crate::model::recordings::body::<Vec<_>>(&format!("{age}/canceled-logs")));
        assert_eq!((errors.len(), errors[0].lead.as_str()), (3, "Create time sleep error: context canceled"));
        assert_eq!(super::errors(&crate::model::recordings::body::<Vec<_>>(&format!("{age}/start-logs"))), []);
    }
}

#[test]
fn what_the_job_says_is_told_unless_it_is_only_how_terraform_ended() {
    for (error, told) in [
        ("terraform apply: exit status 1", None),
        ("initialize terraform: exit status 1", None),
        ("terraform plan: signal: killed", None),
        ("", None),
        ("insufficient quota", Some("insufficient quota")),
        (
            "Build has been detected as pending for 30 minutes and has been terminated by the reaper.",
            Some("Build has been detected as pending for 30 minutes and has been terminated by the reaper."),
        ),
        (
            "internal provisionerserver error: complete job: insert workspace resource: agent name \"main\" is taken",
            Some("complete job: insert workspace resource: agent name \"main\" is taken"),
        ),
        ("\n  first\nsecond\n", Some("first, second")),
    ] {
        assert_eq!(job_error(error).as_deref(), told, "{error}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a native test has a clock")]
fn the_length_of_a_log_and_of_its_rows_costs_no_more_than_itself() {
    let states = "[=====>      ] 50 %\r".repeat(20_000) + "Error: no space left on device";
    let chain = format!("Error: {}the end", "a, b: ".repeat(50_000));
    let output: Vec<String> = (0..20_000).map(|number| format!("Error: line {number} failed")).collect();
    let mut rows = SCRIPT.to_vec();
    rows.extend(output.iter().map(String::as_str));
    let began = std::time::Instant::now();
    assert_eq!(errors(&log(&[&states])).first().unwrap().lead, "no space left on device");
    assert!(errors(&log(&[&chain])).first().unwrap().lead.ends_with("the end"));
    assert_eq!(errors(&log(&rows)).len(), 1);
    let many: Vec<String> = (0..20_000).map(|number| format!("Error: error {number}")).collect();
    assert_eq!(errors(&log(&many.iter().map(String::as_str).collect::<Vec<_>>())).len(), 20_000);
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

/// Lines, resource, message, file and line.
type ErrorCase = (&'static [&'static str], Option<&'static str>, &'static str, Option<(&'static str, u32)>);

#[test]
fn first_errors_are_in_terraforms_own_words() {
    let real = first_error(&logs("real/apply-failed-logs")).unwrap();
    assert_eq!(
        real,
        LogError {
            resource: Some("null_resource.machine[0]".to_owned()),
            message: "no machine of 16 CPUs is free in us".to_owned(),
            lead: "no machine of 16 CPUs is free in us".to_owned(),
            bare: false,
            file: Some("main.tf".to_owned()),
            line: Some(158),
            log_id: 573,
        }
    );
    let canceled = first_error(&logs("real/canceled-logs")).unwrap();
    assert_eq!(canceled.resource.as_deref(), Some("time_sleep.image[0]"));
    assert_eq!((canceled.message.as_str(), canceled.line), ("Create time sleep error: context canceled", Some(138)));
    assert_eq!(first_error(&logs("real/start-logs")), None);
    assert_eq!(first_error(&[]), None);

    let cases: [ErrorCase; 18] = [
        (&["Error: creating EC2 Instance: no capacity"], None, "creating EC2 Instance: no capacity", None),
        (
            &[
                "\u{1b}[31m╷\u{1b}[0m\u{1b}[0m",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m\u{1b}[1m\u{1b}[31mError: \u{1b}[0m\u{1b}[0m\u{1b}[1mUnable to pull image\u{1b}[0m",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m  with module.dev[\"a b\"].docker_image.main[0],",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m  on modules/dev/main.tf line 12, in resource \"docker_image\" \"main\":",
                "\u{1b}[31m│\u{1b}[0m \u{1b}[0m  12: resource \"docker_image\" \"main\" {",
                "\u{1b}[31m╵\u{1b}[0m\u{1b}[0m",
            ],
            Some("module.dev[\"a b\"].docker_image.main[0]"),
            "Unable to pull image",
            Some(("modules/dev/main.tf", 12)),
        ),
        (
            &[
                "╷\n│ Error: Invalid index\n│ \n│   on main.tf line 7, in data \"http\" \"x\":\n│    7:   url = local.urls[3]\n│     ├────────────────\n│     │ local.urls is empty\n╵",
            ],
            Some("data.http.x"),
            "Invalid index",
            Some(("main.tf", 7)),
        ),
        (
            &["Error: Unsupported argument", "on main.tf line 3, in module \"ide\":"],
            Some("module.ide"),
            "Unsupported argument",
            Some(("main.tf", 3)),
        ),
        (
            &["Error: Missing required argument", "on a b.tf line 3:"],
            None,
            "Missing required argument",
            Some(("a b.tf", 3)),
        ),
        (
            &[
                "Error: local-exec provisioner error",
                "",
                "exit status 2. Output: + docker pull x",
                "Error response from daemon: denied",
            ],
            None,
            "Error response from daemon: denied",
            None,
        ),
        (
            &[
                "Error: local-exec provisioner error",
                "Error running command 'false': exit status 1. Output: it is full",
            ],
            None,
            "it is full",
            None,
        ),
        (
            &["Error: remote-exec provisioner error", "timeout - last error: dial tcp"],
            None,
            "timeout - last error: dial tcp",
            None,
        ),
        // What Terraform draws around the words is none of them.
        (
            &[
                "Error: file provisioner error",
                "  on main.tf line 12, in resource \"a\" \"b\":",
                "  12:   provisioner \"file\" {",
                "    ├────────────────",
                "    │ local.urls is empty",
                "",
                "│ │ and so on",
                "no such file",
                "and more",
            ],
            Some("a.b"),
            "no such file and more",
            Some(("main.tf", 12)),
        ),
        // What was printed by what ran.
        (&["Error: local-exec provisioner error", ": 12: x"], None, ": 12: x", None),
        (&["Error: remote-exec provisioner error", "timed out: at last"], None, "timed out: at last", None),
        (&["Error: remote-exec provisioner error", "1x: at last"], None, "1x: at last", None),
        (
            &["Error: local-exec provisioner error", "Error running command 'sleep 25': signal: killed. Output: "],
            None,
            "Error running command 'sleep 25': signal: killed",
            None,
        ),
        // What the template's author wrote for a condition that does not hold.
        (
            &[
                "Error: Resource precondition failed",
                "on main.tf line 12, in resource \"terraform_data\" \"machine\":",
                "  12:       condition     = data.coder_workspace.me.name == \"default\"",
                "    ├────────────────",
                "    │ data.coder_workspace.me.name is \"box\"",
                "",
                "The zone eu-9 has no machines of this kind.",
            ],
            Some("terraform_data.machine"),
            "The zone eu-9 has no machines of this kind.",
            Some(("main.tf", 12)),
        ),
        (
            &[
                "Error: Invalid value for variable",
                "on a.tf line 2:",
                "",
                "Ask for 1 to 8.",
                "",
                "This was checked by …",
            ],
            None,
            "Ask for 1 to 8.",
            Some(("a.tf", 2)),
        ),
        (&["Error: Resource postcondition failed"], None, "Resource postcondition failed", None),
        (&["it broke", "and more"], None, "it broke", None),
        (&["Error:", "it said nothing on the first line"], None, "it said nothing on the first line", None),
    ];
    for (outputs, resource, message, place) in cases {
        let list: Vec<_> = outputs.iter().map(|output| (7.0, "error", UP, *output)).collect();
        let error = first_error(&lines(&list)).unwrap();
        assert_eq!(error.message, message);
        assert_eq!(error.resource.as_deref(), resource, "{message}");
        assert_eq!(error.file.as_deref().zip(error.line), place, "{message}");
        // Where no line has a level, "Error:" says it.
        if outputs.iter().any(|output| output.contains("Error: ") || output.starts_with("Error:")) {
            let plain: Vec<_> = outputs.iter().map(|output| (7.0, "info", UP, *output)).collect();
            assert_eq!(first_error(&lines(&plain)).unwrap().message, message);
        }
    }
    // With levels, all that is said on that level is the error's; without, it ends where Terraform goes on with
    // something else.
    for more in ["a.b: Creating...", "Warning: the disk is nearly full"] {
        let message = |level| {
            let lines = lines(&[(7.0, level, UP, "Error: local-exec provisioner error"), (7.0, level, UP, more)]);
            first_error(&lines).unwrap().message
        };
        assert_eq!(message("error"), more);
        assert_eq!(message("info"), "local-exec provisioner error");
    }
    let long = "x".repeat(5_000);
    assert_eq!(
        first_error(&lines(&[(7.0, "error", UP, &format!("Error: {long}"))])).unwrap().message.chars().count(),
        301
    );
    assert_eq!(first_error(&lines(&[(7.0, "error", UP, ""), (7.0, "error", UP, " \n ")])), None);
}

#[test]
fn an_error_names_its_resource_whole_or_not_at_all() {
    let errored = |lines: &[(f64, &'static str, &'static str)]| first_error(&applied(lines)).unwrap().resource;
    let two =
        [(8.0, "info", "module.m.a.b: Creation errored after 1s"), (8.0, "info", "a.b: Creation errored after 1s")];
    let with = |more: &[(f64, &'static str, &'static str)]| errored(&[&two[..], more].concat());
    assert_eq!(with(&[(9.0, "error", "Error: no"), (9.0, "error", "with a.b,")]).as_deref(), Some("a.b"));
    assert_eq!(with(&[(9.0, "error", "Error: no")]), None, "it may be either's");
    assert_eq!(errored(&[two[0], (9.0, "error", "Error: no")]).as_deref(), Some("module.m.a.b"), "there is but one");
    assert_eq!(
        errored(&[two[0], (9.0, "error", "Error: no"), (9.0, "error", "with us,")]).as_deref(),
        Some("module.m.a.b")
    );
}
