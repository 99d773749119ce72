//! The language of the list's query, as the control plane reads it (docs/control-plane-api.md, 2.1): words of free text and `key:value`, quotes around
//! what holds a space or a colon. What the server would refuse is found here first, in the server's words, so that the box can say it while a
//! person types; the server stays the judge. Pure; may import `wire` and `model::row`. A parser of our own: the language is the server's, not a
//! general one.

use crate::model::row::Row;
use crate::wire::Id;
use crate::wire::Timestamp;
use crate::wire::build::BuildStatus;
use std::fmt;
use std::fmt::Write;

/// The keys that the server knows, in the order in which they are offered.
pub const KEYS: [&str; 18] = [
    "owner",
    "status",
    "template",
    "organization",
    "name",
    "outdated",
    "dormant",
    "healthy",
    "has-agent",
    "shared",
    "last_used_before",
    "last_used_after",
    "param",
    "id",
    "shared_with_user",
    "shared_with_group",
    "has-ai-task",
    "has_external_agent",
];

/// The keys whose value is `true` or `false`.
const BOOLEANS: [&str; 6] = ["outdated", "dormant", "healthy", "shared", "has-ai-task", "has_external_agent"];

/// A part of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    /// The key in lower case; empty for free text.
    pub key: String,
    /// The value without its quotes, as it was typed. The server reads it in lower case.
    pub value: String,
}

impl Token {
    /// A `key:value`.
    pub fn new(key: &str, value: &str) -> Token {
        Token { key: key.to_ascii_lowercase(), value: value.replace('"', "") }
    }

    /// A word of free text.
    pub fn free(value: &str) -> Token {
        Token::new("", value)
    }

    /// Whether it is free text.
    pub fn is_free(&self) -> bool {
        self.key.is_empty()
    }

    fn same(&self, other: &Token) -> bool {
        self.key == other.key && self.value.eq_ignore_ascii_case(&other.value)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_free() {
            write_quoted(formatter, &self.key)?;
            formatter.write_char(':')?;
        }
        write_quoted(formatter, &self.value)
    }
}

/// Writes a word, in quotes if it would fall apart without them.
fn write_quoted(formatter: &mut fmt::Formatter<'_>, word: &str) -> fmt::Result {
    if word.is_empty() || word.contains(|c: char| c.is_whitespace() || c == ':') {
        write!(formatter, "\"{word}\"")
    } else {
        formatter.write_str(word)
    }
}

/// What is wrong with a query, as the server would say it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The key, or `q` for the whole.
    pub field: String,
    /// What is wrong.
    pub detail: String,
}

/// A query, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Query {
    /// Its parts, in the order of the text.
    pub tokens: Vec<Token>,
}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.tokens.iter().enumerate() {
            if index > 0 {
                formatter.write_char(' ')?;
            }
            write!(formatter, "{token}")?;
        }
        Ok(())
    }
}

/// Splits at a character outside quotes, as the server does: runs of it count once, quotes may begin anywhere.
fn split(text: &str, at: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c: char| {
        if c == '"' {
            quoted = !quoted;
        }
        c == at && !quoted
    })
    .filter(|part| !part.is_empty())
    .collect()
}

/// Reads what stands in the box. An error is what the server would answer; the tokens that make sense are given all the same.
pub fn parse(text: &str) -> (Query, Vec<Problem>) {
    let mut query = Query::default();
    let mut syntax = Vec::new();
    for element in split(text, ' ') {
        let problem = |what: &str| Problem {
            field: "q".to_owned(),
            detail: format!("Query element {:?} {what}", element.to_ascii_lowercase()),
        };
        if element.starts_with(':') || element.ends_with(':') {
            syntax.push(problem("cannot start or end with ':'"));
            continue;
        }
        let parts: Vec<&str> = split(element, ':');
        match parts.as_slice() {
            [free] => query.tokens.push(Token::free(free)),
            [key, value] => query.tokens.push(Token::new(&key.replace('"', ""), value)),
            [] => {}
            _ => syntax.push(problem("can only contain 1 ':'")),
        }
    }
    // The server stops at the first such error, before it looks at any key.
    if let Some(first) = syntax.into_iter().next() {
        return (query, vec![first]);
    }
    let problems = problems(&query);
    (query, problems)
}

