// SPDX-License-Identifier: MIT
#include "conf_tree.h"

#include "conf/layouts.h"

/* Each panel and bundle, as it lays out what it installs. */
static const struct {
	const char *conf, *text, *log, *format;
} panels[] = {
	/* aaPanel */
	{"/www/server/nginx/conf/nginx.conf",
		"http { include /www/server/panel/vhost/nginx/*.conf; access_log off; }",
		"/www/wwwlogs/a.example.test.log", "combined"},
	{"/www/server/nginx/conf/nginx.conf", "http { access_log logs/access.log; }",
		"/www/server/nginx/logs/access.log", "combined"},
	{"/www/server/apache/conf/httpd.conf",
		"CustomLog \"/www/wwwlogs/access_log\" \"%h %l %u %t \\\"%r\\\" %>s %b\"",
		"/www/wwwlogs/access_log", "its own (apache)"},
	/* GitLab */
	{"/var/opt/gitlab/nginx/conf/nginx.conf",
		"http { log_format gitlab_access '$remote_addr - $remote_user [$time_local] "
		"\"$request_method $filtered_request_uri $server_protocol\" $status "
		"$body_bytes_sent \"$filtered_http_referer\" \"$http_user_agent\" $gzip_ratio';\n"
		"server { access_log /var/log/gitlab/nginx/gitlab_access.log gitlab_access; } }",
		"/var/log/gitlab/nginx/gitlab_access.log", "gitlab_access (nginx)"},
	/* OpenResty: by its prefix, and by default */
	{"/usr/local/openresty/nginx/conf/nginx.conf", "http { access_log logs/x.log; }",
		"/usr/local/openresty/nginx/logs/x.log", "combined"},
	{"/usr/local/openresty/nginx/conf/nginx.conf", "http { }",
		"/usr/local/openresty/nginx/logs/access.log", "combined"},
	/* Bitnami */
	{"/opt/bitnami/nginx/conf/nginx.conf",
		"http { access_log \"/opt/bitnami/nginx/logs/access.log\"; }",
		"/opt/bitnami/nginx/logs/access.log", "combined"},
	{"/opt/bitnami/apache/conf/httpd.conf",
		"ServerRoot \"/opt/bitnami/apache\"\nCustomLog \"logs/access_log\" common",
		"/opt/bitnami/apache/logs/access_log", "common"},
	{"/opt/bitnami/apache2/conf/httpd.conf", "CustomLog logs/access_log common",
		"/opt/bitnami/apache2/logs/access_log", "common"},
	/* cPanel's EasyApache 4 */
	{"/etc/apache2/conf/httpd.conf",
		"ServerRoot \"/etc/apache2\"\n" HOST(
			"CustomLog \"/etc/apache2/logs/domlogs/a.test\" combined"),
		"/etc/apache2/logs/domlogs/a.test", "combined"},
	/* Plesk */
	{"/etc/apache2/apache2.conf",
		HOST("CustomLog /var/www/vhosts/system/a.test/logs/access_log combined"),
		"/var/www/vhosts/system/a.test/logs/access_log", "combined"},
	/* ISPConfig */
	{"/etc/apache2/apache2.conf",
		"CustomLog \"| /usr/local/ispconfig/server/scripts/vlogger -s access.log -t "
		"\\\"%Y%m%d-access.log\\\" -d \\\"/etc/vlogger-dbi.conf\\\" "
		"/var/log/ispconfig/httpd\" combined",
		"/var/log/ispconfig/httpd/*/access.log", "combined"},
	/* Traefik */
	{"/etc/traefik/traefik.yml",
		"log:\n  filePath: /var/log/traefik/traefik.log\naccessLog:\n"
		"  filePath: \"/var/log/traefik/access.log\" # CLF\n  format: json\n",
		"/var/log/traefik/access.log", ""},
	{"/etc/traefik/traefik.yaml", "accessLog:\n    filepath: '/a.log'\n", "/a.log", ""},
	{"/etc/traefik/traefik.toml",
		"[log]\n  filePath = \"/t.log\"\n[accessLog]\n  filePath = \"/b.log\"\n", "/b.log",
		""},
	/* OpenLiteSpeed */
	{"/usr/local/lsws/conf/httpd_config.conf",
		"errorlog logs/error.log {\n  logLevel DEBUG\n}\naccesslog logs/access.log {\n"
		"  rollingSize 10M\n}\n",
		"/usr/local/lsws/logs/access.log", ""},
	{"/usr/local/lsws/conf/httpd_config.conf",
		"virtualhost Example {\n  vhRoot Example/\n  configFile "
		"conf/vhosts/$VH_NAME/vhconf.conf\n}\n",
		"/usr/local/lsws/Example/logs/a.log", "its own (litespeed)"},
};

