//! A build as its log tells it (docs/control-plane-api.md, 6.3): stages, one bar per resource, the first error, what quota refused.
//! For builds without timings (running, failed, canceled, old), and for the lines that belong to a span. The times are those of the
//! lines, in milliseconds, not the rounded ones in their text. Lines may come in any order and twice. Pure.

use super::from_timings::label_of;
use super::phases::{Phase, Stage};
use super::tree::{self, Node};
use super::{Frame, Outcome, Precision, SpanKind, SpanOutcome, correction};
use crate::model::order;
use crate::wire::log::{LogLevel, ProvisionerJobLog};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

/// The first error of a log, in the words of Terraform or of what it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstError {
    /// The address of the resource, with its index where the log has it: `null_resource.machine[0]`.
    pub resource: Option<String>,
    /// What went wrong, in one line: "no machine of 16 CPUs is free in us".
    pub message: String,
    /// The template's file.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
    /// The id of the log line with which the error begins.
    pub log_id: i64,
}

/// The first error of a build's log: the words of a failed row. None if the log has no error line and no refusal by quota.
pub fn first_error(logs: &[ProvisionerJobLog]) -> Option<FirstError> {
    let lines = in_order(logs);
    let errored = errored_addresses(&lines);
    let mut blocks = error_blocks(&lines);
    if let Some(block) = (!blocks.is_empty()).then(|| blocks.swap_remove(0)) {
        return Some(block.into_first_error(&errored));
    }
    let quota = quota_refusal(logs)?;
    Some(FirstError { resource: None, message: quota.sentence(), file: None, line: None, log_id: quota.log_id })
}

/// Why a build was refused by quota, in the numbers of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaRefusal {
    /// What the build would have cost, in credits.
    pub cost: i64,
    /// What the owner may consume.
    pub budget: i64,
    /// What the owner's other workspaces consume.
    pub consumed: i64,
    /// The id of the line that refuses.
    pub log_id: i64,
}

impl QuotaRefusal {
    /// In one line, without full stop: "insufficient quota: this build costs 12 credits, 3 of 60 are free (57 consumed)".
    pub fn sentence(&self) -> String {
        let credits = |count: i64| if count == 1 { "1 credit".to_owned() } else { format!("{count} credits") };
        let free = self.budget.saturating_sub(self.consumed);
        let (cost, budget, consumed) = (credits(self.cost), self.budget, self.consumed);
        if free < 0 {
            return format!(
                "insufficient quota: this build costs {cost}, and {consumed} of {budget} are consumed already"
            );
        }
        format!("insufficient quota: this build costs {cost}, {free} of {budget} are free ({consumed} consumed)")
    }
}

/// The refusal by quota in a log, if there is one.
pub fn quota_refusal(logs: &[ProvisionerJobLog]) -> Option<QuotaRefusal> {
    let (mut cost, mut budget, mut consumed, mut refused) = (None, None, None, None);
    for log in logs.iter().filter(|log| log.stage == "Commit quota") {
        let line = clean(&log.output);
        let number = || line.rsplit('—').next().and_then(|number| number.trim().parse::<i64>().ok());
        if line.starts_with("Build cost") {
            cost = number();
        } else if line.starts_with("Budget") {
            budget = number();
        } else if line.starts_with("Credits consumed") {
            consumed = number();
        } else if line.contains("would exceed your quota") {
            refused = Some(log.id);
        }
    }
    Some(QuotaRefusal { log_id: refused?, cost: cost?, budget: budget?, consumed: consumed? })
}

/// Takes colours and the bars that Terraform draws around a message off a line, and what is blank at its ends.
fn clean(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(unframe(line));
    }
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        if char != '\u{1b}' {
            plain.push(char);
        } else if chars.next() == Some('[') {
            // A control sequence ends at its first byte from @ to ~.
            for char in chars.by_ref() {
                if ('@'..='~').contains(&char) {
                    break;
                }
            }
        }
    }
    let kept = unframe(&plain);
    Cow::Owned(if kept.len() == plain.len() { plain } else { kept.to_owned() })
}

/// The frame stands at the very beginning: a bar further in belongs to what is told of the template's values.
fn unframe(line: &str) -> &str {
    line.strip_prefix(['│', '╷', '╵', '|']).unwrap_or(line).trim()
}

/// Puts lines that lie outside the build where the line before them is (by id, in µs after the origin): a clock that was set while the build ran
/// would make a stage longer than all of it. A log that is no longer than its build is left alone: then its whole clock is off, and all of it is
/// moved. Whether anything was put elsewhere.
fn settle(lines: &mut [(i64, &ProvisionerJobLog)], from: i64, until: i64) -> bool {
    let (earliest, latest) =
        lines.iter().fold((i64::MAX, i64::MIN), |(earliest, latest), (at, _)| (earliest.min(*at), latest.max(*at)));
    let inside =
        |at: i64| at.saturating_add(super::TOLERANCE_US) >= from && at.saturating_sub(super::TOLERANCE_US) <= until;
    let fits = latest.saturating_sub(earliest) <= until.saturating_sub(from).saturating_add(2 * super::TOLERANCE_US);
    let Some(mut last) = lines.iter().map(|(at, _)| *at).find(|at| inside(*at)).filter(|_| !fits) else { return false };
    for (at, _) in lines {
        if inside(*at) {
            last = *at;
        } else {
            *at = last;
        }
    }
    true
}

