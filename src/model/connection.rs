//! Whether everything between this page and the control plane is as it has to be: what was observed (`facts`) becomes
//! one verdict for each thing that may be wrong, with the header by name and the line that mends it (docs/hosting.md).
//! Pure; the page at `/connection` shows it.

mod check;
mod facts;
mod files;
mod frames;
mod host;
mod policy;
mod reach;
mod server;
mod session;
mod summary;

pub(crate) use check::{Check, Grade, HeaderRow, Snippet};
pub(crate) use facts::{Answer, Asking, Facts, Seen, Socket, Untried};
pub(crate) use summary::{Meaning, meaning, path, report, summary};

/// The verdicts, in the order in which they are shown: what others depend on first.
pub(crate) fn checks(facts: &Facts) -> Vec<Check> {
    let mut checks = vec![
        reach::reachable(facts),
        host::host(facts),
        host::socket(facts),
        session::cookie(facts),
        session::forgery(facts),
        policy::policy(facts),
        files::files(facts),
        server::clock(facts),
        server::version(facts),
        server::licence(facts),
    ];
    // Where no other page may show anything, there is nothing to be said of it.
    checks.extend(frames::frames(facts));
    checks
}

#[cfg(test)]
mod tests;
