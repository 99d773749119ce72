//! The addresses below `/embed/`: parts of the console that stand in other pages (docs/embedding.md). What follows
//! `/embed/` comes as it stands in the address, because only the part of the application that shows it reads it.
//! Imports `paths`.

use super::{Place, build_number, encode, name_in, owner_in};

/// What is shown in another page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EmbedPanel {
    /// `workspaces`: a list.
    Workspaces,
    /// `workspace/@owner/name`: one workspace.
    Workspace { owner: String, name: String },
    /// `timings/@owner/name`: where the time of the latest build went; with `/builds/42` of that one.
    Timings { owner: String, name: String, number: Option<i64> },
    /// `quota`: what is left.
    Quota,
    /// `sign-in`: the window of this site's own in which somebody signs in for a panel.
    SignIn,
}

impl EmbedPanel {
    /// What the rest of an address below `/embed/` names; the way back of [`EmbedPanel::address`].
    pub(crate) fn of(rest: &str) -> Option<Self> {
        let parts: Vec<&str> = rest.split('/').collect();
        Some(match parts[..] {
            ["workspaces"] => Self::Workspaces,
            ["quota"] => Self::Quota,
            ["sign-in"] => Self::SignIn,
            ["workspace", owner, name] => Self::Workspace { owner: owner_in(owner)?, name: name_in(name)? },
            ["timings", owner, name] => Self::Timings { owner: owner_in(owner)?, name: name_in(name)?, number: None },
            ["timings", owner, name, "builds", number] => Self::Timings {
                owner: owner_in(owner)?,
                name: name_in(name)?,
                number: Some(build_number(number).filter(|number| *number > 0)?),
            },
            _ => return None,
        })
    }

    /// The whole path.
    pub(crate) fn address(&self) -> String {
        let panel = match self {
            Self::Workspaces => "workspaces".to_owned(),
            Self::Quota => "quota".to_owned(),
            Self::SignIn => "sign-in".to_owned(),
            Self::Workspace { owner, name } => format!("workspace/@{}/{}", encode(owner), encode(name)),
            Self::Timings { owner, name, number } => {
                let build = number.map(|number| format!("/builds/{number}")).unwrap_or_default();
                format!("timings/@{}/{}{build}", encode(owner), encode(name))
            }
        };
        Place::Embed { panel }.address()
    }

    /// The word by which a page of another origin calls it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Workspaces => "workspaces",
            Self::Workspace { .. } => "workspace",
            Self::Timings { .. } => "timings",
            Self::Quota => "quota",
            Self::SignIn => "sign-in",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::place;
    use super::*;
    use proptest::prelude::*;

    fn found(path: &str) -> Option<EmbedPanel> {
        match place(path)? {
            Place::Embed { panel } => EmbedPanel::of(&panel),
            _ => None,
        }
    }

    #[test]
    fn a_panel_is_found_by_its_address() {
        let timings = |number| EmbedPanel::Timings { owner: "ada".into(), name: "web".into(), number };
        let workspace = |owner: &str, name: &str| EmbedPanel::Workspace { owner: owner.into(), name: name.into() };
        for (path, panel) in [
            ("/embed/workspaces", Some(EmbedPanel::Workspaces)),
            ("/embed/workspaces/", Some(EmbedPanel::Workspaces)),
            ("/embed/quota", Some(EmbedPanel::Quota)),
            ("/embed/sign-in", Some(EmbedPanel::SignIn)),
            ("/embed/workspace/@ada/web", Some(workspace("ada", "web"))),
            ("/embed/workspace/%40ada/web%20shop", Some(workspace("ada", "web shop"))),
            ("/embed/timings/@ada/web", Some(timings(None))),
            ("/embed/timings/@ada/web/builds/42", Some(timings(Some(42)))),
            ("/embed/timings/@ada/web/builds/0", None),
            ("/embed/timings/@ada/web/builds/latest", None),
            ("/embed/timings/@ada/web/builds", None),
            ("/embed/timings/@ada", None),
            ("/embed/workspace/ada/web", None),
            ("/embed/workspace/@/web", None),
            ("/embed/workspace/@ada/%2e%2e", None),
            ("/embed/workspaces/@ada", None),
            ("/embed", None),
            ("/embed/", None),
            ("/embed//workspaces", None),
            ("/embed/nothing", None),
        ] {
            assert_eq!(found(path), panel, "{path}");
        }
    }

    proptest! {
        #[test]
        fn names_travel_through_an_address(owner in any::<String>(), name in any::<String>(), number in proptest::option::of(1..=i64::MAX)) {
            let names = |text: &str| !matches!(text, "" | "." | "..");
            prop_assume!(names(&owner) && names(&name));
            for panel in [
                EmbedPanel::Workspace { owner: owner.clone(), name: name.clone() },
                EmbedPanel::Timings { owner: owner.clone(), name: name.clone(), number },
            ] {
                prop_assert_eq!(found(&panel.address()), Some(panel));
            }
        }

        #[test]
        fn any_rest_is_read(rest in any::<String>()) {
            let _panel_or_none = EmbedPanel::of(&rest);
        }
    }
}
