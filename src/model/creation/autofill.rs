//! What an address fills into the form of a new workspace: links in readmes and chats carry it, as the control plane's
//! own dashboard understands it. Pure.

use crate::wire::Id;
use crate::wire::parameter::ParameterValue;

/// What a link wants beside filling in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The form.
    #[default]
    Form,
    /// A workspace at once, if whoever follows the link agrees.
    Auto,
    /// A copy: the values are another workspace's, no preset is laid over them.
    Duplicate,
}

/// What a link fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Autofill {
    pub mode: Mode,
    /// The workspace's name.
    pub name: Option<String>,
    /// Another version than the active one; what is no id is kept as it was written.
    pub version: Option<Result<Id, String>>,
    /// The preset, by its name.
    pub preset: Option<String>,
    /// `param.x=…`, of each name the first.
    pub values: Vec<ParameterValue>,
    /// `disable_params=a,b`: fields that keep what the link sets.
    fixed: Vec<String>,
    /// `match=…`: a workspace that fits is opened instead of a new one being made.
    pub wanted: Option<String>,
    /// The id of the workspace that is to be copied; what is no id is kept as it was written.
    pub copied: Option<Result<Id, String>>,
}

/// A name as `disable_params` has it: small letters, underscores for spaces.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(' ', "_")
}

fn id(text: &str) -> Result<Id, String> {
    text.trim().parse().map_err(|_| text.to_owned())
}

impl Autofill {
    /// Of the pairs of a query, decoded, in their order.
    pub(crate) fn of(pairs: &[(String, String)]) -> Self {
        let value = |key: &str| {
            let found = pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.trim().to_owned());
            found.filter(|value| !value.is_empty())
        };
        let mut values: Vec<ParameterValue> = Vec::new();
        for (key, value) in pairs {
            if let Some(name) = key.strip_prefix("param.").filter(|name| !name.is_empty())
                && !values.iter().any(|known| known.name == name)
            {
                values.push(ParameterValue { name: name.to_owned(), value: value.clone() });
            }
        }
        let copied = value("duplicate").map(|text| id(&text));
        let mode = match value("mode").as_deref() {
            _ if copied.is_some() => Mode::Duplicate,
            Some("auto") => Mode::Auto,
            Some("duplicate") => Mode::Duplicate,
            _ => Mode::Form,
        };
        let fixed = value("disable_params").unwrap_or_default();
        Self {
            mode,
            name: value("name"),
            version: value("version").map(|text| id(&text)),
            preset: value("preset").filter(|_| mode != Mode::Duplicate),
            values,
            fixed: fixed.split(',').map(plain).filter(|name| !name.is_empty()).collect(),
            wanted: value("match").filter(|_| mode == Mode::Auto),
            copied,
        }
    }

    /// Whether a field keeps what the link sets.
    pub(crate) fn fixes(&self, parameter: &str) -> bool {
        self.fixed.contains(&plain(parameter))
    }

    /// The names of `parameters` whose fields keep what the link sets, and what it fixes that is not among them.
    pub(crate) fn fixed<'p>(&self, parameters: impl Iterator<Item = &'p str>) -> Vec<String> {
        parameters.filter(|name| self.fixes(name)).map(str::to_owned).collect()
    }

    /// The query that finds a workspace to open instead.
    pub(crate) fn search(&self, template: &str) -> Option<String> {
        self.wanted.as_ref().map(|wanted| format!("owner:me template:{template} {wanted}"))
    }

    /// Whether `param.x` says nothing here, because the link names a preset as well.
    pub(crate) fn leaves_values_out(&self) -> bool {
        self.preset.is_some() && !self.values.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Autofill {
        let pairs: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        Autofill::of(&pairs)
    }

    const VERSION: &str = "00000000-0000-0000-0000-000000000007";

    #[test]
    fn each_word_of_a_link_has_its_meaning() {
        let id = Id::from_u128(7);
        assert_eq!(read(""), Autofill::default());
        assert_eq!(read("name=api&name=other").name.as_deref(), Some("api"));
        assert_eq!(read("name=%20&name=").name.as_deref(), Some("%20"));
        assert_eq!(read("name=+").name.as_deref(), Some("+"));
        assert_eq!(read("name= ").name, None);
        assert_eq!(read(&format!("version={VERSION}")).version, Some(Ok(id)));
        assert_eq!(read("version=v7").version, Some(Err("v7".to_owned())));
        assert_eq!(read("preset=Big one").preset.as_deref(), Some("Big one"));
        assert_eq!(read("preset=Big one&mode=duplicate").preset, None);
        for (query, mode) in [
            ("mode=form", Mode::Form),
            ("mode=auto", Mode::Auto),
            ("mode=AUTO", Mode::Form),
            ("mode=duplicate", Mode::Duplicate),
            ("duplicate=x", Mode::Duplicate),
            ("duplicate=x&mode=auto", Mode::Duplicate),
            ("mode=something", Mode::Form),
        ] {
            assert_eq!(read(query).mode, mode, "{query}");
        }
        assert_eq!(read(&format!("duplicate={VERSION}")).copied, Some(Ok(id)));
        assert_eq!(read("duplicate=ada/api").copied, Some(Err("ada/api".to_owned())));
    }

    #[test]
    fn values_are_those_of_the_first_of_each_name() {
        let filled = read("param.region=eu&param.empty=&param.=x&param.region=us&params.x=1&param.a.b=c");
        let values: Vec<(&str, &str)> =
            filled.values.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
        assert_eq!(values, [("region", "eu"), ("empty", ""), ("a.b", "c")]);
        assert!(!filled.leaves_values_out());
        assert!(read("preset=x&param.a=b").leaves_values_out());
    }

    #[test]
    fn fields_are_fixed_by_their_plain_names() {
        let filled = read("disable_params=region, Disk size,,cpu_cores");
        for (name, fixed) in [
            ("region", true),
            ("Region", true),
            ("disk size", true),
            ("disk_size", true),
            ("CPU cores", true),
            ("size", false),
            ("", false),
        ] {
            assert_eq!(filled.fixes(name), fixed, "{name}");
        }
        assert_eq!(filled.fixed(["region", "size"].into_iter()), ["region"]);
    }

    #[test]
    fn only_a_link_that_makes_a_workspace_looks_for_one() {
        assert_eq!(
            read("mode=auto&match=name:api").search("docker").as_deref(),
            Some("owner:me template:docker name:api")
        );
        assert_eq!(read("mode=auto").search("docker"), None);
        assert_eq!(read("match=name:api").search("docker"), None);
    }
}
