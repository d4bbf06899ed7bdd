// SPDX-License-Identifier: MIT
#include "console/detail_parts.h"

#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 3, 4))) static int write_line(
	struct who_line *line, unsigned style, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(line->text, sizeof line->text, format, args);
	va_end(args);
	line->style = style;
	return 1;
}

/* "Country BR  city Recife  AS64500  Example Telecom" */
static int write_place(const struct detail *d, struct who_line *line)
{
	const struct host *h = &d->host;
	const struct geo *geo = &d->panel.view->m->geo;
	struct str country = geo_country(h), city = STR_ABSENT, org = STR_ABSENT;
	char number[24] = "";
	uint32_t asn = 0;

	if (!d->gone) { /* what is shared goes with its last host */
		city = geo_city(geo, h);
		org = geo_org(geo, h);
		asn = geo_asn(geo, h);
	}
	if (!d->seen || (!country.n && !city.n && !org.n && !asn))
		return 0;
	if (!country.n)
		country = STR_LIT("-");
	if (asn)
		snprintf(number, sizeof number, "AS%u  ", (unsigned)asn);
	return write_line(line, STYLE_PLAIN, "Country %.*s  %s%.*s%s%s%.*s", STR_FMT(country),
		city.n ? "city " : "", STR_FMT(city), city.n ? "  " : "", number, STR_FMT(org));
}

/* Some registries' handles are the network itself, which has been said. */
static bool is_range(const char *handle)
{
	return strspn(handle, "0123456789abcdefABCDEF.:/- ") == strlen(handle) &&
	       strpbrk(handle, ".:");
}

/* "Registered 203.0.113.0/22  EXAMPLE-NET (NET-1), BR  since 2011-04-05, by rdap" and
 * "  Example Ltd  abuse to abuse@example.net" */
static int write_registration(const struct registration *r, struct who_line *lines)
{
	bool handle = r->handle[0] && strcmp(r->handle, r->name) != 0 && !is_range(r->handle);
	int n = write_line(lines, STYLE_PLAIN, "Registered %s  %s%s%s%s%s%s  %s%s%sby %s", r->net,
		r->name, handle ? " (" : "", handle ? r->handle : "", handle ? ")" : "",
		r->country[0] ? ", " : "", r->country, r->registered[0] ? "since " : "",
		r->registered, r->registered[0] ? ", " : "", r->by[0] ? r->by : "a lookup");

	if (r->org[0] || r->abuse[0])
		n += write_line(lines + n, STYLE_PLAIN, "  %s%s%s%s", r->org,
			r->org[0] && r->abuse[0] ? "  " : "", r->abuse[0] ? "abuse to " : "",
			r->abuse);
	return n;
}

/* Nothing is said of addresses that are not looked up, nor for a recording without lookups. */
static int write_registered(const struct detail *d, struct who_line *lines)
{
	const struct host *h = &d->host;
	const struct model *m = d->panel.view->m;
	const struct registration *r = model_registration(m, &h->ip);
	bool asking = enrichers_find(&m->enrichers, "rdap") != NULL;

	if (r && !r->note[0])
		return write_registration(r, lines);
	if (r && strcmp(r->note, REGISTRATION_OWN) == 0)
		return write_line(lines, STYLE_DIM, "Registered: %s", r->note);
	if (!addr_is_global(&h->ip) || (d->panel.view->replaying && !r && !asking))
		return 0;
	if (!r && !asking)
		return write_line(lines, STYLE_DIM, "Registered: not known, whois is off");
	if (!r)
		return write_line(lines, STYLE_DIM, "Registered: asking…");
	return write_line(lines, STYLE_WARN, "Registered: not known (w asks again): %s", r->note);
}

static int write_name(const struct detail *d, struct who_line *line)
{
	const struct address_name *n = model_address_name(d->panel.view->m, &d->host.ip);

	if (!n)
		return 0;
	if (!n->told && n->name[0])
		return write_line(line, STYLE_WARN, "Name %s (not confirmed: no reply)", n->name);
	if (!n->told)
		return write_line(line, STYLE_WARN, "Name: not known (w asks again): no reply");
	if (!n->name[0])
		return write_line(line, STYLE_DIM, "Name: no PTR record");
	return write_line(line, STYLE_PLAIN, "Name %s%s", n->name,
		n->confirmed ? ", forward-confirmed" : " (not confirmed)");
}

/* "Crawler Googlebot: refuted by reverse DNS" */
static int write_crawler(const struct detail *d, struct who_line *line)
{
	static const struct {
		const char *text;
		unsigned style;
	} words[CLAIM_OUTCOMES] = {
		[CLAIM_CONFIRMED] = {"confirmed", STYLE_PLAIN},
		[CLAIM_REFUTED] = {"it says, but is refuted", STYLE_WARN},
		[CLAIM_UNVERIFIED] = {"it says; not verified", STYLE_DIM},
	};
	const struct claim *c = claims_first(&d->panel.view->m->claims, &d->host.ip);

	if (!c)
		return 0;
	const char *by = strcmp(c->by, "rdns") == 0     ? " by reverse DNS"
			 : strcmp(c->by, "ranges") == 0 ? " by its operator's published ranges"
							: "";
	return write_line(line, words[c->outcome].style, "Crawler %s: %s%s", c->name,
		words[c->outcome].text, by);
}

int detail_who(const struct detail *d, struct who_line lines[static WHO_LINES])
{
	int n = write_place(d, lines);

	n += write_registered(d, lines + n);
	n += write_name(d, lines + n);
	n += write_crawler(d, lines + n);
	return n;
}
