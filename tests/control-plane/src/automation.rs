//! What a control plane does to workspaces by itself: starts by schedule, stops, dormancy, deletion
//! (docs/control-plane-api.md, 3.7). It acts when its clock is moved (`POST /embedded/clock`): by the wall's clock
//! alone nothing of the seed would stay what a test expects; only a stop whose time has come is carried out in any
//! case. May import `clock`, `model`, `schedule`, `world`.

use uuid::Uuid;

use crate::clock::{MILLISECOND, Us};
use crate::model::{Build, Transition, Workspace};
use crate::schedule::Schedule;
use crate::world::{Event, World};

/// What is due for a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// It was dormant for long enough.
    Delete,
    /// Nobody has used it for long.
    Dormancy,
    /// Its start failed a while ago.
    CleanUp,
    /// Its time is up.
    Stop,
    /// Its schedule wants it.
    Start,
}

/// What is due at a moment; the gravest first.
pub fn due(world: &World, workspace: &Workspace, now: Us) -> Option<Due> {
    let latest = world.latest_build(workspace.id)?;
    if workspace.deleted || latest.job.is_active() {
        return None;
    }
    let template = world.rules(workspace.template_id)?;
    let is_over = workspace.deleting_at.is_some_and(|at| at <= now) && workspace.dormant_at.is_some();
    if is_over && world.scheduling {
        return Some(Due::Delete);
    }
    let passed = |since: Us, ms: i64| ms > 0 && since.saturating_add(ms.saturating_mul(MILLISECOND)) <= now;
    if workspace.dormant_at.is_none() && passed(workspace.last_used_at, template.dormant_after_ms) {
        return Some(Due::Dormancy);
    }
    let ended = latest.job.completed_at?;
    match latest.status() {
        "failed" if latest.transition == Transition::Start && passed(ended, template.failure_ttl_ms) => {
            Some(Due::CleanUp)
        }
        "running" if latest.deadline.is_some_and(|deadline| deadline <= now) => Some(Due::Stop),
        "stopped" if workspace.dormant_at.is_none() && template.allow_user_autostart => {
            let owner = world.user(workspace.owner_id)?;
            let schedule = Schedule::parse(workspace.autostart.as_deref()?).ok()?;
            let is_due = owner.status != "suspended" && schedule.next(ended).is_some_and(|at| at <= now);
            is_due.then_some(Due::Start)
        }
        _ => None,
    }
}

/// Carries out what is due for everything. Whether a build waits now.
pub fn act(world: &mut World, now: Us) -> bool {
    let all: Vec<(Uuid, Due)> =
        world.workspaces().filter_map(|workspace| Some((workspace.id, due(world, workspace, now)?))).collect();
    let builds = !all.is_empty();
    for (id, due) in all {
        match due {
            Due::Delete => queue(world, id, Transition::Delete, "autodelete", now),
            Due::CleanUp | Due::Stop => queue(world, id, Transition::Stop, "autostop", now),
            Due::Start => queue(world, id, Transition::Start, "autostart", now),
            Due::Dormancy => {
                let template = world.workspace(id).and_then(|workspace| world.rules(workspace.template_id));
                let after = template.map_or(0, |template| template.delete_after_ms);
                let runs = world.latest_build(id).is_some_and(|build| build.status() == "running");
                if let Some(workspace) = world.workspace_mut(id) {
                    workspace.dormant_at = Some(now);
                    workspace.deleting_at = (after > 0).then(|| now + after * MILLISECOND);
                }
                if runs {
                    queue(world, id, Transition::Stop, "dormancy", now);
                }
                world.tell(Event::Workspace(id));
            }
        }
    }
    builds
}

fn queue(world: &mut World, id: Uuid, transition: Transition, reason: &str, now: Us) {
    let Some(last) = world.latest_build(id).cloned() else { return };
    let Some(workspace) = world.workspace(id) else { return };
    let (owner, always) = (workspace.owner_id, workspace.automatic_updates == "always");
    let template = world.template(workspace.template_id);
    let active = template.map(|template| template.active_version_id).filter(|_| {
        transition == Transition::Start && (always || template.is_some_and(|template| template.require_active_version))
    });
    world.put_build(Build {
        reason: reason.to_owned(),
        parameters: last.parameters,
        preset_id: last.preset_id,
        ..Build::queued(id, last.number + 1, transition, active.unwrap_or(last.version_id), owner, now)
    });
    world.tell(Event::Workspace(id));
}

/// Where a deadline goes when somebody is at work: so much after now, once a twentieth of that has passed, and never
/// past a required stop. An automatic start that falls in between is over its own time to live.
pub fn bumped(world: &World, workspace: &Workspace, now: Us) -> Option<Us> {
    let build = world.latest_build(workspace.id).filter(|build| build.status() == "running")?;
    let template = world.template(workspace.template_id)?;
    let bump = template.activity_bump_ms.max(0).saturating_mul(MILLISECOND);
    let deadline = build.deadline.filter(|_| bump > 0)?;
    if deadline.saturating_sub(now) > bump - bump / 20 {
        return None;
    }
    let mut wanted = now + bump;
    let start = workspace.autostart.as_deref().and_then(|text| Schedule::parse(text).ok()?.next(now));
    if let (Some(start), Some(ttl)) = (start.filter(|start| *start <= wanted), workspace.ttl_ms) {
        wanted = wanted.max(start + ttl * MILLISECOND);
    }
    let wanted = build.max_deadline.map_or(wanted, |max| wanted.min(max));
    (wanted > deadline).then_some(wanted)
}
