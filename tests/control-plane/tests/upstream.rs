//! A real control plane behind the app: over TLS with HTTP/2 on offer and a certificate of its own, and the embedded
//! one.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use axum::extract::Request;
use axum::extract::ws::{CloseFrame, Message as ServerMessage, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use axum_server::tls_rustls::RustlsConfig;
use common::{Reply, Server, dial, next, run};
use control_plane::{Config, serve};
use futures_util::{SinkExt, StreamExt};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message};

/// What reached the upstream.
async fn echo(request: Request) -> Json<Value> {
    let version = format!("{:?}", request.version());
    let method = request.method().to_string();
    let uri = request.uri().to_string();
    let headers: serde_json::Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().into()))
        .collect();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    Json(
        json!({"version": version, "method": method, "uri": uri, "headers": headers, "body": String::from_utf8_lossy(&body)}),
    )
}

async fn socket(headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let host = headers[header::HOST].to_str().unwrap().to_owned();
    if !origin.is_empty() && origin != format!("https://{host}") {
        return (StatusCode::FORBIDDEN, format!("request Origin \"{origin}\" is not authorized")).into_response();
    }
    upgrade.on_upgrade(|mut socket| async move {
        let _ = socket.send(ServerMessage::Text("hello".into())).await;
        let said = socket.recv().await.unwrap().unwrap();
        let _ = socket.send(said).await;
        let frame = CloseFrame { code: 4001, reason: "that is all".into() };
        let _ = socket.send(ServerMessage::Close(Some(frame))).await;
        while let Some(Ok(_)) = socket.recv().await {}
    })
}

fn behind(address: SocketAddr) -> Router {
    let here = format!("https://localhost:{}", address.port());
    let to = |location: String| {
        move || {
            let location = location.clone();
            async move { (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]) }
        }
    };
    Router::new()
        .route("/api/v2/buildinfo", get(|| async { Json(json!({"version": "v2"})) }))
        .route("/api/v2/echo", any(echo))
        .route("/icon/{name}", any(echo))
        .route("/external-auth/{name}", any(echo))
        .route("/{owner}/{workspace}/apps/{app}/", any(echo))
        .route("/api/v2/here", get(to(format!("{here}/api/v2/echo?a=b"))))
        .route("/api/v2/away", get(to("https://idp.example.com/authorize?x=1".to_owned())))
        .route("/api/v2/ws", get(socket))
        .route(
            "/api/v2/cookies",
            get(|| async {
                AppendHeaders([
                    (header::SET_COOKIE, "__Host-coder_session_token=t; Path=/; Secure; HttpOnly; SameSite=Lax"),
                    (header::SET_COOKIE, "state=s; Domain=localhost; Path=/; Secure"),
                ])
            }),
        )
        .route(
            "/api/v2/html",
            get(|| async {
                (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/html")], "<h1>proxy</h1>")
            }),
        )
        .route("/healthz", get(|| async { "OK" }))
}

/// An upstream over TLS, which offers HTTP/2 first, and the file of the authority that signed it.
async fn tls() -> (SocketAddr, PathBuf) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let authority_pem = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let file = std::env::temp_dir().join(format!("gantry-ca-{}.pem", uuid::Uuid::new_v4()));
    std::fs::write(&file, authority_pem).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let config = RustlsConfig::from_pem(leaf.pem().into_bytes(), key.serialize_pem().into_bytes()).await.unwrap();
    tokio::spawn(axum_server::from_tcp_rustls(listener, config).serve(behind(address).into_make_service()));
    (address, file)
}

async fn in_front(address: SocketAddr, ca: Option<PathBuf>) -> Result<Server, String> {
    let config = Config {
        upstream: Some(format!("https://localhost:{}", address.port())),
        ca: ca.map(|file| file.display().to_string()),
        ..Config::default()
    };
    let running = serve(config).await?;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Ok(Server { running, token: None, client })
}

