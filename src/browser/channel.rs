//! Messages between the tabs of one browser, by `BroadcastChannel`: text in, text out. A browser without it (or an
//! embedded view that forbids it) has lonely tabs, nothing else. Imports nothing of the crate.

use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;

/// An open channel; dropping it closes it.
pub(crate) struct Channel {
    channel: Option<web_sys::BroadcastChannel>,
    _listener: Option<EventListener>,
}

impl Channel {
    /// Opens the channel `name`; `heard` gets every text that another tab sends (never our own).
    pub(crate) fn open(name: &str, heard: impl Fn(String) + 'static) -> Self {
        let channel = web_sys::BroadcastChannel::new(name).ok();
        let listener = channel.as_ref().map(|channel| {
            EventListener::new(channel, "message", move |event| {
                let message = event.dyn_ref::<web_sys::MessageEvent>();
                if let Some(text) = message.and_then(|message| message.data().as_string()) {
                    heard(text);
                }
            })
        });
        Self { channel, _listener: listener }
    }

    /// Sends a text to the other tabs.
    pub(crate) fn send(&self, text: &str) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&text.into());
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}
