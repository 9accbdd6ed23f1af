// SPDX-License-Identifier: GPL-2.0-only
/* State 7 in version 1, a plain patch. */
#define TEXT "state 1 hello\n"
#define VERSION 1
#define REPLACE false
#include "klpsh_state.h"
