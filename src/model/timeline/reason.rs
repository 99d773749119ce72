//! What an error says, in one line: Terraform's summary, or what stands below it where the summary only names the kind
//! of error; of a program, the end of what it printed. And its cause alone, which Go writes last ("a: b: c: CAUSE"),
//! for where there is no room for more. Pure; imports nothing of the crate.

use std::borrow::Cow;

/// The longest message, in characters.
const MOST: usize = 300;
/// The longest lead, in characters.
const LEAD: usize = 80;
/// A summary that is longer than this is more than a title.
const TITLE: usize = 60;
/// The longest prose below a title that is told with it.
const PROSE: usize = 240;
/// How many of a program's last lines are looked at for the one that says why it ended.
const LAST: usize = 8;

/// An error as it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// In one line of at most 300 characters; what is too long is cut in its middle.
    pub message: String,
    /// The cause alone where the message is long, else the message.
    pub lead: String,
}

impl Told {
    /// `cause` is the part of the text that holds the cause.
    fn new(text: &str, cause: &str) -> Self {
        let message = shortened(text);
        if text.trim().chars().count() <= LEAD {
            return Self { lead: message.clone(), message };
        }
        // What is longer than any message is not read whole to find its links.
        let (text, cause) = (first(text.trim(), 10 * MOST), last(cause.trim(), 10 * MOST));
        let own = message_of(cause);
        let cause = own.as_deref().unwrap_or_else(|| tail(cause));
        // A few words alone ("permission denied") are told with what they are about.
        let about = segments(text).next().unwrap_or_default().trim();
        let short = cause.chars().count() < 24 && about.chars().count() <= TITLE && !about.contains(cause);
        let lead = if short { format!("{about}: {cause}") } else { cause.to_owned() };
        let lead = match first(&lead, 2 * LEAD) {
            whole if whole.len() == lead.len() => lead,
            begin => format!("{}…", begin.trim_end()),
        };
        Self { message, lead }
    }

    fn alone(text: &str) -> Self {
        Self::new(text, text)
    }
}

/// What an error says. `printed` is what a program on a machine printed, where the error itself does not have it.
pub(super) fn tell(summary: &[String], detail: &[String], printed: &[&str]) -> Told {
    let (text, cause) = one_line(summary);
    // Of what ran, the words are those that it printed, not that it ended.
    if text.ends_with("provisioner error") {
        if let Some(line) = output_of(detail).and_then(|output| telling(&output)) {
            return Told::alone(&line);
        }
        if ends_with_status(&detail.join(" "))
            && let Some(line) = telling(printed)
        {
            return Told::alone(&line);
        }
    }
    // Of a condition that the template sets, its author wrote what to tell.
    let names_a_kind = text.is_empty()
        || text.ends_with("provisioner error")
        || text.ends_with("condition failed")
        || text == "Invalid value for variable";
    if names_a_kind {
        let Some(said) = paragraphs(detail).into_iter().next() else { return Told::new(&text, &cause) };
        // A command that was killed printed nothing.
        let said = said.strip_suffix(". Output:").map(str::to_owned).unwrap_or(said);
        return Told::alone(&said);
    }
    if let Some(original) = detail.iter().find_map(|line| line.strip_prefix("Original Error: ")) {
        return Told::new(&format!("{text}: {original}"), original);
    }
    match below(&text, detail).filter(|_| is_title(&text)) {
        Some(said) => Told::new(&format!("{text}: {said}"), &said),
        None => Told::new(&text, &cause),
    }
}

/// Whether a summary only names the kind of error.
pub(super) fn is_title(summary: &str) -> bool {
    !summary.contains(": ") && summary.chars().count() <= TITLE
}

/// What the job's own error says; none where it says only that Terraform ended with a status.
pub(super) fn of_job(error: &str) -> Option<Told> {
    let lines: Vec<String> = error.lines().map(|line| line.trim().to_owned()).collect();
    let (text, cause) = one_line(&lines);
    let bare = text.is_empty()
        || (text.starts_with("terraform ") || text.starts_with("initialize terraform")) && ends_with_status(&text);
    (!bare).then(|| Told::new(&text, &cause))
}

