//! What is said where nothing matches a query, and which of its parts to leave out. Pure.

use super::parse::{Query, Token};

/// What is said where nothing matches: `No workspace of ken has failed`, without a full stop.
pub(crate) fn nothing_in_words(query: &Query) -> String {
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
pub(crate) struct Drop {
    /// The part.
    pub token: Token,
    /// The query without it.
    pub rest: Query,
    /// How many match then; `None` if that is not known here.
    pub count: Option<usize>,
}

/// The part whose removal leaves the fewest, but some: the nearest thing to what was asked for. `counts` are how many
/// match without each part, as far as that is known. The last part of which nothing is known, and nothing promised, if
/// none is known to help; `None` if no single part is what keeps all out.
pub(crate) fn what_to_drop(query: &Query, counts: &[Option<usize>]) -> Option<Drop> {
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
mod tests;
