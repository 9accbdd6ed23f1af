# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# The symbol table out of the running kernel's image, beside the one that the
# kernel itself shows: the same symbols in the same order, at the same distances.

image=/boot/vmlinuz-$(uname -r)

# low FILE NAME: the low 32 bits of the first symbol of a name.
low() {
	echo $((0x$(awk -v name="$2" '$3 == name { print substr($1, 9); exit }' "$1")))
}

"$KLPSH" kallsyms "$image" >"$work/table"
grep -v '\[' /proc/kallsyms >"$work/shown"
cut -d ' ' -f 2- "$work/table" >"$work/table.names"
cut -d ' ' -f 2- "$work/shown" >"$work/shown.names"
check "kallsyms: the image has the symbols that the kernel shows, in its order" cmp "$work/table.names" "$work/shown.names"

slide=$(($(low "$work/shown" _text) - $(low "$work/table" _text)))
far=
awk '$2 == "T" && ++n % 1000 == 0 { print $3 }' "$work/shown" >"$work/some"
while read -r name; do
	[ $(($(low "$work/shown" "$name") - $(low "$work/table" "$name"))) -eq "$slide" ] || far="$far $name"
done <"$work/some"
is "kallsyms: each at the same distance" "$far" ''

is "kallsyms: every symbol of a name has its position" \
	"$("$KLPSH" --plain kallsyms "$image" type_show | awk -F '\t' 'NR > 1 { print substr($1, 9), $3, $4 }')" \
	"$(awk -v slide="$slide" '$3 == "type_show" { print substr($1, 9) }' "$work/shown" | while read -r a; do
		printf '%08x\n' $((0x$a - slide))
	done | awk '{ at[NR] = $1 } END { for (i = 1; i <= NR; i++) print at[i], i, NR }')"
is "kallsyms: a name that is not there is exit 5" "$(rc kallsyms "$image" no_such_symbol)" 5
is "kallsyms: a file that is no kernel is exit 1" "$(rc kallsyms /etc/passwd)" 1
