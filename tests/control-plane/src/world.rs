//! The state of the control plane in memory, with its indexes, and the store that writes every change through to SQLite
//! before anybody is told. May import `model`, `db`, `clock`.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::broadcast;
use uuid::Uuid;

use crate::age::Age;
use crate::clock::Us;
use crate::db::{Db, DbError, Table, Write, document};
use crate::model::{
    Agent, AgentLogLine, Build, Group, JobStatus, Key, LogLine, Organization, Template, Transition, User, Version,
    Workspace,
};

/// What subscribers are told after a change was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// A workspace changed in a way that the watch reports.
    Workspace(Uuid),
    /// A build's log grew, or its job ended.
    BuildLog(Uuid),
    /// An agent's log grew, or the agent is gone.
    AgentLog(Uuid),
}

/// How many of a template's last builds make its statistics.
const STATISTICS_OF: usize = 100;

/// Everything the control plane knows, logs excepted.
#[derive(Debug, Default)]
pub struct World {
    users: HashMap<Uuid, User>,
    keys: HashMap<String, Key>,
    organizations: HashMap<Uuid, Organization>,
    groups: HashMap<Uuid, Group>,
    templates: HashMap<Uuid, Template>,
    versions: HashMap<Uuid, Version>,
    workspaces: HashMap<Uuid, Workspace>,
    builds: HashMap<Uuid, Build>,
    builds_of: HashMap<Uuid, Vec<Uuid>>,
    agents: HashMap<Uuid, Uuid>,
    names: HashMap<(Uuid, String), Uuid>,
    durations: HashMap<(Uuid, Transition), VecDeque<Us>>,
    active: BTreeSet<Uuid>,
    last_log: i64,
    last_agent_log: i64,
    dirty: BTreeSet<(Table, String)>,
    writes: Vec<Write>,
    events: Vec<Event>,
    /// Of which age the deployment is: its provisioner works accordingly.
    pub age: Age,
    /// Whether what templates say of schedules is carried out, which takes a licence.
    pub scheduling: bool,
}

impl World {
    /// Reads the whole database.
    fn load(db: &Db) -> Result<Self, DbError> {
        let mut world = Self {
            users: db.load::<User>(Table::Users)?.into_iter().map(|d| (d.id, d)).collect(),
            keys: db.load::<Key>(Table::Keys)?.into_iter().map(|d| (d.id.clone(), d)).collect(),
            organizations: db.load::<Organization>(Table::Organizations)?.into_iter().map(|d| (d.id, d)).collect(),
            groups: db.load::<Group>(Table::Groups)?.into_iter().map(|d| (d.id, d)).collect(),
            templates: db.load::<Template>(Table::Templates)?.into_iter().map(|d| (d.id, d)).collect(),
            versions: db.load::<Version>(Table::Versions)?.into_iter().map(|d| (d.id, d)).collect(),
            ..Self::default()
        };
        for workspace in db.load::<Workspace>(Table::Workspaces)? {
            world.index_name(&workspace);
            world.workspaces.insert(workspace.id, workspace);
        }
        let mut builds = db.load::<Build>(Table::Builds)?;
        builds.sort_by_key(|build| (build.job.completed_at, build.number));
        for build in builds {
            world.index_build(&build);
            world.note_duration(&build);
            if build.job.is_active() {
                world.active.insert(build.id);
            }
            world.builds.insert(build.id, build);
        }
        let numbers: HashMap<Uuid, i64> = world.builds.values().map(|build| (build.id, build.number)).collect();
        for ids in world.builds_of.values_mut() {
            ids.sort_by_key(|id| numbers.get(id).copied());
        }
        (world.last_log, world.last_agent_log) = db.last_log_ids()?;
        Ok(world)
    }

    fn index_name(&mut self, workspace: &Workspace) {
        if !workspace.deleted {
            self.names.insert((workspace.owner_id, workspace.name.to_lowercase()), workspace.id);
        }
    }

    fn index_build(&mut self, build: &Build) {
        let list = self.builds_of.entry(build.workspace_id).or_default();
        if !list.contains(&build.id) {
            list.push(build.id);
        }
        for agent in build.agents() {
            self.agents.insert(agent.id, build.id);
        }
    }

