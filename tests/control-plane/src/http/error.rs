//! The API's error envelope and JSON bodies, worded as the real server words them. May import nothing of this crate.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// An answer that is not a success.
#[derive(Debug)]
pub struct ApiError(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    message: String,
    detail: Option<String>,
    validations: Vec<(String, String)>,
    headers: HeaderMap,
}

impl ApiError {
    /// An error with a message.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let (detail, validations, headers) = (None, Vec::new(), HeaderMap::new());
        Self(Box::new(Parts { status, message: message.into(), detail, validations, headers }))
    }

    /// 400.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 400 for one field of a body that fails a validation.
    pub fn invalid(field: &str, tag: &str, value: &str) -> Self {
        Self::bad_request(INVALID).field(field, failed(tag, value))
    }

    /// 404 that does not say whether the thing exists.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Resource not found or you do not have access to this resource")
    }

    /// 404 of a path that the server does not know.
    pub fn no_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Route not found.")
    }

    /// 403 with the usual words.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden.").detail(FORBIDDEN_DETAIL)
    }

    /// Adds a detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds a field's validation.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.validations.push((field.into(), detail.into()));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.insert(name, value);
        }
        self
    }

    /// The envelope.
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("message".into(), self.0.message.clone().into());
        if let Some(detail) = &self.0.detail {
            body.insert("detail".into(), detail.clone().into());
        }
        if !self.0.validations.is_empty() {
            let list: Vec<Value> =
                self.0.validations.iter().map(|(field, detail)| json!({"field": field, "detail": detail})).collect();
            body.insert("validations".into(), list.into());
        }
        Value::Object(body)
    }
}

/// What a refusal for want of permission adds.
pub const FORBIDDEN_DETAIL: &str = "You don't have permission to view this content. If you believe this is a mistake, please contact your administrator or try signing in with different credentials.";

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.0.status, self.0.headers.clone(), json_body(&self.body())).into_response()
    }
}

/// The result of a handler.
pub type Answer = Result<Response, ApiError>;

/// A JSON body with the content type the real server gives it.
pub fn json_body(value: &Value) -> Response {
    let mut response = Json(value).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

/// 200 with JSON.
#[allow(clippy::unnecessary_wraps)] // so that it ends a handler
pub fn ok(value: &Value) -> Answer {
    Ok(json_body(value))
}

/// JSON with another status.
#[allow(clippy::unnecessary_wraps)] // so that it ends a handler
pub fn reply(status: StatusCode, value: &Value) -> Answer {
    Ok((status, json_body(value)).into_response())
}

/// A status without a body.
#[allow(clippy::unnecessary_wraps)] // so that it ends a handler
pub fn empty(status: StatusCode) -> Answer {
    Ok(status.into_response())
}

const INVALID: &str = "Validation failed.";

fn failed(tag: &str, value: &str) -> String {
    format!("Validation failed for tag \"{tag}\" with value: \"{value}\"")
}

/// Failed validations of a request body, collected and answered together.
#[derive(Debug, Default)]
pub struct Checks(Vec<(String, String)>);

impl Checks {
    /// Notes that a field fails a validation.
    pub fn fail(&mut self, field: &str, tag: &str, value: &str) {
        self.0.push((field.to_owned(), failed(tag, value)));
    }

    /// The error, if there was any.
    pub fn done(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(self
            .0
            .into_iter()
            .fold(ApiError::bad_request(INVALID), |error, (field, detail)| error.field(field, detail)))
    }
}

/// A request's JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|error| invalid_json(&error.to_string()))?;
        parse(&bytes).map(Self)
    }
}

/// Reads JSON from bytes, with the errors of the real server as far as they can be told apart.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(invalid_json("EOF"));
    }
    serde_json::from_slice(bytes)
        .map_err(|error| invalid_json(&if error.is_eof() { "unexpected EOF".to_owned() } else { error.to_string() }))
}

fn invalid_json(detail: &str) -> ApiError {
    ApiError::bad_request("Request body must be valid JSON.").detail(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_refused_in_the_servers_words() {
        let detail = |bytes: &[u8]| parse::<Value>(bytes).unwrap_err().body()["detail"].as_str().unwrap().to_owned();
        assert_eq!(detail(b""), "EOF");
        assert_eq!(detail(b"{\"a\""), "unexpected EOF");
        assert!(parse::<Value>(b"{}").is_ok());
    }

    #[test]
    fn failed_checks_come_together() {
        let mut checks = Checks::default();
        checks.fail("email", "email", "x");
        checks.fail("password", "required", "");
        let body = checks.done().unwrap_err().body();
        assert_eq!(body["message"], "Validation failed.");
        assert_eq!(body["validations"][0]["detail"], "Validation failed for tag \"email\" with value: \"x\"");
        assert_eq!(body["validations"][1]["field"], "password");
        assert!(Checks::default().done().is_ok());
    }
}
