// SPDX-License-Identifier: MIT
/* Listings, and moves that are made meanwhile. */
#include "story.h"

static void first_listing(void **state)
{
	struct fixture *f = *state;
	struct event_conn other = conn(9, 0, TCP_ESTABLISHED);

	begin(f, SOCKTAB_ALL);
	add(f, 1, TCP_ESTABLISHED);
	add(f, 2, TCP_SYN_RECV);
	add(f, 0, TCP_LISTEN);
	other.lport = 4242;
	socktab_add(&f->table, &other, 0);
	other.ns = NS + 1;
	socktab_add(&f->table, &other, 0);
	end(f);
	assert_string_equal(story(f), "1 >ESTABLISHED in, 2 >SYN_RECV in, 9 >ESTABLISHED out");
}

static void rows_of_a_new_namespace_wait_for_its_listeners(void **state)
{
	struct fixture *f = *state;

	begin(f, SOCKTAB_ALL);
	add(f, 1, TCP_ESTABLISHED);
	take(f);
	assert_string_equal(story(f), "");
	add(f, 0, TCP_LISTEN);
	take(f);
	assert_string_equal(story(f), "");
	end(f);
	assert_string_equal(story(f), "1 >ESTABLISHED in");
	begin(f, SOCKTAB_ALL);
	add(f, 1, TCP_CLOSE_WAIT);
	take(f); /* it is not new any more */
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE_WAIT in");
	end(f);
}

static void rows_are_taken_as_they_come(void **state)
{
	struct fixture *f = *state;
	struct event_conn other = conn(9, 0, TCP_ESTABLISHED);

	other.lport = 4242;
	begin(f, SOCKTAB_ALL);
	add(f, 0, TCP_LISTEN);
	socktab_listeners_whole(&f->table);
	add(f, 1, TCP_ESTABLISHED);
	take(f);
	assert_string_equal(story(f), "1 >ESTABLISHED in");
	socktab_add(&f->table, &other, 0);
	take(f);
	assert_string_equal(story(f), "9 >ESTABLISHED out");
	end(f);
	assert_string_equal(story(f), "");
	assert_int_equal(f->table.pool.live, 2);
}

static void moves_win_over_rows_not_taken(void **state)
{
	struct fixture *f = *state;

	begin(f, SOCKTAB_ALL);
	add(f, 0, TCP_LISTEN);
	socktab_listeners_whole(&f->table);
	add(f, 1, TCP_ESTABLISHED);
	add(f, 2, TCP_ESTABLISHED);
	move(f, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	move(f, 2, TCP_ESTABLISHED, TCP_CLOSE);
	story(f);
	take(f);
	add(f, 1, TCP_ESTABLISHED);
	take(f);
	end(f);
	assert_string_equal(story(f), "");
	assert_int_equal(f->table.pool.live, 1);
}

/* They come out of the ring late, behind another CPU's record. */
static void moves_that_a_row_has_shown_are_past(void **state)
{
	struct fixture *f = *state;

	begin(f, SOCKTAB_ALL);
	add(f, 0, TCP_LISTEN);
	socktab_listeners_whole(&f->table);
	add(f, 1, TCP_ESTABLISHED);
	add(f, 2, TCP_LAST_ACK);
	add(f, 3, TCP_TIME_WAIT);
	take(f);
	story(f);
	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 2, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	move(f, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK);
	assert_string_equal(story(f), "");
	/* What comes after the row is no past, nor is a new life on a TIME_WAIT. */
	move(f, 1, TCP_ESTABLISHED, TCP_CLOSE_WAIT);
	move(f, 2, TCP_LAST_ACK, TCP_CLOSE);
	move(f, 2, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 3, TCP_SYN_RECV, TCP_ESTABLISHED);
	end(f);
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE_WAIT in, 2 LAST_ACK>CLOSE in, "
				      "2 SYN_RECV>ESTABLISHED in, 3 TIME_WAIT>CLOSE in, "
				      "3 SYN_RECV>ESTABLISHED in");
	assert_int_equal(f->table.pool.live, 3);
}

/* /proc does not tell a FIN_WAIT2 that is a timewait socket from one that is none. */
static void timewait_socket_listed_as_a_socket(void **state)
{
	struct fixture *f = *state;
	struct event_conn row = conn(1, TCP_STATE_NONE, TCP_FIN_WAIT2);

	move(f, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2);
	move_marked(f, 1, TCP_FIN_WAIT2, TCP_CLOSE, SOCK_ORPHAN, SEC);
	story(f);
	row.retrans = 3;
	begin(f, SOCKTAB_ALL);
	socktab_add(&f->table, &row, 0);
	end(f);
	socktab_expire(&f->table, SEC + SOCKTAB_TIMEWAIT_LIFE - 1, &f->sink);
	assert_string_equal(story(f), "");
	socktab_expire(&f->table, SEC + SOCKTAB_TIMEWAIT_LIFE, &f->sink);
	assert_string_equal(story(f), "1 FIN_WAIT2>CLOSE ?");
}

