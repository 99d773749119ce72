//! Keeps asking who is signed in while somebody looks at the page: the cookie is the browser's, and another person may
//! sign in outside of Gantry. May import `api` and below.

use crate::api::client::Client;
use crate::browser::{timers, visibility};
use crate::store::net::Net;
use crate::store::session::Session;
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;

/// How often it is asked while the page is seen, in milliseconds. Coming back to it asks at once.
const RHYTHM_MS: i64 = 30_000;

/// How long an answer is fresh: coming back gives two events at once. Who comes back sooner is asked about when that
/// time is over, since the cookie may have changed in between.
const FRESH_MS: f64 = 1_000.0;

/// Starts asking, for the life of the page.
pub(crate) fn keep_looking(client: &Client, session: &Session, net: &Net) {
    let (client, session, net) = (client.clone(), session.clone(), net.clone());
    let looked = Rc::new(Cell::new(f64::NEG_INFINITY));
    let waits = Rc::new(Cell::new(false));
    let look = move || {
        let (session, net, looked, waits) = (session.clone(), net.clone(), Rc::clone(&looked), Rc::clone(&waits));
        // One question holds for all who ask while it waits.
        if waits.replace(true) {
            return;
        }
        spawn_local(async move {
            let fresh_for = looked.get() + FRESH_MS - timers::monotonic_ms();
            if fresh_for > 0.0 {
                timers::sleep(fresh_for.ceil() as i64).await;
            }
            waits.set(false);
            if visibility::is_visible() && net.is_online() {
                looked.set(timers::monotonic_ms());
                session.look();
            }
        });
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
