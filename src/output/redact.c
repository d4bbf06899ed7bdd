// SPDX-License-Identifier: MIT
#include "output/redact.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#define MASK          "***"
#define NAME_MAX_N    64 /* of a parameter */
#define VALUE_RANDOM  16 /* from so many characters on a value can be a secret by its looks */
#define HEX_RANDOM    32
#define PART_RANDOM   24 /* a part of a path */
#define PART_UNBROKEN 20 /* of these, without a hyphen: titles of pages have many */
#define V4_KEPT       24
#define V6_KEPT       48

/* What is read, and what has been written. */
struct pass {
	const struct redact *r;
	struct str rest;
	char before; /* the character before the rest; ' ' at the start */
	char before_that;
	enum redact_as as;
	char *buf;
	size_t n, cap;
};

static void put(struct pass *p, struct str s)
{
	s = text_clip(s, p->cap - p->n);
	if (s.n)
		memcpy(p->buf + p->n, s.p, s.n);
	p->n += s.n;
}

static void skip(struct pass *p, size_t n)
{
	if (!n)
		return;
	p->before_that = n > 1 ? p->rest.p[n - 2] : p->before;
	p->before = p->rest.p[n - 1];
	p->rest = str_skip(p->rest, n);
}

static void pass_on(struct pass *p, size_t n)
{
	put(p, (struct str){p->rest.p, n});
	skip(p, n);
}

static void mask(struct pass *p, size_t n)
{
	put(p, STR_LIT(MASK));
	skip(p, n);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* Letters of the C locale alone: bytes of UTF-8 are none. */
static size_t span(struct str s, const char *more)
{
	size_t n = 0;

	while (n < s.n && ((s.p[n] > 0 && isalnum((unsigned char)s.p[n])) ||
				  (s.p[n] && strchr(more, s.p[n]))))
		n++;
	return n;
}

/* Secrets by their looks. */

/* 0: something else; 1: a digit; 2, 3: a letter. */
static int class_of(char c)
{
	return isdigit((unsigned char)c)   ? 1
	       : islower((unsigned char)c) ? 2
	       : isupper((unsigned char)c) ? 3
					   : 0;
}

/* Changes between digits, small letters and capitals: words and numbers have few. */
static size_t turns(struct str s)
{
	size_t n = 0;
	int last = 0;

	for (size_t i = 0; i < s.n; i++) {
		int class = class_of(s.p[i]);
		n += class && last && class != last;
		last = class;
	}
	return n;
}

static size_t unbroken(struct str s)
{
	size_t most = 0, n = 0;

	for (size_t i = 0; i < s.n; i++) {
		n = class_of(s.p[i]) ? n + 1 : 0;
		most = n > most ? n : most;
	}
	return most;
}

/* A digest, or bytes as hexadecimal digits. */
static bool is_hex(struct str s)
{
	size_t n = 0;

	while (n < s.n && isxdigit((unsigned char)s.p[n]))
		n++;
	return n == s.n && s.n >= HEX_RANDOM;
}

static bool looks_random(struct str s)
{
	return is_hex(s) || (s.n >= VALUE_RANDOM && turns(s) >= s.n / 8 + 1);
}

static bool part_looks_random(struct str s)
{
	return s.n >= PART_RANDOM && unbroken(s) >= PART_UNBROKEN && looks_random(s);
}

/* Secrets by their names. */

static int hex_of(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					    : -1;
}

/* As the server reads it. */
static size_t decode(struct str s, char buf[static NAME_MAX_N + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < NAME_MAX_N; i++) {
		bool coded = s.p[i] == '%' && i + 2 < s.n && hex_of(s.p[i + 1]) >= 0 &&
			     hex_of(s.p[i + 2]) >= 0;
		buf[n++] = coded ? (char)(hex_of(s.p[i + 1]) * 16 + hex_of(s.p[i + 2])) : s.p[i];
		i += coded ? 2 : 0;
	}
	buf[n] = '\0';
	return n;
}

static bool is_secret_name(struct str name)
{
	static const char *const parts[] = {"token", "key", "sig", "sess", "pass", "pwd", "auth",
		"secret", "jwt", "cred", "csrf", "xsrf", "otp", "nonce", "cookie", "ticket"};
	static const char *const whole[] = {"sid", "code", "state", "pin", "hash", "pw", "sso"};
	char text[NAME_MAX_N + 1];
	struct str decoded = {text, decode(name, text)};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (text_contains(decoded, str_of(parts[i])))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(whole); i++)
		if (strcasecmp(text, whole[i]) == 0)
			return true;
	return false;
}

/* What names somebody: an address of mail. */
static bool is_mail(struct str s)
{
	return memchr(s.p, '@', s.n) || memmem(s.p, s.n, "%40", 3);
}

