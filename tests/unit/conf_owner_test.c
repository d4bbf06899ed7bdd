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

/* A process may become another user's while it runs. */
static void notices_another_user(void **state)
{
	struct process p = {7, 1, 0, "nginx", .command = "nginx|-c|/opt/n.conf|"};
	struct running *r[3];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(r); i++) {
		p.uid = i ? USER + (unsigned)i : 0;
		run(&p);
		r[i] = look(root);
		struct running *again = look(root);
		assert_true(running_is_same(r[i], again));
		running_free(again);
	}
	assert_false(running_is_same(r[0], r[1]));
	assert_false(running_is_same(r[1], r[2]));
	for (size_t i = 0; i < ARRAY_LEN(r); i++)
		running_free(r[i]);
}

/* A user's server, beside root's, with a configuration of its own. */
static struct server_confs *discover_both(const char *roots, const char *users)
{
	const struct process user = {8, 1, USER, "nginx", .command = "nginx|-c|/home/n.conf|"};
	const struct process other = {
		9, 1, USER + 1, "nginx", .command = "nginx|-c|/home/other.conf|"};

	put("/etc/nginx/nginx.conf", roots);
	put("/home/n.conf", users);
	put("/home/other.conf", "access_log /home/b/o.log; error_log /home/b/e.log;");
	run(&user);
	run(&other);
	return discover_running();
}

static const struct server_log *log_at(const struct server_confs *c, const char *path)
{
	char file[512];

	whole(file, path);
	for (size_t i = 0; i < c->log_count; i++)
		if (strcmp(c->logs[i].path, file) == 0)
			return &c->logs[i];
	return NULL;
}

#define OF_USER "log_format mine '$remote_addr $status'; error_log /home/e.log; "

/* What root names, or his glob matches, by whatever path, is not a user's to speak of. */
static void root_has_the_last_word(void **state)
{
	static const struct {
		const char *roots, *users, *gone;
	} all[] = {
		{"access_log /var/log/$host.log; error_log /e;",
			"access_log /var/log/site.log mine;", "/var/log/site.log"},
		{"access_log /var/log/$host.log; error_log /e;",
			"access_log /var/lib/../log/site.log mine;", "/var/lib/../log/site.log"},
		{"access_log /var/log/$host.log; error_log /e;", "access_log /var/log/s*.log mine;",
			"/var/log/s*.log"},
		{"access_log /var/log/$host/a.log; error_log /e;",
			"access_log /var/log/./$host/a.log mine;", "/var/log/./*/a.log"},
		{"access_log /var/log/site.log; error_log /e;",
			"access_log /var/lib/../log/site.log mine;", "/var/lib/../log/site.log"},
		{"error_log /var/log/site.log;", "access_log /var/log/site.log mine;",
			"/var/log/site.log"},
		{"error_log /var/log/site.log;", "access_log /var/lib/../log/site.log mine;",
			"/var/lib/../log/site.log"},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		char users[512];
		end(state);
		begin(state);
		put("/var/log/site.log", "");
		put("/var/lib/x", "");
		snprintf(users, sizeof users, OF_USER "access_log /home/own.log; server { %s }",
			all[i].users);
		struct server_confs *c = discover_both(all[i].roots, users);
		if (log_at(c, all[i].gone))
			fail_msg("%s is a user's", all[i].gone);
		assert_non_null(log_at(c, "/home/own.log"));
		for (size_t k = 0; k < c->error_log_count; k++)
			assert_int_equal(c->error_logs[k].owner.is_user,
				strstr(c->error_logs[k].path, "/home/") != NULL);
		server_confs_free(c);
	}
}

/* It does not make an error log of an access log. */
static void users_name_no_error_logs_of_root(void **state)
{
	static const char *const names[] = {"/var/log/site.log", "/var/lib/../log/site.log",
		"/var/log/./site.log", "/var/log/other.log", "/var/log/e/x.err"};

	(void)state;
	put("/var/log/site.log", "");
	put("/var/lib/x", "");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char users[256];
		snprintf(users, sizeof users, "access_log off; error_log %s;", names[i]);
		struct server_confs *c = discover_both(
			"access_log /var/log/site.log; error_log /var/log/$host.err; server { "
			"access_log /var/log/o$host.log; error_log /var/log/e/x.err; }",
			users);
		for (size_t k = 0; k < c->error_log_count; k++)
			assert_int_not_equal(c->error_logs[k].owner.uid, USER);
		server_confs_free(c);
	}
}

