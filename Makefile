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

bench: build ## our fit beside scikit-learn's in one run, and the rate of /suggest
	@scripts/setup bench
	scripts/python Benchmarks/fit.py "$$(swift build -c release --show-bin-path)/train" .build/bench 1000000 32
	scripts/python Benchmarks/fit.py "$$(swift build -c release --show-bin-path)/train" .build/bench 200000 256
	scripts/python Benchmarks/fit.py "$$(swift build -c release --show-bin-path)/train" .build/bench 5000000 16
	Benchmarks/suggest "$$(swift build -c release --show-bin-path)/serve"

clean:
	rm -rf .build demo .venv-peers
