/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of taint flags. Bits, letters and meanings are those of
 * Documentation/admin-guide/tainted-kernels.rst and kernel/panic.c
 * (taint_flags); the consequences are ours.
 */
#include "core/taint.h"

#include <errno.h>

static const struct taint_flag flags[TAINT_BITS] = {
	{ 0, 'P', "proprietary", "a proprietary module was loaded",
	  "Distributions decline bug reports; livepatches load all the same." },
	{ 1, 'F', "forced load", "a module was loaded by force, its version checks skipped",
	  "The module may not fit this kernel; find it and rebuild it before patching its code." },
	{ 2, 'S', "out of spec", "the hardware or firmware is outside its specification",
	  "Crashes may come from the machine itself; no obstacle to loading." },
	{ 3, 'R', "forced unload", "a module was removed by force",
	  "Code may have gone while in use: reboot rather than patch." },
	{ 4, 'M', "machine check", "the processor reported a hardware error",
	  "Check the hardware log first; no obstacle to loading." },
	{ 5, 'B', "bad page", "a page of memory was found in a bad state",
	  "Memory or a driver is at fault: reboot and look, do not stack patches on it." },
	{ 6, 'U', "user request", "a user program asked for the taint",
	  "Means what that program says it means; no obstacle to loading." },
	{ 7, 'D', "died", "the kernel died once: an oops or a BUG",
	  "Locks may be held for ever and a transition may never end: plan a reboot." },
	{ 8, 'A', "ACPI override", "an ACPI table was replaced by the user",
	  "Firmware bugs may be home-made; no obstacle to loading." },
	{ 9, 'W', "warning", "the kernel issued a warning",
	  "Read the warning in the log; no obstacle to loading." },
	{ 10, 'C', "staging driver", "a staging driver was loaded",
	  "Its quality is not vouched for; no obstacle to loading." },
	{ 11, 'I', "firmware workaround", "a workaround for a firmware bug is active",
	  "Harmless as a rule; no obstacle to loading." },
	{ 12, 'O', "out-of-tree module", "a module from outside the kernel's tree was loaded",
	  "Every livepatch module that is not built in-tree sets this; support may ask for its source." },
	{ 13, 'E', "unsigned module", "a module without a valid signature was loaded",
	  "Loading works here only while signatures are not enforced." },
	{ 14, 'L', "soft lockup", "a CPU was stuck in the kernel for a long time",
	  "A task that loops in the kernel holds up any transition." },
	{ 15, 'K', "livepatched", "a livepatch was loaded",
	  "The running code differs from the kernel's build: say so in bug reports." },
	{ 16, 'X', "auxiliary", "defined by the distribution",
	  "Ask the distribution; no obstacle to loading." },
	{ 17, 'T', "struct randomisation", "the kernel was built with randomised structure layout",
	  "Modules must be built with the same seed; a livepatch builder cannot know it." },
	{ 18, 'N', "in-kernel test", "an in-kernel test was run",
	  "The machine was used for tests; no obstacle to loading." },
	{ 19, 'J', "fwctl mutating command", "user space changed a device's firmware state through fwctl",
	  "Device misbehaviour may be home-made; no obstacle to loading." },
};

const struct taint_flag *taint_flag_of(unsigned bit)
{
	return bit < TAINT_BITS ? &flags[bit] : NULL;
}

const struct taint_flag *taint_flag_of_letter(char letter)
{
	for (size_t i = 0; i < TAINT_BITS; i++)
		if (flags[i].letter == letter)
			return &flags[i];
	return NULL;
}

int taint_read(const struct root *root, uint64_t *ret)
{
	char buf[64];
	ssize_t n = root_read_attr(root, "proc/sys/kernel/tainted", buf, sizeof(buf));

	if (n < 0)
		return (int)n;
	return parse_u64(buf, ret) < 0 ? -EBADMSG : 0;
}

void taint_letters(uint64_t value, char *buf, size_t size)
{
	size_t n = 0;

	for (unsigned bit = 0; bit < 64 && n + 1 < size; bit++) {
		const struct taint_flag *f = taint_flag_of(bit);

		if (value & (1ULL << bit))
			buf[n++] = f ? f->letter : '?';
	}
	if (size)
		buf[n] = '\0';
}
