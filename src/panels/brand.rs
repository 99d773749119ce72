//! The name of this console, which a site may change, and page titles with it. Imports `config`.

use crate::config::Config;
use leptos::prelude::*;
use std::sync::Arc;

/// The name: "Gantry" unless `config.json` says otherwise.
pub(crate) fn name() -> String {
    use_context::<Arc<Config>>().map_or_else(|| Config::default().name, |config| config.name.clone())
}

/// The title of a page.
pub(crate) fn title(page: &str) -> String {
    format!("{page} · {}", name())
}
