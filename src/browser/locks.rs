//! Web Locks: one tab of a browser does what must not be done twice. Where locks do not exist (plain http on another
//! host than localhost), or the browser refuses to give one, every tab gets the lock at once: the server's own refusals
//! then keep two tabs apart. Imports nothing of the crate.

use futures_channel::oneshot;
use futures_util::future::{Either, select};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A lock that is held until this is dropped.
pub struct Held {
    /// Resolves the promise that the browser waits for.
    release: Option<js_sys::Function>,
}

impl Held {
    /// Whether the lock keeps other tabs out: not where the browser has none to give.
    pub fn keeps_apart(&self) -> bool {
        self.release.is_some()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// `navigator.locks` and its `request`. By reflection: web-sys counts locks among the unstable interfaces, which need a
/// compiler flag.
fn manager() -> Option<(JsValue, js_sys::Function)> {
    let navigator = web_sys::window()?.navigator();
    let locks = js_sys::Reflect::get(&navigator, &JsValue::from_str("locks")).ok()?;
    let request = js_sys::Reflect::get(&locks, &JsValue::from_str("request")).ok()?.dyn_into().ok()?;
    Some((locks, request))
}

/// Waits for the lock `name`: until the tab that has it lets go or is closed. A browser that has no locks, or says that
/// it gives none, does not keep anybody waiting.
pub async fn acquire(name: &str) -> Held {
    let none = Held { release: None };
    let Some((locks, request)) = manager() else { return none };
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
    let Ok(answer) = request.call2(&locks, &JsValue::from_str(name), &granted) else { return none };
    let Ok(answer) = answer.dyn_into::<js_sys::Promise>() else { return none };
    // The answer settles after the lock was let go; before that only to say that there will be none (an origin without
    // storage, a page that ends).
    match select(receiver, JsFuture::from(answer)).await {
        Either::Left((held, _)) => held.unwrap_or(none),
        Either::Right(_) => none,
    }
}
