//! What an agent offers to open (docs/control-plane-api.md, 2.3): editors, the terminal, its apps. Under a path of this
//! origin, under a subdomain, on the control plane's own dashboard, by a program of this machine, or elsewhere; what
//! cannot be opened from here is disabled and says why. No address carries a token. May import `components` and below.

use crate::components::icon::{icon, icon_with};
use crate::components::picture::Picture;
use crate::components::tip::Tip;
use crate::components::unique_id;
use crate::model::app_address::{self, Refusal};
use crate::model::order;
use crate::model::ports::level_text;
use crate::model::status::{Tone, describe_app};
use crate::paths;
use crate::wire::agent::{AgentStatus, DisplayApp, WorkspaceAgent, WorkspaceApp};
use crate::wire::deployment::{Region, SshConfig};
use crate::wire::port::ShareLevel;
use leptos::prelude::*;

/// Where an agent is, and what is known of the deployment's addresses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentLocation {
    /// The workspace's owner.
    pub owner: String,
    /// The workspace.
    pub workspace: String,
    /// Where apps with a host of their own are; None while that is not known.
    pub regions: Option<Vec<Region>>,
    /// The control plane's address, as programs reach it.
    pub address: Option<String>,
    /// Whether the page itself is served under that address' host: then the control plane's own pages are not to be
    /// reached.
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
    pub address: Result<String, Refusal>,
    /// A mark before the name, and the class of its colour: its health.
    pub health: Option<(&'static str, &'static str)>,
    /// What to know about it.
    pub title: String,
    /// The picture that its template gives it, perhaps empty.
    pub picture: String,
}

/// The control plane's address, for what reaches a connected agent through it.
fn through<'p>(location: &'p AgentLocation, agent: &WorkspaceAgent) -> Result<&'p str, Refusal> {
    if agent.status != AgentStatus::Connected {
        return Err(Refusal::Away);
    }
    location.address.as_deref().ok_or(Refusal::AddressUnknown)
}

/// The control plane's own terminal of an agent. Gantry has none.
fn terminal(location: &AgentLocation, agent: &WorkspaceAgent, command: Option<&str>) -> Result<String, Refusal> {
    let address = through(location, agent)?;
    if location.in_its_place {
        return Err(Refusal::InItsPlace);
    }
    Ok(paths::terminal(address, &location.owner, &location.workspace, &agent.name, command))
}

/// Where an app is reached, or why it cannot be from here.
fn app_address(app: &WorkspaceApp, agent: &WorkspaceAgent, location: &AgentLocation) -> Result<String, Refusal> {
    if app.external {
        return app_address::external(app.url.as_deref().unwrap_or_default());
    }
    if let Some(command) = app.command.as_deref().filter(|command| !command.is_empty()) {
        return terminal(location, agent, Some(command));
    }
    if agent.status != AgentStatus::Connected {
        return Err(Refusal::Away);
    }
    if app.subdomain {
        return app_address::subdomain(app.subdomain_name.as_deref().unwrap_or_default(), location.regions.as_deref());
    }
    Ok(paths::path_app(&location.owner, &location.workspace, &agent.name, &app.slug))
}

const SIGNS_IN: &str =
    "Opens on this machine. The editor asks for a sign-in if it has none: the link carries no token.";

/// What to know of an app before it is opened.
fn app_title(app: &WorkspaceApp, address: Result<&String, &Refusal>, health: &str) -> String {
    match address {
        Ok(address) if app.external && !is_web(address) => {
            let asked = app.url.as_deref().is_some_and(|url| url.contains("$SESSION_TOKEN"));
            if asked { SIGNS_IN.to_owned() } else { "Opens in a program on this machine.".to_owned() }
        }
        _ if app.external => String::new(),
        _ => health.to_owned(),
    }
}

