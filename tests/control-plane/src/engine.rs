//! The provisioner: takes jobs from the queue, lets each take its time, and ends it as the real server would. Also what
//! the reaper leaves of jobs that a killed server was working on. May import everything but `http`, `site`, `seed`.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::age::Age;
use crate::blueprint::{self, Blueprint, Scenario};
use crate::clock::{Clock, HOUR, MINUTE, SECOND, Us};
use crate::model::{Build, JobStatus, LogLine, Resource, Transition};
use crate::plan::{Line, Order, Plan, plan, reaper_error, reaper_lines};
use crate::quota::{Commit, lets_through};
use crate::random::Random;
use crate::schedule::{QUIET, Schedule};
use crate::world::{Event, World};
use crate::{Quota, Shared, agents};

/// How long a job waits for a provisioner that is free, at least.
const ACQUIRE: Us = 850_000;
/// After this time without news a running job is hung.
const HUNG: Us = 5 * MINUTE;
/// After this time in the queue a job is given up.
const PENDING: Us = 30 * MINUTE;

/// Waits until the clock shows a time.
pub async fn sleep_until(app: &Shared, at: Us) {
    let left = at - app.clock.now();
    if left > 0 {
        tokio::time::sleep(Duration::from_micros(u64::try_from(left).unwrap_or(0))).await;
    }
}

/// The provisioners of the deployment: id and name.
pub fn provisioners(app: &Shared) -> Vec<(Uuid, String)> {
    let mut random = Random::of(app.deployment_id);
    (1..=app.config.provisioners.max(1)).map(|number| (random.uuid(), format!("builder-{number}"))).collect()
}

/// A build with what it needs to be worked on.
#[derive(Debug)]
pub struct Work {
    /// The plan.
    pub plan: Plan,
    /// What the version describes, changed by the scenario.
    pub blueprint: Blueprint,
    /// What the name provokes.
    pub scenario: Scenario,
}

/// Prepares a build.
pub fn prepare(world: &World, build: &Build, clock: Clock) -> Option<Work> {
    let scenario = Scenario::of(&world.workspace(build.workspace_id)?.name);
    prepare_as(world, build, scenario, clock)
}

fn prepare_as(world: &World, build: &Build, scenario: Scenario, clock: Clock) -> Option<Work> {
    let workspace = world.workspace(build.workspace_id)?;
    let version = world.version(build.version_id)?;
    let blueprint = scenario.change(blueprint::named(&version.blueprint), build.transition == Transition::Stop);
    let mut plan = plan(&Order {
        blueprint: &blueprint,
        scenario: &scenario,
        transition: build.transition,
        number: build.number,
        state: &workspace.state,
        build: build.id,
        orphan: build.orphan,
        clock,
        age: world.age,
    });
    if build.debug {
        plan.tell_all();
    }
    Some(Work { plan, blueprint, scenario })
}

/// Lets every held build that was asked for until now go on.
pub fn go_on(app: &Shared) {
    app.go_on.store(app.clock.now(), Ordering::Relaxed);
}

/// The same build with what was held ending soon after the offset `at`. All that came before `at` stays what it was.
fn no_longer_held(world: &World, build: &Build, work: &Work, at: Us, clock: Clock) -> Option<Work> {
    let stops = build.transition == Transition::Stop;
    let natural = if stops { work.scenario.stop_ms } else { work.scenario.create_ms }?;
    let address = &work.blueprint.pieces.last()?.address;
    let span =
        work.plan.spans.iter().find(|span| matches!(span.action, "create" | "delete") && span.resource == *address)?;
    // Lengths vary with the build, each time by the same share.
    let wanted = (at - span.start).max(0) + clock.scale(SECOND / 2);
    let shortened = (natural as f64 * wanted as f64 / (span.end - span.start).max(1) as f64) as i64;
    let mut scenario = Scenario { held: false, ..work.scenario.clone() };
    *(if stops { &mut scenario.stop_ms } else { &mut scenario.create_ms }) = Some(shortened.max(100));
    prepare_as(world, build, scenario, clock)
}

/// What the quota says to a build.
#[derive(Debug)]
pub struct Verdict {
    /// The lines it writes.
    pub lines: Vec<Line>,
    /// Whether the build may go on.
    pub ok: bool,
}

