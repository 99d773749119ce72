//! The built app as the control plane serves it: headers, fallback, compression, the base path.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // helpers of tests may fail a test

mod common;

use std::path::PathBuf;

use common::{Reply, Server, run};
use control_plane::{Config, Seed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn site() -> PathBuf {
    let dir = std::env::temp_dir().join(format!("gantry-site-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(dir.join("assets")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.join(name), text).unwrap();
    write("index.html", "<!doctype html><title>Gantry</title>");
    write("config.json", "{}");
    write("assets/app-1.js", "console.log(1)");
    write("assets/app-1.js.br", "br bytes");
    write("assets/app-1.js.gz", "gz bytes");
    write("assets/app-1.wasm", "wasm");
    write(
        "_headers",
        "/*\n  Content-Security-Policy: default-src 'none'\n  X-A: all\n/assets/*\n  X-A: assets\n  Cache-Control: public, max-age=7\n",
    );
    dir
}

async fn start(base: &str) -> Server {
    Server::start(Config { site: Some(site()), base: base.to_owned(), seed: Seed::None, ..Config::default() }).await
}

async fn get(server: &Server, path: &str) -> Reply {
    Reply::read(server.client.get(server.url(path)).send().await.unwrap()).await
}

#[test]
fn files_come_with_the_headers_of_production() {
    run(async {
        let server = start("/").await;
        let page = get(&server, "/").await;
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-security-policy"), "default-src 'none'");
        assert_eq!(page.header("cache-control"), "no-cache");
        assert!(page.header("content-type").starts_with("text/html"));
        let script = get(&server, "/assets/app-1.js").await;
        assert_eq!((script.text.as_str(), script.header("x-a")), ("console.log(1)", "assets"));
        assert_eq!(script.header("cache-control"), "public, max-age=7");
        assert_eq!(get(&server, "/assets/app-1.wasm").await.header("content-type"), "application/wasm");
        assert_eq!(get(&server, "/config.json").await.header("content-type"), "application/json");
        let compressed = server.client.get(server.url("/assets/app-1.js")).header("accept-encoding", "gzip, br");
        let compressed = compressed.send().await.unwrap();
        assert_eq!(compressed.headers()["content-encoding"], "br");
        assert_eq!(compressed.text().await.unwrap(), "br bytes");
    });
}

#[test]
fn pages_fall_back_to_the_app_and_files_do_not() {
    run(async {
        let server = start("/").await;
        for path in ["/workspaces", "/@ada/gantry-web/builds/3", "/templates/acme/docker/"] {
            let reply = get(&server, path).await;
            assert!(reply.status == 200 && reply.text.contains("Gantry"), "{path}: {} {}", reply.status, reply.text);
        }
        let missing = get(&server, "/assets/gone.js").await;
        assert_eq!(missing.status, 404);
        assert!(missing.header("cache-control").is_empty(), "a missing file must not be kept");
        assert_eq!(get(&server, "/@ada/gantry-web/apps/preview/").await.status, 404);
        assert_eq!(get(&server, "/api/experimental/x").await.body["message"], "Route not found.");
        assert_eq!(get(&server, "/api/v2/nothing").await.body["message"], "Route not found.");
        assert_eq!(get(&server, "/icon/docker.svg").await.header("content-type"), "image/svg+xml");
    });
}

#[test]
fn under_a_base_the_api_stays_at_the_root() {
    run(async {
        let server = start("/a/b/").await;
        let root = get(&server, "/").await;
        assert_eq!((root.status, root.header("location")), (307, "/a/b/"));
        assert_eq!(get(&server, "/a/b").await.header("location"), "/a/b/");
        assert!(get(&server, "/a/b/workspaces").await.text.contains("Gantry"));
        assert_eq!(get(&server, "/a/b/assets/app-1.js").await.header("x-a"), "assets");
        assert_eq!(get(&server, "/workspaces").await.status, 404);
        assert_eq!(get(&server, "/api/v2/buildinfo").await.status, 200);
        assert_eq!(get(&server, "/a/b/api/v2/buildinfo").await.body, serde_json::Value::Null);
    });
}

#[test]
fn mistakes_are_named() {
    run(async {
        let taken = Server::start(Config { seed: Seed::None, ..Config::default() }).await;
        let listen = taken.running.addr.to_string();
        let error = control_plane::serve(Config { listen: listen.clone(), ..Config::default() }).await.unwrap_err();
        assert!(error.starts_with(&format!("cannot listen at {listen}")), "{error}");
        let site = Some(PathBuf::from("/nowhere/dist"));
        let error = control_plane::serve(Config { site, ..Config::default() }).await.unwrap_err();
        assert!(error.contains("/nowhere/dist"), "{error}");
    });
}

#[test]
fn the_api_may_have_another_path() {
    run(async {
        let config = Config { api_path: "/coder/api/v2/".to_owned(), site: Some(site()), ..Config::default() };
        let server = Server::start(config).await;
        assert_eq!(get(&server, "/coder/api/v2/buildinfo").await.status, 200);
        assert_eq!(get(&server, "/coder/api/v2/users/me?x=y").await.status, 401);
        assert_eq!(get(&server, "/api/v2/buildinfo").await.status, 404);
        assert_eq!(get(&server, "/workspaces").await.status, 200);
        // What protects it protects it there as well.
        let unsafe_one = server.client.post(server.url("/coder/api/v2/users/logout"));
        let forged = unsafe_one.header("cookie", "coder_session_token=x").send().await.unwrap();
        assert_eq!(forged.status(), 400);
    });
}

#[test]
fn what_is_no_page_of_the_site_runs_nothing() {
    run(async {
        let server = start("/").await;
        for path in ["/icon/docker.svg", "/api/v2/buildinfo", "/api/v2/nothing", "/healthz", "/emojis/1f3e1.png"] {
            let reply = get(&server, path).await;
            let policy = reply.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{path}: {policy}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        }
        let page = get(&server, "/workspaces").await;
        assert!(!page.header("content-security-policy").contains("sandbox"), "a page has the headers of production");
    });
}

#[test]
fn who_sends_the_head_of_a_request_slowly_is_left() {
    run(async {
        let head_limit = std::time::Duration::from_millis(300);
        let server = Server::start(Config { seed: Seed::None, head_limit, ..Config::default() }).await;
        let mut slow = tokio::net::TcpStream::connect(server.running.addr).await.unwrap();
        slow.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
        let mut said = Vec::new();
        let ended = tokio::time::timeout(common::PATIENCE, slow.read_to_end(&mut said)).await;
        assert!(ended.is_ok(), "the connection stays open");
        assert!(!said.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&said));
        assert_eq!(get(&server, "/healthz").await.status, 200, "others are served");
    });
}
