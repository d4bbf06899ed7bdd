/* SPDX-License-Identifier: MIT
 *
 * hash: a fast keyed mix for table keys that outsiders choose. The key is drawn once per
 * process from getrandom(2), so collisions cannot be prepared in advance.
 */
#ifndef NG_BASE_HASH_H
#define NG_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

extern uint64_t hash_secret[4];

/* Draws the secret. Call once, before the first hash. Without it a fixed key is used. */
void hash_seed(void);

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 u128;
	u128 r = (u128)a * b;
	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

/* A key of the caller's, for what must come out alike in another process: made from a seed. */
struct hash_key {
	uint64_t word[4];
};

struct hash_key hash_key_of(uint64_t seed);
uint64_t hash_keyed(const struct hash_key *key, const void *p, size_t n);

static inline uint64_t hash_two(uint64_t a, uint64_t b)
{
	return hash_mix(
		hash_mix(a ^ hash_secret[0], b ^ hash_secret[1]) ^ hash_secret[2], hash_secret[3]);
}

/* For keys of any length. */
uint64_t hash_bytes(const void *p, size_t n);

#endif
