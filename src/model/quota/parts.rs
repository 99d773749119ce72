//! What a workspace's credits are for, resource by resource, and why the parts may not make the whole. Pure.

use crate::model::order;
use crate::wire::resource::WorkspaceResource;

/// A resource that costs something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its address: `docker_volume.home`.
    pub name: String,
    /// Credits.
    pub credits: i64,
}

/// The resources of a workspace that cost something, those that cost most first; and a sentence where they do not make
/// up what its latest build committed.
pub(crate) fn parts(resources: &[WorkspaceResource], held: i64) -> (Vec<Part>, Option<String>) {
    let mut found: Vec<Part> = resources
        .iter()
        .filter_map(|one| {
            let credits = one.daily_cost.filter(|cost| *cost != 0)?;
            Some(Part { name: format!("{}.{}", one.r#type, one.name), credits })
        })
        .collect();
    order::sort_by(&mut found, |one, other| {
        other.credits.cmp(&one.credits).then_with(|| order::natural(&one.name, &other.name))
    });
    let sum: i64 = found.iter().map(|part| part.credits).sum();
    let why = (sum != held).then(|| {
        if found.is_empty() {
            format!(
                "The control plane lists no resource that costs anything; the {held} were committed by an earlier build."
            )
        } else {
            format!(
                "The resources make {sum}, and {held} are counted: the build did not succeed, or was made before credits were."
            )
        }
    });
    (found, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(kind: &str, name: &str, cost: Option<i64>) -> WorkspaceResource {
        WorkspaceResource {
            r#type: kind.into(),
            name: name.into(),
            hide: false,
            agents: Vec::new().into(),
            metadata: Vec::new().into(),
            daily_cost: cost,
        }
    }

    #[test]
    fn parts_make_the_whole_or_it_is_said_why_not() {
        let all = [resource("disk", "home", Some(2)), resource("vm", "main", Some(10)), resource("key", "ssh", None)];
        let (found, why) = parts(&all, 12);
        assert_eq!(found.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["vm.main", "disk.home"]);
        assert_eq!(why, None);
        assert!(parts(&all, 10).1.unwrap().starts_with("The resources make 12, and 10 are counted"));
        assert!(parts(&[], 4).1.unwrap().contains("the 4 were committed by an earlier build"));
        assert_eq!(parts(&[], 0), (vec![], None));
    }
}
