// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"

#include "base/text.h"
#include "enrich/look_serve.h"
#include "enrich/rdap_services.h"
#include "enrich/whois.h"
#include "helper/identity.h"

static size_t name_registries(char *buf, size_t cap)
{
	char host[256];
	const char *url;
	unsigned port;
	size_t n = 0;

	for (unsigned i = 0; (url = bootstrap_bundled_service(i)) && n < cap; i++)
		if (fetch_origin(url, false, host, sizeof host, &port) == 0)
			n += (size_t)snprintf(buf + n, cap - n, ", %s", host);
	return n < cap ? n : cap - 1;
}

static void name_destinations(const struct options *o, char *buf, size_t cap)
{
	char raw[1024];
	size_t n = 0;

	if (strcmp(o->whois_bootstrap, RDAP_SERVICES_IANA) == 0) {
		n += (size_t)snprintf(raw, sizeof raw, "by RDAP (https): data.iana.org");
		n += name_registries(raw + n, sizeof raw - n);
		n += (size_t)snprintf(raw + n, sizeof raw - n, " and the servers they refer to");
	} else {
		n += (size_t)snprintf(raw, sizeof raw, "by RDAP: the servers listed by %.300s",
			o->whois_bootstrap);
	}
	if (strcmp(o->whois_server, WHOIS_FIRST) != 0)
		snprintf(raw + n, sizeof raw - n, "; by whois: %.200s", o->whois_server);
	else if (strcmp(o->whois_bootstrap, RDAP_SERVICES_IANA) == 0)
		snprintf(raw + n, sizeof raw - n,
			"; by whois (port 43): " WHOIS_FIRST
			", whois.arin.net, whois.ripe.net, whois.apnic.net, whois.lacnic.net, "
			"whois.afrinic.net and the servers they refer to");
	buf[text_sanitise(buf, cap - 1, str_of(raw))] = '\0';
}

/* Who looks up, and what a look-up that went wrong could reach. */
static void name_process(FILE *out, const struct options *o)
{
	struct identity who;
	char text[160];

	if (!o->whois_enabled && !o->rdns_enabled)
		return;
	identity_find(&who);
	snprintf(text, sizeof text,
		"in a process of their own, as uid %u, without capabilities; nothing is written "
		"there",
		(unsigned)who.uid);
	doctor_mark(out, true, text);
}

void doctor_lookups(FILE *out, const struct options *options)
{
	char text[1024];

	fputs("\nLookups: what leaves this machine\n", out);
	if (look_missing()) {
		snprintf(text, sizeof text, "none: they are left out, as %s", look_missing());
		doctor_mark(out, false, text);
		return;
	}
	name_process(out, options);
	if (options->rdns_enabled) {
		doctor_mark(out, true, "reverse DNS lookups are enabled (--rdns)");
		snprintf(text, sizeof text, "resolver: %.200s",
			options->rdns_server ? options->rdns_server : "the system's");
		doctor_under(out, text);
	} else {
		doctor_mark(out, false, "reverse DNS lookups are disabled (no --rdns)");
	}
	if (!options->whois_enabled) {
		doctor_mark(out, false, "RDAP and whois lookups are disabled (--no-whois)");
		return;
	}
	doctor_mark(out, true, "RDAP and whois lookups are enabled; --no-whois disables them");
	name_destinations(options, text, sizeof text);
	doctor_under(out, text);
	doctor_under(out, "each server receives only the address being looked up, never a private "
			  "address or one of this machine");
}
