//! Orders, groups and narrowing of rows.

use super::*;
use crate::model::recordings;
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

fn id(number: usize) -> Id {
    format!("00000000-0000-0000-0000-{number:012x}").parse().unwrap_or_default()
}

fn row(number: usize, name: &str, owner: &str, used: Option<i64>) -> Row {
    Row {
        id: id(number),
        name: name.into(),
        owner_name: owner.into(),
        last_used_ms: used,
        ..recordings::row("real/start-workspace")
    }
}

fn ids(rows: &[Row]) -> Vec<Id> {
    rows.iter().map(|row| row.id).collect()
}

fn sorted(rows: &[Row], sort: &str) -> Vec<String> {
    let by_id: HashMap<Id, &Row> = rows.iter().map(|row| (row.id, row)).collect();
    let reader = |id: Id, read: &mut dyn FnMut(&Row)| {
        if let Some(row) = by_id.get(&id) {
            read(row);
        }
    };
    in_order(&ids(rows), &reader, Sort::of(sort)).iter().map(|id| by_id[id].name.to_string()).collect()
}

#[test]
fn names_are_sorted_as_people_count() {
    let rows =
        [row(1, "r10", "b", None), row(2, "R2", "a", Some(5)), row(3, "r1", "c", Some(9)), row(4, "é", "a", None)];
    assert_eq!(sorted(&rows, "name"), ["r1", "R2", "r10", "é"]);
    assert_eq!(sorted(&rows, "-name"), ["é", "r10", "R2", "r1"]);
    assert_eq!(sorted(&rows, "owner"), ["R2", "é", "r10", "r1"], "equal owners by name");
    // What is not known stands last, whichever way.
    assert_eq!(sorted(&rows, "last_used"), ["R2", "r1", "r10", "é"]);
    assert_eq!(sorted(&rows, "-last_used"), ["r1", "R2", "r10", "é"]);
    assert_eq!(sorted(&rows, "nonsense"), ["r10", "R2", "r1", "é"], "the order of the control plane");
}

#[test]
fn a_press_on_a_head_leads_up_down_and_back() {
    let up = Sort::pressed(None, Column::Name).unwrap();
    assert_eq!(up.word(), "name");
    let down = Sort::pressed(Some(up), Column::Name).unwrap();
    assert_eq!(down.word(), "-name");
    assert_eq!(Sort::pressed(Some(down), Column::Name), None);
    assert_eq!(Sort::pressed(Some(down), Column::Used).unwrap().word(), "-last_used", "the latest first");
}

#[test]
fn what_moved_counts_once() {
    let order: Vec<Id> = (1..=9).map(id).collect();
    assert_eq!(changes(&order, &order), 0);
    let mut moved = order.clone();
    let last = moved.pop().unwrap();
    moved.insert(0, last);
    assert_eq!(changes(&order, &moved), 1);
    assert_eq!(changes(&order, &order[1..]), 1);
    assert_eq!(changes(&order[1..], &order), 1);
    let reversed: Vec<Id> = order.iter().rev().copied().collect();
    assert_eq!(changes(&order, &reversed), 8);
}

#[test]
fn groups_have_counts_and_can_be_folded() {
    let rows = [row(1, "a", "t10", None), row(2, "b", "t2", None), row(3, "c", "t10", None)];
    let reader = |id: Id, read: &mut dyn FnMut(&Row)| rows.iter().filter(|row| row.id == id).for_each(read);
    let open = lines(&ids(&rows), Some(GroupBy::Owner), &HashSet::new(), &reader);
    let group = |name: &str, count, folded| Line::Group { name: Arc::from(name), count, folded };
    assert_eq!(
        open,
        [group("t2", 1, false), Line::Row(id(2)), group("t10", 2, false), Line::Row(id(1)), Line::Row(id(3))]
    );
    let folded = HashSet::from([Arc::from("t10")]);
    let shut = lines(&ids(&rows), Some(GroupBy::Owner), &folded, &reader);
    assert_eq!(shut, [group("t2", 1, false), Line::Row(id(2)), group("t10", 2, true)]);
}

#[test]
fn an_arrangement_is_a_link() {
    let usual = Arrangement::default();
    for search in [
        "?q=owner%3Ame&sort=-last_used&group=owner&density=compact",
        "?sort=name&group=none&columns=name,status,apps",
        "?sort=none&group=status",
    ] {
        let read = Arrangement::read(search, &usual);
        assert_eq!(Arrangement::read(&read.write(""), &usual), read, "{search}");
        let other = Arrangement::read("?sort=cost&group=template&columns=name&density=compact", &usual);
        if !search.contains("density") {
            assert_eq!(
                Arrangement::read(search, &other).sort,
                read.sort,
                "what is said counts, not what is remembered"
            );
        }
        assert_eq!(Arrangement::recall(&read.remembered()), read);
    }
    assert_eq!(Arrangement::read("?sort=nonsense&group=&columns=,,x", &usual), usual);
    assert_eq!(Arrangement::read("?columns=status,status", &usual).columns, [Column::Name, Column::Status]);
    assert_eq!(Arrangement::read("?group=org", &usual).group, Some(GroupBy::Organization));
}

#[test]
fn columns_are_chosen_and_moved() {
    let usual = Arrangement::default();
    assert_eq!(usual.toggled(Column::Name), usual, "the name stays");
    assert!(!usual.toggled(Column::Owner).columns.contains(&Column::Owner));
    assert_eq!(usual.toggled(Column::Apps).columns.last(), Some(&Column::Apps));
    assert_eq!(usual.moved(Column::Owner, false).columns[..2], [Column::Owner, Column::Name]);
    assert_eq!(usual.moved(Column::Name, false), usual);
    assert_eq!(usual.moved(Column::Cost, true), usual);
}

