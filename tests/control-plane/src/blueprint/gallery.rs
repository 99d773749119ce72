//! Templates that ask for much, for `--templates all`: every kind of field, presets, accounts elsewhere, a version that
//! refuses what is stored, and what is too long, too many or too odd for a careless form. May import the types of a
//! blueprint.

use std::fmt::Write;
use std::sync::LazyLock;

use super::{Blueprint, Choice, Monotonic, Parameter, Preset, company};

/// A version of a template of the gallery.
#[derive(Debug, Clone, Copy)]
pub struct GalleryVersion {
    /// Name.
    pub name: &'static str,
    /// What changed.
    pub message: &'static str,
    /// Which blueprint it is.
    pub blueprint: &'static str,
    /// Why its import failed; empty if it did not.
    pub import_error: &'static str,
    /// Whether its import never ends.
    pub importing: bool,
}

/// A template of the gallery.
#[derive(Debug, Clone, Copy)]
pub struct GallerySeed {
    /// Name.
    pub name: &'static str,
    /// Name to show.
    pub display: &'static str,
    /// One sentence.
    pub description: &'static str,
    /// Icon.
    pub icon: &'static str,
    /// Versions, the oldest first.
    pub versions: &'static [GalleryVersion],
    /// Which of them is active.
    pub active: usize,
    /// Whether its parameters are asked for and checked in the way of before 2025.
    pub classic: bool,
    /// Tags that a provisioner must have.
    pub tags: &'static [(&'static str, &'static str)],
    /// Workspaces: name, owner, version, whether it runs, values that are not the usual ones.
    pub workspaces: &'static [(&'static str, &'static str, usize, bool, &'static [(&'static str, &'static str)])],
}

const VERSION: GalleryVersion =
    GalleryVersion { name: "v1", message: "First version", blueprint: "", import_error: "", importing: false };

const SEED: GallerySeed = GallerySeed {
    name: "",
    display: "",
    description: "",
    icon: "/icon/docker.svg",
    versions: &[],
    active: 0,
    classic: false,
    tags: &[],
    workspaces: &[],
};

/// The gallery.
pub const GALLERY: [GallerySeed; 11] = [
    GallerySeed {
        name: "workbench",
        display: "Workbench",
        description: "Asks in every way there is.",
        versions: &[GalleryVersion { blueprint: "workbench", ..VERSION }],
        ..SEED
    },
    GallerySeed {
        name: "data-science",
        display: "Data science",
        description: "Notebooks in sizes that others have chosen well.",
        icon: "/icon/jupyter.svg",
        versions: &[GalleryVersion { blueprint: "data-science", ..VERSION }],
        ..SEED
    },
    GallerySeed {
        name: "monorepo",
        display: "Monorepo",
        description: "The whole source, cloned with your own account.",
        versions: &[GalleryVersion { blueprint: "monorepo", ..VERSION }],
        ..SEED
    },
    GallerySeed {
        name: "compliance-vm",
        display: "Compliance VM",
        description: "A machine under audit. Its rules grow tighter.",
        icon: "/icon/aws.svg",
        versions: &[
            GalleryVersion { blueprint: "compliance-1", ..VERSION },
            GalleryVersion {
                name: "v2",
                message: "No more Frankfurt, 64 GB at most, and a cost centre for everything",
                blueprint: "compliance-2",
                ..VERSION
            },
        ],
        active: 1,
        workspaces: &[
            ("audit-trail", "ada", 0, true, &[("region", "fra"), ("memory", "128"), ("checks", "[\"pci\",\"sox\"]")]),
            ("evidence", "ada", 0, false, &[("memory", "96"), ("branch", "Feature/Upper")]),
            ("risk-model", "ken", 0, true, &[]),
        ],
        ..SEED
    },
    GallerySeed {
        name: "control-room",
        display: "Control room",
        description: "Two hundred switches and dials.",
        versions: &[GalleryVersion { blueprint: "control-room", ..VERSION }],
        ..SEED
    },
    GallerySeed {
        name: "world",
        display: "World",
        description: "Any of two thousand places.",
        versions: &[GalleryVersion { blueprint: "world", ..VERSION }],
        ..SEED
    },
    GallerySeed {
        name: "handbook",
        display: "Handbook",
        description: "Explains itself at length.",
        versions: &[GalleryVersion { blueprint: "handbook", ..VERSION }],
        ..SEED
    },
    GallerySeed {
        name: "cost-centre",
        display: "Cost centre",
        description: "Its names follow a rule that no browser can read.",
        versions: &[GalleryVersion { blueprint: "cost-centre", ..VERSION }],
        ..SEED
    },
    GallerySeed {
        name: "releases",
        display: "Releases",
        description: "One version is good, one did not import, one is still being looked at.",
        versions: &[
            GalleryVersion { blueprint: "docker", ..VERSION },
            GalleryVersion {
                name: "v2",
                message: "Podman",
                blueprint: "docker",
                import_error: "template import provision for start: terraform plan: exit status 1",
                ..VERSION
            },
            GalleryVersion { name: "v3", message: "Smaller image", blueprint: "docker", importing: true, ..VERSION },
        ],
        workspaces: &[("release-notes", "ada", 0, false, &[])],
        ..SEED
    },
    GallerySeed {
        name: "secure-zone",
        display: "Secure zone",
        description: "Built by provisioners behind the second door. None of them is on.",
        versions: &[GalleryVersion { blueprint: "docker", ..VERSION }],
        tags: &[("zone", "secure")],
        ..SEED
    },
    GallerySeed {
        name: "old-forms",
        display: "Old forms",
        description: "Parameters in the way of before 2025.",
        versions: &[GalleryVersion { blueprint: "old-forms", ..VERSION }],
        classic: true,
        ..SEED
    },
];

