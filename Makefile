# Every verb a person needs. Each is one line of help and a call of scripts/dev, which does the work.
PORT ?= 5000
HOST ?= 127.0.0.1
ARGS ?=
ACKS ?= 1000
DB ?= sqlite
SEEDS ?= 20
SECONDS ?= 8
BELL ?= 500

.DEFAULT_GOAL := help
.PHONY: help run test fuzz network faults faults-proof cluster-test bench lint format coverage messages screenshots lock clean

help:  ## Show the verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run:  ## Start with a demonstration department [PORT=5000] [HOST=127.0.0.1]
	@scripts/dev run --host "$(HOST)" --port "$(PORT)"

test:  ## Run every test, with PostgreSQL and a real browser [ARGS="tests/domain -x"]
	@scripts/dev test $(ARGS)

fuzz:  ## Read thousands of generated and damaged files; takes minutes [ARGS="MUTANTS SEEDS"]
	@scripts/dev fuzz $(ARGS)

network:  ## Sit a test over a failing network, many times over; takes minutes [SEEDS=20]
	@scripts/dev network "$(SEEDS)"

faults:  ## Kill the server while people take tests, then check every promise [ACKS=100000] [DB=postgresql|two-nodes]
	@scripts/dev faults "$(DB)" "$(ACKS)" $(ARGS)

faults-proof:  ## Seed bugs into running servers and see the checker find each; takes half an hour
	@scripts/dev faults-proof $(ARGS)

cluster-test:  ## Lose a node, then the database's machine, in mid-test: nginx, Patroni, HAProxy of the distribution [ARGS="--lose node,primary"]
	@scripts/dev cluster-test $(ARGS)

bench:  ## Measure what a server carries, beside Flask and the databases alone; a quarter of an hour [SECONDS=8] [BELL=5000]
	@scripts/dev bench --seconds "$(SECONDS)" --bell "$(BELL)" $(ARGS)

lint:  ## Check style, types and templates; changes nothing
	@scripts/dev lint

format:  ## Put the Python files into the project's style
	@scripts/dev format

coverage:  ## Run every test and say which lines none of them reached
	@scripts/dev coverage

messages:  ## Collect the interface's messages into the catalogues and compile them
	@scripts/dev messages

screenshots:  ## Make the README's pictures anew from the demonstration
	@scripts/dev screenshots

lock:  ## Resolve the dependencies anew and write requirements/*.lock
	@scripts/dev lock

clean:  ## Remove what the commands made, the demonstration data included
	@scripts/dev clean
