// SPDX-License-Identifier: MIT
/* Whom a process of ours runs as that needs no privilege. */
#include "unit.h"

#include "helper/confine.h"
#include "helper/identity.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/wait.h>
#include <unistd.h>

static int set_up(void **state)
{
	(void)state;
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	return 0;
}

static void whom(const char *uid, const char *gid, struct identity *ret)
{
	set_up(NULL);
	if (uid)
		setenv("SUDO_UID", uid, 1);
	if (gid)
		setenv("SUDO_GID", gid, 1);
	identity_find(ret);
}

static void the_caller_of_sudo(void **state)
{
	struct identity who;

	(void)state;
	if (geteuid() != 0) {
		whom("12345", "12346", &who);
		assert_int_equal(who.uid, geteuid());
		assert_int_equal(who.gid, getegid());
		return;
	}
	whom("12345", "12346", &who);
	assert_int_equal(who.uid, 12345);
	assert_int_equal(who.gid, 12346);
}

/* Root is nobody to be, nor is what no number is. */
static void never_root(void **state)
{
	static const char *const bad[][2] = {{NULL, NULL}, {"0", "0"}, {"0", "1000"}, {"1000", "0"},
		{"1000", NULL}, {NULL, "1000"}, {"", ""}, {"-1", "-1"}, {"4294967295", "1"},
		{"4294967296", "1"}, {"1000x", "1000"}, {" 1000", "1000"}};
	struct identity who;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		whom(bad[i][0], bad[i][1], &who);
		assert_int_not_equal(who.uid, 0);
		if (geteuid() == 0 && who.uid == 1000)
			fail_msg("%s, %s was taken", bad[i][0], bad[i][1]);
	}
}

/* What is left of it in a process that has taken it. */
static int be(void)
{
	struct identity who = {.uid = 12345, .gid = 12346};
	gid_t groups[8];
	uid_t r, e, s;

	if (geteuid() != 0)
		who = (struct identity){.uid = geteuid(), .gid = getegid()};
	if (confine_as(&who) < 0 || getresuid(&r, &e, &s) < 0)
		return 1;
	if (r != who.uid || e != who.uid || s != who.uid || getegid() != who.gid)
		return 2;
	if (who.uid == 12345 && getgroups(ARRAY_LEN(groups), groups) != 0)
		return 3;
	if (confine_has(CAP_SETUID) || confine_has(CAP_NET_ADMIN) || setuid(0) == 0)
		return who.uid == 0 ? 0 : 4;
	return 0;
}

static void it_is_for_good(void **state)
{
	int status = -1;

	(void)state;
	fflush(stdout);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(be());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_caller_of_sudo, set_up),
		cmocka_unit_test_setup(never_root, set_up),
		cmocka_unit_test_setup(it_is_for_good, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
