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
#define DEPTH_MOST    4 /* of URLs within URLs */

/* What is read, and what has been written. */
struct pass {
	const struct redact *r;
	struct str rest;
	const char *begin;  /* of all of it */
	const char *secret; /* where a secret value begins; or NULL */
	size_t secret_n;
	char before; /* the character before the rest, decoded; ' ' at the start */
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

static int hex_of(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					    : -1;
}

/* A character as a URL spells it: "%3A", and "%253A" in a URL within a URL. */
struct coded {
	char c;
	unsigned depth; /* how often it is coded */
	size_t n;       /* bytes */
};

static struct coded coded_at(struct str s)
{
	unsigned depth = 1;
	size_t at = 1;

	if (s.p[0] != '%')
		return (struct coded){s.p[0], 0, 1};
	while (depth < DEPTH_MOST && at + 3 < s.n && memcmp(s.p + at, "25", 2) == 0 &&
		hex_of(s.p[at + 2]) >= 0 && hex_of(s.p[at + 3]) >= 0) {
		at += 2;
		depth++;
	}
	if (at + 1 >= s.n || hex_of(s.p[at]) < 0 || hex_of(s.p[at + 1]) < 0)
		return (struct coded){s.p[0], 0, 1};
	return (struct coded){(char)(hex_of(s.p[at]) * 16 + hex_of(s.p[at + 1])), depth, at + 2};
}

static struct coded coded_after(struct str s, size_t n)
{
	return n < s.n ? coded_at(str_skip(s, n)) : (struct coded){0};
}

static bool is_among(char c, const char *set)
{
	return c && strchr(set, c);
}

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
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
	while (s.n) {
		struct coded k = coded_at(s);
		if (k.c == '@')
			return true;
		s = str_skip(s, k.n);
	}
	return false;
}

/* "token=abc": the value is to be masked when it is a secret; the name is read like other text. */
static void note_parameter(struct pass *p)
{
	struct str near = text_clip(p->rest, NAME_MAX_N + 1);
	size_t name = span(near, "_-.%[]"), value = name + 1;

	if (!name || name > NAME_MAX_N || name >= p->rest.n || p->rest.p[name] != '=')
		return;
	while (value < p->rest.n && !strchr("&;#\"'<> ", p->rest.p[value]))
		value++;
	struct str of = {p->rest.p + name + 1, value - name - 1};
	if (!of.n || (!is_secret_name((struct str){p->rest.p, name}) && !looks_random(of) &&
			     !is_mail(of)))
		return;
	p->secret = of.p;
	p->secret_n = of.n;
}

static bool take_secret(struct pass *p)
{
	const char *end = p->secret ? p->secret + p->secret_n : NULL;

	if (!end || p->rest.p < p->secret || p->rest.p >= end)
		return false;
	mask(p, (size_t)(end - p->rest.p));
	return true;
}

/* "://user:password@", up to the last "@" before the path: passwords have some. What ends it is
 * coded no deeper than the sign that began it. */
static bool take_credentials(struct pass *p)
{
	size_t head = 0, at = 0;
	unsigned depth = 0;

	for (const char *sign = "://"; *sign; sign++) {
		struct coded k = coded_after(p->rest, head);
		if (k.c != *sign)
			return false;
		depth = k.depth > depth ? k.depth : depth;
		head += k.n;
	}
	for (size_t n = head; n < p->rest.n;) {
		struct coded k = coded_after(p->rest, n);
		if (k.depth <= depth && is_among(k.c, "/?#\"'<> "))
			break;
		if (k.c == '@')
			at = n;
		n += k.n;
	}
	if (at <= head)
		return false;
	pass_on(p, head);
	mask(p, at - head);
	return true;
}

static bool is_local(char c)
{
	return is_letter(c) || isdigit((unsigned char)c) || is_among(c, "._+-~$");
}

