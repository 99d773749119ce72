//! The errors of a build's log (docs/control-plane-api.md, 6.3). Terraform tells each in a row `Error: SUMMARY`, which
//! may have several lines, then, row by row, where it is, the source there, and its detail; what is printed for people
//! (init, standard error) is in a box instead. Other rows of level error are what a program said on the way: they are
//! no error beside one. Pure.

use super::events::{Event, event_of, looks_like_address, plain_address};
use super::line::{BARS, clean, in_order};
use super::quota::{ToldRefusal, told_refusal};
use super::reason;
use crate::model::terminal;
use crate::wire::log::{LogLevel, ProvisionerJobLog};
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// An error of a log, in the words of Terraform or of what it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogError {
    /// The address of the resource, with its index where the log has it: `null_resource.machine[0]`.
    pub resource: Option<String>,
    /// What went wrong, in one line of at most 300 characters: "no machine of 16 CPUs is free in us".
    pub message: String,
    /// The cause alone, for where there is little room; the message where that is short.
    pub lead: String,
    /// The template's file.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
    /// The id of the log line with which the error begins.
    pub log_id: i64,
    /// No row `Error:` tells it: it is only the first thing that was said on that level. What the job itself says comes
    /// before it.
    pub bare: bool,
}

impl LogError {
    /// "main.tf line 158".
    pub fn place(&self) -> Option<String> {
        Some(format!("{} line {}", self.file.as_deref()?, self.line?))
    }

    pub(super) fn of_quota(quota: &ToldRefusal) -> Self {
        let message = quota.refusal.sentence();
        Self {
            resource: None,
            lead: message.clone(),
            message,
            file: None,
            line: None,
            log_id: quota.log_id,
            bare: false,
        }
    }
}

/// The errors of a build's log: the one to tell first, then the others in the log's order. A refusal by quota is one.
/// Nothing is an error of a build that succeeded: ask for those of failed and canceled ones.
pub(crate) fn errors(logs: &[ProvisionerJobLog]) -> Vec<LogError> {
    let lines = in_order(logs);
    let blocks = read(&lines);
    if blocks.first().is_none_or(|block| block.bare)
        && let Some(quota) = told_refusal(logs)
    {
        return vec![LogError::of_quota(&quota)];
    }
    with_addresses(blocks, &lines).into_iter().map(|(_, error)| error).collect()
}

/// The first of [`errors`].
#[cfg(test)]
pub(crate) fn first_error(logs: &[ProvisionerJobLog]) -> Option<LogError> {
    errors(logs).into_iter().next()
}

/// "and 3 more errors"; empty where there is none.
pub(crate) fn more_errors(more: usize) -> String {
    match more {
        0 => String::new(),
        1 => "and 1 more error".to_owned(),
        more => format!("and {more} more errors"),
    }
}

/// What a job's own error says, its cause where it is long; none where it says only that Terraform ended with a status.
pub(crate) fn job_error(error: &str) -> Option<String> {
    reason::of_job(error).map(|told| told.lead)
}

/// An error of the log: from its "Error:" to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    /// After "Error: ", line by line.
    summary: Vec<String>,
    /// `type.name` as "in resource …" gives it, or the whole address of "with …,".
    resource: Option<String>,
    /// Whether `resource` is whole.
    exact: bool,
    file: Option<String>,
    line: Option<u32>,
    /// The text below, with its empty lines.
    detail: Vec<String>,
    /// What a program on a machine printed, as far as the log has it.
    printed: Vec<String>,
    /// The lines are in a box.
    boxed: bool,
    /// The source stands between the place and the first empty line.
    in_source: bool,
    bare: bool,
    pub stage: String,
    pub first: i64,
    pub last: i64,
    /// Unix µs.
    pub at: i64,
}

