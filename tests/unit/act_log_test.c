// SPDX-License-Identifier: MIT
#include "app/act_log.h"

#include "app/state_dir.h"
#include "base/file.h"

#include "unit.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT (INT64_C(1795335255) * USEC_PER_SEC) /* 2026-11-22T08:14:15Z */

static char home[64], path[128];

static int make_home(void **state)
{
	(void)state;
	snprintf(home, sizeof home, "/tmp/act_log_test.XXXXXX");
	assert_non_null(mkdtemp(home));
	snprintf(path, sizeof path, "%s/nethergaze/" ACT_LOG_NAME, home);
	return setenv("XDG_STATE_HOME", home, 1);
}

static int drop_home(void **state)
{
	char old[sizeof path + 8], dir[sizeof path];

	(void)state;
	snprintf(old, sizeof old, "%s.1", path);
	snprintf(dir, sizeof dir, "%s/nethergaze", home);
	unlink(path);
	unlink(old);
	rmdir(dir);
	return rmdir(home);
}

static int append_fine(void)
{
	const struct event_act act = {.what = STR_LIT("hook"),
		.who = STR_LIT("203.0.113.9"),
		.command = STR_LIT("whois 203.0.113.9"),
		.result = STR_LIT("exit status 0"),
		.ok = true};

	return act_log_append(&act, AT);
}

static void expect_file(const char *want)
{
	char *text = NULL;
	size_t n = 0;

	assert_int_equal(file_read(path, 2 * ACT_LOG_MAX, &text, &n), 0);
	assert_str((struct str){text, n}, want);
	free(text);
}

static void test_a_line_for_each(void **state)
{
	const struct event_act bad = {
		.what = STR_LIT("block"), .result = STR_LIT("a\tb\nc \x1b[31m")};
	char want[512];
	struct stat st;

	(void)state;
	assert_int_equal(append_fine(), 0);
	assert_int_equal(act_log_append(&bad, AT), 0);
	snprintf(want, sizeof want,
		"2026-11-22T08:14:15Z\tuid=%u\thook\t203.0.113.9\tok\twhois 203.0.113.9\t"
		"exit status 0\n"
		"2026-11-22T08:14:15Z\tuid=%u\tblock\t-\tfailed\t-\ta\\x09b\\x0ac \\x1b[31m\n",
		getuid(), getuid());
	expect_file(want);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* Of an act that is as long as can be, each field is cut, and the line has its end. */
static void test_long_acts(void **state)
{
	static char much[20000];
	const struct event_act act = {
		.what = {much, sizeof much}, .who = {much, sizeof much}, .command = {much, 8192}};
	char *text = NULL;
	size_t n = 0;

	(void)state;
	memset(much, 'x', sizeof much);
	assert_int_equal(act_log_append(&act, AT), 0);
	assert_int_equal(file_read(path, ACT_LOG_MAX, &text, &n), 0);
	assert_true(n <= 40000);
	text[n - 1] = '\0';
	const char *command = strstr(text, "[cut]\tfailed\t");
	assert_non_null(command); /* is whole */
	assert_int_equal(strspn(command + 13, "x"), 8192);
	assert_string_equal(command + 13 + 8192, "\t-");
	text[n - 1] = '\n';
	assert_ptr_equal(memchr(text, '\n', n), text + n - 1);
	free(text);
}

static void test_no_link_is_followed(void **state)
{
	char dir[sizeof path], other[sizeof path];

	(void)state;
	snprintf(dir, sizeof dir, "%s/nethergaze", home);
	snprintf(other, sizeof other, "%s/other", home);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(append_fine(), -ELOOP);
	assert_int_equal(access(other, F_OK), -1);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_true(append_fine() < 0); /* and nobody waits for its reader */
}

/* Of root's: whoever owns what is above could put another thing there. */
static void test_roots_own(void **state)
{
	char dir[256], link[sizeof path];
	struct stat st;

	(void)state;
	if (geteuid() != 0)
		skip(); /* only root has two places */
	int fd = state_dir_own(dir, sizeof dir);
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	close(fd);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_memory_equal(dir, home, strlen(home));
	assert_int_equal(rmdir(dir), 0);

	assert_int_equal(chown(home, 65534, 65534), 0);
	assert_false(state_dir_is_safe(home));
	assert_int_equal(chown(home, 0, 0), 0);
	assert_true(state_dir_is_safe(home));
	assert_int_equal(chmod(home, 0770), 0);
	assert_false(state_dir_is_safe(home));
	assert_int_equal(chmod(home, 0700), 0);
	snprintf(link, sizeof link, "%s/link", home);
	assert_int_equal(symlink("/tmp", link), 0);
	assert_false(state_dir_is_safe(link));
	unlink(link);
}

static void test_it_is_bounded(void **state)
{
	char old[sizeof path + 8];
	struct stat st;

	(void)state;
	assert_int_equal(append_fine(), 0);
	assert_int_equal(truncate(path, ACT_LOG_MAX), 0);
	assert_int_equal(append_fine(), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size < 1024);
	snprintf(old, sizeof old, "%s.1", path);
	assert_int_equal(stat(old, &st), 0);
	assert_int_equal(st.st_size, ACT_LOG_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_line_for_each, make_home, drop_home),
		cmocka_unit_test_setup_teardown(test_long_acts, make_home, drop_home),
		cmocka_unit_test_setup_teardown(test_no_link_is_followed, make_home, drop_home),
		cmocka_unit_test_setup_teardown(test_roots_own, make_home, drop_home),
		cmocka_unit_test_setup_teardown(test_it_is_bounded, make_home, drop_home),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
