// SPDX-License-Identifier: MIT
#include "enrich/network_info.h"

#include "base/text.h"

#include <errno.h>

#define RAW_MAX   512 /* bytes of a text that are looked at */
#define V4_WIDEST 8   /* IANA gives the registries /8s */
#define V6_WIDEST 12  /* and /12s */

bool network_info_is_plausible(const struct prefix *net)
{
	if (addr_is_v4(&net->addr))
		return net->bits >= 96 + V4_WIDEST;
	return net->bits >= V6_WIDEST && !addr_is_unset(&net->addr);
}

static struct addr last_of(const struct prefix *p)
{
	struct addr a = p->addr;

	for (unsigned bit = p->bits; bit < 128; bit++)
		a.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	return a;
}

int network_info_fit(const struct addr *first, const struct addr *last, const struct addr *a,
	struct prefix *ret_net)
{
	unsigned most = addr_is_v4(a) ? 32 : 128;

	if (addr_is_v4(first) != addr_is_v4(a) || addr_is_v4(last) != addr_is_v4(a))
		return -EINVAL;
	for (unsigned bits = 0; bits <= most; bits++) {
		struct prefix p = prefix_of(a, bits);
		struct addr end = last_of(&p);
		if (addr_compare(&p.addr, first) < 0 || addr_compare(&end, last) > 0)
			continue;
		if (!network_info_is_plausible(&p))
			return -EINVAL;
		*ret_net = p;
		return 0;
	}
	return -EINVAL;
}

/* Text. */

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct str trim(struct str s)
{
	while (s.n && is_space(s.p[0]))
		s = (struct str){s.p + 1, s.n - 1};
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n' || s.p[i] == '\r')
			s.n = i;
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	if (s.n > RAW_MAX)
		s = text_clip(s, RAW_MAX);
	return s;
}

static bool is_utf8(struct str s)
{
	uint32_t cp;
	size_t n;

	for (; s.n; s = (struct str){s.p + n, s.n - n}) {
		n = text_utf8(s, &cp);
		if (!n)
			return false;
	}
	return true;
}

/* Whois has no charset (RFC 3912, 4); in practice what is not UTF-8 is Latin-1. */
static struct str from_latin1(char buf[static 2 * RAW_MAX], struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += text_put_utf8(buf + n, (unsigned char)s.p[i]);
	return (struct str){buf, n};
}

void network_info_text(char *buf, size_t cap, struct str raw)
{
	char wide[2 * RAW_MAX];
	struct str s = trim(raw);

	if (!s.n)
		return;
	if (!is_utf8(s))
		s = from_latin1(wide, s);
	buf[text_sanitise(buf, cap - 1, s)] = '\0';
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void network_info_country(char buf[static 3], struct str raw)
{
	struct str s = trim(raw);

	if (s.n != 2)
		return;
	char a = upper(s.p[0]), b = upper(s.p[1]);
	if (a < 'A' || a > 'Z' || b < 'A' || b > 'Z')
		return;
	memcpy(buf, (char[]){a, b, '\0'}, 3);
}

/* A cautious part of what RFC 5322 allows: an operator will paste it. */
static bool is_mail_char(char c)
{
	return (c >= '0' && c <= '9') || (upper(c) >= 'A' && upper(c) <= 'Z') ||
	       (c && strchr("._+-=", c));
}

void network_info_email(char *buf, size_t cap, struct str raw)
{
	struct str s = trim(raw);
	const char *at = s.n ? memchr(s.p, '@', s.n) : NULL;

	if (!at)
		return;
	const char *first = at, *end = at + 1;
	while (first > s.p && is_mail_char(first[-1]))
		first--;
	while (end < s.p + s.n && is_mail_char(*end))
		end++;
	while (first < at && *first == '-') /* it would be an option to whom it is pasted */
		first++;
	if (first == at || end == at + 1 || (size_t)(end - first) >= cap)
		return;
	text_copy(buf, cap, (struct str){first, (size_t)(end - first)});
}

static bool is_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return true;
}

void network_info_date(char buf[static 11], struct str raw)
{
	struct str s = trim(raw);
	const char *p = s.p;

	if (s.n >= 10 && p[4] == '-' && p[7] == '-' && is_digits(p, 4) && is_digits(p + 5, 2) &&
		is_digits(p + 8, 2)) {
		memcpy(buf, p, 10);
		buf[10] = '\0';
	} else if (s.n == 8 && is_digits(p, 8)) {
		memcpy(buf,
			(char[]){p[0], p[1], p[2], p[3], '-', p[4], p[5], '-', p[6], p[7], '\0'},
			11);
	}
}

bool network_info_says_something(const struct network_info *n)
{
	return n->name[0] || n->handle[0] || n->org[0] || n->abuse[0];
}

static struct str known(const char *text)
{
	return text[0] ? str_of(text) : STR_ABSENT;
}

struct event network_info_event(const struct network_info *n, const char *by, usec_t ts)
{
	struct event e = event_make(EVENT_REGISTRATION, ts);

	e.registration = (struct event_registration){
		.net = n->net,
		.by = str_of(by),
		.name = known(n->name),
		.handle = known(n->handle),
		.country = known(n->country),
		.org = known(n->org),
		.abuse = known(n->abuse),
		.registered = known(n->registered),
	};
	return e;
}
