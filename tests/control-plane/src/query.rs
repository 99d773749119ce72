//! The language of `q`: reading it, its refusals, and which workspaces it means. May import `model`, `world`, `render`,
//! `http::error`.

use uuid::Uuid;

use crate::clock::{Us, parse_rfc3339};
use crate::http::error::ApiError;
use crate::model::{Group, Workspace};
use crate::render::agent_status;
use crate::world::World;

/// A query, cut into keys and the free text.
#[derive(Debug, Default, PartialEq)]
pub struct Terms {
    /// Key and value, in order.
    pub keys: Vec<(String, String)>,
    /// What has no key, joined by spaces.
    pub free: String,
}

/// Cuts a query at spaces outside quotes; errors are details of the field `q`.
pub fn cut(text: &str) -> Result<Terms, String> {
    let text = text.to_lowercase();
    let mut terms = Terms::default();
    let mut free = Vec::new();
    for element in split_outside_quotes(&text, ' ') {
        if element.is_empty() {
            continue;
        }
        let parts = split_outside_quotes(&element, ':');
        match parts.as_slice() {
            [word] => free.push(unquote(word)),
            _ if element.starts_with(':') || element.ends_with(':') => {
                return Err(format!("Query element \"{element}\" cannot start or end with ':'"));
            }
            [key, value] => terms.keys.push((unquote(key), unquote(value))),
            _ => return Err(format!("Query element \"{element}\" can only contain 1 ':'")),
        }
    }
    terms.free = free.join(" ");
    Ok(terms)
}

