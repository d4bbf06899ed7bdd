// SPDX-License-Identifier: MIT
#include "enrich/whois.h"

#include "base/text.h"

#include <stdio.h>

static bool is_at(const char *host, const char *server)
{
	size_t n = strlen(server);

	return strncmp(host, server, n) == 0 && (!host[n] || strcmp(host + n, ":43") == 0);
}

/* What a server wants before the address. ARIN's "n +": networks alone, in full; without it, it
 * lists their names when there are several. "-r" of the RIPE database's software: without the
 * persons that it names, of which each host may see but a thousand a day before it is locked out,
 * in the end for good (RIPE Database Acceptable Use Policy). Abuse contacts are in a remark. */
static const struct {
	const char *server, *flags;
} manners[] = {
	{"whois.arin.net", "n + "},
	{"whois.ripe.net", "-r "},
	{"whois.apnic.net", "-r "},
	{"whois.afrinic.net", "-r "},
};

void whois_query(const char *host, const struct addr *a, char buf[static WHOIS_QUERY_MAX])
{
	char ip[ADDR_TEXT_MAX];
	const char *flags = "";

	addr_format(a, ip);
	for (size_t i = 0; i < ARRAY_LEN(manners); i++)
		if (is_at(host, manners[i].server))
			flags = manners[i].flags;
	snprintf(buf, WHOIS_QUERY_MAX, "%s%s", flags, ip);
}

/* One network of an answer, as far as it was read. */
struct candidate {
	struct network_info info;
	bool fits; /* it holds the address */
	char descr[sizeof((struct network_info *)0)->org];
};

struct reader {
	const struct addr *asked;
	struct candidate now, best;
	char abuse[sizeof((struct network_info *)0)->abuse]; /* of the whole answer */
	char abuse_handle[32], handle[32]; /* LACNIC: a contact stands for itself below */
	char *refer;
	const char *refusal;
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_key(struct str key, const char *name)
{
	if (key.n != strlen(name))
		return false;
	for (size_t i = 0; i < key.n; i++)
		if (lower(key.p[i]) != name[i])
			return false;
	return true;
}

static struct str trim(struct str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = (struct str){s.p + 1, s.n - 1};
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* Ranges. */

/* "200.160/20": LACNIC leaves zeros out. */
static int parse_short(struct str s, struct prefix *ret)
{
	char buf[PREFIX_TEXT_MAX];
	const char *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
	size_t head = slash ? (size_t)(slash - s.p) : s.n, dots = 0;

	if (s.n > 24 || !slash || memchr(s.p, ':', s.n))
		return prefix_parse(s, ret);
	for (size_t i = 0; i < head; i++)
		dots += s.p[i] == '.';
	int w = snprintf(buf, sizeof buf, "%.*s%s%.*s", (int)head, s.p,
		&".0.0.0"[dots < 3 ? 2 * dots : 6], (int)(s.n - head), slash);
	return prefix_parse((struct str){buf, (size_t)w}, ret);
}

static bool take_range(struct reader *r, struct str value)
{
	const char *dash = value.n ? memchr(value.p, '-', value.n) : NULL;
	struct prefix *net = &r->now.info.net, p;
	struct addr first, last;

	if (dash) {
		struct str a = {value.p, (size_t)(dash - value.p)};
		struct str b = {dash + 1, value.n - a.n - 1};
		return addr_parse(trim(a), &first) == 0 && addr_parse(trim(b), &last) == 0 &&
		       network_info_fit(&first, &last, r->asked, net) == 0;
	}
	if (parse_short(value, &p) < 0 || addr_is_v4(&p.addr) != addr_is_v4(r->asked) ||
		!prefix_contains(&p, r->asked) || !network_info_is_plausible(&p))
		return false;
	*net = p;
	return true;
}

static void end_candidate(struct reader *r)
{
	if (r->now.fits && (!r->best.fits || r->now.info.net.bits >= r->best.info.net.bits))
		r->best = r->now;
	r->now = (struct candidate){0};
}

static void begin_candidate(struct reader *r, struct str value)
{
	end_candidate(r);
	r->now.fits = take_range(r, value);
}

/* Fields. What comes first stays: further down stand routes and persons. */

static void set_text(char *buf, size_t cap, struct str value)
{
	if (!buf[0])
		network_info_text(buf, cap, value);
}

static void take_abuse(struct reader *r, struct str value)
{
	if (!r->now.info.abuse[0])
		network_info_email(r->now.info.abuse, sizeof r->now.info.abuse, value);
}

static void take_mail(struct reader *r, struct str value)
{
	if (r->abuse_handle[0] && strcmp(r->abuse_handle, r->handle) == 0)
		take_abuse(r, value);
}

/* "whois://whois.ripe.net:43/", "whois.ripe.net". rwhois:// is another protocol. */
static void take_referral(struct reader *r, struct str value)
{
	const struct str scheme = STR_LIT("whois://");

	if (str_starts(value, scheme))
		value = (struct str){value.p + scheme.n, value.n - scheme.n};
	const char *slash = value.n ? memchr(value.p, '/', value.n) : NULL;
	if (slash && slash != value.p + value.n - 1)
		return;
	value.n -= slash != NULL;
	if (!value.n || value.n >= WHOIS_HOST_MAX || r->refer[0])
		return;
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] <= ' ' || value.p[i] > '~')
			return;
	memcpy(r->refer, value.p, value.n);
	r->refer[value.n] = '\0';
}

