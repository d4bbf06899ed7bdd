// SPDX-License-Identifier: MIT
/* When frames are due. */
#include "unit.h"

#include "console/pace.h"

#define CELLS (80 * 24)

static usec_t pause_after(usec_t took, uint64_t bytes, bool asked)
{
	struct pace p = {0};

	pace_drawn(&p, &(struct pace_frame){.began = 5 * USEC_PER_SEC,
			       .took = took,
			       .bytes = bytes,
			       .cells = CELLS,
			       .asked = asked});
	assert_int_equal(pace_due(&p, true), 5 * USEC_PER_SEC + PACE_ASKED);
	return pace_due(&p, false) - 5 * USEC_PER_SEC;
}

static void test_four_times_a_second(void **state)
{
	(void)state;
	assert_int_equal(pause_after(0, 0, false), USEC_PER_SEC / 4);
	assert_int_equal(pause_after(USEC_PER_MSEC, 100, false), USEC_PER_SEC / 4);
}

/* 1,280 bytes a second, in whatever pieces. */
static void test_bytes_take_their_time(void **state)
{
	(void)state;
	assert_int_equal(pause_after(0, 640, false), USEC_PER_SEC / 2);
	assert_int_equal(pause_after(0, 1280, false), USEC_PER_SEC);
	assert_int_equal(pause_after(0, UINT32_MAX, false), 2 * USEC_PER_SEC);
}

/* A view that was opened is large, and goes on at its pace all the same. */
static void test_what_was_asked_for_is_no_flood(void **state)
{
	(void)state;
	assert_int_equal(pause_after(0, 5000, true), USEC_PER_SEC / 4);
}

static void test_a_frame_has_its_share(void **state)
{
	(void)state;
	assert_int_equal(pause_after(50 * USEC_PER_MSEC, 0, false), USEC_PER_SEC);
	assert_int_equal(pause_after(50 * USEC_PER_MSEC, 0, true), USEC_PER_SEC);
	assert_int_equal(pause_after(USEC_PER_SEC, 0, true), 2 * USEC_PER_SEC);
}

static void test_times_come_once(void **state)
{
	usec_t none = 0, at = 10, sleep = -1;

	(void)state;
	assert_false(pace_has_come(&none, 20, &sleep));
	assert_int_equal(sleep, -1);
	assert_false(pace_has_come(&at, 4, &sleep));
	assert_int_equal(sleep, 6);
	assert_true(pace_has_come(&at, 10, &sleep));
	assert_false(pace_has_come(&at, 11, &sleep));
	assert_int_equal(pace_sooner(-1, 3), 3);
	assert_int_equal(pace_sooner(3, -1), 3);
	assert_int_equal(pace_sooner(2, 3), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_four_times_a_second),
		cmocka_unit_test(test_bytes_take_their_time),
		cmocka_unit_test(test_what_was_asked_for_is_no_flood),
		cmocka_unit_test(test_a_frame_has_its_share),
		cmocka_unit_test(test_times_come_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
