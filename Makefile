# What people do here most: make run, make test, make e2e, make demo.

# The linter is compiled by Go, at this version, when it is first needed.
GOLANGCI_LINT = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# The race detector needs a C compiler, and Go knows whether it found one. It leaves
# out the inner loop of bcrypt, which it makes twenty times slower.
RACE = $(if $(filter 1,$(shell go env CGO_ENABLED)),-race -gcflags=golang.org/x/crypto/blowfish=-race=false)
NO_RACE = $(if $(RACE),,left out: the race detector, because Go found no C compiler; install gcc or clang)

COMMANDS = ./mockauthy/cmd/mockauthy ./hooks/cmd/keyint ./hooks/cmd/extauth ./hooks/cmd/checkpwd ./hooks/cmd/hookd ./hooks/cmd/hookctl ./e2e/cmd/hookcheck
IMAGE = sftpgo-authy/mockauthy
HOOKD_IMAGE = sftpgo-authy/hookd
HOOKCHECK_IMAGE = sftpgo-authy/hookcheck
PLATFORM = $(shell go env GOARCH)
# The most bytes that an image may have.
IMAGE_MOST = 12000000
# The mock speaks no HTTP/2 (docs/architecture.md): its image is half a MB smaller
# without what net/http has for it.
MOCK_TAGS = nethttpomithttp2

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: build ## Start the mock on 127.0.0.1:2884
	@build/mockauthy serve

.PHONY: demo
demo: ## Start the mock and an SFTPGo for each hook, to log in by hand (needs Docker)
	@go build -o build/demo ./e2e/cmd/demo
	@build/demo

.PHONY: build
build: ## Build the mock and the hooks into build/, as static programs
	@mkdir -p build
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o build/ $(COMMANDS)

.PHONY: test
test: ## Run all tests; the scenarios on real SFTPGo too, where Docker and its image are to be had
	go test -count=1 $(RACE) ./...
	@[ -z "$(NO_RACE)" ] || echo "$(NO_RACE)"
	@go run ./mockauthy/cmd/preflight 2>&1 | grep -v '^exit status'
	@go run ./e2e/cmd/preflight 2>&1 | grep -v '^exit status'

.PHONY: e2e
e2e: ## Run the scenarios on real SFTPGo, and the mock's container; fail where they cannot run
	E2E_REQUIRED=1 go test -count=1 -v $(RACE) ./e2e/... ./mockauthy/container

.PHONY: mutants
mutants: ## Hold the hooks with one mistake each against every rule, in about five minutes
	MUTANTS_EVERY_RULE=1 go test -count=1 -parallel 2 -timeout 30m -run Mutants ./e2e/check

.PHONY: lint
lint: ## Check format, style and walls; also the tidiness of go.mod
	go mod tidy -diff
	$(GOLANGCI_LINT) run

.PHONY: bench
bench: build ## Measure the mock beside a bare handler, in about three minutes
	@go build -o build/bench ./mockauthy/cmd/bench
	@build/bench

.PHONY: bench-login
bench-login: ## Measure SFTPGo's logins with no hook and with each, and ten minutes of Authy outage, in about half an hour (needs Docker)
	@go build -o build/bench-login ./e2e/cmd/bench-login
	@build/bench-login $(BENCH_LOGIN)

.PHONY: screenshots
screenshots: ## Make the pictures of the mock's page in docs/ (needs a browser)
	go run ./mockauthy/cmd/screenshots docs

.PHONY: image
image: ## Build the image of the mock, for this machine or with PLATFORM=arm64
	@mkdir -p build/image/$(PLATFORM)/data
	CGO_ENABLED=0 GOOS=linux GOARCH=$(PLATFORM) go build -tags $(MOCK_TAGS) -trimpath -ldflags '-s -w' -o build/image/$(PLATFORM)/ ./mockauthy/cmd/mockauthy
	docker build --platform linux/$(PLATFORM) -t $(IMAGE) -f Dockerfile build/image/$(PLATFORM)
	@docker image inspect --format '{{.Os}}/{{.Architecture}} {{.Size}}' $(IMAGE) | awk -v want=linux/$(PLATFORM) -v most=$(IMAGE_MOST) '\
		{ printf "$(IMAGE): %s, %.1f MB\n", $$1, $$2 / 1e6 } \
		$$1 != want { print "want an image for " want; wrong = 1 } \
		$$2 > most { printf "want at most %.1f MB\n", most / 1e6; wrong = 1 } \
		END { exit wrong }'

.PHONY: image-hookd
image-hookd: ## Build the image of hookd, for this machine or with PLATFORM=arm64
	@mkdir -p build/image/$(PLATFORM)/hookd
	CGO_ENABLED=0 GOOS=linux GOARCH=$(PLATFORM) go build -trimpath -ldflags '-s -w' -o build/image/$(PLATFORM)/hookd/ ./hooks/cmd/hookd
	docker build --platform linux/$(PLATFORM) -t $(HOOKD_IMAGE) -f hooks/deploy/Dockerfile build/image/$(PLATFORM)/hookd

.PHONY: image-hookcheck
image-hookcheck: ## Build the image of hookcheck, for this machine or with PLATFORM=arm64
	@mkdir -p build/image/$(PLATFORM)/hookcheck/tmp
	CGO_ENABLED=0 GOOS=linux GOARCH=$(PLATFORM) go build -trimpath -ldflags '-s -w' -o build/image/$(PLATFORM)/hookcheck/ ./e2e/cmd/hookcheck
	docker build --platform linux/$(PLATFORM) -t $(HOOKCHECK_IMAGE) -f e2e/cmd/hookcheck/Dockerfile build/image/$(PLATFORM)/hookcheck

.PHONY: images
images: ## Build the images of the mock for amd64 and arm64, tagged so
	@$(MAKE) image PLATFORM=amd64 IMAGE=$(IMAGE):amd64
	@$(MAKE) image PLATFORM=arm64 IMAGE=$(IMAGE):arm64

.PHONY: clean
clean: ## Remove what was built
	rm -rf build
