//! The headline's pieces.

use crate::model::timeline::fixtures::{STAGES, build, logs, of, start, us, whole};
use crate::model::timeline::summary;
use crate::wire::build::JobStatus;

#[test]
fn sentences_say_how_their_words_are_meant_and_lead_to_the_log() {
    use summary::Tone;
    let logs = logs("real/apply-failed-logs");
    let timeline = whole(&build("real/apply-failed-workspace"), None, &logs);
    let parts = summary::headline(&timeline);
    assert_eq!((parts[0].tone, parts[0].strong), (Tone::Bad, true));
    let part = |text: &str| parts.iter().find(|part| part.text.contains(text)).unwrap();
    // Where there is a place it is the link: the error itself may be a paragraph.
    assert_eq!((part("16 CPUs").log_id, part("16 CPUs").strong), (None, true));
    assert_eq!((part("main.tf").log_id, part("main.tf").strong), (Some(573), false));
    assert_eq!((part("after").log_id, part("after").tone), (None, Tone::Plain));
    let mut timings = of(&STAGES, &[("start", "exit_failure", 1, "Dotfiles", 33.2, 35.0)]);
    let parts = summary::headline(&whole(&start(), Some(&timings), &[]));
    let tones: Vec<_> = parts.iter().filter(|part| part.strong).map(|part| (part.text.as_str(), part.tone)).collect();
    assert_eq!(tones, [("Start succeeded", Tone::Good), ("1 script failed", Tone::Warn)]);
    // What lies beyond the end of a build that failed is no part of its length.
    timings.provisioner_timings = Vec::new().into();
    let mut build = start();
    (build.job.status, build.job.error) = (JobStatus::Failed, Some("it broke".to_owned()));
    let timeline = whole(&build, Some(&timings), &[]);
    assert!(timeline.end_us > us(30.0));
    assert!(summary::sentence(&timeline).contains("start failed after 30 s"), "{}", summary::sentence(&timeline));
}
