// SPDX-License-Identifier: MIT
/* What may be opened whose name others have a say in. */
#include "unit.h"

#include "base/opener.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

static char top[64];

static const char *at(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", top, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(at(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(top, "/tmp/ng-opener.XXXXXX");
	assert_non_null(mkdtemp(top));
	assert_int_equal(mkdir(at("root"), 0755), 0);
	assert_int_equal(mkdir(at("root/logs"), 0755), 0);
	put("secret", "secret");
	put("root/secret", "inside");
	put("root/logs/a.log", "a");
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof command, "rm -r '%s'", top);
	return system(command); // NOLINT(cert-env33-c)
}

/* want: what is in the file; NULL: err is returned. */
static void expect(const char *root, const char *path, const char *want, int err)
{
	char buf[64] = "";
	struct stat st;
	int fd = opener_open(root, path, &st);

	if (!want) {
		if (fd != err)
			fail_msg("%s below %s: %d, not %d", path, root ? root : "-", fd, err);
		return;
	}
	if (fd < 0)
		fail_msg("%s below %s: %s", path, root ? root : "-", strerror(-fd));
	assert_true(read(fd, buf, sizeof buf - 1) >= 0);
	assert_string_equal(buf, want);
	assert_true(S_ISREG(st.st_mode));
	close(fd);
}

static void plain_names(void **state)
{
	char cwd[PATH_MAX], huge[PATH_MAX + 100];

	(void)state;
	expect(NULL, at("secret"), "secret", 0);
	expect("", at("root/logs/../secret"), "inside", 0);
	expect(NULL, at("root/./logs//a.log"), "a", 0);
	expect(NULL, at("none"), NULL, -ENOENT);
	expect(NULL, at("secret/x"), NULL, -ENOTDIR);
	expect(NULL, at("root"), NULL, -EISDIR);
	expect(NULL, "/dev/null", NULL, -ENXIO);
	memset(huge, 'x', sizeof huge);
	huge[sizeof huge - 1] = '\0';
	expect(NULL, huge, NULL, -ENAMETOOLONG);
	huge[300] = '\0';
	expect(NULL, huge, NULL, -ENAMETOOLONG);
	assert_non_null(getcwd(cwd, sizeof cwd));
	assert_int_equal(chdir(at("root")), 0);
	expect(NULL, "logs/a.log", "a", 0);
	expect(NULL, "../secret", "secret", 0);
	assert_int_equal(chdir(cwd), 0);
}

static void nothing_leads_out_of_a_root(void **state)
{
	char root[PATH_MAX];

	(void)state;
	strcpy(root, at("root"));
	expect(root, "/secret", "inside", 0);
	expect(root, "/../secret", "inside", 0);
	expect(root, "/logs/../../../../secret", "inside", 0);
	expect(root, "../../secret", "inside", 0);
	/* Links are meant as from within. */
	assert_int_equal(symlink("/secret", at("root/logs/absolute")), 0);
	assert_int_equal(symlink("../../../../../../secret", at("root/logs/relative")), 0);
	assert_int_equal(symlink("/", at("root/logs/up")), 0);
	expect(root, "/logs/absolute", "inside", 0);
	expect(root, "/logs/relative", "inside", 0);
	expect(root, "/logs/up/logs/up/secret", "inside", 0);
	/* By its whole name it is this machine's. */
	expect(NULL, at("root/logs/absolute"), NULL, -ENOENT);
	expect(at("none"), "/secret", NULL, -ENOENT);
	/* The kernel's own links lead wherever they like: not below a root. */
	char path[PATH_MAX];
	snprintf(path, sizeof path, "/proc/self/root%s", at("secret"));
	expect(NULL, path, "secret", 0);
	expect("/", path, NULL, -ELOOP);
}

static void looks_stay_in_the_root(void **state)
{
	char root[PATH_MAX];
	struct stat inside, outside, st;

	(void)state;
	strcpy(root, at("root"));
	assert_int_equal(stat(at("root/secret"), &inside), 0);
	assert_int_equal(stat(at("secret"), &outside), 0);
	static const char *const paths[] = {"/../secret", "/logs/absolute", "/logs/relative"};
	assert_int_equal(symlink("/secret", at("root/logs/absolute")), 0);
	assert_int_equal(symlink("../../../../../../secret", at("root/logs/relative")), 0);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		assert_int_equal(opener_stat(root, paths[i], &st), 0);
		assert_int_equal(st.st_ino, inside.st_ino);
	}
	assert_int_equal(opener_stat(NULL, at("secret"), &st), 0);
	assert_int_equal(st.st_ino, outside.st_ino);
	assert_int_equal(opener_stat(root, "/none", &st), -ENOENT);
	/* A directory of this machine's is not listed. */
	assert_int_equal(symlink(top, at("root/out")), 0);
	assert_int_equal(opener_directory(root, "/out"), -ENOENT);
	assert_int_equal(opener_directory(root, "/secret"), -ENOTDIR);
	assert_int_equal(symlink("/logs", at("root/in")), 0);
	int fd = opener_directory(root, "/in/../in");
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(stat(at("root/logs"), &inside), 0);
	assert_int_equal(st.st_ino, inside.st_ino);
	close(fd);
}