#[test]
fn requests_reach_it_as_if_they_were_made_there() {
    run(async {
        let (address, ca) = tls().await;
        let server = in_front(address, Some(ca)).await.unwrap();
        let own = server.running.addr.to_string();
        let upstream = format!("localhost:{}", address.port());
        let request = server
            .client
            .post(server.url("/api/v2/echo?q=owner%3Ame&limit=25"))
            .header("origin", format!("http://{own}"))
            .header("cookie", "coder_session_token=t; a=b")
            .header("x-forwarded-for", "1.2.3.4")
            .header("x-forwarded-proto", "http")
            .header("forwarded", "for=1.2.3.4")
            .header("authorization", "Bearer gantry")
            .body("{\"a\":1}");
        let seen = Reply::read(request.send().await.unwrap()).await.expect(200);
        assert_eq!(seen["version"], "HTTP/1.1", "whatever TLS offers");
        assert_eq!((seen["method"].as_str(), seen["body"].as_str()), (Some("POST"), Some("{\"a\":1}")));
        assert_eq!(seen["uri"], "/api/v2/echo?q=owner%3Ame&limit=25");
        let headers = seen["headers"].as_object().unwrap();
        assert_eq!(headers["host"], upstream);
        assert_eq!(headers["origin"], format!("https://{upstream}"));
        assert_eq!(headers["cookie"], "coder_session_token=t; a=b");
        assert_eq!(headers["authorization"], "Bearer gantry");
        assert!(headers.keys().all(|name| !name.contains("forwarded")), "{headers:?}");
        let foreign = server.client.post(server.url("/api/v2/echo")).header("origin", "http://evil.example");
        let seen = Reply::read(foreign.send().await.unwrap()).await.expect(200);
        assert_eq!(seen["headers"]["origin"], "http://evil.example", "it is not ours to bless");
        for path in ["/icon/docker.svg", "/external-auth/git", "/@ada/web/apps/preview/"] {
            let seen = Reply::read(server.client.get(server.url(path)).send().await.unwrap()).await.expect(200);
            assert_eq!(seen["uri"], path);
        }
        for path in ["/healthz", "/api/experimental/x"] {
            let reply = Reply::read(server.client.get(server.url(path)).send().await.unwrap()).await;
            assert_eq!(reply.status, 404, "{path} is not passed");
        }
    });
}

#[test]
fn answers_fit_this_side() {
    run(async {
        let (address, ca) = tls().await;
        let server = in_front(address, Some(ca)).await.unwrap();
        let get = async |path: &str| Reply::read(server.client.get(server.url(path)).send().await.unwrap()).await;
        let here = get("/api/v2/here").await;
        assert_eq!((here.status, here.header("location")), (307, "/api/v2/echo?a=b"));
        let away = get("/api/v2/away").await;
        assert_eq!((away.status, away.header("location")), (307, "https://idp.example.com/authorize?x=1"));
        let cookies = get("/api/v2/cookies").await;
        let cookies: Vec<_> = cookies.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
        assert_eq!(cookies, ["coder_session_token=t; Path=/; HttpOnly; SameSite=Lax", "state=s; Path=/"]);
        let back = server.client.get(server.url("/api/v2/echo")).header("cookie", "state=s; coder_session_token=t");
        let back = Reply::read(back.send().await.unwrap()).await.expect(200);
        assert_eq!(back["headers"]["cookie"], "state=s; __Host-coder_session_token=t");
        let html = get("/api/v2/html").await;
        assert_eq!(
            (html.status, html.header("content-type"), html.text.as_str()),
            (503, "text/html", "<h1>proxy</h1>")
        );
    });
}

