// SPDX-License-Identifier: MIT
/* A clock that is set: what that does to the time that events carry, and to rates. */
#include "log/feed.h"
#include "model/alerts.h"
#include "model/sums.h"
#include "record/retime.h"

#include "facts.h"

#define HOUR (3600 * SEC)
#define BOOT (1000 * SEC)

static struct clock_follow follow;
static usec_t boot, wall, latest;

/* So much passes; the wall clock says what it says. */
static usec_t pass(usec_t span)
{
	boot += span;
	wall += span;
	usec_t now = clock_follow(&follow, boot, wall);
	assert_true(now >= latest);
	latest = now;
	return now;
}

/* By how much events' time is then ahead of wall time. */
static usec_t lead_after(usec_t span)
{
	usec_t now = pass(span);

	return now - wall;
}

static int begin(void **state)
{
	(void)state;
	follow = (struct clock_follow){0};
	boot = BOOT;
	wall = latest = T0;
	assert_int_equal(pass(0), T0);
	return 0;
}

static void a_jump_that_comes_back_moves_nothing(void **state)
{
	static const usec_t jumps[] = {2 * HOUR, 2 * SEC, 24 * 365 * HOUR, -2 * HOUR, -5 * SEC};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(jumps); i++) {
		usec_t before = latest;
		wall += jumps[i];
		assert_int_equal(pass(0), before);
		assert_int_equal(pass(SEC), before + SEC);
		assert_int_equal(clock_follow_ahead(&follow), -jumps[i]);
		wall -= jumps[i];
		assert_int_equal(pass(0), before + SEC);
		assert_int_equal(pass(SEC), before + 2 * SEC);
		assert_int_equal(clock_follow_ahead(&follow), 0);
		assert_int_equal(follow.steps, 2 * (i + 1));
	}
}

static void a_clock_that_was_set_forward_is_followed_in_the_end(void **state)
{
	(void)state;
	wall += 2 * HOUR;
	for (usec_t t = 0; t < CLOCK_HOLD; t += SEC)
		assert_int_equal(pass(SEC), T0 + t + SEC);
	assert_int_equal(lead_after(SEC), 0);
	assert_int_equal(clock_follow_ahead(&follow), 0);
	/* And back: time goes on, and what it is ahead by is known. */
	wall -= 2 * HOUR;
	for (int i = 0; i < 100; i++)
		assert_int_equal(lead_after(SEC), 2 * HOUR);
	assert_int_equal(clock_follow_ahead(&follow), 2 * HOUR);
	/* A part of it comes back; then all. */
	wall += HOUR;
	pass(SEC);
	assert_int_equal(clock_follow_ahead(&follow), HOUR);
	wall += HOUR;
	assert_int_equal(lead_after(SEC), 0);
	assert_int_equal(clock_follow_ahead(&follow), 0);
	assert_int_equal(follow.steps, 4);
}

static void jumps_to_different_times_are_one_straying(void **state)
{
	(void)state;
	wall += HOUR;
	pass(CLOCK_HOLD / 2);
	wall += HOUR;
	assert_int_equal(lead_after(CLOCK_HOLD / 2), -2 * HOUR);
	assert_int_equal(lead_after(CLOCK_HOLD / 2), 0);
}

/* NTP's corrections. */
static void small_differences_are_slewed_out(void **state)
{
	(void)state;
	wall += SEC / 2;
	assert_int_equal(lead_after(SEC), 0);
	wall -= SEC / 2;
	usec_t before = latest;
	assert_in_range(pass(SEC), before + SEC / 2, before + SEC);
	for (int i = 0; i < 20; i++)
		pass(SEC);
	assert_int_equal(latest, wall);
	/* Many small ones the same way do not add up. */
	for (int i = 0; i < 100; i++) {
		wall -= SEC / 100;
		pass(SEC);
	}
	pass(SEC);
	assert_int_equal(latest, wall);
	assert_int_equal(follow.steps, 0);
}

static void suspension_is_time_that_passes(void **state)
{
	(void)state;
	assert_int_equal(pass(8 * HOUR), T0 + 8 * HOUR);
	assert_int_equal(follow.steps, 0);
	assert_int_equal(clock_follow_ahead(&follow), 0);
}

/* Lines, as the machine's clock dates them. */

static struct log_feed feed;
static struct log_stream stream;
static struct model *model;

static void put(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	model_apply(model, e);
}

