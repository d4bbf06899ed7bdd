// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

/* A line that is put together piece by piece. */
struct words {
	char *buf;
	size_t n, cap;
};

__attribute__((format(printf, 2, 3))) static void put(struct words *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int n = vsnprintf(w->buf + w->n, w->cap - w->n, format, args);
	va_end(args);
	if (n > 0)
		w->n = w->n + (size_t)n < w->cap ? w->n + (size_t)n : w->cap - 1;
}

/* "  BR Recife  AS64500 Example Telecom"; what is shared goes with its last host. */
static void put_place(struct words *w, const struct about *a)
{
	const struct geo *geo = &a->view->m->geo;
	struct str country = geo_country(&a->host), city = STR_ABSENT, org = STR_ABSENT;
	uint32_t asn = 0;

	if (!a->gone) {
		city = geo_city(geo, &a->host);
		org = geo_org(geo, &a->host);
		asn = geo_asn(geo, &a->host);
	}
	if (country.n || city.n)
		put(w, "  %.*s%s%.*s", STR_FMT(country), country.n && city.n ? " " : "",
			STR_FMT(city));
	if (asn || org.n)
		put(w, "  ");
	if (asn)
		put(w, "AS%u%s", (unsigned)asn, org.n ? " " : "");
	put(w, "%.*s", STR_FMT(org));
}

/* Of a group: what all its addresses share, else how many organizations there are. */
static void put_orgs(struct words *w, const struct about *a)
{
	const struct members_found *f = &a->members.found;
	const struct member_org *org = &f->orgs[0];

	if (!f->org_n)
		return;
	if (f->org_n > 1 || f->orgs_more) {
		put(w, "  %s%u organizations", f->orgs_more ? "more than " : "",
			(unsigned)f->org_n);
		return;
	}
	if (org->country_code[0])
		put(w, "  %s", org->country_code);
	if (org->asn && a->key.by != GROUP_AS)
		put(w, "  AS%u", (unsigned)org->asn);
	if (org->name[0])
		put(w, " %s%s", org->asn && a->key.by != GROUP_AS ? "" : " ", org->name);
}

void detail_title(const struct about *a, char buf[static DETAIL_TITLE_MAX])
{
	struct words w = {.cap = DETAIL_TITLE_MAX};

	w.buf = buf;
	put(&w, "%s%s", a->name, a->gone && a->seen ? "  gone" : "");
	if (about_is_host(a))
		put_place(&w, a);
	else if (a->key.by == GROUP_NET)
		put_orgs(&w, a);
	else if (a->key.by == GROUP_AS && !a->gone) {
		struct subject subject = about_subject(a);
		put(&w, "  %.*s", STR_FMT(subject_system(a->view->m, &subject)));
	}
	if (!about_is_host(a) && a->seen)
		put(&w, "  %u address%s", (unsigned)a->ips, a->ips == 1 ? "" : "es");
}

/* Some registries' handles are the network itself, which has been said. */
static bool is_range(const char *handle)
{
	return strspn(handle, "0123456789abcdefABCDEF.:/- ") == strlen(handle) &&
	       strpbrk(handle, ".:");
}

/* "Registered 203.0.113.0/22  EXAMPLE-NET (NET-1), BR  since 2011-04-05, by rdap" and
 * "           Example Ltd  abuse to abuse@example.net" */
static void print_registration(struct sheet *s, const struct registration *r)
{
	bool handle = r->handle[0] && strcmp(r->handle, r->name) != 0 && !is_range(r->handle);
	char line[512];
	struct words w = {line, 0, sizeof line};

	put(&w, "%s  %s", r->net, r->name);
	if (handle)
		put(&w, " (%s)", r->handle);
	put(&w, "%s%s", r->country[0] ? ", " : "", r->country);
	if (r->registered[0])
		put(&w, "  since %s,", r->registered);
	put(&w, "%sby %s", r->registered[0] ? " " : "  ", r->by[0] ? r->by : "a lookup");
	sheet_field(s, "Registered", STYLE_PLAIN, line);
	w.n = 0;
	put(&w, "%s%s%s%s", r->org, r->org[0] && r->abuse[0] ? "  " : "",
		r->abuse[0] ? "abuse to " : "", r->abuse);
	if (line[0])
		sheet_field(s, "", STYLE_PLAIN, line);
}

