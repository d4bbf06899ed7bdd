// SPDX-License-Identifier: MIT
/* When namespaces are listed. The listings are counted, not made; what would wait for time to pass
 * has its due times set. */
#include "unit.h"

#include "base/mono.h"
#include "kernel/schedule.h"

#include <errno.h>

static struct {
	unsigned full, half_open, looks;
	uint32_t began;  /* the id of the namespace that was listed last */
	int64_t waiting; /* what the listeners say */
	int err;         /* of a listing */
	uint64_t rows;   /* half-open ones in it */
	bool moving;     /* the first of them moves on before the ring is read */
	unsigned told;   /* of the first: how often, and its state */
	uint8_t state;
	bool cut;          /* a row cannot be read */
	unsigned listings; /* that were told */
	struct event_listing latest;
} fake;

static int begin(struct schedule *r, const struct netns *n, uint32_t states)
{
	(void)n;
	fake.began = r->net;
	++*(states == SOCKTAB_ALL ? &fake.full : &fake.half_open);
	return 0;
}

/* A listener, and as many half-open connections to it. */
static int step(struct schedule *r)
{
	struct event_conn row = {.ns = r->nets.own_ino, .lport = 80, .state = TCP_LISTEN};

	socktab_add(&r->table, &row, 0);
	row.state = TCP_SYN_RECV;
	row.ip = ip_of("192.0.2.1");
	for (uint64_t i = 0; i < fake.rows; i++) {
		row.port = (uint16_t)(1024 + i);
		socktab_add(&r->table, &row, 0);
	}
	r->table.listing.cut |= fake.cut;
	return fake.err;
}

/* What the kernel did meanwhile. */
static void drain(struct schedule *r, struct event_sink *sink)
{
	struct event_conn move = {
		.ip = ip_of("192.0.2.1"),
		.ns = r->nets.own_ino,
		.port = 1024,
		.lport = 80,
		.was = TCP_SYN_RECV,
		.state = TCP_ESTABLISHED,
		EVENT_CONN_ABSENT,
	};

	if (fake.moving && r->net != POOL_NONE && r->table.listing.count)
		socktab_transition(&r->table, &move, 0, mono_now(), sink);
}

static int64_t look(struct schedule *r, const struct netns *n)
{
	(void)r;
	(void)n;
	fake.looks++;
	return fake.waiting;
}

static const struct schedule_ops asking = {
	.begin = begin, .step = step, .drain = drain, .half_open = look};
static const struct schedule_ops not_asking = {.begin = begin, .step = step, .drain = drain};
static const struct schedule_pace pace = {.interval = NSEC_PER_SEC,
	.full_part = 1,
	.half_open_part = 1,
	.calm_part = 1,
	.calm_most = NSEC_PER_SEC};

static void count(struct event_sink *sink, const struct event *event)
{
	(void)sink;
	if (event->kind == EVENT_LISTING) {
		fake.listings++;
		fake.latest = event->listing;
	}
	if (event->kind != EVENT_CONN || event->conn.port != 1024)
		return;
	fake.told++;
	fake.state = event->conn.state;
}

static struct event_sink sink = {.put = count};

/* Our own namespace alone, listed once. */
static void start(struct schedule *r, const struct schedule_ops *ops, uint64_t rows)
{
	memset(r, 0, sizeof *r);
	memset(&fake, 0, sizeof fake);
	fake.rows = rows;
	assert_int_equal(schedule_init(r, ops, &pace), 0);
	r->scan_due = UINT64_MAX;
	schedule_poll(r, &sink);
	assert_int_equal(fake.full, 1);
	assert_int_equal(fake.half_open, 0);
}

/* The time of the next half-open listing has come. */
static void half_open_due(struct schedule *r)
{
	netns_at(&r->nets, r->nets.own_id)->plan.half_open_due = 0;
	r->half_open_gate = 0;
	schedule_poll(r, &sink);
	assert_int_equal(fake.full, 1);
}

/* Moves made before a row was read go in before it is compared: it is no news then. */
static void the_ring_is_read_before_rows_are_taken(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &asking, 0);
	fake.rows = 3;
	fake.moving = true;
	fake.waiting = 3;
	half_open_due(&r);
	assert_int_equal(fake.half_open, 1);
	assert_int_equal(fake.told, 1);
	assert_int_equal(fake.state, TCP_ESTABLISHED);
	schedule_done(&r);
}

static void asks_before_it_lists(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &asking, 0);
	half_open_due(&r);
	assert_int_equal(fake.looks, 1);
	assert_int_equal(fake.half_open, 0);
	fake.waiting = 1;
	half_open_due(&r);
	assert_int_equal(fake.looks, 2);
	assert_int_equal(fake.half_open, 1);
	fake.waiting = -EPERM; /* nobody knows */
	half_open_due(&r);
	assert_int_equal(fake.half_open, 2);
	schedule_done(&r);
}

static void lists_until_none_is_left(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &asking, 3);
	fake.rows = 0;
	half_open_due(&r);
	assert_int_equal(fake.half_open, 1);
	assert_int_equal(fake.looks, 0);
	half_open_due(&r);
	assert_int_equal(fake.half_open, 1);
	assert_int_equal(fake.looks, 1);
	schedule_done(&r);
}

/* What a listing that failed has not seen may still be there. */
static void a_failure_is_no_news(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &asking, 3);
	fake.rows = 0;
	fake.err = -EIO;
	half_open_due(&r);
	fake.err = 0;
	half_open_due(&r);
	assert_int_equal(fake.half_open, 2);
	assert_int_equal(fake.looks, 0);
	schedule_done(&r);
}

