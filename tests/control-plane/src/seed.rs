//! What an empty database begins with: the default organization alone, or a believable company. Ids come from a fixed
//! generator, so that they are the same in every run. May import everything but the handlers.

mod company;
mod gallery;

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::agents::{advance, shut_down};
use crate::clock::{Clock, DAY, HOUR, MINUTE, SECOND, Us};
use crate::engine::{Work, commit_quota, fail, prepare, succeed};
use crate::model::{Build, Group, Job, LogLine, Organization, Template, Transition, User, Version, Workspace};
use crate::random::Random;
use crate::world::World;
use crate::{App, DEMO_PASSWORD, Seed, Templates, http};

use company::Fate::{
    self, Canceled, CanceledPending, Canceling, Deleted, Deleting, Dormant, Failed, Pending, Runs, Starting,
    StopFailed, Stopped, Stopping,
};
use company::{PEOPLE, TEMPLATES, WORKSPACES};

/// Fills an empty database. Returns the builds that are under way in it, with the offset up to which their log is
/// written.
pub fn fill(app: &App) -> Result<Vec<(Uuid, Us)>, String> {
    if app.store.read().organizations().next().is_some() {
        return Ok(Vec::new());
    }
    let mut random = Random::new(0x6761_6e74_7279);
    let now = app.clock.now();
    match app.config.seed {
        Seed::None => app.store.write(|world| {
            let id = random.uuid();
            organization(world, id, "coder", "Coder", "Builtin default organization.", true, now);
            everyone(world, id, 0);
            Ok(Vec::new())
        }),
        Seed::Company => {
            let hash = http::hash_password_now(DEMO_PASSWORD)?;
            Ok(app.store.write(|world| {
                company(world, &mut random, &hash, now);
                templates(world, &mut random, now);
                let mut historian = Historian { world, random: &mut random, app, now, adopted: Vec::new() };
                historian.workspaces();
                let adopted = std::mem::take(&mut historian.adopted);
                historian.load(app.config.workspaces);
                next_version(world, now);
                if app.config.templates == Templates::All {
                    gallery::fill(world, app, now);
                }
                adopted
            }))
        }
    }
}

fn organization(world: &mut World, id: Uuid, name: &str, display: &str, description: &str, is_default: bool, at: Us) {
    world.put_organization(Organization {
        id,
        name: name.to_owned(),
        display_name: display.to_owned(),
        icon: String::new(),
        description: description.to_owned(),
        is_default,
        created_at: at,
        updated_at: at,
    });
}

fn everyone(world: &mut World, organization: Uuid, allowance: i64) {
    world.put_group(Group {
        id: organization,
        organization_id: organization,
        name: "Everyone".to_owned(),
        quota_allowance: allowance,
        members: Vec::new(),
    });
}

fn company(world: &mut World, random: &mut Random, hash: &str, now: Us) {
    let founded = now - 400 * DAY;
    let organizations = [random.uuid(), random.uuid(), random.uuid()];
    for (id, (name, display, description, allowance)) in organizations.iter().zip([
        ("acme", "Acme", "Product development.", 130),
        ("research", "Research", "Models and data.", 260),
        ("sandbox", "Sandbox", "To try things out: nothing that costs.", 0),
    ]) {
        organization(world, *id, name, display, description, name == "acme", founded);
        everyone(world, *id, allowance);
    }
    let mut ids = Vec::new();
    for (index, (username, name, roles, places, status)) in PEOPLE.iter().enumerate() {
        let id = random.uuid();
        ids.push(id);
        let joined = founded + i64::try_from(index).unwrap_or(0) * 9 * DAY;
        let seen = if *status == "dormant" { 0 } else { now - random.between(2, 50) * HOUR - 7 * MINUTE };
        world.put_user(User {
            id,
            username: (*username).to_owned(),
            name: (*name).to_owned(),
            email: format!("{username}@acme.test"),
            avatar_url: String::new(),
            password_hash: hash.to_owned(),
            login_type: "password".to_owned(),
            status: (*status).to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            organizations: places
                .iter()
                .filter_map(|(place, roles)| {
                    let id = organizations.get(*place)?;
                    Some((*id, roles.iter().map(|role| (*role).to_owned()).collect()))
                })
                .collect::<BTreeMap<_, _>>(),
            created_at: joined,
            updated_at: joined,
            last_seen_at: seen,
            links: BTreeMap::new(),
            quiet_hours: None,
        });
    }
    // A group that adds to the budget of some.
    if let (Some(acme), Some(ada), Some(grace)) = (organizations.first(), ids.first(), ids.get(1)) {
        world.put_group(Group {
            id: random.uuid(),
            organization_id: *acme,
            name: "platform".to_owned(),
            quota_allowance: 90,
            members: vec![*ada, *grace],
        });
    }
}

