//! The derive of `Word`.

use crate::attributes::{Container, Variant};
use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, Result};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let container = Container::parse(&input.attrs)?;
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new(input.span(), "only an enum is a word"));
    };
    let (mut names, mut words, mut other) = (Vec::new(), Vec::new(), None);
    for variant in &data.variants {
        let attributes = Variant::parse(&variant.attrs)?;
        match &variant.fields {
            Fields::Unit if !attributes.other => {
                names.push(&variant.ident);
                words.push(attributes.word(&variant.ident, container.case));
            }
            Fields::Unnamed(_) if attributes.untagged => other = Some(&variant.ident),
            _ => {
                let what = "a word has variants without data, and perhaps a last `#[serde(untagged)] Other(String)`";
                return Err(syn::Error::new(variant.span(), what));
            }
        }
    }
    let (name, visibility) = (&input.ident, &input.vis);
    let kept = other.map(|other| quote!(Self::#other(word) => word,));
    let read = other.map(|other| {
        quote! {
            #[automatically_derived]
            impl ::core::convert::From<&str> for #name {
                fn from(word: &str) -> Self {
                    match word {
                        #(#words => Self::#names,)*
                        _ => Self::#other(word.to_owned()),
                    }
                }
            }

            #[automatically_derived]
            impl ::core::default::Default for #name {
                fn default() -> Self {
                    Self::#other(::std::string::String::new())
                }
            }
        }
    });
    Ok(quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #name {
            /// The words that are known, in the order of declaration.
            #visibility const WORDS: &'static [&'static str] = &[#(#words),*];

            /// The word as it is spelled on the wire.
            #visibility fn as_str(&self) -> &str {
                match self {
                    #(Self::#names => #words,)*
                    #kept
                }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #name {
            fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        #read
    })
}
