/* SPDX-License-Identifier: MIT
 *
 * jsonw: writes JSON into a growing buffer. The caller keeps the nesting right; commas are set
 * here. Strings must be UTF-8 (clean text is); quotes, backslashes and controls are escaped.
 */
#ifndef NG_BASE_JSONW_H
#define NG_BASE_JSONW_H

#include "base/clock.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct jsonw {
	char *p;
	size_t n, cap;
	bool comma;  /* a value was written at this level */
	bool failed; /* memory ran out; what is in the buffer is not whole */
};

void jsonw_done(struct jsonw *w);
static inline void jsonw_clear(struct jsonw *w)
{
	w->n = 0;
	w->comma = false;
}

void jsonw_open(struct jsonw *w, char bracket); /* '{' or '[' */
void jsonw_close(struct jsonw *w, char bracket);
void jsonw_key(struct jsonw *w, const char *key); /* needs no escape: it is ours */
void jsonw_str(struct jsonw *w, struct str s);
void jsonw_u64(struct jsonw *w, uint64_t v);
void jsonw_value(struct jsonw *w, struct str s); /* one that is JSON already */
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
void jsonw_usec(struct jsonw *w, usec_t t); /* seconds with six decimals */
void jsonw_double(struct jsonw *w, double v);
void jsonw_newline(struct jsonw *w);           /* ends a record */
void jsonw_raw(struct jsonw *w, struct str s); /* bytes as they are */

#endif
