# SPDX-License-Identifier: GPL-2.0-or-later
# klpsh: GNU make, pkg-config, objects under build/, the program at
# build/klpsh. `make help` lists what there is.

BUILD ?= build
PREFIX ?= /usr/local
CC ?= gcc
V ?= 0
Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' $(1) $(2))

VERSION := 0.1
# The order is the one in which the dynamic linker searches: first the two that
# have most to bind, which makes a start a quarter cheaper.
PKGS := libcrypto libsystemd ncursesw readline libelf libkmod libcap-ng jansson smartcols inih zlib liblzma libzstd liblz4
HAVE_AUDIT ?= $(shell pkg-config --exists audit && echo 1 || echo 0)
ifeq ($(HAVE_AUDIT),1)
PKGS += audit
endif

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wformat=2 -Wformat-security -Wundef -Wwrite-strings -Wvla -Wpointer-arith -Wcast-align \
	-Wno-unused-parameter -Wno-missing-field-initializers
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
OPT ?= -O2
DEFS := -D_GNU_SOURCE -DKLPSH_VERSION='"$(VERSION)"' -DHAVE_AUDIT=$(HAVE_AUDIT)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
# libc comes before them all: most symbols are found there.
PKG_LIBS := -lc $(shell pkg-config --libs $(PKGS) 2>/dev/null)
ALL_CFLAGS = -std=gnu17 -g $(OPT) $(WARN) $(HARDEN) $(SAN) $(DEFS) -I. $(PKG_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SAN) $(LDFLAGS)

LAYERS := core kmod builder shell tui
LIB_SRC := $(foreach d,$(LAYERS),$(wildcard $(d)/*.c))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
TEST_SRC := $(wildcard tests/core/*_test.c tests/kmod/*_test.c tests/builder/*_test.c tests/shell/*_test.c \
	tests/tui/*_test.c)
TESTS := $(TEST_SRC:%.c=$(BUILD)/%)
TEST_LIB_SRC := $(wildcard tests/lib/*.c)
TEST_LIB_OBJ := $(TEST_LIB_SRC:%.c=$(BUILD)/%.o)
C_FILES := main.c $(LIB_SRC) $(TEST_SRC) $(TEST_LIB_SRC) $(wildcard tests/fuzz/*.c tests/lab/*.c tests/bench/*.c lab/*.c)
H_FILES := $(wildcard $(addsuffix /*.h,$(LAYERS)) tests/*/*.h lab/*.h)

.PHONY: all
all: $(BUILD)/klpsh

-include lab/lab.mk
-include tests/tests.mk
-include docs/docs.mk

$(BUILD)/klpsh: $(BUILD)/main.o $(BUILD)/libklpsh.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/libklpsh.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Each unit test is one cmocka program, linked with everything but main.
$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(TEST_LIB_OBJ) $(BUILD)/libklpsh.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka $(TEST_LIBS)

.PRECIOUS: $(BUILD)/%.o

# Carried in the program by .incbin, which leaves no dependency.
$(BUILD)/builder/authorheaders.o: $(wildcard builder/include/klpsh/*.h)

-include $(LIB_OBJ:.o=.d) $(BUILD)/main.d $(TESTS:=.d) $(TEST_LIB_OBJ:.o=.d)

# What nobody watches is built on all processors, unless -j says otherwise.
ALL_CPUS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# The same with ASan and UBSan, in a folder of its own.
ASAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ASAN_MAKE = $(MAKE) $(ALL_CPUS) --no-print-directory BUILD=build-asan OPT=-O1 SAN="$(ASAN_FLAGS)" HARDEN=-fPIE
.PHONY: debug
debug:
	$(Q)$(ASAN_MAKE) all

.PHONY: deps
deps:
	$(Q)contrib/deps.sh

.PHONY: demo
# Its standard output is klpsh's own, also on the first run, which builds.
demo:
	$(Q)contrib/deps.sh >&2
	$(Q)$(MAKE) --no-print-directory -s all lab >&2
	$(Q)KLPSH=$(abspath $(BUILD)/klpsh) lab/klpsh-lab demo $(if $(DEMO_KERNEL),--kernel $(DEMO_KERNEL)) \
		$(if $(DEMO_SCRIPT),--script $(abspath $(DEMO_SCRIPT)))

.PHONY: lint
lint:
	$(Q)tests/lint.sh

.PHONY: check-layers
check-layers:
	$(Q)tests/check-layers.sh

.PHONY: format
format:
	$(Q)clang-format -i $(C_FILES) $(H_FILES)

.PHONY: install
install: all lab $(BUILD)/klpsh.8
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man8 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 0755 $(BUILD)/klpsh $(DESTDIR)$(PREFIX)/bin/klpsh
	install -m 0644 $(BUILD)/klpsh.8 $(DESTDIR)$(PREFIX)/share/man/man8/klpsh.8
	install -m 0644 completions/klpsh.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/klpsh
	install -m 0644 completions/_klpsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_klpsh
	install -m 0644 completions/klpsh.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/klpsh.fish
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@PREFIX@|$(PREFIX)|' contrib/klpsh.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/klpsh.service
	chmod 0644 $(DESTDIR)$(PREFIX)/lib/systemd/system/klpsh.service
	$(MAKE) install-lab

# The same program under the names of kpatch and kpatch-build, for packages, units and runbooks that call it.
.PHONY: install-kpatch-compat
install-kpatch-compat:
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/sbin
	ln -sfn ../bin/klpsh $(DESTDIR)$(PREFIX)/sbin/kpatch
	ln -sfn klpsh $(DESTDIR)$(PREFIX)/bin/kpatch-build
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	ln -sfn klpsh.service $(DESTDIR)$(PREFIX)/lib/systemd/system/kpatch.service

.PHONY: help
help:
	@echo 'all debug deps demo check test test-asan lab-test soak bench screenshots lint format check-layers install \
		install-kpatch-compat clean'

.PHONY: clean
clean:
	$(Q)rm -rf build build-asan
