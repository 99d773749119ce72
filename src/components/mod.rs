//! Building blocks without knowledge of a page; data by props. Imports neither `store` nor `api`.

pub mod ansi;

pub mod banner;

pub mod button;

pub mod dialog;

pub mod field;

pub mod gauge;

pub mod icon;

pub mod kv;

pub mod log_view;

pub mod menu;

pub mod skeleton;

pub mod state;

pub mod status;

pub mod tip;

pub mod toast;

use std::sync::atomic::{AtomicU32, Ordering};

/// An id for an element that another one refers to (`aria-describedby`, `popovertarget`), unique within the page.
pub fn unique_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
