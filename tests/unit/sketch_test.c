// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/hash.h"
#include "detect/sketch.h"

#define NOW (1000 * SKETCH_TURN)

static void add(struct sketch *s, enum sketch_kind kind, uint64_t from, uint64_t n, usec_t now)
{
	for (uint64_t i = from; i < from + n; i++)
		sketch_add(s, kind, hash_two(i, kind + 77), now);
}

static void kinds_do_not_touch_each_other(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < SKETCH_KINDS; kind++) {
		struct sketch s = {0};
		add(&s, kind, 0, 5000, NOW);
		for (unsigned other = 0; other < SKETCH_KINDS; other++)
			assert_int_equal(sketch_least(&s, other, NOW),
				other == kind ? sketch_words(kind) * 32 : 0);
		assert_true(sketch_count(&s, kind, NOW) > sketch_words(kind) * 32.0);
	}
}

/* rms over many hosts, in percent. */
static double error_of(enum sketch_kind kind, uint64_t n)
{
	double sum = 0;

	for (uint64_t host = 0; host < 500; host++) {
		struct sketch s = {0};
		add(&s, kind, host * 1000, n, NOW);
		add(&s, kind, host * 1000, n, NOW + 1);
		double off = sketch_count(&s, kind, NOW) / (double)n - 1;
		sum += off * off;
	}
	return 100 * sqrt(sum / 500);
}

static void the_error_is_as_promised(void **state)
{
	(void)state;
	assert_true(error_of(SKETCH_PATHS, 40) < 9);
	assert_true(error_of(SKETCH_PATHS, 150) < 14);
	assert_true(error_of(SKETCH_REFUSED, 12) < 10);
	assert_true(error_of(SKETCH_AGENTS, 10) < 16);
	assert_true(error_of(SKETCH_CLAIMS, 8) < 15);
	assert_true(error_of(SKETCH_CLAIMS, 1) < 2);
}

static void what_is_old_is_forgotten(void **state)
{
	struct sketch s = {0};

	(void)state;
	add(&s, SKETCH_PATHS, 0, 20, NOW);
	uint32_t early = sketch_least(&s, SKETCH_PATHS, NOW);
	assert_int_equal(sketch_least(&s, SKETCH_PATHS, NOW + 2 * SKETCH_TURN - 1), early);
	assert_int_equal(sketch_least(&s, SKETCH_PATHS, NOW + 2 * SKETCH_TURN), 0);
	add(&s, SKETCH_PATHS, 0, 20, NOW + SKETCH_TURN); /* the same ones again */
	assert_int_equal(sketch_least(&s, SKETCH_PATHS, NOW + SKETCH_TURN), early);
	assert_int_equal(sketch_least(&s, SKETCH_PATHS, NOW + 2 * SKETCH_TURN), early);
	add(&s, SKETCH_PATHS, 500, 1, NOW + 10 * SKETCH_TURN);
	assert_int_equal(sketch_least(&s, SKETCH_PATHS, NOW + 10 * SKETCH_TURN), 1);
	add(&s, SKETCH_PATHS, 501, 1, NOW + 13 * SKETCH_TURN);
	assert_int_equal(sketch_least(&s, SKETCH_PATHS, NOW + 13 * SKETCH_TURN), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_do_not_touch_each_other),
		cmocka_unit_test(the_error_is_as_promised),
		cmocka_unit_test(what_is_old_is_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
