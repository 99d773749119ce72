//! The release that the server of this page has. May import `browser` and below.

use crate::api::abort::AbortOnDrop;
use crate::browser::timers;
use crate::paths;
use gloo_net::http::RequestBuilder;
use web_sys::RequestCache;

/// How long the answer is waited for, in milliseconds.
const LIMIT_MS: i64 = 8_000;

/// The text of `version.json`, past every cache; `None` where there is none.
pub(crate) async fn version_file() -> Option<String> {
    let abort = AbortOnDrop::new();
    let request = RequestBuilder::new(&paths::version_file())
        .cache(RequestCache::NoStore)
        .abort_signal(abort.signal().as_ref())
        .build()
        .ok()?;
    let answer = timers::within(LIMIT_MS, async {
        let response = request.send().await.ok()?;
        if response.ok() { response.text().await.ok() } else { None }
    });
    let answer = answer.await;
    if answer.is_some() {
        abort.finished();
    }
    answer.flatten()
}
