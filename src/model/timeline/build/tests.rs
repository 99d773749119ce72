//! What is said of the whole.

use crate::model::timeline::fixtures::{SCRIPTS, STAGES, applied, at, failed, rows, start, timed, us, whole};
use crate::model::timeline::{Outcome, Phase, summary};
use crate::wire::build::{JobStatus, WorkspaceBuild};
use crate::wire::timings::BuildTimings;

#[test]
fn why_bars_are_estimates_is_said_as_it_is() {
    let empty = rows(serde_json::json!({
        "provisioner_timings": [], "agent_script_timings": [], "agent_connection_timings": [],
    }));
    let logs = applied(&[]);
    let note = |build: &WorkspaceBuild, timings: Option<&BuildTimings>| whole(build, timings, &logs).notes[0].clone();
    let so = "Estimated from the log, except the queue";
    assert_eq!(note(&start(), None), format!("{so}."), "they were not asked for");
    assert_eq!(note(&start(), Some(&empty)), format!("{so}: the server keeps no times of this build."));
    assert_eq!(note(&failed("terraform apply: exit status 1"), Some(&empty)), format!("{so}."));
    let mut running = start();
    running.job.status = JobStatus::Running;
    running.job.completed_at = None;
    assert_eq!(note(&running, None), format!("{so}, until the build succeeds and its exact times are there."));
    running.job.canceled_at = Some(at(20.0));
    assert_eq!(note(&running, None), format!("{so}."), "it will not succeed");
}

#[test]
fn job_statuses_that_are_not_known_are_said() {
    let mut build = start();
    build.job.status = JobStatus::Other("hibernating".to_owned());
    let timeline = whole(&build, None, &[]);
    assert_eq!(timeline.outcome, Outcome::Unknown("hibernating".to_owned()));
    assert_eq!(
        summary::text(&summary::headline(&timeline)),
        "Start: its status is “hibernating”, which this version of Gantry does not know."
    );
}

#[test]
fn gaps_stay_gaps() {
    let timeline = timed(&STAGES, &SCRIPTS);
    let spans: Vec<_> = timeline
        .spans
        .iter()
        .filter(|span| span.depth == 1)
        .map(|span| (span.start_us, span.end_us.unwrap()))
        .collect();
    assert_eq!(spans[0], (0, us(2.0)));
    assert_eq!(spans[1], (us(2.5), us(4.0)), "nothing is put between the queue and init");
    let parts = summary::time_spent(&timeline);
    assert_eq!(
        summary::text(&parts),
        "36 s from request to last script: 22 s apply, 14 s everything else.",
        "what is not named is everything else"
    );
    assert_eq!(parts[3].swatch, Some(Phase::Apply));
}
