// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

static char top[64];

static int make_top(void **state)
{
	(void)state;
	strcpy(top, "/tmp/ng_file.XXXXXX");
	return mkdtemp(top) ? 0 : -1;
}

static int remove_top(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", top);
	return system(command); // NOLINT(cert-env33-c)
}

static const char *below(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", top, name);
	return path;
}

static struct stat stat_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(below(name), &st), 0);
	return st;
}

static void directories_are_made(void **state)
{
	(void)state;
	assert_int_equal(file_make_dirs(below("a/b//c/"), 0700), 0);
	assert_int_equal(stat_of("a/b/c").st_mode & 07777, 0700);
	assert_int_equal(file_make_dirs(below("a/b/c"), 0700), 0);
	assert_int_equal(close(open(below("file"), O_WRONLY | O_CREAT, 0600)), 0);
	assert_int_equal(file_make_dirs(below("file/x"), 0700), -ENOTDIR);
}

/* "sudo -E": the home is another's, and what is made on the way is, too. */
static void a_home_stays_its_owners(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(top, 0755), 0);
	assert_int_equal(mkdir(below("home"), 0700), 0);
	assert_int_equal(chown(below("home"), NOBODY, NOBODY), 0);
	assert_int_equal(file_make_dirs(below("home/.local/share/nethergaze"), 0700), 0);
	assert_int_equal(stat_of("home/.local").st_uid, NOBODY);
	assert_int_equal(stat_of("home/.local").st_gid, NOBODY);
	assert_int_equal(stat_of("home/.local/share").st_uid, NOBODY);
	assert_int_equal(stat_of("home/.local/share/nethergaze").st_uid, 0);
	assert_int_equal(file_make_dirs(below("own"), 0700), 0);
	assert_int_equal(stat_of("own").st_uid, 0);
}

static void the_home_of_a_path(void **state)
{
	char buf[64];

	(void)state;
	setenv("HOME", "/home/u", 1);
	assert_true(file_expand_home(buf, sizeof buf, "~/x/y"));
	assert_string_equal(buf, "/home/u/x/y");
	assert_true(file_expand_home(buf, sizeof buf, "/x/~/y"));
	assert_string_equal(buf, "/x/~/y");
	assert_false(file_expand_home(buf, sizeof buf, "~x/y"));
	assert_false(file_expand_home(buf, 8, "~/x/y"));
	unsetenv("HOME");
	assert_false(file_expand_home(buf, sizeof buf, "~/x"));
	setenv("HOME", "relative", 1);
	assert_false(file_expand_home(buf, sizeof buf, "~/x"));
}

static void whole_files_are_read(void **state)
{
	char *text;
	size_t n;
	int fd = open(below("f"), O_WRONLY | O_CREAT, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, "a\0bc", 4), 0);
	close(fd);
	assert_int_equal(file_read(below("f"), 4, &text, &n), 0);
	assert_int_equal(n, 4);
	assert_memory_equal(text, "a\0bc", 5);
	free(text);
	assert_int_equal(file_read(below("f"), 3, &text, &n), -EFBIG);
	assert_int_equal(file_read(below("none"), 3, &text, &n), -ENOENT);
	assert_int_equal(file_read(top, 3, &text, &n), -EISDIR);
	assert_int_equal(mkfifo(below("p"), 0600), 0);
	assert_int_equal(file_read(below("p"), 3, &text, &n), -EINVAL);
}

static void a_file_is_replaced_whole(void **state)
{
	char *text;
	size_t n;

	(void)state;
	assert_int_equal(file_replace(top, "f", "one", 3, 0600), 0);
	assert_int_equal(stat_of("f").st_mode & 0777, 0600);
	assert_int_equal(file_replace(top, "f", "two, longer", 11, 0600), 0);
	assert_int_equal(file_read(below("f"), 64, &text, &n), 0);
	assert_string_equal(text, "two, longer");
	free(text);
	/* What a link points at stays as it is, and so does an unfinished one's. */
	assert_int_equal(symlink("f", below("link")), 0);
	assert_int_equal(symlink("f", below(".link.new")), 0);
	assert_int_equal(file_replace(top, "link", "three", 5, 0600), 0);
	assert_true(S_ISREG(stat_of("link").st_mode));
	assert_int_equal(stat_of("link").st_size, 5);
	assert_int_equal(stat_of("f").st_size, 11);
	assert_int_equal(file_replace(below("none"), "f", "x", 1, 0600), -ENOENT);
	assert_int_equal(mkdir(below("d"), 0700), 0);
	assert_int_equal(file_replace(top, "d", "x", 1, 0600), -EISDIR);
	assert_int_not_equal(access(below(".d.new"), F_OK), 0);
}

static void a_home_keeps_its_owners_files(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return;
	assert_int_equal(mkdir(below("home"), 0700), 0);
	assert_int_equal(chown(below("home"), NOBODY, NOBODY), 0);
	assert_int_equal(file_replace(below("home"), "f", "x", 1, 0600), 0);
	assert_int_equal(stat_of("home/f").st_uid, NOBODY);
	assert_int_equal(stat_of("home/f").st_gid, NOBODY);
}

static void test_split(void **state)
{
	static const char *const paths[][3] = {{"/a", "/", "a"}, {"a", ".", "a"},
		{"/a/b", "/a", "b"}, {"a/b/", "a/b", ""}, {"/", "/", ""}, {"", ".", ""}};
	char dir[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		const char *name = file_split(paths[i][0], dir, sizeof dir);
		assert_string_equal(dir, paths[i][1]);
		assert_string_equal(name, paths[i][2]);
	}
	assert_null(file_split("/abc/d", dir, sizeof dir));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test_setup_teardown(directories_are_made, make_top, remove_top),
		cmocka_unit_test_setup_teardown(a_home_stays_its_owners, make_top, remove_top),
		cmocka_unit_test_setup_teardown(whole_files_are_read, make_top, remove_top),
		cmocka_unit_test_setup_teardown(a_file_is_replaced_whole, make_top, remove_top),
		cmocka_unit_test_setup_teardown(
			a_home_keeps_its_owners_files, make_top, remove_top),
		cmocka_unit_test(the_home_of_a_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
