//! Tests of `paths`: tables of addresses, and properties over odd ones.

use super::*;
use proptest::prelude::*;

#[test]
fn whole_output() {
    let all = [
        workspaces(None),
        workspaces(Some("owner:me status:running")),
        workspaces(Some("")),
        workspace("ada", "gantry-web"),
        workspace("ada b", "x/y"),
        build("ada", "gantry-web", 42),
        parameters("ada", "gantry-web", BuildWish::Any, None),
        parameters("ada", "gantry-web", BuildWish::Change, Some("9e72")),
        quota(),
        templates(),
        template("acme", "docker dev"),
        new_workspace("acme", "docker", &[]),
        new_workspace("acme", "docker", &[("name", "a b"), ("param.x y", "1&2")]),
        duplicate("acme", "docker", "7"),
        sign_in(None),
        sign_in(Some("/@ada/gantry-web?view=table")),
        setup(),
        connection(),
        version_file(),
        icon("running"),
        path_app("ada", "gantry-web", "main", "code-server"),
    ];
    assert_eq!(
        all.join("\n"),
        "/workspaces\n\
         /workspaces?q=owner%3Ame%20status%3Arunning\n\
         /workspaces?q=\n\
         /@ada/gantry-web\n\
         /@ada%20b/x%2Fy\n\
         /@ada/gantry-web/builds/42\n\
         /@ada/gantry-web/parameters\n\
         /@ada/gantry-web/parameters?action=change&version=9e72\n\
         /quota\n\
         /templates\n\
         /templates/acme/docker%20dev\n\
         /templates/acme/docker/workspace\n\
         /templates/acme/docker/workspace?name=a%20b&param.x%20y=1%262\n\
         /templates/acme/docker/workspace?duplicate=7\n\
         /sign-in\n\
         /sign-in?back=%2F%40ada%2Fgantry-web%3Fview%3Dtable\n\
         /setup\n\
         /connection\n\
         /version.json\n\
         #i-running\n\
         /@ada/gantry-web.main/apps/code-server/"
    );
}

#[test]
fn a_place_is_found_by_its_address() {
    let of = |owner: &str, name: &str| Some(Place::Workspace { owner: owner.into(), name: name.into() });
    let build = |number| Some(Place::Build { owner: "ada".into(), name: "gantry-web".into(), number });
    let template =
        |organization: &str, name: &str| Some(Place::Template { organization: organization.into(), name: name.into() });
    for (path, found) in [
        ("/templates", Some(Place::Templates)),
        ("/templates/", Some(Place::Templates)),
        ("/templates/docker", Some(Place::ShortTemplate { name: "docker".into() })),
        ("/templates/acme/docker%20dev", template("acme", "docker dev")),
        ("/templates/acme/workspace", template("acme", "workspace")),
        ("/templates/acme/..", None),
        (
            "/templates/acme/docker/workspace",
            Some(Place::NewWorkspace { organization: "acme".into(), name: "docker".into() }),
        ),
        ("/templates/acme/docker/versions", None),
        ("/", Some(Place::Home)),
        ("", Some(Place::Home)),
        (workspaces(Some("x")).split('?').next().unwrap_or_default(), Some(Place::Workspaces)),
        ("/workspaces/", Some(Place::Workspaces)),
        (&quota(), Some(Place::Quota)),
        (&sign_in(None), Some(Place::SignIn)),
        (&setup(), Some(Place::Setup)),
        ("/embed/timings/@ada/a%20b/", Some(Place::Embed { panel: "timings/@ada/a%20b".into() })),
        ("/embed", Some(Place::Embed { panel: String::new() })),
        (&connection(), Some(Place::Connection)),
        (&workspace("ada", "gantry-web"), of("ada", "gantry-web")),
        (&workspace("ada b", "x/y"), of("ada b", "x/y")),
        ("/%40ada/gantry-web", of("ada", "gantry-web")),
        (&super::build("ada", "gantry-web", 42), build(42)),
        ("/@ada/gantry-web/builds/0042/", build(42)),
        ("/@ada/gantry-web/builds/latest", None),
        ("/@ada/gantry-web/builds", None),
        ("/@ada/gantry-web/bilds/42", None),
        ("/@ada/gantry-web/builds/42/log", None),
        ("/@ada", None),
        ("/@/x", None),
        ("/@ada//builds/1", None),
        ("//", None),
        ("//workspaces", None),
        ("/@ada/.", None),
        ("/@../x", None),
        ("/@%2e%2e/x", None),
        ("/@ada/gantry-web/builds/+5", None),
        ("/@ada/gantry-web/builds/-1", None),
        ("workspaces", None),
        ("/WORKSPACES", None),
        ("/ada/gantry-web", None),
        ("/quota/acme", None),
        ("/nowhere", None),
    ] {
        assert_eq!(place(path), found, "{path}");
    }
}

