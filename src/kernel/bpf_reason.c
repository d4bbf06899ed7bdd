// SPDX-License-Identifier: MIT
#include "kernel/bpf_reason.h"

#include "base/calls.h"
#include "base/text.h"
#include "kernel/bpf_load.h"

#include <bpf/libbpf.h>
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef CAP_PERFMON /* linux/capability.h before 5.8 */
#define CAP_PERFMON 38
#define CAP_BPF     39
#endif

/* Closes fd. */
static size_t read_once(int fd, char *buf, size_t cap)
{
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, buf, cap);
	close(fd);
	return n > 0 ? (size_t)n : 0;
}

static size_t read_small(const char *path, char *buf, size_t cap)
{
	return read_once(open(path, O_RDONLY | O_CLOEXEC), buf, cap);
}

static int read_sysctl(const char *name, int unknown)
{
	char path[64], buf[16];
	size_t n;

	snprintf(path, sizeof path, "/proc/sys/kernel/%s", name);
	n = read_small(path, buf, sizeof buf - 1);
	buf[n] = '\0';
	return n ? (int)strtol(buf, NULL, 10) : unknown;
}

/* securityfs need not be mounted for that: a mount that nobody else can see will do, where we may
 * make one. */
static int open_lockdown(void)
{
	int fd = open("/sys/kernel/security/lockdown", O_RDONLY | O_CLOEXEC), mount;

	if (fd >= 0 || errno != ENOENT)
		return fd;
	mount = call_mount_unseen("securityfs");
	if (mount < 0)
		return -1;
	fd = openat(mount, "lockdown", O_RDONLY | O_CLOEXEC);
	close(mount);
	return fd;
}

static bool look_for_filter(void)
{
	static const struct str mark = {"\nSeccomp:\t", 10};
	char buf[4096];
	size_t n = read_small("/proc/self/status", buf, sizeof buf - 1);
	const char *at;

	buf[n] = '\0';
	at = strstr(buf, mark.p);
	return at && at[mark.n] == '2'; /* SECCOMP_MODE_FILTER */
}

static bool has_cap(unsigned cap)
{
	return capng_have_capability(CAPNG_EFFECTIVE, cap);
}

void bpf_host_look(struct bpf_host *ret_host)
{
	struct bpf_host h = {
		.unprivileged_disabled = read_sysctl("unprivileged_bpf_disabled", -1),
		.perf_paranoid = read_sysctl("perf_event_paranoid", -2),
		.is_filtered = look_for_filter(),
		.has_kprobes = access("/sys/bus/event_source/devices/kprobe/type", F_OK) == 0,
	};
	char buf[64];
	size_t n;

	if (capng_get_caps_process() == 0) {
		h.may_bpf = has_cap(CAP_SYS_ADMIN) || (has_cap(CAP_BPF) && has_cap(CAP_PERFMON));
		h.may_raw = has_cap(CAP_NET_RAW);
	}
	h.has_btf = access("/sys/kernel/btf/vmlinux", R_OK) == 0;
	n = read_once(open_lockdown(), buf, sizeof buf);
	text_copy(h.lockdown, sizeof h.lockdown, bpf_lockdown_word((struct str){buf, n}));
	*ret_host = h;
}

struct str bpf_lockdown_word(struct str text)
{
	const char *open = text.n ? memchr(text.p, '[', text.n) : NULL;
	const char *close = open ? memchr(open, ']', text.n - (size_t)(open - text.p)) : NULL;

	if (!close)
		return STR_ABSENT;
	return (struct str){open + 1, (size_t)(close - open - 1)};
}

static struct str last_line(struct str *rest)
{
	size_t end = rest->n, begin;

	while (end && rest->p[end - 1] == '\n')
		end--;
	for (begin = end; begin && rest->p[begin - 1] != '\n'; begin--)
		;
	rest->n = begin;
	return (struct str){rest->p + begin, end - begin};
}

struct str bpf_verifier_word(struct str log)
{
	const struct str begin = STR_LIT("-- BEGIN PROG LOAD LOG --");
	const struct str end = STR_LIT("-- END PROG LOAD LOG --");
	bool inside = false;

	while (log.n) {
		struct str line = last_line(&log);
		if (text_contains(line, begin))
			return STR_ABSENT;
		if (text_contains(line, end))
			inside = true;
		else if (inside && line.n && !str_starts(line, STR_LIT("processed ")))
			return line;
	}
	return STR_ABSENT;
}

/* Lockdown refuses with EPERM, and with EINVAL for a program that calls a forbidden helper. It is
 * confidentiality that it protects so; integrity leaves what only reads alone (security/security.c,
 * enum lockdown_reason). */
static bool is_lockdowns_doing(const struct bpf_host *host, int err)
{
	if (err != -EPERM && err != -EACCES && err != -EINVAL)
		return false;
	return str_eq(str_of(host->lockdown), STR_LIT("confidentiality"));
}

static void refused(const struct bpf_host *host, struct reason *reason)
{
	bool locked = !host->is_filtered && str_eq(str_of(host->lockdown), STR_LIT("integrity"));

	reason_set(reason, "refused (%s) although this process may use bpf(2): %s%s forbids it",
		strerror(EPERM),
		host->is_filtered ? "a seccomp filter (container)" : "a security module",
		locked ? ", or how this kernel does lockdown=integrity," : "");
}

static void without_caps(const struct bpf_host *host, struct reason *reason)
{
	const char *sysctl =
		host->unprivileged_disabled > 0 ? " (kernel.unprivileged_bpf_disabled is set)" : "";

	reason_set(reason, "BPF needs root, or CAP_BPF and CAP_PERFMON, which this process lacks%s",
		sysctl);
}

void bpf_reason(const struct bpf_host *host, int err, struct str log, struct reason *reason)
{
	struct str verdict = bpf_verifier_word(log);
	char said[160];

	said[text_sanitise(said, sizeof said - 1, verdict)] = '\0';
	if (err == -ENOSYS)
		reason_set(reason, "this kernel was built without bpf(2)");
	else if ((err == -EPERM || err == -EACCES) && !host->may_bpf)
		without_caps(host, reason);
	else if (err == BPF_LOAD_UNSAFE)
		reason_set(reason, "this kernel can crash when a function is no longer hooked so "
				   "(fixed by commit e21aa341785c, Linux 5.12)");
	else if (!host->has_btf)
		reason_set(reason,
			"the kernel does not describe its types: /sys/kernel/btf/vmlinux is "
			"missing "
			"(CONFIG_DEBUG_INFO_BTF)");
	else if (is_lockdowns_doing(host, err))
		reason_set(reason, "refused (%s) under kernel lockdown=%s%s%s", strerror(-err),
			host->lockdown, verdict.n ? "; the verifier said: " : "", said);
	else if (verdict.n)
		reason_set(reason, "the kernel's verifier refused: %s (%s)", said, strerror(-err));
	else if (err == -EPERM)
		refused(host, reason);
	else if (err == -LIBBPF_ERRNO__FORMAT)
		reason_set(reason,
			"the file that --btf names holds no BTF, or that of another machine");
	else if (err == -ESRCH || err == -ENOENT)
		reason_set(reason, "this kernel has no such function or tracepoint");
	else
		reason_set_error(reason, err);
}
