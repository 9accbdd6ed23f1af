# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lab's two programs, for the top-level Makefile, which includes this file:
# the agent (guest side, static, so that it runs before any library is there)
# and the relay (host side). Standing alone it works too: make -f lab/lab.mk
BUILD ?= build
CC ?= cc
CFLAGS ?= -O2 -g -Wall -Wextra

LAB_PROGRAMS := $(BUILD)/lab/agent $(BUILD)/lab/relay
LAB_CFLAGS := -std=gnu17 -O2 -Wall -Wextra -MMD -MP

.PHONY: lab
lab: $(LAB_PROGRAMS)

# The agent takes no CFLAGS: a sanitizer cannot be linked statically.
$(BUILD)/lab/agent: lab/agent.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC      $@";)$(CC) $(LAB_CFLAGS) -static -o $@ $<

$(BUILD)/lab/relay: lab/relay.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC      $@";)$(CC) $(CFLAGS) $(LDFLAGS) $(LAB_CFLAGS) -o $@ $<

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

-include $(LAB_PROGRAMS:=.d)
