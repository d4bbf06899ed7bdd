/* SPDX-License-Identifier: MIT
 * What members of a fleet say, in one line each. */
#ifndef NG_TESTS_FLEET_FACTS_H
#define NG_TESTS_FLEET_FACTS_H

#include "facts.h"

#include "model/figures.h"

#define EVERY (10 * SEC)

/* The next set of a member, at a time in seconds. */
static inline void say_set(
	struct model *m, uint32_t number, const char *name, int at, uint64_t seq, const char *said)
{
	struct event e = event_make(EVENT_MACHINE, T0 + at * SEC);

	e.machine = number;
	e.machine_said.name = str_of(name);
	e.machine_said.seq = seq;
	e.machine_said.every_us = EVERY;
	e.machine_said.figures = said ? str_of(said) : STR_ABSENT;
	model_apply(m, &e);
}

static inline void say_state(
	struct model *m, uint32_t number, const char *name, int at, enum member_state state)
{
	struct event e = event_make(EVENT_MACHINE, T0 + at * SEC);

	e.machine = number;
	e.machine_said.name = str_of(name);
	e.machine_said.state = (uint8_t)state;
	e.machine_said.note = STR_LIT("why");
	model_apply(m, &e);
}

static inline struct event share_event(uint32_t number, int at, const char *net)
{
	struct event e = event_make(EVENT_SHARE, T0 + at * SEC);
	struct addr a;

	e.machine = number;
	if (addr_parse(str_of(net), &a) == 0)
		e.share.net = (struct prefix){a, ADDR_BITS};
	else
		assert_int_equal(prefix_parse(str_of(net), &e.share.net), 0);
	return e;
}

static inline void say_share(struct model *m, uint32_t number, int at, const char *net,
	uint64_t conns, uint64_t requests)
{
	struct event e = share_event(number, at, net);

	e.share.conns = conns;
	e.share.half_open = conns / 2;
	e.share.requests = requests;
	e.share.bytes = requests * 100;
	e.share.refused = requests / 4;
	e.share.syns = requests * 2;
	e.share.handshakes = requests;
	e.share.held_us = requests * 1000;
	model_apply(m, &e);
}

static inline struct model *fleet_model(void)
{
	struct model *m = model_new(&MODEL_LIMITS_DEFAULT);

	assert_non_null(m);
	return m;
}

static inline const struct fleet *fleet_of(const struct model *m)
{
	assert_non_null(model_fleet(m));
	return model_fleet(m);
}

static inline const struct member *member(const struct model *m, uint32_t number)
{
	const struct member *b = fleet_member(model_fleet(m), number);

	assert_non_null(b);
	return b;
}

static inline const struct network *network_of(const struct model *m, const char *net)
{
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(net), &p), 0);
	uint32_t id = networks_find(&m->networks, &p);
	assert_int_not_equal(id, POOL_NONE);
	return network_at(&m->networks, id);
}

static inline uint64_t number(const struct model *m, const char *id)
{
	struct figure_view view = figures_view(m, false);

	return figure_number(figure_find(id), &view);
}

static inline uint64_t number_of(const struct model *m, uint32_t machine, const char *id)
{
	struct figure_view view = figures_view_of(m, member(m, machine));

	return figure_number(figure_find(id), &view);
}

static inline double per_minute(const struct model *m, const char *ip)
{
	return window_sum(&host_named(m, ip)->log.rate, m->now, WINDOW_SPAN);
}

#endif