/// What stands below a title, in one line.
fn below(title: &str, detail: &[String]) -> Option<String> {
    let value = |key: &str| {
        let line = detail.iter().find_map(|line| line.trim_start().strip_prefix(key));
        line.map(str::trim).filter(|value| !value.is_empty())
    };
    // Who holds the state's lock is what helps, more than that it is held.
    if title.contains("state lock")
        && let Some(who) = value("Who:")
    {
        let since = value("Created:").map(|at| format!(" since {at}")).unwrap_or_default();
        let what = value("Operation:").map(|what| format!(" ({what})")).unwrap_or_default();
        return Some(format!("the lock is held by {who}{since}{what}"));
    }
    // What a program or a library said stands behind a label, perhaps in several lines.
    for label in ["Error Message:", "Error message:", "Error:", "Stderr:", "Caused by:"] {
        let Some(at) = detail.iter().position(|line| line.starts_with(label)) else { continue };
        let first = detail.get(at).and_then(|line| line.strip_prefix(label)).unwrap_or_default();
        let more = detail.get(at + 1..).unwrap_or_default().iter();
        let more =
            more.take_while(|line| !line.is_empty() && !line.starts_with("State:") && !line.starts_with("Lock Info:"));
        let lines: Vec<&str> = std::iter::once(first).chain(more.map(String::as_str)).map(str::trim).collect();
        if let Some(line) = telling(&lines) {
            return Some(line);
        }
    }
    if let Some(state) = value("State:") {
        return Some(state.to_owned());
    }
    // A program's last words within the text: "fatal: could not read Username for …".
    let fatal = |line: &String| ["fatal:", "error:", "ERROR:", "panic:"].iter().any(|word| line.starts_with(word));
    if let Some(at) = detail.iter().rposition(fatal) {
        let rest = detail.get(at..).unwrap_or_default();
        let lines: Vec<&str> = rest.iter().take_while(|line| !line.is_empty()).map(String::as_str).collect();
        return Some(lines.join(" "));
    }
    let mut paragraphs = paragraphs(detail).into_iter().filter(|said| !is_advice(said));
    let first = paragraphs.next()?;
    // "The following … :" is nothing without what follows.
    let said = if first.ends_with(':') { format!("{first} {}", paragraphs.next().unwrap_or_default()) } else { first };
    Some(sentences(&said))
}

/// A paragraph that says where to read more, or whose fault it is.
fn is_advice(text: &str) -> bool {
    ["This is always indicative", "Please see ", "See http", "Please report", "For more information"]
        .iter()
        .any(|begin| text.starts_with(begin))
}

/// The first sentences of a prose, whole ones, as many as fit; the first one whatever its length.
fn sentences(text: &str) -> String {
    let mut end = 0;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(". ")).map(|at| from + at + 1) {
        let next = text.get(at + 1..).unwrap_or_default();
        from = at + 1;
        if !next.starts_with(|char: char| char.is_uppercase() || char == '"') {
            continue;
        }
        if end > 0 && at > PROSE {
            break;
        }
        end = at;
    }
    if text.len() <= PROSE || end == 0 {
        return text.trim().to_owned();
    }
    text.get(..end).unwrap_or(text).to_owned()
}

/// The paragraphs: Terraform breaks long lines in what it prints for people.
fn paragraphs(lines: &[String]) -> Vec<String> {
    let parts = lines.split(String::is_empty);
    parts.filter(|part| !part.is_empty()).map(|part| part.join(" ")).collect()
}

/// Lines as one, and of these the one that holds the cause: the last one that says that something is wrong, else the
/// last.
fn one_line(lines: &[String]) -> (String, String) {
    let mut kept: Vec<Cow<'_, str>> = Vec::new();
    for line in lines {
        let line = line.trim().trim_start_matches(['*', '-', '•']).trim();
        if line.is_empty() || is_count(line) || is_json(line) {
            continue;
        }
        // What begins with a comma goes on with what was before.
        match kept.last_mut().filter(|_| line.starts_with([',', ';', ')'])) {
            Some(before) => before.to_mut().push_str(line),
            None => kept.push(Cow::Borrowed(line)),
        }
    }
    let mut text = String::new();
    for line in &kept {
        if !text.is_empty() {
            let ended = text.ends_with([':', '.', ',', ';', '(', '[', '…', '!', '?']);
            text.push_str(if ended { " " } else { ", " });
        }
        text.push_str(line);
    }
    let cause = match kept.as_slice() {
        [] | [_] => text.clone(),
        lines => {
            let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
            telling(&lines).unwrap_or_else(|| text.clone())
        }
    };
    (text, cause)
}

