// SPDX-License-Identifier: MIT
/* Stories of many on several machines, and of a fleet as a whole. */
#include "fleet_story.h"

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

/* Where others ask for the same path as ever, that is no sign of peace. */
static void honest_use_elsewhere_hides_nothing(void **state)
{
	struct crowd crowds[] = {flood(1, 5), flood(6, 40)};
	const struct scene scene = SCENE_OF_CROWDS(crowds, 40);
	struct world *w = world_new();

	(void)state;
	crowds[1].growth = 1;
	const struct flag *f = flagged(w, &scene, FLAG_PATH_FLOOD);
	assert_non_null(f);
	assert_non_null(strstr(f->evidence, "5 machines: "));
	world_free(w);
}

/* A machine that flags it by itself, and one that has nothing of it. */
static void a_herd_that_a_machine_flags_is_not_flagged_again(void **state)
{
	const struct crowd crowds[] = {flood(1, 5)};
	const struct scene scene = SCENE_OF_CROWDS(crowds, 6);

	(void)state;
	for (unsigned member = 5; member <= 6; member++) {
		struct world *w = world_new();
		struct event e = event_make(EVENT_FLAG, 0);

		play_fleet(w, &scene, 12);
		e.flag.flag = STR_LIT("path-flood");
		e.flag.on = true;
		e.flag.scope = SCOPE_PATH;
		e.flag.who = STR_LIT("/search");
		e.flag.severity = SEVERITY_ATTACK;
		e.flag.since = w->now;
		e.flag.evidence = STR_LIT("as it says");
		e.flag.disproof = str_of(flag_defs[FLAG_PATH_FLOOD].disproof);
		put_of(w, member, &e);
		play_fleet(w, &scene, 60);
		assert_int_equal(flag_on(w, FLAG_PATH_FLOOD, SCOPE_FLEET) != NULL, member == 6);
		world_free(w);
	}
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
		unsigned growth, assets, lone, switched, sources;
	} of[] = {
		{"as many as usual", 1, 0, 90, 0, 8},
		{"parts of a page", 20, 70, 90, 0, 8},
		{"a newsletter", 20, 0, 5, 0, 8},
		{"few", 20, 0, 90, 0, 2},
		{"WebSockets after a restart", 20, 0, 90, 80, 8},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(of); i++) {
		struct crowd crowds[] = {flood(1, 5)};
		const struct scene scene = SCENE_OF_CROWDS(crowds, 5);
		struct world *w = world_new();

		crowds[0].growth = of[i].growth;
		crowds[0].assets = of[i].assets;
		crowds[0].lone = of[i].lone;
		crowds[0].switched = of[i].switched;
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

/* What all members are asked for is shown together: about as much, from about as many. */
static void the_tops_have_all_machines(void **state)
{
	const struct crowd crowds[] = {flood(1, 5)};
	const struct scene scene = SCENE_OF_CROWDS(crowds, 5);
	struct world *w = world_new();
	const struct herds *paths = detect_herds(w->detect, HERD_PATHS);
	const struct herd *top[4];
	struct herd_recent recent;

	(void)state;
	play_fleet(w, &scene, 200);
	assert_int_equal(herds_top(paths, w->model->now, WINDOW_SPAN, top, ARRAY_LEN(top)), 1);
	assert_true(str_eq(herd_text(top[0]), STR_LIT("/search")));
	assert_in_range(window_sum(&top[0]->rate, w->model->now, WINDOW_SPAN), 340, 460);
	herd_recent(top[0], w->model->now, &recent);
	assert_in_range(recent.sources, 34, 46);
	assert_null(flag_on(w, FLAG_PATH_FLOOD, SCOPE_PATH));
	world_free(w);
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
		cmocka_unit_test(what_many_do_on_many_machines_is_flagged),
		cmocka_unit_test(honest_use_elsewhere_hides_nothing),
		cmocka_unit_test(a_herd_that_a_machine_flags_is_not_flagged_again),
		cmocka_unit_test(one_agent_on_many_machines_is_flagged),
		cmocka_unit_test(sources_that_are_the_same_count_once),
		cmocka_unit_test(sources_of_other_hashes_do_not_add_up),
		cmocka_unit_test(herds_of_people_are_no_flood),
		cmocka_unit_test(log_ins_that_succeed_are_no_stuffing),
		cmocka_unit_test(one_member_makes_no_herd),
		cmocka_unit_test(the_tops_have_all_machines),
		cmocka_unit_test(a_fleet_is_not_judged_as_one_machine),
		cmocka_unit_test(the_verdict_names_who_is_in_trouble),
		cmocka_unit_test(a_replay_judges_alike),
		cmocka_unit_test(a_copy_can_be_had),
		cmocka_unit_test(ten_thousand_machines_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
