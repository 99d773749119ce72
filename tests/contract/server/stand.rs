//! An embedded control plane on a free port, and what one asks of it.

use control_plane::{Config, Quota, Running, Seed, serve};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// The longest that a situation may take to come about.
const PATIENCE: Duration = Duration::from_secs(75);

/// A running server, with a client.
pub struct Stand {
    running: Running,
    client: reqwest::Client,
}

/// A request.
pub struct Ask {
    method: reqwest::Method,
    path: String,
    body: Option<String>,
    cookie: Option<String>,
    bearer: Option<String>,
}

/// An answer, as a recording has it.
pub struct Got {
    /// Its status.
    pub status: u16,
    /// Without its parameters.
    pub content_type: String,
    /// `null` if empty, `{"$text": …}` if not JSON.
    pub body: Value,
}

fn request(method: reqwest::Method, path: &str, body: Option<Value>) -> Ask {
    let body = body.filter(|body| !body.is_null()).map(|body| body.to_string());
    Ask { method, path: path.into(), body, cookie: None, bearer: None }
}

pub fn get(path: &str) -> Ask {
    request(reqwest::Method::GET, path, None)
}

pub fn post(path: &str, body: Value) -> Ask {
    request(reqwest::Method::POST, path, Some(body))
}

pub fn put(path: &str, body: Value) -> Ask {
    request(reqwest::Method::PUT, path, Some(body))
}

pub fn patch(path: &str, body: Value) -> Ask {
    request(reqwest::Method::PATCH, path, Some(body))
}

pub fn delete(path: &str) -> Ask {
    request(reqwest::Method::DELETE, path, None)
}

impl Ask {
    /// A body that need not be JSON.
    pub fn raw(mut self, body: &str) -> Ask {
        self.body = Some(body.into());
        self
    }

    /// With the session cookie.
    pub fn cookie(mut self, token: &str) -> Ask {
        self.cookie = Some(format!("coder_session_token={token}"));
        self
    }

    /// With `Authorization: Bearer`.
    pub fn bearer(mut self, word: &str) -> Ask {
        self.bearer = Some(format!("Bearer {word}"));
        self
    }
}

impl Got {
    /// What a watch showed, as if it had been asked for.
    pub fn seen(body: Value) -> Got {
        Got { status: 200, content_type: "application/json; charset=utf-8".into(), body }
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> String {
        self.body[key].as_str().unwrap_or_else(|| panic!("no {key} in {} {}", self.status, self.body)).to_owned()
    }
}

impl Stand {
    /// A server in memory.
    pub async fn start(seed: Seed, quota: Quota, speed: f64) -> Stand {
        Stand::start_with(Config { seed, quota, speed, ..Config::default() }).await
    }

    /// A server of any configuration.
    pub async fn start_with(config: Config) -> Stand {
        let running = serve(config).await.unwrap();
        Stand { running, client: reqwest::Client::new() }
    }

    /// Asks, with a token in the header unless it is empty.
    pub async fn ask(&self, token: &str, ask: Ask) -> Got {
        let url = format!("http://{}/api/v2{}", self.running.addr, ask.path);
        let mut request = self.client.request(ask.method, url);
        if !token.is_empty() {
            request = request.header("Coder-Session-Token", token);
        }
        if let Some(cookie) = ask.cookie {
            request = request.header("Cookie", cookie);
        }
        if let Some(bearer) = ask.bearer {
            request = request.header("Authorization", bearer);
        }
        if let Some(body) = ask.body {
            request = request.header("Content-Type", "application/json").body(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let content_type = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
        let text = response.text().await.unwrap();
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|_| json!({"$text": text}))
        };
        Got { status, content_type: content_type.unwrap_or_default(), body }
    }

    /// A token.
    pub async fn sign_in(&self, email: &str, password: &str) -> String {
        let body = json!({"email": email, "password": password});
        self.ask("", post("/users/login", body)).await.text("session_token")
    }

