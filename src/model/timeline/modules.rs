//! Modules as levels of the tree: what Terraform did in `module.pods["web"]` lies below one row of that name, which is
//! the heading of its rows and has no times of its own. Pure. Names are hashed by rustc-hash, as in `from_timings`.

use super::phases::Phase;
use super::span::{Precision, Span, SpanKind, SpanOutcome};
use super::tree::Node;
use super::whole::Timeline;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The most levels of modules; what is nested deeper keeps the rest of its address in its name.
const DEEPEST: usize = 12;

/// What is said of the row of a module.
const NOTE: &str = "from the first of its rows to the last";

/// The module with which an address begins, and the address within it: `module.pods["web"]` and
/// `docker_container.main`.
fn split(address: &str) -> Option<(&str, &str)> {
    let named = address.strip_prefix("module.")?;
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (at, byte) in named.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            b'[' => depth = depth.saturating_add(1),
            b']' => depth = depth.saturating_sub(1),
            // A name ends at its first blank: what follows is ours (" (refresh)").
            b' ' if depth == 0 => return None,
            b'.' if depth == 0 => {
                let (module, rest) = (address.get(..at + "module.".len())?, named.get(at + 1..)?);
                return (at > 0 && !rest.is_empty() && !rest.starts_with([' ', '.'])).then_some((module, rest));
            }
            _ => {}
        }
    }
    None
}

/// Puts the rows of a stage below rows of their modules. The order is kept: a module stands where its first row did.
pub(super) fn nest(rows: Vec<Node>, phase: Option<Phase>) -> Vec<Node> {
    nest_to(rows, phase, DEEPEST)
}

fn nest_to(rows: Vec<Node>, phase: Option<Phase>, levels: usize) -> Vec<Node> {
    if levels == 0 || rows.iter().all(|row| split(&row.span.label).is_none()) {
        return rows;
    }
    // Where each row goes, and how many come to each module, so that nothing has to be moved again as it grows: a row
    // is large, and there may be a hundred thousand.
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    let mut headings: Vec<(Node, usize)> = Vec::new();
    let goals: Vec<Option<usize>> = rows
        .iter()
        .map(|row| {
            let (module, _) = split(&row.span.label)?;
            let at = *known.entry(module).or_insert_with(|| {
                headings.push((Node::new(SpanKind::Module, phase, module.to_owned(), row.span.start_us), 0));
                headings.len() - 1
            });
            headings.get_mut(at)?.1 += 1;
            Some(at)
        })
        .collect();
    let alone = goals.iter().filter(|goal| goal.is_none()).count();
    let mut nested: Vec<Node> = Vec::with_capacity(alone + headings.len());
    let mut headings = headings.into_iter();
    let mut places: Vec<usize> = Vec::with_capacity(headings.len());
    for (mut row, goal) in rows.into_iter().zip(goals) {
        let Some(goal) = goal else {
            nested.push(row);
            continue;
        };
        // A module is met for the first time in the order in which they were found.
        if goal == places.len()
            && let Some((mut heading, count)) = headings.next()
        {
            heading.children.reserve_exact(count);
            places.push(nested.len());
            nested.push(heading);
        }
        let Some(module) = places.get(goal).and_then(|place| nested.get_mut(*place)) else { continue };
        let name = &module.span.label;
        for inner in &mut row.children {
            let within = inner.span.label.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            if let Some(rest) = within.map(str::to_owned) {
                inner.span.label = rest;
            }
        }
        // In a text of its own size: of a hundred thousand names the beginnings would be kept for nothing.
        row.span.label = row.span.label.get(name.len() + 1..).map(str::to_owned).unwrap_or_default();
        module.children.push(row);
    }
    for module in nested.iter_mut().filter(|row| row.span.kind == SpanKind::Module) {
        module.children = nest_to(std::mem::take(&mut module.children), phase, levels - 1);
        settle(module);
    }
    nested
}

/// Gives a module the times of its rows, and says how they ended.
fn settle(module: &mut Node) {
    let rows = || module.children.iter().map(|row| &row.span);
    let timed = || rows().filter(|span| span.has_times());
    let has = |of: fn(&SpanOutcome) -> bool| rows().any(|span| of(&span.outcome));
    let growing = rows().any(Span::is_growing);
    let start = timed().map(|span| span.start_us).min();
    let end = timed().filter_map(|span| span.end_us).max();
    let outcome = if start.is_none() {
        let waits = has(|outcome| matches!(outcome, SpanOutcome::NotStarted));
        if waits { SpanOutcome::NotStarted } else { SpanOutcome::NotKept }
    } else if has(SpanOutcome::is_failure) {
        SpanOutcome::Failed { message: "a row of it failed".to_owned() }
    } else if has(|outcome| matches!(outcome, SpanOutcome::Unfinished)) {
        SpanOutcome::Unfinished
    } else {
        SpanOutcome::Ok
    };
    let precision = timed().map(|span| span.precision).max();
    let start = start.or_else(|| rows().map(|span| span.start_us).min());
    let span = &mut module.span;
    span.start_us = start.unwrap_or(span.start_us);
    span.end_us = end.filter(|_| !growing);
    span.precision = if growing { Precision::Live } else { precision.unwrap_or(Precision::Exact) };
    span.outcome = outcome;
    span.note = Some(NOTE.to_owned());
}

impl Timeline {
    /// The whole name of a span: a resource's with the modules that it lies in.
    pub fn address<'a>(&'a self, span: &'a Span) -> Cow<'a, str> {
        let above = |span: &Span| span.parent.filter(|parent| *parent < span.id).and_then(|parent| self.span(parent));
        let mut name = Cow::Borrowed(span.label.as_str());
        let mut module = above(span).filter(|above| above.kind == SpanKind::Module);
        // What a provisioner did is named as its resource is.
        if span.kind == SpanKind::Resource && module.is_none() {
            module = above(span)
                .filter(|host| host.kind == SpanKind::Resource)
                .and_then(above)
                .filter(|above| above.kind == SpanKind::Module);
        }
        while let Some(one) = module {
            name = Cow::Owned(format!("{}.{name}", one.label));
            module = above(one).filter(|above| above.kind == SpanKind::Module);
        }
        name
    }

    /// All spans below this one, in display order.
    pub(crate) fn below(&self, id: u32) -> impl Iterator<Item = &Span> {
        let from = usize::try_from(id).unwrap_or(usize::MAX).saturating_add(1);
        let depth = self.span(id).map_or(u8::MAX, |span| span.depth);
        self.spans.get(from..).unwrap_or_default().iter().take_while(move |span| span.depth > depth)
    }
}

#[cfg(test)]
mod tests;
