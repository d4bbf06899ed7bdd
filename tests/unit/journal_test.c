// SPDX-License-Identifier: MIT
/* The journal as a source, by a library that is told what to say. */
#include "journal.h"

/* The library, as far as the source knows it. Its entries are these, from `first` on. */

struct entry {
	const char *unit, *identifier, *uid, *message;
	int err; /* of its message */
	const char *id, *transport, *more;
};

static struct {
	const struct entry *entries;
	size_t count, first, at; /* at: 1 more than the entry that it stands at; 0: none */
	int open_err, next_err, process;
	unsigned opened, closed, matches;
	size_t threshold, field;
	char text[LOG_LINE_MAX + 1024];
} lib;

static int lib_open_directory(struct sd_journal **ret, const char *path, int flags)
{
	(void)path;
	assert_int_equal(flags, 0);
	if (lib.open_err)
		return lib.open_err;
	lib.opened++;
	lib.matches = 0;
	*ret = (struct sd_journal *)&lib;
	return 0;
}

static int lib_open(struct sd_journal **ret, int flags)
{
	(void)ret;
	(void)flags;
	fail_msg("the directory was named");
	return -EINVAL;
}

static void lib_close(struct sd_journal *j)
{
	assert_ptr_equal(j, &lib);
	lib.closed++;
}

static int lib_set_data_threshold(struct sd_journal *j, size_t bytes)
{
	(void)j;
	lib.threshold = bytes;
	return 0;
}

static int lib_add_match(struct sd_journal *j, const void *data, size_t n)
{
	(void)j;
	assert_non_null(memchr(data, '=', n));
	lib.matches++;
	return 0;
}

static int lib_nothing(struct sd_journal *j)
{
	(void)j;
	return 0;
}

static void lib_flush_matches(struct sd_journal *j)
{
	(void)j;
	lib.matches = 0;
}

static int lib_seek_head(struct sd_journal *j)
{
	(void)j;
	lib.at = lib.first;
	return 0;
}

static int lib_seek_tail(struct sd_journal *j)
{
	(void)j;
	lib.at = lib.count + 1;
	return 0;
}

static int lib_next(struct sd_journal *j)
{
	(void)j;
	if (lib.next_err)
		return lib.next_err;
	if (lib.at < lib.first)
		lib.at = lib.first;
	if (lib.at >= lib.count)
		return 0;
	lib.at++;
	return 1;
}

static int lib_previous(struct sd_journal *j)
{
	(void)j;
	if (lib.at <= lib.first + 1)
		return 0;
	lib.at--;
	return 1;
}

