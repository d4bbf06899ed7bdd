// SPDX-License-Identifier: MIT
/* Stories of one address or network on several machines. */
#include "fleet_story.h"

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

/* Who flags all the world hides nobody that he has nothing of. */
static void a_flag_of_all_the_world_hides_nobody(void **state)
{
	const struct doing doings[] = {crawl(1, 4)};
	const struct scene scene = SCENE(doings, 5);
	struct world *w = world_new();
	struct event e = event_make(EVENT_FLAG, 0);

	(void)state;
	play_fleet(w, &scene, 12);
	e.flag.flag = STR_LIT("crawler");
	e.flag.on = true;
	e.flag.scope = SCOPE_NETWORK;
	e.flag.who = STR_LIT("0.0.0.0/0");
	e.flag.prefixes = STR_LIT("0.0.0.0/0");
	e.flag.severity = SEVERITY_SUSPECT;
	e.flag.since = w->now;
	e.flag.evidence = STR_LIT("as it says");
	e.flag.disproof = str_of(flag_defs[FLAG_CRAWLER].disproof);
	put_of(w, 5, &e);
	play_fleet(w, &scene, 60);
	assert_non_null(flag_on(w, FLAG_CRAWLER, SCOPE_FLEET));
	world_free(w);
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
		cmocka_unit_test(a_flag_of_all_the_world_hides_nobody),
		cmocka_unit_test(nonsense_is_passed_over),
		cmocka_unit_test(lost_members_do_not_count),
		cmocka_unit_test(a_member_that_starts_anew_is_no_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
