// SPDX-License-Identifier: GPL-2.0-only
/*
 * Not a livepatch: a kprobe that keeps livepatches away. At a function's entry
 * a kprobe goes through ftrace, and with a post handler it claims the
 * instruction pointer there (FTRACE_OPS_FL_IPMODIFY), which only one may do:
 * the kernel then refuses, with EBUSY, a livepatch of that function.
 *
 * function=NAME: where, in vmlinux or in any module; klpsh_hello_show if not
 * given. Removing the module takes the kprobe away again.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/kprobes.h>
#include <linux/module.h>

static char *function = "klpsh_hello_show";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "the function at whose entry the kprobe sits");

/* That it is there is what matters. */
static void post_handler(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = { .post_handler = post_handler };

static int __init klpsh_kprobe_init(void)
{
	int r;

	probe.symbol_name = function;
	r = register_kprobe(&probe);
	if (!r && !kprobe_ftrace(&probe)) {
		pr_err("the kprobe at %s does not go through ftrace\n", function);
		unregister_kprobe(&probe);
		r = -EOPNOTSUPP;
	}
	return r;
}

static void __exit klpsh_kprobe_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(klpsh_kprobe_init);
module_exit(klpsh_kprobe_exit);
MODULE_DESCRIPTION("klpsh lab: a kprobe that keeps livepatches away");
MODULE_LICENSE("GPL");
