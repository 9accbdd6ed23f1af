/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For builder_fuzz.c: the texts that its inputs are made from, one or more a
 * reader, and the words that mutation puts into them.
 */
#ifndef KLPSH_TESTS_FUZZ_BUILDER_WORDS_H
#define KLPSH_TESTS_FUZZ_BUILDER_WORDS_H

#include "tests/fuzz/builder_wire.h"

struct seed_word {
	const char *bytes;
	size_t len;
};
#define WORD(s)                                                                                              \
	{                                                                                                    \
		s, sizeof(s) - 1                                                                             \
	}

/* What the texts consist of. */
static const struct seed_word seed_words[] = {
	WORD("\n"),
	WORD("\\\n"),
	WORD("\t"),
	WORD("\0"),
	WORD("\0\0\0"),
	WORD(WIRE_END),
	WORD(WIRE_END "e0\0"
		      "0\0"
		      "0\0\0\0"),
	WORD(WIRE_END "m"),
	WORD(WIRE_END "f"),
	WORD("-1"),
	WORD("0"),
	WORD("99"),
	WORD("200"),
	WORD("11"),
	WORD("4294967296"),
	WORD("18446744073709551616"),
	WORD("-4095"),
	WORD("99999999"),
	WORD("0x"),
	WORD("\x1b[2J"),
	WORD("\xe2\x80\xae"),
	WORD("\xff"),
	WORD("../"),
	WORD(".."),
	WORD("/"),
	WORD("."),
	WORD("a/"),
	WORD("\""),
	WORD("'"),
	WORD("\\"),
	WORD("$("),
	WORD(")"),
	WORD(";"),
	WORD("|"),
	WORD("#"),
	WORD("="),
	WORD(":="),
	WORD("+="),
	WORD(":"),
	WORD(","),
	WORD("@@ -1,2 +1,2 @@\n"),
	WORD("--- "),
	WORD("+++ "),
	WORD("diff --git "),
	WORD("/dev/null"),
	WORD("-a\n"),
	WORD("+(\n"),
	WORD(" )\n"),
	WORD("/*"),
	WORD("*/"),
	WORD("#if 1\n"),
	WORD("#endif\n"),
	WORD("#else\n"),
	WORD("\\ No\n"),
	WORD("CONFIG_"),
	WORD("$(CONFIG_X)"),
	WORD("obj-y"),
	WORD("-objs"),
	WORD("endif\n"),
	WORD("ifdef "),
	WORD("rename to "),
	WORD(".cold"),
	WORD(".part.0"),
	WORD(".123"),
	WORD("__UNIQUE_ID_"),
	WORD("changed"),
	WORD("EXPORT_SYMBOL_GPL"),
	WORD("[mod]"),
	WORD("vmlinux"),
	WORD(".ko"),
};

struct seed_input {
	const char *reader;
	const char *bytes;
	size_t len;
	bool text; /* made of words, not of numbers */
};

/* TEXT may hold NULs. */
#define SEED_TEXT(reader_, s)                                                                                \
	{                                                                                                    \
		reader_, s, sizeof(s) - 1, true                                                              \
	}

#define SEED_GCC                                                                                             \
	"gcc-12 -Wp,-MMD,fs/proc/.cmdline.o.d -nostdinc -I./include -DMODULE -DKBUILD_MODFILE='\"fs/x\"' "   \
	"-DKBUILD_BASENAME='\"cmdline\"' -D'KBUILD_MODNAME=\"proc\"' -c -o fs/proc/cmdline.o "               \
	"fs/proc/cmdline.c ; ./tools/objtool/objtool --orc --rethunk   fs/proc/cmdline.o"

