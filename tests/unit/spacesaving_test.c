// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/hash.h"
#include "detect/focus.h"
#include "detect/spacesaving.h"

enum {
	CAP = 64,
	KEYS = 4000
};

static uint32_t step(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static uint64_t hash_of(uint32_t key)
{
	return hash_two(key, 5);
}

static void assert_heap(const struct spacesaving *s)
{
	for (uint32_t i = 0; i < s->used; i++) {
		assert_int_equal(s->keys[s->heap[i].id].place, i);
		assert_true(i == 0 || s->heap[(i - 1) / 2].count <= s->heap[i].count);
		assert_int_equal(spacesaving_find(s, s->keys[i].hash), i);
	}
}

/* Some keys are frequent, most are not; skew 0 is a stream of mostly new ones. */
static uint32_t draw(uint64_t *seed, uint32_t skew)
{
	uint32_t key = step(seed) % KEYS;

	for (uint32_t i = 0; i < skew; i++)
		key = (uint32_t)((uint64_t)key * (step(seed) % KEYS) / KEYS);
	return key;
}

static void counts_are_bounded_from_both_sides(void **state)
{
	static uint64_t truth[KEYS], over[CAP];

	(void)state;
	for (uint32_t skew = 0; skew < 6; skew++) {
		struct spacesaving s;
		uint64_t seed = skew + 1, total = 0;
		memset(truth, 0, sizeof truth);
		assert_int_equal(spacesaving_init(&s, CAP), 0);
		for (int i = 0; i < 50000; i++) {
			uint32_t key = draw(&seed, skew), n = 1 + step(&seed) % 3;
			struct spacesaving_hit hit = spacesaving_add(&s, hash_of(key), n, 1000);
			truth[key] += n;
			total += n;
			if (hit.is_new)
				over[hit.id] = hit.over;
		}
		assert_heap(&s);
		for (uint32_t key = 0; key < KEYS; key++) {
			uint32_t id = spacesaving_find(&s, hash_of(key));
			if (id == SPACESAVING_NONE) {
				assert_true(truth[key] <= s.heap[0].count);
				continue;
			}
			assert_true(spacesaving_count(&s, id) - over[id] <= truth[key]);
			assert_true(spacesaving_count(&s, id) >= truth[key]);
		}
		assert_true(s.heap[0].count <= total / CAP);
		spacesaving_done(&s);
	}
}

/* Against a table that looks at everybody whenever somebody has to go. */
static void the_idle_lose_first(void **state)
{
	struct {
		uint32_t key, last;
	} kept[CAP] = {{0}};
	struct spacesaving s;
	uint64_t seed = 11;
	uint32_t now = 100;

	(void)state;
	assert_int_equal(spacesaving_init(&s, CAP), 0);
	for (int i = 0; i < 100000; i++) {
		uint32_t key = draw(&seed, 4), oldest = 0;
		now += step(&seed) % 4 == 0;
		bool full = s.used == CAP;
		for (uint32_t id = 1; full && id < CAP; id++)
			if (kept[id].last < kept[oldest].last)
				oldest = id;
		uint32_t rarest = s.heap[0].id;
		struct spacesaving_hit hit = spacesaving_add(&s, hash_of(key), 1, now);
		if (hit.is_new && full)
			assert_int_equal(hit.id,
				now - kept[oldest].last >= SPACESAVING_IDLE ? oldest : rarest);
		if (!hit.is_new)
			assert_int_equal(kept[hit.id].key, key);
		kept[hit.id].key = key;
		kept[hit.id].last = now;
	}
	assert_heap(&s);
	spacesaving_done(&s);
}

static void a_storm_of_new_keys_leaves_the_frequent(void **state)
{
	struct spacesaving s;
	uint32_t new_key = 1000000;

	(void)state;
	assert_int_equal(spacesaving_init(&s, 512), 0);
	for (int round = 0; round < 4000; round++) {
		for (int i = 0; i < 100; i++) /* fewer than 512 a round */
			spacesaving_add(&s, hash_of(new_key++), 1, 50);
		spacesaving_add(&s, hash_of(7), 1, 50);
	}
	uint32_t id = spacesaving_find(&s, hash_of(7));
	assert_int_not_equal(id, SPACESAVING_NONE);
	assert_true(spacesaving_count(&s, id) >= 4000);
	assert_int_equal(s.used, 512);
	spacesaving_done(&s);
}

static void weights_do_not_overflow_and_time_may_stand_back(void **state)
{
	struct spacesaving s;

	(void)state;
	assert_int_equal(spacesaving_init(&s, 1), 0);
	spacesaving_add(&s, 1, UINT64_MAX, 100);
	spacesaving_add(&s, 1, 5, 90);
	assert_true(spacesaving_count(&s, 0) == UINT64_MAX);
	assert_int_equal(s.keys[0].last, 100);
	struct spacesaving_hit hit = spacesaving_add(&s, 2, 5, 0);
	assert_true(hit.is_new && hit.id == 0 && hit.over == UINT64_MAX);
	assert_true(spacesaving_count(&s, 0) == UINT64_MAX);
	assert_int_equal(s.replaced, 1);
	spacesaving_clear(&s);
	assert_int_equal(spacesaving_find(&s, 2), SPACESAVING_NONE);
	assert_true(spacesaving_add(&s, 2, 1, 0).is_new);
	spacesaving_done(&s);
}

static void a_focus_names_the_sources(void **state)
{
	struct focus f;

	(void)state;
	assert_int_equal(focus_init(&f), 0);
	focus_open(&f, 42, 0);
	for (uint32_t i = 0; i < 6000; i++) {
		uint8_t b[4] = {203, 0, 113, (uint8_t)(i % 20)}, other[4] = {10, 0, 0, 0};
		memcpy(other + 1, &i, 3);
		struct addr a = addr_from_v4(i % 2 ? other : b);
		focus_add(&f, &a, 0);
	}
	uint64_t least = 0;
	for (uint32_t id = 0; id < f.counts.used; id++)
		if (f.at[id].addr.b[12] == 203)
			least += focus_least(&f, id);
	assert_int_equal(least, 3000);
	assert_int_equal(f.requests, 6000);
	focus_open(&f, 43, 0);
	assert_int_equal(f.counts.used, 0);
	focus_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_bounded_from_both_sides),
		cmocka_unit_test(the_idle_lose_first),
		cmocka_unit_test(a_storm_of_new_keys_leaves_the_frequent),
		cmocka_unit_test(weights_do_not_overflow_and_time_may_stand_back),
		cmocka_unit_test(a_focus_names_the_sources),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
