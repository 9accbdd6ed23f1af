// SPDX-License-Identifier: GPL-2.0-only
/* State 7 in version 2, an atomic replace. */
#define TEXT "state 2 hello\n"
#define VERSION 2
#define REPLACE true
#include "klpsh_state.h"
