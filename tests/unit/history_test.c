// SPDX-License-Identifier: MIT
/* The history behind its thread: what a run hands over, what it asks, and what becomes of it when
 * the disk does not play along. */
#include "facts.h"
#include "remove_tree.h"

#include "app/history_feed.h"
#include "base/ring.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE (8 * SEC) /* a bound: what is waited for comes in milliseconds */

/* A thread that did not end in time keeps what it has. */
const char *__lsan_default_suppressions(void); // NOLINT(bugprone-reserved-identifier)

const char *__lsan_default_suppressions(void) // NOLINT(bugprone-reserved-identifier)
{
	return "leak:history_new";
}

static char dir[64], path[96];

/* A run: the model, and behind it the feed, as in a hub. */
struct run {
	struct event_sink sink; /* first */
	struct model *m;
	struct history_feed feed;
	uint32_t told; /* seen events */
	bool off;
	struct reason lost;
};

static void put(struct event_sink *sink, const struct event *event)
{
	struct run *r = (struct run *)sink;

	r->told += event->kind == EVENT_SEEN;
	model_apply(r->m, event);
	if (r->feed.history)
		r->feed.taker.take(&r->feed.taker, event);
}

static struct options options(void)
{
	return (struct options){.history = true,
		.history_path = path,
		.history_max_addresses = 100000,
		.history_max_age = 90 * 86400 * SEC};
}

static struct run *begin(const struct options *o)
{
	struct run *r = calloc(1, sizeof *r);

	r->sink.put = put;
	r->m = model_with(&MODEL_LIMITS_DEFAULT);
	assert_int_equal(history_feed_init(&r->feed, o, r->m, &r->sink), 0);
	history_feed_tell(&r->feed, T0);
	return r;
}

/* A round of the loop; and until all that was asked is answered. */
static void turn(struct run *r, usec_t now)
{
	assert_non_null(r->feed.history); /* nobody polls it without */
	r->feed.taker.poll(&r->feed.taker, now);
	history_feed_settle(&r->feed, PATIENCE);
}

static const struct enricher *enricher_of(const struct run *r)
{
	return enrichers_find(&r->m->enrichers, HISTORY_ENRICHER);
}

/* Until its thread has come to say so. */
static void wait_for_note(struct run *r, const char *state, const char *note)
{
	usec_t now = T0 + 60 * SEC;

	for (int i = 0; i < 160; i++) {
		turn(r, now += 60 * SEC);
		const struct enricher *e = enricher_of(r);
		if (strcmp(e->state, state) == 0 && strstr(e->note, note))
			return;
		poll(NULL, 0, 50);
	}
	fail_msg("%s: %s", enricher_of(r)->state, enricher_of(r)->note);
}

static void end(struct run *r)
{
	history_feed_finish(&r->feed, PATIENCE, &r->lost);
	history_feed_done(&r->feed);
	model_free(r->m);
	free(r);
}

static void request(struct run *r, usec_t ts, const char *ip)
{
	struct event e = event_make(EVENT_REQUEST, ts);

	e.request.ip = ip_of(ip);
	e.request.path = STR_LIT("/");
	e.request.bytes = 10;
	event_put(&r->sink, &e);
}

static const struct seen *seen_of(const struct run *r, const char *ip)
{
	struct addr a = ip_of(ip);

	return seen_find_address(&r->m->seen, &a);
}

