//! Queries without a match.

use super::*;
use crate::model::query::parse;

#[test]
fn nothing_is_said_in_words() {
    for (text, words) in [
        ("owner:ken status:failed", "No workspace of ken has failed"),
        ("owner:me", "There is no workspace of yours"),
        ("web", "Nothing matches “web”"),
        (
            "template:docker outdated:true status:running",
            "No workspace from template docker is outdated and is running",
        ),
        ("dormant:false organization:acme", "There is no workspace in acme"),
        ("dormant:true", "No workspace is dormant"),
        ("has-agent:timeout,disconnected", "No workspace has an agent that is timeout or disconnected"),
        ("", "There is no workspace"),
    ] {
        assert_eq!(nothing_in_words(&parse(text)), words, "{text}");
    }
}

#[test]
fn the_part_to_drop_is_the_one_that_leaves_the_fewest() {
    let drop = |text: &str, counts: &[Option<usize>]| {
        what_to_drop(&parse(text), counts).map(|drop| (drop.token.to_string(), drop.rest.to_string(), drop.count))
    };
    assert_eq!(
        drop("stuck status:running", &[Some(9), Some(4)]),
        Some(("status:running".into(), "stuck".into(), Some(4)))
    );
    assert_eq!(
        drop("owner:nobody status:failed", &[Some(5), Some(0)]),
        Some(("owner:nobody".into(), "status:failed".into(), Some(5)))
    );
    assert_eq!(drop("owner:nobody status:failed", &[]).unwrap().0, "status:failed");
    assert_eq!(drop("nope status:none", &[Some(0), Some(0)]), None, "no single part is what keeps them out");
    assert_eq!(drop("nope shared:true", &[None, Some(0)]).unwrap().2, None, "not known");
    assert_eq!(drop("owner:a status:failed", &[Some(3), Some(3)]).unwrap().0, "status:failed");
    assert_eq!(drop("", &[]), None);
}
