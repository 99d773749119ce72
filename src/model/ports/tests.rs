//! Ports that listen, ports that are shared, and what may be allowed.

use super::*;
use proptest::prelude::*;

fn listening(port: i64, process: &str) -> ListeningPort {
    ListeningPort { process_name: process.into(), port }
}

fn share(agent: &str, port: i64, level: ShareLevel, protocol: PortProtocol) -> PortShare {
    PortShare { agent_name: agent.into(), port, share_level: level, protocol }
}

fn regions() -> Vec<Region> {
    vec![Region {
        name: "primary".into(),
        healthy: Some(true),
        path_app_url: "https://coder.example.com".into(),
        wildcard_hostname: "*.apps.example.com".into(),
    }]
}

#[test]
fn what_listens_and_what_is_shared_are_one_list() {
    let regions = regions();
    let place = Where { owner: "ada", workspace: "web", agent: "main", regions: Some(&regions) };
    let shares = [
        share("main", 8_443, ShareLevel::Public, PortProtocol::Https),
        share("main", 3_000, ShareLevel::Authenticated, PortProtocol::Http),
        share("db", 5_432, ShareLevel::Public, PortProtocol::Http),
    ];
    let all = ports(&[listening(8_443, "caddy"), listening(22, ""), listening(22, "again")], &shares, place);
    let said: Vec<_> = all
        .iter()
        .map(|port| (port.number, port.process.as_deref(), level_text(&port.level), port.address.clone().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            (22, Some(""), "only its owner".to_owned(), "https://22--main--web--ada.apps.example.com/".to_owned()),
            (
                3_000,
                None,
                "everyone who is signed in".to_owned(),
                "https://3000--main--web--ada.apps.example.com/".to_owned()
            ),
            (
                8_443,
                Some("caddy"),
                "everyone, without signing in".to_owned(),
                "https://8443s--main--web--ada.apps.example.com/".to_owned()
            ),
        ]
    );
    let nowhere = ports(&[listening(80, "")], &[], Where { regions: Some(&[]), ..place });
    assert_eq!(nowhere[0].address, Err(Refusal::NoWildcard));
    let unsaid = ports(&[listening(80, "")], &[], Where { regions: None, ..place });
    assert_eq!(unsaid[0].address, Err(Refusal::RegionsUnknown));
}

#[test]
fn what_the_template_allows() {
    use ShareLevel::{Authenticated, Organization, Other, Owner, Public};
    for (limit, now, offered) in [
        (None, Owner, vec![Owner, Organization, Authenticated, Public]),
        (Some(Public), Owner, vec![Owner, Organization, Authenticated, Public]),
        (Some(Authenticated), Owner, vec![Owner, Organization, Authenticated]),
        (Some(Organization), Owner, vec![Owner, Organization]),
        (Some(Owner), Owner, vec![Owner]),
        // The limit came later than the share: what is so is shown.
        (Some(Owner), Public, vec![Owner, Public]),
        (Some(Other("nobody".into())), Owner, vec![Owner, Organization, Authenticated, Public]),
        (Some(Owner), Other("friends".into()), vec![Owner, Other("friends".into())]),
    ] {
        assert_eq!(allowed(limit.as_ref(), &now), offered, "{limit:?} {now:?}");
    }
    assert!(limit_text(Some(&Owner)).is_some() && limit_text(None).is_none() && limit_text(Some(&Public)).is_none());
}

proptest! {
    #[test]
    fn each_port_stands_once_and_in_order(listens in prop::collection::vec(0_i64..9, 0..9), shared in prop::collection::vec((0_i64..9, any::<bool>()), 0..9)) {
        let listens: Vec<_> = listens.into_iter().map(|port| listening(port, "x")).collect();
        let shares: Vec<_> = shared.iter().map(|(port, own)| share(if *own { "main" } else { "db" }, *port, ShareLevel::Public, PortProtocol::Http)).collect();
        let place = Where { owner: "ada", workspace: "web", agent: "main", regions: None };
        let all = ports(&listens, &shares, place);
        prop_assert!(all.windows(2).all(|pair| pair[0].number < pair[1].number));
        for port in &all {
            prop_assert_eq!(port.process.is_some(), listens.iter().any(|one| one.port == port.number));
            prop_assert_eq!(port.level == ShareLevel::Public, shared.contains(&(port.number, true)));
        }
    }
}
