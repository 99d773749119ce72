//! Messages between the tabs of one browser, by `BroadcastChannel`: text in, text out. A browser without it (or an embedded view that
//! forbids it) has lonely tabs, nothing else. Imports the listener.

use crate::browser::listen::Listener;
use wasm_bindgen::JsCast as _;

/// An open channel; dropping it closes it.
pub struct Channel {
    channel: Option<web_sys::BroadcastChannel>,
    _listener: Option<Listener>,
}

impl Channel {
    /// Opens the channel `name`; `heard` gets every text that another tab sends (never our own).
    pub fn open(name: &str, heard: impl Fn(String) + 'static) -> Self {
        let channel = web_sys::BroadcastChannel::new(name).ok();
        let listener = channel.as_ref().map(|channel| {
            Listener::new(channel.clone().unchecked_into(), "message", move |event| {
                if let Some(text) = event.dyn_ref::<web_sys::MessageEvent>().and_then(|event| event.data().as_string())
                {
                    heard(text);
                }
            })
        });
        Self { channel, _listener: listener }
    }

    /// Sends a text to the other tabs.
    pub fn send(&self, text: &str) {
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
