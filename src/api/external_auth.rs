//! Accounts elsewhere (docs/control-plane-api.md, 2.8). May import `browser` and below.

use crate::api::answer::Asked;
use crate::api::call::Call;
use crate::api::client::Client;
use crate::paths::encode;
use crate::wire::template_version::{DeviceCode, ExchangeDeviceCode, ExternalAccount};

/// An account elsewhere, as the control plane knows it.
pub(crate) fn account(client: &Client, provider: &str) -> Asked<ExternalAccount> {
    client.read(Call::get(format!("/external-auth/{}", encode(provider))))
}

/// A code to type elsewhere.
pub(crate) fn device_code(client: &Client, provider: &str) -> Asked<DeviceCode> {
    client.read(Call::get(format!("/external-auth/{}/device", encode(provider))))
}

/// Asks whether the code was typed: 400 with the detail `authorization_pending` while it was not.
pub(crate) fn exchange(client: &Client, provider: &str, code: String) -> Asked<()> {
    let body = ExchangeDeviceCode { device_code: code };
    client.done(Call::post(format!("/external-auth/{}/device", encode(provider)), &body))
}
