//! The derive of `Read`.

use crate::attributes::{Container, Field, Tagging, Variant};
use crate::case::Case;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields, FieldsNamed, GenericParam, Result};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let container = Container::parse(&input.attrs)?;
    let body = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => {
                let fields = fields(named, container.case)?;
                quote! {
                    let mut fields = reader.fields();
                    Self #fields
                }
            }
            _ => return Err(syn::Error::new(input.span(), "json-tape reads structs with named fields")),
        },
        Data::Enum(data) => variants(data.variants.iter(), &container)?,
        Data::Union(_) => return Err(syn::Error::new(input.span(), "json-tape reads no unions")),
    };
    let mut generics = input.generics.clone();
    for parameter in &mut generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(syn::parse_quote!(::json_tape::Read));
        }
    }
    let name = &input.ident;
    let (generics, arguments, bounds) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::json_tape::Read for #name #arguments #bounds {
            #[inline(never)]
            fn read(reader: &mut ::json_tape::Reader<'_>) -> Self {
                #body
            }
        }
    })
}

/// `{ name: <from fields>, … }`: the named fields of a struct or a variant, read from an object `fields`.
fn fields(named: &FieldsNamed, case: Option<Case>) -> Result<TokenStream> {
    let mut values = Vec::new();
    for field in &named.named {
        let attributes = Field::parse(&field.attrs)?;
        let Some(name) = &field.ident else { continue };
        let key = attributes.key(name, case);
        let value = if attributes.left_out {
            quote!(fields.left_out())
        } else if attributes.skip {
            quote!(::core::default::Default::default())
        } else if attributes.default {
            quote_spanned!(field.ty.span()=> ::json_tape::Read::read_or_default(fields.maybe(#key)))
        } else {
            quote_spanned!(field.ty.span()=> ::json_tape::Read::read(fields.at(#key)))
        };
        values.push(quote!(#name: #value));
    }
    Ok(quote!({ #(#values),* }))
}

fn variants<'a>(all: impl Iterator<Item = &'a syn::Variant>, container: &Container) -> Result<TokenStream> {
    let (mut words, mut arms) = (Vec::new(), Vec::new());
    // What is made of a word that is not known, and of nothing once a misfit is noted: the value is not seen then, so
    // the plainest variant does.
    let (mut unknown, mut plainest, mut has_data) = (None, None, false);
    for variant in all {
        let attributes = Variant::parse(&variant.attrs)?;
        let made = made(variant, container)?;
        if attributes.untagged {
            let name = &variant.ident;
            unknown = Some(quote!(Self::#name(::json_tape::Read::read(reader))));
        } else if attributes.other {
            unknown = Some(made);
        } else {
            let index = words.len();
            words.push(attributes.word(&variant.ident, container.case));
            arms.push(quote!(::core::option::Option::Some(#index) => #made,));
            let is_plain = matches!(variant.fields, Fields::Unit);
            has_data |= !is_plain;
            if plainest.as_ref().is_none_or(|(plain, _)| is_plain && !plain) {
                plainest = Some((is_plain, made));
            }
        }
    }
    let fallback = plainest.map(|(_, made)| made);
    let note = if has_data { quote!(reader.unknown_variant()) } else { quote!(reader.expected("a known word")) };
    Ok(match &container.tagging {
        Tagging::External => {
            let unknown = unknown.unwrap_or_else(|| quote!({ #note; #fallback }));
            quote! {
                match reader.variant(&[#(#words),*]) { #(#arms)* _ => #unknown }
            }
        }
        Tagging::Internal(tag) | Tagging::Adjacent(tag, _) => {
            let unknown = unknown.unwrap_or_else(|| quote!({ fields.unknown_tag(#tag); #fallback }));
            quote! {
                let mut fields = reader.fields();
                match fields.tag(#tag, &[#(#words),*]) { #(#arms)* _ => #unknown }
            }
        }
    })
}

/// A variant, made of the reader where an externally tagged enum's data is, else of the object `fields` that has its
/// tag.
fn made(variant: &syn::Variant, container: &Container) -> Result<TokenStream> {
    let name = &variant.ident;
    let data = match &container.tagging {
        Tagging::External => quote!(reader),
        Tagging::Adjacent(_, content) => quote!(fields.at(#content)),
        Tagging::Internal(_) => TokenStream::new(),
    };
    Ok(match (&variant.fields, &container.tagging) {
        (Fields::Unit, _) => quote!(Self::#name),
        (Fields::Named(named), Tagging::Internal(_)) => {
            let fields = fields(named, None)?;
            quote!(Self::#name #fields)
        }
        (Fields::Named(named), _) => {
            let fields = fields(named, None)?;
            quote!({ let mut fields = #data.fields(); Self::#name #fields })
        }
        (Fields::Unnamed(unnamed), Tagging::External | Tagging::Adjacent(..)) if unnamed.unnamed.len() == 1 => {
            quote!(Self::#name(::json_tape::Read::read(#data)))
        }
        (Fields::Unnamed(_), _) => {
            let what = "json-tape reads variants without data, with named fields, or, unless the tag stands inside, with one value";
            return Err(syn::Error::new(variant.span(), what));
        }
    })
}
