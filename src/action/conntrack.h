/* SPDX-License-Identifier: MIT
 *
 * conntrack: connections whose source address this machine rewrites (SNAT, masquerade), from the
 * kernel's table as `conntrack -L` or /proc/net/nf_conntrack prints it. Of an entry both directions
 * are there: who sent its first packet, and to whom answers go. Where these differ in the client's
 * place, the server sees another address than that of the client. Nothing is believed of the text.
 */
#ifndef NG_ACTION_CONNTRACK_H
#define NG_ACTION_CONNTRACK_H

#include "base/addr.h"
#include "base/str.h"

#include <stdint.h>

/* A TCP connection with another source than its client's. */
struct conntrack_entry {
	struct addr client; /* who it comes from */
	uint16_t client_port;
	struct addr source; /* as whom the server sees it */
	uint16_t source_port;
	struct addr server; /* that it ends at, after all rewriting */
	uint16_t server_port;
};

struct conntrack_read {
	uint64_t rewritten; /* entries that were handed on */
	uint64_t others;    /* that keep their source, or are not TCP */
	uint64_t bad;       /* lines that are no entry */
	bool cut;           /* the last line has no end, and was left out */
};

typedef void conntrack_fn(void *ctx, const struct conntrack_entry *entry);

/* The entry is good until fn returns. */
void conntrack_parse(struct str text, conntrack_fn *fn, void *ctx, struct conntrack_read *ret);

#endif