static int64_t number(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *s;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	int64_t n = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

#define OF_5 " FROM seen WHERE who = x'cb00710520'" /* 203.0.113.5 */

static void a_run_is_counted_once(void **state)
{
	struct options o = options();
	struct run *r = begin(&o);

	(void)state;
	for (int i = 0; i < 5; i++)
		request(r, T0 + i, "203.0.113.5");
	turn(r, T0 + SEC);
	/* A walk each time, and another at the end. */
	for (int i = 1; i < 5; i++)
		turn(r, T0 + i * 60 * SEC);
	request(r, T0 + 300 * SEC, "203.0.113.5");
	assert_int_equal(r->told, 0);
	assert_true(model_knows_history(r->m));
	end(r);
	assert_int_equal(number("SELECT requests" OF_5), 6);
	assert_int_equal(number("SELECT bytes" OF_5), 60);
	assert_int_equal(number("SELECT runs" OF_5), 1);

	r = begin(&o);
	request(r, T0 + 400 * SEC, "203.0.113.5");
	request(r, T0 + 400 * SEC, "203.0.113.6");
	turn(r, T0 + 400 * SEC);
	const struct seen *seen = seen_of(r, "203.0.113.5");
	assert_non_null(seen);
	assert_int_equal(seen->runs, 1);
	assert_int_equal(seen->requests, 6);
	assert_int_equal(seen->first, T0);
	assert_null(seen_of(r, "203.0.113.6"));
	assert_int_equal(r->told, 2); /* the network is known as well */
	end(r);
	assert_int_equal(number("SELECT requests" OF_5), 7);
	assert_int_equal(number("SELECT runs" OF_5), 2);
}

/* Forgotten by the model in between, and given the same place again. */
static void a_second_visit_counts_as_well(void **state)
{
	struct options o = options();
	struct run *r = begin(&o);
	struct event tick = event_make(EVENT_TICK, T0 + 400 * SEC);

	(void)state;
	request(r, T0, "203.0.113.5");
	request(r, T0, "203.0.113.5");
	turn(r, T0 + SEC);
	struct addr ip = ip_of("203.0.113.5");
	uint32_t id = model_find_host(r->m, &ip);
	event_put(&r->sink, &tick);
	assert_int_equal(model_find_host(r->m, &ip), POOL_NONE);
	struct event e = event_make(EVENT_REQUEST, T0 + 401 * SEC);
	e.request.ip = ip;
	e.request.path = STR_LIT("/");
	e.request.bytes = 3; /* fewer than the first time */
	event_put(&r->sink, &e);
	event_put(&r->sink, &e);
	assert_int_equal(model_find_host(r->m, &ip), id);
	turn(r, T0 + 402 * SEC);
	end(r);
	assert_int_equal(number("SELECT requests" OF_5), 4);
	assert_int_equal(number("SELECT bytes" OF_5), 26);
	assert_int_equal(number("SELECT runs" OF_5), 1);
}

/* SYNs can be forged: who only sends these is not kept. */
static void forged_sources_are_left_out(void **state)
{
	struct options o = options();
	struct run *r = begin(&o);
	struct event e = event_make(EVENT_SYN, T0);

	(void)state;
	e.syn.ip = ip_of("203.0.113.5");
	e.syn.n = 1000;
	event_put(&r->sink, &e);
	request(r, T0, "127.0.0.1");
	turn(r, T0);
	end(r);
	assert_int_equal(number("SELECT count(*) FROM seen"), 0);
}

static void flags_reach_the_next_run(void **state)
{
	struct options o = options();
	struct run *r = begin(&o);
	struct event e = event_make(EVENT_FLAG, T0 + SEC);

	(void)state;
	request(r, T0, "203.0.113.5");
	turn(r, T0);
	e.flag.flag = STR_LIT("scanner");
	e.flag.on = true;
	e.flag.scope = SCOPE_HOST;
	e.flag.who = STR_LIT("203.0.113.5");
	e.flag.prefixes = STR_LIT("203.0.113.5 198.51.100.0/24 nonsense");
	e.flag.since = T0;
	for (int i = 0; i < 3; i++)
		event_put(&r->sink, &e);
	e.flag.on = false;
	event_put(&r->sink, &e);
	end(r);

	r = begin(&o);
	request(r, T0 + 60 * SEC, "203.0.113.5");
	request(r, T0 + 60 * SEC, "198.51.100.9");
	turn(r, T0 + 60 * SEC);
	assert_int_equal(seen_of(r, "203.0.113.5")->flagged, 1);
	assert_string_equal(seen_of(r, "203.0.113.5")->flags, "scanner×1");
	struct prefix net = network_prefix(&host_of(r->m, "198.51.100.9")->ip);
	assert_non_null(seen_find(&r->m->seen, &net));
	assert_int_equal(seen_find(&r->m->seen, &net)->flagged, 1);
	end(r);
}

/* More newcomers than questions can wait: they are asked about later. */
static void everybody_is_asked_about(void **state)
{
	enum {
		MANY = 2 * HISTORY_ASKED
	};
	struct options o = options();
	struct run *r = begin(&o);
	char ip[32];

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			snprintf(ip, sizeof ip, "100.64.%d.%d", i / 250, i % 250);
			request(r, T0 + round * SEC, ip);
		}
		turn(r, T0 + round * SEC);
		assert_int_equal(r->feed.answers, r->feed.questions);
		assert_in_range(r->feed.questions, MANY, 2 * MANY);
		if (round == 1)
			break;
		end(r);
		r = begin(&o);
	}
	assert_int_equal(r->told, r->feed.questions);
	assert_int_equal(r->feed.dropped, 0);
	end(r);
	assert_int_equal(number("SELECT sum(requests) FROM seen WHERE length(who) = 5 AND "
				"substr(who, 5) = x'20'"),
		2 * MANY);
}

/* In the middle of a run, and at its start. */
static void a_damaged_file_costs_the_past_alone(void **state)
{
	struct options o = options();
	struct run *r = begin(&o);

	(void)state;
	request(r, T0, "203.0.113.5");
	turn(r, T0);
	end(r);
	FILE *f = fopen(path, "r+");
	char noise[4096] = "noise";
	fseek(f, 2 * 4096L, SEEK_SET); /* the root of "seen" */
	fwrite(noise, 1, sizeof noise, f);
	fclose(f);

	r = begin(&o);
	request(r, T0 + SEC, "203.0.113.5");
	turn(r, T0 + SEC);
	wait_for_note(r, "ready", "it was damaged");
	assert_int_equal(r->told, 0);
	assert_non_null(strstr(model_machine(r->m)->notice, "it was damaged"));
	end(r);
	assert_int_equal(number("SELECT requests" OF_5), 1);
}

