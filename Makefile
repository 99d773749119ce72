# Gantry's commands. `make run` and `make test` are all that a newcomer needs; both do their own set-up (tools/setup.sh).

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(HOME)/.cargo/bin:$(PATH)
unexport NO_COLOR
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD = 1

PORT ?= 8080
LISTEN ?= 127.0.0.1:$(PORT)
SPEED ?= 1
CODER_URL ?=
SERVER = target/release/control-plane
DB ?= target/demo.sqlite
# Where a panic says that it happened must not depend on where a release was built.
NOWHERE = --remap-path-prefix=$(or $(CARGO_HOME),$(HOME)/.cargo)=cargo --remap-path-prefix=$(CURDIR)=gantry
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run dev dist package reproducible test test-rust test-browser test-e2e hosting test-hosting pictures journeys engines contract bench lint fmt setup setup-test server drill clean

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup:
	@tools/setup.sh app

setup-test:
	@tools/setup.sh test

server: setup
	@echo "server: building the embedded control plane (about 3 minutes at first)"
	@cargo build --locked --release --package control-plane

dist: setup ## build the static site into dist/, precompressed
	@echo "dist: building the release app (about 4 minutes at first)"
	@CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$(NOWHERE)" trunk --offline --quiet build --release --locked
	@node tools/check-dist.mjs

package: dist ## pack dist/ and the server configurations into target/package/gantry-VERSION.tar.gz, with its checksum
	@node tools/package.mjs

reproducible: setup ## build the commit in two folders and compare every byte (about 10 minutes)
	@node tools/reproducible.mjs

run: dist server ## serve the app with the embedded control plane, or with CODER_URL=https://coder.example.com in front of a real one
	@if [ -n "$(CODER_URL)" ]; then \
	  exec $(SERVER) --listen $(LISTEN) --site dist --headers public/_headers --upstream "$(CODER_URL)" $(ARGS); \
	else \
	  exec $(SERVER) --listen $(LISTEN) --site dist --headers public/_headers --db $(DB) --seed company --speed $(SPEED) $(ARGS); \
	fi

dev: setup ## the quick loop: rebuilds on every change, http://localhost:8080
	@cargo build --locked --package control-plane
	@trap 'kill 0' EXIT; \
	target/debug/control-plane --listen $(LISTEN) --site dist --headers public/_headers --db target/dev.sqlite --seed company --speed $(SPEED) $(ARGS) & \
	trunk --offline=true watch

test: setup-test ## every test: Rust, contract, browser, end to end
	@$(MAKE) --no-print-directory test-rust
	@$(MAKE) --no-print-directory test-browser
	@$(MAKE) --no-print-directory test-e2e test-hosting

test-rust:
	@echo "test: pure logic, contract and the embedded control plane (about 5 minutes at first)"
	@cargo test --locked --workspace

test-browser:
	@echo "test: canvas, focus and observers in headless Chromium (about 3 minutes at first)"
	@WASM_BINDGEN_TEST_TIMEOUT=120 CHROMEDRIVER=$$(command -v chromedriver) cargo test --locked --package gantry --target wasm32-unknown-unknown --test browser --test browser-store

drill: setup
	@echo "drill: building the app that panics where a test says so (about 2 minutes at first)"
	@trunk --offline --quiet build --locked --features parts,drill --dist target/drill

test-e2e: dist server drill
	@echo "test: end to end, then the journeys in each engine that is here, on the embedded control plane (about 25 minutes)"
	@node --test tests/e2e/journeys/ tools/inline.test.mjs tools/licences.test.mjs tools/progress.test.mjs
	@npx --no-install playwright test --config tests/e2e
	@node tests/e2e/journeys/run.mjs --embedded --engines chromium,firefox,webkit

hosting: setup-test ## start the real nginx and Caddy with the published files (hosting/) and try them
	@$(MAKE) --no-print-directory test-hosting

test-hosting: dist server
	@echo "test: the published server configurations with the real nginx and Caddy (about 2 minutes)"
	@node tools/package.mjs >/dev/null
	@node --test tests/hosting/
	@npx --no-install playwright test --config tests/hosting

pictures: dist server ## take the pictures of the pages anew (tests/e2e/pictures); look at every one that changed
	@tools/setup.sh test
	@npx --no-install playwright test --config tests/e2e --project=root pictures.spec.ts --update-snapshots=changed

journeys: dist server ## drive the app in front of any control plane: CODER_URL=… CODER_EMAIL=… CODER_PASSWORD=… [CODER_TEMPLATE=…] [CODER_FAILING_TEMPLATE=…]
	@tools/setup.sh test
	@CODER_URL="$(CODER_URL)" node tests/e2e/journeys/run.mjs

engines: dist server ## the journeys in Chromium, Firefox and WebKit, on the embedded control plane
	@tools/setup.sh engines
	@node --test tests/e2e/journeys/
	@node tests/e2e/journeys/run.mjs --embedded --engines chromium,firefox,webkit

contract: ## hold the wire types against another folder of recordings: RECORDINGS=DIR
	@cargo run --locked --quiet --package gantry --example contract -- "$(RECORDINGS)"

bench: dist server ## measure the budgets; prints the table and writes target/bench.json
	@tools/setup.sh test
	@node benches/bench.mjs

lint: ## what CI checks besides the tests
	@cargo fmt --all --check
	@cargo clippy --locked --workspace --all-targets -- -D warnings
	@cargo clippy --locked --package gantry --target wasm32-unknown-unknown --lib --bins --test browser --test browser-store -- -D warnings
	@cargo clippy --locked --package gantry --target wasm32-unknown-unknown --bins --features parts -- -D warnings

fmt: ## format the Rust code
	@cargo fmt --all

clean: ## remove what was built
	@rm -rf target dist