static struct event_sink sink = {.put = put};

static void read_lines(unsigned n)
{
	char line[256], when[64];
	time_t sec = (time_t)(wall / SEC);
	struct tm tm;

	strftime(when, sizeof when, "%d/%b/%Y:%H:%M:%S +0000", gmtime_r(&sec, &tm));
	int len = snprintf(line, sizeof line,
		"203.0.113.9 - - [%s] \"GET /a HTTP/1.1\" 200 1 \"-\" \"x\"", when);
	log_feed_begin(&feed, latest, &sink);
	feed.ahead = clock_follow_ahead(&follow);
	for (unsigned i = 0; i < n; i++)
		log_feed_line(&feed, &stream, (struct str){line, (size_t)len});
	log_feed_flush(&feed);
}

static double rate(void)
{
	return model_sum(model, true).requests_per_min;
}

static int begin_lines(void **state)
{
	model = model_with(&MODEL_LIMITS_DEFAULT);
	feed = (struct log_feed){0};
	log_stream_init(&stream, "access.log");
	return begin(state);
}

static int end_lines(void **state)
{
	(void)state;
	log_stream_done(&stream);
	model_free(model);
	return 0;
}

static void rates_outlive_a_jump(void **state)
{
	(void)state;
	read_lines(10);
	wall += 2 * HOUR;
	pass(SEC);
	read_lines(10);
	assert_true(rate() == 20);
	wall -= 2 * HOUR;
	pass(SEC);
	read_lines(10);
	assert_true(rate() == 30);
	assert_int_equal(host_of(model, "203.0.113.9")->log.requests, 30);
}

static void rates_outlive_a_jump_that_was_followed(void **state)
{
	(void)state;
	wall += 2 * HOUR;
	for (int i = 0; i < 20; i++)
		pass(SEC);
	read_lines(10);
	assert_true(rate() == 10);
	wall -= 2 * HOUR;
	pass(SEC);
	read_lines(10);
	assert_true(rate() == 20);
	pass(66 * SEC);
	put_tick(model, latest);
	assert_true(rate() == 0);
	read_lines(7);
	assert_true(rate() == 7);
}

/* Written before the clock was set, read after. */
static void a_line_of_the_other_time_is_of_now(void **state)
{
	(void)state;
	wall += 2 * HOUR;
	for (int i = 0; i < 20; i++)
		pass(SEC);
	usec_t set = wall;
	wall -= 2 * HOUR;
	pass(SEC);
	usec_t back = wall;
	wall = set;
	read_lines(5);
	wall = back;
	assert_true(rate() == 5);
	assert_int_equal(model->now, latest);
}

static void a_line_from_the_future_moves_no_time(void **state)
{
	(void)state;
	usec_t now = wall;

	wall += 1000 * HOUR;
	log_feed_begin(&feed, latest, &sink);
	read_lines(3);
	wall = now;
	assert_int_equal(model->now, latest);
	read_lines(4);
	assert_true(rate() == 7);
	assert_int_equal(host_of(model, "203.0.113.9")->last_seen, latest);
}

/* On screen. */

static bool is_said(const char *text)
{
	struct alerts alerts;
	bool found = false;

	alerts_of(&alerts, model, true);
	for (size_t i = 0; i < alerts.n; i++)
		found |= strcmp(alerts.at[i].text, text) == 0;
	return found;
}

static void say_clock(usec_t ts, uint64_t ahead, uint64_t behind, uint64_t steps)
{
	struct event e = event_make(EVENT_CLOCK, ts);

	e.clock = (struct event_clock){ahead, behind, steps};
	model_apply(model, &e);
}

static void a_clock_that_was_set_is_said(void **state)
{
	(void)state;
	say_clock(T0 + SEC, 0, 2 * HOUR, 1);
	assert_true(is_said("the system clock was set: times here are 2h00m behind of it"));
	put_tick(model, T0 + HOUR);
	assert_true(is_said("the system clock was set: times here are 2h00m behind of it"));
	say_clock(T0 + HOUR, ABSENT, ABSENT, 2);
	assert_true(is_said("the system clock was set 2 times; times here agree with it"));
	put_tick(model, T0 + HOUR + 61 * SEC);
	assert_false(is_said("the system clock was set 2 times; times here agree with it"));
	say_clock(T0 + 2 * HOUR, 90 * SEC, 0, 3);
	assert_true(is_said("the system clock was set 3 times: times here are 1m ahead of it"));
}

