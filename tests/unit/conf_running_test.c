// SPDX-License-Identifier: MIT
/* Servers found by their processes: /proc is a directory of the test's own. */
#include "conf_processes.h"

#include "conf/server_programs.h"

static const struct {
	struct process process;
	const char *conf, *log;
} started[] = {
	{{.comm = "nginx", .command = "nginx: master process /usr/sbin/nginx -c /opt/n.conf"},
		"/opt/n.conf", "/a.log"},
	{{.comm = "nginx", .command = "nginx: master process nginx -g daemon off; -c/opt/n.conf"},
		"/opt/n.conf", "/a.log"},
	{{.comm = "nginx", .command = "/usr/sbin/nginx|-c|/opt/with blank.conf|"},
		"/opt/with blank.conf", "/a.log"},
	{{.comm = "nginx",
		 .command = "nginx: master process nginx -p /srv/web -c conf/x.conf",
		 .cwd = "/tmp"},
		"/srv/web/conf/x.conf", "/a.log"},
	{{.comm = "nginx", .command = "nginx: master process ./nginx -p web/", .cwd = "/srv"},
		"/srv/web/conf/nginx.conf", "/a.log"},
	{{.comm = "nginx",
		 .command = "nginx: master process nginx",
		 .exe = "/opt/custom/sbin/nginx"},
		"/opt/custom/conf/nginx.conf", "/a.log"},
	{{.comm = "nginx", .command = "nginx: master process nginx"}, "/etc/nginx/nginx.conf",
		"/a.log"},
	{{.comm = "openresty", .command = "nginx: master process openresty -c /opt/or.conf"},
		"/opt/or.conf", "/a.log"},
	{{.comm = "apache2", .command = "/usr/sbin/apache2|-f|/opt/a.conf|-k|start|"},
		"/opt/a.conf", "/b.log"},
	{{.comm = "httpd", .command = "httpd|-D|X|-d|/opt/ap|-DFOREGROUND|"},
		"/opt/ap/conf/httpd.conf", "/b.log"},
	{{.comm = "httpd", .command = "httpd|-d|/opt/ap|-f|etc/my.conf|"}, "/opt/ap/etc/my.conf",
		"/b.log"},
	{{.comm = "httpd", .command = "httpd|-DFOREGROUND|", .exe = "/opt/web/bin/httpd"},
		"/opt/web/conf/httpd.conf", "/b.log"},
	{{.comm = "caddy", .command = "caddy|run|--environ|--config|/srv/Caddyfile|"},
		"/srv/Caddyfile", "/c.log"},
	{{.comm = "caddy", .command = "caddy|run|--config=Caddyfile.prod|", .cwd = "/srv/x"},
		"/srv/x/Caddyfile.prod", "/c.log"},
	{{.comm = "caddy", .command = "caddy|run|-c|/srv/my.caddy|--adapter|caddyfile|"},
		"/srv/my.caddy", "/c.log"},
	{{.comm = "caddy", .command = "caddy|run|", .cwd = "/srv/y"}, "/srv/y/Caddyfile", "/c.log"},
	{{.comm = "lighttpd", .command = "/usr/sbin/lighttpd|-D|-f|/srv/l.conf|"}, "/srv/l.conf",
		"/d.log"},
	{{.comm = "lighttpd", .command = "lighttpd|-f/srv/l.conf|"}, "/srv/l.conf", "/d.log"},
	{{.comm = "lighttpd", .command = "lighttpd|-D|-f|l.conf|", .cwd = "/srv"}, "/srv/l.conf",
		"/d.log"},
	{{.comm = "haproxy",
		 .command = "/usr/sbin/haproxy|-Ws|-f|/srv/ha.cfg|-p|/run/haproxy.pid|-S|/run/"
			    "s.sock|"},
		"/srv/ha.cfg", "/e.log"},
	{{.comm = "haproxy", .command = "haproxy|-C|/srv|-f|ha.cfg|-sf|12|13|"}, "/srv/ha.cfg",
		"/e.log"},
	{{.comm = "haproxy", .command = "haproxy|-db|-f|/srv/none.cfg|-f|/srv/ha.d|"},
		"/srv/ha.d/1.cfg", "/e.log"},
	{{.comm = "traefik", .command = "traefik|--configFile=/srv/t.yml|"}, "/srv/t.yml",
		"/f.log"},
	{{.comm = "traefik", .command = "traefik|--configfile|/srv/t.yml|"}, "/srv/t.yml",
		"/f.log"},
	{{.comm = "traefik", .command = "traefik|--accesslog=true|--accesslog.filepath=/f.log|"},
		"/nothing", "/f.log"},
	{{.comm = "openlitespeed",
		 .command = "openlitespeed (lshttpd - main)|",
		 .exe = "/opt/ols/bin/openlitespeed"},
		"/opt/ols/conf/httpd_config.conf", "/g.log"},
};

