//! The keys of the query's language, what each takes, and what control planes of which age know. Pure.

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// One of these words.
    Words(&'static [&'static str]),
    /// The name of somebody, or `me`.
    Owners,
    /// The name of somebody; `me` is nobody there.
    Users,
    /// The name of a template.
    Templates,
    /// The name of an organization.
    Organizations,
    /// A moment, which stands in quotes.
    Moment,
    /// Anything.
    Text,
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueryKey {
    /// As it is written.
    pub(crate) name: &'static str,
    /// What it asks for, in a few words.
    pub(crate) what: &'static str,
    /// What it takes.
    pub(crate) values: Values,
    /// Whether it may stand there more than once.
    pub(crate) repeats: bool,
}

const BOOLEAN: Values = Values::Words(&["true", "false"]);

const fn key(name: &'static str, what: &'static str, values: Values) -> QueryKey {
    QueryKey { name, what, values, repeats: false }
}

/// All keys, the ones most asked for first.
pub(crate) const KEYS: [QueryKey; 17] = [
    key("owner", "whose it is", Values::Owners),
    key(
        "status",
        "the status of the latest build",
        Values::Words(&[
            "running",
            "stopped",
            "failed",
            "starting",
            "stopping",
            "pending",
            "canceled",
            "canceling",
            "deleting",
        ]),
    ),
    key("template", "made from this template", Values::Templates),
    key("name", "a part of the name", Values::Text),
    key("outdated", "not on the active version of its template", BOOLEAN),
    key("dormant", "set aside because nobody used it", Values::Words(&["true"])),
    key("organization", "in this organization", Values::Organizations),
    key("healthy", "all agents are connected", BOOLEAN),
    key("has-agent", "agents in this state", Values::Words(&["connected", "connecting", "disconnected", "timeout"])),
    key("last_used_before", "not used since", Values::Moment),
    key("last_used_after", "used since", Values::Moment),
    QueryKey { repeats: true, ..key("param", "built with this parameter", Values::Text) },
    key("shared", "shared with somebody", BOOLEAN),
    key("shared_with_user", "shared with this user", Values::Users),
    key("shared_with_group", "shared with this group", Values::Text),
    key("has-ai-task", "made for a task", BOOLEAN),
    key("has_external_agent", "an agent that is started by hand", BOOLEAN),
];

/// The key with that name.
pub(crate) fn key_of(name: &str) -> Option<&'static QueryKey> {
    KEYS.iter().find(|key| key.name == name)
}

/// The keys that a refusal of the control plane names as unknown: `"shared" is not a valid query param`.
pub(crate) fn unknown_in(details: &[(String, String)]) -> Vec<String> {
    details
        .iter()
        .filter(|(_, detail)| detail.contains("not a valid query param"))
        .map(|(field, detail)| {
            if field.is_empty() || field == "q" {
                detail.split('"').nth(1).unwrap_or_default().to_owned()
            } else {
                field.clone()
            }
        })
        .filter(|name| !name.is_empty())
        .collect()
}