/// Commits the cost of a build, or refuses it.
pub fn commit_quota(world: &mut World, build_id: Uuid, cost: i64, at: Us, quota: Quota) -> Verdict {
    let mut ok = true;
    let (mut budget, mut consumed) = (-1, 0);
    let found = world.build(build_id).and_then(|build| {
        let workspace = world.workspace(build.workspace_id)?;
        let previous = world.builds_of(build.workspace_id).rev().find(|other| other.number < build.number);
        Some((workspace.owner_id, workspace.organization_id, previous.map_or(0, |build| build.daily_cost)))
    });
    if let (Quota::Licensed, Some((owner, organization, previous))) = (quota, found) {
        budget = world.budget(owner, organization);
        // The build is its workspace's latest already, at no cost.
        consumed = world.credits_consumed(owner, organization);
        ok = lets_through(Commit { consumed, budget, cost, previous });
        if ok {
            consumed += cost;
            if let Some(build) = world.build_mut(build_id) {
                build.daily_cost = cost;
            }
        }
    }
    let line = |level: &'static str, output: String| Line { at, daemon: false, level, stage: "Commit quota", output };
    let mut lines = vec![
        line("info", format!("Build cost       —   {cost}")),
        line("info", format!("Budget           —   {budget}")),
        line("info", format!("Credits consumed —   {consumed}")),
    ];
    if !ok {
        lines.push(line("warn", "This build would exceed your quota. Failing.".to_owned()));
    }
    Verdict { lines, ok }
}

/// Ends a build well. Returns the agents that now live.
pub fn succeed(world: &mut World, build_id: Uuid, work: &Work, at: Us, clock: Clock) -> Vec<Uuid> {
    let Some(build) = world.build(build_id) else { return Vec::new() };
    let (workspace_id, number, transition, job) =
        (build.workspace_id, build.number, build.transition, build.job.clone());
    let origin = job.started_at.unwrap_or(at);
    let Some(workspace) = world.workspace(workspace_id) else { return Vec::new() };
    let template = world.rules(workspace.template_id);
    let ttl = match &template {
        Some(template) if !template.allow_user_autostop => Some(template.default_ttl_ms),
        _ => workspace.ttl_ms,
    };
    let max_deadline = template.and_then(|template| {
        let owner = world.user(workspace.owner_id);
        let quiet = owner.and_then(|owner| owner.quiet_hours.as_deref()).unwrap_or(QUIET);
        required_stop(&template.autostop_days, quiet, at)
    });
    let own = ttl.filter(|ttl| *ttl > 0).map(|ttl| at + ttl * 1000);
    let deadline = match (own, max_deadline) {
        (Some(own), Some(max)) => Some(own.min(max)),
        (own, max) => own.or(max),
    };
    let state = work.plan.state_at(&workspace.state, at - origin);
    let resources = resources(&work.blueprint, &work.scenario, build_id, transition, at, clock);
    let living: Vec<Uuid> =
        resources.iter().flat_map(|resource| resource.agents.iter().map(|agent| agent.id)).collect();
    world.set_resources(build_id, resources);
    if let Some(build) = world.build_mut(build_id) {
        build.job.completed_at = Some(at);
        build.updated_at = at;
        build.deadline = deadline;
        build.max_deadline = max_deadline;
        build.timings = work.plan.timings(origin);
    }
    if let Some(workspace) = world.workspace_mut(workspace_id) {
        workspace.state = state;
    }
    if transition == Transition::Delete && job.canceled_at.is_none() {
        world.mark_deleted(workspace_id);
    }
    if world.age == Age::July2025 {
        world.part_agents_before(workspace_id, number, at);
    } else {
        world.forget_agents_before(workspace_id, number);
    }
    if let Some(build) = world.build(build_id).cloned() {
        world.note_duration(&build);
    }
    world.tell(Event::Workspace(workspace_id));
    world.tell(Event::BuildLog(build_id));
    living
}

/// Ends a build badly; `reached` is the offset that its plan came to.
pub fn fail(world: &mut World, build_id: Uuid, work: Option<(&Work, Us)>, error: &str, code: Option<&str>, at: Us) {
    let Some(build) = world.build_mut(build_id) else { return };
    build.job.completed_at = Some(at);
    build.job.error = Some(error.to_owned());
    build.job.error_code = code.map(str::to_owned);
    build.updated_at = at;
    let workspace_id = build.workspace_id;
    if let (Some((work, reached)), Some(workspace)) = (work, world.workspace_mut(workspace_id)) {
        workspace.state = work.plan.state_at(&workspace.state, reached);
    }
    world.tell(Event::Workspace(workspace_id));
    world.tell(Event::BuildLog(build_id));
}

