//! What a workspace's latest build made, as its page lists it: in the order of names, without what the template hides,
//! and what is said where nothing is listed. Pure; may import `wire` and other `model` files.

use crate::model::app_address;
use crate::model::order;
use crate::model::row::Row;
use crate::model::row::is_changing;
use crate::model::row::may_have_applied;
use crate::wire::build::BuildStatus;
use crate::wire::build::Transition;
use crate::wire::resource::WorkspaceResource;

/// How many are listed before somebody asks for all of them: a template can have a thousand.
pub(crate) const FOLDED: usize = 20;

/// A resource as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Line {
    /// Terraform's name.
    pub name: String,
    /// Terraform's type.
    pub kind: String,
    /// Credits a day, as the template says.
    pub credits: Option<i64>,
    /// What the template shows of it.
    pub facts: Vec<Fact>,
}

/// A fact that the template shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Fact {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: Shown,
}

/// How a value is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shown {
    /// As it is.
    Text(String),
    /// On request: the template calls it sensitive.
    Secret(String),
    /// As a link: it is an address of the web. The text, and where it leads.
    Link(String, String),
}

/// What is listed of a build's resources.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Listing {
    /// Those that match, in the order of their names.
    pub lines: Vec<Line>,
    /// How many there are in all.
    pub count: usize,
    /// How many of all the template hides.
    pub hidden: usize,
}

