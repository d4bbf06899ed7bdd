// SPDX-License-Identifier: MIT
/* How a recording is cut into files. */
#include "unit.h"

#include "record/recorder.h"

#define MAX_SIZE 4096

/* What each further file begins with. */
struct beginning {
	unsigned marks; /* each of some 50 bytes */
	unsigned files;
};

static char dir[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/nethergaze_recorder_XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", dir);
	return system(command); // NOLINT(cert-env33-c)
}

static void begun(void *ctx, struct event_sink *sink)
{
	struct beginning *b = ctx;
	struct event mark = event_make(EVENT_MARK, USEC_PER_SEC);

	b->files++;
	for (unsigned i = 0; i < b->marks; i++)
		event_put(sink, &mark);
}

static void failed(void *ctx, int err)
{
	(void)ctx;
	fail_msg("%s", strerror(-err));
}

/* Bytes of what comes, a tick after each event. */
static uint64_t record(struct beginning *b, unsigned events)
{
	char path[96];
	int err = 0;

	snprintf(path, sizeof path, "%s/r.ndjson", dir);
	struct recorder *r = recorder_new(&(struct recorder_options){.path = path,
						  .max_size = MAX_SIZE,
						  .begun = begun,
						  .failed = failed,
						  .ctx = b},
		&err);
	assert_non_null(r);
	for (unsigned i = 0; i < events; i++) {
		struct event mark = event_make(EVENT_MARK, USEC_PER_SEC);
		struct event tick = event_make(EVENT_TICK, USEC_PER_SEC);
		recorder_taker(r)->take(recorder_taker(r), &mark);
		recorder_taker(r)->take(recorder_taker(r), &tick);
	}
	uint64_t bytes = recorder_bytes(r);
	assert_int_equal(recorder_free(r), 0);
	return bytes;
}

static void a_small_beginning_counts(void **state)
{
	struct beginning b = {.marks = 1};
	uint64_t bytes = record(&b, 1000);

	(void)state;
	assert_in_range(b.files, bytes / MAX_SIZE - bytes / MAX_SIZE / 8 - 1, bytes / MAX_SIZE);
}

/* Larger than a file may be: a quarter of that size follows it all the same. */
static void a_beginning_that_is_too_large(void **state)
{
	struct beginning b = {.marks = 1000};
	struct beginning none = {0};

	(void)state;
	uint64_t bytes = record(&none, 1000);
	assert_int_equal(tear_down(NULL), 0);
	assert_int_equal(set_up(NULL), 0);
	record(&b, 1000);
	assert_in_range(b.files, 2, bytes / (MAX_SIZE / 4));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_small_beginning_counts),
		CASE(a_beginning_that_is_too_large),
	};

	return cmocka_run_group_tests_name("recorder", tests, NULL, NULL);
}
