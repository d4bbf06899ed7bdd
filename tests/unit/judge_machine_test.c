// SPDX-License-Identifier: MIT
/* Stories of what is wrong with the machine itself. */
#include "stories.h"

/* Percent of the queue's limit. */
static void fill_queue(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	w->stats.accept_queue = n;
}

static void fill_queue_for_a_moment(struct world *w, unsigned s, unsigned n)
{
	w->stats.accept_queue = s % 6 == 0 ? n : 0;
}

/* So many answers a second. */
static void fail_for_all(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		ask(w, stranger((s * n + i) % 20), "/app", 502);
}

static void fail_for_one(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	for (unsigned i = 0; i < n; i++)
		ask(w, stranger(1), "/app", 502);
}

/* Percent of the visitors. */
static void lose_requests(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	w->unlogged = n;
}

/* A quiet hour comes by and by. */
static void evening_comes(struct world *w, unsigned s, unsigned n)
{
	(void)n;
	w->absent = s / 6 < 90 ? s / 6 : 90;
}

/* Percent of the answers. */
static void answer_slowly(struct world *w, unsigned s, unsigned n)
{
	(void)s;
	w->slow = n;
}

static void poll_long(struct world *w, unsigned s, unsigned n)
{
	(void)n;
	for (unsigned i = 0; i < 2; i++) {
		struct event e = asked(stranger(s % 9 * 2 + i), "/events", 200);
		e.request.took_us = 30000000;
		put_asked(w, &e);
	}
}

/* So many a second. */
static void limit(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		ask(w, stranger((s * n + i) % 30), "/", 429);
}

static void forbid(struct world *w, unsigned s, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		ask(w, stranger((s * n + i) % 30), "/", 403);
}

/* So many lines in all. */
static void log_strangely(struct world *w, unsigned s, unsigned n)
{
	w->rejected += s < n;
}

static void log_other_things(struct world *w, unsigned s, unsigned n)
{
	w->ignored += s < n;
}

static const struct story stories[] = {
	{FLAG_ACCEPT_QUEUE, SCOPE_MACHINE, NULL, fill_queue, 75, 85, .within = 3,
		.alike = fill_queue_for_a_moment},
	{FLAG_ERROR_SURGE, SCOPE_MACHINE, NULL, fail_for_all, 1, 2, .within = 12,
		.alike = fail_for_one},
	{FLAG_TRAFFIC_GONE, SCOPE_MACHINE, NULL, lose_requests, 50, 100, .alike = evening_comes},
	{FLAG_SLOW_ANSWERS, SCOPE_MACHINE, NULL, answer_slowly, 40, 70, .alike = poll_long},
	{FLAG_LIMITER, SCOPE_MACHINE, NULL, limit, 1, 4, .alike = forbid},
	{FLAG_UNPARSED, SCOPE_MACHINE, NULL, log_strangely, 3, 20, .fades = 900,
		.alike = log_other_things},
};

static void all_have_their_stories(void **state)
{
	(void)state;
	check_stories(stories, ARRAY_LEN(stories), STORIES_MACHINE);
}

/* Visitors alone are no reason to say anything. */
static void a_quiet_site_is_quiet(void **state)
{
	struct world *w = world_new();

	(void)state;
	play_for(w, NULL, 0, 200);
	for (int i = 0; i < FLAGS; i++)
		if (w->ear->begun[i])
			fail_msg("%s", flag_defs[i].name);
	assert_int_equal(w->model->machine->verdict.severity, 0);
	assert_int_equal(w->model->machine->verdict.learning_s, 0);
	assert_non_null(strstr(w->model->machine->verdict.text, "nothing stands out"));
	world_free(w);
}

/* A log's name is cut where a character ends. */
static void names_of_logs_stay_clean(void **state)
{
	struct world *w = world_new();
	char name[200] = "/var/log/x";
	struct event e = event_make(EVENT_LOG, 0);

	(void)state;
	for (size_t n = strlen(name); n + 3 < sizeof name; n += 3)
		memcpy(name + n, "\xe2\x82\xac", 4);
	e.log = (struct event_log){
		.log = str_of(name), .state = LOG_READING, .lines = 1000, .rejected = 500};
	for (unsigned s = 0; s < 5; s++) {
		put(w, &e);
		play(w, NULL, 0, 0);
	}
	assert_non_null(flag_on(w, FLAG_UNPARSED, SCOPE_MACHINE));
	world_free(w);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(stories) + 3] = {cmocka_unit_test(all_have_their_stories),
		cmocka_unit_test(a_quiet_site_is_quiet),
		cmocka_unit_test(names_of_logs_stay_clean)};

	for (size_t i = 0; i < ARRAY_LEN(stories); i++)
		tests[i + 3] = story_test(&stories[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
