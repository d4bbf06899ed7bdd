// SPDX-License-Identifier: MIT
/* The files of a recording: nothing is overwritten, followed or deleted that is not its own. */
#include "unit.h"

#include "record/segments.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[64];
static mode_t mask;

static int set_up(void **state)
{
	(void)state;
	mask = umask(0);
	strcpy(dir, "/tmp/nethergaze_segments_XXXXXX");
	assert_non_null(mkdtemp(dir));
	return chdir(dir);
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	umask(mask);
	snprintf(command, sizeof command, "rm -r %s", dir);
	return chdir("/") || system(command); // NOLINT(cert-env33-c)
}

static void write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void holds(const char *name, const char *text)
{
	char buf[64] = "";
	int fd = open(name, O_RDONLY | O_NOFOLLOW);

	if (fd < 0)
		fail_msg("%s is not there", name);
	assert_true(read(fd, buf, sizeof buf - 1) >= 0);
	close(fd);
	assert_string_equal(buf, text);
}

static bool is_there(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

static void fill(int fd, const char *text)
{
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static struct segments *segments(const char *path, unsigned files)
{
	int err;
	struct segments *s = segments_new(path, files, &err);

	assert_int_equal(err, 0);
	assert_non_null(s);
	return s;
}

static void what_is_there_is_refused(void **state)
{
	struct segments *s = segments("a.gz", 0);

	(void)state;
	write_file("a.gz", "old");
	assert_int_equal(segments_open(s), -EEXIST);
	holds("a.gz", "old");
	assert_int_equal(unlink("a.gz"), 0);
	assert_int_equal(symlink("target", "a.gz"), 0);
	assert_int_equal(segments_open(s), -EEXIST);
	assert_false(is_there("target"));
	assert_int_equal(unlink("a.gz"), 0);
	assert_int_equal(mkfifo("a.gz", 0600), 0);
	assert_int_equal(segments_open(s), -EEXIST);
	segments_free(s);
}

static void its_owner_alone_can_read_it(void **state)
{
	static const mode_t masks[] = {0, 0277, 0777};
	char name[] = "0.gz";
	struct stat st;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(masks); i++, name[0]++) {
		struct segments *s = segments(name, 0);
		umask(masks[i]);
		fill(segments_open(s), "x");
		assert_int_equal(stat(name, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		segments_free(s);
	}
}

static void full_ones_are_numbered_in_order(void **state)
{
	struct segments *s = segments("site.ndjson.gz", 0);

	(void)state;
	fill(segments_open(s), "1");
	write_file("site-0002.ndjson.gz", "other"); /* since: it is passed over */
	fill(segments_next(s), "2");
	fill(segments_next(s), "3");
	holds("site-0001.ndjson.gz", "1");
	holds("site-0002.ndjson.gz", "other");
	holds("site-0003.ndjson.gz", "2");
	holds("site.ndjson.gz", "3");
	assert_int_equal(segments_deleted(s), 0);
	segments_free(s);
}

/* Names sort by time, also across runs that left gaps. */
static void numbers_go_on_above_those_that_are_there(void **state)
{
	(void)state;
	write_file("r-0007.gz", "7");
	write_file("r-0003.gz", "3");
	write_file("r-x.gz", "");
	write_file("r-00099.json", "");
	struct segments *s = segments("r.gz", 2);
	fill(segments_open(s), "8");
	fill(segments_next(s), "9");
	holds("r-0008.gz", "8");
	fill(segments_next(s), "10");
	assert_false(is_there("r-0008.gz"));
	holds("r-0009.gz", "9");
	holds("r-0003.gz", "3"); /* not this run's */
	holds("r-0007.gz", "7");
	assert_int_equal(segments_deleted(s), 1);
	segments_free(s);
}

static void only_its_own_files_are_deleted(void **state)
{
	struct segments *s = segments("./r", 3);

	(void)state;
	fill(segments_open(s), "1");
	fill(segments_next(s), "2");
	assert_int_equal(rename("r-0001", "kept"), 0);
	write_file("r-0001", "other");
	for (int i = 3; i <= 5; i++)
		fill(segments_next(s), "x");
	holds("r-0001", "other");
	holds("kept", "1");
	assert_false(is_there("r-0002"));
	assert_true(is_there("r-0003") && is_there("r-0004") && is_there("r"));
	assert_int_equal(segments_deleted(s), 1);
	segments_free(s);
}

static void one_file_can_be_all(void **state)
{
	struct segments *s = segments("r", 1);

	(void)state;
	fill(segments_open(s), "1");
	fill(segments_next(s), "2");
	holds("r", "2");
	assert_false(is_there("r-0001"));
	segments_free(s);
}

static void what_was_moved_away_is_made_anew(void **state)
{
	struct segments *s = segments("r.gz", 0);
	struct stat st;

	(void)state;
	fill(segments_open(s), "1");
	assert_int_equal(segments_reopen(s), -EALREADY);
	assert_int_equal(rename("r.gz", "r.gz.1"), 0);
	fill(segments_reopen(s), "2");
	holds("r.gz.1", "1");
	holds("r.gz", "2");
	/* logrotate's `create` */
	assert_int_equal(rename("r.gz", "r.gz.2"), 0);
	write_file("r.gz", "");
	fill(segments_reopen(s), "3");
	assert_int_equal(stat("r.gz", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* Somebody else's. */
	assert_int_equal(rename("r.gz", "r.gz.3"), 0);
	write_file("r.gz", "other");
	assert_int_equal(segments_reopen(s), -EEXIST);
	assert_int_equal(segments_next(s), -ESTALE);
	holds("r.gz", "other");
	assert_int_equal(unlink("r.gz"), 0);
	assert_int_equal(symlink("nowhere", "r.gz"), 0);
	assert_int_equal(segments_reopen(s), -EEXIST);
	assert_false(is_there("nowhere"));
	segments_free(s);
}

static void the_directory_may_be_moved(void **state)
{
	(void)state;
	assert_int_equal(mkdir("a", 0700), 0);
	struct segments *s = segments("a/r", 0);
	fill(segments_open(s), "1");
	assert_int_equal(rename("a", "b"), 0);
	fill(segments_next(s), "2");
	holds("b/r-0001", "1");
	holds("b/r", "2");
	segments_free(s);
}

static void paths_that_are_none(void **state)
{
	int err = 0;

	(void)state;
	assert_null(segments_new("none/r", 0, &err));
	assert_int_equal(err, -ENOENT);
	assert_null(segments_new("./", 0, &err));
	assert_int_equal(err, -EISDIR);
	assert_null(segments_new("", 0, &err));
	assert_int_equal(err, -EISDIR);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_there_is_refused),
		CASE(its_owner_alone_can_read_it),
		CASE(full_ones_are_numbered_in_order),
		CASE(numbers_go_on_above_those_that_are_there),
		CASE(only_its_own_files_are_deleted),
		CASE(one_file_can_be_all),
		CASE(what_was_moved_away_is_made_anew),
		CASE(the_directory_may_be_moved),
		CASE(paths_that_are_none),
	};

	return cmocka_run_group_tests_name("segments", tests, NULL, NULL);
}
