// SPDX-License-Identifier: MIT
/* The hash index and the pool: every operation is checked against a plain array. */
#include "unit.h"

#include "base/hash.h"
#include "base/index.h"
#include "base/pool.h"

#define KEYS 3000u

/* A generator of our own: the same walk at every run. */
static uint32_t step(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static bool lookup(const struct index *ix, uint64_t hash, uint32_t want)
{
	index_for_each_match (ix, hash, id)
		if (id == want)
			return true;
	return false;
}

/* spread: how many distinct hashes; few make long runs and many equal tags. */
static void churn(uint32_t spread)
{
	struct index ix = {0};
	bool present[KEYS] = {false};
	uint64_t seed = spread;
	uint32_t used = 0;

	for (int round = 0; round < 40000; round++) {
		uint32_t id = step(&seed) % KEYS;
		uint64_t hash = hash_two(id % spread, 1);
		if (present[id]) {
			index_remove(&ix, hash, id);
			used--;
		} else {
			assert_int_equal(index_add(&ix, hash, id), 0);
			used++;
		}
		present[id] = !present[id];
		assert_int_equal(ix.used, used);
	}
	for (uint32_t id = 0; id < KEYS; id++)
		assert_int_equal(lookup(&ix, hash_two(id % spread, 1), id), present[id]);
	index_done(&ix);
}

static void index_is_a_set(void **state)
{
	(void)state;
	churn(KEYS);
	churn(64);
	churn(3);
}

static void index_empty(void **state)
{
	struct index ix = {0};

	(void)state;
	assert_false(lookup(&ix, 12345, 0));
	index_done(&ix);
}

static void pool_hands_out(void **state)
{
	struct pool p;
	uint32_t ids[2500], live = 0;

	(void)state;
	assert_int_equal(pool_init(&p, 24, 2500), 0);
	for (uint32_t i = 0; i < 2500; i++) {
		ids[i] = pool_get(&p);
		assert_int_equal(ids[i], i);
		memset(pool_at(&p, i), 0xff, 24);
	}
	assert_int_equal(pool_get(&p), POOL_NONE);
	for (uint32_t i = 0; i < 2500; i += 3)
		pool_put(&p, i);
	for (uint32_t id = pool_next(&p, 0); id != POOL_NONE; id = pool_next(&p, id + 1)) {
		assert_int_not_equal(id % 3, 0);
		live++;
	}
	assert_int_equal(live, p.live);
	uint32_t again = pool_get(&p);
	static const unsigned char zero[24];
	assert_int_equal(again % 3, 0);
	assert_memory_equal(pool_at(&p, again), zero, 24);
	assert_true(pool_is_live(&p, again));
	assert_false(pool_is_live(&p, 2500));
	pool_done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_is_a_set),
		cmocka_unit_test(index_empty),
		cmocka_unit_test(pool_hands_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
