// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Modules into and out of the running kernel, and the explanation when it says
 * no. An errno alone says little (EINVAL has a dozen causes), so the kernel log
 * is watched across the call: its line is the reason, the errno decides where
 * no line is known. The phrases are those of kernel/livepatch/, kernel/module/
 * and security/ of Linux 6.1 and 6.12.
 */
#include "kmod/module.h"

#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <sys/syscall.h>

#include "core/kmsg.h"
#include "kmod/decompress.h"

#define LOG_RECORDS 256 /* looked at after a call */
#define LOG_TEXT 2048 /* kept of them */

#define FTRACE_SAID_NO "failed to register ftrace handler"

#ifndef MODULE_INIT_COMPRESSED_FILE
#define MODULE_INIT_COMPRESSED_FILE 4 /* since 5.17 */
#endif

struct cause {
	int code; /* negative errno, 0: any */
	const char *line; /* phrase in the log that tells it, NULL: the errno alone */
	enum rc rc; /* RC_OK: by errno */
	const char *text; /* behind "NAME could not be loaded: " */
	const char *hint;
};

/* In this order: the first that fits. */
static const struct cause load_causes[] = {
	{ 0, "version magic", RC_FAILED, "it was built for another kernel",
	  "take the build for the running kernel; klpsh inspect tells what a file is for" },
	{ 0, "section size must match the kernel", RC_FAILED, "it was built for another kernel",
	  "take the build for the running kernel; klpsh inspect tells what a file is for" },
	{ 0, "disagrees about version of symbol module_layout", RC_FAILED, "it was built for another kernel",
	  "take the build for the running kernel; klpsh inspect tells what a file is for" },
	{ 0, "disagrees about version of symbol", RC_FAILED,
	  "it was built against another build of this kernel",
	  "build it against the running kernel's headers" },
	{ 0, "Unknown symbol", RC_FAILED, "it needs a symbol that the kernel does not have",
	  "load the modules that it depends on first, or take the build for this kernel" },
	{ 0, "Loading of", RC_PERMISSION, "this kernel demands a signature that it trusts",
	  "sign the module with a key that this kernel trusts" },
	{ 0, "Lockdown:", RC_PERMISSION, "the kernel is locked down and takes trusted signatures only",
	  "sign the module with a key that this kernel trusts" },
	{ 0, "callback failed", RC_FAILED, "the patch's own pre-patch callback refused",
	  "ask whoever made the patch what it waits for; nothing was patched" },
	{ 0, "not found in symbol table", RC_FAILED, "a function that it patches is not in this kernel",
	  "take the build for this kernel; klpsh check tells which functions are missing" },
	{ 0, "unresolvable ambiguity", RC_FAILED, "a function that it patches is there more than once",
	  "the patch must say which one (sympos); it has to be built anew" },
	{ 0, "symbol position", RC_FAILED, "a function that it patches is not there as often as it thinks",
	  "take the build for this kernel" },
	{ 0, "not compatible with the already installed", RC_FAILED,
	  "an enabled livepatch has a state that it does not support",
	  "klpsh list tells what is enabled; a newer cumulative patch is needed" },
	{ 0, FTRACE_SAID_NO, RC_FAILED,
	  "ftrace is switched off, or something else redirects a function that it patches",
	  "klpsh check tells which it is: kernel.ftrace_enabled, or a kprobe at the function's entry" },
	{ 0, "failed to set ftrace filter", RC_FAILED, "a function that it patches cannot be traced",
	  "klpsh check tells which one" },
	{ 0, "failed to find location for function", RC_FAILED, "a function that it patches cannot be traced",
	  "klpsh check tells which one" },
	{ 0, "not marked as a livepatch", RC_FAILED, "it is not marked as a livepatch",
	  "it was built without modinfo livepatch=Y" },
	{ 0, "LoadPin", RC_PERMISSION, "LoadPin takes modules from its own file system only",
	  "load-from = file in /etc/klpsh.conf loads by the file itself instead of from memory" },
	{ -EKEYREJECTED, NULL, RC_PERMISSION, "its signature is missing or not trusted",
	  "sign it with a key that this kernel trusts" },
	{ -ENOKEY, NULL, RC_PERMISSION, "this kernel does not have the key that it is signed with",
	  "sign it with a key that this kernel trusts" },
	{ -EBADMSG, NULL, RC_PERMISSION, "its signature is damaged", "fetch the file anew" },
	{ -EPERM, NULL, RC_PERMISSION,
	  "not permitted: root's rights, kernel.modules_disabled, lockdown or a security module",
	  "where IMA or LoadPin forbids a load from memory, load-from = file in /etc/klpsh.conf helps" },
	{ -EACCES, NULL, RC_PERMISSION, "a security module (IMA, SELinux) forbids it",
	  "where it forbids a load from memory, load-from = file in /etc/klpsh.conf helps" },
	{ -ETXTBSY, NULL, RC_FAILED, "somebody has the file open for writing",
	  "let that end, or load from memory: load-from = memfd in /etc/klpsh.conf" },
	{ -EEXIST, NULL, RC_FAILED, "a module of this name is loaded already",
	  "klpsh list tells whether it is enabled" },
	{ -EBUSY, NULL, RC_BUSY, "another transition runs, or a module of this name comes or goes",
	  "klpsh status tells which; wait for its end" },
	{ -ENOEXEC, NULL, RC_FAILED, "the kernel does not take it for a module of its own",
	  "take the build for the running kernel" },
	{ -ENOENT, NULL, RC_FAILED, "it needs a symbol that the kernel does not have",
	  "load the modules that it depends on first" },
	{ -EINVAL, NULL, RC_FAILED, "the kernel finds the patch invalid, most often for a missing function",
	  "klpsh check tells what does not fit; klpsh log what the kernel said" },
	{ -EBADF, NULL, RC_FAILED, "its bytes cannot be read any more", "try again" },
	{ -ENODEV, NULL, RC_FAILED, "a callback refused, or the kernel cannot livepatch",
	  "klpsh log tells what the kernel said" },
	{ -ENOMEM, NULL, RC_FAILED, "the kernel has no memory for it", "free some memory, then try again" },
	{ -EOPNOTSUPP, NULL, RC_UNSUPPORTED, "this kernel cannot unpack it by itself",
	  "load from memory (load-from = memfd in /etc/klpsh.conf), or unpack the file first" },
	{ -ENOSYS, NULL, RC_UNSUPPORTED, "this kernel takes no modules", "" },
};

