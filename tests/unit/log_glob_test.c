// SPDX-License-Identifier: MIT
/* Patterns for logs, and what they may cost. */
#include "unit.h"

#include "log/glob.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[64], found[8192];

static void touch(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", top, name);
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static void make_dir(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%s", top, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(top, "/tmp/ng-glob.XXXXXX");
	assert_non_null(mkdtemp(top));
	make_dir("a");
	make_dir("b");
	touch("a/access.log");
	touch("a/access.log.1");
	touch("a/access.log.2.gz");
	touch("a/error.log");
	touch("a/.hidden.log");
	touch("b/access.log");
	touch("b/x{y}.log");
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", top);
	return system(command); // NOLINT(cert-env33-c)
}

static void take(void *context, const char *path)
{
	size_t n = strlen(found);

	(void)context;
	assert_true(strncmp(path, top, strlen(top)) == 0);
	snprintf(found + n, sizeof found - n, "%s%s", n ? " " : "", path + strlen(top) + 1);
}

static void expect(const char *pattern, bool guessed, const char *want)
{
	char whole[PATH_MAX];

	snprintf(whole, sizeof whole, "%s/%s", top, pattern);
	found[0] = '\0';
	int n = log_glob_expand(
		&(struct log_glob){.pattern = whole, .guessed = guessed}, take, NULL, NULL);
	if (strcmp(found, want) != 0)
		fail_msg("%s: '%s', not '%s'", pattern, found, want);
	assert_true(n >= 0);
	assert_int_equal(n == 0, want[0] == '\0');
}

static void patterns(void **state)
{
	(void)state;
	expect("*/access.log", false, "a/access.log b/access.log");
	expect("a/*.log", false, "a/access.log a/error.log");
	expect("a/*.log", true, "a/access.log");
	expect("a/*", false, "a/access.log a/error.log");
	expect("a/.h*", false, "a/.hidden.log");
	expect("[ab]/acc?ss.log", false, "a/access.log b/access.log");
	expect("{a,b}/access.log", false, "a/access.log b/access.log");
	expect("{a,b{,x}}/{access,error}.log", false, "a/access.log a/error.log b/access.log");
	expect("a//access*.log", false, "a/access.log");
	expect("none/*.log", false, "");
	expect("a/access.log", false, "a/access.log");
	/* A brace that does not close is one. */
	expect("b/x{y*", false, "b/x{y}.log");
}

static void repeat(char *buf, const char *piece, size_t times)
{
	buf[0] = '\0';
	while (times--)
		strcat(buf, piece);
}

/* They end, and say that they were too much. */
static void bombs(void **state)
{
	char pattern[PATH_MAX] = "";

	(void)state;
	repeat(pattern, "{a,b}", 22);
	assert_int_equal(log_glob_expand(&(struct log_glob){.pattern = pattern, .guessed = false},
				 take, NULL, NULL),
		-E2BIG);
	repeat(pattern, "{a,b}", 800);
	assert_int_equal(log_glob_expand(&(struct log_glob){.pattern = pattern, .guessed = false},
				 take, NULL, NULL),
		-E2BIG);
	repeat(pattern, "{", 4000);
	assert_int_equal(log_glob_expand(&(struct log_glob){.pattern = pattern, .guessed = false},
				 take, NULL, NULL),
		0);
	repeat(pattern, "{", 1000);
	repeat(pattern + 1000, "}", 1000);
	assert_true(log_glob_expand(&(struct log_glob){.pattern = pattern, .guessed = false}, take,
			    NULL, NULL) <= 0);
	strcpy(pattern, "/");
	repeat(pattern + 1, "*/", 1000);
	assert_true(log_glob_expand(&(struct log_glob){.pattern = pattern, .guessed = false}, take,
			    NULL, NULL) <= 0);
	repeat(pattern, ",{,", 900);
	assert_true(log_glob_expand(&(struct log_glob){.pattern = pattern, .guessed = false}, take,
			    NULL, NULL) <= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(patterns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bombs, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
