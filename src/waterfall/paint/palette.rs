//! What the tones of a scene look like in the theme of the page. Pure but for plotters' colours; imports the scene.

use crate::model::timeline::Phase;
use crate::waterfall::scene::Tone;
use plotters::style::RGBColor;

/// The colours of a theme, read from the page's custom properties. The default is the light theme of the look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// `--surface`
    pub surface: RGBColor,
    /// `--sunken`
    pub sunken: RGBColor,
    /// `--selected`
    pub selected: RGBColor,
    /// `--ink`
    pub ink: RGBColor,
    /// `--ink-2`
    pub ink2: RGBColor,
    /// `--ink-3`
    pub ink3: RGBColor,
    /// `--rule`
    pub rule: RGBColor,
    /// `--rule-firm`
    pub rule_firm: RGBColor,
    /// `--accent`
    pub accent: RGBColor,
    /// `--on-accent`
    pub on_accent: RGBColor,
    /// `--fail`
    pub fail: RGBColor,
    /// `--fail-bg`
    pub fail_bg: RGBColor,
    /// `--bad`
    pub bad: RGBColor,
    /// `--phase-connect-bg`
    pub connect_bg: RGBColor,
    /// `--phase-…`, in the order of [`Phase::ALL`].
    pub phases: [RGBColor; 7],
}

impl Default for Palette {
    fn default() -> Self {
        Self {
            surface: RGBColor(0xff, 0xff, 0xff),
            sunken: RGBColor(0xf4, 0xf5, 0xf6),
            selected: RGBColor(0xea, 0xf1, 0xfb),
            ink: RGBColor(0x16, 0x19, 0x1d),
            ink2: RGBColor(0x44, 0x4c, 0x55),
            ink3: RGBColor(0x5c, 0x65, 0x70),
            rule: RGBColor(0xe1, 0xe5, 0xe8),
            rule_firm: RGBColor(0xc2, 0xc9, 0xcf),
            accent: RGBColor(0x1a, 0x56, 0xb8),
            on_accent: RGBColor(0xff, 0xff, 0xff),
            fail: RGBColor(0xc8, 0x32, 0x1c),
            fail_bg: RGBColor(0xfb, 0xe3, 0xde),
            bad: RGBColor(0xb0, 0x2a, 0x17),
            connect_bg: RGBColor(0xe8, 0xf4, 0xef),
            phases: [
                RGBColor(0x81, 0x88, 0x91),
                RGBColor(0x37, 0x96, 0xca),
                RGBColor(0x12, 0x72, 0xb4),
                RGBColor(0xbf, 0x7c, 0x00),
                RGBColor(0x9f, 0x4e, 0x7e),
                RGBColor(0x00, 0x6d, 0x4e),
                RGBColor(0x4e, 0x4d, 0x00),
            ],
        }
    }
}

impl Palette {
    /// The colour of a tone.
    pub fn of(&self, tone: Tone) -> RGBColor {
        match tone {
            Tone::Surface => self.surface,
            Tone::Sunken => self.sunken,
            Tone::Selected => self.selected,
            Tone::Ink => self.ink,
            Tone::Ink2 => self.ink2,
            Tone::Ink3 | Tone::Other => self.ink3,
            Tone::Rule => self.rule,
            Tone::RuleFirm => self.rule_firm,
            Tone::Accent => self.accent,
            Tone::OnAccent => self.on_accent,
            Tone::Fail => self.fail,
            Tone::FailBg => self.fail_bg,
            Tone::Bad => self.bad,
            Tone::ConnectBg => self.connect_bg,
            Tone::Phase(phase) => {
                let at = Phase::ALL.iter().position(|other| *other == phase);
                at.and_then(|at| self.phases.get(at)).copied().unwrap_or(self.ink3)
            }
        }
    }

    /// The pale fill of an estimated span: 28 % of the tone on the paper.
    pub fn pale(&self, tone: Tone) -> RGBColor {
        let (tone, paper) = (self.of(tone), self.surface);
        let mix = |a: u8, b: u8| ((u32::from(a) * 28 + u32::from(b) * 72 + 50) / 100).min(255) as u8;
        RGBColor(mix(tone.0, paper.0), mix(tone.1, paper.1), mix(tone.2, paper.2))
    }
}
