/* SPDX-License-Identifier: MIT
 * What every unit test includes: cmocka, with the headers that it wants before it. */
#ifndef NG_TESTS_UNIT_H
#define NG_TESTS_UNIT_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include "base/addr.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline struct addr ip_of(const char *text)
{
	struct addr a = {{0}};

	assert_int_equal(addr_parse(str_of(text), &a), 0);
	return a;
}

static inline void assert_str(struct str got, const char *want)
{
	if (got.n != strlen(want) || memcmp(got.p ? got.p : "", want, got.n) != 0)
		fail_msg("got \"%.*s\", expected \"%s\"", (int)got.n, got.p ? got.p : "", want);
}

#endif
