//! Tables of addresses, and anything at all.

use super::*;
use proptest::prelude::*;

fn region(name: &str, healthy: bool, url: &str, wildcard: &str) -> Region {
    Region { name: name.into(), healthy: Some(healthy), path_app_url: url.into(), wildcard_hostname: wildcard.into() }
}

#[test]
fn what_opens_opens_and_what_must_not_never_does() {
    use Refusal::{Incomplete, Token, Unsafe};
    let same = |address: &'static str| (address, Ok(address));
    for (address, expected) in [
        // Pages.
        same("https://example.com/docs?a=b#c"),
        same("http://localhost:3000"),
        ("HTTPS://Example.com/x", Ok("https://Example.com/x")),
        ("  https://example.com/\n", Ok("https://example.com/")),
        ("https:example.com", Err(Incomplete)),
        ("https:///example.com", Err(Incomplete)),
        ("https://", Err(Incomplete)),
        ("//example.com/x", Err(Incomplete)),
        ("/docs", Err(Incomplete)),
        ("example.com", Err(Incomplete)),
        ("", Err(Incomplete)),
        (" \t", Err(Incomplete)),
        ("https://example.com/?t=$SESSION_TOKEN", Err(Token)),
        // Programs without a token.
        same("zed://ssh/dev.rich-one.owner.coder/home/coder"),
        same("coder://coder.example.com/v0/open/ws/rich-one/agent/dev/rdp?username=a&password=b"),
        same("vscode://vscode-remote/ssh-remote+dev/home/coder"),
        same("ssh://dev.rich-one.owner.coder"),
        same("mailto:ada@example.com"),
        same("slack://channel?team=T1&id=C1"),
        same("x-custom+one.two://a"),
        ("ZED://ssh/a", Ok("zed://ssh/a")),
        ("zed://", Err(Incomplete)),
        ("zed:", Err(Incomplete)),
        // Programs that ask for a sign-in: the place for a token is left out, wherever it stands.
        (
            "cursor://coder.coder-remote/open?owner=a&workspace=b&url=https://c.example.com&token=$SESSION_TOKEN",
            Ok("cursor://coder.coder-remote/open?owner=a&workspace=b&url=https://c.example.com"),
        ),
        (
            "windsurf://coder.coder-remote/open?token=$SESSION_TOKEN&owner=a",
            Ok("windsurf://coder.coder-remote/open?owner=a"),
        ),
        (
            "kiro://coder.coder-remote/open?owner=a&token=$SESSION_TOKEN&openRecent",
            Ok("kiro://coder.coder-remote/open?owner=a&openRecent"),
        ),
        ("vscode://coder.coder-remote/open?token=$SESSION_TOKEN", Ok("vscode://coder.coder-remote/open")),
        ("vscode://coder.coder-remote/open?token=%24session_token#a", Ok("vscode://coder.coder-remote/open#a")),
        (
            "jetbrains-gateway://connect#type=coder&workspace=b&token=$SESSION_TOKEN&ide_product_code=GO",
            Ok("jetbrains-gateway://connect#type=coder&workspace=b&ide_product_code=GO"),
        ),
        (
            "jetbrains://gateway/com.coder.toolbox?&workspace=b&token=$SESSION_TOKEN&agent_name=dev",
            Ok("jetbrains://gateway/com.coder.toolbox?&workspace=b&agent_name=dev"),
        ),
        ("jetbrains://gateway/coder?workspace=b&token=$SESSION_TOKEN", Ok("jetbrains://gateway/coder?workspace=b")),
        // Those that need it, and those that have it where nothing can be left out.
        ("jetbrains-gateway://connect#x=$SESSION_TOKEN", Err(Token)),
        ("jetbrains://idea/navigate?token=$SESSION_TOKEN", Err(Token)),
        ("zed://open?token=$SESSION_TOKEN", Err(Token)),
        ("cursor://evil.remote/open?token=$SESSION_TOKEN", Err(Token)),
        ("cursor://coder.coder-remote.evil/open?token=$SESSION_TOKEN", Err(Token)),
        ("cursor://coder.coder-remote/$SESSION_TOKEN/open", Err(Token)),
        ("cursor://coder.coder-remote/open?$SESSION_TOKEN", Err(Token)),
        // Never, however they are written.
        ("javascript:alert(1)", Err(Unsafe)),
        ("JavaScript:alert(1)", Err(Unsafe)),
        (" javascript:alert(1)", Err(Unsafe)),
        ("\u{1}\u{1f}javascript:alert(1)", Err(Unsafe)),
        ("java\tscr\nipt\r:alert(1)", Err(Unsafe)),
        ("javascript\t:alert(1)", Err(Unsafe)),
        ("javascript:\n//%0aalert(1)", Err(Unsafe)),
        ("javascript://coder.coder-remote/open?token=$SESSION_TOKEN", Err(Unsafe)),
        ("javascript:", Err(Unsafe)),
        ("data:text/html,<script>alert(1)</script>", Err(Unsafe)),
        ("DATA:text/html;base64,AAAA", Err(Unsafe)),
        ("blob:https://example.com/1", Err(Unsafe)),
        ("file:///etc/passwd", Err(Unsafe)),
        ("vbscript:msgbox(1)", Err(Unsafe)),
        ("view-source:javascript:alert(1)", Err(Unsafe)),
        ("feed:javascript:alert(1)", Err(Unsafe)),
        ("filesystem:https://example.com/temporary/x", Err(Unsafe)),
        ("about:blank", Err(Unsafe)),
        // What only looks like one has no scheme, so it leads nowhere.
        ("javascript%3Aalert(1)", Err(Incomplete)),
        ("%6aavascript:alert(1)", Err(Incomplete)),
        ("java\0script:alert(1)", Err(Incomplete)),
        ("java\u{7f}script:alert(1)", Err(Incomplete)),
        ("\u{a0}javascript:alert(1)", Err(Incomplete)),
        ("java\u{200b}script:alert(1)", Err(Incomplete)),
        ("&#106;avascript:alert(1)", Err(Incomplete)),
        (":javascript:alert(1)", Err(Incomplete)),
        ("jаvascript:alert(1)", Err(Incomplete)),
    ] {
        assert_eq!(external(address).as_deref().map_err(|refusal| *refusal), expected, "{address:?}");
    }
}