    /// Whether it stands in for the server of July 2025.
    pub fn is_older(&self) -> bool {
        self.age == Age::July2025
    }

    // --- reading ---------------------------------------------------------------------------------------------------

    /// All people.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// A person by id.
    pub fn user(&self, id: Uuid) -> Option<&User> {
        self.users.get(&id)
    }

    /// A person by username, whatever the case.
    pub fn user_named(&self, name: &str) -> Option<&User> {
        self.users.values().find(|user| user.username.eq_ignore_ascii_case(name))
    }

    /// A person by e-mail, whatever the case.
    pub fn user_by_email(&self, email: &str) -> Option<&User> {
        self.users.values().find(|user| user.email.eq_ignore_ascii_case(email))
    }

    /// A session or token by the id part of its text.
    pub fn key(&self, id: &str) -> Option<&Key> {
        self.keys.get(id)
    }

    /// All sessions and tokens.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values()
    }

    /// All organizations.
    pub fn organizations(&self) -> impl Iterator<Item = &Organization> {
        self.organizations.values()
    }

    /// An organization by id.
    pub fn organization(&self, id: Uuid) -> Option<&Organization> {
        self.organizations.get(&id)
    }

    /// An organization by id or name.
    pub fn organization_named(&self, text: &str) -> Option<&Organization> {
        match Uuid::parse_str(text) {
            Ok(id) => self.organization(id),
            Err(_) if text == "default" => self.organizations.values().find(|organization| organization.is_default),
            Err(_) => self.organizations.values().find(|organization| organization.name.eq_ignore_ascii_case(text)),
        }
    }

    /// All groups.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// All templates.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.templates.values()
    }

    /// A template by id.
    pub fn template(&self, id: Uuid) -> Option<&Template> {
        self.templates.get(&id)
    }

    /// A template as far as its rules for schedules are carried out: without the licence it has none but how long a
    /// start runs and what activity adds.
    pub fn rules(&self, id: Uuid) -> Option<Cow<'_, Template>> {
        let template = self.template(id)?;
        if self.scheduling {
            return Some(Cow::Borrowed(template));
        }
        Some(Cow::Owned(Template {
            allow_user_autostart: true,
            allow_user_autostop: true,
            autostop_days: Vec::new(),
            dormant_after_ms: 0,
            delete_after_ms: 0,
            failure_ttl_ms: 0,
            ..template.clone()
        }))
    }

    /// All template versions.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.versions.values()
    }

    /// A template version by id.
    pub fn version(&self, id: Uuid) -> Option<&Version> {
        self.versions.get(&id)
    }

    /// All workspaces, deleted ones included.
    pub fn workspaces(&self) -> impl Iterator<Item = &Workspace> {
        self.workspaces.values()
    }

    /// A workspace by id.
    pub fn workspace(&self, id: Uuid) -> Option<&Workspace> {
        self.workspaces.get(&id)
    }

    /// A workspace that is not deleted, by owner and name.
    pub fn workspace_named(&self, owner: Uuid, name: &str) -> Option<&Workspace> {
        self.names.get(&(owner, name.to_lowercase())).and_then(|id| self.workspaces.get(id))
    }

    /// All builds.
    pub fn builds(&self) -> impl Iterator<Item = &Build> {
        self.builds.values()
    }

    /// The builds whose jobs have not ended, as of the last stored change.
    pub fn active(&self) -> impl Iterator<Item = &Build> {
        self.active.iter().filter_map(|id| self.builds.get(id)).filter(|build| build.job.is_active())
    }

    /// A build by id.
    pub fn build(&self, id: Uuid) -> Option<&Build> {
        self.builds.get(&id)
    }

    /// The builds of a workspace, the oldest first.
    pub fn builds_of(&self, workspace: Uuid) -> impl DoubleEndedIterator<Item = &Build> {
        self.builds_of.get(&workspace).into_iter().flatten().filter_map(|id| self.builds.get(id))
    }

    /// The latest build of a workspace.
    pub fn latest_build(&self, workspace: Uuid) -> Option<&Build> {
        self.builds_of(workspace).next_back()
    }

    /// An agent and its build.
    pub fn agent(&self, id: Uuid) -> Option<(&Agent, &Build)> {
        let build = self.builds.get(self.agents.get(&id)?)?;
        build.agents().find(|agent| agent.id == id).map(|agent| (agent, build))
    }

    /// Position in the queue (from 1) and its length, of a pending job.
    pub fn queue(&self, build: &Build) -> (usize, usize) {
        if build.job.status() != JobStatus::Pending {
            return (0, 0);
        }
        let waiting = self
            .active()
            .filter(|other| other.job.unmatched == build.job.unmatched && other.job.status() == JobStatus::Pending);
        let mine = (build.job.created_at, build.id);
        waiting.fold((1, 0), |(position, size), other| {
            (position + usize::from((other.job.created_at, other.id) < mine), size + 1)
        })
    }

    /// The 50th and 95th percentile of a template's successful builds, in microseconds.
    pub fn build_time(&self, template: Uuid, transition: Transition) -> Option<(Us, Us)> {
        let mut durations: Vec<Us> = self.durations.get(&(template, transition))?.iter().copied().collect();
        durations.sort_unstable();
        let at = |fraction: f64| {
            let rank = ((durations.len() as f64) * fraction).ceil() as usize;
            durations.get(rank.saturating_sub(1)).copied()
        };
        Some((at(0.5)?, at(0.95)?))
    }

    /// Credits that a person's workspaces in an organization use by their latest builds.
    pub fn credits_consumed(&self, owner: Uuid, organization: Uuid) -> i64 {
        self.workspaces
            .values()
            .filter(|workspace| {
                workspace.owner_id == owner && workspace.organization_id == organization && !workspace.deleted
            })
            .filter_map(|workspace| self.latest_build(workspace.id))
            .map(|build| build.daily_cost)
            .sum()
    }

    /// Credits a person may use in an organization: what their groups allow, together.
    pub fn budget(&self, user: Uuid, organization: Uuid) -> i64 {
        self.groups
            .values()
            .filter(|group| group.organization_id == organization)
            .filter(|group| group.id == organization || group.members.contains(&user))
            .map(|group| group.quota_allowance)
            .sum()
    }

    // --- changing --------------------------------------------------------------------------------------------------

    /// Adds or replaces a person.
    pub fn put_user(&mut self, user: User) {
        self.dirty.insert((Table::Users, user.id.to_string()));
        self.users.insert(user.id, user);
    }

    /// A person, to change.
    pub fn user_mut(&mut self, id: Uuid) -> Option<&mut User> {
        self.dirty.insert((Table::Users, id.to_string()));
        self.users.get_mut(&id)
    }

    /// Adds or replaces a key.
    pub fn put_key(&mut self, key: Key) {
        self.dirty.insert((Table::Keys, key.id.clone()));
        self.keys.insert(key.id.clone(), key);
    }

    /// Removes a key.
    pub fn remove_key(&mut self, id: &str) -> bool {
        self.dirty.insert((Table::Keys, id.to_owned()));
        self.keys.remove(id).is_some()
    }

    /// Adds or replaces an organization.
    pub fn put_organization(&mut self, organization: Organization) {
        self.dirty.insert((Table::Organizations, organization.id.to_string()));
        self.organizations.insert(organization.id, organization);
    }

    /// Adds or replaces a group.
    pub fn put_group(&mut self, group: Group) {
        self.dirty.insert((Table::Groups, group.id.to_string()));
        self.groups.insert(group.id, group);
    }

    /// A group, to change.
    pub fn group_mut(&mut self, id: Uuid) -> Option<&mut Group> {
        self.dirty.insert((Table::Groups, id.to_string()));
        self.groups.get_mut(&id)
    }

    /// Adds or replaces a template.
    pub fn put_template(&mut self, template: Template) {
        self.dirty.insert((Table::Templates, template.id.to_string()));
        self.templates.insert(template.id, template);
    }

    /// A template, to change.
    pub fn template_mut(&mut self, id: Uuid) -> Option<&mut Template> {
        self.dirty.insert((Table::Templates, id.to_string()));
        self.templates.get_mut(&id)
    }

    /// Adds or replaces a template version.
    pub fn put_version(&mut self, version: Version) {
        self.dirty.insert((Table::Versions, version.id.to_string()));
        self.versions.insert(version.id, version);
    }

    /// Adds a workspace.
    pub fn put_workspace(&mut self, workspace: Workspace) {
        self.dirty.insert((Table::Workspaces, workspace.id.to_string()));
        self.index_name(&workspace);
        self.workspaces.insert(workspace.id, workspace);
    }

    /// A workspace, to change (its name and deletion by the functions below).
    pub fn workspace_mut(&mut self, id: Uuid) -> Option<&mut Workspace> {
        self.dirty.insert((Table::Workspaces, id.to_string()));
        self.workspaces.get_mut(&id)
    }

    /// Renames a workspace.
    pub fn rename(&mut self, id: Uuid, name: &str) {
        if let Some(workspace) = self.workspaces.get_mut(&id) {
            self.names.remove(&(workspace.owner_id, workspace.name.to_lowercase()));
            name.clone_into(&mut workspace.name);
            self.names.insert((workspace.owner_id, name.to_lowercase()), id);
            self.dirty.insert((Table::Workspaces, id.to_string()));
        }
    }

    /// Takes back a workspace that was added in the same change.
    pub fn discard_workspace(&mut self, id: Uuid) {
        if let Some(workspace) = self.workspaces.remove(&id) {
            self.names.remove(&(workspace.owner_id, workspace.name.to_lowercase()));
        }
        self.dirty.remove(&(Table::Workspaces, id.to_string()));
    }

    /// Marks a workspace deleted: its name is free again.
    pub fn mark_deleted(&mut self, id: Uuid) {
        if let Some(workspace) = self.workspaces.get_mut(&id) {
            workspace.deleted = true;
            self.names.remove(&(workspace.owner_id, workspace.name.to_lowercase()));
            self.dirty.insert((Table::Workspaces, id.to_string()));
        }
    }

    /// Adds a build.
    pub fn put_build(&mut self, build: Build) {
        self.dirty.insert((Table::Builds, build.id.to_string()));
        self.index_build(&build);
        self.builds.insert(build.id, build);
    }

    /// A build, to change.
    pub fn build_mut(&mut self, id: Uuid) -> Option<&mut Build> {
        self.dirty.insert((Table::Builds, id.to_string()));
        self.builds.get_mut(&id)
    }

    /// Gives a build its resources and lets its agents be found.
    pub fn set_resources(&mut self, id: Uuid, resources: Vec<crate::model::Resource>) {
        if let Some(build) = self.build_mut(id) {
            build.resources = resources;
            let agents: Vec<Uuid> = build.agents().map(|agent| agent.id).collect();
            for agent in agents {
                self.agents.insert(agent, id);
            }
        }
    }

    /// Marks the agents of all builds of a workspace before the given one as gone: what the server did with them before
    /// May 2026.
    pub fn part_agents_before(&mut self, workspace: Uuid, number: i64, at: Us) {
        let earlier = self.builds_of(workspace).filter(|build| build.number < number);
        let ids: Vec<Uuid> = earlier.filter(|build| build.agents().next().is_some()).map(|build| build.id).collect();
        for id in ids {
            let Some(build) = self.build_mut(id) else { continue };
            for agent in build.resources.iter_mut().flat_map(|resource| &mut resource.agents) {
                agent.disconnected_at.get_or_insert(at);
                "off".clone_into(&mut agent.lifecycle);
            }
        }
    }

    /// Forgets the agents of all builds of a workspace before the given one, with their logs, as the real server does
    /// once a later build succeeded.
    pub fn forget_agents_before(&mut self, workspace: Uuid, number: i64) {
        let ids: Vec<Uuid> = self
            .builds_of(workspace)
            .filter(|build| build.number < number && build.agents().next().is_some())
            .map(|build| build.id)
            .collect();
        for id in ids {
            let Some(build) = self.build_mut(id) else { continue };
            let mut gone = Vec::new();
            for resource in &mut build.resources {
                gone.extend(resource.agents.drain(..).map(|agent| agent.id));
            }
            for agent in gone {
                self.agents.remove(&agent);
                self.writes.push(Write::ForgetAgentLog(agent));
                self.events.push(Event::AgentLog(agent));
            }
        }
    }

    /// Counts a successful build into its template's statistics.
    pub fn note_duration(&mut self, build: &Build) {
        let (JobStatus::Succeeded, Some(started), Some(completed)) =
            (build.job.status(), build.job.started_at, build.job.completed_at)
        else {
            return;
        };
        if let Some(workspace) = self.workspaces.get(&build.workspace_id) {
            let list = self.durations.entry((workspace.template_id, build.transition)).or_default();
            list.push_back(completed - started);
            if list.len() > STATISTICS_OF {
                list.pop_front();
            }
        }
    }

    /// Appends lines to a build's log.
    pub fn log(&mut self, build: Uuid, lines: impl IntoIterator<Item = LogLine>) {
        for mut line in lines {
            self.last_log += 1;
            line.id = self.last_log;
            line.created_at -= line.created_at.rem_euclid(1000);
            self.writes.push(Write::Log(build, line));
        }
        self.events.push(Event::BuildLog(build));
    }

    /// Appends lines to an agent's log.
    pub fn agent_log(&mut self, agent: Uuid, lines: impl IntoIterator<Item = AgentLogLine>) {
        for mut line in lines {
            self.last_agent_log += 1;
            line.id = self.last_agent_log;
            self.writes.push(Write::AgentLog(agent, line));
        }
        self.events.push(Event::AgentLog(agent));
    }

    /// Tells the subscribers, after the change is stored.
    pub fn tell(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Turns what changed into writes.
    fn take_writes(&mut self) -> Result<Vec<Write>, DbError> {
        let mut writes = std::mem::take(&mut self.writes);
        for (table, id) in std::mem::take(&mut self.dirty) {
            let uuid = Uuid::parse_str(&id).unwrap_or_default();
            if table == Table::Builds {
                if self.builds.get(&uuid).is_some_and(|build| build.job.is_active()) {
                    self.active.insert(uuid);
                } else {
                    self.active.remove(&uuid);
                }
            }
            let body = match table {
                Table::Users => self.users.get(&uuid).map(document),
                Table::Keys => self.keys.get(&id).map(document),
                Table::Organizations => self.organizations.get(&uuid).map(document),
                Table::Groups => self.groups.get(&uuid).map(document),
                Table::Templates => self.templates.get(&uuid).map(document),
                Table::Versions => self.versions.get(&uuid).map(document),
                Table::Workspaces => self.workspaces.get(&uuid).map(document),
                Table::Builds => self.builds.get(&uuid).map(document),
            };
            writes.push(match body {
                Some(body) => Write::Put(table, id, body?),
                None => Write::Remove(table, id),
            });
        }
        Ok(writes)
    }
}

