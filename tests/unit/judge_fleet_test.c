// SPDX-License-Identifier: MIT
/* Stories of what is done to several machines at once, a little to each. */
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
	unsigned requests, failed, assets, growth;
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

static struct prefix host_of(struct addr a)
{
	return (struct prefix){a, ADDR_BITS};
}

static uint64_t so_far(unsigned a_minute, unsigned long seconds)
{
	return (uint64_t)a_minute * seconds / 60;
}

static void put_of(struct world *w, unsigned member, struct event *e)
{
	e->machine = member;
	put(w, e);
}

static void put_share(struct world *w, unsigned member, const struct doing *of, unsigned long s)
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

static void put_herd(struct world *w, unsigned member, const struct crowd *of)
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
	e.herd.lone = of->sources * of->lone / 100;
	e.herd.growth = of->growth * 100;
	e.herd.sources = (struct str){text, registers_write(registers, HERD_SOURCE_BITS, text)};
	put_of(w, member, &e);
}

static void put_member(struct world *w, unsigned member, enum member_state state)
{
	struct event e = event_make(EVENT_MACHINE, 0);
	char name[16];

	snprintf(name, sizeof name, "web%u", member);
	e.machine_said.name = str_of(name);
	e.machine_said.state = (uint8_t)state;
	put_of(w, member, &e);
}

static void put_set(struct world *w, const struct scene *of, unsigned member, unsigned long s)
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

static void tick(struct world *w)
{
	struct event e = event_make(EVENT_TICK, 0);

	w->now += USEC_PER_SEC;
	w->puts = 0;
	put(w, &e);
	w->second++;
}

static void play_fleet(struct world *w, const struct scene *of, unsigned seconds)
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
static const struct flag *flagged(struct world *w, const struct scene *of, enum flag_id id)
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

static void never(const struct scene *of, enum flag_id id)
{
	struct world *w = world_new();

	assert_null(flagged(w, of, id));
	world_free(w);
}

static struct doing crawl(unsigned from, unsigned to)
{
	return (struct doing){
		.net = host_of(culprit()), .from = from, .to = to, .requests = 60, .paths = 30};
}

/* Addresses. */

static void a_crawler_over_three_is_flagged(void **state)
{
	const struct doing doings[] = {crawl(1, 3)};
	const struct scene scene = SCENE(doings, 3);
	struct world *w = world_new();

	(void)state;
	const struct flag *f = flagged(w, &scene, FLAG_CRAWLER);
	assert_non_null(f);
	assert_string_equal(f->who, "203.0.113.9");
	assert_string_equal(f->evidence,
		"3 machines: web1 60, web2 60, web3 60 requests/min; 90 paths; none of them flags "
		"it alone");
	assert_int_equal(f->prefix_count, 1);
	assert_string_equal(model_machine(w->model)->verdict.text,
		"fleet: crawler (203.0.113.9) over 3 machines");
	play_fleet(w, &(struct scene){.members = 3, .since = 0}, 60);
	assert_null(flag_on(w, FLAG_CRAWLER, SCOPE_FLEET));
	world_free(w);
}

static void two_machines_are_too_few(void **state)
{
	const struct doing doings[] = {crawl(1, 2)};
	struct doing heavy[] = {crawl(1, 2), crawl(3, 3)};

	(void)state;
	never(&SCENE(doings, 3), FLAG_CRAWLER);
	heavy[0].requests = 100; /* and a third that has hardly any of it */
	heavy[1].requests = 4;
	heavy[1].paths = 3;
	never(&SCENE(heavy, 3), FLAG_CRAWLER);
}

static void too_little_is_no_crawler(void **state)
{
	struct doing doings[] = {crawl(1, 3)};

	(void)state;
	doings[0].requests = 30;
	doings[0].paths = 12;
	never(&SCENE(doings, 3), FLAG_CRAWLER);
}

