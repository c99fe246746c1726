# Everything a newcomer needs is `make demo` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= $(shell nproc)

.DEFAULT_GOAL := help
.PHONY: help setup build test demo bench fuzz chaos unknown simulate mutants strategy-run soak asan format clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install the Debian packages that are missing
	@scripts/setup.sh

build: setup ## compile everything into build/release/bin
	@scripts/build.sh $(PRESET) $(JOBS)

test: build ## run the whole test suite
	@scripts/test.sh $(PRESET) $(JOBS)

demo: ## start simulator and gateway, trade through FIX, show the audit (ONCE=1 ends by itself)
	@WITHOUT_TESTS=1 scripts/setup.sh
	@WITHOUT_TESTS=1 scripts/build.sh $(PRESET) $(JOBS)
	@$(BUILD)/bin/causeway demo $(if $(ONCE),--once)

bench: setup ## measure speed, each figure beside its floor of the same run
	@scripts/bench.sh $(PRESET) $(JOBS)

fuzz: setup ## libFuzzer on every target for TIME seconds each (60), with sanitizers
	@WITH_CLANG=1 scripts/setup.sh
	@scripts/fuzz.sh $(or $(TIME),60) $(JOBS)

chaos: build ## N rounds (1000) of kills and faults while clients trade; goes on where it stopped (SEED_FROM=1)
	@scripts/chaos.sh $(PRESET) $(or $(N),1000) $(or $(SEED_FROM),1)

simulate: setup ## SEEDS=n of the whole gateway on virtual time, the first being SEED_FROM=m
	@scripts/simulate.sh $(PRESET) $(JOBS) $(or $(SEEDS),1000) $(or $(SEED_FROM),1)

mutants: setup ## break one rule after another in a copy: the simulation must notice each
	@scripts/mutants.sh $(JOBS) $(or $(SEEDS),1000)

strategy-run: build ## the market makers for ten minutes (TIME=600) against the moving simulator
	@scripts/strategy_run.sh $(PRESET) $(or $(TIME),600)

unknown: build ## N requests (10000) with each kind of unknown outcome, on every way to every venue
	@CAUSEWAY_UNKNOWN_N=$(or $(N),10000) $(BUILD)/tests/gateway_unknown_test --gtest_filter='*Outcome*'

soak: setup ## half an hour of steady load (MINUTES=30); fails where memory or descriptors grow
	@scripts/soak.sh $(or $(MINUTES),30) $(PRESET) $(JOBS)

asan: ## the test suite with address and undefined-behaviour sanitizers
	@$(MAKE) test PRESET=asan

format: ## clang-format every source file
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

clean: ## remove builds and the state of the demo
	rm -rf build var
