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

uint64_t hash_bytes(const void *p, size_t n)
{
	const unsigned char *s = p;
	uint64_t h = hash_secret[0] ^ n;

	for (; n >= 16; s += 16, n -= 16) {
		uint64_t w[2];
		memcpy(w, s, 16);
		h = hash_mix(h ^ w[0], w[1] ^ hash_secret[1]);
	}
	uint64_t tail[2] = {0, 0};
	memcpy(tail, s, n);
	return hash_two(h ^ tail[0], tail[1]);
}
