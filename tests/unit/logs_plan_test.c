// SPDX-License-Identifier: MIT
/* Which logs a run follows when a user's server names some as well. */
#include "conf_processes.h"

#include "app/logs.h"

/* The plan for what runs in the test's tree. */
static void plan(struct logs_plan *p, struct options *o)
{
	const struct logs_plan none = {0};

	o->server_root = root;
	assert_int_equal(logs_plan_init_next(p, o, &none, discover_running()), 0);
}

static void done(struct logs_plan *p)
{
	logs_plan_done(p);
}

static const struct log_input *input_at(const struct logs_plan *p, const char *path)
{
	char file[512];

	whole(file, path);
	for (size_t i = 0; i < p->input_count; i++)
		if (strcmp(p->inputs[i].path, file) == 0)
			return &p->inputs[i];
	return NULL;
}

static const struct process a_user = {8, 1, USER, "nginx", .command = "nginx|-c|/home/n.conf|"};

/* A user's server is none that the machine's logs could be missed for. */
static void users_logs_come_beside_the_usual_ones(void **state)
{
	static const char *const usual[] = {
		"/var/log/nginx/access.log", "/var/log/apache2/access.log", "/var/log/caddy/a.log"};
	struct options o = {.error_log = true};
	struct logs_plan p;

	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		end(state);
		begin(state);
		put(usual[i], "");
		put("/home/n.conf", "access_log /home/a.log; error_log /home/e.log;");
		run(&a_user);
		plan(&p, &o);
		assert_int_equal(p.origin, LOGS_USUAL);
		assert_int_equal(p.access_count, 2);
		assert_false(p.inputs[0].owner.is_user);
		assert_true(input_at(&p, "/home/a.log")->owner.is_user);
		assert_true(input_at(&p, "/home/e.log")->errors);
		done(&p);
	}
	/* Where there are no usual places, there is nothing to wait for. */
	end(state);
	begin(state);
	put("/home/n.conf", "access_log /home/a.log; error_log /home/e.log;");
	run(&a_user);
	plan(&p, &o);
	assert_int_equal(p.access_count, 1);
	assert_non_null(input_at(&p, "/home/a.log"));
	done(&p);
	/* Root's servers say where their logs are. */
	put("/var/log/nginx/access.log", "");
	put("/etc/nginx/nginx.conf", "access_log /a.log;");
	plan(&p, &o);
	assert_int_equal(p.origin, LOGS_CONFIGURED);
	assert_int_equal(p.access_count, 2);
	assert_non_null(input_at(&p, "/a.log"));
	done(&p);
}

/* A log that is named by hand is not a user's server's because that says so. */
static void errors_follow_whose_log_was_named(void **state)
{
	char named[512];
	char *paths[] = {named};
	struct options o = {.error_log = true, .log_paths = {.items = paths, .count = 1}};
	struct logs_plan p;

	(void)state;
	put("/srv/a.log", "");
	put("/home/n.conf", "access_log /srv/a.log; error_log /home/e.log;");
	run(&a_user);
	whole(named, "/srv/a.log");
	plan(&p, &o);
	assert_int_equal(p.error_count, geteuid() == USER);
	done(&p);
	put("/etc/nginx/nginx.conf", "access_log /srv/a.log; error_log /e.log;");
	plan(&p, &o);
	assert_non_null(input_at(&p, "/e.log"));
	assert_null(input_at(&p, "/home/e.log"));
	done(&p);
	if (geteuid() != 0)
		return;
	put("/etc/nginx/nginx.conf", "access_log /b.log; error_log /e.log;");
	assert_int_equal(chown(named, USER, USER), 0);
	plan(&p, &o);
	assert_null(input_at(&p, "/e.log"));
	assert_non_null(input_at(&p, "/home/e.log"));
	done(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(users_logs_come_beside_the_usual_ones, begin, end),
		cmocka_unit_test_setup_teardown(errors_follow_whose_log_was_named, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
