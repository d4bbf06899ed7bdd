// SPDX-License-Identifier: MIT
/* The few that stand first. */
#include "unit.h"

#include "base/few.h"

struct thing {
	int weight, number;
};

static bool heavier(const void *a, const void *b, const void *ctx)
{
	(void)ctx;
	return ((const struct thing *)a)->weight > ((const struct thing *)b)->weight;
}

static void test_the_heaviest_stand_first(void **state)
{
	static const int weights[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3};
	struct thing kept[5] = {{0}};
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 10; i++)
		few_put(kept, &n, 4, sizeof kept[0], &(struct thing){weights[i], i}, heavier, NULL);
	assert_int_equal(n, 4);
	assert_int_equal(kept[0].weight, 9);
	assert_int_equal(kept[1].weight, 6);
	assert_int_equal(kept[2].number, 4); /* of two fives the one that came first */
	assert_int_equal(kept[3].number, 8);
	assert_int_equal(kept[4].weight, 0); /* nothing behind it is written to */
}

static void test_there_may_be_fewer(void **state)
{
	struct thing kept[2], light = {1, 0}, heavy = {2, 1};
	size_t n = 0;

	(void)state;
	assert_true(few_put(kept, &n, 2, sizeof light, &light, heavier, NULL));
	assert_int_equal(n, 1);
	assert_true(few_put(kept, &n, 2, sizeof light, &heavy, heavier, NULL));
	assert_int_equal(kept[0].weight, 2);
	assert_int_equal(kept[1].weight, 1);
	assert_false(few_put(kept, &n, 2, sizeof light, &light, heavier, NULL));
	assert_int_equal(n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_heaviest_stand_first),
		cmocka_unit_test(test_there_may_be_fewer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