impl Block {
    fn into_error(self, errored: &[Cow<'_, str>]) -> LogError {
        let printed: Vec<&str> = self.printed.iter().map(String::as_str).collect();
        let reason::Told { message, lead } = reason::tell(&self.summary, &self.detail, &printed);
        LogError {
            message,
            lead,
            resource: self.address(errored),
            file: self.file,
            line: self.line,
            log_id: self.first,
            bare: self.bare,
        }
    }

    /// Terraform stopped because of something else.
    fn is_consequence(&self) -> bool {
        matches!(self.summary.as_slice(), [only] if is_halt(only))
    }

    /// Whether the summary only names the kind of error.
    fn is_title(&self) -> bool {
        matches!(self.summary.as_slice(), [only] if reason::is_title(only))
    }

    /// Whether what a program printed is being told.
    fn is_output(&self) -> bool {
        self.summary.last().is_some_and(|line| line.ends_with("provisioner error"))
            && self.detail.iter().any(|line| line.contains("Output:"))
    }

    /// The whole address: the errored resource of this type and name, or the only errored one if the block names none.
    fn address(&self, errored: &[Cow<'_, str>]) -> Option<String> {
        match &self.resource {
            Some(resource) if self.exact => Some(resource.clone()),
            Some(resource) => {
                let whole = errored.iter().find(|address| plain_address(address) == *resource);
                Some(whole.map_or_else(|| resource.clone(), |address| address.clone().into_owned()))
            }
            None => match errored {
                [only] => Some(only.clone().into_owned()),
                _ => None,
            },
        }
    }
}

impl Block {
    fn new(piece: &Piece<'_>, summary: &str) -> Self {
        Self {
            summary: vec![summary.trim().to_owned()],
            boxed: piece.framed,
            stage: piece.log.stage.clone(),
            first: piece.log.id,
            last: piece.log.id,
            at: piece.log.created_at.micros(),
            ..Self::default()
        }
    }

    /// What a program on a machine printed is in rows of its own before the error.
    fn hear(&mut self, lines: &[&ProvisionerJobLog]) {
        if self.summary.last().is_none_or(|line| line != "remote-exec provisioner error") {
            return;
        }
        let Some(resource) = self.resource.clone() else { return };
        let name = plain_address(&resource);
        for log in lines.iter().filter(|log| log.id < self.first && log.output.contains("(remote-exec): ")) {
            for line in log.output.split('\n') {
                let line = clean(line);
                if let Some((address, Event::Says)) = event_of(&line)
                    && plain_address(address) == name
                    && let Some((_, said)) = line.split_once("(remote-exec): ")
                {
                    self.printed.push(said.to_owned());
                }
            }
        }
    }
}

impl Block {
    /// Takes a line that says where the error is.
    fn read_place(&mut self, line: &str) -> bool {
        if let Some(address) = line.strip_prefix("with ").and_then(|rest| rest.strip_suffix(','))
            && !self.exact
            && looks_like_address(address)
        {
            self.resource = Some(address.to_owned());
            self.exact = true;
            return true;
        }
        let Some((file, number, rest)) = place(line).filter(|_| self.file.is_none()) else { return false };
        self.file = Some(file.to_owned());
        self.line = Some(number);
        self.in_source = true;
        if !self.exact {
            self.resource = named(rest);
        }
        true
    }

    /// Takes one line below "Error:".
    fn read_detail(&mut self, piece: &Piece<'_>) {
        let line = &*piece.text;
        self.last = piece.log.id;
        if line.is_empty() {
            self.in_source = false;
            // The first line that is not empty begins the detail.
            if self.detail.last().is_some_and(|last| !last.is_empty()) {
                self.detail.push(String::new());
            }
            return;
        }
        let drawn = line.starts_with(['├', '│', '─']);
        let source = self.in_source && (is_source(line) || line == "(source code not available)");
        if drawn || source || self.read_place(line) {
            return;
        }
        self.detail.push(line.to_owned());
    }
}

/// Each block with its error. An error names a resource without its index: the next one that does is about the next of
/// them that errored.
pub(super) fn with_addresses(blocks: Vec<Block>, lines: &[&ProvisionerJobLog]) -> Vec<(Block, LogError)> {
    let mut errored = errored_addresses(lines);
    let mut told = Vec::with_capacity(blocks.len());
    for block in blocks {
        let error = block.clone().into_error(&errored);
        if let Some(at) = errored.iter().position(|address| Some(address.as_ref()) == error.resource.as_deref()) {
            errored.remove(at);
        }
        told.push((block, error));
    }
    told
}

/// One line of a row.
struct Piece<'a> {
    log: &'a ProvisionerJobLog,
    text: Cow<'a, str>,
    /// It is the first of its row.
    head: bool,
    framed: bool,
    /// It is the upper or the lower edge of a box.
    edge: bool,
    /// A row of another level stands between it and the one before it.
    apart: bool,
}

/// The pieces of the rows that `wanted` chooses.
fn pieces<'a>(lines: &[&'a ProvisionerJobLog], wanted: impl Fn(&ProvisionerJobLog) -> bool) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut apart = false;
    for log in lines {
        if !wanted(log) {
            apart = true;
            continue;
        }
        for (number, line) in log.output.split('\n').enumerate() {
            let plain = terminal::plain(line);
            let framed = plain.starts_with(BARS);
            let edge = plain.starts_with(['╷', '╵']);
            pieces.push(Piece {
                log,
                text: clean(line),
                head: number == 0,
                framed,
                edge,
                apart: std::mem::take(&mut apart),
            });
        }
    }
    pieces
}