/// The next midnight (UTC) of a day on which the template requires a stop, two hours away at least.
fn required_stop(days: &[String], quiet: &str, at: Us) -> Option<Us> {
    if days.is_empty() {
        return None;
    }
    let quiet = Schedule::parse(quiet).ok()?;
    let mut found = at + 2 * HOUR - 1;
    // A week of beginnings, and one more.
    for _ in 0..8 {
        found = quiet.next(found)?;
        let day = weekday(quiet.weekday(found)?);
        if days.iter().any(|name| name == day) {
            return Some(found);
        }
    }
    None
}

fn weekday(day: chrono::Weekday) -> &'static str {
    match day {
        chrono::Weekday::Mon => "monday",
        chrono::Weekday::Tue => "tuesday",
        chrono::Weekday::Wed => "wednesday",
        chrono::Weekday::Thu => "thursday",
        chrono::Weekday::Fri => "friday",
        chrono::Weekday::Sat => "saturday",
        chrono::Weekday::Sun => "sunday",
    }
}

/// The resources that a successful build shows.
pub fn resources(
    blueprint: &Blueprint,
    scenario: &Scenario,
    build: Uuid,
    transition: Transition,
    at: Us,
    clock: Clock,
) -> Vec<Resource> {
    let mut random = Random::of(build);
    // Agents and timings of one build must not share numbers.
    random.uuid();
    let started = transition == Transition::Start;
    let mut made: Vec<Resource> = blueprint
        .pieces
        .iter()
        .filter(|piece| transition != Transition::Delete && (started || piece.persistent))
        .map(|piece| {
            let at = at + random.between(3000, 12_000);
            Resource {
                id: random.uuid(),
                created_at: at,
                kind: piece.kind().to_owned(),
                name: piece.name().to_owned(),
                hide: piece.hide,
                icon: piece.icon.to_owned(),
                daily_cost: piece.cost,
                metadata: piece.metadata.iter().map(|(k, v, s)| ((*k).to_owned(), (*v).to_owned(), *s)).collect(),
                agents: piece
                    .agent
                    .iter()
                    .filter(|_| started)
                    .map(|plan| agents::make(plan, scenario, at + 400, &mut random, clock))
                    .collect(),
            }
        })
        .collect();
    made.sort_by_key(|resource| resource.id);
    made
}

/// Starts everything that goes on by itself. `adopted` are builds of the seed that are under way, with the offset up to
/// which their log is written; other running builds are what a killed server left.
pub fn start(app: &Shared, adopted: &[(Uuid, Us)]) {
    if app.clock.is_frozen() {
        return;
    }
    reap_hung(app, adopted);
    let living: Vec<Uuid> = app
        .store
        .read()
        .builds()
        .flat_map(Build::agents)
        .filter(|agent| agent.done < agent.plan.len())
        .map(|agent| agent.id)
        .collect();
    for agent in living {
        tokio::spawn(agents::follow(app.clone(), agent));
    }
    for (build, logged) in adopted.iter().copied() {
        tokio::spawn(work(app.clone(), build, logged, None));
    }
    tokio::spawn(dispatch(app.clone()));
}

/// Running jobs that nobody works on any more end as the job reaper ends them.
fn reap_hung(app: &Shared, adopted: &[(Uuid, Us)]) {
    let hung: Vec<Uuid> = app
        .store
        .read()
        .active()
        .filter(|build| build.job.started_at.is_some() && !adopted.iter().any(|(id, _)| *id == build.id))
        .map(|build| build.id)
        .collect();
    for build in hung {
        reap(app, build, "hung", HUNG);
    }
}

fn reap(app: &Shared, build: Uuid, kind: &str, threshold: Us) {
    let now = app.clock.now();
    let stage = app
        .store
        .db()
        .logs(build, -1, i64::MAX)
        .ok()
        .and_then(|lines| lines.last().map(|line| line.stage.clone()))
        .filter(|stage| !stage.is_empty())
        .unwrap_or_else(|| "Unknown".to_owned());
    app.store.write(|world| {
        world.log(build, reaper_lines(kind, threshold, &stage, now));
        if let Some(build) = world.build_mut(build)
            && build.job.started_at.is_none()
        {
            build.job.started_at = Some(now);
        }
        fail(world, build, None, &reaper_error(kind, threshold), None, now);
    });
}

