// SPDX-License-Identifier: MIT
/* What may be fetched: which names and servers. Which URLs: fetch_url.c; where a name leads is
 * judged in fetch.c. */
#include "base/addr.h"
#include "base/num.h"
#include "base/text.h"
#include "enrich/fetch.h"

#include <errno.h>

static bool is_label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

static bool is_name(const char *host)
{
	size_t label = 0, n = strlen(host);
	bool letters = false;

	if (n == 0 || n > 253)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = host[i];
		if (c == '.' ? label == 0 || host[i - 1] == '-' : !is_label_char(c))
			return false;
		if (c == '-' && label == 0)
			return false;
		label = c == '.' ? 0 : label + 1;
		if (label > 63)
			return false;
		letters |= c != '.' && c != '-' && (c < '0' || c > '9');
	}
	/* Digits and dots alone are an address in one of inet_aton(3)'s spellings. */
	return letters && host[n - 1] != '-' && strchr(host, '.');
}

bool fetch_is_host(const char *host, bool trusted)
{
	struct str s = str_of(host);
	struct addr a;

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = (struct str){s.p + 1, s.n - 2};
	if (addr_parse(s, &a) == 0)
		return trusted || addr_is_global(&a);
	/* "0x7f.1" has a letter: such are numbers to inet_aton(3). */
	if (host[0] >= '0' && host[0] <= '9' && strspn(host, "0123456789abcdefABCDEFxX.") == s.n)
		return false;
	return is_name(host) || (trusted && strcmp(host, "localhost") == 0);
}

int fetch_server(const char *server, bool trusted, char *host, size_t cap, unsigned *ret_port)
{
	const char *colon = strrchr(server, ':');
	uint64_t port = FETCH_PORT_WHOIS;

	if (colon && num_u64(str_of(colon + 1), &port) < 0)
		return -EPERM;
	size_t n = colon ? (size_t)(colon - server) : strlen(server);
	if (n >= cap || port == 0 || port > 65535 || (port != FETCH_PORT_WHOIS && !trusted))
		return -EPERM;
	text_copy(host, cap, (struct str){server, n});
	*ret_port = (unsigned)port;
	return fetch_is_host(host, trusted) ? 0 : -EPERM;
}
