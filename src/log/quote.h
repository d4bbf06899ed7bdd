/* SPDX-License-Identifier: MIT
 *
 * quote: where quoted text may end. Many bytes at a time, for the same reason as in log_swar.h:
 * texts differ in length from line to line, and most end within the first block.
 */
#ifndef NG_LOG_QUOTE_H
#define NG_LOG_QUOTE_H

#include "log/swar.h"

#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>

#define QUOTE_BLOCK 32u

static inline unsigned quote_hits(const char *p)
{
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (unsigned)_mm_movemask_epi8(
		_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)));
}

/* A bit for each byte that is a quote or a backslash. */
static inline unsigned quote_block(const char *p)
{
	return quote_hits(p) | quote_hits(p + 16) << 16;
}

#define BARE_BLOCK 16u

/* A bit for each byte that ends a bare value of JSON: a comma, a bracket, a brace, a space or
 * control. */
static inline unsigned bare_end_block(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i close = _mm_or_si128(_mm_set1_epi8(0x20), v); /* "]" and "}" */
	__m128i hit = _mm_or_si128(
		_mm_cmpeq_epi8(close, _mm_set1_epi8('}')), _mm_cmpeq_epi8(v, _mm_set1_epi8(',')));

	hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(' ')), v));
	return (unsigned)_mm_movemask_epi8(hit);
}

static inline unsigned quote_first(unsigned hits)
{
	return (unsigned)__builtin_ctz(hits);
}
#else
#define QUOTE_BLOCK 8u

/* The high bit of each byte that is a quote or a backslash; exact up to the first. */
static inline uint64_t quote_block(const char *p)
{
	uint64_t w = swar_load(p), quote = w ^ SWAR_ONES * '"', slash = w ^ SWAR_ONES * '\\';

	return (((quote - SWAR_ONES) & ~quote) | ((slash - SWAR_ONES) & ~slash)) & SWAR_HIGH;
}

#define BARE_BLOCK 8u

/* The same for what ends a bare value. */
static inline uint64_t bare_end_block(const char *p)
{
	uint64_t w = swar_load(p), comma = w ^ SWAR_ONES * ',';
	uint64_t close = (w | SWAR_ONES * 0x20) ^ SWAR_ONES * '}', space = w - SWAR_ONES * 0x21;

	return (((comma - SWAR_ONES) & ~comma) | ((close - SWAR_ONES) & ~close) | (space & ~w)) &
	       SWAR_HIGH;
}

static inline unsigned quote_first(uint64_t hits)
{
	return swar_first(hits);
}
#endif

/* The first quote or backslash from p on, or end. */
static inline const char *quote_or_slash(const char *p, const char *end)
{
	for (; (size_t)(end - p) >= QUOTE_BLOCK; p += QUOTE_BLOCK) {
		__typeof__(quote_block(p)) hits = quote_block(p);
		if (hits)
			return p + quote_first(hits);
	}
	while (p < end && *p != '"' && *p != '\\')
		p++;
	return p;
}

#endif
