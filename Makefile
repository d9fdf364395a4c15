# Pacer. `make demo` and `make test` do all the set-up; the rest is for daily work.
SHELL := /bin/bash
GO ?= go
SEED ?= 1
FUZZTIME ?= 20s
CIBS ?= 10000
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: build demo test test-peers test-decisions test-clients test-answers test-endings race lint sim bench fuzz golden clean

build: ## bin/pacer and a link for every tool name
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags="-s -w" -o bin/pacer ./cmd/pacer
	@./bin/pacer links bin

demo: build ## a real cluster on this machine, failing over before your eyes
	@./bin/pacer demo

test: build ## everything that must pass; installs what it needs when it may
	@./internal/prepare.sh
	$(GO) test -timeout 18m ./...
	$(GO) test -timeout 18m ./sim -run 'TestSeeds$$' -seeds 2000

test-peers: test-decisions test-clients test-answers test-endings ## beside the real programs of the field: their decisions, their clients with our nodes, their result format, how they end on wrong input

test-decisions: ## CIBS made-up clusters from SEED on, decided by us and by real ones: NEWER (default: 3.0, fetched from Debian) and 2.1.5
	@newer="$(or $(NEWER),$(shell bench/peers/newer.sh))"; \
	 if [ -n "$$newer" ] || [ -x /usr/sbin/crm_simulate ]; then nice $(GO) run ./bench/peers -n $(CIBS) -seed $(SEED) -newer "$$newer"; \
	 else echo "not run: there is no crm_simulate to compare with (apt-get install pacemaker-cli-utils, or NEWER=path)"; fi

test-clients: build ## crmsh and pcs of Debian on a cluster of three nodes, those that are installed
	@if [ -x /usr/sbin/crm ] || [ -x /usr/sbin/pcs ]; then $(GO) run ./bench/clients; \
	 else echo "not run: there is neither crmsh nor pcs (apt-get install crmsh pcs)"; fi

test-answers: build ## all answers in XML against the result format that Pacemaker publishes (PUBLISHED: its folder)
	@nice $(GO) run ./bench/answers $(if $(PUBLISHED),-published $(PUBLISHED)) \
	  -recorded "$${PACER_CONFORMANCE:-../shared/conformance}"

test-endings: build ## wrong input to our commands and to the real ones of Pacemaker 3.0 in the directory PEER: the exit codes
	@if [ -n "$(PEER)" ]; then nice $(GO) run ./bench/endings -peer "$(PEER)"; \
	 else echo "not run: PEER does not name a directory with the commands of Pacemaker 3.0"; fi

race: ## the packages with goroutines, under the race detector
	CGO_ENABLED=1 $(GO) test -race $$($(GO) list -f '{{.ImportPath}}' ./transport/... ./ipc/... ./remote/... ./agent/... ./messaging/... ./disk/... ./node/... ./client/... ./courier/... ./secret/...)

lint: ## formatting, vet, staticcheck, house rules
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) test ./internal/tidy

sim: ## one simulated run: make sim SEED=42 (SIM="-packets -faults 30" for more)
	$(GO) test ./sim -run 'TestSeeds$$' -seed=$(SEED) -v $(SIM)

bench: ## benchmarks of the cores
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## every fuzz target for FUZZTIME
	@for d in $$(grep -l '^func Fuzz' $$(git ls-files '*_test.go') | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -h '^func Fuzz' $$d/*_test.go | sed 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/'); do \
	    echo "$$d $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) ./$$d || exit 1; done; done

golden: ## rewrite golden files; read the difference before committing it
	$(GO) test $$(grep -lE 'flag.Bool\("rewrite"|cockroachdb/datadriven' $$(git ls-files '*_test.go') | xargs -n1 dirname | sort -u | sed 's,^,./,') -rewrite

clean:
	rm -rf bin
