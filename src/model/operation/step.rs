//! What an operation is made of: one request after the other. Pure.

use crate::json::{Read, Reader};
use crate::wire::Id;
use crate::wire::build::Transition;
use serde::Serialize;

/// One request of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A build.
    Build {
        /// What it does.
        transition: Transition,
        /// The version it must have; `None` for that of the build before.
        version: Option<Id>,
    },
    /// The end of a build under way.
    Cancel {
        /// Which.
        build: Id,
        /// Its number.
        number: i64,
        /// Whether it is expected to wait still, which is always allowed.
        expect_pending: bool,
    },
    /// The end of its dormancy.
    Activate,
    /// Whether it is a favourite.
    Favorite {
        /// Whether it is to be one.
        on: bool,
    },
}

impl Read for Step {
    fn read(reader: &mut Reader<'_>) -> Self {
        match reader.word() {
            "build" => {
                let mut fields = reader.fields();
                Step::Build {
                    transition: Read::read(fields.at("transition")),
                    version: Read::read(fields.at("version")),
                }
            }
            "cancel" => {
                let mut fields = reader.fields();
                Step::Cancel {
                    build: Read::read(fields.at("build")),
                    number: Read::read(fields.at("number")),
                    expect_pending: Read::read(fields.at("expect_pending")),
                }
            }
            "favorite" => Step::Favorite { on: Read::read(reader.fields().at("on")) },
            "activate" => Step::Activate,
            _ => {
                reader.expected("a step");
                Step::Activate
            }
        }
    }
}
