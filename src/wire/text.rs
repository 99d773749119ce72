//! Enums that travel as text. The API's enums grow with every release, so a value this build does not know is data
//! (`Other`), never an error. Pure; imports `json`.

/// Declares an enum that travels as text: unit variants with their spelling, plus `Other(String)` for spellings that this
/// build does not know. Gives `as_str`, `Display`, `From<&str>`, and is read and written.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $(
                $(#[$variant_meta])*
                #[doc = concat!("`", $text, "`")]
                $variant,
            )*
            /// A value that this build does not know, as spelled by the server.
            Other(String),
        }

        impl $name {
            /// The values this build knows, in the order of declaration.
            pub const KNOWN: &'static [&'static str] = &[$($text),*];

            /// The value as the API spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $text,)*
                    $name::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => $name::$variant,)*
                    _ => $name::Other(text.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::json::Read for $name {
            #[inline(never)]
            fn read(reader: &mut $crate::json::Reader<'_>) -> Self {
                reader.text("a string").into()
            }

            fn is_absent(&self) -> bool {
                self.as_str().is_empty()
            }
        }

        impl $crate::json::Lacking for $name {
            /// The empty word: nobody said which.
            fn lacking(_: bool) -> Self {
                "".into()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::json::from_slice;

    text_enum! {
        /// For the test.
        Signal {
            Red = "red",
            Green = "green",
        }
    }

    #[test]
    fn known_and_unknown_values_survive() {
        for text in ["red", "green", "blue-of-next-year", "", "Red"] {
            let json = serde_json::to_string(text).unwrap();
            let value: Signal = from_slice(json.as_bytes()).unwrap();
            assert_eq!(value.as_str(), text);
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
        assert_eq!(Signal::KNOWN, ["red", "green"]);
        assert_eq!(Signal::from("red"), Signal::Red);
        assert_eq!(Signal::from("mauve"), Signal::Other("mauve".into()));
    }

    #[test]
    fn other_kinds_of_json_are_refused() {
        for json in ["1", "null", "true", "[]", "{}"] {
            assert!(from_slice::<Signal>(json.as_bytes()).is_err(), "{json}");
        }
    }
}
