//! The apps of an agent as links (docs/control-plane-api.md, "App link rules"): under a path of this origin, under a subdomain, or elsewhere.
//! What cannot be opened from here is disabled and says why. May import `components` and below.

use crate::browser::view::view;
use crate::components::icon::icon_with;
use crate::components::unique_id;
use crate::model::status::Tone;
use crate::model::status::describe_app;
use crate::paths;
use crate::wire::agent::AgentStatus;
use crate::wire::agent::WorkspaceAgent;
use crate::wire::agent::WorkspaceApp;
use leptos::prelude::*;

/// Where an app is reached, or why it cannot be from here. `wildcard` is the host under which apps have subdomains ("*.apps.example.com").
pub fn address(
    app: &WorkspaceApp,
    agent: &WorkspaceAgent,
    owner: &str,
    workspace: &str,
    wildcard: Option<&str>,
) -> Result<String, String> {
    if app.external {
        let url = app.url.as_deref().unwrap_or_default();
        if url.contains("$SESSION_TOKEN") {
            return Err("its address needs a fresh session token, which Gantry does not hand out".into());
        }
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err("its address is none of the web; open it from the control plane’s dashboard".into());
        }
        return Ok(url.to_owned());
    }
    if app.command.as_deref().is_some_and(|command| !command.is_empty()) {
        return Err("it runs in a terminal, which Gantry does not have yet".into());
    }
    if agent.status != AgentStatus::Connected {
        return Err("its agent is not connected".into());
    }
    if app.subdomain {
        let name = app.subdomain_name.as_deref().unwrap_or_default();
        return match wildcard.filter(|wildcard| !wildcard.is_empty()) {
            Some(wildcard) if !name.is_empty() => Ok(format!("//{}", wildcard.replacen('*', name, 1))),
            _ => Err("it needs a subdomain, and this control plane has no wildcard address".into()),
        };
    }
    Ok(paths::path_app(owner, workspace, &agent.name, &app.slug))
}

/// One app.
pub fn app_link(
    app: &WorkspaceApp,
    agent: &WorkspaceAgent,
    owner: &str,
    workspace: &str,
    wildcard: Option<&str>,
) -> AnyView {
    let name = app.display_name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| app.slug.clone());
    let health = describe_app(app);
    let mark = (!app.external && health.tone != Tone::Ok && health.tone != Tone::Idle)
        .then(|| icon_with(health.mark.icon(), if health.tone == Tone::Warn { "warn" } else { "busy" }));
    let title = Some(health.why).filter(|why| !why.is_empty() && !app.external);
    match address(app, agent, owner, workspace, wildcard) {
        Ok(href) => view! { <a class="btn s" href=href rel="external noreferrer" target="_blank" title=title>{mark}{name}{icon_with("ext", "tail")}</a> }.into_any(),
        Err(why) => {
            let note = unique_id("app");
            view! {
                <button class="btn s" type="button" aria-disabled="true" aria-describedby=note.clone() title=why.clone()>{name}</button>
                <span class="vh" id=note.clone()>{why}</span>
            }
            .into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;

    #[test]
    fn each_kind_of_app_has_its_address_or_its_reason() {
        let workspace = recordings::workspace("workspace/rich-running");
        let agent = workspace
            .latest_build
            .resources
            .iter()
            .flat_map(|resource| resource.agents.iter())
            .find(|agent| !agent.apps.is_empty())
            .unwrap();
        let of = |slug: &str, wildcard| {
            let app = agent.apps.iter().find(|app| app.slug == slug).unwrap();
            address(app, agent, "owner", "rich-one", wildcard)
        };
        assert_eq!(of("docs", None).unwrap(), "https://example.com/docs");
        assert_eq!(of("code", None).unwrap(), "/@owner/rich-one.dev/apps/code/");
        assert_eq!(of("web", Some("*.apps.example.com")).unwrap(), "//web--rich-one--owner.apps.example.com");
        assert!(of("web", None).unwrap_err().contains("wildcard"));
        assert!(of("jb", None).unwrap_err().contains("token"));
        assert!(of("term", None).unwrap_err().contains("terminal"));
        let mut away = agent.clone();
        away.status = AgentStatus::Disconnected;
        let code = agent.apps.iter().find(|app| app.slug == "code").unwrap();
        assert!(address(code, &away, "owner", "rich-one", None).unwrap_err().contains("not connected"));
    }
}
