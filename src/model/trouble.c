// SPDX-License-Identifier: MIT
#include "model/trouble.h"

#define FAMILY_BITS 4
#define UNKNOWN     1 /* a flag whose letter nobody knows */
#define HELD_BITS   20
#define HELD_MOST   ((UINT64_C(1) << HELD_BITS) - 1)
#define LOAD_MOST   ((UINT64_C(1) << (56 - HELD_BITS)) - 1)
#define LOAD_DIGITS 4 /* binary ones that count */

/* By rising weight. */
static const char letters[] = " ?ECPBAXHF";

_Static_assert(sizeof letters - 1 <= TROUBLE_FAMILIES, "a family has four bits");

static unsigned family_of(char letter)
{
	const char *at = letter ? strchr(letters + UNKNOWN, letter) : NULL;

	return at ? (unsigned)(at - letters) : UNKNOWN;
}

gravity_t trouble_gravity(const struct flag *flag)
{
	unsigned severity = flag->severity < SEVERITY_ACT ? flag->severity : SEVERITY_ACT;

	return (gravity_t)(severity << FAMILY_BITS | family_of(flag->letter));
}

struct str trouble_mark(gravity_t g)
{
	unsigned family = trouble_family(g);

	return (struct str){letters + (family < sizeof letters - 1 ? family : UNKNOWN), 1};
}

struct worst {
	gravity_t all, exact;
};

static void weigh(void *ctx, const struct flag *flag, bool exactly)
{
	struct worst *w = ctx;
	gravity_t g = trouble_gravity(flag);

	if (g > w->all)
		w->all = g;
	if (exactly && g > w->exact)
		w->exact = g;
}

gravity_t trouble_of_host(const struct model *m, const struct host *h)
{
	const struct prefix whole = {h->ip, ADDR_BITS};
	struct worst w = {0};

	if (!m->flags.pool.live)
		return 0;
	flags_of_host(&m->flags, &h->ip, weigh, &w);
	flags_around(&m->flags, &whole, weigh, &w);
	return w.all;
}

gravity_t trouble_of_network(const struct model *m, const struct network *net, gravity_t *ret_named)
{
	struct worst w = {0};

	flags_around(&m->flags, &net->prefix, weigh, &w);
	if (ret_named)
		*ret_named = w.exact;
	return w.all;
}

static gravity_t of_severity(unsigned severity)
{
	return (gravity_t)(severity << FAMILY_BITS | UNKNOWN);
}

gravity_t trouble_of_member(const struct model *m, const struct member *b)
{
	gravity_t most = 0;

	if (b->state == MEMBER_LOST || b->state == MEMBER_REFUSED)
		return of_severity(SEVERITY_SUSPECT);
	if (!b->flags)
		return b->severity ? of_severity(b->severity) : 0;
	for (uint32_t id = flags_next(&m->flags, 0); id != POOL_NONE;
		id = flags_next(&m->flags, id + 1)) {
		const struct flag *flag = flags_at(&m->flags, id);
		if (flag->machine == b->number && trouble_gravity(flag) > most)
			most = trouble_gravity(flag);
	}
	return most;
}

static uint64_t per_minute(const struct model *m, const struct window *w)
{
	return (uint64_t)(window_sum(w, m->now, WINDOW_SPAN) + 0.5);
}

/* What it holds open, half-open ones twice, and what it asks for. */
static uint64_t load_of(const struct model *m, const struct subject *s)
{
	const struct quic_tally *quic = subject_quic(m, s);
	uint64_t load = tcp_tally_open(s->tcp);

	load += tcp_tally_half_open(s->tcp);
	if (s->log->requests)
		load += per_minute(m, &s->log->rate);
	if (s->tcp->syns && s->tcp->syns != ABSENT)
		load += per_minute(m, &s->tcp->syn_rate);
	if (quic)
		load += per_minute(m, &quic->initial_rate);
	return load;
}

static uint64_t rounded(uint64_t load)
{
	int digits = load ? 64 - __builtin_clzll(load) : 0;
	int cut = digits > LOAD_DIGITS ? digits - LOAD_DIGITS : 0;

	return load >> cut << cut;
}

/* Of loads that are alike, who holds more stands first; that is rounded, too, so that rows do not
 * change places all the time. */
uint64_t trouble_key(const struct model *m, const struct subject *s, gravity_t g)
{
	uint64_t load = rounded(load_of(m, s)), held = rounded(tcp_tally_open(s->tcp));

	load = load < LOAD_MOST ? load : LOAD_MOST;
	held = held < HELD_MOST ? held : HELD_MOST;
	return (uint64_t)g << 56 | load << HELD_BITS | held;
}