static void finds_what_panels_lay_out(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(panels); i++) {
		end(state);
		begin(state);
		put("/www/server/panel/vhost/nginx/a.conf",
			"server { access_log /www/wwwlogs/a.example.test.log; "
			"error_log /www/wwwlogs/a.error.log; }");
		put("/usr/local/lsws/conf/vhosts/Example/vhconf.conf",
			"accesslog $VH_ROOT/logs/a.log {\n  useServer 0\n"
			"  logFormat \"%h %t \\\"%r\\\" %>s\"\n}\n"
			"errorlog $VH_ROOT/logs/e.log {\n  useServer 1\n}\n");
		struct server_confs *c = discover();
		assert_int_equal(c->format_count, 0);
		server_confs_free(c);
		put(panels[i].conf, panels[i].text);
		c = discover();
		expect_log(c, panels[i].log, panels[i].format, "");
		assert_int_equal(c->log_count, 1);
		assert_int_equal(c->read_count, 1);
		server_confs_free(c);
	}
}

/* Two panels' are two servers; a link from one place to another is one. */
static void reads_each_once(void **state)
{
	char file[512], link[512];

	(void)state;
	put("/etc/nginx/nginx.conf", "access_log /var/log/nginx/access.log;");
	put("/var/opt/gitlab/nginx/conf/nginx.conf", "access_log /var/log/gitlab/nginx/a.log;");
	struct server_confs *c = discover();
	assert_int_equal(c->read_count, 2);
	assert_int_equal(c->log_count, 2);
	server_confs_free(c);
	put("/etc/apache2/conf/httpd.conf", "CustomLog /var/log/a.log common\n");
	whole(file, "/etc/apache2");
	whole(link, "/etc/httpd");
	assert_int_equal(symlink("apache2", link), 0);
	c = discover();
	assert_int_equal(c->read_count, 3);
	assert_int_equal(c->log_count, 3);
	expect_log(c, "/var/log/a.log", "common", "");
	server_confs_free(c);
}

static void says_what_has_no_log(void **state)
{
	static const struct {
		const char *conf, *text, *note;
	} all[] = {
		{"/etc/traefik/traefik.yml", "log:\n  level: INFO\n", "accessLog is missing"},
		{"/etc/traefik/traefik.yml", "accessLog: {}\n", "goes to standard output"},
		{"/etc/traefik/traefik.toml", "[accessLog]\nfilePath = \"a.log\"\n",
			"a.log: the name is not given in full"},
		{"/usr/local/lsws/conf/httpd_config.conf", "user nobody\n", "no access log"},
		{"/usr/local/lsws/conf/httpd_config.conf", "accesslog $VH_ROOT/logs/a.log {\n}\n",
			"a variable of it is not known"},
		{"/etc/haproxy/haproxy.cfg", "defaults\n mode http\n log global\n",
			"no requests are logged"},
		{"/etc/haproxy/haproxy.cfg",
			"global\n log stdout format raw local0\ndefaults\n option httplog\n",
			"log stdout: not followed"},
		{"/etc/haproxy/haproxy.cfg",
			"global\n log /dev/log local0\ndefaults\n option httplog\n",
			"no rule of rsyslog names a file"},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		end(state);
		begin(state);
		put(all[i].conf, all[i].text);
		struct server_confs *c = discover();
		assert_int_equal(c->log_count, 0);
		expect_note(c, all[i].note);
		server_confs_free(c);
	}
}

/* HAProxy. */

#define DEBIAN_HAPROXY "global\n\tlog /dev/log\tlocal0\n\tlog /dev/log local1 notice\ndefaults\n"

static const struct {
	const char *rule;
	const char *log; /* NULL: the rule is about others */
} rules[] = {
	/* Debian's */
	{"$AddUnixListenSocket /var/lib/haproxy/dev/log\n"
	 ":programname, startswith, \"haproxy\" {\n  /var/log/haproxy.log\n  stop\n}\n"
	 "*.* -/var/log/other\n",
		"/var/log/haproxy.log"},
	{"local0.*\t-/var/log/lb.log\n", "/var/log/lb.log"},
	{"auth,authpriv.*;local1.info -/var/log/lb1.log;template\n", "/var/log/lb1.log"},
	{"if $programname startswith 'haproxy' then /var/log/lb2.log\n", "/var/log/lb2.log"},
	{"if $programname == 'haproxy' then {\n  action(type=\"omfile\" "
	 "file=\"/var/log/lb3.log\")\n}\n",
		"/var/log/lb3.log"},
	{"local7.* /var/log/boot.log\nmail.* -/var/log/mail.log\n*.*;local0.none /var/log/s\n",
		NULL},
	{"# local0.* /var/log/commented\n", NULL},
};

