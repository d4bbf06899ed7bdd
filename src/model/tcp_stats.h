/* SPDX-License-Identifier: MIT
 *
 * tcp_stats: how the host's TCP is doing as a whole. Several sources may tell different parts of
 * it; what one of them does not know leaves what another has told.
 */
#ifndef NG_MODEL_TCP_STATS_H
#define NG_MODEL_TCP_STATS_H

#include "event/event.h"
#include "model/window.h"

struct tcp_stats {
	struct event_tcp_stats latest; /* field by field, the latest that was told */
	struct event_tcp_stats totals; /* of the counts, since the start; ABSENT: never told */
	struct window syns, cookies, overflows, drops, request_drops;
};

/* All ABSENT. */
void tcp_stats_init(struct tcp_stats *w);

/* False when it says that all is as it was. */
bool tcp_stats_apply(struct tcp_stats *w, const struct event_tcp_stats *told, usec_t now);

/* True while time alone changes some rate. */
bool tcp_stats_is_decaying(const struct tcp_stats *w, usec_t now);

/* How full the fullest accept queue is, in percent of its limit; ABSENT when not known. */
uint64_t tcp_stats_accept_share(const struct tcp_stats *w);

#endif
