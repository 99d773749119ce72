//! What a failed or canceled start left behind, and whether it is still there. Pure.

use super::part::count;
use crate::model::timeline::events::plain_address;
use crate::model::timeline::{Outcome, Span, SpanKind, SpanOutcome, Timeline};
use crate::wire::build::{BuildStatus, Transition, WorkspaceBuild};
use crate::wire::workspace::Workspace;

/// What became of a workspace after one of its builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// Nothing: it is the latest build.
    Latest,
    /// Other builds followed.
    Followed,
    /// It was deleted.
    Deleted,
    /// The workspace is not known (yet).
    Unknown,
}

impl Since {
    /// What became of the workspace of `build`: `known` is the workspace as it is now, if anything is known of it.
    pub(crate) fn of(build: &WorkspaceBuild, known: Option<&Workspace>, deleted: bool) -> Since {
        // Another workspace may have its name by now.
        match known.filter(|known| known.id == build.workspace_id) {
            Some(_) | None if deleted => Since::Deleted,
            Some(known) if known.latest_build.status == BuildStatus::Deleted => Since::Deleted,
            Some(known) if known.latest_build.build_number > build.build_number => Since::Followed,
            Some(_) => Since::Latest,
            None => Since::Unknown,
        }
    }
}

/// What a failed or canceled start made before it ended, and whether that is still there: what stays until the next
/// build is said of the latest build alone. None if the log tells of nothing.
pub(crate) fn left_behind(timeline: &Timeline, since: Since) -> Option<String> {
    if timeline.transition != Transition::Start {
        return None;
    }
    let what = match timeline.outcome {
        Outcome::Failed { .. } => "failed",
        Outcome::Canceled => "was canceled",
        _ => return None,
    };
    // What was made and then failed to be set up stays, too: Terraform keeps it as tainted.
    let is_made = |span: &Span| span.outcome == SpanOutcome::Ok || timeline.children(span.id).next().is_some();
    let made = timeline
        .spans
        .iter()
        .filter(|span| span.kind == SpanKind::Resource && span.action.as_deref() == Some("create") && is_made(span));
    let made: Vec<_> = made.map(|span| timeline.address(span)).collect();
    if made.is_empty() {
        return None;
    }
    let made_count = made.len();
    let (were, stay, them) = if made_count == 1 { ("was", "stays", "it") } else { ("were", "stay", "them") };
    let made_text = count(made_count, "resource", "resources");
    let said = format!("{made_text} {were} made before the start {what}");
    match since {
        Since::Latest => {}
        Since::Followed => return Some(format!("{said}; later builds may have changed or removed {them}.")),
        Since::Deleted => return Some(format!("{said}; the workspace was deleted later.")),
        Since::Unknown => return Some(format!("{said}.")),
    }
    let said = format!("{said} and {stay} until the next build");
    // Coder's own resources exist in its state alone.
    let costly: Vec<&str> = made.iter().map(AsRef::as_ref).filter(|label| !is_coders_own(label)).collect();
    if costly.is_empty() {
        return Some(format!("{said}."));
    }
    let which = if made_count == 1 { "it may cost".to_owned() } else { format!("{} of them may cost", costly.len()) };
    let named = costly.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    let more = match costly.len().saturating_sub(5) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("{said}; {which}: {named}{more}."))
}

/// Whether an address is that of one of Coder's own resources (`module.x["a.b"].coder_app.main[0]`).
fn is_coders_own(address: &str) -> bool {
    plain_address(address).starts_with("coder_")
}

#[cfg(test)]
mod tests;
