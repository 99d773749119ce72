//! What a refusal of a new workspace means: which field it is about, and what to do next (docs/control-plane-api.md,
//! 1.8, 2.7). Pure; works on what the error says, so that `api` stays above.

/// What the control plane said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// The status, if there was an answer.
    pub status: Option<u16>,
    pub message: &'a str,
    pub detail: &'a str,
    /// What is wrong with which field.
    pub validations: &'a [(String, String)],
    /// When it may be tried again, in milliseconds.
    pub retry_after_ms: Option<i64>,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Another name.
    AnotherName,
    /// What the fields say.
    MendFields,
    /// Choose another template: this one makes none any more.
    AnotherTemplate,
    /// Read the form anew: the version is another one by now, or not ready.
    ReadAnew,
    /// Ask an administrator.
    AskAdministrator,
    /// Choose oneself or somebody else as the owner.
    AnotherOwner,
    /// Send it again, after so many milliseconds.
    TryAgain(Option<i64>),
}

/// A refusal, as the form shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What stands at the name.
    pub name: Option<String>,
    /// What stands at parameters, by their names.
    pub parameters: Vec<(String, String)>,
    /// What stands at the bar: the control plane's own words.
    pub words: String,
    pub step: Step,
}

impl Step {
    /// The step in a sentence.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Step::AnotherName => "Choose another name.".to_owned(),
            Step::MendFields => "Mend what is marked above, then create it.".to_owned(),
            Step::AnotherTemplate => "Choose another template.".to_owned(),
            Step::ReadAnew => "Read the form anew: what you filled in stays.".to_owned(),
            Step::AskAdministrator => "An administrator of the organization can allow it.".to_owned(),
            Step::AnotherOwner => "Choose another owner.".to_owned(),
            Step::TryAgain(Some(ms)) if *ms >= 1_000 => {
                format!("Nothing was made. Try again in {} s.", ms.saturating_add(999) / 1_000)
            }
            Step::TryAgain(_) => "Nothing was made. It is safe to try again.".to_owned(),
        }
    }
}

/// The name of the one parameter that a classic control plane found fault with: `Unable to validate parameter "x"`.
fn named_in_quotes(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("Unable to validate parameter ")?;
    rest.trim_end_matches('.').strip_prefix('"')?.strip_suffix('"')
}

/// What a refusal means. `parameters` are the names that the form has.
pub(crate) fn refusal(said: Said<'_>, parameters: &[String]) -> Refusal {
    let words = match said.detail {
        "" => said.message.to_owned(),
        detail if said.message.is_empty() => detail.to_owned(),
        detail => format!("{}: {detail}", said.message.trim_end_matches(['.', ':'])),
    };
    let mut refusal = Refusal { name: None, parameters: Vec::new(), words, step: Step::MendFields };
    let mut elsewhere = Vec::new();
    for (field, detail) in said.validations {
        if field == "name" {
            refusal.name = Some(match said.status {
                Some(409) => said.message.to_owned(),
                _ => "The control plane does not take this name.".to_owned(),
            });
        } else if parameters.contains(field) {
            refusal.parameters.push((field.clone(), detail.clone()));
        } else {
            elsewhere.push(format!("{field}: {detail}"));
        }
    }
    if let Some(name) = named_in_quotes(said.message) {
        refusal.parameters.push((name.to_owned(), said.detail.to_owned()));
    }
    if !elsewhere.is_empty() {
        refusal.words = format!("{} {}", refusal.words, elsewhere.join(" "));
    }
    let is_about_version = said.validations.iter().any(|(field, _)| field.starts_with("template"));
    refusal.step = match said.status {
        Some(409) if refusal.name.is_some() => Step::AnotherName,
        Some(400) if said.message.contains("deprecated") => Step::AnotherTemplate,
        Some(400) if is_about_version => Step::ReadAnew,
        Some(400 | 422) if refusal.name.is_none() && refusal.parameters.is_empty() => Step::ReadAnew,
        Some(400 | 422) => Step::MendFields,
        Some(403) => Step::AskAdministrator,
        Some(404) => Step::AnotherOwner,
        Some(406 | 410 | 412 | 425) => Step::ReadAnew,
        _ => Step::TryAgain(said.retry_after_ms),
    };
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<'a>(status: u16, message: &'a str, detail: &'a str, validations: &'a [(String, String)]) -> Said<'a> {
        Said { status: Some(status), message, detail, validations, retry_after_ms: None }
    }

    fn field(field: &str, detail: &str) -> (String, String) {
        (field.to_owned(), detail.to_owned())
    }

    #[test]
    fn each_refusal_has_its_field_and_its_step() {
        let parameters = ["region".to_owned(), "branch".to_owned()];
        let of = |status, message: &str, detail: &str, validations: &[(String, String)]| {
            let refused = refusal(said(status, message, detail, validations), &parameters);
            (refused.name.is_some(), refused.parameters.len(), refused.step, refused.words)
        };
        let taken = [field("name", "This value is already in use and should be unique.")];
        let words = "Workspace \"a\" already exists.";
        assert_eq!(of(409, words, "", &taken), (true, 0, Step::AnotherName, words.to_owned()));
        let (name, _, step, _) = of(400, "Validation failed.", "", &[field("name", "Validation failed for tag")]);
        assert!(name && step == Step::MendFields);
        let (_, parameters, step, _) =
            of(400, "Unable to validate parameters", "", &[field("region", "a"), field("branch", "b")]);
        assert_eq!((parameters, step), (2, Step::MendFields));
        let (_, parameters, step, _) = of(400, "Unable to validate parameter \"region\"", "required", &[]);
        assert_eq!((parameters, step), (1, Step::MendFields));
        let (_, parameters, step, words) = of(400, "Unable to validate parameters", "", &[field("gone", "not there")]);
        assert_eq!((parameters, step), (0, Step::ReadAnew));
        assert_eq!(words, "Unable to validate parameters gone: not there");
        for (status, message, step) in [
            (400, "Template \"x\" has been deprecated, and cannot be used", Step::AnotherTemplate),
            (403, "Unauthorized to create workspace.", Step::AskAdministrator),
            (404, "Resource not found or you do not have access to this resource", Step::AnotherOwner),
            (406, "The template version is being imported", Step::ReadAnew),
            (425, "Template version job has not finished", Step::ReadAnew),
            (429, "You've been rate limited", Step::TryAgain(None)),
            (500, "Internal error", Step::TryAgain(None)),
        ] {
            assert_eq!(of(status, message, "", &[]).2, step, "{status}");
        }
        let version = [field("template_version_id", "template not found")];
        assert_eq!(of(400, "Template version \"x\" doesn't exist.", "", &version).2, Step::ReadAnew);
    }

    #[test]
    fn each_step_is_a_sentence() {
        for step in [
            Step::AnotherName,
            Step::MendFields,
            Step::AnotherTemplate,
            Step::ReadAnew,
            Step::AskAdministrator,
            Step::AnotherOwner,
            Step::TryAgain(None),
            Step::TryAgain(Some(1_200)),
        ] {
            assert!(step.sentence().ends_with('.'), "{step:?}");
        }
        assert_eq!(Step::TryAgain(Some(1_200)).sentence(), "Nothing was made. Try again in 2 s.");
    }
}