/// The lines by id, each once.
fn in_order(logs: &[ProvisionerJobLog]) -> Vec<&ProvisionerJobLog> {
    let mut lines: Vec<&ProvisionerJobLog> = logs.iter().collect();
    if !lines.is_sorted_by(|one, other| one.id < other.id) {
        order::sort_by_key(&mut lines, |line| line.id);
        lines.dedup_by(|one, other| one.id == other.id && one.output == other.output && one.stage == other.stage);
    }
    lines
}

/// What a line says of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Event {
    /// It begins.
    Begin(Deed),
    /// It is still at it, for so many µs.
    Still(Deed, Option<i64>),
    /// It is done, after so many µs (rounded to seconds by Terraform).
    End(Deed, Option<i64>),
    /// It went wrong, after so many µs.
    Error(Deed, Option<i64>),
    /// A provisioner begins; its kind.
    Provision(String),
    /// A provisioner ended; whether well.
    Provisioned(bool),
    /// It will be created, deleted, …
    Planned(String),
    /// A line of its own output.
    Says,
}

/// What is done to a resource: words that begin and end belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Deed {
    Create,
    Delete,
    Update,
    Replace,
    Read,
    Refresh,
    Open,
    Renew,
    Close,
    Import,
}

impl Deed {
    /// Of the word with which it begins or goes on ("Creating", "creating").
    fn of_verb(verb: &str) -> Option<Self> {
        Some(match verb {
            "Creating" | "creating" => Self::Create,
            "Destroying" | "destroying" => Self::Delete,
            "Modifying" | "modifying" => Self::Update,
            "Replacing" | "replacing" => Self::Replace,
            "Reading" | "reading" => Self::Read,
            "Refreshing" | "refreshing" | "Refreshing state" => Self::Refresh,
            "Opening" | "opening" => Self::Open,
            "Renewing" | "renewing" => Self::Renew,
            "Closing" | "closing" => Self::Close,
            "Importing" | "importing" => Self::Import,
            _ => return None,
        })
    }

    /// Of the word with which it ends ("Creation").
    fn of_noun(noun: &str) -> Option<Self> {
        Some(match noun {
            "Creation" => Self::Create,
            "Destruction" => Self::Delete,
            "Modifications" => Self::Update,
            "Replacement" => Self::Replace,
            "Read" => Self::Read,
            "Refresh" => Self::Refresh,
            "Opening" => Self::Open,
            "Renewal" => Self::Renew,
            "Closing" => Self::Close,
            "Import" => Self::Import,
            _ => return None,
        })
    }

    /// The action as the timings of a succeeded build would name it. Reading a data source is told as a refresh.
    fn action(self, address: &str) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Read => "read",
            Self::Refresh if is_data(address) => "read",
            Self::Refresh => "state refresh",
            Self::Open => "open",
            Self::Renew => "renew",
            Self::Close => "close",
            Self::Import => "import",
        }
    }
}

/// Whether an address is that of a data source, in whatever module.
fn is_data(address: &str) -> bool {
    address.starts_with("data.") || plain_address(address).starts_with("data.")
}

/// Splits "address: what" at the first ": " that is in no key (`module.a["x: y"].b.c[0]`).
fn split_address(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b':' if !quoted => {
                let rest = line.get(at..)?.strip_prefix(": ")?;
                let address = line.get(..at)?;
                return (!address.is_empty() && looks_like_address(address)).then_some((address, rest));
            }
            _ => {}
        }
    }
    None
}

/// `type.name`, perhaps with modules, keys, "data." in front or "(deposed object …)" behind. Sentences are none.
fn looks_like_address(text: &str) -> bool {
    let plain = without_keys(text);
    plain.contains('.') && !plain.contains(' ') && !plain.starts_with('.')
}

/// What a line says of which resource.
fn event_of(line: &str) -> Option<(&str, Event)> {
    let (address, what) = split_address(line)?;
    let event = if let Some(rest) = what.strip_prefix("Still ") {
        let (verb, rest) = rest.split_once("...").or_else(|| rest.split_once('…'))?;
        Event::Still(Deed::of_verb(verb.trim())?, elapsed(rest))
    } else if let Some(rest) = what.strip_prefix("Provisioning with ") {
        let kind = rest.trim_end_matches(['.', '…']).trim_matches('\'');
        Event::Provision(kind.to_owned())
    } else if let Some(action) = what.strip_prefix("Plan to ") {
        Event::Planned(action.trim().to_owned())
    } else if what.starts_with('(') {
        let (_, rest) = what.split_once(')')?;
        match rest.trim() {
            "Provisioning complete" => Event::Provisioned(true),
            "Provisioning errored" => Event::Provisioned(false),
            _ => Event::Says,
        }
    } else if let Some((noun, rest)) = what.split_once(" complete")
        && let Some(deed) = Deed::of_noun(noun)
    {
        Event::End(deed, after(rest))
    } else if let Some((noun, rest)) = what.split_once(" errored")
        && let Some(deed) = Deed::of_noun(noun)
    {
        Event::Error(deed, after(rest))
    } else {
        let (verb, _) = what.split_once("...").or_else(|| what.split_once('…'))?;
        Event::Begin(Deed::of_verb(verb)?)
    };
    Some((address, event))
}

