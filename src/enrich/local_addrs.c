// SPDX-License-Identifier: MIT
#include "enrich/local_addrs.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define READ_EVERY (60 * USEC_PER_SEC)

static void read_all(struct local_addrs *own)
{
	struct ifaddrs *list = NULL;

	own->n = 0;
	if (getifaddrs(&list) < 0)
		return;
	for (const struct ifaddrs *i = list; i && own->n < OWN_ADDR_MAX; i = i->ifa_next) {
		const void *sa = i->ifa_addr;
		const struct sockaddr_in *v4 = sa;
		const struct sockaddr_in6 *v6 = sa;
		if (sa && i->ifa_addr->sa_family == AF_INET)
			own->at[own->n++] = addr_from_v4((const uint8_t *)&v4->sin_addr);
		else if (sa && i->ifa_addr->sa_family == AF_INET6)
			own->at[own->n++] = addr_from_v6(v6->sin6_addr.s6_addr);
	}
	freeifaddrs(list);
}

bool local_addrs_has(struct local_addrs *own, const struct addr *a, usec_t now)
{
	if (now >= own->due) {
		read_all(own);
		own->due = now + READ_EVERY;
	}
	for (size_t i = 0; i < own->n; i++)
		if (addr_eq(&own->at[i], a))
			return true;
	return false;
}
