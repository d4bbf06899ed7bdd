/* SPDX-License-Identifier: MIT
 *
 * str: a borrowed slice of bytes. Not terminated, may hold any byte, never owned.
 * {NULL, 0} means "absent", which is not the same as the empty slice.
 */
#ifndef NG_BASE_STR_H
#define NG_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR_ABSENT   ((struct str){NULL, 0})
#define STR_LIT(s)   ((struct str){("" s), sizeof(s) - 1})
#define STR_FMT(s)   (int)(s).n, (s).p /* for "%.*s" */
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static inline struct str str_of(const char *z)
{
	return (struct str){z, z ? strlen(z) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && memcmp(s.p, prefix.p, prefix.n) == 0;
}

/* Without its first n bytes, which it has. */
static inline struct str str_skip(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

/* Skips the prefix, when *s begins with it. */
static inline bool str_take(struct str *s, struct str prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	*s = str_skip(*s, prefix.n);
	return true;
}

#endif
