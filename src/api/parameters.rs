//! What a version asks for: the classic list, the form that the control plane answers over a socket or call by call,
//! and presets (docs/control-plane-api.md, 2.8). May import `browser` and below.

use crate::api::answer::{Asked, Each};
use crate::api::call::Call;
use crate::api::client::Client;
use crate::wire::id::Id;
use crate::wire::parameter::{FormAnswer, FormInputs, Preset, RichParameter};

/// What a version asks for, as a list.
pub(crate) fn classic(client: &Client, version: Id) -> Asked<Vec<RichParameter>> {
    client.read_list(Call::get(format!("/templateversions/{version}/rich-parameters")))
}

/// What the control plane says of a form that holds this; its number is always 0. 425: the version is being imported
/// still.
pub(crate) fn evaluate(client: &Client, version: Id, inputs: &FormInputs) -> Asked<FormAnswer> {
    // It changes nothing, but is a write to the network: it is sent once, and whoever asks sends it again.
    let call = Call::post(format!("/templateversions/{version}/dynamic-parameters/evaluate"), inputs);
    let call = call.changing_nothing();
    client.ask_if_there("evaluate", call, |outcome| outcome?.decode())
}

/// The path of the socket that answers each thing that a form holds. It lives for 30 minutes.
pub(crate) fn form_path(version: Id, owner: Id) -> String {
    format!("/templateversions/{version}/dynamic-parameters?user_id={owner}")
}

/// The presets of a version.
pub(crate) fn presets(client: &Client, version: Id) -> Asked<Each<Preset>> {
    client.read_each(Call::get(format!("/templateversions/{version}/presets")))
}
