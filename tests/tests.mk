# SPDX-License-Identifier: GPL-2.0-or-later
# Tests, for the top-level Makefile. Groups run apart and add their sums to
# one file; the last line says "N passed, N failed". SOAK=1 runs the same
# tests at full length.

TEST_LIBS += -lvterm -lutil
# The lengths go to sub-makes by the environment, so they are settled here, once.
SOAK ?= $(if $(filter soak,$(MAKECMDGOALS)),1,0)
# Lengths: one variable a kind, short for check, full for soak.
export KLPSH_FUZZ_RUNS ?= $(if $(filter 1,$(SOAK)),2000000,20000)
export KLPSH_SOAK_KEYS ?= $(if $(filter 1,$(SOAK)),100000,5000)
export KLPSH_LAB_CYCLES ?= $(if $(filter 1,$(SOAK)),25,3)
export KLPSH_LAB_CHURN ?= $(if $(filter 1,$(SOAK)),1000,50)
export KLPSH_LAB_SSH ?= $(if $(filter 1,$(SOAK)),1000,200)
export KLPSH_LAB_LONG ?= $(SOAK)
export KLPSH_LAB_TIMEOUT ?= $(if $(filter 1,$(SOAK)),7200,1200)
export KLPSH = $(abspath $(BUILD)/klpsh)
export BUILD

