// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <stdio.h>
#include <wchar.h>

/* Code points that text may not hold: controls, and those that show nothing or turn the
 * writing direction (Unicode TR 36, 3.1). Sorted. */
static const struct {
	uint32_t from, to;
} unclean[] = {
	{0x00, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c}, {0x115f, 0x1160},
	{0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff}, {0xfff0, 0xfffb},
	/* Regional indicators and tones of skin: with their neighbour they are one picture on some
	 * terminals and two on others, which then disagree about the rest of the line. */
	{0x1f1e6, 0x1f1ff}, {0x1f3fb, 0x1f3ff},
	{0xe0000, 0x10ffff}, /* tags, variation selectors, private use */
};

static bool is_clean_cp(uint32_t cp)
{
	for (size_t i = 0; i < ARRAY_LEN(unclean); i++) {
		if (cp < unclean[i].from)
			return true;
		if (cp <= unclean[i].to)
			return false;
	}
	return true;
}

size_t text_utf8(struct str s, uint32_t *ret_cp)
{
	const unsigned char *b = (const unsigned char *)s.p;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len;

	if (b[0] < 0x80) {
		*ret_cp = b[0];
		return 1;
	}
	if (b[0] < 0xc2 || b[0] > 0xf4)
		return 0;
	len = b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
	if (len > s.n)
		return 0;
	uint32_t cp = b[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((b[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (b[i] & 0x3f);
	}
	if (cp < least[len] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	*ret_cp = cp;
	return len;
}

size_t text_put_utf8(char buf[static 4], uint32_t cp)
{
	if (cp < 0x80) {
		buf[0] = (char)cp;
		return 1;
	}
	size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : cp < 0x110000 ? 4 : 0;
	for (size_t i = n; i-- > 1; cp >>= 6)
		buf[i] = (char)(0x80 | (cp & 0x3f));
	if (n)
		buf[0] = (char)(cp | (0xf0u << (4 - n)));
	return n;
}

/* Printable ASCII from the start, eight bytes at a time: a byte is suspect when it is below
 * space, DEL, or has its high bit set. */
static size_t plain_ascii(struct str s)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		uint64_t w;
		memcpy(&w, s.p + i, 8);
		uint64_t low = w - ones * 0x20;
		uint64_t del = (w ^ (ones * 0x7f)) - ones;
		if ((w | low | del) & high)
			break;
	}
	while (i < s.n && (unsigned char)s.p[i] >= 0x20 && (unsigned char)s.p[i] < 0x7f)
		i++;
	return i;
}

bool text_is_clean(struct str s)
{
	for (size_t i = plain_ascii(s); i < s.n;) {
		struct str rest = {s.p + i, s.n - i};
		uint32_t cp;
		size_t len = text_utf8(rest, &cp);
		if (!len || !is_clean_cp(cp))
			return false;
		i += len;
	}
	return true;
}

/* Spells out what may not be shown as itself: "\\xNN" a byte, "\\u{…}" a code point. By hand,
 * because outsiders choose how many of these a log line has, and printf takes ten times as long. */
static size_t spell_out(char *buf, unsigned char byte, uint32_t cp)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	buf[n++] = '\\';
	if (cp < 0x80) {
		buf[n++] = 'x';
		buf[n++] = hex[byte >> 4];
		buf[n++] = hex[byte & 0xf];
		return n;
	}
	buf[n++] = 'u';
	buf[n++] = '{';
	for (int shift = 20; shift >= 0; shift -= 4)
		if (cp >> shift)
			buf[n++] = hex[cp >> shift & 0xf];
	buf[n++] = '}';
	return n;
}

size_t text_sanitise(char *buf, size_t cap, struct str s)
{
	size_t n = 0, len;

	for (size_t i = 0; i < s.n; i += len) {
		struct str rest = {s.p + i, s.n - i};
		char spelt[16];
		const char *piece = rest.p;
		uint32_t cp = 0;
		len = plain_ascii(rest);
		size_t piece_n = len;
		if (len > cap - n) {
			memcpy(buf + n, piece, cap - n);
			return cap;
		}
		if (len == 0) {
			piece_n = len = text_utf8(rest, &cp);
			if (!len || !is_clean_cp(cp)) {
				piece = spelt;
				piece_n = spell_out(spelt, (unsigned char)*rest.p, len ? cp : 0);
				len += !len;
			}
		}
		if (n + piece_n > cap)
			break;
		memcpy(buf + n, piece, piece_n);
		n += piece_n;
	}
	return n;
}

static int cp_width(uint32_t cp)
{
	if (cp < 0x7f)
		return 1;
	int w = wcwidth((wchar_t)cp);
	return w < 0 ? 1 : w;
}

/* Walks whole characters while they fit; returns bytes taken and sets *ret_width. */
static size_t walk(struct str s, int columns, int *ret_width)
{
	size_t i = 0;
	int width = 0;

	while (i < s.n) {
		uint32_t cp = 0;
		size_t len = text_utf8((struct str){s.p + i, s.n - i}, &cp);
		int w = len ? cp_width(cp) : 1;
		if (width + w > columns)
			break;
		width += w;
		i += len ? len : 1;
	}
	*ret_width = width;
	return i;
}

int text_width(struct str s)
{
	int width;

	walk(s, INT32_MAX - 2, &width);
	return width;
}

struct str text_cut(struct str s, int columns)
{
	int width;

	return (struct str){s.p, walk(s, columns, &width)};
}

static unsigned char lower(char c)
{
	unsigned char u = (unsigned char)c;
	return u >= 'A' && u <= 'Z' ? (unsigned char)(u | 0x20) : u;
}

bool text_contains(struct str haystack, struct str needle)
{
	if (needle.n == 0)
		return true;
	for (size_t i = 0; i + needle.n <= haystack.n; i++) {
		size_t k = 0;
		while (k < needle.n && lower(haystack.p[i + k]) == lower(needle.p[k]))
			k++;
		if (k == needle.n)
			return true;
	}
	return false;
}

struct str text_clip(struct str s, size_t bytes)
{
	size_t n = bytes;

	if (s.n <= bytes)
		return s;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return (struct str){s.p, n};
}

void text_copy(char *buf, size_t cap, struct str s)
{
	struct str fit = text_clip(s, cap - 1);

	if (fit.n)
		memcpy(buf, fit.p, fit.n);
	buf[fit.n] = '\0';
}

static size_t scaled(char buf[static 8], uint64_t n, uint64_t base)
{
	static const char unit[] = " kMGTPE";
	double v = (double)n;
	size_t u = 0;

	/* 9.95 would print as "10.0": round as the format will. */
	while (v >= (u ? (double)base - 0.5 : (double)base) && u < sizeof unit - 2) {
		v /= (double)base;
		u++;
	}
	if (u == 0)
		return (size_t)snprintf(buf, 8, "%u", (unsigned)n);
	return (size_t)snprintf(buf, 8, v < 9.95 ? "%.1f%c" : "%.0f%c", v, unit[u]);
}

size_t text_count(char buf[static 8], uint64_t n)
{
	return scaled(buf, n, 1000);
}

size_t text_bytes(char buf[static 8], uint64_t n)
{
	return scaled(buf, n, 1024);
}

size_t text_span(char buf[static 16], uint64_t seconds)
{
	const uint64_t hour = 3600, day = 24 * hour, days = seconds / day;
	int n;

	if (seconds < 60)
		n = snprintf(buf, 16, "%us", (unsigned)seconds);
	else if (seconds < hour)
		n = snprintf(buf, 16, "%um", (unsigned)(seconds / 60));
	else if (seconds < day)
		n = snprintf(buf, 16, "%uh%02um", (unsigned)(seconds / hour),
			(unsigned)(seconds / 60 % 60));
	else
		n = snprintf(buf, 16, "%ud%02uh", (unsigned)(days < 99999 ? days : 99999),
			(unsigned)(seconds / hour % 24));
	return (size_t)n;
}

size_t text_micros(char buf[static 8], uint64_t us)
{
	double ms = (double)us / 1e3;

	if (us < 100)
		return (size_t)snprintf(buf, 8, "%uus", (unsigned)us);
	if (ms < 9.95)
		return (size_t)snprintf(buf, 8, "%.1fms", ms);
	if (ms < 999.5)
		return (size_t)snprintf(buf, 8, "%.0fms", ms);
	return (size_t)snprintf(buf, 8, ms < 9950 ? "%.1fs" : "%.0fs", ms < 9e8 ? ms / 1e3 : 9e5);
}
