//! The browser itself: storage, timers, visibility, network state, clock text, tab channels, locks, clipboard, the
//! page's head and address. The only `web_sys` beside `api` and `waterfall`. May import `model` and below.
//!
//! By hand instead of leptos-use's crates: each of those brings 17 to 35 crates for a wrapper of twenty lines, and its
//! state is an arena signal that dies with the view that made it, while what stands here is used by stores that outlive
//! every page.
//!
//! Every function here answers "no" instead of failing: storage may be forbidden, locks and the clipboard exist only in
//! secure contexts, a channel may be missing in an embedded view.

pub(crate) mod address;

pub(crate) mod popup;

pub(crate) mod frame;

pub(crate) mod history_entry;

pub(crate) mod route_focus;

pub(crate) mod notify;

pub(crate) mod channel;

pub(crate) mod clipboard;

pub(crate) mod clock_text;

pub(crate) mod database;

pub(crate) mod dom;

pub(crate) mod locks;

pub(crate) mod network;

pub(crate) mod page;

pub(crate) mod pattern;

pub(crate) mod scroll_restoration;

pub(crate) mod storage;

pub(crate) mod timers;

pub(crate) mod visibility;

pub(crate) mod zones;
