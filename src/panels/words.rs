//! A row in words, with all that is known beside it: the clock, the reader's calendar, how long builds usually take, why the last one
//! failed, an action under way. May import `store` and below.

use crate::model::operation::Operation;
use crate::model::row::Row;
use crate::model::status;
use crate::model::status::Context;
use crate::model::status::State;
use crate::model::status::StatusText;
use crate::panels::local;
use crate::store::Stores;

/// The state of a row; tracked. Asks for the log of a failed build, so call it for rows that can be seen.
pub fn describe(stores: &Stores, row: &Row) -> StatusText {
    use leptos::prelude::With as _;
    let text = with_context(stores, row, |context| status::describe(row, context));
    let overlay = stores.operations.of(row.id).with(|operation| operation.as_ref().and_then(Operation::overlay));
    match overlay {
        None => text,
        // The server shows the build: its own phase and time follow what the action is about.
        Some(overlay) if overlay.proven => StatusText {
            mark: overlay.mark,
            tone: overlay.tone,
            word: overlay.word,
            why: join(&overlay.why, &text.why),
            ..text
        },
        Some(overlay) => StatusText {
            mark: overlay.mark,
            tone: overlay.tone,
            word: overlay.word,
            why: overlay.why,
            progress: None,
            left: String::new(),
        },
    }
}

fn join(first: &str, second: &str) -> String {
    if first.is_empty() || second.is_empty() { format!("{first}{second}") } else { format!("{first}, {second}") }
}

/// The sentence at the head of a workspace's page; tracked.
pub fn sentence(stores: &Stores, row: &Row) -> String {
    with_context(stores, row, |context| status::sentence(row, context))
}

fn with_context<T>(stores: &Stores, row: &Row, say: impl FnOnce(&Context) -> T) -> T {
    use leptos::prelude::Get as _;
    let now_ms = stores.clock.now_ms.get();
    let failure = (status::state(row) == State::Failed).then(|| stores.failures.of(row.build.id).get()).flatten();
    let mut context = Context::new(now_ms, &local::Viewer);
    context.failure = failure.as_deref();
    context.usual = stores.usual.of(row);
    say(&context)
}
