// SPDX-License-Identifier: MIT
/* The pieces of the judgement, each by itself. */
#include "unit.h"

#include "base/hash.h"
#include "detect/ledger.h"
#include "detect/trail.h"

#include <math.h>

#define START (INT64_C(1700000010) * USEC_PER_SEC) /* a turn of 30 s begins here, and a bucket */
#define S     USEC_PER_SEC

static struct trails trails;

static int set_up(void **state)
{
	(void)state;
	return trails_init(&trails, 64);
}

static int tear_down(void **state)
{
	(void)state;
	trails_done(&trails);
	return 0;
}

static struct addr no(unsigned i)
{
	return addr_from_v4((const uint8_t[4]){81, (uint8_t)(i >> 8), (uint8_t)i, 7});
}

static struct trail *touch(unsigned i, usec_t now)
{
	struct addr a = no(i);
	struct prefix p = trail_host(&a);
	uint32_t id = trails_touch(&trails, &p, now);

	assert_int_not_equal(id, POOL_NONE);
	return trails_at(&trails, id);
}

static struct trail *find(unsigned i)
{
	struct addr a = no(i);
	struct prefix p = trail_host(&a);
	uint32_t id = trails_find(&trails, &p);

	return id == POOL_NONE ? NULL : trails_at(&trails, id);
}

static void assert_near(double got, double want)
{
	if (fabs(got - want) > 0.01)
		fail_msg("got %g, expected %g", got, want);
}

static double missed(const struct trail *t, usec_t now, unsigned seconds)
{
	return trail_sum(t, TRAIL_MISSED, now, seconds);
}

static void add(struct trail *t, usec_t now, uint32_t n)
{
	trail_roll(t, now);
	trail_add(t, TRAIL_MISSED, n);
}

static void sums_glide_over_the_borders_of_buckets(void **state)
{
	struct trail *t = touch(1, START);

	(void)state;
	add(t, START, 10);
	add(t, START + 5 * S, 20);
	add(t, START + 10 * S, 30);
	assert_near(missed(t, START + 10 * S, 60), 60);
	assert_near(missed(t, START + 10 * S, 10), 60);
	assert_near(missed(t, START + 10 * S, 5), 50);
	assert_near(missed(t, START + 12 * S + S / 2, 5), 40);
	assert_near(missed(t, START + 14 * S, 5), 34);
	assert_near(missed(t, START + 15 * S, 5), 30);
	assert_near(missed(t, START + 20 * S, 5), 0);
	assert_near(missed(t, START + 60 * S, 60), 60);
	assert_near(missed(t, START + 62 * S + S / 2, 60), 55);
	assert_near(missed(t, START + 65 * S, 60), 50);
	assert_near(missed(t, START + 75 * S, 60), 0);
}

static void what_is_old_is_cleared_and_what_is_much_is_bounded(void **state)
{
	struct trail *t = touch(1, START);

	(void)state;
	add(t, START, 70000);
	add(t, START, 70000);
	assert_near(missed(t, START, 60), UINT16_MAX);
	add(t, START + 61 * S, 1);
	add(t, START + 65 * S, 1); /* the slot of START */
	assert_near(missed(t, START + 65 * S, 60), 2);
	add(t, START + 3600 * S, 5);
	assert_near(missed(t, START + 3600 * S, 60), 5);
	/* A time that goes back counts in the newest. */
	add(t, START + 3000 * S, 5);
	assert_near(missed(t, START + 3600 * S, 60), 10);
	assert_near(missed(t, START + 3000 * S, 60), 0);
}

static void busy_seconds_are_counted_once(void **state)
{
	struct trail *t = touch(1, START);

	(void)state;
	assert_int_equal(trail_busy(t, START, 10), 0);
	for (int i = 0; i < 5; i++)
		trail_note_busy(t, START + i * S / 10);
	assert_int_equal(trail_busy(t, START, 10), 1);
	trail_note_busy(t, START + 3 * S);
	trail_note_busy(t, START + 4 * S);
	assert_int_equal(trail_busy(t, START + 4 * S, 10), 3);
	assert_int_equal(trail_busy(t, START + 4 * S, 4), 2);
	assert_int_equal(trail_busy(t, START + 9 * S, 10), 3);
	assert_int_equal(trail_busy(t, START + 10 * S, 10), 2);
	assert_int_equal(trail_busy(t, START + 14 * S, 10), 0);
	trail_note_busy(t, START + 36 * S);
	assert_int_equal(trail_busy(t, START + 36 * S, 32), 1);
	for (int i = 0; i < 40; i++)
		trail_note_busy(t, START + (40 + i) * S);
	assert_int_equal(trail_busy(t, START + 79 * S, 32), 32);
	assert_int_equal(trail_busy(t, START + 200 * S, 32), 0);
}

static void sources_take_turns(void **state)
{
	struct trail *t = touch(1, START);

	(void)state;
	for (uint64_t i = 0; i < 40; i++)
		for (int again = 0; again < 3; again++)
			trail_note_source(t, hash_two(i, 5), START + (usec_t)i * S / 10);
	assert_in_range((int)trail_sources(t, START + 5 * S), 32, 48);
	assert_in_range((int)trail_sources(t, START + 59 * S), 32, 48);
	assert_int_equal((int)trail_sources(t, START + 60 * S), 0);
	trail_note_source(t, 1, START + 60 * S);
	assert_int_equal((int)(trail_sources(t, START + 60 * S) + 0.5), 1);
	for (uint64_t i = 0; i < 5000; i++)
		trail_note_source(t, hash_two(i, 5), START + 61 * S);
	assert_true(trail_sources(t, START + 61 * S) > 500);
	assert_true(isfinite(trail_sources(t, START + 61 * S)));
}

