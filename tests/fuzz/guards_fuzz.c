// SPDX-License-Identifier: MIT
/* Any bytes are an answer of rtnetlink, a resolv.conf, a utmp, a session's file, an SSH_CONNECTION.
 * What comes of it are addresses and networks in their one form. */
#include "app/guard_files.h"
#include "kernel/links.h"

#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void take(void *ctx, enum guard_role role, const struct prefix *net)
{
	unsigned mapped = addr_is_v4(&net->addr) && net->bits >= 96 ? 96 : 0;
	struct prefix canonical = prefix_of(&net->addr, net->bits - mapped);

	(void)ctx;
	require(role > GUARD_NONE && role < GUARD_ROLES);
	require(net->bits > 0 && net->bits <= ADDR_BITS);
	require(addr_eq(&canonical.addr, &net->addr));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct links l = {.netlink = -1, .news = -1, .defaults = {2}, .default_count = 1};
	struct addr peer;
	void *aligned = malloc(size ? size : 1);

	require(aligned != NULL);
	if (size)
		memcpy(aligned, data, size);
	int r = links_parse(&l, aligned, size, take, NULL);
	require(r <= 1 && l.default_count <= LINKS_DEFAULTS);
	free(aligned);
	guard_resolvers(text, take, NULL);
	guard_users(text, take, NULL);
	guard_session(text, take, NULL);
	if (guard_ssh_peer(text, &peer))
		require(!addr_is_unset(&peer));
	return 0;
}
