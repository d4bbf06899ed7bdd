// SPDX-License-Identifier: MIT
#include "unit.h"

#include "detect/baseline.h"

#include <math.h>

#define START (INT64_C(1700000000) * USEC_PER_SEC)

static void assert_near(double got, double want, double part)
{
	if (fabs(got - want) > part * fabs(want) + 1e-6)
		fail_msg("got %g, expected about %g", got, want);
}

/* So many a second, for so many seconds; returns the end. */
static usec_t feed(struct baseline *b, usec_t from, int seconds, unsigned rate, bool frozen)
{
	for (int s = 0; s < seconds; s++)
		for (unsigned i = 0; i < rate; i++)
			baseline_add(b, from + s * USEC_PER_SEC + i, 1, frozen);
	usec_t end = from + seconds * USEC_PER_SEC;
	baseline_roll(b, end, frozen);
	return end;
}

static void a_young_mean_is_a_mean(void **state)
{
	struct baseline b = {0};
	usec_t now = feed(&b, START, 10, 20, false);

	(void)state;
	assert_near(baseline_slow(&b), 20, 0.001);
	assert_near(baseline_fast(&b, now), 20, 0.001);
	assert_int_equal(baseline_learning(&b, now), 50);
	assert_near(baseline_growth(&b, now), 1, 0);
	now = feed(&b, now, 50, 20, false);
	assert_int_equal(baseline_learning(&b, now), 0);
	assert_near(baseline_growth(&b, now), 1, 0.001);
	assert_int_equal(baseline_learning(&(struct baseline){0}, now), 60);
}

static void a_burst_is_growth_and_ten_minutes_make_it_usual(void **state)
{
	struct baseline b = {0};
	usec_t now = feed(&b, START, 600, 2, false);

	(void)state;
	now = feed(&b, now, 10, 40, false);
	assert_true(baseline_growth(&b, now) > 8);
	assert_near(baseline_fast(&b, now), 40 * (1 - exp(-1)) + 2 * exp(-1), 0.01);
	now = feed(&b, now, 3000, 40, false);
	assert_near(baseline_growth(&b, now), 1, 0.05);
}

static void an_attack_does_not_become_usual(void **state)
{
	struct baseline b = {0};
	usec_t now = feed(&b, START, 600, 2, false);

	(void)state;
	now = feed(&b, now, 3600, 40, true);
	assert_near(baseline_slow(&b), 2, 0.01);
	assert_near(baseline_growth(&b, now), 20, 0.01);
	feed(&b, now, 30, 2, false);
	assert_near(baseline_slow(&b), 2, 0.01);
}

static void silence_counts(void **state)
{
	struct baseline b = {0};
	usec_t now = feed(&b, START, 600, 10, false);
	struct baseline step = b;

	(void)state;
	for (int i = 1; i <= 60; i++)
		baseline_roll(&step, now + i * BASELINE_STEP, false);
	baseline_roll(&b, now + 60 * BASELINE_STEP, false);
	assert_near(baseline_slow(&b), baseline_slow(&step), 1e-4);
	assert_near(baseline_slow(&b), 10 * (1 - exp(-1)) / (1 - exp(-1.5)) * exp(-.5), 0.01);
	assert_true(baseline_fast(&b, now + 60 * BASELINE_STEP) < 1e-9);
	baseline_roll(&b, now + INT64_C(400000000) * BASELINE_STEP, false);
	assert_true(baseline_slow(&b) < 1e-9);
}

/* Nothing of it, and then there is: that is growth, when what surrounds it is known for long. */
static void new_in_known_surroundings(void **state)
{
	struct baseline b = {0};
	usec_t now = START + 600 * USEC_PER_SEC;

	(void)state;
	baseline_begin(&b, START);
	baseline_roll(&b, now, false);
	assert_int_equal(baseline_learning(&b, now), 0);
	now = feed(&b, now, 5, 10, false);
	assert_true(baseline_growth(&b, now) > 20);
}

/* The open bucket is seen before it is full. */
static void growth_is_seen_within_seconds(void **state)
{
	struct baseline b = {0};
	usec_t now = feed(&b, START, 600, 1, false);

	(void)state;
	feed(&b, now, 3, 100, false);
	assert_true(baseline_growth(&b, now + 3 * USEC_PER_SEC) > 20);
}

static void counts_do_not_overflow_and_time_may_stand_back(void **state)
{
	struct baseline b = {0};

	(void)state;
	baseline_add(&b, START, UINT64_MAX, false);
	baseline_add(&b, START, UINT64_MAX, false);
	assert_true(b.open == UINT64_MAX);
	baseline_roll(&b, START + BASELINE_STEP, false);
	assert_true(isfinite(baseline_slow(&b)));
	baseline_add(&b, START - 100 * BASELINE_STEP, 5, false);
	assert_int_equal(b.open, 5);
	baseline_add(&b, -1, 5, false);
	assert_int_equal(b.open, 10);
}

static double random_part(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(*seed >> 11) / 9007199254740992.0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void quantiles_agree_with_sorting(void **state)
{
	enum {
		N = 20000
	};
	static double all[N];
	static const double ps[] = {0.5, 0.9, 0.95};
	uint64_t seed = 3;

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(ps); k++) {
		for (int shape = 0; shape < 3; shape++) {
			struct quantile q = {.p = ps[k]};
			for (int i = 0; i < N; i++) {
				double u = random_part(&seed);
				all[i] = shape == 0 ? u : shape == 1 ? -log(1 - u) : u * u * u;
				quantile_add(&q, all[i]);
			}
			qsort(all, N, sizeof all[0], by_value);
			assert_near(quantile_value(&q), all[(size_t)(ps[k] * N)], 0.05);
		}
	}
}

static void quantiles_of_few_equal_or_odd_values(void **state)
{
	struct quantile q = {.p = 0.95};

	(void)state;
	assert_near(quantile_value(&q), 0, 0);
	for (int i = 4; i >= 0; i--)
		quantile_add(&q, i);
	assert_near(quantile_value(&q), 4, 0);
	quantile_add(&q, NAN);
	quantile_add(&q, INFINITY);
	assert_int_equal(q.count, 5);
	q = (struct quantile){.p = 0.95};
	for (int i = 0; i < 1000; i++)
		quantile_add(&q, 7);
	assert_near(quantile_value(&q), 7, 0);
	for (int i = 0; i < 1000; i++)
		quantile_add(&q, i % 2 ? 1e308 : -1e308);
	assert_true(fabs(quantile_value(&q)) <= 1e308);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_young_mean_is_a_mean),
		cmocka_unit_test(a_burst_is_growth_and_ten_minutes_make_it_usual),
		cmocka_unit_test(an_attack_does_not_become_usual),
		cmocka_unit_test(silence_counts),
		cmocka_unit_test(new_in_known_surroundings),
		cmocka_unit_test(growth_is_seen_within_seconds),
		cmocka_unit_test(counts_do_not_overflow_and_time_may_stand_back),
		cmocka_unit_test(quantiles_agree_with_sorting),
		cmocka_unit_test(quantiles_of_few_equal_or_odd_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