/// "[10s elapsed]", "[id=…, 00m10s elapsed]" as µs.
fn elapsed(text: &str) -> Option<i64> {
    let words = text.trim().trim_start_matches('[').strip_suffix("elapsed]")?;
    go_duration(words.trim().rsplit([' ', ',']).next()?)
}

/// " after 1m2s [id=…]" as µs.
fn after(text: &str) -> Option<i64> {
    go_duration(text.trim_start().strip_prefix("after ")?.split([' ', '[']).next()?)
}

/// A duration of whole units as Go writes it ("1h2m3s") as µs.
fn go_duration(text: &str) -> Option<i64> {
    let (mut total, mut number, mut any) = (0_i64, None::<i64>, false);
    for byte in text.bytes() {
        let unit = match byte {
            b'0'..=b'9' => {
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(i64::from(byte - b'0'))?);
                continue;
            }
            b'h' => 3_600_000_000,
            b'm' => 60_000_000,
            b's' => 1_000_000,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
        any = true;
    }
    (any && number.is_none()).then_some(total)
}

/// An error of the log: from its "Error:" to the next.
#[derive(Clone, Debug, Default)]
struct Block {
    /// After "Error: ".
    summary: String,
    /// `type.name` as "in resource …" gives it, or the whole address of "with …,".
    resource: Option<String>,
    /// Whether `resource` is whole.
    exact: bool,
    file: Option<String>,
    line: Option<u32>,
    /// The text below.
    detail: Vec<String>,
    stage: String,
    first: i64,
    last: i64,
    /// Unix µs.
    at: i64,
}

impl Block {
    /// The words that say most: what a command printed, what the provider adds, else Terraform's own summary.
    fn message(&self) -> String {
        if let Some(at) = self.detail.iter().position(|line| line.contains("Output: ")) {
            let first = self.detail.get(at).and_then(|line| line.split_once("Output: ")).map(|(_, output)| output);
            let more = self.detail.get(at + 1..).unwrap_or_default().iter().map(String::as_str);
            let mut output: Vec<&str> = first.into_iter().chain(more).map(str::trim).collect();
            output.retain(|line| !line.is_empty());
            let telling = output.iter().find(|line| line.to_ascii_lowercase().starts_with("error"));
            if let Some(line) = telling.or_else(|| output.first()) {
                return shortened(line);
            }
        }
        if let Some(original) = self.detail.iter().find_map(|line| line.strip_prefix("Original Error: ")) {
            return shortened(&format!("{}: {original}", self.summary));
        }
        // Of a condition that the template sets, its author wrote what to tell; the summary names only the kind of condition.
        let says_little = self.summary.is_empty()
            || self.summary.ends_with("provisioner error")
            || self.summary.ends_with("condition failed")
            || self.summary == "Invalid value for variable";
        let text = if says_little { self.detail.iter().find(|line| !line.is_empty()) } else { None };
        // A command that was killed printed nothing.
        shortened(text.map_or(self.summary.as_str(), |text| text.strip_suffix(". Output:").unwrap_or(text)))
    }

