// SPDX-License-Identifier: MIT
/* Whose a socket is: our own and a child's, found as the kernel shows them. */
#include "unit.h"

#include "kernel/owners.h"
#include "kernel/self_sockets.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOLD 16

struct fixture {
	struct event_sink sink; /* first */
	struct owners owners;
	struct {
		uint64_t inode;
		uint32_t pid;
	} told[TOLD];
	size_t count;
};

static void put(struct event_sink *sink, const struct event *event)
{
	struct fixture *f = (struct fixture *)sink;

	assert_int_equal(event->kind, EVENT_OWNER);
	assert_true(event->owner.name.n > 0);
	assert_in_range(f->count, 0, TOLD - 1);
	f->told[f->count].inode = event->owner.inode;
	f->told[f->count++].pid = event->owner.pid;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->sink.put = put;
	assert_int_equal(owners_init(&f->owners, 4), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	owners_done(&f->owners);
	free(f);
	return 0;
}

static uint64_t inode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_ino;
}

/* Passes are bounded; this one is made whole, whether it is due or not. */
static void pass(struct fixture *f)
{
	f->owners.due = f->owners.rest = 0;
	do
		owners_poll(&f->owners, UINT64_MAX, &f->sink);
	while (f->owners.passing);
}

static void links(void **state)
{
	(void)state;
	assert_int_equal(socket_inode(str_of("socket:[4711]")), 4711);
	assert_int_equal(socket_inode(str_of("socket:[4294967295]")), 4294967295u);
	static const char *const others[] = {"", "socket:[", "socket:[]", "socket:[12",
		"socket:[1x]", "socket:[-1]", "pipe:[12]", "anon_inode:[eventpoll]",
		"/tmp/socket:[12]", "socket:[99999999999999999999999]"};
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_int_equal(socket_inode(str_of(others[i])), 0);
}

static void held_here(void **state)
{
	struct fixture *f = *state;
	int fd = socket(AF_INET, SOCK_STREAM, 0), unwanted = socket(AF_INET, SOCK_STREAM, 0);

	owners_want(&f->owners, inode_of(fd));
	pass(f);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->told[0].inode, inode_of(fd));
	assert_int_equal(f->told[0].pid, getpid());
	pass(f);
	assert_int_equal(f->count, 1); /* no news */
	owners_drop(&f->owners, inode_of(fd));
	assert_int_equal(f->owners.pool.live, 0);
	close(fd);
	close(unwanted);
}

/* Wanted twice, dropped once: still wanted. More than fit: some stay without owner. */
static void wants(void **state)
{
	struct fixture *f = *state;

	for (uint64_t i = 1; i <= 8; i++)
		owners_want(&f->owners, i);
	assert_int_equal(f->owners.pool.live, 4);
	owners_want(&f->owners, 1);
	owners_drop(&f->owners, 1);
	assert_int_equal(f->owners.pool.live, 4);
	owners_drop(&f->owners, 1);
	owners_drop(&f->owners, 8);
	assert_int_equal(f->owners.pool.live, 3);
}

/* A child has the socket too; when we let go of it, it is the child's. */
static void handed_on(void **state)
{
	struct fixture *f = *state;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	uint64_t inode = inode_of(fd);
	pid_t child = fork();

	if (child == 0) {
		pause();
		_exit(0);
	}
	owners_want(&f->owners, inode);
	pass(f);
	pass(f);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->told[0].pid, getpid());
	close(fd);
	for (int i = 0; i < 3; i++)
		pass(f);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->told[1].inode, inode);
	assert_int_equal(f->told[1].pid, child);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* A deadline that has passed: each poll does a little, and all of it gets done. */
static void in_slices(void **state)
{
	struct fixture *f = *state;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	unsigned polls = 0;

	owners_want(&f->owners, inode_of(fd));
	owners_settle(&f->owners, UINT64_MAX, &f->sink);
	assert_int_equal(f->count, 1);
	f->owners.due = f->owners.rest = 0;
	do {
		owners_poll(&f->owners, UINT64_MAX, &f->sink);
		polls++;
	} while (f->owners.passing && polls < 1000);
	assert_false(f->owners.passing);
	close(fd);
}

static void our_own(void **state)
{
	struct self_sockets own;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	uint64_t inode = fd >= 0 ? inode_of(fd) : 0;

	(void)state;
	self_sockets_refresh(&own);
	assert_true(self_sockets_has(&own, inode));
	assert_false(self_sockets_has(&own, inode + 1000000));
	close(fd);
	self_sockets_refresh(&own);
	assert_false(self_sockets_has(&own, inode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links),
		cmocka_unit_test_setup_teardown(held_here, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wants, set_up, tear_down),
		cmocka_unit_test_setup_teardown(handed_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(in_slices, set_up, tear_down),
		cmocka_unit_test(our_own),
	};

	return cmocka_run_group_tests_name("owners", tests, NULL, NULL);
}
