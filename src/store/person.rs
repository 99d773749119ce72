//! Keeps asking who is signed in while somebody looks at the page: the cookie is the browser's, and another person may sign in outside of Gantry. May
//! import `api` and below.

use crate::api::client::Client;
use crate::browser::{timers, visibility};
use crate::store::net::Net;
use crate::store::session::Session;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;

/// How often it is asked while the page is seen, in milliseconds. Coming back to it asks at once.
const RHYTHM_MS: i64 = 30_000;

/// How long an answer is fresh: coming back gives two events at once.
const FRESH_MS: f64 = 1_000.0;

/// Starts asking, for the life of the page.
pub fn keep_looking(client: &Client, session: &Session, net: &Net) {
    let (client, session, net) = (client.clone(), session.clone(), net.clone());
    let looked = Rc::new(Cell::new(0.0_f64));
    let look = move || {
        let now = timers::monotonic_ms();
        if visibility::is_visible() && net.is_online() && now - looked.get() >= FRESH_MS {
            looked.set(now);
            session.look();
        }
    };
    let seen = look.clone();
    std::mem::forget(visibility::on_change(move |_| seen()));
    let focused = look.clone();
    std::mem::forget(visibility::on_focus(focused));
    spawn_local(async move {
        loop {
            // What could not be asked while nothing answered is asked once something does.
            timers::sleep_or(RHYTHM_MS, client.again()).await;
            look();
        }
    });
}
