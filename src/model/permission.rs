//! What the user may do, as it is asked of the control plane (docs/control-plane-api.md, 1.11): in batches within its
//! limit, and once for all things for which the answer is the same. Pure.

use crate::model::row::Row;
use crate::wire::Id;
use crate::wire::authorization::{AuthorizationCheck, AuthorizationObject};

/// How many checks of one request may name a resource.
const MOST_NAMED: usize = 10;

/// How many checks one request has in all: a bound of ours, so that no request grows without end.
const MOST: usize = 50;

/// What is done to a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// A start; of a dormant one too, which the control plane calls an update.
    Start,
    /// A stop.
    Stop,
    /// A delete.
    Delete,
    /// A change of its name, its settings or its dormancy.
    Update,
}

impl Act {
    /// In a sentence, before `it`: `stop`.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Act::Start => "start",
            Act::Stop => "stop",
            Act::Delete => "delete",
            Act::Update => "change",
        }
    }
}

/// What the user may do to one workspace; `None` where it is not known: then it is offered, and the control plane
/// decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Rights {
    /// Start it.
    pub start: Option<bool>,
    /// Stop it.
    pub stop: Option<bool>,
    /// Delete it.
    pub delete: Option<bool>,
    /// Change its name, its settings or its dormancy.
    pub update: Option<bool>,
    /// Change its template.
    pub template: Option<bool>,
    /// Ask for builds that log all that Terraform does; `None` also for whom it is not said.
    pub debug: Option<bool>,
}

impl Rights {
    /// Whether something is known to be forbidden.
    pub(crate) fn forbids(self, act: Act) -> bool {
        let may = match act {
            Act::Start => self.start,
            Act::Stop => self.stop,
            Act::Delete => self.delete,
            Act::Update => self.update,
        };
        may == Some(false)
    }
}

/// Something that the user may do or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(dead_code, reason = "those for others' workspaces are for the page that creates them")]
pub(crate) enum Right {
    /// To create workspaces of one's own in an organization.
    Create {
        /// The organization.
        organization: Id,
    },
    /// To create workspaces for others in an organization.
    CreateForOthers {
        /// The organization.
        organization: Id,
    },
    /// To change a template: its users may have any version, and leave resources behind.
    UpdateTemplate {
        /// The template.
        template: Id,
    },
    /// To read how the deployment is configured.
    ReadDeploymentConfig,
    /// To act on any workspace of an organization, whoever owns it.
    OnAny {
        /// What is done.
        act: Act,
        /// Whether the workspaces are dormant, which is a rule of its own.
        dormant: bool,
        /// The organization.
        organization: Id,
    },
    /// To act on the user's own workspaces in an organization.
    OnOwn {
        /// What is done.
        act: Act,
        /// Whether the workspaces are dormant.
        dormant: bool,
        /// The organization.
        organization: Id,
    },
    /// To act on one workspace: others may have shared it.
    OnThis {
        /// What is done.
        act: Act,
        /// Whether it is dormant.
        dormant: bool,
        /// The workspace.
        workspace: Id,
    },
}

impl Right {
    /// How it is asked.
    pub(crate) fn check(self) -> AuthorizationCheck {
        let of = |resource_type| AuthorizationObject {
            resource_type,
            owner_id: None,
            organization_id: None,
            resource_id: None,
        };
        let workspace = |dormant: bool| of(if dormant { "workspace_dormant" } else { "workspace" });
        let organized = |object: AuthorizationObject, organization, owner| AuthorizationObject {
            organization_id: Some(organization),
            owner_id: Some(owner),
            ..object
        };
        match self {
            Right::Create { organization } => {
                AuthorizationCheck { object: organized(workspace(false), organization, "me"), action: "create" }
            }
            Right::CreateForOthers { organization } => {
                AuthorizationCheck { object: organized(workspace(false), organization, "*"), action: "create" }
            }
            Right::UpdateTemplate { template } => AuthorizationCheck {
                object: AuthorizationObject { resource_id: Some(template), ..of("template") },
                action: "update",
            },
            Right::ReadDeploymentConfig => AuthorizationCheck { object: of("deployment_config"), action: "read" },
            Right::OnAny { act, dormant, organization } => AuthorizationCheck {
                object: organized(workspace(dormant), organization, "*"),
                action: action(act, dormant),
            },
            Right::OnOwn { act, dormant, organization } => AuthorizationCheck {
                object: organized(workspace(dormant), organization, "me"),
                action: action(act, dormant),
            },
            // Named by its id, the control plane finds out by itself that it is dormant.
            Right::OnThis { act, dormant, workspace: id } => AuthorizationCheck {
                object: AuthorizationObject { resource_id: Some(id), ..of("workspace") },
                action: action(act, dormant),
            },
        }
    }

    fn names_resource(self) -> bool {
        matches!(self, Right::UpdateTemplate { .. } | Right::OnThis { .. })
    }
}

/// The word for it. Nobody may start a dormant workspace by that word: its start ends the dormancy, which is an update.
fn action(act: Act, dormant: bool) -> &'static str {
    match act {
        Act::Start if dormant => "update",
        Act::Start => "start",
        Act::Stop => "stop",
        Act::Delete => "delete",
        Act::Update => "update",
    }
}

/// What is asked next of what is wanted: as much as one request may have, the rest afterwards.
pub(crate) fn batch(wanted: &[Right]) -> Vec<Right> {
    let mut named = 0;
    let fits = |right: &&Right| {
        if right.names_resource() {
            named += 1;
        }
        !right.names_resource() || named <= MOST_NAMED
    };
    wanted.iter().filter(fits).take(MOST).copied().collect()
}

