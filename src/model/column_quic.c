// SPDX-License-Identifier: MIT
#include "model/column_parts.h"

static uint64_t rate_of(const struct model *m, const struct window *w)
{
	return (uint64_t)(quic_rate(w, m->now) + 0.5);
}

uint64_t quic_rate_key(const struct model *m, const struct subject *s)
{
	const struct quic_tally *q = subject_quic(m, s);

	return q ? rate_of(m, &q->packet_rate) : 0;
}

uint64_t initial_rate_key(const struct model *m, const struct subject *s)
{
	const struct quic_tally *q = subject_quic(m, s);

	return q ? rate_of(m, &q->initial_rate) : 0;
}

/* Of what no packet was seen from there is no number: it may have been passed over. */
struct cell quic_rate_cell(const struct model *m, const struct subject *s)
{
	const struct quic_tally *q = subject_quic(m, s);

	return cell_of_count(q ? rate_of(m, &q->packet_rate) : ABSENT);
}

struct cell initial_rate_cell(const struct model *m, const struct subject *s)
{
	const struct quic_tally *q = subject_quic(m, s);

	return cell_of_count(q ? rate_of(m, &q->initial_rate) : ABSENT);
}
