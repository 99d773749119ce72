//! Run-time configuration: `config.json` beside index.html, asked for by `inline.js` in parallel with the application
//! (docs/architecture.md, "Configuration"). Parsed by hand from its nodes, because a wrong type must name its field in
//! a sentence for the person who runs the site.

use json_tape::{Node, Tape};

/// What a site may set. Unknown keys are warnings, wrong types are errors, a missing file is the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Path of the control plane's API on this origin, without a last slash.
    pub api: String,
    /// Name in the title and the top bar.
    pub name: String,
    /// The origins whose pages may show panels of this site, as a browser writes them (`https://portal.example.com`).
    pub embed_origins: Vec<String>,
    /// What this site lets people do.
    pub features: Features,
    /// Sentences for the browser's console.
    pub warnings: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            api: "/api/v2".to_owned(),
            name: "Gantry".to_owned(),
            embed_origins: Vec::new(),
            features: Features::default(),
            warnings: Vec::new(),
        }
    }
}

/// What a site lets people do; all of it unless `features` says otherwise. The control plane's own permissions come on
/// top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Features {
    /// Whether anything may be changed from here; without it the site is for looking only.
    pub actions: bool,
    /// Whether workspaces may be created.
    pub create: bool,
    /// Whether anything may be changed in a panel in another page.
    pub panel_actions: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self { actions: true, create: true, panel_actions: true }
    }
}

impl Features {
    fn read(value: Node<'_>, warnings: &mut Vec<String>) -> Result<Self, ConfigError> {
        let Some(mut fields) = value.object() else { return Err(wrong("features", "an object of switches", value)) };
        let mut features = Self::default();
        let mut errors = None;
        while let (Some(key), Some(value)) = (fields.next(), fields.next()) {
            let name = key.text().unwrap_or_default();
            let switch = match name {
                "actions" => &mut features.actions,
                "create" => &mut features.create,
                "panel_actions" => &mut features.panel_actions,
                other => {
                    warnings.push(unknown(&format!("features.{other}")));
                    continue;
                }
            };
            match value.bool() {
                Some(on) => *switch = on,
                None => add(&mut errors, wrong(&format!("features.{name}"), "true or false", value)),
            }
        }
        // Nothing is created, in a panel or elsewhere, where nothing may be changed.
        features.create &= features.actions;
        features.panel_actions &= features.actions;
        errors.map_or(Ok(features), Err)
    }
}

fn unknown(field: &str) -> String {
    format!("config.json: the field “{field}” is not known and has no effect.")
}

/// A configuration that cannot be used: what is wrong and what to write instead, for the error page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The first wrong field, or `None` if the file is not JSON at all.
    pub field: Option<String>,
    /// A sentence or two for each wrong field.
    pub text: String,
}

/// Adds what is wrong with one more field: whoever mends the file is told all of it at once.
fn add(errors: &mut Option<ConfigError>, error: ConfigError) {
    match errors {
        Some(first) => {
            first.text.push(' ');
            first.text.push_str(&error.text);
        }
        None => *errors = Some(error),
    }
}

fn wrong(field: &str, expected: &str, got: Node<'_>) -> ConfigError {
    let kind = if got.is_null() {
        "null"
    } else if got.bool().is_some() {
        "a boolean"
    } else if got.number().is_some() {
        "a number"
    } else if got.text().is_some_and(|text| text.trim().is_empty()) {
        "empty"
    } else if got.text().is_some() {
        "a text"
    } else if got.array().is_some() {
        "a list"
    } else {
        "an object"
    };
    ConfigError {
        field: Some(field.to_owned()),
        text: format!("The field “{field}” of config.json must be {expected}, but it is {kind}."),
    }
}

impl Config {
    /// Reads the text of `config.json`; an empty text is a missing file.
    ///
    /// # Errors
    /// Text that is not a JSON object, or a field of the wrong type.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        if text.trim().is_empty() {
            return Ok(config);
        }
        let tape = Tape::parse(text.as_bytes()).map_err(|error| ConfigError {
            field: None,
            text: format!("config.json is not JSON: {error}. Correct it, or remove the file to use the defaults."),
        })?;
        let Some(mut fields) = tape.root().object() else {
            return Err(ConfigError { field: None, text: "config.json must be one JSON object: { … }.".to_owned() });
        };
        let mut errors = None;
        while let (Some(key), Some(value)) = (fields.next(), fields.next()) {
            let read = match key.text().unwrap_or_default() {
                "api" => api_path(value).map(|api| config.api = api),
                "name" => match value.text() {
                    Some(name) if !name.trim().is_empty() => {
                        name.trim().clone_into(&mut config.name);
                        Ok(())
                    }
                    _ => Err(wrong("name", "a text that is not empty", value)),
                },
                "embed_origins" => origins(value).map(|origins| config.embed_origins = origins),
                "features" => Features::read(value, &mut config.warnings).map(|features| config.features = features),
                other => {
                    config.warnings.push(unknown(other));
                    Ok(())
                }
            };
            if let Err(error) = read {
                add(&mut errors, error);
            }
        }
        errors.map_or(Ok(config), Err)
    }
}