/* Nothing is said of addresses that are not looked up, nor for a recording without lookups. */
static void print_registered(struct sheet *s, const struct about *a)
{
	const struct model *m = a->view->m;
	struct addr within;
	const struct addr *ip = &within;

	addr_within(&a->key.prefix.addr, &within);
	const struct registration *r = model_registration(m, ip);
	bool asking = enrichers_find(&m->enrichers, "rdap") != NULL;
	char line[256];

	if (r && !r->note[0]) {
		print_registration(s, r);
		return;
	}
	if (r && strcmp(r->note, REGISTRATION_OWN) == 0) {
		sheet_field(s, "Registered", STYLE_DIM, r->note);
		return;
	}
	if (!addr_is_global(ip) || (a->view->replaying && !r && !asking))
		return;
	if (!r) {
		sheet_field(
			s, "Registered", STYLE_DIM, asking ? "asking" : "not known, whois is off");
		return;
	}
	snprintf(line, sizeof line, "not known (w asks again): %s", r->note);
	sheet_field(s, "Registered", STYLE_WARN, line);
}

static void print_name(struct sheet *s, const struct about *a)
{
	const struct address_name *n = model_address_name(a->view->m, &a->host.ip);
	char line[320];

	if (!n)
		return;
	if (!n->told && !n->name[0])
		strcpy(line, "not known (w asks again): no reply");
	else if (!n->name[0])
		strcpy(line, "no PTR record");
	else
		snprintf(line, sizeof line, "%s%s", n->name,
			!n->told       ? " (not confirmed: no reply)"
			: n->confirmed ? ", forward-confirmed"
				       : " (not confirmed)");
	sheet_field(s, "Name", !n->told ? STYLE_WARN : n->name[0] ? STYLE_PLAIN : STYLE_DIM, line);
}

/* "Crawler    Googlebot: refuted by reverse DNS" */
static void print_crawler(struct sheet *s, const struct about *a)
{
	static const struct {
		const char *text;
		unsigned style;
	} words[CLAIM_OUTCOMES] = {
		[CLAIM_CONFIRMED] = {"confirmed", STYLE_PLAIN},
		[CLAIM_REFUTED] = {"it says, but is refuted", STYLE_WARN},
		[CLAIM_UNVERIFIED] = {"it says; not verified", STYLE_DIM},
	};
	const struct claim *c = claims_first(&a->view->m->claims, &a->host.ip);
	char line[160];

	if (!c)
		return;
	const char *by = strcmp(c->by, "rdns") == 0     ? " by reverse DNS"
			 : strcmp(c->by, "ranges") == 0 ? " by its operator's published ranges"
							: "";
	snprintf(line, sizeof line, "%s: %s%s", c->name, words[c->outcome].text, by);
	sheet_field(s, "Crawler", words[c->outcome].style, line);
}

/* "Whose      Example Cloud 12, Example Hosting 3, 4 of others" */
static void print_orgs(struct sheet *s, const struct about *a)
{
	const struct members_found *f = &a->members.found;
	char line[512];
	struct words w = {line, 0, sizeof line};

	if (f->org_n < 2)
		return;
	for (uint32_t i = 0; i < f->org_n; i++) {
		const struct member_org *org = &f->orgs[i];
		put(&w, "%s%s%s%s %u", i ? ", " : "", org->country_code,
			org->country_code[0] ? " " : "", org->name[0] ? org->name : "not known",
			(unsigned)org->n);
	}
	if (f->orgs_more)
		put(&w, ", of others %u", (unsigned)f->orgs_more);
	sheet_field(s, "Whose", STYLE_PLAIN, line);
}

/* Place and registration are those of the address within. */
static void print_carrier(struct sheet *s, const struct about *a)
{
	struct addr within;
	char line[64], ip[ADDR_TEXT_MAX];
	enum addr_carrier carrier = addr_within(&a->key.prefix.addr, &within);

	if (carrier == ADDR_NOT_CARRIED)
		return;
	addr_format(&within, ip);
	snprintf(line, sizeof line, "%s by %s", ip, addr_carrier_name(carrier));
	sheet_field(s, "Carries", STYLE_PLAIN, line);
}

void detail_print_who(struct sheet *s, const struct about *a)
{
	if (about_is_host(a))
		print_carrier(s, a);
	if (a->key.by == GROUP_NONE || a->key.by == GROUP_NET)
		print_registered(s, a);
	if (about_is_host(a)) {
		print_name(s, a);
		print_crawler(s, a);
	} else {
		print_orgs(s, a);
	}
}
