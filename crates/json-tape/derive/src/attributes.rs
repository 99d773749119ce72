//! The attributes that decide how a type is read: serde's, and `read(left_out)`.

use crate::case::Case;
use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Ident, LitStr, Result};

/// How an enum says which variant it is.
pub(crate) enum Tagging {
    /// `"word"` or `{"word": data}`.
    External,
    /// `{tag: "word", …}`.
    Internal(String),
    /// `{tag: "word", content: data}`.
    Adjacent(String, String),
}

/// The attributes of a struct or an enum.
pub(crate) struct Container {
    pub(crate) case: Option<Case>,
    pub(crate) tagging: Tagging,
}

impl Container {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let (mut case, mut tag, mut content) = (None, None, None);
        each(attributes, |meta| {
            if meta.path.is_ident("rename_all") {
                case = Some(Case::parse(&text(meta)?)?);
            } else if meta.path.is_ident("tag") {
                tag = Some(text(meta)?.value());
            } else if meta.path.is_ident("content") {
                content = Some(text(meta)?.value());
            } else {
                return Err(unknown(meta));
            }
            Ok(())
        })?;
        let tagging = match (tag, content) {
            (Some(tag), Some(content)) => Tagging::Adjacent(tag, content),
            (Some(tag), None) => Tagging::Internal(tag),
            _ => Tagging::External,
        };
        Ok(Self { case, tagging })
    }
}

/// The attributes of a field.
#[derive(Default)]
pub(crate) struct Field {
    /// Its key, unless that follows from its name.
    rename: Option<String>,
    /// Whether it may be missing, `null` or of another shape.
    pub(crate) default: bool,
    /// Whether it is no key.
    pub(crate) skip: bool,
    /// Whether it holds what was left out of the fields before it.
    pub(crate) left_out: bool,
}

impl Field {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut field = Self::default();
        each(attributes, |meta| {
            if meta.path.is_ident("rename") {
                field.rename = Some(text(meta)?.value());
            } else if meta.path.is_ident("default") && !meta.input.peek(syn::Token![=]) {
                field.default = true;
            } else if meta.path.is_ident("skip") || meta.path.is_ident("skip_deserializing") {
                field.skip = true;
            } else if meta.path.is_ident("left_out") {
                field.left_out = true;
            } else if meta.path.is_ident("skip_serializing_if") {
                text(meta)?;
            } else {
                return Err(unknown(meta));
            }
            Ok(())
        })?;
        Ok(field)
    }

    /// Its key on the wire.
    pub(crate) fn key(&self, name: &Ident, case: Option<Case>) -> String {
        let name = name.unraw().to_string();
        self.rename.clone().unwrap_or_else(|| case.map_or(name.clone(), |case| case.of_field(&name)))
    }
}

/// The attributes of a variant.
#[derive(Default)]
pub(crate) struct Variant {
    /// Its word, unless that follows from its name.
    rename: Option<String>,
    /// Whether it stands for every word that is not known, without its data.
    pub(crate) other: bool,
    /// Whether it takes every value that no other variant does.
    pub(crate) untagged: bool,
}

impl Variant {
    pub(crate) fn parse(attributes: &[Attribute]) -> Result<Self> {
        let mut variant = Self::default();
        each(attributes, |meta| {
            if meta.path.is_ident("rename") {
                variant.rename = Some(text(meta)?.value());
            } else if meta.path.is_ident("other") {
                variant.other = true;
            } else if meta.path.is_ident("untagged") {
                variant.untagged = true;
            } else {
                return Err(unknown(meta));
            }
            Ok(())
        })?;
        Ok(variant)
    }

    /// Its word on the wire.
    pub(crate) fn word(&self, name: &Ident, case: Option<Case>) -> String {
        let name = name.unraw().to_string();
        self.rename.clone().unwrap_or_else(|| case.map_or(name.clone(), |case| case.of_variant(&name)))
    }
}

fn each(attributes: &[Attribute], mut take: impl FnMut(&ParseNestedMeta) -> Result<()>) -> Result<()> {
    for attribute in attributes {
        if attribute.path().is_ident("serde") || attribute.path().is_ident("read") {
            attribute.parse_nested_meta(|meta| take(&meta))?;
        }
    }
    Ok(())
}

fn text(meta: &ParseNestedMeta) -> Result<LitStr> {
    meta.value()?.parse()
}

fn unknown(meta: &ParseNestedMeta) -> syn::Error {
    meta.error("json-tape does not know this attribute; its README lists those that it does")
}
