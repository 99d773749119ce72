//! The query of the list of templates. Keys are the control plane's own and go there; words are looked for here, in
//! name, organization and description, because the control plane looks for them in the display name alone, which few
//! templates have. Pure.

use crate::model::query::parse;
use crate::wire::template::Template;

/// Which templates are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    /// What the control plane is asked.
    pub asked: String,
    /// Whether deprecated ones are asked for as well: the control plane may leave them out unless it is asked for them.
    pub wants_deprecated: bool,
    /// In small letters; each must be found.
    words: Vec<String>,
    /// `used:me`: only those of which the viewer has a workspace.
    pub mine: bool,
}

/// A usual query, as a chip above the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preset {
    All,
    UsedByMe,
    MadeByMe,
    Deprecated,
}

impl Preset {
    pub(crate) const ALL: [Preset; 4] = [Preset::All, Preset::UsedByMe, Preset::MadeByMe, Preset::Deprecated];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Preset::All => "All",
            Preset::UsedByMe => "Used by me",
            Preset::MadeByMe => "Made by me",
            Preset::Deprecated => "Deprecated",
        }
    }

    pub(crate) fn query(self) -> &'static str {
        match self {
            Preset::All => "",
            Preset::UsedByMe => "used:me",
            Preset::MadeByMe => "author:me",
            Preset::Deprecated => "deprecated:true",
        }
    }

    pub(crate) fn is_pressed(self, query: &str) -> bool {
        parse(query).same(&parse(self.query()))
    }
}

impl Filter {
    /// What a query asks for.
    pub(crate) fn of(query: &str) -> Self {
        let parsed = parse(query);
        let mut filter = Filter { wants_deprecated: true, ..Filter::default() };
        let mut asked = Vec::new();
        for token in &parsed.tokens {
            match (token.key.as_str(), token.value.as_str()) {
                ("", word) => filter.words.push(word.to_lowercase()),
                ("used", "me") => filter.mine = true,
                (key, _) => {
                    filter.wants_deprecated &= key != "deprecated";
                    asked.push(token.to_string());
                }
            }
        }
        filter.asked = asked.join(" ");
        filter
    }

    /// What the control plane is asked for deprecated ones.
    pub(crate) fn asked_for_deprecated(&self) -> Option<String> {
        self.wants_deprecated.then(|| format!("{} deprecated:true", self.asked).trim_start().to_owned())
    }

    /// Whether a template is one of those that the words look for.
    pub(crate) fn finds(&self, template: &Template, yours: usize) -> bool {
        if self.mine && yours == 0 {
            return false;
        }
        let text = [
            &template.name,
            &template.display_name,
            &template.description,
            &template.organization_name,
            &template.organization_display_name,
        ]
        .map(|text| text.to_lowercase())
        .join("\n");
        self.words.iter().all(|word| text.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use json_tape::from_slice;

    fn template() -> Template {
        from_slice(
            br#"{"id":"00000000-0000-0000-0000-000000000001","name":"docker-dev","organization_name":"acme","description":"Go and Node, 50 GB"}"#,
        )
        .unwrap()
    }

    #[test]
    fn keys_go_to_the_control_plane_and_words_are_looked_for_here() {
        for (query, asked, deprecated, found) in [
            ("", "", Some("deprecated:true"), true),
            ("dock", "", Some("deprecated:true"), true),
            ("DOCKER node", "", Some("deprecated:true"), true),
            ("acme", "", Some("deprecated:true"), true),
            ("python", "", Some("deprecated:true"), false),
            ("author:me go", "author:me", Some("author:me deprecated:true"), true),
            ("deprecated:false", "deprecated:false", None, true),
            ("organization:\"a b\"", "organization:\"a b\"", Some("organization:\"a b\" deprecated:true"), true),
            ("used:me", "", Some("deprecated:true"), false),
            ("used:ada", "used:ada", Some("used:ada deprecated:true"), true),
        ] {
            let filter = Filter::of(query);
            assert_eq!(filter.asked, asked, "{query}");
            assert_eq!(filter.asked_for_deprecated().as_deref(), deprecated, "{query}");
            assert_eq!(filter.finds(&template(), 0), found, "{query}");
        }
        assert!(Filter::of("used:me").finds(&template(), 1));
    }

    #[test]
    fn a_chip_is_pressed_by_its_query() {
        for preset in Preset::ALL {
            for other in Preset::ALL {
                assert_eq!(preset.is_pressed(&format!(" {} ", other.query())), preset == other, "{preset:?} {other:?}");
            }
        }
    }
}
