// SPDX-License-Identifier: MIT
#include "base/hash.h"

#include <string.h>
#include <sys/random.h>

/* Odd constants with about half their bits set; replaced by hash_seed(). */
uint64_t hash_secret[4] = {
	0x9e3779b97f4a7c15,
	0xbf58476d1ce4e5b9,
	0x94d049bb133111eb,
	0xd6e8feb86659fd93,
};

void hash_seed(void)
{
	uint64_t fresh[4];

	if (getrandom(fresh, sizeof fresh, GRND_NONBLOCK) != sizeof fresh)
		return;
	for (int i = 0; i < 4; i++)
		hash_secret[i] = fresh[i] | 1;
}

static inline uint64_t hash_with(const uint64_t key[4], const unsigned char *s, size_t n)
{
	uint64_t h = key[0] ^ n, tail[2] = {0, 0};

	for (; n >= 16; s += 16, n -= 16) {
		uint64_t w[2];
		memcpy(w, s, 16);
		h = hash_mix(h ^ w[0], w[1] ^ key[1]);
	}
	memcpy(tail, s, n);
	return hash_mix(hash_mix(h ^ tail[0] ^ key[0], tail[1] ^ key[1]) ^ key[2], key[3]);
}

uint64_t hash_bytes(const void *p, size_t n)
{
	return hash_with(hash_secret, p, n);
}

/* The words of SplitMix64 (Steele, Lea, Flood 2014), odd. */
struct hash_key hash_key_of(uint64_t seed)
{
	struct hash_key key;

	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		key.word[i] = (z ^ z >> 31) | 1;
	}
	return key;
}

uint64_t hash_keyed(const struct hash_key *key, const void *p, size_t n)
{
	return hash_with(key->word, p, n);
}
