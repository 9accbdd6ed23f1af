/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * true(1), linked with all of klpsh's libraries: what starting them costs.
 */
int main(void)
{
	return 0;
}