/// The errors of a log, the one to tell first at their head. Rows of level error; where none of these is an error,
/// whatever row begins as one does; and where there is none at all, the first words that were said on that level.
pub(super) fn read(lines: &[&ProvisionerJobLog]) -> Vec<Block> {
    let levelled = pieces(lines, |log| log.log_level == LogLevel::Error);
    let mut blocks = blocks_of(&levelled, true);
    // An error that says nothing is none.
    let says =
        |block: &Block| block.summary.iter().chain(&block.detail).any(|line| line.contains(char::is_alphanumeric));
    blocks.retain(says);
    if blocks.is_empty() && lines.iter().any(|log| log.output.contains("Error:")) {
        let said = |log: &ProvisionerJobLog| !matches!(log.log_level, LogLevel::Debug | LogLevel::Trace);
        blocks = blocks_of(&pieces(lines, said), false);
        blocks.retain(says);
    }
    if blocks.is_empty() {
        // An error does not begin with an empty line or a ruled one, as the reaper's does.
        let says = |piece: &&Piece<'_>| piece.text.contains(char::is_alphanumeric) && !is_noise(&piece.text);
        blocks.extend(levelled.iter().find(says).map(|piece| Block { bare: true, ..Block::new(piece, &piece.text) }));
    }
    // What stopped only because of another error is not told before it.
    if let Some(at) = blocks.iter().position(|block| !block.is_consequence()) {
        let first = blocks.remove(at);
        blocks.insert(0, first);
    }
    for block in &mut blocks {
        block.hear(lines);
    }
    blocks
}

fn blocks_of(pieces: &[Piece<'_>], levelled: bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (index, piece) in pieces.iter().enumerate() {
        let text = &*piece.text;
        if piece.edge && text.is_empty() {
            open = false;
            continue;
        }
        let mut current = blocks.last_mut().filter(|_| open);
        // What is in one row with its beginning is still the summary.
        if let Some(block) = &mut current
            && !piece.head
            && !block.boxed
            && block.first == piece.log.id
            && block.detail.is_empty()
            && block.file.is_none()
            && !block.read_place(text)
        {
            block.summary.push(text.to_owned());
            continue;
        }
        match (text.strip_prefix("Error:"), current) {
            (Some(_), Some(block)) if is_of_detail(block, pieces, index) => block.read_detail(piece),
            (Some(summary), _) => {
                blocks.push(Block::new(piece, summary));
                open = true;
            }
            (None, Some(block)) => {
                // After other rows nothing is of this error any more, unless its box is still open.
                let ends = if levelled {
                    piece.apart && !(block.boxed && piece.framed)
                } else {
                    text.starts_with("Warning:") || event_of(text).is_some()
                };
                if ends || block.stage != piece.log.stage {
                    open = false;
                } else if !is_noise(text) {
                    block.read_detail(piece);
                }
            }
            (None, None) => {}
        }
    }
    blocks
}

