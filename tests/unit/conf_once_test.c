// SPDX-License-Identifier: MIT
#include "conf_tree.h"

static void expect_no_log(const struct server_confs *c, const char *path)
{
	char want[512];

	whole(want, path);
	for (size_t i = 0; i < c->log_count; i++)
		if (strcmp(c->logs[i].path, want) == 0)
			fail_msg("%s is followed", path);
}

/* A request is written to each log of its context: it is to be counted once. */
static void one_log_of_a_context(void **state)
{
	(void)state;
	/* The stock ssl.conf of Red Hat and its kin. */
	put("/etc/httpd/conf/httpd.conf",
		"LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b\" common\n" HOST(
			"TransferLog logs/ssl_access_log\n"
			"CustomLog logs/ssl_request_log \\\n"
			" \"%t %h %{SSL_PROTOCOL}x %{SSL_CIPHER}x \\\"%r\\\" %b\""));
	struct server_confs *c = discover();
	expect_log(c, "/etc/httpd/logs/ssl_access_log", "TransferLog (apache)", "");
	expect_no_log(c, "/etc/httpd/logs/ssl_request_log");
	assert_int_equal(c->log_count, 1);
	expect_note(c, "ssl_access_log has the same requests");
	server_confs_free(c);
	/* The richest; what has a part of them beside it has nothing new. */
	put("/etc/httpd/conf/httpd.conf",
		HOST("CustomLog logs/poor \"%h %>s\"\nCustomLog logs/rich \"%h %t \\\"%r\\\" %>s "
		     "%b\"\n"
		     "CustomLog logs/part \"%h %t \\\"%r\\\" %>s %b %{Referer}i\" env=bad")
		/* Parts alone are all needed. */
		HOST("CustomLog logs/one \"%h %>s\" env=x\nCustomLog logs/two \"%h %>s\" env=!x")
			HOST("CustomLog logs/alone \"%h %>s\""));
	c = discover();
	expect_no_log(c, "/etc/httpd/logs/poor");
	expect_no_log(c, "/etc/httpd/logs/part");
	expect_note(c, "rich has all of its requests");
	assert_int_equal(c->log_count, 4);
	server_confs_free(c);
	/* One that all hosts write says less than those of their own, which are enough. */
	put("/etc/httpd/conf/httpd.conf",
		HOST("CustomLog logs/a \"%h \\\"%r\\\" %>s\"\nCustomLog logs/all \"%h %>s\"") HOST(
			"CustomLog logs/b \"%h \\\"%r\\\" %>s\"\nCustomLog logs/all \"%h %>s\""));
	c = discover();
	expect_no_log(c, "/etc/httpd/logs/all");
	assert_int_equal(c->log_count, 2);
	server_confs_free(c);
	/* And if it says more, it alone is enough. */
	put("/etc/httpd/conf/httpd.conf",
		HOST("CustomLog logs/a \"%h %>s\"\nCustomLog logs/all \"%h \\\"%r\\\" %>s\"")
			HOST("CustomLog logs/b \"%h %>s\"\nCustomLog logs/all \"%h \\\"%r\\\" "
			     "%>s\"") "CustomLog /dev/stdout combined\nCustomLog logs/main \"%h "
				      "%>s\"\n");
	c = discover();
	expect_log(c, "/etc/httpd/logs/all", "its own (apache)", "");
	/* What is no file leaves the other to be followed. */
	expect_log(c, "/etc/httpd/logs/main", "its own (apache)", "");
	assert_int_equal(c->log_count, 2);
	server_confs_free(c);
	/* A global log has the requests of all hosts. */
	put("/etc/httpd/conf/httpd.conf",
		HOST("CustomLog logs/a \"%h %>s\"")
			HOST("CustomLog logs/b \"%h %>s\"") "GlobalLog logs/global \"%h \\\"%r\\\" "
							    "%>s %b\"\n");
	c = discover();
	expect_log(c, "/etc/httpd/logs/global", "its own (apache)", "");
	assert_int_equal(c->log_count, 1);
	server_confs_free(c);
	put("/etc/httpd/conf/httpd.conf",
		"CustomLog logs/main \"%h %>s\"\n" HOST(
			"CustomLog logs/a \"%h \\\"%r\\\" %>s\"") "GlobalLog logs/global \"%h "
								  "%>s\"\n");
	c = discover();
	expect_log(c, "/etc/httpd/logs/a", "its own (apache)", "");
	expect_log(c, "/etc/httpd/logs/main", "its own (apache)", "");
	assert_int_equal(c->log_count, 2);
	server_confs_free(c);
}