    fn into_first_error(self, errored: &[Cow<'_, str>]) -> FirstError {
        FirstError {
            message: self.message(),
            resource: self.address(errored),
            file: self.file,
            line: self.line,
            log_id: self.first,
        }
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

fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    let text = text.trim();
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// An address without its keys, and without "(deposed object …)" behind.
fn without_keys(address: &str) -> String {
    let mut plain = String::with_capacity(address.len());
    let (mut quoted, mut depth, mut escaped) = (false, 0_u32, false);
    for char in address.chars() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => depth = depth.saturating_add(1),
            ']' if !quoted => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            char => plain.push(char),
        }
    }
    if let Some(end) = plain.find(" (") {
        plain.truncate(end);
    }
    plain
}

/// An address without its modules and keys: `module.a["x"].data.b.c[0]` is `data.b.c`.
pub(super) fn plain_address(address: &str) -> String {
    let plain = without_keys(address);
    let mut rest = plain.as_str();
    while let Some(inner) = rest.strip_prefix("module.") {
        let Some((_, below)) = inner.split_once('.') else { break };
        rest = below;
    }
    rest.to_owned()
}

/// The errors of a log, in its order. Lines of level error, or, where there are none, the lines from "Error: " on.
fn error_blocks(lines: &[&ProvisionerJobLog]) -> Vec<Block> {
    let has_level = lines.iter().any(|line| line.log_level == LogLevel::Error && !clean(&line.output).is_empty());
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for log in lines {
        if has_level && log.log_level != LogLevel::Error {
            continue;
        }
        for line in log.output.split('\n') {
            let line = clean(line);
            let begins = line.strip_prefix("Error:").map(str::trim);
            // An error does not begin with an empty line or a ruled one, as the reaper's does.
            if begins.is_none() && !open && (!has_level || !line.contains(char::is_alphanumeric)) {
                continue;
            }
            if begins.is_some() || !open {
                blocks.push(Block {
                    summary: begins.unwrap_or(&line).to_owned(),
                    stage: log.stage.clone(),
                    first: log.id,
                    last: log.id,
                    at: log.created_at.micros(),
                    ..Block::default()
                });
                open = true;
                continue;
            }
            if !has_level && (line.starts_with("Warning:") || event_of(&line).is_some()) {
                open = false;
                continue;
            }
            if let Some(block) = blocks.last_mut() {
                block.last = log.id;
                read_detail(block, &line);
            }
        }
    }
    blocks
}

/// One line below "Error:".
fn read_detail(block: &mut Block, line: &str) {
    if line.is_empty() || line.starts_with(['├', '│', '─']) || is_source(line) {
        return;
    }
    if let Some(address) = line.strip_prefix("with ").and_then(|rest| rest.strip_suffix(','))
        && !block.exact
        && looks_like_address(address)
    {
        block.resource = Some(address.to_owned());
        block.exact = true;
        return;
    }
    if block.file.is_none()
        && let Some((file, rest)) = line.strip_prefix("on ").and_then(|rest| rest.split_once(" line "))
    {
        let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
        if let Some(number) = rest.get(..digits).and_then(|digits| digits.parse().ok()) {
            block.file = Some(file.to_owned());
            block.line = Some(number);
            if !block.exact {
                block.resource = named(rest.get(digits..).unwrap_or_default());
            }
            return;
        }
    }
    block.detail.push(line.to_owned());
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

/// What was done to one resource.
#[derive(Debug)]
struct Act {
    address: String,
    deed: Deed,
    start: i64,
    end: Option<i64>,
    errored: bool,
    /// The log does not have its beginning: the start is reckoned from Terraform's rounded seconds.
    reckoned: bool,
    lines: (i64, i64),
    provisions: Vec<Provision>,
}

#[derive(Debug)]
struct Provision {
    kind: String,
    start: i64,
    end: Option<i64>,
    errored: bool,
    lines: (i64, i64),
}

/// One stage of a log.
#[derive(Debug)]
struct StageLog<'a> {
    name: &'a str,
    /// What it is. Of the planning of an older server, whose log has no stage of its own for it, the beginning is init.
    stage: Stage,
    start: i64,
    last: i64,
    lines: (i64, i64),
    acts: Vec<Act>,
    /// What was to be done, in the order of the plan.
    planned: Vec<Planned>,
}

/// Where the log of an older server, which has no stage of its own for it, tells of init: at the beginning of its planning.
struct InitWithin {
    within: bool,
    begun: bool,
}

impl InitWithin {
    fn of(lines: &[(i64, &ProvisionerJobLog)]) -> Self {
        // Lines of one stage stand together.
        let names = lines.chunk_by(|(_, one), (_, other)| one.stage == other.stage).filter_map(<[_]>::first);
        let of_its_own = names.into_iter().any(|(_, log)| Stage::of_log(&log.stage).phase == Some(Phase::Init));
        Self { within: !of_its_own, begun: false }
    }

    /// Whether the next line is of init. Terraform's version is the first that its plan says.
    fn has(&mut self, log: &ProvisionerJobLog) -> bool {
        if !self.within || Stage::of_log(&log.stage).phase != Some(Phase::Plan) {
            return false;
        }
        let text = clean(&log.output);
        let plans = ["Terraform ", "OpenTofu "].iter().any(|name| {
            text.strip_prefix(name)
                .is_some_and(|rest| rest.trim_start_matches('v').starts_with(|char: char| char.is_ascii_digit()))
        });
        let plans = plans || event_of(&text).is_some();
        self.within = !plans && (self.begun || text.starts_with("Initializing ") || text.starts_with("Upgrading "));
        self.begun = true;
        self.within
    }
}

/// Where a phase lies in the log, µs after the origin by the provisioner's own clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// Where the stage begins under whose name the log has it, which may hold more than the phase.
    pub(super) from: i64,
    /// Where the phase begins.
    pub(super) start: i64,
    /// Where the next stage begins.
    pub(super) end: i64,
}

/// What was to be done to a resource.
#[derive(Debug)]
struct Planned {
    address: String,
    action: String,
    line: i64,
}

/// A log that was read: its stages with their resources, its errors, and which lines belong to what.
#[derive(Debug, Default)]
pub(super) struct Book<'a> {
    stages: Vec<StageLog<'a>>,
    blocks: Vec<(Block, FirstError)>,
    /// µs after the origin at which the build failed, if the log says so.
    failed_at: Option<i64>,
    quota: Option<QuotaRefusal>,
    /// First and last line of each resource in each phase.
    lines: FxHashMap<Phase, FxHashMap<String, (i64, i64)>>,
    applied: bool,
    overflowed: bool,
    /// The newest line, µs after the origin.
    newest: Option<i64>,
    moved: i64,
    /// Lines have times that cannot be, and stand where the line before them does.
    jumped: bool,
}