/// The same, and who else may open it, if anybody.
fn with_sharing(title: String, level: &ShareLevel) -> String {
    let who = match level {
        ShareLevel::Owner => return title,
        ShareLevel::Other(level) if level.is_empty() => return title,
        level => format!("Open to {}.", level_text(level)),
    };
    if title.is_empty() {
        return who;
    }
    // The words about its health are no sentence.
    let stop = if title.ends_with('.') { "" } else { "." };
    format!("{title}{stop} {who}")
}

fn is_web(address: &str) -> bool {
    address.starts_with('/') || address.starts_with("http:") || address.starts_with("https:")
}

/// All that an agent offers: what the template shows of the built-in ones, then its apps.
pub fn openers(agent: &WorkspaceAgent, location: &AgentLocation) -> Vec<Opener> {
    let built_in = |name: &str, icon, address, title: &str| Opener {
        name: name.into(),
        icon,
        address,
        health: None,
        title: title.into(),
        picture: String::new(),
    };
    let editor = |scheme: &str| {
        let folder = agent.expanded_directory.as_deref().unwrap_or_default();
        Ok(paths::editor(scheme, through(location, agent)?, &location.owner, &location.workspace, &agent.name, folder))
    };
    let mut all = Vec::new();
    for app in &agent.display_apps {
        match app {
            DisplayApp::Vscode => all.push(built_in("VS Code", "code", editor("vscode"), SIGNS_IN)),
            DisplayApp::VscodeInsiders => {
                all.push(built_in("VS Code Insiders", "code", editor("vscode-insiders"), SIGNS_IN));
            }
            DisplayApp::WebTerminal => {
                let title = "Opens on the control plane’s own dashboard, which may ask for a sign-in.";
                all.push(built_in("Terminal", "term", terminal(location, agent, None), title));
            }
            // SSH is a line to copy ([`ssh_command`]); ports are not shown.
            DisplayApp::SshHelper | DisplayApp::PortForwardingHelper | DisplayApp::Other(_) => {}
        }
    }
    let mut apps: Vec<&WorkspaceApp> = agent.apps.iter().filter(|app| !app.hidden).collect();
    order::by_nature(&mut apps, |app| app_name(app));
    for app in apps {
        let health = describe_app(app);
        let mark = (health.mark.icon(), if health.tone == Tone::Warn { "warn" } else { "busy" });
        let unwell = !app.external && health.tone != Tone::Ok && health.tone != Tone::Idle;
        let address = app_address(app, agent, location);
        let title = with_sharing(app_title(app, address.as_ref(), &health.why), &app.sharing_level);
        let health = unwell.then_some(mark);
        let picture = app.icon.clone().unwrap_or_default();
        all.push(Opener { name: app_name(app).to_owned(), icon: "", address, health, title, picture });
    }
    all
}

fn app_name(app: &WorkspaceApp) -> &str {
    app.display_name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&app.slug)
}

/// What cannot be opened and why, one sentence per reason with all whom it concerns; and whether the dashboard can.
/// That the agent is away is said beside its name already, and that Gantry stands in the dashboard's place at the
/// button alone: it is so for every agent of every workspace.
pub(crate) fn refusals(openers: &[Opener]) -> Vec<(String, bool)> {
    let mut reasons: Vec<(Refusal, Vec<&str>)> = Vec::new();
    for one in openers {
        let Err(refusal) = one.address else { continue };
        match reasons.iter_mut().find(|(known, _)| *known == refusal) {
            _ if matches!(refusal, Refusal::Away | Refusal::InItsPlace) => {}
            Some((_, names)) => names.push(&one.name),
            None => reasons.push((refusal, vec![&one.name])),
        }
    }
    let said = |(refusal, names): (Refusal, Vec<&str>)| {
        (format!("{} cannot be opened here: {}.", names.join(", "), refusal.text()), refusal.opens_in_dashboard())
    };
    reasons.into_iter().map(said).collect()
}

/// The workspace's page in the control plane's dashboard, where that is another place than this page.
pub(crate) fn in_dashboard(location: &AgentLocation) -> Option<String> {
    let address = location.address.as_deref().filter(|_| !location.in_its_place)?;
    app_address::web_address(&paths::in_dashboard(address, &location.owner, &location.workspace))
}

