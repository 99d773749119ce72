//! What an agent offers to open (docs/control-plane-api.md, 2.3): editors, the terminal, its apps. Under a path of this origin,
//! under a subdomain, on the control plane's own dashboard, or elsewhere; what cannot be opened from here is disabled and says why. No
//! address carries a token. May import `components` and below.

use crate::browser::view::view;
use crate::components::icon::icon;
use crate::components::icon::icon_with;
use crate::components::tip::tip;
use crate::components::unique_id;
use crate::model::status::Tone;
use crate::model::status::describe_app;
use crate::paths;
use crate::wire::agent::AgentStatus;
use crate::wire::agent::DisplayApp;
use crate::wire::agent::WorkspaceAgent;
use crate::wire::agent::WorkspaceApp;
use crate::wire::deployment::SshConfig;
use leptos::prelude::*;

/// Where an agent is, and what is known of the deployment's addresses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// The workspace's owner.
    pub owner: String,
    /// The workspace.
    pub workspace: String,
    /// The host under which apps have subdomains ("*.apps.example.com"); empty or None: there is none.
    pub wildcard: Option<String>,
    /// The control plane's address, as programs reach it.
    pub address: Option<String>,
    /// Whether the page itself is served under that address' host: then the control plane's own pages are not to be reached.
    pub in_its_place: bool,
}

/// Something that can be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Opener {
    /// What it is called.
    pub name: String,
    /// Its mark in the sprite; empty for none.
    pub icon: &'static str,
    /// Where it is, or why it cannot be opened from here.
    pub address: Result<String, String>,
    /// A mark before the name, and the class of its colour: its health.
    pub health: Option<(&'static str, &'static str)>,
    /// What to know about it.
    pub title: String,
}

const AWAY: &str = "its agent is not connected";

/// The control plane's address, for what reaches a connected agent through it.
fn through<'p>(place: &'p Place, agent: &WorkspaceAgent) -> Result<&'p str, String> {
    if agent.status != AgentStatus::Connected {
        return Err(AWAY.into());
    }
    place.address.as_deref().ok_or_else(|| "the control plane does not say its address".into())
}

/// The control plane's own terminal of an agent. Gantry has none.
fn terminal(place: &Place, agent: &WorkspaceAgent, command: Option<&str>) -> Result<String, String> {
    let address = through(place, agent)?;
    if place.in_its_place {
        return Err("the terminal is a page of the control plane’s dashboard, and Gantry is served in its place".into());
    }
    Ok(paths::terminal(address, &place.owner, &place.workspace, &agent.name, command))
}

/// Where an app is reached, or why it cannot be from here.
fn app_address(app: &WorkspaceApp, agent: &WorkspaceAgent, place: &Place) -> Result<String, String> {
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
    if let Some(command) = app.command.as_deref().filter(|command| !command.is_empty()) {
        return terminal(place, agent, Some(command));
    }
    if agent.status != AgentStatus::Connected {
        return Err(AWAY.into());
    }
    if app.subdomain {
        let name = app.subdomain_name.as_deref().unwrap_or_default();
        return match place.wildcard.as_deref().filter(|wildcard| !wildcard.is_empty()) {
            Some(wildcard) if !name.is_empty() => Ok(format!("//{}", wildcard.replacen('*', name, 1))),
            _ => Err("it needs a subdomain, and this control plane has no wildcard address".into()),
        };
    }
    Ok(paths::path_app(&place.owner, &place.workspace, &agent.name, &app.slug))
}

/// All that an agent offers: what the template shows of the built-in ones, then its apps.
pub fn openers(agent: &WorkspaceAgent, place: &Place) -> Vec<Opener> {
    let built_in = |name: &str, icon, address, title: &str| Opener {
        name: name.into(),
        icon,
        address,
        health: None,
        title: title.into(),
    };
    let editor = |scheme: &str| {
        let folder = agent.expanded_directory.as_deref().unwrap_or_default();
        Ok(paths::editor(scheme, through(place, agent)?, &place.owner, &place.workspace, &agent.name, folder))
    };
    let signs_in = "Opens on this machine. The editor asks for a sign-in if it has none: the link carries no token.";
    let mut all = Vec::new();
    for app in &agent.display_apps {
        match app {
            DisplayApp::Vscode => all.push(built_in("VS Code", "code", editor("vscode"), signs_in)),
            DisplayApp::VscodeInsiders => {
                all.push(built_in("VS Code Insiders", "code", editor("vscode-insiders"), signs_in));
            }
            DisplayApp::WebTerminal => {
                let title = "Opens on the control plane’s own dashboard, which may ask for a sign-in.";
                all.push(built_in("Terminal", "term", terminal(place, agent, None), title));
            }
            // SSH is a line to copy ([`ssh_command`]); ports are not shown.
            DisplayApp::SshHelper | DisplayApp::PortForwardingHelper | DisplayApp::Other(_) => {}
        }
    }
    for app in agent.apps.iter().filter(|app| !app.hidden) {
        let health = describe_app(app);
        let mark = (health.mark.icon(), if health.tone == Tone::Warn { "warn" } else { "busy" });
        let unwell = !app.external && health.tone != Tone::Ok && health.tone != Tone::Idle;
        all.push(Opener {
            name: app.display_name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| app.slug.clone()),
            icon: "",
            address: app_address(app, agent, place),
            health: unwell.then_some(mark),
            title: if app.external { String::new() } else { health.why },
        });
    }
    all
}

