// SPDX-License-Identifier: MIT
#include "model/traffic.h"

#include "base/text.h"

void traffic_init(struct traffic *t)
{
	*t = (struct traffic){.in = ABSENT,
		.out = ABSENT,
		.rx = ABSENT,
		.tx = ABSENT,
		.errors = ABSENT,
		.drops = ABSENT,
		.speed = ABSENT,
		.month_rx = ABSENT,
		.month_tx = ABSENT};
}

static void add(uint64_t *sum, uint64_t n)
{
	if (n != ABSENT)
		*sum = n + (*sum == ABSENT ? 0 : *sum);
}

static uint64_t per_second(uint64_t n, uint64_t us)
{
	if (n == ABSENT || us == ABSENT || !us)
		return ABSENT;
	return (uint64_t)((double)n * (double)USEC_PER_SEC / (double)us + 0.5);
}

/* What vnstat has is told by itself. */
static bool speaks_of_month(const struct event_interface *e)
{
	return e->month_rx != ABSENT || e->month_tx != ABSENT || e->month_note.n;
}

static void apply_month(struct traffic *t, const struct event_interface *e)
{
	t->month_rx = e->month_rx;
	t->month_tx = e->month_tx;
	text_copy(t->month, sizeof t->month, e->month);
	text_copy(t->month_note, sizeof t->month_note, e->month_note);
}

bool traffic_apply(struct traffic *t, const struct event_interface *e)
{
	uint64_t in = per_second(e->rx, e->us), out = per_second(e->tx, e->us);
	bool news =
		!t->told || !str_eq(str_of(t->name), e->name) || !str_eq(str_of(t->note), e->note);

	if (speaks_of_month(e)) {
		apply_month(t, e);
		return true;
	}
	t->told = true;
	text_copy(t->name, sizeof t->name, e->name);
	text_copy(t->note, sizeof t->note, e->note);
	t->in = in;
	t->out = out;
	t->speed = e->speed;
	add(&t->rx, e->rx);
	add(&t->tx, e->tx);
	add(&t->errors, e->errors);
	add(&t->drops, e->drops);
	return news;
}
