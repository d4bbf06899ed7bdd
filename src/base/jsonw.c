// SPDX-License-Identifier: MIT
#include "base/jsonw.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void jsonw_done(struct jsonw *w)
{
	free(w->p);
	*w = (struct jsonw){0};
}

/* Room for n more bytes, or NULL once memory ran out. */
static char *room(struct jsonw *w, size_t n)
{
	if (w->cap - w->n < n) {
		size_t cap = (w->cap + n) * 2;
		char *p = realloc(w->p, cap);
		if (!p) {
			w->failed = true;
			return NULL;
		}
		w->p = p;
		w->cap = cap;
	}
	return w->p + w->n;
}

static void put(struct jsonw *w, const char *s, size_t n)
{
	char *at = room(w, n);

	if (!at)
		return;
	memcpy(at, s, n);
	w->n += n;
}

static void separate(struct jsonw *w)
{
	if (w->comma)
		put(w, ",", 1);
	w->comma = true;
}

void jsonw_open(struct jsonw *w, char bracket)
{
	separate(w);
	put(w, &bracket, 1);
	w->comma = false;
}

void jsonw_close(struct jsonw *w, char bracket)
{
	put(w, &bracket, 1);
	w->comma = true;
}

static bool needs_escape(unsigned char c)
{
	return c == '"' || c == '\\' || c < 0x20;
}

/* Writes the escaped form of s (RFC 8259, 7) to at, which has room for 6 * s.n bytes. Runs that
 * need no escape, which is nearly all there is, are copied whole. */
static size_t escape(char *at, struct str s)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		size_t run = i;
		while (run < s.n && !needs_escape((unsigned char)s.p[run]))
			run++;
		memcpy(at + n, s.p + i, run - i);
		n += run - i;
		i = run;
		if (i == s.n)
			break;
		unsigned char c = (unsigned char)s.p[i++];
		at[n++] = '\\';
		if (c < 0x20) {
			memcpy(at + n, "u00", 3);
			at[n + 3] = hex[c >> 4];
			at[n + 4] = hex[c & 15];
			n += 5;
		} else {
			at[n++] = (char)c;
		}
	}
	return n;
}

static void quoted(struct jsonw *w, struct str s)
{
	char *at = room(w, s.n * 6 + 2);
	size_t n = 0;

	if (!at)
		return;
	at[n++] = '"';
	if (s.n)
		n += escape(at + n, s);
	at[n++] = '"';
	w->n += n;
}

void jsonw_key(struct jsonw *w, const char *key)
{
	size_t n = strlen(key);
	char *at = room(w, n + 4);

	if (!at)
		return;
	if (w->comma)
		*at++ = ',';
	*at++ = '"';
	memcpy(at, key, n);
	at += n;
	*at++ = '"';
	*at++ = ':';
	w->n = (size_t)(at - w->p);
	w->comma = false;
}

void jsonw_str(struct jsonw *w, struct str s)
{
	separate(w);
	quoted(w, s);
}

void jsonw_u64(struct jsonw *w, uint64_t v)
{
	char buf[20];

	separate(w);
	put(w, buf, num_put(buf, v));
}

void jsonw_bool(struct jsonw *w, bool v)
{
	separate(w);
	put(w, v ? "true" : "false", v ? 4 : 5);
}

void jsonw_null(struct jsonw *w)
{
	separate(w);
	put(w, "null", 4);
}

void jsonw_usec(struct jsonw *w, usec_t t)
{
	char buf[32];
	uint64_t abs = t < 0 ? 0 - (uint64_t)t : (uint64_t)t;
	uint64_t fraction = abs % 1000000;
	size_t n = 0;

	if (t < 0)
		buf[n++] = '-';
	n += num_put(buf + n, abs / 1000000);
	buf[n++] = '.';
	for (size_t digit = 6; digit-- > 0; fraction /= 10)
		buf[n + digit] = (char)('0' + fraction % 10);
	separate(w);
	put(w, buf, n + 6);
}

void jsonw_double(struct jsonw *w, double v)
{
	char buf[32];
	int n = snprintf(buf, sizeof buf, "%.6g", isfinite(v) ? v : 0);

	separate(w);
	put(w, buf, (size_t)n);
}

void jsonw_value(struct jsonw *w, struct str s)
{
	separate(w);
	put(w, s.p, s.n);
}

void jsonw_newline(struct jsonw *w)
{
	put(w, "\n", 1);
	w->comma = false;
}

void jsonw_raw(struct jsonw *w, struct str s)
{
	put(w, s.p, s.n);
}
