// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transaction ids, the words for a change's phases, and what takes it back. An
 * id comes from the kernel's random numbers, so that nobody can tell the next one.
 */
#include "core/change.h"

#include <errno.h>
#include <sys/random.h>

const char *change_phase_word(enum change_phase p)
{
	static const char *const words[] = { "intent", "outcome", "refused", "declined" };

	return words[p];
}

const char *change_inverse(const char *verb, const char *phase, const char *result)
{
	static const char *const in_effect[] = { "done", "confirmed", "accepted", "stalled", NULL };
	static const char *const running[] = { "accepted", "stalled", NULL };
	static const char *const enables[] = { "load", "boot", "enable", NULL };

	if (!streq(phase, change_phase_word(PHASE_OUTCOME)))
		return NULL;
	if (word_in(verb, enables) && word_in(result, in_effect))
		return "disable";
	return streq(verb, "reverse") && word_in(result, running) ? "reverse" : NULL;
}

int change_new_txn(char txn[TXN_LEN + 1])
{
	unsigned char raw[TXN_LEN / 2];
	ssize_t n = getrandom(raw, sizeof(raw), 0);

	if (n < 0)
		return -errno;
	if (n != (ssize_t)sizeof(raw))
		return -EIO;
	hex_put(txn, raw, sizeof(raw));
	return 0;
}

void patch_refs_free(struct patch_ref *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].params);
	free(v);
}

void change_done(struct change *c)
{
	patch_refs_free(c->before, c->n_before);
	c->before = NULL;
	c->n_before = 0;
}
