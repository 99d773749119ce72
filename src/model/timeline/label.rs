//! What a reader calls an action on a resource. Pure.

/// What a reader calls an action on a resource: its address, and the action where that does not go without saying.
pub(super) fn label_of(address: &str, action: &str, several: bool) -> String {
    let address = if address.is_empty() { "(no address)" } else { address };
    match action {
        "state refresh" => format!("{address} (refresh)"),
        "provision" => format!("{address} (provision)"),
        "" => address.to_owned(),
        action if several => format!("{address} ({action})"),
        _ => address.to_owned(),
    }
}
