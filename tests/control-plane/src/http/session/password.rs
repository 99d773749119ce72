//! Passwords: kept as hashes, tried, and judged.

use crate::http::error::{Answer, ApiError, Body, ok};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::sync::LazyLock;
use uuid::Uuid;

/// argon2 with parameters that a development server can afford.
pub(super) fn hasher() -> argon2::Argon2<'static> {
    let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap_or_default();
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}

/// Hashes a password.
pub fn hash_password_now(password: &str) -> Result<String, String> {
    use argon2::PasswordHasher;
    let salt = argon2::password_hash::SaltString::encode_b64(Uuid::new_v4().as_bytes()).map_err(|e| e.to_string())?;
    hasher().hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|e| e.to_string())
}

pub(super) async fn hash_password(password: String) -> Result<String, ApiError> {
    let internal = |detail: String| {
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error hashing password.").detail(detail)
    };
    tokio::task::spawn_blocking(move || hash_password_now(&password))
        .await
        .map_err(|error| internal(error.to_string()))?
        .map_err(internal)
}

/// The hash of a password that nobody has.
pub(super) static NOBODYS_HASH: LazyLock<String> =
    LazyLock::new(|| hash_password_now(&Uuid::new_v4().to_string()).unwrap_or_default());

pub(super) fn password_fits(password: &str, hash: &str) -> bool {
    use argon2::PasswordVerifier;
    argon2::PasswordHash::new(hash).is_ok_and(|parsed| hasher().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// What is wrong with a password: too little entropy by the sizes of the alphabets that it draws from.
pub(super) fn password_weakness(password: &str) -> Option<&'static str> {
    const LEAST_BITS: f64 = 52.0;
    let sets: [(&str, u32); 3] = [("!@$&*", 5), ("_-., ", 5), ("\"#%'()+/:;<=>?[\\]^{|}~", 22)];
    let mut base: u32 = sets.iter().filter(|(set, _)| password.chars().any(|c| set.contains(c))).map(|(_, n)| n).sum();
    base += 26 * u32::from(password.chars().any(|c| c.is_ascii_lowercase()));
    base += 26 * u32::from(password.chars().any(|c| c.is_ascii_uppercase()));
    base += 10 * u32::from(password.chars().any(|c| c.is_ascii_digit()));
    let bits = f64::from(base.max(1)).log2() * (password.chars().count() as f64);
    (bits < LEAST_BITS).then_some(
        "insecure password, try including more special characters, using lowercase letters, using uppercase letters, using numbers, or using a longer password",
    )
}

#[derive(Deserialize)]
pub(super) struct Password {
    #[serde(default)]
    pub(super) password: String,
}

pub(super) async fn validate_password(Body(body): Body<Password>) -> Answer {
    let weakness = password_weakness(&body.password);
    ok(&json!({"valid": weakness.is_none(), "details": weakness.unwrap_or_default()}))
}

// --- sign-in ---------------------------------------------------------------------------------------------------------