static void tell_flag(struct world *w, unsigned member, const char *who, bool on)
{
	struct event e = event_make(EVENT_FLAG, 0);

	e.flag.flag = STR_LIT("crawler");
	e.flag.on = on;
	e.flag.scope = SCOPE_HOST;
	e.flag.who = str_of(who);
	e.flag.severity = SEVERITY_SUSPECT;
	e.flag.evidence = STR_LIT("as it says");
	e.flag.disproof = str_of(flag_defs[FLAG_CRAWLER].disproof);
	e.flag.since = w->now;
	put_of(w, member, &e);
}

/* What a machine flags is known; it is flagged for all when that is over. */
static void what_a_machine_flags_is_not_flagged_again(void **state)
{
	struct doing doings[] = {crawl(1, 2), crawl(3, 3)};
	const struct scene scene = SCENE(doings, 3);
	struct world *w = world_new();

	(void)state;
	doings[1].flags = "crawler";
	assert_null(flagged(w, &scene, FLAG_CRAWLER));
	doings[1].flags = NULL;
	play_fleet(w, &scene, 1);
	tell_flag(w, 3, "203.0.113.9", true);
	play_fleet(w, &scene, 40);
	assert_null(flag_on(w, FLAG_CRAWLER, SCOPE_FLEET));
	assert_non_null(flag_on(w, FLAG_CRAWLER, SCOPE_HOST));
	tell_flag(w, 3, "203.0.113.9", false);
	play_fleet(w, &scene, 20);
	assert_non_null(flag_on(w, FLAG_CRAWLER, SCOPE_FLEET));
	tell_flag(w, 2, "203.0.113.9", true);
	play_fleet(w, &scene, 15);
	assert_null(flag_on(w, FLAG_CRAWLER, SCOPE_FLEET));
	world_free(w);
}

/* Many addresses of one network, each too little: the network is named. */
static void a_network_is_flagged_for_its_addresses(void **state)
{
	struct doing doings[11];
	const struct scene scene = SCENE(doings, 4);
	struct addr one = neighbour(0);
	struct world *w = world_new();

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		doings[i] = crawl(1, 4);
		doings[i].net = host_of(neighbour(i));
		doings[i].requests = doings[i].paths = 6;
	}
	doings[10] = crawl(1, 4);
	doings[10].net = trail_network(&one);
	doings[10].requests = doings[10].paths = 60;
	doings[10].agents = 10;
	const struct flag *f = flagged(w, &scene, FLAG_CRAWLER);
	assert_non_null(f);
	assert_string_equal(f->who, "203.0.113.0/24");
	assert_int_equal(w->ear->begun[FLAG_CRAWLER], 1);
	world_free(w);
}

/* What one address does is not its network's doing. */
static void an_address_is_not_its_network(void **state)
{
	struct doing doings[2] = {crawl(1, 4), crawl(1, 4)};
	const struct scene scene = SCENE(doings, 4);
	struct addr one = culprit();
	struct world *w = world_new();

	(void)state;
	doings[1].net = trail_network(&one);
	const struct flag *f = flagged(w, &scene, FLAG_CRAWLER);
	assert_non_null(f);
	assert_string_equal(f->who, "203.0.113.9");
	assert_int_equal(w->ear->begun[FLAG_CRAWLER], 1);
	world_free(w);
}

