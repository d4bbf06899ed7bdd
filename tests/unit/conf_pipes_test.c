// SPDX-License-Identifier: MIT
#include "conf_tree.h"

#define COMBINED "%h %l %u %t \\\"%r\\\" %>s %O \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\""

/* The one log of a configuration whose host pipes it into this command; NULL: there is none. */
static struct server_confs *piped(const char *command, const char *format)
{
	char text[2048];

	snprintf(text, sizeof text,
		"LogFormat \"%s %s\" combined_ispconfig\nLogFormat \"%s\" combined\n" HOST(
			"CustomLog \"%s\" %s"),
		"%v", COMBINED, COMBINED, command, format);
	put("/etc/apache2/apache2.conf", text);
	return discover();
}

static const struct {
	const char *command, *file;
} writers[] = {
	{"|/usr/bin/rotatelogs -l -n 5 /var/log/a.%Y%m%d 86400", "/var/log/a.*"},
	{"||/usr/bin/rotatelogs -L /var/log/link /var/log/b.log 86400", "/var/log/b.log.*"},
	{"|$/usr/sbin/rotatelogs -t /var/log/c.log 86400", "/var/log/c.log"},
	{"|/usr/bin/cronolog -S /var/log/now /var/log/%Y/%m/d.log", "/var/log/*/*/d.log"},
	{"|/usr/bin/cronolog --symlink=/var/log/now /var/log/e-%Y.log", "/var/log/e-*.log"},
	{"|/usr/sbin/httplog -z -s /var/log/now /var/log/f.%Y-%m", "/var/log/f.*-*"},
	{"|/usr/bin/tee -a /var/log/g.log", "/var/log/g.log"},
	{"|/bin/cat >>/var/log/h.log", "/var/log/h.log"},
	{"|$cat > /var/log/i.log", "/var/log/i.log"},
	{"|/bin/sh -c 'exec cat 2>/dev/null 1>>/var/log/j.log'", "/var/log/j.log"},
	{"|grep -v ELB-HealthChecker >> /var/log/k.log", "/var/log/k.log"},
	{"|/usr/bin/nice -n 10 /usr/bin/env TZ=UTC cronolog /var/log/l.%Y", "/var/log/l.*"},
	{"|TZ=UTC sudo -u www-data tee /var/log/m.log", "/var/log/m.log"},
	{"|/usr/bin/multilog t s1000000 n10 /var/log/httpd", "/var/log/httpd/current"},
	{"|svlogd -tt /var/log/sv", "/var/log/sv/current"},
	{"|s6-log n20 s100000 T /var/log/s6", "/var/log/s6/current"},
	{"|/usr/bin/stdbuf -oL -e 0 tee /var/log/n.log", "/var/log/n.log"},
};

static void names_what_writers_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(writers); i++) {
		struct server_confs *c = piped(writers[i].command, "combined");
		expect_log(c, writers[i].file, "combined", "");
		assert_int_equal(c->log_count, 1);
		server_confs_free(c);
	}
}

