// SPDX-License-Identifier: MIT
/* Which logs a run follows when a user's server names some as well. */
#include "conf_processes.h"

#include "app/logs.h"
#include "log/feed.h"

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

#define FORMATS 40

/* As many formats as nobody's lines are tried with; `changed` of them are of this round. */
static struct server_confs *formats_of_round(unsigned round, unsigned changed)
{
	char text[FORMATS * 64];
	size_t n = 0;

	for (unsigned i = 0; i < FORMATS; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
			"log_format f%u 'x%u $remote_addr $status';\n", i,
			i < FORMATS - changed ? i : 100 * round + i);
	put("/etc/nginx/nginx.conf", text);
	return discover();
}

static bool reads(const struct logs_plan *p, unsigned of, size_t most)
{
	static struct log_scratch scratch;
	char line[64];
	struct event e;

	snprintf(line, sizeof line, "x%u 192.0.2.1 200", of);
	for (size_t i = 0; i < p->other_count && i < most; i++)
		if (log_format_parse(p->others[i], str_of(line), &scratch, &e) == 0)
			return true;
	return false;
}

/* A server writes as before until it has read its new configuration. */
static void formats_of_before_are_tried_first(void **state)
{
	static const unsigned changes[] = {0, 1, 3, LOG_OTHERS_MAX / 2, FORMATS};
	struct options o = {.log_format = "auto"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct logs_plan p = {.confs = formats_of_round(1, changes[i])}, next;
		size_t was = p.confs->format_count;
		o.server_root = root;
		assert_int_equal(
			logs_plan_init_next(&next, &o, &p, formats_of_round(2, changes[i])), 0);
		assert_true(was >= FORMATS);
		/* What did not change is there once. */
		assert_int_equal(next.other_count, was + changes[i]);
		for (unsigned k = 0; k < changes[i] && k < LOG_OTHERS_MAX / 2; k++)
			assert_true(reads(&next, 100 + FORMATS - changes[i] + k, LOG_OTHERS_MAX));
		/* All the others come, too; those of now have the other half. */
		for (unsigned k = 0; k < FORMATS; k++)
			assert_true(reads(&next, k < FORMATS - changes[i] ? k : 200 + k, SIZE_MAX));
		assert_true(reads(&next, FORMATS > changes[i] ? 0 : 200, LOG_OTHERS_MAX));
		logs_plan_done(&next);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(users_logs_come_beside_the_usual_ones, begin, end),
		cmocka_unit_test_setup_teardown(errors_follow_whose_log_was_named, begin, end),
		cmocka_unit_test_setup_teardown(formats_of_before_are_tried_first, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
