// SPDX-License-Identifier: MIT
/* What the kernel's moves mean. */
#include "story.h"

static void passive_life(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	move(f, 1, TCP_CLOSE_WAIT, TCP_LAST_ACK);
	move(f, 1, TCP_LAST_ACK, TCP_CLOSE);
	assert_string_equal(story(f), "1 SYN_RECV>ESTABLISHED in, 1 ESTABLISHED>CLOSE_WAIT in, "
				      "1 CLOSE_WAIT>LAST_ACK in, 1 LAST_ACK>CLOSE in");
	assert_int_equal(f->table.pool.live, 0);
}

static void active_life(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_CLOSE, TCP_SYN_SENT);
	move(f, 1, TCP_SYN_SENT, TCP_ESTABLISHED);
	move(f, 1, TCP_ESTABLISHED, TCP_ESTABLISHED);
	move(f, 1, TCP_ESTABLISHED, TCP_CLOSE);
	move(f, 1, TCP_CLOSE, TCP_CLOSE);
	assert_string_equal(story(f), "1 CLOSE>SYN_SENT out, 1 SYN_SENT>ESTABLISHED out, "
				      "1 ESTABLISHED>CLOSE out");
}

static void simultaneous_open_is_out(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_SYN_SENT, TCP_SYN_RECV);
	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	assert_string_equal(story(f), "1 SYN_SENT>SYN_RECV out, 1 SYN_RECV>ESTABLISHED out");
}

static void unknown_close_says_nothing(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_SYN_SENT, TCP_CLOSE);
	move(f, 1, TCP_LAST_ACK, TCP_CLOSE);
	assert_string_equal(story(f), "");
}

static void nonsense_is_passed_over(void **state)
{
	struct fixture *f = *state;

	move(f, 0, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 1, 99, TCP_ESTABLISHED);
	move(f, 1, TCP_SYN_RECV, 99);
	add(f, 1, TCP_ESTABLISHED); /* outside a listing */
	end(f);
	assert_string_equal(story(f), "");
	assert_int_equal(f->table.pool.live, 0);
}

static void time_wait(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1);
	move(f, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2);
	story(f);
	move_marked(f, 1, TCP_FIN_WAIT2, TCP_CLOSE, SOCK_FIN_SEEN | SOCK_ORPHAN, SEC);
	assert_string_equal(story(f), "1 FIN_WAIT2>TIME_WAIT ?");
	move(f, 2, TCP_CLOSING, TCP_CLOSE);
	assert_string_equal(story(f), "2 CLOSING>TIME_WAIT ?");
	socktab_expire(&f->table, SEC + SOCKTAB_TIMEWAIT_LIFE - 1, &f->sink);
	assert_string_equal(story(f), "");
	socktab_expire(&f->table, SEC + SOCKTAB_TIMEWAIT_LIFE, &f->sink);
	assert_string_equal(story(f), "1 TIME_WAIT>CLOSE ?, 2 TIME_WAIT>CLOSE ?");
	assert_int_equal(f->table.pool.live, 0);
}

static void fin_wait2_orphan_lives_on(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2);
	story(f);
	move_marked(f, 1, TCP_FIN_WAIT2, TCP_CLOSE, SOCK_ORPHAN, SEC);
	assert_string_equal(story(f), "");
	/* The FIN that comes then makes no move; a listing has it. */
	begin(f, SOCKTAB_ALL);
	add(f, 1, TCP_TIME_WAIT);
	end(f);
	assert_string_equal(story(f), "1 FIN_WAIT2>TIME_WAIT out");
	/* Its time counts from then. */
	socktab_expire(&f->table, SEC + SOCKTAB_TIMEWAIT_LIFE, &f->sink);
	assert_string_equal(story(f), "");
	socktab_expire(&f->table, 2 * SEC + SOCKTAB_TIMEWAIT_LIFE, &f->sink);
	assert_string_equal(story(f), "1 TIME_WAIT>CLOSE out");
}

static void reset_leaves_nothing(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2);
	move_marked(f, 1, TCP_FIN_WAIT2, TCP_CLOSE, SOCK_ERROR | SOCK_ORPHAN, SEC);
	move(f, 2, TCP_FIN_WAIT1, TCP_FIN_WAIT2);
	move(f, 2, TCP_FIN_WAIT2, TCP_CLOSE);
	move(f, 3, TCP_ESTABLISHED, TCP_CLOSING);
	move_marked(f, 3, TCP_CLOSING, TCP_CLOSE, SOCK_ERROR, SEC);
	assert_int_equal(f->table.pool.live, 0);
}

