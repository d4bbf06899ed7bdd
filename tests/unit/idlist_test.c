// SPDX-License-Identifier: MIT
#include "base/idlist.h"

#include "unit.h"

struct item {
	char name;
	struct idlinks by_age, by_other;
};

static struct pool pool;
static struct idlist list;

#define BY_AGE &list, &pool, offsetof(struct item, by_age)

static uint32_t push(char name)
{
	uint32_t id = pool_get(&pool);

	((struct item *)pool_at(&pool, id))->name = name;
	idlist_push(BY_AGE, id);
	return id;
}

/* From the oldest to the newest, and back again. */
static void expect(const char *names)
{
	size_t n = 0, count = strlen(names);

	for (uint32_t id = list.oldest; id != POOL_NONE; n++) {
		const struct item *item = pool_at(&pool, id);
		assert_int_equal(item->name, names[n]);
		id = item->by_age.newer;
	}
	assert_int_equal(n, count);
	for (uint32_t id = list.newest; id != POOL_NONE; n--) {
		const struct item *item = pool_at(&pool, id);
		assert_int_equal(item->name, names[n - 1]);
		id = item->by_age.older;
	}
	assert_int_equal(n, 0);
}

static void items_stay_in_their_order(void **state)
{
	(void)state;
	assert_int_equal(pool_init(&pool, sizeof(struct item), 8), 0);
	list = IDLIST_EMPTY;
	expect("");
	uint32_t a = push('a'), b = push('b'), c = push('c'), d = push('d');
	expect("abcd");
	idlist_pull(BY_AGE, b); /* between others */
	expect("acd");
	idlist_pull(BY_AGE, a); /* the oldest */
	expect("cd");
	idlist_pull(BY_AGE, d); /* the newest */
	expect("c");
	idlist_push(BY_AGE, a);
	expect("ca");
	idlist_pull(BY_AGE, c);
	idlist_pull(BY_AGE, a);
	expect("");
	assert_int_equal(list.newest, POOL_NONE);
	assert_int_equal(list.oldest, POOL_NONE);
	pool_done(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(items_stay_in_their_order)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
