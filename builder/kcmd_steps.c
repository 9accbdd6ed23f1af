// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kcmd.h. The saved command: steps of a shell, of which the compiler's and
 * objtool's are wanted. kbuild wrote it for make, so `$` stands as `$$` and `#`
 * as `$(pound)`; both are undone, every other `$(` is refused.
 */
#include <errno.h>

#include "builder/kcmd_own.h"

#define STEPS_MAX 64

/* What make makes of it, into room of as many bytes. -EOPNOTSUPP for a variable of make's. */
static ssize_t make_unescape(struct text in, char *out)
{
	static const char pound[] = "$(pound)";
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		if (in.p[i] != '$') {
			out[n++] = in.p[i];
		} else if (i + 1 < in.len && in.p[i + 1] == '$') {
			out[n++] = '$';
			i++;
		} else if (in.len - i >= strlen(pound) && memcmp(in.p + i, pound, strlen(pound)) == 0) {
			out[n++] = '#';
			i += strlen(pound) - 1;
		} else {
			return -EOPNOTSUPP;
		}
	}
	return (ssize_t)n;
}

/* A program's name and not a shell's word or an assignment to the environment. */
static bool is_program(const char *word)
{
	static const char *const reserved[] = { "if",	 "then", "else", "elif", "fi",	 "for", "while",
						"until", "do",	 "done", "case", "esac", "{",	"}",
						"!",	 "set",	 "exec", "trap", "eval", ":" };

	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++)
		if (streq(word, reserved[i]))
			return false;
	return *word && *word != '-' && !strchr(word, '=');
}

static int refuse(struct err *e, const char *path, const char *why)
{
	return err_set(e, -EOPNOTSUPP, "%s: kbuild's command cannot be repeated: %s", path, why);
}

/* Move a word of `from` away. */
static char *take_word(struct words *from, size_t i)
{
	char *word = from->v[i];

	memmove(from->v + i, from->v + i + 1, (from->n - i) * sizeof(*from->v));
	from->n--;
	return word;
}

/* The compiler's step: `-o OBJECT` and the source, which stands last, leave the argv. */
static int take_compiler(const char *path, struct kcmd *k, struct words *step, struct err *e)
{
	size_t i;

	if (step->has_syntax || !is_program(step->v[0]))
		return refuse(e, path, "it is more than a program and its arguments");
	for (i = 1; i < step->n && !streq(step->v[i], "-o"); i++)
		;
	if (!words_has(step, "-c") || i + 2 >= step->n || step->v[step->n - 1][0] == '-')
		return refuse(e, path, "it does not compile one file to one object");
	if (!streq(step->v[i + 1], k->object))
		return refuse(e, path, "it makes another object");
	free(take_word(step, i));
	free(take_word(step, i));
	k->source = take_word(step, step->n - 1);
	k->is_asm = has_ending(k->source, ".S");
	if (!k->is_asm && !has_ending(k->source, ".c"))
		return refuse(e, path, "its source is neither C nor assembly");
	k->cc = *step;
	*step = (struct words){ 0 };
	return 0;
}

static bool mentions_objtool(const struct words *step)
{
	for (size_t i = 0; i < step->n; i++)
		if (has_ending(step->v[i], "/objtool"))
			return true;
	return false;
}

static int take_objtool(const char *path, struct kcmd *k, struct words *step, struct err *e)
{
	if (k->objtool.n || step->has_syntax || !has_ending(step->v[0], "/objtool") || step->n < 2 ||
	    !streq(step->v[step->n - 1], k->object))
		return refuse(e, path, "objtool is called in an unknown way");
	free(take_word(step, step->n - 1));
	k->objtool = *step;
	*step = (struct words){ 0 };
	return 0;
}

/* The first step is the compiler's; later on only objtool's is wanted. */
static int take_steps(const char *path, struct kcmd *k, const char *text, size_t len, struct err *e)
{
	struct words step = { 0 };
	size_t at = 0, n = 0;
	int r;

	while ((r = words_step(text, len, &at, &step)) > 0) {
		if (++n > STEPS_MAX)
			r = refuse(e, path, "it has too many steps");
		else if (!step.n)
			continue;
		else if (!k->cc.n)
			r = take_compiler(path, k, &step, e);
		else if (mentions_objtool(&step))
			r = take_objtool(path, k, &step, e);
		if (r < 0)
			break;
	}
	words_clear(&step);
	if (r == -ENOMEM || r == -E2BIG)
		return err_set(e, r, "%s: %s", path, r == -E2BIG ? "too many words" : "out of memory");
	if (r >= 0 && !k->cc.n)
		return err_set(e, -EBADMSG, "%s: the command is empty", path);
	return r;
}

int kcmd_take_command(const char *path, struct kcmd *k, struct text name, struct text value, struct err *e)
{
	_cleanup_free_ char *shell = malloc(value.len + 1);
	ssize_t n;

	if (!shell)
		return err_set(e, -ENOMEM, "out of memory");
	if (k->object)
		return err_set(e, -EBADMSG, "%s: two commands in one file", path);
	k->object = strndup(name.p, name.len);
	if (!k->object)
		return err_set(e, -ENOMEM, "out of memory");
	n = make_unescape(value, shell);
	if (n < 0)
		return refuse(e, path, "it holds a variable of make");
	return take_steps(path, k, shell, (size_t)n, e);
}
