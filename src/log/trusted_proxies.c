// SPDX-License-Identifier: MIT
#include "log/trusted_proxies.h"

#include "log/addr.h"

#include <errno.h>
#include <stdlib.h>

int trusted_proxies_init(struct trusted_proxies *p, char *const *texts, size_t count)
{
	*p = (struct trusted_proxies){0};
	if (count == 0)
		return 0;
	p->nets = calloc(count, sizeof *p->nets);
	if (!p->nets)
		return -ENOMEM;
	for (; p->count < count; p->count++)
		if (prefix_parse(str_of(texts[p->count]), &p->nets[p->count]) < 0)
			return -EINVAL;
	return 0;
}

void trusted_proxies_done(struct trusted_proxies *p)
{
	free(p->nets);
	*p = (struct trusted_proxies){0};
}

bool trusted_proxies_trust(const struct trusted_proxies *p, const struct addr *ip)
{
	for (size_t i = 0; i < p->count; i++)
		if (prefix_contains(&p->nets[i], ip))
			return true;
	return false;
}

void trusted_proxies_name_client(const struct trusted_proxies *p, struct event_request *r)
{
	struct str rest = r->claims, node;
	struct addr client = r->ip, named;
	uint32_t port;

	if (!addr_is_unset(&r->client) || addr_is_unset(&r->ip))
		return;
	while (trusted_proxies_trust(p, &client) && log_addr_last(&rest, &node)) {
		if (log_addr_parse(node, &named, &port) < 0)
			break;
		client = named;
	}
	if (!addr_eq(&client, &r->ip))
		r->client = client;
}
