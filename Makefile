.DEFAULT_GOAL := help

# The CDK's command line, which npx fetches.
CDK := npx --yes aws-cdk@2.1148.1

# jsii supports Node 22 and 24. It still runs on 20, with a warning of ten lines at every start.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION = 20

GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# The race detector needs a C compiler.
RACE = $(shell [ "$$(go env CGO_ENABLED)" = 1 ] && command -v "$$(go env CC)" >/dev/null && echo -race)

# What is deployed: one folder with a file `bootstrap` for each function.
FUNCTIONS := $(patsubst lambdas/%/main.go,%,$(wildcard lambdas/*/main.go))

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Show a backup night of a deployed estate on a local AWS (SERVE=1 keeps it up)
	@go build -o .build/demo ./test/demo
	@exec .build/demo $(if $(SERVE),-serve)

# Whether Python finds a module.
has = python3 -c 'import importlib.util as u, sys; sys.exit(not u.find_spec(sys.argv[1]))' $(1) >/dev/null 2>&1

.PHONY: tools
tools: ## Say what the tests leave out on this machine
	@$(if $(RACE),,echo "no C compiler found, or cgo is off: the race detector is off")
	@command -v node >/dev/null || echo "node is not installed: the stacks are not tested"
	@! command -v node >/dev/null || [ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 22 ] || echo "node is $$(node --version): the CDK supports 22 and 24"
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable; } >/dev/null || echo "Chromium is not installed: the report page is not loaded in a browser"
	@command -v cfn-lint >/dev/null || echo "cfn-lint is not installed: the templates are not linted by it"
	@command -v aws >/dev/null || echo "aws is not installed: the local AWS is not tested with the AWS CLI"
	@command -v spin >/dev/null || echo "spin is not installed: the models of the protocol are not checked"
	@$(call has,boto3) || echo "boto3 is not installed: the local AWS is not tested with boto3"
	@$(call has,moto.server) || echo "moto is not installed with its server: the local SQS is not compared with moto's"

# Packages whose tests mostly wait for child processes or for the CDK's runtime, into which
# the race detector does not see, or that play models one step after another. It makes them
# several times slower; make race runs what of them makes calls concurrently.
UNRACED := ./infra/... ./test/bench/... ./test/demo/... ./test/e2e/... ./test/fleet/... ./test/protocol/... ./test/soak/...

# The part of the end-to-end tests that make race runs: a window without faults, and the
# operator's commands that make calls concurrently.
RACED := ^TestANight$$|^TestScripts$$/^payroll-(dlq|doctor|report|restore|status|trace)$$

# Tests, and the linking before them, take a tenth less processor time with a larger heap.
# The functions keep Go's default, since the local AWS gives them an environment of their own.
test race: export GOGC ?= 400

.PHONY: test
test: tools ## Run all tests, with the race detector where a C compiler is found and goroutines meet
	go test $(RACE) -p 4 -timeout 20m $$(go list ./... | grep -vxF "$$(go list $(UNRACED))")
	go test -p 4 -parallel 4 -timeout 20m $(UNRACED)

.PHONY: race
race: ## Run with the race detector what make test runs without it: windows, the commands, a large night
	$(if $(RACE),,@echo "no C compiler found, or cgo is off: there is no race detector")
	$(if $(RACE),go test $(RACE) -timeout 20m -run '$(RACED)' ./test/e2e)
	$(if $(RACE),go test $(RACE) -timeout 20m -run Lag ./test/fleet)
	$(if $(RACE),go test $(RACE) -timeout 20m -run 'Nothing|Naive' ./test/soak/night)

.PHONY: check
check: ## Check format, vet, unit and property tests of the product, and the import rules: before each commit
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-clean:"; gofmt -l .; exit 1; }
	go vet ./...
	go test ./pkg/... ./lambdas/... ./test/arch

.PHONY: bench
bench: ## Measure the functions, a night of POINTS=100000, and looks at vaults of VAULTS=100000 (STATUS=1: those of twohop status alone; OUT=file writes Markdown)
	@go run ./test/bench $(if $(OUT),-out $(OUT)) $(if $(POINTS),-points $(POINTS)) $(if $(VAULTS),-vaults $(VAULTS)) $(if $(STATUS),-status)

# Options of the soak, by the names of its flags.
SOAK_FLAGS = $(foreach f,seed points nights only dropped doubled late throttled broken awhile forgood killed lag tail stale,$(if $($(shell echo $(f) | tr a-z A-Z)),-$(f) "$($(shell echo $(f) | tr a-z A-Z))"))

.PHONY: soak
soak: ## Play nights with faults, and without each rule (SEED= POINTS= NIGHTS= ONLY=twohop OUT=file LAG=0, rates)
	@go run ./test/soak $(if $(OUT),-out $(OUT)) $(SOAK_FLAGS)

.PHONY: model
model: ## Check every model of the protocol with Spin and print how many states it has
	go test -count=1 -timeout 40m -v -run TestModels ./test/protocol -args -all

.PHONY: fuzz
fuzz: ## Fuzz the event decoder and the reading of failure texts, half a minute each (FUZZTIME=30s)
	go test -run '^$$' -fuzz FuzzDecode -fuzztime $(or $(FUZZTIME),30s) ./pkg/awsevent
	go test -run '^$$' -fuzz FuzzText -fuzztime $(or $(FUZZTIME),30s) ./pkg/diagnose
	go test -run '^$$' -fuzz FuzzAttribute -fuzztime $(or $(FUZZTIME),30s) ./pkg/queue

.PHONY: build
build: $(addprefix build-,$(FUNCTIONS)) ## Build the functions for Lambda (linux/arm64) into .build

build-%:
	CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -trimpath -buildvcs=false -tags lambda.norpc -ldflags "-s -w" \
		-o .build/$*/bootstrap ./lambdas/$*

.PHONY: install
install: ## Install the operator's command line, twohop, to where go install puts it
	go install ./pkg/cmd/twohop

# The estate's file, as twohop finds it; without one it is that of cdk.json, the example.
ESTATE ?= $(or $(TWOHOP_ESTATE),$(wildcard estate.yaml))

# What the CDK is told: which estate, which stacks. The account and its credentials
# are those of the environment (AWS_PROFILE).
CDK_ARGS = $(if $(ESTATE),-c estate=$(ESTATE)) $(STACKS)

# A file with faults is refused before anything is built.
.PHONY: estate
estate:
	go run ./pkg/cmd/twohop check $(or $(ESTATE),infra/config/example.yaml)

.PHONY: synth
synth: estate build ## Write the estate's templates to cdk.out (ESTATE=file STACKS=names)
	$(CDK) synth --quiet $(CDK_ARGS)

.PHONY: diff
diff: estate build ## Compare the templates with what is deployed (ESTATE=file STACKS=names)
	$(CDK) diff --exclusively $(CDK_ARGS)

.PHONY: deploy
deploy: estate build ## Deploy stacks to the account of AWS_PROFILE (ESTATE=file STACKS=names FLAGS=)
	@test -n "$(STACKS)" || { echo "name the stacks of one account: make deploy STACKS=name; make synth lists them"; exit 2; }
	$(CDK) deploy --exclusively $(FLAGS) $(CDK_ARGS)

.PHONY: lint
lint: ## Check format, vet and lint, and that go.mod is tidy
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-clean:"; gofmt -l .; exit 1; }
	go vet ./...
	go mod tidy -diff
	go run $(GOLANGCI_LINT) run

.PHONY: clean
clean: ## Remove what was built
	rm -rf .build cdk.out