/// "1 error occurred:".
fn is_count(line: &str) -> bool {
    line.split_once(' ').is_some_and(|(count, rest)| {
        count.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(rest.trim_end_matches(':'), "error occurred" | "errors occurred")
    })
}

/// A piece of a JSON that a service sent along, or its heading.
fn is_json(line: &str) -> bool {
    let bare = line.trim_end_matches(',');
    matches!(line, "Details:" | "More details:")
        || bare.chars().all(|char| "[]{}".contains(char))
        || (line.starts_with('"') && (line.contains("\":") || bare.ends_with('"')))
}

/// What a program printed: what stands behind `Output: ` of a command that ended. None where the error has no such
/// place.
fn output_of(detail: &[String]) -> Option<Vec<&str>> {
    let found = |find: fn(&str) -> Option<usize>| {
        let at = detail.iter().position(|line| find(line).is_some())?;
        Some((at, find(detail.get(at)?)?))
    };
    // The command itself may have the word.
    let (at, from) = found(behind_status).or_else(|| found(|line| line.find("Output:")))?;
    let output = std::iter::once(detail.get(at)?.get(from + "Output:".len()..).unwrap_or_default());
    Some(output.chain(detail.get(at + 1..).unwrap_or_default().iter().map(String::as_str)).map(str::trim).collect())
}

/// Where the output begins in a line that has the word more than once: behind the status.
fn behind_status(line: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = line.get(from..)?.find("Output:").map(|at| from + at) {
        if ends_with_status(line.get(..at)?.trim_end_matches([' ', '.'])) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Whether a text ends by saying with what a program ended, and no more.
fn ends_with_status(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ':', ' ', '"', '\'', ')']);
    let last = text.rsplit([' ', '=']).next().unwrap_or_default();
    // What is more than 255 is of HTTP, and tells something.
    let is_number = last.parse::<i16>().is_ok_and(|number| (-1..256).contains(&number));
    let before =
        text.get(..text.len() - last.len()).unwrap_or_default().trim_end_matches([' ', ':']).to_ascii_lowercase();
    (is_number && ["exit status", "status", "code", "exited with", "error"].iter().any(|word| before.ends_with(word)))
        || text.rsplit_once("signal: ").is_some_and(|(_, name)| name.split(' ').count() <= 3)
}

/// Told by which a line says that something is wrong.
const WRONG: [&str; 43] = [
    "error",
    "fatal",
    "fail",
    "denied",
    "not found",
    "no such",
    "cannot",
    "can't",
    "could not",
    "couldn't",
    "unable",
    "refused",
    "timed out",
    "timeout",
    "invalid",
    "permission",
    "no space",
    "panic",
    "exception",
    "no matching",
    "unauthorized",
    "forbidden",
    "not exist",
    "exceed",
    "missing",
    "unknown",
    "unsupported",
    "required",
    "killed",
    "abort",
    "no route",
    "unreachable",
    "not available",
    "unavailable",
    "insufficient",
    "conflict",
    "not allowed",
    "rejected",
    "expired",
    "exhausted",
    "already exists",
    "already in use",
    "e: ",
];

/// The line of a program's output that says why it ended: of the last ones, the last that says that something is wrong,
/// else the last. What only points to help or repeats that the program failed is left out, unless there is nothing
/// else.
pub(super) fn telling(lines: &[&str]) -> Option<String> {
    let lines: Vec<&str> =
        lines.iter().map(|line| line.trim()).filter(|line| line.contains(char::is_alphanumeric)).collect();
    // The usage that follows an error is none of its words.
    let usage = lines.iter().position(|line| line.starts_with("Usage:") || *line == "Flags:").filter(|at| *at > 0);
    let lines = lines.get(..usage.unwrap_or(lines.len())).unwrap_or_default();
    let worth: Vec<&str> = lines.iter().copied().filter(|line| !is_aside(line)).collect();
    let is_wrong = |line: &&&str| {
        let line = line.to_ascii_lowercase();
        WRONG.iter().any(|word| line.contains(word))
    };
    let last = worth.get(worth.len().saturating_sub(LAST)..).unwrap_or_default();
    let line = last.iter().rfind(is_wrong).or_else(|| last.last()).or_else(|| lines.last())?;
    Some((*line).to_owned())
}