/* Connections that this host opens are in no listener's queue. */
static void lists_unasked_now_and_then(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &asking, 0);
	netns_at(&r.nets, r.nets.own_id)->plan.listed = 0;
	half_open_due(&r);
	assert_int_equal(fake.looks, 0);
	assert_int_equal(fake.half_open, 1);
	schedule_done(&r);
}

static void lists_where_nobody_can_be_asked(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &not_asking, 0);
	half_open_due(&r);
	assert_int_equal(fake.half_open, 1);
	schedule_done(&r);
}

/* The time of the next full listing has come. */
static void full_due(struct schedule *r)
{
	schedule_list_all(r);
	r->full_gate = 0;
	schedule_poll(r, &sink);
}

/* Each that has read everything is told, whether or not it has found news. */
static void whole_listings_are_told(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &asking, 3);
	assert_int_equal(fake.listings, 1);
	assert_int_equal(fake.latest.ns, r.nets.own_ino);
	assert_true(fake.latest.full);
	assert_int_equal(fake.latest.sockets, 4);
	full_due(&r);
	assert_int_equal(fake.full, 2);
	assert_int_equal(fake.listings, 2);
	netns_at(&r.nets, r.nets.own_id)->plan.half_open_due = 0;
	r.half_open_gate = 0;
	schedule_poll(&r, &sink);
	assert_int_equal(fake.half_open, 1);
	fake.cut = true;
	full_due(&r);
	fake.cut = false;
	fake.err = -EIO;
	full_due(&r);
	assert_int_equal(fake.full, 4);
	assert_int_equal(fake.listings, 2);
	schedule_done(&r);
}

/* Our own namespace, with 3000 connections, and another, with 30, that have been waiting for so
 * many seconds. */
static void list_of_two(struct schedule *r, uint64_t own_waits, uint64_t other_waits)
{
	uint32_t other = pool_get(&r->nets.pool);
	struct netns *own = netns_at(&r->nets, r->nets.own_id), *n = netns_at(&r->nets, other);
	uint64_t now = mono_now();

	n->plan = (struct netns_plan){.tried = true, .seeded = true, .open = 30};
	own->plan.open = 3000;
	own->plan.full_listed = now - own_waits * NSEC_PER_SEC;
	n->plan.full_listed = now - other_waits * NSEC_PER_SEC;
	full_due(r);
	assert_int_equal(fake.full, 2);
}

/* Many connections go before few, unless these have been waiting much longer. */
static void urgent_listings_come_first(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &asking, 0);
	list_of_two(&r, 2, 4);
	assert_int_equal(fake.began, r.nets.own_id);
	schedule_done(&r);
	start(&r, &asking, 0);
	list_of_two(&r, 2, 8);
	assert_int_not_equal(fake.began, r.nets.own_id);
	schedule_done(&r);
}

/* So many transitions in that namespace. */
static void stir(struct schedule *r, uint32_t ns, unsigned times)
{
	struct stirs stirs = {0};

	for (unsigned i = 0; i < times; i++)
		stirs_note(&stirs, ns);
	schedule_stir(r, &stirs);
}

/* Nothing is asked again and again where transitions would tell; the first of them ends that. */
static void calm_rests_until_something_happens(void **state)
{
	static struct schedule r;

	(void)state;
	start(&r, &asking, 0);
	const struct netns_plan *plan = &netns_at(&r.nets, r.nets.own_id)->plan;
	uint64_t calm = plan->full_due;
	assert_true(calm - plan->full_listed > 5 * NSEC_PER_SEC);
	stir(&r, r.nets.own_ino + 1, 1000);
	assert_true(plan->full_due == calm);
	stir(&r, r.nets.own_ino, 1);
	assert_true(plan->full_due < calm);
	calm = plan->full_due;
	stir(&r, r.nets.own_ino, 1);
	assert_true(plan->full_due == calm);
	stir(&r, r.nets.own_ino, 1000);
	assert_true(plan->full_due < calm);
	assert_true(plan->full_due >= plan->full_listed + pace.interval);
	schedule_done(&r);
}

/* Who finds no place in the list of namespaces that stir may be any of them. */
static void more_namespaces_than_are_told_apart_stir_all(void **state)
{
	static struct schedule r;
	struct stirs stirs = {0};

	(void)state;
	start(&r, &asking, 0);
	const struct netns_plan *plan = &netns_at(&r.nets, r.nets.own_id)->plan;
	uint64_t calm = plan->full_due;
	for (uint32_t i = 1; i <= STIRS_MAX; i++)
		stirs_note(&stirs, r.nets.own_ino + i);
	stirs_note(&stirs, r.nets.own_ino + 1);
	assert_int_equal(stirs.others, 0);
	assert_int_equal(stirs.at[0].n, 2);
	stirs_note(&stirs, r.nets.own_ino);
	assert_int_equal(stirs.others, 1);
	schedule_stir(&r, &stirs);
	assert_true(plan->full_due < calm);
	assert_int_equal(stirs.count, 0);
	schedule_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ring_is_read_before_rows_are_taken),
		cmocka_unit_test(asks_before_it_lists),
		cmocka_unit_test(lists_until_none_is_left),
		cmocka_unit_test(a_failure_is_no_news),
		cmocka_unit_test(lists_unasked_now_and_then),
		cmocka_unit_test(lists_where_nobody_can_be_asked),
		cmocka_unit_test(whole_listings_are_told),
		cmocka_unit_test(urgent_listings_come_first),
		cmocka_unit_test(calm_rests_until_something_happens),
		cmocka_unit_test(more_namespaces_than_are_told_apart_stir_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
