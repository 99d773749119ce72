//! Facts of the deployment that decide what is shown (docs/control-plane-api.md, 1.10, 1.11). Pure.

use crate::record;
use crate::wire::list::List;
use serde::Serialize;

record! {
    /// `GET /buildinfo`: for everyone, signed in or not.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct BuildInfo {
        /// Where the server's source or release is.
        pub external_url?: String,
        /// The address that users reach it under, and that sign-in by others returns to.
        pub dashboard_url?: String,
        /// Names the deployment; what is stored in the browser is keyed by it.
        pub deployment_id?: String,
    }
}

record! {
    /// `GET /entitlements`: what the licence allows. 404 on the open-source build.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct Entitlements {
        /// Whether there is one at all.
        pub has_license: bool,
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
        /// `primary` for the control plane itself.
        pub name: String,
        /// Whether it answers.
        pub healthy?: Option<bool>,
        /// Where apps without a host of their own are.
        pub path_app_url?: String,
        /// `*.apps.example.com`: where apps with one are; empty if nowhere.
        pub wildcard_hostname?: String,
    }
}

record! {
    /// `GET /deployment/ssh`: how the command-line client sets up SSH.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    pub struct SshConfig {
        /// `coder`
        pub hostname_suffix?: String,
    }
}