/// What the server would refuse of a query without errors in its syntax.
pub fn problems(query: &Query) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut unknown = Vec::new();
    for (index, token) in query.tokens.iter().enumerate().filter(|(_, token)| !token.is_free()) {
        let key = token.key.as_str();
        if query.tokens.iter().take(index).any(|before| before.key == key) {
            continue;
        }
        let problem = |detail: String| Problem { field: key.to_owned(), detail };
        if !KEYS.contains(&key) {
            unknown.push(problem(format!("\"{key}\" is not a valid query param")));
            continue;
        }
        let count = query.tokens.iter().filter(|other| other.key == key).count();
        if count > 1 && key != "param" {
            problems.push(problem(format!(
                "Query param \"{key}\" provided more than once, found {count} times. Only provide 1 instance of this query \
                 param."
            )));
        } else if let Some(detail) = value_problem(key, &token.value.to_ascii_lowercase()) {
            problems.push(problem(detail));
        }
    }
    problems.extend(unknown);
    problems
}

fn value_problem(key: &str, value: &str) -> Option<String> {
    if BOOLEANS.contains(&key) && !matches!(value, "1" | "t" | "true" | "0" | "f" | "false") {
        return Some(format!(
            "Query param \"{key}\" must be a valid boolean: strconv.ParseBool: parsing {value:?}: invalid syntax"
        ));
    }
    match key {
        "status" if !BuildStatus::WORDS.contains(&value) => {
            Some(format!("Query param \"status\" has invalid value: {value:?} is not a valid value"))
        }
        "id" => value.split(',').find_map(|id| match id.trim() {
            id if id.parse::<Id>().is_ok() => None,
            id if id.len() == 36 => Some("Query param \"id\" has invalid values: invalid UUID format".to_owned()),
            id => Some(format!("Query param \"id\" has invalid values: invalid UUID length: {}", id.len())),
        }),
        "last_used_before" | "last_used_after" if value.to_ascii_uppercase().parse::<Timestamp>().is_err() => {
            const LAYOUT: &str = "2006-01-02T15:04:05.999999999Z07:00";
            let value = value.to_ascii_uppercase();
            let mut detail = format!("Query param \"{key}\" must be a valid date format ({LAYOUT}): ");
            // Go names the first part that it cannot read; only the beginning is foreseen here.
            if value.bytes().take(4).all(|byte| byte.is_ascii_digit()) && value.len() >= 4 {
                let _ = write!(detail, "parsing time {value:?} as {LAYOUT:?}");
            } else {
                let _ = write!(detail, "parsing time {value:?} as {LAYOUT:?}: cannot parse {value:?} as \"2006\"");
            }
            Some(detail)
        }
        _ => None,
    }
}

impl Query {
    /// Whether it asks for everything.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The value of a key, if it is given once.
    pub fn value(&self, key: &str) -> Option<&str> {
        let mut values = self.tokens.iter().filter(|token| token.key == key);
        match (values.next(), values.next()) {
            (Some(token), None) => Some(token.value.as_str()),
            _ => None,
        }
    }

    /// Whether it has this part; case does not matter.
    pub fn has(&self, token: &Token) -> bool {
        self.tokens.iter().any(|known| known.same(token))
    }

    /// Without the part at that place.
    #[must_use]
    pub fn without(&self, index: usize) -> Query {
        let tokens =
            self.tokens.iter().enumerate().filter(|(place, _)| *place != index).map(|(_, token)| token.clone());
        Query { tokens: tokens.collect() }
    }

    /// With a part taken out if it is there, put in if it is not. Another value of the same key is replaced, since the server takes one, except
    /// for `param`.
    #[must_use]
    pub fn toggled(&self, token: &Token) -> Query {
        if self.has(token) {
            return Query { tokens: self.tokens.iter().filter(|known| !known.same(token)).cloned().collect() };
        }
        let keep = |known: &&Token| known.key != token.key || token.is_free() || token.key == "param";
        let mut tokens: Vec<Token> = self.tokens.iter().filter(keep).cloned().collect();
        tokens.push(token.clone());
        Query { tokens }
    }

