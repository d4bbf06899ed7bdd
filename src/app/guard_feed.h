/* SPDX-License-Identifier: MIT
 *
 * guard_feed: what must not be blocked, as guard events: what rtnetlink, files and the environment
 * say. Read anew every half minute and when an address or a route has changed; only what has
 * changed is put.
 */
#ifndef NG_APP_GUARD_FEED_H
#define NG_APP_GUARD_FEED_H

#include "app/guard_files.h"
#include "event/source.h"

/* Trusted proxies (as prefix_parse reads them) are among them, and peers of SSH (guard_ssh_peers).
 * NULL: memory is out. */
struct source *guard_feed_new(
	char *const *proxies, size_t proxy_count, const struct guard_peers *peers);

#endif
