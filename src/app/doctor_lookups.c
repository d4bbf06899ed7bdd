// SPDX-License-Identifier: MIT
#include "app/doctor_parts.h"

#include "base/text.h"
#include "enrich/lookup.h"
#include "enrich/rdap_services.h"

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
		n += (size_t)snprintf(raw + n, sizeof raw - n, " and whom these refer to");
	} else {
		n += (size_t)snprintf(raw, sizeof raw, "by RDAP: the servers that %.300s names",
			o->whois_bootstrap);
	}
	if (strcmp(o->whois_server, LOOKUP_WHOIS) != 0)
		snprintf(raw + n, sizeof raw - n, "; by whois: %.200s", o->whois_server);
	else if (strcmp(o->whois_bootstrap, RDAP_SERVICES_IANA) == 0)
		snprintf(raw + n, sizeof raw - n,
			"; by whois (port 43): " LOOKUP_WHOIS
			", whois.arin.net, whois.ripe.net, whois.apnic.net, whois.lacnic.net, "
			"whois.afrinic.net and whom these refer to");
	buf[text_sanitise(buf, cap - 1, str_of(raw))] = '\0';
}

void doctor_lookups(FILE *out, const struct options *options)
{
	char text[1024];

	fputs("\nLook-ups: what leaves this machine\n", out);
	if (options->rdns_enabled) {
		doctor_mark(out, true, "the DNS is asked for the names of addresses (--rdns)");
		snprintf(text, sizeof text, "asked: %.200s",
			options->rdns_server ? options->rdns_server : "this host's resolvers");
		doctor_under(out, text);
	} else {
		doctor_mark(
			out, false, "the DNS is not asked for the names of addresses (no --rdns)");
	}
	if (!options->whois_enabled) {
		doctor_mark(
			out, false, "nobody is asked who addresses are registered to (--no-whois)");
		return;
	}
	doctor_mark(
		out, true, "others are asked who addresses are registered to; --no-whois says no");
	name_destinations(options, text, sizeof text);
	doctor_under(out, text);
	doctor_under(out,
		"each is sent the address that is looked up and nothing else; private and "
		"own addresses never are");
}