/// A line of output that tells no cause: where to find help, that something failed, what is about to be run, where in a
/// program.
fn is_aside(line: &str) -> bool {
    let small = line.to_ascii_lowercase();
    let points = (small.starts_with("see ")
        || small.starts_with("run ")
        || small.starts_with("try ")
        || small.starts_with("use "))
        && (small.contains("help") || small.contains(" for more"));
    let traced = line.starts_with("+ ")
        || line.starts_with("++ ")
        || line.starts_with("> ")
        || line.starts_with("at ")
        || line.starts_with("goroutine ");
    let frame = line.starts_with("File \"")
        || (line.starts_with('/') && line.contains(".go:"))
        || line.ends_with(" more")
        || line.contains("()\t");
    let repeats = line.contains("*** [")
        || small.contains("a complete log of this run")
        || small.starts_with("fatal: could not read from remote repository")
        || small.starts_with("npm err! code")
        || small.starts_with("npm error code")
        || small.starts_with("npm err! errno")
        || small.starts_with("status code:")
        || small.contains("request id:") && small.starts_with("status")
        || (ends_with_status(line) && !small.contains("returned error"));
    points || traced || frame || repeats
}

/// Where a chain of Go's errors ("a: b: c") may be cut. A label within a sentence ("Limit: 24") is no link, unless
/// there is no other.
fn links(text: &str) -> Vec<usize> {
    let is_link = |at: &usize| {
        let before = text.get(..*at).unwrap_or_default();
        let label =
            [", ", ". ", "; ", " ("].iter().filter_map(|mark| before.rfind(mark).map(|at| at + mark.len())).max();
        label
            .and_then(|from| before.get(from..))
            .is_none_or(|label| label.contains(": ") || label.split(' ').count() > 2)
    };
    let all = || text.match_indices(": ").map(|(at, _)| at);
    let links: Vec<usize> = all().filter(is_link).collect();
    if links.is_empty() { all().collect() } else { links }
}

fn segments(text: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let mut ends = links(text);
    ends.push(text.len());
    ends.into_iter().filter_map(move |end| {
        let segment = text.get(from..end);
        from = end + 2;
        segment
    })
}

/// What a service says within its own notation: `Code="X" Message="Y"` and `"code":"X","message":"Y"` as "X: Y".
fn message_of(text: &str) -> Option<String> {
    let value = |keys: [&str; 4]| {
        let from = keys.iter().find_map(|key| text.rfind(key).map(|at| at + key.len()))?;
        let rest = text.get(from..)?;
        Some(rest.split('"').next()?.trim()).filter(|value| !value.is_empty())
    };
    let message = value(["Message=\"", "\"message\":\"", "\"message\": \"", "message=\""])?;
    let code = value(["Code=\"", "\"code\":\"", "\"code\": \"", "code=\""]);
    Some(code.map_or_else(|| message.to_owned(), |code| format!("{code}: {message}")))
}

/// The end of a chain: as many whole links as fit, at least the last, and a short one more. An empty last one is none.
fn tail(text: &str) -> &str {
    const SHORT: usize = 24;
    if text.chars().count() <= LEAD {
        return text;
    }
    let mut kept = "";
    for at in links(text).into_iter().rev() {
        let Some(rest) = text.get(at + 2..).map(str::trim) else { continue };
        if rest.chars().filter(|char| char.is_alphanumeric()).count() < 3 {
            continue;
        }
        let (length, more) = (rest.chars().count(), rest.chars().count() - kept.chars().count());
        // A code alone ("SkuNotAvailable") belongs to its words.
        let is_code = rest.split_once(": ").is_some_and(|(code, _)| !code.contains(' ')) && more <= 2 * SHORT;
        if !kept.is_empty() && length > LEAD && !is_code && (length > LEAD + SHORT || more > SHORT + 2) {
            break;
        }
        kept = rest;
    }
    if kept.is_empty() { text } else { kept }
}

fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| text.get(..at).unwrap_or(text))
}

fn last(text: &str, count: usize) -> &str {
    text.char_indices().rev().nth(count.saturating_sub(1)).map_or(text, |(at, _)| text.get(at..).unwrap_or(text))
}

/// At most 300 characters: the beginning, which says what was done, and the end, where the cause stands.
pub(super) fn shortened(text: &str) -> String {
    const HEAD: usize = 90;
    let text = text.trim();
    let count = text.chars().count();
    if count <= MOST {
        return text.to_owned();
    }
    let (head, end) = (first(text, HEAD), last(text, MOST - HEAD));
    format!("{head}…{end}")
}
