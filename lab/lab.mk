# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lab's two programs, for the top-level Makefile, which includes this file:
# the agent (guest side, static, so that it runs before any library is there)
# and the relay (host side). Standing alone it works too: make -f lab/lab.mk
BUILD ?= build
CC ?= cc

LAB_PROGRAMS := $(BUILD)/lab/agent $(BUILD)/lab/relay
LAB_AGENT_OBJ := $(BUILD)/lab/agent.o $(BUILD)/lab/agent_child.o
LAB_RELAY_OBJ := $(BUILD)/lab/relay.o $(BUILD)/lab/relay_qemu.o $(BUILD)/lab/relay_tty.o
LAB_CFLAGS := -std=gnu17 -O2 -g -Wall -Wextra $(WARN) -MMD -MP
lab_say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' CC $@)
lab_quiet = $(if $(filter 1,$(V)),,@)

.PHONY: lab
lab: $(LAB_PROGRAMS)

# The agent takes no CFLAGS: a sanitizer cannot be linked statically.
$(BUILD)/lab/agent: $(LAB_AGENT_OBJ)
	$(lab_quiet)$(CC) -static -o $@ $(LAB_AGENT_OBJ)

$(BUILD)/lab/relay: $(LAB_RELAY_OBJ)
	$(lab_quiet)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(LAB_RELAY_OBJ)

$(LAB_AGENT_OBJ): $(BUILD)/lab/%.o: lab/%.c
	@mkdir -p $(@D)
	$(lab_say)
	$(lab_quiet)$(CC) $(LAB_CFLAGS) -c -o $@ $<

$(LAB_RELAY_OBJ): $(BUILD)/lab/%.o: lab/%.c
	@mkdir -p $(@D)
	$(lab_say)
	$(lab_quiet)$(CC) $(CFLAGS) $(LAB_CFLAGS) -c -o $@ $<

# What an installed lab needs: klpsh-lab in bin, its parts in lib/klpsh/lab.
PREFIX ?= /usr/local
LAB_HOME = $(DESTDIR)$(PREFIX)/lib/klpsh/lab

.PHONY: install-lab
install-lab: $(LAB_PROGRAMS)
	install -d $(DESTDIR)$(PREFIX)/bin $(LAB_HOME)/modules
	install -m 0755 lab/klpsh-lab $(DESTDIR)$(PREFIX)/bin/klpsh-lab
	install -m 0644 $(wildcard lab/*.sh) $(LAB_HOME)/
	install -m 0755 lab/guest-init $(LAB_PROGRAMS) $(LAB_HOME)/
	install -m 0644 lab/modules/Kbuild $(wildcard lab/modules/*.[ch]) $(LAB_HOME)/modules/

-include $(LAB_AGENT_OBJ:.o=.d) $(LAB_RELAY_OBJ:.o=.d)
