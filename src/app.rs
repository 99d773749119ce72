//! The app: providers, routes and the shell. May import every floor.

/// Installs the hook that turns a panic into the crash page (docs/architecture.md, "Panics").
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
    }));
}