    /// A template by name.
    pub async fn template(&self, token: &str, organization: &str, name: &str) -> Value {
        let got = self.ask(token, get(&format!("/organizations/{organization}/templates/{name}"))).await;
        assert_eq!(got.status, 200, "{name}: {}", got.body);
        got.body
    }

    /// Makes a workspace of a template that asks nothing; gives its id.
    pub async fn create(&self, token: &str, name: &str, template: &Value) -> String {
        self.create_with(token, name, template, json!([])).await
    }

    /// Makes a workspace with parameters; gives its id.
    pub async fn create_with(&self, token: &str, name: &str, template: &Value, parameters: Value) -> String {
        let body = json!({"template_id": template["id"], "name": name, "rich_parameter_values": parameters});
        let got = self.ask(token, post("/users/me/workspaces", body)).await;
        assert_eq!(got.status, 201, "{name}: {}", got.body);
        got.text("id")
    }

    /// The status that a socket's handshake is refused with.
    pub async fn refusal(&self, token: &str, path: &str) -> u16 {
        let mut request = format!("ws://{}/api/v2{path}", self.running.addr).into_client_request().unwrap();
        request.headers_mut().insert("Coder-Session-Token", token.parse().unwrap());
        match tokio_tungstenite::connect_async(request).await {
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => response.status().as_u16(),
            Err(error) => panic!("{error}"),
            Ok(_) => 101,
        }
    }

    /// All frames of a socket until it closes, or until one is as wanted.
    pub async fn collect(&self, token: &str, path: &str, last: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut frames = self.frames(token, path).await;
        let mut found = Vec::new();
        let all = async {
            while let Some(frame) = frames.next().await {
                let enough = last(&frame);
                found.push(frame);
                if enough {
                    break;
                }
            }
        };
        assert!(tokio::time::timeout(PATIENCE, all).await.is_ok(), "{path}: no end, {} frames", found.len());
        found
    }

    /// What a socket says first, and to each message.
    pub async fn converse(&self, token: &str, path: &str, messages: &[Value]) -> Vec<Value> {
        let mut request = format!("ws://{}/api/v2{path}", self.running.addr).into_client_request().unwrap();
        request.headers_mut().insert("Coder-Session-Token", token.parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let mut found = Vec::new();
        let mut ahead = messages.iter();
        let all = async {
            while let Some(Ok(message)) = socket.next().await {
                let Message::Text(text) = message else { continue };
                found.push(serde_json::from_str(&text).unwrap());
                match ahead.next() {
                    Some(message) => socket.send(Message::text(message.to_string())).await.unwrap(),
                    None => break,
                }
            }
        };
        assert!(tokio::time::timeout(PATIENCE, all).await.is_ok(), "{path}: no answer");
        found
    }

    /// The frames of a socket.
    pub async fn frames(&self, token: &str, path: &str) -> impl futures_util::Stream<Item = Value> + Unpin + use<> {
        let mut request = format!("ws://{}/api/v2{path}", self.running.addr).into_client_request().unwrap();
        request.headers_mut().insert("Coder-Session-Token", token.parse().unwrap());
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Box::pin(socket.filter_map(|message| async {
            match message {
                Ok(Message::Text(text)) => Some(serde_json::from_str(&text).unwrap()),
                _ => None,
            }
        }))
    }

    /// Watches a workspace until it is as wanted.
    pub async fn until(&self, token: &str, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut frames = self.frames(token, &format!("/workspaces/{id}/watch-ws")).await;
        let mut last = Value::Null;
        let found = async {
            while let Some(frame) = frames.next().await {
                if frame["type"] == "data" {
                    last = frame["data"].clone();
                    if wanted(&last) {
                        return true;
                    }
                }
            }
            false
        };
        let found = tokio::time::timeout(PATIENCE, found).await.unwrap_or(false);
        assert!(found, "it never became so: {} {}", last["name"], last["latest_build"]["job"]);
        last
    }
}