static const struct cause remove_causes[] = {
	{ -ENOENT, NULL, RC_NOT_FOUND, "no such module is loaded", "klpsh modules lists them" },
	{ -EAGAIN, NULL, RC_BUSY, "it is still in use",
	  "klpsh modules tells by whom; try again in a moment" },
	{ -EBUSY, NULL, RC_BUSY, "it is coming or going, or was made never to be removed",
	  "it stays until the next boot if it is pinned" },
	{ -EPERM, NULL, RC_PERMISSION, "not permitted: root's rights, or kernel.modules_disabled", "" },
};

/* The first line of the log that has the phrase; *ret_len: its length. */
static const char *line_with(const char *log, const char *phrase, size_t *ret_len)
{
	const char *at = log ? strstr(log, phrase) : NULL;

	if (!at)
		return NULL;
	while (at > log && at[-1] != '\n')
		at--;
	*ret_len = strcspn(at, "\n");
	return at;
}

static const struct cause *find_cause(const struct cause *v, size_t n, int code, const char *log,
				      const char **ret_line, size_t *ret_len)
{
	for (size_t i = 0; i < n; i++) {
		*ret_line = v[i].line ? line_with(log, v[i].line, ret_len) : NULL;
		if (v[i].line ? *ret_line && (!v[i].code || v[i].code == code) : v[i].code == code)
			return &v[i];
	}
	return NULL;
}

/* Said at every load, so no reason. */
static bool is_routine(const char *line, size_t len)
{
	return memmem(line, len, "taint", 5) || memmem(line, len, "enabling patch", 14);
}

