/* SPDX-License-Identifier: MIT
 *
 * noted: keys that were noted, so that each is counted once. A bit for each: two keys may share
 * one, and the second is taken for noted then, so that a count made with it can be too low, never
 * too high. With 4,096 keys, one in thirty or so is not counted.
 */
#ifndef NG_BASE_NOTED_H
#define NG_BASE_NOTED_H

#include <stdbool.h>
#include <stdint.h>

#define NOTED_BITS (64u << 10)

/* All zero is empty. */
struct noted {
	uint64_t bits[NOTED_BITS / 64];
};

/* key: a hash. False when it was noted already. */
static inline bool noted_add(struct noted *n, uint64_t key)
{
	uint64_t bit = UINT64_C(1) << (key >> 16) % 64, *word = &n->bits[key % (NOTED_BITS / 64)];
	bool was = *word & bit;

	*word |= bit;
	return !was;
}

static inline bool noted_has(const struct noted *n, uint64_t key)
{
	return n->bits[key % (NOTED_BITS / 64)] >> (key >> 16) % 64 & 1;
}

/* False when it was not noted. */
static inline bool noted_remove(struct noted *n, uint64_t key)
{
	uint64_t bit = UINT64_C(1) << (key >> 16) % 64, *word = &n->bits[key % (NOTED_BITS / 64)];
	bool was = *word & bit;

	*word &= ~bit;
	return was;
}

#endif
