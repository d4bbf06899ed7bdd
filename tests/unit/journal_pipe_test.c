// SPDX-License-Identifier: MIT
/* The journal as journalctl writes it: an object a line, at the other end of a pipe. */
#include "journal.h"

#include <signal.h>

/* journalctl. */

static struct {
	unsigned asked;
	enum journal_ask what;
	uint32_t since;
	int given; /* a descriptor, or why there is none */
	int into;  /* the other end of what was given last */
} ctl;

static int answer(
	void *ctx, enum journal_ask what, uint32_t since, journal_given_fn *given, void *given_ctx)
{
	int ends[2];

	(void)ctx;
	ctl.asked++;
	ctl.what = what;
	ctl.since = since;
	if (ctl.given < 0) {
		given(given_ctx, ctl.given);
		return 0;
	}
	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	ctl.into = ends[1];
	given(given_ctx, ends[0]);
	return 0;
}

static void say(const char *text)
{
	assert_int_equal(write(ctl.into, text, strlen(text)), strlen(text));
}

static void ask_journalctl(void)
{
	memset(&ctl, 0, sizeof ctl);
	options.lib_missing = "libsystemd.so.0 is not installed";
	open_it();
	log_journal_set_ask(source, answer, NULL);
}

#define JSON(TIME, UNIT, MESSAGE)                                          \
	"{\"__REALTIME_TIMESTAMP\":\"" TIME "\",\"_SYSTEMD_UNIT\":\"" UNIT \
	"\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"_UID\":\"0\",\"MESSAGE\":" MESSAGE "}\n"

static void what_is_there_is_read_first_and_then_followed(void **state)
{
	(void)state;
	ask_journalctl();
	poll_it();
	assert_int_equal(ctl.asked, 1);
	assert_int_equal(ctl.what, JOURNAL_ASK_ALL);
	assert_int_equal(ctl.since, 0);
	say(JSON("1795335255000001", "ssh.service", "\"" FAILED "\""));
	say("{\"__REALTIME_TIMESTAMP\":\"17953352550"); /* the rest is to come */
	while (poll_it() > 0)
		;
	assert_int_equal(seen.auths, 1);
	assert_true(source_is_pending(source));
	say("00002\",\"_SYSTEMD_UNIT\":\"ssh.service\",\"_UID\":\"0\",\"SYSLOG_IDENTIFIER\":"
	    "\"sshd-session\",\"MESSAGE\":\"" FAILED "\"}\n");
	close(ctl.into);
	while (poll_it() > 0)
		;
	assert_int_equal(seen.auths, 2);
	assert_int_equal(seen.logged, NOW + 2);
	assert_false(source_is_pending(source));
	assert_int_equal(seen.last[0].state, LOG_READING);
	poll_it();
	assert_int_equal(ctl.asked, 2);
	assert_int_equal(ctl.what, JOURNAL_ASK_ON);
	assert_int_equal(ctl.since, NOW / USEC_PER_SEC);
	/* The last second's come again. */
	say(JSON("1795335255000001", "ssh.service", "\"" FAILED "\""));
	say(JSON("1795335255000002", "ssh.service", "\"" FAILED "\""));
	say(JSON("1795335255000003", "ssh.service", "\"" FAILED "\""));
	/* The clock may be set back. */
	say(JSON("1795335255000001", "ssh.service", "\"" FAILED "\""));
	while (poll_it() > 0)
		;
	assert_int_equal(seen.auths, 4);
	close(ctl.into);
}

static void one_that_ends_is_said_and_followed_by_another(void **state)
{
	(void)state;
	options.from_start = false;
	ask_journalctl();
	poll_it();
	assert_int_equal(ctl.what, JOURNAL_ASK_ON);
	assert_int_equal(ctl.since, 0);
	assert_int_equal(seen.last[0].state, LOG_READING);
	say("No journal \x1b[31mfiles were opened\n");
	close(ctl.into);
	while (poll_it() > 0)
		;
	assert_int_equal(seen.last[0].state, LOG_UNREADABLE);
	assert_string_equal(seen.note, "No journal \\x1b[31mfiles were opened");
	poll_it();
	assert_int_equal(ctl.asked, 1);
	now += 6 * USEC_PER_SEC;
	poll_it();
	assert_int_equal(ctl.asked, 2);
	assert_int_equal(seen.last[0].state, LOG_READING);
	close(ctl.into);
}

