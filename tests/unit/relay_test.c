// SPDX-License-Identifier: MIT
/* Events that come from another process: all of them, in their order, whatever the pair has room
 * for; and nothing of what is no packet. */
#include "unit.h"

#include "record/relay.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static int pair[2];
static struct relay_out out;
static struct source *in;
static unsigned lost, put_count;
static uint64_t sum;
static char last_text[64];

static void note_lost(void *ctx, usec_t now, struct event_sink *sink)
{
	(void)ctx;
	(void)now;
	(void)sink;
	lost++;
}

static void count(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	put_count++;
	if (e->kind == EVENT_LOST)
		sum += e->lost.n;
	if (e->kind == EVENT_NOTE)
		snprintf(last_text, sizeof last_text, "%.*s", STR_FMT(e->note.text));
}

static struct event_sink counter = {.put = count};

static int set_up(void **state)
{
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(relay_out_init(&out, pair[1]), 0);
	in = relay_in_new("test", pair[0], note_lost, NULL);
	assert_non_null(in);
	lost = put_count = 0;
	sum = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	source_free(in);
	relay_out_done(&out);
	close(pair[0]);
	if (pair[1] >= 0)
		close(pair[1]);
	return 0;
}

static void put_numbers(unsigned from, unsigned n)
{
	for (unsigned i = from; i < from + n; i++) {
		struct event e = event_make(EVENT_LOST, 1000 + i);
		e.lost.what = STR_LIT("somewhere that has a name");
		e.lost.n = i;
		event_put(&out.sink, &e);
	}
}

static void take_all(void)
{
	while (relay_out_flush(&out) == 1 || source_poll(in, 0, &counter) > 0)
		source_poll(in, 0, &counter);
	source_poll(in, 0, &counter);
}

static void test_ready(void **state)
{
	struct relay_ready ready;

	(void)state;
	assert_int_equal(relay_await_ready(pair[0], 0, &ready), -ETIMEDOUT);
	assert_int_equal(relay_say_ready(&out, -ENOTSUP, "no such source"), 0);
	assert_int_equal(relay_out_flush(&out), 0);
	assert_int_equal(relay_await_ready(pair[0], 1000, &ready), 0);
	assert_int_equal(ready.err, -ENOTSUP);
	assert_string_equal(ready.why, "no such source");
}

static void test_nothing_before_it_is_asked_for(void **state)
{
	(void)state;
	assert_int_equal(relay_asked(&out), -EAGAIN);
	assert_int_equal(source_poll(in, 0, &counter), 0);
	assert_int_equal(relay_await_begin(&out), 0);
	source_refresh(in);
	assert_int_equal(relay_asked(&out), RELAY_REFRESH);
	assert_int_equal(send(pair[0], "\377", 1, 0), 1);
	assert_int_equal(relay_asked(&out), -EBADMSG);
}

static void test_all_in_order(void **state)
{
	struct event note = event_make(EVENT_NOTE, 1);

	(void)state;
	put_numbers(0, 10000);
	note.note.text = STR_LIT("the last");
	event_put(&out.sink, &note);
	take_all();
	assert_int_equal(put_count, 10001);
	assert_int_equal(sum, 10000u * 9999 / 2);
	assert_string_equal(last_text, "the last");
	assert_int_equal(lost, 0);
}

/* Nobody reads: it waits here, and the writer is told. What finds no room at all is counted. */
static void test_no_room(void **state)
{
	(void)state;
	put_numbers(0, 200000);
	assert_int_equal(relay_out_flush(&out), 1);
	size_t waits = out.waits;
	put_numbers(200000, 1);
	assert_true(out.waits >= waits);
	take_all();
	assert_int_equal(put_count, 200001);
	out.waits += RELAY_WAITS_MAX; /* as if it were full */
	put_numbers(0, 7);
	assert_int_equal(out.dropped, 7);
	out.waits -= RELAY_WAITS_MAX;
	sum = 0;
	put_numbers(0, 1);
	take_all();
	assert_int_equal(sum, 7); /* is told as lost */
	assert_int_equal(out.dropped, 0);
}

static void test_finish(void **state)
{
	(void)state;
	source_poll(in, 0, &counter);
	put_numbers(5, 1);
	assert_int_equal(relay_say_last(&out), 0);
	assert_int_equal(relay_out_flush(&out), 0);
	source_finish(in, 0, &counter);
	assert_int_equal(sum, 5);
	assert_int_equal(relay_asked(&out), RELAY_BEGIN);
	assert_int_equal(relay_asked(&out), RELAY_FINISH);
	assert_int_equal(lost, 0);
	assert_int_equal(source_poll(in, 0, &counter), -EPIPE);
}

static void test_the_other_side_goes(void **state)
{
	(void)state;
	put_numbers(1, 1);
	relay_out_flush(&out);
	close(pair[1]);
	pair[1] = -1;
	assert_int_equal(source_poll(in, 0, &counter), -EPIPE);
	assert_int_equal(sum, 1); /* what it had said counts */
	assert_int_equal(lost, 1);
	assert_int_equal(source_poll(in, 0, &counter), -EPIPE);
	source_finish(in, 0, &counter);
	assert_int_equal(lost, 1);
}

static void test_what_is_no_packet(void **state)
{
	static const char *const bad[] = {"\1", "\2\377\377\377", "\3x", "\4", "\7", "\377"};
	char large[RELAY_PACKET_MAX + 1] = {RELAY_EVENTS};

	for (size_t i = 0; i <= ARRAY_LEN(bad); i++) {
		const char *p = i < ARRAY_LEN(bad) ? bad[i] : large;
		size_t n = i < ARRAY_LEN(bad) ? strlen(p) : sizeof large;
		assert_int_equal(send(pair[1], p, n, 0), n);
		assert_int_equal(source_poll(in, 0, &counter), -EPIPE);
		assert_int_equal(lost, 1);
		tear_down(state);
		set_up(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ready, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_nothing_before_it_is_asked_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_all_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_finish, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_the_other_side_goes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_what_is_no_packet, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