/* "token=abc": the name and the sign pass on, the value if it is no secret. */
static bool take_parameter(struct pass *p)
{
	size_t name = span(p->rest, "_-.%[]"), value = name + 1;

	if (!name || name > NAME_MAX_N || name >= p->rest.n || p->rest.p[name] != '=')
		return false;
	while (value < p->rest.n && !strchr("&;#\"'<> ", p->rest.p[value]))
		value++;
	struct str of = {p->rest.p + name + 1, value - name - 1};
	bool secret = of.n && (is_secret_name((struct str){p->rest.p, name}) || looks_random(of) ||
				      is_mail(of));
	pass_on(p, name + 1);
	if (secret)
		mask(p, of.n);
	return true;
}

/* "://user:password@" */
static bool take_credentials(struct pass *p)
{
	size_t n = 3;

	if (!str_starts(p->rest, STR_LIT("://")))
		return false;
	while (n < p->rest.n && !strchr("/?#\"'<> @", p->rest.p[n]))
		n++;
	if (n == p->rest.n || p->rest.p[n] != '@' || n == 3)
		return false;
	pass_on(p, 3);
	mask(p, n - 3);
	return true;
}

static bool take_random(struct pass *p)
{
	size_t n = span(p->rest, "_-");

	if (!part_looks_random((struct str){p->rest.p, n}))
		return false;
	mask(p, n);
	return true;
}

/* Addresses. */

static void put_masked(struct pass *p, const struct addr *a)
{
	bool v4 = addr_is_v4(a);
	struct prefix net = prefix_of(a, v4 ? V4_KEPT : V6_KEPT);
	char text[ADDR_TEXT_MAX], tag[16];
	size_t n = addr_format(&net.addr, text);

	if (v4) /* up to the last dot; of IPv6, "2001:db8:1::" is as it should be */
		while (n && text[n - 1] != '.')
			n--;
	put(p, (struct str){text, n});
	put(p, (struct str){tag, (size_t)snprintf(tag, sizeof tag, "x-%04x",
					 (unsigned)(addr_hash(a) & 0xffff))});
}

/* "/24" after it: what stands there is a network that is not masked. */
static bool is_network(const struct pass *p, const struct addr *a, size_t n)
{
	unsigned bits = 0, kept = addr_is_v4(a) ? V4_KEPT : V6_KEPT;
	size_t i = n + 1;

	if (n + 1 >= p->rest.n || p->rest.p[n] != '/')
		return false;
	for (; i < p->rest.n && i < n + 4 && isdigit((unsigned char)p->rest.p[i]); i++)
		bits = bits * 10 + (unsigned)(p->rest.p[i] - '0');
	if (i == n + 1 || bits > kept)
		return false;
	struct prefix net = prefix_of(a, bits);
	return addr_eq(&net.addr, a);
}

static bool is_version(const struct pass *p)
{
	return p->as == REDACT_AGENT && p->before == '/' && isalpha((unsigned char)p->before_that);
}

/* The longest beginning that is an address; 0: none is. */
static size_t address_length(struct str s, bool v4, struct addr *ret)
{
	size_t n = 0;

	while (n < s.n && n < ADDR_TEXT_MAX - 1 &&
		(isdigit((unsigned char)s.p[n]) || s.p[n] == '.' ||
			(!v4 && (isxdigit((unsigned char)s.p[n]) || s.p[n] == ':'))))
		n++;
	for (; n > 2; n--)
		if (addr_parse((struct str){s.p, n}, ret) == 0)
			return addr_is_unset(ret) ? 0 : n;
	return 0;
}

static bool take_address(struct pass *p)
{
	bool in_number = isdigit((unsigned char)p->before) || p->before == '.';
	bool in_word = isalnum((unsigned char)p->before) || p->before == ':';
	struct addr a;
	size_t n = 0;

	if (!isxdigit((unsigned char)p->rest.p[0]) && p->rest.p[0] != ':')
		return false;
	if (!in_number)
		n = address_length(p->rest, true, &a);
	if (!n && !in_word)
		n = address_length(p->rest, false, &a);
	if (!n || is_version(p))
		return false;
	if (p->r->keeps(p->r->ctx, &a) || is_network(p, &a, n)) {
		pass_on(p, n);
		return true;
	}
	put_masked(p, &a);
	skip(p, n);
	return true;
}

size_t redact_text(const struct redact *r, struct str s, enum redact_as as, char *buf, size_t cap)
{
	struct pass p = {
		.r = r, .rest = s, .before = ' ', .before_that = ' ', .as = as, .cap = cap};

	p.buf = buf;
	while (p.rest.n) {
		bool begins = !is_word(p.before) && p.before != '%';
		if (take_credentials(&p) || take_address(&p) ||
			(begins && (take_parameter(&p) || take_random(&p))))
			continue;
		size_t n =
			(unsigned char)p.rest.p[0] < 0x80 ? 1 : text_utf8(p.rest, &(uint32_t){0});
		pass_on(&p, n ? n : 1);
	}
	return p.n;
}
