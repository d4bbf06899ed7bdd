/* SPDX-License-Identifier: MIT
 *
 * conf_tree: a tree of configuration files below a directory of the test's own, and what is
 * expected to be found in it. For the tests of src/conf.
 */
#ifndef NG_TESTS_CONF_TREE_H
#define NG_TESTS_CONF_TREE_H

#include "conf/servers.h"

#include "base/text.h"
#include "conf/build.h"
#include "remove_tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* What Apache says of a host. */
#define HOST(lines) "<VirtualHost *:80>\n" lines "\n</VirtualHost>\n"

/* A root of our own, in which a test puts files. */
static char root[64];

static inline int begin(void **state)
{
	(void)state;
	strcpy(root, "/tmp/server_conf_XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static inline int end(void **state)
{
	(void)state;
	return remove_tree(root);
}

static inline void whole(char out[static 512], const char *path)
{
	snprintf(out, 512, "%s%s", root, path);
}

static inline void put(const char *path, const char *text)
{
	char file[512];

	whole(file, path);
	for (char *slash = strchr(file + strlen(root) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(file, 0755);
		*slash = '/';
	}
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static inline struct server_confs *discover(void)
{
	struct server_confs *c = server_confs_new(root, NULL);

	assert_non_null(c);
	for (size_t i = 0; i < c->note_count; i++)
		assert_true(text_is_clean(str_of(c->notes[i].text)));
	return c;
}

/* The log of this path has this format ("": detected) and is buffered so. */
static inline void expect_log(
	const struct server_confs *c, const char *path, const char *format, const char *buffered)
{
	char file[512];

	whole(file, path);
	for (size_t i = 0; i < c->log_count; i++) {
		const struct server_log *log = &c->logs[i];
		if (strcmp(log->path, file) != 0)
			continue;
		assert_string_equal(log->format ? log->format->name : "", format);
		assert_string_equal(log->buffered, buffered);
		return;
	}
	for (size_t i = 0; i < c->log_count; i++)
		print_message("found: %s\n", c->logs[i].path);
	fail_msg("%s is not found", path);
}

/* These are the error logs, in any order; "" is none. */
static inline void expect_error_logs(
	const struct server_confs *c, size_t count, const char *const *paths)
{
	char file[512];

	for (size_t k = 0; k < count; k++) {
		size_t i = 0;
		whole(file, paths[k]);
		while (i < c->error_log_count && strcmp(c->error_logs[i].path, file) != 0)
			i++;
		if (i == c->error_log_count)
			fail_msg("error log %s is not found", paths[k]);
	}
	for (size_t i = 0; i < c->error_log_count && c->error_log_count != count; i++)
		print_message("found: %s\n", c->error_logs[i].path);
	assert_int_equal(c->error_log_count, count);
}

#define EXPECT_ERROR_LOGS(c, ...)                                             \
	expect_error_logs(c, ARRAY_LEN(((const char *const[]){__VA_ARGS__})), \
		(const char *const[]){__VA_ARGS__})

static inline void expect_note(const struct server_confs *c, const char *part)
{
	for (size_t i = 0; i < c->note_count; i++)
		if (strstr(c->notes[i].text, part))
			return;
	for (size_t i = 0; i < c->note_count; i++)
		print_message("note: %s\n", c->notes[i].text);
	fail_msg("nothing says \"%s\"", part);
}

#endif
