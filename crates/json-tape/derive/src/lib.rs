//! The derives of `json-tape`: [`Read`](macro@Read) for types that are read from JSON, [`Word`](macro@Word) for enums
//! that are one word on the wire. They understand the attributes of serde, so that a type has one spelling for both
//! directions; an attribute that they do not know is an error of the compiler that says so.

mod attributes;
mod case;
mod read;
mod word;

use proc_macro::TokenStream;
use syn::DeriveInput;

/// Reads a struct with named fields, or an enum.
///
/// `rename`, `rename_all`, `default`, `tag`, `content`, `other` and `untagged` (on a last variant that takes every
/// other value) are serde's, as is `skip`; `#[read(left_out)]` at a skipped field has it hold what was left out of the
/// fields before it.
#[proc_macro_derive(Read, attributes(serde, read))]
pub fn read(input: TokenStream) -> TokenStream {
    expand(input, read::derive)
}

/// Gives an enum of words `WORDS`, `as_str` and `Display`, and `From<&str>` and `Default` (the empty word) if its last
/// variant is `#[serde(untagged)] Other(String)`.
#[proc_macro_derive(Word, attributes(serde))]
pub fn word(input: TokenStream) -> TokenStream {
    expand(input, word::derive)
}

fn expand(input: TokenStream, derive: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    let derived = syn::parse(input).and_then(|input| derive(&input));
    derived.unwrap_or_else(syn::Error::into_compile_error).into()
}
