//! The whole list of workspaces: what finds, arranges, selects and acts on many, and the palette. It is a part of the
//! application of its own, which attaches to the page of the list (`panels::list_page`): whoever names this has all its
//! code with it. May import `store` and below.

mod arrange_tools;
mod bulk_bar;
mod bulk_report;
mod bulk_run;
mod cells;
mod dormancy;
mod everywhere;
mod filter_help;
mod group_head;
mod heads;
mod keys;
mod names;
mod openers;
mod palette;
mod paper;
mod pickers;
mod prefs;
mod refused_keys;
mod saved_views;
mod select;
mod state;
mod tools;

use self::bulk_bar::BulkBar;
use self::everywhere::Everywhere;
use self::filter_help::FilterHelp;
use self::names::Known;
use self::saved_views::SavedViews;
use self::state::ListState;
use self::tools::{Notes, Tools};
use crate::panels::last_list;
use crate::panels::list_page::{Attached, ListPage, Piece};
use leptos::prelude::*;

/// What is there on every page.
pub(crate) fn everywhere() -> AnyView {
    view! { <Everywhere/> }.into_any()
}

/// Adds all of it to a page of the list. Call it under the owner of the page.
pub(crate) fn attach(page: ListPage) -> Attached {
    let state = ListState::new(page);
    let names = Known::new(state.stores);
    let help = FilterHelp::new(page, names);
    keys::listen(page, state);
    paper::listen(page);
    last_list::keep(page);
    let view = Callback::new(move |piece: Piece| match piece {
        Piece::SavedViews => view! { <SavedViews page/> }.into_any(),
        Piece::Help => help.view(),
        Piece::Tools => view! { <Tools page state names/> }.into_any(),
        Piece::Notes => view! { <Notes page help/> }.into_any(),
        Piece::Foot => view! { <BulkBar page state/> }.into_any(),
        Piece::Head(column) => heads::head(state, column),
        Piece::SelectAll => heads::select_all(state),
        Piece::Select(row) => select::select_box(state, row),
        Piece::Owner(row) => cells::owner_picture(state, row),
        Piece::Template(row) => cells::template_picture(state, row),
        Piece::Cell(column, row) => cells::other(state, row, column),
        Piece::Group(index) => group_head::group_head(state, index),
    });
    Attached { lines: state.lines, view }
}
