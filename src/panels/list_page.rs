//! What the page of the list and the part of the application that has the whole list know of each other. The page has
//! the box, the presets and the rows from the first moment; the part that follows the first rows attaches to what
//! stands: it says which lines there are, and fills the places that the page left for it. So nothing that is looked at,
//! pressed or written into is made anew when it comes. What makes it is in `panels::workspace_list`. May import `store`
//! and below.

use crate::browser::storage;
use crate::model::arrange::{Arrangement, Column, Lines};
use crate::model::row::Row;
use crate::panels::action_runner::ActionRunner;
use crate::panels::go::SetParam;
use crate::store::workspaces::{List, ListStatus};
use crate::wire::id::Id;
use leptos::html::Input;
use leptos::prelude::*;
use std::sync::Arc;

/// What the list is about; the page makes it.
#[derive(Clone, Copy)]
pub(crate) struct ListPage {
    /// The query of the address.
    pub(crate) search: Memo<String>,
    /// What the list asks for.
    pub(crate) query: Memo<String>,
    /// Writes it into the address, in place.
    pub(crate) set_query: SetParam,
    /// How far that is.
    pub(crate) status: Memo<ListStatus>,
    /// The list whose rows are shown: that of the query before, until the rows of this one are there.
    pub(crate) shown: Signal<Option<List>>,
    /// The list of the query that is asked.
    pub(crate) latest: RwSignal<Option<List>>,
    /// The ids of the rows, in the order of the control plane.
    pub(crate) order: Memo<Arc<[Id]>>,
    /// How many match, as far as is known.
    pub(crate) count: Signal<Option<usize>>,
    /// Since when the rows are old, if they could not be refreshed.
    pub(crate) stale: Signal<Option<String>>,
    /// Where actions are asked for.
    pub(crate) runner: ActionRunner,
    /// How the list was arranged last, as text.
    pub(crate) remembered: RwSignal<String>,
    /// The box of the filter, and what stands in it.
    pub(crate) filter: NodeRef<Input>,
    pub(crate) typed: RwSignal<String>,
    /// Where the focus is asked to go among the lines.
    pub(crate) cursor: RwSignal<Option<usize>>,
    /// Whether the pointer is on the rows.
    pub(crate) hovered: RwSignal<bool>,
    /// Whether the rows are for paper: it shows all of them, not those of a window.
    pub(crate) printed: RwSignal<bool>,
    /// How many keys were kept before the page came ([`crate::panels::early_keys`]).
    pub(crate) early_keys: usize,
    /// What the part attached, once it is here.
    pub(crate) attached: RwSignal<Option<Attached>>,
}

/// What the part adds to a page of the list.
#[derive(Clone, Copy)]
pub(crate) struct Attached {
    /// The lines: sorted, grouped, narrowed.
    pub(crate) lines: Memo<Lines>,
    /// What stands in a place.
    pub(crate) view: Callback<Piece, AnyView>,
}

/// A row as a slot of the table holds it.
pub(crate) type SlotRow = Memo<Option<Row>>;

/// A place that the page leaves to the part.
#[derive(Clone, Copy)]
pub(crate) enum Piece {
    /// Beside the presets.
    SavedViews,
    /// Under the box.
    Help,
    /// Beside the box and below it.
    Tools,
    /// Between these and the rows.
    Notes,
    /// Below the rows.
    Foot,
    /// What the head of a column says, and what stands before that of the first.
    Head(Column),
    SelectAll,
    /// The box that selects a row.
    Select(SlotRow),
    /// Pictures.
    Owner(SlotRow),
    Template(SlotRow),
    /// A cell of a column that a list does not begin with.
    Cell(Column, SlotRow),
    /// The head of a group, by the line at which it stands.
    Group(Memo<usize>),
}

impl ListPage {
    /// How the list was arranged last, out of the browser's storage.
    pub(crate) fn remembered() -> RwSignal<String> {
        RwSignal::new(storage::get(storage::Area::Local, storage::ARRANGEMENT).unwrap_or_default())
    }

    /// How the list is arranged: as the address says, else as it was last; tracked.
    pub(crate) fn arrangement(self) -> Arrangement {
        let remembered = self.remembered.with(|text| Arrangement::recall(text));
        self.search.with(|search| Arrangement::read(search, &remembered))
    }

    /// The part's view of a place, as soon as the part is here.
    pub(crate) fn piece(self, piece: Piece) -> AnyView {
        (move || self.attached.get().map(|attached| attached.view.run(piece))).into_any()
    }

    /// The same, with something of the same size until then.
    pub(crate) fn piece_after(self, piece: Piece, class: &'static str) -> AnyView {
        (move || match self.attached.get() {
            Some(attached) => attached.view.run(piece),
            None => view! { <span class=class></span> }.into_any(),
        })
        .into_any()
    }
}
