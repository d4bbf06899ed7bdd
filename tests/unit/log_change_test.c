// SPDX-License-Identifier: MIT
/* Other logs are to be followed while a tail runs. */
#include "tail.h"

#include "log/format_string.h"

#define REQUEST_OF(format) (format), sizeof(format) - 1

struct asked {
	const struct log_format *format;
};

static bool look_up(const void *context, const char *path, const struct log_owner *owner,
	struct log_configured *ret)
{
	const struct asked *asked = context;

	(void)owner;
	if (!strstr(path, "own"))
		return false;
	*ret = (struct log_configured){.format = asked->format, .buffered = "64k"};
	return true;
}

static struct log_format *compile(const char *text)
{
	char error[FORMAT_STRING_ERROR_MAX];
	struct log_format *format;

	assert_int_equal(
		format_string_new(str_of(text), LOG_DIALECT_NGINX, str_of(text), &format, error),
		0);
	return format;
}

/* NULL ends the paths. */
static void change(const struct asked *asked, const char *first, const char *second)
{
	const struct log_input inputs[] = {{.path = first}, {.path = second}};

	assert_int_equal(log_tail_change(bench.tail, &(struct log_tail_options){.inputs = inputs,
							     .input_count = second ? 2 : 1,
							     .look_up = asked ? look_up : NULL,
							     .look_up_context = asked}),
		0);
	drain();
}

/* When a file that is made now is born, as its file system says. */
static usec_t birth(void)
{
	struct statx x;

	append("probe", "", 0);
	int err = statx(AT_FDCWD, at("probe"), 0, STATX_BTIME, &x);
	assert_int_equal(unlink(at("probe")), 0);
	if (err < 0 || !(x.stx_mask & STATX_BTIME)) {
		print_message("skip: no times of birth on this file system\n");
		skip();
	}
	return (usec_t)x.stx_btime.tv_sec * USEC_PER_SEC + x.stx_btime.tv_nsec / 1000;
}

/* Until whatever begins from now on, be it a file or a tail, is the younger one by either clock:
 * that of file systems goes in steps of its own. */
static void let_a_tick_pass(void)
{
	usec_t now = clock_usec(CLOCK_REALTIME);

	while (clock_usec(CLOCK_REALTIME_COARSE) <= now || birth() <= now)
		continue;
}

/* What was written before we began is the past; a file that came since is read whole. */
static void follows_what_is_new(void **state)
{
	(void)state;
	append_lines("a", 0, 1);
	append_lines("old", 1, 3);
	let_a_tick_pass();
	open_tail(at("a"), NULL, false);
	drain();
	append_lines("a", 3, 5);
	let_a_tick_pass();
	append_lines("new", 5, 8);
	change(NULL, at("a"), at("old"));
	append_lines("old", 8, 9);
	change(NULL, at("a"), at("new"));
	append_lines("a", 9, 10);
	after(USEC_PER_SEC);
	assert_each_once(3, 10);
	assert_int_equal(bench.requests, 7);
	assert_int_equal(settled("a")->last.state, LOG_READING);
}

static void follows_new_globs(void **state)
{
	(void)state;
	append_lines("a", 0, 1);
	append_lines("old.log", 1, 3);
	let_a_tick_pass();
	open_tail(at("a"), NULL, false);
	drain();
	let_a_tick_pass();
	append_lines("new.log", 3, 5);
	change(NULL, at("a"), at("*.log"));
	append_lines("old.log", 5, 6);
	append_lines("later.log", 6, 7);
	after(USEC_PER_SEC);
	assert_each_once(3, 7);
	assert_int_equal(bench.requests, 4);
}

/* What is left of it is read; it may come back, at its place. */
static void lets_go(void **state)
{
	(void)state;
	append_lines("a", 0, 1);
	append_lines("b", 1, 2);
	open_tail(at("a"), at("b"), true);
	drain();
	append_lines("b", 2, 4);
	change(NULL, at("a"), NULL);
	assert_int_equal(settled("b")->last.state, LOG_STATE_NONE);
	assert_string_equal(settled("b")->note, "No longer in the configuration");
	append_lines("b", 4, 5); /* by workers that end their requests */
	after(USEC_PER_SEC);
	assert_each_once(0, 5);
	after(31 * USEC_PER_SEC);
	after(31 * USEC_PER_SEC);
	append_lines("b", 5, 7);
	after(USEC_PER_SEC);
	assert_int_equal(bench.times[5], 0);
	change(NULL, at("a"), at("b"));
	append_lines("b", 7, 8);
	after(USEC_PER_SEC);
	assert_each_once(0, 8);
	assert_int_equal(settled("b")->last.state, LOG_READING);
	assert_int_equal(settled("b")->last.lines, 7);
}