fn split_outside_quotes(text: &str, at: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for letter in text.chars() {
        if letter == '"' {
            quoted = !quoted;
        }
        if letter == at && !quoted {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    parts
}

fn unquote(text: &str) -> String {
    text.trim_matches('"').to_owned()
}

/// Collects what is wrong with a query.
#[derive(Debug)]
pub struct Reader {
    keys: Vec<(String, String)>,
    used: Vec<String>,
    wrong: Vec<(String, String)>,
}

impl Reader {
    /// A reader of a query's keys.
    pub fn new(keys: Vec<(String, String)>) -> Self {
        Self { keys, used: Vec::new(), wrong: Vec::new() }
    }

    /// Notes that a field is wrong.
    pub fn refuse(&mut self, key: &str, detail: impl Into<String>) {
        self.wrong.push((key.to_owned(), detail.into()));
    }

    /// All values of a key.
    pub fn all(&mut self, key: &str) -> Vec<String> {
        self.used.push(key.to_owned());
        self.keys.iter().filter(|(name, _)| name == key).map(|(_, value)| value.clone()).collect()
    }

    /// The value of a key that may stand once.
    pub fn one(&mut self, key: &str) -> Option<String> {
        let values = self.all(key);
        if values.len() > 1 {
            let count = values.len();
            self.refuse(key, format!("Query param \"{key}\" provided more than once, found {count} times. Only provide 1 instance of this query param."));
            return None;
        }
        values.into_iter().next()
    }

    /// A boolean, as Go reads it.
    pub fn bool(&mut self, key: &str) -> Option<bool> {
        let text = self.one(key)?;
        match text.as_str() {
            "1" | "t" | "true" => Some(true),
            "0" | "f" | "false" => Some(false),
            _ => {
                self.refuse(key, format!("Query param \"{key}\" must be a valid boolean: strconv.ParseBool: parsing \"{text}\": invalid syntax"));
                None
            }
        }
    }

    /// A time, as Go reads it.
    pub fn time(&mut self, key: &str) -> Option<Us> {
        const LAYOUT: &str = "2006-01-02T15:04:05.999999999Z07:00";
        let text = self.one(key)?.to_uppercase();
        let parsed = parse_rfc3339(&text);
        if parsed.is_none() {
            let (rest, wanted) = go_time_mismatch(&text);
            self.refuse(key, format!("Query param \"{key}\" must be a valid date format ({LAYOUT}): parsing time \"{text}\" as \"{LAYOUT}\": cannot parse \"{rest}\" as \"{wanted}\""));
        }
        parsed
    }

    /// Ids separated by commas.
    pub fn ids(&mut self, key: &str) -> Option<Vec<Uuid>> {
        let text = self.one(key)?;
        let mut ids = Vec::new();
        let mut bad = Vec::new();
        for part in text.split(',') {
            match Uuid::parse_str(part) {
                Ok(id) => ids.push(id),
                Err(_) if matches!(part.len(), 32 | 36 | 38 | 45) => bad.push("invalid UUID format".to_owned()),
                Err(_) => bad.push(format!("invalid UUID length: {}", part.len())),
            }
        }
        if !bad.is_empty() {
            self.refuse(key, format!("Query param \"{key}\" has invalid values: {}", bad.join("\n")));
        }
        Some(ids)
    }

    /// The same without some keys: they count as unknown.
    pub fn without(mut self, key: impl Fn(&str) -> bool) -> Self {
        self.used.retain(|used| !key(used));
        self
    }

    /// Whether anything was wrong, unknown keys included.
    pub fn done(mut self, what: &str) -> Result<(), ApiError> {
        let mut unknown: Vec<String> =
            self.keys.iter().map(|(key, _)| key.clone()).filter(|key| !self.used.contains(key)).collect();
        unknown.dedup();
        for key in unknown {
            let detail = format!("\"{key}\" is not a valid query param");
            self.refuse(&key, detail);
        }
        if self.wrong.is_empty() {
            return Ok(());
        }
        Err(self
            .wrong
            .into_iter()
            .fold(ApiError::bad_request(format!("Invalid {what} search query.")), |error, (field, detail)| {
                error.field(field, detail)
            }))
    }
}

/// Where Go's parser of times would stop: the rest of the text, and the piece of the layout that it wanted.
fn go_time_mismatch(text: &str) -> (&str, &'static str) {
    let pieces: [(&'static str, usize); 11] = [
        ("2006", 4),
        ("-", 1),
        ("01", 2),
        ("-", 1),
        ("02", 2),
        ("T", 1),
        ("15", 2),
        (":", 1),
        ("04", 2),
        (":", 1),
        ("05", 2),
    ];
    let mut rest = text;
    for (piece, length) in pieces {
        let fits = rest.get(..length).is_some_and(|head| {
            if piece.starts_with(|c: char| c.is_ascii_digit()) {
                head.bytes().all(|b| b.is_ascii_digit())
            } else {
                head == piece
            }
        });
        if !fits {
            return (rest, piece);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    (rest, "Z07:00")
}

/// Which workspaces are wanted.
#[derive(Debug, Default)]
pub struct Filter {
    owner: Option<String>,
    names: Vec<String>,
    template: Option<String>,
    organization: Option<Uuid>,
    status: Option<String>,
    agents: Option<Vec<String>>,
    dormant: bool,
    outdated: Option<bool>,
    used_before: Option<Us>,
    used_after: Option<Us>,
    ids: Option<Vec<Uuid>>,
    shared: Option<bool>,
    shared_with: Option<Uuid>,
    nothing: bool,
    params: Vec<(String, Option<String>)>,
}

const STATUSES: [&str; 10] =
    ["pending", "starting", "running", "stopping", "stopped", "failed", "canceling", "canceled", "deleting", "deleted"];

/// Reads a query for workspaces.
pub fn workspaces(text: &str, world: &World, viewer: &str, sees: impl Fn(Uuid) -> bool) -> Result<Filter, ApiError> {
    let terms =
        cut(text).map_err(|detail| ApiError::bad_request("Invalid workspace search query.").field("q", detail))?;
    let mut filter = Filter::default();
    let mut keys = terms.keys;
    if !terms.free.is_empty() {
        let parts: Vec<&str> = terms.free.split('/').collect();
        match parts.as_slice() {
            [name] => keys.push(("name".to_owned(), (*name).to_owned())),
            [owner, name] => {
                keys.push(("owner".to_owned(), (*owner).to_owned()));
                keys.push(("name".to_owned(), (*name).to_owned()));
            }
            _ => {
                return Err(ApiError::bad_request("Invalid workspace search query.")
                    .field("q", format!("Query element \"{}\" can only contain 1 '/'", terms.free)));
            }
        }
    }
    let mut reader = Reader::new(keys);
    filter.ids = reader.ids("id");
    filter.owner = reader.one("owner").map(|name| if name == "me" { viewer.to_lowercase() } else { name });
    filter.template = reader.one("template");
    filter.names = reader.one("name").into_iter().collect();
    if let Some(status) = reader.one("status") {
        if !STATUSES.contains(&status.as_str()) {
            reader.refuse(
                "status",
                format!("Query param \"status\" has invalid value: \"{status}\" is not a valid value"),
            );
        }
        filter.status = Some(status);
    }
    filter.agents = reader.one("has-agent").map(|list| list.split(',').map(str::to_owned).collect());
    if let Some(healthy) = reader.bool("healthy") {
        let wanted: &[&str] = if healthy { &["connected"] } else { &["disconnected", "timeout"] };
        filter.agents.get_or_insert_default().extend(wanted.iter().map(|status| (*status).to_owned()));
    }
    filter.dormant = reader.bool("dormant").unwrap_or(false);
    filter.used_after = reader.time("last_used_after");
    filter.used_before = reader.time("last_used_before");
    filter.outdated = reader.bool("outdated");
    if reader.bool("has-ai-task") == Some(true) || reader.bool("has_external_agent") == Some(true) {
        filter.nothing = true;
    }
    if let Some(name) = reader.one("organization") {
        match world.organization_named(&name).filter(|organization| sees(organization.id)) {
            Some(organization) => filter.organization = Some(organization.id),
            None => reader.refuse("organization", format!("Query param \"organization\" has invalid value: organization \"{name}\" either does not exist, or you are unauthorized to view it")),
        }
    }
    filter.shared = reader.bool("shared");
    if let Some(name) = reader.one("shared_with_user") {
        let user = Uuid::parse_str(&name).ok().and_then(|id| world.user(id)).or_else(|| world.user_named(&name));
        match user.filter(|_| name != "me") {
            Some(user) => filter.shared_with = Some(user.id),
            None => reader.refuse("shared_with_user", format!("Query param \"shared_with_user\" has invalid value: user \"{name}\" either does not exist, or you are unauthorized to view them")),
        }
    }
    if let Some(name) = reader.one("shared_with_group") {
        let organization = world.organization_named("default");
        let is_known = |group: &Group| {
            group.name == name && organization.is_some_and(|organization| organization.id == group.organization_id)
        };
        if world.groups().any(is_known) {
            // Workspaces are shared with people only.
            filter.nothing = true;
        } else {
            let organization = organization.map_or("", |organization| organization.name.as_str());
            reader.refuse("shared_with_group", format!("Query param \"shared_with_group\" has invalid value: group \"{name}\" either does not exist, does not belong to the organization \"{organization}\", or you are unauthorized to view it"));
        }
    }
    filter.params = reader
        .all("param")
        .into_iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (text, None),
        })
        .collect();
    reader.without(|key| !world.age.has_query(key)).done("workspace")?;
    Ok(filter)
}

impl Filter {
    /// Whether a workspace is wanted. Deleted ones never are.
    pub fn wants(&self, world: &World, workspace: &Workspace, now: Us) -> bool {
        if workspace.deleted || self.nothing {
            return false;
        }
        let latest = world.latest_build(workspace.id);
        let same = |wanted: &Option<String>, actual: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| actual.is_some_and(|actual| actual.eq_ignore_ascii_case(wanted)))
        };
        let name = workspace.name.to_lowercase();
        let template = world.template(workspace.template_id);
        self.ids.as_ref().is_none_or(|ids| ids.contains(&workspace.id))
            && same(&self.owner, world.user(workspace.owner_id).map(|user| user.username.as_str()))
            && self.names.iter().all(|part| name.contains(part.as_str()))
            && same(&self.template, template.map(|template| template.name.as_str()))
            && self.organization.is_none_or(|id| workspace.organization_id == id)
            && self.status.as_deref().is_none_or(|status| latest.is_some_and(|build| build.status() == status))
            && self.agents.as_ref().is_none_or(|wanted| {
                latest.filter(|build| build.transition == crate::model::Transition::Start).is_some_and(|build| {
                    build.agents().any(|agent| wanted.iter().any(|status| status == agent_status(agent, now)))
                })
            })
            && (!self.dormant || workspace.dormant_at.is_some())
            && self.outdated.is_none_or(|outdated| {
                let active = template.map(|template| template.active_version_id);
                latest.is_some_and(|build| (Some(build.version_id) != active) == outdated)
            })
            && self.used_before.is_none_or(|at| workspace.last_used_at <= at)
            && self.used_after.is_none_or(|at| workspace.last_used_at >= at)
            && self.shared.is_none_or(|shared| workspace.acl.is_empty() != shared)
            && self.shared_with.is_none_or(|user| workspace.acl.contains_key(&user))
            && self.params.iter().all(|(name, value)| {
                latest.is_some_and(|build| {
                    build.parameters.iter().any(|(key, actual)| {
                        key.eq_ignore_ascii_case(name)
                            && value.as_ref().is_none_or(|value| actual.eq_ignore_ascii_case(value))
                    })
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_cut_at_spaces_and_colons_outside_quotes() {
        let terms = cut("Owner:me  foo \"a b\" last:\"10:00 x\"").unwrap();
        assert_eq!(terms.keys, [("owner".into(), "me".into()), ("last".into(), "10:00 x".into())]);
        assert_eq!(terms.free, "foo a b");
        assert_eq!(cut("a:b:c").unwrap_err(), "Query element \"a:b:c\" can only contain 1 ':'");
        assert_eq!(cut(":a").unwrap_err(), "Query element \":a\" cannot start or end with ':'");
        assert_eq!(cut("a:").unwrap_err(), "Query element \"a:\" cannot start or end with ':'");
    }

    #[test]
    fn times_are_refused_as_go_refuses_them() {
        assert_eq!(go_time_mismatch("YESTERDAY"), ("YESTERDAY", "2006"));
        assert_eq!(go_time_mismatch("2026"), ("", "-"));
        assert_eq!(go_time_mismatch("2026-01-02T03:04:05"), ("", "Z07:00"));
    }

    #[test]
    fn all_mistakes_of_a_query_come_together() {
        let world = World::default();
        let error = workspaces("dormant:maybe nonsense:1", &world, "ada", |_| true).unwrap_err().body();
        assert_eq!(error["message"], "Invalid workspace search query.");
        assert_eq!(error["validations"][0]["field"], "dormant");
        assert_eq!(error["validations"][1]["detail"], "\"nonsense\" is not a valid query param");
        let error = workspaces("owner:me owner:you", &world, "ada", |_| true).unwrap_err().body();
        assert_eq!(
            error["validations"][0]["detail"],
            "Query param \"owner\" provided more than once, found 2 times. Only provide 1 instance of this query param."
        );
        assert!(workspaces("ada/web owner:x", &world, "ada", |_| true).is_err());
    }
}