static void what_cannot_be_used_is_off(void **state)
{
	struct options o = options();

	(void)state;
	assert_int_equal(mkdir(path, 0700), 0); /* a directory where the file should be */
	struct run *r = begin(&o);
	request(r, T0, "203.0.113.5");
	turn(r, T0);
	wait_for_note(r, "unusable", path);
	assert_false(model_knows_history(r->m));
	end(r);

	o.history = false;
	r = begin(&o);
	assert_null(r->feed.history);
	assert_string_equal(enricher_of(r)->state, "off");
	end(r);
}

/* Somebody else writes all the time: the run goes on, and ends with what was lost. */
static void a_locked_file_keeps_nobody(void **state)
{
	struct options o = options();
	struct run *r = begin(&o);
	sqlite3 *other;

	(void)state;
	request(r, T0, "203.0.113.5");
	turn(r, T0);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	sqlite3_busy_timeout(other, 10000);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	request(r, T0 + SEC, "198.51.100.7");
	turn(r, T0 + 60 * SEC);
	history_feed_finish(&r->feed, 200 * USEC_PER_MSEC, &r->lost);
	assert_non_null(strstr(r->lost.text, "not written in time"));
	sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(other);
	end(r);
}

static atomic_int writes_left = INT_MAX;

/* write(2) and pwrite(2) as SQLite calls them. */
static ssize_t scarce_pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (atomic_fetch_sub(&writes_left, 1) > 0)
		return pwrite(fd, p, n, at);
	errno = ENOSPC;
	return -1;
}

static ssize_t scarce_write(int fd, const void *p, size_t n)
{
	if (atomic_fetch_sub(&writes_left, 1) > 0)
		return write(fd, p, n);
	errno = ENOSPC;
	return -1;
}

static void make_scarce(bool on)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find("unix");
	sqlite3_syscall_ptr at = on ? (sqlite3_syscall_ptr)scarce_pwrite : NULL,
			    plain = on ? (sqlite3_syscall_ptr)scarce_write : NULL;

	vfs->xSetSystemCall(vfs, "pwrite", at);
	vfs->xSetSystemCall(vfs, "pwrite64", at);
	vfs->xSetSystemCall(vfs, "write", plain);
}

static usec_t cpu_time(void)
{
	return clock_usec(CLOCK_PROCESS_CPUTIME_ID);
}

/* In the middle of making place: nothing is done until there is room, and then all. */
static void a_full_disk_heals(void **state)
{
	struct options o = options();
	struct run *r = begin(&o);
	char *error = NULL;
	sqlite3 *other;

	(void)state;
	turn(r, T0);
	end(r);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	sqlite3_exec(other,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) "
		"INSERT INTO seen SELECT CAST(printf('%05d ', i) AS BLOB), 1, 1, 1, 1, 1, 1, 1, "
		"400000, 0, 0 FROM n",
		NULL, NULL, &error);
	assert_null(error);
	sqlite3_close(other);

	make_scarce(true);
	atomic_store(&writes_left, 300);
	o.history_max_addresses = 1000;
	r = begin(&o);
	request(r, T0, "203.0.113.5");
	wait_for_note(r, "full", "the disk is full");
	usec_t before = cpu_time();
	poll(NULL, 0, 400);
	assert_in_range(cpu_time() - before, 0, 100 * USEC_PER_MSEC);
	atomic_store(&writes_left, INT_MAX);
	wait_for_note(r, "ready", "");
	end(r);
	make_scarce(false);
	assert_int_equal(number("SELECT requests" OF_5), 1);
	assert_in_range(number("SELECT count(*) FROM seen"), 1, 1002);
}

static void *put_numbers(void *arg)
{
	struct ring *r = arg;

	for (uint64_t i = 0; i < 20000;)
		i += ring_put(r, &i);
	return NULL;
}

static void a_ring_keeps_order(void **state)
{
	struct ring r;
	pthread_t thread;

	(void)state;
	assert_int_equal(ring_init(&r, sizeof(uint64_t), 64), 0);
	assert_int_equal(pthread_create(&thread, NULL, put_numbers, &r), 0);
	for (uint64_t want = 0, got; want < 20000;) {
		if (!ring_take(&r, &got))
			continue;
		assert_int_equal(got, want);
		want++;
	}
	pthread_join(thread, NULL);
	assert_false(ring_take(&r, &(uint64_t){0}));
	ring_done(&r);
}

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/ng_history.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/history.db", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	return remove_tree(dir);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_dir, remove_dir)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_run_is_counted_once),
		TEST(a_second_visit_counts_as_well),
		TEST(forged_sources_are_left_out),
		TEST(flags_reach_the_next_run),
		TEST(everybody_is_asked_about),
		TEST(a_damaged_file_costs_the_past_alone),
		TEST(what_cannot_be_used_is_off),
		TEST(a_locked_file_keeps_nobody),
		TEST(a_full_disk_heals),
		TEST(a_ring_keeps_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
