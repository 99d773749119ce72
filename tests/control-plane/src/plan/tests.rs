//! Plans as a provisioner of the time would carry them out.

use super::*;
use crate::blueprint;

fn of(name: &str, transition: Transition, state: &BTreeMap<String, String>) -> Plan {
    of_age(name, transition, state, Age::Newest)
}

fn of_age(name: &str, transition: Transition, state: &BTreeMap<String, String>, age: Age) -> Plan {
    let scenario = Scenario::of(name);
    let blueprint = scenario.change(blueprint::named("go-service"), transition == Transition::Stop);
    plan(&Order {
        blueprint: &blueprint,
        scenario: &scenario,
        transition,
        number: 1,
        state,
        build: Uuid::from_u128(7),
        orphan: false,
        clock: Clock::new(None, 1.0),
        age,
    })
}

#[test]
fn in_july_2025_init_and_plan_were_one_stage_and_the_graph_came_before_the_apply() {
    let plan = of_age("usual", Transition::Start, &BTreeMap::new(), Age::July2025);
    let mut stages: Vec<&str> = plan.lines.iter().map(|line| line.stage).collect();
    stages.dedup();
    assert_eq!(stages, ["Setting up", INIT_AND_PLAN, "Starting workspace", CLEAN]);
    assert!(plan.lines.iter().any(|line| line.output == "- Finding latest version of coder/coder..."));
    let rows = plan.timings(0);
    assert!(rows.iter().all(|row| !row.resource.starts_with("coder_stage_")));
    let of_stage = |stage: &str| rows.iter().filter(|row| row.stage == stage).collect::<Vec<_>>();
    for stage in ["init", "graph"] {
        assert_eq!(of_stage(stage).iter().map(|row| row.resource.as_str()).collect::<Vec<_>>(), [STATE_FILE]);
    }
    let (plan_end, graph) = (of_stage("plan").iter().map(|row| row.ended_at).max().unwrap(), of_stage("graph")[0]);
    let apply = of_stage("apply").iter().map(|row| row.started_at).min().unwrap();
    assert!(plan_end <= graph.started_at && graph.ended_at <= apply);
    let early = plan.cancelled(plan.init_end / 2, Clock::new(None, 1.0));
    assert_eq!(early.error, "initialize terraform: terraform init: exit status 1");
}

fn start(name: &str) -> Plan {
    of(name, Transition::Start, &BTreeMap::new())
}

#[test]
fn lines_are_in_order_and_within_the_job() {
    for name in ["usual", "fail-init", "fail-plan", "fail-condition", "fail-apply", "many-resources"] {
        let plan = start(name);
        assert!(plan.lines.windows(2).all(|pair| pair[0].at <= pair[1].at), "{name}");
        assert!(plan.lines.iter().all(|line| line.at <= plan.end), "{name}");
        assert_eq!(plan.lines[0].stage, "Setting up");
        assert_eq!(plan.lines.last().unwrap().stage, CLEAN);
    }
}

#[test]
fn spans_lie_in_their_stage_and_what_is_needed_comes_first() {
    let plan = start("usual");
    let boundary = |stage: &str| plan.spans.iter().find(|s| s.resource == format!("coder_stage_{stage}")).unwrap();
    for span in &plan.spans {
        let stage = boundary(span.stage);
        assert!(stage.start <= span.start && span.end <= stage.end, "{span:?} in {stage:?}");
    }
    let created = |address: &str| plan.spans.iter().find(|s| s.resource == address && s.action == "create").unwrap();
    assert!(created("kubernetes_namespace.team").end <= created("kubernetes_secret.registry[0]").start);
    assert!(created("kubernetes_persistent_volume_claim.home").end <= created("kubernetes_deployment.main[0]").start);
    assert!(boundary("init").end <= boundary("plan").start && boundary("plan").end <= boundary("apply").start);
    assert_eq!(plan.timings(0).len(), plan.spans.len());
}

#[test]
fn a_stop_destroys_what_does_not_stay_and_a_delete_the_rest() {
    let plan = start("usual");
    let running = plan.state_at(&BTreeMap::new(), plan.end);
    assert!(running.contains_key("kubernetes_deployment.main[0]"));
    let stop = of("usual", Transition::Stop, &running);
    let stopped = stop.state_at(&running, stop.end);
    assert!(stopped.contains_key("kubernetes_persistent_volume_claim.home"));
    assert!(!stopped.contains_key("kubernetes_deployment.main[0]"));
    assert!(stop.lines.iter().any(|line| line.output.contains("Destruction complete after")));
    let again = of("usual", Transition::Start, &stopped);
    assert!(!again.lines.iter().any(|line| line.output == "kubernetes_namespace.team: Creating..."));
    assert!(
        again.lines.iter().any(|line| line.output.starts_with("kubernetes_namespace.team: Refreshing state... [id="))
    );
    let delete = of("usual", Transition::Delete, &stopped);
    assert!(delete.state_at(&stopped, delete.end).is_empty());
    assert_eq!((delete.cost, delete.commit_at), (0, None), "a delete is never asked for its cost");
}

#[test]
fn long_work_is_reported_every_ten_seconds() {
    let plan = start("slow-build");
    let still: Vec<&str> = plan
        .lines
        .iter()
        .map(|line| line.output.as_str())
        .filter(|text| text.starts_with("kubernetes_deployment.main[0]: Still creating..."))
        .collect();
    assert_eq!(still[0], "kubernetes_deployment.main[0]: Still creating... [10s elapsed]");
    assert!(still.contains(&"kubernetes_deployment.main[0]: Still creating... [1m10s elapsed]"), "{still:?}");
}

#[test]
fn a_cancellation_errs_what_is_under_way_and_keeps_what_is_there() {
    let plan = start("slow-build");
    let span =
        plan.spans.iter().find(|s| s.resource == "kubernetes_deployment.main[0]" && s.action == "create").unwrap();
    let at = span.start + 20 * SECOND;
    let rest = plan.cancelled(at, Clock::new(None, 1.0));
    assert_eq!(rest.error, "terraform apply: exit status 1");
    assert!(rest.lines[0].output.contains("Interrupt received."));
    assert!(rest.lines.iter().any(|line| line.output == "kubernetes_deployment.main[0]: Creation errored after 20s"));
    assert!(rest.end > at && rest.lines.last().unwrap().stage == CLEAN);
    let state = plan.state_at(&BTreeMap::new(), at);
    assert!(state.contains_key("kubernetes_namespace.team") && !state.contains_key("kubernetes_deployment.main[0]"));
    let early = plan.cancelled(1000, Clock::new(None, 1.0));
    assert_eq!(early.error, "canceled");
}

#[test]
fn lengths_are_written_as_terraform_writes_them() {
    assert_eq!(
        (seconds(400_000), seconds(12 * SECOND), seconds(72 * SECOND)),
        ("0s".into(), "12s".into(), "1m12s".into())
    );
}