proptest! {
    #[test]
    fn no_spelling_of_a_forbidden_scheme_opens(
        scheme in prop::sample::select(NEVER.to_vec()),
        noise in prop::collection::vec(prop::sample::select(vec!["", "\t", "\n", "\r", " ", "\0", "\u{b}", "%09", "\u{ad}"]), 0..30),
        upper in prop::collection::vec(any::<bool>(), 30),
        rest in "[ -~]{0,20}",
    ) {
        let mut spelled = String::new();
        for (place, sign) in scheme.chars().enumerate() {
            spelled.push_str(noise.get(place).copied().unwrap_or_default());
            spelled.push(if upper[place % upper.len()] { sign.to_ascii_uppercase() } else { sign });
        }
        spelled.push(':');
        spelled.push_str(&rest);
        if let Ok(opened) = external(&spelled) {
            let (found, _) = scheme_of(&opened).unwrap();
            prop_assert!(!NEVER.contains(&found.as_str()), "{spelled:?} opens {opened:?}");
            // The browser drops these: what is opened must already be without them.
            prop_assert!(!opened.contains(|sign: char| sign.is_control()));
        }
    }

    #[test]
    fn no_address_carries_the_place_of_a_token(address in "(cursor|vscode|zed|https|jetbrains)://(coder\\.coder-remote|gateway|x)/(open|coder)?[?#&]([a-z]=[$a-z]{1,3}|token=\\$SESSION_TOKEN|&|#|\\?){0,6}") {
        if let Ok(opened) = external(&address) {
            prop_assert!(!has_token(&opened), "{address} opens {opened}");
            prop_assert!(has_token(&address) || opened == address, "{address} opens {opened}");
        }
    }
}

#[test]
fn only_an_address_of_the_web_is_a_link() {
    for (text, link) in [
        ("https://example.com/a?b#c", Some("https://example.com/a?b#c")),
        ("http://10.0.0.1:8080", Some("http://10.0.0.1:8080")),
        (" https://example.com ", Some("https://example.com")),
        ("HTTPS://example.com", Some("https://example.com")),
        ("see https://example.com", None),
        ("https://example.com and more", None),
        ("https://", None),
        ("https:///x", None),
        ("https://@x", None),
        ("example.com", None),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("ftp://example.com", None),
        ("50 GB", None),
        ("", None),
    ] {
        assert_eq!(web_address(text).as_deref(), link, "{text:?}");
    }
}

#[test]
fn apps_with_a_host_of_their_own_are_where_a_region_that_is_well_says() {
    let primary = |healthy, wildcard| region("primary", healthy, "https://coder.example.com", wildcard);
    let proxy = |healthy| region("sydney", healthy, "https://sydney.example.com", "*.sydney.example.com");
    let name = "web--rich-one--owner";
    for (regions, expected) in [
        (vec![primary(true, "*.apps.example.com")], Ok("https://web--rich-one--owner.apps.example.com/")),
        // Wherever it stands in the list.
        (vec![proxy(true), primary(true, "*.apps.example.com")], Ok("https://web--rich-one--owner.apps.example.com/")),
        (
            vec![proxy(true), primary(false, "*.apps.example.com")],
            Ok("https://web--rich-one--owner.sydney.example.com/"),
        ),
        (vec![primary(true, ""), proxy(true)], Ok("https://web--rich-one--owner.sydney.example.com/")),
        (vec![primary(true, ""), proxy(false)], Err(Refusal::RegionDown)),
        (vec![primary(false, "*.apps.example.com")], Err(Refusal::RegionDown)),
        (vec![primary(true, "")], Err(Refusal::NoWildcard)),
        (vec![primary(true, "apps.example.com")], Err(Refusal::NoWildcard)),
        (vec![primary(true, "*.evil.example/x?")], Err(Refusal::NoWildcard)),
        (vec![], Err(Refusal::NoWildcard)),
        // The scheme is the region's, not this page's; a suffix behind the star and a port are kept.
        (
            vec![region("primary", true, "http://localhost:3000", "*--apps.localhost:3000")],
            Ok("http://web--rich-one--owner--apps.localhost:3000/"),
        ),
        (vec![region("primary", true, "javascript:x", "*.a.example")], Ok("//web--rich-one--owner.a.example/")),
        (vec![region("primary", true, "", "*.a.example")], Ok("//web--rich-one--owner.a.example/")),
    ] {
        let found = subdomain(name, Some(&regions));
        assert_eq!(found.as_deref().map_err(|refusal| *refusal), expected, "{regions:?}");
    }
    assert_eq!(subdomain(name, None), Err(Refusal::RegionsUnknown));
    assert_eq!(subdomain("", Some(&[primary(true, "*.a.example")])), Err(Refusal::NoWildcard));
    assert_eq!(subdomain("a/b", Some(&[primary(true, "*.a.example")])), Err(Refusal::NoWildcard));
}
