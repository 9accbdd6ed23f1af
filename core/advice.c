/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words for blockers. What helps follows from who the task is and how it
 * sleeps: the kernel signals user tasks and wakes interruptible kthreads
 * about every 15 s (klp_send_signals), nothing from outside reaches an
 * uninterruptible sleep.
 */
#include "core/advice.h"

#include <errno.h>

static enum stall_unblock unblock_sleeper(const struct task *t, bool signalled)
{
	bool interruptible = t->state == 'S';

	if (t->kthread)
		return interruptible ? UNBLOCK_KERNEL_SIGNAL : UNBLOCK_REVERSE_ONLY;
	if (!interruptible)
		return UNBLOCK_WAIT;
	return signalled && t->pid != 1 ? UNBLOCK_POKE : UNBLOCK_KERNEL_SIGNAL;
}

static enum stall_unblock unblock_of(const struct stall_input *in, const struct blocker *b)
{
	switch (b->cls) {
	case STALL_SLEEPING:
		return unblock_sleeper(&b->task, in->signalled);
	case STALL_UNKNOWN:
		return b->task.state == 'S' ? UNBLOCK_KERNEL_SIGNAL : UNBLOCK_WAIT;
	default:
		return UNBLOCK_WAIT;
	}
}

static const char *sleeper_advice(const struct task *t, enum stall_unblock u)
{
	if (t->pid == 1 && u == UNBLOCK_KERNEL_SIGNAL)
		return "The kernel's signal is enough for init; it is never stopped.";
	if (t->state == 'T' || t->state == 't')
		return "It is stopped or traced: let it continue.";
	switch (u) {
	case UNBLOCK_REVERSE_ONLY:
		return "Nothing from outside wakes a kernel thread from this sleep: let its work end, or "
		       "reverse "
		       "the transition.";
	case UNBLOCK_WAIT:
		return "Only the I/O it waits for ends this sleep: see what that is, or reverse the "
		       "transition.";
	case UNBLOCK_POKE:
		return "The kernel has signalled it and it still sleeps here: stop and continue its process, "
		       "or end "
		       "what it waits for.";
	case UNBLOCK_KERNEL_SIGNAL:
		return t->kthread ? "The kernel wakes it with every signal round, about every 15 s; that may "
				    "be enough."
				  : "The kernel's signal, about 15 s after the start, gets it out; no need "
				    "to act before.";
	}
	return "";
}

/* The same before anything is loaded: there is nothing to reverse yet. */
static const char *forecast(const struct task *t, enum stall_unblock u)
{
	if (t->state == 'T' || t->state == 't')
		return "It is stopped or traced: let it continue before loading.";
	switch (u) {
	case UNBLOCK_REVERSE_ONLY:
		return "Nothing from outside wakes a kernel thread from this sleep: let its work end before "
		       "loading.";
	case UNBLOCK_WAIT:
		return "Only the I/O it waits for ends this sleep: load when that is over.";
	case UNBLOCK_POKE:
	case UNBLOCK_KERNEL_SIGNAL:
		return t->kthread ? "The kernel would wake it about every 15 s; that may be enough."
				  : "The kernel's signal, about 15 s after the start, would get it out: "
				    "expect that delay.";
	}
	return "";
}

static const char *advice_text(const struct stall_input *in, const struct blocker *b)
{
	const struct task *t = &b->task;

	if (in->predicted && b->cls == STALL_SLEEPING)
		return forecast(t, b->unblock);
	switch (b->cls) {
	case STALL_IDLE_CPU:
		return "An idle CPU switches at its next turn through the idle loop.";
	case STALL_SLEEPING:
		return sleeper_advice(t, b->unblock);
	case STALL_RUNNING:
		return t->kthread ? "It can switch when it sleeps or leaves the function (from 6.3 on also "
				    "when it "
				    "reschedules): lower its load."
				  : "It switches when it returns to user space, a tick at most; if it loops "
				    "in the "
				    "kernel, lower its load.";
	case STALL_UNRELIABLE:
		return "The kernel tries again every second; if it stays so, reverse the transition.";
	case STALL_UNKNOWN:
		return b->stack.error ? "Look as root (with CAP_SYS_ADMIN) to see where it sleeps."
				      : "The kernel tries again every second; look again in a moment.";
	}
	return "";
}

/* "uninterruptible sleep in klpsh_nap of klpsh_target" with whose version it is. */
static int sleeper_reason(const struct stall_input *in, const char *in_module, struct blocker *b)
{
	const char *how = task_state_word(b->task.state);
	const char *whose = in->predicted     ? "which it would replace"
			    : in->target == 0 ? "which is being taken out"
					      : "which is being replaced";

	if (!in_module)
		return asprintf(&b->reason, "%s in %s of %s, %s", how, b->function, b->object, whose);
	if (!b->function)
		return asprintf(&b->reason, "%s in %s's code, %s", how, in_module, whose);
	return asprintf(&b->reason, "%s in %s's version of %s of %s, %s", how, in_module, b->function,
			b->object, whose);
}

static int other_reason(const struct stall_input *in, const struct blocker *b, char **ret)
{
	const char *how = task_state_word(b->task.state);

	if (b->cls == STALL_RUNNING)
		return asprintf(ret, "running; the kernel cannot read a running task's stack%s%s",
				b->function ? "; last seen in " : "", b->function ? b->function : "");
	if (b->cls == STALL_UNRELIABLE)
		return asprintf(ret, "%s, and it shows no stack: the kernel takes that for unreliable", how);
	if (b->stack.error == -EPERM || b->stack.error == -EACCES)
		return asprintf(ret, "%s; its stack may not be read%s", how,
				in->ptrace_scope == 3 ? " (kernel.yama.ptrace_scope is 3)" : "");
	if (b->stack.error == -ENODATA)
		return asprintf(ret, "%s; its stack was not read yet", how);
	if (b->stack.error)
		return asprintf(ret, "%s; its stack could not be read: %s", how, strerror(-b->stack.error));
	return asprintf(ret, "%s, and no patched function is on its stack: it should switch at the next try",
			how);
}

int advice_fill(const struct stall_input *in, const char *in_module, struct blocker *b)
{
	int n;

	b->unblock = unblock_of(in, b);
	b->advice = strdup(advice_text(in, b));
	n = b->cls == STALL_SLEEPING ? sleeper_reason(in, in_module, b) : other_reason(in, b, &b->reason);
	if (n < 0)
		b->reason = NULL;
	return b->advice && b->reason ? 0 : -ENOMEM;
}

const char *stall_idle_sentence(void)
{
	return "No task is left: the transition waits for an idle CPU, or has just ended.";
}
