//! Parts of the console in other pages (docs/embedding.md): what such a page may say and hear (`protocol`), which pages
//! may (`framing`), how a window of this site hands a token over (`handover`), and what the address of a panel asks for
//! (`options`). Pure. May import `paths`, `config` and other `model` files.

pub(crate) mod framing;
pub(crate) mod handover;
pub(crate) mod options;
pub(crate) mod protocol;