/// The world, its database and those who want to be told.
#[derive(Debug)]
pub struct Store {
    world: RwLock<World>,
    db: Mutex<Db>,
    events: broadcast::Sender<Event>,
}

impl Store {
    /// Reads the database into memory.
    pub fn open(db: Db, age: Age, scheduling: bool) -> Result<Self, DbError> {
        let world = World { age, scheduling, ..World::load(&db)? };
        Ok(Self { world: RwLock::new(world), db: Mutex::new(db), events: broadcast::channel(8192).0 })
    }

    /// The world, to read. Must not be held across a wait.
    pub fn read(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The database, to read logs. Must not be held across a wait, nor while asking for the world.
    pub fn db(&self) -> MutexGuard<'_, Db> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world; when this returns, the change is in the database and subscribers were told.
    ///
    /// A database that cannot be written ends the process: it must not acknowledge what it would forget.
    pub fn write<R>(&self, change: impl FnOnce(&mut World) -> R) -> R {
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut world);
        let written =
            world.take_writes().and_then(|writes| if writes.is_empty() { Ok(()) } else { self.db().write(&writes) });
        if let Err(error) = written {
            tracing::error!("{error}; ending, so that nothing is acknowledged that is not stored");
            std::process::exit(70);
        }
        let events = std::mem::take(&mut world.events);
        drop(world);
        for event in events {
            // Nobody listening is no error.
            let _ = self.events.send(event);
        }
        result
    }

    /// What happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}
