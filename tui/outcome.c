// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Endings of changes in words: one line for the status, all of it as a text.
 * Judges by what klpsh answered only.
 */
#include "tui/outcome.h"

static const char *recorded(const struct reply *a)
{
	return a->audit && streq(a->audit, "recorded") ? ", recorded" : "";
}

void outcome_status(struct tui *t, const char *label, const struct reply *a)
{
	const char *result = reply_result(a);
	char took[32] = "";
	double seconds;

	if (jv_real(a->data, "seconds", &seconds))
		FORMAT(took, "%.1f s", seconds);
	if (streq(result, "stalled") || streq(result, "timeout"))
		tui_status(t, STYLE_WARN, " %s %s%s%s; 2 shows who blocks it, V reverses it", label,
			   streq(result, "stalled") ? "stalled" : "is not done", *took ? " after " : "",
			   took);
	else if (streq(result, "interrupted") || streq(result, "accepted"))
		tui_status(t, STYLE_WARN, " %s goes on in the kernel%s; 2 shows how far", label, recorded(a));
	else if (a->rc == RC_OK && !reply_error(a))
		tui_status(t, STYLE_GOOD, " %s: %s%s%s%s", label, *result ? result : "done",
			   *took ? " in " : "", took, recorded(a));
	else
		tui_status(t, STYLE_BAD, " %s: %s", label,
			   reply_error(a) ? reply_error(a)
			   : *result	  ? result
					  : rc_name(a->rc));
}

bool outcome_failed(const struct reply *a)
{
	static const char *const goes_on[] = { "stalled", "timeout", "interrupted", "accepted" };
	const char *result = reply_result(a);

	for (size_t i = 0; i < ARRAY_SIZE(goes_on); i++)
		if (streq(result, goes_on[i]))
			return false;
	return a->rc != RC_OK;
}

void outcome_text(struct tui *t, const char *label, const char *how, const struct reply *a)
{
	char title[192];

	if (t->prompt.lead || t->asking || t->in_text)
		return;
	FORMAT(title, "%s: %s", label, how);
	tui_open_text(t, title, true);
	reply_outcome(a, &t->text.lines);
	lines_add(&t->text.lines, STYLE_NORMAL, "%s", "");
	lines_add(&t->text.lines, STYLE_DIM, "q goes back. 8 History keeps what was done and refused.");
}