/// Whether a row that begins with "Error:" is of the detail of the error before it: what a program printed, or what a
/// provider quotes.
fn is_of_detail(block: &Block, pieces: &[Piece<'_>], index: usize) -> bool {
    let Some(piece) = pieces.get(index) else { return false };
    if piece.apart || piece.framed != block.boxed || piece.log.stage != block.stage {
        return false;
    }
    // A box has one error.
    if block.boxed {
        return true;
    }
    let next = pieces.get(index + 1).filter(|next| next.head && !next.apart);
    if next.is_some_and(|next| place(&next.text).is_some()) || is_halt(piece.text.trim_start_matches("Error:").trim()) {
        return false;
    }
    let before = index.checked_sub(1).and_then(|at| pieces.get(at)).map_or("", |before| &*before.text);
    let said = block.detail.iter().rev().find(|line| !line.is_empty());
    // A detail's rows end with its last line: behind an empty one it goes on, unless its summary had said all.
    let goes_on = before.is_empty() && said.is_some() && block.is_title();
    goes_on || block.is_output() || said.is_some_and(|line| line.ends_with(':') || (line == before && is_label(line)))
}

/// `Program: /usr/bin/x`: one of several labelled lines.
fn is_label(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(label, _)| {
        label.starts_with(char::is_uppercase)
            && !label.contains("Error")
            && label.split(' ').count() <= 2
            && !label.contains(['"', '/', '.'])
    })
}

/// Terraform's words for having stopped.
fn is_halt(summary: &str) -> bool {
    matches!(summary, "execution halted" | "operation canceled" | "Request cancelled")
}

/// What Terraform and its providers write for those who mend them, on the level of errors.
fn is_noise(line: &str) -> bool {
    const BEGINS: [&str; 9] = [
        "Response contains error diagnostic",
        "AttachSchemaTransformer:",
        "vertex \"",
        "Received downstream error",
        "Received error:",
        "plugin process exited",
        "plugin: ",
        "[ERROR]",
        "[WARN]",
    ];
    let dated = line.len() > 20
        && line.bytes().take(4).all(|byte| byte.is_ascii_digit())
        && [" [ERROR] ", " [WARN] ", " [INFO] ", " [DEBUG] ", " [TRACE] "].iter().any(|level| line.contains(level));
    dated || BEGINS.iter().any(|begin| line.starts_with(begin))
}

/// `on FILE line N, in resource "T" "N":` as file, line and what follows.
fn place(line: &str) -> Option<(&str, u32, &str)> {
    let (file, rest) = line.strip_prefix("on ")?.split_once(" line ")?;
    let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
    let (number, rest) = rest.split_at_checked(digits)?;
    Some((file, number.parse().ok()?, rest))
}

/// A line of the template's source: `158:   provisioner "local-exec" {`.
fn is_source(line: &str) -> bool {
    line.split_once(':')
        .is_some_and(|(number, _)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `, in resource "T" "N":` as `T.N`, `, in data "T" "N":` as `data.T.N`, `, in module "M":` as `module.M`.
fn named(text: &str) -> Option<String> {
    let text = text.trim_start().strip_prefix(", in ").or_else(|| text.strip_prefix(" in "))?;
    let mut quoted = text.split('"');
    let kind = quoted.next()?.trim();
    let first = quoted.next()?;
    match kind {
        "resource" => Some(format!("{first}.{}", quoted.nth(1)?)),
        "data" => Some(format!("data.{first}.{}", quoted.nth(1)?)),
        "module" => Some(format!("module.{first}")),
        _ => None,
    }
}

/// The resources of which the log says that something errored, in its order, each once.
fn errored_addresses<'a>(lines: &[&'a ProvisionerJobLog]) -> Vec<Cow<'a, str>> {
    let mut seen = FxHashSet::default();
    let mut errored = Vec::new();
    for log in lines.iter().filter(|log| log.output.contains(" errored")) {
        for line in log.output.split('\n') {
            let line = clean(line);
            if let Some((address, Event::Error(..))) = event_of(&line)
                && seen.insert(address.to_owned())
            {
                errored.push(Cow::Owned(address.to_owned()));
            }
        }
    }
    errored
}

#[cfg(test)]
mod tests;
