// SPDX-License-Identifier: MIT
#include "model/fleet_parts.h"

#include "base/text.h"

#include <math.h>

#define EVERY_LEAST (USEC_PER_SEC / 10)
#define EVERY_MOST  (3600 * USEC_PER_SEC)
#define AHEAD_MOST  (UINT64_C(1) << 50) /* usec: longer than anybody's clock is off */

static uint64_t bounded(uint64_t n)
{
	return n == ABSENT ? 0 : n < FLEET_COUNT_MAX ? n : FLEET_COUNT_MAX;
}

/* Nothing is known of it so far. */
static void begin(struct member *b, uint32_t number, usec_t now)
{
	*b = (struct member){.number = number, .since = now, .shares = IDLIST_EMPTY};
	memset(b->figures, 0xff, sizeof b->figures); /* ABSENT */
	memset(b->rates, 0xff, sizeof b->rates);
	tcp_tally_init(&b->tcp);
	for (size_t i = 0; i < FLEET_PAST; i++)
		b->past_conns[i] = b->past_requests[i] = NAN;
}

static bool rename_to(struct fleet *f, struct member *b, struct str said)
{
	struct str name = text_clip(said, sizeof b->name - 1), old = str_of(b->name);
	uint32_t id = b->number - 1;

	if (!name.n || str_eq(name, old))
		return true;
	if (index_add(&f->by_name, member_name_hash(name), id) < 0)
		return false;
	if (old.n)
		index_remove(&f->by_name, member_name_hash(old), id);
	text_copy(b->name, sizeof b->name, name);
	return true;
}

static uint32_t *count_of(struct fleet *f, uint8_t state)
{
	switch (state) {
	case MEMBER_UP:
		return &f->up;
	case MEMBER_LOST:
		return &f->lost_members;
	case MEMBER_REFUSED:
		return &f->refused;
	default:
		return NULL;
	}
}

/* What is now of one that is not up is not known. */
static void set_state(struct model *m, struct member *b, uint8_t state, usec_t now)
{
	struct fleet *f = m->fleet;
	uint32_t *from = count_of(f, b->state), *to = count_of(f, state);

	if (b->state == state)
		return;
	f->count += b->state == MEMBER_NONE;
	if (from)
		--*from;
	if (to)
		++*to;
	if (b->state == MEMBER_UP) {
		member_figures_end(f, b);
		shares_end(m, b);
	}
	b->state = state;
	b->since = now;
}

/* Sets are numbered from 1 at its start: a lower number is of a new start, the same one comes
 * twice. */
static void count_sets(struct model *m, struct member *b, uint64_t seq)
{
	uint64_t before = b->seq;

	if (b->sets && seq > before)
		b->missed += bounded(seq - before - 1);
	if (b->sets && seq < before) {
		b->missed += bounded(seq - 1);
		member_forget_flags(m, b);
	}
	b->missed = bounded(b->missed);
	b->seq = seq;
	b->sets++;
}

static void keep_clock(struct member *b, const struct event_machine *e)
{
	uint64_t ahead = e->ahead_us == ABSENT ? 0 : e->ahead_us;
	uint64_t behind = e->behind_us == ABSENT ? 0 : e->behind_us;

	if (e->ahead_us == ABSENT && e->behind_us == ABSENT)
		return;
	b->ahead = ahead ? (int64_t)(ahead < AHEAD_MOST ? ahead : AHEAD_MOST)
			 : -(int64_t)(behind < AHEAD_MOST ? behind : AHEAD_MOST);
}

static void keep_every(struct member *b, uint64_t every)
{
	if (every == ABSENT || !every)
		return;
	b->every = every > (uint64_t)EVERY_MOST ? EVERY_MOST : (usec_t)every;
	if (b->every < EVERY_LEAST)
		b->every = EVERY_LEAST;
}

void member_verdict(struct member *b, struct str text, uint32_t severity)
{
	text_copy(b->verdict, sizeof b->verdict, text);
	b->severity = (uint8_t)(severity < SEVERITY_ACT ? severity : SEVERITY_ACT);
}

static void take_set(struct model *m, struct member *b, const struct event_machine *e, usec_t at)
{
	shares_sum_up(m, b); /* of the set before */
	keep_every(b, e->every_us);
	keep_clock(b, e);
	if (e->version.n)
		text_copy(b->version, sizeof b->version, e->version);
	b->schema = e->fleet_schema == ABSENT ? 0 : e->fleet_schema;
	count_sets(m, b, e->seq);
	b->dropped = bounded(e->dropped);
	b->left_out = bounded(e->left_out);
	b->sketch = e->sketch == ABSENT ? 0 : e->sketch;
	member_verdict(b, e->verdict, e->severity);
	if (e->figures.p)
		member_figures(m->fleet, b, e->figures, at);
	if (!b->first)
		b->first = at;
	b->last = at;
	shares_expire(m, b);
}

bool member_apply(struct model *m, const struct event *event)
{
	const struct event_machine *e = &event->machine_said;
	bool is_set = e->seq != ABSENT && e->seq;
	uint8_t state = e->state ? e->state : is_set ? MEMBER_UP : MEMBER_WAITED;
	struct member *b = fleet_take(m, event->machine);

	if (!b)
		return false;
	if (!b->state)
		begin(b, event->machine, event->ts);
	if (!rename_to(m->fleet, b, e->name) || !b->name[0])
		return false;
	if (is_set) {
		set_state(m, b, MEMBER_UP, event->ts);
		take_set(m, b, e, event->ts);
	}
	if (e->state || is_set || !b->state)
		set_state(m, b, state, event->ts);
	text_copy(b->note, sizeof b->note, e->note);
	return true;
}
