/* SPDX-License-Identifier: MIT
 *
 * hll: how many different things there were, in a few bytes (HyperLogLog: Flajolet et al. 2007).
 * A sketch is an array of byte registers of the caller's, all zero when empty; their number is
 * 1 << bits, with bits from 4 to 16.
 *
 * The estimate is Ertl's ("New cardinality estimation algorithms for HyperLogLog sketches", 2017,
 * algorithm 6): one formula from nothing to 2^64, without the tables and seams of the original.
 * Its standard error is 1.04 / sqrt(registers): 6.5% for 256, 13% for 64, less when few are
 * counted. It needs hashes whose 64 bits are all good; the same hashes in any order give the same
 * sketch.
 */
#ifndef NG_DETECT_HLL_H
#define NG_DETECT_HLL_H

#include <stdint.h>

#define HLL_BITS_MAX 16

/* Registers hold the greatest rank that was seen: the place of the first one bit, from 1, in what
 * the hash has left when its upper bits have chosen the register. */
static inline void hll_add(uint8_t *registers, unsigned bits, uint64_t hash)
{
	uint64_t at = hash >> (64 - bits);
	uint8_t rank = (uint8_t)(__builtin_clzll(hash << bits | UINT64_C(1) << (bits - 1)) + 1);

	if (rank > registers[at])
		registers[at] = rank;
}

/* Into the first sketch what the second has: the union of both. */
void hll_merge(uint8_t *registers, const uint8_t *other, unsigned bits);

/* About how many different hashes were added; 0 for an empty sketch. */
double hll_count(const uint8_t *registers, unsigned bits);

#endif
