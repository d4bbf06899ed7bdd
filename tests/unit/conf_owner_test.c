// SPDX-License-Identifier: MIT
/* Whose word it is what a server's process leads to, and what a user's word cannot do. */
#include "conf_processes.h"

/* Whose word a process' is, by its four uids. */
static void knows_who_runs_a_server(void **state)
{
	static const struct {
		unsigned uids[4], user; /* 0: nobody's but root's */
	} all[] = {
		{{0, 0, 0, 0}, 0},
		/* A user runs a program that is setuid root, by a link that is called nginx. */
		{{USER, 0, 0, 0}, USER},
		{{USER, 0, 0, USER}, USER},
		{{USER, USER, 0, USER}, USER},
		/* Root's, for a while as somebody else. */
		{{0, USER, 0, USER}, USER},
		{{0, 0, 0, USER}, USER},
		{{0, 0, USER, 0}, USER},
		{{USER, USER, USER, USER}, USER},
		{{USER, USER + 1, USER + 1, USER + 1}, USER},
	};
	const unsigned we = geteuid(), ours[4] = {we, we, we, we};
	struct process p = {7, 1, 0, "nginx", .command = "nginx|-c|/opt/n.conf|"};

	(void)state;
	for (size_t i = 0; i <= ARRAY_LEN(all); i++) {
		const unsigned user = i < ARRAY_LEN(all) ? all[i].user : 0;
		p.uids = i < ARRAY_LEN(all) ? all[i].uids : ours;
		run(&p);
		struct running *r = look(root);
		assert_int_equal(r->count, 1);
		assert_int_equal(r->servers[0]->owner.is_user, user != 0);
		if (user)
			assert_int_equal(r->servers[0]->owner.uid, user);
		running_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(knows_who_runs_a_server, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
