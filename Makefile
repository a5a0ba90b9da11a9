# Needs Go; what else is missing is installed (as root) or named.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BIN ?= bin
export CGO_ENABLED = 1
export CGO_CFLAGS = -O2 -g -DHAVE_FDATASYNC=1

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 14

build: ## the three programs, into bin/
	@.ci/need gcc
	@for p in kidoband kidoban kidobanlog; do \
		go build -trimpath -ldflags '-X main.Version=$(VERSION) $(LINK)' -tags '$(TAGS)' -o $(BIN)/$$p ./cmd/$$p || exit; done

run: build ## a demonstration site without hardware; KIDOBAN_MQTT=host:port moves its broker
	bin/kidoban demo

# Twice as many packages at a time as processors: most of what they do is wait for brokers, disks and databases.
PACKAGES := -p $(shell echo $$(( 2 * $$(nproc) ))) -parallel 4

test: ## every test but those of race, fuzz, faults, kill and lab
	@.ci/need gcc mosquitto systemd pdftotext postgresql mosquitto_sub sqlite3 python3-paho aiosmtpd rsyslogd chromium slapd
	go vet ./...
	ASYNCAPI_SCHEMA="$$(.ci/asyncapi)" go test $(PACKAGES) ./...

# Each program that is built so waits a second at its end, unless it is told not to.
race: ## the tests under the race detector, the long ones shortened
	@.ci/need gcc mosquitto systemd pdftotext postgresql mosquitto_sub sqlite3 python3-paho aiosmtpd rsyslogd slapd
	GORACE=atexit_sleep_ms=0 go test -race -short $(PACKAGES) -timeout 20m ./...

fuzz: ## each fuzz target for FUZZTIME (10s)
	@.ci/need gcc
	@grep -rno --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' . | sed 's|/[^/]*:.* | |' | while read -r p f; do \
		echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(or $(FUZZTIME),10s) $$p || exit; done

kill: ## SIGKILL the daemon KILLS times (1000) under load
	@.ci/need gcc mosquitto
	@grep -qs '^func TestKill(' cmd/systemtest/*_test.go || { echo 'no TestKill'; exit 1; }
	go test -count=1 -timeout 2h -v -run '^TestKill$$' ./cmd/systemtest -kills $(or $(KILLS),1000)

faults: ## nothing lost, doubled or wrong, whatever fails: a tenth of FULL=1 (LONG=1: more); KIND=name SEED=n play one again
	@.ci/need gcc mosquitto
	@go test -c -o $(BIN)/faulttest ./cmd/faulttest
	@cd cmd/faulttest && $(abspath $(BIN))/faulttest -test.timeout 200h -test.parallel $$(( 2 * $$(nproc) )) -faults $(if $(LONG),long,$(if $(FULL),full,tenth)) \
		-kind '$(KIND)' -seed $(or $(SEED),0)

lab: ## the real daemon in a virtual machine, on real kernel GPIO lines
	device/lab/run

bench: ## the bars, as ratios; LINES=5000000 for the whole register of P8 and P13, VERIFIED=5000000 for the whole journal of P9
	@.ci/need gcc mosquitto mosquitto_sub sqlite3 python3-paho
	go test -run TestBars -v -count=1 -timeout 2h ./controller/bench -bars $(if $(LINES),-lines $(LINES)) $(if $(VERIFIED),-verified $(VERIFIED))
	device/lab/run -t TestRecordBeforeRelease | grep 'P5\|RESULT'

browser: ## the console's pages in Chromium, in both languages; SHOTS (build/shots) gets a picture of each
	@.ci/need gcc chromium npm pdftotext
	@axe=$$(.ci/axe) && go test -count=1 -parallel 4 -timeout 20m ./controller/console/browser -chromium -axe "$$axe" -shots $(abspath $(or $(SHOTS),build/shots))

pictures: ## the README's pictures of the console, anew
	@.ci/need gcc chromium
	@mkdir -p controller/console/pictures
	go test -count=1 -timeout 10m -run '^TestPictures$$' ./controller/console/browser -chromium -pictures $(abspath controller/console/pictures)

model: ## Article 20 read twice: MODEL (100000) random sequences, then whether seeded faults are noticed
	@.ci/need gcc
	ARTICLE20=$(or $(MODEL),100000) go test -count=1 -v -timeout 2h -run '^TestArticle20$$' ./controller/article20
	ARTICLE20_FAULTS=1 go test -count=1 -v -timeout 2h -run '^TestFaults$$' ./controller/article20

forms: ## a sample of each form, as PDF, CSV and PNG, into FORMS (forms/)
	@.ci/need gcc pdftotext
	@mkdir -p $(or $(FORMS),forms)
	go test -count=1 -run '^TestWriteSamples$$' ./controller/report -args -forms $(abspath $(or $(FORMS),forms))

lint: ## the linters of .golangci.yml
	@.ci/need gcc
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run --allow-serial-runners

check-units: ## the units of systemd/ and what comes with them
	@.ci/need systemd
	go test -count=1 ./systemd

cross: ## the three programs for a Raspberry Pi (arm64), static, into bin/arm64/
	@.ci/need aarch64-linux-gnu-gcc
	@GOARCH=arm64 CC=aarch64-linux-gnu-gcc $(MAKE) -s build BIN=bin/arm64 LINK='-w -extldflags -static' \
		TAGS=osusergo,netgo,timetzdata,sqlite_omit_load_extension

clean: ## what the targets above left
	rm -rf bin build demo forms device/lab/cache device/lab/last-*.log

.PHONY: help build run test race fuzz kill faults lab bench browser pictures model forms lint check-units cross clean
