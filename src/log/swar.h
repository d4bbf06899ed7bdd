/* SPDX-License-Identifier: MIT
 *
 * swar: short decimal numbers and names read eight bytes at a time, without a branch on each
 * byte: their lengths vary from line to line, and a mispredicted branch costs more than all of
 * this. The caller has at least eight readable bytes at p.
 */
#ifndef NG_LOG_SWAR_H
#define NG_LOG_SWAR_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define SWAR_ONES UINT64_C(0x0101010101010101)
#define SWAR_HIGH UINT64_C(0x8080808080808080)
#define SWAR_QUAD 20 /* three times "255." and a load */

/* The first byte is the lowest, on every machine. */
static inline uint64_t swar_load(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return le64toh(w);
}

/* Index of the lowest byte whose high bit is set in mask; 8 when none is. Carries run upwards, so
 * below and at the first hit the mask is exact. */
static inline unsigned swar_first(uint64_t mask)
{
	return mask ? (unsigned)__builtin_ctzll(mask) / 8 : 8;
}

/* How many decimal digits w starts with. Digits are 0..9 after the xor; 10 and more reach the
 * high bit, bytes that overflow have it in w or are caught by it. */
static inline unsigned swar_digits(uint64_t w)
{
	uint64_t x = w ^ SWAR_ONES * '0';

	return swar_first(((x + SWAR_ONES * 0x76) | x) & SWAR_HIGH);
}

/* The value of the first n (1..8) digits of w. Right-aligns them, then adds neighbours up by
 * pairs, fours and eights. */
static inline uint32_t swar_value(uint64_t w, unsigned n)
{
	w = (w << (64 - 8 * n)) & SWAR_ONES * 0x0f;
	w = (w * (10 * 256 + 1)) >> 8 & UINT64_C(0x00ff00ff00ff00ff);
	w = (w * (100 * 65536 + 1)) >> 16 & UINT64_C(0x0000ffff0000ffff);
	return (uint32_t)((w * (10000 * (UINT64_C(1) << 32) + 1)) >> 32);
}

/* Dotted decimal at p, which has SWAR_QUAD readable bytes. Returns its end or NULL. */
static inline const char *swar_quad(const char *p, uint8_t out[4])
{
	for (int part = 0; part < 4; part++) {
		uint64_t w = swar_load(p);
		unsigned n = swar_digits(w);
		if (n - 1 > 2)
			return NULL;
		uint32_t value = swar_value(w, n);
		if (value > 255 || (n > 1 && *p == '0') || (part < 3 && p[n] != '.'))
			return NULL;
		out[part] = (uint8_t)value;
		p += n + (part < 3);
	}
	return p;
}

/* How many bytes of w come before the first space. */
static inline unsigned swar_until_space(uint64_t w)
{
	uint64_t x = w ^ SWAR_ONES * ' ';

	return swar_first((x - SWAR_ONES) & ~x & SWAR_HIGH);
}

/* Whether the first n (1..7) bytes of w are all A to Z. */
static inline int swar_is_upper(uint64_t w, unsigned n)
{
	const uint64_t part = SWAR_HIGH >> (64 - 8 * n);
	uint64_t low = w & ~SWAR_HIGH;
	uint64_t from_a = low + SWAR_ONES * (0x80 - 'A'), past_z = low + SWAR_ONES * (0x7f - 'Z');

	return (from_a & ~past_z & ~w & part) == part;
}

#endif
