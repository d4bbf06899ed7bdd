// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/topk.h"

#include <stdlib.h>

static struct addr nth(uint32_t i)
{
	uint8_t b[4] = {(uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};

	return addr_from_v4(b);
}

static uint64_t count_of(const struct topk *h, uint32_t i)
{
	struct addr a = nth(i);

	for (size_t at = 0; at < h->count; at++)
		if (addr_eq(&h->items[at].addr, &a))
			return h->items[at].n;
	return 0;
}

static void add(struct topk *h, uint32_t i, uint64_t n)
{
	struct addr a = nth(i);

	topk_add(h, &a, n);
}

static void few_are_all_kept(void **state)
{
	struct topk h;

	(void)state;
	assert_int_equal(topk_init(&h, 8), 0);
	for (uint32_t i = 1; i <= 8; i++)
		add(&h, i, i % 3);
	assert_int_equal(h.count, 8);
	assert_int_equal(h.passed_over, 0);
	for (uint32_t i = 1; i <= 8; i++)
		assert_int_equal(count_of(&h, i), i % 3);
	topk_done(&h);
}

/* A flood: a million addresses with one SYN each, and in its midst some that send more. */
static void heavy_ones_stand_out_of_a_flood(void **state)
{
	struct topk h;
	uint64_t sum = 0;

	(void)state;
	assert_int_equal(topk_init(&h, 64), 0);
	for (uint32_t i = 0; i < 1000000; i++)
		add(&h, i, i % 31250 == 7 ? 2 + i : 1);
	assert_int_equal(h.count, 64);
	assert_int_equal(h.passed_over, 1000000 - 64);
	for (uint32_t i = 7; i < 1000000; i += 31250)
		assert_int_equal(count_of(&h, i), 2 + i);
	for (size_t i = 0; i < h.count; i++)
		sum += h.items[i].n == 1;
	assert_int_equal(sum, 64 - 32);
	topk_done(&h);
}

static int by_count(const void *a, const void *b)
{
	uint64_t x = ((const struct heavy *)a)->n, y = ((const struct heavy *)b)->n;

	return (x < y) - (x > y);
}

/* Whatever the order, the counts kept are the highest there were. */
static void agrees_with_sorting(void **state)
{
	enum {
		ALL = 5000
	};
	static struct heavy all[ALL];
	struct topk h;

	(void)state;
	srand(7);
	for (int round = 0; round < 20; round++) {
		size_t cap = 1 + (size_t)rand() % 300;
		assert_int_equal(topk_init(&h, cap), 0);
		for (uint32_t i = 0; i < ALL; i++) {
			all[i] = (struct heavy){nth(i), 1 + (uint64_t)(rand() % 1000)};
			topk_add(&h, &all[i].addr, all[i].n);
		}
		qsort(all, ALL, sizeof all[0], by_count);
		qsort(h.items, h.count, sizeof h.items[0], by_count);
		assert_int_equal(h.count, cap);
		for (size_t i = 0; i < cap; i++)
			assert_int_equal(h.items[i].n, all[i].n);
		topk_done(&h);
	}
}

static void used_again(void **state)
{
	struct topk h;

	(void)state;
	assert_int_equal(topk_init(&h, 2), 0);
	add(&h, 1, UINT64_MAX);
	add(&h, 2, 5);
	add(&h, 3, 5);
	assert_int_equal(count_of(&h, 3), 0);
	topk_clear(&h);
	assert_int_equal(h.count, 0);
	assert_int_equal(h.passed_over, 0);
	add(&h, 4, 1);
	assert_int_equal(count_of(&h, 4), 1);
	assert_int_equal(count_of(&h, 1), 0);
	topk_done(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_are_all_kept),
		cmocka_unit_test(heavy_ones_stand_out_of_a_flood),
		cmocka_unit_test(agrees_with_sorting),
		cmocka_unit_test(used_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
