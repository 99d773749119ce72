//! The program that the page loads: installs the panic hook, nothing else. `boot.js` then calls `start`.

fn main() {
    gantry::install_panic_hook();
}
