// SPDX-License-Identifier: MIT
#include "model/quic.h"

#include "model/tally.h"

#define SPAN_S 10

int quics_init(struct prefixes *t)
{
	return prefixes_init(t, sizeof(struct quic_of), QUIC_TALLIES_MAX, NULL);
}

void quic_tally_add(struct quic_tally *q, const struct event_quic *e, usec_t now)
{
	struct window_bucket at = window_bucket(now);

	tally_grow(&q->packets, e->packets);
	tally_grow(&q->initials, e->initials);
	window_put(&q->packet_rate, at, e->packets);
	window_put(&q->initial_rate, at, e->initials);
}

bool quics_apply(struct prefixes *t, const struct event_quic *e, usec_t now)
{
	struct quic_of *of = prefixes_set(t, &e->net);

	if (of)
		quic_tally_add(&of->tally, e, now);
	return of != NULL;
}

const struct quic_tally *quics_find(const struct prefixes *t, const struct prefix *of)
{
	const struct quic_of *found = t->pool.live ? prefixes_find(t, of) : NULL;

	return found ? &found->tally : NULL;
}

void quics_forget_address(struct prefixes *t, const struct addr *ip)
{
	const struct prefix one = {*ip, ADDR_BITS};
	struct quic_of *of = t->pool.live ? prefixes_find(t, &one) : NULL;

	if (of)
		prefixes_remove(t, of);
}

double quic_rate(const struct window *w, usec_t now)
{
	return window_sum(w, now, SPAN_S * USEC_PER_SEC) / SPAN_S;
}