#[test]
fn sockets_pass_with_their_close_codes_and_refusals() {
    run(async {
        let (address, ca) = tls().await;
        let server = in_front(address, Some(ca)).await.unwrap();
        let own = server.running.addr.to_string();
        let dial = async |origin: &str| dial(&own, "/ws", &[("origin", origin)]).await;
        let mut socket = dial(&format!("http://{own}")).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("hello"));
        socket.send(Message::text("and you")).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("and you"));
        match socket.next().await.unwrap().unwrap() {
            Message::Close(Some(frame)) => {
                assert_eq!((u16::from(frame.code), frame.reason.as_str()), (4001, "that is all"));
            }
            other => panic!("{other:?}"),
        }
        match dial("http://evil.example").await {
            Err(Error::Http(response)) => {
                assert_eq!(response.status().as_u16(), 403);
                let body = String::from_utf8_lossy(response.body().as_ref().unwrap()).into_owned();
                assert_eq!(body, "request Origin \"http://evil.example\" is not authorized");
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn what_cannot_be_reached_is_named_with_the_way_out() {
    run(async {
        let (address, ca) = tls().await;
        let error = in_front(address, None).await.err().unwrap();
        assert!(
            error.starts_with(&format!("--upstream: cannot reach https://localhost:{}/: ", address.port())),
            "{error}"
        );
        assert!(error.contains("CODER_CA=file"), "{error}");
        let config = Config { upstream: Some("ftp://x".to_owned()), ..Config::default() };
        assert!(serve(config).await.unwrap_err().contains("ftp://x is no address such as https://coder.example.com"));
        let empty = std::env::temp_dir().join(format!("gantry-empty-{}.pem", uuid::Uuid::new_v4()));
        std::fs::write(&empty, "nothing").unwrap();
        assert!(in_front(address, Some(empty)).await.err().unwrap().contains("holds no certificate"));

        // One that goes away later answers 502, in words, until it is back.
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let there = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let until = async {
            let _ = stopped.await;
        };
        let plain = tokio::spawn(axum::serve(listener, behind(address)).with_graceful_shutdown(until).into_future());
        let server = Server::start(Config { upstream: Some(format!("http://{there}")), ..Config::default() }).await;
        server.get("/buildinfo").await.expect(200);
        // Its end is the end of its connections too.
        stop.send(()).unwrap();
        plain.await.unwrap().unwrap();
        let reply = server.get("/buildinfo").await;
        reply.refused(502, &format!("The control plane at http://{there} cannot be reached."));
        let _ = ca;
    });
}

#[test]
fn what_does_not_speak_like_a_control_plane_is_named() {
    run(async {
        let behind = Server::start(Config::default()).await;
        let address = behind.running.addr;
        let started = |upstream: String| Server::start(Config { upstream: Some(upstream), ..Config::default() });
        assert_eq!(started(format!("http://{address}")).await.running.doubts, None);
        // As pasted from a browser: what lives there answers with a page, or not at all.
        let doubts = started(format!("http://{address}/workspaces")).await.running.doubts.clone().unwrap();
        assert_eq!(
            doubts,
            format!(
                "--upstream: http://{address}/workspaces does not answer /api/v2/buildinfo as a Coder control plane does (404 Not Found; a control plane lives at the root of its host, http://{address})"
            )
        );
        let page = axum::Router::new().fallback(|| async { axum::response::Html("<title>hello</title>") });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let there = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, page).into_future());
        let doubts = started(format!("http://{there}")).await.running.doubts.clone().unwrap();
        assert!(doubts.ends_with("(200 OK)"), "{doubts}");
    });
}

#[test]
fn a_whole_session_passes_to_the_embedded_one() {
    run(async {
        let behind = Server::start(Config { speed: 60.0, ..Config::default() }).await;
        let site = std::env::temp_dir().join(format!("gantry-front-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&site).unwrap();
        std::fs::write(site.join("index.html"), "<title>Gantry</title>").unwrap();
        let upstream = Some(format!("http://{}", behind.running.addr));
        let mut front =
            Server::start(Config { upstream, site: Some(site), base: "/a/".to_owned(), ..Config::default() }).await;
        let token = front.sign_in("ken@acme.test").await;
        let workspace = front.get("/users/me/workspace/mailer").await.expect(200);
        let page = Reply::read(front.client.get(front.url("/a/workspaces")).send().await.unwrap()).await;
        assert!(page.text.contains("Gantry"));
        let own = front.running.addr.to_string();
        let path = format!("/workspaces/{}/watch-ws", workspace["id"].as_str().unwrap());
        let (origin, cookie) = (format!("http://{own}"), format!("coder_session_token={token}"));
        let mut socket = dial(&own, &path, &[("origin", &origin), ("cookie", &cookie)]).await.unwrap();
        assert_eq!(next(&mut socket).await.unwrap()["type"], "ping");
        assert_eq!(next(&mut socket).await.unwrap()["data"]["name"], "mailer");
        let post = front.request("POST", "/api/v2/users/login").body(vec![b' '; 300_000]);
        assert_eq!(Reply::read(post.send().await.unwrap()).await.status, 400);
    });
}
