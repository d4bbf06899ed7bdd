// SPDX-License-Identifier: MIT
#include "app/privilege.h"

#include "app/own_dirs.h"
#include "app/state_dir.h"
#include "base/file.h"
#include "base/str.h"
#include "helper/confine.h"
#include "helper/fence.h"
#include "helper/identity.h"
#include "helper/refuse.h"

#include <cap-ng.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef CAP_BPF /* Linux 5.8 */
#define CAP_PERFMON 38
#define CAP_BPF     39
#endif

#define CURL_PROXY_PORT 1080 /* CURLOPT_PROXY(3): where none is said */

#define CAP(name) (UINT64_C(1) << (CAP_##name))

/* What reads other users' logs and processes, and the sockets of other network namespaces:
 * DAC_READ_SEARCH for logs that rotate and for /proc/PID/fd, SYS_PTRACE for /proc/PID/ns/net and
 * /proc/PID/fd of other users' processes, SYS_ADMIN for setns(2). */
#define OF_WATCH (CAP(DAC_READ_SEARCH) | CAP(SYS_PTRACE) | CAP(SYS_ADMIN))

static int keep_capabilities(uint64_t keeps)
{
	bool held[64] = {false};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	if (capng_get_caps_process() < 0)
		return -EPERM;
	for (unsigned i = 0; i < ARRAY_LEN(held); i++)
		held[i] = keeps >> i & 1 && capng_have_capability(CAPNG_EFFECTIVE, i);
	/* Who may not lower the bounding set has no_new_privs against it. */
	bool bounds = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	/* Ambient ones end with those that can be inherited (capabilities(7)). */
	capng_clear(CAPNG_SELECT_BOTH);
	for (unsigned i = 0; i < ARRAY_LEN(held); i++)
		if (held[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, i);
	return capng_apply(bounds ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) < 0 ? -EPERM : 0;
}

/* Directories of our own, which must be there to be allowed. */
static void allow_own(struct fence *f)
{
	static const char *const own[][2] = {
		{"XDG_CACHE_HOME", "~/.cache"}, {"XDG_CONFIG_HOME", "~/.config"}};
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (file_own_dir(path, NULL, own[i][0], own[i][1]) && !file_make_dirs(path, 0700))
			fence_allow(f, FENCE_WRITE, path);
	int dir = state_dir_own(path, sizeof path);
	if (dir < 0)
		return;
	close(dir);
	fence_allow(f, FENCE_WRITE, path);
}

static void allow_directory_of(struct fence *f, const char *file)
{
	char dir[PATH_MAX];

	if (file_split(file, dir, sizeof dir))
		fence_allow(f, FENCE_WRITE, dir);
}

/* What a replay still opens: the recording, when it is played anew; what libraries read late, of
 * terminals, of time zones and of characters; and what the operator has it write. */
static void fence_replay(struct fence *f, const struct options *o)
{
	static const char *const read[] = {"/etc/localtime", "/etc/terminfo", "/lib/terminfo",
		"/usr/share/terminfo", "/usr/share/zoneinfo", "/usr/share/locale",
		"/usr/share/i18n", "/usr/lib", "/usr/lib64", "/lib", "/lib64"};

	for (size_t i = 0; i < ARRAY_LEN(read); i++)
		fence_allow(f, FENCE_READ, read[i]);
	fence_allow(f, FENCE_WRITE, "/dev/tty");
	fence_allow(f, FENCE_WRITE, "/dev/null");
	if (o->replay)
		fence_allow(f, FENCE_READ, o->replay);
	if (o->report)
		allow_directory_of(f, o->report);
	if (!o->once && !o->json) {
		fence_allow(f, FENCE_WRITE, ".");
		allow_own(f);
	}
}

/* What libraries and the console read late; where it keeps what it learns, and what it is told to
 * write. All else is opened by another process (base/opener). */
static void fence_console(struct fence *f, const struct options *o)
{
	static const char *const read[] = {"/proc", "/etc", "/run", "/sys/class/net"};

	fence_replay(f, o);
	for (size_t i = 0; i < ARRAY_LEN(read); i++)
		fence_allow(f, FENCE_READ, read[i]);
	fence_allow(f, FENCE_WRITE, ".");
	allow_own(f);
	if (o->record)
		allow_directory_of(f, o->record);
	if (o->history_path)
		allow_directory_of(f, o->history_path);
	char cache[1024];
	const char *dir = own_dirs_cache(o, cache);
	if (dir)
		fence_allow(f, FENCE_WRITE, dir);
}

/* It writes nothing. */
static void fence_explain(struct fence *f, const struct options *o)
{
	static const char *const read[] = {"/proc", "/etc", "/usr/lib", "/usr/lib64", "/lib",
		"/lib64", "/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/i18n"};

	(void)o;
	for (size_t i = 0; i < ARRAY_LEN(read); i++)
		fence_allow(f, FENCE_READ, read[i]);
}

/* Of a URL or an address: "http://user:word@host:3128/", "192.0.2.1:5353", "[2001:db8::1]:53". 0:
 * it has none. */
static unsigned port_in(const char *text)
{
	const char *scheme = strstr(text, "://"), *host = scheme ? scheme + 3 : text;
	size_t n = strcspn(host, "/?#");
	const char *user = memrchr(host, '@', n);

	if (user) {
		n -= (size_t)(user + 1 - host);
		host = user + 1;
	}
	const char *first = memchr(host, ':', n), *last = memrchr(host, ':', n),
		   *bracket = memrchr(host, ']', n);
	bool has = bracket ? last && last > bracket : first && first == last;
	return has ? (unsigned)strtoul(last + 1, NULL, 10) : 0;
}

/* A resolver's and a library's configuration may change at any time, and is then read anew. */
static void fence_network(struct fence *f)
{
	static const char *const read[] = {"/etc", "/run/systemd/resolve", "/run/resolvconf",
		"/run/NetworkManager", "/usr/lib", "/usr/lib64", "/lib", "/lib64",
		"/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
		"/usr/share/zoneinfo", "/usr/share/locale"};
	static const char *const certificates[] = {"SSL_CERT_FILE", "SSL_CERT_DIR"};

	for (size_t i = 0; i < ARRAY_LEN(read); i++)
		fence_allow(f, FENCE_READ, read[i]);
	for (size_t i = 0; i < ARRAY_LEN(certificates); i++)
		if (getenv(certificates[i]))
			fence_allow(f, FENCE_READ, getenv(certificates[i]));
	fence_allow(f, FENCE_WRITE, "/dev/null");
	fence_allow(f, FENCE_READ, "/dev/urandom");
}

/* The servers that a user's own registry lists may be at any port. */
static void fence_look_ups(struct fence *f, const struct options *o)
{
	static const char *const proxies[] = {
		"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};

	fence_network(f);
	f->any_port = o->whois_bootstrap || o->whois_server;
	fence_allow_port(f, 443);
	fence_allow_port(f, 43);
	fence_allow_port(f, 53);
	if (o->rdns_server)
		fence_allow_port(f, port_in(o->rdns_server));
	for (size_t i = 0; i < ARRAY_LEN(proxies); i++) {
		const char *proxy = getenv(proxies[i]);
		unsigned port = proxy && proxy[0] ? port_in(proxy) : 0;
		fence_allow_port(f, proxy && proxy[0] && !port ? CURL_PROXY_PORT : port);
	}
}

/* Where its server listens is the operator's to say, and a cluster tells of others. */
static void fence_carrier(struct fence *f, const struct options *o)
{
	(void)o;
	fence_network(f);
	f->any_port = true;
}

/* Look-ups are made by a process of their own, and what else runs was started before. */
#define OF_ANY     (REFUSE_MACHINE | REFUSE_PROGRAMS | REFUSE_CALLS | REFUSE_LISTEN | REFUSE_ACCEPT)
#define OF_WATCHER (OF_ANY | REFUSE_SIGNALS | REFUSE_WRITES)

static const struct {
	uint64_t keeps;
	void (*fence)(struct fence *f, const struct options *o); /* by landlock(7); NULL: is not */
	unsigned refuses;
	bool becomes; /* somebody else than root (helper/identity), with no capability */
} kinds[] = {
	/* CAP_BPF for each new reading of iter/tcp (bpf_iter_create). */
	[PRIVILEGE_WATCH] = {.keeps = OF_WATCH | CAP(BPF), .refuses = OF_WATCHER},
	[PRIVILEGE_WATCH_RAW] = {.keeps = OF_WATCH | CAP(BPF) | CAP(NET_RAW),
		.refuses = OF_WATCHER},
	[PRIVILEGE_WATCH_PROC] = {.keeps = OF_WATCH, .refuses = OF_WATCHER | REFUSE_BPF},
	[PRIVILEGE_ALONE] = {.keeps = OF_WATCH | CAP(BPF) | CAP(NET_RAW), .refuses = OF_ANY},
	[PRIVILEGE_OPENER] = {.keeps = CAP(DAC_READ_SEARCH) | CAP(SYS_PTRACE),
		.refuses = REFUSE_ALL},
	[PRIVILEGE_CONSOLE] = {.refuses = OF_ANY | REFUSE_BPF | REFUSE_SETNS | REFUSE_SIGNALS,
		.fence = fence_console,
		.becomes = true},
	[PRIVILEGE_REPLAY] = {.refuses = REFUSE_ALL, .fence = fence_replay},
	[PRIVILEGE_EXPLAIN] = {.refuses = REFUSE_ALL, .fence = fence_explain, .becomes = true},
	/* SYS_PTRACE for /proc/PID/exe and root of who has more capabilities than are kept here. */
	[PRIVILEGE_EXPLAIN_ALONE] = {.keeps = CAP(DAC_READ_SEARCH) | CAP(SYS_PTRACE),
		.refuses = REFUSE_ALL},
	[PRIVILEGE_UPDATE] = {.keeps = CAP(DAC_OVERRIDE) | CAP(CHOWN) | CAP(FOWNER),
		.refuses = REFUSE_ALL & ~(REFUSE_SOCKETS | REFUSE_CALLS)},
	[PRIVILEGE_LOOK_UPS] = {.refuses = REFUSE_ALL & ~(REFUSE_SOCKETS | REFUSE_CALLS),
		.fence = fence_look_ups},
	[PRIVILEGE_CARRIER] = {.refuses = (REFUSE_ALL | REFUSE_WRITES) &
					  ~(unsigned)(REFUSE_SOCKETS | REFUSE_CALLS),
		.fence = fence_carrier},
	/* Why a probe fails depends on filters, and it is here to say so: none is put. */
	[PRIVILEGE_DOCTOR] = {.keeps = OF_WATCH | CAP(BPF) | CAP(PERFMON) | CAP(NET_RAW) |
				       CAP(NET_ADMIN) | CAP(SYS_RESOURCE) | CAP(SETUID)},
};

bool privilege_is_split(const struct options *options)
{
	static const unsigned more[] = {
		CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_BPF};

	for (size_t i = 0; i < ARRAY_LEN(more); i++)
		if (options->sandbox != OPTION_SANDBOX_OFF && confine_has(more[i]))
			return true;
	return false;
}

/* Who asks for metrics is taken by a socket that listens already. */
static unsigned refused_by(enum privilege of, const struct options *o)
{
	return kinds[of].refuses & ~(o->metrics_listen ? (unsigned)REFUSE_ACCEPT : 0);
}

static int fence_in(enum privilege of, const struct options *options)
{
	struct fence f = {0};

	kinds[of].fence(&f, options);
	int version = fence_raise(&f);
	return version < 0 ? version : 0;
}

static int become(void)
{
	struct identity who;

	identity_find(&who);
	int err = confine_as(&who);
	return !err && geteuid() == 0 && who.uid != 0 ? -EPERM : err;
}

int privilege_drop(enum privilege of, const struct options *options, struct reason *ret_reason)
{
	int caps = kinds[of].becomes ? become() : keep_capabilities(kinds[of].keeps);
	bool more = options->sandbox != OPTION_SANDBOX_OFF;
	int files = more && kinds[of].fence ? fence_in(of, options) : 0;
	int calls = more && kinds[of].refuses ? refuse(refused_by(of, options)) : 0;

	ret_reason->text[0] = '\0';
	if (!files && options->sandbox == OPTION_SANDBOX_STRICT && !fence_version())
		files = -EOPNOTSUPP; /* the process of look-ups is not fenced in, either */
	if (caps)
		reason_set(ret_reason, "could not drop capabilities (%s): it runs with all of them",
			strerror(-caps));
	else if (files)
		reason_set(ret_reason, "files are not fenced in: this kernel has no Landlock (%s)",
			strerror(-files));
	else if (calls)
		reason_set(ret_reason,
			"system calls are not filtered: this kernel has no seccomp (%s)",
			strerror(-calls));
	return caps ? caps : files ? files : calls;
}