/// The blueprint of a name, if it is one of the gallery's.
pub fn named(name: &str) -> Option<Blueprint> {
    let docker = || company::named("docker").unwrap_or_default();
    let asking = |parameters: Vec<Parameter>| Blueprint { parameters, ..docker() };
    Some(match name {
        "workbench" => asking(workbench()),
        "data-science" => Blueprint { presets: data_science_presets(), ..asking(data_science()) },
        "monorepo" => Blueprint {
            accounts: vec![("git", false), ("packages", true)],
            ..asking(vec![Parameter { default: "main", ..Parameter::text("branch") }])
        },
        "compliance-1" => asking(compliance(&[("Frankfurt", "fra"), ("Dublin", "dub"), ("Paris", "par")], 128)),
        "compliance-2" => asking(stricter(compliance(&[("Dublin", "dub"), ("Paris", "par")], 64))),
        "control-room" => asking(CONTROL_ROOM.clone()),
        "world" => asking(vec![
            Parameter {
                display: "Place",
                form: "dropdown",
                default: "place-0001",
                options: PLACES.clone(),
                ..Parameter::text("place")
            },
            Parameter {
                display: "Also there",
                form: "multi-select",
                options: PLACES.clone(),
                ..Parameter::list("more", "[]")
            },
        ]),
        "handbook" => Blueprint {
            readme: &HANDBOOK,
            ..asking(vec![Parameter {
                display: "Edition",
                description: &HANDBOOK,
                default: "short",
                ..Parameter::text("edition").choices(&[("Short", "short"), ("Long", "long")])
            }])
        },
        "cost-centre" => asking(vec![Parameter {
            display: "Cost centre",
            description: "Such as `core-dev` or `billing-PROD`.",
            placeholder: "team-stage",
            default: "core-dev",
            pattern: Some("^(?P<team>[[:alpha:]]{2,8})-(?i:prod|dev)\\z"),
            error: "A team of 2 to 8 letters, a dash, prod or dev.",
            ..Parameter::text("cost_centre")
        }]),
        "old-forms" => Blueprint {
            variables: vec![("registry", "registry.acme.test")],
            ..asking(vec![
                Parameter { display: "Purpose", required: true, ..Parameter::text("purpose") },
                Parameter { default: "s", ..Parameter::text("size").choices(&[("Small", "s"), ("Large", "l")]) },
                Parameter { min: Some(1), max: Some(8), ..Parameter::number("cpus", "2") },
                Parameter { ephemeral: true, ..Parameter::flag("clean", "false") },
            ])
        },
        _ => return None,
    })
}

