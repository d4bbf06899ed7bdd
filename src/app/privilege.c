// SPDX-License-Identifier: MIT
#include "app/privilege.h"

#include "app/state_dir.h"
#include "base/file.h"
#include "base/str.h"
#include "helper/fence.h"
#include "helper/refuse.h"

#include <cap-ng.h>
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef CAP_BPF /* Linux 5.8 */
#define CAP_PERFMON 38
#define CAP_BPF     39
#endif

#define CAP(name) (UINT64_C(1) << (CAP_##name))

/* What reads other users' logs and processes, and the sockets of other network namespaces:
 * DAC_READ_SEARCH for logs that rotate and for /proc/PID/fd, SYS_PTRACE for /proc/PID/ns/net and
 * /proc/PID/fd of other users' processes, SYS_ADMIN for setns(2). */
#define OF_WATCH (CAP(DAC_READ_SEARCH) | CAP(SYS_PTRACE) | CAP(SYS_ADMIN))

static const struct {
	uint64_t keeps;
	unsigned refuses;
	bool fenced; /* by landlock(7) */
} kinds[] = {
	/* CAP_BPF for each new reading of iter/tcp (bpf_iter_create). */
	[PRIVILEGE_WATCH] = {OF_WATCH | CAP(BPF), REFUSE_MACHINE | REFUSE_PROGRAMS},
	[PRIVILEGE_WATCH_SYNS] = {OF_WATCH | CAP(BPF) | CAP(NET_RAW),
		REFUSE_MACHINE | REFUSE_PROGRAMS},
	[PRIVILEGE_WATCH_PROC] = {OF_WATCH, REFUSE_MACHINE | REFUSE_PROGRAMS | REFUSE_BPF},
	[PRIVILEGE_REPLAY] = {0, REFUSE_ALL, true},
	[PRIVILEGE_EXPLAIN] = {CAP(DAC_READ_SEARCH), REFUSE_ALL},
	[PRIVILEGE_UPDATE] = {CAP(DAC_OVERRIDE) | CAP(CHOWN) | CAP(FOWNER),
		REFUSE_ALL & ~REFUSE_SOCKETS},
	/* Why a probe fails depends on filters, and it is here to say so: none is put. */
	[PRIVILEGE_DOCTOR] = {OF_WATCH | CAP(BPF) | CAP(PERFMON) | CAP(NET_RAW) | CAP(NET_ADMIN) |
			      CAP(SYS_RESOURCE)},
};

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
	capng_clear(CAPNG_SELECT_ALL);
	for (unsigned i = 0; i < ARRAY_LEN(held); i++)
		if (held[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, i);
	return capng_apply(bounds ? CAPNG_SELECT_ALL : CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT) < 0
		       ? -EPERM
		       : 0;
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
	const char *slash = strrchr(file, '/');
	size_t n = slash == file ? 1 : slash ? (size_t)(slash - file) : 0;

	if (n >= sizeof dir)
		return;
	memcpy(dir, n ? file : ".", n ? n : 1);
	dir[n ? n : 1] = '\0';
	fence_allow(f, FENCE_WRITE, dir);
}

/* What a replay still opens: the recording, when it is played anew; what libraries read late, of
 * terminals, of time zones and of characters; and what the operator has it write. */
static int fence_replay(const struct options *o)
{
	static const char *const read[] = {"/etc/localtime", "/etc/terminfo", "/lib/terminfo",
		"/usr/share/terminfo", "/usr/share/zoneinfo", "/usr/share/locale",
		"/usr/share/i18n", "/usr/lib", "/usr/lib64", "/lib", "/lib64"};
	struct fence f = {0};

	for (size_t i = 0; i < ARRAY_LEN(read); i++)
		fence_allow(&f, FENCE_READ, read[i]);
	fence_allow(&f, FENCE_WRITE, "/dev/tty");
	fence_allow(&f, FENCE_WRITE, "/dev/null");
	if (o->replay)
		fence_allow(&f, FENCE_READ, o->replay);
	if (o->report)
		allow_directory_of(&f, o->report);
	if (!o->once && !o->json) {
		fence_allow(&f, FENCE_WRITE, ".");
		allow_own(&f);
	}
	int version = fence_raise(&f);
	return version < 0 ? version : 0;
}

int privilege_drop(enum privilege of, const struct options *options, struct reason *ret_reason)
{
	int caps = keep_capabilities(kinds[of].keeps);
	bool more = options->sandbox != OPTION_SANDBOX_OFF;
	int files = more && kinds[of].fenced ? fence_replay(options) : 0;
	int calls = more && kinds[of].refuses ? refuse(kinds[of].refuses) : 0;

	ret_reason->text[0] = '\0';
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
