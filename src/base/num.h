/* SPDX-License-Identifier: MIT
 *
 * num: strict number parsing. The whole text must be the number: no spaces, no sign where none
 * makes sense, no overflow. 0, or -EINVAL / -ERANGE with the output untouched.
 */
#ifndef NG_BASE_NUM_H
#define NG_BASE_NUM_H

#include "base/str.h"

#include <stdint.h>

int num_u64(struct str text, uint64_t *ret_value);
int num_double(struct str text, double *ret_value); /* "1.5", "2", "1e3"; finite */

/* A hexadecimal digit's value, or -1. */
static inline int num_hex(char c)
{
	const char lower = (char)(c | 0x20);

	if (c >= '0' && c <= '9')
		return c - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Writes value in decimal, no NUL; buf has room for 20 bytes. Returns the length. */
size_t num_put(char *buf, uint64_t value);

#endif