#[test]
fn only_pages_of_this_app_are_returned_to() {
    for (path, back) in [
        ("/workspaces", true),
        ("/workspaces/", true),
        ("/workspaces?q=%2F%2Fx#y", true),
        ("/@ada/gantry-web/builds/2?view=table", true),
        ("/", true),
        ("/?to=/x", true),
        ("", false),
        ("x", false),
        ("?q=x", false),
        ("/nowhere", false),
        ("/sign-in", false),
        ("/sign-in/", false),
        ("/sign-in?back=%2F", false),
        ("/sign-in#x", false),
        ("/setup", false),
        ("//evil.example", false),
        ("//evil.example/workspaces", false),
        ("//workspaces", false),
        ("/@ada//evil.example", false),
        ("/\\evil.example", false),
        ("/workspaces?q=\\", false),
        ("https://evil.example", false),
        ("https://evil.example/workspaces", false),
        ("javascript:alert(1)", false),
        ("/@ada/x\n", false),
        ("/@ada/..", false),
    ] {
        assert_eq!(is_way_back(path), back, "{path:?}");
        let written = sign_in(Some(path));
        let read = query::value(written.split_once('?').map_or("", |(_, query)| query), "back");
        assert_eq!(read.as_deref(), back.then_some(path), "{written}");
    }
}

#[test]
fn a_base_is_a_path_of_this_origin() {
    for (path, base) in [
        ("/", ""),
        ("", ""),
        ("//", ""),
        ("/a/b/", "/a/b"),
        ("/a/b", "/a/b"),
        ("//evil.example/", "/evil.example"),
        ("///evil.example/x//", "/evil.example/x"),
        ("/\\evil.example/", "/evil.example"),
    ] {
        assert_eq!(base_of(path), base, "{path:?}");
    }
}

#[test]
fn the_number_of_a_build_is_digits() {
    for (part, number) in [
        ("1", Some(1)),
        ("0042", Some(42)),
        ("9223372036854775807", Some(i64::MAX)),
        ("9223372036854775808", None),
        ("", None),
        ("+5", None),
        ("-1", None),
        ("1.5", None),
        ("%31", None),
        ("١", None),
    ] {
        assert_eq!(build_number(part), number, "{part}");
    }
}

/// What an address is made of, the odd pieces more often than chance would have them.
fn pieces() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "/",
        "//",
        "/.",
        "/..",
        "/%2e",
        "/.%2f",
        "\\",
        "%",
        "%zz",
        "%ff",
        "%00",
        "%5c",
        "@",
        "%40",
        "?",
        "#",
        "&",
        "=",
        ";",
        " ",
        "\t",
        "\n",
        "\u{0}",
        "\u{fffd}",
        "é",
        "🦀",
        "workspaces",
        "sign-in",
        "setup",
        "connection",
        "quota",
        "templates",
        "embed",
        "builds",
        "1",
        "-1",
        "q=",
        "back=",
        "to=",
        "https://evil.example",
        "javascript:",
    ]);
    prop::collection::vec(prop_oneof![3 => odd.prop_map(str::to_owned), 1 => any::<String>()], 0..12)
        .prop_map(|all| all.concat())
}

proptest! {
    #[test]
    fn any_address_is_read_and_none_leads_away(path in pieces()) {
        let _page_or_none = place(&path);
        let _number_or_none = build_number(&path);
        if is_way_back(&path) {
            prop_assert!(path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'), "{path}");
            prop_assert!(!matches!(place(path.split(['?', '#']).next().unwrap()), None | Some(Place::SignIn | Place::Setup)));
        }
        let base = base_of(&path);
        prop_assert!(base.is_empty() || (base.starts_with('/') && !base.starts_with("//") && !base.ends_with('/')), "{base}");
    }

    #[test]
    fn names_travel_through_an_address(owner in any::<String>(), name in any::<String>(), number in 1..=i64::MAX) {
        let names = |text: &str| !matches!(text, "" | "." | "..");
        prop_assume!(names(&owner) && names(&name));
        let of = Place::Workspace { owner: owner.clone(), name: name.clone() };
        prop_assert_eq!(place(&workspace(&owner, &name)), Some(of));
        prop_assert!(is_way_back(&workspace(&owner, &name)));
        prop_assert_eq!(place(&super::build(&owner, &name, number)), Some(Place::Build { owner, name, number }));
    }

    #[test]
    fn a_query_travels_through_an_address(text in any::<String>()) {
        let address = workspaces(Some(&text));
        let (_, search) = address.split_once('?').unwrap();
        prop_assert_eq!(query::value(search, "q"), Some(text));
        prop_assert!(is_way_back(&address));
        // And through signing in, where the address is itself a value.
        let there = sign_in(Some(&address));
        let (_, search) = there.split_once('?').unwrap();
        prop_assert_eq!(query::value(search, "back"), Some(address));
    }
}

#[test]
fn a_wish_stands_in_the_address() {
    for wish in [BuildWish::Any, BuildWish::Start, BuildWish::Restart, BuildWish::Update, BuildWish::Change] {
        let address = parameters("ada", "web", wish, None);
        let search = address.split_once('?').map_or("", |(_, search)| search);
        assert_eq!(BuildWish::of(query::value(search, "action").as_deref()), wish, "{address}");
    }
    assert_eq!(BuildWish::of(Some("explode")), BuildWish::Any);
}