/* Nor does it say in which format files are that are not the user's. */
static void formats_of_users_are_for_their_logs(void **state)
{
	const struct log_owner root_asks = {0}, user_asks = {.is_user = true, .uid = USER},
			       other_asks = {.is_user = true, .uid = USER + 1};
	struct log_configured configured;
	char path[512];

	(void)state;
	put("/srv/site.log", "");
	whole(path, "/srv/site.log");
	struct server_confs *c =
		discover_both("access_log /a.log;", OF_USER "access_log /srv/site.log mine;");
	assert_non_null(log_at(c, "/srv/site.log"));
	assert_false(server_confs_look_up(c, path, &root_asks, &configured));
	assert_false(server_confs_look_up(c, path, &other_asks, &configured));
	assert_true(server_confs_look_up(c, path, &user_asks, &configured));
	assert_string_equal(configured.format->name, "mine (nginx)");
	if (geteuid() == 0) {
		assert_int_equal(chown(path, USER, USER), 0);
		assert_true(server_confs_look_up(c, path, &root_asks, &configured));
	}
	server_confs_free(c);
}

/* Of two users a file is his whose it is. */
static void users_take_nothing_from_each_other(void **state)
{
	char path[512];

	(void)state;
	if (geteuid() != 0)
		skip();
	put("/home/b/o.log", "");
	whole(path, "/home/b/o.log");
	for (unsigned uid = USER; uid <= USER + 1; uid++) {
		assert_int_equal(chown(path, uid, uid), 0);
		struct server_confs *c = discover_both(
			"access_log /a.log;", OF_USER "access_log /home/b/o.log mine;");
		assert_int_equal(log_at(c, "/home/b/o.log")->owner.uid, uid);
		server_confs_free(c);
	}
}

/* Each is compared with each name. */
static void users_have_few_globs(void **state)
{
	char *users = malloc(65536);
	size_t n = 0;

	(void)state;
	assert_non_null(users);
	for (int i = 0; i < 200; i++)
		n += (size_t)snprintf(
			users + n, 65536 - n, "server { access_log /home/%d/$host.log; }", i);
	struct server_confs *c = discover_both("access_log /a/$host.log;", users);
	assert_int_equal(c->log_names.glob_count, SERVER_USER_GLOBS_MAX + 1);
	assert_int_equal(c->left_out, 200 - SERVER_USER_GLOBS_MAX);
	server_confs_free(c);
	free(users);
}

/* A part of what root may have. */
static void users_have_fewer_logs(void **state)
{
	const size_t most = CONF_LOGS_MAX / CONF_USER_PART, more = 100;
	size_t cap = (most + more) * 64, n = 0;
	char *users = malloc(cap);

	(void)state;
	assert_non_null(users);
	for (size_t i = 0; i < most + more; i++)
		n += (size_t)snprintf(users + n, cap - n,
			"server { access_log /home/%zu.log; error_log /home/%zu.e; }\n", i, i);
	struct server_confs *c = discover_both("access_log /a.log; error_log /e;", users);
	const size_t others = 2;
	assert_int_equal(c->log_count, most + others);
	assert_int_equal(c->error_log_count, SERVER_LOGS_MAX / CONF_USER_PART + others);
	server_confs_free(c);
	free(users);
}

/* Whoever may start a container is root in it: it takes no room from the host. */
static void the_host_comes_before_containers(void **state)
{
	size_t cap = 9000 * 128, n = 0;
	char *text = malloc(cap), path[512];

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 9000; i++)
		n += (size_t)snprintf(text + n, cap - n,
			"log_format f%d '$remote_addr x%d $status'; server { access_log /%d.log "
			"f%d; }\n",
			i, i, i, i);
	put("/ct/etc/nginx/nginx.conf", text);
	free(text);
	put("/host/etc/apache2/apache2.conf",
		"LogFormat \"%h %>s\" short\nCustomLog /a.log short\n");
	for (int pid = 100; pid < 120; pid++)
		run(&(struct process){pid, 1, 0, "nginx", .root = "/ct", .mounts = "mnt:[2]",
			.command = "nginx: master process nginx"});
	whole(path, "/host");
	struct running *r = look("");
	assert_int_equal(r->count, 20);
	struct server_confs *c = server_confs_new(path, r);
	assert_non_null(c);
	assert_non_null(log_at(c, "/host/a.log"));
	assert_string_equal(log_at(c, "/host/a.log")->format->name, "short (apache)");
	assert_string_equal(c->reads[0].server, "apache");
	/* And each has a part of it. */
	assert_true(c->left_out >= 9000 - CONF_LOGS_MAX / CONF_USER_PART);
	running_free(r);
	server_confs_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(knows_who_runs_a_server, begin, end),
		cmocka_unit_test_setup_teardown(notices_another_user, begin, end),
		cmocka_unit_test_setup_teardown(root_has_the_last_word, begin, end),
		cmocka_unit_test_setup_teardown(users_name_no_error_logs_of_root, begin, end),
		cmocka_unit_test_setup_teardown(formats_of_users_are_for_their_logs, begin, end),
		cmocka_unit_test_setup_teardown(users_take_nothing_from_each_other, begin, end),
		cmocka_unit_test_setup_teardown(users_have_few_globs, begin, end),
		cmocka_unit_test_setup_teardown(users_have_fewer_logs, begin, end),
		cmocka_unit_test_setup_teardown(the_host_comes_before_containers, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
