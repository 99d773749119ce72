//! A window beside this one, for a sign-in elsewhere. Imports nothing of the crate.

/// Opens an address in a window of its own; false where the browser did not let it. It must be called while a click is
/// being handled. Nothing of the window is heard afterwards: what isolates this page from others
/// (`Cross-Origin-Opener-Policy`) cuts the two apart as soon as it goes elsewhere.
pub(crate) fn open(address: &str) -> bool {
    const SIZE: &str = "popup,width=900,height=640";
    let window = web_sys::window();
    window
        .and_then(|window| window.open_with_url_and_target_and_features(address, "_blank", SIZE).ok().flatten())
        .is_some()
}

/// Closes this window, if it was opened by a script and the browser lets it.
pub(crate) fn close_own() {
    if let Some(window) = web_sys::window() {
        let _refused = window.close();
    }
}