fn api_path(value: Node<'_>) -> Result<String, ConfigError> {
    let expected = "a path on this host such as “/api/v2”";
    let Some(path) = value.text() else { return Err(wrong("api", expected, value)) };
    if !is_path(path) {
        return Err(ConfigError {
            field: Some("api".to_owned()),
            text: format!(
                "The field “api” of config.json must be {expected}, but it is “{}”. The control plane refuses browsers of another origin, so it has to be behind the same host.",
                path.escape_debug()
            ),
        });
    }
    Ok(path.trim_end_matches('/').to_owned())
}

fn origins(value: Node<'_>) -> Result<Vec<String>, ConfigError> {
    let Some((_, items)) = value.array() else { return Err(wrong("embed_origins", EXPECTED_ORIGINS, value)) };
    let mut origins = Vec::new();
    let mut errors = None;
    for item in items {
        match origin_of(item.text().unwrap_or_default()) {
            Some(origin) => origins.push(origin),
            None => add(
                &mut errors,
                ConfigError {
                    field: Some("embed_origins".to_owned()),
                    text: format!(
                        "The field “embed_origins” of config.json must be {EXPECTED_ORIGINS}, but one of it is “{}”.",
                        item.text().unwrap_or("no text").escape_debug()
                    ),
                },
            ),
        }
    }
    errors.map_or(Ok(origins), Err)
}

const EXPECTED_ORIGINS: &str = "a list of origins such as [“https://portal.example.com”]";

/// An origin as a browser writes it: scheme and host in small letters, a port only where it is not the usual one.
/// `None` for whatever is more or less than an origin (a path, a pattern, a host alone).
pub(crate) fn origin_of(text: &str) -> Option<String> {
    let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
    let (scheme, host) = text.split_once("://")?;
    let usual = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let host = host.strip_suffix(usual).unwrap_or(host);
    let plain = |one: char| one.is_ascii_alphanumeric() || "-._:[]".contains(one);
    let whole = !host.is_empty() && host.chars().all(plain) && !host.starts_with(':') && !host.ends_with(':');
    whole.then(|| format!("{scheme}://{host}"))
}