/* Recordings. */

static struct retime retime;

static usec_t replay(usec_t ts, usec_t logged)
{
	struct event e = event_make(EVENT_REQUEST, ts), clock;

	e.request.ip = ip_of("203.0.113.9");
	e.request.path = STR_LIT("/");
	e.request.logged = logged;
	if (retime_event(&retime, &e, &clock))
		model_apply(model, &clock);
	model_apply(model, &e);
	return e.ts;
}

static void an_event_from_the_future_ends_no_rate(void **state)
{
	(void)state;
	retime = (struct retime){0};
	for (int i = 0; i < 10; i++)
		assert_int_equal(replay(T0 + i, T0 + i), T0 + i);
	assert_int_equal(replay(T0 + 2 * HOUR, T0), T0 + 2 * HOUR);
	assert_true(rate() == 0); /* nobody can know yet that it is not so */
	for (int i = 0; i < 10; i++)
		assert_int_equal(replay(T0 + 11 + i, T0 + 11), T0 + 2 * HOUR + i);
	assert_true(rate() == 10);
	assert_int_equal(model_machine(model)->clock_ahead, 2 * HOUR - 11);
	assert_int_equal(model_machine(model)->clock_steps, 1);
	/* A recording's own account is added to ours. */
	struct event e = event_make(EVENT_CLOCK, T0 + 30), clock;
	e.clock = (struct event_clock){HOUR, 0, 3};
	assert_false(retime_event(&retime, &e, &clock));
	assert_int_equal(e.clock.ahead_us, 3 * HOUR - 11);
	assert_int_equal(e.clock.steps, 4);
}

static void times_of_one_moment_are_left_alone(void **state)
{
	(void)state;
	retime = (struct retime){0};
	replay(T0 + 59 * SEC, 0);
	assert_int_equal(replay(T0, 0), T0);
	assert_int_equal(replay(T0 + 58 * SEC, 0), T0 + 58 * SEC);
	assert_int_equal(retime.ours, 0);
}

/* A picture tells when something was found out. */
static void what_was_found_out_before_sets_no_time(void **state)
{
	struct event e = event_make(EVENT_RDNS, T0), clock;

	(void)state;
	retime = (struct retime){0};
	replay(T0 + HOUR, T0 + HOUR);
	e.rdns.ip = ip_of("203.0.113.9");
	assert_false(retime_event(&retime, &e, &clock));
	assert_int_equal(e.ts, T0);
	assert_int_equal(replay(T0 + HOUR + 1, 0), T0 + HOUR + 1);
}

static void the_last_of_all_times_is_bounded(void **state)
{
	(void)state;
	retime = (struct retime){0};
	for (int i = 0; i < 4; i++) {
		assert_true(replay(USEC_LIMIT - 1, USEC_LIMIT - 1) <= USEC_LIMIT);
		assert_true(replay(0, 1) <= USEC_LIMIT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_jump_that_comes_back_moves_nothing, begin),
		cmocka_unit_test_setup(a_clock_that_was_set_forward_is_followed_in_the_end, begin),
		cmocka_unit_test_setup(jumps_to_different_times_are_one_straying, begin),
		cmocka_unit_test_setup(small_differences_are_slewed_out, begin),
		cmocka_unit_test_setup(suspension_is_time_that_passes, begin),
		cmocka_unit_test_setup_teardown(rates_outlive_a_jump, begin_lines, end_lines),
		cmocka_unit_test_setup_teardown(
			rates_outlive_a_jump_that_was_followed, begin_lines, end_lines),
		cmocka_unit_test_setup_teardown(
			a_line_of_the_other_time_is_of_now, begin_lines, end_lines),
		cmocka_unit_test_setup_teardown(
			a_line_from_the_future_moves_no_time, begin_lines, end_lines),
		cmocka_unit_test_setup_teardown(
			a_clock_that_was_set_is_said, begin_lines, end_lines),
		cmocka_unit_test_setup_teardown(
			an_event_from_the_future_ends_no_rate, begin_lines, end_lines),
		cmocka_unit_test_setup_teardown(
			times_of_one_moment_are_left_alone, begin_lines, end_lines),
		cmocka_unit_test_setup_teardown(
			what_was_found_out_before_sets_no_time, begin_lines, end_lines),
		cmocka_unit_test_setup_teardown(
			the_last_of_all_times_is_bounded, begin_lines, end_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
