//! Whether a version would take what a workspace holds: asked before an update is begun. May import `api` and below.

use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::{builds, parameters as calls};
use crate::browser::pattern::matches;
use crate::model::parameters::{Form, FormFor, Misfit, Parameter, Purpose, from_rich, misfits};
use crate::wire::id::Id;
use crate::wire::parameter::{FormInputs, ParameterValue};

/// Which workspace, as far as its parameters go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// Whose it is.
    pub owner: Id,
    /// Its last build, which has the values.
    pub build: Id,
    /// Whether its template has its parameters asked for in the way of before 2025.
    pub classic: bool,
}

/// The stored values that a version would refuse, and those that it lacks. The control plane itself is asked where it can be.
pub(crate) async fn fits(client: &Client, holder: Holder, version: Id) -> Result<Vec<Misfit>, ApiError> {
    let held = builds::parameters(client, holder.build).await?;
    if !holder.classic {
        match looked_at(client, holder, version, held.clone()).await {
            // Not the route: a control plane of before 2025.
            Err(error) if error.kind == Kind::NotFound => {}
            answer => return answer,
        }
    }
    let rules: Vec<Parameter> = calls::classic(client, version).await?.into_iter().map(from_rich).collect();
    Ok(misfits(&rules, &held, false, matches))
}

async fn looked_at(
    client: &Client,
    holder: Holder,
    version: Id,
    held: Vec<ParameterValue>,
) -> Result<Vec<Misfit>, ApiError> {
    let asked = FormFor { version, owner: holder.owner, held, classic: false, purpose: Purpose::Update };
    let mut form = Form::new(&asked);
    // First what it asks for, then what it says of the values; a field that comes with a value may ask once more.
    for _ in 0..4 {
        let Some((id, values)) = form.next_to_send() else { break };
        let inputs = FormInputs { id, inputs: values.into_iter().collect(), owner_id: holder.owner };
        form.take(id, calls::evaluate(client, version, &inputs).await?);
    }
    Ok(form.misfits(matches))
}
