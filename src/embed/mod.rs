//! The pages and the custom element for other dashboards. May import `panels` and below.