/* What a configuration of the server says that has this log. */
static const char *text_for(const char *log)
{
	static const char *const texts[] = {"access_log /a.log;", "CustomLog /b.log common\n",
		"a.test {\n\tlog {\n\t\toutput file /c.log\n\t}\n}\n",
		"accesslog.filename = \"/d.log\"\n",
		"global\n log /dev/log local3\ndefaults\n option httplog\n",
		"accessLog:\n  filePath: /f.log\n", "accesslog /g.log {\n}\n"};

	return texts[log[1] - 'a'];
}

static void reads_what_servers_were_started_with(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(started); i++) {
		struct process p = started[i].process;
		end(state);
		begin(state);
		p.pid = 100;
		p.uid = 0;
		put("/etc/rsyslog.conf", "local3.* /e.log\n");
		put(started[i].conf, text_for(started[i].log));
		run(&p);
		struct server_confs *c = discover_running();
		if (c->log_count != 1)
			fail_msg("%zu logs of %s", c->log_count, p.command);
		expect_path(c, started[i].log);
		assert_false(c->logs[0].owner.is_user);
		server_confs_free(c);
	}
}

/* Debian's Apache has variables in its environment, wherever its configuration lies. */
static void reads_variables_of_apache(void **state)
{
	struct process p = {5, 1, 0, "apache2", .exe = "/usr/sbin/apache2",
		.command = "apache2|-f|/opt/a.conf|"};

	(void)state;
	put("/etc/apache2/envvars", "export APACHE_LOG_DIR=/var/log/ap$SUFFIX\n");
	put("/opt/a.conf", "CustomLog ${APACHE_LOG_DIR}/a.log common\n");
	run(&p);
	struct server_confs *c = discover_running();
	expect_log(c, "/var/log/ap/a.log", "common", "");
	server_confs_free(c);
	p.exe = "/opt/apache/bin/httpd";
	run(&p);
	c = discover_running();
	expect_note(c, "a variable of it is not known");
	server_confs_free(c);
}

