// SPDX-License-Identifier: MIT
#include "base/calls.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void closes_what_comes_after(void **state)
{
	int status;

	(void)state;
	pid_t child = fork();
	if (child == 0) {
		int kept = open("/dev/null", O_RDONLY | O_CLOEXEC);
		int gone = fcntl(kept, F_DUPFD_CLOEXEC, kept + 1);
		int far = fcntl(kept, F_DUPFD_CLOEXEC, kept + 100);
		call_close_from(kept + 1);
		_exit(fcntl(kept, F_GETFD) < 0 || fcntl(gone, F_GETFD) >= 0 ||
			fcntl(far, F_GETFD) >= 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void says_when_a_file_was_born(void **state)
{
	char path[] = "/tmp/calls_test.XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);
	usec_t born = 0, now = clock_usec(CLOCK_REALTIME);
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(fstat(fd, &st), 0);
	bool known = call_born(fd, &born);
	close(fd);
	if (!known) {
		puts("skip: this file system does not record when a file was made");
		skip();
	}
	assert_in_range(born, now - 60 * USEC_PER_SEC, now + USEC_PER_SEC);
	assert_in_range(born, 0,
		(usec_t)st.st_mtim.tv_sec * USEC_PER_SEC + (usec_t)st.st_mtim.tv_nsec / 1000);
}

static void a_new_name_takes_the_place_of_none(void **state)
{
	char dir[] = "/tmp/calls_test.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(dir));
	int at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(at >= 0);
	close(openat(at, "a", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	close(openat(at, "b", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	int onto = call_rename_new(at, "a", at, "b");
	int fresh = call_rename_new(at, "a", at, "c");
	int missing = call_rename_new(at, "a", at, "d");
	unlinkat(at, "a", 0);
	unlinkat(at, "b", 0);
	unlinkat(at, "c", 0);
	close(at);
	rmdir(dir);
	if (onto == -EINVAL || onto == -ENOSYS) {
		puts("skip: no RENAME_NOREPLACE here");
		skip();
	}
	assert_int_equal(onto, -EEXIST);
	assert_int_equal(fresh, 0);
	assert_int_equal(missing, -ENOENT);
}

static void an_unseen_mount_can_be_read(void **state)
{
	(void)state;
	int root = call_mount_unseen("proc");
	if (root == -EPERM || root == -ENOSYS) {
		puts("skip: nothing can be mounted here");
		skip();
	}
	assert_true(root >= 0);
	assert_int_equal(faccessat(root, "self/status", R_OK, 0), 0);
	close(root);
	assert_int_equal(call_mount_unseen("no-such-type"), -ENODEV);
}

static void a_terminal_is_told_from_a_file(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	unsigned device = 0;
	struct stat st;

	(void)state;
	assert_true(master >= 0);
	assert_int_equal(unlockpt(master), 0);
	int terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal >= 0);
	assert_int_equal(fstat(terminal, &st), 0);
	assert_int_equal(call_terminal_device(terminal, &device), 0);
	assert_int_equal(device, st.st_rdev);
	close(terminal);
	close(master);
	int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(call_terminal_device(file, &device), -ENOTTY);
	close(file);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(closes_what_comes_after),
		cmocka_unit_test(says_when_a_file_was_born),
		cmocka_unit_test(a_new_name_takes_the_place_of_none),
		cmocka_unit_test(an_unseen_mount_can_be_read),
		cmocka_unit_test(a_terminal_is_told_from_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