enum field {
	F_RANGE,
	F_NAME,
	F_HANDLE,
	F_ORG,
	F_DESCR,
	F_COUNTRY,
	F_DATE,
	F_ABUSE,
	F_ABUSE_HANDLE,
	F_CONTACT,
	F_MAIL,
	F_REFER
};

/* IANA and RIPE's, APNIC's, AFRINIC's words; ARIN's; LACNIC's. */
static const struct {
	const char *key;
	enum field field;
} fields[] = {
	{"inetnum", F_RANGE},
	{"inet6num", F_RANGE},
	{"netrange", F_RANGE},
	{"netname", F_NAME},
	{"nethandle", F_HANDLE},
	{"org-name", F_ORG},
	{"orgname", F_ORG},
	{"custname", F_ORG},
	{"owner", F_ORG},
	{"descr", F_DESCR},
	{"country", F_COUNTRY},
	{"created", F_DATE},
	{"regdate", F_DATE},
	{"abuse-mailbox", F_ABUSE},
	{"orgabuseemail", F_ABUSE},
	{"abuse-c", F_ABUSE_HANDLE},
	{"nic-hdl-br", F_CONTACT},
	{"nic-hdl", F_CONTACT},
	{"e-mail", F_MAIL},
	{"refer", F_REFER},
	{"referralserver", F_REFER},
};

static void take(struct reader *r, enum field field, struct str value)
{
	struct network_info *n = &r->now.info;

	switch (field) {
	case F_RANGE:
		begin_candidate(r, value);
		break;
	case F_NAME:
		set_text(n->name, sizeof n->name, value);
		break;
	case F_HANDLE:
		set_text(n->handle, sizeof n->handle, value);
		break;
	case F_ORG:
		set_text(n->org, sizeof n->org, value);
		break;
	case F_DESCR:
		set_text(r->now.descr, sizeof r->now.descr, value);
		break;
	case F_COUNTRY:
		if (!n->country[0])
			network_info_country(n->country, value);
		break;
	case F_DATE:
		if (!n->registered[0])
			network_info_date(n->registered, value);
		break;
	case F_ABUSE:
		take_abuse(r, value);
		break;
	case F_ABUSE_HANDLE:
		set_text(r->abuse_handle, sizeof r->abuse_handle, value);
		break;
	case F_CONTACT:
		r->handle[0] = '\0';
		set_text(r->handle, sizeof r->handle, value);
		break;
	case F_MAIL:
		take_mail(r, value);
		break;
	case F_REFER:
		take_referral(r, value);
		break;
	}
}

/* "% Abuse contact for '193.0.0.0 - 193.0.7.255' is 'abuse@ripe.net'" */
static void take_remark(struct reader *r, struct str line)
{
	const struct str start = STR_LIT("% Abuse contact for '");
	const char *at = line.n ? memchr(line.p, '@', line.n) : NULL;

	if (str_starts(line, start) && at && !r->abuse[0])
		network_info_email(r->abuse, sizeof r->abuse, line);
}

/* Words with which a server says that it does not want to answer now, or at all, and how the
 * operator is told. RIPE's software numbers them: https://docs.db.ripe.net/ "Access denied". */
static const struct {
	const char *words, *refusal;
} refusals[] = {
	{"error:201", "access denied"},
	{"error:202", "access denied"}, /* access control */
	{"error:203", "it refuses connections through proxies"},
	{"error:208", "rate-limited"}, /* too many connections */
	{"access denied", "access denied"},
	{"access control limit", "rate-limited"},
	{"rate limit", "rate-limited"},
	{"limit exceeded", "rate-limited"},
	{"quota exceeded", "rate-limited"},
	{"too many requests", "rate-limited"},
	{"too many queries", "rate-limited"},
	{"temporarily unable", "rate-limited"},
};

/* Only in a remark, or in a line that is no field: a network may be called anything. */
static void take_refusal(struct reader *r, struct str line)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals) && !r->refusal; i++)
		if (text_contains(line, str_of(refusals[i].words)))
			r->refusal = refusals[i].refusal;
}

static void take_line(struct reader *r, struct str line)
{
	const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;

	if (!line.n || line.p[0] == '%' || line.p[0] == '#') {
		take_remark(r, line);
		take_refusal(r, line);
		return;
	}
	if (!colon || is_key((struct str){line.p, (size_t)(colon - line.p)}, "error"))
		take_refusal(r, line);
	if (!colon)
		return;
	struct str key = {line.p, (size_t)(colon - line.p)};
	struct str value = trim((struct str){colon + 1, line.n - key.n - 1});
	for (size_t i = 0; value.n && i < ARRAY_LEN(fields); i++)
		if (is_key(key, fields[i].key))
			take(r, fields[i].field, value);
}

static void conclude(struct reader *r, struct whois_answer *answer)
{
	answer->refusal = r->refusal;
	end_candidate(r);
	if (!r->best.fits)
		return;
	struct network_info *n = &r->best.info;
	if (!n->org[0])
		memcpy(n->org, r->best.descr, sizeof n->org);
	if (!n->abuse[0])
		memcpy(n->abuse, r->abuse, sizeof n->abuse);
	answer->found = network_info_says_something(n);
	if (answer->found)
		answer->info = *n;
}

void whois_read(struct str text, const struct addr *asked, struct whois_answer *ret_answer)
{
	struct whois_answer answer = {0};
	struct reader r = {.asked = asked, .refer = answer.refer};

	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		take_line(&r, (struct str){text.p, n});
		n += end != NULL;
		text = (struct str){text.p + n, text.n - n};
	}
	conclude(&r, &answer);
	*ret_answer = answer;
}
