// SPDX-License-Identifier: MIT
/* Whose namespaces have a place, where there are more than the set holds. */
#include "base/hash.h"
#include "kernel/netns.h"
#include "kernel/netns_quota.h"

#include "unit.h"

#include <fcntl.h>
#include <unistd.h>

#define ROOT    0
#define MALLORY 1001
#define ALICE   1002
#define BOB     1003

static struct netns_set set;

static int begin(void **state)
{
	(void)state;
	return netns_init(&set);
}

static int end(void **state)
{
	(void)state;
	netns_done(&set);
	return 0;
}

/* The scan meets it. NULL: it has no place. */
static struct netns *meet(uint32_t ino, uint32_t owner)
{
	uint32_t id = netns_find(&set, ino);

	if (id == POOL_NONE) {
		if (!netns_quota_admits(&set, ino, owner))
			return NULL;
		id = pool_get(&set.pool);
		assert_int_not_equal(id, POOL_NONE);
		assert_int_equal(index_add(&set.index, hash_two(ino, 0), id), 0);
		*netns_at(&set, id) = (struct netns){.ino = ino, .owner = owner, .born = set.scan};
	}
	netns_at(&set, id)->scan = set.scan;
	return netns_at(&set, id);
}

static void begin_scan(void)
{
	set.scan++;
	set.overflowed_before = set.overflowed;
	set.overflowed = 0;
	set.refused = (struct noted){0};
	netns_at(&set, set.own_id)->scan = set.scan;
}

/* As the schedule does after a scan: what lost its place goes, the rest is looked into. */
static void end_scan(uint32_t listening_from, uint32_t listening_to)
{
	netns_quota_trim(&set);
	for (uint32_t id = pool_next(&set.pool, 0); id != POOL_NONE;
		id = pool_next(&set.pool, id + 1)) {
		struct netns *n = netns_at(&set, id);
		if (n->scan != set.scan) {
			netns_remove(&set, id);
			continue;
		}
		n->plan.tried = true;
		n->plan.listening = n->ino >= listening_from && n->ino < listening_to;
	}
}

static uint32_t count(uint32_t owner)
{
	uint32_t n = 0;

	for (uint32_t id = pool_next(&set.pool, 0); id != POOL_NONE;
		id = pool_next(&set.pool, id + 1))
		n += netns_at(&set, id)->owner == owner && !netns_at(&set, id)->own;
	return n;
}

/* Scans as often, meeting so many of each from these inodes on. */
static void scan(
	unsigned times, uint32_t mallory, uint32_t alice, uint32_t root, uint32_t from, uint32_t to)
{
	while (times--) {
		begin_scan();
		for (uint32_t i = 0; i < mallory; i++)
			meet(10000 + i, MALLORY);
		for (uint32_t i = 0; i < alice; i++)
			meet(50000 + i, ALICE);
		for (uint32_t i = 0; i < root; i++)
			meet(90000 + i, ROOT);
		end_scan(from, to);
	}
}

static void one_user_hides_nobody(void **state)
{
	(void)state;
	scan(3, 1100, 5, 200, 0, 0);
	assert_in_range(count(MALLORY), NETNS_PER_USER, NETNS_PER_USER + 2 * NETNS_TRIED);
	assert_int_equal(count(ALICE), 5);
	assert_int_equal(count(ROOT), 200);
	assert_true(set.overflowed >= 1100 - NETNS_PER_USER - 2 * NETNS_TRIED);
	assert_int_equal(set.overflowed_owner, MALLORY);
}

static void few_are_all_looked_into(void **state)
{
	(void)state;
	scan(2, NETNS_PER_USER, 5, 500, 0, 0);
	assert_int_equal(count(MALLORY), NETNS_PER_USER);
	assert_int_equal(count(ROOT), 500);
	assert_int_equal(set.overflowed, 0);
}

/* Five among a thousand serve something: they are found, and stay. */
static void those_with_listeners_come_first(void **state)
{
	uint32_t scans = 0, found = 0;

	(void)state;
	set.per_user = 32;
	for (; found < 5 && scans < 2000; scans++) {
		scan(1, 1000, 0, 10, 10990, 10995);
		found = 0;
		for (uint32_t i = 10990; i < 10995; i++)
			found += netns_find(&set, i) != POOL_NONE;
		assert_true(count(MALLORY) <= 32 + 2 * NETNS_TRIED);
	}
	assert_int_equal(found, 5);
	scan(50, 1000, 0, 10, 10990, 10995);
	for (uint32_t i = 10990; i < 10995; i++)
		assert_int_not_equal(netns_find(&set, i), POOL_NONE);
	assert_int_equal(count(ROOT), 10);
}

/* So does one with connections before one without any. */
static void those_without_anything_go(void **state)
{
	(void)state;
	set.per_user = 8;
	scan(1, 8, 0, 0, 0, 0);
	netns_at(&set, netns_find(&set, 10003))->plan.open = 4;
	for (int i = 0; i < 40; i++) {
		begin_scan();
		for (uint32_t k = 0; k < 30; k++)
			meet(10000 + k, MALLORY);
		netns_quota_trim(&set);
		assert_int_equal(netns_at(&set, netns_find(&set, 10003))->scan, set.scan);
		end_scan(0, 0);
	}
}

/* Several users together: root's still find their place, and so do the few of the last. */
static void users_in_league_hide_nobody(void **state)
{
	(void)state;
	for (int times = 0; times < 3; times++) {
		begin_scan();
		for (uint32_t user = 0; user < 20; user++)
			for (uint32_t i = 0; i < 200; i++)
				meet(100000 + user * 1000 + i, 2000 + user);
		for (uint32_t i = 0; i < 60; i++)
			meet(90000 + i, ROOT);
		end_scan(0, 0);
	}
	assert_int_equal(count(ROOT), 60);
	assert_true(set.pool.live <= NETNS_MAX);
}

static void what_is_gone_makes_room(void **state)
{
	(void)state;
	scan(2, 1100, 0, 0, 0, 0);
	scan(1, 0, 3, 3, 0, 0);
	assert_int_equal(count(MALLORY), 0);
	assert_int_equal(count(ALICE), 3);
	assert_int_equal(set.overflowed, 0);
}

static void our_own_stays(void **state)
{
	(void)state;
	set.per_user = 1;
	scan(20, 100, 100, 1500, 0, 0);
	assert_int_equal(netns_find(&set, set.own_ino), set.own_id);
	assert_int_equal(netns_at(&set, set.own_id)->scan, set.scan);
	assert_true(set.pool.live <= NETNS_MAX);
}

static void our_own_is_roots(void **state)
{
	(void)state;
	assert_int_equal(netns_owner_at(netns_own_userns(), AT_FDCWD, "/proc/self/ns/net"), ROOT);
	assert_int_equal(netns_owner_at(netns_own_userns(), AT_FDCWD, "/no/such/file"), ROOT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_user_hides_nobody, begin, end),
		cmocka_unit_test_setup_teardown(few_are_all_looked_into, begin, end),
		cmocka_unit_test_setup_teardown(those_with_listeners_come_first, begin, end),
		cmocka_unit_test_setup_teardown(those_without_anything_go, begin, end),
		cmocka_unit_test_setup_teardown(users_in_league_hide_nobody, begin, end),
		cmocka_unit_test_setup_teardown(what_is_gone_makes_room, begin, end),
		cmocka_unit_test_setup_teardown(our_own_stays, begin, end),
		cmocka_unit_test_setup_teardown(our_own_is_roots, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
