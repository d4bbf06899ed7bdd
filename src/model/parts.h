/* SPDX-License-Identifier: MIT
 *
 * parts: what the files that write the model share. Nobody else includes it.
 */
#ifndef NG_MODEL_PARTS_H
#define NG_MODEL_PARTS_H

#include "model/model.h"

static inline struct totals *totals_of(struct model *m, const struct host *h)
{
	return &m->totals[h->is_private];
}

/* hosts.c: the host of an address, made when new, another one being thrown out if need be.
 * `seen` is the fact's own time. POOL_NONE when there is no room. */
uint32_t hosts_touch(struct model *m, const struct addr *ip, usec_t seen);

/* Forgets hosts that have been idle for long. */
void hosts_sweep(struct model *m);

/* conns.c */
void conns_expect(const struct model *m, const struct event *events, size_t n);
void conns_apply(struct model *m, const struct event_conn *e);

/* Takes connections that closed long enough ago out. True when there were any. */
bool conns_expire(struct model *m);

/* Takes out those of a host that closed; it has no others left. */
void conns_forget_closed(struct model *m, struct host *h);

#endif
