// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Root may search the kernel's keyrings, but not have the keys that are in
 * them: -EACCES for a key that is there, -ENOKEY for one that is not
 * (security/keys/keyring.c, keyring_search_iterator()). That the keyring may
 * be searched at all is seen by asking for a key that nobody has.
 */
#include "kmod/keyring.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>

#define KEYS_MAX (1u << 20) /* bytes of /proc/keys */
#define ID_MAX 2000 /* hex digits; a description has 4095 bytes at most */
#define NOBODYS "00"

/*
 * "294795aa I------     2 perm 1f0b0000     0     0 keyring   .builtin_trusted_keys: 1"
 * The keyring's name, or NULL where this is no keyring's line.
 */
static char *parse_line(char *line, int32_t *ret)
{
	char *word[9], *save = NULL, *end;
	size_t n = 0, len;

	for (char *w = strtok_r(line, " ", &save); w && n < ARRAY_SIZE(word); w = strtok_r(NULL, " ", &save))
		word[n++] = w;
	len = n == ARRAY_SIZE(word) ? strlen(word[8]) : 0;
	if (!len || !streq(word[7], "keyring") || word[8][len - 1] != ':')
		return NULL;
	word[8][len - 1] = '\0';
	errno = 0;
	*ret = (int32_t)strtol(word[0], &end, 16);
	return !errno && !*end && *ret > 0 ? word[8] : NULL;
}

/*
 * "keyring;0;0;1f0b0000;.builtin_trusted_keys": type, uid, gid, permissions, name.
 * Nobody but the kernel makes a keyring whose name begins with a dot (add_key(2): EPERM).
 */
static bool is_the_kernels(int32_t serial, const char *name)
{
	static const char type[] = "keyring;0;";
	char said[256], *at = said;
	long n = syscall(SYS_keyctl, KEYCTL_DESCRIBE, serial, said, sizeof(said));

	if (n <= 0 || (size_t)n > sizeof(said) || strncmp(said, type, sizeof(type) - 1) != 0)
		return false;
	for (int i = 0; at && i < 4; i++) {
		at = strchr(at, ';');
		at = at ? at + 1 : NULL;
	}
	return at && streq(at, name);
}

int keyring_serials(const struct root *root, const char *const *names, size_t n,
		    bool (*is_it)(int32_t serial, const char *name), int32_t *ret)
{
	_cleanup_free_ char *text = NULL;
	char *save = NULL;
	size_t len;
	int r = root_read_file(root, "proc/keys", KEYS_MAX, &text, &len);

	memset(ret, 0, n * sizeof(*ret));
	if (r < 0)
		return r;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		int32_t serial;
		const char *name = parse_line(line, &serial);

		for (size_t i = 0; name && i < n; i++)
			if (!ret[i] && streq(name, names[i]) &&
			    (is_it ? is_it : is_the_kernels)(serial, name))
				ret[i] = serial;
	}
	return 0;
}

/* Is a key of this id in the keyring, or in one that is linked to it? 1, 0, -errno. */
static int search(int32_t keyring, const char *id)
{
	char what[ID_MAX + 4];

	FORMAT(what, "ex:%s", id);
	if (syscall(SYS_keyctl, KEYCTL_SEARCH, keyring, "asymmetric", what, 0) > 0 || errno == EACCES)
		return 1;
	return errno == ENOKEY || errno == EKEYREVOKED || errno == EKEYEXPIRED ? 0 : -errno;
}

/* 1, 0 also where there is no such keyring, -errno. */
static int keyring_has(int32_t keyring, const char *id)
{
	int r = keyring ? search(keyring, NOBODYS) : 0;

	if (!keyring || r < 0)
		return r;
	return r == 0 ? search(keyring, id) : -EACCES;
}

enum keyring_answer keyring_look(const struct root *root, const char *id)
{
	enum { REVOKED, SECONDARY, BUILTIN, PLATFORM, N };
	static const char *const names[N] = { ".blacklist", ".secondary_trusted_keys",
					      ".builtin_trusted_keys", ".platform" };
	int32_t keyring[N], trusted;
	int r;

	if (!id || strlen(id) > ID_MAX || !root_is_live(root) ||
	    keyring_serials(root, names, N, NULL, keyring) < 0)
		return KEYRING_UNKNOWN;
	if (keyring_has(keyring[REVOKED], id) == 1)
		return KEYRING_REVOKED;
	/* The second holds the third, where it is built in. */
	trusted = keyring[SECONDARY] ? keyring[SECONDARY] : keyring[BUILTIN];
	r = trusted ? keyring_has(trusted, id) : -ENOENT;
	if (r != 0)
		return r < 0 ? KEYRING_UNKNOWN : KEYRING_HAS;
	r = keyring_has(keyring[PLATFORM], id);
	if (r < 0)
		return KEYRING_UNKNOWN;
	return r ? KEYRING_PLATFORM : KEYRING_LACKS;
}