/* Names that are others', and workers. */
static void knows_masters(void **state)
{
	static const struct process all[] = {
		{10, 1, 0, "nginx", .command = "nginx: master process nginx -c /opt/n.conf"},
		{11, 10, 0, "nginx", .command = "nginx: worker process"},
		{12, 10, 0, "nginx", .command = "nginx: cache manager process"},
		{20, 1, 0, "apache2", .command = "apache2|-f|/opt/a.conf|"},
		{21, 20, USER, "apache2", .command = "apache2|-f|/opt/a.conf|"},
		{22, 21, USER, "apache2", .command = "apache2|-f|/opt/evil.conf|"},
		{30, 1, 0, "bash", .command = "nginx: master process nginx -c /opt/evil.conf"},
		{31, 1, 0, "nginx2", .command = "nginx|-c|/opt/evil.conf|"},
		{32, 1, 0, "kworker/0:1", .command = ""},
		{33, 1, 0, "nginx", .command = ""},
		{40, 1, 0, "haproxy", .command = "haproxy|-W|-f|/opt/h.cfg|"},
		{41, 40, USER, "haproxy", .command = "haproxy|-W|-f|/opt/h.cfg|"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		run(&all[i]);
	put("/proc/notanumber/comm", "nginx\n");
	put("/proc/99/comm", "nginx\n");
	struct running *r = look(root);
	assert_int_equal(r->count, 3);
	for (size_t i = 0; i < r->count; i++) {
		assert_int_equal(r->servers[i]->pid % 10, 0);
		assert_int_equal(r->servers[i]->started, 1000 + r->servers[i]->pid);
	}
	struct running *again = look(root);
	assert_true(running_is_same(r, again));
	running_free(again);
	char stat_path[512];
	whole(stat_path, "/proc/10/stat");
	assert_int_equal(unlink(stat_path), 0);
	put("/proc/10/stat", "10 (a) b) c) S 1 1 1 0 -1 1 1 1 1 1 1 1 1 1 1 1 1 1 77 1");
	again = look(root);
	assert_false(running_is_same(r, again));
	running_free(again);
	running_free(r);
}

/* A container has a root of its own, and its configuration speaks of files there. */
static void reads_containers(void **state)
{
	static const struct process all[] = {
		{7, 1, 0, "nginx", .command = "nginx: master process nginx -g daemon off;",
			.root = "/ct/a", .mounts = "mnt:[2]"},
		{8, 1, 0, "httpd", .command = "httpd|-DFOREGROUND|",
			.exe = "/usr/local/apache2/bin/httpd", .root = "/ct/b",
			.mounts = "mnt:[3]"},
		{9, 1, 0, "caddy", .command = "caddy|run|--config|/x/Caddyfile|", .root = "/ct/c",
			.mounts = "mnt:[4]"},
	};
	static const char *const logs[] = {"/proc/7/root/var/log/nginx/access.log",
		"/proc/8/root/usr/local/apache2/logs/a.log", "/proc/9/root/c.log"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		run(&all[i]);
	put("/ct/a/etc/nginx/nginx.conf", "include conf.d/*.conf;");
	put("/ct/a/etc/nginx/conf.d/a.conf", "access_log /var/log/nginx/access.log;");
	put("/ct/b/usr/local/apache2/conf/httpd.conf", "CustomLog logs/a.log common\n");
	put("/ct/c/x/Caddyfile", text_for("/c"));
	put("/secret", "access_log /leaked.log;");
	put_link("/ct/a/etc/nginx/conf.d/b.conf", "/secret");
	struct running *r = look("");
	struct server_confs *c = server_confs_new(root, r);
	assert_non_null(c);
	assert_int_equal(r->count, 3);
	running_free(r);
	for (size_t i = 0; i < ARRAY_LEN(logs); i++)
		expect_path(c, logs[i]);
	assert_int_equal(c->log_count, 3);
	server_confs_free(c);
	/* Where --server-root names a root, others' servers are none of its. */
	r = look(root);
	assert_int_equal(r->count, 0);
	running_free(r);
}

/* A container that has ended since, whose number another process has. */
static void notices_another_process(void **state)
{
	const struct process p = {7, 1, 0, "nginx", .command = "nginx|-c|/n.conf|", .root = "/ct/a",
		.mounts = "mnt:[2]"};
	char other[512];

	(void)state;
	put("/ct/a/n.conf", "access_log /a.log;");
	put("/ct/b/n.conf", "access_log /b.log;");
	run(&p);
	struct running *r = look("");
	assert_int_equal(r->count, 1);
	whole(other, "/ct/b");
	put_process_link(7, "root", other);
	struct server_confs *c = server_confs_new(root, r);
	assert_non_null(c);
	assert_int_equal(c->log_count, 0);
	assert_int_equal(c->reads[0].err, -ESRCH);
	running_free(r);
	server_confs_free(c);
}

/* A mount namespace of its own, in which the configuration is ours: its logs are ours. Where
 * another file lies there, it is elsewhere. */
static void tells_namespaces_apart(void **state)
{
	struct process p = {7, 1, 0, "nginx",
		.command = "nginx: master process nginx -c /opt/n.conf", .mounts = "mnt:[2]"};

	(void)state;
	put("/opt/n.conf", "access_log /a.log;");
	run(&p);
	struct server_confs *c = discover_running();
	expect_log(c, "/a.log", "combined", "");
	assert_int_equal(c->log_count, 1);
	server_confs_free(c);
}

/* What a user's process says is that user's word. */
static void trusts_nobody(void **state)
{
	struct process p = {
		7, 1, USER, "nginx", .command = "nginx: master process nginx -c /opt/n.conf"};
	char file[512];

	(void)state;
	put("/opt/n.conf", "access_log /a.log;");
	whole(file, "/opt/n.conf");
	assert_int_equal(chmod(file, 0640), 0);
	run(&p);
	struct server_confs *c = discover_running();
	assert_int_equal(c->log_count, 0);
	assert_int_equal(c->reads[0].err, -EACCES);
	server_confs_free(c);
	assert_int_equal(chmod(file, 0644), 0);
	c = discover_running();
	expect_log(c, "/a.log", "combined", "");
	assert_true(c->logs[0].owner.is_user);
	assert_int_equal(c->logs[0].owner.uid, USER);
	struct stat st = {.st_uid = 0, .st_mode = S_IFREG | 0640};
	assert_false(log_owner_may_name(&c->logs[0].owner, &st));
	st.st_mode |= S_IROTH;
	assert_true(log_owner_may_name(&c->logs[0].owner, &st));
	st = (struct stat){.st_uid = USER, .st_mode = S_IFREG | 0600};
	assert_true(log_owner_may_name(&c->logs[0].owner, &st));
	server_confs_free(c);
	/* What root names too is root's word, also when a user's process says it first. */
	put("/etc/nginx/nginx.conf", "access_log /a.log;");
	whole(file, "/etc/nginx/nginx.conf");
	p.command = "nginx: master process nginx";
	run(&p);
	c = discover_running();
	expect_log(c, "/a.log", "combined", "");
	assert_false(c->logs[0].owner.is_user);
	server_confs_free(c);
}

static void put_open(int pid, int fd, const char *file, const char *flags)
{
	char name[64], text[64], path[512];

	snprintf(name, sizeof name, "fdinfo/%d", fd);
	snprintf(text, sizeof text, "pos:\t0\nflags:\t%s\nmnt_id:\t29\n", flags);
	put_text(pid, name, text);
	snprintf(name, sizeof name, "fd/.%d", fd);
	put_text(pid, name, "");
	snprintf(name, sizeof name, "fd/%d", fd);
	whole(path, file);
	put_process_link(pid, name, path);
}

/* No configuration can be read: what is open for appending. */
static void follows_open_logs(void **state)
{
	struct process p = {
		7, 1, 0, "nginx", .command = "nginx: master process nginx -c /gone.conf"};

	(void)state;
	put("/var/log/a.log", "");
	put("/var/log/error.log", "");
	put("/var/lib/data", "");
	put("/var/log/read.log", "");
	run(&p);
	put_open(7, 3, "/var/log/a.log", "0102001");
	put_open(7, 4, "/var/log/error.log", "0102001");
	put_open(7, 5, "/var/lib/data", "0100002");
	put_open(7, 6, "/var/log/read.log", "0102000");
	put_open(7, 7, "/var/log/gone.log", "0102001");
	put_open(7, 8, "/var/log", "0102001");
	put_open(7, 9, "/var/log/a.log", "0102002");
	/* The links of this /proc lead to names as they are on the machine, not below its root. */
	struct server_confs *c = discover_running();
	assert_int_equal(c->log_count, 0);
	server_confs_free(c);
	put_process_link(7, "root", "/");
	struct running *r = look("");
	assert_int_equal(r->count, 1);
	c = server_confs_new(root, r);
	assert_non_null(c);
	running_free(r);
	assert_int_equal(c->log_count, 1);
	assert_non_null(strstr(c->logs[0].path, "/var/log/a.log"));
	assert_int_equal(c->error_log_count, 1);
	expect_note(c, "the logs that it has open are followed");
	server_confs_free(c);
}

/* Any bytes. */
static void takes_hostile_processes(void **state)
{
	static const char *const commands[] = {"nginx: master process ", "nginx: master process -c",
		"|||", "-c", "nginx|-c|", "nginx|-|", "nginx|--|--=|-c|\n\x1b[2J|",
		"nginx: ", ": "};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		struct process p = {5, 1, USER, "nginx", .command = commands[i]};
		run(&p);
		struct server_confs *c = discover_running();
		for (size_t k = 0; k < c->read_count; k++)
			assert_true(text_is_clean(str_of(c->reads[k].path)));
		for (size_t k = 0; k < c->note_count; k++)
			assert_true(text_is_clean(str_of(c->notes[k].text)));
		server_confs_free(c);
	}
	char *command = malloc(40000);
	assert_non_null(command);
	memset(command, 'a', 39999);
	command[39999] = '\0';
	for (size_t i = 5; i + 3 < 39999; i += 3)
		memcpy(command + i, "|-c", 3);
	memcpy(command, "nginx", 5);
	struct process p = {5, 1, 0, "nginx", .command = command};
	run(&p);
	struct server_confs *c = discover_running();
	assert_int_equal(c->log_count, 0);
	server_confs_free(c);
	free(command);
}

/* A user's word is cheap: it may not have all directories looked through. */
static void spends_little_on_users(void **state)
{
	struct process p = {7, 1, USER, "nginx", .command = "nginx|-c|/opt/n.conf|"};

	(void)state;
	put("/opt/n.conf", "include /*/*/*.conf; include /a/*.conf;");
	put("/a/b.conf", "access_log /b.log;");
	put("/a/b/c.conf", "access_log /c.log;");
	run(&p);
	struct server_confs *c = discover_running();
	expect_log(c, "/b.log", "combined", "");
	assert_int_equal(c->log_count, 1);
	expect_note(c, "it would be too much");
	server_confs_free(c);
	p.uid = 0;
	run(&p);
	c = discover_running();
	assert_int_equal(c->log_count, 2);
	server_confs_free(c);
}

/* With a hundred of a user's, root's has its place. */
static void keeps_room_for_root(void **state)
{
	struct process p = {0, 1, USER, "nginx", .command = "nginx|-c|/opt/u.conf|"};

	(void)state;
	for (p.pid = 100; p.pid < 200; p.pid++)
		run(&p);
	p = (struct process){300, 1, 0, "nginx", .command = "nginx|-c|/opt/n.conf|"};
	put("/opt/n.conf", "access_log /a.log;");
	run(&p);
	struct running *r = look(root);
	bool found = false;
	assert_int_equal(r->count, RUNNING_MAX);
	assert_int_equal(r->dropped, 101 - RUNNING_MAX);
	for (size_t i = 0; i < r->count; i++)
		found |= r->servers[i]->pid == 300;
	assert_true(found);
	struct server_confs *c = server_confs_new(root, r);
	assert_non_null(c);
	expect_log(c, "/a.log", "combined", "");
	assert_int_equal(c->left_out, r->dropped);
	server_confs_free(c);
	running_free(r);
}

/* Hundreds of workers, found before and after their masters, take no places and are none too many.
 */
static void workers_take_no_places(void **state)
{
	struct process p = {0, 0, 0, "httpd", .command = "httpd|-f|/opt/a.conf|"};

	(void)state;
	for (p.pid = 100; p.pid < 100 + RUNNING_MAX - 1; p.pid++) {
		p.parent = 900;
		run(&p);
	}
	p.pid = 900;
	p.parent = 1;
	run(&p);
	for (p.pid = 901; p.pid < 1100; p.pid++) {
		p.parent = p.pid < 950 ? 900 : p.pid - 50; /* and theirs */
		run(&p);
	}
	p = (struct process){2000, 1, 0, "nginx", .command = "nginx|-c|/opt/n.conf|"};
	run(&p);
	struct running *r = look(root);
	assert_int_equal(r->count, 2);
	assert_int_equal(r->dropped, 0);
	running_free(r);
	/* Of more masters than there is room for the workers are not counted. */
	for (p.pid = 3000; p.pid < 3000 + RUNNING_MAX; p.pid++)
		run(&p);
	for (p.pid = 4000; p.pid < 4200; p.pid++) {
		p.parent = 3000 + p.pid % RUNNING_MAX;
		run(&p);
	}
	r = look(root);
	assert_int_equal(r->count, RUNNING_MAX);
	assert_int_equal(r->dropped, 2);
	running_free(r);
	/* A user's process hides nobody's server. */
	end(state);
	begin(state);
	p = (struct process){10, 1, USER, "nginx", .command = "nginx|-c|/opt/u.conf|"};
	run(&p);
	p = (struct process){11, 10, 0, "nginx", .command = "nginx|-c|/opt/n.conf|"};
	run(&p);
	p = (struct process){12, 10, USER, "nginx", .command = "nginx|-c|/opt/n.conf|"};
	run(&p);
	r = look(root);
	assert_int_equal(r->count, 2);
	running_free(r);
}

/* What was looked at is noticed when it changes. */
static void notices_changes(void **state)
{
	char file[512];

	(void)state;
	put("/etc/nginx/nginx.conf", "http { include conf.d/*.conf; }");
	put("/etc/nginx/conf.d/a.conf", "access_log /a.log;");
	put("/etc/nginx/other", "");
	struct server_confs *c = discover();
	assert_false(conf_stamps_differ(&c->stamps, 0, SIZE_MAX));
	put("/unrelated", "x");
	assert_false(conf_stamps_differ(&c->stamps, 0, SIZE_MAX));
	put("/etc/nginx/conf.d/b.conf", "access_log /b.log;"); /* another match */
	assert_true(conf_stamps_differ(&c->stamps, 0, SIZE_MAX));
	server_confs_free(c);
	c = discover();
	put("/etc/nginx/conf.d/a.conf", "access_log /another.log;"); /* a changed file */
	assert_true(conf_stamps_differ(&c->stamps, 0, SIZE_MAX));
	server_confs_free(c);
	c = discover();
	whole(file, "/etc/nginx/conf.d/b.conf");
	assert_int_equal(unlink(file), 0);
	assert_true(conf_stamps_differ(&c->stamps, 0, SIZE_MAX));
	server_confs_free(c);
	put("/etc/nginx/nginx.conf", "http { include /opt/own.conf; }");
	put("/opt/own.conf", "access_log /a.log;");
	c = discover();
	put("/opt/unrelated", ""); /* beside a file that is included by its name */
	assert_false(conf_stamps_differ(&c->stamps, 0, SIZE_MAX));
	server_confs_free(c);
	put("/etc/apache2/apache2.conf", "Include sites\n");
	put("/etc/apache2/sites/a", "");
	c = discover();
	put("/etc/apache2/sites/b", ""); /* in a directory that is included whole */
	assert_true(conf_stamps_differ(&c->stamps, 0, SIZE_MAX));
	server_confs_free(c);
	c = discover();
	put("/etc/caddy/Caddyfile", "x {\n}\n"); /* a server that was not there */
	bool found = false;
	for (size_t i = 0; i < c->stamps.n; i++)
		found |= conf_stamps_differ(&c->stamps, i, 1);
	assert_true(found);
	server_confs_free(c);
}

/* What lies outside of a process' root leads to "(unreachable)/srv", which is no path of anybody's.
 */
static void takes_no_unreachable_directory(void **state)
{
	const struct str command = STR_LIT("caddy\0run\0--config=Caddyfile");
	struct running_server *s = calloc(1, sizeof *s);

	(void)state;
	assert_non_null(s);
	assert_true(server_program_read(server_program_find(STR_LIT("caddy")), command,
		"(unreachable)/bin/caddy", "(unreachable)/srv", s));
	for (size_t i = 0; i < s->path_count; i++) {
		assert_int_equal(s->paths[i][0], '/');
		free(s->paths[i]);
	}
	free(s->words);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_what_servers_were_started_with, begin, end),
		cmocka_unit_test_setup_teardown(reads_variables_of_apache, begin, end),
		cmocka_unit_test_setup_teardown(knows_masters, begin, end),
		cmocka_unit_test_setup_teardown(reads_containers, begin, end),
		cmocka_unit_test_setup_teardown(tells_namespaces_apart, begin, end),
		cmocka_unit_test_setup_teardown(notices_another_process, begin, end),
		cmocka_unit_test_setup_teardown(trusts_nobody, begin, end),
		cmocka_unit_test_setup_teardown(follows_open_logs, begin, end),
		cmocka_unit_test_setup_teardown(takes_hostile_processes, begin, end),
		cmocka_unit_test_setup_teardown(spends_little_on_users, begin, end),
		cmocka_unit_test_setup_teardown(keeps_room_for_root, begin, end),
		cmocka_unit_test_setup_teardown(workers_take_no_places, begin, end),
		cmocka_unit_test_setup_teardown(notices_changes, begin, end),
		cmocka_unit_test(takes_no_unreachable_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
