//! Whether a version would take what a workspace holds, and what it asks for anew: known before a build is begun. May
//! import `api` and below.

use super::rules::rules;
use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::{builds, parameters as calls, templates};
use crate::browser::pattern::matches;
use crate::model::parameters::{Form, FormFor, Misfit, PerStart, Purpose, misfits, per_start};
use crate::wire::id::Id;
use crate::wire::parameter::{FormInputs, ParameterValue};

/// Which workspace, as far as its parameters go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// Who asks.
    pub user: Id,
    /// Whose it is.
    pub owner: Id,
    /// Its last build, which has the values.
    pub build: Id,
    /// Whether its template has its parameters asked for in the way of before 2025.
    pub classic: bool,
}

/// What stands between a workspace and a build of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fits {
    /// The stored values that the version would refuse, and those that it lacks.
    pub misfits: Vec<Misfit>,
    /// What it asks for at each start.
    pub per_start: Vec<PerStart>,
}

/// What a start of the version that a workspace has asks for. The classic list names it, and is enough where it names
/// something: the template is evaluated only where a field may come and go with the values.
pub(crate) async fn asked_per_start(
    client: &Client,
    holder: Holder,
    template: Id,
    version: Id,
) -> Result<Vec<PerStart>, ApiError> {
    let rules = rules(client, holder.user, version).await?;
    let listed = per_start(rules.iter());
    if !listed.is_empty() || rules.is_empty() {
        return Ok(listed);
    }
    let classic = templates::by_id(client, template).await?.use_classic_parameter_flow;
    if classic {
        return Ok(listed);
    }
    Ok(fits(client, Holder { classic, ..holder }, version).await?.per_start)
}

/// Whether a version takes what is stored, and what it asks for. The control plane itself is asked where it can be.
pub(crate) async fn fits(client: &Client, holder: Holder, version: Id) -> Result<Fits, ApiError> {
    let held = builds::parameters(client, holder.build).await?;
    if !holder.classic {
        match looked_at(client, holder, version, held.clone()).await {
            // Not the route: a control plane of before 2025.
            Err(error) if error.kind == Kind::NotFound => {}
            answer => return answer,
        }
    }
    let rules = rules(client, holder.user, version).await?;
    Ok(Fits { misfits: misfits(&rules, &held, false, matches), per_start: per_start(rules.iter()) })
}

async fn looked_at(client: &Client, holder: Holder, version: Id, held: Vec<ParameterValue>) -> Result<Fits, ApiError> {
    let asked = FormFor { version, owner: holder.owner, held, classic: false, purpose: Purpose::Update };
    let mut form = Form::new(&asked);
    // First what it asks for, then what it says of the values; a field that comes with a value may ask once more.
    for _ in 0..4 {
        let Some((id, values)) = form.next_to_send() else { break };
        let inputs = FormInputs { id, inputs: values.into_iter().collect(), owner_id: holder.owner };
        form.take(id, calls::evaluate(client, version, &inputs).await?);
    }
    let asked = per_start(form.rules().unwrap_or_default().iter().map(AsRef::as_ref));
    Ok(Fits { misfits: form.misfits(matches), per_start: asked })
}
