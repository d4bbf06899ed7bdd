/* SPDX-License-Identifier: MIT
 *
 * journal: a directory with a journal, a source over it, and all that it said, for the tests of the
 * journal.
 */
#ifndef NG_TESTS_JOURNAL_H
#define NG_TESTS_JOURNAL_H

#include "log/journal.h"

#include "base/clock.h"
#include "log/journal_place.h"
#include "log/sshd.h"

#include "remove_tree.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW     (INT64_C(1795335255) * USEC_PER_SEC)
#define FAILED  "Failed password for root from 192.0.2.7 port 4242 ssh2"
#define REQUEST "192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET /a HTTP/1.1\" 200 1 \"-\" \"-\""

/* What the source puts. */

static struct {
	struct event_sink sink;
	unsigned auths, requests, logs, notes;
	uint64_t lost;
	usec_t logged;
	char log[64], user[64], note[128];
	struct event_log last[2]; /* of ssh, of web */
} seen;

static inline void put(struct event_sink *sink, const struct event *e)
{
	(void)sink;
	if (e->kind == EVENT_AUTH) {
		seen.auths++;
		seen.logged = e->auth.logged;
		snprintf(seen.log, sizeof seen.log, "%.*s", STR_FMT(e->auth.log));
		snprintf(seen.user, sizeof seen.user, "%.*s", STR_FMT(e->auth.user));
	} else if (e->kind == EVENT_REQUEST) {
		seen.requests++;
		snprintf(seen.log, sizeof seen.log, "%.*s", STR_FMT(e->request.log));
	} else if (e->kind == EVENT_LOST) {
		assert_str(e->lost.what, "journal");
		seen.lost += e->lost.n;
	} else if (e->kind == EVENT_NOTE) {
		seen.notes++;
	} else if (e->kind == EVENT_LOG) {
		seen.logs++;
		seen.last[str_eq(e->log.log, STR_LIT("web.service"))] = e->log;
		snprintf(seen.note, sizeof seen.note, "%.*s", STR_FMT(e->log.note));
	}
}

static char dir[] = "/tmp/journal_test.XXXXXX";
static struct journal_input inputs[2];
static struct log_journal_options options;
static struct source *source;
static usec_t now;

/* A directory in which there seems to be a journal. */
static inline void make_place(void)
{
	char path[64];

	snprintf(path, sizeof path, "%s/system.journal", dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static inline void take_place(void)
{
	char path[64];

	snprintf(path, sizeof path, "%s/system.journal", dir);
	unlink(path);
}

static inline int begin(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof seen);
	seen.sink.put = put;
	make_place();
	now = NOW;
	inputs[0] = (struct journal_input){.label = "ssh.service",
		.matches = {{JOURNAL_UNIT, "ssh.service"}, {JOURNAL_IDENTIFIER, "sshd"}},
		.match_count = 2,
		.format = &log_sshd_auth_log,
		.only_root = true};
	inputs[1] = (struct journal_input){.label = "web.service",
		.matches = {{JOURNAL_UNIT, "web.service"}},
		.match_count = 1};
	options = (struct log_journal_options){
		.inputs = inputs, .input_count = 2, .place.dir = dir, .from_start = true};
	return 0;
}

static inline int end(void **state)
{
	(void)state;
	if (source)
		source_free(source);
	source = NULL;
	return 0;
}

static inline void open_it(void)
{
	int err = 1;

	source = log_journal_new(&options, &err);
	assert_non_null(source);
	assert_int_equal(err, 0);
}

static inline int poll_it(void)
{
	return source_poll(source, now, &seen.sink);
}

/* Until it has caught up; then the counters are told at once. */
static inline void read_all(void)
{
	int i = 0;

	while (i < 1000 && poll_it() != 0)
		i++;
	assert_true(i < 1000);
	source_finish(source, now, &seen.sink);
}

static inline int prepare(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static inline int clear(void **state)
{
	(void)state;
	remove_tree(dir);
	return 0;
}

#define TEST(NAME) cmocka_unit_test_setup_teardown(NAME, begin, end)

#endif
