//! What agents were recorded to tell, and what they might.

use super::*;
use crate::model::recordings;
use crate::wire::Timestamp;
use crate::wire::metadata::{MetadataDescription, MetadataResult};
use proptest::prelude::*;

fn told(age: i64, interval: i64, value: &str, error: &str) -> AgentMetadata {
    AgentMetadata {
        result: MetadataResult {
            collected_at: Timestamp::from_millis(1_000_000),
            age: Some(age),
            value: value.into(),
            error: error.into(),
        },
        description: MetadataDescription { display_name: "Load".into(), key: "load".into(), interval, timeout: 3 },
    }
}

fn one(told: AgentMetadata, later_ms: i64) -> Item {
    items(&[told], Heard { at_ms: 2_000_000, now_ms: 2_000_000 + later_ms }).remove(0)
}

fn recorded(name: &str) -> Vec<Vec<AgentMetadata>> {
    let path = format!("{}/tests/contract/recordings/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let recording: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let frames = recording["frames"].as_array().unwrap();
    frames
        .iter()
        .filter(|frame| frame["type"] == "data")
        .map(|frame| recordings::read(frame["data"].clone()).unwrap())
        .collect()
}

#[test]
fn what_a_real_agent_told() {
    let frames = recorded("sockets/agent-metadata");
    let heard = Heard { at_ms: 0, now_ms: 0 };
    let first = items(&frames[0], heard);
    let said: Vec<_> = first
        .iter()
        .map(|item| (item.name.as_str(), item.value.as_str(), item.error.as_str(), item.standing))
        .collect();
    assert_eq!(
        said,
        [
            ("Broken", "oops", "run cmd: exit status 4", Standing::Failed),
            ("CPU usage", "12%", "", Standing::Good),
            ("Memory", "1.2/8 GB", "", Standing::Good),
            ("Several lines", "a\nb\nc", "", Standing::Good),
            ("Slow", "", "run cmd: signal: killed, context deadline exceeded", Standing::Failed),
        ]
    );
    assert_eq!(unwell(&first).unwrap(), "Failed: Broken, Slow.");
    let older = items(&recorded("2025-07/sockets/metadata")[0], heard);
    assert_eq!((older[0].value.as_str(), unwell(&older)), ("32G of 252G", None));
}

#[test]
fn ages_go_on_between_frames() {
    for (age, interval, later_ms, shown, standing) in [
        (0, 10, 0, "", Standing::Good),
        (4, 10, 5_999, "", Standing::Good),
        (4, 10, 6_000, "10 s old", Standing::Good),
        (4, 10, 12_999, "10 s old", Standing::Good),
        (4, 10, 13_000, "10 s old", Standing::Stale),
        (0, 10, 240_000, "4 m old", Standing::Stale),
        (3, 60, 62_000, "1 m old", Standing::Good),
        // Less than five seconds is never stale, and what runs once never is.
        (5, 1, 0, "", Standing::Good),
        (8, 1, 0, "", Standing::Stale),
        (90_000, 0, 0, "1 d 1 h old", Standing::Good),
        // A clock that runs backwards makes nothing younger than it was.
        (20, 60, -9_000, "20 s old", Standing::Good),
        (-7, 60, 0, "", Standing::Good),
    ] {
        let item = one(told(age, interval, "1", ""), later_ms);
        assert_eq!(
            (item.age.as_str(), item.standing),
            (shown, standing),
            "{age} s of {interval} s, {later_ms} ms later"
        );
    }
}

#[test]
fn what_was_never_collected_waits() {
    let mut never = told(i64::MAX / 1_000_000_000, 10, "", "");
    never.result.collected_at = Timestamp::from_millis(0);
    let item = one(never, 600_000);
    assert_eq!(
        (item.standing, item.age.as_str(), item.about.as_str()),
        (Standing::Waiting, "", "Not collected yet; every 10 s.")
    );
    let mut unsaid = told(0, 0, "", "");
    unsaid.result.collected_at = Timestamp::ZERO;
    assert_eq!(one(unsaid, 0).about, "Not collected yet; once per start.");
}

#[test]
fn names_and_values_are_as_a_terminal_shows_them() {
    let mut odd = told(0, 10, " 10%\r50%\n\u{1b}[31mred\u{1b}[0m\n\n", "");
    odd.description.display_name = " ".into();
    let item = one(odd, 0);
    assert_eq!((item.name.as_str(), item.value.as_str()), ("load", "50%\nred"));
    // A key that comes twice would be two elements under one name.
    let twice = items(&[told(0, 1, "a", ""), told(0, 1, "b", "")], Heard { at_ms: 0, now_ms: 0 });
    assert_eq!(twice.iter().map(|item| item.value.as_str()).collect::<Vec<_>>(), ["a"]);
    let stale = items(&[told(60, 10, "", "")], Heard { at_ms: 0, now_ms: 0 });
    assert_eq!(unwell(&stale).unwrap(), "Not collected as often as it should be: Load.");
}

proptest! {
    #[test]
    fn nothing_that_an_agent_tells_breaks_a_page(age in any::<Option<i64>>(), interval in any::<i64>(), timeout in any::<i64>(), collected in any::<i64>(), now in any::<i64>(), value in any::<String>(), error in any::<String>()) {
        let mut told = told(0, interval, &value, &error);
        told.result.age = age;
        told.result.collected_at = Timestamp::from_millis(collected / 1_000_000);
        told.description.timeout = timeout;
        let item = one(told, now.checked_sub(2_000_000).unwrap_or(0));
        prop_assert!(!item.error.contains('\n') && !item.age.contains('-') && !item.about.contains(" -"));
        prop_assert_eq!(item.standing == Standing::Waiting, item.age.is_empty() && item.about.starts_with("Not collected"));
    }
}
