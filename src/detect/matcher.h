/* SPDX-License-Identifier: MIT
 *
 * matcher: which of many short texts occur in a longer one, in one pass over it (Aho and Corasick
 * 1975, with all failure links followed in advance). Built once, then only read.
 *
 * Letters match in either case (ASCII). A table row has a column for each byte value that occurs in
 * a pattern, not for all 256, so that what is walked most stays in the cache.
 */
#ifndef NG_DETECT_MATCHER_H
#define NG_DETECT_MATCHER_H

#include "base/str.h"

#include <stdint.h>

#define MATCHER_STATES_MAX 0x7fff /* bytes of all patterns together, and one */
#define MATCHER_NO_ID      UINT16_MAX

struct matcher_pattern {
	struct str text;
	uint16_t id;   /* the lowest one that occurs is reported */
	uint32_t bits; /* those of all that occur are reported */
};

struct matcher_found {
	uint32_t bits;
	uint16_t id; /* or MATCHER_NO_ID */
};

struct matcher {
	uint8_t column[256];         /* of a byte value; 0: in no pattern */
	unsigned shift;              /* of a row: there are 1 << shift columns */
	uint16_t *next;              /* [state << shift | column]; see MATCHER_ENDS in matcher.c */
	struct matcher_found *found; /* by state: what ends there */
	uint32_t states;
};

/* Empty patterns are left out. 0, -ENOMEM, or -E2BIG when the patterns have too many bytes. The
 * patterns are not kept. */
int matcher_init(struct matcher *m, const struct matcher_pattern *patterns, size_t n);
void matcher_done(struct matcher *m);

struct matcher_found matcher_run(const struct matcher *m, struct str text);

#endif