static const struct seed_input seed_texts[] = {
	SEED_TEXT("wire", "p2\0003 objects\0" WIRE_END "lcc: \x1b[1mwarning" WIRE_END "na note\0" WIRE_END
			  "f-1\0ext4\0fs/ext4/super.c\0fill\0changed\0code differs\0" WIRE_END
			  "r3\0000\0a/b.c\0f\0.data\0because\0" WIRE_END "m\177ELF" WIRE_END "mmore" WIRE_END
			  "e0\0000\0000\0\0\0"),
	SEED_TEXT("wire", "p1\0\0" WIRE_END "r0\0001\0a/b.c\0f\0\0because\0" WIRE_END
			  "e-1\000-1\00011\0the patch cannot be built soundly\0see 'help'\0"),
	SEED_TEXT("wire", "f12\0vmlinux\0a\0b\0new\0\0" WIRE_END "f0\0\0\0\0lines\0\0" WIRE_END "mx" WIRE_END
			  "e0\0000\0000\0\0\0" WIRE_END "mbehind" WIRE_END "e0\0000\0000\0\0\0"),
	SEED_TEXT("patch", "From 0123\nSubject: x\n\ndiff --git a/fs/x.c b/fs/x.c\nindex 1..2 100644\n"
			   "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -2,3 +2,4 @@ int f(void)\n {\n-\tone();\n"
			   "+\ttwo();\n+\tthree();\n }\n@@ -8,3 +9,2 @@ int g(void)\n #endif\n-\tx = 2;\n"
			   " \treturn x;\n-- \n2.39\n"),
	SEED_TEXT("patch", "--- a/fs/x.c\t2024\n+++ b/fs/x.c\t2024\n@@ -1,2 +1,3 @@\n int f(void)\n+\n {\n"),
	SEED_TEXT("patch", "diff --git a/y.c b/fs/x.c\nsimilarity index 90%\nrename from y.c\n"
			   "rename to fs/x.c\n--- a/y.c\n+++ b/fs/x.c\n@@ -9,2 +9,2 @@\n \tx = 2;\n"
			   "-\treturn x;\n\\ No newline at end of file\n+\treturn 1;\n"),
	SEED_TEXT("patch",
		  "diff --git \"a/\\303\\266\" \"b/\\303\\266\"\nold mode 100644\nnew mode 100755\n"
		  "Binary files a/x and b/x differ\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1,2 @@\n+a\n+b\n"),
	SEED_TEXT("patch", "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1 +1 @@\n-int f(void)\n+int g(void)\n"),
	/* out of the tree */
	SEED_TEXT("patch", "--- a/../x.c\n+++ b/../x.c\n@@ -1 +1 @@\n-int f(void)\n+int g(void)\n"),
	SEED_TEXT("patch", "diff --git a/fs/x.c \"b/fs/\\056./../x.c\"\nrename from fs/x.c\n"
			   "rename to \"fs/\\056./../x.c\"\n"),
	SEED_TEXT("linemark",
		  "int f(int a)\n{\n#ifdef A\n+\tone(\n\t\ta);\n#else /* x\n*/\n+\ttwo();\n"
		  "#endif\n\tsay(\"a\\\n  b\", '\"', // c\n\t\t1);\n+#define X \\\n\t1\n}\n+int g;\n"
		  "static int h = 2;\n"),
	SEED_TEXT("symvers", "0x8dec1c19\tregister_netdev\tvmlinux\tEXPORT_SYMBOL\t\n"
			     "0x12345678\tsnd_take\tsound/core/snd-pcm\tEXPORT_SYMBOL_GPL\tSND_CORE\n"
			     "0x1\told_form\tvmlinux\tEXPORT_SYMBOL\n"),
	SEED_TEXT("symlist", "ffffffff81000000 T _text\nffffffff81000010 t dup\nffffffff81000020 t dup\n"
			     "0000000000000000 A percpu\nffffffffc0000000 t dup\t[mod]\n"
			     "ffffffffc0000030 T end\t[mod]\n"),
	SEED_TEXT("modorder", "kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/fs/mbcache.ko\n"
			      "kernel/fs/jbd2/jbd2.ko.xz:\nkernel/net/nf-tables.ko.zst: kernel/lib/x.ko\n"),
	SEED_TEXT("modorder", "kernel/fs/ext4/ext4.ko\nkernel/sound/core/snd-pcm.ko\nkernel/a/twice.ko\n"
			      "kernel/b/twice.ko\n"),
	SEED_TEXT("kcmd",
		  "savedcmd_fs/proc/cmdline.o := " SEED_GCC "\n\n"
		  "source_fs/proc/cmdline.o := fs/proc/cmdline.c\n\ndeps_fs/proc/cmdline.o := \\\n"
		  "    $(wildcard include/config/PROC_FS) \\\n  include/linux/kconfig.h \\\n"
		  "    $(wildcard include/config/cc/version/text.h) \\\n  /usr/lib/gcc/stdarg.h \\\n\n"
		  "fs/proc/cmdline.o: $(deps_fs/proc/cmdline.o)\n\n#SYMVER saved 0x9dc3e4f2\n"),
	SEED_TEXT("shwords",
		  "a 'b c'\"d $x \\\" e\"\\ f; g | h > i; make -f ./x/../y//z/./w `x` && y *.c ~\n"),
	SEED_TEXT("kmakefile",
		  "# x\nobj-y += open.o ext4/\nobj-$(CONFIG_EXT4_FS) += ext4.o # y\n"
		  "ext4-y := super.o \\\n\tinode.o\next4-$(CONFIG_OFF) += off.o\nifdef CONFIG_FS\n"
		  "obj-$(CONFIG_OFF) += super.o\nelse\nlib-y += b.o\nendif\n"),
	SEED_TEXT("kconfig",
		  "#\n# Linux/x86 6.1\n#\nCONFIG_SMP=y\n# CONFIG_OFF is not set\nCONFIG_NR_CPUS=512\n"
		  "CONFIG_NAME=\"a \\\"b\\\"\"\nCONFIG_CC_VERSION_TEXT=\"gcc\"\n"),
	SEED_TEXT("genksyms",
		  "#SYMVER blk_put 0x1234abcd\n__crc_old = 0x00000001;\n#SYMVER bio_put 0xffffffff\n"
		  "<stdin>:12: warning: bio_put: modversion changed because of changes in struct "
		  "bio, struct page (became defined)\n"
		  "a.c:1: warning: blk_put: modversion changed for unknown reasons\n"),
	SEED_TEXT("names", "alt_instr=14,bug_entry=12,exception_table_entry=12"),
	SEED_TEXT("names", "Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian "
			   "12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP "
			   "PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-14)\n"),
	SEED_TEXT("names", "__UNIQUE_ID_f12.part.3.cold.isra.0"),
	SEED_TEXT("deps", "out.o: /view/fs/x.c /tree/include/linux/a.h \\\n include/b.h fs/../fs/x.h \\\n"
			  " /usr/lib/gcc/a\\ b.h\n\n/tree/include/linux/a.h:\n"),
	{ "insn",
	  "\x0f\x1f\x44\0\0\x48\x89\xe5\xe8\0\0\0\0\xc4\xe2\x79\x18\x05\1\2\3\4\x62\xf1\x7c\x48\x10\x05\0\0\0"
	  "\0"
	  "\x66\x0f\x3a\x0f\xc1\4\x0f\x84\1\0\0\0\xc3",
	  42, false },
};

#endif
