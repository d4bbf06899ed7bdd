// SPDX-License-Identifier: MIT
/* The error logs that servers' configuration names. */
#include "conf_tree.h"

static void nginx_error_logs(void **state)
{
	(void)state;
	put("/etc/nginx/nginx.conf",
		"error_log /var/log/nginx/main.log warn;\n"
		"stream { error_log /var/log/nginx/stream.log; }\n"
		"http { error_log logs/rel.log; access_log /var/log/nginx/both.log;\n"
		"error_log stderr; error_log syslog:server=10.0.0.1 warn; error_log memory:32m "
		"debug;\n"
		"error_log /dev/null; error_log \"/var/log/nginx/crit.log\" crit;\n"
		"server { error_log /var/log/nginx/shop.log; location / { error_log "
		"/var/log/nginx/shop.log; error_log /var/log/nginx/loc.log; } }\n"
		"server { error_log /var/log/nginx/both.log; error_log; error_log off; }\n}\n");
	struct server_confs *c = discover();
	EXPECT_ERROR_LOGS(c, "/var/log/nginx/main.log", "/usr/share/nginx/logs/rel.log",
		"/var/log/nginx/crit.log", "/var/log/nginx/shop.log", "/var/log/nginx/loc.log",
		"/usr/share/nginx/off");
	assert_int_equal(c->log_count, 1);
	expect_note(c, "error_log stderr: not followed, no file");
	expect_note(c, "error_log syslog:server=10.0.0.1: not followed, no file");
	expect_note(c, "error_log memory:32m: not followed, no file");
	expect_note(
		c, "error_log /var/log/nginx/crit.log crit: its level leaves out refused requests");
	expect_note(c, "error log /dev/null: a stream or device");
	server_confs_free(c);
	/* What is said in a block, also of a file that it includes, is not the main one. */
	put("/etc/nginx/nginx.conf", "http { include conf.d/*.conf; }\n");
	put("/etc/nginx/conf.d/a.conf", "error_log /var/log/nginx/a.log;\n");
	c = discover();
	EXPECT_ERROR_LOGS(c, "/var/log/nginx/error.log", "/var/log/nginx/a.log");
	server_confs_free(c);
	put("/etc/nginx/nginx.conf", "include conf.d/*.conf;\nhttp { }\n");
	c = discover();
	EXPECT_ERROR_LOGS(c, "/var/log/nginx/a.log");
	server_confs_free(c);
}

static void apache_error_logs(void **state)
{
	(void)state;
	put("/etc/httpd/conf/httpd.conf",
		"ServerRoot \"/etc/httpd\"\nDefine LOGS /srv/logs\n"
		"<VirtualHost *:80>\nErrorLog ${LOGS}/shop.log\n</VirtualHost>\n"
		"<VirtualHost *:81>\nErrorLog \"|/usr/bin/rotatelogs /srv/logs/err.%Y 86400\"\n"
		"</VirtualHost>\n<VirtualHost *:82>\nErrorLog \"|/usr/bin/logger -t httpd\"\n"
		"ErrorLog syslog:local1\nErrorLog journald\nErrorLog /dev/stderr\n"
		"ErrorLog ${UNKNOWN}/x.log\nErrorLog\n</VirtualHost>\n");
	struct server_confs *c = discover();
	EXPECT_ERROR_LOGS(c, "/srv/logs/shop.log", "/srv/logs/err.*", "/etc/httpd/logs/error_log");
	assert_int_equal(c->log_count, 0);
	expect_note(c, "an error log goes to the program /usr/bin/logger");
	expect_note(c, "an error log goes to syslog:local1");
	expect_note(c, "an error log goes to journald");
	expect_note(c, "error log /dev/stderr: a stream or device");
	expect_note(c, "error log ${UNKNOWN}/x.log: a variable of it is not known");
	expect_note(c, "no access log that can be followed");
	server_confs_free(c);
	put("/etc/httpd/conf/httpd.conf",
		"ErrorLog logs/main.log\n"
		"<VirtualHost *:80>\nErrorLog logs/a.log\n</VirtualHost>\n");
	c = discover();
	EXPECT_ERROR_LOGS(c, "/etc/httpd/logs/main.log", "/etc/httpd/logs/a.log");
	server_confs_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nginx_error_logs, begin, end),
		cmocka_unit_test_setup_teardown(apache_error_logs, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
