// SPDX-License-Identifier: MIT
#include "log/json_scan.h"

#include "base/num.h"
#include "base/text.h"
#include "log/quote.h"

#include <stdint.h>

/* What a byte may be. What follows a text says whether it was a key or a value. */
enum {
	AFTER_KEY = 1,
	AFTER_VALUE = 2,
	SPACE = 4
};

static const unsigned char kinds[256] = {[':'] = AFTER_KEY,
	[','] = AFTER_VALUE,
	['}'] = AFTER_VALUE,
	[']'] = AFTER_VALUE,
	[' '] = SPACE,
	['\t'] = SPACE,
	['\n'] = SPACE,
	['\r'] = SPACE};

static bool is_one(char c, unsigned wanted)
{
	return kinds[(unsigned char)c] & wanted;
}

static const char *skip_spaces(const char *p, const char *end)
{
	while (p < end && is_one(*p, SPACE))
		p++;
	return p;
}

/* From behind the opening quote up to what follows the closing one. A quote that nothing fit
 * follows is one of the text: somebody did not escape. */
static void read_text(struct json_scan *s, unsigned after, struct json_value *ret)
{
	const char *const start = s->p, *const end = s->end;
	const char *p = start, *next = end;

	ret->kind = JSON_STRING;
	ret->escaped = false;
	ret->text.p = start;
	while ((p = quote_or_slash(p, end)) < end) {
		if (*p == '\\') {
			ret->escaped = true;
			p += end - p > 1 ? 2 : 1;
			continue;
		}
		next = p + 1;
		if (next < end && is_one(*next, after))
			break;
		next = skip_spaces(next, end);
		if (next == end || is_one(*next, after))
			break;
		p++;
	}
	ret->text.n = (size_t)(p - start);
	s->p = p < end ? next : end;
}

static const char *find_end(const char *p, const char *end)
{
	for (; (size_t)(end - p) >= BARE_BLOCK; p += BARE_BLOCK) {
		__typeof__(bare_end_block(p)) hits = bare_end_block(p);
		if (hits)
			return p + quote_first(hits);
	}
	while (p < end && (unsigned char)*p > ' ' && !is_one(*p, AFTER_VALUE))
		p++;
	return p;
}

static void read_bare(struct json_scan *s, struct json_value *ret)
{
	const char *start = s->p, *p = start;

	p = find_end(p, s->end);
	ret->kind = JSON_BARE;
	ret->text = (struct str){start, (size_t)(p - start)};
	ret->escaped = false;
	s->p = p;
}

bool json_enter(struct json_scan *s)
{
	s->p = skip_spaces(s->p, s->end);
	if (s->p == s->end || *s->p != '{')
		return false;
	s->p++;
	return true;
}

/* Up to the next member or element; false at the end, which is taken. */
static bool next_item(struct json_scan *s, char close)
{
	const char *p = s->p;

	if (p == s->end || *p != close)
		p = skip_spaces(p, s->end);
	if (p < s->end && *p == ',')
		p = skip_spaces(p + 1, s->end);
	s->p = p;
	if (p == s->end)
		return false;
	if (*p == close) {
		s->p++;
		return false;
	}
	return true;
}

bool json_next_member(struct json_scan *s)
{
	if (!next_item(s, '}') || *s->p != '"')
		return false;
	s->p++;
	return true;
}

bool json_key(struct json_scan *s, struct json_value *ret_key)
{
	read_text(s, AFTER_KEY, ret_key);
	if (s->p == s->end)
		return false;
	s->p++; /* the colon */
	return true;
}

bool json_value(struct json_scan *s, struct json_value *ret)
{
	const char *p = s->p;

	if (p == s->end || *p != '"')
		s->p = p = skip_spaces(p, s->end);
	if (p == s->end)
		return false;
	if (*p == '"') {
		s->p++;
		read_text(s, AFTER_VALUE, ret);
	} else if (*p == '{' || *p == '[') {
		ret->kind = *p == '{' ? JSON_OBJECT : JSON_ARRAY;
		ret->text = (struct str){p, 0};
		ret->escaped = false;
		s->p++;
	} else {
		read_bare(s, ret);
	}
	return true;
}

bool json_element(struct json_scan *s, struct json_value *ret)
{
	if (!next_item(s, ']') || !json_value(s, ret))
		return false;
	/* Nothing was taken: the next one would be the same again. */
	return ret->kind != JSON_BARE || ret->text.n > 0 || (s->p < s->end && *s->p == ',');
}

bool json_skip(struct json_scan *s)
{
	struct json_value text;

	for (unsigned depth = 1; s->p < s->end;) {
		switch (*s->p++) {
		case '{':
		case '[':
			if (++depth > JSON_DEPTH_MAX)
				return false;
			break;
		case '}':
		case ']':
			if (--depth == 0)
				return true;
			break;
		case '"':
			read_text(s, AFTER_KEY | AFTER_VALUE, &text);
			break;
		default:
			break;
		}
	}
	return false;
}

static int hex_value(struct str s, unsigned digits)
{
	int value = 0;

	if (s.n < digits)
		return -1;
	for (unsigned i = 0; i < digits; i++) {
		int digit = num_hex(s.p[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* \uXXXX or a pair of them. Returns its length, 0 when it is none. */
static size_t read_unicode(struct str s, uint32_t *ret_cp)
{
	int high = s.n >= 6 ? hex_value((struct str){s.p + 2, 4}, 4) : -1, low = -1;

	if (high < 0)
		return 0;
	*ret_cp = (uint32_t)high;
	if (high < 0xd800 || high > 0xdfff)
		return 6;
	*ret_cp = 0xfffd;
	if (high > 0xdbff)
		return 6;
	if (s.n >= 12 && s.p[6] == '\\' && s.p[7] == 'u')
		low = hex_value((struct str){s.p + 8, 4}, 4);
	if (low < 0xdc00 || low > 0xdfff)
		return 6;
	*ret_cp = 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
	return 12;
}

/* Reads the escape at s, whose first byte is a backslash, into buf, which has room for four
 * bytes. Returns its length. */
static size_t unescape_one(struct str s, char *buf, size_t *ret_n)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *name = s.n > 1 && s.p[1] ? strchr(names, s.p[1]) : NULL;
	uint32_t cp;
	size_t n;

	if (name) {
		*buf = bytes[name - names];
		*ret_n = 1;
		return 2;
	}
	if (s.n > 1 && s.p[1] == 'u' && (n = read_unicode(s, &cp)) > 0) {
		*ret_n = text_put_utf8(buf, cp);
		return n;
	}
	*ret_n = 1;
	int byte = s.n >= 4 && s.p[1] == 'x' ? hex_value((struct str){s.p + 2, 2}, 2) : -1;
	*buf = byte < 0 ? '\\' : (char)byte;
	return byte < 0 ? 1 : 4;
}

size_t json_unescape(char *buf, size_t cap, struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < cap;) {
		struct str rest = {text.p + i, text.n - i};
		const char *slash = memchr(rest.p, '\\', rest.n);
		size_t run = slash ? (size_t)(slash - rest.p) : rest.n;
		if (run > 0) {
			run = run < cap - n ? run : cap - n;
			memcpy(buf + n, rest.p, run);
			n += run;
			i += run;
			continue;
		}
		char piece[4];
		size_t piece_n;
		i += unescape_one(rest, piece, &piece_n);
		if (piece_n > cap - n)
			break;
		memcpy(buf + n, piece, piece_n);
		n += piece_n;
	}
	return n;
}
