// SPDX-License-Identifier: MIT
#include "conf_tree.h"

#define DEBIAN_NGINX                                                                      \
	"user www-data;\ninclude /etc/nginx/modules-enabled/*.conf;\n"                    \
	"events {\n\tworker_connections 768;\n\t# multi_accept on;\n}\n\nhttp {\n"        \
	"\tsendfile on;\n\tinclude /etc/nginx/mime.types;\n"                              \
	"\taccess_log /var/log/nginx/access.log;\n\tgzip on;\n"                           \
	"\tinclude /etc/nginx/conf.d/*.conf;\n\tinclude /etc/nginx/sites-enabled/*;\n}\n" \
	"#mail {\n#\tserver {\n#\t}\n#}\n"

static void nginx_of_debian(void **state)
{
	(void)state;
	put("/etc/nginx/nginx.conf", DEBIAN_NGINX);
	put("/etc/nginx/mime.types", "types {\n  text/html html htm;\n}\n");
	put("/etc/nginx/conf.d/formats.conf",
		"log_format main escape=json '$remote_addr [$time_local] '\n"
		"    \"\\\"$request\\\" \" '$status'; # the end\n");
	put("/etc/nginx/sites-available/shop",
		"server {\n listen 80; server_name shop.example;\n"
		" access_log /var/log/nginx/shop.log main buffer=64k flush=5s;\n"
		" location /health { access_log off; }\n"
		" location ~ ^/a{2}\\.php$ { access_log /var/log/nginx/a.log; }\n}\n");
	char link[512];
	put("/etc/nginx/sites-enabled/none", "");
	whole(link, "/etc/nginx/sites-enabled/shop");
	assert_int_equal(symlink("/etc/nginx/sites-available/shop", link), 0);
	struct server_confs *c = discover();
	expect_log(c, "/var/log/nginx/access.log", "combined", "");
	expect_log(c, "/var/log/nginx/shop.log", "main (nginx)", "64k");
	expect_log(c, "/var/log/nginx/a.log", "combined", "");
	assert_int_equal(c->log_count, 3);
	EXPECT_ERROR_LOGS(c, "/var/log/nginx/error.log");
	assert_int_equal(c->note_count, 0);
	assert_int_equal(c->read_count, 1);
	server_confs_free(c);
}

