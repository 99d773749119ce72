//! The tokens, measured (docs/look.md, "Colour"): text at least 4.5:1 on every paper, bars and rings at least 3:1, in
//! both themes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::HashMap;

/// Red, green and blue of `#rrggbb` or `#rgb` as amounts of light.
fn light(hex: &str) -> [f64; 3] {
    let digits: Vec<char> = hex.trim_start_matches('#').chars().collect();
    [0, 1, 2].map(|index| {
        let text: String = if digits.len() == 3 {
            [digits[index], digits[index]].iter().collect()
        } else {
            digits[2 * index..2 * index + 2].iter().collect()
        };
        let value = f64::from(u8::from_str_radix(&text, 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
}

type Matrix = [[f64; 3]; 3];

fn times(matrix: &Matrix, colour: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|row| matrix[row].iter().zip(colour).map(|(one, other)| one * other).sum())
}

/// The WCAG relative luminance of a colour.
fn luminance(hex: &str) -> f64 {
    let [red, green, blue] = light(hex);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// How colours look without one kind of cone, on amounts of light (Machado, Oliveira and Fernandes 2009, severity 1).
const EYES: [(&str, Matrix); 4] = [
    ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "deuteranopia",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
    ),
    (
        "tritanopia",
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]],
    ),
];

/// `OKLab`, with lightness from 0 to 100.
fn oklab(colour: [f64; 3]) -> [f64; 3] {
    const CONES: Matrix = [
        [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
        [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
        [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
    ];
    const LAB: Matrix = [
        [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
        [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
        [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
    ];
    let seen = colour.map(|part| part.clamp(0.0, 1.0));
    times(&LAB, times(&CONES, seen).map(f64::cbrt)).map(|part| part * 100.0)
}

/// How far two colours are apart for an eye.
fn apart(eye: &Matrix, one: &str, other: &str) -> f64 {
    let (a, b) = (oklab(times(eye, light(one))), oklab(times(eye, light(other))));
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
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
fn phases_stay_apart_whatever_cones_an_eye_lacks() {
    let phases =
        ["phase-queue", "phase-init", "phase-plan", "phase-apply", "phase-graph", "phase-connect", "phase-scripts"];
    let tokens = tokens();
    let mut wrong = Vec::new();
    for (eye, matrix) in &EYES {
        for (theme, name) in ["light", "dark"].iter().enumerate() {
            for (index, one) in phases.iter().enumerate() {
                for other in &phases[index + 1..] {
                    let distance = apart(matrix, &tokens[*one][theme], &tokens[*other][theme]);
                    if distance < 7.0 {
                        wrong.push(format!("--{one} and --{other}, {name}, {eye}: {distance:.2}, at least 7"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_distance_is_oklabs() {
    let [all, protan, deutan, tritan] = EYES.map(|(_, matrix)| matrix);
    assert!((apart(&all, "#000", "#fff") - 100.0).abs() < 1e-3);
    // Red, as its own author gives it in OKLab: 0.628, 0.225, 0.126.
    let red = oklab(light("#ff0000"));
    assert!(red.iter().zip([62.8, 22.5, 12.6]).all(|(is, said)| (is - said).abs() < 0.05), "{red:?}");
    // Greys are the same for every eye; what a missing cone confuses is not.
    for eye in [protan, deutan, tritan] {
        assert!((apart(&eye, "#333", "#aaa") - apart(&all, "#333", "#aaa")).abs() < 0.1);
    }
    assert!(apart(&deutan, "#e41a1c", "#4daf4a") < apart(&all, "#e41a1c", "#4daf4a") / 2.0);
}

#[test]
fn the_measure_is_the_standards() {
    assert!((contrast("#000", "#fff") - 21.0).abs() < 1e-9);
    assert!((contrast("#777777", "#ffffff") - 4.478).abs() < 1e-3);
}
