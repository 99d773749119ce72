//! A form of a new workspace that was left half filled in, as the tab keeps it: without secrets, and without what
//! counts for one build only. Pure.

use crate::model::schedule::KeptSchedule;
use crate::wire::Id;
use crate::wire::parameter::ParameterValue;
use json_tape::Read;
use serde::Serialize;

/// What somebody filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Read)]
pub(crate) struct Draft {
    /// The query of the address for which it was filled in: another link begins with what that link says.
    pub search: String,
    /// The name, if it is not the suggested one.
    #[serde(default)]
    pub name: Option<String>,
    /// Who is to own it, if it is somebody else: name and id.
    #[serde(default)]
    pub owner: Option<DraftOwner>,
    #[serde(default)]
    pub version: Option<Id>,
    #[serde(default)]
    pub preset: Option<Id>,
    /// Whether a preset was chosen, none among them.
    #[serde(default)]
    pub chose_preset: bool,
    /// Its schedule, if it is another than the usual one.
    #[serde(default)]
    pub schedule: Option<KeptSchedule>,
    pub values: Vec<ParameterValue>,
}

/// Who is to own a workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Read)]
pub(crate) struct DraftOwner {
    pub id: Id,
    pub username: String,
}

impl Draft {
    /// Whether anything was filled in that is worth keeping.
    pub(crate) fn is_worth_keeping(&self) -> bool {
        *self != Draft { search: self.search.clone(), ..Draft::default() }
    }

    /// The draft, if it is one of this very address.
    pub(crate) fn of_address(self, search: &str) -> Option<Self> {
        (self.search == search && self.is_worth_keeping()).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_of_one_address() {
        let empty = Draft { search: "?name=a".to_owned(), ..Draft::default() };
        assert!(!empty.is_worth_keeping());
        assert_eq!(empty.clone().of_address("?name=a"), None);
        let named = Draft { name: Some("api".to_owned()), ..empty };
        assert!(named.is_worth_keeping());
        assert_eq!(named.clone().of_address("?name=b"), None);
        assert_eq!(named.clone().of_address("?name=a"), Some(named.clone()));
        let text = serde_json::to_string(&named).unwrap();
        assert_eq!(json_tape::from_slice::<Draft>(text.as_bytes()).unwrap(), named);
    }
}