static void nginx_tricky(void **state)
{
	(void)state;
	put("/etc/nginx/nginx.conf",
		"stream { log_format s '$remote_addr'; access_log /var/log/nginx/stream.log s; }\n"
		"http {\n"
		"log_format a '$remote_addr' ' $status'; log_format b '$nothing';\n"
		"access_log syslog:server=10.0.0.1,tag=nginx a;\n"
		"server { access_log /var/log/nginx/$host/${server_port}.log a; }\n"
		"server { access_log $path a; } server { access_log logs/rel.log a if=$loggable; "
		"}\n"
		"server { access_log /var/log/nginx/x.gz a gzip=4 flush=1m; }\n"
		"server { access_log /var/log/nginx/b.log b; } server { access_log "
		"/var/log/nginx/c.log unheard_of; }\n"
		"server { access_log /var/log/nginx/twice.log a; } server { access_log "
		"\"/var/log/nginx/twice.log\"; }\n"
		"map $x $y { default \"}\"; '{' 1; }\n"
		"server { content_by_lua_block { local s = \"}}\" -- }\n if a { } }\n"
		" access_log '/var/log/nginx/with space.log' a; }\n"
		"include nginx.conf; include missing.conf; include /*/*/*/*/*.conf;\n"
		"server { access_log /var/log/nginx/last.log a \"buffer=32k\"; }\n"
		"access_log /var/log/nginx/unterminated");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/nginx/*/*.log", "a (nginx)", "");
	expect_log(c, "/usr/share/nginx/logs/rel.log", "a (nginx)", "");
	expect_log(c, "/var/log/nginx/b.log", "", "");
	expect_log(c, "/var/log/nginx/c.log", "", "");
	expect_log(c, "/var/log/nginx/twice.log", "a (nginx)", "");
	expect_log(c, "/var/log/nginx/with space.log", "a (nginx)", "");
	expect_log(c, "/var/log/nginx/last.log", "a (nginx)", "32k");
	assert_int_equal(c->log_count, 7);
	expect_note(c, "syslog:server=10.0.0.1,tag=nginx: goes to syslog");
	expect_note(c, "$path: the name is only known at run time");
	expect_note(c, "x.gz: compressed as it is written");
	expect_note(c, "format b: character 1: no field that is known");
	expect_note(c, "format unheard_of: not defined");
	expect_note(c, "twice.log: written in more than one format");
	expect_note(c, "it would be too much");
	expect_note(c, "nginx.conf: not read, files include each other more than 8 deep");
	server_confs_free(c);
}

/* Without a directive there is a log; with "off" alone there is none. */
static void nginx_without_a_log(void **state)
{
	char link[512];

	(void)state;
	put("/etc/nginx/nginx.conf", "http { server { listen 80; } }\n");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/nginx/access.log", "combined", "");
	server_confs_free(c);
	whole(link, "/var/log/nginx/access.log");
	put("/var/log/nginx/error.log", "");
	assert_int_equal(symlink("/dev/stdout", link), 0);
	c = discover();
	assert_int_equal(c->log_count, 0);
	expect_note(c, "access.log: a stream or device");
	server_confs_free(c);
	put("/etc/nginx/nginx.conf", "http { access_log off; server { listen 80; } }\n");
	c = discover();
	assert_int_equal(c->log_count, 0);
	expect_note(c, "no access log that can be followed");
	server_confs_free(c);
	put("/etc/nginx/nginx.conf", "log_format n escape=none '$remote_addr \"$request\"';\n"
				     "access_log /var/log/nginx/n.log n;\n");
	c = discover();
	assert_non_null(c->logs[0].format);
	struct event e;
	static struct log_scratch scratch;
	assert_int_equal(log_format_parse(c->logs[0].format,
				 STR_LIT("203.0.113.5 \"GET /a\\x41\\\" HTTP/1.1\""), &scratch, &e),
		0);
	assert_true(str_eq(e.request.path, STR_LIT("/a\\x41\\\"")));
	server_confs_free(c);
}

#define DEBIAN_APACHE                                                                 \
	"DefaultRuntimeDir ${APACHE_RUN_DIR}\nErrorLog ${APACHE_LOG_DIR}/error.log\n" \
	"IncludeOptional mods-enabled/*.load\nInclude ports.conf\n"                   \
	"LogFormat \"%v:%p %h %l %u %t \\\"%r\\\" %>s %O \\\"%{Referer}i\\\" "        \
	"\\\"%{User-Agent}i\\\"\" vhost_combined\n"                                   \
	"LogFormat \"%h %l %u %t \\\"%r\\\" %>s %O \\\"%{Referer}i\\\" "              \
	"\\\"%{User-Agent}i\\\"\" combined\n"                                         \
	"LogFormat \"%h %l %u %t \\\"%r\\\" %>s %O\" common\n"                        \
	"IncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n"

static void apache_of_debian(void **state)
{
	(void)state;
	put("/etc/apache2/apache2.conf", DEBIAN_APACHE);
	put("/etc/apache2/ports.conf", "Listen 80\n");
	put("/etc/apache2/envvars",
		"if [ \"${APACHE_CONFDIR##/etc/apache2-}\" != \"${APACHE_CONFDIR}\" ] ; then\n"
		"\tSUFFIX=\"-${APACHE_CONFDIR##/etc/apache2-}\"\nelse\n\tSUFFIX=\nfi\n"
		"export APACHE_LOG_DIR=/var/log/apache2$SUFFIX\n");
	put("/etc/apache2/conf-enabled/other-vhosts-access-log.conf",
		"CustomLog ${APACHE_LOG_DIR}/other_vhosts_access.log vhost_combined\n");
	put("/etc/apache2/sites-enabled/000-default.conf",
		"<VirtualHost *:80>\n\tDocumentRoot /var/www/html\n"
		"\tcustomlog ${APACHE_LOG_DIR}/access.log combined\n"
		"\t#CustomLog /var/log/no.log combined\n</VirtualHost>\n");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/apache2/access.log", "combined", "");
	expect_log(c, "/var/log/apache2/other_vhosts_access.log", "vhost_combined (apache)", "");
	assert_int_equal(c->log_count, 2);
	EXPECT_ERROR_LOGS(c, "/var/log/apache2/error.log");
	assert_int_equal(c->note_count, 0);
	server_confs_free(c);
}

static void apache_tricky(void **state)
{
	(void)state;
	put("/etc/httpd/conf/httpd.conf",
		"ServerRoot \"/etc/httpd\"\nDefine LOGS /srv/logs\nBufferedLogs On\n"
		"LogFormat '%h %>s' short\n"
		"LogFormat \"%a %t \\\n  %>s\"\n"
		"<IfModule log_config_module>\nCustomLog \"logs/access_log\" short env=!dontlog\n"
		"</IfModule>\n" HOST("CustomLog ${LOGS}/own.log \"%{c}a %>s\"")
			HOST("TransferLog logs/transfer_log") HOST(
				"CustomLog \"|/usr/bin/rotatelogs -l -L /srv/logs/link "
				"/srv/logs/day.%Y-%m-%d "
				"86400\" short")
				HOST("CustomLog \"||/usr/bin/rotatelogs /srv/logs/plain 86400\" "
				     "short") "CustomLog \"|$/usr/bin/logger -t httpd\" short\n"
					      "CustomLog syslog:local1 short\nCustomLog "
					      "${UNKNOWN}/x.log short\n"
					      "CustomLog /dev/stdout short\n"
					      "Include conf.d\n");
	put("/etc/httpd/conf.d/a.conf", HOST("CustomLog /srv/logs/a.log combined_of_nobody"));
	struct server_confs *c = discover();
	expect_log(c, "/etc/httpd/logs/access_log", "short (apache)", "4k");
	expect_log(c, "/srv/logs/own.log", "its own (apache)", "4k");
	expect_log(c, "/etc/httpd/logs/transfer_log", "TransferLog (apache)", "4k");
	expect_log(c, "/srv/logs/day.*-*-*", "short (apache)", "4k");
	expect_log(c, "/srv/logs/plain.*", "short (apache)", "4k");
	expect_log(c, "/srv/logs/a.log", "", "4k");
	assert_int_equal(c->log_count, 6);
	expect_note(c, "a log goes to the program /usr/bin/logger");
	expect_note(c, "a log goes to syslog:local1");
	expect_note(c, "${UNKNOWN}/x.log: a variable of it is not known");
	expect_note(c, "/dev/stdout: a stream or device");
	server_confs_free(c);
}

/* Sites that spell out the same format write one log in one format. */
static void apache_same_format_twice(void **state)
{
	(void)state;
	put("/etc/apache2/apache2.conf",
		"CustomLog /var/log/apache2/lit.log \"%h %t \\\"%r\\\" %>s\"\n"
		"CustomLog /var/log/apache2/lit.log \"%h %t \\\"%r\\\" %>s\"\n" HOST(
			"CustomLog /var/log/apache2/other.log \"%h %t \\\"%r\\\" %>s\""));
	struct server_confs *c = discover();
	expect_log(c, "/var/log/apache2/lit.log", "its own (apache)", "");
	expect_log(c, "/var/log/apache2/other.log", "its own (apache)", "");
	assert_int_equal(c->note_count, 0);
	for (size_t i = 0, own = 0; i < c->format_count; i++) {
		own += strcmp(c->formats[i]->name, "its own (apache)") == 0;
		assert_true(own < 2);
	}
	server_confs_free(c);
	put("/etc/apache2/apache2.conf", "CustomLog /var/log/apache2/lit.log \"%h %t %>s\"\n"
					 "CustomLog /var/log/apache2/lit.log \"%h %t %s\"\n");
	c = discover();
	expect_note(c, "lit.log: written in more than one format");
	server_confs_free(c);
}

/* What stands for a macro's parameters may be anything. */
static void apache_macros(void **state)
{
	(void)state;
	put("/etc/apache2/apache2.conf",
		"<Macro Site $name $name_log ${dir} @at>\n" HOST(
			"ServerName $name\nCustomLog "
			"/var/log/apache2/"
			"$name-access.log combined") HOST("CustomLog /var/log/apache2/x-$name_log "
							  "\"%h %>s\"")
			HOST("CustomLog /srv/${dir}/@at/a.log combined") HOST(
				"CustomLog $name_log combined\nCustomLog /var/$name/$name combined")
				HOST("CustomLog \"|/usr/bin/rotatelogs /srv/$name.log 86400\" "
				     "combined") "</macro>\n"
						 "Use Site a.example a.log x y\n"
						 "CustomLog /var/log/apache2/$name.log combined\n");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/apache2/*-access.log", "combined", "");
	expect_log(c, "/var/log/apache2/x-*", "its own (apache)", "");
	expect_log(c, "/srv/*/*/a.log", "combined", "");
	expect_log(c, "/srv/*.log.*", "combined", "");
	expect_log(c, "/var/log/apache2/$name.log", "combined", "");
	assert_int_equal(c->log_count, 5);
	expect_note(c, "$name_log: the name is only known at run time");
	expect_note(c, "/var/$name/$name: the name is only known at run time");
	server_confs_free(c);
}

static void caddy(void **state)
{
	(void)state;
	put("/etc/caddy/Caddyfile",
		"# comment {\n{\n\tadmin off\n}\n:80 {\n\troot * /usr/share/caddy\n\tfile_server\n"
		"\tlog {\n\t\toutput file /var/log/caddy/access.log {\n\t\t\troll_size 1gb\n\t\t}\n"
		"\t\tformat json\n\t}\n}\nb.example {\n\tlog\n}\nc.example {\n"
		"\tlog {\n\t\toutput file {$LOGS}/c.log\n\t}\n\tlog {\n\t\toutput net "
		"10.0.0.1:514\n\t}\n"
		"\timport sites/*.caddy\n}\n");
	put("/etc/caddy/sites/d.caddy", "log {\n output file \"/var/log/caddy/d e.log\"\n}\n");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/caddy/access.log", "", "");
	expect_log(c, "/var/log/caddy/d e.log", "", "");
	assert_int_equal(c->log_count, 2);
	expect_note(c, "standard error");
	expect_note(c, "{$LOGS}/c.log: the name is not given in full");
	expect_note(c, "a log goes to net");
	server_confs_free(c);
}

/* What Caddy itself does goes to a log of the global options; it is no access log. */
static void caddy_of_its_own(void **state)
{
	(void)state;
	put("/etc/caddy/Caddyfile",
		"{\n\tlog default {\n\t\toutput file /var/log/caddy/run.log {\n\t\t\troll_keep 3\n"
		"\t\t}\n\t}\n\tlog all {\n\t\tinclude tls http.log.access.log0\n"
		"\t\toutput file /var/log/caddy/all.log\n\t}\n"
		"\tlog tls {\n\t\toutput file /var/log/caddy/tls.log\n\t\tinclude tls\n\t}\n}\n"
		"a.example {\n\tlog {\n\t\toutput file /var/log/caddy/a.log\n\t}\n}\n"
		"c.example {\n\tlog {\n\t\tformat console\n\t}\n}\n");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/caddy/a.log", "", "");
	expect_log(c, "/var/log/caddy/all.log", "", "");
	assert_int_equal(c->log_count, 2);
	expect_note(c, "standard error");
	server_confs_free(c);
	/* Unless a site leaves its own to it. */
	put("/etc/caddy/Caddyfile", "{\n\tlog {\n\t\toutput file /var/log/caddy/run.log\n\t}\n}\n"
				    "a.example {\n\tlog\n}\n");
	c = discover();
	expect_log(c, "/var/log/caddy/run.log", "", "");
	assert_int_equal(c->log_count, 1);
	assert_int_equal(c->note_count, 0);
	server_confs_free(c);
	put("/etc/caddy/Caddyfile", "{\n\tlog {\n\t\toutput file /var/log/caddy/run.log\n"
				    "\t\texclude tls http.log\n\t}\n}\na.example {\n\tlog\n}\n");
	c = discover();
	assert_int_equal(c->log_count, 0);
	expect_note(c, "standard error");
	server_confs_free(c);
}

static void caddy_placeholders(void **state)
{
	(void)state;
	put("/etc/caddy/Caddyfile",
		"(logs) {\n\tlog {\n\t\toutput file /var/log/caddy/{args[0]}.log\n\t}\n}\n"
		"b.example {\n\tlog {\n\t\toutput file {$LOGDIR:/var/log/caddy}/env.log\n\t}\n"
		"\tlog {\n\t\toutput file /srv/{env.SITE}/{$NAME:x}\n\t}\n"
		"\tlog {\n\t\toutput file /srv/{args[0]}\n\t}\n"
		"\tlog {\n\t\toutput file /srv/{open\n\t}\n}\n");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/caddy/*.log", "", "");
	expect_log(c, "/var/log/caddy/env.log", "", "");
	expect_log(c, "/srv/*/x", "", "");
	expect_log(c, "/srv/{open", "", "");
	assert_int_equal(c->log_count, 4);
	expect_note(c, "/srv/{args[0]}: the name is not given in full");
	server_confs_free(c);
}

static void caddy_json_and_stock(void **state)
{
	(void)state;
	put("/etc/caddy/caddy.json",
		"{\"logging\":{\"logs\":{\"a\":{\"writer\":{\"output\":\"file\",\"filename\":"
		"\"/var/log/caddy/j.log\"},\"include\":[7,\"http.log.access.a\"]},"
		"\"default\":{\"writer\":{\"filename\":\"/var/log/caddy/run.log\"},"
		"\"exclude\":[\"http.log.access.a\"]},"
		"\"tls\":{\"writer\":{\"filename\":\"/var/log/caddy/tls.log\"},"
		"\"include\":[\"tls\",\"http.log.accessories\"]},"
		"\"b\":{\"writer\":{\"output\":\"stdout\"}},\"c\":7}},"
		"\"apps\":{\"http\":{\"servers\":{\"srv0\":{\"logs\":{\"logger_names\":{"
		"\"a.example\":\"a\",\"b.example\":[\"a\"]}}},\"x\":1,"
		"\"srv1\":{\"logs\":{\"default_logger_name\":\"a\"}}}}}}");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/caddy/j.log", "", "");
	assert_int_equal(c->log_count, 1);
	server_confs_free(c);
	put("/etc/caddy/caddy.json", "{\"logging\":{\"logs\":{\"default\":{\"writer\":{"
				     "\"filename\":\"/var/log/caddy/run.log\"}}}}}");
	c = discover();
	assert_int_equal(c->log_count, 0);
	expect_note(c, "no access log is configured");
	server_confs_free(c);
	put("/etc/caddy/caddy.json",
		"{\"logging\":{\"logs\":{\"default\":{\"writer\":{"
		"\"filename\":\"/var/log/caddy/run.log\"}}}},"
		"\"apps\":{\"http\":{\"servers\":{\"srv0\":{\"logs\":{\"logger_names\":{"
		"\"a.example\":\"a\",\"b.example\":\"\"}}}}}}}");
	c = discover();
	expect_log(c, "/var/log/caddy/run.log", "", "");
	server_confs_free(c);
	put("/etc/caddy/Caddyfile", ":80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n");
	c = discover();
	assert_int_equal(c->log_count, 0);
	expect_note(c, "no access log is configured");
	server_confs_free(c);
}

static void lighttpd(void **state)
{
	(void)state;
	put("/etc/lighttpd/lighttpd.conf",
		"server.modules = (\n\t\"mod_access\",\n)\nvar.log_root = \"/var/log/lighttpd\"\n"
		"server.errorlog = log_root + \"/error.log\"\n"
		"include_shell \"/usr/share/lighttpd/use-ipv6.pl \" + server.port\n"
		"include \"/etc/lighttpd/conf-enabled/*.conf\"\n");
	put("/etc/lighttpd/conf-enabled/10-accesslog.conf",
		"server.modules += ( \"mod_accesslog\" )\n\naccesslog.filename = log_root + "
		"\"/access.log\"\n"
		"$HTTP[\"host\"] == \"x\" { accesslog.filename = \"/var/log/lighttpd/x.log\" }\n");
	struct server_confs *c = discover();
	expect_log(c, "/var/log/lighttpd/access.log", "accesslog (lighttpd)", "");
	expect_log(c, "/var/log/lighttpd/x.log", "accesslog (lighttpd)", "");
	assert_int_equal(c->log_count, 2);
	expect_note(c, "include_shell: its command is not run");
	server_confs_free(c);
	put("/etc/lighttpd/conf-enabled/10-accesslog.conf", "accesslog.use-syslog = \"enable\"\n");
	c = discover();
	expect_note(c, "goes to syslog");
	expect_note(c, "no access log is configured");
	server_confs_free(c);
}

static void finds_a_log_by_its_path(void **state)
{
	char path[512], link[512];

	(void)state;
	put("/etc/nginx/nginx.conf", "access_log /var/log/nginx/a.log;\n"
				     "access_log /var/log/nginx/$host-b.log;\n");
	put("/var/log/nginx/a.log", "");
	struct server_confs *c = discover();
	whole(path, "/var/log/nginx/a.log");
	const struct server_log *log = server_confs_find(c, path);
	assert_non_null(log);
	whole(link, "/link.log");
	assert_int_equal(symlink(path, link), 0);
	assert_ptr_equal(server_confs_find(c, link), log);
	whole(path, "/var/log/nginx/shop-b.log");
	assert_non_null(server_confs_find(c, path));
	whole(path, "/var/log/nginx/other.log");
	assert_null(server_confs_find(c, path));
	server_confs_free(c);
}

static void says_what_cannot_be_read(void **state)
{
	char path[512];

	(void)state;
	put("/etc/nginx/nginx.conf/x", "");
	put("/etc/apache2/apache2.conf", "CustomLog /var/log/x.log \"%h\"\n");
	whole(path, "/etc/apache2/apache2.conf");
	assert_int_equal(truncate(path, CONF_FILE_MAX + 1), 0);
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, 0);
	assert_int_equal(c->read_count, 2);
	assert_int_equal(c->reads[0].err, -EISDIR);
	assert_int_equal(c->reads[1].err, -E2BIG);
	server_confs_free(c);
}

