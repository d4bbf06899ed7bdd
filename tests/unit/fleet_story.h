/* SPDX-License-Identifier: MIT
 *
 * What is done to several machines at once, a little to each: sets of members, as a hub hears them,
 * second after second.
 */
#ifndef NG_TESTS_FLEET_STORY_H
#define NG_TESTS_FLEET_STORY_H

#include "stories.h"

#include "base/hash.h"
#include "detect/registers.h"

#define EVERY 10 /* seconds between two sets */

/* Of an address or a network, on members `from` to `to`; what is counted a minute, on each. */
struct doing {
	struct prefix net;
	unsigned from, to;
	unsigned requests, refused, denied, auth_failed;
	unsigned paths, not_found, agents, assets, probes; /* lately */
	const char *agent, *flags;
};

/* Of a herd, likewise. Each member sees `sources`, of which `shared` are those of all. */
struct crowd {
	enum herd_of of;
	const char *key;
	unsigned from, to;
	unsigned requests, failed, assets, switched, growth;
	unsigned sources, shared;
	unsigned lone; /* percent */
	uint64_t sketch;
};

struct scene {
	const struct doing *doings;
	const struct crowd *crowds;
	size_t doing_n, crowd_n;
	unsigned members;
	unsigned requests;   /* a minute, that each answers */
	unsigned silent_to;  /* members from 1 to this say nothing more */
	unsigned long since; /* second that all began */
};

static inline struct prefix host_of(struct addr a)
{
	return (struct prefix){a, ADDR_BITS};
}

static inline uint64_t so_far(unsigned a_minute, unsigned long seconds)
{
	return (uint64_t)a_minute * seconds / 60;
}

static inline void put_of(struct world *w, unsigned member, struct event *e)
{
	e->machine = member;
	put(w, e);
}

static inline void put_share(
	struct world *w, unsigned member, const struct doing *of, unsigned long s)
{
	struct event e = event_make(EVENT_SHARE, 0);

	e.share.net = of->net;
	e.share.requests = so_far(of->requests, s);
	e.share.refused = so_far(of->refused, s);
	e.share.denied = so_far(of->denied, s);
	e.share.auth_failed = so_far(of->auth_failed, s);
	e.share.paths = of->paths;
	e.share.not_found = of->not_found;
	e.share.agents = of->agents ? of->agents : 1;
	e.share.assets = of->assets;
	e.share.probes = of->probes;
	e.share.agent = of->agent ? str_of(of->agent) : STR_ABSENT;
	e.share.flags = of->flags ? str_of(of->flags) : STR_ABSENT;
	put_of(w, member, &e);
}

static inline void put_herd(struct world *w, unsigned member, const struct crowd *of)
{
	struct event e = event_make(EVENT_HERD, 0);
	const struct hash_key key = hash_key_of(of->sketch);
	uint8_t registers[1 << HERD_SOURCE_BITS] = {0};
	char text[REGISTERS_TEXT_MAX(HERD_SOURCE_BITS)];

	for (unsigned i = 0; i < of->sources; i++) {
		unsigned source = i < of->shared ? i : member * 100000 + i;
		hll_add(registers, HERD_SOURCE_BITS, hash_keyed(&key, &source, sizeof source));
	}
	e.herd.of = (uint8_t)of->of;
	e.herd.key = str_of(of->key);
	e.herd.recent = of->requests * 3 / 4;
	e.herd.span_us = 45 * USEC_PER_SEC;
	e.herd.failed = of->failed * 3 / 4;
	e.herd.assets = of->assets * 3 / 4;
	e.herd.switched = of->switched * 3 / 4;
	e.herd.lone = of->sources * of->lone / 100;
	e.herd.growth = of->growth * 100;
	e.herd.sources = (struct str){text, registers_write(registers, HERD_SOURCE_BITS, text)};
	put_of(w, member, &e);
}

static inline void put_member(struct world *w, unsigned member, enum member_state state)
{
	struct event e = event_make(EVENT_MACHINE, 0);
	char name[16];

	snprintf(name, sizeof name, "web%u", member);
	e.machine_said.name = str_of(name);
	e.machine_said.state = (uint8_t)state;
	put_of(w, member, &e);
}

static inline void put_set(
	struct world *w, const struct scene *of, unsigned member, unsigned long s)
{
	struct event e = event_make(EVENT_MACHINE, 0);
	char name[16], figures[32];

	snprintf(name, sizeof name, "web%u", member);
	snprintf(figures, sizeof figures, "requests=%llu",
		(unsigned long long)so_far(of->requests, s));
	e.machine_said.name = str_of(name);
	e.machine_said.fleet_schema = FLEET_SCHEMA;
	e.machine_said.seq = s / EVERY + 1;
	e.machine_said.every_us = EVERY * USEC_PER_SEC;
	e.machine_said.sketch = of->crowd_n ? of->crowds[0].sketch : 7;
	e.machine_said.figures = str_of(figures);
	for (size_t i = 0; i < of->crowd_n; i++)
		if (member >= of->crowds[i].from && member <= of->crowds[i].to)
			e.machine_said.sketch = of->crowds[i].sketch;
	put_of(w, member, &e);
	for (size_t i = 0; i < of->doing_n; i++)
		if (member >= of->doings[i].from && member <= of->doings[i].to)
			put_share(w, member, &of->doings[i], s);
	for (size_t i = 0; i < of->crowd_n; i++)
		if (member >= of->crowds[i].from && member <= of->crowds[i].to)
			put_herd(w, member, &of->crowds[i]);
}

static inline void tick(struct world *w)
{
	struct event e = event_make(EVENT_TICK, 0);

	w->now += USEC_PER_SEC;
	w->puts = 0;
	put(w, &e);
	w->second++;
}

static inline void play_fleet(struct world *w, const struct scene *of, unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		w->puts = 0;
		for (unsigned m = of->silent_to + 1; m <= of->members; m++)
			if (w->second % EVERY == m % EVERY)
				put_set(w, of, m, w->second - of->since);
		tick(w);
	}
}

#define SCENE(doings_of, members_n)              \
	((struct scene){.doings = (doings_of),   \
		.doing_n = ARRAY_LEN(doings_of), \
		.members = (members_n),          \
		.requests = 600})
#define SCENE_OF_CROWDS(crowds_of, members_n)    \
	((struct scene){.crowds = (crowds_of),   \
		.crowd_n = ARRAY_LEN(crowds_of), \
		.members = (members_n),          \
		.requests = 60})

/* Says whether it was flagged in a minute and a half, and checks what must be so of each flag. */
static inline const struct flag *flagged(struct world *w, const struct scene *of, enum flag_id id)
{
	play_fleet(w, of, 90);
	const struct flag *f = flag_on(w, id, SCOPE_FLEET);
	if (!f) {
		assert_int_equal(w->ear->begun[id], 0);
		return NULL;
	}
	assert_int_equal(f->machine, 0);
	assert_true(f->evidence[0]);
	assert_string_equal(f->disproof, flag_defs[id].disproof);
	return f;
}

static inline void never(const struct scene *of, enum flag_id id)
{
	struct world *w = world_new();

	assert_null(flagged(w, of, id));
	world_free(w);
}

static inline struct doing crawl(unsigned from, unsigned to)
{
	return (struct doing){
		.net = host_of(culprit()), .from = from, .to = to, .requests = 60, .paths = 30};
}

#endif
