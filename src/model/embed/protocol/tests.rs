//! Tests of the messages: tables of what is heard and of what is not, and properties over whatever may come.

use super::*;
use proptest::prelude::*;

const OWN: &str = "https://gantry.example.com";
const PORTAL: &str = "https://portal.example.com";

fn allowed() -> Allowed {
    Allowed::new(OWN, &[PORTAL.to_owned()])
}

fn from_portal(text: &str) -> Heard {
    hear(Sender { origin: PORTAL, is_parent: true }, &allowed(), text)
}

fn look(theme: Option<Theme>, density: Option<Density>) -> Look {
    Look { theme, density }
}

#[test]
fn each_message_is_read() {
    let token = |id, token: Option<&str>| FromHost::Token { id, token: token.map(str::to_owned) };
    let select = |of: Option<(&str, &str)>| FromHost::Select {
        workspace: of.map(|(owner, name)| (owner.to_owned(), name.to_owned())),
    };
    for (text, message) in [
        (r#"{"gantry":1,"type":"hello"}"#, FromHost::Hello { tokens: false, look: Look::default() }),
        (
            r#"{"gantry":1,"type":"hello","tokens":true,"theme":"dark","density":"comfortable","of":"a later release"}"#,
            FromHost::Hello { tokens: true, look: look(Some(Theme::Dark), Some(Density::Comfortable)) },
        ),
        (
            r#"{"gantry":1,"type":"hello","tokens":"yes","theme":5,"density":null}"#,
            FromHost::Hello { tokens: false, look: Look::default() },
        ),
        (r#"{"gantry":1,"type":"token","id":7,"token":" abc-DEF "}"#, token(7, Some("abc-DEF"))),
        (r#"{"gantry":1,"type":"token","id":7,"token":null}"#, token(7, None)),
        (r#"{"gantry":1,"type":"token","id":7}"#, token(7, None)),
        (r#"{"gantry":1,"type":"token","id":7,"token":"a\r\nX: y"}"#, token(7, None)),
        (r#"{"gantry":1,"type":"token","id":7,"token":"a b"}"#, token(7, None)),
        (r#"{"gantry":1,"type":"theme","theme":"auto"}"#, FromHost::Theme(look(Some(Theme::Auto), None))),
        (r#"{"gantry":1,"type":"theme","theme":"pink"}"#, FromHost::Theme(Look::default())),
        (
            r#"{"gantry":1,"type":"filter","query":" status:failed "}"#,
            FromHost::Filter { query: "status:failed".into() },
        ),
        (r#"{"gantry":1,"type":"filter","query":""}"#, FromHost::Filter { query: String::new() }),
        (r#"{"gantry":1,"type":"select","workspace":{"owner":"ada","name":"web"}}"#, select(Some(("ada", "web")))),
        (r#"{"gantry":1,"type":"select","workspace":null}"#, select(None)),
        (r#"{"gantry":1,"type":"select"}"#, select(None)),
    ] {
        assert_eq!(from_portal(text), Heard::Message(message), "{text}");
    }
}

#[test]
fn what_is_no_message_does_nothing() {
    for text in [
        "",
        "null",
        "5",
        "\"hello\"",
        "[]",
        "{}",
        "{",
        r#"{"type":"hello"}"#,
        r#"{"gantry":"1","type":"hello"}"#,
        r#"{"gantry":null,"type":"hello"}"#,
        r#"{"gantry":1}"#,
        r#"{"gantry":1,"type":5}"#,
        r#"{"gantry":1,"type":"stop","workspace":{"owner":"ada","name":"web"}}"#,
        r#"{"gantry":1,"type":"action","action":"delete"}"#,
        r#"{"gantry":1,"type":"token","token":"abc"}"#,
        r#"{"gantry":1,"type":"token","id":-1,"token":"abc"}"#,
        r#"{"gantry":1,"type":"token","id":0.5,"token":"abc"}"#,
        r#"{"gantry":1,"type":"token","id":1e20,"token":"abc"}"#,
        r#"{"gantry":1,"type":"filter"}"#,
        r#"{"gantry":1,"type":"filter","query":5}"#,
    ] {
        assert_eq!(from_portal(text), Heard::Nothing, "{text}");
    }
    let long = format!(r#"{{"gantry":1,"type":"filter","query":"{}"}}"#, "x".repeat(LONGEST));
    assert_eq!(from_portal(&long), Heard::Nothing);
}

#[test]
fn another_version_is_named_to_whom_it_concerns() {
    for text in [r#"{"gantry":2,"type":"hello"}"#, r#"{"gantry":0}"#, r#"{"gantry":1.5,"type":"hello"}"#] {
        assert_eq!(from_portal(text), Heard::OtherVersion, "{text}");
        assert_eq!(hear(Sender { origin: "https://evil.example", is_parent: true }, &allowed(), text), Heard::Nothing);
    }
}

const HELLO: &str = r#"{"gantry":1,"type":"hello","tokens":true}"#;

#[test]
fn only_an_allowed_page_around_is_heard() {
    for (origin, is_parent, heard) in [
        (PORTAL, true, true),
        (OWN, true, true),
        (PORTAL, false, false),
        (OWN, false, false),
        ("https://evil.example", true, false),
        ("http://portal.example.com", true, false),
        ("https://portal.example.com:8443", true, false),
        ("https://portal.example.com.evil.example", true, false),
        ("https://portal.example.com/", true, false),
        ("null", true, false),
        ("", true, false),
        ("*", true, false),
    ] {
        let judged = hear(Sender { origin, is_parent }, &allowed(), HELLO);
        assert_eq!(judged != Heard::Nothing, heard, "{origin} {is_parent}");
    }
}

#[test]
fn what_is_said_is_what_the_page_about_it_says() {
    let web = Named { owner: "ada".into(), name: "web".into() };
    let said: Vec<String> = [
        ToHost::Ready { panel: "workspaces" },
        ToHost::Token { id: 1, reason: Why::First },
        ToHost::Token { id: 2, reason: Why::Ended },
        ToHost::Filter { query: "owner:me".into(), count: 6 },
        ToHost::Select { href: "https://g/@ada/web".into(), workspace: Some(web.clone()) },
        ToHost::Select { href: "https://g/quota".into(), workspace: None },
        ToHost::Action { action: "stop".into(), workspace: web, state: Stage::Began },
        ToHost::Error { code: Some(Trouble::SignedOut), text: "Nobody is signed in.".into() },
        ToHost::Error { code: None, text: String::new() },
        ToHost::Resize { height: 420 },
    ]
    .iter()
    .map(ToHost::text)
    .collect();
    assert_eq!(
        said,
        [
            r#"{"gantry":1,"type":"ready","panel":"workspaces"}"#,
            r#"{"gantry":1,"type":"token","id":1,"reason":"first"}"#,
            r#"{"gantry":1,"type":"token","id":2,"reason":"ended"}"#,
            r#"{"gantry":1,"type":"filter","query":"owner:me","count":6}"#,
            r#"{"gantry":1,"type":"select","href":"https://g/@ada/web","workspace":{"owner":"ada","name":"web"}}"#,
            r#"{"gantry":1,"type":"select","href":"https://g/quota"}"#,
            r#"{"gantry":1,"type":"action","action":"stop","workspace":{"owner":"ada","name":"web"},"state":"began"}"#,
            r#"{"gantry":1,"type":"error","code":"signed_out","text":"Nobody is signed in."}"#,
            r#"{"gantry":1,"type":"error","code":null,"text":""}"#,
            r#"{"gantry":1,"type":"resize","height":420}"#,
        ]
    );
}

/// JSON that is nearly a message, more often than chance would have it.
fn nearly() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("1".to_owned()),
        Just("null".to_owned()),
        Just("\"token\"".to_owned()),
        Just("\"hello\"".to_owned()),
        Just("{\"owner\":\"ada\",\"name\":\"web\"}".to_owned()),
        any::<f64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        any::<String>(),
    ];
    let key = prop::sample::select(vec!["gantry", "type", "id", "token", "tokens", "theme", "query", "workspace"]);
    prop::collection::vec((key, value), 0..6).prop_map(|pairs| {
        let pairs: Vec<String> = pairs.into_iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        format!("{{{}}}", pairs.join(","))
    })
}

proptest! {
    #[test]
    fn any_message_is_judged(text in prop_oneof![nearly(), any::<String>()]) {
        if let Heard::Message(FromHost::Token { token: Some(token), .. }) = from_portal(&text) {
            prop_assert!(!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()));
        }
    }

    #[test]
    fn forged_ones_are_ignored(origin in any::<String>(), is_parent in any::<bool>(), text in prop_oneof![Just(HELLO.to_owned()), nearly()]) {
        prop_assume!(!is_parent || !allowed().has(&origin));
        prop_assert_eq!(hear(Sender { origin: &origin, is_parent }, &allowed(), &text), Heard::Nothing);
    }
}
