// SPDX-License-Identifier: MIT
/* Configurations of hosts with thousands of virtual hosts. */
#include "conf_tree.h"

#define MANY 5000

static void put_numbered(const char *directory, unsigned n, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "%s/s%04u.conf", directory, n);
	put(path, text);
}

/* A file for each, as panels write them. */
static void each_host_has_a_file(void **state)
{
	char text[512], path[512];

	(void)state;
	put("/etc/apache2/apache2.conf", "IncludeOptional sites-enabled/*.conf\n");
	for (unsigned n = 0; n < MANY; n++) {
		snprintf(text, sizeof text,
			"<VirtualHost *:80>\n"
			"CustomLog /var/log/apache2/s%04u.example.test-access.log combined\n"
			"ErrorLog /var/log/apache2/s%04u-error.log\n</VirtualHost>\n",
			n, n);
		put_numbered("/etc/apache2/sites-enabled", n, text);
	}
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, MANY);
	assert_true(c->error_log_count >= MANY);
	assert_int_equal(c->left_out, 0);
	assert_int_equal(c->dropped, 0);
	/* Each is found by its name. */
	for (unsigned n = 0; n < MANY; n += 499) {
		snprintf(text, sizeof text, "/var/log/apache2/s%04u.example.test-access.log", n);
		whole(path, text);
		const struct server_log *log = server_confs_find(c, path);
		assert_non_null(log);
		assert_string_equal(log->path, path);
	}
	whole(path, "/var/log/apache2/s9999.example.test-access.log");
	assert_null(server_confs_find(c, path));
	server_confs_free(c);
}

/* Two logs for each server: one of them is enough. */
static void each_host_has_two_logs(void **state)
{
	size_t cap = MANY * 256, n = 0;
	char *text = malloc(cap);

	(void)state;
	assert_non_null(text);
	n += (size_t)snprintf(text + n, cap - n, "log_format short '$remote_addr $request';\n");
	for (unsigned i = 0; i < MANY; i++)
		n += (size_t)snprintf(text + n, cap - n,
			"server { access_log /var/log/nginx/%u.log short;"
			" access_log /var/log/nginx/%u-full.log combined; }\n",
			i, i);
	put("/etc/nginx/nginx.conf", text);
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, MANY);
	for (size_t i = 0; i < c->log_count; i++)
		assert_non_null(strstr(c->logs[i].path, "-full.log"));
	assert_int_equal(c->left_out, 0);
	server_confs_free(c);
	free(text);
}

static void all_hosts_write_one_log(void **state)
{
	const unsigned count = 2 * MANY;
	size_t cap = count * 128, n = 0;
	char *text = malloc(cap);

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; i < count; i++)
		n += (size_t)snprintf(text + n, cap - n,
			"server { access_log /var/log/nginx/all.log;"
			" error_log /var/log/nginx/all-error.log; }\n");
	put("/etc/nginx/nginx.conf", text);
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, 1);
	assert_int_equal(c->left_out, 0);
	server_confs_free(c);
	free(text);
}

/* What there is no room for is counted, logs apart from the rest. */
static void more_than_there_is_room_for(void **state)
{
	const unsigned count = SERVER_LOGS_MAX + 808;
	size_t cap = count * 128, n = 0;
	char *text = malloc(cap);

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; i < count; i++)
		n += (size_t)snprintf(
			text + n, cap - n, "server { access_log /var/log/nginx/%u.log; }\n", i);
	put("/etc/nginx/nginx.conf", text);
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, SERVER_LOGS_MAX);
	assert_int_equal(c->left_out, 808);
	assert_int_equal(c->dropped, 0);
	server_confs_free(c);
	free(text);
}

/* A pattern that leads everywhere ends, and is said. */
static void includes_are_bounded(void **state)
{
	char path[128];

	(void)state;
	put("/etc/nginx/nginx.conf", "include /deep/*/*/*/*/*/x.conf;\n"
				     "include \"/wide/{a,b}{a,b}.conf\";\n");
	put("/wide/{a,b}{a,b}.conf", "access_log /var/log/nginx/braces.log;\n");
	put("/wide/ab.conf", "access_log /var/log/nginx/none.log;\n");
	for (unsigned i = 0; i < 20; i++) {
		snprintf(path, sizeof path, "/deep/%u/b/c/d/e/x.conf", i);
		put(path, "access_log /var/log/nginx/deep.log;\n");
	}
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, 1);
	assert_non_null(strstr(c->logs[0].path, "braces.log"));
	bool said = false;
	for (size_t i = 0; i < c->note_count; i++)
		said |= strstr(c->notes[i].text, "/deep/") != NULL;
	assert_true(said);
	server_confs_free(c);
}

/* An include of a container does not lead out of it. */
static void includes_stay_below_the_root(void **state)
{
	char path[512], away[] = "/tmp/ng-conf-away-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(away));
	snprintf(path, sizeof path, "%s/x.conf", away);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs("access_log /var/log/nginx/stolen.log;\n", f);
	fclose(f);
	char text[256];
	snprintf(text, sizeof text,
		"include %s/*.conf;\ninclude /out/*.conf;\ninclude /in/*.conf;\n", away);
	put("/etc/nginx/nginx.conf", text);
	put("/sites/own.conf", "access_log /var/log/nginx/own.log;\n");
	whole(path, "/out");
	assert_int_equal(symlink(away, path), 0);
	whole(path, "/in");
	assert_int_equal(symlink("/sites", path), 0);
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, 1);
	assert_non_null(strstr(c->logs[0].path, "own.log"));
	server_confs_free(c);
	snprintf(path, sizeof path, "%s/x.conf", away);
	remove(path);
	rmdir(away);
}

/* As many logs of one host as are taken: the step in which they are chosen is short. */
static void one_host_has_thousands(void **state)
{
	static const struct {
		const char *directive;
		size_t logs, left_out;
	} all[] = {
		{"access_log /l/%d.log;", 1, 0},
		{"access_log /l/%d.log combined if=$x;", SERVER_LOGS_MAX,
			CONF_LOGS_MAX - SERVER_LOGS_MAX},
		{"access_log /l/%d$host.log;", 1, 0},
		{"access_log /l/same.log;", 1, 0},
	};
	size_t cap = CONF_LOGS_MAX * 48;
	char *text = malloc(cap);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct server_confs *c = calloc(1, sizeof *c);
		size_t n = (size_t)snprintf(text, cap, "server {");
		assert_non_null(c);
		for (int k = 0; k < (int)CONF_LOGS_MAX; k++)
			n += (size_t)snprintf(text + n, cap - n, all[i].directive, k);
		n += (size_t)snprintf(text + n, cap - n, "}");
		assert_int_equal(server_confs_read_text(c, &conf_nginx, (struct str){text, n}), 0);
		assert_int_equal(c->log_count, all[i].logs);
		assert_int_equal(c->left_out, all[i].left_out);
		server_confs_free(c);
	}
	free(text);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(each_host_has_a_file), TEST(each_host_has_two_logs),
		TEST(all_hosts_write_one_log), TEST(more_than_there_is_room_for),
		TEST(includes_are_bounded), TEST(includes_stay_below_the_root),
		TEST(one_host_has_thousands)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