static int lib_get_cursor(struct sd_journal *j, char **ret)
{
	(void)j;
	char text[64];
	snprintf(text, sizeof text, "s=abc;i=%zx;b=0;m=0;t=0;x=0", lib.at);
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

static size_t number_of(const char *cursor)
{
	assert_int_equal(strncmp(cursor, "s=abc;i=", 8), 0);
	return strtoul(cursor + 8, NULL, 16);
}

static int lib_seek_cursor(struct sd_journal *j, const char *cursor)
{
	(void)j;
	lib.at = number_of(cursor) - 1;
	return 0;
}

static int lib_test_cursor(struct sd_journal *j, const char *cursor)
{
	(void)j;
	return lib.at == number_of(cursor);
}

static void lib_restart_data(struct sd_journal *j)
{
	(void)j;
	lib.field = 0;
}

static int lib_enumerate_data(struct sd_journal *j, const void **ret, size_t *ret_n)
{
	const struct entry *e = &lib.entries[lib.at - 1];
	const struct {
		const char *name, *value;
	} fields[] = {{"_SYSTEMD_UNIT", e->unit}, {"PRIORITY", "6"},
		{"SYSLOG_IDENTIFIER", e->identifier}, {"_UID", e->uid}, {"MESSAGE", e->message},
		{"MESSAGE_ID", e->id}, {"_TRANSPORT", e->transport}, {"MESSAGE", e->more}};

	(void)j;
	while (lib.field < ARRAY_LEN(fields) && !fields[lib.field].value)
		lib.field++;
	if (e->err && lib.field > 1)
		return e->err;
	if (lib.field == ARRAY_LEN(fields))
		return 0;
	int n = snprintf(lib.text, sizeof lib.text, "%s=%s", fields[lib.field].name,
		fields[lib.field].value);
	lib.field++;
	*ret = lib.text;
	*ret_n = (size_t)n < lib.threshold ? (size_t)n : lib.threshold;
	return 1;
}

static int lib_get_realtime_usec(struct sd_journal *j, uint64_t *ret)
{
	(void)j;
	*ret = (uint64_t)NOW + lib.at;
	return 0;
}

static int lib_get_fd(struct sd_journal *j)
{
	(void)j;
	return -EMEDIUMTYPE;
}

static int lib_process(struct sd_journal *j)
{
	int got = lib.process;

	(void)j;
	lib.process = 0;
	return got;
}

static const struct journal_lib functions = {
	.open = lib_open,
	.open_directory = lib_open_directory,
	.close = lib_close,
	.set_data_threshold = lib_set_data_threshold,
	.add_match = lib_add_match,
	.add_disjunction = lib_nothing,
	.flush_matches = lib_flush_matches,
	.seek_head = lib_seek_head,
	.seek_tail = lib_seek_tail,
	.seek_cursor = lib_seek_cursor,
	.test_cursor = lib_test_cursor,
	.get_cursor = lib_get_cursor,
	.next = lib_next,
	.previous = lib_previous,
	.restart_data = lib_restart_data,
	.enumerate_data = lib_enumerate_data,
	.get_realtime_usec = lib_get_realtime_usec,
	.get_fd = lib_get_fd,
	.process = lib_process,
};

static int begin_with_library(void **state)
{
	memset(&lib, 0, sizeof lib);
	begin(state);
	options.lib = &functions;
	return 0;
}

static void hold(const struct entry *entries, size_t count)
{
	lib.entries = entries;
	lib.count = count;
}

/* Entries. */

static const struct entry some[] = {
	{"ssh.service", "sshd", "0", FAILED, 0, NULL, NULL, NULL},
	{"web.service", "web", "33", REQUEST, 0, NULL, NULL, NULL},
	{"web.service", "web", "33", "GET", 0, NULL, NULL, NULL},
	{"ssh.service", "sshd", "0", "Server listening on 0.0.0.0 port 22.", 0, NULL, NULL, NULL},
};

static void entries_are_lines_of_their_unit(void **state)
{
	(void)state;
	hold(some, ARRAY_LEN(some));
	open_it();
	assert_true(source_is_pending(source));
	read_all();
	assert_false(source_is_pending(source));
	assert_int_equal(seen.auths, 1);
	assert_int_equal(seen.requests, 1);
	assert_string_equal(seen.log, "web.service");
	assert_string_equal(seen.user, "root");
	assert_int_equal(seen.logged, NOW + 1); /* the journal's time */
	assert_int_equal(seen.last[0].state, LOG_READING);
	assert_int_equal(seen.last[0].lines, 2);
	assert_int_equal(seen.last[0].ignored, 1);
	assert_int_equal(seen.last[1].lines, 2);
	assert_int_equal(seen.last[1].rejected, 1);
	assert_int_equal(lib.matches, 4);
}

static void only_what_comes_from_now_on(void **state)
{
	(void)state;
	options.from_start = false;
	hold(some, 1);
	open_it();
	assert_false(source_is_pending(source));
	read_all();
	assert_int_equal(seen.auths, 0);
	lib.count = ARRAY_LEN(some);
	read_all();
	assert_int_equal(seen.requests, 1);
	assert_int_equal(seen.auths, 0);
	assert_int_equal(seen.last[0].lines, 1);
}

static void nobody_asked_for_the_past_of_this_one(void **state)
{
	(void)state;
	inputs[0].from_end = true;
	hold(some, 2);
	open_it();
	read_all();
	assert_int_equal(seen.auths, 0);
	assert_int_equal(seen.requests, 1);
	const struct entry more[] = {some[0], some[1], some[0]};
	hold(more, 3);
	read_all();
	assert_int_equal(seen.auths, 1);
	assert_int_equal(seen.requests, 1);
}

/* Any user can call himself sshd, and anybody's message can name an address. */
static void who_only_calls_himself_sshd_is_not_believed(void **state)
{
	static const struct entry entries[] = {
		{"user@1000.service", "sshd", "1000", FAILED, 0, NULL, NULL, NULL},
		{"ssh.service", "sshd", "1000", FAILED, 0, NULL, NULL, NULL},
		{"session-1.scope", "sshd", "00", FAILED, 0, NULL, NULL, NULL},
		{"session-1.scope", "sshd", "0", FAILED, 0, NULL, NULL, NULL},
		{NULL, "sshd", NULL, FAILED, 0, NULL, NULL, NULL}, /* another machine's */
		{"ssh.service", "sh", "0", FAILED, 0, NULL, NULL, NULL},
		{"cron.service", "sshd\n", "0", FAILED, 0, NULL, NULL, NULL},
		{"cron.service", "sshdd", "0", FAILED, 0, NULL, NULL, NULL},
	};

	(void)state;
	hold(entries, ARRAY_LEN(entries));
	open_it();
	read_all();
	assert_int_equal(seen.auths, 2);
	assert_int_equal(seen.last[0].lines, 6);
	assert_int_equal(seen.last[0].ignored, 4);
}

static void what_cannot_be_read_is_counted(void **state)
{
	static char longest[LOG_LINE_MAX + 1], longer[LOG_LINE_MAX + 2];
	const struct entry entries[] = {
		{"web.service", "web", "0", NULL, -EBADMSG, NULL, NULL, NULL},
		{"web.service", "web", "0", NULL, -EPROTONOSUPPORT, NULL, NULL, NULL},
		{"web.service", "web", "0", NULL, 0, NULL, NULL, NULL}, /* has no message */
		{"web.service", "web", "0", "", 0, NULL, NULL, NULL},
		{"web.service", "web", "0", longest, 0, NULL, NULL, NULL},
		{"web.service", "web", "0", longer, 0, NULL, NULL, NULL},
		{"web.service", "web", "0", REQUEST, 0, NULL, NULL, "a second message"},
	};

	(void)state;
	memset(longest, 'x', sizeof longest - 1);
	memset(longer, 'x', sizeof longer - 1);
	hold(entries, ARRAY_LEN(entries));
	open_it();
	read_all();
	assert_int_equal(seen.requests, 1);
	assert_int_equal(seen.lost, 2);
	assert_int_equal(seen.last[1].lines, 3);
	assert_int_equal(seen.last[1].rejected, 2);
	assert_int_equal(seen.last[1].skipped, LOG_LINE_MAX + 1);
	assert_true(lib.threshold > LOG_LINE_MAX && lib.threshold < 2 * LOG_LINE_MAX);
}

static void a_poll_takes_a_bounded_part(void **state)
{
	static struct entry many[10000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = some[1];
	hold(many, ARRAY_LEN(many));
	open_it();
	assert_int_equal(poll_it(), 1);
	assert_in_range(seen.requests, 1, 2048);
	read_all();
	assert_int_equal(seen.requests, ARRAY_LEN(many));
	assert_int_equal(seen.last[1].lines, ARRAY_LEN(many));
}

/* What journald did not take, because there was too much of it. */
static void what_journald_drops_is_lost(void **state)
{
	static const char id[] = JOURNAL_SUPPRESSED_ID;
	static const struct entry entries[] = {
		{"systemd-journald.service", "systemd-journald", "0",
			"Suppressed 1200 messages from web.service", 0, id, "driver", NULL},
		{"systemd-journald.service", "systemd-journald", "0",
			"Suppressed 34 messages from web.service", 0, id, "driver", NULL},
		{"systemd-journald.service", "systemd-journald", "0",
			"Suppressed 7 messages from other.service", 0, id, "driver", NULL},
		{"systemd-journald.service", "systemd-journald", "0", "Suppressed", 0, id, "driver",
			NULL},
		{"systemd-journald.service", "systemd-journald", "0",
			"Suppressed -1 messages from web.service", 0, id, "driver", NULL},
		/* Not journald's. */
		{"web.service", "systemd-journald", "33", "Suppressed 5 messages from web.service",
			0, id, "journal", NULL},
		{"web.service", "systemd-journald", "33", "Suppressed 5 messages from web.service",
			0, NULL, "stdout", NULL},
	};

	(void)state;
	hold(entries, ARRAY_LEN(entries));
	open_it();
	read_all();
	assert_int_equal(seen.lost, 1234);
	assert_int_equal(seen.notes, 1);
	assert_int_equal(seen.last[1].lines, 2);
}

/* Files that come and go. */

static void what_was_removed_unread_is_lost(void **state)
{
	static struct entry many[5000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = some[1];
	hold(many, ARRAY_LEN(many));
	open_it();
	assert_int_equal(poll_it(), 1);
	unsigned read = seen.requests;
	/* The oldest files were vacuumed. */
	lib.first = 4000;
	lib.process = JOURNAL_INVALIDATE;
	read_all();
	assert_int_equal(seen.lost, 4000 - read);
	assert_int_equal(seen.requests, read + 1000);
	assert_int_equal(lib.matches, 4);
	assert_int_equal(seen.last[1].rotated, 1);
}

static void what_was_read_may_be_removed(void **state)
{
	(void)state;
	hold(some, 2);
	open_it();
	read_all();
	lib.process = JOURNAL_INVALIDATE;
	lib.first = 2;
	lib.count = ARRAY_LEN(some);
	read_all();
	assert_int_equal(seen.lost, 0);
	assert_int_equal(seen.auths, 1);
	assert_int_equal(seen.last[1].lines, 2);
	assert_int_equal(seen.last[0].lines, 2);
}

static void after_an_error_it_goes_on_where_it_was(void **state)
{
	(void)state;
	hold(some, 1);
	open_it();
	read_all();
	lib.count = ARRAY_LEN(some);
	lib.next_err = -EIO;
	poll_it();
	assert_int_equal(seen.last[0].state, LOG_UNREADABLE);
	assert_string_equal(seen.note, "the journal cannot be read: Input/output error");
	assert_int_equal(lib.closed, 1);
	lib.next_err = 0;
	assert_int_equal(poll_it(), 0); /* it is let rest */
	assert_int_equal(lib.opened, 1);
	now += 3 * USEC_PER_SEC;
	read_all();
	assert_int_equal(lib.opened, 2);
	assert_int_equal(seen.auths, 1);
	assert_int_equal(seen.requests, 1);
	assert_int_equal(seen.last[0].state, LOG_READING);
	assert_int_equal(seen.last[0].lines, 2);
}

static void it_says_what_is_missing(void **state)
{
	(void)state;
	options.from_start = false;
	hold(some, ARRAY_LEN(some));
	take_place();
	open_it();
	poll_it();
	assert_int_equal(seen.last[1].state, LOG_MISSING);
	assert_non_null(strstr(seen.note, "does systemd-journald run?"));
	assert_int_equal(lib.opened, 0);
	/* What is there once it appears has come since. */
	make_place();
	now += 3 * USEC_PER_SEC;
	read_all();
	assert_int_equal(seen.last[1].state, LOG_READING);
	assert_int_equal(seen.auths, 1);
	options.place.dir = "/nonexistent";
	now += 3 * USEC_PER_SEC;
	poll_it();
	assert_int_equal(seen.last[1].state, LOG_MISSING);
	assert_string_equal(seen.note, "no journal: there is no /nonexistent (see journald.conf)");
	assert_int_equal(lib.closed, lib.opened);
}

static void a_journal_that_does_not_open_is_said(void **state)
{
	(void)state;
	lib.open_err = -EMFILE;
	open_it();
	poll_it();
	assert_int_equal(seen.last[0].state, LOG_UNREADABLE);
	assert_string_equal(seen.note, "the journal cannot be opened: Too many open files");
	assert_false(source_is_pending(source));
}

/* Places. */

static void make_file(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	fchmod(fd, mode);
	close(fd);
}

static void a_place_is_what_can_be_read_of_it(void **state)
{
	char why[JOURNAL_WHY_MAX], path[128];
	const struct journal_place place = {.dir = dir};

	(void)state;
	assert_int_equal(journal_place_look(&place, why), LOG_READING);
	assert_string_equal(why, "");
	take_place();
	assert_int_equal(journal_place_look(&place, why), LOG_MISSING);
	snprintf(path, sizeof path, "%s/0123", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/0123/notes", dir);
	make_file(path, 0600);
	assert_int_equal(journal_place_look(&place, why), LOG_MISSING);
	snprintf(path, sizeof path, "%s/0123/user-1000.journal", dir);
	make_file(path, 0600);
	assert_int_equal(journal_place_look(&place, why), LOG_READING);
	if (geteuid() == 0)
		return; /* who may read everything */
	snprintf(path, sizeof path, "%s/0123/system.journal", dir);
	make_file(path, 0);
	assert_int_equal(journal_place_look(&place, why), LOG_DENIED);
	assert_non_null(strstr(why, "systemd-journal"));
}

/* Below a root a link leads to what is there, and not to the machine's own files. */
static void files_below_a_root_are_opened_within_it(void **state)
{
	char path[256], other[256];
	const struct journal_place place = {.root = dir};
	struct journal_files files;

	(void)state;
	snprintf(
		path, sizeof path, "mkdir -p %s/var/log/journal/0123 %s/run/log/journal", dir, dir);
	assert_int_equal(system(path), 0); /* NOLINT(cert-env33-c) */
	journal_files_open(&place, true, &files);
	assert_int_equal(files.n, 0);
	uint64_t mark = files.mark;
	snprintf(path, sizeof path, "%s/var/log/journal/0123/system.journal", dir);
	make_file(path, 0600);
	snprintf(path, sizeof path, "%s/run/log/journal/a.journal~", dir);
	make_file(path, 0600);
	snprintf(path, sizeof path, "%s/outside.journal", dir);
	make_file(path, 0600);
	snprintf(path, sizeof path, "%s/var/log/journal/0123/out.journal", dir);
	snprintf(other, sizeof other, "%s/outside.journal", dir);
	assert_int_equal(symlink(other, path), 0);
	journal_files_open(&place, true, &files);
	assert_int_equal(files.n, 2);
	assert_true(files.mark != mark);
	mark = files.mark;
	journal_files_close(&files);
	assert_int_equal(files.n, 0);
	journal_files_open(&place, false, &files);
	assert_int_equal(files.n, 0);
	assert_true(files.mark == mark);
}

#define LIBRARY_TEST(NAME) cmocka_unit_test_setup_teardown(NAME, begin_with_library, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIBRARY_TEST(entries_are_lines_of_their_unit),
		LIBRARY_TEST(only_what_comes_from_now_on),
		LIBRARY_TEST(nobody_asked_for_the_past_of_this_one),
		LIBRARY_TEST(who_only_calls_himself_sshd_is_not_believed),
		LIBRARY_TEST(what_cannot_be_read_is_counted),
		LIBRARY_TEST(a_poll_takes_a_bounded_part),
		LIBRARY_TEST(what_journald_drops_is_lost),
		LIBRARY_TEST(what_was_removed_unread_is_lost),
		LIBRARY_TEST(what_was_read_may_be_removed),
		LIBRARY_TEST(after_an_error_it_goes_on_where_it_was),
		LIBRARY_TEST(it_says_what_is_missing),
		LIBRARY_TEST(a_journal_that_does_not_open_is_said),
		LIBRARY_TEST(a_place_is_what_can_be_read_of_it),
		LIBRARY_TEST(files_below_a_root_are_opened_within_it),
	};

	return cmocka_run_group_tests(tests, prepare, clear);
}
