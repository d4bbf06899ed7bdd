// SPDX-License-Identifier: MIT
/* What the keys that are about time ask for. */
#include "console/time_keys.h"

#include "facts.h"

#include "console/freeze.h"

static struct view v;
static struct overview overview;

static void replaying(enum replay_state state, usec_t at)
{
	v = (struct view){.replaying = true,
		.replay =
			{.state = state, .begin = T0, .end = T0 + 600 * SEC, .at = at, .speed = 1},
		.overview = &overview};
	overview_init(&overview);
	overview_add(&overview, T0, 1);
	for (int i = 1; i <= 3; i++) {
		struct overview_moment m = {.at = T0 + 100 * i * SEC, .name = "scanner"};
		overview_note(&overview, &m);
	}
}

static struct command act(enum action action)
{
	struct command command = {0};

	assert_true(time_act(&v, action));
	commands_take(&v.commands, &command);
	assert_false(commands_take(&v.commands, &(struct command){0}));
	return command;
}

static void goes_to(enum action action, usec_t at)
{
	struct command command = act(action);

	assert_int_equal(command.kind, COMMAND_REPLAY_SEEK);
	assert_int_equal(command.at - T0, at - T0);
}

static void paces_go_up_and_down(void **state)
{
	(void)state;
	assert_true(pace_faster(1) == 2);
	assert_true(pace_faster(3) == 4);
	assert_true(pace_faster(64) == 0); /* as fast as it can */
	assert_true(pace_faster(0) == 0);
	assert_true(pace_slower(0) == 64);
	assert_true(pace_slower(1000) == 64);
	assert_true(pace_slower(3) == 2);
	assert_true(pace_slower(0.25) == 0.25);
	replaying(REPLAY_PLAYING, T0);
	assert_true(act(ACT_FASTER).speed == 2);
	assert_true(act(ACT_FASTER).speed == 4); /* before the replay has said so */
	assert_true(act(ACT_SLOWER).speed == 2);
}

static void ten_seconds(void **state)
{
	(void)state;
	replaying(REPLAY_PLAYING, T0 + 60 * SEC);
	goes_to(ACT_TIME_BACK, T0 + 50 * SEC);
	goes_to(ACT_TIME_BACK, T0 + 40 * SEC); /* while it seeks */
	replaying(REPLAY_PLAYING, T0 + 3 * SEC);
	goes_to(ACT_TIME_BACK, T0);
	replaying(REPLAY_PAUSED, T0 + 597 * SEC);
	goes_to(ACT_TIME_ON, T0 + 600 * SEC);
}

static void pause_and_go_on(void **state)
{
	(void)state;
	replaying(REPLAY_PLAYING, T0);
	assert_true(act(ACT_FREEZE).on);
	assert_false(act(ACT_FREEZE).on);
	assert_int_equal(act(ACT_STEP).kind, COMMAND_REPLAY_STEP);
	replaying(REPLAY_ENDED, T0 + 600 * SEC);
	assert_int_equal(act(ACT_FREEZE).kind, COMMAND_NONE);
	assert_true(v.said.bad && strstr(v.said.text, "ended"));
	goes_to(ACT_TIME_BACK, T0 + 590 * SEC);
}

static void from_finding_to_finding(void **state)
{
	(void)state;
	replaying(REPLAY_PLAYING, T0 + 150 * SEC);
	goes_to(ACT_FINDING_NEXT, T0 + 200 * SEC);
	goes_to(ACT_FINDING_NEXT, T0 + 300 * SEC);
	assert_int_equal(act(ACT_FINDING_NEXT).kind, COMMAND_NONE);
	assert_true(v.said.bad && strstr(v.said.text, "no later finding"));
	replaying(REPLAY_PLAYING, T0 + 201 * SEC); /* just gone to: the one before is meant */
	goes_to(ACT_FINDING_BACK, T0 + 100 * SEC);
	replaying(REPLAY_PAUSED, T0 + 200 * SEC);
	goes_to(ACT_FINDING_BACK, T0 + 100 * SEC);
}

/* Live. */

static void what_is_frozen_stays(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	put_request(m, T0, "8.8.8.8");
	v = (struct view){.m = m, .live = m};
	assert_true(time_act(&v, ACT_FREEZE));
	assert_ptr_not_equal(v.m, m);
	put_request(m, T0 + 7 * SEC, "9.9.9.9");
	assert_int_equal(v.frozen_at, T0);
	assert_int_equal(frozen_for(&v), 7 * SEC);
	assert_int_equal(v.m->hosts.live, 1);
	assert_true(time_act(&v, ACT_FREEZE));
	assert_ptr_equal(v.m, m);
	assert_int_equal(v.frozen_at, 0);
	assert_int_equal(frozen_for(&v), 0);
	model_free(m);
}

static void a_live_run_has_no_pace(void **state)
{
	static const enum action of_replays[] = {ACT_STEP, ACT_SLOWER, ACT_FASTER};
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	v = (struct view){.m = m, .live = m};
	for (size_t i = 0; i < ARRAY_LEN(of_replays); i++) {
		assert_int_equal(act(of_replays[i]).kind, COMMAND_NONE);
		assert_true(v.said.bad && strstr(v.said.text, "replay"));
	}
	assert_false(time_act(&v, ACT_TIME_BACK)); /* the log's */
	assert_false(time_act(&v, ACT_OPEN));
	assert_int_equal(act(ACT_FINDING_NEXT).kind, COMMAND_NONE);
	assert_true(strstr(v.said.text, "no findings"));
	time_go(&v, T0 + SEC);
	assert_int_equal(v.asked_time, T0 + SEC);
	model_free(m);
}

/* It would end what is watched. */
static void the_demo_needs_an_empty_screen(void **state)
{
	struct model *m = model_with(&MODEL_LIMITS_DEFAULT);

	(void)state;
	v = (struct view){.m = m, .live = m};
	assert_int_equal(act(ACT_DEMO).kind, COMMAND_DEMO);
	put_request(m, T0, "8.8.8.8");
	assert_int_equal(act(ACT_DEMO).kind, COMMAND_NONE);
	assert_true(strstr(v.said.text, "nethergaze --demo"));
	assert_int_equal(act(ACT_RECORD).kind, COMMAND_RECORD);
	replaying(REPLAY_PLAYING, T0);
	assert_int_equal(act(ACT_DEMO).kind, COMMAND_NONE);
	assert_int_equal(act(ACT_RECORD).kind, COMMAND_NONE);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paces_go_up_and_down),
		cmocka_unit_test(ten_seconds),
		cmocka_unit_test(pause_and_go_on),
		cmocka_unit_test(from_finding_to_finding),
		cmocka_unit_test(what_is_frozen_stays),
		cmocka_unit_test(a_live_run_has_no_pace),
		cmocka_unit_test(the_demo_needs_an_empty_screen),
	};

	return cmocka_run_group_tests_name("keys of time", tests, NULL, NULL);
}
