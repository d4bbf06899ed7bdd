// SPDX-License-Identifier: MIT
#include "app/doctor.h"

#include "app/doctor_parts.h"
#include "app/privilege.h"
#include "helper/fence.h"
#include "helper/identity.h"
#include "kernel/probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

struct finding {
	int err; /* 0: it works */
	struct reason reason;
};

struct doctor {
	FILE *out;
	const struct options *options;
	struct bpf_host host;
	struct finding findings[PROBES];
	int used[PROBE_GROUPS]; /* enum probe_id, or -1; only if one is enough */
};

/* The host. */

static void print_fact(const struct doctor *d, const char *name, const char *text)
{
	fprintf(d->out, "  %-12s ", name);
	doctor_words(d->out, 15, text);
}

static void print_settings(const struct doctor *d)
{
	char text[128], unprivileged[16] = "?", paranoid[16] = "?";

	if (d->host.unprivileged_disabled >= 0)
		snprintf(unprivileged, sizeof unprivileged, "%d", d->host.unprivileged_disabled);
	if (d->host.perf_paranoid > -2)
		snprintf(paranoid, sizeof paranoid, "%d", d->host.perf_paranoid);
	snprintf(text, sizeof text,
		"kernel.unprivileged_bpf_disabled=%s kernel.perf_event_paranoid=%s", unprivileged,
		paranoid);
	print_fact(d, "settings", text);
}

/* How many processes there are, and how many network namespaces of them are readable; the same
 * right is needed for what they have open (ptrace(2), PTRACE_MODE_READ). */
static void count_processes(size_t *ret_all, size_t *ret_seen)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	char path[sizeof entry->d_name + 16], link[64];

	*ret_all = *ret_seen = 0;
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		snprintf(path, sizeof path, "/proc/%s/ns/net", entry->d_name);
		*ret_all += 1;
		*ret_seen += readlink(path, link, sizeof link) > 0;
	}
	if (dir)
		closedir(dir);
}

static void print_reach(const struct doctor *d)
{
	char text[256];
	size_t all, seen;

	count_processes(&all, &seen);
	snprintf(text, sizeof text, "%zu of %zu are readable%s%s", seen, all,
		seen < all ? ": sockets of the others have no owner, and their containers may be "
			     "missed"
			   : "",
		seen < all && geteuid() != 0 ? " (needs root, or CAP_SYS_PTRACE and "
					       "CAP_DAC_READ_SEARCH)"
					     : "");
	print_fact(d, "processes", text);
}

/* What a run gives itself up to. */
static void print_sandbox(const struct doctor *d)
{
	int version = fence_version();
	struct identity who;
	char text[128], as[64] = "";

	identity_find(&who);
	if (who.uid != geteuid())
		snprintf(as, sizeof as, "; started by root, the console runs as uid %u",
			(unsigned)who.uid);
	if (version)
		snprintf(text, sizeof text, "seccomp, Landlock (version %d)%s", version, as);
	else
		snprintf(text, sizeof text,
			"seccomp; files are not fenced in, for this kernel has no Landlock, "
			"or it is off%s",
			as);
	print_fact(d, "sandbox", text);
}

static void print_host(const struct doctor *d)
{
	const struct bpf_host *h = &d->host;
	struct utsname u;

	if (uname(&u) == 0)
		fprintf(d->out, "nethergaze " NG_VERSION " on %s %s %s\n\n", u.sysname, u.release,
			u.machine);
	fputs("This machine\n", d->out);
	print_fact(d, "privilege",
		h->may_bpf ? "may use BPF"
			   : "may not use BPF: needs root, or CAP_BPF and CAP_PERFMON");
	print_fact(d, "types (BTF)",
		h->has_btf ? "/sys/kernel/btf/vmlinux"
			   : "none: /sys/kernel/btf/vmlinux is missing");
	if (d->options->btf)
		print_fact(d, "--btf", d->options->btf);
	print_fact(d, "lockdown", h->lockdown[0] ? h->lockdown : "unknown");
	print_fact(d, "seccomp", h->is_filtered ? "a filter is in force (container)" : "no filter");
	print_settings(d);
	print_sandbox(d);
	print_reach(d);
}

/* The probes. */

static void try_all(struct doctor *d)
{
	for (int i = 0; i < PROBE_GROUPS; i++)
		d->used[i] = -1;
	for (enum probe_id id = 0; id < PROBES; id++) {
		struct finding *f = &d->findings[id];
		enum probe_group group = probes[id].group;
		f->err = probe_try(id, d->options->btf, &d->host, &f->reason);
		if (!f->err && d->used[group] < 0 && !probe_groups[group].adds_up)
			d->used[group] = (int)id;
	}
}

/* The same as was given last. */
static bool is_known_reason(const struct doctor *d, enum probe_id id)
{
	for (int before = (int)id - 1; before >= 0; before--)
		if (d->findings[before].err)
			return strcmp(d->findings[before].reason.text,
				       d->findings[id].reason.text) == 0;
	return false;
}

static void print_probe(const struct doctor *d, enum probe_id id)
{
	const struct finding *f = &d->findings[id];
	char text[64 + REASON_MAX];
	bool used = !f->err && d->used[probes[id].group] == (int)id;

	snprintf(text, sizeof text, "%s%s", probes[id].name, used ? " (used)" : "");
	doctor_mark(d->out, !f->err, text);
	doctor_under(d->out, probes[id].gives);
	if (!f->err)
		return;
	snprintf(text, sizeof text, "why not: %s",
		is_known_reason(d, id) ? "as above" : f->reason.text);
	doctor_under(d->out, text);
}

