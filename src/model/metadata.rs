//! What an agent tells of itself, for people: each item with its value, its age, and what is wrong with it. Ages go on
//! between two frames, because the control plane sends nothing while nothing changes but them. Pure: the clock is
//! passed in. Imports `wire`.

use crate::model::{duration, terminal};
use crate::wire::metadata::AgentMetadata;

/// Below this age nothing is said of it, in seconds.
const FRESH_S: i64 = 10;

/// How an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It was collected when it should have been.
    Good,
    /// Its script has not run yet.
    Waiting,
    /// Its script failed.
    Failed,
    /// It should have been collected again long ago.
    Stale,
}

/// An item as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// One of its agent's.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What its script wrote, as a terminal shows it; empty if nothing.
    pub value: String,
    /// What went wrong with its script, in one line; empty if nothing did.
    pub error: String,
    /// How old it is, if that is worth a word: `20 s old`.
    pub age: String,
    /// How it is.
    pub standing: Standing,
    /// All of that in a sentence: `Collected 4 s ago, every 10 s.`
    pub about: String,
}

/// When what was heard was heard, and what time it is; Unix milliseconds of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub at_ms: i64,
    pub now_ms: i64,
}

/// The items as they are shown, in the order in which they came. A key that comes twice is shown once.
pub(crate) fn items(told: &[AgentMetadata], heard: Heard) -> Vec<Item> {
    let mut all: Vec<Item> = Vec::with_capacity(told.len());
    for one in told {
        if !all.iter().any(|known| known.key == one.description.key) {
            all.push(item(one, heard));
        }
    }
    all
}

fn item(told: &AgentMetadata, heard: Heard) -> Item {
    let (result, description) = (&told.result, &told.description);
    let name = if description.display_name.trim().is_empty() { &description.key } else { &description.display_name };
    let since_frame_s = heard.now_ms.saturating_sub(heard.at_ms).max(0) / 1_000;
    // Where the frame does not say its age, the time of its collection does.
    let age_s = result
        .age
        .unwrap_or_else(|| heard.at_ms.saturating_sub(result.collected_at.millis()) / 1_000)
        .max(0)
        .saturating_add(since_frame_s);
    let error = one_line(&result.error);
    let never = result.collected_at.millis() <= 0;
    let standing = if never {
        Standing::Waiting
    } else if !error.is_empty() {
        Standing::Failed
    } else if is_stale(age_s, description.interval, description.timeout) {
        Standing::Stale
    } else {
        Standing::Good
    };
    Item {
        key: description.key.clone(),
        name: name.trim().to_owned(),
        value: terminal::plain(&terminal::settled(&result.value)).trim().to_owned(),
        error,
        age: if never { String::new() } else { age_text(age_s) },
        standing,
        about: about(never, age_s, description.interval),
    }
}

/// Whether a value is so old that its script must have stopped running. One that runs once is never.
fn is_stale(age_s: i64, interval_s: i64, timeout_s: i64) -> bool {
    interval_s > 0 && age_s > interval_s.saturating_add(timeout_s.max(0).saturating_mul(2)).max(5)
}

/// An age in steps that a reader follows: nothing while it is fresh, then tens of seconds, then minutes.
fn age_text(age_s: i64) -> String {
    match age_s {
        ..FRESH_S => String::new(),
        FRESH_S..60 => format!("{} s old", age_s / 10 * 10),
        _ => format!("{} old", duration::left(age_s.saturating_mul(1_000))),
    }
}

fn about(never: bool, age_s: i64, interval_s: i64) -> String {
    let every = match interval_s {
        ..=0 => "once per start".to_owned(),
        seconds => format!("every {}", duration::setting(seconds.saturating_mul(1_000))),
    };
    if never {
        return format!("Not collected yet; {every}.");
    }
    // To the minute: what is shown on request need not change each second.
    let ago = if age_s < 60 {
        "less than a minute ago".to_owned()
    } else {
        format!("{} ago", duration::left(age_s.saturating_mul(1_000)))
    };
    format!("Collected {ago}, {every}.")
}

/// The lines of an error in one: `run cmd: signal: killed, context deadline exceeded`.
fn one_line(text: &str) -> String {
    terminal::plain(text).lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The items that are not well, in a sentence; `None` if all are: `2 of 5 values failed: Version, Replication lag.`
pub(crate) fn unwell(items: &[Item]) -> Option<String> {
    let names = |standing: Standing| {
        let names: Vec<&str> =
            items.iter().filter(|item| item.standing == standing).map(|item| item.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let failed = names(Standing::Failed).map(|names| format!("Failed: {names}."));
    let stale = names(Standing::Stale).map(|names| format!("Not collected as often as it should be: {names}."));
    let said: Vec<String> = [failed, stale].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

#[cfg(test)]
mod tests;