static void new_life_on_a_time_wait(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_CLOSING, TCP_CLOSE);
	story(f);
	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	assert_string_equal(story(f), "1 TIME_WAIT>CLOSE ?, 1 SYN_RECV>ESTABLISHED in");
	/* It is no timewait socket any more. */
	socktab_expire(&f->table, 999 * SEC, &f->sink);
	assert_string_equal(story(f), "");
	/* Its end was lost, and the next one opens. */
	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE in, 1 SYN_RECV>ESTABLISHED in");
}

static void listeners_come_and_go(void **state)
{
	struct fixture *f = *state;

	move(f, 0, TCP_CLOSE, TCP_LISTEN);
	move(f, 0, TCP_CLOSE, TCP_LISTEN);
	move(f, 0, TCP_LISTEN, TCP_CLOSE);
	move(f, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE_WAIT in");
	move(f, 0, TCP_LISTEN, TCP_CLOSE);
	move(f, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	assert_string_equal(story(f), "2 ESTABLISHED>CLOSE_WAIT ?");
	/* A listing without a listener. */
	begin(f, SOCKTAB_ALL);
	end(f);
	story(f);
	move(f, 3, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	assert_string_equal(story(f), "3 ESTABLISHED>CLOSE_WAIT out");
}

static void the_cap_is_counted(void **state)
{
	struct fixture *f = *state;

	for (uint16_t port = 1; port <= 10; port++)
		move(f, port, TCP_SYN_RECV, TCP_ESTABLISHED);
	f->count = 0;
	socktab_expire(&f->table, SEC, &f->sink);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->told[0].kind, EVENT_LOST);
	assert_str(f->told[0].lost.what, "sockets");
	assert_int_equal(f->told[0].lost.n, 2);
	/* Listed again and again, they are lost once. */
	f->count = 0;
	for (int i = 0; i < 3; i++) {
		begin(f, SOCKTAB_ALL);
		for (uint16_t port = 1; port <= 11; port++)
			add(f, port, TCP_ESTABLISHED);
		end(f);
		socktab_expire(&f->table, SEC, &f->sink);
	}
	assert_int_equal(f->count, 1);
	assert_int_equal(f->told[0].lost.n, 3);
}

/* A row with numbers, as of a full listing. */
static void add_numbers(
	struct fixture *f, uint16_t port, uint8_t state, uint64_t rx, uint64_t inode)
{
	struct event_conn c = conn(port, TCP_STATE_NONE, state);

	c.rx = rx;
	c.inode = inode;
	socktab_add(&f->table, &c, 0);
}

static void list_numbers(
	struct fixture *f, uint32_t states, uint8_t state, uint64_t rx, uint64_t inode)
{
	begin(f, states);
	add_numbers(f, 1, state, rx, inode);
	end(f);
}

static void numbers_are_kept_fresh(void **state)
{
	struct fixture *f = *state;

	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 10, 7);
	assert_string_equal(story(f), "1 >ESTABLISHED out");
	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 10, 7);
	assert_string_equal(story(f), "");
	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 11, 7);
	assert_int_equal(f->told[0].conn.rx, 11);
	assert_string_equal(story(f), "1 ESTABLISHED>ESTABLISHED out");
	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 11, 8);
	assert_int_equal(f->told[0].conn.inode, 8);
	assert_string_equal(story(f), "1 ESTABLISHED>ESTABLISHED out");
	/* A counter of 32 bits has wrapped. */
	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 3, 8);
	assert_int_equal(f->told[0].conn.rx, 3);
	assert_string_equal(story(f), "1 ESTABLISHED>ESTABLISHED out");
	/* With another state they come along, once. */
	list_numbers(f, SOCKTAB_ALL, TCP_CLOSE_WAIT, 20, 8);
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE_WAIT out");
	list_numbers(f, SOCKTAB_ALL, TCP_CLOSE_WAIT, 20, 8);
	assert_string_equal(story(f), "");
}