/* Behind the "@". "jquery@3.6.0" is a version: the last label of a domain begins with a letter. */
static bool is_domain(struct str s)
{
	bool letter = false, begins = true;
	size_t dots = 0, n = 0;

	for (struct coded k; n < s.n; n += k.n) {
		k = coded_after(s, n);
		if (k.c == '.') {
			dots++;
			begins = true;
			continue;
		}
		if (!is_letter(k.c) && !isdigit((unsigned char)k.c) && k.c != '-')
			break;
		letter = begins ? is_letter(k.c) : letter;
		begins = false;
	}
	return letter || dots >= 3 || (!n && (!s.n || is_among(s.p[0], "[ ")));
}

static bool take_mail(struct pass *p)
{
	struct coded k = coded_at(p->rest);
	size_t n = 0;

	if (is_local(p->before))
		return false;
	while (is_local(k.c)) {
		n += k.n;
		k = coded_after(p->rest, n);
	}
	if (!n || k.c != '@' || !is_domain(str_skip(p->rest, n + k.n)))
		return false;
	mask(p, n);
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

static bool is_browser(struct str name)
{
	static const char *const all[] = {"Chrome", "Chromium", "HeadlessChrome", "CriOS", "Edg",
		"EdgA", "EdgiOS", "Edge", "OPR", "Opera", "Firefox", "FxiOS", "Safari", "Version",
		"Vivaldi", "YaBrowser", "SamsungBrowser", "UCBrowser", "DuckDuckGo", "Whale",
		"MiuiBrowser", "MicroMessenger", "Electron", "GSA"};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (str_eq(name, str_of(all[i])))
			return true;
	return false;
}

/* Of an agent's product. Proxies add addresses of clients in the same form: "Proxy/203.0.113.9". */
static bool is_version(const struct pass *p, size_t n)
{
	const char *slash = p->rest.p - 1, *name = slash;

	if (p->as != REDACT_AGENT || p->before != '/' || !isalpha((unsigned char)p->before_that))
		return false;
	if (n > 2 && memcmp(p->rest.p + n - 2, ".0", 2) == 0)
		return true;
	while (name > p->begin && isalpha((unsigned char)name[-1]))
		name--;
	return is_browser((struct str){name, (size_t)(slash - name)});
}

static void take_as(struct pass *p, const struct addr *a, size_t n)
{
	if (is_version(p, n) || p->r->keeps(p->r->ctx, a) || is_network(p, a, n)) {
		pass_on(p, n);
		return;
	}
	put_masked(p, a);
	skip(p, n);
}

/* 0..255; with leading zeros, as in names of hosts. Returns its bytes; 0: something else. */
static size_t number_at(struct str s, uint8_t *ret)
{
	struct coded k = coded_after(s, 0);
	unsigned value = 0;
	size_t n = 0;

	for (int i = 0; i < 3 && isdigit((unsigned char)k.c); i++) {
		value = value * 10 + (unsigned)(k.c - '0');
		n += k.n;
		k = coded_after(s, n);
	}
	if (value > UINT8_MAX || isdigit((unsigned char)k.c))
		return 0;
	*ret = (uint8_t)value;
	return n;
}

/* A label of a host's name stands before or behind what is n long. */
static bool in_name(const struct pass *p, size_t n)
{
	struct coded joint = coded_after(p->rest, n);

	return (p->before == '.' && isalnum((unsigned char)p->before_that)) ||
	       (p->before == '-' && is_letter(p->before_that)) ||
	       (is_among(joint.c, ".-") && is_letter(coded_after(p->rest, n + joint.n).c));
}

/* Four numbers or more: an address, or one within the name of a host, "203-0-113-9.dyn.example",
 * "9.113.0.203.clients.example". Of the latter nobody knows the order: nothing of it stays. */
static bool take_numbers(struct pass *p)
{
	size_t at = 0, end = 0, numbers = 0;
	bool dotted = true;
	uint8_t b[4], number;

	if (isdigit((unsigned char)p->before))
		return false;
	for (size_t n; (n = number_at(str_skip(p->rest, at), &number)) > 0;) {
		if (numbers < 4)
			b[numbers] = number;
		numbers++;
		end = at + n;
		struct coded joint = coded_after(p->rest, end);
		if (!is_among(joint.c, ".-") || (numbers == 4 && dotted && joint.c == '-'))
			break;
		dotted &= numbers > 3 || joint.c == '.';
		at = end + joint.n;
	}
	if (numbers < 4)
		return false;
	struct addr a = addr_from_v4(b);
	if (numbers == 4 &&
		(p->r->keeps(p->r->ctx, &a) || is_version(p, end) || (dotted && !in_name(p, end))))
		take_as(p, &a, end);
	else
		mask(p, end);
	return true;
}

/* What an address can be made of, decoded. */
struct view {
	char text[ADDR_TEXT_MAX];
	size_t end[ADDR_TEXT_MAX]; /* in the text as it is */
	size_t n;
};

static void look(struct str s, bool v4, struct view *v)
{
	size_t end = 0;

	v->n = 0;
	for (struct coded k = coded_after(s, 0);
		v->n < ADDR_TEXT_MAX - 1 && (isdigit((unsigned char)k.c) || k.c == '.' ||
						    (!v4 && (hex_of(k.c) >= 0 || k.c == ':')));
		k = coded_after(s, end)) {
		end += k.n;
		v->text[v->n] = k.c;
		v->end[v->n++] = end;
	}
}

/* The longest beginning that is an address, in bytes; 0: none is. */
static size_t address_length(struct str s, bool v4, struct addr *ret)
{
	struct view v;

	look(s, v4, &v);
	for (size_t n = v.n; n > 2; n--)
		if (addr_parse((struct str){v.text, n}, ret) == 0)
			return addr_is_unset(ret) ? 0 : v.end[n - 1];
	return 0;
}

static bool take_address(struct pass *p)
{
	struct addr a;
	size_t n = 0;

	if (!isdigit((unsigned char)p->before))
		n = address_length(p->rest, true, &a);
	if (!n && !isalnum((unsigned char)p->before))
		n = address_length(p->rest, false, &a);
	if (!n)
		return false;
	take_as(p, &a, n);
	return true;
}

/* Texts were cut before they came here: of an IPv6 address that lacks its end, too much would stay.
 */
static bool take_unfinished(struct pass *p)
{
	struct coded k = coded_at(p->rest);
	size_t n = 0, colons = 0;

	if (isalnum((unsigned char)p->before) || k.c == ':')
		return false;
	while (k.c == ':' || hex_of(k.c) >= 0) {
		colons += k.c == ':';
		n += k.n;
		k = coded_after(p->rest, n);
	}
	if (colons < V6_KEPT / 16)
		return false;
	mask(p, n);
	return true;
}

/* Passes on one character. */
static void take_other(struct pass *p)
{
	struct coded k = coded_at(p->rest);
	char before = p->before;
	size_t n = (unsigned char)p->rest.p[0] < 0x80 ? k.n : text_utf8(p->rest, &(uint32_t){0});

	pass_on(p, n ? n : 1);
	p->before_that = before;
	p->before = k.c;
}

size_t redact_text(const struct redact *r, struct str s, enum redact_as as, char *buf, size_t cap)
{
	struct pass p = {.r = r,
		.rest = s,
		.begin = s.p,
		.before = ' ',
		.before_that = ' ',
		.as = as,
		.cap = cap};

	p.buf = buf;
	while (p.rest.n) {
		bool begins = !is_word(p.before) && p.before != '%';
		if (begins)
			note_parameter(&p);
		if (take_secret(&p) || take_credentials(&p) || take_mail(&p) || take_numbers(&p) ||
			take_address(&p) || take_unfinished(&p) || (begins && take_random(&p)))
			continue;
		take_other(&p);
	}
	return p.n;
}
