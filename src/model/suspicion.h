/* SPDX-License-Identifier: MIT
 *
 * suspicion: the mark "suspicious" of an address, by the rules of the Python original: many
 * requests in a minute, connections without requests, a half-open connection, a scanner's agent, a
 * path that nobody asks for but to break in. Honest visitors match them too (a NAT, a health check,
 * a lossy line), so the mark only says where to look first: it is no flag, and no verdict speaks of
 * it.
 */
#ifndef NG_MODEL_SUSPICION_H
#define NG_MODEL_SUSPICION_H

#include "model/model.h"

/* Reasons, as bits. */
enum suspicion {
	SUSPECT_BURST = 1 << 0,     /* requests in the last minute */
	SUSPECT_CONNS = 1 << 1,     /* connections, and at most one request */
	SUSPECT_HALF_OPEN = 1 << 2, /* some connection is half-open, and no request came ever */
	SUSPECT_AGENT = 1 << 3,     /* its agent is a scanner's or a survey's */
	SUSPECT_PATH = 1 << 4,      /* it asked for what only those who break in ask for */
	SUSPICIONS = 5
};

/* The reasons why a host is marked, by the limits of the model; 0: it is not. */
uint32_t suspicion_of(const struct model *m, const struct host *h);

/* It is marked, or has a flag of its own or is part of what has one. */
bool suspicion_is_shown(const struct model *m, const struct host *h);

/* "burst", "idle-conns", …; of one bit. */
const char *suspicion_name(enum suspicion reason);

#endif
