//! The `view!` macro of the app: the markup of Leptos, turned into calls of `gantry::browser::view`, which are compiled once,
//! instead of into a new type for every element (docs/decisions/0008-size.md). The markup is parsed by rstml, as in Leptos.
//!
//! Elements take `name=value`, `name` alone, `class:name=`, `prop:name=`, `on:event=` and `node_ref=`; components take their
//! props, `let(name)` and children. Whatever else Leptos knows is an error that says so.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use rstml::node::{KeyedAttribute, KeyedAttributeValue, Node, NodeAttribute, NodeElement, NodeName};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit};

/// Elements that are made in the namespace of SVG.
const SVG: [&str; 11] = ["svg", "use", "path", "g", "rect", "line", "circle", "text", "title", "defs", "pattern"];
/// Elements without an end tag.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Markup as a `gantry::browser::view::Node`.
#[proc_macro]
pub fn view(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let config = rstml::ParserConfig::new().recover_block(true).always_self_closed_elements(HashSet::from(VOID));
    let parsed: Result<Vec<Node>, _> = rstml::Parser::new(config).parse_recoverable(tokens).into_result();
    let view = parsed.and_then(|nodes| all(&nodes));
    view.unwrap_or_else(|error| {
        let error = error.into_compile_error();
        quote!({ #error })
    })
    .into()
}

/// Markup as one node.
fn all(nodes: &[Node]) -> syn::Result<TokenStream> {
    let mut list = Vec::new();
    for node in nodes {
        list.extend(one(node)?);
    }
    if let [one] = list.as_slice() {
        return Ok(one.clone());
    }
    Ok(quote!(crate::browser::view::Node::Many(::std::vec![#(#list),*])))
}

/// One node; nothing for a comment.
fn one(node: &Node) -> syn::Result<Option<TokenStream>> {
    Ok(Some(match node {
        Node::Comment(_) => return Ok(None),
        Node::Text(text) => {
            let text = &text.value;
            quote!(crate::browser::view::Node::from_text(#text))
        }
        Node::Block(block) => quote!(crate::browser::view::IntoNode::into_node(#[allow(unused_braces)] #block)),
        Node::Element(node) if is_component(node.name()) => component(node)?,
        Node::Element(node) => element(node)?,
        other => return Err(syn::Error::new(other.span(), "text is written in quotes")),
    }))
}

fn is_component(name: &NodeName) -> bool {
    matches!(name, NodeName::Path(path) if path.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase)))
}

/// Where an element stands in the source: a view made by the same line is kept and changed, any other replaces it.
fn site() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn element(node: &NodeElement<rstml::Infallible>) -> syn::Result<TokenStream> {
    let name = node.name().to_string();
    let tag = name.trim_end_matches('_');
    let site = site();
    let make = if SVG.contains(&tag) { quote!(svg) } else { quote!(new) };
    let mut calls = Vec::new();
    for attribute in node.attributes() {
        let NodeAttribute::Attribute(attribute) = attribute else {
            return Err(syn::Error::new(attribute.span(), "an element takes named attributes only"));
        };
        calls.push(set(attribute)?);
    }
    for child in &node.children {
        match child {
            Node::Text(text) => {
                let text = &text.value;
                calls.push(quote!(element.text(#text);));
            }
            child => calls.extend(one(child)?.map(|child| quote!(element.child(#child);))),
        }
    }
    let span = node.name().span();
    Ok(quote_spanned! { span => {
        #[allow(unused_mut)]
        let mut element = crate::browser::view::Element::#make(#tag, #site);
        #(#calls)*
        crate::browser::view::Node::from(element)
    } })
}

/// One attribute of an element.
fn set(attribute: &KeyedAttribute) -> syn::Result<TokenStream> {
    let key = attribute.key.to_string().replace(' ', "");
    let span = attribute.key.span();
    let value = value(attribute)?;
    if let Some(class) = key.strip_prefix("class:") {
        return Ok(quote_spanned!(span => element.class(#class, #value);));
    }
    if let Some(property) = key.strip_prefix("prop:") {
        return Ok(quote_spanned!(span => element.property(#property, #value);));
    }
    if let Some(event) = key.strip_prefix("on:") {
        if event == "cancel" {
            // Leptos has no name for it.
            return Ok(
                quote_spanned!(span => element.on(::leptos::ev::Custom::<::leptos::ev::Event>::new("cancel"), #value);),
            );
        }
        let event = syn::Ident::new(event, span);
        return Ok(quote_spanned!(span => element.on(::leptos::ev::#event, #value);));
    }
    if key == "node_ref" {
        return Ok(quote_spanned!(span => element.node_ref(#value);));
    }
    if key.contains(':') {
        return Err(syn::Error::new(span, "of these, elements know class:, prop: and on:"));
    }
    Ok(match attribute.value() {
        None => quote!(element.fixed(#key, "");),
        Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => quote!(element.fixed(#key, #text);),
        Some(_) => quote_spanned!(span => element.attribute(#key, #value);),
    })
}

fn value(attribute: &KeyedAttribute) -> syn::Result<TokenStream> {
    match &attribute.possible_value {
        KeyedAttributeValue::Value(_) | KeyedAttributeValue::None => {
            Ok(attribute.value().map_or_else(|| quote!(true), |value| quote!(#[allow(unused_braces)] { #value })))
        }
        KeyedAttributeValue::Binding(binding) => {
            Err(syn::Error::new(binding.inputs.span(), "only let takes names in parentheses"))
        }
    }
}

fn component(node: &NodeElement<rstml::Infallible>) -> syn::Result<TokenStream> {
    let name = node.name();
    let mut props = Vec::new();
    let mut bound = Vec::new();
    for attribute in node.attributes() {
        let NodeAttribute::Attribute(attribute) = attribute else {
            return Err(syn::Error::new(attribute.span(), "a component takes named props only"));
        };
        let key = &attribute.key;
        let text = key.to_string();
        if text == "let" {
            let KeyedAttributeValue::Binding(binding) = &attribute.possible_value else {
                return Err(syn::Error::new(key.span(), "let takes its names in parentheses"));
            };
            let inputs = &binding.inputs;
            bound.push(quote!(#inputs));
            continue;
        }
        if text.contains(':') {
            return Err(syn::Error::new(key.span(), "a component takes props only: give it one for this"));
        }
        let value = attribute.value().map_or_else(|| quote!(#key), |value| quote!(#value));
        props.push(quote!(.#key(#[allow(unused_braces)] { #value })));
    }
    let span = Span::call_site();
    let children = if node.children.is_empty() {
        quote!()
    } else {
        let children = all(&node.children)?;
        if bound.is_empty() {
            quote_spanned!(span => .children(::leptos::children::ToChildren::to_children(move || #children)))
        } else {
            quote_spanned!(span => .children(move |#(#bound),*| #children))
        }
    };
    let generics = &node.open_tag.generics;
    let generics = if generics.lt_token.is_some() { quote!(::#generics) } else { quote!() };
    Ok(quote! {
        crate::browser::view::Node::of(::leptos::component::component_view(
            #[allow(clippy::needless_borrows_for_generic_args)]
            &#name,
            ::leptos::component::component_props_builder(&#name #generics)
                #(#props)*
                #children
                .build(),
        ))
    })
}
