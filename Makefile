.PHONY: demo test build lint format bench clean

demo: ## the whole path on synthetic and real data
	@scripts/demo

test: ## everything that CI runs
	@scripts/test

build: ## both binaries, in .build/release
	@scripts/setup build
	swift build -c release

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

bench: build ## every benchmark beside its peers, into Benchmarks/RESULTS.md
	@scripts/setup bench
	@[ -d demo/models/ranker ] || scripts/demo
	Benchmarks/run

clean:
	rm -rf .build demo .venv-peers .venv-mlflow .venv-bench