/* Where no phrase is known: the first line of the module's own, or livepatch's, that is out of the ordinary.
 */
static const char *some_line(const char *name, const char *log, size_t *ret_len)
{
	size_t own = strlen(name);

	for (const char *at = log; at && *at; at += *ret_len + (at[*ret_len] == '\n')) {
		*ret_len = strcspn(at, "\n");
		if (((!strncmp(at, name, own) && at[own] == ':') || !strncmp(at, "livepatch: ", 11)) &&
		    !is_routine(at, *ret_len))
			return at;
	}
	return NULL;
}

static void explain(const char *what, const struct cause *c, int code, const char *line, size_t len,
		    struct err *e)
{
	enum rc rc = c ? c->rc : RC_FAILED;
	const char *why = c ? c->text : strerror(-code);

	if (line)
		err_rc(e, rc, code, "%s: %s (the kernel: \"%.*s\")", what, why, (int)MIN(len, 160u), line);
	else
		err_rc(e, rc, code, "%s: %s (%s)", what, why, errno_word(code));
	if (c && *c->hint)
		err_hint(e, "%s", c->hint);
}

void module_explain_load(const char *name, int code, const char *log, struct err *e)
{
	const char *line = NULL;
	size_t len = 0;
	const struct cause *c = find_cause(load_causes, ARRAY_SIZE(load_causes), code, log, &line, &len);
	char what[96];

	if (!line)
		line = some_line(name, log, &len);
	FORMAT(what, "%s could not be loaded", name);
	explain(what, c, code, line, len, e);
}

void module_explain_remove(const char *name, int code, struct err *e)
{
	const char *line;
	size_t len;
	const struct cause *c = find_cause(remove_causes, ARRAY_SIZE(remove_causes), code, NULL, &line, &len);
	char what[96];

	FORMAT(what, "module %s could not be removed", name);
	explain(what, c, code, NULL, 0, e);
}

/* What the kernel itself has said since k was opened, a line a record. */
static void log_collect(struct kmsg *k, char *text, size_t size)
{
	struct kmsg_record rec;
	size_t len = 0;

	text[0] = '\0';
	for (unsigned n = 0; k && n < LOG_RECORDS && kmsg_next(k, &rec) > 0; n++) {
		size_t add = strlen(rec.text);

		if (rec.facility || len + add + 2 > size)
			continue;
		memcpy(text + len, rec.text, add);
		text[len + add] = '\n';
		len += add + 1;
		text[len] = '\0';
	}
}

/* A file that is packed is for the kernel to unpack; a memfd never is. */
static int init_flags(int fd)
{
	unsigned char magic[8];
	ssize_t n = pread(fd, magic, sizeof(magic), 0);

	return n > 0 && compression_of(magic, (size_t)n) != COMPRESSION_NONE ? MODULE_INIT_COMPRESSED_FILE
									     : 0;
}

/* EBUSY in both cases that the phrase stands for; the switch tells which it was. */
static void hint_ftrace(const struct root *root, const char *log, struct err *e)
{
	int on = -1;

	if (!root || !strstr(log, FTRACE_SAID_NO) ||
	    root_read_bool(root, "proc/sys/kernel/ftrace_enabled", &on) < 0 || on < 0)
		return;
	if (!on)
		err_hint(e, "kernel.ftrace_enabled is 0: sysctl kernel.ftrace_enabled=1, then load again");
	else
		err_hint(e, "kernel.ftrace_enabled is 1, so it is something else, most often a kprobe with a "
			    "post handler: klpsh check tells where; end that, then load again");
}

static int load(const struct kops *k, int fd, const char *name, const char *params, struct err *e)
{
	_cleanup_(kmsg_freep) struct kmsg *log = NULL;
	char text[LOG_TEXT];
	int r;

	if (k->root)
		kmsg_open(k->root, false, &log, NULL);
	if (syscall(SYS_finit_module, fd, params ? params : "", init_flags(fd)) == 0)
		return 0;
	r = -errno;
	log_collect(log, text, sizeof(text));
	module_explain_load(name, r, text, e);
	hint_ftrace(k->root, text, e);
	return r;
}

