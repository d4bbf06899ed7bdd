// SPDX-License-Identifier: MIT
/*
 * A request that came through a proxy has two addresses: TCP knows the proxy, the log knows the
 * client. It counts for the client; the proxy's account says how much it passed on, and each
 * client whom its requests came through.
 */
#include "model/parts.h"

void proxies_count(struct model *m, const struct addr *peer, usec_t at)
{
	uint32_t id = hosts_touch(m, peer, at);
	struct host_proxy *proxy = id == POOL_NONE ? NULL : hosts_proxy(m, model_host(m, id));

	m->machine->forwarded++;
	if (proxy)
		proxy->forwarded++;
	else
		m->machine->lost++;
}

static struct host_proxy *proxy_of(struct model *m, const struct addr *ip)
{
	uint32_t id = addr_is_unset(ip) ? POOL_NONE : model_find_host(m, ip);

	return id == POOL_NONE ? NULL : hosts_proxy(m, model_host(m, id));
}

void proxies_set_via(struct model *m, struct host *h, const struct addr *peer)
{
	static const struct addr nobody;
	struct host_proxy *proxy = hosts_proxy(m, h);

	if (!peer)
		peer = &nobody;
	if (!proxy || addr_eq(&proxy->via, peer))
		return;
	struct host_proxy *before = proxy_of(m, &proxy->via), *now = proxy_of(m, peer);
	/* It may be known for less long than its clients, having gone in between. */
	if (before && before->clients)
		before->clients--;
	if (now)
		now->clients++;
	proxy->via = *peer;
}
