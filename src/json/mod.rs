//! The reader of JSON as long as not every type says its spelling with attributes: `json_tape` is what there will be.

pub use json_tape::*;

/// A struct with the derives of `json_tape`: `name?: Type` has `#[serde(default)]`.
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field_vis:vis $field:ident $(? $($maybe:lifetime)?)? : $type:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(json_tape::Read)]
        $vis struct $name {
            $( $(#[$field_meta])* $($($maybe)? #[serde(default)])? $field_vis $field: $type, )*
        }
    };
}

/// An enum of words with the derives of `json_tape`.
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $word:literal, )* }
    ) => {
        $(#[$meta])*
        #[derive(serde::Serialize, json_tape::Read)]
        $vis enum $name { $( $(#[$variant_meta])* #[serde(rename = $word)] $variant, )* }
    };
}