    /// Whether two queries ask for the same; order and case do not matter.
    pub fn same(&self, other: &Query) -> bool {
        let covers = |a: &Query, b: &Query| a.tokens.iter().all(|token| b.has(token));
        self.tokens.len() == other.tokens.len()
            && covers(self, other)
            && covers(other, self)
            && self.free_text() == other.free_text()
    }

    /// The words of free text, joined as the server joins them.
    pub fn free_text(&self) -> String {
        let words: Vec<String> =
            self.tokens.iter().filter(|token| token.is_free()).map(|token| token.value.to_ascii_lowercase()).collect();
        words.join(" ")
    }
}

/// A query that many ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Those of the reader.
    Mine,
    /// All that the reader may see.
    All,
    /// Those that run.
    Running,
    /// Those whose last build failed.
    Failed,
    /// Those not on their template's active version.
    Outdated,
    /// Those set aside.
    Dormant,
}

impl Preset {
    /// All of them, in order.
    pub const ALL: [Preset; 6] =
        [Preset::Mine, Preset::All, Preset::Running, Preset::Failed, Preset::Outdated, Preset::Dormant];

    /// The label.
    pub fn label(self) -> &'static str {
        match self {
            Preset::Mine => "Mine",
            Preset::All => "All",
            Preset::Running => "Running",
            Preset::Failed => "Failed",
            Preset::Outdated => "Outdated",
            Preset::Dormant => "Dormant",
        }
    }

    /// The query.
    pub fn query(self) -> Query {
        let tokens = match self {
            Preset::All => vec![],
            Preset::Mine => vec![Token::new("owner", "me")],
            Preset::Running => vec![Token::new("status", "running")],
            Preset::Failed => vec![Token::new("status", "failed")],
            Preset::Outdated => vec![Token::new("outdated", "true")],
            Preset::Dormant => vec![Token::new("dormant", "true")],
        };
        Query { tokens }
    }

    /// Whether a query is this one.
    pub fn is_pressed(self, query: &Query) -> bool {
        query.same(&self.query())
    }
}