static void listing_says_only_what_differs(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 2, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 3, TCP_SYN_RECV, TCP_ESTABLISHED);
	story(f);
	begin(f, SOCKTAB_ALL);
	add(f, 1, TCP_ESTABLISHED);
	add(f, 2, TCP_CLOSE_WAIT);
	add(f, 2, TCP_CLOSE_WAIT);
	end(f);
	assert_string_equal(story(f), "3 ESTABLISHED>CLOSE in, 2 ESTABLISHED>CLOSE_WAIT in");
}

static void half_open_listing_keeps_to_its_states(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	begin(f, SOCKTAB_HALF_OPEN);
	add(f, 2, TCP_SYN_RECV);
	add(f, 3, TCP_SYN_RECV);
	add(f, 4, TCP_ESTABLISHED);
	end(f);
	story(f);
	begin(f, SOCKTAB_HALF_OPEN);
	add(f, 3, TCP_SYN_RECV);
	end(f);
	assert_string_equal(story(f), "2 SYN_RECV>CLOSE in");
	/* The handshake is completed. */
	move(f, 3, TCP_SYN_RECV, TCP_ESTABLISHED);
	begin(f, SOCKTAB_HALF_OPEN);
	end(f);
	assert_string_equal(story(f), "3 SYN_RECV>ESTABLISHED in");
}

static void moves_win_over_the_listing(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	story(f);
	begin(f, SOCKTAB_ALL);
	add(f, 1, TCP_ESTABLISHED);
	add(f, 3, TCP_SYN_RECV);
	add(f, 4, TCP_ESTABLISHED);
	add(f, 5, TCP_ESTABLISHED);
	/* Made while it ran: one closes, one opens behind the reader, one completes its
	 * handshake, one that was news closes, and its place goes to another. */
	move(f, 1, TCP_ESTABLISHED, TCP_CLOSE);
	move(f, 2, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 3, TCP_SYN_RECV, TCP_ESTABLISHED);
	move(f, 4, TCP_ESTABLISHED, TCP_CLOSE);
	move(f, 6, TCP_SYN_RECV, TCP_ESTABLISHED);
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE in, 2 SYN_RECV>ESTABLISHED in, "
				      "3 SYN_RECV>ESTABLISHED in, 6 SYN_RECV>ESTABLISHED in");
	end(f);
	assert_string_equal(story(f), "5 >ESTABLISHED out");
	assert_int_equal(f->table.pool.live, 4);
}

/* A tuple whose row waits closes, and its place goes to another whose row waits. */
static void a_place_that_changes_hands(void **state)
{
	struct fixture *f = *state;

	begin(f, SOCKTAB_ALL);
	add(f, 1, TCP_ESTABLISHED);
	move(f, 1, TCP_ESTABLISHED, TCP_CLOSE);
	add(f, 2, TCP_CLOSE_WAIT);
	end(f);
	assert_string_equal(story(f), "2 >CLOSE_WAIT out");
}

static void broken_listing_closes_nothing(void **state)
{
	struct fixture *f = *state;

	move(f, 1, TCP_SYN_RECV, TCP_ESTABLISHED);
	story(f);
	begin(f, SOCKTAB_ALL);
	add(f, 2, TCP_ESTABLISHED);
	socktab_end(&f->table, false, &f->sink);
	assert_string_equal(story(f), "2 >ESTABLISHED ?");
	begin(f, SOCKTAB_ALL);
	end(f);
	assert_string_equal(story(f), "1 ESTABLISHED>CLOSE in, 2 ESTABLISHED>CLOSE ?");
}

static void other_namespaces_are_left_alone(void **state)
{
	struct fixture *f = *state;
	struct event_conn c = conn(1, TCP_SYN_RECV, TCP_ESTABLISHED);

	c.ns = NS + 1;
	socktab_transition(&f->table, &c, 0, SEC, &f->sink);
	begin(f, SOCKTAB_ALL);
	end(f);
	assert_string_equal(story(f), "1 SYN_RECV>ESTABLISHED in");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(first_listing),
		CASE(rows_of_a_new_namespace_wait_for_its_listeners),
		CASE(rows_are_taken_as_they_come),
		CASE(moves_win_over_rows_not_taken),
		CASE(moves_that_a_row_has_shown_are_past),
		CASE(timewait_socket_listed_as_a_socket),
		CASE(listing_says_only_what_differs),
		CASE(half_open_listing_keeps_to_its_states),
		CASE(moves_win_over_the_listing),
		CASE(a_place_that_changes_hands),
		CASE(broken_listing_closes_nothing),
		CASE(other_namespaces_are_left_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