static void kinds_take_turns(void **state)
{
	struct trail *t = touch(1, START);

	(void)state;
	trail_note_kinds(t, 1, START);
	trail_note_kinds(t, 2, START + 29 * S);
	assert_int_equal(trail_kinds(t, START + 29 * S), 3);
	trail_note_kinds(t, 4, START + 30 * S);
	assert_int_equal(trail_kinds(t, START + 30 * S), 7);
	assert_int_equal(trail_kinds(t, START + 60 * S), 4);
	assert_int_equal(trail_kinds(t, START + 90 * S), 0);
	trail_note_kinds(t, 8, START + 200 * S);
	assert_int_equal(trail_kinds(t, START + 200 * S), 8);
}

static void members_are_counted_once_a_turn(void **state)
{
	struct trail_members net = {0}, hosts[5] = {{0}};

	(void)state;
	for (int again = 0; again < 3; again++)
		for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
			trail_note_member(&net, &hosts[i], START + again * S);
	assert_int_equal(trail_members(&net, START + 5 * S), 5);
	trail_note_member(&net, &hosts[0], START + 31 * S);
	assert_int_equal(trail_members(&net, START + 31 * S), 5);
	assert_int_equal(trail_members(&net, START + 60 * S), 1);
	assert_int_equal(trail_members(&net, START + 90 * S), 0);
}

static void the_idle_make_way(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 64; i++)
		touch(i, START + i * S);
	touch(0, START + 100 * S); /* the first comes again */
	for (unsigned i = 64; i < 104; i++)
		touch(i, START + (100 + i) * S);
	assert_int_equal(trails.pool.live, 64);
	assert_non_null(find(0));
	assert_non_null(find(103));
	unsigned held = 0;
	for (unsigned i = 0; i < 104; i++)
		held += find(i) != NULL;
	assert_int_equal(held, 64);
	assert_true(trails.evicted <= 40);
	/* All at once: those that go had something to say. */
	uint64_t before = trails.evicted;
	for (unsigned i = 200; i < 1200; i++)
		touch(i, START + 300 * S);
	assert_int_equal(trails.pool.live, 64);
	assert_true(trails.evicted - before >= 1000 - 64);
}

static void one_that_comes_again_begins_anew(void **state)
{
	(void)state;
	add(touch(1, START), START, 5);
	for (unsigned i = 100; i < 400; i++)
		touch(i, START + S);
	assert_null(find(1));
	struct trail *t = touch(1, START + 2 * S);
	assert_near(missed(t, START + 2 * S, 60), 0);
	assert_int_equal(t->first, START + 2 * S);
	assert_int_equal(t->net, POOL_NONE);
}

static void the_ledger_knows_where_requests_come_by(void **state)
{
	struct ledger l = {0};

	(void)state;
	assert_true(ledger_speaks(&l, 80));
	assert_true(ledger_speaks(&l, 443));
	assert_false(ledger_speaks(&l, 9000));
	ledger_tell(&l, 9000);
	assert_true(ledger_speaks(&l, 9000));
	for (int again = 0; again < 5; again++)
		for (uint16_t p = 1; p < LEDGER_PORTS; p++)
			ledger_tell(&l, p);
	/* The rarest makes way; a port speaks when one in twenty came by it. */
	ledger_tell(&l, 5000);
	assert_false(ledger_speaks(&l, 9000));
	assert_false(ledger_speaks(&l, 5000));
	for (int again = 0; again < 20; again++)
		ledger_tell(&l, 5000);
	assert_true(ledger_speaks(&l, 5000));
	assert_int_equal(l.n, LEDGER_PORTS);
}

/* Somebody who browses and is logged in by SSH. */
static void the_ledger_is_not_told_of_ssh_by_one(void **state)
{
	struct ledger l = {0};

	(void)state;
	for (int again = 0; again < 40; again++)
		ledger_tell(&l, 8080);
	ledger_tell(&l, 22);
	assert_true(ledger_speaks(&l, 8080));
	assert_false(ledger_speaks(&l, 22));
}

static void the_ledger_looks_at_the_first_and_then_at_some(void **state)
{
	struct ledger l = {0};
	unsigned due = 0;

	(void)state;
	for (int i = 0; i < 512; i++)
		assert_true(ledger_is_due(&l));
	for (int i = 0; i < 1600; i++)
		due += ledger_is_due(&l);
	assert_int_equal(due, 100);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sums_glide_over_the_borders_of_buckets),
		TEST(what_is_old_is_cleared_and_what_is_much_is_bounded),
		TEST(busy_seconds_are_counted_once),
		TEST(sources_take_turns),
		TEST(kinds_take_turns),
		TEST(members_are_counted_once_a_turn),
		TEST(the_idle_make_way),
		TEST(one_that_comes_again_begins_anew),
		cmocka_unit_test(the_ledger_knows_where_requests_come_by),
		cmocka_unit_test(the_ledger_is_not_told_of_ssh_by_one),
		cmocka_unit_test(the_ledger_looks_at_the_first_and_then_at_some),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
