// SPDX-License-Identifier: MIT
#include "source/bpf_reason.h"

#include "base/text.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#ifndef CAP_PERFMON /* linux/capability.h before 5.8 */
#define CAP_PERFMON 38
#define CAP_BPF     39
#endif

static size_t read_small(const char *path, char *buf, size_t cap)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return 0;
	n = read(fd, buf, cap);
	close(fd);
	return n > 0 ? (size_t)n : 0;
}

static bool has_cap(unsigned cap)
{
	return capng_have_capability(CAPNG_EFFECTIVE, cap);
}

void bpf_host_look(struct bpf_host *ret_host)
{
	struct bpf_host h = {.unprivileged_disabled = -1};
	char buf[64];
	size_t n;

	if (capng_get_caps_process() == 0)
		h.may_bpf = has_cap(CAP_SYS_ADMIN) || (has_cap(CAP_BPF) && has_cap(CAP_PERFMON));
	h.has_btf = access("/sys/kernel/btf/vmlinux", R_OK) == 0;
	n = read_small("/proc/sys/kernel/unprivileged_bpf_disabled", buf, sizeof buf);
	if (n && buf[0] >= '0' && buf[0] <= '9')
		h.unprivileged_disabled = buf[0] - '0';
	n = read_small("/sys/kernel/security/lockdown", buf, sizeof buf);
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

/* Lockdown refuses with EPERM, and with EINVAL for a program that calls a forbidden helper. */
static bool is_lockdowns_doing(const struct bpf_host *host, int err)
{
	if (err != -EPERM && err != -EACCES && err != -EINVAL)
		return false;
	return host->lockdown[0] && !str_eq(str_of(host->lockdown), STR_LIT("none"));
}

static void without_caps(const struct bpf_host *host, char reason[static BPF_REASON_MAX])
{
	const char *sysctl =
		host->unprivileged_disabled > 0 ? " (kernel.unprivileged_bpf_disabled is set)" : "";

	snprintf(reason, BPF_REASON_MAX,
		"BPF needs root, or CAP_BPF and CAP_PERFMON, which this process lacks%s", sysctl);
}

void bpf_reason(
	const struct bpf_host *host, int err, struct str log, char reason[static BPF_REASON_MAX])
{
	struct str verdict = bpf_verifier_word(log);
	char said[160];

	said[text_sanitise(said, sizeof said - 1, verdict)] = '\0';
	if (err == -ENOSYS)
		snprintf(reason, BPF_REASON_MAX, "this kernel was built without bpf(2)");
	else if ((err == -EPERM || err == -EACCES) && !host->may_bpf)
		without_caps(host, reason);
	else if (!host->has_btf)
		snprintf(reason, BPF_REASON_MAX,
			"the kernel does not describe its types: /sys/kernel/btf/vmlinux is "
			"missing "
			"(CONFIG_DEBUG_INFO_BTF)");
	else if (is_lockdowns_doing(host, err))
		snprintf(reason, BPF_REASON_MAX, "refused (%s) under kernel lockdown=%s%s%s",
			strerror(-err), host->lockdown, verdict.n ? "; the verifier said: " : "",
			said);
	else if (verdict.n)
		snprintf(reason, BPF_REASON_MAX, "the kernel's verifier refused: %s (%s)", said,
			strerror(-err));
	else if (err == -EPERM)
		snprintf(reason, BPF_REASON_MAX,
			"bpf(2) was refused although this process may use it: a seccomp filter "
			"(container) or a security module forbids it");
	else
		snprintf(reason, BPF_REASON_MAX, "%s", strerror(-err));
}
