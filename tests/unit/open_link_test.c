// SPDX-License-Identifier: MIT
/* Files that another process opens: what it says is what this one would see; what it may not open
 * it does not; and neither side falls for what the other should not say. */
#include "unit.h"

#include "base/opener.h"
#include "helper/open_link.h"
#include "helper/open_serve.h"
#include "helper/open_wire.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char top[64];
static struct process server;

static const char *at(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", top, name);
	return path;
}

static void put(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(at(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(at(name), mode), 0);
}

static void serve(void *ctx, int fd, pid_t parent)
{
	(void)ctx;
	(void)parent;
	_exit(open_serve(fd) == 0 ? 0 : 3);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(top, "/tmp/ng-open.XXXXXX");
	assert_non_null(mkdtemp(top));
	assert_int_equal(chmod(top, 0755), 0);
	put("open", "for all", 0644);
	put("secret", "of the owner", 0600);
	put("access.log", "a line", 0600);
	assert_int_equal(mkdir(at("conf"), 0700), 0);
	put("conf/site", "of a server", 0600);
	put("conf/all", "behind a door", 0644);
	assert_int_equal(mkfifo(at("pipe"), 0600), 0);
	assert_int_equal(symlink("access.log", at("link")), 0);
	assert_int_equal(process_spawn(&server, "server", serve, NULL), 0);
	open_link_use(&server, geteuid());
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	open_link_use(NULL, 0);
	opener_limit(NULL);
	process_end(&server);
	snprintf(command, sizeof command, "rm -r '%s'", top);
	return system(command); // NOLINT(cert-env33-c)
}

static void expect_text(int fd, const char *want)
{
	char buf[64];

	assert_true(fd >= 0);
	ssize_t n = read(fd, buf, sizeof buf);
	assert_int_equal(n, strlen(want));
	assert_memory_equal(buf, want, strlen(want));
	close(fd);
}

static void test_opens(void **state)
{
	struct stat st, here;
	char text[PATH_MAX];

	(void)state;
	assert_true(opener_is_other());
	expect_text(opener_open(NULL, at("access.log"), &st), "a line");
	assert_int_equal(stat(at("access.log"), &here), 0);
	assert_int_equal(st.st_ino, here.st_ino);
	expect_text(opener_open(top, "/link", &st), "a line");
	assert_int_equal(opener_open(NULL, at("nothing"), &st), -ENOENT);
	assert_int_equal(opener_open(NULL, top, &st), -EISDIR);
	assert_int_equal(opener_stat(top, "/conf/site", &st), 0);
	assert_int_equal(st.st_size, 11);
	assert_int_equal(opener_lstat(at("link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(opener_link(at("link"), text, sizeof text), 10);
	assert_memory_equal(text, "access.log", 10);
	assert_int_equal(opener_link(at("open"), text, sizeof text), -EINVAL);
	assert_true(opener_can_read(NULL, at("open")));
	assert_false(opener_can_read(NULL, at("pipe")));
}

static void test_lists(void **state)
{
	unsigned n = 0;
	int fd = opener_directory(top, "/conf");
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;

	(void)state;
	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	assert_int_equal(n, 4);
	assert_int_equal(opener_directory(NULL, at("nothing")), -ENOENT);
}

static void test_processes(void **state)
{
	char exe[PATH_MAX], want[PATH_MAX];
	struct stat st, here;
	int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int other = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	ssize_t n = readlink("/proc/self/exe", want, sizeof want);
	assert_int_equal(opener_link_at(self, "exe", exe, sizeof exe), n);
	assert_memory_equal(exe, want, (size_t)n);
	assert_int_equal(opener_stat_at(self, "root/.", &st), 0);
	assert_int_equal(stat("/", &here), 0);
	assert_int_equal(st.st_ino, here.st_ino);
	int info = opener_open_at(self, "fdinfo/0");
	assert_true(info >= 0);
	close(info);
	int fds = opener_open_at(self, "fd");
	assert_true(fds >= 0);
	close(fds);
	/* Nothing else of a process, and of nothing else. */
	assert_int_equal(opener_open_at(self, "environ"), -EPERM);
	assert_int_equal(opener_open_at(self, "mem"), -EPERM);
	assert_int_equal(opener_open_at(self, "fd/0"), -EPERM);
	assert_int_equal(opener_open_at(self, "fd/../environ"), -EPERM);
	assert_int_equal(opener_open_at(other, "fd"), -EPERM);
	assert_int_equal(opener_link_at(other, "exe", exe, sizeof exe), -EPERM);
	close(self);
	close(other);
}

static void test_watches(void **state)
{
	char bytes[1024] __attribute__((aligned(8)));
	const struct inotify_event *e = (const struct inotify_event *)bytes;
	int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct stat st;

	(void)state;
	assert_true(opener_watch(inotify, top, "/conf", IN_CREATE) > 0);
	int fd = opener_open(NULL, at("access.log"), &st);
	int wd = opener_watch_fd(inotify, fd, IN_ATTRIB);
	assert_true(wd > 0);
	assert_int_equal(chmod(at("access.log"), 0640), 0);
	assert_true(read(inotify, bytes, sizeof bytes) > 0);
	assert_int_equal(e->wd, wd);
	put("conf/new", "", 0600);
	assert_true(read(inotify, bytes, sizeof bytes) > 0);
	close(fd);
	close(inotify);
	assert_int_equal(opener_watch(-1, top, "/conf", IN_CREATE), -EBADF);
	assert_null(open_link_lost());
}

static void test_pipes(void **state)
{
	struct stat st;
	int fd = opener_open(NULL, at("pipe"), &st), again;

	(void)state;
	assert_true(fd < 0 || S_ISFIFO(st.st_mode));
	fd = open(at("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	again = opener_reopen(fd);
	assert_true(again >= 0);
	close(again);
	close(fd);
	fd = open(at("open"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(opener_reopen(fd), -EINVAL);
	close(fd);
}

/* Here, for the other process is a fork of this one and knows no limits. */
static void test_limits(void **state)
{
	char conf[PATH_MAX];
	const char *const dirs[] = {conf};
	const struct opener_writable w[] = {{top, "nethergaze-", ".html"}};
	const struct opener_limits limits = {dirs, 1, w, 1};
	struct stat st;

	(void)state;
	snprintf(conf, sizeof conf, "%s", at("conf"));
	open_link_use(NULL, 0);
	opener_limit(&limits);
	expect_text(opener_open(NULL, at("open"), &st), "for all");
	expect_text(opener_open(NULL, at("access.log"), &st), "a line");
	expect_text(opener_open(NULL, at("conf/site"), &st), "of a server");
	assert_int_equal(opener_open(NULL, at("secret"), &st), -EKEYREJECTED);
	assert_int_equal(opener_open(NULL, at("conf/../secret"), &st), -EKEYREJECTED);
	assert_int_equal(opener_open(top, "/secret", &st), -EKEYREJECTED);
	/* What lies behind a door is not open to all, whatever its own mode is. */
	assert_int_equal(opener_open(top, "/conf/all", &st), -EKEYREJECTED);
	assert_int_equal(rename(at("secret"), at("catalog")), 0);
	assert_int_equal(opener_open(NULL, at("catalog"), &st), -EKEYREJECTED);
	assert_int_equal(rename(at("catalog"), at("site_access_log.1")), 0);
	expect_text(opener_open(NULL, at("site_access_log.1"), &st), "of the owner");
}

static void test_makes(void **state)
{
	const struct opener_writable w[] = {{top, "nethergaze-", ".html"}};
	const struct opener_limits limits = {NULL, 0, w, 1};
	struct stat st;

	(void)state;
	open_link_use(NULL, 0);
	opener_limit(&limits);
	int fd = opener_make(top, "nethergaze-1.html", OPENER_NEW);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	close(fd);
	assert_int_equal(opener_make(top, "nethergaze-1.html", OPENER_NEW), -EEXIST);
	assert_int_equal(opener_make(top, "other.html", OPENER_NEW), -EACCES);
	assert_int_equal(opener_make(top, "nethergaze-1.conf", OPENER_NEW), -EACCES);
	assert_int_equal(opener_make(top, "../nethergaze-1.html", OPENER_NEW), -EACCES);
	assert_int_equal(opener_make(at("conf"), "nethergaze-1.html", OPENER_NEW), -EACCES);
	/* It moves what it has made, and nothing else. */
	assert_int_equal(opener_move(top, "open", "nethergaze-2.html", false), -EACCES);
	assert_int_equal(opener_move(top, "nethergaze-1.html", "open", true), -EACCES);
	put("nethergaze-3.html", "", 0600);
	assert_int_equal(opener_move(top, "nethergaze-3.html", NULL, false), -EACCES);
	assert_int_equal(
		opener_move(top, "nethergaze-1.html", "nethergaze-3.html", false), -EEXIST);
	assert_int_equal(opener_move(top, "nethergaze-1.html", "nethergaze-2.html", false), 0);
	assert_int_equal(opener_move(top, "nethergaze-2.html", NULL, false), 0);
	/* Empty, and without another name: as good as new. */
	fd = opener_make(top, "nethergaze-3.html", OPENER_TAKE);
	assert_true(fd >= 0);
	close(fd);
	put("nethergaze-4.html", "text", 0600);
	assert_int_equal(opener_make(top, "nethergaze-4.html", OPENER_TAKE), -EEXIST);
	assert_int_equal(symlink("open", at("nethergaze-5.html")), 0);
	assert_int_equal(opener_make(top, "nethergaze-5.html", OPENER_TAKE), -ELOOP);
	assert_int_equal(opener_make(top, "nethergaze-5.html", OPENER_NEW), -EEXIST);
}

static void test_it_goes(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(kill(server.pid, SIGKILL), 0);
	assert_int_equal(opener_open(NULL, at("access.log"), &st), -EPIPE);
	const char *text = open_link_lost();
	assert_non_null(text);
	assert_non_null(strstr(text, "killed by signal 9"));
	assert_null(open_link_lost());
	assert_int_equal(opener_open(NULL, at("access.log"), &st), -EPIPE);
	assert_int_equal(opener_stat(NULL, at("access.log"), &st), 0); /* everybody may */
}

/* How open_serve ends that has been sent this. */
static int end_after(const void *p, size_t n, const int *fds, size_t fd_count)
{
	struct process it;
	int status;

	assert_int_equal(process_spawn(&it, "server", serve, NULL), 0);
	assert_int_equal(open_wire_send(it.fd, p, n, fds, fd_count), 0);
	assert_int_equal(waitpid(it.pid, &status, 0), it.pid);
	it.pid = 0;
	process_end(&it);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_what_is_no_question(void **state)
{
	static struct open_ask ask, many;
	const size_t head = offsetof(struct open_ask, path);
	const int fds[2] = {0, 1};

	(void)state;
	memset(&many, 'x', sizeof many);
	assert_int_equal(end_after("x", 1, NULL, 0), 3);
	assert_int_equal(end_after(&ask, head + 1, NULL, 0), 3); /* operation 0 */
	ask.op = OPEN_OPS;
	assert_int_equal(end_after(&ask, head + 1, NULL, 0), 3);
	ask.op = OPEN_OP_STAT;
	assert_int_equal(end_after(&ask, head, NULL, 0), 3);     /* no path */
	assert_int_equal(end_after(&ask, head + 2, NULL, 0), 3); /* goes on behind its end */
	assert_int_equal(end_after(&ask, head + 1, fds, 1), 3);  /* what belongs to no such one */
	ask.op = OPEN_OP_WATCH_FD;
	assert_int_equal(end_after(&ask, head + 1, fds, 1), 3);
	many.op = OPEN_OP_STAT; /* a root and a path without an end */
	assert_int_equal(end_after(&many, sizeof many, NULL, 0), 3);
}

static void test_what_is_no_answer(void **state)
{
	static struct open_answer a;
	const size_t head = offsetof(struct open_answer, link);

	(void)state;
	assert_true(open_wire_is_answer(&a, OPEN_OP_STAT, head, 0));
	assert_false(open_wire_is_answer(&a, OPEN_OP_STAT, head - 1, 0));
	assert_false(open_wire_is_answer(&a, OPEN_OP_STAT, head + 1, 0));
	assert_false(open_wire_is_answer(&a, OPEN_OP_STAT, head, 1));
	assert_false(open_wire_is_answer(&a, OPEN_OP_OPEN, head, 0));
	assert_true(open_wire_is_answer(&a, OPEN_OP_OPEN, head, 1));
	a.value = -ENOENT;
	assert_true(open_wire_is_answer(&a, OPEN_OP_OPEN, head, 0));
	assert_false(open_wire_is_answer(&a, OPEN_OP_OPEN, head, 1));
	a.value = PATH_MAX;
	assert_true(open_wire_is_answer(&a, OPEN_OP_LINK, sizeof a, 0));
	a.value = INT64_MAX;
	assert_false(open_wire_is_answer(&a, OPEN_OP_LINK, sizeof a, 0));
	a.value = INT64_MIN;
	assert_false(open_wire_is_answer(&a, OPEN_OP_LINK, head, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_opens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_processes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_watches, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pipes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_makes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_it_goes, set_up, tear_down),
		cmocka_unit_test(test_what_is_no_question),
		cmocka_unit_test(test_what_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
