/* SPDX-License-Identifier: MIT
 *
 * upstreams: manners towards the servers that are asked: one question at a time to each, a pause
 * between two, rest when it asks for it (Retry-After) or does not answer. A bounded table; the
 * idle server used longest ago is forgotten first.
 */
#ifndef NG_ENRICH_UPSTREAMS_H
#define NG_ENRICH_UPSTREAMS_H

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>

#define UPSTREAMS_MAX     32
#define UPSTREAM_NAME_MAX 264 /* "host:port" */

struct upstream {
	char name[UPSTREAM_NAME_MAX];
	bool busy;
	unsigned failures; /* in a row */
	usec_t next;       /* not to be asked before */
	usec_t used;
	const char *refusal; /* what `next` is for: "rate-limited"; static. NULL: for failures */
};

struct upstreams {
	struct upstream at[UPSTREAMS_MAX];
	size_t n;
};

/* NULL when all there is room for are busy. */
struct upstream *upstreams_get(struct upstreams *s, const char *host, unsigned port, usec_t now);

/* How long until it may be asked; 0: now. A busy one: a moment. */
usec_t upstream_wait(const struct upstream *s, usec_t now);

void upstream_begin(struct upstream *s, usec_t now);
void upstream_answered(struct upstream *s, usec_t now);
void upstream_failed(struct upstream *s, usec_t now);

/* It does not want to be asked for `wait` (0: it did not say how long), and why: "rate-limited";
 * static. */
void upstream_rest(struct upstream *s, usec_t wait, const char *refusal, usec_t now);

#endif