fn workbench() -> Vec<Parameter> {
    let (text, number, flag, list) = (Parameter::text, Parameter::number, Parameter::flag, Parameter::list);
    vec![
        Parameter { display: "Project", description: "What it is **for**.", required: true, ..text("project") },
        Parameter {
            display: "Region",
            description: "It cannot be moved later.",
            mutable: false,
            default: "eu",
            options: vec![
                Choice {
                    name: "Europe",
                    value: "eu",
                    description: "Dublin and _Paris_.",
                    icon: "/emojis/1f1ea-1f1fa.png",
                },
                Choice { name: "America", value: "us", description: "", icon: "/icon/aws.svg" },
            ],
            ..text("region")
        },
        Parameter {
            display: "Image",
            form: "dropdown",
            default: "ubuntu",
            ..text("image").choices(&[("Ubuntu", "ubuntu"), ("Debian", "debian"), ("Fedora", "fedora")])
        },
        Parameter {
            display: "Tools",
            form: "multi-select",
            ..list("tools", "[\"git\"]").choices(&[("Git", "git"), ("jq", "jq"), ("kubectl", "kubectl")])
        },
        Parameter { display: "Labels", description: "As many as you like.", ..list("labels", "[]") },
        Parameter {
            display: "Disk (GB)",
            form: "slider",
            min: Some(10),
            max: Some(200),
            monotonic: Some(Monotonic::Increasing),
            ..number("disk", "50")
        },
        Parameter {
            display: "CPUs",
            min: Some(1),
            max: Some(16),
            error: "Between {min} and {max}, not {value}.",
            ..number("cpus", "4")
        },
        Parameter { display: "Days to keep snapshots", monotonic: Some(Monotonic::Decreasing), ..number("keep", "30") },
        Parameter { display: "Replicas", ..number("replicas", "1").choices(&[("One", "1"), ("Three", "3")]) },
        Parameter { display: "GPU", form: "switch", ..flag("gpu", "false") },
        Parameter {
            display: "GPU model",
            form: "dropdown",
            default: "l4",
            when: Some(("gpu", "true")),
            ..text("gpu_model").choices(&[("L4", "l4"), ("H100", "h100")])
        },
        Parameter { display: "Terms", label: "I have read them", ..flag("terms", "true") },
        Parameter { display: "Backups", ..flag("backups", "true").choices(&[("Yes", "true"), ("No", "false")]) },
        Parameter { display: "Notes", form: "textarea", placeholder: "Anything", ..text("notes") },
        Parameter {
            display: "Branch",
            default: "main",
            pattern: Some("^[a-z0-9/-]+$"),
            error: "Letters, digits, - and / only.",
            ..text("branch")
        },
        Parameter { display: "Tenant", default: "acme", disabled: true, ..text("tenant") },
        Parameter { display: "API key", description: "Kept with the workspace.", masked: true, ..text("api_key") },
        Parameter { display: "Key file", form: "textarea", masked: true, ephemeral: true, ..text("key_file") },
        Parameter { display: "Rebuild the cache", form: "switch", ephemeral: true, ..flag("rebuild", "false") },
    ]
}

fn data_science() -> Vec<Parameter> {
    vec![
        Parameter {
            display: "Machine",
            form: "dropdown",
            default: "cpu-4",
            ..Parameter::text("machine").choices(&[("4 CPUs", "cpu-4"), ("16 CPUs", "cpu-16"), ("One GPU", "gpu-1")])
        },
        Parameter {
            display: "Disk (GB)",
            form: "slider",
            min: Some(20),
            max: Some(500),
            ..Parameter::number("disk", "40")
        },
        Parameter { display: "Owner's team", required: true, ..Parameter::text("team") },
    ]
}

fn data_science_presets() -> Vec<Preset> {
    vec![
        Preset {
            name: "Everyday",
            default: true,
            description: "What most people take.",
            icon: "/icon/jupyter.svg",
            values: vec![("machine", "cpu-4"), ("disk", "40")],
        },
        Preset {
            name: "Training",
            description: "A GPU, and room for checkpoints.",
            values: vec![("machine", "gpu-1"), ("disk", "400")],
            ..Preset::default()
        },
        Preset {
            name: "Marketing team",
            values: vec![("team", "marketing"), ("machine", "cpu-4"), ("disk", "20")],
            ..Preset::default()
        },
        Preset {
            name: "Out of date",
            description: "One of its values is no longer offered, one is no longer asked for.",
            values: vec![("machine", "cpu-64"), ("spot", "true")],
            ..Preset::default()
        },
    ]
}

/// What the first version asks for; the second has fewer regions and less memory.
fn compliance(regions: &[(&'static str, &'static str)], memory: i64) -> Vec<Parameter> {
    vec![
        Parameter { display: "Region", mutable: false, default: "dub", ..Parameter::text("region").choices(regions) },
        Parameter { display: "Memory (GB)", min: Some(4), max: Some(memory), ..Parameter::number("memory", "16") },
        Parameter {
            display: "Checks",
            form: "multi-select",
            ..Parameter::list("checks", "[\"pci\"]").choices(&[("PCI", "pci"), ("SOX", "sox"), ("ISO 27001", "iso")])
        },
        Parameter { display: "Branch", default: "main", ..Parameter::text("branch") },
    ]
}