impl<'a> Book<'a> {
    /// Reads a log. Times are µs after the origin, corrected if the provisioner's clock contradicts the control plane's.
    pub(super) fn read(logs: &'a [ProvisionerJobLog], frame: &Frame<'_>) -> Self {
        let mut lines = in_order(logs);
        let mut book = Self {
            quota: quota_refusal(logs),
            overflowed: frame.build.job.logs_overflowed == Some(true),
            ..Self::default()
        };
        let mut errored = errored_addresses(&lines);
        for block in error_blocks(&lines) {
            let error = block.clone().into_first_error(&errored);
            // An error names a resource without its index: the next one that does is about the next of them that errored.
            if let Some(at) = errored.iter().position(|address| Some(address.as_ref()) == error.resource.as_deref()) {
                errored.remove(at);
            }
            book.blocks.push((block, error));
        }
        // Ids rise in the order in which the control plane took the lines; when they happened is their own time.
        lines.retain(|line| !line.created_at.is_zero());
        let mut lines: Vec<_> = lines.into_iter().map(|line| (frame.rel(line.created_at), line)).collect();
        if let Some(completed) = frame.completed {
            book.jumped = settle(&mut lines, frame.work_from(), completed);
        }
        order::sort_by_key(&mut lines, |(at, _)| *at);
        let earliest = lines.first().map(|(at, _)| *at);
        let latest = lines.last().map(|(at, _)| *at);
        if let (Some(earliest), Some(latest)) = (earliest, latest) {
            book.moved = match frame.completed {
                Some(completed) => correction(earliest, latest, frame.work_from(), Some(completed)),
                None if earliest > frame.now.saturating_add(super::TOLERANCE_US) => {
                    frame.work_from().saturating_sub(earliest)
                }
                None => correction(earliest, latest, frame.work_from(), None),
            };
            book.newest = Some(latest.saturating_add(book.moved));
        }
        book.read_lines(&lines);
        book.failed_at = book.when_failed(frame);
        book
    }

