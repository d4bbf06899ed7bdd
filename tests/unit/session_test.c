// SPDX-License-Identifier: MIT
/* The session of a replay, driven by the commands of a console. */
#include "app/session.h"

#include "unit.h"

#include <errno.h>

#define BEGIN (INT64_C(1767226400) * USEC_PER_SEC)
#define END   (BEGIN + 42 * USEC_PER_SEC)

struct bench {
	struct taker taker; /* first */
	struct options_state options;
	struct session session;
	const struct model *model; /* as the takers were told */
	char path[4096];
};

static struct bench bench;

static void restart(struct taker *taker, const struct model *model)
{
	((struct bench *)taker)->model = model;
}

static int set_up(void **state)
{
	const char *top = getenv("NG_TOP");
	char reason[512];

	(void)state;
	bench = (struct bench){.taker = {.name = "bench", .restart = restart}};
	snprintf(bench.path, sizeof bench.path, "%s/tests/data/console.ndjson", top ? top : ".");
	bench.options.values = (struct options){.replay = bench.path, .speed = 1, .duration = -1};
	if (session_init(&bench.session, NULL, &bench.options, reason) < 0)
		fail_msg("%s", reason);
	assert_int_equal(session_begin(&bench.session, reason), 0);
	assert_int_equal(hub_join(&bench.session.hub, &bench.taker), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	session_done(&bench.session);
	return 0;
}

static struct replay_status command(struct command c)
{
	struct replay_status status;

	session_command(&bench.session, &c);
	while (session_poll(&bench.session, BEGIN))
		;
	assert_true(session_replay_status(&bench.session, &status));
	return status;
}

static void a_seek_back_brings_another_model(void **state)
{
	(void)state;
	struct session *s = &bench.session;
	struct replay_status status;

	status = command((struct command){.kind = COMMAND_REPLAY_PAUSE, .on = true});
	assert_int_equal(status.state, REPLAY_PAUSED);
	status = command((struct command){.kind = COMMAND_REPLAY_SEEK, .at = END + 1});
	assert_int_equal(status.state, REPLAY_ENDED);
	assert_false(session_is_alive(s));
	assert_int_equal(s->model->now, END);
	assert_null(bench.model);

	status = command(
		(struct command){.kind = COMMAND_REPLAY_SEEK, .at = BEGIN + 10 * USEC_PER_SEC});
	assert_int_equal(status.state, REPLAY_PAUSED);
	assert_true(session_is_alive(s));
	assert_ptr_equal(bench.model, s->model);
	assert_in_range(s->model->now, BEGIN + 9 * USEC_PER_SEC, BEGIN + 10 * USEC_PER_SEC);
	status = command((struct command){.kind = COMMAND_REPLAY_STEP});
	assert_in_range(s->model->now, BEGIN + 10 * USEC_PER_SEC, BEGIN + 11 * USEC_PER_SEC);
	assert_true(status.at == s->model->now);
	status = command((struct command){.kind = COMMAND_REPLAY_SPEED, .speed = 4});
	assert_true(status.speed == 4 && status.begin == BEGIN && status.end == END);
}

static void a_note_keeps_the_time_of_the_recording(void **state)
{
	(void)state;
	usec_t now = bench.session.model->now;

	session_note(&bench.session, "noted");
	assert_string_equal(model_machine(bench.session.model)->notice, "noted");
	assert_true(bench.session.model->now == now);
}

struct witness {
	struct taker taker; /* first */
	uint32_t by_itself, by_hand;
};

static void see_mark(struct taker *taker, const struct event *event)
{
	struct witness *w = (struct witness *)taker;

	w->by_itself += event->mark.by_itself;
	w->by_hand += !event->mark.by_itself;
}

static void a_mark_of_a_replay_has_its_time(void **state)
{
	(void)state;
	struct session *s = &bench.session;
	usec_t now = s->model->now;
	const struct command mark = {.kind = COMMAND_MARK};

	session_command(s, &mark);
	assert_true(model_machine(s->model)->mark.at == now);
	assert_true(s->model->now == now);
	assert_non_null(detect_mark(s->detect));
}

/* A live run without sources. */
static void marks_make_themselves_every_five_minutes(void **state)
{
	(void)state;
	struct witness w = {
		.taker = {.name = "witness", .kinds = TAKER_KIND(EVENT_MARK), .take = see_mark}};
	static struct session s;

	s = (struct session){.next_mark = BEGIN + 300 * USEC_PER_SEC};
	hub_init(&s.hub);
	assert_int_equal(hub_join(&s.hub, &w.taker), 0);
	for (usec_t t = 0; t < 299; t++)
		session_poll(&s, BEGIN + t * USEC_PER_SEC);
	assert_int_equal(w.by_itself, 0);
	for (usec_t t = 299; t < 1000; t++)
		session_poll(&s, BEGIN + t * USEC_PER_SEC);
	assert_int_equal(w.by_itself, 3);
	assert_int_equal(w.by_hand, 0);
	hub_done(&s.hub);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_seek_back_brings_another_model),
		TEST(a_note_keeps_the_time_of_the_recording),
		TEST(a_mark_of_a_replay_has_its_time),
		TEST(marks_make_themselves_every_five_minutes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
