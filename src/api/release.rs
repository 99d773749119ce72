//! The release that the server of this page has. May import `browser` and below.

use crate::browser::timers;
use crate::paths;
use gloo_net::http::RequestBuilder;
use web_sys::RequestCache;

/// How long the answer is waited for, in milliseconds.
const LIMIT_MS: i64 = 8_000;

/// The text of `version.json`, past every cache; `None` where there is none.
pub(crate) async fn version_file() -> Option<String> {
    let request = RequestBuilder::new(&paths::version_file()).cache(RequestCache::NoStore).build().ok()?;
    let answer = timers::within(LIMIT_MS, async {
        let response = request.send().await.ok()?;
        if response.ok() { response.text().await.ok() } else { None }
    });
    answer.await.flatten()
}