static void scans_and_guesses_are_flagged(void **state)
{
	static const struct {
		enum flag_id flag;
		struct doing doing;
	} of[] = {
		{FLAG_SCANNER, {.requests = 4, .refused = 4, .paths = 4, .not_found = 4}},
		{FLAG_SCANNER, {.requests = 0, .paths = 4, .not_found = 3, .probes = 1}},
		{FLAG_BRUTE_FORCE, {.requests = 4, .refused = 4, .denied = 4, .paths = 1}},
		{FLAG_SSH_BRUTE_FORCE, {.auth_failed = 3}},
		{FLAG_BURST, {.requests = 210, .paths = 1}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		struct doing doings[] = {of[i].doing};
		const struct scene scene = SCENE(doings, 5);
		struct world *w = world_new();

		doings[0].net = host_of(culprit());
		doings[0].from = 1;
		doings[0].to = 5;
		const struct flag *f = flagged(w, &scene, of[i].flag);
		if (!f)
			fail_msg("%s (%zu) was not flagged", flag_defs[of[i].flag].name, i);
		assert_string_equal(f->who, "203.0.113.9");
		world_free(w);
		doings[0].to = 2;
		never(&scene, of[i].flag);
	}
}

/* What looks alike. */

static void who_is_innocent_is_not_flagged(void **state)
{
	static const struct {
		const char *what;
		enum flag_id flag;
		struct doing doing;
	} of[] = {
		{"a search engine", FLAG_CRAWLER,
			{.requests = 60, .paths = 50, .agent = "Googlebot"}},
		{"people of an office", FLAG_CRAWLER,
			{.requests = 90, .paths = 60, .assets = 50, .agents = 9}},
		{"people with one browser", FLAG_CRAWLER,
			{.requests = 90, .paths = 60, .assets = 50}},
		{"who watches all machines", FLAG_CRAWLER, {.requests = 12, .paths = 2}},
		{"who watches all machines, three pages each", FLAG_CRAWLER,
			{.requests = 4, .paths = 4}},
		{"a proxy that is not trusted", FLAG_CRAWLER,
			{.requests = 120, .paths = 90, .agents = 30}},
		{"an application with one path", FLAG_CRAWLER, {.requests = 60, .paths = 1}},
		{"a missing file", FLAG_SCANNER,
			{.requests = 60, .refused = 60, .paths = 1, .not_found = 1}},
		{"a page with broken links", FLAG_SCANNER,
			{.requests = 60, .refused = 8, .paths = 30, .not_found = 4}},
		{"an office where some mistype", FLAG_BRUTE_FORCE,
			{.requests = 120, .denied = 3, .assets = 60, .paths = 40, .agents = 9}},
		{"one of many visitors", FLAG_BURST, {.requests = 100, .paths = 5}},
		{"an office of many", FLAG_BURST,
			{.requests = 300, .paths = 50, .assets = 200, .agents = 20}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		struct doing doings[] = {of[i].doing};
		const struct scene scene = SCENE(doings, 12);
		struct world *w = world_new();

		doings[0].net = host_of(culprit());
		doings[0].from = 1;
		doings[0].to = 12;
		if (flagged(w, &scene, of[i].flag))
			fail_msg("%s: flagged as %s", of[i].what, flag_defs[of[i].flag].name);
		world_free(w);
	}
}

/* 10.0.0.5 of one site is not that of another. */
static void local_addresses_do_not_add_up(void **state)
{
	struct doing doings[] = {crawl(1, 3)};

	(void)state;
	doings[0].net = host_of(v4(10, 0, 0, 5));
	never(&SCENE(doings, 3), FLAG_CRAWLER);
}

/* One that lies. */

static void one_member_makes_no_flag(void **state)
{
	struct doing doings[] = {crawl(1, 2), crawl(3, 3)};

	(void)state;
	doings[0].requests = doings[0].paths = 5; /* somebody who reads */
	doings[1].requests = 4000000000;
	doings[1].paths = 4000000000;
	never(&SCENE(doings, 3), FLAG_CRAWLER);
}

static void one_member_hides_nobody(void **state)
{
	static const struct doing lies[] = {
		{.requests = 4000000000, .assets = 4000000000},
		{.requests = 600, .paths = 600, .agent = "Googlebot"},
		{.requests = 4000000000, .refused = 4000000000, .paths = 1},
		{.requests = 4000000000, .paths = 4000000000},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		struct doing doings[] = {crawl(1, 4), lies[i]};
		const struct scene scene = SCENE(doings, 5);
		struct world *w = world_new();

		doings[1].net = host_of(culprit());
		doings[1].from = doings[1].to = 5;
		const struct flag *f = flagged(w, &scene, FLAG_CRAWLER);
		if (!f)
			fail_msg("lie %zu hides a crawler", i);
		world_free(w);
	}
}

/* Counts that go back, all ones, prefixes of any length, names of nothing. */
static void nonsense_is_passed_over(void **state)
{
	struct world *w = world_new();
	const struct scene scene = {.members = 3};

	(void)state;
	play_fleet(w, &scene, 10);
	for (unsigned round = 0; round < 200; round++) {
		struct event e = event_make(EVENT_SHARE, 0), h = event_make(EVENT_HERD, 0);
		uint64_t n = round % 3 ? hash_two(round, 1) : ABSENT;
		e.share.net = (struct prefix){v4(90, round, 0, 1), (uint8_t)(round % 129)};
		e.share.requests = e.share.refused = e.share.paths = e.share.not_found = n;
		e.share.denied = e.share.auth_failed = e.share.probes = n;
		e.share.flags = STR_LIT("  nothing crawler,  scanner  ");
		e.share.agent = STR_LIT("nobody");
		h.herd.of = (uint8_t)round;
		h.herd.key = STR_LIT("/x");
		h.herd.sources = STR_LIT("d??");
		h.herd.recent = h.herd.failed = h.herd.growth = n;
		h.herd.span_us = round % 2 ? 0 : n;
		put_of(w, round % 5, &e); /* two of them are nobody's */
		put_of(w, round % 5, &h);
		if (round % 20 == 0)
			play_fleet(w, &scene, 1);
	}
	play_fleet(w, &scene, 5);
	assert_int_equal(w->ear->begun[FLAG_CRAWLER], 0);
	world_free(w);
}

/* Members come and go. */

static void lost_members_do_not_count(void **state)
{
	const struct doing doings[] = {crawl(1, 3)};
	struct scene scene = SCENE(doings, 3);
	struct world *w = world_new();

	(void)state;
	assert_non_null(flagged(w, &scene, FLAG_CRAWLER));
	put_member(w, 1, MEMBER_LOST);
	scene.silent_to = 1;
	play_fleet(w, &scene, 15);
	assert_null(flag_on(w, FLAG_CRAWLER, SCOPE_FLEET));
	assert_non_null(strstr(model_machine(w->model)->verdict.text, "1 lost"));
	scene.silent_to = 0;
	play_fleet(w, &scene, 30);
	assert_non_null(flag_on(w, FLAG_CRAWLER, SCOPE_FLEET));
	/* Those that say nothing are not asked for ever. */
	scene.silent_to = 2;
	play_fleet(w, &scene, 45);
	assert_null(flag_on(w, FLAG_CRAWLER, SCOPE_FLEET));
	world_free(w);
}

/* A restart is no growth below nothing, and no growth of all that was. */
static void a_member_that_starts_anew_is_no_flood(void **state)
{
	struct doing doings[] = {crawl(1, 3)};
	struct scene scene = SCENE(doings, 3);
	struct world *w = world_new();

	(void)state;
	doings[0].requests = doings[0].paths = 8;
	play_fleet(w, &scene, 300);
	scene.since = w->second;
	play_fleet(w, &scene, 100);
	assert_int_equal(w->ear->begun[FLAG_CRAWLER], 0);
	assert_int_equal(w->ear->begun[FLAG_BURST], 0);
	world_free(w);
}

/* Herds. */

static struct crowd stuffing(unsigned from, unsigned to)
{
	return (struct crowd){.of = HERD_OF_PATH,
		.key = "/login",
		.from = from,
		.to = to,
		.requests = 16,
		.failed = 16,
		.growth = 1,
		.sources = 6,
		.lone = 100,
		.sketch = 7};
}

static struct crowd flood(unsigned from, unsigned to)
{
	return (struct crowd){.of = HERD_OF_PATH,
		.key = "/search",
		.from = from,
		.to = to,
		.requests = 80,
		.growth = 20,
		.sources = 8,
		.lone = 90,
		.sketch = 7};
}

static void what_many_do_on_many_machines_is_flagged(void **state)
{
	const struct crowd stuffed[] = {stuffing(1, 10)}, flooded[] = {flood(1, 5)};
	const struct scene stuffing_scene = SCENE_OF_CROWDS(stuffed, 10);
	const struct scene flood_scene = SCENE_OF_CROWDS(flooded, 5);
	struct world *w = world_new();
	const struct flag *f = flagged(w, &stuffing_scene, FLAG_STUFFING);

	(void)state;
	assert_non_null(f);
	assert_string_equal(f->who, "/login");
	assert_non_null(strstr(f->evidence, "10 machines: "));
	assert_null(flag_on(w, FLAG_PATH_FLOOD, SCOPE_FLEET));
	world_free(w);
	w = world_new();
	f = flagged(w, &flood_scene, FLAG_PATH_FLOOD);
	assert_non_null(f);
	assert_string_equal(f->who, "/search");
	world_free(w);
}

static void one_agent_on_many_machines_is_flagged(void **state)
{
	struct crowd crowds[] = {flood(1, 5)};
	const struct scene scene = SCENE_OF_CROWDS(crowds, 5);
	struct world *w = world_new();

	(void)state;
	crowds[0].of = HERD_OF_AGENT;
	crowds[0].key = "Mozilla/4.0 (one of them)";
	const struct flag *f = flagged(w, &scene, FLAG_AGENT_FLOOD);
	assert_non_null(f);
	assert_string_equal(f->who, "Mozilla/4.0 (one of them)");
	world_free(w);
}

/* The same few on each machine are few. */
static void sources_that_are_the_same_count_once(void **state)
{
	struct crowd crowds[] = {flood(1, 5)};

	(void)state;
	crowds[0].shared = 8;
	never(&SCENE_OF_CROWDS(crowds, 5), FLAG_PATH_FLOOD);
	crowds[0] = stuffing(1, 10);
	crowds[0].shared = 6;
	never(&SCENE_OF_CROWDS(crowds, 10), FLAG_STUFFING);
}

/* They may be the same ones, where nobody can tell. */
static void sources_of_other_hashes_do_not_add_up(void **state)
{
	struct crowd crowds[] = {flood(1, 5), flood(6, 7)};
	const struct scene scene = SCENE_OF_CROWDS(crowds, 7);
	struct world *w = world_new();

	(void)state;
	crowds[1].sketch = 8;
	const struct flag *f = flagged(w, &scene, FLAG_PATH_FLOOD);
	assert_non_null(f);
	assert_non_null(strstr(f->evidence, "addresses of 2 not added"));
	world_free(w);
	for (unsigned i = 0; i < 2; i++)
		crowds[i] = flood(1 + i * 2, 2 + i * 2);
	crowds[1].sketch = 8;
	never(&SCENE_OF_CROWDS(crowds, 4), FLAG_PATH_FLOOD);
}

static void herds_of_people_are_no_flood(void **state)
{
	static const struct {
		const char *what;
		unsigned growth, assets, lone, failed, sources;
	} of[] = {
		{"as many as usual", 1, 0, 90, 0, 8},
		{"parts of a page", 20, 70, 90, 0, 8},
		{"a newsletter", 20, 0, 5, 0, 8},
		{"few", 20, 0, 90, 0, 2},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		struct crowd crowds[] = {flood(1, 5)};
		const struct scene scene = SCENE_OF_CROWDS(crowds, 5);
		struct world *w = world_new();

		crowds[0].growth = of[i].growth;
		crowds[0].assets = of[i].assets;
		crowds[0].lone = of[i].lone;
		crowds[0].sources = of[i].sources;
		if (flagged(w, &scene, FLAG_PATH_FLOOD))
			fail_msg("%s: flagged", of[i].what);
		world_free(w);
	}
}

/* Let in, most of them. */
static void log_ins_that_succeed_are_no_stuffing(void **state)
{
	struct crowd crowds[] = {stuffing(1, 10)};

	(void)state;
	crowds[0].failed = 4;
	never(&SCENE_OF_CROWDS(crowds, 10), FLAG_STUFFING);
}

static void one_member_makes_no_herd(void **state)
{
	struct crowd crowds[] = {flood(1, 2), flood(3, 3)};

	(void)state;
	crowds[0].requests = 10;
	crowds[0].sources = 3;
	crowds[1].requests = 4000000000;
	crowds[1].sources = 100000;
	never(&SCENE_OF_CROWDS(crowds, 3), FLAG_PATH_FLOOD);
}

/* The whole. */

static void a_fleet_is_not_judged_as_one_machine(void **state)
{
	const struct scene scene = {.members = 3, .requests = 600};
	struct world *w = world_new();

	(void)state;
	play_fleet(w, &scene, 30);
	const struct verdict *v = &model_machine(w->model)->verdict;
	assert_string_equal(v->text, "nothing stands out on 3 machines: 30.0 requests/s");
	assert_string_equal(v->held, "");
	assert_int_equal(v->learning_s, 0);
	put_member(w, 2, MEMBER_LOST);
	put_member(w, 3, MEMBER_REFUSED);
	play_fleet(w, &(struct scene){.members = 1, .requests = 600}, 12);
	assert_non_null(strstr(v->text, "on 1 machine"));
	assert_non_null(strstr(v->text, "; 1 lost; 1 refused"));
	world_free(w);
}

static void tell_verdict(struct world *w, unsigned member, const char *flag, uint32_t severity)
{
	struct event e = event_make(EVENT_FLAG, 0), v = event_make(EVENT_VERDICT, 0);

	e.flag.flag = str_of(flag);
	e.flag.on = true;
	e.flag.scope = SCOPE_MACHINE;
	e.flag.severity = severity;
	e.flag.evidence = STR_LIT("as it says");
	e.flag.disproof = str_of(flag_defs[flag_find(str_of(flag))].disproof);
	e.flag.since = w->now;
	put_of(w, member, &e);
	v.verdict.text = STR_LIT("something is wrong");
	v.verdict.severity = severity;
	v.verdict.cause = str_of(flag);
	v.verdict.sure = STR_LIT("sure");
	put_of(w, member, &v);
}

static void the_verdict_names_who_is_in_trouble(void **state)
{
	const struct doing doings[] = {crawl(4, 7)};
	const struct scene scene = SCENE(doings, 7);
	struct world *w = world_new();
	char begins[160];

	(void)state;
	assert_non_null(flagged(w, &scene, FLAG_CRAWLER));
	tell_verdict(w, 2, "slow-answers", SEVERITY_SUSPECT);
	tell_verdict(w, 3, "syn-flood", SEVERITY_ATTACK);
	play_fleet(w, &scene, 1);
	snprintf(begins, sizeof begins,
		"1 of 7 machines under attack: web3 %s; fleet: %s (203.0.113.9) "
		"over 4 machines",
		flag_defs[FLAG_SYN_FLOOD].title, flag_defs[FLAG_CRAWLER].title);
	assert_string_equal(model_machine(w->model)->verdict.text, begins);
	assert_int_equal(model_machine(w->model)->verdict.severity, SEVERITY_ATTACK);
	world_free(w);
}

/* The same events give the same judgement, with any seed of the process's own hashes. */
static void a_replay_judges_alike(void **state)
{
	struct doing doings[] = {crawl(1, 4), crawl(2, 5), crawl(3, 6)};
	const struct crowd crowds[] = {stuffing(1, 8), flood(2, 6)};
	struct scene scene = SCENE(doings, 8);
	struct world *w[2];

	(void)state;
	scene.crowds = crowds;
	scene.crowd_n = ARRAY_LEN(crowds);
	for (unsigned i = 0; i < 3; i++)
		doings[i].net = host_of(stranger(i));
	for (unsigned i = 0; i < 2; i++) {
		w[i] = world_new();
		if (i)
			hash_seed();
		play_fleet(w[i], &scene, 120);
	}
	assert_true(w[0]->told.n > 500);
	assert_int_equal(w[0]->told.n, w[1]->told.n);
	assert_memory_equal(w[0]->told.p, w[1]->told.p, w[0]->told.n);
	for (unsigned i = 0; i < 2; i++)
		world_free(w[i]);
}

/* A screen that stands still has a copy, which goes on to say what it said. */
static void a_copy_can_be_had(void **state)
{
	const struct doing doings[] = {crawl(1, 3)};
	const struct scene scene = SCENE(doings, 3);
	struct world *w = world_new();

	(void)state;
	play_fleet(w, &scene, 40);
	struct model *model = model_copy(w->model);
	struct detect *copy = detect_copy(w->detect, model);
	assert_non_null(model);
	assert_non_null(copy);
	assert_non_null(detect_herds(copy, HERD_PATHS));
	play_fleet(w, &scene, 20);
	detect_free(copy);
	model_free(model);
	world_free(w);
}

/* Ten thousand machines, each with visitors of its own, and one crawler on a thousandth of them:
 * what it costs is bounded by tables, and he is found all the same. */
static void ten_thousand_machines_are_bounded(void **state)
{
	enum {
		MACHINES = 10000,
		OWN = 3
	};
	struct doing doings[1 + OWN] = {crawl(1, 10)};
	struct scene scene = SCENE(doings, 0);
	struct world *w = world_new();

	(void)state;
	for (unsigned s = 0; s < 4 * EVERY; s++) {
		w->puts = 0;
		for (unsigned m = 1 + s % EVERY; m <= MACHINES; m += EVERY) {
			for (unsigned i = 1; i <= OWN; i++) {
				doings[i] = crawl(m, m);
				doings[i].net = host_of(stranger(m * OWN + i));
			}
			put_set(w, &scene, m, s);
		}
		tick(w);
	}
	const struct flag *f = flag_on(w, FLAG_CRAWLER, SCOPE_FLEET);
	assert_non_null(f);
	assert_string_equal(f->who, "203.0.113.9");
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_crawler_over_three_is_flagged),
		cmocka_unit_test(two_machines_are_too_few),
		cmocka_unit_test(too_little_is_no_crawler),
		cmocka_unit_test(what_a_machine_flags_is_not_flagged_again),
		cmocka_unit_test(a_network_is_flagged_for_its_addresses),
		cmocka_unit_test(an_address_is_not_its_network),
		cmocka_unit_test(scans_and_guesses_are_flagged),
		cmocka_unit_test(who_is_innocent_is_not_flagged),
		cmocka_unit_test(local_addresses_do_not_add_up),
		cmocka_unit_test(one_member_makes_no_flag),
		cmocka_unit_test(one_member_hides_nobody),
		cmocka_unit_test(nonsense_is_passed_over),
		cmocka_unit_test(lost_members_do_not_count),
		cmocka_unit_test(a_member_that_starts_anew_is_no_flood),
		cmocka_unit_test(what_many_do_on_many_machines_is_flagged),
		cmocka_unit_test(one_agent_on_many_machines_is_flagged),
		cmocka_unit_test(sources_that_are_the_same_count_once),
		cmocka_unit_test(sources_of_other_hashes_do_not_add_up),
		cmocka_unit_test(herds_of_people_are_no_flood),
		cmocka_unit_test(log_ins_that_succeed_are_no_stuffing),
		cmocka_unit_test(one_member_makes_no_herd),
		cmocka_unit_test(a_fleet_is_not_judged_as_one_machine),
		cmocka_unit_test(the_verdict_names_who_is_in_trouble),
		cmocka_unit_test(a_replay_judges_alike),
		cmocka_unit_test(a_copy_can_be_had),
		cmocka_unit_test(ten_thousand_machines_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
