# SPDX-License-Identifier: GPL-2.0-or-later
# The manual page, made by the program from its own tables.

$(BUILD)/klpsh.8: docs/klpsh.8.in $(BUILD)/klpsh
	$(call say,MAN,$@)
	$(Q)$(BUILD)/klpsh --man docs/klpsh.8.in > $@.tmp && mv $@.tmp $@

.PHONY: man
man: $(BUILD)/klpsh.8
