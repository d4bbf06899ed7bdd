// SPDX-License-Identifier: MIT
#include "action/ways.h"

#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PATH_TEXT_MAX 512

/* Where root's programs are; never the PATH of who started us. */
static const char *const places[] = {
	"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"};

static const struct {
	const char *programs[2]; /* all of them are needed */
	const char *other;       /* what the first is called elsewhere; NULL */
	const char
		*signs[3];  /* it is in effect if one of these is there; NULL: no sign is needed */
	const char *asleep; /* else */
} traces[WAYS] = {
	[WAY_NFT] = {.programs = {"nft"}},
	[WAY_IPSET] = {.programs = {"ipset", "iptables"}},
	[WAY_IPTABLES] = {.programs = {"iptables"}},
	[WAY_UFW] = {{"ufw"}, .asleep = "ufw is not active"},
	[WAY_FIREWALLD] = {{"firewall-cmd"}, NULL,
		{"/sys/fs/cgroup/system.slice/firewalld.service",
			"/sys/fs/cgroup/systemd/system.slice/firewalld.service",
			"/run/firewalld.pid"},
		"firewalld is not running"},
	[WAY_FAIL2BAN] = {{"fail2ban-client"}, NULL, {"/run/fail2ban/fail2ban.sock"},
		"fail2ban is not running"},
	[WAY_CROWDSEC] = {{"cscli"}, .asleep = "no bouncer is installed here: ask "
					       "cscli bouncers list whether one acts elsewhere"},
	[WAY_ROUTE] = {.programs = {"ip"}},
	[WAY_NGINX] = {{"nginx"}, NULL, {"/run/nginx.pid"}, "nginx is not running"},
	[WAY_APACHE] = {{"apache2"}, "httpd", {"/run/apache2/apache2.pid", "/run/httpd/httpd.pid"},
		"Apache is not running"},
	[WAY_CADDY] = {{"caddy"}, NULL,
		{"/sys/fs/cgroup/system.slice/caddy.service", "/run/caddy.pid"},
		"Caddy is not running"},
	[WAY_HAPROXY] = {{"haproxy"}, NULL, {"/run/haproxy.pid"}, "HAProxy is not running"},
};

static bool is_there(const char *root, const char *dir, const char *name, int mode)
{
	char path[PATH_TEXT_MAX];

	int n = snprintf(path, sizeof path, "%s%s/%s", root, dir, name);
	return n > 0 && (size_t)n < sizeof path && access(path, mode) == 0;
}

bool ways_has_program(const char *root, const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(places); i++)
		if (is_there(root, places[i], name, X_OK))
			return true;
	return false;
}

/* ufw.conf(8), as its init script reads it. */
static bool ufw_is_active(const char *root)
{
	char path[PATH_TEXT_MAX], line[256];
	bool active = false;

	snprintf(path, sizeof path, "%s/etc/ufw/ufw.conf", root);
	FILE *f = fopen(path, "re");
	for (int i = 0; f && i < 1000 && fgets(line, sizeof line, f); i++)
		if (strncmp(line, "ENABLED=", 8) == 0)
			active = text_contains(str_of(line + 8), STR_LIT("yes"));
	if (f)
		fclose(f);
	return active;
}

/* A bouncer that a package brought has its configuration there. */
static bool has_bouncer(const char *root)
{
	char path[PATH_TEXT_MAX];
	const struct dirent *entry;
	bool found = false;

	snprintf(path, sizeof path, "%s/etc/crowdsec/bouncers", root);
	DIR *dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		found = text_contains(str_of(entry->d_name), STR_LIT("bouncer"));
	if (dir)
		closedir(dir);
	return found;
}

static bool is_in_effect(const char *root, enum way way)
{
	if (way == WAY_UFW)
		return ufw_is_active(root);
	if (way == WAY_CROWDSEC)
		return has_bouncer(root);
	for (size_t i = 0; i < ARRAY_LEN(traces[way].signs); i++)
		if (traces[way].signs[i] && is_there(root, "", traces[way].signs[i], F_OK))
			return true;
	return !traces[way].signs[0];
}

static struct way_state detect(const char *root, enum way way)
{
	const char *const *programs = traces[way].programs;
	struct way_state s = {.there = ways_has_program(root, programs[0]) ||
				       ways_has_program(root, traces[way].other)};

	if (programs[1])
		s.there = s.there && ways_has_program(root, programs[1]);
	if (!s.there)
		snprintf(s.why, sizeof s.why, "%s is not installed", programs[0]);
	else if (!is_in_effect(root, way))
		snprintf(s.why, sizeof s.why, "%s", traces[way].asleep);
	else
		s.ready = true;
	return s;
}

void ways_detect(const char *root, struct way_state ret_states[static WAYS])
{
	for (int w = 0; w < WAYS; w++)
		ret_states[w] = detect(root, (enum way)w);
}
