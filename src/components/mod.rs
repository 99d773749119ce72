//! Building blocks without knowledge of a page; data by props. Imports neither `store` nor `api`.

pub(crate) mod ansi;

pub(crate) mod banner;

pub(crate) mod button;

pub(crate) mod controls;

pub(crate) mod dialog;

pub(crate) mod field;

pub(crate) mod gauge;

pub(crate) mod icon;

pub(crate) mod kv;

pub(crate) mod log_view;

pub(crate) mod markdown;

pub(crate) mod menu;

pub(crate) mod picture;
pub(crate) mod skeleton;

pub(crate) mod state;

pub(crate) mod status;

pub(crate) mod template_icon;

pub(crate) mod tip;

pub(crate) mod toast;

use std::sync::atomic::{AtomicU32, Ordering};

/// An id for an element that another one refers to (`aria-describedby`, `popovertarget`), unique within the page.
pub(crate) fn unique_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