static void stale_numbers_are_not_put(void **state)
{
	struct fixture *f = *state;

	/* The half-open listing is no news of numbers, nor is what is left of a socket. */
	list_numbers(f, SOCKTAB_ALL, TCP_SYN_SENT, ABSENT, 7);
	story(f);
	list_numbers(f, SOCKTAB_HALF_OPEN, TCP_SYN_SENT, ABSENT, 8);
	assert_string_equal(story(f), "");
	list_numbers(f, SOCKTAB_ALL, TCP_TIME_WAIT, ABSENT, ABSENT);
	assert_string_equal(story(f), "1 SYN_SENT>TIME_WAIT out");
	list_numbers(f, SOCKTAB_ALL, TCP_TIME_WAIT, 5, ABSENT);
	assert_string_equal(story(f), "");
	/* It moved while it was being listed: the row may be the older. */
	move(f, 2, TCP_SYN_RECV, TCP_ESTABLISHED);
	begin(f, SOCKTAB_ALL);
	add_numbers(f, 1, TCP_TIME_WAIT, 5, ABSENT);
	add_numbers(f, 2, TCP_ESTABLISHED, 5, 9);
	move(f, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	end(f);
	assert_string_equal(story(f), "2 SYN_RECV>ESTABLISHED in, 2 ESTABLISHED>CLOSE_WAIT in");
}

static void list_queues(struct fixture *f, uint64_t txq, uint64_t rxq, uint64_t limited_us)
{
	struct event_conn c = conn(1, TCP_STATE_NONE, TCP_ESTABLISHED);

	c.rx = 10;
	c.inode = 7;
	c.txq = txq;
	c.rxq = rxq;
	c.limited_us = limited_us;
	begin(f, SOCKTAB_ALL);
	socktab_add(&f->table, &c, 0);
	end(f);
}

/* That one has filled is told once, however long it stays so; the time with a full window when it
 * has doubled. */
static void queues_are_told_when_it_matters(void **state)
{
	struct fixture *f = *state;
	const uint64_t s = USEC_PER_SEC;

	list_queues(f, ABSENT, ABSENT, ABSENT);
	assert_string_equal(story(f), "1 >ESTABLISHED out");
	list_queues(f, 0, 0, 0);
	list_queues(f, 0, 0, s / 2);
	assert_string_equal(story(f), "");
	list_queues(f, 5000, 0, s / 2);
	assert_int_equal(f->told[0].conn.txq, 5000);
	assert_int_equal(f->told[0].conn.rxq, 0);
	assert_int_equal(f->told[0].conn.limited_us, s / 2);
	assert_string_equal(story(f), "1 ESTABLISHED>ESTABLISHED out");
	list_queues(f, 5000, 0, s / 2);
	list_queues(f, 6000, 0, s / 2);
	assert_string_equal(story(f), "");
	list_queues(f, 6000, 1, s / 2);
	assert_int_equal(f->told[0].conn.rxq, 1);
	assert_string_equal(story(f), "1 ESTABLISHED>ESTABLISHED out");
	for (uint64_t seconds = 1; seconds <= 64; seconds++)
		list_queues(f, 6000, 1, seconds << 20);
	assert_int_equal(f->count, 7); /* 1, 2, 4, … 64 */
	assert_int_equal(f->told[6].conn.limited_us, 64 << 20);
	story(f);
	list_queues(f, 0, 0, 64 << 20);
	assert_string_equal(story(f), "1 ESTABLISHED>ESTABLISHED out");
}

/* What this process opens is held and followed, and never put. */
static void self_sockets_are_silent(void **state)
{
	struct fixture *f = *state;
	struct self_sockets own = {.count = 1, .inodes = {7}};

	f->table.own = &own;
	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 10, 7);
	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 11, 7);
	list_numbers(f, SOCKTAB_ALL, TCP_TIME_WAIT, ABSENT, ABSENT);
	begin(f, SOCKTAB_ALL);
	end(f);
	move_marked(f, 2, TCP_CLOSE, TCP_SYN_SENT, SOCK_OWN, SEC);
	move(f, 2, TCP_SYN_SENT, TCP_ESTABLISHED);
	move(f, 2, TCP_ESTABLISHED, TCP_FIN_WAIT1);
	move(f, 2, TCP_FIN_WAIT1, TCP_CLOSE);
	assert_string_equal(story(f), "");
	assert_int_equal(f->table.pool.live, 0);
	/* The same tuple in another's hands. */
	move_marked(f, 2, TCP_CLOSE, TCP_SYN_SENT, SOCK_OWN, SEC);
	move(f, 2, TCP_SYN_SENT, TCP_ESTABLISHED);
	move(f, 2, TCP_CLOSE, TCP_SYN_SENT);
	assert_string_equal(story(f), "2 CLOSE>SYN_SENT out");
}