/* What a user names may be denied to him: the operator's glob, too, matches it. */
static void a_glob_of_the_operator_outranks_a_users_name(void **state)
{
	const struct log_owner user = {.is_user = true, .uid = geteuid() + 4321};
	char *path = strdup(at("a.log")), *glob = strdup(at("*.log"));
	const struct log_input inputs[] = {
		{.path = path, .errors = true, .owner = user}, {.path = glob}};

	(void)state;
	append_lines("a.log", 0, 1);
	assert_int_equal(chmod(path, 0600), 0);
	open_tail(at("b"), NULL, true);
	for (size_t count = 1; count <= ARRAY_LEN(inputs); count++) {
		const struct log_tail_options options = {.inputs = inputs, .input_count = count};
		assert_int_equal(log_tail_change(bench.tail, &options), 0);
		drain();
		after(USEC_PER_SEC);
		assert_int_equal(
			settled("a.log")->last.state, count == 1 ? LOG_DENIED : LOG_READING);
	}
	append_lines("a.log", 1, 3);
	after(USEC_PER_SEC);
	assert_false(settled("a.log")->last.errors);
	assert_int_equal(bench.times[2], 1);
	free(path);
	free(glob);
}

/* A configuration that was half written for a moment. */
static void loses_nothing_in_between(void **state)
{
	(void)state;
	append_lines("a", 0, 2);
	open_tail(at("a"), NULL, true);
	drain();
	change(NULL, at("none"), NULL);
	append_lines("a", 2, 3);
	change(NULL, at("a"), NULL);
	append_lines("a", 3, 5);
	after(USEC_PER_SEC);
	assert_each_once(0, 5);
}

/* Formats of the old configuration are gone then. */
static void replaces_formats(void **state)
{
	struct asked asked = {compile("<$remote_addr> \"$request\" $status")};

	(void)state;
	append("own", "", 0);
	const struct log_input inputs[] = {{.path = at("own")}};
	int err;
	bench.tail = log_tail_new(&(struct log_tail_options){.inputs = inputs,
					  .input_count = 1,
					  .look_up = look_up,
					  .look_up_context = &asked},
		&err);
	assert_non_null(bench.tail);
	drain();
	append("own", REQUEST_OF("<192.0.2.1> \"GET /1 HTTP/1.1\" 200\n"));
	after(USEC_PER_SEC);
	assert_int_equal(bench.times[1], 1);
	struct asked next = {compile("($remote_addr) \"$request\" $status")};
	change(&next, at("own"), NULL);
	format_string_free((struct log_format *)asked.format);
	append("own", REQUEST_OF("(192.0.2.1) \"GET /2 HTTP/1.1\" 200\n"));
	append("own", REQUEST_OF("<192.0.2.1> \"GET /3 HTTP/1.1\" 200\n"));
	after(USEC_PER_SEC);
	assert_int_equal(bench.times[2], 1);
	assert_int_equal(bench.times[3], 0);
	assert_int_equal(settled("own")->last.rejected, 1);
	change(NULL, at("own"), NULL);
	format_string_free((struct log_format *)next.format);
	append_lines("own", 4, 5);
	after(USEC_PER_SEC);
	assert_int_equal(bench.times[4], 1);
	assert_null(settled("own")->last.buffered.p);
}

/* Rotated as its name goes, and while it is gone. */
static void is_right_with_rotation(void **state)
{
	(void)state;
	append_lines("a", 0, 2);
	open_tail(at("a"), NULL, true);
	drain();
	append_lines("a", 2, 3);
	assert_int_equal(rename(at("a"), at("a.1")), 0);
	append_lines("a", 3, 4);
	change(NULL, at("none"), NULL);
	after(USEC_PER_SEC);
	assert_each_once(0, 3);
	change(NULL, at("a"), NULL);
	append_lines("a", 4, 5);
	after(USEC_PER_SEC);
	assert_each_once(0, 5);
}

/* Who names a log must be able to read it. */
static void asks_whose_word_it_is(void **state)
{
	(void)state;
	append_lines("open", 0, 1);
	append_lines("secret", 1, 2);
	assert_int_equal(chmod(at("secret"), 0640), 0);
	struct log_input inputs[] = {{.path = at("open"), .owner = {.is_user = true, .uid = 4321}},
		{.path = at("secret"), .owner = {.is_user = true, .uid = 4321}}};
	int err;
	bench.tail = log_tail_new(
		&(struct log_tail_options){.inputs = inputs, .input_count = 2, .from_start = true},
		&err);
	assert_non_null(bench.tail);
	drain();
	assert_int_equal(bench.times[0], 1);
	assert_int_equal(bench.times[1], 0);
	assert_int_equal(settled("secret")->last.state, LOG_DENIED);
	inputs[1].owner.uid = geteuid(); /* his own */
	assert_int_equal(log_tail_change(bench.tail,
				 &(struct log_tail_options){.inputs = inputs, .input_count = 2}),
		0);
	after(USEC_PER_SEC);
	assert_int_equal(bench.times[1], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(follows_what_is_new),
		TEST(follows_new_globs),
		TEST(lets_go),
		TEST(loses_nothing_in_between),
		TEST(replaces_formats),
		TEST(is_right_with_rotation),
		TEST(asks_whose_word_it_is),
		TEST(a_glob_of_the_operator_outranks_a_users_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