/// Whether the user may act on the workspace of a row, by what `may` knows and asks for. The answer is the same for all
/// workspaces of one's own in an organization, and for those of all others where a role says yes; else the one
/// workspace is asked for, which may have been shared. A workspace that is doubted, because an action on it was
/// refused, is asked for by its id: what holds for all of them was not true of it.
pub(crate) fn on_row(
    row: &Row,
    user: Id,
    act: Act,
    is_doubted: bool,
    may: impl Fn(Right) -> Option<bool>,
) -> Option<bool> {
    let (dormant, organization) = (row.dormant_ms.is_some(), row.organization_id);
    let this = || may(Right::OnThis { act, dormant, workspace: row.id });
    if is_doubted && let Some(answer) = this() {
        return Some(answer);
    }
    if row.owner_id == user {
        return may(Right::OnOwn { act, dormant, organization });
    }
    if may(Right::OnAny { act, dormant, organization })? { Some(true) } else { this() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use std::cell::RefCell;

    const ORGANIZATION: Id = Id::from_u128(7);

    fn asked(right: Right) -> String {
        serde_json::to_string(&right.check()).unwrap()
    }

    #[test]
    fn a_right_is_asked_in_the_control_planes_words() {
        let (act, organization) = (Act::Start, ORGANIZATION);
        for (right, expected) in [
            (
                Right::OnOwn { act, dormant: false, organization },
                r#"{"object":{"resource_type":"workspace","owner_id":"me","organization_id":"00000000-0000-0000-0000-000000000007"},"action":"start"}"#,
            ),
            (
                Right::OnAny { act, dormant: true, organization },
                r#"{"object":{"resource_type":"workspace_dormant","owner_id":"*","organization_id":"00000000-0000-0000-0000-000000000007"},"action":"update"}"#,
            ),
            (
                Right::OnThis { act: Act::Delete, dormant: true, workspace: ORGANIZATION },
                r#"{"object":{"resource_type":"workspace","resource_id":"00000000-0000-0000-0000-000000000007"},"action":"delete"}"#,
            ),
            (
                Right::UpdateTemplate { template: ORGANIZATION },
                r#"{"object":{"resource_type":"template","resource_id":"00000000-0000-0000-0000-000000000007"},"action":"update"}"#,
            ),
            (
                Right::Create { organization },
                r#"{"object":{"resource_type":"workspace","owner_id":"me","organization_id":"00000000-0000-0000-0000-000000000007"},"action":"create"}"#,
            ),
            (
                Right::CreateForOthers { organization },
                r#"{"object":{"resource_type":"workspace","owner_id":"*","organization_id":"00000000-0000-0000-0000-000000000007"},"action":"create"}"#,
            ),
            (Right::ReadDeploymentConfig, r#"{"object":{"resource_type":"deployment_config"},"action":"read"}"#),
        ] {
            assert_eq!(asked(right), expected);
        }
    }

    #[test]
    fn a_request_names_no_more_than_the_control_plane_takes() {
        let named = |number| Right::UpdateTemplate { template: Id::from_u128(number) };
        let of_all = |number| Right::Create { organization: Id::from_u128(number) };
        let wanted: Vec<Right> = (0..13).map(named).chain((0..100).map(of_all)).collect();
        let first = batch(&wanted);
        assert_eq!(first.iter().filter(|right| right.names_resource()).count(), MOST_NAMED);
        assert_eq!(first.len(), MOST);
        // Everything is asked at last.
        let (mut rest, mut requests) = (wanted, 0);
        while !rest.is_empty() {
            let asked = batch(&rest);
            rest.retain(|right| !asked.contains(right));
            requests += 1;
        }
        assert_eq!(requests, 3);
        assert_eq!(batch(&[]), []);
    }

    #[test]
    fn one_answer_serves_all_workspaces_for_which_it_is_the_same() {
        let row = recordings::row("workspace/stopped");
        let (own, organization) = (row.owner_id, row.organization_id);
        let asked = |user: Id, is_doubted: bool, known: &[(Right, bool)]| {
            let wanted = RefCell::new(Vec::new());
            let may = |right| {
                wanted.borrow_mut().push(right);
                known.iter().find(|(known, _)| *known == right).map(|(_, may)| *may)
            };
            (on_row(&row, user, Act::Stop, is_doubted, may), wanted.into_inner())
        };
        let ask = |user, known: &[(Right, bool)]| asked(user, false, known);
        let act = Act::Stop;
        let of_own = Right::OnOwn { act, dormant: false, organization };
        let of_any = Right::OnAny { act, dormant: false, organization };
        let of_this = Right::OnThis { act, dormant: false, workspace: row.id };
        let other = Id::from_u128(99);
        assert_eq!(ask(own, &[]), (None, vec![of_own]));
        assert_eq!(ask(own, &[(of_own, false)]), (Some(false), vec![of_own]));
        assert_eq!(ask(other, &[]), (None, vec![of_any]));
        assert_eq!(ask(other, &[(of_any, true)]), (Some(true), vec![of_any]));
        assert_eq!(ask(other, &[(of_any, false)]), (None, vec![of_any, of_this]));
        assert_eq!(ask(other, &[(of_any, false), (of_this, true)]), (Some(true), vec![of_any, of_this]));
        // After a refusal the one workspace is asked for; until that is answered, what held before does.
        assert_eq!(asked(own, true, &[(of_own, true)]), (Some(true), vec![of_this, of_own]));
        assert_eq!(asked(own, true, &[(of_own, true), (of_this, false)]), (Some(false), vec![of_this]));
        assert_eq!(asked(other, true, &[(of_any, true), (of_this, false)]), (Some(false), vec![of_this]));
        assert_eq!(asked(other, true, &[(of_any, false), (of_this, true)]), (Some(true), vec![of_this]));
    }
}
