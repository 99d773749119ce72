//! What stands in the way of a new workspace: of the template as a whole, of one of its versions, and of a form that is
//! not filled in. Pure.

use crate::wire::build::JobStatus;
use crate::wire::template::Template;
use crate::wire::template_version::{ExternalAuth, TemplateVersion};

/// Why nothing can be made of a template now, and what to do; `None` if something can, as far as is known. `may` is
/// whether the viewer may create workspaces in its organization.
pub(crate) fn hindrance_of_template(template: &Template, may: Option<bool>) -> Option<String> {
    if template.deleted {
        return Some("This template was deleted. Choose another one.".to_owned());
    }
    if template.deprecated || !template.deprecation_message.is_empty() {
        let message = template.deprecation_message.trim();
        let why = if message.is_empty() { String::new() } else { format!(": {}", message.trim_end_matches('.')) };
        return Some(format!(
            "This template is deprecated{why}. Its workspaces work on; new ones are made of another template."
        ));
    }
    hindrance_of_creating_in(organization_of(template), may)
}

/// What is said where a site lets nobody create workspaces.
pub(crate) const SWITCHED_OFF: &str = "Creating workspaces is switched off on this site.";

/// Why the viewer can create nothing in an organization; `None` where they can, or where it is not known.
pub(crate) fn hindrance_of_creating_in(organization: &str, may: Option<bool>) -> Option<String> {
    (may == Some(false)).then(|| {
        format!("You may not create workspaces in {organization}. An administrator of the organization can allow it.")
    })
}

/// The organization of a template, as people call it.
fn organization_of(template: &Template) -> &str {
    match (template.organization_display_name.as_str(), template.organization_name.as_str()) {
        ("", "") => "its organization",
        ("", name) | (name, _) => name,
    }
}

/// Why nothing can be made of a version now, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VersionHindrance {
    /// Whether it is only a matter of waiting.
    pub waits: bool,
    /// In a sentence or two.
    pub sentence: String,
}

/// Why nothing can be made of a version now; `None` if something can.
pub(crate) fn hindrance_of_version(version: &TemplateVersion) -> Option<VersionHindrance> {
    let name = &version.name;
    let never = |sentence: String| Some(VersionHindrance { waits: false, sentence });
    match version.job.status {
        JobStatus::Succeeded if version.archived => {
            never(format!("Version {name} is archived. Choose another version."))
        }
        JobStatus::Succeeded => None,
        JobStatus::Failed => {
            let why = version.job.error.as_deref().unwrap_or_default().trim().trim_end_matches('.');
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            never(format!("The import of version {name} failed{why}. Choose another version, or tell who wrote it."))
        }
        JobStatus::Canceled | JobStatus::Canceling => {
            never(format!("The import of version {name} was cancelled. Choose another version."))
        }
        JobStatus::Pending => {
            let nobody = version.matched_provisioners.as_ref().is_some_and(|matched| matched.available == 0);
            let why = if nobody { ": no provisioner that carries its tags is on" } else { "" };
            let sentence = format!("The import of version {name} has not begun{why}. This page goes on by itself.");
            Some(VersionHindrance { waits: true, sentence })
        }
        _ => {
            let sentence = format!("Version {name} is being imported. This page goes on by itself.");
            Some(VersionHindrance { waits: true, sentence })
        }
    }
}

/// Where something is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Name,
    Owner,
    /// An account elsewhere, by its id.
    Account(String),
    /// A parameter, by its name.
    Parameter(String),
    /// The parameters as a whole.
    Parameters,
    /// When it stops and starts.
    Schedule,
}

/// Something that is missing: what to do, as it stands after "Not yet:".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hindrance {
    pub place: Place,
    pub text: String,
}

/// How many parameters are named one by one before the rest is counted.
const NAMED: usize = 3;

/// What is missing, in the order of the form. `parameters` are the names and labels of those that do not fit.
pub(crate) fn hindrances(
    name: Option<&str>,
    has_owner: bool,
    accounts: &[ExternalAuth],
    parameters: &[(String, String)],
) -> Vec<Hindrance> {
    let mut all = Vec::new();
    if name.is_some() {
        all.push(Hindrance { place: Place::Name, text: "choose a name".to_owned() });
    }
    if !has_owner {
        all.push(Hindrance { place: Place::Owner, text: "choose who owns it".to_owned() });
    }
    all.extend(accounts.iter().filter(|one| !one.authenticated && !one.optional).map(|one| Hindrance {
        place: Place::Account(one.id.clone()),
        text: format!("connect {}", account_name(one)),
    }));
    all.extend(parameters.iter().take(NAMED).map(|(name, label)| Hindrance {
        place: Place::Parameter(name.clone()),
        text: format!("mend {}", if label.is_empty() { name } else { label }),
    }));
    if parameters.len() > NAMED {
        let more = parameters.len() - NAMED;
        let text = if more == 1 { "1 parameter more".to_owned() } else { format!("{more} parameters more") };
        let place = parameters.get(NAMED).map_or(Place::Parameters, |(name, _)| Place::Parameter(name.clone()));
        all.push(Hindrance { place, text });
    }
    all
}

/// An account elsewhere, as people call it.
pub(crate) fn account_name(account: &ExternalAuth) -> &str {
    if account.display_name.is_empty() { &account.id } else { &account.display_name }
}

#[cfg(test)]
mod tests;