fn stricter(mut parameters: Vec<Parameter>) -> Vec<Parameter> {
    for parameter in &mut parameters {
        match parameter.name {
            "checks" => parameter.options.retain(|option| option.value != "sox"),
            "branch" => {
                parameter.pattern = Some("^[a-z0-9/-]+$");
                parameter.error = "Letters, digits, - and / only.";
            }
            _ => {}
        }
    }
    parameters.push(Parameter {
        display: "Cost centre",
        description: "Who pays for it.",
        required: true,
        ..Parameter::text("cost_centre")
    });
    parameters
}

/// Texts that are made once and live as long as the process, as those do that are written down.
fn lasting(text: String) -> &'static str {
    text.leak()
}

static CONTROL_ROOM: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
    (1..=200)
        .map(|number| {
            let name = lasting(format!("control_{number:03}"));
            let display = lasting(format!("Control {number}"));
            let parameter = match number % 5 {
                0 => Parameter { form: "switch", ..Parameter::flag(name, "false") },
                1 => Parameter::text(name),
                2 => Parameter { form: "slider", min: Some(0), max: Some(100), ..Parameter::number(name, "50") },
                3 => Parameter {
                    form: "dropdown",
                    default: "auto",
                    ..Parameter::text(name).choices(&[("Automatic", "auto"), ("On", "on"), ("Off", "off")])
                },
                _ => Parameter::list(name, "[]"),
            };
            Parameter { display, ..parameter }
        })
        .collect()
});

static PLACES: LazyLock<Vec<Choice>> = LazyLock::new(|| {
    const SYLLABLES: [&str; 12] = ["Al", "Ber", "Cor", "Dun", "El", "Fal", "Gor", "Hel", "Is", "Jor", "Kal", "Lin"];
    const ENDINGS: [&str; 10] = ["a", "burg", "dale", "field", "ham", "holm", "ia", "mouth", "stad", "ton"];
    (1..=2000_usize)
        .map(|number| {
            let syllable = |at: usize| SYLLABLES.get(at % SYLLABLES.len()).copied().unwrap_or_default();
            let ending = ENDINGS.get(number % ENDINGS.len()).copied().unwrap_or_default();
            let middle = syllable(number / 120).to_lowercase();
            Choice {
                name: lasting(format!("{}{middle}{ending} {number}", syllable(number / 10))),
                value: lasting(format!("place-{number:04}")),
                ..Choice::default()
            }
        })
        .collect()
});

/// Ten kilobytes of Markdown with HTML in it, some of it hostile.
static HANDBOOK: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::from(
        "# Handbook\n\n<img src=x onerror=\"document.title='taken over'\">\n<script>document.title='taken over'</script>\n\n\
         Read <b>all</b> of it, or [the short one](https://example.com/short). <a href=\"javascript:document.title='taken over'\">Not this</a>, nor \
         [that](javascript:document.title='taken%20over').\n\n| Chapter | About |\n|---|---|\n| 1 | Beginning |\n\n```sh\nmake handbook\n```\n",
    );
    for chapter in 1.. {
        if text.len() >= 10_000 {
            break;
        }
        let _ = write!(
            text,
            "\n## Chapter {chapter}\n\n- *Keep* the **home** volume: it outlives a stop.\n- <details><summary>More</summary>Nothing that \
             runs outlives it.</details>\n\n> Whoever asks twice is answered once.\n"
        );
    }
    text
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_of_the_gallery_has_its_blueprint() {
        for seed in GALLERY {
            for version in seed.versions {
                assert!(!super::super::named(version.blueprint).pieces.is_empty(), "{}", version.blueprint);
            }
            assert!(seed.active < seed.versions.len(), "{}", seed.name);
        }
        assert!(named("nothing").is_none());
    }

    #[test]
    fn what_is_too_much_is_there() {
        assert_eq!(named("control-room").unwrap().parameters.len(), 200);
        assert_eq!(named("world").unwrap().parameters[0].options.len(), 2000);
        let values: std::collections::BTreeSet<_> = PLACES.iter().map(|place| place.value).collect();
        assert_eq!(values.len(), 2000);
        assert!((10_000..10_400).contains(&HANDBOOK.len()), "{}", HANDBOOK.len());
        let forms: std::collections::BTreeSet<_> = workbench().iter().map(Parameter::form).collect();
        let all =
            ["checkbox", "dropdown", "input", "multi-select", "radio", "slider", "switch", "tag-select", "textarea"];
        assert_eq!(forms.into_iter().collect::<Vec<_>>(), all);
    }
}