/// The command that reaches an agent by SSH: by the host name that the command line sets up, else by the command line alone. None where the
/// template does not show it.
pub fn ssh_command(agent: &WorkspaceAgent, place: &Place, config: Option<&SshConfig>) -> Option<String> {
    let shown = agent.display_apps.contains(&DisplayApp::SshHelper);
    let (owner, workspace, name) = (&place.owner, &place.workspace, &agent.name);
    shown.then(|| match config.map(|config| config.hostname_suffix.as_str()).filter(|suffix| !suffix.is_empty()) {
        Some(suffix) => format!("ssh {name}.{workspace}.{owner}.{suffix}"),
        None => format!("coder ssh {owner}/{workspace}.{name}"),
    })
}

/// One of them.
pub fn opener(one: Opener) -> AnyView {
    let mark = one.health.map(|(mark, tone)| icon_with(mark, tone));
    let own = (!one.icon.is_empty()).then(|| icon(one.icon));
    match one.address {
        Ok(href) => {
            let web = href.starts_with('/') || href.starts_with("http");
            let target = web.then_some("_blank");
            let title = Some(one.title).filter(|title| !title.is_empty());
            view! { <a class="btn s" href=href rel="external noreferrer" target=target title=title>{mark}{own}{one.name}{web.then(|| icon_with("ext", "tail"))}</a> }.into_any()
        }
        Err(why) => {
            let note = unique_id("app");
            view! {
                <button class="btn s" type="button" aria-disabled="true" aria-describedby=note.clone() popovertarget=note.clone() title=why.clone()>{own}{one.name}</button>
                {tip(note, why)}
            }
            .into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;

    fn agent() -> WorkspaceAgent {
        let workspace = recordings::workspace("workspace/rich-running");
        let mut agents = workspace.latest_build.agents();
        agents.find(|agent| !agent.apps.is_empty()).unwrap().clone()
    }

    fn place() -> Place {
        Place {
            owner: "owner".into(),
            workspace: "rich-one".into(),
            wildcard: None,
            address: Some("https://coder.example.com/".into()),
            in_its_place: false,
        }
    }

    #[test]
    fn each_kind_of_app_has_its_address_or_its_reason() {
        let agent = agent();
        let of = |slug: &str, place: &Place| {
            let app = agent.apps.iter().find(|app| app.slug == slug).unwrap();
            app_address(app, &agent, place)
        };
        let wild = Place { wildcard: Some("*.apps.example.com".into()), ..place() };
        assert_eq!(of("docs", &place()).unwrap(), "https://example.com/docs");
        assert_eq!(of("code", &place()).unwrap(), "/@owner/rich-one.dev/apps/code/");
        assert_eq!(of("web", &wild).unwrap(), "//web--rich-one--owner.apps.example.com");
        assert!(of("web", &place()).unwrap_err().contains("wildcard"));
        assert!(of("jb", &place()).unwrap_err().contains("token"));
        let term = of("term", &place()).unwrap();
        assert!(term.starts_with("https://coder.example.com/@owner/rich-one.dev/terminal?command="), "{term}");
        assert!(of("term", &Place { in_its_place: true, ..place() }).unwrap_err().contains("in its place"));
        let mut away = agent.clone();
        away.status = AgentStatus::Disconnected;
        let code = agent.apps.iter().find(|app| app.slug == "code").unwrap();
        assert!(app_address(code, &away, &place()).unwrap_err().contains("not connected"));
    }

    #[test]
    fn what_the_template_shows_of_the_built_in_ones() {
        let mut agent = agent();
        agent.apps = Vec::new().into();
        agent.display_apps = vec![
            DisplayApp::Vscode,
            DisplayApp::WebTerminal,
            DisplayApp::PortForwardingHelper,
            DisplayApp::Other("next_year".into()),
        ]
        .into();
        agent.expanded_directory = Some("/home/a b".into());
        let all = openers(&agent, &place());
        let addresses: Vec<&str> = all.iter().map(|one| one.address.as_deref().unwrap()).collect();
        assert_eq!(
            addresses,
            [
                "vscode://coder.coder-remote/open?owner=owner&workspace=rich-one&url=https%3A%2F%2Fcoder.example.com&agent=dev&folder=%2Fhome%2Fa%20b",
                "https://coder.example.com/@owner/rich-one.dev/terminal",
            ]
        );
        assert!(all.iter().all(|one| !format!("{:?}", one.address).contains("token")));
        agent.status = AgentStatus::Connecting;
        assert!(openers(&agent, &place()).iter().all(|one| one.address == Err(AWAY.into())));
        assert_eq!(openers(&agent, &Place::default()).len(), 2);
    }

    #[test]
    fn ssh_goes_by_the_host_name_that_the_deployment_sets_up() {
        let mut agent = agent();
        let config = |suffix: &str| SshConfig {
            hostname_prefix: "coder.".into(),
            hostname_suffix: suffix.into(),
            ssh_config_options: None,
        };
        agent.display_apps = vec![DisplayApp::SshHelper].into();
        let of = |config: Option<&SshConfig>| ssh_command(&agent, &place(), config).unwrap();
        assert_eq!(of(Some(&config("coder"))), "ssh dev.rich-one.owner.coder");
        assert_eq!(of(Some(&config(""))), "coder ssh owner/rich-one.dev");
        assert_eq!(of(None), "coder ssh owner/rich-one.dev");
        agent.display_apps = Vec::new().into();
        assert_eq!(ssh_command(&agent, &place(), None), None);
    }
}
