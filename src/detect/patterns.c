// SPDX-License-Identifier: MIT
#include "detect/patterns.h"

#include <errno.h>
#include <stdlib.h>

/* Our own list, of what scanners were seen to ask for. Written as understood: see
 * patterns_understand. */
struct exploit {
	enum exploit_kind kind;
	const char *text;
};

static const struct exploit exploits[] = {
	{EXPLOIT_ENV, "/.env"},
	{EXPLOIT_REPOSITORY, "/.git/"},
	{EXPLOIT_REPOSITORY, "/.gitconfig"},
	{EXPLOIT_REPOSITORY, "/.git-credentials"},
	{EXPLOIT_REPOSITORY, "/.svn/"},
	{EXPLOIT_REPOSITORY, "/.hg/"},
	{EXPLOIT_REPOSITORY, "/.bzr/"},
	{EXPLOIT_DOT_FILE, "/.aws"},
	{EXPLOIT_DOT_FILE, "/.ssh"},
	{EXPLOIT_DOT_FILE, "/.kube/"},
	{EXPLOIT_DOT_FILE, "/.docker"},
	{EXPLOIT_DOT_FILE, "/.npmrc"},
	{EXPLOIT_DOT_FILE, "/.netrc"},
	{EXPLOIT_DOT_FILE, "/.pgpass"},
	{EXPLOIT_DOT_FILE, "/.my.cnf"},
	{EXPLOIT_DOT_FILE, "/.htpasswd"},
	{EXPLOIT_DOT_FILE, "/.htaccess"},
	{EXPLOIT_DOT_FILE, "/.ds_store"},
	{EXPLOIT_DOT_FILE, "/.vscode/"},
	{EXPLOIT_DOT_FILE, "/.idea/"},
	{EXPLOIT_DOT_FILE, "/.bash_history"},
	{EXPLOIT_DOT_FILE, "/.bashrc"},
	{EXPLOIT_DOT_FILE, "/.profile"},
	{EXPLOIT_CONFIG, "wp-config"},
	{EXPLOIT_CONFIG, "/web.config"},
	{EXPLOIT_CONFIG, "/config.php"},
	{EXPLOIT_CONFIG, "/configuration.php"},
	{EXPLOIT_CONFIG, "/settings.php"},
	{EXPLOIT_CONFIG, "/appsettings.json"},
	{EXPLOIT_CONFIG, "/sftp-config.json"},
	{EXPLOIT_CONFIG, "/docker-compose.y"},
	{EXPLOIT_CONFIG, "/id_rsa"},
	{EXPLOIT_CONFIG, "/server.key"},
	{EXPLOIT_CONFIG, "/dump.sql"},
	{EXPLOIT_CONFIG, "/backup.sql"},
	{EXPLOIT_CONFIG, "/database.sql"},
	{EXPLOIT_CONFIG, "/backup.zip"},
	{EXPLOIT_CONFIG, "/backup.tar"},
	{EXPLOIT_WORDPRESS, "/wp-login.php"},
	{EXPLOIT_WORDPRESS, "/xmlrpc.php"},
	{EXPLOIT_WORDPRESS, "/wlwmanifest.xml"},
	{EXPLOIT_WORDPRESS, "/wp-admin/setup-config.php"},
	{EXPLOIT_WORDPRESS, "/wp-admin/install.php"},
	{EXPLOIT_WORDPRESS, "/wp-json/wp/v2/users"},
	{EXPLOIT_WORDPRESS, "/wp-content/plugins/wp-file-manager"},
	{EXPLOIT_WORDPRESS, "?author=1"},
	{EXPLOIT_DATABASE, "/phpmyadmin"},
	{EXPLOIT_DATABASE, "/phppgadmin"},
	{EXPLOIT_DATABASE, "/pma/"},
	{EXPLOIT_DATABASE, "/myadmin"},
	{EXPLOIT_DATABASE, "/mysqladmin"},
	{EXPLOIT_DATABASE, "/dbadmin"},
	{EXPLOIT_DATABASE, "/adminer"},
	{EXPLOIT_DATABASE, "/sqlite/main.php"},
	{EXPLOIT_SHELL, "/c99.php"},
	{EXPLOIT_SHELL, "/r57.php"},
	{EXPLOIT_SHELL, "/wso.php"},
	{EXPLOIT_SHELL, "/alfa.php"},
	{EXPLOIT_SHELL, "/alfacgiapi"},
	{EXPLOIT_SHELL, "/alfa_data"},
	{EXPLOIT_SHELL, "/b374k"},
	{EXPLOIT_SHELL, "/shell.php"},
	{EXPLOIT_SHELL, "/shell.jsp"},
	{EXPLOIT_SHELL, "/shell?"},
	{EXPLOIT_SHELL, "/cmd.php"},
	{EXPLOIT_SHELL, "/cmd.jsp"},
	{EXPLOIT_SHELL, "/webshell"},
	{EXPLOIT_SHELL, "/wp-content/uploads/shell"},
	{EXPLOIT_SHELL, "/1337.php"},
	{EXPLOIT_TRAVERSAL, "../"},
	{EXPLOIT_TRAVERSAL, "/..;/"},
	{EXPLOIT_TRAVERSAL, "/etc/passwd"},
	{EXPLOIT_TRAVERSAL, "/etc/shadow"},
	{EXPLOIT_TRAVERSAL, "/proc/self/"},
	{EXPLOIT_TRAVERSAL, "windows/win.ini"},
	{EXPLOIT_TRAVERSAL, "/boot.ini"},
	{EXPLOIT_TRAVERSAL, "=file:/"},
	{EXPLOIT_SQL, "union select"},
	{EXPLOIT_SQL, "union all select"},
	{EXPLOIT_SQL, "union distinct select"},
	{EXPLOIT_SQL, "' or '1"},
	{EXPLOIT_SQL, "' or 1="},
	{EXPLOIT_SQL, "\" or \"1"},
	{EXPLOIT_SQL, "\" or 1="},
	{EXPLOIT_SQL, " or 1=1"},
	{EXPLOIT_SQL, "' and '1"},
	{EXPLOIT_SQL, "' and 1="},
	{EXPLOIT_SQL, " and 1=1"},
	{EXPLOIT_SQL, "sleep(0"},
	{EXPLOIT_SQL, "sleep(1"},
	{EXPLOIT_SQL, "sleep(2"},
	{EXPLOIT_SQL, "sleep(3"},
	{EXPLOIT_SQL, "sleep(4"},
	{EXPLOIT_SQL, "sleep(5"},
	{EXPLOIT_SQL, "sleep(6"},
	{EXPLOIT_SQL, "sleep(7"},
	{EXPLOIT_SQL, "sleep(8"},
	{EXPLOIT_SQL, "sleep(9"},
	{EXPLOIT_SQL, "benchmark("},
	{EXPLOIT_SQL, "waitfor delay"},
	{EXPLOIT_SQL, "information_schema"},
	{EXPLOIT_SQL, "xp_cmdshell"},
	{EXPLOIT_SQL, "extractvalue("},
	{EXPLOIT_SQL, "updatexml("},
	{EXPLOIT_SQL, "load_file("},
	{EXPLOIT_SQL, "into outfile"},
	{EXPLOIT_SQL, "concat(0x"},
	{EXPLOIT_SQL, "dbms_pipe"},
	{EXPLOIT_SCRIPT, "<script"},
	{EXPLOIT_SCRIPT, "</script"},
	{EXPLOIT_SCRIPT, "<svg"},
	{EXPLOIT_SCRIPT, "<iframe"},
	{EXPLOIT_SCRIPT, "<img "},
	{EXPLOIT_SCRIPT, " onerror="},
	{EXPLOIT_SCRIPT, "\"onerror="},
	{EXPLOIT_SCRIPT, " onload="},
	{EXPLOIT_SCRIPT, " onmouseover="},
	{EXPLOIT_SCRIPT, "=javascript:"},
	{EXPLOIT_SCRIPT, "document.cookie"},
	{EXPLOIT_COMMAND, "wget http"},
	{EXPLOIT_COMMAND, "curl http"},
	{EXPLOIT_COMMAND, ";wget "},
	{EXPLOIT_COMMAND, ";curl "},
	{EXPLOIT_COMMAND, "|wget "},
	{EXPLOIT_COMMAND, "|curl "},
	{EXPLOIT_COMMAND, "/bin/sh"},
	{EXPLOIT_COMMAND, "/bin/bash"},
	{EXPLOIT_COMMAND, "/bin/busybox"},
	{EXPLOIT_COMMAND, "busybox wget"},
	{EXPLOIT_COMMAND, "cmd.exe"},
	{EXPLOIT_COMMAND, "powershell.exe"},
	{EXPLOIT_COMMAND, "powershell -"},
	{EXPLOIT_COMMAND, "chmod 777"},
	{EXPLOIT_COMMAND, "rm -rf"},
	{EXPLOIT_COMMAND, "`id`"},
	{EXPLOIT_COMMAND, "$(id)"},
	{EXPLOIT_COMMAND, ";id;"},
	{EXPLOIT_COMMAND, "|id|"},
	{EXPLOIT_COMMAND, "() { :"},     /* CVE-2014-6271 */
	{EXPLOIT_EXPRESSION, "${jndi:"}, /* CVE-2021-44228, and how it is hidden: */
	{EXPLOIT_EXPRESSION, "${lower:"},
	{EXPLOIT_EXPRESSION, "${upper:"},
	{EXPLOIT_EXPRESSION, "${env:"},
	{EXPLOIT_EXPRESSION, "${::-"},
	{EXPLOIT_EXPRESSION, "${sys:"},
	{EXPLOIT_EXPRESSION, "%{(#"},
	{EXPLOIT_EXPRESSION, "${(#"},
	{EXPLOIT_EXPRESSION, "@java.lang."},
	{EXPLOIT_EXPRESSION, "java.lang.runtime"},
	{EXPLOIT_EXPRESSION, "class.module.classloader"}, /* CVE-2022-22965 */
	{EXPLOIT_EXPRESSION, "{{7*7}}"},
	{EXPLOIT_EXPRESSION, "${7*7}"},
	{EXPLOIT_EXPRESSION, "__proto__"},
	{EXPLOIT_MANAGEMENT, "/actuator/"},
	{EXPLOIT_MANAGEMENT, "/jolokia"},
	{EXPLOIT_MANAGEMENT, "/heapdump"},
	{EXPLOIT_MANAGEMENT, "/manager/html"},
	{EXPLOIT_MANAGEMENT, "/host-manager/"},
	{EXPLOIT_MANAGEMENT, "/jmx-console"},
	{EXPLOIT_MANAGEMENT, "/web-console/"},
	{EXPLOIT_MANAGEMENT, "/invoker/jmxinvokerservlet"},
	{EXPLOIT_MANAGEMENT, "/console/login/loginform.jsp"},
	{EXPLOIT_MANAGEMENT, "/wls-wsat/"},
	{EXPLOIT_MANAGEMENT, "/_async/asyncresponseservice"},
	{EXPLOIT_MANAGEMENT, "/solr/admin"},
	{EXPLOIT_MANAGEMENT, "/jenkins/script"},
	{EXPLOIT_MANAGEMENT, "/hudson/script"},
	{EXPLOIT_MANAGEMENT, "/server-status"},
	{EXPLOIT_MANAGEMENT, "/server-info"},
	{EXPLOIT_MANAGEMENT, "/debug/pprof"},
	{EXPLOIT_MANAGEMENT, "/_cat/indices"},
	{EXPLOIT_MANAGEMENT, "/v2/_catalog"},
	{EXPLOIT_MANAGEMENT, "/containers/json"},
	{EXPLOIT_MANAGEMENT, "/druid/index.html"},
	{EXPLOIT_MANAGEMENT, "/nacos/v1/"},
	{EXPLOIT_CGI, "/cgi-bin/"},
	{EXPLOIT_CGI, "/cgi-sys/"},
	{EXPLOIT_CGI, "/fcgi-bin/"},
	{EXPLOIT_DEVICE, "/boaform"},
	{EXPLOIT_DEVICE, "/hnap1"},
	{EXPLOIT_DEVICE, "/gponform"},
	{EXPLOIT_DEVICE, "/goform/"},
	{EXPLOIT_DEVICE, "/setup.cgi"},
	{EXPLOIT_DEVICE, "/currentsetting.htm"},
	{EXPLOIT_DEVICE, "/picsdesc.xml"},
	{EXPLOIT_DEVICE, "/upnp/control/"},
	{EXPLOIT_DEVICE, "/dana-na/"},
	{EXPLOIT_DEVICE, "/dana-cached/"},
	{EXPLOIT_DEVICE, "/remote/fgt_lang"},
	{EXPLOIT_DEVICE, "/remote/login?lang"},
	{EXPLOIT_DEVICE, "/vpn/index.html"},
	{EXPLOIT_DEVICE, "/vpns/"},
	{EXPLOIT_DEVICE, "/ cscoe "}, /* "/+CSCOE+/" */
	{EXPLOIT_DEVICE, "/global-protect/"},
	{EXPLOIT_DEVICE, "/tmui/login.jsp"},
	{EXPLOIT_DEVICE, "/mgmt/tm/util/bash"},
	{EXPLOIT_DEVICE, "/owa/auth"},
	{EXPLOIT_DEVICE, "/ecp/current"},
	{EXPLOIT_DEVICE, "/autodiscover.json?"},
	{EXPLOIT_DEVICE, "/device.rsp?"},
	{EXPLOIT_DEVICE, "/onvif/device_service"},
	{EXPLOIT_DEVICE, "/isapi/security"},
	{EXPLOIT_DEVICE, "/sdk/weblanguage"},
	{EXPLOIT_PHP, "/phpunit"},
	{EXPLOIT_PHP, "/eval-stdin.php"},
	{EXPLOIT_PHP, "invokefunction"}, /* ThinkPHP */
	{EXPLOIT_PHP, "think/app"},
	{EXPLOIT_PHP, "/_ignition/"}, /* CVE-2021-3129 */
	{EXPLOIT_PHP, "/_profiler/"},
	{EXPLOIT_PHP, "/telescope/requests"},
	{EXPLOIT_PHP, "/phpinfo"},
	{EXPLOIT_PHP, "/info.php"},
	{EXPLOIT_PHP, "allow_url_include"},
	{EXPLOIT_PHP, "auto_prepend_file"},
	{EXPLOIT_PHP, "php:/input"},
	{EXPLOIT_PHP, "php:/filter"},
	{EXPLOIT_PHP, "data:/text/plain"},
	{EXPLOIT_PHP, "expect:/"},
	{EXPLOIT_PHP, "base64_decode("},
	{EXPLOIT_PHP, "xdebug_session_start"},
	{EXPLOIT_CLOUD, "169.254.169.254"},
	{EXPLOIT_CLOUD, "169.254.170.2"},
	{EXPLOIT_CLOUD, "100.100.100.200"},
	{EXPLOIT_CLOUD, "metadata.google.internal"},
	{EXPLOIT_CLOUD, "/latest/meta-data"},
	{EXPLOIT_CLOUD, "/computemetadata/"},
};

