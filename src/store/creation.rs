//! Making a workspace: the request, and what became of it where the answer did not come. A request that was cut off may
//! have been carried out: before another one is sent it is looked whether the workspace is there, so that nobody gets
//! two. May import `api` and below.

use crate::api::client::Client;
use crate::api::error::{ApiError, Kind};
use crate::api::workspaces;
use crate::wire::template_version::CreateWorkspaceRequest;
use crate::wire::workspace::Workspace;

/// How much earlier than the request a workspace may have been made by its own clock, in milliseconds: clocks are read
/// at different moments.
const SLACK_MS: i64 = 30_000;

/// What became of a request.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// It is there: its owner's and its own name, as the control plane writes them.
    Made { owner: String, name: String },
    /// It was not made, and why.
    Refused(ApiError),
    /// Nobody knows: no answer came, and it could not be looked for.
    Unknown(ApiError),
}

/// The attempts of one form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempts {
    /// Names under which it may be there already, and since when, by the control plane's clock.
    unsure: Vec<(String, i64)>,
}

/// Whether a request that failed so may have been carried out all the same.
fn may_have_happened(error: &ApiError) -> bool {
    matches!(error.kind, Kind::Network | Kind::Timeout | Kind::NotJson | Kind::Decode | Kind::Server | Kind::Aborted)
}

fn made(workspace: &Workspace) -> Outcome {
    Outcome::Made { owner: workspace.owner_name.clone(), name: workspace.name.clone() }
}

impl Attempts {
    fn began(&self, name: &str) -> Option<i64> {
        self.unsure.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, since)| *since)
    }

    /// Asks for the workspace. `now_ms` is the moment by the control plane's clock, `template` whose workspace it will
    /// be.
    pub(crate) async fn ask(
        &mut self,
        client: &Client,
        owner: &str,
        request: &CreateWorkspaceRequest,
        now_ms: i64,
    ) -> Outcome {
        if let Some(since) = self.began(&request.name) {
            match self.look(client, owner, &request.name, since).await {
                Ok(Some(outcome)) => return outcome,
                Ok(None) => self.forget(&request.name),
                Err(error) => return Outcome::Unknown(error),
            }
        }
        match workspaces::create(client, owner, request).await {
            Ok(workspace) => made(&workspace),
            Err(error) if may_have_happened(&error) => {
                self.unsure.push((request.name.clone(), now_ms));
                match self.look(client, owner, &request.name, now_ms).await {
                    Ok(Some(outcome)) => outcome,
                    // An answer of the control plane itself that it went wrong, and it is not there.
                    Ok(None) if error.kind == Kind::Server => {
                        self.forget(&request.name);
                        Outcome::Refused(error)
                    }
                    // It may be on its way still.
                    Ok(None) | Err(_) => Outcome::Unknown(error),
                }
            }
            Err(error) => Outcome::Refused(error),
        }
    }

    /// Looks whether the workspace is there that an attempt may have made.
    async fn look(&self, client: &Client, owner: &str, name: &str, since_ms: i64) -> Result<Option<Outcome>, ApiError> {
        match workspaces::by_name(client, owner, name).await {
            Ok(found) if found.created_at.millis() >= since_ms.saturating_sub(SLACK_MS) => Ok(Some(made(&found))),
            // An older one: the name was taken all along, which the control plane will say.
            Ok(_) => Ok(None),
            Err(error) if matches!(error.kind, Kind::NotFound | Kind::Gone) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn forget(&mut self, name: &str) {
        self.unsure.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }
}