COUNTS := $(BUILD)/test-counts
LAB_KERNELS ?= 6.1 6.12
# Groups of tests/lab/in-guest.sh; a boot each. The longest first, so that at the
# end no processor waits for one that began late.
LAB_GROUPS ?= build guided churn change look writers systemd screens record enforced
LAB_RUNS := $(foreach g,$(LAB_GROUPS),$(foreach k,$(LAB_KERNELS),$(BUILD)/lab/test-$(k)-$(g)))
# The kernel's own livepatch selftests.
LAB_SELFTESTS := $(LAB_KERNELS:%=$(BUILD)/lab/kernel-selftests-%)
SCRIPT_TESTS := tests/check-layers-test.sh $(wildcard tests/shell/*_test.sh)
FUZZERS := $(patsubst tests/fuzz/%_fuzz.c,$(BUILD)/tests/fuzz/%_fuzz,$(wildcard tests/fuzz/*_fuzz.c))

.PHONY: tests
LAB_PROBES := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/lab/*_probe.c))
tests: $(BUILD)/klpsh $(TESTS) $(LAB_PROBES)

$(BUILD)/tests/lab/%: $(BUILD)/tests/lab/%.o $(TEST_LIB_OBJ) $(BUILD)/libklpsh.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka $(TEST_LIBS)

# The fuzzers' standalone mode, with the sanitizers in all of the code.
$(BUILD)/tests/fuzz/%_fuzz: tests/fuzz/%_fuzz.c $(LIB_SRC) $(H_FILES)
	@mkdir -p $(@D)
	$(Q)$(ASAN_MAKE) build-asan/libklpsh.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -O1 $(ASAN_FLAGS) -U_FORTIFY_SOURCE -DFUZZ_STANDALONE -o $@ $< \
		build-asan/libklpsh.a $(PKG_LIBS) -lcmocka

# Programs at a time.
UNIT_JOBS ?= 2
# Unit, fake-root, script and screen tests.
.PHONY: unit-tests
unit-tests: tests
	$(Q)KLPSH_TEST_JOBS=$(UNIT_JOBS) tests/run.sh $(COUNTS) $(TESTS) $(SCRIPT_TESTS)

# The same under ASan and UBSan.
ASAN_TESTS := $(TESTS:$(BUILD)/%=build-asan/%)
.PHONY: asan-tests
asan-tests: tests
	$(Q)$(ASAN_MAKE) all $(ASAN_TESTS)
	$(Q)KLPSH_TEST_JOBS=$(UNIT_JOBS) KLPSH=$(abspath build-asan/klpsh) tests/run.sh $(COUNTS) $(ASAN_TESTS) \
		tests/shell/scripts_test.sh

# Parsers of foreign bytes under seeded mutation.
.PHONY: fuzz-tests
fuzz-tests: $(FUZZERS)
	$(Q)tests/run.sh $(COUNTS) tests/fuzz/run.sh

# Guests wait more than they work, so two at a time.
LAB_JOBS ?= 2
# A real kernel: the lab itself, then klpsh in it, a boot a kernel and group.
.PHONY: lab-tests
lab-tests: tests $(LAB_PROGRAMS) $(LAB_KERNELS:%=$(BUILD)/lab/%.ready)
	$(Q)KLPSH_TEST_JOBS=$(LAB_JOBS) tests/run.sh $(COUNTS) $(LAB_RUNS) $(LAB_SELFTESTS) tests/lab/selftest.sh

# Downloads, too, so that what is missing is found before anything runs.
.PHONY: lab-ready
lab-ready: $(LAB_KERNELS:%=$(BUILD)/lab/%.ready) $(LAB_KERNELS:%=$(BUILD)/lab/selftests-%.ready)

$(BUILD)/lab/selftests-%.ready: $(BUILD)/lab/%.ready tests/lab/selftests-kernel.sh
	$(Q)tests/lab/selftests-kernel.sh --prepare $*
	$(Q)touch $@

$(BUILD)/lab/%.ready: $(LAB_PROGRAMS) $(wildcard lab/modules/*) lab/auditd.sh
	@mkdir -p $(@D)
	$(Q)lab/klpsh-lab fetch $*
	$(Q)lab/klpsh-lab modules $*
	$(Q)touch $@

lab-tests: $(LAB_RUNS)
# test-KERNEL-GROUP
$(BUILD)/lab/test-%: tests/lab/on-host.sh tests/tests.mk
	@mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\n# SPDX-License-Identifier: GPL-2.0-or-later\nexec tests/lab/on-host.sh %s\n' '$(subst -, ,$*)' > $@
	$(Q)chmod +x $@

lab-tests: $(LAB_SELFTESTS)
$(BUILD)/lab/kernel-selftests-%: tests/lab/selftests-kernel.sh tests/tests.mk
	@mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\n# SPDX-License-Identifier: GPL-2.0-or-later\nexec tests/lab/selftests-kernel.sh %s\n' '$*' > $@
	$(Q)chmod +x $@

.PHONY: test test-asan lab-test check soak
test: $(BUILD)/klpsh
	$(Q)tests/check.sh $(COUNTS) unit-tests fuzz-tests

test-asan: $(BUILD)/klpsh
	$(Q)tests/check.sh $(COUNTS) asan-tests

lab-test: $(BUILD)/klpsh
	$(Q)tests/check.sh $(COUNTS) lab-tests

# Every test, on a fresh machine: installs what it needs first.
check:
	$(Q)$(MAKE) deps
	@mkdir -p $(BUILD)
	$(Q)$(MAKE) $(ALL_CPUS) --no-print-directory tests
	$(Q)tests/check.sh $(COUNTS) lab-ready unit-tests asan-tests lab-tests fuzz-tests

soak: check

# Pictures of the screens for README: SVG, and PNG where a converter is installed.
SHOTS ?= docs/screens
$(BUILD)/tests/shots/shots: $(BUILD)/tests/shots/shots.o $(TEST_LIB_OBJ) $(BUILD)/libklpsh.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka $(TEST_LIBS)

-include $(BUILD)/tests/shots/shots.d

.PHONY: screenshots
screenshots: $(BUILD)/tests/shots/shots
	$(Q)mkdir -p $(SHOTS)
	$(Q)$(BUILD)/tests/shots/shots $(SHOTS)
	$(Q)! command -v rsvg-convert >/dev/null || for f in $(SHOTS)/*.svg; do \
		rsvg-convert -o "$${f%.svg}.png" "$$f"; done

# Speed, each figure beside its yardstick, on the real kernel of the lab.
BENCH_KERNEL ?= 6.1
$(BUILD)/tests/bench/true: tests/bench/true.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -pie -Wl,--no-as-needed -o $@ $< $(PKG_LIBS)

$(BUILD)/tests/bench/bench: $(BUILD)/tests/bench/bench.o $(BUILD)/libklpsh.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) -lutil

$(BUILD)/tests/bench/change: $(BUILD)/tests/bench/change.o $(BUILD)/libklpsh.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/tests/bench/feel: $(BUILD)/tests/bench/feel.o $(BUILD)/libklpsh.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) -lutil

-include $(LAB_PROBES:=.d) $(BUILD)/tests/bench/bench.d $(BUILD)/tests/bench/change.d $(BUILD)/tests/bench/feel.d

.PHONY: bench
bench: $(BUILD)/klpsh $(BUILD)/tests/bench/bench $(BUILD)/tests/bench/change $(BUILD)/tests/bench/feel $(BUILD)/tests/bench/true $(LAB_PROGRAMS) \
		$(BUILD)/lab/$(BENCH_KERNEL).ready
	$(Q)tests/bench/host.sh $(abspath $(BUILD)/tests/bench/bench) $(KLPSH) $(abspath $(BUILD)/tests/bench/true)
	$(Q)tests/bench/feel.sh $(abspath $(BUILD)/tests/bench/bench) $(abspath $(BUILD)/tests/bench/feel) $(KLPSH)
	$(Q)tests/bench/build.sh $(abspath $(BUILD)/tests/bench/bench) $(KLPSH) $(BENCH_KERNEL)
	$(Q)lab/klpsh-lab run --kernel $(BENCH_KERNEL) --mem 4096 --timeout 900 -- tests/bench/bench.sh \
		$(abspath $(BUILD)/tests/bench/bench) $(KLPSH) $(abspath $(BUILD)/tests/bench/true) </dev/null
	$(Q)for smp in 1 2; do lab/klpsh-lab run --kernel $(BENCH_KERNEL) --smp $$smp --timeout 900 -- \
		tests/bench/change.sh $(abspath $(BUILD)/tests/bench/change) $(abspath $(BUILD)/tests/bench/bench) \
		$(KLPSH) </dev/null; done
