// SPDX-License-Identifier: MIT
/* What a configuration, or who writes logs, can make us do at once, and hold: counted. */
#define LOGS_MAX 3000
#include "tail.h"

#include "log/set.h"

#define GLOBS  400
#define FILES  2000
#define LISTED 4 /* names in a unit */

/* Of set_step.c, and what one input may cost beyond them. */
#define OF_A_SCAN  (100000 * LISTED + FILES + 100)
#define OF_A_START (20000 * LISTED + FILES + 100)
#define OF_A_STEP  (2000 * LISTED + FILES + 100)

static struct log_input inputs[GLOBS + 1];

static const char *numbered(const char *what, unsigned n)
{
	static char name[64];

	snprintf(name, sizeof name, "%s%u.log", what, n);
	return name;
}

/* Globs that match nothing among FILES files, and one that does. */
static void open_globs(bool from_start)
{
	int err;

	for (unsigned n = 0; n < FILES; n++) {
		char name[32];
		snprintf(name, sizeof name, "x%u", n);
		append(name, "", 0);
	}
	for (unsigned n = 0; n < GLOBS; n++) {
		char name[32];
		snprintf(name, sizeof name, "none%u*", n);
		inputs[n] = (struct log_input){.path = strdup(at(name))};
	}
	inputs[GLOBS] = (struct log_input){.path = strdup(at("*.log"))};
	bench.tail = log_tail_new(
		&(struct log_tail_options){
			.inputs = inputs, .input_count = GLOBS + 1, .from_start = from_start},
		&err);
	assert_non_null(bench.tail);
}

static int free_globs(void **state)
{
	for (unsigned n = 0; n <= GLOBS; n++) {
		free((char *)inputs[n].path);
		inputs[n].path = NULL;
	}
	return tear_down(state);
}

/* Polls until the start is over; returns how often that was. */
static unsigned step_through_the_start(void)
{
	const struct log_work *work = log_tail_work(bench.tail);
	unsigned polls = 0;
	int more = 1;

	while (more > 0) {
		uint64_t listed = work->listed;
		more = source_poll(bench.tail, bench.now, &bench.sink);
		assert_in_range(work->listed - listed, 0, OF_A_START);
		polls++;
	}
	assert_int_equal(more, 0);
	return polls;
}

static void a_start_goes_in_steps(void **state)
{
	(void)state;
	append_lines("last.log", 0, 3);
	open_globs(true);
	const struct log_work *work = log_tail_work(bench.tail);
	assert_in_range(work->listed, FILES, OF_A_SCAN);
	assert_in_range(step_through_the_start(), 4, 20);
	/* It has come to its end, all the same. */
	assert_in_range(work->listed, (uint64_t)GLOBS * FILES, (uint64_t)2 * GLOBS * FILES);
	assert_each_once(0, 3);
}

/* What was there is the past, also if it is found late. */
static void a_late_find_is_read_from_its_end(void **state)
{
	(void)state;
	append_lines("last.log", 0, 3);
	open_globs(false);
	step_through_the_start();
	append_lines("last.log", 3, 5);
	after(USEC_PER_SEC);
	assert_each_once(3, 5);
	assert_int_equal(bench.requests, 2);
}

static void expansions_go_in_steps(void **state)
{
	(void)state;
	open_globs(true);
	step_through_the_start();
	const struct log_work *work = log_tail_work(bench.tail);
	uint64_t begun = work->listed;
	for (unsigned tick = 0; tick < 450; tick++) {
		uint64_t listed = work->listed;
		bench.now += USEC_PER_SEC;
		assert_int_equal(source_poll(bench.tail, bench.now, &bench.sink), 0);
		assert_in_range(work->listed - listed, 0, OF_A_STEP);
	}
	/* One after the other, at their pace. */
	assert_in_range(work->listed - begun, (uint64_t)GLOBS * FILES, (uint64_t)450 * 4500);
}

/* The inputs change while they are expanded: what both have is not let go. */
static void a_change_goes_in_steps(void **state)
{
	(void)state;
	append_lines("last.log", 0, 1);
	open_globs(true);
	step_through_the_start();
	const struct log_work *work = log_tail_work(bench.tail);
	for (unsigned tick = 0; tick < 300; tick++) {
		uint64_t listed = work->listed;
		if (tick == 0 || tick == 10)
			assert_int_equal(log_tail_change(bench.tail,
						 &(struct log_tail_options){.inputs = inputs,
							 .input_count = GLOBS + 1}),
				0);
		bench.now += USEC_PER_SEC;
		append_lines("last.log", tick + 1, tick + 2);
		source_poll(bench.tail, bench.now, &bench.sink);
		assert_in_range(work->listed - listed, 0, OF_A_STEP);
	}
	assert_each_once(0, 301);
	for (size_t i = 0; i < bench.log_count; i++)
		assert_string_not_equal(bench.logs[i].note, "No longer in the configuration");
	assert_int_equal(settled("last.log")->last.state, LOG_READING);
}

static void last_words_are_bounded(void **state)
{
	(void)state;
	open_globs(false);
	const struct log_work *work = log_tail_work(bench.tail);
	uint64_t listed = work->listed;
	source_finish(bench.tail, bench.now, &bench.sink);
	assert_in_range(work->listed - listed, 0, OF_A_SCAN);
}

#define WITH_GLOBS(f) cmocka_unit_test_setup_teardown(f, set_up, free_globs)

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_GLOBS(a_start_goes_in_steps),
		WITH_GLOBS(a_late_find_is_read_from_its_end), WITH_GLOBS(expansions_go_in_steps),
		WITH_GLOBS(a_change_goes_in_steps), WITH_GLOBS(last_words_are_bounded)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