/// The command that reaches an agent by SSH: by the host name that the command line sets up, else by the command line
/// alone. None where the template does not show it.
pub fn ssh_command(agent: &WorkspaceAgent, location: &AgentLocation, config: Option<&SshConfig>) -> Option<String> {
    let shown = agent.display_apps.contains(&DisplayApp::SshHelper);
    let (owner, workspace, name) = (&location.owner, &location.workspace, &agent.name);
    shown.then(|| match config.map(|config| config.hostname_suffix.as_str()).filter(|suffix| !suffix.is_empty()) {
        Some(suffix) => format!("ssh {name}.{workspace}.{owner}.{suffix}"),
        None => format!("coder ssh {owner}/{workspace}.{name}"),
    })
}

/// One of them. Its state may change while somebody is on it: it is another element only where it begins or ceases to
/// be a link.
pub(crate) fn opener(one: Memo<Option<Opener>>) -> impl IntoView {
    let opens = Memo::new(move |_| one.with(|one| one.as_ref().map(|one| one.address.is_ok())));
    move || match opens.get() {
        Some(true) => link(one).into_any(),
        Some(false) => closed(one).into_any(),
        None => ().into_any(),
    }
}

/// What `of` says of what can be opened; the default once it is gone.
fn part<T: Default>(one: Memo<Option<Opener>>, of: impl Fn(&Opener) -> T) -> T {
    one.with(|one| one.as_ref().map(of).unwrap_or_default())
}

fn link(one: Memo<Option<Opener>>) -> impl IntoView {
    let href = Memo::new(move |_| part(one, |one| one.address.clone().unwrap_or_default()));
    let web = Memo::new(move |_| href.with(|href| is_web(href)));
    let title = move || part(one, |one| Some(one.title.clone()).filter(|title| !title.is_empty()));
    let health = Memo::new(move |_| part(one, |one| one.health));
    view! {
        <a class="btn s" href=move || href.get() rel="external noreferrer" target=move || web.get().then_some("_blank") title=title>
            {move || health.get().map(|(mark, tone)| icon_with(mark, tone))}
            {own_icon(one)}
            {move || part(one, |one| one.name.clone())}
            <Show when=move || web.get()>{icon_with("ext", "tail")}</Show>
        </a>
    }
}

fn closed(one: Memo<Option<Opener>>) -> impl IntoView {
    let note = unique_id("app");
    let why = move || part(one, |one| one.address.as_ref().err().copied().map(Refusal::text).unwrap_or_default());
    view! {
        <button class="btn s" type="button" aria-disabled="true" aria-describedby=note.clone() popovertarget=note.clone() title=why>
            {own_icon(one)}
            {move || part(one, |one| one.name.clone())}
        </button>
        <Tip id=note why=Signal::derive(move || why().to_owned())/>
    }
}

