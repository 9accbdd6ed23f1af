/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A patch of klpsh_hello_show() that says it changes the system's state 7:
 * /proc/klpsh/hello then reads TEXT. For klpsh_lp_state1 and klpsh_lp_state2.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static int livepatch_klpsh_hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, TEXT);
	return 0;
}

static struct klp_func funcs[] = { { .old_name = "klpsh_hello_show", .new_func = livepatch_klpsh_hello_show },
				   {} };

static struct klp_object objs[] = { { .name = "klpsh_target", .funcs = funcs }, {} };

static struct klp_state states[] = { { .id = 7, .version = VERSION }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
	.states = states,
	.replace = REPLACE,
};

static int __init klpsh_lp_state_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_state_exit(void)
{
}

module_init(klpsh_lp_state_init);
module_exit(klpsh_lp_state_exit);
MODULE_DESCRIPTION("klpsh lab: a patch with a system state");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
