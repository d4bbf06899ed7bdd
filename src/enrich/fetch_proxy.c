// SPDX-License-Identifier: MIT
/* Which proxy a transfer goes by. Libcurl would choose one itself, but not by https_proxy for
 * whois, and without telling whether it did: what may be connected to hangs on that. */
#include "base/addr.h"
#include "base/text.h"
#include "enrich/fetch.h"

#include <stdlib.h>
#include <strings.h>

/* No HTTP_PROXY: to a CGI program it is a header (as in libcurl). */
static const char *const variables[][4] = {
	[FETCH_HTTP] = {"http_proxy", "all_proxy", "ALL_PROXY"},
	[FETCH_HTTPS] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"},
	[FETCH_WHOIS] = {"all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY"},
};

static const char *first_set(const char *const *names, size_t n)
{
	for (size_t i = 0; i < n && names[i]; i++) {
		const char *value = getenv(names[i]);
		if (value && value[0])
			return value;
	}
	return "";
}

static struct str without_dots(struct str s)
{
	if (s.n && s.p[0] == '.')
		s = (struct str){s.p + 1, s.n - 1};
	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

/* An item of no_proxy: "example.com" with all below it, an address, a network. */
static bool covers(struct str item, struct str host)
{
	struct prefix net;
	struct addr a;

	if (addr_parse(host, &a) == 0)
		return prefix_parse(item, &net) == 0 && addr_is_v4(&net.addr) == addr_is_v4(&a) &&
		       prefix_contains(&net, &a);
	item = without_dots(item);
	host = without_dots(host);
	if (!item.n || item.n > host.n)
		return false;
	const char *tail = host.p + host.n - item.n;
	return strncasecmp(tail, item.p, item.n) == 0 && (tail == host.p || tail[-1] == '.');
}

static bool is_direct(struct str host)
{
	static const char *const names[] = {"no_proxy", "NO_PROXY"};
	const char *p = first_set(names, ARRAY_LEN(names));

	if (strcmp(p, "*") == 0)
		return true;
	while (*(p += strspn(p, ", \t"))) {
		size_t n = strcspn(p, ", \t");
		if (covers((struct str){p, n}, host))
			return true;
		p += n;
	}
	return false;
}

const char *fetch_proxy(enum fetch_scheme scheme, const char *host)
{
	struct str s = str_of(host);

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = (struct str){s.p + 1, s.n - 2};
	return is_direct(s) ? "" : first_set(variables[scheme], ARRAY_LEN(variables[scheme]));
}
