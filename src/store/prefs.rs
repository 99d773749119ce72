//! What the viewer chose for this browser: the theme, and the width of a chart's names. Kept without a version;
//! `inline.js` reads the theme before anything is painted. May import `api` and below.

use crate::browser::storage::Area;
use crate::browser::{page, storage};
use crate::store::tabs::{Message, Tabs};
use leptos::prelude::*;

/// Where `inline.js` looks for the theme.
const THEME_KEY: &str = "gantry.theme";

/// Where the width of a chart's column of names is kept, in whole CSS pixels.
const NAMES_WIDTH_KEY: &str = "gantry.names-width";

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
    /// How wide the column of names beside a chart is, in CSS pixels; `None` for the usual width. Write it with
    /// [`Prefs::set_names_width`].
    pub names_width: ArcRwSignal<Option<f64>>,
    tabs: Tabs,
}

impl Prefs {
    /// What this browser has stored; `tabs` are told of what is chosen.
    pub fn new(tabs: &Tabs) -> Self {
        let theme = Theme::from_word(storage::get(Area::Local, THEME_KEY).as_deref());
        Self { theme: ArcRwSignal::new(theme), names_width: ArcRwSignal::new(stored_names_width()), tabs: tabs.clone() }
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

    /// Chooses the width of the column of names, in CSS pixels, and keeps it; `None` is the usual one.
    pub fn set_names_width(&self, width: Option<f64>) {
        match width {
            Some(width) => {
                storage::set(Area::Local, NAMES_WIDTH_KEY, &(width.round() as i64).to_string());
            }
            None => storage::remove(Area::Local, NAMES_WIDTH_KEY),
        }
        self.show_names_width(width);
        self.tabs.tell(&Message::Prefs);
    }

    fn show_names_width(&self, width: Option<f64>) {
        if self.names_width.get_untracked() != width {
            self.names_width.set(width);
        }
    }

    /// Another tab chose: reads the choices anew.
    pub fn reload(&self) {
        self.show_names_width(stored_names_width());
        self.show(Theme::from_word(storage::get(Area::Local, THEME_KEY).as_deref()));
    }

    fn show(&self, theme: Theme) {
        page::set_root_attribute("data-theme", theme.word());
        if self.theme.get_untracked() != theme {
            self.theme.set(theme);
        }
    }
}

fn stored_names_width() -> Option<f64> {
    storage::get(Area::Local, NAMES_WIDTH_KEY).and_then(|text| width_of(&text))
}

/// A width as it is stored. Whole pixels: what is read of fractions is ten kilobytes of tables.
fn width_of(text: &str) -> Option<f64> {
    text.parse::<u16>().ok().filter(|width| *width > 0).map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_width_is_whole_pixels_or_none() {
        for (text, width) in
            [("320", Some(320.0)), ("0", None), ("-4", None), ("wide", None), ("", None), ("99999", None)]
        {
            assert_eq!(width_of(text), width, "{text}");
        }
    }

    #[test]
    fn words_and_themes_fit() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::from_word(theme.word()), theme);
        }
        assert_eq!(Theme::from_word(Some("sepia")), Theme::System);
    }
}
