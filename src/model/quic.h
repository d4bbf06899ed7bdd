/* SPDX-License-Identifier: MIT
 *
 * quic: QUIC packets, and Initials among them, as quic events tell of addresses, networks and the
 * whole machine. Few of them have any, so this lies beside them. That of an address goes with its
 * host; when the table is full, what was told longest ago goes.
 */
#ifndef NG_MODEL_QUIC_H
#define NG_MODEL_QUIC_H

#include "base/prefixes.h"
#include "event/event.h"
#include "model/window.h"

#define QUIC_TALLIES_MAX (1u << 15) /* addresses and networks */

struct quic_tally {
	uint64_t packets, initials; /* so far; ABSENT: nobody counts */
	struct window packet_rate, initial_rate;
};

/* Of an address or network. */
struct quic_of {
	struct prefix_item at;
	struct quic_tally tally;
};

/* 0 or -ENOMEM. */
int quics_init(struct prefixes *t);

void quic_tally_add(struct quic_tally *q, const struct event_quic *e, usec_t now);

/* Takes in what came from an address or network. False when memory is out. */
bool quics_apply(struct prefixes *t, const struct event_quic *e, usec_t now);

/* NULL: nothing came from it. */
const struct quic_tally *quics_find(const struct prefixes *t, const struct prefix *of);

void quics_forget_address(struct prefixes *t, const struct addr *ip);

/* A second, over the last ten. */
double quic_rate(const struct window *w, usec_t now);

#endif
