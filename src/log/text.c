// SPDX-License-Identifier: MIT
#include "log/text.h"

#include "base/num.h"
#include "base/text.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define BLOCK 16u

/* The highest of the bytes, space taken as 0, so that controls are above all; and what is a
 * backslash. */
struct extremes {
	__m128i highest, slash;
};

static inline struct extremes look_at(struct extremes e, const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	e.highest = _mm_max_epu8(e.highest, _mm_sub_epi8(v, _mm_set1_epi8(' ')));
	e.slash = _mm_or_si128(e.slash, _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
	return e;
}

static bool blocks_are_plain(const char *p, size_t n)
{
	struct extremes e = {_mm_setzero_si128(), _mm_setzero_si128()};
	const __m128i most = _mm_set1_epi8('~' - ' ');
	size_t i = 0;

	e = look_at(e, p + n - BLOCK); /* overlaps the last whole block */
	for (; i + 4 * BLOCK <= n; i += 4 * BLOCK)
		e = look_at(look_at(look_at(look_at(e, p + i), p + i + BLOCK), p + i + 2 * BLOCK),
			p + i + 3 * BLOCK);
	for (; i + BLOCK <= n; i += BLOCK)
		e = look_at(e, p + i);
	__m128i plain = _mm_cmpeq_epi8(_mm_max_epu8(e.highest, most), most);
	return _mm_movemask_epi8(_mm_andnot_si128(e.slash, plain)) == 0xffff;
}
#else
#define BLOCK 8u

/* Sets the high bit of a byte below space, equal to DEL or to a backslash, or not ASCII. A borrow
 * may spoil the next byte's answer, but only beside a byte that is odd already. */
static uint64_t odd_bytes(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w | (w - ones * ' ') | ((w ^ ones * 0x7f) - ones) | ((w ^ ones * '\\') - ones);
}

static bool blocks_are_plain(const char *p, size_t n)
{
	uint64_t odd = odd_bytes(p + n - BLOCK);

	for (size_t i = 0; i + BLOCK <= n; i += BLOCK)
		odd |= odd_bytes(p + i);
	return (odd & UINT64_C(0x8080808080808080)) == 0;
}
#endif

bool log_text_is_plain(struct str line)
{
	if (line.n >= BLOCK)
		return blocks_are_plain(line.p, line.n);
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < ' ' || line.p[i] == 0x7f || line.p[i] == '\\')
			return false;
	return true;
}

struct str log_text_clip(struct str clean)
{
	if (clean.n <= EVENT_TEXT_MAX)
		return clean;
	clean.n = EVENT_TEXT_MAX;
	while (clean.n > 0 && ((unsigned char)clean.p[clean.n] & 0xc0) == 0x80)
		clean.n--;
	return clean;
}

/* Reads the escape at s.p, s.p[0] being a backslash. Returns its length. What is no escape of
 * Apache's ap_escape_logitem(), nginx's ngx_http_log_escape() or lighttpd's is a plain backslash:
 * some formats do not escape. */
static size_t decode_one(struct str s, char *ret_byte)
{
	static const char names[] = "\"\\bnrtvfa", bytes[] = "\"\\\b\n\r\t\v\f\a";
	const char *name;

	*ret_byte = '\\';
	if (s.n >= 4 && s.p[1] == 'x') {
		int high = num_hex(s.p[2]), low = num_hex(s.p[3]);
		if (high >= 0 && low >= 0) {
			*ret_byte = (char)(high << 4 | low);
			return 4;
		}
	}
	if (s.n < 2 || s.p[1] == '\0' || !(name = strchr(names, s.p[1])))
		return 1;
	*ret_byte = bytes[name - names];
	return 2;
}

/* HAProxy's "#NN" (lf_encode_string); a # of the client's own is encoded, too. */
static size_t decode_hash(struct str s, char *ret_byte)
{
	int high = s.n >= 3 ? num_hex(s.p[1]) : -1, low = s.n >= 3 ? num_hex(s.p[2]) : -1;

	if (high < 0 || low < 0) {
		*ret_byte = '#';
		return 1;
	}
	*ret_byte = (char)(high << 4 | low);
	return 3;
}

/* Stops when buf is full; cleaning never shortens text, so what follows would not fit anyway. */
static size_t decode(char *buf, size_t cap, enum log_escape how, struct str raw)
{
	const char lead = how == LOG_HASHED ? '#' : '\\';
	size_t n = 0;

	for (size_t i = 0; i < raw.n && n < cap; n++) {
		struct str rest = {raw.p + i, raw.n - i};
		if (raw.p[i] != lead)
			buf[n] = raw.p[i++];
		else
			i += how == LOG_HASHED ? decode_hash(rest, &buf[n])
					       : decode_one(rest, &buf[n]);
	}
	return n;
}

static bool has_escapes(enum log_escape how, struct str raw)
{
	if (how != LOG_SLASHED && how != LOG_HASHED)
		return false;
	return memchr(raw.p, how == LOG_HASHED ? '#' : '\\', raw.n);
}

struct str log_text_field(struct log_scratch *scratch, enum log_escape how, struct str raw)
{
	char decoded[EVENT_TEXT_MAX];
	char *out = scratch->text + scratch->used;

	if (raw.n == 0)
		return STR_ABSENT;
	bool escaped = has_escapes(how, raw);
	if (!escaped && how != LOG_FLEETING) {
		struct str head = log_text_clip(raw);
		if (text_is_clean(head))
			return head;
	}
	if (sizeof scratch->text - scratch->used < EVENT_TEXT_MAX)
		return STR_ABSENT;
	if (escaped)
		raw = (struct str){decoded, decode(decoded, sizeof decoded, how, raw)};
	size_t n = text_sanitise(out, EVENT_TEXT_MAX, raw);
	scratch->used += n;
	return (struct str){out, n};
}

struct str log_text_with_query(struct log_scratch *scratch, struct str path, struct str query)
{
	char *out = scratch->text + scratch->used;
	size_t mark = query.n && *query.p == '?' ? 0 : 1, n = path.n + mark + query.n;

	if (query.n + mark < 2 || !path.n || memchr(path.p, '?', path.n) ||
		sizeof scratch->text - scratch->used < n)
		return path;
	memcpy(out, path.p, path.n);
	out[path.n] = '?';
	memcpy(out + path.n + mark, query.p, query.n);
	scratch->used += n;
	return log_text_clip((struct str){out, n});
}