/* What may be written instead of another, or from nobody knows where, is not taken for the same. */
static void logs_that_only_seem_to_repeat(void **state)
{
	(void)state;
	put("/etc/httpd/conf/httpd.conf",
		"<IfDefine SSL>\nCustomLog logs/ssl \"%h %>s\"\n</IfDefine>\n"
		"<IfDefine !SSL>\nCustomLog logs/plain \"%h %>s\"\n</IfDefine>\n");
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, 2);
	server_confs_free(c);
	put("/etc/httpd/conf/httpd.conf",
		"CustomLog logs/main \"%h %>s\"\n"
		"<Macro Logs $d>\nCustomLog logs/$d.log \"%h %>s\"\n</Macro>\n"
		"<VirtualHost *:80>\nUse Logs a\n</VirtualHost>\n");
	c = discover();
	assert_int_equal(c->log_count, 2);
	server_confs_free(c);
	/* Hosts without a log of their own are in the global one alone, which has all the others.
	 */
	put("/etc/httpd/conf/httpd.conf",
		"GlobalLog logs/g \"%h %>s\"\n" HOST("CustomLog logs/a \"%h \\\"%r\\\" %>s\"")
			HOST("ServerName b"));
	c = discover();
	expect_log(c, "/etc/httpd/logs/g", "its own (apache)", "");
	assert_int_equal(c->log_count, 1);
	server_confs_free(c);
	/* One that a host has alone may be enough for others. */
	put("/etc/httpd/conf/httpd.conf",
		HOST("CustomLog logs/s1 \"%h %>s\"\nCustomLog logs/all \"%h %>s\"")
			HOST("CustomLog logs/all \"%h %>s\""));
	c = discover();
	expect_log(c, "/etc/httpd/logs/all", "its own (apache)", "");
	assert_int_equal(c->log_count, 1);
	server_confs_free(c);
	/* A format that is not there says less than any other. */
	put("/etc/httpd/conf/httpd.conf",
		HOST("CustomLog logs/a \"%h %>s\"\nCustomLog logs/b nosuchname"));
	c = discover();
	expect_log(c, "/etc/httpd/logs/a", "its own (apache)", "");
	server_confs_free(c);
	/* One that cannot be read, too. */
	put("/etc/httpd/logs/poor", "x");
	put("/etc/httpd/conf/httpd.conf",
		HOST("CustomLog logs/rich \"%h \\\"%r\\\" %>s\"\nCustomLog logs/poor \"%h %>s\""));
	c = discover();
	expect_log(c, "/etc/httpd/logs/poor", "its own (apache)", "");
	assert_int_equal(c->log_count, 1);
	server_confs_free(c);
	/* A name that is only known at run time may be that of the other. */
	put("/etc/httpd/conf/httpd.conf", "");
	put("/etc/nginx/nginx.conf",
		"http { log_format r '$remote_addr $request $status'; server {"
		" access_log /d/$host.log r; access_log /d/access.log combined; } }\n");
	c = discover();
	expect_log(c, "/d/access.log", "combined", "");
	assert_int_equal(c->log_count, 1);
	server_confs_free(c);
}

/* Byte counters, agents, referers: no requests of anybody. */
static void logs_of_other_things(void **state)
{
	(void)state;
	put("/etc/apache2/apache2.conf",
		"LogFormat \"%{User-agent}i\" agent\nLogFormat \"%{Referer}i -> %U\" "
		"referer\n" HOST("CustomLog /d/a-bytes_log \"%{%s}t %I .\\n%{%s}t %O .\"\n"
				 "CustomLog /d/a combined\nCustomLog /d/agent agent\nCustomLog "
				 "/d/referer referer"));
	struct server_confs *c = discover();
	expect_log(c, "/d/a", "combined", "");
	assert_int_equal(c->log_count, 1);
	expect_note(c, "/d/a-bytes_log: not followed, its format says nothing of clients");
	expect_note(c, "/d/agent: not followed");
	expect_note(c, "/d/referer: not followed");
	server_confs_free(c);
	put("/etc/nginx/nginx.conf", "http { log_format b '$msec $bytes_sent'; log_format x "
				     "'$http_x_forwarded_for $status';"
				     " server { access_log /d/b b; access_log /d/x x; } }\n");
	put("/etc/apache2/apache2.conf", "");
	c = discover();
	expect_log(c, "/d/x", "x (nginx)", "");
	assert_int_equal(c->log_count, 1);
	server_confs_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_log_of_a_context, begin, end),
		cmocka_unit_test_setup_teardown(logs_that_only_seem_to_repeat, begin, end),
		cmocka_unit_test_setup_teardown(logs_of_other_things, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