#[test]
fn what_is_loaded_is_narrowed_at_once() {
    let rows = [row(1, "Zoë-web", "ada", None), row(2, "strasse", "straße", None), row(3, "api", "ada", None)];
    for (text, expected) in [
        ("", vec![1, 2, 3]),
        ("zoe", vec![1]),
        ("ZOË", vec![1]),
        ("owner:me", vec![1, 3]),
        ("owner:STRASSE", vec![2]),
        ("ada/w", vec![1]),
        ("grace/w", vec![]),
        ("ada/api", vec![3]),
        ("status:running", vec![1, 2, 3]),
        ("status:stopped", vec![]),
        ("status:run", vec![1, 2, 3]),
        ("status:runing", vec![1, 2, 3]),
        ("stat", vec![1, 2, 3]),
        ("owner:ad", vec![1, 3]),
        ("owner:m", vec![1, 3]),
        ("outdated:f", vec![1, 2, 3]),
        ("outdated:true", vec![]),
        ("outdated:maybe", vec![1, 2, 3]),
        ("dormant:true", vec![]),
        ("dormant:f", vec![1, 2, 3]),
        ("param:x", vec![1, 2, 3]),
        ("name:\"s\"", vec![2]),
    ] {
        let narrowing = Narrowing::of(text);
        let kept: Vec<Id> = rows.iter().filter(|row| narrowing.keeps(row, "ada")).map(|row| row.id).collect();
        assert_eq!(kept, expected.into_iter().map(id).collect::<Vec<_>>(), "{text}");
    }
    assert!(Narrowing::of("  ").is_empty());
}

#[test]
fn letters_are_folded() {
    for (text, folded) in
        [("Zoë", "zoe"), ("STRAẞE", "strasse"), ("Łódź", "lodz"), ("cafe\u{301}", "cafe"), ("東京", "東京"), ("İ", "i")]
    {
        assert_eq!(fold(text), folded, "{text}");
    }
}

fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(("[a-cA-C0-9é-]{1,4}", "[a-c]", prop::option::of(0_i64..4)), 0..24).prop_map(|rows| {
        rows.into_iter().enumerate().map(|(number, (name, owner, used))| row(number, &name, &owner, used)).collect()
    })
}

proptest! {
    #[test]
    fn sorting_loses_nothing_and_sorted_again_is_the_same(rows in any_rows(), column in 0..Column::ALL.len(), down: bool) {
        let by_id: HashMap<Id, &Row> = rows.iter().map(|row| (row.id, row)).collect();
        let reader = |id: Id, read: &mut dyn FnMut(&Row)| if let Some(row) = by_id.get(&id) { read(row) };
        let sort = Some(Sort { column: Column::ALL[column], down });
        let once = in_order(&ids(&rows), &reader, sort);
        prop_assert_eq!(once.iter().collect::<HashSet<_>>().len(), rows.len());
        prop_assert_eq!(&in_order(&once, &reader, sort), &once);
    }

    #[test]
    fn what_is_equal_keeps_its_order(rows in any_rows()) {
        // All of one template: equal by it, and by name where the names are the same.
        let names: Vec<String> = rows.iter().map(|row| row.name.to_lowercase()).collect();
        let by_id: HashMap<Id, usize> = rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
        let reader = |id: Id, read: &mut dyn FnMut(&Row)| if let Some(at) = by_id.get(&id) { read(&rows[*at]) };
        let order = in_order(&ids(&rows), &reader, Sort::of("template"));
        for pair in order.windows(2) {
            let (one, other) = (by_id[&pair[0]], by_id[&pair[1]]);
            prop_assert!(names[one] != names[other] || one < other);
        }
    }

    #[test]
    fn natural_bytes_order_as_names_do(one in "[a-b0-9]{0,6}", other in "[a-b0-9]{0,6}") {
        let bytes = key::natural_bytes(&one).cmp(&key::natural_bytes(&other));
        let names = crate::model::order::natural(&one, &other);
        // Zeros in front tell names apart, and not numbers.
        prop_assert!(bytes == names || bytes == std::cmp::Ordering::Equal, "{one} {other}");
    }

    #[test]
    fn every_row_stands_in_one_group(rows in any_rows()) {
        let by_id: HashMap<Id, &Row> = rows.iter().map(|row| (row.id, row)).collect();
        let reader = |id: Id, read: &mut dyn FnMut(&Row)| if let Some(row) = by_id.get(&id) { read(row) };
        for by in GroupBy::ALL {
            let all = lines(&ids(&rows), Some(by), &HashSet::new(), &reader);
            let shown: Vec<Id> = all.iter().filter_map(|line| if let Line::Row(id) = line { Some(*id) } else { None }).collect();
            prop_assert_eq!(shown.iter().collect::<HashSet<_>>().len(), rows.len());
            let counted: usize = all.iter().map(|line| if let Line::Group { count, .. } = line { *count } else { 0 }).sum();
            prop_assert_eq!(counted, rows.len());
            let all = Lines::new(all);
            prop_assert_eq!(all.ids().collect::<Vec<_>>(), shown);
            prop_assert!(all.heads.iter().all(|at| all.all[*at].id().is_none()));
            prop_assert_eq!(all.heads.len() + rows.len(), all.all.len());
        }
    }

    #[test]
    fn changes_are_none_only_for_the_same(order in Just((1..12).map(id).collect::<Vec<_>>()).prop_shuffle()) {
        let first: Vec<Id> = (1..12).map(id).collect();
        prop_assert_eq!(changes(&first, &order) == 0, first == order);
    }

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC{0,12}") {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
    }
}