static void no_log(void *data, int priority, const char *file, int line, const char *fn, const char *format,
		   va_list args)
{
}

/* A handle on a loaded module by name, without reading configuration. Both are to be unreferenced. */
static int module_open(const char *name, struct kmod_ctx **ret_ctx, struct kmod_module **ret, struct err *e)
{
	static const char *const no_config[] = { NULL };
	struct kmod_ctx *ctx = kmod_new(NULL, no_config);
	int r;

	if (!ctx)
		return err_set(e, -ENOMEM, "out of memory");
	kmod_set_log_fn(ctx, no_log, NULL);
	r = kmod_module_new_from_name(ctx, name, ret);
	if (r < 0) {
		kmod_unref(ctx);
		return err_set(e, r, "module %s cannot be looked up: %s", name, strerror(-r));
	}
	*ret_ctx = ctx;
	return 0;
}

static void module_close(struct kmod_ctx *ctx, struct kmod_module *m)
{
	kmod_module_unref(m);
	kmod_unref(ctx);
}

static int names_of(struct kmod_list *list, char ***ret, size_t *ret_n)
{
	_cleanup_(strv_freep) char **v = calloc(1, sizeof(*v));
	struct kmod_list *at;
	size_t n = 0;

	if (!v)
		return -ENOMEM;
	kmod_list_foreach(at, list)
	{
		struct kmod_module *m = kmod_module_get_module(at);
		char **more = reallocarray(v, n + 2, sizeof(*v));

		v = more ? more : v;
		if (more) {
			v[n] = strdup(kmod_module_get_name(m));
			v[n + 1] = NULL;
		}
		kmod_module_unref(m);
		if (!more || !v[n])
			return -ENOMEM;
		n++;
	}
	*ret = TAKE_PTR(v);
	*ret_n = n;
	return 0;
}

int module_holders(const char *name, char ***ret, size_t *ret_n, struct err *e)
{
	struct kmod_module *m = NULL;
	struct kmod_list *list;
	struct kmod_ctx *ctx = NULL;
	int r = module_open(name, &ctx, &m, e);

	if (r < 0)
		return r;
	list = kmod_module_get_holders(m);
	r = names_of(list, ret, ret_n);
	kmod_module_unref_list(list);
	module_close(ctx, m);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}

int module_refcount(const char *name)
{
	struct kmod_module *m = NULL;
	struct kmod_ctx *ctx = NULL;
	int r = module_open(name, &ctx, &m, NULL);

	if (r < 0)
		return r;
	r = kmod_module_get_refcnt(m);
	module_close(ctx, m);
	return r;
}

/* Other modules that use it, by name; else how many references there are. */
static void hint_users(const char *name, struct err *e)
{
	_cleanup_(strv_freep) char **v = NULL;
	char names[200] = "";
	size_t n = 0, len = 0;
	int refs = module_refcount(name);

	if (module_holders(name, &v, &n, NULL) < 0)
		return;
	for (size_t i = 0; i < n && len + 64 < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%.55s", i ? ", " : "", v[i]);
	if (n)
		err_hint(e, "used by %s: remove that first", names);
	else if (refs > 0)
		err_hint(e,
			 "%d reference%s left; an enabled patch holds one, a forced one until the next boot",
			 refs, refs == 1 ? " is" : "s are");
}

static int remove_module(const struct kops *k, const char *name, struct err *e)
{
	struct kmod_module *m = NULL;
	struct kmod_ctx *ctx = NULL;
	int r = module_open(name, &ctx, &m, e);

	if (r < 0)
		return r;
	r = kmod_module_remove_module(m, KMOD_REMOVE_NOWAIT);
	module_close(ctx, m);
	if (r >= 0)
		return 0;
	module_explain_remove(name, r, e);
	if (r == -EAGAIN)
		hint_users(name, e);
	return r;
}

void ops_module_init(struct kops *k)
{
	k->load = load;
	k->remove = remove_module;
}