/// Gives waiting jobs to free provisioners, first come, first served.
async fn dispatch(app: Shared) {
    let free = Arc::new(Semaphore::new(app.config.provisioners.max(1)));
    let workers = provisioners(&app);
    let mut turn = 0_usize;
    loop {
        let now = app.clock.now();
        let (mut waiting, stale, stuck): (Vec<(Us, Uuid)>, Vec<Uuid>, bool) = {
            let world = app.store.read();
            let pending = || world.active().filter(|build| build.job.status() == JobStatus::Pending);
            let limit = app.clock.scale(PENDING);
            (
                pending().filter(|build| !build.job.unmatched).map(|build| (build.job.created_at, build.id)).collect(),
                pending().filter(|build| build.job.created_at + limit < now).map(|build| build.id).collect(),
                pending().any(|build| build.job.unmatched),
            )
        };
        for build in stale {
            reap(&app, build, "pending", PENDING);
        }
        waiting.sort_unstable();
        for (build, workspace) in overdue(&app, now) {
            app.store.write(|world| autostop(world, workspace, build, now));
            app.wake.notify_one();
        }
        let mut soon = false;
        for (created, build) in waiting {
            if created + app.clock.scale(ACQUIRE) > now {
                soon = true;
                continue;
            }
            let Ok(permit) = free.clone().try_acquire_owned() else {
                soon = true;
                break;
            };
            turn += 1;
            let worker = workers.get(turn % workers.len()).map(|(id, _)| *id);
            let taken = app.store.write(|world| {
                let build = world.build_mut(build)?;
                if build.job.status() != JobStatus::Pending {
                    return None;
                }
                build.job.started_at = Some(now);
                build.job.worker_id = worker;
                let workspace = build.workspace_id;
                world.tell(Event::Workspace(workspace));
                Some(())
            });
            if taken.is_some() {
                tokio::spawn(work(app.clone(), build, -1, Some(permit)));
            }
        }
        let nap = if soon {
            Duration::from_millis(15)
        } else if stuck {
            Duration::from_secs(1)
        } else {
            Duration::from_secs(30)
        };
        tokio::select! {
            () = tokio::time::sleep(nap) => {}
            () = app.wake.notified() => {}
        }
    }
}

/// Running workspaces whose deadline has passed, with the build that set it.
fn overdue(app: &Shared, now: Us) -> Vec<(Uuid, Uuid)> {
    let world = app.store.read();
    world
        .workspaces()
        .filter(|workspace| !workspace.deleted)
        .filter_map(|workspace| world.latest_build(workspace.id))
        .filter(|build| build.status() == "running" && build.deadline.is_some_and(|deadline| deadline <= now))
        .map(|build| (build.id, build.workspace_id))
        .collect()
}

/// Stops a workspace because its time is up.
fn autostop(world: &mut World, workspace: Uuid, build: Uuid, now: Us) {
    let Some(last) = world.latest_build(workspace).filter(|last| last.id == build).cloned() else { return };
    let Some(owner) = world.workspace(workspace).map(|workspace| workspace.owner_id) else { return };
    world.put_build(Build {
        reason: "autostop".to_owned(),
        parameters: last.parameters,
        preset_id: last.preset_id,
        ..Build::queued(workspace, last.number + 1, Transition::Stop, last.version_id, owner, now)
    });
    world.tell(Event::Workspace(workspace));
}