/* More than there is room for is counted; what is there stays good. */
static void is_bounded(void **state)
{
	size_t cap = 600000, n = 0;
	char *text = malloc(cap);

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 2000; i++)
		n += (size_t)snprintf(text + n, cap - n,
			"log_format f%d '$remote_addr x%d $status'; access_log /var/log/%d.log "
			"f%d;\n",
			i, i, i, i);
	put("/etc/nginx/nginx.conf", text);
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, 2000);
	assert_int_equal(c->left_out, 0);
	assert_int_equal(c->format_count, SERVER_FORMATS_MAX);
	assert_true(c->dropped >= 2000 - 256);
	server_confs_free(c);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nginx_of_debian, begin, end),
		cmocka_unit_test_setup_teardown(nginx_tricky, begin, end),
		cmocka_unit_test_setup_teardown(nginx_without_a_log, begin, end),
		cmocka_unit_test_setup_teardown(apache_of_debian, begin, end),
		cmocka_unit_test_setup_teardown(apache_tricky, begin, end),
		cmocka_unit_test_setup_teardown(apache_same_format_twice, begin, end),
		cmocka_unit_test_setup_teardown(apache_macros, begin, end),
		cmocka_unit_test_setup_teardown(caddy, begin, end),
		cmocka_unit_test_setup_teardown(caddy_of_its_own, begin, end),
		cmocka_unit_test_setup_teardown(caddy_placeholders, begin, end),
		cmocka_unit_test_setup_teardown(caddy_json_and_stock, begin, end),
		cmocka_unit_test_setup_teardown(lighttpd, begin, end),
		cmocka_unit_test_setup_teardown(finds_a_log_by_its_path, begin, end),
		cmocka_unit_test_setup_teardown(says_what_cannot_be_read, begin, end),
		cmocka_unit_test_setup_teardown(is_bounded, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