static void owners_are_asked_for(void **state)
{
	struct fixture *f = *state;
	struct owners owners;

	assert_int_equal(owners_init(&owners, 8), 0);
	f->table.owners = &owners;
	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 10, 7);
	assert_int_equal(owners.pool.live, 1);
	list_numbers(f, SOCKTAB_ALL, TCP_ESTABLISHED, 10, 8);
	assert_int_equal(owners.pool.live, 1);
	move(f, 1, TCP_ESTABLISHED, TCP_CLOSE);
	assert_int_equal(owners.pool.live, 0);
	f->table.owners = NULL;
	owners_done(&owners);
}

static bool is_next_ns(const void *context, uint32_t ns)
{
	(void)context;
	return ns == NS + 1;
}

static void a_namespace_goes(void **state)
{
	struct fixture *f = *state;
	struct event_conn c = conn(1, TCP_SYN_RECV, TCP_ESTABLISHED);

	move(f, 2, TCP_SYN_RECV, TCP_ESTABLISHED);
	assert_false(f->table.unknown_netns && listeners_know(&f->table.listeners, NS));
	c.ns = NS + 1;
	socktab_transition(&f->table, &c, 0, SEC, &f->sink);
	assert_true(f->table.unknown_netns);
	story(f);
	socktab_forget(&f->table, is_next_ns, NULL, SEC, &f->sink);
	assert_int_equal(f->told[0].conn.ns, NS + 1);
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE in");
	assert_int_equal(f->table.pool.live, 1);
}

/* Each namespace has listeners of its own, known from its first listing on. */
static void listeners_by_namespace(void **state)
{
	struct fixture *f = *state;
	struct event_conn c = conn(1, TCP_ESTABLISHED, TCP_CLOSE_WAIT);

	begin(f, SOCKTAB_ALL);
	end(f);
	assert_true(listeners_know(&f->table.listeners, NS));
	assert_false(listeners_any(&f->table.listeners, NS));
	assert_false(listeners_know(&f->table.listeners, NS + 1));
	move(f, 0, TCP_CLOSE, TCP_LISTEN);
	assert_true(listeners_any(&f->table.listeners, NS));
	begin(f, SOCKTAB_ALL);
	add(f, 0, TCP_LISTEN);
	end(f);
	assert_true(listeners_any(&f->table.listeners, NS));
	move(f, 0, TCP_LISTEN, TCP_CLOSE);
	assert_false(listeners_any(&f->table.listeners, NS));
	story(f);
	c.ns = NS + 1;
	socktab_transition(&f->table, &c, 0, SEC, &f->sink);
	c.ns = NS;
	socktab_transition(&f->table, &c, 0, SEC, &f->sink);
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE_WAIT ?, 1 ESTABLISHED>CLOSE_WAIT out");
	listeners_forget(&f->table.listeners, NS);
	assert_false(listeners_know(&f->table.listeners, NS));
}

static void times_are_wall_times(void **state)
{
	struct fixture *f = *state;

	f->table.clock = 1000 * USEC_PER_SEC;
	move_marked(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED, 0, 5 * SEC);
	assert_int_equal(f->told[0].ts, 1005 * USEC_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(passive_life),
		CASE(active_life),
		CASE(simultaneous_open_is_out),
		CASE(unknown_close_says_nothing),
		CASE(nonsense_is_passed_over),
		CASE(time_wait),
		CASE(fin_wait2_orphan_lives_on),
		CASE(reset_leaves_nothing),
		CASE(new_life_on_a_time_wait),
		CASE(listeners_come_and_go),
		CASE(the_cap_is_counted),
		CASE(numbers_are_kept_fresh),
		CASE(stale_numbers_are_not_put),
		CASE(queues_are_told_when_it_matters),
		CASE(self_sockets_are_silent),
		CASE(owners_are_asked_for),
		CASE(a_namespace_goes),
		CASE(listeners_by_namespace),
		CASE(times_are_wall_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