/// How a job will end.
enum Ending {
    Well,
    Badly(String, Option<&'static str>),
}

/// Works on a job from start to end. Lines up to the offset `logged` are in the log already.
async fn work(app: Shared, build_id: Uuid, logged: Us, permit: Option<OwnedSemaphorePermit>) {
    let clock = app.clock;
    let prepared = {
        let world = app.store.read();
        world.build(build_id).and_then(|build| {
            Some((
                prepare(&world, build, clock)?,
                build.job.created_at,
                build.job.started_at?,
                build.workspace_id,
                build.number,
                build.transition,
            ))
        })
    };
    let Some((mut work, asked_at, origin, workspace_id, number, transition)) = prepared else { return };
    let mut lines = after(&work.plan, logged);
    let mut end = work.plan.end;
    let mut ending = match &work.plan.error {
        Some(error) => Ending::Badly(error.clone(), None),
        None => Ending::Well,
    };
    let mut commit_at = work.plan.commit_at.filter(|at| *at > logged);
    let mut apply_at = work.plan.apply_at.filter(|at| *at > logged && transition != Transition::Start);
    let mut reached = work.plan.end;
    let mut interrupted = false;
    let burst = clock.scale(350_000).clamp(10_000, 350_000);
    loop {
        let now = clock.now();
        let at = now - origin;
        let cancelled = app.store.read().build(build_id).and_then(|build| build.job.canceled_at);
        if let Some(canceled_at) = cancelled
            && !interrupted
            && !work.scenario.ignores_cancel
            && at >= canceled_at - origin + clock.scale(400_000)
            && at < end
        {
            interrupted = true;
            let due: Vec<Line> = take_due(&mut lines, at);
            let rest = work.plan.cancelled(at, clock);
            reached = at;
            end = rest.end;
            ending = Ending::Badly(rest.error, None);
            lines = rest.lines.into_iter().peekable();
            commit_at = None;
            apply_at = None;
            app.store.write(|world| world.log(build_id, stored(&due, origin, &work.plan)));
        }
        if work.scenario.held && !interrupted && app.go_on.load(Ordering::Relaxed) >= asked_at {
            let due = take_due(&mut lines, at);
            app.store.write(|world| world.log(build_id, stored(&due, origin, &work.plan)));
            let again = {
                let world = app.store.read();
                world.build(build_id).and_then(|build| no_longer_held(&world, build, &work, at, clock))
            };
            if let Some(again) = again {
                work = again;
                lines = after(&work.plan, at);
                end = work.plan.end;
                reached = end;
            }
        }
        // The provisioner is gone in the middle of the apply: nothing is heard of it any more, until somebody notices.
        let left = work.plan.apply_at.filter(|_| work.scenario.abandoned && transition == Transition::Start);
        if let Some(left) = left.filter(|left| at >= *left + clock.scale(SECOND)) {
            let due = take_due(&mut lines, left + clock.scale(SECOND));
            app.store.write(|world| world.log(build_id, stored(&due, origin, &work.plan)));
            sleep_until(&app, now + clock.scale(HUNG)).await;
            reap(&app, build_id, "hung", HUNG);
            drop(permit);
            app.wake.notify_one();
            return;
        }
        if let Some(commit) = commit_at.filter(|commit| at >= *commit) {
            commit_at = None;
            let before = take_due(&mut lines, commit);
            let ok = app.store.write(|world| {
                let verdict = commit_quota(world, build_id, work.plan.cost, commit, app.config.quota);
                let all: Vec<Line> = before.into_iter().chain(verdict.lines).collect();
                world.log(build_id, stored(&all, origin, &work.plan));
                verdict.ok
            });
            if !ok {
                let clean = commit + clock.scale(40_000);
                let line = Line { at: clean, daemon: true, level: "info", stage: "Cleaning Up", output: String::new() };
                lines = vec![line].into_iter().peekable();
                end = clean + clock.scale(25_000);
                reached = commit;
                apply_at = None;
                ending = Ending::Badly("insufficient quota".to_owned(), Some("INSUFFICIENT_QUOTA"));
            }
        }
        if apply_at.is_some_and(|apply| at >= apply) {
            apply_at = None;
            app.store.write(|world| agents::shut_down(world, workspace_id, number, now, clock));
        }
        let due = take_due(&mut lines, at.min(end));
        if at >= end {
            let completed = now;
            let living = app.store.write(|world| {
                if !due.is_empty() {
                    world.log(build_id, stored(&due, origin, &work.plan));
                }
                match &ending {
                    Ending::Well => succeed(world, build_id, &work, completed, clock),
                    Ending::Badly(error, code) => {
                        fail(world, build_id, Some((&work, reached)), error, *code, completed);
                        Vec::new()
                    }
                }
            });
            drop(permit);
            app.wake.notify_one();
            for agent in living {
                tokio::spawn(agents::follow(app.clone(), agent));
            }
            return;
        }
        if !due.is_empty() {
            app.store.write(|world| world.log(build_id, stored(&due, origin, &work.plan)));
        }
        let next = [lines.peek().map(|line| line.at), commit_at, apply_at, Some(end)]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(end);
        // A cancellation is seen within a burst.
        let wake = next.max(at + burst).min(at + clock.scale(SECOND).max(burst));
        sleep_until(&app, origin + wake.min(end.max(at + 1000))).await;
    }
}

/// The lines that a plan still has to write.
type Ahead = std::iter::Peekable<std::vec::IntoIter<Line>>;

fn after(plan: &Plan, at: Us) -> Ahead {
    plan.lines.iter().filter(|line| line.at > at).cloned().collect::<Vec<_>>().into_iter().peekable()
}

fn take_due(lines: &mut Ahead, at: Us) -> Vec<Line> {
    let mut due = Vec::new();
    while let Some(line) = lines.next_if(|line| line.at <= at) {
        due.push(line);
    }
    due
}

fn stored(lines: &[Line], origin: Us, plan: &Plan) -> Vec<LogLine> {
    lines.iter().map(|line| line.stored(origin + plan.skew)).collect()
}
