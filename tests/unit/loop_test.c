// SPDX-License-Identifier: MIT
/* How often a source that is always ready wakes the loop. */
#include "app/loop.h"

#include "unit.h"

#include <unistd.h>

#define RUN (600 * USEC_PER_MSEC)

static struct {
	struct loop *loop;
	int pipe[2];
	unsigned rounds, read_at; /* the round in which what is there is read; 0: never */
	usec_t rest;              /* between two rounds */
} stage;

static usec_t poll_stage(void *ctx, usec_t now)
{
	char c;

	(void)ctx;
	(void)now;
	if (++stage.rounds == stage.read_at)
		assert_int_equal(read(stage.pipe[0], &c, 1), 1);
	return stage.rest;
}

static enum loop_left finish(void *ctx)
{
	(void)ctx;
	return LOOP_DONE;
}

static bool goes_on(void *ctx)
{
	(void)ctx;
	return true;
}

static usec_t draw(void *ctx, usec_t now)
{
	(void)ctx;
	(void)now;
	return -1;
}

static bool take_signal(void *ctx, int signo)
{
	(void)ctx;
	(void)signo;
	return true;
}

static const struct loop_work work = {.poll = poll_stage,
	.finish = finish,
	.goes_on = goes_on,
	.draw = draw,
	.signal = take_signal};

static int begin(void **state)
{
	int err;

	(void)state;
	stage.loop = loop_new(&err);
	stage.rounds = stage.read_at = 0;
	stage.rest = LOOP_TICK;
	return stage.loop && pipe(stage.pipe) == 0 && write(stage.pipe[1], "x", 1) == 1 &&
			       loop_watch_source(stage.loop, stage.pipe[0]) == 0
		       ? 0
		       : -1;
}

static int end(void **state)
{
	(void)state;
	loop_unwatch(stage.loop, stage.pipe[0]);
	close(stage.pipe[0]);
	close(stage.pipe[1]);
	loop_free(stage.loop);
	return 0;
}

/* A log that is written all the time makes no rounds beside those of the clock: a few to begin
 * with. One each 5 ms would be 120. */
static void one_that_stays_ready_wakes_no_more_than_the_clock(void **state)
{
	(void)state;
	loop_run(stage.loop, &work, RUN);
	assert_in_range(stage.rounds, 2, (unsigned)(RUN / LOOP_TICK) + 8);
}

/* Where nothing else is due, it is heard all the same. */
static void one_that_is_ready_is_heard_between_long_rounds(void **state)
{
	(void)state;
	stage.rest = 10 * USEC_PER_SEC;
	loop_run(stage.loop, &work, RUN);
	assert_in_range(stage.rounds, 3, (unsigned)(RUN / LOOP_TICK) + 8);
}

static void one_that_was_read_wakes_nobody(void **state)
{
	(void)state;
	stage.rest = 10 * USEC_PER_SEC;
	stage.read_at = 2;
	loop_run(stage.loop, &work, RUN);
	assert_int_equal(stage.rounds, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			one_that_stays_ready_wakes_no_more_than_the_clock, begin, end),
		cmocka_unit_test_setup_teardown(
			one_that_is_ready_is_heard_between_long_rounds, begin, end),
		cmocka_unit_test_setup_teardown(one_that_was_read_wakes_nobody, begin, end),
	};

	loop_block_signals();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
