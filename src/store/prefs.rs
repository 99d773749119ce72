//! What the viewer chose for this browser: the theme. Kept without a version, because `inline.js` reads it before anything is painted. May
//! import `api` and below.

use crate::browser::storage::Area;
use crate::browser::{page, storage};
use crate::store::tabs::{Message, Tabs};
use leptos::prelude::*;

/// Where `inline.js` looks for the theme.
const THEME_KEY: &str = "gantry.theme";

/// Light, dark, or as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// As stored and as `data-theme` says it; `None` for the system's.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }

    fn from_word(word: Option<&str>) -> Self {
        match word {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        }
    }
}

/// The choices. A cheap clone is the same.
#[derive(Clone)]
pub struct Prefs {
    /// The theme; write it with [`Prefs::set_theme`].
    pub theme: ArcRwSignal<Theme>,
    tabs: Tabs,
}

impl Prefs {
    /// What this browser has stored; `tabs` are told of what is chosen.
    pub fn new(tabs: &Tabs) -> Self {
        let theme = Theme::from_word(storage::get(Area::Local, THEME_KEY).as_deref());
        Self { theme: ArcRwSignal::new(theme), tabs: tabs.clone() }
    }

    /// Chooses a theme, keeps the choice and shows it.
    pub fn set_theme(&self, theme: Theme) {
        match theme.word() {
            Some(word) => {
                storage::set(Area::Local, THEME_KEY, word);
            }
            None => storage::remove(Area::Local, THEME_KEY),
        }
        self.show(theme);
        self.tabs.tell(&Message::Prefs);
    }

    /// Another tab chose: reads the choices anew.
    pub fn reload(&self) {
        self.show(Theme::from_word(storage::get(Area::Local, THEME_KEY).as_deref()));
    }

    fn show(&self, theme: Theme) {
        page::set_root_attribute("data-theme", theme.word());
        if self.theme.get_untracked() != theme {
            self.theme.set(theme);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_themes_fit() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::from_word(theme.word()), theme);
        }
        assert_eq!(Theme::from_word(Some("sepia")), Theme::System);
    }
}