fn own_icon(one: Memo<Option<Opener>>) -> impl IntoView {
    let name = Memo::new(move |_| part(one, |one| one.icon));
    view! {
        {move || Some(name.get()).filter(|name| !name.is_empty()).map(icon)}
        <Picture address=Signal::derive(move || part(one, |one| one.picture.clone()))/>
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

    fn regions() -> crate::wire::deployment::Regions {
        recordings::body("session/regions")
    }

    fn location() -> AgentLocation {
        AgentLocation {
            owner: "owner".into(),
            workspace: "rich-one".into(),
            regions: Some(regions().regions.to_vec()),
            address: Some("https://coder.example.com/".into()),
            in_its_place: false,
        }
    }

    #[test]
    fn each_kind_of_app_has_its_address_or_its_reason() {
        let agent = agent();
        let of = |slug: &str, location: &AgentLocation| {
            let app = agent.apps.iter().find(|app| app.slug == slug).unwrap();
            app_address(app, &agent, location)
        };
        let region = Region {
            path_app_url: "https://coder.example.com".into(),
            wildcard_hostname: "*.apps.example.com".into(),
            ..regions().regions.first().cloned().unwrap()
        };
        let wild = AgentLocation { regions: Some(vec![region]), ..location() };
        assert_eq!(of("docs", &location()).unwrap(), "https://example.com/docs");
        assert_eq!(of("code", &location()).unwrap(), "/@owner/rich-one.dev/apps/code/");
        assert_eq!(of("web", &wild).unwrap(), "https://web--rich-one--owner.apps.example.com/");
        // As recorded: one region, without a host for apps. Before the answer nothing is claimed of it.
        assert_eq!(of("web", &location()), Err(Refusal::NoWildcard));
        assert_eq!(of("web", &AgentLocation { regions: None, ..location() }), Err(Refusal::RegionsUnknown));
        assert_eq!(of("jb", &location()), Err(Refusal::Token));
        let term = of("term", &location()).unwrap();
        assert!(term.starts_with("https://coder.example.com/@owner/rich-one.dev/terminal?command="), "{term}");
        assert_eq!(of("term", &AgentLocation { in_its_place: true, ..location() }), Err(Refusal::InItsPlace));
        let mut away = agent.clone();
        away.status = AgentStatus::Disconnected;
        let code = agent.apps.iter().find(|app| app.slug == "code").unwrap();
        assert_eq!(app_address(code, &away, &location()), Err(Refusal::Away));
    }

    #[test]
    fn why_apps_cannot_be_opened_is_said_once_per_reason() {
        let mut agent = agent();
        agent.display_apps = Vec::new().into();
        let docs = agent.apps.iter().find(|app| app.slug == "docs").unwrap().clone();
        let app = |name: &str, url: &str| WorkspaceApp {
            display_name: Some(name.into()),
            url: Some(url.into()),
            ..docs.clone()
        };
        agent.apps = vec![
            app("Fleet", "fleet://open?token=$SESSION_TOKEN"),
            app("Zed", "zed://ssh/a"),
            app("Script", "javascript:alert(1)"),
            app("Other", "other://open?token=$SESSION_TOKEN"),
            app("Cursor", "cursor://coder.coder-remote/open?token=$SESSION_TOKEN"),
        ]
        .into();
        let all = openers(&agent, &location());
        assert_eq!(
            refusals(&all),
            [
                (
                    "Fleet, Other cannot be opened here: its address needs a session token, which Gantry does not hand out."
                        .to_owned(),
                    true
                ),
                ("Script cannot be opened here: its address is of a kind that Gantry never opens.".to_owned(), false),
            ]
        );
        let titles: Vec<&str> = all.iter().filter(|one| one.address.is_ok()).map(|one| one.title.as_str()).collect();
        assert_eq!(titles, ["Opens in a program on this machine.", SIGNS_IN]);
        agent.status = AgentStatus::Disconnected;
        agent.apps = self::agent().apps;
        assert!(refusals(&openers(&agent, &location())).iter().all(|(text, _)| !text.contains("connected")));
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
        let all = openers(&agent, &location());
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
        assert!(openers(&agent, &location()).iter().all(|one| one.address == Err(Refusal::Away)));
        assert_eq!(openers(&agent, &AgentLocation::default()).len(), 2);
    }

    #[test]
    fn ssh_goes_by_the_host_name_that_the_deployment_sets_up() {
        let mut agent = agent();
        let config = |suffix: &str| SshConfig { hostname_suffix: suffix.into() };
        agent.display_apps = vec![DisplayApp::SshHelper].into();
        let of = |config: Option<&SshConfig>| ssh_command(&agent, &location(), config).unwrap();
        assert_eq!(of(Some(&config("coder"))), "ssh dev.rich-one.owner.coder");
        assert_eq!(of(Some(&config(""))), "coder ssh owner/rich-one.dev");
        assert_eq!(of(None), "coder ssh owner/rich-one.dev");
        agent.display_apps = Vec::new().into();
        assert_eq!(ssh_command(&agent, &location(), None), None);
    }
}