    fn read_lines(&mut self, lines: &[(i64, &'a ProvisionerJobLog)]) {
        let mut by_name: FxHashMap<(&str, bool), usize> = FxHashMap::default();
        let mut init = InitWithin::of(lines);
        // What is open: per stage, address and deed the index of the act.
        let mut open: FxHashMap<(usize, String, Deed), usize> = FxHashMap::default();
        let mut planned: FxHashSet<(usize, String)> = FxHashSet::default();
        for (at, log) in lines {
            let at = at.saturating_add(self.moved);
            let is_init = init.has(log);
            let index = *by_name.entry((log.stage.as_str(), is_init)).or_insert_with(|| {
                let stage = if is_init {
                    Stage { phase: Some(Phase::Init), label: Phase::Init.as_str().to_owned() }
                } else {
                    Stage::of_log(&log.stage)
                };
                self.stages.push(StageLog {
                    name: &log.stage,
                    stage,
                    start: at,
                    last: at,
                    lines: (log.id, log.id),
                    acts: Vec::new(),
                    planned: Vec::new(),
                });
                self.stages.len() - 1
            });
            let Some(stage) = self.stages.get_mut(index) else { continue };
            stage.last = stage.last.max(at);
            widen(&mut stage.lines, log.id);
            let phase = stage.stage.phase;
            for text in log.output.split('\n') {
                let text = clean(text);
                self.applied |= text.starts_with("Apply complete!");
                let Some((address, event)) = event_of(&text) else { continue };
                if let Some(phase) = phase.filter(|_| !matches!(event, Event::Planned(_))) {
                    let ranges = self.lines.entry(phase).or_default();
                    match ranges.get_mut(address) {
                        Some(range) => widen(range, log.id),
                        None => {
                            ranges.insert(address.to_owned(), (log.id, log.id));
                        }
                    }
                }
                stage.take(index, address, event, at, log.id, &mut open, &mut planned);
            }
        }
        order::sort_by_key(&mut self.stages, |stage| (stage.start, stage.lines.0));
    }

    /// When the build failed: when a resource errored for the first error, else the line of the first error.
    fn when_failed(&self, frame: &Frame<'_>) -> Option<i64> {
        let Some((block, error)) = self.blocks.first() else {
            let refused = self.quota?;
            let stage =
                self.stages.iter().find(|stage| stage.lines.0 <= refused.log_id && refused.log_id <= stage.lines.1)?;
            return Some(stage.last);
        };
        let acts = || self.stages.iter().flat_map(|stage| &stage.acts).filter(|act| act.errored);
        let errored = error.resource.as_ref().and_then(|resource| acts().find(|act| act.address == *resource));
        errored.and_then(|act| act.end).or_else(|| {
            let at = block.at.saturating_sub(frame.origin).saturating_add(self.moved);
            // What jumped is not believed: it failed within its build.
            Some(frame.completed.filter(|_| self.jumped).map_or(at, |completed| at.clamp(0, completed)))
        })
    }

    /// The first error.
    pub(super) fn error(&self) -> Option<FirstError> {
        if let Some((_, error)) = self.blocks.first() {
            return Some(error.clone());
        }
        let quota = self.quota?;
        Some(FirstError { resource: None, message: quota.sentence(), file: None, line: None, log_id: quota.log_id })
    }

    /// µs after the origin at which the build failed, if the log says so.
    pub(super) fn failed_at(&self) -> Option<i64> {
        self.failed_at
    }

    /// Whether some lines have times that cannot be.
    pub(super) fn has_jumped(&self) -> bool {
        self.jumped
    }

    /// Whether the control plane cut the log off.
    pub(super) fn is_cut_off(&self) -> bool {
        self.overflowed && !self.stages.is_empty()
    }

    /// Whether the apply ran to its end.
    pub(super) fn applied(&self) -> bool {
        self.applied
    }

    /// Ids of the first and last line of a phase.
    pub(super) fn lines_of_phase(&self, phase: Phase) -> Option<(i64, i64)> {
        self.stages.iter().find(|stage| stage.stage.phase == Some(phase)).map(|stage| stage.lines)
    }

    /// Where a phase begins and ends by the provisioner's own clock. None where the log does not tell, or not to its end.
    pub(super) fn told(&self, phase: Phase) -> Option<Told> {
        if self.jumped || self.overflowed {
            return None;
        }
        let at = self.stages.iter().position(|stage| stage.stage.phase == Some(phase))?;
        let stage = self.stages.get(at)?;
        let named = self.stages.iter().filter(|other| other.name == stage.name).map(|other| other.start).min();
        let end = self.stages.get(at + 1).map_or(stage.last, |next| next.start.max(stage.last));
        let raw = |at: i64| at.saturating_sub(self.moved);
        Some(Told { from: raw(named.unwrap_or(stage.start)), start: raw(stage.start), end: raw(end) })
    }

    /// The stage to which a line belongs.
    fn stage_of(&self, name: &str, line: i64) -> Option<usize> {
        let has = |stage: &StageLog<'_>| stage.name == name && stage.lines.0 <= line && line <= stage.lines.1;
        self.stages.iter().position(has).or_else(|| self.stages.iter().position(|stage| stage.name == name))
    }

    /// Ids of the first and last line about a resource in a phase.
    pub(super) fn lines_of_resource(&self, phase: Phase, address: &str) -> Option<(i64, i64)> {
        self.lines.get(&phase)?.get(address).copied()
    }

    /// What a resource failed with.
    fn error_of(&self, address: &str) -> Option<&(Block, FirstError)> {
        self.blocks.iter().find(|(_, error)| error.resource.as_deref() == Some(address))
    }
}

/// The lines of a resource with those of its error.
fn joined(lines: (i64, i64), block: &Block) -> (i64, i64) {
    (lines.0.min(block.first), lines.1.max(block.last))
}

fn widen(range: &mut (i64, i64), id: i64) {
    range.0 = range.0.min(id);
    range.1 = range.1.max(id);
}

impl StageLog<'_> {
    /// Takes one line about a resource.
    #[expect(clippy::too_many_arguments, reason = "one step of the reader, split off for its length")]
    fn take(
        &mut self,
        index: usize,
        address: &str,
        event: Event,
        at: i64,
        id: i64,
        open: &mut FxHashMap<(usize, String, Deed), usize>,
        planned: &mut FxHashSet<(usize, String)>,
    ) {
        let key = |deed| (index, address.to_owned(), deed);
        let act = |deed, start, reckoned| Act {
            address: address.to_owned(),
            deed,
            start,
            end: None,
            errored: false,
            reckoned,
            lines: (id, id),
            provisions: Vec::new(),
        };
        match event {
            Event::Begin(deed) => {
                let known = open.get(&key(deed)).and_then(|at| self.acts.get_mut(*at));
                if let Some(known) = known {
                    widen(&mut known.lines, id);
                } else {
                    open.insert(key(deed), self.acts.len());
                    self.acts.push(act(deed, at, false));
                }
            }
            Event::Still(deed, elapsed) => {
                if let Some(known) = open.get(&key(deed)).and_then(|at| self.acts.get_mut(*at)) {
                    widen(&mut known.lines, id);
                } else {
                    let start = at.saturating_sub(elapsed.unwrap_or(0)).max(self.start);
                    open.insert(key(deed), self.acts.len());
                    self.acts.push(act(deed, start, true));
                }
            }
            Event::End(deed, after) | Event::Error(deed, after) => {
                let errored = matches!(event, Event::Error(..));
                let index = open.remove(&key(deed)).unwrap_or_else(|| {
                    let start = at.saturating_sub(after.unwrap_or(0)).max(self.start);
                    self.acts.push(act(deed, start, true));
                    self.acts.len() - 1
                });
                if let Some(known) = self.acts.get_mut(index) {
                    known.end = Some(at);
                    known.errored = errored;
                    widen(&mut known.lines, id);
                }
            }
            Event::Provision(_) | Event::Provisioned(_) | Event::Says => {
                // The deeds within which provisioners run.
                let deeds = [Deed::Create, Deed::Delete, Deed::Update, Deed::Replace];
                let Some(index) = deeds.into_iter().find_map(|deed| open.get(&key(deed))) else { return };
                let Some(known) = self.acts.get_mut(*index) else { return };
                widen(&mut known.lines, id);
                match event {
                    Event::Provision(kind) => {
                        known.provisions.push(Provision {
                            kind,
                            start: at,
                            end: None,
                            errored: false,
                            lines: (id, id),
                        });
                    }
                    Event::Provisioned(well) => {
                        if let Some(last) = known.provisions.last_mut().filter(|last| last.end.is_none()) {
                            last.end = Some(at);
                            last.errored = !well;
                            widen(&mut last.lines, id);
                        }
                    }
                    _ => {
                        if let Some(last) = known.provisions.last_mut().filter(|last| last.end.is_none()) {
                            widen(&mut last.lines, id);
                        }
                    }
                }
            }
            Event::Planned(action) => {
                if planned.insert((index, address.to_owned())) {
                    self.planned.push(Planned { address: address.to_owned(), action, line: id });
                }
            }
        }
    }
}

/// The stages of a log as spans, each with its resources: one ends where the next begins, the last where the job does.
pub(super) fn stages(book: &Book<'_>, frame: &Frame<'_>, outcome: &Outcome) -> Vec<Node> {
    let failing = failing_stage(book, frame, outcome);
    let mut nodes = Vec::with_capacity(book.stages.len());
    for (index, stage) in book.stages.iter().enumerate() {
        let next = book.stages.get(index + 1).map(|next| next.start);
        let end = next.or_else(|| frame.completed.map(|completed| completed.max(stage.last)));
        let phase = stage.stage.phase;
        let mut node = Node::new(SpanKind::Stage, phase, stage.stage.label.clone(), stage.start);
        node.span.log = Some(stage.lines);
        node.span.precision = if end.is_some() { Precision::Estimated } else { Precision::Live };
        node.span.end_us = end;
        if failing == Some(index) {
            node.span.outcome = match outcome {
                Outcome::Failed { error } => SpanOutcome::Failed { message: error.clone() },
                _ => SpanOutcome::Unfinished,
            };
        }
        node.children = resources(book, frame, outcome, stage, end);
        for child in &mut node.children {
            child.span.phase = phase;
            for nested in &mut child.children {
                nested.span.phase = phase;
            }
            child.clamp(stage.start, end);
        }
        tree::sort(&mut node.children);
        if phase == Some(Phase::Apply) && matches!(outcome, Outcome::Failed { .. } | Outcome::Canceled) {
            node.children.extend(not_started(book, stage, phase));
        }
        nodes.push(node);
    }
    nodes
}

/// The stage in which a build failed or was canceled: that of the first error, else what the job's own error names ("terraform
/// plan: …"), else the last one that is no cleaning up. None where all of Terraform's work went well.
fn failing_stage(book: &Book<'_>, frame: &Frame<'_>, outcome: &Outcome) -> Option<usize> {
    if !matches!(outcome, Outcome::Failed { .. } | Outcome::Canceled) {
        return None;
    }
    if let Some((block, _)) = book.blocks.first() {
        return book.stage_of(&block.stage, block.first);
    }
    if let Some(refused) = book.quota {
        return book.stages.iter().position(|stage| stage.lines.0 <= refused.log_id && refused.log_id <= stage.lines.1);
    }
    if book.applied {
        return None;
    }
    let phase = frame.build.job.error.as_deref().and_then(|error| {
        let word = error.strip_prefix("terraform ")?.split(':').next()?;
        Phase::ALL.into_iter().find(|phase| phase.as_str() == word)
    });
    let named = phase.and_then(|phase| book.stages.iter().position(|stage| stage.stage.phase == Some(phase)));
    named.or_else(|| book.stages.iter().rposition(|stage| stage.stage.label != "cleaning up"))
}

fn resources(
    book: &Book<'_>,
    frame: &Frame<'_>,
    outcome: &Outcome,
    stage: &StageLog<'_>,
    end: Option<i64>,
) -> Vec<Node> {
    let mut deeds: FxHashMap<&str, (Deed, bool)> = FxHashMap::default();
    for act in &stage.acts {
        let seen = deeds.entry(act.address.as_str()).or_insert((act.deed, false));
        seen.1 |= seen.0 != act.deed;
    }
    let open = || stage.acts.iter().filter(|act| act.end.is_none());
    let errored = stage.acts.iter().any(|act| act.errored);
    // Of what had not ended when its stage failed, the error is that of the one that it names (no line says of a data source that it
    // errored); if it names none, and one alone was left, it is that one's, and why that is thought is said.
    let blame = |act: &Act| {
        let mine = |(_, error): &&(Block, FirstError)| match error.resource.as_deref() {
            Some(resource) => {
                let named = |act: &&Act| act.address == resource || plain_address(&act.address) == resource;
                named(&act) && open().filter(named).count() == 1
            }
            None => !errored && open().count() == 1,
        };
        let failed = matches!(outcome, Outcome::Failed { .. }) && act.end.is_none();
        book.blocks.iter().filter(|(block, _)| failed && block.stage == stage.name).find(mine)
    };
    stage
        .acts
        .iter()
        .map(|act| {
            let several = deeds.get(act.address.as_str()).is_some_and(|(_, several)| *several);
            let action = act.deed.action(&act.address);
            let label = label_of(&act.address, action, several);
            let mut node = Node::new(SpanKind::Resource, None, label, act.start);
            node.span.action = Some(action.to_owned());
            node.span.log = Some(act.lines);
            if act.reckoned {
                node.span.note =
                    Some("the log does not have its beginning: reckoned from Terraform's whole seconds".to_owned());
            }
            close(&mut node, act.end, end, book, outcome);
            if act.errored {
                let found = book.error_of(&act.address);
                let message = found.map_or_else(|| "errored".to_owned(), |(_, error)| error.message.clone());
                node.span.log = found.map(|(block, _)| joined(act.lines, block)).or(node.span.log);
                let interrupted = frame.canceled.is_some_and(|canceled| act.end.is_some_and(|end| end >= canceled));
                if interrupted && is_interrupt(&message) {
                    node.span.outcome = SpanOutcome::Unfinished;
                    node.span.note = Some(format!("interrupted by the cancel: {message}"));
                } else {
                    node.span.outcome = SpanOutcome::Failed { message };
                }
            }
            if let Some((block, error)) = blame(act) {
                node.span.outcome = SpanOutcome::Failed { message: error.message.clone() };
                node.span.log = Some(joined(act.lines, block));
                if error.resource.is_none() {
                    node.span.note =
                        Some("the error names no resource; this is the only one that had not ended".to_owned());
                }
            }
            for provision in &act.provisions {
                let label = label_of(&act.address, "provision", false);
                let mut nested = Node::new(SpanKind::Resource, None, label, provision.start);
                nested.span.action = Some("provision".to_owned());
                nested.span.log = Some(provision.lines);
                if !provision.kind.is_empty() {
                    nested.span.note = Some(format!("by {}", provision.kind));
                }
                close(&mut nested, provision.end, act.end.or(end), book, outcome);
                if provision.errored {
                    let message = match &node.span.outcome {
                        SpanOutcome::Failed { message } => message.clone(),
                        _ => "errored".to_owned(),
                    };
                    nested.span.outcome = SpanOutcome::Failed { message };
                }
                node.children.push(nested);
            }
            node
        })
        .collect()
}

/// Ends a span: where the log says, or at the end of what it lies in, unfinished; or it grows.
fn close(node: &mut Node, end: Option<i64>, until: Option<i64>, book: &Book<'_>, outcome: &Outcome) {
    let span = &mut node.span;
    span.precision = Precision::Estimated;
    if let Some(end) = end {
        span.end_us = Some(end.max(span.start_us));
    } else if let Some(until) = until {
        span.outcome = SpanOutcome::Unfinished;
        span.end_us = Some(until.max(span.start_us));
        if book.overflowed && *outcome != Outcome::Running {
            span.end_us = Some(book.newest.unwrap_or(until).min(until).max(span.start_us));
            span.note = Some("the log was cut off before its end".to_owned());
        }
    } else {
        span.precision = Precision::Live;
    }
}

/// Whether an error is that of being interrupted.
fn is_interrupt(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["cancel", "interrupt", "halted", "signal: killed", "errored"].iter().any(|word| message.contains(word))
}

/// What was planned and never began. Not said where the log was cut off: then it is not known.
fn not_started(book: &Book<'_>, stage: &StageLog<'_>, phase: Option<Phase>) -> Vec<Node> {
    if book.overflowed {
        return Vec::new();
    }
    let begun: FxHashSet<&str> = stage.acts.iter().map(|act| act.address.as_str()).collect();
    let plan = book.stages.iter().filter(|other| other.stage.phase == Some(Phase::Plan));
    let planned = stage.planned.iter().chain(plan.flat_map(|plan| &plan.planned));
    let mut seen = FxHashSet::default();
    let mut nodes = Vec::new();
    for Planned { address, action, line } in planned {
        let idle = matches!(action.as_str(), "no-op" | "noop" | "forget" | "remove" | "move" | "read");
        if idle || begun.contains(address.as_str()) || !seen.insert(address.as_str()) {
            continue;
        }
        let mut node = Node::new(SpanKind::Resource, phase, label_of(address, action, false), stage.start);
        node.span.precision = Precision::Estimated;
        node.span.outcome = SpanOutcome::NotStarted;
        node.span.action = Some(action.clone());
        node.span.log = Some((*line, *line));
        nodes.push(node);
    }
    nodes
}
