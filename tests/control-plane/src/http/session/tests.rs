//! Names, addresses and passwords as the control plane takes them.

use super::password::password_weakness;
use super::*;
use axum::http::Uri;

#[test]
fn names_and_passwords_are_judged_as_the_server_judges_them() {
    assert!(is_name("rich-one") && is_name("a") && !is_name("Bad Name") && !is_name("-a") && !is_name("a--b"));
    assert!(!is_name(&"a".repeat(33)));
    assert!(password_weakness("1").is_some());
    assert!(password_weakness("gantry-demo-1").is_none());
    assert!(is_email("owner@example.com") && !is_email("not an email") && !is_email("x"));
}

#[test]
fn a_password_fits_its_hash_alone() {
    let hash = hash_password_now("gantry-demo-1").unwrap();
    assert!(hash.starts_with("$argon2id$"));
    assert!(password_fits("gantry-demo-1", &hash));
    assert!(!password_fits("gantry-demo-2", &hash));
    assert!(!password_fits("", ""));
}

#[test]
fn pages_are_read_and_refused() {
    let of = |query: &str| page(&format!("/x?{query}").parse::<Uri>().unwrap());
    assert_eq!(of("limit=25&offset=50").unwrap(), (Some(25), 50));
    assert_eq!(of("limit=0").unwrap(), (None, 0));
    let body = of("limit=ten&offset=-1").unwrap_err().body();
    assert_eq!(
        body["validations"][0]["detail"],
        "Query param \"limit\" must be a valid 32-bit positive integer: strconv.ParseInt: parsing \"ten\": invalid syntax"
    );
    assert_eq!(
        body["validations"][1]["detail"],
        "Query param \"offset\" must be a valid 32-bit positive integer: value is negative"
    );
}

#[test]
fn roles_have_names_to_show() {
    assert_eq!(role("template-admin"), json!({"name": "template-admin", "display_name": "Template Admin"}));
}
