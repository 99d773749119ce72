#!/usr/bin/env bash
# Sets up what a command needs, and nothing else: `tools/setup.sh app` (make run, dist, dev), `tools/setup.sh test` (also the browser),
# `tools/setup.sh engines` (also Firefox and WebKit with what drives them).
# Says what it does and how long it usually takes on two cores, skips what is there, and stops with the exact missing thing.
set -euo pipefail
cd "$(dirname "$0")/.."

TRUNK=0.21.14
SPLIT=0.2.4
GECKODRIVER=0.37.1
export PATH="$PWD/.tools/bin:$PWD/node_modules/.bin:$HOME/.cargo/bin:$PATH"
say()  { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

command -v cargo >/dev/null || fail "cargo is missing. Install Rust with rustup (channel stable, 1.95 or newer), then run this again."
command -v rustup >/dev/null || fail "rustup is missing; it is needed for the wasm32 target. Install Rust with rustup, then run this again."
command -v cc >/dev/null || fail "a C compiler is missing. On Debian: apt-get install build-essential"
command -v node >/dev/null || fail "node is missing. Install Node 20 or newer."
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 20 ] || fail "node is version $(node --version), 20 or newer is needed."
command -v npm >/dev/null || fail "npm is missing. It comes with Node 20."
rust=$(rustc --version | cut -d' ' -f2)
[ "$(printf '1.95.0\n%s\n' "${rust%%-*}" | sort -V | head -n1)" = 1.95.0 ] || fail "rustc is $rust, 1.95 or newer is needed. Run: rustup update stable"

# The lock file says which wasm-bindgen the app is built with; its command-line tool must be exactly that version.
BINDGEN=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/version = |"/, ""); print; exit }' Cargo.lock)
[ -n "$BINDGEN" ] || fail "Cargo.lock names no wasm-bindgen. Restore it with: git checkout Cargo.lock"
has() { command -v "$1" >/dev/null && [ "$("$1" --version 2>/dev/null | sed -n '1s/^[^ ]* \([^ ]*\).*/\1/p')" = "$2" ]; }

# What is missing, and about how many minutes each takes.
need_trunk=0 need_bindgen=0 need_split=0 need_node=0
has trunk "$TRUNK" || need_trunk=8
if ! has wasm-bindgen "$BINDGEN" || ! command -v wasm-bindgen-test-runner >/dev/null; then need_bindgen=3; fi
# It has no --version: what cargo installed here says which one it is.
if ! grep -qF "\"wasm_split_cli_support $SPLIT " .tools/.crates.toml 2>/dev/null || ! command -v wasm-split-cli >/dev/null; then need_split=1; fi
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then need_node=1; fi
left=$((need_trunk + need_bindgen + need_split + need_node))
[ "$left" -lt 2 ] || say "the tools are built once, into .tools: about $left minutes in all"

# Installs a tool with the versions it was published with. Where one of those is gone from the registry, nothing is wrong: the newest that fit are taken.
install_tool() {
  local what=$1 minutes=$2 log=.tools/setup.log; shift 2
  left=$((left - minutes))
  mkdir -p .tools
  say "building $what (about $minutes of $((left + minutes)) minutes)"
  local run=(env CARGO_PROFILE_RELEASE_LTO=off node tools/progress.mjs "$what" "$minutes" "$left" "$log" cargo install --force --root .tools)
  if "${run[@]}" --locked "$@"; then return; fi
  if ! grep -q '^ *Compiling ' "$log"; then
    say "$what: not all versions that it was published with can be had here, the newest that fit are taken"
    if "${run[@]}" "$@"; then return; fi
  fi
  tail -n 60 "$log" >&2
  fail "$what could not be built: see the lines above, all of them are in $log."
}

if ! rustup target list --installed | grep -qx wasm32-unknown-unknown; then
  say "adding the wasm32 target to the Rust toolchain (half a minute)"
  rustup target add wasm32-unknown-unknown
fi
[ "$need_trunk" = 0 ] || install_tool "trunk $TRUNK" "$need_trunk" "trunk@$TRUNK"
[ "$need_bindgen" = 0 ] || install_tool "wasm-bindgen-cli $BINDGEN" "$need_bindgen" "wasm-bindgen-cli@$BINDGEN"
[ "$need_split" = 0 ] || install_tool "wasm-split-cli $SPLIT" "$need_split" --features build-binary "wasm_split_cli_support@$SPLIT"

if [ "$need_node" != 0 ]; then
  say "installing the Node packages: wasm-opt, terser, Playwright, axe (half a minute)"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi
opt=$(wasm-opt --version 2>/dev/null | grep -o 'version_[0-9]*' || true)
[ "$opt" = version_132 ] || fail "wasm-opt is ${opt:-missing}, version_132 is needed. Run: rm -r node_modules, then this again."

say "fetching the Rust packages of Cargo.lock (a minute at first)"
cargo fetch --locked --quiet

if [ "${1:-app}" != app ]; then
  missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  command -v chromedriver >/dev/null || missing+=(chromium-driver)
  # The typeface of the pictures (tests/e2e/pictures).
  compgen -G '/usr/share/fonts/truetype/liberation*/LiberationSans-Regular.ttf' >/dev/null || missing+=(fonts-liberation)
  # The servers of tests/hosting. Debian keeps them outside of a person's PATH.
  PATH="$PATH:/usr/sbin"
  command -v nginx >/dev/null || missing+=(nginx-light)
  [ -e /usr/lib/nginx/modules/ngx_http_brotli_static_module.so ] || missing+=(libnginx-mod-http-brotli-static)
  command -v caddy >/dev/null || missing+=(caddy)
  if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "installing ${missing[*]} with apt (a minute)"
      apt-get update -qq
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
    else
      fail "the tests need a browser and two web servers. Run this, then again: sudo apt-get install -y ${missing[*]}"
    fi
  fi
  command -v chromium >/dev/null || fail "chromium is missing even after its installation; see the lines above."
  command -v chromedriver >/dev/null || fail "chromedriver is missing even after its installation; see the lines above."
fi

# Debian's Firefox and WebKit, for the journeys. Where they cannot be had, the journeys say so and leave them out.
if [ "${1:-app}" = engines ]; then
  missing=()
  PATH="$PATH:/usr/sbin"
  command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing+=(firefox-esr)
  command -v WebKitWebDriver >/dev/null || missing+=(webkit2gtk-driver)
  command -v Xvfb >/dev/null || missing+=(xvfb)
  if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "installing ${missing[*]} with apt (a minute)"
      apt-get update -qq
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || say "${missing[*]} cannot be had here: the journeys leave out what needs them"
    else
      say "for Firefox and WebKit run this, then again: sudo apt-get install -y ${missing[*]}"
    fi
  fi
  # Debian has no package of it. Nothing of it has to be fast.
  if ! has geckodriver "$GECKODRIVER"; then
    left=2
    (install_tool "geckodriver $GECKODRIVER" 2 --debug "geckodriver@$GECKODRIVER") || say "the journeys leave out Firefox"
  fi
fi
say "ready"
