//! Web Locks: one tab of a browser does what must not be done twice. Where locks do not exist (plain http on another host than
//! localhost) every tab gets the lock at once: the server's own refusals then keep two tabs apart. Imports nothing of the crate.

use futures_channel::oneshot;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// A lock that is held until this is dropped.
pub struct Held {
    /// Resolves the promise that the browser waits for.
    release: Option<js_sys::Function>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// `navigator.locks` and its `request`. By reflection: web-sys counts locks among the unstable interfaces, which need a compiler flag.
fn manager() -> Option<(JsValue, js_sys::Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = js_sys::Reflect::get(&navigator, &JsValue::from_str("locks")).ok()?;
    let request = js_sys::Reflect::get(&locks, &JsValue::from_str("request")).ok()?.dyn_into().ok()?;
    Some((locks, request))
}

/// Whether a lock keeps two tabs apart here.
pub fn exist() -> bool {
    manager().is_some()
}

/// Waits for the lock `name`: until the tab that has it lets go or is closed.
pub async fn acquire(name: &str) -> Held {
    let Some((locks, request)) = manager() else { return Held { release: None } };
    let (sender, receiver) = oneshot::channel();
    let mut sender = Some(sender);
    // The browser calls this when the lock is ours, and takes it back when the promise returned here is settled.
    let granted = Closure::once_into_js(move |_lock: JsValue| -> JsValue {
        let mut sender = sender.take();
        js_sys::Promise::new(&mut |resolve, _reject| {
            if let Some(sender) = sender.take()
                && sender.send(Held { release: Some(resolve.clone()) }).is_err()
            {
                // Nobody waits any more: the `Held` that came back was dropped and has resolved the promise.
            }
        })
        .into()
    });
    if request.call2(&locks, &JsValue::from_str(name), &granted).is_err() {
        return Held { release: None };
    }
    receiver.await.unwrap_or(Held { release: None })
}