/// Whether a text is a path and nothing else, and remains the same one when a browser reads it: nothing that its parser
/// drops (a tab), turns (a backslash), resolves (`..`) or takes for a host, a query or a fragment. `inline.js` asks the
/// same before it asks the API.
fn is_path(text: &str) -> bool {
    let plain = |one: char| one.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@%/".contains(one);
    let dots = |part: &str| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let inside = text.strip_prefix('/').map(|rest| rest.strip_suffix('/').unwrap_or(rest));
    text.chars().all(plain)
        && inside.is_some_and(|inside| inside.split('/').all(|part| !part.is_empty() && !dots(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_the_default() {
        assert_eq!(Config::parse(""), Ok(Config::default()));
        assert_eq!(Config::parse("{}"), Ok(Config::default()));
    }

    #[test]
    fn the_published_file_is_the_default_without_warnings() {
        assert_eq!(Config::parse(include_str!("../public/config.json")), Ok(Config::default()));
    }

    #[test]
    fn everything_set() {
        let text = r#"{"api": "/coder/api/v2/", "name": " Acme ", "embed_origins": ["https://grafana.example.com/"], "features": {"x": true, "create": false, "panel_actions": true}, "nmae": 1}"#;
        let config = Config::parse(text).unwrap();
        assert_eq!(config.api, "/coder/api/v2");
        assert_eq!(config.name, "Acme");
        assert_eq!(config.embed_origins, ["https://grafana.example.com"]);
        assert_eq!(config.features, Features { actions: true, create: false, panel_actions: true });
        assert_eq!(
            config.warnings,
            [
                "config.json: the field “features.x” is not known and has no effect.",
                "config.json: the field “nmae” is not known and has no effect."
            ]
        );
    }

    #[test]
    fn where_nothing_may_be_changed_nothing_is_created_either() {
        let features = |text: &str| Config::parse(text).unwrap().features;
        assert_eq!(features(r#"{"features": {}}"#), Features::default());
        let none = Features { actions: false, create: false, panel_actions: false };
        assert_eq!(features(r#"{"features": {"actions": false}}"#), none);
        assert_eq!(features(r#"{"features": {"create": true, "panel_actions": true, "actions": false}}"#), none);
    }

    #[test]
    fn an_origin_is_what_a_browser_calls_one() {
        for (text, origin) in [
            ("https://portal.example.com", Some("https://portal.example.com")),
            ("https://Portal.Example.com/", Some("https://portal.example.com")),
            ("https://portal.example.com:443", Some("https://portal.example.com")),
            ("http://localhost:80", Some("http://localhost")),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("https://portal.example.com//", None),
            ("https://portal.example.com/x", None),
            ("https://user@portal.example.com", None),
            ("https://", None),
            ("https://:443", None),
            ("file:///x", None),
            ("null", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(origin_of(text).as_deref(), origin, "{text}");
        }
    }

    #[test]
    fn a_wrong_type_names_its_field() {
        for (text, field) in [
            (r#"{"api": 5}"#, Some("api")),
            (r#"{"api": "https://coder.example.com"}"#, Some("api")),
            (r#"{"api": "//coder.example.com"}"#, Some("api")),
            (r#"{"api": "/\t/coder.example.com/api/v2"}"#, Some("api")),
            (r#"{"api": "/\n/coder.example.com/api/v2"}"#, Some("api")),
            (r#"{"api": "/\\coder.example.com/api/v2"}"#, Some("api")),
            (r#"{"api": "\\\\coder.example.com"}"#, Some("api")),
            (r#"{"api": "/.//coder.example.com"}"#, Some("api")),
            (r#"{"api": "/a/..//coder.example.com"}"#, Some("api")),
            (r#"{"api": "/a/../b"}"#, Some("api")),
            (r#"{"api": "/a/%2E%2e/b"}"#, Some("api")),
            (r#"{"api": "/a//b"}"#, Some("api")),
            (r#"{"api": "/api/v2?x"}"#, Some("api")),
            (r#"{"api": "/api/v2#x"}"#, Some("api")),
            (r#"{"api": " /api/v2"}"#, Some("api")),
            (r#"{"api": "/api v2"}"#, Some("api")),
            (r#"{"api": "/api/v2\u0000"}"#, Some("api")),
            (r#"{"api": "/ä"}"#, Some("api")),
            (r#"{"api": "api/v2"}"#, Some("api")),
            (r#"{"api": "javascript:alert(1)"}"#, Some("api")),
            (r#"{"api": ""}"#, Some("api")),
            (r#"{"api": "/"}"#, Some("api")),
            (r#"{"name": ""}"#, Some("name")),
            (r#"{"name": null}"#, Some("name")),
            (r#"{"embed_origins": "https://portal.example.com"}"#, Some("embed_origins")),
            (r#"{"embed_origins": null}"#, Some("embed_origins")),
            (r#"{"embed_origins": [5]}"#, Some("embed_origins")),
            (r#"{"embed_origins": ["*"]}"#, Some("embed_origins")),
            (r#"{"embed_origins": ["portal.example.com"]}"#, Some("embed_origins")),
            (r#"{"embed_origins": ["https://*.example.com"]}"#, Some("embed_origins")),
            (r#"{"embed_origins": ["https://portal.example.com/path"]}"#, Some("embed_origins")),
            (r#"{"embed_origins": ["https://portal.example.com", "null"]}"#, Some("embed_origins")),
            (r#"{"features": null}"#, Some("features")),
            (r#"{"features": true}"#, Some("features")),
            (r#"{"features": ["actions"]}"#, Some("features")),
            (r#"{"features": {"actions": "false"}}"#, Some("features.actions")),
            (r#"{"features": {"create": null}}"#, Some("features.create")),
            (r#"{"features": {"panel_actions": 0}}"#, Some("features.panel_actions")),
            ("[]", None),
            ("{", None),
        ] {
            let error = Config::parse(text).unwrap_err();
            assert_eq!(error.field.as_deref(), field, "{text}");
            assert!(field.is_none_or(|name| error.text.contains(name)), "{text}: {}", error.text);
        }
        let host = Config::parse(r#"{"embed_origins": ["portal.example.com"]}"#).unwrap_err();
        assert_eq!(
            host.text,
            "The field “embed_origins” of config.json must be a list of origins such as [“https://portal.example.com”], but one of it is “portal.example.com”."
        );
        // All of it at once, in the order of the file.
        let many = r#"{"name": 5, "features": {"actions": 1, "create": "x"}, "embed_origins": ["*", "https://a.example.com", "b"], "api": "x"}"#;
        let many = Config::parse(many).unwrap_err();
        assert_eq!(many.field.as_deref(), Some("name"));
        let at = |text: &str| many.text.find(text).unwrap_or_else(|| panic!("{text}: {}", many.text));
        let places = ["“name”", "“features.actions”", "“features.create”", "is “*”", "is “b”", "“api”"].map(at);
        assert!(places.is_sorted(), "{places:?}: {}", many.text);
        let empty = Config::parse(r#"{"name": " "}"#).unwrap_err();
        assert_eq!(empty.text, "The field “name” of config.json must be a text that is not empty, but it is empty.");
    }
}
