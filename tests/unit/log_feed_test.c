// SPDX-License-Identifier: MIT
/* Lines that come from no file: formats, containers, proxies and counters. */
#include "log/feed.h"

#include "unit.h"

#include <errno.h>

#define NOW INT64_C(1795335255000000)
#define LINE(agent) \
	"192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET /a HTTP/1.1\" 200 1 \"-\" \"" agent "\""

static struct {
	struct event_sink sink;
	size_t requests;
	char paths[64][16], label[64];
	struct event_log log;
	char note[64];
} seen;

static void put(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	if (e->kind == EVENT_LOG) {
		seen.log = e->log;
		snprintf(seen.note, sizeof seen.note, "%.*s", STR_FMT(e->log.note));
		return;
	}
	assert_int_equal(e->kind, EVENT_REQUEST);
	assert_int_equal(e->ts, NOW);
	assert_true(seen.requests < ARRAY_LEN(seen.paths));
	snprintf(seen.label, sizeof seen.label, "%.*s", STR_FMT(e->request.log));
	snprintf(seen.paths[seen.requests++], sizeof seen.paths[0], "%.*s",
		STR_FMT(e->request.path));
}

static struct log_feed feed;
static struct log_stream stream;

static int begin(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof seen);
	seen.sink.put = put;
	feed = (struct log_feed){0};
	log_feed_begin(&feed, NOW, &seen.sink);
	log_stream_init(&stream, "journal\n");
	return 0;
}

static int end(void **state)
{
	(void)state;
	log_stream_done(&stream);
	return 0;
}

static void lines_become_events_in_batches(void **state)
{
	(void)state;
	for (size_t i = 0; i < LOG_FEED_BATCH - 1; i++)
		log_feed_line(&feed, &stream, STR_LIT(LINE("-")));
	assert_int_equal(seen.requests, 0);
	log_feed_line(&feed, &stream, STR_LIT(LINE("-")));
	assert_int_equal(seen.requests, LOG_FEED_BATCH);
	log_feed_line(&feed, &stream, STR_LIT(LINE("-")));
	log_feed_flush(&feed);
	assert_int_equal(seen.requests, LOG_FEED_BATCH + 1);
	assert_string_equal(seen.paths[LOG_FEED_BATCH], "/a");
	assert_string_equal(seen.label, "journal\\x0a");
	assert_int_equal(stream.account.lines, LOG_FEED_BATCH + 1);
}

static void an_unfinished_piece_is_read_at_the_end(void **state)
{
	(void)state;
	log_feed_line(&feed, &stream, STR_LIT("2026-11-22T08:14:15.1Z stdout P " LINE("curl")));
	log_feed_flush(&feed);
	assert_int_equal(seen.requests, 0);
	log_feed_end(&feed, &stream);
	assert_int_equal(seen.requests, 1);
}

static void a_report_is_due_when_something_changed(void **state)
{
	(void)state;
	assert_false(log_stream_is_due(&stream, NOW, true));
	log_feed_line(&feed, &stream, STR_LIT("no format has this"));
	assert_true(log_stream_is_due(&stream, NOW, false)); /* nothing was reported before */
	log_feed_report(&feed, &stream, 0);
	assert_int_equal(seen.log.rejected, 1);
	log_feed_line(&feed, &stream, STR_LIT("no format has this"));
	assert_false(log_stream_is_due(&stream, NOW, false));
	assert_true(log_stream_is_due(&stream, NOW, true));
	assert_true(log_stream_is_due(&stream, NOW + USEC_PER_SEC, false));
	log_feed_report(&feed, &stream, 7);
	assert_int_equal(seen.log.lag, 7);
	assert_false(log_stream_is_reported(&stream)); /* a lag is reported until it is gone */

	log_stream_set_error(&stream, -ENOENT);
	assert_true(log_stream_is_due(&stream, NOW, false));
	log_feed_report(&feed, &stream, 0);
	assert_int_equal(seen.log.state, LOG_MISSING);
	assert_string_equal(seen.note, "No such file or directory");
	assert_true(log_stream_is_reported(&stream));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_become_events_in_batches, begin, end),
		cmocka_unit_test_setup_teardown(an_unfinished_piece_is_read_at_the_end, begin, end),
		cmocka_unit_test_setup_teardown(a_report_is_due_when_something_changed, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
