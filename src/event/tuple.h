/* SPDX-License-Identifier: MIT
 *
 * tuple: what names a connection: both ends, and the network namespace that it lives in.
 */
#ifndef NG_EVENT_TUPLE_H
#define NG_EVENT_TUPLE_H

#include "base/addr.h"
#include "base/hash.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* As members of a struct that is named by them; see TUPLE_MEMBER. */
#define TUPLE_FIELDS                                                            \
	struct addr ip, lip; /* peer, local */                                  \
	uint32_t ns;         /* inode of the network namespace; 0 is unknown */ \
	uint16_t port, lport

struct tuple {
	TUPLE_FIELDS;
};

/* The fields by themselves, and as one to be hashed and compared. */
#define TUPLE_MEMBER                  \
	union {                       \
		struct {              \
			TUPLE_FIELDS; \
		};                    \
		struct tuple tuple;   \
	}

#define TUPLE_WORDS 5

_Static_assert(sizeof(struct tuple) == TUPLE_WORDS * 8, "compared and hashed as words");

static inline bool tuple_eq(const struct tuple *a, const struct tuple *b)
{
	uint64_t x[TUPLE_WORDS], y[TUPLE_WORDS];

	memcpy(x, a, sizeof x);
	memcpy(y, b, sizeof y);
	return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]) | (x[4] ^ y[4])) == 0;
}

/* Keyed (base/hash.h). */
static inline uint64_t tuple_hash(const struct tuple *t)
{
	uint64_t w[TUPLE_WORDS];

	memcpy(w, t, sizeof w);
	return hash_two(hash_mix(w[0] ^ hash_secret[0], w[1] ^ hash_secret[1]) ^ w[4],
		hash_mix(w[2] ^ hash_secret[2], w[3] ^ hash_secret[3]));
}

#endif