static void finds_where_syslog_puts_it(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		end(state);
		begin(state);
		put("/etc/haproxy/haproxy.cfg", DEBIAN_HAPROXY "\toption httplog\n");
		put("/etc/rsyslog.d/49-haproxy.conf", rules[i].rule);
		/* Nothing has written it, and nothing runs that would. */
		struct server_confs *c = discover();
		assert_int_equal(c->log_count, 0);
		expect_note(c, rules[i].log ? "is not there, and it does not run"
					    : "no rule of rsyslog names a file");
		server_confs_free(c);
		if (!rules[i].log)
			continue;
		put(rules[i].log, "");
		c = discover();
		expect_log(c, rules[i].log, "", "");
		assert_int_equal(c->log_count, 1);
		server_confs_free(c);
	}
	put("/var/log/haproxy.log", "");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/haproxy.log", "", "");
	server_confs_free(c);
}

static void expect_haproxy(const char *config, const char *line, const char *path, uint64_t status)
{
	static struct log_scratch scratch;
	struct event e;
	char text[2048];
	int err = -1;

	snprintf(text, sizeof text, DEBIAN_HAPROXY "%s", config);
	put("/etc/haproxy/haproxy.cfg", text);
	put("/etc/rsyslog.conf", "local0.* /var/log/lb.log\n");
	put("/var/log/lb.log", "");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/lb.log", c->logs[0].format ? c->logs[0].format->name : "", "");
	for (size_t i = 0; i < c->format_count && err; i++)
		err = log_format_parse(c->formats[i], str_of(line), &scratch, &e);
	if (err)
		fail_msg("no format reads %s", line);
	if (!str_eq(e.request.path, str_of(path)))
		fail_msg("path %.*s, not %s", STR_FMT(e.request.path), path);
	assert_int_equal(e.request.status, status);
	if (addr_is_unset(&e.request.ip))
		fail_msg("no address: %s", line);
	server_confs_free(c);
}

#define SYSLOG "Nov 22 08:14:15 lb haproxy[14389]: "

static void reads_formats_of_haproxy(void **state)
{
	(void)state;
	expect_haproxy("\tlog-format \"%ci:%cp [%tr] %ft %b/%s %ST %B %{+Q}r\"\n",
		SYSLOG "203.0.113.5:4711 [22/Nov/2026:08:14:15.655] in web/a 200 12 \"GET /q "
		       "HTTP/1.1\"",
		"/q", 200);
	expect_haproxy("\tlog-format %ci\\ %ST\\ %{+Q}r # a comment\n",
		SYSLOG "203.0.113.5 404 \"GET /b HTTP/1.1\"", "/b", 404);
	expect_haproxy("frontend f\n\tlog-format '{\"ip\":\"%ci\",\"s\":%ST,\"r\":\"%r\"}'\n",
		"{\"ip\":\"203.0.113.5\",\"s\":500,\"r\":\"GET /j HTTP/1.1\"}", "/j", 500);
	expect_haproxy(
		"\tlog-format \"{\\\"ip\\\":\\\"%ci\\\",\\\"s\\\":%ST,\\\"r\\\":\\\"%r\\\"}\"\n",
		"{\"ip\":\"203.0.113.5\",\"s\":500,\"r\":\"GET /k HTTP/1.1\"}", "/k", 500);
	expect_haproxy("\toption httplog clf\n",
		SYSLOG "203.0.113.5 - - [22/Nov/2026:08:14:15 +0000] \"GET /c HTTP/1.1\" 200 209 "
		       "\"\" \"\" 4711 655 \"in\" \"web\" \"a\" 0 0 0 1 1 ---- 1 1 0 0 0 0 0 \"\" "
		       "\"\" \"\" \"\"",
		"/c", 200);
	/* Each frontend may have its own, and all write one file. */
	expect_haproxy("\toption httplog\nfrontend a\n\tlog-format \"A %ci %ST %{+Q}r\"\n"
		       "frontend b\n\tlog-format \"B %ci %ST %{+Q}r\"\n",
		SYSLOG "B 203.0.113.5 301 \"GET /two HTTP/1.1\"", "/two", 301);
}

/* Nothing in the table is met twice. */
static void table_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < layout_count; i++) {
		assert_non_null(layouts[i].paths[0]);
		assert_null(layouts[i].paths[LAYOUT_PATHS_MAX - 1]);
		for (size_t k = 0; k < i; k++)
			for (const char *const *p = layouts[i].paths; *p; p++)
				for (const char *const *q = layouts[k].paths; *q; q++)
					assert_string_not_equal(*p, *q);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_what_panels_lay_out, begin, end),
		cmocka_unit_test_setup_teardown(reads_each_once, begin, end),
		cmocka_unit_test_setup_teardown(says_what_has_no_log, begin, end),
		cmocka_unit_test_setup_teardown(finds_where_syslog_puts_it, begin, end),
		cmocka_unit_test_setup_teardown(reads_formats_of_haproxy, begin, end),
		cmocka_unit_test(table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