/// The resources in which every word of `find` occurs; those that the template hides only if `with_hidden`.
pub(crate) fn listed(resources: &[WorkspaceResource], find: &str, with_hidden: bool) -> Listing {
    let words: Vec<String> = find.split_whitespace().map(str::to_lowercase).collect();
    let matches = |resource: &WorkspaceResource| {
        let open = resource.metadata.iter().filter(|fact| !fact.sensitive);
        let facts = open.map(|fact| format!("\n{} {}", fact.key, fact.value)).collect::<Vec<_>>().concat();
        let text = format!("{}.{}{facts}", resource.r#type, resource.name).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut found: Vec<&WorkspaceResource> =
        resources.iter().filter(|resource| (with_hidden || !resource.hide) && matches(resource)).collect();
    order::sort_by(&mut found, |one, other| {
        order::natural(&one.name, &other.name).then_with(|| order::natural(&one.r#type, &other.r#type))
    });
    Listing {
        lines: found.into_iter().map(line).collect(),
        count: resources.len(),
        hidden: resources.iter().filter(|resource| resource.hide).count(),
    }
}

fn line(resource: &WorkspaceResource) -> Line {
    // Coder's own fact "type" repeats the column beside it.
    let mut facts: Vec<Fact> = resource
        .metadata
        .iter()
        .filter(|fact| fact.key != "type")
        .map(|fact| {
            let text = fact.value.clone();
            let value = if fact.sensitive {
                Shown::Secret(text)
            } else {
                match app_address::web_address(&text) {
                    Some(address) => Shown::Link(text, address),
                    None => Shown::Text(text),
                }
            };
            Fact { key: fact.key.clone(), value }
        })
        .collect();
    order::by_nature(&mut facts, |fact| &fact.key);
    Line { name: resource.name.clone(), kind: resource.r#type.clone(), credits: resource.daily_cost, facts }
}

/// Why the latest build lists no resources: the one reason that holds.
pub(crate) fn none_because(row: &Row) -> &'static str {
    let build = &row.build;
    if is_changing(row) {
        return "The build under way lists its resources once it has succeeded.";
    }
    match (&build.status, &build.transition) {
        (BuildStatus::Deleted, _) => "The workspace was deleted with its resources.",
        (BuildStatus::Failed | BuildStatus::Canceled, Transition::Delete) => {
            "A delete that did not succeed lists no resources. Those that it had not removed still exist."
        }
        (BuildStatus::Failed | BuildStatus::Canceled, _) if may_have_applied(build) => {
            "A build that did not succeed lists no resources. Those that it made may still exist."
        }
        (BuildStatus::Failed | BuildStatus::Canceled, _) if build.number <= 1 => {
            "The first build did not succeed, and it made no resources."
        }
        (BuildStatus::Failed | BuildStatus::Canceled, _) => {
            "A build that did not succeed lists no resources. It changed none: resources of earlier builds may still exist."
        }
        (BuildStatus::Stopped, _) => "The stop kept no resources.",
        (BuildStatus::Running, _) => "The template makes no resources.",
        _ => "The control plane lists no resources.",
    }
}

/// Why the latest build has no agents: the one reason that holds.
pub(crate) fn no_agents_because(row: &Row) -> &'static str {
    let build = &row.build;
    if is_changing(row) {
        return "The build under way lists its agents once it has succeeded.";
    }
    match build.status {
        BuildStatus::Failed | BuildStatus::Canceled => "A build that did not succeed lists no agents.",
        BuildStatus::Stopped => "A stopped workspace has no agents.",
        BuildStatus::Deleted => "A deleted workspace has no agents.",
        BuildStatus::Running => "The template defines no agents.",
        _ => "The control plane lists no agents.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::recordings;
    use crate::wire::build::JobStatus;
    use crate::wire::resource::ResourceMetadata;

    fn resource(name: &str, kind: &str, hide: bool, facts: &[(&str, &str, bool)]) -> WorkspaceResource {
        let known = recordings::workspace("workspace/rich-running");
        let fact = |(key, value, sensitive): &(&str, &str, bool)| ResourceMetadata {
            key: (*key).into(),
            value: (*value).into(),
            sensitive: *sensitive,
        };
        WorkspaceResource {
            name: name.into(),
            r#type: kind.into(),
            hide,
            metadata: facts.iter().map(fact).collect::<Vec<_>>().into(),
            ..known.latest_build.resources.first().cloned().unwrap()
        }
    }

    #[test]
    fn resources_are_in_the_order_of_names_and_hidden_ones_wait() {
        let all = [
            resource("r10", "t", false, &[]),
            resource("r2", "t", false, &[("size", "50 GB", false), ("password", "hunter2", true)]),
            resource("plumbing", "null_resource", true, &[]),
            resource("r1", "u", false, &[]),
            resource("r1", "t", false, &[]),
        ];
        let names = |find: &str, with_hidden: bool| {
            let listing = listed(&all, find, with_hidden);
            assert_eq!((listing.count, listing.hidden), (5, 1));
            listing.lines.iter().map(|line| format!("{}.{}", line.kind, line.name)).collect::<Vec<_>>()
        };
        assert_eq!(names("", false), ["t.r1", "u.r1", "t.r2", "t.r10"]);
        assert_eq!(names("", true), ["null_resource.plumbing", "t.r1", "u.r1", "t.r2", "t.r10"]);
        assert_eq!(names("R1 t.", false), ["t.r1", "t.r10"]);
        assert_eq!(names("50 gb", false), ["t.r2"]);
        assert_eq!(names("plumbing", false), Vec::<String>::new());
        // What is secret is not found by guessing it.
        assert_eq!(names("hunter2", false), Vec::<String>::new());
        assert_eq!(names("password", false), Vec::<String>::new());
    }

    #[test]
    fn addresses_are_links_and_secrets_are_not() {
        let all = [resource(
            "main",
            "t",
            false,
            &[
                ("type", "t", false),
                ("console", "https://console.example.com/i?id=1", false),
                ("trap", "javascript:alert(1)", false),
                ("token", "https://example.com/secret", true),
                ("zone", "eu", false),
            ],
        )];
        let facts = listed(&all, "", false).lines.remove(0).facts;
        let shown: Vec<(&str, &Shown)> = facts.iter().map(|fact| (fact.key.as_str(), &fact.value)).collect();
        let address = "https://console.example.com/i?id=1".to_owned();
        assert_eq!(
            shown,
            [
                ("console", &Shown::Link(address.clone(), address)),
                ("trap", &Shown::Text("javascript:alert(1)".into())),
                ("token", &Shown::Secret("https://example.com/secret".into())),
                ("zone", &Shown::Text("eu".into())),
            ]
        );
    }

    #[test]
    fn where_nothing_is_listed_the_one_reason_is_said() {
        use BuildStatus as B;
        use Transition as T;
        let with = |status: BuildStatus, job: JobStatus, transition: Transition, error: Option<&str>| {
            let mut row = recordings::row("real/apply-failed-workspace");
            (row.build.status, row.build.job_status, row.build.transition) = (status, job, transition);
            row.build.number = 2;
            row.build.error = error.map(Into::into);
            none_because(&row)
        };
        let apply = Some("terraform apply: exit status 1");
        for (said, expected) in [
            (with(B::Starting, JobStatus::Running, T::Start, None), "under way"),
            (with(B::Pending, JobStatus::Pending, T::Stop, None), "under way"),
            (with(B::Canceling, JobStatus::Canceling, T::Start, None), "under way"),
            (with(B::Failed, JobStatus::Failed, T::Start, apply), "may still exist"),
            (with(B::Canceled, JobStatus::Canceled, T::Start, apply), "may still exist"),
            (with(B::Failed, JobStatus::Failed, T::Start, Some("terraform plan: exit status 1")), "It changed none"),
            (with(B::Failed, JobStatus::Failed, T::Stop, Some("insufficient quota")), "It changed none"),
            (with(B::Failed, JobStatus::Failed, T::Delete, apply), "had not removed"),
            (with(B::Stopped, JobStatus::Succeeded, T::Stop, None), "The stop kept no resources."),
            (with(B::Running, JobStatus::Succeeded, T::Start, None), "The template makes no resources."),
            (with(B::Deleted, JobStatus::Succeeded, T::Delete, None), "was deleted"),
            (with(B::Other("new".into()), JobStatus::Succeeded, T::Start, None), "lists no resources"),
        ] {
            assert!(said.contains(expected), "{said} / {expected}");
        }
        for (name, expected) in [
            ("workspace/stopped", "A stopped workspace has no agents."),
            ("real/deleted-workspace", "A deleted workspace has no agents."),
            ("real/apply-failed-workspace", "A build that did not succeed lists no agents."),
            ("workspace/canceled", "A build that did not succeed lists no agents."),
            ("workspace/starting", "The build under way lists its agents once it has succeeded."),
            ("workspace/running-agentless", "The template defines no agents."),
        ] {
            assert_eq!(no_agents_because(&recordings::row(name)), expected, "{name}");
        }
        let mut first = recordings::row("workspace/canceled-while-pending");
        first.build.number = 1;
        assert_eq!(none_because(&first), "The first build did not succeed, and it made no resources.");
    }
}
