// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/hash.h"
#include "detect/hll.h"

#include <math.h>

enum {
	TRIALS = 400
};

static uint64_t nth(uint64_t trial, uint64_t i)
{
	return hash_two(trial + 1, i + 1);
}

struct errors {
	double rms, worst, bias;
};

static struct errors measure(unsigned bits, uint64_t n)
{
	struct errors e = {0, 0, 0};

	for (uint64_t trial = 0; trial < TRIALS; trial++) {
		uint8_t registers[256] = {0};
		for (uint64_t i = 0; i < n; i++)
			hll_add(registers, bits, nth(trial, i));
		double off = hll_count(registers, bits) / (double)n - 1;
		e.rms += off * off / TRIALS;
		e.bias += off / TRIALS;
		e.worst = fabs(off) > e.worst ? fabs(off) : e.worst;
	}
	e.rms = sqrt(e.rms);
	return e;
}

/* The theory: 1.04 / sqrt(m), and less for few; among 400 trials the worst is three to four times
 * that. */
static void the_error_is_as_promised(void **state)
{
	static const uint64_t counts[] = {20, 50, 100, 200, 500, 1000, 2000, 20000};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		struct errors many = measure(8, counts[i]), few = measure(6, counts[i]);
		assert_true(many.rms < 0.068);
		assert_true(many.worst < (counts[i] <= 1000 ? 0.2 : 0.3));
		assert_true(fabs(many.bias) < 0.015);
		assert_true(few.rms < 0.155);
	}
}

static void few_are_told_apart(void **state)
{
	uint8_t registers[256] = {0};

	(void)state;
	assert_true(hll_count(registers, 8) == 0);
	hll_add(registers, 8, nth(0, 0));
	assert_true(fabs(hll_count(registers, 8) - 1) < 0.02);
	hll_add(registers, 8, nth(0, 0));
	hll_add(registers, 8, nth(0, 1));
	assert_true(fabs(hll_count(registers, 8) - 2) < 0.04);
}

static void a_merge_is_the_union_in_any_order(void **state)
{
	uint8_t a[256] = {0}, b[256] = {0}, both[256] = {0};

	(void)state;
	for (uint64_t i = 0; i < 3000; i++) {
		hll_add(i % 3 ? a : b, 8, nth(9, i % 1000));
		hll_add(both, 8, nth(9, (2999 - i) % 1000));
	}
	hll_merge(a, b, 8);
	assert_memory_equal(a, both, sizeof a);
	hll_merge(a, b, 8);
	assert_memory_equal(a, both, sizeof a);
}

/* Hashes as nobody draws them: the ranks stay inside, the estimate finite. */
static void the_ends_of_the_scale(void **state)
{
	(void)state;
	for (unsigned bits = 4; bits <= 8; bits++) {
		uint8_t registers[256] = {0};
		for (uint64_t at = 0; at < 1u << bits; at++)
			hll_add(registers, bits, at << (64 - bits));
		for (uint64_t at = 0; at < 1u << bits; at++)
			assert_int_equal(registers[at], 64 - bits + 1);
		assert_true(hll_count(registers, bits) >= 1);
		hll_add(registers, bits, UINT64_MAX);
		assert_int_equal(registers[(1u << bits) - 1], 64 - bits + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_error_is_as_promised),
		cmocka_unit_test(few_are_told_apart),
		cmocka_unit_test(a_merge_is_the_union_in_any_order),
		cmocka_unit_test(the_ends_of_the_scale),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
