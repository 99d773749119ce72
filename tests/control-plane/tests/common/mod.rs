//! What all tests of the control plane share: a server of their own in this process, and a client that remembers a
//! token.
#![allow(dead_code)]

use std::time::Duration;

use control_plane::{Config, Running, serve};
use futures_util::StreamExt;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::broadcast::error::RecvError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long something that must happen may take.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A client's end of a web socket.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a socket of the API with some headers. `address` is `host:port`.
pub async fn dial(address: &str, path: &str, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
    let mut request = format!("ws://{address}/api/v2{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

/// The next text frame, or the close as `(code, reason)`. The test fails when neither comes for [`PATIENCE`], however
/// often it is pinged.
pub async fn next(socket: &mut Socket) -> Result<Value, (u16, String)> {
    let said = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => return Err((frame.code.into(), frame.reason.to_string())),
                Some(Ok(Message::Close(None))) | None => return Err((1005, String::new())),
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("the socket broke: {error}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, said).await.unwrap_or_else(|_| panic!("the socket says nothing and stays open"))
}

/// The next thing a socket says that fits. The test fails when the socket ends before, or says nothing that fits for
/// [`PATIENCE`].
///
/// `address` is `host:port`.
pub async fn hear(address: &str, token: &str, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let mut socket = dial(address, path, &[("coder-session-token", token)]).await.unwrap();
    let mut last = Value::Null;
    let found = async {
        while let Ok(said) = next(&mut socket).await {
            last = said;
            if fits(&last) {
                return true;
            }
        }
        false
    };
    let found = tokio::time::timeout(PATIENCE, found).await.unwrap_or(false);
    assert!(found, "{path} never said it; the last was {last}");
    last
}

/// Runs a test's future on a runtime of its own.
pub fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test);
}

/// A server with the company, fast.
pub async fn company() -> Server {
    Server::start(Config { speed: 60.0, ..Config::default() }).await
}

/// A running server and a token to call it with.
pub struct Server {
    pub running: Running,
    pub token: Option<String>,
    pub client: reqwest::Client,
}

/// An answer, read.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Reply {
    pub async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Expects a status; the answer's text is the message otherwise.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// Expects a refusal with a message.
    #[track_caller]
    pub fn refused(self, status: u16, message: &str) -> Value {
        assert_eq!((self.status, self.body["message"].as_str()), (status, Some(message)), "{}", self.text);
        self.body
    }
}

impl Server {
    pub async fn start(config: Config) -> Self {
        let running = serve(config).await.unwrap();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { running, token: None, client }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addr)
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), self.url(path));
        match &self.token {
            Some(token) => request.header("Coder-Session-Token", token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        Reply::read(self.request("GET", &format!("/api/v2{path}")).send().await.unwrap()).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Value) -> Reply {
        let request = self.request(method, &format!("/api/v2{path}")).header("Content-Type", "application/json");
        Reply::read(request.body(body.to_string()).send().await.unwrap()).await
    }

    /// Signs in with the demo password; all later calls are theirs.
    pub async fn sign_in(&mut self, email: &str) -> String {
        self.token = None;
        let body = json!({"email": email, "password": control_plane::DEMO_PASSWORD});
        let reply = self.send("POST", "/users/login", body).await;
        assert_eq!(reply.status, StatusCode::CREATED.as_u16(), "{}", reply.text);
        let token = reply.body["session_token"].as_str().unwrap().to_owned();
        self.token = Some(token.clone());
        token
    }

    /// Creates a workspace of a template that asks for nothing; the server's reply.
    pub async fn create(&self, name: &str, template: &str) -> Value {
        let found = self.get(&format!("/templates?q=exact_name:{template}")).await.expect(200);
        let body = json!({"template_id": found[0]["id"], "name": name});
        self.send("POST", "/users/me/workspaces", body).await.expect(201)
    }

    /// Asks for a build of a workspace.
    pub async fn build(&self, id: &str, body: Value) -> Reply {
        self.send("POST", &format!("/workspaces/{id}/builds"), body).await
    }

    /// The workspace once its latest build is over, deleted or not.
    pub async fn settled(&self, id: &str) -> Value {
        let over = |body: &Value| {
            matches!(body["latest_build"]["job"]["status"].as_str(), Some("succeeded" | "failed" | "canceled"))
        };
        self.until(&format!("/workspaces/{id}?include_deleted=true"), over).await
    }

    /// Asks until the answer fits, at most [`PATIENCE`]: once, and again whenever the server has stored a change.
    pub async fn until(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut events = self.running.app.as_ref().unwrap().store.subscribe();
        let mut last = String::new();
        let found = async {
            loop {
                let reply = self.get(path).await;
                if fits(&reply.body) {
                    return reply.body;
                }
                last = reply.text;
                // Who missed some was told of something.
                if let Err(RecvError::Closed) = events.recv().await {
                    std::future::pending::<()>().await;
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await;
        found.unwrap_or_else(|_| panic!("{path} never came to fit: {last}"))
    }
}