static void print_group(const struct doctor *d, enum probe_group group)
{
	const struct probe_group_info *info = &probe_groups[group];
	char text[128];

	fprintf(d->out, "\n%s\n", info->title);
	for (enum probe_id id = 0; id < PROBES; id++)
		if (probes[id].group == group)
			print_probe(d, id);
	if (info->adds_up || d->used[group] >= 0)
		return;
	snprintf(text, sizeof text, "result: %s", info->without);
	doctor_under(d->out, text);
}

/* What would help. */

static bool lacks(const struct doctor *d, enum probe_id first, enum probe_id last)
{
	for (enum probe_id id = first; id <= last; id++)
		if (!d->findings[id].err)
			return false;
	return true;
}

/* What is missing now, in the words of the groups; false when nothing is. */
static bool name_missing(const struct doctor *d, char *buf, size_t cap)
{
	size_t n = 0;

	buf[0] = '\0';
	for (int i = 0; i < PROBE_GROUPS && n < cap; i++) {
		enum probe_id first = 0, last;
		while (probes[first].group != (enum probe_group)i)
			first++;
		for (last = first;
			last + 1 < PROBES && probes[last + 1].group == probes[first].group;)
			last++;
		/* The listing from /proc works everywhere; the better one is the first. */
		if (!(i == GROUP_LISTINGS ? d->findings[first].err != 0 : lacks(d, first, last)))
			continue;
		n += (size_t)snprintf(buf + n, cap - n, "%s%s", n ? "; " : "",
			i == GROUP_LISTINGS ? "RTT, bytes and retransmits of each connection"
					    : probe_groups[i].title);
	}
	return n > 0;
}

static const char *remedy(const struct doctor *d)
{
	const struct bpf_host *h = &d->host;

	if (!h->may_bpf)
		return "run it as root, or once: setcap cap_bpf,cap_perfmon=ep nethergaze";
	if (!h->has_btf)
		return "run a kernel with CONFIG_DEBUG_INFO_BTF, or give a BTF file for this one "
		       "(--btf FILE), which enables the kprobes";
	if (h->is_filtered)
		return "let the container's seccomp filter pass bpf(2), or run outside the "
		       "container";
	if (!h->may_raw && d->findings[PROBE_QUIC].err)
		return "give it CAP_NET_RAW as well, once: setcap "
		       "cap_bpf,cap_perfmon,cap_net_raw=ep nethergaze";
	if (str_eq(str_of(h->lockdown), STR_LIT("confidentiality")))
		return "boot with lockdown=integrity or none (with Secure Boot the kernel may "
		       "insist on it)";
	return "run a kernel that allows function hooks (CONFIG_FUNCTION_TRACER with "
	       "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS, or CONFIG_KPROBE_EVENTS) and is not "
	       "locked down";
}

static void print_help(const struct doctor *d)
{
	char missing[384], text[640];

	fputs("\nWhat would help\n", d->out);
	if (!name_missing(d, missing, sizeof missing)) {
		doctor_under(d->out, "nothing: every data source is available");
		return;
	}
	doctor_under(d->out, remedy(d));
	snprintf(text, sizeof text, "gain: %s", missing);
	doctor_under(d->out, text);
}

static bool print_verdict(const struct doctor *d)
{
	const char *want = d->options->source;
	bool ebpf = d->used[GROUP_TRANSITIONS] >= 0, proc = !d->findings[PROBE_LIST_PROC].err;
	bool works = strcmp(want, "ebpf") == 0   ? ebpf
		     : strcmp(want, "proc") == 0 ? proc
						 : ebpf || proc;

	fprintf(d->out, "\n--source auto takes %s.", ebpf ? "ebpf" : proc ? "proc" : "nothing");
	fprintf(d->out, " With --source %s, nethergaze %s.\n", want,
		works ? "can run" : "cannot run");
	return works;
}

/* As the console would look: its files are that user's. */
static bool print_history(const struct doctor *d)
{
	struct identity who;

	identity_find(&who);
	bool other = who.uid != geteuid() && privilege_is_split(d->options);
	if (other && seteuid(who.uid) < 0)
		return false;
	doctor_history(d->out, d->options);
	return !other || seteuid(0) == 0;
}

bool doctor_print(FILE *out, const struct options *options)
{
	struct doctor d = {.out = out, .options = options};

	bpf_host_look(&d.host);
	print_host(&d);
	fflush(out);
	try_all(&d);
	fputs("\nProbes: the first working probe of each group is used; all counters are used\n",
		out);
	for (int i = 0; i < PROBE_GROUPS; i++)
		print_group(&d, (enum probe_group)i);
	doctor_config(out, options);
	doctor_logs(out, options);
	doctor_journal(out, options);
	doctor_relays(out);
	doctor_conntrack(out);
	doctor_interface(out, options);
	doctor_blocks(out);
	doctor_lookups(out, options);
	doctor_geoip(out, options);
	doctor_ranges(out, options);
	bool same = print_history(&d);
	print_help(&d);
	return print_verdict(&d) && same;
}