static void nobody_can_be_asked(void **state)
{
	(void)state;
	ask_journalctl();
	ctl.given = -ENOENT;
	poll_it();
	assert_int_equal(seen.last[0].state, LOG_UNREADABLE);
	assert_string_equal(seen.note, "install libsystemd0 or systemd: neither libsystemd.so.0 "
				       "nor journalctl is here");
	assert_false(source_is_pending(source));
	log_journal_set_ask(source, NULL, NULL);
	poll_it();
	assert_string_equal(seen.note, "libsystemd.so.0 is not installed");
}

/* Fields as journalctl writes them, and as nobody does. */
static void hostile_objects_do_no_harm(void **state)
{
	static const struct {
		const char *message;
		unsigned auths, lines, rejected;
	} cases[] = {
		{"\"" FAILED "\"", 1, 1, 0},
		/* "Invalid user \377 from 192.0.2.7": bytes */
		{"[73,110,118,97,108,105,100,32,117,115,101,114,32,255,32,102,114,111,109,32,49,57,"
		 "50,46,48,46,50,46,55]",
			1, 1, 0},
		{"[\"" FAILED "\",\"" FAILED "\"]", 1, 1, 0}, /* the first of two */
		{"[[73,110],\"x\"]", 0, 1, 0},
		{"[[],[]]", 0, 0, 0},
		{"[null,null]", 0, 0, 0},
		{"null", 0, 1, 1}, /* too long for journalctl */
		{"[]", 0, 0, 0},
		{"[256]", 0, 0, 0},
		{"[73,-1]", 0, 1, 0},
		{"{\"a\":1}", 0, 0, 0},
		{"true", 0, 0, 0},
		{"\"\"", 0, 0, 0},
		{"\"\\u0000\\u001b[2J\"", 0, 1, 0},
		{"[[[[[[1]]]]]]", 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char text[1024];
		begin(NULL);
		ask_journalctl();
		poll_it();
		snprintf(text, sizeof text,
			"{\"__REALTIME_TIMESTAMP\":\"1795335255000001\",\"_SYSTEMD_UNIT\":"
			"\"ssh.service\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"_UID\":\"0\","
			"\"MESSAGE\":%s}\n",
			cases[i].message);
		say(text);
		close(ctl.into);
		while (poll_it() > 0)
			;
		source_finish(source, now, &seen.sink);
		assert_int_equal(seen.auths, cases[i].auths);
		assert_int_equal(seen.last[0].lines, cases[i].lines);
		assert_int_equal(seen.last[0].rejected, cases[i].rejected);
		end(NULL);
	}
}

static void a_unit_may_have_a_backslash(void **state)
{
	struct journal_record r;

	(void)state;
	assert_true(journal_record_parse(
		STR_LIT("{\"_SYSTEMD_UNIT\":\"app@a\\\\x2db.service\",\"_PID\":\"7\",\"MESSAGE\":"
			"\"x\",\"_UID\":1000,\"CONTAINER_NAME\":\"web\"}"),
		&r));
	const struct journal_value *f = r.fields;
	assert_str((struct str){f[JOURNAL_UNIT].p, f[JOURNAL_UNIT].n}, "app@a\\x2db.service");
	assert_str((struct str){f[JOURNAL_UID].p, f[JOURNAL_UID].n}, "1000");
	assert_str((struct str){f[JOURNAL_CONTAINER].p, f[JOURNAL_CONTAINER].n}, "web");
	assert_false(journal_record_parse(STR_LIT("[1]"), &r));
	assert_false(journal_record_parse(STR_LIT("{\"level\":\"info\"}"), &r));
	assert_int_equal(r.form, JOURNAL_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_there_is_read_first_and_then_followed),
		TEST(one_that_ends_is_said_and_followed_by_another),
		TEST(nobody_can_be_asked),
		TEST(hostile_objects_do_no_harm),
		TEST(a_unit_may_have_a_backslash),
	};

	signal(SIGPIPE, SIG_IGN); /* a source that has given up reads no more */
	return cmocka_run_group_tests(tests, prepare, clear);
}