/// Whether the server would list a row; `None` where the row does not hold what the query asks for. `me` is the reader's username.
pub fn matches(query: &Query, row: &Row, me: &str) -> Option<bool> {
    let mut all = Some(true);
    let free = query.free_text();
    if !free.is_empty() {
        let name = row.name.to_ascii_lowercase();
        let hit = match free.split_once('/') {
            Some((owner, part)) => row.owner_name.to_ascii_lowercase() == who(owner, me) && name.contains(part),
            None => name.contains(&free),
        };
        if !hit {
            return Some(false);
        }
    }
    for token in query.tokens.iter().filter(|token| !token.is_free()) {
        match token_matches(token, row, me) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

fn who(owner: &str, me: &str) -> String {
    if owner == "me" { me.to_ascii_lowercase() } else { owner.to_owned() }
}

fn token_matches(token: &Token, row: &Row, me: &str) -> Option<bool> {
    let value = token.value.to_ascii_lowercase();
    let flag = |is: bool| match value.as_str() {
        "1" | "t" | "true" => Some(is),
        "0" | "f" | "false" => Some(!is),
        _ => None,
    };
    match token.key.as_str() {
        "owner" => Some(row.owner_name.to_ascii_lowercase() == who(&value, me)),
        "name" => Some(row.name.to_ascii_lowercase().contains(&value)),
        "template" => Some(row.template_slug.to_ascii_lowercase() == value),
        "organization" => {
            Some(row.organization_name.to_ascii_lowercase() == value || row.organization_id.to_string() == value)
        }
        "status" => Some(row.build.status.as_str() == value),
        "outdated" => flag(row.outdated),
        // `dormant:false` filters nothing on the server.
        "dormant" => Some(flag(true) != Some(true) || row.dormant_ms.is_some()),
        "id" => Some(value.split(',').any(|id| id.trim().parse::<Id>() == Ok(row.id))),
        "has_external_agent" => flag(row.build.has_external_agent),
        "last_used_before" => row.last_used_ms.and_then(|used| time(&value).map(|at| used <= at)),
        "last_used_after" => row.last_used_ms.and_then(|used| time(&value).map(|at| used >= at)),
        _ => None,
    }
}

fn time(value: &str) -> Option<i64> {
    value.to_ascii_uppercase().parse::<Timestamp>().ok().map(Timestamp::millis)
}

/// `id:` queries for the rows that are polled, as many as it takes: none is longer than `max_bytes` once it stands in a URL.
pub fn of_ids(ids: &[Id], max_bytes: usize) -> Vec<String> {
    // `id%3A`, then 36 characters per id and `%2C` between two.
    let per_query = (max_bytes.saturating_sub(5) / 39).max(1);
    ids.chunks(per_query)
        .map(|chunk| {
            let ids: Vec<String> = chunk.iter().map(ToString::to_string).collect();
            format!("id:{}", ids.join(","))
        })
        .collect()
}

/// What is said where nothing matches: `No workspace of ken has failed`, without a full stop.
pub fn nothing_in_words(query: &Query) -> String {
    let mut nouns = Vec::new();
    let mut verbs = Vec::new();
    let free = query.free_text();
    if !free.is_empty() {
        nouns.push(format!("like “{free}”"));
    }
    for token in query.tokens.iter().filter(|token| !token.is_free()) {
        let value = token.value.as_str();
        let yes = matches!(value.to_ascii_lowercase().as_str(), "1" | "t" | "true");
        let either = |yes_text: &str, no_text: &str| (if yes { yes_text } else { no_text }).to_owned();
        match token.key.as_str() {
            "owner" if value.eq_ignore_ascii_case("me") => nouns.push("of yours".into()),
            "owner" => nouns.push(format!("of {value}")),
            "name" => nouns.push(format!("with “{value}” in its name")),
            "template" => nouns.push(format!("from template {value}")),
            "organization" => nouns.push(format!("in {value}")),
            "id" => nouns.push("with this id".into()),
            "param" => nouns.push(format!("with the parameter {value}")),
            "shared_with_user" | "shared_with_group" => nouns.push(format!("shared with {value}")),
            "status" => verbs.push(match value.to_ascii_lowercase().as_str() {
                "failed" => "has failed".to_owned(),
                "canceled" => "was canceled".to_owned(),
                "canceling" => "is being canceled".to_owned(),
                other => format!("is {other}"),
            }),
            "outdated" => verbs.push(either("is outdated", "is up to date")),
            // Filters nothing if false.
            "dormant" => {
                if yes {
                    verbs.push("is dormant".into());
                }
            }
            "healthy" => verbs.push(either("is healthy", "is unhealthy")),
            "has-agent" => verbs.push(format!("has an agent that is {}", value.replace(',', " or "))),
            "shared" => verbs.push(either("is shared", "is not shared")),
            "has-ai-task" => verbs.push(either("has a task", "has no task")),
            "has_external_agent" => verbs.push(either("has an external agent", "has no external agent")),
            "last_used_before" => verbs.push(format!("was last used before {value}")),
            "last_used_after" => verbs.push(format!("was used after {value}")),
            _ => nouns.push(token.to_string()),
        }
    }
    if !free.is_empty() && nouns.len() == 1 && verbs.is_empty() {
        return format!("Nothing matches “{free}”");
    }
    let noun = std::iter::once("workspace".to_owned()).chain(nouns).collect::<Vec<_>>().join(" ");
    if verbs.is_empty() { format!("There is no {noun}") } else { format!("No {noun} {}", verbs.join(" and ")) }
}

/// Which part to drop where nothing matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    /// The part.
    pub token: Token,
    /// The query without it.
    pub rest: Query,
    /// How many match then; `None` if that is not known here.
    pub count: Option<usize>,
}

/// The part whose removal leaves the fewest, but some: the nearest thing to what was asked for. `counts` are how many match without each part, as
/// far as that is known. The last part of which nothing is known, and nothing promised, if none is known to help; `None` if no single part is what keeps all out.
pub fn what_to_drop(query: &Query, counts: &[Option<usize>]) -> Option<Drop> {
    let last = query.tokens.len().checked_sub(1)?;
    let known = |index: usize| counts.get(index).copied().flatten();
    let some = (0..=last).filter_map(|index| known(index).filter(|count| *count > 0).map(|count| (count, index)));
    // Of equals the later one: it was added last.
    let best = some.min_by_key(|(count, index)| (*count, usize::MAX - index));
    let index = match best {
        Some((_, index)) => index,
        None => (0..=last).rev().find(|index| known(*index).is_none())?,
    };
    let token = query.tokens.get(index)?.clone();
    Some(Drop { token, rest: query.without(index), count: known(index) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::model::row::from_workspace;
    use crate::wire::error::ErrorBody;
    use crate::wire::workspace::WorkspacesResponse;
    use proptest::prelude::*;

    fn tokens(text: &str) -> Vec<String> {
        parse(text).0.tokens.iter().map(|token| format!("{}={}", token.key, token.value)).collect()
    }

    #[test]
    fn text_is_taken_apart_as_the_server_does() {
        for (text, expected) in [
            ("", vec![]),
            ("   ", vec![]),
            ("rich", vec!["=rich"]),
            ("two words", vec!["=two", "=words"]),
            ("Owner:Me status:running", vec!["owner=Me", "status=running"]),
            ("name:\"life renamed\"", vec!["name=life renamed"]),
            ("\"two words\" x", vec!["=two words", "=x"]),
            ("last_used_after:\"2026-06-01T00:00:00Z\"", vec!["last_used_after=2026-06-01T00:00:00Z"]),
            ("param:region=eu param:\"x=a b\"", vec!["param=region=eu", "param=x=a b"]),
            ("has-agent:connected,timeout", vec!["has-agent=connected,timeout"]),
            ("a::b", vec!["a=b"]),
            ("\"a:b\"", vec!["=a:b"]),
            ("ada/web", vec!["=ada/web"]),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn what_the_server_refuses_is_found_in_its_words() {
        let mut seen = 0;
        for name in [
            "comma",
            "deleted",
            "favorite",
            "invalid-date",
            "invalid-id",
            "invalid-key",
            "invalid-status",
            "invalid-syntax",
            "is-dormant",
            "repeated-key",
            "two-errors",
            "unquoted-colon",
        ] {
            let recording = recordings::recording(&format!("list/{name}"));
            let text = asked(recording["request"]["path"].as_str().unwrap());
            let body: ErrorBody = recordings::body(&format!("list/{name}"));
            let expected: Vec<Problem> = body
                .validations
                .iter()
                .map(|one| Problem { field: one.field.clone(), detail: one.detail.clone() })
                .collect();
            assert_eq!(parse(&text).1, expected, "{name}: {text}");
            seen += expected.len();
        }
        assert_eq!(seen, 13);
    }

    /// The query of a recorded request.
    fn asked(path: &str) -> String {
        let query = path.split_once("q=").map_or("", |(_, rest)| rest.split('&').next().unwrap());
        let mut text = Vec::new();
        let bytes = query.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'%' {
                text.push(u8::from_str_radix(&query[at + 1..at + 3], 16).unwrap());
                at += 3;
            } else {
                text.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
                at += 1;
            }
        }
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_the_server_takes_is_not_refused_and_matches_the_same_rows() {
        let all: WorkspacesResponse = recordings::body("list/limit-zero");
        let all: Vec<Row> = all.workspaces.iter().map(from_workspace).collect();
        assert!(all.len() > 5);
        for name in [
            "combined",
            "dormant",
            "failed",
            "free-text",
            "ids",
            "ids-one",
            "last-used-before",
            "mine",
            "name",
            "organization",
            "outdated",
            "quoted-space",
            "running",
            "slash",
            "stopped",
            "template",
            "unknown-owner",
            "unknown-template",
            "canceled",
        ] {
            let recording = recordings::recording(&format!("list/{name}"));
            let text = asked(recording["request"]["path"].as_str().unwrap());
            let (query, problems) = parse(&text);
            assert_eq!(problems, [], "{name}: {text}");
            let answer: WorkspacesResponse = recordings::body(&format!("list/{name}"));
            for workspace in &answer.workspaces {
                // The recordings are of different moments: each row is judged as it was in its own answer.
                assert_eq!(
                    matches(&query, &from_workspace(workspace), "owner"),
                    Some(true),
                    "{name}: {}",
                    workspace.name
                );
            }
        }
        let kept = |text: &str| all.iter().filter(|row| matches(&parse(text).0, row, "owner") == Some(true)).count();
        assert_eq!(kept(""), all.len());
        assert_eq!(kept("owner:nobody"), 0);
        assert_eq!(kept("owner:me"), all.iter().filter(|row| &*row.owner_name == "owner").count());
        assert_eq!(kept("stuck status:failed"), 4);
        assert_eq!(kept("owner/stuck-a"), 1);
        assert_eq!(kept("me/stuck-a"), 1);
        assert_eq!(kept("nobody/stuck-a"), 0);
        assert_eq!(kept("dormant:false"), all.len());
        assert_eq!(kept("dormant:true"), 0);
        assert_eq!(kept("outdated:true") + kept("outdated:false"), all.len());
        assert_eq!(kept("has-agent:connected"), 0);
        assert_eq!(matches(&parse("has-agent:connected").0, &all[0], "owner"), None, "not held by a row");
        assert_eq!(matches(&parse("has-agent:connected owner:nobody").0, &all[0], "owner"), Some(false));
    }

    #[test]
    fn other_errors_have_the_servers_shape() {
        let details = |text: &str| parse(text).1.into_iter().map(|one| one.detail).collect::<Vec<_>>();
        assert_eq!(details(":a"), ["Query element \":a\" cannot start or end with ':'"]);
        assert_eq!(details("a: nonsense:1"), ["Query element \"a:\" cannot start or end with ':'"]);
        assert_eq!(
            details("id:9e721567-992b-44b2-9ce5-82d735c42c9x"),
            ["Query param \"id\" has invalid values: invalid UUID format"]
        );
        assert_eq!(details("param:a param:b"), [""; 0]);
        assert_eq!(details("outdated:T dormant:0 shared:True"), [""; 0]);
        assert!(
            details("last_used_after:2026-13")[0]
                .starts_with("Query param \"last_used_after\" must be a valid date format")
        );
    }

    #[test]
    fn parts_are_toggled_and_removed() {
        let toggle = |text: &str, key: &str, value: &str| parse(text).0.toggled(&Token::new(key, value)).to_string();
        assert_eq!(toggle("owner:me", "status", "failed"), "owner:me status:failed");
        assert_eq!(toggle("owner:me status:Failed", "status", "failed"), "owner:me");
        assert_eq!(toggle("status:running web", "status", "failed"), "web status:failed");
        assert_eq!(toggle("param:a=1", "param", "b=2"), "param:a=1 param:b=2");
        assert_eq!(toggle("", "name", "life renamed"), "name:\"life renamed\"");
        assert_eq!(toggle("web", "", "api"), "web api");
        assert_eq!(parse("a b c").0.without(1).to_string(), "a c");
        assert_eq!(parse("a b c").0.without(9).to_string(), "a b c");
        let query = parse("owner:me status:failed").0;
        assert_eq!(query.value("status"), Some("failed"));
        assert_eq!(parse("owner:a owner:b").0.value("owner"), None);
    }

    #[test]
    fn a_preset_is_pressed_if_the_query_is_its_own() {
        for preset in Preset::ALL {
            let query = preset.query();
            assert_eq!(problems(&query), [], "{}", preset.label());
            assert_eq!(parse(&query.to_string()).0, query);
            for other in Preset::ALL {
                assert_eq!(other.is_pressed(&query), other == preset, "{} {}", other.label(), preset.label());
            }
        }
        assert!(Preset::Running.is_pressed(&parse(" STATUS:Running ").0));
        assert!(!Preset::Running.is_pressed(&parse("status:running owner:me").0));
        assert!(Preset::All.is_pressed(&parse("").0));
    }

    #[test]
    fn ids_are_asked_for_in_as_many_queries_as_the_url_allows() {
        let ids: Vec<Id> = (1..=10_u128).map(Id::from_u128).collect();
        assert_eq!(of_ids(&[], 1_000), [""; 0]);
        let queries = of_ids(&ids, 5 + 39 * 4);
        assert_eq!(queries.len(), 3);
        assert_eq!(of_ids(&ids, 5 + 39 * 4 - 1).len(), 4);
        assert_eq!(of_ids(&ids, 1).len(), 10, "always at least one");
        assert!(
            queries[0].starts_with("id:00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002,")
        );
        let back: Vec<Id> =
            queries.iter().flat_map(|query| query[3..].split(',')).map(|id| id.parse().unwrap()).collect();
        assert_eq!(back, ids);
        for query in &queries {
            assert_eq!(parse(query).1, []);
        }
    }

    #[test]
    fn nothing_is_said_in_words() {
        for (text, words) in [
            ("owner:ken status:failed", "No workspace of ken has failed"),
            ("owner:me", "There is no workspace of yours"),
            ("web", "Nothing matches “web”"),
            (
                "template:docker outdated:true status:running",
                "No workspace from template docker is outdated and is running",
            ),
            ("dormant:false organization:acme", "There is no workspace in acme"),
            ("dormant:true", "No workspace is dormant"),
            ("has-agent:timeout,disconnected", "No workspace has an agent that is timeout or disconnected"),
            ("", "There is no workspace"),
        ] {
            assert_eq!(nothing_in_words(&parse(text).0), words, "{text}");
        }
    }

    /// How many of `rows` match without each part of a query; `None` where the rows do not hold what is asked for.
    fn counts_without(query: &Query, rows: &[Row], me: &str) -> Vec<Option<usize>> {
        let count = |index: usize| {
            let rest = query.without(index);
            let verdicts = rows.iter().map(|row| matches(&rest, row, me)).collect::<Option<Vec<bool>>>()?;
            Some(verdicts.into_iter().filter(|matches| *matches).count())
        };
        (0..query.tokens.len()).map(count).collect()
    }

    #[test]
    fn the_part_to_drop_is_the_one_that_leaves_the_fewest() {
        let all: WorkspacesResponse = recordings::body("list/limit-zero");
        let all: Vec<Row> = all.workspaces.iter().map(from_workspace).collect();
        let drop = |text: &str, rows: Option<&[Row]>| {
            let query = parse(text).0;
            let counts = rows.map(|rows| counts_without(&query, rows, "owner")).unwrap_or_default();
            what_to_drop(&query, &counts).map(|drop| (drop.token.to_string(), drop.rest.to_string(), drop.count))
        };
        assert_eq!(drop("stuck status:running", Some(&all)), Some(("status:running".into(), "stuck".into(), Some(4))));
        assert_eq!(
            drop("owner:nobody status:failed", Some(&all)),
            Some(("owner:nobody".into(), "status:failed".into(), Some(5)))
        );
        assert_eq!(drop("owner:nobody status:failed", None).unwrap().0, "status:failed");
        assert_eq!(drop("nope status:none", Some(&[])), None, "no single part is what keeps them out");
        assert_eq!(drop("nope shared:true", Some(&all)).unwrap().2, None, "the rows do not tell");
        let tie = what_to_drop(&parse("owner:a status:failed").0, &[Some(3), Some(3)]).unwrap();
        assert_eq!(tie.token.to_string(), "status:failed");
        assert_eq!(drop("", Some(&all)), None);
    }

    fn any_text() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[a-zA-Z0-9_=,./-]{1,8}",
            Just("owner:me".to_owned()),
            Just("status:running".to_owned()),
            Just("name:\"a b\"".to_owned()),
            Just("\"q:r s\"".to_owned()),
            "[ :\"a-c]{0,6}",
            "\\PC{0,5}",
        ];
        prop::collection::vec(word, 0..7).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn text_to_tokens_to_text_is_a_round_trip(text in any_text()) {
            let (query, problems) = parse(&text);
            if problems.iter().all(|one| one.field != "q") {
                // Parts whose quotes enclose nothing are the only ones that have no text of their own.
                let written = query.to_string();
                let (again, after) = parse(&written);
                prop_assert_eq!(&again, &query, "{:?}", written);
                prop_assert_eq!(after, problems);
                prop_assert_eq!(again.to_string(), written);
            }
        }

        #[test]
        fn toggling_twice_is_nothing_for_what_was_not_there(text in any_text(), value in "[a-z]{1,5}") {
            let query = parse(&text).0;
            let token = Token::new("template", &value);
            prop_assume!(query.tokens.iter().all(|known| known.key != "template"));
            prop_assert_eq!(query.toggled(&token).toggled(&token), query);
        }
    }
}
