//! The tokens, measured (docs/look.md, "Colour"): text at least 4.5:1 on every paper, bars and rings at least 3:1, in both themes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::HashMap;

/// The WCAG relative luminance of `#rrggbb` or `#rgb`.
fn luminance(hex: &str) -> f64 {
    let digits: Vec<char> = hex.trim_start_matches('#').chars().collect();
    let channel = |index: usize| {
        let text: String = if digits.len() == 3 {
            [digits[index], digits[index]].iter().collect()
        } else {
            digits[2 * index..2 * index + 2].iter().collect()
        };
        let value = f64::from(u8::from_str_radix(&text, 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Every `--name: light-dark(#…, #…)` of the first list of tokens (the later ones answer "more contrast").
fn tokens() -> HashMap<String, [String; 2]> {
    let text = include_str!("../style/tokens.css");
    let text = text.split("@media").next().unwrap();
    let mut found = HashMap::new();
    for (start, _) in text.match_indices("light-dark(#") {
        let name = text[..start].rsplit("--").next().unwrap().split(':').next().unwrap().trim().to_owned();
        let inside = text[start + "light-dark(".len()..].split(')').next().unwrap();
        let colours: Vec<String> = inside.split(',').map(|it| it.trim().to_owned()).collect();
        if let [light, dark] = colours.as_slice() {
            found.insert(name, [light.clone(), dark.clone()]);
        }
    }
    found
}

fn held(inks: &[&str], papers: &[&str], least: f64) {
    let tokens = tokens();
    let mut wrong = Vec::new();
    for ink in inks {
        for paper in papers {
            for (theme, name) in ["light", "dark"].iter().enumerate() {
                let (one, other) = (&tokens[*ink][theme], &tokens[*paper][theme]);
                let ratio = contrast(one, other);
                if ratio < least {
                    wrong.push(format!("--{ink} {one} on --{paper} {other}, {name}: {ratio:.2}, at least {least}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn text_is_readable_on_every_paper() {
    held(
        &["ink", "ink-2", "ink-3", "warn", "bad", "accent"],
        &["surface", "sunken", "raised", "hover", "selected"],
        4.5,
    );
    held(&["warn"], &["warn-bg"], 4.5);
    held(&["bad"], &["bad-bg"], 4.5);
    held(&["on-accent"], &["accent-fill"], 4.5);
    held(&["on-bad"], &["bad-fill"], 4.5);
}

#[test]
fn bars_and_rings_are_seen_on_every_paper() {
    let phases = [
        "phase-queue",
        "phase-init",
        "phase-plan",
        "phase-apply",
        "phase-graph",
        "phase-connect",
        "phase-scripts",
        "fail",
    ];
    held(&phases, &["surface", "sunken", "selected"], 3.0);
    held(&["focus", "rule-control", "ok", "busy", "idle", "dormant"], &["surface", "sunken", "hover", "selected"], 3.0);
}

#[test]
fn the_measure_is_the_standards() {
    assert!((contrast("#000", "#fff") - 21.0).abs() < 1e-9);
    assert!((contrast("#777777", "#ffffff") - 4.478).abs() < 1e-3);
}
