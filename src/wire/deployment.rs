//! Facts of the deployment that decide what is shown (docs/control-plane-api.md, 1.10, 1.11). Pure.

use crate::record;
use crate::text_enum;
use crate::wire::id::Id;
use crate::wire::list::List;
use crate::wire::map::Map;
use crate::wire::time::Timestamp;
use serde::Serialize;

record! {
    /// `GET /buildinfo`: for everyone, signed in or not.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct BuildInfo {
        /// Where the server's source or release is.
        pub external_url: String,
        /// Its version.
        pub version: String,
        /// The address that users reach it under, and that sign-in by others returns to.
        pub dashboard_url: String,
        /// Whether this is a proxy and not the control plane.
        pub workspace_proxy: bool,
        /// The version of the agents' API.
        pub agent_api_version: String,
        /// The version of the provisioners' API.
        pub provisioner_api_version: String,
        /// What an old client should be told.
        pub upgrade_message: String,
        /// Names the deployment; what is stored in the browser is keyed by it.
        pub deployment_id: String,
    }
}

record! {
    /// `GET /entitlements`: what the licence allows. 404 on the open-source build.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Entitlements {
        /// By name.
        pub features: Option<Map<Feature>>,
        /// For administrators.
        pub warnings: List<String>,
        /// For administrators.
        pub errors: List<String>,
        /// Whether there is one at all.
        pub has_license: bool,
        /// Whether it is a trial.
        pub trial: bool,
        /// When this was last found out.
        pub refreshed_at: Timestamp,
    }
}

impl Entitlements {
    /// Whether a feature is licensed and switched on.
    pub fn has(&self, feature: &str) -> bool {
        self.features.as_ref().and_then(|features| features.get(feature)).is_some_and(|feature| feature.enabled)
    }
}

record! {
    /// A feature of the licence.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Feature {
        /// What the licence says.
        pub entitlement: Entitlement,
        /// Whether it is switched on.
        pub enabled: bool,
        /// How many, at most.
        pub limit?: Option<i64>,
        /// How many there are.
        pub actual?: Option<i64>,
    }
}

text_enum! {
    /// What the licence says of a feature.
    Entitlement {
        Entitled = "entitled",
        GracePeriod = "grace_period",
        NotEntitled = "not_entitled",
    }
}

record! {
    /// `GET /appearance`: 404 on the open-source build.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Appearance {
        /// The deployment's name, perhaps empty.
        pub application_name: String,
        /// Its picture, perhaps empty.
        pub logo_url: String,
        /// Where its documentation is.
        pub docs_url: String,
        /// What everyone should read.
        pub announcement_banners: List<Banner>,
        /// Where to get help.
        pub support_links?: List<SupportLink>,
    }
}

record! {
    /// Something that everyone should read.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Banner {
        /// Whether it is shown.
        pub enabled: bool,
        /// Markdown.
        pub message?: Option<String>,
        /// A colour of the web.
        pub background_color?: Option<String>,
    }
}

record! {
    /// Where to get help.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct SupportLink {
        /// What it says.
        pub name: String,
        /// Where it goes.
        pub target: String,
        /// A word, a path or an address.
        pub icon: String,
    }
}

record! {
    /// `GET /regions`: the control plane and its proxies, through which apps are reached.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Regions {
        /// They.
        pub regions: List<Region>,
    }
}

record! {
    /// The control plane, or one of its proxies.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Region {
        /// Its id.
        pub id: Id,
        /// `primary` for the control plane itself.
        pub name: String,
        /// For people.
        pub display_name: String,
        /// A path or an address.
        pub icon_url: String,
        /// Whether it answers.
        pub healthy: bool,
        /// Where apps without a host of their own are.
        pub path_app_url: String,
        /// `*.apps.example.com`: where apps with one are; empty if nowhere.
        pub wildcard_hostname: String,
    }
}

record! {
    /// `GET /deployment/ssh`: how the command-line client sets up SSH.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct SshConfig {
        /// `coder.`
        pub hostname_prefix: String,
        /// `coder`
        pub hostname_suffix: String,
        /// More options of SSH.
        pub ssh_config_options: Option<Map<String>>,
    }
}

record! {
    /// `GET /updatecheck`: whether the server is the newest.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct UpdateCheck {
        /// Whether it is.
        pub current: bool,
        /// The newest.
        pub version: String,
        /// Where that is.
        pub url: String,
    }
}

/// Answer of `POST /authcheck`: by the key of the check.
pub type AuthChecks = Map<bool>;