/* vlogger makes a file for each host that lines begin with, and takes that word off. */
static void names_what_vlogger_writes(void **state)
{
	static const struct {
		const char *command, *file;
	} all[] = {
		{"| /usr/local/ispconfig/server/scripts/vlogger -s access.log -t "
		 "\\\"%Y%m%d-access.log\\\" -d \\\"/etc/vlogger-dbi.conf\\\" "
		 "/var/log/ispconfig/httpd",
			"/var/log/ispconfig/httpd/*/access.log"},
		{"|/usr/sbin/vlogger -u www-data -g adm /var/log/vhosts/",
			"/var/log/vhosts/*/*-access.log"},
		{"|vlogger -n -t %Y.log /srv/log", "/srv/log/*/*.log"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct server_confs *c = piped(all[i].command, "combined_ispconfig");
		expect_log(c, all[i].file, "combined", "");
		assert_int_equal(c->log_count, 1);
		server_confs_free(c);
	}
	put("/etc/apache2/apache2.conf",
		"ErrorLog \"|/usr/bin/vlogger -e -s error.log /var/log/vh\"\n"
		"CustomLog \"|/usr/bin/vlogger -s a.log /var/log/vh\" \"%v %h %t \\\"%r\\\" "
		"%>s\"\n");
	struct server_confs *c = discover();
	EXPECT_ERROR_LOGS(c, "/var/log/vh/*/error.log");
	expect_log(c, "/var/log/vh/*/a.log", "its own (apache)", "");
	struct event e;
	static struct log_scratch scratch;
	assert_non_null(c->logs[0].format);
	assert_int_equal(log_format_parse(c->logs[0].format,
				 STR_LIT("203.0.113.5 [28/Nov/2026:10:00:00 +0000] \"GET /x "
					 "HTTP/1.1\" 200"),
				 &scratch, &e),
		0);
	assert_true(str_eq(e.request.path, STR_LIT("/x")));
	server_confs_free(c);
}

static void says_what_has_no_file(void **state)
{
	static const struct {
		const char *command, *note;
	} all[] = {
		{"|/usr/bin/logger -t apache -p local1.info",
			"a log goes to the program /usr/bin/logger, and so to syslog"},
		{"|/bin/sh -c 'exec systemd-cat -t apache'", "systemd-cat, and so to syslog"},
		{"|/opt/collector --to 10.0.0.1", "a log goes to the program /opt/collector"},
		{"|sh -c 'sh -c \\\"sh -c cat\\\"'", "a log goes to "},
		{"|cat", "to cat, to a file that is not named in full"},
		{"|cat >relative.log", "to a file that is not named in full"},
		{"|rotatelogs logs/x 86400", "to a file that is not named in full"},
		{"|vlogger -s", "to a file that is not named in full"},
		{"|", "a log goes to the program"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct server_confs *c = piped(all[i].command, "combined");
		assert_int_equal(c->log_count, 0);
		expect_note(c, all[i].note);
		server_confs_free(c);
	}
}

/* Some format of the configuration reads the line. */
static bool is_known(const struct server_confs *c, const char *line)
{
	static struct log_scratch scratch;
	struct event e;

	for (size_t i = 0; i < c->format_count; i++)
		if (log_format_parse(c->formats[i], str_of(line), &scratch, &e) == 0 &&
			e.kind == EVENT_REQUEST && !addr_is_unset(&e.request.ip))
			return true;
	return false;
}

/* Lines of a log that cannot be followed, or that another makes superfluous, may come by another
 * way. */
static void knows_formats_of_what_is_not_followed(void **state)
{
	static const char *const lines[] = {
		"<203.0.113.1> GET /a HTTP/1.1 200",
		"<203.0.113.2>; \"GET /b HTTP/1.1\" 200",
		"<203.0.113.3>, \"GET /c HTTP/1.1\" 200",
		"<203.0.113.4>= \"GET /d HTTP/1.1\" 200",
		"<203.0.113.5>! \"GET /e HTTP/1.1\" 200",
	};

	(void)state;
	put("/etc/apache2/apache2.conf",
		HOST("CustomLog /var/log/rich \"%h %t \\\"%r\\\" %>s %b %D\"\n"
		     "CustomLog /var/log/poor \"<%h> %r %>s\"") HOST("CustomLog /dev/stdout "
								     "\"<%h>; \\\"%r\\\" %>s\"")
			HOST("CustomLog |/opt/collector \"<%h>, \\\"%r\\\" %>s\"") HOST(
				"CustomLog syslog:local1 \"<%h>= \\\"%r\\\" %>s\"") "LogFormat "
										    "\"<%h>! "
										    "\\\"%r\\\" "
										    "%>s\" "
										    "unused\n");
	struct server_confs *c = discover();
	assert_int_equal(c->log_count, 1);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (!is_known(c, lines[i]))
			fail_msg("no format reads %s", lines[i]);
	server_confs_free(c);
	put("/etc/nginx/nginx.conf",
		"log_format a '<$remote_addr> $request $status';\n"
		"log_format b '<$remote_addr>; \"$request\" $status';\n"
		"access_log syslog:server=unix:/dev/log a; access_log /dev/stdout b;\n");
	c = discover();
	assert_true(is_known(c, lines[0]));
	assert_true(is_known(c, lines[1]));
	server_confs_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_what_writers_write, begin, end),
		cmocka_unit_test_setup_teardown(names_what_vlogger_writes, begin, end),
		cmocka_unit_test_setup_teardown(says_what_has_no_file, begin, end),
		cmocka_unit_test_setup_teardown(knows_formats_of_what_is_not_followed, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