static void files_of_the_kernel(void **state)
{
	(void)state;
	expect(NULL, "/proc/self/status", NULL, -EPERM);
	expect(NULL, "/proc/kmsg", NULL, -EPERM);
	expect(NULL, "/sys/kernel/uevent_seqnum", NULL, -EPERM);
	assert_int_equal(symlink("/proc/kmsg", at("kmsg")), 0);
	expect(NULL, at("kmsg"), NULL, -EPERM);
	assert_int_equal(symlink("/proc/self/environ", at("environ")), 0);
	expect(NULL, at("environ"), NULL, -EPERM);
	/* But they lead to files that are none. */
	char path[PATH_MAX];
	snprintf(path, sizeof path, "/proc/self/root%s", at("secret"));
	expect(NULL, path, "secret", 0);
	int fd = open(at("secret"), O_RDONLY);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	expect(NULL, path, "secret", 0);
	close(fd);
}

static void loops_and_chains(void **state)
{
	char from[32], to[32];

	(void)state;
	assert_int_equal(symlink("loop", at("loop")), 0);
	expect(NULL, at("loop"), NULL, -ELOOP);
	for (int i = 0; i < 60; i++) {
		snprintf(from, sizeof from, "link%d", i);
		snprintf(to, sizeof to, i ? "link%d" : "secret", i - 1);
		assert_int_equal(symlink(to, at(from)), 0);
	}
	expect(NULL, at("link10"), "secret", 0);
	expect(NULL, at("link59"), NULL, -ELOOP);
}

/* A pipe does not hold us up. */
static void pipes(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(mkfifo(at("pipe"), 0600), 0);
	int fd = opener_open(NULL, at("pipe"), &st);
	assert_true(fd >= 0);
	assert_true(S_ISFIFO(st.st_mode));
	close(fd);
}

#define SOMEBODY 12345

/* Links count that root made, or the owner of what they lead to. */
static void links_of_others(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		puts("skip: only root can give files away");
		return;
	}
	put("theirs", "theirs");
	assert_int_equal(chown(at("theirs"), SOMEBODY, SOMEBODY), 0);
	assert_int_equal(symlink("secret", at("trap")), 0);
	assert_int_equal(lchown(at("trap"), SOMEBODY, SOMEBODY), 0);
	assert_int_equal(symlink("theirs", at("own")), 0);
	assert_int_equal(lchown(at("own"), SOMEBODY, SOMEBODY), 0);
	assert_int_equal(symlink("theirs", at("roots")), 0);
	expect(NULL, at("trap"), NULL, -ELOOP);
	expect(NULL, at("own"), "theirs", 0);
	expect(NULL, at("roots"), "theirs", 0);
	/* Also a directory of them. */
	assert_int_equal(symlink(top, at("dir")), 0);
	assert_int_equal(lchown(at("dir"), SOMEBODY, SOMEBODY), 0);
	expect(NULL, at("dir/secret"), NULL, -ELOOP);
	expect(NULL, at("dir/theirs"), "theirs", 0);
	assert_string_equal(
		opener_reason(-ELOOP), "a link that belongs to somebody else than the file");
}

/* A process' number may be another's by the time its root is opened. */
static void a_root_is_who_it_was(void **state)
{
	const char *root = at("root");
	struct stat was, now;

	(void)state;
	assert_int_equal(stat(root, &was), 0);
	expect(root, "/secret", "inside", 0);
	opener_know_root(root, was.st_dev, was.st_ino);
	expect(root, "/secret", "inside", 0);
	assert_int_equal(rename(at("root"), at("gone")), 0);
	assert_int_equal(mkdir(at("root"), 0755), 0);
	put("root/secret", "another's");
	root = at("root");
	expect(root, "/secret", NULL, -ESRCH);
	assert_int_equal(opener_stat(root, "/secret", &now), -ESRCH);
	assert_int_equal(opener_directory(root, "/"), -ESRCH);
	/* Others are not asked about. */
	expect(at("gone"), "/secret", "inside", 0);
	assert_int_equal(stat(root, &now), 0);
	opener_know_root(root, now.st_dev, now.st_ino);
	expect(root, "/secret", "another's", 0);
	/* The last hundred are known. */
	for (int i = 0; i < 100; i++) {
		char name[32];
		snprintf(name, sizeof name, "/proc/%d/root", i + 1);
		opener_know_root(name, was.st_dev, was.st_ino);
	}
	opener_know_root("", was.st_dev, was.st_ino);
	expect(root, "/secret", "another's", 0);
	assert_int_equal(rename(at("root"), at("gone2")), 0);
	assert_int_equal(mkdir(at("root"), 0755), 0);
	assert_int_equal(opener_stat(root, "/", &now), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plain_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_leads_out_of_a_root, set_up, tear_down),
		cmocka_unit_test_setup_teardown(looks_stay_in_the_root, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_of_the_kernel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(loops_and_chains, set_up, tear_down),
		cmocka_unit_test_setup_teardown(pipes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(links_of_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_root_is_who_it_was, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
