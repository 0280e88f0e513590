# Oriel. `make run` builds everything and starts it; `make test` installs what the tests need and runs them all.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: help run build console test packages test-packages fmt lint test-rust test-rules test-recordings test-console test-browser eval bench clean

ORIEL_DATA ?= ../shared/data
LISTEN ?= 127.0.0.1:3000
BUILT := $(abspath $(or $(CARGO_TARGET_DIR),target))

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# --- use ---------------------------------------------------------------------------------------

run: build ## Build (console included) and start Oriel at http://localhost:3000
	$(BUILT)/release/oriel serve --demo --listen $(LISTEN)

build: packages console
	cargo build --release --locked -p oriel

packages:
	@scripts/install-packages build-essential

console: web/node_modules/.package-lock.json
	cd web && npm run --silent build

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# --- test --------------------------------------------------------------------------------------

test: test-packages fmt console lint test-rust test-rules test-recordings test-console test-browser ## Install what the tests need, build, and run everything
	@echo "make test: everything passed"

test-packages:
	@scripts/install-packages build-essential procps zstd postgresql openssh-server chromium \
	  prometheus prometheus-alertmanager openssl
	@command -v cargo-nextest >/dev/null || cargo install --locked cargo-nextest

fmt:
	cargo fmt --all --check

lint:
	cargo clippy --workspace --all-targets --locked -- -D warnings

test-rust:
	cargo nextest run --workspace --locked --no-fail-fast
	cargo test --workspace --locked --doc --quiet

test-rules:
	cargo run --quiet --locked -p oriel -- rules check
	cargo run --quiet --locked -p oriel -- rules test

# Where recordings are at hand: the same rankings when every service, pod and node has another name.
test-recordings:
	@scripts/eval "$(ORIEL_DATA)" rename

test-console: console
	cd web && npm run --silent check && npm test --silent

test-browser: console
	cargo build --locked -p oriel
	cd web && ORIEL_BIN=$(BUILT)/debug/oriel npm run --silent e2e

# --- measure -----------------------------------------------------------------------------------

eval: ## Measure diagnosis on the recordings in ORIEL_DATA (default ../shared/data); tables, and files in target/eval
	@scripts/eval "$(ORIEL_DATA)" all --out target/eval

bench: ## Measure the AtomSpace, and hyperon beside it where PyPI can be reached
	@scripts/bench-atomspace --growth

clean: ## Remove what was built
	cargo clean
	rm -rf web/dist web/node_modules
