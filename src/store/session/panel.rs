//! A session by a token that another page handed over (docs/embedding.md): it lives in memory alone, and nobody is
//! signed out for it. May import `api` and below.

use crate::api::auth;
use crate::api::error::ApiError;
use crate::store::session::Session;

impl Session {
    /// Begins a session by a token that was handed over. It is not kept anywhere, and whoever is signed in by cookie
    /// remains so. What is shown of it without sockets does not want them.
    pub(crate) async fn take_token(&self, token: &str, wants_sockets: bool) -> Result<(), ApiError> {
        // Whoever is being asked for by cookie is not who counts.
        self.course.asked.set(self.course.asked.get().wrapping_add(1));
        let user = auth::open_beside_cookie(&self.client, token.trim(), wants_sockets).await?;
        self.enter(user);
        Ok(())
    }
}
