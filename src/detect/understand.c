// SPDX-License-Identifier: MIT
/* How a path is understood: patterns.h says by which rules. Each step makes it shorter or leaves it
 * as long as it was, so all of them work in place. */
#include "base/num.h"
#include "detect/patterns.h"

#define DECODE_MOST 3 /* times over: "%25252e" */

/* Hexadecimal digits from p on, or -1. */
static int hex_of(const char *p, size_t digits)
{
	int value = 0;

	for (size_t i = 0; i < digits; i++) {
		int digit = num_hex(p[i]);
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* IIS's "%uXXXX". Full-width forms (U+FF01 to U+FF5E) are taken for what they look like. */
static char wide_char(int code)
{
	if (code >= 0xff01 && code <= 0xff5e)
		code -= 0xfee0;
	return (char)(code < 0x80 ? code : 0xff);
}

/* One byte of what a percent sign begins; returns how many bytes that is written in. */
static size_t decode_one(struct str s, char *ret_byte)
{
	int code = s.n >= 3 ? hex_of(s.p + 1, 2) : -1;

	if (code >= 0) {
		*ret_byte = (char)code;
		return 3;
	}
	code = s.n >= 6 && (s.p[1] | 0x20) == 'u' ? hex_of(s.p + 2, 4) : -1;
	*ret_byte = code >= 0 ? wide_char(code) : s.p[0];
	return code >= 0 ? 6 : 1;
}

static size_t decode(char *buf, size_t n)
{
	char *percent = n ? memchr(buf, '%', n) : NULL;
	size_t from = percent ? (size_t)(percent - buf) : n, to = from;

	while (from < n) {
		char byte = buf[from];
		size_t used = 1;
		if (byte == '%')
			used = decode_one((struct str){buf + from, n - from}, &byte);
		from += used;
		buf[to++] = byte;
	}
	return to;
}

static bool is_more(char c)
{
	return ((uint8_t)c & 0xc0) == 0x80;
}

/* An ASCII character that UTF-8 is too long for (RFC 3629, 10): C0 AE and E0 80 AE are both ".". */
static size_t overlong(struct str s, char *ret_byte)
{
	const uint8_t first = (uint8_t)s.p[0];

	if ((first == 0xc0 || first == 0xc1) && s.n >= 2 && is_more(s.p[1])) {
		*ret_byte = (char)((first & 1) << 6 | (s.p[1] & 0x3f));
		return 2;
	}
	if (first == 0xe0 && s.n >= 3 && is_more(s.p[1]) && is_more(s.p[2]) &&
		(uint8_t)s.p[1] <= 0x81) {
		*ret_byte = (char)((s.p[1] & 1) << 6 | (s.p[2] & 0x3f));
		return 3;
	}
	*ret_byte = s.p[0];
	return 1;
}

/* How long the SQL comment is that s begins with, 0 when it is none. What stands in MySQL's
 * conditional ones is carried out: only their brackets are comment. Where one does not end, none
 * that begins later does: it is looked for once. */
static size_t comment(struct str s, bool *no_end)
{
	size_t n = 3;

	if (s.n >= 2 && s.p[0] == '*' && s.p[1] == '/')
		return 2;
	if (s.n < 3 || s.p[0] != '/' || s.p[1] != '*')
		return 0;
	if (s.p[2] == '!') {
		while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
			n++;
		return n;
	}
	const char *end = *no_end ? NULL : memmem(s.p + 2, s.n - 2, "*/", 2);
	*no_end = !end;
	return end ? (size_t)(end - s.p) + 2 : 0;
}

/* Takes in the next of the bytes that the path is made of: blanks are one blank, slashes one. */
static size_t put(char *buf, size_t to, char byte)
{
	bool after_slash = to > 0 && buf[to - 1] == '/';

	if (byte == '\\')
		byte = '/';
	if (byte == '+' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\v' ||
		byte == '\f')
		byte = ' ';
	if (byte == '\0' || (byte == ' ' && to > 0 && buf[to - 1] == ' '))
		return to;
	if (byte == '/' && after_slash)
		return to;
	if (byte == '/' && to >= 2 && buf[to - 1] == '.' && buf[to - 2] == '/')
		return to - 1;
	buf[to] = byte;
	return to + 1;
}

/* Bytes that stand for themselves wherever they are: all but those that put and the others look
 * for. The first of an overlong character is not plain. */
static bool is_plain(char c)
{
	static const uint8_t odd[256] = {['\0'] = 1,
		['\t'] = 1,
		['\n'] = 1,
		['\v'] = 1,
		['\f'] = 1,
		['\r'] = 1,
		[' '] = 1,
		['*'] = 1,
		['+'] = 1,
		['/'] = 1,
		['\\'] = 1,
		[0xc0] = 1,
		[0xc1] = 1,
		[0xe0] = 1};

	return !odd[(uint8_t)c];
}

static size_t simplify(char *buf, size_t n)
{
	size_t from = 0, to = 0;
	bool no_end = false;

	while (from < n) {
		if (is_plain(buf[from])) {
			buf[to++] = buf[from++];
			continue;
		}
		struct str rest = {buf + from, n - from};
		char byte = ' ';
		size_t used = *rest.p == '/' || *rest.p == '*' ? comment(rest, &no_end) : 0;
		if (!used)
			used = overlong(rest, &byte);
		from += used;
		to = put(buf, to, byte);
	}
	return to;
}

size_t patterns_understand(struct str path, char buf[static PATTERN_TEXT_MAX])
{
	size_t n = path.n < PATTERN_TEXT_MAX ? path.n : PATTERN_TEXT_MAX, before = n + 1;

	memcpy(buf, n ? path.p : "", n);
	for (int i = 0; i < DECODE_MOST && n < before; i++) {
		before = n;
		n = decode(buf, n);
	}
	return simplify(buf, n);
}