fn templates(world: &mut World, random: &mut Random, now: Us) {
    let grace = world.user_named("grace").map(|user| user.id).unwrap_or_default();
    for seed in &TEMPLATES {
        let Some(organization) = world.organization_named(seed.organization).map(|organization| organization.id) else {
            continue;
        };
        let id = random.uuid();
        let made = now - 300 * DAY + random.between(0, 40) * DAY;
        let mut active = Uuid::nil();
        for (index, (name, message)) in (0_i64..).zip(seed.versions) {
            active = random.uuid();
            let at = made + index * 60 * DAY + random.between(0, 9) * HOUR;
            world.put_version(Version {
                id: active,
                template_id: id,
                name: (*name).to_owned(),
                message: (*message).to_owned(),
                blueprint: seed.name.to_owned(),
                created_by: grace,
                job_id: random.uuid(),
                file_id: random.uuid(),
                import_error: String::new(),
                importing: false,
                tags: BTreeMap::new(),
                created_at: at,
                updated_at: at,
            });
        }
        world.put_template(Template {
            name: seed.name.to_owned(),
            display_name: seed.display.to_owned(),
            description: seed.description.to_owned(),
            icon: seed.icon.to_owned(),
            active_version_id: active,
            default_ttl_ms: seed.ttl_hours * 3_600_000,
            require_active_version: seed.require_active,
            allow_user_cancel: seed.cancel,
            allow_user_autostop: seed.autostop,
            autostop_days: seed.days.iter().map(|day| (*day).to_owned()).collect(),
            dormant_after_ms: seed.dormant_days * 86_400_000,
            delete_after_ms: seed.delete_days * 86_400_000,
            deprecation_message: seed.deprecated.to_owned(),
            classic: world.is_older(),
            ..unnamed(id, organization, grace, made)
        });
    }
}

/// A template on which nobody has set anything yet.
fn unnamed(id: Uuid, organization_id: Uuid, created_by: Uuid, made: Us) -> Template {
    Template {
        id,
        organization_id,
        name: String::new(),
        display_name: String::new(),
        description: String::new(),
        icon: String::new(),
        active_version_id: Uuid::nil(),
        created_by,
        default_ttl_ms: 8 * 3_600_000,
        activity_bump_ms: 3_600_000,
        require_active_version: false,
        allow_user_cancel: true,
        allow_user_autostart: true,
        allow_user_autostop: true,
        autostop_days: Vec::new(),
        dormant_after_ms: 0,
        delete_after_ms: 0,
        failure_ttl_ms: 0,
        deprecation_message: String::new(),
        classic: false,
        created_at: made,
        updated_at: made,
    }
}

/// A version of the template `docker` that nobody has made the active one yet. It asks for a value that no workspace
/// has.
fn next_version(world: &mut World, now: Us) {
    let Some(docker) = world.templates().find(|template| template.name == "docker") else { return };
    let mut random = Random::of(docker.id);
    let version = Version {
        id: random.uuid(),
        template_id: docker.id,
        name: "asks-for-a-ticket".to_owned(),
        message: "Every machine is paid for by a ticket".to_owned(),
        blueprint: "docker-ticket".to_owned(),
        created_by: docker.created_by,
        job_id: random.uuid(),
        file_id: random.uuid(),
        import_error: String::new(),
        importing: false,
        tags: BTreeMap::new(),
        created_at: now - HOUR,
        updated_at: now - HOUR,
    };
    world.put_version(version);
}

