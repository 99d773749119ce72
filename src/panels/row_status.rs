//! A row in words, with all that is known beside it: the clock, the reader's calendar, how long builds usually take,
//! why the last one failed, an action under way. May import `store` and below.

use crate::browser::clock_text::Viewer;
use crate::model::operation::Operation;
use crate::model::row::Row;
use crate::model::status::{self, Context, State, StatusText};
use crate::model::wants::wanted_by;
use crate::paths;
use crate::store::{Stores, use_stores};
use crate::wire::id::Id;
use leptos::prelude::{Effect, StoredValue};

/// Says that the view which is being made shows these rows, for as long as it is there: what their words need beside
/// them is asked for. Tracked.
pub(crate) fn want(rows: impl Fn() -> Vec<Row> + 'static) {
    use leptos::prelude::WithValue as _;
    let interest = StoredValue::new(use_stores().wants.interest());
    Effect::new(move |_| interest.with_value(|interest| interest.set(wanted_by(&rows()))));
}

/// The state of a row in words, of what is known; tracked. What is not known yet is asked for where [`want`] says that
/// the row is shown.
pub(crate) fn describe(stores: &Stores, row: &Row) -> StatusText {
    use leptos::prelude::With as _;
    let text = with_context(stores, row, |context| status::describe(row, context));
    // Time matters to what is held back alone; the words above have asked for it.
    match stores.operations.of(row.id).with(|operation| operation.as_ref()?.overlay(stores.clock.now())) {
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
            more: String::new(),
        },
    }
}

/// What a row shows of an operation that did not go as asked, until it is dismissed.
#[derive(Clone, PartialEq)]
pub(crate) struct RowReport {
    /// What to say in place of the row's own reason; `None` where that says more: Terraform's words.
    pub text: Option<String>,
    /// The path and the number of the build that tells more.
    pub build: Option<(String, i64)>,
}

/// The report in a row; tracked.
pub(crate) fn report(stores: &Stores, row: &Row) -> Option<RowReport> {
    use leptos::prelude::With as _;
    stores.operations.of(row.id).with(|operation| {
        let operation = operation.as_ref()?;
        let said = operation.in_row()?;
        let build = operation.report()?.build;
        let told = status::state(row) == State::Failed && build == Some(row.build.number);
        Some(RowReport {
            text: (!told).then_some(said),
            build: build.map(|number| (paths::build(&operation.owner, &operation.name, number), number)),
        })
    })
}

fn join(first: &str, second: &str) -> String {
    if first.is_empty() || second.is_empty() { format!("{first}{second}") } else { format!("{first}, {second}") }
}

/// Whether an action of this user is under way on a workspace, one that is held back included; tracked. Not one that
/// waits for an answer.
pub(crate) fn is_acted_on(stores: &Stores, id: Id) -> bool {
    use leptos::prelude::With as _;
    stores.operations.of(id).with(|operation| {
        operation.as_ref().is_some_and(|operation: &Operation| {
            !operation.is_asking() && operation.overlay(stores.clock.now()).is_some()
        })
    })
}

/// The sentence at the head of a workspace's page; tracked. While an action is under way it tells of that, as the row
/// does: between the two builds of a restart the workspace is stopped, and that is not all there is to say. What the
/// action asks stands in a banner below.
pub(crate) fn sentence(stores: &Stores, row: &Row) -> String {
    if is_acted_on(stores, row.id) {
        let text = describe(stores, row);
        return format!("{}: {}.", text.word, text.why);
    }
    with_context(stores, row, |context| status::sentence(row, context))
}

/// What is known of the time: now, and until when what goes on is known to. Tracked.
pub(crate) fn context(stores: &Stores) -> Context<'static> {
    use leptos::prelude::Get as _;
    let mut context = Context::new(stores.clock.now_ms.get(), &Viewer);
    context.held_ms = stores.net.held_ms();
    context
}

fn with_context<T>(stores: &Stores, row: &Row, say: impl FnOnce(&Context) -> T) -> T {
    use leptos::prelude::Get as _;
    let failure = (status::state(row) == State::Failed).then(|| stores.failures.of(row.build.id).get()).flatten();
    let mut context = context(stores);
    context.failure = failure.as_deref();
    context.usual = stores.durations.of(row);
    let running = matches!(status::state(row), State::Starting | State::Stopping | State::Deleting);
    let phase = running.then(|| stores.stages.of(row, stores.known_ms())).flatten();
    context.phase = phase.as_deref();
    say(&context)
}