const char *exploit_kind_name(enum exploit_kind kind)
{
	static const char *const names[EXPLOIT_KINDS] = {
		[EXPLOIT_ENV] = ".env file",
		[EXPLOIT_REPOSITORY] = "repository",
		[EXPLOIT_DOT_FILE] = "dot file",
		[EXPLOIT_CONFIG] = "configuration",
		[EXPLOIT_WORDPRESS] = "WordPress",
		[EXPLOIT_DATABASE] = "database console",
		[EXPLOIT_SHELL] = "web shell",
		[EXPLOIT_TRAVERSAL] = "path traversal",
		[EXPLOIT_SQL] = "SQL injection",
		[EXPLOIT_SCRIPT] = "script injection",
		[EXPLOIT_COMMAND] = "command injection",
		[EXPLOIT_EXPRESSION] = "expression injection",
		[EXPLOIT_MANAGEMENT] = "management console",
		[EXPLOIT_CGI] = "CGI",
		[EXPLOIT_DEVICE] = "device",
		[EXPLOIT_PHP] = "PHP",
		[EXPLOIT_CLOUD] = "cloud metadata",
		[EXPLOIT_OTHER] = "configured pattern",
	};

	return kind < EXPLOIT_KINDS ? names[kind] : "unknown";
}

int patterns_init(struct patterns *p, const struct str *extra, size_t n, size_t *ret_bad)
{
	const size_t own = ARRAY_LEN(exploits);
	size_t texts = 0;

	if (n > PATTERN_EXTRA)
		return -E2BIG;
	struct matcher_pattern *all = calloc(own + n, sizeof *all);
	char *text = malloc((n + 1) * PATTERN_TEXT_MAX);
	int err = all && text ? 0 : -ENOMEM;
	for (size_t i = 0; !err && i < own; i++)
		all[i] = (struct matcher_pattern){str_of(exploits[i].text),
			(uint16_t)exploits[i].kind, 1u << exploits[i].kind};
	for (size_t i = 0; !err && i < n; i++) {
		struct str one = {text + texts, patterns_understand(extra[i], text + texts)};
		texts += one.n;
		all[own + i] = (struct matcher_pattern){one, EXPLOIT_OTHER, 1u << EXPLOIT_OTHER};
		if (one.n < PATTERN_LEAST) {
			*ret_bad = i;
			err = -EINVAL;
		}
	}
	if (!err)
		err = matcher_init(&p->matcher, all, own + n);
	free(all);
	free(text);
	return err;
}

void patterns_done(struct patterns *p)
{
	matcher_done(&p->matcher);
}

uint32_t patterns_match(const struct patterns *p, struct str path)
{
	char buf[PATTERN_TEXT_MAX];
	struct str understood = {buf, patterns_understand(path, buf)};

	return matcher_run(&p->matcher, understood).bits;
}