/// How a build of the past went on.
#[derive(Debug, Clone, Copy)]
enum Course {
    /// To its end.
    Whole,
    /// Cancelled at an offset.
    CancelledAt(Us),
    /// Cancelled before it started.
    CancelledPending,
    /// Under way since.
    UnderWay(Us),
    /// Under way since, and cancelled a moment ago.
    BeingCancelled(Us),
    /// Still in the queue.
    Waiting,
}

/// Writes the past.
struct Historian<'a> {
    world: &'a mut World,
    random: &'a mut Random,
    app: &'a App,
    now: Us,
    adopted: Vec<(Uuid, Us)>,
}

/// The past ran at its natural speed.
fn natural() -> Clock {
    Clock::new(None, 1.0)
}

fn hours(hours: f64) -> Us {
    (hours * HOUR as f64) as Us
}

impl Historian<'_> {
    fn workspaces(&mut self) {
        for (name, owner, template, age, fate) in WORKSPACES {
            self.workspace(name, owner, template, age, fate);
        }
        self.touch("gantry-web", |workspace| {
            workspace.favorite = true;
            workspace.autostart = Some("CRON_TZ=Europe/Berlin 30 8 * * 1-5".to_owned());
        });
        self.touch("mailer", |workspace| {
            workspace.favorite = true;
            "always".clone_into(&mut workspace.automatic_updates);
        });
        self.touch("ledger", |workspace| workspace.autostart = Some("CRON_TZ=UTC 0 7 * * *".to_owned()));
        let ken = self.world.user_named("ken").map(|user| user.id).unwrap_or_default();
        self.touch("release-train", |workspace| {
            workspace.acl.insert(ken, "use".to_owned());
        });
    }

    fn touch(&mut self, name: &str, change: impl FnOnce(&mut Workspace)) {
        let id = self.world.workspaces().find(|workspace| workspace.name == name).map(|workspace| workspace.id);
        if let Some(workspace) = id.and_then(|id| self.world.workspace_mut(id)) {
            change(workspace);
        }
    }

    fn workspace(&mut self, name: &str, owner: &str, template: &str, age: usize, fate: Fate) {
        let Some(owner) = self.world.user_named(owner).map(|user| user.id) else { return };
        let Some(template) = self.world.templates().find(|found| found.name == template).cloned() else { return };
        let mut versions: Vec<&Version> =
            self.world.versions().filter(|version| version.template_id == template.id).collect();
        versions.sort_by_key(|version| version.created_at);
        let Some(version) = versions.iter().rev().nth(age).or(versions.first()).map(|version| version.id) else {
            return;
        };
        let now = self.now;
        let (starts, last, end) = match fate {
            Runs(builds, ago) => (builds, now - hours(ago), Transition::Start),
            Stopped(builds, ago) => (builds, now - hours(ago), Transition::Stop),
            Failed(ago) | Canceled(ago, _) | CanceledPending(ago) => (1, now - hours(ago), Transition::Start),
            StopFailed(ago) => (2, now - hours(ago), Transition::Stop),
            Dormant(days) => (6, now - (days + 30) * DAY, Transition::Stop),
            Starting(_) | Pending | Canceling(_) => (1, now, Transition::Start),
            Stopping(_) => (2, now, Transition::Stop),
            Deleting(_) | Deleted => (3, now - 20 * DAY, Transition::Delete),
        };
        let gap = |random: &mut Random| random.between(9, 16) * HOUR + random.between(0, 59) * MINUTE;
        // Backwards from the last build; the first is always a start.
        let mut times = vec![last];
        for _ in 1..starts {
            let earlier = times.last().copied().unwrap_or(last) - gap(self.random);
            times.push(earlier);
        }
        times.reverse();
        let created = times.first().copied().unwrap_or(last) - 40_000;
        let id = self.random.uuid();
        self.world.put_workspace(Workspace {
            id,
            owner_id: owner,
            organization_id: template.organization_id,
            template_id: template.id,
            name: name.to_owned(),
            autostart: None,
            ttl_ms: (template.default_ttl_ms > 0).then_some(template.default_ttl_ms),
            automatic_updates: "never".to_owned(),
            favorite: false,
            dormant_at: None,
            deleting_at: None,
            last_used_at: created,
            deleted: false,
            acl: BTreeMap::new(),
            state: BTreeMap::new(),
            shares: Vec::new(),
            created_at: created,
            updated_at: created,
        });
        let count = times.len();
        for (index, at) in times.into_iter().enumerate() {
            let is_last = index + 1 == count;
            let transition = match (is_last, index % 2) {
                // Whatever the last one is, they alternate up to it.
                (false, _) if (count - 1 - index) % 2 == 1 => other(end),
                _ => end,
            };
            let transition =
                if index == 0 && !is_last && transition == Transition::Stop { Transition::Start } else { transition };
            let transition = if !is_last && transition == Transition::Delete { Transition::Stop } else { transition };
            let course = match fate {
                Canceled(_, after) if is_last => Course::CancelledAt(after * SECOND),
                CanceledPending(_) if is_last => Course::CancelledPending,
                Starting(since) | Stopping(since) | Deleting(since) if is_last => Course::UnderWay(since * SECOND),
                Canceling(since) if is_last => Course::BeingCancelled(since * SECOND),
                Pending if is_last => Course::Waiting,
                _ => Course::Whole,
            };
            let reason = match transition {
                Transition::Stop if index % 3 == 1 => "autostop",
                Transition::Start if index % 4 == 0 && index > 0 => "dashboard",
                Transition::Start if index % 6 == 2 => "autostart",
                _ => "initiator",
            };
            self.build(id, version, owner, transition, reason, at, course);
        }
        let used = match fate {
            Runs(_, ago) => now - (hours(ago) / 5).min(40 * MINUTE),
            _ => last,
        };
        if let Some(workspace) = self.world.workspace_mut(id) {
            workspace.last_used_at = used.max(created);
            if let Dormant(days) = fate {
                let since = now - days * DAY;
                workspace.dormant_at = Some(since);
                workspace.deleting_at =
                    (template.delete_after_ms > 0).then_some(since + template.delete_after_ms * 1000);
            }
        }
    }

    #[allow(clippy::too_many_arguments)] // the seven facts of a build
    fn build(
        &mut self,
        workspace: Uuid,
        version: Uuid,
        initiator: Uuid,
        transition: Transition,
        reason: &str,
        at: Us,
        course: Course,
    ) {
        let clock = match course {
            Course::UnderWay(_) | Course::BeingCancelled(_) => self.app.clock,
            _ => natural(),
        };
        let elapsed = match course {
            Course::UnderWay(since) | Course::BeingCancelled(since) => clock.scale(since),
            _ => 0,
        };
        let wait = clock.scale(900_000 + self.random.between(0, 1_400_000));
        let at = if elapsed > 0 { self.now - elapsed - wait } else { at };
        let started = at + wait;
        let number = self.world.latest_build(workspace).map_or(1, |build| build.number + 1);
        let id = self.random.uuid();
        let waits = matches!(course, Course::Waiting | Course::CancelledPending);
        let parameters = self
            .world
            .version(version)
            .map(|version| crate::blueprint::named(&version.blueprint).parameters)
            .unwrap_or_default()
            .iter()
            .map(|parameter| {
                let first = parameter.options.first().map(|option| option.value);
                let value = if parameter.default.is_empty() { first.unwrap_or_default() } else { parameter.default };
                (parameter.name.to_owned(), value.to_owned())
            })
            .collect();
        let worker = self.random.uuid();
        self.world.put_build(Build {
            id,
            reason: reason.to_owned(),
            job: Job {
                id: self.random.uuid(),
                started_at: (!waits).then_some(started),
                worker_id: (!waits).then_some(worker),
                unmatched: matches!(course, Course::Waiting),
                ..Job::queued(at)
            },
            parameters,
            ..Build::queued(workspace, number, transition, version, initiator, at)
        });
        if matches!(course, Course::CancelledPending)
            && let Some(build) = self.world.build_mut(id)
        {
            build.job.canceled_at = Some(at + 42 * SECOND);
            build.job.completed_at = Some(at + 42 * SECOND);
        }
        if waits {
            return;
        }
        let Some(work) = self.world.build(id).and_then(|build| prepare(self.world, build, clock)) else { return };
        self.work(id, workspace, number, transition, started, &work, course, clock);
    }

    /// What a provisioner did.
    #[allow(clippy::too_many_arguments)] // the build, and how it went on
    fn work(
        &mut self,
        id: Uuid,
        workspace: Uuid,
        number: i64,
        transition: Transition,
        started: Us,
        work: &Work,
        course: Course,
        clock: Clock,
    ) {
        let plan = &work.plan;
        let reached = match course {
            Course::CancelledAt(offset) => offset,
            Course::UnderWay(since) | Course::BeingCancelled(since) => clock.scale(since),
            _ => plan.end,
        };
        let mut lines: Vec<LogLine> = Vec::new();
        let origin = started + plan.skew;
        let mut refused = None;
        if let Some(commit) = plan.commit_at.filter(|commit| *commit <= reached) {
            let verdict = commit_quota(self.world, id, plan.cost, commit, self.app.config.quota);
            lines.extend(verdict.lines.iter().map(|line| line.stored(origin)));
            refused = (!verdict.ok).then_some(commit);
        }
        let limit = refused.unwrap_or(reached);
        lines.extend(plan.lines.iter().filter(|line| line.at <= limit).map(|line| line.stored(origin)));
        lines.sort_by_key(|line| line.created_at);
        if let Some(commit) = refused {
            let clean = commit + 40_000;
            lines.push(LogLine {
                id: 0,
                created_at: started + clean,
                daemon: true,
                level: "info",
                stage: "Cleaning Up".to_owned(),
                output: String::new(),
            });
            self.world.log(id, lines);
            let end = started + clean + 25_000;
            fail(self.world, id, Some((work, commit)), "insufficient quota", Some("INSUFFICIENT_QUOTA"), end);
            return;
        }
        if transition != Transition::Start && plan.apply_at.is_some_and(|apply| apply <= limit) {
            shut_down(self.world, workspace, number, started + plan.apply_at.unwrap_or(0), clock);
        }
        match course {
            Course::CancelledAt(offset) => {
                let rest = plan.cancelled(offset, clock);
                lines.extend(rest.lines.iter().map(|line| line.stored(origin)));
                self.world.log(id, lines);
                if let Some(build) = self.world.build_mut(id) {
                    build.job.canceled_at = Some(started + offset - 400_000);
                }
                fail(self.world, id, Some((work, offset)), &rest.error, None, started + rest.end);
            }
            Course::UnderWay(_) | Course::BeingCancelled(_) => {
                self.world.log(id, lines);
                if let (Course::BeingCancelled(_), Some(build)) = (course, self.world.build_mut(id)) {
                    build.job.canceled_at = Some(self.now);
                }
                self.adopted.push((id, reached));
            }
            _ => {
                self.world.log(id, lines);
                let end = started + plan.end;
                match &plan.error {
                    Some(error) => fail(self.world, id, Some((work, plan.end)), error, None, end),
                    None => {
                        for agent in succeed(self.world, id, work, end, clock) {
                            advance(self.world, agent, self.now);
                        }
                    }
                }
            }
        }
    }

    /// Rows for load: one build each, without timings, a log only where it failed.
    fn load(&mut self, count: usize) {
        let people: Vec<(Uuid, Uuid)> = self
            .world
            .users()
            .filter_map(|user| user.organizations.keys().next().map(|_| user.id))
            .filter_map(|id| {
                let acme = self.world.organization_named("acme")?.id;
                self.world.user(id)?.organizations.contains_key(&acme).then_some((id, acme))
            })
            .collect();
        let mut people = people;
        people.sort_unstable();
        let templates: Vec<Template> = ["docker", "go-service"]
            .iter()
            .filter_map(|name| self.world.templates().find(|template| template.name == *name).cloned())
            .collect();
        let mut prepared: Vec<Option<Work>> = templates.iter().map(|_| None).collect();
        for index in 0..count {
            let Some((owner, organization)) = self.random.pick(&people).copied() else { return };
            let which = index % templates.len().max(1);
            let Some(template) = templates.get(which) else { return };
            let ago = self.random.between(1, 400) * HOUR;
            let draw = self.random.between(0, 100);
            let running = draw < 55;
            let at = if running { self.now - self.random.between(5, 470) * MINUTE } else { self.now - ago };
            let id = self.random.uuid();
            self.world.put_workspace(Workspace {
                id,
                owner_id: owner,
                organization_id: organization,
                template_id: template.id,
                name: format!("load-{index:05}"),
                autostart: None,
                ttl_ms: Some(template.default_ttl_ms),
                automatic_updates: "never".to_owned(),
                favorite: false,
                dormant_at: (draw >= 94).then_some(self.now - ago / 3),
                deleting_at: None,
                last_used_at: at,
                deleted: false,
                acl: BTreeMap::new(),
                state: BTreeMap::new(),
                shares: Vec::new(),
                created_at: at - 3_000_000,
                updated_at: at - 3_000_000,
            });
            let build = self.random.uuid();
            let transition = if running || (85..92).contains(&draw) { Transition::Start } else { Transition::Stop };
            self.world.put_build(Build {
                id: build,
                job: Job {
                    id: self.random.uuid(),
                    started_at: Some(at - 2_000_000),
                    worker_id: Some(owner),
                    ..Job::queued(at - 3_000_000)
                },
                ..Build::queued(id, 1, transition, template.active_version_id, owner, at - 3_000_000)
            });
            if (85..92).contains(&draw) {
                let line = |stage: &str, level: &'static str, output: &str| LogLine {
                    id: 0,
                    created_at: at - 1_000_000,
                    daemon: false,
                    level,
                    stage: stage.to_owned(),
                    output: output.to_owned(),
                };
                self.world.log(
                    build,
                    [
                        line("Starting workspace", "info", "docker_container.workspace[0]: Creating..."),
                        line("Starting workspace", "info", "docker_container.workspace[0]: Creation errored after 1s"),
                        line("Starting workspace", "error", "Error: no space left on device"),
                    ],
                );
                fail(self.world, build, None, "terraform apply: exit status 1", None, at);
                continue;
            }
            let work = match prepared.get_mut(which) {
                Some(Some(work)) => work,
                Some(slot) => {
                    let Some(made) = self.world.build(build).and_then(|b| prepare(self.world, b, natural())) else {
                        return;
                    };
                    slot.insert(made)
                }
                None => return,
            };
            let living = succeed(self.world, build, work, at, natural());
            for agent in living {
                advance(self.world, agent, self.now.max(at + HOUR));
            }
            if let Some(build) = self.world.build_mut(build) {
                build.timings.clear();
                build.daily_cost = 0;
                for agent in build.resources.iter_mut().flat_map(|resource| resource.agents.iter_mut()) {
                    agent.plan.clear();
                    agent.done = 0;
                }
            }
        }
    }
}

fn other(transition: Transition) -> Transition {
    match transition {
        Transition::Start => Transition::Stop,
        _ => Transition::Start,
    }
}
