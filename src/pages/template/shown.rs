//! Which version of a template its page is about. May import `panels` and below.

use crate::panels::asked::Answered;
use crate::wire::id::Id;
use crate::wire::template_version::TemplateVersion;
use leptos::prelude::*;

/// Which version the page is about, and what is known of it.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// Its id.
    pub id: Memo<Id>,
    pub version: Answered<TemplateVersion>,
    /// Its name, once known.
    pub name: Memo<String>,
    /// Whether it can be built.
    pub is_usable: Memo<bool>,
}
